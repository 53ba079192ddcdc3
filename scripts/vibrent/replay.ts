import type { Sql } from "postgres";
import { reachOf, shiftIntoFuture } from "./calendar.ts";
import { type Api, type Client, signUpCustomer } from "./customer.ts";
import { dealByOutfit, dealInTurn } from "./deal.ts";
import type { Order } from "./order.ts";
import { type Outcome, reserve } from "./reserve.ts";
import { openShop, type Shop } from "./shop.ts";
import { type Calendar, verifyCalendar } from "./verify.ts";

export interface ReplayOptions {
  /** Connection as the owner of the schema, for opening the shop and looking at its calendar. */
  readonly sql: Sql;
  readonly api: Api;
  /** In file order, with the dates of the file. */
  readonly orders: readonly Order[];
  /** Days that a garment stays free after each rental. */
  readonly bufferDays: number;
  /** Customers that order at the same time. */
  readonly clients: number;
  /** Deals the orders in turn instead of by outfit; the result then depends on who is faster. */
  readonly interleave: boolean;
  /** Called after every order with how much is done, 0 to 1. */
  readonly onProgress?: (fraction: number) => void;
}

export interface ReplayResult {
  readonly counts: Readonly<Record<Outcome, number>>;
  /** Of the orders alone, without opening the shop and signing up. */
  readonly seconds: number;
  /** What the database holds afterwards. */
  readonly calendar: Calendar;
  readonly boutiqueId: string;
}

/**
 * Sends every order as a reservation to a new boutique and looks at the calendar afterwards.
 *
 * @throws {StackError} when an answer is neither a hold nor a refusal, or the calendar is wrong
 */
export async function replay(options: ReplayOptions): Promise<ReplayResult> {
  const now = new Date();
  const orders = shiftIntoFuture(options.orders, now);
  const outfits = [...new Set(orders.map(({ outfit }) => outfit))];
  const shop = await openShop(options.sql, outfits, options.bufferDays, reachOf(orders, now));
  const customers = await Promise.all(Array.from({ length: options.clients }, () => signUpCustomer(options.api)));
  const hands = options.interleave ? dealInTurn(orders, options.clients) : dealByOutfit(orders, options.clients);

  const startedAt = performance.now();
  const counts = await orderAll(customers, hands, shop, (done) => options.onProgress?.(done / orders.length));
  const seconds = (performance.now() - startedAt) / 1000;
  const calendar = await verifyCalendar(options.sql, shop.boutiqueId, counts.accepted);
  return { counts, seconds, calendar, boutiqueId: shop.boutiqueId };
}

/** Every customer orders one thing after the other, all of them at once; the first failure ends it for all. */
async function orderAll(
  customers: readonly Client[],
  hands: readonly (readonly Order[])[],
  shop: Shop,
  onDone: (orders: number) => void,
): Promise<Record<Outcome, number>> {
  const counts: Record<Outcome, number> = { accepted: 0, conflict: 0, invalid: 0 };
  let done = 0;
  let failed = false;
  const orderHand = async (client: Client, hand: readonly Order[]) => {
    for (const order of hand) {
      if (failed) return;
      counts[await reserve(client, shop.variantIds.get(order.outfit) ?? "", order)] += 1;
      done += 1;
      onDone(done);
    }
  };
  await Promise.all(
    customers.map((client, index) =>
      orderHand(client, hands[index] ?? []).catch((error: unknown) => {
        failed = true;
        throw error;
      }),
    ),
  );
  return counts;
}
