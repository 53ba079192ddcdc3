import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type BoutiqueFixture, makeBoutique, makeVariant, type VariantFixture } from "../helpers/fixtures.ts";
import { type Call, send } from "../helpers/rest.ts";
import { type Person, World } from "../helpers/world.ts";

let world: World;
let boutique: BoutiqueFixture;
let gown: VariantFixture;
let manager: Person;
let bride: Person;

beforeAll(async () => {
  world = await World.create();
  boutique = await makeBoutique(world.sql);
  gown = await makeVariant(world.sql, boutique);
  [manager, bride] = await Promise.all([world.asStaff(boutique.id, "manager"), world.asCustomer("Selam")]);
});
afterAll(() => world.close());

const asManager = (call: Call): Call => ({ ...call, token: manager.accessToken });
const asService = (call: Call): Call => ({ ...call, key: world.keys.secret });
const product = (fields: Record<string, unknown>) => ({
  path: "/rest/v1/products",
  json: { boutique_id: boutique.id, slug: `gown-${randomUUID().slice(0, 8)}`, name: "Gown", ...fields },
});
const repair = (during: string) => ({
  path: "/rest/v1/allocations",
  json: { resource_id: gown.garmentIds[0], boutique_id: boutique.id, during, kind: "repair", state: "confirmed" },
});

interface Expected {
  readonly status: number;
  readonly code: string;
  readonly message: string | RegExp;
  readonly details?: string | RegExp;
  readonly hint?: string;
}

/** What goes wrong, who does it, and what PostgREST answers. */
const mistakes: readonly (readonly [name: string, call: () => Call, expected: Expected])[] = [
  [
    "a check that fails",
    () => asManager({ path: `/rest/v1/product_variants?id=eq.${gown.id}`, method: "PATCH", json: { sale_price: -1 } }),
    { status: 400, code: "23514", message: /violates check constraint "sale_price_is_not_negative"$/ },
  ],
  [
    "a time that is taken",
    () => asService(repair("[2027-03-01T12:00Z,2027-03-03T12:00Z)")),
    {
      status: 400,
      code: "23P01",
      message: 'conflicting key value violates exclusion constraint "live_allocations_of_a_resource_never_overlap"',
      details: /^Key \(resource_id, during\)=\(.+\) conflicts with existing key \(resource_id, during\)=\(.+\)\.$/,
    },
  ],
  [
    "a row that does not exist",
    () => asManager(product({ designer_id: boutique.id })),
    {
      status: 409,
      code: "23503",
      message: /violates foreign key constraint "products_designer_id_fkey"$/,
      details: /is not present in table "designers"\.$|^Key is not present in table "designers"\.$/,
    },
  ],
  [
    "a row that others refer to",
    () => asService({ path: `/rest/v1/boutiques?id=eq.${boutique.id}`, method: "DELETE" }),
    {
      status: 409,
      code: "23503",
      message: /^update or delete on table "boutiques" violates foreign key constraint/,
      details: /is still referenced from table "\w+"\.$/,
    },
  ],
  [
    "a second row of a name",
    () => asService(product({ slug: gown.productSlug })),
    {
      status: 409,
      code: "23505",
      message: 'duplicate key value violates unique constraint "products_boutique_id_slug_key"',
      details: /^Key \(boutique_id, slug\)=\(.+\) already exists\.$/,
    },
  ],
  [
    "a value that is missing",
    () => asManager(product({ name: null })),
    {
      status: 400,
      code: "23502",
      message: 'null value in column "name" of relation "products" violates not-null constraint',
    },
  ],
  [
    "text that is no id",
    () => ({ path: "/rest/v1/products?id=eq.cinderella" }),
    { status: 400, code: "22P02", message: 'invalid input syntax for type uuid: "cinderella"' },
  ],
  [
    "a word that is no state",
    () => asManager(product({ status: "worn" })),
    { status: 400, code: "22P02", message: 'invalid input value for enum product_status: "worn"' },
  ],
  [
    "a number that is too large",
    () =>
      asManager({
        path: `/rest/v1/rental_policies?boutique_id=eq.${boutique.id}`,
        method: "PATCH",
        json: { max_days: 2 ** 40 },
      }),
    { status: 400, code: "22003", message: `value "${2 ** 40}" is out of range for type integer` },
  ],
  [
    "a column that is not there",
    () => ({ path: "/rest/v1/products?select=nam" }),
    {
      status: 400,
      code: "42703",
      message: "column products.nam does not exist",
      hint: 'Perhaps you meant to reference the column "products.name".',
    },
  ],
  [
    "a column that is not there to write",
    () => asManager(product({ veil: "long" })),
    { status: 400, code: "PGRST204", message: "Could not find the 'veil' column of 'products' in the schema cache" },
  ],
  [
    "a table that is not there",
    () => ({ path: "/rest/v1/rental" }),
    {
      status: 404,
      code: "PGRST205",
      message: "Could not find the table 'public.rental' in the schema cache",
      hint: "Perhaps you meant the table 'public.rentals'",
    },
  ],
  [
    "a function that is not there",
    () => ({ path: "/rest/v1/rpc/zzz", json: {} }),
    {
      status: 404,
      code: "PGRST202",
      message: /^Could not find the function public\.zzz/,
      details: /^Searched for the function public\.zzz .+ no matches were found in the schema cache\.$/,
    },
  ],
  [
    "arguments that no function takes",
    () => ({ path: "/rest/v1/rpc/quote_rental", json: { gown_id: gown.id } }),
    {
      status: 404,
      code: "PGRST202",
      message: /^Could not find the function public\.quote_rental\(gown_id\)/,
      details: /^Searched for the function public\.quote_rental with parameter gown_id /,
    },
  ],
  [
    "a table that the anonymous may not read",
    () => ({ path: "/rest/v1/rentals" }),
    { status: 401, code: "42501", message: "permission denied for table rentals" },
  ],
  [
    "a table that a customer may not write",
    () => ({ ...repair("[2027-03-01,2027-03-02)"), token: bride.accessToken }),
    { status: 403, code: "42501", message: "permission denied for table allocations" },
  ],
  [
    "a row that a customer may not write",
    () => ({ ...product({}), token: bride.accessToken }),
    { status: 403, code: "42501", message: 'new row violates row-level security policy for table "products"' },
  ],
  [
    "a function that the anonymous may not call",
    () => ({ path: "/rest/v1/rpc/cancel_rental", json: { rental_id: gown.id } }),
    { status: 401, code: "42501", message: "permission denied for function cancel_rental" },
  ],
  [
    "a write by GET",
    () => ({
      path: `/rest/v1/rpc/reserve_rental?variant_id=${gown.id}&period=[2027-01-01,2027-01-02]&idempotency_key=get`,
      token: bride.accessToken,
    }),
    { status: 405, code: "25006", message: "cannot execute INSERT in a read-only transaction" },
  ],
  [
    "one row asked for where there is none",
    () => ({
      path: `/rest/v1/products?id=eq.${boutique.id}`,
      headers: { accept: "application/vnd.pgrst.object+json" },
    }),
    {
      status: 406,
      code: "PGRST116",
      message: "Cannot coerce the result to a single JSON object",
      details: "The result contains 0 rows",
    },
  ],
];

describe("a mistake is answered as PostgREST answers it", () => {
  beforeAll(async () => {
    const taken = await send(world, asService(repair("[2027-03-01T00:00Z,2027-03-02T00:00Z)")));
    expect(taken.status).toBe(201);
  });

  it.each(mistakes)("%s", async (_name, call, expected) => {
    const reply = await send(world, call());
    expect(reply.body).toEqual({
      code: expected.code,
      message: matching(expected.message),
      details: expected.details === undefined ? null : matching(expected.details),
      hint: expected.hint ?? null,
    });
    expect(reply.status).toBe(expected.status);
  });
});

function matching(text: string | RegExp): unknown {
  return typeof text === "string" ? text : expect.stringMatching(text);
}
