import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { deliverWebhook } from "../../functions/_shared/jobs/deliver-webhook.ts";
import { webhookFailingMail } from "../../functions/_shared/jobs/webhook-failing-mail.ts";
import { guardedHttp } from "../../functions/_shared/webhooks/guarded-http.ts";
import { freePort } from "../../stack/ports.ts";
import { type BoutiqueFixture, makeBoutique, makeVariant, period, type VariantFixture } from "../helpers/fixtures.ts";
import { hold } from "../helpers/rentals.ts";
import { runJob } from "../helpers/run-job.ts";
import { verify, WebhookReceiver } from "../helpers/webhook-receiver.ts";
import {
  attemptsAt,
  type Delivery,
  deliver,
  deliverAll,
  deliveriesTo,
  type Endpoint,
  jobsOf,
  makeEndpoint,
  secretOf,
} from "../helpers/webhooks.ts";
import { type Person, World } from "../helpers/world.ts";

let world: World;
let receiver: WebhookReceiver;
let boutique: BoutiqueFixture;
let gown: VariantFixture;
let manager: Person;
let bride: Person;
let paths = 0;

beforeAll(async () => {
  [world, receiver] = await Promise.all([World.create(), WebhookReceiver.open()]);
});
afterAll(async () => {
  await receiver?.close();
  await world?.close();
});
beforeEach(async () => {
  boutique = await makeBoutique(world.sql);
  gown = await makeVariant(world.sql, boutique, { garments: 20 });
  [manager, bride] = await Promise.all([world.asStaff(boutique.id, "manager"), world.asCustomer("Selam")]);
  receiver.answerWith(204);
});

/** An endpoint with a path of its own at the receiver, and one event on its way to it. */
async function newDelivery(): Promise<{ endpoint: Endpoint; delivery: Delivery; path: string }> {
  paths += 1;
  const path = `/hook-${paths}`;
  const endpoint = await makeEndpoint(manager, boutique.id, `${receiver.origin}${path}`);
  await hold(bride, gown.id, period(5, 6));
  return { endpoint, delivery: await onlyDelivery(endpoint), path };
}

async function onlyDelivery(endpoint: Endpoint): Promise<Delivery> {
  const [delivery, ...others] = await deliveriesTo(world, endpoint);
  if (delivery === undefined || others.length > 0) throw new Error("There is not exactly one delivery.");
  return delivery;
}

async function endpointNow({ id }: Endpoint): Promise<Endpoint> {
  const { data, error } = await manager.client.from("webhook_endpoints").select().eq("id", id).single();
  if (error !== null) throw error;
  return data;
}

describe("a delivery", () => {
  it("arrives with a signature that the verifier of Standard Webhooks takes, and its attempt is logged", async () => {
    const { endpoint, delivery, path } = await newDelivery();
    receiver.answerWith(200, {}, "thank you");
    await deliver(world, delivery.id);
    const [request, ...others] = receiver.at(path);
    expect(others).toEqual([]);
    const event = verify(request, await secretOf(endpoint.id, 1));
    expect(event).toMatchObject({ type: "rental.held", boutique_id: boutique.id, sequence: 1 });
    expect(request?.headers).toMatchObject({ "content-type": "application/json", "webhook-id": delivery.event_id });
    expect(event.id).toBe(delivery.event_id);
    expect(await onlyDelivery(endpoint)).toMatchObject({ state: "delivered", attempts: 1, last_status: 200 });
    expect([...(await attemptsAt(world, delivery.id))]).toMatchObject([
      { n: 1, url: endpoint.url, response_status: 200, response_body: "thank you", error: null },
    ]);
  });

  it("is not genuine with another body, another secret or at another time", async () => {
    const { endpoint, delivery, path } = await newDelivery();
    await deliver(world, delivery.id);
    const secret = await secretOf(endpoint.id, 1);
    const request = receiver.at(path)[0];
    const timestamp = String(Math.floor(Date.now() / 1000) - 600);
    for (const forged of [
      { ...request, body: `${request?.body} ` },
      { ...request, headers: { ...request?.headers, "webhook-id": crypto.randomUUID() } },
      { ...request, headers: { ...request?.headers, "webhook-timestamp": timestamp } },
    ]) {
      expect(() => verify(forged as typeof request, secret)).toThrow();
    }
    const other = await secretOf(endpoint.id, 2);
    expect(() => verify(request, other)).toThrow();
  });

  it("is made once when its job runs again, several times at once or too early", async () => {
    const { endpoint, delivery, path } = await newDelivery();
    // Not by deliver(), which would make it due again while the first is at it.
    const run = () => runJob(world, deliverWebhook, { delivery_id: delivery.id });
    await Promise.all(Array.from({ length: 20 }, run));
    await run();
    expect(receiver.at(path)).toHaveLength(1);
    expect(await onlyDelivery(endpoint)).toMatchObject({ state: "delivered", attempts: 1 });
  });

  it("is taken up again when the worker died with it, under the same id", async () => {
    const { endpoint, delivery, path } = await newDelivery();
    await world.sql`select from private.claim_webhook_delivery(${delivery.id})`;
    expect(await onlyDelivery(endpoint)).toMatchObject({ state: "delivering", attempts: 1 });
    await deliver(world, delivery.id);
    expect(receiver.at(path)[0]?.headers["webhook-id"]).toBe(delivery.event_id);
    expect(await onlyDelivery(endpoint)).toMatchObject({ state: "delivered", attempts: 2 });
  });

  it("of an endpoint that is deleted meanwhile is none", async () => {
    const { endpoint, delivery, path } = await newDelivery();
    await manager.client.rpc("delete_webhook_endpoint", { endpoint_id: endpoint.id });
    await deliver(world, delivery.id);
    expect(receiver.at(path)).toEqual([]);
  });
});

describe("a failed attempt", () => {
  const outcomes: readonly (readonly [what: string, arrange: () => void, status: number | null])[] = [
    ["500", () => receiver.answerWith(500, {}, "out of order"), 500],
    ["404", () => receiver.answerWith(404), 404],
    ["a redirect", () => receiver.answerWith(302, { location: `${receiver.origin}/elsewhere` }), 302],
    ["a connection that is cut", () => (receiver.answer = (response) => response.destroy()), null],
  ];
  it.each(outcomes)("is tried again later: %s", async (_what, arrange, status) => {
    const { endpoint, delivery, path } = await newDelivery();
    arrange();
    await deliver(world, delivery.id);
    const failed = await onlyDelivery(endpoint);
    expect(failed).toMatchObject({ state: "failed", attempts: 1, last_status: status, reason: expect.any(String) });
    expect(failed.next_attempt_at).not.toBeNull();
    const [, retry] = await jobsOf(world, delivery.id);
    expect(retry).toEqual({ start_after: failed.next_attempt_at, group_id: boutique.id });
    expect(receiver.at("/elsewhere")).toEqual([]);

    receiver.answerWith(204);
    await deliver(world, delivery.id);
    expect(await onlyDelivery(endpoint)).toMatchObject({ state: "delivered", attempts: 2, reason: null });
    const ids = receiver.at(path).map(({ headers }) => headers["webhook-id"]);
    expect(new Set(ids)).toEqual(new Set([delivery.event_id]));
    expect(receiver.at(path)[0]?.body).toBe(receiver.at(path)[1]?.body);
  });

  it("is tried again when nobody listens, with the reason of the network", async () => {
    const endpoint = await makeEndpoint(manager, boutique.id, `http://127.0.0.1:${await freePort()}/`);
    await hold(bride, gown.id, period(5, 6));
    await deliverAll(world, endpoint);
    const delivery = await onlyDelivery(endpoint);
    expect(delivery).toMatchObject({ state: "failed", last_status: null });
    expect(delivery.reason).toMatch(/ECONNREFUSED/);
  });

  it("is given up when there is no answer in time, and tried again", async () => {
    const { endpoint, delivery } = await newDelivery();
    receiver.answer = () => undefined;
    const http = guardedHttp({ allowedHosts: [], allowPrivate: true });
    const impatient = {
      ...http,
      post: (request: Parameters<typeof http.post>[0]) => http.post({ ...request, timeoutMs: 200 }),
    };
    await deliver(world, delivery.id, { http: impatient });
    expect(await onlyDelivery(endpoint)).toMatchObject({ state: "failed", reason: "No answer within 0.2 seconds." });
  });

  it("honours Retry-After", async () => {
    const { endpoint, delivery } = await newDelivery();
    receiver.answerWith(503, { "retry-after": "1800" });
    await deliver(world, delivery.id);
    const wait = Date.parse(String((await onlyDelivery(endpoint)).next_attempt_at)) - Date.now();
    expect(wait).toBeGreaterThan(1_700_000);
    expect(wait).toBeLessThan(1_900_000);
  });

  it("keeps 4 kB of what was answered, whatever it is and however long", async () => {
    const { endpoint, delivery } = await newDelivery();
    let written = 0;
    receiver.answer = (response) => {
      response.writeHead(500);
      const write = () => {
        while (written < 10_000_000 && !response.destroyed) {
          written += 65_536;
          if (!response.write(Buffer.alloc(65_536, "\0\u00e9"))) return void response.once("drain", write);
        }
        response.end();
      };
      write();
    };
    await deliver(world, delivery.id);
    const [attempt] = await attemptsAt(world, delivery.id);
    expect(attempt?.["response_status"]).toBe(500);
    expect(attempt?.["response_body"]).toMatch(/^\ufffdé/);
    expect(attempt?.["response_body"].length).toBeLessThanOrEqual(4096);
    // The connection was cut: what the sockets hold in between is all that was written.
    expect(written).toBeLessThan(9_000_000);
    expect(await onlyDelivery(endpoint)).toMatchObject({ state: "failed" });
  });

  it("is the last after a day: the delivery is dead, says why and can be replayed", async () => {
    const { endpoint, delivery } = await newDelivery();
    receiver.answerWith(500);
    for (let n = 1; n <= 17; n += 1) await deliver(world, delivery.id);
    const dead = await onlyDelivery(endpoint);
    expect(dead).toMatchObject({ state: "dead", attempts: 17, next_attempt_at: null });
    expect(dead.reason).toBe("The receiver answered 500. Given up after 17 attempts.");
    expect(await attemptsAt(world, delivery.id)).toHaveLength(17);

    receiver.answerWith(204);
    const replay = await manager.client.rpc("replay_webhook_delivery", { delivery_id: delivery.id });
    expect(replay.data).toMatchObject({ state: "pending", tries: 0, attempts: 17 });
    await deliver(world, delivery.id);
    expect(await onlyDelivery(endpoint)).toMatchObject({ state: "delivered", attempts: 18 });
  });
});

describe("an endpoint that fails", () => {
  const mailJobs = (endpoint: Endpoint) => world.sql`
    select from pgboss.job where name = 'mail.webhook_failing' and data ->> 'endpoint_id' = ${endpoint.id}`;

  it("stays enabled, is marked, and its managers are told once it has lasted an hour, once a day", async () => {
    const { endpoint, delivery } = await newDelivery();
    receiver.answerWith(500, {}, "");
    await deliver(world, delivery.id);
    expect(await endpointNow(endpoint)).toMatchObject({ enabled: true, failing_since: expect.any(String) });
    expect(await mailJobs(endpoint)).toHaveLength(0);

    await world.sql`
      update public.webhook_endpoints set failing_since = now() - interval '61 minutes' where id = ${endpoint.id}`;
    await deliver(world, delivery.id);
    await deliver(world, delivery.id);
    expect(await mailJobs(endpoint)).toHaveLength(1);
    const owner = await world.asStaff(boutique.id, "owner");
    await world.asStaff(boutique.id, "stylist");
    const mails = await runJob(world, webhookFailingMail, { endpoint_id: endpoint.id });
    expect(mails.map(({ to }) => to).toSorted()).toEqual([manager.email, owner.email].toSorted());
    expect(mails[0]?.text).toContain("The receiver answered 500.");
    expect(await runJob(world, webhookFailingMail, { endpoint_id: endpoint.id })).toEqual([]);

    receiver.answerWith(204);
    await deliver(world, delivery.id);
    expect(await endpointNow(endpoint)).toMatchObject({ failing_since: null, told_at: null });
  });

  it("is not disabled by 410: the delivery is dead, the managers are told at once, later events are tried", async () => {
    const { endpoint, delivery, path } = await newDelivery();
    receiver.answerWith(410);
    await deliver(world, delivery.id);
    expect(await onlyDelivery(endpoint)).toMatchObject({ state: "dead", reason: expect.stringContaining("410") });
    expect(await endpointNow(endpoint)).toMatchObject({ enabled: true, gone_since: expect.any(String) });
    expect(await mailJobs(endpoint)).toHaveLength(1);
    const [mail] = await runJob(world, webhookFailingMail, { endpoint_id: endpoint.id });
    expect(mail?.text).toContain("gone for good (410)");
    await hold(bride, gown.id, period(5, 6));
    receiver.answerWith(204);
    await deliverAll(world, endpoint);
    expect(receiver.at(path)).toHaveLength(2);
    expect(await endpointNow(endpoint)).toMatchObject({ gone_since: null });
  });

  it("is told the address of without its query, which may be a password", async () => {
    const endpoint = await makeEndpoint(manager, boutique.id, `${receiver.origin}/query?token=hush`);
    await hold(bride, gown.id, period(5, 6));
    receiver.answerWith(410);
    await deliverAll(world, endpoint);
    const [mail] = await runJob(world, webhookFailingMail, { endpoint_id: endpoint.id });
    expect(mail?.text).toContain("/query?…");
    expect(JSON.stringify(mail)).not.toContain("hush");
  });
});

describe("an endpoint that a manager has disabled", () => {
  it("gets nothing, and what it misses says so and can be sent when it is enabled", async () => {
    const { endpoint, delivery, path } = await newDelivery();
    const change = (enabled: boolean, reason?: string) =>
      manager.client.rpc("update_webhook_endpoint", {
        endpoint_id: endpoint.id,
        enabled,
        ...(reason === undefined ? {} : { reason }),
      });
    const disabled = await change(false, "Moving house");
    expect(disabled.data).toMatchObject({ enabled: false, disabled_reason: "Moving house" });
    await hold(bride, gown.id, period(5, 6));
    await deliverAll(world, endpoint);
    expect(receiver.at(path)).toEqual([]);
    const missed = await deliveriesTo(world, endpoint);
    expect(missed.map(({ state, reason }) => [state, reason])).toEqual(
      Array(2).fill(["dead", "The endpoint is disabled."]),
    );
    const replay = () => manager.client.rpc("replay_webhook_delivery", { delivery_id: delivery.id });
    expect((await replay()).error).toMatchObject({ code: "PT409", hint: "endpoint_disabled" });

    expect((await change(true)).data).toMatchObject({ enabled: true, disabled_at: null, disabled_reason: null });
    const { data } = await manager.client.rpc("replay_webhook_deliveries", {
      endpoint_id: endpoint.id,
      from_time: new Date(Date.now() - 3_600_000).toISOString(),
      until_time: new Date(Date.now() + 3_600_000).toISOString(),
      states: ["dead"],
    });
    expect(data).toEqual({ replayed: 2, next_from: null });
    await deliverAll(world, endpoint);
    expect(receiver.at(path)).toHaveLength(2);
  });
});

describe("a rotation of the secret", () => {
  const rotate = (endpoint: Endpoint, overlap_hours: number) =>
    manager.client.rpc("rotate_webhook_secret", { endpoint_id: endpoint.id, overlap_hours });

  it("lets both secrets verify while they overlap, and then the new one alone", async () => {
    const { endpoint, delivery, path } = await newDelivery();
    const [first, second] = [await secretOf(endpoint.id, 1), await secretOf(endpoint.id, 2)];
    expect((await rotate(endpoint, 24)).data).toMatchObject({ secret_version: 2 });
    await deliver(world, delivery.id);
    verify(receiver.at(path)[0], first);
    verify(receiver.at(path)[0], second);

    await world.sql`
      update public.webhook_endpoints set old_secret_until = now() - interval '1 second' where id = ${endpoint.id}`;
    await manager.client.rpc("replay_webhook_delivery", { delivery_id: delivery.id });
    await deliver(world, delivery.id);
    verify(receiver.at(path)[1], second);
    expect(() => verify(receiver.at(path)[1], first)).toThrow("No matching signature");
  });

  it("without an overlap ends the old secret at once, even in another rotation", async () => {
    const { endpoint, delivery, path } = await newDelivery();
    await rotate(endpoint, 24);
    expect((await rotate(endpoint, 1)).error).toMatchObject({ code: "PT409", hint: "rotation_in_progress" });
    expect((await rotate(endpoint, 0)).data).toMatchObject({ secret_version: 3 });
    await deliver(world, delivery.id);
    verify(receiver.at(path)[0], await secretOf(endpoint.id, 3));
    for (const old of [1, 2]) {
      const secret = await secretOf(endpoint.id, old);
      expect(() => verify(receiver.at(path)[0], secret)).toThrow("No matching signature");
    }
  });
});

describe("an address that is not public", () => {
  it("is not called, and the delivery says why; what an attacker changes meanwhile is not looked at", async () => {
    const port = new URL(receiver.origin).port;
    const endpoint = await makeEndpoint(manager, boutique.id, `https://rebind.example:${port}/`);
    await hold(bride, gown.id, period(5, 6));
    const resolve = vi.fn().mockResolvedValue(["127.0.0.1"]);
    const strict = guardedHttp({ allowedHosts: [], allowPrivate: false }, resolve);
    const before = receiver.received.length;
    await deliverAll(world, endpoint, { http: strict });
    expect(receiver.received).toHaveLength(before);
    const delivery = await onlyDelivery(endpoint);
    expect(delivery).toMatchObject({ state: "failed", last_status: null });
    expect(delivery.reason).toContain("not public");
    expect(resolve).toHaveBeenCalledTimes(1);
  });

  it("is not reached by a name that means another address at the second look", async () => {
    const port = new URL(receiver.origin).port;
    const resolve = vi.fn().mockResolvedValueOnce(["127.0.0.1"]).mockResolvedValue(["192.0.2.1"]);
    const http = guardedHttp({ allowedHosts: [`pinned.example:${port}`], allowPrivate: false }, resolve);
    const request = { url: `http://pinned.example:${port}/pinned`, headers: {}, body: "{}", maxBytes: 10 };
    await expect(http.post({ ...request, timeoutMs: 5_000 })).resolves.toMatchObject({ status: 204 });
    // It went to what the one and only look had found, under the name that the receiver knows.
    expect(resolve).toHaveBeenCalledTimes(1);
    expect(receiver.at("/pinned")[0]?.headers.host).toBe(`pinned.example:${port}`);
  });
});

describe("the secret of an endpoint", () => {
  it("is nowhere in the database: not in rows, jobs, attempts or the log", async () => {
    const { endpoint, delivery } = await newDelivery();
    await deliver(world, delivery.id);
    const secret = await secretOf(endpoint.id, 1);
    const raw = secret.slice("whsec_".length);
    const tables = await world.sql<{ name: string }[]>`
      select c.oid::regclass::text as name from pg_class c
      where c.relkind in ('r', 'p') and c.relnamespace::regnamespace::text in ('public', 'private', 'pgboss')`;
    for (const { name } of tables) {
      const found = await world.sql.unsafe(`select 1 from ${name} t where position($1 in t::text) > 0 limit 1`, [raw]);
      expect(found, name).toHaveLength(0);
    }
    const [attempt] = await attemptsAt(world, delivery.id);
    expect(attempt?.["request_headers"]).toMatchObject({
      "webhook-id": delivery.event_id,
      "webhook-signature": "v1,***",
    });
  });
});
