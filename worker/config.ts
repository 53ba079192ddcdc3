import process from "node:process";
import { z } from "zod";
import { channelVariables, checkChannels } from "../functions/_shared/notifications/channels.ts";
import { webhookAddressVariables, webhookKeyVariable } from "../functions/_shared/webhooks/config.ts";

const environment = z
  .object({
    ...channelVariables.shape,
    SUPABASE_DB_URL: z.url("Set it to the Postgres URL of the project, as the role postgres."),
    SUPABASE_URL: z.url("Set it to the address of the project's API, such as https://PROJECT.supabase.co."),
    SUPABASE_SECRET_KEY: z.string("Set it to a secret key of the project (sb_secret_...), for files in Storage."),
    SITE_URL: z.url("Set it to the address of the front end, for links in mails.").default("http://127.0.0.1:3000"),
    WEBHOOK_MASTER_KEY: webhookKeyVariable,
    ...webhookAddressVariables,
    LOG_LEVEL: z.enum(["fatal", "error", "warn", "info", "debug"]).default("info"),
  })
  .superRefine(checkChannels);

export type WorkerConfig = z.infer<typeof environment>;

/** Reads the worker's settings; ends the process with one line per wrong variable. */
export function readConfig(variables: NodeJS.ProcessEnv = process.env): WorkerConfig {
  const result = environment.safeParse(variables);
  if (result.success) return result.data;
  for (const issue of result.error.issues) {
    process.stderr.write(`worker: ${issue.path.join(".")} is missing or wrong. ${issue.message}\n`);
  }
  process.exit(78);
}
