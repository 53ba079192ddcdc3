import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Database } from "../../functions/_shared/database.types.ts";
import { buy, connectMany, makeBuyers } from "../helpers/buyers.ts";
import { type BoutiqueFixture, makeBoutique } from "../helpers/fixtures.ts";
import { fillCart, letHoldEnd, makeForSale, order, pay } from "../helpers/orders.ts";
import { type Person, World } from "../helpers/world.ts";

type Insert = Database["public"]["Tables"]["discounts"]["Insert"];
type Types = Database["public"]["CompositeTypes"];

let world: World;
let boutique: BoutiqueFixture;
let bride: Person;
let manager: Person;
let admin: Person;
let names = 0;

beforeAll(async () => {
  world = await World.create({ connections: 20 });
  admin = await world.asAdmin();
});
afterAll(() => world.close());
beforeEach(async () => {
  names += 1;
  boutique = await makeBoutique(world.sql);
  bride = await world.asCustomer(`Bride ${names}`);
  manager = await world.asStaff(boutique.id, "manager");
});

async function offer(discount: Partial<Insert> & Pick<Insert, "kind">, by = manager): Promise<string> {
  const { data, error } = await by.client
    .from("discounts")
    .insert({ boutique_id: boutique.id, name: "Spring", ...discount })
    .select("id")
    .single();
  if (error !== null) throw error;
  return data.id;
}

async function quote(lines: readonly object[], ...codes: string[]) {
  const { data, error } = await bride.client.rpc("quote_cart", { lines: lines as never, discount_codes: codes });
  if (error !== null) throw error;
  const [totals] = data.boutiques as unknown as Types["cart_boutique"][];
  return {
    ...totals,
    off: (data.lines as unknown as Types["cart_line"][]).map(({ discount }) => discount),
    codes: (data.discounts as unknown as Types["cart_discount"][]).map(({ code, amount, problem }) => [
      code,
      amount,
      problem,
    ]),
  };
}

const ten = { kind: "percent", percent_basis_points: 1_000 } as const;
const off = (amount: number) => ({ kind: "amount", amount, currency: "ETB" }) as const;

describe("a discount", () => {
  it("takes a share or a sum off, by code or for everybody, in any case of letters", async () => {
    const veil = await makeForSale(world.sql, boutique, { stock: 9, price: 1_005 });
    await offer({ ...ten, code: "SPRING" });
    expect(await quote([{ variant_id: veil.id }])).toMatchObject({ discount: 0, codes: [] });
    expect(await quote([{ variant_id: veil.id }], " spring ")).toMatchObject({
      discount: 101,
      total: 904,
      codes: [["SPRING", 101, null]],
    });
    await offer(off(300));
    expect(await quote([{ variant_id: veil.id }])).toMatchObject({ discount: 300, codes: [[null, 300, null]] });
  });

  it("is for the products and categories that it names", async () => {
    const [category] = await world.sql<{ id: string }[]>`
      insert into public.categories (slug, name) values (${`veils-${names}`}, 'Veils') returning id`;
    const veil = await makeForSale(world.sql, boutique, { stock: 9, price: 1_000, categoryId: category?.id ?? "" });
    const ring = await makeForSale(world.sql, boutique, { stock: 9, price: 500 });
    const other = await makeForSale(world.sql, boutique, { stock: 9, price: 100 });
    const id = await offer({ ...ten });
    for (const target of [{ category_id: category?.id ?? "" }, { product_id: ring.productId }]) {
      expect((await manager.client.from("discount_targets").insert({ discount_id: id, ...target })).error).toBeNull();
    }
    const lines = [veil, ring, other].map((item) => ({ variant_id: item.id }));
    expect((await quote(lines)).off).toEqual([100, 50, 0]);
  });

  it("for a category is for all below it", async () => {
    const under = async (slug: string, parent: string | null) => {
      const [row] = await world.sql<{ id: string }[]>`
        insert into public.categories (slug, name, parent_id) values (${`${slug}-${names}`}, ${slug}, ${parent}) returning id`;
      return row?.id ?? "";
    };
    const gowns = await under("gowns", null);
    const lace = await under("lace", await under("bridal", gowns));
    const beside = await under("suits", null);
    const [gown, suit] = [
      await makeForSale(world.sql, boutique, { stock: 9, price: 1_000, categoryId: lace }),
      await makeForSale(world.sql, boutique, { stock: 9, price: 1_000, categoryId: beside }),
    ];
    const id = await offer({ ...ten, code: "GOWNS", minimum_subtotal: 1_000 });
    await manager.client.from("discount_targets").insert({ discount_id: id, category_id: gowns });
    expect((await quote([{ variant_id: gown.id }, { variant_id: suit.id }], "GOWNS")).off).toEqual([100, 0]);
    expect((await quote([{ variant_id: suit.id }], "GOWNS")).codes).toEqual([["GOWNS", 0, "nothing_eligible"]]);
  });

  it("is not found by trying words until one fits", async () => {
    const guess = () =>
      bride.client.rpc("quote_cart", {
        lines: [],
        discount_codes: Array.from({ length: 10 }, () => randomUUID().slice(0, 8)),
      });
    const answers = [];
    for (let time = 0; time < 70; time += 1) answers.push(await guess());
    expect(answers.filter(({ error }) => error !== null).length).toBeGreaterThan(5);
    expect(answers.at(-1)?.error).toMatchObject({ code: "PT429", hint: "too_many_requests" });
    const cartId = await fillCart(bride, [{ variantId: (await makeForSale(world.sql, boutique, { stock: 1 })).id }]);
    const { error } = await bride.client
      .from("carts")
      .update({ discount_codes: ["NEXT"] })
      .eq("id", cartId);
    expect(error).toMatchObject({ code: "PT429" });
  });

  it("of the marketplace is for every boutique, and made by its admins alone", async () => {
    const veil = await makeForSale(world.sql, boutique, { stock: 9, price: 1_000 });
    const code = `ALL${names}`;
    await expect(offer({ ...ten, code, boutique_id: null })).rejects.toMatchObject({ code: "42501" });
    await offer({ ...ten, code, boutique_id: null }, admin);
    expect(await quote([{ variant_id: veil.id }], code)).toMatchObject({ discount: 100 });
  });

  it("ships for free", async () => {
    const veil = await makeForSale(world.sql, boutique, { stock: 9, price: 1_000 });
    await world.sql`
      insert into public.shipping_methods (boutique_id, kind, name, price, currency) values (${boutique.id}, 'delivery', 'Courier', 250, 'XXX')`;
    await offer({ kind: "free_shipping", code: "FREE" });
    expect(await quote([{ variant_id: veil.id }])).toMatchObject({ shipping: 250, total: 1_250 });
    expect(await quote([{ variant_id: veil.id }], "FREE")).toMatchObject({
      shipping: 0,
      total: 1_000,
      codes: [["FREE", 250, null]],
    });
  });

  it.each([
    ["not_found", "NOSUCH", {}],
    ["not_started", "LATER", { starts_at: "2999-01-01" }],
    ["ended", "PAST", { starts_at: "2020-01-01", ends_at: "2020-02-01" }],
    ["minimum_not_reached", "MUCH", { minimum_subtotal: 1_001 }],
  ])("that does not apply says %s, and is refused at checkout", async (problem, code, more) => {
    const veil = await makeForSale(world.sql, boutique, { stock: 9, price: 1_000 });
    if (problem !== "not_found") await offer({ ...ten, code, ...more });
    expect((await quote([{ variant_id: veil.id }], code)).codes).toEqual([[code, 0, problem]]);
    const cartId = await fillCart(bride, [{ variantId: veil.id }]);
    await bride.client
      .from("carts")
      .update({ discount_codes: [code] })
      .eq("id", cartId);
    const { error } = await bride.client.rpc("checkout", { cart_id: cartId, idempotency_key: randomUUID() });
    expect(error).toMatchObject({ code: "PT409", hint: "discount_not_applicable" });
    expect(JSON.parse(error?.details ?? "")).toEqual({ code, problem });
  });

  it("for a first order is for who has none that is paid, or waits for its payment", async () => {
    const veil = await makeForSale(world.sql, boutique, { stock: 9, price: 1_000 });
    await offer({ ...ten, code: "FIRST", first_order_only: true });
    expect(await quote([{ variant_id: veil.id }], "FIRST")).toMatchObject({ discount: 100 });
    const first = await order(bride, [{ variantId: veil.id }]);
    const codes = async () => (await quote([{ variant_id: veil.id }], "FIRST")).codes;
    expect(await codes()).toEqual([["FIRST", 0, "not_first_order"]]);
    await letHoldEnd(world.sql, first.id);
    expect(await codes()).toEqual([["FIRST", 100, null]]);
    await pay(world.sql, (await order(bride, [{ variantId: veil.id }])).id);
    expect(await codes()).toEqual([["FIRST", 0, "not_first_order"]]);
  });
});

describe("several discounts", () => {
  it("are the best one alone, or all that stack, whichever saves more", async () => {
    const veil = await makeForSale(world.sql, boutique, { stock: 9, price: 1_000 });
    await offer({ ...ten, code: "TEN", stackable: true });
    await offer({ ...off(150), code: "SUM", stackable: true });
    await offer({ ...off(200), code: "ALONE" });
    const lines = [{ variant_id: veil.id }];
    // 10 % of 1,000, then 150 off.
    expect(await quote(lines, "TEN", "SUM", "ALONE")).toMatchObject({
      discount: 250,
      codes: expect.arrayContaining([
        ["TEN", 100, null],
        ["SUM", 150, null],
        ["ALONE", 0, "another_saves_more"],
      ]),
    });
    expect(await quote(lines, "TEN", "ALONE")).toMatchObject({
      discount: 200,
      codes: expect.arrayContaining([
        ["TEN", 0, "another_saves_more"],
        ["ALONE", 200, null],
      ]),
    });
    // A code that another one beats stands in nobody's way.
    const cartId = await fillCart(bride, [{ variantId: veil.id }]);
    await bride.client
      .from("carts")
      .update({ discount_codes: ["TEN", "ALONE"] })
      .eq("id", cartId);
    const { data, error } = await bride.client.rpc("checkout", { cart_id: cartId, idempotency_key: randomUUID() });
    expect(error).toBeNull();
    expect(data?.total).toBe(800);
    const { data: rows } = await bride.client.from("order_adjustments").select("kind, label, amount");
    expect(rows).toEqual([{ kind: "discount", label: "Spring", amount: 200 }]);
  });

  it("are spread over the lines without a cent lost, and never below nothing", async () => {
    const items = await Promise.all(
      [101, 333, 7].map((price) => makeForSale(world.sql, boutique, { stock: 100, price })),
    );
    const id = await offer({ ...ten, code: "ANY" });
    const second = await offer({ ...off(1), code: "MORE", stackable: true });
    await world.sql`update public.discounts set stackable = true where id = ${id}`;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 3, maxLength: 3 }),
        fc.integer({ min: 1, max: 10_000 }),
        fc.integer({ min: 1, max: 5_000 }),
        async (quantities, share, amount) => {
          await world.sql`update public.discounts set percent_basis_points = ${share} where id = ${id}`;
          await world.sql`update public.discounts set amount = ${amount} where id = ${second}`;
          const lines = items.map((item, n) => ({ variant_id: item.id, quantity: quantities[n] ?? 1 }));
          const cart = await quote(lines, "ANY", "MORE");
          const subtotal = [101, 333, 7].reduce((sum, price, n) => sum + price * (quantities[n] ?? 1), 0);
          const percent = Math.round((subtotal * share) / 10_000);
          const expected = Math.min(subtotal, percent + amount);
          expect(cart).toMatchObject({ subtotal, discount: expected, total: subtotal - expected });
          expect(cart.off.reduce<number>((sum, each) => sum + (each ?? 0), 0)).toBe(expected);
          for (const [n, each] of cart.off.entries()) {
            expect(each).toBeGreaterThanOrEqual(0);
            expect(each).toBeLessThanOrEqual(([101, 333, 7][n] ?? 0) * (quantities[n] ?? 1));
          }
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe("limits", () => {
  it("hold when twenty want what is for five", async () => {
    // Made to order: no shelf makes them wait for each other.
    const veil = await makeForSale(world.sql, boutique, { madeToOrder: true, price: 1_000 });
    const id = await offer({ ...ten, code: "FIVE", usage_limit: 5 });
    const many = connectMany(world, 20);
    try {
      const buyers = await makeBuyers(
        world.sql,
        Array.from({ length: 20 }, () => [{ variantId: veil.id, kind: "made_to_order" as const }]),
      );
      await world.sql`update public.carts set discount_codes = '{FIVE}' where id = any (${buyers.map(({ cartId }) => cartId)})`;
      const outcomes = await Promise.all(buyers.map((buyer) => buy(many, buyer)));
      expect(outcomes.filter(({ groupId }) => groupId !== undefined)).toHaveLength(5);
      for (const { refusal, detail } of outcomes.filter((outcome) => outcome.refusal !== undefined)) {
        expect([refusal, detail]).toEqual(["discount_not_applicable", { code: "FIVE", problem: "used_up" }]);
      }
      const [row] = await world.sql`select used_count from public.discounts where id = ${id}`;
      expect(row).toEqual({ used_count: 5 });
    } finally {
      await many.end();
    }
  });

  it("per customer count what she has ordered, and give back what was called off", async () => {
    const veil = await makeForSale(world.sql, boutique, { stock: 50, price: 1_000 });
    const id = await offer({ ...ten, code: "ONCE", usage_limit: 9, usage_limit_per_customer: 1 });
    const buyWithCode = async () => {
      const cartId = await fillCart(bride, [{ variantId: veil.id }]);
      await bride.client
        .from("carts")
        .update({ discount_codes: ["ONCE"] })
        .eq("id", cartId);
      return bride.client.rpc("checkout", { cart_id: cartId, idempotency_key: randomUUID() });
    };
    const first = await buyWithCode();
    expect(first.data?.total).toBe(900);
    const second = await buyWithCode();
    expect(JSON.parse(second.error?.details ?? "{}")).toMatchObject({ problem: "used_up_by_you" });

    await letHoldEnd(world.sql, first.data?.id ?? "");
    await world.sql`select private.expire_order_hold(${first.data?.id ?? ""})`;
    const used = async () => (await world.sql`select used_count from public.discounts where id = ${id}`)[0];
    expect(await used()).toEqual({ used_count: 0 });
    const third = await buyWithCode();
    expect(third.error).toBeNull();
    expect(await used()).toEqual({ used_count: 1 });
  });

  it("of a marketplace count every boutique's order of a cart", async () => {
    const other = await makeBoutique(world.sql);
    const items = [
      await makeForSale(world.sql, boutique, { stock: 5, price: 1_000 }),
      await makeForSale(world.sql, other, { stock: 5, price: 1_000 }),
    ];
    const code = `ONE${names}`;
    await offer({ ...ten, code, boutique_id: null, usage_limit: 1 }, admin);
    const cartId = await fillCart(
      bride,
      items.map(({ id }) => ({ variantId: id })),
    );
    await bride.client
      .from("carts")
      .update({ discount_codes: [code] })
      .eq("id", cartId);
    const { data, error } = await bride.client.rpc("checkout", { cart_id: cartId, idempotency_key: randomUUID() });
    expect(error).toBeNull();
    expect(data?.total).toBe(1_900);
  });

  it("that are set later count the orders that have the discount already", async () => {
    const veil = await makeForSale(world.sql, boutique, { stock: 5, price: 1_000 });
    const id = await offer({ ...ten });
    const group = await order(bride, [{ variantId: veil.id }]);
    expect((await manager.client.from("discounts").update({ usage_limit: 1 }).eq("id", id)).error).toBeNull();
    expect(await quote([{ variant_id: veil.id }])).toMatchObject({ discount: 0 });
    const { data } = await bride.client.from("orders").select("id").eq("group_id", group.id).single();
    expect((await bride.client.rpc("cancel_order", { order_id: data?.id ?? "" })).error).toBeNull();
    expect(await quote([{ variant_id: veil.id }])).toMatchObject({ discount: 100 });
  });

  it("to a product end with the product, and do not become a discount for everything", async () => {
    const veil = await makeForSale(world.sql, boutique, { stock: 5, price: 1_000 });
    const other = await makeForSale(world.sql, boutique, { price: 1_000 });
    const id = await offer({ ...ten });
    await manager.client.from("discount_targets").insert({ discount_id: id, product_id: other.productId });
    await manager.client.from("discount_targets").delete().eq("discount_id", id);
    expect(await quote([{ variant_id: veil.id }])).toMatchObject({ discount: 0 });
  });

  it("make a late payment a refund when others have had the discount meanwhile", async () => {
    const veil = await makeForSale(world.sql, boutique, { stock: 50, price: 1_000 });
    await offer({ ...ten, code: "LAST", usage_limit: 1 });
    const buyWithCode = async (person: Person) => {
      const cartId = await fillCart(person, [{ variantId: veil.id }]);
      await person.client
        .from("carts")
        .update({ discount_codes: ["LAST"] })
        .eq("id", cartId);
      return (await person.client.rpc("checkout", { cart_id: cartId, idempotency_key: randomUUID() })).data?.id ?? "";
    };
    const late = await buyWithCode(bride);
    await letHoldEnd(world.sql, late);
    await world.sql`select private.expire_order_hold(${late})`;
    await buyWithCode(await world.asCustomer("Hanna"));
    await pay(world.sql, late);
    const { data } = await bride.client.from("orders").select("state, refunded_total").eq("group_id", late);
    expect(data).toEqual([{ state: "cancelled", refunded_total: 900 }]);
    expect(await world.sql`select * from private.order_check()`).toEqual([]);
  });
});
