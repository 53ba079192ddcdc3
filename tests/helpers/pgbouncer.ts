import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as pause } from "node:timers/promises";
import { freePort, listens } from "../../stack/ports.ts";
import { endChild, hasEnded } from "../../stack/processes.ts";
import { asServer, ownAsServer } from "../../stack/server-user.ts";

/** Where Debian puts it, which is not on the PATH of everybody. */
const candidates = ["pgbouncer", "/usr/sbin/pgbouncer"];

/** The program, where it is installed. */
export function findPgBouncer(): string | undefined {
  return candidates.find((name) => spawnSync(name, ["--version"]).status === 0);
}

/** A real pooler in transaction mode in front of the tests' Postgres. */
export class PgBouncer {
  /** The given database, through the pooler. */
  readonly url: string;
  readonly #child: ChildProcess;
  readonly #folder: string;

  private constructor(url: string, child: ChildProcess, folder: string) {
    this.url = url;
    this.#child = child;
    this.#folder = folder;
  }

  /** Starts it with so few server connections that clients have to share them. */
  static async start(program: string, databaseUrl: string): Promise<PgBouncer> {
    const folder = mkdtempSync(join(tmpdir(), "nexus-pgbouncer-"));
    const { hostname, port, username, password, pathname } = new URL(databaseUrl);
    const listenPort = await freePort();
    const settings = join(folder, "pgbouncer.ini");
    writeFileSync(join(folder, "users.txt"), `"${username}" "${password}"\n`);
    writeFileSync(
      settings,
      `[databases]
* = host=${hostname} port=${port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${listenPort}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = ${join(folder, "users.txt")}
pool_mode = transaction
default_pool_size = 3
max_client_conn = 100
`,
    );
    // Like Postgres, it refuses to run as root.
    chmodSync(folder, 0o711);
    ownAsServer(settings);
    ownAsServer(join(folder, "users.txt"));
    const { command, args, uid, gid } = asServer(program, folder, [settings]);
    const child = spawn(command, args, {
      stdio: ["ignore", "ignore", "pipe"],
      uid,
      gid,
      env: { PATH: process.env["PATH"] },
    });
    let output = "";
    child.stderr?.on("data", (chunk: Buffer) => (output += chunk.toString()));
    while (!(await listens(listenPort))) {
      if (hasEnded(child)) throw new Error(`pgbouncer ended while it started: ${output}`);
      await pause(20);
    }
    const url = new URL(databaseUrl);
    url.port = String(listenPort);
    url.pathname = pathname;
    return new PgBouncer(url.href, child, folder);
  }

  async stop(): Promise<void> {
    await endChild(this.#child, ["SIGINT", 2_000], ["SIGTERM", 500]);
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
