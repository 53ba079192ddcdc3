import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { Worker } from "../functions/_shared/jobs/start-worker.ts";
import type { Attempt } from "../functions/_shared/jobs/work.ts";

interface Figures {
  readonly queue: string;
  readonly ready: string;
  readonly deferred: string;
  readonly active: string;
  readonly retry: string;
  readonly dead: string;
  readonly age: number;
  readonly paused: boolean;
}

/** Figures that are read from the database are read again after this time. */
const FRESH_MS = 5_000;

/** What a worker has done, and what all queues look like, in Prometheus' text form. */
export class WorkerMetrics {
  readonly #registry = new Registry();
  readonly #attempts = new Counter({
    name: "nexus_job_attempts_total",
    help: "Attempts at jobs by this worker. failed: tried again if attempts are left; dead: not.",
    labelNames: ["queue", "outcome"],
    registers: [this.#registry],
  });
  readonly #duration = new Histogram({
    name: "nexus_job_duration_seconds",
    help: "How long attempts at jobs took in this worker.",
    labelNames: ["queue"],
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10, 60, 300],
    registers: [this.#registry],
  });
  readonly #listening = this.#gauge(
    "nexus_listen_connected",
    "1 while this worker hears of new jobs at once, 0 while it polls.",
  );
  readonly #database = this.#gauge("nexus_database_up", "1 if the figures of the queues could be read.");
  readonly #jobs = this.#gauge(
    "nexus_jobs",
    "Jobs per queue and state; dead: given up, and nobody has looked at them.",
    "queue",
    "state",
  );
  readonly #age = this.#gauge(
    "nexus_oldest_ready_job_age_seconds",
    "How long the oldest job that could run waits.",
    "queue",
  );
  readonly #paused = this.#gauge("nexus_queue_paused", "1 while a queue is paused.", "queue");
  readonly #overdue = this.#gauge(
    "nexus_overdue_jobs",
    "Jobs that are due and have not been done, as private.overdue_jobs finds them.",
    "queue",
    "problem",
  );
  readonly #alerts = this.#gauge("nexus_alerts_open", "Alerts that are open.");
  readonly #watched = this.#gauge(
    "nexus_jobs_watch_last_run_timestamp_seconds",
    "When jobs.watch was last done; alert when it is older than 15 minutes.",
  );
  #readAt = Number.NEGATIVE_INFINITY;

  readonly contentType = this.#registry.contentType;

  constructor() {
    collectDefaultMetrics({ register: this.#registry });
  }

  #worker: Worker | undefined;

  /** Names the worker whose database is asked. */
  watch(worker: Worker): void {
    this.#worker = worker;
  }

  observe({ queue, outcome, milliseconds }: Attempt): void {
    this.#attempts.inc({ queue, outcome });
    this.#duration.observe({ queue }, milliseconds / 1_000);
  }

  async text(): Promise<string> {
    if (this.#worker !== undefined) {
      this.#listening.set(this.#worker.isListening ? 1 : 0);
      if (performance.now() - this.#readAt > FRESH_MS) await this.#read(this.#worker);
    }
    return this.#registry.metrics();
  }

  async #read({ sql }: Worker): Promise<void> {
    try {
      const [figures, overdue, [rest]] = await Promise.all([
        sql<Figures[]>`
          select *, coalesce(extract(epoch from now() - oldest_ready_at), 0)::float8 as age from private.queue_figures()`,
        sql<
          { queue: string; problem: string; jobs: string }[]
        >`select queue, problem, jobs from private.overdue_jobs()`,
        sql<{ alerts: string; watched: number | null }[]>`
          select (select count(*) from private.alerts where resolved_at is null) as alerts,
            (select extract(epoch from max(completed_on)) from pgboss.job
              where name = 'jobs.watch' and state = 'completed')::float8 as watched`,
      ]);
      for (const gauge of [this.#jobs, this.#age, this.#paused, this.#overdue]) gauge.reset();
      for (const { queue, age, paused, ...row } of figures) {
        for (const state of ["ready", "deferred", "active", "retry", "dead"] as const) {
          this.#jobs.set({ queue, state }, Number(row[state]));
        }
        this.#age.set({ queue }, age);
        this.#paused.set({ queue }, paused ? 1 : 0);
      }
      for (const { queue, problem, jobs } of overdue) this.#overdue.set({ queue, problem }, Number(jobs));
      this.#alerts.set(Number(rest?.alerts ?? 0));
      this.#watched.set(rest?.watched ?? 0);
      this.#database.set(1);
      this.#readAt = performance.now();
    } catch {
      // Figures of before would look like those of now.
      for (const gauge of [this.#jobs, this.#age, this.#paused, this.#overdue, this.#alerts]) gauge.reset();
      this.#database.set(0);
    }
  }

  #gauge(name: string, help: string, ...labelNames: string[]): Gauge {
    return new Gauge({ name, help, labelNames, registers: [this.#registry] });
  }
}
