import { createTransport } from "nodemailer";
import { PermanentFailure } from "../jobs/queue.ts";
import type { Sent } from "../notifications/sent.ts";

export interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** Names the message, so that a server or client can drop a second copy: the local part of its Message-ID. */
  readonly key: string;
  /** More headers, such as List-Unsubscribe. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** The way out for mail. */
export interface Mailer {
  /**
   * @throws PermanentFailure when the address or the mail is refused for good; any other error is worth another attempt
   */
  send(mail: Mail): Promise<Sent>;
  close(): void;
}

export interface SmtpSettings {
  readonly host: string;
  readonly port: number;
  readonly user?: string | undefined;
  readonly pass?: string | undefined;
  /** Sender as it stands in the header: `Nexus <hello@example.com>`. */
  readonly from: string;
}

/** Sends over SMTP. TLS from the start on port 465, otherwise STARTTLS where the server offers it. */
export function smtpMailer(settings: SmtpSettings): Mailer {
  const domain = /@([^\s>]+)/.exec(settings.from)?.[1] ?? "localhost";
  const transport = createTransport({
    host: settings.host,
    port: settings.port,
    secure: settings.port === 465,
    pool: true,
    maxConnections: 4,
    connectionTimeout: 10_000,
    ...(settings.user === undefined ? {} : { auth: { user: settings.user, pass: settings.pass ?? "" } }),
  });
  return {
    async send({ key, headers, ...mail }) {
      const messageId = `<${key}@${domain}>`;
      try {
        await transport.sendMail({ ...mail, from: settings.from, messageId, headers: { ...headers } });
      } catch (error) {
        throw isRefusedForGood(error) ? new PermanentFailure(`The mail server refused it: ${error.message}`) : error;
      }
      return { provider: "smtp", id: messageId };
    },
    close: () => transport.close(),
  };
}

/**
 * A 5xx to the recipient or to the mail itself. Refused logins and senders have 5xx codes too, but an operator mends
 * them, and then the mail may go.
 */
function isRefusedForGood(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  const { responseCode, command } = error as Error & { responseCode?: number; command?: string };
  return responseCode !== undefined && responseCode >= 500 && (command === "RCPT TO" || command === "DATA");
}
