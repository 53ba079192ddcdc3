import {
  type FieldNode,
  GraphQLIncludeDirective,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  GraphQLSkipDirective,
  getArgumentValues,
  getDirectiveValues,
  getNamedType,
  type SelectionNode,
} from "graphql";
import type { ColumnDescription, TableDescription } from "./database-description.ts";
import type { RelationField } from "./names.ts";
import { type ConnectionArguments, type Page, pageOf } from "./paging.ts";

/** What one row is asked for. */
export interface Selection {
  readonly columns: Map<string, ColumnDescription>;
  /** By the name that the field has in the answer. */
  readonly relations: Map<
    string,
    { readonly relation: RelationField; readonly selection: Selection; readonly page?: Page }
  >;
}

declare module "graphql" {
  // Names and parameters have to be those of the declaration that is extended.
  interface GraphQLFieldExtensions<_TSource, _TContext, _TArgs> {
    readonly column?: ColumnDescription;
    readonly relation?: RelationField;
  }
}

/** The columns and relations that a selection of an object type names, in fragments too. */
export function selectionOf(info: GraphQLResolveInfo, type: GraphQLObjectType, nodes: readonly FieldNode[]): Selection {
  const selection: Selection = { columns: new Map(), relations: new Map() };
  const fields = type.getFields();
  for (const [key, [node, ...more]] of selectedFields(info, nodes)) {
    const field = fields[node.name.value];
    const { column, relation } = field?.extensions ?? {};
    if (column !== undefined) selection.columns.set(column.name, column);
    if (field === undefined || relation === undefined) continue;
    const inner = getNamedType(field.type) as GraphQLObjectType;
    if (relation.isMany) {
      const args = getArgumentValues(field, node, info.variableValues) as ConnectionArguments;
      selection.relations.set(key, {
        relation,
        ...connectionSelection(info, relation.table, inner, args, [node, ...more]),
      });
    } else {
      selection.relations.set(key, { relation, selection: selectionOf(info, inner, [node, ...more]) });
    }
  }
  // A request for no column would be one for all of them.
  const [first] = Object.values(fields).flatMap(({ extensions: { column } }) => column ?? []);
  if (selection.columns.size === 0 && first !== undefined) selection.columns.set(first.name, first);
  return selection;
}

/** What the rows of a connection are asked for: by its `nodes`, by its edges, and by the cursors, which need its order. */
export function connectionSelection(
  info: GraphQLResolveInfo,
  table: TableDescription,
  type: GraphQLObjectType,
  args: ConnectionArguments,
  nodes: readonly FieldNode[],
): { readonly page: Page; readonly selection: Selection } {
  const named = (from: readonly FieldNode[], name: string) =>
    [...selectedFields(info, from).values()].flat().filter((node) => node.name.value === name);
  const rows = [...named(nodes, "nodes"), ...named(named(nodes, "edges"), "node")];
  const page = pageOf(table, args);
  const selection = selectionOf(info, getNamedType(type.getFields()["nodes"]?.type) as GraphQLObjectType, rows);
  for (const { column } of page.order) {
    const described = table.columns.find(({ name }) => name === column);
    if (described !== undefined) selection.columns.set(column, described);
  }
  return { page, selection };
}

/** The fields below these, as the executor collects them: all types of the schema are object types, so every fragment fits. */
function selectedFields(
  info: GraphQLResolveInfo,
  nodes: readonly FieldNode[],
): Map<string, [FieldNode, ...FieldNode[]]> {
  const found = new Map<string, [FieldNode, ...FieldNode[]]>();
  const visit = (selections: readonly SelectionNode[]) => {
    for (const node of selections) {
      if (getDirectiveValues(GraphQLSkipDirective, node, info.variableValues)?.["if"] === true) continue;
      if (getDirectiveValues(GraphQLIncludeDirective, node, info.variableValues)?.["if"] === false) continue;
      if (node.kind === "InlineFragment") visit(node.selectionSet.selections);
      if (node.kind === "FragmentSpread") visit(info.fragments[node.name.value]?.selectionSet.selections ?? []);
      if (node.kind !== "Field") continue;
      const key = node.alias?.value ?? node.name.value;
      const known = found.get(key);
      if (known === undefined) found.set(key, [node]);
      else known.push(node);
    }
  };
  for (const node of nodes) visit(node.selectionSet?.selections ?? []);
  return found;
}
