import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Health } from "./health.ts";

export interface EndpointsOptions {
  readonly host: string;
  readonly port: number;
  readonly health: () => Promise<Health>;
  readonly metrics: { readonly contentType: string; text(): Promise<string> };
}

/** `/health` and `/metrics`, for those who watch the worker. They say nothing about what is in the jobs. */
export class Endpoints {
  readonly #options: EndpointsOptions;
  #server: Server | undefined;

  constructor(options: EndpointsOptions) {
    this.#options = options;
  }

  /** The port that it listens on; undefined while it does not. */
  get port(): number | undefined {
    return (this.#server?.address() as AddressInfo | null | undefined)?.port;
  }

  /** @throws an Error that names WORKER_PORT when the port is taken */
  async start(): Promise<void> {
    const { host, port } = this.#options;
    const server = createServer((request, response) => {
      const path = new URL(request.url ?? "/", "http://worker").pathname;
      this.#answer(request.method ?? "GET", path, response).catch((error: unknown) =>
        send(response, 500, "text/plain", `${error instanceof Error ? error.message : String(error)}\n`),
      );
    });
    await new Promise<void>((resolve, reject) => {
      server.once("error", (error: NodeJS.ErrnoException) =>
        reject(
          new Error(
            `${host}:${port} cannot be used for /health and /metrics (${error.code ?? error.message}). Set WORKER_PORT to another port, or to 0 for none.`,
          ),
        ),
      );
      server.listen(port, host, resolve);
    });
    this.#server = server;
  }

  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  async #answer(method: string, path: string, response: ServerResponse): Promise<void> {
    const { health, metrics } = this.#options;
    if (method !== "GET" && method !== "HEAD") send(response, 405, "text/plain", "Only GET.\n");
    else if (path === "/health") {
      const state = await health();
      send(response, state.ok ? 200 : 503, "application/json", `${JSON.stringify(state)}\n`);
    } else if (path === "/metrics") send(response, 200, metrics.contentType, await metrics.text());
    else send(response, 404, "text/plain", "There is /health and /metrics.\n");
  }
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { "content-type": type, "cache-control": "no-store" });
  response.end(body);
}
