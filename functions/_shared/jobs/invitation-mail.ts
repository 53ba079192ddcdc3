import { z } from "zod";
import { deliver } from "../notifications/deliver.ts";
import { invitation } from "../notifications/kinds/invitation.ts";
import { defineQueue } from "./queue.ts";

/** Sends the link of an invitation. */
export const invitationMail = defineQueue({
  name: "mail.invitation",
  payload: z.object({ invitation_id: z.uuid() }),
  retryLimit: 12,
  retryDelaySeconds: 5,
  retryDelayMaxSeconds: 3600,
  expireInSeconds: 120,
  pollingSeconds: 5,
  concurrency: 2,
  overdueSeconds: 600,
  run: ({ invitation_id }, context, job) => deliver(context, { kind: invitation, subjectId: invitation_id }, job),
});
