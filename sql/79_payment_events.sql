-- What providers tell us: kept as it came, once, and worked on by a job. For the functions payments and webhooks, with the
-- secret key.

create function private.receive_payment_event(
  provider public.payment_provider, account_id uuid, event_id text, type text, facts jsonb, body text) returns boolean
language plpgsql volatile
security definer -- events are not writable, not even with the secret key
set search_path = ''
as $$
declare
  v_id uuid;
begin
  insert into private.payment_events (provider, account_id, event_id, type, facts, body)
  values (provider, account_id, event_id, type, facts, body)
  on conflict on constraint an_event_comes_once do nothing
  returning id into v_id;
  if v_id is null then
    return false;
  end if;
  perform private.enqueue('payment.event', jsonb_build_object('event_id', v_id));
  return true;
end
$$;
comment on function private.receive_payment_event(public.payment_provider, uuid, text, text, jsonb, text) is
  'Keeps an event whose signature was verified, and has a job work on it. False when it has come before.';

create function public.receive_payment_event(
  provider public.payment_provider, event_id text, type text, facts jsonb, body text, account_id uuid default null) returns boolean
language sql volatile security invoker set search_path = ''
as $$ select private.receive_payment_event(provider, account_id, event_id, type, facts, body) $$;
comment on function public.receive_payment_event(public.payment_provider, text, text, jsonb, text, uuid) is
  'For the function webhooks, with the secret key: keeps an event of a provider whose signature was verified, and has a job work on it. False when it has come before.';
grant execute on function private.receive_payment_event(public.payment_provider, uuid, text, text, jsonb, text) to service_role;
grant execute on function public.receive_payment_event(public.payment_provider, text, text, jsonb, text, uuid) to service_role;

create function private.opened_checkout(attempt_id uuid, checkout_url text, provider_reference text) returns public.payment_attempts
language plpgsql volatile
security definer -- attempts are not writable
set search_path = ''
as $$
declare
  v_attempt public.payment_attempts;
begin
  update public.payment_attempts t set checkout_url = opened_checkout.checkout_url, provider_reference = opened_checkout.provider_reference
  where t.id = opened_checkout.attempt_id
  returning * into v_attempt;
  if not found then
    perform private.raise_error(404, 'attempt_not_found', 'There is no such attempt.', jsonb_build_object('attempt_id', attempt_id));
  end if;
  return v_attempt;
end
$$;

create function public.opened_checkout(attempt_id uuid, checkout_url text, provider_reference text default null) returns public.payment_attempts
language sql volatile security invoker set search_path = ''
as $$ select private.opened_checkout(attempt_id, checkout_url, provider_reference) $$;
comment on function public.opened_checkout(uuid, text, text) is
  'For the function payments, with the secret key: notes the page that a provider has opened for an attempt. PT404 attempt_not_found.';
grant execute on function private.opened_checkout(uuid, text, text) to service_role;
grant execute on function public.opened_checkout(uuid, text, text) to service_role;

create function public.settle_attempt(
  attempt_id uuid, state text, provider_payment_id text, amount bigint, currency text, failure text default '', saved_method text default null)
returns public.payment_attempts
language sql volatile security invoker set search_path = ''
as $$ select private.settle_attempt(attempt_id, state, provider_payment_id, amount, currency, failure, saved_method) $$;
comment on function public.settle_attempt(uuid, text, text, bigint, text, text, text) is
  'For the function payments, with the secret key: what a provider says of an attempt, see private.settle_attempt. PT404 attempt_not_found.';
grant execute on function private.settle_attempt(uuid, text, text, bigint, text, text, text) to service_role;
grant execute on function public.settle_attempt(uuid, text, text, bigint, text, text, text) to service_role;

create function private.attempt_for_server(attempt_id uuid) returns jsonb
language plpgsql stable
security definer -- as receive_payment_event; sealed keys are for servers alone
set search_path = ''
as $$
declare
  v_answer jsonb;
begin
  select jsonb_build_object(
    'attempt', to_jsonb(t), 'payment_state', p.state, 'boutique_id', a.boutique_id, 'sealed_keys', a.sealed_keys,
    'email', u.email, 'display_name', coalesce(f.display_name, ''), 'phone', coalesce(f.phone, ''),
    'description', coalesce(
      (select string_agg(b.name, ', ' order by b.name) from public.orders o join public.boutiques b on b.id = o.boutique_id
        where o.group_id = p.group_id and (p.order_id is null or o.id = p.order_id)),
      (select b.name from public.boutiques b where b.id = p.boutique_id)))
  into v_answer
  from public.payment_attempts t
  join public.payments p on p.id = t.payment_id
  left join private.provider_accounts a on a.id = t.account_id
  left join auth.users u on u.id = t.customer_id
  left join public.profiles f on f.id = t.customer_id
  where t.id = attempt_for_server.attempt_id;
  if v_answer is null then
    perform private.raise_error(404, 'attempt_not_found', 'There is no such attempt.', jsonb_build_object('attempt_id', attempt_id));
  end if;
  return v_answer;
end
$$;
comment on function private.attempt_for_server(uuid) is
  'All that a provider has to know of an attempt. sealed_keys and boutique_id: of the boutique''s own account, null for the marketplace''s. PT404 attempt_not_found.';

create function public.attempt_for_server(attempt_id uuid) returns jsonb
language sql stable security invoker set search_path = ''
as $$ select private.attempt_for_server(attempt_id) $$;
comment on function public.attempt_for_server(uuid) is
  'For the functions payments and webhooks, with the secret key: an attempt with all that its provider has to know: attempt, payment_state, boutique_id, sealed_keys, email, display_name, phone, description. PT404 attempt_not_found.';
grant execute on function private.attempt_for_server(uuid) to service_role;
grant execute on function public.attempt_for_server(uuid) to service_role;

-- A boutique's own account --------------------------------------------------------------------------------------------

create function private.save_provider_account(boutique_id uuid, provider public.payment_provider, sealed_keys text, key_hint text, actor_id uuid) returns uuid
language plpgsql volatile
security definer -- as receive_payment_event
set search_path = ''
as $$
declare
  v_id uuid;
begin
  if not exists (
    select from public.boutique_members m join public.boutiques b on b.id = m.boutique_id
    where m.boutique_id = save_provider_account.boutique_id and m.user_id = actor_id and m.role = 'owner' and b.status <> 'suspended') then
    perform private.raise_error(404, 'boutique_not_found', 'There is no such boutique that you own.', jsonb_build_object('boutique_id', boutique_id));
  end if;
  insert into private.provider_accounts as a (boutique_id, provider, sealed_keys, key_hint)
  values (boutique_id, provider, sealed_keys, key_hint)
  on conflict on constraint one_account_of_a_boutique_at_a_provider
  do update set sealed_keys = excluded.sealed_keys, key_hint = excluded.key_hint, disabled_at = null
  returning id into v_id;
  return v_id;
end
$$;

create function public.save_provider_account(boutique_id uuid, provider public.payment_provider, sealed_keys text, key_hint text, actor_id uuid) returns uuid
language sql volatile security invoker set search_path = ''
as $$ select private.save_provider_account(boutique_id, provider, sealed_keys, key_hint, actor_id) $$;
comment on function public.save_provider_account(uuid, public.payment_provider, text, text, uuid) is
  'For the function payments, with the secret key: keeps the encrypted keys of a boutique''s own account. actor_id: who asks, an owner of the boutique. PT404 boutique_not_found.';
grant execute on function private.save_provider_account(uuid, public.payment_provider, text, text, uuid) to service_role;
grant execute on function public.save_provider_account(uuid, public.payment_provider, text, text, uuid) to service_role;

create function private.disable_provider_account(boutique_id uuid, provider public.payment_provider) returns void
language plpgsql volatile
security definer -- accounts are not writable
set search_path = ''
as $$
begin
  perform private.my_role(boutique_id, 'boutique.transfer');
  update private.provider_accounts a set disabled_at = coalesce(a.disabled_at, now())
  where a.boutique_id = disable_provider_account.boutique_id and a.provider = disable_provider_account.provider;
end
$$;

create function public.disable_provider_account(boutique_id uuid, provider public.payment_provider) returns void
language sql volatile security invoker set search_path = ''
as $$ select private.disable_provider_account(boutique_id, provider) $$;
comment on function public.disable_provider_account(uuid, public.payment_provider) is
  'Owners: new payments go through the marketplace''s account again; what has begun is still settled and paid back. Repeating it changes nothing. PT403 not_allowed.';
grant execute on function private.disable_provider_account(uuid, public.payment_provider) to authenticated;
grant execute on function public.disable_provider_account(uuid, public.payment_provider) to authenticated;

create type public.provider_account as (provider public.payment_provider, key_hint text, is_enabled boolean, updated_at timestamptz);
comment on type public.provider_account is 'A boutique''s own account at a provider, without its keys.';

create function private.provider_accounts(boutique_id uuid) returns setof public.provider_account
language plpgsql stable
rows 3
security definer -- accounts are not readable; keys stay where they are
set search_path = ''
as $$
begin
  perform private.my_role(boutique_id, 'boutique.transfer');
  return query
    select a.provider, a.key_hint, a.disabled_at is null, a.updated_at
    from private.provider_accounts a where a.boutique_id = provider_accounts.boutique_id order by a.provider;
end
$$;

create function public.provider_accounts(boutique_id uuid) returns setof public.provider_account
language sql stable rows 3 security invoker set search_path = ''
as $$ select * from private.provider_accounts(boutique_id) $$;
comment on function public.provider_accounts(uuid) is 'Owners: which accounts of its own a boutique has, and the end of each key. PT403 not_allowed.';
grant execute on function private.provider_accounts(uuid) to authenticated;
grant execute on function public.provider_accounts(uuid) to authenticated;

create type public.account_for_server as (account_id uuid, provider public.payment_provider, boutique_id uuid, sealed_keys text);
comment on type public.account_for_server is 'A boutique''s own account with its encrypted keys.';

create function private.account_for_server(account_id uuid) returns public.account_for_server
language plpgsql stable
security definer -- sealed keys are for servers alone
set search_path = ''
as $$
declare
  v_answer public.account_for_server;
begin
  select a.id, a.provider, a.boutique_id, a.sealed_keys into v_answer
  from private.provider_accounts a where a.id = account_for_server.account_id;
  if not found then
    perform private.raise_error(404, 'account_not_found', 'There is no such account.', jsonb_build_object('account_id', account_id));
  end if;
  return v_answer;
end
$$;

create function public.account_for_server(account_id uuid) returns public.account_for_server
language sql stable security invoker set search_path = ''
as $$ select private.account_for_server(account_id) $$;
comment on function public.account_for_server(uuid) is
  'For the function webhooks, with the secret key: a boutique''s own account, whose events are to be verified. PT404 account_not_found.';
grant execute on function private.account_for_server(uuid) to service_role;
grant execute on function public.account_for_server(uuid) to service_role;

-- Working on events ---------------------------------------------------------------------------------------------------

create function private.find_attempt(reference text, provider public.payment_provider, account_id uuid, provider_payment_id text) returns uuid
language plpgsql stable
set search_path = ''
as $$
begin
  -- Of this account alone: whoever has the keys of one boutique settles nothing of another.
  return (
    select t.id from public.payment_attempts t
    where t.provider = find_attempt.provider and t.account_id is not distinct from find_attempt.account_id
      and (t.id::text = lower(reference) or t.provider_payment_id = find_attempt.provider_payment_id)
    order by t.id::text = lower(reference) desc limit 1);
end
$$;
comment on function private.find_attempt(text, public.payment_provider, uuid, text) is
  'The attempt that an event is about, by our reference or by the provider''s id; null when it is none of ours.';

create function private.apply_payment_event(event_id uuid, facts jsonb) returns text
language plpgsql volatile
set search_path = ''
as $$
declare
  v_event private.payment_events;
  v_attempt uuid;
  v_transfer uuid;
  v_outcome text;
  v_payment jsonb := facts -> 'payment';
  v_refund jsonb := facts -> 'refund';
begin
  select * into v_event from private.payment_events e where e.id = apply_payment_event.event_id;
  if not found or v_event.processed_at is not null then
    return v_event.outcome;
  end if;
  v_attempt := private.find_attempt(facts ->> 'reference', v_event.provider, v_event.account_id, facts ->> 'paymentId');
  if facts ->> 'kind' = 'ignored' then
    v_outcome := 'ignored';
  elsif facts ->> 'kind' = 'payment' and v_attempt is not null then
    v_outcome := (private.settle_attempt(v_attempt, v_payment ->> 'state', v_payment ->> 'paymentId', (v_payment ->> 'amount')::bigint,
      v_payment ->> 'currency', v_payment ->> 'reason', v_payment ->> 'savedMethod')).state;
  elsif facts ->> 'kind' = 'payment' and v_payment ->> 'state' = 'succeeded' then
    perform private.raise_exception('unknown_payment', v_event.provider, (select a.boutique_id from private.provider_accounts a where a.id = v_event.account_id),
      null, null, jsonb_build_object('reference', left(facts ->> 'reference', 300), 'payment_id', v_payment ->> 'paymentId',
        'amount', v_payment -> 'amount', 'currency', v_payment ->> 'currency'));
    v_outcome := 'unknown_payment';
  elsif facts ->> 'kind' = 'refund' then
    select f.id into v_transfer from public.refund_transfers f
    where f.attempt_id = v_attempt and (f.id::text = lower(coalesce(v_refund ->> 'refundId', facts ->> 'refundId'))
      or f.provider_refund_id = v_refund ->> 'providerRefundId');
    if v_transfer is not null then
      v_outcome := (private.settle_transfer(v_transfer, v_refund ->> 'state', v_refund ->> 'providerRefundId', v_refund ->> 'reason')).state;
    elsif v_attempt is not null and v_refund ->> 'state' = 'paid' then
      -- Somebody has paid back in the provider's dashboard: the books do not know why.
      perform private.raise_exception('provider_disagrees', t.provider, t.boutique_id, t.id, null,
        jsonb_build_object('refunded_outside', v_refund -> 'amount', 'currency', v_refund ->> 'currency', 'provider_refund_id', v_refund ->> 'providerRefundId'))
      from public.payment_attempts t where t.id = v_attempt;
      v_outcome := 'refunded_outside';
    end if;
  elsif facts ->> 'kind' = 'dispute' and v_attempt is not null then
    perform private.raise_exception('disputed', t.provider, t.boutique_id, t.id, null, facts -> 'dispute')
    from public.payment_attempts t where t.id = v_attempt;
    v_outcome := 'disputed';
  end if;
  update private.payment_events e set processed_at = now(), outcome = coalesce(v_outcome, 'not_ours') where e.id = v_event.id and e.processed_at is null;
  return coalesce(v_outcome, 'not_ours');
end
$$;
comment on function private.apply_payment_event(uuid, jsonb) is
  'Does what an event says, once. facts: those of the event, with payment or refund filled in from the provider where the event did not say enough. Its outcome: a state of the attempt or transfer, unknown_payment, refunded_outside, disputed, ignored or not_ours. Called by the job payment.event.';

-- Reconciliation ------------------------------------------------------------------------------------------------------

create function private.enqueue_look_ups(batch integer default 500) returns integer
language plpgsql volatile
set search_path = ''
as $$
declare
  v_row record;
  v_done integer := 0;
begin
  for v_row in
    select t.id from public.payment_attempts t where t.next_look_up_at <= now() order by t.next_look_up_at limit batch for update skip locked
  loop
    perform private.count_look_up(v_row.id);
    -- A hold whose job has died is taken or let go once more; of all others the provider is asked.
    perform private.enqueue(case when exists (select from private.hold_for_job(v_row.id)) then 'deposit.settle' else 'payment.look_up' end,
      jsonb_build_object('attempt_id', v_row.id));
    v_done := v_done + 1;
  end loop;
  for v_row in
    select f.id from public.refund_transfers f
    where f.next_look_up_at <= now() and f.state in ('due', 'pending') order by f.next_look_up_at limit batch for update skip locked
  loop
    update public.refund_transfers f set look_ups = f.look_ups + 1,
      next_look_up_at = now() + least(interval '1 day', interval '10 minutes' * power(2, least(f.look_ups, 10)))
    where f.id = v_row.id;
    -- Asking twice pays once: the provider knows the transfer by its id.
    perform private.enqueue('refund.transfer', jsonb_build_object('transfer_id', v_row.id));
    v_done := v_done + 1;
  end loop;
  return v_done;
end
$$;
comment on function private.enqueue_look_ups(integer) is
  'Has providers asked about attempts and refunds of which nothing was heard. How many; called by the job payment.reconcile.';

create type private.transfer_for_job as (
  transfer public.refund_transfers, provider public.payment_provider, provider_reference text, provider_payment_id text, account_boutique_id uuid, sealed_keys text);

create function private.transfer_for_job(transfer_id uuid) returns private.transfer_for_job
language plpgsql stable
set search_path = ''
as $$
declare
  v_answer private.transfer_for_job;
begin
  select f, t.provider, t.provider_reference, t.provider_payment_id, a.boutique_id, a.sealed_keys
  into v_answer.transfer, v_answer.provider, v_answer.provider_reference, v_answer.provider_payment_id, v_answer.account_boutique_id, v_answer.sealed_keys
  from public.refund_transfers f
  join public.payment_attempts t on t.id = f.attempt_id
  left join private.provider_accounts a on a.id = t.account_id
  where f.id = transfer_for_job.transfer_id;
  return v_answer;
end
$$;
comment on function private.transfer_for_job(uuid) is 'A transfer with all that its provider has to know.';
