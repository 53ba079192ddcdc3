import type { Sql } from "postgres";
import { z } from "zod";
import type { LoadContext } from "./kind.ts";
import type { Format } from "./language.ts";
import { accounts, type Recipient } from "./recipients.ts";

/** What every message about an order says of it. */
export const orderData = z.object({
  display_name: z.string(),
  boutique: z.string(),
  number: z.string().nullable(),
  lines: z.array(z.object({ name: z.string(), size: z.string(), quantity: z.number() })),
  /** Minor units; a bigint column comes as text. */
  total: z.coerce.number(),
  refunded: z.coerce.number(),
  /** Kept when it was cancelled. */
  fee: z.coerce.number(),
  currency: z.string(),
  /** One that Nexus has given, or what somebody has written; empty for none. */
  reason: z.string(),
});
export type OrderData = z.infer<typeof orderData>;

export const orderExample: OrderData = {
  display_name: "Selam",
  boutique: "Almaz Bridal",
  number: "AB-000042",
  lines: [
    { name: "Gabi veil", size: "one-size", quantity: 2 },
    { name: "Genet", size: "38", quantity: 1 },
  ],
  total: 6_100_000,
  refunded: 0,
  fee: 0,
  currency: "ETB",
  reason: "",
};

/** The customer of an order; nobody when she has deleted her account. */
export async function customerOfOrder(sql: Sql, orderId: string): Promise<Recipient[]> {
  const [order] = await sql<
    { customer_id: string | null }[]
  >`select customer_id from public.orders where id = ${orderId}`;
  return accounts(sql, [order?.customer_id]);
}

/** Reads an order as it is now; undefined when it is in none of these states any more. */
export async function loadOrder(
  { sql }: LoadContext,
  orderId: string,
  recipient: Recipient,
  states: readonly string[],
): Promise<Record<string, unknown> | undefined> {
  const [order] = await sql<Record<string, unknown>[]>`
    select b.name as boutique, o.number_text as number, o.total, o.refunded_total as refunded, o.fee_total as fee, o.currency,
      case
        when o.state = 'cancelled' and o.paid_at is null and o.refunded_total > 0 and o.state_reason <> 'sold_out_before_payment'
          then 'paid_too_late'
        else o.state_reason
      end as reason,
      (select jsonb_agg(jsonb_build_object('name', i.product_name, 'size', i.size, 'quantity', i.quantity) order by i.id)
        from public.order_items i where i.order_id = o.id) as lines
    from public.orders o join public.boutiques b on b.id = o.boutique_id
    where o.id = ${orderId} and o.state::text = any (${states})`;
  return order === undefined ? undefined : { ...order, display_name: recipient.displayName };
}

/** The lines of an order and its total, as facts of a mail. */
export function orderFacts(data: OrderData, format: Format, total: string): [string, string][] {
  return [
    ...data.lines.map(({ name, size, quantity }): [string, string] => [`${quantity} ×`, `${name}, ${size}`]),
    [total, format.money(data.total, data.currency)],
  ];
}

export const whyOrderEn = (boutique: string): string => `You get this mail because of your order at ${boutique}.`;
export const whyOrderAm = (boutique: string): string => `ይህ መልእክት የደረሰዎት በ${boutique} ስላለዎት ትዕዛዝ ነው።`;
