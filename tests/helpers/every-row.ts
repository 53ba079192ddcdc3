import type { Sql } from "postgres";

/**
 * How often rows of every table of the product were written since the first call: equal before and after a call that must not
 * have written anything. Accounts and jobs are included; rate limits are not, for they count what is refused.
 */
export async function everyRow(sql: Sql): Promise<Record<string, string>> {
  const tables = observed.get(sql) ?? observe(sql);
  observed.set(sql, tables);
  const names = await tables;
  const written = await sql<{ name: string; writes: string }[]>`
    select name, count(*) || ' writes' as writes from observer.writes group by name`;
  return Object.fromEntries([
    ...names.map((name) => [name, "0 writes"] as const),
    ...written.map(({ name, writes }) => [name, writes] as const),
  ]);
}

const observed = new WeakMap<Sql, Promise<string[]>>();

/** Reading all rows of all tables again and again takes long: triggers note what is written, and what is rolled back goes with it. */
async function observe(sql: Sql): Promise<string[]> {
  return sql.begin(async (tx) => {
    await tx.unsafe(`
      create schema observer;
      create table observer.writes (name text not null);
      create function observer.note() returns trigger language plpgsql security definer set search_path = '' as $$
      begin
        insert into observer.writes values (tg_relid::regclass::text);
        return null;
      end
      $$`);
    const tables = await tx<{ name: string }[]>`
      select c.oid::regclass::text as name from pg_class c
      where c.relkind = 'r' and c.relnamespace::regnamespace::text in ('public', 'private')
          and c.oid <> 'private.rate_limits'::regclass
        or c.oid in ('auth.users'::regclass, 'pgboss.job'::regclass)`;
    for (const { name } of tables) {
      await tx.unsafe(`create trigger observed after insert or update or delete on ${name}
        for each row execute function observer.note()`);
    }
    return tables.map(({ name }) => name);
  }) as Promise<string[]>;
}
