import { Logger, makeWorkerUtils, run } from "graphile-worker";
import postgres from "postgres";
import type { Contender, OnJob } from "./contender.ts";

const CONCURRENT_JOBS = 24;
const LOCAL_QUEUE = 500;
const quiet = new Logger(() => () => undefined);

/** graphile-worker with the settings that its own documentation gives for throughput: a local queue, batched completion. */
export async function graphileWorker(databaseUrl: string): Promise<Contender> {
  const sql = postgres(databaseUrl, { max: 4, onnotice: () => undefined });
  const utils = await makeWorkerUtils({ connectionString: databaseUrl, logger: quiet });
  await utils.migrate();
  return {
    name: "graphile-worker 0.18",
    settings: `local queue of ${LOCAL_QUEUE}, ${CONCURRENT_JOBS} at a time`,
    enqueueIn: (tx, n) => tx`select graphile_worker.add_job('small', ${tx.json({ n })}::json)`,
    send: (n) => sql`select graphile_worker.add_job('small', ${sql.json({ n })}::json)`,
    async fill(count) {
      await sql`select count(graphile_worker.add_job('small', json_build_object('n', n))) from generate_series(0, ${count - 1}::integer) n`;
      await sql`analyze graphile_worker._private_jobs`;
    },
    async work(onJob: OnJob) {
      const runner = await run({
        taskList: {
          small: (payload) => {
            onJob((payload as { readonly n: number }).n);
          },
        },
        preset: {
          worker: {
            connectionString: databaseUrl,
            maxPoolSize: 10,
            concurrentJobs: CONCURRENT_JOBS,
            pollInterval: 2_000,
            logger: quiet,
            localQueue: { size: LOCAL_QUEUE },
            completeJobBatchDelay: 0,
            failJobBatchDelay: 0,
          },
        },
        noHandleSignals: true,
      });
      return () => runner.stop();
    },
    async close() {
      await utils.release();
      await sql.end({ timeout: 1 });
    },
  };
}
