import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import postgres, { type Sql } from "postgres";
import { z } from "zod";
import { queues } from "../functions/_shared/jobs/registry.ts";
import { queuesSql } from "../functions/_shared/jobs/work.ts";
import { StackError } from "../stack/errors.ts";
import { root, withTools } from "../stack/paths.ts";
import { pushMigrations } from "../stack/supabase-cli.ts";
import type { ThrowawayCluster } from "../stack/throwaway.ts";

export const migrationsDir = join(root, "supabase/migrations");
export const queuesFile = join(root, "sql/95_queues.sql");

/**
 * Files that insert rows, or define objects in the platform's own schemas: a schema diff does not see what they do. Each may
 * run again.
 */
const dataFiles = ["94_storage.sql", "95_queues.sql", "96_buckets.sql", "97_wake_up.sql", "98_reference_rows.sql"];

/**
 * What those files write, as one text per database, to see whether a migration has to bring it; and the triggers on
 * the platform's tables, which a migration has to bring by hand.
 */
const dataFingerprint: readonly (readonly [table: string, rows: string])[] = [
  [
    "pgboss.queue",
    `select format('queue %s %s', q.name, (to_jsonb(q) - array['created_on', 'updated_on', 'monitor_on', 'maintain_on',
      'monitor_claim_on', 'delta_on', 'delta_seconds', 'ready_history', 'singletons_active'])::text) from pgboss.queue q`,
  ],
  [
    "private.queue_rules",
    "select format('queue rules %s', (to_jsonb(r) - 'created_at')::text) from private.queue_rules r",
  ],
  [
    "storage.buckets",
    "select format('bucket %s', (to_jsonb(b) - array['created_at', 'updated_at'])::text) from storage.buckets b",
  ],
  [
    "public.order_transitions",
    "select format('order transition %s', to_jsonb(t)::text) from public.order_transitions t",
  ],
  [
    "public.address_formats",
    "select format('address format %s', (to_jsonb(f) - 'created_at')::text) from public.address_formats f",
  ],
  ["pg_policies", "select format('policy %s', to_jsonb(p)::text) from pg_policies p where p.schemaname = 'storage'"],
  [
    "pg_trigger",
    `select format('trigger %s', pg_get_triggerdef(t.oid)) from pg_trigger t join pg_class c on c.oid = t.tgrelid
      where c.relnamespace::regnamespace::text in ('auth', 'storage') and not t.tgisinternal`,
  ],
];

/** Both schemas side by side in a throw-away cluster: `migrated` from the migrations, `declared` from sql/. */
export async function buildBoth(cluster: ThrowawayCluster): Promise<void> {
  await cluster.clone("postgres", "migrated");
  await cluster.clone("postgres", "declared");
  await pushMigrations(cluster.url("postgres", "migrated"), { seed: false });
  await withSql(cluster.url("postgres", "declared"), async (sql) => {
    // The queue's own schema comes from its library in a migration of its own, never from sql/.
    for (const file of listSql(migrationsDir).filter((name) => name.includes("_pgboss"))) {
      await runFile(sql, join(migrationsDir, file));
    }
    for (const file of listSql(join(root, "sql"))) await runFile(sql, join(root, "sql", file));
  });
}

export interface SchemaDifference {
  /**
   * The migrations that would bring `migrated` to `declared`, none when they agree. More than one where a statement has
   * to be committed before the next ones, such as a new value of an enum.
   */
  readonly migrations: readonly string[];
  /** Statements of it that lose data, for the author to look at. */
  readonly destructive: number;
}

/** Compares the two databases of buildBoth with pgdelta, and the rows of the data files. */
export async function compare(cluster: ThrowawayCluster): Promise<SchemaDifference> {
  const folder = mkdtempSync(join(tmpdir(), "nexus-diff-"));
  try {
    const plan = join(folder, "plan.json");
    const source = ["--source", cluster.url("postgres", "migrated")];
    const desired = ["--desired", cluster.url("postgres", "declared")];
    const planned = pgdelta("plan", "--profile", "supabase", ...source, ...desired, "--renames", "off", "--out", plan);
    const destructive = Number(planned.stderr.match(/destructive:\s+(\d+)/)?.[1] ?? 0);
    const rendered = pgdelta("render", "--plan", plan, "--out", join(folder, "migration.sql"), "--allow-drops");
    const schema = rendered.empty
      ? []
      : renderedSchema.parse(JSON.parse(rendered.stdout)).files.map(({ path }) => readFileSync(path, "utf8"));
    const before = await withSql(cluster.url("postgres", "migrated"), fingerprint);
    const after = await withSql(cluster.url("postgres", "declared"), fingerprint);
    const data =
      before === after ? "" : dataFiles.map((file) => readFileSync(join(root, "sql", file), "utf8")).join("\n");
    return { migrations: enumValuesFirst([...schema, data]), destructive };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * A new value of an enum has to be committed before it is used. Such statements depend on nothing else, so they go into a
 * migration of their own in front, and all the others stay together.
 */
function enumValuesFirst(parts: readonly string[]): string[] {
  const addition = /^ALTER TYPE \S+ ADD VALUE [^;]+;\n*/gm;
  const text = parts.filter((part) => part !== "").join("\n");
  const rest = text.replaceAll(addition, "").replaceAll(/(?<=[\s\S])^set local check_function_bodies = off;\n+/gm, "");
  const additions = [...text.matchAll(addition)].map(([statement]) => statement.trim());
  return [additions.join("\n"), rest].filter((part) => part.trim() !== "").map((part) => `${part.trim()}\n`);
}

/** Writes sql/95_queues.sql from the registry; true when it was stale. */
export function refreshQueuesFile(): boolean {
  const text = queuesSql(queues);
  let before = "";
  try {
    before = readFileSync(queuesFile, "utf8");
  } catch {
    // Not there yet.
  }
  if (before === text) return false;
  writeFileSync(queuesFile, text);
  return true;
}

/** All of sql/ in its order, as one text. */
export function readDeclared(): string {
  const folder = join(root, "sql");
  return listSql(folder)
    .map((file) => readFileSync(join(folder, file), "utf8").trim())
    .join("\n\n");
}

export async function withSql<T>(url: string, use: (sql: Sql) => Promise<T>): Promise<T> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  try {
    return await use(sql);
  } finally {
    await sql.end({ timeout: 1 });
  }
}

async function fingerprint(sql: Sql): Promise<string> {
  const lines: string[] = [];
  for (const [table, rows] of dataFingerprint) {
    // A table that a coming migration makes is not there before it.
    const [found] = await sql`select to_regclass(${table}) is not null as there`;
    if (found?.["there"] !== true) continue;
    for (const row of await sql.unsafe(rows).values()) lines.push(String(row[0]));
  }
  return lines.toSorted().join("\n");
}

function listSql(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".sql"))
    .sort();
}

async function runFile(sql: Sql, file: string): Promise<void> {
  try {
    await sql.unsafe(readFileSync(file, "utf8"));
  } catch (error) {
    const { message, position } = error as { message: string; position?: string };
    const line = readFileSync(file, "utf8")
      .slice(0, Number(position ?? 0))
      .split("\n").length;
    throw new StackError(`${file}:${line}: ${message}.`, "Mend the file and run the command again.", { cause: error });
  }
}

/** What `pgdelta render` says of the files that it has written. */
const renderedSchema = z.object({ files: z.array(z.object({ path: z.string() })) });

function pgdelta(...args: string[]): { stdout: string; stderr: string; empty: boolean } {
  const result = spawnSync("pgdelta", args, { encoding: "utf8", env: withTools(process.env) });
  // Exit code 3 of `render` is a plan without actions.
  if (result.status !== 0 && result.status !== 3) {
    throw new StackError(
      `pgdelta ${args[0]} failed: ${result.stderr.trim()}`,
      "This is likely a statement that it cannot express; write that migration by hand.",
    );
  }
  return { stdout: result.stdout, stderr: result.stderr, empty: result.status === 3 };
}
