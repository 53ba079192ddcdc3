import { defineKind, type Kind } from "../kind.ts";
import type { Format, Language } from "../language.ts";
import {
  customerOfRsvp,
  loadShow,
  type ShowData,
  type StillTrue,
  showData,
  showExample,
  showFactNamesAm,
  showFactNamesEn,
  showFacts,
  showTime,
} from "../shows.ts";
import { greetingAm, greetingEn, whyShowAm, whyShowEn } from "../words.ts";

/** What is different in the messages to those who come to a show. */
interface Telling {
  readonly name: string;
  readonly about: "bookings" | "reminders";
  readonly when: StillTrue;
  readonly example?: Partial<ShowData>;
  readonly words: Readonly<Record<Language, Words>>;
}

interface Words {
  /** Title of the mail and of what is shown in the front end. */
  readonly heading: string;
  /** The whole of it in a sentence, for every channel. */
  sentence(data: ShowData, time: string): string;
}

const factNames = { en: showFactNamesEn, am: showFactNamesAm };
const greetings = { en: greetingEn, am: greetingAm };
const reasons = { en: whyShowEn, am: whyShowAm };

function tellGuest({ name, about, when, example, words }: Telling): Kind {
  const textsIn = (language: Language) => {
    const { heading, sentence } = words[language];
    const said = (data: ShowData, format: Format) => sentence(data, showTime(data, format));
    return {
      mail: (data: ShowData, format: Format) => ({
        subject: `${heading}${language === "en" ? ": " : "፦ "}${data.title}`,
        preheader: said(data, format),
        heading,
        greeting: greetings[language](data.display_name),
        paragraphs: [said(data, format)],
        facts: showFacts(data, format, factNames[language]),
        why: reasons[language](data.boutique),
      }),
      sms: (data: ShowData, format: Format) => said(data, format),
      inApp: (data: ShowData, format: Format) => ({ title: heading, body: said(data, format) }),
    };
  };
  return defineKind<ShowData>({
    name,
    topic: about,
    transactional: about === "bookings",
    channels: ["email", "sms", "in_app"],
    subject: "rsvp_id",
    data: showData,
    example: { ...showExample, ...example },
    recipients: customerOfRsvp,
    load: (context, id, recipient, occasion) => loadShow(context, id, recipient, occasion, when),
    texts: { en: textsIn("en"), am: textsIn("am") },
  });
}

/** She has seats. */
export const showConfirmed = tellGuest({
  name: "show_confirmed",
  about: "bookings",
  when: { shows: ["scheduled"], rsvps: ["confirmed"] },
  words: {
    en: {
      heading: "Your seats are reserved",
      sentence: ({ boutique, title }, time) => `${boutique}: you have seats for ${title} on ${time}.`,
    },
    am: {
      heading: "ቦታዎ ተይዟል",
      sentence: ({ boutique, title }, time) => `${boutique}፦ በ${title} ትርዒት ቦታ ተይዞልዎታል፣ ${time}።`,
    },
  },
});

/** She has waited, and has seats now. */
export const showPromoted = tellGuest({
  name: "show_promoted",
  about: "bookings",
  when: { shows: ["scheduled"], rsvps: ["confirmed"] },
  words: {
    en: {
      heading: "Seats have become free for you",
      sentence: ({ boutique, title }, time) => `${boutique}: seats became free, you come to ${title} on ${time}.`,
    },
    am: {
      heading: "ሲጠብቁት የነበረ ቦታ ተገኝቷል",
      sentence: ({ boutique, title }, time) => `${boutique}፦ ለ${title} ትርዒት ቦታ ተገኝቶልዎታል፣ ${time}።`,
    },
  },
});

/** Staff have cancelled her RSVP; she has not done so herself. */
export const showRsvpCancelled = tellGuest({
  name: "show_rsvp_cancelled",
  about: "bookings",
  when: { shows: ["scheduled", "live", "cancelled"], rsvps: ["cancelled"] },
  example: { reason: "You have called us." },
  words: {
    en: {
      heading: "Your RSVP is cancelled",
      sentence: ({ boutique, title }, time) => `${boutique}: your RSVP to ${title} on ${time} is cancelled.`,
    },
    am: {
      heading: "ቦታዎ ተሰርዟል",
      sentence: ({ boutique, title }, time) => `${boutique}፦ በ${title} ትርዒት የነበረዎት ቦታ ተሰርዟል፣ ${time}።`,
    },
  },
});

/** The show is at another time or place. Comes again after each move, and not for a time that was moved since. */
export const showMoved = tellGuest({
  name: "show_moved",
  about: "bookings",
  when: { shows: ["scheduled"], rsvps: ["confirmed", "waitlisted"] },
  words: {
    en: {
      heading: "The show has moved",
      sentence: ({ boutique, title, branch }, time) =>
        `${boutique}: ${title} is now on ${time}${branch === null ? "" : `, ${branch}`}.`,
    },
    am: {
      heading: "ትርዒቱ ተዛውሯል",
      sentence: ({ boutique, title, branch }, time) =>
        `${boutique}፦ የ${title} ትርዒት አሁን ${time} ነው${branch === null ? "" : `፣ ${branch}`}።`,
    },
  },
});

/** The show does not take place. */
export const showCancelled = tellGuest({
  name: "show_cancelled",
  about: "bookings",
  when: { shows: ["cancelled"], rsvps: ["confirmed", "waitlisted"] },
  example: { reason: "The hall has no power." },
  words: {
    en: {
      heading: "The show is cancelled",
      sentence: ({ boutique, title }, time) => `${boutique}: ${title} on ${time} does not take place.`,
    },
    am: {
      heading: "ትርዒቱ ተሰርዟል",
      sentence: ({ boutique, title }, time) => `${boutique}፦ ${time} ሊደረግ የነበረው የ${title} ትርዒት ተሰርዟል።`,
    },
  },
});

/** A day and an hour before. The occasion is hours and beginning, as for fittings. */
export const showReminder = tellGuest({
  name: "show_reminder",
  about: "reminders",
  when: { shows: ["scheduled"], rsvps: ["confirmed"] },
  words: {
    en: {
      heading: "The show is soon",
      sentence: ({ boutique, title, branch }, time) =>
        `${boutique}: ${title} begins on ${time}${branch === null ? "" : `, ${branch}`}.`,
    },
    am: {
      heading: "ትርዒቱ ደርሷል",
      sentence: ({ boutique, title, branch }, time) =>
        `${boutique}፦ የ${title} ትርዒት ${time} ይጀምራል${branch === null ? "" : `፣ ${branch}`}።`,
    },
  },
});
