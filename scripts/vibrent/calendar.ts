import type { Order } from "./order.ts";

const DAY = 86_400_000;

/**
 * Moves all orders by the same number of days into the future, the earliest to the day after tomorrow
 * in UTC. So it is never today or past in any time zone, even when the replay runs over midnight.
 */
export function shiftIntoFuture(orders: readonly Order[], now: Date): Order[] {
  const earliest = Math.min(...orders.map(({ first }) => toDay(first)));
  const shift = toDay(now.toISOString().slice(0, 10)) + 2 - earliest;
  return orders.map((order) => ({
    ...order,
    first: toDate(toDay(order.first) + shift),
    last: toDate(toDay(order.last) + shift),
  }));
}

/** What a boutique's rental policy has to allow so that no order is refused for its length or for lying too far ahead. */
export interface Reach {
  /** Days of the longest order, both ends counted. */
  readonly maxDays: number;
  /** Days from today to the last day of all. */
  readonly maxDaysAhead: number;
}

/** The reach of shifted orders, seen from `now`. */
export function reachOf(orders: readonly Order[], now: Date): Reach {
  const today = toDay(now.toISOString().slice(0, 10));
  return {
    maxDays: Math.max(1, ...orders.map(({ first, last }) => toDay(last) - toDay(first) + 1)),
    maxDaysAhead: Math.max(1, ...orders.map(({ last }) => toDay(last) - today)),
  };
}

/** Days since 1970, for calculating without time zones. */
function toDay(date: string): number {
  return Date.parse(date) / DAY;
}

function toDate(day: number): string {
  return new Date(day * DAY).toISOString().slice(0, 10);
}
