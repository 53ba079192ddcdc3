import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { World } from "../helpers/world.ts";

let world: World;

beforeAll(async () => {
  world = await World.create();
});
afterAll(() => world.close());

const password = "a-long-password";
const newAddress = () => `bride-${randomUUID()}@nexus.test`;

interface Session {
  readonly access_token: string;
  readonly refresh_token: string;
  readonly token_type: string;
  readonly expires_in: number;
  readonly user: { readonly id: string; readonly email: string };
}

/** One request to the Auth server as any HTTP client would send it. */
async function auth(path: string, body?: unknown, token?: string, method = body === undefined ? "GET" : "POST") {
  const response = await world.fetch(`/auth/v1${path}`, {
    method,
    headers: {
      apikey: world.keys.publishable,
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: (text === "" ? {} : JSON.parse(text)) as Session & { error_code?: string } };
}

const signUp = async (email = newAddress()) => (await auth("/signup", { email, password })).body;
const refresh = (token: string) => auth("/token?grant_type=refresh_token", { refresh_token: token });
const whoAmI = (token: string) => auth("/user", undefined, token);

describe("signing up", () => {
  it("gives a session, a profile and nothing else", async () => {
    const email = newAddress();
    const { status, body } = await auth("/signup", { email, password, data: { display_name: "Selam" } });
    expect(status).toBe(200);
    expect(body).toMatchObject({ token_type: "bearer", expires_in: 3600, user: { email } });
    expect((await whoAmI(body.access_token)).body).toMatchObject({ id: body.user.id });
    const profiles = await world.sql`select display_name from public.profiles where id = ${body.user.id}`;
    expect([...profiles]).toEqual([{ display_name: "Selam" }]);
    const [claims = ""] = body.access_token.split(".").slice(1);
    expect(JSON.parse(Buffer.from(claims, "base64url").toString())).toMatchObject({
      sub: body.user.id,
      role: "authenticated",
      aud: "authenticated",
    });
  });

  it("cannot give itself a role", async () => {
    const body = {
      email: newAddress(),
      password,
      role: "service_role",
      app_metadata: { role: "admin" },
      data: { role: "admin" },
    };
    const { access_token, user } = (await auth("/signup", body)).body;
    const [claims = ""] = access_token.split(".").slice(1);
    expect(JSON.parse(Buffer.from(claims, "base64url").toString())).toMatchObject({ role: "authenticated" });
    const [row] =
      await world.sql`select role, raw_app_meta_data ->> 'role' as app_role from auth.users where id = ${user.id}`;
    expect(row).toEqual({ role: "authenticated", app_role: null });
    expect([...(await world.sql`select from public.platform_admins where user_id = ${user.id}`)]).toEqual([]);
  });

  it.each([
    ["a short password", () => ({ email: newAddress(), password: "short" })],
    ["no password", () => ({ email: newAddress() })],
    ["no address", () => ({ password })],
    ["an address that is none", () => ({ email: "bride", password })],
  ])("refuses %s", async (_what, body) => {
    const { status } = await auth("/signup", body());
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(500);
  });

  it("refuses an address that has an account, in capitals too, and leaves that account as it is", async () => {
    const email = newAddress();
    await signUp(email);
    for (const again of [email, email.toUpperCase()]) {
      const { status, body } = await auth("/signup", { email: again, password: "another-password" });
      expect(status).toBeGreaterThanOrEqual(400);
      expect(status).toBeLessThan(500);
      expect(body.access_token).toBeUndefined();
    }
    expect((await auth("/token?grant_type=password", { email, password })).status).toBe(200);
    expect((await auth("/token?grant_type=password", { email, password: "another-password" })).status).toBe(400);
  });
});

describe("signing in", () => {
  it("is refused alike for a wrong password and for an address that nobody has", async () => {
    const email = newAddress();
    await signUp(email);
    const wrong = await auth("/token?grant_type=password", { email, password: "wrong-password" });
    const unknown = await auth("/token?grant_type=password", { email: newAddress(), password });
    expect(wrong.status).toBe(400);
    expect(wrong.body.error_code).toBe("invalid_credentials");
    expect(unknown).toEqual(wrong);
  });

  it("gives tokens that are renewed in turn", async () => {
    const first = await signUp();
    const second = (await refresh(first.refresh_token)).body;
    expect(second.user.id).toBe(first.user.id);
    expect(second.refresh_token).not.toBe(first.refresh_token);
    const third = await refresh(second.refresh_token);
    expect(third.status).toBe(200);
    expect((await whoAmI(third.body.access_token)).body).toMatchObject({ id: first.user.id });
  });

  it("ends for both when a token is renewed a second time, much later: one of them has stolen it", async () => {
    const stolen = await signUp();
    const renewed = (await refresh(stolen.refresh_token)).body;
    const newest = (await refresh(renewed.refresh_token)).body;
    await world.sql`update auth.refresh_tokens set updated_at = now() - interval '1 hour', created_at = now() - interval '1 hour'`;
    expect((await refresh(stolen.refresh_token)).status).toBe(400);
    expect((await refresh(newest.refresh_token)).status).toBe(400);
  });

  it("is no matter of a token that somebody has made up", async () => {
    const { access_token } = await signUp();
    for (const token of ["made-up", `${access_token.slice(0, -2)}xx`, world.keys.publishable]) {
      expect((await whoAmI(token)).status, token).toBeGreaterThanOrEqual(401);
      expect((await whoAmI(token)).status, token).toBeLessThanOrEqual(403);
    }
    expect((await refresh("made-up")).status).toBe(400);
  });

  it("ends with signing out, on this device or on all", async () => {
    const email = newAddress();
    const here = await signUp(email);
    const signIn = async () => (await auth("/token?grant_type=password", { email, password })).body;
    const [there, elsewhere] = [await signIn(), await signIn()];
    expect((await auth("/logout?scope=local", {}, there.access_token)).status).toBe(204);
    expect((await refresh(there.refresh_token)).status).toBe(400);
    const renewed = await refresh(here.refresh_token);
    expect(renewed.status).toBe(200);
    expect((await auth("/logout?scope=global", {}, renewed.body.access_token)).status).toBe(204);
    expect((await refresh(renewed.body.refresh_token)).status).toBe(400);
    expect((await refresh(elsewhere.refresh_token)).status).toBe(400);
    expect((await auth("/logout", {})).status).toBe(401);
  });
});

describe("a forgotten password", () => {
  const mailsTo = (address: string) => world.mails.messages.get(address) ?? [];

  it("is made new with the link in the mail, which works once", async () => {
    const email = newAddress();
    const { user } = await signUp(email);
    expect((await auth("/recover", { email })).status).toBe(200);
    const [mail] = mailsTo(email);
    const link = new URL(/href="([^"]+)"/.exec(mail?.html ?? "")?.[1]?.replaceAll("&amp;", "&") ?? "");
    expect(link.origin).toBe(world.apiUrl);
    expect(link.searchParams.get("type")).toBe("recovery");

    const followed = await world.fetch(link, { redirect: "manual" });
    expect(followed.status).toBeGreaterThanOrEqual(302);
    expect(followed.status).toBeLessThanOrEqual(303);
    const session = new URLSearchParams(new URL(followed.headers.get("location") ?? "").hash.slice(1));
    const token = session.get("access_token") ?? "";
    expect((await whoAmI(token)).body).toMatchObject({ id: user.id });

    expect((await auth("/user", { password: "a-newer-password" }, token, "PUT")).status).toBe(200);
    expect((await auth("/token?grant_type=password", { email, password })).status).toBe(400);
    expect((await auth("/token?grant_type=password", { email, password: "a-newer-password" })).status).toBe(200);

    const again = await world.fetch(link, { redirect: "manual" });
    expect(again.headers.get("location") ?? "").not.toContain("access_token");
  });

  it("of an address that nobody has is answered alike, and no mail is sent", async () => {
    const [email, nobody] = [newAddress(), newAddress()];
    await signUp(email);
    expect(await auth("/recover", { email: nobody })).toEqual(await auth("/recover", { email }));
    expect(mailsTo(email)).toHaveLength(1);
    expect(mailsTo(nobody)).toHaveLength(0);
  });

  it("leads to no address that is not ours", async () => {
    const email = newAddress();
    await signUp(email);
    await auth(`/recover?redirect_to=${encodeURIComponent("https://evil.example/steal")}`, { email });
    const [mail] = mailsTo(email);
    const link = new URL(/href="([^"]+)"/.exec(mail?.html ?? "")?.[1]?.replaceAll("&amp;", "&") ?? "");
    const followed = await world.fetch(link, { redirect: "manual" });
    expect(new URL(followed.headers.get("location") ?? "").origin).not.toBe("https://evil.example");
  });
});
