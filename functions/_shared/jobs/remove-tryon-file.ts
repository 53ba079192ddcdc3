import { z } from "zod";
import { defineQueue } from "./queue.ts";
import { removeUnusedTryonFiles } from "./tryon-files.ts";

/** Removes the file of a photo or a look whose row is gone. */
export const removeTryonFile = defineQueue({
  name: "tryon.remove_file",
  payload: z.object({ storage_path: z.string().min(1) }),
  retryLimit: 12,
  retryDelaySeconds: 10,
  retryDelayMaxSeconds: 3600,
  expireInSeconds: 120,
  pollingSeconds: 30,
  concurrency: 2,
  overdueSeconds: 3600,
  async run({ storage_path }, { sql, files }) {
    const left = await removeUnusedTryonFiles(sql, files, [storage_path]);
    if (left > 0) throw new Error("The file is kept back by somebody who adds a photo; it is tried again.");
  },
});
