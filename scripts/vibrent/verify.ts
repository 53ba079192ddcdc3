import type { Sql } from "postgres";
import { StackError } from "../../stack/errors.ts";

/** What the database says after a replay. */
export interface Calendar {
  readonly rentals: number;
  /** Live allocations that begin before an earlier one of the same garment is over. */
  readonly overlaps: number;
}

/**
 * Looks at the calendar itself: no two live allocations of a garment overlap, and there are as many
 * rentals as accepted answers. Compares the rows, so that it finds out even if the constraint on them
 * were missing.
 *
 * @throws {StackError} when it is otherwise
 */
export async function verifyCalendar(sql: Sql, boutiqueId: string, accepted: number): Promise<Calendar> {
  const [calendar] = await sql<Calendar[]>`
    select
      (select count(*)::int from public.rentals where boutique_id = ${boutiqueId} and state = 'held') as rentals,
      (select count(*)::int from (
        select lower(during) < max(upper(during)) over (
          partition by resource_id order by lower(during), id rows between unbounded preceding and 1 preceding
        ) as is_early
        from public.allocations where boutique_id = ${boutiqueId} and state <> 'released'
      ) a where a.is_early) as overlaps`;
  if (calendar === undefined) throw new Error("the calendar gave no answer");
  if (calendar.overlaps > 0) throw broken(`${calendar.overlaps} live allocations overlap an earlier one.`);
  if (calendar.rentals !== accepted) {
    throw broken(`${accepted} orders were accepted, but there are ${calendar.rentals} rentals.`);
  }
  return calendar;
}

function broken(message: string): StackError {
  return new StackError(message, "This is a defect of the calendar: keep the database and report it.");
}
