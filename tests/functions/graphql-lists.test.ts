import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { type BoutiqueFixture, makeBoutique, makeVariant, period } from "../helpers/fixtures.ts";
import { dataOf, graphqlApp, type Nodes } from "../helpers/graphql.ts";
import { oddTexts } from "../helpers/odd-texts.ts";
import { hold } from "../helpers/rentals.ts";
import { World } from "../helpers/world.ts";

let world: World;
let app: ReturnType<typeof graphqlApp>;
let boutique: BoutiqueFixture;

beforeAll(async () => {
  world = await World.create();
  vi.stubEnv("SUPABASE_URL", world.apiUrl);
  vi.stubEnv("SUPABASE_PUBLISHABLE_KEYS", JSON.stringify({ default: world.keys.publishable }));
  vi.stubEnv("SUPABASE_SECRET_KEYS", JSON.stringify({ default: world.keys.secret }));
  app = graphqlApp(world);
});
beforeEach(async () => {
  boutique = await makeBoutique(world.sql);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await world?.close();
});

const data = async <Data>(query: string, variables: Readonly<Record<string, unknown>> = {}) =>
  dataOf(await app.ask<Data>(query, variables));
const codeOf = async (query: string, variables: Readonly<Record<string, unknown>> = {}) =>
  (await app.ask(query, variables)).errors?.[0]?.extensions.code;

/** Products with the moments at which they were published; null for those that never were. */
async function publish(moments: readonly (string | null)[]): Promise<string[]> {
  const rows = await world.sql<{ id: string }[]>`
    insert into public.products (boutique_id, slug, name, status, published_at, style_code)
    select ${boutique.id}, 'gown-' || gen_random_uuid(), 'Gown', 'published', '2020-01-01', 'S' from unnest(${moments}::text[])
    returning id`;
  const ids = rows.map(({ id }) => id);
  await world.sql`
    update public.products p set published_at = coalesce(m.moment::timestamptz, p.published_at), designer_id = null
    from unnest(${ids}::uuid[], ${moments}::text[]) m (id, moment) where m.id = p.id`;
  return ids;
}

describe("relations", () => {
  it("come in every direction with one request", async () => {
    const { id, productId } = await makeVariant(world.sql, boutique, { name: "Genet" });
    await world.sql`
      insert into public.product_variants (product_id, boutique_id, size, sku, currency)
      select ${productId}, ${boutique.id}, s, gen_random_uuid(), 'XXX' from unnest(array['36', '40', '42']) s`;
    await world.sql`
      insert into public.product_ratings (product_id, boutique_id, reviews, stars) values (${productId}, ${boutique.id}, 2, 9)
      on conflict do nothing`.catch(() => undefined);
    const tag = randomUUID().slice(0, 8);
    await world.sql`
      with parent as (insert into public.categories (slug, name) values (${`parent-${tag}`}, 'Gowns') returning id),
        child as (insert into public.categories (slug, name, parent_id) select ${`child-${tag}`}, 'Veils', id from parent returning id)
      update public.products set category_id = (select id from child) where id = ${productId}`;
    app.requests.length = 0;
    const { boutiques, product } = await data<{ boutiques: Nodes<unknown>; product: { product_rating: unknown } }>(
      `query ($boutique: UUID!, $product: UUID!) {
        boutiques(filter: { id: { eq: $boutique } }) {
          nodes {
            products(orderBy: { name: ASC }) {
              nodes {
                name
                big: product_variants(first: 2, orderBy: { size: DESC }, filter: { size: { gt: "36" } }) {
                  nodes { size }
                  pageInfo { hasNextPage hasPreviousPage }
                }
                small: product_variants(last: 1, orderBy: { size: DESC }) { edges { cursor node { size product { id } } } }
              }
            }
          }
        }
        product(id: $product) {
          category { name parent { name categories_by_parent { nodes { slug } } } }
          product_rating { product { id } }
          ...Sizes
          ... on Product @skip(if: true) { slug }
        }
      }
      fragment Sizes on Product { product_variants(filter: { id: { eq: "${id}" } }) { nodes { ...Size } } }
      fragment Size on ProductVariant { size }`,
      { boutique: boutique.id, product: productId },
    );
    expect(app.requests).toEqual(["GET /rest/v1/boutiques", "GET /rest/v1/products"]);
    const big = { nodes: [{ size: "42" }, { size: "40" }], pageInfo: { hasNextPage: true, hasPreviousPage: false } };
    const small = { edges: [{ cursor: expect.any(String), node: { size: "36", product: { id: productId } } }] };
    expect(boutiques.nodes).toEqual([{ products: { nodes: [{ name: "Genet", big, small }] } }]);
    expect(product).toEqual({
      category: {
        name: "Veils",
        parent: { name: "Gowns", categories_by_parent: { nodes: [{ slug: `child-${tag}` }] } },
      },
      product_rating: product.product_rating === null ? null : { product: { id: productId } },
      product_variants: { nodes: [{ size: "38" }] },
    });
  });

  it("show a customer her own rentals and a stranger none, also in the middle of a query", async () => {
    const { id } = await makeVariant(world.sql, boutique, { garments: 2 });
    const [bride, other] = [await world.asCustomer("Selam"), await world.asCustomer("Hanna")];
    const mine = await hold(bride, id, period(10, 12));
    await hold(other, id, period(10, 12));
    const query = `query ($id: UUID!) { boutique(id: $id) { rentals { nodes { id customer { display_name } garment { serial } } } } }`;
    interface Seen {
      readonly boutique: { readonly rentals: Nodes<{ readonly garment: { readonly serial: string } | null }> };
    }
    const { boutique: seen } = dataOf(await app.ask<Seen>(query, { id: boutique.id }, bride));
    // Garments are for staff: hers is there, and is not shown.
    expect(seen.rentals.nodes).toEqual([{ id: mine.id, customer: { display_name: "Selam" }, garment: null }]);
    const staff = await world.asStaff(boutique.id, "manager");
    const { boutique: all } = dataOf(await app.ask<Seen>(query, { id: boutique.id }, staff));
    expect(all.rentals.nodes).toHaveLength(2);
    expect(all.rentals.nodes[0]?.garment?.serial).toEqual(expect.any(String));
  });
});

describe("pages", () => {
  const page = `query ($boutique: UUID!, $order: [ProductOrder!], $first: Int, $after: String, $last: Int, $before: String) {
    products(filter: { boutique_id: { eq: $boutique } }, orderBy: $order, first: $first, after: $after, last: $last, before: $before) {
      edges { cursor node { id } }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    }
  }`;

  interface Page {
    readonly products: {
      readonly edges: readonly { readonly node: { readonly id: string } }[];
      readonly pageInfo: {
        readonly hasNextPage: boolean;
        readonly hasPreviousPage: boolean;
        readonly startCursor: string | null;
        readonly endCursor: string | null;
      };
    };
  }

  async function walk(order: object, way: "first" | "last", between: () => Promise<unknown> = async () => undefined) {
    const seen: string[] = [];
    let cursor: string | null = null;
    for (;;) {
      const answer: Page = await data(page, {
        ...{ boutique: boutique.id, order, [way]: 2 },
        ...(cursor === null ? {} : { [way === "first" ? "after" : "before"]: cursor }),
      });
      const { edges, pageInfo } = answer.products;
      const ids = edges.map(({ node }) => node.id);
      if (way === "first") seen.push(...ids);
      else seen.unshift(...ids);
      const { hasNextPage, hasPreviousPage, startCursor, endCursor } = pageInfo;
      if (!(way === "first" ? hasNextPage : hasPreviousPage)) return seen;
      cursor = way === "first" ? endCursor : startCursor;
      await between();
    }
  }

  const moments = [0, 0, 0, 1, 1, 2, 3].map((microsecond) => `2020-01-01T00:00:00.00000${microsecond}Z`);

  it.each([
    ["DESC", "first"],
    ["DESC", "last"],
    ["ASC", "first"],
    ["ASC", "last"],
  ] as const)("have every row once, %s with %s, while others come, go and change", async (direction, way) => {
    const ids = await publish(moments);
    const [gone] = await publish(["2020-01-01T00:00:00.000001Z"]);
    // Outside of what is still to come, on the side that was read first.
    const readFirst = (direction === "DESC") === (way === "first") ? "2021-01-01" : "2019-01-01";
    const seen = await walk([{ published_at: direction }], way, async () => {
      await publish([readFirst]);
      await world.sql`delete from public.products where id = ${gone ?? ""}`;
      await world.sql`update public.products set name = name || '.' where boutique_id = ${boutique.id}`;
    });
    const expected = await world.sql<{ id: string }[]>`
      select id from public.products where id in ${world.sql(ids)}
      order by published_at ${world.sql.unsafe(direction)}, id ${world.sql.unsafe(direction)}`;
    expect(seen.filter((id) => ids.includes(id))).toEqual(expected.map(({ id }) => id));
    expect(new Set(seen).size).toBe(seen.length);
  });

  it.each(["ASC", "DESC"])("pass by nulls in their place, %s", async (direction) => {
    const ids = await publish(moments);
    const designer = await world.sql<{ id: string }[]>`
      insert into public.designers (slug, label) select 'd-' || gen_random_uuid(), 'D' from generate_series(1, 2) returning id`;
    await world.sql`update public.products set designer_id = ${designer[0]?.id ?? ""} where id in ${world.sql(ids.slice(0, 2))}`;
    await world.sql`update public.products set designer_id = ${designer[1]?.id ?? ""} where id in ${world.sql(ids.slice(2, 4))}`;
    const order = [{ designer_id: direction }, { published_at: "DESC" }];
    const expected = await world.sql<{ id: string }[]>`
      select id from public.products where boutique_id = ${boutique.id}
      order by designer_id ${world.sql.unsafe(direction)}, published_at desc, id desc`;
    for (const way of ["first", "last"] as const) expect(await walk(order, way)).toEqual(expected.map(({ id }) => id));
  });

  it("continue below another row", async () => {
    const ids = await publish(moments);
    const query = `query ($id: UUID!, $after: String) {
      boutique(id: $id) { products(first: 4, after: $after) { nodes { id } pageInfo { endCursor hasNextPage } } }
    }`;
    interface Below {
      readonly boutique: { readonly products: Nodes<{ readonly id: string }> & Pick<Page["products"], "pageInfo"> };
    }
    const first = (await data<Below>(query, { id: boutique.id })).boutique.products;
    const rest = (await data<Below>(query, { id: boutique.id, after: first.pageInfo.endCursor })).boutique.products;
    expect([...first.nodes, ...rest.nodes].map(({ id }) => id)).toEqual(ids.toSorted());
    expect(rest.pageInfo.hasNextPage).toBe(false);
  });

  it("refuse what is no page", async () => {
    await publish(moments);
    const { products } = await data<Page>(page, { boutique: boutique.id, order: [{ name: "ASC" }], first: 1 });
    for (const [variables, code] of [
      [{ first: 0 }, "invalid_page"],
      [{ first: 101 }, "invalid_page"],
      [{ first: 1, last: 1 }, "invalid_page"],
      [{ first: 1, before: products.pageInfo.endCursor }, "invalid_page"],
      [{ after: "zzz" }, "invalid_cursor"],
      [{ after: products.pageInfo.endCursor }, "invalid_cursor"],
      [{ after: btoa(JSON.stringify(["id.asc", { a: 1 }])) }, "invalid_cursor"],
      [{ after: btoa(JSON.stringify(["id.asc", null])) }, "invalid_cursor"],
      [{ after: btoa(JSON.stringify(["id.asc", '0"),or(id.gt."0'])) }, "invalid_input"],
    ] as const) {
      expect(await codeOf(page, { boutique: boutique.id, ...variables }), JSON.stringify(variables)).toBe(code);
    }
  });
});

describe("filters", () => {
  it.each([
    [`{ size: { eq: "38" } }`, "size = '38'"],
    [`{ size: { neq: "38" } }`, "size <> '38'"],
    [`{ size: { in: ["36", "40"] } }`, "size in ('36', '40')"],
    [`{ size: { in: [] } }`, "false"],
    [`{ size: { like: "4_" } }`, "size like '4_'"],
    [`{ color: { ilike: "IV%" } }`, "color ilike 'iv%'"],
    [`{ sale_price: { gte: 2000, lt: 3000 } }`, "sale_price >= 2000 and sale_price < 3000"],
    [`{ sale_price: { is: NULL } }`, "sale_price is null"],
    [`{ sale_price: { is: NOT_NULL }, not: { size: { eq: "36" } } }`, "sale_price is not null and size <> '36'"],
    [
      `{ or: [{ size: { eq: "36" } }, { sale_price: { gt: 2500 }, color: { eq: "ivory" } }] }`,
      "size = '36' or (sale_price > 2500 and color = 'ivory')",
    ],
    [
      `{ and: [{ size: { gt: "36" } }, { not: { or: [{ size: { eq: "40" } }, { color: { eq: "ivory" } }] } }] }`,
      "size > '36' and not (size = '40' or color = 'ivory')",
    ],
    [`{ or: [] }`, "false"],
    [`{ or: [{}] }`, "true"],
    [`{ not: {} }`, "false"],
    [`{ serialised: { eq: false } }`, "not serialised"],
  ])("%s", async (filter, condition) => {
    const { productId } = await makeVariant(world.sql, boutique);
    await world.sql`
      insert into public.product_variants (product_id, boutique_id, size, color, sku, sale_price, serialised, currency)
      select ${productId}, ${boutique.id}, s, c, gen_random_uuid(), p, p is null, 'XXX'
      from unnest(array['36', '40', '42'], array['ivory', '', 'ivory'], array[2000, null, 3000]) v (s, c, p)`;
    const expected = await world.sql<{ id: string }[]>`
      select id from public.product_variants where product_id = ${productId} and (${world.sql.unsafe(condition)}) order by id`;
    const { product } = await data<{ product: { product_variants: Nodes<unknown> } }>(
      `query ($id: UUID!) { product(id: $id) { product_variants(filter: ${filter}) { nodes { id } } } }`,
      { id: productId },
    );
    expect(product.product_variants.nodes).toEqual(expected.map(({ id }) => ({ id })));
  });

  it("look into arrays, JSON and ranges", async () => {
    const { productId, id } = await makeVariant(world.sql, boutique);
    await world.sql`update public.products set tags = array['lace', 'tulle'], attributes = '{"silhouette": "mermaid"}' where id = ${productId}`;
    const bride = await world.asCustomer("Selam");
    await hold(bride, id, period(10, 12));
    for (const [filter, count] of [
      [{ tags: { contains: ["lace"] } }, 1],
      [{ tags: { overlaps: ["silk", "tulle"] } }, 1],
      [{ tags: { contains: ["tulle", "silk"] } }, 0],
      [{ attributes: { contains: { silhouette: "mermaid" } } }, 1],
      [{ attributes: { contains: { silhouette: "column" } } }, 0],
    ] as const) {
      const { products } = await data<{ products: Nodes<unknown> }>(
        `query ($filter: ProductFilter) { products(filter: $filter) { nodes { id } } }`,
        { filter: { ...filter, boutique_id: { eq: boutique.id } } },
      );
      expect(products.nodes, JSON.stringify(filter)).toHaveLength(count);
    }
    for (const [days, count] of [
      [period(11, 20), 1],
      [period(13, 20), 0],
    ] as const) {
      const { rentals } = dataOf(
        await app.ask<{ rentals: Nodes<unknown> }>(
          `query ($days: DateRange) { rentals(filter: { period: { overlaps: $days } }) { nodes { period } } }`,
          { days },
          bride,
        ),
      );
      expect(rentals.nodes).toHaveLength(count);
    }
  });

  it("take every text for a text", async () => {
    const { productId } = await makeVariant(world.sql, boutique);
    for (const [name, text] of oddTexts) {
      await world.sql`update public.products set name = ${text} where id = ${productId}`;
      for (const filter of [
        { name: { eq: text } },
        { name: { in: ["x", text] } },
        { or: [{ name: { eq: "x" } }, { name: { eq: text } }] },
      ]) {
        const { products } = await data<{ products: Nodes<unknown> }>(
          `query ($filter: ProductFilter) { products(filter: $filter) { nodes { name } } }`,
          {
            filter: { boutique_id: { eq: boutique.id }, ...filter },
          },
        );
        expect(products.nodes, name).toEqual([{ name: text }]);
      }
    }
  });

  it("refuse what would be true by mistake", async () => {
    for (const filter of [
      "{ name: { eq: null } }",
      "{ name: {} }",
      "{ name: null }",
      "{ not: null }",
      `{ id: { in: [${`"${randomUUID()}",`.repeat(201)}] } }`,
    ]) {
      expect(await codeOf(`{ products(filter: ${filter}) { nodes { id } } }`), filter.slice(0, 40)).toBe(
        "invalid_filter",
      );
    }
  });
});
