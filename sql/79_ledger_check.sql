-- ledger_check: proves that ledger and business agree to the cent.

create function private.check_entries() returns setof private.finding
language sql stable
set search_path = ''
as $$
  select 'ledger_entries', t.id, format('The entries of a transaction of kind %s add up to %s.', t.kind, coalesce(sum(e.amount)::text, 'nothing, for there are none'))
  from private.ledger_transactions t left join private.ledger_entries e on e.transaction_id = t.id
  group by t.id having coalesce(sum(e.amount), -1) <> 0
$$;
comment on function private.check_entries() is 'ledger_entries: a transaction that does not balance, or has no entries.';

create function private.check_sources() returns setof private.finding
language sql stable
set search_path = ''
as $$
  with wanted as (
    select 'received'::private.ledger_transaction_kind as kind, t.id from public.payment_attempts t
    where t.state in ('succeeded', 'mismatched') and t.received_currency ~ '^[A-Z]{3}$'
    union all select 'settled', p.id from public.payments p where p.state = 'succeeded'
    union all select 'gift_card', e.id from public.gift_card_entries e
    union all select 'gift_card_refund', f.id from public.refunds f where f.to_gift_cards > 0
    union all select 'transferred', x.id from public.refund_transfers x where x.state = 'paid'
    union all select 'refunded_by_hand', f.id from public.refunds f
      where f.state = 'paid' and f.amount - f.to_gift_cards > coalesce((
        select sum(x.amount) from public.refund_transfers x where x.refund_id = f.id and x.state = 'paid'), 0)
    union all select 'payout', p.id from public.payouts p where p.state = 'paid'
  ),
  posted as (
    select t.kind, t.source_id as id from private.ledger_transactions t where t.kind not in ('order', 'deposit')
  )
  select 'ledger_source', coalesce(w.id, p.id), case
    when p.id is null then format('This is done and not in the ledger: %s.', w.kind)
    else format('The ledger has %s for this, and it is not done.', p.kind) end
  from wanted w full join posted p on p.kind = w.kind and p.id = w.id
  where w.id is null or p.id is null
$$;
comment on function private.check_sources() is 'ledger_source: money that has moved and is not in the ledger, or is there and has not moved.';

create function private.check_ledger_amounts() returns setof private.finding
language sql stable
set search_path = ''
as $$
  -- Each source by each account: what the ledger has, and what the business says.
  with entries as (
    select t.kind, t.source_id, t.order_id, a.kind as account, a.boutique_id, a.currency, e.amount
    from private.ledger_entries e
    join private.ledger_transactions t on t.id = e.transaction_id
    join private.ledger_accounts a on a.id = e.account_id
  ),
  orders as (
    select o.id, sum(n.amount) filter (where n.account = 'boutique') as boutique, sum(n.amount) filter (where n.account = 'commission') as commission
    from public.orders o left join entries n on n.kind = 'order' and n.source_id = o.id
    group by o.id
  )
  select 'ledger_order', o.id, format('The order is worth %s to its boutique and %s to the marketplace; the ledger has %s and %s.',
    o.paid_total - o.refunded_total - private.commission_of(o.id, o.paid_total - o.refunded_total), private.commission_of(o.id, o.paid_total - o.refunded_total),
    -coalesce(l.boutique, 0), -coalesce(l.commission, 0))
  from public.orders o join orders l on l.id = o.id
  where -coalesce(l.commission, 0) <> private.commission_of(o.id, o.paid_total - o.refunded_total)
    or -coalesce(l.boutique, 0) <> o.paid_total - o.refunded_total - private.commission_of(o.id, o.paid_total - o.refunded_total)
  union all
  select 'ledger_amount', coalesce(w.id, n.id), format('%s: the ledger has %s, the business %s.', coalesce(w.kind, n.kind), coalesce(n.amount, 0), coalesce(w.amount, 0))
  from (
    select 'received'::private.ledger_transaction_kind as kind, t.id, t.received_amount as amount from public.payment_attempts t
    where t.state in ('succeeded', 'mismatched') and t.received_currency ~ '^[A-Z]{3}$'
    union all select 'settled', p.id, p.amount from public.payments p where p.state = 'succeeded'
    union all select 'gift_card', e.id, abs(e.change) from public.gift_card_entries e
    union all select 'transferred', x.id, x.amount from public.refund_transfers x where x.state = 'paid'
    union all select 'payout', p.id, p.amount from public.payouts p where p.state = 'paid'
  ) w
  join (
    select n.kind, n.source_id as id, sum(n.amount) filter (where n.amount > 0) as amount from entries n group by n.kind, n.source_id
  ) n on n.kind = w.kind and n.id = w.id
  where w.amount <> n.amount
$$;
comment on function private.check_ledger_amounts() is 'ledger_order: an order that is worth something else to its boutique, or to the marketplace, than the ledger says; ledger_amount: any other row.';

create function private.check_ledger_balances() returns setof private.finding
language sql stable
set search_path = ''
as $$
  with balances as (
    select a.kind, a.boutique_id, a.currency, sum(e.amount) as balance
    from private.ledger_accounts a join private.ledger_entries e on e.account_id = a.id
    group by a.kind, a.boutique_id, a.currency
  ),
  expected as (
    select 'customer_credit'::private.ledger_account_kind as kind, c.boutique_id, c.currency, -sum(c.balance) as balance
    from public.gift_cards c group by c.boutique_id, c.currency
    union all
    select 'refunds_payable', null, f.currency, -sum(f.amount - f.to_gift_cards - coalesce(x.paid, 0))
    from public.refunds f
    left join lateral (select sum(t.amount) as paid from public.refund_transfers t where t.refund_id = f.id and t.state = 'paid') x on true
    where f.state = 'due'
    group by f.currency
    union all
    -- What has come and settles nothing, less what of it has gone back.
    select 'unapplied', null, u.currency, -sum(u.amount)
    from (
      select t.received_currency::char(3) as currency, t.received_amount as amount from public.payment_attempts t
      where t.state in ('succeeded', 'mismatched') and t.received_currency ~ '^[A-Z]{3}$'
      union all
      select p.currency, -p.amount from public.payments p
      where p.state = 'succeeded' and p.method in (select n::text from unnest(enum_range(null::public.payment_provider)) n)
      union all
      select x.currency, -x.amount from public.refund_transfers x where x.state = 'paid' and x.refund_id is null and x.reason not in ('deposit_released', 'not_needed_any_more')
    ) u
    group by u.currency
    union all
    -- Of orders that wait, what gift cards have paid; all else has gone through.
    select 'order_clearing', null, c.currency, sum(e.change)
    from public.gift_card_entries e
    join public.gift_cards c on c.id = e.gift_card_id
    join public.orders o on o.id = e.order_id
    where o.paid_total = 0 and e.kind in ('redeemed', 'given_back')
    group by c.currency
    union all
    -- Deposits that have come, less what was kept of them and what has gone back.
    select 'deposits_held', h.boutique_id, h.currency, -sum(h.amount)
    from (
      select p.boutique_id, p.currency, p.amount from public.payments p where p.purpose = 'deposit' and p.state = 'succeeded'
      union all
      select d.boutique_id, d.currency, -(d.kept + case when d.attempt_id is null then d.returned else 0 end) from public.deposits d where d.state = 'settled'
      union all
      select x.boutique_id, x.currency, -x.amount from public.refund_transfers x where x.state = 'paid' and x.reason = 'deposit_released'
    ) h
    group by h.boutique_id, h.currency
  )
  select 'ledger_balance', coalesce(b.boutique_id, gen_random_uuid()), format('%s %s: the ledger has %s, the business %s.',
    coalesce(b.kind, x.kind), coalesce(b.currency, x.currency), coalesce(b.balance, 0), coalesce(x.balance, 0))
  from (select * from balances b where b.kind in ('customer_credit', 'refunds_payable', 'unapplied', 'order_clearing', 'deposits_held')) b
  full join expected x on x.kind = b.kind and x.boutique_id is not distinct from b.boutique_id and x.currency = b.currency
  where coalesce(b.balance, 0) <> coalesce(x.balance, 0)
$$;
comment on function private.check_ledger_balances() is 'ledger_balance: gift cards, due refunds, deposits, money that settles nothing, and what is between payments and orders.';

create function private.ledger_check() returns setof private.finding
language sql stable
set search_path = ''
as $$
  select * from private.check_entries()
  union all select * from private.check_sources()
  union all select * from private.check_ledger_amounts()
  union all select * from private.check_ledger_balances()
$$;
comment on function private.ledger_check() is
  'Where orders, payments, refunds, gift cards, payouts and ledger do not agree to the cent; no row when they do. A machine mends nothing of it: find out what has moved, and post the difference. For operators: select * from private.ledger_check().';

create function private.watch_ledger() returns integer
language plpgsql volatile
set search_path = ''
as $$
declare
  v_all private.finding[] := array(select f from private.ledger_check() f order by f.kind, f.id);
begin
  return private.tell_findings('ledger', v_all, array['ledger_entries', 'ledger_source', 'ledger_order', 'ledger_amount', 'ledger_balance']);
end
$$;
comment on function private.watch_ledger() is 'Raises an alert for each kind of finding of ledger_check, and ends those that are mended. How many findings. Called by the job ledger.check.';
