import process from "node:process";
import { setTimeout as pause } from "node:timers/promises";
import type { Sql } from "postgres";
import type { JobLog } from "./log.ts";
import type { JobSettings } from "./settings.ts";
import { startWorker, type Worker } from "./start-worker.ts";
import { wakeQueue } from "./work.ts";

export interface DrainOptions {
  readonly settings: JobSettings;
  readonly log: JobLog;
  /** Takes no job after so many seconds. */
  readonly budgetSeconds: number;
  /** Takes no job after so many seconds of computing: the platform ends a function that computes for longer. */
  readonly cpuSeconds: number;
}

export interface Drained {
  readonly done: number;
  /** Attempts that failed and are made again. */
  readonly failed: number;
  readonly dead: number;
  readonly seconds: number;
  /** Jobs that could run now and have not; paused queues do not count. */
  readonly left: number;
}

/** How long running jobs may take to finish when the budget is used up. */
const STOP_SECONDS = 5;
const LOOK_MS = 100;

/** The queue by which pg-boss brings jobs that the clock has made due. */
const CLOCK_QUEUE = "__pgboss__send-it";

/**
 * Works until no job is ready or the budget is used up. Does all that a worker does meanwhile: the clock's jobs, and
 * those of workers that died. Several at once share the jobs.
 */
export async function drain({ settings, log, budgetSeconds, cpuSeconds }: DrainOptions): Promise<Drained> {
  const startedAt = performance.now();
  const cpuBefore = cpuSecondsUsed();
  const seconds = () => (performance.now() - startedAt) / 1_000;
  const counts = { completed: 0, failed: 0, dead: 0 };
  const worker = await startWorker({
    settings,
    log,
    observe: ({ outcome }) => (counts[outcome] += 1),
    connections: 4,
    stopSeconds: STOP_SECONDS,
    listen: false,
  });
  let left = 0;
  try {
    await worker.boss.supervise();
    while (seconds() < budgetSeconds && cpuSecondsUsed() - cpuBefore < cpuSeconds && !(await isIdle(worker))) {
      await pause(LOOK_MS);
    }
  } finally {
    await worker.stop(async () => {
      left = await countReady(worker);
    });
  }
  const { completed: done, failed, dead } = counts;
  return { done, failed, dead, seconds: Math.round(seconds() * 10) / 10, left };
}

/** True when nothing runs here and nothing is ready; wakes the queues in which something is. */
async function isIdle({ boss, sql, working }: Worker): Promise<boolean> {
  const runs = () => boss.isTimekeeping() || boss.getWipData({ includeInternal: true }).some(({ count }) => count > 0);
  if (runs()) return false;
  const ready = await readyQueues(sql, [...working, CLOCK_QUEUE]);
  for (const { queue } of ready) wakeQueue(boss, queue);
  return ready.length === 0 && !runs();
}

async function countReady({ sql, working }: Worker): Promise<number> {
  return (await readyQueues(sql, [...working])).reduce((sum, { jobs }) => sum + jobs, 0);
}

function readyQueues(sql: Sql, queues: readonly string[]) {
  return sql<{ queue: string; jobs: number }[]>`
    select name as queue, count(*)::integer as jobs from pgboss.job
    where state < 'active' and not blocked and start_after <= now() and name = any(${[...queues]})
    group by name`;
}

/** 0 where the runtime does not say. */
function cpuSecondsUsed(): number {
  try {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1_000_000;
  } catch {
    return 0;
  }
}
