import type { CallOptions } from "./call.ts";

/** For calls that must not be done twice. */
export interface OnceOptions extends CallOptions {
  /**
   * Which intent of the customer the call belongs to: the same key never books twice. Without one the client makes a key for each
   * call, and keeps it when it repeats the call by itself. Keep one of your own where a click may come again: after a reload, or
   * when the first answer was lost.
   */
  readonly idempotencyKey?: string;
}

export function newIdempotencyKey(): string {
  return crypto.randomUUID();
}

/** The key of this call: made once, before the first try. */
export function keyOf({ idempotencyKey = newIdempotencyKey() }: OnceOptions): string {
  return idempotencyKey;
}
