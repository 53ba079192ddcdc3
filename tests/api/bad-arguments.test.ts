import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { everyRow } from "../helpers/every-row.ts";
import { figurePoints } from "../helpers/figures.ts";
import { makeSalon, type Salon } from "../helpers/fittings.ts";
import {
  type BoutiqueFixture,
  day,
  makeBoutique,
  makeVariant,
  period,
  type VariantFixture,
} from "../helpers/fixtures.ts";
import { type Reply, send } from "../helpers/rest.ts";
import { type Person, World } from "../helpers/world.ts";

type Arguments = Readonly<Record<string, unknown>>;

let world: World;
let boutique: BoutiqueFixture;
let gown: VariantFixture;
let anyPiece: VariantFixture;
let salon: Salon;
let bride: Person;

beforeAll(async () => {
  world = await World.create();
  boutique = await makeBoutique(world.sql);
  gown = await makeVariant(world.sql, boutique);
  anyPiece = await makeVariant(world.sql, boutique);
  salon = await makeSalon(world.sql, boutique);
  bride = await world.asCustomer("Selam");
});
afterAll(() => world.close());

const fitting = () => ({ location_id: boutique.locationId, service_id: salon.serviceId });
const wish = () => ({ garment_ids: gown.garmentIds, variant_ids: [anyPiece.id] });

/** Arguments that each function takes. Every case below changes some of them. */
const goodArguments: Readonly<Record<string, () => Arguments>> = {
  quote_rental: () => ({ variant_id: gown.id, period: period(1, 2) }),
  reserve_rental: () => ({ variant_id: gown.id, period: period(1, 2), idempotency_key: crypto.randomUUID() }),
  product_availability: () => ({ product_id: gown.productId, from_date: day(1), to_date: day(2) }),
  confirm_rental: () => ({ rental_id: gown.id }),
  cancel_rental: () => ({ rental_id: gown.id }),
  fitting_slots: () => ({ ...fitting(), from_date: day(1), to_date: day(2), ...wish() }),
  book_fitting: () => ({
    ...fitting(),
    starts_at: `${day(2)}T07:00:00Z`,
    garment_ids: gown.garmentIds,
    notes: "",
    idempotency_key: crypto.randomUUID(),
    stylist_id: salon.stylistIds[0],
    guest_names: ["Ruth"],
    variant_ids: [anyPiece.id],
  }),
  cancel_fitting: () => ({ appointment_id: gown.id, reason: "" }),
  reschedule_fitting: () => ({
    appointment_id: gown.id,
    starts_at: `${day(3)}T07:00:00Z`,
    stylist_id: salon.stylistIds[0],
  }),
  close_fitting: () => ({ appointment_id: gown.id, attended: true }),
  book_walk_in: () => ({
    ...fitting(),
    starts_at: `${day(2)}T07:00:00Z`,
    garment_ids: gown.garmentIds,
    name: "Ruth",
    stylist_id: salon.stylistIds[0],
  }),
  block_resource: () => ({
    resource_id: gown.garmentIds[0],
    from_time: `${day(2)}T07:00:00Z`,
    until_time: `${day(2)}T08:00:00Z`,
    kind: "repair",
    note: "",
  }),
  unblock_resource: () => ({ allocation_id: gown.id }),
  join_waitlist: () => ({ ...fitting(), from_date: day(1), to_date: day(2), ...wish() }),
  leave_waitlist: () => ({ entry_id: gown.id }),
  accept_fitting_offer: () => ({ appointment_id: gown.id }),
  hand_over_rental: () => ({ rental_id: gown.id, condition: "good", note: "", photo_paths: [] }),
  return_rental: () => ({ rental_id: gown.id, condition: "good", note: "", photo_paths: [] }),
  start_inspection: () => ({ rental_id: gown.id }),
  inspect_rental: () => ({
    rental_id: gown.id,
    outcome: "repair",
    condition: "damaged",
    damage_fee: 100,
    note: "",
    photo_paths: [],
    repair_until: `${day(9)}T12:00:00Z`,
  }),
  create_calendar_feed: () => ({ kind: "stylist", subject_id: salon.stylistIds[0], label: "Mine" }),
  revoke_calendar_feed: () => ({ feed_id: gown.id }),
  mark_rental_lost: () => ({ rental_id: gown.id, note: "" }),
  sell_garment: () => ({ garment_id: gown.id }),
  accept_substitution: () => ({ proposal_id: gown.id, garment_id: gown.garmentIds[0] }),
  dismiss_substitution: () => ({ proposal_id: gown.id }),
  find_garments: () => ({ product_id: gown.productId, size: "38", period: period(1, 2), latitude: 9, longitude: 38.7 }),
  calendar_view: () => ({ location_id: boutique.locationId, from_time: day(1), to_time: day(2) }),
  utilisation: () => ({ boutique_id: boutique.id, from_date: day(1), to_date: day(2) }),
  category_attributes: () => ({ category_id: gown.id }),
  size_chart: () => ({ product_id: gown.productId }),
  share_lookbook: () => ({ lookbook_id: gown.id, shared: true }),
  shared_lookbook: () => ({ share_token: gown.id }),
  search_products: () => ({ q: "gown", filters: {}, sort: "new", after: null, page_size: 24 }),
  list_products: () => ({ q: "gown", filters: {}, sort: "new", after: null, page_size: 24 }),
  product_facets: () => ({ q: "gown", filters: {} }),
  suggest_products: () => ({ q: "gow", max_suggestions: 8 }),
  related_products: () => ({ product_id: gown.productId, max_products: 8, locale: "am" }),
  sitemap: () => ({ boutique: boutique.slug }),
  add_views: () => ({ views: { [gown.productId]: 1 } }),
  will_it_be_ready: () => ({ product_id: gown.productId, wear_date: day(200) }),
  add_to_cart: () => ({ variant_id: gown.id, kind: "rental", quantity: 1, period: period(1, 2) }),
  merge_cart: () => ({ lines: [{ variant_id: gown.id, kind: "rental", quantity: 1, period: period(1, 2) }] }),
  quote_cart: () => ({
    lines: [{ variant_id: gown.id, kind: "rental", quantity: 1, period: period(1, 2) }],
    discount_codes: [],
    shipping_method_ids: [],
    country: "ET",
  }),
  my_cart: () => ({}),
  checkout: () => ({
    cart_id: gown.id,
    idempotency_key: crypto.randomUUID(),
    shipping_address_id: gown.id,
    wear_date: day(30),
    gift_card_codes: ["0000-0000-0000-0000"],
  }),
  issue_gift_card: () => ({
    boutique_id: boutique.id,
    amount: 500,
    currency: "ETB",
    expires_at: day(90),
    note: "",
  }),
  gift_card_balance: () => ({ code: "0000-0000-0000-0000" }),
  cancel_order: () => ({ order_id: gown.id, reason: "" }),
  set_commission: () => ({ boutique_id: gown.id, basis_points: 500, reason: "" }),
  approve_payout: () => ({ payout_id: gown.id }),
  record_payout: () => ({ payout_id: gown.id, reference: "T-1" }),
  cancel_payout: () => ({ payout_id: gown.id, note: "Mistake" }),
  boutique_statement: () => ({ boutique_id: gown.id, month: day(0) }),
  quote_payment_plans: () => ({ order_id: gown.id }),
  choose_payment_plan: () => ({ order_id: gown.id, offer_id: gown.id }),
  leave_payment_plan: () => ({ order_id: gown.id }),
  forget_payment_method: () => ({ plan_id: gown.id }),
  end_payment_plan: () => ({ plan_id: gown.id }),
  start_payment: () => ({
    payment_id: gown.id,
    provider: "test",
    return_url: "https://shop.example/",
    is_hold: false,
    saves_method: false,
  }),
  take_payment: () => ({
    payment_id: gown.id,
    method: "cash",
    reference: "Receipt 1",
    amount: 100,
    currency: "ETB",
  }),
  resolve_payment_exception: () => ({ exception_id: gown.id, resolution: "handled", note: "Seen" }),
  provider_accounts: () => ({ boutique_id: gown.id }),
  disable_provider_account: () => ({ boutique_id: gown.id, provider: "test" }),
  attempt_for_server: () => ({ attempt_id: gown.id }),
  account_for_server: () => ({ account_id: gown.id }),
  opened_checkout: () => ({ attempt_id: gown.id, checkout_url: "https://pay.example/", provider_reference: "x" }),
  settle_attempt: () => ({
    attempt_id: gown.id,
    state: "open",
    provider_payment_id: "x",
    amount: 1,
    currency: "ETB",
    failure: "",
    saved_method: "x",
  }),
  receive_payment_event: () => ({
    provider: "test",
    event_id: "evt_1",
    type: "payment.failed",
    facts: {},
    body: "{}",
    account_id: null,
  }),
  save_provider_account: () => ({
    boutique_id: gown.id,
    provider: "test",
    sealed_keys: "v1.x",
    key_hint: "cafe",
    actor_id: gown.id,
  }),
  record_payment: () => ({
    order_group_id: gown.id,
    method: "cash",
    reference: "Receipt 1",
    amount: 100,
    currency: "ETB",
  }),
  edit_order: () => ({
    order_id: gown.id,
    changes: [{ variant_id: gown.id, quantity: 1 }],
    idempotency_key: crypto.randomUUID(),
    reason: "",
  }),
  fulfil_order: () => ({
    order_id: gown.id,
    kind: "delivery",
    idempotency_key: crypto.randomUUID(),
    items: [{ order_item_id: gown.id, quantity: 1 }],
    carrier: "Post",
    tracking_number: "1",
    tracking_url: "https://post.example/1",
  }),
  mark_delivered: () => ({ shipment_id: gown.id }),
  request_return: () => ({
    order_id: gown.id,
    items: [{ order_item_id: gown.id, quantity: 1 }],
    reason: "other",
    idempotency_key: crypto.randomUUID(),
    note: "",
    exchange_variant_id: gown.id,
  }),
  answer_return: () => ({ return_id: gown.id, approved: true, answer: "" }),
  receive_return: () => ({ return_id: gown.id, location_id: boutique.locationId }),
  cancel_return: () => ({ return_id: gown.id }),
  inspect_return: () => ({ return_id: gown.id, outcomes: [] }),
  refund_order: () => ({ order_id: gown.id, amount: 1, reason: "Late", idempotency_key: crypto.randomUUID() }),
  record_deposit_return: () => ({ deposit_id: gown.id, reference: "Receipt 1" }),
  write_review: () => ({
    kind: "fitted",
    subject_id: gown.id,
    product_id: gown.productId,
    rating: 5,
    fit: "true",
    title: "",
    body: "",
    measurements: {},
    photo_paths: [],
  }),
  edit_review: () => ({
    review_id: gown.id,
    rating: 5,
    fit: "true",
    title: "",
    body: "",
    measurements: {},
    photo_paths: [],
  }),
  delete_review: () => ({ review_id: gown.id }),
  vote_review: () => ({ review_id: gown.id, helpful: true }),
  report_review: () => ({ review_id: gown.id, reason: "spam", note: "" }),
  reply_to_review: () => ({ review_id: gown.id, reply: "Thank you" }),
  hide_review: () => ({ review_id: gown.id, reason: "It names a person" }),
  show_review: () => ({ review_id: gown.id }),
  resolve_review_report: () => ({ report_id: gown.id, upheld: true }),
  recommend_size: () => ({ product_id: gown.productId, measurements: null }),
  product_reviews: () => ({ product_id: gown.productId, sort: "newest", after: null, page_size: 20 }),
  review_summary: () => ({ product_id: gown.productId }),
  schedule_show: () => ({ show_id: gown.id }),
  start_show: () => ({ show_id: gown.id }),
  finish_show: () => ({ show_id: gown.id, recording_url: "https://video.example/1" }),
  cancel_show: () => ({ show_id: gown.id, reason: "No power" }),
  dress_look: () => ({ look_id: gown.id, garment_id: gown.garmentIds[0] }),
  remove_look: () => ({ look_id: gown.id }),
  rsvp_show: () => ({ show_id: gown.id, party_size: 2 }),
  cancel_rsvp: () => ({ show_id: gown.id }),
  check_in_rsvp: () => ({ rsvp_id: gown.id }),
  cancel_guest_rsvp: () => ({ rsvp_id: gown.id, reason: "She has called" }),
  show_guests: () => ({ show_id: gown.id }),
  show_figures: () => ({ show_id: gown.id }),
  hold_look: () => ({
    ...{ look_id: gown.id, variant_id: gown.id, period: period(1, 2), idempotency_key: crypto.randomUUID() },
  }),
  // For the functions of the project alone.
  read_show_calendar: () => ({ boutique: "boutique", slug: "spring" }),
  // Those without anything that they need: what they refuse is tried in reviews.test.ts.
  review_queue: () => ({ boutique_id: boutique.id, after: null, page_size: 20 }),
  reviewable_experiences: () => ({}),
  my_review_measurements: () => ({}),
  add_tryon_photo: () => ({ storage_path: `${bride.id}/me.jpg`, consent_version: 1, anchor_points: figurePoints }),
  delete_tryon_photo: () => ({ photo_id: gown.id }),
  request_tryon: () => ({
    photo_id: gown.id,
    product_id: gown.productId,
    idempotency_key: crypto.randomUUID(),
    variant_id: gown.id,
  }),
  delete_tryon: () => ({ tryon_id: gown.id }),
  tryon_next_steps: () => ({ tryon_id: gown.id, period: period(1, 2), variant_id: gown.id }),
  // Those that find nothing in nothing.
  products_to_try_on: () => ({ product_ids: [gown.productId] }),
  withdraw_tryon_consent: () => ({}),
  reorder_media: () => ({ product_id: gown.productId, media_ids: [gown.id] }),
  start_catalog_import: () => ({
    boutique_id: boutique.id,
    storage_path: `${boutique.id}/gowns.csv`,
    format: "csv",
    idempotency_key: crypto.randomUUID(),
    is_dry_run: true,
  }),
  cancel_catalog_import: () => ({ import_id: gown.id }),
  waive_payment: () => ({ payment_id: gown.id, reason: "She was ill" }),
  record_refund: () => ({ refund_id: gown.id, reference: "Receipt 1" }),
  change_stock: () => ({
    variant_id: gown.id,
    location_id: boutique.locationId,
    kind: "received",
    quantity: 1,
    note: "",
  }),
  transfer_stock: () => ({
    variant_id: gown.id,
    from_location_id: boutique.locationId,
    to_location_id: boutique.locationId,
    quantity: 1,
    note: "",
  }),
  apply_for_boutique: () => ({
    slug: `shop-${crypto.randomUUID()}`,
    name: "Shop",
    currency: "ETB",
    timezone: "Africa/Addis_Ababa",
    message: "We open in Bole.",
  }),
  set_boutique_status: () => ({ boutique_id: boutique.id, status: "suspended", reason: "Complaints" }),
  invite_member: () => ({ boutique_id: boutique.id, email: "guest@nexus.test", role: "stylist" }),
  revoke_invitation: () => ({ invitation_id: gown.id }),
  change_member_role: () => ({ boutique_id: boutique.id, user_id: bride.id, role: "stylist" }),
  remove_member: () => ({ boutique_id: boutique.id, user_id: bride.id }),
  transfer_ownership: () => ({ boutique_id: boutique.id, user_id: bride.id }),
  create_webhook_endpoint: () => ({
    boutique_id: boutique.id,
    url: "https://shop.example/",
    event_types: ["*"],
    description: "",
  }),
  update_webhook_endpoint: () => ({
    endpoint_id: gown.id,
    url: "https://shop.example/",
    event_types: ["*"],
    description: "",
    enabled: true,
    reason: "",
  }),
  delete_webhook_endpoint: () => ({ endpoint_id: gown.id }),
  rotate_webhook_secret: () => ({ endpoint_id: gown.id, overlap_hours: 24 }),
  show_webhook_secret: () => ({ endpoint_id: gown.id }),
  send_test_webhook: () => ({ endpoint_id: gown.id }),
  replay_webhook_delivery: () => ({ delivery_id: gown.id }),
  replay_webhook_deliveries: () => ({ endpoint_id: gown.id, from_time: day(-1), until_time: day(1), states: ["dead"] }),
  // Those that take nothing; one that counts its calls, which membership.test.ts is about; some for servers alone. Above,
  // searches need nothing: what they refuse stands below.
  my_permissions: () => ({}),
  webhook_event_types: () => ({}),
  request_data_export: () => ({}),
  delete_account: () => ({}),
  undo_account_deletion: () => ({}),
  accept_invitation: () => ({ token: "guess" }),
  note_message_event: () => ({ provider: "resend", provider_message_id: "1", event: "bounced", reason: "unknown" }),
  read_calendar_feed: () => ({ token: "guess" }),
  draw_token: () => ({ bucket: "x", capacity: 1, per_minute: 1, tokens: 1 }),
};
const unchecked = [
  "my_permissions",
  "my_cart",
  "webhook_event_types",
  "request_data_export",
  "delete_account",
  "undo_account_deletion",
  "accept_invitation",
  "draw_token",
  "attempt_for_server",
  "account_for_server",
  "opened_checkout",
  "settle_attempt",
  "receive_payment_event",
  "save_provider_account",
  "read_calendar_feed",
  "note_message_event",
  "search_products",
  "list_products",
  "product_facets",
  "suggest_products",
  "sitemap",
  "add_views",
  "read_show_calendar",
  "review_queue",
  "reviewable_experiences",
  "my_review_measurements",
  "products_to_try_on",
  "withdraw_tryon_consent",
];
const checked = Object.keys(goodArguments).filter((name) => !unchecked.includes(name));
/** Arguments that may be left empty: null is none of it. */
const optional = [
  "garment_ids",
  "variant_ids",
  "notes",
  "stylist_id",
  "guest_names",
  "reason",
  "note",
  "discount_codes",
  "shipping_method_ids",
  "country",
  "is_hold",
  "saves_method",
  "max_products",
  "locale",
  "fit",
  "title",
  "body",
  "measurements",
  "photo_paths",
  "recording_url",
  "garment_id",
  "helpful",
  "reply",
  "after",
];
/** Those whose first argument names a row. */
const byId = checked.filter(
  (name) =>
    ![
      "apply_for_boutique",
      "create_calendar_feed",
      "merge_cart",
      "quote_cart",
      "gift_card_balance",
      "write_review",
      "add_tryon_photo",
    ].includes(name),
);

function call(name: string, args: Arguments): Promise<Reply> {
  return send(world, { path: `/rest/v1/rpc/${name}`, json: args, token: bride.accessToken });
}

/** Asserts that a call is refused in clear words and that nothing was written. */
async function expectRefusal(
  name: string,
  args: Arguments,
  status: number | readonly number[],
  hint?: string,
): Promise<void> {
  const before = await everyRow(world.sql);
  const reply = await call(name, args);
  expect(reply).toMatchObject({
    status: typeof status === "number" ? status : expect.toBeOneOf([...status]),
    body: {
      code: expect.any(String),
      message: expect.stringMatching(/.{10,}/),
      ...(hint === undefined ? {} : { hint }),
    },
  });
  expect(await everyRow(world.sql)).toEqual(before);
}

describe("every function of the API", () => {
  it("is one that these tests know arguments for", async () => {
    const functions = await world.sql<{ name: string; names: string[] }[]>`
      select p.proname as name, coalesce(p.proargnames[1:p.pronargs], array[]::text[]) as names from pg_proc p
      where p.pronamespace = 'public'::regnamespace order by 1`;
    const known = Object.entries(goodArguments).map(([name, args]) => ({ name, names: Object.keys(args()) }));
    expect(known.toSorted((a, b) => a.name.localeCompare(b.name))).toEqual([...functions]);
  });

  it.each(checked)("refuses null for every argument, and for each alone: %s", async (name) => {
    const args = goodArguments[name]?.() ?? {};
    const nothing = Object.fromEntries(Object.keys(args).map((key) => [key, null]));
    await expectRefusal(name, nothing, "rental_id" in args ? 404 : [400, 403, 404]);
    const needed =
      name === "set_boutique_status" ? Object.keys(args) : Object.keys(args).filter((key) => !optional.includes(key));
    for (const key of needed) {
      const reply = await call(name, { ...args, [key]: null });
      expect(reply.status, key).toBeOneOf([400, 403, 404]);
    }
  });

  it.each(checked)("refuses empty strings: %s", async (name) => {
    const args = goodArguments[name]?.() ?? {};
    await expectRefusal(name, Object.fromEntries(Object.keys(args).map((key) => [key, ""])), 400);
  });

  it.each(checked)("refuses a missing argument and one too many: %s", async (name) => {
    const args = goodArguments[name]?.() ?? {};
    const [, ...rest] = Object.entries(args);
    await expectRefusal(name, Object.fromEntries(rest), 404);
    await expectRefusal(name, { ...args, discount: 100 }, 404);
  });

  it.each(byId)("refuses an id that is none, and ids of nothing: %s", async (name) => {
    const args = goodArguments[name]?.() ?? {};
    const [id = ""] = Object.keys(args);
    await expectRefusal(name, { ...args, [id]: "cinderella" }, 400);
    await expectRefusal(name, { ...args, [id]: 5 }, 400);
    await expectRefusal(name, { ...args, [id]: crypto.randomUUID() }, [403, 404]);
  });

  it.each(checked)("refuses bodies that are no arguments: %s", async (name) => {
    const before = await everyRow(world.sql);
    for (const body of ["{", "[", "null", "5", '"text"', "[]", "[[]]", "[{}]"]) {
      // The stack takes it for the lines of an empty cart.
      if (["quote_cart", "merge_cart"].includes(name) && body === "[[]]") continue;
      const reply = await send(world, { path: `/rest/v1/rpc/${name}`, body, token: bride.accessToken });
      expect(reply.status, body).toBeOneOf([400, 404]);
    }
    expect(await everyRow(world.sql)).toEqual(before);
  });
});

const wrongPeriods: readonly (readonly [wrong: string, period: () => string])[] = [
  ["reversed", () => `[${day(5)},${day(3)}]`],
  ["of 400 years", () => "[2026-12-01,2426-12-01]"],
  ["in the past", () => period(-400, -399)],
  ["before the calendar", () => "[4713-01-01 BC,4713-01-02 BC]"],
  ["at the end of the calendar", () => "[5874897-12-30,5874897-12-30]"],
  ["beyond the calendar", () => "[99999999-01-01,99999999-01-02]"],
  ["of a day that does not exist", () => "[2027-02-29,2027-03-01]"],
  ["without a beginning", () => `(,${day(3)}]`],
  ["without an end", () => `[${day(3)},]`],
  ["until infinity", () => `[${day(3)},infinity]`],
  ["empty", () => `[${day(3)},${day(3)})`],
  ["of one day instead of two", () => day(3)],
  ["of JSON", () => JSON.stringify({ from: day(3), to: day(4) })],
  ["of SQL", () => "[2027-06-01,2027-06-02]'); drop table public.rentals; --"],
  ["of megabytes", () => "[".repeat(2_000_000)],
];

describe("a period that is not to be had", () => {
  it.each(wrongPeriods)("is refused when it is %s", async (_wrong, wrong) => {
    for (const name of ["quote_rental", "reserve_rental"]) {
      await expectRefusal(name, { ...goodArguments[name]?.(), period: wrong() }, 400, "invalid_period");
    }
  });

  it.each([
    ["reversed", 400, () => ({ from_date: day(3), to_date: day(1) })],
    ["longer than one answer may be", 400, () => ({ from_date: day(1), to_date: day(1001) })],
    ["of 400 years", 400, () => ({ from_date: "2026-01-01", to_date: "2426-01-01" })],
    ["from the beginning of time", 400, () => ({ from_date: "-infinity", to_date: day(1) })],
    ["until the end of time", 400, () => ({ from_date: day(1), to_date: "infinity" })],
    ["beyond the calendar", 400, () => ({ from_date: "5874897-12-31", to_date: "5874897-12-31" })],
    ["of days that do not exist", 400, () => ({ from_date: "2027-02-29", to_date: "2027-02-30" })],
    ["of numbers", 400, () => ({ from_date: 1, to_date: 2 })],
    ["of objects", 400, () => ({ from_date: {}, to_date: {} })],
  ])("of availability is refused when it is %s", async (_wrong, status, days) => {
    await expectRefusal("product_availability", { ...goodArguments["product_availability"]?.(), ...days() }, status);
  });
});

const wrongDays: readonly (readonly [wrong: string, days: () => Arguments])[] = [
  ["reversed", () => ({ from_date: day(3), to_date: day(1) })],
  ["longer than a month", () => ({ from_date: day(1), to_date: day(33) })],
  ["from the beginning of time", () => ({ from_date: "-infinity", to_date: day(1) })],
  ["until the end of time", () => ({ from_date: day(1), to_date: "infinity" })],
  ["before the calendar", () => ({ from_date: "4713-01-01 BC", to_date: "4713-01-02 BC" })],
  ["beyond the calendar", () => ({ from_date: "5874897-12-31", to_date: "5874897-12-31" })],
  ["of a day that does not exist", () => ({ from_date: "2027-02-29", to_date: "2027-03-01" })],
  ["of numbers", () => ({ from_date: 1, to_date: 2 })],
];

/** Moments at which nothing can be. */
const wrongTimes: readonly (readonly [wrong: string, time: unknown])[] = [
  ["infinite", "infinity"],
  ["before all time", "-infinity"],
  ["before the calendar", "4713-01-01T00:00:00Z BC"],
  ["at the end of the calendar", "294276-12-31T23:59:59Z"],
  ["beyond the calendar", "999999-01-01T00:00:00Z"],
  ["on a day that does not exist", "2027-02-29T10:00:00Z"],
  ["a number", 5],
  ["an object", { at: "noon" }],
  ["text", "noon"],
];

describe("days of fittings that are not to be had", () => {
  it.each(wrongDays)("are refused to who waits when they are %s", async (_wrong, days) => {
    await expectRefusal("join_waitlist", { ...goodArguments["join_waitlist"]?.(), ...days() }, 400);
  });

  it.each(wrongDays)("are refused to who looks for a time when they are %s, or have nothing", async (_wrong, days) => {
    const reply = await call("fitting_slots", { ...goodArguments["fitting_slots"]?.(), ...days() });
    if (reply.status === 200) expect(reply.body).toEqual([]);
    else expect(reply).toMatchObject({ status: 400, body: { message: expect.stringMatching(/.{10,}/) } });
  });

  it("are refused to who waits when they are over", async () => {
    const days = { from_date: day(-9), to_date: day(-8) };
    await expectRefusal("join_waitlist", { ...goodArguments["join_waitlist"]?.(), ...days }, 400, "invalid_period");
  });
});

describe("a time", () => {
  let stylist: Person;
  beforeAll(async () => {
    stylist = await world.asStaff(boutique.id, "stylist");
  });

  it.each(wrongTimes)("is refused to a customer when it is %s", async (_wrong, starts_at) => {
    await expectRefusal("book_fitting", { ...goodArguments["book_fitting"]?.(), starts_at }, 400);
  });

  it.each(wrongTimes)("is refused to staff when it is %s", async (wrong, time) => {
    const calls: [name: string, change: Arguments][] = [
      ["book_walk_in", { starts_at: time }],
      ["block_resource", { from_time: time }],
    ];
    // A repair that began before the calendar is a long one, and nothing wrong.
    if (wrong === "before the calendar") calls.pop();
    for (const [name, change] of calls) {
      const before = await everyRow(world.sql);
      const json = { ...goodArguments[name]?.(), ...change };
      const reply = await send(world, { path: `/rest/v1/rpc/${name}`, json, token: stylist.accessToken });
      // Nobody works so long ago.
      expect(reply.status, name).toBeOneOf(name === "book_walk_in" ? [400, 409] : [400]);
      expect(await everyRow(world.sql)).toEqual(before);
    }
  });
});

describe("a fitting", () => {
  it.each<[wrong: string, change: Arguments, status: number, hint?: string]>([
    ["a gown that is none", { garment_ids: ["cinderella"] }, 400],
    ["a gown of nowhere", { garment_ids: ["00000000-0000-7000-8000-000000000000"] }, 404, "garment_not_found"],
    [
      "more gowns than the service takes",
      { garment_ids: Array.from({ length: 6 }, () => crypto.randomUUID()) },
      400,
      "too_many_garments",
    ],
    [
      "thousands of gowns",
      { garment_ids: Array.from({ length: 5_000 }, () => crypto.randomUUID()) },
      400,
      "too_many_garments",
    ],
    ["gowns in an object", { garment_ids: { first: "x" } }, 400],
    ["a variant that is none", { variant_ids: ["cinderella"] }, 400],
    ["a variant of nowhere", { variant_ids: ["00000000-0000-7000-8000-000000000000"] }, 404, "garment_not_found"],
    [
      "thousands of variants",
      { variant_ids: Array.from({ length: 5_000 }, () => crypto.randomUUID()) },
      400,
      "too_many_garments",
    ],
    ["more people than the service is for", { guest_names: ["a", "b", "c", "d"] }, 400, "too_many_people"],
    ["guests with long names", { guest_names: ["x".repeat(5_000)] }, 400],
    ["long notes", { notes: "x".repeat(2_001) }, 400],
    ["notes with a NUL", { notes: "a\u0000b" }, 400],
    ["a stylist of nowhere", { stylist_id: "00000000-0000-7000-8000-000000000000" }, 404, "stylist_not_found"],
    ["no key", { idempotency_key: "" }, 400, "invalid_idempotency_key"],
    ["a long key", { idempotency_key: "k".repeat(201) }, 400, "invalid_idempotency_key"],
  ])("is refused with %s", async (_wrong, change, status, hint) => {
    await expectRefusal("book_fitting", { ...goodArguments["book_fitting"]?.(), ...change }, status, hint);
  });
});

const filters = (value: unknown) => ({ filters: value });

describe("a search", () => {
  it.each<[wrong: string, change: Arguments, hint?: string]>([
    ["filters in a list", filters([]), "invalid_filters"],
    ["text for filters", filters("silk"), "invalid_filters"],
    ["a number for filters", filters(5), "invalid_filters"],
    ["a filter that there is not", filters({ silk: true }), "invalid_filters"],
    ["an object for a value", filters({ size: { from: 36 } }), "invalid_filters"],
    ["no value of many", filters({ size: [] }), "invalid_filters"],
    ["null among values", filters({ size: [null] }), "invalid_filters"],
    ["too many values", filters({ tag: Array.from({ length: 51 }, (_, n) => `t${n}`) }), "invalid_filters"],
    ["a long value", filters({ color: "x".repeat(121) }), "invalid_filters"],
    ["an odd kind", filters({ kind: "gift" }), "invalid_filters"],
    ["two kinds", filters({ kind: ["sale", "rent"] }), "invalid_filters"],
    ["a language that there is not", filters({ locale: "fr" }), "invalid_filters"],
    ["a price of no currency", filters({ price_max: 5 }), "invalid_filters"],
    ["a currency that is none", filters({ currency: "birr" }), "invalid_filters"],
    ["two currencies", filters({ currency: ["ETB", "USD"] }), "invalid_filters"],
    ["a negative price", filters({ currency: "ETB", price_min: -1 }), "invalid_filters"],
    ["a fraction of a cent", filters({ currency: "ETB", price_min: 0.5 }), "invalid_filters"],
    ["more money than there is", filters({ currency: "ETB", price_max: 1e30 }), "invalid_filters"],
    ["text for a price", filters({ currency: "ETB", price_max: "5" }), "invalid_filters"],
    ["a collection that is no id", filters({ collection: "spring" }), "invalid_filters"],
    ["a day without another", filters({ free_from: day(3) }), "invalid_filters"],
    ["days that are reversed", filters({ free_from: day(3), free_until: day(1) }), "invalid_filters"],
    ["days for months", filters({ free_from: day(3), free_until: day(90) }), "invalid_filters"],
    ["days until the end of time", filters({ free_from: day(3), free_until: "infinity" }), "invalid_filters"],
    [
      "days beyond the calendar",
      filters({ free_from: "5874897-12-31", free_until: "5874897-12-31" }),
      "invalid_filters",
    ],
    ["a day that does not exist", filters({ free_from: "2027-02-29", free_until: "2027-03-01" }), "invalid_filters"],
    ["objects for days", filters({ free_from: {}, free_until: {} }), "invalid_filters"],
    ["attributes in a list", filters({ attributes: ["lace"] }), "invalid_filters"],
    ["an attribute of objects", filters({ attributes: { fabric: [{ of: "lace" }] } }), "invalid_filters"],
    ["a long text", { q: "x".repeat(201) }, "invalid_query"],
    ["too many words", { q: "a gown ".repeat(7) }, "invalid_query"],
    ["a text of megabytes", { q: "x ".repeat(1_000_000) }, "invalid_query"],
    ["a NUL in the text", { q: "a\u0000b" }],
    ["a NUL in a value", filters({ tag: "a\u0000b" })],
  ])("is refused with %s, and so are facets", async (_wrong, change, hint) => {
    await expectRefusal("search_products", { ...goodArguments["search_products"]?.(), ...change }, 400, hint);
    await expectRefusal("product_facets", { ...goodArguments["product_facets"]?.(), ...change }, 400, hint);
  });

  it.each<[wrong: string, change: Arguments, hint?: string]>([
    ["an order that there is not", { sort: "cheap" }, "invalid_sort"],
    ["an order of SQL", { sort: "(select 1)" }, "invalid_sort"],
    ["an order by prices of all currencies", { sort: "price_asc" }, "invalid_filters"],
    ["pages of nothing", { page_size: 0 }, "invalid_page_size"],
    ["pages of thousands", { page_size: 101 }, "invalid_page_size"],
    ["pages of no size", { page_size: null }, "invalid_page_size"],
    ["pages of half a product", { page_size: 0.5 }],
    ["a page after nothing", { after: "" }, "invalid_cursor"],
    ["a page after text", { after: "cinderella" }, "invalid_cursor"],
    ["a page after other letters", { after: "💍" }, "invalid_cursor"],
    ["a page after a number", { after: cursor(5) }, "invalid_cursor"],
    ["a page after half a place", { after: cursor({ o: "new", k: "2027-01-01" }) }, "invalid_cursor"],
    ["a page in an odd order", { after: cursor(place({ o: "name" })) }, "invalid_cursor"],
    ["a page in another order", { after: cursor(place({ o: "rating", k: "1" })) }, "invalid_cursor"],
    ["a page after no time", { after: cursor(place({ k: "noon" })) }, "invalid_cursor"],
    ["a page after no product", { after: cursor(place({ i: "cinderella" })) }, "invalid_cursor"],
    ["a page of words that are none", { after: cursor(place({ q: "a &" })) }, "invalid_cursor"],
  ])("is refused with %s", async (_wrong, change, hint) => {
    await expectRefusal("search_products", { ...goodArguments["search_products"]?.(), ...change }, 400, hint);
  });

  it.each(["search_products", "product_facets", "suggest_products"])("takes nothing for all: %s", async (name) => {
    const args = goodArguments[name]?.() ?? {};
    const nothing = { ...Object.fromEntries(Object.keys(args).map((key) => [key, null])) };
    const before = await everyRow(world.sql);
    const reply = await call(name, name === "search_products" ? { ...nothing, page_size: 24 } : nothing);
    expect(reply.status).toBe(200);
    expect(await everyRow(world.sql)).toEqual(before);
  });

  it.each(["search_products", "product_facets", "suggest_products"])(
    "refuses what is no argument: %s",
    async (name) => {
      const args = goodArguments[name]?.() ?? {};
      await expectRefusal(name, { ...args, discount: 100 }, 404);
      await expectRefusal(name, Object.fromEntries(Object.keys(args).map((key) => [key, ""])), 400);
      await expectRefusal(name, { ...args, q: "x", max_suggestions: "many" }, [400, 404]);
    },
  );
});

/** A place in the order of the newest, as `next` has it. */
function place(change: object): object {
  return { o: "new", k: "2027-01-01T00:00:00Z", i: crypto.randomUUID(), q: null, b: null, ...change };
}

function cursor(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

describe("an idempotency key", () => {
  it.each([
    ["empty", ""],
    ["null", null],
    ["of 201 characters", "k".repeat(201)],
    ["of megabytes", "k".repeat(2_000_000)],
  ])("is refused when it is %s", async (_wrong, idempotency_key) => {
    const args = { ...goodArguments["reserve_rental"]?.(), idempotency_key };
    await expectRefusal("reserve_rental", args, 400, "invalid_idempotency_key");
  });

  it("is refused when it has a NUL", async () => {
    const args = { ...goodArguments["reserve_rental"]?.(), idempotency_key: "a\u0000b" };
    await expectRefusal("reserve_rental", args, 400);
  });

  it.each([
    ["of 200 characters", "k".repeat(200)],
    ["a negative number", -1],
    ["a number beyond all integers", "99999999999999999999999999"],
    ["a ring", "💍"],
    ["SQL", "'; delete from private.idempotency_keys; --"],
  ])("may be %s", async (_odd, idempotency_key) => {
    const variant = await makeVariant(world.sql, boutique);
    const args = { variant_id: variant.id, period: period(1, 2), idempotency_key };
    const [first, again] = [await call("reserve_rental", args), await call("reserve_rental", args)];
    expect(first.status).toBe(200);
    expect(again.body).toEqual(first.body);
  });
});
