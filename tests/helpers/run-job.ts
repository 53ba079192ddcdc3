import type { JobWithMetadata } from "pg-boss";
import { fileStore } from "../../functions/_shared/files.ts";
import { silentLog } from "../../functions/_shared/jobs/log.ts";
import type { JobContext, Queue } from "../../functions/_shared/jobs/queue.ts";
import type { Mail } from "../../functions/_shared/mail/mailer.ts";
import type { World } from "./world.ts";

/** Address of the front end in mails that jobs of tests send. */
export const siteUrl = "https://shop.example";

/** Runs the handler of a queue as the worker would, and returns the mails that it has sent. */
export async function runJob(
  world: World,
  queue: Queue,
  payload: Readonly<Record<string, string>>,
  more: Partial<JobContext> = {},
): Promise<Mail[]> {
  const mails: Mail[] = [];
  const mailer = { send: async (mail: Mail) => void mails.push(mail), close: () => undefined };
  const context = {
    sql: world.sql,
    mailer,
    files: fileStore(world.asService()),
    siteUrl,
    alertEmail: undefined,
    log: silentLog,
    ...more,
  };
  await queue.run(payload, context, {} as JobWithMetadata<unknown>);
  return mails;
}
