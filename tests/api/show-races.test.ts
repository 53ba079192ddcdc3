import postgres, { type Sql, type TransactionSql } from "postgres";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { actAs } from "../helpers/act-as.ts";
import { type BoutiqueFixture, makeBoutique, makeVariant } from "../helpers/fixtures.ts";
import { inHours, makeLook, makePeople, makeShow } from "../helpers/shows.ts";
import { type Person, World } from "../helpers/world.ts";

const CONNECTIONS = 50;
const GUESTS = 200;
const SEATS = 20;

let world: World;
let boutique: BoutiqueFixture;
let manager: Person;
/** Real connections, all open before a race begins. */
let many: Sql;
let guests: string[];

beforeAll(async () => {
  world = await World.create();
  boutique = await makeBoutique(world.sql);
  manager = await world.asStaff(boutique.id, "manager");
  guests = await makePeople(world.sql, GUESTS);
  many = postgres(world.databaseUrl, { max: CONNECTIONS, onnotice: () => undefined });
  await Promise.all(Array.from({ length: CONNECTIONS }, () => many`select pg_sleep(0)`));
});
afterAll(async () => {
  await many?.end();
  await world?.close();
});

/** What it comes to when somebody does something in a transaction of her own: ok, or the hint or SQLSTATE of the refusal. */
async function as(id: string, act: (sql: TransactionSql) => Promise<unknown>): Promise<string> {
  try {
    await many.begin(async (sql) => {
      await actAs(sql, { id });
      await act(sql);
    });
    return "ok";
  } catch (error) {
    const { hint, code } = error as { hint?: string; code?: string };
    return hint ?? code ?? String(error);
  }
}
const come = (id: string, show: string, people: number) =>
  as(id, (sql) => sql`select public.rsvp_show(${show}, ${people})`);
const leave = (id: string, show: string) => as(id, (sql) => sql`select public.cancel_rsvp(${show})`);

const takeBack = (rsvp: string) =>
  as(manager.id, (sql) => sql`select public.cancel_guest_rsvp(${rsvp}, 'You have called')`);

interface Guest {
  readonly id: string;
  readonly customer_id: string;
  readonly party_size: number;
  readonly state: string;
  readonly place: number;
}
const line = (show: string) => world.sql<Guest[]>`
  select id, customer_id, party_size, state, place from public.show_rsvps where show_id = ${show} order by place`;
const people = (rows: readonly Guest[]) => rows.reduce((sum, { party_size }) => sum + party_size, 0);
const those = (rows: readonly Guest[], state: string) => rows.filter((row) => row.state === state);
const checked = async () => [...(await world.sql`select * from private.calendar_check()`)];
const told = async (kind: string, ids: readonly string[]) =>
  (
    await world.sql<{ id: string }[]>`
      select data ->> 'subject_id' as id from pgboss.job
      where name = 'notify.deliver' and data ->> 'kind' = ${kind} and data ->> 'subject_id' = any (${ids})`
  ).map(({ id }) => id);

describe("two hundred who want twenty seats at once", () => {
  it("fill them exactly; all others wait in order, and move up one by one when seats become free, told once", async () => {
    const show = await makeShow(world.sql, boutique, { capacity: SEATS });
    const outcomes = await Promise.all(guests.map((id) => come(id, show, 1)));
    expect(new Set(outcomes)).toEqual(new Set(["ok"]));
    const before = await line(show);
    expect(before.map(({ place }) => place)).toEqual(Array.from({ length: GUESTS }, (_, n) => n + 1));
    expect(those(before, "confirmed").map(({ place }) => place)).toEqual(
      before.slice(0, SEATS).map(({ place }) => place),
    );
    expect(those(before, "waitlisted")).toHaveLength(GUESTS - SEATS);

    // Half of those with seats go, at once, and some of those who wait; for every third of them staff do it, too.
    const goers = [...before.slice(0, SEATS / 2), ...before.slice(SEATS, SEATS + 5)];
    const left = await Promise.all([
      ...goers.map(({ customer_id }) => leave(customer_id, show)),
      ...goers.filter((_, n) => n % 3 === 0).map(({ id }) => takeBack(id)),
    ]);
    expect(new Set(left)).toEqual(new Set(["ok"]));
    const after = await line(show);
    expect(those(after, "cancelled")).toHaveLength(goers.length);
    const promoted = after.filter(
      ({ id, state }, n) => state === "confirmed" && before[n]?.state === "waitlisted" && id,
    );
    expect(people(those(after, "confirmed"))).toBe(SEATS);
    const messages = await told(
      "show_promoted",
      before.map(({ id }) => id),
    );
    // Somebody may have moved up and left at once: she was told, too. Nobody was told twice.
    expect(new Set(messages).size).toBe(messages.length);
    expect(messages).toEqual(expect.arrayContaining(promoted.map(({ id }) => id)));
    // Nobody was passed over.
    const last = Math.max(...promoted.map(({ place }) => place));
    expect(those(after, "waitlisted").every(({ place }) => place > last)).toBe(true);
    expect(await checked()).toEqual([]);
  });

  it("lose no seat and take none twice when parties of all sizes come, change and leave at the same time", async () => {
    const show = await makeShow(world.sql, boutique, { capacity: SEATS });
    const acts = guests.flatMap((id, n) => [
      () => come(id, show, 1 + (n % 4)),
      ...(n % 3 === 0 ? [() => come(id, show, 1 + ((n + 1) % 4))] : []),
      ...(n % 5 === 0 ? [() => leave(id, show)] : []),
    ]);
    const outcomes = await Promise.all(acts.map((act) => act()));
    const allowed = ["ok", "show_full", "rsvp_not_found"];
    expect(outcomes.filter((outcome) => !allowed.includes(outcome))).toEqual([]);
    const rows = await line(show);
    const taken = people(those(rows, "confirmed"));
    const [row] = await world.sql`select seats_taken from public.fashion_shows where id = ${show}`;
    expect(row).toEqual({ seats_taken: taken });
    expect(taken).toBeLessThanOrEqual(SEATS);
    // Whoever waits has a party that the free seats do not hold.
    expect(those(rows, "waitlisted").filter(({ party_size }) => party_size <= SEATS - taken)).toEqual([]);
    expect(await checked()).toEqual([]);
  });

  it("get the new seats when the capacity is raised while others come and go", async () => {
    const show = await makeShow(world.sql, boutique, { capacity: SEATS });
    const some = guests.slice(0, 80);
    await Promise.all(some.slice(0, 40).map((id) => come(id, show, 1)));
    const raise = (capacity: number) =>
      as(manager.id, (sql) => sql`update public.fashion_shows set capacity = ${capacity} where id = ${show}`);
    await Promise.all([
      ...some.slice(40).map((id) => come(id, show, 1)),
      ...some.slice(0, 10).map((id) => leave(id, show)),
      ...[30, 45, 50].map(raise),
    ]);
    await raise(50);
    expect(people(those(await line(show), "confirmed"))).toBe(50);
    expect(await checked()).toEqual([]);
  });
});

describe("a show that is moved while its gowns are rented", () => {
  it("gets the days or the rental does, never both and never neither", async () => {
    const outcomes: string[] = [];
    for (let round = 0; round < 6; round += 1) {
      const gown = await makeVariant(world.sql, boutique, { garments: 1 });
      const show = await makeShow(world.sql, boutique, { startsIn: 240 });
      await makeLook(world.sql, boutique, show, gown, { garmentId: gown.garmentIds[0] ?? null });
      const day = inHours(480).slice(0, 10);
      const move = () =>
        as(
          manager.id,
          (sql) =>
            sql`update public.fashion_shows set starts_at = ${`${day}T12:00:00Z`}, ends_at = ${`${day}T14:00:00Z`} where id = ${show}`,
        );
      const rent = (id: string, n: number) =>
        as(id, (sql) => sql`select public.reserve_rental(${gown.id}, ${`[${day},${day}]`}, ${`race-${round}-${n}`})`);
      const [moved, ...rented] = await Promise.all(
        round % 2 === 0
          ? [move(), ...guests.slice(0, 5).map(rent)]
          : await Promise.all(guests.slice(0, 5).map(rent)).then((done) => [move(), ...done]),
      );
      expect([moved, ...rented].filter((outcome) => outcome === "ok")).toHaveLength(1);
      expect(["ok", "garments_taken"]).toContain(moved);
      expect(rented.every((outcome) => ["ok", "not_available"].includes(outcome))).toBe(true);
      outcomes.push(moved ?? "");
    }
    expect(outcomes).toContain("garments_taken");
    expect(await checked()).toEqual([]);
  });

  it("does not wait in a circle for another one with the same gowns in other looks", async () => {
    const gown = await makeVariant(world.sql, boutique, { garments: 4 });
    const [a = "", b = "", c = "", d = ""] = gown.garmentIds;
    const shows = await Promise.all([240, 360, 480].map((startsIn) => makeShow(world.sql, boutique, { startsIn })));
    for (const [n, show] of shows.entries()) {
      const pieces =
        [
          [a, b, c],
          [c, b, a],
          [b, d, a],
        ][n] ?? [];
      for (const garmentId of pieces) await makeLook(world.sql, boutique, show, gown, { garmentId });
    }
    // All of them want the same day: one gets it, and it does not matter which.
    const moves = shows.flatMap((show) => [
      as(
        manager.id,
        (sql) =>
          sql`update public.fashion_shows set starts_at = ${inHours(600)}, ends_at = ${inHours(602)} where id = ${show}`,
      ),
    ]);
    const outcomes = await Promise.all(moves);
    expect(outcomes.toSorted()).toEqual(["garments_taken", "garments_taken", "ok"]);
    expect(await checked()).toEqual([]);
  });
});
