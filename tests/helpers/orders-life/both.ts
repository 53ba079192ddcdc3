import type { TransactionSql } from "postgres";
import { expect } from "vitest";
import { type Actor, actAs } from "../act-as.ts";
import { pick } from "../lives.ts";
import { Market, type ModelOrder, type Refusal } from "../orders-model/market.ts";
import type { Person } from "../world.ts";
import type { Bride, Shop } from "./shop.ts";

/** A database and a model of it, and how to name the same thing in both. */
export class Both {
  readonly sql: TransactionSql;
  readonly shop: Shop;
  readonly market: Market;

  constructor(sql: TransactionSql, shop: Shop) {
    this.sql = sql;
    this.shop = shop;
    this.market = new Market(shop.boutiques, shop.variants, shop.brides.length);
  }

  /** Calls the API as somebody. A refusal undoes what the call did, and nothing else; its code is the answer. */
  async call(actor: Actor, act: (sql: TransactionSql) => PromiseLike<unknown>): Promise<string> {
    try {
      return await this.sql.savepoint(async (sql) => {
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

  /** Calls the API, then the model, which has to say the same. */
  async same(
    actor: Actor,
    act: (sql: TransactionSql) => PromiseLike<unknown>,
    foretell: () => Refusal,
  ): Promise<string> {
    const outcome = await this.call(actor, act);
    expect(foretell() ?? "ok").toBe(outcome);
    return outcome;
  }

  bride(customer: number): Bride {
    return this.shop.brides[customer] as Bride;
  }

  managerOf({ boutique }: ModelOrder): Person {
    return this.shop.managers.get(boutique) as Person;
  }

  /** Staff of the boutique, or the customer. */
  actor(order: ModelOrder, how: string | undefined): Person {
    return how === "staff" ? this.managerOf(order) : this.bride(order.customer);
  }

  /** An order; mostly one of those that are fit for what is to be done with it. */
  order(which: number | undefined, isFit: (order: ModelOrder) => boolean): ModelOrder | undefined {
    return mostly(this.market.now.orders, which, isFit);
  }

  async orderId({ group, boutique }: ModelOrder): Promise<string> {
    return await this.#id(
      this.sql`select id from public.orders where group_id = ${group} and boutique_id = ${boutique}`,
    );
  }

  async lineId(order: ModelOrder, n: number): Promise<string> {
    return await this.#nthOf(order, "order_items", n);
  }

  async rentalId(order: ModelOrder, n: number): Promise<string> {
    return await this.#id(
      this.sql`select rental_id as id from public.order_items where id = ${await this.lineId(order, n)}`,
    );
  }

  async returnId(order: ModelOrder, n: number): Promise<string> {
    return await this.#nthOf(order, "returns", n);
  }

  async refundId(order: ModelOrder, n: number): Promise<string> {
    return await this.#nthOf(order, "refunds", n);
  }

  async shipmentId(order: ModelOrder, n: number): Promise<string> {
    return await this.#nthOf(order, "shipments", n);
  }

  async paymentId(n: number): Promise<string> {
    return await this.#id(this.sql`
      select id from public.payments where group_id = any (${this.market.now.orders.map(({ group }) => group)}::uuid[])
      order by id offset ${n} limit 1`);
  }

  /** Rows are in the order of their ids, as the model has them in the order in which they came. */
  async #nthOf(order: ModelOrder, table: string, n: number): Promise<string> {
    return await this.#id(this.sql`
      select id from ${this.sql(table)} where order_id = ${await this.orderId(order)} order by id offset ${n} limit 1`);
  }

  async #id(query: PromiseLike<readonly { readonly id?: string }[]>): Promise<string> {
    const [row] = await query;
    if (row?.id === undefined) throw new Error("The database has no such row.");
    return row.id;
  }
}

/** One of a list, three times in four one that is fit. */
export function mostly<T>(list: readonly T[], which = 0, isFit: (thing: T) => boolean = () => true): T | undefined {
  const fit = list.filter(isFit);
  return which % 4 === 3 || fit.length === 0 ? pick(list, which) : pick(fit, Math.floor(which / 4));
}
