import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { everyRow } from "../helpers/every-row.ts";
import { type BoutiqueFixture, makeBoutique } from "../helpers/fixtures.ts";
import { makeForSale, order } from "../helpers/orders.ts";
import { Paying } from "../helpers/paying.ts";
import { type Person, World } from "../helpers/world.ts";

/** Who wants the goods without the money, the money of others, or only to know. */

let world: World;
let paying: Paying;
let boutique: BoutiqueFixture;
let bride: Person;
let thief: Person;

beforeAll(async () => {
  world = await World.create();
  boutique = await makeBoutique(world.sql);
  bride = await world.asCustomer("Selam");
  thief = await world.asCustomer("Thief");
  paying = await Paying.open(world);
});
afterAll(async () => {
  await paying?.close();
  await world?.close();
});
beforeEach(() => world.sql`delete from private.rate_limits`);

async function owed(customer: Person, price = 10_000) {
  const veil = await makeForSale(world.sql, boutique, { stock: 1, price });
  const group = await order(customer, [{ variantId: veil.id }]);
  return { group, payment: await paying.paymentOf(group.id) };
}
const stateOf = async (groupId: string) =>
  (await world.sql`select state, paid_total::float8 from public.orders where group_id = ${groupId}`)[0];

describe("a customer", () => {
  it("cannot begin, see or ask about the payment of somebody else, and is not told that it is there", async () => {
    const { payment } = await owed(bride);
    const { attempt_id } = await paying.started(bride, payment.id);
    const foreign = await (await paying.start(thief, payment.id)).json();
    const unknown = await (await paying.start(thief, randomUUID())).json();
    expect({ ...foreign, context: null }).toEqual({ ...unknown, context: null });
    expect(foreign).toMatchObject({ status: 404, code: "payment_not_found" });
    const check = await paying.call(`/payments/check/${payment.id}`, thief);
    expect(await check.json()).toMatchObject({ status: 404, code: "payment_not_found" });
    for (const table of ["payments", "payment_attempts"] as const) {
      const id = table === "payments" ? payment.id : attempt_id;
      expect((await thief.client.from(table).select("id").eq("id", id)).data).toEqual([]);
    }
    expect((await paying.start(undefined, payment.id)).status).toBe(401);
  });

  it("cannot choose what she pays: amount, currency and state in the request change nothing", async () => {
    const { payment } = await owed(bride);
    const more = { amount: 1, currency: "USD", state: "succeeded", customer_id: thief.id };
    expect(await paying.started(bride, payment.id, more)).toMatchObject({ amount: 10_000, currency: "ETB" });
    const rpc = await bride.client.rpc("start_payment", {
      payment_id: payment.id,
      provider: "test",
      return_url: "x",
      ...more,
    } as never);
    expect(rpc.error).not.toBeNull();
  });

  it("gets nothing for going to the address of the return, of a payment that was never made or of another", async () => {
    const cheap = await owed(thief, 100);
    const dear = await owed(thief, 90_000);
    const paid = await paying.started(thief, cheap.payment.id);
    const open = await paying.started(thief, dear.payment.id);
    // Its webhook would come while other tests look.
    await paying.payOnPage(paid.checkout_url, { webhook: "never" });
    const url = `${paying.server.origin}/functions/v1/payments/return`;
    for (const path of [
      `${url}/${open.attempt_id}?status=succeeded`,
      `${url}/${paid.attempt_id}?payment_id=${dear.payment.id}`,
    ]) {
      const answer = await fetch(path, { redirect: "manual" });
      expect(answer.status).toBe(303);
    }
    const back = await fetch(`${url}/${open.attempt_id}`, { redirect: "manual" });
    expect(new URL(back.headers.get("location") ?? "").searchParams.get("payment_status")).toBe("pending");
    expect(await stateOf(dear.group.id)).toEqual({ state: "pending", paid_total: 0 });
    expect(await stateOf(cheap.group.id)).toMatchObject({ state: "paid" });
    const nobody = await fetch(`${url}/${randomUUID()}`, { redirect: "manual" });
    expect(await nobody.json()).toMatchObject({ status: 404, code: "attempt_not_found" });
  });

  it("cannot settle anything herself, with any key but the secret one", async () => {
    const { payment } = await owed(bride);
    const { attempt_id } = await paying.started(bride, payment.id);
    const before = await everyRow(world.sql);
    const settle = { attempt_id, state: "succeeded", provider_payment_id: "mine", amount: 10_000, currency: "ETB" };
    expect((await bride.client.rpc("settle_attempt", settle)).error).toMatchObject({ code: "42501" });
    const event = { provider: "test" as const, event_id: "mine", type: "payment.succeeded", facts: {}, body: "{}" };
    expect((await bride.client.rpc("receive_payment_event", event)).error).toMatchObject({ code: "42501" });
    expect((await bride.client.rpc("attempt_for_server", { attempt_id })).error).toMatchObject({ code: "42501" });
    expect(await everyRow(world.sql)).toEqual(before);
  });

  it("who guesses the ids of payments is slowed down", async () => {
    const guesses = await Promise.all(Array.from({ length: 50 }, () => paying.start(thief, randomUUID())));
    const statuses = guesses.map(({ status }) => status);
    expect(statuses).toContain(429);
    expect(statuses.filter((status) => status !== 404 && status !== 429)).toEqual([]);
  });

  it.each([
    ["payment_id", { payment_id: "1" }],
    ["provider", { provider: "paypal" }],
    ["return_url", { return_url: "javascript:alert(1)" }],
    ["return_url", { return_url: `https://shop.example/${"x".repeat(3_000)}` }],
  ])("is told what is wrong with %s", async (field, more) => {
    const { payment } = await owed(bride);
    const answer = await paying.start(bride, payment.id, more);
    expect(await answer.json()).toMatchObject({ status: 400, code: "invalid_input", errors: [{ field }] });
  });
});
