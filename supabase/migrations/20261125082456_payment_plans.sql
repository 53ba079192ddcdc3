set local check_function_bodies = off;

DROP TRIGGER "issue_debit_note" ON "public"."payments";

ALTER TABLE "public"."order_groups" DROP CONSTRAINT "money_is_not_negative";

DROP FUNCTION "private"."settle_attempt"(uuid, text, text, bigint, text, text);

DROP FUNCTION "private"."start_payment"(uuid, public.payment_provider, text, boolean);

DROP FUNCTION "public"."settle_attempt"(uuid, text, text, bigint, text, text);

DROP FUNCTION "public"."start_payment"(uuid, public.payment_provider, text, boolean);

ALTER TABLE "public"."order_groups" DROP COLUMN "amount_due";

CREATE TABLE "private"."saved_payment_methods" ("plan_id" uuid NOT NULL, "attempt_id" uuid NOT NULL, "method" text NOT NULL, "created_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "method_is_bounded" CHECK (((method ~ '\S'::text) AND (length(method) <= 500))), CONSTRAINT "saved_payment_methods_pkey" PRIMARY KEY (plan_id));

ALTER TABLE "private"."saved_payment_methods" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."payment_plan_offers" ("boutique_id" uuid NOT NULL, "name" text NOT NULL, "down_payment_percent" integer NOT NULL, "instalments" integer NOT NULL, "interval_days" integer NOT NULL DEFAULT 30, "min_total" bigint NOT NULL DEFAULT 0, "days_before_wear" integer NOT NULL DEFAULT 14, "grace_days" integer NOT NULL DEFAULT 7, "keep_percent" integer NOT NULL DEFAULT 0, "is_active" boolean NOT NULL DEFAULT true, "created_at" timestamp with time zone NOT NULL DEFAULT now(), "updated_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "all_is_paid_before_the_wedding" CHECK (((days_before_wear >= 0) AND (days_before_wear <= 180))), CONSTRAINT "down_payment_is_a_part" CHECK (((down_payment_percent >= 1) AND (down_payment_percent <= 99))), CONSTRAINT "grace_is_up_to_two_months" CHECK (((grace_days >= 1) AND (grace_days <= 60))), CONSTRAINT "instalments_are_1_to_24" CHECK (((instalments >= 1) AND (instalments <= 24))), CONSTRAINT "interval_is_a_week_to_a_quarter" CHECK (((interval_days >= 7) AND (interval_days <= 92))), CONSTRAINT "kept_is_a_share" CHECK (((keep_percent >= 0) AND (keep_percent <= 100))), CONSTRAINT "min_total_is_not_negative" CHECK ((min_total >= 0)), CONSTRAINT "name_is_given" CHECK (((name ~ '\S'::text) AND (length(name) <= 60))), CONSTRAINT "one_offer_of_a_name" UNIQUE (boutique_id, name), "id" uuid NOT NULL DEFAULT private.uuid_v7(), CONSTRAINT "payment_plan_offers_pkey" PRIMARY KEY (id));

ALTER TABLE "public"."payment_plan_offers" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."payment_plans" ("order_id" uuid NOT NULL, "boutique_id" uuid NOT NULL, "customer_id" uuid, "offer_id" uuid, "name" text NOT NULL, "currency" character(3) NOT NULL, "down_payment" bigint NOT NULL, "instalment_total" bigint NOT NULL, "instalments" integer NOT NULL, "interval_days" integer NOT NULL, "starts_on" date NOT NULL, "grace_days" integer NOT NULL, "keep_percent" integer NOT NULL, "terms" text NOT NULL, "created_at" timestamp with time zone NOT NULL DEFAULT now(), "updated_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "currency_is_iso_4217" CHECK ((currency ~ '^[A-Z]{3}$'::text)), CONSTRAINT "one_plan_of_an_order" UNIQUE (order_id), CONSTRAINT "parts_are_positive" CHECK (((down_payment > 0) AND ((instalments >= 1) AND (instalments <= 24)) AND (instalment_total >= instalments))), CONSTRAINT "terms_are_stated" CHECK (((terms ~ '\S'::text) AND (length(terms) <= 1000) AND (length(name) <= 60))), "id" uuid NOT NULL DEFAULT private.uuid_v7(), CONSTRAINT "payment_plans_pkey" PRIMARY KEY (id));

ALTER TABLE "public"."payment_plans" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "public"."order_groups" ADD COLUMN "planned_total" bigint NOT NULL DEFAULT 0;

ALTER TABLE "public"."order_groups" ADD COLUMN "amount_due" bigint GENERATED ALWAYS AS (((total - gift_card_total) - planned_total)) STORED NOT NULL;

ALTER TABLE "public"."payment_attempts" ADD COLUMN "is_charge" boolean NOT NULL DEFAULT false;

ALTER TABLE "public"."payment_attempts" ADD COLUMN "saves_method" boolean NOT NULL DEFAULT false;

CREATE TYPE "private"."charge_for_job" AS ("amount" bigint, "currency" text, "description" text, "method" text, "provider" public.payment_provider, "account_boutique_id" uuid, "sealed_keys" text);

CREATE TYPE "public"."payment_plan_default" AS ENUM ('cancel', 'keep_open');

ALTER TABLE "public"."payment_plan_offers" ADD COLUMN "on_default" public.payment_plan_default NOT NULL DEFAULT 'cancel'::public.payment_plan_default;

ALTER TABLE "public"."payment_plans" ADD COLUMN "on_default" public.payment_plan_default NOT NULL;

CREATE TYPE "public"."payment_plan_quote" AS ("offer_id" uuid, "name" text, "currency" text, "down_payment" bigint, "instalments" jsonb, "starts_on" date, "interval_days" integer, "grace_days" integer, "on_default" public.payment_plan_default, "keep_percent" integer, "terms" text);

CREATE TYPE "public"."payment_plan_state" AS ENUM ('chosen', 'active', 'overdue', 'paid', 'ended');

ALTER TABLE "public"."payment_plans" ADD COLUMN "state" public.payment_plan_state NOT NULL DEFAULT 'chosen'::public.payment_plan_state;

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
$function$;

CREATE OR REPLACE FUNCTION private.ask_later(order_row public.orders, amount bigint)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  update public.order_groups g set planned_total = g.planned_total + ask_later.amount where g.id = order_row.group_id;
  update public.payments p set amount = p.amount - ask_later.amount
  where p.group_id = order_row.group_id and p.purpose = 'checkout' and p.state = 'pending';
end
$function$;

CREATE OR REPLACE FUNCTION private.begin_payment_plan(order_row public.orders)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
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
    v_fee := private.fee_of_part(v_order, v_order.cancellation_fee_percent);
  end if;
  if v_order.state = 'pending' then
    perform private.leave_plan(v_order);
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

CREATE OR REPLACE FUNCTION private.charge_for_job(attempt_id uuid)
 RETURNS SETOF private.charge_for_job
 LANGUAGE plpgsql
 STABLE ROWS 1
 SET search_path TO ''
AS $function$
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
    -- That of a plan comes when all is paid.
    and not exists (
      select from public.payment_plans l
      where l.order_id = o.id and (l.state <> 'paid' or exists (select from public.payments p where p.order_id = o.id and p.state = 'pending')))
  union all
  select 'debit_note', p.id, format('%s %s were paid for a change, and there is no debit note.', p.amount, p.currency)
  from public.payments p
  where p.state = 'succeeded' and p.purpose in ('change', 'instalment') and not exists (select from public.invoices i where i.payment_id = p.id)
    -- While a plan runs there is no invoice, and the one that comes in the end has all that was paid before.
    and not exists (
      select from public.payment_plans l left join public.invoices i on i.order_id = l.order_id and i.kind = 'invoice'
      where l.order_id = p.order_id and (i.id is null or p.settled_at <= i.issued_at))
  union all
  select 'credit_note', f.id, format('%s %s go back for an order with an invoice, and there is no credit note.', f.amount, f.currency)
  from public.refunds f
  where exists (
      select from public.invoices i
      where i.order_id = f.order_id and i.kind = 'invoice' and (f.kind <> 'change' or i.issued_at < f.created_at))
    and not exists (select from public.invoices i where i.refund_id = f.id)
$function$;

CREATE OR REPLACE FUNCTION private.choose_payment_plan(order_id uuid, offer_id uuid)
 RETURNS public.payment_plans
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.collect_instalments(batch integer DEFAULT 100)
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.confirm_group(group_id uuid, arrived bigint)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_order public.orders;
  v_by_cards bigint;
  v_now bigint; -- the whole, or the first part of a plan
  v_left bigint := arrived;
begin
  -- The caller has locked goods, group and orders.
  update public.order_groups g set paid_at = coalesce(g.paid_at, now()) where g.id = confirm_group.group_id;
  -- What was called off is not paid for: the payment was made less when that happened.
  for v_order in
    select * from public.orders o
    where o.group_id = confirm_group.group_id and o.paid_at is null and (o.state = 'pending' or o.expired_at is not null)
    order by o.boutique_id
  loop
    v_by_cards := -coalesce((
      select sum(e.change) from public.gift_card_entries e where e.order_id = v_order.id and e.kind = 'redeemed'), 0);
    v_now := private.due_at_checkout(v_order, v_by_cards);
    v_left := v_left - v_now;
    update public.orders o set paid_total = v_by_cards + v_now where o.id = v_order.id;
    begin
      perform private.confirm_order(v_order.id);
      perform private.begin_payment_plan(v_order);
    exception when sqlstate 'PT409' or sqlstate 'PT404' or sqlstate 'PT400' or exclusion_violation or check_violation then
      -- Fulfilled or paid back, never both, never neither. What gift cards had paid is with them again.
      if v_order.state = 'pending' then
        perform private.end_order(v_order.id, 'sold_out_before_payment');
      end if;
      update public.orders o set paid_total = v_now where o.id = v_order.id;
      perform private.refund(v_order.id, v_now, 'sold_out_before_payment');
    end;
  end loop;
  -- All was called off, and the money came nevertheless.
  if v_left > 0 then
    select * into v_order from public.orders o
    where o.group_id = confirm_group.group_id and o.state = 'cancelled' and o.paid_at is null
    order by o.updated_at desc, o.total desc limit 1;
    update public.orders o set paid_total = o.paid_total + v_left where o.id = v_order.id;
    perform private.refund(v_order.id, v_left, 'cancelled_before_payment');
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.default_next_plan()
 RETURNS boolean
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.discount_of_lines(discount public.discounts, boutique_id uuid, lines public.cart_line[], remaining bigint[])
 RETURNS bigint[]
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  v_products uuid[] := array(select t.product_id from public.discount_targets t where t.discount_id = discount.id and t.product_id is not null);
  v_categories uuid[] := private.targeted_categories(discount.id);
  v_for_all boolean := not discount.limited_to_targets;
  v_base bigint[] := '{}';
  v_sum numeric := 0;
  v_before numeric := 0;
  v_total numeric;
  v_shares bigint[] := '{}';
begin
  for v_n in 1..cardinality(lines) loop
    v_base[v_n] := case
      when lines[v_n].boutique_id = discount_of_lines.boutique_id and lines[v_n].problem is null
        and (v_for_all or lines[v_n].product_id = any (v_products) or coalesce(lines[v_n].category_id = any (v_categories), false))
      then remaining[v_n] else 0 end;
    v_sum := v_sum + v_base[v_n];
  end loop;
  v_total := case discount.kind
    when 'percent' then round(v_sum * discount.percent_basis_points / 10000)
    when 'amount' then least(discount.amount, v_sum)
    else 0 end;
  -- In proportion, each line the difference of two rounded sums: together they are the whole.
  for v_n in 1..cardinality(lines) loop
    v_shares[v_n] := case when v_sum = 0 then 0
      else floor(v_total * (v_before + v_base[v_n]) / v_sum) - floor(v_total * v_before / v_sum) end;
    v_before := v_before + v_base[v_n];
  end loop;
  return v_shares;
end
$function$;

CREATE OR REPLACE FUNCTION private.discount_problem(discount public.discounts, boutique_id uuid, customer_id uuid, lines public.cart_line[], uses_in_cart integer)
 RETURNS text
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  v_categories uuid[] := private.targeted_categories(discount.id);
  v_eligible bigint := 0;
  v_currency text;
begin
  select coalesce(sum(l.subtotal), 0), max(l.currency) into v_eligible, v_currency
  from unnest(lines) l
  where l.boutique_id = discount_problem.boutique_id and l.problem is null
    and (not discount.limited_to_targets
      or l.category_id = any (v_categories)
      or exists (select from public.discount_targets t where t.discount_id = discount.id and t.product_id = l.product_id));
  return case
    when discount.starts_at > now() then 'not_started'
    when discount.ends_at <= now() then 'ended'
    when discount.used_count + uses_in_cart >= discount.usage_limit then 'used_up'
    when (
      select count(*) from public.discount_redemptions r
      where r.discount_id = discount.id and r.customer_id = discount_problem.customer_id and r.given_back_at is null
    ) + uses_in_cart >= discount.usage_limit_per_customer then 'used_up_by_you'
    when discount.first_order_only and exists (
      select from public.orders o
      where o.customer_id = discount_problem.customer_id
        and (o.paid_at is not null or (o.state = 'pending' and o.hold_expires_at > now()))
        and (discount.boutique_id is null or o.boutique_id = discount.boutique_id)) then 'not_first_order'
    when v_eligible = 0 or discount.currency <> v_currency then 'nothing_eligible'
    when v_eligible < discount.minimum_subtotal then 'minimum_not_reached'
  end;
end
$function$;

CREATE OR REPLACE FUNCTION private.due_at_checkout(order_row public.orders, by_gift_cards bigint)
 RETURNS bigint
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return coalesce(
    (select p.down_payment from public.payment_plans p where p.order_id = order_row.id),
    order_row.total - by_gift_cards);
end
$function$;

CREATE OR REPLACE FUNCTION private.edit_order(order_id uuid, changes jsonb, reason text, idempotency_key text)
 RETURNS public.orders
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_earlier uuid;
  v_changes private.order_change[];
  v_before public.orders;
  v_order public.orders;
  v_line public.order_items;
  v_done jsonb := '[]';
  v_one jsonb;
  v_settlement private.settlement;
  v_reason text := left(coalesce(nullif(btrim(reason), ''), 'changed_by_boutique'), 500);
begin
  v_earlier := private.claim_idempotency_key('edit_order', idempotency_key,
    jsonb_build_object('order_id', order_id, 'changes', changes, 'reason', reason));
  if v_earlier is not null then
    select * into strict v_order from public.orders o where o.id = v_earlier;
    return v_order;
  end if;
  v_changes := array(select c from private.order_changes(changes) c);
  v_before := private.order_for_change(order_id, 'orders.write', false,
    array(select c.variant_id from unnest(v_changes) c where c.variant_id is not null));
  if v_before.state not in ('pending', 'paid', 'part_fulfilled', 'fulfilled')
    or (v_before.state = 'pending' and v_before.hold_expires_at <= now()) then
    perform private.raise_error(409, 'invalid_state', format('An order that is %s is not changed any more.',
        case v_before.state when 'pending' then 'past its time for the payment' else v_before.state::text end),
      jsonb_build_object('order_id', order_id, 'state', v_before.state));
  end if;
  if v_before.customer_id is null then
    perform private.raise_error(409, 'customer_is_gone', 'The customer has deleted her account: what was ordered stays as it is.',
      jsonb_build_object('order_id', order_id));
  end if;
  if v_before.state = 'pending' and exists (select from public.payment_plans p where p.order_id = v_before.id) then
    perform private.raise_error(409, 'plan_chosen', 'The customer pays this by a plan that she has chosen for what it costs now. Change it when she has paid the first part, or after she has left the plan.',
      jsonb_build_object('order_id', order_id));
  end if;
  for v_n in 1..cardinality(v_changes) loop
    if v_changes[v_n].variant_id is null then
      v_one := private.change_line(v_before, v_changes[v_n]);
    else
      v_line := private.add_line(v_before, private.price_new_line(v_before, v_changes[v_n].variant_id, v_changes[v_n].quantity));
      v_one := jsonb_build_object('order_item_id', v_line.id, 'variant_id', v_line.variant_id, 'from', 0, 'to', v_line.quantity);
    end if;
    v_done := case when v_one is null then v_done else v_done || v_one end;
  end loop;
  if v_done <> '[]' then
    if not exists (select from public.order_items i where i.order_id = v_before.id and i.cancelled_quantity < i.quantity) then
      perform private.raise_error(409, 'order_would_be_empty', 'Nothing would be left. Cancel the order instead.', jsonb_build_object('order_id', order_id));
    end if;
    v_order := private.recount_order(v_before.id);
    if v_before.state <> 'pending' then
      v_settlement := private.settle_difference(v_before.id, v_order.total - v_before.total, 'change', v_reason);
    end if;
    perform private.note_order_event(v_before, v_reason, jsonb_build_object('changes', v_done, 'total_before', v_before.total,
      'total', v_order.total, 'payment_id', v_settlement.payment_id, 'refund_id', v_settlement.refund_id));
    if v_before.state = 'pending' then
      perform private.settle_pending_group(v_before, v_order.total - v_before.total);
    else
      perform private.move_order(v_before.id, v_reason);
    end if;
  end if;
  perform private.settle_idempotency_key('edit_order', idempotency_key, v_before.id);
  select * into v_order from public.orders o where o.id = v_before.id;
  return v_order;
end
$function$;

CREATE OR REPLACE FUNCTION private.end_payment_plan(plan_id uuid)
 RETURNS public.payment_plans
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.end_plan(plan public.payment_plans)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_order public.orders;
begin
  select * into v_order from public.orders o where o.id = plan.order_id;
  perform private.end_order(v_order.id, 'plan_defaulted', private.fee_of_part(v_order, plan.keep_percent));
end
$function$;

CREATE OR REPLACE FUNCTION private.end_plan_with_order()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  update public.payment_plans p set state = 'ended' where p.order_id = new.id and p.state <> 'ended';
  delete from private.saved_payment_methods s using public.payment_plans p where p.id = s.plan_id and p.order_id = new.id;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.fee_of_part(order_row public.orders, percent integer)
 RETURNS bigint
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  v_arrived bigint := order_row.paid_total - order_row.refunded_total;
begin
  return least(v_arrived, round((v_arrived + private.open_instalments(order_row.id))::numeric * percent / 100));
end
$function$;

CREATE OR REPLACE FUNCTION private.follow_instalment()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.forget_payment_method(plan_id uuid)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  if not exists (
    select from public.payment_plans p
    where p.id = forget_payment_method.plan_id and (p.customer_id = auth.uid() or p.boutique_id in (select private.my_boutique_ids('orders.write')))) then
    perform private.raise_error(404, 'plan_not_found', 'There is no such plan of yours.', jsonb_build_object('plan_id', plan_id));
  end if;
  delete from private.saved_payment_methods s where s.plan_id = forget_payment_method.plan_id;
  return found;
end
$function$;

CREATE OR REPLACE FUNCTION private.grace_is_over(plan public.payment_plans)
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return exists (
    select from public.payments p
    where p.order_id = plan.order_id and p.purpose = 'instalment' and p.state = 'pending' and p.due_at + make_interval(days => plan.grace_days) <= now()
      -- What is on its way is waited for.
      and not exists (select from public.payment_attempts t where t.payment_id = p.id and t.state = 'open' and (t.is_charge or t.expires_at > now())));
end
$function$;

CREATE OR REPLACE FUNCTION private.instalments_of(total bigint, parts integer, starts_on date, interval_days integer)
 RETURNS TABLE(number integer, amount bigint, due_on date)
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select n, total * n / parts - total * (n - 1) / parts, starts_on + n * interval_days from generate_series(1, parts) n order by n
$function$;

CREATE OR REPLACE FUNCTION private.issue_invoice()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  if not exists (select from public.payment_plans p where p.order_id = new.id) then
    perform private.issue_document(new, 'invoice', new.total, private.invoice_content(new));
  end if;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.issue_invoice_of_plan()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_order public.orders;
begin
  if not exists (select from public.payment_plans l where l.order_id = new.order_id and l.state = 'paid')
    or exists (select from public.payments p where p.order_id = new.order_id and p.state = 'pending')
    or exists (select from public.invoices i where i.order_id = new.order_id and i.kind = 'invoice') then
    return null;
  end if;
  select * into v_order from public.orders o where o.id = new.order_id;
  perform private.issue_document(v_order, 'invoice', v_order.total, private.invoice_content(v_order));
  -- What changes have cost or saved is in the total; what was given for nothing is not.
  perform private.issue_credit_note(f) from public.refunds f where f.order_id = v_order.id and f.kind = 'courtesy';
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.last_day_to_pay(order_row public.orders, days_before_wear integer)
 RETURNS date
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  -- least() leaves out what is not known.
  return least(order_row.wear_date, (
    select min(lower(i.period)) from public.order_items i where i.order_id = order_row.id and i.cancelled_quantity < i.quantity)) - days_before_wear;
end
$function$;

CREATE OR REPLACE FUNCTION private.leave_payment_plan(order_id uuid)
 RETURNS public.order_groups
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_order public.orders := private.order_to_plan(order_id);
  v_group public.order_groups;
begin
  perform private.leave_plan(v_order);
  select * into v_group from public.order_groups g where g.id = v_order.group_id;
  return v_group;
end
$function$;

CREATE OR REPLACE FUNCTION private.leave_plan(order_row public.orders)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_plan public.payment_plans;
begin
  delete from public.payment_plans p where p.order_id = order_row.id and p.state = 'chosen' returning * into v_plan;
  if found then
    perform private.ask_later(order_row, -v_plan.instalment_total);
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.limit_codes()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  if auth.uid() is not null then
    perform private.limit_rate('discount_codes', 60, 20);
  end if;
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION private.open_instalments(order_id uuid)
 RETURNS bigint
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return (
    select coalesce(sum(p.amount), 0) from public.payments p
    where p.order_id = open_instalments.order_id and p.purpose = 'instalment' and p.state = 'pending');
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
  union all select * from private.plan_check()
$function$;

CREATE OR REPLACE FUNCTION private.order_to_plan(order_id uuid)
 RETURNS public.orders
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_order public.orders;
begin
  select * into v_order from public.orders o where o.id = order_to_plan.order_id and o.customer_id = auth.uid();
  if not found then
    perform private.raise_error(404, 'order_not_found', 'There is no such order of yours.', jsonb_build_object('order_id', order_id));
  end if;
  perform private.lock_group(v_order.group_id);
  select * into v_order from public.orders o where o.id = order_to_plan.order_id;
  if v_order.state <> 'pending' or v_order.hold_expires_at <= now() then
    perform private.raise_error(409, 'invalid_state', 'How an order is paid is chosen while it waits for its payment.',
      jsonb_build_object('order_id', order_id, 'state', v_order.state));
  end if;
  return v_order;
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
    ('public.payment_plans', 'customer_id', 'customer_id = $1', true, 'detach', 'the same'),
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

CREATE OR REPLACE FUNCTION private.plan_check()
 RETURNS SETOF private.finding
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.prune(batch integer DEFAULT 5000)
 RETURNS bigint
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_count bigint;
  v_total bigint := 0;
begin
  -- Retries of a call come within days; a key that is older starts a new intent.
  delete from private.idempotency_keys k
  where k.ctid = any (array(
    select o.ctid from private.idempotency_keys o where o.created_at < now() - interval '30 days' limit batch));
  get diagnostics v_count = row_count;
  v_total := v_total + v_count;
  delete from private.messages m
  where m.ctid = any (array(
    select o.ctid from private.messages o where o.created_at < now() - interval '400 days' limit batch));
  get diagnostics v_count = row_count;
  v_total := v_total + v_count;
  delete from public.notifications n
  where n.ctid = any (array(
    select o.ctid from public.notifications o
    where o.created_at < now() - interval '180 days'
      and (o.read_at is not null or o.created_at < now() - interval '400 days')
    limit batch));
  get diagnostics v_count = row_count;
  v_total := v_total + v_count;
  -- Providers repeat an event for days, not for months; what it has done is in attempts and transfers.
  delete from private.payment_events e
  where e.ctid = any (array(
    select o.ctid from private.payment_events o where o.processed_at < now() - interval '90 days' limit batch));
  get diagnostics v_count = row_count;
  return v_total + v_count;
end
$function$;

CREATE OR REPLACE FUNCTION private.quote_cart(lines jsonb, discount_codes text[], shipping_method_ids uuid[], country text)
 RETURNS public.cart_summary
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_priced public.priced_cart;
begin
  perform private.limit_rate('quote_cart', 300, 300);
  if cardinality(discount_codes) > 10 or cardinality(shipping_method_ids) > 50 or country !~ '^[A-Z]{2}$' then
    perform private.raise_error(400, 'invalid_cart', 'A cart has at most 10 codes and 50 ways to deliver; country is an ISO 3166-1 code such as ET.');
  end if;
  v_priced := private.price_cart(
    array(
      select row(null, l.variant_id, l.kind, least(greatest(l.quantity, 1), 100),
        case when l.kind = 'rental' then private.parse_period(l.period) end)::private.wanted_line
      from private.guest_lines(lines) l),
    auth.uid(), coalesce(discount_codes, '{}'), coalesce(shipping_method_ids, '{}'), country);
  if exists (select from unnest(v_priced.discounts) d where d.problem = 'not_found') then
    perform private.limit_rate('discount_codes', 60, 20);
  end if;
  return private.cart_summary(v_priced);
end
$function$;

CREATE OR REPLACE FUNCTION private.quote_payment_plan(offer public.payment_plan_offers, order_row public.orders)
 RETURNS public.payment_plan_quote
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.quote_payment_plans(order_id uuid)
 RETURNS SETOF public.payment_plan_quote
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER ROWS 5
 SET search_path TO ''
AS $function$
declare
  v_order public.orders;
begin
  select * into v_order from public.orders o where o.id = quote_payment_plans.order_id and o.customer_id = auth.uid();
  if not found then
    perform private.raise_error(404, 'order_not_found', 'There is no such order of yours.', jsonb_build_object('order_id', order_id));
  end if;
  return query
    select q.* from public.payment_plan_offers f
    cross join lateral private.quote_payment_plan(f, v_order) q
    where f.boutique_id = v_order.boutique_id and f.is_active and v_order.state = 'pending' and v_order.hold_expires_at > now() and q.offer_id is not null
    order by q.down_payment, f.id;
end
$function$;

CREATE OR REPLACE FUNCTION private.reduce_instalments(order_id uuid, amount bigint)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.refuse_unpaid(order_row public.orders)
 RETURNS void
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  if order_row.state not in ('paid', 'part_fulfilled') then
    perform private.raise_error(409, 'invalid_state', format('Nothing of an order that is %s can leave.', order_row.state),
      jsonb_build_object('order_id', order_row.id, 'state', order_row.state));
  elsif private.payment_is_due(order_row) then
    perform private.raise_error(409, 'payment_due', 'A change of this order, or an instalment of its plan, is not paid yet.', (
      select jsonb_build_object('order_id', p.order_id, 'payment_id', p.id, 'amount', p.amount, 'currency', p.currency)
      from public.payments p where p.order_id = order_row.id and p.state = 'pending' order by p.due_at nulls first, p.id limit 1));
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
    when 'deposit_missing', 'deposit_open', 'deposit_payment', 'deposit_sum', 'fitting_fee', 'plan_state', 'plan_sum' then
      return 'By hand: money of a customer is not for a machine to guess. Compare the payment, its attempts and their transfers with the audit log.';
    else
      return format('By hand: nothing mends %s.', kind);
  end case;
end
$function$;

CREATE OR REPLACE FUNCTION private.save_payment_method(attempt public.payment_attempts, payment public.payments, method text)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  insert into private.saved_payment_methods as s (plan_id, attempt_id, method)
  select p.id, attempt.id, save_payment_method.method
  from public.orders o join public.payment_plans p on p.order_id = o.id and p.state in ('active', 'overdue')
  where o.group_id = payment.group_id and (payment.order_id is null or o.id = payment.order_id)
  on conflict (plan_id) do update set attempt_id = excluded.attempt_id, method = excluded.method;
end
$function$;

CREATE OR REPLACE FUNCTION private.settle_attempt(attempt_id uuid, state text, provider_payment_id text, amount bigint, currency text, failure text DEFAULT ''::text, saved_method text DEFAULT NULL::text)
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
  v_later bigint;
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
    -- First what goes back: the last instalment that is not to come any more brings the invoice, which has the new total.
    v_later := least(v_left, private.open_instalments(v_order.id));
    v_left := v_left - v_later;
    v_settlement.refund_id := private.refund(
      v_order.id, least(v_left, v_order.paid_total - v_order.refunded_total - v_order.fee_total), reason);
    update public.refunds r set kind = settle_difference.kind where r.id = v_settlement.refund_id;
    perform private.reduce_instalments(v_order.id, v_later);
  end if;
  return v_settlement;
end
$function$;

CREATE OR REPLACE FUNCTION private.start_payment(payment_id uuid, provider public.payment_provider, return_url text, is_hold boolean, saves_method boolean)
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
$function$;

CREATE OR REPLACE FUNCTION private.targeted_categories(discount_id uuid)
 RETURNS uuid[]
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return array(
    with recursive below as (
      select t.category_id as id from public.discount_targets t where t.discount_id = targeted_categories.discount_id and t.category_id is not null
      union
      select c.id from public.categories c join below b on c.parent_id = b.id
    )
    select b.id from below b);
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
    'deposit_missing', 'deposit_open', 'deposit_payment', 'deposit_sum', 'fitting_fee', 'plan_state', 'plan_sum']);
end
$function$;

CREATE OR REPLACE FUNCTION public.choose_payment_plan(order_id uuid, offer_id uuid)
 RETURNS public.payment_plans
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.choose_payment_plan(order_id, offer_id) $function$;

CREATE OR REPLACE FUNCTION public.end_payment_plan(plan_id uuid)
 RETURNS public.payment_plans
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.end_payment_plan(plan_id) $function$;

CREATE OR REPLACE FUNCTION public.forget_payment_method(plan_id uuid)
 RETURNS boolean
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.forget_payment_method(plan_id) $function$;

CREATE OR REPLACE FUNCTION public.leave_payment_plan(order_id uuid)
 RETURNS public.order_groups
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.leave_payment_plan(order_id) $function$;

CREATE OR REPLACE FUNCTION public.quote_payment_plans(order_id uuid)
 RETURNS SETOF public.payment_plan_quote
 LANGUAGE sql
 STABLE ROWS 5
 SET search_path TO ''
AS $function$ select * from private.quote_payment_plans(order_id) $function$;

CREATE OR REPLACE FUNCTION public.settle_attempt(attempt_id uuid, state text, provider_payment_id text, amount bigint, currency text, failure text DEFAULT ''::text, saved_method text DEFAULT NULL::text)
 RETURNS public.payment_attempts
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.settle_attempt(attempt_id, state, provider_payment_id, amount, currency, failure, saved_method) $function$;

CREATE OR REPLACE FUNCTION public.start_payment(payment_id uuid, provider public.payment_provider, return_url text, is_hold boolean DEFAULT false, saves_method boolean DEFAULT false)
 RETURNS public.payment_attempts
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.start_payment(payment_id, provider, return_url, is_hold, saves_method) $function$;

ALTER TABLE "private"."saved_payment_methods" ADD CONSTRAINT "saved_payment_methods_attempt_id_fkey" FOREIGN KEY (attempt_id) REFERENCES public.payment_attempts(id) ON DELETE RESTRICT;

ALTER TABLE "public"."order_groups" ADD CONSTRAINT "money_is_not_negative" CHECK (((LEAST(total, gift_card_total, planned_total) >= 0) AND ((gift_card_total + planned_total) <= total)));

ALTER TABLE "public"."payment_attempts" ADD CONSTRAINT "nobody_is_there_to_hold_or_to_agree" CHECK (((NOT is_charge) OR (NOT (is_hold OR saves_method))));

ALTER TABLE "public"."payment_plan_offers" ADD CONSTRAINT "payment_plan_offers_boutique_id_fkey" FOREIGN KEY (boutique_id) REFERENCES public.boutiques(id) ON DELETE CASCADE;

ALTER TABLE "public"."payment_plans" ADD CONSTRAINT "payment_plans_customer_id_fkey" FOREIGN KEY (customer_id) REFERENCES auth.users(id) ON DELETE SET NULL;

ALTER TABLE "public"."payment_plans" ADD CONSTRAINT "plan_is_of_an_order_of_the_boutique" FOREIGN KEY (order_id, boutique_id) REFERENCES public.orders(id, boutique_id) ON DELETE RESTRICT;

CREATE INDEX saved_payment_methods_attempt_id_idx ON private.saved_payment_methods USING btree (attempt_id);

CREATE UNIQUE INDEX one_open_charge_of_a_payment ON public.payment_attempts USING btree (payment_id) WHERE (is_charge AND (state = 'open'::public.payment_attempt_state));

CREATE INDEX payment_plan_offers_boutique_id_idx ON public.payment_plan_offers USING btree (boutique_id) WHERE is_active;

CREATE INDEX payment_plans_boutique_id_idx ON public.payment_plans USING btree (boutique_id, created_at DESC);

CREATE INDEX payment_plans_customer_id_idx ON public.payment_plans USING btree (customer_id);

CREATE INDEX payment_plans_offer_id_idx ON public.payment_plans USING btree (offer_id);

CREATE INDEX payment_plans_order_id_idx ON public.payment_plans USING btree (order_id, boutique_id);

CREATE TRIGGER limit_codes BEFORE UPDATE OF discount_codes ON public.carts FOR EACH ROW WHEN ((NOT (new.discount_codes <@ old.discount_codes))) EXECUTE FUNCTION private.limit_codes();

CREATE TRIGGER plan_ends_with_order AFTER UPDATE OF state ON public.orders FOR EACH ROW WHEN (((old.state <> 'cancelled'::public.order_state) AND (new.state = 'cancelled'::public.order_state))) EXECUTE FUNCTION private.end_plan_with_order();

CREATE TRIGGER audit_delete AFTER DELETE ON public.payment_plan_offers REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', '');

CREATE TRIGGER audit_insert AFTER INSERT ON public.payment_plan_offers REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', '');

CREATE TRIGGER audit_update AFTER UPDATE ON public.payment_plan_offers REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', '');

CREATE TRIGGER touch_updated_at BEFORE UPDATE ON public.payment_plan_offers FOR EACH ROW EXECUTE FUNCTION private.touch_updated_at();

CREATE TRIGGER audit_delete AFTER DELETE ON public.payment_plans REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', '');

CREATE TRIGGER audit_insert AFTER INSERT ON public.payment_plans REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', '');

CREATE TRIGGER audit_update AFTER UPDATE ON public.payment_plans REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', '');

CREATE TRIGGER issue_invoice_of_plan AFTER UPDATE OF state ON public.payment_plans FOR EACH ROW WHEN (((old.state <> 'paid'::public.payment_plan_state) AND (new.state = 'paid'::public.payment_plan_state))) EXECUTE FUNCTION private.issue_invoice_of_plan();

CREATE TRIGGER touch_updated_at BEFORE UPDATE ON public.payment_plans FOR EACH ROW EXECUTE FUNCTION private.touch_updated_at();

CREATE TRIGGER issue_debit_note AFTER UPDATE OF state ON public.payments FOR EACH ROW WHEN (((old.state <> 'succeeded'::public.payment_state) AND (new.state = 'succeeded'::public.payment_state) AND ((new.purpose = 'change'::public.payment_purpose) OR ((new.purpose = 'instalment'::public.payment_purpose) AND (old.state = 'cancelled'::public.payment_state))))) EXECUTE FUNCTION private.issue_note();

CREATE TRIGGER issue_invoice_of_plan AFTER UPDATE OF state ON public.payments FOR EACH ROW WHEN (((old.state = 'pending'::public.payment_state) AND (new.state <> 'pending'::public.payment_state) AND (new.purpose = 'change'::public.payment_purpose))) EXECUTE FUNCTION private.issue_invoice_of_plan();

CREATE TRIGGER plan_follows_instalment AFTER UPDATE OF state ON public.payments FOR EACH ROW WHEN (((new.purpose = 'instalment'::public.payment_purpose) AND (old.state = 'pending'::public.payment_state) AND (new.state <> 'pending'::public.payment_state))) EXECUTE FUNCTION private.follow_instalment();

CREATE POLICY "delete_manager" ON "public"."payment_plan_offers" FOR DELETE TO "authenticated" USING ((boutique_id IN ( SELECT private.my_boutique_ids('boutique.update'::public.permission) AS my_boutique_ids)));

CREATE POLICY "insert_manager" ON "public"."payment_plan_offers" FOR INSERT TO "authenticated" WITH CHECK ((boutique_id IN ( SELECT private.my_boutique_ids('boutique.update'::public.permission) AS my_boutique_ids)));

CREATE POLICY "select_all" ON "public"."payment_plan_offers" FOR SELECT TO "anon", "authenticated" USING (true);

CREATE POLICY "update_manager" ON "public"."payment_plan_offers" FOR UPDATE TO "authenticated" USING ((boutique_id IN ( SELECT private.my_boutique_ids('boutique.update'::public.permission) AS my_boutique_ids))) WITH CHECK ((boutique_id IN ( SELECT private.my_boutique_ids('boutique.update'::public.permission) AS my_boutique_ids)));

CREATE POLICY "select_own_or_staff" ON "public"."payment_plans" FOR SELECT TO "authenticated" USING (((customer_id = ( SELECT auth.uid() AS uid)) OR (boutique_id IN ( SELECT private.my_boutique_ids('orders.read'::public.permission) AS my_boutique_ids)) OR ( SELECT private.is_admin() AS is_admin)));

COMMENT ON COLUMN "private"."saved_payment_methods"."attempt_id" IS 'The payment with which it was saved; instalments go through the same account.';

COMMENT ON COLUMN "private"."saved_payment_methods"."method" IS 'The provider''s id of it, of no use without the secret key of the account.';

COMMENT ON COLUMN "public"."discounts"."first_order_only" IS 'For who has no order of this boutique, or none at all for one of the marketplace, that is paid or waits for its payment.';

COMMENT ON COLUMN "public"."order_groups"."amount_due" IS 'What is to be paid until hold_expires_at, in minor units.';

COMMENT ON COLUMN "public"."order_groups"."planned_total" IS 'Of orders that are paid by a plan: what their instalments were to bring, in minor units.';

COMMENT ON COLUMN "public"."orders"."paid_total" IS 'What has arrived for it, in minor units, with gift cards: its part of the payment of the group, its instalments, and what changes cost. The total follows the lines; this follows the money.';

COMMENT ON COLUMN "public"."payment_attempts"."is_charge" IS 'An instalment that is taken from a saved method, without the customer and without a page.';

COMMENT ON COLUMN "public"."payment_attempts"."saves_method" IS 'The customer has agreed that the instalments of her plan are taken the same way.';

COMMENT ON COLUMN "public"."payment_plan_offers"."days_before_wear" IS 'The last instalment is due so many days before the wear date, or the first day of a rental.';

COMMENT ON COLUMN "public"."payment_plan_offers"."down_payment_percent" IS 'What is paid at once, in percent of what gift cards leave to pay, rounded up.';

COMMENT ON COLUMN "public"."payment_plan_offers"."grace_days" IS 'How long after its day an instalment is waited for.';

COMMENT ON COLUMN "public"."payment_plan_offers"."instalments" IS 'How many follow, at most: fewer when the wedding is near.';

COMMENT ON COLUMN "public"."payment_plan_offers"."interval_days" IS 'Days from one to the next, and from the order to the first.';

COMMENT ON COLUMN "public"."payment_plan_offers"."keep_percent" IS 'What is kept when it does not come, in percent of the order''s total, and never more than was paid.';

COMMENT ON COLUMN "public"."payment_plan_offers"."min_total" IS 'For orders of which gift cards leave so much to pay, in minor units of the boutique''s currency.';

COMMENT ON COLUMN "public"."payment_plans"."down_payment" IS 'What is paid at once, in minor units of the currency, beside gift cards.';

COMMENT ON COLUMN "public"."payment_plans"."instalment_total" IS 'What follows, in minor units. Changes of the order do not change it: they have payments of their own, or make its payments smaller.';

COMMENT ON COLUMN "public"."payment_plans"."starts_on" IS 'From when interval_days count, in the boutique''s time zone.';

COMMENT ON COLUMN "public"."payment_plans"."terms" IS 'What becomes of the order when an instalment does not come, in English, as the customer has read it.';

COMMENT ON FUNCTION "private"."ask_later"(public.orders, bigint) IS 'Less is asked for at the checkout, and more later; or the other way when amount is negative.';

COMMENT ON FUNCTION "private"."begin_payment_plan"(public.orders) IS 'The first part of a plan is paid: its instalments are asked for, with reminders three days before their day, on it, after it, and two days before the end of the grace. Nothing without a plan.';

COMMENT ON FUNCTION "private"."charge_for_job"(uuid) IS 'What is to be taken from a saved method, and all that its provider has to know; no row when it is not to be taken any more. Called by the job payment.charge.';

COMMENT ON FUNCTION "private"."collect_instalments"(integer) IS 'Begins to take instalments from saved methods on their day, and again every other day up to four times. How many; called by the job plan.watch.';

COMMENT ON FUNCTION "private"."default_next_plan"() IS 'Does with one plan whose grace is over what its terms say. False when there is none. Called by the job plan.watch.';

COMMENT ON FUNCTION "private"."due_at_checkout"(public.orders, bigint) IS 'What of an order its checkout asks for beside gift cards: the whole, or the first part of its plan; in minor units.';

COMMENT ON FUNCTION "private"."end_plan"(public.payment_plans) IS 'Cancels the order of a plan by its terms: what they say is kept, the rest goes back. The caller has locked the group.';

COMMENT ON FUNCTION "private"."end_plan_with_order"() IS 'Trigger: an order that is called off has no plan any more. One whose hold had expired, and whose money comes later, begins it again.';

COMMENT ON FUNCTION "private"."fee_of_part"(public.orders, integer) IS 'So many percent of what an order costs, with instalments that are still to come, and never more than has arrived; in minor units.';

COMMENT ON FUNCTION "private"."follow_instalment"() IS 'Trigger: a plan is paid with its last instalment, and its saved method is forgotten; one that was overdue goes on when it has caught up.';

COMMENT ON FUNCTION "private"."grace_is_over"(public.payment_plans) IS 'True when an instalment has not come within its grace, and none is on its way.';

COMMENT ON FUNCTION "private"."instalments_of"(bigint, integer, date, integer) IS 'Equal parts of a total, in minor units; what does not divide is spread, and the sum is the total.';

COMMENT ON FUNCTION "private"."issue_debit_note"(public.payments) IS 'For what a change of an order cost more, or for an instalment that comes when it is not needed any more and goes back. Nothing when the order has no invoice.';

COMMENT ON FUNCTION "private"."issue_invoice"() IS 'Trigger: an order that becomes paid has an invoice; one that is paid by a plan has it with its last part.';

COMMENT ON FUNCTION "private"."issue_invoice_of_plan"() IS 'Trigger: an order whose plan is paid, and of which no change is to be paid any more, has an invoice, and credit notes for what was given back as a courtesy before.';

COMMENT ON FUNCTION "private"."last_day_to_pay"(public.orders, integer) IS 'So many days before the wear date or the first rental; null: there is neither.';

COMMENT ON FUNCTION "private"."leave_plan"(public.orders) IS 'The whole of an order is asked for at its checkout again. The caller has locked the group.';

COMMENT ON FUNCTION "private"."limit_codes"() IS 'Trigger: nobody tries codes until one fits. PT429 too_many_requests.';

COMMENT ON FUNCTION "private"."open_instalments"(uuid) IS 'What the plan of an order is still to bring, in minor units.';

COMMENT ON FUNCTION "private"."order_check"() IS 'Everything that is wrong with orders, stock, their calendar, deposits, fees and plans; no row when nothing is. For operators: select * from private.order_check().';

COMMENT ON FUNCTION "private"."order_to_plan"(uuid) IS 'An order of the caller that waits for its payment, locked with its group. PT404 order_not_found; PT409 invalid_state.';

COMMENT ON FUNCTION "private"."payment_is_due"(public.orders) IS 'True while a change that made an order dearer, or an instalment of its plan, is not paid.';

COMMENT ON FUNCTION "private"."plan_check"() IS 'plan_state: a plan that disagrees with its order or its instalments; plan_sum: an order by a plan of which something is never asked for, or a group that asks for more or less than its plans say.';

COMMENT ON FUNCTION "private"."prune"(integer) IS 'Removes up to `batch` old rows of each: idempotency keys after 30 days, messages after 400, notifications after 180 when they are read and after 400 in any case, payment events 90 days after they were worked on. How many were removed; 0 when all is done. Called by the job housekeeping.prune.';

COMMENT ON FUNCTION "private"."quote_payment_plan"(public.payment_plan_offers, public.orders) IS 'What an offer means for an order from today on; null when it does not fit: the order is too small, or the wedding too near.';

COMMENT ON FUNCTION "private"."reduce_instalments"(uuid, bigint) IS 'An order that has become cheaper has so much less to pay later, the last instalment first.';

COMMENT ON FUNCTION "private"."save_payment_method"(public.payment_attempts, public.payments, text) IS 'Keeps with what the plans that a payment is for are paid from now on. The customer has agreed when she began to pay.';

COMMENT ON FUNCTION "private"."settle_attempt"(uuid, text, text, bigint, text, text, text) IS 'What a provider says of an attempt, in any order and as often as it likes: state open, authorised, succeeded, failed, expired, released or reversed, and what has arrived. What arrives as it was asked for settles the payment; another amount or currency is kept, flagged, and fulfils nothing. saved_method: with what instalments can be taken from now on. PT404 attempt_not_found.';

COMMENT ON FUNCTION "private"."settle_difference"(uuid, bigint, public.refund_kind, text) IS 'What an order costs more becomes a payment to be made, one per order; what it costs less is taken off that payment, then off the instalments of its plan, and the rest is paid back, never more than has arrived.';

COMMENT ON FUNCTION "private"."targeted_categories"(uuid) IS 'The categories that a discount is for, with all below them.';

COMMENT ON FUNCTION "public"."choose_payment_plan"(uuid, uuid) IS 'The caller pays an order of hers by a plan: the payment of the checkout, and amount_due of its group, become less by what is paid later. Another plan takes the place of one that was chosen before. Repeating it changes nothing. PT404 order_not_found; PT409 plan_not_offered, invalid_state.';

COMMENT ON FUNCTION "public"."edit_order"(uuid, jsonb, text, text) IS 'Staff change what has not left: changes [{"order_item_id", "quantity"}] sets how many stay (0 removes the line), [{"variant_id", "quantity"}] adds goods at the price of now. Stock and totals follow. A higher total of a paid order becomes a payment with its order_id, and nothing leaves until it is paid; a lower one is paid back. Before the payment, the payment changes. The same idempotency key with the same input changes once. PT404 order_not_found, order_item_not_found, variant_not_found; PT400 invalid_changes, invalid_idempotency_key; PT409 invalid_state, out_of_stock (detail: left), already_fulfilled, order_would_be_empty, not_for_sale, return_open, covered_by_gift_card, plan_chosen, customer_is_gone, mixed_currencies, other_prices; PT422 idempotency_key_reused.';

COMMENT ON FUNCTION "public"."end_payment_plan"(uuid) IS 'Managers end a plan that is overdue by its terms: the order is cancelled, keep_percent of its price is kept of what was paid, and the rest goes back. Repeating it changes nothing. PT404 plan_not_found; PT409 invalid_state.';

COMMENT ON FUNCTION "public"."forget_payment_method"(uuid) IS 'The customer, or staff for her, have the instalments of a plan no longer taken from her card: she pays each herself. False when none was saved. PT404 plan_not_found.';

COMMENT ON FUNCTION "public"."leave_payment_plan"(uuid) IS 'The caller pays an order of hers at once after all. Answers its group, with amount_due. Repeating it changes nothing. PT404 order_not_found; PT409 invalid_state.';

COMMENT ON FUNCTION "public"."quote_payment_plans"(uuid) IS 'The plans by which the caller may pay an order of hers that waits for its payment, the smallest first part first; none when the boutique has none that fits, or when it is too late. PT404 order_not_found.';

COMMENT ON FUNCTION "public"."settle_attempt"(uuid, text, text, bigint, text, text, text) IS 'For the function payments, with the secret key: what a provider says of an attempt, see private.settle_attempt. PT404 attempt_not_found.';

COMMENT ON FUNCTION "public"."start_payment"(uuid, public.payment_provider, text, boolean, boolean) IS 'The caller begins to pay a payment of hers; the function payments calls it and opens the page of the provider. Amount and currency are those of the payment. saves_method: she agrees that the instalments of her plan are taken the same way. Who comes back to an attempt that is open goes on with it. PT404 payment_not_found; PT409 already_paid, hold_expired, no_plan; PT400 invalid_return_url.';

COMMENT ON TABLE "private"."saved_payment_methods" IS 'With what the instalments of a plan are taken, as the customer has agreed; forgotten when she says so, when the plan is over, and with her account.';

COMMENT ON TABLE "public"."payment_plan_offers" IS 'Plans by which a boutique lets its customers pay. Read by everyone, for front ends show them before the checkout; written by its managers. A plan that was chosen keeps the terms that it had.';

COMMENT ON TABLE "public"."payment_plans" IS 'How an order is paid in parts: the terms as they were chosen. The down payment is in the payment of the checkout; each instalment is a row of payments once that is paid.';

COMMENT ON TYPE "public"."order_state" IS 'pending: waits for its payment until hold_expires_at; paid: or the first part of it, see payment_plans; part_fulfilled, fulfilled: some or all of it has left the boutique; completed: over, nothing can come back; cancelled: called off before it left; part_refunded, refunded: paid back after it left.';

COMMENT ON TYPE "public"."payment_plan_default" IS 'What becomes of an order whose instalment does not come. cancel: it is cancelled, a share of its price is kept, the rest goes back; keep_open: it waits, nothing leaves, and the boutique decides.';

COMMENT ON TYPE "public"."payment_plan_quote" IS 'A plan for one order. down_payment: at once; instalments: [{"number", "amount", "due_on"}], in minor units of currency; terms: what becomes of the order when one does not come.';

COMMENT ON TYPE "public"."payment_plan_state" IS 'chosen: waits for its first part; active: that is paid, and instalments are to come; overdue: one has not come, and the boutique decides; paid: all have come; ended: its order was called off.';

REVOKE ALL ON FUNCTION "private"."ask_later"(public.orders, bigint) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."ask_later"(public.orders, bigint) TO "postgres";

REVOKE ALL ON FUNCTION "private"."begin_payment_plan"(public.orders) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."begin_payment_plan"(public.orders) TO "postgres";

REVOKE ALL ON FUNCTION "private"."charge_for_job"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."charge_for_job"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."choose_payment_plan"(uuid, uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."choose_payment_plan"(uuid, uuid) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."collect_instalments"(integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."collect_instalments"(integer) TO "postgres";

REVOKE ALL ON FUNCTION "private"."default_next_plan"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."default_next_plan"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."due_at_checkout"(public.orders, bigint) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."due_at_checkout"(public.orders, bigint) TO "postgres";

REVOKE ALL ON FUNCTION "private"."end_payment_plan"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."end_payment_plan"(uuid) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."end_plan"(public.payment_plans) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."end_plan"(public.payment_plans) TO "postgres";

REVOKE ALL ON FUNCTION "private"."end_plan_with_order"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."end_plan_with_order"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."fee_of_part"(public.orders, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."fee_of_part"(public.orders, integer) TO "postgres";

REVOKE ALL ON FUNCTION "private"."follow_instalment"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."follow_instalment"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."forget_payment_method"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."forget_payment_method"(uuid) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."grace_is_over"(public.payment_plans) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."grace_is_over"(public.payment_plans) TO "postgres";

REVOKE ALL ON FUNCTION "private"."instalments_of"(bigint, integer, date, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."instalments_of"(bigint, integer, date, integer) TO "postgres";

REVOKE ALL ON FUNCTION "private"."issue_invoice_of_plan"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."issue_invoice_of_plan"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."last_day_to_pay"(public.orders, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."last_day_to_pay"(public.orders, integer) TO "postgres";

REVOKE ALL ON FUNCTION "private"."leave_payment_plan"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."leave_payment_plan"(uuid) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."leave_plan"(public.orders) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."leave_plan"(public.orders) TO "postgres";

REVOKE ALL ON FUNCTION "private"."limit_codes"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."limit_codes"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."open_instalments"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."open_instalments"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."order_to_plan"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."order_to_plan"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."plan_check"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."plan_check"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."quote_payment_plan"(public.payment_plan_offers, public.orders) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."quote_payment_plan"(public.payment_plan_offers, public.orders) TO "postgres";

REVOKE ALL ON FUNCTION "private"."quote_payment_plans"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."quote_payment_plans"(uuid) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."reduce_instalments"(uuid, bigint) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."reduce_instalments"(uuid, bigint) TO "postgres";

REVOKE ALL ON FUNCTION "private"."save_payment_method"(public.payment_attempts, public.payments, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."save_payment_method"(public.payment_attempts, public.payments, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."settle_attempt"(uuid, text, text, bigint, text, text, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."settle_attempt"(uuid, text, text, bigint, text, text, text) TO "postgres", "service_role";

REVOKE ALL ON FUNCTION "private"."start_payment"(uuid, public.payment_provider, text, boolean, boolean) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."start_payment"(uuid, public.payment_provider, text, boolean, boolean) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."targeted_categories"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."targeted_categories"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "public"."choose_payment_plan"(uuid, uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."choose_payment_plan"(uuid, uuid) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."end_payment_plan"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."end_payment_plan"(uuid) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."forget_payment_method"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."forget_payment_method"(uuid) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."leave_payment_plan"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."leave_payment_plan"(uuid) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."quote_payment_plans"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."quote_payment_plans"(uuid) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."settle_attempt"(uuid, text, text, bigint, text, text, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."settle_attempt"(uuid, text, text, bigint, text, text, text) TO "postgres", "service_role";

REVOKE ALL ON FUNCTION "public"."start_payment"(uuid, public.payment_provider, text, boolean, boolean) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."start_payment"(uuid, public.payment_provider, text, boolean, boolean) TO "authenticated", "postgres";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "private"."saved_payment_methods" TO "postgres";

GRANT SELECT ON TABLE "public"."payment_plan_offers" TO "anon";

GRANT INSERT ("boutique_id") ON TABLE "public"."payment_plan_offers" TO "authenticated";

GRANT INSERT ("days_before_wear"), UPDATE ("days_before_wear") ON TABLE "public"."payment_plan_offers" TO "authenticated";

GRANT INSERT ("down_payment_percent"), UPDATE ("down_payment_percent") ON TABLE "public"."payment_plan_offers" TO "authenticated";

GRANT INSERT ("grace_days"), UPDATE ("grace_days") ON TABLE "public"."payment_plan_offers" TO "authenticated";

GRANT INSERT ("instalments"), UPDATE ("instalments") ON TABLE "public"."payment_plan_offers" TO "authenticated";

GRANT INSERT ("interval_days"), UPDATE ("interval_days") ON TABLE "public"."payment_plan_offers" TO "authenticated";

GRANT INSERT ("is_active"), UPDATE ("is_active") ON TABLE "public"."payment_plan_offers" TO "authenticated";

GRANT INSERT ("keep_percent"), UPDATE ("keep_percent") ON TABLE "public"."payment_plan_offers" TO "authenticated";

GRANT INSERT ("min_total"), UPDATE ("min_total") ON TABLE "public"."payment_plan_offers" TO "authenticated";

GRANT INSERT ("name"), UPDATE ("name") ON TABLE "public"."payment_plan_offers" TO "authenticated";

GRANT INSERT ("on_default"), UPDATE ("on_default") ON TABLE "public"."payment_plan_offers" TO "authenticated";

GRANT DELETE, SELECT ON TABLE "public"."payment_plan_offers" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."payment_plan_offers" TO "postgres", "service_role";

GRANT SELECT ON TABLE "public"."payment_plans" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."payment_plans" TO "postgres", "service_role";

GRANT USAGE ON TYPE "private"."charge_for_job" TO "postgres";

GRANT USAGE ON TYPE "public"."payment_plan_default" TO "postgres";

GRANT USAGE ON TYPE "public"."payment_plan_quote" TO "postgres";

GRANT USAGE ON TYPE "public"."payment_plan_state" TO "postgres";

ALTER TABLE "public"."payment_plans" ADD CONSTRAINT "payment_plans_offer_id_fkey" FOREIGN KEY (offer_id) REFERENCES public.payment_plan_offers(id) ON DELETE SET NULL;

GRANT INSERT ("id") ON TABLE "public"."payment_plan_offers" TO "authenticated";

ALTER TABLE "private"."saved_payment_methods" ADD CONSTRAINT "saved_payment_methods_plan_id_fkey" FOREIGN KEY (plan_id) REFERENCES public.payment_plans(id) ON DELETE CASCADE;

CREATE INDEX payment_plans_open_idx ON public.payment_plans USING btree (id) WHERE (state = 'active'::public.payment_plan_state);

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
select pgboss.create_queue('payment.charge.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('payment.charge', '{"policy":"standard","retryLimit":20,"retryDelay":5,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":60,"deadLetter":"payment.charge.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 20, retry_delay = 5, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 60, heartbeat_seconds = 30, dead_letter = 'payment.charge.dead', notify = true where name = 'payment.charge';
select pgboss.create_queue('plan.watch.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('plan.watch', '{"policy":"standard","retryLimit":5,"retryDelay":60,"retryBackoff":true,"retryDelayMax":600,"expireInSeconds":600,"deadLetter":"plan.watch.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 5, retry_delay = 60, retry_backoff = true, retry_delay_max = 600, expire_seconds = 600, heartbeat_seconds = 30, dead_letter = 'plan.watch.dead', notify = true where name = 'plan.watch';
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
  ('payment.charge', '{"attempt_id":"uuid"}', 900, null),
  ('plan.watch', '{}', 3600, 900),
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
