import { z } from "zod";
import { defineQueue } from "./queue.ts";

/** Proposes payouts, to each boutique once a week; admins approve them. */
export const proposePayouts = defineQueue({
  name: "payout.propose",
  payload: z.strictObject({}),
  cron: "0 4 * * *",
  missed: "once",
  retryLimit: 5,
  retryDelaySeconds: 60,
  retryDelayMaxSeconds: 600,
  expireInSeconds: 600,
  pollingSeconds: 30,
  concurrency: 1,
  overdueSeconds: 3600,
  async run(_payload, { sql }) {
    await sql`select private.propose_payouts()`;
  },
});
