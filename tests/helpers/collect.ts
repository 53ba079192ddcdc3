import type { Mail, Mailer } from "../../functions/_shared/mail/mailer.ts";
import type { Sms, SmsSender } from "../../functions/_shared/sms/sms-sender.ts";

/** A way out that keeps what it is given; `fail` says what becomes of the next ones. */
export class Collector {
  readonly mails: Mail[] = [];
  readonly texts: Sms[] = [];
  /** Thrown instead of taking a message. */
  fail: { readonly mail?: Error; readonly sms?: Error } = {};

  readonly mailer: Mailer = {
    send: async (mail) => {
      // Lets copies of a job meet.
      await new Promise((resolve) => setImmediate(resolve));
      if (this.fail.mail !== undefined) throw this.fail.mail;
      this.mails.push(mail);
      return { provider: "resend", id: crypto.randomUUID() };
    },
    close: () => undefined,
  };

  readonly sms: SmsSender = {
    send: async (sms) => {
      if (this.fail.sms !== undefined) throw this.fail.sms;
      this.texts.push(sms);
      return { provider: "twilio", id: crypto.randomUUID() };
    },
  };
}
