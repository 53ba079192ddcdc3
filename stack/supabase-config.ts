import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "smol-toml";
import { z } from "zod";
import { StackError } from "./errors.ts";
import { root } from "./paths.ts";

const schema = z.object({
  api: z.object({ max_rows: z.number() }),
  auth: z.object({ email: z.record(z.string(), z.unknown()).default({}) }).catchall(z.unknown()),
  storage: z.object({ file_size_limit: z.string() }),
});
/** What the embedded API takes from supabase/config.toml. */
export type SupabaseConfig = z.infer<typeof schema>;

/** The settings that the platform reads too, so that both behave alike. */
export function readSupabaseConfig(): SupabaseConfig {
  const file = join(root, "supabase/config.toml");
  try {
    const config = schema.parse(parse(readFileSync(file, "utf8")));
    // The library knows `enabled` by the name that the CLI has given up.
    const { enabled, ...email } = config.auth.email;
    return {
      ...config,
      auth: { ...config.auth, email: { ...(enabled === undefined ? {} : { enable_signup: enabled }), ...email } },
    };
  } catch (error) {
    throw configError(error);
  }
}

/** One line of what may be pages: the library names the setting and then quotes all of them, keys included. */
export function configError(error: unknown): StackError {
  const text = error instanceof Error ? error.message : String(error);
  const setting = /"instanceLocation": "\/?([^"]*)"/.exec(text)?.[1]?.replaceAll("/", ".");
  const data = /"data": (\{[^{}]*\}|[^\n]*)/.exec(text)?.[1]?.replace(/\s+/g, " ");
  const reason = setting === undefined ? text.split("\n")[0] : `${setting} (${data})`;
  return new StackError(
    `supabase/config.toml has something that the embedded API does not know: ${reason}.`,
    "Correct it there; the settings are listed at https://supabase.com/docs/guides/local-development/cli/config.",
  );
}
