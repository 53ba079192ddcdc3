import { z } from "zod";
import { deliver } from "../notifications/deliver.ts";
import { fittingBooked } from "../notifications/kinds/fitting-booked.ts";
import { defineQueue } from "./queue.ts";

/** Confirms a fitting to the customer, and each other time that it is moved to. */
export const fittingBookedMail = defineQueue({
  name: "mail.fitting_booked",
  payload: z.object({ appointment_id: z.uuid() }),
  retryLimit: 12,
  retryDelaySeconds: 5,
  retryDelayMaxSeconds: 3600,
  expireInSeconds: 120,
  pollingSeconds: 5,
  concurrency: 4,
  tenantConcurrency: 2,
  overdueSeconds: 600,
  run: ({ appointment_id }, context, job) => deliver(context, { kind: fittingBooked, subjectId: appointment_id }, job),
});
