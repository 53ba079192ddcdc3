// npm start: the whole backend, until Ctrl-C.
import { mkdtemp } from "node:fs/promises";
import { constants, tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { describeFailure } from "./errors.ts";
import { readOptions, usage } from "./options.ts";
import { formatStatus } from "./print-status.ts";
import { startStack } from "./stack.ts";

/** Aborted by the first signal, with the signal as its reason; those that follow change nothing. */
const end = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(signal, () => {
    if (end.signal.aborted) return;
    process.stdout.write("\nNexus stops ...\n");
    end.abort(signal);
  });
}
// A closed terminal, or the end of `npm start | head`, is no reason to leave without stopping in order.
for (const output of [process.stdout, process.stderr]) output.on("error", () => undefined);

try {
  const options = await readOptions(process.argv.slice(2), () => mkdtemp(join(tmpdir(), "nexus-")));
  if (options === undefined) {
    process.stdout.write(`${usage}\n`);
    process.exit(0);
  }
  const stack = await startStack(options, end.signal);
  process.stdout.write(`\n${formatStatus(stack.status, options)}\n\nNexus is ready\n`);
  await Promise.race([aborted(end.signal), stack.ended]).finally(stack.stop);
  process.exit(0);
} catch (error) {
  // A start that was broken off has nothing to explain; shells know such an end by 128 and the signal.
  if (end.signal.aborted && error === end.signal.reason) {
    process.exit(128 + constants.signals[end.signal.reason as NodeJS.Signals]);
  }
  process.stderr.write(`${describeFailure(error)}\n`);
  process.exit(1);
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve());
  });
}
