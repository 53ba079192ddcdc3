import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { Access, Answer, FunctionOperation } from "../../functions/_shared/operation.ts";
import { root } from "../../stack/paths.ts";
import type { Operation, Paths } from "./answers.ts";
import { ref } from "./answers.ts";
import type { Refusal, Refusals } from "./codes.ts";
import type { Examples } from "./examples.ts";
import type { JsonSchema } from "./json-schema.ts";

/** Every function with what it describes of itself. One without `operations.ts` fails. */
export async function readFunctions(): Promise<ReadonlyMap<string, readonly FunctionOperation[]>> {
  const folder = join(root, "functions");
  const names = readdirSync(folder).filter((name) => existsSync(join(folder, name, "index.ts")));
  const found = new Map<string, readonly FunctionOperation[]>();
  for (const name of names.toSorted()) {
    const { operations } = (await import(join(folder, name, "operations.ts"))) as { operations: FunctionOperation[] };
    found.set(name, operations);
  }
  return found;
}

const security: Readonly<Record<Access, readonly Readonly<Record<string, readonly string[]>>[]>> = {
  anybody: [{}],
  key: [{ publishableKey: [] }, { secretKey: [] }],
  person: [{ publishableKey: [], session: [] }],
  jobsSecret: [{ jobsSecret: [] }],
  signature: [{}],
};

export function functionPaths(
  functions: ReadonlyMap<string, readonly FunctionOperation[]>,
  refusals: Refusals,
  examples: Examples,
): Paths {
  const paths: Paths = {};
  for (const [name, operations] of functions) {
    for (const operation of operations) {
      const path = `/functions/v1/${name}${openApiPath(operation.path)}`;
      paths[path] = {
        ...paths[path],
        [operation.method]: describe(operation, `Function ${name}`, refusals, examples, "Problem"),
      };
    }
  }
  return paths;
}

/** One operation that is declared with zod: of a function, of Auth or of Storage. */
export function describe(
  operation: FunctionOperation,
  tag: string,
  refusals: Refusals,
  examples: Examples,
  errorSchema: string,
): Operation {
  const { id, summary, description, access } = operation;
  const example = examples[id];
  return {
    operationId: id,
    tags: [tag],
    summary,
    ...(description === undefined ? {} : { description }),
    security: security[access],
    ...parametersOf(operation),
    ...requestOf(operation, example),
    responses: responsesOf(answersOf(operation, example), problemsOf(operation, refusals, errorSchema)),
  };
}

function requestOf({ body, bodyType }: FunctionOperation, example: Examples[string] | undefined) {
  if (bodyType !== undefined) return { requestBody: { required: true, content: { [bodyType]: {} } } };
  if (body === undefined) return {};
  const sample = example?.request === undefined ? {} : { example: example.request };
  const content = { "application/json": { schema: toSchema(body, "input"), ...sample } };
  return { requestBody: { required: true, content } };
}

interface Response {
  readonly description: string;
  readonly content?: object;
}

/** A status may be an answer and a problem: the body tells by its type. */
function responsesOf(answers: Readonly<Record<string, Response>>, problems: Readonly<Record<string, Response>>) {
  const both = Object.entries(problems).map(([status, problem]) => {
    const answer = answers[status];
    if (answer === undefined) return [status, problem] as const;
    const description = `${answer.description} Or ${problem.description}.`;
    return [status, { ...problem, description, content: { ...answer.content, ...problem.content } }] as const;
  });
  return { ...answers, ...Object.fromEntries(both) };
}

/** Hono's `/:name{pattern}` and `/:name?` as OpenAPI has them; a part that may be left out is left out there. */
export const openApiPath = (path: string) =>
  path
    .replaceAll(/\/:\w+(?:\{[^/]*\})?\?/g, "")
    .replaceAll(/:(\w+)(?:\{(?:[^{}/]|\{[^{}]*\})*\})?/g, "{$1}")
    .replace(/^\/$/, "");

function parametersOf(operation: FunctionOperation) {
  const inPath = new Set([...openApiPath(operation.path).matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? ""));
  const of = (place: "path" | "query" | "header", zod: z.ZodType | undefined) => {
    if (zod === undefined) return [];
    const { properties = {}, required = [] } = toSchema(zod, "input") as {
      properties?: Record<string, JsonSchema>;
      required?: string[];
    };
    return Object.entries(properties)
      .filter(([name]) => place !== "path" || inPath.has(name))
      .map(([name, { description, ...schema }]) => ({
        name,
        in: place,
        required: place === "path" || required.includes(name),
        ...(description === undefined ? {} : { description }),
        schema,
      }));
  };
  const all = [...of("path", operation.params), ...of("query", operation.query), ...of("header", operation.headers)];
  return all.length === 0 ? {} : { parameters: all };
}

/** zod's own JSON Schema; what it cannot say there is left open. */
export function toSchema(schema: z.ZodType, io: "input" | "output"): JsonSchema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: "any" }) as Record<string, unknown>;
  return rest;
}

function answersOf({ answers }: FunctionOperation, example: Examples[string] | undefined): Record<string, Response> {
  return Object.fromEntries(
    Object.entries(answers).map(([status, answer]) => [
      status,
      {
        description: answer.description,
        ...contentOf(answer, example !== undefined && String(example.status) === status ? example.answer : undefined),
      },
    ]),
  );
}

function contentOf({ type, schema }: Answer, example: unknown) {
  if (type === undefined && schema === undefined) return {};
  const content = { schema: schema === undefined ? { type: "string" } : toSchema(schema, "output") };
  return { content: { [type ?? "application/json"]: { ...content, ...(example === undefined ? {} : { example }) } } };
}

function problemsOf(operation: FunctionOperation, refusals: Refusals, errorSchema: string): Record<string, Response> {
  const { problems = {}, rpcs = [] } = operation;
  const all: Refusal[] = [
    ...Object.entries(problems).flatMap(([code, statuses]) =>
      [statuses].flat().map((status) => ({ code, status, message: "" })),
    ),
    ...rpcs.flatMap((name) => refusals.ofRoutine(`public.${name}`)),
  ];
  const statuses = [...new Set(all.map(({ status }) => status))];
  return Object.fromEntries(
    statuses.toSorted().map((status) => {
      const codes = [...new Set(all.filter((one) => one.status === status).map(({ code }) => code))].toSorted();
      return [
        status,
        {
          description: codes.map((code) => `\`${code}\``).join(", "),
          content: {
            [errorSchema === "Problem" ? "application/problem+json" : "application/json"]: {
              schema: ref("schemas", errorSchema),
            },
          },
          "x-codes": codes,
        },
      ];
    }),
  );
}
