import type { SupabaseClient } from "@supabase/supabase-js";
import { z } from "zod";
import { answered } from "../_shared/ask-database.ts";
import type { Database } from "../_shared/database.types.ts";
import type { AccountRow } from "../_shared/payments/accounts.ts";
import { type Customer, providerNames } from "../_shared/payments/provider.ts";
import { ProviderError } from "../_shared/payments/provider-error.ts";
import { Problem } from "../_shared/problem.ts";

const attemptRow = z.object({
  id: z.uuid(),
  payment_id: z.uuid(),
  account_id: z.uuid().nullable(),
  provider: z.enum(providerNames),
  state: z.string(),
  amount: z.number(),
  currency: z.string(),
  is_hold: z.boolean(),
  saves_method: z.boolean(),
  return_url: z.string(),
  checkout_url: z.string().nullable(),
  provider_reference: z.string().nullable(),
  expires_at: z.string(),
});
export type AttemptRow = z.infer<typeof attemptRow>;

const answer = z.object({
  attempt: attemptRow,
  boutique_id: z.uuid().nullable(),
  sealed_keys: z.string().nullable(),
  email: z.string().nullable(),
  display_name: z.string(),
  phone: z.string(),
  description: z.string().nullable(),
  payment_state: z.string(),
});

/** An attempt with all that its provider has to know. */
export interface KnownAttempt {
  readonly attempt: AttemptRow;
  readonly account: AccountRow;
  readonly customer: Customer;
  readonly description: string;
  readonly paymentState: string;
}

export async function knownAttempt(server: SupabaseClient<Database>, attemptId: string): Promise<KnownAttempt> {
  const row = answer.parse(answered(await server.rpc("attempt_for_server", { attempt_id: attemptId })));
  const { attempt, boutique_id, sealed_keys, phone } = row;
  return {
    attempt,
    account: { provider: attempt.provider, boutique_id, sealed_keys },
    customer: { email: row.email ?? "", name: row.display_name, ...(phone === "" ? {} : { phone }) },
    description: row.description ?? "",
    paymentState: row.payment_state,
  };
}

/** The database takes null for what has not arrived; the generated types do not know that. */
export const nothingArrived = {
  provider_payment_id: null as unknown as string,
  amount: null as unknown as number,
  currency: null as unknown as string,
};

/** What the caller is told of a provider that failed. */
export function problemOf(error: unknown): unknown {
  if (!(error instanceof ProviderError)) return error;
  console.error(error);
  const { provider } = error;
  if (error.retryable) {
    const message = `${provider} does not answer. Try again in a moment, or choose another way to pay.`;
    return new Problem(503, "provider_unavailable", message, {}, { "retry-after": "10" });
  }
  if (error.code === "provider_refused") {
    return new Problem(409, "provider_refused", `${provider} does not take this payment. Choose another way to pay.`);
  }
  return new Problem(
    409,
    "provider_not_available",
    `Payments through ${provider} are not set up. Choose another way to pay.`,
  );
}
