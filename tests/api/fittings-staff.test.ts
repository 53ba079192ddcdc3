import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Appointment, book, bookFitting, makeSalon, type Salon, taken } from "../helpers/fittings.ts";
import { type BoutiqueFixture, day, makeBoutique, makeVariant } from "../helpers/fixtures.ts";
import { type Person, World } from "../helpers/world.ts";

let world: World;
let boutique: BoutiqueFixture;
let salon: Salon;
let bride: Person;
let stylist: Person;
let rival: Person;

beforeAll(async () => {
  world = await World.create();
  boutique = await makeBoutique(world.sql);
  salon = await makeSalon(world.sql, boutique, { stylists: 2, rooms: 2, noShowFee: 9_000 });
  bride = await world.asCustomer("Selam");
  stylist = await world.asStaff(boutique.id, "stylist");
  rival = await world.asStaff((await makeBoutique(world.sql)).id, "owner");
});
afterAll(() => world.close());

/** 9 o'clock in Addis Ababa is 6 in UTC, all year. */
const at = (fromToday: number, hour: number, minute = 0) =>
  `${day(fromToday)}T${String(hour - 3).padStart(2, "0")}:${String(minute).padStart(2, "0")}:00Z`;

const walkIn = (person: Person, startsAt: string, garmentIds: string[] = [], name = "Almaz") =>
  person.client.rpc("book_walk_in", {
    location_id: boutique.locationId,
    service_id: salon.serviceId,
    starts_at: startsAt,
    garment_ids: garmentIds,
    name,
  });

const close = (person: Person, { id }: { id: string }, attended: boolean) =>
  person.client.rpc("close_fitting", { appointment_id: id, attended });

/** Lets an appointment, with what it takes, have been ten days ago instead. */
async function begin({ id }: Appointment) {
  const earlier = world.sql`tstzrange(lower(during) - interval '10 days', upper(during) - interval '10 days')`;
  await world.sql`update public.allocations set during = ${earlier} where source_id = ${id}`;
  await world.sql`update public.appointments set during = ${earlier} where id = ${id}`;
}

describe("a walk-in", () => {
  it("is booked at any minute, without an account, with stylist, room and gowns", async () => {
    const { garmentIds } = await makeVariant(world.sql, boutique);
    const { data, error } = await walkIn(stylist, at(2, 10, 7), garmentIds, "  Almaz  ");
    expect(error).toBeNull();
    expect(data).toMatchObject({ customer_id: null, walk_in_name: "Almaz", state: "booked", late_cancellation_fee: 0 });
    expect(await taken(world.sql, data as Appointment)).toEqual([
      "garment confirmed",
      "room confirmed",
      "stylist confirmed",
    ]);
  });

  it("takes what is left, and no more than that", async () => {
    expect((await walkIn(stylist, at(3, 10, 10))).error).toBeNull();
    expect((await walkIn(stylist, at(3, 10, 20))).error).toBeNull();
    expect((await walkIn(stylist, at(3, 10, 30))).error).toMatchObject({ code: "PT409", hint: "slot_taken" });
    expect((await book(bride, boutique, salon, { startsAt: at(3, 11) })).error).toMatchObject({ hint: "slot_taken" });
    expect((await book(bride, boutique, salon, { startsAt: at(3, 12) })).error).toBeNull();
  });

  it("is for staff of the branch alone, and needs a name", async () => {
    for (const person of [bride, rival]) {
      expect((await walkIn(person, at(4, 10))).error).toMatchObject({ code: "PT404", hint: "location_not_found" });
    }
    expect((await walkIn(stylist, at(4, 10), [], " ")).error).toMatchObject({ code: "PT400", hint: "invalid_walk_in" });
  });

  it("is moved, cancelled and closed by staff, and seen by no customer", async () => {
    const { data } = await walkIn(stylist, at(5, 10, 5));
    const id = data?.id ?? "";
    expect((await bride.client.rpc("cancel_fitting", { appointment_id: id })).error).toMatchObject({
      hint: "appointment_not_found",
    });
    const moved = await stylist.client.rpc("reschedule_fitting", { appointment_id: id, starts_at: at(5, 14) });
    expect(moved.error).toBeNull();
    expect((await bride.client.from("appointments").select("id").eq("id", id)).data).toEqual([]);
    const cancelled = await stylist.client.rpc("cancel_fitting", { appointment_id: id });
    expect(cancelled.data).toMatchObject({ state: "cancelled", cancelled_by: "boutique", fee_due: 0 });
  });
});

describe("close_fitting", () => {
  it("waits until it has begun", async () => {
    const appointment = await bookFitting(bride, boutique, salon, { startsAt: at(6, 9) });
    expect((await close(stylist, appointment, true)).error).toMatchObject({ code: "PT409", hint: "not_begun" });
  });

  it("notes who came and who did not; a mistake is mended, the fee with it", async () => {
    const appointment = await bookFitting(bride, boutique, salon, { startsAt: at(6, 10) });
    await begin(appointment);
    expect((await close(stylist, appointment, false)).data).toMatchObject({ state: "no_show", fee_due: 9_000 });
    expect((await close(stylist, appointment, false)).data).toMatchObject({ state: "no_show", fee_due: 9_000 });
    expect((await close(stylist, appointment, true)).data).toMatchObject({ state: "attended", fee_due: 0 });
  });

  it("is not for the customer, nor for another boutique", async () => {
    const appointment = await bookFitting(bride, boutique, salon, { startsAt: at(6, 11) });
    await begin(appointment);
    for (const person of [bride, rival]) {
      expect((await close(person, appointment, true)).error).toMatchObject({ hint: "appointment_not_found" });
    }
  });

  it("is refused for what was cancelled, and what is closed is not cancelled", async () => {
    const off = await bookFitting(bride, boutique, salon, { startsAt: at(7, 9) });
    await bride.client.rpc("cancel_fitting", { appointment_id: off.id });
    expect((await close(stylist, off, true)).error).toMatchObject({ code: "PT409", hint: "invalid_state" });
    const done = await bookFitting(bride, boutique, salon, { startsAt: at(7, 12) });
    await begin(done);
    await close(stylist, done, true);
    for (const person of [bride, stylist]) {
      const { error } = await person.client.rpc("cancel_fitting", { appointment_id: done.id });
      expect(error).toMatchObject({ code: "PT409", hint: "invalid_state" });
    }
  });
});

describe("cancel_fitting", () => {
  it("comes too late for a customer once it has begun, for she would owe no fee as a no-show", async () => {
    const appointment = await bookFitting(bride, boutique, salon, { startsAt: at(8, 14) });
    await begin(appointment);
    const cancel = (person: Person) => person.client.rpc("cancel_fitting", { appointment_id: appointment.id });
    expect((await cancel(bride)).error).toMatchObject({ code: "PT409", hint: "policy_window_passed" });
    expect((await cancel(stylist)).data).toMatchObject({ state: "cancelled", cancelled_by: "boutique", fee_due: 0 });
  });
});

describe("what staff note about a fitting", () => {
  it("is read by colleagues and admins, and by no customer and no rival", async () => {
    const appointment = await bookFitting(bride, boutique, salon, { startsAt: at(8, 9) });
    const note = { appointment_id: appointment.id, boutique_id: boutique.id, body: "Nervous; bring tissues." };
    expect((await stylist.client.from("appointment_notes").insert(note)).error).toBeNull();
    const seen = async (person: Person) =>
      (await person.client.from("appointment_notes").select("body, author_id").eq("appointment_id", appointment.id))
        .data;
    const written = [{ body: note.body, author_id: stylist.id }];
    expect(await seen(await world.asStaff(boutique.id, "stylist"))).toEqual(written);
    expect(await seen(await world.asAdmin())).toEqual(written);
    expect(await seen(bride)).toEqual([]);
    expect(await seen(rival)).toEqual([]);
    const embedded = await bride.client
      .from("appointments")
      .select("id, appointment_notes(body)")
      .eq("id", appointment.id);
    expect(embedded.data).toEqual([{ id: appointment.id, appointment_notes: [] }]);
  });

  it("is written by staff of the boutique, changed by its author alone", async () => {
    const appointment = await bookFitting(bride, boutique, salon, { startsAt: at(8, 11) });
    const note = { appointment_id: appointment.id, boutique_id: boutique.id, body: "Hem 2 cm." };
    for (const person of [bride, rival]) {
      expect((await person.client.from("appointment_notes").insert(note)).error).toMatchObject({ code: "42501" });
    }
    await stylist.client.from("appointment_notes").insert(note);
    const colleague = await world.asStaff(boutique.id, "owner");
    const change = (person: Person) =>
      person.client
        .from("appointment_notes")
        .update({ body: "Hem 3 cm." })
        .eq("appointment_id", appointment.id)
        .select("body");
    expect((await change(colleague)).data).toEqual([]);
    expect((await change(stylist)).data).toEqual([{ body: "Hem 3 cm." }]);
  });
});
