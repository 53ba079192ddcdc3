-- Fulfilment: what is paid leaves the boutique, by a carrier or over the counter.

create type public.shipment_state as enum ('sent', 'delivered');
comment on type public.shipment_state is 'sent: with the carrier; delivered: the customer has it. What is fetched in the shop is delivered at once.';

create table public.shipments (
  id uuid primary key default private.uuid_v7(),
  order_id uuid not null,
  boutique_id uuid not null,
  customer_id uuid references public.profiles (id) on delete set null,
  kind public.shipping_kind not null,
  state public.shipment_state not null default 'sent',
  carrier text not null default '',
  tracking_number text not null default '',
  tracking_url text,
  delivered_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint shipments_id_boutique_id_key unique (id, boutique_id),
  constraint shipment_is_of_an_order_of_the_boutique
    foreign key (order_id, boutique_id) references public.orders (id, boutique_id) on delete restrict,
  constraint what_is_delivered_says_when check ((state = 'delivered') = (delivered_at is not null)),
  constraint a_pickup_is_delivered check (kind <> 'pickup' or state = 'delivered'),
  constraint tracking_url_is_https check (tracking_url ~ '^https://[^\s]+$' and length(tracking_url) <= 500),
  constraint texts_are_bounded check (length(carrier) <= 120 and length(tracking_number) <= 120)
);
comment on table public.shipments is 'A parcel, or what was handed over in the shop. An order may have several.';
create index shipments_order_id_idx on public.shipments (order_id, boutique_id);
create index shipments_boutique_id_idx on public.shipments (boutique_id, created_at desc);
create index shipments_customer_id_idx on public.shipments (customer_id, created_at desc);

create table public.shipment_items (
  shipment_id uuid not null,
  order_item_id uuid not null,
  boutique_id uuid not null,
  customer_id uuid references public.profiles (id) on delete set null,
  quantity integer not null,
  created_at timestamptz not null default now(),
  primary key (shipment_id, order_item_id),
  constraint item_is_in_a_shipment_of_the_boutique
    foreign key (shipment_id, boutique_id) references public.shipments (id, boutique_id) on delete cascade,
  constraint item_is_a_line_of_the_boutique
    foreign key (order_item_id, boutique_id) references public.order_items (id, boutique_id) on delete restrict,
  constraint quantity_is_1_to_100 check (quantity between 1 and 100)
);
comment on table public.shipment_items is 'What is in a shipment.';
create index shipment_items_order_item_id_idx on public.shipment_items (order_item_id, boutique_id);
create index shipment_items_shipment_id_idx on public.shipment_items (shipment_id, boutique_id);
create index shipment_items_customer_id_idx on public.shipment_items (customer_id);

alter table public.shipments enable row level security;
revoke all on public.shipments from anon, authenticated, service_role;
grant select on public.shipments to authenticated;
grant all on public.shipments to service_role;
-- insert, update and delete are not granted: stock and order move with it, in functions. So for its items.

create policy select_own_or_staff on public.shipments for select to authenticated
  using (
    customer_id = (select auth.uid())
    or boutique_id = any (array(select private.my_boutique_ids('orders.read')))
    or (select private.is_admin())
  );

alter table public.shipment_items enable row level security;
revoke all on public.shipment_items from anon, authenticated, service_role;
grant select on public.shipment_items to authenticated;
grant all on public.shipment_items to service_role;

create policy select_own_or_staff on public.shipment_items for select to authenticated
  using (
    customer_id = (select auth.uid())
    or boutique_id = any (array(select private.my_boutique_ids('orders.read')))
    or (select private.is_admin())
  );

create trigger touch_updated_at before update on public.shipments
  for each row execute function private.touch_updated_at();

-- State ---------------------------------------------------------------------------------------------------------------

create function private.waits_for_return(order_item_id uuid) returns boolean
language plpgsql stable
set search_path = ''
as $$
begin
  return exists (
    select from public.returns t where t.exchange_item_id = waits_for_return.order_item_id and t.state in ('approved', 'received'));
end
$$;
comment on function private.waits_for_return(uuid) is 'True for a line that replaces what has not come back yet: it does not leave before.';

create function private.move_order(order_id uuid, reason text) returns void
language plpgsql volatile
set search_path = ''
as $$
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
  if v_order.state in ('pending', 'cancelled') then
    return;
  end if;
  select sum(case when private.waits_for_return(i.id) then 0 else i.quantity - i.cancelled_quantity - i.fulfilled_quantity end),
    sum(i.fulfilled_quantity), sum(i.fulfilled_quantity - i.returned_quantity)
  into v_left, v_gone, v_kept
  from public.order_items i where i.order_id = v_order.id;
  if v_order.state = 'refunded' and v_left = 0 then
    return;
  end if;
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
$$;
comment on function private.move_order(uuid, text) is
  'Gives a paid order the state that follows from its lines and refunds, along order_transitions. Every step after the payment calls it, with the order locked.';

create function private.payment_is_due(order_row public.orders) returns boolean
language plpgsql stable
set search_path = ''
as $$
begin
  return exists (select from public.payments p where p.order_id = order_row.id and p.state = 'pending');
end
$$;
comment on function private.payment_is_due(public.orders) is 'True while a change that made an order dearer, or an instalment of its plan, is not paid.';

create function private.refuse_unpaid(order_row public.orders) returns void
language plpgsql stable
set search_path = ''
as $$
begin
  if order_row.state not in ('paid', 'part_fulfilled') then
    perform private.raise_error(409, 'invalid_state', format('Nothing of an order that is %s can leave. %s', order_row.state,
        case order_row.state
          when 'pending' then 'Wait until its customer has paid.'
          when 'cancelled' then 'Ask her for a new order.'
          else 'All that was to leave has left.'
        end),
      jsonb_build_object('order_id', order_row.id, 'state', order_row.state));
  elsif private.payment_is_due(order_row) then
    perform private.raise_error(409, 'payment_due',
      'A change of this order, or an instalment of its plan, is not paid yet. Wait until its customer has paid it online, or take the money with take_payment.', (
      select jsonb_build_object('order_id', p.order_id, 'payment_id', p.id, 'amount', p.amount, 'currency', p.currency)
      from public.payments p where p.order_id = order_row.id and p.state = 'pending' order by p.due_at nulls first, p.id limit 1));
  end if;
end
$$;
comment on function private.refuse_unpaid(public.orders) is 'PT409 invalid_state, payment_due for an order of which nothing may leave now.';

-- Leaving -------------------------------------------------------------------------------------------------------------

create type private.wanted_piece as (order_item_id uuid, quantity integer);

create function private.wanted_pieces(order_id uuid, items jsonb) returns setof private.wanted_piece
language plpgsql stable
rows 5
set search_path = ''
as $$
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
$$;
comment on function private.wanted_pieces(uuid, jsonb) is 'What a call speaks of: [{"order_item_id", "quantity"}]; null: all that has not left, but for rentals. PT400 invalid_items.';

create function private.take_off_shelf(order_item public.order_items, quantity integer) returns void
language plpgsql volatile
set search_path = ''
as $$
declare
  v_left integer := quantity;
  v_reserved record;
begin
  for v_reserved in select * from private.reserved_for(order_item.id) r where r.quantity > 0 loop
    exit when v_left = 0;
    insert into public.stock_movements (boutique_id, variant_id, location_id, kind, on_hand_change, reserved_change, source_id)
    values (order_item.boutique_id, order_item.variant_id, v_reserved.location_id, 'fulfilled',
      -least(v_left, v_reserved.quantity), -least(v_left, v_reserved.quantity), order_item.id);
    v_left := v_left - least(v_left, v_reserved.quantity);
  end loop;
  if v_left > 0 then
    perform private.raise_out_of_stock(order_item.variant_id, quantity, quantity - v_left);
  end if;
end
$$;
comment on function private.take_off_shelf(public.order_items, integer) is 'Pieces that are reserved for a line leave. The caller has locked the levels.';

create function private.fulfil_order(
  order_id uuid, kind public.shipping_kind, items jsonb, carrier text, tracking_number text, tracking_url text, idempotency_key text)
returns public.shipments
language plpgsql volatile
security definer -- staff may write neither orders nor stock; the function knows the rules
set search_path = ''
as $$
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
$$;

create function private.mark_delivered(shipment_id uuid) returns public.shipments
language plpgsql volatile
security definer -- staff may not write shipments; the function knows the rules
set search_path = ''
as $$
declare
  v_shipment public.shipments;
begin
  update public.shipments s set state = 'delivered', delivered_at = coalesce(s.delivered_at, now())
  where s.id = mark_delivered.shipment_id and s.boutique_id in (select private.my_boutique_ids('orders.write'))
  returning * into v_shipment;
  if not found then
    perform private.raise_error(404, 'shipment_not_found', 'There is no such shipment of a boutique that you work for.',
      jsonb_build_object('shipment_id', shipment_id));
  end if;
  return v_shipment;
end
$$;

-- Rentals leave on their own ------------------------------------------------------------------------------------------

create function private.lock_order_of_rental(rental_id uuid) returns void
language plpgsql volatile
set search_path = ''
as $$
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
$$;
comment on function private.lock_order_of_rental(uuid) is 'Locks the group and the orders that a rental is a line of. The caller has locked the garment, and not the rental yet.';

create function private.follow_ordered_rental() returns trigger
language plpgsql
security definer -- whoever moves the rental, its order follows
set search_path = ''
as $$
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
$$;
comment on function private.follow_ordered_rental() is 'Trigger: a rental that is picked up fulfils its order line. PT409 payment_due while a change of the order is not paid.';

create trigger follow_ordered_rental after update of state on public.rentals
  for each row when (old.state = 'reserved' and new.state = 'picked_up') execute function private.follow_ordered_rental();

-- Completion ----------------------------------------------------------------------------------------------------------

create function private.delivered_at(shipment public.shipments) returns timestamptz
language plpgsql immutable
set search_path = ''
as $$
begin
  return coalesce(shipment.delivered_at, shipment.created_at + interval '30 days');
end
$$;
comment on function private.delivered_at(public.shipments) is 'When a shipment was delivered; one that nobody has marked counts as delivered 30 days after it was sent.';

create function private.is_over(order_row public.orders) returns boolean
language plpgsql stable
set search_path = ''
as $$
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
$$;
comment on function private.is_over(public.orders) is 'True when the time for returns has passed since the last delivery, its rentals are back or lost, and no return is open.';

create function private.complete_orders(batch integer default 500) returns integer
language plpgsql volatile
set search_path = ''
as $$
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
$$;
comment on function private.complete_orders(integer) is
  'Orders are over whose time for returns has passed since the last delivery, whose rentals are back and whose returns are settled. How many; called by the job order.complete.';

-- What clients call ---------------------------------------------------------------------------------------------------

create function public.fulfil_order(
  order_id uuid, kind public.shipping_kind, idempotency_key text, items jsonb default null, carrier text default '', tracking_number text default '',
  tracking_url text default null) returns public.shipments
language sql volatile security invoker set search_path = ''
as $$ select private.fulfil_order(order_id, kind, items, carrier, tracking_number, tracking_url, idempotency_key) $$;
comment on function public.fulfil_order(uuid, public.shipping_kind, text, jsonb, text, text, text) is
  'Staff send a paid order, or hand it over in the shop (pickup): all that is left but for rentals, or items [{"order_item_id", "quantity"}]. Stock leaves the shelf, sold garments are retired. The same idempotency key with the same input returns the same shipment. PT404 order_not_found, order_item_not_found; PT409 invalid_state, payment_due (detail: payment_id, amount), nothing_left, hand_over_rental, return_open; PT400 invalid_items, invalid_tracking, invalid_idempotency_key; PT422 idempotency_key_reused.';
grant execute on function private.fulfil_order(uuid, public.shipping_kind, jsonb, text, text, text, text) to authenticated;
grant execute on function public.fulfil_order(uuid, public.shipping_kind, text, jsonb, text, text, text) to authenticated;

create function public.mark_delivered(shipment_id uuid) returns public.shipments
language sql volatile security invoker set search_path = ''
as $$ select private.mark_delivered(shipment_id) $$;
comment on function public.mark_delivered(uuid) is 'Staff note that a parcel has arrived. Repeating it changes nothing. PT404 shipment_not_found.';
grant execute on function private.mark_delivered(uuid) to authenticated;
grant execute on function public.mark_delivered(uuid) to authenticated;
