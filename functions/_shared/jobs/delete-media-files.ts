import { z } from "zod";
import { removeUnusedMedia, renditionPaths } from "./media-files.ts";
import { defineQueue } from "./queue.ts";

/** Removes the files of a picture whose row is gone; a file that another row speaks of stays. */
export const deleteMediaFiles = defineQueue({
  name: "media.delete_files",
  payload: z.object({ boutique_id: z.uuid(), media_id: z.uuid(), storage_path: z.string().min(1) }),
  retryLimit: 12,
  retryDelaySeconds: 10,
  retryDelayMaxSeconds: 3600,
  expireInSeconds: 120,
  pollingSeconds: 30,
  concurrency: 2,
  tenantConcurrency: 1,
  overdueSeconds: 3600,
  async run({ boutique_id, media_id, storage_path }, { sql, files }) {
    const paths = [storage_path, ...renditionPaths(boutique_id, media_id)];
    const left = await removeUnusedMedia(sql, files, paths);
    if (left > 0) throw new Error(`${left} files are kept back by somebody who adds pictures; it is tried again.`);
  },
});
