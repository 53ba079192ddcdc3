import { spawnSync } from "node:child_process";
import { readFile, rm } from "node:fs/promises";
import { platform } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { StackError } from "./errors.ts";
import { isAlive, waitForEnd } from "./processes.ts";

/** Ends a Postgres that a killed parent has left running on a data directory. */
export async function endLeftOver(dataDir: string): Promise<void> {
  const pidFile = join(dataDir, "postmaster.pid");
  const text = await readFile(pidFile, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "";
    throw unreadable(dataDir, error);
  });
  const pid = Number(text.split("\n")[0]);
  if (!Number.isInteger(pid) || pid <= 1) return;
  if (await servesFolder(pid, dataDir)) {
    process.kill(pid, "SIGINT");
    if (await waitForEnd(pid, 5_000)) return;
    throw new StackError(
      `A Postgres left by an earlier start (process ${pid}) still holds ${dataDir}.`,
      `End it with 'kill -QUIT ${pid}' and start again.`,
    );
  }
  // Another program has got the id, as happens after a reboot: the server would take it for a colleague.
  if (existsProcess(pid)) await rm(pidFile, { force: true });
}

export function unreadable(dataDir: string, error: Error): StackError {
  return new StackError(
    `The data directory ${dataDir} cannot be read: ${error.message}.`,
    "Start as the user who made it, or choose another with --data-dir DIR.",
    { cause: error },
  );
}

/** True for a living Postgres whose data directory is this one. */
async function servesFolder(pid: number, dataDir: string): Promise<boolean> {
  if (!isAlive(pid)) return false;
  if (platform() !== "linux") {
    return spawnSync("ps", ["-p", String(pid), "-o", "args="], { encoding: "utf8" }).stdout.includes(dataDir);
  }
  return (await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")).split("\0").includes(dataDir);
}

/** As the server asks it: a process that only waits to be reaped counts. */
function existsProcess(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
