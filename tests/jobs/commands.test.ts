import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { World } from "../helpers/world.ts";
import { Command } from "../stack/running-stack.ts";

let world: World;
beforeAll(async () => {
  world = await World.create();
});
afterAll(() => world.close());
beforeEach(async () => {
  await world.sql`delete from pgboss.job`;
  await world.sql`delete from private.paused_queues`;
});

const queue = "mail.invitation";

/** `npm run jobs -- ...` on the database of this test. */
async function jobs(...args: string[]) {
  const { code, stdout, stderr } = await new Command("scripts/jobs.ts", args, {
    env: { SUPABASE_DB_URL: world.databaseUrl },
  }).ended;
  return { code, stdout, stderr };
}

interface Failure {
  readonly message: string;
}

/** A job in some state; its id. */
async function makeJob(name: string, state: string, more: Record<string, string | Failure> = {}): Promise<string> {
  const id = crypto.randomUUID();
  const payload = { invitation_id: crypto.randomUUID() };
  await world.sql`
    insert into pgboss.job (id, name, data, state, retry_limit, dead_letter, policy)
    select ${id}, q.name, ${world.sql.json(payload)}, ${state}::pgboss.job_state, q.retry_limit, q.dead_letter, q.policy
    from pgboss.queue q where q.name = ${name}`;
  for (const [column, value] of Object.entries(more)) {
    const stored = typeof value === "string" ? value : world.sql.json({ ...value });
    await world.sql`update pgboss.job set ${world.sql(column)} = ${stored} where id = ${id}`;
  }
  return id;
}

const statesOf = async (name = queue) =>
  (await world.sql<{ state: string }[]>`select state from pgboss.job where name = ${name} order by state`).map(
    ({ state }) => state,
  );

describe("list", () => {
  it("has a line per queue with its figures, and the newest dead letters", async () => {
    await makeJob(queue, "created", { start_after: new Date(Date.now() - 300_000).toISOString() });
    await makeJob(queue, "created", { start_after: new Date(Date.now() + 300_000).toISOString() });
    await makeJob(queue, "active");
    await makeJob(queue, "retry", { start_after: new Date(Date.now() + 300_000).toISOString() });
    const letter = await makeJob(`${queue}.dead`, "created", { source_output: { message: "mailbox full" } });
    await world.sql`insert into private.paused_queues (queue, reason) values (${queue}, 'new mail server')`;
    const { code, stdout } = await jobs("list");
    expect(code).toBe(0);
    const lines = stdout.split("\n");
    expect(lines[0]?.split(/\s+/)).toEqual("queue ready deferred active retry dead oldest paused".split(" "));
    expect(lines.find((line) => line.startsWith(`${queue} `))?.replaceAll(/ +/g, " ")).toBe(
      `${queue} 1 1 1 1 1 5m new mail server`,
    );
    expect(stdout).toContain(`${letter}  ${queue}`);
    expect(stdout).toContain("mailbox full");
  });
});

describe("show", () => {
  it("prints payload, attempts, last error and where a job came from", async () => {
    const id = await makeJob(queue, "failed", {
      retry_count: "12",
      started_on: "2026-11-01T10:00:00Z",
      output: { message: "mailbox full" },
    });
    const letter = await makeJob(`${queue}.dead`, "created", { source_id: id, source_name: queue, source_root_id: id });
    const { stdout } = await jobs("show", id);
    expect(stdout).toMatch(/State: failed\n/);
    expect(stdout).toMatch(/Payload: \{"invitation_id":"[0-9a-f-]{36}"\}\n/);
    expect(stdout).toMatch(/Attempts: 13 of 13\n/);
    expect(stdout).toMatch(/Last error: mailbox full\n/);
    expect(stdout).toContain(`Related: ${queue}.dead ${letter} (created)`);
    expect((await jobs("show", letter)).stdout).toContain(`Dead letter of: ${queue} ${id}`);
  });
});

describe("retry", () => {
  it("has a failed job done again by its dead letter, so that it is done once", async () => {
    const id = await makeJob(queue, "failed");
    await makeJob(`${queue}.dead`, "created", { source_id: id, source_name: queue, source_root_id: id });
    expect(await jobs("retry", id)).toMatchObject({ code: 0, stderr: "" });
    expect(await statesOf()).toEqual(["created", "failed"]);
    expect(await statesOf(`${queue}.dead`)).toEqual([]);
  });

  it("has a failed job without one tried again, and a waiting one tried at once", async () => {
    const failed = await makeJob(queue, "failed");
    const later = await makeJob(queue, "retry", { start_after: new Date(Date.now() + 3_600_000).toISOString() });
    for (const id of [failed, later]) expect(await jobs("retry", id)).toMatchObject({ code: 0 });
    const rows = await world.sql`select state, start_after <= now() as due from pgboss.job`;
    expect([...rows]).toEqual([
      { state: "retry", due: true },
      { state: "retry", due: true },
    ]);
  });

  it("refuses what is done or runs", async () => {
    for (const state of ["completed", "active"]) {
      const id = await makeJob(queue, state);
      const { code, stderr } = await jobs("retry", id);
      expect(code).toBe(1);
      expect(stderr).toContain(`Job ${id} is ${state}. Only jobs that wait`);
    }
  });
});

it("redrive sends all dead letters of a queue back", async () => {
  for (let n = 0; n < 3; n += 1) await makeJob(`${queue}.dead`, "created", { source_name: queue });
  expect((await jobs("redrive", queue)).stdout).toBe(`3 dead letters are back in ${queue}.\n`);
  expect(await statesOf()).toEqual(["created", "created", "created"]);
  expect((await jobs("redrive", `${queue}.dead`)).stdout).toBe(`0 dead letters are back in ${queue}.\n`);
});

it("cancel takes a waiting job out, and retry takes that back; a dead letter is put aside", async () => {
  const id = await makeJob(queue, "created");
  expect(await jobs("cancel", id)).toMatchObject({ code: 0 });
  expect(await statesOf()).toEqual(["cancelled"]);
  expect((await jobs("cancel", id)).stderr).toContain("is cancelled. Only jobs that wait");
  expect(await jobs("retry", id)).toMatchObject({ code: 0 });
  expect(await statesOf()).toEqual(["created"]);
  const letter = await makeJob(`${queue}.dead`, "created");
  expect((await jobs("cancel", letter)).stdout).toContain("put aside");
  expect([...(await world.sql`select from private.overdue_jobs()`)]).toEqual([]);
});

it("pause and resume write down who and why", async () => {
  expect((await jobs("pause", queue, "new", "mail", "server")).stdout).toContain(`${queue} is paused.`);
  const [row] = await world.sql`select queue, reason, length(paused_by) > 0 as by from private.paused_queues`;
  expect(row).toEqual({ queue, reason: "new mail server", by: true });
  expect(await jobs("resume", queue)).toMatchObject({ code: 0 });
  expect(await jobs("resume", queue)).toMatchObject({ code: 1, stderr: expect.stringContaining("is not paused") });
});

it("schedules has last and next run", async () => {
  await world.sql`insert into pgboss.schedule (name, cron, options) values ('jobs.watch', '*/5 * * * *', '{"missed": "once"}')`;
  await makeJob("jobs.watch", "completed");
  const { stdout } = await jobs("schedules");
  expect(stdout).toMatch(
    /jobs\.watch +\*\/5 \* \* \* \* +once +\d{4}-\S+ \S+Z +completed +\d{4}-\S+ \d\d:\d[05]:00Z\n/,
  );
});

describe("what cannot be", () => {
  it.each([
    [["dance"], 2, "There is no command 'dance'."],
    [["show"], 2, "'show' does not take 0 words after it."],
    [["list", "--nothing"], 2, "Unknown option '--nothing'."],
    [["show", "5"], 1, "'5' is no id of a job."],
    [["show", "00000000-0000-4000-8000-000000000000"], 1, "There is no job 0"],
    [["pause", "mail.nobody"], 1, "There is no queue 'mail.nobody'. The queues are "],
    [["redrive", "mail.nobody"], 1, "There is no queue 'mail.nobody'."],
    [["list", "--db-url", "postgresql://nobody@127.0.0.1:1/none"], 1, "The queues cannot be reached"],
  ])("%j ends with a line that says so", async (args, code, message) => {
    const ended = await jobs(...args);
    expect(ended.stderr).toContain(`nexus: ${message}`);
    expect(ended.stderr.trimEnd().split("\n")).toHaveLength(1);
    expect(ended).toMatchObject({ code, stdout: "" });
  });

  it("is a database when none is named and no stack runs", async () => {
    const { code, stderr } = await new Command("scripts/jobs.ts", ["list", "--data-dir", "/nonexistent/nexus"]).ended;
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining("name a database with --db-url URL or SUPABASE_DB_URL"),
    ]);
  });
});
