import type { TransactionSql } from "postgres";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { actAs } from "../helpers/act-as.ts";
import { type BoutiqueFixture, makeBoutique, makeVariant, period, type VariantFixture } from "../helpers/fixtures.ts";
import { endHold, fate, hold, type Rental, reserve } from "../helpers/rentals.ts";
import { type Person, World } from "../helpers/world.ts";

let world: World;
let boutique: BoutiqueFixture;
let bride: Person;
let other: Person;
let stylist: Person;

beforeAll(async () => {
  world = await World.create({ connections: 25 });
  boutique = await makeBoutique(world.sql);
  [bride, other, stylist] = await Promise.all([
    world.asCustomer("Selam"),
    world.asCustomer("Hannah"),
    world.asStaff(boutique.id, "stylist"),
  ]);
});
afterAll(() => world.close());

const days = period(10, 12);
const confirm = (rental: Rental) => stylist.client.rpc("confirm_rental", { rental_id: rental.id });

/** Who has the gown now: the live allocations of its garments and the rentals that go with them. */
async function living({ id }: VariantFixture): Promise<{ allocations: number; rentals: number; pairs: number }> {
  const [row] = await world.sql<{ allocations: number; rentals: number; pairs: number }[]>`
    select
      (select count(*)::int from public.allocations a join public.garments g on g.id = a.resource_id
        where g.variant_id = ${id} and a.state <> 'released') as allocations,
      (select count(*)::int from public.rentals r where r.variant_id = ${id} and r.state in ('held', 'reserved')) as rentals,
      (select count(*)::int from public.rentals r join public.allocations a on a.id = r.allocation_id
        where r.variant_id = ${id} and (r.state, a.state) in (('held', 'held'), ('reserved', 'confirmed'))) as pairs`;
  return row ?? { allocations: -1, rentals: -1, pairs: -1 };
}
const one = { allocations: 1, rentals: 1, pairs: 1 };

describe("a hold whose time is over", () => {
  it("is taken over at once by another bride, without any job", async () => {
    const gown = await makeVariant(world.sql, boutique);
    const old = await hold(bride, gown.id, days);
    await endHold(world.sql, old);
    const { data, error } = await reserve(other, gown.id, days);
    expect(error).toBeNull();
    expect(data).toMatchObject({ customer_id: other.id, garment_id: old.garment_id, state: "held" });
    expect(await fate(world.sql, old)).toEqual({ rental: "expired", allocation: "released" });
    expect(await living(gown)).toEqual(one);
  });

  it("is taken over for days that it touches only in part, with every other one that is in the way", async () => {
    const gown = await makeVariant(world.sql, boutique);
    const holds = [await hold(bride, gown.id, period(10, 12)), await hold(bride, gown.id, period(13, 15))];
    for (const old of holds) await endHold(world.sql, old);
    expect((await reserve(other, gown.id, period(12, 13))).error).toBeNull();
    for (const old of holds) expect(await fate(world.sql, old)).toEqual({ rental: "expired", allocation: "released" });
    expect(await living(gown)).toEqual(one);
  });

  it("is in nobody's way when somebody asks for a quote", async () => {
    const gown = await makeVariant(world.sql, boutique);
    await endHold(world.sql, await hold(bride, gown.id, days));
    const { data } = await world.asAnon().rpc("quote_rental", { variant_id: gown.id, period: days });
    expect(data).toMatchObject({ available: true, next_free_first_day: null });
  });

  it("may be taken over by the bride herself with a new key", async () => {
    const gown = await makeVariant(world.sql, boutique);
    const old = await hold(bride, gown.id, days);
    await endHold(world.sql, old);
    expect((await hold(bride, gown.id, days)).id).not.toBe(old.id);
    expect(await living(gown)).toEqual(one);
  });

  it.each([
    ["before a job has expired it", async () => undefined],
    [
      "after a job has expired it",
      async (id: string) => void (await world.sql`select private.expire_rental_hold(${id})`),
    ],
  ])("answers its own key with hold_expired %s: 410", async (_when, meanwhile) => {
    const gown = await makeVariant(world.sql, boutique);
    const old = await hold(bride, gown.id, days, `key of ${gown.id}`);
    await endHold(world.sql, old);
    await meanwhile(old.id);
    const { error, status } = await reserve(bride, gown.id, days, `key of ${gown.id}`);
    expect(status).toBe(410);
    expect(error).toMatchObject({ code: "PT410", hint: "hold_expired" });
    expect(JSON.parse(error?.details ?? "")).toMatchObject({ rental_id: old.id });
    expect(await world.sql`select from public.rentals where variant_id = ${gown.id}`).toHaveLength(1);
  });

  it("has one winner among 20 brides who want to take it over at once", async () => {
    const gown = await makeVariant(world.sql, boutique);
    await endHold(world.sql, await hold(bride, gown.id, days));
    const brides = await Promise.all(Array.from({ length: 20 }, (_, n) => world.asCustomer(`bride ${n}`)));
    const results = await Promise.all(brides.map((person) => reserve(person, gown.id, days)));
    expect(results.filter(({ error }) => error === null)).toHaveLength(1);
    expect(results.filter(({ error }) => error?.hint === "not_available")).toHaveLength(19);
    expect(await living(gown)).toEqual(one);
  });

  it.each(["fitting", "show", "repair", "cleaning", "rental"] as const)(
    "does not stand in the way when it is a hold for a %s that no rental knows of",
    async (kind) => {
      const gown = await makeVariant(world.sql, boutique);
      await world.sql`
        insert into public.allocations (resource_id, boutique_id, during, kind, state, held_until)
        values (${gown.garmentIds[0] ?? ""}, ${boutique.id}, tstzrange(now(), now() + interval '1 year'), ${kind}, 'held',
          now() - interval '1 minute')`;
      expect((await reserve(other, gown.id, days)).error).toBeNull();
    },
  );

  it("is decided one way or the other when the calendar says it is over and the rental says it lasts", async () => {
    const gown = await makeVariant(world.sql, boutique);
    const old = await hold(bride, gown.id, days);
    await world.sql`
      update public.allocations set held_until = now() - interval '1 minute' where id = ${old.allocation_id}`;
    expect((await reserve(other, gown.id, days)).status).toBeOneOf([200, 409]);
    expect(await living(gown)).toEqual(one);
  });
});

describe("a confirmation and a take-over that meet as the hold ends", () => {
  async function newHold(): Promise<{ gown: VariantFixture; rental: Rental }> {
    const gown = await makeVariant(world.sql, boutique);
    return { gown, rental: await hold(bride, gown.id, days) };
  }

  it("leave exactly one live rental, 20 times over", async () => {
    for (let round = 0; round < 20; round += 1) {
      const { gown, rental } = await newHold();
      await endIn(rental, round);
      const [confirmed, taken] = await Promise.all([confirm(rental), reserve(other, gown.id, days)]);
      expect(await living(gown)).toEqual(one);
      expect(confirmed.error === null && taken.error === null).toBe(false);
      if (confirmed.error !== null) expect(confirmed.error.hint).toBe("hold_expired");
      if (taken.error !== null) expect(taken.error.hint).toBe("not_available");
    }
  });

  it("let the confirmation win that began in time, though it ends late", async () => {
    const { gown, rental } = await newHold();
    const taken = await meet(
      async (sql) => {
        // The time of the transaction is now, before the end of the hold.
        await sql`select now()`;
        await endIn(rental, 1);
        await actAs(sql, stylist);
        await sql`select public.confirm_rental(${rental.id})`;
        await over(rental);
      },
      () => reserve(other, gown.id, days),
    );
    expect(taken.error).toMatchObject({ code: "PT409", hint: "not_available" });
    expect(await fate(world.sql, rental)).toEqual({ rental: "reserved", allocation: "confirmed" });
    expect(await living(gown)).toEqual(one);
  });

  it("let the take-over win that came first, though it is not done", async () => {
    const { gown, rental } = await newHold();
    await endHold(world.sql, rental);
    const confirmed = await meet(
      async (sql) => {
        await actAs(sql, other);
        await sql`select public.reserve_rental(${gown.id}, ${days}, 'first')`;
      },
      () => confirm(rental),
    );
    expect(confirmed.error).toMatchObject({ code: "PT410", hint: "hold_expired" });
    expect(await fate(world.sql, rental)).toEqual({ rental: "expired", allocation: "released" });
    expect(await living(gown)).toEqual(one);
  });

  /** Ends a hold so many milliseconds from now. */
  async function endIn({ id, allocation_id }: Rental, milliseconds: number): Promise<void> {
    await world.sql`
      with moment as (select clock_timestamp() + ${milliseconds} * interval '1 millisecond' as held_until),
        rental as (update public.rentals set held_until = (select held_until from moment) where id = ${id})
      update public.allocations set held_until = (select held_until from moment) where id = ${allocation_id}`;
  }

  const patience = { timeout: 10_000, interval: 10 };

  /** Waits until the time of a hold is over. */
  async function over({ id }: Rental): Promise<void> {
    await vi.waitFor(async () => {
      const rows = await world.sql`select from public.rentals where id = ${id} and held_until < clock_timestamp()`;
      expect(rows).toHaveLength(1);
    }, patience);
  }

  /** Does something in a transaction, sends a request, and commits once the request waits for the transaction. */
  async function meet<Answer>(
    first: (sql: TransactionSql) => Promise<void>,
    then: () => PromiseLike<Answer>,
  ): Promise<Answer> {
    const { answer } = await world.sql.begin(async (sql) => {
      await first(sql);
      const request = Promise.resolve(then());
      await vi.waitFor(async () => {
        const waiting = await world.sql`
          select from pg_stat_activity
          where datname = current_database() and application_name = 'nexus-data-api' and wait_event_type = 'Lock'`;
        expect(waiting).toHaveLength(1);
      }, patience);
      return { answer: request };
    });
    return answer;
  }
});
