import type { DatabaseDescription, RelationDescription, TableDescription } from "./database-description.ts";

/** A field that leads from a row to the rows of another table. */
export interface RelationField {
  readonly name: string;
  readonly table: TableDescription;
  readonly isMany: boolean;
  /** What the Data API embeds by: the other table and the foreign key, or a column where a table refers to itself. */
  readonly target: string;
  readonly description: string;
}

/** `categories` is `category`; a word without a plural of its own stays. */
export function singular(name: string): string {
  if (name.endsWith("ies")) return `${name.slice(0, -3)}y`;
  if (/(ss|sh|ch|x)es$/.test(name)) return name.slice(0, -2);
  return /[^su]s$/.test(name) ? name.slice(0, -1) : name;
}

/** `product_variant` is `ProductVariant`. */
export function pascal(name: string): string {
  return name.replaceAll(/(?:^|_)([a-z0-9])/g, (_match, letter: string) => letter.toUpperCase());
}

/**
 * The relations of every table, named by their own foreign key alone, so that another one renames none: to-one by the
 * column without `_id`, to-many by the table, with the column where it is not called like the table that it refers to.
 */
export function relationFields({ tables, relations }: DatabaseDescription): Map<string, RelationField[]> {
  const byName = new Map(tables.map((table) => [table.name, table]));
  const fields = new Map<string, RelationField[]>(tables.map(({ name }) => [name, []]));
  const add = (table: TableDescription, names: readonly string[], field: Omit<RelationField, "name">) => {
    const known = fields.get(table.name) ?? [];
    const taken = new Set([...table.columns, ...known].map(({ name }) => name));
    const name = names.find((candidate) => !taken.has(candidate));
    if (name !== undefined) known.push({ name, ...field });
  };
  for (const relation of withoutRepetitions(relations)) {
    const [from, to] = [byName.get(relation.table), byName.get(relation.target)];
    if (from === undefined || to === undefined) continue;
    const column = ownColumn(relation);
    const one = singular(to.name);
    const base = column.endsWith("_id") ? column.slice(0, -"_id".length) : column === "id" ? one : `${column}_${one}`;
    const isSelf = from === to;
    add(from, [base, `${base}_${one}`, relation.name], {
      ...{ table: to, isMany: false, description: `By ${relation.columns.join(", ")}.` },
      target: isSelf ? column : `${to.name}!${relation.name}`,
    });
    const isMany = relation.isUnique !== true;
    const back = isMany ? from.name : singular(from.name);
    add(to, [...(base === one ? [back] : []), `${back}_by_${base}`, `${back}_${relation.name}`], {
      ...{ table: from, isMany, description: `Whose ${relation.columns.join(", ")} name it.` },
      target: `${from.name}!${isSelf ? column : relation.name}`,
    });
  }
  return fields;
}

/** The column that says which row it is; the others of a key repeat what both rows have, such as their boutique. */
function ownColumn({ columns, targetColumns }: RelationDescription): string {
  return columns[Math.max(0, targetColumns.indexOf("id"))] ?? "";
}

/** Two keys over the same column to the same table lead to the same row: the shorter one is enough. */
function withoutRepetitions(relations: readonly RelationDescription[]): RelationDescription[] {
  const kept = new Map<string, RelationDescription>();
  for (const relation of relations) {
    const key = `${relation.table} ${ownColumn(relation)} ${relation.target}`;
    const known = kept.get(key);
    if (known === undefined || relation.columns.length < known.columns.length) kept.set(key, relation);
  }
  return [...kept.values()];
}
