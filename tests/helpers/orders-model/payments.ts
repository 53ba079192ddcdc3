import { total, untaken, wanted } from "./lines.ts";
import { at, type Market, type ModelOrder, type ModelPayment, type Refusal } from "./market.ts";
import { kept, lower, refund } from "./money.ts";
import { take } from "./shelf.ts";

/** From the checkout to the payment, and the ways in which an order ends before it leaves. */

/** Money has arrived, in time or not. */
export function settle(market: Market, paymentNumber: number): void {
  const payment = at(market.now.payments, paymentNumber);
  if (payment.state === "succeeded") return;
  const isWithdrawn = payment.state === "cancelled";
  payment.state = "succeeded";
  if (payment.order === undefined) {
    settleGroup(market, payment.group, payment.amount);
    return;
  }
  const order = market.order(payment.order);
  order.paid += payment.amount;
  // Nobody asks for it any more.
  if (isWithdrawn) refund(order, payment.amount, order.state === "cancelled" ? "cancellation" : "change");
}

/** What somebody may note as paid: all of a group whose boutiques she all works for, or what changes of her orders cost. */
export function recordable(market: Market, order: ModelOrder, worksFor: readonly string[]): ModelPayment[] {
  const group = market.now.orders.filter(({ group }) => group === order.group);
  const mine = group.filter(({ boutique }) => worksFor.includes(boutique)).map(({ key }) => key);
  return market.now.payments.filter(
    (payment) =>
      payment.group === order.group &&
      (mine.length === group.length || (payment.order !== undefined && mine.includes(payment.order))),
  );
}

export function recordPayment(market: Market, candidates: readonly ModelPayment[]): Refusal {
  if (candidates.length === 0) return "order_group_not_found";
  const asked = candidates.find(({ state }) => state === "pending");
  if (asked === undefined) return "already_paid";
  settle(market, market.now.payments.indexOf(asked));
  return undefined;
}

/** Nobody has paid in time. False when there is nothing to do. */
export function expire(market: Market, group: string): boolean {
  const waiting = market.now.orders.filter(
    (order) => order.group === group && order.state === "pending" && order.lapsed,
  );
  for (const order of waiting) {
    end(order);
    order.expired = true;
  }
  if (waiting.length === 0) return false;
  for (const payment of market.now.payments) {
    if (payment.group === group && payment.state === "pending") payment.state = "cancelled";
  }
  return true;
}

export function cancel(market: Market, order: ModelOrder, byStaff: boolean): Refusal {
  if (order.state === "cancelled") return undefined;
  if (order.state === "pending") {
    const asked = market.now.payments.find(({ group, state }) => group === order.group && state === "pending");
    if (asked !== undefined) lower(asked, total(market, order));
    end(order);
    return undefined;
  }
  if (order.state !== "paid") return "invalid_state";
  const { freeCancellationHours, cancellationFeePercent } = market.boutique(order.boutique);
  const isLate = (order.daysSincePayment ?? 0) * 24 > freeCancellationHours;
  if (isLate && !byStaff) order.fee = Math.floor((kept(order) * cancellationFeePercent) / 100 + 0.5);
  end(order);
  for (const payment of market.now.payments) {
    if (payment.order === order.key && payment.state === "pending") payment.state = "cancelled";
  }
  refund(order, kept(order), "cancellation");
  return undefined;
}

/** Shared among the orders that it is for: each is paid if all of it can be had, and paid back in full otherwise. */
function settleGroup(market: Market, group: string, arrived: number): void {
  let rest = arrived;
  const isAskedFor = (order: ModelOrder) =>
    order.group === group && order.paid === 0 && (order.state === "pending" || order.expired);
  for (const { key } of market.now.orders.filter(isAskedFor).toSorted(byBoutique)) {
    rest -= total(market, market.order(key));
    const refusal = market.attempt(() => confirm(market, market.order(key)));
    if (refusal === undefined) continue;
    const order = market.order(key);
    if (order.state === "pending") end(order);
    order.paid = total(market, order);
    refund(order, order.paid, "cancellation");
  }
  if (rest === 0) return;
  // All was called off before, and the money came nevertheless. It is noted with one of them; of two that ended at once, with the
  // dearer one.
  const order = market.now.orders
    .filter((one) => one.group === group && one.state === "cancelled" && one.paid === 0)
    .toSorted((a, b) => total(market, b) - total(market, a))[0] as ModelOrder;
  order.paid += rest;
  refund(order, rest, "cancellation");
}

function confirm(market: Market, order: ModelOrder): Refusal {
  const lines = order.lines
    .filter((line) => wanted(line) > 0)
    .toSorted((a, b) => (a.variant < b.variant ? -1 : a.variant > b.variant ? 1 : 0));
  for (const line of lines) {
    const refusal = take(market, order, line);
    if (refusal !== undefined) return refusal;
    line.secured = true;
  }
  order.state = "paid";
  order.expired = false;
  order.daysSincePayment = 0;
  order.paid = total(market, order);
  return undefined;
}

function end(order: ModelOrder): void {
  order.state = "cancelled";
  for (const line of order.lines) Object.assign(line, untaken());
}

function byBoutique(a: ModelOrder, b: ModelOrder): number {
  return a.boutique < b.boutique ? -1 : 1;
}
