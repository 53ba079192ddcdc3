import type { Check } from "./catalog.ts";
import type { JsonSchema } from "./json-schema.ts";

/** What a CHECK says about one column, as JSON Schema has it; whatever cannot be said there stays with the constraint's name. */
export function facetsOf({ columns, expression }: Check, column: string): JsonSchema {
  if (columns.length !== 1 || columns[0] !== column) return {};
  return Object.assign({}, ...conjuncts(expression).map((part) => facetOf(part, column)));
}

/** The parts of `(a AND b)`; Postgres puts each in parentheses of its own. */
function conjuncts(expression: string): string[] {
  const inner = unwrap(expression.trim());
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (const { 0: token, index } of inner.matchAll(/'(?:[^']|'')*'|[()]| AND /g)) {
    if (token === "(") depth += 1;
    else if (token === ")") depth -= 1;
    else if (token === " AND " && depth === 0) {
      parts.push(inner.slice(from, index));
      from = index + token.length;
    }
  }
  return [...parts, inner.slice(from)].map(unwrap);
}

/** Without the parentheses around it all. */
function unwrap(text: string): string {
  if (!text.startsWith("(") || !text.endsWith(")")) return text;
  let depth = 0;
  for (const { 0: token, index } of text.matchAll(/'(?:[^']|'')*'|[()]/g)) {
    if (token === "(") depth += 1;
    if (token === ")") depth -= 1;
    if (depth === 0 && index < text.length - 1) return text;
  }
  return unwrap(text.slice(1, -1));
}

const bounds: Readonly<Record<string, (value: number) => JsonSchema>> = {
  ">=": (value) => ({ minimum: value }),
  ">": (value) => ({ exclusiveMinimum: value }),
  "<=": (value) => ({ maximum: value }),
  "<": (value) => ({ exclusiveMaximum: value }),
};

function facetOf(part: string, column: string): JsonSchema {
  const name = `"?${column}"?`;
  const number = /^\(*'?(-?\d+(?:\.\d+)?)'?(?:::\w+)?\)*(?:::\w+)?$/;
  const [, measure, operator = "", right = ""] =
    new RegExp(String.raw`^(?:(length|cardinality)\(${name}\)|${name}) (>=|<=|>|<) (.+)$`).exec(part) ?? [];
  const value = number.exec(right)?.[1];
  if (value !== undefined) return measured(measure, operator, Number(value));
  const pattern = new RegExp(`^${name} ~ '((?:[^']|'')*)'::text$`).exec(part)?.[1];
  if (pattern !== undefined) return patternFacet(pattern.replaceAll("''", "'"));
  const list = new RegExp(String.raw`^${name} = ANY \(ARRAY\[(.+)\]\)$`).exec(part)?.[1];
  if (list !== undefined) return { enum: [...list.matchAll(/'((?:[^']|'')*)'/g)].map(([, text]) => text ?? "") };
  if (new RegExp(String.raw`^jsonb_typeof\(${name}\) = '(object|array)'::text$`).test(part)) {
    return { type: part.includes("'object'") ? "object" : "array" };
  }
  return {};
}

function measured(measure: string | undefined, operator: string, value: number): JsonSchema {
  if (measure === undefined) return bounds[operator]?.(value) ?? {};
  const [least, most] = measure === "length" ? ["minLength", "maxLength"] : ["minItems", "maxItems"];
  if (operator === ">=" || operator === ">") return { [least]: operator === ">" ? value + 1 : value };
  return { [most]: operator === "<" ? value - 1 : value };
}

/** Only what means the same in JavaScript: `[[:cntrl:]]` and the like do not. */
function patternFacet(pattern: string): JsonSchema {
  if (pattern.includes("[:") || pattern.includes("(?")) return {};
  if (pattern === String.raw`\S`) return { pattern, minLength: 1 };
  try {
    new RegExp(pattern, "u");
    return { pattern };
  } catch {
    return {};
  }
}
