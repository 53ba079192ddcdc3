import { decimalsOf, formatMoney } from "@nexus/client";

/** Whole amounts without decimals: `ETB 1,800`, `£95.50`. */
export function money(minorUnits: number, currency: string): string {
  const text = formatMoney(minorUnits, currency);
  return minorUnits % 10 ** decimalsOf(currency) === 0 ? text.replace(/\.0+$/, "") : text;
}

/** A day of the calendar: `Fri, 4 Jun 2027`. */
export function dayName(day: string): string {
  return new Intl.DateTimeFormat("en-GB", {
    weekday: "short",
    day: "numeric",
    month: "short",
    year: "numeric",
    timeZone: "UTC",
  }).format(new Date(`${day}T00:00:00Z`));
}

/** A moment where the branch is: `Fri, 4 Jun, 10:30`. */
export function momentIn(timezone: string, moment: string): string {
  return new Intl.DateTimeFormat("en-GB", {
    weekday: "short",
    day: "numeric",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
    timeZone: timezone,
  }).format(new Date(moment));
}

/** The time of day where the branch is: `10:30`. */
export function timeIn(timezone: string, moment: string): string {
  return new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: timezone }).format(
    new Date(moment),
  );
}

/** `off shoulder` and `habesha_kemis` as labels. */
export function label(word: string): string {
  const text = word.replaceAll("_", " ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** A moment on the visitor's own clock: `Fri, 4 Jun, 10:30`. */
export function hereAndNow(moment: string): string {
  return momentIn(Intl.DateTimeFormat().resolvedOptions().timeZone, moment);
}

/** `GB` in English: `United Kingdom`. */
export function countryName(code: string): string {
  return new Intl.DisplayNames("en-GB", { type: "region" }).of(code) ?? code;
}
