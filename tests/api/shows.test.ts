import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type BoutiqueFixture, makeBoutique, makeVariant, period, type VariantFixture } from "../helpers/fixtures.ts";
import { inHours, makeLook, makeShow } from "../helpers/shows.ts";
import { type Person, World } from "../helpers/world.ts";

let world: World;
let boutique: BoutiqueFixture;
let gown: VariantFixture;
let bride: Person;
let friend: Person;
let stylist: Person;
let manager: Person;
let rival: Person;

beforeAll(async () => {
  world = await World.create();
  boutique = await makeBoutique(world.sql);
  [bride, friend, stylist, manager, rival] = await Promise.all([
    world.asCustomer("Selam"),
    world.asCustomer("Hana"),
    world.asStaff(boutique.id, "stylist"),
    world.asStaff(boutique.id, "manager"),
    world.asStaff((await makeBoutique(world.sql)).id, "owner"),
  ]);
});
afterAll(() => world.close());
beforeEach(async () => {
  gown = await makeVariant(world.sql, boutique, { garments: 2 });
});

const show = (options = {}) => makeShow(world.sql, boutique, options);
const look = (showId: string, options = {}) => makeLook(world.sql, boutique, showId, gown, options);
const schedule = (show_id: string, who = manager) => who.client.rpc("schedule_show", { show_id });
const start = (show_id: string, who = manager) => who.client.rpc("start_show", { show_id });
const finish = (show_id: string, recording_url?: string, who = manager) =>
  who.client.rpc("finish_show", { show_id, ...(recording_url === undefined ? {} : { recording_url }) });
const cancel = (show_id: string, reason = "No power", who = manager) =>
  who.client.rpc("cancel_show", { show_id, reason });
const come = (who: Person, show_id: string, party_size = 1) => who.client.rpc("rsvp_show", { show_id, party_size });
const leave = (who: Person, show_id: string) => who.client.rpc("cancel_rsvp", { show_id });
const hintOf = ({ error }: { error: { hint: string } | null }) => error?.hint ?? "done";
const seats = async (id: string) =>
  (await world.sql`select seats_taken from public.fashion_shows where id = ${id}`)[0]?.["seats_taken"];

describe("the life of a show", () => {
  it("is drafted, announced, live and recorded by plain writes and four functions, each of which may be repeated", async () => {
    const { data: draft, error } = await manager.client
      .from("fashion_shows")
      .insert({
        ...{ boutique_id: boutique.id, slug: "spring", title: "Spring", location_id: boutique.locationId },
        ...{ starts_at: inHours(0.5), ends_at: inHours(2), capacity: 30 },
      })
      .select()
      .single();
    expect(error).toBeNull();
    const id = draft?.id ?? "";
    expect(draft).toMatchObject({ state: "draft", listed: false, seats_taken: 0 });
    const seen = async (who = world.asAnon()) =>
      (await who.from("fashion_shows").select("state").eq("id", id)).data?.[0]?.state;
    expect(await seen()).toBeUndefined();
    expect(await seen(stylist.client)).toBe("draft");
    expect(await seen(rival.client)).toBeUndefined();

    expect((await schedule(id)).data).toMatchObject({ state: "scheduled", listed: true });
    expect((await schedule(id)).data).toMatchObject({ state: "scheduled" });
    expect(await seen()).toBe("scheduled");
    expect((await start(id)).data).toMatchObject({ state: "live" });
    expect((await start(id)).error).toBeNull();
    expect(await seen()).toBe("live");
    expect((await finish(id)).data).toMatchObject({ state: "recorded", recording_url: null });
    expect((await finish(id, "https://video.example/1")).data).toMatchObject({ recording_url: null });
    const recording = { recording_url: "https://video.example/spring" };
    expect((await manager.client.from("fashion_shows").update(recording).eq("id", id)).error).toBeNull();
    expect(await seen()).toBe("recorded");
  });

  it("goes no other way: each step from each state", async () => {
    const steps = { schedule, start, finish, cancel };
    const table: Record<string, Record<string, string>> = {};
    for (const state of ["draft", "scheduled", "live", "recorded", "cancelled"] as const) {
      table[state] = {};
      for (const [name, step] of Object.entries(steps)) {
        table[state][name] = hintOf(await step(await show({ state, startsIn: 0.5 })));
      }
    }
    const no = "invalid_state";
    expect(table).toEqual({
      draft: { schedule: "done", start: no, finish: no, cancel: no },
      scheduled: { schedule: "done", start: "done", finish: no, cancel: "done" },
      live: { schedule: no, start: "done", finish: "done", cancel: "done" },
      recorded: { schedule: no, start: no, finish: "done", cancel: no },
      cancelled: { schedule: no, start: no, finish: no, cancel: "done" },
    });
    const id = await show({ state: "draft" });
    await expect(world.sql`update public.fashion_shows set state = 'live' where id = ${id}`).rejects.toMatchObject({
      hint: no,
    });
  });

  it("is refused with what is missing or wrong", async () => {
    const incomplete = await show({ state: "draft" });
    await world.sql`update public.fashion_shows set location_id = null, stream_url = null where id = ${incomplete}`;
    expect(await schedule(incomplete)).toMatchObject({ error: { code: "PT409", hint: "show_incomplete" } });
    const past = await show({ state: "draft", startsIn: -1 });
    expect(await schedule(past)).toMatchObject({ error: { code: "PT400", hint: "invalid_time" } });
    const later = await show({ startsIn: 48 });
    expect(await start(later)).toMatchObject({ error: { code: "PT409", hint: "too_early" } });
    expect(await cancel(later, "  ")).toMatchObject({ error: { code: "PT400", hint: "reason_required" } });
    const live = await show({ state: "live", startsIn: -1 });
    expect(await finish(live, "http://video.example/1")).toMatchObject({ error: { hint: "invalid_url" } });
    for (const step of [schedule, start, finish, cancel]) {
      expect(hintOf(await step(randomUUID()))).toBe("show_not_found");
    }
    for (const who of [stylist, rival, bride]) expect(hintOf(await schedule(incomplete, who))).toBe("show_not_found");
    const update = (values: object) => manager.client.from("fashion_shows").update(values).eq("id", later);
    expect((await update({ stream_url: "http://video.example" })).error).toMatchObject({ code: "23514" });
    expect((await update({ recording_url: "https://video.example" })).error).toMatchObject({ code: "23514" });
    expect((await update({ starts_at: inHours(-1) })).error).toMatchObject({ hint: "invalid_time" });
  });

  it("may end later when it is live, and is not moved otherwise", async () => {
    const id = await show({ state: "live", startsIn: -1 });
    const update = (values: object) => manager.client.from("fashion_shows").update(values).eq("id", id);
    expect((await update({ ends_at: inHours(4) })).error).toBeNull();
    expect((await update({ starts_at: inHours(1) })).error).toMatchObject({ hint: "invalid_state" });
    await finish(id);
    expect((await update({ ends_at: inHours(5) })).error).toMatchObject({ hint: "invalid_state" });
  });

  it("keeps the file of its cover from the sweep of files that no row speaks of", async () => {
    const id = await show({ state: "draft" });
    const cover_path = `${boutique.id}/cover.jpg`;
    const isUsed = async () => (await world.sql`select private.is_media_file_used(${cover_path}) as used`)[0]?.["used"];
    expect(await isUsed()).toBe(false);
    expect((await manager.client.from("fashion_shows").update({ cover_path }).eq("id", id)).error).toBeNull();
    expect(await isUsed()).toBe(true);
  });

  it("is deleted as a draft only, by those who keep the catalog", async () => {
    const ids = [await show({ state: "draft" }), await show()];
    const remove = (who: Person) => who.client.from("fashion_shows").delete().in("id", ids).select("id");
    expect((await remove(stylist)).data).toEqual([]);
    expect((await remove(manager)).data).toEqual([{ id: ids[0] }]);
  });
});

describe("looks", () => {
  it("are seen by the public with their show and their product", async () => {
    const id = await show({ state: "draft" });
    const shown = await look(id);
    const hidden = await makeVariant(world.sql, boutique, { status: "draft" });
    await makeLook(world.sql, boutique, id, hidden);
    const seen = async () =>
      (await world.asAnon().from("show_looks").select("id").eq("show_id", id)).data?.map((row) => row.id);
    expect(await seen()).toEqual([]);
    await schedule(id);
    expect(await seen()).toEqual([shown]);
    await world.sql`update public.products set status = 'published' where id = ${hidden.productId}`;
    expect(await seen()).toHaveLength(2);
    await world.sql`update public.products set status = 'archived' where id = ${gown.productId}`;
    expect(await seen()).toHaveLength(1);
    await world.sql`update public.boutiques set status = 'suspended' where id = ${boutique.id}`;
    expect(await seen()).toEqual([]);
    await world.sql`update public.boutiques set status = 'active' where id = ${boutique.id}`;
    expect(await seen()).toHaveLength(1);
  });

  it("tell which looks show a product, and which look is at second N", async () => {
    const id = await show({ state: "recorded", startsIn: -48 });
    const [first, second] = [await look(id, { atSecond: 10 }), await look(id, { atSecond: 95, position: 1 })];
    await look(id, { position: 2 });
    const anon = world.asAnon();
    const at = async (second: number) =>
      (
        await anon
          .from("show_looks")
          .select("id")
          .eq("show_id", id)
          .lte("at_second", second)
          .order("at_second", { ascending: false })
          .limit(1)
          .maybeSingle()
      ).data?.id;
    expect([await at(9), await at(10), await at(94), await at(95), await at(4_000)]).toEqual([
      undefined,
      ...[first, first, second, second],
    ]);
    const { data } = await anon
      .from("show_looks")
      .select("at_second, show:fashion_shows(slug, recording_url)")
      .eq("product_id", gown.productId);
    expect(data).toHaveLength(3);
  });

  it("are of products and garments of the boutique, a garment in one of them", async () => {
    const id = await show({ state: "draft" });
    const elsewhere = await makeBoutique(world.sql);
    const theirs = await makeVariant(world.sql, elsewhere);
    const other = await makeVariant(world.sql, boutique);
    const [garment_id = ""] = gown.garmentIds;
    const add = (values: object) =>
      manager.client
        .from("show_looks")
        .insert({ show_id: id, boutique_id: boutique.id, product_id: gown.productId, ...values })
        .select("id")
        .single();
    expect((await add({ product_id: theirs.productId })).error).toMatchObject({ code: "23503" });
    expect((await add({ garment_id: other.garmentIds[0] })).error).toMatchObject({ hint: "garment_not_found" });
    const { data: first, error } = await add({ garment_id });
    expect(error).toBeNull();
    expect((await add({ garment_id })).error).toMatchObject({ code: "23505" });
    const { data: second } = await add({});
    const dress = (look_id: string, piece: string | null, who = manager) =>
      who.client.rpc("dress_look", { look_id, garment_id: piece as string });
    expect(hintOf(await dress(second?.id ?? "", garment_id))).toBe("garment_in_show");
    expect(hintOf(await dress(second?.id ?? "", other.garmentIds[0] ?? ""))).toBe("garment_not_found");
    expect((await dress(second?.id ?? "", gown.garmentIds[1] ?? "")).data).toMatchObject({
      garment_id: gown.garmentIds[1],
    });
    expect(hintOf(await dress(first?.id ?? "", null, stylist))).toBe("look_not_found");
    expect((await dress(first?.id ?? "", null)).data).toMatchObject({ garment_id: null });
    expect(hintOf(await manager.client.rpc("remove_look", { look_id: first?.id ?? "" }))).toBe("done");
    expect(hintOf(await manager.client.rpc("remove_look", { look_id: first?.id ?? "" }))).toBe("look_not_found");
    await world.sql`update public.fashion_shows set state = 'scheduled' where id = ${id}`;
    await cancel(id);
    expect(hintOf(await dress(second?.id ?? "", null))).toBe("invalid_state");
  });
});

describe("seats", () => {
  it("are confirmed while there are any; then customers wait, and the first whose party fits moves up", async () => {
    const id = await show({ capacity: 4 });
    const [third, fourth] = [await world.asCustomer("Third"), await world.asCustomer("Fourth")];
    expect((await come(bride, id, 3)).data).toMatchObject({ state: "confirmed", party_size: 3, place: 1 });
    expect((await come(bride, id, 3)).data).toMatchObject({ state: "confirmed", place: 1 });
    expect((await come(friend, id, 3)).data).toMatchObject({ state: "waitlisted", place: 2 });
    expect((await come(third, id, 2)).data).toMatchObject({ state: "waitlisted", place: 3 });
    expect((await come(fourth, id, 1)).data).toMatchObject({ state: "confirmed", place: 4 });
    expect(await seats(id)).toBe(4);
    // One of hers and one of the fourth: two seats do not hold the friend's three, but the third's two.
    expect((await come(bride, id, 2)).data).toMatchObject({ state: "confirmed", party_size: 2 });
    expect((await leave(fourth, id)).data).toMatchObject({ state: "cancelled" });
    const stateOf = async (who: Person) =>
      (await who.client.from("show_rsvps").select("state").eq("show_id", id).single()).data?.state;
    expect([await stateOf(friend), await stateOf(third)]).toEqual(["waitlisted", "confirmed"]);
    expect(await seats(id)).toBe(4);
    expect((await leave(fourth, id)).data).toMatchObject({ state: "cancelled" });
    // Who comes back is last; who makes her party smaller keeps her place.
    expect((await come(fourth, id, 1)).data).toMatchObject({ state: "waitlisted", place: 5 });
    await leave(bride, id);
    expect([await stateOf(friend), await stateOf(fourth)]).toEqual(["waitlisted", "confirmed"]);
    expect((await come(friend, id, 1)).data).toMatchObject({ state: "confirmed", place: 2 });
    expect(await seats(id)).toBe(4);
  });

  it("are refused with the reason", async () => {
    const id = await show({ capacity: 3 });
    expect(hintOf(await come(bride, id, 0))).toBe("invalid_party_size");
    expect(hintOf(await come(bride, id, 5))).toBe("invalid_party_size");
    expect(hintOf(await come(bride, id, 4))).toBe("party_too_large");
    expect(hintOf(await come(bride, randomUUID()))).toBe("show_not_found");
    expect(hintOf(await come(bride, await show({ state: "draft" })))).toBe("show_not_found");
    expect(hintOf(await leave(bride, id))).toBe("rsvp_not_found");
    await come(bride, id, 2);
    await come(friend, id, 1);
    const { error } = await come(bride, id, 3);
    expect(error).toMatchObject({ code: "PT409", hint: "show_full" });
    expect(JSON.parse(error?.details ?? "{}")).toMatchObject({ party_size: 2, seats_free: 0 });
    expect(await seats(id)).toBe(3);
    expect((await world.asAnon().rpc("rsvp_show", { show_id: id })).error).toMatchObject({ code: "42501" });
  });

  it("are closed when the show has begun, by the clock or by its staff, and when it is called off", async () => {
    const begun = await show({ startsIn: -0.5 });
    expect(hintOf(await come(bride, begun))).toBe("rsvp_closed");
    const live = await show({ startsIn: 0.5 });
    await come(bride, live);
    await start(live);
    expect(hintOf(await come(friend, live))).toBe("rsvp_closed");
    expect(hintOf(await leave(bride, live))).toBe("rsvp_closed");
    expect((await come(bride, live)).data).toMatchObject({ state: "confirmed" });
    const off = await show();
    await come(bride, off);
    await cancel(off);
    expect(hintOf(await come(friend, off))).toBe("show_not_found");
    expect(hintOf(await leave(bride, off))).toBe("rsvp_closed");
  });

  it("become more when the capacity is raised, and never fewer than are taken", async () => {
    const id = await show({ capacity: 2 });
    await come(bride, id, 2);
    await come(friend, id, 2);
    const set = (capacity: number | null) => manager.client.from("fashion_shows").update({ capacity }).eq("id", id);
    expect((await set(1)).error).toMatchObject({ code: "PT409", hint: "capacity_below_taken" });
    expect((await set(3)).error).toBeNull();
    expect(await seats(id)).toBe(2);
    expect((await set(4)).error).toBeNull();
    expect(await seats(id)).toBe(4);
    expect((await set(3)).error).toMatchObject({ details: expect.stringContaining('"seats_taken": 4') });
    expect((await set(null)).error).toBeNull();
    expect((await come(await world.asCustomer("Late"), id, 4)).data).toMatchObject({ state: "confirmed" });
    await expect(
      world.sql`update public.fashion_shows set seats_taken = 9, capacity = 8 where id = ${id}`,
    ).rejects.toMatchObject({ constraint_name: "no_more_seats_than_there_are" });
  });

  it("are seen by whose they are and by staff, who check them in at the door", async () => {
    const id = await show({ startsIn: 0.5, capacity: 2 });
    const { data: hers } = await come(bride, id, 2);
    const { data: waits } = await come(friend, id, 1);
    const seen = async (who: Person) =>
      (await who.client.from("show_rsvps").select("id").eq("show_id", id)).data?.length;
    expect([await seen(bride), await seen(stylist), await seen(rival)]).toEqual([1, 2, 0]);
    const guests = (who: Person) => who.client.rpc("show_guests", { show_id: id });
    expect((await guests(stylist)).data).toMatchObject([
      { rsvp_id: hers?.id, name: "Selam", party_size: 2, state: "confirmed", place: 1 },
      { rsvp_id: waits?.id, name: "Hana", party_size: 1, state: "waitlisted", place: 2 },
    ]);
    for (const who of [bride, rival]) expect(hintOf(await guests(who))).toBe("show_not_found");
    const checkIn = (who: Person, rsvp_id = hers?.id ?? "") => who.client.rpc("check_in_rsvp", { rsvp_id });
    for (const who of [bride, rival]) expect(hintOf(await checkIn(who))).toBe("rsvp_not_found");
    expect(hintOf(await checkIn(stylist, waits?.id))).toBe("invalid_state");
    expect((await checkIn(stylist)).data).toMatchObject({ state: "attended" });
    expect((await checkIn(stylist)).data).toMatchObject({ state: "attended" });
    expect(hintOf(await leave(bride, id))).toBe("rsvp_closed");
    const early = await show();
    const { data: soon } = await come(bride, early);
    expect(hintOf(await checkIn(stylist, soon?.id))).toBe("too_early");
  });

  it("are taken back by staff, who say why; the next in the line has them at once", async () => {
    const id = await show({ startsIn: 0.5, capacity: 2 });
    const [third, late] = [await world.asCustomer("Third"), await world.asCustomer("Late")];
    const { data: hers } = await come(bride, id, 2);
    await come(friend, id, 1);
    await come(third, id, 1);
    const { data: last } = await come(late, id, 1);
    const take = (who: Person, rsvp_id = hers?.id ?? "", reason = " You have called. ") =>
      who.client.rpc("cancel_guest_rsvp", { rsvp_id, reason });
    for (const who of [bride, rival]) expect(hintOf(await take(who))).toBe("rsvp_not_found");
    expect(hintOf(await take(stylist, randomUUID()))).toBe("rsvp_not_found");
    for (const reason of ["", " \n", "x".repeat(1_001)]) {
      expect(await take(stylist, hers?.id, reason)).toMatchObject({
        error: { code: "PT400", hint: "reason_required" },
      });
    }
    const line = async () => {
      const { data } = await stylist.client.rpc("show_guests", { show_id: id });
      return data?.map(({ name, state, place }) => [name, state, place]);
    };
    // Who waits is taken out of the line, and nobody moves up.
    expect((await take(stylist, last?.id, "You have asked twice")).data).toMatchObject({ state: "cancelled" });
    expect(await seats(id)).toBe(2);
    expect((await take(stylist)).data).toMatchObject({ state: "cancelled", cancel_reason: "You have called." });
    const after = [
      ["Selam", "cancelled", 1],
      ["Hana", "confirmed", 2],
      ["Third", "confirmed", 3],
      ["Late", "cancelled", 4],
    ];
    expect(await line()).toEqual(after);
    expect(await seats(id)).toBe(2);
    expect((await take(stylist, hers?.id, "Another reason")).data).toMatchObject({ cancel_reason: "You have called." });
    expect(await line()).toEqual(after);
    const log = await world.sql`
      select actor_id, new ->> 'state' as state, new ->> 'cancel_reason' as reason from public.audit_log
      where table_name = 'show_rsvps' and row_key ->> 'id' = ${hers?.id ?? ""} and actor_id = ${stylist.id}`;
    expect([...log]).toEqual([{ actor_id: stylist.id, state: "cancelled", reason: "***" }]);

    // She may come back, as the last; and who is there keeps her seats.
    expect((await come(bride, id, 1)).data).toMatchObject({ state: "waitlisted", place: 5, cancel_reason: null });
    const { data: guest } = await friend.client.from("show_rsvps").select("id").eq("show_id", id).single();
    await stylist.client.rpc("check_in_rsvp", { rsvp_id: guest?.id ?? "" });
    expect(hintOf(await take(stylist, guest?.id))).toBe("rsvp_closed");
    await start(id);
    expect(hintOf(await take(stylist, hers?.id))).toBe("rsvp_closed");
  });
});

describe("a gown that is held while watching", () => {
  const hold = (
    who: Person,
    look_id: string,
    variant_id = gown.id,
    days = period(3, 4),
    idempotency_key = randomUUID(),
  ) => who.client.rpc("hold_look", { look_id, variant_id, period: days, idempotency_key });

  it("is a timed hold as any other, with its refusals, and is counted for its look", async () => {
    const id = await show({ state: "recorded", startsIn: -48 });
    const shown = await look(id);
    const key = randomUUID();
    const { data: rental } = await hold(bride, shown, gown.id, period(3, 4), key);
    expect(rental).toMatchObject({ state: "held", held_until: expect.any(String), customer_id: bride.id });
    expect((await hold(bride, shown, gown.id, period(3, 4), key)).data?.id).toBe(rental?.id);
    expect(hintOf(await hold(bride, shown, gown.id, period(5, 6), key))).toBe("idempotency_key_reused");
    expect((await hold(friend, shown)).data).toMatchObject({ state: "held" });
    expect((await hold(friend, shown)).error).toMatchObject({ code: "PT409", hint: "not_available" });
    expect(hintOf(await hold(bride, shown, (await makeVariant(world.sql, boutique)).id))).toBe("variant_not_found");
    expect(hintOf(await hold(bride, randomUUID()))).toBe("look_not_found");
    expect(hintOf(await hold(bride, await look(await show({ state: "draft" }))))).toBe("look_not_found");
    expect(hintOf(await hold(bride, shown, gown.id, "tomorrow"))).toBe("invalid_period");

    await manager.client.rpc("confirm_rental", { rental_id: rental?.id ?? "" });
    await come(bride, await show());
    const { data } = await stylist.client.rpc("show_figures", { show_id: id });
    expect(data).toMatchObject({
      ...{ views: 0, holds: 2 },
      rsvps: { confirmed: { parties: 0, people: 0 }, waitlisted: {}, cancelled: {}, attended: {} },
      looks: [{ look_id: shown, product_id: gown.productId, holds: 2, rentals: { held: 1, reserved: 1 } }],
    });
  });

  it("leaves figures to staff alone, also of a look that was taken out", async () => {
    const id = await show({ capacity: 3, startsIn: 0.5 });
    const shown = await look(id);
    await hold(bride, shown);
    await come(bride, id, 3);
    await come(friend, id, 2);
    await leave(friend, id);
    await manager.client.rpc("remove_look", { look_id: shown });
    await world.asService().rpc("add_views", { views: { [id]: 7, nonsense: 1, [randomUUID()]: 3 } });
    await world.asService().rpc("add_views", { views: { [id]: 2 } });
    const figures = (who: Person) => who.client.rpc("show_figures", { show_id: id });
    expect((await figures(manager)).data).toMatchObject({
      ...{ views: 9, holds: 1, looks: [] },
      rsvps: { confirmed: { parties: 1, people: 3 }, cancelled: { parties: 1, people: 2 } },
    });
    for (const who of [bride, rival]) expect(hintOf(await figures(who))).toBe("show_not_found");
  });
});
