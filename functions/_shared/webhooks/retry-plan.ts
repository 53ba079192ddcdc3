const FIRST_WAIT_SECONDS = 10;
const LONGEST_WAIT_SECONDS = 4 * 3600;

/** Attempts before a delivery is given up: the waits between them add up to more than 25 hours. */
export const MAX_TRIES = 17;

/** Longest time that a receiver can put us off for. */
const LONGEST_RETRY_AFTER_SECONDS = 6 * 3600;

/**
 * Seconds until the next attempt, or null when there is none left. The wait doubles up to four hours, and is up to a fifth
 * longer by chance, so that what failed together does not come back together. Retry-After can make it longer, within
 * bounds, and never shorter: a receiver that asks for haste would use up its attempts before it has recovered.
 *
 * @param tries attempts so far, 1 after the first
 * @param retryAfterSeconds what the receiver asked for
 */
export function nextWait(
  tries: number,
  retryAfterSeconds: number | undefined,
  random: () => number = Math.random,
): number | null {
  if (tries >= MAX_TRIES) return null;
  const planned = Math.min(FIRST_WAIT_SECONDS * 2 ** (tries - 1), LONGEST_WAIT_SECONDS) * (1 + random() / 5);
  return Math.round(Math.max(planned, Math.min(retryAfterSeconds ?? 0, LONGEST_RETRY_AFTER_SECONDS)));
}

/** Reads a Retry-After header: seconds, or a date; undefined when it is neither. */
export function readRetryAfter(header: string | undefined, now: Date): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d{1,9}$/.test(header.trim())) return Number(header);
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, (date - now.getTime()) / 1000);
}
