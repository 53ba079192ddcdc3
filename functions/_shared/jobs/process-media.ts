import type { Sql } from "postgres";
import { z } from "zod";
import type { FileStore } from "../files.ts";
import { MEDIA_BUCKET, removeUnusedMedia, renditionPath, renditionPaths } from "./media-files.ts";
import { MOST_BYTES, type Picture, type PictureRefusal, type Pictures } from "./pictures.ts";
import { defineQueue } from "./queue.ts";

interface Media {
  readonly id: string;
  readonly boutique_id: string;
  readonly storage_path: string;
  readonly state: "pending" | "ready" | "refused";
  /** False for a picture of the time before renditions were made. */
  readonly done: boolean;
}

/** Looks at a picture: makes its renditions and shows it, or refuses it and removes its file. */
export const processMedia = defineQueue({
  name: "media.process",
  payload: z.object({ media_id: z.uuid() }),
  retryLimit: 8,
  retryDelaySeconds: 5,
  retryDelayMaxSeconds: 1800,
  expireInSeconds: 300,
  pollingSeconds: 10,
  concurrency: 2,
  tenantConcurrency: 1,
  needsWorker: true,
  overdueSeconds: 900,
  async run({ media_id }, { sql, files, pictures, log }) {
    const [media] = await sql<Media[]>`
      select id, boutique_id, storage_path, state, renditions <> '[]' as done
      from public.product_media where id = ${media_id}`;
    if (media === undefined || (media.state === "ready" && media.done)) return;
    if (pictures === undefined) throw new Error("Pictures need a worker: start one, as docs/deploying.md says.");
    // An earlier attempt has refused it, and may have left files.
    if (media.state === "refused") return clear(sql, files, media);
    const picture = await look(sql, files, pictures, media.storage_path);
    if (typeof picture !== "string") return show(sql, files, media, picture);
    if (media.state === "ready") {
      // It is on show since before there was a look at pictures: it stays as it is.
      log.warn({ media_id, refusal: picture }, "picture has no renditions");
      return;
    }
    await sql`
      update public.product_media set state = 'refused', refusal = ${picture}
      where id = ${media_id} and state = 'pending'`;
    await clear(sql, files, media);
  },
});

async function look(
  sql: Sql,
  files: FileStore,
  pictures: Pictures,
  path: string,
): Promise<Picture | PictureRefusal | "file_missing"> {
  const [file] = await sql<{ size: string | null }[]>`
    select metadata ->> 'size' as size from storage.objects where bucket_id = ${MEDIA_BUCKET} and name = ${path}`;
  if (file === undefined) return "file_missing";
  // Without having it in memory.
  if (Number(file.size) > MOST_BYTES) return "too_large";
  return pictures.read(await files.download(MEDIA_BUCKET, path));
}

async function show(sql: Sql, files: FileStore, media: Media, { width, height, blurhash, renditions }: Picture) {
  const stored = [];
  for (const { name, bytes, ...size } of renditions) {
    const path = renditionPath(media.boutique_id, media.id, name);
    await files.upload(MEDIA_BUCKET, path, bytes, "image/webp");
    stored.push({ ...size, storage_path: path, bytes: bytes.length });
  }
  const { count } = await sql`
    update public.product_media
    set state = 'ready', width = ${width}, height = ${height}, blurhash = ${blurhash}, renditions = ${sql.json(stored)}
    where id = ${media.id} and state <> 'refused'`;
  // The row went meanwhile: what was just uploaded goes after it.
  if (count === 0) await clear(sql, files, media);
}

/** Removes the files of a picture that is refused or gone. */
async function clear(sql: Sql, files: FileStore, { boutique_id, id, storage_path }: Media): Promise<void> {
  const left = await removeUnusedMedia(sql, files, [storage_path, ...renditionPaths(boutique_id, id)]);
  if (left > 0) throw new Error(`${left} files are kept back by somebody who adds pictures; it is tried again.`);
}
