import type { Sql, TransactionSql } from "postgres";
import type { FileStore } from "../files.ts";

/** Those of some paths that no row speaks of; the claimed ones get no row before the transaction ends. */
export type ClaimUnused = (
  tx: TransactionSql,
  paths: readonly string[],
) => Promise<readonly { readonly path: string; readonly claimed: boolean }[]>;

/**
 * Removes those of the files in a bucket that no row speaks of; nobody can add a row for them meanwhile.
 *
 * @returns how many were left because somebody adds a row at this moment
 */
export async function removeUnusedFiles(
  sql: Sql,
  files: FileStore,
  bucket: string,
  paths: readonly string[],
  claim: ClaimUnused,
): Promise<number> {
  return sql.begin(async (tx) => {
    const unused = await claim(tx, paths);
    const claimed = unused.filter(({ claimed }) => claimed).map(({ path }) => path);
    await files.remove(bucket, claimed);
    return unused.length - claimed.length;
  });
}
