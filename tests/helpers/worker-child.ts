import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import process from "node:process";
import { root } from "../../stack/paths.ts";
import { endChild, hasEnded } from "../../stack/processes.ts";
import { webhookMasterKey } from "./run-job.ts";
import type { World } from "./world.ts";

/** The real worker as a process of its own, which can be killed. It ends with the test that started it. */
export class WorkerChild {
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  /**
   * Starts `worker/main.ts` on the database of a world and waits until it works.
   *
   * @param more environment variables on top
   * @param nodeOptions options of Node, before the script
   */
  static async start(
    world: World,
    more: Readonly<Record<string, string>> = {},
    nodeOptions: readonly string[] = [],
  ): Promise<WorkerChild> {
    const child = spawn(process.execPath, [...nodeOptions, join(root, "worker/main.ts")], {
      cwd: root,
      stdio: ["ignore", "ignore", "inherit", "ipc"],
      detached: true,
      env: {
        PATH: process.env["PATH"],
        SUPABASE_DB_URL: world.databaseUrl,
        SUPABASE_URL: world.apiUrl,
        SUPABASE_SECRET_KEY: world.keys.secret,
        WEBHOOK_MASTER_KEY: webhookMasterKey,
        WORKER_PORT: "0",
        WORKER_STOP_SECONDS: "2",
        ...more,
      },
    });
    await new Promise<void>((resolve, reject) => {
      child.once("message", () => resolve());
      child.once("error", reject);
      child.once("exit", (code, signal) => reject(new Error(`the worker ended while it started (${signal ?? code})`)));
    });
    return new WorkerChild(child);
  }

  get isAlive(): boolean {
    return !hasEnded(this.#child);
  }

  /** kill -9: nothing is finished, nothing is written. */
  kill(): Promise<void> {
    return endChild(this.#child);
  }

  stop(): Promise<void> {
    return endChild(this.#child, ["SIGTERM", 4_000]);
  }
}
