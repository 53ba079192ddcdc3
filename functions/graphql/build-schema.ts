import { type GraphQLFieldConfigMap, GraphQLObjectType, GraphQLSchema } from "graphql";
import type { DatabaseDescription } from "./database-description.ts";
import { functionField } from "./functions.ts";
import { tableMutations } from "./mutations.ts";
import type { Row } from "./paging.ts";
import { listField, rowField, rowFieldName } from "./queries.ts";
import { type Context, isName, Types } from "./types.ts";

type Fields = GraphQLFieldConfigMap<Row, Context>;

/**
 * The schema of a database. A function has its name; what a table would be called like a function steps back. Of functions
 * that share a name there is none.
 */
export function buildSchema(database: DatabaseDescription): GraphQLSchema {
  const types = new Types(database);
  const tables = database.tables.filter(({ name }) => isName(name));
  const byName = new Map(tables.map((table) => [table.name, table]));
  const queries: Fields = {};
  const mutations: Fields = {};
  for (const [name, described] of unique(database.functions)) {
    const field = functionField(types, described, byName.get(described.returns));
    if (field !== undefined) (described.reads === true ? queries : mutations)[name] = field;
  }
  const taken = new Set([...Object.keys(queries), ...tables.map(({ name }) => name)]);
  const lists = tables.filter(({ name }) => queries[name] === undefined);
  for (const table of lists) queries[table.name] = listField(types, table);
  for (const table of tables.filter(({ key }) => key.length > 0))
    queries[rowFieldName(table, taken)] = rowField(types, table);
  const writes = Object.assign({}, ...tables.map((table) => tableMutations(types, table)));
  return new GraphQLSchema({
    query: new GraphQLObjectType({ name: "Query", fields: sorted(queries) }),
    mutation: new GraphQLObjectType({ name: "Mutation", fields: sorted({ ...writes, ...mutations }) }),
  });
}

function unique<Item extends { readonly name: string }>(items: readonly Item[]): Map<string, Item> {
  const counts = Map.groupBy(items, ({ name }) => name);
  return new Map(
    [...counts].flatMap(([name, [item, ...more]]) => (item === undefined || more.length > 0 ? [] : [[name, item]])),
  );
}

function sorted(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
