import { z } from "zod";
import { defineQueue } from "./queue.ts";

/** Reminds customers who allow it of carts that they have left. */
export const remindCarts = defineQueue({
  name: "cart.remind",
  payload: z.strictObject({}),
  cron: "*/15 * * * *",
  missed: "once",
  retryLimit: 5,
  retryDelaySeconds: 60,
  retryDelayMaxSeconds: 600,
  expireInSeconds: 120,
  pollingSeconds: 30,
  concurrency: 1,
  overdueSeconds: 3600,
  async run(_payload, { sql }) {
    await sql`select private.remind_of_carts()`;
  },
});
