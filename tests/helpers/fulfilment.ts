import { randomUUID } from "node:crypto";
import type { Sql } from "postgres";
import type { Database } from "../../functions/_shared/database.types.ts";
import { order, pay, type WantedLine } from "./orders.ts";
import type { Person, World } from "./world.ts";

type Tables = Database["public"]["Tables"];
export type OrderItem = Tables["order_items"]["Row"];
export type Order = Tables["orders"]["Row"] & { readonly order_items: OrderItem[] };

/** What there is to buy of a boutique, and who works there. */
export async function addressOf(sql: Sql, customer: Person): Promise<string> {
  const [address] = await sql<{ id: string }[]>`
    insert into public.addresses (customer_id, recipient, line_1, city, country)
    values (${customer.id}, 'Selam', 'Bole Road 1', 'Addis Ababa', 'ET') returning id`;
  return address?.id ?? "";
}

/** The order of a boutique in a group, with its lines in the order of the wishes. */
export async function orderOf(customer: Person, groupId: string, boutiqueId: string): Promise<Order> {
  const { data, error } = await customer.client
    .from("orders")
    .select("*, order_items(*)")
    .eq("group_id", groupId)
    .eq("boutique_id", boutiqueId)
    .order("id", { referencedTable: "order_items" })
    .single();
  if (error !== null) throw error;
  return data;
}

/** An order that waits to be sent: to an address, and paid. */
export async function paidOrder(
  world: World,
  customer: Person,
  boutiqueId: string,
  lines: readonly WantedLine[],
): Promise<Order> {
  const group = await order(customer, lines, { shippingAddressId: await addressOf(world.sql, customer) });
  await pay(world.sql, group.id);
  return orderOf(customer, group.id, boutiqueId);
}

/** The same order, as it is now. */
export function again(customer: Person, { group_id, boutique_id }: Order): Promise<Order> {
  return orderOf(customer, group_id, boutique_id);
}

/** The line of a variant. */
export function lineOf({ order_items }: Order, variantId: string): OrderItem {
  const line = order_items.find(({ variant_id }) => variant_id === variantId);
  if (line === undefined) throw new Error(`The order has no line of ${variantId}.`);
  return line;
}

/** Sends all that is left, or some of it, and says that it has arrived. */
export async function deliver(
  staff: Person,
  orderId: string,
  items?: readonly { readonly order_item_id: string; readonly quantity: number }[],
): Promise<string> {
  const { data, error } = await staff.client.rpc("fulfil_order", {
    order_id: orderId,
    kind: "delivery",
    idempotency_key: randomUUID(),
    ...(items === undefined ? {} : { items: items.map((item) => ({ ...item })) }),
  });
  if (error !== null) throw error;
  const delivered = await staff.client.rpc("mark_delivered", { shipment_id: data.id });
  if (delivered.error !== null) throw delivered.error;
  return data.id;
}

/** So many days have passed since everything of an order was delivered. */
export async function letDaysPass(sql: Sql, orderId: string, days: number): Promise<void> {
  await sql`
    update public.shipments set created_at = created_at - make_interval(days => ${days}),
      delivered_at = delivered_at - make_interval(days => ${days})
    where order_id = ${orderId}`;
}

/** Where orders, their lines, money and the ledger of stock do not agree. After every step there must be nothing. */
export async function contradictionsOf(sql: Sql): Promise<string[]> {
  const rows = await sql<{ problem: string }[]>`
    select kind || ' ' || id || ': ' || message as problem
    from (select * from private.order_check() union all select * from private.ledger_check()) wrong
    union all
    select 'adjustments ' || a.kind || ' ' || o.id from public.orders o join public.order_adjustments a on a.order_id = o.id
    where (a.kind = 'tax' or (a.kind = 'discount' and not exists (
      select from public.discounts d where d.id = a.source_id and d.kind = 'free_shipping')))
    group by o.id, a.kind having sum(a.amount) <> case a.kind when 'tax' then o.tax_total else o.discount_total end
    union all
    select 'paid ' || g.id from public.order_groups g
    where g.paid_at is not null
      and (select sum(o.paid_total) from public.orders o where o.group_id = g.id) <> g.gift_card_total + coalesce((
        select sum(p.amount) from public.payments p where p.group_id = g.id and p.state = 'succeeded'), 0)
    union all
    select 'garments ' || i.id from public.order_items i join public.orders o on o.id = i.order_id
    where i.kind = 'sale' and i.serialised
      and (select count(*) from public.allocations a where a.source_id = i.id and a.state <> 'released')
        <> case when o.state = 'cancelled' then 0 else i.quantity - i.cancelled_quantity - i.returned_quantity end`;
  return rows.map(({ problem }) => problem);
}
