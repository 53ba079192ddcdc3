// npm start: the whole backend, until Ctrl-C.
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { describeFailure } from "./errors.ts";
import { readOptions, usage } from "./options.ts";
import { formatStatus } from "./print-status.ts";
import { type Stack, startStack } from "./stack.ts";

let stack: Stack | undefined;
let stopping = false;
let starting = true;

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(signal, () => void stop());
}

try {
  const options = await readOptions(process.argv.slice(2), () => mkdtemp(join(tmpdir(), "nexus-")));
  if (options === undefined) {
    process.stdout.write(`${usage}\n`);
  } else {
    stack = await startStack(options);
    starting = false;
    if (stopping) await stack.stop();
    else process.stdout.write(`\n${formatStatus(stack.status, options)}\n\nNexus is ready\n`);
  }
} catch (error) {
  process.stderr.write(`${describeFailure(error)}\n`);
  process.exit(1);
}

async function stop(): Promise<void> {
  if (stopping) return;
  stopping = true;
  // A start under way is finished first: half a start has nothing that could be stopped in order.
  if (starting) return;
  process.stdout.write("Nexus stops ...\n");
  await stack?.stop();
  process.exit(0);
}
