import { z } from "zod";
import { type AlertRow, alertMail } from "../mail/alert.ts";
import { sendOnce } from "../mail/send-once.ts";
import { defineQueue, type JobContext } from "./queue.ts";

/**
 * Looks for what is due and has not been done, and tells the operator of every alert that has opened or ended since,
 * whoever raised it: in the log always, by mail where ALERT_EMAIL is set.
 */
export const watchJobs = defineQueue({
  name: "jobs.watch",
  payload: z.strictObject({}),
  cron: "*/5 * * * *",
  missed: "once",
  retryLimit: 3,
  retryDelaySeconds: 10,
  retryDelayMaxSeconds: 60,
  expireInSeconds: 120,
  pollingSeconds: 30,
  concurrency: 1,
  overdueSeconds: 600,
  async run(_payload, context) {
    await context.sql`select private.watch_jobs()`;
    const alerts = await context.sql<AlertRow[]>`
      select id, kind, key, subject, details, opened_at, resolved_at from private.alerts
      where notified_at is null or notified_at < resolved_at order by opened_at`;
    const results = await Promise.allSettled(alerts.map((alert) => tell(alert, context)));
    // The others have been told; this one is tried again.
    for (const result of results) if (result.status === "rejected") throw result.reason;
  },
});

async function tell(alert: AlertRow, { sql, mailer, alertEmail, log }: JobContext): Promise<void> {
  const { id, kind, key, subject } = alert;
  const ended = alert.resolved_at !== null;
  if (ended) log.info({ alert: id, kind, key }, `alert ended: ${subject}`);
  else log.error({ alert: id, kind, key }, `alert: ${subject}`);
  if (alertEmail !== undefined) {
    await sendOnce(sql, mailer, {
      key: `alert:${id}:${ended ? "ended" : "opened"}`,
      template: "alert",
      userId: null,
      to: alertEmail,
      compose: () => alertMail(alert),
    });
  }
  await sql`update private.alerts set notified_at = now() where id = ${id}`;
}
