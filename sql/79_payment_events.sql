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

create function private.settle_attempt_for_server(
  attempt_id uuid, state text, provider_payment_id text, amount bigint, currency text, failure text) returns public.payment_attempts
language sql volatile
security definer -- money moves in no other way, not even with the secret key
set search_path = ''
as $$ select private.settle_attempt(attempt_id, state, provider_payment_id, amount, currency, failure) $$;
comment on function private.settle_attempt_for_server(uuid, text, text, bigint, text, text) is 'As private.settle_attempt, for who has the secret key.';
create function public.settle_attempt(
  attempt_id uuid, state text, provider_payment_id text, amount bigint, currency text, failure text default '') returns public.payment_attempts
language sql volatile security invoker set search_path = ''
as $$ select private.settle_attempt_for_server(attempt_id, state, provider_payment_id, amount, currency, failure) $$;
comment on function public.settle_attempt(uuid, text, text, bigint, text, text) is
  'For the function payments, with the secret key: what a provider says of an attempt, see private.settle_attempt. PT404 attempt_not_found.';
grant execute on function private.settle_attempt_for_server(uuid, text, text, bigint, text, text) to service_role;
grant execute on function public.settle_attempt(uuid, text, text, bigint, text, text) to service_role;

create type public.attempt_for_server as (
  attempt public.payment_attempts, purpose public.payment_purpose, sealed_keys text, boutique_id uuid, email text, display_name text, phone text,
  description text, payment_state public.payment_state);
comment on type public.attempt_for_server is 'All that a provider has to know of an attempt. sealed_keys and boutique_id: of the boutique''s own account, null for the marketplace''s.';

create function private.attempt_for_server(attempt_id uuid) returns public.attempt_for_server
language plpgsql stable
security definer -- as receive_payment_event; sealed keys are for servers alone
set search_path = ''
as $$
declare
  v_answer public.attempt_for_server;
begin
  select t, p.purpose, a.sealed_keys, a.boutique_id, u.email, coalesce(f.display_name, ''), coalesce(f.phone, ''),
    coalesce(
      (select string_agg(b.name, ', ' order by b.name) from public.orders o join public.boutiques b on b.id = o.boutique_id
        where o.group_id = p.group_id and (p.order_id is null or o.id = p.order_id)),
      (select b.name from public.boutiques b where b.id = p.boutique_id)), p.state
  into v_answer.attempt, v_answer.purpose, v_answer.sealed_keys, v_answer.boutique_id, v_answer.email, v_answer.display_name, v_answer.phone,
    v_answer.description, v_answer.payment_state
  from public.payment_attempts t
  join public.payments p on p.id = t.payment_id
  left join private.provider_accounts a on a.id = t.account_id
  left join auth.users u on u.id = t.customer_id
  left join public.profiles f on f.id = t.customer_id
  where t.id = attempt_for_server.attempt_id;
  if not found then
    perform private.raise_error(404, 'attempt_not_found', 'There is no such attempt.', jsonb_build_object('attempt_id', attempt_id));
  end if;
  return v_answer;
end
$$;

create function public.attempt_for_server(attempt_id uuid) returns public.attempt_for_server
language sql stable security invoker set search_path = ''
as $$ select private.attempt_for_server(attempt_id) $$;
comment on function public.attempt_for_server(uuid) is
  'For the functions payments and webhooks, with the secret key: an attempt with all that its provider has to know. PT404 attempt_not_found.';
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
