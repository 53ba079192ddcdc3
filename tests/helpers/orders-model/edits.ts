import { newLine, total, waitsForReturn, wanted } from "./lines.ts";
import { at, type Market, type ModelLine, type ModelOrder, type Refusal } from "./market.ts";
import { settleDifference } from "./money.ts";
import { available, release, take } from "./shelf.ts";
import { move } from "./states.ts";

/** Staff change what has not left, and the difference is settled. */

export type Change =
  | { readonly line: number; readonly quantity: number }
  | { readonly variant: string; readonly quantity: number };

export function edit(market: Market, order: ModelOrder, changes: readonly Change[]): Refusal {
  if (!["pending", "paid", "part_fulfilled", "fulfilled"].includes(order.state)) return "invalid_state";
  if (order.state === "pending" && order.lapsed) return "invalid_state";
  const before = total(market, order);
  return market.attempt(() => {
    for (const change of changes) {
      const refusal =
        "line" in change
          ? changeLine(market, order, change.line, change.quantity)
          : addLine(market, order, change.variant, change.quantity);
      if (typeof refusal === "string") return refusal;
    }
    if (order.lines.every((line) => wanted(line) === 0)) return "order_would_be_empty";
    const difference = total(market, order) - before;
    if (order.state === "pending") {
      const asked = market.now.payments.find(({ group, state }) => group === order.group && state === "pending");
      if (asked !== undefined) asked.amount += difference;
    } else {
      settleDifference(market, order, difference, "change");
      move(order);
    }
    return undefined;
  });
}

/** Goods from stock, at the price of now and without a discount; the line, or the refusal. */
export function addLine(market: Market, order: ModelOrder, variant: string, quantity: number): ModelLine | string {
  const refusal = refuseGoods(market, order, variant, quantity);
  if (refusal !== undefined) return refusal;
  const line = newLine(market, { variant, kind: "sale", quantity });
  order.lines.push(line);
  return take(market, order, line) ?? line;
}

export function refuseGoods(market: Market, order: ModelOrder, variant: string, quantity: number): Refusal {
  if (market.variant(variant).boutique !== order.boutique) return "variant_not_found";
  return quantity > available(market, { variant, kind: "sale" }) ? "out_of_stock" : undefined;
}

/** Fewer pieces keep their share of the discount. */
export function callOff(market: Market, line: ModelLine, pieces: number): void {
  release(market, line, pieces);
  line.discount = Math.floor((line.discount * (wanted(line) - pieces)) / wanted(line));
  line.cancelled += pieces;
}

function changeLine(market: Market, order: ModelOrder, n: number, quantity: number): Refusal {
  const line = at(order.lines, n);
  const more = quantity - wanted(line);
  if (more === 0) return undefined;
  if (waitsForReturn(order, n)) return "return_open";
  if (quantity < line.fulfilled) return "already_fulfilled";
  if (more < 0) {
    callOff(market, line, -more);
    return undefined;
  }
  if (line.kind !== "sale") return "invalid_changes";
  line.quantity += more;
  return take(market, order, line);
}
