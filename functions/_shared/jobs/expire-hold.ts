import { z } from "zod";
import { defineQueue } from "./queue.ts";

/** Gives the days of an unconfirmed rental back when its hold ends. */
export const expireHold = defineQueue({
  name: "rental.expire_hold",
  payload: z.object({ rental_id: z.uuid() }),
  retryLimit: 10,
  retryDelaySeconds: 5,
  retryDelayMaxSeconds: 300,
  expireInSeconds: 60,
  // Holds end at a time, not by an event: this is how late the calendar may be.
  pollingSeconds: 2,
  concurrency: 3,
  tenantConcurrency: 2,
  overdueSeconds: 120,
  async run({ rental_id }, { sql }) {
    await sql`select private.expire_rental_hold(${rental_id})`;
  },
});
