import type { Sql } from "postgres";
import type { FileStore } from "../files.ts";

/** Where photos of reviews are: in the folder of who has taken them. */
export const REVIEW_BUCKET = "review-photos";

/**
 * Removes those of the files that no review has; nobody can add one of them to a review meanwhile.
 *
 * @returns how many were left because somebody adds one at this moment
 */
export async function removeUnusedReviewPhotos(sql: Sql, files: FileStore, paths: readonly string[]): Promise<number> {
  return sql.begin(async (tx) => {
    const unused = await tx<{ path: string; claimed: boolean }[]>`
      select path, claimed from private.claim_unused_review_photos(${[...paths]})`;
    const claimed = unused.filter(({ claimed }) => claimed).map(({ path }) => path);
    await files.remove(REVIEW_BUCKET, claimed);
    return unused.length - claimed.length;
  });
}
