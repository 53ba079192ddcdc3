set local check_function_bodies = off;

DROP POLICY "select_own" ON "public"."payments";

DROP TRIGGER "issue_debit_note" ON "public"."payments";

DROP INDEX "public"."one_open_payment_for_changes";

DROP INDEX "public"."one_payment_of_a_checkout";

DROP INDEX "public"."payments_order_id_idx";

ALTER TABLE "public"."payments" DROP CONSTRAINT "payments_customer_id_fkey";

CREATE TABLE "private"."ledger_accounts" ("boutique_id" uuid, "method" text, "currency" character(3) NOT NULL, "created_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "currency_is_iso_4217" CHECK ((currency ~ '^[A-Z]{3}$'::text)), "id" uuid NOT NULL DEFAULT private.uuid_v7(), CONSTRAINT "ledger_accounts_pkey" PRIMARY KEY (id));

ALTER TABLE "private"."ledger_accounts" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "private"."ledger_entries" ("transaction_id" uuid NOT NULL, "account_id" uuid NOT NULL, "amount" bigint NOT NULL, "created_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "amount_is_not_nothing" CHECK ((amount <> 0)), "id" uuid NOT NULL DEFAULT private.uuid_v7(), CONSTRAINT "ledger_entries_pkey" PRIMARY KEY (id));

ALTER TABLE "private"."ledger_entries" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "private"."ledger_transactions" ("source_id" uuid NOT NULL, "order_id" uuid, "created_at" timestamp with time zone NOT NULL DEFAULT now(), "id" uuid NOT NULL DEFAULT private.uuid_v7(), CONSTRAINT "ledger_transactions_pkey" PRIMARY KEY (id));

ALTER TABLE "private"."ledger_transactions" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "private"."order_commissions" ("order_id" uuid NOT NULL, "basis_points" integer NOT NULL, CONSTRAINT "commission_is_up_to_half" CHECK (((basis_points >= 1) AND (basis_points <= 5000))), CONSTRAINT "order_commissions_pkey" PRIMARY KEY (order_id));

ALTER TABLE "private"."order_commissions" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "private"."payment_events" ("account_id" uuid, "event_id" text NOT NULL, "type" text NOT NULL, "facts" jsonb NOT NULL, "body" text NOT NULL, "received_at" timestamp with time zone NOT NULL DEFAULT now(), "processed_at" timestamp with time zone, "outcome" text, CONSTRAINT "a_processed_event_has_an_outcome" CHECK (((processed_at IS NULL) = (outcome IS NULL))), CONSTRAINT "body_is_bounded" CHECK ((octet_length(body) <= 262144)), CONSTRAINT "facts_are_an_object" CHECK ((jsonb_typeof(facts) = 'object'::text)), CONSTRAINT "texts_are_bounded" CHECK (((event_id <> ''::text) AND (type <> ''::text) AND (length(event_id) <= 300) AND (length(type) <= 120) AND (length(outcome) <= 500))), "id" uuid NOT NULL DEFAULT private.uuid_v7(), CONSTRAINT "payment_events_pkey" PRIMARY KEY (id));

ALTER TABLE "private"."payment_events" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "private"."provider_accounts" ("boutique_id" uuid NOT NULL, "sealed_keys" text NOT NULL, "key_hint" text NOT NULL, "disabled_at" timestamp with time zone, "created_at" timestamp with time zone NOT NULL DEFAULT now(), "updated_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "key_hint_is_the_end_of_the_key" CHECK ((length(key_hint) <= 8)), CONSTRAINT "keys_are_sealed" CHECK (((sealed_keys ~ '^v[0-9]+\.'::text) AND (length(sealed_keys) <= 8000))), "id" uuid NOT NULL DEFAULT private.uuid_v7(), CONSTRAINT "provider_accounts_pkey" PRIMARY KEY (id));

ALTER TABLE "private"."provider_accounts" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."commissions" ("boutique_id" uuid NOT NULL, "basis_points" integer NOT NULL, "reason" text NOT NULL DEFAULT ''::text, "created_at" timestamp with time zone NOT NULL DEFAULT now(), "updated_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "commission_is_up_to_half" CHECK (((basis_points >= 0) AND (basis_points <= 5000))), CONSTRAINT "commissions_pkey" PRIMARY KEY (boutique_id), CONSTRAINT "reason_is_bounded" CHECK ((length(reason) <= 500)));

ALTER TABLE "public"."commissions" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."payment_attempts" ("payment_id" uuid NOT NULL, "boutique_id" uuid, "customer_id" uuid, "account_id" uuid, "amount" bigint NOT NULL, "currency" character(3) NOT NULL, "is_hold" boolean NOT NULL DEFAULT false, "return_url" text NOT NULL DEFAULT ''::text, "checkout_url" text, "provider_reference" text, "provider_payment_id" text, "received_amount" bigint, "received_currency" text, "failure" text NOT NULL DEFAULT ''::text, "expires_at" timestamp with time zone NOT NULL, "settled_at" timestamp with time zone, "look_ups" integer NOT NULL DEFAULT 0, "next_look_up_at" timestamp with time zone, "created_at" timestamp with time zone NOT NULL DEFAULT now(), "updated_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "amount_is_positive" CHECK ((amount > 0)), CONSTRAINT "currency_is_iso_4217" CHECK ((currency ~ '^[A-Z]{3}$'::text)), CONSTRAINT "received_says_how_much" CHECK ((((received_amount IS NULL) = (received_currency IS NULL)) AND (received_amount >= 0))), CONSTRAINT "texts_are_bounded" CHECK (((length(return_url) <= 2000) AND (length(checkout_url) <= 4000) AND (length(provider_reference) <= 300) AND (length(provider_payment_id) <= 300) AND (length(failure) <= 500) AND (length(received_currency) <= 10))), "id" uuid NOT NULL DEFAULT private.uuid_v7(), CONSTRAINT "payment_attempts_pkey" PRIMARY KEY (id));

ALTER TABLE "public"."payment_attempts" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."payment_exceptions" ("boutique_id" uuid, "attempt_id" uuid, "transfer_id" uuid, "detail" jsonb NOT NULL DEFAULT '{}'::jsonb, "resolution" text, "note" text NOT NULL DEFAULT ''::text, "resolved_by" uuid, "resolved_at" timestamp with time zone, "created_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "a_resolution_says_when_and_what" CHECK (((resolved_at IS NULL) = (resolution IS NULL))), CONSTRAINT "detail_is_an_object" CHECK ((jsonb_typeof(detail) = 'object'::text)), CONSTRAINT "note_is_bounded" CHECK ((length(note) <= 2000)), CONSTRAINT "resolution_is_known" CHECK ((resolution = ANY (ARRAY['refunded'::text, 'retried'::text, 'handled'::text]))), "id" uuid NOT NULL DEFAULT private.uuid_v7(), CONSTRAINT "payment_exceptions_pkey" PRIMARY KEY (id));

ALTER TABLE "public"."payment_exceptions" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."payouts" ("boutique_id" uuid NOT NULL, "amount" bigint NOT NULL, "currency" character(3) NOT NULL, "reference" text, "note" text NOT NULL DEFAULT ''::text, "decided_by" uuid, "approved_at" timestamp with time zone, "paid_at" timestamp with time zone, "created_at" timestamp with time zone NOT NULL DEFAULT now(), "updated_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "amount_is_positive" CHECK ((amount > 0)), CONSTRAINT "currency_is_iso_4217" CHECK ((currency ~ '^[A-Z]{3}$'::text)), CONSTRAINT "texts_are_bounded" CHECK (((length(reference) <= 200) AND (length(note) <= 500))), "id" uuid NOT NULL DEFAULT private.uuid_v7(), CONSTRAINT "payouts_pkey" PRIMARY KEY (id));

ALTER TABLE "public"."payouts" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."refund_transfers" ("attempt_id" uuid NOT NULL, "refund_id" uuid, "boutique_id" uuid, "customer_id" uuid, "reason" text NOT NULL, "amount" bigint NOT NULL, "currency" character(3) NOT NULL, "provider_refund_id" text, "failure" text NOT NULL DEFAULT ''::text, "paid_at" timestamp with time zone, "look_ups" integer NOT NULL DEFAULT 0, "next_look_up_at" timestamp with time zone, "created_at" timestamp with time zone NOT NULL DEFAULT now(), "updated_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "amount_is_positive" CHECK ((amount > 0)), CONSTRAINT "currency_is_iso_4217" CHECK ((currency ~ '^[A-Z]{3}$'::text)), CONSTRAINT "texts_are_bounded" CHECK (((reason ~ '\S'::text) AND (length(reason) <= 500) AND (length(provider_refund_id) <= 300) AND (length(failure) <= 500))), "id" uuid NOT NULL DEFAULT private.uuid_v7(), CONSTRAINT "refund_transfers_pkey" PRIMARY KEY (id));

ALTER TABLE "public"."refund_transfers" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "public"."payments" ADD COLUMN "rental_id" uuid;

ALTER TABLE "public"."payments" ADD COLUMN "appointment_id" uuid;

ALTER TABLE "public"."payments" ADD COLUMN "boutique_id" uuid;

ALTER TABLE "public"."payments" ADD COLUMN "due_at" timestamp with time zone;

ALTER TABLE "public"."payments" ALTER COLUMN "group_id" DROP NOT NULL;

CREATE TYPE "private"."ledger_account_kind" AS ENUM ('provider', 'till', 'bank', 'unapplied', 'order_clearing', 'boutique', 'commission', 'customer_credit', 'refunds_payable', 'deposits_held');

ALTER TABLE "private"."ledger_accounts" ADD COLUMN "kind" private.ledger_account_kind NOT NULL;

CREATE TYPE "private"."ledger_line" AS ("kind" private.ledger_account_kind, "boutique_id" uuid, "method" text, "amount" bigint);

CREATE TYPE "private"."ledger_transaction_kind" AS ENUM ('received', 'settled', 'order', 'gift_card', 'gift_card_refund', 'transferred', 'refunded_by_hand', 'deposit', 'payout');

ALTER TABLE "private"."ledger_transactions" ADD COLUMN "kind" private.ledger_transaction_kind NOT NULL;

CREATE TYPE "public"."payment_attempt_state" AS ENUM ('open', 'authorised', 'succeeded', 'mismatched', 'failed', 'expired');

ALTER TABLE "public"."payment_attempts" ADD COLUMN "state" public.payment_attempt_state NOT NULL DEFAULT 'open'::public.payment_attempt_state;

CREATE TYPE "public"."payment_exception_kind" AS ENUM ('amount_differs', 'unknown_payment', 'refund_refused', 'provider_disagrees', 'disputed');

ALTER TABLE "public"."payment_exceptions" ADD COLUMN "kind" public.payment_exception_kind NOT NULL;

CREATE TYPE "public"."payment_provider" AS ENUM ('chapa', 'stripe', 'test');

ALTER TABLE "private"."payment_events" ADD COLUMN "provider" public.payment_provider NOT NULL;

ALTER TABLE "private"."provider_accounts" ADD COLUMN "provider" public.payment_provider NOT NULL;

ALTER TABLE "public"."payment_attempts" ADD COLUMN "provider" public.payment_provider NOT NULL;

ALTER TABLE "public"."payment_exceptions" ADD COLUMN "provider" public.payment_provider NOT NULL;

CREATE TYPE "private"."transfer_for_job" AS ("transfer" public.refund_transfers, "provider" public.payment_provider, "provider_reference" text, "provider_payment_id" text, "account_boutique_id" uuid, "sealed_keys" text);

CREATE TYPE "public"."account_for_server" AS ("account_id" uuid, "provider" public.payment_provider, "boutique_id" uuid, "sealed_keys" text);

CREATE TYPE "public"."payment_purpose" AS ENUM ('checkout', 'change', 'instalment', 'deposit', 'rental_fee', 'fitting_fee');

ALTER TABLE "public"."payments" ADD COLUMN "purpose" public.payment_purpose NOT NULL DEFAULT 'checkout'::public.payment_purpose;

CREATE TYPE "public"."payout_state" AS ENUM ('proposed', 'approved', 'paid', 'cancelled');

ALTER TABLE "public"."payouts" ADD COLUMN "state" public.payout_state NOT NULL DEFAULT 'proposed'::public.payout_state;

CREATE TYPE "public"."provider_account" AS ("provider" public.payment_provider, "key_hint" text, "is_enabled" boolean, "updated_at" timestamp with time zone);

CREATE TYPE "public"."refund_transfer_state" AS ENUM ('due', 'pending', 'paid', 'refused');

ALTER TABLE "public"."refund_transfers" ADD COLUMN "state" public.refund_transfer_state NOT NULL DEFAULT 'due'::public.refund_transfer_state;

CREATE TYPE "public"."statement_line" AS ("booked_at" timestamp with time zone, "kind" text, "order_number" text, "payout_reference" text, "amount" bigint, "balance" bigint, "currency" text);

CREATE OR REPLACE FUNCTION private.accept_attempt(attempt public.payment_attempts, payment public.payments)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_surplus bigint := attempt.amount - payment.amount;
begin
  if payment.state = 'succeeded' then
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

CREATE OR REPLACE FUNCTION private.account_for_server(account_id uuid)
 RETURNS public.account_for_server
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.account_of(payment public.payments, provider public.payment_provider)
 RETURNS uuid
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return (
    select a.id from private.provider_accounts a
    where a.provider = account_of.provider and a.disabled_at is null
      and a.boutique_id = coalesce(payment.boutique_id, (
        select case when count(*) = 1 then min(o.boutique_id::text)::uuid end from public.orders o where o.group_id = payment.group_id)));
end
$function$;

CREATE OR REPLACE FUNCTION private.allocate_refund()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.apply_payment_event(event_id uuid, facts jsonb)
 RETURNS text
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
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
      v_payment ->> 'currency', v_payment ->> 'reason')).state;
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
$function$;

CREATE OR REPLACE FUNCTION private.approve_payout(payout_id uuid)
 RETURNS public.payouts
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_payout public.payouts := private.payout_for_change(payout_id);
begin
  if v_payout.state = 'approved' then
    return v_payout;
  elsif v_payout.state <> 'proposed' then
    perform private.refuse_payout(v_payout, 'approved');
  end if;
  perform private.refuse_overdrawn(v_payout);
  update public.payouts p set state = 'approved', approved_at = now(), decided_by = auth.uid() where p.id = v_payout.id returning * into v_payout;
  return v_payout;
end
$function$;

CREATE OR REPLACE FUNCTION private.attempt_for_server(attempt_id uuid)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.balance_entries()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  -- What balances alone leaves a transaction balanced that was so before.
  if exists (
    select from written w join private.ledger_accounts a on a.id = w.account_id
    group by w.transaction_id, a.currency having sum(w.amount) <> 0) then
    raise exception 'The entries of a transaction add up to nothing, in each currency.'
      using errcode = 'check_violation', constraint = 'entries_of_a_transaction_balance', table = 'ledger_entries', schema = 'private';
  end if;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.boutique_statement(boutique_id uuid, month date)
 RETURNS SETOF public.statement_line
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER ROWS 100
 SET search_path TO ''
AS $function$
declare
  v_zone text;
  v_from timestamptz;
  v_until timestamptz;
begin
  if not (select private.is_admin()) then
    perform private.my_role(boutique_id, 'audit.read');
  elsif month is null or not isfinite(month) then
    perform private.raise_error(400, 'invalid_date', 'month is any day of the month.');
  end if;
  select b.timezone into v_zone from public.boutiques b where b.id = boutique_statement.boutique_id;
  if not found then
    perform private.raise_error(404, 'boutique_not_found', 'There is no such boutique.', jsonb_build_object('boutique_id', boutique_id));
  end if;
  v_from := date_trunc('month', month::timestamp) at time zone v_zone;
  v_until := (date_trunc('month', month::timestamp) + interval '1 month') at time zone v_zone;
  return query
    with accounts as (
      select a.id, a.currency::text as currency from private.ledger_accounts a where a.boutique_id = boutique_statement.boutique_id and a.kind = 'boutique'
    ),
    opening as (
      select a.id, a.currency, coalesce((select -sum(e.amount) from private.ledger_entries e where e.account_id = a.id and e.created_at < v_from), 0)::bigint as balance
      from accounts a
    )
    select v_from, 'opening_balance', null::text, null::text, 0::bigint, o.balance, o.currency from opening o
    union all
    (select e.created_at, t.kind::text, r.number_text, p.reference, -e.amount,
      (o.balance - sum(e.amount) over (partition by e.account_id order by e.created_at, e.id))::bigint, o.currency
    from opening o
    join private.ledger_entries e on e.account_id = o.id and e.created_at >= v_from and e.created_at < v_until
    join private.ledger_transactions t on t.id = e.transaction_id
    left join public.orders r on r.id = t.order_id
    left join public.payouts p on p.id = t.source_id and t.kind = 'payout'
    order by e.created_at, e.id)
    union all
    select least(v_until, now()), 'closing_balance', null, null, 0::bigint,
      (o.balance - coalesce((select sum(e.amount) from private.ledger_entries e
        where e.account_id = o.id and e.created_at >= v_from and e.created_at < v_until), 0))::bigint, o.currency
    from opening o;
end
$function$;

CREATE OR REPLACE FUNCTION private.cancel_order(order_id uuid, reason text)
 RETURNS public.orders
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_order public.orders := private.order_for_change(order_id, 'orders.write', true);
  v_by_staff boolean := v_order.boutique_id in (select private.my_boutique_ids('orders.write'));
  v_fee bigint := 0;
  v_by_cards bigint := private.paid_by_gift_cards(v_order.id);
  v_group public.order_groups;
begin
  if v_order.state = 'cancelled' then
    return v_order;
  elsif v_order.state not in ('pending', 'paid') then
    perform private.raise_error(409, 'invalid_state', format('An order that is %s cannot be cancelled. What has left is returned.', v_order.state),
      jsonb_build_object('order_id', order_id, 'state', v_order.state));
  end if;
  if v_order.state = 'paid' and not v_by_staff
    and now() > v_order.paid_at + make_interval(hours => v_order.free_cancellation_hours) then
    v_fee := round((v_order.paid_total - v_order.refunded_total)::numeric * v_order.cancellation_fee_percent / 100);
  end if;
  perform private.end_order(v_order.id,
    coalesce(nullif(btrim(reason), ''), case when v_by_staff then 'cancelled_by_boutique' else 'cancelled_by_customer' end), v_fee);
  -- What is left to pay of the group has become less.
  if v_order.state = 'pending' then
    update public.payments p set amount = p.amount - (v_order.total - v_by_cards)
    where p.group_id = v_order.group_id and p.purpose = 'checkout' and p.state = 'pending' and p.amount > v_order.total - v_by_cards;
    if not found then
      update public.payments p set state = 'cancelled' where p.group_id = v_order.group_id and p.purpose = 'checkout' and p.state = 'pending';
    end if;
    update public.order_groups g set total = g.total - v_order.total, gift_card_total = g.gift_card_total - v_by_cards
    where g.id = v_order.group_id returning * into v_group;
    if v_group.amount_due = 0 and exists (select from public.orders o where o.group_id = v_group.id and o.state = 'pending') then
      -- What is left costs nothing.
      perform private.confirm_group(v_group.id, 0);
    end if;
  end if;
  select * into v_order from public.orders o where o.id = v_order.id;
  return v_order;
end
$function$;

CREATE OR REPLACE FUNCTION private.cancel_payout(payout_id uuid, note text)
 RETURNS public.payouts
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_payout public.payouts := private.payout_for_change(payout_id);
begin
  if coalesce(note, '') !~ '\S' or length(note) > 500 then
    perform private.raise_error(400, 'invalid_note', 'Say why, in at most 500 characters.');
  elsif v_payout.state = 'cancelled' then
    return v_payout;
  elsif v_payout.state = 'paid' then
    perform private.refuse_payout(v_payout, 'cancelled');
  end if;
  update public.payouts p set state = 'cancelled', note = btrim(cancel_payout.note), decided_by = auth.uid()
  where p.id = v_payout.id returning * into v_payout;
  return v_payout;
end
$function$;

CREATE OR REPLACE FUNCTION private.check_documents()
 RETURNS SETOF private.finding
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select 'invoice', o.id, format('The order %s is paid and has no invoice.', o.number_text)
  from public.orders o
  where o.paid_at is not null and not exists (select from public.invoices i where i.order_id = o.id and i.kind = 'invoice')
  union all
  select 'debit_note', p.id, format('%s %s were paid for a change, and there is no debit note.', p.amount, p.currency)
  from public.payments p
  where p.state = 'succeeded' and p.purpose = 'change' and not exists (select from public.invoices i where i.payment_id = p.id)
  union all
  select 'credit_note', f.id, format('%s %s go back for an order with an invoice, and there is no credit note.', f.amount, f.currency)
  from public.refunds f
  where exists (select from public.invoices i where i.order_id = f.order_id and i.kind = 'invoice')
    and not exists (select from public.invoices i where i.refund_id = f.id)
$function$;

CREATE OR REPLACE FUNCTION private.check_entries()
 RETURNS SETOF private.finding
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select 'ledger_entries', t.id, format('The entries of a transaction of kind %s add up to %s.', t.kind, coalesce(sum(e.amount)::text, 'nothing, for there are none'))
  from private.ledger_transactions t left join private.ledger_entries e on e.transaction_id = t.id
  group by t.id having coalesce(sum(e.amount), -1) <> 0
$function$;

CREATE OR REPLACE FUNCTION private.check_ledger_amounts()
 RETURNS SETOF private.finding
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
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
      select x.currency, -x.amount from public.refund_transfers x where x.state = 'paid' and x.refund_id is null and x.reason <> 'deposit_released'
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
  )
  select 'ledger_balance', coalesce(b.boutique_id, gen_random_uuid()), format('%s %s: the ledger has %s, the business %s.',
    coalesce(b.kind, x.kind), coalesce(b.currency, x.currency), coalesce(b.balance, 0), coalesce(x.balance, 0))
  from (select * from balances b where b.kind in ('customer_credit', 'refunds_payable', 'unapplied', 'order_clearing')) b
  full join expected x on x.kind = b.kind and x.boutique_id is not distinct from b.boutique_id and x.currency = b.currency
  where coalesce(b.balance, 0) <> coalesce(x.balance, 0)
$function$;

CREATE OR REPLACE FUNCTION private.check_payments()
 RETURNS SETOF private.finding
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  with asked as (
    select g.id, g.paid_at, g.amount_due,
      (select p.amount from public.payments p where p.group_id = g.id and p.purpose = 'checkout' and p.state = 'pending') as pending,
      (select p.amount from public.payments p where p.group_id = g.id and p.purpose = 'checkout' and p.state = 'succeeded') as succeeded,
      exists (select from public.orders o where o.group_id = g.id and o.state = 'pending') as waits
    from public.order_groups g
  )
  select 'payment', a.id, case
    when a.paid_at is null then format('The group waits for %s, its payment is of %s.', a.amount_due, coalesce(a.pending::text, 'nothing'))
    else format('The group is paid, and nothing of %s has arrived.', a.amount_due) end
  from asked a
  where (a.paid_at is null and a.waits and a.pending is distinct from a.amount_due)
    or (a.paid_at is not null and a.amount_due > 0 and a.succeeded is null)
    or (a.paid_at is null and a.succeeded is not null)
  union all
  -- What has arrived is what the orders say has arrived for them, less what gift cards paid.
  select 'payment', x.id, format('%s have arrived, and the orders say %s.', x.arrived, x.noted)
  from (
    select g.id,
      coalesce((select sum(p.amount) from public.payments p where p.group_id = g.id and p.state = 'succeeded'), 0) as arrived,
      coalesce((
        select sum(o.paid_total + case when o.paid_at is not null then coalesce((
          select sum(e.change) from public.gift_card_entries e where e.order_id = o.id and e.kind = 'redeemed'), 0) else 0 end)
        from public.orders o where o.group_id = g.id), 0) as noted
    from public.order_groups g
  ) x
  where x.arrived <> x.noted
  union all
  select 'payment', o.id, format('The order is %s, and its group is not paid.', o.state)
  from public.orders o join public.order_groups g on g.id = o.group_id
  where o.paid_at is not null and g.paid_at is null
$function$;

CREATE OR REPLACE FUNCTION private.check_sources()
 RETURNS SETOF private.finding
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.close_attempts()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.enqueue('payment.close', jsonb_build_object('attempt_id', t.id))
  from public.payment_attempts t where t.payment_id = new.id and t.state = 'open';
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.commission_of(order_id uuid, amount bigint)
 RETURNS bigint
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return round(coalesce((select c.basis_points from private.order_commissions c where c.order_id = commission_of.order_id), 0)::numeric * amount / 10000);
end
$function$;

CREATE OR REPLACE FUNCTION private.count_look_up(attempt_id uuid)
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  -- Every minute at first, every hour in the end; three days after its time nobody waits for it any more.
  update public.payment_attempts t set look_ups = t.look_ups + 1,
    next_look_up_at = case
      when t.state in ('succeeded', 'mismatched') or now() > t.expires_at + interval '3 days' then null
      else now() + least(interval '1 hour', interval '1 minute' * power(2, least(t.look_ups, 10)))
    end,
    state = case when t.state = 'open' and now() > t.expires_at + interval '3 days' then 'expired' else t.state end
  where t.id = attempt_id and t.next_look_up_at <= now()
$function$;

CREATE OR REPLACE FUNCTION private.disable_provider_account(boutique_id uuid, provider public.payment_provider)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.my_role(boutique_id, 'boutique.transfer');
  update private.provider_accounts a set disabled_at = coalesce(a.disabled_at, now())
  where a.boutique_id = disable_provider_account.boutique_id and a.provider = disable_provider_account.provider;
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
    perform private.enqueue('payment.look_up', jsonb_build_object('attempt_id', v_row.id));
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

CREATE OR REPLACE FUNCTION private.find_attempt(reference text, provider public.payment_provider, account_id uuid, provider_payment_id text)
 RETURNS uuid
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  -- Of this account alone: whoever has the keys of one boutique settles nothing of another.
  return (
    select t.id from public.payment_attempts t
    where t.provider = find_attempt.provider and t.account_id is not distinct from find_attempt.account_id
      and (t.id::text = lower(reference) or t.provider_payment_id = find_attempt.provider_payment_id)
    order by t.id::text = lower(reference) desc limit 1);
end
$function$;

CREATE OR REPLACE FUNCTION private.freeze_commission()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  insert into private.order_commissions (order_id, basis_points)
  select new.id, c.basis_points from public.commissions c where c.boutique_id = new.boutique_id and c.basis_points > 0;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.guard_transfer()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_attempt public.payment_attempts;
begin
  select * into v_attempt from public.payment_attempts t where t.id = new.attempt_id for update;
  if v_attempt.received_amount is null or private.left_of_attempt(v_attempt) < 0 then
    perform private.raise_error(409, 'nothing_left', 'More would go back than has arrived.', jsonb_build_object('attempt_id', new.attempt_id));
  end if;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.ledger_account(kind private.ledger_account_kind, boutique_id uuid, method text, currency text)
 RETURNS uuid
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_id uuid;
begin
  loop
    select a.id into v_id from private.ledger_accounts a
    where a.kind = ledger_account.kind and a.boutique_id is not distinct from ledger_account.boutique_id
      and a.method is not distinct from ledger_account.method and a.currency = ledger_account.currency::char(3);
    if found then
      return v_id;
    end if;
    insert into private.ledger_accounts (kind, boutique_id, method, currency) values (kind, boutique_id, method, currency)
    on conflict do nothing;
  end loop;
end
$function$;

CREATE OR REPLACE FUNCTION private.ledger_balance(kind private.ledger_account_kind, boutique_id uuid, currency text)
 RETURNS bigint
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return coalesce((
    select sum(e.amount)
    from private.ledger_accounts a join private.ledger_entries e on e.account_id = a.id
    where a.kind = ledger_balance.kind and a.boutique_id is not distinct from ledger_balance.boutique_id and a.currency = ledger_balance.currency::char(3)), 0);
end
$function$;

CREATE OR REPLACE FUNCTION private.ledger_check()
 RETURNS SETOF private.finding
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select * from private.check_entries()
  union all select * from private.check_sources()
  union all select * from private.check_ledger_amounts()
  union all select * from private.check_ledger_balances()
$function$;

CREATE OR REPLACE FUNCTION private.ledger_line(kind private.ledger_account_kind, boutique_id uuid, amount bigint)
 RETURNS private.ledger_line
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
begin
  return row(kind, boutique_id, null::text, amount)::private.ledger_line;
end
$function$;

CREATE OR REPLACE FUNCTION private.left_of_attempt(attempt public.payment_attempts)
 RETURNS bigint
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return attempt.received_amount - coalesce((
    select sum(f.amount) from public.refund_transfers f where f.attempt_id = attempt.id and f.state <> 'refused'), 0);
end
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
  select * into v_payment from public.payments p where p.id = lock_payment.payment_id for update;
  return v_payment;
end
$function$;

CREATE OR REPLACE FUNCTION private.opened_checkout(attempt_id uuid, checkout_url text, provider_reference text)
 RETURNS public.payment_attempts
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.payable(boutique_id uuid, currency text)
 RETURNS bigint
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  -- What is owed, less what the boutique has in its hands: its till, and its own account at a provider.
  v_owed bigint := -private.ledger_balance('boutique', payable.boutique_id, payable.currency)
    - private.ledger_balance('till', payable.boutique_id, payable.currency) - private.ledger_balance('provider', payable.boutique_id, payable.currency);
  v_open bigint;
begin
  -- What can still go back is kept until the order is over, as far as the marketplace has its money.
  select coalesce(sum(o.paid_total - o.refunded_total - private.commission_of(o.id, o.paid_total - o.refunded_total)), 0) into v_open
  from public.orders o
  where o.boutique_id = payable.boutique_id and o.currency = payable.currency::char(3)
    and o.state in ('pending', 'paid', 'part_fulfilled', 'fulfilled', 'part_refunded') and o.paid_total > 0
    and exists (
      select from public.payments p join public.payment_attempts t on t.payment_id = p.id and t.provider_payment_id = p.reference
      where p.group_id = o.group_id and p.state = 'succeeded' and t.account_id is null);
  return v_owed - v_open;
end
$function$;

CREATE OR REPLACE FUNCTION private.payout_for_change(payout_id uuid)
 RETURNS public.payouts
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_payout public.payouts;
begin
  perform private.require_admin();
  select * into v_payout from public.payouts p where p.id = payout_for_change.payout_id;
  if not found then
    perform private.raise_error(404, 'payout_not_found', 'There is no such payout.', jsonb_build_object('payout_id', payout_id));
  end if;
  perform from public.boutiques b where b.id = v_payout.boutique_id for no key update;
  select * into v_payout from public.payouts p where p.id = payout_for_change.payout_id for update;
  return v_payout;
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

CREATE OR REPLACE FUNCTION private.post(kind private.ledger_transaction_kind, source_id uuid, order_id uuid, currency text, lines private.ledger_line[])
 RETURNS uuid
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_id uuid;
begin
  if not exists (select from unnest(lines) l where l.amount <> 0) then
    return null;
  end if;
  insert into private.ledger_transactions (kind, source_id, order_id) values (kind, source_id, order_id) returning id into v_id;
  insert into private.ledger_entries (transaction_id, account_id, amount)
  select v_id, private.ledger_account(l.kind, l.boutique_id, l.method, currency), l.amount from unnest(lines) l where l.amount <> 0;
  return v_id;
end
$function$;

CREATE OR REPLACE FUNCTION private.post_gift_card()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_card public.gift_cards;
begin
  select * into v_card from public.gift_cards c where c.id = new.gift_card_id;
  perform private.post('gift_card', new.id, new.order_id, v_card.currency, array[
    private.ledger_line('customer_credit', v_card.boutique_id, -new.change),
    case new.kind when 'issued' then private.ledger_line('till', v_card.boutique_id, new.change) else private.ledger_line('order_clearing', null, new.change) end]);
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.post_gift_card_refund()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.post('gift_card_refund', new.id, new.order_id, new.currency, array[
    private.ledger_line('refunds_payable', null, new.to_gift_cards), private.ledger_line('order_clearing', null, -new.to_gift_cards)]);
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.post_order()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_paid bigint := new.paid_total - old.paid_total;
  v_refunded bigint := new.refunded_total - old.refunded_total;
  v_commission bigint := private.commission_of(new.id, new.paid_total - new.refunded_total) - private.commission_of(new.id, old.paid_total - old.refunded_total);
begin
  perform private.post('order', new.id, new.id, new.currency, array[
    private.ledger_line('order_clearing', null, v_paid), private.ledger_line('boutique', new.boutique_id, v_refunded + v_commission - v_paid),
    private.ledger_line('refunds_payable', null, -v_refunded), private.ledger_line('commission', null, -v_commission)]);
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.post_payout()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.post('payout', new.id, null, new.currency, array[
    private.ledger_line('boutique', new.boutique_id, new.amount), private.ledger_line('bank', null, -new.amount)]);
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.post_received()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.post('received', new.id, null, new.received_currency, array[
    private.provider_line(new, new.received_amount), private.ledger_line('unapplied', null, -new.received_amount)]);
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.post_refunded_by_hand()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_by_hand bigint := new.amount - new.to_gift_cards - coalesce((
    select sum(x.amount) from public.refund_transfers x where x.refund_id = new.id and x.state = 'paid'), 0);
begin
  perform private.post('refunded_by_hand', new.id, new.order_id, new.currency, array[
    private.ledger_line('refunds_payable', null, v_by_hand), private.ledger_line('till', new.boutique_id, -v_by_hand)]);
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.post_settled()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_by_provider boolean := new.method in (select p::text from unnest(enum_range(null::public.payment_provider)) p);
begin
  perform private.post('settled', new.id, new.order_id, new.currency, array[
    case when v_by_provider then private.ledger_line('unapplied', null, new.amount) else private.ledger_line('till', private.till_of(new), new.amount) end,
    case new.purpose
      when 'deposit' then private.ledger_line('deposits_held', new.boutique_id, -new.amount)
      when 'rental_fee' then private.ledger_line('boutique', new.boutique_id, -new.amount)
      when 'fitting_fee' then private.ledger_line('boutique', new.boutique_id, -new.amount)
      else private.ledger_line('order_clearing', null, -new.amount)
    end]);
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
      else private.ledger_line('unapplied', null, new.amount)
    end,
    private.provider_line(v_attempt, -new.amount)]);
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.propose_payouts()
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_row record;
  v_amount bigint;
  v_done integer := 0;
begin
  for v_row in
    select distinct a.boutique_id, a.currency from private.ledger_accounts a where a.kind = 'boutique' order by a.boutique_id, a.currency
  loop
    perform from public.boutiques b where b.id = v_row.boutique_id for no key update;
    v_amount := private.payable(v_row.boutique_id, v_row.currency::text);
    if v_amount > 0 and not exists (
      select from public.payouts p
      where p.boutique_id = v_row.boutique_id and p.currency = v_row.currency and p.state = 'paid' and p.created_at > now() - interval '6 days 12 hours') then
      -- Who has an open one waits for it.
      insert into public.payouts (boutique_id, amount, currency) values (v_row.boutique_id, v_amount, v_row.currency)
      on conflict (boutique_id, currency) where state in ('proposed', 'approved') do nothing;
      v_done := v_done + case when found then 1 else 0 end;
    end if;
  end loop;
  return v_done;
end
$function$;

CREATE OR REPLACE FUNCTION private.provider_accounts(boutique_id uuid)
 RETURNS SETOF public.provider_account
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER ROWS 3
 SET search_path TO ''
AS $function$
begin
  perform private.my_role(boutique_id, 'boutique.transfer');
  return query
    select a.provider, a.key_hint, a.disabled_at is null, a.updated_at
    from private.provider_accounts a where a.boutique_id = provider_accounts.boutique_id order by a.provider;
end
$function$;

CREATE OR REPLACE FUNCTION private.provider_line(attempt public.payment_attempts, amount bigint)
 RETURNS private.ledger_line
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return row('provider'::private.ledger_account_kind, (select a.boutique_id from private.provider_accounts a where a.id = attempt.account_id), attempt.provider::text, amount)::private.ledger_line;
end
$function$;

CREATE OR REPLACE FUNCTION private.raise_exception(kind public.payment_exception_kind, provider public.payment_provider, boutique_id uuid, attempt_id uuid, transfer_id uuid, detail jsonb)
 RETURNS uuid
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.receive_payment_event(provider public.payment_provider, account_id uuid, event_id text, type text, facts jsonb, body text)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
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
      and (o.boutique_id in (select private.my_boutique_ids('orders.write')) or (select private.is_admin())));
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

CREATE OR REPLACE FUNCTION private.record_payout(payout_id uuid, reference text)
 RETURNS public.payouts
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_payout public.payouts := private.payout_for_change(payout_id);
begin
  if reference is null or reference !~ '\S' or length(reference) > 200 then
    perform private.raise_error(400, 'invalid_reference', 'Say by which bank transfer it was paid: a reference of at most 200 characters.');
  elsif v_payout.state = 'paid' then
    return v_payout;
  elsif v_payout.state <> 'approved' then
    perform private.refuse_payout(v_payout, 'paid');
  end if;
  perform private.refuse_overdrawn(v_payout);
  update public.payouts p set state = 'paid', paid_at = now(), reference = btrim(record_payout.reference), decided_by = auth.uid()
  where p.id = v_payout.id returning * into v_payout;
  return v_payout;
end
$function$;

CREATE OR REPLACE FUNCTION private.record_refund(refund_id uuid, reference text)
 RETURNS public.refunds
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_refund public.refunds;
begin
  if reference is null or reference !~ '\S' or length(reference) > 200 then
    perform private.raise_error(400, 'invalid_payment', 'Say how it was paid back: a reference of at most 200 characters.');
  end if;
  select * into v_refund from public.refunds f
  where f.id = record_refund.refund_id and f.boutique_id in (select private.my_boutique_ids('refunds.write')) for update;
  if not found then
    perform private.raise_error(404, 'refund_not_found', 'There is no such refund of a boutique that you manage.', jsonb_build_object('refund_id', refund_id));
  elsif v_refund.state = 'due' then
    if exists (select from public.refund_transfers x where x.refund_id = v_refund.id and x.state in ('due', 'pending')) then
      perform private.raise_error(409, 'refund_under_way', 'Its money goes back by itself, to where it came from. Pay by hand what a provider has refused.',
        jsonb_build_object('refund_id', refund_id));
    end if;
    update public.refunds f set state = 'paid', paid_at = now(), reference = btrim(record_refund.reference)
    where f.id = v_refund.id returning * into v_refund;
  end if;
  return v_refund;
end
$function$;

CREATE OR REPLACE FUNCTION private.refuse_overdrawn(payout public.payouts)
 RETURNS void
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  v_payable bigint := private.payable(payout.boutique_id, payout.currency::text);
begin
  if payout.amount > v_payable then
    perform private.raise_error(409, 'balance_changed', 'Less than that is owed by now. Cancel it: the next one has the right amount.',
      jsonb_build_object('payout_id', payout.id, 'amount', payout.amount, 'payable', v_payable));
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.refuse_payout(payout public.payouts, verb text)
 RETURNS void
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  perform private.raise_error(409, 'invalid_state', format('A payout that is %s cannot be %s.', payout.state, verb),
    jsonb_build_object('payout_id', payout.id, 'state', payout.state));
end
$function$;

CREATE OR REPLACE FUNCTION private.refuse_wrong_receipt(method text, reference text)
 RETURNS void
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
begin
  if method is null or method !~ '^[a-z_]{2,40}$' or method in (select p::text from unnest(enum_range(null::public.payment_provider)) p)
    or reference is null or reference !~ '\S' or length(reference) > 200 then
    perform private.raise_error(400, 'invalid_payment', 'A payment has a method such as cash or bank_transfer, which is no provider, and a reference such as the number of the receipt.');
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.require_admin()
 RETURNS void
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  if not (select private.is_admin()) then
    perform private.raise_error(403, 'not_allowed', 'This is for admins of the marketplace.');
  end if;
  perform private.require_second_factor();
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
    and (e.boutique_id in (select private.my_boutique_ids('refunds.write')) or (select private.is_admin()));
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

CREATE OR REPLACE FUNCTION private.save_provider_account(boutique_id uuid, provider public.payment_provider, sealed_keys text, key_hint text, actor_id uuid)
 RETURNS uuid
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.set_commission(boutique_id uuid, basis_points integer, reason text)
 RETURNS public.commissions
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_commission public.commissions;
begin
  perform private.require_admin();
  if basis_points is null or basis_points not between 0 and 5000 or length(reason) > 500 then
    perform private.raise_error(400, 'invalid_commission', 'basis_points are from 0 to 5000 (50 %), and the reason has at most 500 characters.');
  elsif not exists (select from public.boutiques b where b.id = set_commission.boutique_id) then
    perform private.raise_error(404, 'boutique_not_found', 'There is no such boutique.', jsonb_build_object('boutique_id', boutique_id));
  end if;
  insert into public.commissions as c (boutique_id, basis_points, reason)
  values (set_commission.boutique_id, set_commission.basis_points, coalesce(set_commission.reason, ''))
  on conflict on constraint commissions_pkey do update set basis_points = excluded.basis_points, reason = excluded.reason
  returning * into v_commission;
  return v_commission;
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
begin
  select * into v_attempt from public.payment_attempts t where t.id = settle_attempt.attempt_id;
  if not found then
    perform private.raise_error(404, 'attempt_not_found', 'There is no such attempt.', jsonb_build_object('attempt_id', attempt_id));
  end if;
  v_payment := private.lock_payment(v_attempt.payment_id);
  select * into v_attempt from public.payment_attempts t where t.id = settle_attempt.attempt_id for update;
  v_matches := amount is not distinct from v_attempt.amount and upper(currency) is not distinct from v_attempt.currency::text;

  if state in ('succeeded', 'authorised') and v_attempt.state in ('open', 'authorised', 'failed', 'expired') then
    if state = 'authorised' and v_attempt.state = 'authorised' then
      return v_attempt;
    end if;
    update public.payment_attempts t set
      state = case when not v_matches then 'mismatched' else settle_attempt.state end::public.payment_attempt_state,
      provider_payment_id = settle_attempt.provider_payment_id, received_amount = settle_attempt.amount,
      received_currency = left(upper(settle_attempt.currency), 10), failure = '', settled_at = now(),
      look_ups = 0, next_look_up_at = case when v_matches and settle_attempt.state = 'succeeded' then now() + interval '1 day' end
    where t.id = v_attempt.id
    returning * into v_attempt;
    if not v_matches then
      perform private.raise_exception('amount_differs', v_attempt.provider, v_attempt.boutique_id, v_attempt.id, null,
        jsonb_build_object('expected', v_attempt.amount, 'currency', v_attempt.currency,
          'received', v_attempt.received_amount, 'received_currency', v_attempt.received_currency));
    elsif v_attempt.state = 'succeeded' then
      perform private.accept_attempt(v_attempt, v_payment);
    end if;
  elsif state in ('failed', 'expired', 'released', 'reversed') and v_attempt.state in ('open', 'authorised') then
    -- A checkout whose card was refused can still be paid with another: it is asked for once more when its time is over.
    update public.payment_attempts t set state = case settle_attempt.state when 'expired' then 'expired' else 'failed' end::public.payment_attempt_state, failure = left(coalesce(settle_attempt.failure, ''), 500),
      next_look_up_at = case when settle_attempt.state = 'failed' then greatest(now(), t.expires_at) + interval '10 minutes' end
    where t.id = v_attempt.id
    returning * into v_attempt;
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

CREATE OR REPLACE FUNCTION private.settle_difference(order_id uuid, difference bigint, kind public.refund_kind, reason text)
 RETURNS private.settlement
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_order public.orders;
  v_payment public.payments;
  v_left bigint := -difference;
  v_settlement private.settlement;
begin
  select * into v_order from public.orders o where o.id = settle_difference.order_id;
  select * into v_payment from public.payments p where p.order_id = v_order.id and p.purpose = 'change' and p.state = 'pending' for update;
  v_settlement.payment_id := v_payment.id;
  if difference > 0 and v_payment.id is not null then
    update public.payments p set amount = p.amount + difference where p.id = v_payment.id;
  elsif difference > 0 then
    insert into public.payments (purpose, group_id, order_id, boutique_id, customer_id, amount, currency)
    values ('change', v_order.group_id, v_order.id, v_order.boutique_id, v_order.customer_id, difference, v_order.currency)
    returning id into v_settlement.payment_id;
  elsif difference < 0 then
    -- What was asked for and has not been paid is asked for no more.
    if v_payment.amount > v_left then
      update public.payments p set amount = p.amount - v_left where p.id = v_payment.id;
      v_left := 0;
    elsif v_payment.id is not null then
      update public.payments p set state = 'cancelled' where p.id = v_payment.id;
      v_left := v_left - v_payment.amount;
    end if;
    v_settlement.refund_id := private.refund(
      v_order.id, least(v_left, v_order.paid_total - v_order.refunded_total - v_order.fee_total), reason);
    update public.refunds r set kind = settle_difference.kind where r.id = v_settlement.refund_id;
  end if;
  return v_settlement;
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
    else
      null;
  end case;
  return v_payment;
exception when unique_violation then
  perform private.raise_error(409, 'reference_used', 'This reference settled another payment already.',
    jsonb_build_object('method', method, 'reference', reference));
end
$function$;

CREATE OR REPLACE FUNCTION private.settle_pending_group(order_row public.orders, difference bigint)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_group public.order_groups;
begin
  select * into v_group from public.order_groups g where g.id = order_row.group_id;
  if order_row.total + difference < private.paid_by_gift_cards(order_row.id) then
    perform private.raise_error(409, 'covered_by_gift_card', 'More than that is paid with a gift card already. Cancel the order, and order anew.',
      jsonb_build_object('order_id', order_row.id, 'paid_by_gift_cards', private.paid_by_gift_cards(order_row.id)));
  end if;
  update public.order_groups g set total = g.total + difference where g.id = v_group.id returning * into v_group;
  if v_group.amount_due > 0 then
    update public.payments p set amount = v_group.amount_due where p.group_id = v_group.id and p.purpose = 'checkout' and p.state = 'pending';
  else
    update public.payments p set state = 'cancelled' where p.group_id = v_group.id and p.purpose = 'checkout' and p.state = 'pending';
    perform private.confirm_group(v_group.id, 0);
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.settle_refund(refund_id uuid)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  update public.refunds f set state = 'paid', paid_at = now(), reference = t.reference
  from (
    select sum(x.amount) as amount, left(string_agg(x.provider_refund_id, ' ' order by x.id), 200) as reference
    from public.refund_transfers x where x.refund_id = settle_refund.refund_id and x.state = 'paid'
  ) t
  where f.id = settle_refund.refund_id and f.state = 'due' and t.amount = f.amount - f.to_gift_cards;
end
$function$;

CREATE OR REPLACE FUNCTION private.settle_transfer(transfer_id uuid, state text, provider_refund_id text, failure text DEFAULT ''::text)
 RETURNS public.refund_transfers
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
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
  if v_payment.state = 'succeeded' then
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
  return private.settle_payment(payment_id, method, btrim(reference), amount, currency);
end
$function$;

CREATE OR REPLACE FUNCTION private.till_of(payment public.payments)
 RETURNS uuid
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return coalesce(payment.boutique_id, (
    select case when count(*) = 1 then min(o.boutique_id::text)::uuid end from public.orders o where o.group_id = payment.group_id));
end
$function$;

CREATE OR REPLACE FUNCTION private.transfer_back(attempt public.payment_attempts, amount bigint, reason text, refund_id uuid DEFAULT NULL::uuid)
 RETURNS uuid
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.transfer_for_job(transfer_id uuid)
 RETURNS private.transfer_for_job
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.watch_ledger()
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_all private.finding[] := array(select f from private.ledger_check() f order by f.kind, f.id);
begin
  return private.tell_findings('ledger', v_all, array['ledger_entries', 'ledger_source', 'ledger_order', 'ledger_amount', 'ledger_balance']);
end
$function$;

CREATE OR REPLACE FUNCTION public.account_for_server(account_id uuid)
 RETURNS public.account_for_server
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$ select private.account_for_server(account_id) $function$;

CREATE OR REPLACE FUNCTION public.approve_payout(payout_id uuid)
 RETURNS public.payouts
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.approve_payout(payout_id) $function$;

CREATE OR REPLACE FUNCTION public.attempt_for_server(attempt_id uuid)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$ select private.attempt_for_server(attempt_id) $function$;

CREATE OR REPLACE FUNCTION public.boutique_statement(boutique_id uuid, month date)
 RETURNS SETOF public.statement_line
 LANGUAGE sql
 STABLE ROWS 100
 SET search_path TO ''
AS $function$ select * from private.boutique_statement(boutique_id, month) $function$;

CREATE OR REPLACE FUNCTION public.cancel_payout(payout_id uuid, note text)
 RETURNS public.payouts
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.cancel_payout(payout_id, note) $function$;

CREATE OR REPLACE FUNCTION public.disable_provider_account(boutique_id uuid, provider public.payment_provider)
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.disable_provider_account(boutique_id, provider) $function$;

CREATE OR REPLACE FUNCTION public.opened_checkout(attempt_id uuid, checkout_url text, provider_reference text DEFAULT NULL::text)
 RETURNS public.payment_attempts
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.opened_checkout(attempt_id, checkout_url, provider_reference) $function$;

CREATE OR REPLACE FUNCTION public.provider_accounts(boutique_id uuid)
 RETURNS SETOF public.provider_account
 LANGUAGE sql
 STABLE ROWS 3
 SET search_path TO ''
AS $function$ select * from private.provider_accounts(boutique_id) $function$;

CREATE OR REPLACE FUNCTION public.receive_payment_event(provider public.payment_provider, event_id text, type text, facts jsonb, body text, account_id uuid DEFAULT NULL::uuid)
 RETURNS boolean
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.receive_payment_event(provider, account_id, event_id, type, facts, body) $function$;

CREATE OR REPLACE FUNCTION public.record_payout(payout_id uuid, reference text)
 RETURNS public.payouts
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.record_payout(payout_id, reference) $function$;

CREATE OR REPLACE FUNCTION public.resolve_payment_exception(exception_id uuid, resolution text, note text DEFAULT ''::text)
 RETURNS public.payment_exceptions
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.resolve_payment_exception(exception_id, resolution, note) $function$;

CREATE OR REPLACE FUNCTION public.save_provider_account(boutique_id uuid, provider public.payment_provider, sealed_keys text, key_hint text, actor_id uuid)
 RETURNS uuid
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.save_provider_account(boutique_id, provider, sealed_keys, key_hint, actor_id) $function$;

CREATE OR REPLACE FUNCTION public.set_commission(boutique_id uuid, basis_points integer, reason text DEFAULT ''::text)
 RETURNS public.commissions
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.set_commission(boutique_id, basis_points, reason) $function$;

CREATE OR REPLACE FUNCTION public.settle_attempt(attempt_id uuid, state text, provider_payment_id text, amount bigint, currency text, failure text DEFAULT ''::text)
 RETURNS public.payment_attempts
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.settle_attempt(attempt_id, state, provider_payment_id, amount, currency, failure) $function$;

CREATE OR REPLACE FUNCTION public.start_payment(payment_id uuid, provider public.payment_provider, return_url text, is_hold boolean DEFAULT false)
 RETURNS public.payment_attempts
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.start_payment(payment_id, provider, return_url, is_hold) $function$;

CREATE OR REPLACE FUNCTION public.take_payment(payment_id uuid, method text, reference text, amount bigint, currency text)
 RETURNS public.payments
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.take_payment(payment_id, method, reference, amount, currency) $function$;

ALTER TABLE "private"."ledger_accounts" ADD CONSTRAINT "a_boutiques_money_is_a_boutiques" CHECK (((kind <> ALL (ARRAY['boutique'::private.ledger_account_kind, 'deposits_held'::private.ledger_account_kind])) OR (boutique_id IS NOT NULL)));

ALTER TABLE "private"."ledger_accounts" ADD CONSTRAINT "ledger_accounts_boutique_id_fkey" FOREIGN KEY (boutique_id) REFERENCES public.boutiques(id) ON DELETE RESTRICT;

ALTER TABLE "private"."ledger_accounts" ADD CONSTRAINT "one_account_of_each" UNIQUE NULLS NOT DISTINCT (kind, boutique_id, method, currency);

ALTER TABLE "private"."ledger_accounts" ADD CONSTRAINT "only_a_provider_has_a_method" CHECK (((kind = 'provider'::private.ledger_account_kind) = (method IS NOT NULL)));

ALTER TABLE "private"."ledger_transactions" ADD CONSTRAINT "ledger_transactions_order_id_fkey" FOREIGN KEY (order_id) REFERENCES public.orders(id) ON DELETE RESTRICT;

ALTER TABLE "private"."order_commissions" ADD CONSTRAINT "order_commissions_order_id_fkey" FOREIGN KEY (order_id) REFERENCES public.orders(id) ON DELETE CASCADE;

ALTER TABLE "private"."payment_events" ADD CONSTRAINT "an_event_comes_once" UNIQUE NULLS NOT DISTINCT (provider, account_id, event_id);

ALTER TABLE "private"."provider_accounts" ADD CONSTRAINT "one_account_of_a_boutique_at_a_provider" UNIQUE (boutique_id, provider);

ALTER TABLE "private"."provider_accounts" ADD CONSTRAINT "provider_accounts_boutique_id_fkey" FOREIGN KEY (boutique_id) REFERENCES public.boutiques(id) ON DELETE CASCADE;

ALTER TABLE "public"."commissions" ADD CONSTRAINT "commissions_boutique_id_fkey" FOREIGN KEY (boutique_id) REFERENCES public.boutiques(id) ON DELETE CASCADE;

ALTER TABLE "public"."payment_attempts" ADD CONSTRAINT "payment_attempts_boutique_id_fkey" FOREIGN KEY (boutique_id) REFERENCES public.boutiques(id) ON DELETE RESTRICT;

ALTER TABLE "public"."payment_attempts" ADD CONSTRAINT "payment_attempts_customer_id_fkey" FOREIGN KEY (customer_id) REFERENCES public.profiles(id) ON DELETE SET NULL;

ALTER TABLE "public"."payment_attempts" ADD CONSTRAINT "payment_attempts_payment_id_fkey" FOREIGN KEY (payment_id) REFERENCES public.payments(id) ON DELETE RESTRICT;

ALTER TABLE "public"."payment_attempts" ADD CONSTRAINT "what_arrived_says_when_and_as_what" CHECK (((state <> ALL (ARRAY['succeeded'::public.payment_attempt_state, 'mismatched'::public.payment_attempt_state])) OR ((settled_at IS NOT NULL) AND (provider_payment_id IS NOT NULL) AND (received_amount IS NOT NULL))));

ALTER TABLE "public"."payment_attempts" ADD CONSTRAINT "what_succeeded_is_what_was_asked" CHECK (((state <> 'succeeded'::public.payment_attempt_state) OR ((received_amount = amount) AND (received_currency = (currency)::text))));

ALTER TABLE "public"."payment_exceptions" ADD CONSTRAINT "payment_exceptions_boutique_id_fkey" FOREIGN KEY (boutique_id) REFERENCES public.boutiques(id) ON DELETE RESTRICT;

ALTER TABLE "public"."payment_exceptions" ADD CONSTRAINT "payment_exceptions_resolved_by_fkey" FOREIGN KEY (resolved_by) REFERENCES auth.users(id) ON DELETE SET NULL;

ALTER TABLE "public"."payments" ADD CONSTRAINT "payment_is_for_a_rental_of_the_boutique" FOREIGN KEY (rental_id, boutique_id) REFERENCES public.rentals(id, boutique_id) ON DELETE RESTRICT;

ALTER TABLE "public"."payments" ADD CONSTRAINT "payment_is_for_an_appointment_of_the_boutique" FOREIGN KEY (appointment_id, boutique_id) REFERENCES public.appointments(id, boutique_id) ON DELETE RESTRICT;

ALTER TABLE "public"."payments" ADD CONSTRAINT "payment_is_for_an_order_of_the_boutique" FOREIGN KEY (order_id, boutique_id) REFERENCES public.orders(id, boutique_id) ON DELETE RESTRICT;

ALTER TABLE "public"."payments" ADD CONSTRAINT "payments_boutique_id_fkey" FOREIGN KEY (boutique_id) REFERENCES public.boutiques(id) ON DELETE RESTRICT;

ALTER TABLE "public"."payments" ADD CONSTRAINT "payments_customer_id_fkey" FOREIGN KEY (customer_id) REFERENCES auth.users(id) ON DELETE SET NULL;

ALTER TABLE "public"."payments" ADD CONSTRAINT "purpose_says_what_it_is_for" CHECK (
CASE
    WHEN (purpose = 'checkout'::public.payment_purpose) THEN ((num_nonnulls(order_id, rental_id, appointment_id, boutique_id) = 0) AND (group_id IS NOT NULL))
    WHEN (purpose = ANY (ARRAY['change'::public.payment_purpose, 'instalment'::public.payment_purpose])) THEN ((num_nonnulls(group_id, order_id, boutique_id) = 3) AND (num_nonnulls(rental_id, appointment_id) = 0))
    WHEN (purpose = ANY (ARRAY['deposit'::public.payment_purpose, 'rental_fee'::public.payment_purpose])) THEN ((num_nonnulls(rental_id, boutique_id) = 2) AND (num_nonnulls(group_id, order_id, appointment_id) = 0))
    ELSE ((num_nonnulls(appointment_id, boutique_id) = 2) AND (num_nonnulls(group_id, order_id, rental_id) = 0))
END);

ALTER TABLE "public"."payouts" ADD CONSTRAINT "a_paid_payout_says_when_and_how" CHECK ((((state = 'paid'::public.payout_state) = (paid_at IS NOT NULL)) AND ((state <> 'paid'::public.payout_state) OR ((reference ~ '\S'::text) AND (approved_at IS NOT NULL)))));

ALTER TABLE "public"."payouts" ADD CONSTRAINT "an_approved_payout_says_when" CHECK (((state <> 'approved'::public.payout_state) OR (approved_at IS NOT NULL)));

ALTER TABLE "public"."payouts" ADD CONSTRAINT "payouts_boutique_id_fkey" FOREIGN KEY (boutique_id) REFERENCES public.boutiques(id) ON DELETE RESTRICT;

ALTER TABLE "public"."payouts" ADD CONSTRAINT "payouts_decided_by_fkey" FOREIGN KEY (decided_by) REFERENCES auth.users(id) ON DELETE SET NULL;

ALTER TABLE "public"."refund_transfers" ADD CONSTRAINT "a_paid_transfer_says_when" CHECK (((state = 'paid'::public.refund_transfer_state) = (paid_at IS NOT NULL)));

ALTER TABLE "public"."refund_transfers" ADD CONSTRAINT "refund_transfers_boutique_id_fkey" FOREIGN KEY (boutique_id) REFERENCES public.boutiques(id) ON DELETE RESTRICT;

ALTER TABLE "public"."refund_transfers" ADD CONSTRAINT "refund_transfers_customer_id_fkey" FOREIGN KEY (customer_id) REFERENCES public.profiles(id) ON DELETE SET NULL;

ALTER TABLE "public"."refund_transfers" ADD CONSTRAINT "refund_transfers_refund_id_fkey" FOREIGN KEY (refund_id) REFERENCES public.refunds(id) ON DELETE RESTRICT;

CREATE UNIQUE INDEX a_source_is_posted_once ON private.ledger_transactions USING btree (kind, source_id) WHERE (kind <> ALL (ARRAY['order'::private.ledger_transaction_kind, 'deposit'::private.ledger_transaction_kind]));

CREATE INDEX ledger_accounts_boutique_id_idx ON private.ledger_accounts USING btree (boutique_id, kind);

CREATE INDEX ledger_entries_account_id_idx ON private.ledger_entries USING btree (account_id, created_at) INCLUDE (amount);

CREATE INDEX ledger_entries_transaction_id_idx ON private.ledger_entries USING btree (transaction_id);

CREATE INDEX ledger_transactions_order_id_idx ON private.ledger_transactions USING btree (order_id);

CREATE INDEX ledger_transactions_source_id_idx ON private.ledger_transactions USING btree (source_id);

CREATE INDEX payment_events_account_id_idx ON private.payment_events USING btree (account_id);

CREATE INDEX payment_events_processed_at_idx ON private.payment_events USING btree (processed_at);

CREATE INDEX payment_events_waiting_idx ON private.payment_events USING btree (received_at) WHERE (processed_at IS NULL);

CREATE UNIQUE INDEX one_attempt_of_a_provider_payment ON public.payment_attempts USING btree (provider, provider_payment_id, account_id) NULLS NOT DISTINCT WHERE (provider_payment_id IS NOT NULL);

CREATE UNIQUE INDEX one_deposit_of_a_rental ON public.payments USING btree (rental_id) WHERE ((purpose = 'deposit'::public.payment_purpose) AND (state = ANY (ARRAY['pending'::public.payment_state, 'succeeded'::public.payment_state])));

CREATE UNIQUE INDEX one_fee_of_an_appointment ON public.payments USING btree (appointment_id) WHERE ((purpose = 'fitting_fee'::public.payment_purpose) AND (state = ANY (ARRAY['pending'::public.payment_state, 'succeeded'::public.payment_state])));

CREATE UNIQUE INDEX one_open_exception_of_a_transfer ON public.payment_exceptions USING btree (transfer_id, kind) WHERE (resolved_at IS NULL);

CREATE UNIQUE INDEX one_open_exception_of_an_attempt ON public.payment_exceptions USING btree (attempt_id, kind) WHERE ((resolved_at IS NULL) AND (transfer_id IS NULL));

CREATE UNIQUE INDEX one_open_fee_of_a_rental ON public.payments USING btree (rental_id) WHERE ((purpose = 'rental_fee'::public.payment_purpose) AND (state = 'pending'::public.payment_state));

CREATE UNIQUE INDEX one_open_payment_for_changes ON public.payments USING btree (order_id) WHERE ((purpose = 'change'::public.payment_purpose) AND (state = 'pending'::public.payment_state));

CREATE UNIQUE INDEX one_open_payout_of_a_boutique ON public.payouts USING btree (boutique_id, currency) WHERE (state = ANY (ARRAY['proposed'::public.payout_state, 'approved'::public.payout_state]));

CREATE UNIQUE INDEX one_payment_of_a_checkout ON public.payments USING btree (group_id) WHERE ((purpose = 'checkout'::public.payment_purpose) AND (state = ANY (ARRAY['pending'::public.payment_state, 'succeeded'::public.payment_state])));

CREATE INDEX payment_attempts_account_id_idx ON public.payment_attempts USING btree (account_id);

CREATE INDEX payment_attempts_boutique_id_idx ON public.payment_attempts USING btree (boutique_id, created_at DESC);

CREATE INDEX payment_attempts_customer_id_idx ON public.payment_attempts USING btree (customer_id, created_at DESC);

CREATE INDEX payment_attempts_next_look_up_at_idx ON public.payment_attempts USING btree (next_look_up_at) WHERE (next_look_up_at IS NOT NULL);

CREATE INDEX payment_attempts_payment_id_idx ON public.payment_attempts USING btree (payment_id);

CREATE INDEX payment_exceptions_attempt_id_idx ON public.payment_exceptions USING btree (attempt_id);

CREATE INDEX payment_exceptions_boutique_id_idx ON public.payment_exceptions USING btree (boutique_id, created_at DESC);

CREATE INDEX payment_exceptions_resolved_by_idx ON public.payment_exceptions USING btree (resolved_by);

CREATE INDEX payment_exceptions_transfer_id_idx ON public.payment_exceptions USING btree (transfer_id);

CREATE INDEX payments_appointment_id_idx ON public.payments USING btree (appointment_id, boutique_id);

CREATE INDEX payments_boutique_id_idx ON public.payments USING btree (boutique_id, created_at DESC, id DESC);

CREATE INDEX payments_due_at_idx ON public.payments USING btree (due_at) WHERE ((state = 'pending'::public.payment_state) AND (due_at IS NOT NULL));

CREATE INDEX payments_order_id_idx ON public.payments USING btree (order_id, boutique_id);

CREATE INDEX payments_rental_id_idx ON public.payments USING btree (rental_id, boutique_id);

CREATE INDEX payouts_decided_by_idx ON public.payouts USING btree (decided_by);

CREATE INDEX payouts_state_idx ON public.payouts USING btree (state, created_at DESC);

CREATE INDEX refund_transfers_attempt_id_idx ON public.refund_transfers USING btree (attempt_id);

CREATE INDEX refund_transfers_boutique_id_idx ON public.refund_transfers USING btree (boutique_id);

CREATE INDEX refund_transfers_customer_id_idx ON public.refund_transfers USING btree (customer_id);

CREATE INDEX refund_transfers_next_look_up_at_idx ON public.refund_transfers USING btree (next_look_up_at) WHERE (next_look_up_at IS NOT NULL);

CREATE INDEX refund_transfers_refund_id_idx ON public.refund_transfers USING btree (refund_id);

CREATE TRIGGER refuse_change BEFORE DELETE OR UPDATE ON private.ledger_accounts FOR EACH ROW EXECUTE FUNCTION private.refuse_change();

CREATE TRIGGER balance_entries AFTER INSERT ON private.ledger_entries REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION private.balance_entries();

CREATE TRIGGER refuse_change BEFORE DELETE OR UPDATE ON private.ledger_entries FOR EACH ROW EXECUTE FUNCTION private.refuse_change();

CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON private.ledger_entries FOR EACH STATEMENT EXECUTE FUNCTION private.refuse_change();

CREATE TRIGGER refuse_change BEFORE DELETE OR UPDATE ON private.ledger_transactions FOR EACH ROW EXECUTE FUNCTION private.refuse_change();

CREATE TRIGGER touch_updated_at BEFORE UPDATE ON private.provider_accounts FOR EACH ROW EXECUTE FUNCTION private.touch_updated_at();

CREATE TRIGGER audit_delete AFTER DELETE ON public.commissions REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('boutique_id', '');

CREATE TRIGGER audit_insert AFTER INSERT ON public.commissions REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('boutique_id', '');

CREATE TRIGGER audit_update AFTER UPDATE ON public.commissions REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('boutique_id', '');

CREATE TRIGGER touch_updated_at BEFORE UPDATE ON public.commissions FOR EACH ROW EXECUTE FUNCTION private.touch_updated_at();

CREATE TRIGGER post_gift_card AFTER INSERT ON public.gift_card_entries FOR EACH ROW EXECUTE FUNCTION private.post_gift_card();

CREATE TRIGGER freeze_commission AFTER INSERT ON public.orders FOR EACH ROW EXECUTE FUNCTION private.freeze_commission();

CREATE TRIGGER post_order AFTER UPDATE OF paid_total, refunded_total ON public.orders FOR EACH ROW WHEN (((old.paid_total <> new.paid_total) OR (old.refunded_total <> new.refunded_total))) EXECUTE FUNCTION private.post_order();

CREATE TRIGGER audit_delete AFTER DELETE ON public.payment_attempts REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', 'checkout_url,return_url');

CREATE TRIGGER audit_insert AFTER INSERT ON public.payment_attempts REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', 'checkout_url,return_url');

CREATE TRIGGER audit_update AFTER UPDATE ON public.payment_attempts REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', 'checkout_url,return_url');

CREATE TRIGGER post_received AFTER UPDATE OF state ON public.payment_attempts FOR EACH ROW WHEN (((new.state = ANY (ARRAY['succeeded'::public.payment_attempt_state, 'mismatched'::public.payment_attempt_state])) AND (old.state <> ALL (ARRAY['succeeded'::public.payment_attempt_state, 'mismatched'::public.payment_attempt_state])) AND (new.received_currency ~ '^[A-Z]{3}$'::text))) EXECUTE FUNCTION private.post_received();

CREATE TRIGGER touch_updated_at BEFORE UPDATE ON public.payment_attempts FOR EACH ROW EXECUTE FUNCTION private.touch_updated_at();

CREATE TRIGGER audit_delete AFTER DELETE ON public.payment_exceptions REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', 'note');

CREATE TRIGGER audit_insert AFTER INSERT ON public.payment_exceptions REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', 'note');

CREATE TRIGGER audit_update AFTER UPDATE ON public.payment_exceptions REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', 'note');

CREATE TRIGGER close_attempts AFTER UPDATE OF state, amount ON public.payments FOR EACH ROW WHEN (((old.state = 'pending'::public.payment_state) AND ((new.state <> 'pending'::public.payment_state) OR (new.amount <> old.amount)))) EXECUTE FUNCTION private.close_attempts();

CREATE TRIGGER issue_debit_note AFTER UPDATE OF state ON public.payments FOR EACH ROW WHEN (((old.state <> 'succeeded'::public.payment_state) AND (new.state = 'succeeded'::public.payment_state) AND (new.purpose = 'change'::public.payment_purpose))) EXECUTE FUNCTION private.issue_note();

CREATE TRIGGER post_settled AFTER UPDATE OF state ON public.payments FOR EACH ROW WHEN (((old.state <> 'succeeded'::public.payment_state) AND (new.state = 'succeeded'::public.payment_state))) EXECUTE FUNCTION private.post_settled();

CREATE TRIGGER audit_delete AFTER DELETE ON public.payouts REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', '');

CREATE TRIGGER audit_insert AFTER INSERT ON public.payouts REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', '');

CREATE TRIGGER audit_update AFTER UPDATE ON public.payouts REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', '');

CREATE TRIGGER post_payout AFTER UPDATE OF state ON public.payouts FOR EACH ROW WHEN (((old.state <> 'paid'::public.payout_state) AND (new.state = 'paid'::public.payout_state))) EXECUTE FUNCTION private.post_payout();

CREATE TRIGGER touch_updated_at BEFORE UPDATE ON public.payouts FOR EACH ROW EXECUTE FUNCTION private.touch_updated_at();

CREATE TRIGGER audit_delete AFTER DELETE ON public.refund_transfers REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', 'reason');

CREATE TRIGGER audit_insert AFTER INSERT ON public.refund_transfers REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', 'reason');

CREATE TRIGGER audit_update AFTER UPDATE ON public.refund_transfers REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', 'reason');

CREATE TRIGGER guard_transfer AFTER INSERT OR UPDATE OF amount, attempt_id ON public.refund_transfers FOR EACH ROW EXECUTE FUNCTION private.guard_transfer();

CREATE TRIGGER post_transferred AFTER UPDATE OF state ON public.refund_transfers FOR EACH ROW WHEN (((old.state <> 'paid'::public.refund_transfer_state) AND (new.state = 'paid'::public.refund_transfer_state))) EXECUTE FUNCTION private.post_transferred();

CREATE TRIGGER touch_updated_at BEFORE UPDATE ON public.refund_transfers FOR EACH ROW EXECUTE FUNCTION private.touch_updated_at();

CREATE TRIGGER allocate_refund AFTER INSERT ON public.refunds FOR EACH ROW WHEN ((new.state = 'due'::public.refund_state)) EXECUTE FUNCTION private.allocate_refund();

CREATE TRIGGER post_gift_card_refund AFTER INSERT ON public.refunds FOR EACH ROW WHEN ((new.to_gift_cards > 0)) EXECUTE FUNCTION private.post_gift_card_refund();

CREATE TRIGGER post_refunded_by_hand AFTER UPDATE OF state ON public.refunds FOR EACH ROW WHEN (((old.state = 'due'::public.refund_state) AND (new.state = 'paid'::public.refund_state))) EXECUTE FUNCTION private.post_refunded_by_hand();

CREATE POLICY "select_owner" ON "public"."commissions" FOR SELECT TO "authenticated" USING (((boutique_id IN ( SELECT private.my_boutique_ids('audit.read'::public.permission) AS my_boutique_ids)) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_own_or_staff" ON "public"."payment_attempts" FOR SELECT TO "authenticated" USING (((customer_id = ( SELECT auth.uid() AS uid)) OR (boutique_id IN ( SELECT private.my_boutique_ids('orders.read'::public.permission) AS my_boutique_ids)) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_staff" ON "public"."payment_exceptions" FOR SELECT TO "authenticated" USING (((boutique_id IN ( SELECT private.my_boutique_ids('orders.read'::public.permission) AS my_boutique_ids)) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_own_or_staff" ON "public"."payments" FOR SELECT TO "authenticated" USING (((customer_id = ( SELECT auth.uid() AS uid)) OR (boutique_id IN ( SELECT private.my_boutique_ids('orders.read'::public.permission) AS my_boutique_ids)) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_owner" ON "public"."payouts" FOR SELECT TO "authenticated" USING (((boutique_id IN ( SELECT private.my_boutique_ids('audit.read'::public.permission) AS my_boutique_ids)) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_own_or_staff" ON "public"."refund_transfers" FOR SELECT TO "authenticated" USING (((customer_id = ( SELECT auth.uid() AS uid)) OR (boutique_id IN ( SELECT private.my_boutique_ids('orders.read'::public.permission) AS my_boutique_ids)) OR ( SELECT private.is_admin() AS is_admin)));

COMMENT ON COLUMN "private"."ledger_accounts"."boutique_id" IS 'Whose it is; of provider and till: where the money is. Null: the marketplace''s.';

COMMENT ON COLUMN "private"."ledger_entries"."amount" IS 'In minor units of the account''s currency: positive is a debit, negative a credit.';

COMMENT ON COLUMN "private"."ledger_transactions"."source_id" IS 'The row that it follows from; see the kinds.';

COMMENT ON COLUMN "private"."payment_events"."body" IS 'The signed bytes, as they came.';

COMMENT ON COLUMN "private"."payment_events"."event_id" IS 'The provider''s id of the event, or one derived from what it says where there is none.';

COMMENT ON COLUMN "private"."payment_events"."facts" IS 'What the event says, in our words: kind, reference, payment, refund.';

COMMENT ON COLUMN "private"."provider_accounts"."disabled_at" IS 'Since when no payment begins with it; what has begun is still settled and paid back.';

COMMENT ON COLUMN "private"."provider_accounts"."key_hint" IS 'Last characters of the secret key, by which people tell keys apart.';

COMMENT ON COLUMN "private"."provider_accounts"."sealed_keys" IS 'Secret key and webhook secret, encrypted outside of the database with PAYMENTS_MASTER_KEY (AES-256-GCM, a data key of its own, bound to boutique and provider). Nobody can read them here.';

COMMENT ON COLUMN "public"."commissions"."basis_points" IS 'Hundredths of a percent, for orders from now on: 750 is 7.5 %.';

COMMENT ON COLUMN "public"."payment_attempts"."account_id" IS 'The boutique''s own account that it goes through; null: the marketplace''s.';

COMMENT ON COLUMN "public"."payment_attempts"."amount" IS 'Asked for, in minor units of the currency.';

COMMENT ON COLUMN "public"."payment_attempts"."checkout_url" IS 'Page of the provider where the customer pays; null until it has answered.';

COMMENT ON COLUMN "public"."payment_attempts"."is_hold" IS 'The money is held on the card and taken later, or let go; for deposits.';

COMMENT ON COLUMN "public"."payment_attempts"."next_look_up_at" IS 'When the provider is asked next; null: it will not be.';

COMMENT ON COLUMN "public"."payment_attempts"."provider_payment_id" IS 'The provider''s id of the payment itself, which refunds need.';

COMMENT ON COLUMN "public"."payment_attempts"."provider_reference" IS 'The provider''s id of the checkout.';

COMMENT ON COLUMN "public"."payment_attempts"."received_amount" IS 'What has arrived, or is held, as the provider says; in minor units.';

COMMENT ON COLUMN "public"."payment_exceptions"."boutique_id" IS 'Whose staff may see and resolve it; null: admins alone.';

COMMENT ON COLUMN "public"."payment_exceptions"."detail" IS 'Amounts and ids.';

COMMENT ON COLUMN "public"."payment_exceptions"."resolution" IS 'refunded: it goes back; retried: asked for again; handled: done outside of Nexus, the note says how.';

COMMENT ON COLUMN "public"."payments"."amount" IS 'In minor units of the currency.';

COMMENT ON COLUMN "public"."payments"."boutique_id" IS 'Whose money it is; null: of the boutiques of the group.';

COMMENT ON COLUMN "public"."payments"."due_at" IS 'Until when an instalment or a fee is to be paid; null: the group says so.';

COMMENT ON COLUMN "public"."payments"."group_id" IS 'What it pays for: all orders of the group when order_id is null.';

COMMENT ON COLUMN "public"."payments"."order_id" IS 'The order whose change or instalment it pays for.';

COMMENT ON COLUMN "public"."payouts"."amount" IS 'In minor units of the currency.';

COMMENT ON COLUMN "public"."payouts"."note" IS 'Why it was cancelled.';

COMMENT ON COLUMN "public"."payouts"."reference" IS 'Of the bank transfer.';

COMMENT ON COLUMN "public"."refund_transfers"."reason" IS 'A word of ours: that of the refund, paid_twice, surplus, amount_differs or deposit_released.';

COMMENT ON COLUMN "public"."refund_transfers"."refund_id" IS 'The refund of an order that it is a part of; null: money that was paid twice, came as another amount, or is a deposit.';

COMMENT ON FUNCTION "private"."accept_attempt"(public.payment_attempts, public.payments) IS 'Money that has arrived as it was asked for settles its payment. What was paid twice, or is more than is to be paid by now, goes back.';

COMMENT ON FUNCTION "private"."account_of"(public.payments, public.payment_provider) IS 'The boutique''s own account that a payment goes through; null: the marketplace''s, for boutiques without one and for groups of several.';

COMMENT ON FUNCTION "private"."allocate_refund"() IS 'Trigger: what is to go back for an order is asked of the providers that it came through.';

COMMENT ON FUNCTION "private"."apply_payment_event"(uuid, jsonb) IS 'Does what an event says, once. facts: those of the event, with payment or refund filled in from the provider where the event did not say enough. Its outcome: a state of the attempt or transfer, unknown_payment, refunded_outside, disputed, ignored or not_ours. Called by the job payment.event.';

COMMENT ON FUNCTION "private"."attempt_for_server"(uuid) IS 'All that a provider has to know of an attempt. sealed_keys and boutique_id: of the boutique''s own account, null for the marketplace''s. PT404 attempt_not_found.';

COMMENT ON FUNCTION "private"."balance_entries"() IS 'Trigger: debits are credits. check_violation (23514), entries_of_a_transaction_balance.';

COMMENT ON FUNCTION "private"."check_entries"() IS 'ledger_entries: a transaction that does not balance, or has no entries.';

COMMENT ON FUNCTION "private"."check_ledger_amounts"() IS 'ledger_order: an order that is worth something else to its boutique, or to the marketplace, than the ledger says; ledger_amount: any other row.';

COMMENT ON FUNCTION "private"."check_ledger_balances"() IS 'ledger_balance: gift cards, due refunds, money that settles nothing, and what is between payments and orders.';

COMMENT ON FUNCTION "private"."check_sources"() IS 'ledger_source: money that has moved and is not in the ledger, or is there and has not moved.';

COMMENT ON FUNCTION "private"."close_attempts"() IS 'Trigger: pages that ask for a payment that is over, or for another amount, are closed by a job. The attempt that has just settled it is open no more.';

COMMENT ON FUNCTION "private"."commission_of"(uuid, bigint) IS 'The marketplace''s part of what a boutique keeps of an order, rounded half up.';

COMMENT ON FUNCTION "private"."count_look_up"(uuid) IS 'Notes that the provider was asked about an attempt, and when to ask again.';

COMMENT ON FUNCTION "private"."enqueue_look_ups"(integer) IS 'Has providers asked about attempts and refunds of which nothing was heard. How many; called by the job payment.reconcile.';

COMMENT ON FUNCTION "private"."find_attempt"(text, public.payment_provider, uuid, text) IS 'The attempt that an event is about, by our reference or by the provider''s id; null when it is none of ours.';

COMMENT ON FUNCTION "private"."freeze_commission"() IS 'Trigger: an order keeps the commission of its day.';

COMMENT ON FUNCTION "private"."guard_transfer"() IS 'Trigger: no more goes back than has arrived, whoever tries. PT409 nothing_left.';

COMMENT ON FUNCTION "private"."ledger_account"(private.ledger_account_kind, uuid, text, text) IS 'The account, which comes into being when it is not there.';

COMMENT ON FUNCTION "private"."ledger_balance"(private.ledger_account_kind, uuid, text) IS 'Debits less credits of an account, of all its methods, in minor units.';

COMMENT ON FUNCTION "private"."ledger_check"() IS 'Where orders, payments, refunds, gift cards, payouts and ledger do not agree to the cent; no row when they do. A machine mends nothing of it: find out what has moved, and post the difference. For operators: select * from private.ledger_check().';

COMMENT ON FUNCTION "private"."ledger_line"(private.ledger_account_kind, uuid, bigint) IS 'An entry at an account that is no provider''s.';

COMMENT ON FUNCTION "private"."left_of_attempt"(public.payment_attempts) IS 'What has arrived with an attempt and does not go back, in minor units.';

COMMENT ON FUNCTION "private"."lock_payment"(uuid) IS 'A payment, locked behind the goods and orders that it is for. PT404 payment_not_found.';

COMMENT ON FUNCTION "private"."payable"(uuid, text) IS 'What can be paid out to a boutique now, in minor units: what it is owed of orders that are over, less what it has taken itself. Negative when it owes the marketplace, such as the commission of cash; that is carried over.';

COMMENT ON FUNCTION "private"."payout_for_change"(uuid) IS 'A payout that the caller, an admin, may move; locked behind its boutique. PT403 not_allowed, second_factor_required; PT404 payout_not_found.';

COMMENT ON FUNCTION "private"."post"(private.ledger_transaction_kind, uuid, uuid, text, private.ledger_line[]) IS 'Writes a transaction; lines of nothing are left out. The one way into the ledger. check_violation when it does not balance.';

COMMENT ON FUNCTION "private"."post_gift_card"() IS 'Trigger: a card was paid in, spent or given back.';

COMMENT ON FUNCTION "private"."post_gift_card_refund"() IS 'Trigger: the part of a refund that is with the gift cards again.';

COMMENT ON FUNCTION "private"."post_order"() IS 'Trigger: what was paid for an order is its boutique''s, less the commission; what goes back is taken from it, and the commission of it, too.';

COMMENT ON FUNCTION "private"."post_payout"() IS 'Trigger: a payout has left the bank.';

COMMENT ON FUNCTION "private"."post_received"() IS 'Trigger: money has come through a provider.';

COMMENT ON FUNCTION "private"."post_refunded_by_hand"() IS 'Trigger: what no provider and no gift card has paid back of a refund, staff have.';

COMMENT ON FUNCTION "private"."post_settled"() IS 'Trigger: a payment has its money, from what has come through a provider or from a till.';

COMMENT ON FUNCTION "private"."post_transferred"() IS 'Trigger: a provider pays back.';

COMMENT ON FUNCTION "private"."propose_payouts"() IS 'Proposes a payout to every boutique that is owed something, has none open and was paid none within a week. How many; called by the job payout.propose.';

COMMENT ON FUNCTION "private"."provider_line"(public.payment_attempts, bigint) IS 'An entry at the account that an attempt went through: the marketplace''s, or the boutique''s own.';

COMMENT ON FUNCTION "private"."raise_exception"(public.payment_exception_kind, public.payment_provider, uuid, uuid, uuid, jsonb) IS 'Makes a task for people, once per thing that it is about, and alerts the operator. Null when the task is open already.';

COMMENT ON FUNCTION "private"."receive_payment_event"(public.payment_provider, uuid, text, text, jsonb, text) IS 'Keeps an event whose signature was verified, and has a job work on it. False when it has come before.';

COMMENT ON FUNCTION "private"."refuse_overdrawn"(public.payouts) IS 'PT409 balance_changed for more than is owed.';

COMMENT ON FUNCTION "private"."refuse_payout"(public.payouts, text) IS 'PT409 invalid_state.';

COMMENT ON FUNCTION "private"."refuse_wrong_receipt"(text, text) IS 'PT400 invalid_payment for what staff cannot have taken.';

COMMENT ON FUNCTION "private"."require_admin"() IS 'PT403 not_allowed, second_factor_required unless the caller runs the marketplace.';

COMMENT ON FUNCTION "private"."settle_attempt"(uuid, text, text, bigint, text, text) IS 'What a provider says of an attempt, in any order and as often as it likes: state open, authorised, succeeded, failed, expired, released or reversed, and what has arrived. What arrives as it was asked for settles the payment; another amount or currency is kept, flagged, and fulfils nothing. PT404 attempt_not_found.';

COMMENT ON FUNCTION "private"."settle_refund"(uuid) IS 'A refund is paid when all of its money is on its way.';

COMMENT ON FUNCTION "private"."settle_transfer"(uuid, text, text, text) IS 'What a provider says of a refund: pending, paid or refused. A repetition is a success; a refusal is a task for people. PT404 transfer_not_found.';

COMMENT ON FUNCTION "private"."till_of"(public.payments) IS 'Whose till cash goes into: the boutique''s, or for several boutiques at once the marketplace''s (null).';

COMMENT ON FUNCTION "private"."transfer_back"(public.payment_attempts, bigint, text, uuid) IS 'Has a part of what has arrived with an attempt paid back. The caller has locked the attempt or its group.';

COMMENT ON FUNCTION "private"."transfer_for_job"(uuid) IS 'A transfer with all that its provider has to know.';

COMMENT ON FUNCTION "private"."watch_ledger"() IS 'Raises an alert for each kind of finding of ledger_check, and ends those that are mended. How many findings. Called by the job ledger.check.';

COMMENT ON FUNCTION "public"."account_for_server"(uuid) IS 'For the function webhooks, with the secret key: a boutique''s own account, whose events are to be verified. PT404 account_not_found.';

COMMENT ON FUNCTION "public"."approve_payout"(uuid) IS 'Admins approve a payout that a job has proposed. Repeating it changes nothing. PT403 not_allowed, second_factor_required; PT404 payout_not_found; PT409 invalid_state, balance_changed (detail: payable).';

COMMENT ON FUNCTION "public"."attempt_for_server"(uuid) IS 'For the functions payments and webhooks, with the secret key: an attempt with all that its provider has to know: attempt, payment_state, boutique_id, sealed_keys, email, display_name, phone, description. PT404 attempt_not_found.';

COMMENT ON FUNCTION "public"."boutique_statement"(uuid, date) IS 'Owners and admins: what a boutique earned, gave back and was paid out in a month of its time zone, with opening and closing balance; month is any day of it. As CSV: .csv(). PT403 not_allowed; PT404 boutique_not_found; PT400 invalid_date.';

COMMENT ON FUNCTION "public"."cancel_payout"(uuid, text) IS 'Admins call off a payout that is not paid, and say why. Repeating it changes nothing. PT403 not_allowed, second_factor_required; PT404 payout_not_found; PT400 invalid_note; PT409 invalid_state.';

COMMENT ON FUNCTION "public"."disable_provider_account"(uuid, public.payment_provider) IS 'Owners: new payments go through the marketplace''s account again; what has begun is still settled and paid back. Repeating it changes nothing. PT403 not_allowed.';

COMMENT ON FUNCTION "public"."opened_checkout"(uuid, text, text) IS 'For the function payments, with the secret key: notes the page that a provider has opened for an attempt. PT404 attempt_not_found.';

COMMENT ON FUNCTION "public"."provider_accounts"(uuid) IS 'Owners: which accounts of its own a boutique has, and the end of each key. PT403 not_allowed.';

COMMENT ON FUNCTION "public"."receive_payment_event"(public.payment_provider, text, text, jsonb, text, uuid) IS 'For the function webhooks, with the secret key: keeps an event of a provider whose signature was verified, and has a job work on it. False when it has come before.';

COMMENT ON FUNCTION "public"."record_payout"(uuid, text) IS 'Admins note that an approved payout was transferred, and by which transfer. Repeating it changes nothing. PT403 not_allowed, second_factor_required; PT404 payout_not_found; PT400 invalid_reference; PT409 invalid_state, balance_changed (detail: payable).';

COMMENT ON FUNCTION "public"."record_refund"(uuid, text) IS 'Managers note that a refund was paid back by hand, and how. What was paid through a provider goes back by itself. Repeating it changes nothing. PT404 refund_not_found; PT409 refund_under_way; PT400 invalid_payment.';

COMMENT ON FUNCTION "public"."resolve_payment_exception"(uuid, text, text) IS 'Managers, or admins of the marketplace, say what becomes of money that a machine could not place: refunded (amount_differs: what has arrived goes back), retried (refund_refused: the provider is asked again) or handled (done outside of Nexus, the note says how). Repeating it changes nothing. PT404 exception_not_found; PT400 invalid_resolution; PT409 nothing_left.';

COMMENT ON FUNCTION "public"."save_provider_account"(uuid, public.payment_provider, text, text, uuid) IS 'For the function payments, with the secret key: keeps the encrypted keys of a boutique''s own account. actor_id: who asks, an owner of the boutique. PT404 boutique_not_found.';

COMMENT ON FUNCTION "public"."set_commission"(uuid, integer, text) IS 'Admins: what the marketplace keeps of a boutique''s orders from now on, in hundredths of a percent. PT403 not_allowed; PT404 boutique_not_found; PT400 invalid_commission.';

COMMENT ON FUNCTION "public"."settle_attempt"(uuid, text, text, bigint, text, text) IS 'For the function payments, with the secret key: what a provider says of an attempt, see private.settle_attempt. PT404 attempt_not_found.';

COMMENT ON FUNCTION "public"."start_payment"(uuid, public.payment_provider, text, boolean) IS 'The caller begins to pay a payment of hers; the function payments calls it and opens the page of the provider. Amount and currency are those of the payment. Who comes back to an attempt that is open goes on with it. PT404 payment_not_found; PT409 already_paid, hold_expired; PT400 invalid_return_url.';

COMMENT ON FUNCTION "public"."take_payment"(uuid, text, text, bigint, text) IS 'Staff note money that came in cash or by transfer for one payment of their boutique: a deposit, an instalment, a fee, a change. A repetition with the same reference is a success. PT404 payment_not_found; PT400 invalid_payment; PT409 amount_differs, already_paid, reference_used.';

COMMENT ON TABLE "private"."ledger_accounts" IS 'Accounts come into being with their first entry.';

COMMENT ON TABLE "private"."ledger_entries" IS 'Debits and credits. A statement writes all entries of a transaction, or a trigger refuses it.';

COMMENT ON TABLE "private"."ledger_transactions" IS 'What happened. Its entries add up to nothing.';

COMMENT ON TABLE "private"."order_commissions" IS 'The commission as it was when the order was made; without a row nothing. Customers, who see their orders, do not see it.';

COMMENT ON TABLE "private"."payment_events" IS 'What providers have told us, as they signed it. A second delivery of an event adds nothing. Removed 90 days after it was processed.';

COMMENT ON TABLE "private"."provider_accounts" IS 'A boutique''s own account at a provider. Without one its money goes to the marketplace''s account, whose keys are in the environment.';

COMMENT ON TABLE "public"."commissions" IS 'What the marketplace keeps of a boutique''s orders; without a row nothing. The owner of the boutique and admins see it; the audit log has its history.';

COMMENT ON TABLE "public"."payment_attempts" IS 'A payment on its way through a provider. Its id is our reference there. One payment may have several: the customer came back, or chose another way.';

COMMENT ON TABLE "public"."payment_exceptions" IS 'Tasks for people: money of which a machine cannot say what to do. An alert is open as long as the task is.';

COMMENT ON TABLE "public"."payments" IS 'Money that is to come or has come. One row for each thing that is paid at once; see purpose.';

COMMENT ON TABLE "public"."payouts" IS 'Money that goes from the marketplace to a boutique. Its owner and admins see it.';

COMMENT ON TABLE "public"."refund_transfers" IS 'Money that a provider pays back from one attempt. Its id is our reference there, so that asking twice pays once.';

COMMENT ON TABLE "public"."refunds" IS 'Money that goes back for an order. refund_transfers take it to where it came from; what came in cash is paid back by hand.';

COMMENT ON TYPE "private"."ledger_account_kind" IS 'What we have: provider (at a provider of payments), till (cash and transfers that staff took), bank (where payouts are made from). What we owe: unapplied (has arrived, for nothing yet), order_clearing (between a payment and its orders), boutique (a boutique''s money), customer_credit (on gift cards), refunds_payable (about to go back), deposits_held (security for rentals). What is ours: commission.';

COMMENT ON TYPE "private"."ledger_transaction_kind" IS 'received: money came through a provider (source: the attempt); settled: a payment has its money (payment); order: what was paid for it or goes back changed (order); gift_card (its entry); gift_card_refund: goes back to a card (refund); transferred: a provider pays back (transfer); refunded_by_hand (refund); deposit: kept or given back (deposit); payout (payout).';

COMMENT ON TYPE "public"."account_for_server" IS 'A boutique''s own account with its encrypted keys.';

COMMENT ON TYPE "public"."payment_attempt_state" IS 'open: at the provider, nothing is decided; authorised: the money is held on the card and not taken; succeeded: it has arrived; mismatched: another amount or currency has arrived, a person looks at it; failed, expired: it will not arrive.';

COMMENT ON TYPE "public"."payment_exception_kind" IS 'amount_differs: another amount or currency has arrived than was asked for, or less than is to be paid by now; unknown_payment: money for something that Nexus does not know; refund_refused: a provider does not pay back; provider_disagrees: it says something else now than before; disputed: the customer has asked her bank for the money.';

COMMENT ON TYPE "public"."payment_provider" IS 'Who takes the money. test: the stand-in of the embedded stack, with which no money moves.';

COMMENT ON TYPE "public"."payment_purpose" IS 'checkout: an order group; change: what a change of an order cost more; instalment: a part of an order by its plan; deposit: security for a rental; rental_fee: for coming late, damage or loss; fitting_fee: for a fitting that was called off late, or that nobody came to.';

COMMENT ON TYPE "public"."payout_state" IS 'proposed: by a job; approved: by an admin; paid: the money has left; cancelled: will not be paid, the next one has it.';

COMMENT ON TYPE "public"."provider_account" IS 'A boutique''s own account at a provider, without its keys.';

COMMENT ON TYPE "public"."refund_transfer_state" IS 'due: a job asks the provider for it; pending: the provider works on it; paid: it is on its way to the customer; refused: the provider does not do it, a person pays it back.';

COMMENT ON TYPE "public"."statement_line" IS 'A line of a statement: amount is what the boutique gets (positive) or gives, balance what it is owed after it; minor units.';

REVOKE ALL ON FUNCTION "private"."accept_attempt"(public.payment_attempts, public.payments) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."accept_attempt"(public.payment_attempts, public.payments) TO "postgres";

REVOKE ALL ON FUNCTION "private"."account_for_server"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."account_for_server"(uuid) TO "postgres", "service_role";

REVOKE ALL ON FUNCTION "private"."account_of"(public.payments, public.payment_provider) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."account_of"(public.payments, public.payment_provider) TO "postgres";

REVOKE ALL ON FUNCTION "private"."allocate_refund"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."allocate_refund"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."apply_payment_event"(uuid, jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."apply_payment_event"(uuid, jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "private"."approve_payout"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."approve_payout"(uuid) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."attempt_for_server"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."attempt_for_server"(uuid) TO "postgres", "service_role";

REVOKE ALL ON FUNCTION "private"."balance_entries"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."balance_entries"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."boutique_statement"(uuid, date) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."boutique_statement"(uuid, date) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."cancel_payout"(uuid, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."cancel_payout"(uuid, text) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."check_entries"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."check_entries"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."check_ledger_amounts"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."check_ledger_amounts"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."check_ledger_balances"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."check_ledger_balances"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."check_sources"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."check_sources"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."close_attempts"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."close_attempts"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."commission_of"(uuid, bigint) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."commission_of"(uuid, bigint) TO "postgres";

REVOKE ALL ON FUNCTION "private"."count_look_up"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."count_look_up"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."disable_provider_account"(uuid, public.payment_provider) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."disable_provider_account"(uuid, public.payment_provider) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."enqueue_look_ups"(integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."enqueue_look_ups"(integer) TO "postgres";

REVOKE ALL ON FUNCTION "private"."find_attempt"(text, public.payment_provider, uuid, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."find_attempt"(text, public.payment_provider, uuid, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."freeze_commission"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."freeze_commission"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."guard_transfer"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."guard_transfer"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."ledger_account"(private.ledger_account_kind, uuid, text, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."ledger_account"(private.ledger_account_kind, uuid, text, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."ledger_balance"(private.ledger_account_kind, uuid, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."ledger_balance"(private.ledger_account_kind, uuid, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."ledger_check"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."ledger_check"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."ledger_line"(private.ledger_account_kind, uuid, bigint) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."ledger_line"(private.ledger_account_kind, uuid, bigint) TO "postgres";

REVOKE ALL ON FUNCTION "private"."left_of_attempt"(public.payment_attempts) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."left_of_attempt"(public.payment_attempts) TO "postgres";

REVOKE ALL ON FUNCTION "private"."lock_payment"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."lock_payment"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."opened_checkout"(uuid, text, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."opened_checkout"(uuid, text, text) TO "postgres", "service_role";

REVOKE ALL ON FUNCTION "private"."payable"(uuid, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."payable"(uuid, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."payout_for_change"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."payout_for_change"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."post"(private.ledger_transaction_kind, uuid, uuid, text, private.ledger_line[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."post"(private.ledger_transaction_kind, uuid, uuid, text, private.ledger_line[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."post_gift_card"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."post_gift_card"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."post_gift_card_refund"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."post_gift_card_refund"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."post_order"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."post_order"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."post_payout"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."post_payout"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."post_received"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."post_received"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."post_refunded_by_hand"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."post_refunded_by_hand"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."post_settled"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."post_settled"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."post_transferred"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."post_transferred"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."propose_payouts"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."propose_payouts"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."provider_accounts"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."provider_accounts"(uuid) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."provider_line"(public.payment_attempts, bigint) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."provider_line"(public.payment_attempts, bigint) TO "postgres";

REVOKE ALL ON FUNCTION "private"."raise_exception"(public.payment_exception_kind, public.payment_provider, uuid, uuid, uuid, jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."raise_exception"(public.payment_exception_kind, public.payment_provider, uuid, uuid, uuid, jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "private"."receive_payment_event"(public.payment_provider, uuid, text, text, jsonb, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."receive_payment_event"(public.payment_provider, uuid, text, text, jsonb, text) TO "postgres", "service_role";

REVOKE ALL ON FUNCTION "private"."record_payout"(uuid, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."record_payout"(uuid, text) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."refuse_overdrawn"(public.payouts) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."refuse_overdrawn"(public.payouts) TO "postgres";

REVOKE ALL ON FUNCTION "private"."refuse_payout"(public.payouts, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."refuse_payout"(public.payouts, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."refuse_wrong_receipt"(text, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."refuse_wrong_receipt"(text, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."require_admin"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."require_admin"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."resolve_payment_exception"(uuid, text, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."resolve_payment_exception"(uuid, text, text) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."save_provider_account"(uuid, public.payment_provider, text, text, uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."save_provider_account"(uuid, public.payment_provider, text, text, uuid) TO "postgres", "service_role";

REVOKE ALL ON FUNCTION "private"."set_commission"(uuid, integer, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."set_commission"(uuid, integer, text) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."settle_attempt"(uuid, text, text, bigint, text, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."settle_attempt"(uuid, text, text, bigint, text, text) TO "postgres", "service_role";

REVOKE ALL ON FUNCTION "private"."settle_refund"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."settle_refund"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."settle_transfer"(uuid, text, text, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."settle_transfer"(uuid, text, text, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."start_payment"(uuid, public.payment_provider, text, boolean) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."start_payment"(uuid, public.payment_provider, text, boolean) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."take_payment"(uuid, text, text, bigint, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."take_payment"(uuid, text, text, bigint, text) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."till_of"(public.payments) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."till_of"(public.payments) TO "postgres";

REVOKE ALL ON FUNCTION "private"."transfer_back"(public.payment_attempts, bigint, text, uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."transfer_back"(public.payment_attempts, bigint, text, uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."transfer_for_job"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."transfer_for_job"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."watch_ledger"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."watch_ledger"() TO "postgres";

REVOKE ALL ON FUNCTION "public"."account_for_server"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."account_for_server"(uuid) TO "postgres", "service_role";

REVOKE ALL ON FUNCTION "public"."approve_payout"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."approve_payout"(uuid) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."attempt_for_server"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."attempt_for_server"(uuid) TO "postgres", "service_role";

REVOKE ALL ON FUNCTION "public"."boutique_statement"(uuid, date) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."boutique_statement"(uuid, date) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."cancel_payout"(uuid, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."cancel_payout"(uuid, text) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."disable_provider_account"(uuid, public.payment_provider) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."disable_provider_account"(uuid, public.payment_provider) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."opened_checkout"(uuid, text, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."opened_checkout"(uuid, text, text) TO "postgres", "service_role";

REVOKE ALL ON FUNCTION "public"."provider_accounts"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."provider_accounts"(uuid) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."receive_payment_event"(public.payment_provider, text, text, jsonb, text, uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."receive_payment_event"(public.payment_provider, text, text, jsonb, text, uuid) TO "postgres", "service_role";

REVOKE ALL ON FUNCTION "public"."record_payout"(uuid, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."record_payout"(uuid, text) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."resolve_payment_exception"(uuid, text, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."resolve_payment_exception"(uuid, text, text) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."save_provider_account"(uuid, public.payment_provider, text, text, uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."save_provider_account"(uuid, public.payment_provider, text, text, uuid) TO "postgres", "service_role";

REVOKE ALL ON FUNCTION "public"."set_commission"(uuid, integer, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."set_commission"(uuid, integer, text) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."settle_attempt"(uuid, text, text, bigint, text, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."settle_attempt"(uuid, text, text, bigint, text, text) TO "postgres", "service_role";

REVOKE ALL ON FUNCTION "public"."start_payment"(uuid, public.payment_provider, text, boolean) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."start_payment"(uuid, public.payment_provider, text, boolean) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."take_payment"(uuid, text, text, bigint, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."take_payment"(uuid, text, text, bigint, text) TO "authenticated", "postgres";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "private"."ledger_accounts" TO "postgres";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "private"."ledger_entries" TO "postgres";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "private"."ledger_transactions" TO "postgres";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "private"."order_commissions" TO "postgres";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "private"."payment_events" TO "postgres";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "private"."provider_accounts" TO "postgres";

GRANT SELECT ON TABLE "public"."commissions" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."commissions" TO "postgres", "service_role";

GRANT SELECT ON TABLE "public"."payment_attempts" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."payment_attempts" TO "postgres", "service_role";

GRANT SELECT ON TABLE "public"."payment_exceptions" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."payment_exceptions" TO "postgres", "service_role";

GRANT SELECT ON TABLE "public"."payouts" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."payouts" TO "postgres", "service_role";

GRANT SELECT ON TABLE "public"."refund_transfers" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."refund_transfers" TO "postgres", "service_role";

GRANT USAGE ON TYPE "private"."ledger_account_kind" TO "postgres";

GRANT USAGE ON TYPE "private"."ledger_line" TO "postgres";

GRANT USAGE ON TYPE "private"."ledger_transaction_kind" TO "postgres";

GRANT USAGE ON TYPE "private"."transfer_for_job" TO "postgres";

GRANT USAGE ON TYPE "public"."account_for_server" TO "postgres";

GRANT USAGE ON TYPE "public"."payment_attempt_state" TO "postgres";

GRANT USAGE ON TYPE "public"."payment_exception_kind" TO "postgres";

GRANT USAGE ON TYPE "public"."payment_provider" TO "postgres";

GRANT USAGE ON TYPE "public"."payment_purpose" TO "postgres";

GRANT USAGE ON TYPE "public"."payout_state" TO "postgres";

GRANT USAGE ON TYPE "public"."provider_account" TO "postgres";

GRANT USAGE ON TYPE "public"."refund_transfer_state" TO "postgres";

GRANT USAGE ON TYPE "public"."statement_line" TO "postgres";

ALTER TABLE "private"."ledger_entries" ADD CONSTRAINT "ledger_entries_account_id_fkey" FOREIGN KEY (account_id) REFERENCES private.ledger_accounts(id) ON DELETE RESTRICT;

ALTER TABLE "private"."ledger_entries" ADD CONSTRAINT "ledger_entries_transaction_id_fkey" FOREIGN KEY (transaction_id) REFERENCES private.ledger_transactions(id) ON DELETE RESTRICT;

ALTER TABLE "private"."payment_events" ADD CONSTRAINT "payment_events_account_id_fkey" FOREIGN KEY (account_id) REFERENCES private.provider_accounts(id) ON DELETE CASCADE;

ALTER TABLE "public"."payment_attempts" ADD CONSTRAINT "payment_attempts_account_id_fkey" FOREIGN KEY (account_id) REFERENCES private.provider_accounts(id) ON DELETE RESTRICT;

ALTER TABLE "public"."payment_exceptions" ADD CONSTRAINT "payment_exceptions_attempt_id_fkey" FOREIGN KEY (attempt_id) REFERENCES public.payment_attempts(id) ON DELETE RESTRICT;

ALTER TABLE "public"."refund_transfers" ADD CONSTRAINT "refund_transfers_attempt_id_fkey" FOREIGN KEY (attempt_id) REFERENCES public.payment_attempts(id) ON DELETE RESTRICT;

CREATE INDEX payouts_boutique_id_idx ON public.payouts USING btree (boutique_id, created_at DESC, id DESC);

ALTER TABLE "public"."payment_exceptions" ADD CONSTRAINT "payment_exceptions_transfer_id_fkey" FOREIGN KEY (transfer_id) REFERENCES public.refund_transfers(id) ON DELETE RESTRICT;

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
