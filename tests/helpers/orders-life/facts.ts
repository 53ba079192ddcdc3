import type { TransactionSql } from "postgres";
import type { Shop } from "./shop.ts";

/** What the database says, a line per fact, as the model says it. */
export async function storedFacts(sql: TransactionSql, { brides }: Shop): Promise<string[]> {
  const [row] = await sql<{ facts: string[] }[]>`
    with keyed as (
      select o.*, o.group_id || ' ' || o.boutique_id as key from public.orders o
    ),
    lines as (
      select i.*, row_number() over (partition by i.order_id order by i.id) - 1 as n from public.order_items i
    ),
    pieces as (
      select return_id, sum(quantity) as quantity, sum(value) as value, sum(refund) as refund
      from public.return_items group by return_id
    )
    select array(
      select format('stock %s %s %s', v.id, coalesce(sum(s.on_hand), 0), coalesce(sum(s.reserved), 0))
      from public.product_variants v left join public.stock_levels s on s.variant_id = v.id
      where not v.serialised group by v.id
      union all
      select format('garment %s %s %s', g.id, count(a.id), case when g.retired_at is null then 'here' else 'away' end)
      from public.garments g left join public.allocations a
        on a.resource_id = g.id and a.state <> 'released' and (upper_inf(a.during) or upper(a.during) > now())
      group by g.id, g.retired_at
      union all
      select format('cart %s %s', c.n - 1, coalesce(sum(i.quantity), 0))
      from unnest(${brides.map(({ id }) => id)}::uuid[]) with ordinality c (id, n)
      left join public.carts k on k.customer_id = c.id and k.state = 'open'
      left join public.cart_items i on i.cart_id = k.id group by c.n
      union all
      select format('payment %s %s %s', coalesce(o.key, p.group_id::text), p.state, p.amount)
      from public.payments p left join keyed o on o.id = p.order_id
      union all
      select format('order %s %s%s %s %s %s %s', o.key, o.state, case when o.state_reason = 'hold_expired' then ' expired' end,
        o.total, o.paid_total, o.refunded_total, o.fee_total)
      from keyed o
      union all
      select format('line %s %s %s %s %s %s %s %s %s', o.key, i.n, i.variant_id, i.quantity, i.cancelled_quantity,
        i.fulfilled_quantity, i.returned_quantity, i.discount,
        case r.state when 'picked_up' then 'out' when 'returned' then 'back' when 'closed' then 'over' else 'waits' end)
      from keyed o join lines i on i.order_id = o.id left join public.rentals r on r.id = i.rental_id
      union all
      select format('refund %s %s %s %s', o.key, f.kind, f.state, f.amount) from keyed o join public.refunds f on f.order_id = o.id
      union all
      select format('shipment %s %s %s', o.key, row_number() over (partition by o.id order by s.id) - 1,
        case when s.state = 'delivered' then 'true' else 'false' end)
      from keyed o join public.shipments s on s.order_id = o.id
      union all
      select format('return %s %s %s %s %s %s %s', o.key, row_number() over (partition by o.id order by t.id) - 1, t.state,
        p.quantity, p.value, p.refund, coalesce(x.n::text, 'money'))
      from keyed o join public.returns t on t.order_id = o.id join pieces p on p.return_id = t.id
      left join lines x on x.id = t.exchange_item_id
    ) as facts`;
  return row?.facts.toSorted() ?? [];
}

/** What the check of orders finds wrong. */
export async function findings(sql: TransactionSql): Promise<string[]> {
  const rows = await sql<{ finding: string }[]>`
    select format('%s %s: %s', kind, id, message) as finding from private.order_check()`;
  return rows.map(({ finding }) => finding);
}
