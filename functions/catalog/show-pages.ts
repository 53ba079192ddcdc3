import { type Context, Hono } from "hono";
import { parseInput } from "../_shared/parse-input.ts";
import { Problem } from "../_shared/problem.ts";
import type { KeyVariables } from "../_shared/require-key.ts";
import { pageAddress } from "./addresses.ts";
import { answer, forPages, json, jsonOf } from "./answer.ts";
import type { PageCache } from "./page-cache.ts";
import { eventData, type ShowPage, type Shows, showsQuery } from "./shows.ts";
import { countView, type ViewCounter } from "./view-counter.ts";

/** The public pages of shows, cached and counted as those of products are. */
export function showPages(shows: Shows, cache: PageCache, views: ViewCounter, siteUrl: string) {
  const app = new Hono<{ Variables: KeyVariables }>();
  app.get("/shows", (context) => {
    const query = parseInput(showsQuery, context.req.query());
    return answer(context, cache, forPages, async () => json(await shows.list(query)));
  });
  app.get("/shows/:boutique/:slug", (context) =>
    answer(context, cache, forPages, async () => jsonOf(await announced(shows, context)), countView(context, views)),
  );
  app.get("/shows/:boutique/:slug/structured-data", (context) =>
    answer(context, cache, forPages, async () => {
      const show = await announced(shows, context);
      const address = pageAddress(siteUrl, "show", show.boutique.slug, show.slug);
      return { body: JSON.stringify(eventData(show, address)), type: "application/ld+json" };
    }),
  );
  return app;
}

async function announced(shows: Shows, context: Context): Promise<ShowPage> {
  const { boutique = "", slug = "" } = context.req.param() as { boutique?: string; slug?: string };
  const show = await shows.show(boutique, slug);
  if (show !== undefined) return show;
  throw new Problem(404, "show_not_found", `There is no show ${slug} of ${boutique}, or it is not announced.`);
}
