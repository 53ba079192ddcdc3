import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { expireHold } from "../../functions/_shared/jobs/expire-hold.ts";
import { silentLog } from "../../functions/_shared/jobs/log.ts";
import { startWorker, type Worker } from "../../functions/_shared/jobs/start-worker.ts";
import { wakeQueue } from "../../functions/_shared/jobs/work.ts";
import { readConfig } from "../../worker/config.ts";
import { endAllHolds, holdMany } from "../helpers/many-holds.ts";
import { activeJobs, giveOutAgain, jobStates, makeDue } from "../helpers/queue-state.ts";
import { webhookMasterKey } from "../helpers/run-job.ts";
import { WorkerChild } from "../helpers/worker-child.ts";
import { World } from "../helpers/world.ts";

const { name: queue, retryLimit } = expireHold;
const OTHERS = 100;

let world: World;
let poison: string;
let worker: Worker | undefined;

beforeEach(async () => {
  world = await World.create();
  await world.sql`insert into private.paused_queues (queue) values ('mail.rental_reserved')`;
  const rentals = await holdMany(world.sql, await world.asCustomer("Selam"), OTHERS + 1);
  poison = rentals[0] ?? "";
  await endAllHolds(world.sql);
  // It comes first, and all others are behind it.
  await world.sql`update pgboss.job set priority = 1 where data ->> 'rental_id' = ${poison}`;
});
afterEach(async () => {
  await worker?.stop();
  worker = undefined;
  await world.close();
});

async function start(): Promise<Worker> {
  const settings = readConfig({
    SUPABASE_DB_URL: world.databaseUrl,
    SUPABASE_URL: world.apiUrl,
    SUPABASE_SECRET_KEY: world.keys.secret,
    WEBHOOK_MASTER_KEY: webhookMasterKey,
  });
  worker = await startWorker({ settings, log: silentLog, connections: 4, stopSeconds: 1, listen: true });
  return worker;
}

const waitFor = (condition: () => Promise<void> | void) => vi.waitFor(condition, { timeout: 25_000, interval: 50 });

/** The job about the poisoned rental. */
async function job() {
  const [row] = await world.sql<{ id: string; state: string; attempts: number; output: unknown }[]>`
    select id, state, retry_count as attempts, output from pgboss.job
    where name = ${queue} and data ->> 'rental_id' = ${poison}`;
  if (row === undefined) throw new Error("no job");
  return row;
}

const deadLetters = () => world.sql<{ data: unknown; source_output: unknown }[]>`
  select data, source_output from pgboss.job where name = ${`${queue}.dead`}`;

/** Nobody can work on the poisoned rental meanwhile. */
function whileLocked(then: () => Promise<void>): Promise<void> {
  return world.sql.begin(async (tx) => {
    await tx`select from public.rentals where id = ${poison} for update`;
    await then();
  }) as Promise<void>;
}

it("a job that always fails is dead after its attempts, with its reason; 100 others are done", async () => {
  await world.sql.unsafe(`
    create function private.spill() returns trigger language plpgsql as $$
    begin
      raise exception 'the ink has run';
    end $$;
    create trigger spill before update on public.rentals
      for each row when (old.id = '${poison}') execute function private.spill()`);
  const { boss } = await start();
  await waitFor(async () => expect(await jobStates(world.sql, queue)).toEqual({ completed: OTHERS, retry: 1 }));
  await waitFor(async () => {
    await makeDue(world.sql, queue);
    wakeQueue(boss, queue);
    expect(await jobStates(world.sql, queue)).toEqual({ completed: OTHERS, failed: 1 });
  });
  expect(await job()).toMatchObject({ attempts: retryLimit });
  const letters = await deadLetters();
  expect(letters).toHaveLength(1);
  expect(letters[0]).toMatchObject({ data: { rental_id: poison } });
  expect(JSON.stringify(letters[0]?.source_output)).toContain("the ink has run");
});

it("a job with a wrong payload is dead at once; 100 others are done", async () => {
  await world.sql`
    update pgboss.job set data = '{"rental_id": "nobody''s"}' where name = ${queue} and data ->> 'rental_id' = ${poison}`;
  await start();
  await waitFor(async () => expect(await jobStates(world.sql, queue)).toEqual({ completed: OTHERS, failed: 1 }));
  const letters = await deadLetters();
  expect(letters).toHaveLength(1);
  expect(JSON.stringify(letters[0]?.source_output)).toContain("rental_id");
});

it("a job that hangs is taken from its worker in its time, keeps no other hand, and is done later", async () => {
  await world.sql`
    update pgboss.job set expire_seconds = 5 where name = ${queue} and data ->> 'rental_id' = ${poison}`;
  await whileLocked(async () => {
    await start();
    await waitFor(async () => expect(await jobStates(world.sql, queue)).toEqual({ completed: OTHERS, active: 1 }));
    await waitFor(async () => expect(await jobStates(world.sql, queue)).toEqual({ completed: OTHERS, retry: 1 }));
    expect(JSON.stringify((await job()).output)).toContain("handler execution exceeded 5s");
  });
  await waitFor(async () => {
    await makeDue(world.sql, queue);
    if (worker !== undefined) wakeQueue(worker.boss, queue);
    expect(await jobStates(world.sql, queue)).toEqual({ completed: OTHERS + 1 });
  });
  const [rental] = await world.sql`select state from public.rentals where id = ${poison}`;
  expect(rental).toEqual({ state: "expired" });
});

it("a job that takes its worker down each time is dead after its attempts; 100 others are done", {
  timeout: 90_000,
}, async () => {
  await world.sql`
    update pgboss.job set retry_limit = 2 where name = ${queue} and data ->> 'rental_id' = ${poison}`;
  await whileLocked(async () => {
    for (let attempt = 0; attempt <= 2; attempt += 1) {
      await makeDue(world.sql, queue);
      const child = await WorkerChild.start(world);
      try {
        await waitFor(async () => {
          expect(await job()).toMatchObject({ state: "active", attempts: attempt });
          expect(await jobStates(world.sql, queue)).toEqual({ completed: OTHERS, active: 1 });
        });
      } finally {
        await child.kill();
      }
      await giveOutAgain(world.sql, world.databaseUrl, await activeJobs(world.sql, queue));
    }
  });
  expect(await job()).toMatchObject({ state: "failed", attempts: 2 });
  const letters = await deadLetters();
  expect(letters).toHaveLength(1);
  expect(JSON.stringify(letters[0]?.source_output)).toContain("heartbeat timeout");
});
