import type { TransactionSql } from "postgres";
import type { JobContext } from "../jobs/queue.ts";
import type { Telling } from "./deliver.ts";
import type { Kind, Texts } from "./kind.ts";
import { formatFor, type Language, languageOf } from "./language.ts";
import { type Composed, layOut } from "./layout.ts";
import type { Recipient } from "./recipients.ts";
import type { Sent } from "./sent.ts";

const unsubscribeLabel: Readonly<Record<Language, string>> = {
  en: "Stop mails of this kind",
  am: "እንዲህ ያለ መልእክት ከእንግዲህ አይላክልኝ",
};

/** A mail of a kind in a language. */
export function composeMail(kind: Kind, data: unknown, language: Language, unsubscribeUrl?: string): Composed {
  const mail = kind.texts[language].mail(data, formatFor(language));
  const unsubscribe =
    unsubscribeUrl === undefined ? undefined : { label: unsubscribeLabel[language], link: unsubscribeUrl };
  return layOut(mail, language, unsubscribe);
}

/** What is not transactional carries the way out of it, for its reader and for her mail program (RFC 8058). */
export async function sendMail(
  { mailer, unsubscribeUrl }: JobContext,
  kind: Kind,
  { userId, email, locale }: Recipient,
  data: unknown,
  key: string,
): Promise<Sent> {
  const link = kind.transactional || userId === null ? undefined : await unsubscribeUrl({ userId, topic: kind.topic });
  const headers =
    link === undefined
      ? {}
      : { "List-Unsubscribe": `<${link}>`, "List-Unsubscribe-Post": "List-Unsubscribe=One-Click" };
  return mailer.send({
    to: email ?? "",
    ...composeMail(kind, data, languageOf(locale), link),
    key: key.replaceAll(":", "."),
    headers,
  });
}

/** An SMS of a kind, to a number whose owner agreed. */
export function sendSms({ sms }: JobContext, kind: Kind, { phone, locale }: Recipient, data: unknown): Promise<Sent> {
  const language = languageOf(locale);
  return sms.send({ to: phone ?? "", body: words(kind, language, "sms")(data, formatFor(language)) });
}

/** Longest title that the table takes. */
const TITLE_LENGTH = 300;
const BODY_LENGTH = 2_000;

/** A row that front ends show. */
export async function deliverInApp(
  tx: TransactionSql,
  { kind, subjectId }: Telling,
  { userId, locale }: Recipient,
  data: unknown,
): Promise<Sent> {
  const language = languageOf(locale);
  const { title, body } = words(kind, language, "inApp")(data, formatFor(language));
  await tx`
    insert into public.notifications (user_id, topic, kind, data, title, body)
    values (${userId}, ${kind.topic}, ${kind.name}, ${tx.json({ [kind.subject]: subjectId })},
      ${title.slice(0, TITLE_LENGTH)}, ${body.slice(0, BODY_LENGTH)})`;
  return { provider: "in_app", id: null };
}

function words<Channel extends "sms" | "inApp">(
  kind: Kind,
  language: Language,
  channel: Channel,
): NonNullable<Texts<unknown>[Channel]> {
  const texts = kind.texts[language];
  const found = texts[channel];
  if (found === undefined) throw new Error(`${kind.name} has no words for ${channel} in ${language}. Write them.`);
  return found.bind(texts) as NonNullable<Texts<unknown>[Channel]>;
}
