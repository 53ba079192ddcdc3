import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type BoutiqueFixture, makeBoutique, makeVariant, utc, type VariantFixture } from "../helpers/fixtures.ts";
import { World } from "../helpers/world.ts";

const { day } = utc;

let world: World;
let boutique: BoutiqueFixture;
let gown: VariantFixture;

beforeAll(async () => {
  world = await World.create();
});
afterAll(() => world.close());

// 60 days to make, 10 to ship, two fittings a week apart, 14 for alterations, 5 to spare: 103 days and the fifth after it.
beforeEach(async () => {
  boutique = await makeBoutique(world.sql, { timezone: "UTC", currency: "GBP" });
  gown = await makeVariant(world.sql, boutique);
  await world.sql`
    update public.readiness_policies set lead_days = 60, shipping_days = 10, fittings = 2, fitting_gap_days = 7,
      alteration_days = 14, spare_days = 5
    where boutique_id = ${boutique.id}`;
});

const ask = (wear: string) => world.asAnon().rpc("will_it_be_ready", { product_id: gown.productId, wear_date: wear });
async function steps(wear: string, variant = "usual") {
  const { data, error } = await ask(wear);
  if (error !== null) throw error;
  return data.filter((row) => row.variant === variant);
}
const breaking = async (wear: string, variant?: string) =>
  (await steps(wear, variant))
    .filter(({ breaks }) => breaks)
    .map(({ step, number }) => `${step} ${number ?? ""}`.trim());

describe("will_it_be_ready", () => {
  it("has a row per step with when it is expected and when it has to be", async () => {
    const rows = await steps(day(120));
    expect(
      rows.map(({ step, number, expected_date, latest_date }) => [step, number, expected_date, latest_date]),
    ).toEqual([
      ["order", null, day(0), day(17)],
      ["make", null, day(60), day(77)],
      ["ship", null, day(70), day(87)],
      ["fitting", 1, day(77), day(94)],
      ["fitting", 2, day(84), day(101)],
      ["alterations", null, day(98), day(115)],
      ["done", null, day(98), day(115)],
    ]);
    expect(rows.some(({ breaks }) => breaks)).toBe(false);
    expect(rows[0]).toMatchObject({ fee: 0, currency: "GBP", position: 1 });
  });

  it("is just in time on the last day, and breaks at the order the day before", async () => {
    expect(await breaking(day(103))).toEqual([]);
    expect(await breaking(day(102))).toEqual(["order"]);
  });

  it("takes the lead time of the product, if it has one", async () => {
    await world.sql`update public.products set lead_days = 10 where id = ${gown.productId}`;
    expect(await breaking(day(53))).toEqual([]);
    expect(await breaking(day(52))).toEqual(["order"]);
  });

  it("breaks at the fitting when the branch is closed just then", async () => {
    await world.sql`
      insert into public.opening_hours (location_id, boutique_id, weekday, opens, closes)
      select ${boutique.locationId}, ${boutique.id}, d, '09:00', '18:00' from generate_series(1, 7) d`;
    expect(await breaking(day(105))).toEqual([]);
    await world.sql`
      insert into public.closures (location_id, boutique_id, first_day, last_day, reason)
      values (${boutique.locationId}, ${boutique.id}, ${day(84)}, ${day(88)}, 'Works')`;
    const rows = await steps(day(105));
    // The second fitting would be on day 84 and is on day 89; it has to be on day 86, which is closed: on day 83.
    expect(rows[4]).toMatchObject({ step: "fitting", number: 2, expected_date: day(89), latest_date: day(83) });
    expect(rows.filter(({ breaks }) => breaks)).toHaveLength(1);
    expect(await breaking(day(108))).toEqual([]);
  });

  it("reckons a rush order, with its fee, if the boutique takes any", async () => {
    expect(await steps(day(120), "rush")).toEqual([]);
    await world.sql`
      update public.readiness_policies set rush_lead_percent = 50, rush_shipping_days = 3, rush_fee = 25000
      where boutique_id = ${boutique.id}`;
    const rows = await steps(day(80), "rush");
    expect(rows[1]).toMatchObject({ step: "make", expected_date: day(30), fee: 25_000, currency: "GBP" });
    expect(await breaking(day(80))).toEqual(["order"]);
    expect(await breaking(day(66), "rush")).toEqual([]);
    expect(await breaking(day(65), "rush")).toEqual(["order"]);
  });

  it("goes without fittings where there are none", async () => {
    await world.sql`update public.readiness_policies set fittings = 0 where boutique_id = ${boutique.id}`;
    expect((await steps(day(120))).map(({ step }) => step)).toEqual(["order", "make", "ship", "alterations", "done"]);
  });

  it.each([
    ["yesterday", () => day(-1)],
    ["never", () => "infinity"],
    ["in eleven years", () => day(4018)],
  ])("is refused for a gown that is worn %s", async (_when, wear) => {
    expect((await ask(wear())).error).toMatchObject({ code: "PT400", hint: "invalid_date" });
  });

  it("knows no product that is not on show", async () => {
    await world.sql`update public.products set status = 'draft' where id = ${gown.productId}`;
    expect((await ask(day(100))).error).toMatchObject({ code: "PT404", hint: "product_not_found" });
  });
});

describe("a readiness policy", () => {
  it("comes with the boutique, is read by everybody and changed by its managers", async () => {
    const manager = await world.asStaff(boutique.id, "manager");
    const set = (person = manager) =>
      person.client.from("readiness_policies").update({ spare_days: 9 }).eq("boutique_id", boutique.id).select();
    expect((await set(await world.asStaff(boutique.id, "stylist"))).data).toEqual([]);
    expect((await set()).data).toMatchObject([{ spare_days: 9 }]);
    const { data } = await world
      .asAnon()
      .from("readiness_policies")
      .select("spare_days")
      .eq("boutique_id", boutique.id);
    expect(data).toEqual([{ spare_days: 9 }]);
  });

  it("takes no rush that is slower than the usual way", async () => {
    const slow = world.sql`
      update public.readiness_policies set rush_shipping_days = 11 where boutique_id = ${boutique.id}`;
    await expect(slow).rejects.toMatchObject({ code: "23514" });
  });
});
