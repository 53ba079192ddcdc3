import type { SupabaseClient } from "@supabase/supabase-js";
import { type Context, Hono, type MiddlewareHandler } from "hono";
import { etag } from "hono/etag";
import type { Database } from "../_shared/database.types.ts";
import { limitRate, type RateLimit } from "../_shared/limit-rate.ts";
import { notFound, onError, Problem } from "../_shared/problem.ts";
import type { KeyVariables } from "../_shared/require-key.ts";
import type { Feed, ReadFeed, ReadShow } from "./feed.ts";
import { toICalendar } from "./to-icalendar.ts";

/** Guessing a token is hopeless; this keeps it cheap for us too. Calendar services ask for many people from one address. */
export const limit: RateLimit = { operation: "calendar", capacity: 240, perMinute: 120, lease: 10 };

/**
 * Calendar feeds for calendar programs, which send no key: the secret is in the address. A feed may be used for five
 * minutes; one that has not changed is answered with 304. Public shows have a file each, which needs no secret.
 *
 * @param server client with the secret key, for the rate limit
 */
export function createApp(
  readFeed: ReadFeed,
  readShow: ReadShow,
  server: SupabaseClient<Database>,
  rate: RateLimit = limit,
) {
  const app = new Hono<{ Variables: KeyVariables }>().basePath("/calendar");
  app.onError(onError);
  app.notFound(notFound);
  app.use(limitRate(server, rate));
  app.use(onlyReads());
  app.use(etag());
  app.get("/:file{[A-Za-z0-9_-]{1,100}\\.ics}", async (context) => {
    const feed = await readFeed(context.req.param("file").slice(0, -".ics".length));
    if (feed === null) {
      throw new Problem(404, "feed_not_found", "There is no such calendar, or its link was revoked. Make a new one.");
    }
    return calendarFile(context, feed, "private, max-age=300", {
      // The address is a secret: it goes into no search engine and to no other site.
      "x-robots-tag": "noindex",
      "referrer-policy": "no-referrer",
    });
  });
  app.get("/shows/:boutique/:file{[a-z0-9-]{1,120}\\.ics}", async (context) => {
    const { boutique, file } = context.req.param();
    const show = await readShow(boutique, file.slice(0, -".ics".length));
    if (show === null) throw new Problem(404, "show_not_found", "There is no such show, or it is not announced.");
    return calendarFile(context, show, "public, max-age=300");
  });
  return app;
}

function calendarFile(context: Context, feed: Feed, cacheControl: string, headers: Record<string, string> = {}) {
  return context.body(toICalendar(feed), 200, {
    "content-type": "text/calendar; charset=utf-8",
    "content-disposition": 'inline; filename="calendar.ics"',
    "cache-control": cacheControl,
    ...headers,
  });
}

function onlyReads(): MiddlewareHandler {
  return async (context, next) => {
    if (["GET", "HEAD"].includes(context.req.method)) return next();
    throw new Problem(405, "method_not_allowed", "A calendar feed is read with GET. It cannot be written to.");
  };
}
