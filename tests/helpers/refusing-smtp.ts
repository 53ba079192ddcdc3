import type { AddressInfo } from "node:net";
import { createServer, type Server, type Socket } from "node:net";

/** What a mail server says to each command; 250 unless told. */
export type Refusals = Readonly<Partial<Record<"MAIL" | "RCPT" | "DATA", string>>>;

/** The least of an SMTP server, which refuses what it is told to: no other one says 550 at will. */
export class RefusingSmtp {
  refusals: Refusals = {};
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor() {
    this.#server = createServer((socket) => {
      this.#sockets.add(socket);
      socket.on("error", () => undefined);
      socket.write("220 test ESMTP\r\n");
      socket.on("data", (chunk) => {
        for (const line of chunk
          .toString()
          .split("\r\n")
          .filter((text) => text !== "")) {
          const command = line.slice(0, 4).toUpperCase();
          if (command === "QUIT") socket.end("221 bye\r\n");
          else socket.write(`${this.refusals[command as keyof Refusals] ?? "250 fine"}\r\n`);
        }
      });
    });
  }

  /** Close it in afterAll. */
  static async start(): Promise<RefusingSmtp> {
    const smtp = new RefusingSmtp();
    await new Promise<void>((resolve) => smtp.#server.listen(0, "127.0.0.1", resolve));
    return smtp;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }
}
