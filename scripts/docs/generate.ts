import { join } from "node:path";
import type { Sql } from "postgres";
import { root } from "../../stack/paths.ts";
import { type Catalog, readCatalog } from "./catalog.ts";
import { readDomains } from "./domains.ts";
import type { Example, Examples } from "./examples.ts";
import { openApi } from "./openapi.ts";
import { dictionaryPage, errorsPage, permissionsPage } from "./pages.ts";
import { postmanCollection } from "./postman.ts";
import { rpcsOf } from "./rpcs.ts";

/** Files that are made of the database and the code, with what they should have in them. */
export async function generateDocs(sql: Sql, examples: Examples): Promise<ReadonlyMap<string, string>> {
  const catalog = await readCatalog(sql);
  const spec = await openApi(catalog, asJson(catalog, examples));
  return new Map([
    [join(root, "functions/docs/openapi.json"), toText(spec)],
    [join(root, "functions/docs/postman.json"), toText(postmanCollection(spec))],
    [join(root, "docs/errors.md"), errorsPage(catalog, spec)],
    [join(root, "docs/permissions.md"), permissionsPage(catalog)],
    [join(root, "docs/data-dictionary.md"), dictionaryPage(catalog, readDomains())],
  ]);
}

const toText = (value: unknown) => `${JSON.stringify(value, null, 1)}\n`;

/** Examples of RPCs are recorded in the database; here they become what the Data API takes and answers. */
function asJson(catalog: Catalog, examples: Examples): Examples {
  const routines = new Map(rpcsOf(catalog).map((routine) => [`rpc.${routine.name}`, routine]));
  return Object.fromEntries(
    Object.entries(examples).flatMap(([id, example]): [string, Example][] => {
      const routine = routines.get(id);
      if (!id.startsWith("rpc.")) return [[id, example]];
      if (routine === undefined) return [];
      const types = new Map(routine.arguments.map(({ name, type }) => [name, type]));
      const request = Object.entries((example.request ?? {}) as Record<string, unknown>).map(([name, value]) => {
        const type = types.get(name);
        if (typeof value !== "string" || type === undefined) return [name, value];
        if (type.name === "timestamptz" && value.length === 10) return [name, `${value}T00:00:00+00:00`];
        if (type.isArray) return [name, value === "{}" ? [] : value.replaceAll(/[{}]/g, "").split(",")];
        if (["int2", "int4", "int8", "numeric", "float8"].includes(type.name)) return [name, Number(value)];
        return [name, type.name === "bool" ? value === "true" : value];
      });
      const answers = example.answer as unknown[];
      const answer = routine.isSet ? answers : answers[0];
      return [[id, { ...example, request: Object.fromEntries(request), answer }]];
    }),
  );
}
