import {
  GraphQLEnumType,
  type GraphQLFieldConfigArgumentMap,
  type GraphQLInputFieldConfigMap,
  GraphQLInputObjectType,
  GraphQLInt,
  GraphQLList,
  type GraphQLNamedInputType,
  GraphQLNonNull,
  type GraphQLNullableInputType,
  GraphQLString,
} from "graphql";
import type { ColumnDescription, TableDescription } from "./database-description.ts";
import { isText } from "./logic.ts";
import { isOrdered } from "./paging.ts";
import { isRange } from "./scalars.ts";

const orderDirection = new GraphQLEnumType({
  name: "OrderDirection",
  description: "Null is greater than every value: last with ASC, first with DESC.",
  values: { ASC: { value: "ASC" }, DESC: { value: "DESC" } },
});

const isNull = new GraphQLEnumType({
  name: "Is",
  values: { NULL: { value: "NULL" }, NOT_NULL: { value: "NOT_NULL" } },
});

/** The input types of the schema, each made once. */
export class Inputs {
  readonly #single: (type: string) => GraphQLNamedInputType;
  readonly #conditions = new Map<string, GraphQLInputObjectType>();
  readonly #filters = new Map<string, GraphQLInputObjectType>();
  readonly #orders = new Map<string, GraphQLInputObjectType>();

  constructor(single: (type: string) => GraphQLNamedInputType) {
    this.#single = single;
  }

  /** @param type name of the type in Postgres */
  input(type: string): GraphQLNullableInputType {
    if (type.endsWith("[]")) return new GraphQLList(new GraphQLNonNull(this.#single(type.slice(0, -2))));
    return this.#single(type);
  }

  /** @param name of the type of the rows */
  connectionArguments(name: string, table: TableDescription): GraphQLFieldConfigArgumentMap {
    return {
      filter: { type: this.#filter(name, table) },
      orderBy: { type: new GraphQLList(new GraphQLNonNull(this.#order(name, table))) },
      first: { type: GraphQLInt },
      after: { type: GraphQLString },
      last: { type: GraphQLInt },
      before: { type: GraphQLString },
    };
  }

  /** The columns that people may write in a new row. */
  insert(name: string, { columns }: TableDescription): GraphQLInputObjectType | undefined {
    return this.#write(
      `${name}Insert`,
      columns.filter(({ inserts }) => inserts),
      ({ notNull, hasDefault }) => notNull === true && hasDefault !== true,
    );
  }

  /** The columns that people may change. */
  update(name: string, { columns }: TableDescription): GraphQLInputObjectType | undefined {
    return this.#write(
      `${name}Update`,
      columns.filter(({ updates }) => updates),
      () => false,
    );
  }

  #write(
    name: string,
    columns: readonly ColumnDescription[],
    isNeeded: (column: ColumnDescription) => boolean,
  ): GraphQLInputObjectType | undefined {
    if (columns.length === 0) return undefined;
    const fields = columns.map((column) => {
      const type = this.input(column.type);
      return [column.name, { type: isNeeded(column) ? new GraphQLNonNull(type) : type }] as const;
    });
    return new GraphQLInputObjectType({ name, fields: Object.fromEntries(fields) });
  }

  #filter(name: string, { columns }: TableDescription): GraphQLInputObjectType {
    return once(this.#filters, name, () => {
      const filter: GraphQLInputObjectType = new GraphQLInputObjectType({
        name: `${name}Filter`,
        description: "All of it has to hold. An empty or holds for no row.",
        fields: (): GraphQLInputFieldConfigMap => ({
          ...Object.fromEntries(columns.map((column) => [column.name, { type: this.#condition(column) }])),
          and: { type: new GraphQLList(new GraphQLNonNull(filter)) },
          or: { type: new GraphQLList(new GraphQLNonNull(filter)) },
          not: { type: filter },
        }),
      });
      return filter;
    });
  }

  #order(name: string, { columns }: TableDescription): GraphQLInputObjectType {
    return once(this.#orders, name, () => {
      const ordered = columns.filter(({ type }) => isOrdered(type));
      return new GraphQLInputObjectType({
        name: `${name}Order`,
        isOneOf: true,
        fields: Object.fromEntries(ordered.map((column) => [column.name, { type: orderDirection }])),
      });
    });
  }

  /** What a column may be compared with, by its type. */
  #condition(column: ColumnDescription): GraphQLInputObjectType {
    const { type } = column;
    const isList = type.endsWith("[]");
    const value = this.#single(isList ? type.slice(0, -2) : type);
    return once(this.#conditions, `${value.name}${isList ? "List" : ""}Condition`, (name) => {
      const operand = { type: isList ? new GraphQLList(new GraphQLNonNull(value)) : value };
      const list = { type: new GraphQLList(new GraphQLNonNull(value)) };
      const isJson = type === "json" || type === "jsonb";
      const isEnum = value instanceof GraphQLEnumType;
      return new GraphQLInputObjectType({
        name,
        fields: {
          ...(isList || isRange(type)
            ? { contains: operand, overlaps: operand }
            : isJson
              ? { contains: operand }
              : { eq: operand, neq: operand, in: list }),
          ...(isOrdered(type) && !isEnum && type !== "bool"
            ? { gt: operand, gte: operand, lt: operand, lte: operand }
            : {}),
          ...(isText(column)
            ? { like: { ...operand, description: "% stands for any text, _ for one character." }, ilike: operand }
            : {}),
          is: { type: isNull },
        },
      });
    });
  }
}

function once<Value>(known: Map<string, Value>, name: string, make: (name: string) => Value): Value {
  const value = known.get(name) ?? make(name);
  known.set(name, value);
  return value;
}
