import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Cast, gatherCast, type Key } from "../helpers/cast.ts";
import { everyRow } from "../helpers/every-row.ts";
import { day } from "../helpers/fixtures.ts";
import { oddTexts } from "../helpers/odd-texts.ts";
import { type Reply, send } from "../helpers/rest.ts";
import { type Person, World } from "../helpers/world.ts";

/** Every text that people may write, and who writes it. A new text column without a line here fails. */
const freeTexts: Readonly<Record<string, (cast: Cast) => Person>> = {
  "addresses.city": ({ customer }) => customer,
  "addresses.line_1": ({ customer }) => customer,
  "addresses.line_2": ({ customer }) => customer,
  "addresses.recipient": ({ customer }) => customer,
  "addresses.region": ({ customer }) => customer,
  "appointment_notes.body": ({ stylist }) => stylist,
  "attribute_definitions.label": ({ admin }) => admin,
  "attribute_definitions.unit": ({ admin }) => admin,
  "boutiques.name": ({ manager }) => manager,
  "categories.name": ({ admin }) => admin,
  "closures.reason": ({ manager }) => manager,
  "collections.description": ({ manager }) => manager,
  "collections.name": ({ manager }) => manager,
  "collections.season": ({ manager }) => manager,
  "commerce_policies.legal_address": ({ manager }) => manager,
  "commerce_policies.legal_name": ({ manager }) => manager,
  "commerce_policies.tax_number": ({ manager }) => manager,
  "discounts.name": ({ manager }) => manager,
  "designers.bio": ({ admin }) => admin,
  "designers.label": ({ admin }) => admin,
  "fashion_shows.description": ({ manager }) => manager,
  "fashion_shows.title": ({ manager }) => manager,
  "fitting_services.description": ({ manager }) => manager,
  "fitting_services.name": ({ manager }) => manager,
  "garments.serial": ({ manager }) => manager,
  "gift_cards.note": ({ manager }) => manager,
  "locations.city": ({ manager }) => manager,
  "locations.name": ({ manager }) => manager,
  "locations.street": ({ manager }) => manager,
  "lookbook_items.note": ({ customer }) => customer,
  "lookbooks.title": ({ customer }) => customer,
  "payment_plan_offers.name": ({ manager }) => manager,
  "product_media.alt": ({ manager }) => manager,
  "product_translations.description": ({ manager }) => manager,
  "product_translations.name": ({ manager }) => manager,
  "product_variants.color": ({ manager }) => manager,
  "product_variants.size": ({ manager }) => manager,
  "product_variants.sku": ({ manager }) => manager,
  "products.description": ({ manager }) => manager,
  "products.name": ({ manager }) => manager,
  "products.style_code": ({ manager }) => manager,
  "profiles.display_name": ({ customer }) => customer,
  "review_photos.alt": ({ customer }) => customer,
  "rooms.name": ({ manager }) => manager,
  "shipping_methods.name": ({ manager }) => manager,
  "show_looks.title": ({ manager }) => manager,
  "size_charts.note": ({ admin }) => admin,
  "stylists.bio": ({ manager }) => manager,
  "stylists.display_name": ({ manager }) => manager,
  "tax_rules.name": ({ manager }) => manager,
};

/** Texts of a fixed form, which refuse all others. */
const formedTexts: typeof freeTexts = {
  "addresses.country": ({ customer }) => customer,
  "addresses.phone": ({ customer }) => customer,
  "addresses.postal_code": ({ customer }) => customer,
  "carts.country": ({ customer }) => customer,
  "commerce_policies.order_number_prefix": ({ manager }) => manager,
  "tax_rules.country": ({ manager }) => manager,
  "boutiques.timezone": ({ manager }) => manager,
  "categories.slug": ({ admin }) => admin,
  "collections.slug": ({ manager }) => manager,
  "designers.slug": ({ admin }) => admin,
  "fashion_shows.cover_path": ({ manager }) => manager,
  "fashion_shows.recording_url": ({ manager }) => manager,
  "fashion_shows.slug": ({ manager }) => manager,
  "fashion_shows.stream_url": ({ manager }) => manager,
  "locations.country": ({ manager }) => manager,
  "locations.timezone": ({ manager }) => manager,
  "notification_settings.timezone": ({ customer }) => customer,
  "products.slug": ({ manager }) => manager,
  "profiles.avatar_path": ({ customer }) => customer,
  "profiles.locale": ({ customer }) => customer,
  "profiles.phone": ({ customer }) => customer,
};

let world: World;
let cast: Cast;

beforeAll(async () => {
  world = await World.create();
  cast = await gatherCast(world);
  await world.sql`delete from public.account_deletions`;
});
afterAll(() => world.close());

/** Writes a value into a column of the cast's row, as the person whose business it is. */
function write(column: string, value: unknown, person: Person): Promise<Reply> {
  const [table = "", name = ""] = column.split(".");
  const path = `/rest/v1/${table}?${filter(cast.rows[table] ?? {})}&select=${name}`;
  return send(world, { path, method: "PATCH", json: { [name]: value }, token: person.accessToken });
}

function filter(key: Key): string {
  return Object.entries(key)
    .map(([column, value]) => `${column}=eq.${value}`)
    .join("&");
}

describe("text", () => {
  it("is looked at in every column that people may write", async () => {
    const columns = await world.sql<{ name: string }[]>`
      select c.relname || '.' || a.attname as name
      from pg_attribute a join pg_class c on c.oid = a.attrelid
      where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
        and a.atttypid in ('text'::regtype, 'bpchar'::regtype)
        and has_column_privilege('authenticated', c.oid, a.attnum, 'update')`;
    const known = Object.keys({ ...freeTexts, ...formedTexts });
    expect(columns.map(({ name }) => name).toSorted()).toEqual(known.toSorted());
  });

  describe.each(Object.entries(freeTexts))("of %s", (column, writer) => {
    it.each(oddTexts)("is kept to the letter: %s", async (_name, text) => {
      const name = column.split(".")[1] ?? "";
      const reply = await write(column, text, writer(cast));
      expect(reply).toMatchObject({ status: 200, body: [{ [name]: text }] });
      const [stored] = await world.sql.unsafe(
        `select ${name} as text from public.${column.split(".")[0]} where ${name} = $1`,
        [text],
      );
      expect(stored).toEqual({ text });
    });
  });

  it.each(Object.entries(formedTexts))("of %s is refused when it does not have its form", async (column, writer) => {
    const before = await everyRow(world.sql);
    for (const [, text] of oddTexts) {
      const reply = await write(column, text, writer(cast));
      expect(reply.status, text).toBe(400);
      expect(reply.body).toMatchObject({ code: expect.stringMatching(/^(23514|22001)$/) });
    }
    expect(await everyRow(world.sql)).toEqual(before);
  });

  it.each(Object.entries({ ...freeTexts, ...formedTexts }))("with a NUL is refused in %s", async (column, writer) => {
    const before = await everyRow(world.sql);
    expect(await write(column, "a\u0000b", writer(cast))).toMatchObject({ status: 400, body: { code: "22021" } });
    expect(await everyRow(world.sql)).toEqual(before);
  });
});

describe("the texts of a fitting", () => {
  const at = (hour: number) => `${day(9)}T${String(hour).padStart(2, "0")}:00:00Z`;

  it.each(oddTexts)("keep %s to the letter: notes, guests, reasons and names", async (_name, text) => {
    const { customer, stylist, boutique, salon } = cast;
    const where = { location_id: boutique.locationId, service_id: salon.serviceId, garment_ids: [] };
    const booked = await customer.client.rpc("book_fitting", {
      ...where,
      starts_at: at(6),
      notes: text,
      guest_names: [text, "Ruth"],
      idempotency_key: crypto.randomUUID(),
    });
    expect(booked.error).toBeNull();
    expect(booked.data).toMatchObject({ customer_notes: text, guest_names: [text, "Ruth"] });
    const cancelled = await customer.client.rpc("cancel_fitting", {
      appointment_id: booked.data?.id ?? "",
      reason: text,
    });
    expect(cancelled.data).toMatchObject({ state: "cancelled", reason: text });
    const walkIn = await stylist.client.rpc("book_walk_in", { ...where, starts_at: at(8), name: text });
    expect(walkIn.data).toMatchObject({ walk_in_name: text });
    await stylist.client.rpc("cancel_fitting", { appointment_id: walkIn.data?.id ?? "" });
    const { data: block } = await stylist.client.rpc("block_resource", {
      resource_id: salon.roomIds[0] ?? "",
      from_time: at(10),
      until_time: at(11),
      kind: "cleaning",
      note: text,
    });
    expect(block).toMatchObject({ note: text });
    await stylist.client.rpc("unblock_resource", { allocation_id: block?.id ?? "" });
  });
});

describe("the texts of a review", () => {
  it.each(oddTexts)("keep %s to the letter: title, body, answer and reason", async (_name, text) => {
    const review_id = cast.rows["reviews"]?.["id"] ?? "";
    const edited = await cast.customer.client.rpc("edit_review", { review_id, rating: 3, title: text, body: text });
    expect(edited.data).toMatchObject({ title: text, body: text });
    const answered = await cast.manager.client.rpc("reply_to_review", { review_id, reply: text });
    expect(answered.data).toMatchObject({ reply: text });
    const hidden = await cast.admin.client.rpc("hide_review", { review_id, reason: text });
    expect(hidden.data).toMatchObject({ hidden_reason: text });
    expect((await cast.admin.client.rpc("show_review", { review_id })).error).toBeNull();
  });
});

describe("the attributes of a product", () => {
  it.each(oddTexts)("keep %s to the letter, as keys and as values", async (_name, text) => {
    const attributes = { [text]: text, list: [text, { [text]: null }] };
    const reply = await write("products.attributes", attributes, cast.manager);
    expect(reply).toMatchObject({ status: 200, body: [{ attributes }] });
  });

  it.each([
    ["a NUL", '{"attributes": {"a": "b\\u0000c"}}'],
    ["half a character", '{"attributes": {"a": "\\ud800"}}'],
  ])("refuse %s", async (_name, body) => {
    const path = `/rest/v1/products?${filter(cast.rows["products"] ?? {})}`;
    const reply = await send(world, { path, method: "PATCH", body, token: cast.manager.accessToken });
    expect(reply.status).toBe(400);
  });
});

describe("what is no text, in the place of text,", () => {
  it.each([
    ["an object", { en: "Gown" }],
    ["a list", ["Gown", "Veil"]],
  ])("%s, is refused or kept as the JSON that it is, as PostgREST keeps it", async (_name, value) => {
    const reply = await write("products.name", value, cast.manager);
    if (reply.status === 200) {
      const [{ name } = { name: "" }] = reply.body as { name: string }[];
      expect(JSON.parse(name)).toEqual(value);
    } else {
      expect(reply.status).toBe(400);
    }
  });
});

describe("the reason for which staff cancel an RSVP", () => {
  it.each(oddTexts)("keeps %s to the letter", async (_name, text) => {
    const { customer, stylist, rows } = cast;
    const { data: rsvp } = await customer.client.rpc("rsvp_show", { show_id: rows["fashion_shows"]?.["id"] ?? "" });
    const cancelled = await stylist.client.rpc("cancel_guest_rsvp", { rsvp_id: rsvp?.id ?? "", reason: text });
    expect(cancelled.data).toMatchObject({ state: "cancelled", cancel_reason: text });
  });
});
