import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { World } from "../helpers/world.ts";

let world: World;

beforeAll(async () => {
  world = await World.create();
});
afterAll(() => world.close());

/** Names of what breaks a rule; the query selects them as `name`. */
async function offenders(query: string): Promise<string[]> {
  const rows = await world.sql.unsafe<{ name: string }[]>(query);
  return rows.map(({ name }) => name).toSorted();
}

/** How many things a rule is about: a rule about nothing proves nothing. */
async function count(query: string): Promise<number> {
  return (await world.sql.unsafe(query)).length;
}

const publicTables = `
  select c.relname as name, c.* from pg_class c
  where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')`;

const functions = (schemas: string) => `
  select p.oid::regprocedure::text as name, p.* from pg_proc p
  where p.pronamespace::regnamespace::text in (${schemas})
    and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')`;

const ourFunctions = functions("'public', 'private'");

describe("every public table", () => {
  it("is one of several that these tests look at", async () => {
    expect(await count(publicTables)).toBeGreaterThanOrEqual(15);
  });

  it("has row-level security", async () => {
    expect(await offenders(`select name from (${publicTables}) t where not relrowsecurity`)).toEqual([]);
  });

  it("has a policy", async () => {
    expect(
      await offenders(`
        select name from (${publicTables}) t
        where not exists (select from pg_policy p where p.polrelid = t.oid)`),
    ).toEqual([]);
  });

  it("says what it is for", async () => {
    expect(
      await offenders(
        `select name from (${publicTables}) t where length(coalesce(obj_description(oid, 'pg_class'), '')) < 10`,
      ),
    ).toEqual([]);
  });

  it("has an index that begins with the columns of each of its foreign keys", async () => {
    expect(
      await offenders(`
        select c.conrelid::regclass || ' ' || c.conname as name from pg_constraint c
        where c.contype = 'f' and c.connamespace = 'public'::regnamespace
          and not exists (
            select from pg_index i
            where i.indrelid = c.conrelid and i.indpred is null
              and (select array_agg(k order by k) from unnest((i.indkey::int2[])[0:cardinality(c.conkey) - 1]) k)
                = (select array_agg(k order by k) from unnest(c.conkey) k))`),
    ).toEqual([]);
  });
});

describe("every policy", () => {
  it("names the roles and the one verb that it is for", async () => {
    expect(
      await offenders(`
        select tablename || ' ' || policyname as name from pg_policies
        where schemaname = 'public' and (cmd = 'ALL' or 'public' = any(roles))`),
    ).toEqual([]);
  });

  it("asks for the caller once per statement, not once per row", async () => {
    expect(
      await offenders(`
        select tablename || ' ' || policyname as name from pg_policies
        where schemaname = 'public'
          and replace(lower(coalesce(qual, '') || coalesce(with_check, '')), 'select auth.uid()', '') like '%auth.uid()%'`),
    ).toEqual([]);
  });
});

describe("every function of ours", () => {
  it("is one of several that these tests look at", async () => {
    expect(await count(functions("'public'"))).toBeGreaterThanOrEqual(5);
    expect(await count(functions("'private'"))).toBeGreaterThanOrEqual(25);
  });

  it("has a fixed, empty search_path", async () => {
    expect(
      await offenders(
        `select name from (${ourFunctions}) f where not coalesce(proconfig @> array['search_path=""'], false)`,
      ),
    ).toEqual([]);
  });

  it("is not open to everybody who can connect", async () => {
    expect(
      await offenders(`
        select distinct name from (${ourFunctions}) f, aclexplode(coalesce(proacl, acldefault('f', proowner))) a
        where a.grantee = 0`),
    ).toEqual([]);
  });

  it("says what it is for, where the API shows it", async () => {
    expect(
      await offenders(`
        select name from (${functions("'public'")}) f
        where length(coalesce(obj_description(oid, 'pg_proc'), '')) < 10`),
    ).toEqual([]);
  });

  it("runs with its owner's rights only in the schema that the API does not show", async () => {
    expect(
      await offenders(`
        select p.oid::regprocedure::text as name from pg_proc p
        where p.prosecdef and p.pronamespace <> 'private'::regnamespace and p.proowner = 'postgres'::regrole
          and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')`),
    ).toEqual([]);
    expect(await count(`select from (${functions("'private'")}) f where prosecdef`)).toBeGreaterThan(0);
  });
});

describe("the internal schemas", () => {
  it("give the API roles no right on any table, column or sequence but the caller's memberships", async () => {
    expect(
      await offenders(`
        select r.rolname || ' ' || c.oid::regclass as name
        from pg_class c
        cross join pg_roles r
        where c.relnamespace::regnamespace::text in ('private', 'pgboss')
          and r.rolname in ('anon', 'authenticated')
          and case
            when c.relkind in ('r', 'p', 'v', 'm', 'f') then
              has_table_privilege(r.oid, c.oid, 'select, insert, update, delete, truncate, references, trigger')
              or has_any_column_privilege(r.oid, c.oid, 'select, insert, update, references')
            when c.relkind = 'S' then has_sequence_privilege(r.oid, c.oid, 'usage, select, update')
          end`),
    ).toEqual(["authenticated private.my_memberships"]);
  });

  it("keep the API roles out of the queue altogether", async () => {
    expect(
      await offenders(`
        select rolname as name from pg_roles
        where rolname in ('anon', 'authenticated', 'service_role') and has_schema_privilege(oid, 'pgboss', 'usage')`),
    ).toEqual([]);
  });

  it("let nobody but their owner create anything, in public neither", async () => {
    expect(
      await offenders(`
        select r.rolname || ' in ' || s as name from pg_roles r, unnest(array['public', 'private', 'pgboss']) s
        where r.rolname in ('anon', 'authenticated', 'service_role', 'authenticator')
          and has_schema_privilege(r.oid, s, 'create')`),
    ).toEqual([]);
  });
});
