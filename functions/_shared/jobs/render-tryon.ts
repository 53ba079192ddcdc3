import type { TransactionSql } from "postgres";
import { z } from "zod";
import { type LookProgress, NotStarted, type TryonFailure } from "../tryon/provider.ts";
import { MEDIA_BUCKET } from "./media-files.ts";
import type { AnchorPoints, UprightPicture } from "./pictures.ts";
import { defineQueue, type JobContext } from "./queue.ts";
import { lookPath, removeUnusedTryonFiles, TRYON_BUCKET } from "./tryon-files.ts";

const RETRIES = 7;
/** A start that was noted so long ago, and has no run, broke off. */
const START_SECONDS = 120;
/** A run that takes longer is given up. */
const RUN_SECONDS = 600;
/** Between two questions how far a run is. */
const POLL_SECONDS = 3;

interface Look {
  readonly id: string;
  readonly customer_id: string;
  readonly photo_path: string;
  readonly photo_points: AnchorPoints | null;
  readonly cutout_path: string | null;
  readonly cutout_points: AnchorPoints | null;
  readonly provider_run: string | null;
  /** Since a provider was asked; null when none was. */
  readonly seconds: number | null;
}

/**
 * Makes a look, or has it made. A provider that is paid is asked once: that it is asked is noted before, and its name for the run
 * after, so that an attempt that breaks off in between is not repeated, and one that breaks off later asks for the run.
 */
export const renderTryon = defineQueue({
  name: "tryon.render",
  payload: z.object({ tryon_id: z.uuid() }),
  retryLimit: RETRIES,
  retryDelaySeconds: 5,
  retryDelayMaxSeconds: 300,
  expireInSeconds: 180,
  pollingSeconds: 5,
  concurrency: 2,
  tenantConcurrency: 1,
  needsWorker: true,
  overdueSeconds: 900,
  async run({ tryon_id }, context, job) {
    const [look] = await context.sql<Look[]>`
      select t.id, t.customer_id, f.storage_path as photo_path, f.anchor_points as photo_points, t.provider_run,
        extract(epoch from now() - t.run_started_at)::float8 as seconds, c.anchor_points as cutout_points,
        c.renditions -> -1 ->> 'storage_path' as cutout_path
      from public.tryons t
      join public.tryon_photos f on f.id = t.photo_id
      left join public.product_media c on c.product_id = t.product_id and c.purpose = 'cutout' and c.state = 'ready'
      where t.id = ${tryon_id} and t.state = 'pending'`;
    if (look === undefined) return;
    try {
      await settle(context, look, await progressOf(context, look));
    } catch (error) {
      // She is told; operators find the job among the dead letters.
      if ((job.retryCount ?? 0) >= RETRIES) await fail(context, look, "provider_unavailable");
      throw error;
    }
  },
});

async function progressOf(context: JobContext, look: Look): Promise<LookProgress> {
  const { sql, files, tryon } = context;
  if (look.provider_run !== null) return tryon.look(look.provider_run);
  const { photo_points, cutout_path, cutout_points } = look;
  if (photo_points === null) return { state: "failed", failure: "photo_unsuitable" };
  if (cutout_path === null || cutout_points === null) return { state: "failed", failure: "no_cutout" };
  const input = {
    photo: { bytes: await files.download(TRYON_BUCKET, look.photo_path), points: photo_points },
    cutout: { bytes: await files.download(MEDIA_BUCKET, cutout_path), points: cutout_points },
  };
  if (tryon.isFree) return tryon.start(input);
  const { count } = await sql`
    update public.tryons set run_started_at = now() where id = ${look.id} and state = 'pending' and run_started_at is null`;
  if (count === 0) {
    if ((look.seconds ?? 0) > START_SECONDS) return { state: "failed", failure: "interrupted" };
    throw new Error("Another attempt is asking the provider, or has broken off; that is known in two minutes.");
  }
  try {
    return await tryon.start(input);
  } catch (error) {
    context.log.warn({ tryon_id: look.id, err: error }, "try-on not started");
    if (!(error instanceof NotStarted)) return { state: "failed", failure: "interrupted" };
    await sql`update public.tryons set run_started_at = null where id = ${look.id} and provider_run is null`;
    throw error;
  }
}

async function settle(context: JobContext, look: Look, progress: LookProgress): Promise<void> {
  if (progress.state === "failed") return fail(context, look, progress.failure);
  if (progress.state === "done") return store(context, look, progress.picture);
  if ((look.seconds ?? 0) > RUN_SECONDS) return fail(context, look, "timed_out");
  await context.sql.begin(async (tx) => {
    await tx`update public.tryons set provider_run = ${progress.run} where id = ${look.id} and state = 'pending'`;
    await askAgain(tx, look);
  });
}

async function askAgain(tx: TransactionSql, { id, customer_id }: Look): Promise<void> {
  const options = { group: customer_id, start_after: new Date(Date.now() + POLL_SECONDS * 1000).toISOString() };
  await tx`select private.enqueue('tryon.render', ${tx.json({ tryon_id: id })}, ${tx.json(options)})`;
}

async function store({ sql, files }: JobContext, { id, customer_id }: Look, { bytes }: UprightPicture): Promise<void> {
  const path = lookPath(customer_id, id);
  await files.upload(TRYON_BUCKET, path, bytes, "image/jpeg");
  const { count } = await sql`
    update public.tryons set state = 'ready', result_path = ${path} where id = ${id} and state = 'pending'`;
  // She has deleted it meanwhile, or two attempts have met: then it is used.
  if (count === 0) await removeUnusedTryonFiles(sql, files, [path]);
}

async function fail({ sql }: JobContext, { id }: Look, failure: TryonFailure): Promise<void> {
  await sql`select private.fail_tryon(${id}, ${failure})`;
}
