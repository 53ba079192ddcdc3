import { z } from "zod";
import {
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
import { greetingAm, greetingEn } from "../words.ts";

const offerData = fittingData.extend({ held_until: z.date(), link: z.url() });
type OfferData = z.infer<typeof offerData>;

/** Offers a time that has become free to somebody of the waitlist, for as long as it is held for her. */
export const fittingOffer = defineKind<OfferData>({
  name: "fitting_offer",
  topic: "bookings",
  transactional: true,
  channels: ["email", "sms", "in_app"],
  subject: "appointment_id",
  data: offerData,
  example: {
    ...fittingExample,
    held_until: new Date("2027-05-06T12:30:00Z"),
    link: "https://shop.example/fittings/offers/0193a1b2-0000-7000-8000-000000000006",
  },
  recipients: customerOfFitting,
  async load(context, id, recipient) {
    const fitting = await loadFitting(context, id, recipient, "offered");
    const heldUntil = (fitting?.["held_until"] as Date | undefined)?.getTime() ?? 0;
    return heldUntil > Date.now() ? { ...fitting, link: `${context.siteUrl}/fittings/offers/${id}` } : undefined;
  },
  texts: {
    en: {
      mail: (data, format) => ({
        subject: `A time is free: ${data.service} at ${data.boutique}`,
        preheader: `${fittingTime(data, format)}, held for you until ${heldUntil(data, format)}.`,
        heading: "A time has become free",
        greeting: greetingEn(data.display_name),
        paragraphs: [
          `A time that you wait for at ${data.boutique} has become free. We hold it for you until ${heldUntil(data, format)}.`,
        ],
        facts: fittingFacts(data, format, fittingFactNamesEn),
        buttons: [{ label: "Take this time", link: data.link }],
        closing: ["If you do not take it, it goes to the next in line."],
        why: `You get this mail because you are on the waitlist of ${data.boutique}.`,
      }),
      sms: (data, format) =>
        `${data.boutique}: free on ${fittingTime(data, format)}. Held for you until ${heldUntil(data, format)}.`,
      inApp: (data, format) => ({
        title: "A time has become free",
        body: `${data.service}, ${fittingTime(data, format)}, ${data.boutique}. Held for you until ${heldUntil(data, format)}.`,
      }),
    },
    am: {
      mail: (data, format) => ({
        subject: `ክፍት ጊዜ ተገኝቷል፦ ${data.service}፣ ${data.boutique}`,
        preheader: `${fittingTime(data, format)}፤ እስከ ${heldUntil(data, format)} ተይዞልዎታል።`,
        heading: "ክፍት ጊዜ ተገኝቷል",
        greeting: greetingAm(data.display_name),
        paragraphs: [`በ${data.boutique} ሲጠብቁት የነበረ ጊዜ ተገኝቷል። እስከ ${heldUntil(data, format)} ተይዞልዎታል።`],
        facts: fittingFacts(data, format, fittingFactNamesAm),
        buttons: [{ label: "ጊዜውን ይያዙ", link: data.link }],
        closing: ["ካልያዙት ቀጥሎ ተራ ለሚጠብቅ ሰው ይሰጣል።"],
        why: `ይህ መልእክት የደረሰዎት በ${data.boutique} የተጠባባቂዎች ዝርዝር ውስጥ ስላሉ ነው።`,
      }),
      sms: (data, format) =>
        `${data.boutique}፦ ${fittingTime(data, format)} ክፍት ነው። እስከ ${heldUntil(data, format)} ተይዞልዎታል።`,
      inApp: (data, format) => ({
        title: "ክፍት ጊዜ ተገኝቷል",
        body: `${data.service}፣ ${fittingTime(data, format)}፣ ${data.boutique}። እስከ ${heldUntil(data, format)} ተይዞልዎታል።`,
      }),
    },
  },
});

const heldUntil = (data: OfferData, format: { time(moment: Date, timezone: string): string }): string =>
  format.time(data.held_until, data.timezone);
