import { unsent, waitsForReturn } from "./lines.ts";
import { at, type Market, type ModelLine, type ModelOrder, type Refusal } from "./market.ts";
import { paymentDue } from "./money.ts";
import { clearGarment, isCounted, onHand, takersOf } from "./shelf.ts";
import { move } from "./states.ts";

/** What is paid leaves: goods with a shipment, rentals by their hand-over. */

export interface Pieces {
  readonly line: number;
  readonly quantity: number;
}

/** All that is left, or some of it. */
export function fulfil(
  market: Market,
  order: ModelOrder,
  kind: "delivery" | "pickup",
  items?: readonly Pieces[],
): Refusal {
  const refusal = refuseUnpaid(market, order);
  if (refusal !== undefined) return refusal;
  const pieces = items ?? allThatIsLeft(order);
  if (pieces.length === 0) return "nothing_left";
  return market.attempt(() => {
    for (const { line: n, quantity } of pieces) {
      const line = at(order.lines, n);
      if (line.kind === "rental") return "hand_over_rental";
      if (waitsForReturn(order, n)) return "return_open";
      if (quantity < 1 || quantity > unsent(line)) return "nothing_left";
      letLeave(market, line, quantity);
    }
    order.shipments.push({
      lines: pieces.map(({ line }) => line),
      daysAgo: 0,
      ...(kind === "pickup" ? { deliveredDaysAgo: 0 } : {}),
    });
    move(order);
    return undefined;
  });
}

export function markDelivered(order: ModelOrder, shipment: number): void {
  at(order.shipments, shipment).deliveredDaysAgo ??= 0;
}

/** Before its time, too, if its garment is free until then. */
export function handOver(market: Market, order: ModelOrder, n: number): Refusal {
  const line = at(order.lines, n);
  if (line.rental === "out") return undefined;
  const isReserved = order.state !== "pending" && order.state !== "cancelled" && line.cancelled === 0;
  if (!isReserved || line.rental !== "waits") return "invalid_state";
  const garment = at(line.garments, 0);
  const isElsewhere = takersOf(market, garment).some(([, { rental }]) => rental === "out" || rental === "back");
  if (isElsewhere || market.now.retired.has(garment)) return "garment_not_ready";
  return market.attempt(() => {
    line.days = [0, line.days?.[1] ?? 0];
    if (!clearGarment(market, garment, line, line.days)) return "not_available";
    line.rental = "out";
    line.fulfilled = 1;
    const refusal = refuseUnpaid(market, order);
    if (refusal === undefined) move(order);
    return refusal;
  });
}

export function giveBack(line: ModelLine): Refusal {
  if (line.rental !== "out" && line.rental !== "back") return "invalid_state";
  line.rental = "back";
  return undefined;
}

/** The garment is as it was: its time ends now. */
export function inspectRental(line: ModelLine): Refusal {
  if (line.rental === "waits" || line.rental === "out") return "invalid_state";
  line.rental = "over";
  line.garments = [];
  return undefined;
}

function refuseUnpaid(market: Market, order: ModelOrder): Refusal {
  if (order.state !== "paid" && order.state !== "part_fulfilled") return "invalid_state";
  return paymentDue(market, order) === undefined ? undefined : "payment_due";
}

function allThatIsLeft(order: ModelOrder): Pieces[] {
  return order.lines
    .map((line, n) => ({ line: n, quantity: waitsForReturn(order, n) || line.kind === "rental" ? 0 : unsent(line) }))
    .filter(({ quantity }) => quantity > 0);
}

function letLeave(market: Market, line: ModelLine, pieces: number): void {
  if (isCounted(market, line)) {
    line.reserved -= pieces;
    market.now.onHand.set(line.variant, onHand(market, line.variant) - pieces);
  } else {
    const here = line.garments.filter((garment) => !market.now.retired.has(garment)).toSorted();
    for (const garment of here.slice(0, pieces)) market.now.retired.add(garment);
  }
  line.fulfilled += pieces;
}
