import { z } from "zod";
import { defineQueue } from "./queue.ts";

/** Has providers asked about payments and refunds of which nothing was heard; private.enqueue_look_ups says when. */
export const reconcilePayments = defineQueue({
  name: "payment.reconcile",
  payload: z.strictObject({}),
  cron: "* * * * *",
  missed: "once",
  retryLimit: 3,
  retryDelaySeconds: 10,
  retryDelayMaxSeconds: 60,
  expireInSeconds: 120,
  pollingSeconds: 10,
  concurrency: 1,
  overdueSeconds: 600,
  async run(_payload, { sql }) {
    for (let done = 500; done === 500; ) {
      const [row] = await sql<{ done: number }[]>`select private.enqueue_look_ups(500) as done`;
      done = row?.done ?? 0;
    }
  },
});
