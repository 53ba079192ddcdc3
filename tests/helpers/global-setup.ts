import type { TestProject } from "vitest/node";
import { pushMigrations } from "../../stack/supabase-cli.ts";
import { ThrowawayCluster } from "../../stack/throwaway.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** URL of the database that every test file copies: platform and migrations, no rows. */
    templateUrl: string;
  }
}

/** One Postgres per run with one migrated template; every test file works on a copy of its own. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const cluster = await ThrowawayCluster.start();
  await cluster.clone("postgres", "template");
  await pushMigrations(cluster.url("postgres", "template"), { seed: false });
  project.provide("templateUrl", cluster.url("postgres", "template"));
  return () => cluster.stop();
}
