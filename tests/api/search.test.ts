import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type BoutiqueFixture, day, makeBoutique, makeVariant, period } from "../helpers/fixtures.ts";
import { makeForSale } from "../helpers/orders.ts";
import { hold } from "../helpers/rentals.ts";
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

/** What all pages have, one after the other. */
async function allOf(args: Record<string, unknown>, between: () => Promise<unknown> = async () => undefined) {
  const seen: string[] = [];
  let after: string | null = null;
  do {
    const page: Found = await search({ ...args, after });
    seen.push(...slugs(page));
    after = page.next;
    await between();
  } while (after !== null);
  return seen;
}

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
        const seen = await allOf({ q, sort, page_size: 50, filters: { currency: "ETB" } });
        expect(new Set(seen).size, `${sort} ${q}`).toBe(seen.length);
        expect(seen.length, `${sort} ${q}`).toBeGreaterThan(q === "" ? 430 : 300);
      }
    }
  });

  it("have those first that the job has ranked first, then the others, and each once", async () => {
    const wanted = [
      ["lace mermaid", 3],
      ["veil", 1],
      ["mermaid", 2],
      ["sweethart tule", 4],
      ["boho garden royal", 2],
    ] as const;
    const before = new Map<string, string[]>();
    for (const [q] of wanted) before.set(q, (await allOf({ q, page_size: 100 })).toSorted());
    for (const top of [0, 3, 10, 60, 5_000]) {
      for (let done = 1; done > 0; ) {
        const [row] = await world.sql<{ done: number }[]>`select private.rank_documents(${top}, 70) as done`;
        done = row?.done ?? 0;
      }
      const [{ count } = { count: 0 }] = await world.sql<{ count: number }[]>`
        select count(*)::int as count from private.product_documents where is_top`;
      expect(count).toBe(Math.min(top, 434));
      for (const [q, page_size] of wanted) {
        const seen = await allOf({ q, page_size });
        expect(new Set(seen).size, `${top} ${q}`).toBe(seen.length);
        expect(seen.toSorted(), `${top} ${q}`).toEqual(before.get(q));
        expect(await allOf({ q, page_size: 50 }), `${top} ${q}`).toEqual(seen);
      }
    }
  }, 120_000);

  it("neither skip nor repeat what stays as it is while other products come, go and change their price", async () => {
    const stable = new Set<string>();
    const sizes = { new: "published_at", price_asc: "sale_price" } as const;
    for (const sort of Object.keys(sizes)) {
      const all = await search({ sort, page_size: 100, filters: { currency: "ETB", category: "jewellery" } });
      for (const slug of slugs(all)) stable.add(slug);
      const filters = { currency: "ETB", category: "jewellery" };
      const seen = await allOf({ sort, page_size: 2, filters }, async () => {
        await world.sql`
          insert into public.products (boutique_id, slug, name, status, for_sale, category_id)
          select b.id, 'between-' || gen_random_uuid(), 'Between', 'published', true, (select id from public.categories where slug = 'jewellery')
          from public.boutiques b where b.slug like 'search-%' limit 1`;
        await world.sql`
          insert into public.product_variants (product_id, boutique_id, size, sku, sale_price, currency)
          select p.id, p.boutique_id, 'one-size', p.slug, 1 + (random() * 500000)::int, 'XXX' from public.products p
          where p.slug like 'between-%' and not exists (select from public.product_variants v where v.product_id = p.id)`;
      });
      const mine = seen.filter((slug) => stable.has(slug));
      expect(mine).toEqual(slugs(all).filter((slug) => stable.has(slug)));
      await world.sql`delete from public.products where slug like 'between-%'`;
    }
  });

  it("are refused with a cursor that is made up, or of another order", async () => {
    const { next } = await search({ sort: "new", page_size: 5 });
    const other = await anon.rpc("search_products", { sort: "rating", after: next ?? "" });
    expect(other.error).toMatchObject({ code: "PT400", hint: "invalid_cursor" });
    const cursor = (more: object) =>
      Buffer.from(
        JSON.stringify({
          order: "new",
          key: "2026-01-01",
          id: crypto.randomUUID(),
          words: [],
          any: false,
          open: false,
          ...more,
        }),
      ).toString("base64url");
    expect((await anon.rpc("search_products", { after: cursor({}) })).error).toBeNull();
    for (const odd of [
      { order: "price_asc", key: "1.5" },
      { order: "rating", key: "1e300" },
      { order: "score", key: "much" },
      { order: "name", key: "1" },
      { key: "yesterday or so" },
      { id: "1" },
      { words: Array.from({ length: 13 }, () => "x") },
      { words: ["x".repeat(41)] },
      { words: [1] },
      { words: "lace" },
      { any: "perhaps" },
      { open: "so" },
    ]) {
      await world.sql`delete from private.rate_limits`;
      expect((await anon.rpc("search_products", { after: cursor(odd) })).error, JSON.stringify(odd)).toMatchObject({
        hint: "invalid_cursor",
      });
    }
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.base64String(),
          fc.string(),
          fc.json().map((text) => Buffer.from(text).toString("base64url")),
        ),
        async (after) => {
          await world.sql`delete from private.rate_limits`;
          const { error } = await anon.rpc("search_products", { after });
          expect(error).toMatchObject({ code: expect.stringMatching(/^(PT400|22021|PGRST102)$/) });
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe("filters", () => {
  let boutique: BoutiqueFixture;
  beforeAll(async () => {
    boutique = await makeBoutique(world.sql);
  });
  const found = async (filters: Record<string, unknown>, q = "") => slugs(await search({ q, filters, page_size: 100 }));

  it.each([
    [{ category: "veils" }, ["gabi-veil", "morning-veil", "cathedral-veil", "birdcage"]],
    [{ category: ["veils", "jewellery"], designer: "eleanor-vale" }, ["morning-veil", "birdcage", "pearl-drops"]],
    [{ attributes: { silhouette: ["mermaid", "empire"], neckline: "off shoulder" } }, ["cordelia"]],
    [{ tag: "royal", color: "Gold" }, ["sheba"]],
    [{ color: "emerald green" }, ["emerald"]],
    [{ category: "gowns", tag: ["winter", "vintage"] }, ["winter-tale", "burgundy", "pemberley", "brighton"]],
  ])("%j", async (filters, wanted) => {
    expect((await found(filters)).toSorted()).toEqual(wanted.toSorted());
  });

  it("of size, color and price are about one variant", async () => {
    const gown = await makeForSale(world.sql, boutique, { stock: 0, price: 10_000 });
    await world.sql`
      insert into public.product_variants (product_id, boutique_id, size, color, sku, sale_price, currency)
      values (${gown.productId}, ${boutique.id}, '44', 'scarlet', ${`${gown.id}-44`}, 90000, 'XXX')`;
    const of = (more: object) => found({ boutique: boutique.slug, currency: "ETB", ...more });
    expect(await of({ size: "44" })).toHaveLength(1);
    expect(await of({ size: "44", color: "scarlet", price_min: 90_000 })).toHaveLength(1);
    expect(await of({ size: "44", price_max: 20_000 })).toEqual([]);
    expect(await of({ size: "38", color: "scarlet" })).toEqual([]);
    expect(await of({ price_max: 20_000 })).toHaveLength(1);
  });

  it("of days find what is free for rent then, buffers included, and in the size that is asked for", async () => {
    const mine = await makeBoutique(world.sql, { bufferDaysBefore: 1, bufferDaysAfter: 2 } as never);
    const gown = await makeVariant(world.sql, mine);
    const bride = await world.asCustomer("Selam");
    await hold(bride, gown.id, period(20, 22));
    const free = (from: number, until: number, more: object = {}) =>
      found({ boutique: mine.slug, kind: "rent", free_from: day(from), free_until: day(until), ...more });
    expect(await free(10, 12)).toEqual([gown.productSlug]);
    expect(await free(21, 21)).toEqual([]);
    expect(await free(10, 12, { size: "38" })).toEqual([gown.productSlug]);
    expect(await free(10, 12, { size: "40" })).toEqual([]);
    await world.sql`update public.product_variants set color = 'Red' where id = ${gown.id}`;
    await world.sql`
      insert into public.product_variants (product_id, boutique_id, size, color, sku, rental_price_per_day, currency)
      values (${gown.productId}, ${mine.id}, '38', 'Blue', ${`${gown.id}-blue`}, 5000, 'XXX')`;
    expect(await free(10, 12, { color: "red" })).toEqual([gown.productSlug]);
    expect(await free(10, 12, { color: "blue" })).toEqual([]);
    await world.sql`update public.products set for_rent = false where id = ${gown.productId}`;
    expect(await free(10, 12)).toEqual([]);
  });

  it.each([
    [{ colour: "red" }, "colour"],
    [{ size: [] }, "size"],
    [{ price_min: 1 }, "currency"],
    [{ price_min: -1, currency: "ETB" }, "price_min"],
    [{ price_max: 1.5, currency: "ETB" }, "price_max"],
    [{ kind: "loan" }, "kind"],
    [{ currency: "birr" }, "currency"],
    [{ locale: "fr" }, "locale"],
    [{ collection: "spring" }, "collection"],
    [{ free_from: "2027-06-01" }, "free_from"],
    [{ free_from: "2027-06-05", free_until: "2027-06-01" }, "free_from"],
    [{ free_from: "soon", free_until: "later" }, "free_from"],
    [{ free_from: "2027-06-01", free_until: "2027-12-01" }, "free_from"],
    [{ attributes: "lace" }, "attributes"],
    [{ attributes: { a: { b: 1 } } }, "a"],
    [["size"], "filters"],
  ])("%j are refused, and say why", async (filters, named) => {
    const { error } = await anon.rpc("search_products", { filters: filters as never });
    expect(error).toMatchObject({ code: "PT400", hint: "invalid_filters", message: expect.stringContaining(named) });
  });

  it("never fail, whatever is asked", async () => {
    const value = fc.oneof(
      fc.string(),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.array(fc.string(), { maxLength: 4 }),
      fc.dictionary(fc.string(), fc.string()),
    );
    const key = fc.oneof(
      fc.constantFrom(
        "boutique",
        "category",
        "size",
        "color",
        "tag",
        "city",
        "kind",
        "currency",
        "price_min",
        "free_from",
        "free_until",
        "attributes",
        "collection",
      ),
      fc.string(),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: "grapheme" }),
        fc.dictionary(key, value, { maxKeys: 5 }),
        async (q, filters) => {
          await world.sql`delete from private.rate_limits`;
          for (const call of [
            anon.rpc("search_products", { q, filters }),
            anon.rpc("product_facets", { q, filters }),
            anon.rpc("suggest_products", { q }),
          ]) {
            const { error } = await call;
            if (error !== null) expect(error.code).toMatch(/^(PT400|22021|PGRST102|22P05)$/);
          }
        },
      ),
      { numRuns: 80 },
    );
  });
});

describe("what is found", () => {
  it("is what the public sees: no draft, nothing archived, nothing of a suspended boutique, and what changes changes at once", async () => {
    const boutique = await makeBoutique(world.sql);
    const gown = await makeVariant(world.sql, boutique, { name: "Zanzibar" });
    const is = async (there: boolean) => {
      expect(slugs(await search({ q: "zanzibar" })).includes(gown.productSlug)).toBe(there);
      await world.sql`delete from private.rate_limits`;
      const facets = await anon.rpc("product_facets", { q: "zanzibar" });
      expect((facets.data as { counted: number }).counted).toBe(there ? 1 : 0);
      const { data } = await anon.rpc("suggest_products", { q: "zanzib" });
      expect((data ?? []).some(({ kind }) => kind === "product")).toBe(there);
    };
    await is(true);
    for (const status of ["draft", "archived"] as const) {
      await world.sql`update public.products set status = ${status} where id = ${gown.productId}`;
      await is(false);
    }
    await world.sql`update public.products set status = 'published' where id = ${gown.productId}`;
    await is(true);
    await world.sql`update public.boutiques set status = 'suspended' where id = ${boutique.id}`;
    await is(false);
    await world.sql`update public.boutiques set status = 'active' where id = ${boutique.id}`;
    await is(true);
    await world.sql`update public.products set name = 'Mombasa' where id = ${gown.productId}`;
    expect(slugs(await search({ q: "mombasa" }))).toContain(gown.productSlug);
    await world.sql`delete from public.garments where variant_id = ${gown.id}`;
    await world.sql`delete from public.products where id = ${gown.productId}`;
    expect(slugs(await search({ q: "mombasa" }))).not.toContain(gown.productSlug);
    expect(await world.sql`select * from private.document_check()`).toEqual([]);
  });

  it("has the prices of all its variants after two of them were changed at the same time", async () => {
    const boutique = await makeBoutique(world.sql);
    const gown = await makeForSale(world.sql, boutique, { price: 50_000 });
    const [second] = await world.sql<{ id: string }[]>`
      insert into public.product_variants (product_id, boutique_id, size, sku, sale_price, currency)
      values (${gown.productId}, ${boutique.id}, '44', ${`${gown.id}-44`}, 60000, 'XXX') returning id`;
    for (let round = 0; round < 20; round += 1) {
      const [a, b] = [1_000 + round * 7, 1_003 + round * 5];
      await Promise.all([
        world.sql`update public.product_variants set sale_price = ${a} where id = ${gown.id}`,
        world.sql`update public.product_variants set sale_price = ${b} where id = ${second?.id ?? ""}`,
      ]);
      const [row] =
        await world.sql`select sale_from::int from private.product_documents where product_id = ${gown.productId}`;
      expect(row?.["sale_from"]).toBe(Math.min(a, b));
    }
  });

  it("is no word of a draft", async () => {
    const boutique = await makeBoutique(world.sql);
    const { id, productId } = await makeVariant(world.sql, boutique, { status: "draft", name: "Secretissima" });
    await world.sql`update public.product_variants set color = 'tanganyikan' where id = ${id}`;
    await world.sql`insert into public.product_translations (product_id, boutique_id, locale, name) values (${productId}, ${boutique.id}, 'am', 'Ngorongoro')`;
    await world.sql`update public.products set attributes = '{"a": "kilimanjaran"}' where id = ${productId}`;
    for (const q of ["secretis", "tangany", "ngoron", "kilimanj"]) {
      await world.sql`delete from private.rate_limits`;
      expect((await anon.rpc("suggest_products", { q })).data).toEqual([]);
    }
  });

  it("says how it read what was mistyped, and shows names in the language of the reader", async () => {
    const found = await search({ q: "mermiad lase", filters: { locale: "am" } });
    expect(found.corrected).toBe("mermaid lace");
    const [card] = (await search({ q: "ገነት", filters: { locale: "am" } })).products;
    expect(card).toMatchObject({ slug: "genet", name: "ገነት" });
  });
});

describe("product_facets", () => {
  const facets = async (args: object) => {
    await world.sql`delete from private.rate_limits`;
    const { data, error } = await anon.rpc("product_facets", args as never);
    if (error !== null) throw error;
    return data as unknown as {
      facets: Record<string, { value: string; label?: string; count: number }[]>;
      counted: number;
      complete: boolean;
    };
  };
  const counts = (entries: { value: string; count: number }[] | undefined) =>
    Object.fromEntries((entries ?? []).map(({ value, count }) => [value, count]));

  it("count what there is among those that are found", async () => {
    const { facets: all, counted, complete } = await facets({ filters: { category: "veils" } });
    expect({ counted, complete }).toEqual({ counted: 4, complete: true });
    expect(counts(all["color"])).toEqual({ white: 1, ivory: 2, black: 1 });
    expect(counts(all["attributes.fabric"])).toEqual({ cotton: 1, tulle: 3 });
    expect(counts(all["designer"])).toEqual({ "eleanor-vale": 2, "maison-aurore": 1, "tibeb-atelier": 1 });
    expect(all["designer"]?.[0]).toMatchObject({ label: "Eleanor Vale" });
  });

  it("keep the other values of a facet that is chosen, and narrow all others", async () => {
    const { facets: all } = await facets({ filters: { category: "veils", color: "black" } });
    expect(counts(all["color"])).toEqual({ white: 1, ivory: 2, black: 1 });
    expect(counts(all["designer"])).toEqual({ "eleanor-vale": 1 });
  });
});

describe("suggest_products", () => {
  it.each([
    ["eleanor v", "designer", "Eleanor Vale"],
    ["vale", "designer", "Eleanor Vale"],
    ["brid", "category", "Bridal gowns"],
    ["celes", "product", "Célestine"],
    ["merm", "word", "mermaid"],
    ["lace merm", "word", "lace mermaid"],
    ["የሐበሻ", "category", "የሐበሻ ቀሚስ"],
  ])("%s: a %s, %s", async (q, kind, label) => {
    await world.sql`delete from private.rate_limits`;
    const { data } = await anon.rpc("suggest_products", { q });
    expect(data).toContainEqual(expect.objectContaining({ kind, label }));
  });
});

describe("related_products", () => {
  it("are like it, and not it", async () => {
    const [margaux] = (await search({ q: "margaux" })).products;
    const { data } = await anon.rpc("related_products", { product_id: margaux?.id ?? "", max_products: 4 });
    const related = (data as unknown as Card[]).map(({ slug }) => slug);
    expect(related).toContain("isolde");
    expect(related).not.toContain("margaux");
    const { error } = await anon.rpc("related_products", { product_id: crypto.randomUUID() });
    expect(error).toMatchObject({ code: "PT404", hint: "product_not_found" });
  });
});
