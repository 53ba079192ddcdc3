import { z } from "zod";
import { defineQueue } from "./queue.ts";

/** Proves that orders, payments and ledger agree to the cent, and tells the operator where they do not. */
export const checkLedger = defineQueue({
  name: "ledger.check",
  payload: z.strictObject({}),
  cron: "27 * * * *",
  missed: "once",
  retryLimit: 3,
  retryDelaySeconds: 60,
  retryDelayMaxSeconds: 600,
  expireInSeconds: 600,
  pollingSeconds: 30,
  concurrency: 1,
  overdueSeconds: 3600,
  async run(_payload, { sql }) {
    await sql`select private.watch_ledger()`;
  },
});
