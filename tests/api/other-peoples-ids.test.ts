import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Cast, gatherCast } from "../helpers/cast.ts";
import { everyRow } from "../helpers/every-row.ts";
import { makeSalon } from "../helpers/fittings.ts";
import { day, period } from "../helpers/fixtures.ts";
import { send } from "../helpers/rest.ts";
import { type Person, World } from "../helpers/world.ts";

let world: World;
let cast: Cast;

beforeAll(async () => {
  world = await World.create();
  cast = await gatherCast(world);
});
afterAll(() => world.close());

/** People to whom the rows of the cast's boutique and customer are somebody else's. */
const outsiders: readonly (readonly [who: string, person: () => Person])[] = [
  ["a stranger", () => cast.stranger],
  ["the manager of another boutique", () => cast.rivalManager],
  ["the owner of another boutique", () => cast.rivalOwner],
];

/** Tables that the marketplace shows to everybody who may see the boutique. */
const onShow = [
  "address_formats",
  "attribute_definitions",
  "boutiques",
  "categories",
  "closures",
  "collection_products",
  "collections",
  "commerce_policies",
  "designers",
  "fashion_shows",
  "fitting_services",
  "locations",
  "opening_hours",
  "order_transitions",
  "payment_plan_offers",
  "product_media",
  "product_ratings",
  "product_slugs",
  "product_translations",
  "product_variants",
  "products",
  "readiness_policies",
  "rental_policies",
  "service_stylists",
  "show_looks",
  "shipping_methods",
  "size_chart_rows",
  "size_charts",
  "stylists",
  "tax_rules",
  "tryon_consent_texts",
];

/** The show of the boutique, for rows that hang on it. */
const theirShow = () => ({ show_id: cast.rows["fashion_shows"]?.["id"], boutique_id: cast.boutique.id });

/** What each function that takes an id of somebody's is called with. */
const byId: Readonly<Record<string, (cast: Cast) => Readonly<Record<string, unknown>>>> = {
  confirm_rental: ({ rows }) => ({ rental_id: rows["rentals"]?.["id"] ?? "" }),
  cancel_rental: ({ rows }) => ({ rental_id: rows["rentals"]?.["id"] ?? "" }),
  cancel_fitting: ({ rows }) => ({ appointment_id: rows["appointments"]?.["id"] ?? "" }),
  reschedule_fitting: ({ rows }) => ({
    appointment_id: rows["appointments"]?.["id"] ?? "",
    starts_at: `${day(9)}T07:00:00Z`,
  }),
  close_fitting: ({ rows }) => ({ appointment_id: rows["appointments"]?.["id"] ?? "", attended: true }),
  accept_fitting_offer: ({ rows }) => ({ appointment_id: rows["appointments"]?.["id"] ?? "" }),
  book_walk_in: ({ boutique, salon, gown }) => ({
    location_id: boutique.locationId,
    service_id: salon.serviceId,
    starts_at: `${day(9)}T07:00:00Z`,
    garment_ids: gown.garmentIds,
    name: "Ruth",
  }),
  block_resource: ({ gown }) => ({
    resource_id: gown.garmentIds[0] ?? "",
    from_time: `${day(60)}T07:00:00Z`,
    until_time: `${day(61)}T07:00:00Z`,
    kind: "repair",
  }),
  unblock_resource: ({ rows }) => ({ allocation_id: rows["allocations"]?.["id"] ?? "" }),
  leave_waitlist: ({ rows }) => ({ entry_id: rows["waitlist_entries"]?.["id"] ?? "" }),
  hand_over_rental: ({ rows }) => ({ rental_id: rows["rentals"]?.["id"] ?? "" }),
  return_rental: ({ rows }) => ({ rental_id: rows["rentals"]?.["id"] ?? "" }),
  start_inspection: ({ rows }) => ({ rental_id: rows["rentals"]?.["id"] ?? "" }),
  inspect_rental: ({ rows }) => ({ rental_id: rows["rentals"]?.["id"] ?? "", outcome: "ok", condition: "good" }),
  mark_rental_lost: ({ rows }) => ({ rental_id: rows["rentals"]?.["id"] ?? "" }),
  sell_garment: ({ gown }) => ({ garment_id: gown.garmentIds[0] ?? "" }),
  accept_substitution: ({ rows }) => rows["substitution_candidates"] ?? {},
  dismiss_substitution: ({ rows }) => ({ proposal_id: rows["substitution_proposals"]?.["id"] ?? "" }),
  calendar_view: ({ boutique }) => ({ location_id: boutique.locationId, from_time: day(1), to_time: day(2) }),
  utilisation: ({ boutique }) => ({ boutique_id: boutique.id, from_date: day(1), to_date: day(2) }),
  create_calendar_feed: ({ salon }) => ({ kind: "stylist", subject_id: salon.stylistIds[0] ?? "", label: "" }),
  revoke_calendar_feed: ({ rows }) => ({ feed_id: rows["calendar_feeds"]?.["id"] ?? "" }),
  revoke_invitation: ({ rows }) => ({ invitation_id: rows["invitations"]?.["id"] ?? "" }),
  invite_member: ({ boutique }) => ({ boutique_id: boutique.id, email: "new@nexus.test", role: "stylist" }),
  change_member_role: ({ boutique, stylist }) => ({ boutique_id: boutique.id, user_id: stylist.id, role: "stylist" }),
  remove_member: ({ boutique, stylist }) => ({ boutique_id: boutique.id, user_id: stylist.id }),
  transfer_ownership: ({ boutique, manager }) => ({ boutique_id: boutique.id, user_id: manager.id }),
  set_boutique_status: ({ boutique }) => ({ boutique_id: boutique.id, status: "suspended", reason: "Complaints" }),
  create_webhook_endpoint: ({ boutique }) => ({
    boutique_id: boutique.id,
    url: "https://shop.example/",
    event_types: "{*}",
    description: "",
  }),
  update_webhook_endpoint: (cast) => ({ ...endpoint(cast), url: "https://mine.example/" }),
  delete_webhook_endpoint: (cast) => endpoint(cast),
  rotate_webhook_secret: (cast) => ({ ...endpoint(cast), overlap_hours: "0" }),
  show_webhook_secret: (cast) => endpoint(cast),
  send_test_webhook: (cast) => endpoint(cast),
  replay_webhook_delivery: ({ rows }) => ({ delivery_id: rows["webhook_deliveries"]?.["id"] ?? "" }),
  checkout: ({ rows }) => ({ cart_id: rows["carts"]?.["id"] ?? "", idempotency_key: "mine" }),
  cancel_order: ({ rows }) => ({ order_id: rows["orders"]?.["id"] ?? "" }),
  set_commission: ({ boutique }) => ({ boutique_id: boutique.id, basis_points: 0 }),
  approve_payout: ({ rows }) => ({ payout_id: rows["payouts"]?.["id"] ?? "" }),
  record_payout: ({ rows }) => ({ payout_id: rows["payouts"]?.["id"] ?? "", reference: "T-1" }),
  cancel_payout: ({ rows }) => ({ payout_id: rows["payouts"]?.["id"] ?? "", note: "Mistake" }),
  boutique_statement: ({ boutique }) => ({ boutique_id: boutique.id, month: "2026-01-01" }),
  start_payment: ({ rows }) => ({
    payment_id: rows["payments"]?.["id"] ?? "",
    provider: "test",
    return_url: "https://mine.example/",
  }),
  take_payment: ({ rows }) => ({
    payment_id: rows["payments"]?.["id"] ?? "",
    method: "cash",
    reference: "Receipt 1",
    amount: 20_500,
    currency: "ETB",
  }),
  resolve_payment_exception: ({ rows }) => ({
    exception_id: rows["payment_exceptions"]?.["id"] ?? "",
    resolution: "refunded",
  }),
  provider_accounts: ({ boutique }) => ({ boutique_id: boutique.id }),
  disable_provider_account: ({ boutique }) => ({ boutique_id: boutique.id, provider: "test" }),
  record_payment: ({ rows }) => ({
    order_group_id: rows["order_groups"]?.["id"] ?? "",
    method: "cash",
    reference: "Receipt 1",
    amount: 20_500,
    currency: "ETB",
  }),
  issue_gift_card: ({ boutique }) => ({ boutique_id: boutique.id, amount: 500 }),
  edit_order: ({ rows, ring }) => ({
    order_id: rows["orders"]?.["id"] ?? "",
    changes: [{ variant_id: ring.id, quantity: 1 }],
    idempotency_key: "mine",
  }),
  fulfil_order: ({ rows }) => ({ order_id: rows["orders"]?.["id"] ?? "", kind: "pickup", idempotency_key: "mine" }),
  mark_delivered: ({ rows }) => ({ shipment_id: rows["shipments"]?.["id"] ?? "" }),
  request_return: ({ rows }) => ({
    order_id: rows["orders"]?.["id"] ?? "",
    items: [],
    reason: "other",
    idempotency_key: "mine",
  }),
  answer_return: ({ rows }) => ({ return_id: rows["returns"]?.["id"] ?? "", approved: true }),
  receive_return: ({ rows }) => ({ return_id: rows["returns"]?.["id"] ?? "" }),
  cancel_return: ({ rows }) => ({ return_id: rows["returns"]?.["id"] ?? "" }),
  inspect_return: ({ rows }) => ({ return_id: rows["returns"]?.["id"] ?? "", outcomes: [] }),
  refund_order: ({ rows }) => ({
    order_id: rows["orders"]?.["id"] ?? "",
    amount: 1,
    reason: "Late",
    idempotency_key: "mine",
  }),
  record_deposit_return: ({ rows }) => ({ deposit_id: rows["deposits"]?.["id"] ?? "", reference: "Receipt 1" }),
  quote_payment_plans: ({ rows }) => ({ order_id: rows["orders"]?.["id"] ?? "" }),
  choose_payment_plan: ({ rows }) => ({
    order_id: rows["orders"]?.["id"] ?? "",
    offer_id: rows["payment_plan_offers"]?.["id"] ?? "",
  }),
  leave_payment_plan: ({ rows }) => ({ order_id: rows["orders"]?.["id"] ?? "" }),
  forget_payment_method: ({ rows }) => ({ plan_id: rows["payment_plans"]?.["id"] ?? "" }),
  end_payment_plan: ({ rows }) => ({ plan_id: rows["payment_plans"]?.["id"] ?? "" }),
  reorder_media: ({ rows }) => ({
    product_id: rows["products"]?.["id"] ?? "",
    media_ids: [rows["product_media"]?.["id"] ?? ""],
  }),
  write_review: ({ gown, rows }) => ({
    ...{ kind: "fitted", subject_id: rows["appointments"]?.["id"] ?? "", product_id: gown.productId, rating: 1 },
  }),
  schedule_show: ({ rows }) => ({ show_id: rows["fashion_shows"]?.["id"] ?? "" }),
  start_show: ({ rows }) => ({ show_id: rows["fashion_shows"]?.["id"] ?? "" }),
  finish_show: ({ rows }) => ({ show_id: rows["fashion_shows"]?.["id"] ?? "" }),
  cancel_show: ({ rows }) => ({ show_id: rows["fashion_shows"]?.["id"] ?? "", reason: "Mine" }),
  dress_look: ({ rows, runway }) => ({ look_id: rows["show_looks"]?.["id"] ?? "", garment_id: runway.garmentIds[0] }),
  remove_look: ({ rows }) => ({ look_id: rows["show_looks"]?.["id"] ?? "" }),
  cancel_rsvp: ({ rows }) => ({ show_id: rows["fashion_shows"]?.["id"] ?? "" }),
  check_in_rsvp: ({ rows }) => ({ rsvp_id: rows["show_rsvps"]?.["id"] ?? "" }),
  cancel_guest_rsvp: ({ rows }) => ({ rsvp_id: rows["show_rsvps"]?.["id"] ?? "", reason: "Mine" }),
  show_guests: ({ rows }) => ({ show_id: rows["fashion_shows"]?.["id"] ?? "" }),
  show_figures: ({ rows }) => ({ show_id: rows["fashion_shows"]?.["id"] ?? "" }),
  edit_review: ({ rows }) => ({ review_id: rows["reviews"]?.["id"] ?? "", rating: 1 }),
  delete_review: ({ rows }) => ({ review_id: rows["reviews"]?.["id"] ?? "" }),
  reply_to_review: ({ rows }) => ({ review_id: rows["reviews"]?.["id"] ?? "", reply: "Mine" }),
  hide_review: ({ rows }) => ({ review_id: rows["reviews"]?.["id"] ?? "", reason: "Mine" }),
  show_review: ({ rows }) => ({ review_id: rows["reviews"]?.["id"] ?? "" }),
  resolve_review_report: ({ rows }) => ({ report_id: rows["review_reports"]?.["id"] ?? "", upheld: true }),
  review_queue: ({ boutique }) => ({ boutique_id: boutique.id }),
  share_lookbook: ({ rows }) => ({ lookbook_id: rows["lookbooks"]?.["id"] ?? "" }),
  // The id of a look-book is not the token that opens it.
  shared_lookbook: ({ rows }) => ({ share_token: rows["lookbooks"]?.["id"] ?? "" }),
  start_catalog_import: ({ boutique }) => ({
    boutique_id: boutique.id,
    storage_path: `${boutique.id}/gowns.csv`,
    format: "csv",
    idempotency_key: "mine",
  }),
  cancel_catalog_import: ({ rows }) => ({ import_id: rows["catalog_imports"]?.["id"] ?? "" }),
  delete_tryon_photo: ({ rows }) => ({ photo_id: rows["tryon_photos"]?.["id"] ?? "" }),
  request_tryon: ({ rows, gown }) => ({
    photo_id: rows["tryon_photos"]?.["id"] ?? "",
    product_id: gown.productId,
    idempotency_key: "foreign",
  }),
  delete_tryon: ({ rows }) => ({ tryon_id: rows["tryons"]?.["id"] ?? "" }),
  tryon_next_steps: ({ rows }) => ({ tryon_id: rows["tryons"]?.["id"] ?? "" }),
  waive_payment: ({ rows }) => ({ payment_id: rows["payments"]?.["id"] ?? "", reason: "She was ill" }),
  record_refund: ({ rows }) => ({ refund_id: rows["refunds"]?.["id"] ?? "", reference: "Receipt 1" }),
  change_stock: ({ ring, boutique }) => ({
    variant_id: ring.id,
    location_id: boutique.locationId,
    kind: "counted",
    quantity: 0,
  }),
  transfer_stock: ({ ring, boutique }) => ({
    variant_id: ring.id,
    from_location_id: boutique.locationId,
    to_location_id: boutique.locationId,
    quantity: 1,
  }),
  replay_webhook_deliveries: (cast) => ({
    ...endpoint(cast),
    from_time: "2026-01-01",
    until_time: "2036-01-01",
    states: "{dead}",
  }),
};

const endpoint = ({ rows }: Cast) => ({ endpoint_id: rows["webhook_endpoints"]?.["id"] ?? "" });

describe.each(outsiders)("%s who knows the ids of others", (_who, person) => {
  it("reads only what is on show", async () => {
    for (const [table, key] of Object.entries(cast.rows)) {
      const reply = await send(world, { path: `/rest/v1/${table}?${filter(key)}`, token: person().accessToken });
      expect(reply.status, table).toBe(200);
      expect(reply.body, table).toHaveLength(onShow.includes(table) ? 1 : 0);
    }
  });

  it("deletes nothing", async () => {
    const before = await everyRow(world.sql);
    for (const [table, key] of Object.entries(cast.rows)) {
      const path = `/rest/v1/${table}?${filter(key)}`;
      const reply = await send(world, { path, method: "DELETE", token: person().accessToken });
      if (reply.status === 200) expect(reply.body, table).toEqual([]);
      else expect(reply.status, table).toBe(403);
    }
    expect(await everyRow(world.sql)).toEqual(before);
  });

  it("changes nothing, whatever column she tries", { timeout: 60_000 }, async () => {
    // The columns that some may write, and one more of each table; grants.test.ts has all of those that nobody may.
    const columns = await world.sql<{ table: string; column: string }[]>`
      select "table", "column" from (
        select c.table_name::text as "table", c.column_name::text as "column", w.mine,
          row_number() over (partition by c.table_name, w.mine order by c.ordinal_position) as n
        from information_schema.columns c
        cross join lateral (
          select has_column_privilege('authenticated', format('public.%I', c.table_name), c.column_name, 'update') as mine) w
        -- Nobody can write a generated column: the statement itself is wrong, whoever sends it.
        where c.table_schema = 'public' and c.is_generated = 'NEVER') x
      where mine or n = 1`;
    expect(new Set(columns.map(({ table }) => table))).toEqual(new Set(Object.keys(cast.rows)));
    const before = await everyRow(world.sql);
    for (const { table, column } of columns) {
      const path = `/rest/v1/${table}?${filter(cast.rows[table] ?? {})}`;
      const json = { [column]: null };
      const reply = await send(world, { path, method: "PATCH", json, token: person().accessToken });
      if (reply.status === 200) expect(reply.body, `${table}.${column}`).toEqual([]);
      else expect(reply.status, `${table}.${column}`).toBe(403);
    }
    expect(await everyRow(world.sql)).toEqual(before);
  });

  it("adds nothing to a boutique that is not hers", async () => {
    const { boutique, gown, salon } = cast;
    const beginner = { stylist_id: cast.rows["stylists"]?.["id"] };
    const additions: Record<string, object> = {
      products: { boutique_id: boutique.id, slug: "foreign", name: "Foreign" },
      product_variants: { boutique_id: boutique.id, product_id: gown.productId, size: "1", sku: "foreign" },
      product_media: {
        boutique_id: boutique.id,
        product_id: gown.productId,
        storage_path: `${boutique.id}/f.jpg`,
        alt: "F",
      },
      product_translations: { boutique_id: boutique.id, product_id: gown.productId, locale: "am", name: "F" },
      product_slugs: { boutique_id: boutique.id, product_id: gown.productId, slug: "foreign" },
      product_views: { boutique_id: boutique.id, product_id: gown.productId, day: day(1), views: 1 },
      collections: { boutique_id: boutique.id, slug: "foreign", name: "Foreign" },
      collection_products: {
        boutique_id: boutique.id,
        collection_id: cast.rows["collections"]?.["id"],
        product_id: gown.productId,
      },
      reviews: {
        ...{ boutique_id: boutique.id, product_id: gown.productId, customer_id: person().id, kind: "fitted" },
        ...{ subject_id: cast.rows["appointments"]?.["id"], author_name: "F", rating: 1 },
      },
      review_photos: {
        ...{ boutique_id: boutique.id, review_id: cast.rows["reviews"]?.["id"], customer_id: person().id },
        ...{ storage_path: `${person().id}/f.jpg`, position: 1 },
      },
      review_votes: { review_id: cast.rows["reviews"]?.["id"], customer_id: person().id },
      review_reports: {
        ...{ boutique_id: boutique.id, review_id: cast.rows["reviews"]?.["id"], reporter_id: person().id },
        ...{ reason: "spam" },
      },
      fashion_shows: { boutique_id: boutique.id, slug: "foreign", title: "Foreign" },
      show_looks: { ...theirShow(), product_id: gown.productId },
      show_rsvps: { ...theirShow(), customer_id: person().id, party_size: 1, state: "confirmed", place: 9 },
      show_views: { ...theirShow(), day: day(1), views: 1 },
      tryon_consent_texts: { version: 10, body_en: "F", body_am: "F" },
      tryon_photos: { customer_id: person().id, storage_path: `${person().id}/f.jpg`, consent_version: 1 },
      tryons: {
        ...{ customer_id: person().id, photo_id: cast.rows["tryon_photos"]?.["id"], product_id: gown.productId },
        expires_at: new Date().toISOString(),
      },
      product_ratings: { boutique_id: boutique.id, product_id: cast.ring.productId },
      measurements: { customer_id: cast.customer.id, weight_kg: 50 },
      favorites: { customer_id: cast.customer.id, product_id: gown.productId },
      lookbooks: { customer_id: cast.customer.id, title: "Foreign" },
      lookbook_items: { ...cast.rows["lookbook_items"], customer_id: cast.customer.id, product_id: gown.productId },
      garments: { boutique_id: boutique.id, variant_id: gown.id, location_id: boutique.locationId, serial: "foreign" },
      locations: { boutique_id: boutique.id, name: "F", city: "F", country: "ET", timezone: "Africa/Addis_Ababa" },
      opening_hours: {
        boutique_id: boutique.id,
        location_id: boutique.locationId,
        weekday: 1,
        opens: "20:00",
        closes: "21:00",
      },
      closures: {
        boutique_id: boutique.id,
        location_id: boutique.locationId,
        first_day: day(40),
        last_day: day(40),
        reason: "F",
      },
      rooms: { boutique_id: boutique.id, location_id: boutique.locationId, name: "Foreign" },
      stylists: { boutique_id: boutique.id, user_id: person().id, display_name: "Foreign" },
      working_hours: {
        boutique_id: boutique.id,
        stylist_id: salon.stylistIds[0],
        location_id: boutique.locationId,
        weekday: 1,
        starts: "20:00",
        ends: "21:00",
      },
      fitting_services: { boutique_id: boutique.id, name: "Foreign", duration_minutes: 5 },
      service_stylists: { boutique_id: boutique.id, service_id: salon.serviceId, ...beginner },
      appointments: { boutique_id: boutique.id, customer_id: person().id, location_id: boutique.locationId },
      appointment_garments: { boutique_id: boutique.id, customer_id: person().id, garment_id: gown.garmentIds[0] },
      appointment_notes: { boutique_id: boutique.id, appointment_id: cast.rows["appointments"]?.["id"], body: "F" },
      waitlist_entries: { boutique_id: boutique.id, customer_id: person().id, location_id: boutique.locationId },
      boutique_members: { boutique_id: boutique.id, user_id: person().id, role: "owner" },
      platform_admins: { user_id: person().id },
      rentals: { boutique_id: boutique.id, customer_id: person().id },
    };
    const before = await everyRow(world.sql);
    // Without asking for the row: wanting it back is refused already to those who may not read it.
    const headers = { prefer: "return=minimal" };
    for (const [table, json] of Object.entries(additions)) {
      const reply = await send(world, { path: `/rest/v1/${table}`, json, headers, token: person().accessToken });
      expect(reply, table).toMatchObject({ status: 403, body: { code: "42501" } });
    }
    expect(await everyRow(world.sql)).toEqual(before);
  });

  it.each(Object.keys(byId))("is told by %s what is told of an id that was made up", async (name) => {
    const call = (args: object) =>
      send(world, { path: `/rest/v1/rpc/${name}`, json: args, token: person().accessToken });
    const known = byId[name]?.(cast) ?? {};
    const ids = Object.entries(known).filter(([argument]) => argument.endsWith("_id"));
    const before = await everyRow(world.sql);
    const reply = await call(known);
    expect(reply.status).toBeOneOf([403, 404]);
    for (const [argument, id] of ids) {
      const made = crypto.randomUUID();
      const other = await call({ ...known, [argument]: made });
      // The answer does not tell whether there is such a row.
      expect({ status: other.status, body: JSON.stringify(other.body).replaceAll(made, String(id)) }).toEqual({
        status: reply.status,
        body: JSON.stringify(reply.body),
      });
    }
    expect(await everyRow(world.sql)).toEqual(before);
  });
});

/** Functions about what is on show: an id of it is no secret. */
const onShowOnly = [
  "quote_rental",
  "reserve_rental",
  "product_availability",
  "fitting_slots",
  "book_fitting",
  "join_waitlist",
  "find_garments",
  "will_it_be_ready",
  "add_to_cart",
  "category_attributes",
  "size_chart",
  "related_products",
  "product_reviews",
  "review_summary",
  "recommend_size",
  "vote_review",
  "report_review",
  "rsvp_show",
  "hold_look",
];

describe("the functions that take an id", () => {
  it("are all asked about foreign ones, but for those that speak of what is on show", async () => {
    const functions = await world.sql<{ name: string }[]>`
      select proname as name from pg_proc
      where pronamespace = 'public'::regnamespace and 'uuid'::regtype = any(proargtypes)
        -- What servers alone may call knows no foreign ids.
        and has_function_privilege('authenticated', oid, 'execute')`;
    const about = [...Object.keys(byId), ...onShowOnly];
    expect(functions.map(({ name }) => name).toSorted()).toEqual(about.toSorted());
  });
});

describe("a manager with ids of another boutique", () => {
  it("cannot hang another boutique's rows into her own", async () => {
    const { boutique, gown, rivalManager, rivalBoutique, salon } = cast;
    const theirs = await makeSalon(world.sql, rivalBoutique);
    const mixtures: Record<string, object> = {
      product_variants: { boutique_id: rivalBoutique.id, product_id: gown.productId, size: "1", sku: "mixed" },
      product_media: {
        boutique_id: rivalBoutique.id,
        product_id: gown.productId,
        storage_path: `${rivalBoutique.id}/f.jpg`,
        alt: "F",
      },
      product_translations: {
        boutique_id: rivalBoutique.id,
        product_id: gown.productId,
        locale: "am",
        name: "Mixed",
      },
      collection_products: {
        boutique_id: rivalBoutique.id,
        collection_id: cast.rows["collections"]?.["id"],
        product_id: gown.productId,
      },
      fashion_shows: { boutique_id: rivalBoutique.id, slug: "mixed", title: "Mixed", location_id: boutique.locationId },
      show_looks: { ...theirShow(), boutique_id: rivalBoutique.id, product_id: gown.productId },
      lookbook_items: {
        ...cast.rows["lookbook_items"],
        customer_id: rivalManager.id,
        product_id: gown.productId,
      },
      garments: {
        boutique_id: rivalBoutique.id,
        variant_id: gown.id,
        location_id: boutique.locationId,
        serial: "mixed",
      },
      opening_hours: {
        boutique_id: rivalBoutique.id,
        location_id: boutique.locationId,
        weekday: 1,
        opens: "20:00",
        closes: "21:00",
      },
      closures: {
        boutique_id: rivalBoutique.id,
        location_id: boutique.locationId,
        first_day: day(40),
        last_day: day(40),
        reason: "Mixed",
      },
      rooms: { boutique_id: rivalBoutique.id, location_id: boutique.locationId, name: "Mixed" },
      working_hours: {
        boutique_id: rivalBoutique.id,
        stylist_id: theirs.stylistIds[0],
        location_id: boutique.locationId,
        weekday: 1,
        starts: "20:00",
        ends: "21:00",
      },
      service_stylists: {
        boutique_id: rivalBoutique.id,
        service_id: theirs.serviceId,
        stylist_id: salon.stylistIds[0],
      },
      appointment_notes: {
        boutique_id: rivalBoutique.id,
        appointment_id: cast.rows["appointments"]?.["id"],
        body: "Mixed",
      },
    };
    for (const [table, json] of Object.entries(mixtures)) {
      const reply = await send(world, { path: `/rest/v1/${table}`, json, token: rivalManager.accessToken });
      expect(reply, table).toMatchObject({ status: 409, body: { code: "23503" } });
    }
  });
});

describe("a bride with the idempotency key of another", () => {
  it("makes a rental of her own and does not get to see the other's", async () => {
    const days = period(40, 41);
    const call = (person: Person) =>
      person.client.rpc("reserve_rental", { variant_id: cast.gown.id, period: days, idempotency_key: "the same key" });
    const bride = await world.asCustomer("bride");
    const first = await call(bride);
    expect(first.data).toMatchObject({ customer_id: bride.id });
    const second = await call(cast.stranger);
    expect(second.data).toBeNull();
    expect(second.error).toMatchObject({ code: "PT409", hint: "not_available" });
    expect(JSON.stringify(second.error)).not.toContain(first.data?.id ?? bride.id);
  });
});

function filter(key: Readonly<Record<string, string>>): string {
  return Object.entries(key)
    .map(([column, value]) => `${column}=eq.${value}`)
    .join("&");
}
