import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type BoutiqueFixture,
  day,
  makeBoutique,
  makeVariant,
  period,
  type VariantFixture,
} from "../helpers/fixtures.ts";
import { hold, sendToRepair } from "../helpers/rentals.ts";
import { World } from "../helpers/world.ts";

let world: World;
let addis: BoutiqueFixture;
let gown: VariantFixture;

/** Positions of cities, in degrees. */
const places = {
  addis: [9.03, 38.74],
  adama: [8.54, 39.27],
  london: [51.5074, -0.1278],
  suva: [-18.1416, 178.4419],
  apia: [-13.8333, -171.7667],
} as const;

beforeAll(async () => {
  world = await World.create();
  addis = await makeBoutique(world.sql);
  gown = await makeVariant(world.sql, addis, { garments: 2 });
  const [designer] = await world.sql<{ id: string }[]>`
    insert into public.designers (slug, label) values ('atelier', 'Atelier') returning id`;
  await world.sql`
    update public.products set designer_id = ${designer?.id ?? ""}, style_code = 'A-100' where id = ${gown.productId}`;
});
afterAll(() => world.close());

async function settle(
  { locationId }: BoutiqueFixture,
  [latitude, longitude]: readonly [number, number],
): Promise<void> {
  await world.sql`update public.locations set latitude = ${latitude}, longitude = ${longitude} where id = ${locationId}`;
}

/** Another boutique with the same style of the same designer. */
async function rivalWithIt(options: Parameters<typeof makeBoutique>[1] = {}, code = "A-100") {
  const boutique = await makeBoutique(world.sql, options);
  const variant = await makeVariant(world.sql, boutique);
  await world.sql`
    update public.products p set designer_id = g.designer_id, style_code = ${code}
    from public.products g where g.id = ${gown.productId} and p.id = ${variant.productId}`;
  return { boutique, variant };
}

async function find(args: { period?: string; size?: string; at?: readonly [number, number] } = {}) {
  const { data, error } = await world.asAnon().rpc("find_garments", {
    product_id: gown.productId,
    size: args.size ?? "38",
    period: args.period ?? period(10, 12),
    ...(args.at === undefined ? {} : { latitude: args.at[0], longitude: args.at[1] }),
  });
  if (error !== null) throw error;
  return data;
}

describe("private.distance_km", () => {
  // Great-circle distances, reckoned with the haversine formula by hand calculators of geographers.
  it.each([
    ["addis", "addis", 0],
    ["addis", "adama", 79.7],
    ["addis", "london", 5905],
    ["suva", "apia", 1148],
  ] as const)("from %s to %s is %f km, within half a percent", async (from, to, expected) => {
    const [row] = await world.sql<{ km: string }[]>`
      select private.distance_km(${places[from][0]}, ${places[from][1]}, ${places[to][0]}, ${places[to][1]}) as km`;
    expect(Math.abs(Number(row?.km) - expected)).toBeLessThanOrEqual(expected * 0.005);
  });

  it("is symmetric, a quarter of the earth from pole to equator, half of it to the other side", async () => {
    const km = async (...p: number[]) => {
      const [row] = await world.sql<{ km: string }[]>`
        select private.distance_km(${p[0] ?? 0}, ${p[1] ?? 0}, ${p[2] ?? 0}, ${p[3] ?? 0}) as km`;
      return Number(row?.km);
    };
    expect(await km(90, 0, 0, 77)).toBeCloseTo(10_007.6, 0);
    expect(await km(0, 0, 0, 180)).toBeCloseTo(20_015.1, 0);
    expect(await km(9, 38, -33, 151)).toBe(await km(-33, 151, 9, 38));
    expect(await km(0, 179.5, 0, -179.5)).toBeCloseTo(111.2, 0);
  });
});

describe("find_garments", () => {
  it("counts what is free per branch, the own boutique first, without saying which garments they are", async () => {
    const { boutique } = await rivalWithIt();
    await rivalWithIt({}, "B-200");
    await rivalWithIt({ status: "suspended" });
    const offers = await find();
    expect(offers.map(({ boutique_id, free }) => [boutique_id, free])).toEqual([
      [addis.id, 2],
      [boutique.id, 1],
    ]);
    expect(offers[0]).toMatchObject({ variant_id: gown.id, price_per_day: 10_000, currency: "ETB", distance_km: null });
    for (const id of gown.garmentIds) expect(JSON.stringify(offers)).not.toContain(id);
    await world.sql`update public.products set status = 'archived' where boutique_id = ${boutique.id}`;
  });

  it("leaves out what is taken then, and what is retired", async () => {
    const bride = await world.asCustomer("Selam");
    await hold(bride, gown.id, period(30, 32));
    expect(await find({ period: period(31, 33) })).toMatchObject([{ free: 1 }]);
    await sendToRepair(world.sql, addis, gown.garmentIds[1] ?? "", 30, 40);
    await sendToRepair(world.sql, addis, gown.garmentIds[0] ?? "", 33, 40);
    expect(await find({ period: period(31, 33) })).toEqual([]);
    expect(await find({ size: "40" })).toEqual([]);
  });

  it("keeps to the buffers and bounds of each boutique", async () => {
    const { boutique, variant } = await rivalWithIt({ bufferDaysBefore: 3, maxDays: 4 });
    const there = async (days: string) =>
      (await find({ period: days })).some(({ boutique_id }) => boutique_id === boutique.id);
    await sendToRepair(world.sql, boutique, variant.garmentIds[0] ?? "", 50, 51);
    expect(await there(period(54, 54))).toBe(false);
    expect(await there(period(55, 58))).toBe(true);
    expect(await there(period(55, 59))).toBe(false);
    await world.sql`update public.products set status = 'archived' where boutique_id = ${boutique.id}`;
  });

  it("puts the nearest branch first and those without a position last", async () => {
    const [london, adama, nowhere] = [await rivalWithIt(), await rivalWithIt(), await rivalWithIt()];
    await settle(addis, places.addis);
    await settle(london.boutique, places.london);
    await settle(adama.boutique, places.adama);
    const near = await find({ at: places.adama });
    expect(near.map(({ boutique_id }) => boutique_id)).toEqual([
      adama.boutique.id,
      addis.id,
      london.boutique.id,
      nowhere.boutique.id,
    ]);
    expect(near[0]?.distance_km).toBe(0);
    expect(near[3]?.distance_km).toBeNull();
  });

  it.each([
    ["half a position", { latitude: 9 }, "invalid_position"],
    ["a latitude beyond the pole", { latitude: 91, longitude: 0 }, "invalid_position"],
    ["no number", { latitude: "NaN", longitude: "NaN" }, "invalid_position"],
    ["a blank size", { size: " " }, "invalid_size"],
    ["no period", { period: "soon" }, "invalid_period"],
  ])("refuses %s", async (_what, change, hint) => {
    const args = { product_id: gown.productId, size: "38", period: period(1, 2), ...change };
    const { error } = await world.asAnon().rpc("find_garments", args as never);
    expect(error).toMatchObject({ code: "PT400", hint });
  });

  it("knows no product that is not on show", async () => {
    const draft = await makeVariant(world.sql, addis, { status: "draft" });
    const args = { product_id: draft.productId, size: "38", period: `[${day(1)},${day(2)}]` };
    expect((await world.asAnon().rpc("find_garments", args)).error).toMatchObject({ hint: "product_not_found" });
  });
});
