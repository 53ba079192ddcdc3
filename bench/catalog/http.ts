import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as pause } from "node:timers/promises";
import postgres from "postgres";
import { DataDir, type Status } from "../../stack/data-dir.ts";
import { SUPERUSER } from "../../stack/postgres.ts";
import { endChild } from "../../stack/processes.ts";
import { quantile, type Row } from "../table.ts";

const CONNECTIONS = 20;

interface Listing {
  readonly name: string;
  readonly path: (n: number) => string;
}

/** Reads pages of the embedded stack over 20 connections, 10,000 products being there, as a front end that renders on its server. */
export async function measureHttp(seconds: number): Promise<Row[]> {
  const folder = await mkdtemp(join(tmpdir(), "nexus-bench-"));
  const stack = spawn(process.execPath, ["stack/start.ts", "--data-dir", folder, "--port", "0", "--no-demo"], {
    stdio: "ignore",
  });
  try {
    const status = await started(folder, stack);
    await load(folder, status);
    const rows: Row[] = [];
    for (const { name, path } of listings(status)) {
      // Programs are compiled while they run, and connections are opened.
      await run(status, path, 4);
      const times = await run(status, path, seconds);
      rows.push({
        "20 of 10,000 products": name,
        "requests per second": Math.round(times.length / seconds),
        "p50 (ms)": quantile(times, 0.5).toFixed(1),
        p95: quantile(times, 0.95).toFixed(1),
        p99: quantile(times, 0.99).toFixed(1),
      });
    }
    return rows;
  } finally {
    await endChild(stack, ["SIGTERM", 20_000]);
    await rm(folder, { recursive: true, force: true });
  }
}

function listings({ api_url }: Status): Listing[] {
  const catalog = `${api_url}/functions/v1/catalog`;
  const table = `${api_url}/rest/v1/products?select=id,slug,name,for_sale,for_rent,published_at,boutique:boutiques!inner(slug,name)`;
  return [
    { name: "catalog, the same page", path: () => `${catalog}/products?limit=20` },
    { name: "catalog, a product page", path: () => `${catalog}/products/boutique-1/gown-1` },
    {
      name: "catalog, another page each time",
      path: (n) =>
        `${catalog}/products?limit=20&category=category-${3 + (n % 10)}&price_max=${1_000_000 + n}&currency=ETB`,
    },
    {
      name: "Data API, the table, another page each time",
      path: (n) =>
        `${table}&listed=eq.true&published_at=lt.2026-0${1 + (n % 6)}-${String(1 + (n % 28)).padStart(2, "0")}&order=published_at.desc,id.desc&limit=20`,
    },
  ];
}

/** Milliseconds of every answer that came within the seconds. */
async function run({ secret_key }: Status, path: (n: number) => string, seconds: number): Promise<number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const times: number[] = [];
  const end = performance.now() + seconds * 1_000;
  let next = 0;
  const one = (url: string) =>
    new Promise<void>((resolve, reject) => {
      const asked = request(url, { agent, headers: { apikey: secret_key } }, (response) => {
        response.resume();
        response.once("end", () =>
          response.statusCode === 200 ? resolve() : reject(new Error(`${url} answered ${response.statusCode}.`)),
        );
      });
      asked.once("error", reject);
      asked.end();
    });
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      while (performance.now() < end) {
        const begin = performance.now();
        await one(path(next++));
        times.push(performance.now() - begin);
      }
    }),
  );
  agent.destroy();
  return times;
}

/** Waits until a stack that was started with this data directory answers. */
export async function started(folder: string, stack: ChildProcess): Promise<Status> {
  const dataDir = new DataDir(folder);
  for (let waited = 0; waited < 120; waited += 1) {
    if (stack.exitCode !== null) throw new Error("The stack did not start.");
    const status = await dataDir.readStatus();
    if (status !== undefined) return status;
    await pause(500);
  }
  throw new Error("The stack did not start within a minute.");
}

/** 10,000 products of 5 boutiques. */
export async function load(folder: string, status: Status): Promise<void> {
  const { superuserPassword } = await new DataDir(folder).secrets();
  const url = new URL(status.db_url);
  url.username = SUPERUSER;
  url.password = superuserPassword;
  const sql = postgres(url.href, { max: 1, onnotice: () => undefined });
  await sql.unsafe(await readFile(new URL("data.sql", import.meta.url), "utf8"));
  await sql`set session_replication_role = replica`;
  await sql`select bench.load_commons()`;
  await sql`select bench.load_catalog(1, 5, 2000)`;
  await sql`set session_replication_role = origin`;
  await sql`select bench.index_catalog(1, 5)`;
  await sql`vacuum analyze`;
  await sql.end();
}
