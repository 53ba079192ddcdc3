import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Cast, gatherCast } from "../helpers/cast.ts";
import { everyRow } from "../helpers/every-row.ts";
import { send } from "../helpers/rest.ts";
import { claimsOf, sign } from "../helpers/tokens.ts";
import { World } from "../helpers/world.ts";

/** What somebody says about herself gives no right: roles are rows that she cannot write. */

let world: World;
let cast: Cast;

beforeAll(async () => {
  world = await World.create();
  cast = await gatherCast(world);
});
afterAll(() => world.close());

const password = "a-long-password";

/** Everything that some back end or other has taken for a right. */
function boasts() {
  return {
    role: "service_role",
    roles: ["admin", "owner"],
    is_admin: true,
    admin: true,
    platform_admin: true,
    is_super_admin: true,
    boutique_id: cast.boutique.id,
    boutique_ids: [cast.boutique.id],
    boutique_role: "owner",
    permissions: ["catalog.write", "audit.read", "boutique.transfer"],
    sub: cast.owner.id,
    aal: "aal2",
  };
}

/** Asserts that a token is worth no more than a stranger's. */
async function expectStranger(token: string, id: string): Promise<void> {
  expect(claimsOf(token)).toMatchObject({ sub: id, role: "authenticated", aud: "authenticated" });
  const { boutique } = cast;
  for (const table of ["platform_admins", "boutique_members", "rentals", "garments", "invitations", "audit_log"]) {
    expect(await send(world, { path: `/rest/v1/${table}`, token }), table).toMatchObject({ status: 200, body: [] });
  }
  expect((await send(world, { path: "/rest/v1/profiles?select=id", token })).body).toEqual([{ id }]);
  const before = await everyRow(world.sql);
  const call = (name: string, json: object) => send(world, { path: `/rest/v1/rpc/${name}`, json, token });
  expect((await call("my_permissions", {})).body).toEqual([]);
  const suspend = { boutique_id: boutique.id, status: "suspended", reason: "Mine" };
  expect((await call("set_boutique_status", suspend)).body).toMatchObject({ hint: "not_allowed" });
  const invite = { boutique_id: boutique.id, email: "mine@nexus.test", role: "stylist" };
  expect((await call("invite_member", invite)).body).toMatchObject({ hint: "not_allowed" });
  const cancel = { rental_id: cast.rows["rentals"]?.["id"] };
  expect((await call("cancel_rental", cancel)).body).toMatchObject({ hint: "rental_not_found" });
  const product = { boutique_id: boutique.id, slug: "mine", name: "Mine" };
  const insert = { path: "/rest/v1/products", json: product, headers: { prefer: "return=minimal" } };
  expect(await send(world, { ...insert, token })).toMatchObject({ status: 403 });
  expect(await everyRow(world.sql)).toEqual(before);
}

interface Session {
  readonly access_token: string;
  readonly user: { readonly id: string };
}

async function signUp(more: object): Promise<Session> {
  const json = { email: `${randomUUID()}@nexus.test`, password, ...more };
  return (await send(world, { path: "/auth/v1/signup", json })).body as Session;
}

/** A new token for the same person, made from what is stored about her now. */
async function signInAgain(id: string): Promise<string> {
  const [user] = await world.sql<{ email: string }[]>`select email from auth.users where id = ${id}`;
  const path = "/auth/v1/token?grant_type=password";
  return ((await send(world, { path, json: { email: user?.email, password } })).body as Session).access_token;
}

describe("somebody who claims to be more than she is", () => {
  it("is a stranger when she claims it at her sign-up", async () => {
    const claims = boasts();
    const more = { data: claims, user_metadata: claims, app_metadata: claims, options: { data: claims }, ...claims };
    const { access_token, user } = await signUp(more);
    expect(user.id).not.toBe(cast.owner.id);
    await expectStranger(access_token, user.id);
  });

  it("is a stranger when she claims it later", async () => {
    const { access_token, user } = await signUp({});
    const claims = boasts();
    for (const json of [
      { data: claims },
      { app_metadata: claims, user_metadata: claims },
      { raw_app_meta_data: claims, raw_user_meta_data: claims },
      claims,
      { id: cast.owner.id, user_id: cast.owner.id, aud: "service_role" },
    ]) {
      const reply = await send(world, { path: "/auth/v1/user", method: "PUT", json, token: access_token });
      expect(reply.status).toBeLessThan(500);
    }
    const [row] = await world.sql`
      select role, aud, raw_app_meta_data ?| array['role', 'is_admin', 'permissions'] as claimed
      from auth.users where id = ${user.id}`;
    expect(row).toEqual({ role: "authenticated", aud: "authenticated", claimed: false });
    await expectStranger(access_token, user.id);
    await expectStranger(await signInAgain(user.id), user.id);
  });

  it("is a stranger even when the server has signed the claims", async () => {
    const { access_token, user } = await signUp({});
    const { sub: _, role: __, ...claims } = boasts();
    const metadata = { app_metadata: boasts(), user_metadata: boasts(), aal: "aal2" };
    await expectStranger(sign({ ...claims, ...claimsOf(access_token), ...metadata }, world.keys.jwt), user.id);
  });

  it("does not get the address of another by changing her own", async () => {
    const { access_token, user } = await signUp({});
    const json = { email: cast.owner.email };
    const reply = await send(world, { path: "/auth/v1/user", method: "PUT", json, token: access_token });
    expect(reply.status).toBeGreaterThanOrEqual(400);
    expect(reply.status).toBeLessThan(500);
    await expectStranger(await signInAgain(user.id), user.id);
  });

  it("is the owner of the boutique only by the row that says so", async () => {
    const { access_token, user } = await signUp({});
    await world.sql`
      insert into public.boutique_members (boutique_id, user_id, role) values (${cast.boutique.id}, ${user.id}, 'owner')`;
    await expect(expectStranger(access_token, user.id)).rejects.toThrow(/boutique_members/);
  });
});
