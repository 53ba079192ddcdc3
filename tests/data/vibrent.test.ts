import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { reachOf, shiftIntoFuture } from "../../scripts/vibrent/calendar.ts";
import type { Api } from "../../scripts/vibrent/customer.ts";
import { dealByOutfit, dealInTurn } from "../../scripts/vibrent/deal.ts";
import { type Order, readOrders } from "../../scripts/vibrent/order.ts";
import { replay } from "../../scripts/vibrent/replay.ts";
import { verifyCalendar } from "../../scripts/vibrent/verify.ts";
import { StackError } from "../../stack/errors.ts";
import { makeBoutique, makeVariant, utc } from "../helpers/fixtures.ts";
import { World } from "../helpers/world.ts";
import { dataFile, gzipped } from "./files.ts";

const { day } = utc;

const header = "customer.id;outfit.id;rentalPeriod.start;rentalPeriod.end";
/** Dirty on purpose: row 2 repeats row 1, row 5 ends before it starts. */
const lines = [
  "1;outfit.a;2018-05-25;2018-05-28",
  "1;outfit.a;2018-05-25;2018-05-28",
  "2;outfit.a;2018-05-29;2018-05-30",
  "3;outfit.a;2018-06-01;2018-06-01",
  "3;outfit.b;2018-06-05;2018-06-03",
  "4;outfit.b;2018-05-20;2018-06-03",
];

let folder: string;
let world: World;
let api: Api;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "nexus-vibrent-"));
  world = await World.create({ connections: 10 });
  api = { url: world.apiUrl, publishableKey: world.keys.publishable, fetch: world.fetch };
});
afterAll(async () => {
  await world.close();
  await rm(folder, { recursive: true });
});

function order(row: number, outfit: string, first: string, last: string): Order {
  return { row, outfit, first, last };
}

/** What becomes of orders in file order, with one garment per outfit that has so many free days after each rental. */
function correctCalendar(orders: readonly Order[], bufferDays: number) {
  const days = (date: string) => Date.parse(date) / 86_400_000;
  const taken = new Map<string, { from: number; until: number }[]>();
  const counts = { accepted: 0, conflict: 0, invalid: 0 };
  for (const { outfit, first, last } of orders) {
    const [from, until] = [days(first), days(last) + bufferDays];
    const others = taken.get(outfit) ?? [];
    if (last < first) counts.invalid += 1;
    else if (others.some((other) => from <= other.until && other.from <= until)) counts.conflict += 1;
    else {
      counts.accepted += 1;
      taken.set(outfit, [...others, { from, until }]);
    }
  }
  return counts;
}

describe("readOrders", () => {
  it("reads the rows in file order, reversed periods too", async () => {
    const orders = await readOrders(await gzipped(folder, "orders.csv.gz", [header, ...lines]));
    expect(orders).toHaveLength(6);
    expect(orders[4]).toEqual(order(5, "outfit.b", "2018-06-05", "2018-06-03"));
  });

  it.each([
    ["a date that is none", [header, "1;a;2018-02-30;2018-03-01"], "Row 1 of"],
    ["a row with too few cells", [header, "1;a;2018-02-28"], "1 broken rows"],
    ["no rows", [header], "0 others"],
    ["other columns", ["a;b", "1;2"], "is not the expected CSV"],
  ])("refuses a file with %s", async (_name, content, message) => {
    const failure = await readOrders(await gzipped(folder, "wrong.csv.gz", content)).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(StackError);
    expect(String(failure)).toContain(message);
  });
});

describe("shiftIntoFuture", () => {
  const now = new Date("2026-11-22T23:30:00Z");

  it("moves everything by the same number of days, the earliest to the day after tomorrow", () => {
    const shifted = shiftIntoFuture(
      [
        order(1, "a", "2020-03-01", "2020-03-02"),
        order(2, "a", "2020-02-28", "2020-03-01"),
        order(3, "b", "2020-03-05", "2020-03-04"),
      ],
      now,
    );
    expect(shifted.map(({ first, last }) => [first, last])).toEqual([
      ["2026-11-26", "2026-11-27"],
      ["2026-11-24", "2026-11-26"],
      ["2026-11-30", "2026-11-29"],
    ]);
  });

  it("tells how far a rental policy has to reach", () => {
    expect(
      reachOf([order(1, "a", "2026-11-24", "2026-12-02"), order(2, "a", "2026-12-09", "2026-12-01")], now),
    ).toEqual({
      maxDays: 9,
      maxDaysAhead: 10,
    });
  });
});

describe("dealing", () => {
  const orders = [..."abcabcaab"].map((outfit, index) => order(index + 1, outfit, "2020-01-01", "2020-01-01"));
  const rows = (hands: Order[][]) => hands.map((hand) => hand.map(({ row }) => row));

  it("by outfit gives each outfit to one client in file order", () => {
    expect(rows(dealByOutfit(orders, 2))).toEqual([
      [1, 3, 4, 6, 7, 8],
      [2, 5, 9],
    ]);
  });

  it("in turn gives every client every nth row", () => {
    expect(rows(dealInTurn(orders, 2))).toEqual([
      [2, 4, 6, 8],
      [1, 3, 5, 7, 9],
    ]);
  });
});

describe("replay", () => {
  it.each([
    [0, 1, { accepted: 4, conflict: 1, invalid: 1 }],
    [1, 3, { accepted: 3, conflict: 2, invalid: 1 }],
    [4, 2, { accepted: 2, conflict: 3, invalid: 1 }],
  ])("with %i buffer days and %i clients keeps the calendar", async (bufferDays, clients, counts) => {
    const orders = await readOrders(await gzipped(folder, "replay.csv.gz", [header, ...lines]));
    const result = await replay({ sql: world.sql, api, orders, bufferDays, clients, interleave: false });
    expect(result.counts).toEqual(counts);
    expect(result.calendar).toEqual({ rentals: counts.accepted, overlaps: 0 });
  });

  it("shifts the dates and leaves the order of the days as it was", async () => {
    const orders = await readOrders(await gzipped(folder, "shift.csv.gz", [header, ...lines]));
    const { boutiqueId } = await replay({ sql: world.sql, api, orders, bufferDays: 0, clients: 1, interleave: false });
    const rentals = await world.sql`
      select v.sku, lower(r.period)::text as first, (upper(r.period) - 1)::text as last
      from public.rentals r join public.product_variants v on v.id = r.variant_id
      where r.boutique_id = ${boutiqueId} order by 1, 2`;
    // 2018-05-20 is the earliest day.
    expect(rentals).toEqual([
      { sku: "outfit.a", first: day(7), last: day(10) },
      { sku: "outfit.a", first: day(11), last: day(12) },
      { sku: "outfit.a", first: day(14), last: day(14) },
      { sku: "outfit.b", first: day(2), last: day(16) },
    ]);
  });

  it("ends with the first answer that is neither a hold nor a refusal", async () => {
    const orders = Array.from({ length: 50 }, (_, index) =>
      order(index + 1, `outfit.${index}`, "2020-01-01", "2020-01-02"),
    );
    let calls = 0;
    const failing: Api = {
      ...api,
      fetch: async (input, init) => {
        if (!String(input).includes("/rpc/")) return world.fetch(input, init);
        calls += 1;
        return calls < 5
          ? world.fetch(input, init)
          : Response.json({ code: "XX000", message: "broken" }, { status: 500 });
      },
    };
    const failure = await replay({
      sql: world.sql,
      api: failing,
      orders,
      bufferDays: 0,
      clients: 2,
      interleave: true,
    }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(StackError);
    expect(String(failure)).toMatch(/Row \d+ \(outfit\.\d+, .*\) was answered with 500 XX000: broken/);
    expect(calls).toBeLessThan(10);
  });

  it("says so when no rental policy reaches as far as the orders", async () => {
    const orders = [order(1, "outfit.a", "2000-01-01", "2020-01-01")];
    const failure = await replay({ sql: world.sql, api, orders, bufferDays: 0, clients: 1, interleave: false }).catch(
      (error: unknown) => error,
    );
    expect(failure).toBeInstanceOf(StackError);
    expect(String(failure)).toContain("The orders need rentals of 7306 days up to 7307 days ahead");
  });
});

describe("verifyCalendar", () => {
  it("finds overlaps without the help of the constraint, and missing rentals", async () => {
    const broken = await World.create();
    try {
      const boutique = await makeBoutique(broken.sql);
      const { garmentIds } = await makeVariant(broken.sql, boutique, { garments: 2 });
      const allocate = (garment: string | undefined, from: number, to: number, state = "confirmed") => broken.sql`
        insert into public.allocations (resource_id, boutique_id, during, kind, state)
        values (${garment ?? ""}, ${boutique.id}, tstzrange(${day(from)}, ${day(to)}), 'rental', ${state})`;
      await broken.sql`alter table public.allocations drop constraint live_allocations_of_a_resource_never_overlap`;
      await allocate(garmentIds[0], 1, 10);
      await allocate(garmentIds[0], 10, 12);
      await allocate(garmentIds[0], 3, 5, "released");
      await allocate(garmentIds[1], 2, 4);
      expect(await verifyCalendar(broken.sql, boutique.id, 0)).toEqual({ rentals: 0, overlaps: 0 });
      await expect(verifyCalendar(broken.sql, boutique.id, 1)).rejects.toThrow(
        "1 orders were accepted, but there are 0",
      );
      // Inside the first one, and not next to it in the order of the days.
      await allocate(garmentIds[0], 2, 3);
      await allocate(garmentIds[0], 5, 6);
      await expect(verifyCalendar(broken.sql, boutique.id, 0)).rejects.toThrow("2 live allocations overlap");
    } finally {
      await broken.close();
    }
  });
});

describe("the published file", () => {
  const file = dataFile("vibrent_original_orders.csv.gz");

  // All of it takes a minute: npm run data:vibrent does that.
  it("gives with 8 clients and three buffer days exactly what a correct calendar gives", { timeout: 120_000 }, async ({
    skip,
  }) => {
    skip(file.isAbsent, file.note);
    const orders = await readOrders(file.path);
    expect(correctCalendar(orders, 3)).toEqual({ accepted: 11_072, conflict: 1477, invalid: 9 });
    const first = orders.slice(0, 1000);
    const expected = correctCalendar(first, 3);
    const result = await replay({ sql: world.sql, api, orders: first, bufferDays: 3, clients: 8, interleave: false });
    expect(result.counts).toEqual(expected);
    expect(result.calendar).toEqual({ rentals: expected.accepted, overlaps: 0 });
  });

  it("never books twice when 20 clients compete for the same outfits", { timeout: 120_000 }, async ({ skip }) => {
    skip(file.isAbsent, file.note);
    const orders = await readOrders(file.path, { maxRows: 700 });
    const { counts } = await replay({ sql: world.sql, api, orders, bufferDays: 3, clients: 20, interleave: true });
    expect(counts.accepted + counts.conflict + counts.invalid).toBe(700);
    expect(counts.invalid).toBe(orders.filter(({ first, last }) => last < first).length);
    expect(counts.conflict).toBeGreaterThan(0);
  });
});
