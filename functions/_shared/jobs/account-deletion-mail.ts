import { z } from "zod";
import { deliver } from "../notifications/deliver.ts";
import { accountDeletion } from "../notifications/kinds/account-deletion.ts";
import { defineQueue } from "./queue.ts";

/** Tells somebody when her account will be deleted, and how to take that back. */
export const accountDeletionMail = defineQueue({
  name: "mail.account_deletion",
  payload: z.object({ user_id: z.uuid() }),
  retryLimit: 12,
  retryDelaySeconds: 5,
  retryDelayMaxSeconds: 3600,
  expireInSeconds: 120,
  pollingSeconds: 5,
  concurrency: 2,
  overdueSeconds: 1800,
  run: ({ user_id }, context, job) => deliver(context, { kind: accountDeletion, subjectId: user_id }, job),
});
