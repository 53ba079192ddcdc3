import { readdirSync } from "node:fs";
import { join } from "node:path";
import postgres from "postgres";
import { StackError } from "./errors.ts";
import { root } from "./paths.ts";
import { type CliOptions, pushMigrations } from "./supabase-cli.ts";

/**
 * Brings a database up to supabase/migrations, and with `demo` to supabase/seed.sql. Runs the Supabase CLI
 * only when there is something to apply, for asking it costs a second.
 */
export async function migrate(databaseUrl: string, demo: boolean, options: CliOptions): Promise<void> {
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => undefined });
  try {
    const applied = await sql<{ version: string }[]>`select version from supabase_migrations.schema_migrations`.catch(
      () => [],
    );
    const seeded = await sql`select from supabase_migrations.seed_files limit 1`.catch(() => []);
    const known = readdirSync(join(root, "supabase/migrations"))
      .filter((file) => file.endsWith(".sql"))
      .map((file) => file.split("_")[0] ?? "");
    const versions = applied.map((row) => row.version);
    const unknown = versions.filter((version) => !known.includes(version));
    if (unknown.length > 0) {
      throw new StackError(
        `The database was migrated by another checkout: ${unknown.join(", ")} is not in supabase/migrations.`,
        "Start it from that one, name another --data-dir, or begin anew with 'npm run db:reset'.",
      );
    }
    const isCurrent = known.every((version) => versions.includes(version));
    const seed = demo && seeded.length === 0;
    if (!isCurrent || seed) await pushMigrations(databaseUrl, { seed, ...options });
  } finally {
    await sql.end({ timeout: 1 });
  }
}
