import { randomUUID } from "node:crypto";
import postgres, { type Sql } from "postgres";
import { afterAll, beforeAll, expect, it } from "vitest";
import { SUPERUSER } from "../../stack/postgres.ts";
import { withRole } from "../../stack/throwaway.ts";
import { World } from "../helpers/world.ts";

let world: World;
/** The superuser, who can become any role. */
let root: Sql;

beforeAll(async () => {
  world = await World.create();
  root = postgres(withRole(world.databaseUrl, SUPERUSER), { max: 1, onnotice: () => undefined });
});
afterAll(async () => {
  await root.end({ timeout: 1 });
  await world.close();
});

/** Calls the hook as the Auth server of the platform does: as its own role, committed. */
async function attempt(userId: string, valid: boolean): Promise<unknown> {
  const [row] = await root.begin(async (sql) => {
    await sql`set local role supabase_auth_admin`;
    return sql`select private.password_verification_attempt(${sql.json({ user_id: userId, valid })}) as answer`;
  });
  return row?.["answer"];
}

it("lets ten wrong passwords pass to the Auth server, and then refuses the right one too", async () => {
  const [hers, his] = [randomUUID(), randomUUID()];
  for (let n = 1; n <= 10; n += 1) expect(await attempt(hers, false)).toEqual({ decision: "continue" });
  for (const valid of [false, true]) {
    expect(await attempt(hers, valid)).toEqual({
      error: { http_code: 429, message: expect.stringMatching(/^Too many tries\. Try again in \d+ seconds\.$/) },
    });
  }
  expect(await attempt(his, true)).toEqual({ decision: "continue" });
  await world.sql`update private.rate_limits set refilled_at = refilled_at - interval '1 minute'`;
  expect(await attempt(hers, true)).toEqual({ decision: "continue" });
});

it("does not count right passwords", async () => {
  const user = randomUUID();
  for (let n = 1; n <= 25; n += 1) expect(await attempt(user, true)).toEqual({ decision: "continue" });
});

it.each(["anon", "authenticated", "service_role"])("cannot be called by %s", async (role) => {
  const call = root.begin(async (sql) => {
    await sql`select set_config('role', ${role}, true)`;
    await sql`select private.password_verification_attempt('{}')`;
  });
  await expect(call).rejects.toMatchObject({ code: "42501" });
});

it("is all that the Auth server's role may call in private", async () => {
  const functions = await world.sql`
    select p.oid::regprocedure::text as name from pg_proc p
    where p.pronamespace = 'private'::regnamespace and has_function_privilege('supabase_auth_admin', p.oid, 'execute')`;
  expect([...functions]).toEqual([{ name: "private.password_verification_attempt(jsonb)" }]);
});
