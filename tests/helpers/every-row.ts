import type { Sql } from "postgres";

/**
 * How many rows every table of the product has, and a checksum of them: equal before and after a call that
 * must not have written anything. Accounts and jobs are included; rate limits are not, for they count what is refused.
 */
export async function everyRow(sql: Sql): Promise<Record<string, string>> {
  const query = queries.get(sql) ?? (await sumOfEveryTable(sql));
  queries.set(sql, query);
  const rows = await sql.unsafe<{ name: string; sum: string }[]>(query, [], { prepare: true });
  return Object.fromEntries(rows.map(({ name, sum }) => [name, sum]));
}

/** Tables do not change while a test runs. */
const queries = new WeakMap<Sql, string>();

async function sumOfEveryTable(sql: Sql): Promise<string> {
  const tables = await sql<{ name: string }[]>`
    select c.oid::regclass::text as name from pg_class c
    where c.relkind = 'r' and c.relnamespace::regnamespace::text in ('public', 'private')
        and c.oid <> 'private.rate_limits'::regclass
      or c.oid in ('auth.users'::regclass, 'pgboss.job'::regclass)`;
  const sums = tables.map(
    ({ name }) =>
      `select '${name}' as name, count(*) || ' rows, ' || coalesce(sum(hashtextextended(t::text, 0)), 0) as sum from ${name} t`,
  );
  return sums.join(" union all ");
}
