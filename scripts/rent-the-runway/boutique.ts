import type { TransactionSql } from "postgres";

/** The boutique that the data set is loaded into, and the branch where its garments hang. */
export interface LoadedBoutique {
  readonly id: string;
  readonly locationId: string;
}

const SLUG = "rent-the-runway";

/** Finds the boutique of the data set or opens it. Its row stays locked, so that two loads at once queue up. */
export async function ensureBoutique(sql: TransactionSql): Promise<LoadedBoutique> {
  await sql`
    insert into public.boutiques (slug, name, currency, timezone, status)
    values (${SLUG}, 'Rent The Runway', 'USD', 'America/New_York', 'active')
    on conflict (slug) do nothing`;
  const [boutique] = await sql<{ id: string }[]>`
    select id from public.boutiques where slug = ${SLUG} for update`;
  if (boutique === undefined) throw new Error("the boutique is gone again");
  const [known] = await sql<{ id: string }[]>`
    select id from public.locations where boutique_id = ${boutique.id} order by id limit 1`;
  const [location] =
    known !== undefined
      ? [known]
      : await sql<{ id: string }[]>`
          insert into public.locations (boutique_id, name, city, country, timezone)
          values (${boutique.id}, 'Warehouse', 'New York', 'US', 'America/New_York') returning id`;
  if (location === undefined) throw new Error("the location was not made");
  return { id: boutique.id, locationId: location.id };
}
