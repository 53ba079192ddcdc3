import type { Sql } from "postgres";
import type { FileStore } from "../files.ts";
import { removeUnusedFiles } from "./remove-unused-files.ts";

/** Where photos of reviews are: in the folder of who has taken them. */
export const REVIEW_BUCKET = "review-photos";

/**
 * Removes those of the files that no review has; nobody can add one of them to a review meanwhile.
 *
 * @returns how many were left because somebody adds one at this moment
 */
export function removeUnusedReviewPhotos(sql: Sql, files: FileStore, paths: readonly string[]): Promise<number> {
  return removeUnusedFiles(
    sql,
    files,
    REVIEW_BUCKET,
    paths,
    (tx, all) => tx`select path, claimed from private.claim_unused_review_photos(${[...all]})`,
  );
}
