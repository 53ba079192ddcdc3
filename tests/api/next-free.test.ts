import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type BoutiqueFixture, type BoutiqueOptions, makeBoutique, makeVariant, utc } from "../helpers/fixtures.ts";
import { endHold, hold, reserve, sendToRepair } from "../helpers/rentals.ts";
import { type Person, World } from "../helpers/world.ts";

const { day, period } = utc;

let world: World;
let bride: Person;

beforeAll(async () => {
  world = await World.create();
  bride = await world.asCustomer("Selam");
});
afterAll(() => world.close());

/** A boutique in which a day is a day of `day()`, and a gown of it. */
async function makeGown(garments = 1, options: BoutiqueOptions = {}) {
  const boutique = await makeBoutique(world.sql, { timezone: "Etc/UTC", ...options });
  const gown = await makeVariant(world.sql, boutique, { garments });
  const inRepair = (garment: number, first: number, last: number) =>
    sendToRepair(world.sql, boutique, gown.garmentIds[garment] ?? "", first, last);
  return { boutique, gown, inRepair };
}

/** The next free days, counted from today, when the wished ones are taken; null when there are none. */
async function nextFree(variantId: string, first: number, last: number): Promise<[string, string] | null> {
  const { data, error } = await world
    .asAnon()
    .rpc("quote_rental", { variant_id: variantId, period: period(first, last) });
  expect(error).toBeNull();
  expect(data?.available).toBe(false);
  return data?.next_free_first_day == null ? null : [data.next_free_first_day, data.next_free_last_day ?? ""];
}

const days = (first: number, last: number) => [day(first), day(last)];

async function setMaxDaysAhead(boutique: BoutiqueFixture, max: number): Promise<void> {
  await world.sql`update public.rental_policies set max_days_ahead = ${max} where boutique_id = ${boutique.id}`;
}

describe("the next free period", () => {
  it("begins on the day after the garment comes back", async () => {
    const { gown, inRepair } = await makeGown();
    await inRepair(0, 10, 12);
    expect(await nextFree(gown.id, 10, 11)).toEqual(days(13, 14));
    expect(await nextFree(gown.id, 9, 10)).toEqual(days(13, 14));
    expect(await nextFree(gown.id, 12, 15)).toEqual(days(13, 16));
  });

  it("keeps the buffers before and after", async () => {
    const { gown, inRepair } = await makeGown(1, { bufferDaysBefore: 2, bufferDaysAfter: 3 });
    await inRepair(0, 10, 12);
    expect(await nextFree(gown.id, 11, 12)).toEqual(days(15, 16));
    // The three days after 15 to 16 end on the 19th.
    await inRepair(0, 20, 20);
    expect(await nextFree(gown.id, 11, 12)).toEqual(days(15, 16));
    await inRepair(0, 19, 19);
    expect(await nextFree(gown.id, 11, 12)).toEqual(days(23, 24));
  });

  it("leaves out gaps that are too short, and takes one that fits exactly", async () => {
    const { gown, inRepair } = await makeGown();
    await inRepair(0, 10, 12);
    await inRepair(0, 15, 16);
    await inRepair(0, 20, 21);
    expect(await nextFree(gown.id, 10, 11)).toEqual(days(13, 14));
    expect(await nextFree(gown.id, 10, 12)).toEqual(days(17, 19));
    expect(await nextFree(gown.id, 10, 13)).toEqual(days(22, 25));
  });

  it("is the earliest of all garments of the variant", async () => {
    const { gown, inRepair } = await makeGown(3);
    await inRepair(0, 8, 20);
    await inRepair(1, 10, 12);
    await inRepair(1, 15, 30);
    await inRepair(2, 9, 16);
    expect(await nextFree(gown.id, 10, 11)).toEqual(days(13, 14));
    expect(await nextFree(gown.id, 10, 12)).toEqual(days(17, 19));
  });

  it("is not told of garments that are retired, nor of those of another variant", async () => {
    const { boutique, gown, inRepair } = await makeGown(2);
    await makeVariant(world.sql, boutique, { garments: 1 });
    await inRepair(0, 10, 20);
    await inRepair(1, 10, 12);
    expect(await nextFree(gown.id, 10, 11)).toEqual(days(13, 14));
    await world.sql`update public.garments set retired_at = now() where id = ${gown.garmentIds[1] ?? ""}`;
    expect(await nextFree(gown.id, 10, 11)).toEqual(days(21, 22));
  });

  it("counts holds that last, and not those whose time is over or that were cancelled", async () => {
    const { gown, inRepair } = await makeGown();
    await inRepair(0, 10, 12);
    const live = await hold(bride, gown.id, period(13, 14));
    expect(await nextFree(gown.id, 10, 11)).toEqual(days(15, 16));
    await endHold(world.sql, live);
    expect(await nextFree(gown.id, 10, 11)).toEqual(days(13, 14));
    const cancelled = await hold(bride, gown.id, period(13, 14));
    await bride.client.rpc("cancel_rental", { rental_id: cancelled.id });
    expect(await nextFree(gown.id, 10, 11)).toEqual(days(13, 14));
  });

  it("goes as far as can be booked, and is null beyond", async () => {
    const { boutique, gown, inRepair } = await makeGown();
    await setMaxDaysAhead(boutique, 20);
    await inRepair(0, 5, 18);
    expect(await nextFree(gown.id, 6, 7)).toEqual(days(19, 20));
    expect(await nextFree(gown.id, 6, 8)).toBeNull();
    await setMaxDaysAhead(boutique, 21);
    expect(await nextFree(gown.id, 6, 8)).toEqual(days(19, 21));
  });

  it("is null when the only garment is sold, and when all are retired", async () => {
    const { boutique, gown } = await makeGown();
    await world.sql`
      insert into public.allocations (resource_id, boutique_id, during, kind, state)
      values (${gown.garmentIds[0] ?? ""}, ${boutique.id}, tstzrange(now(), null), 'sale', 'confirmed')`;
    expect(await nextFree(gown.id, 10, 11)).toBeNull();
    const retired = await makeGown();
    await world.sql`update public.garments set retired_at = now() where variant_id = ${retired.gown.id}`;
    expect(await nextFree(retired.gown.id, 10, 11)).toBeNull();
    expect(await nextFree((await makeGown(0)).gown.id, 10, 11)).toBeNull();
  });

  it("is told with the refusal of a reservation, and can be had", async () => {
    const { gown, inRepair } = await makeGown(2, { bufferDaysBefore: 1, bufferDaysAfter: 2 });
    await inRepair(0, 10, 12);
    await inRepair(1, 9, 20);
    const refused = await reserve(bride, gown.id, period(10, 11));
    const { next_free } = JSON.parse(refused.error?.details ?? "");
    expect(next_free).toEqual({ first_day: day(14), last_day: day(15) });
    const rental = await hold(bride, gown.id, `[${next_free.first_day},${next_free.last_day}]`);
    expect(rental.garment_id).toBe(gown.garmentIds[0]);
  });

  it("is told as null with the refusal when there is none", async () => {
    const { boutique, gown, inRepair } = await makeGown();
    await setMaxDaysAhead(boutique, 20);
    await inRepair(0, 5, 20);
    const { error } = await reserve(bride, gown.id, period(6, 7));
    expect(error).toMatchObject({
      code: "PT409",
      hint: "not_available",
      message: expect.stringContaining("nor later"),
    });
    expect(JSON.parse(error?.details ?? "")).toEqual({ variant_id: gown.id, next_free: null });
  });
});
