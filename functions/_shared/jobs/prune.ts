import { z } from "zod";
import { defineQueue } from "./queue.ts";

/** Removes old rows of idempotency keys, messages and notifications; private.prune says how old. */
export const prune = defineQueue({
  name: "housekeeping.prune",
  payload: z.strictObject({}),
  retryLimit: 3,
  retryDelaySeconds: 60,
  retryDelayMaxSeconds: 600,
  expireInSeconds: 900,
  pollingSeconds: 60,
  cron: "17 3 * * *",
  missed: "once",
  concurrency: 1,
  overdueSeconds: 3600,
  async run(_payload, { sql }) {
    // In steps, so that no lock is held for long.
    for (;;) {
      const [row] = await sql<{ removed: number }[]>`select private.prune()::integer as removed`;
      if (row === undefined || row.removed === 0) return;
    }
  },
});
