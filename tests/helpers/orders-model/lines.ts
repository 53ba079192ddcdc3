import type { Market, ModelLine, ModelOrder } from "./market.ts";

/** What lines cost and how many of their pieces are where. */

export function newLine(market: Market, wanted: Pick<ModelLine, "variant" | "kind" | "days" | "quantity">): ModelLine {
  const { price, pricePerDay } = market.variant(wanted.variant);
  const { days } = wanted;
  return {
    variant: wanted.variant,
    kind: wanted.kind,
    quantity: wanted.quantity,
    ...(days === undefined ? {} : { days }),
    price: days === undefined ? price : pricePerDay * (days[1] - days[0] + 1),
    cancelled: 0,
    fulfilled: 0,
    returned: 0,
    discount: 0,
    ...untaken(),
    rental: "waits",
  };
}

export function untaken(): Pick<ModelLine, "reserved" | "garments" | "secured"> {
  return { reserved: 0, garments: [], secured: false };
}

/** Pieces that were not called off. */
export function wanted({ quantity, cancelled }: ModelLine): number {
  return quantity - cancelled;
}

/** Pieces that have not left. */
export function unsent(line: ModelLine): number {
  return wanted(line) - line.fulfilled;
}

function tax(market: Market, order: ModelOrder, line: ModelLine): number {
  // Rounded half up.
  return Math.floor((net(line) * market.boutique(order.boutique).taxBasisPoints) / 10_000 + 0.5);
}

function net(line: ModelLine): number {
  return line.price * wanted(line) - line.discount;
}

export function cost(market: Market, order: ModelOrder, line: ModelLine): number {
  return net(line) + tax(market, order, line);
}

/** Of all lines that were not called off, returned ones included. */
export function total(market: Market, order: ModelOrder): number {
  return order.lines.reduce((sum, line) => sum + cost(market, order, line), market.boutique(order.boutique).shipping);
}

/** What was paid for the next pieces that come back: the shares of all pieces are what was paid, to the last cent. */
export function shareOfNext(market: Market, order: ModelOrder, n: number, pieces: number): number {
  const line = order.lines[n] as ModelLine;
  const earlier = order.returns
    .flatMap((one) => one.pieces)
    .reduce((sum, piece) => sum + (piece.line === n ? piece.value : 0), 0);
  const until = Math.floor((cost(market, order, line) * (line.returned + pieces)) / wanted(line));
  return Math.max(0, until - earlier);
}

/** It replaces what has not come back yet. */
export function waitsForReturn(order: ModelOrder, n: number): boolean {
  return order.returns.some(
    ({ exchangeLine, state }) => exchangeLine === n && (state === "approved" || state === "received"),
  );
}
