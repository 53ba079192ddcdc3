import type { AskDataApi } from "./data-api.ts";
import type { TableDescription } from "./database-description.ts";
import { type Conditions, equals } from "./logic.ts";
import type { Row } from "./paging.ts";
import { rows } from "./queries.ts";
import { restQuery } from "./rest-query.ts";
import type { Selection } from "./selection.ts";

/**
 * The rows that a request has written, as they are selected. A statement does not see what it has made itself, such as the
 * orders of a checkout: where relations are selected, they are read by a second request.
 *
 * @param conditions which rows are written
 */
export async function written(
  ask: AskDataApi,
  table: TableDescription,
  selection: Selection,
  write: (query: URLSearchParams) => Promise<unknown>,
  conditions?: Conditions,
): Promise<Row[]> {
  const key = table.columns.filter(({ name }) => table.key.includes(name));
  const columns = new Map([...selection.columns, ...key.map((column) => [column.name, column] as const)]);
  const answer = rows(await write(restQuery({ columns, relations: new Map() }, undefined, conditions)));
  // A function that returns no row answers one of nulls.
  const made = answer.filter((row) => table.key.every((column) => row[column] !== null));
  if (selection.relations.size === 0 || made.length === 0) return made;
  const these = made.map((row) => `and(${key.map((column) => equals(column, row[column.name])).join(",")})`);
  const query = restQuery({ columns, relations: selection.relations }, undefined, {
    plain: [],
    logic: [`or(${these.join(",")})`],
  });
  const textOf = (row: Row) => JSON.stringify(table.key.map((column) => row[column]));
  const read = new Map(rows(await ask("GET", table.name, query)).map((row) => [textOf(row), row]));
  return made.map((row) => ({ ...read.get(textOf(row)), ...row }));
}
