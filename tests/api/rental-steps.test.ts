import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type BoutiqueFixture, makeBoutique, makeVariant, utc, type VariantFixture } from "../helpers/fixtures.ts";
import { hold, type Rental, reserve, sendToRepair, spanOf, steps } from "../helpers/rentals.ts";
import { type Person, World } from "../helpers/world.ts";

const { day, period } = utc;

let world: World;
let boutique: BoutiqueFixture;
let bride: Person;
let other: Person;
let staff: Person;
let manager: Person;
let gown: VariantFixture;
let rental: Rental;

beforeAll(async () => {
  world = await World.create({ connections: 20 });
  boutique = await makeBoutique(world.sql, { bufferDaysBefore: 1, bufferDaysAfter: 2, timezone: "UTC" });
  [bride, other, staff, manager] = await Promise.all([
    world.asCustomer("Selam"),
    world.asCustomer("Hannah"),
    world.asStaff(boutique.id, "stylist"),
    world.asStaff(boutique.id, "manager"),
  ]);
});
afterAll(() => world.close());

/** A firm rental of a garment. */
async function reserved(variant: VariantFixture, days: string, person = bride): Promise<Rental> {
  const held = await hold(person, variant.id, days);
  const { data, error } = await staff.client.rpc("confirm_rental", { rental_id: held.id });
  if (error !== null) throw error;
  return data;
}

// Every test has a gown of its own, reserved from today on.
beforeEach(async () => {
  gown = await makeVariant(world.sql, boutique);
  rental = await reserved(gown, period(0, 2));
});

const { handOver, giveBack, startInspection, inspect, lose } = steps(() => staff);
const eventsOf = ({ id }: Rental) =>
  world.sql<{ kind: string; condition: string | null; note: string; photo_paths: string[]; actor_id: string }[]>`
    select kind, condition, note, photo_paths, actor_id from public.rental_events where rental_id = ${id} order by id`;
const conditionOf = async ({ garment_id }: Rental) => {
  const [row] = await world.sql<{ condition: string; retired: boolean }[]>`
    select condition, retired_at is not null as retired from public.garments where id = ${garment_id}`;
  return row;
};
/** Lets a rental be so many days older than it is, in its days and in the calendar. */
async function age({ id, allocation_id }: Rental, days: number): Promise<void> {
  await world.sql`
    update public.rentals set period = daterange(lower(period) - ${days}::int, upper(period) - ${days}::int) where id = ${id}`;
  await world.sql`
    update public.allocations set during = tstzrange(lower(during) - ${days} * interval '1 day', upper(during) - ${days} * interval '1 day')
    where id = ${allocation_id}`;
}

const acts = {
  hand_over: handOver,
  return: giveBack,
  start_inspection: startInspection,
  inspect: (one: { readonly id: string }) => inspect(one, { outcome: "ok", condition: "good" }),
  lose,
} as const;

describe("the steps of a rental", () => {
  /** What each act makes of each state; a dash: it is refused. */
  const moves = `
    state       hand_over  return    start_inspection  inspect  lose
    held        -          -         -                 -        -
    reserved    picked_up  -         -                 -        -
    picked_up   picked_up  returned  -                 -        lost
    returned    -          returned  inspecting        closed   -
    inspecting  -          -         inspecting        closed   -
    closed      -          -         -                 -        -
    lost        -          -         -                 -        lost
    cancelled   -          -         -                 -        -
    expired     -          -         -                 -        -`;
  const [, ...lines] = moves.split("\n");
  const [header = "", ...rows] = lines.map((line) => line.trim());
  const [, ...names] = header.split(/\s+/);
  const cases = rows.flatMap((row) => {
    const [state = "", ...cells] = row.split(/\s+/);
    return cells.map((becomes, n) => ({ state, act: names[n] ?? "", becomes }));
  });

  it.each(cases)("from $state by $act lead to $becomes", async ({ state, act, becomes }) => {
    await world.sql`update public.rentals set state = ${state}, held_until = now() where id = ${rental.id}`;
    const { data, error } = await acts[act as keyof typeof acts](rental);
    if (becomes === "-") {
      expect(error).toMatchObject({ code: "PT409", hint: "invalid_state" });
      expect(JSON.parse(error?.details ?? "")).toEqual({ rental_id: rental.id, state });
      expect(await eventsOf(rental)).toEqual([]);
    } else {
      expect(error).toBeNull();
      expect(data).toMatchObject({ id: rental.id, state: becomes });
      expect(await eventsOf(rental)).toHaveLength(state === becomes ? 0 : 1);
    }
  });

  it.each(Object.keys(acts))("are for the boutique's staff alone: %s", async (act) => {
    const rival = await world.asStaff((await makeBoutique(world.sql)).id, "owner");
    for (const person of [bride, rival]) {
      const own = steps(() => person);
      const call = {
        hand_over: own.handOver,
        return: own.giveBack,
        start_inspection: own.startInspection,
        inspect: () => own.inspect(rental, { outcome: "ok", condition: "good" }),
        lose: own.lose,
      }[act];
      expect((await call?.(rental))?.error).toMatchObject({ code: "PT404", hint: "rental_not_found" });
    }
  });

  it("leave a record with condition, note, photos and who did it, which the customer reads", async () => {
    const photo = `${boutique.id}/${rental.id}/hem.jpg`;
    await handOver(rental, { condition: "new", note: "With veil", photo_paths: [photo] });
    await giveBack(rental, { condition: "worn", note: "Hem torn" });
    await startInspection(rental);
    await inspect(rental, { outcome: "ok", condition: "good", damage_fee: 2_500, note: "Sewn" });
    const expected = [
      { kind: "handed_over", condition: "new", note: "With veil", photo_paths: [photo], actor_id: staff.id },
      { kind: "returned", condition: "worn", note: "Hem torn", photo_paths: [], actor_id: staff.id },
      { kind: "inspection_started", condition: null, note: "", photo_paths: [], actor_id: staff.id },
      { kind: "inspected", condition: "good", note: "Sewn", photo_paths: [], actor_id: staff.id },
    ];
    expect([...(await eventsOf(rental))]).toEqual(expected);
    const { data } = await bride.client.from("rental_events").select("kind").eq("rental_id", rental.id).order("id");
    expect(data?.map(({ kind }) => kind)).toEqual(expected.map(({ kind }) => kind));
    expect((await other.client.from("rental_events").select("kind").eq("rental_id", rental.id)).data).toEqual([]);
  });

  it.each([
    ["another boutique's folder", { photo_paths: [`${crypto.randomUUID()}/a.jpg`] }, "invalid_photo_paths"],
    ["a path out of its folder", { photo_paths: ["../a.jpg"] }, "invalid_photo_paths"],
    ["21 photos", { photo_paths: Array.from({ length: 21 }, () => "a.jpg") }, "invalid_photo_paths"],
    ["a long note", { note: "x".repeat(2001) }, "invalid_note"],
  ])("are refused with %s, and nothing is written", async (_what, details, hint) => {
    const { error } = await handOver(rental, details);
    expect(error).toMatchObject({ code: "PT400", hint });
    const [row] = await world.sql`select state from public.rentals where id = ${rental.id}`;
    expect(row).toEqual({ state: "reserved" });
  });

  it("are done once when two of the staff do them at the same moment", async () => {
    for (const act of ["hand_over", "return", "start_inspection", "inspect"] as const) {
      const results = await Promise.all(Array.from({ length: 8 }, () => acts[act](rental)));
      expect(results.map(({ error }) => error)).toEqual(results.map(() => null));
    }
    expect((await eventsOf(rental)).map(({ kind }) => kind)).toEqual([
      "handed_over",
      "returned",
      "inspection_started",
      "inspected",
    ]);
  });
});

describe("handing over", () => {
  it("before its time takes the garment from now on", async () => {
    const later = await makeVariant(world.sql, boutique);
    const early = await reserved(later, period(10, 12));
    expect((await handOver(early)).data).toMatchObject({ state: "picked_up", picked_up_at: expect.any(String) });
    const [row] = await world.sql`
      select lower(during) = r.picked_up_at as begins, upper(during)::date::text as ends
      from public.allocations a join public.rentals r on r.allocation_id = a.id where r.id = ${early.id}`;
    expect(row).toEqual({ begins: true, ends: day(15) });
    expect((await reserve(other, later.id, period(3, 4))).error).toMatchObject({ hint: "not_available" });
  });

  it("before its time is refused while something else takes the garment, and says what", async () => {
    const later = await makeVariant(world.sql, boutique);
    const early = await reserved(later, period(10, 12));
    await sendToRepair(world.sql, boutique, early.garment_id, 3, 4);
    const { error } = await handOver(early);
    expect(error).toMatchObject({ code: "PT409", hint: "not_available" });
    expect(JSON.parse(error?.details ?? "")).toMatchObject({ kind: "repair" });
  });

  it("before its time takes over a hold whose time is over", async () => {
    const later = await makeVariant(world.sql, boutique);
    const early = await reserved(later, period(10, 12));
    const old = await hold(other, later.id, period(4, 5));
    await world.sql`update public.rentals set held_until = now() where id = ${old.id}`;
    await world.sql`update public.allocations set held_until = now() where id = ${old.allocation_id}`;
    expect((await handOver(early)).error).toBeNull();
  });

  it("is refused while another bride has the gown, and until it is inspected", async () => {
    const next = await reserved(gown, period(6, 7), other);
    await handOver(rental);
    for (const [act, state] of [
      [undefined, "picked_up"],
      [giveBack, "returned"],
      [startInspection, "inspecting"],
    ] as const) {
      await act?.(rental);
      const { error } = await handOver(next);
      expect(error).toMatchObject({ code: "PT409", hint: "garment_not_ready" });
      expect(JSON.parse(error?.details ?? "")).toMatchObject({ rental_id: rental.id, state });
    }
    await inspect(rental, { outcome: "ok", condition: "good" });
    expect((await handOver(next)).error).toBeNull();
  });

  it("is refused after the last day", async () => {
    await age(rental, 3);
    expect((await handOver(rental)).error).toMatchObject({ code: "PT409", hint: "period_over" });
  });
});

describe("a late return", () => {
  it.each([
    [2, 0],
    [3, 1],
    [6, 4],
  ])("after %i days costs %i days at the frozen rate", async (days, late) => {
    await world.sql`update public.rental_policies set late_fee_percent = 200 where boutique_id = ${boutique.id}`;
    const fresh = await makeVariant(world.sql, boutique, { pricePerDay: 9_999 });
    const one = await reserved(fresh, period(0, 2));
    await world.sql`update public.rental_policies set late_fee_percent = 150 where boutique_id = ${boutique.id}`;
    expect(one.late_fee_per_day).toBe(19_998);
    await handOver(one);
    await age(one, days);
    const { data } = await giveBack(one);
    expect(data).toMatchObject({ state: "returned", late_days: late, late_fee: late * 19_998 });
  });

  it("counts days of the boutique's time zone", async () => {
    // On this side of the date line it is already tomorrow, or still today, as the hour will have it.
    const east = await makeBoutique(world.sql, { timezone: "Pacific/Kiritimati" });
    const clerk = await world.asStaff(east.id, "stylist");
    const own = steps(() => clerk);
    const dress = await makeVariant(world.sql, east);
    const [today] = await world.sql<{ day: string }[]>`select private.today_of(${east.id})::text as day`;
    const one = await hold(bride, dress.id, `[${today?.day},${today?.day}]`);
    await clerk.client.rpc("confirm_rental", { rental_id: one.id });
    await own.handOver(one);
    expect((await own.giveBack(one)).data).toMatchObject({ late_days: 0, late_fee: 0, late_fee_per_day: 15_000 });
  });
});

describe("the buffer after a rental", () => {
  it("ends when the inspection ends, not by the clock", async () => {
    await handOver(rental);
    await giveBack(rental);
    expect((await reserve(other, gown.id, period(2, 3))).error).toMatchObject({ hint: "not_available" });
    const { data } = await inspect(rental, { outcome: "ok", condition: "worn", damage_fee: 700 });
    expect(data).toMatchObject({ state: "closed", damage_fee: 700, closed_at: expect.any(String) });
    expect(await conditionOf(rental)).toEqual({ condition: "worn", retired: false });
    const span = await spanOf(world.sql, rental);
    expect(span).toMatchObject({ state: "confirmed", over: true });
    expect((await reserve(other, gown.id, period(2, 3))).error).toBeNull();
  });

  it("goes on after its end while nobody has inspected the garment", async () => {
    await handOver(rental);
    await age(rental, 6);
    await giveBack(rental);
    expect(await spanOf(world.sql, rental)).toMatchObject({ over: false });
    expect((await reserve(other, gown.id, period(0, 1))).error).toMatchObject({ hint: "not_available" });
  });
});

describe("an inspection", () => {
  beforeEach(async () => {
    await handOver(rental);
    await giveBack(rental);
  });
  const inDays = (days: number) => `${day(days)}T12:00:00Z`;

  it("that finds damage sends the garment to repair until the time named", async () => {
    const { error } = await inspect(rental, { outcome: "repair", condition: "damaged", repair_until: inDays(9) });
    expect(error).toBeNull();
    expect(await conditionOf(rental)).toEqual({ condition: "damaged", retired: false });
    const rows = await world.sql`
      select kind, upper(during) = ${inDays(9)} as until from public.allocations
      where resource_id = ${rental.garment_id} and during && tstzrange(now(), null) and state <> 'released'`;
    expect([...rows]).toEqual([{ kind: "repair", until: true }]);
    expect((await reserve(other, gown.id, period(5, 6))).error).toMatchObject({ hint: "not_available" });
    expect((await reserve(other, gown.id, period(11, 12))).error).toBeNull();
  });

  it("that retires the garment ends its calendar", async () => {
    await inspect(rental, { outcome: "retire", condition: "damaged" });
    expect(await conditionOf(rental)).toEqual({ condition: "damaged", retired: true });
    expect((await reserve(other, gown.id, period(20, 21))).error).toMatchObject({ hint: "not_available" });
    const written = world.sql`
      insert into public.allocations (resource_id, boutique_id, during, kind, state)
      values (${rental.garment_id}, ${boutique.id}, tstzrange(now(), now() + interval '1 day'), 'show', 'confirmed')`;
    await expect(written).rejects.toMatchObject({ code: "23P01" });
  });

  it("may be sent again with the same outcome, and not with another", async () => {
    const verdict = { outcome: "ok", condition: "good", damage_fee: 5 } as const;
    const first = await inspect(rental, verdict);
    expect((await inspect(rental, { ...verdict, damage_fee: 9 })).data).toEqual(first.data);
    const { error } = await inspect(rental, { outcome: "retire", condition: "damaged" });
    expect(error).toMatchObject({ code: "PT409", hint: "invalid_state" });
  });

  it.each([
    ["a damaged garment that is ok", { outcome: "ok", condition: "damaged" }, "invalid_outcome"],
    ["a repair without an end", { outcome: "repair", condition: "damaged" }, "invalid_period"],
    [
      "a repair that is over",
      { outcome: "repair", condition: "damaged", repair_until: "2020-01-01" },
      "invalid_period",
    ],
    ["a repair for ever", { outcome: "repair", condition: "damaged", repair_until: "infinity" }, "invalid_period"],
    ["a negative fee", { outcome: "ok", condition: "good", damage_fee: -1 }, "invalid_fee"],
  ] as const)("is refused with %s", async (_what, verdict, hint) => {
    expect((await inspect(rental, verdict)).error).toMatchObject({ code: "PT400", hint });
    expect(await eventsOf(rental)).toHaveLength(2);
  });
});

describe("a garment that is lost", () => {
  it("is retired, and its calendar ends now", async () => {
    await handOver(rental);
    expect((await lose(rental, "Left in a taxi")).data).toMatchObject({ state: "lost" });
    expect(await conditionOf(rental)).toMatchObject({ retired: true });
    expect(await spanOf(world.sql, rental)).toMatchObject({ over: true });
    expect((await reserve(other, gown.id, period(20, 21))).error).toMatchObject({ hint: "not_available" });
  });
});

describe("selling a garment", () => {
  const sell = (garmentId: string, person = manager) => person.client.rpc("sell_garment", { garment_id: garmentId });

  it("ends its calendar for ever, once", async () => {
    const veil = await makeVariant(world.sql, boutique);
    const [garment = ""] = veil.garmentIds;
    const { data, error } = await sell(garment);
    expect(error).toBeNull();
    expect(data).toMatchObject({ resource_id: garment, kind: "sale", state: "confirmed" });
    expect((await sell(garment)).data).toEqual(data);
    expect((await reserve(bride, veil.id, period(500, 501))).error).toMatchObject({ hint: "not_available" });
  });

  it("is refused with the bookings in the way", async () => {
    const { error } = await sell(rental.garment_id);
    expect(error).toMatchObject({ code: "PT409", hint: "not_available" });
    const { bookings } = JSON.parse(error?.details ?? "");
    expect(bookings).toMatchObject([{ kind: "rental", source_id: rental.id }]);
    expect(await conditionOf(rental)).toMatchObject({ retired: false });
  });

  it("is refused while the gown is out, though its time has run out", async () => {
    await handOver(rental);
    await age(rental, 30);
    expect((await sell(rental.garment_id)).error).toMatchObject({ hint: "not_available" });
  });

  it("is refused to those who do not manage the boutique", async () => {
    const veil = await makeVariant(world.sql, boutique);
    for (const person of [staff, bride]) {
      expect((await sell(veil.garmentIds[0] ?? "", person)).error).toMatchObject({ hint: "garment_not_found" });
    }
  });

  it("and reserving it at the same moment leave one of the two", async () => {
    for (let round = 0; round < 5; round += 1) {
      const veil = await makeVariant(world.sql, boutique);
      const [garment = ""] = veil.garmentIds;
      const [sold, taken] = await Promise.all([sell(garment), reserve(bride, veil.id, period(30, 31))]);
      expect([sold.error, taken.error].filter((error) => error === null)).toHaveLength(1);
    }
  });
});
