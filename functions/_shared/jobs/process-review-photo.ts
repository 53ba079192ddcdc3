import { z } from "zod";
import { readPicture } from "./pictures.ts";
import { defineQueue } from "./queue.ts";
import { REVIEW_BUCKET, removeUnusedReviewPhotos } from "./review-photos.ts";

interface Photo {
  readonly review_id: string;
  readonly customer_id: string;
  readonly storage_path: string;
}

/** Makes a photo of a review ready to be shown: as a copy without what cameras write into files, such as the place. */
export const processReviewPhoto = defineQueue({
  name: "review.process_photo",
  payload: z.object({ photo_id: z.uuid() }),
  retryLimit: 8,
  retryDelaySeconds: 5,
  retryDelayMaxSeconds: 1800,
  expireInSeconds: 300,
  pollingSeconds: 10,
  concurrency: 2,
  tenantConcurrency: 1,
  needsWorker: true,
  overdueSeconds: 900,
  async run({ photo_id }, context) {
    const { sql, files } = context;
    const [photo] = await sql<Photo[]>`
      select review_id, customer_id, storage_path from public.review_photos where id = ${photo_id} and state = 'pending'`;
    if (photo === undefined) return;
    const picture = await readPicture(context, REVIEW_BUCKET, photo.storage_path);
    if (typeof picture === "string") {
      await sql`
        update public.review_photos set state = 'refused', refusal = ${picture} where id = ${photo_id} and state = 'pending'`;
      await removeUnusedReviewPhotos(sql, files, [photo.storage_path]);
      return;
    }
    // The widest of them; a photo that is small has one of its own size.
    const largest = picture.renditions.at(-1);
    if (largest === undefined) throw new Error("The picture has no rendition.");
    const path = `${photo.customer_id}/${photo.review_id}/${photo_id}.webp`;
    await files.upload(REVIEW_BUCKET, path, largest.bytes, "image/webp");
    // A trigger has the file removed that she has uploaded.
    const { count } = await sql`
      update public.review_photos
      set state = 'ready', storage_path = ${path}, width = ${largest.width}, height = ${largest.height}, blurhash = ${picture.blurhash}
      where id = ${photo_id} and state = 'pending'`;
    // The review went meanwhile: what was just uploaded goes after it.
    if (count === 0) await removeUnusedReviewPhotos(sql, files, [path]);
  },
});
