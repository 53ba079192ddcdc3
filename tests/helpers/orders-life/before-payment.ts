import { randomUUID } from "node:crypto";
import { expect } from "vitest";
import { period } from "../fixtures.ts";
import { pick } from "../lives.ts";
import { letHoldEnd } from "../orders.ts";
import { addToCart, checkout } from "../orders-model/checkout.ts";
import { at, type Days, type ModelOrder } from "../orders-model/market.ts";
import { cancel, expire, recordable, recordPayment, settle } from "../orders-model/payments.ts";
import { type Both, mostly } from "./both.ts";
import type { Command } from "./commands.ts";

/** From the cart to the payment, or to the end without one. Each answers what came of it, `skip` when there is nothing to do. */

export async function add(both: Both, { who = 0, item = 0 }: Command): Promise<string> {
  const wish = at(both.shop.wishes, item);
  return await both.same(
    both.bride(who),
    (sql) => sql`
      select id from public.add_to_cart(${wish.variant}, ${wish.kind}, ${wish.quantity}, ${periodOf(wish.days)})`,
    () => {
      addToCart(both.market, who, wish);
      return undefined;
    },
  );
}

/** Sets the quantity of a line of the cart; 0 removes it. */
export async function change(both: Both, { who = 0, which, quantity = 0 }: Command): Promise<string> {
  const cart = at(both.market.now.carts, who);
  const wish = pick(cart, which);
  if (wish === undefined) return "skip";
  const { id } = both.bride(who);
  return await both.same(
    { id },
    async (sql) => {
      const item = sql`
        select i.id from public.cart_items i join public.carts c on c.id = i.cart_id
        where c.customer_id = ${id} and c.state = 'open' and i.variant_id = ${wish.variant} and i.kind = ${wish.kind}
          and i.period is not distinct from ${periodOf(wish.days)}::daterange`;
      if (quantity === 0) await sql`delete from public.cart_items where id in (${item})`;
      else await sql`update public.cart_items set quantity = ${quantity} where id in (${item})`;
    },
    () => {
      if (quantity === 0) cart.splice(cart.indexOf(wish), 1);
      else wish.quantity = quantity;
      return undefined;
    },
  );
}

export async function order(both: Both, { who = 0 }: Command): Promise<string> {
  const { id, addressId } = both.bride(who);
  const [open] = await both.sql<{ id: string }[]>`
    select id from public.carts where customer_id = ${id} and state = 'open'`;
  if (open === undefined) return "skip";
  let group = "";
  return await both.same(
    { id },
    async (sql) => {
      const [row] = await sql<{ id: string }[]>`
        select id from public.checkout(${open.id}, ${randomUUID()}, ${addressId})`;
      group = row?.id ?? "";
    },
    () => checkout(both.market, who, group),
  );
}

export async function lapse(both: Both, { which }: Command): Promise<string> {
  const late = both.order(which, isWaiting);
  if (late?.state !== "pending") return "skip";
  await letHoldEnd(both.sql, late.group);
  for (const one of both.market.now.orders) if (one.group === late.group) one.lapsed = true;
  return "ok";
}

export async function expireHold(both: Both, { which }: Command): Promise<string> {
  const late = both.order(which, ({ state, lapsed }) => state === "pending" && lapsed);
  if (late === undefined) return "skip";
  const [row] = await both.sql<{ done: boolean }[]>`select private.expire_order_hold(${late.group}) as done`;
  expect(expire(both.market, late.group)).toBe(row?.done);
  return String(row?.done);
}

/** Money arrives as a fact, for a group or for a change, whatever has become of it. */
export async function pay(both: Both, { which, does }: Command): Promise<string> {
  const { payments } = both.market.now;
  const payment = mostly(payments, which, ({ state }) => state === (does === "pay late" ? "cancelled" : "pending"));
  if (payment === undefined) return "skip";
  const n = payments.indexOf(payment);
  if (payment.state === "succeeded" && does === "pay late") return "skip";
  const about = `${payment.order === undefined ? "group" : "change"} ${payment.state}`;
  const id = await both.paymentId(n);
  // A repetition says how it was paid at first.
  await both.sql`
    select private.settle_payment(p.id, coalesce(p.method, 'card'), coalesce(p.reference, p.id::text), p.amount, p.currency::text)
    from public.payments p where p.id = ${id}`;
  const of = (group: string): ModelOrder[] => both.market.now.orders.filter((one) => one.group === group);
  const before = of(payment.group).map(({ state }) => state);
  settle(both.market, n);
  const moves = of(payment.group)
    .map(({ state }, one) => (before[one] === state ? state : `${before[one]} to ${state}`))
    .toSorted();
  return payment.order === undefined && !about.endsWith("succeeded") ? `${about}: ${moves.join(", ")}` : about;
}

/** Somebody of one boutique, or of both, has taken cash. */
export async function record(both: Both, { which, how }: Command): Promise<string> {
  const { payments } = both.market.now;
  const paid = both.order(which, ({ key, group }) =>
    payments.some((payment) => payment.state === "pending" && [key, group].includes(payment.order ?? payment.group)),
  );
  if (paid === undefined) return "skip";
  const ofBoth = both.shop.boutiques.map(({ id }) => id);
  const worksFor = how === "cashier" ? ofBoth : [paid.boutique];
  const candidates = recordable(both.market, paid, worksFor);
  const asked = candidates.find(({ state }) => state === "pending");
  // Which of several that were withdrawn is meant, nobody says.
  if (asked === undefined && candidates.some(({ state }) => state === "cancelled")) return "skip";
  return await both.same(
    how === "cashier" ? both.shop.cashier : both.managerOf(paid),
    (sql) => sql`
      select id from public.record_payment(${paid.group}, 'cash', ${randomUUID()}, ${asked?.amount ?? 1}, 'ETB')`,
    () => recordPayment(both.market, candidates),
  );
}

export async function callOff(both: Both, { which, how }: Command): Promise<string> {
  const gone = both.order(which, ({ state }) => state === "pending" || state === "paid");
  if (gone === undefined) return "skip";
  const { state } = gone;
  const id = await both.orderId(gone);
  const outcome = await both.same(
    both.actor(gone, how),
    (sql) => sql`select id from public.cancel_order(${id})`,
    () => cancel(both.market, gone, how === "staff"),
  );
  return `${state}${gone.fee > 0 ? " for a fee" : ""} ${outcome}`;
}

function isWaiting({ state, lapsed }: ModelOrder): boolean {
  return state === "pending" && !lapsed;
}

function periodOf(days: Days | undefined): string | null {
  return days === undefined ? null : period(...days);
}
