import type { Sql } from "postgres";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { actAs } from "../helpers/act-as.ts";
import { type Buyer, buy, connectMany, makeBuyers } from "../helpers/buyers.ts";
import { type BoutiqueFixture, makeBoutique, period } from "../helpers/fixtures.ts";
import { fillCart, letHoldEnd, makeForSale, order, receive, stockOf } from "../helpers/orders.ts";
import { World } from "../helpers/world.ts";

let world: World;
let boutique: BoutiqueFixture;
/** As many connections as a busy API has. */
let many: Sql;

beforeAll(async () => {
  world = await World.create({ connections: 20 });
  boutique = await makeBoutique(world.sql);
  many = connectMany(world, 50);
});
afterAll(async () => {
  await many.end();
  await world.close();
});

const nothingIsWrong = async () =>
  expect(await world.sql`select * from private.order_check() union all select * from private.ledger_check()`).toEqual(
    [],
  );
const refusalsOf = (outcomes: readonly { refusal?: string }[]) =>
  outcomes.filter(({ refusal }) => refusal !== undefined);

describe("many who want the same", () => {
  it("are 500 for 10 pieces: 10 orders, and 490 who are told that nothing is left", { timeout: 120_000 }, async () => {
    const veil = await makeForSale(world.sql, boutique, { stock: 10 });
    const buyers = await makeBuyers(
      world.sql,
      Array.from({ length: 500 }, () => [{ variantId: veil.id }]),
    );
    const outcomes = await Promise.all(buyers.map((buyer) => buy(many, buyer)));
    expect(outcomes.filter(({ groupId }) => groupId !== undefined)).toHaveLength(10);
    const refused = refusalsOf(outcomes);
    expect(refused).toHaveLength(490);
    for (const { refusal, detail } of outcomes.filter((outcome) => outcome.refusal !== undefined)) {
      expect(refusal).toBe("out_of_stock");
      expect(detail).toEqual({ variant_id: veil.id, wanted: 1, left: 0 });
    }
    expect(await stockOf(world.sql, veil.id)).toEqual({ onHand: 10, reserved: 10 });
    const [orders] = await world.sql`select count(*)::int as n from public.order_items where variant_id = ${veil.id}`;
    expect(orders).toEqual({ n: 10 });
    await nothingIsWrong();
  });

  it("get the last piece once through the API, too", async () => {
    const veil = await makeForSale(world.sql, boutique, { stock: 3 });
    const brides = await Promise.all(Array.from({ length: 20 }, (_, n) => world.asCustomer(`Bride ${n}`)));
    const carts = await Promise.all(brides.map((bride) => fillCart(bride, [{ variantId: veil.id }])));
    const answers = await Promise.all(
      brides.map((bride, n) => bride.client.rpc("checkout", { cart_id: carts[n] ?? "", idempotency_key: "one" })),
    );
    expect(answers.filter(({ error }) => error === null)).toHaveLength(3);
    for (const { error } of answers)
      if (error !== null) expect(error).toMatchObject({ code: "PT409", hint: "out_of_stock" });
    await nothingIsWrong();
  });

  it("buy a gown and rent it at once: one of them has it", async () => {
    const gown = await makeForSale(world.sql, boutique, { serialised: true, garments: 1, rentalPricePerDay: 100 });
    const buyers = await makeBuyers(
      world.sql,
      Array.from({ length: 30 }, (_, n) => [
        n % 2 === 0 ? { variantId: gown.id } : { variantId: gown.id, kind: "rental" as const, period: period(5, 7) },
      ]),
    );
    const outcomes = await Promise.all(buyers.map((buyer) => buy(many, buyer)));
    expect(outcomes.filter(({ groupId }) => groupId !== undefined)).toHaveLength(1);
    for (const { refusal } of refusalsOf(outcomes)) expect(refusal).toBeOneOf(["out_of_stock", "not_available"]);
    await nothingIsWrong();
  });
});

// Raise NEXUS_RACE_PAIRS for a long night.
describe("two carts with the same two products in opposite order", () => {
  it("follow each other, hundreds of times", { timeout: 120_000 }, async () => {
    const pairs = Number(process.env["NEXUS_RACE_PAIRS"] ?? 200);
    const [one, two] = [await makeForSale(world.sql, boutique), await makeForSale(world.sql, boutique)];
    for (const variant of [one, two]) await receive(world.sql, boutique, variant.id, pairs * 2);
    const there = [{ variantId: one.id }, { variantId: two.id }];
    const buyers = await makeBuyers(
      world.sql,
      Array.from({ length: pairs * 2 }, (_, n) => (n % 2 === 0 ? there : there.toReversed())),
    );
    const outcomes = await Promise.all(buyers.map((buyer) => buy(many, buyer)));
    expect(refusalsOf(outcomes)).toEqual([]);
    for (const variant of [one, two]) {
      expect(await stockOf(world.sql, variant.id)).toEqual({ onHand: pairs * 2, reserved: pairs * 2 });
    }
    await nothingIsWrong();
  });

  it("with gowns that there is one of: each pair has one order", async () => {
    for (let n = 0; n < 20; n += 1) {
      const [one, two] = [
        await makeForSale(world.sql, boutique, { serialised: true, garments: 1 }),
        await makeForSale(world.sql, boutique, { serialised: true, garments: 1 }),
      ];
      const there = [{ variantId: one.id }, { variantId: two.id }];
      const buyers = await makeBuyers(world.sql, [there, there.toReversed()]);
      const outcomes = await Promise.all(buyers.map((buyer) => buy(many, buyer)));
      expect(refusalsOf(outcomes).map(({ refusal }) => refusal)).toEqual(["out_of_stock"]);
    }
    await nothingIsWrong();
  });
});

describe("one cart", () => {
  it("is ordered once, however often it is sent", async () => {
    const veil = await makeForSale(world.sql, boutique, { stock: 50 });
    const [buyer] = (await makeBuyers(world.sql, [[{ variantId: veil.id }]])) as [Buyer];
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, n) => buy(many, buyer, n % 2 === 0 ? "same" : `key ${n}`)),
    );
    const groups = new Set(outcomes.map(({ groupId }) => groupId).filter((id) => id !== undefined));
    expect(groups.size).toBe(1);
    for (const { refusal } of refusalsOf(outcomes)) expect(refusal).toBe("cart_is_ordered");
    expect(await stockOf(world.sql, veil.id)).toMatchObject({ reserved: 1 });
  });
});

describe("a cart that changes while it is ordered", () => {
  it("takes the line along or into the next cart, and refuses nothing without a word", async () => {
    const [veil, ring] = [await makeForSale(world.sql, boutique), await makeForSale(world.sql, boutique)];
    for (const variant of [veil, ring]) await receive(world.sql, boutique, variant.id, 100);
    for (let n = 0; n < 30; n += 1) {
      const [buyer] = (await makeBuyers(world.sql, [[{ variantId: veil.id }]])) as [Buyer];
      const add = () =>
        many.begin(async (tx) => {
          await actAs(tx, buyer);
          await tx`select public.add_to_cart(${ring.id})`;
        });
      const change = () =>
        many
          .begin(async (tx) => {
            await actAs(tx, buyer);
            await tx`update public.cart_items set quantity = 2 where cart_id = ${buyer.cartId}`;
          })
          .catch((error: { hint?: string }) => {
            if (error.hint !== "cart_is_ordered") throw error;
          });
      await Promise.all([buy(many, buyer), add(), change()]);
    }
    // What lies in an ordered cart is what was ordered.
    const wrong = await world.sql`
      select c.id from public.carts c
      join public.order_groups g on g.cart_id = c.id
      where (select coalesce(sum(i.quantity), 0) from public.cart_items i where i.cart_id = c.id)
        <> (select sum(x.quantity) from public.orders o join public.order_items x on x.order_id = o.id where o.group_id = g.id)`;
    expect(wrong).toEqual([]);
    await nothingIsWrong();
  });
});

describe("payment, cancellation and the end of the hold at once", () => {
  it("have one outcome: the goods or the money, never both, never neither", { timeout: 60_000 }, async () => {
    const bride = await world.asCustomer("Selam");
    for (let n = 0; n < 24; n += 1) {
      const veil = await makeForSale(world.sql, boutique, { stock: 1 });
      const gown = await makeForSale(world.sql, boutique, { serialised: true, garments: 1 });
      const group = await order(bride, [{ variantId: veil.id }, { variantId: gown.id }]);
      const [row] = await world.sql<{ id: string; payment: string; amount: string }[]>`
        select o.id, p.id as payment, p.amount from public.orders o join public.payments p on p.group_id = o.group_id
        where o.group_id = ${group.id}`;
      const [rival] = (await makeBuyers(world.sql, [[{ variantId: veil.id }]])) as [Buyer];
      await letHoldEnd(world.sql, group.id);
      const asBride = (statement: (sql: Sql) => Promise<unknown>) =>
        many.begin(async (tx) => {
          await actAs(tx, bride);
          await statement(tx as unknown as Sql);
        });
      const acts = [
        () =>
          many`select private.settle_payment(${row?.payment ?? ""}, 'cash', ${`receipt ${n}`}, ${row?.amount ?? ""}, 'ETB')`,
        () => many`select private.expire_order_hold(${group.id})`,
        () => buy(many, rival),
        () => asBride((sql) => sql`select public.cancel_order(${row?.id ?? ""})`),
      ];
      await Promise.all(acts.slice(0, n % 2 === 0 ? 4 : 3).map((act) => act()));
      const [after] = await world.sql<{ state: string; total: number; refunded: number; sold: number }[]>`
        select o.state, o.total::int, o.refunded_total::int as refunded,
          (select count(*)::int from public.allocations a where a.resource_id = ${gown.garmentIds[0] ?? ""} and a.state = 'confirmed') as sold
        from public.orders o where o.id = ${row?.id ?? ""}`;
      const has = after?.state === "paid";
      expect(after).toMatchObject({
        state: has ? "paid" : "cancelled",
        refunded: has ? 0 : after?.total,
        sold: has ? 1 : 0,
      });
    }
    await nothingIsWrong();
  });
});
