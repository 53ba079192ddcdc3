import { z } from "zod";
import { deliver } from "../notifications/deliver.ts";
import { webhookFailing } from "../notifications/kinds/webhook-failing.ts";
import { defineQueue } from "./queue.ts";

/** Tells the managers and owners that an endpoint of their boutique takes no events. It stays enabled: they decide. */
export const webhookFailingMail = defineQueue({
  name: "mail.webhook_failing",
  payload: z.object({ endpoint_id: z.uuid() }),
  retryLimit: 12,
  retryDelaySeconds: 5,
  retryDelayMaxSeconds: 3600,
  expireInSeconds: 120,
  pollingSeconds: 5,
  concurrency: 1,
  overdueSeconds: 1800,
  run: ({ endpoint_id }, context, job) => deliver(context, { kind: webhookFailing, subjectId: endpoint_id }, job),
});
