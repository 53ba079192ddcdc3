import type { JobWithMetadata } from "pg-boss";
import type { TransactionSql } from "postgres";
import { type JobContext, PermanentFailure } from "../jobs/queue.ts";
import { deliverInApp, sendMail, sendSms } from "./by-channel.ts";
import type { Channel, Kind } from "./kind.ts";
import { languageOf } from "./language.ts";
import type { Recipient } from "./recipients.ts";
import { sendOnce } from "./send-once.ts";

/** What a job is to tell. */
export interface Telling {
  readonly kind: Kind;
  readonly subjectId: string;
  /** Lets the same kind be told again about the same row; `once` where it is told once. */
  readonly occasion?: string;
}

/**
 * Tells everybody concerned by every channel that they want. May run twice, and half of it may have been done: each
 * message is sent once. What fails does not keep the others back; at the end the job fails for it.
 */
export async function deliver(context: JobContext, telling: Telling, job: JobWithMetadata<unknown>): Promise<void> {
  const errors: unknown[] = [];
  for (const recipient of await telling.kind.recipients(context.sql, telling.subjectId)) {
    const { kind, subjectId, occasion = "once" } = telling;
    const loaded = await kind.load(context, subjectId, recipient, occasion);
    if (loaded === undefined) {
      await forget(context, telling, recipient);
      continue;
    }
    for (const channel of telling.kind.channels) {
      if (!isReachable(recipient, channel)) continue;
      await tell(context, telling, recipient, loaded, channel, job).catch((error: unknown) => errors.push(error));
    }
  }
  // One that is worth another attempt decides: the others are not sent again.
  const temporary = errors.find((error) => !(error instanceof PermanentFailure));
  if (errors.length > 0) throw temporary ?? errors[0];
}

/** What was put off or has failed, and is not true any more, is not waited for. */
async function forget({ sql }: JobContext, telling: Telling, { userId }: Recipient): Promise<void> {
  const { kind, subjectId, occasion = "once" } = telling;
  await sql`
    update private.messages set state = 'suppressed', last_error = 'There is nothing to tell any more.'
    where user_id = ${userId} and template = ${kind.name} and state in ('queued', 'failed') and not final
      and position(${subjectId} in send_key) > 0
      and (${occasion} = 'once' or position(${occasion} in send_key) > 0)`;
}

function isReachable({ userId, email, phone }: Recipient, channel: Channel): boolean {
  return { email, sms: phone, in_app: userId }[channel] !== null;
}

function tell(
  context: JobContext,
  telling: Telling,
  recipient: Recipient,
  loaded: unknown,
  channel: Channel,
  job: JobWithMetadata<unknown>,
): Promise<void> {
  const { kind, subjectId, occasion = "once" } = telling;
  const { userId } = recipient;
  const isForced = kind.transactional && channel === "email";
  const key = kind.sendKey?.(subjectId, recipient, loaded) ?? `${kind.name}:${subjectId}:${userId}`;
  const fullKey = [key, ...(occasion === "once" ? [] : [occasion]), ...(channel === "email" ? [] : [channel])].join(
    ":",
  );
  return sendOnce(context.sql, {
    key: fullKey,
    channel,
    template: kind.name,
    userId,
    address: channel === "email" ? recipient.email : null,
    locale: languageOf(recipient.locale),
    isRetry: (job.retryCount ?? 0) > 0,
    whyNot: async (tx) => (isForced ? undefined : whyNot(tx, kind, recipient, channel)),
    async waitsUntil(tx) {
      // What is only shown in the front end disturbs nobody.
      if (kind.transactional || channel === "in_app" || userId === null) return null;
      const [row] = await tx<{ ends: Date | null }[]>`select private.quiet_until(${userId}, now()) as ends`;
      return row?.ends ?? null;
    },
    async putOff(tx, until) {
      const options = { start_after: until.toISOString(), ...(job.groupId == null ? {} : { group: job.groupId }) };
      await tx`
        select private.enqueue('notify.deliver',
          ${tx.json({ kind: kind.name, subject_id: subjectId, occasion })}, ${tx.json(options)})`;
    },
    async send(tx) {
      const data = kind.data.parse((await kind.complete?.(loaded, subjectId, tx, context)) ?? loaded);
      if (channel === "email") return sendMail(context, kind, recipient, data, fullKey);
      if (channel === "sms") return sendSms(context, kind, recipient, data);
      return deliverInApp(tx, telling, recipient, data);
    },
  });
}

async function whyNot(
  tx: TransactionSql,
  { topic }: Kind,
  { userId, email }: Recipient,
  channel: Channel,
): Promise<string | undefined> {
  const [rules] = await tx<{ wants: boolean; back: boolean }[]>`
    select private.wants(${userId}, ${topic}, ${channel}) as wants,
      ${channel === "email"} and private.gives_mail_back(private.recipient_hash(${email})) as back`;
  if (rules?.wants === false) return `Not wanted: ${topic} by ${channel}.`;
  return rules?.back === true ? "Mail to this address has come back or was called spam." : undefined;
}
