import type { ProviderPayment } from "./provider.ts";

/** What `settle_attempt` takes, in the words of the database. */
export interface Settlement {
  readonly state: ProviderPayment["state"];
  readonly payment_id: string | null;
  /** Minor units that have arrived or are held. */
  readonly amount: number | null;
  readonly currency: string | null;
  readonly failure: string;
  /** With what instalments can be taken from now on; null: nothing was saved. */
  readonly saved_method: string | null;
}

/** What a provider says of an attempt, for `settle_attempt`. */
export function settlementOf(payment: ProviderPayment): Settlement {
  const { state, paymentId: payment_id } = payment;
  if ("amount" in payment)
    return {
      ...{ state, payment_id, amount: payment.amount, currency: payment.currency },
      ...{ failure: "", saved_method: payment.savedMethod },
    };
  return { state, payment_id, amount: null, currency: null, failure: payment.reason ?? "", saved_method: null };
}
