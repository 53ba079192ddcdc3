import type { PostgrestError } from "@supabase/supabase-js";
import { signInRequired } from "./bearer-token.ts";
import { Problem } from "./problem.ts";

interface Answer<T> {
  readonly data: T | null;
  readonly error: PostgrestError | null;
  readonly status: number;
}

/**
 * What the Data API has answered.
 *
 * @throws Problem with the code of the database, for what the caller can do something about
 * @throws an Error for everything else
 */
export function answered<T>({ data, error, status }: Answer<T>): T {
  if (error === null) return data as T;
  const known = /^PT([45]\d\d)$/.exec(error.code)?.[1];
  if (known !== undefined) {
    const detail: unknown = error.details === null ? undefined : parsed(error.details);
    throw new Problem(Number(known), error.hint, error.message, detail === undefined ? {} : { context: detail });
  }
  // A token that is forged or out of date, or that is nobody's.
  if (status === 401 || error.code === "42501") throw signInRequired();
  if (status === 0 || status >= 500) {
    throw new Problem(
      503,
      "database_unreachable",
      "The database does not answer. Try again in a moment.",
      {},
      { "retry-after": "5" },
    );
  }
  throw new Error(`The Data API answered ${error.code}: ${error.message}`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
