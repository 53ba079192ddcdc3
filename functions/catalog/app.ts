import type { SupabaseClient } from "@supabase/supabase-js";
import { type Context, Hono, type MiddlewareHandler } from "hono";
import { etag } from "hono/etag";
import { z } from "zod";
import type { Database } from "../_shared/database.types.ts";
import { limitAnybody, limitRate, type RateLimit } from "../_shared/limit-rate.ts";
import { parseInput } from "../_shared/parse-input.ts";
import { notFound, onError, Problem } from "../_shared/problem.ts";
import { type KeyVariables, requireKey } from "../_shared/require-key.ts";
import { pageAddress } from "./addresses.ts";
import { answer, forPages, json, jsonOf, Moved } from "./answer.ts";
import type { Catalog, ProductPage } from "./catalog.ts";
import { exportCatalog } from "./export.ts";
import { listParameters, listQuery } from "./list-query.ts";
import { PageCache } from "./page-cache.ts";
import { showPages } from "./show-pages.ts";
import { sitemap, sitemapIndex } from "./sitemap.ts";
import { structuredData } from "./structured-data.ts";
import { countView, ViewCounter } from "./view-counter.ts";

/** Ten pages a second for each address: a front end that renders on its server sends the secret key. */
const limit: RateLimit = { operation: "catalog", capacity: 600, perMinute: 600, lease: 20 };

const sitemapLimit: RateLimit = { operation: "catalog.sitemap", capacity: 120, perMinute: 120, lease: 10 };

export const pageQuery = z.object({ locale: z.enum(["en", "am"]).default("en") });
const boutiquePath = z.object({ boutique: z.string().regex(/^[a-z0-9-]+\.xml$/, "the slug of a boutique, and .xml") });

const forSitemaps = "public, max-age=3600";

export interface CatalogSettings {
  /** Address of the front end, without a slash at its end: pages of products and shows are below it. */
  readonly siteUrl: string;
  /** Where browsers reach the functions, such as `https://PROJECT.supabase.co/functions/v1`. */
  readonly functionsUrl: string;
  readonly cache?: PageCache;
  readonly views?: ViewCounter;
}

/**
 * The public pages of the catalog, for caches. A page that has not changed is answered with 304.
 *
 * @param server client with the secret key, for the rate limit and the counting of views
 */
export function createApp(catalog: Catalog, server: SupabaseClient<Database>, settings: CatalogSettings) {
  const { siteUrl, functionsUrl, cache = new PageCache(), views = new ViewCounter(server) } = settings;
  const ownUrl = `${functionsUrl}/catalog`;
  /** A product on show, or where the same page of it is now. */
  const onShow = async (context: Context, locale: "en" | "am", page = ""): Promise<ProductPage> => {
    const { boutique = "", slug = "" } = context.req.param() as { boutique?: string; slug?: string };
    const product = await catalog.product(boutique, slug, locale);
    if (product !== undefined) return product;
    const now = await catalog.renamed(boutique, slug);
    if (now === undefined)
      throw new Problem(404, "product_not_found", `There is no product ${slug} of ${boutique} on show.`);
    throw new Moved(`${ownUrl}/products/${boutique}/${now}${page}${new URL(context.req.url).search}`);
  };
  const app = new Hono<{ Variables: KeyVariables }>().basePath("/catalog");
  app.onError((error, context) => {
    if (!(error instanceof Moved)) return onError(error, context);
    return new Response(null, { status: 308, headers: { location: error.location, "cache-control": forPages } });
  });
  app.notFound(notFound);
  // Search engines bring no key.
  app.get("/sitemap.xml", limitAnybody(server, sitemapLimit), etag(), (context) =>
    answer(context, cache, forSitemaps, async () => ({
      body: sitemapIndex((await catalog.boutiques()).map((slug) => `${ownUrl}/sitemap/${slug}.xml`)),
      type: "application/xml",
    })),
  );
  app.get("/sitemap/:boutique", limitAnybody(server, sitemapLimit), etag(), (context) => {
    const boutique = parseInput(boutiquePath, context.req.param()).boutique.slice(0, -".xml".length);
    return answer(context, cache, forSitemaps, async () => {
      const pages = (await catalog.sitemap(boutique)).map(({ kind, slug, changed_at }) => {
        return { address: pageAddress(siteUrl, kind, boutique, slug), changed_at };
      });
      return { body: sitemap(pages), type: "application/xml" };
    });
  });
  app.use(requireKey());
  app.use(limitRate(server, limit));
  app.use(onlyReads());
  app.get("/export/:boutique", exportCatalog(server));
  app.use(etag());
  app.get("/products", (context) => {
    const query = parseInput(listQuery, listParameters(context.req.query()));
    return answer(context, cache, forPages, async () => json(await catalog.list(query)));
  });
  app.get("/products/:boutique/:slug", (context) => {
    const { locale } = parseInput(pageQuery, context.req.query());
    const make = async () => jsonOf(await onShow(context, locale));
    return answer(context, cache, forPages, make, countView(context, views));
  });
  app.get("/products/:boutique/:slug/structured-data", (context) => {
    const { locale } = parseInput(pageQuery, context.req.query());
    return answer(context, cache, forPages, async () => {
      const product = await onShow(context, locale, "/structured-data");
      const address = pageAddress(siteUrl, "product", product.boutique.slug, product.slug);
      const body = JSON.stringify(structuredData(product, address));
      return { body, type: "application/ld+json" };
    });
  });
  app.route("/", showPages(catalog.shows, cache, views, siteUrl));
  return app;
}

function onlyReads(): MiddlewareHandler {
  return async (context, next) => {
    if (["GET", "HEAD"].includes(context.req.method)) return next();
    throw new Problem(405, "method_not_allowed", "The catalog is read with GET. Write through /rest/v1.");
  };
}
