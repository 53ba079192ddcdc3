/** The Sunday on which Europe puts its clocks forward, not before so many days from today; as YYYY-MM-DD. */
export function springForward(daysFromToday = 30): string {
  return lastSunday(2, daysFromToday);
}

/** The Sunday on which Europe puts its clocks back. */
export function fallBack(daysFromToday = 30): string {
  return lastSunday(9, daysFromToday);
}

/** A day so many days after another. */
export function daysAfter(day: string, count: number): string {
  return new Date(Date.parse(day) + count * 86_400_000).toISOString().slice(0, 10);
}

function lastSunday(month: number, daysFromToday: number): string {
  const earliest = new Date(Date.now() + daysFromToday * 86_400_000);
  for (let year = earliest.getUTCFullYear(); ; year += 1) {
    const date = new Date(Date.UTC(year, month + 1, 0));
    date.setUTCDate(date.getUTCDate() - date.getUTCDay());
    if (date >= earliest) return date.toISOString().slice(0, 10);
  }
}
