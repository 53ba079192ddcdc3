import { randomUUID } from "node:crypto";
import type { Sql } from "postgres";
import type { Actor } from "./act-as.ts";
import { figurePoints } from "./figures.ts";
import { bookFitting, makeSalon, type Salon } from "./fittings.ts";
import { type BoutiqueFixture, day, makeBoutique, makeVariant, period, type VariantFixture } from "./fixtures.ts";
import { choosePlan, type ForSale, fillCart, makeForSale, order } from "./orders.ts";
import { attendedFitting } from "./reviews.ts";
import { makeLook, makeShow } from "./shows.ts";
import type { Person, World } from "./world.ts";

/** A small marketplace with somebody in every role and a row in every public table. */
export interface Cast {
  readonly boutique: BoutiqueFixture;
  readonly gown: VariantFixture;
  /** Sold from stock; the customer has ordered one, another by a plan, and has a third in her cart. */
  readonly ring: ForSale;
  /** Worn in a show of the boutique that begins soon, and that the customer comes to. */
  readonly runway: VariantFixture;
  /** What fittings at the boutique need: a service, a stylist without an account, a room. */
  readonly salon: Salon;
  /** Nobody's customer, nobody's colleague; invited to become a stylist. */
  readonly stranger: Person;
  /** Has a rental of the gown, a fitting with it, and waits for another. */
  readonly customer: Person;
  /** Has a calendar, and may not do the service yet. */
  readonly stylist: Person;
  readonly manager: Person;
  readonly owner: Person;
  readonly rivalStylist: Person;
  readonly rivalManager: Person;
  readonly rivalOwner: Person;
  readonly rivalBoutique: BoutiqueFixture;
  readonly admin: Person;
  /** Per public table, the key of a row of this boutique or of the customer, which nothing else refers to. */
  readonly rows: Readonly<Record<string, Key>>;
}

export type Key = Readonly<Record<string, string>>;

/** Somebody of the cast by the name that a table of rights calls her by. */
export function actorOf(cast: Cast, name: string): Actor {
  if (name === "anon" || name === "service_role") return name;
  return personOf(cast, name);
}

/** As actorOf, for those who have an account. */
export function personOf(cast: Cast, name: string): Person {
  const person = cast[name as "stranger"];
  if (person?.accessToken === undefined) throw new Error(`There is nobody called ${name} in the cast.`);
  return person;
}

export async function gatherCast(world: World): Promise<Cast> {
  const { sql } = world;
  const boutique = await makeBoutique(sql);
  const rivalBoutique = await makeBoutique(sql);
  const gown = await makeVariant(sql, boutique);
  const [stranger, customer, stylist, manager, owner, rivalStylist, rivalManager, rivalOwner, admin] =
    await Promise.all([
      world.asCustomer("stranger"),
      world.asCustomer("customer"),
      world.asStaff(boutique.id, "stylist"),
      world.asStaff(boutique.id, "manager"),
      world.asStaff(boutique.id, "owner"),
      world.asStaff(rivalBoutique.id, "stylist"),
      world.asStaff(rivalBoutique.id, "manager"),
      world.asStaff(rivalBoutique.id, "owner"),
      world.asAdmin(),
    ]);
  const { data: rental, error } = await customer.client.rpc("reserve_rental", {
    variant_id: gown.id,
    period: period(5, 6),
    idempotency_key: randomUUID(),
  });
  if (error !== null) throw error;

  const salon = await makeSalon(sql, boutique);
  const fitting = await bookFitting(customer, boutique, salon, {
    startsAt: `${day(8)}T07:00:00Z`,
    garmentIds: gown.garmentIds,
  });
  const [opening] = await sql<{ id: string }[]>`
    select id from public.opening_hours where boutique_id = ${boutique.id} limit 1`;
  const [closure] = await sql<{ id: string }[]>`
    insert into public.closures (location_id, boutique_id, first_day, last_day, reason)
    values (${boutique.locationId}, ${boutique.id}, ${day(20)}, ${day(21)}, 'Timket') returning id`;
  const [beginner] = await sql<{ id: string }[]>`
    insert into public.stylists (boutique_id, user_id, display_name)
    values (${boutique.id}, ${stylist.id}, 'Mekdes') returning id`;
  const [shift] = await sql<{ id: string }[]>`
    insert into public.working_hours (stylist_id, boutique_id, location_id, weekday, starts, ends)
    values (${beginner?.id ?? ""}, ${boutique.id}, ${boutique.locationId}, 1, '09:00', '12:00') returning id`;
  const [note] = await sql<{ id: string }[]>`
    insert into public.appointment_notes (appointment_id, boutique_id, author_id, body)
    values (${fitting.id}, ${boutique.id}, ${stylist.id}, 'Shorten the train') returning id`;
  const [entry] = await sql<{ id: string }[]>`
    insert into public.waitlist_entries (boutique_id, customer_id, location_id, service_id, from_date, to_date)
    values (${boutique.id}, ${customer.id}, ${boutique.locationId}, ${salon.serviceId}, ${day(20)}, ${day(21)})
    returning id`;

  const veil = await makeVariant(sql, boutique, { garments: 0, name: "Veil" });
  const path = `${boutique.id}/veil.jpg`;
  const [media] = await sql<{ id: string }[]>`
    insert into public.product_media (product_id, boutique_id, storage_path, alt, state)
    values (${veil.productId}, ${boutique.id}, ${path}, 'A veil', 'ready') returning id`;
  const [designer] = await sql<{ id: string }[]>`
    insert into public.designers (slug, label) values ('atelier-bole', 'Atelier Bole') returning id`;
  const [category] = await sql<{ id: string }[]>`
    insert into public.categories (slug, name) values ('veils', 'Veils') returning id`;
  const catalog = await fillCatalog(sql, {
    boutiqueId: boutique.id,
    productId: veil.productId,
    designerId: designer?.id ?? "",
    categoryId: category?.id ?? "",
    customerId: customer.id,
  });
  const [invitation] = await sql<{ id: string }[]>`
    insert into public.invitations (boutique_id, email, role, expires_at)
    values (${boutique.id}, ${stranger.email}, 'stylist', now() + interval '1 day') returning id`;
  const [change] = await sql<{ id: string }[]>`
    insert into public.boutique_status_changes (boutique_id, to_status, reason)
    values (${boutique.id}, 'active', 'Approved') returning id`;
  const [dataExport] = await sql<{ id: string }[]>`
    insert into public.data_exports (user_id) values (${customer.id}) returning id`;
  const [feed] = await sql<{ id: string }[]>`
    insert into public.calendar_feeds (kind, subject_id, boutique_id, owner_id)
    values ('location', ${boutique.locationId}, ${boutique.id}, ${stylist.id}) returning id`;
  const [logged] = await sql<{ id: string }[]>`
    select id from public.audit_log where boutique_id = ${boutique.id} limit 1`;

  const [event] = await sql<{ id: string }[]>`
    insert into public.rental_events (rental_id, boutique_id, customer_id, garment_id, kind, actor_id)
    values (${rental.id}, ${boutique.id}, ${customer.id}, ${rental.garment_id}, 'handed_over', ${stylist.id}) returning id`;
  const [proposal] = await sql<{ id: string }[]>`
    insert into public.substitution_proposals (rental_id, boutique_id, garment_id, reason)
    values (${rental.id}, ${boutique.id}, ${rental.garment_id}, 'overdue') returning id`;
  const proposalId = proposal?.id ?? "";
  await sql`
    insert into public.substitution_candidates (proposal_id, garment_id, boutique_id, rank, match)
    values (${proposalId}, ${rental.garment_id}, ${boutique.id}, 1, 'same_variant')`;
  const deposit = await giveDeposit(sql, rental);
  // It listens to nothing that happens in tests.
  const { data: endpoint } = await manager.client.rpc("create_webhook_endpoint", {
    boutique_id: boutique.id,
    url: "https://shop.example/hook",
    event_types: ["order.paid"],
    description: "The till",
  });
  const { data: delivery } = await owner.client.rpc("send_test_webhook", { endpoint_id: endpoint?.id ?? "" });
  await sql`
    insert into public.webhook_attempts (delivery_id, n, boutique_id, url, started_at, duration_ms, request_headers, error)
    select id, 1, boutique_id, 'https://shop.example/hook', now(), 5, '{}', 'No such name.'
    from public.webhook_deliveries where id = ${delivery?.id ?? ""}`;

  const [catalogImport] = await sql<{ id: string }[]>`
    insert into public.catalog_imports ${sql({
      ...{
        boutique_id: boutique.id,
        started_by: manager.id,
        storage_path: `${boutique.id}/gowns.csv`,
        file_id: randomUUID(),
      },
      ...{ format: "csv", state: "done", bytes_total: 100, rows_total: 1, rows_read: 1, rows_refused: 1 },
      ...{ started_at: new Date(), ended_at: new Date() },
    })} returning id`;
  const [refusal] = await sql<{ id: string }[]>`
    insert into public.catalog_import_refusals (import_id, boutique_id, line, code, message)
    values (${catalogImport?.id ?? ""}, ${boutique.id}, 2, 'unknown_category', 'There is no category hats.') returning id`;

  const ring = await makeForSale(sql, boutique, { stock: 5 });
  const goods = await buySomething(sql, boutique, customer, ring);

  const reviewed = await writeReview(sql, boutique, salon, customer, gown);
  const runway = await makeVariant(sql, boutique, { name: "Runway" });
  const shown = await giveShow(sql, boutique, customer, runway);
  const seen = await tryOn(sql, customer, gown);
  // Who is about to be forgotten orders nothing.
  await sql`insert into public.account_deletions (user_id, due_at) values (${customer.id}, now() + interval '14 days')`;
  await sql`insert into public.notification_settings (user_id) values (${customer.id})`;
  await sql`
    insert into public.notification_preferences (user_id, topic, channel, enabled)
    values (${customer.id}, 'reminders', 'email', false)`;
  const [notification] = await sql<{ id: string }[]>`
    insert into public.notifications (user_id, topic, kind, title, body)
    values (${customer.id}, 'bookings', 'rental_reserved', 'Reserved', 'For you') returning id`;

  const rows: Record<string, Key> = {
    ...goods,
    ...catalog,
    ...reviewed,
    ...shown,
    ...seen,
    commerce_policies: { boutique_id: boutique.id },
    catalog_imports: { id: catalogImport?.id ?? "" },
    catalog_import_refusals: { id: refusal?.id ?? "" },
    address_formats: { country: "ET" },
    order_transitions: { from_state: "pending", to_state: "paid" },
    profiles: { id: customer.id },
    platform_admins: { user_id: admin.id },
    boutiques: { id: boutique.id },
    boutique_members: { boutique_id: boutique.id, user_id: stylist.id },
    rental_policies: { boutique_id: boutique.id },
    designers: { id: designer?.id ?? "" },
    categories: { id: category?.id ?? "" },
    products: { id: veil.productId },
    product_variants: { id: veil.id },
    product_media: { id: media?.id ?? "" },
    locations: { id: boutique.locationId },
    resources: { id: gown.garmentIds[0] ?? "" },
    garments: { id: gown.garmentIds[0] ?? "" },
    allocations: { id: rental.allocation_id },
    rentals: { id: rental.id },
    deposits: { id: deposit },
    opening_hours: { id: opening?.id ?? "" },
    closures: { id: closure?.id ?? "" },
    rooms: { id: salon.roomIds[0] ?? "" },
    stylists: { id: beginner?.id ?? "" },
    working_hours: { id: shift?.id ?? "" },
    fitting_services: { id: salon.serviceId },
    service_stylists: { service_id: salon.serviceId, stylist_id: salon.stylistIds[0] ?? "" },
    appointments: { id: fitting.id },
    appointment_garments: { appointment_id: fitting.id, garment_id: gown.garmentIds[0] ?? "" },
    appointment_notes: { id: note?.id ?? "" },
    waitlist_entries: { id: entry?.id ?? "" },
    rental_events: { id: event?.id ?? "" },
    substitution_proposals: { id: proposalId },
    substitution_candidates: { proposal_id: proposalId, garment_id: rental.garment_id },
    readiness_policies: { boutique_id: boutique.id },
    invitations: { id: invitation?.id ?? "" },
    boutique_status_changes: { id: change?.id ?? "" },
    data_exports: { id: dataExport?.id ?? "" },
    account_deletions: { user_id: customer.id },
    calendar_feeds: { id: feed?.id ?? "" },
    notifications: { id: notification?.id ?? "" },
    notification_preferences: { user_id: customer.id, topic: "reminders", channel: "email" },
    notification_settings: { user_id: customer.id },
    audit_log: { id: logged?.id ?? "" },
    webhook_endpoints: { id: endpoint?.id ?? "" },
    webhook_events: { id: delivery?.event_id ?? "" },
    webhook_deliveries: { id: delivery?.id ?? "" },
    webhook_attempts: { delivery_id: delivery?.id ?? "", n: "1" },
  };
  const staff = { stylist, manager, owner, rivalStylist, rivalManager, rivalOwner };
  return { boutique, rivalBoutique, gown, ring, runway, salon, stranger, customer, ...staff, admin, rows };
}

/** What a boutique and the marketplace say of a veil, and what the customer likes: a look-book of hers is shared. */
async function fillCatalog(
  sql: Sql,
  ids: {
    readonly boutiqueId: string;
    readonly productId: string;
    readonly designerId: string;
    readonly categoryId: string;
    readonly customerId: string;
  },
): Promise<Record<string, Key>> {
  const ofVeil = { product_id: ids.productId, boutique_id: ids.boutiqueId };
  const [attribute] = await sql<{ id: string }[]>`
    insert into public.attribute_definitions (category_id, key, label, kind, choices)
    values (${ids.categoryId}, 'edge', 'Edge', 'choice', '{lace,raw}') returning id`;
  await sql`insert into public.product_translations ${sql({ ...ofVeil, locale: "am", name: "ቬል" })}`;
  await sql`insert into public.product_slugs ${sql({ ...ofVeil, slug: "old-veil" })}`;
  await sql`insert into public.product_views ${sql({ ...ofVeil, day: day(0), views: 3 })}`;
  const [collection] = await sql<{ id: string }[]>`
    insert into public.collections (boutique_id, slug, name, is_published)
    values (${ids.boutiqueId}, 'spring', 'Spring', true) returning id`;
  const inCollection = { collection_id: collection?.id ?? "", product_id: ids.productId };
  await sql`insert into public.collection_products ${sql({ ...inCollection, boutique_id: ids.boutiqueId })}`;
  const [chart] = await sql<{ id: string }[]>`
    insert into public.size_charts (designer_id) values (${ids.designerId}) returning id`;
  const inChart = { chart_id: chart?.id ?? "", size: "38" };
  await sql`insert into public.size_chart_rows ${sql({ ...inChart, bust_cm: "[88,92)" })}`;
  await sql`insert into public.measurements (customer_id, weight_kg) values (${ids.customerId}, 60)`;
  const [training] = await sql<{ id: string }[]>`
    insert into public.fit_trainings (state, reason, finished_at) values ('refused', 'Too little', now()) returning id`;
  const liked = { customer_id: ids.customerId, product_id: ids.productId };
  await sql`insert into public.favorites ${sql(liked)}`;
  const [book] = await sql<{ id: string }[]>`
    insert into public.lookbooks (customer_id, title, share_token)
    values (${ids.customerId}, 'For my mother', gen_random_uuid()) returning id`;
  const inBook = { lookbook_id: book?.id ?? "", product_id: ids.productId };
  await sql`insert into public.lookbook_items ${sql({ ...inBook, customer_id: ids.customerId, note: "This one" })}`;
  return {
    attribute_definitions: { id: attribute?.id ?? "" },
    product_translations: { product_id: ids.productId, locale: "am" },
    product_slugs: { boutique_id: ids.boutiqueId, slug: "old-veil" },
    product_views: { product_id: ids.productId, day: day(0) },
    collections: { id: collection?.id ?? "" },
    collection_products: inCollection,
    size_charts: { id: chart?.id ?? "" },
    size_chart_rows: inChart,
    favorites: liked,
    measurements: { customer_id: ids.customerId },
    fit_trainings: { id: training?.id ?? "" },
    lookbooks: { id: book?.id ?? "" },
    lookbook_items: inBook,
  };
}

/** The customer has reviewed the gown after a fitting, has changed her mind, and has a photo; there are a vote and a report, too. */
async function writeReview(
  sql: Sql,
  boutique: BoutiqueFixture,
  salon: Salon,
  customer: Person,
  gown: VariantFixture,
): Promise<Record<string, Key>> {
  const fitting = await attendedFitting(sql, boutique, salon, customer.id, gown.garmentIds);
  const of = { boutique_id: boutique.id, customer_id: customer.id };
  const [review] = await sql<{ id: string }[]>`
    insert into public.reviews ${sql({
      ...{ ...of, product_id: gown.productId, kind: "fitted", subject_id: fitting },
      ...{ author_name: "Selam", rating: 5, body: "Lovely" },
    })} returning id`;
  const id = review?.id ?? "";
  await sql`update public.reviews set rating = 4 where id = ${id}`;
  const [revision] = await sql<{ id: string }[]>`select id from public.review_revisions where review_id = ${id}`;
  const [photo] = await sql<{ id: string }[]>`
    insert into public.review_photos ${sql({
      ...{ ...of, review_id: id, storage_path: `${customer.id}/fit.webp`, position: 0 },
      ...{ state: "ready", width: 30, height: 40 },
    })} returning id`;
  await sql`insert into public.review_votes (review_id, customer_id) values (${id}, ${customer.id})`;
  const [report] = await sql<{ id: string }[]>`
    insert into public.review_reports (review_id, boutique_id, reporter_id, reason)
    values (${id}, ${boutique.id}, ${customer.id}, 'other') returning id`;
  return {
    product_ratings: { product_id: gown.productId },
    reviews: { id },
    review_revisions: { id: revision?.id ?? "" },
    review_photos: { id: photo?.id ?? "" },
    review_votes: { review_id: id, customer_id: customer.id },
    review_reports: { id: report?.id ?? "" },
  };
}

/** A show that begins in half an hour, with one look. The customer comes with somebody; it was looked at. */
async function giveShow(
  sql: Sql,
  boutique: BoutiqueFixture,
  customer: Person,
  gown: VariantFixture,
): Promise<Record<string, Key>> {
  const show = await makeShow(sql, boutique, { startsIn: 0.5, slug: "spring" });
  const look = await makeLook(sql, boutique, show, gown, { garmentId: gown.garmentIds[0] ?? null });
  const { data, error } = await customer.client.rpc("rsvp_show", { show_id: show, party_size: 2 });
  if (error !== null) throw error;
  await sql`insert into public.show_views (show_id, boutique_id, day, views) values (${show}, ${boutique.id}, ${day(0)}, 3)`;
  return {
    fashion_shows: { id: show },
    show_looks: { id: look },
    show_rsvps: { id: data.id },
    show_views: { show_id: show, day: day(0) },
  };
}

/** The customer has a photo of herself, and a look of the gown on it. */
async function tryOn(
  sql: Sql,
  { id: customer_id }: Person,
  { productId }: VariantFixture,
): Promise<Record<string, Key>> {
  // One that nobody has agreed to, and that may go.
  await sql`insert into public.tryon_consent_texts (version, body_en, body_am) values (9, 'May we?', 'ይፈቅዳሉ?')`;
  const [photo] = await sql<{ id: string }[]>`
    insert into public.tryon_photos ${sql({
      ...{
        customer_id,
        storage_path: `${customer_id}/me.jpg`,
        consent_version: 1,
        state: "ready",
        width: 30,
        height: 40,
      },
      anchor_points: sql.json({ ...figurePoints }),
    })} returning id, expires_at`;
  const [spare] = await sql<{ id: string }[]>`
    insert into public.tryon_photos (customer_id, storage_path, consent_version)
    values (${customer_id}, ${`${customer_id}/spare.jpg`}, 1) returning id`;
  const [look] = await sql<{ id: string }[]>`
    insert into public.tryons (customer_id, photo_id, product_id, expires_at)
    values (${customer_id}, ${photo?.id ?? ""}, ${productId}, now() + interval '1 day') returning id`;
  return {
    tryon_consent_texts: { version: "9" },
    tryon_photos: { id: spare?.id ?? "" },
    tryons: { id: look?.id ?? "" },
  };
}

/** A deposit that was taken in cash and is to be paid back. */
export async function giveDeposit(
  sql: Sql,
  rental: { readonly id: string; readonly boutique_id: string; readonly customer_id: string | null },
): Promise<string> {
  const of = { rental_id: rental.id, boutique_id: rental.boutique_id, customer_id: rental.customer_id };
  const money = { amount: 50_000, currency: "ETB" };
  const [payment] = await sql<{ id: string }[]>`
    insert into public.payments ${sql({
      ...{ ...of, ...money, purpose: "deposit", state: "succeeded", method: "cash" },
      ...{ reference: `deposit ${rental.id}`, settled_at: new Date() },
    })} returning id`;
  const [deposit] = await sql<{ id: string }[]>`
    insert into public.deposits ${sql({ ...of, ...money, payment_id: payment?.id ?? "", state: "held", to_return: 50_000 })}
    returning id`;
  return deposit?.id ?? "";
}

/** The customer has ordered a ring, with a tax and a way to deliver, another by a plan, and has a third in her cart. */
async function buySomething(
  sql: Sql,
  boutique: BoutiqueFixture,
  customer: Person,
  ring: ForSale,
): Promise<Record<string, Key>> {
  const [tax] = await sql<{ id: string }[]>`
    insert into public.tax_rules (boutique_id, name, rate_basis_points) values (${boutique.id}, 'VAT', 1500) returning id`;
  const [shipping] = await sql<{ id: string }[]>`
    insert into public.shipping_methods (boutique_id, kind, name, price, currency)
    values (${boutique.id}, 'delivery', 'Courier', 500, 'XXX') returning id`;
  const [address] = await sql<{ id: string }[]>`
    insert into public.addresses (customer_id, recipient, line_1, city, country)
    values (${customer.id}, 'Selam', 'Bole Road 1', 'Addis Ababa', 'ET') returning id`;
  const group = await order(customer, [{ variantId: ring.id }], { shippingAddressId: address?.id ?? "" });
  const [planOffer] = await sql<{ id: string }[]>`
    insert into public.payment_plan_offers (boutique_id, name, down_payment_percent, instalments)
    values (${boutique.id}, 'Four parts', 25, 3) returning id`;
  const offerId = planOffer?.id ?? "";
  const inParts = await order(customer, [{ variantId: ring.id }], { shippingAddressId: address?.id ?? "" });
  const planId = await choosePlan(sql, customer, inParts.id, offerId);
  const cartId = await fillCart(customer, [{ variantId: ring.id }]);
  const [row] = await sql<Record<string, string>[]>`
    select o.id as orders, i.id as order_items, p.id as payments, e.id as order_events, m.id as stock_movements, l.id as stock_levels,
      (select a.id from public.order_adjustments a where a.order_id = o.id and a.kind = 'tax') as order_adjustments,
      (select c.id from public.cart_items c where c.cart_id = ${cartId}) as cart_items
    from public.orders o
    join public.order_items i on i.order_id = o.id
    join public.payments p on p.group_id = o.group_id
    join public.order_events e on e.order_id = o.id
    join public.stock_movements m on m.source_id = i.id
    join public.stock_levels l on l.variant_id = i.variant_id
    where o.group_id = ${group.id}`;
  const [refund] = await sql<{ id: string }[]>`
    insert into public.refunds (order_id, boutique_id, customer_id, amount, currency, reason)
    values (${row?.["orders"] ?? ""}, ${boutique.id}, ${customer.id}, 1, 'ETB', 'Scratched') returning id`;
  const [invoice] = await sql<{ id: string }[]>`
    insert into public.invoices (order_id, boutique_id, customer_id, kind, refund_id, number, number_text, currency, total, content)
    values (${row?.["orders"] ?? ""}, ${boutique.id}, ${customer.id}, 'credit_note', ${refund?.id ?? ""}, 1, '000001', 'ETB', 1, '{}')
    returning id`;
  // Money of another amount than was asked for: a task for people, which nothing else follows from.
  const [attempt] = await sql<{ id: string }[]>`
    insert into public.payment_attempts ${sql({
      ...{ payment_id: row?.["payments"] ?? "", boutique_id: boutique.id, customer_id: customer.id, provider: "test" },
      ...{ state: "mismatched", amount: 20_500, currency: "ETB", received_amount: 100, received_currency: "ETB" },
      ...{ provider_payment_id: "cast", settled_at: new Date(), expires_at: new Date() },
    })} returning id`;
  const [transfer] = await sql<{ id: string }[]>`
    insert into public.refund_transfers ${sql({
      ...{ attempt_id: attempt?.id ?? "", boutique_id: boutique.id, customer_id: customer.id, state: "due" },
      ...{ reason: "amount_differs", amount: 40, currency: "ETB" },
    })} returning id`;
  const [exception] = await sql<{ id: string }[]>`
    insert into public.payment_exceptions ${sql({
      ...{ kind: "amount_differs", boutique_id: boutique.id, attempt_id: attempt?.id ?? "", provider: "test" },
    })} returning id`;
  await sql`insert into public.commissions (boutique_id, basis_points) values (${boutique.id}, 500)`;
  // What it is owed, as from an order that is over.
  await sql`select private.post('payout', gen_random_uuid(), null, 'ETB', array[
    private.ledger_line('bank', null, 2000), private.ledger_line('boutique', ${boutique.id}, -2000)])`;
  const [payout] = await sql<{ id: string }[]>`
    insert into public.payouts (boutique_id, amount, currency) values (${boutique.id}, 400, 'ETB') returning id`;
  const [orderId = "", itemId = ""] = [row?.["orders"], row?.["order_items"]];
  const ids = { boutique_id: boutique.id, customer_id: customer.id };
  const [discount] = await sql<{ id: string }[]>`
    insert into public.discounts (boutique_id, code, name, kind) values (${boutique.id}, 'CAST', 'For the cast', 'free_shipping') returning id`;
  const discountId = discount?.id ?? "";
  const [target] = await sql<{ id: string }[]>`
    insert into public.discount_targets (discount_id, product_id) values (${discountId}, ${ring.productId}) returning id`;
  const [redemption] = await sql<{ id: string }[]>`
    insert into public.discount_redemptions ${sql({ ...ids, discount_id: discountId, order_id: orderId, amount: 0 })} returning id`;
  const [shipment] = await sql<{ id: string }[]>`
    insert into public.shipments ${sql({ ...ids, order_id: orderId, kind: "delivery" })} returning id`;
  const inShipment = { shipment_id: shipment?.id ?? "", order_item_id: itemId };
  await sql`insert into public.shipment_items ${sql({ ...ids, ...inShipment, quantity: 1 })}`;
  const [back] = await sql<{ id: string }[]>`
    insert into public.returns ${sql({ ...ids, order_id: orderId, reason: "damaged" })} returning id`;
  const inReturn = { return_id: back?.id ?? "", order_item_id: itemId };
  await sql`insert into public.return_items ${sql({ ...ids, ...inReturn, quantity: 1 })}`;
  const [card] = await sql<{ id: string }[]>`
    insert into public.gift_cards (boutique_id, last_four, initial_amount, currency) values (${boutique.id}, '0000', 500, 'ETB') returning id`;
  const cardId = card?.id ?? "";
  const [entry] = await sql<{ id: string }[]>`
    insert into public.gift_card_entries ${sql({ ...ids, gift_card_id: cardId, kind: "issued", change: 500 })} returning id`;
  return {
    gift_cards: { id: cardId },
    gift_card_entries: { id: entry?.id ?? "" },
    discounts: { id: discountId },
    discount_targets: { id: target?.id ?? "" },
    discount_redemptions: { id: redemption?.id ?? "" },
    shipments: { id: shipment?.id ?? "" },
    shipment_items: inShipment,
    returns: { id: back?.id ?? "" },
    return_items: inReturn,
    ...Object.fromEntries(Object.entries(row ?? {}).map(([table, id]) => [table, { id }])),
    tax_rules: { id: tax?.id ?? "" },
    payment_plan_offers: { id: offerId },
    payment_plans: { id: planId },
    shipping_methods: { id: shipping?.id ?? "" },
    addresses: { id: address?.id ?? "" },
    carts: { id: cartId },
    order_groups: { id: group.id },
    refunds: { id: refund?.id ?? "" },
    commissions: { boutique_id: boutique.id },
    payouts: { id: payout?.id ?? "" },
    payment_attempts: { id: attempt?.id ?? "" },
    refund_transfers: { id: transfer?.id ?? "" },
    payment_exceptions: { id: exception?.id ?? "" },
    invoices: { id: invoice?.id ?? "" },
  };
}
