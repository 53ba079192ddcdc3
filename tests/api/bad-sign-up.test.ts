import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { everyRow } from "../helpers/every-row.ts";
import { oddTexts } from "../helpers/odd-texts.ts";
import { send } from "../helpers/rest.ts";
import { World } from "../helpers/world.ts";

let world: World;

beforeAll(async () => {
  world = await World.create();
  await world.asCustomer("Selam");
});
afterAll(() => world.close());

/** Asserts that the Auth server refuses a body as the client's mistake and makes no account of it. */
async function expectRefusal(path: string, json: unknown): Promise<void> {
  const before = await everyRow(world.sql);
  const { status, body } = await send(world, { path: `/auth/v1/${path}`, method: "POST", json });
  expect({ status, body }).toEqual({
    status: expect.toSatisfy((code: number) => code >= 400 && code < 500),
    body: expect.objectContaining({ msg: expect.stringMatching(/.{5,}/) }),
  });
  expect(await everyRow(world.sql)).toEqual(before);
}

const password = "a-long-password";

describe("a sign-up", () => {
  it.each(oddTexts)("keeps a name of %s to the letter", async (_name, text) => {
    const email = `${crypto.randomUUID()}@nexus.test`;
    const { data, error } = await world
      .asAnon()
      .auth.signUp({ email, password, options: { data: { display_name: text } } });
    expect(error).toBeNull();
    const [profile] = await world.sql`select display_name from public.profiles where id = ${data.user?.id ?? ""}`;
    expect(profile).toEqual({ display_name: text });
  });

  it.each([
    ["a NUL in the name", { email: "nul@nexus.test", password, data: { display_name: "a\u0000b" } }],
    ["a NUL in the address", { email: "nul\u0000@nexus.test", password }],
    ["no address", { password }],
    ["an address that is none", { email: "'; drop table auth.users; --", password }],
    ["an object for an address", { email: {}, password }],
    ["a number for an address", { email: 5, password }],
    ["a short password", { email: "short@nexus.test", password: "short" }],
    ["a long password", { email: "long@nexus.test", password: "x".repeat(1000) }],
    ["no password", { email: "none@nexus.test" }],
    ["a list for a password", { email: "list@nexus.test", password: [password] }],
    ["nothing", {}],
    ["null", null],
    ["a list", []],
    ["text", "selam@nexus.test"],
  ])("is refused with %s", async (_wrong, body) => {
    await expectRefusal("signup", body);
  });

  it("is refused with JSON that breaks off", async () => {
    const reply = await send(world, { path: "/auth/v1/signup", body: '{"email": ' });
    expect(reply).toMatchObject({ status: 400, body: { error_code: "bad_json" } });
  });
});

describe("a sign-in", () => {
  it.each([
    ["a wrong password", { email: "selam@nexus.test", password }],
    ["SQL", { email: "' or true; --", password: "' or true; --" }],
    ["a NUL in the address", { email: "a\u0000@nexus.test", password }],
    ["a NUL in the password", { email: "selam@nexus.test", password: "a\u0000b" }],
    ["objects", { email: {}, password: {} }],
    ["nothing", {}],
    ["null", null],
  ])("is refused with %s", async (_wrong, body) => {
    await expectRefusal("token?grant_type=password", body);
  });

  it.each([
    ["that is none", { refresh_token: "let me in" }],
    ["with a NUL", { refresh_token: "a\u0000b" }],
    ["that is an object", { refresh_token: {} }],
    ["that is missing", {}],
  ])("is refused with a refresh token %s", async (_wrong, body) => {
    await expectRefusal("token?grant_type=refresh_token", body);
  });

  it("is refused in a way that does not exist", async () => {
    await expectRefusal("token?grant_type=wish", {});
  });
});
