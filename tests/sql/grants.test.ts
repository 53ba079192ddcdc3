import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DataApi } from "../../stack/data-api.ts";
import { attempt } from "../helpers/act-as.ts";
import { actorOf, type Cast, gatherCast } from "../helpers/cast.ts";
import { makeBoutique } from "../helpers/fixtures.ts";
import { World } from "../helpers/world.ts";

/** The columns that signed-in people may write, where the policies let them. Everything else is computed or nobody's. */
const writable: Readonly<Record<string, { insert?: string; update?: string }>> = {
  addresses: {
    insert: "city country id line_1 line_2 phone postal_code recipient region",
    update: "city country line_1 line_2 phone postal_code recipient region",
  },
  appointment_notes: { insert: "appointment_id body boutique_id", update: "body" },
  attribute_definitions: {
    insert: "category_id choices id is_filter key kind label position takes_many translations unit",
    update: "choices is_filter label position takes_many translations unit",
  },
  boutiques: { update: "name timezone" },
  cart_items: { update: "quantity" },
  carts: { update: "country discount_codes shipping_method_ids wear_date" },
  categories: {
    insert: "name parent_id position slug translations",
    update: "name parent_id position slug translations",
  },
  closures: { insert: "boutique_id first_day last_day location_id reason", update: "first_day last_day reason" },
  collection_products: { insert: "boutique_id collection_id position product_id", update: "position" },
  collections: {
    insert: "boutique_id description id is_published name position season slug translations",
    update: "description is_published name position season slug translations",
  },
  commerce_policies: {
    update:
      "cancellation_fee_percent free_cancellation_hours hold_minutes legal_address legal_name order_number_prefix prices_include_tax return_days tax_number",
  },
  discount_targets: { insert: "category_id discount_id product_id" },
  discounts: {
    insert:
      "amount boutique_id code currency ends_at first_order_only id kind limited_to_targets minimum_subtotal name percent_basis_points stackable starts_at usage_limit usage_limit_per_customer",
    update: "ends_at minimum_subtotal name retired_at stackable usage_limit usage_limit_per_customer",
  },
  designers: { insert: "bio label slug translations", update: "bio label slug translations" },
  fashion_shows: {
    insert:
      "boutique_id buffer_minutes_after buffer_minutes_before capacity cover_path description ends_at id location_id max_party_size slug starts_at stream_url title",
    update:
      "buffer_minutes_after buffer_minutes_before capacity cover_path description ends_at location_id max_party_size recording_url slug starts_at stream_url title",
  },
  favorites: { insert: "customer_id product_id" },
  fitting_services: {
    insert:
      "boutique_id buffer_minutes_after buffer_minutes_before description duration_minutes free_cancellation_hours id late_cancellation_fee max_days_ahead max_garments max_people min_hours_ahead name no_show_fee price step_minutes",
    update:
      "buffer_minutes_after buffer_minutes_before description duration_minutes free_cancellation_hours late_cancellation_fee max_days_ahead max_garments max_people min_hours_ahead name no_show_fee price retired_at step_minutes",
  },
  gift_cards: { update: "blocked_at expires_at note" },
  garments: {
    insert: "boutique_id condition id location_id serial variant_id",
    update: "condition location_id retired_at serial",
  },
  locations: {
    insert: "boutique_id city country id latitude longitude name street timezone",
    update: "city country latitude longitude name street timezone",
  },
  lookbook_items: { insert: "customer_id lookbook_id note position product_id", update: "note position" },
  lookbooks: { insert: "customer_id id title", update: "title" },
  opening_hours: { insert: "boutique_id closes location_id opens weekday", update: "closes opens weekday" },
  measurements: {
    insert: "age bust_cm customer_id height_cm hips_cm waist_cm weight_kg",
    update: "age bust_cm customer_id height_cm hips_cm waist_cm weight_kg",
  },
  notification_preferences: { insert: "channel enabled topic user_id", update: "channel enabled topic user_id" },
  notification_settings: {
    insert: "quiet_from quiet_until sms_consent timezone user_id",
    update: "quiet_from quiet_until sms_consent timezone user_id",
  },
  notifications: { update: "read_at" },
  payment_plan_offers: {
    insert:
      "boutique_id days_before_wear down_payment_percent grace_days id instalments interval_days is_active keep_percent min_total name on_default",
    update:
      "days_before_wear down_payment_percent grace_days instalments interval_days is_active keep_percent min_total name on_default",
  },
  product_media: {
    insert: "alt anchor_points boutique_id id position product_id purpose storage_path",
    update: "alt anchor_points position",
  },
  review_photos: { update: "alt" },
  tryon_consent_texts: { insert: "body_am body_en version" },
  tryon_photos: { update: "anchor_points" },
  product_translations: { insert: "boutique_id description locale name product_id", update: "description name" },
  product_variants: {
    insert: "boutique_id color deposit id product_id rental_price_per_day sale_price serialised size sku",
    update: "color deposit rental_price_per_day sale_price serialised size sku",
  },
  products: {
    insert:
      "attributes boutique_id category_id description designer_id for_rent for_sale id lead_days locale made_to_order name publish_at slug status style_code tags",
    update:
      "attributes category_id description designer_id for_rent for_sale lead_days locale made_to_order name publish_at slug status style_code tags",
  },
  profiles: { update: "avatar_path display_name locale phone" },
  rooms: { insert: "boutique_id capacity id location_id name", update: "capacity name retired_at" },
  shipping_methods: {
    insert: "boutique_id countries days free_from id kind location_id name position price",
    update: "countries days free_from name position price retired_at",
  },
  size_chart_rows: {
    insert: "bust_cm chart_id height_cm hips_cm position size waist_cm",
    update: "bust_cm height_cm hips_cm position waist_cm",
  },
  show_looks: {
    insert: "at_second boutique_id garment_id id position product_id show_id title",
    update: "at_second position title",
  },
  size_charts: { insert: "category_id designer_id id note", update: "category_id note" },
  service_stylists: { insert: "boutique_id service_id stylist_id" },
  stylists: {
    insert: "bio boutique_id display_name id user_id",
    update: "bio display_name retired_at user_id",
  },
  tax_rules: {
    insert: "applies_to boutique_id category_id country id name rate_basis_points",
    update: "applies_to category_id country name rate_basis_points",
  },
  working_hours: {
    insert: "boutique_id ends location_id starts stylist_id weekday",
    update: "ends location_id starts weekday",
  },
  readiness_policies: {
    update:
      "alteration_days fitting_gap_days fittings lead_days rush_fee rush_lead_percent rush_shipping_days shipping_days spare_days",
  },
  rental_policies: {
    update:
      "buffer_days_after buffer_days_before deposit_before_pickup hold_minutes late_fee_percent max_days max_days_ahead min_days",
  },
};

/** One of each role that Postgres knows, and who may do most. */
const people = ["anon", "customer", "owner", "admin"];

let world: World;
let cast: Cast;

beforeAll(async () => {
  world = await World.create();
  cast = await gatherCast(world);
});
afterAll(() => world.close());

describe("the columns of a public table", () => {
  it("can be written by signed-in people only as written down here", async () => {
    const rights = await world.sql<{ table: string; verb: "insert" | "update"; columns: string }[]>`
      select c.relname as table, v.verb, string_agg(a.attname::text, ' ' order by a.attname) as columns
      from pg_class c
      join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      cross join unnest(array['insert', 'update']) v (verb)
      where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'f')
        and has_column_privilege('authenticated', c.oid, a.attnum, v.verb)
      group by c.relname, v.verb`;
    const actual: Record<string, { insert?: string; update?: string }> = {};
    for (const { table, verb, columns } of rights) actual[table] = { ...actual[table], [verb]: columns };
    expect(actual).toEqual(writable);
  });

  it("can be written by nobody who has not signed in", async () => {
    const rights = await world.sql`
      select c.relname from pg_class c
      where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'f')
        and (has_any_column_privilege('anon', c.oid, 'insert, update, references')
          or has_table_privilege('anon', c.oid, 'delete, truncate, trigger'))`;
    expect(rights).toEqual([]);
  });

  it("that are not written down are refused to everybody: states, prices paid, roles and all the rest", async () => {
    const columns = await world.sql<{ table: string; column: string }[]>`
      select c.relname::text as table, a.attname::text as column
      from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'f')`;
    const closed = columns.filter(({ table, column }) => !writable[table]?.update?.split(" ").includes(column));
    expect(closed.length).toBeGreaterThan(100);
    for (const person of people) {
      // In one transaction: thousands of refusals would be as many.
      const written = await attempt(world.sql, actorOf(cast, person), async (sql) => {
        await sql.unsafe(`do $$
          declare
            v_column record;
          begin
            for v_column in select * from json_to_recordset('${JSON.stringify(closed)}') x ("table" text, "column" text) loop
              begin
                execute format('update public.%I set %I = default', v_column."table", v_column."column");
                perform set_config('nexus.written', coalesce(current_setting('nexus.written', true), '') || v_column."table" || '.' || v_column."column" || ' ', true);
              exception when insufficient_privilege then
                perform set_config('nexus.refused', (coalesce(nullif(current_setting('nexus.refused', true), ''), '0')::int + 1)::text, true);
              end;
            end loop;
          end $$`);
        const [row] = await sql<{ written: string | null; refused: number }[]>`
          select current_setting('nexus.written', true) as written, current_setting('nexus.refused')::int as refused`;
        return row;
      });
      expect(written, person).toEqual({ written: null, refused: closed.length });
    }
  });
});

describe("requests to the API", () => {
  it("leave every grant as the migrations made it, even where the API could change it", async () => {
    const boutique = await makeBoutique(world.sql);
    const manager = await world.asStaff(boutique.id, "manager");
    const before = await grants();
    expect(before.length).toBeGreaterThan(50);

    // As the owner of the tables, which the stack never does: only then would the library's grants succeed.
    const api = new DataApi({
      databaseUrl: world.databaseUrl,
      keys: world.keys,
      apiUrl: world.apiUrl,
      storageDir: "/nowhere",
      poolSize: 2,
      email: world.mails,
      studio: false,
    });
    const ask = (path: string, headers: Record<string, string>) =>
      api.fetch(new Request(`${world.apiUrl}${path}`, { headers }), null);
    const asAnon = { apikey: world.keys.publishable };
    const asManager = { ...asAnon, authorization: `Bearer ${manager.accessToken}` };
    const asService = { apikey: world.keys.secret };
    for (const sender of [asAnon, asManager, asService]) {
      expect((await ask("/rest/v1/boutiques?select=id,products(id)", sender)).status).toBe(200);
      expect((await ask("/rest/v1/platform_admins", sender)).status).toBe(sender === asAnon ? 401 : 200);
    }
    await api.close();

    expect(await grants()).toEqual(before);
  });
});

/** Everything that anybody may do with tables, columns, sequences and functions. */
function grants(): Promise<Record<string, unknown>[]> {
  return world.sql`
    select 'relation' as kind, c.oid::regclass::text as name, c.relacl::text as rights, c.relrowsecurity as rls
    from pg_class c
    where c.relnamespace::regnamespace::text in ('public', 'private', 'pgboss') and c.relkind in ('r', 'p', 'v', 'S')
    union all
    select 'column', a.attrelid::regclass || '.' || a.attname, a.attacl::text, null
    from pg_attribute a join pg_class c on c.oid = a.attrelid
    where c.relnamespace = 'public'::regnamespace and a.attacl is not null
    union all
    select 'function', p.oid::regprocedure::text, p.proacl::text, null
    from pg_proc p where p.pronamespace::regnamespace::text in ('public', 'private', 'auth')
    union all
    select 'schema', n.nspname, n.nspacl::text, null from pg_namespace n where n.nspname !~ '^pg_'
    order by 1, 2`;
}
