set local check_function_bodies = off;

DROP TRIGGER "issue_credit_note" ON "public"."refunds";

ALTER TABLE "public"."orders" DROP CONSTRAINT "money_is_not_negative";

ALTER TABLE "public"."orders" DROP CONSTRAINT "no_more_is_refunded_than_was_paid";

ALTER TABLE "public"."return_items" DROP CONSTRAINT "refund_is_not_negative";

ALTER TABLE "public"."return_items" DROP CONSTRAINT "return_items_pkey";

DROP FUNCTION "private"."credit_note_content"(public.orders, public.invoices, public.refunds);

DROP FUNCTION "private"."issue_credit_note"();

DROP FUNCTION "private"."issue_document"(public.orders, public.invoice_kind, uuid, bigint, jsonb);

DROP FUNCTION "private"."lock_group"(uuid);

DROP FUNCTION "private"."move_refunded_order"(uuid, text);

DROP FUNCTION "private"."order_for_change"(uuid, public.permission, boolean);

DROP FUNCTION "private"."receive_return"(uuid);

DROP FUNCTION "private"."request_return"(uuid, jsonb, public.return_reason, text, text);

DROP FUNCTION "private"."restock"(public.order_items, integer);

DROP FUNCTION "public"."receive_return"(uuid);

DROP FUNCTION "public"."request_return"(uuid, jsonb, public.return_reason, text, text);

ALTER TABLE "public"."invoices" ADD COLUMN "payment_id" uuid;

ALTER TABLE "public"."orders" ADD COLUMN "paid_total" bigint NOT NULL DEFAULT 0;

ALTER TABLE "public"."return_items" ADD COLUMN "value" bigint NOT NULL DEFAULT 0;

ALTER TABLE "public"."return_items" ADD COLUMN "garment_id" uuid;

ALTER TABLE "public"."returns" ADD COLUMN "exchange_variant_id" uuid;

ALTER TABLE "public"."returns" ADD COLUMN "exchange_item_id" uuid;

ALTER TABLE "public"."returns" ADD COLUMN "location_id" uuid;

CREATE TYPE "private"."inspected_piece" AS ("order_item_id" uuid, "quantity" integer, "outcome" public.return_outcome, "refund" bigint, "garment_id" uuid);

CREATE TYPE "private"."order_change" AS ("order_item_id" uuid, "variant_id" uuid, "quantity" integer);

CREATE TYPE "private"."settlement" AS ("payment_id" uuid, "refund_id" uuid);

CREATE TYPE "public"."refund_kind" AS ENUM ('cancellation', 'change', 'return', 'courtesy');

ALTER TABLE "public"."refunds" ADD COLUMN "kind" public.refund_kind NOT NULL DEFAULT 'cancellation'::public.refund_kind;

CREATE OR REPLACE FUNCTION private.add_line(order_row public.orders, line public.cart_line)
 RETURNS public.order_items
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.answer_return(return_id uuid, approved boolean, answer text)
 RETURNS public.returns
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_return public.returns := private.return_for_change(return_id, false);
  v_state public.return_state := case when approved then 'approved' else 'rejected' end;
begin
  if approved is null or length(answer) > 2000 or (not approved and coalesce(answer, '') !~ '\S') then
    perform private.raise_error(400, 'invalid_answer', 'Say whether it is approved; who rejects it says why, in at most 2000 characters.');
  elsif v_return.state = v_state then
    return v_return;
  elsif v_return.state <> 'requested' then
    perform private.raise_invalid_return_state(v_return, v_state::text);
  end if;
  if approved then
    v_return.exchange_item_id := private.take_exchange(v_return);
  end if;
  update public.returns t set state = v_state, answer = coalesce(answer_return.answer, ''), exchange_item_id = v_return.exchange_item_id
  where t.id = v_return.id
  returning * into v_return;
  perform private.note_return(v_return, 'return_' || v_state);
  return v_return;
end
$function$;

CREATE OR REPLACE FUNCTION private.branch_of(order_row public.orders)
 RETURNS uuid
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return (select s.location_id from public.shipping_methods s where s.id = order_row.shipping_method_id);
end
$function$;

CREATE OR REPLACE FUNCTION private.cancel_order(order_id uuid, reason text)
 RETURNS public.orders
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_order public.orders := private.order_for_change(order_id, 'orders.write', true);
  v_by_staff boolean := v_order.boutique_id in (select private.my_boutique_ids('orders.write'));
  v_fee bigint := 0;
  v_by_cards bigint := private.paid_by_gift_cards(v_order.id);
  v_group public.order_groups;
begin
  if v_order.state = 'cancelled' then
    return v_order;
  elsif v_order.state not in ('pending', 'paid') then
    perform private.raise_error(409, 'invalid_state', format('An order that is %s cannot be cancelled. What has left is returned.', v_order.state),
      jsonb_build_object('order_id', order_id, 'state', v_order.state));
  end if;
  if v_order.state = 'paid' and not v_by_staff
    and now() > v_order.paid_at + make_interval(hours => v_order.free_cancellation_hours) then
    v_fee := round((v_order.paid_total - v_order.refunded_total)::numeric * v_order.cancellation_fee_percent / 100);
  end if;
  perform private.end_order(v_order.id,
    coalesce(nullif(btrim(reason), ''), case when v_by_staff then 'cancelled_by_boutique' else 'cancelled_by_customer' end), v_fee);
  -- What is left to pay of the group has become less.
  if v_order.state = 'pending' then
    update public.payments p set amount = p.amount - (v_order.total - v_by_cards)
    where p.group_id = v_order.group_id and p.order_id is null and p.state = 'pending' and p.amount > v_order.total - v_by_cards;
    if not found then
      update public.payments p set state = 'cancelled' where p.group_id = v_order.group_id and p.order_id is null and p.state = 'pending';
    end if;
    update public.order_groups g set total = g.total - v_order.total, gift_card_total = g.gift_card_total - v_by_cards
    where g.id = v_order.group_id returning * into v_group;
    if v_group.amount_due = 0 and exists (select from public.orders o where o.group_id = v_group.id and o.state = 'pending') then
      -- What is left costs nothing.
      perform private.confirm_group(v_group.id, 0);
    end if;
  end if;
  select * into v_order from public.orders o where o.id = v_order.id;
  return v_order;
end
$function$;

CREATE OR REPLACE FUNCTION private.cancel_pieces(order_row public.orders, order_item public.order_items, pieces integer)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.cancel_return(return_id uuid)
 RETURNS public.returns
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_return public.returns := private.return_for_change(return_id, true);
begin
  if v_return.state = 'cancelled' then
    return v_return;
  elsif v_return.state not in ('requested', 'approved') then
    perform private.raise_invalid_return_state(v_return, 'cancelled');
  end if;
  perform private.drop_exchange(v_return);
  update public.returns t set state = 'cancelled' where t.id = v_return.id returning * into v_return;
  perform private.note_return(v_return, 'return_cancelled');
  return v_return;
end
$function$;

CREATE OR REPLACE FUNCTION private.change_line(order_row public.orders, change private.order_change)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_item public.order_items := private.line_of(order_row, change.order_item_id);
  v_now integer := v_item.quantity - v_item.cancelled_quantity;
begin
  if change.quantity = v_now then
    return null;
  elsif private.waits_for_return(v_item.id) then
    perform private.raise_error(409, 'return_open', 'This replaces what has not come back yet. Cancel or inspect the return first.',
      jsonb_build_object('order_item_id', v_item.id));
  elsif change.quantity < v_item.fulfilled_quantity then
    perform private.raise_error(409, 'already_fulfilled', 'More than that has left already. What has left is returned.',
      jsonb_build_object('order_item_id', v_item.id, 'fulfilled', v_item.fulfilled_quantity));
  elsif change.quantity < v_now then
    perform private.cancel_pieces(order_row, v_item, v_now - change.quantity);
  elsif v_item.kind <> 'sale' or v_item.quantity + change.quantity - v_now > 100 then
    perform private.raise_error(400, 'invalid_changes', 'Only a line of goods from stock gets more pieces, up to 100 in its life. Add the variant as another line.',
      jsonb_build_object('order_item_id', v_item.id));
  else
    perform private.raise_line(order_row, v_item, change.quantity - v_now);
  end if;
  return jsonb_build_object('order_item_id', v_item.id, 'from', v_now, 'to', change.quantity);
end
$function$;

CREATE OR REPLACE FUNCTION private.check_documents()
 RETURNS SETOF private.finding
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select 'invoice', o.id, format('The order %s is paid and has no invoice.', o.number_text)
  from public.orders o
  where o.paid_at is not null and not exists (select from public.invoices i where i.order_id = o.id and i.kind = 'invoice')
  union all
  select 'debit_note', p.id, format('%s %s were paid for a change, and there is no debit note.', p.amount, p.currency)
  from public.payments p
  where p.state = 'succeeded' and p.order_id is not null and not exists (select from public.invoices i where i.payment_id = p.id)
  union all
  select 'credit_note', f.id, format('%s %s go back for an order with an invoice, and there is no credit note.', f.amount, f.currency)
  from public.refunds f
  where exists (select from public.invoices i where i.order_id = f.order_id and i.kind = 'invoice')
    and not exists (select from public.invoices i where i.refund_id = f.id)
$function$;

CREATE OR REPLACE FUNCTION private.check_order_totals()
 RETURNS SETOF private.finding
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  with lines as (
    select i.order_id, sum(i.unit_price * (i.quantity - i.cancelled_quantity)) as subtotal, sum(i.discount) as discount, sum(i.tax) as tax,
      sum(i.deposit) filter (where i.cancelled_quantity < i.quantity) as deposit
    from public.order_items i
    group by i.order_id
  ),
  ways as (
    select a.order_id, sum(a.amount) as shipping, sum(a.tax) as tax
    from public.order_adjustments a
    where a.kind = 'shipping'
    group by a.order_id
  )
  select 'order_total', o.id, format('The order says %s - %s + %s, with a tax of %s; its lines make %s - %s + %s and %s.',
    o.subtotal, o.discount_total, o.shipping_total, o.tax_total, coalesce(l.subtotal, 0), coalesce(l.discount, 0), coalesce(w.shipping, 0),
    coalesce(l.tax, 0) + coalesce(w.tax, 0))
  from public.orders o
  left join lines l on l.order_id = o.id
  left join ways w on w.order_id = o.id
  where (o.subtotal, o.discount_total, o.shipping_total, o.tax_total, o.deposit_total)
    is distinct from (coalesce(l.subtotal, 0), coalesce(l.discount, 0), coalesce(w.shipping, 0), coalesce(l.tax, 0) + coalesce(w.tax, 0), coalesce(l.deposit, 0))
  union all
  select 'refund_total', o.id, format('The order says that %s go back, its refunds %s.', o.refunded_total, coalesce(r.amount, 0))
  from public.orders o
  left join (select f.order_id, sum(f.amount) as amount from public.refunds f group by f.order_id) r on r.order_id = o.id
  where o.refunded_total <> coalesce(r.amount, 0)
$function$;

CREATE OR REPLACE FUNCTION private.check_payments()
 RETURNS SETOF private.finding
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  with asked as (
    select g.id, g.paid_at, g.amount_due,
      (select p.amount from public.payments p where p.group_id = g.id and p.order_id is null and p.state = 'pending') as pending,
      (select p.amount from public.payments p where p.group_id = g.id and p.order_id is null and p.state = 'succeeded') as succeeded,
      exists (select from public.orders o where o.group_id = g.id and o.state = 'pending') as waits
    from public.order_groups g
  )
  select 'payment', a.id, case
    when a.paid_at is null then format('The group waits for %s, its payment is of %s.', a.amount_due, coalesce(a.pending::text, 'nothing'))
    else format('The group is paid, and nothing of %s has arrived.', a.amount_due) end
  from asked a
  where (a.paid_at is null and a.waits and a.pending is distinct from a.amount_due)
    or (a.paid_at is not null and a.amount_due > 0 and a.succeeded is null)
    or (a.paid_at is null and a.succeeded is not null)
  union all
  -- What has arrived is what the orders say has arrived for them, less what gift cards paid.
  select 'payment', x.id, format('%s have arrived, and the orders say %s.', x.arrived, x.noted)
  from (
    select g.id,
      coalesce((select sum(p.amount) from public.payments p where p.group_id = g.id and p.state = 'succeeded'), 0) as arrived,
      coalesce((
        select sum(o.paid_total + case when o.paid_at is not null then coalesce((
          select sum(e.change) from public.gift_card_entries e where e.order_id = o.id and e.kind = 'redeemed'), 0) else 0 end)
        from public.orders o where o.group_id = g.id), 0) as noted
    from public.order_groups g
  ) x
  where x.arrived <> x.noted
  union all
  select 'payment', o.id, format('The order is %s, and its group is not paid.', o.state)
  from public.orders o join public.order_groups g on g.id = o.group_id
  where o.paid_at is not null and g.paid_at is null
$function$;

CREATE OR REPLACE FUNCTION private.complete_orders(batch integer DEFAULT 500)
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_id uuid;
  v_order public.orders;
  v_done integer := 0;
begin
  for v_id in
    select o.id from public.orders o
    where o.state in ('fulfilled', 'part_refunded') and o.fulfilled_at <= now() and private.is_over(o)
    order by o.id
    limit batch
  loop
    -- One that somebody is working on comes next time; the others are looked at once more under the lock.
    select * into v_order from public.orders o where o.id = v_id for no key update skip locked;
    if found and private.is_over(v_order) then
      update public.orders o set state = 'completed', state_reason = 'returns_closed' where o.id = v_id;
      v_done := v_done + 1;
    end if;
  end loop;
  return v_done;
end
$function$;

CREATE OR REPLACE FUNCTION private.confirm_group(group_id uuid, arrived bigint)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_order public.orders;
  v_by_cards bigint;
  v_left bigint := arrived;
begin
  -- The caller has locked goods, group and orders.
  update public.order_groups g set paid_at = coalesce(g.paid_at, now()) where g.id = confirm_group.group_id;
  -- What was called off is not paid for: the payment was made less when that happened.
  for v_order in
    select * from public.orders o
    where o.group_id = confirm_group.group_id and o.paid_at is null and (o.state = 'pending' or o.expired_at is not null)
    order by o.boutique_id
  loop
    v_by_cards := -coalesce((
      select sum(e.change) from public.gift_card_entries e where e.order_id = v_order.id and e.kind = 'redeemed'), 0);
    v_left := v_left - (v_order.total - v_by_cards);
    update public.orders o set paid_total = o.total where o.id = v_order.id;
    begin
      perform private.confirm_order(v_order.id);
    exception when sqlstate 'PT409' or sqlstate 'PT404' or sqlstate 'PT400' or exclusion_violation or check_violation then
      -- Fulfilled or paid back, never both, never neither. What gift cards had paid is with them again.
      if v_order.state = 'pending' then
        perform private.end_order(v_order.id, 'sold_out_before_payment');
      end if;
      update public.orders o set paid_total = o.total - v_by_cards where o.id = v_order.id;
      perform private.refund(v_order.id, v_order.total - v_by_cards, 'sold_out_before_payment');
    end;
  end loop;
  -- All was called off, and the money came nevertheless.
  if v_left > 0 then
    select * into v_order from public.orders o
    where o.group_id = confirm_group.group_id and o.state = 'cancelled' and o.paid_at is null
    order by o.updated_at desc, o.total desc limit 1;
    update public.orders o set paid_total = o.paid_total + v_left where o.id = v_order.id;
    perform private.refund(v_order.id, v_left, 'cancelled_before_payment');
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.confirm_order(order_id uuid)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_order public.orders;
  v_item public.order_items;
  v_location uuid;
  v_found integer;
  v_missing integer;
  v_rental uuid;
  v_number bigint;
begin
  -- The caller has locked goods, group and order. The ledger and the calendar are asked, not the clock: whoever needed
  -- something of an order whose hold was over has taken it.
  select * into v_order from public.orders o where o.id = confirm_order.order_id;
  select s.location_id into v_location from public.shipping_methods s where s.id = v_order.shipping_method_id;
  for v_item in select * from public.order_items i where i.order_id = v_order.id and i.cancelled_quantity < i.quantity order by i.variant_id, i.id loop
    if v_item.kind = 'rental' then
      update public.rentals r set state = 'reserved' where r.id = v_item.rental_id and r.state = 'held';
      if found then
        update public.allocations a set state = 'confirmed', held_until = null
        from public.rentals r where r.id = v_item.rental_id and a.id = r.allocation_id;
      elsif not exists (select from public.rentals r where r.id = v_item.rental_id and r.state = 'reserved') then
        v_rental := private.take_goods(v_item, null, now() + interval '1 minute');
        update public.order_items i set rental_id = v_rental where i.id = v_item.id;
        update public.rentals r set state = 'reserved' where r.id = v_rental;
        update public.allocations a set state = 'confirmed', held_until = null
        from public.rentals r where r.id = v_rental and a.id = r.allocation_id;
      end if;
    elsif v_item.kind = 'sale' and v_item.serialised then
      update public.allocations a set state = 'confirmed', held_until = null
      where a.source_id = v_item.id and a.kind = 'sale' and a.state in ('held', 'confirmed');
      get diagnostics v_found = row_count;
      v_missing := private.hold_garments_for_sale(v_item, v_item.quantity - v_item.cancelled_quantity - v_found, null);
      if v_missing > 0 then
        perform private.raise_out_of_stock(v_item.variant_id, v_item.quantity, v_found);
      end if;
    elsif v_item.kind = 'sale' then
      select coalesce(sum(r.quantity), 0) into v_found from private.reserved_for(v_item.id) r;
      v_missing := private.reserve_stock(v_item, v_item.quantity - v_item.cancelled_quantity - v_found, v_location);
      if v_missing > 0 then
        perform private.raise_out_of_stock(v_item.variant_id, v_item.quantity, v_found);
      end if;
    end if;
  end loop;
  -- What its gift cards had paid went back to them when the hold ended, and may be spent: her payment alone is not all.
  if exists (select from public.gift_card_entries e where e.order_id = v_order.id and e.kind = 'given_back') then
    perform private.raise_error(409, 'gift_card_given_back', 'The money of its gift cards has been given back.');
  end if;
  update public.discount_redemptions r set given_back_at = null where r.order_id = v_order.id and r.given_back_at is not null;
  v_number := private.next_number(v_order.boutique_id, 'order');
  update public.orders o set state = 'paid', state_reason = '', paid_at = now(), number = v_number,
    number_text = private.number_text(o.boutique_id, v_number)
  where o.id = v_order.id;
end
$function$;

CREATE OR REPLACE FUNCTION private.credit_note_taxes(order_id uuid, amount bigint)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return (
    with printed as (
      select i.kind, i.total, t.tax ->> 'name' as name, (t.tax ->> 'basis_points')::integer as basis_points, (t.tax ->> 'amount')::numeric as tax
      from public.invoices i
      left join lateral jsonb_array_elements(i.content -> 'taxes') t (tax) on true
      where i.order_id = credit_note_taxes.order_id
    ),
    totals as (
      select coalesce(sum(i.total) filter (where i.kind <> 'credit_note'), 0) as charged,
        coalesce(sum(i.total) filter (where i.kind = 'credit_note'), 0) + amount as credited
      from public.invoices i where i.order_id = credit_note_taxes.order_id
    ),
    shares as (
      select p.name, p.basis_points,
        round(coalesce(sum(p.tax) filter (where p.kind <> 'credit_note'), 0) * t.credited / t.charged)
          - coalesce(sum(p.tax) filter (where p.kind = 'credit_note'), 0) as share
      from printed p cross join totals t
      where p.name is not null
      group by p.name, p.basis_points, t.credited, t.charged
    )
    select coalesce(jsonb_agg(jsonb_build_object('name', s.name, 'basis_points', s.basis_points, 'amount', s.share) order by s.basis_points desc), '[]')
    from shares s);
end
$function$;

CREATE OR REPLACE FUNCTION private.debit_note_taxes(order_row public.orders, amount bigint)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return coalesce((
    select jsonb_agg(jsonb_build_object('name', a.label, 'basis_points', a.tax_basis_points,
      'amount', round(a.amount::numeric * debit_note_taxes.amount / order_row.total)) order by a.tax_basis_points desc)
    from public.order_adjustments a where a.order_id = order_row.id and a.kind = 'tax' and order_row.total > 0), '[]');
end
$function$;

CREATE OR REPLACE FUNCTION private.delivered_at(shipment public.shipments)
 RETURNS timestamp with time zone
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
begin
  return coalesce(shipment.delivered_at, shipment.created_at + interval '30 days');
end
$function$;

CREATE OR REPLACE FUNCTION private.drop_exchange(return_row public.returns)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_order public.orders;
  v_line public.order_items;
begin
  select * into v_line from public.order_items i where i.id = return_row.exchange_item_id;
  if found then
    select * into v_order from public.orders o where o.id = return_row.order_id;
    perform private.cancel_pieces(v_order, v_line, v_line.quantity - v_line.cancelled_quantity);
    perform private.recount_order(v_order.id);
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.edit_order(order_id uuid, changes jsonb, reason text, idempotency_key text)
 RETURNS public.orders
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_earlier uuid;
  v_changes private.order_change[];
  v_before public.orders;
  v_order public.orders;
  v_line public.order_items;
  v_done jsonb := '[]';
  v_one jsonb;
  v_settlement private.settlement;
  v_reason text := left(coalesce(nullif(btrim(reason), ''), 'changed_by_boutique'), 500);
begin
  v_earlier := private.claim_idempotency_key('edit_order', idempotency_key,
    jsonb_build_object('order_id', order_id, 'changes', changes, 'reason', reason));
  if v_earlier is not null then
    select * into strict v_order from public.orders o where o.id = v_earlier;
    return v_order;
  end if;
  v_changes := array(select c from private.order_changes(changes) c);
  v_before := private.order_for_change(order_id, 'orders.write', false,
    array(select c.variant_id from unnest(v_changes) c where c.variant_id is not null));
  if v_before.state not in ('pending', 'paid', 'part_fulfilled', 'fulfilled')
    or (v_before.state = 'pending' and v_before.hold_expires_at <= now()) then
    perform private.raise_error(409, 'invalid_state', format('An order that is %s is not changed any more.',
        case v_before.state when 'pending' then 'past its time for the payment' else v_before.state::text end),
      jsonb_build_object('order_id', order_id, 'state', v_before.state));
  end if;
  for v_n in 1..cardinality(v_changes) loop
    if v_changes[v_n].variant_id is null then
      v_one := private.change_line(v_before, v_changes[v_n]);
    else
      v_line := private.add_line(v_before, private.price_new_line(v_before, v_changes[v_n].variant_id, v_changes[v_n].quantity));
      v_one := jsonb_build_object('order_item_id', v_line.id, 'variant_id', v_line.variant_id, 'from', 0, 'to', v_line.quantity);
    end if;
    v_done := case when v_one is null then v_done else v_done || v_one end;
  end loop;
  if v_done <> '[]' then
    if not exists (select from public.order_items i where i.order_id = v_before.id and i.cancelled_quantity < i.quantity) then
      perform private.raise_error(409, 'order_would_be_empty', 'Nothing would be left. Cancel the order instead.', jsonb_build_object('order_id', order_id));
    end if;
    v_order := private.recount_order(v_before.id);
    if v_before.state <> 'pending' then
      v_settlement := private.settle_difference(v_before.id, v_order.total - v_before.total, 'change', v_reason);
    end if;
    perform private.note_order_event(v_before, v_reason, jsonb_build_object('changes', v_done, 'total_before', v_before.total,
      'total', v_order.total, 'payment_id', v_settlement.payment_id, 'refund_id', v_settlement.refund_id));
    if v_before.state = 'pending' then
      perform private.settle_pending_group(v_before, v_order.total - v_before.total);
    else
      perform private.move_order(v_before.id, v_reason);
    end if;
  end if;
  perform private.settle_idempotency_key('edit_order', idempotency_key, v_before.id);
  select * into v_order from public.orders o where o.id = v_before.id;
  return v_order;
end
$function$;

CREATE OR REPLACE FUNCTION private.end_order(order_id uuid, reason text, fee bigint DEFAULT 0, expired boolean DEFAULT false)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_order public.orders;
  v_item public.order_items;
begin
  -- The caller has locked goods, group and order.
  for v_item in select * from public.order_items i where i.order_id = end_order.order_id order by i.id loop
    if v_item.kind = 'rental' then
      perform private.end_rental(v_item.rental_id, case when expired then 'expired' else 'cancelled' end::public.rental_state);
    elsif v_item.kind = 'sale' and v_item.serialised then
      update public.allocations a set state = 'released', held_until = null
      where a.source_id = v_item.id and a.kind = 'sale' and a.state <> 'released';
    elsif v_item.kind = 'sale' then
      perform private.release_stock(v_item.id);
    end if;
  end loop;
  update public.discount_redemptions r set given_back_at = now() where r.order_id = end_order.order_id and r.given_back_at is null;
  update public.orders o set state = 'cancelled', state_reason = left(end_order.reason, 500), fee_total = fee,
    expired_at = case when expired then now() end
  where o.id = end_order.order_id
  returning * into v_order;
  if fee > 0 then
    insert into public.order_adjustments (order_id, boutique_id, customer_id, kind, label, amount)
    values (v_order.id, v_order.boutique_id, v_order.customer_id, 'fee', 'Cancellation fee', fee);
  end if;
  update public.payments p set state = 'cancelled' where p.order_id = v_order.id and p.state = 'pending';
  if v_order.paid_at is not null then
    perform private.refund(v_order.id, v_order.paid_total - fee - v_order.refunded_total, reason);
  else
    perform private.give_back_gift_cards(v_order, private.paid_by_gift_cards(v_order.id));
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.follow_ordered_rental()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_item public.order_items;
  v_order public.orders;
begin
  update public.order_items i set fulfilled_quantity = 1
  where i.rental_id = new.id and i.fulfilled_quantity = 0
  returning * into v_item;
  if found then
    -- rental_for_step has locked the order before the rental.
    select * into v_order from public.orders o where o.id = v_item.order_id;
    perform private.refuse_unpaid(v_order);
    perform private.note_order_event(v_order, 'handed_over', jsonb_build_object('rental_id', new.id));
    perform private.move_order(v_item.order_id, 'handed_over');
  end if;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.fulfil_order(order_id uuid, kind public.shipping_kind, items jsonb, carrier text, tracking_number text, tracking_url text, idempotency_key text)
 RETURNS public.shipments
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_order public.orders := private.order_for_change(order_id, 'orders.write', false);
  v_earlier uuid;
  v_shipment public.shipments;
  v_wanted private.wanted_piece;
  v_item public.order_items;
  v_retired integer;
  v_any boolean := false;
begin
  v_earlier := private.claim_idempotency_key('fulfil_order', idempotency_key,
    jsonb_build_object('order_id', order_id, 'kind', kind, 'items', items));
  if v_earlier is not null then
    select * into strict v_shipment from public.shipments s where s.id = v_earlier;
    return v_shipment;
  end if;
  perform private.refuse_unpaid(v_order);
  if tracking_url !~ '^https://[^\s]+$' or length(tracking_url) > 500 or length(carrier) > 120 or length(tracking_number) > 120 then
    perform private.raise_error(400, 'invalid_tracking', 'tracking_url is an https address of at most 500 characters; carrier and number have at most 120.');
  end if;
  insert into public.shipments (order_id, boutique_id, customer_id, kind, state, carrier, tracking_number, tracking_url, delivered_at)
  values (v_order.id, v_order.boutique_id, v_order.customer_id, fulfil_order.kind,
    case fulfil_order.kind when 'pickup' then 'delivered' else 'sent' end::public.shipment_state, coalesce(fulfil_order.carrier, ''),
    coalesce(fulfil_order.tracking_number, ''), fulfil_order.tracking_url, case fulfil_order.kind when 'pickup' then now() end)
  returning * into v_shipment;
  for v_wanted in select * from private.wanted_pieces(v_order.id, items) loop
    v_any := true;
    select * into v_item from public.order_items i where i.id = v_wanted.order_item_id and i.order_id = v_order.id for update;
    if not found then
      perform private.raise_error(404, 'order_item_not_found', 'There is no such line in this order.',
        jsonb_build_object('order_item_id', v_wanted.order_item_id));
    elsif v_item.kind = 'rental' then
      perform private.raise_error(409, 'hand_over_rental', 'A rental leaves by hand_over_rental, which notes its condition and its time.',
        jsonb_build_object('order_item_id', v_item.id, 'rental_id', v_item.rental_id));
    elsif private.waits_for_return(v_item.id) then
      perform private.raise_error(409, 'return_open', 'This replaces what has not come back yet. Inspect the return first.',
        jsonb_build_object('order_item_id', v_item.id));
    elsif v_wanted.quantity is null or v_wanted.quantity < 1
      or v_wanted.quantity > v_item.quantity - v_item.cancelled_quantity - v_item.fulfilled_quantity then
      perform private.raise_error(409, 'nothing_left', format('%s of this line can still leave; send a quantity of at least 1 and not above that.',
          v_item.quantity - v_item.cancelled_quantity - v_item.fulfilled_quantity),
        jsonb_build_object('order_item_id', v_item.id, 'left', v_item.quantity - v_item.cancelled_quantity - v_item.fulfilled_quantity));
    end if;
    if v_item.kind = 'sale' and not v_item.serialised then
      perform private.take_off_shelf(v_item, v_wanted.quantity);
    elsif v_item.kind = 'sale' then
      update public.garments g set retired_at = now()
      where g.retired_at is null and g.id in (
        select a.resource_id from public.allocations a
        join public.garments x on x.id = a.resource_id
        where a.source_id = v_item.id and a.kind = 'sale' and a.state = 'confirmed' and x.retired_at is null
        order by a.resource_id limit v_wanted.quantity);
      get diagnostics v_retired = row_count;
      if v_retired < v_wanted.quantity then
        perform private.raise_out_of_stock(v_item.variant_id, v_wanted.quantity, v_retired);
      end if;
    end if;
    update public.order_items i set fulfilled_quantity = i.fulfilled_quantity + v_wanted.quantity where i.id = v_item.id;
    insert into public.shipment_items (shipment_id, order_item_id, boutique_id, customer_id, quantity)
    values (v_shipment.id, v_item.id, v_order.boutique_id, v_order.customer_id, v_wanted.quantity);
  end loop;
  if not v_any then
    perform private.raise_error(409, 'nothing_left', 'Nothing of this order is left to leave.', jsonb_build_object('order_id', order_id));
  end if;
  perform private.note_order_event(v_order, case kind when 'pickup' then 'handed_over' else 'shipped' end,
    jsonb_build_object('shipment_id', v_shipment.id));
  perform private.move_order(v_order.id, case kind when 'pickup' then 'handed_over' else 'shipped' end);
  if kind = 'delivery' then
    perform private.notify('shipment_sent', v_shipment.id, jsonb_build_object('group', v_order.boutique_id));
  end if;
  perform private.settle_idempotency_key('fulfil_order', idempotency_key, v_shipment.id);
  return v_shipment;
end
$function$;

CREATE OR REPLACE FUNCTION private.inspect_piece(return_row public.returns, order_row public.orders, piece private.inspected_piece)
 RETURNS bigint
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_row public.return_items;
  v_item public.order_items := private.line_of(order_row, piece.order_item_id);
  v_pieces integer;
  v_value bigint := 0;
  v_garment uuid;
begin
  select * into v_row from public.return_items x
  where x.return_id = return_row.id and x.order_item_id = v_item.id and x.outcome is null;
  v_pieces := coalesce(piece.quantity, v_row.quantity);
  if not found or v_pieces > v_row.quantity then
    perform private.raise_error(400, 'invalid_items', 'More pieces of this line are named than the return has.',
      jsonb_build_object('order_item_id', v_item.id));
  end if;
  if piece.outcome <> 'missing' then
    if v_item.serialised and v_item.kind = 'sale' then
      v_garment := private.returned_garment(v_item, piece.garment_id);
      if v_pieces > 1 then
        perform private.raise_error(400, 'garment_required', 'Garments are inspected one at a time.', jsonb_build_object('order_item_id', v_item.id));
      end if;
    end if;
    v_value := private.paid_for(v_item, order_row.prices_include_tax, v_pieces);
    update public.order_items i set returned_quantity = i.returned_quantity + v_pieces where i.id = v_item.id;
    perform private.take_back(return_row, v_item, v_pieces, piece.outcome, v_garment);
  end if;
  if piece.refund is not null and piece.refund not between 0 and v_value then
    perform private.raise_error(400, 'invalid_items', format('For this at most %s can be given, which is what was paid for it.', v_value),
      jsonb_build_object('order_item_id', v_item.id, 'paid', v_value));
  end if;
  if v_pieces < v_row.quantity then
    update public.return_items x set quantity = x.quantity - v_pieces where x.id = v_row.id;
    insert into public.return_items (return_id, boutique_id, customer_id, order_item_id, quantity, outcome, value, refund, garment_id)
    values (v_row.return_id, v_row.boutique_id, v_row.customer_id, v_row.order_item_id, v_pieces, piece.outcome, v_value,
      coalesce(piece.refund, v_value), v_garment);
  else
    update public.return_items x set outcome = piece.outcome, value = v_value, refund = coalesce(piece.refund, v_value), garment_id = v_garment
    where x.id = v_row.id;
  end if;
  return coalesce(piece.refund, v_value);
end
$function$;

CREATE OR REPLACE FUNCTION private.inspect_return(return_id uuid, outcomes jsonb)
 RETURNS public.returns
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_return public.returns := private.return_for_change(return_id, false);
  v_pieces private.inspected_piece[];
  v_order public.orders;
  v_line public.order_items;
  v_given bigint := 0;
  v_settlement private.settlement;
begin
  if v_return.state = 'closed' then
    return v_return;
  elsif v_return.state <> 'received' then
    perform private.raise_invalid_return_state(v_return, 'inspected');
  end if;
  v_pieces := array(select p from private.inspected_pieces(outcomes) p);
  select * into v_order from public.orders o where o.id = v_return.order_id;
  for v_n in 1..cardinality(v_pieces) loop
    v_given := v_given + private.inspect_piece(v_return, v_order, v_pieces[v_n]);
  end loop;
  if exists (select from public.return_items x where x.return_id = v_return.id and x.outcome is null) then
    perform private.raise_error(400, 'invalid_items', 'Every piece of the return has an outcome.', jsonb_build_object('left', (
      select jsonb_agg(jsonb_build_object('order_item_id', x.order_item_id, 'quantity', x.quantity))
      from public.return_items x where x.return_id = v_return.id and x.outcome is null)));
  end if;
  select * into v_line from public.order_items i where i.id = v_return.exchange_item_id;
  if found and not exists (select from public.return_items x where x.return_id = v_return.id and x.outcome <> 'missing') then
    -- Nothing came, so nothing is given instead.
    perform private.drop_exchange(v_return);
  else
    v_settlement := private.settle_difference(v_order.id,
      coalesce(v_line.unit_price * v_line.quantity + case when v_order.prices_include_tax then 0 else v_line.tax end, 0) - v_given,
      'return', 'returned');
  end if;
  update public.returns t set state = 'closed', refund_id = v_settlement.refund_id where t.id = v_return.id returning * into v_return;
  perform private.note_return(v_return, 'return_inspected', jsonb_build_object('given', v_given, 'payment_id', v_settlement.payment_id,
    'refund_id', v_settlement.refund_id));
  perform private.move_order(v_order.id, 'returned');
  return v_return;
end
$function$;

CREATE OR REPLACE FUNCTION private.inspected_pieces(outcomes jsonb)
 RETURNS SETOF private.inspected_piece
 LANGUAGE plpgsql
 IMMUTABLE ROWS 5
 SET search_path TO ''
AS $function$
declare
  v_message text := 'outcomes is an array of 1 to 200 objects with order_item_id, outcome (restock, damaged, missing) and, where they are needed, quantity, refund and garment_id.';
  v_pieces private.inspected_piece[];
begin
  if jsonb_typeof(outcomes) is distinct from 'array' or jsonb_array_length(outcomes) not between 1 and 200 then
    perform private.raise_error(400, 'invalid_items', v_message);
  end if;
  v_pieces := array(
    select row(p.order_item_id, p.quantity, p.outcome, p.refund, p.garment_id)::private.inspected_piece
    from jsonb_to_recordset(outcomes) p (order_item_id uuid, quantity integer, outcome public.return_outcome, refund bigint, garment_id uuid));
  if exists (select from unnest(v_pieces) p where p.order_item_id is null or p.outcome is null or p.quantity < 1) then
    perform private.raise_error(400, 'invalid_items', v_message);
  end if;
  return query select * from unnest(v_pieces);
exception when data_exception or datatype_mismatch then
  perform private.raise_error(400, 'invalid_items', v_message);
end
$function$;

CREATE OR REPLACE FUNCTION private.is_over(order_row public.orders)
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return order_row.state in ('fulfilled', 'part_refunded')
    and not exists (
      select from public.shipments s
      where s.order_id = order_row.id and private.delivered_at(s) + make_interval(days => order_row.return_days) > now())
    and not exists (
      select from public.order_items i join public.rentals r on r.id = i.rental_id
      where i.order_id = order_row.id and r.state not in ('closed', 'lost', 'cancelled', 'expired'))
    and not exists (
      select from public.returns t where t.order_id = order_row.id and t.state in ('requested', 'approved', 'received'));
end
$function$;

CREATE OR REPLACE FUNCTION private.issue_credit_note(refund public.refunds)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_order public.orders;
  v_invoice public.invoices;
begin
  select * into v_order from public.orders o where o.id = refund.order_id;
  select * into v_invoice from public.invoices i where i.order_id = v_order.id and i.kind = 'invoice';
  if found then
    perform private.issue_document(v_order, 'credit_note', refund.amount, private.note_content(v_order, v_invoice, 'credit_note',
      refund.amount, refund.reason, '{}', private.credit_note_taxes(v_order.id, refund.amount)), refund_id => refund.id);
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.issue_debit_note(payment public.payments)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_order public.orders;
  v_invoice public.invoices;
begin
  select * into v_order from public.orders o where o.id = payment.order_id;
  select * into v_invoice from public.invoices i where i.order_id = v_order.id and i.kind = 'invoice';
  if found then
    perform private.issue_document(v_order, 'debit_note', payment.amount, private.note_content(v_order, v_invoice, 'debit_note',
      payment.amount, null, array[payment.method], private.debit_note_taxes(v_order, payment.amount)), payment_id => payment.id);
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.issue_document(order_row public.orders, kind public.invoice_kind, total bigint, content jsonb, payment_id uuid DEFAULT NULL::uuid, refund_id uuid DEFAULT NULL::uuid)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_number bigint := private.next_number(order_row.boutique_id, kind::text::private.document_kind);
  v_text text := private.number_text(order_row.boutique_id, v_number);
  v_id uuid;
begin
  insert into public.invoices (order_id, boutique_id, customer_id, kind, number, number_text, payment_id, refund_id, currency, total, content)
  values (order_row.id, order_row.boutique_id, order_row.customer_id, issue_document.kind, v_number, v_text,
    issue_document.payment_id, issue_document.refund_id, order_row.currency, issue_document.total, issue_document.content || jsonb_build_object('number', v_text))
  returning id into v_id;
  perform private.enqueue('document.render', jsonb_build_object('invoice_id', v_id), jsonb_build_object('group', order_row.boutique_id));
end
$function$;

CREATE OR REPLACE FUNCTION private.issue_invoice()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.issue_document(new, 'invoice', new.total, private.invoice_content(new));
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.issue_note()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  if tg_table_name = 'payments' then
    perform private.issue_debit_note(new);
  else
    perform private.issue_credit_note(new);
  end if;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.line_of(order_row public.orders, order_item_id uuid)
 RETURNS public.order_items
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.lock_group(group_id uuid, more_variants uuid[] DEFAULT '{}'::uuid[])
 RETURNS public.order_groups
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_variants uuid[];
  v_group public.order_groups;
begin
  loop
    v_variants := more_variants || array(
      select distinct i.variant_id from public.orders o join public.order_items i on i.order_id = o.id
      where o.group_id = lock_group.group_id and i.kind <> 'made_to_order');
    -- Locks that are too few are given back with the savepoint of this block.
    begin
      perform private.lock_discounts(array(
        select r.discount_id from public.discount_redemptions r join public.orders o on o.id = r.order_id
        where o.group_id = lock_group.group_id));
      perform from public.gift_cards c
      where c.id = any (array(
        select e.gift_card_id from public.gift_card_entries e join public.orders o on o.id = e.order_id where o.group_id = lock_group.group_id))
      order by c.id for no key update;
      perform private.lock_goods(v_variants);
      select * into v_group from public.order_groups g where g.id = lock_group.group_id for no key update;
      perform from public.orders o where o.group_id = lock_group.group_id order by o.id for no key update;
      -- While we waited a line may have come to an order.
      if not exists (
        select from public.orders o join public.order_items i on i.order_id = o.id
        where o.group_id = lock_group.group_id and i.kind <> 'made_to_order' and i.variant_id <> all (v_variants)) then
        return v_group;
      end if;
      raise exception using errcode = 'PT000', message = 'lines_have_changed';
    exception when sqlstate 'PT000' then
      continue;
    end;
  end loop;
end
$function$;

CREATE OR REPLACE FUNCTION private.lock_order_of_rental(rental_id uuid)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_group uuid;
begin
  select o.group_id into v_group
  from public.order_items i join public.orders o on o.id = i.order_id
  where i.rental_id = lock_order_of_rental.rental_id;
  if found then
    perform from public.order_groups g where g.id = v_group for no key update;
    perform from public.orders o where o.group_id = v_group order by o.id for no key update;
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.move_order(order_id uuid, reason text)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_order public.orders;
  v_left integer; -- pieces that have still to leave
  v_gone integer; -- pieces that have left
  v_kept integer; -- of these, those that have not come back
  v_all_given boolean; -- for all that came back she was given what it was worth
  v_paid_back boolean;
  v_state public.order_state;
begin
  select * into v_order from public.orders o where o.id = move_order.order_id;
  if v_order.state in ('pending', 'cancelled', 'refunded') then
    return;
  end if;
  select sum(case when private.waits_for_return(i.id) then 0 else i.quantity - i.cancelled_quantity - i.fulfilled_quantity end),
    sum(i.fulfilled_quantity), sum(i.fulfilled_quantity - i.returned_quantity)
  into v_left, v_gone, v_kept
  from public.order_items i where i.order_id = v_order.id;
  v_all_given := not exists (
    select from public.return_items x join public.order_items i on i.id = x.order_item_id
    where i.order_id = v_order.id and x.refund < x.value);
  v_paid_back := exists (select from public.refunds r where r.order_id = v_order.id and r.kind in ('return', 'courtesy'));
  -- What has still to leave comes first; what was paid back is said when all has left.
  v_state := case
    when v_gone = 0 then v_order.state
    when v_left > 0 then 'part_fulfilled'
    when v_paid_back and ((v_kept = 0 and v_all_given) or v_order.refunded_total + v_order.fee_total >= v_order.paid_total) then 'refunded'
    when v_paid_back then 'part_refunded'
    when v_order.state = 'completed' then 'completed'
    else 'fulfilled'
  end;
  if v_state = v_order.state then
    return;
  end if;
  if v_order.state = 'paid' and v_state in ('part_refunded', 'refunded') then
    update public.orders o set state = 'fulfilled', state_reason = left(reason, 500) where o.id = v_order.id;
  end if;
  update public.orders o set state = v_state, state_reason = left(reason, 500),
    fulfilled_at = case when v_left = 0 then coalesce(o.fulfilled_at, now()) end
  where o.id = v_order.id;
end
$function$;

CREATE OR REPLACE FUNCTION private.note_content(order_row public.orders, invoice public.invoices, kind public.invoice_kind, amount bigint, reason text, paid_with text[], taxes jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return private.invoice_head(order_row) || jsonb_build_object(
    'kind', kind, 'invoice_number', invoice.number_text, 'reason', reason,
    -- The buyer is who was charged, whatever her name is by now.
    'buyer', invoice.content -> 'buyer', 'prices_include_tax', true, 'lines', '[]'::jsonb,
    'subtotal', amount, 'discount', 0, 'shipping', null, 'paid_with', to_jsonb(paid_with), 'taxes', taxes, 'total', amount);
end
$function$;

CREATE OR REPLACE FUNCTION private.note_return(return_row public.returns, what text, detail jsonb DEFAULT '{}'::jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_order public.orders;
begin
  select * into v_order from public.orders o where o.id = return_row.order_id;
  perform private.note_order_event(v_order, what, jsonb_build_object('return_id', return_row.id) || detail);
end
$function$;

CREATE OR REPLACE FUNCTION private.order_changes(changes jsonb)
 RETURNS SETOF private.order_change
 LANGUAGE plpgsql
 IMMUTABLE ROWS 5
 SET search_path TO ''
AS $function$
declare
  v_message text := 'changes is an array of 1 to 50 objects: order_item_id with the quantity that stays (0 removes the line), or variant_id with the quantity to add (from 1); up to 100, each line and variant once.';
  v_changes private.order_change[];
begin
  if jsonb_typeof(changes) is distinct from 'array' or jsonb_array_length(changes) not between 1 and 50 then
    perform private.raise_error(400, 'invalid_changes', v_message);
  end if;
  v_changes := array(
    select row(c.order_item_id, c.variant_id, c.quantity)::private.order_change
    from jsonb_to_recordset(changes) c (order_item_id uuid, variant_id uuid, quantity integer)
    -- What becomes free first: it may be what another line wants.
    order by c.variant_id nulls first, c.order_item_id);
  if exists (
      select from unnest(v_changes) c
      where (c.order_item_id is null) = (c.variant_id is null) or c.quantity is null
        or c.quantity not between (case when c.variant_id is null then 0 else 1 end) and 100)
    or (select count(distinct coalesce(c.order_item_id, c.variant_id)) from unnest(v_changes) c) < cardinality(v_changes) then
    perform private.raise_error(400, 'invalid_changes', v_message);
  end if;
  return query select * from unnest(v_changes);
exception when data_exception or datatype_mismatch then
  perform private.raise_error(400, 'invalid_changes', v_message);
end
$function$;

CREATE OR REPLACE FUNCTION private.order_check()
 RETURNS SETOF private.finding
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select * from private.check_stock()
  union all select * from private.check_reservations()
  union all select * from private.check_sold_garments()
  union all select * from private.check_ordered_rentals()
  union all select * from private.check_order_totals()
  union all select * from private.check_payments()
  union all select * from private.check_order_states()
  union all select * from private.check_gift_cards()
  union all select * from private.check_documents()
$function$;

CREATE OR REPLACE FUNCTION private.order_for_change(order_id uuid, permission public.permission, customer_too boolean, more_variants uuid[] DEFAULT '{}'::uuid[])
 RETURNS public.orders
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_order public.orders;
begin
  select * into v_order from public.orders o
  where o.id = order_for_change.order_id
    and ((customer_too and o.customer_id = auth.uid()) or o.boutique_id in (select private.my_boutique_ids(permission)));
  if not found then
    perform private.raise_error(404, 'order_not_found', 'There is no such order of yours, or of a boutique that you work for.',
      jsonb_build_object('order_id', order_id));
  end if;
  perform private.lock_group(v_order.group_id, more_variants);
  select * into v_order from public.orders o where o.id = order_for_change.order_id;
  return v_order;
end
$function$;

CREATE OR REPLACE FUNCTION private.paid_for(order_item public.order_items, prices_include_tax boolean, quantity integer)
 RETURNS bigint
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  v_pieces integer := order_item.quantity - order_item.cancelled_quantity;
  v_paid bigint := order_item.unit_price * v_pieces - order_item.discount + case when prices_include_tax then 0 else order_item.tax end;
begin
  return greatest(0, v_paid * (order_item.returned_quantity + quantity) / v_pieces - coalesce((
    select sum(x.value) from public.return_items x where x.order_item_id = order_item.id), 0));
end
$function$;

CREATE OR REPLACE FUNCTION private.price_new_line(order_row public.orders, variant_id uuid, quantity integer)
 RETURNS public.cart_line
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.raise_line(order_row public.orders, order_item public.order_items, extra integer)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_more public.order_items := order_item;
begin
  v_more.quantity := extra;
  perform private.take_goods(v_more, private.branch_of(order_row), case order_row.state when 'pending' then order_row.hold_expires_at end);
  update public.order_items i set quantity = i.quantity + extra,
    tax = private.tax_of(i.unit_price * (i.quantity - i.cancelled_quantity + extra) - i.discount, i.tax_basis_points, order_row.prices_include_tax)
  where i.id = order_item.id;
end
$function$;

CREATE OR REPLACE FUNCTION private.receive_return(return_id uuid, location_id uuid)
 RETURNS public.returns
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_return public.returns := private.return_for_change(return_id, false);
begin
  if v_return.state = 'received' then
    return v_return;
  elsif v_return.state not in ('requested', 'approved') then
    perform private.raise_invalid_return_state(v_return, 'received');
  elsif location_id is not null and not exists (
    select from public.locations l where l.id = receive_return.location_id and l.boutique_id = v_return.boutique_id) then
    perform private.raise_error(404, 'location_not_found', 'The boutique has no such branch.', jsonb_build_object('location_id', location_id));
  end if;
  if v_return.state = 'requested' then
    v_return.exchange_item_id := private.take_exchange(v_return);
  end if;
  update public.returns t set state = 'received', location_id = receive_return.location_id, exchange_item_id = v_return.exchange_item_id
  where t.id = v_return.id
  returning * into v_return;
  perform private.note_return(v_return, 'return_received');
  return v_return;
end
$function$;

CREATE OR REPLACE FUNCTION private.record_payment(order_group_id uuid, method text, reference text, amount bigint, currency text)
 RETURNS public.payments
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_payment uuid;
  v_mine uuid[] := array(
    select o.id from public.orders o
    where o.group_id = record_payment.order_group_id
      and (o.boutique_id in (select private.my_boutique_ids('orders.write')) or (select private.is_admin())));
  v_all boolean := not exists (
    select from public.orders o where o.group_id = record_payment.order_group_id and o.id <> all (v_mine));
begin
  -- Who takes cash for a group takes it for all boutiques in it; what a change costs is for one of them.
  if cardinality(v_mine) = 0 or (not v_all and not exists (select from public.payments p where p.order_id = any (v_mine))) then
    perform private.raise_error(404, 'order_group_not_found', 'There is no such order group of boutiques that you all work for.',
      jsonb_build_object('order_group_id', order_group_id));
  elsif method is null or method !~ '^[a-z_]{2,40}$' or reference is null or reference !~ '\S' or length(reference) > 200 then
    perform private.raise_error(400, 'invalid_payment', 'A payment has a method such as cash or bank_transfer, and a reference such as the number of the receipt.');
  end if;
  select p.id into v_payment from public.payments p
  where p.group_id = record_payment.order_group_id and (v_all or p.order_id = any (v_mine))
  -- A repetition finds what it has settled.
  order by p.method is not distinct from record_payment.method and p.reference is not distinct from btrim(record_payment.reference) desc,
    p.state = 'succeeded', p.state <> 'pending', p.order_id is not null, p.created_at
  limit 1;
  if v_payment is null then
    perform private.raise_error(409, 'nothing_to_pay', 'Nothing is to be paid for this.', jsonb_build_object('order_group_id', order_group_id));
  end if;
  return private.settle_payment(v_payment, method, btrim(reference), amount, currency);
end
$function$;

CREATE OR REPLACE FUNCTION private.recount_order(order_id uuid)
 RETURNS public.orders
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.refund_order(order_id uuid, amount bigint, reason text, idempotency_key text)
 RETURNS public.refunds
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_order public.orders := private.order_for_change(order_id, 'refunds.write', false);
  v_earlier uuid;
  v_refund public.refunds;
begin
  v_earlier := private.claim_idempotency_key('refund_order', idempotency_key,
    jsonb_build_object('order_id', order_id, 'amount', amount, 'reason', reason));
  if v_earlier is not null then
    select * into strict v_refund from public.refunds f where f.id = v_earlier;
    return v_refund;
  elsif v_order.state not in ('part_fulfilled', 'fulfilled', 'completed', 'part_refunded') then
    perform private.raise_error(409, 'invalid_state', format('An order that is %s is not refunded; one that has not left is cancelled.', v_order.state),
      jsonb_build_object('order_id', order_id, 'state', v_order.state));
  elsif amount is null or amount not between 1 and v_order.paid_total - v_order.refunded_total - v_order.fee_total or coalesce(reason, '') !~ '\S' then
    perform private.raise_error(400, 'invalid_refund', 'A refund has a reason, and an amount of at most what was paid and has not gone back.',
      jsonb_build_object('order_id', order_id, 'left', v_order.paid_total - v_order.refunded_total - v_order.fee_total));
  end if;
  v_refund.id := private.refund(v_order.id, amount, reason);
  update public.refunds f set kind = 'courtesy' where f.id = v_refund.id returning * into strict v_refund;
  perform private.note_order_event(v_order, 'refunded', jsonb_build_object('refund_id', v_refund.id, 'amount', amount));
  perform private.move_order(v_order.id, reason);
  perform private.settle_idempotency_key('refund_order', idempotency_key, v_refund.id);
  return v_refund;
end
$function$;

CREATE OR REPLACE FUNCTION private.refuse_unpaid(order_row public.orders)
 RETURNS void
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  if order_row.state not in ('paid', 'part_fulfilled') then
    perform private.raise_error(409, 'invalid_state', format('Nothing of an order that is %s can leave.', order_row.state),
      jsonb_build_object('order_id', order_row.id, 'state', order_row.state));
  elsif private.payment_is_due(order_row) then
    perform private.raise_error(409, 'payment_due', 'A change of this order is not paid yet.', (
      select jsonb_build_object('order_id', p.order_id, 'payment_id', p.id, 'amount', p.amount, 'currency', p.currency)
      from public.payments p where p.order_id = order_row.id and p.state = 'pending'));
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.rental_for_step(rental_id uuid)
 RETURNS public.rentals
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_garment uuid;
  v_rental public.rentals;
begin
  loop
    select r.garment_id into v_garment from public.rentals r
    where r.id = rental_for_step.rental_id and r.boutique_id in (select private.my_boutique_ids('rentals.write'));
    if not found then
      perform private.raise_error(404, 'rental_not_found', 'There is no such rental in a boutique you work for.',
        jsonb_build_object('rental_id', rental_id));
    end if;
    perform from public.resources r where r.id = v_garment for no key update;
    -- While we waited another garment may have taken its place: then that one is locked, too.
    exit when exists (select from public.rentals r where r.id = rental_for_step.rental_id and r.garment_id = v_garment);
  end loop;
  -- An order is locked after garments and before rentals.
  perform private.lock_order_of_rental(rental_id);
  select * into v_rental from public.rentals r where r.id = rental_for_step.rental_id for update;
  return v_rental;
end
$function$;

CREATE OR REPLACE FUNCTION private.repair_document(kind text, id uuid)
 RETURNS text
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_order public.orders;
begin
  case kind
    when 'invoice' then
      select * into v_order from public.orders o where o.id = repair_document.id;
      perform private.issue_document(v_order, 'invoice', v_order.total, private.invoice_content(v_order));
    when 'debit_note' then
      perform private.issue_debit_note(p) from public.payments p where p.id = repair_document.id;
    else
      perform private.issue_credit_note(f) from public.refunds f where f.id = repair_document.id;
  end case;
  return 'Mended: the document is issued, as of today.';
end
$function$;

CREATE OR REPLACE FUNCTION private.repair_order_drift(kind text, id uuid)
 RETURNS text
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_order public.orders;
begin
  case kind
    when 'stock_level' then
      return private.repair_stock_level(id);
    when 'reservation' then
      return private.repair_reservation(id);
    when 'sold_without_order' then
      update public.allocations a set state = 'released', held_until = null where a.id = repair_order_drift.id;
      return 'Mended: the garment is free. Take retired_at off it if it is still there.';
    when 'sold_garments' then
      select o.* into v_order from public.orders o join public.order_items i on i.order_id = o.id where i.id = repair_order_drift.id;
      if v_order.state <> 'cancelled' then
        return 'By hand: a garment is missing, or too many are sold. Look at the allocations of the line, and cancel the order or give her another piece.';
      end if;
      update public.allocations a set state = 'released', held_until = null
      where a.source_id = repair_order_drift.id and a.kind = 'sale' and a.state <> 'released';
      return 'Mended: the garments of the cancelled line are free.';
    when 'rental_line' then
      select o.* into v_order from public.orders o join public.order_items i on i.order_id = o.id where i.id = repair_order_drift.id;
      if v_order.state <> 'cancelled' then
        return 'By hand: cancel the order, or reserve the days again.';
      end if;
      perform private.end_rental(i.rental_id, 'cancelled') from public.order_items i where i.id = repair_order_drift.id;
      return 'Mended: the days of the cancelled order are free.';
    when 'order_total' then
      return 'By hand: what was agreed with the customer is not for a machine to change. See order_events, and refund what she paid too much.';
    when 'refund_total' then
      update public.orders o set refunded_total = coalesce((select sum(f.amount) from public.refunds f where f.order_id = o.id), 0)
      where o.id = repair_order_drift.id;
      return 'Mended: the order says what its refunds do.';
    when 'stale_order' then
      perform private.expire_order_hold(o.group_id) from public.orders o where o.id = repair_order_drift.id;
      return 'Mended: the order is cancelled, and what it kept is free. See why no worker does order.expire_hold.';
    when 'gift_card' then
      update public.gift_cards c set balance = coalesce((select sum(e.change) from public.gift_card_entries e where e.gift_card_id = c.id), 0)
      where c.id = repair_order_drift.id;
      return 'Mended: the balance is what its entries make.';
    when 'invoice', 'debit_note', 'credit_note' then
      return private.repair_document(kind, id);
    when 'order_state' then
      insert into public.order_events (order_id, boutique_id, customer_id, from_state, to_state, reason)
      select o.id, o.boutique_id, u.id,
        (select e.to_state from public.order_events e where e.order_id = o.id order by e.id desc limit 1), o.state, 'repaired'
      from public.orders o left join auth.users u on u.id = o.customer_id
      where o.id = repair_order_drift.id;
      return 'Mended: the log ends with the state of the order.';
    else
      return format('By hand: nothing mends %s.', kind);
  end case;
end
$function$;

CREATE OR REPLACE FUNCTION private.request_return(order_id uuid, items jsonb, reason public.return_reason, note text, exchange_variant_id uuid, idempotency_key text)
 RETURNS public.returns
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_order public.orders := private.order_for_change(order_id, 'orders.write', true);
  v_by_staff boolean := v_order.boutique_id in (select private.my_boutique_ids('orders.write'));
  v_earlier uuid;
  v_return public.returns;
  v_wanted private.wanted_piece;
  v_item public.order_items;
  v_delivered timestamptz;
  v_open integer;
  v_pieces integer := 0;
begin
  v_earlier := private.claim_idempotency_key('request_return', idempotency_key,
    jsonb_build_object('order_id', order_id, 'items', items, 'reason', reason,
      'exchange_variant_id', exchange_variant_id));
  if v_earlier is not null then
    select * into strict v_return from public.returns t where t.id = v_earlier;
    return v_return;
  elsif items is null or reason is null then
    perform private.raise_error(400, 'invalid_items', 'A return has a reason, and items: an array of objects with order_item_id and quantity.');
  elsif length(note) > 2000 then
    perform private.raise_error(400, 'invalid_note', 'A note has at most 2000 characters.');
  elsif v_order.state not in ('part_fulfilled', 'fulfilled', 'completed', 'part_refunded') then
    perform private.raise_error(409, 'invalid_state', format('Nothing of an order that is %s can come back.', v_order.state),
      jsonb_build_object('order_id', order_id, 'state', v_order.state));
  end if;
  insert into public.returns (order_id, boutique_id, customer_id, reason, note)
  values (v_order.id, v_order.boutique_id, v_order.customer_id, request_return.reason, coalesce(request_return.note, ''))
  returning * into v_return;
  for v_wanted in select * from private.wanted_pieces(v_order.id, items) loop
    select * into v_item from public.order_items i where i.id = v_wanted.order_item_id and i.order_id = v_order.id for update;
    if not found then
      perform private.raise_error(404, 'order_item_not_found', 'There is no such line in this order.',
        jsonb_build_object('order_item_id', v_wanted.order_item_id));
    elsif v_item.kind = 'rental' or (v_item.kind = 'made_to_order' and not v_by_staff) or (v_order.return_days = 0 and not v_by_staff) then
      perform private.raise_error(409, 'not_returnable', 'Rentals come back by return_rental; what was made for her, and what was sold without a right of return, is kept.',
        jsonb_build_object('order_item_id', v_item.id));
    end if;
    select coalesce(sum(x.quantity), 0) into v_open
    from public.return_items x join public.returns t on t.id = x.return_id
    where x.order_item_id = v_item.id and t.state in ('requested', 'approved', 'received');
    if v_wanted.quantity is null or v_wanted.quantity < 1 or v_wanted.quantity > v_item.fulfilled_quantity - v_item.returned_quantity - v_open then
      perform private.raise_error(409, 'nothing_left', format('%s of this line can come back; send a quantity of at least 1 and not above that.',
          v_item.fulfilled_quantity - v_item.returned_quantity - v_open),
        jsonb_build_object('order_item_id', v_item.id, 'left', v_item.fulfilled_quantity - v_item.returned_quantity - v_open));
    end if;
    select max(private.delivered_at(s)) into v_delivered
    from public.shipments s join public.shipment_items x on x.shipment_id = s.id where x.order_item_id = v_item.id;
    if not v_by_staff and now() > v_delivered + make_interval(days => v_order.return_days) then
      perform private.raise_error(409, 'return_window_passed', format('It could be sent back for %s days.', v_order.return_days),
        jsonb_build_object('order_item_id', v_item.id, 'until', v_delivered + make_interval(days => v_order.return_days)));
    end if;
    insert into public.return_items (return_id, order_item_id, boutique_id, customer_id, quantity)
    values (v_return.id, v_item.id, v_order.boutique_id, v_order.customer_id, v_wanted.quantity);
    v_pieces := v_pieces + v_wanted.quantity;
  end loop;
  if exchange_variant_id is not null then
    -- Looked at, not taken: that is done at the approval.
    perform private.price_new_line(v_order, exchange_variant_id, v_pieces);
    update public.returns t set exchange_variant_id = request_return.exchange_variant_id where t.id = v_return.id returning * into v_return;
  end if;
  perform private.note_return(v_return, 'return_requested');
  perform private.settle_idempotency_key('request_return', idempotency_key, v_return.id);
  return v_return;
end
$function$;

CREATE OR REPLACE FUNCTION private.return_for_change(return_id uuid, customer_too boolean)
 RETURNS public.returns
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_return public.returns;
begin
  select * into v_return from public.returns t
  where t.id = return_for_change.return_id
    and ((customer_too and t.customer_id = auth.uid()) or t.boutique_id in (select private.my_boutique_ids('orders.write')));
  if not found then
    perform private.raise_error(404, 'return_not_found', 'There is no such return of yours, or of a boutique that you work for.',
      jsonb_build_object('return_id', return_id));
  end if;
  perform private.lock_group(o.group_id, array(select v_return.exchange_variant_id where v_return.exchange_variant_id is not null))
  from public.orders o where o.id = v_return.order_id;
  select * into v_return from public.returns t where t.id = return_for_change.return_id for update;
  return v_return;
end
$function$;

CREATE OR REPLACE FUNCTION private.returned_garment(order_item public.order_items, garment_id uuid)
 RETURNS uuid
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  -- Those that are sold with the line and have left.
  v_out uuid[] := array(
    select a.resource_id from public.allocations a join public.garments g on g.id = a.resource_id
    where a.source_id = order_item.id and a.kind = 'sale' and a.state <> 'released' and g.retired_at is not null
    order by a.resource_id);
begin
  if garment_id is null and cardinality(v_out) = 1 then
    return v_out[1];
  elsif garment_id is null or garment_id <> all (v_out) then
    perform private.raise_error(400, 'garment_required', 'Say which of the garments of this line came back, one at a time.',
      jsonb_build_object('order_item_id', order_item.id, 'garment_ids', to_jsonb(v_out)));
  end if;
  return garment_id;
end
$function$;

CREATE OR REPLACE FUNCTION private.settle_difference(order_id uuid, difference bigint, kind public.refund_kind, reason text)
 RETURNS private.settlement
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_order public.orders;
  v_payment public.payments;
  v_left bigint := -difference;
  v_settlement private.settlement;
begin
  select * into v_order from public.orders o where o.id = settle_difference.order_id;
  select * into v_payment from public.payments p where p.order_id = v_order.id and p.state = 'pending' for update;
  v_settlement.payment_id := v_payment.id;
  if difference > 0 and v_payment.id is not null then
    update public.payments p set amount = p.amount + difference where p.id = v_payment.id;
  elsif difference > 0 then
    insert into public.payments (group_id, customer_id, order_id, amount, currency)
    values (v_order.group_id, v_order.customer_id, v_order.id, difference, v_order.currency)
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
    v_settlement.refund_id := private.refund(
      v_order.id, least(v_left, v_order.paid_total - v_order.refunded_total - v_order.fee_total), reason);
    update public.refunds r set kind = settle_difference.kind where r.id = v_settlement.refund_id;
  end if;
  return v_settlement;
end
$function$;

CREATE OR REPLACE FUNCTION private.settle_payment(payment_id uuid, method text, reference text, amount bigint, currency text)
 RETURNS public.payments
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_payment public.payments;
  v_withdrawn boolean;
begin
  select * into v_payment from public.payments p where p.id = settle_payment.payment_id;
  if not found then
    perform private.raise_error(404, 'payment_not_found', 'There is no such payment.', jsonb_build_object('payment_id', payment_id));
  end if;
  perform private.lock_group(v_payment.group_id);
  select * into v_payment from public.payments p where p.id = settle_payment.payment_id for update;
  if v_payment.state = 'succeeded' then
    if v_payment.method is distinct from settle_payment.method or v_payment.reference is distinct from settle_payment.reference then
      perform private.raise_error(409, 'already_paid', 'This was paid another way already.',
        jsonb_build_object('payment_id', payment_id, 'method', v_payment.method, 'reference', v_payment.reference));
    end if;
    return v_payment;
  elsif settle_payment.amount is distinct from v_payment.amount or settle_payment.currency is distinct from v_payment.currency::text then
    perform private.raise_error(409, 'amount_differs', format('%s %s are to be paid, in the minor unit of the currency and in one amount.', v_payment.amount, v_payment.currency),
      jsonb_build_object('payment_id', payment_id, 'amount', v_payment.amount, 'currency', v_payment.currency));
  end if;
  v_withdrawn := v_payment.state = 'cancelled';
  update public.payments p set state = 'succeeded', settled_at = now(), method = settle_payment.method, reference = settle_payment.reference
  where p.id = v_payment.id
  returning * into v_payment;
  if v_payment.order_id is null then
    perform private.confirm_group(v_payment.group_id, v_payment.amount);
  else
    update public.orders o set paid_total = o.paid_total + v_payment.amount where o.id = v_payment.order_id;
    if v_withdrawn then
      perform private.refund(v_payment.order_id, v_payment.amount, 'not_needed_any_more');
    end if;
  end if;
  return v_payment;
exception when unique_violation then
  perform private.raise_error(409, 'reference_used', 'This reference settled another payment already.',
    jsonb_build_object('method', method, 'reference', reference));
end
$function$;

CREATE OR REPLACE FUNCTION private.settle_pending_group(order_row public.orders, difference bigint)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_group public.order_groups;
begin
  select * into v_group from public.order_groups g where g.id = order_row.group_id;
  if order_row.total + difference < private.paid_by_gift_cards(order_row.id) then
    perform private.raise_error(409, 'covered_by_gift_card', 'More than that is paid with a gift card already. Cancel the order, and order anew.',
      jsonb_build_object('order_id', order_row.id, 'paid_by_gift_cards', private.paid_by_gift_cards(order_row.id)));
  end if;
  update public.order_groups g set total = g.total + difference where g.id = v_group.id returning * into v_group;
  if v_group.amount_due > 0 then
    update public.payments p set amount = v_group.amount_due where p.group_id = v_group.id and p.order_id is null and p.state = 'pending';
  else
    update public.payments p set state = 'cancelled' where p.group_id = v_group.id and p.order_id is null and p.state = 'pending';
    perform private.confirm_group(v_group.id, 0);
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.take_back(return_row public.returns, order_item public.order_items, pieces integer, outcome public.return_outcome, garment_id uuid)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_location uuid := return_row.location_id;
begin
  if garment_id is not null then
    -- Nobody waits for its lock: a garment that becomes free is only more than others see.
    update public.allocations a set state = 'released', held_until = null
    where a.source_id = order_item.id and a.resource_id = take_back.garment_id and a.kind = 'sale' and a.state <> 'released';
    update public.garments g set location_id = coalesce(v_location, g.location_id),
      condition = case outcome when 'damaged' then 'damaged' else g.condition end,
      retired_at = case outcome when 'restock' then null else g.retired_at end
    where g.id = take_back.garment_id;
  elsif outcome = 'restock' and order_item.kind = 'sale' then
    if v_location is null then
      -- Back to where it came from.
      select m.location_id into strict v_location from public.stock_movements m
      where m.source_id = order_item.id and m.kind = 'fulfilled'
      order by m.created_at desc, m.id desc limit 1;
    end if;
    insert into public.stock_movements (boutique_id, variant_id, location_id, kind, on_hand_change, source_id)
    values (order_item.boutique_id, order_item.variant_id, v_location, 'restocked', pieces, order_item.id);
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.take_exchange(return_row public.returns)
 RETURNS uuid
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_order public.orders;
  v_line public.order_items;
begin
  if return_row.exchange_variant_id is null then
    return null;
  end if;
  select * into v_order from public.orders o where o.id = return_row.order_id;
  v_line := private.add_line(v_order, private.price_new_line(v_order, return_row.exchange_variant_id, (
    select sum(x.quantity)::integer from public.return_items x where x.return_id = return_row.id)));
  perform private.recount_order(v_order.id);
  return v_line.id;
end
$function$;

CREATE OR REPLACE FUNCTION private.waits_for_return(order_item_id uuid)
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return exists (
    select from public.returns t where t.exchange_item_id = waits_for_return.order_item_id and t.state in ('approved', 'received'));
end
$function$;

CREATE OR REPLACE FUNCTION private.wanted_pieces(order_id uuid, items jsonb)
 RETURNS SETOF private.wanted_piece
 LANGUAGE plpgsql
 STABLE ROWS 5
 SET search_path TO ''
AS $function$
begin
  if items is null then
    return query
    select i.id, i.quantity - i.cancelled_quantity - i.fulfilled_quantity
    from public.order_items i
    where i.order_id = wanted_pieces.order_id and i.kind <> 'rental' and i.quantity > i.cancelled_quantity + i.fulfilled_quantity
      and not private.waits_for_return(i.id)
    order by i.id;
    return;
  elsif jsonb_typeof(items) <> 'array' or jsonb_array_length(items) not between 1 and 100 then
    perform private.raise_error(400, 'invalid_items', 'items is an array of at most 100 objects with order_item_id and quantity.');
  end if;
  return query
  select w.order_item_id, sum(w.quantity)::integer
  from jsonb_to_recordset(items) w (order_item_id uuid, quantity integer)
  group by w.order_item_id
  order by w.order_item_id;
exception when data_exception or datatype_mismatch then
  perform private.raise_error(400, 'invalid_items', 'items is an array of at most 100 objects with order_item_id and quantity.');
end
$function$;

CREATE OR REPLACE FUNCTION private.watch_orders()
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_all private.finding[] := array(select f from private.order_check() f order by f.kind, f.id);
begin
  return private.tell_findings('orders', v_all, array['stock_level', 'reservation', 'sold_garments', 'sold_without_order', 'rental_line',
    'order_total', 'refund_total', 'payment', 'order_state', 'order_log', 'order_number', 'gift_card', 'stale_order',
    'invoice', 'debit_note', 'credit_note']);
end
$function$;

CREATE OR REPLACE FUNCTION public.edit_order(order_id uuid, changes jsonb, idempotency_key text, reason text DEFAULT ''::text)
 RETURNS public.orders
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.edit_order(order_id, changes, reason, idempotency_key) $function$;

CREATE OR REPLACE FUNCTION public.receive_return(return_id uuid, location_id uuid DEFAULT NULL::uuid)
 RETURNS public.returns
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.receive_return(return_id, location_id) $function$;

CREATE OR REPLACE FUNCTION public.request_return(order_id uuid, items jsonb, reason public.return_reason, idempotency_key text, note text DEFAULT ''::text, exchange_variant_id uuid DEFAULT NULL::uuid)
 RETURNS public.returns
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.request_return(order_id, items, reason, note, exchange_variant_id, idempotency_key) $function$;

-- Rows that are there already: what has arrived for an order was its total, or what went back for one that came too late.
update public.orders set paid_total = case when paid_at is null then refunded_total else total end
where paid_at is not null or refunded_total > 0;
update public.return_items set value = refund where refund > 0;
update public.refunds f set kind = case when f.reason = 'returned' then 'return' else 'courtesy' end::public.refund_kind
from public.orders o where o.id = f.order_id and o.state <> 'cancelled';

ALTER TABLE "public"."invoices" ADD CONSTRAINT "a_debit_note_has_a_payment" CHECK (((kind = 'debit_note'::public.invoice_kind) = (payment_id IS NOT NULL)));

ALTER TABLE "public"."invoices" ADD CONSTRAINT "invoices_payment_id_fkey" FOREIGN KEY (payment_id) REFERENCES public.payments(id) ON DELETE RESTRICT;

ALTER TABLE "public"."order_items" ADD CONSTRAINT "order_items_id_order_id_key" UNIQUE (id, order_id);

ALTER TABLE "public"."orders" ADD CONSTRAINT "money_is_not_negative" CHECK ((LEAST(subtotal, discount_total, shipping_total, tax_total, total, deposit_total, paid_total, refunded_total, fee_total) >= 0));

ALTER TABLE "public"."orders" ADD CONSTRAINT "no_more_is_refunded_than_was_paid" CHECK (((refunded_total + fee_total) <= paid_total));

ALTER TABLE "public"."return_items" ADD CONSTRAINT "a_garment_is_one_piece" CHECK (((garment_id IS NULL) OR ((quantity = 1) AND (outcome = ANY (ARRAY['restock'::public.return_outcome, 'damaged'::public.return_outcome])))));

ALTER TABLE "public"."return_items" ADD CONSTRAINT "no_more_is_refunded_than_was_paid" CHECK (((refund >= 0) AND (refund <= value)));

ALTER TABLE "public"."return_items" ADD CONSTRAINT "return_items_garment_id_fkey" FOREIGN KEY (garment_id) REFERENCES public.resources(id) ON DELETE RESTRICT;

ALTER TABLE "public"."return_items" ADD CONSTRAINT "what_is_missing_has_no_value" CHECK (((value = 0) OR (outcome = ANY (ARRAY['restock'::public.return_outcome, 'damaged'::public.return_outcome]))));

ALTER TABLE "public"."returns" ADD CONSTRAINT "exchange_is_a_line_of_the_order" FOREIGN KEY (exchange_item_id, order_id) REFERENCES public.order_items(id, order_id) ON DELETE RESTRICT;

ALTER TABLE "public"."returns" ADD CONSTRAINT "exchange_is_for_a_variant_of_the_boutique" FOREIGN KEY (exchange_variant_id, boutique_id) REFERENCES public.product_variants(id, boutique_id) ON DELETE RESTRICT;

ALTER TABLE "public"."returns" ADD CONSTRAINT "only_an_exchange_has_a_line" CHECK (((exchange_item_id IS NULL) OR ((exchange_variant_id IS NOT NULL) AND (state <> ALL (ARRAY['requested'::public.return_state, 'rejected'::public.return_state])))));

ALTER TABLE "public"."returns" ADD CONSTRAINT "return_comes_to_a_location_of_the_boutique" FOREIGN KEY (location_id, boutique_id) REFERENCES public.locations(id, boutique_id) ON DELETE RESTRICT;

ALTER TABLE "public"."returns" ADD CONSTRAINT "returns_exchange_item_id_key" UNIQUE (exchange_item_id);

CREATE UNIQUE INDEX one_debit_note_of_a_payment ON public.invoices USING btree (payment_id);

CREATE UNIQUE INDEX one_open_payment_for_changes ON public.payments USING btree (order_id) WHERE ((order_id IS NOT NULL) AND (state = 'pending'::public.payment_state));

CREATE INDEX return_items_garment_id_idx ON public.return_items USING btree (garment_id);

CREATE INDEX returns_exchange_item_id_idx ON public.returns USING btree (exchange_item_id, order_id);

CREATE INDEX returns_exchange_variant_id_idx ON public.returns USING btree (exchange_variant_id, boutique_id);

CREATE INDEX returns_location_id_idx ON public.returns USING btree (location_id, boutique_id);

CREATE TRIGGER issue_debit_note AFTER UPDATE OF state ON public.payments FOR EACH ROW WHEN (((old.state <> 'succeeded'::public.payment_state) AND (new.state = 'succeeded'::public.payment_state) AND (new.order_id IS NOT NULL))) EXECUTE FUNCTION private.issue_note();

CREATE TRIGGER issue_credit_note AFTER INSERT ON public.refunds FOR EACH ROW EXECUTE FUNCTION private.issue_note();

COMMENT ON COLUMN "public"."invoices"."payment_id" IS 'What a debit note is about.';

COMMENT ON COLUMN "public"."orders"."paid_total" IS 'What has arrived for it, in minor units, with gift cards: its part of the payment of the group, and of what changes cost. The total follows the lines; this follows the money.';

COMMENT ON COLUMN "public"."return_items"."garment_id" IS 'The garment that came back, when the line sold garments.';

COMMENT ON COLUMN "public"."return_items"."refund" IS 'What is given for them, up to their value: paid back, or taken off the price of the exchange.';

COMMENT ON COLUMN "public"."return_items"."value" IS 'What was paid for these pieces, in minor units of the order''s currency: their share of the line after its discount, with its tax. 0 before the inspection.';

COMMENT ON COLUMN "public"."returns"."exchange_item_id" IS 'The line of the order that replaces them. It is taken at the approval and leaves after the inspection.';

COMMENT ON COLUMN "public"."returns"."exchange_variant_id" IS 'What she wants instead, as many pieces as come back; null: her money.';

COMMENT ON COLUMN "public"."returns"."location_id" IS 'The branch that it came to; null: where it left from.';

COMMENT ON COLUMN "public"."returns"."refund_id" IS 'What was paid back; null when nothing was, or all of it went into the exchange.';

COMMENT ON FUNCTION "private"."add_line"(public.orders, public.cart_line) IS 'Puts a line into an order and takes its goods. PT409 out_of_stock.';

COMMENT ON FUNCTION "private"."branch_of"(public.orders) IS 'The branch where an order is fetched; null when it is delivered.';

COMMENT ON FUNCTION "private"."cancel_pieces"(public.orders, public.order_items, integer) IS 'Pieces of a line that have not left are called off: their goods are free, and the line keeps the discount of those that stay (their share, rounded down) and their tax.';

COMMENT ON FUNCTION "private"."change_line"(public.orders, private.order_change) IS 'Another quantity of a line; what was changed, or null. PT404 order_item_not_found; PT400 invalid_changes; PT409 already_fulfilled, return_open, out_of_stock.';

COMMENT ON FUNCTION "private"."check_documents"() IS 'invoice, debit_note, credit_note: money that was charged or given back without its document.';

COMMENT ON FUNCTION "private"."complete_orders"(integer) IS 'Orders are over whose time for returns has passed since the last delivery, whose rentals are back and whose returns are settled. How many; called by the job order.complete.';

COMMENT ON FUNCTION "private"."credit_note_taxes"(uuid, bigint) IS 'The taxes in what is given back: their share of all that was charged, less what earlier credit notes have, so that the credit notes of an order that is paid back add up to its taxes.';

COMMENT ON FUNCTION "private"."debit_note_taxes"(public.orders, bigint) IS 'The taxes in what a change costs more: their share of the order as it is now, rounded half up.';

COMMENT ON FUNCTION "private"."delivered_at"(public.shipments) IS 'When a shipment was delivered; one that nobody has marked counts as delivered 30 days after it was sent.';

COMMENT ON FUNCTION "private"."drop_exchange"(public.returns) IS 'The line that was to replace what comes back is called off; it was not paid yet. Without an exchange nothing happens.';

COMMENT ON FUNCTION "private"."follow_ordered_rental"() IS 'Trigger: a rental that is picked up fulfils its order line. PT409 payment_due while a change of the order is not paid.';

COMMENT ON FUNCTION "private"."inspect_piece"(public.returns, public.orders, private.inspected_piece) IS 'Settles pieces of a return: their goods, and what is given for them, which it answers. PT404 order_item_not_found; PT400 invalid_items, garment_required.';

COMMENT ON FUNCTION "private"."inspected_pieces"(jsonb) IS 'What an inspection found, as inspect_return takes it. PT400 invalid_items.';

COMMENT ON FUNCTION "private"."is_over"(public.orders) IS 'True when the time for returns has passed since the last delivery, its rentals are back or lost, and no return is open.';

COMMENT ON FUNCTION "private"."issue_credit_note"(public.refunds) IS 'For money that goes back. Nothing when the order has no invoice.';

COMMENT ON FUNCTION "private"."issue_debit_note"(public.payments) IS 'For what a change of an order cost more. Nothing when the order has no invoice.';

COMMENT ON FUNCTION "private"."issue_document"(public.orders, public.invoice_kind, bigint, jsonb, uuid, uuid) IS 'Writes an invoice, a debit note or a credit note with the next number of its kind, and has its PDF made.';

COMMENT ON FUNCTION "private"."issue_note"() IS 'Trigger: what a change of an order cost more has a debit note when it is paid; money that goes back has a credit note.';

COMMENT ON FUNCTION "private"."line_of"(public.orders, uuid) IS 'A line of this order. PT404 order_item_not_found.';

COMMENT ON FUNCTION "private"."lock_group"(uuid, uuid[]) IS 'Locks a group, its orders, the goods they want, their discounts and gift cards, in the order that everybody keeps. more_variants: what one of them is about to want.';

COMMENT ON FUNCTION "private"."lock_order_of_rental"(uuid) IS 'Locks the group and the orders that a rental is a line of. The caller has locked the garment, and not the rental yet.';

COMMENT ON FUNCTION "private"."move_order"(uuid, text) IS 'Gives a paid order the state that follows from its lines and refunds, along order_transitions. Every step after the payment calls it, with the order locked.';

COMMENT ON FUNCTION "private"."my_invoice_paths"() IS 'Files of the caller''s own invoices, debit notes and credit notes.';

COMMENT ON FUNCTION "private"."note_content"(public.orders, public.invoices, public.invoice_kind, bigint, text, text[], jsonb) IS 'As invoice_content, of an amount that was charged or given back later. taxes: what is in it, as in invoice_content.';

COMMENT ON FUNCTION "private"."note_return"(public.returns, text, jsonb) IS 'Logs a step of a return with its order.';

COMMENT ON FUNCTION "private"."order_changes"(jsonb) IS 'Changes of an order, as edit_order takes them. PT400 invalid_changes.';

COMMENT ON FUNCTION "private"."order_for_change"(uuid, public.permission, boolean, uuid[]) IS 'An order that the caller may change, locked with its group and goods. PT404 order_not_found.';

COMMENT ON FUNCTION "private"."paid_for"(public.order_items, boolean, integer) IS 'What was paid for the next pieces of a line that come back: the share of all that have in its price after the discount, with its tax, less what those before had. All pieces together have had what was paid for the line; the way to the customer is not paid back.';

COMMENT ON FUNCTION "private"."price_new_line"(public.orders, uuid, integer) IS 'A piece of goods at the price of now, for an order that is there. PT404 variant_not_found; PT409 out_of_stock, not_for_sale, mixed_currencies, other_prices.';

COMMENT ON FUNCTION "private"."raise_line"(public.orders, public.order_items, integer) IS 'More pieces of a line, at its price; its discount stays what it is. PT409 out_of_stock.';

COMMENT ON FUNCTION "private"."recount_order"(uuid) IS 'Totals of an order from its lines: all pieces that were not called off, returned ones included, for what was paid back is apart. Shipping stays what it was.';

COMMENT ON FUNCTION "private"."refuse_unpaid"(public.orders) IS 'PT409 invalid_state, payment_due for an order of which nothing may leave now.';

COMMENT ON FUNCTION "private"."rental_for_step"(uuid) IS 'Locks a rental that the caller may move on, its garment and its order first. PT404 rental_not_found.';

COMMENT ON FUNCTION "private"."repair_document"(text, uuid) IS 'Issues the document that is missing for an order, a payment or a refund.';

COMMENT ON FUNCTION "private"."returned_garment"(public.order_items, uuid) IS 'The garment of a line that came back; the only one when it is not named. PT400 garment_required.';

COMMENT ON FUNCTION "private"."settle_difference"(uuid, bigint, public.refund_kind, text) IS 'What an order costs more becomes a payment to be made, one per order; what it costs less is taken off that payment, and the rest is paid back, never more than has arrived.';

COMMENT ON FUNCTION "private"."settle_pending_group"(public.orders, bigint) IS 'What is to be paid of a group follows an order that was changed before it was paid. PT409 covered_by_gift_card.';

COMMENT ON FUNCTION "private"."take_back"(public.returns, public.order_items, integer, public.return_outcome, uuid) IS 'Pieces are back: counted ones go into the stock if they can be sold again; a garment gets its calendar back and is in service again, or stays retired as damaged. What was made for her goes nowhere.';

COMMENT ON FUNCTION "private"."take_exchange"(public.returns) IS 'Takes what a return is exchanged for, at the price of now, as a line of the order; null without an exchange. It is paid for at the inspection. PT404 variant_not_found; PT409 out_of_stock, not_for_sale, mixed_currencies, other_prices.';

COMMENT ON FUNCTION "private"."uuid_v7"() IS 'A time-ordered UUID (version 7, RFC 9562), to the microsecond: new rows land at the end of their index, and a log is read by its ids.';

COMMENT ON FUNCTION "private"."waits_for_return"(uuid) IS 'True for a line that replaces what has not come back yet: it does not leave before.';

COMMENT ON FUNCTION "public"."answer_return"(uuid, boolean, text) IS 'Staff approve a return, or reject it and say why. What it is exchanged for is taken with the approval, as a line of the order. Repeating it changes nothing. PT404 return_not_found; PT409 invalid_state, out_of_stock (detail: left), not_for_sale, mixed_currencies, other_prices; PT400 invalid_answer.';

COMMENT ON FUNCTION "public"."edit_order"(uuid, jsonb, text, text) IS 'Staff change what has not left: changes [{"order_item_id", "quantity"}] sets how many stay (0 removes the line), [{"variant_id", "quantity"}] adds goods at the price of now. Stock and totals follow. A higher total of a paid order becomes a payment with its order_id, and nothing leaves until it is paid; a lower one is paid back. Before the payment, the payment changes. The same idempotency key with the same input changes once. PT404 order_not_found, order_item_not_found, variant_not_found; PT400 invalid_changes, invalid_idempotency_key; PT409 invalid_state, out_of_stock (detail: left), already_fulfilled, order_would_be_empty, not_for_sale, return_open, covered_by_gift_card, mixed_currencies, other_prices; PT422 idempotency_key_reused.';

COMMENT ON FUNCTION "public"."fulfil_order"(uuid, public.shipping_kind, text, jsonb, text, text, text) IS 'Staff send a paid order, or hand it over in the shop (pickup): all that is left but for rentals, or items [{"order_item_id", "quantity"}]. Stock leaves the shelf, sold garments are retired. The same idempotency key with the same input returns the same shipment. PT404 order_not_found, order_item_not_found; PT409 invalid_state, payment_due (detail: payment_id, amount), nothing_left, hand_over_rental, return_open; PT400 invalid_items, invalid_tracking, invalid_idempotency_key; PT422 idempotency_key_reused.';

COMMENT ON FUNCTION "public"."inspect_return"(uuid, jsonb) IS 'Staff have looked at what came back: it can be sold again (restock), is kept (damaged) or was not there (missing), and the money goes back. outcomes: [{"order_item_id", "outcome", "quantity", "refund", "garment_id"}]; without a quantity all of the line, without a refund all that was paid for it; garment_id when several garments of the line are with her. With an exchange the difference is charged or paid back. Repeating it changes nothing. PT404 return_not_found, order_item_not_found; PT409 invalid_state; PT400 invalid_items (detail: paid), garment_required (detail: garment_ids).';

COMMENT ON FUNCTION "public"."receive_return"(uuid, uuid) IS 'Staff note that a return has arrived, and at which branch when it is not the one that it left from. One that was only requested is approved with it. Repeating it changes nothing. PT404 return_not_found, location_not_found; PT409 invalid_state, and as answer_return.';

COMMENT ON FUNCTION "public"."record_payment"(uuid, text, text, bigint, text) IS 'Staff note money that came in cash or by transfer for a group whose boutiques they all work for, or what a change of their own order costs, or an admin does. What is open is settled first. A repetition with the same reference is a success. PT404 order_group_not_found; PT400 invalid_payment; PT409 amount_differs, already_paid, reference_used, nothing_to_pay.';

COMMENT ON FUNCTION "public"."request_return"(uuid, jsonb, public.return_reason, text, text, uuid) IS 'The customer wants to send something back, within the days that are frozen in the order; staff may any time. items: [{"order_item_id", "quantity"}]; exchange_variant_id: wants as many of this instead of money. PT404 order_not_found, order_item_not_found, variant_not_found; PT409 invalid_state, not_returnable, return_window_passed, nothing_left, and of the exchange out_of_stock, not_for_sale, mixed_currencies, other_prices; PT400 invalid_items, invalid_note, invalid_idempotency_key; PT422 idempotency_key_reused.';

COMMENT ON TABLE "public"."invoices" IS 'Invoices, debit notes and credit notes of orders. Never changed and never deleted: accounts are kept, also of customers who are gone.';

COMMENT ON TABLE "public"."return_items" IS 'Pieces of a line that come back with a return. Those that fare differently become rows of their own.';

COMMENT ON TYPE "public"."invoice_kind" IS 'invoice: of an order that is paid; debit_note: of what a change of it cost more; credit_note: of money that goes back for it.';

COMMENT ON TYPE "public"."refund_kind" IS 'cancellation: the order was called off, or could not be had any more; change: it was changed to cost less before it left; return: something came back; courtesy: a manager decided so.';

REVOKE ALL ON FUNCTION "private"."add_line"(public.orders, public.cart_line) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."add_line"(public.orders, public.cart_line) TO "postgres";

REVOKE ALL ON FUNCTION "private"."branch_of"(public.orders) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."branch_of"(public.orders) TO "postgres";

REVOKE ALL ON FUNCTION "private"."cancel_pieces"(public.orders, public.order_items, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."cancel_pieces"(public.orders, public.order_items, integer) TO "postgres";

REVOKE ALL ON FUNCTION "private"."change_line"(public.orders, private.order_change) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."change_line"(public.orders, private.order_change) TO "postgres";

REVOKE ALL ON FUNCTION "private"."check_documents"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."check_documents"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."credit_note_taxes"(uuid, bigint) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."credit_note_taxes"(uuid, bigint) TO "postgres";

REVOKE ALL ON FUNCTION "private"."debit_note_taxes"(public.orders, bigint) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."debit_note_taxes"(public.orders, bigint) TO "postgres";

REVOKE ALL ON FUNCTION "private"."delivered_at"(public.shipments) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."delivered_at"(public.shipments) TO "postgres";

REVOKE ALL ON FUNCTION "private"."drop_exchange"(public.returns) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."drop_exchange"(public.returns) TO "postgres";

REVOKE ALL ON FUNCTION "private"."edit_order"(uuid, jsonb, text, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."edit_order"(uuid, jsonb, text, text) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."inspect_piece"(public.returns, public.orders, private.inspected_piece) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."inspect_piece"(public.returns, public.orders, private.inspected_piece) TO "postgres";

REVOKE ALL ON FUNCTION "private"."inspected_pieces"(jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."inspected_pieces"(jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "private"."is_over"(public.orders) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."is_over"(public.orders) TO "postgres";

REVOKE ALL ON FUNCTION "private"."issue_credit_note"(public.refunds) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."issue_credit_note"(public.refunds) TO "postgres";

REVOKE ALL ON FUNCTION "private"."issue_debit_note"(public.payments) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."issue_debit_note"(public.payments) TO "postgres";

REVOKE ALL ON FUNCTION "private"."issue_document"(public.orders, public.invoice_kind, bigint, jsonb, uuid, uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."issue_document"(public.orders, public.invoice_kind, bigint, jsonb, uuid, uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."issue_note"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."issue_note"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."line_of"(public.orders, uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."line_of"(public.orders, uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."lock_group"(uuid, uuid[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."lock_group"(uuid, uuid[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."lock_order_of_rental"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."lock_order_of_rental"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."note_content"(public.orders, public.invoices, public.invoice_kind, bigint, text, text[], jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."note_content"(public.orders, public.invoices, public.invoice_kind, bigint, text, text[], jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "private"."note_return"(public.returns, text, jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."note_return"(public.returns, text, jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "private"."order_changes"(jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."order_changes"(jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "private"."order_for_change"(uuid, public.permission, boolean, uuid[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."order_for_change"(uuid, public.permission, boolean, uuid[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."price_new_line"(public.orders, uuid, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."price_new_line"(public.orders, uuid, integer) TO "postgres";

REVOKE ALL ON FUNCTION "private"."raise_line"(public.orders, public.order_items, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."raise_line"(public.orders, public.order_items, integer) TO "postgres";

REVOKE ALL ON FUNCTION "private"."receive_return"(uuid, uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."receive_return"(uuid, uuid) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."recount_order"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."recount_order"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."refuse_unpaid"(public.orders) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."refuse_unpaid"(public.orders) TO "postgres";

REVOKE ALL ON FUNCTION "private"."repair_document"(text, uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."repair_document"(text, uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."request_return"(uuid, jsonb, public.return_reason, text, uuid, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."request_return"(uuid, jsonb, public.return_reason, text, uuid, text) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."returned_garment"(public.order_items, uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."returned_garment"(public.order_items, uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."settle_difference"(uuid, bigint, public.refund_kind, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."settle_difference"(uuid, bigint, public.refund_kind, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."settle_pending_group"(public.orders, bigint) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."settle_pending_group"(public.orders, bigint) TO "postgres";

REVOKE ALL ON FUNCTION "private"."take_back"(public.returns, public.order_items, integer, public.return_outcome, uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."take_back"(public.returns, public.order_items, integer, public.return_outcome, uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."take_exchange"(public.returns) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."take_exchange"(public.returns) TO "postgres";

REVOKE ALL ON FUNCTION "private"."waits_for_return"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."waits_for_return"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "public"."edit_order"(uuid, jsonb, text, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."edit_order"(uuid, jsonb, text, text) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."receive_return"(uuid, uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."receive_return"(uuid, uuid) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."request_return"(uuid, jsonb, public.return_reason, text, text, uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."request_return"(uuid, jsonb, public.return_reason, text, text, uuid) TO "authenticated", "postgres";

GRANT USAGE ON TYPE "private"."inspected_piece" TO "postgres";

GRANT USAGE ON TYPE "private"."order_change" TO "postgres";

GRANT USAGE ON TYPE "private"."settlement" TO "postgres";

GRANT USAGE ON TYPE "public"."refund_kind" TO "postgres";

ALTER TABLE "public"."return_items" ADD COLUMN "id" uuid NOT NULL DEFAULT private.uuid_v7();

ALTER TABLE "public"."return_items" ADD CONSTRAINT "return_items_pkey" PRIMARY KEY (id);

-- Storage: policies of its files; 96_buckets.sql has the buckets. A schema diff leaves the platform's schemas out, so this
-- file goes into a migration as a whole when it has changed, and may run again.

-- The bucket is public: anybody with the address of a file reads it. Listing is for the boutique's own staff, for the
-- names of files tell of drafts.
drop policy if exists select_product_media on storage.objects;
create policy select_product_media on storage.objects for select to authenticated
  using (
    bucket_id = 'product-media'
    and (storage.foldername(name))[1] in (select id::text from private.my_boutique_ids('catalog.read') as id));
drop policy if exists insert_product_media on storage.objects;
create policy insert_product_media on storage.objects for insert to authenticated
  with check (
    bucket_id = 'product-media'
    and (storage.foldername(name))[1] in (select id::text from private.my_boutique_ids('catalog.write') as id));
drop policy if exists update_product_media on storage.objects;
create policy update_product_media on storage.objects for update to authenticated
  using (
    bucket_id = 'product-media'
    and (storage.foldername(name))[1] in (select id::text from private.my_boutique_ids('catalog.write') as id))
  with check (
    bucket_id = 'product-media'
    and (storage.foldername(name))[1] in (select id::text from private.my_boutique_ids('catalog.write') as id));
drop policy if exists delete_product_media on storage.objects;
create policy delete_product_media on storage.objects for delete to authenticated
  using (
    bucket_id = 'product-media'
    and (storage.foldername(name))[1] in (select id::text from private.my_boutique_ids('catalog.write') as id));

-- What a garment looked like when it was handed over and came back. Private to the staff of the boutique, whose id is the
-- first folder.
drop policy if exists select_condition_photos on storage.objects;
create policy select_condition_photos on storage.objects for select to authenticated
  using (
    bucket_id = 'condition-photos'
    and (storage.foldername(name))[1] in (select id::text from private.my_boutique_ids('rentals.read') as id));
drop policy if exists insert_condition_photos on storage.objects;
create policy insert_condition_photos on storage.objects for insert to authenticated
  with check (
    bucket_id = 'condition-photos'
    and (storage.foldername(name))[1] in (select id::text from private.my_boutique_ids('rentals.write') as id));
-- update and delete are nobody's: photos are the record in a dispute, as rental_events are.

-- Folders of people: the first folder of a path is the account's id. Files of avatars are public to whoever has the
-- address; the other buckets are private, and nobody but the owner of the folder gets a link.
drop policy if exists select_own_files on storage.objects;
create policy select_own_files on storage.objects for select to authenticated
  using (
    bucket_id in ('avatars', 'private-documents', 'data-exports')
    and (storage.foldername(name))[1] = (select auth.uid())::text);
drop policy if exists insert_own_files on storage.objects;
create policy insert_own_files on storage.objects for insert to authenticated
  with check (
    bucket_id in ('avatars', 'private-documents')
    and (storage.foldername(name))[1] = (select auth.uid())::text);
drop policy if exists update_own_files on storage.objects;
create policy update_own_files on storage.objects for update to authenticated
  using (
    bucket_id in ('avatars', 'private-documents')
    and (storage.foldername(name))[1] = (select auth.uid())::text)
  with check (
    bucket_id in ('avatars', 'private-documents')
    and (storage.foldername(name))[1] = (select auth.uid())::text);
drop policy if exists delete_own_files on storage.objects;
create policy delete_own_files on storage.objects for delete to authenticated
  using (
    bucket_id in ('avatars', 'private-documents')
    and (storage.foldername(name))[1] = (select auth.uid())::text);
-- Nobody writes into data-exports but the job that builds them, with the secret key.

-- Invoices and credit notes, in the folder of the boutique. Read by its staff and by the customer of each; the job that makes
-- them writes, with the secret key. A file is hers by the row of public.invoices that names it.
drop policy if exists select_invoices on storage.objects;
create policy select_invoices on storage.objects for select to authenticated
  using (
    bucket_id = 'invoices'
    and ((storage.foldername(name))[1] in (select id::text from private.my_boutique_ids('orders.read') as id)
      or name in (select private.my_invoice_paths())));

-- Queues. Generated from functions/_shared/jobs by npm run db:diff: change them there.

select pgboss.create_queue('unknown.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('rental.expire_hold.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('rental.expire_hold', '{"policy":"standard","retryLimit":10,"retryDelay":5,"retryBackoff":true,"retryDelayMax":300,"expireInSeconds":60,"deadLetter":"rental.expire_hold.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 10, retry_delay = 5, retry_backoff = true, retry_delay_max = 300, expire_seconds = 60, heartbeat_seconds = 30, dead_letter = 'rental.expire_hold.dead', notify = true where name = 'rental.expire_hold';
select pgboss.create_queue('fitting.expire_offer.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('fitting.expire_offer', '{"policy":"standard","retryLimit":10,"retryDelay":5,"retryBackoff":true,"retryDelayMax":300,"expireInSeconds":60,"deadLetter":"fitting.expire_offer.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 10, retry_delay = 5, retry_backoff = true, retry_delay_max = 300, expire_seconds = 60, heartbeat_seconds = 30, dead_letter = 'fitting.expire_offer.dead', notify = true where name = 'fitting.expire_offer';
select pgboss.create_queue('order.expire_hold.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('order.expire_hold', '{"policy":"standard","retryLimit":20,"retryDelay":5,"retryBackoff":true,"retryDelayMax":300,"expireInSeconds":60,"deadLetter":"order.expire_hold.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 20, retry_delay = 5, retry_backoff = true, retry_delay_max = 300, expire_seconds = 60, heartbeat_seconds = 30, dead_letter = 'order.expire_hold.dead', notify = true where name = 'order.expire_hold';
select pgboss.create_queue('fitting.offer_waitlist.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('fitting.offer_waitlist', '{"policy":"standard","retryLimit":10,"retryDelay":5,"retryBackoff":true,"retryDelayMax":300,"expireInSeconds":60,"deadLetter":"fitting.offer_waitlist.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 10, retry_delay = 5, retry_backoff = true, retry_delay_max = 300, expire_seconds = 60, heartbeat_seconds = 30, dead_letter = 'fitting.offer_waitlist.dead', notify = true where name = 'fitting.offer_waitlist';
select pgboss.create_queue('rental.watch_returns.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('rental.watch_returns', '{"policy":"standard","retryLimit":3,"retryDelay":30,"retryBackoff":true,"retryDelayMax":300,"expireInSeconds":600,"deadLetter":"rental.watch_returns.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 3, retry_delay = 30, retry_backoff = true, retry_delay_max = 300, expire_seconds = 600, heartbeat_seconds = 30, dead_letter = 'rental.watch_returns.dead', notify = true where name = 'rental.watch_returns';
select pgboss.create_queue('mail.rental_reserved.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('mail.rental_reserved', '{"policy":"standard","retryLimit":12,"retryDelay":5,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":120,"deadLetter":"mail.rental_reserved.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 12, retry_delay = 5, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 120, heartbeat_seconds = 30, dead_letter = 'mail.rental_reserved.dead', notify = true where name = 'mail.rental_reserved';
select pgboss.create_queue('mail.rental_changed.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('mail.rental_changed', '{"policy":"standard","retryLimit":12,"retryDelay":5,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":120,"deadLetter":"mail.rental_changed.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 12, retry_delay = 5, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 120, heartbeat_seconds = 30, dead_letter = 'mail.rental_changed.dead', notify = true where name = 'mail.rental_changed';
select pgboss.create_queue('mail.fitting_booked.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('mail.fitting_booked', '{"policy":"standard","retryLimit":12,"retryDelay":5,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":120,"deadLetter":"mail.fitting_booked.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 12, retry_delay = 5, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 120, heartbeat_seconds = 30, dead_letter = 'mail.fitting_booked.dead', notify = true where name = 'mail.fitting_booked';
select pgboss.create_queue('mail.fitting_reminder.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('mail.fitting_reminder', '{"policy":"standard","retryLimit":12,"retryDelay":5,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":120,"deadLetter":"mail.fitting_reminder.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 12, retry_delay = 5, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 120, heartbeat_seconds = 30, dead_letter = 'mail.fitting_reminder.dead', notify = true where name = 'mail.fitting_reminder';
select pgboss.create_queue('mail.fitting_cancelled.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('mail.fitting_cancelled', '{"policy":"standard","retryLimit":12,"retryDelay":5,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":120,"deadLetter":"mail.fitting_cancelled.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 12, retry_delay = 5, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 120, heartbeat_seconds = 30, dead_letter = 'mail.fitting_cancelled.dead', notify = true where name = 'mail.fitting_cancelled';
select pgboss.create_queue('mail.fitting_offer.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('mail.fitting_offer', '{"policy":"standard","retryLimit":12,"retryDelay":5,"retryBackoff":true,"retryDelayMax":300,"expireInSeconds":120,"deadLetter":"mail.fitting_offer.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 12, retry_delay = 5, retry_backoff = true, retry_delay_max = 300, expire_seconds = 120, heartbeat_seconds = 30, dead_letter = 'mail.fitting_offer.dead', notify = true where name = 'mail.fitting_offer';
select pgboss.create_queue('mail.invitation.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('mail.invitation', '{"policy":"standard","retryLimit":12,"retryDelay":5,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":120,"deadLetter":"mail.invitation.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 12, retry_delay = 5, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 120, heartbeat_seconds = 30, dead_letter = 'mail.invitation.dead', notify = true where name = 'mail.invitation';
select pgboss.create_queue('mail.boutique_status.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('mail.boutique_status', '{"policy":"standard","retryLimit":12,"retryDelay":5,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":120,"deadLetter":"mail.boutique_status.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 12, retry_delay = 5, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 120, heartbeat_seconds = 30, dead_letter = 'mail.boutique_status.dead', notify = true where name = 'mail.boutique_status';
select pgboss.create_queue('privacy.build_export.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('privacy.build_export', '{"policy":"standard","retryLimit":8,"retryDelay":30,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":900,"deadLetter":"privacy.build_export.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 8, retry_delay = 30, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 900, heartbeat_seconds = 30, dead_letter = 'privacy.build_export.dead', notify = true where name = 'privacy.build_export';
select pgboss.create_queue('mail.data_export.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('mail.data_export', '{"policy":"standard","retryLimit":12,"retryDelay":5,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":120,"deadLetter":"mail.data_export.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 12, retry_delay = 5, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 120, heartbeat_seconds = 30, dead_letter = 'mail.data_export.dead', notify = true where name = 'mail.data_export';
select pgboss.create_queue('mail.account_deletion.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('mail.account_deletion', '{"policy":"standard","retryLimit":12,"retryDelay":5,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":120,"deadLetter":"mail.account_deletion.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 12, retry_delay = 5, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 120, heartbeat_seconds = 30, dead_letter = 'mail.account_deletion.dead', notify = true where name = 'mail.account_deletion';
select pgboss.create_queue('privacy.erase_account.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('privacy.erase_account', '{"policy":"standard","retryLimit":20,"retryDelay":60,"retryBackoff":true,"retryDelayMax":21600,"expireInSeconds":600,"deadLetter":"privacy.erase_account.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 20, retry_delay = 60, retry_backoff = true, retry_delay_max = 21600, expire_seconds = 600, heartbeat_seconds = 30, dead_letter = 'privacy.erase_account.dead', notify = true where name = 'privacy.erase_account';
select pgboss.create_queue('privacy.sweep.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('privacy.sweep', '{"policy":"standard","retryLimit":3,"retryDelay":60,"retryBackoff":true,"retryDelayMax":600,"expireInSeconds":600,"deadLetter":"privacy.sweep.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 3, retry_delay = 60, retry_backoff = true, retry_delay_max = 600, expire_seconds = 600, heartbeat_seconds = 30, dead_letter = 'privacy.sweep.dead', notify = true where name = 'privacy.sweep';
select pgboss.create_queue('rate_limits.sweep.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('rate_limits.sweep', '{"policy":"standard","retryLimit":3,"retryDelay":60,"retryBackoff":true,"retryDelayMax":600,"expireInSeconds":300,"deadLetter":"rate_limits.sweep.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 3, retry_delay = 60, retry_backoff = true, retry_delay_max = 600, expire_seconds = 300, heartbeat_seconds = 30, dead_letter = 'rate_limits.sweep.dead', notify = true where name = 'rate_limits.sweep';
select pgboss.create_queue('calendar.check.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('calendar.check', '{"policy":"standard","retryLimit":3,"retryDelay":60,"retryBackoff":true,"retryDelayMax":600,"expireInSeconds":600,"deadLetter":"calendar.check.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 3, retry_delay = 60, retry_backoff = true, retry_delay_max = 600, expire_seconds = 600, heartbeat_seconds = 30, dead_letter = 'calendar.check.dead', notify = true where name = 'calendar.check';
select pgboss.create_queue('order.check.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('order.check', '{"policy":"standard","retryLimit":3,"retryDelay":60,"retryBackoff":true,"retryDelayMax":600,"expireInSeconds":600,"deadLetter":"order.check.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 3, retry_delay = 60, retry_backoff = true, retry_delay_max = 600, expire_seconds = 600, heartbeat_seconds = 30, dead_letter = 'order.check.dead', notify = true where name = 'order.check';
select pgboss.create_queue('order.complete.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('order.complete', '{"policy":"standard","retryLimit":5,"retryDelay":60,"retryBackoff":true,"retryDelayMax":600,"expireInSeconds":600,"deadLetter":"order.complete.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 5, retry_delay = 60, retry_backoff = true, retry_delay_max = 600, expire_seconds = 600, heartbeat_seconds = 30, dead_letter = 'order.complete.dead', notify = true where name = 'order.complete';
select pgboss.create_queue('cart.remind.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('cart.remind', '{"policy":"standard","retryLimit":5,"retryDelay":60,"retryBackoff":true,"retryDelayMax":600,"expireInSeconds":120,"deadLetter":"cart.remind.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 5, retry_delay = 60, retry_backoff = true, retry_delay_max = 600, expire_seconds = 120, heartbeat_seconds = 30, dead_letter = 'cart.remind.dead', notify = true where name = 'cart.remind';
select pgboss.create_queue('jobs.watch.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('jobs.watch', '{"policy":"standard","retryLimit":3,"retryDelay":10,"retryBackoff":true,"retryDelayMax":60,"expireInSeconds":120,"deadLetter":"jobs.watch.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 3, retry_delay = 10, retry_backoff = true, retry_delay_max = 60, expire_seconds = 120, heartbeat_seconds = 30, dead_letter = 'jobs.watch.dead', notify = true where name = 'jobs.watch';
select pgboss.create_queue('notify.deliver.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('notify.deliver', '{"policy":"standard","retryLimit":12,"retryDelay":5,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":120,"deadLetter":"notify.deliver.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 12, retry_delay = 5, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 120, heartbeat_seconds = 30, dead_letter = 'notify.deliver.dead', notify = true where name = 'notify.deliver';
select pgboss.create_queue('housekeeping.prune.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('housekeeping.prune', '{"policy":"standard","retryLimit":3,"retryDelay":60,"retryBackoff":true,"retryDelayMax":600,"expireInSeconds":900,"deadLetter":"housekeeping.prune.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 3, retry_delay = 60, retry_backoff = true, retry_delay_max = 600, expire_seconds = 900, heartbeat_seconds = 30, dead_letter = 'housekeeping.prune.dead', notify = true where name = 'housekeeping.prune';
select pgboss.create_queue('webhook.deliver.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('webhook.deliver', '{"policy":"standard","retryLimit":10,"retryDelay":30,"retryBackoff":true,"retryDelayMax":600,"expireInSeconds":60,"deadLetter":"webhook.deliver.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 10, retry_delay = 30, retry_backoff = true, retry_delay_max = 600, expire_seconds = 60, heartbeat_seconds = 30, dead_letter = 'webhook.deliver.dead', notify = true where name = 'webhook.deliver';
select pgboss.create_queue('mail.webhook_failing.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('mail.webhook_failing', '{"policy":"standard","retryLimit":12,"retryDelay":5,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":120,"deadLetter":"mail.webhook_failing.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 12, retry_delay = 5, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 120, heartbeat_seconds = 30, dead_letter = 'mail.webhook_failing.dead', notify = true where name = 'mail.webhook_failing';
select pgboss.create_queue('webhook.sweep.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('webhook.sweep', '{"policy":"standard","retryLimit":3,"retryDelay":60,"retryBackoff":true,"retryDelayMax":600,"expireInSeconds":600,"deadLetter":"webhook.sweep.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 3, retry_delay = 60, retry_backoff = true, retry_delay_max = 600, expire_seconds = 600, heartbeat_seconds = 30, dead_letter = 'webhook.sweep.dead', notify = true where name = 'webhook.sweep';
select pgboss.create_queue('document.render.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('document.render', '{"policy":"standard","retryLimit":12,"retryDelay":10,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":120,"deadLetter":"document.render.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 12, retry_delay = 10, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 120, heartbeat_seconds = 30, dead_letter = 'document.render.dead', notify = true where name = 'document.render';

delete from private.queue_rules;
insert into private.queue_rules (queue, payload, overdue_seconds, schedule_seconds) values
  ('rental.expire_hold', '{"rental_id":"uuid"}', 120, null),
  ('fitting.expire_offer', '{"appointment_id":"uuid"}', 120, null),
  ('order.expire_hold', '{"order_group_id":"uuid"}', 120, null),
  ('fitting.offer_waitlist', '{"location_id":"uuid"}', 300, null),
  ('rental.watch_returns', '{}', 1800, 900),
  ('mail.rental_reserved', '{"rental_id":"uuid"}', 600, null),
  ('mail.rental_changed', '{"rental_id":"uuid"}', 600, null),
  ('mail.fitting_booked', '{"appointment_id":"uuid"}', 600, null),
  ('mail.fitting_reminder', '{"appointment_id":"uuid","hours":"integer"}', 600, null),
  ('mail.fitting_cancelled', '{"appointment_id":"uuid"}', 600, null),
  ('mail.fitting_offer', '{"appointment_id":"uuid"}', 120, null),
  ('mail.invitation', '{"invitation_id":"uuid"}', 600, null),
  ('mail.boutique_status', '{"change_id":"uuid"}', 1800, null),
  ('privacy.build_export', '{"export_id":"uuid"}', 3600, null),
  ('mail.data_export', '{"export_id":"uuid"}', 1800, null),
  ('mail.account_deletion', '{"user_id":"uuid"}', 1800, null),
  ('privacy.erase_account', '{"user_id":"uuid"}', 7200, null),
  ('privacy.sweep', '{}', 3600, 3600),
  ('rate_limits.sweep', '{}', 3600, 3600),
  ('calendar.check', '{}', 3600, 3600),
  ('order.check', '{}', 3600, 3600),
  ('order.complete', '{}', 3600, 3600),
  ('cart.remind', '{}', 3600, 900),
  ('jobs.watch', '{}', 600, 300),
  ('notify.deliver', '{"kind":"text","subject_id":"uuid","occasion":"text"}', 600, null),
  ('housekeeping.prune', '{}', 3600, 86400),
  ('webhook.deliver', '{"delivery_id":"uuid"}', 600, null),
  ('mail.webhook_failing', '{"endpoint_id":"uuid"}', 1800, null),
  ('webhook.sweep', '{}', 3600, 3600),
  ('document.render', '{"invoice_id":"uuid"}', 1800, null);

-- Buckets of the Storage server; no SVG, which could carry scripts. Rows, not objects: `npm run db:diff` puts this file into the migration when they change.

insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types)
values
  ('product-media', 'product-media', true, 10485760, array['image/jpeg', 'image/png', 'image/webp', 'image/avif']),
  ('avatars', 'avatars', true, 2097152, array['image/jpeg', 'image/png', 'image/webp', 'image/avif']),
  ('private-documents', 'private-documents', false, 20971520, array['application/pdf', 'image/jpeg', 'image/png', 'image/webp']),
  ('data-exports', 'data-exports', false, 52428800, array['application/zip']),
  ('condition-photos', 'condition-photos', false, 10485760, array['image/jpeg', 'image/png', 'image/webp', 'image/avif']),
  ('invoices', 'invoices', false, 5242880, array['application/pdf'])
on conflict (id) do update set
  public = excluded.public,
  file_size_limit = excluded.file_size_limit,
  allowed_mime_types = excluded.allowed_mime_types;

-- Does nothing where there is no pg_cron.
select private.schedule_wake_up();

-- Rows that the schema comes with. This file may run again: what is there is brought up to date.

-- Moves of an order.
insert into public.order_transitions (from_state, to_state, description) values
  ('pending', 'paid', 'The payment has arrived, or nothing was to pay.'),
  ('pending', 'cancelled', 'Called off, or the hold has ended without a payment.'),
  ('cancelled', 'paid', 'The payment came after the hold had ended, and everything could still be had.'),
  ('paid', 'part_fulfilled', 'Something has been handed over or shipped.'),
  ('paid', 'fulfilled', 'Everything has been handed over or shipped.'),
  ('paid', 'cancelled', 'Called off before anything left.'),
  ('part_fulfilled', 'paid', 'What had left came back before the rest did.'),
  ('part_fulfilled', 'fulfilled', 'The rest has left, or was called off.'),
  ('part_fulfilled', 'part_refunded', 'Something was paid back.'),
  ('part_fulfilled', 'refunded', 'All of it was paid back.'),
  ('fulfilled', 'completed', 'The time for returns is over.'),
  ('fulfilled', 'part_fulfilled', 'Something was added to the order, or goes out again as an exchange.'),
  ('fulfilled', 'part_refunded', 'Something came back and was paid back.'),
  ('fulfilled', 'refunded', 'Everything came back and was paid back.'),
  ('completed', 'part_refunded', 'Paid back as a courtesy.'),
  ('completed', 'refunded', 'Paid back as a courtesy, all of it.'),
  ('completed', 'part_fulfilled', 'Something goes out again as an exchange.'),
  ('part_refunded', 'part_fulfilled', 'Something goes out again as an exchange.'),
  ('part_refunded', 'fulfilled', 'The rest has left.'),
  ('part_refunded', 'refunded', 'The rest was paid back, too.'),
  ('part_refunded', 'completed', 'The time for returns is over.')
on conflict (from_state, to_state) do update set description = excluded.description;

-- What an address needs in a country.
insert into public.address_formats (country, needs_region, postal_code_pattern, postal_code_example) values
  ('ET', false, null, null), ('KE', false, null, null), ('UG', false, null, null), ('GH', false, null, null),
  ('DJ', false, null, null), ('SO', false, null, null), ('ER', false, null, null), ('RW', false, null, null),
  ('SD', false, '\d{5}', '11042'), ('EG', false, '\d{5}', '12411'), ('ZA', false, '\d{4}', '8001'),
  ('NG', true, '\d{6}', '900241'), ('MA', false, '\d{5}', '53000'),
  ('AE', true, null, null), ('QA', false, null, null), ('SA', false, '\d{5}(-\d{4})?', '12345'),
  ('IL', false, '\d{7}', '9614303'), ('TR', false, '\d{5}', '34433'), ('LB', false, null, null),
  ('US', true, '\d{5}(-\d{4})?', '90210'), ('CA', true, '[ABCEGHJ-NPRSTVXY]\d[A-Z] ?\d[A-Z]\d', 'K1A 0B1'),
  ('MX', true, '\d{5}', '06060'), ('BR', true, '\d{5}-?\d{3}', '70150-900'),
  ('GB', false, 'GIR ?0AA|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}', 'SW1A 2AA'), ('IE', false, '[A-Z\d]{3} ?[A-Z\d]{4}', 'D02 AF30'),
  ('FR', false, '\d{5}', '75008'), ('DE', false, '\d{5}', '10557'), ('IT', true, '\d{5}', '00187'),
  ('ES', true, '\d{5}', '28071'), ('PT', false, '\d{4}-\d{3}', '1249-068'), ('NL', false, '\d{4} ?[A-Z]{2}', '2513 AA'),
  ('BE', false, '\d{4}', '1000'), ('LU', false, '\d{4}', '1728'), ('CH', false, '\d{4}', '3003'), ('AT', false, '\d{4}', '1010'),
  ('SE', false, '\d{3} ?\d{2}', '103 33'), ('NO', false, '\d{4}', '0030'), ('DK', false, '\d{4}', '1218'), ('FI', false, '\d{5}', '00170'),
  ('PL', false, '\d{2}-\d{3}', '00-583'), ('CZ', false, '\d{3} ?\d{2}', '118 01'), ('GR', false, '\d{3} ?\d{2}', '106 71'),
  ('IN', true, '[1-9]\d{5}', '110011'), ('CN', true, '\d{6}', '100017'), ('JP', true, '\d{3}-?\d{4}', '100-8968'),
  ('AU', true, '\d{4}', '2600'), ('NZ', false, '\d{4}', '6011')
on conflict (country) do update set needs_region = excluded.needs_region, postal_code_pattern = excluded.postal_code_pattern,
  postal_code_example = excluded.postal_code_example;
