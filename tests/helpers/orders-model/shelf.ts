import { unsent, wanted } from "./lines.ts";
import type { Days, Market, ModelLine, ModelOrder, Wish } from "./market.ts";

/** Who has what of the shelves and of the garments, and who gives way to whom. */

export function isCounted(market: Market, { variant, kind }: Pick<Wish, "variant" | "kind">): boolean {
  return kind === "sale" && market.variant(variant).stock !== undefined;
}

/** Pieces or garments that could be had now. */
export function available(market: Market, wish: Omit<Wish, "quantity">): number {
  if (wish.kind === "made_to_order") return Number.POSITIVE_INFINITY;
  if (!isCounted(market, wish)) return freeGarments(market, wish).length;
  const kept = market.now.orders.flatMap((order) => order.lines.filter((line) => !givesWay(order, line)));
  return onHand(market, wish.variant) - sumReserved(kept, wish.variant);
}

export function onHand(market: Market, variant: string): number {
  return market.now.onHand.get(variant) ?? 0;
}

export function reserved(market: Market, variant: string): number {
  return sumReserved(
    market.now.orders.flatMap(({ lines }) => lines),
    variant,
  );
}

export function takersOf(market: Market, garment: string): readonly (readonly [ModelOrder, ModelLine])[] {
  return market.now.orders.flatMap((order) =>
    order.lines.filter(({ garments }) => garments.includes(garment)).map((line) => [order, line] as const),
  );
}

/** Takes what a line of an order still lacks; orders whose time is over lose what they have of it. The refusal, if any. */
export function take(market: Market, order: ModelOrder, line: ModelLine): string | undefined {
  if (line.kind === "made_to_order") return undefined;
  const done = isCounted(market, line) ? reserve(market, order, line) : takeGarments(market, line);
  if (done) return undefined;
  return line.kind === "rental" ? "not_available" : "out_of_stock";
}

/** Pieces that have not left are free again. */
export function release(market: Market, line: ModelLine, pieces: number): void {
  line.reserved = Math.max(0, line.reserved - pieces);
  const here = line.garments.filter((garment) => !market.now.retired.has(garment)).toSorted();
  line.garments = line.garments.filter((garment) => !here.slice(0, pieces).includes(garment));
}

/** Takes a garment from those who give way, for these days; false when somebody does not. */
export function clearGarment(market: Market, garment: string, taker: ModelLine, days: Days | undefined): boolean {
  const rivals = takersOf(market, garment).filter(([, line]) => line !== taker && meet(line.days, days));
  if (!rivals.every(([order, line]) => givesWay(order, line))) return false;
  for (const [, line] of rivals) line.garments = line.garments.filter((id) => id !== garment);
  return true;
}

function reserve(market: Market, order: ModelOrder, line: ModelLine): boolean {
  const { variant } = line;
  const lacking = unsent(line) - line.reserved;
  const isShort = () => onHand(market, variant) - reserved(market, variant) < lacking;
  if (isShort()) {
    for (const other of market.now.orders.filter((one) => one !== order)) {
      for (const taken of other.lines) if (taken.variant === variant && givesWay(other, taken)) taken.reserved = 0;
    }
  }
  if (isShort()) return false;
  line.reserved += lacking;
  return true;
}

function takeGarments(market: Market, line: ModelLine): boolean {
  const lacking = wanted(line) - line.returned - line.garments.length;
  const free = freeGarments(market, line)
    .filter((garment) => !line.garments.includes(garment))
    .toSorted()
    .slice(0, lacking);
  if (free.length < lacking) return false;
  for (const garment of free) clearGarment(market, garment, line, line.days);
  line.garments.push(...free);
  return true;
}

function freeGarments(market: Market, { variant, days }: Pick<Wish, "variant" | "days">): string[] {
  return market
    .variant(variant)
    .garments.filter((garment) => !market.now.retired.has(garment))
    .filter((garment) =>
      takersOf(market, garment).every(([order, line]) => givesWay(order, line) || !meet(line.days, days)),
    );
}

/** An order whose time is over is in nobody's way, unless it was paid in time. */
function givesWay(order: ModelOrder, { secured }: ModelLine): boolean {
  return order.state === "pending" && order.lapsed && !secured;
}

/** A sale takes a garment for ever, a rental for its days. */
function meet(a: Days | undefined, b: Days | undefined): boolean {
  return a === undefined || b === undefined || (a[0] <= b[1] && b[0] <= a[1]);
}

function sumReserved(lines: readonly ModelLine[], variant: string): number {
  return lines.reduce((sum, line) => sum + (line.variant === variant ? line.reserved : 0), 0);
}
