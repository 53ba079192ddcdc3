import { z } from "zod";
import { defineQueue } from "./queue.ts";

/** Removes the buckets of rate limits that are full again. */
export const sweepRateLimits = defineQueue({
  name: "rate_limits.sweep",
  payload: z.strictObject({}),
  cron: "17 * * * *",
  missed: "once",
  retryLimit: 3,
  retryDelaySeconds: 60,
  retryDelayMaxSeconds: 600,
  expireInSeconds: 300,
  pollingSeconds: 30,
  concurrency: 1,
  overdueSeconds: 3600,
  async run(_payload, { sql }) {
    await sql`select private.sweep_rate_limits()`;
  },
});
