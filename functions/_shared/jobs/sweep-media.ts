import type { Row } from "postgres";
import { z } from "zod";
import { removeUnusedMedia } from "./media-files.ts";
import { defineQueue } from "./queue.ts";
import { removeUnusedReviewPhotos } from "./review-photos.ts";
import { removeUnusedTryonFiles } from "./tryon-files.ts";

/** Files that are looked at and removed together. */
const BATCH = 100;
/** Most batches of one run; the next day goes on. */
const BATCHES = 500;

/** Removes files of pictures, photos of reviews and of virtual try-on that nobody made a row for within a day, and what broke off in between has left. */
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
    await sweep(
      (after) => sql`select path from private.unused_media_files(now() - interval '1 day', ${after}, ${BATCH}) path`,
      (paths) => removeUnusedMedia(sql, files, paths),
    );
    await sweep(
      (after) => sql`select path from private.unused_review_photos(now() - interval '1 day', ${after}, ${BATCH}) path`,
      (paths) => removeUnusedReviewPhotos(sql, files, paths),
    );
    await sweep(
      (after) => sql`select path from private.unused_tryon_files(now() - interval '1 day', ${after}, ${BATCH}) path`,
      (paths) => removeUnusedTryonFiles(sql, files, paths),
    );
  },
});

async function sweep(
  find: (after: string) => Promise<readonly Row[]>,
  remove: (paths: readonly string[]) => Promise<number>,
): Promise<void> {
  let last = "";
  for (let batch = 0; batch < BATCHES; batch += 1) {
    const paths = (await find(last)).map(({ path }) => String(path));
    await remove(paths);
    if (paths.length < BATCH) return;
    last = paths.at(-1) ?? "";
  }
}
