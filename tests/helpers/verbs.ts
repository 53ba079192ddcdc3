import type { TransactionSql } from "postgres";
import { attempt } from "./act-as.ts";
import { actorOf, type Cast, type Key } from "./cast.ts";
import { day } from "./fixtures.ts";
import type { World } from "./world.ts";

export const verbs = ["select", "insert", "update", "delete"] as const;

/** A valid new row of every table that an API role may insert into, in the columns that are granted. */
const newRows: Readonly<Record<string, (cast: Cast) => Record<string, string | number>>> = {
  designers: () => ({ slug: "new", label: "New" }),
  tryon_consent_texts: () => ({ version: 10, body_en: "New", body_am: "New" }),
  categories: () => ({ slug: "new", name: "New" }),
  products: ({ boutique }) => ({ boutique_id: boutique.id, slug: "new", name: "New" }),
  product_variants: ({ boutique, gown }) => ({
    product_id: gown.productId,
    boutique_id: boutique.id,
    size: "44",
    sku: "new",
    rental_price_per_day: 100,
  }),
  product_media: ({ boutique, gown }) => ({
    product_id: gown.productId,
    boutique_id: boutique.id,
    storage_path: `${boutique.id}/new.jpg`,
    alt: "New",
  }),
  attribute_definitions: ({ rows }) => ({
    category_id: rows["categories"]?.["id"] ?? "",
    key: "new",
    label: "New",
    kind: "number",
  }),
  product_translations: ({ boutique, gown }) => ({
    product_id: gown.productId,
    boutique_id: boutique.id,
    locale: "am",
    name: "New",
  }),
  collections: ({ boutique }) => ({ boutique_id: boutique.id, slug: "new", name: "New" }),
  collection_products: ({ boutique, gown, rows }) => ({
    collection_id: rows["collections"]?.["id"] ?? "",
    product_id: gown.productId,
    boutique_id: boutique.id,
  }),
  size_charts: ({ rows }) => ({
    designer_id: rows["designers"]?.["id"] ?? "",
    category_id: rows["categories"]?.["id"] ?? "",
  }),
  size_chart_rows: ({ rows }) => ({ chart_id: rows["size_charts"]?.["id"] ?? "", size: "40", bust_cm: "[92,96)" }),
  fashion_shows: ({ boutique }) => ({ boutique_id: boutique.id, slug: "new", title: "New" }),
  show_looks: ({ boutique, gown, rows }) => ({
    show_id: rows["fashion_shows"]?.["id"] ?? "",
    boutique_id: boutique.id,
    product_id: gown.productId,
  }),
  favorites: ({ customer, gown }) => ({ customer_id: customer.id, product_id: gown.productId }),
  lookbooks: ({ customer }) => ({ customer_id: customer.id, title: "New" }),
  lookbook_items: ({ customer, gown, rows }) => ({
    lookbook_id: rows["lookbooks"]?.["id"] ?? "",
    customer_id: customer.id,
    product_id: gown.productId,
  }),
  locations: ({ boutique }) => ({
    boutique_id: boutique.id,
    name: "New",
    city: "Bahir Dar",
    country: "ET",
    timezone: "Africa/Addis_Ababa",
  }),
  garments: ({ boutique, gown }) => ({
    boutique_id: boutique.id,
    variant_id: gown.id,
    location_id: boutique.locationId,
    serial: "new",
  }),
  opening_hours: ({ boutique }) => ({
    location_id: boutique.locationId,
    boutique_id: boutique.id,
    weekday: 1,
    opens: "20:00",
    closes: "22:00",
  }),
  closures: ({ boutique }) => ({
    location_id: boutique.locationId,
    boutique_id: boutique.id,
    first_day: day(30),
    last_day: day(31),
    reason: "New",
  }),
  rooms: ({ boutique }) => ({ boutique_id: boutique.id, location_id: boutique.locationId, name: "New" }),
  stylists: ({ boutique }) => ({ boutique_id: boutique.id, display_name: "New" }),
  working_hours: ({ boutique, rows }) => ({
    stylist_id: rows["stylists"]?.["id"] ?? "",
    boutique_id: boutique.id,
    location_id: boutique.locationId,
    weekday: 1,
    starts: "20:00",
    ends: "22:00",
  }),
  fitting_services: ({ boutique }) => ({ boutique_id: boutique.id, name: "New", duration_minutes: 60 }),
  service_stylists: ({ boutique, salon, rows }) => ({
    service_id: salon.serviceId,
    stylist_id: rows["stylists"]?.["id"] ?? "",
    boutique_id: boutique.id,
  }),
  appointment_notes: ({ boutique, rows }) => ({
    appointment_id: rows["appointments"]?.["id"] ?? "",
    boutique_id: boutique.id,
    body: "New",
  }),
  notification_preferences: ({ customer }) => ({
    user_id: customer.id,
    topic: "news",
    channel: "sms",
    enabled: "true",
  }),
  // The customer has hers already.
  measurements: ({ stranger }) => ({ customer_id: stranger.id, weight_kg: "60" }),
  notification_settings: ({ stranger }) => ({ user_id: stranger.id, timezone: "Africa/Addis_Ababa" }),
  tax_rules: ({ boutique }) => ({ boutique_id: boutique.id, name: "New", rate_basis_points: 500, country: "KE" }),
  payment_plan_offers: ({ boutique }) => ({
    boutique_id: boutique.id,
    name: "New",
    down_payment_percent: 50,
    instalments: 1,
  }),
  discounts: ({ boutique }) => ({ boutique_id: boutique.id, name: "New", kind: "free_shipping" }),
  discount_targets: ({ gown, rows }) => ({ discount_id: rows["discounts"]?.["id"] ?? "", product_id: gown.productId }),
  shipping_methods: ({ boutique }) => ({ boutique_id: boutique.id, kind: "delivery", name: "New" }),
  addresses: () => ({ recipient: "New", line_1: "Bole Road 1", city: "Addis Ababa", country: "ET" }),
};

/**
 * What comes of somebody trying a verb on the cast's row of a table: `row` when it was read or written, `none` when
 * it was not met, 42501 when the verb was refused. It is undone.
 */
export async function tryVerb(world: World, cast: Cast, who: string, verb: string, table: string): Promise<string> {
  const column = await writableColumn(world, table);
  try {
    const { count } = await attempt(world.sql, actorOf(cast, who), (sql) => run(sql, cast, verb, table, column));
    return count > 0 ? "row" : "none";
  } catch (error) {
    if ((error as { code?: string }).code === "42501") return "42501";
    throw error;
  }
}

async function run(
  sql: TransactionSql,
  cast: Cast,
  verb: string,
  table: string,
  column: string,
): Promise<{ count: number }> {
  const name = sql(`public.${table}`);
  const isTheRow = matches(sql, cast.rows[table] ?? {});
  switch (verb) {
    case "select":
      return sql`select 1 from ${name} where ${isTheRow}`;
    case "insert":
      return sql`insert into ${name} ${sql(newRows[table]?.(cast) ?? cast.rows[table] ?? {})}`;
    case "update":
      return sql`update ${name} set ${sql(column)} = ${sql(column)} where ${isTheRow}`;
    case "delete":
      return sql`delete from ${name} where ${isTheRow}`;
    default:
      throw new Error(`${verb} is no verb.`);
  }
}

function matches(sql: TransactionSql, key: Key) {
  return Object.entries(key).reduce(
    (condition, [column, value]) => sql`${condition} and ${sql(column)} = ${value}`,
    sql`true`,
  );
}

/** A column that the signed-in may update, or any where there is none. */
async function writableColumn(world: World, table: string): Promise<string> {
  const [column] = await world.sql<{ name: string }[]>`
    select a.attname as name from pg_attribute a
    where a.attrelid = ${`public.${table}`}::regclass and a.attnum > 0 and not a.attisdropped
    order by has_column_privilege('authenticated', a.attrelid, a.attnum, 'update') desc, a.attnum limit 1`;
  return column?.name ?? "";
}
