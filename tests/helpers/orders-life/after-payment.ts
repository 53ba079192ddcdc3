import { randomUUID } from "node:crypto";
import { expect } from "vitest";
import { pick } from "../lives.ts";
import { type Change, edit } from "../orders-model/edits.ts";
import { fulfil, giveBack, handOver, inspectRental, markDelivered } from "../orders-model/fulfilment.ts";
import { unsent, wanted } from "../orders-model/lines.ts";
import { at, type ModelLine, type ModelOrder } from "../orders-model/market.ts";
import { complete } from "../orders-model/states.ts";
import { type Both, mostly } from "./both.ts";
import type { Command } from "./commands.ts";

/** What staff do with what is paid: it leaves, is changed before it does, and is over one day. */

/** All that is left, or some pieces of one line. */
export async function send(both: Both, { which, item, quantity = 0, how }: Command): Promise<string> {
  const order = both.order(which, ({ state }) => state === "paid" || state === "part_fulfilled");
  if (order === undefined) return "skip";
  const line = item === undefined ? undefined : mostly(order.lines, item, (one) => unsent(one) > 0);
  const n = line === undefined ? -1 : order.lines.indexOf(line);
  const kind = how === "pickup" ? "pickup" : "delivery";
  const id = await both.orderId(order);
  const items = n < 0 ? null : [{ order_item_id: await both.lineId(order, n), quantity: quantity + 1 }];
  const outcome = await both.same(
    both.managerOf(order),
    (sql) => sql`
      select id from public.fulfil_order(${id}, ${kind}, ${randomUUID()}, ${items === null ? null : sql.json(items)})`,
    () => fulfil(both.market, order, kind, n < 0 ? undefined : [{ line: n, quantity: quantity + 1 }]),
  );
  return outcome === "ok" ? `${outcome}, ${order.state}` : outcome;
}

export async function deliver(both: Both, { which, item }: Command): Promise<string> {
  const order = both.order(which, ({ shipments }) => shipments.some(isOnItsWay));
  const shipment = order && mostly(order.shipments, item, isOnItsWay);
  if (order === undefined || shipment === undefined) return "skip";
  const n = order.shipments.indexOf(shipment);
  const id = await both.shipmentId(order, n);
  return await both.same(
    both.managerOf(order),
    (sql) => sql`select id from public.mark_delivered(${id})`,
    () => {
      markDelivered(order, n);
      return undefined;
    },
  );
}

export async function handOverRental(both: Both, { which, item }: Command): Promise<string> {
  const found = rentalOf(both, which, item, ({ rental }) => rental === "waits");
  if (found === undefined) return "skip";
  const { order, n } = found;
  const id = await both.rentalId(order, n);
  const outcome = await both.same(
    both.managerOf(order),
    (sql) => sql`select id from public.hand_over_rental(${id})`,
    () => handOver(both.market, order, n),
  );
  // A minute passes: in one transaction the clock stands still, and a rental would end before it has begun.
  if (outcome === "ok") {
    await both.sql`
      update public.allocations a set during = tstzrange(
        lower(a.during) - interval '1 minute', case when upper(a.during) <= now() then lower(a.during) else upper(a.during) end)
      from public.rentals r
      where r.id = ${id} and a.resource_id = r.garment_id and a.state <> 'released' and lower(a.during) <= now()`;
  }
  return outcome;
}

export async function takeRentalBack(both: Both, { which, item }: Command): Promise<string> {
  const found = rentalOf(both, which, item, ({ rental }) => rental === "out");
  if (found === undefined) return "skip";
  const { order, n } = found;
  const id = await both.rentalId(order, n);
  return await both.same(
    both.managerOf(order),
    (sql) => sql`select id from public.return_rental(${id})`,
    () => giveBack(at(order.lines, n)),
  );
}

export async function lookAtRental(both: Both, { which, item }: Command): Promise<string> {
  const found = rentalOf(both, which, item, ({ rental }) => rental === "back");
  if (found === undefined) return "skip";
  const { order, n } = found;
  const id = await both.rentalId(order, n);
  return await both.same(
    both.managerOf(order),
    (sql) => sql`select id from public.inspect_rental(${id}, 'ok', 'worn')`,
    () => inspectRental(at(order.lines, n)),
  );
}

export async function change(both: Both, command: Command): Promise<string> {
  const order = both.order(command.which, ({ state, lapsed }) => !lapsed || !["pending", "cancelled"].includes(state));
  if (order === undefined) return "skip";
  const changes = changesOf(both, order, command);
  const before = order.state;
  const refundsBefore = order.refunds.length;
  const id = await both.orderId(order);
  const sent = await Promise.all(
    changes.map(async (one) =>
      "line" in one
        ? { order_item_id: await both.lineId(order, one.line), quantity: one.quantity }
        : { variant_id: one.variant, quantity: one.quantity },
    ),
  );
  const outcome = await both.same(
    both.managerOf(order),
    (sql) => sql`select id from public.edit_order(${id}, ${sql.json(sent)}, ${randomUUID()})`,
    () => edit(both.market, order, changes),
  );
  if (outcome !== "ok") return outcome;
  return `${before}${order.refunds.length > refundsBefore ? " and paid back" : ""}`;
}

/** Days pass for an order that was paid or has left. */
export async function pass(both: Both, { which, days = 0 }: Command): Promise<string> {
  const order = both.order(which, ({ daysSincePayment }) => daysSincePayment !== undefined);
  if (order?.daysSincePayment === undefined) return "skip";
  const id = await both.orderId(order);
  await both.sql`update public.orders set paid_at = paid_at - make_interval(days => ${days}) where id = ${id}`;
  await both.sql`
    update public.shipments set created_at = created_at - make_interval(days => ${days}),
      delivered_at = delivered_at - make_interval(days => ${days})
    where order_id = ${id}`;
  order.daysSincePayment += days;
  for (const shipment of order.shipments) {
    shipment.daysAgo += days;
    if (shipment.deliveredDaysAgo !== undefined) shipment.deliveredDaysAgo += days;
  }
  return "ok";
}

export async function completeAll(both: Both): Promise<string> {
  const [row] = await both.sql<{ done: number }[]>`select private.complete_orders() as done`;
  expect(complete(both.market)).toBe(row?.done);
  return row?.done === 0 ? "none" : "some";
}

function changesOf(both: Both, order: ModelOrder, { item, quantity = 0, variant, how }: Command): Change[] {
  const line = mostly(order.lines, item, (one) => unsent(one) > 0) ?? at(order.lines, 0);
  const n = order.lines.indexOf(line);
  const offered = mostly(both.shop.variants, variant, ({ boutique }) => boutique === order.boutique);
  const another = { variant: offered?.id ?? "", quantity: quantity + 1 };
  switch (how) {
    case "fewer":
      return [{ line: n, quantity: Math.max(0, wanted(line) - quantity) }];
    case "more":
      return [{ line: n, quantity: wanted(line) + quantity + 1 }];
    case "remove":
      return [{ line: n, quantity: 0 }];
    case "add":
      return [another];
    default:
      return [{ line: n, quantity: 0 }, another];
  }
}

function rentalOf(
  both: Both,
  which: number | undefined,
  item: number | undefined,
  isFit: (line: ModelLine) => boolean,
) {
  const hasRental = ({ lines }: ModelOrder) => lines.some(({ kind }) => kind === "rental");
  const isLive = ({ state }: ModelOrder) => state !== "pending" && state !== "cancelled";
  const order = mostly(
    both.market.now.orders.filter(hasRental),
    which,
    (one) => isLive(one) && one.lines.some((line) => line.kind === "rental" && isFit(line)),
  );
  const line = pick(order?.lines.filter(({ kind }) => kind === "rental") ?? [], item);
  return order === undefined || line === undefined ? undefined : { order, n: order.lines.indexOf(line) };
}

function isOnItsWay({ deliveredDaysAgo }: ModelOrder["shipments"][number]): boolean {
  return deliveredDaysAgo === undefined;
}
