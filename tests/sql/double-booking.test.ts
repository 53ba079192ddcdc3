import { randomUUID } from "node:crypto";
import type { TransactionSql } from "postgres";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Actor, actAs } from "../helpers/act-as.ts";
import { type Appointment, book, bookFitting, makeSalon, type Salon } from "../helpers/fittings.ts";
import {
  type BoutiqueFixture,
  day,
  makeBoutique,
  makeVariant,
  period,
  type VariantFixture,
} from "../helpers/fixtures.ts";
import { endHold, hold, type Rental, reserve } from "../helpers/rentals.ts";
import { type Person, World } from "../helpers/world.ts";

/** Every way in which somebody could try to take what is taken: each is refused, and nothing has changed. */

let world: World;
let bride: Person;
let rivalBride: Person;
let manager: Person;
let owner: Person;
let admin: Person;
let boutique: BoutiqueFixture;
let salon: Salon;

/** One gown that is rented for a day, one that is fitted on the next: both days are full. */
let gown: VariantFixture;
let garment: string;
let rental: Rental;
let fitting: Appointment;

const rented = 10;
const fitted = 12;

beforeAll(async () => {
  world = await World.create({ connections: 12 });
  boutique = await makeBoutique(world.sql);
  salon = await makeSalon(world.sql, boutique, { stylists: 2, rooms: 2 });
  [bride, rivalBride, manager, owner, admin] = await Promise.all([
    world.asCustomer("Selam"),
    world.asCustomer("Hanna"),
    world.asStaff(boutique.id, "manager"),
    world.asStaff(boutique.id, "owner"),
    world.asAdmin(),
  ]);
});
afterAll(() => world.close());

beforeEach(async () => {
  await world.sql`select private.end_rental(id, 'cancelled') from public.rentals where state in ('held', 'reserved')`;
  for (const { id } of await world.sql<
    { id: string }[]
  >`select id from public.appointments where state in ('booked', 'offered')`) {
    await manager.client.rpc("cancel_fitting", { appointment_id: id });
  }
  await world.sql`update public.allocations set state = 'released', held_until = null where state <> 'released'`;
  await world.sql`delete from public.waitlist_entries`;
  gown = await makeVariant(world.sql, boutique);
  [garment = ""] = gown.garmentIds;
  rental = await hold(bride, gown.id, period(rented, rented));
  await manager.client.rpc("confirm_rental", { rental_id: rental.id });
  fitting = await bookFitting(bride, boutique, salon, { startsAt: at(fitted, 11), garmentIds: [garment] });
});

/** 9 o'clock in Addis Ababa is 6 in UTC, all year. */
const at = (fromToday: number, hour: number) => `${day(fromToday)}T${String(hour - 3).padStart(2, "0")}:00:00Z`;
const time = (fromToday: number, first: number, last: number) => `[${at(fromToday, first)},${at(fromToday, last)})`;

const live = async () =>
  (
    await world.sql<{ line: string }[]>`
      select format('%s %s %s %s', resource_id, during, kind, state) as line from public.allocations
      where state <> 'released' order by 1`
  ).map(({ line }) => line);

const checked = async () => [...(await world.sql`select * from private.calendar_check()`)];

/** The hint of a refusal by an RPC, or the SQLSTATE of one by the database. */
const refusalOf = ({ error }: { error: { code: string; hint: string } | null }) =>
  error === null ? "done" : error.code.startsWith("PT") ? error.hint : error.code;

/** What SQL as somebody comes to. */
async function asSql(actor: Actor | "postgres", act: (sql: TransactionSql) => Promise<unknown>): Promise<string> {
  try {
    await world.sql.begin(async (sql) => {
      if (actor !== "postgres") await actAs(sql, actor);
      await act(sql);
    });
    return "done";
  } catch (error) {
    return (error as { code: string }).code;
  }
}

const walkIn = (startsAt: string, garmentIds: string[]) =>
  manager.client.rpc("book_walk_in", {
    location_id: boutique.locationId,
    service_id: salon.serviceId,
    starts_at: startsAt,
    garment_ids: garmentIds,
    name: "Somebody",
  });

const block = (resourceId: string, fromTime: string, untilTime: string, kind: "repair" | "time_off") =>
  manager.client.rpc("block_resource", { resource_id: resourceId, from_time: fromTime, until_time: untilTime, kind });

const restRow = (fromToday: number) => ({
  resource_id: garment,
  boutique_id: boutique.id,
  during: time(fromToday, 8, 20),
  kind: "repair" as const,
  state: "confirmed" as const,
});

const paths: [name: string, outcome: string, attempt: () => Promise<string>][] = [
  [
    "reserve_rental on days that are rented",
    "not_available",
    async () => refusalOf(await reserve(rivalBride, gown.id, period(rented - 1, rented))),
  ],
  [
    "reserve_rental on a day with a fitting",
    "not_available",
    async () => refusalOf(await reserve(rivalBride, gown.id, period(fitted, fitted))),
  ],
  [
    "book_fitting of a gown that is rented",
    "slot_taken",
    async () => refusalOf(await book(rivalBride, boutique, salon, { startsAt: at(rented, 11), garmentIds: [garment] })),
  ],
  [
    "book_fitting of a gown that is fitted",
    "slot_taken",
    async () => refusalOf(await book(rivalBride, boutique, salon, { startsAt: at(fitted, 11), garmentIds: [garment] })),
  ],
  [
    "book_fitting with a stylist who is busy",
    "slot_taken",
    async () =>
      refusalOf(await book(rivalBride, boutique, salon, { startsAt: at(fitted, 11), stylistId: fitting.stylist_id })),
  ],
  [
    "book_walk_in in the middle of a fitting",
    "slot_taken",
    async () => refusalOf(await walkIn(at(fitted, 11).replace(":00:00Z", ":20:00Z"), [garment])),
  ],
  [
    "book_walk_in with a gown that is rented",
    "slot_taken",
    async () => refusalOf(await walkIn(at(rented, 11), [garment])),
  ],
  [
    "block_resource over a rental",
    "not_available",
    async () => refusalOf(await block(garment, at(rented - 2, 12), at(rented, 12), "repair")),
  ],
  [
    "block_resource over a fitting, of the gown",
    "not_available",
    async () => refusalOf(await block(garment, at(fitted, 11), at(fitted, 12), "repair")),
  ],
  [
    "block_resource over a fitting, of the stylist",
    "not_available",
    async () => refusalOf(await block(fitting.stylist_id, at(fitted, 8), at(fitted, 20), "time_off")),
  ],
  [
    "block_resource over a fitting, of the room",
    "not_available",
    async () => refusalOf(await block(fitting.room_id, at(fitted, 8), at(fitted, 20), "repair")),
  ],
  [
    "reschedule_fitting onto the rental",
    "slot_taken",
    async () =>
      refusalOf(
        await bride.client.rpc("reschedule_fitting", { appointment_id: fitting.id, starts_at: at(rented, 11) }),
      ),
  ],
  [
    "REST insert by a manager",
    "42501",
    async () => refusalOf(await manager.client.from("allocations").insert(restRow(rented))),
  ],
  [
    "REST insert by an owner",
    "42501",
    async () => refusalOf(await owner.client.from("allocations").insert(restRow(rented))),
  ],
  [
    "REST insert by an admin",
    "42501",
    async () => refusalOf(await admin.client.from("allocations").insert(restRow(rented))),
  ],
  [
    "REST insert by a customer",
    "42501",
    async () => refusalOf(await bride.client.from("allocations").insert(restRow(rented))),
  ],
  [
    "REST insert of a time that is free, by an owner",
    "42501",
    async () => refusalOf(await owner.client.from("allocations").insert(restRow(50))),
  ],
  [
    "REST update by an owner",
    "42501",
    async () =>
      refusalOf(await owner.client.from("allocations").update({ state: "released" }).eq("id", rental.allocation_id)),
  ],
  [
    "REST update of a rental's days by its customer",
    "42501",
    async () =>
      refusalOf(
        await bride.client
          .from("rentals")
          .update({ period: period(fitted, fitted) })
          .eq("id", rental.id),
      ),
  ],
  [
    "REST insert with the secret key",
    "23P01",
    async () => refusalOf(await world.asService().from("allocations").insert(restRow(rented))),
  ],
  ...(["service_role", "postgres"] as const).flatMap((role): typeof paths => [
    [
      `SQL insert as ${role}`,
      "23P01",
      () => asSql(role, (sql) => sql`insert into public.allocations ${sql(restRow(rented))}`),
    ],
    [
      `SQL that moves what is taken as ${role}`,
      "23P01",
      () =>
        asSql(
          role,
          (sql) =>
            sql`update public.allocations set during = ${time(fitted, 11, 12)} where id = ${rental.allocation_id}`,
        ),
    ],
    [
      `SQL that lengthens it until the next as ${role}`,
      "23P01",
      () =>
        asSql(
          role,
          (sql) =>
            sql`update public.allocations set during = tstzrange(lower(during), lower(during) + interval '3 days') where id = ${rental.allocation_id}`,
        ),
    ],
    [
      `SQL that takes back what was released as ${role}`,
      "23P01",
      async () => {
        const id = randomUUID();
        await world.sql`insert into public.allocations ${world.sql({ ...restRow(rented), id, state: "released" })}`;
        return asSql(role, (sql) => sql`update public.allocations set state = 'confirmed' where id = ${id}`);
      },
    ],
    [
      `SQL that gives it another garment as ${role}`,
      "23P01",
      async () => {
        const [other] = (await makeVariant(world.sql, boutique)).garmentIds;
        const id = randomUUID();
        await world.sql`insert into public.allocations ${world.sql({ ...restRow(rented), id, resource_id: other ?? "" })}`;
        const outcome = await asSql(
          role,
          (sql) => sql`update public.allocations set resource_id = ${garment} where id = ${id}`,
        );
        await world.sql`delete from public.allocations where id = ${id}`;
        return outcome;
      },
    ],
    [
      `SQL in one statement for many as ${role}`,
      "23P01",
      () =>
        asSql(
          role,
          (sql) => sql`insert into public.allocations (resource_id, boutique_id, during, kind, state)
        select ${garment}, ${boutique.id}, tstzrange(${at(60, 9)}::timestamptz, ${at(60, 10)}::timestamptz), 'repair', 'confirmed' from generate_series(1, 2)`,
        ),
    ],
  ]),
];

describe("what is taken is not taken again", () => {
  it.each(paths)("by %s: %s", async (_name, outcome, attempt) => {
    const before = await live();
    expect(await attempt()).toBe(outcome);
    expect(await live()).toEqual(before);
    expect(await checked()).toEqual([]);
  });

  it("by an offer to somebody who waits", async () => {
    // Stylists and rooms are free; her gown is rented all day.
    const { data } = await rivalBride.client.rpc("join_waitlist", {
      location_id: boutique.locationId,
      service_id: salon.serviceId,
      from_date: day(rented),
      to_date: day(rented),
      garment_ids: [garment],
    });
    expect(data?.state).toBe("waiting");
    const before = await live();
    expect([...(await world.sql`select private.offer_waitlist(${boutique.locationId}) as offers`)]).toEqual([
      { offers: 0 },
    ]);
    expect(await live()).toEqual(before);
  });
});

describe("a hold whose time is over", () => {
  it("gives way to whoever needs the days, and cannot be confirmed afterwards", async () => {
    const other = await makeVariant(world.sql, boutique);
    const first = await hold(bride, other.id, period(20, 21));
    await endHold(world.sql, first);
    const second = await hold(rivalBride, other.id, period(21, 22));
    expect(refusalOf(await manager.client.rpc("confirm_rental", { rental_id: first.id }))).toBe("hold_expired");
    expect(refusalOf(await manager.client.rpc("confirm_rental", { rental_id: second.id }))).toBe("done");
    expect(await checked()).toEqual([]);
  });

  it.each([
    ["a fitting", (id: string) => book(rivalBride, boutique, salon, { startsAt: at(20, 10), garmentIds: [id] })],
    ["a walk-in", (id: string) => walkIn(at(20, 10), [id])],
    ["a repair", (id: string) => block(id, at(20, 10), at(20, 11), "repair")],
  ])("gives way to %s too", async (_name, take) => {
    const other = await makeVariant(world.sql, boutique);
    const first = await hold(bride, other.id, period(20, 21));
    await endHold(world.sql, first);
    expect((await take(other.garmentIds[0] ?? "")).error).toBeNull();
    expect([...(await world.sql`select state from public.rentals where id = ${first.id}`)]).toEqual([
      { state: "expired" },
    ]);
    expect(await checked()).toEqual([]);
  });

  it("cannot be revived by moving its end, once its days are taken", async () => {
    const other = await makeVariant(world.sql, boutique);
    const first = await hold(bride, other.id, period(20, 21));
    await endHold(world.sql, first);
    await hold(rivalBride, other.id, period(20, 21));
    const revive = (sql: TransactionSql) => sql`
      update public.allocations set state = 'held', held_until = now() + interval '1 hour' where id = ${first.allocation_id}`;
    expect(await asSql("service_role", revive)).toBe("23P01");
  });
});

describe("everybody at once", () => {
  it("on one gown, by every path: whoever is first has it, and nobody meets a deadlock", async () => {
    for (let round = 0; round < 4; round += 1) {
      const [contested = ""] = (await makeVariant(world.sql, boutique)).garmentIds;
      const [variant] = await world.sql<
        { id: string }[]
      >`select variant_id as id from public.garments where id = ${contested}`;
      const days = 30 + round * 3;
      const answers = await Promise.all([
        ...[bride, rivalBride].map((person) => reserve(person, variant?.id ?? "", period(days, days + 1))),
        ...[10, 11, 12].map((hour) =>
          book(bride, boutique, salon, { startsAt: at(days, hour), garmentIds: [contested] }),
        ),
        walkIn(at(days, 10).replace(":00:00Z", ":30:00Z"), [contested]),
        block(contested, at(days, 8), at(days, 20), "repair"),
        manager.client.rpc("reschedule_fitting", { appointment_id: fitting.id, starts_at: at(days, 15) }),
        bride.client.rpc("cancel_rental", { rental_id: rental.id }),
        world
          .asService()
          .from("allocations")
          .insert({ ...restRow(days), resource_id: contested }),
      ]);
      const outcomes = answers.map((answer) => refusalOf(answer as Parameters<typeof refusalOf>[0]));
      for (const outcome of outcomes) expect(["done", "not_available", "slot_taken", "23P01"]).toContain(outcome);
      const [overlaps] = await world.sql<{ count: number }[]>`
        select count(*)::integer as count from public.allocations a join public.allocations b
          on a.resource_id = b.resource_id and a.id < b.id and a.during && b.during and a.state <> 'released' and b.state <> 'released'`;
      expect(overlaps?.count).toBe(0);
      expect(await checked()).toEqual([]);
    }
  });
});
