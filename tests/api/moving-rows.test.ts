import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Cast, gatherCast, personOf } from "../helpers/cast.ts";
import { everyRow } from "../helpers/every-row.ts";
import { makeSalon, type Salon } from "../helpers/fittings.ts";
import { day, makeVariant, type VariantFixture } from "../helpers/fixtures.ts";
import { type Call, type Reply, send } from "../helpers/rest.ts";
import { World } from "../helpers/world.ts";

/** Inserts, upserts and updates that would overwrite a foreign row or carry a row from one boutique to another. */

type Row = Readonly<Record<string, unknown>>;

let world: World;
let cast: Cast;
/** A product with a garment of the other boutique. */
let theirs: VariantFixture;
/** What fittings need at the other boutique. */
let theirSalon: Salon;

beforeAll(async () => {
  world = await World.create();
  cast = await gatherCast(world);
  theirs = await makeVariant(world.sql, cast.rivalBoutique);
  theirSalon = await makeSalon(world.sql, cast.rivalBoutique);
});
afterAll(() => world.close());

/** Rows of the boutique as somebody who knows their ids would send them, and the keys that upserts meet them by. */
const rows: Readonly<Record<string, { readonly keys: readonly string[]; readonly row: () => Row }>> = {
  products: {
    keys: ["id", "boutique_id,slug", "id,boutique_id"],
    row: () => ({ id: cast.gown.productId, boutique_id: cast.boutique.id, slug: cast.gown.productSlug, name: "Mine" }),
  },
  product_variants: {
    keys: ["id", "boutique_id,sku", "product_id,size,color"],
    row: () => ({
      id: cast.gown.id,
      product_id: cast.gown.productId,
      boutique_id: cast.boutique.id,
      size: "38",
      color: "",
      sku: cast.gown.productSlug,
      rental_price_per_day: 1,
    }),
  },
  product_media: {
    keys: ["id"],
    row: () => ({
      ...cast.rows["product_media"],
      product_id: cast.gown.productId,
      boutique_id: cast.boutique.id,
      storage_path: `${cast.boutique.id}/mine.jpg`,
      alt: "Mine",
    }),
  },
  product_translations: {
    keys: ["product_id,locale"],
    row: () => ({ ...cast.rows["product_translations"], boutique_id: cast.boutique.id, name: "Mine" }),
  },
  collections: {
    keys: ["id", "boutique_id,slug", "id,boutique_id"],
    row: () => ({ ...cast.rows["collections"], boutique_id: cast.boutique.id, slug: "spring", name: "Mine" }),
  },
  collection_products: {
    keys: ["collection_id,product_id"],
    row: () => ({ ...cast.rows["collection_products"], boutique_id: cast.boutique.id, position: 9 }),
  },
  review_photos: {
    keys: ["id", "storage_path", "review_id,position"],
    row: () => ({
      ...cast.rows["review_photos"],
      review_id: cast.rows["reviews"]?.["id"],
      boutique_id: cast.boutique.id,
      customer_id: cast.customer.id,
      storage_path: `${cast.customer.id}/fit.webp`,
      position: 0,
      alt: "Mine",
    }),
  },
  fashion_shows: {
    keys: ["id", "boutique_id,slug", "id,boutique_id"],
    row: () => ({ ...cast.rows["fashion_shows"], boutique_id: cast.boutique.id, slug: "spring", title: "Mine" }),
  },
  show_looks: {
    keys: ["id", "id,show_id", "show_id,garment_id"],
    row: () => ({
      ...cast.rows["show_looks"],
      show_id: cast.rows["fashion_shows"]?.["id"],
      boutique_id: cast.boutique.id,
      product_id: cast.runway.productId,
      garment_id: cast.runway.garmentIds[0],
      title: "Mine",
    }),
  },
  tryon_consent_texts: {
    keys: ["version"],
    row: () => ({ ...cast.rows["tryon_consent_texts"], body_en: "Mine", body_am: "Mine" }),
  },
  tryon_photos: {
    keys: ["id", "storage_path", "id,customer_id"],
    row: () => ({
      ...{ ...cast.rows["tryon_photos"], customer_id: cast.customer.id, storage_path: `${cast.customer.id}/spare.jpg` },
      ...{ consent_version: 1, anchor_points: null },
    }),
  },
  measurements: { keys: ["customer_id"], row: () => ({ ...cast.rows["measurements"] }) },
  favorites: { keys: ["customer_id,product_id"], row: () => ({ ...cast.rows["favorites"] }) },
  lookbooks: {
    keys: ["id", "id,customer_id"],
    row: () => ({ ...cast.rows["lookbooks"], customer_id: cast.customer.id, title: "Mine" }),
  },
  lookbook_items: {
    keys: ["lookbook_id,product_id"],
    row: () => ({ ...cast.rows["lookbook_items"], customer_id: cast.customer.id, note: "Mine" }),
  },
  locations: {
    keys: ["id", "id,boutique_id"],
    row: () => ({
      id: cast.boutique.locationId,
      boutique_id: cast.boutique.id,
      name: "Mine",
      city: "Adama",
      country: "ET",
      timezone: "Africa/Addis_Ababa",
    }),
  },
  garments: {
    keys: ["id", "boutique_id,serial"],
    row: () => ({
      id: cast.gown.garmentIds[0],
      boutique_id: cast.boutique.id,
      variant_id: cast.gown.id,
      location_id: cast.boutique.locationId,
      serial: `${cast.gown.productSlug}-1`,
    }),
  },
  opening_hours: {
    keys: ["id"],
    row: () => ({
      location_id: cast.boutique.locationId,
      boutique_id: cast.boutique.id,
      weekday: 1,
      opens: "20:00",
      closes: "21:00",
    }),
  },
  closures: {
    keys: ["id"],
    row: () => ({
      location_id: cast.boutique.locationId,
      boutique_id: cast.boutique.id,
      first_day: day(20),
      last_day: day(21),
      reason: "Mine",
    }),
  },
  rooms: {
    keys: ["id", "location_id,name"],
    row: () => ({
      ...cast.rows["rooms"],
      boutique_id: cast.boutique.id,
      location_id: cast.boutique.locationId,
      name: "Mine",
    }),
  },
  stylists: {
    keys: ["id", "boutique_id,user_id", "id,boutique_id"],
    row: () => ({
      ...cast.rows["stylists"],
      boutique_id: cast.boutique.id,
      user_id: cast.stylist.id,
      display_name: "Mine",
    }),
  },
  working_hours: {
    keys: ["id"],
    row: () => ({
      stylist_id: cast.rows["stylists"]?.["id"],
      boutique_id: cast.boutique.id,
      location_id: cast.boutique.locationId,
      weekday: 2,
      starts: "20:00",
      ends: "21:00",
    }),
  },
  fitting_services: {
    keys: ["id", "boutique_id,name", "id,boutique_id"],
    row: () => ({
      ...cast.rows["fitting_services"],
      boutique_id: cast.boutique.id,
      name: "Mine",
      duration_minutes: 5,
    }),
  },
  service_stylists: {
    keys: ["service_id,stylist_id"],
    row: () => ({ ...cast.rows["service_stylists"], boutique_id: cast.boutique.id }),
  },
  appointment_notes: {
    keys: ["id"],
    row: () => ({
      appointment_id: cast.rows["appointments"]?.["id"],
      boutique_id: cast.boutique.id,
      body: "Mine",
    }),
  },
  designers: { keys: ["id", "slug"], row: () => ({ slug: "atelier-bole", label: "Mine" }) },
  categories: { keys: ["id", "slug"], row: () => ({ slug: "veils", name: "Mine" }) },
  attribute_definitions: {
    keys: ["id", "category_id,key"],
    row: () => ({
      ...cast.rows["attribute_definitions"],
      category_id: cast.rows["categories"]?.["id"],
      key: "edge",
      label: "Mine",
      kind: "number",
    }),
  },
  size_charts: {
    keys: ["id", "designer_id,category_id"],
    row: () => ({ ...cast.rows["size_charts"], designer_id: cast.rows["designers"]?.["id"], note: "Mine" }),
  },
  size_chart_rows: {
    keys: ["chart_id,size"],
    row: () => ({ ...cast.rows["size_chart_rows"], bust_cm: "[100,104)" }),
  },
  profiles: { keys: ["id"], row: () => ({ id: cast.customer.id, display_name: "Mine" }) },
  boutiques: {
    keys: ["id", "slug"],
    row: () => ({
      id: cast.boutique.id,
      slug: cast.boutique.slug,
      name: "Mine",
      currency: "ETB",
      timezone: "Africa/Addis_Ababa",
    }),
  },
  readiness_policies: { keys: ["boutique_id"], row: () => ({ boutique_id: cast.boutique.id, spare_days: 1 }) },
  notifications: { keys: ["id"], row: () => ({ ...cast.rows["notifications"], read_at: "now" }) },
  notification_preferences: {
    keys: ["user_id,topic,channel"],
    row: () => ({ ...cast.rows["notification_preferences"], enabled: true }),
  },
  addresses: {
    keys: ["id"],
    row: () => ({ ...cast.rows["addresses"], recipient: "Mine", line_1: "Mine 1", city: "Adama", country: "ET" }),
  },
  carts: { keys: ["id"], row: () => ({ ...cast.rows["carts"], country: "ET" }) },
  cart_items: { keys: ["id"], row: () => ({ ...cast.rows["cart_items"], quantity: 9 }) },
  commerce_policies: { keys: ["boutique_id"], row: () => ({ boutique_id: cast.boutique.id, hold_minutes: 1 }) },
  tax_rules: {
    keys: ["id"],
    row: () => ({ ...cast.rows["tax_rules"], boutique_id: cast.boutique.id, name: "Mine", rate_basis_points: 0 }),
  },
  payment_plan_offers: {
    keys: ["id", "boutique_id,name", "id,boutique_id"],
    row: () => ({
      ...cast.rows["payment_plan_offers"],
      boutique_id: cast.boutique.id,
      name: "Mine",
      down_payment_percent: 1,
      instalments: 1,
    }),
  },
  shipping_methods: {
    keys: ["id", "id,boutique_id"],
    row: () => ({ ...cast.rows["shipping_methods"], boutique_id: cast.boutique.id, kind: "delivery", name: "Mine" }),
  },
  gift_cards: { keys: ["id"], row: () => ({ ...cast.rows["gift_cards"], note: "Mine" }) },
  discounts: {
    keys: ["id"],
    row: () => ({ ...cast.rows["discounts"], boutique_id: cast.boutique.id, name: "Mine", kind: "free_shipping" }),
  },
  discount_targets: {
    keys: ["id"],
    row: () => ({ discount_id: cast.rows["discounts"]?.["id"], product_id: cast.gown.productId }),
  },
  notification_settings: { keys: ["user_id"], row: () => ({ user_id: cast.customer.id, sms_consent: true }) },
  rental_policies: { keys: ["boutique_id"], row: () => ({ boutique_id: cast.boutique.id, hold_minutes: 1 }) },
};

/** What every call has left as it was. */
let untouched: Awaited<ReturnType<typeof everyRow>> | undefined;

/**
 * A write that must come to nothing: it is refused, or passes by the row, and does not show it. It is sent twice, for
 * a write that wants its row back is also refused to those who may write it and not read it.
 */
async function expectNothing(who: string, call: Call): Promise<Reply> {
  // Nothing was written by the call before this one, either.
  const before = untouched ?? (await everyRow(world.sql));
  const token = personOf(cast, who).accessToken;
  const write = (prefer: string) =>
    send(world, { ...call, token, headers: { prefer: [prefer, call.headers?.["prefer"]].join() } });
  await write("return=minimal");
  const reply = await write("return=representation");
  untouched = await everyRow(world.sql);
  expect(untouched, `${who} ${call.path}`).toEqual(before);
  if (reply.status < 300) expect(reply.body, `${who} ${call.path}`).toEqual([]);
  else expect(reply.status, `${who} ${call.path}`).toBeOneOf([400, 403, 404, 405, 409]);
  return reply;
}

describe.each(["stranger", "rivalManager", "rivalOwner"])("the %s", (who) => {
  it("knows rows of every table that people may write", async () => {
    const tables = await world.sql<{ name: string }[]>`
      select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v')
        and has_any_column_privilege('authenticated', oid, 'insert, update')`;
    expect(Object.keys(rows).toSorted()).toEqual(tables.map(({ name }) => name).toSorted());
  });

  describe.each(Object.entries(rows))("and a foreign row of %s", (table, { keys, row }) => {
    it.each(keys)("neither overwrite it nor take it by an upsert on %s", async (key) => {
      for (const change of [{}, { boutique_id: cast.rivalBoutique.id }]) {
        for (const resolution of ["merge-duplicates", "ignore-duplicates"]) {
          const json = "boutique_id" in row() ? { ...row(), ...change } : row();
          const headers = { prefer: `resolution=${resolution}` };
          await expectNothing(who, { path: `/rest/v1/${table}?on_conflict=${key}`, json, headers });
        }
      }
    });

    it("neither insert nor put it", async () => {
      const [column = ""] = (keys[0] ?? "").split(",");
      await expectNothing(who, { path: `/rest/v1/${table}`, json: row() });
      await expectNothing(who, { path: `/rest/v1/${table}?columns=${Object.keys(row())}`, json: { ...row(), x: 1 } });
      const path = `/rest/v1/${table}?${column}=eq.${row()[column] ?? "none"}`;
      await expectNothing(who, { path, method: "PUT", json: row() });
    });
  });
});

describe("a row of one's own boutique", () => {
  const own = (): readonly (readonly [table: string, id: string])[] => [
    ["products", theirs.productId],
    ["product_variants", theirs.id],
    ["garments", theirs.garmentIds[0] ?? ""],
    ["locations", cast.rivalBoutique.locationId],
    ["rooms", theirSalon.roomIds[0] ?? ""],
    ["stylists", theirSalon.stylistIds[0] ?? ""],
    ["fitting_services", theirSalon.serviceId],
  ];

  const firstOf = async (table: string) => {
    const [row] = await world.sql<{ id: string }[]>`
      select id from ${world.sql(`public.${table}`)} where boutique_id = ${cast.rivalBoutique.id} limit 1`;
    return row?.id ?? "";
  };

  it("is not given to another by an update or an upsert", async () => {
    for (const [table, id] of own()) {
      const json = { boutique_id: cast.boutique.id };
      const path = `/rest/v1/${table}?id=eq.${id}`;
      for (const who of ["rivalManager", "rivalOwner"]) {
        const reply = await expectNothing(who, { path, method: "PATCH", json });
        expect(reply, table).toMatchObject({ status: 403, body: { code: "42501" } });
        const headers = { prefer: "resolution=merge-duplicates" };
        const whole = { ...rows[table]?.row(), id, ...json };
        await expectNothing(who, { path: `/rest/v1/${table}?on_conflict=id`, json: whole, headers });
      }
    }
  });

  it("is not hung below another's", async () => {
    const changes: readonly (readonly [table: string, id: string, change: Row])[] = [
      ["product_variants", theirs.id, { product_id: cast.gown.productId }],
      ["garments", theirs.garmentIds[0] ?? "", { variant_id: cast.gown.id }],
      ["garments", theirs.garmentIds[0] ?? "", { location_id: cast.boutique.locationId }],
      ["working_hours", await firstOf("working_hours"), { location_id: cast.boutique.locationId }],
      ["working_hours", await firstOf("working_hours"), { stylist_id: cast.salon.stylistIds[0] }],
      ["opening_hours", await firstOf("opening_hours"), { location_id: cast.boutique.locationId }],
      ["rooms", theirSalon.roomIds[0] ?? "", { location_id: cast.boutique.locationId }],
    ];
    for (const [table, id, json] of changes) {
      await expectNothing("rivalOwner", { path: `/rest/v1/${table}?id=eq.${id}`, method: "PATCH", json });
    }
  });

  it("does not carry a foreign one along in the same request", async () => {
    const mine = { boutique_id: cast.rivalBoutique.id, slug: "mine", name: "Mine" };
    const foreign = { boutique_id: cast.boutique.id, slug: "foreign", name: "Foreign" };
    for (const json of [
      [mine, foreign],
      [foreign, mine],
    ]) {
      const reply = await expectNothing("rivalManager", { path: "/rest/v1/products", json });
      expect(reply).toMatchObject({ status: 403, body: { code: "42501" } });
    }
  });

  it("is all that a change without a filter meets", async () => {
    const foreign = () => world.sql`
      select * from public.product_variants where boutique_id = ${cast.boutique.id} order by id`;
    const before = await foreign();
    const token = cast.rivalManager.accessToken;
    for (const query of ["", "?id=not.is.null", "?or=(id.is.null,id.not.is.null)"]) {
      await send(world, { path: `/rest/v1/product_variants${query}`, method: "PATCH", json: { deposit: 7 }, token });
    }
    expect(await foreign()).toEqual(before);
    const [mine] = await world.sql`select deposit from public.product_variants where id = ${theirs.id}`;
    expect(mine).toEqual({ deposit: "7" });
  });
});
