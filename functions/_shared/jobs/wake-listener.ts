import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import postgres, { type Sql } from "postgres";
import type { JobLog } from "./log.ts";

export interface WakeListenerOptions {
  /** A session of its own: what a pooler in transaction mode does not give. */
  readonly url: string;
  /** Called with the queue that a job was added to. */
  readonly wake: (queue: string) => void;
  /** Called when notifications may have been missed. */
  readonly wakeAll: () => void;
  readonly log: JobLog;
}

/** How long a notification to ourselves may take. */
const ECHO_MS = 5_000;
/** How often we send ourselves one. */
const PROBE_MS = 15_000;
const RETRY_MS = 30_000;

/**
 * Hears of new jobs (LISTEN), so that they start at once. Without it they are found by polling: it never fails, it says so
 * in the log. It believes in a connection only when a notification to itself comes back, for a pooler takes a LISTEN and
 * hears nothing, and a connection may be dead without having ended.
 */
export class WakeListener {
  readonly #options: WakeListenerOptions;
  readonly #end = new AbortController();
  #running: Promise<void> | undefined;
  #connected = false;

  constructor(options: WakeListenerOptions) {
    this.#options = options;
  }

  /** True while notifications are known to arrive. */
  get connected(): boolean {
    return this.#connected;
  }

  start(): void {
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#end.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { url, log } = this.#options;
    while (!this.#end.signal.aborted) {
      const sql = postgres(url, {
        max: 1,
        prepare: false,
        onnotice: () => undefined,
        connection: { application_name: "nexus-listen" },
      });
      try {
        await this.#listen(sql);
      } catch (error) {
        if (!this.#end.signal.aborted) log.warn({ err: error }, "LISTEN does not work: jobs are found by polling");
      }
      this.#connected = false;
      await sql.end({ timeout: 0 });
      await this.#pause(RETRY_MS);
    }
  }

  /** Listens until notifications stop to arrive. */
  async #listen(sql: Sql): Promise<never> {
    const { wake, wakeAll, log } = this.#options;
    // The name of pg-boss's channel, as private.enqueue computes it.
    const [row] = await sql<{ channel: string }[]>`
      select 'pgboss_' || left(encode(sha224('pgboss'::bytea), 'hex'), 24) as channel`;
    const channel = row?.channel ?? "";
    const token = `echo ${randomUUID()}`;
    let echo = Promise.withResolvers<void>();
    await sql.listen(
      channel,
      (payload) => (payload === token ? echo.resolve() : wake(payload)),
      // Also after it was lost and is there again.
      wakeAll,
    );
    while (true) {
      echo = Promise.withResolvers();
      await sql.notify(channel, token);
      const late = pause(ECHO_MS, true, { signal: this.#end.signal });
      late.catch(() => undefined);
      if ((await Promise.race([echo.promise, late])) === true) {
        throw new Error("a notification did not come back; SUPABASE_DB_LISTEN_URL has to be a direct connection");
      }
      if (!this.#connected) log.info({}, "listening for new jobs");
      this.#connected = true;
      await pause(PROBE_MS, undefined, { signal: this.#end.signal });
    }
  }

  async #pause(milliseconds: number): Promise<void> {
    await pause(milliseconds, undefined, { signal: this.#end.signal }).catch(() => undefined);
  }
}
