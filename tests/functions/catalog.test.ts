import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { createApp } from "../../functions/catalog/app.ts";
import { createCatalog } from "../../functions/catalog/catalog.ts";
import { ViewCounter } from "../../functions/catalog/view-counter.ts";
import { type BoutiqueFixture, makeBoutique, makeVariant, type VariantFixture } from "../helpers/fixtures.ts";
import { FunctionServer } from "../helpers/function-server.ts";
import { World } from "../helpers/world.ts";

interface Card {
  readonly id: string;
  readonly slug: string;
}
interface Page {
  readonly products: readonly Card[];
  readonly next: string | null;
  readonly corrected: string | null;
}

let world: World;
let server: FunctionServer;
let origin: string;
/** The same app in this process, without Deno. */
let app: ReturnType<typeof createApp>;
let boutique: BoutiqueFixture;
let gown: VariantFixture;

beforeAll(async () => {
  world = await World.create();
  server = await FunctionServer.open(world);
  origin = server.origin;
  for (const [name, value] of Object.entries(server.environment)) vi.stubEnv(name, value);
  const views = new ViewCounter(world.asService(), 50);
  app = createApp(createCatalog(origin, world.asAnon(), world.asService()), world.asService(), {
    siteUrl: "https://shop.example",
    functionsUrl: `${origin}/functions/v1`,
    views,
  });
  boutique = await makeBoutique(world.sql);
  gown = await makeVariant(world.sql, boutique, { name: "Genet" });
  await world.sql`
    insert into public.product_media (product_id, boutique_id, storage_path, alt, position, state, refusal) values
      (${gown.productId}, ${boutique.id}, ${`${boutique.id}/back view.jpg`}, 'From behind', 2, 'ready', null),
      (${gown.productId}, ${boutique.id}, ${`${boutique.id}/front.jpg`}, 'From the front', 1, 'ready', null),
      (${gown.productId}, ${boutique.id}, ${`${boutique.id}/new.jpg`}, 'Not looked at', 3, 'pending', null),
      (${gown.productId}, ${boutique.id}, ${`${boutique.id}/text.jpg`}, 'No picture', 4, 'refused', 'not_an_image')`;
  const renditions = [320, 640].map((width) => ({
    width,
    height: 2 * width,
    storage_path: `${boutique.id}/renditions/x/${width}.webp`,
    bytes: 1_000,
  }));
  await world.sql`
    update public.product_media set width = 640, height = 1280, blurhash = 'L00000fQfQfQ', renditions = ${world.sql.json(renditions)}
    where alt = 'From behind'`;
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await server?.close();
  await world?.close();
});

async function publish(publishedAt: string): Promise<string> {
  const { productId } = await makeVariant(world.sql, boutique, { status: "draft" });
  await world.sql`update public.products set status = 'published', published_at = ${publishedAt} where id = ${productId}`;
  return productId;
}

describe.each([
  [
    "in this process",
    (path: string, init: RequestInit) => app.fetch(new Request(`http://functions.test/catalog${path}`, init)),
  ],
  [
    "through the gateway and Deno",
    (path: string, init: RequestInit) => fetch(`${origin}/functions/v1/catalog${path}`, init),
  ],
] as const)("the catalog, %s", (_where, send) => {
  const get = (
    path: string,
    headers: Record<string, string> = {},
    method = "GET",
    redirect: RequestInit["redirect"] = "follow",
  ) => Promise.resolve(send(path, { method, redirect, headers: { apikey: world.keys.publishable, ...headers } }));
  const page = async (query: string) => (await (await get(`/products${query}`)).json()) as Page;

  async function expectProblem(response: Response, status: number, code: string): Promise<void> {
    expect(response.status).toBe(status);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(await response.json()).toMatchObject({ status, code, detail: expect.any(String) });
  }

  it("shows a published product, in the list and alone", async () => {
    const { products } = await page(`?boutique=${boutique.slug}`);
    const card = products.find(({ id }) => id === gown.productId);
    const files = `${origin}/storage/v1/object/public/product-media/${boutique.id}`;
    const front = { url: `${files}/front.jpg`, alt: "From the front", width: null, height: null, blurhash: null };
    expect(card).toMatchObject({
      ...{ slug: gown.productSlug, name: "Genet", rent_from: expect.any(Number), sale_from: null, currency: "ETB" },
      boutique: { slug: boutique.slug },
      picture: { ...front, renditions: [] },
    });
    const response = await get(`/products/${boutique.slug}/${gown.productSlug}`);
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      ...{
        id: gown.productId,
        slug: gown.productSlug,
        description: "",
        boutique: { slug: boutique.slug, currency: "ETB" },
      },
      variants: [{ rental_price_per_day: expect.any(Number), currency: "ETB" }],
      media: [
        { ...front, renditions: [] },
        {
          url: `${files}/renditions/x/640.webp`,
          alt: "From behind",
          width: 640,
          height: 1280,
          blurhash: "L00000fQfQfQ",
          renditions: [
            { url: `${files}/renditions/x/320.webp`, width: 320, height: 640 },
            { url: `${files}/renditions/x/640.webp`, width: 640, height: 1280 },
          ],
        },
      ],
    });
  });

  it("leads on to its own address, whatever host the caller speaks of, also when the boutique is called like the gown", async () => {
    const shop = await makeBoutique(world.sql);
    const { productId } = await makeVariant(world.sql, shop);
    const old = shop.slug.slice(0, "boutique-123".length);
    await world.sql`update public.products set slug = ${old} where id = ${productId}`;
    await world.sql`update public.products set slug = ${`${old}-moved`} where id = ${productId}`;
    const moved = await get(
      `/products/${shop.slug}/${old}/structured-data`,
      { "x-forwarded-host": "evil.example", "x-forwarded-proto": "http" },
      "GET",
      "manual",
    );
    expect(moved.status).toBe(308);
    const path = `/products/${shop.slug}/${old}-moved/structured-data`;
    expect(moved.headers.get("location")).toBe(`${origin}/functions/v1/catalog${path}`);
    const map = await send("/sitemap.xml", { headers: { "x-forwarded-host": "evil.example" } });
    expect(await map.text()).not.toContain("evil.example");
  });

  it("leads on from a name that a product had, and shows it in the language that is asked for", async () => {
    const { productId, productSlug } = await makeVariant(world.sql, boutique, { name: "Queen of Sheba" });
    await world.sql`
      insert into public.product_translations (product_id, boutique_id, locale, name) values (${productId}, ${boutique.id}, 'am', 'ንግሥተ ሳባ')`;
    const path = `/products/${boutique.slug}`;
    await world.sql`update public.products set slug = slug || '-new' where id = ${productId}`;
    const moved = await get(`${path}/${productSlug}?locale=am`, {}, "GET");
    const onward = moved.redirected
      ? moved
      : await get(new URL(moved.headers.get("location") ?? "").href.replace(/^.*\/catalog/, ""));
    expect(await onward.json()).toMatchObject({
      id: productId,
      name: "ንግሥተ ሳባ",
      locale: "am",
      slug: `${productSlug}-new`,
    });
    expect(await (await get(`${path}/${productSlug}-new`)).json()).toMatchObject({
      name: "Queen of Sheba",
      locale: "en",
    });
    // Who takes the name has the address.
    await makeVariant(world.sql, boutique, { name: "Other" }).then(
      ({ productId: other }) => world.sql`update public.products set slug = ${productSlug} where id = ${other}`,
    );
    await vi.waitFor(
      async () => expect(await (await get(`${path}/${productSlug}`)).json()).toMatchObject({ name: "Other" }),
      4_000,
    );
  });

  it("finds by words and filters as search_products does", async () => {
    const tag = `x${randomUUID().slice(0, 8)}`;
    const { productId } = await makeVariant(world.sql, boutique, { name: `Wonderful ${tag}` });
    await world.sql`update public.products set attributes = '{"silhouette": "mermaid"}' where id = ${productId}`;
    for (const query of [
      `q=wonderful+${tag}`,
      `q=${tag}&size=38,40&kind=rent&attribute.silhouette=mermaid,column`,
      `q=${tag}&currency=ETB&sort=new`,
    ]) {
      expect((await page(`?${query}`)).products[0], query).toMatchObject({ id: productId });
    }
    expect((await page(`?q=wonderfull+${tag}`)).corrected).toBe(`wonderful ${tag}`);
    for (const query of [`q=${tag}&size=36`, `q=${tag}&attribute.silhouette=column`, `q=${tag}&boutique=none`]) {
      expect((await page(`?${query}`)).products, query).toEqual([]);
    }
    await expectProblem(await get("/products?price_min=1"), 400, "invalid_filters");
    await expectProblem(await get("/products?sort=price_asc"), 400, "invalid_filters");
    await expectProblem(await get("/products?free_from=2027-06-01"), 400, "invalid_filters");
  });

  it("tells search engines what a product is, and where all are", async () => {
    const { productSlug } = await makeVariant(world.sql, boutique, { name: "Told" });
    const response = await get(`/products/${boutique.slug}/${productSlug}/structured-data`);
    expect(response.headers.get("content-type")).toBe("application/ld+json; charset=utf-8");
    expect(await response.json()).toMatchObject({
      "@type": "Product",
      name: "Told",
      url: expect.stringMatching(new RegExp(`/boutiques/${boutique.slug}/${productSlug}$`)),
      offers: [{ "@type": "Offer", priceSpecification: { price: "100.00", priceCurrency: "ETB", unitCode: "DAY" } }],
    });
    const index = await send("/sitemap.xml", {});
    expect(index.headers.get("content-type")).toBe("application/xml; charset=utf-8");
    expect(await index.text()).toContain(`<loc>${origin}/functions/v1/catalog/sitemap/${boutique.slug}.xml</loc>`);
    const map = await (await send(`/sitemap/${boutique.slug}.xml`, {})).text();
    expect(map).toMatch(new RegExp(`<loc>http[^<]*/boutiques/${boutique.slug}/${productSlug}</loc><lastmod>20`));
  });

  it("counts views in sums", async () => {
    const { productId, productSlug } = await makeVariant(world.sql, boutique);
    await Promise.all(Array.from({ length: 20 }, () => get(`/products/${boutique.slug}/${productSlug}`)));
    await get(`/products/${boutique.slug}/${productSlug}`, {}, "HEAD");
    const counted = () =>
      world.sql`select views::int as views from public.product_views where product_id = ${productId}`;
    await vi.waitFor(async () => expect(await counted()).toEqual([{ views: 20 }]), 15_000);
  });

  it("serves a price no longer than a second after it was changed, and a suspended boutique neither", async () => {
    const short = await makeBoutique(world.sql);
    const item = await makeVariant(world.sql, short);
    const paths = [`/products/${short.slug}/${item.productSlug}`, `/products?boutique=${short.slug}`];
    for (const path of paths) expect(await (await get(path)).text()).toContain("10000");
    await world.sql`update public.product_variants set rental_price_per_day = 77777 where id = ${item.id}`;
    for (const path of paths) {
      await vi.waitFor(async () => expect(await (await get(path)).text()).toContain("77777"), {
        timeout: 3_000,
        interval: 50,
      });
    }
    await world.sql`update public.boutiques set status = 'suspended' where id = ${short.id}`;
    await vi.waitFor(async () => expect((await get(paths[0] ?? "")).status).toBe(404), {
      timeout: 3_000,
      interval: 50,
    });
    await vi.waitFor(async () => expect((await page(`?boutique=${short.slug}`)).products).toEqual([]), {
      timeout: 3_000,
      interval: 50,
    });
  });

  it("takes a publishable or a secret key, and no other", async () => {
    expect((await get("/products", { apikey: world.keys.secret })).status).toBe(200);
    for (const apikey of [
      "",
      "sb_publishable_wrong",
      `${world.keys.publishable}x`,
      world.keys.publishable.slice(0, -1),
    ]) {
      await expectProblem(await get("/products", { apikey }), 401, "invalid_api_key");
    }
    await expectProblem(await send("/products", {}), 401, "invalid_api_key");
  });

  it("lets caches keep a page, and spares them one that is the same", async () => {
    for (const path of [`/products?boutique=${boutique.slug}`, `/products/${boutique.slug}/${gown.productSlug}`]) {
      const first = await get(path);
      expect(first.headers.get("cache-control")).toBe("public, max-age=60, stale-while-revalidate=300");
      const etag = first.headers.get("etag") ?? "";
      expect(etag).toMatch(/^"\w+"$/);
      for (const known of [etag, `W/${etag}`, `"other", ${etag}`]) {
        const again = await get(path, { "if-none-match": known });
        expect(again.status, known).toBe(304);
        expect(again.headers.get("etag")).toBe(etag);
        expect(again.headers.get("cache-control")).toBe(first.headers.get("cache-control"));
        expect(await again.text()).toBe("");
      }
      const head = await get(path, {}, "HEAD");
      expect(head.status).toBe(200);
      expect(head.headers.get("etag")).toBe(etag);
      expect(await head.text()).toBe("");

      await world.sql`update public.product_variants set rental_price_per_day = rental_price_per_day + 1 where id = ${gown.id}`;
      // What is in memory lives for a second.
      await vi.waitFor(async () => expect((await get(path, { "if-none-match": etag })).status).toBe(200), {
        timeout: 3_000,
      });
    }
  });

  it("shows no draft, nothing archived and nothing of a suspended boutique", async () => {
    const suspended = await makeBoutique(world.sql, { status: "suspended" });
    for (const [owner, status] of [
      [boutique, "draft"],
      [boutique, "archived"],
      [suspended, "published"],
    ] as const) {
      const hidden = await makeVariant(world.sql, owner, { status });
      await expectProblem(await get(`/products/${owner.slug}/${hidden.productSlug}`), 404, "product_not_found");
      expect(JSON.stringify(await page(`?limit=100`))).not.toContain(hidden.productSlug);
      // A secret key opens the door and shows no more.
      await expectProblem(
        await get(`/products/${owner.slug}/${hidden.productSlug}`, { apikey: world.keys.secret }),
        404,
        "product_not_found",
      );
    }
  });

  it("says what is not there", async () => {
    await expectProblem(await get(`/products/${boutique.slug}/none`), 404, "product_not_found");
    await expectProblem(await get(`/products/none/${gown.productSlug}`), 404, "product_not_found");
    await expectProblem(await get(`/products/a%22b,(c)/%27;--`), 404, "product_not_found");
    await expectProblem(await get(`/products/%E0%A4%A/x`), 404, "product_not_found");
    await expectProblem(await get("/gowns"), 404, "not_found");
  });

  it.each(["POST", "PUT", "PATCH", "DELETE"])("is not written by %s", async (method) => {
    await expectProblem(await get("/products", {}, method), 405, "method_not_allowed");
  });

  it.each([
    ["limit=abc", "limit"],
    ["limit=1000", "limit"],
    ["limit=0", "limit"],
    ["limit=1.5", "limit"],
    ["boutique=%22quoted%22", "boutique"],
    ["boutique=it%27s", "boutique"],
    ["category=a..b", "category"],
    ["kind=loan", "kind"],
    ["free_from=tomorrow", "free_from"],
    ["designer=UPPER", "designer"],
    [`after=${"x".repeat(3_000)}`, "after"],
  ])("refuses ?%s and names the field", async (query, field) => {
    const response = await get(`/products?${query}`);
    expect((await response.clone().json()) as unknown).toMatchObject({
      errors: [{ field, message: expect.any(String) }],
    });
    await expectProblem(response, 400, "invalid_input");
  });

  it.each([
    ["nothing of ours", "zzz"],
    ["JSON of another form", cursor({ at: 1, id: 2 })],
    ["a filter in the date", cursor({ at: '2026-01-01",id.gt."0', id: randomUUID() })],
    ["no date, in its letters", cursor({ at: "2026-13-45T99", id: randomUUID() })],
    ["a filter in the id", cursor({ at: "2026-01-01T00:00:00Z", id: "0),or(id.gt.0" })],
  ])("refuses a cursor that is %s", async (_what, after) => {
    await expectProblem(await get(`/products?after=${encodeURIComponent(after)}`), 400, "invalid_cursor");
  });

  it("pages through all products once, in order, whatever comes in between", async () => {
    // Several of one moment, and moments that differ in microseconds: an id and all digits decide.
    const moments = [0, 0, 0, 1, 1, 2, 3].map((microsecond) => `2020-01-01T00:00:00.00000${microsecond}Z`);
    const ids = await Promise.all(moments.map(publish));
    const seen: string[] = [];
    let after = "";
    for (;;) {
      const { products, next } = await page(`?boutique=${boutique.slug}&limit=2${after}`);
      expect(products.length).toBeLessThanOrEqual(2);
      seen.push(...products.map(({ id }) => id));
      if (next === null) break;
      after = `&after=${next}`;
      // Newer than all that is still to come.
      await publish("2021-01-01T00:00:00Z");
    }
    const mine = await world.sql<{ id: string }[]>`
      select id from public.products where id in ${world.sql(ids)} order by published_at desc, id desc`;
    expect(seen.filter((id) => ids.includes(id))).toEqual(mine.map(({ id }) => id));
    expect(new Set(seen).size).toBe(seen.length);
  });

  it("narrows by boutique, designer and category", async () => {
    const other = await makeBoutique(world.sql);
    const variant = await makeVariant(world.sql, other);
    const tag = randomUUID().slice(0, 8);
    await world.sql`
      with designer as (insert into public.designers (slug, label) values (${`designer-${tag}`}, 'Label') returning id),
        category as (insert into public.categories (slug, name) values (${`category-${tag}`}, 'Veils') returning id)
      update public.products set designer_id = (select id from designer), category_id = (select id from category)
      where id = ${variant.productId}`;
    for (const query of [`boutique=${other.slug}`, `designer=designer-${tag}`, `category=category-${tag}`]) {
      const { products, next } = await page(`?${query}`);
      expect(
        products.map(({ id }) => id),
        query,
      ).toEqual([variant.productId]);
      expect(next).toBeNull();
    }
    expect(await page(`?boutique=${other.slug}&category=none`)).toEqual({ products: [], next: null, corrected: null });
  });
});

function cursor(content: unknown): string {
  return Buffer.from(JSON.stringify(content)).toString("base64url");
}
