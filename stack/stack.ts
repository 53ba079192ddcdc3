import { createHmac } from "node:crypto";
import { join } from "node:path";
import process from "node:process";
import { SmtpEmailDriver } from "@supabase/lite";
import { apiHandler } from "./api.ts";
import { DASHBOARD_PATH, Dashboard } from "./dashboard.ts";
import { DataApi, type ProjectKeys } from "./data-api.ts";
import { DataDir, type Status } from "./data-dir.ts";
import { DemoPictures } from "./demo-pictures.ts";
import { FunctionsHost } from "./functions-host.ts";
import { Gateway } from "./gateway.ts";
import { Inbox } from "./inbox.ts";
import { migrate } from "./migrate.ts";
import type { StackOptions } from "./options.ts";
import { root } from "./paths.ts";
import { preparePlatform } from "./platform.ts";
import { assertFree } from "./ports.ts";
import { Postgres, SUPERUSER } from "./postgres.ts";
import { Steps } from "./progress.ts";
import { RunningParts } from "./running-parts.ts";
import { SHOP_PATH, Shop } from "./shop.ts";
import { studioHandler } from "./studio.ts";
import { readSupabaseConfig } from "./supabase-config.ts";
import { TestPayments } from "./test-payments.ts";
import { Watchdog } from "./watchdog.ts";
import { WorkerProcess } from "./worker-process.ts";

/** A running backend. */
export interface Stack {
  readonly status: Status;
  /** Rejects when the stack cannot go on, because Postgres is gone; never resolves. */
  readonly ended: Promise<never>;
  stop(): Promise<void>;
}

/**
 * Starts every part in order; when one fails, or when `signal` is aborted meanwhile, those that run are
 * stopped and the failure, or the signal's reason, is thrown on.
 */
export async function startStack(options: StackOptions, signal: AbortSignal): Promise<Stack> {
  const { ports, ephemeral } = options;
  const dataDir = new DataDir(options.dataDir);
  await dataDir.lock({ mustBeEmpty: ephemeral });
  const watchdog = new Watchdog();
  watchdog.start({ list: dataDir.children, ...(ephemeral ? { removeOnDeath: dataDir.path } : {}) });
  const parts = new RunningParts();
  const steps = new Steps(options.worker ? 6 : 5);
  const { promise: ended, reject: onSuddenEnd } = Promise.withResolvers<never>();
  const broken = Promise.race([rejectsOnAbort(signal), ended]);
  broken.catch(() => undefined);

  const step = <T>(title: string, work: () => Promise<T>): Promise<T> =>
    steps.run(title, () => {
      signal.throwIfAborted();
      return Promise.race([work(), broken]);
    });
  const stop = async () => {
    try {
      await parts.stop();
    } finally {
      await watchdog.stop();
      if (ephemeral) await dataDir.remove();
      else await dataDir.unlock();
    }
  };

  try {
    // First, since the Supabase CLI reads the file too, and says less of what is wrong with it.
    readSupabaseConfig();
    for (const [purpose, port] of Object.entries(ports)) await assertFree(port, purpose);
    const secrets = await dataDir.secrets();
    const keys: ProjectKeys = {
      publishable: secrets.publishableKey,
      secret: secrets.secretKey,
      jwt: secrets.jwtSecret,
    };
    const apiUrl = `http://127.0.0.1:${ports.api}`;

    // The inbox needs nobody: it starts while Postgres does.
    const inbox = parts.start(
      "services",
      new Inbox({
        smtpPort: ports.smtp,
        webPort: ports.inbox,
        mailDir: dataDir.inbox,
        logFile: join(dataDir.logs, "inbox.log"),
        watchdog,
      }),
    );
    inbox.catch(() => undefined);

    const database = new Postgres({
      dataDir: dataDir.postgres,
      port: ports.database,
      password: secrets.superuserPassword,
      ephemeral,
      logFile: join(dataDir.logs, "postgres.log"),
      watchdog,
      onSuddenEnd,
    });
    const databaseUrl = database.url("postgres", secrets.postgresPassword);
    await step(database.isNew ? "Creating and starting Postgres" : "Starting Postgres", () =>
      parts.start("database", database),
    );
    await step("Preparing the platform's roles and schemas", () =>
      preparePlatform(database.url(SUPERUSER, secrets.superuserPassword), {
        postgres: secrets.postgresPassword,
        api: secrets.apiPassword,
      }),
    );
    await step("Applying migrations", () => {
      const migrated = migrate(databaseUrl, options.demo, { signal, watchdog });
      // The abort ends it; here the end is waited for.
      parts.add("services", { stop: () => migrated.catch(() => undefined) });
      return migrated;
    });
    await step("Starting the inbox", () => inbox);
    const payments = {
      PAYMENTS_MASTER_KEY: secrets.paymentsMasterKey,
      TEST_PAYMENTS_URL: `http://127.0.0.1:${ports.payments}`,
      TEST_PAYMENTS_SECRET: secrets.testPaymentsSecret,
    };
    await step("Starting API, functions and Studio", async () => {
      await parts.start(
        "services",
        new TestPayments({ port: ports.payments, secret: secrets.testPaymentsSecret, file: dataDir.testPayments }),
      );
      const functions = await parts.start(
        "services",
        new FunctionsHost({
          functionsDir: join(root, "functions"),
          logDir: dataDir.logs,
          environment: {
            ...functionEnvironment(apiUrl, databaseUrl, keys),
            WEBHOOK_MASTER_KEY: secrets.webhookMasterKey,
            ...payments,
          },
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
      parts.add("services", { stop: () => api.close() });
      const shop = await parts.start(
        "services",
        new Shop({
          publishableKey: keys.publishable,
          outDir: dataDir.shop,
          logFile: join(dataDir.logs, "shop.log"),
          watchdog,
        }),
      );
      await parts.start(
        "front",
        new Gateway({ name: "API", port: ports.api, handler: apiHandler(api, functions, shop) }),
      );
      // The Studio's own requests carry no key: they get a server and an origin of their own.
      const studio = new DataApi({ ...shared, poolSize: 4, studio: true });
      parts.add("services", { stop: () => studio.close() });
      const dashboard = await parts.start(
        "services",
        new Dashboard({
          databaseUrl,
          studioPort: ports.studio,
          logFile: join(dataDir.logs, "dashboard.log"),
          watchdog,
        }),
      );
      await parts.start(
        "front",
        new Gateway({ name: "Studio", port: ports.studio, handler: studioHandler(studio, dashboard) }),
      );
    });
    if (options.worker) {
      await step("Starting the worker", () =>
        parts.start(
          "front",
          new WorkerProcess({
            environment: {
              SUPABASE_DB_URL: databaseUrl,
              SUPABASE_URL: apiUrl,
              SUPABASE_SECRET_KEY: keys.secret,
              SMTP_HOST: "127.0.0.1",
              SMTP_PORT: String(ports.smtp),
              MAIL_FROM: mailFrom,
              UNSUBSCRIBE_SECRET: unsubscribeSecret(keys),
              WEBHOOK_MASTER_KEY: secrets.webhookMasterKey,
              ...payments,
              // A receiver under development runs on this machine.
              WEBHOOK_ALLOW_PRIVATE: "1",
              // Several stacks run on one machine, and this one is watched by its parent.
              WORKER_PORT: "0",
              WORKER_STOP_SECONDS: "1.5",
            },
            logFile: join(dataDir.logs, "worker.log"),
            watchdog,
          }),
        ),
      );
    }
    signal.throwIfAborted();
    // Without a worker nobody would look at them.
    if (options.demo && options.worker) {
      const failed = (error: unknown) => process.stderr.write(`The demo products have no pictures: ${error}\n`);
      parts.add("front", new DemoPictures(apiUrl, keys.secret, failed));
    }

    const status: Status = {
      api_url: apiUrl,
      shop_url: `${apiUrl}${SHOP_PATH}`,
      db_url: databaseUrl,
      studio_url: `http://127.0.0.1:${ports.studio}`,
      jobs_url: `http://127.0.0.1:${ports.studio}${DASHBOARD_PATH}`,
      functions_url: `${apiUrl}/functions/v1`,
      inbox_url: `http://127.0.0.1:${ports.inbox}`,
      payments_url: payments.TEST_PAYMENTS_URL,
      publishable_key: keys.publishable,
      secret_key: keys.secret,
      pid: process.pid,
    };
    await dataDir.writeStatus(status);
    return { status, ended, stop };
  } catch (error) {
    await stop();
    throw signal.aborted ? signal.reason : error;
  }
}

function rejectsOnAbort(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

const mailFrom = "Nexus <no-reply@nexus.invalid>";

/** Signs the links that stop mails. Follows from a secret that the data directory has already. */
function unsubscribeSecret(keys: ProjectKeys): string {
  return createHmac("sha256", keys.jwt).update("unsubscribe").digest("base64url");
}

/** The variables that the platform gives to every function, and the functions' own secrets. */
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
    UNSUBSCRIBE_SECRET: unsubscribeSecret(keys),
  };
}
