// npm run bench -- jobs: what a job costs in a business transaction, how fast jobs are done, and how soon.
import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as pause } from "node:timers/promises";
import postgres from "postgres";
import { root } from "../stack/paths.ts";
import { pushMigrations } from "../stack/supabase-cli.ts";
import { ThrowawayCluster } from "../stack/throwaway.ts";
import { bullmq } from "./jobs/bullmq.ts";
import type { Contender } from "./jobs/contender.ts";
import { graphileWorker } from "./jobs/graphile.ts";
import { nexus } from "./jobs/nexus.ts";
import { quantile, type Row, report } from "./table.ts";

const JOBS = 50_000;
const ROUNDS = 3;
const TRANSACTIONS = 3_000;
const CLIENTS = 4;
const PICKUPS = 300;
/** Jobs a second of the load under which pickups are measured. */
const LOAD_PER_SECOND = 1_000;

export async function benchJobs(): Promise<void> {
  const cluster = await ThrowawayCluster.start(true);
  try {
    await pushMigrations(cluster.url("postgres"), { seed: false });
    const url = cluster.url("postgres");
    const contenders: Contender[] = [await nexus(url), await graphileWorker(url)];
    const redisUrl = process.env["REDIS_URL"];
    const bull = redisUrl === undefined ? undefined : await bullmq(redisUrl);
    if (bull !== undefined) contenders.push(bull);
    else process.stdout.write("BullMQ is left out: it needs REDIS_URL and npm install --no-save bullmq ioredis.\n");
    try {
      await reportThroughput(contenders);
      await reportPickup(contenders);
      await reportTransactions(url, contenders);
      await reportMemory(url);
    } finally {
      for (const contender of contenders) await contender.close();
    }
  } finally {
    await cluster.stop();
  }
}

async function reportThroughput(contenders: readonly Contender[]): Promise<void> {
  const rows: Row[] = [];
  for (const contender of contenders) {
    const fills: number[] = [];
    const drains: number[] = [];
    for (let round = 1; round <= ROUNDS; round += 1) {
      const filling = performance.now();
      await contender.fill(JOBS);
      fills.push(JOBS / ((performance.now() - filling) / 1_000));
      drains.push(await drain(contender));
      process.stdout.write(`${contender.name}: round ${round} of ${ROUNDS}, ${perSecond(drains.at(-1) ?? 0)} jobs/s\n`);
    }
    rows.push({
      queue: contender.name,
      settings: contender.settings,
      "enqueued in bulk, jobs/s": perSecond(quantile(fills, 0.5)),
      "drained, jobs/s": perSecond(quantile(drains, 0.5)),
    });
  }
  await report("jobs-throughput", rows, `${JOBS.toLocaleString("en")} small jobs, median of ${ROUNDS}; fsync on.`);
}

/** Jobs a second from the start of the worker's fetching to the last job. */
async function drain(contender: Contender): Promise<number> {
  const seen = new Uint8Array(JOBS);
  let done = 0;
  const startedAt = performance.now();
  let finished: () => void = () => undefined;
  const all = new Promise<void>((resolve) => {
    finished = resolve;
  });
  const stop = await contender.work((id) => {
    if (seen[id] === 1) throw new Error(`${contender.name} ran job ${id} twice`);
    seen[id] = 1;
    done += 1;
    if (done === JOBS) finished();
  });
  await all;
  const seconds = (performance.now() - startedAt) / 1_000;
  await stop();
  return JOBS / seconds;
}

async function reportPickup(contenders: readonly Contender[]): Promise<void> {
  const rows: Row[] = [];
  for (const contender of contenders) {
    for (const load of [0, LOAD_PER_SECOND]) {
      const latencies = await pickups(contender, load);
      rows.push({
        queue: contender.name,
        load: load === 0 ? "idle" : `${load} jobs/s`,
        p50: `${quantile(latencies, 0.5).toFixed(1)} ms`,
        p99: `${quantile(latencies, 0.99).toFixed(1)} ms`,
      });
    }
  }
  await report(
    "jobs-pickup",
    rows,
    `${PICKUPS} jobs, one every 20 ms, from before it is sent to the start of its handler.`,
  );
}

async function pickups(contender: Contender, load: number): Promise<number[]> {
  const sentAt = new Map<number, number>();
  const latencies: number[] = [];
  const stop = await contender.work((id) => {
    const at = sentAt.get(id);
    if (at !== undefined) latencies.push(performance.now() - at);
  });
  let loading = load > 0;
  const background = (async () => {
    const atOnce = load / 50;
    for (let id = 1_000_000; loading; id += atOnce) {
      const tick = performance.now();
      await Promise.all(Array.from({ length: atOnce }, (_, n) => contender.send(id + n)));
      await pause(Math.max(0, 20 - (performance.now() - tick)));
    }
  })();
  for (let id = 0; id < PICKUPS; id += 1) {
    const tick = performance.now();
    sentAt.set(id, tick);
    await contender.send(id);
    await pause(Math.max(0, 20 - (performance.now() - tick)));
  }
  while (latencies.length < PICKUPS) await pause(10);
  loading = false;
  await background;
  await pause(500);
  await stop();
  return latencies;
}

async function reportTransactions(url: string, contenders: readonly Contender[]): Promise<void> {
  const sql = postgres(url, { max: CLIENTS, onnotice: () => undefined });
  await sql`create table private.bench_orders (id bigint generated always as identity primary key, customer uuid not null, total bigint not null)`;
  await sql`create index on private.bench_orders (customer)`;
  await sql`create table private.bench_stock (id integer primary key, reserved integer not null)`;
  await sql`insert into private.bench_stock select n, 0 from generate_series(1, 1000) n`;
  const variants: [name: string, Contender["enqueueIn"]][] = [
    ["without a job", undefined],
    ...contenders.flatMap(({ name, enqueueIn }) =>
      enqueueIn === undefined ? [] : [[`with a job of ${name}`, enqueueIn] as [string, Contender["enqueueIn"]]],
    ),
  ];
  const seconds = new Map<string, number[]>(variants.map(([name]) => [name, []]));
  // In turn, so that what else the machine does meets all of them.
  for (let round = 1; round <= ROUNDS + 1; round += 1) {
    for (const [name, enqueueIn] of variants) {
      const time = await transact(sql, enqueueIn);
      if (round > 1) seconds.get(name)?.push(time);
    }
  }
  const base = quantile(seconds.get("without a job") ?? [], 0.5);
  await report(
    "jobs-transaction",
    variants.map(([name]) => {
      const time = quantile(seconds.get(name) ?? [], 0.5);
      return { transaction: name, "tx/s": perSecond(TRANSACTIONS / time), "time to without": (time / base).toFixed(2) };
    }),
    `Insert an order, reserve stock, commit: ${TRANSACTIONS} times by ${CLIENTS} clients, median of ${ROUNDS}; fsync on.`,
  );
  await sql.end({ timeout: 1 });
}

async function transact(sql: postgres.Sql, enqueueIn: Contender["enqueueIn"]): Promise<number> {
  let next = 0;
  const startedAt = performance.now();
  const client = async () => {
    while (next < TRANSACTIONS) {
      next += 1;
      const id = next;
      await sql.begin(async (tx) => {
        await tx`insert into private.bench_orders (customer, total) values (gen_random_uuid(), ${id})`;
        await tx`update private.bench_stock set reserved = reserved + 1 where id = ${(id % 1000) + 1}`;
        await enqueueIn?.(tx, id);
      });
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  return (performance.now() - startedAt) / 1_000;
}

/** Memory of the worker as it is deployed, after it has been idle for a moment. */
async function reportMemory(url: string): Promise<void> {
  const child = spawn(process.execPath, [join(root, "worker/main.ts")], {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    env: {
      PATH: process.env["PATH"],
      SUPABASE_DB_URL: url,
      SUPABASE_URL: "http://127.0.0.1:1",
      SUPABASE_SECRET_KEY: "sb_secret_bench",
      WEBHOOK_MASTER_KEY: "b".repeat(32),
      UNSUBSCRIBE_SECRET: "b".repeat(32),
      WORKER_PORT: "0",
    },
  });
  await new Promise((resolve, reject) => {
    child.once("message", resolve);
    child.once("exit", (code) => reject(new Error(`the worker ended with ${code}`)));
  });
  await pause(5_000);
  const rollup = await readFile(`/proc/${child.pid}/smaps_rollup`, "utf8").catch(() => "");
  child.kill("SIGTERM");
  await new Promise((resolve) => child.once("exit", resolve));
  const megabytes = (name: string) =>
    Math.round((Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(rollup)?.[1] ?? 0) * 1024) / 1e6);
  await report(
    "jobs-memory",
    [{ process: "worker, idle", "RSS (MB)": megabytes("Rss"), "PSS (MB)": megabytes("Pss") }],
    "Five seconds after its start, with all queues of the registry.",
  );
}

function perSecond(rate: number): string {
  return Math.round(rate).toLocaleString("en");
}
