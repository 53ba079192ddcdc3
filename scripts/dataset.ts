// What the commands that load a data set share: the running stack, the file, the table at the end.
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import process from "node:process";
import { pipeline } from "node:stream";
import { createGunzip } from "node:zlib";
import { CsvError, parse } from "csv-parse";
import { DataDir, type Status } from "../stack/data-dir.ts";
import { StackError } from "../stack/errors.ts";
import { readDataDir } from "../stack/options.ts";

/** One row of a CSV file, by the names in its first line. Every cell is text. */
export type CsvRow = Readonly<Record<string, string>>;

/** A CSV file that is read row by row, so that its size does not matter. */
export interface CsvFile {
  readonly rows: AsyncIterable<CsvRow>;
  /** Rows so far that are no rows: too many or too few cells, or a quote that never ends. */
  broken(): number;
  /** How much of the file has been read, 0 to 1. */
  progress(): number;
}

/**
 * The stack that runs on a data directory.
 *
 * @param dataDir as given with --data-dir; the default of `npm start` when undefined
 * @throws {StackError} when none does
 */
export async function runningStack(dataDir: string | undefined): Promise<Status> {
  const folder = readDataDir(dataDir === undefined ? [] : ["--data-dir", dataDir]);
  const status = await new DataDir(folder).readStatus();
  if (status === undefined) {
    throw new StackError(
      `No Nexus runs on ${folder}.`,
      "Start it with 'npm start' in another terminal, or name its folder with --data-dir DIR.",
    );
  }
  return status;
}

/** The path of a file as its user wrote it: npm changes to the project's folder before it runs a script. */
export function pathFromCaller(file: string): string {
  return resolve(process.env["INIT_CWD"] ?? process.cwd(), file);
}

/**
 * Opens a gzipped CSV file with a line of column names.
 *
 * @param columns names that the first line has to hold
 * @throws {StackError} at once when there is no such file; while reading when it is not the expected CSV
 */
export async function openCsv(file: string, delimiter: string, columns: readonly string[]): Promise<CsvFile> {
  const info = await stat(file).catch(() => undefined);
  if (info === undefined || !info.isFile()) {
    throw new StackError(`There is no file ${file}.`, "Name the downloaded .csv.gz file.");
  }
  const compressed = createReadStream(file);
  let broken = 0;
  let hasHeader = false;
  const parser = parse({
    bom: true,
    delimiter,
    columns: (header: string[]) => {
      hasHeader = true;
      return checkHeader(file, header, columns);
    },
    skip_records_with_error: true,
    on_skip: () => {
      broken += 1;
      return undefined;
    },
  });
  return {
    rows: read(),
    broken: () => broken,
    progress: () => (info.size === 0 ? 1 : compressed.bytesRead / info.size),
  };

  async function* read(): AsyncGenerator<CsvRow> {
    // A failure of any part destroys the parser with it, and reading the parser throws it.
    pipeline(compressed, createGunzip(), parser, () => undefined);
    try {
      for await (const row of parser) yield row as CsvRow;
    } catch (error) {
      throw error instanceof StackError ? error : unreadable(file, error);
    }
    // An empty file has no first line to look at.
    if (!hasHeader) checkHeader(file, [], columns);
  }
}

function checkHeader(file: string, header: readonly string[], columns: readonly string[]): string[] {
  const missing = columns.filter((column) => !header.includes(column));
  if (missing.length > 0) {
    throw new StackError(
      `${file} is not the expected CSV: its first line has no ${missing.join(", ")}.`,
      "Name the file of the data set that this command loads.",
    );
  }
  return [...header];
}

function unreadable(file: string, error: unknown): unknown {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (!(error instanceof CsvError) && !code.startsWith("Z_") && !code.startsWith("E")) return error;
  return new StackError(
    `${file} cannot be read as a gzipped CSV: ${error instanceof Error ? error.message : code}.`,
    "Download it again.",
    { cause: error },
  );
}

/** The figures of a run, one line each, with the numbers below each other. */
export function formatTable(rows: readonly (readonly [name: string, value: string | number])[]): string {
  const cells = rows.map(([name, value]) => [name, value.toLocaleString("en-US")] as const);
  const nameWidth = Math.max(...cells.map(([name]) => name.length));
  const valueWidth = Math.max(...cells.map(([, value]) => value.length));
  return cells.map(([name, value]) => `${name.padEnd(nameWidth)}  ${value.padStart(valueWidth)}`).join("\n");
}

/** The most memory that this process has had so far, such as `93 MB`. */
export function peakMemory(): string {
  // maxRSS is in kilobytes.
  return `${Math.round(process.resourceUsage().maxRSS / 1024)} MB`;
}
