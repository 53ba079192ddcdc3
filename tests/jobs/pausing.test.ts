import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { silentLog } from "../../functions/_shared/jobs/log.ts";
import { startWorker, type Worker } from "../../functions/_shared/jobs/start-worker.ts";
import { readConfig } from "../../worker/config.ts";
import { webhookMasterKey } from "../helpers/run-job.ts";
import { World } from "../helpers/world.ts";

let world: World;
let worker: Worker;

beforeAll(async () => {
  world = await World.create();
  const settings = readConfig({
    SUPABASE_DB_URL: world.databaseUrl,
    SUPABASE_URL: world.apiUrl,
    SUPABASE_SECRET_KEY: world.keys.secret,
    WEBHOOK_MASTER_KEY: webhookMasterKey,
  });
  worker = await startWorker({ settings, log: silentLog, connections: 4, stopSeconds: 1, listen: true });
});
afterAll(async () => {
  await worker?.stop();
  await world?.close();
});

const queue = "rental.expire_hold";

/** A job that has nothing to do; its id. */
async function enqueue(name = queue): Promise<string> {
  const member = name === queue ? "rental_id" : "user_id";
  const [row] = await world.sql<{ id: string }[]>`
    select private.enqueue(${name}, ${world.sql.json({ [member]: crypto.randomUUID() })}) as id`;
  return row?.id ?? "";
}

async function state(id: string): Promise<string | undefined> {
  const [job] = await world.sql<{ state: string }[]>`select state from pgboss.job where id = ${id}`;
  return job?.state;
}

const waitFor = (condition: () => Promise<void> | void) => vi.waitFor(condition, { timeout: 15_000, interval: 50 });

it("a paused queue is left alone, the others go on, and nothing is lost when it is resumed", async () => {
  const before = await enqueue();
  await waitFor(async () => expect(await state(before)).toBe("completed"));

  await world.sql`insert into private.paused_queues (queue, reason) values (${queue}, 'the calendar is looked at')`;
  await waitFor(() => expect(worker.working.has(queue)).toBe(false));
  const meanwhile = await Promise.all([enqueue(), enqueue(), enqueue()]);
  // Enqueued later and done: the paused ones would have been, too.
  const other = await enqueue("mail.account_deletion");
  await waitFor(async () => expect(await state(other)).toBe("completed"));
  expect(await Promise.all(meanwhile.map(state))).toEqual(["created", "created", "created"]);

  await world.sql`delete from private.paused_queues where queue = ${queue}`;
  await waitFor(async () =>
    expect(await Promise.all(meanwhile.map(state))).toEqual(["completed", "completed", "completed"]),
  );
});

it("a job that runs when its queue is paused is finished", async () => {
  const { promise: locked, resolve: isLocked } = Promise.withResolvers<void>();
  const { promise: end, resolve: unlock } = Promise.withResolvers<void>();
  const lock = world.sql.begin(async (sql) => {
    // What the handler reads.
    await sql`lock table public.rentals in access exclusive mode`;
    isLocked();
    await end;
  });
  try {
    await locked;
    const id = await enqueue();
    await waitFor(async () => expect(await state(id)).toBe("active"));
    await world.sql`insert into private.paused_queues (queue) values (${queue})`;
    await waitFor(() => expect(worker.working.has(queue)).toBe(false));
    expect(await state(id)).toBe("active");
    unlock();
    await waitFor(async () => expect(await state(id)).toBe("completed"));
  } finally {
    unlock();
    await lock;
  }
});

it("what is no queue cannot be paused", async () => {
  await expect(world.sql`insert into private.paused_queues (queue) values ('mail.nobody')`).rejects.toMatchObject({
    code: "23503",
  });
});
