import { strToU8, type Zippable, zipSync } from "fflate";
import type { Sql } from "postgres";
import { z } from "zod";
import { defineQueue } from "./queue.ts";

/** For how long an export can be downloaded. */
const DAYS = 7;

/** Files that go into one archive: some room is left below what the bucket takes, and all of it is in memory. */
const ARCHIVE_BYTES = 40 * 1024 * 1024;

/** Builds the archives of somebody's data and then has the link mailed. */
export const buildExport = defineQueue({
  name: "privacy.build_export",
  payload: z.object({ export_id: z.uuid() }),
  retryLimit: 8,
  retryDelaySeconds: 30,
  retryDelayMaxSeconds: 3600,
  expireInSeconds: 900,
  pollingSeconds: 10,
  concurrency: 1,
  overdueSeconds: 3600,
  async run({ export_id }, { sql, files }) {
    const [asked] = await sql<{ user_id: string }[]>`
      select user_id from public.data_exports where id = ${export_id} and state = 'requested'`;
    if (asked === undefined) return;
    const [found] = await sql<{ data: unknown }[]>`select private.exported_data(${asked.user_id}) as data`;
    const paths: string[] = [];
    let size = 0;
    for (const [part, names] of (await personalFiles(sql, asked.user_id)).entries()) {
      const content: Zippable = part === 0 ? { "data.json": strToU8(JSON.stringify(found?.data, undefined, 2)) } : {};
      for (const { bucket_id, name } of names) {
        content[`files/${bucket_id}/${name.slice(asked.user_id.length + 1)}`] = [
          await files.download(bucket_id, name),
          // Pictures and PDF are compressed already.
          { level: 0 },
        ];
      }
      const archive = zipSync(content) as Uint8Array<ArrayBuffer>;
      const path = `${asked.user_id}/${export_id}-${part + 1}.zip`;
      await files.upload("data-exports", path, archive, "application/zip");
      paths.push(path);
      size += archive.length;
    }
    await sql.begin(async (tx) => {
      const { count } = await tx`
        update public.data_exports
        set state = 'ready', storage_paths = ${paths}, size_bytes = ${size}, expires_at = now() + ${DAYS} * interval '1 day'
        where id = ${export_id} and state = 'requested'`;
      if (count > 0) await tx`select private.enqueue('mail.data_export', ${tx.json({ export_id })})`;
      // The account went while the archives were built: what was just uploaded goes after it.
      else await files.remove("data-exports", paths);
    });
  },
});

interface PersonalFile {
  readonly bucket_id: string;
  readonly name: string;
  readonly size: string;
}

/** Somebody's files, in parts of which each fits into an archive; the first part is there even without files. */
async function personalFiles(sql: Sql, userId: string): Promise<PersonalFile[][]> {
  const rows = await sql<PersonalFile[]>`
    select bucket_id, name, size from private.personal_files(${userId}) where bucket_id <> 'data-exports'`;
  const parts: PersonalFile[][] = [[]];
  let bytes = 0;
  for (const file of rows) {
    bytes += Number(file.size);
    if (bytes > ARCHIVE_BYTES && parts.at(-1)?.length !== 0) {
      parts.push([]);
      bytes = Number(file.size);
    }
    parts.at(-1)?.push(file);
  }
  return parts;
}
