// npm run graphql:schema: writes functions/graphql/database.ts and schema.graphql from the migrations.
import process from "node:process";
import { describeFailure } from "../stack/errors.ts";
import { pushMigrations } from "../stack/supabase-cli.ts";
import { ThrowawayCluster } from "../stack/throwaway.ts";
import { generateGraphql, writeGraphql } from "./graphql.ts";

try {
  const cluster = await ThrowawayCluster.start();
  try {
    await pushMigrations(cluster.url("postgres"), { seed: false });
    const generated = await generateGraphql(cluster.url("postgres"));
    writeGraphql(generated);
    process.stdout.write(`Wrote ${generated.map(({ file }) => file).join(" and ")}.\n`);
  } finally {
    await cluster.stop();
  }
} catch (error) {
  process.stderr.write(`${describeFailure(error)}\n`);
  process.exitCode = 1;
}
