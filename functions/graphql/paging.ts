import type { ColumnDescription, TableDescription } from "./database-description.ts";
import { badInput } from "./errors.ts";
import { type Filter, filterConditions } from "./filters.ts";
import { type Conditions, equals, plain, quoted, together } from "./logic.ts";

export const DEFAULT_PAGE = 20;
export const MAX_PAGE = 100;
/** Columns that a list may be ordered by, the key apart. */
const MAX_ORDER = 4;

export interface ConnectionArguments {
  readonly filter?: Filter | null;
  readonly orderBy?: readonly Readonly<Record<string, "ASC" | "DESC">>[] | null;
  readonly first?: number | null;
  readonly after?: string | null;
  readonly last?: number | null;
  readonly before?: string | null;
}

interface OrderTerm {
  readonly column: string;
  readonly described: ColumnDescription;
  readonly descends: boolean;
  readonly nullable: boolean;
}

export type Row = Readonly<Record<string, unknown>>;

export interface Page {
  /** Asked from the end: the rows come in the opposite order and are turned round. */
  readonly backwards: boolean;
  readonly size: number;
  readonly order: readonly OrderTerm[];
  readonly conditions: Conditions;
  readonly isContinued: boolean;
}

/** What a list reads: by key, so that no row is skipped or repeated when others come or go meanwhile. */
export function pageOf(table: TableDescription, args: ConnectionArguments): Page {
  const { filter, first, after, last, before } = args;
  if (first != null && last != null) throw badInput("invalid_page", "Ask for first or for last, not for both.");
  if (after != null && before != null)
    throw badInput("invalid_page", "Continue after a cursor or before one, not both.");
  const backwards = last != null;
  if (backwards ? after != null : before != null) {
    throw badInput("invalid_page", "after goes with first, and before with last.");
  }
  const size = first ?? last ?? DEFAULT_PAGE;
  if (size < 1 || size > MAX_PAGE) throw badInput("invalid_page", `A page has 1 to ${MAX_PAGE} rows.`);
  const order = orderOf(table, args.orderBy ?? []);
  const asked = backwards ? order.map((term) => ({ ...term, descends: !term.descends })) : order;
  const cursor = after ?? before;
  return {
    ...{ backwards, size, order: asked, isContinued: cursor != null },
    conditions: together(
      ...(filter == null ? [] : [filterConditions(table, filter)]),
      ...(cursor == null ? [] : [behind(asked, readCursor(cursor, order))]),
    ),
  };
}

/** `created_at.desc,id.desc`. Null is greater than every value, as Postgres has it and its indexes are. */
export const orderText = (order: readonly OrderTerm[]): string =>
  order.map(({ column, descends }) => `${column}.${descends ? "desc" : "asc"}`).join(",");

export interface Connection {
  readonly edges: readonly { readonly node: Row; readonly cursor: string }[];
  readonly nodes: readonly Row[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
}

/** @param rows one more than the page has, where there are more */
export function connectionOf({ backwards, size, order, isContinued }: Page, rows: readonly Row[]): Connection {
  const hasMore = rows.length > size;
  const kept = rows.slice(0, size);
  const nodes = backwards ? kept.toReversed() : kept;
  const named = backwards ? order.map((term) => ({ ...term, descends: !term.descends })) : order;
  const edges = nodes.map((node) => ({ node, cursor: writeCursor(node, named) }));
  return {
    edges,
    nodes,
    pageInfo: {
      hasNextPage: backwards ? isContinued : hasMore,
      hasPreviousPage: backwards ? hasMore : isContinued,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}

/** By these columns, then by the key in the direction of the last, for which one index does. */
function orderOf(table: TableDescription, orderBy: NonNullable<ConnectionArguments["orderBy"]>): OrderTerm[] {
  const columns = new Map(table.columns.map((column) => [column.name, column]));
  const named = orderBy.flatMap((term) => Object.entries(term));
  if (named.length > MAX_ORDER) throw badInput("invalid_order", `A list is ordered by at most ${MAX_ORDER} columns.`);
  const wanted = new Map(named.toReversed());
  const terms = [...new Set(named.map(([column]) => column))].map((column) => [column, wanted.get(column)] as const);
  const direction = terms.at(-1)?.[1] ?? "ASC";
  const rest = keyOf(table).filter((column) => !wanted.has(column));
  return [...terms, ...rest.map((column) => [column, direction] as const)].flatMap(([column, way]) => {
    const described = columns.get(column);
    return described === undefined
      ? []
      : [{ column, described, descends: way === "DESC", nullable: described.notNull !== true }];
  });
}

/** What tells rows apart; a view, which has no key, is taken for all of its columns that have an order. */
export function keyOf({ key, columns }: TableDescription): readonly string[] {
  if (key.length > 0 && key.every((part) => columns.some(({ name }) => name === part))) return key;
  return columns.filter(({ type }) => isOrdered(type)).map(({ name }) => name);
}

export const isOrdered = (type: string): boolean =>
  !type.endsWith("[]") && !type.endsWith("range") && !/^jsonb?$/.test(type) && type !== "void";

/**
 * The rows after the one that a cursor stands for: not before it by the first column, and if not behind it either, then by the
 * others. An index begins with the first condition.
 */
function behind([head, ...rest]: readonly OrderTerm[], [value, ...values]: readonly unknown[]): Conditions {
  if (head === undefined) return { plain: [], logic: [] };
  const later = { plain: [], logic: [passes(head, value, rest, values)] };
  if (value === null || (head.nullable && !head.descends))
    return { plain: [], logic: [notBefore(head, value), ...later.logic] };
  return together(plain(head.column, head.descends ? "lte" : "gte", String(value)), later);
}

/** Behind by this column, or else by those after it. */
function passes(
  { described, nullable }: OrderTerm,
  value: unknown,
  [next, ...rest]: readonly OrderTerm[],
  values: readonly unknown[],
): string {
  const { name } = described;
  const differs =
    value === null
      ? `${name}.not.is.null`
      : nullable
        ? `${equals(described, value, true)},${name}.is.null`
        : equals(described, value, true);
  if (next === undefined) return `or(${differs})`;
  return `or(${differs},and(${notBefore(next, values[0])},${passes(next, values[0], rest, values.slice(1))}))`;
}

function notBefore({ column, descends, nullable }: OrderTerm, value: unknown): string {
  // Null comes last when it ascends, and first when it descends.
  if (value === null) return descends ? `or(${column}.is.null,${column}.not.is.null)` : `${column}.is.null`;
  if (descends) return `${column}.lte.${quoted(String(value))}`;
  const from = `${column}.gte.${quoted(String(value))}`;
  return nullable ? `or(${from},${column}.is.null)` : from;
}

function writeCursor(row: Row, order: readonly OrderTerm[]): string {
  const text = JSON.stringify([orderText(order), ...order.map(({ column }) => row[column] ?? null)]);
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}

function readCursor(cursor: string, order: readonly OrderTerm[]): unknown[] {
  try {
    const bytes = Uint8Array.from(atob(cursor.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));
    const [text, ...values]: unknown[] = JSON.parse(new TextDecoder().decode(bytes));
    const isPlain = values.every((value) => value === null || typeof value !== "object");
    const nulls = values.every((value, n) => value !== null || order[n]?.nullable === true);
    if (text === orderText(order) && values.length === order.length && isPlain && nulls) return values;
  } catch {
    // Not one of ours.
  }
  throw badInput(
    "invalid_cursor",
    "The cursor is of another list, or of this one in another order. Begin with the first page.",
  );
}
