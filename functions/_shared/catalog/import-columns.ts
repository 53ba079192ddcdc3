import { importColumns } from "./import-row.ts";
import { UnreadableFile } from "./unreadable-file.ts";

/** A column `attribute.silhouette` of a CSV is the attribute silhouette. */
export const attributePrefix = "attribute.";

const MOST_COLUMNS = 300;

/**
 * The columns that the first line of a CSV names.
 *
 * @throws {UnreadableFile} for a column that there is not, or that is there twice
 */
export function checkHeader(cells: readonly string[]): string[] {
  const columns = cells.map((cell) => cell.trim());
  const known = [...importColumns.filter((column) => column !== "attributes"), `${attributePrefix}KEY`];
  const unknown = columns.filter((column) =>
    column.startsWith(attributePrefix)
      ? column.length === attributePrefix.length || column.length > attributePrefix.length + 60
      : column === "attributes" || !(importColumns as readonly string[]).includes(column),
  );
  if (unknown.length > 0) {
    const names = unknown.slice(0, 5).map((column) => `"${column.slice(0, 60)}"`);
    throw new UnreadableFile(
      `The first line has columns that are not known: ${names.join(", ")}. Known are ${known.join(", ")}, separated by commas.`,
    );
  }
  const twice = columns.find((column, index) => columns.indexOf(column) !== index);
  if (twice !== undefined) throw new UnreadableFile(`The first line has the column "${twice}" twice.`);
  if (!columns.includes("product_slug")) {
    throw new UnreadableFile(
      `The first line has to name the columns, product_slug among them. Known are ${known.join(", ")}.`,
    );
  }
  if (columns.length > MOST_COLUMNS) throw new UnreadableFile(`The file has more than ${MOST_COLUMNS} columns.`);
  return columns;
}
