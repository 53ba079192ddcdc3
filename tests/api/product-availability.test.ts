import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type BoutiqueFixture,
  type BoutiqueOptions,
  makeBoutique,
  makeVariant,
  utc,
  type VariantFixture,
} from "../helpers/fixtures.ts";
import { endHold, hold, sendToRepair } from "../helpers/rentals.ts";
import { type Person, World } from "../helpers/world.ts";

const { day, period } = utc;

let world: World;
let bride: Person;

beforeAll(async () => {
  world = await World.create();
  bride = await world.asCustomer("Selam");
});
afterAll(() => world.close());

/** A gown of a boutique in which a day is a day of `day()`. */
async function makeGown(garments: number, options: BoutiqueOptions = {}) {
  const boutique = await makeBoutique(world.sql, { timezone: "Etc/UTC", ...options });
  return { boutique, gown: await makeVariant(world.sql, boutique, { garments }) };
}

/** Another size of a gown, without a garment. */
async function addVariant(boutique: BoutiqueFixture, gown: VariantFixture, size: string): Promise<string> {
  const [variant] = await world.sql<{ id: string }[]>`
    insert into public.product_variants (product_id, boutique_id, size, sku, rental_price_per_day, currency)
    values (${gown.productId}, ${boutique.id}, ${size}, ${`${gown.productSlug}-${size}`}, 1, 'XXX') returning id`;
  return variant?.id ?? "";
}

/** How many garments are free, out of how many, on each of some days, as anybody may ask. */
async function calendar(productId: string, first: number, last: number): Promise<string[]> {
  const { data, error } = await world
    .asAnon()
    .rpc("product_availability", { product_id: productId, from_date: day(first), to_date: day(last) });
  expect(error).toBeNull();
  expect(data?.map((row) => row.day)).toEqual(Array.from({ length: last - first + 1 }, (_, n) => day(first + n)));
  return (data ?? []).map(({ free, total }) => `${free}/${total}`);
}

describe("product_availability", () => {
  it("counts the free garments of every day, first and last included", async () => {
    const { boutique, gown } = await makeGown(3);
    expect(await calendar(gown.productId, 10, 12)).toEqual(["3/3", "3/3", "3/3"]);
    const [first = "", second = ""] = gown.garmentIds;
    await sendToRepair(world.sql, boutique, first, 10, 12);
    await sendToRepair(world.sql, boutique, second, 12, 13);
    expect(await calendar(gown.productId, 9, 14)).toEqual(["3/3", "2/3", "2/3", "1/3", "2/3", "3/3"]);
    expect(await calendar(gown.productId, 12, 12)).toEqual(["1/3"]);
  });

  it("counts the buffers around a rental as taken", async () => {
    const { gown } = await makeGown(1, { bufferDaysBefore: 1, bufferDaysAfter: 2 });
    await hold(bride, gown.id, period(10, 11));
    expect(await calendar(gown.productId, 8, 15)).toEqual(["1/1", "0/1", "0/1", "0/1", "0/1", "0/1", "1/1", "1/1"]);
  });

  it("counts a garment once on a day that has several allocations of it", async () => {
    const { boutique, gown } = await makeGown(2);
    for (const hours of [9, 11, 13]) {
      const from = `${day(10)}T${String(hours).padStart(2, "0")}:00:00Z`;
      await world.sql`
        insert into public.allocations (resource_id, boutique_id, during, kind, state)
        values (${gown.garmentIds[0] ?? ""}, ${boutique.id}, tstzrange(${from}, ${from}::timestamptz + interval '1 hour'), 'fitting', 'confirmed')`;
    }
    expect(await calendar(gown.productId, 9, 11)).toEqual(["2/2", "1/2", "2/2"]);
  });

  it("does not count a hold whose time is over, nor what was cancelled", async () => {
    const { gown } = await makeGown(2);
    const [first, second] = [await hold(bride, gown.id, period(10, 10)), await hold(bride, gown.id, period(10, 10))];
    expect(await calendar(gown.productId, 10, 10)).toEqual(["0/2"]);
    await endHold(world.sql, first);
    expect(await calendar(gown.productId, 10, 10)).toEqual(["1/2"]);
    await bride.client.rpc("cancel_rental", { rental_id: second.id });
    expect(await calendar(gown.productId, 10, 10)).toEqual(["2/2"]);
  });

  it("counts a confirmed rental after the time of its hold", async () => {
    const { boutique, gown } = await makeGown(1);
    const stylist = await world.asStaff(boutique.id, "stylist");
    const rental = await hold(bride, gown.id, period(10, 10));
    await stylist.client.rpc("confirm_rental", { rental_id: rental.id });
    await world.sql`update public.rentals set held_until = now() - interval '1 hour' where id = ${rental.id}`;
    expect(await calendar(gown.productId, 10, 10)).toEqual(["0/1"]);
  });

  it("leaves retired garments out, free or not", async () => {
    const { boutique, gown } = await makeGown(3);
    const [first = "", second = ""] = gown.garmentIds;
    await sendToRepair(world.sql, boutique, first, 10, 10);
    await world.sql`update public.garments set retired_at = now() where id in ${world.sql([first, second])}`;
    expect(await calendar(gown.productId, 9, 10)).toEqual(["1/1", "1/1"]);
  });

  it("counts a sold garment as taken from the sale on", async () => {
    const { boutique, gown } = await makeGown(1);
    await world.sql`
      insert into public.allocations (resource_id, boutique_id, during, kind, state)
      values (${gown.garmentIds[0] ?? ""}, ${boutique.id}, tstzrange(${day(10)}, null), 'sale', 'confirmed')`;
    expect(await calendar(gown.productId, 9, 12)).toEqual(["1/1", "0/1", "0/1", "0/1"]);
  });

  it("has a line per variant and day, none of it mixed up with another product's", async () => {
    const { boutique, gown } = await makeGown(2);
    const small = await addVariant(boutique, gown, "34");
    const stranger = await makeVariant(world.sql, boutique, { garments: 1 });
    await hold(bride, gown.id, period(10, 10));
    await hold(bride, stranger.id, period(11, 11));
    const { data } = await world
      .asAnon()
      .rpc("product_availability", { product_id: gown.productId, from_date: day(10), to_date: day(11) });
    expect(data).toHaveLength(4);
    expect(data).toEqual(
      expect.arrayContaining([
        { variant_id: gown.id, day: day(10), free: 1, total: 2 },
        { variant_id: gown.id, day: day(11), free: 2, total: 2 },
        { variant_id: small, day: day(10), free: 0, total: 0 },
        { variant_id: small, day: day(11), free: 0, total: 0 },
      ]),
    );
  });

  it("agrees with quote_rental about every day", async () => {
    const { boutique, gown } = await makeGown(2);
    const [first = "", second = ""] = gown.garmentIds;
    await sendToRepair(world.sql, boutique, first, 10, 14);
    await sendToRepair(world.sql, boutique, second, 13, 17);
    const free = await calendar(gown.productId, 9, 18);
    for (const [n, count] of free.entries()) {
      const quote = await world.asAnon().rpc("quote_rental", { variant_id: gown.id, period: period(9 + n, 9 + n) });
      expect(quote.data?.available, `day ${9 + n}: ${count}`).toBe(count !== "0/2");
    }
  });
});

describe("product_availability refuses", () => {
  const ask = (product_id: string, from_date: string, to_date: string) =>
    world.asAnon().rpc("product_availability", { product_id, from_date, to_date });

  it.each([
    ["an id of nothing", async () => crypto.randomUUID()],
    ["a draft", async () => (await draft()).productId],
    ["a variant's id", async () => (await makeGown(1)).gown.id],
  ])("%s: 404", async (_name, id) => {
    const { error, status } = await ask(await id(), day(1), day(2));
    expect(status).toBe(404);
    expect(error).toMatchObject({ code: "PT404", hint: "product_not_found" });
  });

  it("days in the wrong order: 400", async () => {
    const { gown } = await makeGown(1);
    const { error, status } = await ask(gown.productId, day(3), day(2));
    expect(status).toBe(400);
    expect(error).toMatchObject({ code: "PT400", hint: "invalid_period" });
    expect(JSON.parse(error?.details ?? "")).toEqual({ from_date: day(3), to_date: day(2) });
  });

  it("more days than make a thousand rows, at which the API would cut the answer: 400", async () => {
    const { boutique, gown } = await makeGown(1);
    expect((await ask(gown.productId, day(1), day(1000))).data).toHaveLength(1000);
    expect((await ask(gown.productId, day(1), day(1001))).error).toMatchObject({ hint: "invalid_period" });

    await addVariant(boutique, gown, "34");
    await addVariant(boutique, gown, "36");
    expect((await ask(gown.productId, day(1), day(333))).data).toHaveLength(999);
    const { error, status } = await ask(gown.productId, day(1), day(334));
    expect(status).toBe(400);
    expect(error).toMatchObject({
      code: "PT400",
      hint: "invalid_period",
      message: expect.stringContaining("333 days"),
    });
    expect(JSON.parse(error?.details ?? "")).toEqual({ from_date: day(1), to_date: day(334), max_days: 333 });
  });

  async function draft() {
    return makeVariant(world.sql, await makeBoutique(world.sql), { status: "draft" });
  }
});
