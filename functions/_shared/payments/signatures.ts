import { Buffer } from "node:buffer";
import { createHmac, timingSafeEqual } from "node:crypto";
import type { ProviderName } from "./provider.ts";
import { ProviderEventRefused } from "./provider-error.ts";

/** How far the time of sending may be from now, in seconds, in either direction. */
export const TOLERANCE_SECONDS = 300;

/** HMAC with SHA-256, in hexadecimal. */
export function hmacHex(secret: string, message: string | Uint8Array): string {
  return createHmac("sha256", secret).update(message).digest("hex");
}

/** Compares two texts; how long it takes does not tell where they differ. */
export function isSame(given: string, expected: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(expected)];
  return one.length === other.length && timingSafeEqual(one, other);
}

/** Refuses a message that is older than the window, or from the future. */
export function assertRecent(provider: ProviderName, sentAtSeconds: number, now: Date): void {
  if (Math.abs(Math.floor(now.getTime() / 1000) - sentAtSeconds) <= TOLERANCE_SECONDS) return;
  throw new ProviderEventRefused(
    provider,
    "stale_timestamp",
    `The event was sent more than ${TOLERANCE_SECONDS} seconds away from now. It is a replay, or a clock is wrong.`,
  );
}

/** The text of a body, or undefined for bytes that are no UTF-8: a replacement character would hide a change. */
export function decoded(rawBody: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(rawBody);
  } catch {
    return undefined;
  }
}

/** The JSON of a genuine event. */
export function jsonOf(provider: ProviderName, text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? "");
  } catch {
    throw new ProviderEventRefused(provider, "malformed_event", "The event is genuine, but no JSON.");
  }
}
