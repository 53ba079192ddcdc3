import { z } from "zod";
import { defineQueue } from "./queue.ts";

/** Sends on what has lost its job, and removes old attempts and events. */
export const sweepWebhooks = defineQueue({
  name: "webhook.sweep",
  payload: z.strictObject({}),
  cron: "23 * * * *",
  missed: "once",
  retryLimit: 3,
  retryDelaySeconds: 60,
  retryDelayMaxSeconds: 600,
  expireInSeconds: 600,
  pollingSeconds: 30,
  concurrency: 1,
  overdueSeconds: 3600,
  async run(_payload, { sql }) {
    await sql`select private.resume_webhook_deliveries()`;
    await sql`select private.prune_webhooks()`;
  },
});
