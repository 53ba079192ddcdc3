import type { Contender, OnJob } from "./contender.ts";

const CONCURRENCY = 100;

interface BullQueue {
  add(name: string, data: object): Promise<unknown>;
  addBulk(jobs: readonly { name: string; data: object }[]): Promise<unknown>;
  obliterate(options: { force: boolean }): Promise<void>;
  close(): Promise<void>;
}
interface BullWorker {
  waitUntilReady(): Promise<unknown>;
  close(): Promise<void>;
}
interface BullModule {
  Queue: new (name: string, options: object) => BullQueue;
  Worker: new (name: string, handler: (job: { data: { n: number } }) => Promise<void>, options: object) => BullWorker;
}

/**
 * BullMQ on a Redis, where both are there: `npm install --no-save bullmq ioredis` and REDIS_URL. It is no package of this
 * project, which has no Redis.
 */
export async function bullmq(redisUrl: string): Promise<Contender | undefined> {
  const module = "bullmq";
  const bull = (await import(module).catch(() => undefined)) as BullModule | undefined;
  if (bull === undefined) return undefined;
  const { hostname: host, port } = new URL(redisUrl);
  const connection = { host, port: Number(port || 6379), maxRetriesPerRequest: null };
  const options = { connection, defaultJobOptions: { removeOnComplete: true } };
  const queue = new bull.Queue("nexus-bench", options);
  return {
    name: "BullMQ 6 + Redis",
    settings: `${CONCURRENCY} at a time`,
    send: (n) => queue.add("small", { n }),
    async fill(count) {
      for (let first = 0; first < count; first += 1_000) {
        const size = Math.min(1_000, count - first);
        await queue.addBulk(Array.from({ length: size }, (_, n) => ({ name: "small", data: { n: first + n } })));
      }
    },
    async work(onJob: OnJob) {
      const worker = new bull.Worker("nexus-bench", async ({ data }) => onJob(data.n), {
        connection,
        concurrency: CONCURRENCY,
      });
      await worker.waitUntilReady();
      return () => worker.close();
    },
    async close() {
      await queue.obliterate({ force: true });
      await queue.close();
    },
  };
}
