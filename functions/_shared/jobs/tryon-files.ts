import type { Sql } from "postgres";
import type { FileStore } from "../files.ts";
import { removeUnusedFiles } from "./remove-unused-files.ts";

/** Where photos that gowns are tried on are, and what comes of it: in the folder of who is on them. */
export const TRYON_BUCKET = "tryon";

/** Where a look is. The same each time: an attempt that runs again replaces what the last one left. */
export function lookPath(customerId: string, tryonId: string): string {
  return `${customerId}/looks/${tryonId}.jpg`;
}

/** `removeUnusedFiles` for photos that gowns are tried on, and looks. */
export function removeUnusedTryonFiles(sql: Sql, files: FileStore, paths: readonly string[]): Promise<number> {
  return removeUnusedFiles(
    sql,
    files,
    TRYON_BUCKET,
    (tx) => tx`select path, claimed from private.claim_unused_tryon_files(${[...paths]})`,
  );
}
