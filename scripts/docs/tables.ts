import { type Operation, type Paths, ref, refusedAnswers, securityOf } from "./answers.ts";
import { type ApiRole, apiRoles, type Catalog, type Relation, type Verb, verbs } from "./catalog.ts";
import type { Refusals } from "./codes.ts";
import type { Example, Examples } from "./examples.ts";
import { enumSchemas, type JsonSchema, rowSchema, schemaRef, writeSchema } from "./json-schema.ts";

const methods: Readonly<Record<Verb, string>> = { select: "get", insert: "post", update: "patch", delete: "delete" };
const titles: Readonly<Record<Verb, string>> = { select: "Read", insert: "Add", update: "Change", delete: "Delete" };
/** What the Data API itself may answer: 409 for keys that are taken or lead nowhere. */
const general: Readonly<Record<Verb, readonly number[]>> = {
  select: [400, 401, 403, 406, 416],
  insert: [400, 401, 403, 409],
  update: [400, 401, 403, 406, 409],
  delete: [400, 401, 403, 406, 409],
};

export const rolesOf = (relation: Relation, verb: Verb): ApiRole[] =>
  apiRoles.filter((role) => relation.grants[verb][role] !== undefined);

/** Schemas of rows and of what may be sent, and of the enums in them. */
export function tableSchemas(catalog: Catalog): Record<string, JsonSchema> {
  const schemas: Record<string, JsonSchema> = enumSchemas(catalog);
  for (const relation of catalog.relations) {
    schemas[relation.name] = rowSchema(relation);
    for (const verb of ["insert", "update"] as const) {
      if (rolesOf(relation, verb).length > 0) schemas[`${relation.name}.${verb}`] = writeSchema(relation, verb);
    }
  }
  return schemas;
}

/** One path per table and view, with the verbs that somebody has. */
export function tablePaths(
  { relations }: Catalog,
  refusals: Refusals,
  examples: Examples,
  domainOf: (name: string) => string,
): Paths {
  const paths: Paths = {};
  for (const relation of relations.filter(({ isTable }) => isTable)) {
    const used = verbs.filter((verb) => rolesOf(relation, verb).length > 0);
    if (used.length === 0) continue;
    paths[`/rest/v1/${relation.name}`] = Object.fromEntries(
      used.map((verb) => [
        methods[verb],
        {
          operationId: `${relation.name}.${verb}`,
          tags: [domainOf(relation.name)],
          summary: `${titles[verb]} ${relation.name}`,
          description: [relation.comment, ...rightsText(relation, verb), ...embeddings(relation, verb, relations)]
            .filter((part) => part !== null)
            .join("\n\n"),
          security: securityOf(rolesOf(relation, verb)),
          ...operationOf(relation, verb, examples[`${relation.name}.select`]),
          responses: {
            ...successOf(relation, verb, examples[`${relation.name}.select`]),
            ...refusedAnswers(general[verb], verb === "select" ? [] : refusals.ofWrite(relation.name, verb)),
          },
        } satisfies Operation,
      ]),
    );
  }
  return paths;
}

/** Who has the verb, and for which columns if not for all; the policies of the table decide about rows. */
function rightsText(relation: Relation, verb: Verb): string[] {
  const all = relation.columns.filter(({ generated }) => !generated || verb === "select").length;
  return rolesOf(relation, verb).map((role) => {
    const columns = relation.grants[verb][role] ?? [];
    if (verb === "delete") return `**${role}** may delete rows that the policies let it.`;
    return columns.length >= all
      ? `**${role}**: all columns.`
      : `**${role}**: ${columns.map((name) => `\`${name}\``).join(", ")}.`;
  });
}

/** Rows that can come along, by foreign keys in both directions. */
function embeddings({ name, foreignKeys }: Relation, verb: Verb, relations: readonly Relation[]): string[] {
  if (verb !== "select") return [];
  const out = foreignKeys
    .filter(({ table }) => !table.includes("."))
    .map((key) => `\`${key.table}!${key.name}\` (one)`);
  const back = relations.flatMap((other) =>
    other.foreignKeys.filter(({ table }) => table === name).map((key) => `\`${other.name}!${key.name}\` (many)`),
  );
  const all = [...out, ...back];
  return all.length === 0 ? [] : [`Embeds in \`select\`: ${all.join(", ")}.`];
}

function operationOf(relation: Relation, verb: Verb, example: Example | undefined): Operation {
  const common = [ref("parameters", "select")];
  const write = [ref("parameters", "columns"), ref("parameters", "preferReturn")];
  const row = Array.isArray(example?.answer) ? (example.answer[0] as Record<string, unknown> | undefined) : undefined;
  switch (verb) {
    case "select": {
      const names = ["filters", "order", "limit", "offset", "range", "preferCount"];
      return { parameters: [...common, ...names.map((name) => ref("parameters", name))] };
    }
    case "insert": {
      const schema = schemaRef(`${relation.name}.insert`);
      return {
        parameters: [...common, ...write, ref("parameters", "onConflict")],
        requestBody: bodyOf({ oneOf: [schema, { type: "array", items: schema }] }, sendable(relation, verb, row)),
      };
    }
    case "update":
      return {
        parameters: [...common, ref("parameters", "filters"), ...write],
        requestBody: bodyOf(schemaRef(`${relation.name}.update`), sendable(relation, verb, row)),
      };
    case "delete":
      return { parameters: [...common, ref("parameters", "filters"), ref("parameters", "preferReturn")] };
  }
}

const bodyOf = (schema: JsonSchema, example: unknown) => ({
  required: true,
  content: { "application/json": { schema, ...(example === undefined ? {} : { example }) } },
});

/** Of a row that is there, what somebody may send; the ids that the database gives are left to it. */
function sendable(relation: Relation, verb: "insert" | "update", row: Record<string, unknown> | undefined) {
  if (row === undefined) return undefined;
  const granted = new Set(Object.values(relation.grants[verb]).flat());
  const sent = relation.columns
    .filter(
      ({ name, generated, default: given }) => granted.has(name) && !generated && !(name === "id" && given !== null),
    )
    .filter(({ name }) => row[name] !== undefined && row[name] !== null)
    .map(({ name }) => [name, row[name]]);
  return sent.length === 0 ? undefined : Object.fromEntries(verb === "update" ? sent.slice(0, 2) : sent);
}

function successOf({ name }: Relation, verb: Verb, example: Example | undefined): Record<string, unknown> {
  const rows = {
    "application/json": {
      schema: { type: "array", items: schemaRef(name) },
      ...(example === undefined ? {} : { example: example.answer }),
    },
    "application/vnd.pgrst.object+json": { schema: schemaRef(name) },
  };
  const counted = {
    "Content-Range": { description: "Which rows these are, and of how many.", schema: schemaRef("ContentRange") },
  };
  if (verb === "select") {
    return {
      200: {
        description:
          "The rows that the caller may see. With `Accept: application/vnd.pgrst.object+json` exactly one, or 406.",
        headers: counted,
        content: rows,
      },
      206: { description: "A part of them, with `Prefer: count`.", headers: counted, content: rows },
    };
  }
  if (verb === "insert")
    return { 201: { description: "Added; the rows with `Prefer: return=representation`.", content: rows } };
  return {
    200: { description: "The rows concerned, with `Prefer: return=representation`.", content: rows },
    204: { description: "Done." },
  };
}
