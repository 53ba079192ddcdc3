import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { serveStatic } from "@hono/node-server/serve-static";
import { Hono, type MiddlewareHandler } from "hono";
import { DASHBOARD_PATH, type Dashboard } from "./dashboard.ts";
import type { DataApi } from "./data-api.ts";
import type { Handler } from "./gateway.ts";

/** Where the package of the Studio keeps what its page loads: fonts, script, styles. */
const assets = dirname(fileURLToPath(import.meta.resolve("@supabase/lite")));

/** The Studio's page and assets, the API that it talks to on its own origin, and the page of the queues beside it. */
export function studioHandler(api: DataApi, dashboard: Dashboard): Handler {
  const app = new Hono<{ Bindings: { peerAddress: string | null } }>()
    .use(onlyByOwnName())
    .all(DASHBOARD_PATH, (context) => dashboard.fetch(context.req.raw))
    .all(`${DASHBOARD_PATH}/*`, (context) => dashboard.fetch(context.req.raw))
    .use("/static/*", serveStatic({ root: assets }))
    .all("*", (context) => api.fetch(context.req.raw, context.env.peerAddress));
  return (request, peerAddress) => app.fetch(request, { peerAddress });
}

/**
 * The Studio needs no key, so it must not answer to another name: a site whose name is made to point to
 * this machine (DNS rebinding) would be of its origin.
 */
function onlyByOwnName(): MiddlewareHandler {
  return async (context, next) => {
    const { hostname } = new URL(context.req.url);
    if (hostname === "127.0.0.1" || hostname === "localhost") return next();
    return context.json({ message: "The Studio answers to 127.0.0.1 and localhost only." }, 403);
  };
}
