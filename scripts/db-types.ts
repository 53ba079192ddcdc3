// npm run db:types: writes functions/_shared/database.types.ts from the migrations.
import { writeFileSync } from "node:fs";
import process from "node:process";
import { describeFailure } from "../stack/errors.ts";
import { pushMigrations } from "../stack/supabase-cli.ts";
import { ThrowawayCluster } from "../stack/throwaway.ts";
import { generateTypes, typesFile } from "./types.ts";

try {
  const cluster = await ThrowawayCluster.start();
  try {
    await pushMigrations(cluster.url("postgres"), { seed: false });
    writeFileSync(typesFile, await generateTypes(cluster.url("postgres")));
    process.stdout.write(`Wrote ${typesFile}.\n`);
  } finally {
    await cluster.stop();
  }
} catch (error) {
  process.stderr.write(`${describeFailure(error)}\n`);
  process.exitCode = 1;
}
