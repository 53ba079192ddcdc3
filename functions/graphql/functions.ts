import {
  GraphQLBoolean,
  GraphQLList,
  GraphQLNonNull,
  type GraphQLNullableOutputType,
  getNamedType,
  isObjectType,
} from "graphql";
import type { FunctionDescription } from "./database-description.ts";
import { rows } from "./queries.ts";
import { restQuery } from "./rest-query.ts";
import { selectionOf } from "./selection.ts";
import { described, type Field, isName, type Types } from "./types.ts";

/** A function of the database; what it returns is selected like rows of a table, relations too. */
export function functionField(types: Types, called: FunctionDescription): Field | undefined {
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
      const query = isObjectType(type) ? restQuery(selectionOf(info, type, info.fieldNodes)) : new URLSearchParams();
      const answer = await ask("POST", `rpc/${name}`, query, values);
      if (returns === "void") return true;
      if (isSet) return isObjectType(type) ? rows(answer) : answer;
      return isObjectType(type) ? present(rows(answer)[0]) : answer;
    },
  };
}

/** A row of nothing but nulls is how Postgres says that there is none. */
function present<Row extends object>(row: Row | undefined): Row | null {
  return row !== undefined && Object.values(row).some((value) => value !== null) ? row : null;
}
