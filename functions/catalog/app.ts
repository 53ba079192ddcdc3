import type { SupabaseClient } from "@supabase/supabase-js";
import { Hono, type MiddlewareHandler } from "hono";
import { etag } from "hono/etag";
import type { Database } from "../_shared/database.types.ts";
import { limitRate, type RateLimit } from "../_shared/limit-rate.ts";
import { parseInput } from "../_shared/parse-input.ts";
import { notFound, onError, Problem } from "../_shared/problem.ts";
import { type KeyVariables, requireKey } from "../_shared/require-key.ts";
import { type Catalog, listQuery } from "./catalog.ts";
import { exportCatalog } from "./export.ts";

/** Ten pages a second for each address: a front end that renders on its server sends the secret key. */
const limit: RateLimit = { operation: "catalog", capacity: 600, perMinute: 600, lease: 20 };

/**
 * The public pages of the catalog, for caches: a page may be used for a minute, and for five more while
 * it is fetched anew. A page that has not changed is answered with 304.
 *
 * @param server client with the secret key, for the rate limit alone
 */
export function createApp(catalog: Catalog, server: SupabaseClient<Database>) {
  const app = new Hono<{ Variables: KeyVariables }>().basePath("/catalog");
  app.onError(onError);
  app.notFound(notFound);
  app.use(requireKey());
  app.use(limitRate(server, limit));
  app.use(onlyReads());
  app.get("/export/:boutique", exportCatalog(server));
  app.use(etag());
  app.use(cacheControl("public, max-age=60, stale-while-revalidate=300"));
  app.get("/products", async (context) => context.json(await catalog.list(parseInput(listQuery, context.req.query()))));
  app.get("/products/:boutique/:slug", async (context) =>
    context.json(await catalog.product(context.req.param("boutique"), context.req.param("slug"))),
  );
  return app;
}

function onlyReads(): MiddlewareHandler {
  return async (context, next) => {
    if (["GET", "HEAD"].includes(context.req.method)) return next();
    throw new Problem(405, "method_not_allowed", "The catalog is read with GET. Write through /rest/v1.");
  };
}

function cacheControl(value: string): MiddlewareHandler {
  return async (context, next) => {
    await next();
    if (context.res.status === 200) {
      context.header("cache-control", value);
      context.header("vary", "Accept-Encoding");
    }
  };
}
