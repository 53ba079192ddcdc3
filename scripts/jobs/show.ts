import type { JobWithMetadata } from "pg-boss";
import { findJob, type Operator } from "./operator.ts";
import { formatAge, formatTable, formatTime } from "./table.ts";

interface Figures {
  readonly queue: string;
  readonly ready: string;
  readonly deferred: string;
  readonly active: string;
  readonly retry: string;
  readonly dead: string;
  readonly oldest_ready_at: Date | null;
  readonly reason: string | null;
}

/** Every queue in one line, and what is wrong below. */
export async function list({ sql }: Operator): Promise<string> {
  const rows = await sql<Figures[]>`
    select f.*, case when f.paused then coalesce(nullif(p.reason, ''), 'yes') end as reason
    from private.queue_figures() f left join private.paused_queues p on p.queue = f.queue`;
  const table = formatTable(
    rows.map((row) => ({
      queue: row.queue,
      ready: Number(row.ready),
      deferred: Number(row.deferred),
      active: Number(row.active),
      retry: Number(row.retry),
      dead: Number(row.dead),
      oldest: formatAge(row.oldest_ready_at),
      paused: row.reason ?? "",
    })),
  );
  const alerts = await sql<{ subject: string; opened_at: Date }[]>`
    select subject, opened_at from private.alerts where resolved_at is null order by opened_at`;
  const letters = await sql<{ id: string; queue: string; created_on: Date; error: string | null }[]>`
    select id, left(name, -5) as queue, created_on, left(source_output ->> 'message', 100) as error from pgboss.job
    where name like '%.dead' and state < 'active' order by created_on desc limit 20`;
  return [
    table,
    ...alerts.map(({ subject, opened_at }) => `Alert since ${formatTime(opened_at)}: ${subject}`),
    ...(letters.length === 0 ? [] : ["", "The newest dead letters:"]),
    ...letters.map(({ id, queue, created_on, error }) => `${id}  ${queue}  ${formatAge(created_on)}  ${error ?? ""}`),
  ].join("\n");
}

/** All about one job. */
export async function show(operator: Operator, id = ""): Promise<string> {
  const job = await findJob(operator, id);
  const facts: [string, string][] = [
    ["Job", job.id],
    ["Queue", job.name],
    ["State", job.state],
    ["Payload", JSON.stringify(job.data)],
    ["Made", formatTime(job.createdOn)],
    ["Starts", formatTime(job.startAfter)],
    ["Last attempt", formatTime(job.startedOn)],
    ["Ended", formatTime(job.completedOn)],
    ["Attempts", `${attemptsOf(job)} of ${job.retryLimit + 1}`],
    ["Last error", textOf(job.state === "completed" ? null : (job.output ?? job.sourceOutput))],
    ["Boutique", job.groupId ?? ""],
    ...lineageOf(job),
    ...(await relatives(operator, job)),
  ];
  return facts
    .filter(([, value]) => value !== "")
    .map(([name, value]) => `${name.padStart(14)}: ${value}`)
    .join("\n");
}

function attemptsOf({ startedOn, retryCount }: JobWithMetadata): number {
  return startedOn === null || startedOn === undefined ? 0 : retryCount + 1;
}

/** pg-boss keeps an error as an object with what else it knew; what somebody wrote with SQL may be anything. */
function textOf(output: unknown): string {
  if (output === null || output === undefined) return "";
  return typeof output === "object" && "message" in output ? String(output.message) : JSON.stringify(output);
}

function lineageOf(job: JobWithMetadata): [string, string][] {
  if (job.sourceName === null) return [];
  return [
    ["Dead letter of", `${job.sourceName} ${job.sourceId ?? "(was never taken)"}`],
    ["First made", formatTime(job.sourceCreatedOn)],
    ["It was tried", `${(job.sourceRetryCount ?? 0) + (job.sourceId === null ? 0 : 1)} times`],
  ];
}

/** What became of the job: its dead letter, and what that was redriven to. */
async function relatives({ sql }: Operator, job: JobWithMetadata): Promise<[string, string][]> {
  const root = job.sourceRootId ?? job.id;
  const rows = await sql<{ id: string; name: string; state: string }[]>`
    select id, name, state from pgboss.job
    where (source_root_id = ${root} or id = ${root}) and id <> ${job.id} order by created_on`;
  return rows.map(({ id, name, state }) => ["Related", `${name} ${id} (${state})`]);
}

/** The queues that the clock fills. */
export async function schedules({ boss, sql }: Operator): Promise<string> {
  const runs = await sql<{ name: string; created_on: Date; state: string }[]>`
    select distinct on (name) name, created_on, state from pgboss.job
    where name in (select name from pgboss.schedule) order by name, created_on desc`;
  const all = await boss.getSchedules();
  if (all.length === 0) return "There are no schedules: a worker, or the first call of the function jobs, makes them.";
  const rows = all.map(({ name, cron, timezone, options }) => {
    const last = runs.find((run) => run.name === name);
    const [next] = boss.previewSchedule(cron, { tz: timezone, count: 1, from: new Date() });
    return {
      queue: name,
      cron,
      missed: options?.missed ?? "skip",
      "last run": formatTime(last?.created_on),
      state: last?.state ?? "never",
      "next run": formatTime(next),
    };
  });
  return formatTable(rows);
}
