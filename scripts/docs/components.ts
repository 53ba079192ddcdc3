import { generalAnswers } from "./answers.ts";
import type { JsonSchema } from "./json-schema.ts";

const query = (name: string, description: string, schema: JsonSchema, example?: unknown) => ({
  name,
  in: "query",
  description,
  schema,
  ...(example === undefined ? {} : { example }),
});
const header = (name: string, description: string, schema: JsonSchema) => ({ name, in: "header", description, schema });
const text: JsonSchema = { type: "string" };
const count: JsonSchema = { type: "integer", minimum: 0 };

const filterGrammar = `A parameter per column: \`column=operator.value\`. All of them hold.

| operator | means | example |
| --- | --- | --- |
| \`eq\`, \`neq\` | equal, not equal | \`slug=eq.ashdown\` |
| \`gt\`, \`gte\`, \`lt\`, \`lte\` | greater, less | \`created_at=gte.2027-06-01\` |
| \`like\`, \`ilike\` | a pattern with * | \`name=ilike.*lace*\` |
| \`match\`, \`imatch\` | a regular expression | \`slug=match.^ash\` |
| \`in\` | one of a list | \`state=in.(held,reserved)\` |
| \`is\` | null, true, false | \`closed_at=is.null\` |
| \`cs\`, \`cd\`, \`ov\` | contains, is contained, overlaps (arrays, ranges, JSON) | \`tags=cs.{boho}\` |
| \`sl\`, \`sr\`, \`nxl\`, \`nxr\`, \`adj\` | ranges: left, right, beside | \`period=sl.[2027-06-04,2027-06-07)\` |
| \`fts\`, \`plfts\`, \`phfts\`, \`wfts\` | full text | \`description=wfts.lace\` |
| \`not.\` before an operator | the contrary | \`state=not.eq.released\` |
| \`or\`, \`and\` | groups | \`or=(size.eq.38,size.eq.40)\` |

Of a row that is embedded: \`product.slug=eq.ashdown\`. A member of JSON: \`attributes->>silhouette=eq.a-line\`.`;

/** What all tables have in common: parameters of the Data API, answers, the form of errors. */
export const commonComponents = {
  parameters: {
    select: query(
      "select",
      "Columns, and rows of related tables by their foreign keys: `id,name,product:products!inner(slug)`. Rename with `new:column`, cast with `column::text`, leave out with nothing. All columns unless told.",
      text,
      "*",
    ),
    filters: {
      ...query("filters", filterGrammar, { type: "object", additionalProperties: text }),
      ...{ style: "form", explode: true, example: {} },
    },
    order: query("order", "`column.asc`, `column.desc.nullslast`; several with commas.", text),
    limit: query("limit", "Most rows; no answer has more than 1,000.", count),
    offset: query(
      "offset",
      "Rows that are left out at first. Lists that grow are better paged by key: `id=gt.LAST&order=id`.",
      count,
    ),
    columns: query("columns", "The columns of the rows that are sent; others in them are ignored.", text),
    onConflict: query(
      "on_conflict",
      "Columns of a unique key, for `Prefer: resolution=merge-duplicates` or `ignore-duplicates`.",
      text,
    ),
    range: header("Range", "`0-23`: the first 24 rows.", text),
    preferCount: header(
      "Prefer",
      "`count=exact`, `planned` or `estimated`: `Content-Range` says of how many rows.",
      text,
    ),
    preferReturn: header(
      "Prefer",
      "`return=representation` answers with the rows, `return=minimal` with nothing; `resolution=…` for upserts; `missing=default`; `tx=rollback` is not allowed.",
      text,
    ),
  },
  responses: generalAnswers(),
  schemas: {
    Refusal: {
      type: "object",
      description: "An error of the Data API. Decide by `hint` where there is one, otherwise by `code`.",
      properties: {
        code: {
          type: ["string", "null"],
          description: "`PTxyz` for refusals of Nexus with status xyz; otherwise a SQLSTATE or a PGRST code.",
        },
        hint: { type: ["string", "null"], description: "The code of the refusal: see docs/errors.md." },
        message: { type: "string", description: "What is wrong and what to do; for people." },
        details: { type: ["string", "null"], description: "JSON in a text." },
      },
      required: ["message"],
    },
    Problem: {
      type: "object",
      description: "An error of a function: RFC 9457.",
      properties: {
        type: text,
        title: text,
        status: { type: "integer" },
        detail: { type: "string", description: "What is wrong and what to do; for people." },
        code: { type: "string", description: "Decide by it: see docs/errors.md." },
        errors: {
          type: "array",
          items: { type: "object", properties: { field: text, message: text } },
          description: "Fields that are wrong.",
        },
        context: { description: "What the database says of it." },
      },
      required: ["type", "title", "status", "detail", "code"],
    },
    AuthError: {
      type: "object",
      description: "An error of Auth. Decide by `error_code`.",
      properties: {
        code: { type: "integer", description: "The HTTP status." },
        error_code: text,
        msg: text,
        weak_password: { type: "object", properties: { reasons: { type: "array", items: text } } },
      },
      required: ["code", "error_code", "msg"],
    },
    StorageError: {
      type: "object",
      description: "An error of Storage. Its HTTP status is 400 nearly always; decide by `error`.",
      properties: {
        statusCode: { type: "string", description: "What its status would be: `403`, `404`, `409`, `413`, `415`." },
        ...{ error: text, message: text },
        code: { type: "string", description: "Of the platform alone, such as `NoSuchKey`." },
      },
      required: ["statusCode", "error", "message"],
    },
    ContentRange: { type: "string", description: "`0-23/*`, or `0-23/3573` with a count." },
  },
  securitySchemes: {
    publishableKey: {
      ...{ type: "apiKey", in: "header", name: "apikey" },
      description: "`sb_publishable_…`, which may be in a browser. Alone it is nobody in particular: `anon`.",
    },
    session: {
      ...{ type: "http", scheme: "bearer", bearerFormat: "JWT" },
      description: "The access token of somebody who is signed in: `authenticated`. Policies say which rows are hers.",
    },
    secretKey: {
      ...{ type: "apiKey", in: "header", name: "apikey" },
      description: "`sb_secret_…`, for servers: `service_role`, which policies do not hold.",
    },
    jobsSecret: {
      ...{ type: "apiKey", in: "header", name: "x-jobs-secret" },
      description: "JOBS_SECRET, of whoever runs the project.",
    },
  },
} as const;
