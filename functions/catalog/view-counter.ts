import type { SupabaseClient } from "@supabase/supabase-js";
import type { Context } from "hono";
import type { Database } from "../_shared/database.types.ts";
import type { Page } from "./page-cache.ts";

/**
 * Counts how often pages of products and shows are looked at, and writes sums: a busy page is one row every ten seconds, not one for
 * each view.
 */
export class ViewCounter {
  readonly #server: SupabaseClient<Database>;
  readonly #everyMs: number;
  #views = new Map<string, number>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(server: SupabaseClient<Database>, everyMs = 10_000) {
    this.#server = server;
    this.#everyMs = everyMs;
  }

  add(id: string): void {
    this.#views.set(id, (this.#views.get(id) ?? 0) + 1);
    this.#timer ??= setTimeout(() => void this.write(), this.#everyMs);
  }

  /** Writes what has come together. What cannot be written is tried with the next sum. */
  async write(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const views = this.#views;
    this.#views = new Map();
    if (views.size === 0) return;
    const { error } = await this.#server.rpc("add_views", { views: Object.fromEntries(views) });
    if (error === null) return;
    console.error(`Views were not written: ${error.message}`);
    for (const [id, count] of views) this.#views.set(id, (this.#views.get(id) ?? 0) + count);
  }
}

/** Counts a page that is read; not one whose head alone is. */
export function countView(context: Context, views: ViewCounter): (page: Page) => void {
  return ({ seenId }) => {
    if (context.req.method === "GET" && seenId !== undefined) views.add(seenId);
  };
}
