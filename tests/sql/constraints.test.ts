import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type BoutiqueFixture, makeBoutique, makeVariant, type VariantFixture } from "../helpers/fixtures.ts";
import { send } from "../helpers/rest.ts";
import { World } from "../helpers/world.ts";

type Row = Readonly<Record<string, string | number | null | readonly number[]>>;

let world: World;
let boutique: BoutiqueFixture;
let other: BoutiqueFixture;
let gown: VariantFixture;
let otherGown: VariantFixture;

beforeAll(async () => {
  world = await World.create();
  [boutique, other] = [await makeBoutique(world.sql), await makeBoutique(world.sql)];
  gown = await makeVariant(world.sql, boutique);
  otherGown = await makeVariant(world.sql, other);
});
afterAll(() => world.close());

/** A row that each table takes. Every case below changes one thing about it. */
const goodRows: Readonly<Record<string, () => Row>> = {
  boutiques: () => ({ slug: unique(), name: "Bole Bridal", currency: "ETB", timezone: "Africa/Addis_Ababa" }),
  designers: () => ({ slug: unique(), label: "Atelier" }),
  categories: () => ({ slug: unique(), name: "Veils" }),
  products: () => ({ boutique_id: boutique.id, slug: unique(), name: "Gown" }),
  product_variants: () => ({
    product_id: gown.productId,
    boutique_id: boutique.id,
    size: unique(),
    sku: unique(),
    currency: "ETB",
  }),
  product_media: () => ({
    product_id: gown.productId,
    boutique_id: boutique.id,
    storage_path: `${boutique.id}/a.b/c..d.jpg`,
    alt: "Front",
  }),
  locations: () => ({
    boutique_id: boutique.id,
    name: "Bole",
    city: "Addis Ababa",
    country: "ET",
    timezone: "Africa/Addis_Ababa",
  }),
  garments: () => ({
    boutique_id: boutique.id,
    variant_id: gown.id,
    location_id: boutique.locationId,
    serial: unique(),
  }),
};

const unique = () => `x${randomUUID().slice(0, 12)}`;
const long = (length: number) => "x".repeat(length);

/** Table, what is wrong, the constraint that says so. */
const badRows: readonly (readonly [table: string, wrong: string, constraint: string, change: () => Row])[] = [
  ["boutiques", "a slug with capitals and spaces", "slug_is_url_safe", () => ({ slug: "Bole Bridal" })],
  ["boutiques", "a slug with two hyphens together", "slug_is_url_safe", () => ({ slug: "bole--bridal" })],
  ["boutiques", "a slug that ends in a hyphen", "slug_is_url_safe", () => ({ slug: "bole-" })],
  ["boutiques", "a slug with a line break", "slug_is_url_safe", () => ({ slug: "bole\n" })],
  ["boutiques", "no slug", "slug_is_url_safe", () => ({ slug: "" })],
  ["boutiques", "a long slug", "slug_is_url_safe", () => ({ slug: long(81) })],
  ["boutiques", "a blank name", "name_is_given", () => ({ name: "   " })],
  ["boutiques", "a long name", "name_is_given", () => ({ name: long(121) })],
  ["boutiques", "a currency in small letters", "currency_is_iso_4217", () => ({ currency: "etb" })],
  ["boutiques", "a currency of two letters", "currency_is_iso_4217", () => ({ currency: "ET" })],
  ["boutiques", "a time zone that is none", "timezone_is_known", () => ({ timezone: "Mars/Phobos" })],
  ["boutiques", "an offset for a time zone", "timezone_is_known", () => ({ timezone: "+03:00" })],
  ["boutiques", "no time zone", "timezone_is_known", () => ({ timezone: "" })],
  ["designers", "a blank label", "label_is_given", () => ({ label: " " })],
  ["designers", "a long life", "bio_is_bounded", () => ({ bio: long(10_001) })],
  ["designers", "a slug with a slash", "slug_is_url_safe", () => ({ slug: "a/b" })],
  ["categories", "a blank name", "name_is_given", () => ({ name: "" })],
  ["products", "a blank name", "name_is_given", () => ({ name: "  " })],
  ["products", "a long description", "description_is_bounded", () => ({ description: long(20_001) })],
  ["products", "attributes in a list", "attributes_are_an_object", () => ({ attributes: [1, 2] })],
  ["product_variants", "a negative sale price", "sale_price_is_not_negative", () => ({ sale_price: -1 })],
  ["product_variants", "a negative rental price", "rental_price_is_not_negative", () => ({ rental_price_per_day: -1 })],
  ["product_variants", "a negative deposit", "deposit_is_not_negative", () => ({ deposit: -1 })],
  ["product_variants", "no size", "size_is_given", () => ({ size: "" })],
  ["product_variants", "a long color", "color_is_short", () => ({ color: long(61) })],
  ["product_variants", "no SKU", "sku_is_given", () => ({ sku: " " })],
  [
    "product_variants",
    "another boutique's product",
    "variant_belongs_to_the_products_boutique",
    () => ({ product_id: otherGown.productId }),
  ],
  [
    "product_media",
    "another boutique's product",
    "media_belongs_to_the_products_boutique",
    () => ({ product_id: otherGown.productId }),
  ],
  [
    "product_media",
    "another boutique's folder",
    "storage_path_is_inside_the_boutiques_folder",
    () => ({ storage_path: `${other.id}/a.jpg` }),
  ],
  ["product_media", "no folder", "storage_path_is_inside_the_boutiques_folder", () => ({ storage_path: "a.jpg" })],
  [
    "product_media",
    "only a folder's name",
    "storage_path_is_inside_the_boutiques_folder",
    () => ({ storage_path: boutique.id }),
  ],
  [
    "product_media",
    "a way out of the folder",
    "storage_path_is_inside_the_boutiques_folder",
    () => ({ storage_path: `${boutique.id}/../${other.id}/a.jpg` }),
  ],
  [
    "product_media",
    "a way out at the end",
    "storage_path_is_inside_the_boutiques_folder",
    () => ({ storage_path: `${boutique.id}/a/..` }),
  ],
  [
    "product_media",
    "a dot for a folder",
    "storage_path_is_inside_the_boutiques_folder",
    () => ({ storage_path: `${boutique.id}/./a.jpg` }),
  ],
  [
    "product_media",
    "a path from the root",
    "storage_path_is_inside_the_boutiques_folder",
    () => ({ storage_path: `/${boutique.id}/a.jpg` }),
  ],
  [
    "product_media",
    "a long path",
    "storage_path_is_inside_the_boutiques_folder",
    () => ({ storage_path: `${boutique.id}/${long(400)}` }),
  ],
  ["product_media", "no description of the picture", "alt_is_given", () => ({ alt: " " })],
  ["product_media", "a negative position", "position_is_not_negative", () => ({ position: -1 })],
  ["locations", "a country in small letters", "country_is_iso_3166", () => ({ country: "et" })],
  ["locations", "no city", "city_is_given", () => ({ city: "" })],
  ["locations", "a time zone that is none", "timezone_is_known", () => ({ timezone: "Bole" })],
  ["garments", "no serial number", "serial_is_given", () => ({ serial: "" })],
  [
    "garments",
    "another boutique's location",
    "garment_is_at_a_location_of_its_boutique",
    () => ({ location_id: other.locationId }),
  ],
  [
    "garments",
    "another boutique's variant",
    "garment_belongs_to_the_variants_boutique",
    () => ({ variant_id: otherGown.id }),
  ],
  [
    "garments",
    "a serial number given before",
    "garments_boutique_id_serial_key",
    () => ({ serial: `${gown.productSlug}-1` }),
  ],
];

describe("a table takes", () => {
  it.each(Object.entries(goodRows))("the row of %s that the cases below change", async (table, row) => {
    expect(await refusedByOwner(table, row())).toBeNull();
    expect(await refusedByService(table, row())).toBeNull();
  });
});

describe("a table refuses, also to those whom no policy holds back,", () => {
  it.each(badRows)("a row of %s with %s", async (table, _wrong, constraint, change) => {
    const row = () => ({ ...goodRows[table]?.(), ...change() });
    expect(await refusedByOwner(table, row())).toContain(`"${constraint}"`);
    expect(await refusedByService(table, row())).toContain(`"${constraint}"`);
  });
});

/** The message with which the database refuses a row of the owner of the tables; null when it takes it. */
async function refusedByOwner(table: string, row: Row): Promise<string | null> {
  const columns = Object.keys(row).map((column) => `"${column}"`);
  try {
    await world.sql.unsafe(
      `insert into public.${table} (${columns}) select ${columns} from jsonb_populate_record(null::public.${table}, $1)`,
      [row],
    );
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

async function refusedByService(table: string, row: Row): Promise<string | null> {
  const reply = await send(world, { path: `/rest/v1/${table}`, json: row, key: world.keys.secret });
  return reply.status === 201 ? null : (reply.body as { message: string }).message;
}
