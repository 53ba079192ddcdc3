import { randomUUID } from "node:crypto";
import fc from "fast-check";
import type { TransactionSql } from "postgres";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Actor, actAs } from "../helpers/act-as.ts";
import { type BoutiqueFixture, makeBoutique, period } from "../helpers/fixtures.ts";
import { type Life as ModelLife, Outcomes, pick } from "../helpers/lives.ts";
import { letHoldEnd, makeForSale } from "../helpers/orders.ts";
import { type ModelLine, type ModelOrder, type ModelVariant, OrdersModel } from "../helpers/orders-model.ts";
import { type Person, World } from "../helpers/world.ts";

/** Random lives of carts and orders, beside a model of them in plain data: after every command both say the same. */

let world: World;
let boutique: BoutiqueFixture;
let brides: Person[];
let manager: Person;
let variants: ModelVariant[];
/** What somebody may put into her cart. */
let lines: ModelLine[];

beforeAll(async () => {
  world = await World.create();
  const { sql } = world;
  boutique = await makeBoutique(sql);
  brides = [await world.asCustomer("Selam"), await world.asCustomer("Hanna"), await world.asCustomer("Ruth")];
  manager = await world.asStaff(boutique.id, "manager");
  const [branch] = await sql<{ id: string }[]>`
    insert into public.locations (boutique_id, name, city, country, timezone)
    values (${boutique.id}, 'Second', 'Bahir Dar', 'ET', 'Africa/Addis_Ababa') returning id`;
  const veil = await makeForSale(sql, boutique, { stock: 3, price: 700 });
  await sql`
    insert into public.stock_movements (boutique_id, variant_id, location_id, kind, on_hand_change)
    values (${boutique.id}, ${veil.id}, ${branch?.id ?? ""}, 'received', 2)`;
  const ring = await makeForSale(sql, boutique, { stock: 2, price: 1_900 });
  const couture = await makeForSale(sql, boutique, {
    serialised: true,
    garments: 2,
    price: 50_000,
    rentalPricePerDay: 900,
  });
  const dress = await makeForSale(sql, boutique, { madeToOrder: true, price: 80_000 });
  variants = [
    { id: veil.id, price: 700, stock: 5, garments: [], pricePerDay: 0 },
    { id: ring.id, price: 1_900, stock: 2, garments: [], pricePerDay: 0 },
    { id: couture.id, price: 50_000, garments: couture.garmentIds, pricePerDay: 900 },
    { id: dress.id, price: 80_000, stock: 0, garments: [], pricePerDay: 0 },
  ];
  lines = [
    { variant: veil.id, kind: "sale", quantity: 1 },
    { variant: veil.id, kind: "sale", quantity: 2 },
    { variant: ring.id, kind: "sale", quantity: 1 },
    { variant: couture.id, kind: "sale", quantity: 1 },
    { variant: couture.id, kind: "rental", quantity: 1, days: [5, 7] },
    { variant: couture.id, kind: "rental", quantity: 1, days: [7, 9] },
    { variant: dress.id, kind: "made_to_order", quantity: 1 },
  ];
});
afterAll(() => world.close());

// What is done -------------------------------------------------------------------------------------------------------

const n = (max: number) => fc.integer({ min: 0, max });
const which = n(20);
const who = n(2);

/** Rows are named by a number, taken modulo how many there are. */
const command = fc.oneof(
  { weight: 6, arbitrary: fc.record({ does: fc.constant("add"), who, line: n(6) }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant("change"), who, which, quantity: n(2) }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant("remove"), who, which }) },
  { weight: 6, arbitrary: fc.record({ does: fc.constant("checkout"), who }) },
  { weight: 3, arbitrary: fc.record({ does: fc.constant("lapse"), which }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant("expire"), which }) },
  { weight: 4, arbitrary: fc.record({ does: fc.constant("pay"), which }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant("cancel"), which, staff: fc.boolean() }) },
);

interface Command {
  readonly does: string;
  readonly who?: number;
  readonly which?: number;
  readonly line?: number;
  readonly quantity?: number;
  readonly staff?: boolean;
}

/** Two brides want the last ring: the first does not pay in time, and pays when the second has it. */
const tooLate: readonly Command[] = [
  { does: "add", who: 0, line: 2 },
  { does: "add", who: 0, line: 2 },
  { does: "checkout", who: 0 },
  { does: "add", who: 1, line: 2 },
  { does: "checkout", who: 1 },
  { does: "lapse", which: 0 },
  { does: "checkout", who: 1 },
  { does: "pay", which: 0 },
];

/** A gown to keep and one for some days; the first is lost to a rival, and the second cannot be both when the money comes late. */
const oneGownForTwoLines: readonly Command[] = [
  { does: "add", who: 0, line: 3 },
  { does: "add", who: 0, line: 4 },
  { does: "checkout", who: 0 },
  { does: "lapse", which: 0 },
  { does: "add", who: 1, line: 3 },
  { does: "checkout", who: 1 },
  { does: "pay", which: 0 },
];

/** Lives that come to what must have been met, however the dice fall. */
const certain: readonly (readonly Command[])[] = [
  tooLate,
  oneGownForTwoLines,
  [
    { does: "checkout", who: 0 },
    { does: "add", who: 0, line: 4 },
    { does: "checkout", who: 0 },
    { does: "add", who: 1, line: 5 },
    { does: "add", who: 1, line: 5 },
    { does: "checkout", who: 1 },
    { does: "pay", which: 0 },
    { does: "cancel", which: 0, staff: true },
    { does: "remove", who: 1, which: 0 },
    { does: "checkout", who: 1 },
    { does: "add", who: 1, line: 2 },
    { does: "checkout", who: 1 },
    { does: "lapse", which: 1 },
    { does: "expire", which: 1 },
    { does: "add", who: 2, line: 0 },
    { does: "checkout", who: 2 },
    { does: "cancel", which: 2, staff: false },
  ],
];

class Life implements ModelLife<Command> {
  readonly #sql: TransactionSql;
  readonly #model = new OrdersModel(brides.length, variants);

  constructor(sql: TransactionSql) {
    this.#sql = sql;
  }

  /** Does a command on both sides; returns what came of it, `skip` when there is nothing to do it with. */
  async do(c: Command): Promise<string> {
    const model = this.#model;
    const customer = c.who ?? 0;
    const bride = brides[customer] as Person;
    const order = pick(model.orders, c.which);
    const cart = model.carts[customer] ?? [];
    const line = pick(cart, c.which);
    switch (c.does) {
      case "add": {
        const added = lines[c.line ?? 0] as ModelLine;
        const outcome = await this.#call(
          bride,
          (sql) => sql`
          select id from public.add_to_cart(${added.variant}, ${added.kind}, ${added.quantity},
            ${added.days === undefined ? null : period(...added.days)})`,
        );
        expect(outcome).toBe("ok");
        model.add(customer, added);
        return outcome;
      }
      case "change":
      case "remove": {
        if (line === undefined) return "skip";
        const quantity = c.does === "remove" ? 0 : (c.quantity ?? 0) + 1;
        await this.#call(bride, async (sql) => {
          const item = sql`
            select i.id from public.cart_items i join public.carts c on c.id = i.cart_id
            where c.customer_id = ${bride.id} and c.state = 'open' and i.variant_id = ${line.variant} and i.kind = ${line.kind}
              and i.period is not distinct from ${line.days === undefined ? null : period(...line.days)}::daterange`;
          if (quantity === 0) await sql`delete from public.cart_items where id in (${item})`;
          else await sql`update public.cart_items set quantity = ${quantity} where id in (${item})`;
          return [{ id: "" }];
        });
        if (quantity === 0) cart.splice(cart.indexOf(line), 1);
        else line.quantity = quantity;
        return "ok";
      }
      case "checkout": {
        const [open] = await this.#sql<{ id: string }[]>`
          select id from public.carts where customer_id = ${bride.id} and state = 'open'`;
        if (open === undefined) return "skip";
        let groupId = "";
        const outcome = await this.#call(bride, async (sql) => {
          const rows = await sql<{ id: string }[]>`select id from public.checkout(${open.id}, ${randomUUID()})`;
          groupId = rows[0]?.id ?? "";
          return rows;
        });
        expect(outcome).toBe(model.checkout(customer, groupId) ?? "ok");
        return outcome;
      }
      case "lapse": {
        if (order?.state !== "pending" || order.lapsed) return "skip";
        await letHoldEnd(this.#sql, order.groupId);
        model.lapse(order);
        return "ok";
      }
      case "expire": {
        if (order === undefined) return "skip";
        const [row] = await this.#sql`select private.expire_order_hold(${order.groupId}) as done`;
        expect(row?.["done"]).toBe(model.expire(order));
        return String(row?.["done"]);
      }
      case "pay": {
        if (order === undefined) return "skip";
        await this.#sql`
          select private.settle_payment(p.id, 'cash', ${order.groupId}, p.amount, p.currency::text)
          from public.payments p where p.group_id = ${order.groupId}`;
        const before = order.state;
        model.pay(order);
        return `${before} to ${model.orders.find(({ groupId }) => groupId === order.groupId)?.state}`;
      }
      case "cancel": {
        if (order === undefined) return "skip";
        const actor = c.staff === true ? manager : (brides[order.customer] as Person);
        const outcome = await this.#call(
          actor,
          (sql) => sql`
          select (public.cancel_order(o.id)).id from public.orders o where o.group_id = ${order.groupId}`,
        );
        expect(outcome).toBe("ok");
        const before: ModelOrder["state"] = order.state;
        model.cancel(order);
        return before;
      }
      default:
        throw new Error(`${c.does} is no command.`);
    }
  }

  /** Both sides say the same, and nothing is wrong. */
  async compare(): Promise<void> {
    const [row] = await this.#sql<{ facts: string[]; wrong: string[] }[]>`
      select array(
        select format('stock %s %s %s', v.id, coalesce(sum(s.on_hand), 0), coalesce(sum(s.reserved), 0))
        from public.product_variants v left join public.stock_levels s on s.variant_id = v.id
        where not v.serialised group by v.id
        union all
        select format('garment %s %s', g.id, count(a.id))
        from public.garments g left join public.allocations a on a.resource_id = g.id and a.state <> 'released' group by g.id
        union all select format('order %s %s %s %s', group_id, state, total, refunded_total) from public.orders
        union all
        select format('cart %s %s', c.n - 1, coalesce(sum(i.quantity), 0))
        from unnest(${brides.map(({ id }) => id)}::uuid[]) with ordinality c (id, n)
        left join public.carts k on k.customer_id = c.id and k.state = 'open'
        left join public.cart_items i on i.cart_id = k.id group by c.n
      ) as facts, array(select format('%s %s: %s', kind, id, message) from private.order_check()) as wrong`;
    expect(row?.facts.toSorted()).toEqual(this.#model.facts());
    expect(row?.wrong).toEqual([]);
  }

  /** Calls the API as somebody; a refusal undoes what the call did, and nothing else. */
  async #call(actor: Actor, act: (sql: TransactionSql) => PromiseLike<unknown>): Promise<string> {
    try {
      return await this.#sql.savepoint(async (sql) => {
        await actAs(sql, actor);
        await act(sql);
        await sql`select set_config('role', 'postgres', true)`;
        return "ok";
      });
    } catch (error) {
      const { code, hint } = error as { code?: string; hint?: string };
      if (code?.startsWith("PT") && hint !== undefined) return hint;
      throw error;
    }
  }
}

const outcomes = new Outcomes();
const live = (commands: readonly Command[]) => outcomes.live(world.sql, commands, (sql) => new Life(sql));

// Raise NEXUS_MODEL_RUNS for a long night; a failure prints the seed and the shortest life that shows it.
const runs = Number(process.env["NEXUS_MODEL_RUNS"] ?? 30);

it(`is as the model says, in ${runs} random lives`, { timeout: 60_000 + runs * 2_000 }, async () => {
  for (const life of certain) await live(life);
  await fc.assert(
    fc.asyncProperty(fc.array(command, { minLength: 20, maxLength: 50, size: "max" }), (commands) =>
      live(commands as Command[]),
    ),
    { numRuns: runs },
  );
  outcomes.expectAll([
    "add: ok",
    "checkout: ok",
    "checkout: out_of_stock",
    "checkout: not_available",
    "checkout: cart_is_empty",
    "expire: true",
    "pay: pending to paid",
    "pay: pending to cancelled",
    "cancel: paid",
    "cancel: pending",
  ]);
});
