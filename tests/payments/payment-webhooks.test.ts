import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { testEventHeaders } from "../../functions/_shared/payments/test-events.ts";
import { type BoutiqueFixture, makeBoutique } from "../helpers/fixtures.ts";
import { makeForSale, order } from "../helpers/orders.ts";
import { Paying } from "../helpers/paying.ts";
import { type Person, World } from "../helpers/world.ts";

/** What comes at the door of functions/webhooks, whoever sends it. */

let world: World;
let paying: Paying;
let boutique: BoutiqueFixture;
let bride: Person;

beforeAll(async () => {
  world = await World.create();
  boutique = await makeBoutique(world.sql);
  bride = await world.asCustomer("Selam");
  paying = await Paying.open(world);
});
afterAll(async () => {
  await paying?.close();
  await world?.close();
});
beforeEach(() => world.sql`delete from private.rate_limits`);

async function begun() {
  const veil = await makeForSale(world.sql, boutique, { stock: 5, price: 10_000 });
  const group = await order(bride, [{ variantId: veil.id }]);
  const payment = await paying.paymentOf(group.id);
  return { group, payment, attempt: (await paying.started(bride, payment.id)).attempt_id };
}

function succeeded(reference: string, more: Readonly<Record<string, unknown>> = {}) {
  const data = {
    ...{ reference, state: "succeeded", amount: 10_000, amount_refunded: 0, currency: "ETB", checkout_url: null },
    ...{ payment_id: `pay_${randomUUID()}`, method: "card", saved_method: null, reason: null, ...more },
  };
  return JSON.stringify({ type: "payment.succeeded", data });
}

interface Sent {
  readonly id?: string;
  readonly at?: Date;
  readonly secret?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly path?: string;
}

/** Posts a body as the test provider does. */
async function send(body: string, { id, at, secret, headers, path }: Sent = {}) {
  const signed = testEventHeaders(secret ?? paying.bank.secret, id ?? `evt_${randomUUID()}`, body, at ?? new Date());
  const response = await fetch(`${paying.server.origin}/functions/v1/webhooks${path ?? "/test"}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...signed, ...headers },
    body,
  });
  return { status: response.status, body: await response.json(), headers: response.headers };
}

const eventsOf = (reference: string) =>
  world.sql`select outcome from private.payment_events where facts ->> 'reference' = ${reference} order by received_at`;
const stateOf = async (groupId: string) =>
  (await world.sql`select state, paid_total::float8 from public.orders where group_id = ${groupId}`)[0];

describe("a webhook", () => {
  it("that is signed is kept once however often it comes, ten times at once too, and settles once", async () => {
    const { group, attempt } = await begun();
    const body = succeeded(attempt);
    const id = `evt_${randomUUID()}`;
    const answers = await Promise.all(Array.from({ length: 10 }, () => send(body, { id })));
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200));
    expect(answers.filter((answer) => answer.body.is_new)).toHaveLength(1);
    expect(await stateOf(group.id)).toMatchObject({ state: "pending" });
    await paying.work();
    expect(await stateOf(group.id)).toEqual({ state: "paid", paid_total: 10_000 });
    expect((await send(body, { id })).body).toEqual({ received: true, is_new: false });
    // The same news with another id.
    await send(body);
    await paying.work();
    expect(await eventsOf(attempt)).toEqual([{ outcome: "succeeded" }, { outcome: "succeeded" }]);
    expect(await stateOf(group.id)).toEqual({ state: "paid", paid_total: 10_000 });
  });

  it("is turned away when nobody has signed it, and leaves nothing", async () => {
    const { group, attempt } = await begun();
    const body = succeeded(attempt);
    const day = 24 * 3600_000;
    const wrong: readonly (readonly [Sent, string?])[] = [
      [{ secret: "another secret of 24 characters" }],
      [{ headers: { "webhook-signature": "" } }],
      [{ headers: { "webhook-signature": "v1,bm90aGluZw==" } }],
      [{ headers: { "webhook-id": "evt_other" } }],
      [{ headers: { "webhook-timestamp": "yesterday" } }],
      [{ at: new Date(Date.now() - day) }],
      [{ at: new Date(Date.now() + day) }],
    ];
    for (const [sent] of wrong) {
      const answer = await send(body, sent);
      expect(answer, JSON.stringify(sent)).toMatchObject({ status: 401 });
      expect(answer.headers.get("content-type")).toContain("application/problem+json");
    }
    const changed = succeeded(attempt, { amount: 10_001 });
    const signed = testEventHeaders(paying.bank.secret, "evt_x", body, new Date());
    expect((await send(changed, { headers: signed })).status).toBe(401);
    expect((await send("{", {})).status).toBe(400);
    expect((await send("[]", {})).body).toMatchObject({ code: "malformed_event" });
    expect(await eventsOf(attempt)).toEqual([]);
    expect(await stateOf(group.id)).toMatchObject({ state: "pending" });
  });

  it("of 200 kB is read when it is signed, and one without end is not read at all", async () => {
    const { attempt } = await begun();
    const large = succeeded(attempt, { state: "open", reason: "x".repeat(200_000) });
    expect((await send(large)).status).toBe(200);
    expect((await send(large, { secret: "another secret of 24 characters" })).status).toBe(401);
    expect(await send("x".repeat(300_000))).toMatchObject({ status: 413, body: { code: "body_too_large" } });
  });

  it("of a type that nobody knows is kept and done with", async () => {
    const body = JSON.stringify({ type: "payment.invented", data: { reference: "unknown-type" } });
    expect((await send(body)).body).toMatchObject({ is_new: true });
    await paying.work();
    expect(await world.sql`select outcome from private.payment_events where type = 'payment.invented'`).toEqual([
      { outcome: "ignored" },
    ]);
  });

  it("about money for nothing that is known is a task for the marketplace", async () => {
    const reference = randomUUID();
    await send(succeeded(reference));
    await paying.work();
    expect(await eventsOf(reference)).toEqual([{ outcome: "unknown_payment" }]);
    const [exception] = await world.sql`
      select kind, boutique_id, detail from public.payment_exceptions where detail ->> 'reference' = ${reference}`;
    expect(exception).toMatchObject({ kind: "unknown_payment", boutique_id: null, detail: { amount: 10_000 } });
  });

  it.each([
    ["amount", { amount: 9_999 }],
    ["currency", { currency: "USD" }],
  ])("with another %s is kept, flagged, and fulfils nothing", async (_what, more) => {
    const { group, attempt } = await begun();
    await send(succeeded(attempt, more));
    await paying.work();
    expect(await eventsOf(attempt)).toEqual([{ outcome: "mismatched" }]);
    expect(await stateOf(group.id)).toEqual({ state: "pending", paid_total: 0 });
    expect(await world.sql`select kind from public.payment_exceptions where attempt_id = ${attempt}`).toEqual([
      { kind: "amount_differs" },
    ]);
    // The order can still be paid with what it costs.
    const again = await paying.started(bride, (await paying.paymentOf(group.id)).id);
    expect(again.attempt_id).not.toBe(attempt);
    await paying.payOnPage(again.checkout_url);
    expect(await stateOf(group.id)).toEqual({ state: "paid", paid_total: 10_000 });
  });

  it("that it failed takes nothing back, though it comes after the one that it succeeded", async () => {
    const { group, attempt } = await begun();
    const failed = succeeded(attempt, { state: "failed" }).replace("payment.succeeded", "payment.failed");
    await send(failed);
    await paying.work();
    expect(await paying.attempt(attempt)).toMatchObject({ state: "failed" });
    await send(succeeded(attempt));
    await paying.work();
    expect(await stateOf(group.id)).toMatchObject({ state: "paid" });
    await send(failed);
    await paying.work();
    expect(await stateOf(group.id)).toMatchObject({ state: "paid", paid_total: 10_000 });
    expect(await world.sql`select kind from public.payment_exceptions where attempt_id = ${attempt}`).toEqual([
      { kind: "provider_disagrees" },
    ]);
  });

  it("is let in during a flood of others that nobody has signed", async () => {
    const { attempt } = await begun();
    const flood = await Promise.all(
      Array.from({ length: 80 }, () => send("{}", { secret: "another secret of 24 characters" })),
    );
    const refused = flood.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(0);
    expect(Number(refused[0]?.headers.get("retry-after"))).toBeGreaterThan(0);
    expect((await send(succeeded(attempt))).status).toBe(200);
  });

  it("of an account that is not there, or of a provider that is not set up, finds no door", async () => {
    expect(await send("{}", { path: `/test/${randomUUID()}` })).toMatchObject({
      status: 404,
      body: { code: "account_not_found" },
    });
    expect(await send("{}", { path: "/stripe" })).toMatchObject({
      status: 404,
      body: { code: "provider_not_available" },
    });
    expect((await send("{}", { path: "/paypal" })).status).toBe(401);
    expect(await send("{}", { path: "/test/1" })).toMatchObject({ status: 400, body: { code: "invalid_input" } });
  });
});

describe("a boutique's own account", () => {
  const secrets = { secret_key: "sk_of_the_boutique_1234", webhook_secret: "whsec of the boutique, long enough" };

  it("is set up by its owner, and its keys are nowhere to be read", async () => {
    const owner = await world.asStaff(boutique.id, "owner");
    const manager = await world.asStaff(boutique.id, "manager");
    const path = `/payments/accounts/${boutique.id}/test`;
    for (const person of [manager, bride]) {
      expect((await paying.call(path, person, { method: "PUT", body: secrets })).status).toBe(403);
    }
    expect((await paying.call(path, undefined, { method: "PUT", body: secrets })).status).toBe(401);
    expect((await paying.call(path, owner, { method: "PUT", body: { secret_key: "x" } })).status).toBe(400);
    const saved = await paying.call(path, owner, { method: "PUT", body: secrets });
    expect(saved.status).toBe(200);
    const text = JSON.stringify(await saved.json());
    expect(text).toContain("1234");
    const { data } = await owner.client.rpc("provider_accounts", { boutique_id: boutique.id });
    expect(data).toMatchObject([{ provider: "test", key_hint: "1234", is_enabled: true }]);
    const rows = await world.sql`select to_jsonb(a)::text as row from private.provider_accounts a`;
    const log = await world.sql`select coalesce(new::text, '') as row from public.audit_log`;
    for (const { row } of [...rows, ...log, { row: text }]) {
      expect(row).not.toContain(secrets.secret_key);
      expect(row).not.toContain(secrets.webhook_secret);
    }
  });

  it("is what its payments go through, and whoever has its keys settles nothing of another", async () => {
    const veil = await makeForSale(world.sql, boutique, { stock: 5, price: 10_000 });
    const group = await order(bride, [{ variantId: veil.id }]);
    // The test provider does not know these keys; the attempt is there all the same.
    const refused = await paying.start(bride, (await paying.paymentOf(group.id)).id);
    expect(await refused.json()).toMatchObject({ status: 409, code: "provider_not_available" });
    const [row] = await world.sql<{ id: string }[]>`
      select t.id from public.payment_attempts t join public.payments p on p.id = t.payment_id where p.group_id = ${group.id}`;
    const mine = { group, attempt: row?.id ?? "" };
    const [account] = await world.sql<{ id: string }[]>`select id from private.provider_accounts`;
    const [attempt] = await world.sql`select account_id from public.payment_attempts where id = ${mine.attempt}`;
    expect(attempt).toEqual({ account_id: account?.id });
    const other = await makeBoutique(world.sql);
    const ring = await makeForSale(world.sql, other, { stock: 1, price: 10_000 });
    const theirs = await order(bride, [{ variantId: ring.id }]);
    const started = await paying.started(bride, (await paying.paymentOf(theirs.id)).id);
    const path = `/test/${account?.id}`;
    // Signed with the boutique's own secret, about an attempt of another boutique.
    expect((await send(succeeded(started.attempt_id), { path, secret: secrets.webhook_secret })).status).toBe(200);
    // Signed with the marketplace's, at the boutique's door; and the boutique's at the marketplace's.
    expect((await send(succeeded(mine.attempt), { path })).status).toBe(401);
    expect((await send(succeeded(mine.attempt), { secret: secrets.webhook_secret })).status).toBe(401);
    await paying.work();
    expect(await stateOf(theirs.id)).toMatchObject({ state: "pending" });
    expect((await send(succeeded(mine.attempt), { path, secret: secrets.webhook_secret })).status).toBe(200);
    await paying.work();
    expect(await stateOf(mine.group.id)).toMatchObject({ state: "paid" });
  });
});
