import { randomUUID } from "node:crypto";
import { shareOfNext } from "../orders-model/lines.ts";
import { at, type ModelOrder, type ModelReturn } from "../orders-model/market.ts";
import { kept } from "../orders-model/money.ts";
import {
  answerReturn,
  cancelReturn,
  type FoundPieces,
  giveCourtesy,
  inspectReturn,
  receiveReturn,
  requestReturn,
} from "../orders-model/returns.ts";
import { type Both, mostly } from "./both.ts";
import type { Command } from "./commands.ts";

/** What comes back, goods and money. */

export async function request(both: Both, { which, item, quantity = 0, how, variant, does }: Command): Promise<string> {
  const order = both.order(which, ({ state, lines }) => state !== "refunded" && lines.some(canComeBack));
  const line = order && mostly(order.lines, item, canComeBack);
  if (order === undefined || line === undefined) return "skip";
  const n = order.lines.indexOf(line);
  const wanted = mostly(both.shop.variants, variant, ({ boutique }) => boutique === order.boutique);
  const exchange = does === "exchange" ? (wanted?.id ?? null) : null;
  const pieces = { line: n, quantity: quantity === 0 ? 1 : Math.max(1, line.fulfilled - line.returned) };
  const id = await both.orderId(order);
  const items = [{ order_item_id: await both.lineId(order, n), quantity: pieces.quantity }];
  return await both.same(
    both.actor(order, how),
    (sql) => sql`
      select id from public.request_return(${id}, ${sql.json(items)}, 'other', ${randomUUID()}, '', ${exchange})`,
    () => requestReturn(both.market, order, how === "staff", pieces, exchange ?? undefined),
  );
}

export async function answer(both: Both, command: Command): Promise<string> {
  const found = returnOf(both, command, ({ state }) => state === "requested");
  if (found === undefined) return "skip";
  const { order, n, exchange } = found;
  const approved = command.how !== "reject";
  const id = await both.returnId(order, n);
  const outcome = await both.same(
    both.managerOf(order),
    (sql) => sql`select id from public.answer_return(${id}, ${approved}, 'Worn')`,
    () => answerReturn(both.market, order, n, approved),
  );
  return outcome === "ok" ? `${approved ? "approved" : "rejected"}${exchange}` : outcome;
}

export async function receive(both: Both, command: Command): Promise<string> {
  const found = returnOf(both, command, ({ state }) => state === "requested" || state === "approved");
  if (found === undefined) return "skip";
  const { order, n, exchange } = found;
  const id = await both.returnId(order, n);
  const outcome = await both.same(
    both.managerOf(order),
    (sql) => sql`select id from public.receive_return(${id})`,
    () => receiveReturn(both.market, order, n),
  );
  return `${outcome}${exchange}`;
}

export async function inspect(both: Both, command: Command): Promise<string> {
  const found = returnOf(both, command, ({ state }) => state === "received");
  if (found === undefined) return "skip";
  const { order, n, exchange } = found;
  const verdict = verdictOn(both, order, at(order.returns, n), command.how);
  const id = await both.returnId(order, n);
  const sent = await Promise.all(
    verdict.map(async ({ line, quantity, outcome, garment, refund }) => ({
      order_item_id: await both.lineId(order, line),
      quantity,
      outcome,
      garment_id: garment ?? null,
      refund: refund ?? null,
    })),
  );
  const outcome = await both.same(
    both.managerOf(order),
    (sql) => sql`select id from public.inspect_return(${id}, ${sql.json(sent)})`,
    () => inspectReturn(both.market, order, n, verdict),
  );
  return outcome === "ok" ? `${command.how}${exchange}, ${order.state}` : outcome;
}

export async function callReturnOff(both: Both, command: Command): Promise<string> {
  const found = returnOf(both, command, ({ state }) => state === "requested" || state === "approved");
  if (found === undefined) return "skip";
  const { order, n, exchange } = found;
  const id = await both.returnId(order, n);
  const outcome = await both.same(
    both.actor(order, command.how),
    (sql) => sql`select id from public.cancel_return(${id})`,
    () => cancelReturn(both.market, order, n),
  );
  return `${outcome}${exchange}`;
}

export async function courtesy(both: Both, { which, how }: Command): Promise<string> {
  const order = both.order(which, ({ lines }) => lines.some(hasLeft));
  if (order === undefined) return "skip";
  const amount = how === "little" ? 100 : how === "all" ? kept(order) : kept(order) + 1;
  const id = await both.orderId(order);
  const outcome = await both.same(
    both.managerOf(order),
    (sql) => sql`select id from public.refund_order(${id}, ${amount}, 'Sorry', ${randomUUID()})`,
    () => giveCourtesy(order, amount),
  );
  return outcome === "ok" ? `ok, ${order.state}` : outcome;
}

export async function payBack(both: Both, { which, item }: Command): Promise<string> {
  const order = both.order(which, ({ refunds }) => refunds.some(({ state }) => state === "due"));
  const refund = order && mostly(order.refunds, item, ({ state }) => state === "due");
  if (order === undefined || refund === undefined) return "skip";
  const id = await both.refundId(order, order.refunds.indexOf(refund));
  return await both.same(
    both.managerOf(order),
    (sql) => sql`select id from public.record_refund(${id}, 'Transfer')`,
    () => {
      refund.state = "paid";
      return undefined;
    },
  );
}

function verdictOn(both: Both, order: ModelOrder, one: ModelReturn, how = ""): FoundPieces[] {
  const { line, quantity } = at(one.pieces, 0);
  const { garments } = at(order.lines, line);
  const away = garments.filter((garment) => both.market.now.retired.has(garment)).toSorted();
  const missing = how === "missing" ? quantity : how === "some missing" ? quantity - 1 : 0;
  const here = quantity - missing;
  const outcome = how === "damaged" ? "damaged" : "restock";
  const share = shareOfNext(both.market, order, line, away.length === 0 ? here : 1);
  const refund = { "for less": { refund: share - 10 }, "for too much": { refund: share + 1 } }[how];
  const there: FoundPieces[] =
    away.length === 0
      ? [{ line, quantity: here, outcome, ...refund }]
      : away.slice(0, here).map((garment) => ({ line, quantity: 1, outcome, garment, ...refund }));
  return [
    ...(here > 0 ? there : []),
    ...(missing > 0 ? [{ line, quantity: missing, outcome: "missing" } as const] : []),
  ];
}

function returnOf(both: Both, { which, item }: Command, isFit: (one: ModelReturn) => boolean) {
  const order = both.order(which, ({ returns }) => returns.some(isFit));
  const one = order && mostly(order.returns, item, isFit);
  if (order === undefined || one === undefined) return undefined;
  const exchange = one.exchangeVariant === undefined ? "" : " exchange";
  return { order, n: order.returns.indexOf(one), exchange };
}

function canComeBack(line: ModelOrder["lines"][number]): boolean {
  return line.kind !== "rental" && hasLeft(line);
}

function hasLeft({ fulfilled, returned }: ModelOrder["lines"][number]): boolean {
  return fulfilled > returned;
}
