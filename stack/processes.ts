import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";

/** True when a process with this id exists, whoever owns it. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Waits until a process that is not our child is gone; false when it is still there after the time. */
export async function waitForEnd(pid: number, milliseconds: number): Promise<boolean> {
  const deadline = Date.now() + milliseconds;
  while (isAlive(pid)) {
    if (Date.now() > deadline) return false;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  return true;
}

/** Ends a child: the polite signal first, SIGKILL when it has not left after `milliseconds`. */
export async function endChild(child: ChildProcess, signal: NodeJS.Signals, milliseconds: number): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  child.kill(signal);
  const timer = setTimeout(() => child.kill("SIGKILL"), milliseconds);
  await ended;
  clearTimeout(timer);
}

/** Appends what a child prints to a log file, so that it stays readable after the terminal has scrolled. */
export async function logTo(child: ChildProcess, file: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const log = createWriteStream(file, { flags: "a" });
  child.stdout?.pipe(log, { end: false });
  child.stderr?.pipe(log, { end: false });
  child.once("close", () => log.end());
}

/**
 * A few bytes of shell that outlive a `kill -9` of this process: it reads the ids of our children from
 * its standard input and, when that pipe breaks, ends them. Without it an orphaned Postgres would keep
 * the data directory and its port until the next start.
 */
export class Watchdog {
  #child: ChildProcess | undefined;

  start(removeOnDeath?: string): void {
    const script = [
      'ids=""',
      "while read -r word id; do",
      '  case "$word" in',
      '    add) ids="$ids $id" ;;',
      "    bye) exit 0 ;;",
      "  esac",
      "done",
      'for id in $ids; do kill -INT "$id" 2>/dev/null; done',
      "sleep 3",
      'for id in $ids; do kill -KILL "$id" 2>/dev/null; done',
      '[ -n "$1" ] && rm -rf "$1"',
      "exit 0",
    ].join("\n");
    this.#child = spawn("sh", ["-c", script, "nexus-watchdog", removeOnDeath ?? ""], {
      stdio: ["pipe", "ignore", "ignore"],
      detached: true,
    });
    this.#child.stdin?.on("error", () => undefined);
    this.#child.unref();
  }

  /** Puts a child under the watch. */
  guard(child: ChildProcess): void {
    if (child.pid !== undefined) this.#child?.stdin?.write(`add ${child.pid}\n`);
  }

  /** Ends the watch in peace: the children are stopped by their own parts. */
  stop(): void {
    this.#child?.stdin?.end("bye 0\n");
    this.#child = undefined;
  }
}
