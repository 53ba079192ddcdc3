-- Returns: what was delivered comes back, is looked at, goes back on the shelf, and the money goes back.

create type public.return_state as enum ('requested', 'approved', 'rejected', 'received', 'closed', 'cancelled');
comment on type public.return_state is
  'requested: by the customer; approved: she may send it; rejected: she may not; received: it is here; closed: inspected and paid back; cancelled: she keeps it.';

create type public.return_reason as enum ('does_not_fit', 'damaged', 'not_as_described', 'changed_mind', 'late', 'other');
comment on type public.return_reason is 'Why something comes back.';

create type public.return_outcome as enum ('restock', 'damaged', 'missing');
comment on type public.return_outcome is 'restock: can be sold again; damaged: is kept and not sold again; missing: was not in the parcel, and is not paid back.';

create table public.returns (
  id uuid primary key default private.uuid_v7(),
  order_id uuid not null,
  boutique_id uuid not null,
  customer_id uuid references public.profiles (id) on delete set null,
  state public.return_state not null default 'requested',
  reason public.return_reason not null,
  note text not null default '',
  answer text not null default '',
  exchange_variant_id uuid,
  exchange_item_id uuid unique,
  location_id uuid,
  refund_id uuid references public.refunds (id) on delete restrict,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint returns_id_boutique_id_key unique (id, boutique_id),
  constraint return_is_of_an_order_of_the_boutique
    foreign key (order_id, boutique_id) references public.orders (id, boutique_id) on delete restrict,
  constraint exchange_is_for_a_variant_of_the_boutique
    foreign key (exchange_variant_id, boutique_id) references public.product_variants (id, boutique_id) on delete restrict,
  constraint exchange_is_a_line_of_the_order
    foreign key (exchange_item_id, order_id) references public.order_items (id, order_id) on delete restrict,
  constraint return_comes_to_a_location_of_the_boutique
    foreign key (location_id, boutique_id) references public.locations (id, boutique_id) on delete restrict,
  constraint only_an_exchange_has_a_line check (exchange_item_id is null or (exchange_variant_id is not null and state not in ('requested', 'rejected'))),
  constraint texts_are_bounded check (length(note) <= 2000 and length(answer) <= 2000),
  constraint only_a_closed_return_has_a_refund check (refund_id is null or state = 'closed')
);
comment on table public.returns is 'A customer sends something of an order back.';
comment on column public.returns.note is 'What she writes; emptied when she deletes her account.';
comment on column public.returns.answer is 'What staff write, such as why it is rejected.';
comment on column public.returns.exchange_variant_id is 'What she wants instead, as many pieces as come back; null: her money.';
comment on column public.returns.exchange_item_id is 'The line of the order that replaces them. It is taken at the approval and leaves after the inspection.';
comment on column public.returns.location_id is 'The branch that it came to; null: where it left from.';
comment on column public.returns.refund_id is 'What was paid back; null when nothing was, or all of it went into the exchange.';
create index returns_exchange_variant_id_idx on public.returns (exchange_variant_id, boutique_id);
create index returns_exchange_item_id_idx on public.returns (exchange_item_id, order_id);
create index returns_location_id_idx on public.returns (location_id, boutique_id);
create index returns_order_id_idx on public.returns (order_id, boutique_id);
create index returns_boutique_id_idx on public.returns (boutique_id, created_at desc);
create index returns_customer_id_idx on public.returns (customer_id, created_at desc);
create index returns_refund_id_idx on public.returns (refund_id);

create table public.return_items (
  id uuid primary key default private.uuid_v7(),
  return_id uuid not null,
  order_item_id uuid not null,
  boutique_id uuid not null,
  customer_id uuid references public.profiles (id) on delete set null,
  quantity integer not null,
  outcome public.return_outcome,
  value bigint not null default 0,
  refund bigint not null default 0,
  -- The table behind garments: see rental_events.
  garment_id uuid references public.resources (id) on delete restrict,
  created_at timestamptz not null default now(),
  constraint item_is_in_a_return_of_the_boutique
    foreign key (return_id, boutique_id) references public.returns (id, boutique_id) on delete cascade,
  constraint item_is_a_line_of_the_boutique
    foreign key (order_item_id, boutique_id) references public.order_items (id, boutique_id) on delete restrict,
  constraint quantity_is_1_to_100 check (quantity between 1 and 100),
  constraint no_more_is_refunded_than_was_paid check (refund between 0 and value),
  constraint what_is_missing_has_no_value check (value = 0 or outcome in ('restock', 'damaged')),
  constraint a_garment_is_one_piece check (garment_id is null or (quantity = 1 and outcome in ('restock', 'damaged')))
);
comment on table public.return_items is 'Pieces of a line that come back with a return. Those that fare differently become rows of their own.';
comment on column public.return_items.outcome is 'Of the inspection; null before it.';
comment on column public.return_items.value is 'What was paid for these pieces, in minor units of the order''s currency: their share of the line after its discount, with its tax. 0 before the inspection.';
comment on column public.return_items.refund is 'What is given for them, up to their value: paid back, or taken off the price of the exchange.';
comment on column public.return_items.garment_id is 'The garment that came back, when the line sold garments.';
create index return_items_garment_id_idx on public.return_items (garment_id);
create index return_items_order_item_id_idx on public.return_items (order_item_id, boutique_id);
create index return_items_return_id_idx on public.return_items (return_id, boutique_id);
create index return_items_customer_id_idx on public.return_items (customer_id);

alter table public.returns enable row level security;
revoke all on public.returns from anon, authenticated, service_role;
grant select on public.returns to authenticated;
grant all on public.returns to service_role;
-- insert, update and delete are not granted: stock, order and money move with it, in functions. So for its items.

create policy select_own_or_staff on public.returns for select to authenticated
  using (
    customer_id = (select auth.uid())
    or boutique_id = any (array(select private.my_boutique_ids('orders.read')))
    or (select private.is_admin())
  );

alter table public.return_items enable row level security;
revoke all on public.return_items from anon, authenticated, service_role;
grant select on public.return_items to authenticated;
grant all on public.return_items to service_role;

create policy select_own_or_staff on public.return_items for select to authenticated
  using (
    customer_id = (select auth.uid())
    or boutique_id = any (array(select private.my_boutique_ids('orders.read')))
    or (select private.is_admin())
  );

create function private.forget_return() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  new.note := '';
  return new;
end
$$;
comment on function private.forget_return() is 'Trigger: when the account of a customer goes, so does what she has written.';

create trigger forget_customer before update on public.returns
  for each row when (old.customer_id is not null and new.customer_id is null) execute function private.forget_return();
create trigger touch_updated_at before update on public.returns
  for each row execute function private.touch_updated_at();

-- Helpers -------------------------------------------------------------------------------------------------------------

create function private.paid_for(order_item public.order_items, prices_include_tax boolean, quantity integer) returns bigint
language plpgsql stable
set search_path = ''
as $$
declare
  v_pieces integer := order_item.quantity - order_item.cancelled_quantity;
  v_paid bigint := order_item.unit_price * v_pieces - order_item.discount + case when prices_include_tax then 0 else order_item.tax end;
begin
  return greatest(0, v_paid * (order_item.returned_quantity + quantity) / v_pieces - coalesce((
    select sum(x.value) from public.return_items x where x.order_item_id = order_item.id), 0));
end
$$;
comment on function private.paid_for(public.order_items, boolean, integer) is
  'What was paid for the next pieces of a line that come back: the share of all that have in its price after the discount, with its tax, less what those before had. All pieces together have had what was paid for the line; the way to the customer is not paid back.';

create function private.return_for_change(return_id uuid, customer_too boolean) returns public.returns
language plpgsql volatile
set search_path = ''
as $$
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
$$;
comment on function private.return_for_change(uuid, boolean) is 'A return that the caller may change, locked with its order. PT404 return_not_found.';

create function private.raise_invalid_return_state(return_row public.returns, verb text) returns void
language plpgsql immutable
set search_path = ''
as $$
begin
  perform private.raise_error(409, 'invalid_state', format('A return that is %s cannot be %s.', return_row.state, verb),
    jsonb_build_object('return_id', return_row.id, 'state', return_row.state));
end
$$;
comment on function private.raise_invalid_return_state(public.returns, text) is 'PT409 invalid_state.';

create function private.note_return(return_row public.returns, what text, detail jsonb default '{}') returns void
language plpgsql volatile
set search_path = ''
as $$
declare
  v_order public.orders;
begin
  select * into v_order from public.orders o where o.id = return_row.order_id;
  perform private.note_order_event(v_order, what, jsonb_build_object('return_id', return_row.id) || detail);
end
$$;
comment on function private.note_return(public.returns, text, jsonb) is 'Logs a step of a return with its order.';

-- Exchange ------------------------------------------------------------------------------------------------------------

create function private.take_exchange(return_row public.returns) returns uuid
language plpgsql volatile
set search_path = ''
as $$
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
$$;
comment on function private.take_exchange(public.returns) is
  'Takes what a return is exchanged for, at the price of now, as a line of the order; null without an exchange. It is paid for at the inspection. PT404 variant_not_found; PT409 out_of_stock, not_for_sale, mixed_currencies, other_prices.';

create function private.drop_exchange(return_row public.returns) returns void
language plpgsql volatile
set search_path = ''
as $$
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
$$;
comment on function private.drop_exchange(public.returns) is 'The line that was to replace what comes back is called off; it was not paid yet. Without an exchange nothing happens.';

-- Steps ---------------------------------------------------------------------------------------------------------------

create function private.request_return(
  order_id uuid, items jsonb, reason public.return_reason, note text, exchange_variant_id uuid, idempotency_key text) returns public.returns
language plpgsql volatile
security definer -- returns are not writable; the function knows the rules
set search_path = ''
as $$
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
$$;

create function private.answer_return(return_id uuid, approved boolean, answer text) returns public.returns
language plpgsql volatile
security definer -- returns are not writable; the function knows the rules
set search_path = ''
as $$
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
$$;

create function private.receive_return(return_id uuid, location_id uuid) returns public.returns
language plpgsql volatile
security definer -- returns are not writable; the function knows the rules
set search_path = ''
as $$
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
$$;

create function private.cancel_return(return_id uuid) returns public.returns
language plpgsql volatile
security definer -- returns are not writable; the function knows the rules
set search_path = ''
as $$
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
$$;

-- Money ---------------------------------------------------------------------------------------------------------------

create function private.refund_order(order_id uuid, amount bigint, reason text, idempotency_key text) returns public.refunds
language plpgsql volatile
security definer -- refunds are not writable; the function knows the rules
set search_path = ''
as $$
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
$$;

create function private.record_refund(refund_id uuid, reference text) returns public.refunds
language plpgsql volatile
security definer -- refunds are not writable; the function knows the rules
set search_path = ''
as $$
declare
  v_refund public.refunds;
begin
  if reference is null or reference !~ '\S' or length(reference) > 200 then
    perform private.raise_error(400, 'invalid_payment', 'Say how it was paid back: a reference of at most 200 characters.');
  end if;
  select * into v_refund from public.refunds f
  where f.id = record_refund.refund_id and f.boutique_id in (select private.my_boutique_ids('refunds.write')) for update;
  if not found then
    perform private.raise_error(404, 'refund_not_found', 'There is no such refund of a boutique that you manage.', jsonb_build_object('refund_id', refund_id));
  elsif v_refund.state = 'due' then
    if exists (select from public.refund_transfers x where x.refund_id = v_refund.id and x.state in ('due', 'pending')) then
      perform private.raise_error(409, 'refund_under_way', 'Its money goes back by itself, to where it came from. Pay by hand what a provider has refused.',
        jsonb_build_object('refund_id', refund_id));
    end if;
    update public.refunds f set state = 'paid', paid_at = now(), reference = btrim(record_refund.reference)
    where f.id = v_refund.id returning * into v_refund;
  end if;
  return v_refund;
end
$$;

-- What clients call ---------------------------------------------------------------------------------------------------

create function public.request_return(
  order_id uuid, items jsonb, reason public.return_reason, idempotency_key text, note text default '', exchange_variant_id uuid default null)
returns public.returns
language sql volatile security invoker set search_path = ''
as $$ select private.request_return(order_id, items, reason, note, exchange_variant_id, idempotency_key) $$;
comment on function public.request_return(uuid, jsonb, public.return_reason, text, text, uuid) is
  'The customer wants to send something back, within the days that are frozen in the order; staff may any time. items: [{"order_item_id", "quantity"}]; exchange_variant_id: wants as many of this instead of money. PT404 order_not_found, order_item_not_found, variant_not_found; PT409 invalid_state, not_returnable, return_window_passed, nothing_left, and of the exchange out_of_stock, not_for_sale, mixed_currencies, other_prices; PT400 invalid_items, invalid_note, invalid_idempotency_key; PT422 idempotency_key_reused.';
grant execute on function private.request_return(uuid, jsonb, public.return_reason, text, uuid, text) to authenticated;
grant execute on function public.request_return(uuid, jsonb, public.return_reason, text, text, uuid) to authenticated;

create function public.answer_return(return_id uuid, approved boolean, answer text default '') returns public.returns
language sql volatile security invoker set search_path = ''
as $$ select private.answer_return(return_id, approved, answer) $$;
comment on function public.answer_return(uuid, boolean, text) is
  'Staff approve a return, or reject it and say why. What it is exchanged for is taken with the approval, as a line of the order. Repeating it changes nothing. PT404 return_not_found; PT409 invalid_state, out_of_stock (detail: left), not_for_sale, mixed_currencies, other_prices; PT400 invalid_answer.';
grant execute on function private.answer_return(uuid, boolean, text) to authenticated;
grant execute on function public.answer_return(uuid, boolean, text) to authenticated;

create function public.receive_return(return_id uuid, location_id uuid default null) returns public.returns
language sql volatile security invoker set search_path = ''
as $$ select private.receive_return(return_id, location_id) $$;
comment on function public.receive_return(uuid, uuid) is
  'Staff note that a return has arrived, and at which branch when it is not the one that it left from. One that was only requested is approved with it. Repeating it changes nothing. PT404 return_not_found, location_not_found; PT409 invalid_state, and as answer_return.';
grant execute on function private.receive_return(uuid, uuid) to authenticated;
grant execute on function public.receive_return(uuid, uuid) to authenticated;

create function public.cancel_return(return_id uuid) returns public.returns
language sql volatile security invoker set search_path = ''
as $$ select private.cancel_return(return_id) $$;
comment on function public.cancel_return(uuid) is 'The customer or staff call a return off that has not arrived. Repeating it changes nothing. PT404 return_not_found; PT409 invalid_state.';
grant execute on function private.cancel_return(uuid) to authenticated;
grant execute on function public.cancel_return(uuid) to authenticated;

create function public.refund_order(order_id uuid, amount bigint, reason text, idempotency_key text) returns public.refunds
language sql volatile security invoker set search_path = ''
as $$ select private.refund_order(order_id, amount, reason, idempotency_key) $$;
comment on function public.refund_order(uuid, bigint, text, text) is
  'Managers give money back for what has left, as a courtesy. amount in minor units. PT404 order_not_found; PT409 invalid_state; PT400 invalid_refund (detail: left), invalid_idempotency_key; PT422 idempotency_key_reused.';
grant execute on function private.refund_order(uuid, bigint, text, text) to authenticated;
grant execute on function public.refund_order(uuid, bigint, text, text) to authenticated;

create function public.record_refund(refund_id uuid, reference text) returns public.refunds
language sql volatile security invoker set search_path = ''
as $$ select private.record_refund(refund_id, reference) $$;
comment on function public.record_refund(uuid, text) is
  'Managers note that a refund was paid back by hand, and how. What was paid through a provider goes back by itself. Repeating it changes nothing. PT404 refund_not_found; PT409 refund_under_way; PT400 invalid_payment.';
grant execute on function private.record_refund(uuid, text) to authenticated;
grant execute on function public.record_refund(uuid, text) to authenticated;
