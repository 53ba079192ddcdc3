import { z } from "zod";
import { defineQueue } from "./queue.ts";

/** Cancels the orders of a group that nobody has paid in time, which frees stock and garments. */
export const expireOrderHold = defineQueue({
  name: "order.expire_hold",
  payload: z.object({ order_group_id: z.uuid() }),
  retryLimit: 20,
  retryDelaySeconds: 5,
  retryDelayMaxSeconds: 300,
  expireInSeconds: 60,
  // Holds end at a time, not by an event: this is how late stock may be.
  pollingSeconds: 2,
  concurrency: 2,
  overdueSeconds: 120,
  async run({ order_group_id }, { sql }) {
    await sql`select private.expire_order_hold(${order_group_id})`;
  },
});
