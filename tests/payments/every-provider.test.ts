import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { providerNames } from "../../functions/_shared/payments/provider.ts";
import { type BoutiqueFixture, makeBoutique } from "../helpers/fixtures.ts";
import { letHoldEnd, makeForSale, order } from "../helpers/orders.ts";
import { Paying } from "../helpers/paying.ts";
import { openDriver, type ProviderDriver } from "../helpers/provider-drivers.ts";
import { type Person, World } from "../helpers/world.ts";

/** Each provider through the functions in Deno and the jobs: paid, told, paid back, and everything that goes wrong there. */

describe.each(providerNames)("through %s", (name) => {
  let world: World;
  let driver: ProviderDriver;
  let paying: Paying;
  let boutique: BoutiqueFixture;
  let bride: Person;

  beforeAll(async () => {
    world = await World.create();
    boutique = await makeBoutique(world.sql);
    bride = await world.asCustomer("Selam");
    driver = await openDriver[name]();
    const { secretKey, webhookSecret } = driver.credentials;
    const prefix = name.toUpperCase();
    paying = await Paying.open(
      world,
      name === "test"
        ? { TEST_PAYMENTS_URL: driver.url, TEST_PAYMENTS_SECRET: secretKey }
        : {
            [`${prefix}_SECRET_KEY`]: secretKey,
            [`${prefix}_WEBHOOK_SECRET`]: webhookSecret,
            [`${prefix}_API_URL`]: driver.url,
          },
    );
  });
  afterAll(async () => {
    await paying?.close();
    await driver?.close();
    await world?.close();
  });
  afterEach(async () => {
    await driver.misbehave("none");
    driver.refuseRefunds(false);
    expect(await world.sql`select * from private.order_check() union all select * from private.ledger_check()`).toEqual(
      [],
    );
  });

  async function begun() {
    const veil = await makeForSale(world.sql, boutique, { stock: 1, price: 10_050 });
    const group = await order(bride, [{ variantId: veil.id }]);
    const payment = await paying.paymentOf(group.id);
    const { attempt_id, checkout_url } = await paying.started(bride, payment.id, { provider: name });
    return { veil, group, payment, attempt_id, checkout_url };
  }

  /** The customer pays on the provider's page. */
  async function payAt({ attempt_id, checkout_url }: { attempt_id: string; checkout_url: string }): Promise<void> {
    const [row] = await world.sql<{ provider_reference: string | null }[]>`
      select provider_reference from public.payment_attempts where id = ${attempt_id}`;
    await driver.pay({ reference: attempt_id } as never, {
      checkoutUrl: checkout_url,
      providerReference: row?.provider_reference ?? null,
    });
  }

  async function tell(attemptId: string): Promise<number> {
    const { headers, body } = await driver.event(attemptId);
    const url = `${paying.server.origin}/functions/v1/webhooks/${name}`;
    return (await fetch(url, { method: "POST", headers, body: new Uint8Array(body) })).status;
  }

  /** All that goes back is asked for, and the bank does it in its time. */
  async function paidBack(): Promise<void> {
    await paying.work();
    await paying.reconcile();
    driver.settleRefunds();
    await paying.reconcile();
  }

  const stateOf = async (groupId: string) =>
    (
      await world.sql`select state, paid_total::float8, refunded_total::float8 from public.orders where group_id = ${groupId}`
    )[0];
  const cancel = async (groupId: string) => {
    const [row] = await world.sql<{ id: string }[]>`select id from public.orders where group_id = ${groupId}`;
    await bride.client.rpc("cancel_order", { order_id: row?.id ?? "" });
  };
  const transfersOf = (attemptId: string) =>
    world.sql`select state, amount::float8 from public.refund_transfers where attempt_id = ${attemptId} order by id`;

  it("an order is paid by its webhook, and paid back when it is called off", async () => {
    const bought = await begun();
    await payAt(bought);
    expect(await tell(bought.attempt_id)).toBe(200);
    await paying.work();
    expect(await stateOf(bought.group.id)).toEqual({ state: "paid", paid_total: 10_050, refunded_total: 0 });
    await cancel(bought.group.id);
    await paidBack();
    expect(await transfersOf(bought.attempt_id)).toEqual([{ state: "paid", amount: 10_050 }]);
  });

  it("an order is paid by the browser's return, which the customer reloads", async () => {
    const bought = await begun();
    await payAt(bought);
    const path = `/functions/v1/payments/return/${bought.attempt_id}`;
    for (let time = 1; time <= 2; time += 1) {
      const back = await fetch(`${paying.server.origin}${path}`, { redirect: "manual" });
      expect(new URL(back.headers.get("location") ?? "").searchParams.get("payment_status")).toBe("succeeded");
    }
    expect(await stateOf(bought.group.id)).toMatchObject({ state: "paid", paid_total: 10_050 });
  });

  it("an order whose hold has ended and whose goods are gone is paid back", async () => {
    const bought = await begun();
    await letHoldEnd(world.sql, bought.group.id);
    await order(await world.asCustomer(), [{ variantId: bought.veil.id }]);
    await payAt(bought);
    await tell(bought.attempt_id);
    await paidBack();
    expect(await stateOf(bought.group.id)).toMatchObject({ state: "cancelled", refunded_total: 10_050 });
    expect(await transfersOf(bought.attempt_id)).toEqual([{ state: "paid", amount: 10_050 }]);
  });

  it.each(["down", 500, "wrong_json"] as const)("a payment begins when it answers again: %s", async (fault) => {
    const veil = await makeForSale(world.sql, boutique, { stock: 1, price: 10_050 });
    const group = await order(bride, [{ variantId: veil.id }]);
    const payment = await paying.paymentOf(group.id);
    await driver.misbehave(fault);
    const refused = await paying.start(bride, payment.id, { provider: name });
    expect({ status: refused.status, body: await refused.json() }).toMatchObject({
      status: 503,
      body: { code: "provider_unavailable" },
    });
    await driver.misbehave("none");
    const started = await paying.started(bride, payment.id, { provider: name });
    await payAt(started);
    await paying.reconcile();
    expect(await stateOf(group.id)).toMatchObject({ state: "paid" });
  });

  it.each(["down", 500, "wrong_json"] as const)("an hour without it loses nothing: %s", async (fault) => {
    const paid = await begun();
    await payAt(paid);
    const called = await begun();
    await payAt(called);
    await paying.reconcile();
    await cancel(called.group.id);
    const later = await begun();
    await payAt(later);
    await driver.misbehave(fault);
    // Nobody is told, and whoever asks is not answered: the customer, the reconciliation, the refund.
    const back = await fetch(`${paying.server.origin}/functions/v1/payments/return/${later.attempt_id}`, {
      redirect: "manual",
    });
    expect(new URL(back.headers.get("location") ?? "").searchParams.get("payment_status")).toBe("pending");
    for (let minute = 0; minute < 5; minute += 1) await paying.reconcile();
    expect(await stateOf(later.group.id)).toMatchObject({ state: "pending" });
    expect(await transfersOf(called.attempt_id)).toMatchObject([{ state: "due" }]);
    await driver.misbehave("none");
    await paidBack();
    expect(await stateOf(later.group.id)).toMatchObject({ state: "paid", paid_total: 10_050 });
    expect(await stateOf(paid.group.id)).toMatchObject({ state: "paid", paid_total: 10_050 });
    expect(await transfersOf(called.attempt_id)).toEqual([{ state: "paid", amount: 10_050 }]);
  });

  it("a refund that is refused is a task for people, and is asked for again when they say so", async () => {
    driver.refuseRefunds(true);
    const bought = await begun();
    await payAt(bought);
    await paying.reconcile();
    await cancel(bought.group.id);
    await paying.work();
    expect(await transfersOf(bought.attempt_id)).toEqual([{ state: "refused", amount: 10_050 }]);
    const admin = await world.asAdmin();
    const { data } = await admin.client
      .from("payment_exceptions")
      .select("id, kind")
      .eq("attempt_id", bought.attempt_id);
    expect(data).toMatchObject([{ kind: "refund_refused" }]);
    driver.refuseRefunds(false);
    const retried = await admin.client.rpc("resolve_payment_exception", {
      exception_id: data?.[0]?.id ?? "",
      resolution: "retried",
    });
    expect(retried.error).toBeNull();
    await paidBack();
    // The test provider says on its page, once for all, how it answers.
    const again = name === "test" ? "refused" : "paid";
    expect(await transfersOf(bought.attempt_id)).toEqual([
      { state: "refused", amount: 10_050 },
      { state: again, amount: 10_050 },
    ]);
  });
});
