import { formatMoney } from "../money.ts";

/** Languages that every text is written in. */
export const languages = ["en", "am"] as const;
export type Language = (typeof languages)[number];

/** Days are of the Gregorian calendar in both, as in the rest of the product. */
const locales: Readonly<Record<Language, string>> = { en: "en-GB", am: "am-ET" };

/** The language for a reader with this BCP 47 tag; English for all that nobody has translated to. */
export function languageOf(locale: string): Language {
  const primary = locale.split("-")[0];
  return languages.find((language) => language === primary) ?? "en";
}

/** Days, times and money as a language writes them. */
export interface Format {
  /** @param day YYYY-MM-DD */
  day(day: string): string;
  /** A day as it begins in a zone at this moment. */
  dayOf(moment: Date, timezone?: string): string;
  /** Day and time of a zone, on the 24-hour clock: in Amharic 3:15 may mean two things. */
  time(moment: Date, timezone: string): string;
  /** @param minorUnits santim, cents ... */
  money(minorUnits: number, currency: string): string;
}

export function formatFor(language: Language): Format {
  const locale = locales[language];
  const dayOf = (moment: Date, timezone = "UTC") =>
    new Intl.DateTimeFormat(locale, { dateStyle: "full", timeZone: timezone }).format(moment);
  return {
    day: (day) => dayOf(new Date(`${day}T00:00:00Z`)),
    dayOf,
    time: (moment, timeZone) =>
      new Intl.DateTimeFormat(locale, { dateStyle: "full", timeStyle: "short", hourCycle: "h23", timeZone }).format(
        moment,
      ),
    money: (minorUnits, currency) => formatMoney(minorUnits, currency, locale),
  };
}
