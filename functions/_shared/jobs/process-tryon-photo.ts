import { z } from "zod";
import { lookAtFile } from "./pictures.ts";
import { defineQueue } from "./queue.ts";
import { removeUnusedTryonFiles, TRYON_BUCKET } from "./tryon-files.ts";

/** Replaces a photo that gowns are to be tried on by an upright copy without what cameras write into files, or refuses it. */
export const processTryonPhoto = defineQueue({
  name: "tryon.process_photo",
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
    const [photo] = await sql<{ storage_path: string; state: string }[]>`
      select storage_path, state from public.tryon_photos where id = ${photo_id} and state <> 'ready'`;
    if (photo === undefined) return;
    const { storage_path } = photo;
    const clear = async () => {
      const left = await removeUnusedTryonFiles(sql, files, [storage_path]);
      if (left > 0) throw new Error("The file is kept back by somebody who adds a photo; it is tried again.");
    };
    // An earlier attempt has refused it, and may have left the file.
    if (photo.state === "refused") return clear();
    const picture = await lookAtFile(context, TRYON_BUCKET, storage_path, (pictures, bytes) => pictures.upright(bytes));
    if (typeof picture === "string") {
      await sql`
        update public.tryon_photos set state = 'refused', refusal = ${picture} where id = ${photo_id} and state = 'pending'`;
      return clear();
    }
    // In place: an attempt that breaks off after this looks at its own copy.
    await files.upload(TRYON_BUCKET, storage_path, picture.bytes, "image/jpeg");
    const { count } = await sql`
      update public.tryon_photos set state = 'ready', width = ${picture.width}, height = ${picture.height}
      where id = ${photo_id} and state = 'pending'`;
    // She has deleted it meanwhile, or two attempts have met: then it is used.
    if (count === 0) await clear();
  },
});
