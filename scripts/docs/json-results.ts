import type { JsonSchema } from "./json-schema.ts";

const text: JsonSchema = { type: "string" };
const orNull = (type: string): JsonSchema => ({ type: [type, "null"] });
const list = (items: JsonSchema): JsonSchema => ({ type: "array", items });
const object = (properties: Readonly<Record<string, JsonSchema>>, required = Object.keys(properties)): JsonSchema => ({
  type: "object",
  properties,
  required,
});

const card = object({ id: { type: "string", format: "uuid" }, slug: text, name: text });

/** What RPCs answer whose result is `jsonb`, as far as it is promised. One that is not here is an honest object. */
export const jsonResults: Readonly<Record<string, JsonSchema>> = {
  search_products: object({ products: list(card), next: orNull("string"), corrected: orNull("string") }),
  list_products: object({ products: list(card), next: orNull("string"), corrected: orNull("string") }),
};
