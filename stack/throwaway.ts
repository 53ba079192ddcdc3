import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import postgres from "postgres";
import { preparePlatform } from "./platform.ts";
import { freePort } from "./ports.ts";
import { Postgres, SUPERUSER } from "./postgres.ts";
import { Watchdog } from "./watchdog.ts";

const passwords = { superuser: "throwaway", postgres: "throwaway", api: "throwaway" };

/** A Postgres in a temporary folder with the platform's roles and schemas: for tests and for comparing schemas. */
export class ThrowawayCluster {
  readonly #watchdog: Watchdog;
  readonly #folder: string;
  readonly #port: number;
  readonly #durable: boolean;
  #postgres: Postgres;

  private constructor(watchdog: Watchdog, folder: string, port: number, durable: boolean) {
    this.#watchdog = watchdog;
    this.#folder = folder;
    this.#port = port;
    this.#durable = durable;
    this.#postgres = this.#server();
  }

  /**
   * Starts a cluster whose database `postgres` is a fresh platform.
   *
   * @param durable commits reach the disk, as in production: for measuring
   */
  static async start(durable = false): Promise<ThrowawayCluster> {
    const folder = await mkdtemp(join(tmpdir(), "nexus-throwaway-"));
    const watchdog = new Watchdog();
    watchdog.start({ removeOnDeath: folder });
    const cluster = new ThrowawayCluster(watchdog, folder, await freePort(), durable);
    await cluster.#postgres.start();
    await preparePlatform(cluster.url(SUPERUSER), passwords);
    return cluster;
  }

  /** URL of a database for a role; every role has the same password. */
  url(role: "postgres" | "authenticator" | typeof SUPERUSER, database = "postgres"): string {
    return this.#postgres.url(role, passwords.postgres, database);
  }

  /** Copies a database that nobody is connected to. */
  async clone(template: string, name: string): Promise<void> {
    await cloneDatabase(this.url(SUPERUSER, template), name);
  }

  /** Stops the server, as for a restart: sessions are cut, what is committed stays. */
  async halt(): Promise<void> {
    await this.#postgres.stop();
  }

  /** Starts a server that was halted, on the same port. */
  async resume(): Promise<void> {
    this.#postgres = this.#server();
    await this.#postgres.start();
  }

  async stop(): Promise<void> {
    await this.#postgres.stop();
    await this.#watchdog.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }

  #server(): Postgres {
    return new Postgres({
      dataDir: join(this.#folder, "postgres"),
      port: this.#port,
      password: passwords.superuser,
      ephemeral: !this.#durable,
      logFile: join(this.#folder, "postgres.log"),
      watchdog: this.#watchdog,
    });
  }
}

/**
 * Copies the database of a URL, which nobody may be connected to, and returns the URL of the copy.
 * Takes some 50 ms.
 *
 * @param templateUrl URL of the database to copy, as the superuser
 */
export async function cloneDatabase(templateUrl: string, name: string): Promise<string> {
  const template = new URL(templateUrl).pathname.slice(1);
  await asSuperuser(templateUrl, [
    // By its files: half the time of writing each page into the log of a cluster that is thrown away.
    `create database "${name}" template "${template}" owner postgres strategy file_copy`,
    // Settings and rights of a database are not part of a copy.
    `alter role postgres in database "${name}" set search_path = "$user", public, extensions`,
    `alter role authenticator in database "${name}" set search_path = public, extensions`,
    `grant create, connect, temporary on database "${name}" to postgres`,
  ]);
  const url = new URL(templateUrl);
  url.pathname = `/${name}`;
  return url.href;
}

export async function dropDatabase(clusterUrl: string, name: string): Promise<void> {
  await asSuperuser(clusterUrl, [`drop database if exists "${name}" with (force)`]);
}

/** The same database for another role of a throw-away cluster. */
export function withRole(databaseUrl: string, role: string): string {
  const url = new URL(databaseUrl);
  url.username = role;
  return url.href;
}

async function asSuperuser(clusterUrl: string, statements: string[]): Promise<void> {
  const url = new URL(clusterUrl);
  url.pathname = "/postgres";
  const sql = postgres(url.href, { max: 1, onnotice: () => undefined });
  try {
    for (const statement of statements) await sql.unsafe(statement);
  } finally {
    await sql.end({ timeout: 1 });
  }
}
