import { z } from "zod";
import { toMinorUnits } from "./minor-units.ts";
import type { ProviderPayment, ProviderRefund } from "./provider.ts";

/** What Chapa's API answers, and what its words mean. */

/** Chapa writes amounts as text and as numbers. */
const majorUnits = z.union([z.string(), z.number()]);

/** A message is a text, or for wrong input an object of lists of texts per field. */
const message = z.union([z.string(), z.record(z.string(), z.union([z.string(), z.array(z.string())]))]);

/** `status` is the text `null` or nothing at all while there is nothing to say. */
export const chapaAnswer = z.object({
  message: message.nullish(),
  status: z.string().nullish(),
  data: z.unknown().optional(),
});
export type ChapaAnswer = z.infer<typeof chapaAnswer>;

export const initialized = z.object({ checkout_url: z.url({ protocol: /^https?$/ }) });

export const verified = z.object({
  status: z.string(),
  tx_ref: z.string(),
  /** Chapa's own id of the payment, which a refund wants. */
  reference: z.string().nullish(),
  amount: majorUnits,
  currency: z.string(),
  method: z.string().nullish(),
});

export const refunded = z.object({
  /** Chapa's id of the refund. */
  ref_id: z.string().nullish(),
  status: z.string().nullish(),
  amount: majorUnits.nullish(),
  currency: z.string().nullish(),
});

/** Chapa's words, in one line. */
export function messageOf({ message: words }: ChapaAnswer): string {
  if (typeof words === "string") return words;
  return Object.values(words ?? {})
    .flat()
    .join(" ");
}

const failures = new Set(["failed", "cancelled", "canceled", "failed/cancelled"]);

/** What a verified transaction is in our words. @throws RangeError when its amount is none */
export function paymentOf(transaction: z.infer<typeof verified>): ProviderPayment {
  const { tx_ref: reference, currency } = transaction;
  const paymentId = transaction.reference ?? null;
  const status = transaction.status.toLowerCase();
  // One that we have refunded was taken nevertheless; how much went back is the refund's to say.
  if (status === "success" || status === "refunded") {
    return {
      // Chapa takes our reference for a refund too.
      ...{
        state: "succeeded",
        reference,
        paymentId: paymentId ?? reference,
        amount: toMinorUnits(transaction.amount, currency),
        currency,
      },
      amountRefunded: status === "success" ? 0 : null,
      method: transaction.method ?? null,
      savedMethod: null,
    };
  }
  const rest = { reference, paymentId, reason: `Chapa says ${status}.` };
  if (status === "pending") return { ...rest, state: "open", reason: null };
  if (status === "reversed") return { ...rest, state: "reversed" };
  return { ...rest, state: failures.has(status) ? "failed" : "unknown" };
}

const refundStates: Readonly<Record<string, ProviderRefund["state"]>> = {
  ...{ refunded: "paid", success: "paid", successful: "paid", completed: "paid" },
  ...{ initiated: "pending", processing: "pending", pending: "pending" },
  ...{ reversed: "refused", failed: "refused", rejected: "refused", cancelled: "refused" },
};

/** What a refund is in our words. `fallback` is its state when Chapa says none. */
export function refundOf(
  refundId: string,
  refund: z.infer<typeof refunded>,
  fallback: ProviderRefund["state"],
): ProviderRefund {
  const { ref_id, status, amount, currency } = refund;
  const state = status == null ? fallback : (refundStates[status.toLowerCase()] ?? "unknown");
  return {
    ...{ state, refundId, providerRefundId: ref_id ?? null, currency: currency ?? null },
    amount: amount == null || currency == null ? null : toMinorUnits(amount, currency),
    reason: state === "refused" || state === "unknown" ? `Chapa says ${status}.` : null,
  };
}
