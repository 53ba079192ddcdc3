import fc from "fast-check";
import type { Schema, Values } from "./contract.ts";
import type { Operation, Parameter } from "./described-api.ts";
import type { Call } from "./rest.ts";

/** What of a call is no chance: parameters of path and query, body, headers. */
export interface Genuine extends Omit<Call, "path" | "method"> {
  readonly params?: Readonly<Record<string, string>>;
}

const oddText = "\u{1F470} '\" ; -- \\";

/** A call of an operation with nothing left to chance. */
export function genuineCall({ path, method, operation }: Operation, { params = {}, ...rest }: Genuine): Call {
  const query = (operation.parameters ?? []).filter((one) => one.in === "query" && one.name in params);
  return { ...rest, path: filled(path, params) + search(query, params), method: method.toUpperCase() };
}

/** A call as the document allows it, or one in which a parameter or the body is not as it says. */
export function madeCall(
  { path, method, operation }: Operation,
  values: Values,
  kind: "valid" | "invalid",
  seed: number,
): Call {
  const { parameters = [], requestBody } = operation;
  const schema = requestBody?.content["application/json"]?.schema;
  let draws = 0;
  const draw = <T>(arbitrary: fc.Arbitrary<T>): T => {
    draws += 1;
    return fc.sample(arbitrary, { numRuns: 1, seed: seed * 100 + draws })[0] as T;
  };
  // One place is wrong: a parameter, or the body.
  const wrong = kind === "valid" ? -1 : draw(fc.nat(parameters.length - (schema === undefined ? 1 : 0)));
  const params: Record<string, string> = {};
  for (const [n, parameter] of parameters.entries()) {
    if (n === wrong) {
      if (parameter.in === "path" || draw(fc.boolean())) params[parameter.name] = oddText;
    } else if (parameter.required === true || draw(fc.boolean())) {
      params[parameter.name] = textOf(draw(values.valid(parameter.schema)), parameter.schema);
    }
  }
  const isBodyWrong = kind === "invalid" && wrong === parameters.length;
  const query = parameters.filter((one) => one.in === "query" && one.name in params);
  return {
    path: filled(path, params) + search(query, params),
    method: method.toUpperCase(),
    ...(schema === undefined ? rawBody(operation) : { json: draw(values[isBodyWrong ? "invalid" : "valid"](schema)) }),
  };
}

const textOf = (value: unknown, { type }: Schema) => (type === "object" ? JSON.stringify(value) : String(value));

/** A part of a path is not empty, and leads neither here nor up. */
const filled = (path: string, params: Readonly<Record<string, string>>) =>
  path.replaceAll(/\{(\w+)\}/g, (_, name) => {
    const value = params[name] ?? "x";
    const part = encodeURIComponent(/^\.{0,2}$/.test(value) ? "x" : value);
    // The path of a file has parts of its own.
    return name === "path" ? part.replaceAll("%2F", "/") : part;
  });

function search(query: readonly Parameter[], params: Readonly<Record<string, string>>): string {
  if (query.length === 0) return "";
  return `?${new URLSearchParams(query.map(({ name }) => [name, params[name] ?? ""]))}`;
}

const rawBody = ({ requestBody }: Operation["operation"]) =>
  requestBody === undefined ? {} : { body: "not a picture", headers: { "content-type": "text/plain" } };
