import { setTimeout as pause } from "node:timers/promises";
import { PgBoss } from "pg-boss";
import postgres from "postgres";
import { z } from "zod";
import { defineQueue, type JobContext } from "../../functions/_shared/jobs/queue.ts";
import { WakeListener } from "../../functions/_shared/jobs/wake-listener.ts";
import { wakeQueue, work } from "../../functions/_shared/jobs/work.ts";
import type { Contender, OnJob } from "./contender.ts";

const BATCH = 500;
const CONCURRENCY = 2;

/** Nexus's own way: private.enqueue, and the worker's code with a queue for many small jobs. */
export async function nexus(databaseUrl: string): Promise<Contender> {
  const sql = postgres(databaseUrl, { max: 4, onnotice: () => undefined });
  await sql`select pgboss.create_queue('bench.small', ${sql.json({ policy: "standard", retryLimit: 2, heartbeatSeconds: 30, notify: true })})`;
  await sql`insert into private.queue_rules (queue, payload, overdue_seconds) values ('bench.small', '{"n": "integer"}', 600)`;
  return {
    name: "Nexus (pg-boss)",
    settings: `batches of ${BATCH}, ${CONCURRENCY} at a time`,
    enqueueIn: (tx, n) => tx`select private.enqueue('bench.small', ${tx.json({ n })})`,
    send: (n) => sql`select private.enqueue('bench.small', ${sql.json({ n })})`,
    async fill(count) {
      await sql`select count(private.enqueue('bench.small', jsonb_build_object('n', n))) from generate_series(0, ${count - 1}::integer) n`;
      await sql`analyze pgboss.job`;
    },
    async work(onJob: OnJob) {
      const boss = new PgBoss({
        connectionString: databaseUrl,
        max: 4,
        migrate: false,
        createSchema: false,
        schedule: false,
        supervise: false,
      });
      boss.on("error", (error) => console.error(error));
      await boss.start();
      const queue = defineQueue({
        name: "bench.small",
        payload: z.object({ n: z.int() }),
        retryLimit: 2,
        retryDelaySeconds: 1,
        retryDelayMaxSeconds: 10,
        expireInSeconds: 60,
        pollingSeconds: 2,
        concurrency: CONCURRENCY,
        batchSize: BATCH,
        overdueSeconds: 600,
        run: ({ n }) => Promise.resolve(onJob(n)),
      });
      const listener = new WakeListener({
        url: databaseUrl,
        wake: (name) => wakeQueue(boss, name),
        wakeAll: () => undefined,
        log: { info: () => undefined, warn: () => undefined, error: (line) => console.error(line) },
      });
      listener.start();
      while (!listener.connected) await pause(10);
      // The handler uses nothing of the context.
      await work(boss, queue, {} as JobContext, () => undefined);
      return async () => {
        await listener.stop();
        await boss.stop({ graceful: true, timeout: 5_000 });
      };
    },
    close: () => sql.end({ timeout: 1 }),
  };
}
