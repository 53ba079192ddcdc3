import { verifyAuth } from "@supabase/server/core";
import type { MiddlewareHandler } from "hono";
import { Problem } from "./problem.ts";

export interface KeyVariables {
  /** Whose request it is: a front end's (publishable) or a server's (secret). */
  keyKind: "publishable" | "secret";
}

/**
 * Lets requests pass that carry a key of the project in the `apikey` header, as supabase-js sends it.
 * A publishable key says which front end calls, not who: what is read is read as `anon`.
 */
export function requireKey(): MiddlewareHandler<{ Variables: KeyVariables }> {
  return async (context, next) => {
    const { data, error } = await verifyAuth(context.req.raw, { auth: ["publishable", "secret"] });
    if (error !== null) {
      throw new Problem(401, "invalid_api_key", "Send the project's publishable key in the header 'apikey'.");
    }
    context.set("keyKind", data.authMode === "secret" ? "secret" : "publishable");
    return next();
  };
}
