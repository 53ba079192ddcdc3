import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { expireOffer } from "../../functions/_shared/jobs/expire-offer.ts";
import { offerWaitlist } from "../../functions/_shared/jobs/offer-waitlist.ts";
import { type Appointment, bookFitting, makeSalon, type Salon, taken } from "../helpers/fittings.ts";
import { type BoutiqueFixture, day, makeBoutique, makeVariant } from "../helpers/fixtures.ts";
import { runJob } from "../helpers/run-job.ts";
import { type Person, World } from "../helpers/world.ts";

let world: World;
let boutique: BoutiqueFixture;
let salon: Salon;
let brides: Person[];
let staff: Person;
/** The two fittings that fill the day for which everybody waits. */
let booked: Appointment[];

beforeAll(async () => {
  world = await World.create({ connections: 10 });
  brides = [await world.asCustomer("First"), await world.asCustomer("Second"), await world.asCustomer("Third")];
});
afterAll(() => world.close());

// A branch with two starts a day, both taken.
beforeEach(async () => {
  boutique = await makeBoutique(world.sql);
  salon = await makeSalon(world.sql, boutique, { opens: "09:00", closes: "11:00" });
  staff = await world.asStaff(boutique.id, "stylist");
  const owner = await world.asCustomer("Booked");
  booked = [
    await bookFitting(owner, boutique, salon, { startsAt: at(9) }),
    await bookFitting(owner, boutique, salon, { startsAt: at(10) }),
  ];
});

const fromToday = 6;
/** 9 o'clock in Addis Ababa is 6 in UTC, all year. */
const at = (hour: number) => `${day(fromToday)}T${String(hour - 3).padStart(2, "0")}:00:00Z`;

const join = (person: Person, garmentIds: string[] = [], first = fromToday, last = first) =>
  person.client.rpc("join_waitlist", {
    location_id: boutique.locationId,
    service_id: salon.serviceId,
    from_date: day(first),
    to_date: day(last),
    garment_ids: garmentIds,
  });

/** One after the other, so that they stand in this order. */
async function line(...people: (Person | undefined)[]) {
  for (const person of people) {
    const { data, error } = await join(person as Person);
    expect([error, data?.state]).toEqual([null, "waiting"]);
  }
}

const cancel = (appointment: Appointment | undefined) =>
  staff.client.rpc("cancel_fitting", { appointment_id: appointment?.id ?? "" });
const offer = () => runJob(world, offerWaitlist, { location_id: boutique.locationId });

/** The place in line of everybody, as she sees it herself. */
async function places() {
  const states: (string | undefined)[] = [];
  for (const { client } of brides) {
    const { data } = await client.from("waitlist_entries").select("state").eq("boutique_id", boutique.id).maybeSingle();
    states.push(data?.state);
  }
  return states;
}

async function offerOf(person: Person | undefined) {
  const { data } = await (person as Person).client
    .from("appointments")
    .select("*")
    .eq("boutique_id", boutique.id)
    .order("id", { ascending: false })
    .limit(1)
    .maybeSingle();
  return data as Appointment;
}

const accept = (person: Person | undefined, { id }: { id: string }) =>
  (person as Person).client.rpc("accept_fitting_offer", { appointment_id: id });

/** Lets the time of an offer end so many milliseconds from now; over, unless told, without that any job has run. */
async function endOffer({ id }: Appointment, inMs = -1000) {
  const until = new Date(Date.now() + inMs);
  await world.sql`update public.appointments set held_until = ${until} where id = ${id}`;
  await world.sql`update public.allocations set held_until = ${until} where source_id = ${id} and state = 'held'`;
}

const enqueued = async (name: string) =>
  (
    await world.sql`select data from pgboss.job where name = ${name} and data ->> 'location_id' = ${boutique.locationId}`
  ).length;

describe("joining", () => {
  it("is refused while there is time free, with the first of it", async () => {
    const { error } = await join(brides[0] as Person, [], fromToday, fromToday + 1);
    expect(error).toMatchObject({ code: "PT409", hint: "slots_free" });
    expect(Date.parse(JSON.parse(error?.details ?? "{}").starts_at)).toBe(
      Date.parse(`${day(fromToday + 1)}T06:00:00Z`),
    );
  });

  it("twice gives the same place, also when both arrive at once", async () => {
    const answers = await Promise.all([1, 2, 3].map(() => join(brides[0] as Person)));
    expect(new Set(answers.map(({ data, error }) => error?.hint ?? data?.id)).size).toBe(1);
    expect((await join(brides[0] as Person)).data?.id).toBe(answers[0]?.data?.id);
  });

  it("counts a gown that is taken as no time", async () => {
    await cancel(booked[0]);
    const gown = await makeVariant(world.sql, boutique);
    const [garment = ""] = gown.garmentIds;
    const { data: block } = await staff.client.rpc("block_resource", {
      resource_id: garment,
      from_time: at(8),
      until_time: at(12),
      kind: "repair",
    });
    expect((await join(brides[0] as Person, [garment])).data?.state).toBe("waiting");
    await offer();
    expect(await places()).toEqual(["waiting", undefined, undefined]);
    await staff.client.rpc("unblock_resource", { allocation_id: block?.id ?? "" });
    await offer();
    expect(await places()).toEqual(["offered", undefined, undefined]);
    expect(await taken(world.sql, await offerOf(brides[0]))).toEqual(["garment held", "room held", "stylist held"]);
  });

  it.each([
    ["days that are over", -3, -2],
    ["an end before its beginning", 6, 5],
    ["more than a month", 6, 38],
  ])("is refused for %s", async (_name, first, last) => {
    expect((await join(brides[0] as Person, [], first, last)).error).toMatchObject({
      code: "PT400",
      hint: "invalid_period",
    });
  });
});

describe("time that becomes free", () => {
  it("is enqueued to be offered when somebody waits, and not otherwise", async () => {
    await cancel(booked[0]);
    expect(await enqueued("fitting.offer_waitlist")).toBe(0);
    await bookFitting(brides[2] as Person, boutique, salon, { startsAt: at(9) });
    await line(brides[0]);
    await cancel(booked[1]);
    expect(await enqueued("fitting.offer_waitlist")).toBe(1);
  });

  it("is offered in line, one start to each, and held from everybody else", async () => {
    await line(...brides);
    await cancel(booked[1]);
    await offer();
    expect(await places()).toEqual(["offered", "waiting", "waiting"]);
    await offer();
    expect(await places()).toEqual(["offered", "waiting", "waiting"]);
    const { error } = await (brides[2] as Person).client.rpc("book_fitting", {
      location_id: boutique.locationId,
      service_id: salon.serviceId,
      starts_at: at(10),
      garment_ids: [],
      notes: "",
      idempotency_key: "sneak in",
    });
    expect(error).toMatchObject({ hint: "slot_taken" });
    await cancel(booked[0]);
    await offer();
    expect(await places()).toEqual(["offered", "offered", "waiting"]);
    expect(Date.parse(String((await offerOf(brides[0])).held_until))).toBeLessThanOrEqual(Date.now() + 30 * 60_000);
  });

  it("is hers when she accepts, however often", async () => {
    await line(brides[0], brides[1]);
    await cancel(booked[0]);
    await offer();
    const appointment = await offerOf(brides[0]);
    expect((await accept(brides[1], appointment)).error).toMatchObject({ hint: "appointment_not_found" });
    expect((await accept(brides[0], appointment)).data).toMatchObject({ id: appointment.id, state: "booked" });
    expect((await accept(brides[0], appointment)).data).toMatchObject({ id: appointment.id, state: "booked" });
    expect(await taken(world.sql, appointment)).toEqual(["room confirmed", "stylist confirmed"]);
    expect(await places()).toEqual(["booked", "waiting", undefined]);
  });

  it("passes on to the next when she lets it pass", async () => {
    await line(brides[0], brides[1]);
    await cancel(booked[0]);
    await offer();
    const appointment = await offerOf(brides[0]);
    await runJob(world, expireOffer, { appointment_id: appointment.id });
    expect(await places()).toEqual(["offered", "waiting", undefined]);
    await endOffer(appointment);
    await runJob(world, expireOffer, { appointment_id: appointment.id });
    await runJob(world, expireOffer, { appointment_id: appointment.id });
    expect(await enqueued("fitting.offer_waitlist")).toBeGreaterThan(0);
    await offer();
    expect(await places()).toEqual(["expired", "offered", undefined]);
    expect((await accept(brides[0], appointment)).error).toMatchObject({ code: "PT410", hint: "hold_expired" });
    expect((await join(brides[0] as Person)).data?.state).toBe("waiting");
  });

  it("passes on to the next when she declines it", async () => {
    await line(brides[0], brides[1]);
    await cancel(booked[0]);
    await offer();
    const declined = await (brides[0] as Person).client.rpc("cancel_fitting", {
      appointment_id: (await offerOf(brides[0])).id,
    });
    expect(declined.data).toMatchObject({ state: "cancelled", fee_due: 0 });
    await offer();
    expect(await places()).toEqual(["cancelled", "offered", undefined]);
  });

  it("is nobody's twice when acceptance, expiry and the next offer meet", async () => {
    for (let round = 0; round < 5; round += 1) {
      await world.sql`delete from public.waitlist_entries where boutique_id = ${boutique.id}`;
      await line(brides[0], brides[1]);
      await cancel(round === 0 ? booked[0] : ((await live()) as Appointment));
      await offer();
      const appointment = await offerOf(brides[0]);
      // Over already, or just about to be: then each may think to be in time.
      await endOffer(appointment, round % 2 === 0 ? -1000 : 15);
      await Promise.all([
        accept(brides[0], appointment),
        runJob(world, expireOffer, { appointment_id: appointment.id }),
        offer(),
        accept(brides[0], appointment),
        runJob(world, expireOffer, { appointment_id: appointment.id }),
      ]);
      const holders = await world.sql`
        select a.customer_id from public.appointments a
        where a.boutique_id = ${boutique.id} and a.state in ('booked', 'offered') and lower(a.during) = ${at(9)}`;
      expect(holders.length).toBeLessThanOrEqual(1);
      expect([...(await world.sql`select * from private.calendar_check() where kind <> 'stale_hold'`)]).toEqual([]);
      // Whoever has it gives it back.
      await runJob(world, expireOffer, { appointment_id: appointment.id });
      await offer();
      const next = await live();
      if (next !== undefined && next.state === "offered") {
        const holder = brides.find(({ id }) => id === next.customer_id);
        expect((await accept(holder, next)).error).toBeNull();
      }
    }
  });
});

/** The appointment at nine that is not over. */
async function live() {
  const { data } = await staff.client
    .from("appointments")
    .select("*")
    .eq("boutique_id", boutique.id)
    .in("state", ["booked", "offered"])
    .neq("id", booked[1]?.id ?? "")
    .maybeSingle();
  return (data ?? undefined) as Appointment | undefined;
}

describe("leaving", () => {
  it("gives the place up, however often, and lets one join again at the end", async () => {
    await line(brides[0], brides[1]);
    const { data } = await join(brides[0] as Person);
    const leave = (person: Person | undefined) =>
      (person as Person).client.rpc("leave_waitlist", { entry_id: data?.id ?? "" });
    expect((await leave(brides[1])).error).toMatchObject({ hint: "entry_not_found" });
    expect((await leave(brides[0])).data?.state).toBe("cancelled");
    expect((await leave(brides[0])).data?.state).toBe("cancelled");
    expect((await join(brides[0] as Person)).data?.state).toBe("waiting");
    await cancel(booked[0]);
    await offer();
    const { data: mine } = await (brides[1] as Person).client
      .from("waitlist_entries")
      .select("state")
      .eq("boutique_id", boutique.id);
    expect(mine).toEqual([{ state: "offered" }]);
  });

  it("is not for who has an offer: she accepts it or cancels it", async () => {
    await line(brides[0]);
    await cancel(booked[0]);
    await offer();
    const { data } = await join(brides[0] as Person);
    const { error } = await (brides[0] as Person).client.rpc("leave_waitlist", { entry_id: data?.id ?? "" });
    expect(error).toMatchObject({ code: "PT409", hint: "invalid_state" });
  });
});
