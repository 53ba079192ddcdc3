import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Answer, ReceivedRequest } from "./local-server.ts";

/**
 * How a provider's server misbehaves.
 *
 * - `silent`: takes the request and never answers.
 * - `lost`: does what is asked, and breaks the connection instead of answering.
 * - `down`: breaks the connection before anything is done.
 * - `wrong_json`: 200 with what is no JSON; `wrong_form`: 200 with JSON that means nothing.
 * - a status: that one, with a body that no program reads.
 */
export type Fault =
  | "none"
  | "silent"
  | "lost"
  | "down"
  | "wrong_json"
  | "wrong_form"
  | 302
  | 401
  | 403
  | 429
  | 500
  | 503;

/** A server on this machine that speaks a provider's protocol, and that a test can make misbehave. */
export class ProviderServer {
  readonly requests: ReceivedRequest[] = [];
  fault: Fault = "none";
  /** The fault is for requests whose method and path this fits; undefined for all. */
  only: RegExp | undefined;
  readonly #server: Server;

  private constructor(answer: (request: ReceivedRequest) => Answer) {
    this.#server = createServer(async (incoming, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of incoming) chunks.push(chunk as Buffer);
      const { method = "", url: path = "", headers } = incoming;
      const request = { method, path, headers, body: Buffer.concat(chunks).toString() };
      this.requests.push(request);
      const isMeant = this.only?.test(`${method} ${path}`) ?? true;
      const fault = isMeant ? this.fault : "none";
      if (fault === "silent") return;
      if (fault === "down") return void incoming.socket.destroy();
      if (fault === "wrong_json") return send(response, { status: 200, text: "<html>Please wait</html>" });
      if (fault === "wrong_form") return send(response, { status: 200, json: [{ hello: "world" }] });
      if (typeof fault === "number") {
        response.setHeader("location", `${this.url}/elsewhere`);
        return send(response, { status: fault, json: { message: `status ${fault} for ${headers.authorization}` } });
      }
      const answered = answer(request);
      if (fault === "lost") return void incoming.socket.destroy();
      send(response, answered);
    });
  }

  static async start(answer: (request: ReceivedRequest) => Answer): Promise<ProviderServer> {
    const server = new ProviderServer(answer);
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

function send(response: ServerResponse, { status, json, text, bytes }: Answer): void {
  response.writeHead(status, { "content-type": json === undefined ? "text/html" : "application/json" });
  response.end(bytes ?? (json === undefined ? text : JSON.stringify(json)));
}

/** A webhook request as a provider sends it. */
export interface SignedRequest {
  readonly headers: Headers;
  readonly body: Uint8Array;
}
