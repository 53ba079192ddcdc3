import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { World } from "../helpers/world.ts";

/** Columns that sound as if they led to a person, and do not. */
const notPersonal: Readonly<Record<string, string>> = {
  "public.audit_log.actor_role": "role of the database",
  "public.deposits.is_authorised": "whether a card holds it",
  "public.invitations.accepted_at": "a time",
  "private.rate_limits.tokens": "a number",
  "public.boutiques.name": "of a shop",
  "public.categories.name": "of a kind of product",
  "public.collections.name": "of a collection",
  "public.locations.name": "of a branch",
  "public.locations.street": "of a branch",
  "public.locations.city": "of a branch",
  "public.products.name": "of a product",
  "public.product_translations.name": "of a product",
  "private.product_documents.name_folded": "of a product",
  "private.product_documents.tokens": "what a product is filtered by",
  "public.lookbooks.share_token": "goes with lookbooks.customer_id",
  "public.size_chart_rows.bust_cm": "of whoever a size is cut for",
  "public.size_chart_rows.waist_cm": "the same",
  "public.size_chart_rows.hips_cm": "the same",
  "public.size_chart_rows.height_cm": "the same",
  "public.audit_log.table_name": "of a table",
  "public.profiles.display_name": "goes with profiles.id",
  "public.profiles.phone": "goes with profiles.id",
  "public.profiles.avatar_path": "goes with profiles.id; the file is in a personal bucket",
  "public.appointments.customer_notes": "goes with appointments.customer_id: a trigger empties it",
  "public.appointments.guest_names": "the same",
  "public.appointments.walk_in_name": "of somebody without an account, which the boutique keeps as it would on paper",
  "public.appointment_notes.body": "goes with appointment_notes.appointment_id",
  "public.stylists.display_name":
    "goes with stylists.user_id; of a stylist without an account it is the boutique's to write",
  "public.fitting_services.name": "of a service",
  "public.rooms.name": "of a room",
  "public.rooms.capacity": "a number",
  "public.fashion_shows.capacity": "a number",
  "public.rental_events.photo_paths": "of a garment; the files are in a bucket of the boutique",
  "public.rentals.damage_fee": "money",
  "public.readiness_policies.shipping_days": "a number",
  "public.readiness_policies.rush_shipping_days": "a number",
  "public.notifications.body": "a text; goes with notifications.user_id",
  "public.addresses.city": "goes with addresses.customer_id",
  "public.addresses.phone": "the same",
  "public.order_groups.shipping_address": "goes with order_groups.customer_id: a trigger empties it",
  "public.orders.customer_note": "goes with orders.customer_id: a trigger empties it",
  "public.orders.shipping_method_id": "of a way to deliver",
  "public.orders.shipping_total": "money",
  "public.order_items.product_name": "of a product",
  "public.order_items.tax_name": "of a tax",
  "public.shipment_items.shipment_id": "of a parcel",
  "public.carts.shipping_method_ids": "of ways to deliver",
  "public.commerce_policies.legal_address": "of a shop",
  "public.commerce_policies.legal_name": "of a shop",
  "public.discounts.name": "of a discount",
  "public.discounts.usage_limit": "a number",
  "public.discounts.usage_limit_per_customer": "a number",
  "public.payment_plan_offers.name": "of a way to pay",
  "public.payment_plans.name": "the same",
  "public.shipping_methods.name": "of a way to deliver",
  "public.tax_rules.name": "of a tax",
  "private.fit_records.customer_ref": "another system's own id, of nobody with an account here",
  "private.fit_records.height_cm": "of the same",
  "private.fit_records.weight_kg": "of the same",
  "private.fit_records.bust": "of the same",
  "private.fit_records.age": "of the same",
  "private.fit_records.body_type": "of the same",
  "private.payment_events.body":
    "what a provider has told and signed, with the name it has of her; removed 90 days after it was worked on",
  "private.calendar_feed_tokens.token_hash": "goes with the feed",
  "public.webhook_attempts.response_body": "of the answer of a boutique's own system",
  "private.invitation_tokens.token_hash": "goes with the invitation",
  "public.product_media.height": "of a picture, in pixels",
  "public.reviews.author_name": "goes with reviews.customer_id: a trigger takes it",
  "public.reviews.body": "the same",
  "public.review_revisions.body": "goes with review_revisions.customer_id",
  "public.review_photos.height": "of a picture, in pixels",
  "public.tryon_consent_texts.body_en": "what is asked of all customers",
  "public.tryon_consent_texts.body_am": "the same",
  "public.tryon_photos.height": "of a picture, in pixels",
  "public.tryons.photo_id": "goes with tryons.customer_id",
  "private.review_measurements.height_cm": "goes with review_measurements.customer_id",
  "private.review_measurements.weight_kg": "the same",
  "private.review_measurements.bust_cm": "the same",
  "private.review_measurements.waist_cm": "the same",
  "private.review_measurements.hips_cm": "the same",
  "private.fit_models.weights": "of a model: numbers that a sum is made with",
  "public.measurements.height_cm": "goes with measurements.customer_id",
  "public.measurements.weight_kg": "goes with measurements.customer_id",
  "public.measurements.bust_cm": "goes with measurements.customer_id",
  "public.measurements.waist_cm": "goes with measurements.customer_id",
  "public.measurements.hips_cm": "goes with measurements.customer_id",
  "public.measurements.age": "goes with measurements.customer_id",
};

/** Names that speak of a person. */
const sounds =
  "(email|mail|phone|name|user|customer|author|owner|member|actor|invited|accepted|street|city|address|avatar|photo|birth|age|height|weight|bust|waist|hip|body|measure|token|signature)";
/** Words inside of which they do not: languages, messages and packages, images. */
const harmless = "(storage|message|language|package|page|table_name|image)";

let world: World;

beforeAll(async () => {
  world = await World.create();
});
afterAll(() => world.close());

interface Listed {
  readonly table_name: string;
  readonly subject_column: string;
  readonly erasure: string;
}
const listed = () => world.sql<Listed[]>`select table_name, subject_column, erasure from private.personal_data()`;

describe("the list of personal data", () => {
  it("has every column that refers to an account, with what the foreign key does when it goes", async () => {
    const references = await world.sql<{ column: string; action: string }[]>`
      select c.conrelid::regclass || '.' || a.attname as column,
        case c.confdeltype when 'c' then 'cascade' when 'n' then 'detach' else 'refuse' end as action
      from pg_constraint c
      join pg_attribute a on a.attrelid = c.conrelid and a.attnum = any (c.conkey)
      where c.contype = 'f' and c.confrelid in ('public.profiles'::regclass, 'auth.users'::regclass)
        and c.connamespace::regnamespace::text in ('public', 'private')`;
    const rules = new Map((await listed()).map((row) => [`${row.table_name}.${row.subject_column}`, row.erasure]));
    const qualified = references.map(({ column, action }) => [qualify(column), action] as const);
    expect(qualified.length).toBeGreaterThan(8);
    for (const [column, action] of qualified) {
      expect([column, rules.get(column)]).toEqual([column, action]);
    }
  });

  it("has every column whose name speaks of a person, or this test says why not", async () => {
    const columns = await world.sql<{ column: string }[]>`
      select n.nspname || '.' || c.relname || '.' || a.attname as column
      from pg_attribute a
      join pg_class c on c.oid = a.attrelid and c.relkind in ('r', 'p')
      join pg_namespace n on n.oid = c.relnamespace
      where n.nspname in ('public', 'private') and a.attnum > 0 and not a.attisdropped
        and a.attname ~ ${sounds} and a.attname !~ ${harmless}`;
    const rules = new Set((await listed()).map((row) => `${row.table_name}.${row.subject_column}`));
    const open = columns
      .map(({ column }) => column)
      .filter((column) => !rules.has(column) && notPersonal[column] === undefined);
    expect(open).toEqual([]);
  });

  it("names columns that are there, and conditions that can be run", async () => {
    for (const { table_name, subject_column } of await listed()) {
      const rows = await world.sql.unsafe(`select ${subject_column} from ${table_name} limit 1`);
      expect(rows.length).toBeLessThanOrEqual(1);
    }
    await expect(world.sql`select private.exported_data(gen_random_uuid())`).resolves.toHaveLength(1);
  });

  it("has every bucket that is not a boutique's", async () => {
    const rows =
      await world.sql`select id from storage.buckets where id <> all (private.personal_buckets()) order by id`;
    // What invoices say of a customer is kept, see invoices.content.
    expect(rows.map(({ id }) => id)).toEqual(["catalog-imports", "condition-photos", "invoices", "product-media"]);
  });
});

/** regclass leaves the schema out where it is on the search path. */
function qualify(column: string): string {
  return column.split(".").length === 2 ? `public.${column}` : column;
}
