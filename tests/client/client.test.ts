import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import {
  addDays,
  addressFormats,
  addToCart,
  bookFitting,
  calendarView,
  cancelFitting,
  cancelRental,
  changeAddress,
  checkout,
  createNexusClient,
  dayIn,
  deleteReview,
  editReview,
  findGarments,
  fittingSlots,
  forgetMeasurements,
  myAddresses,
  myCart,
  myFavorites,
  myFittings,
  myMeasurements,
  myOrders,
  myPermissions,
  myRentals,
  myReviewMeasurements,
  myReviews,
  NexusError,
  pendingPayment,
  period,
  productAvailability,
  productFacets,
  productReviews,
  quoteRental,
  readPeriod,
  recommendSize,
  removeAddress,
  removeFromCart,
  rescheduleFitting,
  reserveRental,
  reviewableExperiences,
  reviewSummary,
  saveAddress,
  saveMeasurements,
  searchProducts,
  setFavorite,
  shippingMethods,
  startOfDay,
  toNexusError,
  updateCart,
  uploadReviewPhoto,
  writeReview,
} from "@nexus/client";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { root } from "../../stack/paths.ts";
import { makeSalon, type Salon } from "../helpers/fittings.ts";
import { type BoutiqueFixture, day, makeBoutique, makeVariant, type VariantFixture } from "../helpers/fixtures.ts";
import { FunctionServer } from "../helpers/function-server.ts";
import { png } from "../helpers/png.ts";
import { attendedFitting } from "../helpers/reviews.ts";
import { type Person, World } from "../helpers/world.ts";

let world: World;
let server: FunctionServer;
let boutique: BoutiqueFixture;
let salon: Salon;
let gown: VariantFixture;
let bride: Person;

beforeAll(async () => {
  world = await World.create();
  server = await FunctionServer.open(world);
  boutique = await makeBoutique(world.sql);
  salon = await makeSalon(world.sql, boutique, { stylists: 1, rooms: 1 });
  gown = await makeVariant(world.sql, boutique, { name: "Margaux" });
  bride = await world.asCustomer("Selam");
});
afterAll(async () => {
  await server.close();
  await world.close();
});

const place = () => ({ locationId: boutique.locationId, serviceId: salon.serviceId, variantIds: [gown.id] });
/** 9 o'clock in Addis Ababa is 6 in UTC, all year. */
const at = (fromToday: number, hour: number) => `${day(fromToday)}T${String(hour - 3).padStart(2, "0")}:00:00Z`;
/** What a promise is refused with. */
const refusal = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: NexusError) => error,
  );

describe("the catalog", () => {
  it("is searched, counted and looked up, and tells which days are free", async () => {
    const anon = world.asAnon();
    const { products } = await searchProducts(anon, { q: "margau", filters: { kind: "rent" } });
    expect(products.map(({ name, rent_from }) => ({ name, rent_from }))).toEqual([
      { name: "Margaux", rent_from: 10_000 },
    ]);
    const { facets, counted } = await productFacets(anon, { filters: { boutique: boutique.slug } });
    expect({ counted, sizes: facets["size"] }).toEqual({ counted: 1, sizes: [{ value: "38", count: 1 }] });
    const days = await productAvailability(anon, { productId: gown.productId, fromDay: day(5), toDay: day(6) });
    expect(days.map(({ free, total }) => `${free} of ${total}`)).toEqual(["1 of 1", "1 of 1"]);
    const found = await findGarments(anon, { productId: gown.productId, size: "38", period: period(day(5), day(6)) });
    expect(found).toMatchObject([{ variant_id: gown.id, free: 1, distance_km: null }]);
    expect((await reviewSummary(anon, gown.productId)).count).toBe(0);
    expect((await productReviews(anon, { productId: gown.productId })).reviews).toEqual([]);
  });
});

describe("a fitting", () => {
  it("is booked once however often the same key is sent, moved and cancelled", async () => {
    const slots = await fittingSlots(world.asAnon(), { ...place(), fromDay: day(3), toDay: day(3) });
    const startsAt = slots[0]?.starts_at ?? "";
    const options = { idempotencyKey: "one intent" };
    const first = await bookFitting(bride.client, { ...place(), startsAt }, options);
    expect((await bookFitting(bride.client, { ...place(), startsAt }, options)).id).toBe(first.id);
    const moved = await rescheduleFitting(bride.client, { appointmentId: first.id, startsAt: at(4, 10) });
    expect(new Date(moved.starts_at)).toEqual(new Date(at(4, 10)));
    const [mine] = await myFittings(bride.client);
    expect(mine).toMatchObject({ id: first.id, location: { id: boutique.locationId, name: "Main" } });
    // The very piece that is laid out for her is not free at that time any more, and is at another.
    const { variantIds: _, ...where } = place();
    const piece = { garmentIds: mine?.garments.map(({ garment_id }) => garment_id) ?? [] };
    const free = await fittingSlots(world.asAnon(), { ...where, ...piece, fromDay: day(4), toDay: day(4) });
    const starts = free.map(({ starts_at }) => new Date(starts_at).toISOString());
    expect(piece.garmentIds).toHaveLength(1);
    expect(starts).not.toContain(new Date(at(4, 10)).toISOString());
    expect(starts).toContain(new Date(at(4, 13)).toISOString());
    expect((await cancelFitting(bride.client, { appointmentId: first.id })).state).toBe("cancelled");
  });

  it("is refused with the code, the status and the details of the database", async () => {
    const booked = await bookFitting(bride.client, { ...place(), startsAt: at(5, 10) });
    const error = await refusal(bookFitting(bride.client, { ...place(), startsAt: at(5, 10) }));
    expect(error).toBeInstanceOf(NexusError);
    expect(error).toMatchObject({ code: "slot_taken", status: 409 });
    expect(error?.details["next_free"]).toHaveLength(3);
    await cancelFitting(bride.client, { appointmentId: booked.id });
  });
});

describe("renting", () => {
  it("goes from the quote to the hold and back, and names the next free days", async () => {
    const wish = { variantId: gown.id, period: period(day(20), day(22)) };
    expect(await quoteRental(world.asAnon(), wish)).toMatchObject({ days: 3, price: 30_000, available: true });
    const held = await reserveRental(bride.client, wish);
    expect(held.state).toBe("held");
    const error = await refusal(reserveRental(bride.client, wish));
    expect(error).toMatchObject({ code: "not_available", details: { next_free: { first_day: day(23) } } });
    expect((await myRentals(bride.client)).map(({ period: taken }) => readPeriod(taken))).toEqual([
      { firstDay: day(20), lastDay: day(22) },
    ]);
    // What she has booked is hers, also where the gown or the whole boutique is not on show any more.
    await world.sql`update public.boutiques set status = 'suspended' where id = ${boutique.id}`;
    expect(await myRentals(bride.client)).toMatchObject([{ id: held.id, variant: null }]);
    const hidden = { location: null, service: null, stylist: null };
    expect(await myFittings(bride.client)).toMatchObject([hidden, hidden]);
    await world.sql`update public.boutiques set status = 'active' where id = ${boutique.id}`;
    expect(await myRentals(bride.client)).toMatchObject([{ id: held.id, variant: { size: expect.any(String) } }]);
    expect((await cancelRental(bride.client, held.id)).state).toBe("cancelled");
  });

  it("goes by the cart and the checkout to a payment", async () => {
    const empty = await myCart(bride.client);
    expect(empty).toMatchObject({ cart_id: null, lines: [] });
    const wrong = await addToCart(bride.client, {
      variantId: gown.id,
      kind: "rental",
      period: period(day(30), day(30)),
    });
    await removeFromCart(bride.client, wrong.id);
    await addToCart(bride.client, { variantId: gown.id, kind: "rental", period: period(day(30), day(31)) });
    const cart = await myCart(bride.client);
    expect(cart).toMatchObject({ lines: [{ product_name: "Margaux", subtotal: 20_000, problem: null }] });
    await world.sql`
      insert into public.shipping_methods (boutique_id, kind, name, location_id, price, currency, countries, position)
      values (${boutique.id}, 'pickup', 'Fetch it', ${boutique.locationId}, 0, 'XXX', '{}', 0),
        (${boutique.id}, 'delivery', 'Courier', null, 500, 'XXX', '{GB}', 1)`;
    const ways = await shippingMethods(bride.client, [boutique.id]);
    expect(ways.map(({ name, kind }) => `${name}: ${kind}`)).toEqual(["Fetch it: pickup", "Courier: delivery"]);
    const cartId = cart.cart_id ?? "";
    await updateCart(bride.client, { cartId, shippingMethodIds: ways.slice(1).map(({ id }) => id), country: "GB" });
    expect(await myCart(bride.client)).toMatchObject({ boutiques: [{ shipping_kind: "delivery", shipping: 500 }] });
    expect(await refusal(checkout(bride.client, { cartId }))).toMatchObject({ code: "address_required", status: 400 });
    const formats = await addressFormats(bride.client);
    expect(formats).toContainEqual(expect.objectContaining({ country: "GB", postal_code_example: "SW1A 2AA" }));
    const home = { recipient: "Selam", line1: "Chiltern Street 31", city: "London", country: "GB" };
    expect(await refusal(saveAddress(bride.client, { ...home, postalCode: "12" }))).toMatchObject({
      ...{ code: "invalid_postal_code", details: { example: "SW1A 2AA" } },
    });
    const address = await saveAddress(bride.client, { ...home, postalCode: "w1u 7pn" });
    expect(await myAddresses(bride.client)).toEqual([address]);
    expect(address).toMatchObject({ line_1: "Chiltern Street 31", postal_code: "W1U 7PN", region: "" });
    const group = await checkout(bride.client, { cartId, shippingAddressId: address.id });
    expect(group.shipping_address).toMatchObject({ recipient: "Selam", postal_code: "W1U 7PN" });
    expect(await pendingPayment(bride.client, group.id)).toMatchObject({ amount: group.amount_due, state: "pending" });
    expect(await myOrders(bride.client)).toMatchObject([{ state: "pending", items: [{ product_name: "Margaux" }] }]);
  });
});

it("changes and removes addresses of their owner, and of nobody else", async () => {
  const home = { recipient: "Selam", line1: "Bole Road 7", line2: "Flat 2", city: "Addis Ababa", country: "ET" };
  const { id } = await saveAddress(bride.client, home);
  const there = { recipient: "Selam T.", line1: "Via Roma 1", city: "Milano", region: "MI", country: "IT" };
  expect(await refusal(changeAddress(bride.client, id, there))).toMatchObject({
    ...{ code: "invalid_postal_code", details: { example: "00187" } },
  });
  const changed = await changeAddress(bride.client, id, { ...there, postalCode: "20121" });
  expect(changed).toMatchObject({ id, recipient: "Selam T.", line_1: "Via Roma 1", line_2: "", country: "IT" });
  expect(await myAddresses(bride.client)).toContainEqual(changed);
  const other = await world.asCustomer("Hannah");
  const unknown = { code: "address_not_found", status: 404, details: { address_id: id } };
  expect(await refusal(changeAddress(other.client, id, home))).toMatchObject(unknown);
  expect(await refusal(removeAddress(other.client, id))).toMatchObject(unknown);
  expect(await myAddresses(bride.client)).toContainEqual(changed);
  await removeAddress(bride.client, id);
  expect(await myAddresses(bride.client)).not.toContainEqual(expect.objectContaining({ id }));
  expect(await refusal(removeAddress(bride.client, id))).toMatchObject(unknown);
  expect(await refusal(changeAddress(bride.client, id, home))).toMatchObject(unknown);
});

it("takes what somebody says of a gown that she tried on, with a photo", async () => {
  await attendedFitting(world.sql, boutique, salon, bride.id, gown.garmentIds.slice(0, 1));
  const [experience] = await reviewableExperiences(bride.client);
  expect(experience).toMatchObject({ kind: "fitted", product_name: "Margaux" });
  const said: Parameters<typeof writeReview>[1] = {
    ...{ kind: "fitted", subjectId: experience?.subject_id ?? "", productId: gown.productId, rating: 5, fit: "small" },
    ...{ title: "Lovely", measurements: { height_cm: 171, usual_size: "38" } },
  };
  expect(await refusal(writeReview(bride.client, { ...said, photoPaths: ["hers.jpg"] }))).toMatchObject({
    code: "invalid_photos",
  });
  const photo = new Blob([new Uint8Array(png(2, 2, Buffer.alloc(2 * 7)))], { type: "image/png" });
  const path = await uploadReviewPhoto(bride.client, photo);
  const written = await writeReview(bride.client, { ...said, photoPaths: [path] });
  const { reviews } = await productReviews(bride.client, { productId: gown.productId });
  expect(reviews).toMatchObject([{ id: written.id, is_own: true, title: "Lovely", fit: "small", photos: [] }]);
  expect((await bride.client.rpc("my_review_measurements")).data).toMatchObject([{ height_cm: 171, usual_size: "38" }]);
  expect((await bride.client.from("review_photos").select("storage_path")).data).toEqual([{ storage_path: path }]);
  expect(await reviewableExperiences(bride.client)).toEqual([]);
  expect(await refusal(writeReview(bride.client, said))).toMatchObject({ code: "already_reviewed", status: 409 });
  const text = new Blob(["no picture"], { type: "text/plain" });
  expect((await refusal(uploadReviewPhoto(bride.client, text)))?.message).toMatch(/mime/i);
});

it("lets an author say a review anew, and take it back", async () => {
  const [before, ...others] = await myReviews(bride.client);
  const [photo] = before?.photos ?? [];
  expect(others).toEqual([]);
  expect(before).toMatchObject({
    ...{ title: "Lovely", fit: "small", rating: 5, state: "published", hidden_reason: null, reply: null },
    product: { name: "Margaux", slug: gown.productSlug, boutique: { slug: boutique.slug }, variants: [{ size: "38" }] },
    photos: [{ path: expect.stringContaining(`${bride.id}/`), state: "pending" }],
  });
  const id = before?.id ?? "";
  const shown = async () => (await productReviews(bride.client, { productId: gown.productId })).reviews;

  // What is left out of the words is empty, what is left out of the rest stays.
  await editReview(bride.client, id, { rating: 3, body: "It pinches." });
  expect(await shown()).toMatchObject([{ id, rating: 3, fit: null, title: "", body: "It pinches." }]);
  expect((await myReviews(bride.client))[0]?.photos).toEqual([photo]);
  expect(await myReviewMeasurements(bride.client)).toMatchObject([
    { review_id: id, height_cm: 171, weight_kg: null, usual_size: "38" },
  ]);
  await editReview(bride.client, id, { rating: 3, title: "Small", measurements: { bust_cm: 90 }, photoPaths: [] });
  expect((await myReviews(bride.client))[0]).toMatchObject({ title: "Small", body: "", photos: [] });
  expect(await myReviewMeasurements(bride.client)).toMatchObject([{ height_cm: null, bust_cm: 90, usual_size: null }]);

  const other = await world.asCustomer("Hannah");
  const unknown = { code: "review_not_found", status: 404 };
  expect(await refusal(editReview(other.client, id, { rating: 1 }))).toMatchObject(unknown);
  expect(await refusal(deleteReview(other.client, id))).toMatchObject(unknown);
  expect([await myReviews(other.client), await myReviewMeasurements(other.client)]).toEqual([[], []]);
  expect(await shown()).toMatchObject([{ id, rating: 3, title: "Small" }]);
  await world.sql`update public.reviews set created_at = now() - interval '15 days' where id = ${id}`;
  expect(await refusal(editReview(bride.client, id, { rating: 1 }))).toMatchObject({
    ...{ code: "too_late_to_edit", status: 409, details: { until: expect.any(String) } },
  });

  await deleteReview(bride.client, id);
  expect([await shown(), await myReviews(bride.client)]).toEqual([[], []]);
  expect(await refusal(deleteReview(bride.client, id))).toMatchObject(unknown);
});

it("takes a review anew after its deletion, unless it was hidden, and says why it was", async () => {
  const [experience] = await reviewableExperiences(bride.client);
  const about = { subjectId: experience?.subject_id ?? "", productId: gown.productId, kind: "fitted" } as const;
  const { id } = await writeReview(bride.client, { ...about, rating: 4, title: "Once more" });
  const admin = await world.asAdmin();
  await admin.client.rpc("hide_review", { review_id: id, reason: "It names the seamstress." });
  // An admin reads it, and has not written it.
  expect(await myReviews(admin.client)).toEqual([]);
  await world.sql`update public.products set status = 'archived' where id = ${gown.productId}`;
  expect(await myReviews(bride.client)).toMatchObject([
    { id, state: "hidden", hidden_reason: "It names the seamstress.", product: null, product_id: gown.productId },
  ]);
  await world.sql`update public.products set status = 'published' where id = ${gown.productId}`;
  await deleteReview(bride.client, id);
  expect([await myReviews(bride.client), await reviewableExperiences(bride.client)]).toEqual([[], []]);
  expect(await refusal(writeReview(bride.client, { ...about, rating: 4 }))).toMatchObject({ code: "already_reviewed" });
});

it("names the size to take, or says that nobody knows, and keeps measurements for their owner", async () => {
  expect(await myMeasurements(bride.client)).toBeNull();
  for (const weight_kg of [63, 64]) await saveMeasurements(bride.client, { weight_kg, bust_cm: 89 });
  await saveMeasurements(bride.client, { bust_cm: 90 });
  expect(await myMeasurements(bride.client)).toMatchObject({ weight_kg: null, bust_cm: 90 });
  const nothing = { basis: "none", confidence: "not_enough_data", recommended: null };
  expect(await recommendSize(bride.client, { productId: gown.productId })).toMatchObject(nothing);
  await world.sql`
    with d as (insert into public.designers (slug, label) values ('aurore', 'Aurore') returning id),
      p as (update public.products set designer_id = (select id from d) where id = ${gown.productId}),
      c as (insert into public.size_charts (designer_id) select id from d returning id)
    insert into public.size_chart_rows (chart_id, size, position, bust_cm) select c.id, '38', 1, numrange(88, 92) from c`;
  const charted = { basis: "size_chart", confidence: "fair", recommended: "38" };
  expect(await recommendSize(bride.client, { productId: gown.productId })).toMatchObject({
    ...charted,
    sizes: [{ size: "38", true: null, recommended: true, variants: [{ variant_id: gown.id, for_rent: true }] }],
  });
  const told = { productId: gown.productId, measurements: { bust_cm: 200 } };
  expect(await recommendSize(world.asAnon(), told)).toMatchObject(nothing);
  expect(await refusal(recommendSize(world.asAnon(), { ...told, measurements: { bust_cm: 2 } }))).toMatchObject({
    code: "invalid_measurements",
  });
  await forgetMeasurements(bride.client);
  expect(await myMeasurements(bride.client)).toBeNull();
});

it("knows what somebody likes, and where she works", async () => {
  for (const liked of [true, true]) await setFavorite(bride.client, { productId: gown.productId, liked });
  expect(await myFavorites(bride.client)).toEqual([gown.productId]);
  await setFavorite(bride.client, { productId: gown.productId, liked: false });
  expect(await myFavorites(bride.client)).toEqual([]);
  expect(await refusal(myFavorites(world.asAnon()))).toMatchObject({ code: "sign_in_required", status: 401 });
  const stylist = await world.asStaff(boutique.id, "stylist");
  expect(await myPermissions(stylist.client)).toMatchObject([{ boutique_id: boutique.id, role: "stylist" }]);
  const rows = await calendarView(stylist.client, { locationId: boutique.locationId, from: at(3, 3), to: at(4, 3) });
  expect(new Set(rows.map(({ kind }) => kind))).toEqual(new Set(["garment", "stylist", "room"]));
});

describe("an error", () => {
  it("of a function is its problem, of Auth its code, of a table its SQLSTATE", async () => {
    const anon = createNexusClient(server.origin, world.keys.publishable, quiet);
    const { error: problem } = await anon.functions.invoke("catalog/products/nobody/nothing", { method: "GET" });
    expect(await toNexusError(problem)).toMatchObject({ code: "product_not_found", status: 404 });
    const { error: refused } = await anon.auth.signInWithPassword({
      email: "nobody@nexus.test",
      password: "wrong-word",
    });
    expect(await toNexusError(refused)).toMatchObject({ code: "invalid_credentials", status: 400 });
    const { error, status } = await anon.from("rentals").select();
    expect(await toNexusError(error, status)).toMatchObject({ code: "42501", status: 401 });
  });

  it("says that an answer is not what was promised", async () => {
    const odd = withFetch(() => Promise.resolve(Response.json({ products: [{ id: 7 }] })));
    const error = await refusal(searchProducts(odd));
    expect(error?.code).toBe("unexpected_answer");
    expect(error?.details["issues"]).not.toEqual([]);
  });
});

describe("a call without an answer", () => {
  it("is repeated with the very same key, and books once", async () => {
    const keys: unknown[] = [];
    const flaky = withFetch(async (input, init) => {
      keys.push(JSON.parse(String(init?.body)).idempotency_key);
      const answer = await world.fetch(input, { ...init, headers: headersOf(init, bride) });
      if (keys.length < 3) throw new TypeError("fetch failed"); // done, and the answer lost on its way
      return answer;
    });
    const booked = await bookFitting(flaky, { ...place(), startsAt: at(6, 10) });
    expect(new Set(keys).size).toBe(1);
    expect(keys).toHaveLength(3);
    const made = await world.sql`select id from public.appointments where during @> ${at(6, 10)}::timestamptz`;
    expect(made.map(({ id }) => id)).toEqual([booked.id]);
  });

  it("ends as network_error after two repetitions, and is not repeated where that would do harm", async () => {
    const dead = vi.fn(() => Promise.reject(new TypeError("fetch failed")));
    const nexus = withFetch(dead);
    expect(await refusal(quoteRental(nexus, { variantId: gown.id, period: period(day(1), day(2)) }))).toMatchObject({
      code: "network_error",
      status: 0,
    });
    expect(dead).toHaveBeenCalledTimes(3);
    dead.mockClear();
    await refusal(addToCart(nexus, { variantId: gown.id }));
    await refusal(removeAddress(nexus, gown.id));
    await refusal(deleteReview(nexus, gown.id));
    expect(dead).toHaveBeenCalledTimes(3);
  });

  it("is given up by its signal", async () => {
    const abort = new AbortController();
    const never = withFetch((_input, init) => {
      abort.abort();
      return Promise.reject(init?.signal?.reason ?? new Error("no signal"));
    });
    expect(await refusal(searchProducts(never, {}, { signal: abort.signal }))).toMatchObject({ code: "aborted" });
  });
});

it("counts days as the calendar of the boutique does", () => {
  expect(addDays("2028-02-28", 1)).toBe("2028-02-29");
  expect(readPeriod("[2027-06-04,2027-06-07)")).toEqual({ firstDay: "2027-06-04", lastDay: "2027-06-06" });
  expect(() => readPeriod("tomorrow")).toThrow("no period");
  expect(dayIn("Pacific/Auckland", "2027-01-01T12:00:00Z")).toBe("2027-01-02");
  // The day of the change has 25 hours.
  expect(startOfDay("2027-10-31", "Europe/London").toISOString()).toBe("2027-10-30T23:00:00.000Z");
  expect(startOfDay("2027-11-01", "Europe/London").toISOString()).toBe("2027-11-01T00:00:00.000Z");
});

it("works in Deno as it does in Node", async () => {
  const deno = join(root, "node_modules/.bin/deno");
  const args = ["run", "--quiet", "--no-prompt", "--cached-only", `--config=${join(root, "functions/deno.json")}`];
  const rights = ["--allow-net", "--allow-env", `--allow-read=${root}`];
  const { stdout } = await promisify(execFile)(deno, [...args, ...rights, join(root, "tests/client/in-deno.ts")], {
    cwd: root,
    env: {
      NEXUS_URL: server.origin,
      NEXUS_KEY: world.keys.publishable,
      BOUTIQUE: boutique.slug,
      PRODUCT: gown.productSlug,
    },
  });
  expect(JSON.parse(stdout)).toEqual({ found: ["Margaux"], page: "Margaux", refusal: "product_not_found" });
});

const quiet = { auth: { persistSession: false, autoRefreshToken: false } };

function withFetch(fetch: typeof globalThis.fetch) {
  return createNexusClient(world.apiUrl, world.keys.publishable, { ...quiet, global: { fetch } });
}

function headersOf(init: RequestInit | undefined, person: Person): Headers {
  const headers = new Headers(init?.headers);
  headers.set("authorization", `Bearer ${person.accessToken}`);
  return headers;
}
