import { readdirSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { SmtpEmailDriver } from "@supabase/lite";
import postgres from "postgres";
import { apiHandler } from "./api.ts";
import { DataApi, type ProjectKeys } from "./data-api.ts";
import { DataDir, type Status } from "./data-dir.ts";
import { FunctionsHost } from "./functions-host.ts";
import { Gateway } from "./gateway.ts";
import { Inbox } from "./inbox.ts";
import type { StackOptions } from "./options.ts";
import type { Part } from "./part.ts";
import { root } from "./paths.ts";
import { preparePlatform } from "./platform.ts";
import { assertFree } from "./ports.ts";
import { Postgres, SUPERUSER } from "./postgres.ts";
import { Watchdog } from "./processes.ts";
import { Steps } from "./progress.ts";
import { studioHandler } from "./studio.ts";
import { pushMigrations } from "./supabase-cli.ts";
import { WorkerProcess } from "./worker-process.ts";

/** A running backend. */
export interface Stack {
  readonly status: Status;
  stop(): Promise<void>;
}

/** Starts every part in order; when one fails, those that run are stopped and the failure is thrown on. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { ports, ephemeral } = options;
  const dataDir = new DataDir(options.dataDir);
  await dataDir.lock({ mustBeEmpty: ephemeral });
  const watchdog = new Watchdog();
  watchdog.start(ephemeral ? dataDir.path : undefined);
  /** In the order they were started; stopped from the end. */
  const running: { stop(): Promise<void> }[] = [];

  const stop = async () => {
    for (const part of running.splice(0).reverse()) await part.stop();
    watchdog.stop();
    if (ephemeral) await dataDir.remove();
    else await dataDir.unlock();
  };
  const start = async <P extends Part>(part: P): Promise<P> => {
    running.push(part);
    await part.start();
    return part;
  };

  try {
    const steps = new Steps(options.worker ? 6 : 5);
    for (const [purpose, port] of Object.entries(ports)) await assertFree(port, purpose);
    const secrets = await dataDir.secrets();
    const keys: ProjectKeys = {
      publishable: secrets.publishableKey,
      secret: secrets.secretKey,
      jwt: secrets.jwtSecret,
    };
    const apiUrl = `http://127.0.0.1:${ports.api}`;

    const database = new Postgres({
      dataDir: dataDir.postgres,
      port: ports.database,
      password: secrets.superuserPassword,
      ephemeral,
      logFile: join(dataDir.logs, "postgres.log"),
      watchdog,
    });
    const databaseUrl = database.url("postgres", secrets.postgresPassword);
    await steps.run(database.isNew ? "Creating and starting Postgres" : "Starting Postgres", () => start(database));
    await steps.run("Preparing the platform's roles and schemas", () =>
      preparePlatform(database.url(SUPERUSER, secrets.superuserPassword), {
        postgres: secrets.postgresPassword,
        api: secrets.apiPassword,
      }),
    );
    await steps.run("Applying migrations", () => migrate(databaseUrl, options.demo));

    await steps.run("Starting the inbox", () =>
      start(
        new Inbox({ smtpPort: ports.smtp, webPort: ports.inbox, logFile: join(dataDir.logs, "inbox.log"), watchdog }),
      ),
    );
    await steps.run("Starting API, functions and Studio", async () => {
      const functions = await start(
        new FunctionsHost({
          functionsDir: join(root, "functions"),
          logDir: dataDir.logs,
          environment: functionEnvironment(apiUrl, databaseUrl, keys),
          watchdog,
        }),
      );
      const shared = {
        databaseUrl: database.url("authenticator", secrets.apiPassword),
        keys,
        apiUrl,
        storageDir: dataDir.storage,
        email: new SmtpEmailDriver({ host: "127.0.0.1", port: ports.smtp, from: mailFrom, requireTls: false }),
      };
      const api = new DataApi({ ...shared, poolSize: 20, studio: false });
      running.push({ stop: () => api.close() });
      await start(new Gateway({ name: "API", port: ports.api, handler: apiHandler(api, functions) }));
      // The Studio's own requests carry no key: they get a server and an origin of their own.
      const studio = new DataApi({ ...shared, poolSize: 4, studio: true });
      running.push({ stop: () => studio.close() });
      await start(new Gateway({ name: "Studio", port: ports.studio, handler: studioHandler(studio) }));
    });
    if (options.worker) {
      await steps.run("Starting the worker", () =>
        start(
          new WorkerProcess({
            environment: {
              SUPABASE_DB_URL: databaseUrl,
              SMTP_HOST: "127.0.0.1",
              SMTP_PORT: String(ports.smtp),
              MAIL_FROM: mailFrom,
            },
            logFile: join(dataDir.logs, "worker.log"),
            watchdog,
          }),
        ),
      );
    }

    const status: Status = {
      api_url: apiUrl,
      db_url: databaseUrl,
      studio_url: `http://127.0.0.1:${ports.studio}`,
      functions_url: `${apiUrl}/functions/v1`,
      inbox_url: `http://127.0.0.1:${ports.inbox}`,
      publishable_key: keys.publishable,
      secret_key: keys.secret,
      pid: process.pid,
    };
    await dataDir.writeStatus(status);
    return { status, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

const mailFrom = "Nexus <no-reply@nexus.invalid>";

/** The variables that the platform gives to every function. */
function functionEnvironment(apiUrl: string, databaseUrl: string, keys: ProjectKeys): Record<string, string> {
  const signingKey = { kty: "oct", alg: "HS256", k: Buffer.from(keys.jwt).toString("base64url") };
  return {
    SUPABASE_URL: apiUrl,
    SUPABASE_DB_URL: databaseUrl,
    SUPABASE_ANON_KEY: keys.publishable,
    SUPABASE_SERVICE_ROLE_KEY: keys.secret,
    SUPABASE_PUBLISHABLE_KEYS: JSON.stringify({ default: keys.publishable }),
    SUPABASE_SECRET_KEYS: JSON.stringify({ default: keys.secret }),
    SUPABASE_JWKS: JSON.stringify({ keys: [signingKey] }),
  };
}

/** Runs the Supabase CLI when there is something to apply, for asking it costs a second. */
async function migrate(databaseUrl: string, demo: boolean): Promise<void> {
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => undefined });
  try {
    const applied = await sql<{ version: string }[]>`select version from supabase_migrations.schema_migrations`.catch(
      () => [],
    );
    const seeded = await sql`select from supabase_migrations.seed_files limit 1`.catch(() => []);
    const versions = new Set(applied.map((row) => row.version));
    const files = readdirSync(join(root, "supabase/migrations")).filter((file) => file.endsWith(".sql"));
    const isCurrent = files.length === versions.size && files.every((file) => versions.has(file.split("_")[0] ?? ""));
    const seed = demo && seeded.length === 0;
    if (!isCurrent || seed) await pushMigrations(databaseUrl, { seed });
  } finally {
    await sql.end({ timeout: 1 });
  }
}
