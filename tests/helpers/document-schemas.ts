import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";

/** Checks values against the schemas of an OpenAPI document; each schema is compiled once. */
export class DocumentSchemas {
  readonly #ajv = new Ajv2020({ strict: false });
  readonly #compiled = new Map<string, ValidateFunction>();

  constructor(spec: { readonly components: { readonly schemas: Readonly<Record<string, object>> } }) {
    addFormats.default(this.#ajv);
    this.#ajv.addFormat("int64", true);
    for (const [name, schema] of Object.entries(spec.components.schemas)) {
      this.#ajv.addSchema(JSON.parse(ownNames(schema)), `/spec/${name}`);
    }
  }

  /** What is wrong with a value; undefined when it is as the schema says. */
  problem(schema: object, value: unknown): string | undefined {
    const text = ownNames(schema);
    const validate = this.#compiled.get(text) ?? this.#ajv.compile(JSON.parse(text));
    this.#compiled.set(text, validate);
    return validate(value) ? undefined : this.#ajv.errorsText(validate.errors);
  }
}

/** Every component is a schema of its own here: parts of one document would be compiled for each use. */
const ownNames = (schema: object) => JSON.stringify(schema).replaceAll('"#/components/schemas/', '"/spec/');
