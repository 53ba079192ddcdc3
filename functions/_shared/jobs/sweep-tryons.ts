import { z } from "zod";
import { defineQueue } from "./queue.ts";

/** Deletes photos and looks of virtual try-on whose time is over. Their files go by jobs of their own, after the rows. */
export const sweepTryons = defineQueue({
  name: "tryon.sweep",
  payload: z.strictObject({}),
  cron: "13 * * * *",
  missed: "once",
  retryLimit: 3,
  retryDelaySeconds: 60,
  retryDelayMaxSeconds: 600,
  expireInSeconds: 600,
  pollingSeconds: 30,
  concurrency: 1,
  overdueSeconds: 3600,
  async run(_payload, { sql }) {
    await sql`select private.sweep_tryons()`;
  },
});
