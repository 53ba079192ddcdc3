import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Database } from "../../functions/_shared/database.types.ts";
import { type BoutiqueFixture, makeBoutique, makeVariant, period } from "../helpers/fixtures.ts";
import { fillCart, makeForSale, order, receive } from "../helpers/orders.ts";
import { type Person, World } from "../helpers/world.ts";

let world: World;
let boutique: BoutiqueFixture;
let bride: Person;
let names = 0;

beforeAll(async () => {
  world = await World.create();
  boutique = await makeBoutique(world.sql);
});
afterAll(() => world.close());
beforeEach(async () => {
  names += 1;
  bride = await world.asCustomer(`Bride ${names}`);
});

type Line = Database["public"]["CompositeTypes"]["cart_line"];
type Totals = Database["public"]["CompositeTypes"]["cart_boutique"];

const read = ({
  data,
  error,
}: {
  readonly data: Database["public"]["CompositeTypes"]["cart_summary"] | null;
  readonly error: Error | null;
}) => {
  if (error !== null) throw error;
  return { ...data, lines: data?.lines as unknown as Line[], boutiques: data?.boutiques as unknown as Totals[] };
};
const cartOf = async (person: Person) => read(await person.client.rpc("my_cart"));

describe("a cart", () => {
  it("is made by the first line, is one per customer, and is nobody else's", async () => {
    const veil = await makeForSale(world.sql, boutique, { stock: 5 });
    const ring = await makeForSale(world.sql, boutique, { stock: 5 });
    const [one, two] = await Promise.all([
      fillCart(bride, [{ variantId: veil.id }]),
      fillCart(bride, [{ variantId: ring.id }]),
    ]);
    expect(one).toBe(two);
    const other = await world.asCustomer("Other");
    expect((await other.client.from("cart_items").select()).data).toEqual([]);
    expect((await cartOf(other)).lines).toEqual([]);
  });

  it("adds to a line that is there, and keeps rentals of other days apart", async () => {
    const veil = await makeForSale(world.sql, boutique, { stock: 9, price: 300 });
    const gown = await makeVariant(world.sql, boutique, { pricePerDay: 1_000 });
    await fillCart(bride, [
      { variantId: veil.id, quantity: 2 },
      { variantId: veil.id },
      { variantId: gown.id, kind: "rental", period: period(5, 6) },
      { variantId: gown.id, kind: "rental", period: period(8, 8) },
    ]);
    const cart = await cartOf(bride);
    expect(cart.lines.map(({ kind, quantity, subtotal, problem }) => [kind, quantity, subtotal, problem])).toEqual([
      ["sale", 3, 900, null],
      ["rental", 1, 2_000, null],
      ["rental", 1, 1_000, null],
    ]);
    expect(cart).toMatchObject({
      can_be_ordered: true,
      boutiques: [{ subtotal: 3_900, total: 3_900, deposit: 100_000 }],
    });
  });

  it("shows prices and availability of now at every read", async () => {
    const veil = await makeForSale(world.sql, boutique, { stock: 1, price: 300 });
    const gown = await makeVariant(world.sql, boutique);
    await fillCart(bride, [{ variantId: veil.id }, { variantId: gown.id, kind: "rental", period: period(5, 6) }]);
    await world.sql`update public.product_variants set sale_price = 450 where id = ${veil.id}`;
    expect((await cartOf(bride)).lines[0]).toMatchObject({ unit_price: 450, available: 1, problem: null });

    const other = await world.asCustomer("Faster");
    await order(other, [{ variantId: veil.id }, { variantId: gown.id, kind: "rental", period: period(6, 7) }]);
    const sold = await cartOf(bride);
    expect(sold.lines.map(({ problem, available }) => [problem, available])).toEqual([
      ["out_of_stock", 0],
      ["not_available", 0],
    ]);
    expect(sold.can_be_ordered).toBe(false);

    await receive(world.sql, boutique, veil.id, 1);
    expect((await cartOf(bride)).lines[0]).toMatchObject({ problem: null });
    await world.sql`update public.products set status = 'archived' where id = ${veil.productId}`;
    expect((await cartOf(bride)).lines[0]).toMatchObject({
      problem: "variant_not_found",
      product_name: expect.any(String),
    });
  });

  it("sums lines that share stock", async () => {
    const veil = await makeForSale(world.sql, boutique, { stock: 3 });
    const cart = read(
      await bride.client.rpc("quote_cart", {
        lines: [
          { variant_id: veil.id, quantity: 2 },
          { variant_id: veil.id, quantity: 2 },
        ],
      }),
    );
    expect(cart.lines.map(({ problem }) => problem)).toEqual(["out_of_stock", "out_of_stock"]);
  });

  it.each([
    ["a gown that is only rented out, to buy", "sale", null, "not_for_sale"],
    ["a veil that is only sold, to rent", "rental", period(5, 6), "not_for_rent"],
    ["a veil that is not made to order, to be made", "made_to_order", null, "not_made_to_order"],
  ] as const)("refuses %s", async (_what, kind, days, hint) => {
    const gown = await makeVariant(world.sql, boutique);
    const veil = await makeForSale(world.sql, boutique, { stock: 1 });
    const { error } = await bride.client.rpc("add_to_cart", {
      variant_id: kind === "sale" ? gown.id : veil.id,
      kind,
      ...(days === null ? {} : { period: days }),
    });
    expect(error).toMatchObject({ code: "PT409", hint });
  });

  it("refuses a rental without days, a sale with days, and quantities of nothing", async () => {
    const veil = await makeForSale(world.sql, boutique, { stock: 1, rentalPricePerDay: 5 });
    for (const line of [
      { kind: "rental" },
      { kind: "sale", period: period(5, 6) },
      { quantity: 0 },
      { quantity: 101 },
    ] as const) {
      const { error } = await bride.client.rpc("add_to_cart", { variant_id: veil.id, ...line });
      expect(error).toMatchObject({ code: "PT400", hint: "invalid_line" });
    }
  });

  it("names the rule that a country breaks which is not written as a code", async () => {
    const veil = await makeForSale(world.sql, boutique, { stock: 5 });
    const cartId = await fillCart(bride, [{ variantId: veil.id }]);
    const { error } = await bride.client.from("carts").update({ country: "Ethiopia" }).eq("id", cartId);
    expect(error).toMatchObject({ code: "23514", message: expect.stringContaining("country_is_iso_3166") });
  });

  it("does not change any more once it is ordered; the next line begins another", async () => {
    const veil = await makeForSale(world.sql, boutique, { stock: 5 });
    const group = await order(bride, [{ variantId: veil.id }]);
    const { data: items } = await bride.client
      .from("cart_items")
      .select()
      .eq("cart_id", group.cart_id ?? "");
    expect(items).toHaveLength(1);
    const { error } = await bride.client
      .from("cart_items")
      .update({ quantity: 4 })
      .eq("id", items?.[0]?.id ?? "");
    expect(error).toMatchObject({ code: "PT409", hint: "cart_is_ordered" });
    expect(await fillCart(bride, [{ variantId: veil.id }])).not.toBe(group.cart_id);
  });
});

describe("a guest's cart", () => {
  const lines = async () => {
    const veil = await makeForSale(world.sql, boutique, { stock: 5, price: 300 });
    const gown = await makeVariant(world.sql, boutique, { pricePerDay: 1_000 });
    return {
      veil,
      gown,
      lines: [
        { variant_id: veil.id, kind: "sale", quantity: 2 },
        { variant_id: gown.id, kind: "rental", period: period(5, 6) },
      ],
    };
  };

  it("is shown with prices to somebody who has not signed in", async () => {
    const { lines: kept } = await lines();
    const { data, error } = await world.asAnon().rpc("quote_cart", { lines: kept });
    expect(error).toBeNull();
    expect(data).toMatchObject({ can_be_ordered: true, cart_id: null, boutiques: [{ total: 2_600 }] });
  });

  it("is merged at sign-in, twice without a second effect, and names what can no longer be had", async () => {
    const { veil, lines: kept } = await lines();
    await fillCart(bride, [{ variantId: veil.id, quantity: 1 }]);
    const gone = await makeForSale(world.sql, boutique, { stock: 5 });
    await world.sql`update public.products set status = 'archived' where id = ${gone.productId}`;
    const all = [...kept, { variant_id: gone.id }];
    for (const _time of [1, 2]) {
      const { data, error } = await bride.client.rpc("merge_cart", { lines: all });
      expect(error).toBeNull();
      expect(data?.map(({ problem }) => problem)).toEqual([null, null, "variant_not_found"]);
    }
    expect((await cartOf(bride)).lines.map(({ quantity }) => quantity)).toEqual([2, 1]);
  });

  it.each([
    ["an object", {}],
    ["a text", "veil"],
    ["lines that are none", [5]],
    ["ids that are none", [{ variant_id: "veil" }]],
    ["too many lines", Array.from({ length: 101 }, () => ({ variant_id: crypto.randomUUID() }))],
  ])("is refused when it is %s", async (_what, wrong) => {
    for (const name of ["quote_cart", "merge_cart"] as const) {
      const { error } = await bride.client.rpc(name, { lines: wrong });
      expect(error).toMatchObject({ code: "PT400", hint: "invalid_lines" });
    }
  });
});

describe("taxes and shipping", () => {
  it("are part of the price or added to it, rounded half up per line, by the most specific rule", async () => {
    const { sql } = world;
    const [category] = await sql<
      { id: string }[]
    >`insert into public.categories (slug, name) values ('rings', 'Rings') returning id`;
    const shop = await makeBoutique(sql);
    await sql`
      insert into public.tax_rules (boutique_id, name, rate_basis_points, applies_to, category_id, country) values
        (${shop.id}, 'VAT', 1500, 'everything', null, null), (${shop.id}, 'Low VAT', 500, 'sale', ${category?.id ?? ""}, null),
        (${shop.id}, 'Kenyan VAT', 1600, 'everything', null, 'KE'), (${shop.id}, 'Rental tax', 1000, 'rental', null, null)`;
    await sql`
      insert into public.shipping_methods (boutique_id, kind, name, price, free_from, countries, currency)
      values (${shop.id}, 'delivery', 'Courier', 115, 100000, '{ET,KE}', 'XXX')`;
    const veil = await makeForSale(sql, shop, { stock: 5, price: 1_003 });
    const ring = await makeForSale(sql, shop, { stock: 5, price: 1_010, categoryId: category?.id ?? "" });
    const quote = async (country: string) => {
      const cart = read(
        await bride.client.rpc("quote_cart", {
          lines: [{ variant_id: veil.id }, { variant_id: ring.id, quantity: 3 }],
          country,
        }),
      );
      return { lines: cart.lines.map(({ tax, tax_name }) => [tax_name, tax]), ...cart.boutiques[0] };
    };
    // 1003 * 15 / 115 = 130.8; 3030 * 5 / 105 = 144.3; 115 * 15 / 115 = 15.
    expect(await quote("ET")).toMatchObject({
      lines: [
        ["VAT", 131],
        ["Low VAT", 144],
      ],
      tax: 290,
      shipping: 115,
      subtotal: 4_033,
      total: 4_148,
      prices_include_tax: true,
    });
    expect(await quote("KE")).toMatchObject({
      lines: [
        ["Kenyan VAT", 138],
        ["Low VAT", 144],
      ],
    });
    expect(await quote("US")).toMatchObject({ problem: "no_shipping_method" });
    await sql`update public.commerce_policies set prices_include_tax = false where boutique_id = ${shop.id}`;
    // 1003 * 0.15 = 150.45; 3030 * 0.05 = 151.5; 115 * 0.15 = 17.25.
    expect(await quote("ET")).toMatchObject({
      lines: [
        ["VAT", 150],
        ["Low VAT", 152],
      ],
      tax: 319,
      total: 4_033 + 115 + 319,
    });
    await sql`update public.shipping_methods set free_from = 4033 where boutique_id = ${shop.id}`;
    expect(await quote("ET")).toMatchObject({ shipping: 0, total: 4_033 + 302 });
  });

  it("are in the order as they were quoted, with lines of their own", async () => {
    const { sql } = world;
    const shop = await makeBoutique(sql);
    await sql`insert into public.tax_rules (boutique_id, name, rate_basis_points) values (${shop.id}, 'VAT', 1500)`;
    await sql`
      insert into public.shipping_methods (boutique_id, kind, name, location_id, price, currency)
      values (${shop.id}, 'pickup', 'In the shop', ${shop.locationId}, 200, 'XXX')`;
    const veil = await makeForSale(sql, shop, { stock: 5, price: 1_150 });
    const group = await order(bride, [{ variantId: veil.id, quantity: 2 }]);
    const { data } = await bride.client
      .from("orders")
      .select(
        "subtotal, tax_total, shipping_total, total, order_items(unit_price, tax), order_adjustments(kind, label, amount, tax)",
      )
      .eq("group_id", group.id)
      .single();
    expect(data).toMatchObject({
      subtotal: 2_300,
      shipping_total: 200,
      tax_total: 326,
      total: 2_500,
      order_items: [{ unit_price: 1_150, tax: 300 }],
    });
    expect(data?.order_adjustments.toSorted((a, b) => a.kind.localeCompare(b.kind))).toEqual([
      { kind: "shipping", label: "In the shop", amount: 200, tax: 26 },
      { kind: "tax", label: "VAT", amount: 326, tax: 0 },
    ]);
  });
});
