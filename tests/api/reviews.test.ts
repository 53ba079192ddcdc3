import { randomUUID } from "node:crypto";
import sharp from "sharp";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { deliverNotification } from "../../functions/_shared/jobs/deliver-notification.ts";
import { eraseAccount } from "../../functions/_shared/jobs/erase-account.ts";
import { processReviewPhoto } from "../../functions/_shared/jobs/process-review-photo.ts";
import { removeReviewPhoto } from "../../functions/_shared/jobs/remove-review-photo.ts";
import { sweepMedia } from "../../functions/_shared/jobs/sweep-media.ts";
import { makeSalon, type Salon } from "../helpers/fittings.ts";
import { type BoutiqueFixture, makeBoutique, makeVariant, period, type VariantFixture } from "../helpers/fixtures.ts";
import { deliver, lineOf, paidOrder } from "../helpers/fulfilment.ts";
import { makeForSale } from "../helpers/orders.ts";
import { hold, steps } from "../helpers/rentals.ts";
import { attendedFitting, miscounted } from "../helpers/reviews.ts";
import { runJob } from "../helpers/run-job.ts";
import { type Person, World } from "../helpers/world.ts";

interface Shown {
  readonly id: string;
  readonly rating: number;
  readonly author_name: string;
  readonly helpful_count: number;
  readonly photos: readonly { readonly path: string; readonly alt: string }[];
}

let world: World;
let boutique: BoutiqueFixture;
let salon: Salon;
let gown: VariantFixture;
let author: Person;
let other: Person;
let stranger: Person;
let stylist: Person;
let manager: Person;
let rival: Person;
let admin: Person;

beforeAll(async () => {
  world = await World.create({ connections: 25 });
  boutique = await makeBoutique(world.sql);
  salon = await makeSalon(world.sql, boutique);
  await world.sql`
    insert into public.shipping_methods (boutique_id, kind, name, price, currency)
    values (${boutique.id}, 'delivery', 'By courier', 0, 'XXX')`;
  author = await world.asCustomer("Selam Tesfaye");
  other = await world.asCustomer("Hana");
  stranger = await world.asCustomer("");
  stylist = await world.asStaff(boutique.id, "stylist");
  manager = await world.asStaff(boutique.id, "manager");
  rival = await world.asStaff((await makeBoutique(world.sql)).id, "owner");
  admin = await world.asAdmin();
});
afterAll(() => world.close());
beforeEach(async () => {
  gown = await makeVariant(world.sql, boutique, { garments: 2 });
  await world.sql`delete from private.rate_limits`;
});

const tried = (who: Person, garmentIds: readonly string[] = gown.garmentIds) =>
  attendedFitting(world.sql, boutique, salon, who.id, garmentIds);

type Said = Record<string, unknown>;
const write = (who: Person, subject_id: string, more: Said = {}) =>
  who.client.rpc("write_review", {
    kind: "fitted",
    subject_id,
    product_id: gown.productId,
    rating: 4,
    ...more,
  } as never);
async function written(who: Person, more: Said = {}): Promise<string> {
  const { data, error } = await write(who, await tried(who), more);
  if (error !== null) throw error;
  return data.id;
}
const edit = (who: Person, review_id: string, more: Said = {}) =>
  who.client.rpc("edit_review", { review_id, rating: 2, ...more } as never);
const hide = (who: Person, review_id: string, reason = "It names a person.") =>
  who.client.rpc("hide_review", { review_id, reason });
const vote = (who: Person, review_id: string, helpful = true) => who.client.rpc("vote_review", { review_id, helpful });
async function shown(more: { sort?: string; page_size?: number; after?: string } = {}, who = world.asAnon()) {
  const { data, error } = await who.rpc("product_reviews", { product_id: gown.productId, ...more });
  if (error !== null) throw error;
  return data as unknown as { reviews: Shown[]; next: string | null };
}
async function summary() {
  const { data, error } = await world.asAnon().rpc("review_summary", { product_id: gown.productId });
  if (error !== null) throw error;
  return data as unknown as { rating: number | null; count: number; stars: number[]; fit: Record<string, number> };
}
const rowOf = async (id: string) => (await world.sql`select * from public.reviews where id = ${id}`)[0];
const toldOf = async (kind: string, subject: string) =>
  (
    await world.sql`
      select from pgboss.job where name = 'notify.deliver' and data ->> 'kind' = ${kind} and data ->> 'subject_id' = ${subject}`
  ).length;

describe("what may be reviewed", () => {
  const may = async (who: Person) =>
    ((await who.client.rpc("reviewable_experiences")).data ?? []).filter(
      ({ product_id }) => product_id === gown.productId,
    );

  it("is a fitting that she came to, each gown of it once", async () => {
    const veil = await makeVariant(world.sql, boutique);
    const fitting = await tried(author, [...gown.garmentIds, ...veil.garmentIds]);
    expect(await may(author)).toMatchObject([{ kind: "fitted", subject_id: fitting }]);
    expect(await may(other)).toEqual([]);
    expect((await write(author, fitting)).error).toBeNull();
    expect(await may(author)).toEqual([]);
    expect((await write(author, fitting)).error).toMatchObject({ code: "PT409", hint: "already_reviewed" });
    expect((await write(author, fitting, { product_id: veil.productId })).error).toBeNull();
    const untried = await makeVariant(world.sql, boutique);
    for (const [who, more] of [
      [other, {}],
      [author, { product_id: untried.productId }],
      [author, { kind: "rented" }],
      [author, { kind: "bought" }],
      [author, { product_id: randomUUID() }],
      [rival, {}],
      [admin, {}],
    ] as const) {
      expect((await write(who, fitting, more)).error).toMatchObject({ code: "PT404", hint: "experience_not_found" });
    }
    expect((await world.asAnon().rpc("reviewable_experiences")).error).toMatchObject({ code: "42501" });
  });

  it.each(["offered", "booked", "no_show", "cancelled", "expired"])("is no fitting that is %s", async (state) => {
    const fitting = await tried(author);
    await world.sql`update public.appointments set state = ${state}, held_until = now() where id = ${fitting}`;
    expect((await write(author, fitting)).error).toMatchObject({ hint: "experience_not_found" });
    expect(await may(author)).toEqual([]);
  });

  it("is a rental that came back, and not before", async () => {
    const rental = await hold(author, gown.id, period(0, 2));
    const say = () => write(author, rental.id, { kind: "rented" });
    const { handOver, giveBack, startInspection, inspect } = steps(() => stylist);
    const not = { code: "PT404", hint: "experience_not_found" };
    expect((await say()).error).toMatchObject(not);
    await stylist.client.rpc("confirm_rental", { rental_id: rental.id });
    expect((await say()).error).toMatchObject(not);
    await handOver(rental);
    expect((await say()).error).toMatchObject(not);
    await giveBack(rental);
    expect(await may(author)).toMatchObject([
      { kind: "rented", subject_id: rental.id, product_name: gown.productSlug },
    ]);
    await startInspection(rental);
    expect(await may(author)).toHaveLength(1);
    await inspect(rental, { outcome: "ok", condition: "good" });
    expect((await say()).data).toMatchObject({ kind: "rented", subject_id: rental.id, state: "published" });
    expect((await say()).error).toMatchObject({ hint: "already_reviewed" });
    expect(await toldOf("review_invitation", rental.id)).toBe(1);
  });

  it("is no rental that was lost", async () => {
    const rental = await hold(author, gown.id, period(0, 2));
    await stylist.client.rpc("confirm_rental", { rental_id: rental.id });
    await steps(() => stylist).handOver(rental);
    expect((await steps(() => manager).lose(rental)).error).toBeNull();
    expect((await write(author, rental.id, { kind: "rented" })).error).toMatchObject({ hint: "experience_not_found" });
  });

  it("is a purchase that was delivered, and that she has kept some of", async () => {
    const ring = await makeForSale(world.sql, boutique, { stock: 5 });
    const order = await paidOrder(world, author, boutique.id, [{ variantId: ring.id, quantity: 2 }]);
    const line = lineOf(order, ring.id);
    const say = () => write(author, line.id, { kind: "bought", product_id: ring.productId });
    expect((await say()).error).toMatchObject({ hint: "experience_not_found" });
    const { data: sent } = await manager.client.rpc("fulfil_order", {
      ...{ order_id: order.id, kind: "delivery", idempotency_key: randomUUID() },
    });
    expect((await say()).error).toMatchObject({ hint: "experience_not_found" });
    await manager.client.rpc("mark_delivered", { shipment_id: sent?.id ?? "" });
    await world.sql`update public.order_items set returned_quantity = 2 where id = ${line.id}`;
    expect((await say()).error).toMatchObject({ hint: "experience_not_found" });
    await world.sql`update public.order_items set returned_quantity = 1 where id = ${line.id}`;
    expect((await say()).data).toMatchObject({ kind: "bought", subject_id: line.id });
    expect((await say()).error).toMatchObject({ hint: "already_reviewed" });
    expect(await toldOf("review_invitation", sent?.id ?? "")).toBe(1);
    const again = await paidOrder(world, author, boutique.id, [{ variantId: ring.id }]);
    await deliver(manager, again.id);
    const twice = await write(author, lineOf(again, ring.id).id, { kind: "bought", product_id: ring.productId });
    expect(twice.error).toBeNull();
  });

  it("is not what she works for", async () => {
    const fitting = await tried(stylist);
    expect((await write(stylist, fitting)).error).toMatchObject({ code: "PT409", hint: "own_boutique" });
    expect(await may(stylist)).toEqual([]);
  });

  it("is looked for whoever writes the row", async () => {
    const row = {
      ...{ product_id: gown.productId, boutique_id: boutique.id, customer_id: author.id, kind: "fitted" },
      ...{ subject_id: await tried(other), author_name: "Selam", rating: 5 },
    };
    const insert = (more: object) =>
      world
        .asService()
        .from("reviews")
        .insert({ ...row, ...more } as never);
    expect((await insert({})).error).toMatchObject({ code: "PT404", hint: "experience_not_found" });
    expect((await insert({ customer_id: null })).error).toMatchObject({ hint: "experience_not_found" });
    expect((await insert({ subject_id: await tried(author), boutique_id: randomUUID() })).error).toMatchObject({
      hint: "experience_not_found",
    });
    expect((await insert({ subject_id: await tried(author) })).error).toBeNull();
    const moved = world.sql`update public.reviews set kind = 'rented' where product_id = ${gown.productId}`;
    await expect(moved).rejects.toMatchObject({ code: "PT404" });
    expect((await author.client.from("reviews").insert(row as never)).error).toMatchObject({ code: "42501" });
  });

  it("gives one review, also to calls at once", async () => {
    const fitting = await tried(author);
    const answers = await Promise.all(Array.from({ length: 8 }, () => write(author, fitting)));
    expect(answers.filter(({ error }) => error === null)).toHaveLength(1);
    for (const { error } of answers) if (error !== null) expect(error).toMatchObject({ hint: "already_reviewed" });
    expect(await summary()).toMatchObject({ count: 1 });
  });
});

describe("a review", () => {
  it("is shown at once, by the first word of her name, with nothing that is private", async () => {
    const measurements = { height_cm: 171.5, bust_cm: 88, usual_size: "38" };
    const id = await written(author, { rating: 5, fit: "small", title: " Lovely ", body: "Runs small.", measurements });
    await written(stranger, { rating: 2 });
    const page = await shown({ sort: "highest" });
    expect(page.reviews).toMatchObject([
      {
        id,
        author_name: "Selam",
        rating: 5,
        fit: "small",
        title: "Lovely",
        body: "Runs small.",
        kind: "fitted",
        reply: null,
      },
      { author_name: "A customer", rating: 2, title: "", fit: null },
    ]);
    const text = JSON.stringify(page);
    for (const secret of [author.id, author.email, "Tesfaye", "171.5", "appointment", "customer_id"])
      expect(text).not.toContain(secret);
    expect(await summary()).toEqual({
      rating: 3.5,
      count: 2,
      stars: [0, 1, 0, 0, 1],
      fit: { small: 1, true: 0, large: 0 },
    });
    expect(await toldOf("review_new", id)).toBe(1);
    const see = async (who: Person) => (await who.client.from("reviews").select("id").eq("id", id)).data?.length;
    expect(await Promise.all([author, other, stylist, rival, admin].map(see))).toEqual([1, 0, 1, 0, 1]);
    expect((await world.asAnon().from("reviews").select()).error).toMatchObject({ code: "42501" });
  });

  it("keeps measurements for her eyes alone", async () => {
    const id = await written(author, { measurements: { weight_kg: 60, waist_cm: "70" } });
    const mine = async (who: Person) =>
      ((await who.client.rpc("my_review_measurements")).data ?? []).filter(({ review_id }) => review_id === id);
    expect(await mine(author)).toMatchObject([{ weight_kg: 60, waist_cm: 70, height_cm: null }]);
    for (const who of [other, manager, rival, admin]) expect(await mine(who)).toEqual([]);
    await edit(author, id);
    expect(await mine(author)).toHaveLength(1);
    await edit(author, id, { measurements: { hips_cm: 95 } });
    expect(await mine(author)).toMatchObject([{ hips_cm: 95, weight_kg: null }]);
    await edit(author, id, { measurements: {} });
    expect(await mine(author)).toEqual([]);
    for (const measurements of [
      { height_cm: 20 },
      { height_cm: "tall" },
      { shoe: 38 },
      [],
      "x",
      { usual_size: "x".repeat(21) },
      { weight_kg: 1e9 },
    ]) {
      expect((await edit(author, id, { measurements })).error).toMatchObject({
        code: "PT400",
        hint: "invalid_measurements",
      });
    }
  });

  it("is refused when it says what none may", async () => {
    const fitting = await tried(author);
    for (const more of [{ rating: 0 }, { rating: 6 }, { title: "x".repeat(121) }, { body: "x".repeat(5001) }]) {
      expect((await write(author, fitting, more)).error).toMatchObject({ code: "PT400", hint: "invalid_review" });
    }
    expect((await write(author, fitting, { measurements: { age: 3 } })).error).toMatchObject({
      hint: "invalid_measurements",
    });
    expect((await write(author, fitting)).error).toBeNull();
  });

  it("is of a product that cannot be deleted any more, and goes from sight with it", async () => {
    await written(author);
    const gone = await manager.client.from("products").delete().eq("id", gown.productId);
    expect(gone.error).toMatchObject({ code: "23503" });
    await world.sql`update public.products set status = 'archived' where id = ${gown.productId}`;
    for (const rpc of ["product_reviews", "review_summary"] as const) {
      const { error } = await world.asAnon().rpc(rpc, { product_id: gown.productId });
      expect(error).toMatchObject({ code: "PT404", hint: "product_not_found" });
    }
  });
});

describe("an edit", () => {
  it("is its author's alone, for 14 days, and keeps what it said before", async () => {
    const id = await written(author, { rating: 5, fit: "true", title: "Good", body: "All well." });
    for (const who of [other, manager, rival, admin]) {
      expect((await edit(who, id)).error).toMatchObject({ code: "PT404", hint: "review_not_found" });
    }
    expect((await edit(author, id, { rating: 1, fit: "large", title: "Bad" })).data).toMatchObject({
      rating: 1,
      body: "",
    });
    expect((await edit(author, id, { rating: 1, fit: "large", title: "Bad" })).error).toBeNull();
    expect(await summary()).toMatchObject({ rating: 1, stars: [1, 0, 0, 0, 0], fit: { true: 0, large: 1 } });
    const history = async (who: Person) =>
      (await who.client.from("review_revisions").select("rating, fit, title, body").eq("review_id", id)).data;
    for (const who of [author, stylist, admin]) {
      expect(await history(who)).toEqual([{ rating: 5, fit: "true", title: "Good", body: "All well." }]);
    }
    for (const who of [other, rival]) expect(await history(who)).toEqual([]);
    expect((await author.client.from("review_revisions").delete().eq("review_id", id)).error).toMatchObject({
      code: "42501",
    });
    await world.sql`update public.reviews set created_at = now() - interval '14 days' + interval '1 minute' where id = ${id}`;
    expect((await edit(author, id, { rating: 3 })).error).toBeNull();
    await world.sql`update public.reviews set created_at = now() - interval '14 days 1 minute' where id = ${id}`;
    expect((await edit(author, id, { rating: 4 })).error).toMatchObject({ code: "PT409", hint: "too_late_to_edit" });
    expect(await summary()).toMatchObject({ rating: 3 });
    expect(await miscounted(world.sql)).toEqual([]);
  });
});

describe("deleting", () => {
  it("is the author's, at any time", async () => {
    const id = await written(author);
    await vote(other, id);
    await edit(author, id);
    await world.sql`update public.reviews set created_at = now() - interval '1 year' where id = ${id}`;
    const remove = (who: Person) => who.client.rpc("delete_review", { review_id: id });
    for (const who of [other, stylist, manager, rival, admin]) {
      expect((await remove(who)).error).toMatchObject({ code: "PT404", hint: "review_not_found" });
      expect((await who.client.from("reviews").delete().eq("id", id)).error).toMatchObject({ code: "42501" });
    }
    expect((await remove(author)).error).toBeNull();
    expect(await rowOf(id)).toBeUndefined();
    expect(await summary()).toEqual({
      rating: null,
      count: 0,
      stars: [0, 0, 0, 0, 0],
      fit: { small: 0, true: 0, large: 0 },
    });
    expect(await miscounted(world.sql)).toEqual([]);
  });

  it("of a hidden one does not let her write it anew", async () => {
    const fitting = await tried(author);
    const { data } = await write(author, fitting, { body: "Her phone is 0911", measurements: { height_cm: 170 } });
    const id = data?.id ?? "";
    await hide(admin, id);
    expect((await author.client.rpc("delete_review", { review_id: id })).error).toBeNull();
    expect(await rowOf(id)).toMatchObject({ state: "withdrawn", body: "" });
    expect((await write(author, fitting)).error).toMatchObject({ hint: "already_reviewed" });
    expect((await admin.client.rpc("show_review", { review_id: id })).error).toMatchObject({
      hint: "review_not_found",
    });
    expect((await edit(author, id)).error).toMatchObject({ hint: "review_not_found" });
    expect(await world.sql`select from public.review_revisions where review_id = ${id}`).toHaveLength(0);
    expect(await world.sql`select from private.review_measurements where review_id = ${id}`).toHaveLength(0);
    expect(await miscounted(world.sql)).toEqual([]);
  });
});

describe("a vote", () => {
  it("counts once for each, and not for one's own or one's boutique's", async () => {
    const id = await written(author);
    expect((await vote(other, id)).data).toBe(1);
    expect((await vote(other, id)).data).toBe(1);
    expect((await vote(stranger, id)).data).toBe(2);
    expect((await vote(other, id, false)).data).toBe(1);
    expect((await vote(other, id, false)).data).toBe(1);
    expect((await vote(author, id)).error).toMatchObject({ code: "PT409", hint: "own_review" });
    expect((await vote(stylist, id)).error).toMatchObject({ code: "PT409", hint: "own_boutique" });
    expect((await world.asAnon().rpc("vote_review", { review_id: id })).error).toMatchObject({ code: "42501" });
    expect((await vote(other, randomUUID())).error).toMatchObject({ code: "PT404", hint: "review_not_found" });
    expect((await shown({}, stranger.client)).reviews).toMatchObject([
      { is_helpful: true, is_own: false, helpful_count: 1 },
    ]);
    expect((await shown({}, author.client)).reviews).toMatchObject([{ is_helpful: false, is_own: true }]);
    expect((await other.client.from("review_votes").select()).data).toEqual([]);
    await hide(admin, id);
    expect((await vote(other, id)).error).toMatchObject({ hint: "review_not_found" });
  });
});

describe("many at once", () => {
  it("are counted exactly: 50 reviews, their edits, votes, and some that go", { timeout: 120_000 }, async () => {
    const people = await Promise.all(Array.from({ length: 50 }, (_, n) => world.asCustomer(`Bride${n}`)));
    const fittings = await Promise.all(people.map((person) => tried(person)));
    const fits = ["small", "true", "large", null];
    const all = await Promise.all(
      people.map((person, n) => write(person, fittings[n] ?? "", { rating: (n % 5) + 1, fit: fits[n % 4] })),
    );
    const ids = all.map(({ data, error }) => {
      if (error !== null) throw error;
      return data.id;
    });
    expect(await summary()).toEqual({
      rating: 3,
      count: 50,
      stars: [10, 10, 10, 10, 10],
      fit: { small: 13, true: 13, large: 12 },
    });
    expect(await miscounted(world.sql)).toEqual([]);

    const loved = ids[0] ?? "";
    const done = await Promise.all([
      ...people.slice(1).flatMap((person) => [vote(person, loved), vote(person, loved)]),
      ...people.map((person, n) => vote(person, ids[(n + 1) % 50] ?? "")),
      ...people.slice(0, 20).map((person, n) => edit(person, ids[n] ?? "", { rating: 5, fit: "true" })),
      ...ids.slice(20, 30).map((id) => hide(admin, id)),
      ...people.slice(30, 40).map((person, n) => person.client.rpc("delete_review", { review_id: ids[30 + n] ?? "" })),
    ]);
    // Who votes for what is just hidden or deleted may come too late.
    for (const { error } of done) if (error !== null) expect(error).toMatchObject({ hint: "review_not_found" });
    expect(await miscounted(world.sql)).toEqual([]);
    expect(await rowOf(loved)).toMatchObject({ helpful_count: 49 });
    const [counted] = await world.sql`
      select count(*)::int as count, round(avg(rating), 2)::float8 as rating from public.reviews
      where product_id = ${gown.productId} and state = 'published'`;
    expect(counted).toMatchObject({ count: 30 });
    expect(await summary()).toMatchObject(counted ?? {});

    for (const [sort, key] of [
      ["helpful", ({ helpful_count }: Shown) => -helpful_count],
      ["newest", () => 0],
      ["highest", ({ rating }: Shown) => -rating],
      ["lowest", ({ rating }: Shown) => rating],
    ] as const) {
      const found: Shown[] = [];
      for (let after: string | undefined, more = true; more; ) {
        const page = await shown({ sort, page_size: 7, ...(after === undefined ? {} : { after }) });
        found.push(...page.reviews);
        more = page.next !== null;
        after = page.next ?? undefined;
      }
      expect(new Set(found.map(({ id }) => id)).size, sort).toBe(30);
      const wanted = [...found].sort(
        (a, b) => key(a) - key(b) || (sort === "lowest" ? 1 : -1) * (a.id < b.id ? -1 : 1),
      );
      expect(
        found.map(({ id }) => id),
        sort,
      ).toEqual(wanted.map(({ id }) => id));
    }
    const page = await shown({ sort: "newest", page_size: 2 });
    for (const [more, hint] of [
      [{ sort: "highest", after: page.next ?? "" }, "invalid_cursor"],
      [{ sort: "newest", after: "x" }, "invalid_cursor"],
      [{ sort: "best" }, "invalid_sort"],
      [{ page_size: 0 }, "invalid_page_size"],
    ] as const) {
      await expect(shown(more)).rejects.toMatchObject({ code: "PT400", hint });
    }
  });
});

describe("the search", () => {
  it("orders by a mean that few reviews move little, and follows at once", async () => {
    const rank = async () =>
      (await world.sql`select rating::float8 from private.product_documents where product_id = ${gown.productId}`)[0]?.[
        "rating"
      ];
    expect(await rank()).toBe(0);
    const id = await written(author, { rating: 5 });
    expect(await rank()).toBeCloseTo(25 / 6, 5);
    await manager.client.from("products").update({ name: "Renamed" }).eq("id", gown.productId);
    expect(await rank()).toBeCloseTo(25 / 6, 5);
    await edit(author, id, { rating: 1 });
    expect(await rank()).toBeCloseTo(21 / 6, 5);
    await hide(admin, id);
    expect(await rank()).toBe(0);
  });
});

describe("a report", () => {
  const report = (who: Person, review_id: string, reason = "spam") =>
    who.client.rpc("report_review", { review_id, reason: reason as "spam", note: "See there" });
  const queue = async (who: Person, boutique_id?: string) => {
    const { data, error } = await who.client.rpc("review_queue", {
      ...(boutique_id === undefined ? {} : { boutique_id }),
      page_size: 100,
    });
    if (error !== null) throw error;
    return (data as unknown as { reviews: { id: string; open_reports: object; is_unanswered: boolean }[] }).reviews;
  };

  it("is anybody's, once, and leaves the review until an admin has decided", async () => {
    const id = await written(author, { rating: 1 });
    expect((await report(author, id)).error).toMatchObject({ code: "PT409", hint: "own_review" });
    const { data: first } = await report(other, id);
    expect((await report(other, id, "offensive")).error).toMatchObject({ code: "PT409", hint: "already_reported" });
    expect((await report(stylist, id, "untrue")).error).toBeNull();
    expect((await report(rival, id)).error).toBeNull();
    expect((await world.asAnon().rpc("report_review", { review_id: id, reason: "spam" })).error).toMatchObject({
      code: "42501",
    });
    expect((await shown()).reviews).toHaveLength(1);
    const see = async (who: Person) =>
      (await who.client.from("review_reports").select("id").eq("review_id", id)).data?.length;
    expect(await Promise.all([author, other, stylist, manager, rival, admin].map(see))).toEqual([0, 1, 1, 0, 1, 3]);

    const inQueue = async (who: Person) => (await queue(who)).filter((review) => review.id === id);
    const waits = [{ id, open_reports: { spam: 2, untrue: 1 }, is_unanswered: true }];
    expect(await inQueue(stylist)).toMatchObject(waits);
    expect(await inQueue(admin)).toMatchObject(waits);
    for (const who of [author, other, rival]) expect(await inQueue(who)).toEqual([]);
    expect(JSON.stringify(await queue(manager, boutique.id))).not.toContain(other.id);

    const resolve = (who: Person, upheld: boolean) =>
      who.client.rpc("resolve_review_report", { report_id: first?.id ?? "", upheld });
    for (const who of [author, other, manager, rival]) {
      expect((await resolve(who, true)).error).toMatchObject({ code: "PT403", hint: "not_allowed" });
    }
    expect((await resolve(admin, false)).data).toMatchObject({ state: "dismissed", resolved_by: admin.id });
    expect((await resolve(admin, true)).data).toMatchObject({ state: "dismissed" });
    await hide(admin, id);
    const states = await world.sql`select state from public.review_reports where review_id = ${id} order by id`;
    expect(states.map(({ state }) => state)).toEqual(["dismissed", "upheld", "upheld"]);
    for (const who of [stylist, admin]) expect(await inQueue(who)).toEqual([]);
  });
});

describe("an answer", () => {
  it("is the managers' of its boutique, and its author is told of the first", async () => {
    const id = await written(author);
    const reply = (who: Person, text: string) => who.client.rpc("reply_to_review", { review_id: id, reply: text });
    for (const who of [author, other, stylist, rival, admin]) {
      expect((await reply(who, "Thanks")).error).toMatchObject({ code: "PT404", hint: "review_not_found" });
    }
    expect((await reply(manager, "x".repeat(3001))).error).toMatchObject({ code: "PT400", hint: "invalid_reply" });
    expect((await reply(manager, " Thank you! ")).data).toMatchObject({ reply: "Thank you!", replied_by: manager.id });
    expect((await reply(manager, "Thank you, Selam!")).error).toBeNull();
    expect((await shown()).reviews).toMatchObject([{ reply: "Thank you, Selam!" }]);
    expect(JSON.stringify(await shown())).not.toContain(manager.id);
    expect(await toldOf("review_replied", id)).toBe(1);
    expect((await reply(manager, " ")).data).toMatchObject({ reply: null, replied_at: null, replied_by: null });
    expect(await rowOf(id)).toMatchObject({ rating: 4, title: "" });
  });
});

describe("hiding", () => {
  it("is an admin's without a stake in it, with a reason that the author reads", async () => {
    const id = await written(author, { rating: 1, fit: "small" });
    for (const who of [author, other, stylist, manager, rival]) {
      expect((await hide(who, id)).error).toMatchObject({ code: "PT403", hint: "not_allowed" });
      expect((await who.client.rpc("show_review", { review_id: id })).error).toMatchObject({ code: "PT403" });
      const { error } = await who.client.from("reviews").update({ state: "hidden" }).eq("id", id);
      expect(error).toMatchObject({ code: "42501" });
    }
    const partial = await world.asStaff(boutique.id, "manager");
    await world.sql`insert into public.platform_admins (user_id) values (${partial.id})`;
    expect((await hide(partial, id)).error).toMatchObject({ code: "PT409", hint: "own_boutique" });
    expect((await hide(admin, id, " ")).error).toMatchObject({ code: "PT400", hint: "reason_required" });
    expect((await shown()).reviews).toHaveLength(1);

    expect((await hide(admin, id)).data).toMatchObject({ state: "hidden", hidden_by: admin.id });
    expect((await hide(admin, id, "Another")).data).toMatchObject({ hidden_reason: "It names a person." });
    expect((await shown()).reviews).toEqual([]);
    expect(await summary()).toMatchObject({ rating: null, count: 0, fit: { small: 0 } });
    const { data } = await author.client.from("reviews").select("state, hidden_reason").eq("id", id);
    expect(data).toEqual([{ state: "hidden", hidden_reason: "It names a person." }]);
    expect(await toldOf("review_hidden", id)).toBe(1);
    expect((await edit(author, id, { rating: 2 })).data).toMatchObject({ state: "hidden" });
    expect(await summary()).toMatchObject({ count: 0 });

    expect((await admin.client.rpc("show_review", { review_id: id })).data).toMatchObject({ state: "published" });
    expect((await shown()).reviews).toMatchObject([{ id, rating: 2 }]);
    expect(await summary()).toMatchObject({ rating: 2, count: 1 });
    expect(await miscounted(world.sql)).toEqual([]);
  });
});

describe("photos", () => {
  const bucket = "review-photos";
  const aPicture = () =>
    sharp({ create: { width: 40, height: 30, channels: 3, background: "white" } })
      .withExif({ IFD0: { ImageDescription: "GPS-SECRET" } })
      .jpeg()
      .toBuffer();
  async function uploaded(who: Person, folder = who.id): Promise<string> {
    const path = `${folder}/${randomUUID()}.jpg`;
    const file = new Blob([new Uint8Array(await aPicture())], { type: "image/jpeg" });
    const { error } = await who.client.storage.from(bucket).upload(path, file, { contentType: "image/jpeg" });
    if (error !== null) throw error;
    return path;
  }
  const isThere = async (path: string) =>
    (await world.sql`select from storage.objects where bucket_id = ${bucket} and name = ${path}`).length === 1;
  async function work() {
    for (const queue of [processReviewPhoto, removeReviewPhoto]) {
      const jobs = await world.sql<{ data: Record<string, string> }[]>`
        update pgboss.job set state = 'completed' where name = ${queue.name} and state = 'created' returning data`;
      for (const { data } of jobs) await runJob(world, queue, data);
    }
  }
  const photosOf = (id: string) =>
    world.sql<{ storage_path: string; state: string }[]>`
      select storage_path, state from public.review_photos where review_id = ${id} order by position`;

  it("are shown as copies without what the camera wrote, in their order", async () => {
    const paths = [await uploaded(author), await uploaded(author)];
    const id = await written(author, { photo_paths: paths });
    expect((await shown()).reviews[0]?.photos).toEqual([]);
    await work();
    const [first, second] = await photosOf(id);
    expect([first?.state, second?.state]).toEqual(["ready", "ready"]);
    expect(await Promise.all(paths.map(isThere))).toEqual([false, false]);
    const { data, error } = await author.client
      .from("review_photos")
      .update({ alt: "From behind" })
      .eq("storage_path", first?.storage_path ?? "")
      .select("alt");
    expect([data, error]).toEqual([[{ alt: "From behind" }], null]);
    expect((await shown()).reviews[0]?.photos).toMatchObject([
      { path: first?.storage_path, alt: "From behind" },
      { path: second?.storage_path, alt: "" },
    ]);
    const { data: file } = await world
      .asAnon()
      .storage.from(bucket)
      .download(first?.storage_path ?? "");
    expect(Buffer.from((await file?.arrayBuffer()) ?? new ArrayBuffer(0)).includes("GPS-SECRET")).toBe(false);

    const third = await uploaded(author);
    await edit(author, id, { photo_paths: [third, second?.storage_path] });
    await work();
    expect((await photosOf(id)).map(({ storage_path }) => storage_path)).toEqual([
      expect.any(String),
      second?.storage_path,
    ]);
    expect(await isThere(first?.storage_path ?? "")).toBe(false);
    await edit(author, id);
    expect(await photosOf(id)).toHaveLength(2);
    await edit(author, id, { photo_paths: [] });
    await work();
    expect(await isThere(second?.storage_path ?? "")).toBe(false);
  });

  it("go with a review that is hidden or deleted", async () => {
    const id = await written(author, { photo_paths: [await uploaded(author)] });
    const gone = await written(other, { photo_paths: [await uploaded(other)] });
    await work();
    const paths = [...(await photosOf(id)), ...(await photosOf(gone))].map(({ storage_path }) => storage_path);
    expect(await Promise.all(paths.map(isThere))).toEqual([true, true]);
    await hide(admin, id);
    await other.client.rpc("delete_review", { review_id: gone });
    await work();
    expect(await Promise.all(paths.map(isThere))).toEqual([false, false]);
  });

  it("are up to six of her own that are there", async () => {
    const fitting = await tried(author);
    const path = await uploaded(author);
    const seven = Array.from({ length: 7 }, () => `${author.id}/${randomUUID()}.jpg`);
    await expect(uploaded(author, other.id)).rejects.toMatchObject({
      message: expect.stringContaining("row-level security"),
    });
    for (const photo_paths of [seven, [path, path], [`${author.id}/nothing.jpg`], [await uploaded(other)], [null]]) {
      expect((await write(author, fitting, { photo_paths })).error).toMatchObject({
        code: "PT400",
        hint: "invalid_photos",
      });
    }
    await written(author, { photo_paths: [path] });
    expect((await write(author, fitting, { photo_paths: [path] })).error).toMatchObject({ hint: "invalid_photos" });
  });

  it("that are none are refused, and files that no review has are swept", async () => {
    const path = `${author.id}/${randomUUID()}.jpg`;
    const text = new Blob(["no picture"], { type: "image/jpeg" });
    await author.client.storage.from(bucket).upload(path, text, { contentType: "image/jpeg" });
    const id = await written(author, { photo_paths: [path] });
    await work();
    expect(await photosOf(id)).toMatchObject([{ state: "refused" }]);
    expect(await isThere(path)).toBe(false);
    const [old, fresh] = [await uploaded(author), await uploaded(author)];
    await world.sql`update storage.objects set created_at = now() - interval '2 days', updated_at = now() - interval '2 days' where name = ${old}`;
    await runJob(world, sweepMedia, {});
    expect([await isThere(old), await isThere(fresh)]).toEqual([false, true]);
  });
});

describe("the systems of the boutique", () => {
  it("are told what can be seen and what not any more, and not whose it is", async () => {
    const { error } = await manager.client.rpc("create_webhook_endpoint", {
      ...{ boutique_id: boutique.id, url: "https://shop.example/hook", description: "" },
      event_types: ["review.published", "review.hidden"],
    });
    expect(error).toBeNull();
    const id = await written(author, { rating: 5, fit: "true" });
    await hide(admin, id);
    await edit(author, id, { rating: 1 });
    await admin.client.rpc("show_review", { review_id: id });
    await author.client.rpc("delete_review", { review_id: id });
    const events = await world.sql<{ type: string; data: object }[]>`
      select type, payload -> 'data' as data from public.webhook_events where payload #>> '{data,review_id}' = ${id} order by id`;
    const said = { review_id: id, product_id: gown.productId };
    expect(events).toEqual([
      { type: "review.published", data: { ...said, state: "published", rating: 5, fit: "true" } },
      { type: "review.hidden", data: { ...said, state: "hidden", rating: 5, fit: "true" } },
      { type: "review.published", data: { ...said, state: "published", rating: 1, fit: null } },
      { type: "review.hidden", data: { ...said, state: "withdrawn", rating: 1, fit: null } },
    ]);
    expect(JSON.stringify(events)).not.toContain(author.id);
  });
});

describe("what people are told", () => {
  const mails = (kind: string, subject_id: string, occasion = "once") =>
    runJob(world, deliverNotification, { kind, subject_id, occasion });

  it("is a new review to managers, and an answer and its hiding to the author", async () => {
    const shop = await makeBoutique(world.sql);
    const [boss, helper] = [await world.asStaff(shop.id, "manager"), await world.asStaff(shop.id, "stylist")];
    gown = await makeVariant(world.sql, shop, { name: "Genet" });
    const shopSalon = await makeSalon(world.sql, shop);
    const fitting = await attendedFitting(world.sql, shop, shopSalon, author.id, gown.garmentIds);
    const { data } = await write(author, fitting, { title: "Lovely" });
    const id = data?.id ?? "";
    const news = await mails("review_new", id);
    expect(news.map(({ to }) => to)).toEqual([boss.email]);
    expect(news[0]?.text).toContain("Lovely");
    expect(JSON.stringify(news)).not.toContain(helper.email);
    await boss.client.rpc("reply_to_review", { review_id: id, reply: "Many thanks!" });
    expect(await mails("review_new", id)).toEqual([]);
    expect(await mails("review_replied", id)).toMatchObject([
      { to: author.email, text: expect.stringContaining("Many thanks!") },
    ]);
    expect(await mails("review_replied", id)).toEqual([]);
    for (const reason of ["It names a person.", "It is not about the gown."]) {
      await admin.client.rpc("show_review", { review_id: id });
      await hide(admin, id, reason);
      const [row] = await world.sql<{ occasion: string }[]>`
        select data ->> 'occasion' as occasion from pgboss.job
        where name = 'notify.deliver' and data ->> 'kind' = 'review_hidden' and data ->> 'subject_id' = ${id} order by created_on desc limit 1`;
      const occasion = row?.occasion ?? "";
      expect(await mails("review_hidden", id, occasion)).toMatchObject([{ text: expect.stringContaining(reason) }]);
      expect(await mails("review_hidden", id, occasion)).toEqual([]);
    }
  });

  it("is an invitation three days later, to who wants it, once, and while there is something to say", async () => {
    const invited = await world.asCustomer("Ruth");
    const rental = await hold(invited, gown.id, period(0, 2));
    await stylist.client.rpc("confirm_rental", { rental_id: rental.id });
    await steps(() => stylist).handOver(rental);
    await steps(() => stylist).giveBack(rental);
    const [job] = await world.sql`
      select start_after > now() + interval '71 hours' as later, start_after < now() + interval '73 hours' as sooner from pgboss.job
      where name = 'notify.deliver' and data ->> 'kind' = 'review_invitation' and data ->> 'subject_id' = ${rental.id}`;
    expect(job).toEqual({ later: true, sooner: true });
    expect(await mails("review_invitation", rental.id)).toEqual([]);
    const wants = { user_id: invited.id, topic: "marketing", channel: "email", enabled: true } as const;
    expect((await invited.client.from("notification_preferences").upsert(wants)).error).toBeNull();
    await world.sql`delete from private.messages where user_id = ${invited.id}`;
    const [mail, ...others] = await mails("review_invitation", rental.id);
    expect(mail).toMatchObject({ to: invited.email, text: expect.stringContaining(gown.productSlug) });
    expect(others).toEqual([]);
    expect(await mails("review_invitation", rental.id)).toEqual([]);
    await world.sql`delete from private.messages where user_id = ${invited.id}`;
    expect((await write(invited, rental.id, { kind: "rented" })).error).toBeNull();
    expect(await mails("review_invitation", rental.id)).toEqual([]);
  });
});

describe("an account that goes", () => {
  it("leaves the stars, and no name, text, photo, measurement or vote", async () => {
    const leaver = await world.asCustomer("Rahel");
    const id = await written(leaver, {
      rating: 5,
      fit: "true",
      title: "Mine",
      body: "By Rahel",
      measurements: { height_cm: 170 },
    });
    await edit(leaver, id, { rating: 4, fit: "true", title: "Mine again" });
    await manager.client.rpc("reply_to_review", { review_id: id, reply: "Dear Rahel" });
    const others = await written(author);
    await vote(leaver, others);
    await leaver.client.rpc("report_review", { review_id: others, reason: "other", note: "I am Rahel" });
    await leaver.client.rpc("delete_account");
    await world.sql`update public.account_deletions set due_at = now() where user_id = ${leaver.id}`;
    await runJob(world, eraseAccount, { user_id: leaver.id });
    expect(await rowOf(id)).toMatchObject({
      customer_id: null,
      author_name: "A customer",
      rating: 4,
      title: "",
      body: "",
      reply: null,
    });
    expect(await rowOf(others)).toMatchObject({ helpful_count: 0 });
    expect(await summary()).toMatchObject({ count: 2, fit: { true: 1 } });
    expect(await world.sql`select from public.review_revisions where review_id = ${id}`).toHaveLength(0);
    expect(await world.sql`select from private.review_measurements where review_id = ${id}`).toHaveLength(0);
    expect(await world.sql`select note, reporter_id from public.review_reports where review_id = ${others}`).toEqual([
      { note: "", reporter_id: null },
    ]);
    expect((await manager.client.rpc("reply_to_review", { review_id: id, reply: "x" })).error).toMatchObject({
      hint: "review_not_found",
    });
    expect(await miscounted(world.sql)).toEqual([]);
  });
});
