import type { WipData } from "pg-boss";
import type { Queue } from "../functions/_shared/jobs/queue.ts";
import type { Worker } from "../functions/_shared/jobs/start-worker.ts";

export interface Health {
  readonly ok: boolean;
  /** What is wrong; empty when all is well. */
  readonly problems: readonly string[];
  readonly listening: boolean;
  readonly paused: readonly string[];
  /** When the job that watches the others was last done; null when never. */
  readonly watched_at: Date | null;
}

/** The database answers within this time, or it counts as out of reach. */
const DATABASE_MS = 3_000;
/** A fetch may be so much later than its queue's polling says. */
const SLACK_MS = 30_000;

/** Whether a worker does its work: the database answers, and every queue that is not paused is looked at in time. */
export async function checkHealth(worker: Worker, queues: readonly Queue[], now = Date.now()): Promise<Health> {
  const problems: string[] = [];
  const watchedAt = await lastWatch(worker).catch((error: unknown) => {
    problems.push(`The database does not answer: ${error instanceof Error ? error.message : String(error)}`);
    return null;
  });
  const loops = worker.boss.getWipData();
  for (const queue of queues.filter(({ name }) => worker.working.has(name))) {
    const own = loops.filter(({ name, state }) => name === queue.name && state === "active");
    if (own.length === 0) problems.push(`Nobody looks for jobs of ${queue.name}.`);
    else if (own.every((loop) => isStalled(loop, queue, now)))
      problems.push(`${queue.name} has not been looked at in time.`);
  }
  return {
    ok: problems.length === 0,
    problems,
    listening: worker.isListening,
    paused: queues.map(({ name }) => name).filter((name) => !worker.working.has(name)),
    watched_at: watchedAt,
  };
}

async function lastWatch({ sql }: Worker): Promise<Date | null> {
  const query = sql<{ at: Date | null }[]>`
    select max(completed_on) as at from pgboss.job where name = 'jobs.watch' and state = 'completed'`;
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    query.cancel();
    reject(new Error(`no answer within ${DATABASE_MS} ms`));
  }, DATABASE_MS);
  try {
    return (await Promise.race([query, late]))[0]?.at ?? null;
  } finally {
    clearTimeout(timer);
  }
}

/** Not looked at for longer than its polling says or, while it runs a job, than that job may take. */
function isStalled({ count, createdOn, lastFetchedOn }: WipData, queue: Queue, now: number): boolean {
  const allowed = count > 0 ? queue.expireInSeconds : queue.pollingSeconds;
  return now - (lastFetchedOn ?? createdOn) > allowed * 1_000 + SLACK_MS;
}
