import type { PgBoss } from "pg-boss";
import { type JobContext, pgBossOptions, type Queue } from "./queue.ts";

/** Told about every attempt, for logs and metrics. */
export interface JobObserver {
  done(queue: string, jobId: string, milliseconds: number): void;
  failed(queue: string, jobId: string, attempt: number, error: unknown): void;
}

/** Puts handlers on all queues of a started pg-boss. A failed job is tried again by the queue's rules. */
export async function work(
  boss: PgBoss,
  queues: readonly Queue[],
  context: JobContext,
  observer: JobObserver,
): Promise<void> {
  for (const queue of queues) {
    if (queue.cron !== undefined) await boss.schedule(queue.name, queue.cron, {});
    const options = {
      includeMetadata: true as const,
      batchSize: 1,
      localConcurrency: queue.concurrency,
      pollingIntervalSeconds: queue.pollingSeconds,
      notifyPollingIntervalSeconds: queue.pollingSeconds,
    };
    await boss.work(queue.name, options, async ([job]) => {
      if (job === undefined) return;
      const startedAt = performance.now();
      try {
        await queue.run(job.data, context, job);
        observer.done(queue.name, job.id, performance.now() - startedAt);
      } catch (error) {
        observer.failed(queue.name, job.id, job.retryCount + 1, error);
        throw error;
      }
    });
  }
}

/**
 * The registry as SQL that may run again: makes missing queues and sets the rules of the others.
 * Written to sql/95_queues.sql by `npm run db:diff`.
 */
export function queuesSql(queues: readonly Queue[]): string {
  const statements = queues.flatMap((queue) => {
    const options = pgBossOptions(queue);
    const dead = { policy: "standard", retryLimit: 0, deleteAfterSeconds: 0, retentionSeconds: 31_536_000 };
    return [
      `select pgboss.create_queue('${options.deadLetter}', '${JSON.stringify(dead)}');`,
      `select pgboss.create_queue('${queue.name}', '${JSON.stringify({ policy: "standard", ...options })}');`,
      `update pgboss.queue set retry_limit = ${options.retryLimit}, retry_delay = ${options.retryDelay}, retry_backoff = true,` +
        ` retry_delay_max = ${options.retryDelayMax}, expire_seconds = ${options.expireInSeconds},` +
        ` dead_letter = '${options.deadLetter}', notify = true where name = '${queue.name}';`,
    ];
  });
  return `-- Queues. Generated from functions/_shared/jobs by npm run db:diff: change them there.\n\n${statements.join("\n")}\n`;
}
