// npm run db:check: fails when sql/ and migrations differ, the types or the GraphQL schema are stale, or the advisors find something.
import { readFileSync } from "node:fs";
import process from "node:process";
import { describeFailure, StackError } from "../stack/errors.ts";
import { supabase } from "../stack/supabase-cli.ts";
import { ThrowawayCluster } from "../stack/throwaway.ts";
import { acceptedFindings } from "./accepted-findings.ts";
import { generateGraphql, staleGraphql } from "./graphql.ts";
import { buildBoth, compare, refreshQueuesFile } from "./schema.ts";
import { generateTypes, typesFile } from "./types.ts";

interface Finding {
  readonly name: string;
  readonly level: "INFO" | "WARN" | "ERROR";
  readonly detail: string;
  readonly cache_key: string;
}

/** Looked at although the advisors call them mere information. */
const alwaysWrong = new Set(["unindexed_foreign_keys", "rls_enabled_no_policy", "no_primary_key", "duplicate_index"]);

const problems: string[] = [];

try {
  if (refreshQueuesFile())
    problems.push("sql/95_queues.sql was stale and has been written anew: run npm run db:diff -- NAME.");
  const cluster = await ThrowawayCluster.start();
  try {
    await buildBoth(cluster);
    const [difference, types, graphql, findings] = [
      await compare(cluster),
      await generateTypes(cluster.url("postgres", "migrated")),
      staleGraphql(await generateGraphql(cluster.url("postgres", "migrated"))),
      await advise(cluster.url("postgres", "migrated")),
    ];
    if (difference.migrations.length > 0) {
      problems.push(
        `sql/ and supabase/migrations differ: run npm run db:diff -- NAME. The difference:\n${difference.migrations.join("\n")}`,
      );
    }
    if (types !== readTypes()) problems.push("functions/_shared/database.types.ts is stale: run npm run db:types.");
    if (graphql.length > 0) problems.push(`${graphql.join(" and ")} stale: run npm run graphql:schema.`);
    problems.push(...findings);
  } finally {
    await cluster.stop();
  }
} catch (error) {
  problems.push(describeFailure(error));
}

for (const problem of problems) process.stderr.write(`db:check: ${problem}\n`);
process.stdout.write(
  problems.length === 0
    ? `db:check: migrations, types and advisors agree (${Object.keys(acceptedFindings).length} accepted findings).\n`
    : `db:check: ${problems.length} problem(s).\n`,
);
process.exitCode = problems.length === 0 ? 0 : 1;

function readTypes(): string {
  try {
    return readFileSync(typesFile, "utf8");
  } catch {
    return "";
  }
}

async function advise(databaseUrl: string): Promise<string[]> {
  const result = await supabase(
    "db",
    "advisors",
    `--remote=${databaseUrl}?sslmode=disable`,
    "--level",
    "info",
    "--fail-on",
    "none",
    "--output",
    "json",
  );
  if (result.code !== 0)
    throw new StackError(`supabase db advisors failed: ${result.stderr.trim()}`, "Run it with --debug to see why.");
  const findings = (JSON.parse(result.stdout.trim() || "[]") as Finding[]).filter(
    (finding) => finding.level !== "INFO" || alwaysWrong.has(finding.name),
  );
  const found = new Set(findings.map((finding) => finding.cache_key));
  return [
    ...findings
      .filter((finding) => acceptedFindings[finding.cache_key] === undefined)
      .map((finding) => `advisor ${finding.level} ${finding.name}: ${finding.detail} (key ${finding.cache_key})`),
    ...Object.keys(acceptedFindings)
      .filter((key) => !found.has(key))
      .map((key) => `scripts/accepted-findings.ts accepts ${key}, which is no longer found: remove it.`),
  ];
}
