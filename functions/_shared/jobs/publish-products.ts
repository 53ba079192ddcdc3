import { z } from "zod";
import { defineQueue } from "./queue.ts";

/** Publishes drafts whose time has come. */
export const publishProducts = defineQueue({
  name: "catalog.publish",
  payload: z.strictObject({}),
  cron: "* * * * *",
  missed: "once",
  retryLimit: 3,
  retryDelaySeconds: 10,
  retryDelayMaxSeconds: 60,
  expireInSeconds: 300,
  pollingSeconds: 10,
  concurrency: 1,
  overdueSeconds: 600,
  async run(_payload, { sql }) {
    for (let done = 500; done === 500; ) {
      const [row] = await sql<{ done: number }[]>`select private.publish_planned(500) as done`;
      done = row?.done ?? 0;
    }
  },
});
