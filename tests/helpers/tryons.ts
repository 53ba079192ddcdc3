import { randomUUID } from "node:crypto";
import type { JobWithMetadata } from "pg-boss";
import { processMedia } from "../../functions/_shared/jobs/process-media.ts";
import { processTryonPhoto } from "../../functions/_shared/jobs/process-tryon-photo.ts";
import type { JobContext, Queue } from "../../functions/_shared/jobs/queue.ts";
import { removeTryonFile } from "../../functions/_shared/jobs/remove-tryon-file.ts";
import { renderTryon } from "../../functions/_shared/jobs/render-tryon.ts";
import { figure, figurePoints, gown, gownPoints } from "./figures.ts";
import type { BoutiqueFixture } from "./fixtures.ts";
import { jobContext } from "./run-job.ts";
import type { Person, World } from "./world.ts";

/** Puts a file into the bucket by an address that was signed for it. */
export async function uploadPhoto(who: Person, file?: Uint8Array, folder = who.id): Promise<string> {
  const path = `${folder}/${randomUUID()}.jpg`;
  const files = who.client.storage.from("tryon");
  const { data, error } = await files.createSignedUploadUrl(path);
  if (error !== null) throw error;
  const blob = new Blob([new Uint8Array(file ?? (await figure()))], { type: "image/jpeg" });
  const { error: refused } = await files.uploadToSignedUrl(path, data.token, blob, { contentType: "image/jpeg" });
  if (refused !== null) throw refused;
  return path;
}

/** A photo that she has agreed to, with her marks; pending until `work`. */
export async function addPhoto(who: Person, file?: Uint8Array): Promise<string> {
  const { data, error } = await who.client.rpc("add_tryon_photo", {
    ...{ storage_path: await uploadPhoto(who, file), consent_version: 1, anchor_points: { ...figurePoints } },
  });
  if (error !== null) throw error;
  return data.id;
}

/** Staff add the cut-out of a product, and the job looks at it. */
export async function addCutout(
  world: World,
  staff: Person,
  boutique: BoutiqueFixture,
  productId: string,
): Promise<string> {
  const path = `${boutique.id}/${randomUUID()}.png`;
  const file = new Blob([new Uint8Array(await gown())], { type: "image/png" });
  await staff.client.storage.from("product-media").upload(path, file, { contentType: "image/png" });
  const { data, error } = await staff.client
    .from("product_media")
    .insert({
      ...{ product_id: productId, boutique_id: boutique.id, storage_path: path, alt: "The gown alone" },
      ...{ purpose: "cutout", anchor_points: { ...gownPoints } },
    })
    .select("id")
    .single();
  if (error !== null) throw error;
  await processMedia.run({ media_id: data.id }, jobContext(world), {} as JobWithMetadata<unknown>);
  return data.id;
}

export async function request(who: Person, photoId: string, productId: string, key: string = randomUUID()) {
  return who.client.rpc("request_tryon", { photo_id: photoId, product_id: productId, idempotency_key: key });
}

/** Does what is enqueued about photos and looks and not put off; returns how many jobs there were. */
export async function work(
  world: World,
  other: Partial<JobContext> = {},
  only: readonly Queue[] = [processTryonPhoto, renderTryon, removeTryonFile],
): Promise<number> {
  let count = 0;
  for (const queue of only) {
    const jobs = await world.sql<{ data: Record<string, string> }[]>`
      update pgboss.job set state = 'completed' where name = ${queue.name} and state = 'created' and start_after <= now()
      returning data`;
    count += jobs.length;
    for (const { data } of jobs) await queue.run(data, jobContext(world, other), {} as JobWithMetadata<unknown>);
  }
  return count;
}

/** What is in a customer's folder, in the order of names. */
export async function filesOf(world: World, { id }: Pick<Person, "id">): Promise<string[]> {
  const rows = await world.sql<{ name: string }[]>`
    select name from storage.objects where bucket_id = 'tryon' and starts_with(name, ${id}) order by name`;
  return rows.map(({ name }) => name);
}

export async function photoOf(world: World, id: string) {
  const [row] = await world.sql`select * from public.tryon_photos where id = ${id}`;
  return row;
}

export async function lookOf(world: World, id: string) {
  const [row] = await world.sql`select * from public.tryons where id = ${id}`;
  return row;
}
