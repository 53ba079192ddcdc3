import type { SupabaseClient } from "@supabase/supabase-js";
import type { MiddlewareHandler } from "hono";
import type { Database } from "./database.types.ts";
import { Problem } from "./problem.ts";
import type { KeyVariables } from "./require-key.ts";

export interface RateLimit {
  /** What is limited, such as `catalog`; one bucket per caller's address. */
  readonly operation: string;
  /** Requests at once. */
  readonly capacity: number;
  /** Requests that the bucket gets back a minute. */
  readonly perMinute: number;
  /** Tokens that this process takes along at a time, so that most requests ask no database. */
  readonly lease: number;
}

/** A lease that nobody has used up is forgotten after this time; its tokens have filled in again by then. */
const LEASE_MS = 60_000;
const MAX_LEASES = 10_000;

/**
 * Answers 429 with Retry-After to an address that asks too often, counted in the database's token buckets, which all
 * processes share. Callers with the secret key are servers, which limit their own. Goes behind requireKey, where
 * there is one.
 *
 * @param client with the secret key
 */
export function limitRate(
  client: SupabaseClient<Database>,
  { operation, capacity, perMinute, lease }: RateLimit,
): MiddlewareHandler<{ Variables: KeyVariables }> {
  const leases = new Map<string, { left: number; until: number }>();

  /** Seconds to wait; 0 when the call may go on. */
  async function draw(bucket: string): Promise<number> {
    const known = leases.get(bucket);
    if (known !== undefined && known.left > 0 && known.until > Date.now()) {
      known.left -= 1;
      return 0;
    }
    let wait = 0;
    // A bucket that is nearly empty may hold one token still.
    for (const tokens of [lease, 1]) {
      const { data, error } = await client.rpc("draw_token", { bucket, capacity, per_minute: perMinute, tokens });
      if (error !== null) throw new Error(`The rate limiter answered ${error.code}: ${error.message}`);
      wait = data;
      if (wait > 0) continue;
      if (leases.size >= MAX_LEASES) leases.clear();
      leases.set(bucket, { left: tokens - 1, until: Date.now() + LEASE_MS });
      return 0;
    }
    return wait;
  }

  return async (context, next) => {
    if (context.get("keyKind") === "secret") return next();
    const wait = await draw(`${operation}:${callerAddress(context.req.raw.headers)}`);
    if (wait === 0) return next();
    throw tooMany(wait);
  };
}

/** As limitRate, for what is asked without a key: nobody is spared. */
export function limitAnybody(
  client: SupabaseClient<Database>,
  limit: RateLimit,
): MiddlewareHandler<{ Variables: KeyVariables }> {
  const limited = limitRate(client, limit);
  return (context, next) => {
    context.set("keyKind", "publishable");
    return limited(context, next);
  };
}

/**
 * Draws a token for one request that is limited on its own, such as one that nobody has signed.
 *
 * @param client with the secret key
 * @throws Problem 429 when the caller's address has none left
 */
export async function drawToken(
  client: SupabaseClient<Database>,
  { operation, capacity, perMinute }: Omit<RateLimit, "lease">,
  headers: Headers,
): Promise<void> {
  const bucket = `${operation}:${callerAddress(headers)}`;
  const { data, error } = await client.rpc("draw_token", { bucket, capacity, per_minute: perMinute, tokens: 1 });
  if (error !== null) throw new Error(`The rate limiter answered ${error.code}: ${error.message}`);
  if (data > 0) throw tooMany(data);
}

function tooMany(wait: number): Problem {
  const message = `Too many requests. Try again in ${wait} seconds.`;
  return new Problem(429, "too_many_requests", message, {}, { "retry-after": String(wait) });
}

/** As private.caller_address() has it. */
function callerAddress(headers: Headers): string {
  const forwarded = headers.get("x-forwarded-for")?.split(",")[0]?.trim();
  return headers.get("cf-connecting-ip") || forwarded || "unknown";
}
