set local check_function_bodies = off;

DROP POLICY "delete_manager" ON "public"."discount_targets";

DROP POLICY "insert_manager" ON "public"."discount_targets";

DROP POLICY "insert_manager" ON "public"."discounts";

DROP POLICY "update_manager" ON "public"."discounts";

DROP POLICY "update_manager" ON "public"."gift_cards";

CREATE OR REPLACE FUNCTION private.acts_as_admin()
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  if not private.is_admin() then
    return false;
  end if;
  perform private.require_second_factor();
  return true;
end
$function$;

CREATE OR REPLACE FUNCTION private.issue_gift_card(boutique_id uuid, amount bigint, currency text, expires_at timestamp with time zone, note text)
 RETURNS public.issued_gift_card
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_currency text;
  v_raw text := '';
  v_bytes bytea := extensions.gen_random_bytes(16);
  v_card public.gift_cards;
begin
  if issue_gift_card.boutique_id is null then
    if not (select private.acts_as_admin()) then
      perform private.raise_error(403, 'not_allowed', 'Cards of the marketplace are issued by its admins.');
    end if;
    v_currency := issue_gift_card.currency;
  else
    select b.currency into v_currency from public.boutiques b
    where b.id = issue_gift_card.boutique_id and b.id in (select private.my_boutique_ids('discounts.write'));
    if not found then
      perform private.raise_error(404, 'boutique_not_found', 'There is no such boutique that you manage.', jsonb_build_object('boutique_id', boutique_id));
    end if;
  end if;
  if amount is null or amount not between 1 and 1000000000000 or v_currency is null or v_currency !~ '^[A-Z]{3}$'
    or (expires_at is not null and (not isfinite(expires_at) or expires_at <= now())) or length(note) > 500 then
    perform private.raise_error(400, 'invalid_gift_card',
      'A card has an amount in minor units, a currency such as ETB if it is of the marketplace, and an end to come if it has one.');
  end if;
  -- 16 of 32 letters and digits (Crockford's, without I, L, O and U): 80 bits.
  for v_n in 0..15 loop
    v_raw := v_raw || substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ', 1 + get_byte(v_bytes, v_n) % 32, 1);
  end loop;
  insert into public.gift_cards (boutique_id, last_four, initial_amount, currency, expires_at, note)
  values (issue_gift_card.boutique_id, right(v_raw, 4), amount, v_currency, issue_gift_card.expires_at, coalesce(issue_gift_card.note, ''))
  returning * into v_card;
  insert into private.gift_card_codes (gift_card_id, code_hash) values (v_card.id, private.gift_card_hash(v_raw));
  insert into public.gift_card_entries (gift_card_id, boutique_id, kind, change) values (v_card.id, v_card.boutique_id, 'issued', amount);
  return row(v_card.id, regexp_replace(v_raw, '(.{4})(?=.)', '\1-', 'g'), amount, v_currency, v_card.expires_at)::public.issued_gift_card;
end
$function$;

CREATE OR REPLACE FUNCTION private.record_payment(order_group_id uuid, method text, reference text, amount bigint, currency text)
 RETURNS public.payments
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.require_admin()
 RETURNS void
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  if not private.acts_as_admin() then
    perform private.raise_error(403, 'not_allowed', 'This is for admins of the marketplace.');
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.require_second_factor()
 RETURNS void
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_has_factor boolean := false;
begin
  -- Where the Auth server offers MFA, an admin who has a factor uses it; the embedded one has no such table.
  if to_regclass('auth.mfa_factors') is not null then
    execute 'select exists (select from auth.mfa_factors where user_id = $1 and status = ''verified'')'
      into v_has_factor using auth.uid();
    if coalesce(auth.jwt() ->> 'aal', 'aal1') = 'aal2' then
      return;
    elsif v_has_factor then
      perform private.raise_error(403, 'second_factor_required', 'Confirm this session with your second factor.');
    else
      perform private.raise_error(403, 'second_factor_required', 'Set up a second factor first: those who run the marketplace need one.');
    end if;
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.resolve_payment_exception(exception_id uuid, resolution text, note text)
 RETURNS public.payment_exceptions
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.set_boutique_status(boutique_id uuid, status public.boutique_status, reason text)
 RETURNS public.boutiques
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_boutique public.boutiques;
  v_before public.boutique_status;
  v_change uuid;
begin
  perform private.require_admin();
  select * into v_boutique from public.boutiques b where b.id = set_boutique_status.boutique_id for no key update;
  if not found then
    perform private.raise_error(404, 'boutique_not_found', 'There is no such boutique.');
  elsif status = 'applied' then
    perform private.raise_error(400, 'invalid_status', 'A boutique is approved (active) or suspended.');
  elsif v_boutique.status = status then
    return v_boutique;
  end if;
  v_before := v_boutique.status;
  update public.boutiques b set status = set_boutique_status.status where b.id = v_boutique.id returning * into v_boutique;
  insert into public.boutique_status_changes (boutique_id, from_status, to_status, reason, actor_id)
  values (v_boutique.id, v_before, status, reason, auth.uid())
  returning id into v_change;
  perform private.enqueue('mail.boutique_status', jsonb_build_object('change_id', v_change));
  return v_boutique;
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
$function$;

CREATE POLICY "delete_manager" ON "public"."discount_targets" FOR DELETE TO "authenticated" USING (((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('discounts.write'::public.permission) AS my_boutique_ids))) OR ((boutique_id IS NULL) AND ( SELECT private.acts_as_admin() AS acts_as_admin))));

CREATE POLICY "insert_manager" ON "public"."discount_targets" FOR INSERT TO "authenticated" WITH CHECK (((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('discounts.write'::public.permission) AS my_boutique_ids))) OR ((boutique_id IS NULL) AND ( SELECT private.acts_as_admin() AS acts_as_admin))));

CREATE POLICY "insert_manager" ON "public"."discounts" FOR INSERT TO "authenticated" WITH CHECK (((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('discounts.write'::public.permission) AS my_boutique_ids))) OR ((boutique_id IS NULL) AND ( SELECT private.acts_as_admin() AS acts_as_admin))));

CREATE POLICY "update_manager" ON "public"."discounts" FOR UPDATE TO "authenticated" USING (((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('discounts.write'::public.permission) AS my_boutique_ids))) OR ((boutique_id IS NULL) AND ( SELECT private.acts_as_admin() AS acts_as_admin)))) WITH CHECK (((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('discounts.write'::public.permission) AS my_boutique_ids))) OR ((boutique_id IS NULL) AND ( SELECT private.acts_as_admin() AS acts_as_admin))));

CREATE POLICY "update_manager" ON "public"."gift_cards" FOR UPDATE TO "authenticated" USING (((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('discounts.write'::public.permission) AS my_boutique_ids))) OR ((boutique_id IS NULL) AND ( SELECT private.acts_as_admin() AS acts_as_admin)))) WITH CHECK (((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('discounts.write'::public.permission) AS my_boutique_ids))) OR ((boutique_id IS NULL) AND ( SELECT private.acts_as_admin() AS acts_as_admin))));

COMMENT ON FUNCTION "private"."acts_as_admin"() IS 'private.is_admin(), for what money or a boutique depends on: PT403 second_factor_required from an admin who has not confirmed the session.';

REVOKE ALL ON FUNCTION "private"."acts_as_admin"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."acts_as_admin"() TO "authenticated", "postgres", "service_role";
