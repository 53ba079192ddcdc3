import type { Sql, TransactionSql } from "postgres";
import { PermanentFailure } from "../jobs/queue.ts";
import type { Channel } from "./kind.ts";
import type { Sent } from "./sent.ts";

export interface Message {
  /** What the message is about, unique: template, business row and channel. */
  readonly key: string;
  readonly channel: Channel;
  readonly template: string;
  /** Null for somebody without an account. */
  readonly userId: string | null;
  /** Of e-mail. */
  readonly address: string | null;
  readonly locale: string;
  /** A repetition of its job: what has failed for good stays as it is. */
  readonly isRetry: boolean;
  /** Why it is not to be sent at all; undefined when it is. Asked only of a message that has not left. */
  whyNot(tx: TransactionSql): Promise<string | undefined>;
  /** Until when it has to wait; null when it leaves now. */
  waitsUntil(tx: TransactionSql): Promise<Date | null>;
  /** Makes the job that sends it then. In the transaction that notes it. */
  putOff(tx: TransactionSql, until: Date): Promise<void>;
  /**
   * Writes and sends it. Called only when it is about to leave, in the transaction that notes it: what it stores (the
   * hash of a token in the link, say) belongs to this very message.
   */
  send(tx: TransactionSql): Promise<Sent>;
}

/**
 * Sends a message unless it was sent before. A lock on its key makes copies of a job wait for each other, and ends
 * with the worker that holds it. A crash between sending and noting it repeats the message (a mail with the same
 * Message-ID) rather than losing it, for a bride without her confirmation is the greater harm.
 *
 * @throws what the provider said; it is noted in private.messages
 */
export async function sendOnce(sql: Sql, message: Message): Promise<void> {
  const failure = await sql.begin(async (tx) => {
    await tx`select pg_advisory_xact_lock(hashtextextended(${message.key}, 0))`;
    if (!(await isOpen(tx, message))) return undefined;
    const reason = await message.whyNot(tx);
    if (reason !== undefined) {
      await note(tx, message, { state: "suppressed", last_error: reason });
      return undefined;
    }
    const until = await message.waitsUntil(tx);
    if (until !== null) {
      if (await note(tx, message, { state: "queued", due_at: until })) await message.putOff(tx, until);
      return undefined;
    }
    await note(tx, message, { state: "sending" });
    try {
      // A savepoint: what a failed attempt has stored is undone, and its failure can still be noted.
      const sent = await tx.savepoint((inner) => message.send(inner));
      await tx`
        update private.messages
        set state = 'sent', sent_at = now(), last_error = null, provider = ${sent.provider}, provider_message_id = ${sent.id}
        where send_key = ${message.key}`;
      return undefined;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      await tx`
        update private.messages
        set state = 'failed', last_error = ${reason.slice(0, 500)}, final = ${error instanceof PermanentFailure}
        where send_key = ${message.key}`;
      return { error };
    }
  });
  if (failure !== undefined) throw failure.error;
}

/** Whether it may still leave. */
async function isOpen(tx: TransactionSql, { key, isRetry }: Message): Promise<boolean> {
  const [row] = await tx<{ state: string; final: boolean }[]>`
    select state, final from private.messages where send_key = ${key}`;
  if (row === undefined) return true;
  return ["queued", "sending", "failed"].includes(row.state) && !(row.final && isRetry);
}

interface Noted {
  readonly state: "sending" | "queued" | "suppressed";
  readonly last_error?: string;
  readonly due_at?: Date;
}

/** Writes the row; false when it says so already. */
async function note(tx: TransactionSql, message: Message, { state, last_error, due_at }: Noted): Promise<boolean> {
  const attempts = state === "sending" ? 1 : 0;
  const { count } = await tx`
    insert into private.messages as m
      (send_key, channel, template, user_id, recipient_hash, locale, state, due_at, attempts, last_error)
    values (${message.key}, ${message.channel}, ${message.template}, ${message.userId},
      private.recipient_hash(${message.address}), ${message.locale}, ${state}, coalesce(${due_at ?? null}, now()), ${attempts},
      ${last_error ?? null})
    on conflict (send_key) do update set
      state = excluded.state, attempts = m.attempts + ${attempts}, final = false, last_error = excluded.last_error,
      recipient_hash = excluded.recipient_hash, locale = excluded.locale,
      due_at = case when excluded.state = 'queued' then excluded.due_at else m.due_at end
    where excluded.state <> 'queued' or m.state <> 'queued' or m.due_at is distinct from excluded.due_at`;
  return count > 0;
}
