/** A refusal or a failure of Nexus, whatever it came through: an RPC, a table, a function, Auth, or the network. */
export class NexusError extends Error {
  /**
   * Stable, to decide by: `slot_taken`, `not_available`, `sign_in_required` … of RPCs and functions, a code of Auth such as
   * `invalid_credentials`, or a SQLSTATE such as `42501`. The client's own are `network_error`, `aborted` and `unexpected_answer`.
   */
  readonly code: string;
  /** Of HTTP; 0 when there was no answer. */
  readonly status: number;
  /** What the code promises, such as `next_free`; empty when there is nothing. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    code: string,
    status: number,
    message: string,
    details: Readonly<Record<string, unknown>> = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = "NexusError";
    this.code = code;
    this.status = status;
    this.details = details;
  }
}

/**
 * Makes a NexusError of whatever supabase-js answers or throws.
 *
 * @param status of the answer, where the error does not know it
 * @example
 * const { data, error, status } = await nexus.from("rentals").select();
 * if (error !== null) throw await toNexusError(error, status);
 */
export async function toNexusError(error: unknown, status = 0): Promise<NexusError> {
  if (error instanceof NexusError) return error;
  const { name, message = String(error), code, hint, details, status: own, context } = membersOf(error);
  if (context instanceof Response) return await ofFunction(context, error);
  if (name === "AbortError" || (own ?? status) === 0) {
    const isAbort = name === "AbortError" || message.includes("AbortError");
    return isAbort
      ? new NexusError("aborted", 0, "The call was given up.", {}, { cause: error })
      : new NexusError("network_error", 0, "Nexus cannot be reached. Try again in a moment.", {}, { cause: error });
  }
  // RPCs refuse with PT and the status; the hint says why.
  const refused = /^PT(\d{3})$/.exec(code ?? "");
  return new NexusError(
    (refused ? hint : undefined) || code || "unknown_error",
    refused ? Number(refused[1]) : (own ?? status),
    message,
    parsed(details),
    { cause: error },
  );
}

interface Members {
  readonly name?: string;
  readonly message?: string;
  readonly code?: string;
  readonly hint?: string;
  readonly details?: unknown;
  readonly status?: number;
  readonly context?: unknown;
}
const membersOf = (error: unknown): Members => (typeof error === "object" && error !== null ? error : {});

/** Functions answer with problem details (RFC 9457). */
async function ofFunction(response: Response, cause: unknown): Promise<NexusError> {
  const problem = parsed(await response.text().catch(() => ""));
  const { code, detail, message, type: _type, title: _title, status: _status, ...details } = problem;
  return new NexusError(
    typeof code === "string" ? code : "unknown_error",
    response.status,
    String(detail ?? message ?? `The function answered with ${response.status}.`),
    details,
    { cause },
  );
}

function parsed(details: unknown): Record<string, unknown> {
  if (typeof details !== "string") return {};
  try {
    const value: unknown = JSON.parse(details);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // Postgres' own details are sentences.
  }
  return details === "" ? {} : { text: details };
}
