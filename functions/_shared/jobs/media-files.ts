import type { Sql } from "postgres";
import type { FileStore } from "../files.ts";
import { WIDTHS } from "./pictures.ts";
import { removeUnusedFiles } from "./remove-unused-files.ts";

/** Where pictures of products are. */
export const MEDIA_BUCKET = "product-media";

/** Where a rendition of a picture is. The same each time: an attempt that runs again replaces what the last one left. */
export function renditionPath(boutiqueId: string, mediaId: string, name: number): string {
  return `${boutiqueId}/renditions/${mediaId}/${name}.webp`;
}

/** Every path that renditions of a picture may have. */
export function renditionPaths(boutiqueId: string, mediaId: string): string[] {
  return WIDTHS.map((name) => renditionPath(boutiqueId, mediaId, name));
}

/**
 * Removes those of the files that no row speaks of; nobody can add a row for them meanwhile.
 *
 * @returns how many were left because somebody adds a row at this moment
 */
export function removeUnusedMedia(sql: Sql, files: FileStore, paths: readonly string[]): Promise<number> {
  return removeUnusedFiles(
    sql,
    files,
    MEDIA_BUCKET,
    paths,
    (tx, all) => tx`select path, claimed from private.claim_unused_media_files(${[...all]})`,
  );
}
