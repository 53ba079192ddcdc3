import type { z } from "zod";

/** A route of a function as the API docs describe it; beside the app, which has the same routes. A test compares the two. */
export interface FunctionOperation {
  readonly method: "get" | "post" | "put" | "patch" | "delete";
  /** As the app has it, below the name of the function: `/products/:boutique/:slug`. */
  readonly path: string;
  /** Unique among all operations: `catalog.list`. */
  readonly id: string;
  readonly summary: string;
  readonly description?: string;
  readonly access: Access;
  readonly params?: z.ZodType;
  readonly query?: z.ZodType;
  /** Sent as JSON. */
  readonly body?: z.ZodType;
  /** Of a body that is no JSON. */
  readonly bodyType?: string;
  readonly headers?: z.ZodType;
  /** By status; those of problems come from `problems` and `rpcs`. */
  readonly answers: Readonly<Record<number, Answer>>;
  /** Status of each code that the function itself may answer with; several where it depends on where it runs. */
  readonly problems?: Readonly<Record<string, number | readonly number[]>>;
  /** RPCs whose refusals are passed on. */
  readonly rpcs?: readonly string[];
}

/** What lets in: nothing, a key of the project, a key and a session, or something of the operation's own. */
export type Access = "anybody" | "key" | "person" | "jobsSecret" | "signature";

export interface Answer {
  readonly description: string;
  /** application/json unless told. */
  readonly type?: string;
  /** Left out for answers without a body, and for texts. */
  readonly schema?: z.ZodType;
}

/** What a browser or front end may be told by every function that it sends a key to. */
export const keyProblems = { invalid_api_key: 401 } as const;
/** By every function that counts requests. */
export const limitProblems = { too_many_requests: 429 } as const;
/** By every function that checks what it is sent. */
export const inputProblems = { invalid_input: 400 } as const;
/** By every function where a part of the path has a pattern. */
export const pathProblems = { not_found: 404 } as const;
/** By every function that asks the database in the name of a person. */
export const personProblems = { sign_in_required: 401, database_unreachable: 503 } as const;
