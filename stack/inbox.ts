import { type ChildProcess, spawn } from "node:child_process";
import { createConnection } from "node:net";
import { join } from "node:path";
import process from "node:process";
import { StackError } from "./errors.ts";
import type { Part } from "./part.ts";
import { root } from "./paths.ts";
import { endChild, logTo, type Watchdog } from "./processes.ts";

export interface InboxOptions {
  readonly smtpPort: number;
  readonly webPort: number;
  readonly logFile: string;
  readonly watchdog: Watchdog;
}

/** MailDev: an SMTP server that keeps every mail and shows it on a page; nothing leaves the machine. */
export class Inbox implements Part {
  readonly name = "inbox";
  readonly #options: InboxOptions;
  #child: ChildProcess | undefined;

  constructor(options: InboxOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    const { smtpPort, webPort, logFile, watchdog } = this.#options;
    const child = spawn(
      process.execPath,
      [
        join(root, "node_modules/.bin/maildev"),
        ...["--ip", "127.0.0.1", "--smtp", String(smtpPort), "--web", String(webPort), "--silent"],
      ],
      {
        stdio: ["ignore", "pipe", "pipe"],
        detached: true,
        env: { PATH: process.env["PATH"], TMPDIR: process.env["TMPDIR"] },
      },
    );
    this.#child = child;
    watchdog.guard(child);
    await logTo(child, logFile);
    const deadline = Date.now() + 15_000;
    while (!(await listens(smtpPort)) || !(await listens(webPort))) {
      if (child.exitCode !== null || Date.now() > deadline) {
        throw new StackError(`The inbox did not start on ports ${smtpPort} and ${webPort}.`, `Its log is ${logFile}.`);
      }
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
  }

  health(): Promise<boolean> {
    return listens(this.#options.smtpPort);
  }

  async stop(): Promise<void> {
    if (this.#child !== undefined) await endChild(this.#child, "SIGTERM", 1_000);
  }
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ port, host: "127.0.0.1" });
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
