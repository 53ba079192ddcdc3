import type { ColumnDescription, TableDescription } from "./database-description.ts";
import { badInput } from "./errors.ts";
import { type Conditions, equals, isOdd, pattern, plain, quoted, together } from "./logic.ts";

/** A filter as a client has written it: columns with their conditions, and `and`, `or`, `not`. */
export type Filter = Readonly<Record<string, unknown>>;

const MAX_CONDITIONS = 200;
const MAX_DEPTH = 8;

/** A filter as conditions of a request. What stands at its top is compared as it is; the rest is in the Data API's logic. */
export function filterConditions(table: TableDescription, filter: Filter): Conditions {
  const columns = new Map(table.columns.map((column) => [column.name, column]));
  // Every row, and none: the first column is null, or it is not.
  const first = table.columns[0]?.name ?? "";
  const everything = `or(${first}.is.null,${first}.not.is.null)`;
  const nothing = `and(${first}.is.null,${first}.not.is.null)`;
  const all = (parts: readonly string[]) => (parts.length === 0 ? everything : `and(${parts.join(",")})`);
  const any = (parts: readonly string[]) => (parts.length === 0 ? nothing : `or(${parts.join(",")})`);
  let count = 0;

  function term(column: ColumnDescription, operator: string, value: unknown): string {
    count += 1;
    if (count > MAX_CONDITIONS) {
      throw badInput("invalid_filter", `A filter has at most ${MAX_CONDITIONS} conditions; each value of in counts.`);
    }
    if (value === null) throw badInput("invalid_filter", `${column.name}: nothing is equal to null. Use is: NULL.`);
    if (operator === "is") return `${column.name}.${value === "NULL" ? "is" : "not.is"}.null`;
    if (operator === "in") return any((value as unknown[]).map((one) => term(column, "eq", one)));
    if (operator === "eq" || operator === "neq") return equals(column, value, operator === "neq");
    const write = operator.endsWith("like") ? pattern : quoted;
    return `${column.name}.${operators[operator] ?? operator}.${write(textOf(value, column))}`;
  }

  /** The conditions of a filter one by one, and those of its and, or and not as terms. */
  function parts(filter: Filter, depth: number): { compared: [ColumnDescription, string, unknown][]; terms: string[] } {
    if (depth > MAX_DEPTH) throw badInput("invalid_filter", `A filter is at most ${MAX_DEPTH} levels deep.`);
    const found: ReturnType<typeof parts> = { compared: [], terms: [] };
    for (const [name, value] of Object.entries(filter)) {
      if (value === null) throw badInput("invalid_filter", `${name}: leave it out, or say is: NULL.`);
      const column = columns.get(name);
      const inner = (operand: Filter) => all(termsOf(operand, depth + 1));
      if (column !== undefined) {
        const conditions = Object.entries(value as Filter);
        if (conditions.length === 0) throw badInput("invalid_filter", `${name}: name an operator, such as eq.`);
        for (const [operator, operand] of conditions) found.compared.push([column, operator, operand]);
      } else if (name === "not") found.terms.push(`not.and(${inner(value as Filter)})`);
      else if (name === "and") found.terms.push(...(value as Filter[]).map(inner));
      else found.terms.push(any((value as Filter[]).map(inner)));
    }
    return found;
  }

  function termsOf(filter: Filter, depth: number): string[] {
    const { compared, terms } = parts(filter, depth);
    return [...compared.map((one) => term(...one)), ...terms];
  }

  const { compared, terms } = parts(filter, 1);
  return together(
    { plain: [], logic: terms },
    ...compared.map(([column, operator, value]) => {
      const written = term(column, operator, value);
      const text = textOf(value, column);
      const isEquality = operator === "eq" || operator === "neq";
      if (operator === "is" || operator === "in" || (isEquality && isOdd(column, text)))
        return { plain: [], logic: [written] };
      return plain(column.name, operators[operator] ?? operator, text, written);
    }),
  );
}

/** What the Data API calls an operator, where it has another name. */
const operators: Readonly<Record<string, string>> = { contains: "cs", overlaps: "ov" };

/** Arrays as Postgres writes them, JSON as JSON; a range is text already. */
function textOf(value: unknown, { type }: ColumnDescription): string {
  if (type.endsWith("[]")) return `{${(value as unknown[]).map((element) => quoted(String(element))).join(",")}}`;
  return type === "json" || type === "jsonb" ? JSON.stringify(value) : String(value);
}
