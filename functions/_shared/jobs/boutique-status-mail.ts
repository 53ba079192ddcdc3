import { z } from "zod";
import { deliver } from "../notifications/deliver.ts";
import { boutiqueStatus } from "../notifications/kinds/boutique-status.ts";
import { defineQueue } from "./queue.ts";

/** Tells the owners that their boutique was approved, suspended or reactivated, and why. */
export const boutiqueStatusMail = defineQueue({
  name: "mail.boutique_status",
  payload: z.object({ change_id: z.uuid() }),
  retryLimit: 12,
  retryDelaySeconds: 5,
  retryDelayMaxSeconds: 3600,
  expireInSeconds: 120,
  pollingSeconds: 5,
  concurrency: 1,
  overdueSeconds: 1800,
  run: ({ change_id }, context, job) => deliver(context, { kind: boutiqueStatus, subjectId: change_id }, job),
});
