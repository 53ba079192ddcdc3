import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import process from "node:process";
import { z } from "zod";
import { StackError } from "./errors.ts";
import type { Part } from "./part.ts";
import { root } from "./paths.ts";
import { endChild, hasEnded, logTo } from "./processes.ts";
import type { Watchdog } from "./watchdog.ts";

/** Where the page is on the Studio's origin. */
export const DASHBOARD_PATH = "/jobs";

export interface DashboardOptions {
  /** As the owner: the page retries and removes jobs. */
  readonly databaseUrl: string;
  readonly studioPort: number;
  readonly logFile: string;
  readonly watchdog: Watchdog;
}

const message = z.object({ port: z.number() });

/**
 * pg-boss's own page for queues and jobs. Its process is started by the first request, and again by the next one after it
 * has ended: most who run the stack never look at it.
 */
export class Dashboard implements Part {
  readonly name = "dashboard";
  readonly #options: DashboardOptions;
  #child: ChildProcess | undefined;
  #port: Promise<number> | undefined;
  #stopped = false;

  constructor(options: DashboardOptions) {
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
    if (this.#child !== undefined) await endChild(this.#child, ["SIGTERM", 600]);
  }

  /** Passes a request of the Studio's origin on; the page's own answer, or 503 with where to look. */
  async fetch(request: Request): Promise<Response> {
    // Read first, so that it can be sent again.
    const body = request.body === null ? null : await request.arrayBuffer();
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await forward(request, body, await this.#ready());
      } catch (error) {
        // It has ended, which may not be known here yet. What it may have done already is not done twice.
        const isHarmless = isRefused(error) || ["GET", "HEAD"].includes(request.method);
        if (attempt > 1 || this.#child === undefined || !isHarmless) return this.#unavailable(error);
        await endChild(this.#child, ["SIGTERM", 600]);
      }
    }
  }

  #unavailable(error: unknown): Response {
    const reason = error instanceof Error ? error.message : String(error);
    return new Response(`The page of the queues is not there: ${reason} Its log is ${this.#options.logFile}.\n`, {
      status: 503,
    });
  }

  #ready(): Promise<number> {
    if (this.#stopped) throw new StackError("It is being stopped.", "Start Nexus again.");
    if (this.#port === undefined || this.#child === undefined || hasEnded(this.#child)) this.#port = this.#launch();
    return this.#port;
  }

  async #launch(): Promise<number> {
    const { databaseUrl, studioPort, logFile, watchdog } = this.#options;
    const child = spawn(process.execPath, [join(root, "stack/dashboard-process.ts")], {
      cwd: root,
      stdio: ["ignore", "pipe", "pipe", "ipc"],
      detached: true,
      env: {
        PATH: process.env["PATH"],
        DATABASE_URL: databaseUrl,
        STUDIO_HOSTS: `127.0.0.1:${studioPort},localhost:${studioPort}`,
        NODE_ENV: "production",
      },
    });
    this.#child = child;
    watchdog.guard(child);
    logTo(child, logFile);
    return await new Promise<number>((resolve, reject) => {
      child.once("message", (sent) => resolve(message.parse(sent).port));
      child.once("error", reject);
      child.once("exit", () => reject(new StackError("It ended while it started.", "Its log says why.")));
    });
  }
}

async function forward(request: Request, body: ArrayBuffer | null, port: number): Promise<Response> {
  const { pathname, search } = new URL(request.url);
  const headers = new Headers(request.headers);
  for (const name of ["connection", "host", "transfer-encoding"]) headers.delete(name);
  // What would be compressed for this machine alone, fetch would have to unpack again.
  headers.set("accept-encoding", "identity");
  const response = await fetch(`http://127.0.0.1:${port}${pathname}${search}`, {
    method: request.method,
    headers,
    body,
    redirect: "manual",
  });
  const answer = new Headers(response.headers);
  answer.set("content-security-policy", policy);
  return new Response(response.body, { status: response.status, headers: answer });
}

function isRefused(error: unknown): boolean {
  const cause = error instanceof Error ? (error.cause as NodeJS.ErrnoException | undefined) : undefined;
  return cause?.code === "ECONNREFUSED";
}

/** The page asks for fonts on the internet; nothing of the stack does. */
const policy =
  "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'";
