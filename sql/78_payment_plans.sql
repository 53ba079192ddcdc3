-- What payment plans do: quotes, choosing and leaving, the instalments that follow the first part, taking them from a saved
-- method, and what becomes of an order whose instalment does not come.

-- Quotes --------------------------------------------------------------------------------------------------------------

create type public.payment_plan_quote as (
  offer_id uuid, name text, currency text, down_payment bigint, instalments jsonb, starts_on date, interval_days integer, grace_days integer,
  on_default public.payment_plan_default, keep_percent integer, terms text);
comment on type public.payment_plan_quote is
  'A plan for one order. down_payment: at once; instalments: [{"number", "amount", "due_on"}], in minor units of currency; terms: what becomes of the order when one does not come.';

create function private.instalments_of(total bigint, parts integer, starts_on date, interval_days integer)
returns table (number integer, amount bigint, due_on date)
language sql immutable
set search_path = ''
as $$
  select n, total * n / parts - total * (n - 1) / parts, starts_on + n * interval_days from generate_series(1, parts) n order by n
$$;
comment on function private.instalments_of(bigint, integer, date, integer) is 'Equal parts of a total, in minor units; what does not divide is spread, and the sum is the total.';

create function private.last_day_to_pay(order_row public.orders, days_before_wear integer) returns date
language plpgsql stable
set search_path = ''
as $$
begin
  -- least() leaves out what is not known.
  return least(order_row.wear_date, (
    select min(lower(i.period)) from public.order_items i where i.order_id = order_row.id and i.cancelled_quantity < i.quantity)) - days_before_wear;
end
$$;
comment on function private.last_day_to_pay(public.orders, integer) is 'So many days before the wear date or the first rental; null: there is neither.';

create function private.quote_payment_plan(offer public.payment_plan_offers, order_row public.orders) returns public.payment_plan_quote
language plpgsql stable
set search_path = ''
as $$
declare
  v_total bigint := order_row.total - private.paid_by_gift_cards(order_row.id);
  v_today date := (select (now() at time zone b.timezone)::date from public.boutiques b where b.id = order_row.boutique_id);
  v_parts integer := least(offer.instalments, (private.last_day_to_pay(order_row, offer.days_before_wear) - v_today) / offer.interval_days);
  v_quote public.payment_plan_quote;
begin
  v_quote.down_payment := ceil(v_total * offer.down_payment_percent / 100.0);
  if not offer.is_active or offer.boutique_id <> order_row.boutique_id or v_total < offer.min_total or v_parts < 1
    or v_total - v_quote.down_payment < v_parts then
    return null;
  end if;
  v_quote.offer_id := offer.id;
  v_quote.name := offer.name;
  v_quote.currency := order_row.currency;
  v_quote.starts_on := v_today;
  v_quote.interval_days := offer.interval_days;
  v_quote.grace_days := offer.grace_days;
  v_quote.on_default := offer.on_default;
  v_quote.keep_percent := offer.keep_percent;
  v_quote.instalments := (
    select jsonb_agg(jsonb_build_object('number', i.number, 'amount', i.amount, 'due_on', i.due_on) order by i.number)
    from private.instalments_of(v_total - v_quote.down_payment, v_parts, v_today, offer.interval_days) i);
  v_quote.terms := format('Nothing leaves the boutique before all is paid. If an instalment is not paid within %s days after its day, %s.',
    offer.grace_days,
    case
      when offer.on_default = 'keep_open' then format(
        'the boutique decides: it waits, or it cancels the order, keeps %s %% of its price of what was paid, and gives the rest back', offer.keep_percent)
      when offer.keep_percent = 0 then 'the order is cancelled, and all that was paid goes back'
      else format('the order is cancelled, %s %% of its price is kept of what was paid, and the rest goes back', offer.keep_percent)
    end);
  return v_quote;
end
$$;
comment on function private.quote_payment_plan(public.payment_plan_offers, public.orders) is
  'What an offer means for an order from today on; null when it does not fit: the order is too small, or the wedding too near.';

create function private.own_order(order_id uuid) returns public.orders
language plpgsql stable
set search_path = ''
as $$
declare
  v_order public.orders;
begin
  select * into v_order from public.orders o where o.id = own_order.order_id and o.customer_id = auth.uid();
  if not found then
    perform private.raise_error(404, 'order_not_found', 'There is no such order of yours.', jsonb_build_object('order_id', order_id));
  end if;
  return v_order;
end
$$;
comment on function private.own_order(uuid) is 'An order of the caller, not locked. PT404 order_not_found.';

create function private.quote_payment_plans(order_id uuid) returns setof public.payment_plan_quote
language plpgsql stable
rows 5
security definer -- orders of hers alone; offers are public
set search_path = ''
as $$
declare
  v_order public.orders := private.own_order(order_id);
begin
  return query
    select q.* from public.payment_plan_offers f
    cross join lateral private.quote_payment_plan(f, v_order) q
    where f.boutique_id = v_order.boutique_id and f.is_active and v_order.state = 'pending' and v_order.hold_expires_at > now() and q.offer_id is not null
    order by q.down_payment, f.id;
end
$$;

create function public.quote_payment_plans(order_id uuid) returns setof public.payment_plan_quote
language sql stable rows 5 security invoker set search_path = ''
as $$ select * from private.quote_payment_plans(order_id) $$;
comment on function public.quote_payment_plans(uuid) is
  'The plans by which the caller may pay an order of hers that waits for its payment, the smallest first part first; none when the boutique has none that fits, or when it is too late. PT404 order_not_found.';
grant execute on function private.quote_payment_plans(uuid) to authenticated;
grant execute on function public.quote_payment_plans(uuid) to authenticated;

-- Choosing ------------------------------------------------------------------------------------------------------------

create function private.due_at_checkout(order_row public.orders, by_gift_cards bigint) returns bigint
language plpgsql stable
set search_path = ''
as $$
begin
  return coalesce(
    (select p.down_payment from public.payment_plans p where p.order_id = order_row.id),
    order_row.total - by_gift_cards);
end
$$;
comment on function private.due_at_checkout(public.orders, bigint) is 'What of an order its checkout asks for beside gift cards: the whole, or the first part of its plan; in minor units.';

create function private.order_to_plan(order_id uuid) returns public.orders
language plpgsql volatile
set search_path = ''
as $$
declare
  v_order public.orders := private.own_order(order_id);
begin
  perform private.lock_group(v_order.group_id);
  select * into v_order from public.orders o where o.id = order_to_plan.order_id;
  if v_order.state <> 'pending' or v_order.hold_expires_at <= now() then
    perform private.raise_error(409, 'invalid_state', 'How an order is paid is chosen while it waits for its payment.',
      jsonb_build_object('order_id', order_id, 'state', v_order.state));
  end if;
  return v_order;
end
$$;
comment on function private.order_to_plan(uuid) is 'An order of the caller that waits for its payment, locked with its group. PT404 order_not_found; PT409 invalid_state.';

create function private.ask_later(order_row public.orders, amount bigint) returns void
language plpgsql volatile
set search_path = ''
as $$
begin
  update public.order_groups g set planned_total = g.planned_total + ask_later.amount where g.id = order_row.group_id;
  update public.payments p set amount = p.amount - ask_later.amount
  where p.group_id = order_row.group_id and p.purpose = 'checkout' and p.state = 'pending';
end
$$;
comment on function private.ask_later(public.orders, bigint) is 'Less is asked for at the checkout, and more later; or the other way when amount is negative.';

create function private.choose_payment_plan(order_id uuid, offer_id uuid) returns public.payment_plans
language plpgsql volatile
security definer -- plans and payments are not writable; the function knows the rules
set search_path = ''
as $$
declare
  v_order public.orders := private.order_to_plan(order_id);
  v_offer public.payment_plan_offers;
  v_quote public.payment_plan_quote;
  v_plan public.payment_plans;
begin
  select * into v_plan from public.payment_plans p where p.order_id = v_order.id;
  if v_plan.offer_id = choose_payment_plan.offer_id then
    return v_plan;
  end if;
  -- Terms do not change between quote and choice.
  select * into v_offer from public.payment_plan_offers f where f.id = choose_payment_plan.offer_id for share;
  if found then
    v_quote := private.quote_payment_plan(v_offer, v_order);
  end if;
  if v_quote.offer_id is null then
    perform private.raise_error(409, 'plan_not_offered', 'The boutique has no such plan for this order. quote_payment_plans has those that it has.',
      jsonb_build_object('order_id', order_id, 'offer_id', offer_id));
  end if;
  perform private.leave_plan(v_order);
  insert into public.payment_plans (
    order_id, boutique_id, customer_id, offer_id, name, currency, down_payment, instalment_total, instalments, interval_days, starts_on,
    grace_days, on_default, keep_percent, terms)
  values (
    v_order.id, v_order.boutique_id, v_order.customer_id, v_offer.id, v_quote.name, v_order.currency, v_quote.down_payment,
    v_order.total - private.paid_by_gift_cards(v_order.id) - v_quote.down_payment, jsonb_array_length(v_quote.instalments),
    v_quote.interval_days, v_quote.starts_on, v_quote.grace_days, v_quote.on_default, v_quote.keep_percent, v_quote.terms)
  returning * into v_plan;
  perform private.ask_later(v_order, v_plan.instalment_total);
  return v_plan;
end
$$;

create function private.leave_plan(order_row public.orders) returns void
language plpgsql volatile
set search_path = ''
as $$
declare
  v_plan public.payment_plans;
begin
  delete from public.payment_plans p where p.order_id = order_row.id and p.state = 'chosen' returning * into v_plan;
  if found then
    perform private.ask_later(order_row, -v_plan.instalment_total);
  end if;
end
$$;
comment on function private.leave_plan(public.orders) is 'The whole of an order is asked for at its checkout again. The caller has locked the group.';

create function private.leave_payment_plan(order_id uuid) returns public.order_groups
language plpgsql volatile
security definer -- as choose_payment_plan
set search_path = ''
as $$
declare
  v_order public.orders := private.order_to_plan(order_id);
  v_group public.order_groups;
begin
  perform private.leave_plan(v_order);
  select * into v_group from public.order_groups g where g.id = v_order.group_id;
  return v_group;
end
$$;

create function public.choose_payment_plan(order_id uuid, offer_id uuid) returns public.payment_plans
language sql volatile security invoker set search_path = ''
as $$ select private.choose_payment_plan(order_id, offer_id) $$;
comment on function public.choose_payment_plan(uuid, uuid) is
  'The caller pays an order of hers by a plan: the payment of the checkout, and amount_due of its group, become less by what is paid later. Another plan takes the place of one that was chosen before. Repeating it changes nothing. PT404 order_not_found; PT409 plan_not_offered, invalid_state.';
grant execute on function private.choose_payment_plan(uuid, uuid) to authenticated;
grant execute on function public.choose_payment_plan(uuid, uuid) to authenticated;

create function public.leave_payment_plan(order_id uuid) returns public.order_groups
language sql volatile security invoker set search_path = ''
as $$ select private.leave_payment_plan(order_id) $$;
comment on function public.leave_payment_plan(uuid) is
  'The caller pays an order of hers at once after all. Answers its group, with amount_due. Repeating it changes nothing. PT404 order_not_found; PT409 invalid_state.';
grant execute on function private.leave_payment_plan(uuid) to authenticated;
grant execute on function public.leave_payment_plan(uuid) to authenticated;

-- What follows --------------------------------------------------------------------------------------------------------

create function private.begin_payment_plan(order_row public.orders) returns void
language plpgsql volatile
set search_path = ''
as $$
declare
  v_plan public.payment_plans;
  v_zone text := (select b.timezone from public.boutiques b where b.id = order_row.boutique_id);
  v_part record;
  v_payment public.payments;
begin
  update public.payment_plans p set state = 'active' where p.order_id = order_row.id returning * into v_plan;
  if not found then
    return;
  end if;
  for v_part in
    select * from private.instalments_of(v_plan.instalment_total, v_plan.instalments, v_plan.starts_on, v_plan.interval_days)
  loop
    insert into public.payments (purpose, group_id, order_id, boutique_id, customer_id, amount, currency, due_at)
    values ('instalment', order_row.group_id, order_row.id, order_row.boutique_id, order_row.customer_id, v_part.amount, order_row.currency,
      -- To the end of its day; money for a hold that had expired may have come days later.
      greatest((v_part.due_on + 1)::timestamp, (now() at time zone v_zone)::date + 2) at time zone v_zone)
    returning * into v_payment;
    perform private.notify('payment_due', v_payment.id, jsonb_build_object('group', order_row.boutique_id, 'occasion', r.occasion, 'start_after', r.at))
    from (values
      ('soon', v_payment.due_at - interval '4 days' + interval '10 hours'),
      ('today', v_payment.due_at - interval '1 day' + interval '10 hours'),
      ('late', v_payment.due_at + interval '10 hours'),
      ('last_call', v_payment.due_at + make_interval(days => v_plan.grace_days - 2, hours => 10))) r (occasion, at)
    where r.occasion <> 'last_call' or v_plan.grace_days > 3;
  end loop;
end
$$;
comment on function private.begin_payment_plan(public.orders) is
  'The first part of a plan is paid: its instalments are asked for, with reminders three days before their day, on it, after it, and two days before the end of the grace. Nothing without a plan.';

create function private.follow_instalment() returns trigger
language plpgsql
security definer -- whoever moves the payment, its plan follows
set search_path = ''
as $$
begin
  update public.payment_plans p set state = case
      when not exists (select from public.payments x where x.order_id = p.order_id and x.purpose = 'instalment' and x.state = 'pending') then 'paid'
      when p.state = 'overdue' and not exists (
        select from public.payments x where x.order_id = p.order_id and x.purpose = 'instalment' and x.state = 'pending' and x.due_at <= now()) then 'active'
      else p.state
    end::public.payment_plan_state
  where p.order_id = new.order_id and p.state in ('active', 'overdue');
  if not exists (select from public.payment_plans p where p.order_id = new.order_id and p.state in ('active', 'overdue')) then
    delete from private.saved_payment_methods s using public.payment_plans p where p.id = s.plan_id and p.order_id = new.order_id;
  end if;
  return null;
end
$$;
comment on function private.follow_instalment() is 'Trigger: a plan is paid with its last instalment, and its saved method is forgotten; one that was overdue goes on when it has caught up.';

create trigger plan_follows_instalment after update of state on public.payments
  for each row when (new.purpose = 'instalment' and old.state = 'pending' and new.state <> 'pending') execute function private.follow_instalment();

create function private.end_plan_with_order() returns trigger
language plpgsql
security definer -- whoever cancels the order, its plan ends
set search_path = ''
as $$
begin
  update public.payment_plans p set state = 'ended' where p.order_id = new.id and p.state <> 'ended';
  delete from private.saved_payment_methods s using public.payment_plans p where p.id = s.plan_id and p.order_id = new.id;
  return null;
end
$$;
comment on function private.end_plan_with_order() is 'Trigger: an order that is called off has no plan any more. One whose hold had expired, and whose money comes later, begins it again.';

create trigger plan_ends_with_order after update of state on public.orders
  for each row when (old.state <> 'cancelled' and new.state = 'cancelled') execute function private.end_plan_with_order();

create function private.open_instalments(order_id uuid) returns bigint
language plpgsql stable
set search_path = ''
as $$
begin
  return (
    select coalesce(sum(p.amount), 0) from public.payments p
    where p.order_id = open_instalments.order_id and p.purpose = 'instalment' and p.state = 'pending');
end
$$;
comment on function private.open_instalments(uuid) is 'What the plan of an order is still to bring, in minor units.';

create function private.reduce_instalments(order_id uuid, amount bigint) returns void
language plpgsql volatile
set search_path = ''
as $$
declare
  v_payment public.payments;
  v_left bigint := amount;
begin
  for v_payment in
    select * from public.payments p
    where p.order_id = reduce_instalments.order_id and p.purpose = 'instalment' and p.state = 'pending'
    order by p.due_at desc, p.id desc for update
  loop
    exit when v_left <= 0;
    if v_payment.amount > v_left then
      update public.payments p set amount = p.amount - v_left where p.id = v_payment.id;
    else
      update public.payments p set state = 'cancelled' where p.id = v_payment.id;
    end if;
    v_left := v_left - least(v_left, v_payment.amount);
  end loop;
end
$$;
comment on function private.reduce_instalments(uuid, bigint) is
  'An order that has become cheaper has so much less to pay later, the last instalment first.';

create function private.fee_of_part(order_row public.orders, percent integer) returns bigint
language plpgsql stable
set search_path = ''
as $$
declare
  v_arrived bigint := order_row.paid_total - order_row.refunded_total;
begin
  return least(v_arrived, round((v_arrived + private.open_instalments(order_row.id))::numeric * percent / 100));
end
$$;
comment on function private.fee_of_part(public.orders, integer) is
  'So many percent of what an order costs, with instalments that are still to come, and never more than has arrived; in minor units.';

-- Saved methods -------------------------------------------------------------------------------------------------------

create function private.save_payment_method(attempt public.payment_attempts, payment public.payments, method text) returns void
language plpgsql volatile
set search_path = ''
as $$
begin
  insert into private.saved_payment_methods as s (plan_id, attempt_id, method)
  select p.id, attempt.id, save_payment_method.method
  from public.orders o join public.payment_plans p on p.order_id = o.id and p.state in ('active', 'overdue')
  where o.group_id = payment.group_id and (payment.order_id is null or o.id = payment.order_id)
  on conflict (plan_id) do update set attempt_id = excluded.attempt_id, method = excluded.method;
end
$$;
comment on function private.save_payment_method(public.payment_attempts, public.payments, text) is
  'Keeps with what the plans that a payment is for are paid from now on. The customer has agreed when she began to pay.';

create function private.forget_payment_method(plan_id uuid) returns boolean
language plpgsql volatile
security definer -- saved methods are not readable
set search_path = ''
as $$
begin
  if not exists (
    select from public.payment_plans p
    where p.id = forget_payment_method.plan_id and (p.customer_id = auth.uid() or p.boutique_id in (select private.my_boutique_ids('orders.write')))) then
    perform private.raise_error(404, 'plan_not_found', 'There is no such plan of yours.', jsonb_build_object('plan_id', plan_id));
  end if;
  delete from private.saved_payment_methods s where s.plan_id = forget_payment_method.plan_id;
  return found;
end
$$;

create function public.forget_payment_method(plan_id uuid) returns boolean
language sql volatile security invoker set search_path = ''
as $$ select private.forget_payment_method(plan_id) $$;
comment on function public.forget_payment_method(uuid) is
  'The customer, or staff for her, have the instalments of a plan no longer taken from her card: she pays each herself. False when none was saved. PT404 plan_not_found.';
grant execute on function private.forget_payment_method(uuid) to authenticated;
grant execute on function public.forget_payment_method(uuid) to authenticated;

create function private.collect_instalments(batch integer default 100) returns integer
language plpgsql volatile
set search_path = ''
as $$
declare
  v_row record;
  v_attempt uuid;
  v_done integer := 0;
begin
  for v_row in
    select p.id, p.boutique_id, p.customer_id, p.amount, p.currency, t.provider, t.account_id
    from public.payment_plans l
    join private.saved_payment_methods s on s.plan_id = l.id
    join public.payment_attempts t on t.id = s.attempt_id
    left join private.provider_accounts c on c.id = t.account_id
    join public.payments p on p.order_id = l.order_id and p.purpose = 'instalment' and p.state = 'pending' and p.due_at <= now() + interval '1 day'
    where l.state in ('active', 'overdue') and c.disabled_at is null
      -- Not while she pays by herself, and a card that was declined is asked every other day, four times.
      and not exists (select from public.payment_attempts x where x.payment_id = p.id and x.state = 'open')
      and not exists (select from public.payment_attempts x where x.payment_id = p.id and x.is_charge and x.created_at > now() - interval '2 days')
      and (select count(*) from public.payment_attempts x where x.payment_id = p.id and x.is_charge) < 4
    order by p.due_at, p.id
    limit batch
    for update of p skip locked
  loop
    insert into public.payment_attempts (
      payment_id, boutique_id, customer_id, provider, account_id, amount, currency, is_charge, expires_at, next_look_up_at)
    values (v_row.id, v_row.boutique_id, v_row.customer_id, v_row.provider, v_row.account_id, v_row.amount, v_row.currency, true,
      now() + interval '1 day', now() + interval '10 minutes')
    -- Somebody else has begun it since we looked.
    on conflict (payment_id) where is_charge and state = 'open' do nothing
    returning id into v_attempt;
    continue when v_attempt is null;
    perform private.enqueue('payment.charge', jsonb_build_object('attempt_id', v_attempt), jsonb_build_object('group', v_row.boutique_id));
    v_done := v_done + 1;
  end loop;
  return v_done;
end
$$;
comment on function private.collect_instalments(integer) is
  'Begins to take instalments from saved methods on their day, and again every other day up to four times. How many; called by the job plan.watch.';

create type private.charge_for_job as (
  amount bigint, currency text, description text, method text, provider public.payment_provider, account_boutique_id uuid, sealed_keys text);

create function private.charge_for_job(attempt_id uuid) returns setof private.charge_for_job
language plpgsql stable
rows 1
set search_path = ''
as $$
begin
  return query
    select t.amount, t.currency::text, b.name || ' ' || o.number_text, s.method, t.provider, a.boutique_id, a.sealed_keys
    from public.payment_attempts t
    join public.payments p on p.id = t.payment_id and p.state = 'pending'
    join public.orders o on o.id = p.order_id
    join public.boutiques b on b.id = o.boutique_id
    join public.payment_plans l on l.order_id = o.id
    join private.saved_payment_methods s on s.plan_id = l.id
    left join private.provider_accounts a on a.id = t.account_id
    where t.id = charge_for_job.attempt_id and t.is_charge and t.state = 'open' and t.amount = p.amount;
end
$$;
comment on function private.charge_for_job(uuid) is
  'What is to be taken from a saved method, and all that its provider has to know; no row when it is not to be taken any more. Called by the job payment.charge.';

-- Default -------------------------------------------------------------------------------------------------------------

create function private.end_plan(plan public.payment_plans) returns void
language plpgsql volatile
set search_path = ''
as $$
declare
  v_order public.orders;
begin
  select * into v_order from public.orders o where o.id = plan.order_id;
  perform private.end_order(v_order.id, 'plan_defaulted', private.fee_of_part(v_order, plan.keep_percent));
end
$$;
comment on function private.end_plan(public.payment_plans) is
  'Cancels the order of a plan by its terms: what they say is kept, the rest goes back. The caller has locked the group.';

create function private.grace_is_over(plan public.payment_plans) returns boolean
language plpgsql stable
set search_path = ''
as $$
begin
  return exists (
    select from public.payments p
    where p.order_id = plan.order_id and p.purpose = 'instalment' and p.state = 'pending' and p.due_at + make_interval(days => plan.grace_days) <= now()
      -- What is on its way is waited for.
      and not exists (select from public.payment_attempts t where t.payment_id = p.id and t.state = 'open' and (t.is_charge or t.expires_at > now())));
end
$$;
comment on function private.grace_is_over(public.payment_plans) is 'True when an instalment has not come within its grace, and none is on its way.';

create function private.default_next_plan() returns boolean
language plpgsql volatile
set search_path = ''
as $$
declare
  v_plan public.payment_plans;
  v_order public.orders;
begin
  select l.* into v_plan from public.payment_plans l
  where l.state = 'active' and private.grace_is_over(l)
  order by l.id
  limit 1;
  if not found then
    return false;
  end if;
  perform private.lock_group(o.group_id) from public.orders o where o.id = v_plan.order_id;
  select * into v_plan from public.payment_plans l where l.id = v_plan.id;
  select * into v_order from public.orders o where o.id = v_plan.order_id;
  -- While we waited it may have been paid, or somebody may have begun to.
  if v_plan.state = 'active' and private.grace_is_over(v_plan) then
    if v_plan.on_default = 'cancel' and v_order.state = 'paid' then
      perform private.end_plan(v_plan);
    else
      update public.payment_plans l set state = 'overdue' where l.id = v_plan.id;
    end if;
    perform private.notify('plan_defaulted', v_plan.id, jsonb_build_object('group', v_plan.boutique_id, 'occasion', to_char(now(), 'YYYY-MM-DD')));
  end if;
  return true;
end
$$;
comment on function private.default_next_plan() is
  'Does with one plan whose grace is over what its terms say. False when there is none. Called by the job plan.watch.';

create function private.end_payment_plan(plan_id uuid) returns public.payment_plans
language plpgsql volatile
security definer -- plans and orders are not writable; the function knows the rules
set search_path = ''
as $$
declare
  v_plan public.payment_plans;
begin
  select * into v_plan from public.payment_plans p
  where p.id = end_payment_plan.plan_id and p.boutique_id in (select private.my_boutique_ids('refunds.write'));
  if not found then
    perform private.raise_error(404, 'plan_not_found', 'There is no such plan of a boutique that you manage.', jsonb_build_object('plan_id', plan_id));
  end if;
  perform private.lock_group(o.group_id) from public.orders o where o.id = v_plan.order_id;
  select * into v_plan from public.payment_plans p where p.id = v_plan.id;
  if v_plan.state = 'ended' then
    return v_plan;
  elsif v_plan.state <> 'overdue' then
    perform private.raise_error(409, 'invalid_state', 'Only a plan whose instalment did not come within its grace ends by its terms. Cancel the order instead.',
      jsonb_build_object('plan_id', plan_id, 'state', v_plan.state));
  end if;
  perform private.end_plan(v_plan);
  select * into v_plan from public.payment_plans p where p.id = v_plan.id;
  return v_plan;
end
$$;

create function public.end_payment_plan(plan_id uuid) returns public.payment_plans
language sql volatile security invoker set search_path = ''
as $$ select private.end_payment_plan(plan_id) $$;
comment on function public.end_payment_plan(uuid) is
  'Managers end a plan that is overdue by its terms: the order is cancelled, keep_percent of its price is kept of what was paid, and the rest goes back. Repeating it changes nothing. PT404 plan_not_found; PT409 invalid_state.';
grant execute on function private.end_payment_plan(uuid) to authenticated;
grant execute on function public.end_payment_plan(uuid) to authenticated;

-- Check ---------------------------------------------------------------------------------------------------------------

create function private.plan_check() returns setof private.finding
language sql stable
set search_path = ''
as $$
  select 'plan_state', l.id, format('The plan is %s, its order %s, and %s instalments are to come.', l.state, o.state, s.pending)
  from public.payment_plans l
  join public.orders o on o.id = l.order_id
  cross join lateral (
    select count(*) filter (where p.state = 'pending') as pending from public.payments p where p.order_id = l.order_id and p.purpose = 'instalment') s
  where case l.state
    when 'chosen' then o.state <> 'pending' or s.pending > 0
    when 'ended' then o.state <> 'cancelled' or s.pending > 0
    when 'paid' then o.state in ('pending', 'cancelled') or s.pending > 0
    else o.state <> 'paid' or s.pending = 0
  end
  union all
  -- What was given for nothing, and what came back, is apart.
  select 'plan_sum', l.id, format('The order costs %s, and %s have come or are to come.', o.total, s.sum)
  from public.payment_plans l
  join public.orders o on o.id = l.order_id and o.state not in ('pending', 'cancelled')
  cross join lateral (
    select o.paid_total
      + coalesce((select sum(p.amount) from public.payments p where p.order_id = o.id and p.state = 'pending'), 0)
      - coalesce((select sum(r.amount) from public.refunds r where r.order_id = o.id and r.kind = 'change'), 0) as sum
  ) s
  where s.sum < o.total
  union all
  select 'plan_sum', g.id, format('%s are to be paid later, and the plans say %s.', g.planned_total, coalesce(s.sum, 0))
  from public.order_groups g
  left join lateral (
    select sum(l.instalment_total) as sum from public.payment_plans l join public.orders o on o.id = l.order_id where o.group_id = g.id) s on true
  where g.planned_total <> coalesce(s.sum, 0)
$$;
comment on function private.plan_check() is
  'plan_state: a plan that disagrees with its order or its instalments; plan_sum: an order by a plan of which something is never asked for, or a group that asks for more or less than its plans say.';
