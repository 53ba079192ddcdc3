import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type BoutiqueFixture, day, makeBoutique, makeVariant, period } from "../helpers/fixtures.ts";
import { type Person, World } from "../helpers/world.ts";

let world: World;
let boutique: BoutiqueFixture;
let bride: Person;

beforeAll(async () => {
  world = await World.create({ connections: 50 });
  boutique = await makeBoutique(world.sql);
  bride = await world.asCustomer("Selam");
});
afterAll(() => world.close());

describe("quote_rental", () => {
  it("answers anybody with price, deposit and the time taken", async () => {
    const buffered = await makeBoutique(world.sql, { bufferDaysBefore: 1, bufferDaysAfter: 2 });
    const variant = await makeVariant(world.sql, buffered, { pricePerDay: 15_000, deposit: 70_000 });
    const { data, error } = await world
      .asAnon()
      .rpc("quote_rental", { variant_id: variant.id, period: period(10, 12) });
    expect(error).toBeNull();
    expect(data).toMatchObject({
      days: 3,
      price: 45_000,
      deposit: 70_000,
      currency: "ETB",
      available: true,
      first_day: day(10),
      last_day: day(12),
      // Midnight in Addis Ababa (UTC+3), one day before the first and two after the last.
      blocked_from: `${day(8)}T21:00:00+00:00`,
      blocked_until: `${day(14)}T21:00:00+00:00`,
    });
  });

  it.each([
    ["reversed", () => `[${day(12)},${day(10)}]`],
    ["in the past", () => period(-3, 2)],
    ["too long", () => period(1, 40)],
    ["400 years", () => "[2026-12-01,2426-12-01]"],
    ["endless", () => `[${day(3)},)`],
    ["infinite", () => `[${day(3)},infinity]`],
    ["empty", () => "empty"],
    ["too far ahead", () => period(1000, 1002)],
    ["no period", () => "Robert'); drop table rentals;--"],
  ])("refuses a period that is %s", async (_name, wrong) => {
    const variant = await makeVariant(world.sql, boutique);
    const { error, status } = await world.asAnon().rpc("quote_rental", { variant_id: variant.id, period: wrong() });
    expect(status).toBe(400);
    expect(error).toMatchObject({ code: "PT400", hint: "invalid_period" });
  });
});

describe("reserve_rental", () => {
  it("holds a garment, and enqueues mail and expiry in its transaction", async () => {
    const variant = await makeVariant(world.sql, boutique);
    const { data, error } = await bride.client.rpc("reserve_rental", {
      variant_id: variant.id,
      period: period(20, 22),
      idempotency_key: "holds",
    });
    expect(error).toBeNull();
    expect(data).toMatchObject({
      state: "held",
      customer_id: bride.id,
      garment_id: variant.garmentIds[0],
      price: 30_000,
    });
    const jobs = await world.sql`
      select name, start_after > now() as later from pgboss.job where data ->> 'rental_id' = ${data?.id ?? ""} order by name`;
    expect(jobs).toMatchObject([
      { name: "mail.rental_reserved", later: false },
      { name: "rental.expire_hold", later: true },
    ]);
  });

  it("refuses taken days with the next free period, which then can be reserved", async () => {
    const buffered = await makeBoutique(world.sql, { bufferDaysBefore: 1, bufferDaysAfter: 2 });
    const variant = await makeVariant(world.sql, buffered);
    const other = await world.asCustomer("Hannah");
    const reserve = (person: Person, days: string, key: string) =>
      person.client.rpc("reserve_rental", { variant_id: variant.id, period: days, idempotency_key: key });
    expect((await reserve(bride, period(10, 12), "first")).error).toBeNull();
    expect((await reserve(bride, period(19, 20), "later")).error).toBeNull();

    const refused = await reserve(other, period(11, 13), "second");
    expect(refused.status).toBe(409);
    expect(refused.error).toMatchObject({ code: "PT409", hint: "not_available" });
    // Two days after the first, one before its own; three days would run into the buffer of the later rental.
    const { next_free } = JSON.parse(refused.error?.details ?? "");
    expect(next_free).toEqual({ first_day: day(24), last_day: day(26) });
    expect((await reserve(other, `[${next_free.first_day},${next_free.last_day}]`, "third")).error).toBeNull();
  });

  it("returns the same rental for the same key and refuses the key for other input", async () => {
    const variant = await makeVariant(world.sql, boutique);
    const call = (days: string) =>
      bride.client.rpc("reserve_rental", { variant_id: variant.id, period: days, idempotency_key: "same" });
    const first = await call(period(30, 31));
    const again = await call(`[${day(30)},${day(32)})`);
    expect(again.data?.id).toBe(first.data?.id);
    const other = await call(period(40, 41));
    expect(other.error).toMatchObject({ code: "PT422", hint: "idempotency_key_reused" });
    const [count] = await world.sql`select count(*)::int as n from public.rentals where variant_id = ${variant.id}`;
    expect(count).toEqual({ n: 1 });
  });

  it("has one winner among 50 brides who want one garment at once", async () => {
    const variant = await makeVariant(world.sql, boutique);
    const brides = await Promise.all(Array.from({ length: 50 }, (_, n) => world.asCustomer(`bride ${n}`)));
    const results = await Promise.all(
      brides.map(({ client }) =>
        client.rpc("reserve_rental", { variant_id: variant.id, period: period(50, 52), idempotency_key: "race" }),
      ),
    );
    expect(results.filter(({ error }) => error === null)).toHaveLength(1);
    expect(results.filter(({ error }) => error?.hint === "not_available")).toHaveLength(49);
    const [live] = await world.sql`
      select count(*)::int as n from public.allocations where resource_id = ${variant.garmentIds[0] ?? ""}`;
    expect(live).toEqual({ n: 1 });
  });

  it("gives ten garments to ten of 50 brides", async () => {
    const variant = await makeVariant(world.sql, boutique, { garments: 10 });
    const brides = await Promise.all(Array.from({ length: 50 }, (_, n) => world.asCustomer(`bride ${n}`)));
    const results = await Promise.all(
      brides.map(({ client }) =>
        client.rpc("reserve_rental", { variant_id: variant.id, period: period(60, 62), idempotency_key: "ten" }),
      ),
    );
    const won = results.flatMap(({ data, error }) => (error === null ? [data.garment_id] : []));
    expect(new Set(won).size).toBe(10);
    expect(won).toHaveLength(10);
    expect(results.filter(({ error }) => error?.hint === "not_available")).toHaveLength(40);
  });
});
