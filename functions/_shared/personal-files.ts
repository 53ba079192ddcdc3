import type { Sql } from "postgres";
import type { FileStore } from "./files.ts";

/** Removes all files of a person from Storage. */
export async function removePersonalFiles(sql: Sql, files: FileStore, userId: string): Promise<void> {
  const rows = await sql<{ bucket_id: string; name: string }[]>`
    select bucket_id, name from private.personal_files(${userId})`;
  for (const bucket of new Set(rows.map(({ bucket_id }) => bucket_id))) {
    const names = rows.filter(({ bucket_id }) => bucket_id === bucket).map(({ name }) => name);
    await files.remove(bucket, names);
  }
}
