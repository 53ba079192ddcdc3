import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { StackError } from "./errors.ts";
import type { Part } from "./part.ts";
import { stampPeerAddress } from "./peer-address.ts";
import { MAX_UPLOAD_BYTES } from "./storage-upload.ts";

/** Answers a request; `peerAddress` is the address of the socket. */
export type Handler = (request: Request, peerAddress: string | null) => Promise<Response> | Response;

export interface GatewayOptions {
  readonly name: string;
  readonly port: number;
  readonly handler: Handler;
}

/** Largest body of a request; uploads of files, which Storage measures itself, may have more. */
const MAX_BODY_BYTES = 6 * 1024 * 1024;

/** The one HTTP server of an origin. */
export class Gateway implements Part {
  readonly name: string;
  readonly #options: GatewayOptions;
  #server: Server | undefined;

  constructor(options: GatewayOptions) {
    this.name = options.name;
    this.#options = options;
  }

  async start(): Promise<void> {
    const { port, handler } = this.#options;
    const listener = getRequestListener((request, env) => handler(request, env.incoming.socket.remoteAddress ?? null), {
      overrideGlobalObjects: false,
    });
    const server = createServer((incoming, outgoing) => {
      if (refuseBody(incoming, outgoing)) return;
      stampPeerAddress(incoming);
      void listener(incoming, outgoing);
    });
    server.keepAliveTimeout = 65_000;
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
  }

  health(): Promise<boolean> {
    return Promise.resolve(this.#server?.listening ?? false);
  }

  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeIdleConnections();
    // Requests under way get a moment to end.
    const timer = setTimeout(() => server.closeAllConnections(), 500);
    await closed;
    clearTimeout(timer);
  }
}

/** Answers before the body is read when it is too long, or when nobody can say how long it will be. */
function refuseBody(incoming: IncomingMessage, outgoing: ServerResponse): boolean {
  const isUpload = incoming.url?.startsWith("/storage/v1/") ?? false;
  const limit = isUpload ? MAX_UPLOAD_BYTES : MAX_BODY_BYTES;
  if (Number(incoming.headers["content-length"] ?? 0) > limit) {
    refuse(
      outgoing,
      413,
      "body_too_large",
      `The body of a request may have ${limit} bytes. Upload files to Storage, and send rows in smaller batches.`,
    );
  } else if (incoming.headers["transfer-encoding"] !== undefined && !isUpload) {
    refuse(outgoing, 411, "length_required", "Send the body with a Content-Length.");
  } else {
    return false;
  }
  // The rest of the body is read and dropped, so that the client gets to read the answer.
  incoming.resume();
  return true;
}

function refuse(outgoing: ServerResponse, status: number, code: string, message: string): void {
  outgoing.writeHead(status, { "content-type": "application/json", connection: "close", ...corsHeaders });
  outgoing.end(JSON.stringify({ code, message, details: null, hint: null }));
}

/** What the platform's gateway allows a browser on any origin. */
export const corsHeaders: Readonly<Record<string, string>> = {
  "access-control-allow-origin": "*",
  "access-control-allow-methods": "GET,HEAD,PUT,PATCH,POST,DELETE,OPTIONS",
  "access-control-expose-headers":
    "Content-Encoding, Content-Location, Content-Range, Content-Type, Date, ETag, Location, Preference-Applied, Range-Unit, Retry-After, X-Request-Id",
};
