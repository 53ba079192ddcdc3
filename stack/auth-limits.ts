import { createHash } from "node:crypto";
import type { Sql } from "postgres";
import type { RateLimits } from "./supabase-config.ts";

/** What a request to the Auth server is counted as. */
interface Attempt {
  readonly limit: keyof RateLimits;
  /** Set when a secret of an account is tried: which kind, and the account's address. */
  readonly guess?: { readonly kind: "password" | "code"; readonly email: string };
}

/**
 * The limits of the Auth server, which the embedded one lacks: per address as `[auth.rate_limit]` of
 * supabase/config.toml says, and per account for passwords and codes (sql/21_sign_in.sql). Buckets are in the
 * database, so every process draws from the same ones.
 */
export class AuthLimits {
  readonly #sql: Sql;
  readonly #rates: RateLimits;

  /** @param sql connection of a role that inherits `service_role` */
  constructor(sql: Sql, rates: RateLimits) {
    this.#sql = sql;
    this.#rates = rates;
  }

  /**
   * Answers with `next`, or with 429 in the form of the Auth server's own errors.
   *
   * @param peerAddress the socket's; without one only the limits per account hold
   */
  async guard(request: Request, peerAddress: string | null, next: () => Promise<Response>): Promise<Response> {
    const attempt = await attemptOf(request);
    if (attempt === undefined) return next();
    const { limit, guess } = attempt;
    if (peerAddress !== null) {
      const wait = await this.#drawFor(peerAddress, limit);
      if (wait > 0) return refusal(limit, wait);
    }
    if (guess === undefined) return next();
    const account = accountOf(guess);
    const [row] = await this.#sql<{ wait: number }[]>`select private.draw_sign_in(${account}) as wait`;
    const wait = row?.wait ?? 0;
    // The right password is refused too, as long as it takes: otherwise a guesser would only have to go on.
    if (wait > 0) return refusal(limit, wait);
    const response = await next();
    if (response.ok) await this.#sql`select private.return_sign_in(${account})`;
    return response;
  }

  async #drawFor(peerAddress: string, limit: keyof RateLimits): Promise<number> {
    const capacity = this.#rates[limit];
    const [row] = await this.#sql<{ wait: number }[]>`
      select private.draw_token(${`auth.${limit}:${peerAddress}`}, ${capacity}, ${capacity / minutes[limit]}) as wait`;
    return row?.wait ?? 0;
  }
}

/** How long a bucket takes from empty to full. */
const minutes: Readonly<Record<keyof RateLimits, number>> = {
  email_sent: 60,
  sign_in_sign_ups: 5,
  token_verifications: 5,
  token_refresh: 5,
};

/** By path alone: the library answers HEAD as GET, and a method that it refuses may count as well. */
async function attemptOf(request: Request): Promise<Attempt | undefined> {
  const path = /^\/auth\/v1\/(\w+)$/.exec(decodeURI(new URL(request.url).pathname))?.[1];
  switch (path) {
    case "signup":
    case "authorize":
    case "callback":
      return { limit: "sign_in_sign_ups" };
    case "token": {
      // By what it carries, not by grant_type: whatever the library makes of that, a password needs an address.
      const email = await emailOf(request);
      if (email === undefined) return { limit: "token_refresh" };
      return { limit: "sign_in_sign_ups", guess: { kind: "password", email } };
    }
    case "verify": {
      const email = await emailOf(request);
      return { limit: "token_verifications", ...(email === undefined ? {} : { guess: { kind: "code", email } }) };
    }
    case "otp":
    case "magiclink":
    case "recover":
    case "resend":
    case "reauthenticate":
      return { limit: "email_sent" };
    case "user":
      // A change of address sends a mail.
      return (await emailOf(request)) === undefined ? undefined : { limit: "email_sent" };
    default:
      return undefined;
  }
}

/** The address in a body that request-guard.ts has found well-formed. */
async function emailOf(request: Request): Promise<string | undefined> {
  const text = request.body === null ? "" : await request.clone().text();
  if (text === "") return undefined;
  const { email } = JSON.parse(text) as { readonly email?: string };
  return email;
}

/** Hashed: an address is nobody's business in a table of counters. */
function accountOf({ kind, email }: NonNullable<Attempt["guess"]>): string {
  return `${kind}:${createHash("sha256").update(email.toLowerCase()).digest("hex")}`;
}

function refusal(limit: keyof RateLimits, wait: number): Response {
  const error = limit === "email_sent" ? "over_email_send_rate_limit" : "over_request_rate_limit";
  return Response.json(
    { code: 429, error_code: error, msg: `Too many requests. Try again in ${wait} seconds.` },
    { status: 429, headers: { "retry-after": String(wait) } },
  );
}
