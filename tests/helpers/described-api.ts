import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../stack/paths.ts";
import type { Schema } from "./contract.ts";
import { DocumentSchemas } from "./document-schemas.ts";
import type { Reply } from "./rest.ts";

interface Media {
  readonly schema?: Schema;
}
type Content = Readonly<Record<string, Media>>;

export interface Parameter {
  readonly name: string;
  readonly in: "path" | "query" | "header";
  readonly required?: boolean;
  readonly schema: Schema;
}
interface DescribedAnswer {
  readonly content?: Content;
  readonly "x-codes"?: readonly string[];
}
interface Described {
  readonly operationId: string;
  readonly security: readonly Readonly<Record<string, unknown>>[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, DescribedAnswer | { readonly $ref: string }>>;
}
export interface Operation {
  readonly path: string;
  readonly method: string;
  readonly operation: Described;
}

const nameOf = (ref: string) => ref.split("/").at(-1) ?? "";

/** The committed OpenAPI document, as tests hold the API to it. */
export class DescribedApi {
  readonly operations: readonly Operation[];
  readonly #components: {
    readonly schemas: Readonly<Record<string, Schema>>;
    readonly responses: Readonly<Record<string, DescribedAnswer>>;
  };
  readonly #schemas: DocumentSchemas;

  constructor() {
    const spec = JSON.parse(readFileSync(join(root, "functions/docs/openapi.json"), "utf8"));
    this.operations = Object.entries<Record<string, Described>>(spec.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
    );
    this.#components = spec.components;
    this.#schemas = new DocumentSchemas(spec);
  }

  readonly schema = (ref: string): Schema => this.#components.schemas[nameOf(ref)] ?? {};

  /** What of an answer is not as documented; undefined when it is. */
  deviation({ operation }: Operation, { status, headers, body }: Reply): string | undefined {
    const text = JSON.stringify(body).slice(0, 300);
    if (status >= 500) return `${status}: ${text}`;
    const found = operation.responses[status];
    if (found === undefined) return `${status} is not documented: ${text}`;
    const answer = "$ref" in found ? this.#components.responses[nameOf(found.$ref)] : found;
    const type = headers.get("content-type")?.split(";")[0] ?? "";
    const content = answer?.content ?? {};
    if (Object.keys(content).length === 0) return body === "" ? undefined : `${status} has a body: ${text}`;
    // PostgREST answers nothing where nothing is to be returned.
    if (body === "" && content["application/json"] !== undefined && status < 300) return undefined;
    const media = content[type] ?? content["*/*"];
    if (media === undefined) return `${status} of the type ${type} is not documented: ${text}`;
    const problem = media.schema === undefined ? undefined : this.#schemas.problem(media.schema, body);
    if (problem !== undefined) return `${problem}: ${text}`;
    const code = status < 400 ? undefined : codeOf(body);
    if (code === undefined || answer?.["x-codes"]?.includes(code) === true) return undefined;
    return `${status} ${code} is not documented: ${text}`;
  }
}

/** The code of an error of Nexus; PostgREST's own, which every call may have, are not told apart. */
function codeOf(body: unknown): string | undefined {
  if (typeof body !== "object" || body === null) return undefined;
  const { code, hint, error_code, error } = body as Readonly<Record<string, string | undefined>>;
  if ("details" in body) return code?.startsWith("PT") === true ? hint : undefined;
  return error_code ?? error ?? code;
}
