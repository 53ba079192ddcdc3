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

/** Tells the customer that the boutique has confirmed her rental. */
export const rentalConfirmed = defineKind<RentalData>({
  name: "rental_confirmed",
  topic: "bookings",
  transactional: true,
  channels: ["email", "sms", "in_app"],
  subject: "rental_id",
  data: rentalData,
  example: { ...rentalExample, state: "reserved", held_until: null },
  recipients: customerOfRental,
  load: (context, id, recipient) => loadRental(context, id, recipient, ["reserved"]),
  texts: {
    en: {
      mail: (data, format) => ({
        subject: `Confirmed: ${data.product}`,
        preheader: `${data.boutique} has confirmed your rental.`,
        heading: "Your rental is confirmed",
        greeting: greetingEn(data.display_name),
        paragraphs: [`${data.boutique} has confirmed your rental. The gown is yours for these days.`],
        facts: rentalFacts(data, format, rentalFactNamesEn),
        why: whyRentalEn(data.boutique),
      }),
      sms: (data, format) => `${data.boutique}: ${data.product} is yours from ${format.day(data.first_day)}.`,
      inApp: (data, format) => ({
        title: `${data.boutique} has confirmed your rental`,
        body: `${data.product} is yours from ${format.day(data.first_day)} to ${format.day(data.last_day)}.`,
      }),
    },
    am: {
      mail: (data, format) => ({
        subject: `ተረጋግጧል፦ ${data.product}`,
        preheader: `${data.boutique} ኪራይዎን አረጋግጧል።`,
        heading: "ኪራይዎ ተረጋግጧል",
        greeting: greetingAm(data.display_name),
        paragraphs: [`${data.boutique} ኪራይዎን አረጋግጧል። ቀሚሱ በእነዚህ ቀናት የእርስዎ ነው።`],
        facts: rentalFacts(data, format, rentalFactNamesAm),
        why: whyRentalAm(data.boutique),
      }),
      sms: (data, format) => `${data.boutique}፦ ${data.product} ከ${format.day(data.first_day)} ጀምሮ የእርስዎ ነው።`,
      inApp: (data, format) => ({
        title: `${data.boutique} ኪራይዎን አረጋግጧል`,
        body: `${data.product} ከ${format.day(data.first_day)} እስከ ${format.day(data.last_day)} የእርስዎ ነው።`,
      }),
    },
  },
});
