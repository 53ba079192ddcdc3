import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { serveStatic } from "@hono/node-server/serve-static";
import { Hono } from "hono";
import type { DataApi } from "./data-api.ts";
import type { Handler } from "./gateway.ts";

/** Where the package of the Studio keeps what its page loads: fonts, script, styles. */
const assets = dirname(fileURLToPath(import.meta.resolve("@supabase/lite")));

/** The Studio's page and assets, and the API that it talks to on its own origin. */
export function studioHandler(api: DataApi): Handler {
  const app = new Hono<{ Bindings: { peerAddress: string | null } }>()
    .use("/static/*", serveStatic({ root: assets }))
    .all("*", (context) => api.fetch(context.req.raw, context.env.peerAddress));
  return (request, peerAddress) => app.fetch(request, { peerAddress });
}
