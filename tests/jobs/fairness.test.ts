import { setTimeout as pause } from "node:timers/promises";
import { PgBoss } from "pg-boss";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { z } from "zod";
import { defineQueue, type JobContext } from "../../functions/_shared/jobs/queue.ts";
import { work } from "../../functions/_shared/jobs/work.ts";
import { World } from "../helpers/world.ts";

const JOBS = 100_000;
let world: World;
let boss: PgBoss;

beforeAll(async () => {
  world = await World.create();
  await world.sql`select pgboss.create_queue('test.turns', '{"policy": "standard", "notify": true}')`;
  await world.sql`
    insert into private.queue_rules (queue, payload, overdue_seconds) values ('test.turns', '{"n": "integer"}', 600)`;
  boss = new PgBoss({
    connectionString: world.databaseUrl,
    migrate: false,
    createSchema: false,
    supervise: false,
    schedule: false,
  });
  await boss.start();
});
afterAll(async () => {
  await boss.stop({ graceful: false });
  await world.close();
});

const enqueue = (from: number, to: number, group: string) => world.sql`
  select count(private.enqueue('test.turns', jsonb_build_object('n', n), jsonb_build_object('group', ${group}::text)))
  from generate_series(${from}::integer, ${to}::integer) n`;

it("a boutique with 100,000 jobs in front does not delay another", async () => {
  await enqueue(1, JOBS, "large");
  await enqueue(JOBS + 1, JOBS + 10, "small");
  await world.sql`analyze pgboss.job`;
  const done: number[] = [];
  const queue = defineQueue({
    name: "test.turns",
    payload: z.object({ n: z.int() }),
    retryLimit: 2,
    retryDelaySeconds: 1,
    retryDelayMaxSeconds: 10,
    expireInSeconds: 60,
    pollingSeconds: 1,
    concurrency: 4,
    tenantConcurrency: 2,
    overdueSeconds: 600,
    async run({ n }) {
      await pause(5);
      done.push(n);
    },
  });
  await work(boss, queue, {} as JobContext, () => undefined);
  const ofTheSmall = () => done.filter((n) => n > JOBS).length;
  await vi.waitFor(() => expect(ofTheSmall()).toBe(10), { timeout: 25_000, interval: 5 });
  // They were the last in line, behind all the others.
  expect(done.length).toBeLessThan(JOBS / 100);
  expect(done.length).toBeGreaterThan(10);
});
