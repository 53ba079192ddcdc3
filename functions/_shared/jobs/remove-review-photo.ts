import { z } from "zod";
import { defineQueue } from "./queue.ts";
import { removeUnusedReviewPhotos } from "./review-photos.ts";

/** Removes the file of a photo whose review is hidden, deleted or has another photo now. */
export const removeReviewPhoto = defineQueue({
  name: "review.remove_photo",
  payload: z.object({ storage_path: z.string().min(1) }),
  retryLimit: 12,
  retryDelaySeconds: 10,
  retryDelayMaxSeconds: 3600,
  expireInSeconds: 120,
  pollingSeconds: 30,
  concurrency: 2,
  tenantConcurrency: 1,
  overdueSeconds: 3600,
  async run({ storage_path }, { sql, files }) {
    const left = await removeUnusedReviewPhotos(sql, files, [storage_path]);
    if (left > 0) throw new Error("The file is kept back by somebody who writes a review; it is tried again.");
  },
});
