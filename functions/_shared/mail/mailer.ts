import { createTransport } from "nodemailer";

export interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** Names the message, so that a server or client can drop a second copy: the local part of its Message-ID. */
  readonly key: string;
}

/** The way out for mail. */
export interface Mailer {
  send(mail: Mail): Promise<void>;
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
    async send({ key, ...mail }) {
      await transport.sendMail({ ...mail, from: settings.from, messageId: `<${key}@${domain}>` });
    },
    close: () => transport.close(),
  };
}
