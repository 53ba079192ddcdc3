import { createHash, randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  assertValidSchema,
  buildClientSchema,
  getIntrospectionQuery,
  type IntrospectionQuery,
  printSchema,
} from "graphql";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { root } from "../../stack/paths.ts";
import { makeSalon, type Salon } from "../helpers/fittings.ts";
import {
  type BoutiqueFixture,
  day,
  makeBoutique,
  makeVariant,
  period,
  type VariantFixture,
} from "../helpers/fixtures.ts";
import { FunctionServer } from "../helpers/function-server.ts";
import { type Ask, asking, dataOf, graphqlApp, type Nodes } from "../helpers/graphql.ts";
import { makeForSale } from "../helpers/orders.ts";
import { type Person, World } from "../helpers/world.ts";

let world: World;
let server: FunctionServer;
let app: ReturnType<typeof graphqlApp>;
let boutique: BoutiqueFixture;
let gown: VariantFixture;
let salon: Salon;
let bride: Person;
let stranger: Person;

beforeAll(async () => {
  world = await World.create();
  server = await FunctionServer.open(world);
  for (const [name, value] of Object.entries(server.environment)) vi.stubEnv(name, value);
  app = graphqlApp(world);
  boutique = await makeBoutique(world.sql);
  gown = await makeVariant(world.sql, boutique, { name: "Genet", garments: 2 });
  salon = await makeSalon(world.sql, boutique);
  bride = await world.asCustomer("Selam");
  stranger = await world.asCustomer("Hanna");
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await server?.close();
  await world?.close();
});

it("has the schema that is committed", async () => {
  const introspection = await app.ask<IntrospectionQuery>(getIntrospectionQuery({ oneOf: true }));
  const schema = buildClientSchema(dataOf(introspection));
  assertValidSchema(schema);
  expect(`${printSchema(schema)}\n`).toBe(readFileSync(join(root, "functions/graphql/schema.graphql"), "utf8"));
});

it("answers every query of its page in the docs", async () => {
  const page = readFileSync(join(root, "docs/graphql.md"), "utf8");
  const queries = [...page.matchAll(/```graphql\n(.*?)```|query: `(.*?)`/gs)].map(
    ([, block, inline]) => block ?? inline ?? "",
  );
  expect(queries).toHaveLength(4);
  const variables = { slug: boutique.slug, variant: gown.id, key: randomUUID() };
  for (const query of queries) {
    // The day in the docs is over some day.
    const { errors } = await app.ask(query.replace("[2027-06-04,2027-06-06]", period(30, 32)), variables, bride);
    expect(errors, query).toBeUndefined();
  }
});

describe.each([
  ["in this process", (init: RequestInit, search?: string) => app.send(init, search)],
  [
    "through the gateway and Deno",
    (init: RequestInit, search = "") => fetch(`${server.origin}/functions/v1/graphql${search}`, init),
  ],
] as const)("GraphQL, %s", (_where, send) => {
  const ask: Ask = (...asked) => asking(world, send)(...asked);

  it("reserves a rental and shows it to its customer alone, however she reaches it", async () => {
    const reserved = dataOf(
      await ask<{ reserve_rental: { id: string } }>(
        `mutation ($variant: UUID!, $period: String!, $key: String!) {
          reserve_rental(variant_id: $variant, period: $period, idempotency_key: $key) {
            id state price currency
            variant { size product { name boutique { slug } } }
            customer { display_name }
          }
        }`,
        { variant: gown.id, period: period(10, 12), key: randomUUID() },
        bride,
      ),
    ).reserve_rental;
    expect(reserved).toMatchObject({
      ...{ state: "held", price: 30_000, currency: "ETB", customer: { display_name: "Selam" } },
      variant: { size: "38", product: { name: "Genet", boutique: { slug: boutique.slug } } },
    });
    const nested = `query ($id: UUID!) {
      product(id: $id) { name product_variants { nodes { rentals_by_variant { nodes { id } } } } }
    }`;
    const rentalsOf = async (person: Person) => {
      interface Nested {
        readonly product: {
          readonly name: string;
          readonly product_variants: Nodes<{ readonly rentals_by_variant: Nodes<unknown> }>;
        };
      }
      const { product } = dataOf(await ask<Nested>(nested, { id: gown.productId }, person));
      expect(product.name).toBe("Genet");
      return product.product_variants.nodes[0]?.rentals_by_variant.nodes;
    };
    expect(await rentalsOf(bride)).toContainEqual({ id: reserved.id });
    expect(await rentalsOf(stranger)).toEqual([]);
    expect(dataOf(await ask(`{ rentals { nodes { id } } }`, {}, stranger))).toEqual({ rentals: { nodes: [] } });
    const one = `query ($id: UUID!) { rental(id: $id) { id } }`;
    expect(dataOf(await ask(one, { id: reserved.id }, stranger))).toEqual({ rental: null });
  });

  it("books a fitting at a time that it has offered, and says in codes why it does not twice", async () => {
    const {
      fitting_slots: [slot],
    } = dataOf(
      await ask<{ fitting_slots: { starts_at: string; stylist_ids: string[] }[] }>(
        `query ($location: UUID!, $service: UUID!, $day: Date!) {
          fitting_slots(location_id: $location, service_id: $service, from_date: $day, to_date: $day) { starts_at stylist_ids }
        }`,
        { location: boutique.locationId, service: salon.serviceId, day: day(5) },
      ),
    );
    expect(slot?.stylist_ids).toEqual(salon.stylistIds);
    const book = () =>
      ask(
        `mutation ($location: UUID!, $service: UUID!, $starts: DateTime!, $key: String!) {
          book_fitting(location_id: $location, service_id: $service, starts_at: $starts, garment_ids: [], notes: "", idempotency_key: $key) {
            state starts_at service { duration_minutes } location { city }
          }
        }`,
        { location: boutique.locationId, service: salon.serviceId, starts: slot?.starts_at, key: randomUUID() },
        bride,
      );
    expect(dataOf(await book())).toEqual({
      book_fitting: {
        ...{ state: "booked", starts_at: slot?.starts_at },
        ...{ service: { duration_minutes: 60 }, location: { city: "Addis Ababa" } },
      },
    });
    const { status, data, errors } = await book();
    expect({ status, data }).toEqual({ status: 200, data: { book_fitting: null } });
    expect(errors).toMatchObject([
      {
        path: ["book_fitting"],
        extensions: { code: "slot_taken", status: 409, details: { next_free: expect.any(Array) } },
      },
    ]);
  });

  it("fills a cart and checks out", async () => {
    const item = await makeForSale(world.sql, boutique, { stock: 5, price: 25_000 });
    const buyer = await world.asCustomer("Buyer");
    const added = dataOf(
      await ask<{ add_to_cart: { cart: { id: string } } }>(
        `mutation ($variant: UUID!) { add_to_cart(variant_id: $variant, kind: sale, quantity: 2) { quantity cart { id } } }`,
        { variant: item.id },
        buyer,
      ),
    ).add_to_cart;
    const cart = dataOf(await ask(`{ my_cart { cart_id can_be_ordered lines boutiques } }`, {}, buyer));
    expect(cart).toMatchObject({
      my_cart: {
        ...{ cart_id: added.cart.id, can_be_ordered: true, boutiques: [{ total: 50_000 }] },
        lines: [{ quantity: 2, unit_price: 25_000, problem: null }],
      },
    });
    const ordered = dataOf(
      await ask(
        `mutation ($cart: UUID!, $key: String!) {
          checkout(cart_id: $cart, idempotency_key: $key) {
            total amount_due
            orders_by_group { nodes { state order_items { nodes { quantity variant { product { name } } } } } }
          }
        }`,
        { cart: added.cart.id, key: randomUUID() },
        buyer,
      ),
    );
    expect(ordered).toMatchObject({
      checkout: {
        ...{ total: 50_000, amount_due: 50_000 },
        orders_by_group: { nodes: [{ state: "pending", order_items: { nodes: [{ quantity: 2 }] } }] },
      },
    });
  });

  it("writes rows where grants and policies let her", async () => {
    const row = {
      recipient: "Selam",
      phone: "+251911000000",
      line_1: "Bole Road 1",
      city: "Addis Ababa",
      country: "ET",
    };
    const { insert_address: made } = dataOf(
      await ask<{ insert_address: { id: string } }>(
        `mutation ($row: AddressInsert!) { insert_address(row: $row) { id city customer { display_name } } }`,
        { row },
        bride,
      ),
    );
    expect(made).toMatchObject({ city: "Addis Ababa", customer: { display_name: "Selam" } });
    const update = `mutation ($id: UUID!) { update_address(id: $id, set: { city: "Adama" }) { city } }`;
    const remove = `mutation ($id: UUID!) { delete_address(id: $id) { id } }`;
    for (const write of [update, remove]) {
      const { errors } = await ask(write, { id: made.id }, stranger);
      expect(errors).toMatchObject([{ extensions: { code: "row_not_found", status: 404 } }]);
    }
    expect(dataOf(await ask(update, { id: made.id }, bride))).toEqual({ update_address: { city: "Adama" } });
    expect(dataOf(await ask(remove, { id: made.id }, bride))).toEqual({ delete_address: { id: made.id } });
    expect(await world.sql`select from public.addresses where id = ${made.id}`).toHaveLength(0);
  });

  it("says what is wrong by a code, and shows what is right beside it", async () => {
    const hidden = await ask(`{ rentals { nodes { id } } products { nodes { id } } }`);
    expect(hidden.data).toMatchObject({ rentals: null, products: { nodes: expect.any(Array) } });
    expect(hidden.errors).toMatchObject([{ path: ["rentals"], extensions: { code: "sign_in_required", status: 401 } }]);
    for (const [query, code, status, person] of [
      [`{ nothing }`, "invalid_query", 400, undefined],
      [`{`, "invalid_query", 400, undefined],
      [`{ product(id: "x") { id } }`, "invalid_input", 400, undefined],
      [`{ products(filter: { published_at: { gt: "then" } }) { nodes { id } } }`, "invalid_input", 400, undefined],
      [
        `{ quote_rental(variant_id: "${randomUUID()}", period: "${period(1, 2)}") { price } }`,
        "variant_not_found",
        404,
        undefined,
      ],
      [
        `mutation { update_boutique(id: "${boutique.id}", set: { name: "Mine" }) { id } }`,
        "row_not_found",
        404,
        stranger,
      ],
      [`mutation { update_boutique(id: "${boutique.id}", set: {}) { id } }`, "invalid_input", 400, stranger],
    ] as const) {
      const answer = await ask(query, {}, person);
      expect(answer.status, query).toBeLessThan(500);
      expect(answer.errors, query).toMatchObject([{ message: expect.any(String), extensions: { code, status } }]);
    }
    const forged = { ...stranger, accessToken: `${stranger.accessToken.slice(0, -4)}AAAA` };
    expect((await ask(`{ products { nodes { id } } }`, {}, forged)).errors).toMatchObject([
      { extensions: { status: 401 } },
    ]);
  });

  it("takes a query by its hash once it has seen it, also with GET", async () => {
    const query = `{ boutiques(filter: { id: { eq: "${boutique.id}" } }) { nodes { slug } } } # ${randomUUID()}`;
    const persistedQuery = { version: 1, sha256Hash: createHash("sha256").update(query).digest("hex") };
    const headers = { apikey: world.keys.publishable };
    const search = `?${new URLSearchParams({ extensions: JSON.stringify({ persistedQuery }) })}`;
    const byHash = async () => (await send({ headers }, search)).json();
    expect(await byHash()).toMatchObject({ errors: [{ message: "PersistedQueryNotFound" }] });
    const registering = asking(world, send, { extensions: { persistedQuery } });
    expect((await registering(`${query} `)).errors).toMatchObject([
      { extensions: { code: "invalid_persisted_query" } },
    ]);
    const data = { boutiques: { nodes: [{ slug: boutique.slug }] } };
    expect(dataOf(await registering(query))).toEqual(data);
    expect(await byHash()).toEqual({ data });
  });

  it("wants a key, and POST for what changes something", async () => {
    const closed = await send({
      method: "POST",
      headers: { "content-type": "application/json" },
      body: `{"query":"{__typename}"}`,
    });
    expect(closed.status).toBe(401);
    const headers = { apikey: world.keys.publishable };
    const mutation = `?query=${encodeURIComponent("mutation { delete_account { user_id } }")}`;
    expect((await send({ headers }, mutation)).status).toBe(405);
    expect((await send({ method: "PUT", headers })).status).toBe(404);
    for (const body of ["", "nothing", "[]", "null", "3", `{"query":1}`, `[{"query":"{__typename}"}]`]) {
      const refused = await send({ method: "POST", headers: { ...headers, "content-type": "application/json" }, body });
      expect(refused.status, body).toBe(400);
    }
    const long = JSON.stringify({ query: "{__typename}", variables: { text: "x".repeat(200_000) } });
    const refused = await send({
      method: "POST",
      headers: { ...headers, "content-type": "application/json" },
      body: long,
    });
    expect(refused.status).toBe(413);
  });

  it("has a page to try it, which brings everything along", async () => {
    const page = await send({ headers: { accept: "text/html" } });
    expect(page.headers.get("content-type")).toMatch(/^text\/html/);
    const html = await page.text();
    expect(html).toContain("GraphiQL");
    expect(html).not.toMatch(/<(script|link)[^>]+(src|href)="?https?:/);
  });
});
