import { unsent, waitsForReturn } from "./lines.ts";
import type { Market, ModelOrder } from "./market.ts";

/** The state of an order after its payment, from its lines and refunds. */

export function move(order: ModelOrder): void {
  if (order.state !== "pending" && order.state !== "cancelled") order.state = stateOf(order);
}

function stateOf(order: ModelOrder): ModelOrder["state"] {
  if (order.lines.every(({ fulfilled }) => fulfilled === 0)) return order.state;
  // What has still to leave comes first; what was paid back is said when all has left.
  if (order.lines.some((line, n) => unsent(line) > 0 && !waitsForReturn(order, n))) return "part_fulfilled";
  if (order.refunds.some(({ kind }) => kind === "return" || kind === "courtesy")) {
    return isAllGivenBack(order) ? "refunded" : "part_refunded";
  }
  return order.state === "completed" ? "completed" : "fulfilled";
}

/** Everything that had left came back and was paid back, or no money is left. */
function isAllGivenBack(order: ModelOrder): boolean {
  const isAllBack = order.lines.every(({ fulfilled, returned }) => fulfilled === returned);
  const isWorthGiven = order.returns.flatMap(({ pieces }) => pieces).every(({ value, refund }) => value === refund);
  return (isAllBack && isWorthGiven) || order.refunded + order.fee >= order.paid;
}

/** Ends the orders of which nothing can come back any more. */
export function complete(market: Market): number {
  const over = market.now.orders.filter((order) => isOver(market, order));
  for (const order of over) order.state = "completed";
  return over.length;
}

function isOver(market: Market, order: ModelOrder): boolean {
  const { returnDays } = market.boutique(order.boutique);
  return (
    (order.state === "fulfilled" || order.state === "part_refunded") &&
    order.shipments.every((shipment) => daysSinceDelivery(shipment) >= returnDays) &&
    order.lines.every((line) => line.kind !== "rental" || line.cancelled > 0 || line.rental === "over") &&
    order.returns.every(({ state }) => state === "rejected" || state === "closed" || state === "cancelled")
  );
}

/** A parcel that nobody has marked counts as delivered 30 days after it was sent. */
export function daysSinceDelivery({ daysAgo, deliveredDaysAgo }: ModelOrder["shipments"][number]): number {
  return deliveredDaysAgo ?? daysAgo - 30;
}
