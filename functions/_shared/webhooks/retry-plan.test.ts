import { expect, it } from "vitest";
import { MAX_TRIES, nextWait, readRetryAfter } from "./retry-plan.ts";

/** All waits of a delivery that never succeeds. */
function waits(random: number, retryAfter?: number): number[] {
  const all: number[] = [];
  for (let tries = 1; ; tries += 1) {
    const wait = nextWait(tries, retryAfter, () => random);
    if (wait === null) return all;
    all.push(wait);
  }
}
const hours = (seconds: readonly number[]) => seconds.reduce((sum, wait) => sum + wait, 0) / 3600;

it("tries for more than a day and less than two, and then no more", () => {
  expect(hours(waits(0))).toBeGreaterThan(24);
  expect(hours(waits(1))).toBeLessThan(48);
  expect(waits(0)).toHaveLength(MAX_TRIES - 1);
  expect(nextWait(MAX_TRIES, 5)).toBeNull();
});

it("waits longer each time, up to four hours, and a little longer by chance", () => {
  expect(waits(0).slice(0, 5)).toEqual([10, 20, 40, 80, 160]);
  expect(Math.max(...waits(0))).toBe(14_400);
  expect(nextWait(1, undefined, () => 0.5)).toBe(11);
});

it("lets the receiver put it off, within bounds, and never hurry it", () => {
  expect(nextWait(1, 300, () => 0)).toBe(300);
  expect(nextWait(1, 1_000_000, () => 0)).toBe(21_600);
  expect(nextWait(5, 1, () => 0)).toBe(160);
});

it.each([
  ["120", 120],
  ["Tue, 24 Nov 2026 20:00:30 GMT", 30],
  ["Tue, 24 Nov 2026 19:00:00 GMT", 0],
  ["soon", undefined],
  ["-5", undefined],
  ["9".repeat(400), undefined],
  [undefined, undefined],
])("reads Retry-After: %s", (header, seconds) => {
  const read = readRetryAfter(header, new Date("2026-11-24T20:00:00Z"));
  if (header === "-5") expect(read === undefined || read >= 0).toBe(true);
  else expect(read).toBe(seconds);
});
