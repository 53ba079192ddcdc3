import { jsonContent, type Operation, type Paths, refusedAnswers, securityOf } from "./answers.ts";
import type { Argument, Catalog, Routine } from "./catalog.ts";
import type { Refusals } from "./codes.ts";
import type { Examples } from "./examples.ts";
import { jsonResults } from "./json-results.ts";
import { type JsonSchema, nullable, schemaOf, schemaRef } from "./json-schema.ts";

/** The RPCs that an API role may call. */
export const rpcsOf = ({ routines }: Catalog): Routine[] =>
  routines.filter(({ schema, roles }) => schema === "public" && roles.length > 0);

export function rpcPaths(
  catalog: Catalog,
  refusals: Refusals,
  examples: Examples,
  domainOf: (name: string) => string,
): Paths {
  return Object.fromEntries(
    rpcsOf(catalog).map((routine) => {
      const example = examples[`rpc.${routine.name}`];
      return [
        `/rest/v1/rpc/${routine.name}`,
        {
          post: {
            operationId: `rpc.${routine.name}`,
            tags: [domainOf(routine.name)],
            summary: titleOf(routine.name),
            description: descriptionOf(routine),
            security: securityOf(routine.roles),
            requestBody: {
              required: true,
              content: jsonContent(argumentsSchema(routine, example?.request), example?.request),
            },
            responses: {
              ...(routine.result.name === "void"
                ? { 204: { description: "Done." } }
                : {
                    200: {
                      description: "What it answers.",
                      content: jsonContent(resultSchema(routine), example?.answer),
                    },
                  }),
              ...refusedAnswers([400, 401, 403, 404, 409], refusals.ofRoutine(`public.${routine.name}`)),
            },
          } satisfies Operation,
        },
      ];
    }),
  );
}

const titleOf = (name: string) => name.replaceAll("_", " ").replace(/^./, (letter) => letter.toUpperCase());

function descriptionOf({ comment, volatility, roles }: Routine): string {
  const who: string[] = [
    ...(roles.includes("anon") ? ["anybody"] : []),
    ...(roles.includes("authenticated") && !roles.includes("anon") ? ["people who are signed in"] : []),
    ...(roles.includes("service_role") ? ["servers with the secret key"] : []),
  ];
  const read = volatility === "v" ? "" : " It only reads: GET with the arguments as query parameters does the same.";
  return `${comment ?? ""}\n\nFor ${who.join(" and ")}.${read}`.trim();
}

function argumentsSchema({ arguments: all }: Routine, example: unknown): JsonSchema {
  const shown = (example ?? {}) as Readonly<Record<string, unknown>>;
  const given = all.filter(({ isResult }) => !isResult);
  const required = given.filter(({ optional }) => !optional).map(({ name }) => name);
  return {
    type: "object",
    properties: Object.fromEntries(
      given.map((argument) => [argument.name, argumentSchema(argument, shown[argument.name] === null)]),
    ),
    ...(required.length === 0 ? {} : { required }),
    additionalProperties: false,
  };
}

/** Every argument may be null in Postgres; most of those without a default then refuse it in words. */
const argumentSchema = ({ type, optional }: Argument, takesNull: boolean) =>
  optional || takesNull ? nullable(schemaOf(type)) : schemaOf(type);

function resultSchema(routine: Routine): JsonSchema {
  const columns = routine.arguments.filter(({ isResult }) => isResult);
  const one: JsonSchema =
    columns.length > 0 ? recordSchema(columns) : (jsonResults[routine.name] ?? schemaOrAny(routine));
  return routine.isSet ? { type: "array", items: one } : one;
}

function schemaOrAny({ result }: Routine): JsonSchema {
  if (result.name === "jsonb") return { type: ["object", "array", "null"], description: "See the example." };
  // A function that finds nothing may answer null instead of a row.
  return result.schema === "public" && result.kind === "e" ? schemaRef(result.name) : schemaOf(result);
}

const recordSchema = (columns: readonly Argument[]): JsonSchema => ({
  type: "object",
  properties: Object.fromEntries(columns.map(({ name, type }) => [name, nullable(schemaOf(type))])),
  required: columns.map(({ name }) => name),
});
