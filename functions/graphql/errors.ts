import { GraphQLError } from "graphql";

/** Something that the caller can mend, with a stable code, as `Problem` is to the other functions. */
export function refusal(
  status: number,
  code: string,
  message: string,
  extra: Readonly<Record<string, unknown>> = {},
): GraphQLError {
  return new GraphQLError(message, { extensions: { code, status, ...extra } });
}

export const badInput = (code: string, message: string): GraphQLError => refusal(400, code, message);

/** Nothing of our inside leaves; what was meant for the caller does. */
export function maskError(error: unknown): Error {
  const original = error instanceof GraphQLError ? (error.originalError ?? error) : error;
  if (original instanceof GraphQLError) return error as GraphQLError;
  console.error(original);
  return new GraphQLError("Something went wrong on our side. Try again; if it stays, tell the operator.", {
    ...(error instanceof GraphQLError ? { nodes: error.nodes, path: error.path } : {}),
    extensions: { code: "internal_error", status: 500 },
  });
}

/** Errors with a code of ours; what GraphQL itself refuses is a query that is wrong. */
export function withCode(error: GraphQLError): GraphQLError {
  if (/^[a-z_]+$/.test(String(error.extensions["code"]))) return error;
  const { message, nodes, source, positions, path } = error;
  const extensions = { ...error.extensions, code: "invalid_query", status: 400 };
  return new GraphQLError(message, { nodes, source, positions, path, extensions });
}

interface DataApiError {
  readonly code?: unknown;
  readonly message?: unknown;
  readonly details?: unknown;
  readonly hint?: unknown;
}

/** How an answer of the Data API that is no success reads in GraphQL. */
export function fromDataApi(status: number, body: unknown, retryAfter: string | null): Error {
  const { code, message, details, hint } = (typeof body === "object" && body !== null ? body : {}) as DataApiError;
  const text = String(message ?? "The Data API has refused it.");
  const sqlState = String(code ?? "");
  const wait = retryAfter === null ? {} : { retry_after: Number(retryAfter) };
  if (/^PT4\d\d$/.test(sqlState) && typeof hint === "string") {
    return refusal(Number(sqlState.slice(2)), hint, text, {
      ...(details == null ? {} : { details: parsed(details) }),
      ...wait,
    });
  }
  if (status === 401) {
    return refusal(401, "sign_in_required", `${text}. Send the access token of a signed-in person who may do this.`);
  }
  if (sqlState === "42501") return refusal(403, "not_allowed", text);
  if (status === 0 || status === 502 || status === 503 || status === 504) {
    return refusal(503, "database_unreachable", "The database does not answer. Try again in a moment.", {
      retry_after: 5,
    });
  }
  if (status >= 500) return new Error(`The Data API answered ${status} ${sqlState}: ${text}`);
  const kind = status === 409 ? "conflict" : "invalid_input";
  return refusal(status, kind, text, {
    details: { code: sqlState, details: details ?? null, hint: hint ?? null },
    ...wait,
  });
}

function parsed(details: unknown): unknown {
  if (typeof details !== "string") return details;
  try {
    return JSON.parse(details);
  } catch {
    return details;
  }
}
