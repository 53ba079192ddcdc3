import { createConnection, createServer } from "node:net";
import { StackError } from "./errors.ts";

/**
 * Ports below those that the system gives to outgoing connections (from 32768 on Linux): of its own choice it may give
 * the same number to a connection of somebody else before we listen.
 */
const [FIRST_PORT, PORTS] = [20_000, 12_000];

/** A port that is free right now. Used where the number does not matter. */
export async function freePort(): Promise<number> {
  for (let attempt = 1; attempt <= 200; attempt += 1) {
    const port = FIRST_PORT + Math.floor(Math.random() * PORTS);
    if (await isFree(port)) return port;
  }
  throw new StackError("No free port was found.", "End programs that listen, or name ports with --port N.");
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
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
