import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Webhook } from "standardwebhooks";

/** One request that came in. */
export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What is in the body of an event. */
export interface EventBody {
  readonly id: string;
  readonly type: string;
  readonly timestamp: string;
  readonly boutique_id: string;
  readonly subject: { readonly table: string; readonly id: string };
  readonly sequence: number;
  readonly data: Readonly<Record<string, unknown>>;
}

/** A boutique's own system: keeps what it gets and answers as a test wants it to. */
export class WebhookReceiver {
  readonly received: Received[] = [];
  /** Answers the next requests; 204 unless told. */
  answer: (response: ServerResponse, request: IncomingMessage) => void = (response) => {
    response.writeHead(204).end();
  };
  readonly #server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += String(chunk);
    this.received.push({ path: request.url ?? "", headers: request.headers, body });
    this.answer(response, request);
  });

  private constructor() {}

  /** Listens on a free port. Close it at the end. */
  static async open(): Promise<WebhookReceiver> {
    const receiver = new WebhookReceiver();
    await new Promise<void>((resolve) => receiver.#server.listen(0, "127.0.0.1", resolve));
    return receiver;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Answers every request with a status. */
  answerWith(status: number, headers: Readonly<Record<string, string>> = {}, body = ""): void {
    this.answer = (response) => void response.writeHead(status, headers).end(body);
  }

  /** Those that came to a path. */
  at(path: string): Received[] {
    return this.received.filter((request) => request.path === path);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** Checks a request as a receiver would, with the verifier of Standard Webhooks; throws when it is not genuine. */
export function verify(request: Received | undefined, secret: string): EventBody {
  if (request === undefined) throw new Error("Nothing has come.");
  return new Webhook(secret).verify(request.body, request.headers as Record<string, string>) as EventBody;
}
