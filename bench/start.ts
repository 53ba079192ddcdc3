// npm run bench -- start: how long the first and the later starts take, and how much memory the stack holds.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { root } from "../stack/paths.ts";
import { quantile, type Row, report } from "./table.ts";

const RUNS = 5;

/** Measures RUNS fresh data directories, each started twice. */
export async function benchStart(): Promise<void> {
  const first: number[] = [];
  const second: number[] = [];
  const stops: number[] = [];
  let memory = new Map<string, number>();
  for (let run = 1; run <= RUNS; run += 1) {
    const dataDir = await mkdtemp(join(tmpdir(), "nexus-bench-"));
    try {
      for (const times of [first, second]) {
        const started = await start(dataDir);
        times.push(started.seconds);
        if (times === second) memory = await memoryByPart(started.child.pid ?? 0);
        stops.push(await stop(started.child));
      }
    } finally {
      await rm(dataDir, { recursive: true, force: true });
    }
    process.stdout.write(`run ${run} of ${RUNS}: ${first.at(-1)?.toFixed(2)} s, then ${second.at(-1)?.toFixed(2)} s\n`);
  }
  const timing = (what: string, samples: number[]): Row => ({
    what,
    median: `${quantile(samples, 0.5).toFixed(2)} s`,
    slowest: `${Math.max(...samples).toFixed(2)} s`,
  });
  await report(
    "start",
    [timing("first start, with demo data", first), timing("later start", second), timing("stop", stops)],
    `${RUNS} fresh data directories on an installed tree.`,
  );
  const parts = [...memory].map(([part, bytes]) => ({ part, "PSS (MB)": Math.round(bytes / 1e6) }));
  const total = parts.reduce((sum, row) => sum + row["PSS (MB)"], 0);
  await report(
    "start-memory",
    [...parts, { part: "together", "PSS (MB)": total }],
    "Right after the second start; PSS counts shared pages once.",
  );
}

function start(dataDir: string): Promise<{ child: ChildProcess; seconds: number }> {
  const startedAt = performance.now();
  const args = [join(root, "stack/start.ts"), "--port", "0", "--data-dir", dataDir];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  return new Promise((resolve, reject) => {
    child.once("exit", (code) => reject(new Error(`the stack ended with ${code}`)));
    child.stdout.on("data", (chunk: Buffer) => {
      if (chunk.toString().includes("Nexus is ready"))
        resolve({ child, seconds: (performance.now() - startedAt) / 1000 });
    });
  });
}

function stop(child: ChildProcess): Promise<number> {
  const startedAt = performance.now();
  return new Promise((resolve) => {
    child.once("exit", () => resolve((performance.now() - startedAt) / 1000));
    child.kill("SIGTERM");
  });
}

/** Proportional memory of a process and all its descendants in bytes, by program; Linux only. */
async function memoryByPart(pid: number): Promise<Map<string, number>> {
  const parents = new Map<number, number>();
  for (const entry of await readdir("/proc")) {
    if (!/^\d+$/.test(entry)) continue;
    const stat = await readFile(`/proc/${entry}/stat`, "utf8").catch(() => "");
    const parent = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
    if (Number.isInteger(parent)) parents.set(Number(entry), parent);
  }
  const memory = new Map<string, number>();
  for (const id of parents.keys()) {
    if (!descends(id, pid, parents)) continue;
    const part = nameOf(await readFile(`/proc/${id}/cmdline`, "utf8").catch(() => ""));
    const rollup = await readFile(`/proc/${id}/smaps_rollup`, "utf8").catch(() => "");
    const bytes = Number(/^Pss:\s+(\d+) kB/m.exec(rollup)?.[1] ?? 0) * 1024;
    memory.set(part, (memory.get(part) ?? 0) + bytes);
  }
  return memory;
}

function descends(id: number, ancestor: number, parents: ReadonlyMap<number, number>): boolean {
  for (let current = id; current > 1; current = parents.get(current) ?? 0) if (current === ancestor) return true;
  return false;
}

function nameOf(commandLine: string): string {
  if (commandLine.includes("worker/main")) return "worker";
  if (commandLine.includes("maildev")) return "inbox";
  if (commandLine.includes("stack/start")) return "API, Studio, functions host";
  if (commandLine.startsWith("postgres") || commandLine.includes("/postgres")) return "Postgres, all processes";
  if (commandLine.includes("deno")) return "functions";
  return "watchdog";
}
