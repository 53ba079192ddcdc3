import type { TransactionSql } from "postgres";
import type { LoadedBoutique } from "./boutique.ts";

/** Rows that a load added. */
export interface Inserted {
  readonly loaded: number;
  readonly categories: number;
  readonly products: number;
  readonly variants: number;
  readonly garments: number;
}

/** Columns of the staging table that the file fills. */
export const stagingColumns = [
  "fingerprint",
  "item_id",
  "category",
  "category_slug",
  "size",
  "customer_ref",
  "fit",
  "rating",
  "occasion",
  "body_type",
  "height_cm",
  "weight_kg",
  "bust",
  "age",
  "recommend",
  "worn_on",
] as const;

/** Makes the table that the file is copied into; it goes with the transaction. */
export async function createStaging(sql: TransactionSql): Promise<void> {
  await sql`
    create temporary table staged_reviews (
      line bigint generated always as identity,
      fingerprint bytea not null,
      item_id bigint not null,
      category text,
      category_slug text,
      size text not null,
      customer_ref text not null,
      fit private.fit not null,
      rating smallint,
      occasion text,
      body_type text,
      height_cm numeric(4, 1),
      weight_kg numeric(4, 1),
      bust text,
      age smallint,
      recommend boolean,
      worn_on date not null
    ) on commit drop`;
}

/** Makes catalog, garments and fit records from the staged rows; what is there already stays as it is. */
export async function insertFromStaging(
  sql: TransactionSql,
  boutique: LoadedBoutique,
): Promise<{ inserted: Inserted; staged: number; distinct: number }> {
  // Nobody else analyzes a temporary table, and the joins below need to know its size.
  await sql`analyze staged_reviews`;
  const inserted = {
    categories: await insertCategories(sql),
    products: await insertProducts(sql, boutique),
    variants: await insertVariants(sql, boutique),
    garments: await insertGarments(sql, boutique),
    loaded: await insertFitRecords(sql, boutique),
  };
  const [count] = await sql<{ staged: number; distinct: number }[]>`
    select count(*)::int as staged, count(distinct fingerprint)::int as distinct from staged_reviews`;
  return { inserted, staged: count?.staged ?? 0, distinct: count?.distinct ?? 0 };
}

async function insertCategories(sql: TransactionSql): Promise<number> {
  const { count } = await sql`
    insert into public.categories (slug, name)
    select category_slug, initcap(min(category)) from staged_reviews
    where category_slug is not null
    group by category_slug order by category_slug
    on conflict (slug) do nothing`;
  return count;
}

/** One product per item; its category is that of its first row. */
async function insertProducts(sql: TransactionSql, boutique: LoadedBoutique): Promise<number> {
  const { count } = await sql`
    insert into public.products (boutique_id, category_id, slug, name, status)
    select ${boutique.id}, c.id, 'item-' || i.item_id, coalesce(c.name, 'Piece') || ' ' || i.item_id, 'published'
    from (select distinct on (item_id) item_id, category_slug from staged_reviews order by item_id, line) i
    left join public.categories c on c.slug = i.category_slug
    order by i.item_id
    on conflict (boutique_id, slug) do nothing`;
  return count;
}

/** The data set has no prices: they follow from the item's number, 15 to 100 dollars a day and five times that as deposit. */
async function insertVariants(sql: TransactionSql, boutique: LoadedBoutique): Promise<number> {
  const { count } = await sql`
    insert into public.product_variants (product_id, boutique_id, size, sku, rental_price_per_day, deposit, currency)
    select p.id, p.boutique_id, s.size, 'RTR-' || s.item_id || '-' || s.size,
      1500 + s.item_id % 86 * 100, 5 * (1500 + s.item_id % 86 * 100), 'USD'
    from (select distinct item_id, size from staged_reviews) s
    join public.products p on p.boutique_id = ${boutique.id} and p.slug = 'item-' || s.item_id
    order by s.item_id, s.size
    on conflict (product_id, size, color) do nothing`;
  return count;
}

async function insertGarments(sql: TransactionSql, boutique: LoadedBoutique): Promise<number> {
  const { count } = await sql`
    insert into public.garments (boutique_id, variant_id, location_id, serial, condition)
    select v.boutique_id, v.id, ${boutique.locationId}, v.sku || '-1', 'good'
    from public.product_variants v
    where v.boutique_id = ${boutique.id} and v.sku like 'RTR-%'
    order by v.id
    on conflict (boutique_id, serial) do nothing`;
  return count;
}

async function insertFitRecords(sql: TransactionSql, boutique: LoadedBoutique): Promise<number> {
  const { count } = await sql`
    insert into private.fit_records (boutique_id, variant_id, source, fingerprint, customer_ref, fit, rating, occasion,
      body_type, height_cm, weight_kg, bust, age, recommend, worn_on)
    select v.boutique_id, v.id, 'rent-the-runway', s.fingerprint, s.customer_ref, s.fit, s.rating, s.occasion,
      s.body_type, s.height_cm, s.weight_kg, s.bust, s.age, s.recommend, s.worn_on
    from staged_reviews s
    join public.products p on p.boutique_id = ${boutique.id} and p.slug = 'item-' || s.item_id
    join public.product_variants v on v.product_id = p.id and v.size = s.size and v.color = ''
    order by s.line
    on conflict (source, fingerprint) do nothing`;
  return count;
}
