import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Clock, PgBoss } from "pg-boss";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { queues } from "../../functions/_shared/jobs/registry.ts";
import { root } from "../../stack/paths.ts";
import { endAllHolds, holdMany } from "../helpers/many-holds.ts";
import { activeJobs, jobStates, lookForTheDead } from "../helpers/queue-state.ts";
import { WorkerChild } from "../helpers/worker-child.ts";
import { World } from "../helpers/world.ts";

const everyMinute = queues.filter(({ cron }) => cron === "* * * * *").map(({ name }) => name);
const scheduled = queues.filter(({ cron }) => cron !== undefined).map(({ name }) => name);
const TEN_MINUTES = 600;

let world: World;
const workers: WorkerChild[] = [];

beforeEach(async () => {
  world = await World.create();
});
afterEach(async () => {
  await stopWorkers();
  await world.close();
});

/** Starts workers at once, each with a clock that is so many seconds ahead of the database's. */
async function startWorkers(...skews: number[]): Promise<void> {
  const preload = pathToFileURL(join(root, "tests/helpers/skewed-clock.ts")).href;
  const started = await Promise.all(
    skews.map((skew) => WorkerChild.start(world, { CLOCK_SKEW_SECONDS: String(skew) }, ["--import", preload])),
  );
  workers.push(...started);
}

async function stopWorkers(): Promise<void> {
  await Promise.all(workers.splice(0).map((worker) => worker.stop()));
}

const waitFor = (condition: () => Promise<void> | void) => vi.waitFor(condition, { timeout: 30_000, interval: 50 });

/** Lets nobody have looked at the schedules for a day and an hour. Answers with the time of the database. */
async function missADay(): Promise<Date> {
  await world.sql`update pgboss.schedule set created_on = now() - interval '3 days'`;
  const [row] = await world.sql<{ now: Date }[]>`
    update pgboss.version set cron_on = now() - interval '25 hours' returning now()`;
  return row?.now ?? new Date();
}

/** When the schedules were due for which there are jobs, per queue; the minutes of pg-boss. */
async function occurrences(): Promise<Map<string, Date[]>> {
  const rows = await world.sql<{ queue: string; at: Date }[]>`
    select data ->> 'name' as queue, singleton_on at time zone 'UTC' as at from pgboss.job
    where name = '__pgboss__send-it' order by 2`;
  return new Map(scheduled.map((queue) => [queue, rows.filter((row) => row.queue === queue).map(({ at }) => at)]));
}

async function wasLookedAt(): Promise<boolean> {
  const [row] = await world.sql<{ looked: boolean }[]>`
    select cron_on > now() - interval '30 seconds' as looked from pgboss.version`;
  return row?.looked ?? false;
}

/** Looks at the schedules once, unless somebody else does, with a clock that is so many seconds ahead. */
async function look(skew: number): Promise<void> {
  const clock: Clock = {
    now: () => Date.now() + skew * 1_000,
    setTimeout: (then, ms) => setTimeout(then, ms),
    clearTimeout: (timer) => clearTimeout(timer as NodeJS.Timeout),
    setInterval: (then, ms) => setInterval(then, ms),
    clearInterval: (timer) => clearInterval(timer as NodeJS.Timeout),
  };
  const boss = new PgBoss({
    connectionString: world.databaseUrl,
    max: 2,
    clock,
    migrate: false,
    createSchema: false,
    supervise: false,
  });
  boss.on("error", () => undefined);
  await boss.start();
  await waitFor(async () => {
    expect(await wasLookedAt()).toBe(true);
    expect(boss.isTimekeeping()).toBe(false);
  });
  await boss.stop();
}

/** pg-boss makes jobs of what is due in a queue of its own. */
const allAreSent = async () =>
  expect(Object.keys(await jobStates(world.sql, "__pgboss__send-it"))).toEqual(["completed"]);

const jobCount = async (queue: string) => (await world.sql`select from pgboss.job where name = ${queue}`).length;

const databaseTime = async () => (await world.sql<{ now: Date }[]>`select now()`)[0]?.now ?? new Date();

describe.each([
  ["clocks that are right", 0, 0],
  ["a clock that is ten minutes ahead and one that is ten minutes behind", TEN_MINUTES, -TEN_MINUTES],
])("two workers with %s", (_clocks, first, second) => {
  it("run each schedule once after a day without a worker", { timeout: 120_000 }, async () => {
    expect(scheduled.length).toBeGreaterThanOrEqual(4);
    await startWorkers(first);
    await stopWorkers();
    await world.sql`delete from pgboss.job`;

    const cameBack = await missADay();
    await startWorkers(first, second);
    for (const queue of scheduled) {
      await waitFor(async () => expect((await jobStates(world.sql, queue)).completed ?? 0).toBeGreaterThan(0));
    }
    // Both have looked, whoever of them had the turn: now the other looks at the same day.
    await stopWorkers();
    await missADay();
    await startWorkers(second);
    await waitFor(async () => expect(await wasLookedAt()).toBe(true));
    await waitFor(allAreSent);
    await stopWorkers();

    const now = await databaseTime();
    for (const [queue, times] of await occurrences()) {
      // What was missed until a minute before they came back; what came due since is due. Of what is due every minute the
      // last one that was missed may be of the minute in which they looked.
      const missed = times.filter((at) => at.getTime() <= cameBack.getTime() - 60_000).length;
      expect(everyMinute.includes(queue) ? [0, 1] : [1], queue).toContain(missed);
      expect(times.filter((at) => at > now)).toEqual([]);
      expect(await jobCount(queue)).toBe(times.length);
    }
  });
});

it("schedules of every minute have a job a minute each, however many look and whatever their clocks", {
  timeout: 120_000,
}, async () => {
  // The workers do not look when they start: somebody just has.
  await world.sql`update pgboss.version set cron_on = now()`;
  await startWorkers(0, 0);
  await world.sql`update pgboss.schedule set cron = '* * * * *'`;
  for (let round = 0; round < 4; round += 1) {
    await world.sql`update pgboss.version set cron_on = now() - interval '31 seconds'`;
    await Promise.all([look(TEN_MINUTES), look(-TEN_MINUTES), look(0)]);
  }
  await waitFor(allAreSent);
  const found = await occurrences();
  const minutes = found.get("jobs.watch") ?? [];
  // Two when a minute has ended meanwhile.
  expect([1, 2]).toContain(minutes.length);
  const now = await databaseTime();
  for (const at of minutes) expect(Math.abs(now.getTime() - at.getTime())).toBeLessThan(3 * 60_000);
  for (const [queue, times] of found) {
    expect(times).toEqual(minutes);
    expect(await jobCount(queue)).toBe(minutes.length);
  }
});

describe.each([
  ["ten minutes ahead", TEN_MINUTES],
  ["ten minutes behind", -TEN_MINUTES],
])("a worker whose clock is %s", (_clock, skew) => {
  const queue = "rental.expire_hold";

  it("does what is due by the database's clock, and nothing before", { timeout: 60_000 }, async () => {
    await world.sql`insert into private.paused_queues (queue) values ('mail.rental_reserved')`;
    const bride = await world.asCustomer("Selam");
    await holdMany(world.sql, bride, 20);
    await endAllHolds(world.sql);
    const early = await holdMany(world.sql, bride, 20);
    await world.sql`
      update pgboss.job set start_after = now() + interval '5 minutes' where name = ${queue} and start_after > now()`;
    await startWorkers(skew);
    await waitFor(async () => expect(await jobStates(world.sql, queue)).toEqual({ created: 20, completed: 20 }));
    // It has looked again after the last one, and left them alone.
    const [next] = await world.sql<{ id: string }[]>`
      select private.enqueue(${queue}, jsonb_build_object('rental_id', gen_random_uuid())) as id`;
    await waitFor(async () => expect(await jobStates(world.sql, queue)).toEqual({ created: 20, completed: 21 }));
    expect(next).toBeDefined();
    const states = await world.sql`select distinct state from public.rentals where id = any(${early})`;
    expect([...states]).toEqual([{ state: "held" }]);
  });

  it("keeps the job that it is running, whoever looks for the dead", { timeout: 60_000 }, async () => {
    await world.sql`insert into private.paused_queues (queue) values ('mail.rental_reserved')`;
    await holdMany(world.sql, await world.asCustomer("Selam"), 1);
    await endAllHolds(world.sql);
    await world.sql.begin(async (tx) => {
      await tx`lock table public.rentals in exclusive mode`;
      await startWorkers(skew);
      await waitFor(async () => expect(await activeJobs(world.sql, queue)).toHaveLength(1));
      await lookForTheDead(world.sql, world.databaseUrl);
      expect(await activeJobs(world.sql, queue)).toHaveLength(1);
    });
    await waitFor(async () => expect(await jobStates(world.sql, queue)).toEqual({ completed: 1 }));
    expect([...(await world.sql`select retry_count from pgboss.job where name = ${queue}`)]).toEqual([
      { retry_count: 0 },
    ]);
  });
});
