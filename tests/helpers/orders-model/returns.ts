import { addLine, callOff, refuseGoods } from "./edits.ts";
import type { Pieces } from "./fulfilment.ts";
import { cost, shareOfNext, wanted } from "./lines.ts";
import { at, type Market, type ModelOrder, type ModelReturn, type Refusal, type ReturnedPieces } from "./market.ts";
import { kept, refund, settleDifference } from "./money.ts";
import { isCounted, onHand } from "./shelf.ts";
import { daysSinceDelivery, move } from "./states.ts";

/** What was delivered comes back, for money or for another variant. */

/** What staff have found of a return; without a refund all that was paid for it is given. */
export interface FoundPieces {
  readonly line: number;
  readonly quantity: number;
  readonly outcome: "restock" | "damaged" | "missing";
  readonly garment?: string;
  readonly refund?: number;
}

const returnable: readonly ModelOrder["state"][] = ["part_fulfilled", "fulfilled", "completed", "part_refunded"];

export function requestReturn(
  market: Market,
  order: ModelOrder,
  byStaff: boolean,
  { line: n, quantity }: Pieces,
  exchangeVariant?: string,
): Refusal {
  if (!returnable.includes(order.state)) return "invalid_state";
  const { returnDays } = market.boutique(order.boutique);
  const line = at(order.lines, n);
  if (line.kind === "rental") return "not_returnable";
  if (!byStaff && (line.kind === "made_to_order" || returnDays === 0)) return "not_returnable";
  if (quantity > line.fulfilled - line.returned - onTheirWay(order, n)) return "nothing_left";
  const deliveries = order.shipments.filter(({ lines }) => lines.includes(n)).map(daysSinceDelivery);
  if (!byStaff && Math.min(...deliveries) > returnDays) return "return_window_passed";
  const refusal = exchangeVariant === undefined ? undefined : refuseGoods(market, order, exchangeVariant, quantity);
  if (refusal !== undefined) return refusal;
  order.returns.push({
    state: "requested",
    pieces: [{ line: n, quantity, value: 0, refund: 0 }],
    ...(exchangeVariant === undefined ? {} : { exchangeVariant }),
  });
  return undefined;
}

export function answerReturn(market: Market, order: ModelOrder, n: number, approved: boolean): Refusal {
  const answer = approved ? "approved" : "rejected";
  if (at(order.returns, n).state === answer) return undefined;
  if (at(order.returns, n).state !== "requested") return "invalid_state";
  return proceed(market, order, n, answer);
}

/** It is here; what was only requested is approved with it. */
export function receiveReturn(market: Market, order: ModelOrder, n: number): Refusal {
  const { state } = at(order.returns, n);
  if (state === "received") return undefined;
  if (state !== "requested" && state !== "approved") return "invalid_state";
  return proceed(market, order, n, "received");
}

export function cancelReturn(market: Market, order: ModelOrder, n: number): Refusal {
  const one = at(order.returns, n);
  if (one.state === "cancelled") return undefined;
  if (one.state !== "requested" && one.state !== "approved") return "invalid_state";
  dropExchange(market, order, one);
  one.state = "cancelled";
  return undefined;
}

/** Every piece has an outcome; the money goes back, or into what is exchanged for it. */
export function inspectReturn(market: Market, order: ModelOrder, n: number, found: readonly FoundPieces[]): Refusal {
  const one = at(order.returns, n);
  if (one.state === "closed") return undefined;
  if (one.state !== "received") return "invalid_state";
  return market.attempt(() => {
    const settled: ReturnedPieces[] = [];
    one.pieces = settled;
    for (const pieces of found) {
      const value = pieces.outcome === "missing" ? 0 : shareOfNext(market, order, pieces.line, pieces.quantity);
      const given = pieces.refund ?? value;
      if (given > value) return "invalid_items";
      if (pieces.outcome !== "missing") takeBack(market, order, pieces);
      settled.push({ line: pieces.line, quantity: pieces.quantity, outcome: pieces.outcome, value, refund: given });
    }
    one.state = "closed";
    const given = settled.reduce((sum, pieces) => sum + pieces.refund, 0);
    if (one.exchangeLine !== undefined && settled.every(({ outcome }) => outcome === "missing")) {
      dropExchange(market, order, one);
    } else {
      const exchange = one.exchangeLine === undefined ? 0 : cost(market, order, at(order.lines, one.exchangeLine));
      settleDifference(market, order, exchange - given, "return");
    }
    move(order);
    return undefined;
  });
}

export function giveCourtesy(order: ModelOrder, amount: number): Refusal {
  if (!returnable.includes(order.state)) return "invalid_state";
  if (amount < 1 || amount > kept(order)) return "invalid_refund";
  refund(order, amount, "courtesy");
  move(order);
  return undefined;
}

function onTheirWay(order: ModelOrder, n: number): number {
  return order.returns
    .filter(({ state }) => state === "requested" || state === "approved" || state === "received")
    .flatMap(({ pieces }) => pieces)
    .reduce((sum, { line, quantity }) => sum + (line === n ? quantity : 0), 0);
}

/** What it is exchanged for is taken with the approval. */
function proceed(market: Market, order: ModelOrder, n: number, state: ModelReturn["state"]): Refusal {
  return market.attempt(() => {
    const one = at(order.returns, n);
    if (state !== "rejected" && one.exchangeVariant !== undefined && one.exchangeLine === undefined) {
      const quantity = one.pieces.reduce((sum, pieces) => sum + pieces.quantity, 0);
      const line = addLine(market, order, one.exchangeVariant, quantity);
      if (typeof line === "string") return line;
      one.exchangeLine = order.lines.indexOf(line);
    }
    one.state = state;
    return undefined;
  });
}

function dropExchange(market: Market, order: ModelOrder, { exchangeLine }: ModelReturn): void {
  if (exchangeLine === undefined) return;
  const line = at(order.lines, exchangeLine);
  callOff(market, line, wanted(line));
}

function takeBack(market: Market, order: ModelOrder, pieces: FoundPieces): void {
  const line = at(order.lines, pieces.line);
  line.returned += pieces.quantity;
  if (pieces.garment !== undefined) {
    line.garments = line.garments.filter((garment) => garment !== pieces.garment);
    if (pieces.outcome === "restock") market.now.retired.delete(pieces.garment);
  } else if (pieces.outcome === "restock" && isCounted(market, line)) {
    market.now.onHand.set(line.variant, onHand(market, line.variant) + pieces.quantity);
  }
}
