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

/** Confirms a reservation to the customer, with the time until which it is held. */
export const rentalReserved = defineKind<RentalData>({
  name: "rental_reserved",
  topic: "bookings",
  transactional: true,
  channels: ["email", "in_app"],
  subject: "rental_id",
  data: rentalData,
  example: rentalExample,
  recipients: customerOfRental,
  // Cancelled or expired before the message left: there is nothing to confirm any more.
  load: (context, id, recipient) => loadRental(context, id, recipient, ["held", "reserved"]),
  // One customer has one rental: her id would add nothing.
  sendKey: (id) => `rental_reserved:${id}`,
  texts: {
    en: {
      mail(data, format) {
        const until =
          data.state === "held" && data.held_until !== null
            ? `We hold it for you until ${format.time(data.held_until, data.timezone)}.`
            : "It is firmly yours for these days.";
        return {
          subject: `Your reservation: ${data.product}`,
          preheader: until,
          heading: `${data.product} is reserved for you`,
          greeting: greetingEn(data.display_name),
          paragraphs: [`${data.boutique} has received your reservation.`],
          facts: rentalFacts(data, format, rentalFactNamesEn),
          closing: [until],
          why: whyRentalEn(data.boutique),
        };
      },
      inApp: (data, format) => ({
        title: `${data.product} is reserved for you`,
        body:
          data.state === "held" && data.held_until !== null
            ? `${data.boutique} holds it until ${format.time(data.held_until, data.timezone)}.`
            : `It is firmly yours from ${format.day(data.first_day)}.`,
      }),
    },
    am: {
      mail(data, format) {
        const until =
          data.state === "held" && data.held_until !== null
            ? `ቀሚሱን እስከ ${format.time(data.held_until, data.timezone)} ድረስ ይዘንልዎታል።`
            : "በእነዚህ ቀናት ቀሚሱ በእርግጠኝነት የእርስዎ ነው።";
        return {
          subject: `ያስያዙት ቀሚስ፦ ${data.product}`,
          preheader: until,
          heading: `${data.product} ለእርስዎ ተይዟል`,
          greeting: greetingAm(data.display_name),
          paragraphs: [`${data.boutique} የኪራይ ጥያቄዎን ተቀብሏል።`],
          facts: rentalFacts(data, format, rentalFactNamesAm),
          closing: [until],
          why: whyRentalAm(data.boutique),
        };
      },
      inApp: (data, format) => ({
        title: `${data.product} ለእርስዎ ተይዟል`,
        body:
          data.state === "held" && data.held_until !== null
            ? `${data.boutique} እስከ ${format.time(data.held_until, data.timezone)} ድረስ ይዞልዎታል።`
            : `ከ${format.day(data.first_day)} ጀምሮ በእርግጠኝነት የእርስዎ ነው።`,
      }),
    },
  },
});
