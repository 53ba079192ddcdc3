import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../stack/paths.ts";
import { apiRoles, type Catalog, type Relation, verbs } from "./catalog.ts";
import { Refusals } from "./codes.ts";
import { domainList } from "./domains.ts";
import { type JsonSchema, schemaOf } from "./json-schema.ts";
import type { OpenApi } from "./openapi.ts";
import { rpcsOf } from "./rpcs.ts";

const made = "<!-- Made by npm run docs:generate. Do not edit. -->\n";
const cell = (text: string) => text.replaceAll("|", "\\|").replaceAll(/\s*\n\s*/g, " ");
const row = (...cells: readonly string[]) => `| ${cells.map(cell).join(" | ")} |`;

interface Known {
  readonly status: string;
  readonly operations: Set<string>;
}

/** docs/errors.md: every code, who answers with it, and what to do. */
export function errorsPage(catalog: Catalog, { paths }: OpenApi): string {
  const messages = messagesOf(catalog);
  const advice = adviceOf();
  const codes = new Map<string, Known>();
  for (const operation of Object.values(paths).flatMap((methods) => Object.values(methods))) {
    for (const [status, answer] of Object.entries(operation["responses"] as Record<string, { "x-codes"?: string[] }>)) {
      for (const code of answer["x-codes"] ?? []) {
        const known = codes.get(`${code} ${status}`) ?? { status, operations: new Set() };
        known.operations.add(String(operation["operationId"]).replace(/^rpc\./, ""));
        codes.set(`${code} ${status}`, known);
      }
    }
  }
  const lines = [...codes]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, { status, operations }]) => {
      // A code of Storage may have spaces of its own.
      const code = key.slice(0, key.lastIndexOf(" "));
      const whatToDo = [messages.get(code) ?? "", advice.get(code) ?? ""].filter((part) => part !== "").join(" → ");
      return row(`\`${code}\``, status, whatToDo, someOf([...operations].toSorted()));
    });
  return `${made}# Errors

Decide by the code: it is \`hint\` in answers of tables and RPCs, \`code\` in answers of functions, \`error_code\` in those of
Auth and \`error\` in those of Storage, whose HTTP status is 400 nearly always. The text of an answer is for people and may change. An operation is named here if its own text, a function that it calls
or a trigger of a table that it writes has the code: it may answer with it. [api.md](api.md#errors) has the form of errors.

| code | status | what it says → what to do | operations |
| --- | --- | --- | --- |
${lines.join("\n")}
`;
}

const someOf = (names: readonly string[]) =>
  names.length <= 8
    ? names.map((name) => `\`${name}\``).join(", ")
    : `${names
        .slice(0, 8)
        .map((name) => `\`${name}\``)
        .join(", ")} and ${names.length - 8} more`;

function messagesOf(catalog: Catalog): Map<string, string> {
  const refusals = new Refusals(catalog);
  const found = new Map<string, string>();
  const all = [
    ...rpcsOf(catalog).flatMap(({ name }) => refusals.ofRoutine(`public.${name}`)),
    ...catalog.relations.flatMap(({ name }) => verbs.flatMap((verb) => refusals.ofWrite(name, verb))),
  ];
  for (const { code, message } of all) if (message !== "" && !found.has(code)) found.set(code, message);
  return found;
}

/** What api.md tells front ends to do, by code: people wrote that. */
function adviceOf(): Map<string, string> {
  const text = readFileSync(join(root, "docs/api.md"), "utf8");
  const found = new Map<string, string>();
  for (const [, codes = "", advice = ""] of text.matchAll(/^\| (`\w+`[^|]*) \| \d{3} \| (.*) \|$/gm)) {
    for (const [, code = ""] of codes.matchAll(/`(\w+)`/g)) if (!found.has(code)) found.set(code, advice);
  }
  return found;
}

/** docs/permissions.md: which role may use which verb on which table and columns, and call which RPC. */
export function permissionsPage(catalog: Catalog): string {
  const letters = { select: "read", insert: "add", update: "change", delete: "delete" } as const;
  const tables = catalog.relations.filter(({ isTable }) => isTable);
  const rights = (table: Relation, role: (typeof apiRoles)[number]) =>
    verbs
      .filter((verb) => table.grants[verb][role] !== undefined)
      .map((verb) => {
        const columns = table.grants[verb][role] ?? [];
        const isPart = verb !== "delete" && columns.length < table.columns.filter(({ generated }) => !generated).length;
        return isPart ? `${letters[verb]} (${columns.join(", ")})` : letters[verb];
      })
      .join("; ");
  const tableLines = tables.map((table) => row(`\`${table.name}\``, ...apiRoles.map((role) => rights(table, role))));
  const rpcLines = rpcsOf(catalog).map(({ name, roles }) =>
    row(`\`${name}\``, ...apiRoles.map((role) => (roles.includes(role) ? "yes" : ""))),
  );
  return `${made}# Permissions

What is granted to the three roles of the API: \`anon\` has the publishable key alone, \`authenticated\` a session too,
\`service_role\` the secret key. A grant opens the door; which rows somebody meets is decided by the policies of the table, and
what an RPC does for whom by its own checks: \`tests/sql/rls.test.ts\` and \`tests/sql/rpc-rights.test.ts\` have both, for everybody.
Columns are named where not all are granted.

## Tables and views

| table | anon | authenticated | service_role |
| --- | --- | --- | --- |
${tableLines.join("\n")}

## RPCs

| function | anon | authenticated | service_role |
| --- | --- | --- | --- |
${rpcLines.join("\n")}
`;
}

/** docs/data-dictionary.md: every table with its columns and constraints, and a diagram of each domain. */
export function dictionaryPage(catalog: Catalog, domainOf: (name: string) => string): string {
  const tables = catalog.relations.filter(({ isTable }) => isTable);
  const parts = domainList.flatMap(({ name, description }) => {
    const own = tables.filter((table) => domainOf(table.name) === name);
    if (own.length === 0) return [];
    return [`## ${name}\n\n${description}\n\n${diagram(own)}\n\n${own.map(tablePart).join("\n\n")}`];
  });
  const enums = Object.entries(catalog.enums).map(([name, labels]) =>
    row(`\`${name}\``, labels.map((label) => `\`${label}\``).join(", "), catalog.enumComments[name] ?? ""),
  );
  return `${made}# Data dictionary

Every table and view that the API shows, from the comments and constraints of the database.

${parts.join("\n\n")}

## Enums

| type | values | |
| --- | --- | --- |
${enums.join("\n")}
`;
}

function diagram(tables: readonly Relation[]): string {
  const names = new Set(tables.map(({ name }) => name));
  const lines = tables.flatMap(({ name, foreignKeys, columns }) => [
    `  ${name}`,
    ...foreignKeys
      .filter(({ table }) => names.has(table))
      .map((key) => {
        const isOptional = columns.some((column) => key.columns.includes(column.name) && column.nullable);
        return `  ${key.table} ${isOptional ? "|o" : "||"}--o{ ${name} : "${key.columns[0]}"`;
      }),
  ]);
  return `\`\`\`mermaid\nerDiagram\n${[...new Set(lines)].join("\n")}\n\`\`\``;
}

function tablePart(table: Relation): string {
  const columns = table.columns.map(({ name, type, nullable, default: given, comment }) => {
    const key = table.primaryKey.includes(name) ? "key" : "";
    const target = table.foreignKeys.find((one) => one.columns[0] === name);
    const notes = [key, target === undefined ? "" : `→ ${target.table}`, comment ?? ""].filter((note) => note !== "");
    return row(
      `\`${name}\``,
      typeName(type.name, type.isArray, schemaOf(type)),
      nullable ? "yes" : "",
      given === null ? "" : `\`${given}\``,
      notes.join("; "),
    );
  });
  const rules = table.checks.map(({ name, expression }) => `- \`${name}\`: \`${cell(expression)}\``);
  return `### ${table.name}

${table.comment ?? ""}

| column | type | null | default | |
| --- | --- | --- | --- | --- |
${columns.join("\n")}${rules.length === 0 ? "" : `\n\n${rules.join("\n")}`}`;
}

const typeName = (name: string, isArray: boolean, schema: JsonSchema) =>
  `${name === "bpchar" ? `char(${schema["maxLength"] ?? ""})` : name}${isArray ? "[]" : ""}`;
