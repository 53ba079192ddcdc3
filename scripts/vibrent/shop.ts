import { randomUUID } from "node:crypto";
import type { Sql, TransactionSql } from "postgres";
import { StackError } from "../../stack/errors.ts";
import type { Reach } from "./calendar.ts";

/** A boutique made for one replay. */
export interface Shop {
  readonly boutiqueId: string;
  /** The variant of each outfit, which has one garment. */
  readonly variantIds: ReadonlyMap<string, string>;
}

const ZONE = "Europe/Oslo";
/** The longest that holds may last: no replay takes so long that its own holds expire. */
const HOLD_MINUTES = 4320;

/**
 * Opens a new boutique with one garment per outfit.
 *
 * @param sql connection as the owner of the schema
 * @param bufferDays days that a garment stays free after each rental
 * @throws {StackError} when no rental policy can reach as far as the orders do
 */
export async function openShop(sql: Sql, outfits: readonly string[], bufferDays: number, reach: Reach): Promise<Shop> {
  return sql.begin(async (transaction) => {
    const boutiqueId = await insertBoutique(transaction);
    await setPolicy(transaction, boutiqueId, bufferDays, reach);
    return { boutiqueId, variantIds: await insertOutfits(transaction, boutiqueId, outfits) };
  });
}

async function insertBoutique(sql: TransactionSql): Promise<string> {
  const [boutique] = await sql<{ id: string }[]>`
    insert into public.boutiques (slug, name, currency, timezone, status)
    values (${`vibrent-${randomUUID().slice(0, 8)}`}, 'Vibrent', 'NOK', ${ZONE}, 'active') returning id`;
  if (boutique === undefined) throw new Error("the boutique was not made");
  return boutique.id;
}

async function setPolicy(sql: TransactionSql, boutiqueId: string, bufferDays: number, reach: Reach): Promise<void> {
  try {
    await sql`
      update public.rental_policies
      set hold_minutes = ${HOLD_MINUTES}, buffer_days_before = 0, buffer_days_after = ${bufferDays},
        min_days = 1, max_days = ${reach.maxDays}, max_days_ahead = ${reach.maxDaysAhead}
      where boutique_id = ${boutiqueId}`;
  } catch (error) {
    if (!(error instanceof Error) || !("code" in error) || error.code !== "23514") throw error;
    throw new StackError(
      `The orders need rentals of ${reach.maxDays} days up to ${reach.maxDaysAhead} days ahead, which no rental policy may allow.`,
      "Widen the checks of public.rental_policies in sql/20_identity.sql.",
      { cause: error },
    );
  }
}

async function insertOutfits(
  sql: TransactionSql,
  boutiqueId: string,
  outfits: readonly string[],
): Promise<Map<string, string>> {
  const names = [...outfits];
  await sql`
    insert into public.products (boutique_id, slug, name, status)
    select ${boutiqueId}, 'outfit-' || o.number, o.name, 'published'
    from unnest(${names}::text[]) with ordinality o(name, number)`;
  const variants = await sql<{ id: string; sku: string }[]>`
    insert into public.product_variants (product_id, boutique_id, size, sku, rental_price_per_day, deposit, currency)
    select id, boutique_id, 'one size', name, 15000, 100000, 'NOK' from public.products where boutique_id = ${boutiqueId}
    returning id, sku`;
  await sql`
    with branch as (
      insert into public.locations (boutique_id, name, city, country, timezone)
      values (${boutiqueId}, 'Shop', 'Oslo', 'NO', ${ZONE}) returning id
    )
    insert into public.garments (boutique_id, variant_id, location_id, serial)
    select v.boutique_id, v.id, b.id, v.sku from public.product_variants v, branch b where v.boutique_id = ${boutiqueId}`;
  return new Map(variants.map(({ id, sku }) => [sku, id]));
}
