import type { Sql } from "postgres";

/**
 * How many rows every table of the product has, and a checksum of them: equal before and after a call that
 * must not have written anything. Accounts and jobs are included; rate limits are not, for they count what is refused.
 */
export async function everyRow(sql: Sql): Promise<Record<string, string>> {
  const tables = await sql<{ name: string }[]>`
    select c.oid::regclass::text as name from pg_class c
    where c.relkind = 'r' and c.relnamespace::regnamespace::text in ('public', 'private')
        and c.oid <> 'private.rate_limits'::regclass
      or c.oid in ('auth.users'::regclass, 'pgboss.job'::regclass)`;
  const sums = tables.map(
    ({ name }) =>
      `select '${name}' as name, count(*) || ' rows, ' || coalesce(md5(string_agg(t::text, ',' order by t::text)), '') as sum from ${name} t`,
  );
  const rows = await sql.unsafe<{ name: string; sum: string }[]>(sums.join(" union all "));
  return Object.fromEntries(rows.map(({ name, sum }) => [name, sum]));
}
