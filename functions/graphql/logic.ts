import type { ColumnDescription } from "./database-description.ts";

/** Which rows a request is about. All of it has to hold. */
export interface Conditions {
  /** A column, what it is compared with as it is, such as `eq.38`, and the same as a term. The former takes every text. */
  readonly plain: readonly (readonly [column: string, comparison: string, term: string])[];
  /** Terms such as `or(size.eq."38",size.eq."40")`. */
  readonly logic: readonly string[];
}

/** What a parameter of a request would mean if a column were called so. */
const reserved = new Set(["and", "columns", "limit", "not", "offset", "on_conflict", "or", "order", "select"]);

/** Compares a column; in a term by `term`, which says the same. */
export function plain(
  column: string,
  operator: string,
  value: string,
  term = `${column}.${operator}.${quoted(value)}`,
): Conditions {
  if (reserved.has(column)) return { plain: [], logic: [term] };
  return { plain: [[column, `${operator}.${value}`, term]], logic: [] };
}

export function together(...conditions: readonly Conditions[]): Conditions {
  return { plain: conditions.flatMap((one) => one.plain), logic: conditions.flatMap((one) => one.logic) };
}

/** A value within a term. */
export function quoted(text: string): string {
  return `"${text.replaceAll(/["\\]/g, "\\$&")}"`;
}

/** A pattern within a term: the embedded Data API takes the quotes of one for a part of it, so there are none where none are needed. */
export function pattern(text: string): string {
  return /[,()"\\]/.test(text) ? quoted(text) : text;
}

const texts = new Set(["text", "varchar", "bpchar", "citext", "name"]);
export const isText = ({ type }: ColumnDescription): boolean => texts.has(type);

/** What the embedded Data API does not take for a text: quotes, brackets, line breaks, and words that mean a value in JSON. */
export const isOdd = (column: ColumnDescription, text: string): boolean =>
  isText(column) && /["\\(){}\r\n]|^(null|true|false)$/i.test(text);

/**
 * `size.eq."38"` within a term. An odd text is written as a regular expression of plain letters, which means the same
 * to every Data API.
 */
export function equals(column: ColumnDescription, value: unknown, isNegated = false): string {
  const text = String(value);
  const not = isNegated ? "not." : "";
  if (!isOdd(column, text)) return `${column.name}.${not}eq.${quoted(text)}`;
  const escaped = Array.from(text, (sign) => {
    const code = sign.codePointAt(0)?.toString(16) ?? "";
    return /[\p{L}\p{N}]/u.test(sign) ? sign : `\\U${code.padStart(8, "0")}`;
  });
  return `${column.name}.${not}match.^${escaped.join("")}$`;
}
