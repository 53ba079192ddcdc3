import type { Context, ErrorHandler, NotFoundHandler } from "hono";

/** A failure that the caller can do something about, as RFC 9457 problem details. */
export class Problem extends Error {
  readonly status: number;
  /** Stable, for machines: `product_not_found`. */
  readonly code: string;
  /** More members of the answer, such as the fields that are wrong. */
  readonly extra: Readonly<Record<string, unknown>>;
  /** More headers of the answer, such as Retry-After. */
  readonly headers: Readonly<Record<string, string>>;

  /** @param message what is wrong and what to do */
  constructor(
    status: number,
    code: string,
    message: string,
    extra: Readonly<Record<string, unknown>> = {},
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.name = "Problem";
    this.status = status;
    this.code = code;
    this.extra = extra;
    this.headers = headers;
  }

  toResponse(): Response {
    const { status, code, message, extra, headers } = this;
    const body = { type: "about:blank", title: code.replaceAll("_", " "), status, detail: message, code, ...extra };
    return new Response(JSON.stringify(body), {
      status,
      headers: { "content-type": "application/problem+json", "cache-control": "no-store", ...headers },
    });
  }
}

/** The one place where errors become HTTP: a Problem as it is, anything else as a 500 that says nothing of its inside. */
export const onError: ErrorHandler = (error) => {
  if (error instanceof Problem) return error.toResponse();
  console.error(error);
  return new Problem(
    500,
    "internal_error",
    "Something went wrong on our side. Try again; if it stays, tell the operator.",
  ).toResponse();
};

export const notFound: NotFoundHandler = (context: Context) =>
  new Problem(404, "not_found", `There is nothing at ${context.req.method} ${context.req.path}.`).toResponse();
