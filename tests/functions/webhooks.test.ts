import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { paymentAccounts, readPaymentSettings } from "../../functions/_shared/payments/accounts.ts";
import { userClient } from "../../functions/_shared/user-client.ts";
import { webhookSecrets } from "../../functions/_shared/webhooks/secrets.ts";
import { createApp } from "../../functions/webhooks/app.ts";
import { type BoutiqueFixture, makeBoutique } from "../helpers/fixtures.ts";
import { FunctionServer } from "../helpers/function-server.ts";
import { webhookMasterKey } from "../helpers/run-job.ts";
import { claimsOf, sign } from "../helpers/tokens.ts";
import { type Endpoint, makeEndpoint, secretOf } from "../helpers/webhooks.ts";
import { type Person, World } from "../helpers/world.ts";

let world: World;
let server: FunctionServer;
let origin: string;
/** The same app in this process, without Deno. */
let app: ReturnType<typeof createApp>;
let boutique: BoutiqueFixture;
let manager: Person;
let endpoint: Endpoint;

beforeAll(async () => {
  world = await World.create();
  server = await FunctionServer.open(world, {
    WEBHOOK_MASTER_KEY: webhookMasterKey,
  });
  origin = server.origin;
  for (const [name, value] of Object.entries(server.environment)) vi.stubEnv(name, value);
  const clientOf = (token: string) => userClient(origin, world.keys.publishable, token);
  app = createApp({
    clientOf,
    server: world.asService(),
    secrets: webhookSecrets(webhookMasterKey),
    accounts: paymentAccounts(readPaymentSettings({})),
  });
  boutique = await makeBoutique(world.sql);
  manager = await world.asStaff(boutique.id, "manager");
  endpoint = await makeEndpoint(manager, boutique.id, "https://shop.example/hook");
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await server?.close();
  await world?.close();
});

describe.each([
  [
    "in this process",
    (path: string, init: RequestInit) => app.fetch(new Request(`http://functions.test/webhooks${path}`, init)),
  ],
  [
    "through the gateway and Deno",
    (path: string, init: RequestInit) => fetch(`${origin}/functions/v1/webhooks${path}`, init),
  ],
] as const)("the secret of an endpoint, %s,", (_where, call) => {
  const ask = async (token: string | undefined, id = endpoint.id, key = world.keys.publishable) => {
    const headers = { apikey: key, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) };
    const response = await call(`/endpoints/${id}/secret`, { headers });
    return { status: response.status, headers: response.headers, body: await response.json() };
  };
  const shown = () => world.sql`
    select from public.audit_log
    where table_name = 'webhook_endpoints' and row_key ->> 'id' = ${endpoint.id} and new ? 'secret_shown_at'
      and actor_id = ${manager.id}`;

  it("is shown to a manager, kept by nobody on the way, and noted in the audit log", async () => {
    const before = (await shown()).length;
    const { status, headers, body } = await ask(manager.accessToken);
    expect(status).toBe(200);
    expect(body).toEqual({
      endpoint_id: endpoint.id,
      secret: await secretOf(endpoint.id, 1),
      secret_version: 1,
      previous: null,
    });
    expect(body.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(headers.get("cache-control")).toBe("no-store");
    expect(await shown()).toHaveLength(before + 1);
  });

  it("is shown with the one before while they overlap", async () => {
    const other = await makeEndpoint(manager, boutique.id, "https://shop.example/other");
    await manager.client.rpc("rotate_webhook_secret", { endpoint_id: other.id, overlap_hours: 1 });
    expect((await ask(manager.accessToken, other.id)).body).toMatchObject({
      secret: await secretOf(other.id, 2),
      secret_version: 2,
      previous: { secret: await secretOf(other.id, 1), valid_until: expect.any(String) },
    });
    await manager.client.rpc("rotate_webhook_secret", { endpoint_id: other.id, overlap_hours: 0 });
    expect((await ask(manager.accessToken, other.id)).body).toMatchObject({ secret_version: 3, previous: null });
  });

  it("is not shown to others, and nothing is noted", async () => {
    const before = (await shown()).length;
    const rival = await world.asStaff((await makeBoutique(world.sql)).id, "owner");
    const stylist = await world.asStaff(boutique.id, "stylist");
    for (const person of [rival, stylist, await world.asAdmin(), await world.asCustomer()]) {
      const { status, body } = await ask(person.accessToken);
      expect([status, body.code]).toEqual([404, "endpoint_not_found"]);
    }
    expect(await shown()).toHaveLength(before);
  });

  it("needs a genuine token", async () => {
    const claims = claimsOf(manager.accessToken);
    for (const token of [undefined, "", "x", sign(claims, randomUUID()), world.keys.publishable, world.keys.secret]) {
      const { status, headers, body } = await ask(token);
      expect([status, body.code], token).toEqual([401, "sign_in_required"]);
      expect(headers.get("content-type")).toBe("application/problem+json");
    }
    expect((await ask(manager.accessToken, endpoint.id, "sb_publishable_wrong")).body.code).toBe("invalid_api_key");
  });

  it("is of an endpoint that is there", async () => {
    expect((await ask(manager.accessToken, "5")).body).toMatchObject({ status: 400, code: "invalid_input" });
    expect((await ask(manager.accessToken, randomUUID())).body).toMatchObject({ status: 404 });
    const response = await call("/elsewhere", { headers: { apikey: world.keys.publishable } });
    expect(response.status).toBe(404);
  });
});

describe("secrets", () => {
  it("differ by endpoint, by version and by master key, and stay the same", async () => {
    const id = randomUUID();
    const secrets = [
      await secretOf(id, 1),
      await secretOf(id, 2),
      await secretOf(randomUUID(), 1),
      await webhookSecrets("another master key, as long as the first")(id, 1),
    ];
    expect(new Set(secrets).size).toBe(4);
    expect(await webhookSecrets(webhookMasterKey)(id, 1)).toBe(secrets[0]);
  });
});
