import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

export interface ReceivedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

export interface Answer {
  readonly status: number;
  readonly json?: unknown;
  readonly text?: string;
  readonly bytes?: Uint8Array;
}

/** A server on this machine that stands in for a provider: it keeps what it gets and answers what it is told to. */
export class LocalServer {
  readonly requests: ReceivedRequest[] = [];
  answer: (request: ReceivedRequest) => Answer;
  readonly #server: Server;

  private constructor(answer: (request: ReceivedRequest) => Answer) {
    this.answer = answer;
    this.#server = createServer(async (incoming, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of incoming) chunks.push(chunk as Buffer);
      const request = {
        method: incoming.method ?? "",
        path: incoming.url ?? "",
        headers: incoming.headers,
        body: Buffer.concat(chunks).toString(),
      };
      this.requests.push(request);
      const { status, json, text } = this.answer(request);
      response.writeHead(status, { "content-type": json === undefined ? "text/plain" : "application/json" });
      response.end(json === undefined ? text : JSON.stringify(json));
    });
  }

  /** Close it in afterAll. */
  static async start(answer: (request: ReceivedRequest) => Answer): Promise<LocalServer> {
    const server = new LocalServer(answer);
    await new Promise<void>((resolve) => server.#server.listen(0, "127.0.0.1", resolve));
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }
}
