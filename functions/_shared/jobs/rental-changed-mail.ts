import { z } from "zod";
import { deliver } from "../notifications/deliver.ts";
import { rentalChanged } from "../notifications/kinds/rental-changed.ts";
import { defineQueue } from "./queue.ts";

/** Tells a customer that she gets another garment than the one she reserved. */
export const rentalChangedMail = defineQueue({
  name: "mail.rental_changed",
  payload: z.object({ rental_id: z.uuid() }),
  retryLimit: 12,
  retryDelaySeconds: 5,
  retryDelayMaxSeconds: 3600,
  expireInSeconds: 120,
  pollingSeconds: 5,
  concurrency: 4,
  overdueSeconds: 600,
  run: ({ rental_id }, context, job) => deliver(context, { kind: rentalChanged, subjectId: rental_id }, job),
});
