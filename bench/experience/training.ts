// The job fit.train on the reviews of Rent The Runway, in a process of its own.
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import process from "node:process";
import { promisify } from "node:util";
import { loadRentTheRunway } from "../../scripts/rent-the-runway/load.ts";
import { root } from "../../stack/paths.ts";
import { report } from "../table.ts";
import { onGround } from "./cluster.ts";

const FILE = "renttherunway_until_2016.csv.gz";

export async function benchTraining(): Promise<void> {
  const file = join(resolve(root, process.env["NEXUS_DATA_DIR"] ?? "../shared/data"), FILE);
  if (!existsSync(file)) {
    process.stdout.write(`The training is left out: set NEXUS_DATA_DIR to the folder that has ${FILE}.\n`);
    return;
  }
  await onGround(false, async ({ superuser, url, connect }) => {
    await superuser`set session_replication_role = origin`;
    await loadRentTheRunway(connect(1), file);
    await superuser`vacuum analyze`;
    const script = new URL("train.ts", import.meta.url).pathname;
    const { stdout } = await promisify(execFile)(process.execPath, [script, url], { maxBuffer: 1e6 });
    const told = JSON.parse(stdout) as { readonly idle: number; readonly peak: number };
    const [training] = await superuser<
      Record<"state" | "rows" | "seconds" | "auc" | "skill" | "coefficients", string>[]
    >`
      select state, rows_read as rows, round(extract(epoch from finished_at - created_at), 1) as seconds, round(auc::numeric, 3) as auc,
        round(skill::numeric, 3) as skill, pg_size_pretty(pg_total_relation_size('private.fit_rates') + pg_total_relation_size('private.fit_terms')) as coefficients
      from public.fit_trainings`;
    if (training?.state !== "used") throw new Error(`bench: the training was ${training?.state}.`);
    const { rows, seconds, auc, skill, coefficients } = training;
    await report(
      "experience-training",
      [
        {
          rows,
          "seconds, both trainings": seconds,
          "memory before (MB)": told.idle,
          "peak memory (MB)": told.peak,
          "AUC, newest tenth": auc,
          skill,
          coefficients,
        },
      ],
      "fit.train in a process of its own.",
    );
  });
}
