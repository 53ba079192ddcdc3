import * as z from "zod/mini";
import { type CallOptions, call, callFunction } from "./call.ts";
import type { NexusClient } from "./client.ts";

const provider = z.enum(["chapa", "stripe", "test"]);
export type PaymentProvider = z.output<typeof provider>;

const methods = z.object({
  methods: z.array(z.object({ provider, holds: z.boolean(), saves: z.boolean() })),
});
const started = z.object({
  attempt_id: z.string(),
  /** The provider's page: send the browser there. */
  checkout_url: z.string(),
  amount: z.number(),
  currency: z.string(),
  expires_at: z.string(),
});
const standing = z.object({ payment_id: z.string(), state: z.string(), attempt_state: z.nullable(z.string()) });

/** Providers that are set up and take the currency. */
export async function paymentMethods(nexus: NexusClient, currency: string, options?: CallOptions) {
  const query = new URLSearchParams({ currency });
  return (await callFunction(nexus, methods, `payments/methods?${query}`, { method: "GET" }, options)).methods;
}

/** What is still to be paid for the orders of one checkout; null when nothing is. */
export function pendingPayment(nexus: NexusClient, orderGroupId: string, options?: CallOptions) {
  return call(
    () =>
      nexus
        .from("payments")
        .select("id, amount, currency, state")
        .eq("group_id", orderGroupId)
        .eq("state", "pending")
        .limit(1)
        .maybeSingle(),
    options,
  );
}

/**
 * Opens the provider's page for a payment. Whoever asks again gets the page that is open. The customer comes back to
 * `returnUrl?payment_id=…&payment_status=succeeded|pending|failed`; ask `checkPayment` what is true.
 */
export function startPayment(
  nexus: NexusClient,
  input: {
    readonly paymentId: string;
    readonly provider: PaymentProvider;
    readonly returnUrl: string;
    /** Only hold the money, where the provider can. */
    readonly hold?: boolean;
    /** The customer agrees that instalments are taken the same way. */
    readonly savesMethod?: boolean;
  },
  options?: CallOptions,
) {
  const body = {
    payment_id: input.paymentId,
    provider: input.provider,
    return_url: input.returnUrl,
    hold: input.hold ?? false,
    saves_method: input.savesMethod ?? false,
  };
  return callFunction(nexus, started, "payments/start", { method: "POST", body }, options);
}

/** Asks the provider how a payment stands. */
export function checkPayment(nexus: NexusClient, paymentId: string, options?: CallOptions) {
  return callFunction(nexus, standing, `payments/check/${encodeURIComponent(paymentId)}`, { method: "POST" }, options);
}
