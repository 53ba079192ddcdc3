import fc from "fast-check";
import { afterAll, beforeAll, it } from "vitest";
import { Outcomes } from "../helpers/lives.ts";
import { certainLives } from "../helpers/orders-life/certain-lives.ts";
import { type Command, life } from "../helpers/orders-life/commands.ts";
import { OrdersLife } from "../helpers/orders-life/life.ts";
import { openShop, type Shop } from "../helpers/orders-life/shop.ts";
import { World } from "../helpers/world.ts";

/** Random lives of carts and orders, beside a model of them in plain data: after every command both say the same. */

let world: World;
let shop: Shop;

beforeAll(async () => {
  world = await World.create();
  shop = await openShop(world);
});
afterAll(() => world.close());

const outcomes = new Outcomes();
const live = (commands: readonly Command[]) => outcomes.live(world.sql, commands, (sql) => new OrdersLife(sql, shop));

// Raise NEXUS_MODEL_RUNS for a long night; a failure prints the seed and the shortest life that shows it.
const runs = Number(process.env["NEXUS_MODEL_RUNS"] ?? 40);

it(`is as the model says, in ${runs} random lives`, { timeout: 60_000 + runs * 2_000 }, async () => {
  for (const commands of certainLives) await live(commands);
  await fc.assert(fc.asyncProperty(life, live), { numRuns: runs });
  outcomes.expectAll([
    "checkout: ok",
    "checkout: cart_is_empty",
    "checkout: out_of_stock",
    "checkout: not_available",
    "expire: true",
    "pay: group pending: pending to paid",
    "pay: group pending: pending to paid, pending to paid",
    "pay: group pending: pending to cancelled",
    "pay: change pending",
    "pay late: group cancelled: cancelled, cancelled to paid",
    "pay late: group cancelled: cancelled, cancelled",
    "pay late: change cancelled",
    "record: ok",
    "record: already_paid",
    "record: order_group_not_found",
    "cancel: pending ok",
    "cancel: paid ok",
    "cancel: paid for a fee ok",
    "cancel: part_fulfilled invalid_state",
    "fulfil: ok, part_fulfilled",
    "fulfil: ok, fulfilled",
    "fulfil: ok, part_refunded",
    "fulfil: nothing_left",
    "fulfil: payment_due",
    "fulfil: hand_over_rental",
    "hand over: ok",
    "hand over: not_available",
    "hand over: garment_not_ready",
    "hand over: payment_due",
    "inspect rental: ok",
    "inspect rental: invalid_state",
    "edit: pending",
    "edit: paid",
    "edit: paid and paid back",
    "edit: part_fulfilled and paid back",
    "edit: fulfilled",
    "edit: out_of_stock",
    "edit: variant_not_found",
    "edit: invalid_changes",
    "edit: already_fulfilled",
    "edit: order_would_be_empty",
    "edit: return_open",
    "return: ok",
    "return: invalid_state",
    "return: not_returnable",
    "return: nothing_left",
    "return: return_window_passed",
    "exchange: ok",
    "exchange: out_of_stock",
    "exchange: variant_not_found",
    "answer: approved",
    "answer: approved exchange",
    "answer: rejected",
    "answer: out_of_stock",
    "receive: ok",
    "receive: ok exchange",
    "cancel return: ok",
    "cancel return: ok exchange",
    "cancel return: invalid_state",
    "inspect: restock, refunded",
    "inspect: damaged, refunded",
    "inspect: some missing, part_refunded",
    "inspect: for less, part_refunded",
    "inspect: missing, part_refunded",
    "inspect: restock exchange, part_fulfilled",
    "inspect: missing exchange, part_refunded",
    "inspect: invalid_items",
    "inspect: invalid_state",
    "courtesy: ok, part_refunded",
    "courtesy: ok, refunded",
    "courtesy: invalid_refund",
    "pay back: ok",
    "complete: some",
    "complete: none",
  ]);
});
