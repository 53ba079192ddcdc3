import { Hono } from "hono";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { limitRate } from "../../functions/_shared/limit-rate.ts";
import { onError } from "../../functions/_shared/problem.ts";
import type { KeyVariables } from "../../functions/_shared/require-key.ts";
import { World } from "../helpers/world.ts";

let world: World;

beforeAll(async () => {
  world = await World.create({ connections: 10 });
});
afterAll(() => world.close());

/** A function that lets every address call ten times; made twice, it is two processes. */
function makeFunction(operation: string, lease = 3) {
  const app = new Hono<{ Variables: KeyVariables }>();
  app.onError(onError);
  app.use(async (context, next) => {
    context.set("keyKind", context.req.header("x-kind") === "secret" ? "secret" : "publishable");
    return next();
  });
  app.use(limitRate(world.asService(), { operation, capacity: 10, perMinute: 0.001, lease }));
  app.get("/", (context) => context.text("done"));
  return app;
}

const call = (app: ReturnType<typeof makeFunction>, headers: Record<string, string>) => app.request("/", { headers });

describe("the rate limit of a function", () => {
  it("lets an address call as often as the bucket holds, and then says how long to wait", async () => {
    const app = makeFunction("one");
    const replies: Response[] = [];
    for (let n = 0; n < 12; n += 1) replies.push(await call(app, { "x-forwarded-for": "203.0.113.1" }));
    expect(replies.map(({ status }) => status)).toEqual([...Array(10).fill(200), 429, 429]);
    expect(Number(replies.at(-1)?.headers.get("retry-after"))).toBeGreaterThan(60);
    expect(await replies.at(-1)?.json()).toMatchObject({ code: "too_many_requests", status: 429 });
    expect((await call(app, { "x-forwarded-for": "203.0.113.2" })).status).toBe(200);
  });

  it("is one for all processes, also when they are called at the same moment", async () => {
    const processes = [makeFunction("many"), makeFunction("many"), makeFunction("many")];
    const replies = await Promise.all(
      Array.from({ length: 40 }, (_, n) =>
        call(processes[n % 3] ?? makeFunction("many"), { "x-forwarded-for": "203.0.113.3" }),
      ),
    );
    const passed = replies.filter(({ status }) => status === 200).length;
    expect(passed).toBeLessThanOrEqual(10);
    expect(passed).toBeGreaterThan(0);
  });

  it("knows callers by the platform's own header first, for the other is easy to write", async () => {
    const app = makeFunction("header", 1);
    for (let n = 0; n < 10; n += 1) {
      const headers = { "cf-connecting-ip": "203.0.113.4", "x-forwarded-for": `198.51.100.${n}` };
      expect((await call(app, headers)).status).toBe(200);
    }
    const headers = { "cf-connecting-ip": "203.0.113.4", "x-forwarded-for": "198.51.100.99" };
    expect((await call(app, headers)).status).toBe(429);
  });

  it("does not hold for servers with the secret key", async () => {
    const app = makeFunction("server");
    for (let n = 0; n < 20; n += 1) {
      expect((await call(app, { "x-forwarded-for": "203.0.113.5", "x-kind": "secret" })).status).toBe(200);
    }
  });
});
