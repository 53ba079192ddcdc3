import { appendFileSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import process from "node:process";
import { processIdentity, waitForEnd } from "./processes.ts";

/** Notes a child in a file that outlives us. */
export function recordChild(file: string, pid: number): void {
  const identity = processIdentity(pid);
  if (identity !== undefined) appendFileSync(file, `${pid} ${identity}\n`, { mode: 0o600 });
}

/**
 * Ends the children that a killed stack has left, when its watchdog was killed with it: they hold ports,
 * and Postgres the cluster. A process that only has got the id of one of them is let alone.
 */
export async function endOrphans(file: string): Promise<void> {
  const text = await readFile(file, "utf8").catch(() => "");
  const orphans = text
    .split("\n")
    .map((line) => line.split(" "))
    .filter(([pid, identity]) => identity !== undefined && processIdentity(Number(pid)) === identity)
    .map(([pid]) => Number(pid));
  await Promise.all(orphans.map(endOrphan));
  await rm(file, { force: true });
}

async function endOrphan(pid: number): Promise<void> {
  // The polite signal that all of them know, Postgres's fast shutdown among them.
  signal(pid, "SIGINT");
  if (await waitForEnd(pid, 3_000)) return;
  signal(-pid, "SIGKILL");
  await waitForEnd(pid, 1_000);
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended by itself in the meantime.
  }
}
