import type { Context } from "hono";
import type { MadePage, Page, PageCache } from "./page-cache.ts";

/** A page may be used for a minute, and for five more while it is fetched anew. */
export const forPages = "public, max-age=60, stale-while-revalidate=300";

/** The page of a product that was renamed. */
export class Moved extends Error {
  readonly location: string;
  constructor(location: string) {
    super(`It is at ${location} now.`);
    this.location = location;
  }
}

/** A page out of the cache. */
export async function answer(
  context: Context,
  cache: PageCache,
  cacheControl: string,
  make: () => Promise<MadePage>,
  onPage: (page: Page) => void = () => undefined,
): Promise<Response> {
  const page = await cache.get(context.req.url, make);
  onPage(page);
  return new Response(context.req.method === "HEAD" ? null : page.body, {
    headers: {
      ...{ etag: page.etag, "cache-control": cacheControl, vary: "Accept-Encoding" },
      "content-type": `${page.type}; charset=utf-8`,
    },
  });
}

export const json = (value: unknown): MadePage => ({ body: JSON.stringify(value), type: "application/json" });

/** A page of something whose views are counted. */
export const jsonOf = (seen: { readonly id: string }): MadePage => ({ ...json(seen), seenId: seen.id });
