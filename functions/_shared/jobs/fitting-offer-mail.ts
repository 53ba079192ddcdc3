import { z } from "zod";
import { deliver } from "../notifications/deliver.ts";
import { fittingOffer } from "../notifications/kinds/fitting-offer.ts";
import { defineQueue } from "./queue.ts";

/** Offers a time to somebody of the waitlist, who has half an hour to take it. */
export const fittingOfferMail = defineQueue({
  name: "mail.fitting_offer",
  payload: z.object({ appointment_id: z.uuid() }),
  retryLimit: 12,
  retryDelaySeconds: 5,
  retryDelayMaxSeconds: 300,
  expireInSeconds: 120,
  pollingSeconds: 2,
  concurrency: 4,
  tenantConcurrency: 2,
  overdueSeconds: 120,
  run: ({ appointment_id }, context, job) => deliver(context, { kind: fittingOffer, subjectId: appointment_id }, job),
});
