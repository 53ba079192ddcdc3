-- Deposits: security for a garment that is out. Asked for when a rental is firm, held from before the pickup, and given back,
-- or kept in part, when the rental is over. Fees that a deposit does not cover, and those of fittings, are in 78_fees.

create type public.deposit_state as enum ('due', 'held', 'settled', 'cancelled');
comment on type public.deposit_state is
  'due: is to be paid, or held on a card; held: the boutique has it, or a card holds it; settled: what is kept is kept, and the rest is on its way back; cancelled: was not needed any more before it came.';

-- Its one foreign key within the API leads to the payment, and by that to the rental: with one to each, the API would take
-- this table for a second way between them, and no front end could ask for rentals with their payments, or for payments with
-- their attempts, without saying which way.
create table public.deposits (
  id uuid primary key default private.uuid_v7(),
  rental_id uuid not null,
  boutique_id uuid not null,
  customer_id uuid references auth.users (id) on delete set null,
  payment_id uuid not null unique,
  attempt_id uuid,
  state public.deposit_state not null default 'due',
  amount bigint not null,
  currency char(3) not null,
  is_authorised boolean not null default false,
  kept bigint not null default 0,
  to_return bigint not null default 0,
  returned bigint not null default 0,
  return_reference text,
  settled_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint one_deposit_row_of_a_rental unique (rental_id),
  constraint deposit_is_of_the_rental_of_its_payment
    foreign key (payment_id, rental_id, boutique_id) references public.payments (id, rental_id, boutique_id) on delete restrict,
  constraint amount_is_positive check (amount > 0),
  constraint currency_is_iso_4217 check (currency ~ '^[A-Z]{3}$'),
  constraint parts_are_not_negative check (least(kept, to_return, returned) >= 0),
  constraint nothing_or_all_of_it_is_decided check (kept + to_return + returned in (0, amount)),
  constraint only_what_was_held_is_kept_or_returned check (state in ('held', 'settled') or kept + to_return + returned = 0),
  constraint what_goes_back_has_gone_when_it_is_settled check (
    case state when 'settled' then kept + returned = amount else returned = 0 end),
  constraint a_settled_deposit_says_when check ((state = 'settled') = (settled_at is not null)),
  constraint a_card_holds_what_it_holds check (not is_authorised or (state = 'held' and attempt_id is not null)),
  constraint return_reference_is_bounded check (return_reference ~ '\S' and length(return_reference) <= 200)
);
comment on table public.deposits is 'Security for a rental, one row each. Its payment asks for the money; here is where the money is and what becomes of it.';
comment on column public.deposits.attempt_id is 'Attempt of its payment with which it came, or is held, through a provider; null: it is due, or was taken by staff in cash or by transfer.';
comment on column public.deposits.amount is 'Frozen in the rental, in minor units of the currency, as what follows.';
comment on column public.deposits.is_authorised is 'Held on a card and not taken: its payment stays pending until a part is taken, or all of it is let go.';
comment on column public.deposits.kept is 'For coming late, damage or loss, up to the whole.';
comment on column public.deposits.to_return is 'Is to go back and has not yet: by hand what staff have taken (record_deposit_return), by a job what a card holds.';
comment on column public.deposits.returned is 'Has gone back, or is on its way with the provider.';
comment on column public.deposits.return_reference is 'How it was paid back by hand, such as the number of the receipt.';
create index deposits_payment_id_idx on public.deposits (payment_id, rental_id, boutique_id);
create index deposits_boutique_id_idx on public.deposits (boutique_id, created_at desc);
create index deposits_customer_id_idx on public.deposits (customer_id);
create index deposits_attempt_id_idx on public.deposits (attempt_id);

alter table public.deposits enable row level security;
revoke all on public.deposits from anon, authenticated, service_role;
grant select on public.deposits to authenticated;
grant all on public.deposits to service_role;
-- insert, update and delete are not granted: deposits follow rentals and payments.

create policy select_own_or_staff on public.deposits for select to authenticated
  using (
    customer_id = (select auth.uid())
    or boutique_id = any (array(select private.my_boutique_ids('rentals.read')))
    or (select private.is_admin())
  );

create trigger touch_updated_at before update on public.deposits
  for each row execute function private.touch_updated_at();

-- What becomes of a deposit -------------------------------------------------------------------------------------------

-- Locks: the rental, its payment, the attempt, the deposit. Steps of a rental begin with the first, money with lock_payment,
-- which locks the rental, too.

create function private.ask_for_deposit(rental public.rentals) returns void
language plpgsql volatile
set search_path = ''
as $$
declare
  v_payment uuid;
  v_due timestamptz;
begin
  if rental.deposit = 0 or exists (select from public.deposits d where d.rental_id = rental.id and d.state <> 'cancelled') then
    return;
  end if;
  select lower(rental.period)::timestamp at time zone b.timezone into v_due from public.boutiques b where b.id = rental.boutique_id;
  insert into public.payments (purpose, rental_id, boutique_id, customer_id, amount, currency, due_at)
  values ('deposit', rental.id, rental.boutique_id, rental.customer_id, rental.deposit, rental.currency, v_due)
  returning id into v_payment;
  -- Days that were given back may become hers again.
  insert into public.deposits as d (rental_id, boutique_id, customer_id, payment_id, amount, currency)
  values (rental.id, rental.boutique_id, rental.customer_id, v_payment, rental.deposit, rental.currency)
  on conflict on constraint one_deposit_row_of_a_rental
  do update set state = 'due', payment_id = excluded.payment_id, amount = excluded.amount, currency = excluded.currency
  where d.state = 'cancelled';
end
$$;
comment on function private.ask_for_deposit(public.rentals) is 'A firm rental has its deposit asked for, until its first day. The caller has locked the rental.';

create function private.settle_deposit(deposit_id uuid, kept bigint) returns void
language plpgsql volatile
set search_path = ''
as $$
declare
  v_deposit public.deposits;
  v_attempt public.payment_attempts;
  v_back bigint;
begin
  select * into v_deposit from public.deposits d where d.id = settle_deposit.deposit_id for update;
  if v_deposit.state <> 'held' or v_deposit.kept + v_deposit.to_return > 0 then
    return;
  end if;
  v_back := v_deposit.amount - settle_deposit.kept;
  if v_deposit.is_authorised then
    update public.deposits d set kept = settle_deposit.kept, to_return = v_back where d.id = v_deposit.id;
    perform private.enqueue('deposit.settle', jsonb_build_object('attempt_id', v_deposit.attempt_id), jsonb_build_object('group', v_deposit.boutique_id));
  elsif v_deposit.attempt_id is not null then
    select * into v_attempt from public.payment_attempts t where t.id = v_deposit.attempt_id;
    if v_back > 0 then
      perform private.transfer_back(v_attempt, v_back, 'deposit_released');
    end if;
    update public.deposits d set state = 'settled', settled_at = now(), kept = settle_deposit.kept, returned = v_back where d.id = v_deposit.id;
  else
    -- Who has taken the cash pays it back.
    update public.deposits d set kept = settle_deposit.kept, to_return = v_back,
      state = case when v_back = 0 then 'settled' else d.state end, settled_at = case when v_back = 0 then now() end
    where d.id = v_deposit.id;
  end if;
  perform private.notify('deposit_settled', v_deposit.id, jsonb_build_object('group', v_deposit.boutique_id));
end
$$;
comment on function private.settle_deposit(uuid, bigint) is
  'Decides what of a held deposit is kept, and has the rest given back the way it came. Once; nothing follows from a second call. The caller has locked its payment.';

create function private.follow_rental() returns trigger
language plpgsql
security definer -- whoever moves the rental, its money follows
set search_path = ''
as $$
declare
  v_deposit public.deposits;
  v_fees bigint := new.late_fee + new.damage_fee;
begin
  if new.state = 'reserved' then
    perform private.ask_for_deposit(new);
    return null;
  end if;
  select * into v_deposit from public.deposits d where d.rental_id = new.id;
  if found then
    perform from public.payments p where p.id = v_deposit.payment_id for update;
    update public.deposits d set state = 'cancelled' where d.id = v_deposit.id and d.state = 'due';
    if found then
      update public.payments p set state = 'cancelled' where p.id = v_deposit.payment_id and p.state = 'pending';
    end if;
    -- What is lost is not worth less than its security.
    if new.state = 'lost' then
      v_fees := greatest(v_fees, v_deposit.amount);
    end if;
    select * into v_deposit from public.deposits d where d.id = v_deposit.id;
  end if;
  if new.state in ('cancelled', 'expired') then
    v_fees := 0;
  end if;
  if v_deposit.state = 'held' then
    perform private.settle_deposit(v_deposit.id, least(v_deposit.amount, v_fees));
    v_fees := v_fees - least(v_deposit.amount, v_fees);
  end if;
  perform private.ask_for_rental_fee(new, v_fees);
  return null;
end
$$;
comment on function private.follow_rental() is
  'Trigger: a firm rental has its deposit asked for; one that was called off gives it back; one that is over pays its fees from it, and a payment asks for what is more. A lost garment keeps the whole deposit.';

create trigger deposit_of_new_rental after insert on public.rentals
  for each row when (new.state = 'reserved') execute function private.follow_rental();
create trigger deposit_follows_rental after update of state on public.rentals
  for each row when (old.state <> new.state and new.state in ('reserved', 'cancelled', 'expired', 'closed', 'lost'))
  execute function private.follow_rental();

-- Money that comes, and holds ------------------------------------------------------------------------------------------

create function private.is_over(rental_id uuid) returns boolean
language sql stable
set search_path = ''
as $$
  select r.state in ('cancelled', 'expired', 'closed', 'lost') from public.rentals r where r.id = rental_id
$$;
comment on function private.is_over(uuid) is 'True for a rental that needs no deposit any more.';

create function private.is_held_on_card(payment public.payments, method text, reference text) returns boolean
language plpgsql stable
set search_path = ''
as $$
begin
  return payment.purpose = 'deposit' and exists (
    select from public.deposits d join public.payment_attempts t on t.id = d.attempt_id
    where d.payment_id = payment.id and d.is_authorised
      and (t.provider::text, t.provider_payment_id) is distinct from (is_held_on_card.method, is_held_on_card.reference));
end
$$;
comment on function private.is_held_on_card(public.payments, text, text) is 'True when a card holds this deposit, and this money is not what it holds.';

create function private.deposit_arrived(payment public.payments) returns void
language plpgsql volatile
set search_path = ''
as $$
declare
  v_deposit public.deposits;
  v_attempt public.payment_attempts;
begin
  select * into v_attempt from public.payment_attempts t
  where t.payment_id = payment.id and t.state = 'succeeded' and t.provider::text = payment.method and t.provider_payment_id = payment.reference;
  select * into v_deposit from public.deposits d where d.payment_id = payment.id for update;
  if v_deposit.is_authorised and v_deposit.kept + v_deposit.to_return > 0 then
    -- Taken from the card as was decided; what is more than that, if somebody took all of it, goes back.
    if payment.amount > v_deposit.kept then
      perform private.transfer_back(v_attempt, payment.amount - v_deposit.kept, 'deposit_released');
    end if;
    update public.deposits d set state = 'settled', settled_at = now(), is_authorised = false, to_return = 0, returned = d.to_return
    where d.id = v_deposit.id;
    return;
  end if;
  update public.deposits d set state = 'held', is_authorised = false, attempt_id = v_attempt.id where d.id = v_deposit.id;
  if private.is_over(v_deposit.rental_id) then
    perform private.settle_deposit(v_deposit.id, 0);
  end if;
end
$$;
comment on function private.deposit_arrived(public.payments) is
  'The money of a deposit is there. It goes back when the rental is over meanwhile. Called by settle_payment.';

create function private.deposit_authorised(attempt public.payment_attempts) returns void
language plpgsql volatile
set search_path = ''
as $$
declare
  v_deposit public.deposits;
begin
  select * into v_deposit from public.deposits d where d.payment_id = attempt.payment_id for update;
  if not found then
    return;
  elsif v_deposit.state in ('held', 'settled') then
    -- It came another way already: the job lets go of what nothing needs.
    perform private.enqueue('deposit.settle', jsonb_build_object('attempt_id', attempt.id), jsonb_build_object('group', v_deposit.boutique_id));
    return;
  end if;
  update public.deposits d set state = 'held', is_authorised = true, attempt_id = attempt.id where d.id = v_deposit.id;
  if private.is_over(v_deposit.rental_id) then
    perform private.settle_deposit(v_deposit.id, 0);
  end if;
end
$$;
comment on function private.deposit_authorised(public.payment_attempts) is
  'A card holds a deposit. The payment stays pending. Called by settle_attempt.';

create function private.hold_has_ended(attempt public.payment_attempts) returns void
language plpgsql volatile
set search_path = ''
as $$
declare
  v_deposit public.deposits;
  v_rental public.rentals;
begin
  select * into v_deposit from public.deposits d where d.attempt_id = attempt.id and d.is_authorised for update;
  if not found then
    return;
  elsif v_deposit.kept + v_deposit.to_return = 0 then
    -- Banks let go of a hold after some days.
    update public.deposits d set state = 'due', is_authorised = false, attempt_id = null where d.id = v_deposit.id;
    perform private.notify('payment_due', v_deposit.payment_id, jsonb_build_object('group', v_deposit.boutique_id, 'occasion', attempt.id));
    return;
  end if;
  update public.payments p set state = 'cancelled' where p.id = v_deposit.payment_id and p.state = 'pending';
  update public.deposits d set state = 'settled', settled_at = now(), is_authorised = false, kept = 0, to_return = 0, returned = d.amount
  where d.id = v_deposit.id;
  -- What was to be kept was not taken in time.
  select * into v_rental from public.rentals r where r.id = v_deposit.rental_id;
  perform private.ask_for_rental_fee(v_rental, v_deposit.kept);
end
$$;
comment on function private.hold_has_ended(public.payment_attempts) is
  'A card holds a deposit no more, and nothing was taken: it was let go as was decided, or by the bank before that, when it is asked for again. Called by settle_attempt.';

create function private.part_of_hold(attempt public.payment_attempts, amount bigint, currency text) returns boolean
language plpgsql stable
set search_path = ''
as $$
begin
  return attempt.state = 'authorised' and upper(part_of_hold.currency) = attempt.currency::text and exists (
    select from public.deposits d where d.attempt_id = attempt.id and d.is_authorised and d.kept > 0 and d.kept = part_of_hold.amount);
end
$$;
comment on function private.part_of_hold(public.payment_attempts, bigint, text) is 'True when this is the part of a deposit on a card that was to be taken.';

create type private.hold_for_job as (
  amount bigint, currency text, provider public.payment_provider, provider_reference text, provider_payment_id text, account_boutique_id uuid, sealed_keys text);

create function private.hold_for_job(attempt_id uuid) returns setof private.hold_for_job
language plpgsql stable
rows 1
set search_path = ''
as $$
begin
  return query
    select case when d.attempt_id = t.id then d.kept else 0 end, t.currency::text, t.provider, t.provider_reference, t.provider_payment_id, a.boutique_id, a.sealed_keys
    from public.payment_attempts t
    join public.deposits d on d.payment_id = t.payment_id
    left join private.provider_accounts a on a.id = t.account_id
    where t.id = hold_for_job.attempt_id and t.state = 'authorised'
      -- Not before it is decided.
      and (d.attempt_id is distinct from t.id or d.kept + d.to_return > 0);
end
$$;
comment on function private.hold_for_job(uuid) is
  'What is to be taken of a deposit that a card holds, 0 when all of it is let go, and all that its provider has to know; no row when nothing is to be done. Called by the job deposit.settle.';

-- Pickup --------------------------------------------------------------------------------------------------------------

create function private.refuse_without_deposit(rental public.rentals) returns void
language plpgsql stable
set search_path = ''
as $$
declare
  v_deposit public.deposits;
begin
  select * into v_deposit from public.deposits d
  join public.rental_policies p on p.boutique_id = d.boutique_id and p.deposit_before_pickup
  where d.rental_id = rental.id and d.state = 'due';
  if found then
    perform private.raise_error(409, 'deposit_due', 'Take the deposit first, or have it held on a card.',
      jsonb_build_object('rental_id', rental.id, 'payment_id', v_deposit.payment_id, 'amount', v_deposit.amount, 'currency', v_deposit.currency));
  end if;
end
$$;
comment on function private.refuse_without_deposit(public.rentals) is 'PT409 deposit_due where the policy wants the deposit before the garment goes out, and it is not there. The caller has locked the rental.';

-- By hand -------------------------------------------------------------------------------------------------------------

create function private.record_deposit_return(deposit_id uuid, reference text) returns public.deposits
language plpgsql volatile
security definer -- deposits are not writable; the function knows the rules
set search_path = ''
as $$
declare
  v_deposit public.deposits;
begin
  if reference is null or reference !~ '\S' or length(reference) > 200 then
    perform private.raise_error(400, 'invalid_payment', 'Say how it was paid back: a reference of at most 200 characters.');
  end if;
  select * into v_deposit from public.deposits d
  where d.id = record_deposit_return.deposit_id and d.boutique_id in (select private.my_boutique_ids('orders.write')) for update;
  if not found then
    perform private.raise_error(404, 'deposit_not_found', 'There is no such deposit of a boutique that you work for.', jsonb_build_object('deposit_id', deposit_id));
  elsif v_deposit.return_reference is not null then
    return v_deposit;
  elsif v_deposit.attempt_id is not null or v_deposit.to_return = 0 then
    perform private.raise_error(409, 'nothing_to_return', 'Nothing of it is to be paid back by hand: the rental is not over, or it goes back by itself.',
      jsonb_build_object('deposit_id', deposit_id, 'state', v_deposit.state));
  end if;
  update public.deposits d set state = 'settled', settled_at = now(), returned = d.to_return, to_return = 0,
    return_reference = btrim(record_deposit_return.reference)
  where d.id = v_deposit.id
  returning * into v_deposit;
  return v_deposit;
end
$$;

create function public.record_deposit_return(deposit_id uuid, reference text) returns public.deposits
language sql volatile security invoker set search_path = ''
as $$ select private.record_deposit_return(deposit_id, reference) $$;
comment on function public.record_deposit_return(uuid, text) is
  'Staff note that they have paid to_return of a deposit back by hand, and how. What came through a provider goes back by itself. Repeating it changes nothing. PT404 deposit_not_found; PT409 nothing_to_return; PT400 invalid_payment.';
grant execute on function private.record_deposit_return(uuid, text) to authenticated;
grant execute on function public.record_deposit_return(uuid, text) to authenticated;

-- Check ---------------------------------------------------------------------------------------------------------------

create function private.deposit_check() returns setof private.finding
language sql stable
set search_path = ''
as $$
  select 'deposit_missing', r.id, 'The rental is reserved and its deposit was never asked for.'
  from public.rentals r
  where r.state = 'reserved' and r.deposit > 0 and not exists (select from public.deposits d where d.rental_id = r.id)
  union all
  select 'deposit_open', d.id, format('The rental is %s and its deposit %s.', r.state, d.state)
  from public.deposits d join public.rentals r on r.id = d.rental_id
  where r.state in ('closed', 'lost', 'cancelled', 'expired') and (d.state = 'due' or (d.state = 'held' and d.kept + d.to_return = 0))
  union all
  select 'deposit_payment', d.id, format('The deposit is %s%s, its payment %s.', d.state, case when d.is_authorised then ' on a card' else '' end, p.state)
  from public.deposits d
  join public.payments p on p.id = d.payment_id
  left join public.payment_attempts t on t.id = d.attempt_id
  where p.purpose <> 'deposit' or t.payment_id <> p.id or (d.attempt_id is not null and t.id is null) or case
    when d.state = 'due' then p.state <> 'pending'
    when d.state = 'cancelled' then p.state not in ('cancelled', 'failed')
    when d.is_authorised then p.state not in ('pending', 'cancelled') or t.state is distinct from 'authorised'
    when d.state = 'held' then p.state <> 'succeeded'
    else p.state <> 'succeeded' and (d.kept > 0 or d.attempt_id is null)
  end
  union all
  -- A transfer that a provider has refused is a task for people.
  select 'deposit_sum', d.id, format('%s of %s %s are kept, and %s have come and gone back.', d.kept, d.amount, d.currency, s.left_over)
  from public.deposits d
  join public.payments p on p.id = d.payment_id and p.state = 'succeeded'
  cross join lateral (
    select p.amount - coalesce((
      select sum(f.amount) from public.refund_transfers f
      where f.attempt_id = d.attempt_id and f.reason = 'deposit_released' and f.state <> 'refused'), 0) as left_over,
      exists (select from public.refund_transfers f where f.attempt_id = d.attempt_id and f.state = 'refused') as refused
  ) s
  where case
    when d.attempt_id is null or d.state = 'held' then p.amount <> d.amount
    else s.left_over < d.kept or (s.left_over > d.kept and not s.refused)
  end
$$;
comment on function private.deposit_check() is
  'deposit_missing: a firm rental without its deposit; deposit_open: a rental that is over, of whose deposit nothing is decided; deposit_payment: a deposit and its payment that disagree; deposit_sum: money that is neither kept nor gone back.';
