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
import type { Format } from "../language.ts";
import { customerOfFitting } from "../recipients.ts";
import { greetingAm, greetingEn, whyFittingAm, whyFittingEn } from "../words.ts";

/** Tells the customer that her fitting is cancelled: who has done it, and what is due for it. */
export const fittingCancelled = defineKind<FittingData>({
  name: "fitting_cancelled",
  topic: "bookings",
  transactional: true,
  channels: ["email", "sms", "in_app"],
  subject: "appointment_id",
  data: fittingData,
  example: { ...fittingExample, cancelled_by: "customer", fee_due: 20_000 },
  recipients: customerOfFitting,
  load: (context, id, recipient) => loadFitting(context, id, recipient, "cancelled"),
  texts: {
    en: {
      mail: (data, format) => ({
        subject: `Cancelled: ${data.service}`,
        preheader: `Your fitting at ${data.boutique} is cancelled.`,
        heading: "Your fitting is cancelled",
        greeting: greetingEn(data.display_name),
        paragraphs: [
          byBoutique(data)
            ? `${data.boutique} has cancelled your fitting.`
            : `You have cancelled your fitting at ${data.boutique}.`,
          ...(byBoutique(data) && data.reason !== null ? [`Reason: ${data.reason}`] : []),
          ...(data.fee_due === 0
            ? []
            : [`It was later than agreed: a fee of ${format.money(data.fee_due, data.currency)} is due.`]),
        ],
        facts: fittingFacts(data, format, fittingFactNamesEn).slice(0, 3),
        closing: [
          byBoutique(data)
            ? "You can book another time whenever you like."
            : "If you have not asked for this, please talk to the boutique.",
        ],
        why: whyFittingEn(data.boutique),
      }),
      sms: (data, format) =>
        byBoutique(data)
          ? `${data.boutique} has cancelled your fitting on ${fittingTime(data, format)}.`
          : `${data.boutique}: your fitting on ${fittingTime(data, format)} is cancelled.${feeEn(data, format)}`,
      inApp: (data, format) => ({
        title: "Your fitting is cancelled",
        body: `${data.service}, ${fittingTime(data, format)}, ${data.boutique}.${feeEn(data, format)}`,
      }),
    },
    am: {
      mail: (data, format) => ({
        subject: `ተሰርዟል፦ ${data.service}`,
        preheader: `በ${data.boutique} የነበረዎት ቀጠሮ ተሰርዟል።`,
        heading: "ቀጠሮዎ ተሰርዟል",
        greeting: greetingAm(data.display_name),
        paragraphs: [
          byBoutique(data)
            ? `${data.boutique} የልብስ መለኪያ ቀጠሮዎን ሰርዟል።`
            : `በ${data.boutique} የነበረዎትን የልብስ መለኪያ ቀጠሮ ሰርዘዋል።`,
          ...(byBoutique(data) && data.reason !== null ? [`ምክንያት፦ ${data.reason}`] : []),
          ...(data.fee_due === 0 ? [] : [`ከተስማሙበት ጊዜ በኋላ ስለተሰረዘ ${format.money(data.fee_due, data.currency)} ይከፍላሉ።`]),
        ],
        facts: fittingFacts(data, format, fittingFactNamesAm).slice(0, 3),
        closing: [byBoutique(data) ? "በፈለጉ ጊዜ ሌላ ቀጠሮ መያዝ ይችላሉ።" : "ይህን ካልጠየቁ እባክዎ ቡቲኩን ያነጋግሩ።"],
        why: whyFittingAm(data.boutique),
      }),
      sms: (data, format) =>
        byBoutique(data)
          ? `${data.boutique} የ${fittingTime(data, format)} የልብስ መለኪያ ቀጠሮዎን ሰርዟል።`
          : `${data.boutique}፦ የ${fittingTime(data, format)} የልብስ መለኪያ ቀጠሮዎ ተሰርዟል።${feeAm(data, format)}`,
      inApp: (data, format) => ({
        title: "ቀጠሮዎ ተሰርዟል",
        body: `${data.service}፣ ${fittingTime(data, format)}፣ ${data.boutique}።${feeAm(data, format)}`,
      }),
    },
  },
});

const feeEn = (data: FittingData, format: Format): string =>
  data.fee_due === 0 ? "" : ` Fee due: ${format.money(data.fee_due, data.currency)}.`;
const feeAm = (data: FittingData, format: Format): string =>
  data.fee_due === 0 ? "" : ` ክፍያ፦ ${format.money(data.fee_due, data.currency)}።`;
const byBoutique = (data: FittingData): boolean => data.cancelled_by === "boutique";
