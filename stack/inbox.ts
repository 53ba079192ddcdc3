import { type ChildProcess, spawn } from "node:child_process";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as pause } from "node:timers/promises";
import { StackError } from "./errors.ts";
import type { Part } from "./part.ts";
import { root } from "./paths.ts";
import { listens } from "./ports.ts";
import { endChild, hasEnded, logTo } from "./processes.ts";
import { Respawn } from "./respawn.ts";
import type { Watchdog } from "./watchdog.ts";

export interface InboxOptions {
  readonly smtpPort: number;
  readonly webPort: number;
  /** Folder for the mails; emptied at start and removed at the end. */
  readonly mailDir: string;
  readonly logFile: string;
  readonly watchdog: Watchdog;
}

/** MailDev: an SMTP server that keeps every mail and shows it on a page; nothing leaves the machine. */
export class Inbox implements Part {
  readonly name = "inbox";
  readonly #options: InboxOptions;
  readonly #respawn: Respawn;
  #child: ChildProcess | undefined;
  #stopped = false;

  constructor(options: InboxOptions) {
    this.#options = options;
    this.#respawn = new Respawn("the inbox", options.logFile, () => this.start());
  }

  async start(): Promise<void> {
    const { smtpPort, webPort, mailDir, logFile, watchdog } = this.#options;
    await rm(mailDir, { recursive: true, force: true });
    await mkdir(mailDir, { mode: 0o700 });
    if (this.#stopped) throw new StackError("The inbox was stopped while it started.", "Start it again.");
    const child = spawn(
      process.execPath,
      [
        join(root, "node_modules/.bin/maildev"),
        ...["--ip", "127.0.0.1", "--smtp", String(smtpPort), "--web", String(webPort)],
        ...["--mail-directory", mailDir, "--silent"],
      ],
      {
        stdio: ["ignore", "pipe", "pipe"],
        detached: true,
        env: { PATH: process.env["PATH"] },
      },
    );
    this.#child = child;
    watchdog.guard(child);
    logTo(child, logFile);
    const deadline = Date.now() + 15_000;
    while (!(await listens(smtpPort)) || !(await listens(webPort))) {
      if (hasEnded(child) || Date.now() > deadline) {
        throw new StackError(`The inbox did not start on ports ${smtpPort} and ${webPort}.`, `Its log is ${logFile}.`);
      }
      await pause(30);
    }
    this.#respawn.started();
    child.once("exit", (code, signal) => this.#respawn.ended(signal ?? `exit code ${code}`));
  }

  health(): Promise<boolean> {
    return listens(this.#options.smtpPort);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#respawn.cancel();
    if (this.#child !== undefined) await endChild(this.#child, ["SIGTERM", 600]);
    await rm(this.#options.mailDir, { recursive: true, force: true });
  }
}
