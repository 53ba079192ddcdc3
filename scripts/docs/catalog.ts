import type { Sql } from "postgres";

export const apiRoles = ["anon", "authenticated", "service_role"] as const;
export type ApiRole = (typeof apiRoles)[number];
export const verbs = ["select", "insert", "update", "delete"] as const;
export type Verb = (typeof verbs)[number];
/** Per role, the columns that it may use a verb on; of `delete` all or none. */
export type Grants = Readonly<Record<Verb, Readonly<Partial<Record<ApiRole, readonly string[]>>>>>;

/** A type of Postgres, as far as JSON cares. */
export interface PgType {
  readonly name: string;
  readonly schema: string;
  /** b base, c composite, e enum, r range. */
  readonly kind: string;
  /** Of a domain, an array or `char(n)`: what it is made of, and the length. */
  readonly isArray: boolean;
  readonly length: number | null;
}

export interface Column {
  readonly name: string;
  readonly type: PgType;
  readonly nullable: boolean;
  readonly default: string | null;
  readonly generated: boolean;
  readonly comment: string | null;
}

export interface Check {
  readonly name: string;
  readonly columns: readonly string[];
  readonly expression: string;
}

export interface ForeignKey {
  readonly name: string;
  readonly columns: readonly string[];
  readonly table: string;
  readonly targets: readonly string[];
}

/** A table, a view, or a type that RPCs answer with. */
export interface Relation {
  readonly name: string;
  readonly isTable: boolean;
  readonly comment: string | null;
  readonly columns: readonly Column[];
  readonly primaryKey: readonly string[];
  readonly uniques: readonly (readonly string[])[];
  readonly checks: readonly Check[];
  readonly foreignKeys: readonly ForeignKey[];
  readonly grants: Grants;
}

export interface Argument {
  readonly name: string;
  readonly type: PgType;
  readonly optional: boolean;
  readonly isResult: boolean;
}

/** A function of `public` (an RPC) or `private`, whose text tells what it may refuse. */
export interface Routine {
  readonly name: string;
  readonly schema: string;
  readonly comment: string | null;
  readonly arguments: readonly Argument[];
  readonly result: PgType;
  readonly isSet: boolean;
  readonly volatility: "i" | "s" | "v";
  readonly roles: readonly ApiRole[];
  readonly body: string;
}

export interface Trigger {
  readonly table: string;
  readonly routine: string;
  readonly insert: boolean;
  readonly update: boolean;
  readonly delete: boolean;
}

export interface Catalog {
  readonly relations: readonly Relation[];
  readonly enums: Readonly<Record<string, readonly string[]>>;
  readonly enumComments: Readonly<Record<string, string>>;
  readonly routines: readonly Routine[];
  readonly triggers: readonly Trigger[];
  readonly buckets: readonly Bucket[];
}

export interface Bucket {
  readonly id: string;
  readonly public: boolean;
  readonly file_size_limit: number | null;
  readonly allowed_mime_types: readonly string[] | null;
}

/** What the database says of itself. It is sorted, so that the same schema gives the same documents. */
export async function readCatalog(sql: Sql): Promise<Catalog> {
  const enums = await sql<{ name: string; labels: string[]; comment: string | null }[]>`
    select t.typname::text as name, array_agg(e.enumlabel::text order by e.enumsortorder) as labels,
      obj_description(t.oid, 'pg_type') as comment
    from pg_type t join pg_enum e on e.enumtypid = t.oid
    where t.typnamespace = 'public'::regnamespace group by t.oid order by t.typname collate "C"`;
  const buckets = await sql<Bucket[]>`
    select id, public, file_size_limit::float8 as file_size_limit, allowed_mime_types
    from storage.buckets order by id collate "C"`;
  return {
    relations: await readRelations(sql),
    enums: Object.fromEntries(enums.map(({ name, labels }) => [name, labels])),
    enumComments: Object.fromEntries(enums.flatMap(({ name, comment }) => (comment === null ? [] : [[name, comment]]))),
    routines: await readRoutines(sql),
    triggers: await readTriggers(sql),
    buckets: [...buckets],
  };
}

/** JSON of a type for the queries below; `typmod` is there for columns. */
const typeJson = (oid: string, typmod: string) => `(
  select jsonb_build_object('name', coalesce(e.typname, t.typname), 'schema', coalesce(e.typnamespace, t.typnamespace)::regnamespace::text,
    'kind', coalesce(e.typtype, t.typtype), 'isArray', e.oid is not null,
    'length', case when t.typname = 'bpchar' and ${typmod} > 4 then ${typmod} - 4 end)
  from pg_type t left join pg_type e on e.oid = t.typelem and t.typcategory = 'A' where t.oid = ${oid})`;

function readRelations(sql: Sql): Promise<Relation[]> {
  const grantsOf = verbs
    .map((verb) =>
      verb === "delete"
        ? `'delete', (select coalesce(jsonb_object_agg(r, '[]'::jsonb), '{}') from unnest($1::text[]) r where has_table_privilege(r, c.oid, 'delete'))`
        : `'${verb}', (select coalesce(jsonb_object_agg(r, columns), '{}') from unnest($1::text[]) r, lateral (
            select jsonb_agg(a.attname order by a.attnum) as columns from pg_attribute a
            where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and has_column_privilege(r, c.oid, a.attnum, '${verb}')
          ) granted where columns is not null)`,
    )
    .join(", ");
  const named = (keys: string, table: string) =>
    `(select jsonb_agg(a.attname order by u.n) from unnest(${keys}) with ordinality u (attnum, n)
      join pg_attribute a on a.attrelid = ${table} and a.attnum = u.attnum)`;
  const constraints = (type: string, fields: string) =>
    `(select coalesce(jsonb_agg(jsonb_build_object('name', k.conname, 'columns', ${named("k.conkey", "k.conrelid")}${fields})
      order by k.conname collate "C"), '[]') from pg_constraint k where k.conrelid = c.oid and k.contype = '${type}')`;
  return sql.unsafe<Relation[]>(
    `select c.relname as name, c.relkind <> 'c' as "isTable",
      coalesce(obj_description(c.oid, 'pg_class'), obj_description(c.reltype, 'pg_type')) as comment,
      (select coalesce(jsonb_agg(jsonb_build_object('name', a.attname, 'type', ${typeJson("a.atttypid", "a.atttypmod")},
          'nullable', not a.attnotnull, 'default', pg_get_expr(d.adbin, d.adrelid), 'generated', a.attgenerated <> '' or a.attidentity = 'a',
          'comment', col_description(c.oid, a.attnum)) order by a.attnum), '[]')
        from pg_attribute a left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as columns,
      coalesce((select ${named("k.conkey", "k.conrelid")} from pg_constraint k where k.conrelid = c.oid and k.contype = 'p'), '[]') as "primaryKey",
      (select coalesce(jsonb_agg(${named("k.conkey", "k.conrelid")} order by k.conname collate "C"), '[]')
        from pg_constraint k where k.conrelid = c.oid and k.contype = 'u') as uniques,
      ${constraints("c", ", 'expression', pg_get_expr(k.conbin, k.conrelid)")} as checks,
      ${constraints("f", `, 'table', k.confrelid::regclass::text, 'targets', ${named("k.confkey", "k.confrelid")}`)} as "foreignKeys",
      jsonb_build_object(${grantsOf}) as grants
    from pg_class c
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'v', 'm', 'p', 'c')
    order by c.relname collate "C"`,
    [[...apiRoles]],
  );
}

function readRoutines(sql: Sql): Promise<Routine[]> {
  return sql.unsafe<Routine[]>(
    `select p.proname as name, p.pronamespace::regnamespace::text as schema, obj_description(p.oid, 'pg_proc') as comment,
      p.provolatile::text as volatility, p.proretset as "isSet", ${typeJson("p.prorettype", "-1")} as result,
      coalesce((select jsonb_agg(jsonb_build_object('name', coalesce(p.proargnames[n], ''), 'type', ${typeJson("t", "-1")},
          'optional', n > p.pronargs - p.pronargdefaults, 'isResult', coalesce(p.proargmodes[n], 'i') in ('t', 'o')) order by n)
        from unnest(coalesce(p.proallargtypes, p.proargtypes::oid[])) with ordinality a (t, n)), '[]') as arguments,
      coalesce((select array_agg(r order by n) from unnest($1::text[]) with ordinality u (r, n)
        where has_function_privilege(r, p.oid, 'execute')), '{}') as roles,
      p.prosrc as body
    from pg_proc p
    where p.pronamespace in ('public'::regnamespace, 'private'::regnamespace) and p.prokind = 'f'
    order by schema, p.proname collate "C", p.oid`,
    [[...apiRoles]],
  );
}

/** tgtype has a bit for each event. */
function readTriggers(sql: Sql): Promise<Trigger[]> {
  return sql<Trigger[]>`
    select c.relname::text as "table", p.proname::text as routine, t.tgtype & 4 > 0 as insert, t.tgtype & 16 > 0 as update,
      t.tgtype & 8 > 0 as delete
    from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_proc p on p.oid = t.tgfoid
    where not t.tgisinternal and c.relnamespace in ('public'::regnamespace, 'private'::regnamespace)
    order by c.relname collate "C", t.tgname collate "C"`;
}
