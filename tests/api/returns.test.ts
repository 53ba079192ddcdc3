import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Database } from "../../functions/_shared/database.types.ts";
import { type BoutiqueFixture, makeBoutique, makeVariant, period } from "../helpers/fixtures.ts";
import { again, contradictionsOf, deliver, letDaysPass, lineOf, type Order, paidOrder } from "../helpers/fulfilment.ts";
import { fillCart, makeForSale, stockOf, type WantedLine } from "../helpers/orders.ts";
import { type Person, World } from "../helpers/world.ts";

type Outcome = Database["public"]["Enums"]["return_outcome"];

let world: World;
let boutique: BoutiqueFixture;
let bride: Person;
let stylist: Person;

beforeAll(async () => {
  world = await World.create();
  boutique = await makeBoutique(world.sql);
  bride = await world.asCustomer("Selam");
  stylist = await world.asStaff(boutique.id, "stylist");
});
afterAll(() => world.close());

afterEach(async () => {
  expect(await contradictionsOf(world.sql)).toEqual([]);
});

async function delivered(lines: readonly WantedLine[], shop = boutique, staff = stylist): Promise<Order> {
  const bought = await paidOrder(world, bride, shop.id, lines);
  await deliver(staff, bought.id);
  return again(bride, bought);
}

const ask = (bought: Order, variantId: string, more: Record<string, unknown> = {}, who = bride) => {
  const { quantity, ...rest } = { quantity: 1, ...more };
  return who.client.rpc("request_return", {
    order_id: bought.id,
    items: [{ order_item_id: lineOf(bought, variantId).id, quantity }],
    reason: "does_not_fit",
    idempotency_key: randomUUID(),
    ...rest,
  });
};

/** Asks, is allowed to, and brings it back. */
async function broughtBack(bought: Order, variantId: string, more: Record<string, unknown> = {}, staff = stylist) {
  const { data, error } = await ask(bought, variantId, more);
  if (error !== null) throw error;
  const approved = await staff.client.rpc("answer_return", { return_id: data.id, approved: true });
  if (approved.error !== null) throw approved.error;
  const received = await staff.client.rpc("receive_return", { return_id: data.id });
  if (received.error !== null) throw received.error;
  return received.data;
}

const itemsOf = async (returnId: string) => {
  const { data } = await bride.client.from("return_items").select().eq("return_id", returnId).order("id");
  return data ?? [];
};

async function inspect(returnId: string, outcome: Outcome, more: Record<string, unknown> = {}, staff = stylist) {
  const [item] = await itemsOf(returnId);
  return staff.client.rpc("inspect_return", {
    return_id: returnId,
    outcomes: [{ order_item_id: item?.order_item_id, outcome, ...more }],
  });
}

const refundsOf = async ({ id }: Order) => {
  const { data } = await bride.client
    .from("refunds")
    .select("kind, state, amount, reason")
    .eq("order_id", id)
    .order("id");
  return data;
};

describe("a return", () => {
  it("goes from the request to the refund, and its pieces into the stock", async () => {
    const veil = await makeForSale(world.sql, boutique, { stock: 5, price: 3_000 });
    const bought = await delivered([{ variantId: veil.id, quantity: 2 }]);
    const asked = await ask(bought, veil.id, { note: "Too long" });
    expect(asked.error).toBeNull();
    expect(asked.data).toMatchObject({ state: "requested", reason: "does_not_fit", note: "Too long" });
    const id = asked.data?.id ?? "";
    const approved = await stylist.client.rpc("answer_return", { return_id: id, approved: true });
    expect(approved.data).toMatchObject({ state: "approved", exchange_item_id: null });
    const received = await stylist.client.rpc("receive_return", { return_id: id });
    expect(received.data).toMatchObject({ state: "received", location_id: null });
    expect(await stockOf(world.sql, veil.id)).toEqual({ onHand: 3, reserved: 0 });
    const { data, error } = await inspect(id, "restock");
    expect(error).toBeNull();
    expect(data).toMatchObject({ state: "closed", refund_id: expect.any(String) });
    expect(await stockOf(world.sql, veil.id)).toEqual({ onHand: 4, reserved: 0 });
    expect(await refundsOf(bought)).toEqual([{ kind: "return", state: "due", amount: 3_000, reason: "returned" }]);
    const now = await again(bride, bought);
    expect(now).toMatchObject({ state: "part_refunded", total: 6_000, paid_total: 6_000, refunded_total: 3_000 });
    expect(lineOf(now, veil.id)).toMatchObject({ fulfilled_quantity: 2, returned_quantity: 1 });
    const { data: events } = await bride.client
      .from("order_events")
      .select("reason")
      .eq("order_id", bought.id)
      .order("id");
    expect(events?.map(({ reason }) => reason).slice(-5)).toEqual([
      "return_requested",
      "return_approved",
      "return_received",
      "return_inspected",
      "returned",
    ]);
    const rest = await broughtBack(now, veil.id);
    await inspect(rest.id, "restock");
    expect(await again(bride, bought)).toMatchObject({ state: "refunded", refunded_total: 6_000 });
  });

  it("is read with its order in one request", async () => {
    const veil = await makeForSale(world.sql, boutique, { stock: 1 });
    const bought = await delivered([{ variantId: veil.id }]);
    await ask(bought, veil.id);
    const { data, error } = await bride.client
      .from("orders")
      .select(
        "state, order_items(quantity), shipments(state, shipment_items(quantity)), returns(state, return_items(quantity))",
      )
      .eq("id", bought.id)
      .single();
    expect(error).toBeNull();
    expect(data).toEqual({
      state: "fulfilled",
      order_items: [{ quantity: 1 }],
      shipments: [{ state: "delivered", shipment_items: [{ quantity: 1 }] }],
      returns: [{ state: "requested", return_items: [{ quantity: 1 }] }],
    });
  });

  it("pays back to the last cent what was paid for all pieces, whatever one of them costs", async () => {
    const shop = await makeBoutique(world.sql);
    const staff = await world.asStaff(shop.id, "stylist");
    await world.sql`update public.commerce_policies set prices_include_tax = false where boutique_id = ${shop.id}`;
    await world.sql`insert into public.tax_rules (boutique_id, name, rate_basis_points) values (${shop.id}, 'VAT', 1000)`;
    const veil = await makeForSale(world.sql, shop, { stock: 3, price: 3_333 });
    const bought = await delivered([{ variantId: veil.id, quantity: 3 }], shop, staff);
    expect(bought.total).toBe(9_999 + 1_000);
    for (const amount of [3_666, 3_666, 3_667]) {
      const { id } = await broughtBack(await again(bride, bought), veil.id, {}, staff);
      const { error } = await inspect(id, "restock", {}, staff);
      expect(error).toBeNull();
      expect(await itemsOf(id)).toMatchObject([{ value: amount, refund: amount }]);
    }
    expect(await again(bride, bought)).toMatchObject({ state: "refunded", refunded_total: 10_999 });
  });

  it("of everything makes the order refunded, although its way to the customer is not paid back", async () => {
    const shop = await makeBoutique(world.sql);
    const staff = await world.asStaff(shop.id, "stylist");
    await world.sql`
      insert into public.shipping_methods (boutique_id, kind, name, price, currency)
      values (${shop.id}, 'delivery', 'Courier', 250, 'XXX')`;
    const veil = await makeForSale(world.sql, shop, { stock: 1, price: 1_000 });
    const bought = await delivered([{ variantId: veil.id }], shop, staff);
    const { id } = await broughtBack(bought, veil.id, {}, staff);
    expect((await inspect(id, "restock", {}, staff)).error).toBeNull();
    expect(await again(bride, bought)).toMatchObject({ state: "refunded", paid_total: 1_250, refunded_total: 1_000 });
  });

  it("gives nothing for what is missing, which may come later, and up to its value for what is damaged", async () => {
    const veil = await makeForSale(world.sql, boutique, { stock: 3, price: 1_000 });
    const bought = await delivered([{ variantId: veil.id, quantity: 3 }]);
    const { id } = await broughtBack(bought, veil.id, { quantity: 3 });
    const [item] = await itemsOf(id);
    const { error } = await stylist.client.rpc("inspect_return", {
      return_id: id,
      outcomes: [
        { order_item_id: item?.order_item_id ?? "", quantity: 1, outcome: "restock" },
        { order_item_id: item?.order_item_id ?? "", quantity: 1, outcome: "damaged", refund: 400 },
        { order_item_id: item?.order_item_id ?? "", outcome: "missing" },
      ],
    });
    expect(error).toBeNull();
    const pieces = (await itemsOf(id)).map(({ outcome, quantity, value, refund }) => [
      outcome,
      quantity,
      value,
      refund,
    ]);
    expect(pieces.sort()).toEqual([
      ["damaged", 1, 1_000, 400],
      ["missing", 1, 0, 0],
      ["restock", 1, 1_000, 1_000],
    ]);
    expect(await stockOf(world.sql, veil.id)).toEqual({ onHand: 1, reserved: 0 });
    const now = await again(bride, bought);
    expect(now).toMatchObject({ state: "part_refunded", refunded_total: 1_400 });
    expect(lineOf(now, veil.id).returned_quantity).toBe(2);
    expect((await ask(now, veil.id, { quantity: 2 })).error).toMatchObject({ code: "PT409", hint: "nothing_left" });
    expect((await ask(now, veil.id)).error).toBeNull();
  });

  it("gives a garment its calendar back, to be sold again", async () => {
    const couture = await makeForSale(world.sql, boutique, { serialised: true, garments: 2 });
    const bought = await delivered([{ variantId: couture.id, quantity: 2 }]);
    const { id } = await broughtBack(bought, couture.id);
    const unnamed = await inspect(id, "restock");
    expect(unnamed.error).toMatchObject({ code: "PT400", hint: "garment_required" });
    expect(JSON.parse(unnamed.error?.details ?? "").garment_ids.sort()).toEqual([...couture.garmentIds].sort());
    const strange = await inspect(id, "restock", { garment_id: randomUUID() });
    expect(strange.error).toMatchObject({ code: "PT400", hint: "garment_required" });
    const [garmentId] = couture.garmentIds;
    expect((await inspect(id, "restock", { garment_id: garmentId })).error).toBeNull();
    const garments = await world.sql`
      select g.id = ${garmentId ?? ""} as back, g.retired_at is null as in_service, count(a.id)::int as taken
      from public.garments g
      left join public.allocations a on a.resource_id = g.id and a.state <> 'released'
      where g.variant_id = ${couture.id} group by g.id order by 1`;
    expect([...garments]).toEqual([
      { back: false, in_service: false, taken: 1 },
      { back: true, in_service: true, taken: 0 },
    ]);
    const next = await paidOrder(world, bride, boutique.id, [{ variantId: couture.id }]);
    expect(next.state).toBe("paid");
    // Only one is with her now, and needs no name.
    const other = await broughtBack(await again(bride, bought), couture.id);
    expect((await inspect(other.id, "restock")).error).toBeNull();
    expect(await again(bride, bought)).toMatchObject({ state: "refunded" });
  });

  it("keeps a damaged garment out of service", async () => {
    const couture = await makeForSale(world.sql, boutique, { serialised: true, garments: 1 });
    const bought = await delivered([{ variantId: couture.id }]);
    const { id } = await broughtBack(bought, couture.id);
    // The only garment of the line needs no name.
    expect((await inspect(id, "damaged")).error).toBeNull();
    const [garment] = await world.sql`
      select condition, retired_at is null as in_service from public.garments where variant_id = ${couture.id}`;
    expect(garment).toEqual({ condition: "damaged", in_service: false });
    expect(await again(bride, bought)).toMatchObject({ state: "refunded" });
  });

  it("comes to the branch that took it", async () => {
    const veil = await makeForSale(world.sql, boutique, { stock: 1 });
    const [branch] = await world.sql<{ id: string }[]>`
      insert into public.locations (boutique_id, name, city, country, timezone)
      values (${boutique.id}, 'Far', 'Gondar', 'ET', 'Africa/Addis_Ababa') returning id`;
    const bought = await delivered([{ variantId: veil.id }]);
    const { data } = await ask(bought, veil.id);
    const id = data?.id ?? "";
    await stylist.client.rpc("answer_return", { return_id: id, approved: true });
    const elsewhere = await makeBoutique(world.sql);
    const strange = await stylist.client.rpc("receive_return", { return_id: id, location_id: elsewhere.locationId });
    expect(strange.error).toMatchObject({ code: "PT404", hint: "location_not_found" });
    await stylist.client.rpc("receive_return", { return_id: id, location_id: branch?.id ?? "" });
    await inspect(id, "restock");
    const levels = await world.sql`
      select location_id, on_hand from public.stock_levels where variant_id = ${veil.id} and on_hand > 0`;
    expect([...levels]).toEqual([{ location_id: branch?.id, on_hand: 1 }]);
  });

  it("is asked for in time by the customer, and at any time by staff", async () => {
    const veil = await makeForSale(world.sql, boutique, { stock: 2 });
    const bought = await delivered([{ variantId: veil.id, quantity: 2 }]);
    await letDaysPass(world.sql, bought.id, 13);
    expect((await ask(bought, veil.id)).error).toBeNull();
    await letDaysPass(world.sql, bought.id, 1);
    const late = await ask(bought, veil.id);
    expect(late.error).toMatchObject({ code: "PT409", hint: "return_window_passed" });
    expect(JSON.parse(late.error?.details ?? "")).toMatchObject({ until: expect.any(String) });
    expect((await ask(bought, veil.id, {}, stylist)).error).toBeNull();
  });

  it("is frozen in the order: what the boutique changes later holds for later orders", async () => {
    const shop = await makeBoutique(world.sql);
    const staff = await world.asStaff(shop.id, "stylist");
    const veil = await makeForSale(world.sql, shop, { stock: 2 });
    const before = await delivered([{ variantId: veil.id }], shop, staff);
    await world.sql`update public.commerce_policies set return_days = 0 where boutique_id = ${shop.id}`;
    const after = await delivered([{ variantId: veil.id }], shop, staff);
    expect((await ask(before, veil.id)).error).toBeNull();
    expect((await ask(after, veil.id)).error).toMatchObject({ code: "PT409", hint: "not_returnable" });
  });

  it("is not for what is rented, made to order or has not left", async () => {
    const veil = await makeForSale(world.sql, boutique, { stock: 2 });
    const dress = await makeForSale(world.sql, boutique, { madeToOrder: true });
    const gown = await makeVariant(world.sql, boutique);
    const bought = await paidOrder(world, bride, boutique.id, [
      { variantId: veil.id },
      { variantId: dress.id, kind: "made_to_order" },
      { variantId: gown.id, kind: "rental", period: period(0, 2) },
    ]);
    expect((await ask(bought, veil.id)).error).toMatchObject({ code: "PT409", hint: "invalid_state" });
    await deliver(stylist, bought.id, [{ order_item_id: lineOf(bought, dress.id).id, quantity: 1 }]);
    await stylist.client.rpc("hand_over_rental", { rental_id: lineOf(bought, gown.id).rental_id ?? "" });
    for (const [variantId, hint] of [
      [veil.id, "nothing_left"],
      [dress.id, "not_returnable"],
      [gown.id, "not_returnable"],
    ] as const) {
      expect((await ask(bought, variantId)).error).toMatchObject({ code: "PT409", hint });
    }
    // The boutique may take back what it has made; it does not go into the stock.
    const made = await ask(bought, dress.id, {}, stylist);
    expect(made.error).toBeNull();
    await stylist.client.rpc("receive_return", { return_id: made.data?.id ?? "" });
    expect((await inspect(made.data?.id ?? "", "restock")).error).toBeNull();
    // The veil has still to leave.
    expect(await again(bride, bought)).toMatchObject({ state: "part_fulfilled" });
    await deliver(stylist, bought.id);
    expect(await again(bride, bought)).toMatchObject({ state: "part_refunded" });
  });

  it("has each piece once, also when two ask at once", async () => {
    const veil = await makeForSale(world.sql, boutique, { stock: 1 });
    const bought = await delivered([{ variantId: veil.id }]);
    const both = await Promise.all([ask(bought, veil.id), ask(bought, veil.id, {}, stylist)]);
    expect(both.map(({ error }) => error?.hint ?? "ok").sort()).toEqual(["nothing_left", "ok"]);
  });

  it("is settled once when two inspect at once", async () => {
    const veil = await makeForSale(world.sql, boutique, { stock: 1, price: 500 });
    const bought = await delivered([{ variantId: veil.id }]);
    const { id } = await broughtBack(bought, veil.id);
    const both = await Promise.all([inspect(id, "restock"), inspect(id, "restock")]);
    expect(both.map(({ error }) => error)).toEqual([null, null]);
    expect(await stockOf(world.sql, veil.id)).toEqual({ onHand: 1, reserved: 0 });
    expect(await refundsOf(bought)).toHaveLength(1);
  });

  it("takes its steps in their order, and each of them again without harm", async () => {
    const veil = await makeForSale(world.sql, boutique, { stock: 1 });
    const bought = await delivered([{ variantId: veil.id }]);
    const { data } = await ask(bought, veil.id);
    const id = data?.id ?? "";
    const step = {
      receive: () => stylist.client.rpc("receive_return", { return_id: id }),
      inspect: () => inspect(id, "restock"),
      approve: () => stylist.client.rpc("answer_return", { return_id: id, approved: true }),
      reject: () => stylist.client.rpc("answer_return", { return_id: id, approved: false, answer: "No" }),
      cancel: () => bride.client.rpc("cancel_return", { return_id: id }),
    };
    const refusals = async (...names: (keyof typeof step)[]) => {
      for (const name of names)
        expect((await step[name]()).error).toMatchObject({ code: "PT409", hint: "invalid_state" });
    };
    await refusals("inspect");
    for (const _ of [1, 2]) expect((await step.approve()).error).toBeNull();
    await refusals("reject", "inspect");
    for (const _ of [1, 2]) expect((await step.receive()).error).toBeNull();
    await refusals("approve", "reject", "cancel");
    for (const _ of [1, 2]) expect((await step.inspect()).error).toBeNull();
    await refusals("approve", "reject", "receive", "cancel");
  });

  it("is rejected with a reason, or cancelled by the customer", async () => {
    const veil = await makeForSale(world.sql, boutique, { stock: 1 });
    const bought = await delivered([{ variantId: veil.id }]);
    const first = (await ask(bought, veil.id)).data?.id ?? "";
    const mute = await stylist.client.rpc("answer_return", { return_id: first, approved: false, answer: " " });
    expect(mute.error).toMatchObject({ code: "PT400", hint: "invalid_answer" });
    const rejected = await stylist.client.rpc("answer_return", { return_id: first, approved: false, answer: "Worn" });
    expect(rejected.data).toMatchObject({ state: "rejected", answer: "Worn" });
    const second = (await ask(bought, veil.id)).data?.id ?? "";
    const cancelled = await bride.client.rpc("cancel_return", { return_id: second });
    expect(cancelled.data).toMatchObject({ state: "cancelled" });
    expect(await again(bride, bought)).toMatchObject({ state: "fulfilled", refunded_total: 0 });
  });

  it("is a matter of the customer and of her boutique", async () => {
    const veil = await makeForSale(world.sql, boutique, { stock: 1 });
    const bought = await delivered([{ variantId: veil.id }]);
    const other = await makeBoutique(world.sql);
    const rival = await world.asStaff(other.id, "owner");
    const stranger = await world.asCustomer("Hanna");
    for (const somebody of [rival, stranger]) {
      expect((await ask(bought, veil.id, {}, somebody)).error).toMatchObject({
        code: "PT404",
        hint: "order_not_found",
      });
    }
    const id = (await ask(bought, veil.id)).data?.id ?? "";
    for (const somebody of [rival, stranger]) {
      const { error } = await somebody.client.rpc("cancel_return", { return_id: id });
      expect(error).toMatchObject({ code: "PT404", hint: "return_not_found" });
      expect((await somebody.client.from("returns").select().eq("id", id)).data).toEqual([]);
      expect((await somebody.client.from("return_items").select().eq("return_id", id)).data).toEqual([]);
    }
    // She may not decide herself.
    for (const somebody of [rival, stranger, bride]) {
      const { error } = await somebody.client.rpc("answer_return", { return_id: id, approved: true });
      expect(error).toMatchObject({ code: "PT404", hint: "return_not_found" });
    }
  });

  it("forgets what the customer has written when her account goes", async () => {
    const leaver = await world.asCustomer("Almaz");
    const veil = await makeForSale(world.sql, boutique, { stock: 1 });
    const bought = await paidOrder(world, leaver, boutique.id, [{ variantId: veil.id }]);
    await deliver(stylist, bought.id);
    const { data } = await ask(bought, veil.id, { note: "My hips" }, leaver);
    await world.sql`update public.returns set customer_id = null where id = ${data?.id ?? ""}`;
    const [row] = await world.sql`select note from public.returns where id = ${data?.id ?? ""}`;
    expect(row).toEqual({ note: "" });
  });

  it("refuses inspections that do not fit", async () => {
    const veil = await makeForSale(world.sql, boutique, { stock: 2, price: 800 });
    const bought = await delivered([{ variantId: veil.id, quantity: 2 }]);
    const { id } = await broughtBack(bought, veil.id, { quantity: 2 });
    const [item] = await itemsOf(id);
    const piece = { order_item_id: item?.order_item_id ?? "", outcome: "restock" };
    const cases: [outcomes: (typeof piece & Record<string, unknown>)[], hint: string][] = [
      [[], "invalid_items"],
      [[{ ...piece, quantity: 1 }], "invalid_items"],
      [[{ ...piece, quantity: 3 }], "invalid_items"],
      [[piece, { ...piece, quantity: 1 }], "invalid_items"],
      [[{ ...piece, quantity: 0 }], "invalid_items"],
      [[{ ...piece, outcome: "burnt" }], "invalid_items"],
      [[{ ...piece, order_item_id: "first" }], "invalid_items"],
      [[{ ...piece, refund: 1_601 }], "invalid_items"],
      [[{ ...piece, refund: -1 }], "invalid_items"],
      [[{ ...piece, outcome: "missing", refund: 1 }], "invalid_items"],
      [[{ ...piece, order_item_id: randomUUID() }], "order_item_not_found"],
    ];
    for (const [outcomes, hint] of cases) {
      const { error } = await stylist.client.rpc("inspect_return", { return_id: id, outcomes: outcomes as never });
      expect(error).toMatchObject({ hint });
    }
    expect(await stockOf(world.sql, veil.id)).toEqual({ onHand: 0, reserved: 0 });
  });

  it("may still come for an order that is completed", async () => {
    const veil = await makeForSale(world.sql, boutique, { stock: 2, price: 900 });
    const bought = await delivered([{ variantId: veil.id, quantity: 2 }]);
    await letDaysPass(world.sql, bought.id, 15);
    await world.sql`select private.complete_orders()`;
    expect(await again(bride, bought)).toMatchObject({ state: "completed" });
    const { data } = await ask(bought, veil.id, {}, stylist);
    await stylist.client.rpc("answer_return", { return_id: data?.id ?? "", approved: true });
    await stylist.client.rpc("receive_return", { return_id: data?.id ?? "" });
    expect((await inspect(data?.id ?? "", "restock")).error).toBeNull();
    expect(await again(bride, bought)).toMatchObject({ state: "part_refunded", refunded_total: 900 });
  });
});

describe("an exchange", () => {
  it("keeps the replacement from the approval on, and sends it when the return has come", async () => {
    const small = await makeForSale(world.sql, boutique, { stock: 1, price: 1_000 });
    const large = await makeForSale(world.sql, boutique, { stock: 1, price: 1_000 });
    const bought = await delivered([{ variantId: small.id }]);
    const asked = await ask(bought, small.id, { exchange_variant_id: large.id });
    expect(await stockOf(world.sql, large.id)).toEqual({ onHand: 1, reserved: 0 });
    const id = asked.data?.id ?? "";
    const approved = await stylist.client.rpc("answer_return", { return_id: id, approved: true });
    expect(approved.error).toBeNull();
    expect(await stockOf(world.sql, large.id)).toEqual({ onHand: 1, reserved: 1 });
    const other = await world.asCustomer("Hanna");
    const cartId = await fillCart(other, [{ variantId: large.id }]);
    const late = await other.client.rpc("checkout", { cart_id: cartId, idempotency_key: randomUUID() });
    expect(late.error).toMatchObject({ hint: "out_of_stock" });

    const during = await again(bride, bought);
    expect(during).toMatchObject({ state: "fulfilled", total: 2_000, paid_total: 1_000 });
    const early = await stylist.client.rpc("fulfil_order", {
      kind: "delivery",
      order_id: bought.id,
      idempotency_key: randomUUID(),
    });
    expect(early.error).toMatchObject({ code: "PT409", hint: "invalid_state" });
    const removed = await stylist.client.rpc("edit_order", {
      order_id: bought.id,
      changes: [{ order_item_id: lineOf(during, large.id).id, quantity: 0 }],
      idempotency_key: randomUUID(),
    });
    expect(removed.error).toMatchObject({ code: "PT409", hint: "return_open" });

    await stylist.client.rpc("receive_return", { return_id: id });
    expect((await inspect(id, "restock")).error).toBeNull();
    expect(await again(bride, bought)).toMatchObject({
      state: "part_fulfilled",
      fulfilled_at: null,
      refunded_total: 0,
    });
    await deliver(stylist, bought.id);
    expect(await again(bride, bought)).toMatchObject({ state: "fulfilled", refunded_total: 0 });
    expect(await stockOf(world.sql, large.id)).toEqual({ onHand: 0, reserved: 0 });
    expect(await stockOf(world.sql, small.id)).toEqual({ onHand: 1, reserved: 0 });
  });

  it("does not send the replacement with the rest of the order before the return has come", async () => {
    const veil = await makeForSale(world.sql, boutique, { stock: 2, price: 1_000 });
    const large = await makeForSale(world.sql, boutique, { stock: 1, price: 1_000 });
    const bought = await paidOrder(world, bride, boutique.id, [{ variantId: veil.id, quantity: 2 }]);
    await deliver(stylist, bought.id, [{ order_item_id: lineOf(bought, veil.id).id, quantity: 1 }]);
    const { data } = await ask(bought, veil.id, { exchange_variant_id: large.id });
    await stylist.client.rpc("answer_return", { return_id: data?.id ?? "", approved: true });
    const now = await again(bride, bought);
    const { error } = await stylist.client.rpc("fulfil_order", {
      kind: "delivery",
      order_id: bought.id,
      idempotency_key: randomUUID(),
      items: [{ order_item_id: lineOf(now, large.id).id, quantity: 1 }],
    });
    expect(error).toMatchObject({ code: "PT409", hint: "return_open" });
    await deliver(stylist, bought.id);
    expect(await stockOf(world.sql, large.id)).toEqual({ onHand: 1, reserved: 1 });
    expect(await again(bride, bought)).toMatchObject({ state: "fulfilled" });
  });

  it("for something cheaper pays the difference back", async () => {
    const dear = await makeForSale(world.sql, boutique, { stock: 2, price: 1_500 });
    const cheap = await makeForSale(world.sql, boutique, { stock: 2, price: 1_000 });
    const bought = await delivered([{ variantId: dear.id, quantity: 2 }]);
    const { id } = await broughtBack(bought, dear.id, { quantity: 2, exchange_variant_id: cheap.id });
    expect((await inspect(id, "restock")).data).toMatchObject({ state: "closed", refund_id: expect.any(String) });
    expect(await refundsOf(bought)).toMatchObject([{ kind: "return", amount: 1_000 }]);
    expect(await again(bride, bought)).toMatchObject({ state: "part_fulfilled", total: 5_000, refunded_total: 1_000 });
    await deliver(stylist, bought.id);
    expect(await again(bride, bought)).toMatchObject({ state: "part_refunded" });
    // What has taken its place can come back, too.
    const now = await again(bride, bought);
    const next = await broughtBack(now, cheap.id, { quantity: 2 });
    await inspect(next.id, "restock");
    expect(await again(bride, bought)).toMatchObject({ state: "refunded", refunded_total: 3_000 });
  });

  it("for something dearer waits for the difference", async () => {
    const cheap = await makeForSale(world.sql, boutique, { stock: 1, price: 1_000 });
    const dear = await makeForSale(world.sql, boutique, { stock: 1, price: 1_700 });
    const bought = await delivered([{ variantId: cheap.id }]);
    const { id } = await broughtBack(bought, cheap.id, { exchange_variant_id: dear.id });
    await inspect(id, "damaged", { refund: 900 });
    const { data: payments } = await bride.client
      .from("payments")
      .select("state, amount, group_id")
      .eq("order_id", bought.id);
    expect(payments).toMatchObject([{ state: "pending", amount: 800 }]);
    const blocked = await stylist.client.rpc("fulfil_order", {
      kind: "delivery",
      order_id: bought.id,
      idempotency_key: randomUUID(),
    });
    expect(blocked.error).toMatchObject({ code: "PT409", hint: "payment_due" });
    expect(JSON.parse(blocked.error?.details ?? "")).toMatchObject({ amount: 800, currency: "ETB" });
    const paid = await stylist.client.rpc("record_payment", {
      order_group_id: bought.group_id,
      method: "cash",
      reference: randomUUID(),
      amount: 800,
      currency: "ETB",
    });
    expect(paid.error).toBeNull();
    await deliver(stylist, bought.id);
    expect(await again(bride, bought)).toMatchObject({ state: "fulfilled", paid_total: 1_800, refunded_total: 0 });
  });

  it("leaves although all money of its order has gone back meanwhile", async () => {
    const manager = await world.asStaff(boutique.id, "manager");
    const small = await makeForSale(world.sql, boutique, { stock: 1, price: 1_000 });
    const large = await makeForSale(world.sql, boutique, { stock: 1, price: 1_000 });
    const bought = await delivered([{ variantId: small.id }]);
    const { id } = await broughtBack(bought, small.id, { exchange_variant_id: large.id });
    const courtesy = { order_id: bought.id, amount: 1_000, reason: "A stain", idempotency_key: randomUUID() };
    expect((await manager.client.rpc("refund_order", courtesy)).error).toBeNull();
    expect(await again(bride, bought)).toMatchObject({ state: "refunded" });
    expect((await inspect(id, "restock")).error).toBeNull();
    expect(await again(bride, bought)).toMatchObject({ state: "part_fulfilled", fulfilled_at: null });
    await deliver(stylist, bought.id);
    expect(await again(bride, bought)).toMatchObject({ state: "refunded" });
    expect(await stockOf(world.sql, large.id)).toEqual({ onHand: 0, reserved: 0 });
  });

  it("is off when nothing comes back, and its goods are free", async () => {
    const small = await makeForSale(world.sql, boutique, { stock: 1, price: 1_000 });
    const large = await makeForSale(world.sql, boutique, { serialised: true, garments: 1, price: 1_000 });
    const bought = await delivered([{ variantId: small.id }]);
    const { id } = await broughtBack(bought, small.id, { exchange_variant_id: large.id });
    expect((await inspect(id, "missing")).error).toBeNull();
    const now = await again(bride, bought);
    expect(now).toMatchObject({ state: "fulfilled", total: 1_000, refunded_total: 0 });
    expect(lineOf(now, large.id)).toMatchObject({ quantity: 1, cancelled_quantity: 1, tax: 0 });
  });

  it("is off when the return is cancelled", async () => {
    const small = await makeForSale(world.sql, boutique, { stock: 1, price: 1_000 });
    const large = await makeForSale(world.sql, boutique, { stock: 1, price: 1_000 });
    const bought = await delivered([{ variantId: small.id }]);
    const { data } = await ask(bought, small.id, { exchange_variant_id: large.id });
    await stylist.client.rpc("answer_return", { return_id: data?.id ?? "", approved: true });
    await bride.client.rpc("cancel_return", { return_id: data?.id ?? "" });
    expect(await stockOf(world.sql, large.id)).toEqual({ onHand: 1, reserved: 0 });
    expect(await again(bride, bought)).toMatchObject({ state: "fulfilled", total: 1_000 });
  });

  it("goes to one of two who want the last piece", async () => {
    const small = await makeForSale(world.sql, boutique, { stock: 2, price: 1_000 });
    const large = await makeForSale(world.sql, boutique, { stock: 1, price: 1_000 });
    const ids: string[] = [];
    for (const _ of [1, 2]) {
      const bought = await delivered([{ variantId: small.id }]);
      ids.push((await ask(bought, small.id, { exchange_variant_id: large.id })).data?.id ?? "");
    }
    const both = await Promise.all(
      ids.map((id) => stylist.client.rpc("answer_return", { return_id: id, approved: true })),
    );
    expect(both.map(({ error }) => error?.hint ?? "ok").sort()).toEqual(["ok", "out_of_stock"]);
    expect(await stockOf(world.sql, large.id)).toEqual({ onHand: 1, reserved: 1 });
  });

  it.each([
    ["of another boutique", "variant_not_found"],
    ["that is sold out", "out_of_stock"],
    ["that is only for rent", "not_for_sale"],
    ["that is not there", "variant_not_found"],
  ])("is not for a variant %s", async (which, hint) => {
    const veil = await makeForSale(world.sql, boutique, { stock: 1 });
    const bought = await delivered([{ variantId: veil.id }]);
    const variants: Record<string, () => Promise<{ id: string }>> = {
      "of another boutique": async () => makeForSale(world.sql, await makeBoutique(world.sql), { stock: 1 }),
      "that is sold out": () => makeForSale(world.sql, boutique),
      "that is only for rent": () => makeVariant(world.sql, boutique),
      "that is not there": async () => ({ id: randomUUID() }),
    };
    const { error } = await ask(bought, veil.id, { exchange_variant_id: (await variants[which]?.())?.id });
    expect(error).toMatchObject({ hint });
    // Nothing of the refused request stays.
    expect((await ask(bought, veil.id)).error).toBeNull();
  });
});
