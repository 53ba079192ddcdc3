import type { Catalog, Column, PgType, Relation } from "./catalog.ts";
import { facetsOf } from "./checks.ts";

/** JSON Schema of draft 2020-12, as OpenAPI 3.1 has it. */
export type JsonSchema = Readonly<Record<string, unknown>>;

export const schemaRef = (name: string): JsonSchema => ({ $ref: `#/components/schemas/${name}` });

const integer = (bits: number) => ({ type: "integer", minimum: -(2 ** (bits - 1)), maximum: 2 ** (bits - 1) - 1 });

const baseTypes: Readonly<Record<string, JsonSchema>> = {
  uuid: { type: "string", format: "uuid" },
  bool: { type: "boolean" },
  int2: integer(16),
  int4: integer(32),
  int8: { type: "integer", format: "int64" },
  numeric: { type: "number" },
  float4: { type: "number" },
  float8: { type: "number" },
  date: { type: "string", format: "date" },
  timestamptz: { type: "string", format: "date-time" },
  time: { type: "string", pattern: String.raw`^\d{2}:\d{2}(:\d{2}(\.\d+)?)?$`, description: "Local time." },
  interval: { type: "string", description: "An interval of Postgres, such as `2 days`." },
  daterange: range("2027-06-04", "2027-06-07"),
  tstzrange: range('"2027-06-04 07:00:00+00"', '"2027-06-04 08:30:00+00"'),
  numrange: range("88", "92"),
  int4range: range("1", "5"),
  json: {},
  jsonb: {},
  void: { type: "null" },
};

function range(from: string, to: string): JsonSchema {
  return {
    type: "string",
    pattern: String.raw`^(empty|[\[(].*,.*[\])])$`,
    description: `A range of Postgres, such as \`[${from},${to})\`: with [ and ] the bound is part of it.`,
  };
}

/** What JSON has of a type. Texts and whatever Postgres writes as a text are strings. */
export function schemaOf(type: PgType): JsonSchema {
  if (type.isArray) return { type: "array", items: schemaOf({ ...type, isArray: false }) };
  if (type.schema === "public") return schemaRef(type.name);
  if (type.name === "bpchar" && type.length !== null) {
    return { type: "string", minLength: type.length, maxLength: type.length };
  }
  return baseTypes[type.name] ?? { type: "string" };
}

/** The same, or null. */
export function nullable(schema: JsonSchema): JsonSchema {
  if (Array.isArray(schema["enum"]))
    return { ...schema, type: [schema["type"] ?? "string", "null"], enum: [...schema["enum"], null] };
  if (typeof schema["type"] === "string") return { ...schema, type: [schema["type"], "null"] };
  return schema["$ref"] === undefined ? schema : { anyOf: [schema, { type: "null" }] };
}

/** A column with all that its constraints say of its values. */
export function columnSchema(relation: Relation, column: Column): JsonSchema {
  const facets = Object.assign({}, ...relation.checks.map((check) => facetsOf(check, column.name)));
  const plain = { ...schemaOf(column.type), ...facets };
  const isNullable = relation.isTable ? column.nullable : true;
  const description = [column.comment ?? plain["description"], ...referenceNote(relation, column.name)].filter(
    (part) => part !== undefined,
  );
  return {
    ...(isNullable ? nullable(plain) : plain),
    ...(description.length === 0 ? {} : { description: description.join(" ") }),
  };
}

function referenceNote({ foreignKeys }: Relation, column: string): string[] {
  return foreignKeys
    .filter(({ columns }) => columns[0] === column)
    .map(({ table, targets }) => `Refers to ${table}(${targets[0]}).`)
    .filter((note, n, all) => all.indexOf(note) === n);
}

/** A row as it is read. A function answers with all columns; a table with those that are granted. */
export function rowSchema(relation: Relation): JsonSchema {
  return {
    type: "object",
    ...(relation.comment === null ? {} : { description: relation.comment }),
    properties: propertiesOf(relation, relation.columns),
    required: relation.columns.map(({ name }) => name),
  };
}

/** A row as it is sent: the columns that are granted to anybody. */
export function writeSchema(relation: Relation, verb: "insert" | "update"): JsonSchema {
  const granted = new Set(Object.values(relation.grants[verb]).flat());
  const columns = relation.columns.filter(({ name, generated }) => granted.has(name) && !generated);
  const required = columns.filter((column) => !column.nullable && column.default === null).map(({ name }) => name);
  return {
    type: "object",
    properties: propertiesOf(relation, columns, true),
    additionalProperties: false,
    ...(verb === "insert" && required.length > 0 ? { required } : {}),
    ...(verb === "update" ? { minProperties: 1 } : {}),
  };
}

function propertiesOf(relation: Relation, columns: readonly Column[], withDefaults = false): JsonSchema {
  return Object.fromEntries(
    columns.map((column) => [
      column.name,
      { ...columnSchema(relation, column), ...(withDefaults ? defaultOf(column) : {}) },
    ]),
  );
}

/** Defaults that are plain values; `now()` and the like are the database's. */
function defaultOf({ default: text, type }: Column): JsonSchema {
  if (text === null || type.isArray) return {};
  if (text === "true" || text === "false") return { default: text === "true" };
  if (/^-?\d+(\.\d+)?$/.test(text)) return { default: Number(text) };
  const quoted = /^'((?:[^']|'')*)'::[\w ".]+$/.exec(text)?.[1];
  return quoted === undefined || type.name === "jsonb" ? {} : { default: quoted.replaceAll("''", "'") };
}

export function enumSchemas({ enums, enumComments }: Catalog): Record<string, JsonSchema> {
  return Object.fromEntries(
    Object.entries(enums).map(([name, labels]) => [
      name,
      {
        type: "string",
        enum: labels,
        ...(enumComments[name] === undefined ? {} : { description: enumComments[name] }),
      },
    ]),
  );
}
