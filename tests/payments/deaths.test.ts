import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { paymentEvent } from "../../functions/_shared/jobs/payment-event.ts";
import type { Queue } from "../../functions/_shared/jobs/queue.ts";
import { transferRefund } from "../../functions/_shared/jobs/transfer-refund.ts";
import { testEventHeaders } from "../../functions/_shared/payments/test-events.ts";
import { userClient } from "../../functions/_shared/user-client.ts";
import { webhookSecrets } from "../../functions/_shared/webhooks/secrets.ts";
import { createApp as createPayments } from "../../functions/payments/app.ts";
import { createApp as createWebhooks } from "../../functions/webhooks/app.ts";
import { type BoutiqueFixture, makeBoutique } from "../helpers/fixtures.ts";
import { Mortal } from "../helpers/mortal.ts";
import { makeForSale, order } from "../helpers/orders.ts";
import { Paying } from "../helpers/paying.ts";
import { runJob, webhookMasterKey } from "../helpers/run-job.ts";
import { type Person, World } from "../helpers/world.ts";

/** The process dies after every single step of paying and of paying back; somebody tries again, and all is as it should be. */

let world: World;
let paying: Paying;
let boutique: BoutiqueFixture;
let bride: Person;

beforeAll(async () => {
  world = await World.create();
  boutique = await makeBoutique(world.sql);
  bride = await world.asCustomer("Selam");
  paying = await Paying.open(world);
  for (const [name, value] of Object.entries(paying.server.environment)) vi.stubEnv(name, value);
  // What dies says so on stderr.
  vi.spyOn(console, "error").mockImplementation(() => undefined);
});
afterAll(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  await paying?.close();
  await world?.close();
});

/** What a caller, a provider or a queue does with who does not answer: it tries again. */
async function untilItIsDone<T>(act: () => Promise<T | undefined>): Promise<T> {
  for (let tries = 0; tries < 5; tries += 1) {
    const done = await act();
    if (done !== undefined) return done;
  }
  throw new Error("It was not done after five tries.");
}

/** Runs one life of a payment, from the first click to the money that goes back. */
async function live(mortal: Mortal) {
  await world.sql`delete from private.rate_limits`;
  const { origin } = paying.server;
  const parts = {
    clientOf: (token: string) => mortal.client(userClient(origin, world.keys.publishable, token)),
    server: mortal.client(world.asService()),
    accounts: mortal.accounts(paying.accounts),
  };
  const payments = createPayments({ ...parts, functionsUrl: `${origin}/functions/v1` });
  const webhooks = createWebhooks({ ...parts, secrets: webhookSecrets(webhookMasterKey) });
  const work = (queue: Queue, payload: Record<string, string>) =>
    untilItIsDone(() =>
      runJob(world, queue, payload, { sql: mortal.sql(world.sql), payments: parts.accounts }).then(
        () => true,
        () => undefined,
      ),
    );

  const veil = await makeForSale(world.sql, boutique, { stock: 1, price: 10_000 });
  const group = await order(bride, [{ variantId: veil.id }]);
  const payment = await paying.paymentOf(group.id);
  const headers = { apikey: world.keys.publishable, authorization: `Bearer ${bride.accessToken}` };
  const start = { payment_id: payment.id, provider: "test", return_url: "https://shop.example/" };
  const { attempt_id, checkout_url } = await untilItIsDone(async () => {
    const response = await payments.request("/payments/start", {
      method: "POST",
      headers,
      body: JSON.stringify(start),
    });
    return response.ok ? ((await response.json()) as { attempt_id: string; checkout_url: string }) : undefined;
  });
  await paying.bank.choose(checkout_url, { webhook: "never" });
  // The webhook: sent again until it is answered.
  const session = await paying.bank.provider().lookUp({ reference: attempt_id, providerReference: null });
  const body = eventOf(session);
  const id = `evt_${randomUUID()}`;
  await untilItIsDone(async () => {
    const signed = testEventHeaders(paying.bank.secret, id, body, new Date());
    const response = await webhooks.request("/webhooks/test", { method: "POST", headers: signed, body });
    return response.ok ? true : undefined;
  });
  const [event] = await world.sql<{ id: string }[]>`select id from private.payment_events where event_id = ${id}`;
  await work(paymentEvent, { event_id: event?.id ?? "" });
  // The browser: the customer loads the page again.
  await untilItIsDone(async () =>
    (await payments.request(`/payments/return/${attempt_id}`)).status === 303 ? true : undefined,
  );

  const [bought] = await world.sql<
    { id: string; state: string }[]
  >`select id, state from public.orders where group_id = ${group.id}`;
  expect(bought?.state).toBe("paid");
  await bride.client.rpc("cancel_order", { order_id: bought?.id ?? "" });
  const [transfer] = await world.sql<
    { id: string }[]
  >`select id from public.refund_transfers where attempt_id = ${attempt_id}`;
  await work(transferRefund, { transfer_id: transfer?.id ?? "" });
  return { group, attempt_id };
}

function eventOf(payment: Awaited<ReturnType<ReturnType<Paying["bank"]["provider"]>["lookUp"]>>): string {
  if (!("amount" in payment)) throw new Error("Nothing was paid.");
  const { reference, paymentId, amount, currency } = payment;
  const data = {
    ...{ reference, state: "succeeded", amount, amount_refunded: 0, currency, payment_id: paymentId },
    ...{ method: "card", saved_method: null, reason: null, checkout_url: null },
  };
  return JSON.stringify({ type: "payment.succeeded", data });
}

async function expectAllIsWell({ group, attempt_id }: Awaited<ReturnType<typeof live>>): Promise<void> {
  const orders = await world.sql`
    select state, paid_total::float8, refunded_total::float8 from public.orders where group_id = ${group.id}`;
  expect(orders).toEqual([{ state: "cancelled", paid_total: 10_000, refunded_total: 10_000 }]);
  const refunds = await world.sql`
    select f.state, count(*)::int as n from public.refunds f join public.orders o on o.id = f.order_id
    where o.group_id = ${group.id} group by f.state`;
  expect(refunds).toEqual([{ state: "paid", n: 1 }]);
  // As the bank sees it: one payment, given back once.
  const seen = await paying.bank.provider().lookUp({ reference: attempt_id, providerReference: null });
  expect(seen).toMatchObject({ state: "succeeded", amount: 10_000, amountRefunded: 10_000 });
  const transfers = await world.sql`select state from public.refund_transfers where attempt_id = ${attempt_id}`;
  expect(transfers).toEqual([{ state: "paid" }]);
  expect(await world.sql`select * from private.order_check() union all select * from private.ledger_check()`).toEqual(
    [],
  );
}

describe("a process that dies", () => {
  it("after any step of paying or paying back leaves nothing undone and does nothing twice", {
    timeout: 120_000,
  }, async () => {
    const whole = new Mortal();
    await expectAllIsWell(await live(whole));
    expect(whole.steps.length).toBeGreaterThan(10);
    for (let step = 1; step <= whole.steps.length; step += 1) {
      const mortal = new Mortal(step);
      await expectAllIsWell(await live(mortal));
      expect(mortal.steps.length, `after ${whole.steps[step - 1]}`).toBeGreaterThanOrEqual(step);
    }
  });
});
