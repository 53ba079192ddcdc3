import { z } from "zod";
import { defineQueue } from "./queue.ts";

/** Looks for what must not be among orders and stock, such as a reservation for nobody, and tells the operator. */
export const checkOrders = defineQueue({
  name: "order.check",
  payload: z.strictObject({}),
  cron: "47 * * * *",
  missed: "once",
  retryLimit: 3,
  retryDelaySeconds: 60,
  retryDelayMaxSeconds: 600,
  expireInSeconds: 600,
  pollingSeconds: 30,
  concurrency: 1,
  overdueSeconds: 3600,
  async run(_payload, { sql }) {
    await sql`select private.watch_orders()`;
  },
});
