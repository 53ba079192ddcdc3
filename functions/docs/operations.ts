import { z } from "zod";
import { type FunctionOperation, limitProblems } from "../_shared/operation.ts";

const unchanged = { 304: { description: "Unchanged since the answer whose ETag is in `If-None-Match`." } } as const;

export const operations: readonly FunctionOperation[] = [
  {
    ...{ method: "get", path: "/", id: "docs.page", access: "anybody", summary: "This page" },
    answers: { 200: { description: "Read it, and try it out.", type: "text/html" }, ...unchanged },
    problems: limitProblems,
  },
  {
    ...{ method: "get", path: "/:file", id: "docs.file", access: "anybody", summary: "A file of the API docs" },
    description: "`openapi.json` is this document, `postman.json` a collection for Postman.",
    params: z.object({ file: z.string().describe("Name of the file") }),
    answers: { 200: { description: "The file.", type: "*/*", schema: z.unknown() }, ...unchanged },
    problems: { ...limitProblems, file_not_found: 404 },
  },
];
