import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { daysAfter, fallBack, springForward } from "../helpers/daylight-saving.ts";
import { type BoutiqueFixture, makeBoutique, makeVariant } from "../helpers/fixtures.ts";
import { hold, type Rental, reserve } from "../helpers/rentals.ts";
import { type Person, World } from "../helpers/world.ts";

let world: World;
let london: BoutiqueFixture;
let bride: Person;

beforeAll(async () => {
  world = await World.create();
  london = await makeBoutique(world.sql, { timezone: "Europe/London", currency: "GBP" });
  bride = await world.asCustomer("Selam");
});
afterAll(() => world.close());

/** The time that the garment of a rental is taken for, as London's clocks show it and in hours. */
async function taken(rental: Rental) {
  const [row] = await world.sql`
    select (lower(during) at time zone 'Europe/London')::text as from, (upper(during) at time zone 'Europe/London')::text as until,
      (extract(epoch from upper(during) - lower(during)) / 3600)::int as hours
    from public.allocations where id = ${rental.allocation_id}`;
  return row;
}

const sundays = [
  ["forward", springForward(), 71],
  ["back", fallBack(), 73],
] as const;

describe.each(sundays)("around the Sunday on which the clocks go %s (%s)", (_way, sunday, hours) => {
  const [thursday, friday, saturday, monday, tuesday] = [-3, -2, -1, 1, 2].map((count) => daysAfter(sunday, count));

  it("a rental takes the gown from midnight to midnight of the boutique", async () => {
    const gown = await makeVariant(world.sql, london);
    const rental = await hold(bride, gown.id, `[${saturday},${monday}]`);
    expect(await taken(rental)).toEqual({ from: `${saturday} 00:00:00`, until: `${tuesday} 00:00:00`, hours });
  });

  it("rentals of neighbouring days neither overlap nor leave an hour between them", async () => {
    const gown = await makeVariant(world.sql, london);
    for (const day of [friday, saturday, sunday, monday]) await hold(bride, gown.id, `[${day},${day}]`);
    const [row] = await world.sql`
      select range_agg(during)::text = multirange(tstzrange(min(lower(during)), max(upper(during))))::text as seamless,
        count(*)::int as count
      from public.allocations where resource_id = ${gown.garmentIds[0] ?? ""}`;
    expect(row).toEqual({ seamless: true, count: 4 });
    expect((await reserve(bride, gown.id, `[${sunday},${sunday}]`)).error).toMatchObject({ hint: "not_available" });
  });

  it("the calendar counts exactly the days of the rental as taken", async () => {
    const gown = await makeVariant(world.sql, london);
    await hold(bride, gown.id, `[${saturday},${monday}]`);
    const { data } = await world.asAnon().rpc("product_availability", {
      product_id: gown.productId,
      from_date: friday ?? "",
      to_date: tuesday ?? "",
    });
    expect(data?.map(({ day, free }) => [day, free])).toEqual([
      [friday, 1],
      [saturday, 0],
      [sunday, 0],
      [monday, 0],
      [tuesday, 1],
    ]);
  });

  it.each([
    ["Saturday", friday, saturday],
    ["Sunday", saturday, sunday],
    ["Monday", sunday, monday],
  ])("the next free day after a rental that ends the day before is %s", async (_name, last, next) => {
    const gown = await makeVariant(world.sql, london);
    await hold(bride, gown.id, `[${thursday},${last}]`);
    const { data } = await world.asAnon().rpc("quote_rental", { variant_id: gown.id, period: `[${last},${last}]` });
    expect(data).toMatchObject({ available: false, next_free_first_day: next, next_free_last_day: next });
  });
});
