// npm run stack:status, stack:stop and db:reset: what one does with a stack from another terminal.
import { existsSync } from "node:fs";
import process from "node:process";
import { DataDir } from "./data-dir.ts";
import { describeFailure, StackError } from "./errors.ts";
import { readDataDir } from "./options.ts";
import { formatStatus } from "./print-status.ts";
import { waitForEnd } from "./processes.ts";

const commands: Record<string, (dataDir: DataDir) => Promise<void>> = { status, stop, reset };
const [name = "", ...args] = process.argv.slice(2);

try {
  const command = commands[name];
  if (command === undefined) throw new StackError(`There is no command '${name}'.`, "Use status, stop or reset.");
  await command(new DataDir(readDataDir(args)));
} catch (error) {
  process.stderr.write(`${describeFailure(error)}\n`);
  process.exitCode = 1;
}

async function status(dataDir: DataDir): Promise<void> {
  const holder = await dataDir.holder();
  if (holder === undefined) throw notRunning(dataDir);
  const current = await dataDir.readStatus();
  if (current === undefined) {
    throw new StackError(`Nexus on ${dataDir.path} (process ${holder}) is not ready.`, "Ask again in a moment.");
  }
  process.stdout.write(`${formatStatus(current, { demo: false })}\n          Process: ${current.pid}\n`);
}

async function stop(dataDir: DataDir): Promise<void> {
  const holder = await dataDir.holder();
  if (holder === undefined) throw notRunning(dataDir);
  await end(holder);
  process.stdout.write("Nexus has stopped.\n");
}

async function reset(dataDir: DataDir): Promise<void> {
  const holder = existsSync(dataDir.path) ? await dataDir.holder() : undefined;
  if (holder !== undefined) await end(holder);
  if (!existsSync(dataDir.path)) {
    process.stdout.write(`There is nothing in ${dataDir.path} to remove.\n`);
    return;
  }
  // As its owner: nobody starts on what is being removed, and what a killed stack has left running is ended.
  await dataDir.lock({ mustBeEmpty: false });
  try {
    await dataDir.clear();
  } finally {
    await dataDir.unlock();
  }
  process.stdout.write(`Removed the database and the files in ${dataDir.path}. The next npm start makes them anew.\n`);
}

async function end(pid: number): Promise<void> {
  process.kill(pid, "SIGTERM");
  if (!(await waitForEnd(pid, 10_000))) {
    throw new StackError(`Process ${pid} does not stop.`, `End it with 'kill -KILL ${pid}'; the next start recovers.`);
  }
}

function notRunning(dataDir: DataDir): StackError {
  return new StackError(
    `No Nexus runs on ${dataDir.path}.`,
    "Start it with npm start, or name its folder with --data-dir DIR.",
  );
}
