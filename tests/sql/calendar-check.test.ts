import type { TransactionSql } from "postgres";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkCalendar } from "../../functions/_shared/jobs/check-calendar.ts";
import { undone } from "../helpers/act-as.ts";
import { type Appointment, bookFitting, makeSalon, type Salon } from "../helpers/fittings.ts";
import {
  type BoutiqueFixture,
  day,
  makeBoutique,
  makeVariant,
  period,
  type VariantFixture,
} from "../helpers/fixtures.ts";
import { endHold, hold, type Rental, sendToRepair } from "../helpers/rentals.ts";
import { runJob } from "../helpers/run-job.ts";
import { makeLook, makeShow } from "../helpers/shows.ts";
import { type Person, World } from "../helpers/world.ts";

let world: World;
let boutique: BoutiqueFixture;
let otherLocationId: string;
let salon: Salon;
let gown: VariantFixture;
let bride: Person;
let manager: Person;
let held: Rental;
let reserved: Rental;
let cancelled: Rental;
let fitting: Appointment;
let off: Appointment;
let offer: string;
/** An announced show with a gown in a look, and one that was called off. */
let show: string;
let calledOff: string;
let look: string;

// Everything that a calendar can have in it, done by those who may.
beforeAll(async () => {
  world = await World.create();
  const { sql } = world;
  boutique = await makeBoutique(sql, { bufferDaysBefore: 1, bufferDaysAfter: 2 });
  salon = await makeSalon(sql, boutique, { stylists: 1, rooms: 1, bufferMinutes: 15 });
  gown = await makeVariant(sql, boutique, { garments: 3 });
  bride = await world.asCustomer("Selam");
  manager = await world.asStaff(boutique.id, "manager");
  // As if the rules had been made long ago: the buffers of what is booked now are theirs.
  for (const table of ["rental_policies", "fitting_services"]) {
    await sql.unsafe(`alter table public.${table} disable trigger user`);
    await sql.unsafe(`update public.${table} set updated_at = now() - interval '1 year'`);
    await sql.unsafe(`alter table public.${table} enable trigger user`);
  }
  const [location] = await sql<{ id: string }[]>`
    insert into public.locations (boutique_id, name, city, country, timezone)
    values (${boutique.id}, 'Second', 'Adama', 'ET', 'Africa/Addis_Ababa') returning id`;
  otherLocationId = location?.id ?? "";

  held = await hold(bride, gown.id, period(20, 22));
  reserved = await hold(bride, gown.id, period(20, 22));
  await manager.client.rpc("confirm_rental", { rental_id: reserved.id });
  cancelled = await hold(bride, gown.id, period(40, 42));
  await manager.client.rpc("cancel_rental", { rental_id: cancelled.id });
  const expired = await hold(bride, gown.id, period(50, 52));
  await endHold(sql, expired);
  await sql`select private.expire_rental_hold(${expired.id})`;
  await sendToRepair(sql, boutique, gown.garmentIds[2] ?? "", 60, 61);

  fitting = await bookFitting(bride, boutique, salon, { startsAt: at(3, 9), garmentIds: gown.garmentIds.slice(0, 2) });
  await bride.client.rpc("reschedule_fitting", { appointment_id: fitting.id, starts_at: at(4, 11) });
  off = await bookFitting(bride, boutique, salon, { startsAt: at(5, 9) });
  await bride.client.rpc("cancel_fitting", { appointment_id: off.id });
  offer = await offerTime();
  const worn = await makeVariant(sql, boutique, { garments: 1 });
  const [garmentId = null] = worn.garmentIds;
  calledOff = await makeShow(sql, boutique, { startsIn: 720 });
  await makeLook(sql, boutique, calledOff, worn, { garmentId });
  await manager.client.rpc("cancel_show", { show_id: calledOff, reason: "No power" });
  show = await makeShow(sql, boutique, { startsIn: 1440 });
  look = await makeLook(sql, boutique, show, worn, { garmentId });
  await bride.client.rpc("rsvp_show", { show_id: show, party_size: 2 });
});
afterAll(() => world.close());

/** 9 o'clock in Addis Ababa is 6 in UTC, all year. */
const at = (fromToday: number, hour: number) => `${day(fromToday)}T${String(hour - 3).padStart(2, "0")}:00:00Z`;

/** A day is full, somebody waits for it, and somebody else cancels: the time is held for who waits. */
async function offerTime(): Promise<string> {
  const [stylistId = ""] = salon.stylistIds;
  const block = await manager.client.rpc("block_resource", {
    resource_id: stylistId,
    from_time: `${day(7)}T00:00:00Z`,
    until_time: `${day(8)}T00:00:00Z`,
    kind: "time_off",
  });
  await bride.client.rpc("join_waitlist", {
    location_id: boutique.locationId,
    service_id: salon.serviceId,
    from_date: day(7),
    to_date: day(7),
  });
  await manager.client.rpc("unblock_resource", { allocation_id: block.data?.id ?? "" });
  await world.sql`select private.offer_waitlist(${boutique.locationId})`;
  const [entry] = await world.sql<
    { id: string }[]
  >`select appointment_id as id from public.waitlist_entries where state = 'offered'`;
  return entry?.id ?? "";
}

/** What the check says after a fault was made by hand, which is undone. */
async function findings(fault: (sql: TransactionSql) => Promise<unknown>) {
  const found = await undone(world.sql, async (sql) => {
    await fault(sql);
    return await sql<{ kind: string; id: string }[]>`select * from private.calendar_check()`;
  });
  return found.map(({ kind, id }) => ({ kind, id }));
}

describe("calendar_check", () => {
  it("finds nothing in a busy calendar", async () => {
    expect(offer).not.toBe("");
    expect([...(await world.sql`select * from private.calendar_check()`)]).toEqual([]);
  });

  const copyOf = (sql: TransactionSql, id: string) => sql`
    insert into public.allocations (id, resource_id, boutique_id, during, kind, state)
    select '00000000-0000-7000-8000-000000000001', resource_id, boutique_id, tstzrange(upper(during) - interval '1 minute', upper(during) + interval '1 hour'), 'repair', 'confirmed'
    from public.allocations where id = ${id}`;
  // They come back when the fault is undone.
  const withoutTriggers = async (sql: TransactionSql, table: string, change: () => Promise<unknown>) => {
    await sql.unsafe(`alter table public.${table} disable trigger user`);
    await change();
  };
  const listedRow = (table: string) =>
    ({
      locations: boutique.locationId,
      stylists: salon.stylistIds[0] ?? "",
      fitting_services: salon.serviceId,
      products: gown.productId,
      product_variants: gown.id,
    })[table] ?? "";

  type Fault = (sql: TransactionSql) => Promise<unknown>;
  const faults: [kind: string, name: string, id: () => string, fault: Fault][] = [
    [
      "overlap",
      "two at once, the constraint being gone",
      () => "00000000-0000-7000-8000-000000000001",
      async (sql) => {
        await sql`alter table public.allocations drop constraint live_allocations_of_a_resource_never_overlap`;
        await copyOf(sql, reserved.allocation_id);
      },
    ],
    [
      "rental_allocation",
      "a rental whose time was given back",
      () => reserved.id,
      (sql) => sql`update public.allocations set state = 'released' where id = ${reserved.allocation_id}`,
    ],
    [
      "rental_allocation",
      "a rental that takes time twice",
      () => reserved.id,
      (sql) => sql`
        insert into public.allocations (resource_id, boutique_id, during, kind, state, source_id)
        select resource_id, boutique_id, tstzrange(upper(during), upper(during) + interval '1 day'), kind, state, source_id
        from public.allocations where id = ${reserved.allocation_id}`,
    ],
    [
      "rental_allocation",
      "a rental of another garment than it takes",
      () => reserved.id,
      (sql) => {
        const another = gown.garmentIds.find((id) => id !== reserved.garment_id) ?? "";
        return sql`update public.rentals set garment_id = ${another} where id = ${reserved.id}`;
      },
    ],
    [
      "rental_time",
      "a rental without its days",
      () => reserved.id,
      (sql) =>
        sql`update public.allocations set during = during - tstzrange(lower(during), lower(during) + interval '2 days') where id = ${reserved.allocation_id}`,
    ],
    [
      "rental_time",
      "a rental without its buffer",
      () => held.id,
      async (sql) => {
        await sql`update public.allocations set created_at = now() + interval '1 day',
          during = tstzrange(lower(during), upper(during) - interval '1 minute') where id = ${held.allocation_id}`;
      },
    ],
    [
      "rental_state",
      "a firm rental that is only held",
      () => reserved.id,
      (sql) =>
        sql`update public.allocations set state = 'held', held_until = now() + interval '1 hour' where id = ${reserved.allocation_id}`,
    ],
    [
      "rental_state",
      "a hold that ends at another time than its rental",
      () => held.id,
      (sql) =>
        sql`update public.allocations set held_until = held_until + interval '1 minute' where id = ${held.allocation_id}`,
    ],
    [
      "fitting_allocation",
      "a fitting without its room",
      () => fitting.id,
      (sql) =>
        sql`update public.allocations set state = 'released' where source_id = ${fitting.id} and resource_id = any (${salon.roomIds})`,
    ],
    [
      "fitting_allocation",
      "a fitting that takes a gown nobody has asked for",
      () => fitting.id,
      (sql) =>
        sql`delete from public.appointment_garments where appointment_id = ${fitting.id} and garment_id = ${gown.garmentIds[0] ?? ""}`,
    ],
    [
      "fitting_time",
      "a fitting that was moved without what it takes",
      () => fitting.id,
      (sql) =>
        sql`update public.appointments set during = tstzrange(lower(during) + interval '1 hour', upper(during) + interval '1 hour') where id = ${fitting.id}`,
    ],
    [
      "fitting_time",
      "a fitting with a room that is free before the buffer is over",
      () => fitting.id,
      (sql) => sql`update public.allocations set during = tstzrange(lower(during), upper(during) - interval '1 minute')
        where source_id = ${fitting.id} and state <> 'released' and resource_id = any (${salon.roomIds})`,
    ],
    [
      "fitting_state",
      "a firm fitting whose stylist is only held",
      () => fitting.id,
      (sql) => sql`update public.allocations set state = 'held', held_until = now() + interval '1 hour'
        where source_id = ${fitting.id} and state <> 'released' and resource_id = any (${salon.stylistIds})`,
    ],
    [
      "fitting_state",
      "an offer that was made firm without its customer",
      () => offer,
      (sql) => sql`update public.allocations set state = 'confirmed', held_until = null where source_id = ${offer}`,
    ],
    [
      "no_source",
      "a fitting that is not there",
      () => "00000000-0000-7000-8000-000000000002",
      (sql) => sql`
        insert into public.allocations (id, resource_id, boutique_id, during, kind, state, source_id)
        values ('00000000-0000-7000-8000-000000000002', ${salon.roomIds[0] ?? ""}, ${boutique.id}, tstzrange(now() + interval '90 days', now() + interval '91 days'), 'fitting', 'confirmed', gen_random_uuid())`,
    ],
    [
      "no_source",
      "a rental of nothing",
      () => "00000000-0000-7000-8000-000000000003",
      (sql) => sql`
        insert into public.allocations (id, resource_id, boutique_id, during, kind, state)
        values ('00000000-0000-7000-8000-000000000003', ${gown.garmentIds[0] ?? ""}, ${boutique.id}, tstzrange(now() + interval '90 days', now() + interval '91 days'), 'rental', 'confirmed')`,
    ],
    [
      "still_taken",
      "a rental that was cancelled and keeps its garment",
      () => cancelled.id,
      (sql) => sql`update public.allocations set state = 'confirmed' where id = ${cancelled.allocation_id}`,
    ],
    [
      "still_taken",
      "a fitting that was cancelled and keeps stylist and room",
      () => off.id,
      (sql) => sql`update public.allocations set state = 'confirmed' where source_id = ${off.id}`,
    ],
    [
      "still_taken",
      "a show that was called off and keeps its gown",
      () => calledOff,
      (sql) => sql`update public.allocations set state = 'confirmed' where source_id = ${calledOff}`,
    ],
    [
      "show_allocation",
      "a show whose gown was given back",
      () => show,
      (sql) => sql`update public.allocations set state = 'released' where source_id = ${show}`,
    ],
    [
      "show_allocation",
      "a show that takes a gown that nobody wears",
      () => show,
      (sql) => sql`update public.show_looks set garment_id = null where id = ${look}`,
    ],
    [
      "show_time",
      "a show without its buffer",
      () => show,
      (sql) =>
        sql`update public.allocations set during = tstzrange(lower(during), upper(during) - interval '1 minute') where source_id = ${show}`,
    ],
    [
      "show_seats",
      "a show that counts other seats than are taken",
      () => show,
      (sql) => sql`update public.fashion_shows set seats_taken = 3 where id = ${show}`,
    ],
    [
      "listed",
      "a look that the public does not see and should",
      () => look,
      (sql) => sql`update public.show_looks set listed = false where id = ${look}`,
    ],
    [
      "stale_hold",
      "a hold that ended long ago",
      () => held.allocation_id,
      async (sql) => {
        await sql`update public.rentals set held_until = now() - interval '61 minutes' where id = ${held.id}`;
        await sql`update public.allocations set held_until = now() - interval '61 minutes' where id = ${held.allocation_id}`;
      },
    ],
    [
      "resource",
      "a gown that is elsewhere in the calendar",
      () => gown.garmentIds[0] ?? "",
      (sql) => sql`update public.resources set location_id = ${otherLocationId} where id = ${gown.garmentIds[0] ?? ""}`,
    ],
    [
      "resource",
      "a gown that moved while the triggers were off",
      () => gown.garmentIds[1] ?? "",
      (sql) =>
        withoutTriggers(
          sql,
          "garments",
          () => sql`update public.garments set location_id = ${otherLocationId} where id = ${gown.garmentIds[1] ?? ""}`,
        ),
    ],
    [
      "resource",
      "a room that is not in the calendar",
      () => "00000000-0000-7000-8000-000000000004",
      (sql) =>
        withoutTriggers(
          sql,
          "rooms",
          () =>
            sql`insert into public.rooms (id, boutique_id, location_id, name) values ('00000000-0000-7000-8000-000000000004', ${boutique.id}, ${boutique.locationId}, 'Nowhere')`,
        ),
    ],
    ...["locations", "stylists", "fitting_services", "products", "product_variants"].map(
      (table): [string, string, () => string, Fault] => [
        "listed",
        `a row of ${table} that the public does not see and should`,
        () => listedRow(table),
        async (sql) => {
          const hide = (name: string) =>
            sql`update ${sql(`public.${name}`)} set listed = false where id = ${listedRow(name)}`;
          await withoutTriggers(sql, table, () => hide(table));
          // The variants of a product follow it: one row is wrong, not two.
          if (table === "products") await withoutTriggers(sql, "product_variants", () => hide("product_variants"));
        },
      ],
    ),
  ];

  it.each(faults)("finds %s: %s", async (kind, _name, id, fault) => {
    expect(await findings(fault)).toEqual([{ kind, id: id() }]);
  });

  it("knows all kinds that the job tells of, and each is tried here", async () => {
    const [{ source } = { source: "" }] = await world.sql<{ source: string }[]>`
      select prosrc as source from pg_proc where oid = 'private.watch_calendar()'::regprocedure`;
    const list = source.slice(source.lastIndexOf("array["));
    expect(new Set([...list.matchAll(/'([a-z_]+)'/g)].map(([, kind]) => kind))).toEqual(
      new Set(faults.map(([kind]) => kind)),
    );
  });

  it("leaves out what was over before a time that it is told", async () => {
    const found = await world.sql.begin(async (sql) => {
      await sql`
        insert into public.allocations (resource_id, boutique_id, during, kind, state, source_id)
        values (${salon.roomIds[0] ?? ""}, ${boutique.id}, tstzrange(now() - interval '91 days', now() - interval '90 days'), 'fitting', 'confirmed', gen_random_uuid())`;
      const all = await sql`select kind from private.calendar_check()`;
      const recent = await sql`select kind from private.calendar_check(now() - interval '7 days')`;
      await sql`delete from public.allocations where during << tstzrange(now(), null)`;
      return [all.length, recent.length];
    });
    expect(found).toEqual([1, 0]);
  });
});

describe("the job calendar.check", () => {
  it("tells of a finding once per kind, and that it has ended", async () => {
    const told: string[][] = [];
    await findings(async (sql) => {
      await sql`create temporary table told (line text) on commit drop`;
      await sql`
        create or replace function private.raise_alert(kind text, key text, subject text, details jsonb default '{}') returns uuid
        language sql volatile as $$
          insert into told values ('raised ' || kind || ' ' || (details ->> 'count')) returning null::uuid $$`;
      await sql`
        create or replace function private.resolve_alert(kind text, key text) returns boolean
        language sql volatile as $$ insert into told values ('ended ' || kind) returning true $$`;
      const watch = async () => {
        await sql`delete from told`;
        await sql`select private.watch_calendar()`;
        const lines = await sql<{ line: string }[]>`select line from told`;
        told.push(lines.map(({ line }) => line));
      };
      await watch();
      await sql`update public.allocations set state = 'confirmed' where source_id = ${off.id}`;
      await sql`update public.allocations set state = 'confirmed' where id = ${cancelled.allocation_id}`;
      await watch();
    });
    const [quiet = [], loud = []] = told;
    expect(quiet).toHaveLength(15);
    expect(quiet.every((line) => line.startsWith("ended "))).toBe(true);
    expect(loud.filter((line) => line.startsWith("raised"))).toEqual(["raised calendar.still_taken 2"]);
    expect(loud).toHaveLength(15);
  });

  it("finds nothing where all is well, and may run twice", async () => {
    expect(await runJob(world, checkCalendar, {})).toEqual([]);
    expect(await runJob(world, checkCalendar, {})).toEqual([]);
  });
});
