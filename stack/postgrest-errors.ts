/**
 * How PostgREST answers an error of Postgres: which HTTP status a SQLSTATE gets. Follows the table
 * "Errors from PostgreSQL" of its documentation; the embedded Data API answers many of them with 500.
 */
export interface PostgresError {
  readonly code: string;
  readonly message: string;
  readonly detail?: string | null;
  readonly hint?: string | null;
}

const exact: Readonly<Record<string, number>> = {
  "23503": 409,
  "23505": 409,
  "25006": 405,
  "42883": 404,
  "42P01": 404,
  "42P17": 500,
  "53400": 500,
  "57P01": 503,
  P0001: 400,
};

const byClass: Readonly<Record<string, number>> = {
  "08": 503,
  "09": 500,
  "0L": 403,
  "0P": 403,
  "25": 500,
  "28": 403,
  "2D": 500,
  "38": 500,
  "39": 500,
  "3B": 500,
  "40": 500,
  "53": 503,
  "54": 500,
  "55": 500,
  "57": 500,
  "58": 500,
  F0: 500,
  HV: 500,
  P0: 500,
  XX: 500,
};

/** The status of any SQLSTATE but 42501, which depends on who asks: 401 for anon, 403 for others. */
export function httpStatus({ code, message }: PostgresError): number {
  if (code.startsWith("PT")) {
    const status = Number(code.slice(2));
    return status >= 200 && status <= 599 ? status : 500;
  }
  if (code === "21000") return message.endsWith("requires a WHERE clause") ? 400 : 500;
  // A token that names a role which does not exist.
  if (code === "22023" && /^role .* does not exist$/.test(message)) return 401;
  return exact[code] ?? byClass[code.slice(0, 2)] ?? 400;
}

/** True for an error that the Postgres server itself sent, as opposed to one of the driver or of our code. */
export function isPostgresError(error: unknown): error is PostgresError {
  return (
    error instanceof Error &&
    error.name === "PostgresError" &&
    "code" in error &&
    typeof error.code === "string" &&
    /^[0-9A-Z]{5}$/.test(error.code)
  );
}
