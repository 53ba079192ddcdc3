import { z } from "zod";
import { defineQueue } from "./queue.ts";

/** Ends an offer to somebody of the waitlist who has not taken it, so that the next in line gets it. */
export const expireOffer = defineQueue({
  name: "fitting.expire_offer",
  payload: z.object({ appointment_id: z.uuid() }),
  retryLimit: 10,
  retryDelaySeconds: 5,
  retryDelayMaxSeconds: 300,
  expireInSeconds: 60,
  pollingSeconds: 2,
  concurrency: 1,
  overdueSeconds: 120,
  async run({ appointment_id }, { sql }) {
    await sql`select private.expire_fitting_offer(${appointment_id})`;
  },
});
