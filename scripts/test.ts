// npm test: every check and every test, closing with one line that counts them.
// Arguments go to vitest, whose tests alone run then: npm test -- tests/api
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { root, withTools } from "../stack/paths.ts";

const filters = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), "nexus-test-"));
const report = join(folder, "vitest.json");

const checks: readonly (readonly [name: string, command: string, ...args: string[]])[] = [
  ["lint and format", "biome", "check", "--error-on-warnings", "."],
  ["types", "tsc"],
  ["schema, migrations, advisors", process.execPath, join(root, "scripts/db-check.ts")],
];

let passed = 0;
let failed = 0;
let skipped = 0;

if (filters.length === 0) {
  for (const [name, command, ...args] of checks) {
    const startedAt = performance.now();
    const ok = (await run(command, args)) === 0;
    if (ok) passed += 1;
    else failed += 1;
    process.stdout.write(
      `${ok ? "ok" : "FAILED"}: ${name} (${((performance.now() - startedAt) / 1000).toFixed(1)} s)\n`,
    );
  }
}

const code = await run("vitest", [
  "run",
  "--reporter=default",
  "--reporter=json",
  `--outputFile.json=${report}`,
  ...filters,
]);
const counts = readReport();
passed += counts.numPassedTests;
failed += counts.numFailedTests;
skipped += counts.numPendingTests + counts.numTodoTests;
// A file that cannot be loaded, or an error outside of a test, counts as a failure too.
if (code !== 0 && counts.numFailedTests === 0) failed += 1;
rmSync(folder, { recursive: true, force: true });

if (skipped > 0) {
  process.stdout.write(
    "What was skipped needs root, pgbouncer, chromium, docker compose, or published data sets in the folder that NEXUS_DATA_DIR names.\n",
  );
}
process.stdout.write(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}\n`);
process.exitCode = failed === 0 ? 0 : 1;

function run(command: string, args: string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: "inherit", env: withTools(process.env) });
    child.once("error", reject);
    child.once("close", (status) => resolve(status ?? 1));
  });
}

interface Counts {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
}

function readReport(): Counts {
  try {
    return JSON.parse(readFileSync(report, "utf8")) as Counts;
  } catch {
    return { numPassedTests: 0, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0 };
  }
}
