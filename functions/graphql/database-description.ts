/** What the Data API shows of the database to `anon` and `authenticated`, as far as GraphQL needs it. Written by scripts/graphql.ts. */
export interface DatabaseDescription {
  readonly enums: readonly EnumDescription[];
  /** Composite types that are no tables. */
  readonly composites: readonly CompositeDescription[];
  /** Tables and views. */
  readonly tables: readonly TableDescription[];
  readonly relations: readonly RelationDescription[];
  readonly functions: readonly FunctionDescription[];
}

export interface EnumDescription {
  readonly name: string;
  readonly comment?: string;
  readonly labels: readonly string[];
}

export interface CompositeDescription {
  readonly name: string;
  readonly comment?: string;
  readonly columns: readonly ColumnDescription[];
}

export interface TableDescription extends CompositeDescription {
  /** Columns of the primary key; none for a view. */
  readonly key: readonly string[];
  /** Signed-in people may delete rows, as far as policies let them. */
  readonly deletes?: true;
}

export interface ColumnDescription {
  readonly name: string;
  /** Name of the type in Postgres, such as `int8`; of an array with `[]` behind it. */
  readonly type: string;
  readonly comment?: string;
  readonly notNull?: true;
  readonly hasDefault?: true;
  /** Signed-in people may write it, in a new row or in one that is there. */
  readonly inserts?: true;
  readonly updates?: true;
}

/** A foreign key. */
export interface RelationDescription {
  readonly name: string;
  readonly table: string;
  readonly columns: readonly string[];
  readonly target: string;
  readonly targetColumns: readonly string[];
  /** At most one row refers to a target. */
  readonly isUnique?: true;
}

export interface FunctionDescription {
  readonly name: string;
  readonly comment?: string;
  readonly args: readonly { readonly name: string; readonly type: string; readonly hasDefault?: true }[];
  readonly returns: string;
  readonly returnsSet?: true;
  /** Of `returns table (…)`. */
  readonly columns?: readonly ColumnDescription[];
  /** Changes nothing but, at most, a rate limit. */
  readonly reads?: true;
}
