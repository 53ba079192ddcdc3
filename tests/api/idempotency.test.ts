import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type BoutiqueFixture, day, makeBoutique, makeVariant, period } from "../helpers/fixtures.ts";
import { hold, reserve } from "../helpers/rentals.ts";
import { type Person, World } from "../helpers/world.ts";

let world: World;
let boutique: BoutiqueFixture;
let bride: Person;
let other: Person;

beforeAll(async () => {
  world = await World.create({ connections: 25 });
  boutique = await makeBoutique(world.sql);
  [bride, other] = await Promise.all([world.asCustomer("Selam"), world.asCustomer("Hannah")]);
});
afterAll(() => world.close());

const days = period(10, 12);

/** Everything that reservations of a variant have left behind. */
async function traces(variantId: string) {
  const [row] = await world.sql`
    with r as (select * from public.rentals where variant_id = ${variantId})
    select
      (select count(*)::int from r) as rentals,
      (select count(*)::int from public.allocations a join public.garments g on g.id = a.resource_id
        where g.variant_id = ${variantId}) as allocations,
      (select count(*)::int from pgboss.job j where j.data ->> 'rental_id' in (select id::text from r)) as jobs,
      (select count(*)::int from private.idempotency_keys k where k.request ->> 'variant_id' = ${variantId}) as keys`;
  return row;
}

describe("the same idempotency key", () => {
  it("makes one rental for 20 calls at once, and gives it to every one of them", async () => {
    const gown = await makeVariant(world.sql, boutique, { garments: 5 });
    const results = await Promise.all(Array.from({ length: 20 }, () => reserve(bride, gown.id, days, "impatient")));
    expect(results.map(({ error }) => error)).toEqual(results.map(() => null));
    expect(new Set(results.map(({ data }) => data?.id)).size).toBe(1);
    expect(await traces(gown.id)).toEqual({ rentals: 1, allocations: 1, jobs: 2, keys: 1 });
  });

  it("makes one rental for 20 calls at once that want it for different days, and refuses the others", async () => {
    const gown = await makeVariant(world.sql, boutique, { garments: 30 });
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, n) => reserve(bride, gown.id, period(10 + n, 12 + n), "undecided")),
    );
    expect(results.filter(({ error }) => error === null)).toHaveLength(1);
    expect(results.filter(({ error }) => error?.hint === "idempotency_key_reused")).toHaveLength(19);
    expect(await traces(gown.id)).toEqual({ rentals: 1, allocations: 1, jobs: 2, keys: 1 });
  });

  it("returns the rental as it is now, also after it was cancelled", async () => {
    const gown = await makeVariant(world.sql, boutique);
    const rental = await hold(bride, gown.id, days, "changed her mind");
    await bride.client.rpc("cancel_rental", { rental_id: rental.id });
    const again = await reserve(bride, gown.id, days, "changed her mind");
    expect(again.data).toMatchObject({ id: rental.id, state: "cancelled" });
    expect(await traces(gown.id)).toMatchObject({ rentals: 1 });
  });

  it("may be used again after a call that failed", async () => {
    const gown = await makeVariant(world.sql, boutique);
    const taken = await hold(other, gown.id, days);
    expect((await reserve(bride, gown.id, days, "second try")).error).toMatchObject({ hint: "not_available" });
    expect(await traces(gown.id)).toEqual({ rentals: 1, allocations: 1, jobs: 2, keys: 1 });
    await other.client.rpc("cancel_rental", { rental_id: taken.id });
    expect((await reserve(bride, gown.id, days, "second try")).error).toBeNull();
  });

  it("belongs to one person: another's is another", async () => {
    const gown = await makeVariant(world.sql, boutique, { garments: 2 });
    const [first, second] = await Promise.all([
      hold(bride, gown.id, days, "common"),
      hold(other, gown.id, days, "common"),
    ]);
    expect(first.id).not.toBe(second.id);
    expect([first.customer_id, second.customer_id]).toEqual([bride.id, other.id]);
  });

  it("is the same for the same days, however they are written", async () => {
    const gown = await makeVariant(world.sql, boutique);
    const first = await hold(bride, gown.id, `[${day(10)},${day(12)}]`, "spelling");
    for (const written of [`[${day(10)},${day(13)})`, `(${day(9)},${day(12)}]`, ` [ ${day(10)} , ${day(12)} ] `]) {
      expect((await reserve(bride, gown.id, written, "spelling")).data?.id, written).toBe(first.id);
    }
  });
});

describe("a different idempotency key", () => {
  it("makes another rental for each of 20 calls at once, while there are garments", async () => {
    const gown = await makeVariant(world.sql, boutique, { garments: 20 });
    const results = await Promise.all(Array.from({ length: 20 }, (_, n) => reserve(bride, gown.id, days, `key ${n}`)));
    expect(results.map(({ error }) => error)).toEqual(results.map(() => null));
    expect(new Set(results.map(({ data }) => data?.garment_id)).size).toBe(20);
    expect(await traces(gown.id)).toEqual({ rentals: 20, allocations: 20, jobs: 40, keys: 20 });
  });
});
