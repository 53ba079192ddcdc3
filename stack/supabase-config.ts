import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { parse } from "smol-toml";
import { z } from "zod";
import { StackError } from "./errors.ts";
import { type Provider, withKeys } from "./oauth-keys.ts";
import { root } from "./paths.ts";

const count = z.number().int().positive();
const template = z.object({ content_path: z.string().optional() }).catchall(z.unknown());
const email = z.object({ template: z.record(z.string(), template).default({}) }).catchall(z.unknown());
const provider = z.object({ client_id: z.string(), secret: z.string() }).catchall(z.unknown());

const schema = z.object({
  api: z.object({ max_rows: z.number() }),
  auth: z
    .object({
      email: email.default({ template: {} }),
      external: z.record(z.string(), provider).default({}),
      rate_limit: z.object({
        /** Mails per hour. */
        email_sent: count,
        /** These three per 5 minutes. */
        sign_in_sign_ups: count,
        token_verifications: count,
        token_refresh: count,
      }),
    })
    .catchall(z.unknown()),
  storage: z.object({ file_size_limit: z.string() }),
});
type File = z.infer<typeof schema>;

/** Requests per address that `[auth.rate_limit]` allows. */
export type RateLimits = File["auth"]["rate_limit"];

/** What the embedded API takes from supabase/config.toml. */
export interface SupabaseConfig {
  readonly api: File["api"];
  /** In the form of the embedded Auth server, which knows no limits. */
  readonly auth: Readonly<Record<string, unknown>> & { readonly email: Readonly<Record<string, unknown>> };
  readonly rateLimits: RateLimits;
  readonly storage: File["storage"];
}

/**
 * The settings that the platform reads too, so that both behave alike.
 *
 * @param environment where the secrets are that the file names as `env(NAME)`
 */
export function readSupabaseConfig(environment: NodeJS.ProcessEnv = process.env): SupabaseConfig {
  const config = readFile();
  const { rate_limit, external, ...auth } = config.auth;
  // The library knows `enabled` by the name that the CLI has given up.
  const { enabled, template, ...rest } = auth.email;
  return {
    api: config.api,
    auth: {
      ...auth,
      email: {
        ...(enabled === undefined ? {} : { enable_signup: enabled }),
        ...rest,
        template: Object.fromEntries(Object.entries(template).map(([name, one]) => [name, withWholePath(name, one)])),
      },
      external: Object.fromEntries(
        Object.entries(external).map(([name, one]): [string, Provider] => [name, withKeys(name, one, environment)]),
      ),
    },
    rateLimits: rate_limit,
    storage: config.storage,
  };
}

function readFile(): File {
  try {
    return schema.parse(parse(readFileSync(join(root, "supabase/config.toml"), "utf8")));
  } catch (error) {
    throw configError(error);
  }
}

/** The library looks for a template from where the process was started, and without it sends a text of its own. */
function withWholePath(name: string, one: z.infer<typeof template>): z.infer<typeof template> {
  if (one.content_path === undefined) return one;
  const path = join(root, one.content_path);
  if (existsSync(path)) return { ...one, content_path: path };
  throw new StackError(
    `supabase/config.toml names ${one.content_path} for the mail ${name}, and there is no such file.`,
    "Correct content_path of [auth.email.template]; it begins at the root of the checkout.",
  );
}

/** One line of what may be pages: the library names the setting and then quotes all of them, keys included. */
export function configError(error: unknown): StackError {
  const text = error instanceof z.ZodError ? z.prettifyError(error).replace(/\s+/g, " ") : messageOf(error);
  const setting = /"instanceLocation": "\/?([^"]*)"/.exec(text)?.[1]?.replaceAll("/", ".");
  const data = /"data": (\{[^{}]*\}|[^\n]*)/.exec(text)?.[1]?.replace(/\s+/g, " ");
  const reason = setting === undefined ? text.split("\n")[0] : `${setting} (${data})`;
  return new StackError(
    `supabase/config.toml has something that the embedded API does not know: ${reason}.`,
    "Correct it there; the settings are listed at https://supabase.com/docs/guides/local-development/cli/config.",
  );
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
