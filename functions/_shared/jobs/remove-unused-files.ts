import type { Sql, TransactionSql } from "postgres";
import type { FileStore } from "../files.ts";

interface UnusedFile {
  readonly path: string;
  /** False while somebody adds a row for it. */
  readonly claimed: boolean;
}

/**
 * Removes those of the files that no row speaks of; nobody can add a row for them meanwhile.
 *
 * @param claim which of them are unused, with locks on them until the transaction ends
 * @returns how many were left because somebody adds a row at this moment
 */
export async function removeUnusedFiles(
  sql: Sql,
  files: FileStore,
  bucket: string,
  claim: (tx: TransactionSql) => PromiseLike<readonly UnusedFile[]>,
): Promise<number> {
  return sql.begin(async (tx) => {
    const unused = await claim(tx);
    const claimed = unused.filter(({ claimed }) => claimed).map(({ path }) => path);
    await files.remove(bucket, claimed);
    return unused.length - claimed.length;
  });
}
