import { inspect } from "node:util";
import { PostgresConnection } from "@supabase/lite/postgres";
import { httpStatus, isPostgresError } from "./postgrest-errors.ts";

/**
 * The connection of the embedded Data API, with four corrections so that it behaves as PostgREST:
 * errors keep their SQLSTATE and get PostgREST's status; times are in ISO 8601 form; the library never
 * touches grants; its log names an error in one line, without the values in it.
 */
export class DataConnection extends PostgresConnection {
  constructor(url: string, poolSize: number) {
    super({
      url,
      postgresOptions: {
        max: poolSize,
        idle_timeout: 60,
        onnotice: () => undefined,
        // The platform's limit for signed-in people; the settings of a role do not follow SET ROLE.
        connection: { application_name: "nexus-data-api", statement_timeout: 8_000 },
        types: {
          timestamp: { to: 1114, from: [1114], serialize: String, parse: toIso },
          timestamptz: { to: 1184, from: [1184], serialize: String, parse: toIso },
        },
      },
    });
    // On its first request the library grants ALL on every table to the API roles. Grants are the
    // migrations' business, and the login role could not give them anyway: tell it that it is done.
    Reflect.set(this, "rlsState", "active");
  }

  override normalizeDbError(error: unknown): unknown {
    // Logged by the library: one line, for the caller has been told, and without the values in `detail`.
    if (error instanceof Error && error.constructor.name !== "Error") {
      Object.assign(error, { [inspect.custom]: () => `data api: ${error.message}` });
    }
    if (!isPostgresError(error)) return error;
    const { code, message, detail, hint } = error;
    // Where the library already answers as PostgREST does, and adds names to the message, it keeps its way.
    if (code === "42501" || code === "42P01" || code === "42703" || code === "42883") return error;
    const status = httpStatus(code, "");
    // An error with code PGRST is answered literally: status, code, message, details and hint.
    return Object.assign(new Error(JSON.stringify({ code, message, details: detail || null, hint: hint || null })), {
      code: "PGRST",
      detail: JSON.stringify({ status, headers: {} }),
      [inspect.custom]: () => `data api: ${status} ${code} ${message}`,
    });
  }
}

/** `2026-11-22 12:15:50.5+00` as Postgres writes it, `2026-11-22T12:15:50.5+00:00` as its JSON has it. */
function toIso(text: string): string {
  return text.replace(" ", "T").replace(/([+-]\d\d)$/, "$1:00");
}
