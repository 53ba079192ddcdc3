import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type BoutiqueFixture, day, makeBoutique, makeVariant, period } from "../helpers/fixtures.ts";
import { fillCart, letHoldEnd, makeForSale, order, pay, stockOf } from "../helpers/orders.ts";
import { type Person, World } from "../helpers/world.ts";

let world: World;
let boutique: BoutiqueFixture;
let bride: Person;

beforeAll(async () => {
  world = await World.create();
  boutique = await makeBoutique(world.sql);
  bride = await world.asCustomer("Selam");
});
afterAll(() => world.close());

const ordersOf = async (groupId: string) => {
  const { data, error } = await bride.client
    .from("orders")
    .select("*, order_items(*)")
    .eq("group_id", groupId)
    .order("id");
  if (error !== null) throw error;
  return data;
};

describe("checkout", () => {
  it("orders a sale, a rental and a gown that is made, from two boutiques, and says what to pay and until when", async () => {
    const other = await makeBoutique(world.sql);
    const veil = await makeForSale(world.sql, boutique, { stock: 5, price: 3_000 });
    const gown = await makeVariant(world.sql, boutique, { pricePerDay: 1_000 });
    const dress = await makeForSale(world.sql, other, { madeToOrder: true, price: 90_000 });
    const group = await order(bride, [
      { variantId: veil.id, quantity: 2 },
      { variantId: gown.id, kind: "rental", period: period(10, 12) },
      { variantId: dress.id, kind: "made_to_order" },
    ]);
    expect(group).toMatchObject({ total: 6_000 + 3_000 + 90_000, amount_due: 99_000, currency: "ETB", paid_at: null });
    expect(Date.parse(group.hold_expires_at) - Date.now()).toBeGreaterThan(25 * 60_000);
    const orders = await ordersOf(group.id);
    expect(orders.map(({ state, total, number }) => [state, total, number]).sort()).toEqual([
      ["pending", 9_000, null],
      ["pending", 90_000, null],
    ]);
    expect(await stockOf(world.sql, veil.id)).toEqual({ onHand: 5, reserved: 2 });
    const { data: rentals } = await bride.client.from("rentals").select("state").eq("variant_id", gown.id);
    expect(rentals).toEqual([{ state: "held" }]);
    const { data: payments } = await bride.client.from("payments").select("state, amount").eq("group_id", group.id);
    expect(payments).toEqual([{ state: "pending", amount: 99_000 }]);

    await pay(world.sql, group.id);
    const paid = await ordersOf(group.id);
    expect(paid.map(({ state, number }) => [state, number])).toEqual([
      ["paid", 1],
      ["paid", 1],
    ]);
    const { data: reserved } = await bride.client.from("rentals").select("state").eq("variant_id", gown.id);
    expect(reserved).toEqual([{ state: "reserved" }]);
  });

  it("gives everything back when nobody pays in time", async () => {
    const veil = await makeForSale(world.sql, boutique, { stock: 1 });
    const gown = await makeVariant(world.sql, boutique);
    const couture = await makeForSale(world.sql, boutique, { serialised: true, garments: 1 });
    const group = await order(bride, [
      { variantId: veil.id },
      { variantId: gown.id, kind: "rental", period: period(10, 12) },
      { variantId: couture.id },
    ]);
    await letHoldEnd(world.sql, group.id);
    await world.sql`select private.expire_order_hold(${group.id})`;
    expect(await stockOf(world.sql, veil.id)).toEqual({ onHand: 1, reserved: 0 });
    expect((await ordersOf(group.id))[0]).toMatchObject({ state: "cancelled", state_reason: "hold_expired" });
    const [live] = await world.sql`
      select count(*)::int as n from public.allocations where state <> 'released'
        and resource_id = any (${[...gown.garmentIds, ...couture.garmentIds]})`;
    expect(live).toEqual({ n: 0 });
  });

  it("fulfils a payment that comes after the hold, while everything can still be had", async () => {
    const veil = await makeForSale(world.sql, boutique, { stock: 1 });
    const gown = await makeVariant(world.sql, boutique);
    const group = await order(bride, [
      { variantId: veil.id },
      { variantId: gown.id, kind: "rental", period: period(10, 12) },
    ]);
    await letHoldEnd(world.sql, group.id);
    await world.sql`select private.expire_order_hold(${group.id})`;
    await pay(world.sql, group.id);
    expect((await ordersOf(group.id))[0]).toMatchObject({ state: "paid", refunded_total: 0 });
    expect(await stockOf(world.sql, veil.id)).toEqual({ onHand: 1, reserved: 1 });
  });

  it("gives what an ended hold keeps to the next at once, and pays a late payment back", async () => {
    const veil = await makeForSale(world.sql, boutique, { stock: 1, price: 700 });
    const couture = await makeForSale(world.sql, boutique, { serialised: true, garments: 1, price: 800 });
    const late = await order(bride, [{ variantId: veil.id }, { variantId: couture.id }]);
    await letHoldEnd(world.sql, late.id);
    const next = await world.asCustomer("Hanna");
    const group = await order(next, [{ variantId: veil.id }, { variantId: couture.id }]);
    await pay(world.sql, group.id);
    await pay(world.sql, late.id);
    expect((await ordersOf(late.id))[0]).toMatchObject({ state: "cancelled", refunded_total: 1_500 });
    const { data: refunds } = await bride.client
      .from("refunds")
      .select("state, amount, reason")
      .eq("order_id", (await ordersOf(late.id))[0]?.id ?? "");
    expect(refunds).toEqual([{ state: "due", amount: 1_500, reason: "sold_out_before_payment" }]);
    expect(await stockOf(world.sql, veil.id)).toEqual({ onHand: 1, reserved: 1 });
    const [sold] = await world.sql`
      select state, upper(during) as until from public.allocations where resource_id = ${couture.garmentIds[0] ?? ""} and state <> 'released'`;
    expect(sold).toEqual({ state: "confirmed", until: null });
  });

  it("answers a repetition with the same group, and refuses the key for another cart", async () => {
    const veil = await makeForSale(world.sql, boutique, { stock: 5 });
    const cartId = await fillCart(bride, [{ variantId: veil.id }]);
    const key = randomUUID();
    const both = await Promise.all(
      [1, 2].map(() => bride.client.rpc("checkout", { cart_id: cartId, idempotency_key: key })),
    );
    expect(both[0]?.error).toBeNull();
    expect(both[1]?.data).toEqual(both[0]?.data);
    const other = await fillCart(bride, [{ variantId: veil.id }]);
    const { error } = await bride.client.rpc("checkout", { cart_id: other, idempotency_key: key });
    expect(error).toMatchObject({ code: "PT422", hint: "idempotency_key_reused" });
    const again = await bride.client.rpc("checkout", { cart_id: cartId, idempotency_key: randomUUID() });
    expect(again.error).toMatchObject({ code: "PT409", hint: "cart_is_ordered" });
    expect(await stockOf(world.sql, veil.id)).toMatchObject({ reserved: 1 });
    await bride.client.from("cart_items").delete().eq("cart_id", other);
  });

  it.each([["nothing in it", [], "cart_is_empty"]])("refuses a cart with %s", async (_what, _lines, hint) => {
    const veil = await makeForSale(world.sql, boutique, { stock: 5 });
    const cartId = await fillCart(bride, [{ variantId: veil.id }]);
    await bride.client.from("cart_items").delete().eq("cart_id", cartId);
    const { error } = await bride.client.rpc("checkout", { cart_id: cartId, idempotency_key: randomUUID() });
    expect(error).toMatchObject({ code: "PT409", hint });
  });

  it("says what is left when stock does not suffice", async () => {
    const veil = await makeForSale(world.sql, boutique, { stock: 2 });
    const cartId = await fillCart(bride, [{ variantId: veil.id, quantity: 3 }]);
    const { error } = await bride.client.rpc("checkout", { cart_id: cartId, idempotency_key: randomUUID() });
    expect(error).toMatchObject({ code: "PT409", hint: "out_of_stock" });
    expect(JSON.parse(error?.details ?? "")).toMatchObject({ variant_id: veil.id, left: 2, wanted: 3 });
    await bride.client.from("cart_items").delete().eq("cart_id", cartId);
  });

  it("refuses what would not be ready for the day it is worn", async () => {
    const dress = await makeForSale(world.sql, boutique, { madeToOrder: true });
    const cartId = await fillCart(bride, [{ variantId: dress.id, kind: "made_to_order" }]);
    const { error } = await bride.client.rpc("checkout", {
      cart_id: cartId,
      idempotency_key: randomUUID(),
      wear_date: day(30),
    });
    expect(error).toMatchObject({ code: "PT409", hint: "not_ready_in_time" });
    await bride.client.from("cart_items").delete().eq("cart_id", cartId);
  });
});

describe("a group of two boutiques", () => {
  const both = async () => {
    const other = await makeBoutique(world.sql);
    const dear = await makeForSale(world.sql, boutique, { stock: 5, price: 10_000 });
    const cheap = await makeForSale(world.sql, other, { stock: 5, price: 50 });
    const group = await order(bride, [{ variantId: dear.id }, { variantId: cheap.id }]);
    const orders = await ordersOf(group.id);
    const of = (price: number) => orders.find(({ total }) => total === price)?.id ?? "";
    return { group, dear: of(10_000), cheap: of(50) };
  };
  const cancel = async (id: string, reason = "") => {
    const { error } = await bride.client.rpc("cancel_order", { order_id: id, reason });
    expect(error).toBeNull();
  };
  const states = async (groupId: string) =>
    (await ordersOf(groupId))
      .map(({ total, state, refunded_total }) => [total, state, refunded_total])
      .toSorted((a, b) => Number(a[0]) - Number(b[0]));
  const nothingIsWrong = async () => expect(await world.sql`select * from private.order_check()`).toEqual([]);

  it.each(["", "hold_expired"])(
    "is paid for what is left of it, and nothing more goes back (reason %s)",
    async (reason) => {
      const { group, dear } = await both();
      await cancel(dear, reason);
      await pay(world.sql, group.id);
      expect(await states(group.id)).toEqual([
        [50, "paid", 0],
        [10_000, "cancelled", 0],
      ]);
      await nothingIsWrong();
    },
  );

  it("that was called off is paid back when the money comes nevertheless, exactly that", async () => {
    const { group, dear, cheap } = await both();
    await cancel(dear);
    await cancel(cheap);
    await pay(world.sql, group.id);
    const after = await states(group.id);
    expect(after.map(([, state]) => state)).toEqual(["cancelled", "cancelled"]);
    expect(after.reduce((sum, [, , refunded]) => sum + Number(refunded), 0)).toBe(50);
    await nothingIsWrong();
  });

  it("of which only what costs nothing is left needs no payment", async () => {
    const other = await makeBoutique(world.sql);
    const dear = await makeForSale(world.sql, boutique, { stock: 5, price: 700 });
    const gift = await makeForSale(world.sql, other, { stock: 5, price: 0 });
    const group = await order(bride, [{ variantId: dear.id }, { variantId: gift.id }]);
    await cancel((await ordersOf(group.id)).find(({ total }) => total === 700)?.id ?? "");
    expect(await states(group.id)).toEqual([
      [0, "paid", 0],
      [700, "cancelled", 0],
    ]);
    await nothingIsWrong();
  });

  it("has the deposits of all its rentals", async () => {
    const gown = await makeVariant(world.sql, boutique, { garments: 2, deposit: 700 });
    const group = await order(bride, [{ variantId: gown.id, kind: "rental", quantity: 2, period: period(20, 21) }]);
    expect((await ordersOf(group.id))[0]).toMatchObject({ deposit_total: 1_400 });
    await nothingIsWrong();
  });
});
