import { readFile } from "node:fs/promises";
import { getAuthSchemaSql, getStorageSchemaSql, SUPABASE_AUTH_HELPERS_SQL } from "@supabase/lite";
import postgres from "postgres";

export interface PlatformPasswords {
  /** Of `postgres`, the role of migrations and operators. */
  readonly postgres: string;
  /** Of `authenticator`, the role of the Data API. */
  readonly api: string;
}

/**
 * Creates in one database what every Supabase project has before its first migration: the roles, the
 * `auth` and `storage` schemas, the `extensions` schema, default privileges, the realtime publication.
 *
 * @param url connection of the superuser to the database
 */
export async function preparePlatform(url: string, passwords: PlatformPasswords): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  try {
    const [row] = await sql<{ name: string }[]>`select current_database() as name`;
    const values: Record<string, string> = {
      database: row?.name ?? "postgres",
      postgres_password: passwords.postgres,
      api_password: passwords.api,
    };
    await sql.begin(async (tx) => {
      await tx.unsafe(fill(await read("platform.sql"), values));
      await tx.unsafe(SUPABASE_AUTH_HELPERS_SQL);
      await tx.unsafe(getAuthSchemaSql());
      await tx.unsafe(getStorageSchemaSql());
      await tx.unsafe(await read("platform-grants.sql"));
    });
  } finally {
    await sql.end({ timeout: 1 });
  }
}

function read(file: string): Promise<string> {
  return readFile(new URL(file, import.meta.url), "utf8");
}

/** psql's `:'name'` (literal) and `:"name"` (identifier), so that the file also runs in psql. */
function fill(text: string, values: Record<string, string>): string {
  return text.replace(/:(['"])(\w+)\1/g, (match, quote: string, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`platform.sql asks for ${match}, which platform.ts does not know`);
    return quote + value.replaceAll(quote, quote + quote) + quote;
  });
}
