import type { JobLog } from "../functions/_shared/jobs/log.ts";
import { queues } from "../functions/_shared/jobs/registry.ts";
import { startWorker } from "../functions/_shared/jobs/start-worker.ts";
import type { WorkerConfig } from "./config.ts";
import { Endpoints } from "./endpoints.ts";
import { checkHealth } from "./health.ts";
import { WorkerMetrics } from "./metrics.ts";
import { sharpPictures } from "./sharp-pictures.ts";

export interface Service {
  /** Where /health and /metrics are; undefined where they are turned off. */
  readonly port: number | undefined;
  stop(): Promise<void>;
}

/** The worker with its endpoints. */
export async function startService(config: WorkerConfig, log: JobLog): Promise<Service> {
  const metrics = new WorkerMetrics();
  const worker = await startWorker({
    settings: config,
    log,
    observe: (attempt) => metrics.observe(attempt),
    connections: config.WORKER_CONNECTIONS,
    stopSeconds: config.WORKER_STOP_SECONDS,
    listen: true,
    pictures: sharpPictures,
  });
  metrics.watch(worker);
  const endpoints = new Endpoints({
    host: config.WORKER_HOST,
    port: config.WORKER_PORT,
    health: () => checkHealth(worker, queues),
    metrics,
  });
  try {
    if (config.WORKER_PORT !== 0) await endpoints.start();
  } catch (error) {
    await worker.stop();
    throw error;
  }
  return {
    port: endpoints.port,
    async stop() {
      // Last, so that somebody may watch it stop.
      await worker.stop();
      await endpoints.stop();
    },
  };
}
