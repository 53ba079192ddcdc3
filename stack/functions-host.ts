import { existsSync } from "node:fs";
import { join } from "node:path";
import { functionFiles } from "./function-files.ts";
import { FunctionProcess, type FunctionProcessOptions } from "./function-process.ts";
import type { Part } from "./part.ts";

export interface FunctionsHostOptions
  extends Pick<FunctionProcessOptions, "functionsDir" | "environment" | "watchdog"> {
  readonly logDir: string;
}

interface Running {
  readonly process: FunctionProcess;
  /** Its files when it was started. */
  readonly files: string;
  readonly started: Promise<FunctionProcess>;
}

/** How long a change of a function's files may go unseen. */
const FILES_KNOWN_MS = 200;

/**
 * Serves `/functions/v1/NAME/*` with Deno: one process per function, started by its first call, and anew
 * by the first call after its files have changed (a moment later, at most) or after it has crashed.
 */
export class FunctionsHost implements Part {
  readonly name = "functions";
  readonly #options: FunctionsHostOptions;
  readonly #running = new Map<string, Running>();
  readonly #files = new Map<string, { readonly files: string; readonly seenAt: number }>();
  /** Those too that are on their way out. */
  readonly #processes = new Set<FunctionProcess>();
  #stopped = false;

  constructor(options: FunctionsHostOptions) {
    this.#options = options;
  }

  start(): Promise<void> {
    return Promise.resolve();
  }

  health(): Promise<boolean> {
    return Promise.resolve(!this.#stopped);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all([...this.#processes].map((process) => process.stop()));
  }

  /** Answers a request with its function, or with a problem that says where to look. */
  async fetch(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    const name = /^\/functions\/v1\/([A-Za-z][A-Za-z0-9_-]*)(?:\/|$)/.exec(pathname)?.[1];
    if (name === undefined || !existsSync(join(this.#options.functionsDir, name, "index.ts"))) {
      return problem(404, "function_not_found", `There is no function at ${pathname}.`);
    }
    // Read first, so that it can be sent again. The gateway allows no more than a few megabytes.
    const body = request.body === null ? null : await request.arrayBuffer();
    for (let attempt = 1; ; attempt += 1) {
      let process: FunctionProcess;
      try {
        process = await this.#ready(name);
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        return problem(503, "function_did_not_start", `${reason} Its log is ${this.logFile(name)}.`);
      }
      try {
        return await forward(request, body, process.origin);
      } catch (error) {
        // Nobody listened: it has crashed since the last call, and has not seen this one.
        if (attempt === 1 && isRefused(error)) {
          await process.stop();
          continue;
        }
        // If it dies of this call, the next one must not meet it dying.
        await process.mayEnd(1_000);
        return problem(502, "function_failed", `The function ${name} broke off. Its log is ${this.logFile(name)}.`);
      }
    }
  }

  logFile(name: string): string {
    return join(this.#options.logDir, `function-${name}.log`);
  }

  #ready(name: string): Promise<FunctionProcess> {
    if (this.#stopped) throw new Error("The functions are being stopped.");
    const { logDir: _, ...options } = this.#options;
    const files = this.#filesOf(name);
    const known = this.#running.get(name);
    if (known !== undefined && known.files === files && !known.process.hasEnded) return known.started;
    if (known !== undefined) this.#retire(name, known);

    const process = new FunctionProcess({ ...options, name, logFile: this.logFile(name) });
    this.#processes.add(process);
    const running: Running = { process, files, started: process.start().then(() => process) };
    this.#running.set(name, running);
    running.started.catch(() => this.#retire(name, running));
    return running.started;
  }

  /** Looked at again after a moment: hundreds of files are too many for each of a thousand calls a second. */
  #filesOf(name: string): string {
    const known = this.#files.get(name);
    if (known !== undefined && performance.now() - known.seenAt < FILES_KNOWN_MS) return known.files;
    const files = functionFiles(this.#options.functionsDir, name);
    this.#files.set(name, { files, seenAt: performance.now() });
    return files;
  }

  #retire(name: string, running: Running): void {
    if (this.#running.get(name) === running) this.#running.delete(name);
    void running.process.stop().then(() => this.#processes.delete(running.process));
  }
}

/** Sends a request on as it is, but for its path: within the platform's runtime it has no /functions/v1. */
async function forward(request: Request, body: ArrayBuffer | null, origin: string): Promise<Response> {
  const url = new URL(request.url);
  const headers = new Headers(request.headers);
  headers.set("x-forwarded-host", url.host);
  headers.set("x-forwarded-proto", url.protocol.slice(0, -1));
  for (const name of hopHeaders) headers.delete(name);
  // What the function would compress for this machine alone, fetch would have to unpack again.
  headers.set("accept-encoding", "identity");
  const response = await fetch(`${origin}${url.pathname.slice("/functions/v1".length)}${url.search}`, {
    method: request.method,
    headers,
    body,
    redirect: "manual",
    signal: request.signal,
  });
  const answer = new Headers(response.headers);
  if (answer.has("content-encoding") && response.body !== null) {
    // fetch has undone it all the same; the headers no longer describe the body.
    answer.delete("content-encoding");
    answer.delete("content-length");
  }
  for (const name of hopHeaders) answer.delete(name);
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers: answer });
}

/** They are about one connection, not about the request. */
const hopHeaders = ["connection", "expect", "host", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade"];

function isRefused(error: unknown): boolean {
  const cause = error instanceof Error ? (error.cause as NodeJS.ErrnoException | undefined) : undefined;
  return cause?.code === "ECONNREFUSED";
}

function problem(status: number, code: string, detail: string): Response {
  return new Response(JSON.stringify({ type: "about:blank", title: code.replaceAll("_", " "), status, detail, code }), {
    status,
    headers: { "content-type": "application/problem+json" },
  });
}
