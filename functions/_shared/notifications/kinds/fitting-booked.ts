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
import { greetingAm, greetingEn, whyFittingAm, whyFittingEn } from "../words.ts";

/** Confirms a fitting to the customer, and each other time that it is moved to. */
export const fittingBooked = defineKind<FittingData>({
  name: "fitting_booked",
  topic: "bookings",
  transactional: true,
  channels: ["email", "sms", "in_app"],
  subject: "appointment_id",
  data: fittingData,
  example: fittingExample,
  recipients: customerOfFitting,
  load: (context, id, recipient) => loadFitting(context, id, recipient, "booked"),
  // One that is moved there and back has a new place, and is told of again.
  sendKey: (id, { userId }, loaded) => `fitting_booked:${id}:${fittingData.parse(loaded).place}:${userId}`,
  texts: {
    en: {
      mail: (data, format) => ({
        subject: `${data.moved ? "New time" : "Booked"}: ${data.service}`,
        preheader: `${fittingTime(data, format)}, ${data.boutique}.`,
        heading: data.moved ? "Your fitting has been changed" : "Your fitting is booked",
        greeting: greetingEn(data.display_name),
        paragraphs: [
          data.moved
            ? `Your fitting at ${data.boutique} has been changed. This is what holds now.`
            : `${data.boutique} looks forward to seeing you.`,
        ],
        facts: fittingFacts(data, format, fittingFactNamesEn),
        closing: ["If you cannot come, please move or cancel it in time."],
        why: whyFittingEn(data.boutique),
      }),
      sms: (data, format) =>
        `${data.boutique}: your fitting is ${data.moved ? "now" : "booked for"} ${fittingTime(data, format)}, ${data.branch}.`,
      inApp: (data, format) => ({
        title: data.moved ? "Your fitting has been changed" : "Your fitting is booked",
        body: `${data.service}, ${fittingTime(data, format)}, ${data.boutique}, ${data.branch}.`,
      }),
    },
    am: {
      mail: (data, format) => ({
        subject: `${data.moved ? "አዲስ ጊዜ" : "ተይዟል"}፦ ${data.service}`,
        preheader: `${fittingTime(data, format)}፣ ${data.boutique}።`,
        heading: data.moved ? "ቀጠሮዎ ተቀይሯል" : "ቀጠሮዎ ተይዟል",
        greeting: greetingAm(data.display_name),
        paragraphs: [
          data.moved
            ? `በ${data.boutique} ያለዎት የልብስ መለኪያ ቀጠሮ ተቀይሯል። አሁን የሚሠራው ይህ ነው።`
            : `በ${data.boutique} የልብስ መለኪያ ቀጠሮዎ ተይዟል። በደስታ እንጠብቅዎታለን።`,
        ],
        facts: fittingFacts(data, format, fittingFactNamesAm),
        closing: ["መምጣት ካልቻሉ እባክዎ ጊዜውን አስቀድመው ይቀይሩ ወይም ይሰርዙ።"],
        why: whyFittingAm(data.boutique),
      }),
      sms: (data, format) =>
        `${data.boutique}፦ የልብስ መለኪያ ቀጠሮዎ ${data.moved ? "ወደ " : ""}${fittingTime(data, format)} ${data.moved ? "ተቀይሯል" : "ተይዟል"}፣ ${data.branch}።`,
      inApp: (data, format) => ({
        title: data.moved ? "ቀጠሮዎ ተቀይሯል" : "ቀጠሮዎ ተይዟል",
        body: `${data.service}፣ ${fittingTime(data, format)}፣ ${data.boutique}፣ ${data.branch}።`,
      }),
    },
  },
});
