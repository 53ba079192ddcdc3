import { z } from "zod";
import { type ChannelSettings, channelVariables, checkChannels } from "../notifications/channels.ts";
import { checkPayments, type PaymentSettings, paymentVariables } from "../payments/settings.ts";
import { checkTryon, type TryonSettings, tryonVariables } from "../tryon/settings.ts";
import { webhookAddressVariables, webhookKeyVariable } from "../webhooks/config.ts";

/**
 * What runs jobs needs to know, as environment variables: the worker's and the function's alike. Whoever extends it has
 * `checkJobVariables` refine the whole.
 */
export const jobVariables = z.object({
  ...channelVariables.shape,
  ...paymentVariables.shape,
  ...tryonVariables.shape,
  WEBHOOK_MASTER_KEY: webhookKeyVariable,
  ...webhookAddressVariables,
  SUPABASE_DB_URL: z.url("Set it to the Postgres URL of the project, as the role postgres. It may be a pooler's."),
  SUPABASE_DB_LISTEN_URL: z
    .union([z.url(), z.literal("off")], "Set it to a direct Postgres URL, or to off for polling alone.")
    .optional(),
  SUPABASE_URL: z.url("Set it to the address of the project's API, such as https://PROJECT.supabase.co."),
  SUPABASE_SECRET_KEY: z.string("Set it to a secret key of the project (sb_secret_...), for files in Storage."),
  SITE_URL: z.url("Set it to the address of the front end, for links in mails.").default("http://127.0.0.1:3000"),
  ALERT_EMAIL: z.email("Set it to the address that alerts are mailed to, or leave it out.").optional(),
});

/** Names what depends on another variable and is not set. */
export function checkJobVariables(
  settings: ChannelSettings & PaymentSettings & TryonSettings,
  context: z.RefinementCtx,
): void {
  checkChannels(settings, context);
  checkPayments(settings, context);
  checkTryon(settings, context);
}

export type JobSettings = z.infer<typeof jobVariables>;

/** Variables without those that are set to nothing, as `NAME: ${NAME:-}` in a Compose file sets them. */
export function withoutEmpty(variables: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const set = Object.entries(variables).filter((entry): entry is [string, string] => (entry[1] ?? "") !== "");
  return Object.fromEntries(set);
}

/** One line per wrong variable: its name, and what to put there. */
export function problemsOf(error: z.ZodError): string[] {
  return error.issues.map(({ path, message }) => `${path.join(".")} is missing or wrong. ${message}`);
}
