-- What changes of an order have in common: lines that come and go after checkout, totals that follow them, and the difference
-- that is paid or paid back. Used by edits and by exchanges. The caller has locked goods, group and order.

-- Lines ---------------------------------------------------------------------------------------------------------------

create function private.line_of(order_row public.orders, order_item_id uuid) returns public.order_items
language plpgsql stable
set search_path = ''
as $$
declare
  v_item public.order_items;
begin
  select * into v_item from public.order_items i where i.id = line_of.order_item_id and i.order_id = order_row.id;
  if not found then
    perform private.raise_error(404, 'order_item_not_found', 'There is no such line in this order.',
      jsonb_build_object('order_item_id', order_item_id));
  end if;
  return v_item;
end
$$;
comment on function private.line_of(public.orders, uuid) is 'A line of this order. PT404 order_item_not_found.';

create function private.branch_of(order_row public.orders) returns uuid
language plpgsql stable
set search_path = ''
as $$
begin
  return (select s.location_id from public.shipping_methods s where s.id = order_row.shipping_method_id);
end
$$;
comment on function private.branch_of(public.orders) is 'The branch where an order is fetched; null when it is delivered.';

create function private.price_new_line(order_row public.orders, variant_id uuid, quantity integer) returns public.cart_line
language plpgsql stable
set search_path = ''
as $$
declare
  v_country text;
  v_line public.cart_line;
begin
  select coalesce(g.shipping_address ->> 'country', c.country) into v_country
  from public.order_groups g left join public.carts c on c.id = g.cart_id
  where g.id = order_row.group_id;
  v_line := private.price_line(row(null, variant_id, 'sale', quantity, null)::private.wanted_line, v_country);
  if v_line.boutique_id is distinct from order_row.boutique_id or v_line.problem = 'variant_not_found' then
    perform private.raise_error(404, 'variant_not_found', 'The boutique has no such variant on show.', jsonb_build_object('variant_id', variant_id));
  elsif v_line.problem = 'out_of_stock' then
    perform private.raise_out_of_stock(variant_id, quantity, v_line.available);
  elsif v_line.problem is not null then
    perform private.raise_error(409, v_line.problem, 'This variant is not for sale.', jsonb_build_object('variant_id', variant_id));
  elsif v_line.currency <> order_row.currency::text then
    perform private.raise_error(409, 'mixed_currencies', 'The boutique has another currency now. Order it anew.',
      jsonb_build_object('variant_id', variant_id, 'currency', v_line.currency));
  elsif order_row.prices_include_tax <> (
    select p.prices_include_tax from public.commerce_policies p where p.boutique_id = order_row.boutique_id) then
    perform private.raise_error(409, 'other_prices', 'The boutique states its prices otherwise now, with or without tax. Order it anew.',
      jsonb_build_object('order_id', order_row.id));
  end if;
  v_line.tax := private.tax_of(v_line.subtotal, v_line.tax_basis_points, order_row.prices_include_tax);
  return v_line;
end
$$;
comment on function private.price_new_line(public.orders, uuid, integer) is
  'A piece of goods at the price of now, for an order that is there. PT404 variant_not_found; PT409 out_of_stock, not_for_sale, mixed_currencies, other_prices.';

create function private.add_line(order_row public.orders, line public.cart_line) returns public.order_items
language plpgsql volatile
set search_path = ''
as $$
declare
  v_item public.order_items;
begin
  v_item.id := private.uuid_v7();
  v_item.boutique_id := order_row.boutique_id;
  v_item.customer_id := order_row.customer_id;
  v_item.variant_id := line.variant_id;
  v_item.kind := line.kind;
  v_item.serialised := line.serialised;
  v_item.quantity := line.quantity;
  perform private.take_goods(v_item, private.branch_of(order_row), case order_row.state when 'pending' then order_row.hold_expires_at end);
  insert into public.order_items (
    id, order_id, boutique_id, customer_id, variant_id, kind, serialised, product_name, size, color, sku, quantity, unit_price,
    tax_name, tax_basis_points, tax)
  values (
    v_item.id, order_row.id, order_row.boutique_id, order_row.customer_id, line.variant_id, line.kind, line.serialised,
    line.product_name, line.size, line.color, line.sku, line.quantity, line.unit_price, line.tax_name, line.tax_basis_points, line.tax)
  returning * into v_item;
  return v_item;
end
$$;
comment on function private.add_line(public.orders, public.cart_line) is 'Puts a line into an order and takes its goods. PT409 out_of_stock.';

create function private.raise_line(order_row public.orders, order_item public.order_items, extra integer) returns void
language plpgsql volatile
set search_path = ''
as $$
declare
  v_more public.order_items := order_item;
begin
  v_more.quantity := extra;
  perform private.take_goods(v_more, private.branch_of(order_row), case order_row.state when 'pending' then order_row.hold_expires_at end);
  update public.order_items i set quantity = i.quantity + extra,
    tax = private.tax_of(i.unit_price * (i.quantity - i.cancelled_quantity + extra) - i.discount, i.tax_basis_points, order_row.prices_include_tax)
  where i.id = order_item.id;
end
$$;
comment on function private.raise_line(public.orders, public.order_items, integer) is
  'More pieces of a line, at its price; its discount stays what it is. PT409 out_of_stock.';

create function private.cancel_pieces(order_row public.orders, order_item public.order_items, pieces integer) returns void
language plpgsql volatile
set search_path = ''
as $$
declare
  v_before integer := order_item.quantity - order_item.cancelled_quantity;
  v_after integer := v_before - pieces;
  v_discount bigint := order_item.discount * v_after / v_before;
begin
  if order_item.kind = 'rental' then
    perform private.end_rental(order_item.rental_id, 'cancelled');
  elsif order_item.kind = 'sale' and order_item.serialised then
    update public.allocations a set state = 'released', held_until = null
    where a.source_id = order_item.id and a.kind = 'sale' and a.state <> 'released'
      and a.resource_id in (
        -- Those that have left are retired.
        select x.resource_id from public.allocations x join public.garments g on g.id = x.resource_id
        where x.source_id = order_item.id and x.kind = 'sale' and x.state <> 'released' and g.retired_at is null
        order by x.resource_id limit pieces);
  elsif order_item.kind = 'sale' then
    perform private.release_stock(order_item.id, pieces);
  end if;
  update public.order_items i set cancelled_quantity = i.cancelled_quantity + pieces, discount = v_discount,
    tax = private.tax_of(i.unit_price * v_after - v_discount, i.tax_basis_points, order_row.prices_include_tax)
  where i.id = order_item.id;
end
$$;
comment on function private.cancel_pieces(public.orders, public.order_items, integer) is
  'Pieces of a line that have not left are called off: their goods are free, and the line keeps the discount of those that stay (their share, rounded down) and their tax.';

-- Totals --------------------------------------------------------------------------------------------------------------

create function private.recount_order(order_id uuid) returns public.orders
language plpgsql volatile
set search_path = ''
as $$
declare
  v_order public.orders;
  v_sum record;
begin
  select sum(i.unit_price * (i.quantity - i.cancelled_quantity)) as subtotal, sum(i.discount) as discount,
    sum(i.tax) + coalesce((select sum(a.tax) from public.order_adjustments a where a.order_id = recount_order.order_id), 0) as tax,
    coalesce(sum(i.deposit) filter (where i.cancelled_quantity < i.quantity), 0) as deposit
  into v_sum
  from public.order_items i where i.order_id = recount_order.order_id;

  -- Discounts are shown one by one: each keeps its share of what is left of them, and the shares add up.
  update public.order_adjustments a set amount = s.until * v_sum.discount / s.whole - s.before * v_sum.discount / s.whole
  from (
    -- What free shipping saves is in the shipping, not in the lines.
    select d.id, sum(d.amount) over (order by d.id)::bigint as until, (sum(d.amount) over (order by d.id) - d.amount)::bigint as before,
      sum(d.amount) over ()::bigint as whole
    from public.order_adjustments d
    where d.order_id = recount_order.order_id and d.kind = 'discount'
      and not exists (select from public.discounts f where f.id = d.source_id and f.kind = 'free_shipping')
  ) s
  where a.id = s.id and s.whole > 0 and s.whole <> v_sum.discount;
  update public.discount_redemptions r set amount = a.amount
  from public.order_adjustments a
  where a.order_id = recount_order.order_id and a.kind = 'discount' and r.order_id = a.order_id and r.discount_id = a.source_id
    and r.amount <> a.amount;
  delete from public.order_adjustments a where a.order_id = recount_order.order_id and a.kind = 'tax';
  insert into public.order_adjustments (order_id, boutique_id, customer_id, kind, label, amount, tax_basis_points)
  select o.id, o.boutique_id, o.customer_id, 'tax', max(t.name), sum(t.tax), t.basis_points
  from public.orders o
  join (
    select i.order_id, i.tax_name as name, i.tax_basis_points as basis_points, i.tax
    from public.order_items i where i.cancelled_quantity < i.quantity
    union all
    select a.order_id, '', a.tax_basis_points, a.tax from public.order_adjustments a where a.kind = 'shipping'
  ) t on t.order_id = o.id
  where o.id = recount_order.order_id and t.basis_points > 0
  group by o.id, t.basis_points;

  update public.orders o set subtotal = v_sum.subtotal, discount_total = v_sum.discount, tax_total = v_sum.tax, deposit_total = v_sum.deposit,
    total = v_sum.subtotal - v_sum.discount + o.shipping_total + case when o.prices_include_tax then 0 else v_sum.tax end
  where o.id = recount_order.order_id
  returning * into v_order;
  return v_order;
end
$$;
comment on function private.recount_order(uuid) is
  'Totals of an order from its lines: all pieces that were not called off, returned ones included, for what was paid back is apart. Shipping stays what it was.';

-- Money ---------------------------------------------------------------------------------------------------------------

create type private.settlement as (payment_id uuid, refund_id uuid);

create function private.settle_difference(order_id uuid, difference bigint, kind public.refund_kind, reason text) returns private.settlement
language plpgsql volatile
set search_path = ''
as $$
declare
  v_order public.orders;
  v_payment public.payments;
  v_left bigint := -difference;
  v_later bigint;
  v_settlement private.settlement;
begin
  select * into v_order from public.orders o where o.id = settle_difference.order_id;
  select * into v_payment from public.payments p where p.order_id = v_order.id and p.purpose = 'change' and p.state = 'pending' for update;
  v_settlement.payment_id := v_payment.id;
  if difference > 0 and v_payment.id is not null then
    update public.payments p set amount = p.amount + difference where p.id = v_payment.id;
  elsif difference > 0 then
    insert into public.payments (purpose, group_id, order_id, boutique_id, customer_id, amount, currency)
    values ('change', v_order.group_id, v_order.id, v_order.boutique_id, v_order.customer_id, difference, v_order.currency)
    returning id into v_settlement.payment_id;
  elsif difference < 0 then
    -- What was asked for and has not been paid is asked for no more.
    if v_payment.amount > v_left then
      update public.payments p set amount = p.amount - v_left where p.id = v_payment.id;
      v_left := 0;
    elsif v_payment.id is not null then
      update public.payments p set state = 'cancelled' where p.id = v_payment.id;
      v_left := v_left - v_payment.amount;
    end if;
    -- First what goes back: the last instalment that is not to come any more brings the invoice, which has the new total.
    v_later := least(v_left, private.open_instalments(v_order.id));
    v_left := v_left - v_later;
    v_settlement.refund_id := private.refund(
      v_order.id, least(v_left, v_order.paid_total - v_order.refunded_total - v_order.fee_total), reason);
    update public.refunds r set kind = settle_difference.kind where r.id = v_settlement.refund_id;
    perform private.reduce_instalments(v_order.id, v_later);
  end if;
  return v_settlement;
end
$$;
comment on function private.settle_difference(uuid, bigint, public.refund_kind, text) is
  'What an order costs more becomes a payment to be made, one per order; what it costs less is taken off that payment, then off the instalments of its plan, and the rest is paid back, never more than has arrived.';
