import type { JobWithMetadata } from "pg-boss";
import { fileStore } from "../../functions/_shared/files.ts";
import { silentLog } from "../../functions/_shared/jobs/log.ts";
import type { JobContext, Queue } from "../../functions/_shared/jobs/queue.ts";
import type { Mail, Mailer } from "../../functions/_shared/mail/mailer.ts";
import { channelVariables, openChannels } from "../../functions/_shared/notifications/channels.ts";
import { paymentAccounts, readPaymentSettings } from "../../functions/_shared/payments/accounts.ts";
import { localProvider } from "../../functions/_shared/tryon/local.ts";
import { guardedHttp } from "../../functions/_shared/webhooks/guarded-http.ts";
import { webhookSecrets } from "../../functions/_shared/webhooks/secrets.ts";
import { sharpPictures } from "../../worker/sharp-pictures.ts";
import type { World } from "./world.ts";

/** Address of the front end in mails that jobs of tests send. */
export const siteUrl = "https://shop.example";

export const unsubscribeSecret = "a-secret-of-tests-with-more-than-32-characters";

/** What the secrets of webhook endpoints are derived from in tests. */
export const webhookMasterKey = "a master key that is used in tests alone";

/** What handlers work with, with some of it replaced. Webhooks may go to this machine. */
export function jobContext(world: World, other: Partial<JobContext> = {}): JobContext {
  const settings = channelVariables.parse({ UNSUBSCRIBE_SECRET: unsubscribeSecret });
  return {
    sql: world.sql,
    files: fileStore(world.asService()),
    siteUrl,
    ...openChannels(settings, world.apiUrl, () => undefined),
    alertEmail: undefined,
    log: silentLog,
    http: guardedHttp({ allowedHosts: [], allowPrivate: true }),
    webhookSecret: webhookSecrets(webhookMasterKey),
    payments: paymentAccounts(readPaymentSettings({})),
    pictures: sharpPictures,
    tryon: localProvider(sharpPictures),
    ...other,
  };
}

/**
 * Runs the handler of a queue as the worker would, and returns the mails that it has sent.
 *
 * @param other what takes the place of parts of the usual context
 */
export async function runJob(
  world: World,
  queue: Queue,
  payload: Readonly<Record<string, string | number>>,
  other: Partial<JobContext> = {},
): Promise<Mail[]> {
  const mails: Mail[] = [];
  const mailer: Mailer = {
    async send(mail) {
      mails.push(mail);
      return { provider: "test", id: null };
    },
    close: () => undefined,
  };
  await queue.run(payload, jobContext(world, { mailer, ...other }), {} as JobWithMetadata<unknown>);
  return mails;
}
