import type { Context } from "hono";
import { z } from "zod";
import type { Page, PageCache } from "./page-cache.ts";

/** A page may be used for a minute, and for five more while it is fetched anew. */
export const forPages = "public, max-age=60, stale-while-revalidate=300";

/** A product that was renamed. */
export class Moved extends Error {
  readonly slug: string;
  constructor(slug: string) {
    super(`It is called ${slug} now.`);
    this.slug = slug;
  }
}

/** A page out of the cache, or 304 when its reader has it. */
export async function answer(
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

export const json = (value: unknown) => ({ body: JSON.stringify(value), type: "application/json" });
export const idOf = (body: string) => z.object({ id: z.string() }).parse(JSON.parse(body)).id;

/** Where the caller reaches this function. */
export function publicUrl(context: Context): string {
  const { host, protocol } = new URL(context.req.url);
  const proto = context.req.header("x-forwarded-proto") ?? protocol.slice(0, -1);
  return `${proto}://${context.req.header("x-forwarded-host") ?? host}/functions/v1/catalog`;
}
