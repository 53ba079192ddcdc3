import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { offerWaitlist } from "../../functions/_shared/jobs/offer-waitlist.ts";
import { type Appointment, book, bookFitting, makeSalon, type Salon, taken, type Wish } from "../helpers/fittings.ts";
import {
  type BoutiqueFixture,
  day,
  makeBoutique,
  makeVariant,
  period,
  type VariantFixture,
} from "../helpers/fixtures.ts";
import { hold, sendToRepair } from "../helpers/rentals.ts";
import { runJob } from "../helpers/run-job.ts";
import { type Person, World } from "../helpers/world.ts";

let world: World;
let boutique: BoutiqueFixture;
let salon: Salon;
let bride: Person;
let rival: Person;
let staff: Person;
/** A gown with two pieces, and one with a single piece. */
let pair: VariantFixture;
let single: VariantFixture;

beforeAll(async () => {
  world = await World.create({ connections: 12 });
  [bride, rival] = [await world.asCustomer("Selam"), await world.asCustomer("Hanna")];
});
afterAll(() => world.close());

beforeEach(async () => {
  boutique = await makeBoutique(world.sql);
  salon = await makeSalon(world.sql, boutique, { stylists: 4, rooms: 4, opens: "09:00", closes: "13:00" });
  staff = await world.asStaff(boutique.id, "stylist");
  pair = await makeVariant(world.sql, boutique, { garments: 2 });
  single = await makeVariant(world.sql, boutique);
});

const fromToday = 6;
/** 9 o'clock in Addis Ababa is 6 in UTC, all year. */
const at = (hour: number, minutes = "00") => `${day(fromToday)}T${String(hour - 3).padStart(2, "0")}:${minutes}:00Z`;
const service = () => ({ location_id: boutique.locationId, service_id: salon.serviceId });

/** The hours at which somebody who is not signed in may come on the day. */
async function freeHours(variantIds: string[], garmentIds: string[] = []): Promise<number[]> {
  const days = { from_date: day(fromToday), to_date: day(fromToday) };
  const { data, error } = await world
    .asAnon()
    .rpc("fitting_slots", { ...service(), ...days, garment_ids: garmentIds, variant_ids: variantIds });
  if (error !== null) throw error;
  return data.map(({ starts_at }) => new Date(starts_at).getUTCHours() + 3);
}

const reserve = (person: Person, wish: Wish) => bookFitting(person, boutique, salon, wish);
const ask = (person: Person, wish: Wish) => book(person, boutique, salon, wish);

const block = async (garment: string | undefined, from_time: string, until_time: string) => {
  const { error } = await staff.client.rpc("block_resource", {
    resource_id: garment ?? "",
    from_time,
    until_time,
    kind: "repair",
  });
  expect(error).toBeNull();
};

/** The pieces that a customer sees on her own appointment. */
async function piecesOf({ id }: Appointment, person = bride): Promise<string[]> {
  const { data } = await person.client.from("appointment_garments").select("garment_id").eq("appointment_id", id);
  return (data ?? []).map(({ garment_id }) => garment_id).toSorted();
}

const pieces = (variant: VariantFixture) => variant.garmentIds.toSorted();

describe("fitting_slots", () => {
  it("has a start while one piece is free, and none when both are taken", async () => {
    expect(await freeHours([pair.id])).toEqual([9, 10, 11, 12]);
    await reserve(bride, { startsAt: at(10), garmentIds: pair.garmentIds.slice(0, 1) });
    expect(await freeHours([pair.id])).toEqual([9, 10, 11, 12]);
    await reserve(bride, { startsAt: at(10), garmentIds: pair.garmentIds.slice(1) });
    expect(await freeHours([pair.id])).toEqual([9, 11, 12]);
  });

  it("wants one piece for all the time, not two that are free for half of it", async () => {
    await block(pair.garmentIds[0], at(10), at(10, "30"));
    expect(await freeHours([pair.id])).toEqual([9, 10, 11, 12]);
    await block(pair.garmentIds[1], at(10, "30"), at(11));
    expect(await freeHours([pair.id])).toEqual([9, 11, 12]);
  });

  it("wants every variant at once, and a piece besides the garment that is wished", async () => {
    await block(single.garmentIds[0], at(9), at(10));
    await block(pair.garmentIds[0], at(12), at(13));
    expect(await freeHours([pair.id, single.id])).toEqual([10, 11, 12]);
    expect(await freeHours([pair.id, pair.id], pair.garmentIds.slice(1))).toEqual([9, 10, 11]);
  });
});

describe("book_fitting", () => {
  it("takes the first free piece of each variant, and says which", async () => {
    const appointment = await reserve(bride, { startsAt: at(9), variantIds: [single.id, pair.id, pair.id] });
    expect(await piecesOf(appointment)).toEqual([...pieces(pair).slice(0, 1), ...single.garmentIds].toSorted());
    expect(await taken(world.sql, appointment)).toEqual([
      "garment confirmed",
      "garment confirmed",
      "room confirmed",
      "stylist confirmed",
    ]);
  });

  it("takes another piece when one is rented, and tells when there is one again", async () => {
    const rental = await hold(rival, pair.id, period(fromToday, fromToday));
    const [other = ""] = pair.garmentIds.filter((id) => id !== rental.garment_id);
    expect(await piecesOf(await reserve(bride, { startsAt: at(12), variantIds: [pair.id] }))).toEqual([other]);
    const { error } = await ask(rival, { startsAt: at(12), variantIds: [pair.id] });
    expect(error).toMatchObject({ code: "PT409", hint: "slot_taken" });
    // That was the last start of the day; on the next the rented piece is back.
    const { next_free } = JSON.parse(error?.details ?? "{}");
    expect(next_free.map((start: string) => Date.parse(start))).toEqual(
      ["06", "07", "08"].map((hour) => Date.parse(`${day(fromToday + 1)}T${hour}:00:00Z`)),
    );
    await sendToRepair(world.sql, boutique, other, fromToday + 1, fromToday + 1);
    await sendToRepair(world.sql, boutique, rental.garment_id, fromToday + 1, fromToday + 1);
    const later = await ask(rival, { startsAt: at(12), variantIds: [pair.id] });
    expect(Date.parse(JSON.parse(later.error?.details ?? "{}").next_free[0])).toBe(
      Date.parse(`${day(fromToday + 2)}T06:00:00Z`),
    );
  });

  it("takes a piece besides the garment that is wished", async () => {
    const [first = ""] = pieces(pair);
    const appointment = await reserve(bride, { startsAt: at(9), garmentIds: [first], variantIds: [pair.id] });
    expect(await piecesOf(appointment)).toEqual(pieces(pair));
  });

  it("keeps the piece when the fitting is moved", async () => {
    await block(pieces(pair)[0], at(9), at(10));
    const appointment = await reserve(bride, { startsAt: at(9), variantIds: [pair.id] });
    const moved = await bride.client.rpc("reschedule_fitting", { appointment_id: appointment.id, starts_at: at(11) });
    expect(moved.error).toBeNull();
    expect(await piecesOf(appointment)).toEqual(pieces(pair).slice(1));
    expect(await freeHours([], pieces(pair).slice(1))).toEqual([9, 10, 12]);
  });

  it("counts garments and variants together", async () => {
    await world.sql`update public.fitting_services set max_garments = 2 where id = ${salon.serviceId}`;
    const wish = { startsAt: at(9), garmentIds: pair.garmentIds, variantIds: [single.id] };
    expect((await ask(bride, wish)).error).toMatchObject({ code: "PT400", hint: "too_many_garments" });
    expect((await ask(bride, { ...wish, garmentIds: pair.garmentIds.slice(1) })).error).toBeNull();
  });

  it("gives the same appointment for the same key, in whichever order the variants come", async () => {
    const wish = { startsAt: at(9), key: `key ${boutique.id}` };
    const first = await reserve(bride, { ...wish, variantIds: [pair.id, single.id] });
    expect(await reserve(bride, { ...wish, variantIds: [single.id, pair.id, pair.id] })).toEqual(first);
    for (const variantIds of [[pair.id], []]) {
      const { error } = await ask(bride, { ...wish, variantIds });
      expect(error).toMatchObject({ code: "PT422", hint: "idempotency_key_reused" });
    }
  });

  it("keeps keys good that were used before there were variants", async () => {
    const key = `old key ${boutique.id}`;
    const first = await reserve(bride, { startsAt: at(9), key });
    const [row] = await world.sql`select request from private.idempotency_keys where key = ${key}`;
    expect(Object.keys(row?.["request"]).toSorted()).toEqual(
      ["garment_ids", "guests", "location_id", "service_id", "starts_at", "stylist_id"].toSorted(),
    );
    expect(await reserve(bride, { startsAt: at(9), key, variantIds: [] })).toEqual(first);
  });
});

describe("a variant that nobody can fit here", () => {
  const cases: readonly (readonly [why: string, id: () => Promise<string> | string])[] = [
    ["that does not exist", () => crypto.randomUUID()],
    ["of another boutique", async () => (await makeVariant(world.sql, await makeBoutique(world.sql))).id],
    ["without pieces", async () => (await makeVariant(world.sql, boutique, { garments: 0 })).id],
    ["that is not on show", async () => (await makeVariant(world.sql, boutique, { status: "draft" })).id],
    [
      "whose piece is retired",
      async () => {
        await world.sql`update public.garments set retired_at = now() where variant_id = ${single.id}`;
        return single.id;
      },
    ],
    [
      "whose piece is at another branch",
      async () => {
        const [branch] = await world.sql`
          insert into public.locations (boutique_id, name, city, country, timezone)
          values (${boutique.id}, 'Second', 'Adama', 'ET', 'Africa/Addis_Ababa') returning id`;
        await world.sql`update public.garments set location_id = ${branch?.["id"]} where variant_id = ${single.id}`;
        return single.id;
      },
    ],
  ];

  it.each(cases)("is refused by name: one %s", async (_why, id) => {
    const refused = await id();
    const variant_ids = [pair.id, refused];
    const days = { from_date: day(fromToday), to_date: day(fromToday) };
    for (const { error } of [
      await world.asAnon().rpc("fitting_slots", { ...service(), ...days, variant_ids }),
      await ask(bride, { startsAt: at(9), variantIds: variant_ids }),
      await bride.client.rpc("join_waitlist", { ...service(), ...days, variant_ids }),
    ]) {
      expect(error).toMatchObject({ code: "PT404", hint: "garment_not_found" });
      expect(JSON.parse(error?.details ?? "{}")).toEqual({ variant_ids: [refused] });
    }
  });

  it("is one whose only piece is wished already", async () => {
    const { error } = await ask(bride, {
      startsAt: at(9),
      garmentIds: single.garmentIds,
      variantIds: [single.id],
    });
    expect(error).toMatchObject({ code: "PT404", hint: "garment_not_found" });
    expect(JSON.parse(error?.details ?? "{}")).toEqual({ variant_ids: [single.id] });
  });
});

describe("the waitlist", () => {
  const join = (person: Person, variantIds: string[]) =>
    person.client.rpc("join_waitlist", {
      ...service(),
      from_date: day(fromToday),
      to_date: day(fromToday),
      variant_ids: variantIds,
    });
  const offer = () => runJob(world, offerWaitlist, { location_id: boutique.locationId });

  it("is for who finds every piece taken, and offers whichever comes back", async () => {
    const rentals = [
      await hold(rival, pair.id, period(fromToday, fromToday)),
      await hold(rival, pair.id, period(fromToday, fromToday)),
    ];
    expect((await join(bride, [single.id])).error).toMatchObject({ code: "PT409", hint: "slots_free" });
    const { data: entry } = await join(bride, [pair.id, single.id, pair.id]);
    expect(entry).toMatchObject({ state: "waiting", variant_ids: [pair.id, single.id].toSorted() });
    await offer();
    const mine = () =>
      bride.client
        .from("waitlist_entries")
        .select("*")
        .eq("id", entry?.id ?? "")
        .single();
    expect((await mine()).data?.state).toBe("waiting");

    await rival.client.rpc("cancel_rental", { rental_id: rentals[1]?.id ?? "" });
    await offer();
    const { data: offered } = await mine();
    expect(offered?.state).toBe("offered");
    const appointment = { id: offered?.appointment_id ?? "" } as Appointment;
    expect(await piecesOf(appointment)).toEqual([rentals[1]?.garment_id, ...single.garmentIds].toSorted());
    expect(await taken(world.sql, appointment)).toEqual(["garment held", "garment held", "room held", "stylist held"]);
    const accepted = await bride.client.rpc("accept_fitting_offer", { appointment_id: appointment.id });
    expect(accepted.data?.state).toBe("booked");
  });

  it("passes over who waits for a variant of which no piece is left", async () => {
    await block(single.garmentIds[0], at(9), at(13));
    await join(bride, [single.id]);
    await world.sql`update public.garments set retired_at = now() where variant_id = ${single.id}`;
    expect((await join(rival, [single.id])).error).toMatchObject({ hint: "garment_not_found" });
    await offer();
    const { data } = await bride.client.from("waitlist_entries").select("state").eq("boutique_id", boutique.id);
    expect(data).toEqual([{ state: "waiting" }]);
  });
});

describe("at once", () => {
  it("two brides for the last piece: one gets it, the other is told that it is taken", async () => {
    for (const hour of [9, 10, 11, 12]) {
      const answers = await Promise.all(
        [bride, rival].map((person) => ask(person, { startsAt: at(hour), variantIds: [single.id] })),
      );
      expect(answers.map(({ error }) => error?.hint ?? "booked").toSorted()).toEqual(["booked", "slot_taken"]);
    }
  });

  it("two brides for two pieces: each gets one", async () => {
    for (const hour of [9, 10, 11, 12]) {
      const [mine, theirs] = await Promise.all(
        [bride, rival].map((person) => reserve(person, { startsAt: at(hour), variantIds: [pair.id] })),
      );
      const both = [await piecesOf(mine as Appointment), await piecesOf(theirs as Appointment, rival)];
      expect(both.flat().toSorted()).toEqual(pieces(pair));
    }
  });

  it("many with the same gowns in any order get every piece once, without a deadlock", async () => {
    const crowd = await Promise.all(Array.from({ length: 8 }, (_, n) => world.asCustomer(`bride ${n}`)));
    const other = await makeVariant(world.sql, boutique, { garments: 2 });
    const wishes: Omit<Wish, "startsAt">[] = [
      { variantIds: [pair.id, other.id] },
      { variantIds: [other.id, pair.id] },
      { garmentIds: [other.garmentIds[1] ?? ""], variantIds: [pair.id] },
      { garmentIds: [pair.garmentIds[0] ?? ""], variantIds: [other.id] },
    ];
    const answers = await Promise.all(
      Array.from({ length: 96 }, (_, n) =>
        ask(crowd[n % crowd.length] as Person, { startsAt: at(9 + (n % 4)), ...wishes[Math.floor(n / 4) % 4] }),
      ),
    );
    const outcomes = answers.map(({ error }) => error?.hint ?? error?.code ?? "booked");
    expect(new Set(outcomes)).toEqual(new Set(["booked", "slot_taken"]));
    const rows = await world.sql<{ starts_at: string; pieces: string[] }[]>`
      select lower(a.during) as starts_at, array_agg(a.resource_id order by a.resource_id) as pieces
      from public.allocations a
      where a.resource_id = any (${[...pair.garmentIds, ...other.garmentIds]}) and a.state <> 'released' group by 1`;
    // Two pieces of each: two fittings at a start, or one when those that were left did not go together.
    expect(rows).toHaveLength(4);
    const booked = outcomes.filter((outcome) => outcome === "booked").length;
    expect(rows.flatMap((row) => row.pieces)).toHaveLength(2 * booked);
    expect([...(await world.sql`select * from private.calendar_check()`)]).toEqual([]);
  });
});
