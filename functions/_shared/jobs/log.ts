/** Where workers and jobs write what they do: pino's loggers, and what looks like them. */
export interface JobLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** For tests, and for where nobody reads. */
export const silentLog: JobLog = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** Lines of JSON on the error output, for functions: warnings and errors alone, for the platform counts lines. */
export const functionLog: JobLog = {
  info: () => undefined,
  warn: (fields, message) => writeLine("warn", fields, message),
  error: (fields, message) => writeLine("error", fields, message),
};

function writeLine(level: string, fields: object, msg: string): void {
  const { err, ...rest } = fields as { readonly err?: unknown };
  console.error(
    JSON.stringify({ level, time: Date.now(), ...rest, ...(err === undefined ? {} : { err: shortError(err) }), msg }),
  );
}

/** What a log may say of an error. Postgres puts rows and parameters into others of its members, and they are personal. */
export function shortError(error: unknown): {
  type: string;
  message: string;
  code?: unknown;
  stack?: string | undefined;
} {
  if (!(error instanceof Error)) return { type: "Error", message: messageOf(error) };
  return {
    type: error.name,
    message: error.message,
    ...("code" in error ? { code: error.code } : {}),
    stack: error.stack,
  };
}

/** pg-boss passes errors on as plain objects. */
function messageOf(error: unknown): string {
  return typeof error === "object" && error !== null && "message" in error ? String(error.message) : String(error);
}
