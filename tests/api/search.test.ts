import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeSearchCatalog, searches } from "../helpers/search-catalog.ts";
import { World } from "../helpers/world.ts";

let world: World;
let anon: ReturnType<World["asAnon"]>;

beforeAll(async () => {
  world = await World.create();
  await makeSearchCatalog(world.sql);
  await world.sql`analyze`;
  anon = world.asAnon();
});
afterAll(() => world.close());

interface Card {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
}
interface Found {
  readonly products: Card[];
  readonly next: string | null;
  readonly corrected: string | null;
}

async function search(args: Record<string, unknown>): Promise<Found> {
  await world.sql`delete from private.rate_limits`;
  const { data, error } = await anon.rpc("search_products", args as never);
  if (error !== null) throw error;
  return data as unknown as Found;
}
const slugs = ({ products }: Found) => products.map(({ slug }) => slug);

describe("the sixty searches and more", () => {
  it.each(searches)("%s", async (q, ...wanted) => {
    const found = slugs(await search({ q, page_size: 10 }));
    expect(found).toEqual(expect.arrayContaining(wanted));
  });
});

describe("pages", () => {
  it("follow one another without a gap or a repetition, in every order", async () => {
    for (const sort of ["new", "relevance", "rating", "price_asc", "price_desc"]) {
      for (const q of ["", "gown"]) {
        const seen: string[] = [];
        let after: string | null = null;
        do {
          const page: Found = await search({ q, sort, after, page_size: 50, filters: { currency: "ETB" } });
          seen.push(...slugs(page));
          after = page.next;
        } while (after !== null);
        expect(new Set(seen).size, `${sort} ${q}`).toBe(seen.length);
        expect(seen.length, `${sort} ${q}`).toBeGreaterThan(q === "" ? 430 : 300);
      }
    }
  });
});
