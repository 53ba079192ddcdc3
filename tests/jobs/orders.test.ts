import type { JobWithMetadata } from "pg-boss";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { deliverNotification } from "../../functions/_shared/jobs/deliver-notification.ts";
import { expireOrderHold } from "../../functions/_shared/jobs/expire-order-hold.ts";
import { remindCarts } from "../../functions/_shared/jobs/remind-carts.ts";
import { Collector } from "../helpers/collect.ts";
import { type BoutiqueFixture, makeBoutique } from "../helpers/fixtures.ts";
import { fillCart, letHoldEnd, makeForSale, order, pay, stockOf } from "../helpers/orders.ts";
import { jobContext, runJob } from "../helpers/run-job.ts";
import { makeEndpoint } from "../helpers/webhooks.ts";
import { type Person, World } from "../helpers/world.ts";

let world: World;
let boutique: BoutiqueFixture;
let bride: Person;
let stylist: Person;
let out: Collector;

beforeAll(async () => {
  world = await World.create();
  boutique = await makeBoutique(world.sql);
  stylist = await world.asStaff(boutique.id, "stylist");
});
afterAll(() => world.close());
beforeEach(async () => {
  out = new Collector();
  bride = await world.asCustomer("Selam");
});

const told = (id: string) => world.sql<{ kind: string }[]>`
  select data ->> 'kind' as kind from pgboss.job where name = 'notify.deliver' and data ->> 'subject_id' = ${id} order by created_on, id`;

/** Delivers what was enqueued about a row, as the worker would; twice, for a job may come twice. */
async function deliver(id: string): Promise<void> {
  for (const { kind } of [...(await told(id)), ...(await told(id))]) {
    const payload = { kind, subject_id: id, occasion: "once" };
    await deliverNotification.run(payload, jobContext(world, out), {} as JobWithMetadata<unknown>);
  }
}

async function orderOf(groupId: string): Promise<string> {
  const { data } = await bride.client.from("orders").select("id").eq("group_id", groupId).single();
  return data?.id ?? "";
}

describe("the customer of an order", () => {
  it("is told once that it is paid, with its number and what is in it", async () => {
    const veil = await makeForSale(world.sql, boutique, { stock: 5, price: 1_500, name: "Gabi veil" });
    const group = await order(bride, [{ variantId: veil.id, quantity: 2 }]);
    const id = await orderOf(group.id);
    expect(await told(id)).toEqual([]);
    await pay(world.sql, group.id);
    expect(await told(id)).toEqual([{ kind: "order_paid" }]);
    await deliver(id);
    expect(out.mails).toHaveLength(1);
    expect(out.mails[0]).toMatchObject({ to: bride.email, subject: expect.stringMatching(/^Order 0*\d+: thank you$/) });
    expect(out.mails[0]?.text).toContain("Gabi veil");
    const { data } = await bride.client.from("notifications").select("kind, data");
    expect(data).toEqual([{ kind: "order_paid", data: { order_id: id } }]);
  });

  it("is told that it is cancelled, and what comes back", async () => {
    const veil = await makeForSale(world.sql, boutique, { stock: 5, price: 1_500 });
    const group = await order(bride, [{ variantId: veil.id }]);
    await pay(world.sql, group.id);
    const id = await orderOf(group.id);
    await stylist.client.rpc("cancel_order", { order_id: id, reason: "Torn" });
    // That it was paid is not true any more.
    await deliver(id);
    expect(out.mails.map(({ subject }) => subject)).toEqual([`Cancelled: your order at ${boutique.slug}`]);
    expect(out.mails[0]?.text).toContain("15.00");
  });

  it("is told that a parcel is on its way, with the link of its carrier", async () => {
    const veil = await makeForSale(world.sql, boutique, { stock: 5 });
    const group = await order(bride, [{ variantId: veil.id }]);
    await pay(world.sql, group.id);
    const { data } = await stylist.client.rpc("fulfil_order", {
      order_id: await orderOf(group.id),
      kind: "delivery",
      idempotency_key: "one",
      carrier: "Post",
      tracking_url: "https://post.example/1",
    });
    await deliver(data?.id ?? "");
    expect(out.mails).toHaveLength(1);
    expect(out.mails[0]?.text).toContain("https://post.example/1");
  });
});

describe("the end of a hold", () => {
  it("comes by a job that was enqueued with the order, and may run twice", async () => {
    const veil = await makeForSale(world.sql, boutique, { stock: 1 });
    const group = await order(bride, [{ variantId: veil.id }]);
    const [job] = await world.sql<{ start_after: Date }[]>`
      select start_after from pgboss.job where name = 'order.expire_hold' and data ->> 'order_group_id' = ${group.id}`;
    expect(job?.start_after.toISOString()).toBe(new Date(group.hold_expires_at).toISOString());
    await runJob(world, expireOrderHold, { order_group_id: group.id });
    expect(await stockOf(world.sql, veil.id)).toMatchObject({ reserved: 1 });
    await letHoldEnd(world.sql, group.id);
    for (const _time of [1, 2]) await runJob(world, expireOrderHold, { order_group_id: group.id });
    expect(await stockOf(world.sql, veil.id)).toMatchObject({ reserved: 0 });
    expect(await told(await orderOf(group.id))).toEqual([{ kind: "order_cancelled" }]);
  });
});

describe("a cart that was left", () => {
  const leave = async (hours: number) => {
    const veil = await makeForSale(world.sql, boutique, { stock: 1, name: "Gabi veil" });
    const cartId = await fillCart(bride, [{ variantId: veil.id }]);
    await world.sql`alter table public.carts disable trigger user`;
    await world.sql`update public.carts set updated_at = now() - ${`${hours} hours`}::interval where id = ${cartId}`;
    await world.sql`alter table public.carts enable trigger user`;
    return cartId;
  };
  const wish = () =>
    bride.client
      .from("notification_preferences")
      .upsert({ user_id: bride.id, topic: "marketing", channel: "email", enabled: true });

  it("is told of once to who wants to hear of it", async () => {
    await wish();
    const cartId = await leave(5);
    for (const _time of [1, 2]) await runJob(world, remindCarts, {});
    expect(await told(cartId)).toEqual([{ kind: "cart_abandoned" }]);
    await deliver(cartId);
    expect(out.mails).toHaveLength(1);
    expect(out.mails[0]?.text).toContain("Gabi veil");
    // Changed and left again: it is still the same cart.
    const { data } = await bride.client.from("cart_items").update({ quantity: 2 }).eq("cart_id", cartId).select("id");
    expect(data).toHaveLength(1);
    await leave(5);
    await runJob(world, remindCarts, {});
    await deliver(cartId);
    expect(out.mails).toHaveLength(1);
  });

  it("is not told of to who has not asked for it, nor too soon or too late", async () => {
    const cartId = await leave(5);
    await runJob(world, remindCarts, {});
    await deliver(cartId);
    expect(out.mails).toEqual([]);
    bride = await world.asCustomer("Hanna");
    await wish();
    for (const hours of [3, 73]) {
      const other = await leave(hours);
      await runJob(world, remindCarts, {});
      expect(await told(other)).toEqual([]);
    }
  });
});

describe("the life of an order", () => {
  it("is told to the boutique's own systems, one event a step", async () => {
    const shop = await makeBoutique(world.sql);
    const owner = await world.asStaff(shop.id, "owner");
    await makeEndpoint(owner, shop.id, "https://shop.example/hook");
    const veil = await makeForSale(world.sql, shop, { stock: 5, price: 700 });
    const group = await order(bride, [{ variantId: veil.id }]);
    await pay(world.sql, group.id);
    const id = await orderOf(group.id);
    await owner.client.rpc("fulfil_order", { order_id: id, kind: "pickup", idempotency_key: "one" });
    await owner.client.rpc("refund_order", { order_id: id, amount: 700, reason: "Torn", idempotency_key: "two" });
    const events = await world.sql<{ payload: { type: string; data: unknown } }[]>`
      select payload from public.webhook_events where subject_id = ${id} order by sequence`;
    expect(events.map(({ payload }) => payload.type)).toEqual([
      "order.placed",
      "order.paid",
      "order.fulfilled",
      "order.refunded",
    ]);
    expect(events[1]?.payload.data).toEqual({
      order_id: id,
      number: "000001",
      state: "paid",
      customer_id: bride.id,
      total: 700,
      currency: "ETB",
    });
  });

  it("is told of what happens to the whole of it alone, with what the catalogue shows and nothing of a person", async () => {
    const shop = await makeBoutique(world.sql);
    await makeEndpoint(await world.asStaff(shop.id, "owner"), shop.id, "https://shop.example/hook");
    const veil = await makeForSale(world.sql, shop, { stock: 5 });
    const group = await order(bride, [{ variantId: veil.id, quantity: 2 }]);
    await pay(world.sql, group.id);
    const id = await orderOf(group.id);
    for (const state of ["part_fulfilled", "paid", "part_fulfilled", "fulfilled", "part_refunded", "completed"]) {
      await world.sql`update public.orders set state = ${state} where id = ${id}`;
    }
    const events = await world.sql<{ type: string; data: Record<string, unknown>; example: object; payload: string }[]>`
      select e.type, e.payload -> 'data' as data, t.example, e.payload::text as payload
      from public.webhook_events e join private.webhook_event_types() t on t.type = e.type
      where e.subject_id = ${id} order by e.sequence`;
    expect(events.map(({ type }) => type)).toEqual([
      "order.placed",
      "order.paid",
      "order.fulfilled",
      "order.completed",
    ]);
    expect(events[0]?.data).toMatchObject({ state: "pending", number: null });
    for (const { type, data, example, payload } of events) {
      expect(Object.keys(data).toSorted(), type).toEqual(Object.keys(example).toSorted());
      expect(payload).not.toMatch(/Selam|@nexus\.test/);
    }
  });
});
