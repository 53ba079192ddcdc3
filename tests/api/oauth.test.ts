import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readSupabaseConfig } from "../../stack/supabase-config.ts";
import { World } from "../helpers/world.ts";

const keys = {
  SUPABASE_AUTH_EXTERNAL_GOOGLE_CLIENT_ID: "the-client",
  SUPABASE_AUTH_EXTERNAL_GOOGLE_SECRET: "the-secret",
};
let world: World;

beforeAll(async () => {
  world = await World.create({ auth: { environment: keys } });
});
afterAll(() => world.close());

/** As a browser opens the address that signInWithOAuth gives: without a key. */
const authorize = (provider: string) =>
  world.fetch(`/auth/v1/authorize?provider=${provider}&redirect_to=http://localhost:3000`, { redirect: "manual" });

describe("signing in with a provider", () => {
  it("leads to Google with our client id, our callback and a state, when its keys are set", async () => {
    const response = await authorize("google");
    expect(response.status).toBe(302);
    const url = new URL(response.headers.get("location") ?? "");
    expect(url.origin).toBe("https://accounts.google.com");
    expect(url.searchParams.get("client_id")).toBe("the-client");
    expect(url.searchParams.get("redirect_uri")).toBe(`${world.apiUrl}/auth/v1/callback`);
    expect(url.searchParams.get("response_type")).toBe("code");
    expect(url.searchParams.get("state")).toMatch(/^[0-9a-f-]{36}$/);
    expect(url.href).not.toContain("the-secret");
  });

  it.each(["github", "apple", "nobody", ""])("is refused for one without keys (%s)", async (provider) => {
    const response = await authorize(provider);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error_code: "validation_failed" });
  });

  it("is refused on the way back with a state that nobody has begun", async () => {
    const state = "00000000-0000-4000-8000-000000000000";
    const response = await world.fetch(`/auth/v1/callback?code=made-up&state=${state}`, { redirect: "manual" });
    expect(new URL(response.headers.get("location") ?? world.apiUrl).href).not.toContain("access_token");
    expect([...(await world.sql`select from auth.sessions`)]).toEqual([]);
  });
});

describe("the keys", () => {
  it("may be missing altogether: then no provider is offered", () => {
    const { external } = readSupabaseConfig({}).auth;
    expect(external).toMatchObject({ google: { enabled: false }, github: { enabled: false } });
  });

  it("are refused when one of two is missing, with its name and without the other's value", () => {
    const half = { SUPABASE_AUTH_EXTERNAL_GITHUB_SECRET: "the-secret" };
    expect(() => readSupabaseConfig(half)).toThrow(
      expect.objectContaining({
        message: "Sign-in with github has only one of its two keys.",
        remedy: "Set SUPABASE_AUTH_EXTERNAL_GITHUB_CLIENT_ID too, or neither of them.",
      }),
    );
  });
});
