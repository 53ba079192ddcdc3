import type * as z from "zod/mini";
import type { NexusClient } from "./client.ts";
import { NexusError, toNexusError } from "./errors.ts";

export interface CallOptions {
  /** Gives the call up. */
  readonly signal?: AbortSignal;
  /** How often the client repeats a call that got no answer, where that does no harm. Two times unless told. */
  readonly retries?: number;
}

interface Answer {
  readonly data: unknown;
  readonly error: unknown;
  readonly status: number;
}
type Request<A extends Answer> = PromiseLike<A> & { abortSignal?(signal: AbortSignal): unknown };
/** What an answer has when there is no error. */
type DataOf<A extends Answer> = Extract<A, { error: null }>["data"];

/**
 * Asks supabase-js and answers with the data, or throws a NexusError.
 *
 * @param ask makes the request; called anew for each repetition, so everything in it is repeated as it was
 */
export function call<A extends Answer>(ask: () => Request<A>, options: CallOptions = {}): Promise<DataOf<A>> {
  return repeated(options, async () => {
    const request = ask();
    if (options.signal !== undefined) request.abortSignal?.(options.signal);
    const answer = await request;
    if (answer.error !== null) throw await toNexusError(answer.error, answer.status);
    return answer.data as DataOf<A>;
  });
}

/** Rows with embedded ones that are there and not always the caller's to read, which the generated types do not know: null then. */
export type WithHidden<Rows extends readonly object[], Key extends keyof Rows[number]> = {
  [Column in keyof Rows[number]]: Column extends Key ? Rows[number][Column] | null : Rows[number][Column];
}[];

/** As `call`, for what the generated types know as JSON: what is not as promised is an error, not a surprise later. */
export async function callChecked<Schema extends z.ZodMiniType>(
  schema: Schema,
  ask: () => Request<Answer>,
  options?: CallOptions,
): Promise<z.output<Schema>> {
  return checked(schema, await call(ask, options));
}

/** Calls a function by its path, such as `payments/start`. */
export async function callFunction<Schema extends z.ZodMiniType>(
  nexus: NexusClient,
  schema: Schema,
  path: string,
  request: { readonly method: "GET" | "POST"; readonly body?: Record<string, unknown> },
  options: CallOptions = {},
): Promise<z.output<Schema>> {
  const { signal } = options;
  const answer = await repeated(options, async () => {
    const { data, error } = await nexus.functions.invoke(path, { ...request, ...(signal ? { signal } : {}) });
    if (error !== null) throw await toNexusError(error);
    return data as unknown;
  });
  return checked(schema, answer);
}

function checked<Schema extends z.ZodMiniType>(schema: Schema, answer: unknown): z.output<Schema> {
  const result = schema.safeParse(answer);
  if (result.success) return result.data;
  throw new NexusError(
    "unexpected_answer",
    200,
    "Nexus has answered with something else than this client knows. Is the client as new as the project?",
    { issues: result.error.issues },
  );
}

/** No answer, or one of a gateway whose server did not answer: the call may have been done, and may not. */
const unanswered = new Set([0, 502, 503, 504]);

async function repeated<T>({ signal, retries = 2 }: CallOptions, ask: () => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      signal?.throwIfAborted();
      return await ask();
    } catch (thrown) {
      const error = signal?.aborted
        ? new NexusError("aborted", 0, "The call was given up.")
        : await toNexusError(thrown);
      if (attempt >= retries || error.code === "aborted" || !unanswered.has(error.status)) throw error;
      // Twice as long each time, and not all clients at once.
      await new Promise((resolve) => setTimeout(resolve, 200 * 2 ** attempt * (0.5 + Math.random())));
    }
  }
}
