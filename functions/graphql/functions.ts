import {
  GraphQLBoolean,
  GraphQLList,
  GraphQLNonNull,
  type GraphQLNullableOutputType,
  getNamedType,
  isObjectType,
} from "graphql";
import type { FunctionDescription, TableDescription } from "./database-description.ts";
import { rows } from "./queries.ts";
import { restQuery } from "./rest-query.ts";
import { selectionOf } from "./selection.ts";
import { described, type Field, isName, type Types } from "./types.ts";
import { written } from "./written.ts";

/**
 * A function of the database; what it returns is selected like rows of a table, relations too.
 *
 * @param table whose rows it returns
 */
export function functionField(types: Types, called: FunctionDescription, table?: TableDescription): Field | undefined {
  const { name, comment, args, returns, returnsSet, columns } = called;
  if (!args.every((arg) => isName(arg.name))) return undefined;
  const one: GraphQLNullableOutputType =
    columns !== undefined ? types.rowOf(name, columns) : returns === "void" ? GraphQLBoolean : types.output(returns);
  const isSet = returnsSet === true;
  return {
    type: isSet ? new GraphQLList(new GraphQLNonNull(one)) : one,
    ...described(comment),
    args: Object.fromEntries(
      args.map((arg) => {
        const type = types.inputs.input(arg.type);
        return [arg.name, { type: arg.hasDefault === true ? type : new GraphQLNonNull(type) }];
      }),
    ),
    async resolve(_root, values: Readonly<Record<string, unknown>>, { ask }, info) {
      const type = getNamedType(info.returnType);
      const call = (query: URLSearchParams) => ask("POST", `rpc/${name}`, query, values);
      if (!isObjectType(type))
        return returns === "void" ? call(new URLSearchParams()).then(() => true) : call(new URLSearchParams());
      const selection = selectionOf(info, type, info.fieldNodes);
      const made =
        table !== undefined && called.reads !== true
          ? await written(ask, table, selection, call)
          : rows(await call(restQuery(selection)));
      return isSet ? made : made[0];
    },
  };
}
