import type { Market, ModelOrder, ModelPayment, ModelRefund } from "./market.ts";

/** What is to be paid for a change of an order, and what goes back. */

export function refund(order: ModelOrder, amount: number, kind: ModelRefund["kind"]): void {
  if (amount <= 0) return;
  order.refunded += amount;
  order.refunds.push({ kind, amount, state: "due" });
}

/** What has arrived and has not gone back. */
export function kept({ paid, refunded, fee }: ModelOrder): number {
  return paid - refunded - fee;
}

/** The payment that a change of an order waits for. */
export function paymentDue(market: Market, { key }: ModelOrder): ModelPayment | undefined {
  return market.now.payments.find((payment) => payment.order === key && payment.state === "pending");
}

/** More: a payment to be made, one per order. Less: that payment becomes less, and what was paid goes back. */
export function settleDifference(
  market: Market,
  order: ModelOrder,
  difference: number,
  kind: "change" | "return",
): void {
  const due = paymentDue(market, order);
  if (difference > 0) {
    if (due !== undefined) due.amount += difference;
    else market.now.payments.push({ group: order.group, order: order.key, amount: difference, state: "pending" });
    return;
  }
  let less = -difference;
  if (due !== undefined) less -= lower(due, less);
  refund(order, Math.min(less, kept(order)), kind);
}

/** Asks for so much less; nothing is asked for when nothing is left. By how much it became less. */
export function lower(payment: ModelPayment, by: number): number {
  if (payment.amount > by) {
    payment.amount -= by;
    return by;
  }
  payment.state = "cancelled";
  return payment.amount;
}
