import { PgBoss } from "pg-boss";
import type { Queue } from "./queue.ts";

/** Enough to see a gap over a weekend, or between the longest months. */
const OCCURRENCES = 60;
const FROM = new Date("2026-01-01T00:00:00Z");

/** Seconds between two runs of a queue that is filled by the clock, where they are furthest apart; undefined for others. */
export function longestPauseSeconds({ cron }: Pick<Queue, "cron">): number | undefined {
  if (cron === undefined) return undefined;
  // Connects to nothing: pg-boss reads expressions without a database.
  const runs = new PgBoss("postgresql://unused").previewSchedule(cron, { from: FROM, count: OCCURRENCES });
  const pauses = runs.map((run, n) => (n === 0 ? 0 : run.getTime() - (runs[n - 1]?.getTime() ?? 0)));
  return Math.max(...pauses) / 1_000;
}
