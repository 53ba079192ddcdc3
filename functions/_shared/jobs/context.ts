import postgres from "postgres";
import { fileStore } from "../files.ts";
import { openChannels } from "../notifications/channels.ts";
import { paymentAccounts } from "../payments/accounts.ts";
import { serverClient } from "../server-client.ts";
import { tryonProvider } from "../tryon/settings.ts";
import { addressPolicy } from "../webhooks/config.ts";
import { guardedHttp } from "../webhooks/guarded-http.ts";
import { webhookSecrets } from "../webhooks/secrets.ts";
import type { JobLog } from "./log.ts";
import type { Pictures } from "./pictures.ts";
import type { JobContext } from "./queue.ts";
import type { JobSettings } from "./settings.ts";

/** Opens what handlers work with. */
export function openContext(
  settings: JobSettings,
  connections: number,
  log: JobLog,
  pictures?: Pictures,
): { context: JobContext; close(): Promise<void> } {
  const sql = postgres(settings.SUPABASE_DB_URL, {
    max: connections,
    // A pooler in transaction mode gives each transaction another session, and a prepared statement belongs to one.
    prepare: false,
    onnotice: () => undefined,
    connection: { application_name: "nexus-jobs" },
  });
  const channels = openChannels(settings, settings.SUPABASE_URL, (sms) =>
    log.info({ sms }, "SMS not sent: SMS_PROVIDER is log"),
  );
  const context: JobContext = {
    sql,
    ...channels,
    files: fileStore(serverClient(settings.SUPABASE_URL, settings.SUPABASE_SECRET_KEY)),
    siteUrl: settings.SITE_URL.replace(/\/$/, ""),
    http: guardedHttp(addressPolicy(settings)),
    webhookSecret: webhookSecrets(settings.WEBHOOK_MASTER_KEY),
    payments: paymentAccounts(settings),
    pictures,
    tryon: tryonProvider(settings, pictures),
    alertEmail: settings.ALERT_EMAIL,
    log,
  };
  return {
    context,
    async close() {
      channels.mailer.close();
      await sql.end({ timeout: 1 });
    },
  };
}
