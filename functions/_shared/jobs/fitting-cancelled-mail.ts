import { z } from "zod";
import { deliver } from "../notifications/deliver.ts";
import { fittingCancelled } from "../notifications/kinds/fitting-cancelled.ts";
import { defineQueue } from "./queue.ts";

/** Tells the customer that her fitting is cancelled. */
export const fittingCancelledMail = defineQueue({
  name: "mail.fitting_cancelled",
  payload: z.object({ appointment_id: z.uuid() }),
  retryLimit: 12,
  retryDelaySeconds: 5,
  retryDelayMaxSeconds: 3600,
  expireInSeconds: 120,
  pollingSeconds: 5,
  concurrency: 4,
  tenantConcurrency: 2,
  overdueSeconds: 600,
  run: ({ appointment_id }, context, job) =>
    deliver(context, { kind: fittingCancelled, subjectId: appointment_id }, job),
});
