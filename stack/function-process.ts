import { type ChildProcess, spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as pause } from "node:timers/promises";
import { parseEnv } from "node:util";
import { root, withTools } from "./paths.ts";
import { freePort, listens } from "./ports.ts";
import { endChild, hasEnded, isAlive, logTo, waitForEnd } from "./processes.ts";
import type { Watchdog } from "./watchdog.ts";

export interface FunctionProcessOptions {
  readonly name: string;
  readonly functionsDir: string;
  readonly logFile: string;
  /** What the platform gives every function: SUPABASE_URL, keys, SUPABASE_DB_URL. */
  readonly environment: Readonly<Record<string, string>>;
  readonly watchdog?: Watchdog | undefined;
}

/** One function, run by Deno on a port of its own. */
export class FunctionProcess {
  readonly #options: FunctionProcessOptions;
  #child: ChildProcess | undefined;
  #port = 0;
  #stopped = false;

  constructor(options: FunctionProcessOptions) {
    this.#options = options;
  }

  /** Where it listens, once it has started. */
  get origin(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Asks the system too: the news of its end may still be on its way, and a kept connection takes one more request. */
  get hasEnded(): boolean {
    const child = this.#child;
    return child !== undefined && (hasEnded(child) || (child.pid !== undefined && !isAlive(child.pid)));
  }

  /** Resolves when it accepts connections. */
  async start(): Promise<void> {
    const { name, functionsDir, logFile, environment, watchdog } = this.#options;
    this.#port = await freePort();
    const ownVariables = await localVariables(functionsDir);
    if (this.#stopped) throw new Error(`The function ${name} was stopped while it started.`);
    const child = spawn(
      join(root, "node_modules/.bin/deno"),
      [
        ...["run", "--quiet", "--no-prompt", "--cached-only"],
        `--config=${join(functionsDir, "deno.json")}`,
        ...["--allow-net", "--allow-env", "--allow-sys"],
        `--allow-read=${[functionsDir, join(root, "node_modules")].map((path) => path.replaceAll(",", ",,")).join(",")}`,
        join(functionsDir, name, "index.ts"),
      ],
      {
        cwd: root,
        stdio: ["ignore", "pipe", "pipe"],
        detached: true,
        env: {
          ...withTools({ PATH: process.env["PATH"], HOME: process.env["HOME"] }),
          ...ownVariables,
          ...environment,
          DENO_SERVE_ADDRESS: `tcp:127.0.0.1:${this.#port}`,
          DENO_NO_UPDATE_CHECK: "1",
          NO_COLOR: "1",
        },
      },
    );
    this.#child = child;
    watchdog?.guard(child);
    let output = "";
    child.stderr.on("data", (chunk: Buffer) => (output = (output + chunk.toString()).slice(-2_000)));
    child.once("error", (error) => (output = `error: ${error.message}`));
    const closed = new Promise((resolve) => child.once("close", resolve));
    logTo(child, logFile);
    const deadline = Date.now() + 15_000;
    while (!(await listens(this.#port))) {
      if (this.hasEnded) {
        // How it ended, and what it has said last, may still be on their way.
        await Promise.race([closed, pause(1_000)]);
        throw new Error(`The function ${name} ended while it started: ${reasonIn(output, child)}.`);
      }
      if (Date.now() > deadline) {
        await this.stop();
        throw new Error(`The function ${name} did not listen within 15 seconds.`);
      }
      await pause(10);
    }
  }

  /** Waits for its end, but no longer than this. */
  async mayEnd(milliseconds: number): Promise<void> {
    if (this.#child?.pid !== undefined) await waitForEnd(this.#child.pid, milliseconds);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#child !== undefined) await endChild(this.#child, ["SIGTERM", 600]);
  }
}

/** functions/.env: the project's own secrets, as `supabase functions serve` reads them. */
async function localVariables(functionsDir: string): Promise<Record<string, string>> {
  const text = await readFile(join(functionsDir, ".env"), "utf8").catch(() => "");
  return parseEnv(text) as Record<string, string>;
}

function reasonIn(output: string, child: ChildProcess): string {
  const line = output.split("\n").find((text) => /error/i.test(text));
  return line?.trim() ?? child.signalCode ?? `exit code ${child.exitCode}`;
}
