import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { JobLog } from "../../functions/_shared/jobs/log.ts";
import { PermanentFailure } from "../../functions/_shared/jobs/queue.ts";
import { queues } from "../../functions/_shared/jobs/registry.ts";
import { longestPauseSeconds } from "../../functions/_shared/jobs/schedule.ts";
import { watchJobs } from "../../functions/_shared/jobs/watch-jobs.ts";
import { runJob } from "../helpers/run-job.ts";
import { World } from "../helpers/world.ts";

let world: World;
beforeAll(async () => {
  world = await World.create();
});
afterAll(() => world.close());
beforeEach(async () => {
  await world.sql`delete from pgboss.job`;
  await world.sql`delete from private.alerts`;
  await world.sql`delete from private.messages`;
  await world.sql`delete from private.paused_queues`;
});

const queue = "rental.expire_hold";

/** A job as it would be had it been made some time ago. */
const makeJob = (name: string, state: string, seconds: number) => world.sql`
  insert into pgboss.job (name, data, state, expire_seconds, start_after, created_on, started_on)
  select q.name, '{}', ${state}::pgboss.job_state, q.expire_seconds, t.at, t.at, case ${state} when 'created' then null else t.at end
  from pgboss.queue q cross join (select now() - ${seconds} * interval '1 second') t (at)
  where q.name = ${name}`;

const overdue = async () => [
  ...(await world.sql`select problem, queue, jobs::integer, threshold_seconds from private.overdue_jobs()`),
];

const alerts = async () => [
  ...(await world.sql`
    select kind, key, subject, resolved_at is not null as ended, notified_at is not null as told
    from private.alerts order by opened_at, kind`),
];

/** The job as the worker runs it: what it mails, and what it logs. */
async function watch(
  alertEmail: string | undefined = "ops@nexus.test",
): Promise<{ subjects: string[]; logged: string[] }> {
  const logged: string[] = [];
  const note = (_fields: object, message: string) => void logged.push(message);
  const log: JobLog = { info: note, warn: note, error: note };
  const mails = await runJob(world, watchJobs, {}, { alertEmail, log });
  return { subjects: mails.map(({ subject }) => subject), logged };
}

describe("private.overdue_jobs", () => {
  it("finds nothing where all is well", async () => {
    await makeJob(queue, "created", 100);
    await makeJob(queue, "active", 100);
    await makeJob(queue, "completed", 10_000);
    expect(await overdue()).toEqual([]);
  });

  it("finds jobs that wait for longer than their queue allows, and those that run for too long", async () => {
    await makeJob(queue, "created", 121);
    await makeJob(queue, "retry", 500);
    await makeJob(queue, "active", 60 + 121);
    await makeJob("privacy.build_export", "created", 500);
    expect(await overdue()).toEqual([
      { problem: "late", queue, jobs: 2, threshold_seconds: 120 },
      { problem: "stuck", queue, jobs: 1, threshold_seconds: 180 },
    ]);
  });

  it("finds dead letters, until somebody has put them aside", async () => {
    await makeJob(`${queue}.dead`, "created", 1);
    await world.sql`select private.enqueue('mail.nobody', '{}')`;
    expect(await overdue()).toEqual([
      { problem: "dead", queue, jobs: 1, threshold_seconds: 0 },
      { problem: "dead", queue: "unknown", jobs: 1, threshold_seconds: 0 },
    ]);
    await world.sql`update pgboss.job set state = 'cancelled'`;
    expect(await overdue()).toEqual([]);
  });

  it("finds schedules that have stopped, that of the watch included", async () => {
    await world.sql`update pgboss.queue set created_on = now() - interval '2 days' where name not like '%.dead'`;
    const stopped = (await overdue()).map((row) => row["queue"]).toSorted();
    expect(stopped).toEqual(
      queues
        .filter(({ cron }) => cron !== undefined)
        .map(({ name }) => name)
        .toSorted(),
    );
    await makeJob("jobs.watch", "completed", 800);
    expect((await overdue()).map((row) => row["queue"])).not.toContain("jobs.watch");
    await world.sql`update pgboss.queue set created_on = now()`;
  });

  it("knows how often each schedule runs; often enough, for done jobs are kept for a week", async () => {
    const rules =
      await world.sql`select queue, schedule_seconds from private.queue_rules where schedule_seconds is not null`;
    expect(rules.length).toBeGreaterThan(2);
    for (const { cron, name, overdueSeconds } of queues.filter((candidate) => candidate.cron !== undefined)) {
      const seconds = longestPauseSeconds({ cron: cron ?? "" });
      expect(rules.find((rule) => rule["queue"] === name)).toMatchObject({ schedule_seconds: seconds });
      expect((seconds ?? 0) + overdueSeconds, name).toBeLessThan(7 * 86_400);
    }
    expect(longestPauseSeconds({ cron: "*/5 * * * *" })).toBe(300);
    expect(longestPauseSeconds({ cron: "0 9 * * 1-5" })).toBe(3 * 86_400);
  });
});

describe("the job jobs.watch", () => {
  it("mails an alert once when it opens and once when it ends", async () => {
    await makeJob(queue, "created", 500);
    const opened = await watch();
    expect(opened.subjects).toEqual([`Alert: 1 jobs of ${queue} wait for more than 120 seconds`]);
    expect(opened.logged).toEqual([`alert: 1 jobs of ${queue} wait for more than 120 seconds`]);
    await makeJob(queue, "created", 500);
    expect(await watch()).toEqual({ subjects: [], logged: [] });
    expect(await alerts()).toEqual([
      {
        kind: "jobs.late",
        key: queue,
        subject: `2 jobs of ${queue} wait for more than 120 seconds`,
        ended: false,
        told: true,
      },
    ]);
    await world.sql`delete from pgboss.job`;
    expect((await watch()).subjects).toEqual([`Ended: 2 jobs of ${queue} wait for more than 120 seconds`]);
    expect((await watch()).subjects).toEqual([]);
    expect(await alerts()).toMatchObject([{ ended: true, told: true }]);
  });

  it("opens another one when it happens again", async () => {
    for (const _time of [1, 2]) {
      await makeJob(queue, "created", 500);
      expect((await watch()).subjects).toHaveLength(1);
      await world.sql`delete from pgboss.job`;
      await watch();
    }
    expect(await alerts()).toMatchObject([{ ended: true }, { ended: true }]);
  });

  it("says that the queue is paused", async () => {
    await makeJob(queue, "created", 500);
    await world.sql`insert into private.paused_queues (queue) values (${queue})`;
    expect((await watch()).subjects).toEqual([
      `Alert: 1 jobs of ${queue} wait for more than 120 seconds (the queue is paused)`,
    ]);
  });

  it("only logs where nobody is to be mailed", async () => {
    await makeJob(`${queue}.dead`, "created", 1);
    // A default would stand in for undefined.
    const logged: string[] = [];
    const log: JobLog = {
      info: () => undefined,
      warn: () => undefined,
      error: (_fields, text) => void logged.push(text),
    };
    expect(await runJob(world, watchJobs, {}, { alertEmail: undefined, log })).toEqual([]);
    expect(logged).toEqual([`alert: 1 jobs of ${queue} were given up`]);
    expect(await alerts()).toMatchObject([{ kind: "jobs.dead", told: true }]);
  });

  it("tells again what it could not mail, and keeps the others from waiting for it", async () => {
    await makeJob(`${queue}.dead`, "created", 1);
    await makeJob("mail.invitation.dead", "created", 1);
    const sent: string[] = [];
    let broken = true;
    const mailer = {
      send: async ({ subject }: { subject: string }) => {
        if (broken && subject.includes("mail.invitation")) throw new Error("mailbox unavailable");
        sent.push(subject);
        return { provider: "test", id: null };
      },
      close: () => undefined,
    };
    const run = () => runJob(world, watchJobs, {}, { alertEmail: "ops@nexus.test", mailer });
    await expect(run()).rejects.toThrow("mailbox unavailable");
    broken = false;
    await run();
    expect(sent).toEqual([`Alert: 1 jobs of ${queue} were given up`, "Alert: 1 jobs of mail.invitation were given up"]);
  });
});

describe("an address that refuses mail for good", () => {
  it("is named in the log, and makes no dead letter every five minutes", async () => {
    await makeJob(`${queue}.dead`, "created", 1);
    const logged: string[] = [];
    const note = (_fields: object, message: string) => void logged.push(message);
    const mailer = {
      send: () => Promise.reject(new PermanentFailure("550 no such user")),
      close: () => undefined,
    };
    const log: JobLog = { info: note, warn: note, error: note };
    for (const _time of [1, 2]) await runJob(world, watchJobs, {}, { alertEmail: "nobody@nexus.test", mailer, log });
    expect(logged).toEqual([`alert: 1 jobs of ${queue} were given up`, "ALERT_EMAIL does not take mail"]);
  });
});

describe("messages", () => {
  const note = (state: string, minutesAgo: number, final = false) => world.sql`
    insert into private.messages (send_key, channel, template, state, final, due_at, sent_at)
    values (${crypto.randomUUID()}, 'email', 'rental_confirmed', ${state}::private.message_state, ${final},
      now() - ${minutesAgo} * interval '1 minute',
      case when ${state} in ('sent', 'bounced', 'complained') then now() end)`;
  const ours = async () => (await alerts()).filter(({ kind }) => String(kind).startsWith("messages."));

  it("that are due and have not left are told of, until they have", async () => {
    await note("failed", 14);
    await note("sent", 60);
    await watch();
    expect(await ours()).toEqual([]);
    await note("queued", 16);
    expect((await watch()).subjects).toEqual(["Alert: 1 messages are due and have not left"]);
    await world.sql`delete from private.messages`;
    expect((await watch()).subjects).toEqual(["Ended: 1 messages are due and have not left"]);
  });

  it("that have not arrived are told of when there are ten in a day", async () => {
    for (let n = 0; n < 9; n += 1) await note(n % 2 === 0 ? "bounced" : "complained", 0);
    await watch();
    expect(await ours()).toEqual([]);
    await note("failed", 0, true);
    expect((await watch()).subjects).toEqual(["Alert: 10 messages of the last day have not arrived"]);
    await world.sql`delete from private.messages`;
    await watch();
    expect(await ours()).toMatchObject([{ kind: "messages.failed", ended: true }]);
  });
});

describe("alerts of other domains", () => {
  it("are told by the same job, and left open by it", async () => {
    await world.sql`select private.raise_alert('webhooks.failing', 'an endpoint', ${"It does\nnot answer"}, '{"attempts": 9}')`;
    expect((await watch()).subjects).toEqual(["Alert: It does not answer"]);
    expect((await watch()).subjects).toEqual([]);
    expect(await alerts()).toMatchObject([{ kind: "webhooks.failing", ended: false }]);
    const [row] = await world.sql`select private.resolve_alert('webhooks.failing', 'an endpoint') as ended`;
    expect(row).toEqual({ ended: true });
    expect((await watch()).subjects).toEqual(["Ended: It does not answer"]);
    expect([...(await world.sql`select private.resolve_alert('webhooks.failing', 'an endpoint') as ended`)]).toEqual([
      { ended: false },
    ]);
  });

  it("are one per kind and key, also when they are raised at the same moment", async () => {
    await Promise.all(
      Array.from({ length: 10 }, () => world.sql`select private.raise_alert('webhooks.failing', 'one', 'It fails')`),
    );
    expect(await alerts()).toHaveLength(1);
  });

  it("are not for the API roles", async () => {
    for (const role of ["anon", "authenticated", "service_role"]) {
      const [row] = await world.sql`
        select has_table_privilege(${role}, 'private.alerts', 'select') as reads,
          has_function_privilege(${role}, 'private.raise_alert(text, text, text, jsonb)', 'execute') as raises`;
      expect(row, role).toEqual({ reads: false, raises: false });
    }
  });
});
