import { z } from "zod";
import { defineQueue } from "./queue.ts";

/** Ends orders of which nothing can come back any more. */
export const completeOrders = defineQueue({
  name: "order.complete",
  payload: z.strictObject({}),
  cron: "17 * * * *",
  missed: "once",
  retryLimit: 5,
  retryDelaySeconds: 60,
  retryDelayMaxSeconds: 600,
  expireInSeconds: 600,
  pollingSeconds: 30,
  concurrency: 1,
  overdueSeconds: 3600,
  async run(_payload, { sql }) {
    // In batches: a long transaction would keep all of its orders locked.
    for (let done = 500; done === 500; ) {
      const [row] = await sql<{ done: number }[]>`select private.complete_orders(500) as done`;
      done = row?.done ?? 0;
    }
  },
});
