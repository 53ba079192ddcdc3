import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { endAllHolds, holdMany } from "../helpers/many-holds.ts";
import { activeJobs, giveOutAgain, jobStates, makeDue } from "../helpers/queue-state.ts";
import { TestInbox } from "../helpers/test-inbox.ts";
import { WorkerChild } from "../helpers/worker-child.ts";
import { type Person, World } from "../helpers/world.ts";

let world: World;
let bride: Person;
const workers: WorkerChild[] = [];

beforeEach(async () => {
  world = await World.create();
  bride = await world.asCustomer("Selam");
});
afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.kill()));
  await world.close();
});

async function startWorker(more: Record<string, string> = {}): Promise<WorkerChild> {
  const worker = await WorkerChild.start(world, more);
  workers.push(worker);
  return worker;
}

const waitFor = (condition: () => Promise<void> | void) => vi.waitFor(condition, { timeout: 60_000, interval: 50 });
const pause = (queue: string) => world.sql`insert into private.paused_queues (queue) values (${queue})`;

/** Counts, in the database itself, how often something was done to each row. */
async function countEffects(): Promise<void> {
  await world.sql`create table private.effects (rental_id uuid not null)`;
  await world.sql.unsafe(`
    create function private.count_effect() returns trigger language plpgsql as $$
    begin
      insert into private.effects values (new.id);
      return new;
    end $$;
    create trigger count_effect after update on public.rentals
      for each row when (new.state = 'expired') execute function private.count_effect()`);
}

describe("a worker that is killed with kill -9", () => {
  const jobs = 1_000;

  it("three times among 1,000 jobs: all are done, each once", { timeout: 180_000 }, async () => {
    const queue = "rental.expire_hold";
    await pause("mail.rental_reserved");
    await countEffects();
    const rentals = await holdMany(world.sql, bride, jobs);
    await endAllHolds(world.sql);

    for (const done of [200, 450, 700]) {
      const worker = await startWorker();
      await waitFor(async () => expect((await jobStates(world.sql, queue)).completed).toBeGreaterThan(done));
      // Its hands are held in the middle of a job each: there is something to lose.
      const inFlight = await world.sql.begin(async (tx) => {
        await tx`lock table public.rentals in exclusive mode`;
        await waitFor(async () => {
          const waiting = await tx`
            select from pg_locks where relation = 'public.rentals'::regclass and not granted`;
          expect(waiting).toHaveLength(2);
        });
        await worker.kill();
        return activeJobs(world.sql, queue);
      });
      expect(inFlight).toHaveLength(2);
      const { completed = 0, created = 0, retry = 0 } = await jobStates(world.sql, queue);
      expect(completed + created + retry).toBe(jobs - 2);
      expect(created).toBeGreaterThan(0);
      await giveOutAgain(world.sql, world.databaseUrl, inFlight);
      expect(await activeJobs(world.sql, queue)).toEqual([]);
      await makeDue(world.sql, queue);
    }

    await startWorker();
    await waitFor(async () => expect(await jobStates(world.sql, queue)).toEqual({ completed: jobs }));
    expect(await jobStates(world.sql, `${queue}.dead`)).toEqual({});
    const effects = await world.sql`
      select count(*)::integer as effects, count(distinct rental_id)::integer as rentals from private.effects`;
    expect([...effects]).toEqual([{ effects: rentals.length, rentals: rentals.length }]);
    const states = await world.sql`
      select r.state as rental, a.state as allocation, count(*)::integer as count
      from public.rentals r join public.allocations a on a.id = r.allocation_id group by 1, 2`;
    expect([...states]).toEqual([{ rental: "expired", allocation: "released", count: jobs }]);
  });

  it("between sending mails and noting it: these come again, with the same Message-ID, and no others", {
    timeout: 120_000,
  }, async () => {
    const [queue, mails, hands] = ["mail.rental_reserved", 200, 4];
    const inbox = await TestInbox.open();
    try {
      const smtp = { SMTP_PORT: String(inbox.smtpPort) };
      const rentals = await holdMany(world.sql, bride, mails);
      // Whoever notes that a mail has left waits for this lock, while the test has it.
      await world.sql.unsafe(`
        create function private.wait_before_noting() returns trigger language plpgsql as $$
        begin
          perform pg_advisory_xact_lock_shared(1);
          return new;
        end $$;
        create trigger wait_before_noting before update on private.messages
          for each row when (new.state = 'sent' and new.channel = 'email')
          execute function private.wait_before_noting()`);
      const worker = await startWorker(smtp);
      await waitFor(async () => expect((await jobStates(world.sql, queue)).completed).toBeGreaterThan(50));
      const inFlight = await world.sql.begin(async (tx) => {
        await tx`select pg_advisory_xact_lock(1)`;
        await waitFor(async () => {
          const waiting =
            await tx`select from pg_locks where locktype = 'advisory' and mode = 'ShareLock' and not granted`;
          expect(waiting).toHaveLength(hands);
        });
        await worker.kill();
        return activeJobs(world.sql, queue);
      });
      expect(inFlight).toHaveLength(hands);
      await giveOutAgain(world.sql, world.databaseUrl, inFlight);
      await makeDue(world.sql, queue);

      await startWorker(smtp);
      await waitFor(async () => expect(await jobStates(world.sql, queue)).toEqual({ completed: mails }));
      const ids = async () => (await inbox.mailsTo(bride.email)).map(({ headers }) => headers["message-id"]);
      // The inbox takes a mail before it shows it.
      await waitFor(async () => expect(await ids()).toHaveLength(mails + hands));
      const received = await ids();
      const times = rentals.map((id) => received.filter((messageId) => messageId.includes(id)).length);
      expect(times.filter((count) => count === 2)).toHaveLength(hands);
      expect(times.filter((count) => count === 1)).toHaveLength(mails - hands);
      expect(new Set(received).size).toBe(mails);
      const shown = await world.sql`
        select count(*)::integer as notifications, count(distinct data ->> 'rental_id')::integer as rentals from public.notifications`;
      expect([...shown]).toEqual([{ notifications: mails, rentals: mails }]);
    } finally {
      await inbox.close();
    }
  });
});

describe("a mail server that is down for a while", () => {
  it("delays 50 mails and loses none; each comes once when it is back", { timeout: 120_000 }, async () => {
    const [queue, mails] = ["mail.rental_reserved", 50];
    const before = await TestInbox.open();
    const { smtpPort } = before;
    await holdMany(world.sql, bride, 10);
    await startWorker({ SMTP_PORT: String(smtpPort) });
    await waitFor(async () => expect(await before.mailsTo(bride.email)).toHaveLength(10));
    await waitFor(async () => expect(await jobStates(world.sql, queue)).toEqual({ completed: 10 }));
    await before.close();

    await holdMany(world.sql, bride, mails);
    await waitFor(async () => expect(await jobStates(world.sql, queue)).toEqual({ completed: 10, retry: mails }));
    // And it is still down at the second attempt.
    await makeDue(world.sql, queue);
    await waitFor(async () => {
      const tried =
        await world.sql`select from pgboss.job where name = ${queue} and state = 'retry' and retry_count >= 1`;
      expect(tried).toHaveLength(mails);
    });
    const noted = await world.sql`
      select count(*)::integer as messages, min(attempts) >= 2 as tried_again from private.messages
      where channel = 'email' and state = 'failed'`;
    expect([...noted]).toEqual([{ messages: mails, tried_again: true }]);

    const after = await TestInbox.open(smtpPort);
    try {
      await makeDue(world.sql, queue);
      await waitFor(async () => expect(await jobStates(world.sql, queue)).toEqual({ completed: 10 + mails }));
      await waitFor(async () => expect((await after.mailsTo(bride.email)).length).toBeGreaterThanOrEqual(mails));
      const ids = (await after.mailsTo(bride.email)).map(({ headers }) => headers["message-id"]);
      expect(ids).toHaveLength(mails);
      expect(new Set(ids).size).toBe(mails);
      expect(await jobStates(world.sql, `${queue}.dead`)).toEqual({});
    } finally {
      await after.close();
    }
  });
});
