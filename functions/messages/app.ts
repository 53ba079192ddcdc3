import type { SupabaseClient } from "@supabase/supabase-js";
import { Hono, type MiddlewareHandler } from "hono";
import type { Database } from "../_shared/database.types.ts";
import { limitRate, type RateLimit } from "../_shared/limit-rate.ts";
import { notFound, onError, Problem } from "../_shared/problem.ts";
import type { KeyVariables } from "../_shared/require-key.ts";
import { receiveBounce } from "./bounces.ts";
import { unsubscribe, unsubscribePage } from "./unsubscribe.ts";

/** A person clicks once, but the servers of a large mailbox provider click for all of its people from a few addresses. */
const limit: RateLimit = { operation: "messages.unsubscribe", capacity: 600, perMinute: 600, lease: 20 };

export interface MessageSecrets {
  /** Signs the links in mails; the same as the worker's. */
  readonly unsubscribe: string | undefined;
  /** Of Resend's webhook, `whsec_...`. */
  readonly resendWebhook: string | undefined;
}

/**
 * What comes back from mails: people who want no more of them, and providers whose mail did not arrive. Nobody here has
 * a key of the project; a token in the link and a signature over the body stand in for it.
 *
 * @param server client with the secret key
 */
export function createApp(server: SupabaseClient<Database>, secrets: MessageSecrets) {
  const app = new Hono<{ Variables: KeyVariables }>().basePath("/messages");
  app.onError(onError);
  app.notFound(notFound);
  app.use("/unsubscribe", asAnybody(), limitRate(server, limit));
  app.get("/unsubscribe", (context) => unsubscribePage(context, required(secrets.unsubscribe, "UNSUBSCRIBE_SECRET")));
  app.post("/unsubscribe", (context) =>
    unsubscribe(context, required(secrets.unsubscribe, "UNSUBSCRIBE_SECRET"), server),
  );
  app.post("/bounces", (context) =>
    receiveBounce(context, required(secrets.resendWebhook, "RESEND_WEBHOOK_SECRET"), server),
  );
  return app;
}

/** The rate limit spares servers with the secret key; here nobody is spared. */
function asAnybody(): MiddlewareHandler<{ Variables: KeyVariables }> {
  return (context, next) => {
    context.set("keyKind", "publishable");
    return next();
  };
}

function required(secret: string | undefined, name: string): string {
  if (secret !== undefined && secret !== "") return secret;
  console.error(`${name} is not set. Set it with: supabase secrets set ${name}=...`);
  throw new Problem(
    503,
    "not_configured",
    "This part of Nexus is not set up. The operator finds the reason in the log.",
  );
}
