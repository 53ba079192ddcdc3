import { type GraphQLFieldConfigArgumentMap, GraphQLNonNull, type GraphQLObjectType, getNamedType } from "graphql";
import type { TableDescription } from "./database-description.ts";
import { type Conditions, plain, together } from "./logic.ts";
import { singular } from "./names.ts";
import { type ConnectionArguments, connectionOf, keyOf, type Row } from "./paging.ts";
import { restQuery } from "./rest-query.ts";
import { connectionSelection, selectionOf } from "./selection.ts";
import type { Field, Types } from "./types.ts";

/** Lists of a table, page by page: one request, with all that is selected below. */
export function listField(types: Types, table: TableDescription): Field {
  const type = types.connection(table);
  return {
    ...{ type, args: types.inputs.connectionArguments(rowType(types, table).name, table) },
    async resolve(_root, args: ConnectionArguments, { ask }, info) {
      const { page, selection } = connectionSelection(info, table, type, args, info.fieldNodes);
      return connectionOf(page, rows(await ask("GET", table.name, restQuery(selection, page))));
    },
  };
}

/** One row by its primary key, or null. */
export function rowField(types: Types, table: TableDescription): Field {
  return {
    ...{ type: rowType(types, table), args: keyArguments(types, table) },
    async resolve(_root, args: Row, { ask }, info) {
      const selection = selectionOf(info, getNamedType(info.returnType) as GraphQLObjectType, info.fieldNodes);
      return rows(await ask("GET", table.name, restQuery(selection, undefined, keyConditions(table, args))))[0];
    },
  };
}

export function rowType(types: Types, { name }: TableDescription): GraphQLObjectType {
  const type = types.row(name);
  if (type === undefined) throw new Error(`The table ${name} has no type.`);
  return type;
}

export function keyArguments(types: Types, table: TableDescription): GraphQLFieldConfigArgumentMap {
  const columns = table.columns.filter(({ name }) => keyOf(table).includes(name));
  return Object.fromEntries(
    columns.map(({ name, type }) => [name, { type: new GraphQLNonNull(types.inputs.input(type)) }]),
  );
}

/** The row with this key. */
export const keyConditions = (table: TableDescription, args: Row): Conditions =>
  together(...keyOf(table).map((column) => plain(column, "eq", String(args[column]))));

export const rows = (answer: unknown): Row[] => [answer ?? []].flat() as Row[];

/** The name of a field for one row: the singular, unless it has none of its own or a function is called so. */
export function rowFieldName(table: TableDescription, taken: ReadonlySet<string>): string {
  const name = singular(table.name);
  return taken.has(name) || name === table.name ? `${table.name}_by_key` : name;
}
