import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type BoutiqueFixture, makeBoutique } from "../helpers/fixtures.ts";
import { type Gown, makeGown } from "../helpers/wearings.ts";
import { World } from "../helpers/world.ts";

let world: World;
let boutique: BoutiqueFixture;
let gown: Gown;

beforeAll(async () => {
  world = await World.create();
  boutique = await makeBoutique(world.sql);
  gown = await makeGown(world.sql, boutique, "charted");
  const [designer] = await world.sql<{ id: string }[]>`
    insert into public.designers (slug, label) values ('vale', 'Vale') returning id`;
  const designerId = designer?.id ?? "";
  await world.sql`update public.products set designer_id = ${designerId} where id = ${gown.productId}`;
  await world.sql`
    with c as (insert into public.size_charts (designer_id) values (${designerId}) returning id)
    insert into public.size_chart_rows (chart_id, size, position, bust_cm, waist_cm)
    select c.id, r.* from c, (values ('38', 1, numrange(88, 92), numrange(68, 72)), ('40', 2, numrange(92, 96), numrange(72, 76))) r`;
});
afterAll(() => world.close());
beforeEach(async () => {
  await world.sql`delete from private.rate_limits`;
});

const advise = (measurements: unknown, product_id = gown.productId) =>
  world.asAnon().rpc("recommend_size", { product_id, measurements: measurements as never });

describe("recommend_size without a model", () => {
  it.each([
    [{ bust_cm: 90, waist_cm: 70 }, "size_chart", "fair", "38"],
    [{ bust: "34c" }, "size_chart", "fair", "40"],
    [{ bust_cm: 98, waist_cm: 75 }, "size_chart", "low", "40"],
    [{ bust_cm: 130 }, "none", "not_enough_data", null],
    [{ height_cm: 170 }, "none", "not_enough_data", null],
    [{}, "none", "not_enough_data", null],
    [null, "none", "not_enough_data", null],
  ])("goes by the designer's chart: %j", async (measurements, basis, confidence, recommended) => {
    const { data, error } = await advise(measurements);
    expect(error).toBeNull();
    expect(data).toMatchObject({ basis, confidence, recommended });
    const { sizes } = data as unknown as { sizes: { size: string; true: number | null; recommended: boolean }[] };
    expect(sizes).toHaveLength(7);
    expect(sizes.every((row) => row.true === null)).toBe(true);
    expect(sizes.filter((row) => row.recommended).map((row) => row.size)).toEqual(
      recommended === null ? [] : [recommended],
    );
  });
});

describe("recommend_size refuses", () => {
  it.each([
    "tall",
    [],
    60,
    { weight: 60 },
    { weight_kg: "60" },
    { weight_kg: 24 },
    { weight_kg: 1e308 },
    { height_cm: 1.7 },
    { waist_cm: 251 },
    { hips_cm: 39 },
    { age: 9 },
    { bust: "34z" },
    { bust: 34 },
    { bust: "34b", bust_cm: 90 },
  ])("%j", async (measurements) => {
    const { error } = await advise(measurements);
    expect(error).toMatchObject({ code: "PT400", hint: "invalid_measurements" });
  });

  it("what is not on show", async () => {
    await world.sql`update public.products set status = 'draft' where id = ${gown.productId}`;
    expect((await advise(null)).error).toMatchObject({ code: "PT404", hint: "product_not_found" });
    await world.sql`update public.products set status = 'published' where id = ${gown.productId}`;
  });

  it("who asks too often", async () => {
    await advise(null);
    await world.sql`update private.rate_limits set tokens = 0, refilled_at = now() where bucket like 'recommend_size:%'`;
    expect((await advise(null)).error).toMatchObject({ hint: "too_many_requests" });
  });
});

it("counts what is in stock, and leaves out what is not offered any more", async () => {
  await world.sql`
    update public.garments set retired_at = now() where variant_id = ${gown.variantIds["38"] ?? ""}`;
  const { data } = await advise(null);
  const { sizes } = data as unknown as {
    sizes: { size: string; variants: { for_rent: boolean; in_stock: boolean }[] }[];
  };
  expect(sizes.find(({ size }) => size === "38")?.variants).toMatchObject([{ for_rent: false, in_stock: false }]);
  expect(sizes.find(({ size }) => size === "40")?.variants).toMatchObject([{ for_rent: true, in_stock: false }]);
});
