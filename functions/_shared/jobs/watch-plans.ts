import { z } from "zod";
import { defineQueue } from "./queue.ts";

/** Takes instalments whose day has come from saved methods, and does what plans say when one has not come in time. */
export const watchPlans = defineQueue({
  name: "plan.watch",
  payload: z.strictObject({}),
  cron: "*/15 * * * *",
  missed: "once",
  retryLimit: 5,
  retryDelaySeconds: 60,
  retryDelayMaxSeconds: 600,
  expireInSeconds: 600,
  pollingSeconds: 30,
  concurrency: 1,
  overdueSeconds: 3600,
  async run(_payload, { sql }) {
    for (let done = 100; done === 100; ) {
      const [row] = await sql<{ done: number }[]>`select private.collect_instalments(100) as done`;
      done = row?.done ?? 0;
    }
    // Each in a transaction of its own: it locks the goods of an order.
    for (let isThere = true; isThere; ) {
      const [row] = await sql<{ done: boolean }[]>`select private.default_next_plan() as done`;
      isThere = row?.done ?? false;
    }
  },
});
