import { pipeline } from "node:stream/promises";
import type { Sql, TransactionSql } from "postgres";
import { type CsvFile, type CsvRow, openCsv } from "../dataset.ts";
import { ensureBoutique } from "./boutique.ts";
import { copyLine } from "./copy-line.ts";
import { createStaging, type Inserted, insertFromStaging, stagingColumns } from "./insert.ts";
import { columns, type FitRecord, parseRow, slugify } from "./row.ts";

export interface LoadOptions {
  /** Loads only so many rows from the beginning of the file. */
  readonly maxRows?: number;
  /** Called often while the file is read, with how much is done, 0 to 1. */
  readonly onProgress?: (fraction: number) => void;
  /** Called when the file is read and the database goes on alone. */
  readonly onRead?: () => void;
}

/** What a load did. */
export interface LoadResult extends Inserted {
  /** Rows of the file. */
  readonly read: number;
  /** Rows that say exactly what an earlier row of the file says. */
  readonly duplicates: number;
  /** Rows that an earlier load had brought. */
  readonly known: number;
  /** Refused rows by the column that was missing or wrong. */
  readonly refused: Readonly<Record<string, number>>;
  /** Cells taken as unknown because no person is like that. */
  readonly implausible: number;
}

interface Tally {
  read: number;
  implausible: number;
  readonly refused: Record<string, number>;
}

/** Rows sent to the database at a time: large enough for few writes, small enough for little memory. */
const ROWS_PER_WRITE = 500;

/**
 * Loads the Rent The Runway reviews as the catalog and the fit records of one boutique, in one
 * transaction: all of it or nothing. A second load of the same file adds nothing.
 *
 * @param sql connection as the owner of the schema
 * @param file the gzipped CSV
 */
export async function loadRentTheRunway(sql: Sql, file: string, options: LoadOptions = {}): Promise<LoadResult> {
  const csv = await openCsv(file, ",", columns);
  const tally: Tally = { read: 0, implausible: 0, refused: {} };
  const { inserted, staged, distinct } = await sql.begin(async (transaction) => {
    await createStaging(transaction);
    await copyToStaging(transaction, csv, tally, options);
    options.onRead?.();
    const boutique = await ensureBoutique(transaction);
    return insertFromStaging(transaction, boutique);
  });
  const brokenRows = csv.broken();
  return {
    ...inserted,
    read: tally.read + brokenRows,
    duplicates: staged - distinct,
    known: distinct - inserted.loaded,
    refused: brokenRows === 0 ? tally.refused : { ...tally.refused, "broken row": brokenRows },
    implausible: tally.implausible,
  };
}

async function copyToStaging(sql: TransactionSql, csv: CsvFile, tally: Tally, options: LoadOptions): Promise<void> {
  const copy = await sql`copy staged_reviews (${sql(stagingColumns)}) from stdin`.writable();
  await pipeline(copyText(csv, tally, options), copy);
}

async function* copyText(csv: CsvFile, tally: Tally, options: LoadOptions): AsyncGenerator<string> {
  let lines: string[] = [];
  for await (const record of acceptedRecords(csv.rows, tally, options.maxRows ?? Number.POSITIVE_INFINITY)) {
    lines.push(toLine(record));
    if (lines.length < ROWS_PER_WRITE) continue;
    yield lines.join("");
    lines = [];
    options.onProgress?.(csv.progress());
  }
  yield lines.join("");
}

async function* acceptedRecords(rows: AsyncIterable<CsvRow>, tally: Tally, maxRows: number): AsyncGenerator<FitRecord> {
  for await (const row of rows) {
    tally.read += 1;
    const parsed = parseRow(row);
    if ("refused" in parsed) {
      tally.refused[parsed.refused] = (tally.refused[parsed.refused] ?? 0) + 1;
    } else {
      tally.implausible += parsed.implausible;
      yield parsed.record;
    }
    if (tally.read >= maxRows) return;
  }
}

/** The cells in the order of `stagingColumns`. */
function toLine(record: FitRecord): string {
  return copyLine([
    `\\x${record.fingerprint}`,
    record.itemId,
    record.category,
    slugify(record.category),
    record.size,
    record.customerRef,
    record.fit,
    record.rating,
    record.occasion,
    record.bodyType,
    record.heightCm,
    record.weightKg,
    record.bust,
    record.age,
    record.recommend,
    record.wornOn,
  ]);
}
