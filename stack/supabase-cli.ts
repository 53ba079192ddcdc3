import { spawn } from "node:child_process";
import { join } from "node:path";
import process from "node:process";
import { StackError } from "./errors.ts";
import { root, withTools } from "./paths.ts";
import { endChild } from "./processes.ts";
import type { Watchdog } from "./watchdog.ts";

export interface CliResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  /** Ends the CLI before its time. */
  readonly signal?: AbortSignal | undefined;
  readonly watchdog?: Watchdog | undefined;
}

/** Runs the real Supabase CLI in the project, without telemetry, questions or a look for a newer version. */
export function supabase(...args: string[]): Promise<CliResult> {
  return runSupabase(args, {});
}

function runSupabase(args: readonly string[], { signal, watchdog }: CliOptions): Promise<CliResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(join(root, "node_modules/.bin/supabase"), [...args, "--workdir", root, "--agent", "no"], {
      env: {
        ...withTools(process.env),
        SUPABASE_TELEMETRY_DISABLED: "1",
        SUPABASE_NO_UPDATE_NOTIFIER: "1",
        DO_NOT_TRACK: "1",
        NO_COLOR: "1",
      },
      stdio: ["ignore", "pipe", "pipe"],
      // Ctrl-C in the terminal is for the stack, which passes it on in order.
      detached: true,
    });
    watchdog?.guard(child);
    const end = () => void endChild(child, ["SIGTERM", 1_000]);
    if (signal?.aborted) end();
    signal?.addEventListener("abort", end, { once: true });
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (chunk) => (stdout += chunk));
    child.stderr.on("data", (chunk) => (stderr += chunk));
    child.once("error", reject);
    child.once("close", (code) => {
      signal?.removeEventListener("abort", end);
      resolve({ code: code ?? 1, stdout, stderr });
    });
  });
}

export interface PushOptions extends CliOptions {
  /** Applies supabase/seed.sql too. */
  readonly seed: boolean;
}

/** Applies what is new in supabase/migrations, and with `seed` the demo data, as the owner of the schema. */
export async function pushMigrations(databaseUrl: string, { seed, ...options }: PushOptions): Promise<void> {
  const url = `${databaseUrl}?sslmode=disable`;
  const result = await runSupabase(
    ["db", "push", `--remote=${url}`, "--yes", ...(seed ? ["--include-seed"] : [])],
    options,
  );
  if (result.code === 0) return;
  const file = [
    ...`${result.stdout}\n${result.stderr}`.matchAll(/(?:Applying migration|Seeding data from) (\S+?)\.\.\./g),
  ].at(-1)?.[1];
  const reason =
    result.stderr.match(/(ERROR: .*|failed to .*|Invalid .*|Missing required .*)/)?.[1] ?? lastLine(result.stderr);
  throw new StackError(
    `The database could not be migrated${file === undefined ? "" : ` (${file})`}: ${reason}.`,
    "Mend the migration and start again; a database that was migrated differently before is made anew by 'npm run db:reset'.",
  );
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1) ?? "no reason was given";
}
