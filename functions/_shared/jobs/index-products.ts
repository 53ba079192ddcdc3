import { z } from "zod";
import { defineQueue } from "./queue.ts";

/**
 * Brings what is searched up to date after something was changed that many products have in common: a designer's name, a
 * category, a boutique's cities. In portions of their own transactions; a second run does no harm.
 */
export const indexProducts = defineQueue({
  name: "catalog.index",
  payload: z.object({
    designer_id: z.uuid().optional(),
    category_id: z.uuid().optional(),
    boutique_id: z.uuid().optional(),
  }),
  retryLimit: 5,
  retryDelaySeconds: 10,
  retryDelayMaxSeconds: 300,
  expireInSeconds: 1800,
  pollingSeconds: 5,
  concurrency: 1,
  overdueSeconds: 1800,
  async run({ designer_id = null, category_id = null, boutique_id = null }, { sql }) {
    let after: string | null = null;
    do {
      const [row]: { after: string | null }[] = await sql<{ after: string | null }[]>`
        select private.index_some(${designer_id}, ${category_id}, ${boutique_id}, ${after}) as after`;
      after = row?.after ?? null;
    } while (after !== null);
  },
});
