import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { gownPoints } from "../helpers/figures.ts";
import { makeSalon, type Salon } from "../helpers/fittings.ts";
import { type BoutiqueFixture, makeBoutique, makeVariant, period, type VariantFixture } from "../helpers/fixtures.ts";
import { hold } from "../helpers/rentals.ts";
import { send } from "../helpers/rest.ts";
import { attendedFitting } from "../helpers/reviews.ts";
import { World } from "../helpers/world.ts";

type Value = string | number | boolean | null | readonly Value[] | { readonly [key: string]: Value };
type Row = Readonly<Record<string, Value>>;

let world: World;
let boutique: BoutiqueFixture;
let other: BoutiqueFixture;
let gown: VariantFixture;
let otherGown: VariantFixture;
let salon: Salon;
let otherSalon: Salon;
let appointment: string;
/** An import that waits. */
let imported: string;
/** An order with a plan. */
let planned: string;
/** What the marketplace and a customer have of each: a category, a chart, collections of both boutiques, a look-book. */
let category: string;
let chart: string;
let collection: string;
let otherCollection: string;
let lookbook: { readonly id: string; readonly customer_id: string };
/** A review of the gown, with a photo in its second place; who may vote, and places for other photos. */
let review: { readonly id: string; readonly customer_id: string };
let voters: string[] = [];
const places = [3, 2];
let reviewedFitting = "";
/** A show, with a look that wears the gown and a guest in its first place; numbers for new ones. */
let show: string;
let number = 1;
/** Whose measurements are there. */
let measured = "";
/** A photo of the author of the review, for trying gowns on. */
let tryonPhoto = "";
/** A training with a model, and with a sum of its kind "all". */
let model = "";

beforeAll(async () => {
  world = await World.create();
  [boutique, other] = [await makeBoutique(world.sql), await makeBoutique(world.sql)];
  gown = await makeVariant(world.sql, boutique);
  otherGown = await makeVariant(world.sql, other);
  [salon, otherSalon] = [await makeSalon(world.sql, boutique), await makeSalon(world.sql, other)];
  const made = (rows: readonly { id: string }[]) => rows.map(({ id }) => id);
  spare.branches = made(
    await world.sql`
      insert into public.locations (boutique_id, name, city, country, timezone)
      select ${boutique.id}, 'Branch ' || n, 'Adama', 'ET', 'Africa/Addis_Ababa' from generate_series(1, 40) n returning id`,
  );
  spare.stylists = made(
    await world.sql`
      insert into public.stylists (boutique_id, display_name) select ${boutique.id}, 'Stylist ' || n from generate_series(1, 60) n
      returning id`,
  );
  spare.customers = made(
    await world.sql`
      insert into auth.users (id, email) select gen_random_uuid(), 'bride-' || n || '@nexus.test' from generate_series(1, 40) n
      returning id`,
  );
  spare.orders = made(
    await world.sql`
      with groups as (
        insert into public.order_groups (customer_id, currency, total, hold_expires_at)
        select id, 'ETB', 0, now() + interval '1 hour' from unnest(${spare.customers}::uuid[]) c (id) returning id, customer_id)
      insert into public.orders (
        group_id, boutique_id, customer_id, currency, prices_include_tax, subtotal, total, hold_expires_at, return_days,
        free_cancellation_hours, cancellation_fee_percent)
      select id, ${boutique.id}, customer_id, 'ETB', true, 0, 0, now() + interval '1 hour', 14, 24, 0 from groups returning id`,
  );
  spare.gowns = (await makeVariant(world.sql, boutique, { garments: 5 })).garmentIds;
  spare.products = made(
    await world.sql`
      insert into public.products (boutique_id, slug, name) select ${boutique.id}, 'spare-' || n, 'Spare' from generate_series(1, 80) n
      returning id`,
  );
  spare.designers = made(
    await world.sql`
      insert into public.designers (slug, label) select 'spare-' || n, 'Spare' from generate_series(1, 20) n returning id`,
  );
  const one = async (table: string, row: Readonly<Record<string, string>>) => {
    const rows = await world.sql<{ id: string }[]>`
      insert into ${world.sql(`public.${table}`)} ${world.sql(row)} returning id`;
    return rows[0]?.id ?? "";
  };
  category = await one("categories", { slug: "gowns", name: "Gowns" });
  await one("attribute_definitions", { category_id: category, key: "taken", label: "Taken", kind: "number" });
  chart = await one("size_charts", { designer_id: spare.designers[0] ?? "" });
  collection = await one("collections", { boutique_id: boutique.id, slug: "taken", name: "Taken" });
  otherCollection = await one("collections", { boutique_id: other.id, slug: "theirs", name: "Theirs" });
  const customer_id = spare.customers[0] ?? "";
  const token = "00000000-0000-7000-8000-000000000000";
  lookbook = { id: await one("lookbooks", { customer_id, title: "Taken", share_token: token }), customer_id };
  await world.sql`
    insert into public.product_translations (product_id, boutique_id, locale, name)
    values (${gown.productId}, ${boutique.id}, 'am', 'Taken')`;
  await world.sql`insert into public.favorites (customer_id, product_id) values (${customer_id}, ${gown.productId})`;
  for (let n = 0; n < 80; n += 1) {
    spare.fittings.push(await attendedFitting(world.sql, boutique, salon, customer_id, gown.garmentIds));
  }
  review = { id: "", customer_id };
  review = { id: await one("reviews", (goodRows["reviews"]?.() ?? {}) as Record<string, string>), customer_id };
  reviewedFitting = (await world.sql`select subject_id from public.reviews where id = ${review.id}`)[0]?.["subject_id"];
  await world.sql`insert into public.review_photos ${world.sql({ ...goodRows["review_photos"]?.(), storage_path: `${customer_id}/taken.jpg`, position: 1 })}`;
  voters = made(
    await world.sql`
      insert into auth.users (id, email) select gen_random_uuid(), 'voter-' || n || '@nexus.test' from generate_series(1, 80) n
      returning id`,
  );
  for (let n = 0; n < 8; n += 1) {
    spare.reviews.push(await one("reviews", (goodRows["reviews"]?.() ?? {}) as Record<string, string>));
  }
  show = await one("fashion_shows", { boutique_id: boutique.id, slug: "taken", title: "Taken" });
  await world.sql`insert into public.show_looks ${world.sql({ ...goodRows["show_looks"]?.(), garment_id: gown.garmentIds[0] ?? "" })}`;
  await world.sql`insert into public.show_rsvps ${world.sql({ ...goodRows["show_rsvps"]?.(), customer_id, place: 1 })}`;
  measured = voters.pop() ?? "";
  await world.sql`insert into public.measurements (customer_id, age) values (${measured}, 30)`;
  await world.sql`
    insert into public.fit_trainings (state, skill, finished_at) values ('running', null, null), ('used', 0.2, now())`;
  spare.trainings = made(
    await world.sql`
      insert into public.fit_trainings (state, reason, finished_at) select 'failed', 'Spare', now() from generate_series(1, 8)
      returning id`,
  );
  model = spare.trainings[0] ?? "";
  await world.sql`insert into private.fit_records ${world.sql({ ...goodRows["private.fit_records"]?.(), fingerprint: "loaded" })}`;
  await world.sql`insert into private.fit_models ${world.sql(goodRows["private.fit_models"]?.() ?? {})}`;
  const gowns = await makeVariant(world.sql, boutique, { garments: 4 });
  const renter = await world.asCustomer("Selam");
  for (let n = 0; n < 4; n += 1) spare.rentals.push((await hold(renter, gowns.id, period(3, 4))).id);
  tryonPhoto = await one("tryon_photos", { ...goodRows["tryon_photos"]?.(), storage_path: `${customer_id}/taken.jpg` });
  await world.sql`insert into public.product_media ${world.sql({ ...goodRows["product_media"]?.(), ...cutout() })}`;
  await world.sql`insert into public.review_votes (review_id, customer_id) values (${review.id}, ${customer_id})`;
  await world.sql`
    insert into public.review_reports (review_id, boutique_id, reporter_id, reason) values (${review.id}, ${boutique.id}, ${customer_id}, 'spam')`;
  const [row] = await world.sql<{ id: string }[]>`
    insert into public.appointments ${world.sql(goodRows["appointments"]?.() ?? {})} returning id`;
  appointment = row?.id ?? "";
  await world.sql`
    insert into public.payment_plan_offers ${world.sql({ ...goodRows["payment_plan_offers"]?.(), name: "Taken" })}`;
  const waiting = { ...goodRows["catalog_imports"]?.(), state: "waiting", ended_at: null };
  const [unread] = await world.sql<{ id: string }[]>`
    insert into public.catalog_imports ${world.sql(waiting)} returning id`;
  imported = unread?.id ?? "";
  const [plan] = await world.sql<{ order_id: string }[]>`
    insert into public.payment_plans ${world.sql(goodRows["payment_plans"]?.() ?? {})} returning order_id`;
  planned = plan?.order_id ?? "";
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
  attribute_definitions: () => ({
    category_id: category,
    key: unique().replaceAll("-", "_"),
    label: "Fabric",
    kind: "choice",
    choices: ["lace", "tulle"],
    translations: { am: { label: "ጨርቅ", choices: { lace: "ዳንቴል" } } },
  }),
  product_translations: () => ({ product_id: untold(), boutique_id: boutique.id, locale: "am", name: "ቀሚስ" }),
  product_slugs: () => ({ boutique_id: boutique.id, slug: unique(), product_id: gown.productId }),
  product_views: () => ({ product_id: untold(), boutique_id: boutique.id, day: "2027-01-07", views: 1 }),
  collections: () => ({
    boutique_id: boutique.id,
    slug: unique(),
    name: "Spring",
    season: "Spring 2027",
    translations: { am: { name: "ጸደይ", description: "አዲስ" } },
  }),
  collection_products: () => ({ collection_id: collection, product_id: untold(), boutique_id: boutique.id }),
  size_charts: () => ({ designer_id: uncharted() }),
  size_chart_rows: () => ({ chart_id: chart, size: unique(), bust_cm: "[88,92)", height_cm: "[165,175)" }),
  favorites: () => ({ customer_id: lookbook.customer_id, product_id: untold() }),
  lookbooks: () => ({ customer_id: lookbook.customer_id, title: "For my mother" }),
  lookbook_items: () => ({ lookbook_id: lookbook.id, customer_id: lookbook.customer_id, product_id: untold() }),
  catalog_imports: () => ({
    boutique_id: boutique.id,
    storage_path: `${boutique.id}/a.csv`,
    file_id: randomUUID(),
    format: "csv",
    state: "done",
    bytes_total: 10,
    rows_total: 2,
    rows_read: 2,
    ended_at: "2027-01-07T10:00:00Z",
  }),
  catalog_import_refusals: () => ({
    import_id: imported,
    boutique_id: boutique.id,
    line: 2,
    code: "missing_value",
    message: "size: a new variant needs a size.",
  }),
  measurements: () => ({ customer_id: voters.pop() ?? "", weight_kg: 60 }),
  fit_trainings: () => ({ state: "refused", reason: "Too little", finished_at: "2027-01-07" }),
  "private.fit_models": () => ({
    ...{ training_id: spare.trainings.shift() ?? "", spread: 1, small: 0, large: 0 },
    ...{ means: Array(6).fill(0), deviations: Array(6).fill(1), weights: Array(19).fill(0) },
  }),
  "private.fit_records": () => ({
    ...{ boutique_id: boutique.id, variant_id: gown.id, source: "till", fingerprint: unique(), customer_ref: "17" },
    ...{ fit: "true", worn_on: "2027-01-07" },
  }),
  "private.fit_terms": () => ({
    ...{ training_id: model, position: next(), feature: "age", cuts: [30], small: [0, 0, 0], large: [0, 0, 0] },
  }),
  "private.fit_rates": () => ({
    ...{ training_id: model, kind: "size", key: unique(), n: 1, small: 0, large: 0, known: 1, gap: 0, place: 0 },
  }),
  product_ratings: () => ({ product_id: untold(), boutique_id: boutique.id }),
  reviews: () => ({
    product_id: gown.productId,
    boutique_id: boutique.id,
    customer_id: review.customer_id,
    kind: "fitted",
    subject_id: untried(),
    author_name: "Selam",
    rating: 5,
  }),
  review_revisions: () => ({ ...theReview(), customer_id: review.customer_id, rating: 5, title: "", body: "Lovely" }),
  "private.review_measurements": () => ({
    review_id: spare.reviews.pop() ?? "",
    customer_id: review.customer_id,
    height_cm: 168,
  }),
  review_photos: () => ({
    ...theReview(),
    customer_id: review.customer_id,
    storage_path: `${review.customer_id}/${unique()}.jpg`,
    position: places.pop() ?? 5,
  }),
  fashion_shows: () => ({ boutique_id: boutique.id, slug: unique(), title: "Spring" }),
  show_looks: () => ({ ...theShow(), product_id: gown.productId }),
  show_rsvps: () => ({
    ...theShow(),
    customer_id: voters.pop() ?? "",
    party_size: 1,
    state: "waitlisted",
    place: next(),
  }),
  "private.show_holds": () => ({ rental_id: spare.rentals.pop() ?? "", show_id: show }),
  tryon_consent_texts: () => ({ version: 100 + next(), body_en: "I agree.", body_am: "እስማማለሁ።" }),
  tryon_photos: () => ({
    customer_id: review.customer_id,
    storage_path: `${review.customer_id}/${unique()}.jpg`,
    consent_version: 1,
    created_at: "2027-01-01T00:00:00Z",
    expires_at: "2027-01-31T00:00:00Z",
  }),
  tryons: () => ({
    customer_id: review.customer_id,
    photo_id: tryonPhoto,
    product_id: gown.productId,
    created_at: "2027-01-01T00:00:00Z",
    expires_at: "2027-01-31T00:00:00Z",
  }),
  "private.tryon_uses": () => ({ tryon_id: randomUUID(), customer_id: review.customer_id }),
  show_views: () => ({ ...theShow(), day: `2027-01-${10 + (next() % 20)}`, views: 1 }),
  review_votes: () => ({ review_id: review.id, customer_id: voters.pop() ?? "" }),
  review_reports: () => ({ ...theReview(), reporter_id: voters.pop() ?? "", reason: "spam" }),
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
  // Beyond midnight, so that the row meets none of the salon's and none of its like.
  opening_hours: () => ({
    location_id: unopened(),
    boutique_id: boutique.id,
    weekday: 1,
    opens: "18:00",
    closes: "02:00",
  }),
  closures: () => ({
    location_id: boutique.locationId,
    boutique_id: boutique.id,
    first_day: "2027-01-07",
    last_day: "2027-01-07",
    reason: "Genna",
  }),
  rooms: () => ({ boutique_id: boutique.id, location_id: boutique.locationId, name: unique(), capacity: 4 }),
  stylists: () => ({ boutique_id: boutique.id, display_name: "Mekdes" }),
  working_hours: () => ({
    stylist_id: idle(),
    boutique_id: boutique.id,
    location_id: boutique.locationId,
    weekday: 1,
    starts: "18:00",
    ends: "02:00",
  }),
  fitting_services: () => ({ boutique_id: boutique.id, name: unique(), duration_minutes: 60, currency: "ETB" }),
  service_stylists: () => ({
    service_id: salon.serviceId,
    stylist_id: idle(),
    boutique_id: boutique.id,
  }),
  appointments: () => ({
    boutique_id: boutique.id,
    walk_in_name: "Ruth",
    location_id: boutique.locationId,
    service_id: salon.serviceId,
    stylist_id: salon.stylistIds[0] ?? "",
    room_id: salon.roomIds[0] ?? "",
    during: "[2027-01-11T07:00:00Z,2027-01-11T08:00:00Z)",
    price: 0,
    currency: "ETB",
    free_cancellation_until: "2027-01-10T07:00:00Z",
    late_cancellation_fee: 0,
    no_show_fee: 0,
  }),
  appointment_garments: () => ({
    appointment_id: appointment,
    garment_id: spare.gowns.pop() ?? "",
    boutique_id: boutique.id,
  }),
  appointment_notes: () => ({ appointment_id: appointment, boutique_id: boutique.id, body: "Shorten the train" }),
  waitlist_entries: () => ({
    boutique_id: boutique.id,
    customer_id: waiting(),
    location_id: boutique.locationId,
    service_id: salon.serviceId,
    from_date: "2027-01-11",
    to_date: "2027-01-12",
  }),
  payment_plan_offers: () => ({
    boutique_id: boutique.id,
    name: unique(),
    down_payment_percent: 99,
    instalments: 24,
    interval_days: 7,
    days_before_wear: 0,
    grace_days: 60,
    keep_percent: 100,
  }),
  payment_plans: () => ({
    order_id: unplanned(),
    boutique_id: boutique.id,
    name: "Four parts",
    currency: "ETB",
    down_payment: 1,
    instalment_total: 3,
    instalments: 3,
    interval_days: 30,
    starts_on: "2027-01-11",
    grace_days: 7,
    on_default: "cancel",
    keep_percent: 0,
    terms: "The order is cancelled.",
  }),
};

/** Branches, stylists, customers and more of which no row speaks yet; one for every row, for rows are kept. */
const spare = {
  branches: [] as string[],
  stylists: [] as string[],
  customers: [] as string[],
  gowns: [] as string[],
  orders: [] as string[],
  products: [] as string[],
  designers: [] as string[],
  fittings: [] as string[],
  reviews: [] as string[],
  trainings: [] as string[],
  rentals: [] as string[],
};
const unopened = () => spare.branches.pop() ?? "";
const untried = () => spare.fittings.pop() ?? "";
const theShow = () => ({ show_id: show, boutique_id: boutique.id });
const next = () => {
  number += 1;
  return number;
};
const times = { starts_at: "2027-05-08T16:00:00Z", ends_at: "2027-05-08T18:00:00Z" };
const announced = () => ({ ...times, location_id: boutique.locationId });
const cutout = () => ({
  ...{ purpose: "cutout", storage_path: `${boutique.id}/${unique()}.png`, anchor_points: { ...gownPoints } },
});
/** The id of nobody and nothing. */
const nobody = randomUUID();
const theReview = () => ({ review_id: review.id, boutique_id: boutique.id });
const idle = () => spare.stylists.pop() ?? "";
const waiting = () => spare.customers.pop() ?? "";
const unplanned = () => spare.orders.pop() ?? "";
const untold = () => spare.products.pop() ?? "";
const uncharted = () => spare.designers.pop() ?? "";

const unique = () => `x${randomUUID().slice(0, 12)}`;
const long = (length: number) => "x".repeat(length);
const translated = (texts: Value, locale = "am") => ({ translations: { [locale]: texts } });

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
  ["designers", "translations in a list", "translations_are_texts_by_locale", () => ({ translations: [1] })],
  [
    "designers",
    "a language that there is not",
    "translations_are_texts_by_locale",
    () => translated({ bio: "Vie" }, "fr"),
  ],
  ["designers", "its own language", "translations_are_texts_by_locale", () => translated({ bio: "Life" }, "en")],
  ["designers", "a label in another language", "translations_are_texts_by_locale", () => translated({ label: "x" })],
  ["designers", "a life that is no text", "translations_are_texts_by_locale", () => translated({ bio: ["x"] })],
  ["designers", "a blank life", "translations_are_texts_by_locale", () => translated({ bio: " " })],
  ["designers", "a language without texts", "translations_are_texts_by_locale", () => translated("x")],
  ["designers", "a long translation", "translations_are_texts_by_locale", () => translated({ bio: long(50_000) })],
  ["categories", "a blank name", "name_is_given", () => ({ name: "" })],
  ["categories", "a life in another language", "translations_are_texts_by_locale", () => translated({ bio: "x" })],
  ["products", "a blank name", "name_is_given", () => ({ name: "  " })],
  ["products", "a long description", "description_is_bounded", () => ({ description: long(20_001) })],
  ["products", "attributes in a list", "attributes_are_an_object", () => ({ attributes: [1, 2] })],
  ["products", "a tag in capitals", "tags_are_few_short_words", () => ({ tags: ["Boho"] })],
  ["products", "a tag of two words", "tags_are_few_short_words", () => ({ tags: ["beach wedding"] })],
  ["products", "a tag with a colon", "tags_are_few_short_words", () => ({ tags: ["size:38"] })],
  ["products", "an empty tag", "tags_are_few_short_words", () => ({ tags: [""] })],
  ["products", "a tag of null", "tags_are_few_short_words", () => ({ tags: [null] })],
  ["products", "a long tag", "tags_are_few_short_words", () => ({ tags: [long(41)] })],
  [
    "products",
    "too many tags",
    "tags_are_few_short_words",
    () => ({ tags: Array.from({ length: 21 }, (_, n) => `tag-${n}`) }),
  ],
  [
    "products",
    "a day on which what is on show is published",
    "only_a_draft_waits_to_be_published",
    () => ({ status: "published", publish_at: "2027-01-07T00:00:00Z" }),
  ],
  ["products", "a day that never comes", "only_a_draft_waits_to_be_published", () => ({ publish_at: "infinity" })],
  ["products", "a blank style", "style_code_is_given", () => ({ style_code: " " })],
  ["products", "a long style", "style_code_is_given", () => ({ style_code: long(81) })],
  ["products", "less than no time", "lead_time_is_up_to_three_years", () => ({ lead_days: -1 })],
  ["products", "years of time", "lead_time_is_up_to_three_years", () => ({ lead_days: 1_101 })],
  ["attribute_definitions", "a key in capitals", "key_is_a_short_word", () => ({ key: "Fabric" })],
  ["attribute_definitions", "a key that begins with a digit", "key_is_a_short_word", () => ({ key: "2nd" })],
  ["attribute_definitions", "a long key", "key_is_a_short_word", () => ({ key: long(41) })],
  [
    "attribute_definitions",
    "a key that the category has",
    "one_definition_of_a_key_in_a_category",
    () => ({ key: "taken" }),
  ],
  ["attribute_definitions", "a blank label", "label_is_given", () => ({ label: " " })],
  ["attribute_definitions", "a long label", "label_is_given", () => ({ label: long(81) })],
  [
    "attribute_definitions",
    "nothing to choose from",
    "choices_are_for_choices",
    () => ({ choices: [], translations: {} }),
  ],
  ["attribute_definitions", "choices of a number", "choices_are_for_choices", () => ({ kind: "number" })],
  ["attribute_definitions", "a choice of null", "choices_are_for_choices", () => ({ choices: ["lace", null] })],
  [
    "attribute_definitions",
    "too much to choose from",
    "choices_are_for_choices",
    () => ({ choices: ["lace", ...Array.from({ length: 200 }, (_, n) => `c${n}`)] }),
  ],
  ["attribute_definitions", "long choices", "choices_are_for_choices", () => ({ choices: ["lace", long(8_000)] })],
  ["attribute_definitions", "a blank unit", "unit_is_short", () => ({ unit: " " })],
  ["attribute_definitions", "a long unit", "unit_is_short", () => ({ unit: long(41) })],
  [
    "attribute_definitions",
    "a filter of free text",
    "only_what_is_bounded_is_a_filter",
    () => ({ kind: "text", choices: [], translations: {} }),
  ],
  ["attribute_definitions", "translations in a list", "translations_are_labels", () => ({ translations: [1] })],
  ["attribute_definitions", "a language that there is not", "translations_are_labels", () => translated({}, "fr")],
  ["attribute_definitions", "a unit in another language", "translations_are_labels", () => translated({ unit: "x" })],
  ["attribute_definitions", "a label that is no text", "translations_are_labels", () => translated({ label: 5 })],
  [
    "attribute_definitions",
    "a choice that there is not",
    "translations_are_labels",
    () => translated({ choices: { silk: "ሐር" } }),
  ],
  [
    "attribute_definitions",
    "a choice that is no text",
    "translations_are_labels",
    () => translated({ choices: { lace: null } }),
  ],
  ["product_translations", "a blank name", "name_is_given", () => ({ name: " " })],
  ["product_translations", "a long name", "name_is_given", () => ({ name: long(201) })],
  ["product_translations", "a long description", "description_is_bounded", () => ({ description: long(20_001) })],
  [
    "product_translations",
    "a second one in a language",
    "product_translations_pkey",
    () => ({ product_id: gown.productId }),
  ],
  [
    "product_translations",
    "another boutique's product",
    "translation_belongs_to_the_products_boutique",
    () => ({ product_id: otherGown.productId }),
  ],
  [
    "product_slugs",
    "another boutique's product",
    "slug_was_of_a_product_of_the_boutique",
    () => ({ product_id: otherGown.productId }),
  ],
  ["product_views", "nobody who looked", "views_are_positive", () => ({ views: 0 })],
  [
    "product_views",
    "another boutique's product",
    "views_are_of_a_product_of_the_boutique",
    () => ({ product_id: otherGown.productId }),
  ],
  ["collections", "a slug with a slash", "slug_is_url_safe", () => ({ slug: "a/b" })],
  ["collections", "a long slug", "slug_is_url_safe", () => ({ slug: long(121) })],
  ["collections", "a slug that it has already", "collections_boutique_id_slug_key", () => ({ slug: "taken" })],
  ["collections", "a blank name", "name_is_given", () => ({ name: " " })],
  ["collections", "a long name", "name_is_given", () => ({ name: long(121) })],
  ["collections", "a long description", "description_is_bounded", () => ({ description: long(10_001) })],
  ["collections", "a blank season", "season_is_short", () => ({ season: "" })],
  ["collections", "a long season", "season_is_short", () => ({ season: long(41) })],
  [
    "collections",
    "a season in another language",
    "translations_are_texts_by_locale",
    () => translated({ season: "ጸደይ" }),
  ],
  ["collection_products", "a negative position", "position_is_not_negative", () => ({ position: -1 })],
  [
    "collection_products",
    "another boutique's collection",
    "collection_is_of_the_boutique",
    () => ({ collection_id: otherCollection }),
  ],
  [
    "collection_products",
    "another boutique's product",
    "product_is_of_the_boutique",
    () => ({ product_id: otherGown.productId }),
  ],
  ["size_charts", "a long note", "note_is_bounded", () => ({ note: long(2_001) })],
  [
    "size_charts",
    "a second one for all",
    "size_charts_designer_id_category_id_key",
    () => ({ designer_id: spare.designers[0] ?? "" }),
  ],
  ["size_chart_rows", "a blank size", "size_is_given", () => ({ size: " " })],
  ["size_chart_rows", "a long size", "size_is_given", () => ({ size: long(41) })],
  ["size_chart_rows", "no measure", "it_says_something", () => ({ bust_cm: null, height_cm: null })],
  ["size_chart_rows", "no body", "measures_are_of_people", () => ({ bust_cm: "empty" })],
  ["size_chart_rows", "a measure without an end", "measures_are_of_people", () => ({ waist_cm: "[70,)" })],
  ["size_chart_rows", "a measure without bounds", "measures_are_of_people", () => ({ hips_cm: "(,)" })],
  ["size_chart_rows", "a measure of a doll", "measures_are_of_people", () => ({ height_cm: "[20,30)" })],
  ["size_chart_rows", "a measure of a giant", "measures_are_of_people", () => ({ bust_cm: "[200,300)" })],
  [
    "product_ratings",
    "another boutique's name on it",
    "ratings_are_of_a_product_of_the_boutique",
    () => ({ boutique_id: other.id }),
  ],
  ["measurements", "who weighs nothing", "measurements_are_of_a_person", () => ({ weight_kg: 0 })],
  ["measurements", "a child", "age_is_of_a_person", () => ({ age: 9 })],
  ["measurements", "a second body", "measurements_pkey", () => ({ customer_id: measured })],
  ["measurements", "nobody's body", "measurements_customer_id_fkey", () => ({ customer_id: nobody })],
  ["fit_trainings", "more than all", "progress_is_a_share", () => ({ progress: 2 })],
  ["fit_trainings", "less than no rows", "rows_are_counted", () => ({ rows_read: -1 })],
  ["fit_trainings", "no end though it is over", "what_is_over_says_when", () => ({ finished_at: null })],
  ["fit_trainings", "no score in use", "what_gives_advice_has_a_score", () => ({ state: "used", reason: null })],
  ["fit_trainings", "no reason to be refused", "what_gives_no_advice_says_why", () => ({ reason: null })],
  ["fit_trainings", "an empty reason", "reason_is_bounded", () => ({ reason: "" })],
  [
    "fit_trainings",
    "a second one that runs",
    "one_training_at_a_time",
    () => ({ state: "running", finished_at: null }),
  ],
  ["fit_trainings", "a second one in use", "one_model_gives_advice", () => ({ state: "used", skill: 0.1 })],
  [
    "private.fit_models",
    "a training that there is not",
    "fit_models_training_id_fkey",
    () => ({ training_id: nobody }),
  ],
  ["private.fit_models", "five measures", "there_are_six_measures", () => ({ means: Array(5).fill(0) })],
  ["private.fit_models", "too few weights", "there_are_six_measures", () => ({ weights: Array(18).fill(0) })],
  ["private.fit_models", "no deviation", "deviations_are_positive", () => ({ deviations: [1, 1, 1, 1, 1, 0] })],
  ["private.fit_models", "no spread", "deviations_are_positive", () => ({ spread: 0 })],
  [
    "private.fit_records",
    "a variant of another boutique",
    "fit_record_is_of_a_variant_of_the_boutique",
    () => ({ variant_id: otherGown.id }),
  ],
  ["private.fit_records", "what was loaded before", "fit_record_is_loaded_once", () => ({ fingerprint: "loaded" })],
  ["private.fit_records", "six stars", "rating_is_1_to_5", () => ({ rating: 6 })],
  ["private.fit_records", "a doll", "height_is_a_persons", () => ({ height_cm: 49 })],
  ["private.fit_records", "who weighs nothing", "weight_is_a_persons", () => ({ weight_kg: 0 })],
  ["private.fit_records", "a life before birth", "age_is_a_persons", () => ({ age: -1 })],
  ["private.fit_records", "no source", "source_is_given", () => ({ source: "" })],
  ["private.fit_records", "nobody who wore it", "customer_ref_is_given", () => ({ customer_ref: "" })],
  [
    "private.fit_records",
    "a boutique that there is not",
    "fit_records_boutique_id_fkey",
    () => ({ boutique_id: nobody }),
  ],
  ["private.fit_terms", "a model that there is not", "fit_terms_training_id_fkey", () => ({ training_id: nobody })],
  ["private.fit_terms", "too few entries of small", "every_interval_has_an_entry", () => ({ small: [0, 0] })],
  ["private.fit_terms", "too many entries of large", "every_interval_has_an_entry", () => ({ large: [0, 0, 0, 0] })],
  ["private.fit_rates", "a model that there is not", "fit_rates_training_id_fkey", () => ({ training_id: nobody })],
  ["private.fit_rates", "a kind that is none", "kind_is_known", () => ({ kind: "person" })],
  ["private.fit_rates", "less than no wearings", "shares_are_of_the_whole", () => ({ n: -1 })],
  ["private.fit_rates", "less than none that are small", "shares_are_of_the_whole", () => ({ small: -1 })],
  ["product_ratings", "four kinds of stars", "there_are_five_stars", () => ({ stars: [0, 0, 0, 0] })],
  [
    "product_ratings",
    "less than no stars",
    "nothing_is_counted_below_nothing",
    () => ({ stars: [-1, 1, 0, 0, 0], rating_sum: 1 }),
  ],
  ["product_ratings", "more fits than reviews", "nothing_is_counted_below_nothing", () => ({ fit_true: 1 })],
  ["product_ratings", "a sum that is none", "sums_are_those_of_the_stars", () => ({ rating_sum: 5, rating_count: 1 })],
  ["fashion_shows", "a slug with a slash", "slug_is_url_safe", () => ({ slug: "a/b" })],
  ["fashion_shows", "a slug that it has already", "fashion_shows_boutique_id_slug_key", () => ({ slug: "taken" })],
  ["fashion_shows", "a blank title", "title_is_given", () => ({ title: " " })],
  ["fashion_shows", "a long title", "title_is_given", () => ({ title: long(201) })],
  ["fashion_shows", "a long description", "description_is_bounded", () => ({ description: long(10_001) })],
  [
    "fashion_shows",
    "an end before its beginning",
    "show_ends_after_it_starts",
    () => ({ ...times, ends_at: "2027-05-08" }),
  ],
  ["fashion_shows", "no end at all", "show_ends_after_it_starts", () => ({ ...times, ends_at: "infinity" })],
  [
    "fashion_shows",
    "an end weeks later",
    "show_lasts_two_weeks_at_most",
    () => ({ ...times, ends_at: "2027-06-08T18:00:00Z" }),
  ],
  ["fashion_shows", "no time", "what_is_announced_has_a_time_and_a_place", () => ({ state: "scheduled" })],
  ["fashion_shows", "no place", "what_is_announced_has_a_time_and_a_place", () => ({ ...times, state: "live" })],
  ["fashion_shows", "a stream that is no https", "stream_url_is_https", () => ({ stream_url: "http://video.example" })],
  [
    "fashion_shows",
    "a stream with a space",
    "stream_url_is_https",
    () => ({ stream_url: "https://video.example/a b" }),
  ],
  [
    "fashion_shows",
    "a recording that is no https",
    "recording_url_is_https",
    () => ({ ...announced(), state: "recorded", recording_url: "ftp://video.example" }),
  ],
  [
    "fashion_shows",
    "a recording before it is over",
    "only_what_is_over_has_a_recording",
    () => ({ recording_url: "https://video.example" }),
  ],
  [
    "fashion_shows",
    "the cover of another boutique",
    "cover_path_is_inside_the_boutiques_folder",
    () => ({ cover_path: `${other.id}/a.jpg` }),
  ],
  [
    "fashion_shows",
    "a path upwards",
    "cover_path_is_inside_the_boutiques_folder",
    () => ({ cover_path: `${boutique.id}/../a.jpg` }),
  ],
  ["fashion_shows", "no seats", "capacity_is_of_people", () => ({ capacity: 0 })],
  ["fashion_shows", "more seats taken", "no_more_seats_than_there_are", () => ({ capacity: 2, seats_taken: 3 })],
  ["fashion_shows", "less than no seats taken", "no_more_seats_than_there_are", () => ({ seats_taken: -1 })],
  ["fashion_shows", "parties of nobody", "parties_are_small", () => ({ max_party_size: 0 })],
  ["fashion_shows", "parties of a village", "parties_are_small", () => ({ max_party_size: 21 })],
  ["fashion_shows", "a long buffer", "buffers_are_up_to_three_days", () => ({ buffer_minutes_before: 4_321 })],
  ["fashion_shows", "a buffer below nothing", "buffers_are_up_to_three_days", () => ({ buffer_minutes_after: -1 })],
  [
    "fashion_shows",
    "no reason to be off",
    "what_is_cancelled_says_why",
    () => ({ ...announced(), state: "cancelled" }),
  ],
  ["fashion_shows", "a reason though it is on", "what_is_cancelled_says_why", () => ({ cancel_reason: "No" })],
  [
    "fashion_shows",
    "a blank reason",
    "cancel_reason_is_given",
    () => ({ ...announced(), state: "cancelled", cancel_reason: " " }),
  ],
  [
    "fashion_shows",
    "a branch of another boutique",
    "show_is_at_a_location_of_the_boutique",
    () => ({ location_id: other.locationId }),
  ],
  ["fashion_shows", "a boutique that there is not", "fashion_shows_boutique_id_fkey", () => ({ boutique_id: nobody })],
  [
    "show_looks",
    "another boutique's name on it",
    "look_is_of_a_show_of_the_boutique",
    () => ({ boutique_id: other.id, product_id: otherGown.productId }),
  ],
  [
    "show_looks",
    "a product of another boutique",
    "look_is_of_a_product_of_the_boutique",
    () => ({ product_id: otherGown.productId }),
  ],
  [
    "show_looks",
    "a garment that it has already",
    "a_garment_is_in_a_show_once",
    () => ({ garment_id: gown.garmentIds[0] ?? "" }),
  ],
  ["show_looks", "a long title", "title_is_short", () => ({ title: long(201) })],
  ["show_looks", "a place below nothing", "position_is_not_negative", () => ({ position: -1 })],
  ["show_looks", "a second below nothing", "at_second_is_of_a_video", () => ({ at_second: -1 })],
  [
    "show_rsvps",
    "a second one of a customer",
    "one_rsvp_of_a_customer_to_a_show",
    () => ({ customer_id: review.customer_id }),
  ],
  ["show_rsvps", "a place that is taken", "places_are_in_a_line", () => ({ place: 1 })],
  ["show_rsvps", "nobody", "party_has_people", () => ({ party_size: 0 })],
  ["show_rsvps", "a village", "party_has_people", () => ({ party_size: 21 })],
  ["show_rsvps", "no place", "place_is_positive", () => ({ place: 0 })],
  [
    "show_rsvps",
    "another boutique's name on it",
    "rsvp_is_to_a_show_of_the_boutique",
    () => ({ boutique_id: other.id }),
  ],
  ["show_rsvps", "a guest that there is not", "show_rsvps_customer_id_fkey", () => ({ customer_id: nobody })],
  ["show_rsvps", "a reason though she comes", "only_what_is_cancelled_says_why", () => ({ cancel_reason: "No" })],
  ["show_rsvps", "a blank reason", "cancel_reason_is_given", () => ({ state: "cancelled", cancel_reason: " " })],
  ["show_rsvps", "a long reason", "cancel_reason_is_given", () => ({ state: "cancelled", cancel_reason: long(1_001) })],
  ["private.show_holds", "a rental that there is not", "show_holds_rental_id_fkey", () => ({ rental_id: nobody })],
  ["private.show_holds", "a show that there is not", "show_holds_show_id_fkey", () => ({ show_id: nobody })],
  ["private.show_holds", "a look of no show", "hold_is_of_a_look_of_the_show", () => ({ look_id: nobody })],
  ["show_views", "nobody who looked", "views_are_positive", () => ({ views: 0 })],
  [
    "show_views",
    "another boutique's name on it",
    "views_are_of_a_show_of_the_boutique",
    () => ({ boutique_id: other.id }),
  ],
  ["tryon_consent_texts", "no version", "version_is_positive", () => ({ version: 0 })],
  ["tryon_consent_texts", "a version that there is", "tryon_consent_texts_pkey", () => ({ version: 1 })],
  ["tryon_consent_texts", "nothing in English", "texts_are_given", () => ({ body_en: " " })],
  ["tryon_consent_texts", "a long text in Amharic", "texts_are_given", () => ({ body_am: long(5_001) })],
  [
    "tryon_photos",
    "a file in the folder of another",
    "storage_path_is_inside_her_folder",
    () => ({ storage_path: `${other.id}/a.jpg` }),
  ],
  [
    "tryon_photos",
    "a path upwards",
    "storage_path_is_inside_her_folder",
    () => ({ storage_path: `${review.customer_id}/../a.jpg` }),
  ],
  [
    "tryon_photos",
    "a long path",
    "storage_path_is_inside_her_folder",
    () => ({ storage_path: `${review.customer_id}/${long(400)}` }),
  ],
  [
    "tryon_photos",
    "a file among the looks",
    "storage_path_is_no_look",
    () => ({ storage_path: `${review.customer_id}/looks/a.jpg` }),
  ],
  [
    "tryon_photos",
    "a file that is taken",
    "tryon_photos_storage_path_key",
    () => ({ storage_path: `${review.customer_id}/taken.jpg` }),
  ],
  [
    "tryon_photos",
    "nobody on it",
    "tryon_photos_customer_id_fkey",
    () => ({ customer_id: nobody, storage_path: `${nobody}/a.jpg` }),
  ],
  ["tryon_photos", "consent to no text", "tryon_photos_consent_version_fkey", () => ({ consent_version: 1_000_000 })],
  ["tryon_photos", "no marks", "anchor_points_are_shoulders_and_waist", () => ({ anchor_points: {} })],
  [
    "tryon_photos",
    "a waist above the shoulders",
    "anchor_points_are_shoulders_and_waist",
    () => ({ anchor_points: { ...gownPoints, left_waist: [0.39, 0.01], right_waist: [0.61, 0.01] } }),
  ],
  ["tryon_photos", "no reason to be refused", "refused_photo_says_why", () => ({ state: "refused" })],
  ["tryon_photos", "a reason though it waits", "refused_photo_says_why", () => ({ refusal: "broken" })],
  ["tryon_photos", "no size though it is ready", "a_ready_photo_says_how_large_it_is", () => ({ state: "ready" })],
  ["tryon_photos", "a height alone", "a_ready_photo_says_how_large_it_is", () => ({ height: 10 })],
  ["tryon_photos", "no width", "a_ready_photo_says_how_large_it_is", () => ({ state: "ready", width: 0, height: 10 })],
  [
    "tryon_photos",
    "a life of 31 days",
    "photo_is_kept_for_30_days_at_most",
    () => ({ expires_at: "2027-02-01T00:00:00Z" }),
  ],
  ["tryons", "the photo of another", "photo_is_of_the_customer", () => ({ customer_id: measured })],
  ["tryons", "a product that there is not", "tryons_product_id_fkey", () => ({ product_id: nobody })],
  ["tryons", "a variant that there is not", "tryons_variant_id_fkey", () => ({ variant_id: nobody })],
  [
    "tryons",
    "the file of another look",
    "result_path_is_of_the_look",
    () => ({ state: "ready", result_path: `${review.customer_id}/looks/${nobody}.jpg` }),
  ],
  ["tryons", "no file though it is ready", "a_ready_look_has_a_file", () => ({ state: "ready" })],
  [
    "tryons",
    "a file though it waits",
    "a_ready_look_has_a_file",
    () => ({ id: nobody, result_path: `${review.customer_id}/looks/${nobody}.jpg` }),
  ],
  ["tryons", "no reason to fail", "a_failed_look_says_why", () => ({ state: "failed" })],
  ["tryons", "a reason though it waits", "a_failed_look_says_why", () => ({ failure: "timed_out" })],
  ["tryons", "a run that has not begun", "a_run_has_begun", () => ({ provider_run: "run-1" })],
  [
    "tryons",
    "a run without a name",
    "provider_run_is_short",
    () => ({ provider_run: "", run_started_at: "2027-01-01" }),
  ],
  [
    "tryons",
    "a run with a long name",
    "provider_run_is_short",
    () => ({ provider_run: long(301), run_started_at: "2027-01-01" }),
  ],
  ["tryons", "a life of 31 days", "look_is_kept_for_30_days_at_most", () => ({ expires_at: "2027-02-01T00:00:00Z" })],
  [
    "private.tryon_uses",
    "a customer that there is not",
    "tryon_uses_customer_id_fkey",
    () => ({ customer_id: nobody }),
  ],
  ["reviews", "no stars", "rating_is_one_to_five_stars", () => ({ rating: 0 })],
  ["reviews", "six stars", "rating_is_one_to_five_stars", () => ({ rating: 6 })],
  ["reviews", "what is reviewed already", "one_review_of_an_experience", () => ({ subject_id: reviewedFitting })],
  ["reviews", "a blank author", "author_name_is_given", () => ({ author_name: " " })],
  ["reviews", "a long author", "author_name_is_given", () => ({ author_name: long(61) })],
  ["reviews", "a long title", "texts_are_bounded", () => ({ title: long(121) })],
  ["reviews", "a long text", "texts_are_bounded", () => ({ body: long(5_001) })],
  ["reviews", "a blank answer", "reply_is_given", () => ({ reply: " ", replied_at: "2027-01-01" })],
  ["reviews", "a long answer", "reply_is_given", () => ({ reply: long(3_001), replied_at: "2027-01-01" })],
  ["reviews", "an answer without a time", "a_reply_says_when", () => ({ reply: "Thanks" })],
  ["reviews", "no reason to be hidden", "what_is_hidden_says_why", () => ({ state: "hidden" })],
  ["reviews", "a reason though it is shown", "what_is_hidden_says_why", () => ({ hidden_reason: "No" })],
  [
    "reviews",
    "a blank reason",
    "reason_is_given",
    () => ({ state: "hidden", hidden_reason: " ", hidden_at: "2027-01-01" }),
  ],
  [
    "reviews",
    "a text though it is withdrawn",
    "what_is_withdrawn_is_empty",
    () => ({ state: "withdrawn", hidden_reason: "No", hidden_at: "2027-01-01", body: "Still here" }),
  ],
  [
    "reviews",
    "an admin that there is not",
    "reviews_hidden_by_fkey",
    () => ({ state: "hidden", hidden_reason: "No", hidden_at: "2027-01-01", hidden_by: nobody }),
  ],
  [
    "reviews",
    "an answer of nobody",
    "reviews_replied_by_fkey",
    () => ({ reply: "Thanks", replied_at: "2027-01-01", replied_by: nobody }),
  ],
  [
    "review_revisions",
    "another boutique's name on it",
    "revision_is_of_a_review_of_the_boutique",
    () => ({ boutique_id: other.id }),
  ],
  [
    "review_revisions",
    "an author that there is not",
    "review_revisions_customer_id_fkey",
    () => ({ customer_id: nobody }),
  ],
  ["private.review_measurements", "nothing", "something_is_given", () => ({ height_cm: null })],
  ["private.review_measurements", "a giant", "measurements_are_of_a_person", () => ({ height_cm: 251 })],
  ["private.review_measurements", "a blank size", "usual_size_is_short", () => ({ usual_size: " " })],
  ["private.review_measurements", "a long size", "usual_size_is_short", () => ({ usual_size: long(21) })],
  [
    "private.review_measurements",
    "a review that there is not",
    "review_measurements_review_id_fkey",
    () => ({ review_id: nobody }),
  ],
  [
    "private.review_measurements",
    "nobody's body",
    "review_measurements_customer_id_fkey",
    () => ({ customer_id: nobody }),
  ],
  ["reviews", "less than no votes", "helpful_count_is_not_negative", () => ({ helpful_count: -1 })],
  [
    "review_photos",
    "an author that there is not",
    "review_photos_customer_id_fkey",
    () => ({ customer_id: nobody, storage_path: `${nobody}/a.jpg` }),
  ],
  ["review_photos", "a seventh place", "a_review_has_six_photos_at_most", () => ({ position: 6 })],
  ["review_photos", "a place that is taken", "one_photo_in_a_place", () => ({ position: 1 })],
  [
    "review_photos",
    "a file in the folder of another",
    "storage_path_is_inside_her_folder",
    () => ({ storage_path: `${other.id}/a.jpg` }),
  ],
  [
    "review_photos",
    "a path upwards",
    "storage_path_is_inside_her_folder",
    () => ({ storage_path: `${review.customer_id}/../a.jpg` }),
  ],
  [
    "review_photos",
    "a file that is taken",
    "review_photos_storage_path_key",
    () => ({ storage_path: `${review.customer_id}/taken.jpg` }),
  ],
  ["review_photos", "a long description", "alt_is_short", () => ({ alt: long(301) })],
  ["review_photos", "no reason to be refused", "refused_photo_says_why", () => ({ state: "refused" })],
  ["review_photos", "no size though it is ready", "a_ready_photo_says_how_large_it_is", () => ({ state: "ready" })],
  ["review_photos", "a height alone", "a_ready_photo_says_how_large_it_is", () => ({ height: 10 })],
  ["review_photos", "a short blurhash", "blurhash_is_short", () => ({ blurhash: "x" })],
  [
    "review_photos",
    "another boutique's name on it",
    "photo_is_of_a_review_of_the_boutique",
    () => ({ boutique_id: other.id }),
  ],
  ["review_votes", "a second vote", "review_votes_pkey", () => ({ customer_id: review.customer_id })],
  ["review_votes", "a review that there is not", "review_votes_review_id_fkey", () => ({ review_id: nobody })],
  ["review_votes", "a voter that there is not", "review_votes_customer_id_fkey", () => ({ customer_id: nobody })],
  [
    "review_reports",
    "a reporter that there is not",
    "review_reports_reporter_id_fkey",
    () => ({ reporter_id: nobody }),
  ],
  [
    "review_reports",
    "an admin that there is not",
    "review_reports_resolved_by_fkey",
    () => ({ state: "upheld", resolved_at: "2027-01-01", resolved_by: nobody }),
  ],
  [
    "review_reports",
    "a second one of a person",
    "one_report_of_a_review_by_a_person",
    () => ({ reporter_id: review.customer_id }),
  ],
  ["review_reports", "a long note", "note_is_bounded", () => ({ note: long(1_001) })],
  ["review_reports", "a decision without a time", "what_is_resolved_says_when", () => ({ state: "upheld" })],
  [
    "review_reports",
    "another boutique's name on it",
    "report_is_of_a_review_of_the_boutique",
    () => ({ boutique_id: other.id }),
  ],
  ["favorites", "what she likes already", "favorites_pkey", () => ({ product_id: gown.productId })],
  ["lookbooks", "a blank title", "title_is_given", () => ({ title: " " })],
  ["lookbooks", "a long title", "title_is_given", () => ({ title: long(121) })],
  [
    "lookbooks",
    "the token of another",
    "lookbooks_share_token_key",
    () => ({ share_token: "00000000-0000-7000-8000-000000000000" }),
  ],
  ["lookbook_items", "a long note", "note_is_bounded", () => ({ note: long(501) })],
  ["lookbook_items", "a negative position", "position_is_not_negative", () => ({ position: -1 })],
  [
    "lookbook_items",
    "somebody else's name on it",
    "item_is_in_a_lookbook_of_hers",
    () => ({ customer_id: spare.customers[1] ?? "" }),
  ],
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
  [
    "catalog_imports",
    "another boutique's folder",
    "storage_path_is_inside_the_boutiques_folder",
    () => ({ storage_path: `${other.id}/a.csv` }),
  ],
  [
    "catalog_imports",
    "a path out of its folder",
    "storage_path_is_inside_the_boutiques_folder",
    () => ({ storage_path: `${boutique.id}/../a.csv` }),
  ],
  ["catalog_imports", "less than no rows", "counts_are_not_negative", () => ({ variants_written: -1 })],
  ["catalog_imports", "more refused than read", "refused_rows_were_read", () => ({ rows_refused: 3 })],
  ["catalog_imports", "more read than there are", "no_more_rows_than_there_are", () => ({ rows_read: 3 })],
  ["catalog_imports", "a failure without a reason", "failed_import_says_why", () => ({ state: "failed" })],
  ["catalog_imports", "a reason without a failure", "failed_import_says_why", () => ({ failure: "No CSV." })],
  ["catalog_imports", "an end without a time", "ended_import_has_an_end", () => ({ ended_at: null })],
  ["catalog_imports", "no start", "running_import_has_a_start", () => ({ state: "running", ended_at: null })],
  [
    "catalog_imports",
    "another one at a time",
    "one_import_of_a_boutique_at_a_time",
    () => ({ state: "waiting", ended_at: null }),
  ],
  [
    "catalog_import_refusals",
    "another boutique's name on it",
    "refusal_is_of_an_import_of_the_boutique",
    () => ({ boutique_id: other.id }),
  ],
  ["catalog_import_refusals", "no line", "line_is_positive", () => ({ line: 0 })],
  ["catalog_import_refusals", "a sentence for a code", "code_is_a_word", () => ({ code: "No size" })],
  ["catalog_import_refusals", "a blank message", "message_is_given", () => ({ message: " " })],
  ["catalog_import_refusals", "a long message", "message_is_given", () => ({ message: long(1_001) })],
  ["product_media", "no description of the picture", "alt_is_given", () => ({ alt: " " })],
  ["product_media", "a negative position", "position_is_not_negative", () => ({ position: -1 })],
  [
    "product_media",
    "a path among the renditions",
    "storage_path_is_no_rendition",
    () => ({ storage_path: `${boutique.id}/renditions/a.webp` }),
  ],
  ["product_media", "a cut-out without marks", "a_cutout_has_anchor_points", () => ({ purpose: "cutout" })],
  ["product_media", "marks in the gallery", "a_cutout_has_anchor_points", () => ({ ...cutout(), purpose: "gallery" })],
  [
    "product_media",
    "marks of something else",
    "anchor_points_are_shoulders_and_waist",
    () => ({ ...cutout(), anchor_points: { hem: [0, 1] } }),
  ],
  ["product_media", "a second cut-out", "one_cutout_of_a_product", cutout],
  ["product_media", "a refusal without a reason", "refused_picture_says_why", () => ({ state: "refused" })],
  ["product_media", "a reason without a refusal", "refused_picture_says_why", () => ({ refusal: "broken" })],
  ["product_media", "a width alone", "dimensions_come_together", () => ({ width: 5 })],
  ["product_media", "no height", "dimensions_are_positive", () => ({ width: 5, height: 0 })],
  ["product_media", "an empty blurhash", "blurhash_is_short", () => ({ blurhash: "" })],
  ["product_media", "a long blurhash", "blurhash_is_short", () => ({ blurhash: long(201) })],
  ["product_media", "renditions that are no list", "renditions_are_a_list", () => ({ state: "ready", renditions: 5 })],
  [
    "product_media",
    "renditions before it was looked at",
    "only_a_ready_picture_has_renditions",
    () => ({ renditions: [1] }),
  ],
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
  ["opening_hours", "a weekday that is none", "weekday_is_monday_to_sunday", () => ({ weekday: 0 })],
  ["opening_hours", "an eighth day", "weekday_is_monday_to_sunday", () => ({ weekday: 8 })],
  [
    "opening_hours",
    "another boutique's branch",
    "opening_hours_are_of_a_branch_of_the_boutique",
    () => ({ location_id: other.locationId }),
  ],
  [
    "opening_hours",
    "hours within others of the day",
    "opening_hours_of_a_day_never_overlap",
    () => ({ location_id: boutique.locationId, opens: "10:00", closes: "11:00" }),
  ],
  [
    "opening_hours",
    "hours all round the clock beside others",
    "opening_hours_of_a_day_never_overlap",
    () => ({ location_id: boutique.locationId, opens: "00:00", closes: "00:00" }),
  ],
  ["closures", "an end before its beginning", "closure_ends_after_it_starts", () => ({ last_day: "2027-01-06" })],
  ["closures", "no end", "closure_ends_after_it_starts", () => ({ last_day: "infinity" })],
  ["closures", "an end in years", "closure_is_at_most_a_year", () => ({ last_day: "2029-01-07" })],
  ["closures", "a blank reason", "reason_is_given", () => ({ reason: " " })],
  ["closures", "a long reason", "reason_is_given", () => ({ reason: long(201) })],
  [
    "closures",
    "another boutique's branch",
    "closure_is_of_a_branch_of_the_boutique",
    () => ({ location_id: other.locationId }),
  ],
  ["rooms", "a blank name", "name_is_given", () => ({ name: "" })],
  ["rooms", "place for nobody", "capacity_is_1_to_50", () => ({ capacity: 0 })],
  ["rooms", "place for a crowd", "capacity_is_1_to_50", () => ({ capacity: 51 })],
  [
    "rooms",
    "another boutique's branch",
    "room_is_at_a_location_of_its_boutique",
    () => ({ location_id: other.locationId }),
  ],
  ["stylists", "a blank name", "display_name_is_given", () => ({ display_name: " " })],
  ["stylists", "a long life", "bio_is_bounded", () => ({ bio: long(2_001) })],
  ["working_hours", "a weekday that is none", "weekday_is_monday_to_sunday", () => ({ weekday: 8 })],
  [
    "working_hours",
    "another boutique's stylist",
    "working_hours_are_of_a_stylist_of_the_boutique",
    () => ({ stylist_id: otherSalon.stylistIds[0] ?? "" }),
  ],
  [
    "working_hours",
    "another boutique's branch",
    "working_hours_are_at_a_branch_of_the_boutique",
    () => ({ location_id: other.locationId }),
  ],
  [
    "working_hours",
    "a second place at the same time",
    "working_hours_of_a_stylist_never_overlap",
    () => ({ stylist_id: salon.stylistIds[0] ?? "", location_id: unopened(), starts: "17:00" }),
  ],
  ["fitting_services", "a blank name", "name_is_given", () => ({ name: " " })],
  ["fitting_services", "a long description", "description_is_bounded", () => ({ description: long(2_001) })],
  ["fitting_services", "no length", "duration_is_five_minutes_to_a_day", () => ({ duration_minutes: 0 })],
  ["fitting_services", "a length of days", "duration_is_five_minutes_to_a_day", () => ({ duration_minutes: 1_441 })],
  ["fitting_services", "a negative buffer", "buffers_are_up_to_four_hours", () => ({ buffer_minutes_before: -1 })],
  ["fitting_services", "a long buffer", "buffers_are_up_to_four_hours", () => ({ buffer_minutes_after: 241 })],
  ["fitting_services", "no step", "step_is_five_minutes_to_four_hours", () => ({ step_minutes: 0 })],
  ["fitting_services", "a rack of gowns", "garments_are_up_to_twenty", () => ({ max_garments: 21 })],
  ["fitting_services", "nobody", "people_are_1_to_50", () => ({ max_people: 0 })],
  ["fitting_services", "no days ahead", "booking_is_up_to_three_years_ahead", () => ({ max_days_ahead: 0 })],
  [
    "fitting_services",
    "a free cancellation of months before",
    "free_cancellation_is_up_to_60_days_before",
    () => ({ free_cancellation_hours: 1_441 }),
  ],
  ["fitting_services", "a negative price", "money_is_not_negative", () => ({ price: -1 })],
  ["fitting_services", "a negative fee", "money_is_not_negative", () => ({ no_show_fee: -1 })],
  [
    "service_stylists",
    "another boutique's service",
    "service_is_of_the_boutique",
    () => ({ service_id: otherSalon.serviceId }),
  ],
  [
    "service_stylists",
    "another boutique's stylist",
    "stylist_is_of_the_boutique",
    () => ({ stylist_id: otherSalon.stylistIds[0] ?? "" }),
  ],
  ["appointments", "no time", "starts_at", () => ({ during: "empty" })],
  ["appointments", "no end", "appointment_takes_some_time", () => ({ during: "[2027-01-11T07:00:00Z,infinity)" })],
  [
    "appointments",
    "an end that is left open",
    "appointment_takes_some_time",
    () => ({ during: "[2027-01-11T07:00:00Z,)" }),
  ],
  ["appointments", "no bounds", "starts_at", () => ({ during: "(,)" })],
  [
    "appointments",
    "nobody who comes",
    "only_an_appointment_that_is_over_loses_its_customer",
    () => ({ walk_in_name: null }),
  ],
  ["appointments", "an offer without an end", "an_offer_says_until_when", () => ({ state: "offered" })],
  ["appointments", "long notes", "notes_are_bounded", () => ({ customer_notes: long(2_001) })],
  ["appointments", "a negative fee", "money_is_not_negative", () => ({ fee_due: -1 })],
  ["appointments", "a currency in small letters", "currency_is_iso_4217", () => ({ currency: "etb" })],
  ["appointments", "somebody else who cancels", "cancelled_by_is_known", () => ({ cancelled_by: "weather" })],
  [
    "appointments",
    "another boutique's branch",
    "appointment_is_at_a_branch_of_the_boutique",
    () => ({ location_id: other.locationId }),
  ],
  [
    "appointments",
    "another boutique's service",
    "appointment_is_for_a_service_of_the_boutique",
    () => ({ service_id: otherSalon.serviceId }),
  ],
  [
    "appointments",
    "another boutique's stylist",
    "appointment_is_with_a_stylist_of_the_boutique",
    () => ({ stylist_id: otherSalon.stylistIds[0] ?? "" }),
  ],
  [
    "appointments",
    "another boutique's room",
    "appointment_is_in_a_room_of_the_boutique",
    () => ({ room_id: otherSalon.roomIds[0] ?? "" }),
  ],
  [
    "appointment_garments",
    "another boutique's gown",
    "gown_is_of_the_boutique",
    () => ({ garment_id: otherGown.garmentIds[0] ?? "" }),
  ],
  ["appointment_notes", "no words", "body_is_given", () => ({ body: " " })],
  ["appointment_notes", "too many words", "body_is_given", () => ({ body: long(5_001) })],
  [
    "appointment_notes",
    "another boutique's name on it",
    "note_is_about_an_appointment_of_the_boutique",
    () => ({ boutique_id: other.id }),
  ],
  ["waitlist_entries", "an end before its beginning", "days_end_after_they_start", () => ({ to_date: "2027-01-10" })],
  ["waitlist_entries", "months of days", "days_end_after_they_start", () => ({ to_date: "2027-03-11" })],
  ["waitlist_entries", "no end", "days_end_after_they_start", () => ({ to_date: "infinity" })],
  ["waitlist_entries", "an offer of nothing", "an_offer_names_its_appointment", () => ({ state: "offered" })],
  [
    "waitlist_entries",
    "another boutique's branch",
    "entry_is_for_a_branch_of_the_boutique",
    () => ({ location_id: other.locationId }),
  ],
  [
    "waitlist_entries",
    "another boutique's service",
    "entry_is_for_a_service_of_the_boutique",
    () => ({ service_id: otherSalon.serviceId }),
  ],
  ["payment_plan_offers", "a blank name", "name_is_given", () => ({ name: " " })],
  ["payment_plan_offers", "a long name", "name_is_given", () => ({ name: long(61) })],
  ["payment_plan_offers", "a name that it has already", "one_offer_of_a_name", () => ({ name: "Taken" })],
  ["payment_plan_offers", "nothing at once", "down_payment_is_a_part", () => ({ down_payment_percent: 0 })],
  ["payment_plan_offers", "all at once", "down_payment_is_a_part", () => ({ down_payment_percent: 100 })],
  ["payment_plan_offers", "no instalments", "instalments_are_1_to_24", () => ({ instalments: 0 })],
  ["payment_plan_offers", "years of instalments", "instalments_are_1_to_24", () => ({ instalments: 25 })],
  ["payment_plan_offers", "days between", "interval_is_a_week_to_a_quarter", () => ({ interval_days: 6 })],
  ["payment_plan_offers", "months between", "interval_is_a_week_to_a_quarter", () => ({ interval_days: 93 })],
  ["payment_plan_offers", "a negative total", "min_total_is_not_negative", () => ({ min_total: -1 })],
  [
    "payment_plan_offers",
    "an end after the wedding",
    "all_is_paid_before_the_wedding",
    () => ({ days_before_wear: -1 }),
  ],
  [
    "payment_plan_offers",
    "an end long before the wedding",
    "all_is_paid_before_the_wedding",
    () => ({ days_before_wear: 181 }),
  ],
  ["payment_plan_offers", "no grace", "grace_is_up_to_two_months", () => ({ grace_days: 0 })],
  ["payment_plan_offers", "a long grace", "grace_is_up_to_two_months", () => ({ grace_days: 61 })],
  ["payment_plan_offers", "less than nothing kept", "kept_is_a_share", () => ({ keep_percent: -1 })],
  ["payment_plan_offers", "more than all kept", "kept_is_a_share", () => ({ keep_percent: 101 })],
  ["payment_plans", "nothing at once", "parts_are_positive", () => ({ down_payment: 0 })],
  ["payment_plans", "no instalments", "parts_are_positive", () => ({ instalments: 0 })],
  ["payment_plans", "years of instalments", "parts_are_positive", () => ({ instalments: 25, instalment_total: 25 })],
  ["payment_plans", "instalments of nothing", "parts_are_positive", () => ({ instalment_total: 2 })],
  ["payment_plans", "a currency in small letters", "currency_is_iso_4217", () => ({ currency: "etb" })],
  ["payment_plans", "blank terms", "terms_are_stated", () => ({ terms: " " })],
  ["payment_plans", "long terms", "terms_are_stated", () => ({ terms: long(1_001) })],
  ["payment_plans", "a long name", "terms_are_stated", () => ({ name: long(61) })],
  ["payment_plans", "a second one of its order", "one_plan_of_an_order", () => ({ order_id: planned })],
  [
    "payment_plans",
    "another boutique's name on it",
    "plan_is_of_an_order_of_the_boutique",
    () => ({ boutique_id: other.id }),
  ],
];

describe("a table takes", () => {
  it.each(Object.entries(goodRows))("the row of %s that the cases below change", async (table, row) => {
    expect(await refusedByOwner(table, row())).toBeNull();
    if (isPublic(table)) expect(await refusedByService(table, row())).toBeNull();
  });
});

describe("a table refuses, also to those whom no policy holds back,", () => {
  it.each(badRows)("a row of %s with %s", async (table, _wrong, constraint, change) => {
    const row = () => ({ ...goodRows[table]?.(), ...change() });
    expect(await refusedByOwner(table, row())).toContain(`"${constraint}"`);
    if (isPublic(table)) expect(await refusedByService(table, row())).toContain(`"${constraint}"`);
  });

  it("for each constraint of reviews, fit, shows and try-on", async () => {
    const tables =
      /^(public|private)\.(reviews?|review_\w+|measurements|fit_\w+|fashion_shows|show_\w+|tryons|tryon_\w+)$/;
    const constraints = await world.sql<{ table: string; name: string }[]>`
      select n.nspname || '.' || t.relname as table, c.name
      from (
        select conrelid as id, conname as name from pg_constraint where contype in ('c', 'f', 'u', 'x')
        union
        select i.indrelid, x.relname from pg_index i join pg_class x on x.oid = i.indexrelid where i.indisunique and not i.indisprimary
      ) c
      join pg_class t on t.oid = c.id
      join pg_namespace n on n.oid = t.relnamespace`;
    const cases = new Set(
      badRows.map(([table, , constraint]) => `${isPublic(table) ? "public." : ""}${table} ${constraint}`),
    );
    const untried = constraints
      .filter(({ table, name }) => tables.test(table) && !cases.has(`${table} ${name}`))
      .map(({ table, name }) => `${table} ${name}`);
    expect(untried.toSorted()).toEqual(second);
  });
});

/** Constraints that a row meets after another one which it does not: a key of the same columns and more, a path that the id decides. */
const second = [
  "public.fashion_shows fashion_shows_id_boutique_id_key",
  // A trigger looks for what she has bought, rented or tried on.
  "public.reviews review_is_of_a_product_of_the_boutique",
  "public.reviews reviews_customer_id_fkey",
  "public.reviews reviews_id_boutique_id_key",
  // A trigger looks for the garment of the product.
  "public.show_looks look_is_of_a_garment_of_the_boutique",
  "public.show_looks show_looks_id_show_id_key",
  "public.tryon_photos tryon_photos_id_customer_id_key",
  "public.tryons tryons_customer_id_fkey",
  "public.tryons tryons_result_path_key",
];

function isPublic(table: string): boolean {
  return !table.includes(".");
}

/** The message with which the database refuses a row of the owner of the tables; null when it takes it. */
async function refusedByOwner(table: string, row: Row): Promise<string | null> {
  const columns = Object.keys(row).map((column) => `"${column}"`);
  const name = isPublic(table) ? `public.${table}` : table;
  try {
    await world.sql.unsafe(
      `insert into ${name} (${columns}) select ${columns} from jsonb_populate_record(null::${name}, $1)`,
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
