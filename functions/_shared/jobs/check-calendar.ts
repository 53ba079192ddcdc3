import { z } from "zod";
import { defineQueue } from "./queue.ts";

/** Looks for what must not be in the calendar, such as a gown that is promised twice, and tells the operator. */
export const checkCalendar = defineQueue({
  name: "calendar.check",
  payload: z.strictObject({}),
  cron: "29 * * * *",
  missed: "once",
  retryLimit: 3,
  retryDelaySeconds: 60,
  retryDelayMaxSeconds: 600,
  expireInSeconds: 600,
  pollingSeconds: 30,
  concurrency: 1,
  overdueSeconds: 3600,
  async run(_payload, { sql }) {
    await sql`select private.watch_calendar()`;
  },
});
