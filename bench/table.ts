import { mkdir, writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { root } from "../stack/paths.ts";

export type Row = Readonly<Record<string, string | number>>;

/** Prints the rows as a Markdown table, ready for docs/performance.md, and keeps them as bench/results/NAME.json. */
export async function report(name: string, rows: readonly Row[], note: string): Promise<void> {
  const columns = Object.keys(rows[0] ?? {});
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(" | ")} |`;
  const heading = `${new Date().toISOString().slice(0, 10)}, ${availableParallelism()} cores. ${note}`;
  const table = [
    line(columns),
    line(columns.map(() => "---")),
    ...rows.map((row) => line(columns.map((key) => row[key] ?? ""))),
  ];
  process.stdout.write(`\n${heading}\n\n${table.join("\n")}\n`);
  const folder = join(root, "bench/results");
  await mkdir(folder, { recursive: true });
  await writeFile(
    join(folder, `${name}.json`),
    `${JSON.stringify({ name, heading, node: process.version, rows }, undefined, 2)}\n`,
  );
}

/** The value below which the given share of the sorted samples lies: quantile(samples, 0.5) is the median. */
export function quantile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
