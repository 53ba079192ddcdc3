import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { FunctionsHost } from "../../stack/functions-host.ts";
import { root } from "../../stack/paths.ts";
import { webhookMasterKey } from "../helpers/run-job.ts";
import { World } from "../helpers/world.ts";

const secret = "a-secret-of-the-tests";
const folder = mkdtempSync(join(tmpdir(), "nexus-drain-"));
let world: World;
const hosts: FunctionsHost[] = [];

beforeAll(async () => {
  world = await World.create();
});
afterAll(async () => {
  await Promise.all(hosts.map((host) => host.stop()));
  await world.close();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => world.sql`delete from pgboss.job`);

/** The real function in Deno, as the stack and the platform run it. */
function host(more: Record<string, string> = {}): FunctionsHost {
  const made = new FunctionsHost({
    functionsDir: join(root, "functions"),
    logDir: folder,
    environment: {
      SUPABASE_URL: world.apiUrl,
      SUPABASE_DB_URL: world.databaseUrl,
      SUPABASE_SERVICE_ROLE_KEY: world.keys.secret,
      JOBS_SECRET: secret,
      WEBHOOK_MASTER_KEY: webhookMasterKey,
      JOBS_CPU_SECONDS: "60",
      ...more,
    },
  });
  hosts.push(made);
  return made;
}

interface Drained {
  readonly done: number;
  readonly failed: number;
  readonly dead: number;
  readonly seconds: number;
  readonly left: number;
}

const call = (to: FunctionsHost, method: string, path: string, given: string | undefined = secret) =>
  to.fetch(
    new Request(`http://nexus.test/functions/v1/jobs${path}`, {
      method,
      headers: given === undefined ? {} : { "x-jobs-secret": given },
    }),
  );

async function drain(from: FunctionsHost): Promise<Drained> {
  const response = await call(from, "POST", "/drain");
  expect(response.status).toBe(200);
  return (await response.json()) as Drained;
}

/** Jobs about rentals that are not there: they have nothing to do. */
const enqueue = (count: number) => world.sql`
  select private.enqueue('rental.expire_hold', jsonb_build_object('rental_id', gen_random_uuid()))
  from generate_series(1, ${count})`;

async function states(queue = "rental.expire_hold"): Promise<Record<string, number>> {
  const rows = await world.sql<{ state: string; jobs: number }[]>`
    select state, count(*)::integer as jobs from pgboss.job where name = ${queue} group by state`;
  return Object.fromEntries(rows.map(({ state, jobs }) => [state, jobs]));
}

describe("the secret", () => {
  it.each([
    ["none", ""],
    ["another", "another-secret-of-tests"],
    ["half of it", secret.slice(0, 10)],
    ["more of it", `${secret}s`],
  ])("is wanted: %s is refused, and no job is done", async (_case, given) => {
    await enqueue(1);
    const one = hosts[0] ?? host();
    for (const [method, path] of [
      ["POST", "/drain"],
      ["GET", "/health"],
    ] as const) {
      const response = await call(one, method, path, given);
      expect(response.status).toBe(401);
      expect(response.headers.get("content-type")).toBe("application/problem+json");
      expect(await response.json()).toMatchObject({ code: "invalid_jobs_secret" });
    }
    expect(await states()).toEqual({ created: 1 });
  });

  it.each([{ JOBS_SECRET: "" }, { JOBS_SECRET: "short" }])("has to be set, and long: %j", async (variables) => {
    const response = await call(host(variables), "POST", "/drain");
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({
      code: "jobs_secret_not_set",
      detail: expect.stringContaining("JOBS_SECRET"),
    });
  });
});

describe("a drain", () => {
  it("does what is ready, leaves what is for later, and counts", async () => {
    await enqueue(30);
    await world.sql`
      select private.enqueue('rental.expire_hold', jsonb_build_object('rental_id', gen_random_uuid()),
        jsonb_build_object('start_after', now() + interval '1 hour'))`;
    await world.sql`
      insert into pgboss.job (name, data, dead_letter) values ('rental.expire_hold', '{"rental_id": "5"}', 'rental.expire_hold.dead')`;
    const drained = await drain(host());
    expect(drained).toMatchObject({ dead: 1, failed: 0, left: 0 });
    expect(drained.done).toBeGreaterThanOrEqual(30);
    expect(await states()).toEqual({ completed: 30, created: 1, failed: 1 });
  });

  it("stops when its time is over; the next one does the rest", async () => {
    await enqueue(500);
    const first = await drain(host({ JOBS_BUDGET_SECONDS: "0.2" }));
    expect(first.left).toBeGreaterThan(0);
    expect(first.seconds).toBeLessThan(10);
    const afterwards = await states();
    expect(afterwards["active"]).toBeUndefined();
    expect(afterwards["created"]).toBe(first.left);
    expect((await drain(host())).left).toBe(0);
    expect(await states()).toEqual({ completed: 500 });
  });

  it("stops when it has computed for long enough", async () => {
    await enqueue(500);
    const first = await drain(host({ JOBS_CPU_SECONDS: "0.01" }));
    expect(first.left).toBeGreaterThan(0);
    expect(first.seconds).toBeLessThan(10);
  });

  it("shares the jobs with another one at the same time", async () => {
    await enqueue(400);
    const both = await Promise.all([drain(host()), drain(host())]);
    expect(await states()).toEqual({ completed: 400 });
    // What the clock brought meanwhile may be among them.
    expect(both[0].done + both[1].done).toBeGreaterThanOrEqual(400);
    const attempts = await world.sql`select from pgboss.job where name = 'rental.expire_hold' and retry_count > 0`;
    expect(attempts).toHaveLength(0);
  });

  it("skips a paused queue until it is resumed", async () => {
    await enqueue(5);
    await world.sql`insert into private.paused_queues (queue) values ('rental.expire_hold')`;
    expect(await drain(host())).toMatchObject({ left: 0 });
    expect(await states()).toEqual({ created: 5 });
    await world.sql`delete from private.paused_queues`;
    await drain(host());
    expect(await states()).toEqual({ completed: 5 });
  });

  it("leaves pictures, which take native code, to a worker", async () => {
    await world.sql`select private.enqueue('media.process', jsonb_build_object('media_id', gen_random_uuid()))`;
    await enqueue(1);
    expect(await drain(host())).toMatchObject({ failed: 0, dead: 0, left: 0 });
    expect(await states()).toEqual({ completed: 1 });
    expect(await states("media.process")).toEqual({ created: 1 });
  });

  it("runs what the clock would have brought while nobody was there, once", async () => {
    const one = host();
    await drain(one);
    await world.sql`delete from pgboss.job`;
    await world.sql`update pgboss.schedule set created_on = now() - interval '1 day'`;
    await world.sql`update pgboss.version set cron_on = now() - interval '5 hours'`;
    await drain(one);
    const runs = await Promise.all(["rate_limits.sweep", "privacy.sweep"].map((queue) => states(queue)));
    // One of the two may have had its minute just now.
    expect(runs).toContainEqual({ completed: 1 });
    for (const run of runs) expect(Object.keys(run)).toEqual(["completed"]);
  });

  it("gives the jobs of a worker that has died out again", async () => {
    await enqueue(1);
    await world.sql`
      update pgboss.job set state = 'active', started_on = now() - interval '10 minutes', heartbeat_on = now() - interval '10 minutes'
      where name = 'rental.expire_hold'`;
    await world.sql`update pgboss.queue set monitor_on = null, monitor_claim_on = null`;
    await drain(host());
    expect(await states()).toEqual({ retry: 1 });
  });
});

describe("its health", () => {
  it("says how the queues stand, and is bad when jobs are overdue", async () => {
    await enqueue(2);
    const one = host();
    const good = await call(one, "GET", "/health");
    expect(good.status).toBe(200);
    expect(await good.json()).toMatchObject({ ok: true, ready: 2, dead: 0, overdue: 0 });
    await world.sql`update pgboss.job set start_after = now() - interval '1 hour'`;
    const bad = await call(one, "GET", "/health");
    expect(bad.status).toBe(503);
    expect(await bad.json()).toMatchObject({ ok: false, overdue: 1 });
  });

  it("is a problem when the database is away", async () => {
    const away = new URL(world.databaseUrl);
    away.pathname = "/nowhere";
    const response = await call(host({ SUPABASE_DB_URL: away.href }), "GET", "/health");
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ code: "database_unreachable" });
  });
});
