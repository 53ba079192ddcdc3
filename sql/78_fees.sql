-- Fees: what a rental costs beyond its deposit, and what a fitting costs that was called off late or that nobody came to.
-- Policies are frozen in rental and appointment; here they become payments.

create function private.ask_for_rental_fee(rental public.rentals, amount bigint) returns void
language plpgsql volatile
set search_path = ''
as $$
begin
  if ask_for_rental_fee.amount > 0 then
    insert into public.payments as p (purpose, rental_id, boutique_id, customer_id, amount, currency, due_at)
    values ('rental_fee', rental.id, rental.boutique_id, rental.customer_id, ask_for_rental_fee.amount, rental.currency, now() + interval '14 days')
    on conflict (rental_id) where purpose = 'rental_fee' and state = 'pending'
    do update set amount = p.amount + excluded.amount;
  end if;
end
$$;
comment on function private.ask_for_rental_fee(public.rentals, bigint) is 'Asks for what a deposit does not cover, within 14 days. Nothing when there is nothing. The caller has locked the rental.';

create function private.follow_fitting_fee() returns trigger
language plpgsql
security definer -- whoever moves the appointment, its money follows
set search_path = ''
as $$
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
$$;
comment on function private.follow_fitting_fee() is
  'Trigger: a fee that is due is a payment; one that is not due any more is not to be paid, and goes back when it came through a provider.';

create trigger fee_of_new_appointment after insert on public.appointments
  for each row when (new.fee_due > 0) execute function private.follow_fitting_fee();
create trigger fee_follows_appointment after update of fee_due on public.appointments
  for each row when (old.fee_due <> new.fee_due) execute function private.follow_fitting_fee();

create function private.fee_arrived(payment public.payments) returns void
language plpgsql volatile
set search_path = ''
as $$
declare
  v_attempt public.payment_attempts;
begin
  select * into v_attempt from public.payment_attempts t
  where t.payment_id = payment.id and t.state = 'succeeded' and t.provider::text = payment.method and t.provider_payment_id = payment.reference;
  if found then
    perform private.transfer_back(v_attempt, payment.amount, 'not_needed_any_more');
  end if;
end
$$;
comment on function private.fee_arrived(public.payments) is 'Money for a fee that was waived or taken back meanwhile goes back. Called by settle_payment.';

-- Waiving -------------------------------------------------------------------------------------------------------------

create function private.waive_payment(payment_id uuid, reason text) returns public.payments
language plpgsql volatile
security definer -- payments are not writable; the function knows the rules
set search_path = ''
as $$
declare
  v_payment public.payments;
begin
  if not exists (
    select from public.payments p
    where p.id = waive_payment.payment_id and (p.boutique_id in (select private.my_boutique_ids('refunds.write')) or (select private.acts_as_admin()))) then
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
$$;

create function public.waive_payment(payment_id uuid, reason text) returns public.payments
language sql volatile security invoker set search_path = ''
as $$ select private.waive_payment(payment_id, reason) $$;
comment on function public.waive_payment(uuid, text) is
  'Managers, or an admin, let a customer off a fee of a rental or a fitting, and say why; the audit log has who did. Repeating it changes nothing. PT404 payment_not_found; PT409 not_waivable; PT400 invalid_reason.';
grant execute on function private.waive_payment(uuid, text) to authenticated;
grant execute on function public.waive_payment(uuid, text) to authenticated;

-- Messages ------------------------------------------------------------------------------------------------------------

create function private.notify_of_payment() returns trigger
language plpgsql
security definer -- whoever makes the payment, its customer is told
set search_path = ''
as $$
begin
  perform private.notify('payment_due', new.id, jsonb_build_object('group', new.boutique_id));
  return null;
end
$$;
comment on function private.notify_of_payment() is 'Trigger: tells the customer of a deposit or a fee that she is to pay.';

create trigger notify_of_payment after insert on public.payments
  for each row when (new.state = 'pending' and new.customer_id is not null and new.purpose in ('deposit', 'rental_fee', 'fitting_fee'))
  execute function private.notify_of_payment();

create function private.forget_payer() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  -- One that nobody has waived stays so.
  new.waived_reason := case when new.waived_reason is not null then private.reason_of_nobody(new.waived_reason, 'removed') end;
  return new;
end
$$;
comment on function private.forget_payer() is 'Trigger: when the account of a customer goes, so does what was written of her.';

create trigger forget_customer before update on public.payments
  for each row when (old.customer_id is not null and new.customer_id is null) execute function private.forget_payer();

-- Check ---------------------------------------------------------------------------------------------------------------

create function private.fee_check() returns setof private.finding
language sql stable
set search_path = ''
as $$
  select 'fitting_fee', a.id, format('A fee of %s is due, and %s are asked for.', a.fee_due, coalesce(p.amount::text, 'none'))
  from public.appointments a
  left join public.payments p on p.appointment_id = a.id and p.purpose = 'fitting_fee' and p.state = 'pending'
  where case
    when a.fee_due = 0 then p.id is not null
    else p.amount is distinct from a.fee_due and a.customer_id is not null and (p.id is not null or not exists (
      select from public.payments x where x.appointment_id = a.id and x.purpose = 'fitting_fee'))
  end
$$;
comment on function private.fee_check() is 'fitting_fee: an appointment and the payment of its fee that disagree.';
