import { z } from "zod";
import { type Mailer, smtpMailer } from "../mail/mailer.ts";
import { resendMailer } from "../mail/resend.ts";
import { logSms, type SmsSender } from "../sms/sms-sender.ts";
import { twilioSms } from "../sms/twilio.ts";
import { type Subscription, unsubscribeToken } from "./unsubscribe-token.ts";

/** Variables of the ways out. The worker's configuration takes them in. */
export const channelVariables = z.object({
  MAIL_PROVIDER: z.enum(["smtp", "resend"]).default("smtp"),
  MAIL_FROM: z.string().default("Nexus <no-reply@nexus.invalid>"),
  SMTP_HOST: z.string().default("127.0.0.1"),
  SMTP_PORT: z.coerce.number().int().positive().default(54325),
  SMTP_USER: z.string().optional(),
  SMTP_PASS: z.string().optional(),
  RESEND_API_KEY: z.string().optional(),
  RESEND_URL: z.url().default("https://api.resend.com"),
  SMS_PROVIDER: z.enum(["log", "twilio"]).default("log"),
  TWILIO_ACCOUNT_SID: z.string().optional(),
  TWILIO_AUTH_TOKEN: z.string().optional(),
  TWILIO_FROM: z.string().optional(),
  TWILIO_URL: z.url().default("https://api.twilio.com"),
  UNSUBSCRIBE_SECRET: z
    .string()
    .min(32, "Set it to 32 random characters or more, the same as for the functions.")
    .optional(),
  UNSUBSCRIBE_URL: z.url("Set it to the public address of the page that stops mails.").optional(),
});

/** Names what the chosen providers need and have not got. */
export function checkChannels(settings: ChannelSettings, context: z.RefinementCtx): void {
  const need = (name: keyof ChannelSettings, provider: string) => {
    if (settings[name] === undefined || settings[name] === "") {
      context.addIssue({
        code: "custom",
        path: [name],
        message: `Set it, or choose another provider than ${provider}.`,
      });
    }
  };
  if (settings.MAIL_PROVIDER === "resend") need("RESEND_API_KEY", "resend");
  if (settings.SMS_PROVIDER === "twilio") {
    for (const name of ["TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_FROM"] as const) need(name, "twilio");
  }
}

export type ChannelSettings = z.infer<typeof channelVariables>;

/** The ways out, as a job uses them. */
export interface Channels {
  readonly mailer: Mailer;
  readonly sms: SmsSender;
  /** Address that stops the mails of a topic with one click (RFC 8058). */
  unsubscribeUrl(subscription: Subscription): Promise<string>;
}

/**
 * Opens the ways out. Close the mailer at the end.
 *
 * @param projectUrl address of the project's API, where the function `messages` is
 * @param log where SMS go that are not sent
 */
export function openChannels(
  settings: ChannelSettings,
  projectUrl: string,
  log: (line: { to: string; body: string }) => void,
): Channels {
  const base = settings.UNSUBSCRIBE_URL ?? `${projectUrl.replace(/\/$/, "")}/functions/v1/messages/unsubscribe`;
  return {
    mailer: openMailer(settings),
    sms:
      settings.SMS_PROVIDER === "log"
        ? logSms(log)
        : twilioSms({
            accountSid: settings.TWILIO_ACCOUNT_SID ?? "",
            authToken: settings.TWILIO_AUTH_TOKEN ?? "",
            from: settings.TWILIO_FROM ?? "",
            url: settings.TWILIO_URL,
          }),
    async unsubscribeUrl(subscription) {
      if (settings.UNSUBSCRIBE_SECRET === undefined) {
        throw new Error("UNSUBSCRIBE_SECRET is not set: mail that can be stopped does not leave without its link.");
      }
      const url = new URL(base);
      url.searchParams.set("token", await unsubscribeToken(subscription, settings.UNSUBSCRIBE_SECRET));
      return url.href;
    },
  };
}

function openMailer(settings: ChannelSettings): Mailer {
  if (settings.MAIL_PROVIDER === "resend") {
    return resendMailer({ apiKey: settings.RESEND_API_KEY ?? "", url: settings.RESEND_URL, from: settings.MAIL_FROM });
  }
  return smtpMailer({
    host: settings.SMTP_HOST,
    port: settings.SMTP_PORT,
    user: settings.SMTP_USER,
    pass: settings.SMTP_PASS,
    from: settings.MAIL_FROM,
  });
}
