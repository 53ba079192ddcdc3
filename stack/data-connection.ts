import { inspect } from "node:util";
import type { IntrospectResult } from "@supabase/lite";
import { PostgresConnection } from "@supabase/lite/postgres";
import { batchingSettings } from "./batched-settings.ts";
import { httpStatus, isPostgresError, type PostgresError } from "./postgrest-errors.ts";

/**
 * The connection of the embedded Data API, with corrections so that it behaves as PostgREST, and fast:
 * errors keep their SQLSTATE and get PostgREST's status; times are in ISO 8601 form; numbers are numbers; objects stay objects; the library never
 * touches grants; its log names an error in one line, without the values in it; the settings of a request go together;
 * an index that is unique among some rows alone makes no relation to one.
 */
export class DataConnection extends PostgresConnection {
  #partialIndexes: Promise<ReadonlySet<string>> | undefined;

  constructor(url: string, poolSize: number) {
    super({
      url,
      postgresOptions: {
        max: poolSize,
        idle_timeout: 60,
        onnotice: () => undefined,
        // The platform's limit for signed-in people; the settings of a role do not follow SET ROLE.
        connection: {
          application_name: "nexus-data-api",
          statement_timeout: 8_000,
          // What batchingSettings quotes by.
          standard_conforming_strings: true,
        },
        types: {
          // A value of another JSON type goes to Postgres as its JSON, which takes it or says what is wrong with it.
          // The driver would make false of any text, and [object Object] of an object.
          string: { to: 25, from: [], serialize: jsonText, parse: (text: string) => text },
          // The library has made text of objects and arrays already, which the driver would make a JSON string of once more.
          jsonb: { to: 3802, from: [3802], serialize: onceJson, parse: (text: string) => JSON.parse(text) },
          // As PostgREST writes it; the driver would make it text.
          numeric: { to: 1700, from: [1700], serialize: jsonText, parse: Number },
          boolean: { to: 16, from: [16], serialize: jsonText, parse: (text: string) => text === "t" },
          date: { to: 1082, from: [1082], serialize: jsonText, parse: (text: string) => text },
          timestamp: { to: 1114, from: [1114], serialize: jsonText, parse: toIso },
          timestamptz: { to: 1184, from: [1184], serialize: jsonText, parse: toIso },
        },
      },
    });
    const reserve = this.driver.reserve.bind(this.driver);
    Reflect.set(this.driver, "reserve", async () => batchingSettings(await reserve()));
    // On its first request the library grants ALL on every table to the API roles. Grants are the
    // migrations' business, and the login role could not give them anyway: tell it that it is done.
    Reflect.set(this, "rlsState", "active");
  }

  override async introspect(options?: { useCache?: boolean }): Promise<IntrospectResult> {
    const found = await super.introspect(options);
    this.#partialIndexes ??= this.#readPartialIndexes();
    const partial = await this.#partialIndexes;
    // The same object: the library knows by it what it has read before.
    return Object.assign(found, {
      indexes: found.indexes.filter(({ schema, name }) => !partial.has(`${schema}.${name}`)),
    });
  }

  async #readPartialIndexes(): Promise<ReadonlySet<string>> {
    const rows = await this.driver<{ name: string }[]>`
      select n.nspname || '.' || c.relname as name
      from pg_index i join pg_class c on c.oid = i.indexrelid join pg_namespace n on n.oid = c.relnamespace
      where i.indisunique and i.indpred is not null`;
    return new Set(rows.map(({ name }) => name));
  }

  /** Statements under way get a moment, not as long as they like. */
  override async close(): Promise<void> {
    await this.driver.end({ timeout: 0.5 });
  }

  override normalizeDbError(error: unknown): unknown {
    // Logged by the library: one line, for the caller has been told, and without the values in `detail`.
    if (error instanceof Error && error.constructor.name !== "Error") {
      Object.assign(error, { [inspect.custom]: () => `data api: ${error.message}` });
    }
    const found: (PostgresError & { readonly status?: number }) | undefined = isPostgresError(error)
      ? error
      : clientMistake(error);
    if (found === undefined) return error;
    const { code, message, detail, hint } = found;
    // Raised by a function in the very form that is answered literally.
    if (code === "PGRST") return error;
    // Where the library already answers as PostgREST does, and adds names to the message, it keeps its way.
    if (code === "42501" || code === "42703" || code === "42883") return error;
    // Its Storage server acts on the code: a name that is taken (23505) is no failure of the server.
    if ("schema_name" in found && found.schema_name === "storage") return error;
    const status = found.status ?? httpStatus(found);
    // An error with code PGRST is answered literally: status, code, message, details and hint.
    return Object.assign(new Error(JSON.stringify({ code, message, details: detail || null, hint: hint || null })), {
      code: "PGRST",
      detail: JSON.stringify({ status, headers: {} }),
      [inspect.custom]: () => `data api: ${status} ${code} ${message}`,
    });
  }
}

/** What the driver or the library itself stumbles over before Postgres sees it, and the caller can mend. */
function clientMistake(error: unknown): (PostgresError & { readonly status: number }) | undefined {
  if (error instanceof RangeError && error.message.includes("call stack")) {
    return { status: 400, code: "PGRST100", message: "The request is nested too deep. Ask for less at a time." };
  }
  if (error instanceof Error && "code" in error && error.code === "MAX_PARAMETERS_EXCEEDED") {
    return {
      status: 413,
      code: "54011",
      message: "These are too many values for one statement. Send fewer rows at a time.",
    };
  }
  // The driver writes times and dates as texts, and is given a list or an object.
  if (error instanceof TypeError && "code" in error && error.code === "ERR_INVALID_ARG_TYPE") {
    return {
      status: 400,
      code: "22P02",
      message: "A value is of the wrong type. Send a text, a number or a list as documented.",
    };
  }
  return undefined;
}

function onceJson(value: unknown): string {
  return typeof value === "string" && /^\s*[[{]/.test(value) ? value : JSON.stringify(value);
}

function jsonText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** `2026-11-22 12:15:50.5+00` as Postgres writes it, `2026-11-22T12:15:50.5+00:00` as its JSON has it. */
function toIso(text: string): string {
  return text.replace(" ", "T").replace(/([+-]\d\d)$/, "$1:00");
}
