import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { printSchema } from "graphql";
import { buildSchema } from "../functions/graphql/build-schema.ts";
import type { DatabaseDescription } from "../functions/graphql/database-description.ts";
import { root, withTools } from "../stack/paths.ts";
import { withSql } from "./schema.ts";

/** Volatile because they draw from a rate limit, which is all that they write: to GraphQL they are queries. */
const readers = [
  "find_garments",
  "fitting_slots",
  "product_availability",
  "product_facets",
  "quote_cart",
  "quote_rental",
  "search_products",
  "suggest_products",
  "will_it_be_ready",
];

/**
 * Everything of the schema public that anon or authenticated may reach: columns that they may select, functions that
 * they may execute. In the order of names, and of columns in their table.
 */
const describeDatabase = `
with types as (
  select t.oid, case when t.typcategory = 'A' then e.typname || '[]' else coalesce(b.typname, t.typname) end as name
  from pg_type t left join pg_type e on e.oid = t.typelem left join pg_type b on b.oid = t.typbasetype
), columns as (
  select c.oid as class, a.attnum as position, a.attname as name, jsonb_strip_nulls(jsonb_build_object(
    'name', a.attname, 'type', t.name, 'comment', col_description(c.oid, a.attnum),
    'notNull', nullif(a.attnotnull, false),
    'hasDefault', nullif(a.atthasdef or a.attidentity <> '', false),
    'inserts', nullif(a.attgenerated = '' and a.attidentity <> 'a'
      and has_column_privilege('authenticated', c.oid, a.attnum, 'insert'), false),
    'updates', nullif(a.attgenerated = '' and a.attidentity <> 'a'
      and has_column_privilege('authenticated', c.oid, a.attnum, 'update'), false))) as described
  from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    join types t on t.oid = a.atttypid
  where c.relnamespace = 'public'::regnamespace and (c.relkind = 'c'
    or has_column_privilege('anon', c.oid, a.attnum, 'select')
    or has_column_privilege('authenticated', c.oid, a.attnum, 'select'))
), shapes as (
  select c.oid, c.relname as name, c.relkind as kind, coalesce(obj_description(c.oid, 'pg_class'), obj_description(c.reltype, 'pg_type')) as comment,
    (select jsonb_agg(o.described order by o.position) from columns o where o.class = c.oid) as columns
  from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'c')
    and c.oid in (select o.class from columns o)
), keys as (
  select k.conrelid, k.contype, k.conname,
    (select array_agg(a.attname::text order by n.position) from unnest(k.conkey) with ordinality n (attnum, position)
      join pg_attribute a on a.attrelid = k.conrelid and a.attnum = n.attnum) as columns,
    k.confrelid, k.conkey,
    (select array_agg(a.attname::text order by n.position) from unnest(k.confkey) with ordinality n (attnum, position)
      join pg_attribute a on a.attrelid = k.confrelid and a.attnum = n.attnum) as target_columns
  from pg_constraint k where k.connamespace = 'public'::regnamespace and k.contype in ('p', 'f')
), inputs as (
  select p.oid, jsonb_agg(jsonb_strip_nulls(jsonb_build_object('name', coalesce(p.proargnames[i.position], ''), 'type', t.name,
    'hasDefault', nullif(i.position > p.pronargs - p.pronargdefaults, false))) order by i.position) as args
  from pg_proc p, unnest(p.proargtypes::oid[]) with ordinality i (type, position) join types t on t.oid = i.type
  group by p.oid
), outputs as (
  select p.oid, jsonb_agg(jsonb_build_object('name', p.proargnames[o.position], 'type', t.name) order by o.position) as columns
  from pg_proc p, unnest(p.proallargtypes) with ordinality o (type, position) join types t on t.oid = o.type
  where p.proargmodes[o.position] in ('t', 'o')
  group by p.oid
)
select jsonb_build_object(
  'enums', (select jsonb_agg(jsonb_strip_nulls(jsonb_build_object('name', t.typname, 'comment', obj_description(t.oid, 'pg_type'),
      'labels', (select jsonb_agg(e.enumlabel order by e.enumsortorder) from pg_enum e where e.enumtypid = t.oid)))
      order by t.typname collate "C")
    from pg_type t where t.typnamespace = 'public'::regnamespace and t.typtype = 'e'),
  'composites', (select jsonb_agg(jsonb_strip_nulls(jsonb_build_object('name', s.name, 'comment', s.comment, 'columns', s.columns))
      order by s.name collate "C")
    from shapes s where s.kind = 'c'),
  'tables', (select jsonb_agg(jsonb_strip_nulls(jsonb_build_object('name', s.name, 'comment', s.comment,
      'key', coalesce(to_jsonb((select k.columns from keys k where k.conrelid = s.oid and k.contype = 'p')), '[]'),
      'deletes', nullif(has_table_privilege('authenticated', s.oid, 'delete'), false), 'columns', s.columns))
      order by s.name collate "C")
    from shapes s where s.kind <> 'c'),
  'relations', (select jsonb_agg(jsonb_strip_nulls(jsonb_build_object('name', k.conname, 'table', s.name, 'columns', k.columns, 'target', r.name,
      'targetColumns', k.target_columns,
      'isUnique', nullif(exists (select from pg_index i where i.indrelid = k.conrelid and i.indisunique and i.indpred is null
        and i.indexprs is null and (i.indkey::int2[])[0:i.indnkeyatts - 1] <@ k.conkey), false)))
      order by s.name collate "C", k.conname collate "C")
    from keys k join shapes s on s.oid = k.conrelid join shapes r on r.oid = k.confrelid
    where k.contype = 'f'
      and not exists (select from unnest(k.columns) c where not exists (select from columns o where o.class = s.oid and o.name = c))
      and not exists (select from unnest(k.target_columns) c where not exists (select from columns o where o.class = r.oid and o.name = c))),
  'functions', (select jsonb_agg(jsonb_strip_nulls(jsonb_build_object('name', p.proname, 'comment', obj_description(p.oid, 'pg_proc'),
      'args', coalesce(i.args, '[]'), 'returns', t.name, 'returnsSet', nullif(p.proretset, false), 'columns', o.columns,
      'reads', nullif(p.provolatile <> 'v' or p.proname = any ($1), false))) order by p.proname collate "C")
    from pg_proc p join types t on t.oid = p.prorettype left join inputs i on i.oid = p.oid left join outputs o on o.oid = p.oid
    where p.pronamespace = 'public'::regnamespace and p.prokind = 'f' and t.name not in ('trigger', 'event_trigger')
      and (has_function_privilege('anon', p.oid, 'execute') or has_function_privilege('authenticated', p.oid, 'execute')))
) as described`;

interface Generated {
  readonly file: string;
  readonly text: string;
}

/** The two files that follow from the database: what the function knows of it, and its schema for people and tools. */
export async function generateGraphql(databaseUrl: string): Promise<Generated[]> {
  const [row] = await withSql(databaseUrl, (sql) =>
    sql.unsafe<{ described: DatabaseDescription }[]>(describeDatabase, [readers]),
  );
  if (row === undefined) throw new Error("The database was not described.");
  const source = `// Generated by npm run graphql:schema from the migrations. Do not edit.
import type { DatabaseDescription } from "./database-description.ts";

export const database: DatabaseDescription = ${JSON.stringify(row.described)};
`;
  const formatted = spawnSync("biome", ["format", "--stdin-file-path=database.ts"], {
    cwd: root,
    input: source,
    encoding: "utf8",
    env: withTools(process.env),
    maxBuffer: 50_000_000,
  });
  if (formatted.status !== 0) throw new Error(`biome format failed: ${formatted.stderr}`);
  return [
    { file: "functions/graphql/database.ts", text: formatted.stdout },
    { file: "functions/graphql/schema.graphql", text: `${printSchema(buildSchema(row.described))}\n` },
  ];
}

export function writeGraphql(generated: readonly Generated[]): void {
  for (const { file, text } of generated) writeFileSync(join(root, file), text);
}

/** Names of the files that are not as they would be written now. */
export function staleGraphql(generated: readonly Generated[]): string[] {
  const read = (file: string) => {
    try {
      return readFileSync(join(root, file), "utf8");
    } catch {
      return "";
    }
  };
  return generated.filter(({ file, text }) => read(file) !== text).map(({ file }) => file);
}
