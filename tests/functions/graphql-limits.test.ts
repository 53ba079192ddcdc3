import {
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLObjectType,
  getNamedType,
  isEnumType,
  isListType,
  isNonNullType,
  isObjectType,
  isScalarType,
} from "graphql";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { buildSchema } from "../../functions/graphql/build-schema.ts";
import { database } from "../../functions/graphql/database.ts";
import { makeBoutique, makeVariant } from "../helpers/fixtures.ts";
import { graphqlApp } from "../helpers/graphql.ts";
import { type Person, World } from "../helpers/world.ts";

const schema = buildSchema(database);
let world: World;
let app: ReturnType<typeof graphqlApp>;
let bride: Person;

beforeAll(async () => {
  world = await World.create();
  vi.stubEnv("SUPABASE_URL", world.apiUrl);
  vi.stubEnv("SUPABASE_PUBLISHABLE_KEYS", JSON.stringify({ default: world.keys.publishable }));
  vi.stubEnv("SUPABASE_SECRET_KEYS", JSON.stringify({ default: world.keys.secret }));
  app = graphqlApp(world);
  bride = await world.asCustomer("Selam");
  await makeVariant(world.sql, await makeBoutique(world.sql));
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await world?.close();
});

const nest = (levels: number, inner: string) =>
  `${"products(first: 1) { nodes { boutique { ".repeat(levels)}${inner}${" } } }".repeat(levels)}`;
const bomb = (levels: number) =>
  Array.from({ length: levels }, (_, n) => `fragment F${n} on Query { ...F${n + 1} ...F${n + 1} }`).join(" ") +
  ` fragment F${levels} on Query { __typename }`;

it.each([
  ["levels of fields", `{ ${nest(6, "id")} }`, {}],
  ["rows", `{ boutiques(first: 100) { nodes { products(first: 100) { nodes { id } } } } }`, {}],
  ["rows", `query ($n: Int) { boutiques(first: $n) { nodes { products(last: $n) { nodes { id } } } } }`, { n: 100 }],
  [
    "fields at the top",
    `{ ${Array.from({ length: 11 }, (_, n) => `a${n}: boutiques { nodes { id } }`).join(" ")} }`,
    {},
  ],
  ["aliases", `{ boutiques { nodes { ${Array.from({ length: 51 }, (_, n) => `a${n}: name`).join(" ")} } } }`, {}],
  ["fields", `{ ...F0 } ${bomb(30)}`, {}],
  ["characters", `{ __typename } # ${"x".repeat(20_000)}`, {}],
  [
    "objects and lists within each other",
    `query ($x: JSON) { __typename }`,
    { x: JSON.parse(`${"[".repeat(50)}${"]".repeat(50)}`) },
  ],
])("refuses too many %s before it asks the database", async (what, query, variables) => {
  app.requests.length = 0;
  const { errors, status } = await app.ask(query, variables);
  expect(status).toBeLessThan(500);
  expect(errors).toMatchObject([
    { message: expect.stringContaining(what), extensions: { code: "query_too_large", status: 400 } },
  ]);
  expect(app.requests).toEqual([]);
});

it("takes a body that is deeper than a stack for what it is", async () => {
  const body = `{"query":"{__typename}","variables":${'{"a":'.repeat(15_000)}1${"}".repeat(15_000)}}`;
  const headers = { apikey: world.keys.publishable, "content-type": "application/json" };
  const response = await app.send({ method: "POST", headers, body });
  expect(response.status).toBeLessThan(500);
  expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: "query_too_large" } }] });
});

it("refuses too many tokens, and introspection that goes round in circles", async () => {
  expect((await app.ask(`{ ${"a ".repeat(5_000)} }`)).errors).toMatchObject([
    { extensions: { code: "invalid_query" } },
  ]);
  const circle = `{ __schema { types { fields { type { fields { type { fields { type { fields { name } } } } } } } } } }`;
  expect((await app.ask(circle)).errors).toMatchObject([{ extensions: { code: "invalid_query" } }]);
});

it("sends one request for each field at the top, whatever is below", async () => {
  app.requests.length = 0;
  const { errors } = await app.ask(
    `{ a: products(first: 5) { nodes { boutique { locations { nodes { city } } } product_variants { nodes { size } } } }
       b: boutiques(first: 5) { nodes { products { nodes { product_media { nodes { alt } } } } } } }`,
  );
  expect(errors).toBeUndefined();
  expect(app.requests.toSorted()).toEqual(["GET /rest/v1/boutiques", "GET /rest/v1/products"]);
});

/** The same numbers each time, so that a failure comes again. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
}

/** What is refused more often than not. */
const cursors = new Set(["after", "before", "last"]);
const samples: Readonly<Record<string, readonly string[]>> = {
  UUID: ['"00000000-0000-7000-8000-000000000001"'],
  Int: ["1", "2", "7", "0"],
  Float: ["0.5", "-1"],
  Boolean: ["true", "false"],
  BigInt: ["1", '"9223372036854775807"'],
  Decimal: ['"1.5"'],
  Date: ['"2027-06-04"', '"x"'],
  DateTime: ['"2027-06-04T09:00:00Z"', '"never"'],
  JSON: ["{}", "[1]", "null"],
};

it("answers whatever the schema allows, and never fails itself", async () => {
  const pick = numbers(7);
  const oneOf = <Item>(items: readonly Item[]): Item => items[pick(items.length)] as Item;
  const value = (type: GraphQLInputType, depth: number): string => {
    if (isNonNullType(type)) return value(type.ofType, depth);
    if (isListType(type)) return `[${pick(2) === 0 ? "" : value(type.ofType, depth)}]`;
    if (isEnumType(type)) return oneOf(type.getValues()).name;
    if (isScalarType(type)) return oneOf(samples[type.name] ?? [`"x"`, `"[2027-06-04,2027-06-05]"`, `"\\"a,(b)"`]);
    const fields = Object.values(type.getFields());
    const chosen = new Set(fields.filter((field) => isNonNullType(field.type)));
    if (depth > 0 || type.isOneOf) chosen.add(oneOf(fields));
    return `{ ${[...chosen].map((field) => `${field.name}: ${value(field.type, depth - 1)}`).join(" ")} }`;
  };
  const select = (field: GraphQLField<unknown, unknown>, depth: number): string => {
    const args = field.args.filter((arg) => isNonNullType(arg.type) || pick(cursors.has(arg.name) ? 16 : 4) === 0);
    const given = args.length === 0 ? "" : `(${args.map((arg) => `${arg.name}: ${value(arg.type, 2)}`).join(" ")})`;
    const type = getNamedType(field.type);
    if (!isObjectType(type)) return `${field.name}${given}`;
    const fields = Object.values(type.getFields());
    const chosen = new Set([0, 1, 2].map(() => oneOf(fields)));
    // A list says nothing without its rows.
    const nodes = type.getFields()["nodes"];
    if (nodes !== undefined) chosen.add(nodes);
    const inner = [...chosen]
      .filter((one) => depth > 0 || !isObjectType(getNamedType(one.type)))
      .map((one) => select(one, depth - 1));
    return `${field.name}${given} { __typename ${inner.join(" ")} }`;
  };
  const asked = (root: GraphQLObjectType | null | undefined, keyword: string) =>
    `${keyword} { ${select(oneOf(Object.values(root?.getFields() ?? {})), 6)} }`;
  const codes = new Map<string, number>();
  for (let n = 0; n < 80; n += 1) {
    const query = n % 4 === 0 ? asked(schema.getMutationType(), "mutation") : asked(schema.getQueryType(), "query");
    const { status, errors } = await app.ask(query, {}, bride);
    expect(status, query).toBeLessThan(500);
    for (const { extensions, message } of errors ?? []) {
      expect(extensions.status, `${query}\n${message}`).toBeLessThan(500);
      codes.set(extensions.code, (codes.get(extensions.code) ?? 0) + 1);
    }
    if (errors === undefined) codes.set("answered", (codes.get("answered") ?? 0) + 1);
  }
  expect(codes.get("answered"), JSON.stringify([...codes])).toBeGreaterThan(20);
});
