import { attributePrefix } from "./import-columns.ts";
import { type ImportColumn, type ImportRow, importColumns } from "./import-row.ts";

/** What spreadsheets take for a formula, also behind quotes that were put there before. */
const formula = /^'*[=+\-@\t\r\n＝＋－＠]/;

/** A cell as it stands in a CSV: quoted where it has to be, and with a quote before what a spreadsheet would run. */
export function writeCell(value: string): string {
  return quoted(formula.test(value) ? `'${value}` : value);
}

function quoted(value: string): string {
  return /[",\r\n]/.test(value) || value !== value.trim() ? `"${value.replaceAll('"', '""')}"` : value;
}

/** Takes the quote away that writeCell has put before a formula. */
export function readCell(cell: string): string {
  return cell.startsWith("'") && formula.test(cell) ? cell.slice(1) : cell;
}

/** A value in a cell: texts as they are, lists with | between, everything else, and what would be mistaken, as JSON. */
export function valueToCell(value: unknown): string {
  const json = JSON.stringify(value);
  if (typeof value === "string") return same(cellToValue(value), value) ? value : json;
  if (!Array.isArray(value) || !value.every((item) => typeof item === "string")) return json;
  const list = value.join("|");
  return same(cellToValue(list), value) ? list : json;
}

/** Undoes valueToCell. An empty cell is null. */
export function cellToValue(cell: string): unknown {
  const text = cell.trim();
  if (text === "") return null;
  if (/^[[{"]|^(true|false|null)$/.test(text) || (/^-?\d/.test(text) && String(Number(text)) === text)) {
    try {
      return JSON.parse(text);
    } catch {
      // A text that only begins like JSON.
    }
  }
  return text.includes("|") ? text.split("|").map((item) => item.trim()) : text;
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

const words: Readonly<Record<string, boolean>> = {
  true: true,
  yes: true,
  "1": true,
  false: false,
  no: false,
  "0": false,
};

const textOrNothing = (cell: string) => (cell.trim() === "" ? undefined : cell);
const wordOrNull = (cell: string) => (cell.trim() === "" ? null : cell.trim());
const wordOrNothing = (cell: string) => wordOrNull(cell) ?? undefined;
const integer = (cell: string) => (/^\s*\d{1,16}\s*$/.test(cell) ? Number(cell) : wordOrNull(cell));
const flag = (cell: string) => words[cell.trim().toLowerCase()] ?? wordOrNothing(cell);

/** What a cell says, before zod looks at it: null empties a field, undefined says nothing of it. */
const readers: Readonly<Record<Exclude<ImportColumn, "attributes">, (cell: string) => unknown>> = {
  product_slug: wordOrNothing,
  product_name: textOrNothing,
  description: (cell) => cell,
  locale: wordOrNothing,
  category: wordOrNull,
  designer: wordOrNull,
  tags: tagsOf,
  style_code: (cell) => (cell.trim() === "" ? null : cell),
  lead_days: integer,
  status: wordOrNothing,
  for_sale: flag,
  for_rent: flag,
  made_to_order: flag,
  sku: textOrNothing,
  size: textOrNothing,
  color: (cell) => cell,
  sale_price: integer,
  rental_price_per_day: integer,
  deposit: integer,
};

function tagsOf(cell: string): unknown {
  const value = cellToValue(cell);
  if (value === null) return [];
  if (Array.isArray(value)) return value.map((tag) => (typeof tag === "string" ? tag : String(tag)));
  return [typeof value === "string" ? value : cell.trim()];
}

/** A row of a CSV as an object, by the columns of its header. */
export function rowFromCells(columns: readonly string[], cells: readonly string[]): Record<string, unknown> {
  const fields: [string, unknown][] = [];
  const attributes: [string, unknown][] = [];
  for (const [index, column] of columns.entries()) {
    const cell = readCell(cells[index] ?? "");
    if (column.startsWith(attributePrefix)) attributes.push([column.slice(attributePrefix.length), cellToValue(cell)]);
    else fields.push([column, readers[column as keyof typeof readers](cell)]);
  }
  if (attributes.length > 0) fields.push(["attributes", Object.fromEntries(attributes)]);
  return Object.fromEntries(fields.filter(([, value]) => value !== undefined));
}

/** The first line of a CSV with all columns and these attributes. */
export function headerLine(attributeKeys: readonly string[]): string {
  const names = importColumns.flatMap((column) =>
    column === "attributes" ? attributeKeys.map((key) => `${attributePrefix}${key}`) : [column],
  );
  return `${names.map(quoted).join(",")}\r\n`;
}

/** One row as a line of a CSV with all columns and these attributes. */
export function rowToLine(row: ImportRow, attributeKeys: readonly string[]): string {
  const attributes = row.attributes ?? {};
  const cells = importColumns.flatMap((column) => {
    if (column === "attributes") {
      return attributeKeys.map((key) => (Object.hasOwn(attributes, key) ? valueToCell(attributes[key]) : ""));
    }
    const value = row[column];
    if (value === undefined || value === null) return "";
    if (column === "tags") return (value as string[]).length === 0 ? "" : valueToCell(onlyTag(value as string[]));
    return String(value);
  });
  return `${cells.map(writeCell).join(",")}\r\n`;
}

/** A single tag needs no list around it. */
function onlyTag(tags: readonly string[]): unknown {
  return tags.length === 1 && same(tagsOf(tags[0] ?? ""), tags) ? tags[0] : tags;
}
