import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { proposePayouts } from "../../functions/_shared/jobs/propose-payouts.ts";
import { type BoutiqueFixture, makeBoutique } from "../helpers/fixtures.ts";
import { makeForSale, order, pay } from "../helpers/orders.ts";
import { runJob } from "../helpers/run-job.ts";
import { type Person, World } from "../helpers/world.ts";

let world: World;
let boutique: BoutiqueFixture;
let bride: Person;
let owner: Person;
let admin: Person;

beforeAll(async () => {
  world = await World.create();
  bride = await world.asCustomer("Selam");
  admin = await world.asAdmin();
});
beforeEach(async () => {
  boutique = await makeBoutique(world.sql);
  owner = await world.asStaff(boutique.id, "owner");
  const { error } = await admin.client.rpc("set_commission", {
    boutique_id: boutique.id,
    basis_points: 1_000,
    reason: "Agreed",
  });
  expect(error).toBeNull();
});
afterEach(async () => {
  expect(await world.sql`select * from private.ledger_check()`).toEqual([]);
});
afterAll(() => world.close());

/** An order that is paid: through a provider, or in cash. */
async function paid(price: number, by: "provider" | "cash" = "provider"): Promise<string> {
  const veil = await makeForSale(world.sql, boutique, { stock: 1, price });
  const group = await order(bride, [{ variantId: veil.id }]);
  if (by === "cash") await pay(world.sql, group.id);
  else {
    const [attempt] = await world.sql<{ id: string }[]>`
      insert into public.payment_attempts (payment_id, customer_id, provider, amount, currency, expires_at)
      select id, customer_id, 'test', amount, currency, now() from public.payments where group_id = ${group.id} returning id`;
    await world.sql`select private.settle_attempt(id, 'succeeded', 'pay_' || id, amount, 'ETB') from public.payment_attempts where id = ${attempt?.id ?? ""}`;
  }
  const [row] = await world.sql<{ id: string }[]>`select id from public.orders where group_id = ${group.id}`;
  return row?.id ?? "";
}

/** It has left, and nothing can come back any more. */
async function over(orderId: string): Promise<void> {
  await world.sql`update public.orders set return_days = 0 where id = ${orderId}`;
  const { error } = await owner.client.rpc("fulfil_order", {
    order_id: orderId,
    kind: "pickup",
    idempotency_key: orderId,
  });
  expect(error).toBeNull();
  await world.sql`update public.orders set fulfilled_at = now() - interval '1 hour' where id = ${orderId}`;
  await world.sql`update public.shipments set delivered_at = now() - interval '1 hour' where order_id = ${orderId}`;
  await world.sql`select private.complete_orders(500)`;
}

const propose = () => runJob(world, proposePayouts, {});
const payouts = async (person = owner) =>
  (
    await person.client
      .from("payouts")
      .select("id, state, amount, currency")
      .eq("boutique_id", boutique.id)
      .order("created_at")
  ).data ?? [];

describe("a payout", () => {
  it("is of what a boutique is owed of orders that are over, less the commission", async () => {
    const done = await paid(10_000);
    await paid(7_000);
    await propose();
    expect(await payouts()).toEqual([]);
    await over(done);
    await propose();
    expect(await payouts()).toMatchObject([{ state: "proposed", amount: 9_000, currency: "ETB" }]);
  });

  it("is approved and noted by an admin, each once, and the balance is less then", async () => {
    await over(await paid(10_000));
    await propose();
    const [{ id } = { id: "" }] = await payouts();
    const asOwner = await owner.client.rpc("approve_payout", { payout_id: id });
    expect(asOwner.error).toMatchObject({ code: "PT403", hint: "not_allowed" });
    const early = await admin.client.rpc("record_payout", { payout_id: id, reference: "T-1" });
    expect(early.error).toMatchObject({ code: "PT409", hint: "invalid_state" });
    for (let time = 1; time <= 2; time += 1) {
      expect((await admin.client.rpc("approve_payout", { payout_id: id })).data).toMatchObject({ state: "approved" });
    }
    for (let time = 1; time <= 2; time += 1) {
      expect((await admin.client.rpc("record_payout", { payout_id: id, reference: "T-1" })).data).toMatchObject({
        state: "paid",
      });
    }
    await propose();
    expect(await payouts()).toHaveLength(1);
    expect((await admin.client.rpc("cancel_payout", { payout_id: id, note: "Mistake" })).error).toMatchObject({
      hint: "invalid_state",
    });
  });

  it("is proposed once though two jobs run at once, and again for what has come since", async () => {
    await over(await paid(10_000));
    await Promise.all([propose(), propose(), propose()]);
    expect(await payouts()).toMatchObject([{ amount: 9_000 }]);
    await over(await paid(5_000));
    await propose();
    expect(await payouts()).toHaveLength(1);
    const [{ id } = { id: "" }] = await payouts();
    await admin.client.rpc("cancel_payout", { payout_id: id, note: "All at once" });
    await propose();
    expect(await payouts()).toMatchObject([{ state: "cancelled" }, { state: "proposed", amount: 13_500 }]);
  });

  it("is not of cash that the boutique has, whose commission it owes", async () => {
    await over(await paid(10_000, "cash"));
    await propose();
    expect(await payouts()).toEqual([]);
    await over(await paid(20_000));
    await propose();
    // 18,000 less the commission of the cash.
    expect(await payouts()).toMatchObject([{ amount: 17_000 }]);
  });

  it("is not approved when less is owed by now", async () => {
    const done = await paid(10_000);
    await over(done);
    await propose();
    const [{ id } = { id: "" }] = await payouts();
    const manager = await world.asStaff(boutique.id, "manager");
    const back = await manager.client.rpc("refund_order", {
      order_id: done,
      amount: 4_000,
      reason: "A stain",
      idempotency_key: "one",
    });
    expect(back.error).toBeNull();
    const late = await admin.client.rpc("approve_payout", { payout_id: id });
    expect(late.error).toMatchObject({ code: "PT409", hint: "balance_changed" });
    expect(JSON.parse(late.error?.details ?? "{}")).toMatchObject({ amount: 9_000 });
  });

  it("is exported as CSV", async () => {
    await over(await paid(10_000));
    await propose();
    const { data } = await admin.client
      .from("payouts")
      .select("boutique_id, state, amount, currency")
      .eq("boutique_id", boutique.id)
      .csv();
    expect(data).toBe(`boutique_id,state,amount,currency\n${boutique.id},proposed,9000,ETB`);
  });
});

describe("a statement", () => {
  it("has what came and went in a month, from the opening to the closing balance", async () => {
    const done = await paid(10_000);
    await over(done);
    await propose();
    const [{ id } = { id: "" }] = await payouts();
    await admin.client.rpc("approve_payout", { payout_id: id });
    await admin.client.rpc("record_payout", { payout_id: id, reference: "T-9" });
    const month = new Date().toISOString().slice(0, 10);
    const { data, error } = await owner.client.rpc("boutique_statement", { boutique_id: boutique.id, month });
    expect(error).toBeNull();
    expect(data).toMatchObject([
      { kind: "opening_balance", balance: 0 },
      { kind: "order", order_number: "000001", amount: 9_000, balance: 9_000 },
      { kind: "payout", payout_reference: "T-9", amount: -9_000, balance: 0 },
      { kind: "closing_balance", balance: 0 },
    ]);
    const csv = await owner.client.rpc("boutique_statement", { boutique_id: boutique.id, month }).csv();
    expect(csv.data).toMatch(/^booked_at,kind,order_number,payout_reference,amount,balance,currency\n/);
    const earlier = await owner.client.rpc("boutique_statement", { boutique_id: boutique.id, month: "2020-02-29" });
    expect(earlier.data).toMatchObject([
      { kind: "opening_balance", balance: 0 },
      { kind: "closing_balance", balance: 0 },
    ]);
    const manager = await world.asStaff(boutique.id, "manager");
    const refused = await manager.client.rpc("boutique_statement", { boutique_id: boutique.id, month });
    expect(refused.error).toMatchObject({ code: "PT403", hint: "not_allowed" });
  });
});

describe("set_commission", () => {
  it("holds for orders from then on, and is seen by the owner and not by customers", async () => {
    const before = await paid(10_000);
    await admin.client.rpc("set_commission", { boutique_id: boutique.id, basis_points: 2_000 });
    const after = await paid(10_000);
    const owed = async (id: string) =>
      (await world.sql`select private.commission_of(${id}, 10000)::float8 as commission`)[0];
    expect([await owed(before), await owed(after)]).toEqual([{ commission: 1_000 }, { commission: 2_000 }]);
    expect((await owner.client.from("commissions").select("basis_points")).data).toEqual([{ basis_points: 2_000 }]);
    expect((await bride.client.from("commissions").select("basis_points")).data).toEqual([]);
    for (const basis_points of [-1, 5_001]) {
      const wrong = await admin.client.rpc("set_commission", { boutique_id: boutique.id, basis_points });
      expect(wrong.error).toMatchObject({ code: "PT400", hint: "invalid_commission" });
    }
  });
});
