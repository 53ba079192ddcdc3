import { type ChildProcess, spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { extname, join, normalize } from "node:path";
import process from "node:process";
import { escapeHtml } from "../functions/_shared/escape-html.ts";
import { addFolder } from "./function-files.ts";
import type { Part } from "./part.ts";
import { root } from "./paths.ts";
import { endChild, logTo } from "./processes.ts";
import type { Watchdog } from "./watchdog.ts";

export interface ShopOptions {
  readonly publishableKey: string;
  /** Folder that the page is built into. */
  readonly outDir: string;
  readonly logFile: string;
  readonly watchdog?: Watchdog;
}

export const SHOP_PATH = "/shop/";
const build = join(root, "examples/shop/build.ts");
const sources = ["client", "examples/shop"].map((folder) => join(root, folder));

/** The example shop, built by the first request for its page, and anew by the first one after its files have changed. */
export class Shop implements Part {
  readonly name = "shop";
  readonly #options: ShopOptions;
  /** What was built, of which files. */
  #built: { readonly files: string; readonly done: Promise<void> } | undefined;
  #child: ChildProcess | undefined;

  constructor(options: ShopOptions) {
    this.#options = options;
  }

  start(): Promise<void> {
    return Promise.resolve();
  }

  health(): Promise<boolean> {
    return Promise.resolve(true);
  }

  async stop(): Promise<void> {
    if (this.#child !== undefined) await endChild(this.#child, ["SIGTERM", 500]);
  }

  /** Answers below `/shop/`: files of the build, and its page for every address of the shop. */
  async fetch(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (request.method !== "GET" && request.method !== "HEAD") {
      return new Response("The shop is read with GET.", { status: 405, headers: { allow: "GET, HEAD" } });
    }
    const path = normalize(pathname.slice(SHOP_PATH.length - 1));
    const type = types[extname(path)];
    if (type === undefined) return await this.#page();
    try {
      const file = await readFile(join(this.#options.outDir, path));
      // The build names its files by what is in them.
      return new Response(file, {
        headers: { "content-type": type, "cache-control": "public, max-age=31536000, immutable" },
      });
    } catch {
      return new Response("There is no such file.", { status: 404 });
    }
  }

  async #page(): Promise<Response> {
    const { publishableKey, outDir, logFile } = this.#options;
    const headers = { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" };
    try {
      await this.#build();
      const page = await readFile(join(outDir, "index.html"), "utf8");
      const keyed = page.replace(
        'name="nexus-key" content=""',
        `name="nexus-key" content="${escapeHtml(publishableKey)}"`,
      );
      return new Response(keyed, { headers: { ...headers, "content-security-policy": policy } });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const text = `<!doctype html><title>Shop</title><h1>The example shop cannot be built</h1><pre>${escapeHtml(reason)}</pre><p>All of it is in ${escapeHtml(logFile)}. The API is not concerned.</p>`;
      return new Response(text, { status: 503, headers });
    }
  }

  /** Requests that come meanwhile wait for the same build; a failed one is tried again once a file has changed. */
  #build(): Promise<void> {
    const files: string[] = [];
    for (const folder of sources) addFolder(folder, files);
    const now = files.join("\n");
    if (this.#built?.files !== now) this.#built = { files: now, done: this.#run() };
    return this.#built.done;
  }

  async #run(): Promise<void> {
    const { outDir, logFile, watchdog } = this.#options;
    const child = spawn(process.execPath, [build, outDir], {
      cwd: root,
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
      env: { PATH: process.env["PATH"], HOME: process.env["HOME"], NO_COLOR: "1" },
    });
    this.#child = child;
    watchdog?.guard(child);
    logTo(child, logFile);
    let said = "";
    child.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", resolve);
    });
    if (code !== 0) throw new Error(said || `It ended with ${code}.`);
  }
}

const types: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
};

/** The page talks to its own origin alone, and is in no frame. */
const policy = [
  "default-src 'self'",
  "img-src 'self' data:",
  "style-src 'self' 'unsafe-inline'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");
