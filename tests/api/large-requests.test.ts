import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Gateway } from "../../stack/gateway.ts";
import { freePort } from "../../stack/ports.ts";
import { everyRow } from "../helpers/every-row.ts";
import { type BoutiqueFixture, makeBoutique, makeVariant, type VariantFixture } from "../helpers/fixtures.ts";
import { type Person, World } from "../helpers/world.ts";

let world: World;
let gateway: Gateway;
let origin: string;
let boutique: BoutiqueFixture;
let gown: VariantFixture;
let manager: Person;

// Over a socket, for some of these requests never reach the API.
beforeAll(async () => {
  world = await World.create();
  boutique = await makeBoutique(world.sql);
  gown = await makeVariant(world.sql, boutique);
  manager = await world.asStaff(boutique.id, "manager");
  const port = await freePort();
  origin = `http://127.0.0.1:${port}`;
  gateway = new Gateway({ name: "API", port, handler: (request, peer) => world.api.fetch(request, peer) });
  await gateway.start();
});
afterAll(async () => {
  await gateway.stop();
  await world.close();
});

/** Sends a request as the manager and asserts that the next one is answered as if nothing had happened. */
async function ask(path: string, init: RequestInit = {}): Promise<Response> {
  const headers = {
    apikey: world.keys.publishable,
    authorization: `Bearer ${manager.accessToken}`,
    "content-type": "application/json",
  };
  const response = await fetch(`${origin}${path}`, { ...init, headers: { ...headers, ...init.headers } });
  const next = await fetch(`${origin}/rest/v1/products?select=id&id=eq.${gown.productId}`, { headers });
  expect(await next.json()).toEqual([{ id: gown.productId }]);
  return response;
}

const product = (fields: object) => ({ boutique_id: boutique.id, slug: "large", name: "Large", ...fields });
const insert = (json: unknown): RequestInit => ({ method: "POST", body: JSON.stringify(json) });

describe("a large request", () => {
  it("of 10 MB is refused before it is read: 413", async () => {
    const before = await everyRow(world.sql);
    const response = await ask("/rest/v1/products", insert(product({ description: "x".repeat(10_000_000) })));
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({ code: "body_too_large", message: expect.stringContaining("bytes") });
    expect(await everyRow(world.sql)).toEqual(before);
  });

  it("of 5 MB is read, and refused by the constraint that bounds the text: 400", async () => {
    const response = await ask("/rest/v1/products", insert(product({ description: "x".repeat(5_000_000) })));
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      code: "23514",
      message: expect.stringContaining("description_is_bounded"),
    });
  });

  it("of unknown length is refused: 411", async () => {
    const body = new Blob([JSON.stringify(product({}))]).stream();
    const init = { method: "POST", body, duplex: "half" };
    const response = await ask("/rest/v1/products", init);
    expect(response.status).toBe(411);
    expect(await response.json()).toMatchObject({ code: "length_required" });
  });

  it.each([
    ["a long address", () => ask(`/rest/v1/products?name=eq.${"x".repeat(20_000)}`)],
    ["a long header", () => ask("/rest/v1/products", { headers: { "x-long": "x".repeat(20_000) } })],
  ])("with %s is refused: 431", async (_case, send) => {
    expect((await send()).status).toBe(431);
  });
});

describe("a request that is folded deep", () => {
  it.each([
    ["conditions", 1000, (depth: number) => `products?or=(${"and(".repeat(depth)}slug.eq.a${")".repeat(depth)})`],
    [
      "relations",
      500,
      (depth: number) => `products?select=id${",boutiques(id,products(id".repeat(depth)}${"))".repeat(depth)}`,
    ],
  ])("in %s is no failure of the server", async (_case, depth, path) => {
    expect((await ask(`/rest/v1/${path(depth)}`)).status).toBeLessThan(500);
  });

  it("in JSON is no failure of the server", async () => {
    const body = `{"attributes": {"a": ${"[".repeat(10_000)}${"]".repeat(10_000)}}}`;
    const response = await ask(`/rest/v1/products?id=eq.${gown.productId}`, { method: "PATCH", body });
    expect(response.status).toBeLessThan(500);
  });
});

describe("rows in bulk", () => {
  const rows = (count: number) =>
    Array.from({ length: count }, (_, n) =>
      product({ slug: `bulk-${count}-${n}`, for_sale: true, description: "Bulk" }),
    );

  // 65,534 is the most values that one statement of the driver may have; 14,000 rows of five have 70,000.
  it.each([1000, 14_000])("are all written or, if %i are too many, refused as the client's mistake", async (count) => {
    const response = await ask("/rest/v1/products", { ...insert(rows(count)), headers: { prefer: "return=minimal" } });
    const [written] = await world.sql`
      select count(*)::int as count from public.products where slug like ${`bulk-${count}-%`}`;
    expect(response.status).toBeLessThan(500);
    expect(written).toEqual({ count: response.status === 201 ? count : 0 });
  });

  it("are not written at all when the last is wrong", async () => {
    const before = await everyRow(world.sql);
    const response = await ask(
      "/rest/v1/products",
      insert([...rows(500), product({ slug: "Not A Slug", for_sale: true, description: "" })]),
    );
    expect(response.status).toBe(400);
    expect(await everyRow(world.sql)).toEqual(before);
  });

  it("are read at most 1,000 at a time, as config.toml says", async () => {
    await world.sql`
      insert into public.designers (slug, label) select 'designer-' || n, 'Designer' from generate_series(1, 1100) n`;
    const response = await ask("/rest/v1/designers?select=id&limit=1000000");
    expect(await response.json()).toHaveLength(1000);
  });
});

describe("an address that cannot be decoded", () => {
  it.each(["/rest/v1/%E0%A4%A", "/auth/v1/%E0%A4%A", "/storage/v1/object/public/%E0%A4%A", "/rest/v1/%00"])(
    "is no failure of the server: %s",
    async (path) => {
      const { status } = await ask(path);
      expect(status).toBeGreaterThanOrEqual(400);
      expect(status).toBeLessThan(500);
    },
  );
});
