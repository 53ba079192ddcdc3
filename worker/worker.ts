import { PgBoss } from "pg-boss";
import type { Logger } from "pino";
import postgres from "postgres";
import { fileStore } from "../functions/_shared/files.ts";
import { queues } from "../functions/_shared/jobs/registry.ts";
import { type Attempt, synchroniseSchedules, work } from "../functions/_shared/jobs/work.ts";
import { openChannels } from "../functions/_shared/notifications/channels.ts";
import { serverClient } from "../functions/_shared/server-client.ts";
import { addressPolicy } from "../functions/_shared/webhooks/config.ts";
import { guardedHttp } from "../functions/_shared/webhooks/guarded-http.ts";
import { webhookSecrets } from "../functions/_shared/webhooks/secrets.ts";
import type { WorkerConfig } from "./config.ts";

export interface Worker {
  /** Takes no new jobs, lets the running ones finish, closes all connections. */
  stop(): Promise<void>;
}

/** Starts to work on all queues of the registry. */
export async function startWorker(config: WorkerConfig, log: Logger): Promise<Worker> {
  const sql = postgres(config.SUPABASE_DB_URL, { max: 8, onnotice: () => undefined });
  const channels = openChannels(config, config.SUPABASE_URL, (sms) =>
    log.info({ sms }, "SMS not sent: SMS_PROVIDER is log"),
  );
  const files = fileStore(serverClient(config.SUPABASE_URL, config.SUPABASE_SECRET_KEY));
  const boss = new PgBoss({
    connectionString: config.SUPABASE_DB_URL,
    application_name: "nexus-worker",
    max: 8,
    // The schema and the queues come with the migrations.
    migrate: false,
    createSchema: false,
    useListenNotify: true,
  });
  boss.on("error", (error) => log.error({ err: error }, "queue error"));
  boss.on("warning", (warning) => log.warn({ warning }, "queue warning"));
  await boss.start();
  await synchroniseSchedules(boss, queues);
  const context = {
    sql,
    ...channels,
    files,
    siteUrl: config.SITE_URL.replace(/\/$/, ""),
    http: guardedHttp(addressPolicy(config)),
    webhookSecret: webhookSecrets(config.WEBHOOK_MASTER_KEY),
  };
  for (const queue of queues) await work(boss, queue, context, (attempt) => logAttempt(log, attempt));
  return {
    async stop() {
      await boss.stop({ graceful: true, timeout: 1_500 });
      channels.mailer.close();
      await sql.end({ timeout: 1 });
    },
  };
}

function logAttempt(log: Logger, { error, milliseconds, ...attempt }: Attempt): void {
  const line = { ...attempt, ms: Math.round(milliseconds) };
  if (attempt.outcome === "completed") log.info(line, "job done");
  else log.error({ ...line, err: error }, attempt.outcome === "dead" ? "job dead" : "job failed");
}
