import {
  GraphQLBoolean,
  GraphQLEnumType,
  type GraphQLFieldConfig,
  type GraphQLFieldConfigMap,
  GraphQLList,
  type GraphQLNamedOutputType,
  GraphQLNonNull,
  type GraphQLNullableOutputType,
  GraphQLObjectType,
  GraphQLString,
} from "graphql";
import type { AskDataApi } from "./data-api.ts";
import type { ColumnDescription, DatabaseDescription, TableDescription } from "./database-description.ts";
import { Inputs } from "./inputs.ts";
import { pascal, type RelationField, relationFields, singular } from "./names.ts";
import { type ConnectionArguments, connectionOf, pageOf, type Row } from "./paging.ts";
import { embeddedAs } from "./rest-query.ts";
import { scalarOf } from "./scalars.ts";

export interface Context {
  readonly ask: AskDataApi;
}
export type Field = GraphQLFieldConfig<Row, Context>;

export const isName = (name: string): boolean => /^(?!__)[_A-Za-z]\w*$/.test(name);
/** An optional property, for maps of those that are there. */
export const described = (comment: string | undefined) => (comment === undefined ? {} : { description: comment });

const pageInfo = new GraphQLObjectType({
  name: "PageInfo",
  description:
    "Where a page of a list stands: continue with first and after: endCursor, or with last and before: startCursor.",
  fields: {
    hasNextPage: { type: new GraphQLNonNull(GraphQLBoolean) },
    hasPreviousPage: { type: new GraphQLNonNull(GraphQLBoolean) },
    startCursor: { type: GraphQLString },
    endCursor: { type: GraphQLString },
  },
});

/** The types of the schema, each made once: enums, rows of tables, composite types and functions, and lists of rows. */
export class Types {
  readonly inputs: Inputs;
  readonly #enums = new Map<string, GraphQLEnumType>();
  readonly #rows = new Map<string, GraphQLObjectType<Row, Context>>();
  readonly #connections = new Map<string, GraphQLObjectType>();
  readonly #relations: ReadonlyMap<string, readonly RelationField[]>;
  readonly #names = new Set<string>();

  constructor({ enums, composites, ...database }: DatabaseDescription) {
    this.#relations = relationFields({ enums, composites, ...database });
    for (const table of database.tables) this.#rows.set(table.name, this.#row(this.#name(singular(table.name)), table));
    for (const { name, comment, labels } of enums) {
      // With a label that is no name in GraphQL it stays text.
      if (!labels.every((label) => isName(label) && !["true", "false", "null"].includes(label))) continue;
      const values = Object.fromEntries(labels.map((label) => [label, { value: label }]));
      this.#enums.set(name, new GraphQLEnumType({ name: this.#name(name), ...described(comment), values }));
    }
    for (const composite of composites)
      this.#rows.set(composite.name, this.#row(this.#name(composite.name), composite));
    this.inputs = new Inputs((type) => this.#enums.get(type) ?? scalarOf(type));
  }

  /** The type of rows by the name of a table or a composite type. */
  row(name: string): GraphQLObjectType<Row, Context> | undefined {
    return this.#rows.get(name);
  }

  /** The type of the rows of `returns table (…)`. */
  rowOf(name: string, columns: readonly ColumnDescription[]): GraphQLObjectType<Row, Context> {
    return this.#row(this.#name(`${name}_row`), { columns });
  }

  /** The type of a value by the name of its type in Postgres. */
  output(type: string): GraphQLNullableOutputType {
    if (type.endsWith("[]")) return new GraphQLList(new GraphQLNonNull(this.#single(type.slice(0, -2))));
    return this.#single(type);
  }

  /** A list of rows of a table, page by page; the same field at the root and below another row. */
  connection(table: TableDescription): GraphQLObjectType {
    const known = this.#connections.get(table.name);
    if (known !== undefined) return known;
    const node = new GraphQLNonNull(this.#single(table.name));
    const { name } = node.ofType;
    const edge = new GraphQLObjectType({
      name: `${name}Edge`,
      fields: { node: { type: node }, cursor: { type: new GraphQLNonNull(GraphQLString) } },
    });
    const all = (type: GraphQLNamedOutputType) => new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(type)));
    const connection = new GraphQLObjectType({
      name: `${name}Connection`,
      fields: {
        nodes: { type: all(node.ofType), description: "The rows, without their cursors." },
        edges: { type: all(edge) },
        pageInfo: { type: new GraphQLNonNull(pageInfo) },
      },
    });
    this.#connections.set(table.name, connection);
    return connection;
  }

  #single(type: string): GraphQLNamedOutputType {
    return this.#rows.get(type) ?? this.#enums.get(type) ?? scalarOf(type);
  }

  #row(
    name: string,
    shape: Partial<TableDescription> & Pick<TableDescription, "columns">,
  ): GraphQLObjectType<Row, Context> {
    const columns = shape.columns.filter((column) => isName(column.name));
    const fields = (): GraphQLFieldConfigMap<Row, Context> => ({
      ...Object.fromEntries(columns.map((column) => [column.name, this.#columnField(column)])),
      ...Object.fromEntries(
        (this.#relations.get(shape.name ?? "") ?? []).map((relation) => [relation.name, this.#relationField(relation)]),
      ),
    });
    return new GraphQLObjectType({ name, ...described(shape.comment), fields });
  }

  #columnField(column: ColumnDescription): Field {
    const type = this.output(column.type);
    return {
      type: column.notNull === true ? new GraphQLNonNull(type) : type,
      ...described(column.comment),
      extensions: { column },
      resolve: (row) => row[column.name],
    };
  }

  /** What the request of the root field has brought along. */
  #relationField(relation: RelationField): Field {
    const { table, isMany, description } = relation;
    const embedded = (row: Row, key: string | number) => [row[embeddedAs(String(key))] ?? []].flat() as Row[];
    const shared = { description, extensions: { relation } };
    if (!isMany) {
      return {
        ...shared,
        type: this.#single(table.name),
        resolve: (row, _args, _context, { path }) => embedded(row, path.key)[0],
      };
    }
    return {
      ...{
        ...shared,
        type: new GraphQLNonNull(this.connection(table)),
        args: this.inputs.connectionArguments(this.#single(table.name).name, table),
      },
      resolve: (row, args: ConnectionArguments, _context, { path }) =>
        connectionOf(pageOf(table, args), embedded(row, path.key)),
    };
  }

  /** A table comes first; what has the same name in another kind says which it is. */
  #name(name: string): string {
    let unique = pascal(name);
    while (this.#names.has(unique)) unique = `${unique}Type`;
    this.#names.add(unique);
    return unique;
  }
}
