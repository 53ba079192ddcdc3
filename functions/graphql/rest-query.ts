import { badInput } from "./errors.ts";
import { type Conditions, together } from "./logic.ts";
import { orderText, type Page } from "./paging.ts";
import { isExact } from "./scalars.ts";
import type { Selection } from "./selection.ts";

/** Longest query of a request: proxies refuse longer addresses. */
const MAX_QUERY = 16_000;

/** Under which name a relation is embedded; a column is never called so. */
export const embeddedAs = (key: string): string => `embed__${key}`;

/** A selection as the query of one request: relations are embedded, with their own filter, order and limit. */
export function restQuery(selection: Selection, page?: Page, conditions: Conditions = nothingElse): URLSearchParams {
  const query = new URLSearchParams({ select: selectText(selection) });
  addPage(query, "", page, conditions);
  addRelations(query, "", selection);
  if (query.toString().length > MAX_QUERY) {
    throw badInput(
      "query_too_large",
      "The filters and selections are too long for one request. Ask for less at a time.",
    );
  }
  return query;
}

function selectText({ columns, relations }: Selection): string {
  return [
    ...[...columns.values()].map(({ name, type }) => (isExact(type) ? `${name}::text` : name)),
    ...[...relations].map(([key, { relation, selection }]) => {
      return `${embeddedAs(key)}:${relation.target}(${selectText(selection)})`;
    }),
  ].join(",");
}

const nothingElse: Conditions = { plain: [], logic: [] };

function addPage(query: URLSearchParams, prefix: string, page: Page | undefined, conditions = nothingElse): void {
  const { plain, logic } = page === undefined ? conditions : together(conditions, page.conditions);
  // Below a relation the embedded Data API knows terms only.
  const terms = prefix === "" ? logic : [...plain.map(([, , term]) => term), ...logic];
  if (prefix === "") for (const [column, comparison] of plain) query.append(column, comparison);
  if (terms.length > 0) query.set(`${prefix}and`, `(${terms.join(",")})`);
  if (page === undefined) return;
  query.set(`${prefix}order`, orderText(page.order));
  query.set(`${prefix}limit`, String(page.size + 1));
}

function addRelations(query: URLSearchParams, prefix: string, { relations }: Selection): void {
  for (const [key, { selection, page }] of relations) {
    const path = `${prefix}${embeddedAs(key)}.`;
    addPage(query, path, page);
    addRelations(query, path, selection);
  }
}
