import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { invoiceContent } from "../../functions/_shared/documents/invoice-content.ts";
import { type BoutiqueFixture, makeBoutique, makeVariant, period } from "../helpers/fixtures.ts";
import { again, contradictionsOf, deliver, lineOf, type Order, orderOf, paidOrder } from "../helpers/fulfilment.ts";
import { fillCart, letHoldEnd, makeForSale, order, pay, stockOf, type WantedLine } from "../helpers/orders.ts";
import { type Person, World } from "../helpers/world.ts";

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

type Change =
  | { readonly order_item_id: string; readonly quantity: number }
  | { readonly variant_id: string; readonly quantity: number };

const edit = (orderId: string, changes: readonly Change[], more: Record<string, unknown> = {}, who = stylist) =>
  who.client.rpc("edit_order", {
    order_id: orderId,
    changes: changes.map((change) => ({ ...change })),
    idempotency_key: randomUUID(),
    ...more,
  });

const paymentsOf = async ({ group_id }: Order) => {
  const { data } = await bride.client
    .from("payments")
    .select("order_id, state, amount")
    .eq("group_id", group_id)
    .order("id");
  return data;
};

const refundsOf = async ({ id }: Order) => {
  const { data } = await bride.client.from("refunds").select("kind, amount, reason").eq("order_id", id).order("id");
  return data;
};

const payExtra = (bought: Order, amount: number, who = stylist, reference = randomUUID()) =>
  who.client.rpc("record_payment", {
    order_group_id: bought.group_id,
    method: "cash",
    reference,
    amount,
    currency: "ETB",
  });

describe("edit_order of a paid order", () => {
  it("pays back what pieces cost that are called off, and frees their stock", async () => {
    const veil = await makeForSale(world.sql, boutique, { stock: 5, price: 3_000 });
    const ring = await makeForSale(world.sql, boutique, { stock: 5, price: 700 });
    const bought = await paidOrder(world, bride, boutique.id, [
      { variantId: veil.id, quantity: 3 },
      { variantId: ring.id },
    ]);
    const line = lineOf(bought, veil.id);
    const { data, error } = await edit(bought.id, [{ order_item_id: line.id, quantity: 1 }], { reason: "She has one" });
    expect(error).toBeNull();
    expect(data).toMatchObject({ state: "paid", total: 3_700, paid_total: 9_700, refunded_total: 6_000 });
    expect(await stockOf(world.sql, veil.id)).toEqual({ onHand: 5, reserved: 1 });
    expect(await refundsOf(bought)).toEqual([{ kind: "change", amount: 6_000, reason: "She has one" }]);
    const { data: events } = await bride.client
      .from("order_events")
      .select("reason, detail, actor_id")
      .eq("order_id", bought.id)
      .order("id", { ascending: false })
      .limit(1);
    expect(events).toMatchObject([
      {
        reason: "She has one",
        actor_id: stylist.id,
        detail: { changes: [{ order_item_id: line.id, from: 3, to: 1 }], total_before: 9_700, total: 3_700 },
      },
    ]);
    // Changed before it left: nothing of it was paid back after.
    await deliver(stylist, bought.id);
    expect(await again(bride, bought)).toMatchObject({ state: "fulfilled" });
  });

  it("cancels for what was paid and not for what it cost once", async () => {
    const veil = await makeForSale(world.sql, boutique, { stock: 5, price: 1_000 });
    const bought = await paidOrder(world, bride, boutique.id, [{ variantId: veil.id, quantity: 5 }]);
    await edit(bought.id, [{ order_item_id: lineOf(bought, veil.id).id, quantity: 1 }]);
    await edit(bought.id, [{ variant_id: veil.id, quantity: 2 }]);
    const { data, error } = await bride.client.rpc("cancel_order", { order_id: bought.id });
    expect(error).toBeNull();
    expect(data).toMatchObject({ state: "cancelled", paid_total: 5_000, refunded_total: 5_000 });
    expect(await paymentsOf(bought)).toMatchObject([{ state: "succeeded" }, { state: "cancelled", amount: 2_000 }]);
    expect(await stockOf(world.sql, veil.id)).toEqual({ onHand: 5, reserved: 0 });
  });

  it("asks for what is added, and lets nothing leave until it is paid", async () => {
    const veil = await makeForSale(world.sql, boutique, { stock: 5, price: 3_000 });
    const ring = await makeForSale(world.sql, boutique, { stock: 5, price: 700 });
    const bought = await paidOrder(world, bride, boutique.id, [{ variantId: veil.id }]);
    await world.sql`update public.product_variants set sale_price = 3_500 where id = ${veil.id}`;
    const { data, error } = await edit(bought.id, [
      { variant_id: ring.id, quantity: 2 },
      // More of a line costs what it has cost; another line costs what it costs now.
      { order_item_id: lineOf(bought, veil.id).id, quantity: 2 },
      { variant_id: veil.id, quantity: 1 },
    ]);
    expect(error).toBeNull();
    expect(data).toMatchObject({ state: "paid", total: 3_000 + 1_400 + 3_000 + 3_500, paid_total: 3_000 });
    expect(await stockOf(world.sql, veil.id)).toEqual({ onHand: 5, reserved: 3 });
    expect(await stockOf(world.sql, ring.id)).toEqual({ onHand: 5, reserved: 2 });
    expect(await paymentsOf(bought)).toEqual([
      { order_id: null, state: "succeeded", amount: 3_000 },
      { order_id: bought.id, state: "pending", amount: 7_900 },
    ]);
    const early = await stylist.client.rpc("fulfil_order", {
      kind: "delivery",
      order_id: bought.id,
      idempotency_key: randomUUID(),
    });
    expect(early.error).toMatchObject({ code: "PT409", hint: "payment_due" });

    const reference = randomUUID();
    expect((await payExtra(bought, 7_900, stylist, reference)).error).toBeNull();
    expect((await payExtra(bought, 7_900, stylist, reference)).error).toBeNull();
    expect(await again(bride, bought)).toMatchObject({ paid_total: 10_900 });
    await deliver(stylist, bought.id);
    expect(await again(bride, bought)).toMatchObject({ state: "fulfilled" });
  });

  it("has a debit note for what was added once it is paid, and credit notes that add up with it", async () => {
    const shop = await makeBoutique(world.sql);
    const staff = await world.asStaff(shop.id, "stylist");
    await world.sql`insert into public.tax_rules (boutique_id, name, rate_basis_points) values (${shop.id}, 'VAT', 1500)`;
    const veil = await makeForSale(world.sql, shop, { stock: 9, price: 1_150 });
    const bought = await paidOrder(world, bride, shop.id, [{ variantId: veil.id, quantity: 2 }]);
    const documents = async () => {
      const { data } = await bride.client
        .from("invoices")
        .select("kind, number_text, total, content")
        .eq("order_id", bought.id)
        .order("id");
      return (data ?? []).map(({ kind, total, content }) => [
        kind,
        total,
        invoiceContent.parse(content).taxes[0]?.amount,
      ]);
    };
    await edit(bought.id, [{ variant_id: veil.id, quantity: 1 }], {}, staff);
    expect(await documents()).toEqual([["invoice", 2_300, 300]]);
    expect((await payExtra(bought, 1_150, staff)).error).toBeNull();
    expect(await documents()).toEqual([
      ["invoice", 2_300, 300],
      ["debit_note", 1_150, 150],
    ]);
    await edit(bought.id, [{ order_item_id: lineOf(bought, veil.id).id, quantity: 1 }], {}, staff);
    await bride.client.rpc("cancel_order", { order_id: bought.id });
    expect((await documents()).slice(2)).toEqual([
      ["credit_note", 1_150, 150],
      ["credit_note", 2_300, 300],
    ]);
  });

  it("keeps a rental back, too, until what was added is paid", async () => {
    const gown = await makeVariant(world.sql, boutique);
    const veil = await makeForSale(world.sql, boutique, { stock: 1, price: 1_000 });
    const bought = await paidOrder(world, bride, boutique.id, [
      { variantId: gown.id, kind: "rental", period: period(0, 2) },
    ]);
    await edit(bought.id, [{ variant_id: veil.id, quantity: 1 }]);
    const handOver = () =>
      stylist.client.rpc("hand_over_rental", { rental_id: lineOf(bought, gown.id).rental_id ?? "" });
    expect((await handOver()).error).toMatchObject({ code: "PT409", hint: "payment_due" });
    await payExtra(bought, 1_000);
    expect((await handOver()).data).toMatchObject({ state: "picked_up" });
    expect(await again(bride, bought)).toMatchObject({ state: "part_fulfilled" });
  });

  it("asks for no more what is taken out again before it is paid", async () => {
    const veil = await makeForSale(world.sql, boutique, { stock: 9, price: 1_000 });
    const bought = await paidOrder(world, bride, boutique.id, [{ variantId: veil.id, quantity: 2 }]);
    const line = { order_item_id: lineOf(bought, veil.id).id };
    await edit(bought.id, [{ ...line, quantity: 5 }]);
    await edit(bought.id, [{ ...line, quantity: 6 }]);
    expect(await paymentsOf(bought)).toMatchObject([{ amount: 2_000 }, { state: "pending", amount: 4_000 }]);
    await edit(bought.id, [{ ...line, quantity: 3 }]);
    expect(await paymentsOf(bought)).toMatchObject([{ amount: 2_000 }, { state: "pending", amount: 1_000 }]);
    expect(await refundsOf(bought)).toEqual([]);
    await edit(bought.id, [{ ...line, quantity: 1 }]);
    expect(await paymentsOf(bought)).toMatchObject([{ amount: 2_000 }, { state: "cancelled", amount: 1_000 }]);
    expect(await refundsOf(bought)).toMatchObject([{ kind: "change", amount: 1_000 }]);
    // Who pays it nevertheless is paid back.
    await world.sql`
      select private.settle_payment(p.id, 'cash', ${randomUUID()}, p.amount, p.currency::text)
      from public.payments p where p.order_id = ${bought.id}`;
    expect(await again(bride, bought)).toMatchObject({ total: 1_000, paid_total: 3_000, refunded_total: 2_000 });
    expect(await refundsOf(bought)).toMatchObject([{ kind: "change" }, { kind: "change", amount: 1_000 }]);
    // Once the order was called off, that is why.
    await edit(bought.id, [{ ...line, quantity: 2 }]);
    await stylist.client.rpc("cancel_order", { order_id: bought.id });
    await world.sql`
      select private.settle_payment(p.id, 'cash', ${randomUUID()}, p.amount, p.currency::text)
      from public.payments p where p.order_id = ${bought.id} and p.state = 'cancelled'`;
    expect((await refundsOf(bought))?.slice(2)).toMatchObject([{ kind: "cancellation" }, { kind: "cancellation" }]);
  });

  it("lowers discount and tax of a line with its pieces, and what the order shows of them", async () => {
    const shop = await makeBoutique(world.sql);
    const staff = await world.asStaff(shop.id, "stylist");
    await world.sql`update public.commerce_policies set prices_include_tax = false where boutique_id = ${shop.id}`;
    await world.sql`insert into public.tax_rules (boutique_id, name, rate_basis_points) values (${shop.id}, 'VAT', 1500)`;
    const veil = await makeForSale(world.sql, shop, { stock: 3, price: 1_000 });
    const ring = await makeForSale(world.sql, shop, { stock: 3, price: 333 });
    const group = await order(bride, [{ variantId: veil.id, quantity: 3 }, { variantId: ring.id }]);
    const pending = await orderOf(bride, group.id, shop.id);
    // 250 off the veils, by two discounts.
    await world.sql.begin(async (tx) => {
      await tx`update public.order_items set discount = 250, tax = 413 where id = ${lineOf(pending, veil.id).id}`;
      await tx`
        insert into public.order_adjustments (order_id, boutique_id, customer_id, kind, label, amount)
        select id, boutique_id, customer_id, 'discount', label, amount
        from public.orders, (values ('SPRING', 100), ('BRIDES', 150)) d (label, amount) where id = ${pending.id}`;
      const [recounted] = await tx`select (private.recount_order(${pending.id})).*`;
      await tx`update public.order_groups set total = ${recounted?.["total"] ?? 0} where id = ${group.id}`;
      await tx`update public.payments set amount = ${recounted?.["total"] ?? 0} where group_id = ${group.id}`;
    });
    await pay(world.sql, group.id);
    const bought = await orderOf(bride, group.id, shop.id);
    expect(bought).toMatchObject({ subtotal: 3_333, discount_total: 250, tax_total: 413 + 50, total: 3_546 });
    const { data, error } = await edit(
      bought.id,
      [{ order_item_id: lineOf(bought, veil.id).id, quantity: 2 }],
      {},
      staff,
    );
    expect(error).toBeNull();
    // 166 of 250 stay; 15 % of 2000 - 166 are 275.1.
    expect(data).toMatchObject({ subtotal: 2_333, discount_total: 166, tax_total: 275 + 50, total: 2_492 });
    expect(data?.refunded_total).toBe(3_546 - 2_492);
    const { data: adjustments } = await bride.client
      .from("order_adjustments")
      .select("kind, amount")
      .eq("order_id", bought.id);
    expect(adjustments?.map(({ kind, amount }) => `${kind} ${amount}`).sort()).toEqual([
      "discount 100",
      "discount 66",
      "tax 325",
    ]);
    const { data: none } = await edit(
      bought.id,
      [{ order_item_id: lineOf(bought, veil.id).id, quantity: 0 }],
      {},
      staff,
    );
    expect(none).toMatchObject({ subtotal: 333, discount_total: 0, tax_total: 50, total: 383 });
  });

  it("removes a rental, a garment and what is made, each with what it takes", async () => {
    const gown = await makeVariant(world.sql, boutique, { pricePerDay: 1_000, deposit: 5_000 });
    const couture = await makeForSale(world.sql, boutique, { serialised: true, garments: 2, price: 9_000 });
    const dress = await makeForSale(world.sql, boutique, { madeToOrder: true, price: 90_000 });
    const bought = await paidOrder(world, bride, boutique.id, [
      { variantId: gown.id, kind: "rental", period: period(10, 12) },
      { variantId: couture.id, quantity: 2 },
      { variantId: dress.id, kind: "made_to_order" },
    ]);
    expect(bought.deposit_total).toBe(5_000);
    const { data, error } = await edit(bought.id, [
      { order_item_id: lineOf(bought, gown.id).id, quantity: 0 },
      { order_item_id: lineOf(bought, couture.id).id, quantity: 1 },
      { order_item_id: lineOf(bought, dress.id).id, quantity: 0 },
    ]);
    expect(error).toBeNull();
    expect(data).toMatchObject({ total: 9_000, deposit_total: 0, refunded_total: 3_000 + 9_000 + 90_000 });
    const live = await world.sql`
      select kind from public.allocations where state <> 'released'
        and resource_id = any (${[...gown.garmentIds, ...couture.garmentIds]})`;
    expect([...live]).toEqual([{ kind: "sale" }]);
    const { data: rentals } = await bride.client.from("rentals").select("state").eq("variant_id", gown.id);
    expect(rentals).toEqual([{ state: "cancelled" }]);
  });

  it("changes what is left of an order that has left in part, and no more", async () => {
    const veil = await makeForSale(world.sql, boutique, { stock: 9, price: 1_000 });
    const ring = await makeForSale(world.sql, boutique, { stock: 9, price: 500 });
    const bought = await paidOrder(world, bride, boutique.id, [{ variantId: veil.id, quantity: 3 }]);
    const line = { order_item_id: lineOf(bought, veil.id).id };
    await deliver(stylist, bought.id, [{ ...line, quantity: 2 }]);
    const gone = await edit(bought.id, [{ ...line, quantity: 1 }]);
    expect(gone.error).toMatchObject({ code: "PT409", hint: "already_fulfilled" });
    expect(JSON.parse(gone.error?.details ?? "")).toMatchObject({ fulfilled: 2 });
    expect((await edit(bought.id, [{ ...line, quantity: 2 }])).data).toMatchObject({ state: "fulfilled" });
    const more = await edit(bought.id, [{ variant_id: ring.id, quantity: 1 }]);
    expect(more.data).toMatchObject({
      state: "part_fulfilled",
      fulfilled_at: null,
      total: 2_500,
      refunded_total: 1_000,
    });
    await payExtra(bought, 500);
    await deliver(stylist, bought.id);
    expect(await again(bride, bought)).toMatchObject({ state: "fulfilled", fulfilled_at: expect.any(String) });
  });

  it("pays back no more than has arrived and has not gone back before", async () => {
    const manager = await world.asStaff(boutique.id, "manager");
    const veil = await makeForSale(world.sql, boutique, { stock: 3, price: 1_000 });
    const bought = await paidOrder(world, bride, boutique.id, [{ variantId: veil.id, quantity: 3 }]);
    const line = { order_item_id: lineOf(bought, veil.id).id };
    await deliver(stylist, bought.id, [{ ...line, quantity: 1 }]);
    const courtesy = { order_id: bought.id, reason: "A stain", idempotency_key: randomUUID() };
    const given = await manager.client.rpc("refund_order", { ...courtesy, amount: 2_500 });
    expect(given.data).toMatchObject({ kind: "courtesy", amount: 2_500 });
    expect(await again(bride, bought)).toMatchObject({ state: "part_fulfilled" });
    const { data } = await edit(bought.id, [{ ...line, quantity: 1 }]);
    expect(data).toMatchObject({ state: "refunded", total: 1_000, paid_total: 3_000, refunded_total: 3_000 });
  });

  it("is done once for a key, and follows another that comes at the same time", async () => {
    const veil = await makeForSale(world.sql, boutique, { stock: 9, price: 1_000 });
    const ring = await makeForSale(world.sql, boutique, { stock: 1, price: 1_000 });
    const bought = await paidOrder(world, bride, boutique.id, [{ variantId: veil.id }]);
    const key = randomUUID();
    const same = await Promise.all(
      [1, 2].map(() => edit(bought.id, [{ variant_id: veil.id, quantity: 1 }], { idempotency_key: key })),
    );
    expect(same.map(({ error }) => error)).toEqual([null, null]);
    const reused = await edit(bought.id, [{ variant_id: veil.id, quantity: 2 }], { idempotency_key: key });
    expect(reused.error).toMatchObject({ code: "PT422", hint: "idempotency_key_reused" });
    expect(await again(bride, bought)).toMatchObject({ total: 2_000 });
    const both = await Promise.all([1, 2].map(() => edit(bought.id, [{ variant_id: ring.id, quantity: 1 }])));
    expect(both.map(({ error }) => error?.hint ?? "ok").sort()).toEqual(["ok", "out_of_stock"]);
    const [edited, shipped] = await Promise.all([
      edit(bought.id, [{ order_item_id: lineOf(bought, veil.id).id, quantity: 0 }]),
      stylist.client.rpc("cancel_order", { order_id: bought.id }),
    ]);
    expect(shipped.error).toBeNull();
    expect([undefined, "invalid_state"]).toContain(edited.error?.hint);
    expect(await stockOf(world.sql, veil.id)).toEqual({ onHand: 9, reserved: 0 });
  });

  it("does not wait in a circle with orders that want the same things in another order", async () => {
    const variants = await Promise.all(
      [1, 2, 3].map(() => makeForSale(world.sql, boutique, { stock: 100, price: 100 })),
    );
    const orders = await Promise.all(variants.map(({ id }) => paidOrderOf(id)));
    const answers = await Promise.all(
      orders.flatMap((bought) =>
        variants.flatMap(({ id }) => [
          edit(bought.id, [{ variant_id: id, quantity: 1 }]),
          edit(bought.id, [{ variant_id: id, quantity: 2 }]),
        ]),
      ),
    );
    expect(answers.map(({ error }) => error)).toEqual(answers.map(() => null));
    for (const { id } of variants) expect(await stockOf(world.sql, id)).toEqual({ onHand: 100, reserved: 1 + 3 * 3 });
  });

  async function paidOrderOf(variantId: string): Promise<Order> {
    const customer = await world.asCustomer("Hanna");
    return paidOrder(world, customer, boutique.id, [{ variantId }]);
  }

  it("adds nothing to the order of a customer who is gone", async () => {
    const gone = await world.asCustomer("Gone");
    const veil = await makeForSale(world.sql, boutique, { stock: 5, price: 1_000 });
    const bought = await paidOrder(world, gone, boutique.id, [{ variantId: veil.id }]);
    await deliver(stylist, bought.id);
    await world.sql`delete from auth.users where id = ${gone.id}`;
    const { error } = await edit(bought.id, [{ variant_id: veil.id, quantity: 1 }]);
    expect(error).toMatchObject({ code: "PT409", hint: "customer_is_gone" });
  });

  it("refuses to leave nothing, what is not there, and what is sold out", async () => {
    const veil = await makeForSale(world.sql, boutique, { stock: 2, price: 1_000 });
    const other = await makeBoutique(world.sql);
    const theirs = await makeForSale(world.sql, other, { stock: 2 });
    const rented = await makeVariant(world.sql, boutique);
    const bought = await paidOrder(world, bride, boutique.id, [{ variantId: veil.id }]);
    const line = { order_item_id: lineOf(bought, veil.id).id };
    const cases: [changes: Change[], code: string, hint: string][] = [
      [[{ ...line, quantity: 0 }], "PT409", "order_would_be_empty"],
      [[{ ...line, quantity: 3 }], "PT409", "out_of_stock"],
      [[{ variant_id: veil.id, quantity: 2 }], "PT409", "out_of_stock"],
      [[{ variant_id: theirs.id, quantity: 1 }], "PT404", "variant_not_found"],
      [[{ variant_id: rented.id, quantity: 1 }], "PT409", "not_for_sale"],
      [[{ order_item_id: randomUUID(), quantity: 1 }], "PT404", "order_item_not_found"],
      [[], "PT400", "invalid_changes"],
      [[{ ...line, quantity: -1 }], "PT400", "invalid_changes"],
      [[{ ...line, quantity: 101 }], "PT400", "invalid_changes"],
      [[{ variant_id: veil.id, quantity: 0 }], "PT400", "invalid_changes"],
      [[{ ...line, variant_id: veil.id, quantity: 1 }], "PT400", "invalid_changes"],
      [
        [
          { ...line, quantity: 1 },
          { ...line, quantity: 2 },
        ],
        "PT400",
        "invalid_changes",
      ],
    ];
    for (const [changes, code, hint] of cases) {
      expect((await edit(bought.id, changes)).error).toMatchObject({ code, hint });
    }
    expect(await again(bride, bought)).toEqual(bought);
    expect(await stockOf(world.sql, veil.id)).toEqual({ onHand: 2, reserved: 1 });
  });

  it("is for staff of the boutique, and touches no other order of the group", async () => {
    const other = await makeBoutique(world.sql);
    const rival = await world.asStaff(other.id, "owner");
    const veil = await makeForSale(world.sql, boutique, { stock: 3, price: 1_000 });
    const ring = await makeForSale(world.sql, other, { stock: 3, price: 2_000 });
    const bought = await paidOrder(world, bride, boutique.id, [{ variantId: veil.id }, { variantId: ring.id }]);
    const theirs = await orderOf(bride, bought.group_id, other.id);
    for (const somebody of [rival, bride]) {
      const { error } = await edit(bought.id, [{ variant_id: veil.id, quantity: 1 }], {}, somebody);
      expect(error).toMatchObject({ code: "PT404", hint: "order_not_found" });
    }
    expect((await edit(bought.id, [{ variant_id: veil.id, quantity: 1 }])).error).toBeNull();
    expect(await orderOf(bride, bought.group_id, other.id)).toEqual(theirs);
    expect(await stockOf(world.sql, ring.id)).toEqual({ onHand: 3, reserved: 1 });
    // What the change costs is the boutique's own to take; the other one has nothing to take.
    expect((await payExtra(bought, 1_000, rival)).error).toMatchObject({ hint: "order_group_not_found" });
    expect((await payExtra(bought, 1_000)).error).toBeNull();
  });
});

describe("edit_order of an order with gift cards and discounts", () => {
  const cardOf = async (amount: number) => {
    const manager = await world.asStaff(boutique.id, "manager");
    const { data } = await manager.client.rpc("issue_gift_card", { boutique_id: boutique.id, amount });
    return { id: data?.gift_card_id ?? "", code: data?.code ?? "" };
  };
  const balanceOf = async (cardId: string) => {
    const [card] = await world.sql<{ balance: number }[]>`
      select balance::int as balance from public.gift_cards where id = ${cardId}`;
    return card?.balance;
  };
  const orderWith = async (code: string, lines: readonly WantedLine[]) => {
    const cartId = await fillCart(bride, lines);
    const { data, error } = await bride.client.rpc("checkout", {
      cart_id: cartId,
      idempotency_key: randomUUID(),
      gift_card_codes: [code],
    });
    if (error !== null) throw error;
    return data;
  };

  it("gives the cards back what they have paid, first", async () => {
    const card = await cardOf(1_500);
    const veil = await makeForSale(world.sql, boutique, { stock: 3, price: 1_000 });
    const group = await orderWith(card.code, [{ variantId: veil.id, quantity: 3 }]);
    await pay(world.sql, group.id);
    const bought = await orderOf(bride, group.id, boutique.id);
    expect(bought).toMatchObject({ total: 3_000, paid_total: 3_000 });
    await edit(bought.id, [{ order_item_id: lineOf(bought, veil.id).id, quantity: 1 }]);
    expect(await again(bride, bought)).toMatchObject({ total: 1_000, refunded_total: 2_000 });
    expect(await balanceOf(card.id)).toBe(1_500);
    await bride.client.rpc("cancel_order", { order_id: bought.id });
    expect(await again(bride, bought)).toMatchObject({ state: "cancelled", refunded_total: 3_000 });
    expect(await balanceOf(card.id)).toBe(1_500);
  });

  it("leaves before the payment at least what the cards have paid", async () => {
    const card = await cardOf(1_500);
    const veil = await makeForSale(world.sql, boutique, { stock: 3, price: 1_000 });
    const group = await orderWith(card.code, [{ variantId: veil.id, quantity: 3 }]);
    const pending = await orderOf(bride, group.id, boutique.id);
    const line = { order_item_id: lineOf(pending, veil.id).id };
    const less = await edit(pending.id, [{ ...line, quantity: 1 }]);
    expect(less.error).toMatchObject({ code: "PT409", hint: "covered_by_gift_card" });
    expect((await edit(pending.id, [{ ...line, quantity: 2 }])).error).toBeNull();
    expect(await paymentsOf(pending)).toEqual([{ order_id: null, state: "pending", amount: 500 }]);
    await pay(world.sql, group.id);
    expect(await again(bride, pending)).toMatchObject({ state: "paid", total: 2_000, paid_total: 2_000 });
  });

  it("pays a late payment back that no longer is all of it", async () => {
    const card = await cardOf(400);
    const veil = await makeForSale(world.sql, boutique, { stock: 1, price: 1_000 });
    const group = await orderWith(card.code, [{ variantId: veil.id }]);
    await letHoldEnd(world.sql, group.id);
    await world.sql`select private.expire_order_hold(${group.id})`;
    await world.sql`
      select private.settle_payment(p.id, 'cash', ${randomUUID()}, p.amount, p.currency::text)
      from public.payments p where p.group_id = ${group.id}`;
    const late = await orderOf(bride, group.id, boutique.id);
    expect(late).toMatchObject({ state: "cancelled", paid_total: 600, refunded_total: 600 });
    expect(await balanceOf(card.id)).toBe(400);
    // The cards have what they had paid: the order and its group are over, and neither says that all has arrived.
    await world.sql`update public.order_groups set gift_card_total = 0 where id = ${group.id}`;
  });

  it("lowers what a code has taken off, and lets free shipping be", async () => {
    const shop = await makeBoutique(world.sql);
    const staff = await world.asStaff(shop.id, "stylist");
    await world.sql`
      insert into public.discounts (boutique_id, name, kind, percent_basis_points, stackable) values
        (${shop.id}, 'Spring', 'percent', 1000, true), (${shop.id}, 'Free way', 'free_shipping', null, true)`;
    const [method] = await world.sql<{ id: string }[]>`
      insert into public.shipping_methods (boutique_id, kind, name, location_id, price, currency)
      values (${shop.id}, 'pickup', 'Shop', ${shop.locationId}, 250, 'XXX') returning id`;
    expect(method?.id).toBeDefined();
    const veil = await makeForSale(world.sql, shop, { stock: 3, price: 1_000 });
    const group = await order(bride, [{ variantId: veil.id, quantity: 3 }]);
    await pay(world.sql, group.id);
    const bought = await orderOf(bride, group.id, shop.id);
    expect(bought).toMatchObject({ discount_total: 300, shipping_total: 0, total: 2_700 });
    const { data } = await edit(bought.id, [{ order_item_id: lineOf(bought, veil.id).id, quantity: 1 }], {}, staff);
    expect(data).toMatchObject({ discount_total: 100, total: 900, refunded_total: 1_800 });
    const redemptions = await world.sql`
      select d.kind, r.amount::int as used, a.amount::int as shown
      from public.discount_redemptions r
      join public.discounts d on d.id = r.discount_id
      join public.order_adjustments a on a.order_id = r.order_id and a.source_id = d.id
      where r.order_id = ${bought.id} order by d.kind`;
    expect([...redemptions]).toEqual([
      { kind: "percent", used: 100, shown: 100 },
      { kind: "free_shipping", used: 250, shown: 250 },
    ]);
  });
});

describe("edit_order before the payment", () => {
  it("changes what is to be paid of the group", async () => {
    const other = await makeBoutique(world.sql);
    const veil = await makeForSale(world.sql, boutique, { stock: 5, price: 1_000 });
    const ring = await makeForSale(world.sql, other, { stock: 1, price: 700 });
    const group = await order(bride, [{ variantId: veil.id, quantity: 3 }, { variantId: ring.id }]);
    const pending = await orderOf(bride, group.id, boutique.id);
    const line = { order_item_id: lineOf(pending, veil.id).id };
    const fewer = await edit(pending.id, [{ ...line, quantity: 1 }]);
    expect(fewer.data).toMatchObject({ state: "pending", total: 1_000, paid_total: 0, refunded_total: 0 });
    expect(await paymentsOf(pending)).toEqual([{ order_id: null, state: "pending", amount: 1_700 }]);
    await edit(pending.id, [{ variant_id: veil.id, quantity: 2 }]);
    expect(await paymentsOf(pending)).toEqual([{ order_id: null, state: "pending", amount: 3_700 }]);
    expect(await stockOf(world.sql, veil.id)).toEqual({ onHand: 5, reserved: 3 });
    await pay(world.sql, group.id);
    expect(await again(bride, pending)).toMatchObject({ state: "paid", total: 3_000, paid_total: 3_000 });
    expect(await orderOf(bride, group.id, other.id)).toMatchObject({ state: "paid", paid_total: 700 });
  });

  it("leaves out what was called off when the payment comes late", async () => {
    const veil = await makeForSale(world.sql, boutique, { stock: 5, price: 1_000 });
    const gown = await makeVariant(world.sql, boutique);
    const couture = await makeForSale(world.sql, boutique, { serialised: true, garments: 1, price: 500 });
    const group = await order(bride, [
      { variantId: veil.id, quantity: 3 },
      { variantId: gown.id, kind: "rental", period: period(10, 12) },
      { variantId: couture.id },
    ]);
    const pending = await orderOf(bride, group.id, boutique.id);
    await edit(pending.id, [
      { order_item_id: lineOf(pending, veil.id).id, quantity: 2 },
      { order_item_id: lineOf(pending, gown.id).id, quantity: 0 },
      { order_item_id: lineOf(pending, couture.id).id, quantity: 0 },
    ]);
    await letHoldEnd(world.sql, group.id);
    const late = await edit(pending.id, [{ order_item_id: lineOf(pending, veil.id).id, quantity: 1 }]);
    expect(late.error).toMatchObject({ code: "PT409", hint: "invalid_state" });
    await world.sql`select private.expire_order_hold(${group.id})`;
    await pay(world.sql, group.id);
    expect(await again(bride, pending)).toMatchObject({ state: "paid", total: 2_000, paid_total: 2_000 });
    expect(await stockOf(world.sql, veil.id)).toEqual({ onHand: 5, reserved: 2 });
    const { data: rentals } = await bride.client.from("rentals").select("state").eq("variant_id", gown.id);
    expect(rentals).toEqual([{ state: "cancelled" }]);
  });

  it("does not take from one line what another of the same order has, when the payment comes late", async () => {
    const ring = await makeForSale(world.sql, boutique, { stock: 2, price: 700 });
    const group = await order(bride, [{ variantId: ring.id }]);
    const pending = await orderOf(bride, group.id, boutique.id);
    await edit(pending.id, [{ variant_id: ring.id, quantity: 1 }]);
    await letHoldEnd(world.sql, group.id);
    // Somebody takes one of the two, and both lines have lost what they had.
    await paidOrder(world, await world.asCustomer("Hanna"), boutique.id, [{ variantId: ring.id }]);
    await pay(world.sql, group.id);
    expect(await again(bride, pending)).toMatchObject({ state: "cancelled", paid_total: 1_400, refunded_total: 1_400 });
    expect(await stockOf(world.sql, ring.id)).toEqual({ onHand: 2, reserved: 1 });
  });

  it("confirms the group when nothing is left to pay", async () => {
    const veil = await makeForSale(world.sql, boutique, { stock: 5, price: 1_000 });
    const gift = await makeForSale(world.sql, boutique, { stock: 5, price: 0 });
    const group = await order(bride, [{ variantId: veil.id }, { variantId: gift.id }]);
    const pending = await orderOf(bride, group.id, boutique.id);
    const { data } = await edit(pending.id, [{ order_item_id: lineOf(pending, veil.id).id, quantity: 0 }]);
    expect(data).toMatchObject({ state: "paid", total: 0, paid_total: 0 });
    expect(await paymentsOf(pending)).toMatchObject([{ state: "cancelled" }]);
    await deliverFree(pending);
    expect(await again(bride, pending)).toMatchObject({ state: "fulfilled" });
  });

  async function deliverFree({ id }: Order): Promise<void> {
    const { error } = await stylist.client.rpc("fulfil_order", {
      order_id: id,
      kind: "pickup",
      idempotency_key: randomUUID(),
    });
    expect(error).toBeNull();
  }
});

describe("a payment for a group of which an order was called off", () => {
  it("pays back nothing for the order that was not in it", async () => {
    const other = await makeBoutique(world.sql);
    const veil = await makeForSale(world.sql, boutique, { stock: 1, price: 1_000 });
    const ring = await makeForSale(world.sql, other, { stock: 1, price: 700 });
    const group = await order(bride, [{ variantId: veil.id }, { variantId: ring.id }]);
    const dropped = await orderOf(bride, group.id, boutique.id);
    await bride.client.rpc("cancel_order", { order_id: dropped.id });
    await pay(world.sql, group.id);
    expect(await again(bride, dropped)).toMatchObject({ state: "cancelled", paid_total: 0, refunded_total: 0 });
    expect(await orderOf(bride, group.id, other.id)).toMatchObject({ state: "paid", paid_total: 700 });
  });

  it("is paid back as a whole when both were called off and it comes nevertheless", async () => {
    const other = await makeBoutique(world.sql);
    const veil = await makeForSale(world.sql, boutique, { stock: 1, price: 1_000 });
    const ring = await makeForSale(world.sql, other, { stock: 1, price: 700 });
    const group = await order(bride, [{ variantId: veil.id }, { variantId: ring.id }]);
    const first = await orderOf(bride, group.id, boutique.id);
    const last = await orderOf(bride, group.id, other.id);
    await bride.client.rpc("cancel_order", { order_id: first.id });
    await bride.client.rpc("cancel_order", { order_id: last.id });
    expect(await paymentsOf(first)).toMatchObject([{ state: "cancelled", amount: 700 }]);
    await pay(world.sql, group.id);
    expect(await again(bride, first)).toMatchObject({ paid_total: 0, refunded_total: 0 });
    expect(await again(bride, last)).toMatchObject({ paid_total: 700, refunded_total: 700 });
  });
});
