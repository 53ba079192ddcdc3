import { createConnection, createServer } from "node:net";
import { StackError } from "./errors.ts";

/** A port that is free right now. Used where the number does not matter. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      if (address === null || typeof address === "string") return reject(new Error("no port"));
      server.close(() => resolve(address.port));
    });
  });
}

/** Rejects with a StackError that names the port when somebody else listens on it. */
export function assertFree(port: number, purpose: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => {
      reject(
        new StackError(
          `Port ${port} (${purpose}) ${error.code === "EADDRINUSE" ? "is in use" : `cannot be used: ${error.code}`}.`,
          "End the program that holds it ('npm run stack:stop' if it is Nexus) or choose other ports with --port N.",
        ),
      );
    });
    server.listen(port, "127.0.0.1", () => server.close(() => resolve()));
  });
}

/** True when somebody accepts connections on a port of this machine. */
export function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ port, host: "127.0.0.1" });
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
