import { newLine, total } from "./lines.ts";
import type { Market, ModelLine, ModelOrder, Refusal, Wish } from "./market.ts";
import { available, take } from "./shelf.ts";

/** Carts, and what becomes of them. */

export function addToCart(market: Market, customer: number, added: Wish): void {
  const cart = market.now.carts[customer] ?? [];
  const same = cart.find((wish) => isSame(wish, added));
  if (same === undefined) cart.push({ ...added });
  else same.quantity = Math.min(100, same.quantity + added.quantity);
}

/** An order per boutique, all of it or nothing, and one payment of the group. */
export function checkout(market: Market, customer: number, group: string): Refusal {
  const cart = market.now.carts[customer] ?? [];
  if (cart.length === 0) return "cart_is_empty";
  const short = cart.filter((wish) => wish.quantity > available(market, wish));
  if (short.some(({ kind }) => kind === "sale")) return "out_of_stock";
  if (short.length > 0) return "not_available";
  const boutiques = [...new Set(cart.map(({ variant }) => market.variant(variant).boutique))].toSorted();
  return market.attempt(() => {
    for (const boutique of boutiques) {
      const order = newOrder(group, boutique, customer);
      market.now.orders.push(order);
      for (const line of linesOf(market, cart, boutique)) {
        order.lines.push(line);
        const refusal = take(market, order, line);
        if (refusal !== undefined) return refusal;
      }
    }
    const orders = market.now.orders.filter((order) => order.group === group);
    market.now.payments.push({
      group,
      amount: orders.reduce((sum, order) => sum + total(market, order), 0),
      state: "pending",
    });
    market.now.carts[customer] = [];
    return undefined;
  });
}

/** In the order of variants, then of the cart; each rental is a line of its own. */
function linesOf(market: Market, cart: readonly Wish[], boutique: string): ModelLine[] {
  return cart
    .filter(({ variant }) => market.variant(variant).boutique === boutique)
    .toSorted((a, b) => (a.variant < b.variant ? -1 : a.variant > b.variant ? 1 : 0))
    .flatMap((wish) => {
      if (wish.kind === "rental") {
        return Array.from({ length: wish.quantity }, () => newLine(market, { ...wish, quantity: 1 }));
      }
      return [{ ...newLine(market, wish), discount: market.variant(wish.variant).discount * wish.quantity }];
    });
}

function newOrder(group: string, boutique: string, customer: number): ModelOrder {
  return {
    key: `${group} ${boutique}`,
    group,
    boutique,
    customer,
    state: "pending",
    lines: [],
    lapsed: false,
    expired: false,
    paid: 0,
    refunded: 0,
    fee: 0,
    shipments: [],
    returns: [],
    refunds: [],
  };
}

function isSame(a: Wish, b: Wish): boolean {
  return a.variant === b.variant && a.kind === b.kind && a.days?.[0] === b.days?.[0] && a.days?.[1] === b.days?.[1];
}
