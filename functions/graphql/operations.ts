import { z } from "zod";
import { type FunctionOperation, keyProblems, limitProblems } from "../_shared/operation.ts";

const query = z.string().describe("A document of GraphQL; left out when `extensions` names a persisted one");
const operationName = z.string().describe("Which operation of the document, when it has several");
const extensions = z.looseObject({}).describe("`persistedQuery`: version and SHA-256 of a query that was sent before");
const extensionsOfError = z.looseObject({ code: z.string(), status: z.number().int() });
const errors = z.array(z.looseObject({ message: z.string(), extensions: extensionsOfError }));
const answers = {
  200: {
    description: "What was asked for, and errors with `extensions.code` and `extensions.status`.",
    schema: z.object({ data: z.looseObject({}).nullish(), errors: errors.optional() }),
  },
  400: { description: "The request is none of GraphQL.", schema: z.object({ errors }) },
  405: { description: "A mutation in an address.", schema: z.object({ errors }) },
  413: { description: "The body is too large.", schema: z.object({ errors }) },
} as const;
const problems = { ...keyProblems, ...limitProblems } as const;

export const operations: readonly FunctionOperation[] = [
  {
    ...{ method: "post", path: "/", id: "graphql.ask", access: "key", summary: "A query or a mutation" },
    description: "Under the rights of the caller: the key, and the session if there is one. See docs/graphql.md.",
    body: z.object({
      query: query.optional(),
      variables: z.looseObject({}).optional(),
      operationName: operationName.optional(),
      extensions: extensions.optional(),
    }),
    answers,
    problems,
  },
  {
    ...{ method: "get", path: "/", id: "graphql.read", access: "key", summary: "A query, in the address" },
    description:
      "`variables` and `extensions` are JSON. A browser that asks for HTML gets GraphiQL where it is installed.",
    query: z.object({
      query: query.optional(),
      variables: z.string().optional(),
      operationName: operationName.optional(),
      extensions: z.string().optional(),
    }),
    answers,
    problems,
  },
];
