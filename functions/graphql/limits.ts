import {
  type DocumentNode,
  type FieldNode,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  getArgumentValues,
  getNamedType,
  getVariableValues,
  isListType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from "graphql";
import { badInput } from "./errors.ts";
import { type ConnectionArguments, DEFAULT_PAGE, MAX_PAGE } from "./paging.ts";

/** Tokens of a document; longer ones are not read to their end. */
export const MAX_TOKENS = 4_000;
const MAX_LENGTH = 20_000;
/** Fields within fields; a relation is two of them, such as `product_variants { nodes { … } }`. */
const MAX_DEPTH = 15;
/** Fields that a query comes to, those of fragments counted wherever they are used. */
const MAX_FIELDS = 1_000;
/** Each is a request to the Data API. */
const MAX_ROOT_FIELDS = 10;
const MAX_ALIASES = 50;
/** Rows that may be read if every list is as full as it may be. */
const MAX_ROWS = 10_000;
/** What a function that returns rows is taken for. */
const FUNCTION_ROWS = 100;
/** Objects and lists within each other in the variables. */
const MAX_VARIABLES_DEPTH = 20;

interface Asked {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly variables: Readonly<Record<string, unknown>>;
}

/**
 * Refuses a query that is valid and asks for too much.
 *
 * @throws GraphQLError `query_too_large` that names the limit
 */
export function checkLimits({ schema, document, operation, variables }: Asked): void {
  const fragments = new Map(
    document.definitions.flatMap((node) =>
      node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node] as const] : [],
    ),
  );
  const values = getVariableValues(schema, operation.variableDefinitions ?? [], variables);
  // The executor says what is wrong with a variable.
  if (values.variableValues === undefined) return;
  const { variableValues } = values;
  let fields = 0;
  let aliases = 0;
  let rows = 0;

  /** The fields of a selection, those of its fragments too; a fragment counts wherever it is used. */
  function* fieldsOf(set: SelectionSetNode | undefined): Generator<FieldNode> {
    for (const node of set?.selections ?? []) {
      fields += 1;
      refuseOver(fields, MAX_FIELDS, "fields");
      if (node.kind === Kind.FIELD) yield node;
      else
        yield* fieldsOf(
          node.kind === Kind.INLINE_FRAGMENT ? node.selectionSet : fragments.get(node.name.value)?.selectionSet,
        );
    }
  }

  /** @param parents rows that the field is read of */
  function visit(node: FieldNode, parent: GraphQLObjectType, depth: number, parents: number): void {
    if (node.alias !== undefined) aliases += 1;
    refuseOver(aliases, MAX_ALIASES, "aliases");
    const field = parent.getFields()[node.name.value];
    const type = getNamedType(field?.type);
    // What begins with __ is the schema's own, which the parser and the rules of GraphQL bound.
    if (field === undefined || !isObjectType(type)) return;
    refuseOver(depth, MAX_DEPTH, "levels of fields");
    let read = parents;
    if (field.extensions.relation !== undefined || depth === 1) {
      read *= sizeOf(field, node);
      rows += read;
      refuseOver(rows, MAX_ROWS, "rows");
    }
    for (const child of fieldsOf(node.selectionSet)) visit(child, type, depth + 1, read);
  }

  /** How many rows a field has at most. A list refuses itself what is out of bounds. */
  function sizeOf(field: GraphQLField<unknown, unknown>, node: FieldNode): number {
    if (!field.args.some(({ name }) => name === "orderBy")) return isListType(field.type) ? FUNCTION_ROWS : 1;
    const { first, last } = getArgumentValues(field, node, variableValues) as ConnectionArguments;
    return Math.min(MAX_PAGE, Math.max(1, first ?? last ?? DEFAULT_PAGE));
  }

  const root = operation.operation === "mutation" ? schema.getMutationType() : schema.getQueryType();
  const roots = [...fieldsOf(operation.selectionSet)];
  refuseOver(roots.length, MAX_ROOT_FIELDS, "fields at the top");
  if (root != null) for (const node of roots) visit(node, root, 1, 1);
}

/** What is looked at before it is read: deep variables would exhaust the stack of whoever walks through them. */
export function checkQuery({ query, variables }: { readonly query?: unknown; readonly variables?: unknown }): void {
  if (typeof query === "string") refuseOver(query.length, MAX_LENGTH, "characters");
  let level: unknown[] = [variables];
  for (let depth = 0; level.length > 0; depth += 1) {
    refuseOver(depth, MAX_VARIABLES_DEPTH, "objects and lists within each other in its variables");
    level = level.flatMap((value) => (typeof value === "object" && value !== null ? Object.values(value) : []));
  }
}

function refuseOver(count: number, limit: number, what: string): void {
  if (count > limit) throw badInput("query_too_large", `A query has at most ${limit} ${what}. Ask for less at a time.`);
}
