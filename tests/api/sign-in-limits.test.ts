import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { readSupabaseConfig } from "../../stack/supabase-config.ts";
import { offerOf } from "../helpers/auth-mail.ts";
import { World } from "../helpers/world.ts";

let world: World;

beforeAll(async () => {
  world = await World.create({ connections: 10 });
});
afterAll(() => world.close());
beforeEach(() => world.sql`truncate private.rate_limits`);

const password = "a-long-password";
const newAddress = () => `bride-${randomUUID()}@nexus.test`;
const { rateLimits } = readSupabaseConfig({});

interface Call {
  readonly method?: string;
  readonly body?: Readonly<Record<string, unknown>>;
  readonly token?: string;
  /** Address of the caller; without one only the limits per account hold. */
  readonly from?: string;
}

async function auth(path: string, { method, body, token, from }: Call) {
  const request = new Request(`${world.apiUrl}/auth/v1${path}`, {
    method: method ?? "POST",
    headers: {
      apikey: world.keys.publishable,
      "content-type": "application/json",
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    redirect: "manual",
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const response = await world.api.fetch(request, from ?? null);
  const text = await response.text();
  return {
    status: response.status,
    retryAfter: Number(response.headers.get("retry-after")),
    body: (text.startsWith("{") ? JSON.parse(text) : {}) as {
      error_code?: string;
      msg?: string;
      access_token?: string;
    },
  };
}

const tryPassword = (email: string, secret: string, from?: string) =>
  auth("/token?grant_type=password", { body: { email, password: secret }, ...(from === undefined ? {} : { from }) });

async function signUp(): Promise<{ email: string; token: string }> {
  const email = newAddress();
  const { body } = await auth("/signup", { body: { email, password } });
  return { email, token: body.access_token ?? "" };
}

/** Lets time pass for every bucket, without waiting for it. */
const passTime = (seconds: number) =>
  world.sql`update private.rate_limits set refilled_at = refilled_at - ${seconds} * interval '1 second'`;

/** As if an address had used up its limit. */
const useUp = (limit: keyof typeof rateLimits, address: string) => world.sql`
  insert into private.rate_limits (bucket, tokens, refilled_at) values (${`auth.${limit}:${address}`}, 0, clock_timestamp())`;

describe("the password of one account", () => {
  it("can be guessed ten times, then once a minute, from wherever", async () => {
    const { email } = await signUp();
    for (let n = 1; n <= 10; n += 1) {
      expect((await tryPassword(email, `guess-${n}`, `203.0.113.${n}`)).status).toBe(400);
    }
    // In capitals it is the same account.
    const eleventh = await tryPassword(email.toUpperCase(), "guess-11", "203.0.113.11");
    expect(eleventh.status).toBe(429);
    expect(eleventh.body).toMatchObject({ code: 429, error_code: "over_request_rate_limit" });
    expect(eleventh.body.msg).toContain(String(eleventh.retryAfter));
    expect(eleventh.retryAfter).toBeGreaterThan(50);
    expect(eleventh.retryAfter).toBeLessThanOrEqual(60);

    // The right password too: if it were let through, a guesser would go on and find out by success.
    expect((await tryPassword(email, password)).status).toBe(429);

    await passTime(60);
    expect((await tryPassword(email, "guess-12")).status).toBe(400);
    expect((await tryPassword(email, password)).status).toBe(429);
    await passTime(60);
    expect((await tryPassword(email, password)).status).toBe(200);
  });

  it("is told to supabase-js as an error with a code", async () => {
    const { email } = await signUp();
    for (let n = 1; n <= 10; n += 1) await tryPassword(email, "wrong-password");
    const { error } = await world.asAnon().auth.signInWithPassword({ email, password });
    expect(error).toMatchObject({ status: 429, code: "over_request_rate_limit" });
  });

  it("does not touch other accounts, and neither does an account that nobody has", async () => {
    const [hers, his] = [await signUp(), await signUp()];
    for (const email of [hers.email, newAddress()]) {
      for (let n = 1; n <= 10; n += 1) expect((await tryPassword(email, "wrong-password")).status).toBe(400);
      expect((await tryPassword(email, "wrong-password")).status).toBe(429);
    }
    expect((await tryPassword(his.email, password)).status).toBe(200);
  });

  it("lets exactly ten of fifty guesses through that come at the same moment", async () => {
    const { email } = await signUp();
    const guesses = await Promise.all(Array.from({ length: 50 }, (_, n) => tryPassword(email, `guess-${n}`)));
    const statuses = guesses.map(({ status }) => status);
    expect(statuses.filter((status) => status === 400)).toHaveLength(10);
    expect(statuses.filter((status) => status === 429)).toHaveLength(40);
  });

  it("may be right as often as one likes, and a right one takes back only itself", async () => {
    const { email } = await signUp();
    for (let n = 1; n <= 25; n += 1) expect((await tryPassword(email, password)).status).toBe(200);
    for (let n = 1; n <= 9; n += 1) expect((await tryPassword(email, "wrong-password")).status).toBe(400);
    expect((await tryPassword(email, password)).status).toBe(200);
    expect((await tryPassword(email, "wrong-password")).status).toBe(400);
    expect((await tryPassword(email, password)).status).toBe(429);
  });

  it.each([
    "/%74oken?grant_type=password",
    "/token?grant_type=refresh_token&grant_type=password",
    "/token?grant%5Ftype=password",
  ])("is counted under another spelling too: %s", async (path) => {
    const { email } = await signUp();
    for (let n = 1; n <= 10; n += 1) await auth(path, { body: { email, password: "wrong-password" } });
    expect((await tryPassword(email, password)).status).toBe(429);
  });
});

describe("the code of a mail", () => {
  it("can be guessed ten times, and the person signs in with her password meanwhile", async () => {
    const { email } = await signUp();
    await auth("/otp", { body: { email } });
    const { code } = offerOf(world.mails.messages.get(email)?.[0]?.html ?? "");
    const wrong = code === "000000" ? "000001" : "000000";
    const verify = (token: string) => auth("/verify", { body: { type: "email", email, token } });
    for (let n = 1; n <= 10; n += 1) expect((await verify(wrong)).status).toBe(403);
    expect((await verify(code)).body.error_code).toBe("over_request_rate_limit");
    expect((await tryPassword(email, password)).status).toBe(200);
    await passTime(60);
    expect((await verify(code)).status).toBe(200);
  });
});

describe("one address", () => {
  const here = "198.51.100.7";
  const cases: readonly [limit: keyof typeof rateLimits, method: string, path: string, body?: Call["body"]][] = [
    ["sign_in_sign_ups", "POST", "/signup", { email: newAddress(), password }],
    ["sign_in_sign_ups", "POST", "/token?grant_type=password", { email: newAddress(), password }],
    ["sign_in_sign_ups", "GET", "/authorize?provider=google"],
    ["token_refresh", "POST", "/token?grant_type=refresh_token", { refresh_token: "made-up" }],
    ["token_verifications", "POST", "/verify", { type: "magiclink", token_hash: "made-up" }],
    ["token_verifications", "GET", "/verify?type=magiclink&token=made-up"],
    ["token_verifications", "HEAD", "/verify?type=magiclink&token=made-up"],
    ["email_sent", "POST", "/recover", { email: newAddress() }],
    ["email_sent", "POST", "/otp", { email: newAddress() }],
    ["email_sent", "POST", "/magiclink", { email: newAddress() }],
    ["email_sent", "POST", "/resend", { type: "signup", email: newAddress() }],
    ["email_sent", "PUT", "/user", { email: newAddress() }],
  ];

  it.each(cases)("has a limit on %s: %s %s", async (limit, method, path, body) => {
    await useUp(limit, here);
    const call = { method, ...(body === undefined ? {} : { body }) };
    const refused = await auth(path, { ...call, from: here });
    expect(refused.status).toBe(429);
    if (method !== "HEAD") {
      const code = limit === "email_sent" ? "over_email_send_rate_limit" : "over_request_rate_limit";
      expect(refused.body).toMatchObject({ code: 429, error_code: code });
    }
    expect(refused.retryAfter).toBeGreaterThan(0);
    expect((await auth(path, { ...call, from: "198.51.100.8" })).status).not.toBe(429);
    await passTime(3600);
    expect((await auth(path, { ...call, from: here })).status).not.toBe(429);
  });

  it.each([
    ["token_verifications", 5],
    ["token_refresh", 5],
    ["email_sent", 60],
  ] as const)(
    "has as much of %s as supabase/config.toml says, and %i minutes after its end as much again",
    async (limit, minutes) => {
      const path = {
        token_verifications: "/verify",
        token_refresh: "/token?grant_type=refresh_token",
        email_sent: "/recover",
      };
      const left = async () => {
        expect((await auth(path[limit], { body: {}, from: here })).status).not.toBe(429);
        const [row] = await world.sql<{ tokens: number }[]>`select tokens from private.rate_limits`;
        return row?.tokens;
      };
      expect(await left()).toBe(rateLimits[limit] - 1);
      await world.sql`update private.rate_limits set tokens = 0`;
      await passTime(minutes * 30);
      const half = await left();
      expect(half).toBeGreaterThanOrEqual(rateLimits[limit] / 2 - 1);
      expect(half).toBeLessThan(rateLimits[limit] * 0.75);
      await passTime(minutes * 60);
      expect(await left()).toBe(rateLimits[limit] - 1);
    },
  );

  it("goes on reading and signing out when it has used up everything", async () => {
    const { token } = await signUp();
    for (const limit of Object.keys(rateLimits) as (keyof typeof rateLimits)[]) await useUp(limit, here);
    expect((await auth("/user", { method: "GET", token, from: here })).status).toBe(200);
    expect((await auth("/user", { method: "PUT", token, body: { data: { a: 1 } }, from: here })).status).toBe(200);
    expect((await auth("/logout", { token, body: {}, from: here })).status).toBe(204);
  });
});

it("keeps no address of a person in the table of counters", async () => {
  const { email } = await signUp();
  await tryPassword(email, "wrong-password");
  const buckets = await world.sql<{ bucket: string }[]>`select bucket from private.rate_limits`;
  expect(buckets.map(({ bucket }) => bucket)).toEqual([expect.stringMatching(/^sign_in:password:[0-9a-f]{64}$/)]);
});
