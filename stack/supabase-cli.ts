import { spawn } from "node:child_process";
import { join } from "node:path";
import process from "node:process";
import { StackError } from "./errors.ts";
import { root, withTools } from "./paths.ts";

/** Runs the real Supabase CLI in the project, without telemetry and without questions. */
export function supabase(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(join(root, "node_modules/.bin/supabase"), [...args, "--workdir", root, "--agent", "no"], {
      env: { ...withTools(process.env), SUPABASE_TELEMETRY_DISABLED: "1", DO_NOT_TRACK: "1", NO_COLOR: "1" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (chunk) => (stdout += chunk));
    child.stderr.on("data", (chunk) => (stderr += chunk));
    child.once("error", reject);
    child.once("close", (code) => resolve({ code: code ?? 1, stdout, stderr }));
  });
}

/** Applies what is new in supabase/migrations, and with `seed` the demo data, as the owner of the schema. */
export async function pushMigrations(databaseUrl: string, options: { seed: boolean }): Promise<void> {
  const url = `${databaseUrl}?sslmode=disable`;
  const result = await supabase("db", "push", `--remote=${url}`, "--yes", ...(options.seed ? ["--include-seed"] : []));
  if (result.code === 0) return;
  const file = [
    ...`${result.stdout}\n${result.stderr}`.matchAll(/(?:Applying migration|Seeding data from) (\S+?)\.\.\./g),
  ].at(-1)?.[1];
  const reason = result.stderr.match(/(ERROR: .*|failed to .*)/)?.[1] ?? lastLine(result.stderr);
  throw new StackError(
    `The database could not be migrated${file === undefined ? "" : ` (${file})`}: ${reason}.`,
    "Mend the migration and start again; a database that was migrated differently before is made anew by 'npm run db:reset'.",
  );
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1) ?? "no reason was given";
}
