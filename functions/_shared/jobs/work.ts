import type { JobResult, JobWithMetadata, PgBoss, WorkOptions } from "pg-boss";
import {
  deadLetterName,
  type JobContext,
  PermanentFailure,
  payloadFields,
  pgBossOptions,
  type Queue,
  requestIdOf,
  unknownDeadLetter,
} from "./queue.ts";
import { longestPauseSeconds } from "./schedule.ts";

/** One attempt at a job, for logs and metrics. */
export interface Attempt {
  readonly queue: string;
  readonly jobId: string;
  /** The HTTP request that the job came from, where it did. */
  readonly requestId: string | undefined;
  /** 1 for the first. */
  readonly attempt: number;
  readonly milliseconds: number;
  /** failed: it is tried again if attempts are left; dead: it is not, whatever is left. */
  readonly outcome: "completed" | "failed" | "dead";
  readonly error?: unknown;
}

/** Told about every attempt. */
export type JobObserver = (attempt: Attempt) => void;

/** Puts a handler on a queue of a started pg-boss. A failed job is tried again by the queue's rules. */
export async function work(boss: PgBoss, queue: Queue, context: JobContext, observe: JobObserver): Promise<void> {
  const options = {
    includeMetadata: true,
    perJobResults: true,
    batchSize: queue.batchSize ?? 1,
    burstWhenBatchFull: (queue.batchSize ?? 1) > 1,
    localConcurrency: queue.concurrency,
    ...(queue.tenantConcurrency === undefined ? {} : { localGroupConcurrency: queue.tenantConcurrency }),
    pollingIntervalSeconds: queue.pollingSeconds,
    notifyPollingIntervalSeconds: queue.pollingSeconds,
  } as const satisfies WorkOptions;
  await boss.work(queue.name, options, async (jobs) => {
    const results = await Promise.all(jobs.map((job) => runJob(queue, job, context, observe)));
    // Where there was one there may be more: pg-boss would wait for its next poll.
    wakeQueue(boss, queue.name);
    return results;
  });
}

/** Lets the workers of a queue look for jobs now; those that run one look again when they are done. */
export function wakeQueue(boss: PgBoss, queue: string): void {
  for (const { id, name } of boss.getWipData({ includeInternal: true })) {
    if (name === queue) boss.notifyWorker(id);
  }
}

/** Runs one job and says how it went; never throws. */
export async function runJob(
  queue: Queue,
  job: JobWithMetadata<unknown>,
  context: JobContext,
  observe: JobObserver,
): Promise<JobResult> {
  const startedAt = performance.now();
  const report = (outcome: Attempt["outcome"], error?: unknown) =>
    observe({
      queue: queue.name,
      jobId: job.id,
      requestId: requestIdOf(job.data),
      attempt: job.retryCount + 1,
      milliseconds: performance.now() - startedAt,
      outcome,
      ...(error === undefined ? {} : { error }),
    });
  try {
    await queue.run(job.data, context, job);
    report("completed");
    return { id: job.id, status: "completed" };
  } catch (error) {
    const dead = error instanceof PermanentFailure;
    report(dead ? "dead" : "failed", error);
    return { id: job.id, status: dead ? "deadletter" : "failed", output: reasonOf(error) };
  }
}

/** What is kept with a job that failed. */
function reasonOf(error: unknown): { name: string; message: string } {
  return error instanceof Error
    ? { name: error.name, message: error.message.slice(0, 2_000) }
    : { name: "Error", message: String(error).slice(0, 2_000) };
}

/** Makes the schedules of the database those of the registry. */
export async function synchroniseSchedules(boss: PgBoss, queues: readonly Queue[]): Promise<void> {
  for (const { name, cron, missed } of queues) {
    if (cron !== undefined) await boss.schedule(name, cron, {}, { missed: missed ?? "skip" });
  }
  const declared = new Set(queues.filter(({ cron }) => cron !== undefined).map(({ name }) => name));
  for (const { name, key } of await boss.getSchedules()) {
    if (!declared.has(name)) await boss.unschedule(name, key);
  }
}

/**
 * The registry as SQL that may run again: makes missing queues, sets the rules of the others and says what their
 * payloads have. Written to sql/95_queues.sql by `npm run db:diff`.
 */
export function queuesSql(queues: readonly Queue[]): string {
  const dead = JSON.stringify({
    policy: "standard",
    retryLimit: 0,
    deleteAfterSeconds: 0,
    retentionSeconds: 31_536_000,
  });
  const statements = queues.flatMap((queue) => {
    const options = pgBossOptions(queue);
    return [
      `select pgboss.create_queue('${options.deadLetter}', '${dead}');`,
      `select pgboss.create_queue('${queue.name}', '${JSON.stringify({ policy: "standard", ...options })}');`,
      `update pgboss.queue set retry_limit = ${options.retryLimit}, retry_delay = ${options.retryDelay}, retry_backoff = true,` +
        ` retry_delay_max = ${options.retryDelayMax}, expire_seconds = ${options.expireInSeconds},` +
        ` heartbeat_seconds = ${options.heartbeatSeconds}, dead_letter = '${options.deadLetter}', notify = true` +
        ` where name = '${queue.name}';`,
    ];
  });
  const rules = queues.map(
    (queue) =>
      `  ('${queue.name}', '${JSON.stringify(payloadFields(queue))}', ${queue.overdueSeconds}, ${longestPauseSeconds(queue) ?? "null"})`,
  );
  return [
    "-- Queues. Generated from functions/_shared/jobs by npm run db:diff: change them there.",
    "",
    `select pgboss.create_queue('${unknownDeadLetter}', '${dead}');`,
    ...statements,
    "",
    "delete from private.queue_rules;",
    "insert into private.queue_rules (queue, payload, overdue_seconds, schedule_seconds) values",
    `${rules.join(",\n")};`,
    "",
  ].join("\n");
}

/** Every dead letter queue, that of unknown queues included. */
export function deadLetterQueues(queues: readonly Queue[]): string[] {
  return [unknownDeadLetter, ...queues.map(deadLetterName)];
}
