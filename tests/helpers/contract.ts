import fc from "fast-check";

/** JSON Schema, as far as the API docs use it. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly format?: string;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minimum?: number;
  readonly maximum?: number;
}

/** Values for the schemas of a document. */
export class Values {
  readonly #resolve: (ref: string) => Schema;
  readonly #ids: readonly string[];

  /** @param ids rows that are there; ids of a value are these half of the time */
  constructor(resolve: (ref: string) => Schema, ids: readonly string[]) {
    this.#resolve = resolve;
    this.#ids = ids;
  }

  /** What the schema allows. */
  valid(schema: Schema): fc.Arbitrary<unknown> {
    if (schema.$ref !== undefined) return this.valid(this.#resolve(schema.$ref));
    if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
    const choices = schema.anyOf ?? schema.oneOf;
    if (choices !== undefined) return fc.oneof(...choices.map((choice) => this.valid(choice)));
    if (Array.isArray(schema.type)) return fc.oneof(...schema.type.map((type) => this.valid({ ...schema, type })));
    switch (schema.type) {
      case "null":
        return fc.constant(null);
      case "boolean":
        return fc.boolean();
      case "integer":
        return fc.integer({
          min: Math.max(schema.minimum ?? -5, -(2 ** 31)),
          max: Math.min(schema.maximum ?? 1000, 2 ** 31 - 1),
        });
      case "number":
        return fc.double({ min: schema.minimum ?? -100, max: schema.maximum ?? 100, noNaN: true });
      case "string":
        return this.#text(schema);
      case "array": {
        const { minItems = 0, maxItems = 3 } = schema;
        return fc.array(this.valid(schema.items ?? {}), {
          minLength: minItems,
          maxLength: Math.max(minItems, Math.min(maxItems, 3)),
        });
      }
      case "object":
        return this.#object(schema);
      default:
        return fc.jsonValue({ maxDepth: 2 });
    }
  }

  /** A valid body in which one member is missing, is of another type, or is one too many. */
  invalid(schema: Schema): fc.Arbitrary<unknown> {
    return fc
      .tuple(
        this.valid(schema),
        fc.nat(),
        fc.constantFrom("drop", "type", "more", "text"),
        fc.jsonValue({ maxDepth: 2 }),
      )
      .map(([value, n, how, other]) => {
        if (typeof value !== "object" || value === null || Array.isArray(value)) return other;
        const names = Object.keys(value);
        const name = names[n % Math.max(names.length, 1)] ?? "nothing";
        const { [name]: _, ...rest } = value as Record<string, unknown>;
        if (how === "drop") return rest;
        if (how === "more") return { ...value, no_such_member: other };
        return { ...rest, [name]: how === "text" ? "\u{1F470} '\" ; -- \\" : other };
      });
  }

  #object({ properties = {}, required = [] }: Schema): fc.Arbitrary<unknown> {
    const members = Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, this.valid(schema)]));
    return fc.record(members, { requiredKeys: [...required] }).map((record) => ({ ...record }));
  }

  #text({ format, pattern, minLength = 0, maxLength = 40 }: Schema): fc.Arbitrary<string> {
    const days = fc.integer({ min: -30, max: 400 }).map((n) => new Date(Date.UTC(2027, 0, 1 + n)).toISOString());
    if (format === "uuid") return fc.oneof(fc.constantFrom(...this.#ids), fc.uuid());
    if (format === "date-time") return days;
    if (format === "uri") return fc.stringMatching(/^https:\/\/[a-z]{1,9}\.example\/[a-z0-9?=&%]{0,9}$/);
    if (format === "date") return days.map((moment) => moment.slice(0, 10));
    if (pattern?.startsWith("^(empty|")) return days.map((moment) => `[${moment.slice(0, 10)},${moment.slice(0, 10)}]`);
    if (pattern !== undefined && pattern !== String.raw`\S`)
      return fc.stringMatching(new RegExp(pattern, "u"), { size: "xsmall" });
    return fc.string({ minLength, maxLength: Math.max(minLength, Math.min(maxLength, 40)) });
  }
}
