import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import process from "node:process";
import { StackError } from "./errors.ts";
import type { Part } from "./part.ts";
import { root } from "./paths.ts";
import { endChild, hasEnded, logTo } from "./processes.ts";
import { Respawn } from "./respawn.ts";
import type { Watchdog } from "./watchdog.ts";

export interface WorkerProcessOptions {
  readonly environment: Readonly<Record<string, string>>;
  readonly logFile: string;
  readonly watchdog: Watchdog;
}

/** The queue worker, as a child process that is started again when it dies. */
export class WorkerProcess implements Part {
  readonly name = "worker";
  readonly #options: WorkerProcessOptions;
  readonly #respawn: Respawn;
  #child: ChildProcess | undefined;

  constructor(options: WorkerProcessOptions) {
    this.#options = options;
    this.#respawn = new Respawn("the worker", options.logFile, () => this.start());
  }

  async start(): Promise<void> {
    const { environment, logFile, watchdog } = this.#options;
    const child = spawn(process.execPath, [join(root, "worker/main.ts")], {
      cwd: root,
      stdio: ["ignore", "pipe", "pipe", "ipc"],
      detached: true,
      env: { PATH: process.env["PATH"], ...environment },
    });
    this.#child = child;
    watchdog.guard(child);
    logTo(child, logFile);
    await new Promise<void>((resolve, reject) => {
      child.once("message", () => resolve());
      child.once("error", reject);
      child.once("exit", (code, signal) => {
        const reason = signal ?? `exit code ${code}`;
        reject(new StackError(`The worker ended while it started (${reason}).`, `Its log is ${logFile}.`));
      });
    });
    this.#respawn.started();
    // Jobs it had taken are given out again when their time is over.
    child.once("exit", (code, signal) => this.#respawn.ended(signal ?? `exit code ${code}`));
  }

  health(): Promise<boolean> {
    return Promise.resolve(this.#child !== undefined && !hasEnded(this.#child));
  }

  async stop(): Promise<void> {
    this.#respawn.cancel();
    if (this.#child !== undefined) await endChild(this.#child, ["SIGTERM", 2_000]);
  }
}
