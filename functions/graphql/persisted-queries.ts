import type { Plugin } from "graphql-yoga";
import { z } from "zod";
import { badInput, refusal } from "./errors.ts";

/** Values that were used last, by their key; the others are forgotten. */
export class RecentValues<Value> {
  readonly #values = new Map<string, Value>();
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  get(key: string): Value | undefined {
    const value = this.#values.get(key);
    if (value !== undefined) this.set(key, value);
    return value;
  }

  set(key: string, value: Value): void {
    this.#values.delete(key);
    this.#values.set(key, value);
    const [oldest] = this.#values.keys();
    if (this.#values.size > this.#most && oldest !== undefined) this.#values.delete(oldest);
  }
}

const extension = z.object({
  persistedQuery: z.object({ version: z.literal(1), sha256Hash: z.string().regex(/^[0-9a-f]{64}$/) }),
});

/**
 * Automatic persisted queries as Apollo's clients speak them: a query is sent once with its SHA-256, and by the hash alone from
 * then on. What is forgotten is asked for again.
 */
export function persistedQueries(known = new RecentValues<string>(500)): Plugin {
  return {
    async onParams({ params, setParams }) {
      if (params.extensions?.["persistedQuery"] === undefined) return;
      const parsed = extension.safeParse(params.extensions);
      if (!parsed.success)
        throw badInput("invalid_persisted_query", "persistedQuery has version 1 and a sha256Hash in hexadecimal.");
      const { sha256Hash } = parsed.data.persistedQuery;
      if (typeof params.query !== "string") {
        const query = known.get(sha256Hash);
        // The very message is what clients look for.
        if (query === undefined) throw refusal(404, "persisted_query_not_found", "PersistedQueryNotFound");
        setParams({ ...params, query });
      } else if ((await sha256(params.query)) === sha256Hash) {
        known.set(sha256Hash, params.query);
      } else {
        throw badInput("invalid_persisted_query", "sha256Hash is not the hash of the query.");
      }
    },
  };
}

async function sha256(text: string): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
