import { randomUUID } from "node:crypto";
import postgres, { type Sql } from "postgres";
import { actAs } from "./act-as.ts";
import type { WantedLine } from "./orders.ts";
import type { World } from "./world.ts";

export interface Buyer {
  readonly id: string;
  readonly cartId: string;
}

export interface Outcome {
  /** The order group; undefined when it was refused. */
  readonly groupId?: string;
  /** The hint of the refusal. */
  readonly refusal?: string;
  readonly detail?: Readonly<Record<string, unknown>>;
}

/** Many connections to the database of a world, as the pool of an API has them. */
export function connectMany(world: World, connections: number): Sql {
  return postgres(world.databaseUrl, { max: connections, onnotice: () => undefined });
}

/** People with an account and a filled cart each, made at once. */
export async function makeBuyers(sql: Sql, carts: readonly (readonly WantedLine[])[]): Promise<Buyer[]> {
  const buyers = carts.map(() => ({ id: randomUUID(), cartId: randomUUID() }));
  await sql`
    insert into auth.users (id, email)
    select id, id || '@nexus.test' from unnest(${buyers.map(({ id }) => id)}::uuid[]) id`;
  await sql`
    insert into public.carts (id, customer_id)
    select * from unnest(${buyers.map(({ cartId }) => cartId)}::uuid[], ${buyers.map(({ id }) => id)}::uuid[])`;
  const items = carts.flatMap((lines, n) => lines.map((line) => ({ ...line, ...buyers[n] })));
  await sql`
    insert into public.cart_items (cart_id, customer_id, boutique_id, variant_id, kind, quantity, period)
    select i.cart_id, i.customer_id, v.boutique_id, i.variant_id, i.kind, i.quantity, i.period
    from jsonb_to_recordset(${sql.json(
      items.map((item) => ({
        cart_id: item.cartId,
        customer_id: item.id,
        variant_id: item.variantId,
        kind: item.kind ?? "sale",
        quantity: item.quantity ?? 1,
        period: item.period ?? null,
      })) as never,
    )}) i (cart_id uuid, customer_id uuid, variant_id uuid, kind public.order_line_kind, quantity integer, period daterange)
    join public.product_variants v on v.id = i.variant_id`;
  return buyers;
}

/** Orders a cart in a transaction of its own; what is not a documented refusal is thrown. */
export async function buy(sql: Sql, buyer: Buyer, key: string = randomUUID()): Promise<Outcome> {
  try {
    return await sql.begin(async (tx) => {
      await actAs(tx, buyer);
      const [row] = await tx<{ id: string }[]>`select id from public.checkout(${buyer.cartId}, ${key})`;
      return { groupId: row?.id ?? "" };
    });
  } catch (error) {
    const { code, hint, detail } = error as { code?: string; hint?: string; detail?: string };
    if (code === "PT409" && hint !== undefined) return { refusal: hint, detail: JSON.parse(detail ?? "{}") };
    throw error;
  }
}
