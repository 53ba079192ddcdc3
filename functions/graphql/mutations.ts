import {
  type GraphQLFieldConfigMap,
  GraphQLNonNull,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  getNamedType,
} from "graphql";
import type { TableDescription } from "./database-description.ts";
import { badInput, refusal } from "./errors.ts";
import { singular } from "./names.ts";
import type { Row } from "./paging.ts";
import { keyArguments, keyConditions, rows, rowType } from "./queries.ts";
import { restQuery } from "./rest-query.ts";
import { selectionOf } from "./selection.ts";
import type { Context, Types } from "./types.ts";
import { written } from "./written.ts";

type Resolve = (root: Row, args: Row, context: Context, info: GraphQLResolveInfo) => Promise<Row | undefined>;

/** Writes of single rows, as far as signed-in people have the grants: `insert_address`, `update_address`, `delete_address`. */
export function tableMutations(types: Types, table: TableDescription): GraphQLFieldConfigMap<Row, Context> {
  if (table.key.length === 0) return {};
  const type = rowType(types, table);
  const one = singular(table.name);
  const key = keyArguments(types, table);
  const insert = types.inputs.insert(type.name, table);
  const update = types.inputs.update(type.name, table);
  return {
    ...(insert && {
      [`insert_${one}`]: { type, args: { row: { type: new GraphQLNonNull(insert) } }, resolve: inserted(table) },
    }),
    ...(update && {
      [`update_${one}`]: { type, args: { ...key, set: { type: new GraphQLNonNull(update) } }, resolve: updated(table) },
    }),
    ...(table.deletes && { [`delete_${one}`]: { type, args: key, resolve: deleted(table) } }),
  };
}

const select = (info: GraphQLResolveInfo) =>
  selectionOf(info, getNamedType(info.returnType) as GraphQLObjectType, info.fieldNodes);

const inserted =
  (table: TableDescription): Resolve =>
  async (_root, { row }, { ask }, info) =>
    (await written(ask, table, select(info), (query) => ask("POST", table.name, query, row)))[0];

const updated =
  (table: TableDescription): Resolve =>
  async (_root, { set, ...key }, { ask }, info) => {
    if (Object.keys(set as Row).length === 0) throw badInput("invalid_input", "set: name a column to change.");
    const write = (query: URLSearchParams) => ask("PATCH", table.name, query, set);
    return found(await written(ask, table, select(info), write, keyConditions(table, key)));
  };

/** The row as it was, with its relations. */
const deleted =
  (table: TableDescription): Resolve =>
  async (_root, key, { ask }, info) =>
    found(rows(await ask("DELETE", table.name, restQuery(select(info), undefined, keyConditions(table, key)))));

function found([row]: readonly Row[]): Row {
  if (row === undefined) throw refusal(404, "row_not_found", "There is no such row that you may write.");
  return row;
}
