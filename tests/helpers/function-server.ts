import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { apiHandler } from "../../stack/api.ts";
import { FunctionsHost } from "../../stack/functions-host.ts";
import { Gateway } from "../../stack/gateway.ts";
import { root } from "../../stack/paths.ts";
import { freePort } from "../../stack/ports.ts";
import type { World } from "./world.ts";

/** The API of a world with the project's functions in Deno, on an address of its own. */
export class FunctionServer {
  readonly origin: string;
  /** What the functions are given; for the same app in this process too. */
  readonly environment: Readonly<Record<string, string>>;
  readonly #host: FunctionsHost;
  readonly #gateway: Gateway;
  readonly #logDir: string;

  private constructor(world: World, port: number, variables: Readonly<Record<string, string>>) {
    this.origin = `http://127.0.0.1:${port}`;
    this.environment = {
      SUPABASE_URL: this.origin,
      SUPABASE_PUBLISHABLE_KEYS: JSON.stringify({ default: world.keys.publishable }),
      SUPABASE_SECRET_KEYS: JSON.stringify({ default: world.keys.secret }),
      ...variables,
    };
    this.#logDir = mkdtempSync(join(tmpdir(), "nexus-functions-"));
    this.#host = new FunctionsHost({
      functionsDir: join(root, "functions"),
      logDir: this.#logDir,
      environment: this.environment,
    });
    this.#gateway = new Gateway({ name: "test", port, handler: apiHandler(world.api, this.#host) });
  }

  /**
   * Starts it. Close it in afterAll.
   *
   * @param variables secrets that functions want beside what the platform gives them
   */
  static async open(world: World, variables: Readonly<Record<string, string>> = {}): Promise<FunctionServer> {
    const server = new FunctionServer(world, await freePort(), variables);
    await server.#gateway.start();
    return server;
  }

  async close(): Promise<void> {
    await this.#gateway.stop();
    await this.#host.stop();
    rmSync(this.#logDir, { recursive: true, force: true });
  }
}
