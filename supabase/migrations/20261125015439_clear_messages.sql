set local check_function_bodies = off;

alter type private.calendar_finding rename to finding;

ALTER TABLE "public"."address_formats" ALTER COLUMN "country" TYPE text USING "country"::text;

ALTER TABLE "public"."addresses" ALTER COLUMN "country" TYPE text USING "country"::text;

ALTER TABLE "public"."carts" ALTER COLUMN "country" TYPE text USING "country"::text;

ALTER TABLE "public"."locations" ALTER COLUMN "country" TYPE text USING "country"::text;

ALTER TABLE "public"."tax_rules" ALTER COLUMN "country" TYPE text USING "country"::text;

CREATE OR REPLACE FUNCTION private.find_garments(product_id uuid, size text, period text, latitude numeric, longitude numeric)
 RETURNS SETOF public.garment_offer
 LANGUAGE plpgsql
 SECURITY DEFINER ROWS 20
 SET search_path TO ''
AS $function$
declare
  v_period daterange;
  v_product public.products;
begin
  perform private.limit_rate('find_garments', 120, 120);
  select * into v_product from public.products p where p.id = find_garments.product_id and p.listed;
  if not found then
    perform private.raise_error(404, 'product_not_found', 'There is no such product, or it is not on show.',
      jsonb_build_object('product_id', find_garments.product_id));
  end if;
  v_period := private.parse_period(period);
  if find_garments.size is null or find_garments.size !~ '\S' then
    perform private.raise_error(400, 'invalid_size', 'Ask for a size.');
  elsif (latitude is null) <> (longitude is null) or latitude not between -90 and 90 or longitude not between -180 and 180 then
    perform private.raise_error(400, 'invalid_position', 'A position has a latitude of -90 to 90 and a longitude of -180 to 180 degrees, or is left out.',
      jsonb_build_object('latitude', latitude, 'longitude', longitude));
  end if;

  return query
  with offers as materialized (
    -- Each boutique has its own time zone, buffers and bounds.
    select v.id as variant_id, p.id as product_id, p.slug as product_slug, v.color, v.rental_price_per_day, v.deposit, v.currency,
      b.id as boutique_id, b.slug as boutique_slug, b.name as boutique_name,
      private.allocation_of_period(v_period, r.buffer_days_before, r.buffer_days_after, b.timezone) as during
    from public.products p
    join public.product_variants v on v.product_id = p.id and v.size = find_garments.size and v.rental_price_per_day is not null
    join public.boutiques b on b.id = p.boutique_id
    join public.rental_policies r on r.boutique_id = b.id
    cross join lateral (select (now() at time zone b.timezone)::date as today) t
    where (p.id = v_product.id or (p.designer_id = v_product.designer_id and p.style_code = v_product.style_code))
      and p.listed and p.for_rent
      and upper(v_period) - lower(v_period) between r.min_days and r.max_days
      and lower(v_period) >= t.today
      and upper(v_period) - 1 <= t.today + r.max_days_ahead
  ),
  counts as (
    select o.variant_id, g.location_id, count(*)::integer as free
    from offers o
    cross join lateral private.free_garment_ids(o.variant_id, o.during) f (id)
    join public.garments g on g.id = f.id
    group by o.variant_id, g.location_id
  )
  select o.boutique_id, o.boutique_slug, o.boutique_name, l.id, l.name, l.city, l.country, o.product_id, o.product_slug,
    o.variant_id, o.color, o.rental_price_per_day, o.deposit, o.currency::text, c.free,
    private.distance_km(find_garments.latitude, find_garments.longitude, l.latitude, l.longitude) as km
  from counts c
  join offers o on o.variant_id = c.variant_id
  join public.locations l on l.id = c.location_id and l.listed
  order by km nulls last, o.boutique_id <> v_product.boutique_id, o.product_id <> v_product.id, o.boutique_name, l.name, o.color, o.variant_id
  limit 100;
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
  v_any boolean := false;
begin
  v_earlier := private.claim_idempotency_key('fulfil_order', idempotency_key,
    jsonb_build_object('order_id', order_id, 'kind', kind, 'items', items));
  if v_earlier is not null then
    select * into strict v_shipment from public.shipments s where s.id = v_earlier;
    return v_shipment;
  elsif v_order.state not in ('paid', 'part_fulfilled') then
    perform private.raise_error(409, 'invalid_state', format('Nothing of an order that is %s can leave.', v_order.state),
      jsonb_build_object('order_id', order_id, 'state', v_order.state));
  elsif private.payment_is_due(v_order) then
    perform private.raise_error(409, 'payment_due', 'A change of this order is not paid yet.', jsonb_build_object('order_id', order_id));
  elsif tracking_url !~ '^https://[^\s]+$' or length(tracking_url) > 500 or length(carrier) > 120 or length(tracking_number) > 120 then
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
    end if;
    update public.order_items i set fulfilled_quantity = i.fulfilled_quantity + v_wanted.quantity where i.id = v_item.id;
    insert into public.shipment_items (shipment_id, order_item_id, boutique_id, customer_id, quantity)
    values (v_shipment.id, v_item.id, v_order.boutique_id, v_order.customer_id, v_wanted.quantity);
  end loop;
  if not v_any then
    perform private.raise_error(409, 'nothing_left', 'Nothing of this order is left to leave.', jsonb_build_object('order_id', order_id));
  end if;
  perform private.move_order(v_order.id, case kind when 'pickup' then 'handed_over' else 'shipped' end);
  if kind = 'delivery' then
    perform private.notify('shipment_sent', v_shipment.id, jsonb_build_object('group', v_order.boutique_id));
  end if;
  perform private.settle_idempotency_key('fulfil_order', idempotency_key, v_shipment.id);
  return v_shipment;
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

CREATE OR REPLACE FUNCTION private.request_return(order_id uuid, items jsonb, reason public.return_reason, note text, idempotency_key text)
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
begin
  v_earlier := private.claim_idempotency_key('request_return', idempotency_key,
    jsonb_build_object('order_id', order_id, 'items', items, 'reason', reason));
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
    select max(coalesce(s.delivered_at, now())) into v_delivered
    from public.shipments s join public.shipment_items x on x.shipment_id = s.id where x.order_item_id = v_item.id;
    if not v_by_staff and now() > v_delivered + make_interval(days => v_order.return_days) then
      perform private.raise_error(409, 'return_window_passed', format('It could be sent back for %s days.', v_order.return_days),
        jsonb_build_object('order_item_id', v_item.id, 'until', v_delivered + make_interval(days => v_order.return_days)));
    end if;
    insert into public.return_items (return_id, order_item_id, boutique_id, customer_id, quantity)
    values (v_return.id, v_item.id, v_order.boutique_id, v_order.customer_id, v_wanted.quantity);
  end loop;
  perform private.note_order_event(v_order, 'return_requested', jsonb_build_object('return_id', v_return.id));
  perform private.settle_idempotency_key('request_return', idempotency_key, v_return.id);
  return v_return;
end
$function$;

CREATE OR REPLACE FUNCTION private.settle_payment(payment_id uuid, method text, reference text, amount bigint, currency text)
 RETURNS public.payments
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_payment public.payments;
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
  update public.payments p set state = 'succeeded', settled_at = now(), method = settle_payment.method, reference = settle_payment.reference
  where p.id = v_payment.id
  returning * into v_payment;
  if v_payment.order_id is null then
    perform private.confirm_group(v_payment.group_id, v_payment.amount);
  end if;
  return v_payment;
exception when unique_violation then
  perform private.raise_error(409, 'reference_used', 'This reference settled another payment already.',
    jsonb_build_object('method', method, 'reference', reference));
end
$function$;

CREATE OR REPLACE FUNCTION private.tell_findings(area text, findings private.finding[], kinds text[])
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_kind text;
  v_findings private.finding[];
begin
  foreach v_kind in array kinds loop
    v_findings := array(select f from unnest(findings) f where f.kind = v_kind);
    if cardinality(v_findings) > 0 then
      -- Into the log too: ids and no names.
      raise warning '%_check: % of kind %, the first of them %: %', area, cardinality(v_findings), v_kind, v_findings[1].id, v_findings[1].message;
      perform private.raise_alert(area || '.' || v_kind, area,
        format('%s times something is wrong with the %s: %s', cardinality(v_findings), area, v_kind),
        jsonb_build_object('count', cardinality(v_findings),
          'first', (select jsonb_agg(jsonb_build_object('id', f.id, 'message', f.message)) from unnest(v_findings[:20]) f)));
    else
      perform private.resolve_alert(area || '.' || v_kind, area);
    end if;
  end loop;
  return cardinality(findings);
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
    'order_total', 'refund_total', 'payment', 'order_state', 'order_log', 'order_number', 'gift_card', 'stale_order']);
end
$function$;

COMMENT ON TYPE "private"."finding" IS 'Something that is wrong: its kind, the row and a sentence for people.';
