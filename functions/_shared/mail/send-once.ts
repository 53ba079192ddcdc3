import type { Sql } from "postgres";
import type { Mailer } from "./mailer.ts";

export interface Message {
  /** What the message is about, unique: template and business row. */
  readonly key: string;
  readonly template: string;
  readonly userId: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/**
 * Sends a message unless it was sent before. The row in private.messages is written before the mail
 * leaves: a crash between sending and noting it repeats the mail (with the same Message-ID) rather than
 * losing it, for a bride without her confirmation is the greater harm.
 *
 * @returns false when the message had been sent already
 */
export async function sendOnce(sql: Sql, mailer: Mailer, message: Message): Promise<boolean> {
  const [row] = await sql<{ state: string }[]>`
    insert into private.messages (send_key, channel, template, user_id)
    values (${message.key}, 'email', ${message.template}, ${message.userId})
    on conflict (send_key) do update set attempts = private.messages.attempts + 1
    returning state`;
  if (row?.state === "sent") return false;
  try {
    await mailer.send({
      to: message.to,
      subject: message.subject,
      text: message.text,
      html: message.html,
      messageId: `<${message.key.replaceAll(":", ".")}@nexus.invalid>`,
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    await sql`
      update private.messages set state = 'failed', last_error = ${reason.slice(0, 500)}
      where send_key = ${message.key} and state <> 'sent'`;
    throw error;
  }
  await sql`
    update private.messages set state = 'sent', sent_at = now(), last_error = null where send_key = ${message.key}`;
  return true;
}
