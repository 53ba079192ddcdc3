import { z } from "zod";
import { sendOnce } from "../mail/send-once.ts";
import { webhookFailing } from "../mail/webhook-failing.ts";
import { defineQueue } from "./queue.ts";

/** Tells the managers and owners that an endpoint of their boutique takes no events. It stays enabled: they decide. */
export const webhookFailingMail = defineQueue({
  name: "mail.webhook_failing",
  payload: z.object({ endpoint_id: z.uuid() }),
  retryLimit: 12,
  retryDelaySeconds: 5,
  retryDelayMaxSeconds: 3600,
  expireInSeconds: 120,
  pollingSeconds: 5,
  concurrency: 1,
  overdueSeconds: 1800,
  async run({ endpoint_id }, { sql, mailer, siteUrl }) {
    const managers = await sql<Manager[]>`
      select m.user_id, u.email, b.name as boutique, e.url, e.failing_since, e.gone_since, e.told_at,
        (select d.reason from public.webhook_deliveries d
         where d.boutique_id = e.boutique_id and d.endpoint_id = e.id and d.reason is not null
         order by d.updated_at desc limit 1) as reason
      from public.webhook_endpoints e
      join public.boutiques b on b.id = e.boutique_id
      join public.boutique_members m on m.boutique_id = e.boutique_id
        and m.role >= private.minimum_role('webhooks.manage')
      join auth.users u on u.id = m.user_id and u.email is not null
      -- None when it works again, was disabled or deleted meanwhile.
      where e.id = ${endpoint_id} and e.enabled and e.failing_since is not null and e.told_at is not null`;
    for (const manager of managers) {
      await sendOnce(sql, mailer, {
        key: `webhook_failing:${endpoint_id}:${manager.told_at.getTime()}:${manager.user_id}`,
        template: "webhook_failing",
        userId: manager.user_id,
        to: manager.email,
        compose: () => webhookFailing({ ...manager, link: `${siteUrl}/webhooks` }),
      });
    }
  },
});

interface Manager {
  readonly user_id: string;
  readonly email: string;
  readonly boutique: string;
  readonly url: string;
  readonly failing_since: Date;
  readonly gone_since: Date | null;
  readonly told_at: Date;
  readonly reason: string | null;
}
