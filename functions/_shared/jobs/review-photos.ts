import type { Sql } from "postgres";
import type { FileStore } from "../files.ts";
import { removeUnusedFiles } from "./remove-unused-files.ts";

/** Where photos of reviews are: in the folder of who has taken them. */
export const REVIEW_BUCKET = "review-photos";

/** `removeUnusedFiles` for photos of reviews. */
export function removeUnusedReviewPhotos(sql: Sql, files: FileStore, paths: readonly string[]): Promise<number> {
  return removeUnusedFiles(
    sql,
    files,
    REVIEW_BUCKET,
    (tx) => tx`select path, claimed from private.claim_unused_review_photos(${[...paths]})`,
  );
}
