import type { SupabaseClient } from "@supabase/supabase-js";
import { type Context, Hono, type MiddlewareHandler } from "hono";
import { z } from "zod";
import type { Database } from "../_shared/database.types.ts";
import { escapeHtml } from "../_shared/escape-html.ts";
import { limitRate, type RateLimit } from "../_shared/limit-rate.ts";
import { parseInput } from "../_shared/parse-input.ts";
import { notFound, onError, Problem } from "../_shared/problem.ts";
import { type KeyVariables, requireKey } from "../_shared/require-key.ts";
import type { Catalog, ProductPage } from "./catalog.ts";
import { exportCatalog } from "./export.ts";
import { listParameters, listQuery } from "./list-query.ts";
import { type Page, PageCache } from "./page-cache.ts";
import { ProductViews } from "./product-views.ts";
import { structuredData } from "./structured-data.ts";

/** Ten pages a second for each address: a front end that renders on its server sends the secret key. */
const limit: RateLimit = { operation: "catalog", capacity: 600, perMinute: 600, lease: 20 };

export const pageQuery = z.object({ locale: z.enum(["en", "am"]).default("en") });
const boutiquePath = z.object({ boutique: z.string().regex(/^[a-z0-9-]+\.xml$/, "the slug of a boutique, and .xml") });

/** A page may be used for a minute, and for five more while it is fetched anew. */
const forPages = "public, max-age=60, stale-while-revalidate=300";
const forSitemaps = "public, max-age=3600";

export interface CatalogSettings {
  /** Address of the front end, without a slash at its end: pages of products are below it. */
  readonly siteUrl: string;
  readonly cache?: PageCache;
  readonly views?: ProductViews;
}

/**
 * The public pages of the catalog, for caches. A page that has not changed is answered with 304.
 *
 * @param server client with the secret key, for the rate limit and the counting of views
 */
export function createApp(catalog: Catalog, server: SupabaseClient<Database>, settings: CatalogSettings) {
  const { siteUrl, cache = new PageCache(), views = new ProductViews(server) } = settings;
  const addressOf = (boutique: string, product: string) => `${siteUrl}/boutiques/${boutique}/${product}`;
  const app = new Hono<{ Variables: KeyVariables }>().basePath("/catalog");
  app.onError(onError);
  app.notFound(notFound);
  // Search engines bring no key.
  app.get("/sitemap.xml", limitAnybody(server), (context) =>
    answer(context, cache, forSitemaps, async () => ({
      body: sitemapIndex(await catalog.sitemap(), (slug) => `${publicUrl(context)}/sitemap/${slug}.xml`),
      type: "application/xml",
    })),
  );
  app.get("/sitemap/:boutique", limitAnybody(server), (context) => {
    const slug = parseInput(boutiquePath, context.req.param()).boutique.slice(0, -".xml".length);
    return answer(context, cache, forSitemaps, async () => ({
      body: sitemap(await catalog.sitemap(slug), (product) => addressOf(slug, product)),
      type: "application/xml",
    }));
  });
  app.use(requireKey());
  app.use(limitRate(server, limit));
  app.use(onlyReads());
  app.get("/export/:boutique", exportCatalog(server));
  app.get("/products", (context) => {
    const query = parseInput(listQuery, listParameters(context.req.query()));
    return answer(context, cache, forPages, async () => json(await catalog.list(query)));
  });
  app.get("/products/:boutique/:slug", (context) => {
    const { locale } = parseInput(pageQuery, context.req.query());
    const make = async () => json(await onShow(catalog, context, locale));
    return answer(context, cache, forPages, make, ({ body }) => {
      if (context.req.method === "GET") views.add(idOf(body));
    });
  });
  app.get("/products/:boutique/:slug/structured-data", (context) => {
    const { locale } = parseInput(pageQuery, context.req.query());
    return answer(context, cache, forPages, async () => {
      const product = await onShow(catalog, context, locale);
      const body = JSON.stringify(structuredData(product, addressOf(product.boutique.slug, product.slug)));
      return { body, type: "application/ld+json" };
    });
  });
  return app;
}

/** A product on show, or where it is to be found now. */
async function onShow(catalog: Catalog, context: Context, locale: "en" | "am"): Promise<ProductPage> {
  const { boutique = "", slug = "" } = context.req.param() as { boutique?: string; slug?: string };
  const product = await catalog.product(boutique, slug, locale);
  if (product !== undefined) return product;
  const now = await catalog.renamed(boutique, slug);
  if (now !== undefined) throw new Moved(now);
  throw new Problem(404, "product_not_found", `There is no product ${slug} of ${boutique} on show.`);
}

/** A product that was renamed. */
class Moved extends Error {
  readonly slug: string;
  constructor(slug: string) {
    super(`It is called ${slug} now.`);
    this.slug = slug;
  }
}

async function answer(
  context: Context,
  cache: PageCache,
  cacheControl: string,
  make: () => Promise<{ readonly body: string; readonly type: string }>,
  onPage: (page: Page) => void = () => undefined,
): Promise<Response> {
  try {
    const page = await cache.get(context.req.url, make);
    const { body, type, etag } = page;
    onPage(page);
    const headers = { etag, "cache-control": cacheControl, vary: "Accept-Encoding" };
    if (matches(context.req.header("if-none-match"), etag)) return new Response(null, { status: 304, headers });
    return new Response(context.req.method === "HEAD" ? null : body, {
      headers: { ...headers, "content-type": `${type}; charset=utf-8` },
    });
  } catch (error) {
    if (!(error instanceof Moved)) throw error;
    const { pathname, search } = new URL(context.req.url);
    const { slug = "" } = context.req.param() as { slug?: string };
    const rest = pathname.slice(pathname.indexOf("/catalog/") + "/catalog".length);
    const location = publicUrl(context) + rest.replace(`/${slug}`, `/${error.slug}`) + search;
    return new Response(null, { status: 308, headers: { location, "cache-control": cacheControl } });
  }
}

/** RFC 9110, If-None-Match: a list, compared without regard to the W/ of weak ones. */
function matches(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  return header === "*" || header.split(",").some((known) => known.trim().replace(/^W\//, "") === etag);
}

const json = (value: unknown) => ({ body: JSON.stringify(value), type: "application/json" });
const idOf = (body: string) => z.object({ id: z.string() }).parse(JSON.parse(body)).id;

/** Where the caller reaches this function. */
function publicUrl(context: Context): string {
  const { host, protocol } = new URL(context.req.url);
  const proto = context.req.header("x-forwarded-proto") ?? protocol.slice(0, -1);
  return `${proto}://${context.req.header("x-forwarded-host") ?? host}/functions/v1/catalog`;
}

interface Changed {
  readonly slug: string;
  readonly changed_at: string;
}

function sitemapIndex(boutiques: readonly Changed[], address: (slug: string) => string): string {
  return xml("sitemapindex", "sitemap", boutiques, address);
}

function sitemap(products: readonly Changed[], address: (slug: string) => string): string {
  return xml("urlset", "url", products, address);
}

/** As sitemaps.org has it; up to 50,000 entries in one file. */
function xml(root: string, entry: string, rows: readonly Changed[], address: (slug: string) => string): string {
  const entries = rows.map(
    ({ slug, changed_at }) =>
      `<${entry}><loc>${escapeHtml(address(slug))}</loc><lastmod>${changed_at}</lastmod></${entry}>`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">${entries.join("\n")}</${root}>\n`;
}

function onlyReads(): MiddlewareHandler {
  return async (context, next) => {
    if (["GET", "HEAD"].includes(context.req.method)) return next();
    throw new Problem(405, "method_not_allowed", "The catalog is read with GET. Write through /rest/v1.");
  };
}

/** The rate limit spares servers with the secret key; who brings no key is limited like everybody. */
function limitAnybody(server: SupabaseClient<Database>): MiddlewareHandler<{ Variables: KeyVariables }> {
  const limited = limitRate(server, { operation: "catalog.sitemap", capacity: 120, perMinute: 120, lease: 10 });
  return (context, next) => {
    context.set("keyKind", "publishable");
    return limited(context, next);
  };
}
