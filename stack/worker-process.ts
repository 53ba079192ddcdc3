import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import process from "node:process";
import { StackError } from "./errors.ts";
import type { Part } from "./part.ts";
import { root } from "./paths.ts";
import { endChild, logTo, type Watchdog } from "./processes.ts";

export interface WorkerProcessOptions {
  readonly environment: Readonly<Record<string, string>>;
  readonly logFile: string;
  readonly watchdog: Watchdog;
}

/** The queue worker, as a child process that is started again when it dies. */
export class WorkerProcess implements Part {
  readonly name = "worker";
  readonly #options: WorkerProcessOptions;
  #child: ChildProcess | undefined;
  #stopped = false;

  constructor(options: WorkerProcessOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    const child = spawn(process.execPath, [join(root, "worker/main.ts")], {
      cwd: root,
      stdio: ["ignore", "pipe", "pipe", "ipc"],
      detached: true,
      env: { PATH: process.env["PATH"], ...this.#options.environment },
    });
    this.#child = child;
    this.#options.watchdog.guard(child);
    await logTo(child, this.#options.logFile);
    await new Promise<void>((resolve, reject) => {
      child.once("message", () => resolve());
      child.once("exit", (code) => {
        reject(
          new StackError(
            `The worker ended while it started (exit code ${code}).`,
            `Its log is ${this.#options.logFile}.`,
          ),
        );
      });
    });
    child.once("exit", () => {
      // A crash: jobs it had taken are given out again when their time is over.
      if (!this.#stopped) setTimeout(() => void this.start().catch(() => undefined), 1_000);
    });
  }

  health(): Promise<boolean> {
    return Promise.resolve(this.#child?.exitCode === null && this.#child.connected);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#child !== undefined) await endChild(this.#child, "SIGTERM", 2_500);
  }
}
