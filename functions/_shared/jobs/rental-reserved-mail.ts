import { z } from "zod";
import { deliver } from "../notifications/deliver.ts";
import { rentalReserved } from "../notifications/kinds/rental-reserved.ts";
import { defineQueue } from "./queue.ts";

/** Confirms a reservation to the customer, with the time until which it is held. */
export const rentalReservedMail = defineQueue({
  name: "mail.rental_reserved",
  payload: z.object({ rental_id: z.uuid() }),
  retryLimit: 12,
  retryDelaySeconds: 5,
  retryDelayMaxSeconds: 3600,
  expireInSeconds: 120,
  pollingSeconds: 5,
  concurrency: 6,
  tenantConcurrency: 4,
  overdueSeconds: 600,
  run: ({ rental_id }, context, job) => deliver(context, { kind: rentalReserved, subjectId: rental_id }, job),
});
