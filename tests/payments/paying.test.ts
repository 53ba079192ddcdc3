import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { type BoutiqueFixture, makeBoutique } from "../helpers/fixtures.ts";
import { letHoldEnd, makeForSale, order, pay, stockOf } from "../helpers/orders.ts";
import { Paying, receipt } from "../helpers/paying.ts";
import { type Person, World } from "../helpers/world.ts";

/** A customer pays through the functions in Deno at the test provider, and webhooks come back. */

let world: World;
let paying: Paying;
let boutique: BoutiqueFixture;
let bride: Person;
let manager: Person;

beforeAll(async () => {
  world = await World.create();
  boutique = await makeBoutique(world.sql);
  bride = await world.asCustomer("Selam");
  manager = await world.asStaff(boutique.id, "manager");
  paying = await Paying.open(world);
});
afterAll(async () => {
  await paying?.close();
  await world?.close();
});
afterEach(async () => {
  expect(await world.sql`select * from private.order_check() union all select * from private.ledger_check()`).toEqual(
    [],
  );
});

async function bought(pieces = 1, stock = 5) {
  const veil = await makeForSale(world.sql, boutique, { stock, price: 10_000 });
  const group = await order(bride, [{ variantId: veil.id, quantity: pieces }]);
  return { veil, group, payment: await paying.paymentOf(group.id) };
}

const stateOf = async (groupId: string) =>
  (
    await world.sql`select state, paid_total::float8, refunded_total::float8 from public.orders where group_id = ${groupId}`
  )[0];
const transfersOf = (attemptId: string) =>
  world.sql`select state, reason, amount::float8 from public.refund_transfers where attempt_id = ${attemptId} order by id`;

describe("a payment", () => {
  it("is begun, paid on the provider's page, and settled by the return or the webhook, whoever is first", async () => {
    const { group, payment } = await bought();
    const { attempt_id, checkout_url, amount, currency } = await paying.started(bride, payment.id);
    expect({ amount, currency }).toEqual({ amount: 10_000, currency: "ETB" });
    const shop = await paying.payOnPage(checkout_url, { webhook: "never" });
    expect(Object.fromEntries(shop.searchParams)).toEqual({ payment_id: payment.id, payment_status: "succeeded" });
    expect(await stateOf(group.id)).toEqual({ state: "paid", paid_total: 10_000, refunded_total: 0 });
    expect(await paying.paymentOf(group.id)).toMatchObject({ state: "succeeded", method: "test" });
    expect(await paying.attempt(attempt_id)).toMatchObject({ state: "succeeded", received_amount: 10_000 });
  });

  it("is settled by its webhook when the browser never comes back, and a second delivery changes nothing", async () => {
    const { group, payment } = await bought();
    const { attempt_id, checkout_url } = await paying.started(bride, payment.id);
    await paying.bank.choose(checkout_url, { webhook: "twice" });
    const events = () => world.sql`
      select e.type from private.payment_events e where e.facts ->> 'reference' = ${attempt_id}`;
    await vi.waitFor(async () => expect(await events()).toEqual([{ type: "payment.succeeded" }]), 15_000);
    expect(await stateOf(group.id)).toMatchObject({ state: "pending" });
    await paying.work();
    expect(await stateOf(group.id)).toMatchObject({ state: "paid", paid_total: 10_000 });
  });

  it("goes on at the same page for who comes back, and at another for who chooses anew", async () => {
    const { payment } = await bought();
    const first = await paying.started(bride, payment.id);
    expect(await paying.started(bride, payment.id)).toEqual(first);
    const other = await paying.started(bride, payment.id, { return_url: "https://shop.example/other" });
    expect(other.attempt_id).not.toBe(first.attempt_id);
  });

  it("that failed can be tried again", async () => {
    const { group, payment } = await bought();
    const first = await paying.started(bride, payment.id);
    const back = await paying.payOnPage(first.checkout_url, { action: "fail" });
    await paying.work();
    expect(back.searchParams.get("payment_status")).toBe("failed");
    const second = await paying.started(bride, payment.id);
    expect(second.attempt_id).not.toBe(first.attempt_id);
    await paying.payOnPage(second.checkout_url);
    await paying.work();
    expect(await stateOf(group.id)).toMatchObject({ state: "paid" });
  });

  it("that is paid at two pages is settled once, and the second money goes back by itself", async () => {
    const { group, payment } = await bought();
    const first = await paying.started(bride, payment.id);
    const second = await paying.started(bride, payment.id, { return_url: "https://shop.example/other" });
    await Promise.all([paying.payOnPage(first.checkout_url), paying.payOnPage(second.checkout_url)]);
    await paying.work();
    expect(await stateOf(group.id)).toEqual({ state: "paid", paid_total: 10_000, refunded_total: 0 });
    const back = [...(await transfersOf(first.attempt_id)), ...(await transfersOf(second.attempt_id))];
    expect(back).toEqual([{ state: "paid", reason: "paid_twice", amount: 10_000 }]);
  });

  it("that was taken in cash meanwhile goes back, too", async () => {
    const { group, payment } = await bought();
    const { attempt_id, checkout_url } = await paying.started(bride, payment.id);
    const { error } = await manager.client.rpc("record_payment", {
      order_group_id: group.id,
      method: "cash",
      reference: receipt(),
      amount: 10_000,
      currency: "ETB",
    });
    expect(error).toBeNull();
    await paying.payOnPage(checkout_url);
    await paying.work();
    expect(await transfersOf(attempt_id)).toEqual([{ state: "paid", reason: "paid_twice", amount: 10_000 }]);
  });

  it("whose order is called off, or paid in cash, has its page closed", async () => {
    for (const end of ["cancel", "cash"]) {
      const { group, payment } = await bought();
      const { attempt_id, checkout_url } = await paying.started(bride, payment.id);
      const [{ id } = { id: "" }] = await world.sql<
        { id: string }[]
      >`select id from public.orders where group_id = ${group.id}`;
      if (end === "cancel") await bride.client.rpc("cancel_order", { order_id: id });
      else await pay(world.sql, group.id);
      await paying.work();
      expect(await paying.attempt(attempt_id)).toMatchObject({ state: "expired" });
      // The page says so, and takes nothing.
      await paying.bank.choose(checkout_url);
      await paying.reconcile();
      expect(await paying.attempt(attempt_id)).toMatchObject({ state: "expired", received_amount: null });
    }
  });

  it("that comes after the hold has ended is fulfilled when the goods are there still", async () => {
    const { group, payment, veil } = await bought();
    const { checkout_url } = await paying.started(bride, payment.id);
    await letHoldEnd(world.sql, group.id);
    await world.sql`select private.expire_order_hold(${group.id})`;
    await paying.bank.choose(checkout_url, { webhook: "before_return" });
    await paying.work();
    expect(await stateOf(group.id)).toMatchObject({ state: "paid" });
    expect(await stockOf(world.sql, veil.id)).toEqual({ onHand: 5, reserved: 1 });
  });

  it("that comes after the hold has ended is paid back in full when they are gone", async () => {
    const { group, payment, veil } = await bought(1, 1);
    const { attempt_id, checkout_url } = await paying.started(bride, payment.id);
    await letHoldEnd(world.sql, group.id);
    await order(await world.asCustomer(), [{ variantId: veil.id }]);
    await paying.bank.choose(checkout_url, { webhook: "before_return" });
    await paying.work();
    expect(await stateOf(group.id)).toMatchObject({ state: "cancelled", paid_total: 10_000, refunded_total: 10_000 });
    expect(await transfersOf(attempt_id)).toMatchObject([{ state: "paid", amount: 10_000 }]);
    expect(
      await world.sql`select f.state from public.refunds f join public.orders o on o.id = f.order_id where o.group_id = ${group.id}`,
    ).toMatchObject([{ state: "paid" }]);
  });

  it("for an order that was called off goes back", async () => {
    const { group, payment } = await bought();
    const { attempt_id, checkout_url } = await paying.started(bride, payment.id);
    const [{ id } = { id: "" }] = await world.sql<
      { id: string }[]
    >`select id from public.orders where group_id = ${group.id}`;
    await bride.client.rpc("cancel_order", { order_id: id });
    await paying.payOnPage(checkout_url);
    await paying.work();
    expect(await stateOf(group.id)).toMatchObject({ state: "cancelled", refunded_total: 10_000 });
    expect(await transfersOf(attempt_id)).toMatchObject([{ state: "paid", amount: 10_000 }]);
  });

  it("of more than is to be paid by now settles what is, and the rest goes back", async () => {
    const other = await makeBoutique(world.sql);
    const veil = await makeForSale(world.sql, boutique, { stock: 1, price: 10_000 });
    const ring = await makeForSale(world.sql, other, { stock: 1, price: 4_000 });
    const group = await order(bride, [{ variantId: veil.id }, { variantId: ring.id }]);
    const payment = await paying.paymentOf(group.id);
    const { attempt_id, checkout_url } = await paying.started(bride, payment.id);
    const [{ id } = { id: "" }] = await world.sql<{ id: string }[]>`
      select id from public.orders where group_id = ${group.id} and boutique_id = ${other.id}`;
    await bride.client.rpc("cancel_order", { order_id: id });
    await paying.payOnPage(checkout_url);
    await paying.work();
    expect(await paying.paymentOf(group.id)).toMatchObject({ state: "succeeded", amount: 10_000 });
    expect(await transfersOf(attempt_id)).toEqual([{ state: "paid", reason: "surplus", amount: 4_000 }]);
  });

  it("of less than is to be paid by now is kept, flagged, fulfils nothing, and goes back when a person says so", async () => {
    const { group, payment, veil } = await bought();
    const { attempt_id, checkout_url } = await paying.started(bride, payment.id);
    const [{ id } = { id: "" }] = await world.sql<
      { id: string }[]
    >`select id from public.orders where group_id = ${group.id}`;
    const stylist = await world.asStaff(boutique.id, "stylist");
    const edited = await stylist.client.rpc("edit_order", {
      order_id: id,
      idempotency_key: randomUUID(),
      changes: [{ variant_id: veil.id, quantity: 1 }],
    });
    expect(edited.error).toBeNull();
    await paying.payOnPage(checkout_url);
    await paying.work();
    expect(await stateOf(group.id)).toMatchObject({ state: "pending", paid_total: 0 });
    expect(await paying.attempt(attempt_id)).toMatchObject({ state: "mismatched", received_amount: 10_000 });
    const admin = await world.asAdmin();
    const { data } = await admin.client
      .from("payment_exceptions")
      .select("id, kind, detail")
      .eq("attempt_id", attempt_id);
    expect(data).toMatchObject([{ kind: "amount_differs", detail: { expected: 20_000, received: 10_000 } }]);
    expect(
      await world.sql`select kind from private.alerts where key = ${data?.[0]?.id ?? ""} and resolved_at is null`,
    ).toHaveLength(1);
    const resolve = () =>
      admin.client.rpc("resolve_payment_exception", { exception_id: data?.[0]?.id ?? "", resolution: "refunded" });
    expect((await resolve()).data).toMatchObject({ resolution: "refunded", resolved_by: admin.id });
    expect((await resolve()).error).toBeNull();
    await paying.work();
    expect(await transfersOf(attempt_id)).toEqual([{ state: "paid", reason: "amount_differs", amount: 10_000 }]);
  });

  it("of which no webhook comes is found by the reconciliation", async () => {
    const { group, payment } = await bought();
    const { checkout_url } = await paying.started(bride, payment.id);
    await paying.bank.choose(checkout_url, { webhook: "never" });
    await paying.reconcile();
    expect(await stateOf(group.id)).toMatchObject({ state: "paid" });
  });

  it("goes back to where it came from when its order is cancelled", async () => {
    const { group, payment } = await bought(2);
    const { attempt_id, checkout_url } = await paying.started(bride, payment.id);
    await paying.payOnPage(checkout_url);
    const [{ id } = { id: "" }] = await world.sql<
      { id: string }[]
    >`select id from public.orders where group_id = ${group.id}`;
    await bride.client.rpc("cancel_order", { order_id: id });
    const [refund] = await world.sql<{ id: string }[]>`select id from public.refunds where order_id = ${id}`;
    const byHand = await manager.client.rpc("record_refund", { refund_id: refund?.id ?? "", reference: "cash" });
    expect(byHand.error).toMatchObject({ code: "PT409", hint: "refund_under_way" });
    await paying.work();
    expect(await transfersOf(attempt_id)).toMatchObject([{ state: "paid", amount: 20_000 }]);
  });

  it("whose refund the provider refuses is a task for people, who pay by hand", async () => {
    const { group, payment } = await bought();
    const { attempt_id, checkout_url } = await paying.started(bride, payment.id);
    await paying.payOnPage(checkout_url, { refunds: "refused" });
    const [{ id } = { id: "" }] = await world.sql<
      { id: string }[]
    >`select id from public.orders where group_id = ${group.id}`;
    await bride.client.rpc("cancel_order", { order_id: id });
    await paying.work();
    expect(await transfersOf(attempt_id)).toMatchObject([{ state: "refused" }]);
    const admin = await world.asAdmin();
    const { data } = await admin.client.from("payment_exceptions").select("id, kind").eq("attempt_id", attempt_id);
    expect(data).toMatchObject([{ kind: "refund_refused" }]);
    const [refund] = await world.sql<{ id: string }[]>`select id from public.refunds where order_id = ${id}`;
    const byHand = await manager.client.rpc("record_refund", { refund_id: refund?.id ?? "", reference: "bank 12" });
    expect(byHand.data).toMatchObject({ state: "paid" });
    const again = await admin.client.rpc("resolve_payment_exception", {
      exception_id: data?.[0]?.id ?? "",
      resolution: "retried",
    });
    expect(again.error).toMatchObject({ code: "PT409", hint: "nothing_left" });
    const done = await admin.client.rpc("resolve_payment_exception", {
      exception_id: data?.[0]?.id ?? "",
      resolution: "handled",
      note: "Paid by bank",
    });
    expect(done.error).toBeNull();
  });
});
