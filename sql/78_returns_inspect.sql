-- inspect_return: what came back goes where it can be sold again, or not, and is paid for.

create type private.inspected_piece as (order_item_id uuid, quantity integer, outcome public.return_outcome, refund bigint, garment_id uuid);

create function private.inspected_pieces(outcomes jsonb) returns setof private.inspected_piece
language plpgsql immutable
rows 5
set search_path = ''
as $$
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
$$;
comment on function private.inspected_pieces(jsonb) is 'What an inspection found, as inspect_return takes it. PT400 invalid_items.';

create function private.returned_garment(order_item public.order_items, garment_id uuid) returns uuid
language plpgsql stable
set search_path = ''
as $$
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
$$;
comment on function private.returned_garment(public.order_items, uuid) is 'The garment of a line that came back; the only one when it is not named. PT400 garment_required.';

create function private.take_back(return_row public.returns, order_item public.order_items, pieces integer, outcome public.return_outcome, garment_id uuid)
returns void
language plpgsql volatile
set search_path = ''
as $$
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
$$;
comment on function private.take_back(public.returns, public.order_items, integer, public.return_outcome, uuid) is
  'Pieces are back: counted ones go into the stock if they can be sold again; a garment gets its calendar back and is in service again, or stays retired as damaged. What was made for her goes nowhere.';

create function private.inspect_piece(return_row public.returns, order_row public.orders, piece private.inspected_piece) returns bigint
language plpgsql volatile
set search_path = ''
as $$
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
$$;
comment on function private.inspect_piece(public.returns, public.orders, private.inspected_piece) is
  'Settles pieces of a return: their goods, and what is given for them, which it answers. PT404 order_item_not_found; PT400 invalid_items, garment_required.';

create function private.inspect_return(return_id uuid, outcomes jsonb) returns public.returns
language plpgsql volatile
security definer -- neither returns nor stock nor orders are writable; the function knows the rules
set search_path = ''
as $$
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
$$;

create function public.inspect_return(return_id uuid, outcomes jsonb) returns public.returns
language sql volatile security invoker set search_path = ''
as $$ select private.inspect_return(return_id, outcomes) $$;
comment on function public.inspect_return(uuid, jsonb) is
  'Staff have looked at what came back: it can be sold again (restock), is kept (damaged) or was not there (missing), and the money goes back. outcomes: [{"order_item_id", "outcome", "quantity", "refund", "garment_id"}]; without a quantity all of the line, without a refund all that was paid for it; garment_id when several garments of the line are with her. With an exchange the difference is charged or paid back. Repeating it changes nothing. PT404 return_not_found, order_item_not_found; PT409 invalid_state; PT400 invalid_items (detail: paid), garment_required (detail: garment_ids).';
grant execute on function private.inspect_return(uuid, jsonb) to authenticated;
grant execute on function public.inspect_return(uuid, jsonb) to authenticated;
