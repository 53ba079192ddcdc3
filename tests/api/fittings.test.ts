import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { book, bookFitting, makeSalon, type Salon, taken } from "../helpers/fittings.ts";
import { type BoutiqueFixture, day, makeBoutique, makeVariant } from "../helpers/fixtures.ts";
import { type Person, World } from "../helpers/world.ts";

let world: World;
let boutique: BoutiqueFixture;
let salon: Salon;
let bride: Person;
let staff: Person;

beforeAll(async () => {
  world = await World.create({ connections: 10 });
  boutique = await makeBoutique(world.sql);
  salon = await makeSalon(world.sql, boutique, { stylists: 2, rooms: 2, lateCancellationFee: 5_000, noShowFee: 9_000 });
  bride = await world.asCustomer("Selam");
  staff = await world.asStaff(boutique.id, "stylist");
});
afterAll(() => world.close());

/** 9 o'clock in Addis Ababa is 6 in UTC, all year. */
const at = (fromToday: number, hour: number) => `${day(fromToday)}T${String(hour - 3).padStart(2, "0")}:00:00Z`;

const slots = async (from: number, to: number, garmentIds: string[] = [], client = world.asAnon()) => {
  const { data, error } = await client.rpc("fitting_slots", {
    location_id: boutique.locationId,
    service_id: salon.serviceId,
    from_date: day(from),
    to_date: day(to),
    garment_ids: garmentIds,
  });
  if (error !== null) throw error;
  return data;
};

describe("fitting_slots", () => {
  it("has a start every hour while the branch is open, with everybody who is free", async () => {
    const free = await slots(3, 3);
    expect(free.map(({ starts_at }) => new Date(starts_at).toISOString())).toEqual(
      Array.from({ length: 9 }, (_, n) => new Date(at(3, 9 + n)).toISOString()),
    );
    expect(free[0]?.stylist_ids.toSorted()).toEqual(salon.stylistIds.toSorted());
  });

  it("leaves out a start when the wished gown is taken, and only then", async () => {
    const gown = await makeVariant(world.sql, boutique);
    const [garment = ""] = gown.garmentIds;
    const appointment = await bookFitting(bride, boutique, salon, { startsAt: at(4, 10), garmentIds: [garment] });
    const starts = (rows: { starts_at: string }[]) => rows.map(({ starts_at }) => new Date(starts_at).toISOString());
    expect(starts(await slots(4, 4))).toContain(new Date(at(4, 10)).toISOString());
    expect(starts(await slots(4, 4, [garment]))).not.toContain(new Date(at(4, 10)).toISOString());
    await bride.client.rpc("cancel_fitting", { appointment_id: appointment.id });
    expect(starts(await slots(4, 4, [garment]))).toContain(new Date(at(4, 10)).toISOString());
  });
});

describe("book_fitting", () => {
  it("takes stylist, room and gowns, freezes the policy and enqueues confirmation and reminders", async () => {
    const gown = await makeVariant(world.sql, boutique);
    const appointment = await bookFitting(bride, boutique, salon, { startsAt: at(5, 10), garmentIds: gown.garmentIds });
    expect(appointment).toMatchObject({
      state: "booked",
      late_cancellation_fee: 5_000,
      no_show_fee: 9_000,
      currency: "ETB",
    });
    expect(await taken(world.sql, appointment)).toEqual(["garment confirmed", "room confirmed", "stylist confirmed"]);
    const jobs = await world.sql<{ name: string }[]>`
      select name from pgboss.job where data ->> 'appointment_id' = ${appointment.id} order by name`;
    expect(jobs.map(({ name }) => name)).toEqual([
      "mail.fitting_booked",
      "mail.fitting_reminder",
      "mail.fitting_reminder",
    ]);
  });

  it("gives the same appointment for the same key", async () => {
    const first = await bookFitting(bride, boutique, salon, { startsAt: at(6, 10), key: "again" });
    expect(await bookFitting(bride, boutique, salon, { startsAt: at(6, 10), key: "again" })).toEqual(first);
    const other = await book(bride, boutique, salon, { startsAt: at(6, 11), key: "again" });
    expect(other.error).toMatchObject({ code: "PT422", hint: "idempotency_key_reused" });
  });

  it("refuses the third of three at one time, with the next times", async () => {
    await bookFitting(bride, boutique, salon, { startsAt: at(7, 10) });
    await bookFitting(bride, boutique, salon, { startsAt: at(7, 10) });
    const { error } = await book(bride, boutique, salon, { startsAt: at(7, 10) });
    expect(error).toMatchObject({ code: "PT409", hint: "slot_taken" });
    expect(JSON.parse(error?.details ?? "").next_free).toHaveLength(3);
  });

  it.each([
    ["between two starts", `${day(8)}T07:30:00Z`],
    ["before it opens", `${day(8)}T02:00:00Z`],
    ["when it is over after it closes", `${day(8)}T15:00:00Z`],
    ["in the past", `${day(-1)}T07:00:00Z`],
  ])("refuses a start %s", async (_when, startsAt) => {
    const { error } = await book(bride, boutique, salon, { startsAt });
    expect(error).toMatchObject({ code: "PT400", hint: "invalid_start" });
  });
});

describe("a fitting", () => {
  it("is moved by half its length without meeting itself", async () => {
    const appointment = await bookFitting(bride, boutique, salon, { startsAt: at(9, 10) });
    const { data, error } = await bride.client.rpc("reschedule_fitting", {
      appointment_id: appointment.id,
      starts_at: at(9, 11),
    });
    expect(error).toBeNull();
    expect(data?.during).toContain(at(9, 11).slice(0, 10));
    expect(await taken(world.sql, appointment)).toEqual(["room confirmed", "stylist confirmed"]);
  });

  it("costs the frozen fee when it is cancelled late, and nothing when the boutique cancels", async () => {
    const late = async () => {
      const appointment = await bookFitting(bride, boutique, salon, { startsAt: at(10, 10) });
      await world.sql`update public.appointments set free_cancellation_until = now() - interval '1 minute' where id = ${appointment.id}`;
      return appointment.id;
    };
    const mine = await bride.client.rpc("cancel_fitting", { appointment_id: await late() });
    expect(mine.data).toMatchObject({ state: "cancelled", cancelled_by: "customer", fee_due: 5_000 });
    const theirs = await staff.client.rpc("cancel_fitting", { appointment_id: await late(), reason: "Stylist ill" });
    expect(theirs.data).toMatchObject({
      state: "cancelled",
      cancelled_by: "boutique",
      fee_due: 0,
      reason: "Stylist ill",
    });
  });
});

describe("many at once", () => {
  it("on ten slots make exactly ten bookings, and nobody meets a deadlock", async () => {
    const busy = await makeBoutique(world.sql);
    const small = await makeSalon(world.sql, busy, { stylists: 1, rooms: 1, opens: "08:00", closes: "18:00" });
    const crowd = await Promise.all(Array.from({ length: 10 }, (_, n) => world.asCustomer(`bride ${n}`)));
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, n) => {
        const startsAt = `${day(3)}T${String(5 + (n % 10)).padStart(2, "0")}:00:00Z`;
        const person = crowd[n % crowd.length] ?? bride;
        return book(person, busy, small, { startsAt });
      }),
    );
    expect(answers.filter(({ error }) => error === null)).toHaveLength(10);
    expect(new Set(answers.flatMap(({ error }) => (error === null ? [] : [error.hint])))).toEqual(
      new Set(["slot_taken"]),
    );
  });
});
