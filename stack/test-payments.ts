import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { StackError } from "./errors.ts";
import type { Part } from "./part.ts";
import { type Fault, testPaymentsApp } from "./test-payments-api.ts";
import { TestBank } from "./test-payments-bank.ts";
import { TestPaymentsStore } from "./test-payments-store.ts";
import { TestWebhooks } from "./test-payments-webhooks.ts";

export interface TestPaymentsOptions {
  /** 0 for any free one. */
  readonly port: number;
  /** Of whoever calls it, and of the events that it sends. ASCII. */
  readonly secret: string;
  /** File of what it remembers; without it, it forgets. */
  readonly file?: string;
  /** Wait before an event is sent for the second time, in milliseconds. */
  readonly retryMs?: number;
}

/** A provider of payments without money: hosted pages, holds, refunds, saved methods, signed webhooks with retries. */
export class TestPayments implements Part {
  readonly name = "test payments";
  readonly #options: TestPaymentsOptions;
  #fault: Fault = { mode: "ok", ms: 0 };
  #server: Server | undefined;
  #webhooks: TestWebhooks | undefined;
  #bank: TestBank | undefined;
  #store: TestPaymentsStore | undefined;

  constructor(options: TestPaymentsOptions) {
    this.#options = options;
  }

  /** Where it answers, once it has started. */
  get url(): string {
    return `http://127.0.0.1:${(this.#server?.address() as AddressInfo | null | undefined)?.port ?? this.#options.port}`;
  }

  async start(): Promise<void> {
    const { port, secret, file, retryMs = 1_000 } = this.#options;
    const store = await TestPaymentsStore.open(file);
    const webhooks = new TestWebhooks(store, secret, retryMs);
    const bank = new TestBank(store, webhooks, () => this.url);
    const app = testPaymentsApp(bank, secret, (fault) => {
      this.#fault = fault;
    });
    const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false });
    const server = createServer((incoming, outgoing) => {
      this.#misbehave(incoming, outgoing, () => void listener(incoming, outgoing));
    });
    await new Promise<void>((resolve, reject) => {
      server.once("error", (error: NodeJS.ErrnoException) => {
        reject(
          new StackError(
            `Port ${port} (${this.name}) cannot be used: ${error.code ?? error.message}.`,
            "End the program that holds it or choose another with --port N.",
          ),
        );
      });
      server.listen(port, "127.0.0.1", resolve);
    });
    this.#server = server;
    this.#webhooks = webhooks;
    this.#bank = bank;
    this.#store = store;
    webhooks.start();
    bank.start();
  }

  health(): Promise<boolean> {
    return Promise.resolve(this.#server?.listening ?? false);
  }

  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    this.#bank?.stop();
    this.#webhooks?.stop();
    if (server !== undefined) {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    }
    await this.#store?.save();
  }

  /** Answers as the fault has it that /control has set; /control itself always works. */
  #misbehave(incoming: IncomingMessage, outgoing: ServerResponse, answer: () => void): void {
    const { mode, ms } = this.#fault;
    if (mode === "ok" || incoming.url === "/control") answer();
    else if (mode === "down") incoming.socket.destroy();
    else if (mode === "slow") setTimeout(answer, ms).unref();
    else {
      incoming.resume();
      const [status, body] = mode === "500" ? [500, '{"code":"internal_error","message":"Told to."}'] : [200, "<html>"];
      outgoing.writeHead(status, { "content-type": "application/json" }).end(body);
    }
  }
}
