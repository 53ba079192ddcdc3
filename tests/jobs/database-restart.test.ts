import postgres, { type Sql } from "postgres";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { expireHold } from "../../functions/_shared/jobs/expire-hold.ts";
import type { JobLog } from "../../functions/_shared/jobs/log.ts";
import { startWorker, type Worker } from "../../functions/_shared/jobs/start-worker.ts";
import { pushMigrations } from "../../stack/supabase-cli.ts";
import { ThrowawayCluster } from "../../stack/throwaway.ts";
import { readConfig } from "../../worker/config.ts";
import { activeJobs, giveOutAgain, jobStates, makeDue } from "../helpers/queue-state.ts";
import { webhookMasterKey } from "../helpers/run-job.ts";

/** Polled every two seconds. */
const QUEUE = expireHold.name;
/** Jobs of it that the worker runs at a time. */
const HANDS = expireHold.concurrency;
/** Polled once a minute: what is done sooner was heard of. */
const SLOW_QUEUE = "privacy.erase_account";

let cluster: ThrowawayCluster;
let sql: Sql;
let worker: Worker;
const errors: string[] = [];
const log: JobLog = {
  info: () => undefined,
  warn: (_fields, message) => void errors.push(message),
  error: (_fields, message) => void errors.push(message),
};

beforeAll(async () => {
  cluster = await ThrowawayCluster.start();
  await cluster.clone("postgres", "nexus");
  const url = cluster.url("postgres", "nexus");
  await pushMigrations(url, { seed: false });
  sql = postgres(url, { max: 5, onnotice: () => undefined });
  const settings = readConfig({
    SUPABASE_DB_URL: url,
    SUPABASE_URL: "http://nexus.test",
    SUPABASE_SECRET_KEY: "sb_secret_unused",
    WEBHOOK_MASTER_KEY: webhookMasterKey,
  });
  worker = await startWorker({ settings, log, connections: 4, stopSeconds: 1, listen: true });
});
afterAll(async () => {
  await worker?.stop();
  await sql?.end({ timeout: 1 });
  await cluster?.stop();
});

const waitFor = (condition: () => unknown, timeout = 30_000) => vi.waitFor(condition, { timeout, interval: 50 });

/** Jobs with nothing to do. */
const enqueue = (count: number, queue = QUEUE) => sql`
  select private.enqueue(${queue},
    jsonb_build_object(${queue === QUEUE ? "rental_id" : "user_id"}::text, gen_random_uuid()))
  from generate_series(1, ${count})`;

/** A new job starts long before it would be polled for. */
async function isHeardOf(): Promise<void> {
  await waitFor(async () => {
    const listeners = await sql`
      select from pg_stat_activity where application_name = 'nexus-listen' and query ilike 'listen%'`;
    expect(listeners.length).toBeGreaterThan(0);
  });
  await enqueue(1, SLOW_QUEUE);
  // Begun is enough: a first attempt may meet a connection that the outage has broken, and is repeated a minute later.
  await waitFor(async () => expect((await jobStates(sql, SLOW_QUEUE))["created"]).toBeUndefined(), 10_000);
}

it("a worker outlives a restart of its database, and all jobs of before, during and after are done", {
  timeout: 120_000,
}, async () => {
  await waitFor(() => expect(worker.isListening).toBe(true));
  await enqueue(20);
  await waitFor(async () => expect(await jobStates(sql, QUEUE)).toEqual({ completed: 20 }));

  // Some are run and the others wait when it goes down.
  const lock = await sql.reserve();
  await lock`begin`;
  await lock`lock table public.rentals in exclusive mode`;
  await enqueue(52);
  await waitFor(async () =>
    expect(await jobStates(sql, QUEUE)).toEqual({ completed: 20, active: HANDS, created: 52 - HANDS }),
  );
  await cluster.halt();
  await expect(enqueue(1)).rejects.toMatchObject({ code: expect.stringMatching(/ECONNREFUSED|CONNECTION/) });
  // Its hands have noticed, and go on.
  await waitFor(() => expect(errors).toContain("queue error"));
  await cluster.resume();
  await waitFor(() => enqueue(20));

  // Those that were in the middle are lost, but for one that could tell of its failure when the database was there again.
  await waitFor(async () => {
    const { completed = 0, active = 0 } = await jobStates(sql, QUEUE);
    expect(active).toBeLessThanOrEqual(HANDS);
    expect(completed + active).toBe(92);
  });
  await giveOutAgain(sql, cluster.url("postgres", "nexus"), await activeJobs(sql, QUEUE));
  await waitFor(async () => {
    await makeDue(sql, QUEUE);
    expect(await jobStates(sql, QUEUE)).toEqual({ completed: 92 });
  });
  expect(await jobStates(sql, `${QUEUE}.dead`)).toEqual({});

  await isHeardOf();
});

it("and hears of new jobs again after an outage that it has noticed", { timeout: 120_000 }, async () => {
  await waitFor(() => expect(worker.isListening).toBe(true));
  await cluster.halt();
  await waitFor(() => expect(worker.isListening).toBe(false));
  await cluster.resume();
  await waitFor(() => expect(worker.isListening).toBe(true), 20_000);
  await isHeardOf();
});
