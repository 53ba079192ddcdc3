import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../stack/paths.ts";
import type { Paths } from "./answers.ts";
import { authOperations } from "./auth.ts";
import type { Catalog } from "./catalog.ts";
import { Refusals } from "./codes.ts";
import { commonComponents } from "./components.ts";
import { domainList, readDomains } from "./domains.ts";
import type { Examples } from "./examples.ts";
import { describe, functionPaths, openApiPath, readFunctions } from "./functions.ts";
import { rpcPaths } from "./rpcs.ts";
import { storageOperations } from "./storage.ts";
import { tablePaths, tableSchemas } from "./tables.ts";

export interface OpenApi {
  readonly paths: Paths;
  readonly [member: string]: unknown;
}

/** OpenAPI 3.1 of all that a client can call. */
export async function openApi(catalog: Catalog, examples: Examples): Promise<OpenApi> {
  const refusals = new Refusals(catalog);
  const domainOf = readDomains();
  const functions = await readFunctions();
  const paths: Paths = {
    ...declared("/auth/v1", authOperations, "Sign-in", "AuthError"),
    ...tablePaths(catalog, refusals, examples, domainOf),
    ...rpcPaths(catalog, refusals, examples, domainOf),
    ...declared("/storage/v1", storageOperations(catalog.buckets), "Files", "StorageError"),
    ...functionPaths(functions, refusals, examples),
  };
  const used = new Set(
    Object.values(paths).flatMap((path) => Object.values(path).flatMap(({ tags }) => tags as string[])),
  );
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
  return {
    openapi: "3.1.0",
    info: {
      title: "Nexus",
      version,
      summary: "An open backend for bridal boutiques.",
      description: introduction,
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [
      {
        url: "{origin}",
        description: "The project",
        variables: { origin: { default: "http://127.0.0.1:54321", description: "Its address" } },
      },
    ],
    tags: [
      { name: "Sign-in", description: "Accounts and sessions: `supabase.auth`." },
      ...domainList,
      { name: "Files", description: "Files in buckets: `supabase.storage`." },
      ...[...functions.keys()].map((name) => ({
        name: `Function ${name}`,
        description: `Below /functions/v1/${name}.`,
      })),
    ].filter(({ name }) => used.has(name)),
    security: [{ publishableKey: [] }],
    paths,
    components: usedComponents(paths, { ...commonComponents.schemas, ...tableSchemas(catalog) }),
  };

  function declared(prefix: string, operations: typeof authOperations, tag: string, errors: string): Paths {
    const found: Paths = {};
    for (const operation of operations) {
      const path = `${prefix}${openApiPath(operation.path)}`;
      found[path] = { ...found[path], [operation.method]: describe(operation, tag, refusals, examples, errors) };
    }
    return found;
  }
}

/** The components that something refers to. */
function usedComponents(paths: Paths, schemas: Readonly<Record<string, unknown>>) {
  const all: Record<string, Readonly<Record<string, unknown>>> = { ...commonComponents, schemas };
  const used = new Set<string>();
  const visit = (text: string): void => {
    for (const [, kind = "", name = ""] of text.matchAll(/"#\/components\/(\w+)\/([^"]+)"/g)) {
      if (used.has(`${kind}/${name}`)) continue;
      used.add(`${kind}/${name}`);
      visit(JSON.stringify(all[kind]?.[name]));
    }
  };
  visit(JSON.stringify(paths));
  return Object.fromEntries(
    Object.entries(all).map(([kind, members]) => [
      kind,
      kind === "securitySchemes"
        ? members
        : Object.fromEntries(Object.entries(members).filter(([name]) => used.has(`${kind}/${name}`))),
    ]),
  );
}

const introduction = `Every table and RPC of the database, sign-in, files and functions. Front ends use \`@supabase/supabase-js\`, which makes
these requests.

- Send the publishable key in the header \`apikey\`, and the token of a signed-in person in \`Authorization\`.
- Which rows somebody sees and changes is decided by policies: a row that is not there may be somebody else's.
- Money is a whole number in minor units of the \`currency\` beside it. Ids are UUIDs that grow with time. Times are UTC.
- An error has a stable code: \`hint\` in answers of tables and RPCs, \`code\` in answers of functions.

This document is made from the database, its comments, constraints and privileges, and from the functions' own schemas.`;
