import { randomUUID } from "node:crypto";
import type { DataApi } from "./data-api.ts";
import type { FunctionsHost } from "./functions-host.ts";
import { corsHeaders, type Handler } from "./gateway.ts";
import { SHOP_PATH, type Shop } from "./shop.ts";

const dataPaths = ["/rest/v1", "/auth/v1", "/storage/v1"];

/** Sends the requests of the API's origin to the part that answers them, as the platform's gateway does. */
export function apiHandler(dataApi: DataApi, functions: FunctionsHost, shop?: Shop): Handler {
  return async (request, peerAddress) => {
    const { pathname } = new URL(request.url);
    if (request.method === "OPTIONS" && request.headers.has("access-control-request-method")) return preflight(request);
    if (pathname.startsWith("/functions/v1/")) {
      const response = await functions.fetch(request);
      return withCors(response, response.headers);
    }
    if (dataPaths.some((path) => pathname === path || pathname.startsWith(`${path}/`))) {
      return withCors(await dataApi.fetch(request, peerAddress));
    }
    if (shop !== undefined && pathname.startsWith(SHOP_PATH)) return shop.fetch(request);
    if (shop !== undefined && `${pathname}/` === SHOP_PATH)
      return Response.redirect(new URL(SHOP_PATH, request.url), 308);
    return withCors(
      Response.json(
        {
          message: `There is nothing at ${pathname}. The API is at /rest/v1, /auth/v1, /storage/v1 and /functions/v1/NAME.`,
        },
        { status: 404 },
      ),
    );
  };
}

function preflight(request: Request): Response {
  return new Response(null, {
    status: 204,
    headers: {
      ...corsHeaders,
      "access-control-allow-headers": request.headers.get("access-control-request-headers") ?? "*",
      "access-control-max-age": "3600",
      vary: "Access-Control-Request-Headers",
    },
  });
}

/** @param own headers that are not to be replaced: a function may be for one origin only */
function withCors(response: Response, own = new Headers()): Response {
  const headers = new Headers(response.headers);
  for (const [name, value] of Object.entries(corsHeaders)) if (!own.has(name)) headers.set(name, value);
  if (!headers.has("x-request-id")) headers.set("x-request-id", randomUUID());
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers });
}
