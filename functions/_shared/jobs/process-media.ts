import type { Sql } from "postgres";
import { z } from "zod";
import type { FileStore } from "../files.ts";
import { MEDIA_BUCKET, removeUnusedMedia, renditionPath, renditionPaths } from "./media-files.ts";
import { LEAST_SIDE, type Picture, type PictureRefusal, readPicture } from "./pictures.ts";
import { defineQueue } from "./queue.ts";

interface Media {
  readonly id: string;
  readonly boutique_id: string;
  readonly storage_path: string;
  readonly purpose: "gallery" | "cutout";
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
  async run({ media_id }, context) {
    const { sql, files, log } = context;
    const [media] = await sql<Media[]>`
      select id, boutique_id, storage_path, purpose, state, renditions <> '[]' as done
      from public.product_media where id = ${media_id}`;
    if (media === undefined || (media.state === "ready" && media.done)) return;
    // An earlier attempt has refused it, and may have left files.
    if (media.state === "refused") return clear(sql, files, media);
    const seen = await readPicture(context, MEDIA_BUCKET, media.storage_path);
    const picture = media.purpose === "cutout" ? asCutout(seen) : seen;
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

/** A gown alone: something is to be seen through, and it is large enough for a photo. */
function asCutout<T extends string>(picture: Picture | T): Picture | T | PictureRefusal {
  if (typeof picture === "string") return picture;
  if (!picture.transparent) return "not_transparent";
  return Math.min(picture.width, picture.height) < LEAST_SIDE ? "too_small" : picture;
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
