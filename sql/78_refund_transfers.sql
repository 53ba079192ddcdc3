-- refund_transfers: money goes back to where it came from, asked of the provider by a job.

create function private.left_of_attempt(attempt public.payment_attempts) returns bigint
language plpgsql stable
set search_path = ''
as $$
begin
  return attempt.received_amount - coalesce((
    select sum(f.amount) from public.refund_transfers f where f.attempt_id = attempt.id and f.state <> 'refused'), 0);
end
$$;
comment on function private.left_of_attempt(public.payment_attempts) is 'What has arrived with an attempt and does not go back, in minor units.';

create function private.transfer_back(attempt public.payment_attempts, amount bigint, reason text, refund_id uuid default null) returns uuid
language plpgsql volatile
set search_path = ''
as $$
declare
  v_id uuid;
begin
  insert into public.refund_transfers (attempt_id, refund_id, boutique_id, customer_id, reason, amount, currency, next_look_up_at)
  values (attempt.id, transfer_back.refund_id, attempt.boutique_id, attempt.customer_id, transfer_back.reason, transfer_back.amount,
    attempt.received_currency, now() + interval '15 minutes')
  returning id into v_id;
  perform private.enqueue('refund.transfer', jsonb_build_object('transfer_id', v_id), jsonb_build_object('group', attempt.boutique_id));
  return v_id;
end
$$;
comment on function private.transfer_back(public.payment_attempts, bigint, text, uuid) is
  'Has a part of what has arrived with an attempt paid back. The caller has locked the attempt or its group.';

create function private.guard_transfer() returns trigger
language plpgsql
set search_path = ''
as $$
declare
  v_attempt public.payment_attempts;
begin
  select * into v_attempt from public.payment_attempts t where t.id = new.attempt_id for update;
  if v_attempt.received_amount is null or private.left_of_attempt(v_attempt) < 0 then
    perform private.raise_error(409, 'nothing_left', 'More would go back than has arrived.', jsonb_build_object('attempt_id', new.attempt_id));
  end if;
  return null;
end
$$;
comment on function private.guard_transfer() is 'Trigger: no more goes back than has arrived, whoever tries. PT409 nothing_left.';

create trigger guard_transfer after insert or update of amount, attempt_id on public.refund_transfers
  for each row execute function private.guard_transfer();

create function private.allocate_refund() returns trigger
language plpgsql
security definer -- whoever pays back, transfers are not writable
set search_path = ''
as $$
declare
  v_left bigint := new.amount - new.to_gift_cards;
  v_attempt public.payment_attempts;
  v_part bigint;
begin
  -- The last payment goes back first. What came in cash is left for people.
  for v_attempt in
    select t.*
    from public.orders o
    join public.payments p on p.group_id = o.group_id and (p.order_id is null or p.order_id = o.id) and p.state = 'succeeded'
    join public.payment_attempts t on t.payment_id = p.id and t.state = 'succeeded' and t.provider_payment_id = p.reference
    where o.id = new.order_id
    order by t.settled_at desc, t.id desc
    for update of t
  loop
    v_part := least(v_left, private.left_of_attempt(v_attempt));
    if v_part > 0 then
      perform private.transfer_back(v_attempt, v_part, private.reason_of_nobody(new.reason, new.kind::text), new.id);
      v_left := v_left - v_part;
    end if;
  end loop;
  return null;
end
$$;
comment on function private.allocate_refund() is 'Trigger: what is to go back for an order is asked of the providers that it came through.';

create trigger allocate_refund after insert on public.refunds
  for each row when (new.state = 'due') execute function private.allocate_refund();

create function private.settle_refund(refund_id uuid) returns void
language plpgsql volatile
set search_path = ''
as $$
begin
  update public.refunds f set state = 'paid', paid_at = now(), reference = t.reference
  from (
    select sum(x.amount) as amount, left(string_agg(x.provider_refund_id, ' ' order by x.id), 200) as reference
    from public.refund_transfers x where x.refund_id = settle_refund.refund_id and x.state = 'paid'
  ) t
  where f.id = settle_refund.refund_id and f.state = 'due' and t.amount = f.amount - f.to_gift_cards;
end
$$;
comment on function private.settle_refund(uuid) is 'A refund is paid when all of its money is on its way.';

create function private.settle_transfer(transfer_id uuid, state text, provider_refund_id text, failure text default '') returns public.refund_transfers
language plpgsql volatile
set search_path = ''
as $$
declare
  v_transfer public.refund_transfers;
  v_attempt public.payment_attempts;
begin
  select * into v_transfer from public.refund_transfers f where f.id = settle_transfer.transfer_id;
  if not found then
    perform private.raise_error(404, 'transfer_not_found', 'There is no such transfer.', jsonb_build_object('transfer_id', transfer_id));
  end if;
  perform from public.refunds f where f.id = v_transfer.refund_id for update;
  select * into v_transfer from public.refund_transfers f where f.id = settle_transfer.transfer_id for update;
  select * into v_attempt from public.payment_attempts t where t.id = v_transfer.attempt_id;
  if v_transfer.state in ('due', 'pending') and state in ('pending', 'paid', 'refused') then
    update public.refund_transfers f set state = settle_transfer.state::public.refund_transfer_state,
      provider_refund_id = coalesce(settle_transfer.provider_refund_id, f.provider_refund_id), failure = left(coalesce(settle_transfer.failure, ''), 500),
      paid_at = case settle_transfer.state when 'paid' then now() end,
      next_look_up_at = case settle_transfer.state
        when 'pending' then now() + least(interval '1 day', interval '10 minutes' * power(2, least(f.look_ups, 10))) end,
      look_ups = f.look_ups + 1
    where f.id = v_transfer.id
    returning * into v_transfer;
    if v_transfer.state = 'paid' and v_transfer.refund_id is not null then
      perform private.settle_refund(v_transfer.refund_id);
    elsif v_transfer.state = 'refused' then
      perform private.raise_exception('refund_refused', v_attempt.provider, v_transfer.boutique_id, v_attempt.id, v_transfer.id,
        jsonb_build_object('amount', v_transfer.amount, 'currency', v_transfer.currency, 'refund_id', v_transfer.refund_id));
    end if;
  elsif (v_transfer.state = 'paid' and state = 'refused') or (v_transfer.state = 'refused' and state = 'paid') then
    -- A bank may send the money back days later, or be late with good news. Neither is booked twice.
    perform private.raise_exception('provider_disagrees', v_attempt.provider, v_transfer.boutique_id, v_attempt.id, v_transfer.id,
      jsonb_build_object('state', v_transfer.state, 'state_now', state, 'amount', v_transfer.amount, 'currency', v_transfer.currency));
  end if;
  return v_transfer;
end
$$;
comment on function private.settle_transfer(uuid, text, text, text) is
  'What a provider says of a refund: pending, paid or refused. A repetition is a success; a refusal is a task for people. PT404 transfer_not_found.';

create function private.resolve_payment_exception(exception_id uuid, resolution text, note text) returns public.payment_exceptions
language plpgsql volatile
security definer -- exceptions are not writable; the function knows the rules
set search_path = ''
as $$
declare
  v_exception public.payment_exceptions;
  v_attempt public.payment_attempts;
begin
  select * into v_exception from public.payment_exceptions e
  where e.id = resolve_payment_exception.exception_id
    and (e.boutique_id in (select private.my_boutique_ids('refunds.write')) or (select private.acts_as_admin()));
  if not found then
    perform private.raise_error(404, 'exception_not_found', 'There is no such exception of a boutique that you manage.', jsonb_build_object('exception_id', exception_id));
  elsif resolution is null or resolution not in ('refunded', 'retried', 'handled') or length(note) > 2000
    or (resolution = 'handled' and coalesce(note, '') !~ '\S')
    or (resolution = 'refunded' and v_exception.kind <> 'amount_differs')
    or (resolution = 'retried' and v_exception.kind <> 'refund_refused') then
    perform private.raise_error(400, 'invalid_resolution', 'refunded: what has arrived goes back (amount_differs); retried: the provider is asked again (refund_refused); handled: it was done outside, and the note says how.');
  end if;
  -- Behind what it is about, as everywhere.
  select * into v_attempt from public.payment_attempts t where t.id = v_exception.attempt_id;
  if found then
    perform private.lock_payment(v_attempt.payment_id);
    select * into v_attempt from public.payment_attempts t where t.id = v_exception.attempt_id for update;
  end if;
  select * into v_exception from public.payment_exceptions e where e.id = v_exception.id for update;
  if v_exception.resolved_at is not null then
    return v_exception;
  end if;
  if resolution = 'refunded' then
    perform private.transfer_back(v_attempt, private.left_of_attempt(v_attempt), 'amount_differs');
  elsif resolution = 'retried' then
    if exists (
      select from public.refund_transfers x join public.refunds f on f.id = x.refund_id
      where x.id = v_exception.transfer_id and f.state = 'paid') then
      perform private.raise_error(409, 'nothing_left', 'It was paid back by hand already.', jsonb_build_object('exception_id', exception_id));
    end if;
    -- A provider gives the same answer to the same id: another try is another transfer.
    perform private.transfer_back(v_attempt, x.amount, x.reason, x.refund_id) from public.refund_transfers x where x.id = v_exception.transfer_id;
  end if;
  update public.payment_exceptions e set resolution = resolve_payment_exception.resolution, note = coalesce(resolve_payment_exception.note, ''),
    resolved_at = now(), resolved_by = auth.uid()
  where e.id = v_exception.id
  returning * into v_exception;
  perform private.resolve_alert('payments.' || v_exception.kind, v_exception.id::text);
  return v_exception;
end
$$;

create function public.resolve_payment_exception(exception_id uuid, resolution text, note text default '') returns public.payment_exceptions
language sql volatile security invoker set search_path = ''
as $$ select private.resolve_payment_exception(exception_id, resolution, note) $$;
comment on function public.resolve_payment_exception(uuid, text, text) is
  'Managers, or admins of the marketplace, say what becomes of money that a machine could not place: refunded (amount_differs: what has arrived goes back), retried (refund_refused: the provider is asked again) or handled (done outside of Nexus, the note says how). Repeating it changes nothing. PT404 exception_not_found; PT400 invalid_resolution; PT409 nothing_left.';
grant execute on function private.resolve_payment_exception(uuid, text, text) to authenticated;
grant execute on function public.resolve_payment_exception(uuid, text, text) to authenticated;
