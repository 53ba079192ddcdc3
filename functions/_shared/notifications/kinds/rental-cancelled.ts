import { defineKind } from "../kind.ts";
import { customerOfRental } from "../recipients.ts";
import {
  loadRental,
  type RentalData,
  rentalData,
  rentalExample,
  rentalFactNamesAm,
  rentalFactNamesEn,
  rentalFacts,
} from "../rentals.ts";
import { greetingAm, greetingEn, whyRentalAm, whyRentalEn } from "../words.ts";

/** Tells the customer that her rental is cancelled, whoever has done it. */
export const rentalCancelled = defineKind<RentalData>({
  name: "rental_cancelled",
  topic: "bookings",
  transactional: true,
  channels: ["email", "sms", "in_app"],
  subject: "rental_id",
  data: rentalData,
  example: { ...rentalExample, state: "cancelled" },
  recipients: customerOfRental,
  load: (context, id, recipient) => loadRental(context, id, recipient, ["cancelled"]),
  texts: {
    en: {
      mail: (data, format) => ({
        subject: `Cancelled: ${data.product}`,
        preheader: `Your rental at ${data.boutique} is cancelled.`,
        heading: "Your rental is cancelled",
        greeting: greetingEn(data.display_name),
        paragraphs: [`Your rental at ${data.boutique} is cancelled. The days are free again.`],
        facts: rentalFacts(data, format, rentalFactNamesEn).slice(0, 2),
        closing: ["If you have not asked for this, please talk to the boutique."],
        why: whyRentalEn(data.boutique),
      }),
      sms: (data, format) =>
        `${data.boutique}: your rental of ${data.product} from ${format.day(data.first_day)} is cancelled.`,
      inApp: (data, format) => ({
        title: "Your rental is cancelled",
        body: `${data.product}, from ${format.day(data.first_day)}, at ${data.boutique}.`,
      }),
    },
    am: {
      mail: (data, format) => ({
        subject: `ተሰርዟል፦ ${data.product}`,
        preheader: `በ${data.boutique} የነበረዎት ኪራይ ተሰርዟል።`,
        heading: "ኪራይዎ ተሰርዟል",
        greeting: greetingAm(data.display_name),
        paragraphs: [`በ${data.boutique} የነበረዎት ኪራይ ተሰርዟል። ቀናቱ እንደገና ክፍት ናቸው።`],
        facts: rentalFacts(data, format, rentalFactNamesAm).slice(0, 2),
        closing: ["ይህን ካልጠየቁ እባክዎ ቡቲኩን ያነጋግሩ።"],
        why: whyRentalAm(data.boutique),
      }),
      sms: (data, format) => `${data.boutique}፦ ከ${format.day(data.first_day)} የነበረው የ${data.product} ኪራይዎ ተሰርዟል።`,
      inApp: (data, format) => ({
        title: "ኪራይዎ ተሰርዟል",
        body: `${data.product}፣ ከ${format.day(data.first_day)}፣ ${data.boutique}።`,
      }),
    },
  },
});
