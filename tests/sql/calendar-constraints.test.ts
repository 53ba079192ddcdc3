import type { PostgrestError } from "@supabase/supabase-js";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Database } from "../../functions/_shared/database.types.ts";
import { type BoutiqueFixture, makeBoutique, makeVariant } from "../helpers/fixtures.ts";
import { World } from "../helpers/world.ts";

// The generated types do not know ranges.
type Allocation = Database["public"]["Tables"]["allocations"]["Insert"] & { id: string; during: string };
type Change = Partial<Allocation>;

let world: World;
let boutique: BoutiqueFixture;
let garment: string;
let otherGarment: string;

beforeAll(async () => {
  world = await World.create();
});
afterAll(() => world.close());

// A boutique and two garments whose calendars are empty.
beforeEach(async () => {
  boutique = await makeBoutique(world.sql);
  const { garmentIds } = await makeVariant(world.sql, boutique, { garments: 2 });
  [garment = "", otherGarment = ""] = garmentIds;
});

/** Somebody whom no policy holds back; the SQLSTATE of what the database refuses, null when it is done. */
interface Writer {
  insert(row: Allocation): Promise<string | null>;
  update(id: string, change: Change): Promise<string | null>;
}

const owner: Writer = {
  insert: (row) => refusal(() => world.sql`insert into public.allocations ${world.sql(row)}`),
  update: (id, change) => refusal(() => world.sql`update public.allocations set ${world.sql(change)} where id = ${id}`),
};

const service: Writer = {
  insert: async (row) => code((await world.asService().from("allocations").insert(row)).error),
  update: async (id, change) => code((await world.asService().from("allocations").update(change).eq("id", id)).error),
};

const writers: [string, Writer][] = [
  ["the owner of the tables", owner],
  ["the secret key", service],
];

async function refusal(write: () => Promise<unknown>): Promise<string | null> {
  try {
    await write();
    return null;
  } catch (error) {
    return (error as { code: string }).code;
  }
}

function code(error: PostgrestError | null): string | null {
  return error === null ? null : error.code;
}

/** A confirmed repair of the garment, unless told otherwise. */
function allocation(during: string, fields: Partial<Allocation> = {}): Allocation {
  return {
    id: crypto.randomUUID(),
    resource_id: garment,
    boutique_id: boutique.id,
    during,
    kind: "repair",
    state: "confirmed",
    ...fields,
  };
}

const june = (first: number, last: number) => {
  const day = (n: number) => `2027-06-${String(n).padStart(2, "0")}T00:00:00Z`;
  return `[${day(first)},${day(last)})`;
};
const inAnHour = new Date(Date.now() + 3_600_000).toISOString();
const anHourAgo = new Date(Date.now() - 3_600_000).toISOString();

describe.each(writers)("the calendar of a garment, written by %s", (_name, writer) => {
  beforeEach(async () => {
    expect(await writer.insert(allocation(june(10, 20)))).toBeNull();
  });

  it.each([
    ["the same time", june(10, 20)],
    ["its end", june(19, 25)],
    ["its beginning", june(5, 11)],
    ["a time within", june(12, 13)],
    ["a time around", june(1, 30)],
    ["its last second", "[2027-06-19T23:59:59Z,2027-06-25T00:00:00Z)"],
  ])("refuses a second allocation of %s", async (_case, during) => {
    expect(await writer.insert(allocation(during))).toBe("23P01");
  });

  it.each(["fitting", "rental", "show", "repair", "cleaning"] as const)(
    "refuses a %s as any other kind",
    async (kind) => {
      expect(await writer.insert(allocation(june(12, 13), { kind }))).toBe("23P01");
    },
  );

  it("refuses a sale, which takes all the time to come", async () => {
    expect(await writer.insert(allocation("[2027-06-01T00:00:00Z,)", { kind: "sale" }))).toBe("23P01");
    expect(await writer.insert(allocation("[2027-06-20T00:00:00Z,)", { kind: "sale" }))).toBeNull();
    expect(await writer.insert(allocation("[2099-01-01T00:00:00Z,2099-01-02T00:00:00Z)"))).toBe("23P01");
  });

  it("refuses a hold, even one whose time is over, for only functions release those", async () => {
    expect(await writer.insert(allocation(june(12, 13), { state: "held", held_until: inAnHour }))).toBe("23P01");
    expect(await writer.insert(allocation(june(12, 13), { state: "held", held_until: anHourAgo }))).toBe("23P01");
  });

  it("takes allocations that only touch it, before and after", async () => {
    expect(await writer.insert(allocation(june(20, 25)))).toBeNull();
    expect(await writer.insert(allocation(june(5, 10)))).toBeNull();
  });

  it("has room for the same time of another garment", async () => {
    expect(await writer.insert(allocation(june(10, 20), { resource_id: otherGarment }))).toBeNull();
  });

  it("is not blocked by what was released", async () => {
    expect(await writer.insert(allocation(june(10, 20), { state: "released" }))).toBeNull();
    const released = allocation(june(21, 22));
    expect(await writer.insert(released)).toBeNull();
    expect(await writer.update(released.id, { state: "released" })).toBeNull();
    expect(await writer.insert(allocation(june(21, 22)))).toBeNull();
  });

  it("refuses to move, extend or take back an allocation into time that is taken", async () => {
    const neighbour = allocation(june(20, 25));
    expect(await writer.insert(neighbour)).toBeNull();
    expect(await writer.update(neighbour.id, { during: june(15, 22) })).toBe("23P01");
    expect(await writer.update(neighbour.id, { during: june(19, 25) })).toBe("23P01");

    const released = allocation(june(12, 13), { state: "released" });
    expect(await writer.insert(released)).toBeNull();
    expect(await writer.update(released.id, { state: "confirmed" })).toBe("23P01");
    expect(await writer.update(released.id, { state: "held", held_until: inAnHour })).toBe("23P01");

    const elsewhere = allocation(june(12, 13), { resource_id: otherGarment });
    expect(await writer.insert(elsewhere)).toBeNull();
    expect(await writer.update(elsewhere.id, { resource_id: garment })).toBe("23P01");
    expect(await writer.update(elsewhere.id, { during: june(13, 14) })).toBeNull();
  });
});

describe.each(writers)("an allocation, written by %s", (_name, writer) => {
  it.each([
    ["an empty time", "empty"],
    ["no length", "[2027-06-01T00:00:00Z,2027-06-01T00:00:00Z)"],
    ["no beginning", "(,2027-06-01T00:00:00Z)"],
    ["a beginning at -infinity", "[-infinity,2027-06-01T00:00:00Z)"],
    ["no end", "[2027-06-01T00:00:00Z,)"],
    ["an end at infinity", "[2027-06-01T00:00:00Z,infinity)"],
  ])("is refused with %s", async (_case, during) => {
    expect(await writer.insert(allocation(during))).toBe("23514");
  });

  it("is refused with an end before its beginning", async () => {
    expect(await writer.insert(allocation("[2027-06-02T00:00:00Z,2027-06-01T00:00:00Z)"))).toBe("22000");
  });

  it("may have no end when it is a sale, which is not an end at infinity", async () => {
    expect(await writer.insert(allocation("[2027-06-01T00:00:00Z,infinity)", { kind: "sale" }))).toBe("23514");
    expect(await writer.insert(allocation("[2027-06-01T00:00:00Z,)", { kind: "sale" }))).toBeNull();
  });

  it("says until when it is held, if it is held, and not otherwise", async () => {
    expect(await writer.insert(allocation(june(1, 2), { state: "held" }))).toBe("23514");
    expect(await writer.insert(allocation(june(1, 2), { held_until: inAnHour }))).toBe("23514");
    expect(await writer.insert(allocation(june(1, 2), { state: "released", held_until: inAnHour }))).toBe("23514");
    expect(await writer.insert(allocation(june(1, 2), { state: "held", held_until: inAnHour }))).toBeNull();
  });

  it("stays within the boutique of its garment", async () => {
    const other = await makeBoutique(world.sql);
    expect(await writer.insert(allocation(june(1, 2), { boutique_id: other.id }))).toBe("23503");
    const own = allocation(june(1, 2));
    expect(await writer.insert(own)).toBeNull();
    expect(await writer.update(own.id, { boutique_id: other.id })).toBe("23503");
  });
});
