import type { Sql } from "postgres";
import { z } from "zod";
import { type Batch, type BatchLimits, batchLimits, batchProducts } from "../catalog/batch-products.ts";
import { type FileRow, type ImportFormat, readRows } from "../catalog/read-rows.ts";
import { UnreadableFile } from "../catalog/unreadable-file.ts";
import type { FileStore } from "../files.ts";
import { defineQueue, type Queue } from "./queue.ts";

interface Import {
  readonly id: string;
  readonly boutique_id: string;
  readonly storage_path: string;
  readonly format: ImportFormat;
  readonly state: string;
  readonly rows_total: string | null;
  readonly rows_read: string;
}

const BUCKET = "catalog-imports";

/** After so long a run leaves the rest to the next one, so that others get their turn and no run is too long for its worker. */
const RUN_SECONDS = 30;

/** Somebody else has written the same products at that moment: serialization failure and deadlock. */
const momentary = new Set(["40001", "40P01"]);
const ATTEMPTS = 5;

/** Reads a file of products and writes them, batch by batch. Goes on where an earlier run has stopped. */
export const importCatalog = importQueue(batchLimits, RUN_SECONDS);

/** The queue with other limits, for tests. */
export function importQueue(limits: BatchLimits, runSeconds: number): Queue {
  return defineQueue({
    name: "catalog.import",
    payload: z.object({ import_id: z.uuid() }),
    retryLimit: 8,
    retryDelaySeconds: 5,
    retryDelayMaxSeconds: 600,
    expireInSeconds: 900,
    pollingSeconds: 5,
    concurrency: 2,
    tenantConcurrency: 1,
    overdueSeconds: 900,
    async run({ import_id }, { sql, files }) {
      const [found] = await sql<Import[]>`select * from private.begin_catalog_import(${import_id})`;
      if (found?.state !== "running") return;
      try {
        if (found.rows_total === null) await lookThrough(sql, files, found);
        await goOn(sql, files, found, limits, runSeconds);
      } catch (error) {
        if (!(error instanceof UnreadableFile)) throw error;
        await sql`select private.end_catalog_import(${import_id}, 'failed', ${error.message})`;
      }
    },
  });
}

/** Reads the file to its end before anything is written: one that is broken writes nothing. */
async function lookThrough(sql: Sql, files: FileStore, { id, storage_path, format }: Import): Promise<void> {
  let rows = 0;
  for await (const _row of readRows(await files.read(BUCKET, storage_path), format)) rows += 1;
  await sql`update public.catalog_imports set rows_total = ${rows} where id = ${id} and rows_total is null`;
}

async function goOn(sql: Sql, files: FileStore, found: Import, limits: BatchLimits, runSeconds: number): Promise<void> {
  let at = Number(found.rows_read);
  const until = performance.now() + runSeconds * 1_000;
  const rows = skip(readRows(await files.read(BUCKET, found.storage_path), found.format), at);
  for await (const batch of batchProducts(rows, found.format === "csv", limits)) {
    if (!(await write(sql, found.id, at, batch))) return;
    // Of a boutique without products the planner thinks that any index on its rows is as good as that of slugs or SKUs.
    if (at === 0 && !batch.isLast) await sql`analyze (skip_locked) public.products, public.product_variants`;
    at += batch.rows;
    if (!batch.isLast && performance.now() >= until) {
      await sql`
        select private.enqueue('catalog.import', ${sql.json({ import_id: found.id })}, ${sql.json({ group: found.boutique_id })})`;
      return;
    }
  }
}

async function* skip(rows: AsyncIterable<FileRow>, count: number): AsyncGenerator<FileRow> {
  let left = count;
  for await (const row of rows) {
    if (left > 0) left -= 1;
    else yield row;
  }
}

/** False when there is nothing more to do for this run: the import was cancelled, or another run is further. */
async function write(sql: Sql, id: string, at: number, { products, isLast }: Batch): Promise<boolean> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const [row] = await sql<{ goes_on: boolean }[]>`
        select private.import_products(${id}, ${at}, ${sql.json(products as never)}, ${isLast}) as goes_on`;
      return row?.goes_on ?? false;
    } catch (error) {
      const code = error instanceof Error && "code" in error ? String(error.code) : "";
      if (attempt >= ATTEMPTS || !momentary.has(code)) throw error;
    }
  }
}
