export { decimalsOf, formatMoney } from "../functions/_shared/money.ts";

/** Both days included, as RPCs take it: `period("2027-06-04", "2027-06-06")` is `[2027-06-04,2027-06-06]`. */
export function period(firstDay: string, lastDay: string): string {
  return `[${firstDay},${lastDay}]`;
}

/** First and last day, both included, of a period in either form: `[…,…]` or `[…,…)`. */
export function readPeriod(value: unknown): { readonly firstDay: string; readonly lastDay: string } {
  const [, firstDay, end, bracket] = /^\[(\d{4}-\d\d-\d\d),(\d{4}-\d\d-\d\d)([\])])$/.exec(String(value)) ?? [];
  if (firstDay === undefined || end === undefined) throw new TypeError(`${String(value)} is no period of days.`);
  return { firstDay, lastDay: bracket === "]" ? end : addDays(end, -1) };
}

/** Another day of the calendar: `addDays("2027-02-28", 1)` is `2027-03-01`. */
export function addDays(day: string, days: number): string {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + days);
  return date.toISOString().slice(0, 10);
}

/** The day that it is at a moment in a time zone, as YYYY-MM-DD: boutiques count days in theirs. */
export function dayIn(timezone: string, moment: string | Date = new Date()): string {
  // Swedes write dates as ISO 8601 does.
  return new Intl.DateTimeFormat("sv-SE", { timeZone: timezone, dateStyle: "short" }).format(new Date(moment));
}

/** The moment at which a day begins in a time zone, summer time or not. */
export function startOfDay(day: string, timezone: string): Date {
  const midnight = Date.parse(`${day}T00:00:00Z`);
  // What the clock there shows at a moment, less the moment: its offset. Asked twice, for it may change in between.
  const offsetAt = (moment: number) => {
    const clock = new Date(moment).toLocaleString("sv-SE", { timeZone: timezone });
    return Date.parse(`${clock.replace(" ", "T")}Z`) - moment;
  };
  return new Date(midnight - offsetAt(midnight - offsetAt(midnight)));
}
