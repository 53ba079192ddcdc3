import { z } from "zod";
import { trainAndJudge } from "../fit/hold-out.ts";
import { Observations } from "../fit/observations.ts";
import { readWearings, storeModel } from "../fit/store.ts";
import { defineQueue } from "./queue.ts";

/** How often the table hears how far a training is. */
const TELL_MS = 2_000;
/** How long it computes without a rest, about. */
const WORK_MS = 20;

/** Another training has begun: this one is for nothing. */
class Overtaken extends Error {}

/**
 * Trains the size advice anew. It may die at any point: what it has written is used by nobody until one transaction puts it
 * into use, and the next training removes it.
 */
export const trainFit = defineQueue({
  name: "fit.train",
  payload: z.strictObject({}),
  cron: "43 2 * * *",
  missed: "once",
  retryLimit: 2,
  retryDelaySeconds: 300,
  retryDelayMaxSeconds: 3600,
  expireInSeconds: 3600,
  pollingSeconds: 60,
  concurrency: 1,
  overdueSeconds: 4 * 3600,
  needsWorker: true,
  async run(_payload, { sql, log }) {
    const [started] = await sql<{ id: string }[]>`select private.start_fit_training() as id`;
    const id = started?.id ?? "";
    const isNewest = async (progress: number, rows: number) => {
      const { count } = await sql`
        update public.fit_trainings set progress = ${progress}, rows_read = ${rows} where id = ${id} and state = 'running'`;
      return count === 1;
    };
    const observations = new Observations();
    await readWearings(sql, observations, async (rows) => {
      await isNewest(0, rows);
    });
    const trained = await trainAndJudge(observations, tellAndRest(isNewest, observations)).catch((error: unknown) => {
      if (error instanceof Overtaken) return "overtaken" as const;
      throw error;
    });
    if (trained === "overtaken") return;
    if (trained !== undefined) await storeModel(sql, id, trained.model, observations);
    const score = trained === undefined ? null : sql.json({ ...trained.score });
    const [finished] = await sql<{ state: string | null }[]>`
      select (private.finish_fit_training(${id}, ${score})).state`;
    log.info({ training: id, state: finished?.state ?? "overtaken", rows: observations.length }, "Size advice trained");
  },
});

function tellAndRest(
  isNewest: (progress: number, rows: number) => Promise<boolean>,
  observations: Observations,
): (fraction: number) => Promise<void> {
  let told = 0;
  let rested = Date.now();
  return async (fraction) => {
    if (Date.now() - rested < WORK_MS) return;
    // Other jobs of the process, and the sign that this one is alive, have their turn.
    await new Promise((resolve) => setTimeout(resolve));
    rested = Date.now();
    if (Date.now() - told < TELL_MS) return;
    told = Date.now();
    if (!(await isNewest(0.95 * fraction, observations.length))) throw new Overtaken();
  };
}
