import type { JobWithMetadata } from "pg-boss";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { deliverNotification } from "../../functions/_shared/jobs/deliver-notification.ts";
import { remindCarts } from "../../functions/_shared/jobs/remind-carts.ts";
import { Collector } from "../helpers/collect.ts";
import { type BoutiqueFixture, makeBoutique } from "../helpers/fixtures.ts";
import { fillCart, letHoldEnd, makeForSale, order, pay } from "../helpers/orders.ts";
import { jobContext, runJob } from "../helpers/run-job.ts";
import { type Person, World } from "../helpers/world.ts";

let world: World;
let boutique: BoutiqueFixture;
let bride: Person;
let staff: Person;
let out: Collector;

beforeAll(async () => {
  world = await World.create({ connections: 10 });
  boutique = await makeBoutique(world.sql);
  staff = await world.asStaff(boutique.id, "manager");
});
afterAll(() => world.close());
beforeEach(async () => {
  out = new Collector();
  bride = await world.asCustomer("Selam");
});

interface Telling {
  readonly kind: string;
  readonly subject_id: string;
  readonly occasion: string;
}

/** What is to be told about a row, as the jobs say. */
const tellings = (subjectId: string) => world.sql<{ data: Telling; group_id: string | null }[]>`
  select data, group_id from pgboss.job
  where name = 'notify.deliver' and data ->> 'subject_id' = ${subjectId} order by created_on, data ->> 'kind'`;
const kindsOf = async (subjectId: string) => (await tellings(subjectId)).map(({ data }) => data.kind);

/** Runs the jobs about a row, each twice. */
async function tell(subjectId: string): Promise<void> {
  for (const { data } of await tellings(subjectId)) {
    const { kind, subject_id, occasion } = data;
    for (let time = 1; time <= 2; time += 1) {
      await deliverNotification.run(
        { kind, subject_id, occasion },
        jobContext(world, out),
        {} as JobWithMetadata<unknown>,
      );
    }
  }
}

const subjects = () => out.mails.map(({ subject }) => subject);
const textOf = (index = 0) => (out.mails[index]?.text ?? "").replaceAll("\u00A0", " ");

/** An order of one veil, not yet paid. */
async function ordered(customer = bride) {
  const veil = await makeForSale(world.sql, boutique, { stock: 1, price: 20_000, name: "Veil" });
  const group = await order(customer, [{ variantId: veil.id }]);
  const [row] = await world.sql<{ id: string }[]>`select id from public.orders where group_id = ${group.id}`;
  return { groupId: group.id, id: row?.id ?? "", veil };
}

describe("an order", () => {
  it("that comes back to paid is not confirmed again, and in Amharic for who reads it", async () => {
    await bride.client.from("profiles").update({ locale: "am" }).eq("id", bride.id);
    const { groupId, id } = await ordered();
    await pay(world.sql, groupId);
    for (const state of ["part_fulfilled", "paid"])
      await world.sql`update public.orders set state = ${state} where id = ${id}`;
    expect(await kindsOf(id)).toEqual(["order_paid"]);
    await tell(id);
    expect(subjects()).toEqual([expect.stringMatching(/^ትዕዛዝ .*፦ እናመሰግናለን$/)]);
    expect(textOf()).toContain("ጠቅላላ: ብር 200.00");
  });

  it("that nobody has paid is told to be cancelled, and that nothing comes back", async () => {
    const { groupId, id } = await ordered();
    await letHoldEnd(world.sql, groupId);
    await world.sql`select private.expire_order_hold(${groupId})`;
    await tell(id);
    expect(subjects()).toEqual([expect.stringMatching(/^Cancelled: your order at /)]);
    expect(textOf()).toContain("was not paid in time");
    expect(textOf()).not.toMatch(/Reason|paid back/);
  });

  it("that was paid and is cancelled is told with reason, fee and what comes back; the confirmation is not told any more", async () => {
    const { groupId, id } = await ordered();
    await pay(world.sql, groupId);
    await world.sql`
      update public.orders set free_cancellation_hours = 0, cancellation_fee_percent = 10, paid_at = paid_at - interval '1 hour'
      where id = ${id}`;
    expect((await bride.client.rpc("cancel_order", { order_id: id, reason: "The wedding is off" })).error).toBeNull();
    expect((await bride.client.rpc("cancel_order", { order_id: id, reason: "Again" })).error).toBeNull();
    expect(await kindsOf(id)).toEqual(["order_paid", "order_cancelled"]);
    await tell(id);
    expect(subjects()).toEqual([expect.stringMatching(/^Cancelled: your order at /)]);
    expect(textOf()).toContain("Reason: The wedding is off");
    expect(textOf()).toContain("ETB 180.00 will be paid back to you.\n\nA fee of ETB 20.00 is kept, as agreed.");
  });

  it("is told of again when money comes after it was cancelled, and goes back", async () => {
    const { groupId, id, veil } = await ordered();
    await letHoldEnd(world.sql, groupId);
    await world.sql`select private.expire_order_hold(${groupId})`;
    await tell(id);
    await order(await world.asCustomer(), [{ variantId: veil.id }]);
    await pay(world.sql, groupId);
    expect((await tellings(id)).map(({ data }) => data.occasion)).toEqual(["once", "paid_too_late"]);
    await tell(id);
    expect(out.mails).toHaveLength(2);
    expect(textOf(1)).toContain("Reason: The payment came after it was cancelled");
    expect(textOf(1)).toContain("ETB 200.00 will be paid back to you.");
  });

  it("that was sold out when the money came is told of once", async () => {
    const { groupId, id, veil } = await ordered();
    await letHoldEnd(world.sql, groupId);
    // Somebody else takes it before the job ends the hold.
    await order(await world.asCustomer(), [{ variantId: veil.id }]);
    await pay(world.sql, groupId);
    expect(await kindsOf(id)).toEqual(["order_cancelled"]);
    await tell(id);
    expect(textOf()).toContain("Reason: Sold out before the payment came");
    expect(textOf()).toContain("ETB 200.00 will be paid back to you.");
    expect(out.mails).toHaveLength(1);
  });

  it("that is cancelled and then paid after all, and cancelled again, is told of three times", async () => {
    const { groupId, id } = await ordered();
    await letHoldEnd(world.sql, groupId);
    await world.sql`select private.expire_order_hold(${groupId})`;
    await tell(id);
    await pay(world.sql, groupId);
    await tell(id);
    await staff.client.rpc("cancel_order", { order_id: id, reason: "Torn" });
    await tell(id);
    expect(subjects().map((subject) => subject.split(" ")[0])).toEqual(["Cancelled:", "Order", "Cancelled:"]);
  });

  it("of an account that is gone is told to nobody", async () => {
    const { groupId, id } = await ordered();
    await pay(world.sql, groupId);
    await world.sql`update public.orders set state = 'fulfilled' where id = ${id}`;
    await world.sql`update public.orders set customer_id = null where id = ${id}`;
    await tell(id);
    expect(out.mails).toEqual([]);
  });
});

describe("a refund", () => {
  it("to gift cards alone is told at once, without a bank", async () => {
    const manager = await world.asStaff(boutique.id, "manager");
    const { data: card } = await manager.client.rpc("issue_gift_card", { boutique_id: boutique.id, amount: 20_000 });
    const veil = await makeForSale(world.sql, boutique, { stock: 1, price: 20_000 });
    const { data: group, error } = await bride.client.rpc("checkout", {
      cart_id: await fillCart(bride, [{ variantId: veil.id }]),
      idempotency_key: "card",
      gift_card_codes: [card?.code ?? ""],
    });
    expect(error).toBeNull();
    const [row] = await world.sql<{ id: string }[]>`select id from public.orders where group_id = ${group?.id ?? ""}`;
    const [invoice] =
      await world.sql`select content -> 'paid_with' as paid_with from public.invoices where order_id = ${row?.id ?? ""}`;
    expect(invoice).toEqual({ paid_with: ["gift_card"] });
    await world.sql`select private.refund(${row?.id ?? ""}, 20000, 'A stain')`;
    const [refund] = await world.sql<{ id: string }[]>`select id from public.refunds where order_id = ${row?.id ?? ""}`;
    await tell(refund?.id ?? "");
    expect(out.mails).toHaveLength(1);
    expect(textOf()).toContain("ETB 200.00 of it is on your gift card again.");
    expect(textOf()).not.toContain("bank");
  });

  it("is told once, when it is paid", async () => {
    const { groupId, id } = await ordered();
    await pay(world.sql, groupId);
    await world.sql`select private.refund(${id}, 5000, 'A stain')`;
    const [refund] = await world.sql<{ id: string }[]>`select id from public.refunds where order_id = ${id}`;
    const refundId = refund?.id ?? "";
    expect(await kindsOf(refundId)).toEqual([]);
    await world.sql`update public.refunds set state = 'paid', paid_at = now() where id = ${refundId}`;
    await world.sql`update public.refunds set reference = '77' where id = ${refundId}`;
    expect(await kindsOf(refundId)).toEqual(["refund_paid"]);
    await tell(refundId);
    expect(subjects()).toEqual([expect.stringMatching(/^Paid back: ETB.50\.00$/)]);
  });
});

describe("a cart that somebody has left", () => {
  const wants = async (channel: "email" | "in_app" = "email") => {
    const row = { user_id: bride.id, topic: "marketing", channel, enabled: true } as const;
    expect((await bride.client.from("notification_preferences").upsert(row)).error).toBeNull();
  };
  /** Nobody has touched the cart for so long. */
  const untouched = (cartId: string, hours: number) =>
    world.sql.begin(async (sql) => {
      await sql`alter table public.carts disable trigger touch_updated_at`;
      await sql`update public.carts set updated_at = now() - ${hours} * interval '1 hour' where id = ${cartId}`;
      await sql`alter table public.carts enable trigger touch_updated_at`;
    });
  const remind = () => runJob(world, remindCarts, {});

  async function left(hours = 5): Promise<{ cartId: string; variantId: string }> {
    const veil = await makeForSale(world.sql, boutique, { stock: 5, name: "Veil" });
    const cartId = await fillCart(bride, [{ variantId: veil.id }]);
    await untouched(cartId, hours);
    return { cartId, variantId: veil.id };
  }

  it("is not told to who has not asked for offers, or does not want them any more", async () => {
    const { cartId } = await left();
    await remind();
    expect(await kindsOf(cartId)).toEqual([]);
    await wants();
    await remind();
    expect(await kindsOf(cartId)).toEqual(["cart_abandoned"]);
    await bride.client.from("notification_preferences").update({ enabled: false }).eq("user_id", bride.id);
    await tell(cartId);
    expect(out.mails).toEqual([]);
  });

  it("is left alone when it is empty or ordered", async () => {
    await wants();
    const { cartId } = await left();
    await world.sql`delete from public.cart_items where cart_id = ${cartId}`;
    await untouched(cartId, 5);
    await remind();
    const { veil } = await ordered();
    expect(veil.id).not.toBe("");
    await untouched(cartId, 5);
    await remind();
    expect(await kindsOf(cartId)).toEqual([]);
  });

  it("is not told any more when she has come back, has ordered, or nothing of it is on show", async () => {
    await wants();
    const first = await left();
    await remind();
    await fillCart(bride, [{ variantId: first.variantId }]);
    await tell(first.cartId);

    bride = await world.asCustomer("Hirut");
    await wants();
    const second = await left();
    await remind();
    await world.sql`update public.carts set state = 'ordered' where id = ${second.cartId}`;
    await untouched(second.cartId, 5);
    await tell(second.cartId);

    bride = await world.asCustomer("Rahel");
    await wants();
    const third = await left();
    await remind();
    await world.sql`update public.products set status = 'archived' where id = (select product_id from public.product_variants where id = ${third.variantId})`;
    await tell(third.cartId);
    expect(out.mails).toEqual([]);
  });
});
