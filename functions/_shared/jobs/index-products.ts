import { z } from "zod";
import { defineQueue } from "./queue.ts";

/**
 * Brings what is searched up to date after something was changed that many products have in common: a designer's name, a
 * category, a boutique's cities. In portions of their own transactions; a second run does no harm.
 */
export const indexProducts = defineQueue({
  name: "catalog.index",
  payload: z.object({ of: z.enum(["designer", "category", "boutique"]), id: z.uuid() }),
  retryLimit: 5,
  retryDelaySeconds: 10,
  retryDelayMaxSeconds: 300,
  expireInSeconds: 1800,
  pollingSeconds: 5,
  concurrency: 1,
  overdueSeconds: 1800,
  async run({ of, id }, { sql }) {
    let after: string | null = null;
    do {
      const [row]: { after: string | null }[] = await sql<{ after: string | null }[]>`
        select private.index_some(${of}, ${id}, ${after}) as after`;
      after = row?.after ?? null;
    } while (after !== null);
  },
});
