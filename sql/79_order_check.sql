-- order_check: looks for what must not be among orders, stock and their calendar, and repair_order_drift mends what a machine
-- can. Constraints and functions keep them right; this finds what got past them, such as a restore without triggers or a
-- statement by hand.

create function private.check_stock() returns setof private.finding
language sql stable
set search_path = ''
as $$
  with ledger as (
    select m.variant_id, m.location_id, sum(m.on_hand_change) as on_hand, sum(m.reserved_change) as reserved
    from public.stock_movements m
    group by m.variant_id, m.location_id
  )
  select 'stock_level', coalesce(s.id, l.variant_id),
    format('The shelf has %s, %s of them reserved; its movements make %s and %s.', s.on_hand, s.reserved, coalesce(l.on_hand, 0), coalesce(l.reserved, 0))
  from public.stock_levels s
  full join ledger l on l.variant_id = s.variant_id and l.location_id = s.location_id
  where (s.on_hand, s.reserved) is distinct from (coalesce(l.on_hand, 0), coalesce(l.reserved, 0))
$$;
comment on function private.check_stock() is 'stock_level: a level that is not what its movements make.';

create function private.check_reservations() returns setof private.finding
language sql stable
set search_path = ''
as $$
  with lines as (
    select i.id, o.state,
      case
        when i.kind <> 'sale' or i.serialised or o.state = 'cancelled' then 0
        else i.quantity - i.cancelled_quantity - i.fulfilled_quantity
      end as most,
      -- What an order keeps whose hold is over may have gone to whoever needed it.
      o.state = 'pending' and o.hold_expires_at <= now() as gives_way
    from public.order_items i join public.orders o on o.id = i.order_id
  ),
  reserved as (
    select m.source_id, sum(m.reserved_change) as quantity
    from public.stock_movements m
    where m.source_id is not null and m.reserved_change <> 0
    group by m.source_id
  )
  select 'reservation', coalesce(l.id, r.source_id),
    format('%s are reserved for a line that needs %s.', coalesce(r.quantity, 0), coalesce(l.most, 0))
  from lines l
  full join reserved r on r.source_id = l.id
  where case when l.gives_way then coalesce(r.quantity, 0) not between 0 and l.most
    else coalesce(r.quantity, 0) <> coalesce(l.most, 0) end
$$;
comment on function private.check_reservations() is 'reservation: stock that is reserved for no open line, or a line that has none.';

create function private.check_sold_garments() returns setof private.finding
language sql stable
set search_path = ''
as $$
  with lines as (
    select i.id, o.state,
      case when o.state = 'cancelled' then 0 else i.quantity - i.cancelled_quantity end as most,
      -- What came back may hang in the shop again.
      case
        when o.state = 'cancelled' or (o.state = 'pending' and o.hold_expires_at <= now()) then 0
        else i.quantity - i.cancelled_quantity - i.returned_quantity
      end as least,
      count(a.id) as sold, count(a.id) filter (where a.state = 'held') as held
    from public.order_items i
    join public.orders o on o.id = i.order_id
    left join public.allocations a on a.source_id = i.id and a.kind = 'sale' and a.state <> 'released'
    where i.serialised and i.kind = 'sale'
    group by i.id, o.id
  )
  select 'sold_garments', l.id, format('%s garments are sold with a line that is %s and needs %s.', l.sold, l.state, l.most)
  from lines l
  where l.sold not between l.least and l.most or (l.held > 0 and l.state <> 'pending')
  union all
  select 'sold_without_order', a.id, 'The garment is sold with a line that does not exist.'
  from public.allocations a
  where a.kind = 'sale' and a.state <> 'released' and a.source_id is not null
    and not exists (select from public.order_items i where i.id = a.source_id)
$$;
comment on function private.check_sold_garments() is
  'sold_garments: a line whose garments are not all sold, or are although it was cancelled; sold_without_order: a garment that is sold for nothing.';

create function private.check_ordered_rentals() returns setof private.finding
language sql stable
set search_path = ''
as $$
  select 'rental_line', i.id, format('The order is %s, its rental %s.', o.state, r.state)
  from public.order_items i
  join public.orders o on o.id = i.order_id
  join public.rentals r on r.id = i.rental_id
  where case
    when o.state = 'cancelled' or i.cancelled_quantity > 0 then r.state not in ('cancelled', 'expired')
    when o.state = 'pending' then r.state <> 'held' and (o.hold_expires_at > now() or r.state <> 'expired')
    else r.state in ('held', 'expired', 'cancelled')
  end
$$;
comment on function private.check_ordered_rentals() is 'rental_line: an order and its rental that disagree.';

create function private.check_order_totals() returns setof private.finding
language sql stable
set search_path = ''
as $$
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
$$;
comment on function private.check_order_totals() is 'order_total: an order that is not the sum of its lines and shipping; refund_total: one that is not the sum of its refunds.';

create function private.check_payments() returns setof private.finding
language sql stable
set search_path = ''
as $$
  with asked as (
    select g.id, g.paid_at, g.amount_due,
      (select p.amount from public.payments p where p.group_id = g.id and p.purpose = 'checkout' and p.state = 'pending') as pending,
      (select p.amount from public.payments p where p.group_id = g.id and p.purpose = 'checkout' and p.state = 'succeeded') as succeeded,
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
$$;
comment on function private.check_payments() is 'payment: a group whose payment disagrees with its state or with its orders.';

create function private.check_order_states() returns setof private.finding
language sql stable
set search_path = ''
as $$
  with moves as (
    select e.order_id, e.id, e.from_state, e.to_state, lag(e.to_state) over w as before, lead(e.id) over w is null as is_last
    from public.order_events e
    window w as (partition by e.order_id order by e.id)
  )
  select 'order_state', o.id, format('The order is %s, its log says %s.', o.state, coalesce(m.to_state::text, 'nothing'))
  from public.orders o
  left join moves m on m.order_id = o.id and m.is_last
  where m.to_state is distinct from o.state
  union all
  -- The job that ends holds has not come.
  select 'stale_order', o.id, format('The hold ended at %s, and the order still waits.', o.hold_expires_at)
  from public.orders o where o.state = 'pending' and o.hold_expires_at < now() - interval '1 hour'
  union all
  select 'order_log', m.order_id, format('From %s the log goes on with %s to %s.', coalesce(m.before::text, 'nothing'), m.from_state, m.to_state)
  from moves m
  where m.from_state is distinct from m.before
    or (m.from_state <> m.to_state and not exists (
      select from public.order_transitions t where t.from_state = m.from_state and t.to_state = m.to_state))
  union all
  select 'order_number', n.boutique_id, format('%s orders are paid, their numbers go from %s to %s, and the counter is at %s.', n.paid, n.first, n.last, c.last)
  from (
    select o.boutique_id, count(*) as paid, min(o.number) as first, max(o.number) as last
    from public.orders o where o.number is not null group by o.boutique_id
  ) n
  left join private.document_counters c on c.boutique_id = n.boutique_id and c.kind = 'order'
  where n.first <> 1 or n.last <> n.paid or c.last is distinct from n.last
$$;
comment on function private.check_order_states() is
  'order_state: the log ends elsewhere; stale_order: a hold that ended more than an hour ago; order_log: it has a gap or a move that is not allowed; order_number: numbers of a boutique with a gap.';

create function private.check_gift_cards() returns setof private.finding
language sql stable
set search_path = ''
as $$
  select 'gift_card', c.id, format('The card has %s, its entries make %s.', c.balance, coalesce(e.balance, 0))
  from public.gift_cards c
  left join (select x.gift_card_id, sum(x.change) as balance from public.gift_card_entries x group by x.gift_card_id) e on e.gift_card_id = c.id
  where c.balance <> coalesce(e.balance, 0)
$$;
comment on function private.check_gift_cards() is 'gift_card: a balance that is not what its entries make.';

create function private.check_documents() returns setof private.finding
language sql stable
set search_path = ''
as $$
  select 'invoice', o.id, format('The order %s is paid and has no invoice.', o.number_text)
  from public.orders o
  where o.paid_at is not null and not exists (select from public.invoices i where i.order_id = o.id and i.kind = 'invoice')
    -- That of a plan comes when all is paid.
    and not exists (
      select from public.payment_plans l
      where l.order_id = o.id and (l.state <> 'paid' or exists (select from public.payments p where p.order_id = o.id and p.state = 'pending')))
  union all
  select 'debit_note', p.id, format('%s %s were paid for a change, and there is no debit note.', p.amount, p.currency)
  from public.payments p
  where p.state = 'succeeded' and p.purpose in ('change', 'instalment') and not exists (select from public.invoices i where i.payment_id = p.id)
    -- While a plan runs there is no invoice, and the one that comes in the end has all that was paid before.
    and not exists (
      select from public.payment_plans l left join public.invoices i on i.order_id = l.order_id and i.kind = 'invoice'
      where l.order_id = p.order_id and (i.id is null or p.settled_at <= i.issued_at))
  union all
  select 'credit_note', f.id, format('%s %s go back for an order with an invoice, and there is no credit note.', f.amount, f.currency)
  from public.refunds f
  where exists (
      select from public.invoices i
      where i.order_id = f.order_id and i.kind = 'invoice' and (f.kind <> 'change' or i.issued_at < f.created_at))
    and not exists (select from public.invoices i where i.refund_id = f.id)
$$;
comment on function private.check_documents() is 'invoice, debit_note, credit_note: money that was charged or given back without its document.';

create function private.order_check() returns setof private.finding
language sql stable
set search_path = ''
as $$
  select * from private.check_stock()
  union all select * from private.check_reservations()
  union all select * from private.check_sold_garments()
  union all select * from private.check_ordered_rentals()
  union all select * from private.check_order_totals()
  union all select * from private.check_payments()
  union all select * from private.check_order_states()
  union all select * from private.check_gift_cards()
  union all select * from private.check_documents()
  union all select * from private.deposit_check()
  union all select * from private.fee_check()
  union all select * from private.plan_check()
  union all select * from private.document_check()
  union all select * from private.review_check()
$$;
comment on function private.order_check() is
  'Everything that is wrong with orders, stock, their calendar, deposits, fees, plans and what is searched; no row when nothing is. For operators: select * from private.order_check().';

-- Repairs -------------------------------------------------------------------------------------------------------------

create function private.repair_stock_level(level_id uuid) returns text
language plpgsql volatile
set search_path = ''
as $$
declare
  v_level public.stock_levels;
begin
  select * into v_level from public.stock_levels s where s.id = level_id;
  if not found then
    return 'By hand: there is no shelf for these movements. Make its row with the sums of the ledger.';
  end if;
  perform private.lock_stock(array[v_level.variant_id]);
  update public.stock_levels s set on_hand = l.on_hand, reserved = l.reserved
  from (
    select coalesce(sum(m.on_hand_change), 0) as on_hand, coalesce(sum(m.reserved_change), 0) as reserved
    from public.stock_movements m where m.variant_id = v_level.variant_id and m.location_id = v_level.location_id) l
  where s.id = level_id;
  return 'Mended: the level is what its movements make.';
exception when check_violation then
  return 'By hand: the movements make less than nothing. Count the shelf, and write a movement of kind repaired.';
end
$$;
comment on function private.repair_stock_level(uuid) is 'The level is what its movements make.';

create function private.repair_reservation(order_item_id uuid) returns text
language plpgsql volatile
set search_path = ''
as $$
declare
  v_item public.order_items;
  v_order public.orders;
  v_reserved integer;
  v_needed integer;
  v_movement public.stock_movements;
begin
  select * into v_item from public.order_items i where i.id = order_item_id;
  if not found then
    -- Reserved for nobody.
    perform private.lock_stock(array(select m.variant_id from public.stock_movements m where m.source_id = order_item_id));
    for v_movement in
      select m.* from public.stock_movements m where m.source_id = order_item_id order by m.id limit 1
    loop
      insert into public.stock_movements (boutique_id, variant_id, location_id, kind, reserved_change, source_id, note)
      select v_movement.boutique_id, v_movement.variant_id, r.location_id, 'repaired', -r.quantity, order_item_id, 'order_check'
      from private.reserved_for(order_item_id) r;
    end loop;
    return 'Mended: what was reserved for nobody is free.';
  end if;
  select * into v_order from public.orders o where o.id = v_item.order_id;
  perform private.lock_group(v_order.group_id);
  select * into v_item from public.order_items i where i.id = order_item_id;
  select * into v_order from public.orders o where o.id = v_item.order_id;
  select coalesce(sum(r.quantity), 0) into v_reserved from private.reserved_for(order_item_id) r;
  v_needed := case when v_item.kind <> 'sale' or v_item.serialised or v_order.state = 'cancelled' then 0
    else v_item.quantity - v_item.cancelled_quantity - v_item.fulfilled_quantity end;
  if v_reserved > v_needed then
    perform private.release_stock(order_item_id, v_reserved - v_needed);
    return 'Mended: what was reserved too much is free.';
  elsif v_reserved < v_needed and private.reserve_stock(v_item, v_needed - v_reserved, null) > 0 then
    return 'By hand: there is not enough to reserve. Get more, or cancel the order.';
  end if;
  return 'Mended: the line has what it needs.';
end
$$;
comment on function private.repair_reservation(uuid) is 'A line has reserved what it needs, and nothing is reserved for none.';

create function private.repair_document(kind text, id uuid) returns text
language plpgsql volatile
set search_path = ''
as $$
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
$$;
comment on function private.repair_document(text, uuid) is 'Issues the document that is missing for an order, a payment or a refund.';

create function private.repair_order_drift(kind text, id uuid) returns text
language plpgsql volatile
set search_path = ''
as $$
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
    when 'document' then
      perform private.index_products(array[repair_order_drift.id]);
      return 'Mended: what is on show can be found, and nothing else.';
    when 'rating', 'rank', 'helpful_count' then
      return private.repair_review(kind, id);
    when 'deposit_missing', 'deposit_open', 'deposit_payment', 'deposit_sum', 'fitting_fee', 'plan_state', 'plan_sum' then
      return 'By hand: money of a customer is not for a machine to guess. Compare the payment, its attempts and their transfers with the audit log.';
    else
      return format('By hand: nothing mends %s.', kind);
  end case;
end
$$;
comment on function private.repair_order_drift(text, uuid) is
  'Mends a finding of order_check, or says what a person has to do: its answer begins with Mended or By hand. For operators, as the owner of the database: select f.*, private.repair_order_drift(f.kind, f.id) from private.order_check() f.';

-- Watch ---------------------------------------------------------------------------------------------------------------

create function private.watch_orders() returns integer
language plpgsql volatile
set search_path = ''
as $$
declare
  v_all private.finding[] := array(select f from private.order_check() f order by f.kind, f.id);
begin
  return private.tell_findings('orders', v_all, array['stock_level', 'reservation', 'sold_garments', 'sold_without_order', 'rental_line',
    'order_total', 'refund_total', 'payment', 'order_state', 'order_log', 'order_number', 'gift_card', 'stale_order',
    'invoice', 'debit_note', 'credit_note',
    'deposit_missing', 'deposit_open', 'deposit_payment', 'deposit_sum', 'fitting_fee', 'plan_state', 'plan_sum', 'document',
    'rating', 'rank', 'helpful_count']);
end
$$;
comment on function private.watch_orders() is
  'Raises an alert per kind of finding of order_check, and ends those of what is mended. How many findings there are. Called by the job order.check.';
