import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createConfig, lintFromString } from "@redocly/openapi-core";
import { expect, it } from "vitest";
import { root } from "../../stack/paths.ts";
import { DocumentSchemas } from "../helpers/document-schemas.ts";

const file = join(root, "functions/docs/openapi.json");
const text = readFileSync(file, "utf8");
const spec = JSON.parse(text);

it("is valid OpenAPI 3.1, and keeps the rules of a document that programs and people can use", async () => {
  const config = await createConfig({
    extends: ["minimal"],
    rules: {
      ...{ struct: "error", "no-unresolved-refs": "error", "no-unused-components": "error" },
      ...{ "operation-operationId": "error", "operation-operationId-unique": "error", "operation-summary": "error" },
      ...{
        "operation-operationId-url-safe": "error",
        "operation-tag-defined": "error",
        "operation-singular-tag": "error",
      },
      ...{ "security-defined": "error", "path-parameters-defined": "error", "path-declaration-must-exist": "error" },
      ...{ "no-identical-paths": "error", "no-ambiguous-paths": "off", "path-not-include-query": "error" },
      ...{
        "operation-2xx-response": "off",
        "operation-4xx-response": "off",
        "info-license": "error",
        "tag-description": "error",
      },
      ...{ "no-enum-type-mismatch": "error", "no-server-trailing-slash": "error", "no-empty-servers": "error" },
      ...{ "operation-parameters-unique": "error", "no-server-variables-empty-enum": "error" },
      // Below, and many times faster.
      "no-invalid-media-type-examples": "off",
    },
  });
  const problems = await lintFromString({ source: text, absoluteRef: file, config });
  expect(problems.map(({ ruleId, message, location }) => `${ruleId}: ${message} ${location[0]?.pointer}`)).toEqual([]);
}, 60_000);

it("says for every operation what comes of it: a success and what may be refused", () => {
  for (const [path, methods] of Object.entries<Record<string, { responses: object }>>(spec.paths)) {
    for (const [method, { responses }] of Object.entries(methods)) {
      const statuses = Object.keys(responses);
      expect(
        statuses.some((status) => /^[23]/.test(status)),
        `${method} ${path}`,
      ).toBe(true);
    }
  }
});

it("has examples that are as their schemas say", () => {
  const schemas = new DocumentSchemas(spec);
  const problems: string[] = [];
  let examples = 0;
  const visit = (value: unknown, path: string): void => {
    if (typeof value !== "object" || value === null) return;
    const { schema, example } = value as { schema?: object; example?: unknown };
    if (schema !== undefined && example !== undefined) {
      examples += 1;
      const problem = schemas.problem(schema, example);
      if (problem !== undefined) problems.push(`${path}: ${problem}`);
      return;
    }
    for (const [key, item] of Object.entries(value)) visit(item, `${path}/${key}`);
  };
  visit(spec.paths, "");
  expect(problems).toEqual([]);
  expect(examples).toBeGreaterThan(300);
}, 60_000);
