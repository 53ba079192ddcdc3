import { z } from "zod";
import { defineQueue } from "./queue.ts";

/** Offers time that has become free at a branch to those who wait for it, the first in line first. */
export const offerWaitlist = defineQueue({
  name: "fitting.offer_waitlist",
  payload: z.object({ location_id: z.uuid() }),
  retryLimit: 10,
  retryDelaySeconds: 5,
  retryDelayMaxSeconds: 300,
  expireInSeconds: 60,
  pollingSeconds: 5,
  concurrency: 1,
  overdueSeconds: 300,
  async run({ location_id }, { sql }) {
    // A transaction each: one that made several offers would keep a stylist while it waits for the next one's gowns.
    for (let offers = 1; offers > 0; ) {
      const [row] = await sql<{ offers: number }[]>`select private.offer_waitlist(${location_id}, 1) as offers`;
      offers = row?.offers ?? 0;
    }
  },
});
