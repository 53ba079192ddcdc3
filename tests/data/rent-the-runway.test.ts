import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { copyLine } from "../../scripts/rent-the-runway/copy-line.ts";
import { loadRentTheRunway } from "../../scripts/rent-the-runway/load.ts";
import { parseRow, slugify } from "../../scripts/rent-the-runway/row.ts";
import { StackError } from "../../stack/errors.ts";
import { World } from "../helpers/world.ts";
import { dataFile, gzipped } from "./files.ts";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "nexus-rtr-"));
});
afterAll(() => rm(folder, { recursive: true }));

const gown = {
  fit: "fit",
  user_id: "420272",
  item_id: "2260466",
  weight_lbs: "137",
  rating: "10",
  rented_for: "wedding",
  body_type: "hourglass",
  category: "Ball Gown",
  size: "14",
  age: "28",
  review_date: "2016-04-20",
  bust_size_num: "34",
  bust_size_letter: "d",
  height_in: "68",
  review_month: "4",
  recommend: "1",
};
type Row = typeof gown;

function csv(name: string, rows: readonly Partial<Row>[]): Promise<string> {
  const lines = rows.map((row) => Object.values({ ...gown, ...row }).join(","));
  return gzipped(folder, name, [Object.keys(gown).join(","), ...lines]);
}

describe("parseRow", () => {
  it("turns a row into metric units, stars and our words", () => {
    expect(parseRow(gown)).toEqual({
      implausible: 0,
      record: {
        fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/),
        itemId: "2260466",
        category: "Ball Gown",
        size: "14",
        customerRef: "420272",
        fit: "true",
        rating: 5,
        occasion: "wedding",
        bodyType: "hourglass",
        heightCm: 172.7,
        weightKg: 62.1,
        bust: "34d",
        age: 28,
        recommend: true,
        wornOn: "2016-04-20",
      },
    });
  });

  it("takes empty cells as unknown", () => {
    const empty = { weight_lbs: "", rating: "", rented_for: "", category: "", age: "", height_in: "", recommend: "" };
    expect(parseRow({ ...gown, ...empty, bust_size_num: "" })).toMatchObject({
      implausible: 0,
      record: { weightKg: null, rating: null, occasion: null, category: null, bust: null, recommend: null },
    });
  });

  it("takes figures that no person has as unknown and counts them", () => {
    expect(parseRow({ ...gown, weight_lbs: "13", height_in: "680", age: "-3", rating: "ten" })).toMatchObject({
      implausible: 4,
      record: { weightKg: null, heightCm: null, age: null, rating: null },
    });
  });

  it.each([
    ["fit", { fit: "" }],
    ["fit", { fit: "snug" }],
    ["size", { size: " " }],
    ["review_date", { review_date: "" }],
    ["review_date", { review_date: "2016-02-30" }],
    ["item_id", { item_id: "x" }],
    ["user_id", { user_id: "" }],
  ])("refuses a row for its %s %j", (reason, wrong) => {
    expect(parseRow({ ...gown, ...wrong })).toEqual({ refused: reason });
  });

  it("gives rows that differ in any cell another fingerprint", () => {
    const fingerprint = (row: Row) => {
      const parsed = parseRow(row);
      return "record" in parsed ? parsed.record.fingerprint : "";
    };
    expect(fingerprint({ ...gown, review_month: "5" })).not.toBe(fingerprint(gown));
    expect(fingerprint({ ...gown })).toBe(fingerprint(gown));
  });
});

describe("slugify", () => {
  it.each([
    ["Ball Gown", "ball-gown"],
    [" Robe de soirée! ", "robe-de-soiree"],
    ["!?", null],
    [null, null],
  ])("turns %j into %j", (name, slug) => {
    expect(slugify(name)).toBe(slug);
  });
});

describe("copyLine", () => {
  it("keeps what COPY would take for a separator, an end or nothing", () => {
    expect(copyLine(["a\tb\n", "\\N", null, 1.5, true])).toBe("a\\tb\\n\t\\\\N\t\\N\t1.5\ttrue\n");
  });
});

describe("loadRentTheRunway", () => {
  let world: World;
  beforeEach(async () => {
    world = await World.create();
    return () => world.close();
  });

  it("makes products, variants, garments and fit records that the API shows", async () => {
    const file = await csv("loads.csv.gz", [
      {},
      { size: "16", fit: "small", user_id: "2" },
      { size: "16", fit: "large", user_id: "3" },
      { item_id: "7", category: "", rented_for: "a\\tb" },
    ]);
    expect(await loadRentTheRunway(world.sql, file)).toEqual({
      read: 4,
      loaded: 4,
      duplicates: 0,
      known: 0,
      refused: {},
      implausible: 0,
      categories: 1,
      products: 2,
      variants: 3,
      garments: 3,
    });

    const { data, error } = await world
      .asAnon()
      .from("products")
      .select(
        "slug, name, boutiques(slug, currency, timezone, status), categories(slug, name), product_variants(size, rental_price_per_day, deposit, currency)",
      )
      .order("slug");
    expect(error).toBeNull();
    const boutique = { slug: "rent-the-runway", currency: "USD", timezone: "America/New_York", status: "active" };
    // The price follows from the item's number: 1500 + 2260466 mod 86 * 100 cents.
    const price = { rental_price_per_day: 5700, deposit: 28_500, currency: "USD" };
    expect(data).toEqual([
      {
        slug: "item-2260466",
        name: "Ball Gown 2260466",
        boutiques: boutique,
        categories: { slug: "ball-gown", name: "Ball Gown" },
        product_variants: [
          { size: "14", ...price },
          { size: "16", ...price },
        ],
      },
      expect.objectContaining({ slug: "item-7", name: "Piece 7", categories: null }),
    ]);
    const records = await world.sql`
      select v.sku, f.fit, f.rating, f.occasion, f.height_cm::float, f.weight_kg::float, f.bust, f.age, f.recommend, f.worn_on::text
      from private.fit_records f join public.product_variants v on v.id = f.variant_id
      where v.size = '14' order by v.sku`;
    const worn = { fit: "true", rating: 5, height_cm: 172.7, weight_kg: 62.1, bust: "34d", age: 28, recommend: true };
    expect(records).toEqual([
      { sku: "RTR-2260466-14", occasion: "wedding", worn_on: "2016-04-20", ...worn },
      { sku: "RTR-7-14", occasion: "a\\tb", worn_on: "2016-04-20", ...worn },
    ]);
    const garments = await world.sql`
      select g.serial, r.kind from public.garments g join public.resources r on r.id = g.id order by g.serial`;
    expect(garments).toEqual(
      ["RTR-2260466-14-1", "RTR-2260466-16-1", "RTR-7-14-1"].map((serial) => ({ serial, kind: "garment" })),
    );
  });

  it("drops duplicates and refuses unusable rows with the reason", async () => {
    const file = await csv("dirty.csv.gz", [
      {},
      {},
      { user_id: "2" },
      {},
      { fit: "" },
      { fit: "?" },
      { size: "" },
      { review_date: "no" },
      { user_id: "3", height_in: "6" },
      { recommend: "1,1" },
    ]);
    expect(await loadRentTheRunway(world.sql, file)).toMatchObject({
      read: 10,
      loaded: 3,
      duplicates: 2,
      refused: { fit: 2, size: 1, review_date: 1, "broken row": 1 },
      implausible: 1,
    });
    const [count] = await world.sql`select count(*)::int as n from private.fit_records`;
    expect(count).toEqual({ n: 3 });
  });

  it("adds nothing in a second run, and only what is new in a longer file", async () => {
    const file = await csv("first.csv.gz", [{}, {}, { size: "16" }]);
    await loadRentTheRunway(world.sql, file);
    const nothing = { loaded: 0, categories: 0, products: 0, variants: 0, garments: 0 };
    expect(await loadRentTheRunway(world.sql, file)).toMatchObject({ read: 3, duplicates: 1, known: 2, ...nothing });
    const longer = await csv("longer.csv.gz", [{}, {}, { size: "16" }, { size: "18" }]);
    expect(await loadRentTheRunway(world.sql, longer)).toMatchObject({
      ...nothing,
      loaded: 1,
      variants: 1,
      garments: 1,
    });
    const [count] = await world.sql`
      select (select count(*)::int from public.boutiques) as boutiques, (select count(*)::int from public.locations) as locations`;
    expect(count).toEqual({ boutiques: 1, locations: 1 });
  });

  it("loads a file once when two loads run at the same time", async () => {
    const file = await csv("twice.csv.gz", [{}, { size: "16" }]);
    const results = await Promise.all([loadRentTheRunway(world.sql, file), loadRentTheRunway(world.sql, file)]);
    expect(results.map(({ loaded }) => loaded).sort()).toEqual([0, 2]);
  });

  it("says what is wrong with a file and loads nothing of it", async () => {
    const whole = await readFile(
      await csv(
        "whole.csv.gz",
        Array.from({ length: 2000 }, (_, n) => ({ user_id: `${n}` })),
      ),
    );
    const cut = join(folder, "cut.csv.gz");
    await writeFile(cut, whole.subarray(0, whole.length - 20));
    const plain = join(folder, "plain.csv");
    await writeFile(plain, "fit,size\n");
    const other = await gzipped(folder, "other.csv.gz", ["a,b", "1,2"]);
    const empty = await gzipped(folder, "empty.csv.gz", []);
    for (const [file, message] of [
      [join(folder, "nowhere.csv.gz"), "There is no file"],
      [folder, "There is no file"],
      [cut, "cannot be read as a gzipped CSV"],
      [plain, "cannot be read as a gzipped CSV"],
      [other, "is not the expected CSV: its first line has no fit"],
      [empty, "is not the expected CSV"],
    ] as const) {
      const failure = await loadRentTheRunway(world.sql, file).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(StackError);
      expect(String(failure)).toContain(message);
    }
    const [count] = await world.sql`select count(*)::int as n from public.boutiques`;
    expect(count).toEqual({ n: 0 });
  });
});

describe("the published file", () => {
  const file = dataFile("renttherunway_until_2016.csv.gz");

  it("loads, the first 10,000 rows of it", async ({ skip }) => {
    skip(file.isAbsent, file.note);
    const world = await World.create();
    try {
      const result = await loadRentTheRunway(world.sql, file.path, { maxRows: 10_000 });
      expect(result).toMatchObject({ read: 10_000, known: 0, refused: {}, implausible: 0 });
      expect(result.loaded + result.duplicates).toBe(10_000);
      const [stored] = await world.sql`
        select
          (select count(*)::int from private.fit_records) as loaded,
          (select count(*)::int from public.products where listed) as products,
          (select count(*)::int from public.product_variants where listed) as variants,
          (select count(*)::int from public.garments) as garments`;
      const { loaded, products, variants, garments } = result;
      expect(stored).toEqual({ loaded, products, variants, garments });
      expect(garments).toBe(variants);
      const again = await loadRentTheRunway(world.sql, file.path, { maxRows: 10_000 });
      expect(again).toMatchObject({ loaded: 0, known: result.loaded, products: 0, variants: 0, garments: 0 });
    } finally {
      await world.close();
    }
  });
});
