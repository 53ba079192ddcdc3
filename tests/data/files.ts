import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import process from "node:process";
import { gzipSync } from "node:zlib";
import { root } from "../../stack/paths.ts";

/** Where the public data sets lie; they are no part of the project. */
const dataDir = resolve(root, process.env["NEXUS_DATA_DIR"] ?? "../shared/data");

/** The path of a file of a data set, and why a test that needs it is skipped when it is not there. */
export function dataFile(name: string): { path: string; isAbsent: boolean; note: string } {
  const path = join(dataDir, name);
  return { path, isAbsent: !existsSync(path), note: `needs ${name}: set NEXUS_DATA_DIR to the folder that has it` };
}

/** Writes a gzipped file and returns its path. */
export async function gzipped(folder: string, name: string, lines: readonly string[]): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, gzipSync(lines.map((line) => `${line}\n`).join("")));
  return path;
}
