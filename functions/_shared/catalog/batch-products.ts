import {
  clearableColumns,
  type ImportColumn,
  type ImportRow,
  isGiven,
  productColumns,
  variantColumns,
} from "./import-row.ts";
import type { FileRow } from "./read-rows.ts";

/** A product with its rows, as private.import_products takes it. */
export interface ImportProduct {
  readonly slug: string | null;
  readonly line: number;
  /** Rows of the file that it has, also those of which nothing is kept. */
  row_count: number;
  readonly merges: boolean;
  readonly fields: Record<string, unknown>;
  readonly rows: { readonly line: number; readonly sku: string | null }[];
  readonly variants: Record<string, unknown>[];
  readonly refusals: {
    readonly line: number;
    readonly sku: string | null;
    readonly code: string;
    readonly message: string;
  }[];
}

/** What is written in one transaction. */
export interface Batch {
  readonly products: readonly ImportProduct[];
  readonly rows: number;
  readonly isLast: boolean;
}

export interface BatchLimits {
  readonly products: number;
  readonly rows: number;
  /** Of their texts, roughly. */
  readonly characters: number;
}

export const batchLimits: BatchLimits = { products: 200, rows: 1_000, characters: 1_000_000 };

/** Variants that a product may have. */
const MOST_VARIANTS = 500;

/**
 * Puts rows that follow one another and have the same product together, and products into batches. The last batch is
 * marked, and comes also when it is empty.
 *
 * @param merges true when a row names the attributes that it sets, and leaves others; false when it has all of them
 */
export async function* batchProducts(
  rows: AsyncIterable<FileRow>,
  merges: boolean,
  limits: BatchLimits = batchLimits,
): AsyncGenerator<Batch> {
  let products: ImportProduct[] = [];
  let current: ImportProduct | undefined;
  /** Rows of nobody knows which product: of the current one, if it goes on behind them. */
  let unknown: FileRow[] = [];
  let count = 0;
  let characters = 0;
  for await (const row of rows) {
    if (current !== undefined && row.slug === undefined && unknown.length < MOST_VARIANTS) {
      unknown.push(row);
      continue;
    }
    if (current === undefined || row.slug !== current.slug) {
      products.push(...unknown.map((lost) => add(newProduct(lost, merges), lost)));
      count += unknown.length;
      unknown = [];
      if (products.length >= limits.products || count >= limits.rows || characters >= limits.characters) {
        yield { products, rows: rowsOf(products), isLast: false };
        [products, count, characters] = [[], 0, 0];
      }
      current = newProduct(row, merges);
      products.push(current);
    }
    for (const lost of unknown) add(current, lost);
    add(current, row);
    count += 1 + unknown.length;
    unknown = [];
    characters += sizeOf(row);
    if (row.slug === undefined) current = undefined;
  }
  products.push(...unknown.map((lost) => add(newProduct(lost, merges), lost)));
  yield { products, rows: rowsOf(products), isLast: true };
}

function rowsOf(products: readonly ImportProduct[]): number {
  return products.reduce((sum, { row_count }) => sum + row_count, 0);
}

function sizeOf({ row }: FileRow): number {
  return 200 + (row?.description?.length ?? 0) + (row?.attributes ? JSON.stringify(row.attributes).length : 0);
}

function newProduct({ slug, line }: FileRow, merges: boolean): ImportProduct {
  return { slug: slug ?? null, line, row_count: 0, merges, fields: {}, rows: [], variants: [], refusals: [] };
}

function add(product: ImportProduct, { line, row, refusals, ...known }: FileRow): ImportProduct {
  const sku = known.sku ?? null;
  const refuse = (code: string, message: string) => product.refusals.push({ line, sku, code, message });
  product.row_count += 1;
  if (product.rows.length >= MOST_VARIANTS) {
    // Of a product without end no more is kept than one of them.
    if (product.row_count === MOST_VARIANTS + 1)
      refuse("too_many_variants", `A product has up to ${MOST_VARIANTS} variants.`);
    return product;
  }
  product.rows.push({ line, sku });
  for (const { code, message } of refusals) refuse(code, message);
  if (row === undefined) return product;
  const given = givenOf(row, productColumns);
  if (product.row_count === 1) Object.assign(product.fields, given);
  else if (product.refusals.length === 0) {
    const other = Object.keys(given).find((column) => differs(given[column], product.fields[column]));
    if (other !== undefined) {
      refuse(
        "product_fields_differ",
        `${other} is not as on line ${product.line}. Say the same of a product in all its rows, or leave it empty.`,
      );
    }
  }
  if (isGiven(row.sku)) {
    const variant = { line, sku: row.sku, ...givenOf(row, variantColumns) };
    const same = product.variants.find((earlier) => isSame(earlier, variant));
    if (same !== undefined) refuse("size_and_color_taken", `Line ${same["line"]} has the same size and color.`);
    product.variants.push(variant);
  }
  return product;
}

/** What a row says of these columns, for the database. */
function givenOf(row: ImportRow, columns: readonly ImportColumn[]): Record<string, unknown> {
  const given = columns.filter(
    (column) => isGiven(row[column]) || (row[column] === null && clearableColumns.has(column)),
  );
  return Object.fromEntries(given.map((column) => [column, row[column]]));
}

/** Later rows may leave empty what the first has said. */
function differs(later: unknown, first: unknown): boolean {
  if (isEmpty(later)) return false;
  return stable(later) !== stable(first);
}

function isEmpty(value: unknown): boolean {
  if (!isGiven(value) || value === "") return true;
  return typeof value === "object" && Object.values(value as object).every((item) => item === null);
}

/** The order of members does not matter. */
function stable(value: unknown): string | undefined {
  return JSON.stringify(value, (_key, item: unknown) =>
    typeof item === "object" && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  );
}

function isSame(a: Readonly<Record<string, unknown>>, b: Readonly<Record<string, unknown>>): boolean {
  return (
    isGiven(a["size"]) && a["size"] === b["size"] && (a["color"] ?? "") === (b["color"] ?? "") && a["sku"] !== b["sku"]
  );
}
