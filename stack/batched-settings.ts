import type { ReservedSql } from "postgres";

/** What of a reserved connection the library uses. */
type Connection = Pick<ReservedSql, "unsafe" | "release">;

const setting = /^SELECT set_config\('([a-z_.]+)', (\$1|''), true\)$/;
const localRole = /^SET LOCAL ROLE "([a-z_]+)"$/;

/**
 * The library begins each request with a transaction and up to eleven settings, one statement after another, and waits for
 * the answer to each. Here they go together, when the statement comes that they are for: a request is four ways to the
 * database and back, not fifteen.
 */
export function batchingSettings(connection: ReservedSql): Connection {
  let begins = false;
  let settings: string[] = [];

  const unsafe = (query: string, parameters: unknown[] = []) => {
    if (/^begin$/i.test(query)) {
      begins = true;
      return answered([]);
    }
    const config = setting.exec(query);
    const role = localRole.exec(query);
    const value = config?.[2] === "$1" ? parameters[0] : "";
    if (begins && config !== null && typeof value === "string" && !value.includes("\0")) {
      settings.push(`set_config(${literal(config[1] ?? "")}, ${literal(value)}, true)`);
      return answered([{ set_config: value }]);
    }
    if (begins && role !== null) {
      settings.push(`set_config('role', ${literal(role[1] ?? "")}, true)`);
      return answered([]);
    }
    if (!begins) return connection.unsafe(query, parameters as never[]);
    const first = ["begin", ...(settings.length === 0 ? [] : [`select ${settings.join(", ")}`])].join("; ");
    begins = false;
    settings = [];
    // Not before the first is answered: the driver cannot take back a statement that it fails to write behind another.
    return connection.unsafe(first).then(() => connection.unsafe(query, parameters as never[]));
  };
  return { unsafe: unsafe as unknown as Connection["unsafe"], release: () => connection.release() };
}

/** As the driver answers, without having asked. */
function answered(rows: readonly object[]): Promise<readonly object[]> {
  return Promise.resolve(Object.assign([...rows], { command: "SELECT", count: rows.length }));
}

/** A text in SQL. The connection has standard_conforming_strings on: a quote is all that there is to escape. */
function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
