import { createHash } from "node:crypto";
import type { Sql } from "postgres";
import type { BoutiqueFixture } from "./fixtures.ts";

export const SIZES = ["34", "36", "38", "40", "42", "44", "46"] as const;

/** What somebody weighs for whom a size is cut. */
export const weightOf = (size: string): number => 40 + (Number(size) - 30) * 2;

export interface Gown {
  readonly productId: string;
  readonly variantIds: Readonly<Record<string, string>>;
}

/** Numbers between 0 and 1 that are the same in every run. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** A product on show in every size, with one garment of each. */
export async function makeGown(sql: Sql, boutique: BoutiqueFixture, slug: string): Promise<Gown> {
  const [product] = await sql<{ id: string }[]>`
    insert into public.products (boutique_id, slug, name, status) values (${boutique.id}, ${slug}, ${slug}, 'published') returning id`;
  const productId = product?.id ?? "";
  const variants = await sql<{ id: string; size: string }[]>`
    insert into public.product_variants (product_id, boutique_id, size, sku, rental_price_per_day, currency)
    select ${productId}, ${boutique.id}, s, ${slug} || s, 10000, 'XXX' from unnest(${[...SIZES]}::text[]) s returning id, size`;
  await sql`
    insert into public.garments (boutique_id, variant_id, location_id, serial)
    select ${boutique.id}, v, ${boutique.locationId}, v from unnest(${variants.map(({ id }) => id)}::uuid[]) v`;
  return { productId, variantIds: Object.fromEntries(variants.map(({ id, size }) => [size, id])) };
}

/**
 * Wearings of a gown by people who take their usual size or one beside it.
 *
 * @param shift in steps of sizes: 1 is a gown that runs a size small
 * @param noise from 0, everybody says how it is, to 1, everybody says anything
 */
export async function recordWearings(
  sql: Sql,
  boutique: BoutiqueFixture,
  gown: Gown,
  { count, shift, noise = 0, seed = 1 }: { count: number; shift: number; noise?: number; seed?: number },
): Promise<void> {
  const random = seeded(seed);
  const people = Array.from({ length: Math.ceil(count / 3) }, () => Math.floor(random() * SIZES.length));
  const rows = Array.from({ length: count }, (_, n) => {
    const usual = people[n % people.length] ?? 0;
    const worn = Math.min(SIZES.length - 1, Math.max(0, usual + Math.floor(random() * 3) - 1));
    const off = worn - usual - shift;
    const honest = off < 0 ? "small" : off > 0 ? "large" : "true";
    const anything = ["small", "true", "large"][Math.floor(random() * 3)] ?? "true";
    return {
      variant_id: gown.variantIds[SIZES[worn] ?? ""] ?? "",
      fit: random() < noise ? anything : honest,
      weight_kg: Math.round(10 * (weightOf(SIZES[usual] ?? "38") + 2 * random() - 1)) / 10,
      height_cm: 160 + Math.floor(20 * random()),
      worn_on: new Date(Date.UTC(2025, 0, 1 + Math.floor((n * 365) / count))).toISOString().slice(0, 10),
      fingerprint: createHash("sha256").update(`${gown.productId} ${seed} ${n}`).digest("hex"),
      customer_ref: `${seed}-${n % people.length}`,
    };
  });
  await sql`
    insert into private.fit_records (boutique_id, variant_id, source, fingerprint, customer_ref, fit, weight_kg, height_cm, worn_on)
    select ${boutique.id}, r.variant_id, 'test', decode(r.fingerprint, 'hex'), r.customer_ref, r.fit, r.weight_kg, r.height_cm, r.worn_on
    from jsonb_to_recordset(${sql.json(rows)}) r (variant_id uuid, fit private.fit, weight_kg numeric, height_cm numeric,
      worn_on date, fingerprint text, customer_ref text)`;
}
