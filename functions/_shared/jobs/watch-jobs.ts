import { z } from "zod";
import { sendOnce } from "../notifications/send-once.ts";
import { type AlertRow, alertMail } from "./alert-mail.ts";
import { defineQueue, type JobContext, PermanentFailure } from "./queue.ts";

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

async function tell(alert: AlertRow, context: JobContext): Promise<void> {
  const { id, kind, key, subject } = alert;
  const { sql, alertEmail, log } = context;
  if (alert.resolved_at === null) log.error({ alert: id, kind, key }, `alert: ${subject}`);
  else log.info({ alert: id, kind, key }, `alert ended: ${subject}`);
  if (alertEmail !== undefined) {
    try {
      await mail(alert, alertEmail, context);
    } catch (error) {
      if (!(error instanceof PermanentFailure)) throw error;
      // Another attempt would be refused, too, and would be a dead letter every five minutes. The log has the alert.
      log.error({ alert: id, err: error }, "ALERT_EMAIL does not take mail");
    }
  }
  await sql`update private.alerts set notified_at = now() where id = ${id}`;
}

async function mail(alert: AlertRow, to: string, { sql, mailer }: JobContext): Promise<void> {
  const key = `alert:${alert.id}:${alert.resolved_at === null ? "opened" : "ended"}`;
  await sendOnce(sql, {
    key,
    channel: "email",
    template: "alert",
    userId: null,
    address: to,
    locale: "en",
    isRetry: false,
    // An operator has no quiet hours, and nothing to unsubscribe from.
    whyNot: async () => undefined,
    waitsUntil: async () => null,
    putOff: async () => undefined,
    send: () => mailer.send({ to, ...alertMail(alert), key: key.replaceAll(":", ".") }),
  });
}
