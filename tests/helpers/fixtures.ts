import { randomUUID } from "node:crypto";
import type { Sql } from "postgres";

export interface BoutiqueFixture {
  readonly id: string;
  readonly slug: string;
  readonly locationId: string;
}

export interface BoutiqueOptions {
  readonly currency?: string;
  readonly timezone?: string;
  readonly status?: "applied" | "active" | "suspended";
  readonly holdMinutes?: number;
  readonly bufferDaysBefore?: number;
  readonly bufferDaysAfter?: number;
  readonly maxDays?: number;
  readonly depositBeforePickup?: boolean;
}

/** A boutique with one location. Buffers are zero, and garments go out without a deposit, unless the test is about them. */
export async function makeBoutique(sql: Sql, options: BoutiqueOptions = {}): Promise<BoutiqueFixture> {
  const slug = `boutique-${randomUUID().slice(0, 8)}`;
  const timezone = options.timezone ?? "Africa/Addis_Ababa";
  const [boutique] = await sql<{ id: string }[]>`
    insert into public.boutiques (slug, name, currency, timezone, status)
    values (${slug}, ${slug}, ${options.currency ?? "ETB"}, ${timezone}, ${options.status ?? "active"})
    returning id`;
  const id = boutique?.id ?? "";
  await sql`
    update public.rental_policies set hold_minutes = ${options.holdMinutes ?? 15},
      buffer_days_before = ${options.bufferDaysBefore ?? 0}, buffer_days_after = ${options.bufferDaysAfter ?? 0},
      max_days = ${options.maxDays ?? 14}, deposit_before_pickup = ${options.depositBeforePickup ?? false}
    where boutique_id = ${id}`;
  const [location] = await sql<{ id: string }[]>`
    insert into public.locations (boutique_id, name, city, country, timezone)
    values (${id}, 'Main', 'Addis Ababa', 'ET', ${timezone}) returning id`;
  return { id, slug, locationId: location?.id ?? "" };
}

export interface VariantFixture {
  readonly id: string;
  readonly productId: string;
  readonly productSlug: string;
  readonly garmentIds: string[];
}

export interface VariantOptions {
  readonly garments?: number;
  readonly status?: "draft" | "published" | "archived";
  readonly pricePerDay?: number | null;
  readonly deposit?: number;
  readonly forRent?: boolean;
  readonly name?: string;
}

/** A product with one variant in size 38 and its garments. */
export async function makeVariant(
  sql: Sql,
  boutique: BoutiqueFixture,
  options: VariantOptions = {},
): Promise<VariantFixture> {
  const slug = `gown-${randomUUID().slice(0, 8)}`;
  const [product] = await sql<{ id: string }[]>`
    insert into public.products (boutique_id, slug, name, status, for_rent)
    values (${boutique.id}, ${slug}, ${options.name ?? slug}, ${options.status ?? "published"}, ${options.forRent ?? true})
    returning id`;
  const productId = product?.id ?? "";
  const price = options.pricePerDay === undefined ? 10_000 : options.pricePerDay;
  const [variant] = await sql<{ id: string }[]>`
    insert into public.product_variants (product_id, boutique_id, size, sku, rental_price_per_day, deposit, currency)
    values (${productId}, ${boutique.id}, '38', ${slug}, ${price}, ${options.deposit ?? 50_000}, 'XXX')
    returning id`;
  const id = variant?.id ?? "";
  const garmentIds: string[] = [];
  for (let piece = 1; piece <= (options.garments ?? 1); piece += 1) {
    const [garment] = await sql<{ id: string }[]>`
      insert into public.garments (boutique_id, variant_id, location_id, serial)
      values (${boutique.id}, ${id}, ${boutique.locationId}, ${`${slug}-${piece}`}) returning id`;
    garmentIds.push(garment?.id ?? "");
  }
  return { id, productId, productSlug: slug, garmentIds };
}

/** Days so many days from today, as YYYY-MM-DD, and periods with both days, as the RPCs take them; where clocks are so many hours ahead of UTC. */
function daysAt(hours: number) {
  const day = (fromToday: number): string =>
    new Date(Date.now() + fromToday * 86_400_000 + hours * 3_600_000).toISOString().slice(0, 10);
  const period = (first: number, last: number): string => `[${day(first)},${day(last)}]`;
  return { day, period };
}

/** In Addis Ababa, where boutiques are unless told. */
export const { day, period } = daysAt(3);
/** For boutiques that are told to be there, and for what reckons in UTC. */
export const utc = daysAt(0);
