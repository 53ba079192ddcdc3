-- settle_payment: the one place where money arrives, whoever brings it: a provider's webhook, the customer's return, the
-- reconciliation, or staff who take cash.

create function private.lock_payment(payment_id uuid) returns public.payments
language plpgsql volatile
set search_path = ''
as $$
declare
  v_payment public.payments;
begin
  select * into v_payment from public.payments p where p.id = lock_payment.payment_id;
  if not found then
    perform private.raise_error(404, 'payment_not_found', 'There is no such payment.', jsonb_build_object('payment_id', payment_id));
  end if;
  if v_payment.group_id is not null then
    perform private.lock_group(v_payment.group_id);
  end if;
  if v_payment.rental_id is not null then
    perform from public.rentals r where r.id = v_payment.rental_id for no key update;
  end if;
  select * into v_payment from public.payments p where p.id = lock_payment.payment_id for update;
  return v_payment;
end
$$;
comment on function private.lock_payment(uuid) is 'A payment, locked behind the goods and orders that it is for. PT404 payment_not_found.';

create function private.settle_payment(payment_id uuid, method text, reference text, amount bigint, currency text) returns public.payments
language plpgsql volatile
set search_path = ''
as $$
declare
  v_payment public.payments := private.lock_payment(payment_id);
  v_withdrawn boolean := v_payment.state = 'cancelled';
  v_refund uuid;
begin
  if v_payment.state = 'succeeded' then
    if v_payment.method is distinct from settle_payment.method or v_payment.reference is distinct from settle_payment.reference then
      perform private.raise_error(409, 'already_paid', 'This was paid another way already.',
        jsonb_build_object('payment_id', payment_id, 'method', v_payment.method, 'reference', v_payment.reference));
    end if;
    return v_payment;
  elsif private.is_held_on_card(v_payment, method, reference) then
    perform private.raise_error(409, 'already_paid', 'A card holds this deposit already.', jsonb_build_object('payment_id', payment_id));
  elsif settle_payment.amount is distinct from v_payment.amount or settle_payment.currency is distinct from v_payment.currency::text then
    perform private.raise_error(409, 'amount_differs', format('%s %s are to be paid, in the minor unit of the currency and in one amount.', v_payment.amount, v_payment.currency),
      jsonb_build_object('payment_id', payment_id, 'amount', v_payment.amount, 'currency', v_payment.currency));
  end if;
  update public.payments p set state = 'succeeded', settled_at = now(), method = settle_payment.method, reference = settle_payment.reference
  where p.id = v_payment.id
  returning * into v_payment;
  case v_payment.purpose
    when 'checkout' then
      perform private.confirm_group(v_payment.group_id, v_payment.amount);
    when 'change', 'instalment' then
      update public.orders o set paid_total = o.paid_total + v_payment.amount where o.id = v_payment.order_id;
      if v_withdrawn then
        -- An order that was called off took its payment with it; else a later change did.
        v_refund := private.refund(v_payment.order_id, v_payment.amount, 'not_needed_any_more');
        update public.refunds r set kind = 'change'
        from public.orders o
        where r.id = v_refund and o.id = r.order_id and o.state <> 'cancelled';
      end if;
    when 'deposit' then
      perform private.deposit_arrived(v_payment);
    else
      if v_withdrawn then
        perform private.fee_arrived(v_payment);
      end if;
  end case;
  return v_payment;
exception when unique_violation then
  perform private.raise_error(409, 'reference_used', 'This reference settled another payment already.',
    jsonb_build_object('method', method, 'reference', reference));
end
$$;
comment on function private.settle_payment(uuid, text, text, bigint, text) is
  'The one place where money arrives. A repetition is a success. Amount and currency have to match. PT404 payment_not_found; PT409 already_paid, amount_differs, reference_used.';

-- Exceptions ----------------------------------------------------------------------------------------------------------

create function private.raise_exception(
  kind public.payment_exception_kind, provider public.payment_provider, boutique_id uuid, attempt_id uuid, transfer_id uuid, detail jsonb) returns uuid
language plpgsql volatile
set search_path = ''
as $$
declare
  v_id uuid;
begin
  insert into public.payment_exceptions (kind, provider, boutique_id, attempt_id, transfer_id, detail)
  values (kind, provider, boutique_id, attempt_id, transfer_id, detail)
  on conflict do nothing
  returning id into v_id;
  if v_id is not null then
    perform private.raise_alert('payments.' || kind, v_id::text, format('A payment through %s needs a person: %s.', provider, replace(kind::text, '_', ' ')), detail);
  end if;
  return v_id;
end
$$;
comment on function private.raise_exception(public.payment_exception_kind, public.payment_provider, uuid, uuid, uuid, jsonb) is
  'Makes a task for people, once per thing that it is about, and alerts the operator. Null when the task is open already.';

-- Attempts ------------------------------------------------------------------------------------------------------------

create function private.accept_attempt(attempt public.payment_attempts, payment public.payments) returns void
language plpgsql volatile
set search_path = ''
as $$
declare
  v_surplus bigint := attempt.amount - payment.amount;
begin
  if payment.state = 'succeeded' or private.is_held_on_card(payment, attempt.provider::text, attempt.provider_payment_id) then
    perform private.transfer_back(attempt, attempt.amount, 'paid_twice');
  elsif v_surplus < 0 then
    -- It was asked for when less was to be paid.
    update public.payment_attempts t set state = 'mismatched' where t.id = attempt.id;
    perform private.raise_exception('amount_differs', attempt.provider, attempt.boutique_id, attempt.id, null,
      jsonb_build_object('expected', payment.amount, 'received', attempt.amount, 'currency', attempt.currency));
  else
    perform private.settle_payment(payment.id, attempt.provider::text, attempt.provider_payment_id, payment.amount, payment.currency::text);
    if v_surplus > 0 then
      perform private.transfer_back(attempt, v_surplus, 'surplus');
    end if;
  end if;
end
$$;
comment on function private.accept_attempt(public.payment_attempts, public.payments) is
  'Money that has arrived as it was asked for settles its payment. What was paid twice, or is more than is to be paid by now, goes back.';

create function private.settle_attempt(
  attempt_id uuid, state text, provider_payment_id text, amount bigint, currency text, failure text default '', saved_method text default null)
returns public.payment_attempts
language plpgsql volatile
security definer -- money moves in no other way, not even with the secret key
set search_path = ''
as $$
declare
  v_attempt public.payment_attempts;
  v_payment public.payments;
  v_matches boolean;
  v_was public.payment_attempt_state;
begin
  select * into v_attempt from public.payment_attempts t where t.id = settle_attempt.attempt_id;
  if not found then
    perform private.raise_error(404, 'attempt_not_found', 'There is no such attempt.', jsonb_build_object('attempt_id', attempt_id));
  end if;
  v_payment := private.lock_payment(v_attempt.payment_id);
  select * into v_attempt from public.payment_attempts t where t.id = settle_attempt.attempt_id for update;
  v_was := v_attempt.state;
  if state = 'succeeded' and private.part_of_hold(v_attempt, amount, currency) then
    -- A part of a deposit was taken: that is what is paid, and the rest never was.
    update public.payments p set amount = settle_attempt.amount where p.id = v_payment.id and p.state in ('pending', 'cancelled') returning * into v_payment;
    update public.payment_attempts t set amount = settle_attempt.amount where t.id = v_attempt.id returning * into v_attempt;
  end if;
  v_matches := amount is not distinct from v_attempt.amount and upper(currency) is not distinct from v_attempt.currency::text;

  if state in ('succeeded', 'authorised') and v_attempt.state in ('open', 'authorised', 'failed', 'expired') then
    if state = 'authorised' and v_attempt.state = 'authorised' then
      return v_attempt;
    end if;
    update public.payment_attempts t set
      state = case when not v_matches then 'mismatched' else settle_attempt.state end::public.payment_attempt_state,
      provider_payment_id = settle_attempt.provider_payment_id, received_amount = settle_attempt.amount,
      received_currency = left(upper(settle_attempt.currency), 10), failure = '', settled_at = now(),
      look_ups = 0, next_look_up_at = case when v_matches and (settle_attempt.state = 'succeeded' or t.is_hold) then now() + interval '1 day' end
    where t.id = v_attempt.id
    returning * into v_attempt;
    if not v_matches then
      perform private.raise_exception('amount_differs', v_attempt.provider, v_attempt.boutique_id, v_attempt.id, null,
        jsonb_build_object('expected', v_attempt.amount, 'currency', v_attempt.currency,
          'received', v_attempt.received_amount, 'received_currency', v_attempt.received_currency));
    elsif v_attempt.state = 'succeeded' then
      perform private.accept_attempt(v_attempt, v_payment);
      if v_attempt.saves_method and saved_method <> '' then
        perform private.save_payment_method(v_attempt, v_payment, left(saved_method, 500));
      end if;
    elsif v_attempt.is_hold then
      perform private.deposit_authorised(v_attempt);
    end if;
  elsif state in ('failed', 'expired', 'released', 'reversed') and v_attempt.state in ('open', 'authorised') then
    -- A checkout whose card was refused can still be paid with another: it is asked for once more when its time is over.
    update public.payment_attempts t set state = case settle_attempt.state when 'expired' then 'expired' else 'failed' end::public.payment_attempt_state, failure = left(coalesce(settle_attempt.failure, ''), 500),
      next_look_up_at = case when settle_attempt.state = 'failed' then greatest(now(), t.expires_at) + interval '10 minutes' end
    where t.id = v_attempt.id
    returning * into v_attempt;
    if v_was = 'authorised' then
      perform private.hold_has_ended(v_attempt);
    end if;
  elsif v_attempt.state in ('succeeded', 'mismatched') and (
    state in ('failed', 'expired', 'reversed')
    or (state = 'succeeded' and (amount, upper(currency)) is distinct from (v_attempt.received_amount, v_attempt.received_currency))) then
    perform private.raise_exception('provider_disagrees', v_attempt.provider, v_attempt.boutique_id, v_attempt.id, null,
      jsonb_build_object('received', v_attempt.received_amount, 'received_currency', v_attempt.received_currency,
        'state_now', state, 'amount_now', amount, 'currency_now', left(currency, 10)));
  end if;
  select * into v_attempt from public.payment_attempts t where t.id = settle_attempt.attempt_id;
  return v_attempt;
end
$$;
comment on function private.settle_attempt(uuid, text, text, bigint, text, text, text) is
  'What a provider says of an attempt, in any order and as often as it likes: state open, authorised, succeeded, failed, expired, released or reversed, and what has arrived. What arrives as it was asked for settles the payment; another amount or currency is kept, flagged, and fulfils nothing. saved_method: with what instalments can be taken from now on. PT404 attempt_not_found.';

create function private.count_look_up(attempt_id uuid) returns void
language sql volatile
set search_path = ''
as $$
  -- Every minute at first, every hour in the end; three days after its time nobody waits for it any more.
  update public.payment_attempts t set look_ups = t.look_ups + 1,
    next_look_up_at = case
      -- Banks let go of a hold after some days, and not all of them say so.
      when t.state = 'authorised' then now() + interval '1 day'
      when t.state in ('succeeded', 'mismatched') or now() > t.expires_at + interval '3 days' then null
      else now() + least(interval '1 hour', interval '1 minute' * power(2, least(t.look_ups, 10)))
    end,
    state = case when t.state = 'open' and now() > t.expires_at + interval '3 days' then 'expired' else t.state end
  where t.id = attempt_id and t.next_look_up_at <= now()
$$;
comment on function private.count_look_up(uuid) is 'Notes that the provider was asked about an attempt, and when to ask again.';

-- Starting ------------------------------------------------------------------------------------------------------------

create function private.account_of(payment public.payments, provider public.payment_provider) returns uuid
language plpgsql stable
set search_path = ''
as $$
begin
  return (
    select a.id from private.provider_accounts a
    where a.provider = account_of.provider and a.disabled_at is null
      and a.boutique_id = coalesce(payment.boutique_id, (
        select case when count(*) = 1 then min(o.boutique_id::text)::uuid end from public.orders o where o.group_id = payment.group_id)));
end
$$;
comment on function private.account_of(public.payments, public.payment_provider) is
  'The boutique''s own account that a payment goes through; null: the marketplace''s, for boutiques without one and for groups of several.';

create function private.start_payment(payment_id uuid, provider public.payment_provider, return_url text, is_hold boolean, saves_method boolean)
returns public.payment_attempts
language plpgsql volatile
security definer -- attempts are not writable; the function knows the rules
set search_path = ''
as $$
declare
  v_payment public.payments;
  v_attempt public.payment_attempts;
  v_expires timestamptz;
begin
  -- Whose it is not is not told that it exists.
  select * into v_payment from public.payments p where p.id = start_payment.payment_id and p.customer_id = auth.uid();
  if not found then
    perform private.raise_error(404, 'payment_not_found', 'There is no such payment of yours.', jsonb_build_object('payment_id', payment_id));
  elsif return_url is null or return_url !~ '^https?://[^\s]+$' or length(return_url) > 2000 then
    perform private.raise_error(400, 'invalid_return_url', 'return_url is the http(s) address that the customer comes back to, of at most 2000 characters.');
  end if;
  v_payment := private.lock_payment(payment_id);
  if saves_method and not exists (
    select from public.orders o join public.payment_plans l on l.order_id = o.id
    where o.group_id = v_payment.group_id and (v_payment.order_id is null or o.id = v_payment.order_id)) then
    perform private.raise_error(409, 'no_plan', 'A way to pay is kept for the instalments of a plan. Choose a plan first, or pay without saves_method.',
      jsonb_build_object('payment_id', payment_id));
  end if;
  v_expires := coalesce((select g.hold_expires_at from public.order_groups g where g.id = v_payment.group_id and v_payment.purpose = 'checkout'),
    now() + interval '1 day');
  if v_payment.state = 'succeeded' or private.is_held_on_card(v_payment, null, null) then
    perform private.raise_error(409, 'already_paid', 'This is paid already.', jsonb_build_object('payment_id', payment_id));
  elsif v_payment.state <> 'pending' or v_expires <= now() then
    perform private.raise_error(409, 'hold_expired', 'This is not to be paid any more. Order again.', jsonb_build_object('payment_id', payment_id));
  end if;
  -- Who comes back goes on where she was.
  select * into v_attempt from public.payment_attempts t
  where t.payment_id = v_payment.id and t.provider = start_payment.provider and t.state = 'open' and t.amount = v_payment.amount
    and t.is_hold = coalesce(start_payment.is_hold, false) and t.saves_method = coalesce(start_payment.saves_method, false) and not t.is_charge and t.return_url = start_payment.return_url
    and t.account_id is not distinct from private.account_of(v_payment, start_payment.provider)
    and t.expires_at > now() + interval '2 minutes'
  order by t.created_at desc limit 1;
  if not found then
    insert into public.payment_attempts (
      payment_id, boutique_id, customer_id, provider, account_id, amount, currency, is_hold, saves_method, return_url, expires_at, next_look_up_at)
    values (
      v_payment.id, v_payment.boutique_id, v_payment.customer_id, start_payment.provider, private.account_of(v_payment, start_payment.provider),
      v_payment.amount, v_payment.currency, coalesce(start_payment.is_hold, false), coalesce(start_payment.saves_method, false), start_payment.return_url, v_expires, now() + interval '2 minutes')
    returning * into v_attempt;
  end if;
  return v_attempt;
end
$$;

create function public.start_payment(
  payment_id uuid, provider public.payment_provider, return_url text, is_hold boolean default false, saves_method boolean default false)
returns public.payment_attempts
language sql volatile security invoker set search_path = ''
as $$ select private.start_payment(payment_id, provider, return_url, is_hold, saves_method) $$;
comment on function public.start_payment(uuid, public.payment_provider, text, boolean, boolean) is
  'The caller begins to pay a payment of hers; the function payments calls it and opens the page of the provider. Amount and currency are those of the payment. saves_method: she agrees that the instalments of her plan are taken the same way. Who comes back to an attempt that is open goes on with it. PT404 payment_not_found; PT409 already_paid, hold_expired, no_plan; PT400 invalid_return_url.';
grant execute on function private.start_payment(uuid, public.payment_provider, text, boolean, boolean) to authenticated;
grant execute on function public.start_payment(uuid, public.payment_provider, text, boolean, boolean) to authenticated;

create function private.close_attempts() returns trigger
language plpgsql
security definer -- whoever moves the payment, its pages are closed
set search_path = ''
as $$
begin
  perform private.enqueue('payment.close', jsonb_build_object('attempt_id', t.id))
  from public.payment_attempts t where t.payment_id = new.id and t.state = 'open';
  return null;
end
$$;
comment on function private.close_attempts() is
  'Trigger: pages that ask for a payment that is over, or for another amount, are closed by a job. The attempt that has just settled it is open no more.';

create trigger close_attempts after update of state, amount on public.payments
  for each row when (old.state = 'pending' and (new.state <> 'pending' or new.amount <> old.amount)) execute function private.close_attempts();

-- Cash and transfers --------------------------------------------------------------------------------------------------

create function private.refuse_wrong_receipt(method text, reference text) returns void
language plpgsql immutable
set search_path = ''
as $$
begin
  if method is null or method !~ '^[a-z_]{2,40}$' or method in (select p::text from unnest(enum_range(null::public.payment_provider)) p)
    or reference is null or reference !~ '\S' or length(reference) > 200 then
    perform private.raise_error(400, 'invalid_payment', 'A payment has a method such as cash or bank_transfer, which is no provider, and a reference such as the number of the receipt.');
  end if;
end
$$;
comment on function private.refuse_wrong_receipt(text, text) is 'PT400 invalid_payment for what staff cannot have taken.';

create function private.record_payment(order_group_id uuid, method text, reference text, amount bigint, currency text) returns public.payments
language plpgsql volatile
security definer -- payments are not writable; the function knows the rules
set search_path = ''
as $$
declare
  v_payment uuid;
  v_mine uuid[] := array(
    select o.id from public.orders o
    where o.group_id = record_payment.order_group_id
      and (o.boutique_id in (select private.my_boutique_ids('orders.write')) or (select private.acts_as_admin())));
  v_all boolean := not exists (
    select from public.orders o where o.group_id = record_payment.order_group_id and o.id <> all (v_mine));
begin
  -- Who takes cash for a group takes it for all boutiques in it; what a change costs is for one of them.
  if cardinality(v_mine) = 0 or (not v_all and not exists (select from public.payments p where p.order_id = any (v_mine))) then
    perform private.raise_error(404, 'order_group_not_found', 'There is no such order group of boutiques that you all work for.',
      jsonb_build_object('order_group_id', order_group_id));
  end if;
  perform private.refuse_wrong_receipt(method, reference);
  select p.id into v_payment from public.payments p
  where p.group_id = record_payment.order_group_id and (v_all or p.order_id = any (v_mine))
  -- A repetition finds what it has settled.
  order by p.method is not distinct from record_payment.method and p.reference is not distinct from btrim(record_payment.reference) desc,
    p.state = 'succeeded', p.state <> 'pending', p.order_id is not null, p.due_at nulls first, p.created_at
  limit 1;
  if v_payment is null then
    perform private.raise_error(409, 'nothing_to_pay', 'Nothing is to be paid for this.', jsonb_build_object('order_group_id', order_group_id));
  end if;
  return private.settle_payment(v_payment, method, btrim(reference), amount, currency);
end
$$;

create function public.record_payment(order_group_id uuid, method text, reference text, amount bigint, currency text) returns public.payments
language sql volatile security invoker set search_path = ''
as $$ select private.record_payment(order_group_id, method, reference, amount, currency) $$;
comment on function public.record_payment(uuid, text, text, bigint, text) is
  'Staff note money that came in cash or by transfer for a group whose boutiques they all work for, or what a change of their own order costs, or an admin does. What is open is settled first. A repetition with the same reference is a success. PT404 order_group_not_found; PT400 invalid_payment; PT409 amount_differs, already_paid, reference_used, nothing_to_pay.';
grant execute on function private.record_payment(uuid, text, text, bigint, text) to authenticated;
grant execute on function public.record_payment(uuid, text, text, bigint, text) to authenticated;

create function private.take_payment(payment_id uuid, method text, reference text, amount bigint, currency text) returns public.payments
language plpgsql volatile
security definer -- as record_payment
set search_path = ''
as $$
begin
  if not exists (
    select from public.payments p
    where p.id = take_payment.payment_id and (p.boutique_id in (select private.my_boutique_ids('orders.write')) or (select private.acts_as_admin()))) then
    perform private.raise_error(404, 'payment_not_found', 'There is no such payment of a boutique that you work for.', jsonb_build_object('payment_id', payment_id));
  end if;
  perform private.refuse_wrong_receipt(method, reference);
  if exists (
    select from public.payments p where p.id = take_payment.payment_id and p.state in ('cancelled', 'failed') and p.purpose in ('rental_fee', 'fitting_fee')) then
    perform private.raise_error(409, 'nothing_to_pay', 'This fee is not to be paid any more.', jsonb_build_object('payment_id', payment_id));
  end if;
  return private.settle_payment(payment_id, method, btrim(reference), amount, currency);
end
$$;

create function public.take_payment(payment_id uuid, method text, reference text, amount bigint, currency text) returns public.payments
language sql volatile security invoker set search_path = ''
as $$ select private.take_payment(payment_id, method, reference, amount, currency) $$;
comment on function public.take_payment(uuid, text, text, bigint, text) is
  'Staff note money that came in cash or by transfer for one payment of their boutique: a deposit, an instalment, a fee, a change. A repetition with the same reference is a success. PT404 payment_not_found; PT400 invalid_payment; PT409 amount_differs, already_paid, reference_used, nothing_to_pay.';
grant execute on function private.take_payment(uuid, text, text, bigint, text) to authenticated;
grant execute on function public.take_payment(uuid, text, text, bigint, text) to authenticated;
