import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { everyRow } from "../helpers/every-row.ts";
import { makeBoutique, makeVariant, period, type VariantFixture } from "../helpers/fixtures.ts";
import { type Call, send } from "../helpers/rest.ts";
import { type Claims, claimsOf, sign, tamper, unsigned } from "../helpers/tokens.ts";
import { type Person, World } from "../helpers/world.ts";

let world: World;
let gown: VariantFixture;
let bride: Person;
let victim: Person;
let claims: Claims;

beforeAll(async () => {
  world = await World.create();
  gown = await makeVariant(world.sql, await makeBoutique(world.sql));
  [bride, victim] = await Promise.all([world.asCustomer("Selam"), world.asCustomer("Hannah")]);
  claims = claimsOf(bride.accessToken);
});
afterAll(() => world.close());

const minute = 60;
const now = () => Math.floor(Date.now() / 1000);

const forgeries: readonly (readonly [name: string, token: () => string])[] = [
  ["signed with another key", () => sign(claims, randomUUID())],
  ["signed with the publishable key", () => sign(claims, world.keys.publishable)],
  ["signed with an empty key", () => sign(claims, "")],
  ["of another person, with the signature of this one", () => tamper(bride.accessToken, { sub: victim.id })],
  ["of service_role, with the signature of this one", () => tamper(bride.accessToken, { role: "service_role" })],
  ["that lives longer than it was given", () => tamper(bride.accessToken, { exp: now() + 1_000_000 })],
  ["with alg none", () => unsigned({ ...claims, role: "service_role" })],
  ["with alg none and a signature", () => unsigned(claims, bride.accessToken.split(".")[2])],
  ["with alg none, spelled to escape a filter", () => sign(claims, "", { alg: "nOnE", typ: "JWT" })],
  ["with the header of another algorithm", () => sign(claims, world.keys.jwt, { alg: "HS512", typ: "JWT" })],
  ["with the header of a public key algorithm", () => sign(claims, world.keys.jwt, { alg: "RS256", typ: "JWT" })],
  ["that has expired", () => sign({ ...claims, iat: now() - 2 * minute, exp: now() - minute }, world.keys.jwt)],
  ["that is not valid yet", () => sign({ ...claims, nbf: now() + minute }, world.keys.jwt)],
  ["that was made in the future", () => sign({ ...claims, iat: now() + 60 * minute }, world.keys.jwt)],
  ["cut off", () => bride.accessToken.slice(0, -1)],
  ["without its signature", () => bride.accessToken.split(".").slice(0, 2).join(".")],
  ["that is no token", () => "let me in"],
  ["of dots", () => "a.b.c"],
  ["that is the secret key", () => world.keys.secret],
];

const readProfile = (token: string): Call => ({ path: "/rest/v1/profiles", token });
const reserve = (token: string): Call => ({
  path: "/rest/v1/rpc/reserve_rental",
  json: { variant_id: gown.id, period: period(1, 2), idempotency_key: randomUUID() },
  token,
});

describe("a token", () => {
  it("that is genuine opens what is the bride's own, and nothing else", async () => {
    expect(await send(world, readProfile(bride.accessToken))).toMatchObject({ status: 200, body: [{ id: bride.id }] });
    // The forgeries below are made in the same way: signed with the right key, this one is as good as genuine.
    expect(await send(world, readProfile(sign(claims, world.keys.jwt)))).toMatchObject({
      status: 200,
      body: [{ id: bride.id }],
    });
  });

  it.each(forgeries)("%s opens nothing: 401", async (_name, token) => {
    const before = await everyRow(world.sql);
    for (const call of [readProfile(token()), reserve(token())]) {
      const reply = await send(world, call);
      expect(reply.status).toBe(401);
      expect(reply.body).toMatchObject({ message: expect.stringMatching(/.{10,}/) });
    }
    expect(await everyRow(world.sql)).toEqual(before);
  });

  it.each([
    ["expired", () => sign({ ...claims, exp: now() - minute }, world.keys.jwt), "PGRST303", "JWT expired"],
    ["forged", () => sign(claims, randomUUID()), "PGRST301", "No suitable key or wrong key type"],
  ])("that is %s is told apart, so that a client knows when to refresh", async (_name, token, code, message) => {
    expect(await send(world, { path: "/rest/v1/products", token: token() })).toMatchObject({
      status: 401,
      body: { code, message },
    });
  });

  it.each(["postgres", "supabase_admin", "tailor", "anon; reset role", ""])(
    "cannot take the role '%s'",
    async (role) => {
      const reply = await send(world, readProfile(sign({ ...claims, role }, world.keys.jwt)));
      expect(reply.status).toBeGreaterThanOrEqual(400);
      expect(reply.status).toBeLessThan(500);
    },
  );

  it("of somebody whose account is gone reserves nothing", async () => {
    const before = await everyRow(world.sql);
    const reply = await send(world, reserve(sign({ ...claims, sub: randomUUID() }, world.keys.jwt)));
    expect(reply).toMatchObject({ status: 401, body: { code: "PT401", hint: "sign_in_required" } });
    expect(await everyRow(world.sql)).toEqual(before);
  });

  it("without a person reserves nothing", async () => {
    const { sub: _, ...nobody } = claims;
    const reply = await send(world, reserve(sign(nobody, world.keys.jwt)));
    expect(reply).toMatchObject({ status: 401, body: { code: "PT401", hint: "sign_in_required" } });
  });
});

describe("a project key", () => {
  it.each([
    ["none", null],
    ["empty", ""],
    ["a wrong publishable one", `sb_publishable_${"x".repeat(22)}`],
    ["a wrong secret one", `sb_secret_${"x".repeat(22)}`],
    ["a word", "anon"],
  ])("that is %s opens nothing: 401", async (_name, key) => {
    for (const path of ["/rest/v1/products", "/rest/v1/rpc/quote_rental", "/auth/v1/signup"]) {
      const reply = await send(world, { path, key, json: {} });
      expect(reply, path).toMatchObject({ status: 401, body: { message: expect.stringMatching(/API key/) } });
    }
  });

  it("that is a person's token opens nothing", async () => {
    expect((await send(world, { path: "/rest/v1/products", key: bride.accessToken })).status).toBe(401);
  });
});
