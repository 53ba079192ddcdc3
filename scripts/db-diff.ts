// npm run db:diff -- NAME: turns what changed in sql/ and in the queue registry into a new migration.
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { getConstructionPlans } from "pg-boss";
import { describeFailure, StackError } from "../stack/errors.ts";
import { ThrowawayCluster } from "../stack/throwaway.ts";
import { buildBoth, compare, migrationsDir, readDeclared, refreshQueuesFile } from "./schema.ts";

const name = process.argv[2] ?? "";

try {
  if (!/^[a-z0-9]+(_[a-z0-9]+)*$/.test(name)) {
    throw new StackError(
      "A migration needs a name.",
      "Say what changes in snake_case: npm run db:diff -- add_size_charts",
    );
  }
  if (readdirSync(migrationsDir).every((file) => !file.includes("_pgboss"))) writeQueueMigration();
  refreshQueuesFile();
  if (readdirSync(migrationsDir).length === 1) {
    // The first one is sql/ as it stands: easier to read than a diff against nothing, and columns keep their order.
    process.stdout.write(`Wrote ${write(name, readDeclared())}.\n`);
  }
  const cluster = await ThrowawayCluster.start();
  try {
    await buildBoth(cluster);
    const difference = await compare(cluster);
    if (difference.migrations.length === 0) {
      process.stdout.write("No difference: the migrations already say what sql/ says.\n");
    } else {
      for (const [part, sql] of difference.migrations.entries()) {
        // Each is a transaction of its own, and a second later, for they are applied by the order of their names.
        const title = difference.migrations.length === 1 ? name : `${name}_${part + 1}`;
        process.stdout.write(`Wrote ${write(title, sql, part)}. Read it before you commit it.\n`);
      }
      if (difference.destructive > 0) {
        process.stdout.write(`Careful: ${difference.destructive} of its statements lose data.\n`);
      }
      process.stdout.write("Now run npm run db:types.\n");
    }
  } finally {
    await cluster.stop();
  }
} catch (error) {
  process.stderr.write(`${describeFailure(error)}\n`);
  process.exitCode = 1;
}

function write(title: string, sql: string, secondsLater = 0): string {
  const version = new Date(Date.now() + secondsLater * 1000).toISOString().replace(/\D/g, "").slice(0, 14);
  const file = join(migrationsDir, `${version}_${title}.sql`);
  writeFileSync(file, sql);
  return file;
}

/** The schema of the queue as the pinned version of its library makes it, without its transaction frame. */
function writeQueueMigration(): void {
  const plan = getConstructionPlans("pgboss")
    .replace(/^\s*BEGIN;/, "")
    .replace(/COMMIT;\s*$/, "");
  const hardening = `
-- The library leaves the search path of its functions open; the platform's security advisor wants it fixed.
do $$
declare
  item record;
begin
  for item in
    select p.oid::regprocedure as name from pg_proc p
    join pg_namespace n on n.oid = p.pronamespace
    where n.nspname = 'pgboss' and p.prokind = 'f'
  loop
    execute format('alter function %s set search_path = pg_catalog, pgboss', item.name);
  end loop;
end
$$;
revoke all on schema pgboss from public, anon, authenticated;
`;
  write(`pgboss_${schemaVersion(plan)}`, `${plan.trim()}\n${hardening}`);
}

function schemaVersion(plan: string): string {
  return plan.match(/INSERT INTO pgboss\.version\(version\) VALUES \('(\d+)'\)/)?.[1] ?? "unknown";
}
