-- edit_order: staff change an order before it leaves, and the difference is settled.

create type private.order_change as (order_item_id uuid, variant_id uuid, quantity integer);

create function private.order_changes(changes jsonb) returns setof private.order_change
language plpgsql immutable
rows 5
set search_path = ''
as $$
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
$$;
comment on function private.order_changes(jsonb) is 'Changes of an order, as edit_order takes them. PT400 invalid_changes.';

create function private.change_line(order_row public.orders, change private.order_change) returns jsonb
language plpgsql volatile
set search_path = ''
as $$
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
$$;
comment on function private.change_line(public.orders, private.order_change) is
  'Another quantity of a line; what was changed, or null. PT404 order_item_not_found; PT400 invalid_changes; PT409 already_fulfilled, return_open, out_of_stock.';

create function private.settle_pending_group(order_row public.orders, difference bigint) returns void
language plpgsql volatile
set search_path = ''
as $$
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
    update public.payments p set amount = v_group.amount_due where p.group_id = v_group.id and p.purpose = 'checkout' and p.state = 'pending';
  else
    update public.payments p set state = 'cancelled' where p.group_id = v_group.id and p.purpose = 'checkout' and p.state = 'pending';
    perform private.confirm_group(v_group.id, 0);
  end if;
end
$$;
comment on function private.settle_pending_group(public.orders, bigint) is
  'What is to be paid of a group follows an order that was changed before it was paid. PT409 covered_by_gift_card.';

create function private.edit_order(order_id uuid, changes jsonb, reason text, idempotency_key text) returns public.orders
language plpgsql volatile
security definer -- staff may write neither orders nor stock nor the calendar; the function knows the rules
set search_path = ''
as $$
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
  if v_before.customer_id is null then
    perform private.raise_error(409, 'customer_is_gone', 'The customer has deleted her account: what was ordered stays as it is.',
      jsonb_build_object('order_id', order_id));
  end if;
  if v_before.state = 'pending' and exists (select from public.payment_plans p where p.order_id = v_before.id) then
    perform private.raise_error(409, 'plan_chosen', 'The customer pays this by a plan that she has chosen for what it costs now. Change it when she has paid the first part, or after she has left the plan.',
      jsonb_build_object('order_id', order_id));
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
$$;

create function public.edit_order(order_id uuid, changes jsonb, idempotency_key text, reason text default '') returns public.orders
language sql volatile security invoker set search_path = ''
as $$ select private.edit_order(order_id, changes, reason, idempotency_key) $$;
comment on function public.edit_order(uuid, jsonb, text, text) is
  'Staff change what has not left: changes [{"order_item_id", "quantity"}] sets how many stay (0 removes the line), [{"variant_id", "quantity"}] adds goods at the price of now. Stock and totals follow. A higher total of a paid order becomes a payment with its order_id, and nothing leaves until it is paid; a lower one is paid back. Before the payment, the payment changes. The same idempotency key with the same input changes once. PT404 order_not_found, order_item_not_found, variant_not_found; PT400 invalid_changes, invalid_idempotency_key; PT409 invalid_state, out_of_stock (detail: left), already_fulfilled, order_would_be_empty, not_for_sale, return_open, covered_by_gift_card, plan_chosen, customer_is_gone, mixed_currencies, other_prices; PT422 idempotency_key_reused.';
grant execute on function private.edit_order(uuid, jsonb, text, text) to authenticated;
grant execute on function public.edit_order(uuid, jsonb, text, text) to authenticated;
