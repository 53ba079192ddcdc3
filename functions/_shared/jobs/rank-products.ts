import { z } from "zod";
import { defineQueue } from "./queue.ts";

/** Says anew which products a search looks at first. */
export const rankProducts = defineQueue({
  name: "catalog.rank",
  payload: z.strictObject({}),
  cron: "23 * * * *",
  missed: "once",
  retryLimit: 3,
  retryDelaySeconds: 60,
  retryDelayMaxSeconds: 600,
  expireInSeconds: 1800,
  pollingSeconds: 30,
  concurrency: 1,
  overdueSeconds: 7200,
  async run(_payload, { sql }) {
    // In batches: nobody who writes products waits long.
    for (let done = 1; done > 0; ) {
      const [row] = await sql<{ done: number }[]>`select private.rank_documents() as done`;
      done = row?.done ?? 0;
    }
  },
});
