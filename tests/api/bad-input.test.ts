import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { everyRow } from "../helpers/every-row.ts";
import { type BoutiqueFixture, makeBoutique, makeVariant, type VariantFixture } from "../helpers/fixtures.ts";
import { type Call, send } from "../helpers/rest.ts";
import { type Person, World } from "../helpers/world.ts";

let world: World;
let boutique: BoutiqueFixture;
let gown: VariantFixture;
let manager: Person;

beforeAll(async () => {
  world = await World.create();
  boutique = await makeBoutique(world.sql);
  gown = await makeVariant(world.sql, boutique);
  manager = await world.asStaff(boutique.id, "manager");
});
afterAll(() => world.close());

type Case = readonly [wrong: string, status: number, call: () => Call];

/** A read by anybody. */
const read = (query: string): Call => ({ path: `/rest/v1/${query}` });
/** Writes by a manager, who may write these tables: only the input is wrong. */
const asManager = (call: Call): Call => ({ ...call, token: manager.accessToken });
const add = (table: string, json: unknown) => asManager({ path: `/rest/v1/${table}`, json });
const addRaw = (body: BodyInit, headers = {}) => asManager({ path: "/rest/v1/products", body, headers });
const change = (table: string, json: unknown) =>
  asManager({ path: `/rest/v1/${table}?boutique_id=eq.${boutique.id}`, method: "PATCH", json });
const product = (fields: object) => ({ boutique_id: boutique.id, slug: "bad", name: "Bad", ...fields });
const variant = (fields: object) => ({
  product_id: gown.productId,
  boutique_id: boutique.id,
  size: "1",
  sku: "bad",
  ...fields,
});

const reads: readonly Case[] = [
  ["a column that does not exist", 400, () => read("products?select=nope")],
  ["a filter on a column that does not exist", 400, () => read("products?nope=eq.1")],
  ["an order by a column that does not exist", 400, () => read("products?order=nope.desc")],
  ["a relation that does not exist", 400, () => read("products?select=id,veils(id)")],
  ["a table that does not exist", 404, () => read("nope")],
  ["a table of another schema", 404, () => read("idempotency_keys")],
  [
    "another schema by its name",
    406,
    () => ({ ...read("idempotency_keys"), headers: { "accept-profile": "private" } }),
  ],
  ["the schema of the accounts", 406, () => ({ ...read("users"), headers: { "accept-profile": "auth" } })],
  ["a path below a table", 404, () => read("products/1")],
  ["an operator that does not exist", 400, () => read("products?name=resembles.gown")],
  ["a filter without operator", 400, () => read("products?name=gown")],
  ["a filter that does not close", 400, () => read("products?id=in.(")],
  ["a condition that does not close", 400, () => read("products?or=(name.eq.a")],
  ["a select that is no list", 400, () => read("products?select=id,(,")],
  ["SQL in the select", 400, () => read(`products?select=${encodeURIComponent("id;drop table public.products")}`)],
  ["SQL in the order", 400, () => read(`products?order=${encodeURIComponent("(select pg_sleep(9))")}`)],
  ["a cast to a type that does not exist", 400, () => read("products?select=name::gown")],
  ["a cast that does not succeed", 400, () => read("products?select=name::int")],
  ["an id that is none", 400, () => read("products?id=eq.1")],
  ["a number that is none", 400, () => read("product_variants?deposit=gt.much")],
  ["a date that is none", 400, () => read("products?created_at=gt.2027-02-30")],
  ["a state that is none", 400, () => read("products?status=eq.worn")],
  ["a regular expression that is none", 400, () => read("products?name=match.[")],
  ["a text search that is none", 400, () => read(`products?name=fts.${encodeURIComponent("a & | b")}`)],
  ["a negative limit", 416, () => read("products?limit=-1")],
  ["an offset beyond all numbers", 400, () => read(`products?offset=${"9".repeat(30)}`)],
  ["a range that ends before it begins", 416, () => ({ ...read("products"), headers: { range: "5-1" } })],
  ["a media type that nobody makes", 406, () => ({ ...read("products"), headers: { accept: "image/png" } })],
  [
    "a strict preference that does not exist",
    400,
    () => ({ ...read("products"), headers: { prefer: "handling=strict, haste=1" } }),
  ],
  ["people by way of what is public", 401, () => read("boutiques?select=id,boutique_members(profiles(display_name))")],
];

const writes: readonly Case[] = [
  ["a column that does not exist", 400, () => add("products", product({ veil: "long" }))],
  ["a change of a column that does not exist", 400, () => change("products", { veil: "long" })],
  ["a column that is computed", 403, () => add("products", product({ listed: true }))],
  ["a change of the boutique", 403, () => change("products", { boutique_id: gown.id })],
  ["the prototype of an object", 400, () => addRaw('{"__proto__": {"admin": true}, "slug": "bad"}')],
  ["no name", 400, () => add("products", product({ name: null }))],
  ["an empty name", 400, () => add("products", product({ name: "" }))],
  ["a state that is none", 400, () => add("products", product({ status: "worn" }))],
  ["text for a number", 400, () => change("product_variants", { deposit: "much" })],
  ["an object for a number", 400, () => change("product_variants", { deposit: { amount: 5 } })],
  ["a truth for a number", 400, () => change("product_variants", { deposit: true })],
  ["a fraction of a cent", 400, () => change("product_variants", { deposit: 0.5 })],
  ["more money than there is", 400, () => change("product_variants", { deposit: 1e30 })],
  ["text for a truth", 400, () => change("products", { for_sale: "perhaps" })],
  ["text for a time", 400, () => change("garments", { retired_at: "when it is worn" })],
  ["a list for an object", 400, () => change("products", { attributes: ["silk"] })],
  ["an empty id", 400, () => change("products", { designer_id: "" })],
  ["a designer who does not exist", 409, () => change("products", { designer_id: gown.id })],
  ["a negative price of a new variant", 400, () => add("product_variants", variant({ rental_price_per_day: -1 }))],
  ["a negative price of a variant there is", 400, () => change("product_variants", { sale_price: -1 })],
  ["a slug that is taken", 409, () => add("products", product({ slug: gown.productSlug }))],
  [
    "a bad row after a good one",
    400,
    () => add("product_variants", [variant({}), variant({ size: "2", sku: "bad2", deposit: -1 })]),
  ],
  ["rows of different columns", 400, () => add("products", [product({}), { boutique_id: boutique.id }])],
  ["JSON that breaks off", 400, () => addRaw('{"slug": "bad')],
  ["no body", 400, () => addRaw("")],
  ["null for a row", 400, () => addRaw("null")],
  ["a number for a row", 400, () => addRaw("5")],
  ["numbers for rows", 400, () => addRaw("[1, 2]")],
  ["XML", 400, () => addRaw("<product/>", { "content-type": "application/xml" })],
  [
    "an upsert by columns that are not unique",
    400,
    () =>
      asManager({
        ...add("products?on_conflict=name", product({})),
        headers: { prefer: "resolution=merge-duplicates" },
      }),
  ],
  ["a PUT without a key", 405, () => ({ ...add("products", product({})), method: "PUT" })],
];

/** A refusal says what is wrong, and not in the words of the machine that found it. */
const clear = {
  code: expect.stringMatching(/^(PGRST\d{3}|[0-9A-Z]{5})$/),
  message: expect.stringMatching(/^(?!.*(?:TypeError|RangeError|undefined|\bat .+:\d+)).{10,}/),
};

describe.each([
  ["a read", reads],
  ["a write", writes],
])("%s is refused for", (_name, cases) => {
  it.each(cases)("%s: %i", async (_wrong, status, call) => {
    const before = await everyRow(world.sql);
    const reply = await send(world, call());
    expect(reply).toMatchObject({ status, body: clear });
    expect(await everyRow(world.sql)).toEqual(before);
  });
});

describe("a read with odd but harmless wishes is answered", () => {
  it.each([
    ["a huge limit", "products?limit=99999999999999999999"],
    ["a limit of no rows", "products?limit=0"],
    ["an offset beyond the rows", "products?offset=1000000"],
    ["relations within relations", `products?select=id${",boutiques(id,products(id".repeat(20)}${"))".repeat(20)}`],
    ["rows of tables that the asker may not see", "boutiques?select=id,rentals(id),garments(id)"],
    ["a pattern of nothing but wildcards", "products?name=like.****************a"],
    ["SQL in a value", `products?name=eq.${encodeURIComponent("'; drop table public.products; --")}`],
  ])("%s", async (_wish, path) => {
    const reply = await send(world, { ...read(path), token: (await world.asCustomer()).accessToken });
    expect(reply.status).toBe(200);
    expect(reply.body).toBeInstanceOf(Array);
  });

  it("with rows of other people left out of what is embedded", async () => {
    const bride = await world.asCustomer("Selam");
    const { data, error } = await bride.client
      .from("boutiques")
      .select("id, products(id, product_variants(id, garments(id), rentals(id)))");
    expect(error).toBeNull();
    expect(data).toEqual([
      {
        id: boutique.id,
        products: [{ id: gown.productId, product_variants: [{ id: gown.id, garments: [], rentals: [] }] }],
      },
    ]);
  });
});
