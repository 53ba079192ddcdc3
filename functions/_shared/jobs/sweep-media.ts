import { z } from "zod";
import { removeUnusedMedia } from "./media-files.ts";
import { defineQueue } from "./queue.ts";

/** Files that are looked at and removed together. */
const BATCH = 100;
/** Most batches of one run; the next day goes on. */
const BATCHES = 500;

/** Removes files of pictures that nobody made a row for within a day, and what broke off in between has left. */
export const sweepMedia = defineQueue({
  name: "media.sweep",
  payload: z.strictObject({}),
  cron: "23 2 * * *",
  missed: "once",
  retryLimit: 3,
  retryDelaySeconds: 60,
  retryDelayMaxSeconds: 600,
  expireInSeconds: 1800,
  pollingSeconds: 60,
  concurrency: 1,
  overdueSeconds: 7200,
  async run(_payload, { sql, files }) {
    let last = "";
    for (let batch = 0; batch < BATCHES; batch += 1) {
      const found = await sql<{ path: string }[]>`
        select path from private.unused_media_files(now() - interval '1 day', ${last}, ${BATCH}) path`;
      const paths = found.map(({ path }) => path);
      await removeUnusedMedia(sql, files, paths);
      if (paths.length < BATCH) return;
      last = paths.at(-1) ?? "";
    }
  },
});
