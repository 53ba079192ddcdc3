import {
  type FittingData,
  fittingData,
  fittingExample,
  fittingFactNamesAm,
  fittingFactNamesEn,
  fittingFacts,
  fittingTime,
  loadFitting,
} from "../fittings.ts";
import { defineKind } from "../kind.ts";
import { customerOfFitting } from "../recipients.ts";
import { greetingAm, greetingEn, whyFittingReminderAm, whyFittingReminderEn } from "../words.ts";

/**
 * Reminds the customer of a fitting. The occasion is hours and start, `24h-1809932400`: it comes once per time, and not when
 * the fitting was moved while quiet hours held it back.
 */
export const fittingReminder = defineKind<FittingData>({
  name: "fitting_reminder",
  topic: "reminders",
  transactional: false,
  channels: ["email", "sms", "in_app"],
  subject: "appointment_id",
  data: fittingData,
  example: fittingExample,
  recipients: customerOfFitting,
  async load(context, id, recipient, occasion) {
    const fitting = await loadFitting(context, id, recipient, "booked");
    const startsAt = (fitting?.["starts_at"] as Date | undefined)?.getTime() ?? 0;
    if (startsAt <= Date.now()) return undefined;
    const start = occasion.match(/^\d+h-(\d+)$/)?.[1];
    return start === undefined || Number(start) * 1000 === Math.floor(startsAt / 1000) * 1000 ? fitting : undefined;
  },
  texts: {
    en: {
      mail: (data, format) => ({
        subject: `Soon: ${data.service} at ${data.boutique}`,
        preheader: `${fittingTime(data, format)}, ${data.branch}.`,
        heading: "Your fitting is soon",
        greeting: greetingEn(data.display_name),
        paragraphs: [`Your fitting at ${data.boutique} begins on ${fittingTime(data, format)}.`],
        facts: fittingFacts(data, format, fittingFactNamesEn),
        why: whyFittingReminderEn,
      }),
      sms: (data, format) => `${data.boutique}: your fitting begins on ${fittingTime(data, format)}, ${data.branch}.`,
      inApp: (data, format) => ({
        title: "Your fitting is soon",
        body: `${data.service}, ${fittingTime(data, format)}, ${data.boutique}, ${data.branch}.`,
      }),
    },
    am: {
      mail: (data, format) => ({
        subject: `በቅርቡ፦ ${data.service}፣ ${data.boutique}`,
        preheader: `${fittingTime(data, format)}፣ ${data.branch}።`,
        heading: "ቀጠሮዎ ደርሷል",
        greeting: greetingAm(data.display_name),
        paragraphs: [`በ${data.boutique} ያለዎት የልብስ መለኪያ ቀጠሮ ${fittingTime(data, format)} ይጀምራል።`],
        facts: fittingFacts(data, format, fittingFactNamesAm),
        why: whyFittingReminderAm,
      }),
      sms: (data, format) => `${data.boutique}፦ የልብስ መለኪያ ቀጠሮዎ ${fittingTime(data, format)} ይጀምራል፣ ${data.branch}።`,
      inApp: (data, format) => ({
        title: "ቀጠሮዎ ደርሷል",
        body: `${data.service}፣ ${fittingTime(data, format)}፣ ${data.boutique}፣ ${data.branch}።`,
      }),
    },
  },
});
