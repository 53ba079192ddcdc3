import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { everyRow } from "../helpers/every-row.ts";
import { type Call, send } from "../helpers/rest.ts";
import { type Person, World } from "../helpers/world.ts";

/** Everything that is not in `public` is out of reach of the Data API, for the secret key as well. */
const hidden = ["private", "pgboss", "auth", "storage", "extensions", "information_schema", "pg_catalog"];

let world: World;
let admin: Person;

beforeAll(async () => {
  world = await World.create();
  admin = await world.asAdmin();
});
afterAll(() => world.close());

const callers: readonly (readonly [who: string, as: () => Partial<Call>])[] = [
  ["somebody without a session", () => ({})],
  ["an admin", () => ({ token: admin.accessToken })],
  ["the secret key", () => ({ key: world.keys.secret })],
];

describe.each(callers)("%s", (_who, as) => {
  it.each(hidden)("reaches no table and no function of %s", async (schema) => {
    const before = await everyRow(world.sql);
    const relations = await world.sql<{ name: string }[]>`
      select relname as name from pg_class
      where relnamespace = ${schema}::regnamespace and relkind in ('r', 'p', 'v') order by 1 limit 20`;
    const functions = await world.sql<{ name: string }[]>`
      select distinct proname::text as name from pg_proc where pronamespace = ${schema}::regnamespace order by 1 limit 40`;
    const profile = { "accept-profile": schema, "content-profile": schema };
    const calls: Call[] = [
      ...relations.flatMap(({ name }) => [
        { path: `/rest/v1/${name}`, headers: profile },
        { path: `/rest/v1/${name}`, headers: profile, json: {} },
        { path: `/rest/v1/${name}?id=not.is.null`, headers: profile, method: "PATCH", json: { id: null } },
        { path: `/rest/v1/${name}?id=not.is.null`, headers: profile, method: "DELETE" },
      ]),
      ...functions.flatMap(({ name }) => [
        { path: `/rest/v1/rpc/${name}`, headers: profile },
        { path: `/rest/v1/rpc/${name}`, headers: profile, json: {} },
      ]),
    ];
    expect(calls.length).toBeGreaterThan(0);
    for (const call of calls) {
      const reply = await send(world, { ...call, ...as() });
      expect(reply, `${call.method} ${call.path}`).toMatchObject({ status: 406, body: { code: "PGRST106" } });
    }
    expect(await everyRow(world.sql)).toEqual(before);
  });

  it("calls no private function by another spelling of its name", async () => {
    const functions = await world.sql<{ name: string }[]>`
      select distinct p.proname::text as name from pg_proc p
      where p.pronamespace = 'private'::regnamespace
        and not exists (select from pg_proc w where w.pronamespace = 'public'::regnamespace and w.proname = p.proname)`;
    expect(functions.length).toBeGreaterThan(20);
    const before = await everyRow(world.sql);
    for (const { name } of functions) {
      for (const path of [name, `private.${name}`, `%22private%22.%22${name}%22`, `public.private.${name}`]) {
        const reply = await send(world, { path: `/rest/v1/rpc/${path}`, json: {}, ...as() });
        expect(reply.status, path).toBe(404);
      }
    }
    expect(await everyRow(world.sql)).toEqual(before);
  });
});
