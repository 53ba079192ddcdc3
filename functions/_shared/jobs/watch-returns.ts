import { z } from "zod";
import { defineQueue } from "./queue.ts";

/**
 * Looks at garments that are out or not inspected: keeps them taken, and proposes other garments for bookings in danger.
 * One transaction per rental, so that nobody waits for long.
 */
export const watchReturns = defineQueue({
  name: "rental.watch_returns",
  payload: z.strictObject({}),
  cron: "*/15 * * * *",
  missed: "once",
  retryLimit: 3,
  retryDelaySeconds: 30,
  retryDelayMaxSeconds: 300,
  expireInSeconds: 600,
  pollingSeconds: 30,
  concurrency: 1,
  overdueSeconds: 1800,
  async run(_payload, { sql }) {
    const watched = await sql<{ id: string }[]>`select w.id from private.watched_rentals() w (id)`;
    for (const { id } of watched) await sql`select private.watch_rental(${id})`;
  },
});
