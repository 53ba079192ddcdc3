import { z } from "zod";
import type { ProviderPayment, ProviderRefund } from "./provider.ts";

/** The protocol of the test provider, which its client and its server share. Amounts are minor units. */

const amount = z.number().int().positive();
const currency = z.string().regex(/^[A-Z]{3}$/);
const webAddress = z.url({ protocol: /^https?$/ });

export const sessionInput = z.object({
  reference: z.uuid(),
  amount,
  currency,
  description: z.string().min(1).max(500),
  customer: z.object({ email: z.string(), name: z.string(), phone: z.string().optional() }),
  return_url: webAddress,
  webhook_url: webAddress,
  capture: z.enum(["automatic", "manual"]),
  expires_at: z.iso.datetime(),
  save_method: z.boolean(),
});
export type SessionInput = z.infer<typeof sessionInput>;

/** `state` is the one of an attempt (see ProviderPayment), as far as a test provider can bring it about. */
export const sessionAnswer = z.object({
  reference: z.string(),
  state: z.enum(["open", "authorised", "succeeded", "failed", "expired", "released"]),
  /** What is taken or held, once something is; else what is asked for. */
  amount,
  amount_refunded: z.number().int().min(0),
  currency,
  payment_id: z.string().nullable(),
  method: z.string().nullable(),
  saved_method: z.string().nullable(),
  reason: z.string().nullable(),
  checkout_url: webAddress.nullable(),
});
export type SessionAnswer = z.infer<typeof sessionAnswer>;

export const captureInput = z.object({ amount });

export const refundInput = z.object({
  id: z.uuid(),
  payment_id: z.string(),
  amount,
  currency,
  reason: z.string().max(500),
});
export type RefundRequest = z.infer<typeof refundInput>;

export const refundAnswer = z.object({
  id: z.string(),
  provider_refund_id: z.string(),
  reference: z.string(),
  payment_id: z.string(),
  state: z.enum(["paid", "pending", "refused"]),
  amount,
  currency,
  reason: z.string().nullable(),
});
export type RefundAnswer = z.infer<typeof refundAnswer>;

export const chargeInput = z.object({
  reference: z.uuid(),
  amount,
  currency,
  description: z.string().min(1).max(500),
  saved_method: z.string(),
});
export type ChargeRequest = z.infer<typeof chargeInput>;

/** A definite no. `code` is `not_found`, `reference_used`, `invalid_input`, `not_held`, `method_unknown` ... */
export const refusalAnswer = z.object({ code: z.string(), message: z.string() });

/** The id of an event is in the header `webhook-id`, as Standard Webhooks has it. */
export const testEvent = z.discriminatedUnion("type", [
  z.object({
    type: z.enum(["payment.succeeded", "payment.authorised", "payment.failed", "payment.expired", "payment.released"]),
    data: sessionAnswer,
  }),
  z.object({ type: z.enum(["refund.paid", "refund.pending", "refund.refused"]), data: refundAnswer }),
]);
export type TestEvent = z.infer<typeof testEvent>;

/** What any event has, known or not. */
export const anyTestEvent = z.object({ type: z.string(), data: z.unknown() });

/** What the provider says of an attempt, in our words. */
export function paymentOf(session: SessionAnswer): ProviderPayment {
  const { state, reference, payment_id, reason } = session;
  if ((state === "succeeded" || state === "authorised") && payment_id !== null) {
    return {
      ...{ state, reference, paymentId: payment_id, amount: session.amount, currency: session.currency },
      ...{ amountRefunded: session.amount_refunded, method: session.method, savedMethod: session.saved_method },
    };
  }
  const rest = state === "succeeded" || state === "authorised" ? "unknown" : state;
  return { state: rest, reference, paymentId: payment_id, reason };
}

/** What the provider says of a refund, in our words. */
export function refundOf(refund: RefundAnswer): ProviderRefund {
  const { state, amount, currency, reason } = refund;
  return { state, refundId: refund.id, providerRefundId: refund.provider_refund_id, amount, currency, reason };
}
