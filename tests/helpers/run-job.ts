import type { JobWithMetadata } from "pg-boss";
import { fileStore } from "../../functions/_shared/files.ts";
import type { JobContext, Queue } from "../../functions/_shared/jobs/queue.ts";
import type { Mail } from "../../functions/_shared/mail/mailer.ts";
import { guardedHttp } from "../../functions/_shared/webhooks/guarded-http.ts";
import { webhookSecrets } from "../../functions/_shared/webhooks/secrets.ts";
import type { World } from "./world.ts";

/** Address of the front end in mails that jobs of tests send. */
export const siteUrl = "https://shop.example";

/** What the secrets of webhook endpoints are derived from in tests. */
export const webhookMasterKey = "a master key that is used in tests alone";

/**
 * Runs the handler of a queue as the worker would, and returns the mails that it has sent. Webhooks may go to this machine.
 *
 * @param other what takes the place of parts of the usual context
 */
export async function runJob(
  world: World,
  queue: Queue,
  payload: Readonly<Record<string, string>>,
  other: Partial<JobContext> = {},
): Promise<Mail[]> {
  const mails: Mail[] = [];
  const mailer = { send: async (mail: Mail) => void mails.push(mail), close: () => undefined };
  const context: JobContext = {
    sql: world.sql,
    mailer,
    files: fileStore(world.asService()),
    siteUrl,
    http: guardedHttp({ allowedHosts: [], allowPrivate: true }),
    webhookSecret: webhookSecrets(webhookMasterKey),
    ...other,
  };
  await queue.run(payload, context, {} as JobWithMetadata<unknown>);
  return mails;
}
