import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type BoutiqueFixture,
  day,
  makeBoutique,
  makeVariant,
  period,
  type VariantFixture,
} from "../helpers/fixtures.ts";
import { type Call, send } from "../helpers/rest.ts";
import { World } from "../helpers/world.ts";

let world: World;
let boutique: BoutiqueFixture;
let gown: VariantFixture;

beforeAll(async () => {
  world = await World.create();
  boutique = await makeBoutique(world.sql);
  gown = await makeVariant(world.sql, boutique);
});
afterAll(() => world.close());

const calls: readonly (readonly [name: string, args: () => object])[] = [
  ["quote_rental", () => ({ variant_id: gown.id, period: period(5, 6) })],
  ["product_availability", () => ({ product_id: gown.productId, from_date: day(1), to_date: day(2) })],
];

/** Empties a bucket, and so far below the brim that it does not fill while a test runs. */
const drain = (bucket: string) => world.sql`
  insert into private.rate_limits (bucket, tokens, refilled_at) values (${bucket}, -1000, now())
  on conflict (bucket) do update set tokens = -1000, refilled_at = now()`;

const from = (address: string) => ({ "x-forwarded-for": `${address}, 10.0.0.1` });

describe.each(calls)("%s", (name, args) => {
  const ask = (call: Partial<Call>) => send(world, { path: `/rest/v1/rpc/${name}`, json: args(), ...call });

  it("is refused to an address that has asked too often, with the time to wait", async () => {
    expect((await ask({ headers: from("203.0.113.7") })).status).toBe(200);
    await drain(`${name}:203.0.113.7`);
    const reply = await ask({ headers: from("203.0.113.7") });
    expect(reply).toMatchObject({ status: 429, body: { code: "PT429", hint: "too_many_requests" } });
    expect(Number(reply.headers.get("retry-after"))).toBeGreaterThan(190);
    expect((await ask({ headers: from("203.0.113.8") })).status).toBe(200);
  });

  it("counts a signed-in person by her account, wherever she is", async () => {
    const bride = await world.asCustomer();
    expect((await ask({ token: bride.accessToken, headers: from("203.0.113.20") })).status).toBe(200);
    await drain(`${name}:${bride.id}`);
    expect((await ask({ token: bride.accessToken, headers: from("203.0.113.21") })).status).toBe(429);
  });

  it("is open to servers with the secret key, which limit their own callers", async () => {
    await drain(`${name}:203.0.113.9`);
    const asServer = { key: world.keys.secret, headers: from("203.0.113.9") };
    for (let n = 0; n < 3; n += 1) expect((await ask(asServer)).status).toBe(200);
  });

  it("gives back what is drawn, every five of a second", async () => {
    await drain(`${name}:203.0.113.10`);
    await world.sql`update private.rate_limits set tokens = 0, refilled_at = now() - interval '1 second' where bucket = ${`${name}:203.0.113.10`}`;
    const replies = await Promise.all(Array.from({ length: 12 }, () => ask({ headers: from("203.0.113.10") })));
    const passed = replies.filter(({ status }) => status === 200).length;
    expect(passed).toBeGreaterThanOrEqual(5);
    expect(passed + replies.filter(({ status }) => status === 429).length).toBe(12);
  });

  it("says to be called with POST where the API lets a GET write nothing", async () => {
    const refusal = world.sql.begin("read only", (tx) => tx.unsafe(`select private.limit_rate('${name}', 1, 1)`));
    await expect(refusal).rejects.toMatchObject({ code: "PT405", hint: "post_required" });
  });
});

describe("draw_token", () => {
  it("is for servers: nobody else empties another's bucket", async () => {
    const json = { bucket: "x", capacity: 2, per_minute: 1, tokens: 2 };
    const bride = await world.asCustomer();
    expect((await send(world, { path: "/rest/v1/rpc/draw_token", json })).status).toBe(401);
    expect((await send(world, { path: "/rest/v1/rpc/draw_token", json, token: bride.accessToken })).status).toBe(403);
    const asServer = () => send(world, { path: "/rest/v1/rpc/draw_token", json, key: world.keys.secret });
    expect((await asServer()).body).toBe(0);
    expect((await asServer()).body).toBe(120);
  });

  it("refuses rates that are none", async () => {
    for (const wrong of [{ capacity: 0 }, { per_minute: 0 }, { tokens: 0 }, { tokens: 3 }]) {
      const json = { bucket: "x", capacity: 2, per_minute: 1, tokens: 1, ...wrong };
      const reply = await send(world, { path: "/rest/v1/rpc/draw_token", json, key: world.keys.secret });
      expect(reply, JSON.stringify(wrong)).toMatchObject({ status: 400, body: { hint: "invalid_rate" } });
    }
  });
});
