import type { SupabaseClient } from "@supabase/supabase-js";
import { type Context, Hono } from "hono";
import type { Database } from "../_shared/database.types.ts";
import { limitRate, type RateLimit } from "../_shared/limit-rate.ts";
import { notFound, onError, Problem } from "../_shared/problem.ts";
import type { KeyVariables } from "../_shared/require-key.ts";
import { type Project, pageFiles } from "./page-files.ts";

/** The page takes seven requests when it is new. */
const limit: RateLimit = { operation: "docs", capacity: 240, perMinute: 120, lease: 20 };

/** Only what comes from here runs. Requests go wherever the reader says: any project may be tried out. */
export const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self' https: http://127.0.0.1:* http://localhost:*",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/**
 * The API docs: a page to read and try it out, the OpenAPI document and a Postman collection. It has no secrets, so it
 * wants no key.
 *
 * @param server client with the secret key, for the rate limit
 */
export function createApp(project: Project, server: SupabaseClient<Database>) {
  const fileOf = pageFiles(project);
  const app = new Hono<{ Variables: KeyVariables }>().basePath("/docs");
  app.onError(onError);
  app.notFound(notFound);
  app.use(limitRate(server, limit));
  app.get("/", (context) => answer(context, "index.html"));
  app.get("/:file", (context) => answer(context, context.req.param("file")));
  return app;

  function answer(context: Context, name: string): Response {
    const file = fileOf(name);
    if (file === undefined) throw new Problem(404, "file_not_found", `The API docs have no file ${name}.`);
    const headers = {
      etag: file.etag,
      "cache-control": "public, max-age=300",
      "access-control-allow-origin": "*",
      "content-security-policy": policy,
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
    };
    const known = context.req.header("if-none-match")?.replaceAll("W/", "").split(/,\s*/) ?? [];
    if (known.includes(file.etag) || known.includes("*")) return new Response(null, { status: 304, headers });
    const body = context.req.method === "HEAD" ? null : file.body;
    return new Response(body, { headers: { ...headers, "content-type": file.type } });
  }
}
