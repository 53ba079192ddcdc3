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
import { greetingAm, greetingEn, whyReminderAm, whyReminderEn } from "../words.ts";

/** Reminds the customer of a rental that begins. */
export const rentalReminder = defineKind<RentalData>({
  name: "rental_reminder",
  topic: "reminders",
  transactional: false,
  channels: ["email", "sms", "in_app"],
  subject: "rental_id",
  data: rentalData,
  example: { ...rentalExample, state: "reserved", held_until: null },
  recipients: customerOfRental,
  async load(context, id, recipient) {
    const rental = await loadRental(context, id, recipient, ["reserved"]);
    // Put off so long that it has begun: there is nothing to remind of.
    return rental !== undefined && Number(rental["days_ahead"]) >= 0 ? rental : undefined;
  },
  texts: {
    en: {
      mail: (data, format) => ({
        subject: `Soon: ${data.product}`,
        preheader: `Your rental begins on ${format.day(data.first_day)}.`,
        heading: "Your rental begins soon",
        greeting: greetingEn(data.display_name),
        paragraphs: [`Your rental at ${data.boutique} begins on ${format.day(data.first_day)}.`],
        facts: rentalFacts(data, format, rentalFactNamesEn),
        why: whyReminderEn,
      }),
      sms: (data, format) =>
        `${data.boutique}: your rental of ${data.product} begins on ${format.day(data.first_day)}.`,
      inApp: (data, format) => ({
        title: "Your rental begins soon",
        body: `${data.product}, on ${format.day(data.first_day)}, at ${data.boutique}.`,
      }),
    },
    am: {
      mail: (data, format) => ({
        subject: `በቅርቡ፦ ${data.product}`,
        preheader: `ኪራይዎ ${format.day(data.first_day)} ይጀምራል።`,
        heading: "ኪራይዎ በቅርቡ ይጀምራል",
        greeting: greetingAm(data.display_name),
        paragraphs: [`በ${data.boutique} ያለዎት ኪራይ ${format.day(data.first_day)} ይጀምራል።`],
        facts: rentalFacts(data, format, rentalFactNamesAm),
        why: whyReminderAm,
      }),
      sms: (data, format) => `${data.boutique}፦ የ${data.product} ኪራይዎ ${format.day(data.first_day)} ይጀምራል።`,
      inApp: (data, format) => ({
        title: "ኪራይዎ በቅርቡ ይጀምራል",
        body: `${data.product}፣ ${format.day(data.first_day)}፣ ${data.boutique}።`,
      }),
    },
  },
});
