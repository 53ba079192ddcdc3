import { z } from "zod";
import { deliver } from "../notifications/deliver.ts";
import { fittingReminder } from "../notifications/kinds/fitting-reminder.ts";
import { defineQueue } from "./queue.ts";

/** Reminds a customer of her fitting, unless it was moved or cancelled since. */
export const fittingReminderMail = defineQueue({
  name: "mail.fitting_reminder",
  payload: z.object({ appointment_id: z.uuid(), hours: z.int().positive() }),
  retryLimit: 12,
  retryDelaySeconds: 5,
  retryDelayMaxSeconds: 3600,
  expireInSeconds: 120,
  pollingSeconds: 5,
  concurrency: 4,
  tenantConcurrency: 2,
  overdueSeconds: 600,
  async run({ appointment_id, hours }, context, job) {
    // Of a worker that comes late, or again, the fitting is still to be reminded: what counts is when the job was due.
    const due = job.startAfter ?? new Date();
    const isRetry = (job.retryCount ?? 0) > 0;
    const [fitting] = await context.sql<{ occasion: string }[]>`
      select ${hours}::integer || 'h-' || floor(extract(epoch from a.starts_at))::bigint as occasion
      from public.appointments a
      cross join lateral (select a.starts_at - make_interval(hours => ${hours}) as at) reminder
      where a.id = ${appointment_id} and a.state = 'booked' and a.starts_at > now()
        -- It was moved: the new time has reminders of its own.
        and reminder.at < ${due}::timestamptz + interval '15 minutes'
        and (${isRetry} or reminder.at > ${due}::timestamptz - interval '15 minutes')`;
    if (fitting === undefined) return;
    const { occasion } = fitting;
    await deliver(context, { kind: fittingReminder, subjectId: appointment_id, occasion }, job);
  },
});
