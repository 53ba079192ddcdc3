set local check_function_bodies = off;

DROP TRIGGER "audit_delete" ON "public"."payments";

DROP TRIGGER "audit_insert" ON "public"."payments";

DROP TRIGGER "audit_update" ON "public"."payments";

ALTER TABLE "public"."payments" DROP CONSTRAINT "texts_are_bounded";

CREATE TABLE "public"."deposits" ("rental_id" uuid NOT NULL, "boutique_id" uuid NOT NULL, "customer_id" uuid, "payment_id" uuid NOT NULL, "attempt_id" uuid, "amount" bigint NOT NULL, "currency" character(3) NOT NULL, "is_authorised" boolean NOT NULL DEFAULT false, "kept" bigint NOT NULL DEFAULT 0, "to_return" bigint NOT NULL DEFAULT 0, "returned" bigint NOT NULL DEFAULT 0, "return_reference" text, "settled_at" timestamp with time zone, "created_at" timestamp with time zone NOT NULL DEFAULT now(), "updated_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "amount_is_positive" CHECK ((amount > 0)), CONSTRAINT "currency_is_iso_4217" CHECK ((currency ~ '^[A-Z]{3}$'::text)), CONSTRAINT "deposits_payment_id_key" UNIQUE (payment_id), CONSTRAINT "nothing_or_all_of_it_is_decided" CHECK (((((kept + to_return) + returned) = 0) OR (((kept + to_return) + returned) = amount))), CONSTRAINT "one_deposit_row_of_a_rental" UNIQUE (rental_id), CONSTRAINT "parts_are_not_negative" CHECK ((LEAST(kept, to_return, returned) >= 0)), CONSTRAINT "return_reference_is_bounded" CHECK (((return_reference ~ '\S'::text) AND (length(return_reference) <= 200))), "id" uuid NOT NULL DEFAULT private.uuid_v7(), CONSTRAINT "deposits_pkey" PRIMARY KEY (id));

ALTER TABLE "public"."deposits" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "public"."payments" ADD COLUMN "waived_reason" text;

ALTER TABLE "public"."rental_policies" ADD COLUMN "deposit_before_pickup" boolean NOT NULL DEFAULT true;

CREATE TYPE "private"."hold_for_job" AS ("amount" bigint, "currency" text, "provider" public.payment_provider, "provider_reference" text, "provider_payment_id" text, "account_boutique_id" uuid, "sealed_keys" text);

CREATE TYPE "public"."deposit_state" AS ENUM ('due', 'held', 'settled', 'cancelled');

ALTER TABLE "public"."deposits" ADD COLUMN "state" public.deposit_state NOT NULL DEFAULT 'due'::public.deposit_state;

CREATE OR REPLACE FUNCTION private.accept_attempt(attempt public.payment_attempts, payment public.payments)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.ask_for_deposit(rental public.rentals)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.ask_for_rental_fee(rental public.rentals, amount bigint)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  if ask_for_rental_fee.amount > 0 then
    insert into public.payments as p (purpose, rental_id, boutique_id, customer_id, amount, currency, due_at)
    values ('rental_fee', rental.id, rental.boutique_id, rental.customer_id, ask_for_rental_fee.amount, rental.currency, now() + interval '14 days')
    on conflict (rental_id) where purpose = 'rental_fee' and state = 'pending'
    do update set amount = p.amount + excluded.amount;
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.check_ledger_balances()
 RETURNS SETOF private.finding
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.count_look_up(attempt_id uuid)
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.deposit_arrived(payment public.payments)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.deposit_authorised(attempt public.payment_attempts)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.deposit_check()
 RETURNS SETOF private.finding
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.enqueue_look_ups(batch integer DEFAULT 500)
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.erasure_blockers(user_id uuid)
 RETURNS TABLE(code text, message text, detail jsonb)
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select 'open_rentals', 'A rental is not over yet. Bring it to its end or cancel it, then delete the account.',
    jsonb_build_object('rental_ids', jsonb_agg(r.id order by r.id))
  from public.rentals r
  where r.customer_id = erasure_blockers.user_id
    and r.state not in ('closed', 'lost', 'cancelled', 'expired')
    and not (r.state = 'held' and r.held_until <= now())
  having count(*) > 0
  union all
  select 'open_orders', 'An order is not over yet, something of it is on its way back, or money is still to come back. Cancel it or wait until it is over, then delete the account.',
    jsonb_build_object('order_ids', jsonb_agg(o.id order by o.id))
  from public.orders o
  where o.customer_id = erasure_blockers.user_id
    and (o.state in ('paid', 'part_fulfilled') or (o.state = 'pending' and o.hold_expires_at > now())
      or exists (select from public.refunds r where r.order_id = o.id and r.state = 'due')
      or exists (select from public.returns t where t.order_id = o.id and t.state in ('requested', 'approved', 'received')))
  having count(*) > 0
  union all
  select 'open_deposits', 'A deposit is still to come back. Wait until it has, then delete the account.',
    jsonb_build_object('deposit_ids', jsonb_agg(d.id order by d.id))
  from public.deposits d
  where d.customer_id = erasure_blockers.user_id and d.state = 'held'
    and exists (select from public.rentals r where r.id = d.rental_id and r.state in ('closed', 'lost', 'cancelled', 'expired'))
  having count(*) > 0
  union all
  select 'open_appointments', 'An appointment is still to come. Cancel it, or wait until it is over, then delete the account.',
    jsonb_build_object('appointment_ids', jsonb_agg(a.id order by a.id))
  from public.appointments a
  where a.customer_id = erasure_blockers.user_id
    and upper(a.during) > now()
    and (a.state = 'booked' or (a.state = 'offered' and a.held_until > now()))
  having count(*) > 0
  union all
  select 'last_owner', 'You are the only owner of a boutique. Transfer the ownership, then delete the account.',
    jsonb_build_object('boutique_ids', jsonb_agg(m.boutique_id order by m.boutique_id))
  from public.boutique_members m
  where m.user_id = erasure_blockers.user_id and m.role = 'owner'
    and not exists (
      select from public.boutique_members o
      where o.boutique_id = m.boutique_id and o.role = 'owner' and o.user_id <> m.user_id)
  having count(*) > 0
$function$;

CREATE OR REPLACE FUNCTION private.fee_arrived(payment public.payments)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_attempt public.payment_attempts;
begin
  select * into v_attempt from public.payment_attempts t
  where t.payment_id = payment.id and t.state = 'succeeded' and t.provider::text = payment.method and t.provider_payment_id = payment.reference;
  if found then
    perform private.transfer_back(v_attempt, payment.amount, 'not_needed_any_more');
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.fee_check()
 RETURNS SETOF private.finding
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select 'fitting_fee', a.id, format('A fee of %s is due, and %s are asked for.', a.fee_due, coalesce(p.amount::text, 'none'))
  from public.appointments a
  left join public.payments p on p.appointment_id = a.id and p.purpose = 'fitting_fee' and p.state = 'pending'
  where case
    when a.fee_due = 0 then p.id is not null
    else p.amount is distinct from a.fee_due and a.customer_id is not null and (p.id is not null or not exists (
      select from public.payments x where x.appointment_id = a.id and x.purpose = 'fitting_fee'))
  end
$function$;

CREATE OR REPLACE FUNCTION private.follow_fitting_fee()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_payment public.payments;
  v_attempt public.payment_attempts;
begin
  select * into v_payment from public.payments p
  where p.appointment_id = new.id and p.purpose = 'fitting_fee' and p.state in ('pending', 'succeeded') for update;
  -- Who has no account any more is not asked.
  if new.fee_due > 0 and v_payment.id is null and new.customer_id is not null then
    insert into public.payments (purpose, appointment_id, boutique_id, customer_id, amount, currency, due_at)
    values ('fitting_fee', new.id, new.boutique_id, new.customer_id, new.fee_due, new.currency, now() + interval '14 days');
  elsif new.fee_due > 0 and v_payment.state = 'pending' then
    update public.payments p set amount = new.fee_due where p.id = v_payment.id;
  elsif new.fee_due = 0 and v_payment.state = 'pending' then
    update public.payments p set state = 'cancelled' where p.id = v_payment.id;
  elsif new.fee_due = 0 and v_payment.state = 'succeeded' then
    -- She had come after all. What staff have taken they pay back.
    select * into v_attempt from public.payment_attempts t
    where t.payment_id = v_payment.id and t.state = 'succeeded' and t.provider::text = v_payment.method and t.provider_payment_id = v_payment.reference
    for update;
    if found and private.left_of_attempt(v_attempt) > 0 then
      perform private.transfer_back(v_attempt, private.left_of_attempt(v_attempt), 'not_needed_any_more');
    end if;
  end if;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.follow_rental()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.forget_payer()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  -- One that nobody has waived stays so.
  new.waived_reason := case when new.waived_reason is not null then private.reason_of_nobody(new.waived_reason, 'removed') end;
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION private.hand_over_rental(rental_id uuid, condition public.garment_condition, note text, photo_paths text[])
 RETURNS public.rentals
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_rental public.rentals := private.rental_for_step(rental_id);
  v_during tstzrange;
  v_other record;
begin
  if v_rental.state = 'picked_up' then
    return v_rental;
  elsif v_rental.state <> 'reserved' then
    perform private.raise_invalid_rental_state(v_rental, 'handed over');
  elsif private.today_of(v_rental.boutique_id) >= upper(v_rental.period) then
    perform private.raise_error(409, 'period_over', 'Its days are over. Cancel it, and reserve others.',
      jsonb_build_object('rental_id', rental_id, 'last_day', upper(v_rental.period) - 1));
  end if;
  perform private.refuse_without_deposit(v_rental);
  for v_other in
    select r.id, r.state::text as state from public.rentals r
    where r.garment_id = v_rental.garment_id and r.state in ('picked_up', 'returned', 'inspecting')
    union all
    select null, 'retired' from public.garments g where g.id = v_rental.garment_id and g.retired_at is not null
    limit 1
  loop
    perform private.raise_error(409, 'garment_not_ready', format('The garment is %s. Finish that first, or give her another one.', v_other.state),
      jsonb_build_object('rental_id', v_other.id, 'state', v_other.state, 'garment_id', v_rental.garment_id));
  end loop;

  select a.during into v_during from public.allocations a where a.id = v_rental.allocation_id;
  if lower(v_during) > now() then
    perform private.release_expired_holds(v_rental.garment_id, tstzrange(now(), lower(v_during)));
    begin
      update public.allocations a set during = tstzrange(now(), upper(a.during)) where a.id = v_rental.allocation_id;
    exception when exclusion_violation then
      select a.kind, a.source_id, lower(a.during) as starts, upper(a.during) as ends into v_other from public.allocations a
      where a.resource_id = v_rental.garment_id and a.during && tstzrange(now(), lower(v_during)) and a.state <> 'released'
      order by a.during limit 1;
      perform private.raise_error(409, 'not_available', 'The garment is taken until her time begins. Move what takes it first.',
        jsonb_build_object('rental_id', rental_id, 'kind', v_other.kind, 'source_id', v_other.source_id,
          'from', v_other.starts, 'until', v_other.ends));
    end;
  end if;
  update public.rentals r set state = 'picked_up', picked_up_at = now() where r.id = v_rental.id returning * into v_rental;
  perform private.record_rental_event(v_rental, 'handed_over', condition, note, photo_paths);
  return v_rental;
end
$function$;

CREATE OR REPLACE FUNCTION private.hold_for_job(attempt_id uuid)
 RETURNS SETOF private.hold_for_job
 LANGUAGE plpgsql
 STABLE ROWS 1
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.hold_has_ended(attempt public.payment_attempts)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.is_held_on_card(payment public.payments, method text, reference text)
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return payment.purpose = 'deposit' and exists (
    select from public.deposits d join public.payment_attempts t on t.id = d.attempt_id
    where d.payment_id = payment.id and d.is_authorised
      and (t.provider::text, t.provider_payment_id) is distinct from (is_held_on_card.method, is_held_on_card.reference));
end
$function$;

CREATE OR REPLACE FUNCTION private.is_over(rental_id uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select r.state in ('cancelled', 'expired', 'closed', 'lost') from public.rentals r where r.id = rental_id
$function$;

CREATE OR REPLACE FUNCTION private.lock_payment(payment_id uuid)
 RETURNS public.payments
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.notify_of_payment()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.notify('payment_due', new.id, jsonb_build_object('group', new.boutique_id));
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.order_check()
 RETURNS SETOF private.finding
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.part_of_hold(attempt public.payment_attempts, amount bigint, currency text)
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return attempt.state = 'authorised' and upper(part_of_hold.currency) = attempt.currency::text and exists (
    select from public.deposits d where d.attempt_id = attempt.id and d.is_authorised and d.kept > 0 and d.kept = part_of_hold.amount);
end
$function$;

CREATE OR REPLACE FUNCTION private.personal_data()
 RETURNS TABLE(table_name text, subject_column text, subject text, exported boolean, erasure private.erasure, reason text)
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  values
    ('public.profiles', 'id', 'id = $1', true, 'cascade'::private.erasure, 'who she is'),
    ('public.platform_admins', 'user_id', 'user_id = $1', true, 'cascade', 'a right of hers'),
    ('public.boutique_members', 'user_id', 'user_id = $1', true, 'cascade', 'her work for a boutique; its last owner hands it over first'),
    ('public.invitations', 'email', 'email = (select lower(u.email) from auth.users u where u.id = $1)', true, 'delete', 'holds her address'),
    ('public.invitations', 'invited_by', 'invited_by = $1', true, 'detach', 'the invitation of somebody else'),
    ('public.invitations', 'accepted_by', 'accepted_by = $1', false, 'detach', 'exported by her address'),
    ('public.boutique_status_changes', 'actor_id', 'actor_id = $1', true, 'detach', 'belongs to the boutique''s history'),
    ('public.rentals', 'customer_id', 'customer_id = $1', true, 'detach', 'the books need what was rented and paid, not by whom'),
    ('public.stylists', 'user_id', 'user_id = $1', true, 'detach', 'her public face at a boutique; erase_account empties it, fittings remember that there was somebody'),
    ('public.appointments', 'customer_id', 'customer_id = $1', true, 'detach', 'the boutique keeps the fact; what she has written and who came along goes'),
    ('public.appointment_garments', 'customer_id', 'customer_id = $1', true, 'detach', 'the boutique keeps which gowns were tried on'),
    ('public.appointment_notes', 'appointment_id', 'appointment_id in (select a.id from public.appointments a where a.customer_id = $1)', true, 'delete', 'what staff have noted about her'),
    ('public.appointment_notes', 'author_id', 'author_id = $1', false, 'detach', 'her work for the boutique, about somebody else, whose export has it'),
    ('public.waitlist_entries', 'customer_id', 'customer_id = $1', true, 'cascade', 'her place in line'),
    ('public.rental_events', 'customer_id', 'customer_id = $1', true, 'detach', 'the record of what was handed over, not to whom'),
    ('public.rental_events', 'actor_id', 'actor_id = $1', true, 'detach', 'belongs to the boutique''s history'),
    ('public.substitution_proposals', 'decided_by', 'decided_by = $1', true, 'detach', 'belongs to the boutique''s history'),
    ('public.data_exports', 'user_id', 'user_id = $1', true, 'cascade', 'her own request'),
    ('public.account_deletions', 'user_id', 'user_id = $1', true, 'cascade', 'her own request'),
    ('public.audit_log', 'actor_id', 'actor_id = $1', true, 'keep', 'append-only; a bare id that leads nowhere once the account is gone'),
    ('public.calendar_feeds', 'owner_id', 'owner_id = $1', true, 'cascade', 'her link; without her there is nobody with whose rights it is read'),
    ('public.notifications', 'user_id', 'user_id = $1', true, 'cascade', 'what she was told'),
    ('public.notification_preferences', 'user_id', 'user_id = $1', true, 'cascade', 'what she wants to hear'),
    ('public.notification_settings', 'user_id', 'user_id = $1', true, 'cascade', 'when and how she wants to hear it'),
    ('public.webhook_events', 'payload', 'payload #>> ''{data,customer_id}'' = $1::text', false, 'keep', 'what a boutique''s own systems were told: a bare id that leads nowhere once the account is gone; removed after 90 days'),
    ('private.messages', 'user_id', 'user_id = $1', true, 'cascade', 'what was sent to her'),
    ('private.messages', 'recipient_hash',
      'user_id is null and recipient_hash = private.recipient_hash((select u.email from auth.users u where u.id = $1))',
      true, 'delete', 'invitations to her address, sent before she had an account'),
    ('public.addresses', 'customer_id', 'customer_id = $1', true, 'cascade', 'where she has things sent'),
    ('public.carts', 'customer_id', 'customer_id = $1', true, 'cascade', 'what she meant to order'),
    ('public.cart_items', 'customer_id', 'customer_id = $1', true, 'cascade', 'goes with the cart'),
    ('public.order_groups', 'customer_id', 'customer_id = $1', true, 'detach', 'the books need what was paid, not by whom; a trigger empties the address'),
    ('public.orders', 'customer_id', 'customer_id = $1', true, 'detach', 'the same; a trigger empties her note and reasons that somebody has written'),
    ('public.order_items', 'customer_id', 'customer_id = $1', true, 'detach', 'the same'),
    ('public.order_adjustments', 'customer_id', 'customer_id = $1', true, 'detach', 'the same'),
    ('public.order_events', 'customer_id', 'customer_id = $1', true, 'detach', 'the log of what was done with her orders; a trigger takes what somebody has written'),
    ('public.order_events', 'actor_id', 'actor_id = $1', true, 'detach', 'belongs to the boutique''s history'),
    ('public.payments', 'customer_id', 'customer_id = $1', true, 'detach', 'the books need what was paid, not by whom'),
    ('public.payment_attempts', 'customer_id', 'customer_id = $1', true, 'detach', 'the same'),
    ('public.refund_transfers', 'customer_id', 'customer_id = $1', true, 'detach', 'the same'),
    ('public.payouts', 'decided_by', 'decided_by = $1', true, 'detach', 'her work for the marketplace'),
    ('public.payment_exceptions', 'resolved_by', 'resolved_by = $1', true, 'detach', 'her work for a boutique or the marketplace'),
    ('public.deposits', 'customer_id', 'customer_id = $1', true, 'detach', 'the same'),
    ('public.refunds', 'customer_id', 'customer_id = $1', true, 'detach', 'the same; a trigger takes a reason that somebody has written'),
    ('public.invoices', 'customer_id', 'customer_id = $1', true, 'detach', 'tax law wants them kept as they were issued'),
    ('public.invoices', 'content', 'customer_id = $1', false, 'keep', 'the same, with name and address of the buyer: without them it is no invoice. Read by the staff of its boutique and admins alone; exported by customer_id'),
    ('public.discount_redemptions', 'customer_id', 'customer_id = $1', true, 'detach', 'the same'),
    ('public.shipments', 'customer_id', 'customer_id = $1', true, 'detach', 'the books need what was sent, not to whom'),
    ('public.shipment_items', 'customer_id', 'customer_id = $1', true, 'detach', 'the same'),
    ('public.returns', 'customer_id', 'customer_id = $1', true, 'detach', 'the books need what came back; a trigger empties her note'),
    ('public.return_items', 'customer_id', 'customer_id = $1', true, 'detach', 'the same'),
    ('public.gift_card_entries', 'customer_id', 'customer_id = $1', true, 'detach', 'the books need what was spent, not by whom'),
    ('public.gift_card_entries', 'actor_id', 'actor_id = $1', true, 'detach', 'belongs to the boutique''s history'),
    ('public.stock_movements', 'actor_id', 'actor_id = $1', true, 'detach', 'belongs to the boutique''s history'),
    ('private.idempotency_keys', 'user_id', 'user_id = $1', false, 'delete', 'technical: her retries')
$function$;

CREATE OR REPLACE FUNCTION private.post_deposit()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  -- What a provider gives back is posted with its transfer; what a card held and was not taken has never come.
  v_by_hand bigint := case when new.attempt_id is null then new.returned else 0 end;
begin
  perform private.post('deposit', new.id, null, new.currency, array[
    private.ledger_line('deposits_held', new.boutique_id, new.kept + v_by_hand), private.ledger_line('boutique', new.boutique_id, -new.kept),
    private.ledger_line('till', new.boutique_id, -v_by_hand)]);
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.post_transferred()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_attempt public.payment_attempts;
  v_order uuid;
begin
  select * into v_attempt from public.payment_attempts t where t.id = new.attempt_id;
  select f.order_id into v_order from public.refunds f where f.id = new.refund_id;
  perform private.post('transferred', new.id, v_order, new.currency, array[
    case
      when new.refund_id is not null then private.ledger_line('refunds_payable', null, new.amount)
      when new.reason = 'deposit_released' then private.ledger_line('deposits_held', new.boutique_id, new.amount)
      -- Of a fee that was waived when it came.
      when new.reason = 'not_needed_any_more' then private.ledger_line('boutique', new.boutique_id, new.amount)
      else private.ledger_line('unapplied', null, new.amount)
    end,
    private.provider_line(v_attempt, -new.amount)]);
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.record_deposit_return(deposit_id uuid, reference text)
 RETURNS public.deposits
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.refuse_without_deposit(rental public.rentals)
 RETURNS void
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
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
    when 'invoice', 'debit_note', 'credit_note' then
      return private.repair_document(kind, id);
    when 'order_state' then
      insert into public.order_events (order_id, boutique_id, customer_id, from_state, to_state, reason)
      select o.id, o.boutique_id, u.id,
        (select e.to_state from public.order_events e where e.order_id = o.id order by e.id desc limit 1), o.state, 'repaired'
      from public.orders o left join auth.users u on u.id = o.customer_id
      where o.id = repair_order_drift.id;
      return 'Mended: the log ends with the state of the order.';
    when 'deposit_missing', 'deposit_open', 'deposit_payment', 'deposit_sum', 'fitting_fee' then
      return 'By hand: money of a customer is not for a machine to guess. Compare the payment, its attempts and their transfers with the audit log.';
    else
      return format('By hand: nothing mends %s.', kind);
  end case;
end
$function$;

CREATE OR REPLACE FUNCTION private.settle_attempt(attempt_id uuid, state text, provider_payment_id text, amount bigint, currency text, failure text DEFAULT ''::text)
 RETURNS public.payment_attempts
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.settle_deposit(deposit_id uuid, kept bigint)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.settle_payment(payment_id uuid, method text, reference text, amount bigint, currency text)
 RETURNS public.payments
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.start_payment(payment_id uuid, provider public.payment_provider, return_url text, is_hold boolean)
 RETURNS public.payment_attempts
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
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
    and t.is_hold = coalesce(start_payment.is_hold, false) and t.return_url = start_payment.return_url
    and t.account_id is not distinct from private.account_of(v_payment, start_payment.provider)
    and t.expires_at > now() + interval '2 minutes'
  order by t.created_at desc limit 1;
  if not found then
    insert into public.payment_attempts (
      payment_id, boutique_id, customer_id, provider, account_id, amount, currency, is_hold, return_url, expires_at, next_look_up_at)
    values (
      v_payment.id, v_payment.boutique_id, v_payment.customer_id, start_payment.provider, private.account_of(v_payment, start_payment.provider),
      v_payment.amount, v_payment.currency, coalesce(start_payment.is_hold, false), start_payment.return_url, v_expires, now() + interval '2 minutes')
    returning * into v_attempt;
  end if;
  return v_attempt;
end
$function$;

CREATE OR REPLACE FUNCTION private.take_payment(payment_id uuid, method text, reference text, amount bigint, currency text)
 RETURNS public.payments
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  if not exists (
    select from public.payments p
    where p.id = take_payment.payment_id and (p.boutique_id in (select private.my_boutique_ids('orders.write')) or (select private.is_admin()))) then
    perform private.raise_error(404, 'payment_not_found', 'There is no such payment of a boutique that you work for.', jsonb_build_object('payment_id', payment_id));
  end if;
  perform private.refuse_wrong_receipt(method, reference);
  if exists (
    select from public.payments p where p.id = take_payment.payment_id and p.state in ('cancelled', 'failed') and p.purpose in ('rental_fee', 'fitting_fee')) then
    perform private.raise_error(409, 'nothing_to_pay', 'This fee is not to be paid any more.', jsonb_build_object('payment_id', payment_id));
  end if;
  return private.settle_payment(payment_id, method, btrim(reference), amount, currency);
end
$function$;

CREATE OR REPLACE FUNCTION private.waive_payment(payment_id uuid, reason text)
 RETURNS public.payments
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_payment public.payments;
begin
  if not exists (
    select from public.payments p
    where p.id = waive_payment.payment_id and (p.boutique_id in (select private.my_boutique_ids('refunds.write')) or (select private.is_admin()))) then
    perform private.raise_error(404, 'payment_not_found', 'There is no such payment of a boutique that you manage.', jsonb_build_object('payment_id', payment_id));
  elsif reason is null or reason !~ '\S' or length(reason) > 500 then
    perform private.raise_error(400, 'invalid_reason', 'Say why, in at most 500 characters.');
  end if;
  v_payment := private.lock_payment(payment_id);
  if v_payment.waived_reason is not null then
    return v_payment;
  elsif v_payment.purpose not in ('rental_fee', 'fitting_fee') or v_payment.state <> 'pending' then
    perform private.raise_error(409, 'not_waivable', 'Only a fee that is still to be paid can be waived.',
      jsonb_build_object('payment_id', payment_id, 'purpose', v_payment.purpose, 'state', v_payment.state));
  end if;
  update public.payments p set state = 'cancelled', waived_reason = btrim(waive_payment.reason)
  where p.id = v_payment.id
  returning * into v_payment;
  return v_payment;
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
    'order_total', 'refund_total', 'payment', 'order_state', 'order_log', 'order_number', 'gift_card', 'stale_order',
    'invoice', 'debit_note', 'credit_note',
    'deposit_missing', 'deposit_open', 'deposit_payment', 'deposit_sum', 'fitting_fee']);
end
$function$;

CREATE OR REPLACE FUNCTION public.record_deposit_return(deposit_id uuid, reference text)
 RETURNS public.deposits
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.record_deposit_return(deposit_id, reference) $function$;

CREATE OR REPLACE FUNCTION public.waive_payment(payment_id uuid, reason text)
 RETURNS public.payments
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.waive_payment(payment_id, reason) $function$;

ALTER TABLE "public"."deposits" ADD CONSTRAINT "a_card_holds_what_it_holds" CHECK (((NOT is_authorised) OR ((state = 'held'::public.deposit_state) AND (attempt_id IS NOT NULL))));

ALTER TABLE "public"."deposits" ADD CONSTRAINT "a_settled_deposit_says_when" CHECK (((state = 'settled'::public.deposit_state) = (settled_at IS NOT NULL)));

ALTER TABLE "public"."deposits" ADD CONSTRAINT "deposits_customer_id_fkey" FOREIGN KEY (customer_id) REFERENCES auth.users(id) ON DELETE SET NULL;

ALTER TABLE "public"."deposits" ADD CONSTRAINT "only_what_was_held_is_kept_or_returned" CHECK (((state = ANY (ARRAY['held'::public.deposit_state, 'settled'::public.deposit_state])) OR (((kept + to_return) + returned) = 0)));

ALTER TABLE "public"."deposits" ADD CONSTRAINT "what_goes_back_has_gone_when_it_is_settled" CHECK (
CASE state
    WHEN 'settled'::public.deposit_state THEN ((kept + returned) = amount)
    ELSE (returned = 0)
END);

ALTER TABLE "public"."payments" ADD CONSTRAINT "only_a_cancelled_payment_is_waived" CHECK (((waived_reason IS NULL) OR (state <> 'pending'::public.payment_state)));

ALTER TABLE "public"."payments" ADD CONSTRAINT "payments_id_rental_id_boutique_id_key" UNIQUE (id, rental_id, boutique_id);

ALTER TABLE "public"."deposits" ADD CONSTRAINT "deposit_is_of_the_rental_of_its_payment" FOREIGN KEY (payment_id, rental_id, boutique_id) REFERENCES public.payments(id, rental_id, boutique_id) ON DELETE RESTRICT;

ALTER TABLE "public"."payments" ADD CONSTRAINT "texts_are_bounded" CHECK (((length(method) <= 60) AND (length(reference) <= 200) AND (length(waived_reason) <= 500)));

CREATE INDEX deposits_attempt_id_idx ON public.deposits USING btree (attempt_id);

CREATE INDEX deposits_boutique_id_idx ON public.deposits USING btree (boutique_id, created_at DESC);

CREATE INDEX deposits_customer_id_idx ON public.deposits USING btree (customer_id);

CREATE INDEX deposits_payment_id_idx ON public.deposits USING btree (payment_id, rental_id, boutique_id);

CREATE TRIGGER fee_follows_appointment AFTER UPDATE OF fee_due ON public.appointments FOR EACH ROW WHEN ((old.fee_due <> new.fee_due)) EXECUTE FUNCTION private.follow_fitting_fee();

CREATE TRIGGER fee_of_new_appointment AFTER INSERT ON public.appointments FOR EACH ROW WHEN ((new.fee_due > 0)) EXECUTE FUNCTION private.follow_fitting_fee();

CREATE TRIGGER audit_delete AFTER DELETE ON public.deposits REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', '');

CREATE TRIGGER audit_insert AFTER INSERT ON public.deposits REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', '');

CREATE TRIGGER audit_update AFTER UPDATE ON public.deposits REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', '');

CREATE TRIGGER post_deposit AFTER UPDATE OF state ON public.deposits FOR EACH ROW WHEN (((old.state <> 'settled'::public.deposit_state) AND (new.state = 'settled'::public.deposit_state))) EXECUTE FUNCTION private.post_deposit();

CREATE TRIGGER touch_updated_at BEFORE UPDATE ON public.deposits FOR EACH ROW EXECUTE FUNCTION private.touch_updated_at();

CREATE TRIGGER audit_delete AFTER DELETE ON public.payments REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', 'waived_reason');

CREATE TRIGGER audit_insert AFTER INSERT ON public.payments REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', 'waived_reason');

CREATE TRIGGER audit_update AFTER UPDATE ON public.payments REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', 'waived_reason');

CREATE TRIGGER forget_customer BEFORE UPDATE ON public.payments FOR EACH ROW WHEN (((old.customer_id IS NOT NULL) AND (new.customer_id IS NULL))) EXECUTE FUNCTION private.forget_payer();

CREATE TRIGGER notify_of_payment AFTER INSERT ON public.payments FOR EACH ROW WHEN (((new.state = 'pending'::public.payment_state) AND (new.customer_id IS NOT NULL) AND (new.purpose = ANY (ARRAY['deposit'::public.payment_purpose, 'rental_fee'::public.payment_purpose, 'fitting_fee'::public.payment_purpose])))) EXECUTE FUNCTION private.notify_of_payment();

CREATE TRIGGER deposit_follows_rental AFTER UPDATE OF state ON public.rentals FOR EACH ROW WHEN (((old.state <> new.state) AND (new.state = ANY (ARRAY['reserved'::public.rental_state, 'cancelled'::public.rental_state, 'expired'::public.rental_state, 'closed'::public.rental_state, 'lost'::public.rental_state])))) EXECUTE FUNCTION private.follow_rental();

CREATE TRIGGER deposit_of_new_rental AFTER INSERT ON public.rentals FOR EACH ROW WHEN ((new.state = 'reserved'::public.rental_state)) EXECUTE FUNCTION private.follow_rental();

CREATE POLICY "select_own_or_staff" ON "public"."deposits" FOR SELECT TO "authenticated" USING (((customer_id = ( SELECT auth.uid() AS uid)) OR (boutique_id IN ( SELECT private.my_boutique_ids('rentals.read'::public.permission) AS my_boutique_ids)) OR ( SELECT private.is_admin() AS is_admin)));

COMMENT ON COLUMN "public"."deposits"."amount" IS 'Frozen in the rental, in minor units of the currency, as what follows.';

COMMENT ON COLUMN "public"."deposits"."attempt_id" IS 'Attempt of its payment with which it came, or is held, through a provider; null: it is due, or was taken by staff in cash or by transfer.';

COMMENT ON COLUMN "public"."deposits"."is_authorised" IS 'Held on a card and not taken: its payment stays pending until a part is taken, or all of it is let go.';

COMMENT ON COLUMN "public"."deposits"."kept" IS 'For coming late, damage or loss, up to the whole.';

COMMENT ON COLUMN "public"."deposits"."return_reference" IS 'How it was paid back by hand, such as the number of the receipt.';

COMMENT ON COLUMN "public"."deposits"."returned" IS 'Has gone back, or is on its way with the provider.';

COMMENT ON COLUMN "public"."deposits"."to_return" IS 'Is to go back and has not yet: by hand what staff have taken (record_deposit_return), by a job what a card holds.';

COMMENT ON COLUMN "public"."payment_attempts"."amount" IS 'Asked for, in minor units of the currency; of a deposit that a card held: the part that was taken.';

COMMENT ON COLUMN "public"."payments"."amount" IS 'In minor units of the currency. Of a deposit that a card held: what was taken of it.';

COMMENT ON COLUMN "public"."payments"."waived_reason" IS 'Why a manager has let the customer off a fee; null: nobody has.';

COMMENT ON COLUMN "public"."refund_transfers"."reason" IS 'A word of ours: that of the refund, paid_twice, surplus, amount_differs, deposit_released or not_needed_any_more.';

COMMENT ON COLUMN "public"."refund_transfers"."refund_id" IS 'The refund of an order that it is a part of; null: money that was paid twice, came as another amount, or is a deposit or a fee.';

COMMENT ON COLUMN "public"."rental_policies"."deposit_before_pickup" IS 'Whether a garment goes out only when its deposit is paid, or held on a card.';

COMMENT ON FUNCTION "private"."ask_for_deposit"(public.rentals) IS 'A firm rental has its deposit asked for, until its first day. The caller has locked the rental.';

COMMENT ON FUNCTION "private"."ask_for_rental_fee"(public.rentals, bigint) IS 'Asks for what a deposit does not cover, within 14 days. Nothing when there is nothing. The caller has locked the rental.';

COMMENT ON FUNCTION "private"."check_ledger_balances"() IS 'ledger_balance: gift cards, due refunds, deposits, money that settles nothing, and what is between payments and orders.';

COMMENT ON FUNCTION "private"."deposit_arrived"(public.payments) IS 'The money of a deposit is there. It goes back when the rental is over meanwhile. Called by settle_payment.';

COMMENT ON FUNCTION "private"."deposit_authorised"(public.payment_attempts) IS 'A card holds a deposit. The payment stays pending. Called by settle_attempt.';

COMMENT ON FUNCTION "private"."deposit_check"() IS 'deposit_missing: a firm rental without its deposit; deposit_open: a rental that is over, of whose deposit nothing is decided; deposit_payment: a deposit and its payment that disagree; deposit_sum: money that is neither kept nor gone back.';

COMMENT ON FUNCTION "private"."fee_arrived"(public.payments) IS 'Money for a fee that was waived or taken back meanwhile goes back. Called by settle_payment.';

COMMENT ON FUNCTION "private"."fee_check"() IS 'fitting_fee: an appointment and the payment of its fee that disagree.';

COMMENT ON FUNCTION "private"."follow_fitting_fee"() IS 'Trigger: a fee that is due is a payment; one that is not due any more is not to be paid, and goes back when it came through a provider.';

COMMENT ON FUNCTION "private"."follow_rental"() IS 'Trigger: a firm rental has its deposit asked for; one that was called off gives it back; one that is over pays its fees from it, and a payment asks for what is more. A lost garment keeps the whole deposit.';

COMMENT ON FUNCTION "private"."forget_payer"() IS 'Trigger: when the account of a customer goes, so does what was written of her.';

COMMENT ON FUNCTION "private"."hold_for_job"(uuid) IS 'What is to be taken of a deposit that a card holds, 0 when all of it is let go, and all that its provider has to know; no row when nothing is to be done. Called by the job deposit.settle.';

COMMENT ON FUNCTION "private"."hold_has_ended"(public.payment_attempts) IS 'A card holds a deposit no more, and nothing was taken: it was let go as was decided, or by the bank before that, when it is asked for again. Called by settle_attempt.';

COMMENT ON FUNCTION "private"."is_held_on_card"(public.payments, text, text) IS 'True when a card holds this deposit, and this money is not what it holds.';

COMMENT ON FUNCTION "private"."is_over"(uuid) IS 'True for a rental that needs no deposit any more.';

COMMENT ON FUNCTION "private"."notify_of_payment"() IS 'Trigger: tells the customer of a deposit or a fee that she is to pay.';

COMMENT ON FUNCTION "private"."order_check"() IS 'Everything that is wrong with orders, stock, their calendar, deposits and fees; no row when nothing is. For operators: select * from private.order_check().';

COMMENT ON FUNCTION "private"."part_of_hold"(public.payment_attempts, bigint, text) IS 'True when this is the part of a deposit on a card that was to be taken.';

COMMENT ON FUNCTION "private"."post_deposit"() IS 'Trigger: what is kept of a deposit is the boutique''s; what staff give back leaves the till.';

COMMENT ON FUNCTION "private"."refuse_without_deposit"(public.rentals) IS 'PT409 deposit_due where the policy wants the deposit before the garment goes out, and it is not there. The caller has locked the rental.';

COMMENT ON FUNCTION "private"."settle_deposit"(uuid, bigint) IS 'Decides what of a held deposit is kept, and has the rest given back the way it came. Once; nothing follows from a second call. The caller has locked its payment.';

COMMENT ON FUNCTION "public"."delete_account"() IS 'Deletes the caller''s account in 14 days; until then undo_account_deletion takes it back. Repeating it changes nothing. PT409 open_rentals, PT409 open_orders, PT409 open_deposits, PT409 open_appointments, PT409 last_owner.';

COMMENT ON FUNCTION "public"."hand_over_rental"(uuid, public.garment_condition, text, text[]) IS 'Staff give the garment out; earlier than its time if nothing else takes it until then. Repeating it changes nothing. PT404 rental_not_found; PT409 invalid_state, period_over, deposit_due (detail: the payment), garment_not_ready (detail: the rental that still has it), not_available (detail: what takes it); PT400 invalid_note, invalid_photo_paths.';

COMMENT ON FUNCTION "public"."record_deposit_return"(uuid, text) IS 'Staff note that they have paid to_return of a deposit back by hand, and how. What came through a provider goes back by itself. Repeating it changes nothing. PT404 deposit_not_found; PT409 nothing_to_return; PT400 invalid_payment.';

COMMENT ON FUNCTION "public"."take_payment"(uuid, text, text, bigint, text) IS 'Staff note money that came in cash or by transfer for one payment of their boutique: a deposit, an instalment, a fee, a change. A repetition with the same reference is a success. PT404 payment_not_found; PT400 invalid_payment; PT409 amount_differs, already_paid, reference_used, nothing_to_pay.';

COMMENT ON FUNCTION "public"."waive_payment"(uuid, text) IS 'Managers, or an admin, let a customer off a fee of a rental or a fitting, and say why; the audit log has who did. Repeating it changes nothing. PT404 payment_not_found; PT409 not_waivable; PT400 invalid_reason.';

COMMENT ON TABLE "public"."deposits" IS 'Security for a rental, one row each. Its payment asks for the money; here is where the money is and what becomes of it.';

COMMENT ON TYPE "public"."deposit_state" IS 'due: is to be paid, or held on a card; held: the boutique has it, or a card holds it; settled: what is kept is kept, and the rest is on its way back; cancelled: was not needed any more before it came.';

REVOKE ALL ON FUNCTION "private"."ask_for_deposit"(public.rentals) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."ask_for_deposit"(public.rentals) TO "postgres";

REVOKE ALL ON FUNCTION "private"."ask_for_rental_fee"(public.rentals, bigint) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."ask_for_rental_fee"(public.rentals, bigint) TO "postgres";

REVOKE ALL ON FUNCTION "private"."deposit_arrived"(public.payments) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."deposit_arrived"(public.payments) TO "postgres";

REVOKE ALL ON FUNCTION "private"."deposit_authorised"(public.payment_attempts) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."deposit_authorised"(public.payment_attempts) TO "postgres";

REVOKE ALL ON FUNCTION "private"."deposit_check"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."deposit_check"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."fee_arrived"(public.payments) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."fee_arrived"(public.payments) TO "postgres";

REVOKE ALL ON FUNCTION "private"."fee_check"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."fee_check"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."follow_fitting_fee"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."follow_fitting_fee"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."follow_rental"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."follow_rental"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."forget_payer"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."forget_payer"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."hold_for_job"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."hold_for_job"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."hold_has_ended"(public.payment_attempts) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."hold_has_ended"(public.payment_attempts) TO "postgres";

REVOKE ALL ON FUNCTION "private"."is_held_on_card"(public.payments, text, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."is_held_on_card"(public.payments, text, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."is_over"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."is_over"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."notify_of_payment"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."notify_of_payment"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."part_of_hold"(public.payment_attempts, bigint, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."part_of_hold"(public.payment_attempts, bigint, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."post_deposit"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."post_deposit"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."record_deposit_return"(uuid, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."record_deposit_return"(uuid, text) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."refuse_without_deposit"(public.rentals) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."refuse_without_deposit"(public.rentals) TO "postgres";

REVOKE ALL ON FUNCTION "private"."settle_deposit"(uuid, bigint) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."settle_deposit"(uuid, bigint) TO "postgres";

REVOKE ALL ON FUNCTION "private"."waive_payment"(uuid, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."waive_payment"(uuid, text) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."record_deposit_return"(uuid, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."record_deposit_return"(uuid, text) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."waive_payment"(uuid, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."waive_payment"(uuid, text) TO "authenticated", "postgres";

GRANT SELECT ON TABLE "public"."deposits" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."deposits" TO "postgres", "service_role";

REVOKE ALL ("deposit_before_pickup") ON TABLE "public"."rental_policies" FROM "authenticated";

GRANT UPDATE ("deposit_before_pickup") ON TABLE "public"."rental_policies" TO "authenticated";

GRANT USAGE ON TYPE "private"."hold_for_job" TO "postgres";

GRANT USAGE ON TYPE "public"."deposit_state" TO "postgres";

-- Storage: policies of its files; 96_buckets.sql has the buckets. A schema diff leaves the platform's schemas out, so this
-- file goes into a migration as a whole when it has changed, and may run again.

-- The bucket is public: anybody with the address of a file reads it. Listing is for the boutique's own staff, for the
-- names of files tell of drafts.
drop policy if exists select_product_media on storage.objects;
create policy select_product_media on storage.objects for select to authenticated
  using (
    bucket_id = 'product-media'
    and (storage.foldername(name))[1] in (select id::text from private.my_boutique_ids('catalog.read') as id));
drop policy if exists insert_product_media on storage.objects;
create policy insert_product_media on storage.objects for insert to authenticated
  with check (
    bucket_id = 'product-media'
    and (storage.foldername(name))[1] in (select id::text from private.my_boutique_ids('catalog.write') as id));
drop policy if exists update_product_media on storage.objects;
create policy update_product_media on storage.objects for update to authenticated
  using (
    bucket_id = 'product-media'
    and (storage.foldername(name))[1] in (select id::text from private.my_boutique_ids('catalog.write') as id))
  with check (
    bucket_id = 'product-media'
    and (storage.foldername(name))[1] in (select id::text from private.my_boutique_ids('catalog.write') as id));
drop policy if exists delete_product_media on storage.objects;
create policy delete_product_media on storage.objects for delete to authenticated
  using (
    bucket_id = 'product-media'
    and (storage.foldername(name))[1] in (select id::text from private.my_boutique_ids('catalog.write') as id));

-- What a garment looked like when it was handed over and came back. Private to the staff of the boutique, whose id is the
-- first folder.
drop policy if exists select_condition_photos on storage.objects;
create policy select_condition_photos on storage.objects for select to authenticated
  using (
    bucket_id = 'condition-photos'
    and (storage.foldername(name))[1] in (select id::text from private.my_boutique_ids('rentals.read') as id));
drop policy if exists insert_condition_photos on storage.objects;
create policy insert_condition_photos on storage.objects for insert to authenticated
  with check (
    bucket_id = 'condition-photos'
    and (storage.foldername(name))[1] in (select id::text from private.my_boutique_ids('rentals.write') as id));
-- update and delete are nobody's: photos are the record in a dispute, as rental_events are.

-- Folders of people: the first folder of a path is the account's id. Files of avatars are public to whoever has the
-- address; the other buckets are private, and nobody but the owner of the folder gets a link.
drop policy if exists select_own_files on storage.objects;
create policy select_own_files on storage.objects for select to authenticated
  using (
    bucket_id in ('avatars', 'private-documents', 'data-exports')
    and (storage.foldername(name))[1] = (select auth.uid())::text);
drop policy if exists insert_own_files on storage.objects;
create policy insert_own_files on storage.objects for insert to authenticated
  with check (
    bucket_id in ('avatars', 'private-documents')
    and (storage.foldername(name))[1] = (select auth.uid())::text);
drop policy if exists update_own_files on storage.objects;
create policy update_own_files on storage.objects for update to authenticated
  using (
    bucket_id in ('avatars', 'private-documents')
    and (storage.foldername(name))[1] = (select auth.uid())::text)
  with check (
    bucket_id in ('avatars', 'private-documents')
    and (storage.foldername(name))[1] = (select auth.uid())::text);
drop policy if exists delete_own_files on storage.objects;
create policy delete_own_files on storage.objects for delete to authenticated
  using (
    bucket_id in ('avatars', 'private-documents')
    and (storage.foldername(name))[1] = (select auth.uid())::text);
-- Nobody writes into data-exports but the job that builds them, with the secret key.

-- Invoices and credit notes, in the folder of the boutique. Read by its staff and by the customer of each; the job that makes
-- them writes, with the secret key. A file is hers by the row of public.invoices that names it.
drop policy if exists select_invoices on storage.objects;
create policy select_invoices on storage.objects for select to authenticated
  using (
    bucket_id = 'invoices'
    and ((storage.foldername(name))[1] in (select id::text from private.my_boutique_ids('orders.read') as id)
      or name in (select private.my_invoice_paths())));

-- Queues. Generated from functions/_shared/jobs by npm run db:diff: change them there.

select pgboss.create_queue('unknown.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('rental.expire_hold.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('rental.expire_hold', '{"policy":"standard","retryLimit":10,"retryDelay":5,"retryBackoff":true,"retryDelayMax":300,"expireInSeconds":60,"deadLetter":"rental.expire_hold.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 10, retry_delay = 5, retry_backoff = true, retry_delay_max = 300, expire_seconds = 60, heartbeat_seconds = 30, dead_letter = 'rental.expire_hold.dead', notify = true where name = 'rental.expire_hold';
select pgboss.create_queue('fitting.expire_offer.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('fitting.expire_offer', '{"policy":"standard","retryLimit":10,"retryDelay":5,"retryBackoff":true,"retryDelayMax":300,"expireInSeconds":60,"deadLetter":"fitting.expire_offer.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 10, retry_delay = 5, retry_backoff = true, retry_delay_max = 300, expire_seconds = 60, heartbeat_seconds = 30, dead_letter = 'fitting.expire_offer.dead', notify = true where name = 'fitting.expire_offer';
select pgboss.create_queue('order.expire_hold.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('order.expire_hold', '{"policy":"standard","retryLimit":20,"retryDelay":5,"retryBackoff":true,"retryDelayMax":300,"expireInSeconds":60,"deadLetter":"order.expire_hold.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 20, retry_delay = 5, retry_backoff = true, retry_delay_max = 300, expire_seconds = 60, heartbeat_seconds = 30, dead_letter = 'order.expire_hold.dead', notify = true where name = 'order.expire_hold';
select pgboss.create_queue('fitting.offer_waitlist.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('fitting.offer_waitlist', '{"policy":"standard","retryLimit":10,"retryDelay":5,"retryBackoff":true,"retryDelayMax":300,"expireInSeconds":60,"deadLetter":"fitting.offer_waitlist.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 10, retry_delay = 5, retry_backoff = true, retry_delay_max = 300, expire_seconds = 60, heartbeat_seconds = 30, dead_letter = 'fitting.offer_waitlist.dead', notify = true where name = 'fitting.offer_waitlist';
select pgboss.create_queue('rental.watch_returns.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('rental.watch_returns', '{"policy":"standard","retryLimit":3,"retryDelay":30,"retryBackoff":true,"retryDelayMax":300,"expireInSeconds":600,"deadLetter":"rental.watch_returns.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 3, retry_delay = 30, retry_backoff = true, retry_delay_max = 300, expire_seconds = 600, heartbeat_seconds = 30, dead_letter = 'rental.watch_returns.dead', notify = true where name = 'rental.watch_returns';
select pgboss.create_queue('mail.rental_reserved.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('mail.rental_reserved', '{"policy":"standard","retryLimit":12,"retryDelay":5,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":120,"deadLetter":"mail.rental_reserved.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 12, retry_delay = 5, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 120, heartbeat_seconds = 30, dead_letter = 'mail.rental_reserved.dead', notify = true where name = 'mail.rental_reserved';
select pgboss.create_queue('mail.rental_changed.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('mail.rental_changed', '{"policy":"standard","retryLimit":12,"retryDelay":5,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":120,"deadLetter":"mail.rental_changed.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 12, retry_delay = 5, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 120, heartbeat_seconds = 30, dead_letter = 'mail.rental_changed.dead', notify = true where name = 'mail.rental_changed';
select pgboss.create_queue('mail.fitting_booked.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('mail.fitting_booked', '{"policy":"standard","retryLimit":12,"retryDelay":5,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":120,"deadLetter":"mail.fitting_booked.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 12, retry_delay = 5, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 120, heartbeat_seconds = 30, dead_letter = 'mail.fitting_booked.dead', notify = true where name = 'mail.fitting_booked';
select pgboss.create_queue('mail.fitting_reminder.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('mail.fitting_reminder', '{"policy":"standard","retryLimit":12,"retryDelay":5,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":120,"deadLetter":"mail.fitting_reminder.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 12, retry_delay = 5, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 120, heartbeat_seconds = 30, dead_letter = 'mail.fitting_reminder.dead', notify = true where name = 'mail.fitting_reminder';
select pgboss.create_queue('mail.fitting_cancelled.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('mail.fitting_cancelled', '{"policy":"standard","retryLimit":12,"retryDelay":5,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":120,"deadLetter":"mail.fitting_cancelled.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 12, retry_delay = 5, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 120, heartbeat_seconds = 30, dead_letter = 'mail.fitting_cancelled.dead', notify = true where name = 'mail.fitting_cancelled';
select pgboss.create_queue('mail.fitting_offer.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('mail.fitting_offer', '{"policy":"standard","retryLimit":12,"retryDelay":5,"retryBackoff":true,"retryDelayMax":300,"expireInSeconds":120,"deadLetter":"mail.fitting_offer.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 12, retry_delay = 5, retry_backoff = true, retry_delay_max = 300, expire_seconds = 120, heartbeat_seconds = 30, dead_letter = 'mail.fitting_offer.dead', notify = true where name = 'mail.fitting_offer';
select pgboss.create_queue('mail.invitation.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('mail.invitation', '{"policy":"standard","retryLimit":12,"retryDelay":5,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":120,"deadLetter":"mail.invitation.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 12, retry_delay = 5, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 120, heartbeat_seconds = 30, dead_letter = 'mail.invitation.dead', notify = true where name = 'mail.invitation';
select pgboss.create_queue('mail.boutique_status.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('mail.boutique_status', '{"policy":"standard","retryLimit":12,"retryDelay":5,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":120,"deadLetter":"mail.boutique_status.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 12, retry_delay = 5, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 120, heartbeat_seconds = 30, dead_letter = 'mail.boutique_status.dead', notify = true where name = 'mail.boutique_status';
select pgboss.create_queue('privacy.build_export.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('privacy.build_export', '{"policy":"standard","retryLimit":8,"retryDelay":30,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":900,"deadLetter":"privacy.build_export.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 8, retry_delay = 30, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 900, heartbeat_seconds = 30, dead_letter = 'privacy.build_export.dead', notify = true where name = 'privacy.build_export';
select pgboss.create_queue('mail.data_export.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('mail.data_export', '{"policy":"standard","retryLimit":12,"retryDelay":5,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":120,"deadLetter":"mail.data_export.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 12, retry_delay = 5, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 120, heartbeat_seconds = 30, dead_letter = 'mail.data_export.dead', notify = true where name = 'mail.data_export';
select pgboss.create_queue('mail.account_deletion.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('mail.account_deletion', '{"policy":"standard","retryLimit":12,"retryDelay":5,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":120,"deadLetter":"mail.account_deletion.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 12, retry_delay = 5, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 120, heartbeat_seconds = 30, dead_letter = 'mail.account_deletion.dead', notify = true where name = 'mail.account_deletion';
select pgboss.create_queue('privacy.erase_account.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('privacy.erase_account', '{"policy":"standard","retryLimit":20,"retryDelay":60,"retryBackoff":true,"retryDelayMax":21600,"expireInSeconds":600,"deadLetter":"privacy.erase_account.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 20, retry_delay = 60, retry_backoff = true, retry_delay_max = 21600, expire_seconds = 600, heartbeat_seconds = 30, dead_letter = 'privacy.erase_account.dead', notify = true where name = 'privacy.erase_account';
select pgboss.create_queue('privacy.sweep.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('privacy.sweep', '{"policy":"standard","retryLimit":3,"retryDelay":60,"retryBackoff":true,"retryDelayMax":600,"expireInSeconds":600,"deadLetter":"privacy.sweep.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 3, retry_delay = 60, retry_backoff = true, retry_delay_max = 600, expire_seconds = 600, heartbeat_seconds = 30, dead_letter = 'privacy.sweep.dead', notify = true where name = 'privacy.sweep';
select pgboss.create_queue('rate_limits.sweep.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('rate_limits.sweep', '{"policy":"standard","retryLimit":3,"retryDelay":60,"retryBackoff":true,"retryDelayMax":600,"expireInSeconds":300,"deadLetter":"rate_limits.sweep.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 3, retry_delay = 60, retry_backoff = true, retry_delay_max = 600, expire_seconds = 300, heartbeat_seconds = 30, dead_letter = 'rate_limits.sweep.dead', notify = true where name = 'rate_limits.sweep';
select pgboss.create_queue('calendar.check.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('calendar.check', '{"policy":"standard","retryLimit":3,"retryDelay":60,"retryBackoff":true,"retryDelayMax":600,"expireInSeconds":600,"deadLetter":"calendar.check.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 3, retry_delay = 60, retry_backoff = true, retry_delay_max = 600, expire_seconds = 600, heartbeat_seconds = 30, dead_letter = 'calendar.check.dead', notify = true where name = 'calendar.check';
select pgboss.create_queue('order.check.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('order.check', '{"policy":"standard","retryLimit":3,"retryDelay":60,"retryBackoff":true,"retryDelayMax":600,"expireInSeconds":600,"deadLetter":"order.check.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 3, retry_delay = 60, retry_backoff = true, retry_delay_max = 600, expire_seconds = 600, heartbeat_seconds = 30, dead_letter = 'order.check.dead', notify = true where name = 'order.check';
select pgboss.create_queue('order.complete.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('order.complete', '{"policy":"standard","retryLimit":5,"retryDelay":60,"retryBackoff":true,"retryDelayMax":600,"expireInSeconds":600,"deadLetter":"order.complete.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 5, retry_delay = 60, retry_backoff = true, retry_delay_max = 600, expire_seconds = 600, heartbeat_seconds = 30, dead_letter = 'order.complete.dead', notify = true where name = 'order.complete';
select pgboss.create_queue('cart.remind.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('cart.remind', '{"policy":"standard","retryLimit":5,"retryDelay":60,"retryBackoff":true,"retryDelayMax":600,"expireInSeconds":120,"deadLetter":"cart.remind.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 5, retry_delay = 60, retry_backoff = true, retry_delay_max = 600, expire_seconds = 120, heartbeat_seconds = 30, dead_letter = 'cart.remind.dead', notify = true where name = 'cart.remind';
select pgboss.create_queue('jobs.watch.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('jobs.watch', '{"policy":"standard","retryLimit":3,"retryDelay":10,"retryBackoff":true,"retryDelayMax":60,"expireInSeconds":120,"deadLetter":"jobs.watch.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 3, retry_delay = 10, retry_backoff = true, retry_delay_max = 60, expire_seconds = 120, heartbeat_seconds = 30, dead_letter = 'jobs.watch.dead', notify = true where name = 'jobs.watch';
select pgboss.create_queue('notify.deliver.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('notify.deliver', '{"policy":"standard","retryLimit":12,"retryDelay":5,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":120,"deadLetter":"notify.deliver.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 12, retry_delay = 5, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 120, heartbeat_seconds = 30, dead_letter = 'notify.deliver.dead', notify = true where name = 'notify.deliver';
select pgboss.create_queue('housekeeping.prune.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('housekeeping.prune', '{"policy":"standard","retryLimit":3,"retryDelay":60,"retryBackoff":true,"retryDelayMax":600,"expireInSeconds":900,"deadLetter":"housekeeping.prune.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 3, retry_delay = 60, retry_backoff = true, retry_delay_max = 600, expire_seconds = 900, heartbeat_seconds = 30, dead_letter = 'housekeeping.prune.dead', notify = true where name = 'housekeeping.prune';
select pgboss.create_queue('webhook.deliver.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('webhook.deliver', '{"policy":"standard","retryLimit":10,"retryDelay":30,"retryBackoff":true,"retryDelayMax":600,"expireInSeconds":60,"deadLetter":"webhook.deliver.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 10, retry_delay = 30, retry_backoff = true, retry_delay_max = 600, expire_seconds = 60, heartbeat_seconds = 30, dead_letter = 'webhook.deliver.dead', notify = true where name = 'webhook.deliver';
select pgboss.create_queue('mail.webhook_failing.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('mail.webhook_failing', '{"policy":"standard","retryLimit":12,"retryDelay":5,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":120,"deadLetter":"mail.webhook_failing.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 12, retry_delay = 5, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 120, heartbeat_seconds = 30, dead_letter = 'mail.webhook_failing.dead', notify = true where name = 'mail.webhook_failing';
select pgboss.create_queue('webhook.sweep.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('webhook.sweep', '{"policy":"standard","retryLimit":3,"retryDelay":60,"retryBackoff":true,"retryDelayMax":600,"expireInSeconds":600,"deadLetter":"webhook.sweep.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 3, retry_delay = 60, retry_backoff = true, retry_delay_max = 600, expire_seconds = 600, heartbeat_seconds = 30, dead_letter = 'webhook.sweep.dead', notify = true where name = 'webhook.sweep';
select pgboss.create_queue('document.render.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('document.render', '{"policy":"standard","retryLimit":12,"retryDelay":10,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":120,"deadLetter":"document.render.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 12, retry_delay = 10, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 120, heartbeat_seconds = 30, dead_letter = 'document.render.dead', notify = true where name = 'document.render';
select pgboss.create_queue('payment.event.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('payment.event', '{"policy":"standard","retryLimit":40,"retryDelay":2,"retryBackoff":true,"retryDelayMax":900,"expireInSeconds":60,"deadLetter":"payment.event.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 40, retry_delay = 2, retry_backoff = true, retry_delay_max = 900, expire_seconds = 60, heartbeat_seconds = 30, dead_letter = 'payment.event.dead', notify = true where name = 'payment.event';
select pgboss.create_queue('payment.look_up.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('payment.look_up', '{"policy":"standard","retryLimit":1,"retryDelay":5,"retryBackoff":true,"retryDelayMax":10,"expireInSeconds":60,"deadLetter":"payment.look_up.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 1, retry_delay = 5, retry_backoff = true, retry_delay_max = 10, expire_seconds = 60, heartbeat_seconds = 30, dead_letter = 'payment.look_up.dead', notify = true where name = 'payment.look_up';
select pgboss.create_queue('payment.close.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('payment.close', '{"policy":"standard","retryLimit":5,"retryDelay":5,"retryBackoff":true,"retryDelayMax":300,"expireInSeconds":60,"deadLetter":"payment.close.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 5, retry_delay = 5, retry_backoff = true, retry_delay_max = 300, expire_seconds = 60, heartbeat_seconds = 30, dead_letter = 'payment.close.dead', notify = true where name = 'payment.close';
select pgboss.create_queue('refund.transfer.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('refund.transfer', '{"policy":"standard","retryLimit":20,"retryDelay":5,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":60,"deadLetter":"refund.transfer.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 20, retry_delay = 5, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 60, heartbeat_seconds = 30, dead_letter = 'refund.transfer.dead', notify = true where name = 'refund.transfer';
select pgboss.create_queue('deposit.settle.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('deposit.settle', '{"policy":"standard","retryLimit":20,"retryDelay":5,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":60,"deadLetter":"deposit.settle.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 20, retry_delay = 5, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 60, heartbeat_seconds = 30, dead_letter = 'deposit.settle.dead', notify = true where name = 'deposit.settle';
select pgboss.create_queue('payment.reconcile.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('payment.reconcile', '{"policy":"standard","retryLimit":3,"retryDelay":10,"retryBackoff":true,"retryDelayMax":60,"expireInSeconds":120,"deadLetter":"payment.reconcile.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 3, retry_delay = 10, retry_backoff = true, retry_delay_max = 60, expire_seconds = 120, heartbeat_seconds = 30, dead_letter = 'payment.reconcile.dead', notify = true where name = 'payment.reconcile';
select pgboss.create_queue('ledger.check.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('ledger.check', '{"policy":"standard","retryLimit":3,"retryDelay":60,"retryBackoff":true,"retryDelayMax":600,"expireInSeconds":600,"deadLetter":"ledger.check.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 3, retry_delay = 60, retry_backoff = true, retry_delay_max = 600, expire_seconds = 600, heartbeat_seconds = 30, dead_letter = 'ledger.check.dead', notify = true where name = 'ledger.check';
select pgboss.create_queue('payout.propose.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('payout.propose', '{"policy":"standard","retryLimit":5,"retryDelay":60,"retryBackoff":true,"retryDelayMax":600,"expireInSeconds":600,"deadLetter":"payout.propose.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 5, retry_delay = 60, retry_backoff = true, retry_delay_max = 600, expire_seconds = 600, heartbeat_seconds = 30, dead_letter = 'payout.propose.dead', notify = true where name = 'payout.propose';

delete from private.queue_rules;
insert into private.queue_rules (queue, payload, overdue_seconds, schedule_seconds) values
  ('rental.expire_hold', '{"rental_id":"uuid"}', 120, null),
  ('fitting.expire_offer', '{"appointment_id":"uuid"}', 120, null),
  ('order.expire_hold', '{"order_group_id":"uuid"}', 120, null),
  ('fitting.offer_waitlist', '{"location_id":"uuid"}', 300, null),
  ('rental.watch_returns', '{}', 1800, 900),
  ('mail.rental_reserved', '{"rental_id":"uuid"}', 600, null),
  ('mail.rental_changed', '{"rental_id":"uuid"}', 600, null),
  ('mail.fitting_booked', '{"appointment_id":"uuid"}', 600, null),
  ('mail.fitting_reminder', '{"appointment_id":"uuid","hours":"integer"}', 600, null),
  ('mail.fitting_cancelled', '{"appointment_id":"uuid"}', 600, null),
  ('mail.fitting_offer', '{"appointment_id":"uuid"}', 120, null),
  ('mail.invitation', '{"invitation_id":"uuid"}', 600, null),
  ('mail.boutique_status', '{"change_id":"uuid"}', 1800, null),
  ('privacy.build_export', '{"export_id":"uuid"}', 3600, null),
  ('mail.data_export', '{"export_id":"uuid"}', 1800, null),
  ('mail.account_deletion', '{"user_id":"uuid"}', 1800, null),
  ('privacy.erase_account', '{"user_id":"uuid"}', 7200, null),
  ('privacy.sweep', '{}', 3600, 3600),
  ('rate_limits.sweep', '{}', 3600, 3600),
  ('calendar.check', '{}', 3600, 3600),
  ('order.check', '{}', 3600, 3600),
  ('order.complete', '{}', 3600, 3600),
  ('cart.remind', '{}', 3600, 900),
  ('jobs.watch', '{}', 600, 300),
  ('notify.deliver', '{"kind":"text","subject_id":"uuid","occasion":"text"}', 600, null),
  ('housekeeping.prune', '{}', 3600, 86400),
  ('webhook.deliver', '{"delivery_id":"uuid"}', 600, null),
  ('mail.webhook_failing', '{"endpoint_id":"uuid"}', 1800, null),
  ('webhook.sweep', '{}', 3600, 3600),
  ('document.render', '{"invoice_id":"uuid"}', 1800, null),
  ('payment.event', '{"event_id":"uuid"}', 300, null),
  ('payment.look_up', '{"attempt_id":"uuid"}', 900, null),
  ('payment.close', '{"attempt_id":"uuid"}', 900, null),
  ('refund.transfer', '{"transfer_id":"uuid"}', 900, null),
  ('deposit.settle', '{"attempt_id":"uuid"}', 900, null),
  ('payment.reconcile', '{}', 600, 60),
  ('ledger.check', '{}', 3600, 3600),
  ('payout.propose', '{}', 3600, 86400);

-- Buckets of the Storage server; no SVG, which could carry scripts. Rows, not objects: `npm run db:diff` puts this file into the migration when they change.

insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types)
values
  ('product-media', 'product-media', true, 10485760, array['image/jpeg', 'image/png', 'image/webp', 'image/avif']),
  ('avatars', 'avatars', true, 2097152, array['image/jpeg', 'image/png', 'image/webp', 'image/avif']),
  ('private-documents', 'private-documents', false, 20971520, array['application/pdf', 'image/jpeg', 'image/png', 'image/webp']),
  ('data-exports', 'data-exports', false, 52428800, array['application/zip']),
  ('condition-photos', 'condition-photos', false, 10485760, array['image/jpeg', 'image/png', 'image/webp', 'image/avif']),
  ('invoices', 'invoices', false, 5242880, array['application/pdf'])
on conflict (id) do update set
  public = excluded.public,
  file_size_limit = excluded.file_size_limit,
  allowed_mime_types = excluded.allowed_mime_types;

-- Does nothing where there is no pg_cron.
select private.schedule_wake_up();

-- Rows that the schema comes with. This file may run again: what is there is brought up to date.

-- Moves of an order.
insert into public.order_transitions (from_state, to_state, description) values
  ('pending', 'paid', 'The payment has arrived, or nothing was to pay.'),
  ('pending', 'cancelled', 'Called off, or the hold has ended without a payment.'),
  ('cancelled', 'paid', 'The payment came after the hold had ended, and everything could still be had.'),
  ('paid', 'part_fulfilled', 'Something has been handed over or shipped.'),
  ('paid', 'fulfilled', 'Everything has been handed over or shipped.'),
  ('paid', 'cancelled', 'Called off before anything left.'),
  ('part_fulfilled', 'paid', 'What had left came back before the rest did.'),
  ('part_fulfilled', 'fulfilled', 'The rest has left, or was called off.'),
  ('part_fulfilled', 'part_refunded', 'Something was paid back.'),
  ('part_fulfilled', 'refunded', 'All of it was paid back.'),
  ('fulfilled', 'completed', 'The time for returns is over.'),
  ('fulfilled', 'part_fulfilled', 'Something was added to the order, or goes out again as an exchange.'),
  ('fulfilled', 'part_refunded', 'Something came back and was paid back.'),
  ('fulfilled', 'refunded', 'Everything came back and was paid back.'),
  ('completed', 'part_refunded', 'Paid back as a courtesy.'),
  ('completed', 'refunded', 'Paid back as a courtesy, all of it.'),
  ('completed', 'part_fulfilled', 'Something goes out again as an exchange.'),
  ('part_refunded', 'part_fulfilled', 'Something goes out again as an exchange.'),
  ('part_refunded', 'fulfilled', 'The rest has left.'),
  ('part_refunded', 'refunded', 'The rest was paid back, too.'),
  ('part_refunded', 'completed', 'The time for returns is over.'),
  ('refunded', 'part_fulfilled', 'Something goes out again as an exchange.')
on conflict (from_state, to_state) do update set description = excluded.description;

-- What an address needs in a country.
insert into public.address_formats (country, needs_region, postal_code_pattern, postal_code_example) values
  ('ET', false, null, null), ('KE', false, null, null), ('UG', false, null, null), ('GH', false, null, null),
  ('DJ', false, null, null), ('SO', false, null, null), ('ER', false, null, null), ('RW', false, null, null),
  ('SD', false, '\d{5}', '11042'), ('EG', false, '\d{5}', '12411'), ('ZA', false, '\d{4}', '8001'),
  ('NG', true, '\d{6}', '900241'), ('MA', false, '\d{5}', '53000'),
  ('AE', true, null, null), ('QA', false, null, null), ('SA', false, '\d{5}(-\d{4})?', '12345'),
  ('IL', false, '\d{7}', '9614303'), ('TR', false, '\d{5}', '34433'), ('LB', false, null, null),
  ('US', true, '\d{5}(-\d{4})?', '90210'), ('CA', true, '[ABCEGHJ-NPRSTVXY]\d[A-Z] ?\d[A-Z]\d', 'K1A 0B1'),
  ('MX', true, '\d{5}', '06060'), ('BR', true, '\d{5}-?\d{3}', '70150-900'),
  ('GB', false, 'GIR ?0AA|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}', 'SW1A 2AA'), ('IE', false, '[A-Z\d]{3} ?[A-Z\d]{4}', 'D02 AF30'),
  ('FR', false, '\d{5}', '75008'), ('DE', false, '\d{5}', '10557'), ('IT', true, '\d{5}', '00187'),
  ('ES', true, '\d{5}', '28071'), ('PT', false, '\d{4}-\d{3}', '1249-068'), ('NL', false, '\d{4} ?[A-Z]{2}', '2513 AA'),
  ('BE', false, '\d{4}', '1000'), ('LU', false, '\d{4}', '1728'), ('CH', false, '\d{4}', '3003'), ('AT', false, '\d{4}', '1010'),
  ('SE', false, '\d{3} ?\d{2}', '103 33'), ('NO', false, '\d{4}', '0030'), ('DK', false, '\d{4}', '1218'), ('FI', false, '\d{5}', '00170'),
  ('PL', false, '\d{2}-\d{3}', '00-583'), ('CZ', false, '\d{3} ?\d{2}', '118 01'), ('GR', false, '\d{3} ?\d{2}', '106 71'),
  ('IN', true, '[1-9]\d{5}', '110011'), ('CN', true, '\d{6}', '100017'), ('JP', true, '\d{3}-?\d{4}', '100-8968'),
  ('AU', true, '\d{4}', '2600'), ('NZ', false, '\d{4}', '6011')
on conflict (country) do update set needs_region = excluded.needs_region, postal_code_pattern = excluded.postal_code_pattern,
  postal_code_example = excluded.postal_code_example;

-- Rentals that are firm already have their deposit asked for, too.
select private.ask_for_deposit(r) from public.rentals r where r.state = 'reserved' and r.deposit > 0;
