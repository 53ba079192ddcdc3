import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { completeOrders } from "../../functions/_shared/jobs/complete-orders.ts";
import { type BoutiqueFixture, makeBoutique, makeVariant, period } from "../helpers/fixtures.ts";
import { letDaysPass } from "../helpers/fulfilment.ts";
import { type ForSale, makeForSale, order, pay, receive, stockOf, type WantedLine } from "../helpers/orders.ts";
import { runJob } from "../helpers/run-job.ts";
import { type Person, World } from "../helpers/world.ts";

let world: World;
let boutique: BoutiqueFixture;
let bride: Person;
let stylist: Person;
let manager: Person;

beforeAll(async () => {
  world = await World.create({ connections: 10 });
  boutique = await makeBoutique(world.sql);
  [bride, stylist, manager] = await Promise.all([
    world.asCustomer("Selam"),
    world.asStaff(boutique.id, "stylist"),
    world.asStaff(boutique.id, "manager"),
  ]);
});
afterAll(() => world.close());

interface Bought {
  readonly id: string;
  readonly items: readonly string[];
}

/** Ordered and paid; the lines in the order in which they were added. */
async function buy(lines: readonly WantedLine[]): Promise<Bought> {
  const group = await order(bride, lines);
  await pay(world.sql, group.id);
  const { data } = await bride.client
    .from("orders")
    .select("id, order_items(id, variant_id)")
    .eq("group_id", group.id)
    .single();
  const items = lines.map(({ variantId }) => data?.order_items.find((item) => item.variant_id === variantId)?.id ?? "");
  return { id: data?.id ?? "", items };
}

const fulfil = (orderId: string, more: object = {}, by = stylist) =>
  by.client.rpc("fulfil_order", { order_id: orderId, kind: "delivery", idempotency_key: randomUUID(), ...more });

const stateOf = async ({ id }: Bought) =>
  (await bride.client.from("orders").select("state, refunded_total").eq("id", id).single()).data;

const nothingIsWrong = async () => expect(await world.sql`select * from private.order_check()`).toEqual([]);

describe("a paid order", () => {
  it("leaves in parcels with tracking, and the stock leaves with them", async () => {
    const veil = await makeForSale(world.sql, boutique, { stock: 5 });
    const ring = await makeForSale(world.sql, boutique, { stock: 5 });
    const bought = await buy([{ variantId: veil.id, quantity: 3 }, { variantId: ring.id }]);
    const first = await fulfil(bought.id, {
      items: [{ order_item_id: bought.items[0], quantity: 2 }],
      carrier: "Post",
      tracking_number: "ET 1",
      tracking_url: "https://post.example/1",
    });
    expect(first.error).toBeNull();
    expect(await stateOf(bought)).toMatchObject({ state: "part_fulfilled" });
    expect(await stockOf(world.sql, veil.id)).toEqual({ onHand: 3, reserved: 1 });
    const rest = await fulfil(bought.id);
    expect(rest.error).toBeNull();
    expect(await stateOf(bought)).toMatchObject({ state: "fulfilled" });
    expect(await stockOf(world.sql, veil.id)).toEqual({ onHand: 2, reserved: 0 });
    expect(await stockOf(world.sql, ring.id)).toEqual({ onHand: 4, reserved: 0 });
    const { data } = await bride.client
      .from("shipments")
      .select("carrier, state, tracking_url, shipment_items(quantity)")
      .eq("order_id", bought.id)
      .order("id");
    expect(data).toEqual([
      { carrier: "Post", state: "sent", tracking_url: "https://post.example/1", shipment_items: [{ quantity: 2 }] },
      { carrier: "", state: "sent", tracking_url: null, shipment_items: expect.arrayContaining([{ quantity: 1 }]) },
    ]);
    await nothingIsWrong();
  });

  it("is handed over in the shop: a gown that is sold retires, a rental leaves by its own way", async () => {
    const couture = await makeForSale(world.sql, boutique, { serialised: true, garments: 1 });
    const gown = await makeVariant(world.sql, boutique);
    const bought = await buy([{ variantId: couture.id }, { variantId: gown.id, kind: "rental", period: period(0, 2) }]);
    const rental = await fulfil(bought.id, {
      kind: "pickup",
      items: [{ order_item_id: bought.items[1], quantity: 1 }],
    });
    expect(rental.error).toMatchObject({ code: "PT409", hint: "hand_over_rental" });
    expect((await fulfil(bought.id, { kind: "pickup" })).data).toMatchObject({ state: "delivered" });
    expect(await stateOf(bought)).toMatchObject({ state: "part_fulfilled" });
    const { data: garment } = await stylist.client
      .from("garments")
      .select("retired_at")
      .eq("id", couture.garmentIds[0] ?? "")
      .single();
    expect(garment?.retired_at).not.toBeNull();

    const { rental_id } = JSON.parse(rental.error?.details ?? "{}");
    expect((await stylist.client.rpc("hand_over_rental", { rental_id })).error).toBeNull();
    expect(await stateOf(bought)).toMatchObject({ state: "fulfilled" });
    await nothingIsWrong();
  });

  it("leaves once, however often it is sent, and never more than was ordered", async () => {
    const veil = await makeForSale(world.sql, boutique, { stock: 5 });
    const bought = await buy([{ variantId: veil.id, quantity: 2 }]);
    const key = randomUUID();
    const same = await Promise.all([1, 2, 3].map(() => fulfil(bought.id, { idempotency_key: key })));
    expect(new Set(same.map(({ data }) => data?.id)).size).toBe(1);
    expect((await fulfil(bought.id)).error).toMatchObject({ code: "PT409", hint: "invalid_state" });

    const other = await buy([{ variantId: veil.id, quantity: 2 }]);
    const items = [{ order_item_id: other.items[0], quantity: 2 }];
    const race = await Promise.all([1, 2, 3, 4].map(() => fulfil(other.id, { items })));
    expect(race.filter(({ error }) => error === null)).toHaveLength(1);
    expect(await stockOf(world.sql, veil.id)).toEqual({ onHand: 1, reserved: 0 });
    await nothingIsWrong();
  });

  it.each([
    [
      "a line of another order",
      () => ({ items: [{ order_item_id: randomUUID(), quantity: 1 }] }),
      "PT404",
      "order_item_not_found",
    ],
    [
      "more than is left",
      (b: Bought) => ({ items: [{ order_item_id: b.items[0], quantity: 3 }] }),
      "PT409",
      "nothing_left",
    ],
    ["nothing", (b: Bought) => ({ items: [{ order_item_id: b.items[0], quantity: 0 }] }), "PT409", "nothing_left"],
    ["no array", () => ({ items: { a: 1 } }), "PT400", "invalid_items"],
    ["words", () => ({ items: ["veil"] }), "PT400", "invalid_items"],
    ["a link that is none", () => ({ tracking_url: "javascript:alert(1)" }), "PT400", "invalid_tracking"],
  ])("is not sent with %s", async (_what, more, code, hint) => {
    const veil = await makeForSale(world.sql, boutique, { stock: 5 });
    const bought = await buy([{ variantId: veil.id, quantity: 2 }]);
    expect((await fulfil(bought.id, more(bought))).error).toMatchObject({ code, hint });
    expect(await stockOf(world.sql, veil.id)).toEqual({ onHand: 5, reserved: 2 });
  });

  it("is not cancelled any more once something has left", async () => {
    const veil = await makeForSale(world.sql, boutique, { stock: 5 });
    const bought = await buy([{ variantId: veil.id, quantity: 2 }]);
    await fulfil(bought.id, { items: [{ order_item_id: bought.items[0], quantity: 1 }] });
    const { error } = await bride.client.rpc("cancel_order", { order_id: bought.id });
    expect(error).toMatchObject({ code: "PT409", hint: "invalid_state" });
  });

  it("costs the frozen fee when its customer cancels late, and nothing when the boutique does", async () => {
    const veil = await makeForSale(world.sql, boutique, { stock: 5, price: 1_005 });
    await world.sql`update public.commerce_policies set cancellation_fee_percent = 10, free_cancellation_hours = 24 where boutique_id = ${boutique.id}`;
    const orders = [
      await buy([{ variantId: veil.id }]),
      await buy([{ variantId: veil.id }]),
      await buy([{ variantId: veil.id }]),
    ];
    await world.sql`update public.commerce_policies set cancellation_fee_percent = 50 where boutique_id = ${boutique.id}`;
    const late = orders.slice(1).map(({ id }) => id);
    await world.sql`update public.orders set paid_at = now() - interval '25 hours' where id = any (${late})`;
    const cancel = async (by: Person, n: number) =>
      (await by.client.rpc("cancel_order", { order_id: orders[n]?.id ?? "" })).data;
    expect(await cancel(bride, 0)).toMatchObject({ fee_total: 0, refunded_total: 1_005 });
    expect(await cancel(bride, 1)).toMatchObject({ fee_total: 101, refunded_total: 904 });
    expect(await cancel(stylist, 2)).toMatchObject({ fee_total: 0, refunded_total: 1_005 });
    await world.sql`update public.commerce_policies set cancellation_fee_percent = 0 where boutique_id = ${boutique.id}`;
    await nothingIsWrong();
  });

  it("is over when the time for returns has passed since the last delivery, by a job that may run twice", async () => {
    const veil = await makeForSale(world.sql, boutique, { stock: 5 });
    const bought = await buy([{ variantId: veil.id, quantity: 2 }]);
    const run = async () => {
      for (const _time of [1, 2]) await runJob(world, completeOrders, {});
      return (await stateOf(bought))?.state;
    };
    const deliver = async () => {
      const { data: shipment } = await fulfil(bought.id, { items: [{ order_item_id: bought.items[0], quantity: 1 }] });
      await stylist.client.rpc("mark_delivered", { shipment_id: shipment?.id ?? "" });
    };
    await deliver();
    await letDaysPass(world.sql, bought.id, 100);
    expect(await run()).toBe("part_fulfilled");
    await deliver();
    await letDaysPass(world.sql, bought.id, 13);
    expect(await run()).toBe("fulfilled");
    await letDaysPass(world.sql, bought.id, 1);
    expect(await run()).toBe("completed");
  });

  it("is over 30 days later when nobody says that its parcel has arrived", async () => {
    const veil = await makeForSale(world.sql, boutique, { stock: 5 });
    const bought = await buy([{ variantId: veil.id }]);
    await fulfil(bought.id);
    await letDaysPass(world.sql, bought.id, 43);
    await runJob(world, completeOrders, {});
    expect(await stateOf(bought)).toMatchObject({ state: "fulfilled" });
    await letDaysPass(world.sql, bought.id, 1);
    await runJob(world, completeOrders, {});
    expect(await stateOf(bought)).toMatchObject({ state: "completed" });
  });

  it("is not over while a rental is out", async () => {
    const veil = await makeForSale(world.sql, boutique, { stock: 1 });
    const gown = await makeVariant(world.sql, boutique);
    const bought = await buy([{ variantId: veil.id }, { variantId: gown.id, kind: "rental", period: period(0, 2) }]);
    await fulfil(bought.id);
    await letDaysPass(world.sql, bought.id, 100);
    const [line] = await world.sql<{ rental_id: string }[]>`
      select rental_id from public.order_items where id = ${bought.items[1] ?? ""}`;
    const rental = { rental_id: line?.rental_id ?? "" };
    expect((await stylist.client.rpc("hand_over_rental", rental)).error).toBeNull();
    await runJob(world, completeOrders, {});
    expect(await stateOf(bought)).toMatchObject({ state: "fulfilled" });
    await stylist.client.rpc("return_rental", rental);
    await stylist.client.rpc("inspect_rental", { ...rental, outcome: "ok", condition: "good" });
    await runJob(world, completeOrders, {});
    expect(await stateOf(bought)).toMatchObject({ state: "completed" });
  });

  it("is not over while a return is open", async () => {
    const veil = await makeForSale(world.sql, boutique, { stock: 1 });
    const bought = await buy([{ variantId: veil.id }]);
    await fulfil(bought.id, { kind: "pickup" });
    const { data: asked } = await bride.client.rpc("request_return", {
      order_id: bought.id,
      items: [{ order_item_id: bought.items[0] ?? "", quantity: 1 }],
      reason: "changed_mind",
      idempotency_key: randomUUID(),
    });
    await letDaysPass(world.sql, bought.id, 100);
    await runJob(world, completeOrders, {});
    expect(await stateOf(bought)).toMatchObject({ state: "fulfilled" });
    await stylist.client.rpc("answer_return", { return_id: asked?.id ?? "", approved: false, answer: "Worn" });
    await runJob(world, completeOrders, {});
    expect(await stateOf(bought)).toMatchObject({ state: "completed" });
  });

  it("leaves from the branches where it is reserved", async () => {
    const [branch] = await world.sql<{ id: string }[]>`
      insert into public.locations (boutique_id, name, city, country, timezone)
      values (${boutique.id}, 'Second', 'Adama', 'ET', 'Africa/Addis_Ababa') returning id`;
    const veil = await makeForSale(world.sql, boutique, { stock: 2 });
    await receive(world.sql, { ...boutique, locationId: branch?.id ?? "" }, veil.id, 3);
    const bought = await buy([{ variantId: veil.id, quantity: 4 }]);
    await fulfil(bought.id, { items: [{ order_item_id: bought.items[0], quantity: 3 }] });
    expect(await stockOf(world.sql, veil.id)).toEqual({ onHand: 2, reserved: 1 });
    await fulfil(bought.id);
    expect(await stockOf(world.sql, veil.id)).toEqual({ onHand: 1, reserved: 0 });
    await nothingIsWrong();
  });

  it("sends the garments of a line one by one, and frees the one that is called off", async () => {
    const couture = await makeForSale(world.sql, boutique, { serialised: true, garments: 3, price: 5_000 });
    const bought = await buy([{ variantId: couture.id, quantity: 3 }]);
    const line = { order_item_id: bought.items[0] ?? "" };
    for (const _time of [1, 2]) {
      expect((await fulfil(bought.id, { items: [{ ...line, quantity: 1 }] })).error).toBeNull();
    }
    const { error } = await stylist.client.rpc("edit_order", {
      order_id: bought.id,
      changes: [{ ...line, quantity: 2 }],
      idempotency_key: randomUUID(),
    });
    expect(error).toBeNull();
    const garments = await world.sql`
      select g.retired_at is null as in_service, count(a.id)::int as sold from public.garments g
      left join public.allocations a on a.resource_id = g.id and a.state <> 'released'
      where g.variant_id = ${couture.id} group by g.id order by 1, 2`;
    expect([...garments]).toEqual([
      { in_service: false, sold: 1 },
      { in_service: false, sold: 1 },
      { in_service: true, sold: 0 },
    ]);
    expect(await stateOf(bought)).toEqual({ state: "fulfilled", refunded_total: 5_000 });
    await nothingIsWrong();
  });

  it("still leaves when some of it has come back before", async () => {
    const veil = await makeForSale(world.sql, boutique, { stock: 2, price: 1_000 });
    const bought = await buy([{ variantId: veil.id, quantity: 2 }]);
    const line = { order_item_id: bought.items[0] ?? "" };
    await fulfil(bought.id, { kind: "pickup", items: [{ ...line, quantity: 1 }] });
    const { data: asked } = await bride.client.rpc("request_return", {
      order_id: bought.id,
      items: [{ ...line, quantity: 1 }],
      reason: "damaged",
      idempotency_key: randomUUID(),
    });
    await stylist.client.rpc("receive_return", { return_id: asked?.id ?? "" });
    await stylist.client.rpc("inspect_return", {
      return_id: asked?.id ?? "",
      outcomes: [{ ...line, outcome: "damaged" }],
    });
    expect(await stateOf(bought)).toEqual({ state: "part_fulfilled", refunded_total: 1_000 });
    expect((await fulfil(bought.id)).error).toBeNull();
    expect(await stateOf(bought)).toEqual({ state: "part_refunded", refunded_total: 1_000 });
    await nothingIsWrong();
  });

  it("is handed over or cancelled when both are done at once, and neither waits for the other in a circle", async () => {
    for (const _time of [1, 2, 3]) {
      const gown = await makeVariant(world.sql, boutique);
      const bought = await buy([{ variantId: gown.id, kind: "rental", period: period(0, 2) }]);
      const [line] = await world.sql<{ rental_id: string }[]>`
        select rental_id from public.order_items where id = ${bought.items[0] ?? ""}`;
      const rental = { rental_id: line?.rental_id ?? "" };
      const answers = await Promise.all([
        stylist.client.rpc("hand_over_rental", rental),
        stylist.client.rpc("cancel_order", { order_id: bought.id }),
        stylist.client.rpc("hand_over_rental", rental),
      ]);
      for (const { error } of answers) expect([undefined, "invalid_state"]).toContain(error?.hint);
      const [now] = await world.sql<
        { state: string }[]
      >`select state from public.rentals where id = ${rental.rental_id}`;
      expect([
        ["fulfilled", "picked_up"],
        ["cancelled", "cancelled"],
      ]).toContainEqual([(await stateOf(bought))?.state, now?.state]);
    }
    await nothingIsWrong();
  });
});

describe("a return", () => {
  const delivered = async (veil: ForSale, quantity = 3) => {
    const bought = await buy([{ variantId: veil.id, quantity }]);
    await fulfil(bought.id, { kind: "pickup" });
    return bought;
  };
  const request = (bought: Bought, quantity: number, more: object = {}, by = bride) =>
    by.client.rpc("request_return", {
      order_id: bought.id,
      items: [{ order_item_id: bought.items[0] ?? "", quantity }],
      reason: "does_not_fit",
      idempotency_key: randomUUID(),
      ...more,
    });
  const inspect = async (returnId: string, item: string, outcome: string, refund?: number) => {
    await stylist.client.rpc("receive_return", { return_id: returnId });
    return stylist.client.rpc("inspect_return", {
      return_id: returnId,
      outcomes: [{ order_item_id: item, outcome, ...(refund === undefined ? {} : { refund }) }],
    });
  };

  it("goes back on the shelf, and the money back, to the last cent over all pieces", async () => {
    await world.sql`insert into public.tax_rules (boutique_id, name, rate_basis_points) values (${boutique.id}, 'VAT', 1500)`;
    const veil = await makeForSale(world.sql, boutique, { stock: 5, price: 333 });
    await world.sql`insert into public.discounts (boutique_id, name, kind, amount, currency) values (${boutique.id}, 'Spring', 'amount', 100, 'ETB')`;
    const bought = await delivered(veil);
    await world.sql`update public.discounts set retired_at = now() where boutique_id = ${boutique.id}`;
    const refunds: number[] = [];
    for (const _piece of [1, 2, 3]) {
      const { data: asked } = await request(bought, 1);
      expect(
        (await stylist.client.rpc("answer_return", { return_id: asked?.id ?? "", approved: true })).data,
      ).toMatchObject({ state: "approved" });
      const { data } = await inspect(asked?.id ?? "", bought.items[0] ?? "", "restock");
      const { data: refund } = await manager.client
        .from("refunds")
        .select("amount")
        .eq("id", data?.refund_id ?? "")
        .single();
      refunds.push(refund?.amount ?? 0);
    }
    // 3 x 333 - 100, tax included.
    expect(refunds).toEqual([299, 300, 300]);
    expect(await stateOf(bought)).toEqual({ state: "refunded", refunded_total: 899 });
    expect(await stockOf(world.sql, veil.id)).toEqual({ onHand: 5, reserved: 0 });
    await nothingIsWrong();
  });

  it("of a damaged piece is paid back and not sold again; of a missing one neither", async () => {
    const veil = await makeForSale(world.sql, boutique, { stock: 5, price: 1_000 });
    const bought = await delivered(veil);
    for (const [outcome, refund, expected] of [
      ["damaged", 400, 400],
      ["missing", undefined, 400],
    ] as const) {
      const { data: asked } = await request(bought, 1);
      expect((await inspect(asked?.id ?? "", bought.items[0] ?? "", outcome, refund)).error).toBeNull();
      expect(await stateOf(bought)).toEqual({ state: "part_refunded", refunded_total: expected });
    }
    expect(await stockOf(world.sql, veil.id)).toEqual({ onHand: 2, reserved: 0 });
    await nothingIsWrong();
  });

  it("brings a sold gown back into service", async () => {
    const couture = await makeForSale(world.sql, boutique, { serialised: true, garments: 1, price: 9_000 });
    const bought = await buy([{ variantId: couture.id }]);
    await fulfil(bought.id, { kind: "pickup" });
    const { data: asked } = await request(bought, 1);
    await inspect(asked?.id ?? "", bought.items[0] ?? "", "restock");
    const next = await buy([{ variantId: couture.id }]);
    expect(await stateOf(next)).toMatchObject({ state: "paid" });
    await nothingIsWrong();
  });

  it("is refused when it is too late, for what was made or rented, and for more than she has", async () => {
    const veil = await makeForSale(world.sql, boutique, { stock: 9 });
    const dress = await makeForSale(world.sql, boutique, { madeToOrder: true });
    const late = await delivered(veil);
    await world.sql`update public.shipments set delivered_at = now() - interval '15 days' where order_id = ${late.id}`;
    expect((await request(late, 1)).error).toMatchObject({ code: "PT409", hint: "return_window_passed" });
    expect((await request(late, 1, {}, stylist)).error).toBeNull();
    const made = await buy([{ variantId: dress.id, kind: "made_to_order" }]);
    await fulfil(made.id, { kind: "pickup" });
    expect((await request(made, 1)).error).toMatchObject({ code: "PT409", hint: "not_returnable" });
    const few = await delivered(veil, 2);
    const asked = await Promise.all([request(few, 2), request(few, 2)]);
    expect(asked.map(({ error }) => error?.hint ?? "ok").toSorted()).toEqual(["nothing_left", "ok"]);
    const waiting = await buy([{ variantId: veil.id }]);
    expect((await request(waiting, 1)).error).toMatchObject({ code: "PT409", hint: "invalid_state" });
  });

  it("is rejected with a reason, or called off by her", async () => {
    const veil = await makeForSale(world.sql, boutique, { stock: 9 });
    const bought = await delivered(veil);
    const { data: one } = await request(bought, 1);
    const answer = (approved: boolean, words: string) =>
      stylist.client.rpc("answer_return", { return_id: one?.id ?? "", approved, answer: words });
    expect((await answer(false, " ")).error).toMatchObject({ code: "PT400", hint: "invalid_answer" });
    expect((await answer(false, "It was worn")).data).toMatchObject({ state: "rejected", answer: "It was worn" });
    expect((await answer(true, "")).error).toMatchObject({ code: "PT409", hint: "invalid_state" });
    const { data: two } = await request(bought, 1);
    expect((await bride.client.rpc("cancel_return", { return_id: two?.id ?? "" })).data).toMatchObject({
      state: "cancelled",
    });
    expect((await stylist.client.rpc("receive_return", { return_id: two?.id ?? "" })).error).toMatchObject({
      hint: "invalid_state",
    });
  });

  it("may pay back less, and never more than was paid", async () => {
    const veil = await makeForSale(world.sql, boutique, { stock: 9, price: 500 });
    const bought = await delivered(veil, 1);
    const { data: asked } = await request(bought, 1);
    const wrong = await inspect(asked?.id ?? "", bought.items[0] ?? "", "restock", 501);
    expect(wrong.error).toMatchObject({ code: "PT400", hint: "invalid_items" });
    expect(JSON.parse(wrong.error?.details ?? "")).toMatchObject({ paid: 500 });
    expect((await inspect(asked?.id ?? "", bought.items[0] ?? "", "wonderful")).error).toMatchObject({
      code: "PT400",
      hint: "invalid_items",
    });
    expect((await inspect(asked?.id ?? "", bought.items[0] ?? "", "restock", 1)).error).toBeNull();
    expect(await stateOf(bought)).toEqual({ state: "part_refunded", refunded_total: 1 });
  });
});

describe("a refund", () => {
  it("is given as a courtesy by managers, up to what was paid, once per key, and noted when it is paid", async () => {
    const veil = await makeForSale(world.sql, boutique, { stock: 9, price: 500 });
    const bought = await buy([{ variantId: veil.id }]);
    const refund = (by: Person, amount: number, key: string = randomUUID()) =>
      by.client.rpc("refund_order", { order_id: bought.id, amount, reason: "It came late", idempotency_key: key });
    expect((await refund(manager, 1)).error).toMatchObject({ code: "PT409", hint: "invalid_state" });
    await fulfil(bought.id, { kind: "pickup" });
    expect((await refund(stylist, 1)).error).toMatchObject({ code: "PT404", hint: "order_not_found" });
    const both = await Promise.all([1, 2].map(() => refund(manager, 300, "one")));
    expect(both[0]?.data?.id).toBe(both[1]?.data?.id);
    expect((await refund(manager, 201)).error).toMatchObject({ code: "PT400", hint: "invalid_refund" });
    expect(await stateOf(bought)).toEqual({ state: "part_refunded", refunded_total: 300 });
    expect((await refund(manager, 200)).error).toBeNull();
    expect(await stateOf(bought)).toEqual({ state: "refunded", refunded_total: 500 });
    const note = (by: Person) =>
      by.client.rpc("record_refund", { refund_id: both[0]?.data?.id ?? "", reference: "Receipt 9" });
    expect((await note(stylist)).error).toMatchObject({ code: "PT404", hint: "refund_not_found" });
    expect((await note(manager)).data).toMatchObject({ state: "paid", reference: "Receipt 9" });
    await nothingIsWrong();
  });
});

describe("staff of one boutique", () => {
  it("see and move their part of a group, and nothing of the others", async () => {
    const other = await makeBoutique(world.sql);
    const theirStylist = await world.asStaff(other.id, "stylist");
    const veil = await makeForSale(world.sql, boutique, { stock: 5 });
    const ring = await makeForSale(world.sql, other, { stock: 5 });
    const group = await order(bride, [{ variantId: veil.id }, { variantId: ring.id }]);
    await pay(world.sql, group.id);
    const seen = async (person: Person) =>
      (await person.client.from("orders").select("boutique_id, order_items(variant_id)").eq("group_id", group.id)).data;
    expect(await seen(stylist)).toEqual([{ boutique_id: boutique.id, order_items: [{ variant_id: veil.id }] }]);
    expect(await seen(theirStylist)).toEqual([{ boutique_id: other.id, order_items: [{ variant_id: ring.id }] }]);
    expect(await seen(bride)).toHaveLength(2);
    expect((await theirStylist.client.from("order_groups").select().eq("id", group.id)).data).toEqual([]);
    const { data: mine } = await stylist.client.from("orders").select("id").eq("group_id", group.id).single();
    expect((await fulfil(mine?.id ?? "", {}, theirStylist)).error).toMatchObject({
      code: "PT404",
      hint: "order_not_found",
    });
    expect((await fulfil(mine?.id ?? "")).error).toBeNull();
    const { data: states } = await bride.client.from("orders").select("state").eq("group_id", group.id).order("state");
    expect(states).toEqual([{ state: "paid" }, { state: "fulfilled" }]);
  });
});
