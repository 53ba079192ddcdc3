import { type ChildProcess, spawnSync } from "node:child_process";
import { createWriteStream, mkdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import process from "node:process";
import { setTimeout as pause } from "node:timers/promises";

/** True when a process with this id exists, whoever owns it. One that only waits to be reaped is gone. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return false;
  }
  return process.platform !== "linux" || processIdentity(pid) !== undefined;
}

/** Tells a process from a later one that has got its id: when it began. Undefined when there is none. */
export function processIdentity(pid: number): string | undefined {
  if (process.platform !== "linux") {
    const listed = spawnSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" });
    return listed.stdout?.trim().replaceAll(" ", "_") || undefined;
  }
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name of the program, in parentheses, may hold anything; the fields that count come after it.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const [state, startedAt] = [fields[0], fields[19]];
    if (state === "Z" || state === "X") return undefined;
    return `${readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()}/${startedAt}`;
  } catch {
    return undefined;
  }
}

/** Waits until a process is gone, our child or not; false when it is still there after the time. */
export async function waitForEnd(pid: number, milliseconds: number): Promise<boolean> {
  const deadline = Date.now() + milliseconds;
  while (isAlive(pid)) {
    if (Date.now() > deadline) return false;
    await pause(25);
  }
  return true;
}

/** True for a child that has ended, or never came to be. */
export function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null || child.pid === undefined;
}

/**
 * Ends a child: each signal in turn when the one before has not done it in its milliseconds, at last SIGKILL.
 * Its own children, which it may have ended without, get that in any case. Needs a child that was spawned `detached`.
 */
export async function endChild(
  child: ChildProcess,
  ...steps: readonly (readonly [NodeJS.Signals, milliseconds: number])[]
): Promise<void> {
  if (child.pid === undefined || hasEnded(child)) return;
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  for (const [signal, milliseconds] of steps) {
    if (hasEnded(child)) break;
    child.kill(signal);
    const patience = new AbortController();
    await Promise.race([ended, pause(milliseconds, undefined, { signal: patience.signal }).catch(() => undefined)]);
    patience.abort();
  }
  killGroup(child.pid);
  await ended;
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // All of it has ended by itself.
  }
}

/** Appends what a child prints to a log file, so that it stays readable after the terminal has scrolled. */
export function logTo(child: ChildProcess, file: string): void {
  mkdirSync(dirname(file), { recursive: true });
  const log = createWriteStream(file, { flags: "a", mode: 0o600 });
  for (const output of [child.stdout, child.stderr]) {
    output?.pipe(log, { end: false });
    // A full disk costs the log, not the child: nobody reading, its pipe would fill and halt it.
    log.once("error", () => output?.resume());
  }
  child.once("close", () => log.end());
}
