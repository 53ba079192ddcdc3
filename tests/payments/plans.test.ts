import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { chargePayment } from "../../functions/_shared/jobs/charge-payment.ts";
import { deliverNotification } from "../../functions/_shared/jobs/deliver-notification.ts";
import { watchPlans } from "../../functions/_shared/jobs/watch-plans.ts";
import { connectMany } from "../helpers/buyers.ts";
import { type BoutiqueFixture, makeBoutique } from "../helpers/fixtures.ts";
import { type ForSale, letHoldEnd, makeForSale, order, pay, receive, stockOf } from "../helpers/orders.ts";
import { Paying, receipt } from "../helpers/paying.ts";
import { runJob } from "../helpers/run-job.ts";
import { type Person, World } from "../helpers/world.ts";

/** An order that is paid in parts: chosen, paid, taken from a card, forgotten, and ended by its terms. */

let world: World;
let paying: Paying;
let boutique: BoutiqueFixture;
let bride: Person;
let manager: Person;
let gown: ForSale;
let group: Awaited<ReturnType<typeof order>>;
let orderId: string;

const price = 100_000;

beforeAll(async () => {
  world = await World.create();
  paying = await Paying.open(world);
});
afterAll(async () => {
  await paying?.close();
  await world?.close();
});
// Every test has a boutique with a gown that its bride has ordered and not paid yet.
beforeEach(async () => {
  await world.sql`delete from private.rate_limits`;
  boutique = await makeBoutique(world.sql);
  manager = await world.asStaff(boutique.id, "manager");
  bride = await world.asCustomer("Selam");
  gown = await makeForSale(world.sql, boutique, { stock: 3, price });
  group = await order(bride, [{ variantId: gown.id }]);
  orderId = await orderOf(group.id);
});
afterEach(async () => {
  expect(await world.sql`select * from private.order_check() union all select * from private.ledger_check()`).toEqual(
    [],
  );
});

async function orderOf(groupId: string, boutiqueId = boutique.id): Promise<string> {
  const [row] = await world.sql<
    { id: string }[]
  >`select id from public.orders where group_id = ${groupId} and boutique_id = ${boutiqueId}`;
  return row?.id ?? "";
}

/** A quarter at once and three instalments, a month apart; what is not said is the default. */
async function offered(terms: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const { data, error } = await manager.client
    .from("payment_plan_offers")
    .insert({
      ...{ boutique_id: boutique.id, name: `Plan ${randomUUID()}`, down_payment_percent: 25, instalments: 3 },
      ...terms,
    })
    .select("id")
    .single();
  if (error !== null) throw error;
  return data.id;
}

const choose = (offer_id: string, id = orderId, person = bride) =>
  person.client.rpc("choose_payment_plan", { order_id: id, offer_id });

async function chosen(terms: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const { data, error } = await choose(await offered(terms));
  if (error !== null) throw error;
  return data.id;
}

/** The bride pays the first part on the provider's page, and agrees that the others are taken the same way. */
async function payFirst(more: Readonly<Record<string, unknown>> = {}, fields: Readonly<Record<string, string>> = {}) {
  const { id } = await paying.paymentOf(group.id);
  const { checkout_url } = await paying.started(bride, id, more);
  await paying.payOnPage(checkout_url, fields);
  await paying.work();
}

const plan = async () => {
  const [row] = await world.sql`
    select state, down_payment::float8, instalment_total::float8, instalments from public.payment_plans where order_id = ${orderId}`;
  return row;
};
const orderState = async () => {
  const [row] = await world.sql`
    select state, state_reason, paid_total::float8, refunded_total::float8, fee_total::float8 from public.orders where id = ${orderId}`;
  return row;
};
const instalments = () => world.sql<{ id: string; state: string; amount: number }[]>`
  select id, state, amount::float8 as amount from public.payments
  where order_id = ${orderId} and purpose = 'instalment' order by due_at`;
const amounts = async () => (await instalments()).map(({ state, amount }) => `${amount} ${state}`);
const attempts = () => world.sql`
  select t.state, t.is_charge from public.payment_attempts t join public.payments p on p.id = t.payment_id
  where p.order_id = ${orderId} order by t.id`;
const saved = () => world.sql`
  select s.method from private.saved_payment_methods s join public.payment_plans l on l.id = s.plan_id where l.order_id = ${orderId}`;
const invoices = () =>
  world.sql`select kind, total::float8 from public.invoices where order_id = ${orderId} order by id`;

/** The day of the next open instalment was so many days ago. */
async function letDaysPass(days: number): Promise<void> {
  await world.sql`
    update public.payments set due_at = now() - make_interval(days => ${days}) where id = (
      select id from public.payments
      where order_id = ${orderId} and purpose = 'instalment' and state = 'pending' order by due_at limit 1)`;
}
async function watch(): Promise<void> {
  await runJob(world, watchPlans, {});
  await paying.work();
}
const take = (paymentId: string, amount: number) =>
  manager.client.rpc("take_payment", {
    ...{ payment_id: paymentId, method: "cash", reference: receipt(), amount, currency: "ETB" },
  });
const fulfil = () =>
  manager.client.rpc("fulfil_order", { order_id: orderId, kind: "pickup", idempotency_key: randomUUID() });

describe("a quote", () => {
  const quotes = async (person = bride) => {
    const { data, error } = await person.client.rpc("quote_payment_plans", { order_id: orderId });
    if (error !== null) throw error;
    return data;
  };
  const wearOn = (days: number) =>
    world.sql`update public.orders set wear_date = current_date + ${days}::int where id = ${orderId}`;

  it("says what is paid when, and what becomes of the order when it is not", async () => {
    await offered({ keep_percent: 20, grace_days: 5 });
    const [quote] = await quotes();
    expect(quote).toMatchObject({ down_payment: 25_000, currency: "ETB", grace_days: 5, on_default: "cancel" });
    const parts = quote?.instalments as { number: number; amount: number; due_on: string }[];
    expect(parts.map(({ amount }) => amount)).toEqual([25_000, 25_000, 25_000]);
    expect(quote?.terms).toBe(
      "Nothing leaves the boutique before all is paid. If an instalment is not paid within 5 days after its day, the order is cancelled, 20 % of its price is kept of what was paid, and the rest goes back.",
    );
  });

  it("loses no cent, whatever the price", async () => {
    for (const amount of [100_001, 99_999, 7]) {
      await world.sql`update public.orders set subtotal = ${amount}, total = ${amount} where id = ${orderId}`;
      const offer = await offered({ down_payment_percent: 33 });
      const quote = (await quotes()).find(({ offer_id }) => offer_id === offer);
      const parts = quote?.instalments as { amount: number }[];
      expect(parts.reduce((sum, part) => sum + part.amount, quote?.down_payment ?? 0)).toBe(amount);
      expect(
        Math.max(...parts.map((part) => part.amount)) - Math.min(...parts.map((part) => part.amount)),
      ).toBeLessThan(2);
    }
    await world.sql`update public.orders set subtotal = ${price}, total = ${price} where id = ${orderId}`;
  });

  it("has fewer instalments when the wedding is near, and is none when it is too near", async () => {
    await offered({ interval_days: 30, days_before_wear: 14 });
    await wearOn(14 + 65);
    expect((await quotes())[0]?.instalments).toHaveLength(2);
    await wearOn(14 + 29);
    expect(await quotes()).toEqual([]);
  });

  it("is none for a small order, from an offer that is not active, or when the payment is too late", async () => {
    await offered({ min_total: price + 1 });
    await offered({ is_active: false });
    expect(await quotes()).toEqual([]);
    await offered({ min_total: price });
    expect(await quotes()).toHaveLength(1);
    await letHoldEnd(world.sql, group.id);
    expect(await quotes()).toEqual([]);
  });

  it("is for her alone", async () => {
    const stranger = await world.asCustomer("Hanna");
    for (const person of [stranger, manager]) {
      const { error } = await person.client.rpc("quote_payment_plans", { order_id: orderId });
      expect(error).toMatchObject({ code: "PT404", hint: "order_not_found" });
    }
  });
});

describe("a plan that is chosen", () => {
  const due = async () => {
    const { data } = await bride.client
      .from("order_groups")
      .select("amount_due, planned_total")
      .eq("id", group.id)
      .single();
    return { ...data, payment: (await paying.paymentOf(group.id)).amount };
  };

  it("makes less to be paid now, once, gives way to another, and can be left", async () => {
    const offer = await offered();
    const { data: first } = await choose(offer);
    expect(await due()).toEqual({ amount_due: 25_000, planned_total: 75_000, payment: 25_000 });
    expect((await choose(offer)).data?.id).toBe(first?.id);
    expect((await choose(await offered({ down_payment_percent: 50 }))).error).toBeNull();
    expect(await due()).toEqual({ amount_due: 50_000, planned_total: 50_000, payment: 50_000 });
    for (let times = 0; times < 2; times += 1) {
      const { data } = await bride.client.rpc("leave_payment_plan", { order_id: orderId });
      expect(data).toMatchObject({ amount_due: price, planned_total: 0 });
    }
    expect(await due()).toMatchObject({ payment: price });
  });

  it("keeps its terms when the offer changes", async () => {
    const offer = await offered();
    await choose(offer);
    await manager.client.from("payment_plan_offers").update({ instalments: 12, is_active: false }).eq("id", offer);
    await manager.client.from("payment_plan_offers").delete().eq("id", offer);
    expect(await plan()).toEqual({ state: "chosen", down_payment: 25_000, instalment_total: 75_000, instalments: 3 });
  });

  it("is one of this boutique, of an order of hers that waits for its payment", async () => {
    const other = await makeBoutique(world.sql);
    const elsewhere = await world.asStaff(other.id, "manager");
    const { data } = await elsewhere.client
      .from("payment_plan_offers")
      .insert({ boutique_id: other.id, name: "Theirs", down_payment_percent: 1, instalments: 24 })
      .select("id")
      .single();
    for (const id of [data?.id ?? "", randomUUID()]) {
      expect((await choose(id)).error).toMatchObject({ code: "PT409", hint: "plan_not_offered" });
    }
    const offer = await offered();
    expect((await choose(offer, orderId, manager)).error).toMatchObject({ code: "PT404", hint: "order_not_found" });
    await pay(world.sql, group.id);
    expect((await choose(offer)).error).toMatchObject({ code: "PT409", hint: "invalid_state" });
    const { error } = await bride.client.rpc("leave_payment_plan", { order_id: orderId });
    expect(error).toMatchObject({ code: "PT409", hint: "invalid_state" });
  });

  it("is not changed by staff behind her back", async () => {
    await chosen();
    const { error } = await manager.client.rpc("edit_order", {
      ...{ order_id: orderId, changes: [{ variant_id: gown.id, quantity: 1 }], idempotency_key: randomUUID() },
    });
    expect(error).toMatchObject({ code: "PT409", hint: "plan_chosen" });
  });

  it("ends with an order that is called off, and begins when its money comes after the hold has expired", async () => {
    await chosen();
    await letHoldEnd(world.sql, group.id);
    await world.sql`select private.expire_order_hold(${group.id})`;
    expect(await plan()).toMatchObject({ state: "ended" });
    await pay(world.sql, group.id);
    expect(await orderState()).toMatchObject({ state: "paid", paid_total: 25_000 });
    expect(await amounts()).toEqual(["25000 pending", "25000 pending", "25000 pending"]);
  });

  it("whose goods are gone by then gives its first part back", async () => {
    await chosen();
    await letHoldEnd(world.sql, group.id);
    await world.sql`select private.expire_order_hold(${group.id})`;
    await pay(world.sql, (await order(await world.asCustomer("Hanna"), [{ variantId: gown.id, quantity: 3 }])).id);
    await pay(world.sql, group.id);
    expect(await orderState()).toMatchObject({ state: "cancelled", paid_total: 25_000, refunded_total: 25_000 });
    expect(await plan()).toMatchObject({ state: "ended" });
  });

  it("for one boutique leaves what another is paid at once", async () => {
    const other = await makeBoutique(world.sql);
    const veil = await makeForSale(world.sql, other, { stock: 1, price: 8_000 });
    group = await order(bride, [{ variantId: gown.id }, { variantId: veil.id }]);
    orderId = await orderOf(group.id);
    await chosen();
    expect(await due()).toEqual({ amount_due: 33_000, planned_total: 75_000, payment: 33_000 });
    await pay(world.sql, group.id);
    const paid = world.sql`select paid_total::float8 from public.orders where group_id = ${group.id} order by total`;
    expect(await paid).toEqual([{ paid_total: 8_000 }, { paid_total: 25_000 }]);
  });

  it("takes its part of the group with it when its order is called off before the payment", async () => {
    const other = await makeBoutique(world.sql);
    const veil = await makeForSale(world.sql, other, { stock: 1, price: 8_000 });
    group = await order(bride, [{ variantId: gown.id }, { variantId: veil.id }]);
    orderId = await orderOf(group.id);
    await chosen();
    expect((await bride.client.rpc("cancel_order", { order_id: orderId })).error).toBeNull();
    expect(await due()).toEqual({ amount_due: 8_000, planned_total: 0, payment: 8_000 });
  });

  it("is about what gift cards leave to pay", async () => {
    const { data: card, error } = await manager.client.rpc("issue_gift_card", {
      boutique_id: boutique.id,
      amount: 40_000,
    });
    if (error !== null) throw error;
    const { data: cart } = await bride.client.rpc("add_to_cart", { variant_id: gown.id, kind: "sale", quantity: 1 });
    const { data: bought, error: refused } = await bride.client.rpc("checkout", {
      ...{
        cart_id: cart?.cart_id ?? "",
        idempotency_key: randomUUID(),
        gift_card_codes: [card.code ?? ""],
      },
    });
    if (refused !== null) throw refused;
    group = bought;
    orderId = await orderOf(group.id);
    await chosen();
    expect(await due()).toEqual({ amount_due: 15_000, planned_total: 45_000, payment: 15_000 });
    await pay(world.sql, group.id);
    expect(await orderState()).toMatchObject({ state: "paid", paid_total: 55_000 });
    expect(await amounts()).toEqual(["15000 pending", "15000 pending", "15000 pending"]);
  });
});

describe("a plan whose first part is paid", () => {
  it("asks for the others, keeps the goods in the shop until all have come, and has its invoice then", async () => {
    await chosen();
    await payFirst();
    expect(await orderState()).toMatchObject({ state: "paid", paid_total: 25_000 });
    expect(await plan()).toMatchObject({ state: "active" });
    expect(await invoices()).toEqual([]);
    for (const [n, { id, amount }] of (await instalments()).entries()) {
      const { error } = await fulfil();
      expect(error).toMatchObject({ code: "PT409", hint: "payment_due" });
      expect(JSON.parse(error?.details ?? "")).toMatchObject({ payment_id: id, amount: 25_000 });
      expect((await take(id, amount)).error).toBeNull();
      expect(await orderState()).toMatchObject({ paid_total: 25_000 * (n + 2) });
    }
    expect(await plan()).toMatchObject({ state: "paid" });
    expect(await invoices()).toEqual([{ kind: "invoice", total: price }]);
    expect((await fulfil()).error).toBeNull();
  });

  it("reminds her before the day of each instalment, on it, and after it, and of nothing that is paid", async () => {
    const planId = await chosen();
    await payFirst();
    const [first] = await instalments();
    const jobs = await world.sql<{ occasion: string; days: number }[]>`
      select j.data ->> 'occasion' as occasion, extract(epoch from p.due_at - j.start_after)::float8 / 86400 as days
      from pgboss.job j join public.payments p on p.id = (j.data ->> 'subject_id')::uuid
      where j.name = 'notify.deliver' and j.data ->> 'subject_id' = ${first?.id ?? ""} order by j.start_after`;
    expect(jobs.map(({ occasion }) => occasion)).toEqual(["soon", "today", "late", "last_call"]);
    expect(jobs.map(({ days }) => Math.round(days * 24))).toEqual([4 * 24 - 10, 24 - 10, -10, -(5 * 24 + 10)]);
    const told = (occasion: string) =>
      runJob(world, deliverNotification, { kind: "payment_due", subject_id: first?.id ?? "", occasion });
    const [soon] = await told("soon");
    expect(soon?.text).toContain("The next instalment of your order");
    expect(soon?.text).toContain("Nothing leaves the boutique before all is paid.");
    await letDaysPass(2);
    expect((await told("late"))[0]?.text).toContain("is past its day");
    await take(first?.id ?? "", 25_000);
    expect(await told("last_call")).toEqual([]);
    expect(planId).not.toBe("");
  });

  it("pays less later when the order is changed to cost less, and has back what is more than that", async () => {
    const veil = await makeForSale(world.sql, boutique, { stock: 9, price: 10_000 });
    group = await order(bride, [{ variantId: gown.id }, { variantId: veil.id, quantity: 5 }]);
    orderId = await orderOf(group.id);
    await chosen();
    await payFirst();
    expect(await amounts()).toEqual(["37500 pending", "37500 pending", "37500 pending"]);
    const [line] = await world.sql<{ id: string }[]>`
      select id from public.order_items where order_id = ${orderId} and variant_id = ${veil.id}`;
    const keep = (quantity: number, id = line?.id ?? "") =>
      manager.client.rpc("edit_order", {
        ...{ order_id: orderId, changes: [{ order_item_id: id, quantity }], idempotency_key: randomUUID() },
      });
    expect((await keep(1)).error).toBeNull();
    expect(await amounts()).toEqual(["37500 pending", "35000 pending", "37500 cancelled"]);
    const [dress] = await world.sql<{ id: string }[]>`
      select id from public.order_items where order_id = ${orderId} and variant_id = ${gown.id}`;
    expect((await keep(0, dress?.id)).error).toBeNull();
    expect(await amounts()).toEqual(["37500 cancelled", "35000 cancelled", "37500 cancelled"]);
    expect(await orderState()).toMatchObject({ paid_total: 37_500, refunded_total: 27_500 });
    expect(await plan()).toMatchObject({ state: "paid" });
    expect(await invoices()).toEqual([{ kind: "invoice", total: 10_000 }]);
  });

  it("that is called off keeps the fee of the whole price, and never more than was paid", async () => {
    await world.sql`
      update public.commerce_policies set free_cancellation_hours = 0, cancellation_fee_percent = 20 where boutique_id = ${boutique.id}`;
    for (const [percent, fee] of [
      [50, 20_000],
      [10, 10_000],
    ] as const) {
      group = await order(bride, [{ variantId: gown.id }]);
      orderId = await orderOf(group.id);
      await chosen({ down_payment_percent: percent });
      await payFirst();
      await world.sql`update public.orders set paid_at = now() - interval '1 hour' where id = ${orderId}`;
      expect((await bride.client.rpc("cancel_order", { order_id: orderId })).error).toBeNull();
      expect(await orderState()).toMatchObject({
        state: "cancelled",
        fee_total: fee,
        refunded_total: percent * 1_000 - fee,
      });
      expect(await plan()).toMatchObject({ state: "ended" });
      expect(new Set((await instalments()).map(({ state }) => state))).toEqual(new Set(["cancelled"]));
    }
  });

  it("gives an instalment back that comes when all is over", async () => {
    await chosen();
    await payFirst();
    const [first] = await instalments();
    const { checkout_url } = await paying.started(bride, first?.id ?? "");
    expect((await bride.client.rpc("cancel_order", { order_id: orderId })).error).toBeNull();
    await paying.payOnPage(checkout_url);
    await paying.work();
    const { paid_total, refunded_total } = (await orderState()) ?? {};
    expect(paid_total).toBe(refunded_total);
  });
});

describe("what is written of a plan", () => {
  const edit = (changes: object[]) =>
    manager.client.rpc("edit_order", {
      ...{ order_id: orderId, changes: changes as never, idempotency_key: randomUUID() },
    });
  const payAll = async () => {
    for (const { id, state, amount } of await instalments()) if (state === "pending") await take(id, amount);
  };
  const net = async () =>
    (await invoices()).reduce((sum, { kind, total }) => sum + (kind === "credit_note" ? -total : total), 0);

  it("is one invoice with what changes have cost, when all is paid", async () => {
    await chosen();
    await payFirst();
    const veil = await makeForSale(world.sql, boutique, { stock: 9, price: 10_000 });
    await edit([{ variant_id: veil.id, quantity: 1 }]);
    await payAll();
    expect(await plan()).toMatchObject({ state: "paid" });
    expect(await invoices()).toEqual([]);
    const [change] = await world.sql<{ id: string }[]>`
      select id from public.payments where order_id = ${orderId} and purpose = 'change'`;
    expect((await take(change?.id ?? "", 10_000)).error).toBeNull();
    expect(await invoices()).toEqual([{ kind: "invoice", total: 110_000 }]);
    await edit([{ variant_id: veil.id, quantity: 1 }]);
    const [later] = await world.sql<{ id: string }[]>`
      select id from public.payments where order_id = ${orderId} and purpose = 'change' and state = 'pending'`;
    expect((await take(later?.id ?? "", 10_000)).error).toBeNull();
    expect(await net()).toBe(120_000);
  });

  it("adds up to what was kept when an instalment comes that is not needed any more", async () => {
    const veil = await makeForSale(world.sql, boutique, { stock: 9, price: 10_000 });
    group = await order(bride, [{ variantId: veil.id, quantity: 2 }]);
    orderId = await orderOf(group.id);
    await chosen({ down_payment_percent: 25, instalments: 1 });
    await payFirst();
    const [last] = await instalments();
    const { checkout_url } = await paying.started(bride, last?.id ?? "");
    const [line] = await world.sql<{ id: string }[]>`select id from public.order_items where order_id = ${orderId}`;
    // Cheaper by less than the instalment, and then by the rest of it.
    await edit([{ order_item_id: line?.id, quantity: 1 }]);
    await payAll();
    expect(await net()).toBe(10_000);
    await paying.payOnPage(checkout_url);
    await paying.work();
    const { paid_total, refunded_total } = (await orderState()) as Record<string, number>;
    expect((paid_total ?? 0) - (refunded_total ?? 0)).toBe(10_000);
    expect(await net()).toBe(10_000);
  });

  it("is no alarm that a customer can set off with her words", async () => {
    await chosen();
    await bride.client.rpc("cancel_order", { order_id: orderId, reason: "sold_out_before_payment" });
    expect(await plan()).toBeUndefined();
  });
});

describe("a way to pay that is saved", () => {
  it("is kept for a plan alone, by a provider that can, with her consent", async () => {
    const { id } = await paying.paymentOf(group.id);
    const early = await paying.start(bride, id, { saves_method: true });
    expect(early.status).toBe(409);
    expect(await early.json()).toMatchObject({ code: "no_plan" });
    await chosen();
    await payFirst();
    expect(await saved()).toEqual([]);
    const methods = await paying.call("/payments/methods?currency=ETB", bride, { method: "GET" });
    expect(await methods.json()).toMatchObject({ methods: [{ provider: "test", saves: true }] });
  });

  it("pays each instalment on its day, and is forgotten with the last", async () => {
    await chosen();
    await payFirst({ saves_method: true });
    expect(await saved()).toHaveLength(1);
    await watch();
    expect(await amounts()).toEqual(["25000 pending", "25000 pending", "25000 pending"]);
    for (let paid = 1; paid <= 3; paid += 1) {
      await letDaysPass(0);
      await watch();
      await watch();
      expect(await orderState()).toMatchObject({ paid_total: 25_000 * (paid + 1) });
    }
    expect(await plan()).toMatchObject({ state: "paid" });
    expect(await saved()).toEqual([]);
    expect(await attempts()).toEqual(Array(3).fill({ state: "succeeded", is_charge: true }));
  });

  it("that is declined is tried every other day, four times, and she can pay another way meanwhile", async () => {
    await chosen();
    await payFirst({ saves_method: true }, { declines: "yes" });
    await letDaysPass(0);
    for (let day = 0; day < 12; day += 1) {
      await watch();
      await world.sql`update public.payment_attempts set created_at = created_at - interval '1 day' where is_charge`;
    }
    expect(await attempts()).toEqual(Array(4).fill({ state: "failed", is_charge: true }));
    const [first] = await instalments();
    const { checkout_url } = await paying.started(bride, first?.id ?? "", { saves_method: true });
    await paying.payOnPage(checkout_url);
    await paying.work();
    expect(await amounts()).toEqual(["25000 succeeded", "25000 pending", "25000 pending"]);
    // The card that she has paid with now is taken from now on.
    await letDaysPass(0);
    await watch();
    expect(await amounts()).toEqual(["25000 succeeded", "25000 succeeded", "25000 pending"]);
  });

  it("is charged once when the worker dies before it has noted the answer", async () => {
    await chosen();
    await payFirst({ saves_method: true });
    await letDaysPass(0);
    await runJob(world, watchPlans, {});
    const [job] = await world.sql<{ data: { attempt_id: string } }[]>`
      select data from pgboss.job where name = 'payment.charge' and state = 'created' and data ->> 'attempt_id' in (
        select t.id::text from public.payment_attempts t join public.payments p on p.id = t.payment_id where p.order_id = ${orderId})`;
    const attempt_id = job?.data.attempt_id ?? "";
    const [known] = await saved();
    const charged = await paying.bank.provider().charge?.({
      ...{
        reference: attempt_id,
        amount: 25_000,
        currency: "ETB",
        description: "the first time",
        savedMethod: known?.["method"],
      },
    });
    await paying.work();
    await runJob(world, chargePayment, { attempt_id }, { payments: paying.accounts });
    expect(await orderState()).toMatchObject({ paid_total: 50_000 });
    expect(await paying.attempt(attempt_id)).toMatchObject({
      state: "succeeded",
      provider_payment_id: charged?.paymentId,
    });
  });

  it("is not charged for what was called off, and not when she does not want it any more", async () => {
    const planId = await chosen();
    await payFirst({ saves_method: true });
    const stranger = await world.asCustomer("Hanna");
    const forget = (person: Person) => person.client.rpc("forget_payment_method", { plan_id: planId });
    expect((await forget(stranger)).error).toMatchObject({ code: "PT404", hint: "plan_not_found" });
    await letDaysPass(0);
    await runJob(world, watchPlans, {});
    expect((await forget(bride)).data).toBe(true);
    expect((await forget(bride)).data).toBe(false);
    await paying.work();
    await bride.client.rpc("cancel_order", { order_id: orderId });
    await paying.work();
    expect(await orderState()).toMatchObject({ state: "cancelled", paid_total: 25_000, refunded_total: 25_000 });
    expect(await attempts()).toEqual([{ state: "failed", is_charge: true }]);
  });

  it("is charged once by two workers that begin at the same time, and not through an account that was closed", async () => {
    await chosen();
    await payFirst({ saves_method: true });
    await letDaysPass(0);
    const [known] = await world.sql<{ id: string }[]>`
      insert into private.provider_accounts (boutique_id, provider, sealed_keys, key_hint, disabled_at)
      values (${boutique.id}, 'test', 'v1.x', 'abcd', now()) returning id`;
    const through = (account: string | null) =>
      world.sql`
        update public.payment_attempts set account_id = ${account} where id in (
          select s.attempt_id from private.saved_payment_methods s join public.payment_plans l on l.id = s.plan_id where l.order_id = ${orderId})`;
    await through(known?.id ?? "");
    await runJob(world, watchPlans, {});
    expect(await attempts()).toEqual([]);
    await through(null);
    const many = connectMany(world, 8);
    await Promise.all(Array.from({ length: 8 }, () => many`select private.collect_instalments(10)`));
    await many.end();
    expect(await attempts()).toEqual([{ state: "open", is_charge: true }]);
    await paying.work();
    expect(await orderState()).toMatchObject({ paid_total: 50_000 });
  });

  it("that takes money while she pays herself gives one of both back", async () => {
    await chosen();
    await payFirst({ saves_method: true });
    await letDaysPass(0);
    await runJob(world, watchPlans, {});
    const [first] = await instalments();
    const { checkout_url } = await paying.started(bride, first?.id ?? "");
    await Promise.all([paying.payOnPage(checkout_url), paying.work()]);
    await paying.work();
    expect(await orderState()).toMatchObject({ paid_total: 50_000 });
    const back = await world.sql`
      select f.reason, f.state, f.amount::float8 from public.refund_transfers f
      join public.payment_attempts t on t.id = f.attempt_id where t.payment_id = ${first?.id ?? ""}`;
    expect(back).toEqual([{ reason: "paid_twice", state: "paid", amount: 25_000 }]);
  });
});

describe("an instalment that does not come", () => {
  const tellings = (planId: string) =>
    world.sql`select data ->> 'kind' as kind from pgboss.job where name = 'notify.deliver' and data ->> 'subject_id' = ${planId}`;

  it("is waited for until its grace is over, and then the order is cancelled by the terms", async () => {
    const planId = await chosen({ grace_days: 5, keep_percent: 20 });
    await payFirst();
    await letDaysPass(4);
    await watch();
    expect(await plan()).toMatchObject({ state: "active" });
    expect(await stockOf(world.sql, gown.id)).toEqual({ onHand: 3, reserved: 1 });
    await letDaysPass(6);
    await watch();
    expect(await plan()).toMatchObject({ state: "ended" });
    expect(await orderState()).toEqual({
      ...{
        state: "cancelled",
        state_reason: "plan_defaulted",
        paid_total: 25_000,
        refunded_total: 5_000,
        fee_total: 20_000,
      },
    });
    expect(await stockOf(world.sql, gown.id)).toEqual({ onHand: 3, reserved: 0 });
    expect(await tellings(planId)).toEqual([{ kind: "plan_defaulted" }]);
    const mails = await runJob(world, deliverNotification, {
      kind: "plan_defaulted",
      subject_id: planId,
      occasion: "x",
    });
    expect(mails.map(({ subject }) => subject)).toEqual([expect.stringContaining("Not paid in time: order")]);
    expect(mails[0]?.to).toBe(manager.email);
  });

  it("leaves the boutique to decide where its plan says so: it waits, or it ends the plan", async () => {
    const planId = await chosen({ on_default: "keep_open", keep_percent: 10 });
    await payFirst();
    const end = (person: Person) => person.client.rpc("end_payment_plan", { plan_id: planId });
    expect((await end(manager)).error).toMatchObject({ code: "PT409", hint: "invalid_state" });
    await letDaysPass(8);
    await watch();
    expect(await plan()).toMatchObject({ state: "overdue" });
    expect(await orderState()).toMatchObject({ state: "paid" });
    const stylist = await world.asStaff(boutique.id, "stylist");
    expect((await end(stylist)).error).toMatchObject({ code: "PT404", hint: "plan_not_found" });
    expect((await end(bride)).error).toMatchObject({ code: "PT404", hint: "plan_not_found" });
    expect((await end(manager)).data).toMatchObject({ state: "ended" });
    expect((await end(manager)).data).toMatchObject({ state: "ended" });
    expect(await orderState()).toMatchObject({ state: "cancelled", fee_total: 10_000, refunded_total: 15_000 });
  });

  it("that comes late nevertheless brings the plan back", async () => {
    await chosen({ on_default: "keep_open" });
    await payFirst();
    await letDaysPass(8);
    await watch();
    const [first] = await instalments();
    expect((await take(first?.id ?? "", 25_000)).error).toBeNull();
    expect(await plan()).toMatchObject({ state: "active" });
  });

  it("is not the end while it is on its way", async () => {
    await chosen({ grace_days: 5 });
    await payFirst();
    await letDaysPass(6);
    const [first] = await instalments();
    const { checkout_url } = await paying.started(bride, first?.id ?? "");
    await watch();
    expect(await plan()).toMatchObject({ state: "active" });
    await paying.payOnPage(checkout_url);
    await paying.work();
    expect(await amounts()).toEqual(["25000 succeeded", "25000 pending", "25000 pending"]);
  });

  it("and its money at the same moment are either a paid instalment or a cancelled order with all beyond the fee back", async () => {
    const many = connectMany(world, 8);
    const ends = { paid: 0, cancelled: 0 };
    await receive(world.sql, boutique, gown.id, 12);
    for (let round = 0; round < 12; round += 1) {
      group = await order(bride, [{ variantId: gown.id }]);
      orderId = await orderOf(group.id);
      await chosen({ grace_days: 5, keep_percent: 5 });
      await pay(world.sql, group.id);
      await letDaysPass(6);
      const [first] = await instalments();
      const settle = many`
        select private.settle_payment(p.id, 'cash', ${receipt()}, p.amount, p.currency::text) from public.payments p where p.id = ${first?.id ?? ""}`;
      const over = many`select private.default_next_plan()`;
      await Promise.all(round % 2 === 0 ? [settle, over] : [over, settle]);
      const now = await orderState();
      if (now?.["state"] === "paid") {
        expect(now).toMatchObject({ paid_total: 50_000, refunded_total: 0 });
        ends.paid += 1;
      } else {
        expect(now).toMatchObject({ state: "cancelled", fee_total: 5_000 });
        expect(now?.["paid_total"]).toBe(now?.["refunded_total"] + 5_000);
        ends.cancelled += 1;
      }
    }
    await many.end();
    expect(ends.paid + ends.cancelled).toBe(12);
  });
});
