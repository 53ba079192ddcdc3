import { z } from "zod";
import { accountDeletion } from "../mail/account-deletion.ts";
import { sendOnce } from "../mail/send-once.ts";
import { defineQueue } from "./queue.ts";

/** Tells somebody when her account will be deleted, and how to take that back, in case it was not she who asked. */
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
  async run({ user_id }, { sql, mailer, siteUrl }) {
    const [deletion] = await sql<{ email: string; due_at: Date }[]>`
      select u.email, d.due_at from public.account_deletions d
      join auth.users u on u.id = d.user_id and u.email is not null
      where d.user_id = ${user_id}`;
    // Taken back before the mail went out.
    if (deletion === undefined) return;
    await sendOnce(sql, mailer, {
      key: `account_deletion:${user_id}:${deletion.due_at.getTime()}`,
      template: "account_deletion",
      userId: user_id,
      to: deletion.email,
      compose: () => accountDeletion({ due_at: deletion.due_at, link: `${siteUrl}/account` }),
    });
  },
});
