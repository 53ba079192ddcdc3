import type { Sql } from "postgres";
import { actAs } from "./act-as.ts";
import { day, makeBoutique, makeVariant } from "./fixtures.ts";
import type { Person } from "./world.ts";

/** Garments of the variant; each is held for as many periods as it takes. */
const GARMENTS = 50;

/** Lets somebody hold many garments by the RPC, in one transaction. Each hold has its two jobs: its mail and its end. */
export async function holdMany(sql: Sql, person: Person, count: number): Promise<string[]> {
  const gown = await makeVariant(sql, await makeBoutique(sql), { garments: GARMENTS });
  return sql.begin(async (tx) => {
    await actAs(tx, person);
    const rows = await tx<{ id: string }[]>`
      select held.id from generate_series(0, ${count - 1}) n
      cross join lateral (select ${day(5)}::date + 2 * (n / ${GARMENTS})::integer as first_day) days
      cross join lateral public.reserve_rental(${gown.id}, format('[%s,%s]', first_day, first_day + 1), ${gown.id} || n) held`;
    return rows.map(({ id }) => id);
  });
}

/** Lets the time of all holds be over, and their jobs be due. */
export async function endAllHolds(sql: Sql): Promise<void> {
  await sql`update public.rentals set held_until = now() - interval '1 second' where state = 'held'`;
  await sql`update public.allocations set held_until = now() - interval '1 second' where state = 'held'`;
  await sql`update pgboss.job set start_after = now() where name = 'rental.expire_hold' and state = 'created'`;
}
