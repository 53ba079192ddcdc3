import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { landingOf, offerOf } from "../helpers/auth-mail.ts";
import { cleanUp, StackCommand, temporaryFolder, until } from "./running-stack.ts";

let stack: StackCommand;

beforeAll(async () => {
  const folder = await temporaryFolder();
  stack = await StackCommand.ready(join(folder, "data"), ["--no-demo", "--no-worker"], { env: { HOME: folder } });
});
afterAll(cleanUp);

const password = "a-long-password";
const newAddress = () => `bride-${randomUUID()}@nexus.test`;

function connect(): SupabaseClient {
  return createClient(stack.status.api_url, stack.status.publishable_key, {
    auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false },
  });
}

async function signUp(): Promise<{ client: SupabaseClient; email: string; id: string }> {
  const client = connect();
  const email = newAddress();
  const { data, error } = await client.auth.signUp({ email, password });
  if (error !== null) throw error;
  return { client, email, id: data.user?.id ?? "" };
}

const signIn = async (email: string, secret = password) =>
  (await connect().auth.signInWithPassword({ email, password: secret })).error?.code ?? "signed in";

interface Mail {
  readonly subject: string;
  readonly html: string;
  readonly text: string;
  readonly to: { readonly address: string }[];
}

/** The only mail that somebody has received, from the real inbox. */
async function mailTo(address: string): Promise<Mail> {
  let mails: Mail[] = [];
  await until(async () => {
    const all = (await (await fetch(`${stack.status.inbox_url}/email`)).json()) as Mail[];
    mails = all.filter(({ to }) => to.some((recipient) => recipient.address === address));
    return mails.length > 0;
  }, `a mail to ${address}`);
  expect(mails).toHaveLength(1);
  return mails[0] as Mail;
}

/** Follows a link as a mail program hands it to a browser: without key or token. */
const follow = async (link: URL) => landingOf(await fetch(link, { redirect: "manual" }));

/** A client with the session that a followed link has given. */
async function withSession(fragment: URLSearchParams): Promise<SupabaseClient> {
  const client = connect();
  const { error } = await client.auth.setSession({
    access_token: fragment.get("access_token") ?? "",
    refresh_token: fragment.get("refresh_token") ?? "",
  });
  expect(error).toBeNull();
  return client;
}

const whoIs = async (client: SupabaseClient) => (await client.auth.getUser()).data.user?.id;

describe("a magic link", () => {
  it("signs in once, and lands where the front end has asked for", async () => {
    const { email, id } = await signUp();
    const emailRedirectTo = "http://localhost:3000";
    expect((await connect().auth.signInWithOtp({ email, options: { emailRedirectTo } })).error).toBeNull();
    const mail = await mailTo(email);
    expect(mail.subject).toBe("Your link to sign in");
    expect(mail.html).toContain(">NEXUS<");
    expect(mail.html).toContain(email);
    expect(mail.html).not.toContain("{{");
    const { link } = offerOf(mail.html);
    expect(link.origin).toBe(stack.status.api_url);
    expect(mail.text).toContain(link.href);

    const { page, fragment } = await follow(link);
    expect(page).toBe(emailRedirectTo);
    expect(await whoIs(await withSession(fragment))).toBe(id);
    expect((await follow(link)).fragment.get("error_code")).toBe("otp_expired");
  });

  it("lands on no address that is not allowed", async () => {
    const { email } = await signUp();
    await connect().auth.signInWithOtp({ email, options: { emailRedirectTo: "https://evil.example/steal" } });
    expect((await follow(offerOf((await mailTo(email)).html).link)).page).toBe(stack.status.api_url);
  });

  it("has a code with it, for those who read their mail elsewhere; it works once and ends the link", async () => {
    const { email, id } = await signUp();
    await connect().auth.signInWithOtp({ email });
    const { link, code } = offerOf((await mailTo(email)).html);
    expect(code).toMatch(/^\d{6}$/);
    const client = connect();
    expect((await client.auth.verifyOtp({ email, token: code, type: "email" })).error).toBeNull();
    expect(await whoIs(client)).toBe(id);
    expect((await connect().auth.verifyOtp({ email, token: code, type: "email" })).error?.code).toBe("otp_expired");
    expect((await follow(link)).fragment.get("error_code")).toBe("otp_expired");
  });
});

describe("a forgotten password", () => {
  it("is replaced with the link of the mail, which works once", async () => {
    const { email, id } = await signUp();
    const redirectTo = "http://localhost:3000/account/new-password?lang=am";
    expect((await connect().auth.resetPasswordForEmail(email, { redirectTo })).error).toBeNull();
    const mail = await mailTo(email);
    expect(mail.subject).toBe("Choose a new password");
    const { link } = offerOf(mail.html);
    expect(link.origin).toBe(stack.status.api_url);
    const { page, fragment } = await follow(link);
    expect(page).toBe(redirectTo);
    const client = await withSession(fragment);
    expect(await whoIs(client)).toBe(id);
    expect((await client.auth.updateUser({ password: "a-newer-password" })).error).toBeNull();
    expect(await signIn(email)).toBe("invalid_credentials");
    expect(await signIn(email, "a-newer-password")).toBe("signed in");
    expect((await follow(link)).fragment.has("access_token")).toBe(false);
  });
});

describe("a change of address", () => {
  it("waits for the link that goes to the present address; then the new one signs in", async () => {
    const { client, email, id } = await signUp();
    const next = newAddress();
    expect((await client.auth.updateUser({ email: next })).error).toBeNull();
    expect(await signIn(next)).toBe("invalid_credentials");
    const mail = await mailTo(email);
    expect(mail.subject).toBe("Confirm your new address");
    expect(mail.html).toContain(email);
    expect(mail.html).toContain(next);
    const { link } = offerOf(mail.html);
    expect(link.origin).toBe(stack.status.api_url);
    expect(await whoIs(await withSession((await follow(link)).fragment))).toBe(id);
    expect(await signIn(next)).toBe("signed in");
    expect(await signIn(email)).toBe("invalid_credentials");
  });
});

it("counts a sign-up for the address of the socket, whatever address the client makes up", async () => {
  const { api_url, db_url, publishable_key } = stack.status;
  const made = "203.0.113.7";
  const response = await fetch(`${api_url}/auth/v1/signup`, {
    method: "POST",
    headers: {
      apikey: publishable_key,
      "content-type": "application/json",
      "x-forwarded-for": made,
      "cf-connecting-ip": made,
    },
    body: JSON.stringify({ email: newAddress(), password }),
  });
  expect(response.status).toBe(200);
  const sql = postgres(db_url, { max: 1 });
  const rows = await sql<{ bucket: string }[]>`select bucket from private.rate_limits`;
  await sql.end();
  const buckets = rows.map(({ bucket }) => bucket);
  expect(buckets).toContain("auth.sign_in_sign_ups:127.0.0.1");
  expect(buckets.filter((bucket) => bucket.includes(made))).toEqual([]);
});

describe("a session", () => {
  it("is renewed with a new refresh token each time, and ends with signing out", async () => {
    const { client, id } = await signUp();
    const first = (await client.auth.getSession()).data.session;
    const second = (await client.auth.refreshSession()).data.session;
    expect(second?.refresh_token).not.toBe(first?.refresh_token);
    expect(await whoIs(client)).toBe(id);
    expect((await client.auth.signOut()).error).toBeNull();
    const refresh_token = second?.refresh_token ?? "";
    expect((await connect().auth.refreshSession({ refresh_token })).error?.status).toBe(400);
  });
});
