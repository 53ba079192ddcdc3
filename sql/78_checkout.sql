-- Checkout and the life of an order until it is fulfilled: everything that is promised is taken in one transaction.
--
-- Locks are taken by everybody in this order: cart, discounts by id, gift cards by id, stock levels by id, garments by id, order group, orders by id, payment. So nobody
-- waits in a circle.

-- Reservations --------------------------------------------------------------------------------------------------------

create function private.expired_reservations(variant_ids uuid[])
returns table (order_item_id uuid, boutique_id uuid, variant_id uuid, location_id uuid, quantity bigint)
language plpgsql stable
rows 5
set search_path = ''
as $$
begin
  return query
  select i.id, i.boutique_id, i.variant_id, m.location_id, sum(m.reserved_change)
  from public.orders o
  join public.order_items i on i.order_id = o.id and i.kind = 'sale' and i.variant_id = any (variant_ids)
  join public.stock_movements m on m.source_id = i.id
  where o.state = 'pending' and o.hold_expires_at <= now()
  group by i.id, m.location_id
  having sum(m.reserved_change) > 0;
end
$$;
comment on function private.expired_reservations(uuid[]) is 'Stock that is still reserved for orders whose hold is over.';

create function private.reserved_for(order_item_id uuid) returns table (location_id uuid, quantity integer)
language plpgsql stable
rows 2
set search_path = ''
as $$
begin
  return query
  select m.location_id, sum(m.reserved_change)::integer
  from public.stock_movements m
  where m.source_id = reserved_for.order_item_id
  group by m.location_id
  having sum(m.reserved_change) <> 0
  order by m.location_id;
end
$$;
comment on function private.reserved_for(uuid) is 'What is reserved for an order item, by branch, as the ledger says.';

create function private.reserve_stock(order_item public.order_items, quantity integer, location_id uuid) returns integer
language plpgsql volatile
set search_path = ''
as $$
declare
  v_missing integer := quantity;
  v_level public.stock_levels;
  v_expired record;
  v_tries integer := 0;
begin
  -- The caller has locked the levels of the variant. At the wished branch first, then where one branch has all, then where most is.
  loop
    for v_level in
      select * from public.stock_levels s
      where s.variant_id = order_item.variant_id and s.on_hand > s.reserved
      order by s.location_id is not distinct from reserve_stock.location_id desc, s.on_hand - s.reserved >= v_missing desc,
        s.on_hand - s.reserved desc, s.id
    loop
      exit when v_missing = 0;
      insert into public.stock_movements (boutique_id, variant_id, location_id, kind, reserved_change, source_id)
      values (v_level.boutique_id, v_level.variant_id, v_level.location_id, 'reserved',
        least(v_missing, v_level.on_hand - v_level.reserved), order_item.id);
      v_missing := v_missing - least(v_missing, v_level.on_hand - v_level.reserved);
    end loop;
    exit when v_missing = 0 or v_tries = 1;
    v_tries := 1;
    -- Orders whose hold is over give way at once, but no line to another of its own order. The orders themselves are not
    -- touched: their job ends them, and a payment that comes late looks at the ledger.
    for v_expired in
      select e.* from private.expired_reservations(array[order_item.variant_id]) e
      join public.order_items i on i.id = e.order_item_id
      where i.order_id is distinct from order_item.order_id
    loop
      insert into public.stock_movements (boutique_id, variant_id, location_id, kind, reserved_change, source_id, note)
      values (v_expired.boutique_id, v_expired.variant_id, v_expired.location_id, 'released', -v_expired.quantity::integer,
        v_expired.order_item_id, 'hold_expired');
    end loop;
  end loop;
  return v_missing;
end
$$;
comment on function private.reserve_stock(public.order_items, integer, uuid) is
  'Reserves pieces for an order item; how many could not be had. location_id: the branch to take from if it can be.';

create function private.release_stock(order_item_id uuid, quantity integer default null) returns void
language plpgsql volatile
set search_path = ''
as $$
declare
  v_left integer := quantity;
  v_reserved record;
begin
  for v_reserved in
    select r.location_id, r.quantity, i.boutique_id, i.variant_id
    from private.reserved_for(order_item_id) r cross join public.order_items i
    where i.id = release_stock.order_item_id and r.quantity > 0
  loop
    exit when v_left = 0;
    insert into public.stock_movements (boutique_id, variant_id, location_id, kind, reserved_change, source_id)
    values (v_reserved.boutique_id, v_reserved.variant_id, v_reserved.location_id, 'released',
      -least(coalesce(v_left, v_reserved.quantity), v_reserved.quantity), order_item_id);
    v_left := v_left - least(v_left, v_reserved.quantity);
  end loop;
end
$$;
comment on function private.release_stock(uuid, integer) is 'Gives back what is reserved for an order item: so many pieces, or all. The caller has locked the levels.';

create function private.hold_garments_for_sale(order_item public.order_items, quantity integer, held_until timestamptz) returns integer
language plpgsql volatile
set search_path = ''
as $$
declare
  v_garment uuid;
  v_missing integer := quantity;
begin
  -- The caller has locked all garments of the variant. One that is out, or that nobody has looked at since, is not sold.
  for v_garment in
    select g.id from private.free_garment_ids(order_item.variant_id, tstzrange(now(), null)) g (id)
    where not exists (select from public.rentals r where r.garment_id = g.id and r.state in ('picked_up', 'returned', 'inspecting'))
    order by g.id
    limit quantity
  loop
    perform private.release_expired_holds(v_garment, tstzrange(now(), null));
    insert into public.allocations (resource_id, boutique_id, during, kind, state, held_until, source_id)
    values (v_garment, order_item.boutique_id, tstzrange(now(), null), 'sale',
      case when held_until is null then 'confirmed' else 'held' end::public.allocation_state, held_until, order_item.id);
    v_missing := v_missing - 1;
  end loop;
  return v_missing;
end
$$;
comment on function private.hold_garments_for_sale(public.order_items, integer, timestamptz) is
  'Ends the calendar of garments for an order item, for good when held_until is null; how many could not be had.';

create function private.lock_goods(variant_ids uuid[]) returns void
language plpgsql volatile
set search_path = ''
as $$
begin
  perform private.lock_stock(variant_ids);
  perform from public.resources r
  where r.id = any (array(select g.id from public.garments g where g.variant_id = any (variant_ids) and g.retired_at is null))
  order by r.id for no key update;
end
$$;
comment on function private.lock_goods(uuid[]) is 'Locks stock levels and garments of these variants, each in the order of ids.';

create function private.lock_group(group_id uuid, more_variants uuid[] default '{}') returns public.order_groups
language plpgsql volatile
set search_path = ''
as $$
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
$$;
comment on function private.lock_group(uuid, uuid[]) is
  'Locks a group, its orders, the goods they want, their discounts and gift cards, in the order that everybody keeps. more_variants: what one of them is about to want.';

-- Checkout ------------------------------------------------------------------------------------------------------------

create function private.raise_out_of_stock(variant_id uuid, wanted integer, remaining integer) returns void
language plpgsql immutable
set search_path = ''
as $$
begin
  perform private.raise_error(409, 'out_of_stock',
    case when remaining = 0 then 'Nothing is left of this.' else format('Only %s are left of this.', remaining) end,
    jsonb_build_object('variant_id', variant_id, 'wanted', wanted, 'left', remaining));
end
$$;
comment on function private.raise_out_of_stock(uuid, integer, integer) is 'PT409 out_of_stock with what is left.';

create function private.take_goods(order_item public.order_items, location_id uuid, held_until timestamptz) returns uuid
language plpgsql volatile
set search_path = ''
as $$
declare
  v_missing integer := 0;
  v_terms private.rental_terms;
  v_rental public.rentals;
begin
  if order_item.kind = 'rental' then
    v_terms := private.rental_terms(order_item.variant_id, order_item.period::text);
    v_rental := private.hold_rental(v_terms, order_item.customer_id, held_until);
    if v_rental.id is null then
      perform private.raise_not_available(v_terms);
    end if;
    return v_rental.id;
  elsif order_item.kind = 'sale' and order_item.serialised then
    v_missing := private.hold_garments_for_sale(order_item, order_item.quantity, held_until);
  elsif order_item.kind = 'sale' then
    v_missing := private.reserve_stock(order_item, order_item.quantity, location_id);
  end if;
  if v_missing > 0 then
    perform private.raise_out_of_stock(order_item.variant_id, order_item.quantity, order_item.quantity - v_missing);
  end if;
  return null;
end
$$;
comment on function private.take_goods(public.order_items, uuid, timestamptz) is
  'Takes what an order line promises: stock, garments or a rental, whose id it answers. PT409 out_of_stock, not_available.';

create function private.raise_cart_changed(cart public.priced_cart) returns void
language plpgsql stable
set search_path = ''
as $$
declare
  v_line public.cart_line;
begin
  if cardinality(cart.lines) = 0 then
    perform private.raise_error(409, 'cart_is_empty', 'There is nothing in this cart.', jsonb_build_object('cart_id', cart.cart_id));
  end if;
  for v_line in select * from unnest(cart.lines) l where l.problem = 'out_of_stock' loop
    perform private.raise_out_of_stock(v_line.variant_id, v_line.quantity, v_line.available);
  end loop;
  for v_line in select * from unnest(cart.lines) l where l.problem = 'not_available' loop
    perform private.raise_not_available(private.rental_terms(v_line.variant_id, daterange(v_line.first_day, v_line.last_day, '[]')::text));
  end loop;
  perform private.raise_error(409, 'cart_changed', 'Something in the cart can no longer be had as it is. Look at my_cart.',
    jsonb_build_object('cart_id', cart.cart_id,
      'lines', (select jsonb_agg(jsonb_build_object('item_id', l.item_id, 'variant_id', l.variant_id, 'problem', l.problem))
        from unnest(cart.lines) l where l.problem is not null),
      'boutiques', (select jsonb_agg(jsonb_build_object('boutique_id', b.boutique_id, 'problem', b.problem))
        from unnest(cart.boutiques) b where b.problem is not null)));
end
$$;
comment on function private.raise_cart_changed(public.priced_cart) is 'Why a cart cannot be ordered: PT409 cart_is_empty, out_of_stock, not_available, cart_changed.';

create function private.checkout(
  cart_id uuid, idempotency_key text, shipping_address_id uuid, wear_date date, gift_card_codes text[]) returns public.order_groups
language plpgsql volatile
security definer -- customers may write neither orders nor stock nor the calendar; the function knows the rules
set search_path = ''
as $$
declare
  v_customer uuid := auth.uid();
  v_earlier uuid;
  v_cart public.carts;
  v_address public.addresses;
  v_priced public.priced_cart;
  v_boutique public.cart_boutique;
  v_line public.cart_line;
  v_discount public.cart_discount;
  v_policy public.commerce_policies;
  v_location uuid;
  v_group public.order_groups;
  v_order public.orders;
  v_item public.order_items;
  v_cards uuid[];
  v_spent bigint := 0;
begin
  if v_customer is null or not exists (select from public.profiles p where p.id = v_customer) then
    perform private.raise_error(401, 'sign_in_required', 'Sign in to order.');
  end if;
  v_earlier := private.claim_idempotency_key('checkout', idempotency_key,
    jsonb_build_object('cart_id', cart_id, 'shipping_address_id', shipping_address_id, 'wear_date', wear_date,
      'gift_cards', array(select encode(private.gift_card_hash(c), 'hex') from unnest(gift_card_codes) c)));
  if v_earlier is not null then
    select * into strict v_group from public.order_groups g where g.id = v_earlier;
    return v_group;
  end if;

  select * into v_cart from public.carts c where c.id = checkout.cart_id and c.customer_id = v_customer for update;
  if not found then
    perform private.raise_error(404, 'cart_not_found', 'There is no such cart of yours.', jsonb_build_object('cart_id', cart_id));
  elsif v_cart.state <> 'open' then
    perform private.raise_error(409, 'cart_is_ordered', 'This cart was ordered already.', jsonb_build_object('cart_id', cart_id,
      'order_group_id', (select g.id from public.order_groups g where g.cart_id = v_cart.id)));
  end if;
  if shipping_address_id is not null then
    select * into v_address from public.addresses a where a.id = checkout.shipping_address_id and a.customer_id = v_customer;
    if not found then
      perform private.raise_error(404, 'address_not_found', 'There is no such address of yours.',
        jsonb_build_object('shipping_address_id', shipping_address_id));
    end if;
  end if;
  wear_date := coalesce(wear_date, v_cart.wear_date);
  if wear_date < current_date - 1 or not isfinite(wear_date) then
    perform private.raise_error(400, 'invalid_date', 'wear_date has to be a day from today on.', jsonb_build_object('wear_date', wear_date));
  end if;

  -- Aggregates first, locks second, writes third: what is priced under the locks is what is taken.
  perform private.lock_discounts(array(
    select d.id
    from (select distinct i.boutique_id from public.cart_items i where i.cart_id = v_cart.id) b
    cross join lateral private.candidate_discounts(b.boutique_id, array(select upper(btrim(c)) from unnest(v_cart.discount_codes) c)) d));
  v_cards := private.lock_gift_cards(gift_card_codes);
  perform private.lock_goods(array(
    select distinct i.variant_id from public.cart_items i where i.cart_id = v_cart.id and i.kind <> 'made_to_order'));
  v_priced := private.price_cart(
    private.cart_lines(v_cart.id), v_customer, v_cart.discount_codes, v_cart.shipping_method_ids, coalesce(v_address.country, v_cart.country));
  v_priced.cart_id := v_cart.id;
  if not v_priced.can_be_ordered then
    perform private.raise_cart_changed(v_priced);
  elsif (select count(distinct b.currency) from unnest(v_priced.boutiques) b) > 1 then
    perform private.raise_error(409, 'mixed_currencies', 'The boutiques of this cart have different currencies. Order from one currency at a time.',
      jsonb_build_object('boutiques', (select jsonb_agg(jsonb_build_object('boutique_id', b.boutique_id, 'currency', b.currency)) from unnest(v_priced.boutiques) b)));
  elsif v_address.id is null and exists (select from unnest(v_priced.boutiques) b where b.shipping_kind = 'delivery') then
    perform private.raise_error(400, 'address_required', 'Something has to be delivered: send shipping_address_id, or choose a pickup.');
  end if;
  -- A code that she has entered and that does nothing in any boutique is not passed over in silence.
  for v_discount in
    select * from unnest(v_priced.discounts) d
    where d.problem <> 'another_saves_more'
      and not exists (select from unnest(v_priced.discounts) o where o.code = d.code and (o.problem is null or o.problem = 'another_saves_more'))
  loop
    perform private.raise_error(409, 'discount_not_applicable', 'A code cannot be used for this order. Take it off the cart, or see why it does not apply.',
      jsonb_build_object('code', v_discount.code, 'problem', v_discount.problem));
  end loop;
  for v_line in select * from unnest(v_priced.lines) l where l.promised_date > checkout.wear_date loop
    perform private.raise_error(409, 'not_ready_in_time', 'What is made to order would not be ready on the day it is worn. See will_it_be_ready.',
      jsonb_build_object('variant_id', v_line.variant_id, 'promised_date', v_line.promised_date, 'wear_date', wear_date));
  end loop;

  insert into public.order_groups (customer_id, cart_id, currency, total, hold_expires_at, wear_date, shipping_address)
  select v_customer, v_cart.id, max(b.currency), sum(b.total), now() + min(p.hold_minutes) * interval '1 minute', checkout.wear_date,
    case when v_address.id is not null then to_jsonb(v_address) - '{id,customer_id,created_at,updated_at}'::text[] end
  from unnest(v_priced.boutiques) b join public.commerce_policies p on p.boutique_id = b.boutique_id
  returning * into v_group;

  for v_boutique in select * from unnest(v_priced.boutiques) b order by b.boutique_id loop
    select * into v_policy from public.commerce_policies p where p.boutique_id = v_boutique.boutique_id;
    select s.location_id into v_location from public.shipping_methods s where s.id = v_boutique.shipping_method_id;
    insert into public.orders (
      group_id, boutique_id, customer_id, currency, prices_include_tax, subtotal, discount_total, shipping_total, tax_total, total,
      deposit_total, shipping_method_id, hold_expires_at, wear_date, return_days, free_cancellation_hours, cancellation_fee_percent)
    values (
      v_group.id, v_boutique.boutique_id, v_customer, v_boutique.currency, v_boutique.prices_include_tax, v_boutique.subtotal,
      v_boutique.discount, v_boutique.shipping, v_boutique.tax, v_boutique.total, v_boutique.deposit, v_boutique.shipping_method_id,
      v_group.hold_expires_at, checkout.wear_date, v_policy.return_days, v_policy.free_cancellation_hours, v_policy.cancellation_fee_percent)
    returning * into v_order;
    for v_line in select * from unnest(v_priced.lines) l where l.boutique_id = v_boutique.boutique_id order by l.variant_id, l.item_id loop
      v_item := null;
      v_item.id := private.uuid_v7();
      v_item.boutique_id := v_order.boutique_id;
      v_item.customer_id := v_customer;
      v_item.variant_id := v_line.variant_id;
      v_item.kind := v_line.kind;
      v_item.serialised := v_line.serialised;
      v_item.quantity := v_line.quantity;
      v_item.period := case when v_line.kind = 'rental' then daterange(v_line.first_day, v_line.last_day, '[]') end;
      for v_piece in 1..(case v_line.kind when 'rental' then v_line.quantity else 1 end) loop
        -- Rentals are of one garment each.
        if v_line.kind = 'rental' then
          v_item.quantity := 1;
          v_item.id := private.uuid_v7();
        end if;
        v_item.rental_id := private.take_goods(v_item, v_location, v_group.hold_expires_at);
        insert into public.order_items (
          id, order_id, boutique_id, customer_id, variant_id, kind, serialised, product_name, size, color, sku, quantity, unit_price,
          discount, tax_name, tax_basis_points, tax, period, rental_id, deposit, promised_date)
        values (
          v_item.id, v_order.id, v_order.boutique_id, v_customer, v_line.variant_id, v_line.kind, v_line.serialised, v_line.product_name,
          v_line.size, v_line.color, v_line.sku, v_item.quantity, v_line.unit_price,
          private.share_of(v_line.discount, v_piece, v_line.quantity, v_item.quantity), v_line.tax_name, v_line.tax_basis_points,
          private.share_of(v_line.tax, v_piece, v_line.quantity, v_item.quantity), v_item.period, v_item.rental_id,
          v_line.deposit, v_line.promised_date);
      end loop;
    end loop;
    v_spent := v_spent + private.spend_gift_cards(v_order, v_cards);
    if v_boutique.shipping_method_id is not null then
      insert into public.order_adjustments (order_id, boutique_id, customer_id, kind, label, amount, tax_basis_points, tax, source_id)
      values (v_order.id, v_order.boutique_id, v_customer, 'shipping', v_boutique.shipping_name, v_boutique.shipping,
        v_boutique.shipping_tax_basis_points, v_boutique.shipping_tax, v_boutique.shipping_method_id);
    end if;
    for v_discount in
      select * from unnest(v_priced.discounts) d where d.boutique_id = v_boutique.boutique_id and d.problem is null
    loop
      insert into public.order_adjustments (order_id, boutique_id, customer_id, kind, label, amount, source_id)
      values (v_order.id, v_order.boutique_id, v_customer, 'discount', v_discount.name, v_discount.amount, v_discount.discount_id);
      insert into public.discount_redemptions (discount_id, order_id, boutique_id, customer_id, amount)
      values (v_discount.discount_id, v_order.id, v_order.boutique_id, v_customer, v_discount.amount);
    end loop;
    insert into public.order_adjustments (order_id, boutique_id, customer_id, kind, label, amount, tax_basis_points)
    select v_order.id, v_order.boutique_id, v_customer, 'tax', max(t.name), sum(t.tax), t.basis_points
    from (
      select l.tax_name as name, l.tax_basis_points as basis_points, l.tax
      from unnest(v_priced.lines) l where l.boutique_id = v_boutique.boutique_id
      union all
      select '', v_boutique.shipping_tax_basis_points, v_boutique.shipping_tax
    ) t
    where t.basis_points > 0
    group by t.basis_points;
  end loop;

  if v_spent > 0 then
    update public.order_groups g set gift_card_total = v_spent where g.id = v_group.id returning * into v_group;
  end if;
  update public.carts c set state = 'ordered' where c.id = v_cart.id;
  if v_group.amount_due > 0 then
    insert into public.payments (group_id, customer_id, amount, currency) values (v_group.id, v_customer, v_group.amount_due, v_group.currency);
    perform private.enqueue('order.expire_hold', jsonb_build_object('order_group_id', v_group.id),
      jsonb_build_object('start_after', v_group.hold_expires_at));
  else
    perform private.confirm_group(v_group.id, 0);
    select * into v_group from public.order_groups g where g.id = v_group.id;
  end if;
  perform private.settle_idempotency_key('checkout', idempotency_key, v_group.id);
  return v_group;
end
$$;

create function private.share_of(amount bigint, part integer, parts integer, pieces integer) returns bigint
language plpgsql immutable
set search_path = ''
as $$
begin
  -- All of it when the line stays whole; else what the first `part` of the parts have, less what those before had.
  return case when pieces = parts then amount else amount * part / parts - amount * (part - 1) / parts end;
end
$$;
comment on function private.share_of(bigint, integer, integer, integer) is 'A part of an amount, so that the parts add up to it.';

-- Payment and end of the hold -----------------------------------------------------------------------------------------

create function private.confirm_order(order_id uuid) returns void
language plpgsql volatile
set search_path = ''
as $$
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
$$;
comment on function private.confirm_order(uuid) is
  'Makes an order firm that is paid, with a number; takes again what its hold has lost. PT409 out_of_stock, not_available when that cannot be had.';

create function private.end_order(order_id uuid, reason text, fee bigint default 0, expired boolean default false) returns void
language plpgsql volatile
set search_path = ''
as $$
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
$$;
comment on function private.end_order(uuid, text, bigint, boolean) is 'Cancels an order of which nothing has left: gives everything back, and money less the fee if it was paid. expired: nobody has paid in time.';

create function private.refund(order_id uuid, amount bigint, reason text) returns uuid
language plpgsql volatile
set search_path = ''
as $$
declare
  v_order public.orders;
  v_refund uuid;
  v_to_cards bigint;
begin
  if amount <= 0 then
    return null;
  end if;
  update public.orders o set refunded_total = o.refunded_total + refund.amount
  where o.id = refund.order_id
  returning * into v_order;
  v_to_cards := private.give_back_gift_cards(v_order, least(refund.amount, private.paid_by_gift_cards(v_order.id)));
  insert into public.refunds (order_id, boutique_id, customer_id, amount, to_gift_cards, currency, reason, state, paid_at, reference)
  values (v_order.id, v_order.boutique_id, v_order.customer_id, refund.amount, v_to_cards, v_order.currency, left(refund.reason, 500),
    case when v_to_cards = refund.amount then 'paid' else 'due' end::public.refund_state,
    case when v_to_cards = refund.amount then now() end, case when v_to_cards = refund.amount then 'gift cards' end)
  returning id into v_refund;
  return v_refund;
end
$$;
comment on function private.refund(uuid, bigint, text) is
  'Notes that money of an order is to go back, to the gift cards that paid for it first and at once. check_violation (23514) for more than was paid. Null when there is nothing to pay back.';

create function private.confirm_group(group_id uuid, arrived bigint) returns void
language plpgsql volatile
set search_path = ''
as $$
declare
  v_order public.orders;
  v_by_cards bigint;
  v_now bigint; -- the whole, or the first part of a plan
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
    v_now := private.due_at_checkout(v_order, v_by_cards);
    v_left := v_left - v_now;
    update public.orders o set paid_total = v_by_cards + v_now where o.id = v_order.id;
    begin
      perform private.confirm_order(v_order.id);
      perform private.begin_payment_plan(v_order);
    exception when sqlstate 'PT409' or sqlstate 'PT404' or sqlstate 'PT400' or exclusion_violation or check_violation then
      -- Fulfilled or paid back, never both, never neither. What gift cards had paid is with them again.
      if v_order.state = 'pending' then
        perform private.end_order(v_order.id, 'sold_out_before_payment');
      end if;
      update public.orders o set paid_total = v_now where o.id = v_order.id;
      perform private.refund(v_order.id, v_now, 'sold_out_before_payment');
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
$$;
comment on function private.confirm_group(uuid, bigint) is
  'Makes the orders of a group firm that is paid; those that cannot be had any more are cancelled and paid back, and so is money for what was called off. arrived: the money of the payment, without gift cards.';

create function private.expire_order_hold(group_id uuid) returns boolean
language plpgsql volatile
set search_path = ''
as $$
declare
  v_group public.order_groups;
  v_order uuid;
  v_done boolean := false;
begin
  if not exists (
    select from public.orders o where o.group_id = expire_order_hold.group_id and o.state = 'pending' and o.hold_expires_at <= now()) then
    return false;
  end if;
  v_group := private.lock_group(group_id);
  if v_group.paid_at is not null then
    return false;
  end if;
  for v_order in
    select o.id from public.orders o
    where o.group_id = v_group.id and o.state = 'pending' and o.hold_expires_at <= now()
    order by o.id
  loop
    perform private.end_order(v_order, 'hold_expired', expired => true);
    v_done := true;
  end loop;
  update public.payments p set state = 'cancelled' where p.group_id = v_group.id and p.state = 'pending';
  return v_done;
end
$$;
comment on function private.expire_order_hold(uuid) is 'Cancels the orders of a group that nobody has paid in time. False when there is nothing to do. Called by the job order.expire_hold.';

-- What people do ------------------------------------------------------------------------------------------------------

create function private.order_for_change(
  order_id uuid, permission public.permission, customer_too boolean, more_variants uuid[] default '{}') returns public.orders
language plpgsql volatile
set search_path = ''
as $$
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
$$;
comment on function private.order_for_change(uuid, public.permission, boolean, uuid[]) is 'An order that the caller may change, locked with its group and goods. PT404 order_not_found.';

create function private.cancel_order(order_id uuid, reason text) returns public.orders
language plpgsql volatile
security definer -- customers may write neither orders nor stock nor the calendar; the function knows the rules
set search_path = ''
as $$
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
    v_fee := private.fee_of_part(v_order, v_order.cancellation_fee_percent);
  end if;
  if v_order.state = 'pending' then
    perform private.leave_plan(v_order);
  end if;
  perform private.end_order(v_order.id,
    coalesce(nullif(btrim(reason), ''), case when v_by_staff then 'cancelled_by_boutique' else 'cancelled_by_customer' end), v_fee);
  -- What is left to pay of the group has become less.
  if v_order.state = 'pending' then
    update public.payments p set amount = p.amount - (v_order.total - v_by_cards)
    where p.group_id = v_order.group_id and p.purpose = 'checkout' and p.state = 'pending' and p.amount > v_order.total - v_by_cards;
    if not found then
      update public.payments p set state = 'cancelled' where p.group_id = v_order.group_id and p.purpose = 'checkout' and p.state = 'pending';
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
$$;

create function public.checkout(
  cart_id uuid, idempotency_key text, shipping_address_id uuid default null, wear_date date default null, gift_card_codes text[] default '{}')
returns public.order_groups
language sql volatile security invoker set search_path = ''
as $$ select private.checkout(cart_id, idempotency_key, shipping_address_id, wear_date, gift_card_codes) $$;
comment on function public.checkout(uuid, text, uuid, date, text[]) is
  'Orders what is in the caller''s cart: one order per boutique, with stock, garments and rentals held until hold_expires_at, a payment of amount_due, and the jobs, in one transaction. Gift cards pay first. The same idempotency key with the same input returns the same group. PT401 sign_in_required; PT404 cart_not_found, address_not_found; PT400 address_required, invalid_date, invalid_idempotency_key; PT409 out_of_stock (detail: left), not_available, cart_is_empty, cart_is_ordered, cart_changed, mixed_currencies, not_ready_in_time, discount_not_applicable (detail: code, problem), gift_card_not_usable (detail: last_four, problem); PT404 gift_card_not_found; PT422 idempotency_key_reused.';
grant execute on function private.checkout(uuid, text, uuid, date, text[]) to authenticated;
grant execute on function public.checkout(uuid, text, uuid, date, text[]) to authenticated;

create function public.cancel_order(order_id uuid, reason text default '') returns public.orders
language sql volatile security invoker set search_path = ''
as $$ select private.cancel_order(order_id, reason) $$;
comment on function public.cancel_order(uuid, text) is
  'The customer or staff call off an order of which nothing has left. Everything is free again at once; what was paid goes back, less the fee of the frozen policy when the customer is late. Repeating it changes nothing. PT404 order_not_found; PT409 invalid_state.';
grant execute on function private.cancel_order(uuid, text) to authenticated;
grant execute on function public.cancel_order(uuid, text) to authenticated;
