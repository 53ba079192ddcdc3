import type { PgBoss } from "pg-boss";
import type { JobContext, Queue } from "./queue.ts";
import { type JobObserver, work } from "./work.ts";

/** How long a worker goes on after a queue was paused, at most. */
const REFRESH_MS = 2_000;

/** Puts handlers on all queues but those that are paused, and follows the table private.paused_queues from then on. */
export class WorkedQueues {
  readonly #boss: PgBoss;
  readonly #queues: readonly Queue[];
  readonly #context: JobContext;
  readonly #observe: JobObserver;
  readonly #working = new Set<string>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #refreshing: Promise<void> | undefined;
  #stopped = false;

  constructor(boss: PgBoss, queues: readonly Queue[], context: JobContext, observe: JobObserver) {
    this.#boss = boss;
    this.#queues = queues;
    this.#context = context;
    this.#observe = observe;
  }

  /** The queues whose jobs are taken now. */
  get working(): ReadonlySet<string> {
    return this.#working;
  }

  /** @throws what the database said, when the first look fails */
  async start(): Promise<void> {
    await this.#refresh();
    this.#again();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#refreshing?.catch(() => undefined);
  }

  #again(): void {
    if (this.#stopped) return;
    this.#timer = setTimeout(() => {
      this.#refreshing = this.#refresh()
        // As it was is better than not at all while the database is away.
        .catch((error: unknown) => this.#context.log.warn({ err: error }, "paused queues could not be read"))
        .finally(() => this.#again());
    }, REFRESH_MS);
  }

  async #refresh(): Promise<void> {
    const rows = await this.#context.sql<{ queue: string }[]>`select queue from private.paused_queues`;
    const paused = new Set(rows.map(({ queue }) => queue));
    for (const queue of this.#queues) {
      const { name } = queue;
      if (this.#stopped) return;
      if (paused.has(name) && this.#working.delete(name)) {
        this.#context.log.info({ queue: name }, "queue paused");
        // What runs is finished.
        await this.#boss.offWork(name, { wait: false });
      } else if (!paused.has(name) && !this.#working.has(name)) {
        await work(this.#boss, queue, this.#context, this.#observe);
        this.#working.add(name);
      }
    }
  }
}
