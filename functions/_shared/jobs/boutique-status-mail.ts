import { z } from "zod";
import { boutiqueStatus } from "../mail/boutique-status.ts";
import { sendOnce } from "../mail/send-once.ts";
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
  async run({ change_id }, { sql, mailer }) {
    const owners = await sql<{ user_id: string; email: string; boutique: string; status: string; reason: string }[]>`
      select m.user_id, u.email, b.name as boutique, c.to_status as status, c.reason
      from public.boutique_status_changes c
      join public.boutiques b on b.id = c.boutique_id
      join public.boutique_members m on m.boutique_id = c.boutique_id and m.role = 'owner'
      join auth.users u on u.id = m.user_id and u.email is not null
      where c.id = ${change_id}`;
    for (const owner of owners) {
      await sendOnce(sql, mailer, {
        key: `boutique_status:${change_id}:${owner.user_id}`,
        template: "boutique_status",
        userId: owner.user_id,
        to: owner.email,
        compose: () => boutiqueStatus(owner),
      });
    }
  },
});
