import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, type FSWatcher, watch } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { parseEnv } from "node:util";
import type { Part } from "./part.ts";
import { root, withTools } from "./paths.ts";
import { freePort } from "./ports.ts";
import { endChild, logTo, type Watchdog } from "./processes.ts";

export interface FunctionsHostOptions {
  readonly functionsDir: string;
  readonly logDir: string;
  /** What the platform gives every function: SUPABASE_URL, keys, SUPABASE_DB_URL. */
  readonly environment: Readonly<Record<string, string>>;
  readonly watchdog?: Watchdog;
}

interface Running {
  readonly child: ChildProcess;
  readonly port: number;
}

/** Serves `/functions/v1/NAME/*` with Deno: one process per function, started by its first call. */
export class FunctionsHost implements Part {
  readonly name = "functions";
  readonly #options: FunctionsHostOptions;
  readonly #processes = new Map<string, Promise<Running>>();
  #watcher: FSWatcher | undefined;
  #stopped = false;

  constructor(options: FunctionsHostOptions) {
    this.#options = options;
  }

  start(): Promise<void> {
    // A change in a function's folder restarts that one at its next call, a change in _shared all of them.
    this.#watcher = watch(this.#options.functionsDir, { recursive: true }, (_event, file) => {
      const folder = file?.split(/[\\/]/)[0] ?? "";
      if (folder.startsWith("_") || folder.endsWith(".json")) void this.#retire([...this.#processes.keys()]);
      else void this.#retire([folder]);
    });
    this.#watcher.on("error", () => undefined);
    return Promise.resolve();
  }

  health(): Promise<boolean> {
    return Promise.resolve(!this.#stopped);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#watcher?.close();
    await this.#retire([...this.#processes.keys()]);
  }

  /** Forwards a request to its function. The path stays as it is, as on the platform. */
  async fetch(request: Request): Promise<Response> {
    const url = new URL(request.url);
    const name = /^\/functions\/v1\/([a-z][a-z0-9-]*)(?:\/|$)/.exec(url.pathname)?.[1];
    if (name === undefined || !existsSync(join(this.#options.functionsDir, name, "index.ts"))) {
      return problem(404, "function_not_found", `There is no function at ${url.pathname}.`);
    }
    let running: Running;
    try {
      running = await this.#running(name);
    } catch (error) {
      return problem(
        503,
        "function_did_not_start",
        `${String(error instanceof Error ? error.message : error)} Its log is ${this.logFile(name)}.`,
      );
    }
    const headers = new Headers(request.headers);
    headers.set("x-forwarded-host", url.host);
    headers.set("x-forwarded-proto", url.protocol.slice(0, -1));
    headers.delete("host");
    headers.delete("connection");
    // The path within the platform's runtime has no /functions/v1.
    const target = `http://127.0.0.1:${running.port}${url.pathname.slice("/functions/v1".length)}${url.search}`;
    try {
      const response = await fetch(target, {
        method: request.method,
        headers,
        body: request.body,
        redirect: "manual",
        ...(request.body === null ? {} : { duplex: "half" }),
      } as RequestInit);
      // fetch has undone the content encoding; its header and the length no longer describe the body.
      const answer = new Headers(response.headers);
      answer.delete("content-encoding");
      answer.delete("content-length");
      answer.delete("transfer-encoding");
      return new Response(response.body, { status: response.status, headers: answer });
    } catch {
      return problem(502, "function_failed", `The function ${name} broke off. Its log is ${this.logFile(name)}.`);
    }
  }

  logFile(name: string): string {
    return join(this.#options.logDir, `function-${name}.log`);
  }

  #running(name: string): Promise<Running> {
    const known = this.#processes.get(name);
    if (known !== undefined) return known;
    const started = this.#launch(name);
    this.#processes.set(name, started);
    started.then(
      ({ child }) => child.once("exit", () => this.#forget(name, started)),
      () => this.#forget(name, started),
    );
    return started;
  }

  #forget(name: string, started: Promise<Running>): void {
    if (this.#processes.get(name) === started) this.#processes.delete(name);
  }

  async #launch(name: string): Promise<Running> {
    const { functionsDir, environment, watchdog } = this.#options;
    const port = await freePort();
    const child = spawn(
      join(root, "node_modules/.bin/deno"),
      [
        "run",
        "--quiet",
        "--no-prompt",
        "--cached-only",
        `--config=${join(functionsDir, "deno.json")}`,
        "--allow-net",
        "--allow-env",
        "--allow-sys",
        `--allow-read=${root}`,
        join(functionsDir, name, "index.ts"),
      ],
      {
        cwd: root,
        stdio: ["ignore", "pipe", "pipe"],
        detached: true,
        env: {
          ...withTools({ PATH: process.env["PATH"], HOME: process.env["HOME"] }),
          ...(await this.#localVariables()),
          ...environment,
          DENO_SERVE_ADDRESS: `tcp:127.0.0.1:${port}`,
          DENO_NO_UPDATE_CHECK: "1",
          NO_COLOR: "1",
        },
      },
    );
    watchdog?.guard(child);
    let output = "";
    child.stderr?.on("data", (chunk: Buffer) => (output = (output + chunk.toString()).slice(-2_000)));
    await logTo(child, this.logFile(name));
    await untilItListens(child, port, name, () => output);
    return { child, port };
  }

  /** functions/.env: the project's own secrets, as `supabase functions serve` reads them. */
  async #localVariables(): Promise<Record<string, string>> {
    const text = await readFile(join(this.#options.functionsDir, ".env"), "utf8").catch(() => "");
    return parseEnv(text) as Record<string, string>;
  }

  async #retire(names: string[]): Promise<void> {
    const ending = names.map(async (name) => {
      const process = this.#processes.get(name);
      this.#processes.delete(name);
      const running = await process?.catch(() => undefined);
      if (running !== undefined) await endChild(running.child, "SIGTERM", 2_000);
    });
    await Promise.all(ending);
  }
}

async function untilItListens(child: ChildProcess, port: number, name: string, output: () => string): Promise<void> {
  const deadline = Date.now() + 15_000;
  for (;;) {
    if (child.exitCode !== null) {
      const reason =
        output()
          .split("\n")
          .find((line) => /error/i.test(line)) ?? `exit code ${child.exitCode}`;
      throw new Error(`The function ${name} ended while it started: ${reason.trim()}.`);
    }
    try {
      await fetch(`http://127.0.0.1:${port}/`, { method: "OPTIONS" }).then((response) => response.body?.cancel());
      return;
    } catch {
      if (Date.now() > deadline) throw new Error(`The function ${name} did not listen within 15 seconds.`);
      await new Promise((resolve) => setTimeout(resolve, 15));
    }
  }
}

function problem(status: number, code: string, detail: string): Response {
  return new Response(JSON.stringify({ type: "about:blank", title: code.replaceAll("_", " "), status, detail, code }), {
    status,
    headers: { "content-type": "application/problem+json" },
  });
}
