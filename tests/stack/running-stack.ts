import { type ChildProcess, spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as pause } from "node:timers/promises";
import type { Status } from "../../stack/data-dir.ts";
import { root } from "../../stack/paths.ts";
import { assertFree } from "../../stack/ports.ts";
import { processIdentity } from "../../stack/processes.ts";

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  /** The checkout to run from; this one unless it is a copy. */
  readonly checkout?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Words put in front: `setpriv ...` for another user. */
  readonly prefix?: readonly string[];
}

/** A command of the project as a child process, as a person would run it from a terminal. */
export class Command {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  stdout = "";
  stderr = "";

  constructor(
    script: string,
    args: readonly string[],
    { checkout = root, env = {}, prefix = [] }: CommandOptions = {},
  ) {
    const [command = "", ...rest] = [...prefix, process.execPath, join(checkout, script), ...args];
    this.child = spawn(command, rest, {
      cwd: checkout,
      stdio: ["ignore", "pipe", "pipe"],
      // Nothing of vitest's own: libraries behave differently under NODE_ENV=test.
      env: { PATH: process.env["PATH"], HOME: process.env["HOME"], ...env },
    });
    this.child.stdout?.on("data", (chunk) => (this.stdout += chunk));
    this.child.stderr?.on("data", (chunk) => (this.stderr += chunk));
    this.ended = new Promise((resolve, reject) => {
      this.child.once("error", reject);
      this.child.once("close", (code, signal) => resolve({ code, signal, stdout: this.stdout, stderr: this.stderr }));
    });
    started.add(this.child);
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** Waits until something is true of the running command; its end, or 30 seconds, make that a failure. */
  async until(what: string, isTrue: () => boolean): Promise<void> {
    await until(() => {
      if (isTrue()) return true;
      if (this.child.exitCode !== null || this.child.signalCode !== null) {
        throw new Error(`ended before: ${what}\n${this.stdout}\n${this.stderr}`);
      }
      return false;
    }, what);
  }
}

/** `npm start` on a data directory of its own. */
export class StackCommand extends Command {
  readonly dataDir: string;

  constructor(dataDir: string, args: readonly string[] = [], options: CommandOptions = {}) {
    super(
      "stack/start.ts",
      [...(args.includes("--port") ? [] : ["--port", "0"]), "--data-dir", dataDir, ...args],
      options,
    );
    this.dataDir = dataDir;
  }

  /** Starts and waits until it is ready. */
  static async ready(
    dataDir: string,
    args: readonly string[] = [],
    options: CommandOptions = {},
  ): Promise<StackCommand> {
    const stack = new StackCommand(dataDir, args, options);
    await stack.until("Nexus is ready", () => stack.stdout.endsWith("Nexus is ready\n"));
    return stack;
  }

  get status(): Status {
    return JSON.parse(readFileSync(join(this.dataDir, "status.json"), "utf8")) as Status;
  }

  /** Sends a signal and waits for the end; with what it took and what it left behind. */
  async end(signal: NodeJS.Signals): Promise<Ended & { milliseconds: number; orphans: string[] }> {
    const before = familyOf(this.pid);
    const startedAt = performance.now();
    this.child.kill(signal);
    const ended = await this.ended;
    return {
      ...ended,
      milliseconds: performance.now() - startedAt,
      orphans: before.filter(isStillThere).map(describe),
    };
  }
}

/** A process as it was when it was seen: its id alone may be another's later. */
export interface Seen {
  readonly pid: number;
  readonly identity: string;
  readonly commandLine: string;
}

/** A process and all its descendants. */
export function familyOf(pid: number): Seen[] {
  const parents = new Map<number, number>();
  for (const entry of readdirSync("/proc")) {
    if (!/^\d+$/.test(entry)) continue;
    const stat = readProc(Number(entry), "stat");
    parents.set(Number(entry), Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]));
  }
  const family = new Set([pid]);
  for (let size = 0; size !== family.size; ) {
    size = family.size;
    for (const [child, parent] of parents) if (family.has(parent)) family.add(child);
  }
  return [...family].flatMap((member) => {
    const identity = processIdentity(member);
    return identity === undefined ? [] : [{ pid: member, identity, commandLine: readProc(member, "cmdline") }];
  });
}

export function isStillThere({ pid, identity }: Seen): boolean {
  return processIdentity(pid) === identity;
}

export function describe({ pid, commandLine }: Seen): string {
  return `${pid} ${commandLine.replaceAll("\0", " ").slice(0, 80)}`;
}

export function readProc(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return "";
  }
}

export async function until(
  isTrue: () => boolean | Promise<boolean>,
  what: string,
  milliseconds = 100_000,
): Promise<void> {
  const deadline = Date.now() + milliseconds;
  while (!(await isTrue())) {
    if (Date.now() > deadline) throw new Error(`not within ${milliseconds} ms: ${what}`);
    await pause(5);
  }
}

const started = new Set<ChildProcess>();
const folders: string[] = [];

/** A folder for this test file, outside of the checkout. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "nexus-stack-test-"));
  folders.push(folder);
  return folder;
}

/** Ends what a failed test has left running, and removes the folders. For afterAll. */
export async function cleanUp(): Promise<void> {
  for (const child of started) {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) continue;
    const family = familyOf(child.pid);
    child.kill("SIGKILL");
    for (const member of family) if (isStillThere(member)) process.kill(member.pid, "SIGKILL");
  }
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true, maxRetries: 3 });
}

/**
 * The first of six ports in a row that are free, as `--port` wants them. Below the range from which the
 * system takes ports for outgoing connections, so that they stay free between two starts.
 */
export async function freeRange(): Promise<number> {
  for (;;) {
    const first = randomInt(15_000, 32_000);
    const range = [0, 1, 2, 3, 4, 5].map((offset) => first + offset);
    const free = await Promise.allSettled(range.map((port) => assertFree(port, "test")));
    if (free.every(({ status }) => status === "fulfilled")) return first;
  }
}
