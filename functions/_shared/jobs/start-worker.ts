import { PgBoss } from "pg-boss";
import type { Sql } from "postgres";
import { openContext } from "./context.ts";
import type { JobLog } from "./log.ts";
import type { Pictures } from "./pictures.ts";
import { queues } from "./registry.ts";
import type { JobSettings } from "./settings.ts";
import { WakeListener } from "./wake-listener.ts";
import { type Attempt, type JobObserver, synchroniseSchedules, wakeQueue } from "./work.ts";
import { WorkedQueues } from "./worked-queues.ts";

export interface WorkerOptions {
  readonly settings: JobSettings;
  readonly log: JobLog;
  /** Told about every attempt, after the log. */
  readonly observe?: JobObserver;
  /** Connections of the queue, and as many again of the handlers. */
  readonly connections: number;
  /** How long running jobs may take to finish when it stops; those that do not are given out again. */
  readonly stopSeconds: number;
  /** False for who stays a short while only, and polls. */
  readonly listen: boolean;
  /** What looks at pictures. Without it, the jobs that need it are left to other workers. */
  readonly pictures?: Pictures;
}

/** Works on all queues of the registry, in Node and in Deno. */
export interface Worker {
  readonly boss: PgBoss;
  readonly sql: Sql;
  /** The queues whose jobs it takes: all but the paused ones. */
  readonly working: ReadonlySet<string>;
  /** True while it hears of new jobs at once; it polls all the same. */
  readonly isListening: boolean;
  /**
   * Takes no new jobs, lets the running ones finish, closes all connections.
   *
   * @param atLast what is to be done when no job runs any more and the handlers' connections are still open
   */
  stop(atLast?: () => Promise<void>): Promise<void>;
}

/**
 * Starts to work on all queues of the registry.
 *
 * @throws what the database said, when it cannot be reached or lacks the migrations; nothing is left open then
 */
export async function startWorker(options: WorkerOptions): Promise<Worker> {
  const { settings, log, connections, stopSeconds } = options;
  const { context, close } = openContext(settings, connections, log, options.pictures);
  const boss = new PgBoss({
    connectionString: settings.SUPABASE_DB_URL,
    application_name: "nexus-queue",
    max: connections,
    // The schema and the queues come with the migrations.
    migrate: false,
    createSchema: false,
    // LISTEN is the wake listener's, which may have another way to the database than the queue.
    useListenNotify: false,
    // Their history is in the metrics; a row per queue and minute would be the largest table of a small boutique.
    persistQueueStats: false,
  });
  boss.on("error", (error) => log.error({ err: error }, "queue error"));
  boss.on("warning", ({ message }) => log.warn({ warning: message }, "queue warning"));
  const doable = queues.filter(({ needsWorker }) => needsWorker !== true || options.pictures !== undefined);
  const worked = new WorkedQueues(boss, doable, context, (attempt) => {
    logAttempt(log, attempt);
    options.observe?.(attempt);
  });
  const listenUrl = settings.SUPABASE_DB_LISTEN_URL ?? settings.SUPABASE_DB_URL;
  const listener = new WakeListener({
    url: listenUrl,
    wake: (queue) => wakeQueue(boss, queue),
    wakeAll: () => {
      for (const queue of worked.working) wakeQueue(boss, queue);
    },
    log,
  });
  const stop = async (atLast?: () => Promise<void>) => {
    await Promise.all([worked.stop(), listener.stop()]);
    await boss.stop({ graceful: true, timeout: stopSeconds * 1_000 });
    await atLast?.();
    await close();
  };
  try {
    await boss.start();
    await synchroniseSchedules(boss, queues);
    await worked.start();
  } catch (error) {
    await stop();
    throw error;
  }
  if (options.listen && listenUrl !== "off") listener.start();
  return {
    boss,
    sql: context.sql,
    working: worked.working,
    get isListening() {
      return listener.connected;
    },
    stop,
  };
}

function logAttempt(log: JobLog, { error, milliseconds, ...attempt }: Attempt): void {
  const line = { ...attempt, ms: Math.round(milliseconds) };
  if (attempt.outcome === "completed") log.info(line, "job done");
  else log.error({ ...line, err: error }, attempt.outcome === "dead" ? "job dead" : "job failed");
}
