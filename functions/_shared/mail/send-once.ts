import type { Sql, TransactionSql } from "postgres";
import type { Mailer } from "./mailer.ts";

export interface Message {
  /** What the message is about, unique: template and business row. */
  readonly key: string;
  readonly template: string;
  /** Null for somebody without an account. */
  readonly userId: string | null;
  readonly to: string;
  /**
   * Writes the mail. Called only when it is about to leave, in the transaction that notes it: what it
   * stores (the hash of a token in the link, say) belongs to this very mail.
   */
  compose(tx: TransactionSql): Promise<Composed> | Composed;
}

export interface Composed {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/**
 * Sends a message unless it was sent before. A lock on its key makes copies of a job wait for each other,
 * and ends with the worker that holds it. A crash between sending and noting it repeats the mail (with the
 * same Message-ID) rather than losing it, for a bride without her confirmation is the greater harm.
 *
 * @returns false when the message had been sent already
 * @throws what the mail server said; it is noted in private.messages
 */
export async function sendOnce(sql: Sql, mailer: Mailer, message: Message): Promise<boolean> {
  const outcome = await sql.begin(async (tx) => {
    await tx`select pg_advisory_xact_lock(hashtextextended(${message.key}, 0))`;
    const [row] = await tx<{ state: string }[]>`
      insert into private.messages (send_key, channel, template, user_id)
      values (${message.key}, 'email', ${message.template}, ${message.userId})
      on conflict (send_key) do update set attempts = private.messages.attempts + 1
      where private.messages.state <> 'sent'
      returning state`;
    if (row === undefined) return { sent: false };
    try {
      const composed = await message.compose(tx);
      await mailer.send({ to: message.to, ...composed, key: message.key.replaceAll(":", ".") });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      await tx`
        update private.messages set state = 'failed', last_error = ${reason.slice(0, 500)}
        where send_key = ${message.key}`;
      return { error };
    }
    await tx`
      update private.messages set state = 'sent', sent_at = now(), last_error = null where send_key = ${message.key}`;
    return { sent: true };
  });
  if ("error" in outcome) throw outcome.error;
  return outcome.sent;
}
