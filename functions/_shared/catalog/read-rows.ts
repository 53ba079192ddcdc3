import { Readable } from "node:stream";
import { JSONParser } from "@streamparser/json";
import { CsvError, parse } from "csv-parse";
import { rowFromCells } from "./csv-cells.ts";
import { checkHeader } from "./import-columns.ts";
import { type ImportRow, parseRow, type Refusal } from "./import-row.ts";
import { readText } from "./read-text.ts";
import { UnreadableFile } from "./unreadable-file.ts";

export type ImportFormat = "csv" | "json" | "ndjson";

/** A row of a file, good or not. */
export interface FileRow {
  /** Where it begins: a line, or the place in a JSON array. */
  readonly line: number;
  /** As far as it can be told. */
  readonly slug: string | undefined;
  readonly sku: string | undefined;
  /** Undefined when it is refused. */
  readonly row: ImportRow | undefined;
  readonly refusals: readonly Refusal[];
}

/** Characters of one row; a quote that nobody closes would take the rest of the file for one. */
const ROW_CHARACTERS = 1_000_000;

/**
 * Rows of a file in their order, as it comes.
 *
 * @throws {UnreadableFile} where it cannot be read on
 */
export function readRows(stream: ReadableStream<Uint8Array>, format: ImportFormat): AsyncGenerator<FileRow> {
  const text = readText(stream);
  return format === "csv" ? readCsv(text) : format === "json" ? readJson(text) : readLines(text);
}

interface CsvRecord {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

async function* readCsv(text: AsyncIterable<string>): AsyncGenerator<FileRow> {
  const source = Readable.from(text);
  const parser = parse({
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: ROW_CHARACTERS,
  });
  source.on("error", (error) => parser.destroy(error));
  source.pipe(parser);
  let columns: string[] | undefined;
  // The parser counts a line break of two characters twice inside of quotes.
  let countedTwice = 0;
  try {
    for await (const { record, info } of parser as AsyncIterable<CsvRecord>) {
      const line = info.lines - countedTwice - count(record, /[\r\n]/g);
      countedTwice += count(record, /\r\n/g);
      if (columns === undefined) columns = checkHeader(record);
      else if (record.some((cell) => cell !== "")) yield csvRow(line, columns, record);
    }
  } catch (error) {
    throw error instanceof CsvError ? new UnreadableFile(`The file is no CSV. ${error.message}.`) : error;
  } finally {
    source.destroy();
    parser.destroy();
  }
  if (columns === undefined) checkHeader([]);
}

function count(cells: readonly string[], pattern: RegExp): number {
  let found = 0;
  for (const cell of cells) if (/[\r\n]/.test(cell)) found += cell.match(pattern)?.length ?? 0;
  return found;
}

function csvRow(line: number, columns: readonly string[], cells: readonly string[]): FileRow {
  const raw = rowFromCells(columns, cells);
  if (cells.length === columns.length) return fileRow(line, raw);
  const message = `The row has ${cells.length} cells, the first line has ${columns.length}.`;
  return { ...fileRow(line, raw), row: undefined, refusals: [{ code: "malformed_row", message }] };
}

async function* readLines(text: AsyncIterable<string>): AsyncGenerator<FileRow> {
  let line = 0;
  let rest = "";
  for await (const piece of text) {
    const lines = (rest + piece).split("\n");
    rest = lines.pop() ?? "";
    if (rest.length > ROW_CHARACTERS) throw tooLong(`Line ${line + lines.length + 1}`);
    for (const content of lines) {
      line += 1;
      if (content.trim() !== "") yield lineRow(line, content);
    }
  }
  if (rest.trim() !== "") yield lineRow(line + 1, rest);
}

function lineRow(line: number, content: string): FileRow {
  try {
    return objectRow(line, JSON.parse(content));
  } catch {
    return refused(line, "The line is no JSON.");
  }
}

async function* readJson(text: AsyncIterable<string>): AsyncGenerator<FileRow> {
  const parser = new JSONParser({ paths: ["$.*"], keepStack: false });
  const found: unknown[] = [];
  parser.onValue = ({ value }) => found.push(value);
  let place = 0;
  let sinceLast = 0;
  let hasBegun = false;
  const read = (step: () => void) => {
    try {
      step();
    } catch (error) {
      const why = error instanceof Error ? error.message.slice(0, 200) : "";
      throw new UnreadableFile(`The file is no JSON, after object ${place + found.length}. ${why}`);
    }
  };
  for await (const piece of text) {
    if (!hasBegun && piece.trim() !== "") {
      if (!piece.trimStart().startsWith("[")) throw new UnreadableFile("The file has to be a JSON array of objects.");
      hasBegun = true;
    }
    read(() => parser.write(piece));
    sinceLast = found.length > 0 ? 0 : sinceLast + piece.length;
    if (sinceLast > ROW_CHARACTERS) throw tooLong(`Object ${place + 1}`);
    for (const value of found.splice(0)) {
      place += 1;
      yield objectRow(place, value);
    }
  }
  if (!hasBegun) throw new UnreadableFile("The file is empty.");
  if (!parser.isEnded) read(() => parser.end());
}

function tooLong(what: string): UnreadableFile {
  return new UnreadableFile(`${what} has more than ${ROW_CHARACTERS} characters.`);
}

function objectRow(line: number, value: unknown): FileRow {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return refused(line, "A row has to be an object.");
  }
  return fileRow(line, value as Readonly<Record<string, unknown>>);
}

function refused(line: number, message: string): FileRow {
  return { line, slug: undefined, sku: undefined, row: undefined, refusals: [{ code: "malformed_row", message }] };
}

function fileRow(line: number, raw: Readonly<Record<string, unknown>>): FileRow {
  const { row, refusals = [] } = parseRow(raw);
  return { line, slug: storable(raw["product_slug"], 120), sku: storable(raw["sku"], 80), row, refusals };
}

/** A key of a refused row, if it is one that the database can look for. */
function storable(value: unknown, most: number): string | undefined {
  const isOne = typeof value === "string" && value.length <= most && !value.includes("\0") && value.isWellFormed();
  return isOne && value.trim() !== "" ? value : undefined;
}
