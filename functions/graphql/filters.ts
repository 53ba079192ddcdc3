import type { ColumnDescription, TableDescription } from "./database-description.ts";
import { badInput } from "./errors.ts";

/** A filter as a client has written it: columns with their conditions, and `and`, `or`, `not`. */
export type Filter = Readonly<Record<string, unknown>>;
type Conditions = Readonly<Record<string, unknown>>;

const MAX_CONDITIONS = 200;
const MAX_DEPTH = 8;

/**
 * A filter in the Data API's logic, such as `and(size.eq."38",not.and(color.is.null))`. Every value is quoted, so that none
 * is read as logic.
 */
export function filterLogic(table: TableDescription, filter: Filter): string {
  const columns = new Map(table.columns.map((column) => [column.name, column]));
  // Every row, and none: the first column is null, or it is not.
  const first = table.columns[0]?.name ?? "";
  const everything = `or(${first}.is.null,${first}.not.is.null)`;
  const nothing = `and(${first}.is.null,${first}.not.is.null)`;
  let count = 0;

  const all = (parts: readonly string[]) => (parts.length === 0 ? everything : `and(${parts.join(",")})`);
  const any = (parts: readonly string[]) => (parts.length === 0 ? nothing : `or(${parts.join(",")})`);

  function condition(column: ColumnDescription, operator: string, value: unknown): string {
    count += 1;
    if (value === null) throw badInput("invalid_filter", `${column.name}: nothing is equal to null. Use is: NULL.`);
    if (operator === "is") return `${column.name}.${value === "NULL" ? "is" : "not.is"}.null`;
    if (operator === "in") return any((value as unknown[]).map((one) => condition(column, "eq", one)));
    if (operator === "contains") return `${column.name}.cs.${quoted(textOf(value, column))}`;
    if (operator === "overlaps") return `${column.name}.ov.${quoted(textOf(value, column))}`;
    return `${column.name}.${operator}.${quoted(String(value))}`;
  }

  function logic(part: Filter, depth: number): string {
    if (depth > MAX_DEPTH) throw badInput("invalid_filter", `A filter is at most ${MAX_DEPTH} levels deep.`);
    const parts = Object.entries(part).map(([name, value]) => {
      if (value === null) throw badInput("invalid_filter", `${name}: leave it out, or say is: NULL.`);
      const column = columns.get(name);
      if (column !== undefined) {
        const conditions = Object.entries(value as Conditions);
        if (conditions.length === 0) throw badInput("invalid_filter", `${name}: name an operator, such as eq.`);
        return all(conditions.map(([operator, operand]) => condition(column, operator, operand)));
      }
      if (name === "not") return `not.and(${logic(value as Filter, depth + 1)})`;
      const operands = (value as Filter[]).map((operand) => logic(operand, depth + 1));
      return name === "and" ? all(operands) : any(operands);
    });
    if (count > MAX_CONDITIONS) {
      throw badInput("invalid_filter", `A filter has at most ${MAX_CONDITIONS} conditions; each value of in counts.`);
    }
    return all(parts);
  }

  return logic(filter, 1);
}

/** A value as the Data API's logic takes it whatever is in it. */
export function quoted(text: string): string {
  return `"${text.replaceAll(/["\\]/g, "\\$&")}"`;
}

/** Arrays as Postgres writes them, JSON as JSON; a range is text already. */
function textOf(value: unknown, { type }: ColumnDescription): string {
  if (type.endsWith("[]")) return `{${(value as unknown[]).map((element) => quoted(String(element))).join(",")}}`;
  return type === "json" || type === "jsonb" ? JSON.stringify(value) : String(value);
}
