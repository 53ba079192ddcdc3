import { z } from "zod";
import type { ProviderPayment, ProviderRefund } from "./provider.ts";
import { fromStripeAmount } from "./stripe-amounts.ts";

/** What we read of Stripe's objects, and what they mean. Other members are none of our business. */

const currency = z.string().transform((code) => code.toUpperCase());
/** Metadata of ours. `origin` tells whether a customer can try again on a page. */
const metadata = z
  .object({ reference: z.string(), refund_id: z.string(), origin: z.enum(["checkout", "charge"]) })
  .partial()
  .nullish();
/** An object, or its id where it is not expanded. */
const expandable = <T extends z.ZodType>(schema: T) => z.union([z.string(), schema]).nullish();

export const charge = z.object({
  id: z.string(),
  captured: z.boolean(),
  amount: z.number(),
  amount_captured: z.number(),
  amount_refunded: z.number(),
  payment_method_details: z.object({ type: z.string() }).nullish(),
  payment_intent: expandable(z.object({ id: z.string() })),
  metadata,
});

export const intent = z.object({
  id: z.string(),
  status: z.string(),
  amount_received: z.number(),
  amount_capturable: z.number(),
  currency,
  latest_charge: expandable(charge),
  payment_method: expandable(z.object({ id: z.string() })),
  customer: expandable(z.object({ id: z.string() })),
  setup_future_usage: z.string().nullish(),
  last_payment_error: z.object({ code: z.string(), decline_code: z.string(), message: z.string() }).partial().nullish(),
  metadata,
});
export type Intent = z.infer<typeof intent>;

export const session = z.object({
  id: z.string(),
  url: z.string().nullish(),
  status: z.enum(["open", "complete", "expired"]),
  payment_status: z.string(),
  client_reference_id: z.string().nullish(),
  payment_intent: expandable(intent),
});
export type Session = z.infer<typeof session>;

export const refund = z.object({
  id: z.string(),
  status: z.string().nullish(),
  amount: z.number(),
  currency,
  payment_intent: expandable(z.object({ id: z.string() })),
  failure_reason: z.string().nullish(),
  metadata,
});

export const dispute = z.object({
  id: z.string(),
  amount: z.number(),
  currency,
  reason: z.string(),
  payment_intent: expandable(z.object({ id: z.string() })),
});

export const listOf = <T extends z.ZodType>(schema: T) => z.object({ data: z.array(schema) });

/** The id of what may be expanded. */
export function idOf(value: string | { id: string } | null | undefined): string | null {
  return typeof value === "string" ? value : (value?.id ?? null);
}

/** What a payment intent is in our words. */
export function paymentOfIntent(payment: Intent, reference: string): ProviderPayment {
  const { status, currency: code, last_payment_error: error } = payment;
  const latest = typeof payment.latest_charge === "object" ? payment.latest_charge : undefined;
  const common = { reference, paymentId: payment.id };
  if (status === "succeeded" || status === "requires_capture") {
    const isTaken = status === "succeeded";
    const [customer, method] = [idOf(payment.customer), idOf(payment.payment_method)];
    const isSaved = payment.setup_future_usage === "off_session" && customer !== null && method !== null;
    return {
      ...common,
      state: isTaken ? "succeeded" : "authorised",
      amount: fromStripeAmount(isTaken ? payment.amount_received : payment.amount_capturable, code),
      currency: code,
      amountRefunded: latest == null ? null : isTaken ? refundedOf(latest, code) : 0,
      method: latest?.payment_method_details?.type ?? null,
      savedMethod: isSaved ? `${customer}/${method}` : null,
    };
  }
  const reason = error?.decline_code ?? error?.code ?? error?.message ?? null;
  if (status === "canceled") {
    // A charge that was not declined, and not captured, was a hold. Its amount counts as refunded when it is released.
    const wasHeld = latest != null && !latest.captured && latest.amount_refunded > 0;
    return { ...common, state: wasHeld ? "released" : "failed", reason: wasHeld ? null : (reason ?? "canceled") };
  }
  // On a page the customer may try another card; a charge of ours is not tried again.
  const isOver = status !== "processing" && payment.metadata?.origin === "charge";
  return { ...common, state: isOver ? "failed" : "open", reason: reason ?? (status === "processing" ? status : null) };
}

/** What went back of what was taken: Stripe counts the rest of a partial capture as refunded too. */
function refundedOf({ amount, amount_captured, amount_refunded }: z.infer<typeof charge>, code: string): number {
  return fromStripeAmount(Math.max(0, amount_refunded - (amount - amount_captured)), code);
}

/** What a session with its intent expanded is in our words. */
export function paymentOfSession(page: Session, reference: string): ProviderPayment {
  const none = { reference, paymentId: idOf(page.payment_intent), reason: null };
  const payment = typeof page.payment_intent === "object" ? page.payment_intent : null;
  const known = payment == null ? undefined : paymentOfIntent(payment, reference);
  if (known !== undefined && known.state !== "open" && known.state !== "failed") return known;
  if (page.status === "expired") return { ...none, state: "expired" };
  if (known === undefined) return { ...none, state: page.status === "open" ? "open" : "unknown" };
  // The page is done, and the bank has said no afterwards.
  const isOver = page.status === "complete" && payment?.status === "requires_payment_method";
  return isOver ? { ...none, state: "failed", reason: known.reason } : known;
}

const refundStates: Readonly<Record<string, ProviderRefund["state"]>> = {
  ...{ succeeded: "paid", pending: "pending", requires_action: "pending", failed: "refused", canceled: "refused" },
};

/** What a refund is in our words. */
export function refundOf(object: z.infer<typeof refund>): ProviderRefund {
  const { id, status, amount, currency: code } = object;
  const state = refundStates[status ?? "pending"] ?? "unknown";
  return {
    ...{ state, refundId: object.metadata?.refund_id ?? null, providerRefundId: id },
    ...{ amount: fromStripeAmount(amount, code), currency: code },
    reason: state === "refused" ? (object.failure_reason ?? status ?? null) : null,
  };
}
