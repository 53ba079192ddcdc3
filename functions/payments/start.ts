import type { SupabaseClient } from "@supabase/supabase-js";
import { answered } from "../_shared/ask-database.ts";
import type { Database } from "../_shared/database.types.ts";
import type { PaymentProvider, ProviderName, Started } from "../_shared/payments/provider.ts";
import { ProviderError } from "../_shared/payments/provider-error.ts";
import { Problem } from "../_shared/problem.ts";
import type { PaymentParts } from "./app.ts";
import { type KnownAttempt, knownAttempt, nothingArrived, problemOf } from "./attempts.ts";

export interface StartRequest {
  readonly payment_id: string;
  readonly provider: ProviderName;
  readonly return_url: string;
  readonly hold: boolean;
  readonly saves_method: boolean;
}

export interface StartedPayment {
  readonly attempt_id: string;
  /** The page of the provider: send the browser there. */
  readonly checkout_url: string;
  readonly amount: number;
  readonly currency: string;
  readonly expires_at: string;
}

/**
 * Begins a payment at a provider. The attempt is written first, and its id is our reference there: when this process dies
 * after the provider has opened its page, the customer tries again and the same attempt goes on.
 */
export async function startPayment(
  parts: PaymentParts,
  client: SupabaseClient<Database>,
  request: StartRequest,
): Promise<StartedPayment> {
  // A reference that the provider has already, and gives no page for again, is given up for another.
  for (let tries = 1; ; tries += 1) {
    const { id } = answered(await client.rpc("start_payment", rpcInput(request)));
    const known = await knownAttempt(parts.server, id);
    if (known.attempt.checkout_url !== null) return started(known, known.attempt.checkout_url);
    try {
      const provider = await parts.accounts.open(known.account);
      refuseUnfit(provider, known, request);
      const page = await openPage(provider, parts, known);
      answered(
        await parts.server.rpc("opened_checkout", {
          attempt_id: id,
          checkout_url: page.checkoutUrl,
          ...(page.providerReference === null ? {} : { provider_reference: page.providerReference }),
        }),
      );
      return started(known, page.checkoutUrl);
    } catch (error) {
      const isUsed = error instanceof ProviderError && error.code === "reference_used";
      if (isUsed) await giveUp(parts, id, error.message);
      if (!isUsed || tries > 1) throw problemOf(error);
    }
  }
}

/** Money that comes for it nevertheless is settled all the same. */
async function giveUp({ server }: PaymentParts, attempt_id: string, failure: string): Promise<void> {
  answered(await server.rpc("settle_attempt", { attempt_id, failure, ...nothingArrived, state: "failed" }));
}

const rpcInput = ({ payment_id, provider, return_url, hold, saves_method }: StartRequest) => ({
  payment_id,
  provider,
  return_url,
  is_hold: hold,
  saves_method,
});

function refuseUnfit(provider: PaymentProvider, { attempt }: KnownAttempt, request: StartRequest): void {
  const { hold, saves_method } = request;
  const { currency } = attempt;
  if (!provider.supports(currency)) {
    throw new Problem(
      409,
      "currency_not_supported",
      `${provider.name} takes no ${currency}. Choose another way to pay.`,
    );
  }
  if (hold && !provider.holds) {
    throw new Problem(
      409,
      "hold_not_supported",
      `${provider.name} cannot hold money. Send hold: false, or choose another.`,
    );
  }
  if (saves_method && provider.charge === undefined) {
    throw new Problem(
      409,
      "saving_not_supported",
      `${provider.name} takes no instalments by itself. Send saves_method: false and pay each, or choose another.`,
    );
  }
}

function openPage(provider: PaymentProvider, parts: PaymentParts, known: KnownAttempt): Promise<Started> {
  const { attempt, customer, description } = known;
  const account = attempt.account_id === null ? "" : `/${attempt.account_id}`;
  return provider.start({
    reference: attempt.id,
    amount: attempt.amount,
    currency: attempt.currency,
    description,
    customer,
    returnUrl: `${parts.functionsUrl}/payments/return/${attempt.id}`,
    webhookUrl: `${parts.functionsUrl}/webhooks/${provider.name}${account}`,
    capture: attempt.is_hold ? "manual" : "automatic",
    saveMethod: attempt.saves_method,
    expiresAt: new Date(attempt.expires_at),
  });
}

const started = ({ attempt }: KnownAttempt, checkoutUrl: string): StartedPayment => ({
  attempt_id: attempt.id,
  checkout_url: checkoutUrl,
  amount: attempt.amount,
  currency: attempt.currency,
  expires_at: attempt.expires_at,
});
