import type { Order } from "./order.ts";

/**
 * Deals the orders to clients so that each outfit belongs to one of them: its orders stay in file
 * order, and the result does not depend on how fast the clients are.
 */
export function dealByOutfit(orders: readonly Order[], clients: number): Order[][] {
  const owners = new Map<string, number>();
  for (const { outfit } of orders) {
    if (!owners.has(outfit)) owners.set(outfit, owners.size % clients);
  }
  return deal(orders, clients, ({ outfit }) => owners.get(outfit) ?? 0);
}

/** Deals the orders in turn: clients meet on the same outfit, and who comes first is open. */
export function dealInTurn(orders: readonly Order[], clients: number): Order[][] {
  return deal(orders, clients, ({ row }) => row % clients);
}

function deal(orders: readonly Order[], clients: number, clientOf: (order: Order) => number): Order[][] {
  const hands = Array.from({ length: clients }, (): Order[] => []);
  for (const order of orders) hands[clientOf(order)]?.push(order);
  return hands;
}
