set local check_function_bodies = off;

DROP POLICY "select_own_or_staff" ON "public"."appointment_garments";

DROP POLICY "delete_author" ON "public"."appointment_notes";

DROP POLICY "insert_staff" ON "public"."appointment_notes";

DROP POLICY "update_author" ON "public"."appointment_notes";

DROP POLICY "select_own_or_staff" ON "public"."appointments";

DROP POLICY "select_active_or_member" ON "public"."boutiques";

DROP POLICY "update_manager" ON "public"."boutiques";

DROP POLICY "select_own_or_manager" ON "public"."calendar_feeds";

DROP POLICY "delete_manager" ON "public"."closures";

DROP POLICY "insert_manager" ON "public"."closures";

DROP POLICY "update_manager" ON "public"."closures";

DROP POLICY "delete_manager" ON "public"."collection_products";

DROP POLICY "insert_manager" ON "public"."collection_products";

DROP POLICY "select_listed_or_staff" ON "public"."collection_products";

DROP POLICY "update_manager" ON "public"."collection_products";

DROP POLICY "delete_manager" ON "public"."collections";

DROP POLICY "insert_manager" ON "public"."collections";

DROP POLICY "select_listed_or_staff" ON "public"."collections";

DROP POLICY "update_manager" ON "public"."collections";

DROP POLICY "update_manager" ON "public"."commerce_policies";

DROP POLICY "select_own_or_staff" ON "public"."deposits";

DROP POLICY "select_own_or_staff" ON "public"."discount_redemptions";

DROP POLICY "delete_manager" ON "public"."discount_targets";

DROP POLICY "insert_manager" ON "public"."discount_targets";

DROP POLICY "insert_manager" ON "public"."discounts";

DROP POLICY "update_manager" ON "public"."discounts";

DROP POLICY "delete_draft" ON "public"."fashion_shows";

DROP POLICY "insert_manager" ON "public"."fashion_shows";

DROP POLICY "select_listed_or_staff" ON "public"."fashion_shows";

DROP POLICY "update_manager" ON "public"."fashion_shows";

DROP POLICY "insert_manager" ON "public"."fitting_services";

DROP POLICY "select_listed_or_staff" ON "public"."fitting_services";

DROP POLICY "update_manager" ON "public"."fitting_services";

DROP POLICY "insert_manager" ON "public"."garments";

DROP POLICY "update_manager" ON "public"."garments";

DROP POLICY "select_own_or_staff" ON "public"."gift_card_entries";

DROP POLICY "update_manager" ON "public"."gift_cards";

DROP POLICY "select_own_or_staff" ON "public"."invoices";

DROP POLICY "insert_manager" ON "public"."locations";

DROP POLICY "select_listed_or_staff" ON "public"."locations";

DROP POLICY "update_manager" ON "public"."locations";

DROP POLICY "delete_manager" ON "public"."opening_hours";

DROP POLICY "insert_manager" ON "public"."opening_hours";

DROP POLICY "update_manager" ON "public"."opening_hours";

DROP POLICY "select_own_or_staff" ON "public"."order_adjustments";

DROP POLICY "select_own_or_staff" ON "public"."order_events";

DROP POLICY "select_own_or_staff" ON "public"."order_items";

DROP POLICY "select_own_or_staff" ON "public"."orders";

DROP POLICY "select_own_or_staff" ON "public"."payment_attempts";

DROP POLICY "delete_manager" ON "public"."payment_plan_offers";

DROP POLICY "insert_manager" ON "public"."payment_plan_offers";

DROP POLICY "update_manager" ON "public"."payment_plan_offers";

DROP POLICY "select_own_or_staff" ON "public"."payment_plans";

DROP POLICY "select_own_or_staff" ON "public"."payments";

DROP POLICY "delete_manager" ON "public"."product_media";

DROP POLICY "insert_manager" ON "public"."product_media";

DROP POLICY "select_listed_or_staff" ON "public"."product_media";

DROP POLICY "update_manager" ON "public"."product_media";

DROP POLICY "delete_manager" ON "public"."product_translations";

DROP POLICY "insert_manager" ON "public"."product_translations";

DROP POLICY "select_listed_or_staff" ON "public"."product_translations";

DROP POLICY "update_manager" ON "public"."product_translations";

DROP POLICY "delete_manager" ON "public"."product_variants";

DROP POLICY "insert_manager" ON "public"."product_variants";

DROP POLICY "select_listed_or_staff" ON "public"."product_variants";

DROP POLICY "update_manager" ON "public"."product_variants";

DROP POLICY "delete_manager" ON "public"."products";

DROP POLICY "insert_manager" ON "public"."products";

DROP POLICY "select_listed_or_staff" ON "public"."products";

DROP POLICY "update_manager" ON "public"."products";

DROP POLICY "update_manager" ON "public"."readiness_policies";

DROP POLICY "select_own_or_staff" ON "public"."refund_transfers";

DROP POLICY "select_own_or_staff" ON "public"."refunds";

DROP POLICY "select_own_or_staff" ON "public"."rental_events";

DROP POLICY "update_manager" ON "public"."rental_policies";

DROP POLICY "select_own_or_staff" ON "public"."rentals";

DROP POLICY "select_own_or_staff" ON "public"."return_items";

DROP POLICY "select_own_or_staff" ON "public"."returns";

DROP POLICY "select_own_or_staff" ON "public"."review_photos";

DROP POLICY "select_own_or_staff" ON "public"."review_revisions";

DROP POLICY "select_own_or_staff" ON "public"."reviews";

DROP POLICY "insert_manager" ON "public"."rooms";

DROP POLICY "update_manager" ON "public"."rooms";

DROP POLICY "delete_manager" ON "public"."service_stylists";

DROP POLICY "insert_manager" ON "public"."service_stylists";

DROP POLICY "select_own_or_staff" ON "public"."shipment_items";

DROP POLICY "select_own_or_staff" ON "public"."shipments";

DROP POLICY "insert_manager" ON "public"."shipping_methods";

DROP POLICY "select_listed_or_staff" ON "public"."shipping_methods";

DROP POLICY "update_manager" ON "public"."shipping_methods";

DROP POLICY "insert_manager" ON "public"."show_looks";

DROP POLICY "select_listed_or_staff" ON "public"."show_looks";

DROP POLICY "update_manager" ON "public"."show_looks";

DROP POLICY "select_own_or_staff" ON "public"."show_rsvps";

DROP POLICY "insert_manager" ON "public"."stylists";

DROP POLICY "select_listed_or_staff" ON "public"."stylists";

DROP POLICY "update_manager" ON "public"."stylists";

DROP POLICY "delete_manager" ON "public"."tax_rules";

DROP POLICY "insert_manager" ON "public"."tax_rules";

DROP POLICY "update_manager" ON "public"."tax_rules";

DROP POLICY "select_own_or_staff" ON "public"."waitlist_entries";

DROP POLICY "delete_manager" ON "public"."working_hours";

DROP POLICY "insert_manager" ON "public"."working_hours";

DROP POLICY "update_manager" ON "public"."working_hours";

DROP FUNCTION "private"."require_second_factor"();

CREATE OR REPLACE FUNCTION private.acts_as_admin()
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_has_factor boolean;
begin
  if not private.is_admin() then
    return false;
  elsif auth.jwt() ->> 'aal' = 'aal2' or to_regclass('auth.mfa_factors') is null then
    -- Without that table the Auth server has no second factors: the embedded one.
    return true;
  end if;
  execute 'select exists (select from auth.mfa_factors where user_id = $1 and status = ''verified'')'
    into v_has_factor using auth.uid();
  if v_has_factor then
    perform private.raise_error(403, 'second_factor_required', 'Confirm this session with your second factor.');
  else
    perform private.raise_error(403, 'second_factor_required', 'Set up a second factor first: those who run the marketplace need one.');
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.import_products(import_id uuid, rows_read bigint, products jsonb, is_last boolean)
 RETURNS boolean
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_import public.catalog_imports;
  v_products jsonb;
  v_product jsonb;
  v_refusals jsonb;
  v_good jsonb;
  v_written record;
  v_products_written bigint := 0;
  v_variants_written bigint := 0;
  v_one_by_one boolean := false;
  v_constraint text;
  v_hint text;
  v_message text;
  v_kept bigint;
  v_rows bigint := coalesce((select sum((x.v ->> 'row_count')::bigint) from jsonb_array_elements(products) x (v)), 0);
begin
  select * into v_import from public.catalog_imports i where i.id = import_products.import_id for no key update;
  -- Cancelled, or another run of the same job is further.
  if not found or v_import.state <> 'running' or v_import.rows_read <> import_products.rows_read then
    return false;
  end if;
  -- So that the audit log says with whose right it was written.
  perform set_config('request.jwt.claim.sub', coalesce(v_import.started_by::text, ''), true);
  v_products := coalesce(private.resolve_import(v_import.boutique_id, products), '[]');
  v_refusals := (select coalesce(jsonb_agg(r), '[]') from private.import_refusals(v_import.id, v_import.boutique_id, v_products) r);
  v_good := (
    select coalesce(jsonb_agg(x.v order by x.v -> 'n'), '[]') from jsonb_array_elements(v_products) x (v)
    where x.v -> 'n' not in (select r.v -> 'n' from jsonb_array_elements(v_refusals) r (v)));
  begin
    v_written := private.write_imported(v_import.boutique_id, v_good);
    v_products_written := v_written.products_written;
    v_variants_written := v_written.variants_written;
    if v_import.is_dry_run then
      raise exception using errcode = 'NX001';
    end if;
  exception
    when sqlstate 'NX001' then
      null;
    when data_exception or integrity_constraint_violation or sqlstate 'PT400' then
      v_one_by_one := true;
  end;
  -- One of them is at fault: each by itself, so that the others are written.
  if v_one_by_one then
    v_products_written := 0;
    v_variants_written := 0;
    for v_product in select x.v from jsonb_array_elements(v_good) x (v) loop
      begin
        v_written := private.write_imported(v_import.boutique_id, jsonb_build_array(v_product));
        v_products_written := v_products_written + v_written.products_written;
        v_variants_written := v_variants_written + v_written.variants_written;
        if v_import.is_dry_run then
          raise exception using errcode = 'NX001';
        end if;
      exception
        when sqlstate 'NX001' then
          null;
        when data_exception or integrity_constraint_violation or sqlstate 'PT400' then
          get stacked diagnostics v_constraint = constraint_name, v_hint = pg_exception_hint, v_message = message_text;
          v_refusals := v_refusals || jsonb_build_object('n', v_product -> 'n', 'line', v_product -> 'line', 'sku', null,
            'code', case
              when v_constraint = 'product_variants_product_id_size_color_key' then 'size_and_color_taken'
              when sqlstate = 'PT400' then v_hint
              else 'invalid_value' end,
            'message', case
              when v_constraint = 'product_variants_product_id_size_color_key' then 'Two variants of the product would have the same size and color.'
              when sqlstate = '23514' then format('The database wants: %s.', replace(v_constraint, '_', ' '))
              else left(v_message, 500) end);
      end;
    end loop;
  end if;

  insert into public.catalog_import_refusals (import_id, boutique_id, line, sku, code, message)
  select v_import.id, v_import.boutique_id, a.line, a.sku, a.code, a.message
  from (
    select (r.v ->> 'line')::bigint as line, left(coalesce(r.v ->> 'sku', w.v ->> 'sku'), 80) as sku, r.v ->> 'code' as code, left(r.v ->> 'message', 1000) as message
    from jsonb_array_elements(v_refusals) r (v)
    join jsonb_array_elements(v_products) p (v) on p.v -> 'n' = r.v -> 'n'
    left join lateral jsonb_array_elements(p.v -> 'rows') w (v) on w.v -> 'line' = r.v -> 'line'
    union all
    -- All or nothing: the other rows of a refused product.
    select (w.v ->> 'line')::bigint, left(w.v ->> 'sku', 80), 'product_refused',
      format('Another row of the product was refused, on line %s.', (
        select min((r.v ->> 'line')::bigint) from jsonb_array_elements(v_refusals) r (v) where r.v -> 'n' = p.v -> 'n'))
    from jsonb_array_elements(v_products) p (v)
    cross join lateral jsonb_array_elements(p.v -> 'rows') w (v)
    where p.v -> 'n' in (select r.v -> 'n' from jsonb_array_elements(v_refusals) r (v))
      and not exists (select from jsonb_array_elements(v_refusals) r (v) where r.v -> 'n' = p.v -> 'n' and r.v -> 'line' = w.v -> 'line')
    order by 1, 3
    limit 10000 - v_import.refusals_kept
  ) a;
  get diagnostics v_kept = row_count;

  insert into private.catalog_import_keys (import_id, kind, key, line)
  select v_import.id, k.kind, k.key, min(k.line)
  from (
    select 'product' as kind, x.v ->> 'slug' as key, (x.v ->> 'line')::bigint as line
    from jsonb_array_elements(v_products) x (v)
    union all
    select 'sku', w.v ->> 'sku', (w.v ->> 'line')::bigint
    from jsonb_array_elements(v_products) x (v) cross join lateral jsonb_array_elements(x.v -> 'rows') w (v)
  ) k
  where k.key is not null and not is_last
  group by k.kind, k.key
  on conflict do nothing;

  update public.catalog_imports i set
    rows_read = i.rows_read + v_rows,
    rows_refused = i.rows_refused + coalesce((
      select sum((x.v ->> 'row_count')::bigint) from jsonb_array_elements(v_products) x (v)
      where x.v -> 'n' in (select r.v -> 'n' from jsonb_array_elements(v_refusals) r (v))), 0),
    refusals_kept = i.refusals_kept + v_kept,
    products_written = i.products_written + v_products_written,
    variants_written = i.variants_written + v_variants_written
  where i.id = v_import.id;
  if is_last then
    perform private.end_catalog_import(import_id, 'done');
  end if;
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

CREATE OR REPLACE FUNCTION private.minimum_role(permission public.permission)
 RETURNS public.member_role
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
begin
  return case
    when permission in ('boutique.transfer', 'audit.read') then 'owner'::public.member_role
    when permission in (
      'boutique.update', 'members.invite', 'members.manage', 'catalog.write', 'garments.write', 'calendar.manage',
      'webhooks.read', 'webhooks.manage', 'refunds.write', 'stock.write', 'discounts.write', 'reviews.reply'
    ) then 'manager'::public.member_role
    else 'stylist'::public.member_role
  end;
end
$function$;

CREATE OR REPLACE FUNCTION private.my_boutique_ids(permission public.permission)
 RETURNS SETOF uuid
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER ROWS 3
 SET search_path TO ''
AS $function$
begin
  if permission::text like '%.read' then
    -- Whatever the status of the boutique: no need to look at it.
    return query
      select m.boutique_id
      -- `offset 0`: her rows first. Who works nowhere, as most callers, needs no role to compare with.
      from (select * from private.my_memberships offset 0) m
      where m.role >= (select private.minimum_role(permission));
  else
    return query
      select m.boutique_id
      from private.my_memberships m
      join public.boutiques b on b.id = m.boutique_id
      where m.role >= (select private.minimum_role(permission)) and b.status <> 'suspended';
  end if;
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

CREATE POLICY "select_own_or_staff" ON "public"."appointment_garments" FOR SELECT TO "authenticated" USING (((customer_id = ( SELECT auth.uid() AS uid)) OR (boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('fittings.read'::public.permission) AS my_boutique_ids))) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "delete_author" ON "public"."appointment_notes" FOR DELETE TO "authenticated" USING (((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('fittings.write'::public.permission) AS my_boutique_ids))) AND (author_id = ( SELECT auth.uid() AS uid))));

CREATE POLICY "insert_staff" ON "public"."appointment_notes" FOR INSERT TO "authenticated" WITH CHECK (((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('fittings.write'::public.permission) AS my_boutique_ids))) AND (author_id = ( SELECT auth.uid() AS uid))));

CREATE POLICY "update_author" ON "public"."appointment_notes" FOR UPDATE TO "authenticated" USING (((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('fittings.write'::public.permission) AS my_boutique_ids))) AND (author_id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('fittings.write'::public.permission) AS my_boutique_ids))) AND (author_id = ( SELECT auth.uid() AS uid))));

CREATE POLICY "select_own_or_staff" ON "public"."appointments" FOR SELECT TO "authenticated" USING (((customer_id = ( SELECT auth.uid() AS uid)) OR (boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('fittings.read'::public.permission) AS my_boutique_ids))) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_active_or_member" ON "public"."boutiques" FOR SELECT TO "authenticated" USING (((status = 'active'::public.boutique_status) OR (id = ANY (ARRAY( SELECT private.my_boutique_ids('boutique.read'::public.permission) AS my_boutique_ids))) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "update_manager" ON "public"."boutiques" FOR UPDATE TO "authenticated" USING ((id = ANY (ARRAY( SELECT private.my_boutique_ids('boutique.update'::public.permission) AS my_boutique_ids)))) WITH CHECK ((id = ANY (ARRAY( SELECT private.my_boutique_ids('boutique.update'::public.permission) AS my_boutique_ids))));

CREATE POLICY "select_own_or_manager" ON "public"."calendar_feeds" FOR SELECT TO "authenticated" USING (((owner_id = ( SELECT auth.uid() AS uid)) OR (boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('calendar.manage'::public.permission) AS my_boutique_ids)))));

CREATE POLICY "delete_manager" ON "public"."closures" FOR DELETE TO "authenticated" USING ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('calendar.manage'::public.permission) AS my_boutique_ids))));

CREATE POLICY "insert_manager" ON "public"."closures" FOR INSERT TO "authenticated" WITH CHECK ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('calendar.manage'::public.permission) AS my_boutique_ids))));

CREATE POLICY "update_manager" ON "public"."closures" FOR UPDATE TO "authenticated" USING ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('calendar.manage'::public.permission) AS my_boutique_ids)))) WITH CHECK ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('calendar.manage'::public.permission) AS my_boutique_ids))));

CREATE POLICY "delete_manager" ON "public"."collection_products" FOR DELETE TO "authenticated" USING ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('catalog.write'::public.permission) AS my_boutique_ids))));

CREATE POLICY "insert_manager" ON "public"."collection_products" FOR INSERT TO "authenticated" WITH CHECK ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('catalog.write'::public.permission) AS my_boutique_ids))));

CREATE POLICY "select_listed_or_staff" ON "public"."collection_products" FOR SELECT TO "authenticated" USING (((EXISTS ( SELECT
   FROM public.collections c
  WHERE ((c.id = collection_products.collection_id) AND c.listed))) OR (boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('catalog.read'::public.permission) AS my_boutique_ids))) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "update_manager" ON "public"."collection_products" FOR UPDATE TO "authenticated" USING ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('catalog.write'::public.permission) AS my_boutique_ids)))) WITH CHECK ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('catalog.write'::public.permission) AS my_boutique_ids))));

CREATE POLICY "delete_manager" ON "public"."collections" FOR DELETE TO "authenticated" USING ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('catalog.write'::public.permission) AS my_boutique_ids))));

CREATE POLICY "insert_manager" ON "public"."collections" FOR INSERT TO "authenticated" WITH CHECK ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('catalog.write'::public.permission) AS my_boutique_ids))));

CREATE POLICY "select_listed_or_staff" ON "public"."collections" FOR SELECT TO "authenticated" USING ((listed OR (boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('catalog.read'::public.permission) AS my_boutique_ids))) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "update_manager" ON "public"."collections" FOR UPDATE TO "authenticated" USING ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('catalog.write'::public.permission) AS my_boutique_ids)))) WITH CHECK ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('catalog.write'::public.permission) AS my_boutique_ids))));

CREATE POLICY "update_manager" ON "public"."commerce_policies" FOR UPDATE TO "authenticated" USING ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('boutique.update'::public.permission) AS my_boutique_ids)))) WITH CHECK ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('boutique.update'::public.permission) AS my_boutique_ids))));

CREATE POLICY "select_own_or_staff" ON "public"."deposits" FOR SELECT TO "authenticated" USING (((customer_id = ( SELECT auth.uid() AS uid)) OR (boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('rentals.read'::public.permission) AS my_boutique_ids))) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_own_or_staff" ON "public"."discount_redemptions" FOR SELECT TO "authenticated" USING (((customer_id = ( SELECT auth.uid() AS uid)) OR (boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('orders.read'::public.permission) AS my_boutique_ids))) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "delete_manager" ON "public"."discount_targets" FOR DELETE TO "authenticated" USING (((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('discounts.write'::public.permission) AS my_boutique_ids))) OR ((boutique_id IS NULL) AND ( SELECT private.acts_as_admin() AS acts_as_admin))));

CREATE POLICY "insert_manager" ON "public"."discount_targets" FOR INSERT TO "authenticated" WITH CHECK (((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('discounts.write'::public.permission) AS my_boutique_ids))) OR ((boutique_id IS NULL) AND ( SELECT private.acts_as_admin() AS acts_as_admin))));

CREATE POLICY "insert_manager" ON "public"."discounts" FOR INSERT TO "authenticated" WITH CHECK (((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('discounts.write'::public.permission) AS my_boutique_ids))) OR ((boutique_id IS NULL) AND ( SELECT private.acts_as_admin() AS acts_as_admin))));

CREATE POLICY "update_manager" ON "public"."discounts" FOR UPDATE TO "authenticated" USING (((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('discounts.write'::public.permission) AS my_boutique_ids))) OR ((boutique_id IS NULL) AND ( SELECT private.acts_as_admin() AS acts_as_admin)))) WITH CHECK (((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('discounts.write'::public.permission) AS my_boutique_ids))) OR ((boutique_id IS NULL) AND ( SELECT private.acts_as_admin() AS acts_as_admin))));

CREATE POLICY "delete_draft" ON "public"."fashion_shows" FOR DELETE TO "authenticated" USING (((state = 'draft'::public.show_state) AND (boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('catalog.write'::public.permission) AS my_boutique_ids)))));

CREATE POLICY "insert_manager" ON "public"."fashion_shows" FOR INSERT TO "authenticated" WITH CHECK ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('catalog.write'::public.permission) AS my_boutique_ids))));

CREATE POLICY "select_listed_or_staff" ON "public"."fashion_shows" FOR SELECT TO "authenticated" USING ((listed OR (boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('catalog.read'::public.permission) AS my_boutique_ids))) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "update_manager" ON "public"."fashion_shows" FOR UPDATE TO "authenticated" USING ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('catalog.write'::public.permission) AS my_boutique_ids)))) WITH CHECK ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('catalog.write'::public.permission) AS my_boutique_ids))));

CREATE POLICY "insert_manager" ON "public"."fitting_services" FOR INSERT TO "authenticated" WITH CHECK ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('calendar.manage'::public.permission) AS my_boutique_ids))));

CREATE POLICY "select_listed_or_staff" ON "public"."fitting_services" FOR SELECT TO "authenticated" USING ((listed OR (boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('calendar.read'::public.permission) AS my_boutique_ids))) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "update_manager" ON "public"."fitting_services" FOR UPDATE TO "authenticated" USING ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('calendar.manage'::public.permission) AS my_boutique_ids)))) WITH CHECK ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('calendar.manage'::public.permission) AS my_boutique_ids))));

CREATE POLICY "insert_manager" ON "public"."garments" FOR INSERT TO "authenticated" WITH CHECK ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('garments.write'::public.permission) AS my_boutique_ids))));

CREATE POLICY "update_manager" ON "public"."garments" FOR UPDATE TO "authenticated" USING ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('garments.write'::public.permission) AS my_boutique_ids)))) WITH CHECK ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('garments.write'::public.permission) AS my_boutique_ids))));

CREATE POLICY "select_own_or_staff" ON "public"."gift_card_entries" FOR SELECT TO "authenticated" USING (((customer_id = ( SELECT auth.uid() AS uid)) OR (boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('discounts.read'::public.permission) AS my_boutique_ids))) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "update_manager" ON "public"."gift_cards" FOR UPDATE TO "authenticated" USING (((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('discounts.write'::public.permission) AS my_boutique_ids))) OR ((boutique_id IS NULL) AND ( SELECT private.acts_as_admin() AS acts_as_admin)))) WITH CHECK (((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('discounts.write'::public.permission) AS my_boutique_ids))) OR ((boutique_id IS NULL) AND ( SELECT private.acts_as_admin() AS acts_as_admin))));

CREATE POLICY "select_own_or_staff" ON "public"."invoices" FOR SELECT TO "authenticated" USING (((customer_id = ( SELECT auth.uid() AS uid)) OR (boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('orders.read'::public.permission) AS my_boutique_ids))) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "insert_manager" ON "public"."locations" FOR INSERT TO "authenticated" WITH CHECK ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('boutique.update'::public.permission) AS my_boutique_ids))));

CREATE POLICY "select_listed_or_staff" ON "public"."locations" FOR SELECT TO "authenticated" USING ((listed OR (boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('boutique.read'::public.permission) AS my_boutique_ids))) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "update_manager" ON "public"."locations" FOR UPDATE TO "authenticated" USING ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('boutique.update'::public.permission) AS my_boutique_ids)))) WITH CHECK ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('boutique.update'::public.permission) AS my_boutique_ids))));

CREATE POLICY "delete_manager" ON "public"."opening_hours" FOR DELETE TO "authenticated" USING ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('calendar.manage'::public.permission) AS my_boutique_ids))));

CREATE POLICY "insert_manager" ON "public"."opening_hours" FOR INSERT TO "authenticated" WITH CHECK ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('calendar.manage'::public.permission) AS my_boutique_ids))));

CREATE POLICY "update_manager" ON "public"."opening_hours" FOR UPDATE TO "authenticated" USING ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('calendar.manage'::public.permission) AS my_boutique_ids)))) WITH CHECK ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('calendar.manage'::public.permission) AS my_boutique_ids))));

CREATE POLICY "select_own_or_staff" ON "public"."order_adjustments" FOR SELECT TO "authenticated" USING (((customer_id = ( SELECT auth.uid() AS uid)) OR (boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('orders.read'::public.permission) AS my_boutique_ids))) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_own_or_staff" ON "public"."order_events" FOR SELECT TO "authenticated" USING (((customer_id = ( SELECT auth.uid() AS uid)) OR (boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('orders.read'::public.permission) AS my_boutique_ids))) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_own_or_staff" ON "public"."order_items" FOR SELECT TO "authenticated" USING (((customer_id = ( SELECT auth.uid() AS uid)) OR (boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('orders.read'::public.permission) AS my_boutique_ids))) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_own_or_staff" ON "public"."orders" FOR SELECT TO "authenticated" USING (((customer_id = ( SELECT auth.uid() AS uid)) OR (boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('orders.read'::public.permission) AS my_boutique_ids))) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_own_or_staff" ON "public"."payment_attempts" FOR SELECT TO "authenticated" USING (((customer_id = ( SELECT auth.uid() AS uid)) OR (boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('orders.read'::public.permission) AS my_boutique_ids))) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "delete_manager" ON "public"."payment_plan_offers" FOR DELETE TO "authenticated" USING ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('boutique.update'::public.permission) AS my_boutique_ids))));

CREATE POLICY "insert_manager" ON "public"."payment_plan_offers" FOR INSERT TO "authenticated" WITH CHECK ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('boutique.update'::public.permission) AS my_boutique_ids))));

CREATE POLICY "update_manager" ON "public"."payment_plan_offers" FOR UPDATE TO "authenticated" USING ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('boutique.update'::public.permission) AS my_boutique_ids)))) WITH CHECK ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('boutique.update'::public.permission) AS my_boutique_ids))));

CREATE POLICY "select_own_or_staff" ON "public"."payment_plans" FOR SELECT TO "authenticated" USING (((customer_id = ( SELECT auth.uid() AS uid)) OR (boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('orders.read'::public.permission) AS my_boutique_ids))) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_own_or_staff" ON "public"."payments" FOR SELECT TO "authenticated" USING (((customer_id = ( SELECT auth.uid() AS uid)) OR (boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('orders.read'::public.permission) AS my_boutique_ids))) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "delete_manager" ON "public"."product_media" FOR DELETE TO "authenticated" USING ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('catalog.write'::public.permission) AS my_boutique_ids))));

CREATE POLICY "insert_manager" ON "public"."product_media" FOR INSERT TO "authenticated" WITH CHECK ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('catalog.write'::public.permission) AS my_boutique_ids))));

CREATE POLICY "select_listed_or_staff" ON "public"."product_media" FOR SELECT TO "authenticated" USING ((listed OR (boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('catalog.read'::public.permission) AS my_boutique_ids))) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "update_manager" ON "public"."product_media" FOR UPDATE TO "authenticated" USING ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('catalog.write'::public.permission) AS my_boutique_ids)))) WITH CHECK ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('catalog.write'::public.permission) AS my_boutique_ids))));

CREATE POLICY "delete_manager" ON "public"."product_translations" FOR DELETE TO "authenticated" USING ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('catalog.write'::public.permission) AS my_boutique_ids))));

CREATE POLICY "insert_manager" ON "public"."product_translations" FOR INSERT TO "authenticated" WITH CHECK ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('catalog.write'::public.permission) AS my_boutique_ids))));

CREATE POLICY "select_listed_or_staff" ON "public"."product_translations" FOR SELECT TO "authenticated" USING ((listed OR (boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('catalog.read'::public.permission) AS my_boutique_ids))) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "update_manager" ON "public"."product_translations" FOR UPDATE TO "authenticated" USING ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('catalog.write'::public.permission) AS my_boutique_ids)))) WITH CHECK ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('catalog.write'::public.permission) AS my_boutique_ids))));

CREATE POLICY "delete_manager" ON "public"."product_variants" FOR DELETE TO "authenticated" USING ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('catalog.write'::public.permission) AS my_boutique_ids))));

CREATE POLICY "insert_manager" ON "public"."product_variants" FOR INSERT TO "authenticated" WITH CHECK ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('catalog.write'::public.permission) AS my_boutique_ids))));

CREATE POLICY "select_listed_or_staff" ON "public"."product_variants" FOR SELECT TO "authenticated" USING ((listed OR (boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('catalog.read'::public.permission) AS my_boutique_ids))) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "update_manager" ON "public"."product_variants" FOR UPDATE TO "authenticated" USING ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('catalog.write'::public.permission) AS my_boutique_ids)))) WITH CHECK ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('catalog.write'::public.permission) AS my_boutique_ids))));

CREATE POLICY "delete_manager" ON "public"."products" FOR DELETE TO "authenticated" USING ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('catalog.write'::public.permission) AS my_boutique_ids))));

CREATE POLICY "insert_manager" ON "public"."products" FOR INSERT TO "authenticated" WITH CHECK ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('catalog.write'::public.permission) AS my_boutique_ids))));

CREATE POLICY "select_listed_or_staff" ON "public"."products" FOR SELECT TO "authenticated" USING ((listed OR (boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('catalog.read'::public.permission) AS my_boutique_ids))) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "update_manager" ON "public"."products" FOR UPDATE TO "authenticated" USING ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('catalog.write'::public.permission) AS my_boutique_ids)))) WITH CHECK ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('catalog.write'::public.permission) AS my_boutique_ids))));

CREATE POLICY "update_manager" ON "public"."readiness_policies" FOR UPDATE TO "authenticated" USING ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('boutique.update'::public.permission) AS my_boutique_ids)))) WITH CHECK ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('boutique.update'::public.permission) AS my_boutique_ids))));

CREATE POLICY "select_own_or_staff" ON "public"."refund_transfers" FOR SELECT TO "authenticated" USING (((customer_id = ( SELECT auth.uid() AS uid)) OR (boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('orders.read'::public.permission) AS my_boutique_ids))) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_own_or_staff" ON "public"."refunds" FOR SELECT TO "authenticated" USING (((customer_id = ( SELECT auth.uid() AS uid)) OR (boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('orders.read'::public.permission) AS my_boutique_ids))) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_own_or_staff" ON "public"."rental_events" FOR SELECT TO "authenticated" USING (((customer_id = ( SELECT auth.uid() AS uid)) OR (boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('rentals.read'::public.permission) AS my_boutique_ids))) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "update_manager" ON "public"."rental_policies" FOR UPDATE TO "authenticated" USING ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('boutique.update'::public.permission) AS my_boutique_ids)))) WITH CHECK ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('boutique.update'::public.permission) AS my_boutique_ids))));

CREATE POLICY "select_own_or_staff" ON "public"."rentals" FOR SELECT TO "authenticated" USING (((customer_id = ( SELECT auth.uid() AS uid)) OR (boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('rentals.read'::public.permission) AS my_boutique_ids))) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_own_or_staff" ON "public"."return_items" FOR SELECT TO "authenticated" USING (((customer_id = ( SELECT auth.uid() AS uid)) OR (boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('orders.read'::public.permission) AS my_boutique_ids))) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_own_or_staff" ON "public"."returns" FOR SELECT TO "authenticated" USING (((customer_id = ( SELECT auth.uid() AS uid)) OR (boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('orders.read'::public.permission) AS my_boutique_ids))) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_own_or_staff" ON "public"."review_photos" FOR SELECT TO "authenticated" USING (((customer_id = ( SELECT auth.uid() AS uid)) OR (boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('catalog.read'::public.permission) AS my_boutique_ids))) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_own_or_staff" ON "public"."review_revisions" FOR SELECT TO "authenticated" USING (((customer_id = ( SELECT auth.uid() AS uid)) OR (boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('catalog.read'::public.permission) AS my_boutique_ids))) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_own_or_staff" ON "public"."reviews" FOR SELECT TO "authenticated" USING (((customer_id = ( SELECT auth.uid() AS uid)) OR (boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('catalog.read'::public.permission) AS my_boutique_ids))) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "insert_manager" ON "public"."rooms" FOR INSERT TO "authenticated" WITH CHECK ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('calendar.manage'::public.permission) AS my_boutique_ids))));

CREATE POLICY "update_manager" ON "public"."rooms" FOR UPDATE TO "authenticated" USING ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('calendar.manage'::public.permission) AS my_boutique_ids)))) WITH CHECK ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('calendar.manage'::public.permission) AS my_boutique_ids))));

CREATE POLICY "delete_manager" ON "public"."service_stylists" FOR DELETE TO "authenticated" USING ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('calendar.manage'::public.permission) AS my_boutique_ids))));

CREATE POLICY "insert_manager" ON "public"."service_stylists" FOR INSERT TO "authenticated" WITH CHECK ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('calendar.manage'::public.permission) AS my_boutique_ids))));

CREATE POLICY "select_own_or_staff" ON "public"."shipment_items" FOR SELECT TO "authenticated" USING (((customer_id = ( SELECT auth.uid() AS uid)) OR (boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('orders.read'::public.permission) AS my_boutique_ids))) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_own_or_staff" ON "public"."shipments" FOR SELECT TO "authenticated" USING (((customer_id = ( SELECT auth.uid() AS uid)) OR (boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('orders.read'::public.permission) AS my_boutique_ids))) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "insert_manager" ON "public"."shipping_methods" FOR INSERT TO "authenticated" WITH CHECK ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('boutique.update'::public.permission) AS my_boutique_ids))));

CREATE POLICY "select_listed_or_staff" ON "public"."shipping_methods" FOR SELECT TO "authenticated" USING ((listed OR (boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('boutique.read'::public.permission) AS my_boutique_ids))) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "update_manager" ON "public"."shipping_methods" FOR UPDATE TO "authenticated" USING ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('boutique.update'::public.permission) AS my_boutique_ids)))) WITH CHECK ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('boutique.update'::public.permission) AS my_boutique_ids))));

CREATE POLICY "insert_manager" ON "public"."show_looks" FOR INSERT TO "authenticated" WITH CHECK ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('catalog.write'::public.permission) AS my_boutique_ids))));

CREATE POLICY "select_listed_or_staff" ON "public"."show_looks" FOR SELECT TO "authenticated" USING ((listed OR (boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('catalog.read'::public.permission) AS my_boutique_ids))) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "update_manager" ON "public"."show_looks" FOR UPDATE TO "authenticated" USING ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('catalog.write'::public.permission) AS my_boutique_ids)))) WITH CHECK ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('catalog.write'::public.permission) AS my_boutique_ids))));

CREATE POLICY "select_own_or_staff" ON "public"."show_rsvps" FOR SELECT TO "authenticated" USING (((customer_id = ( SELECT auth.uid() AS uid)) OR (boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('fittings.read'::public.permission) AS my_boutique_ids))) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "insert_manager" ON "public"."stylists" FOR INSERT TO "authenticated" WITH CHECK ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('calendar.manage'::public.permission) AS my_boutique_ids))));

CREATE POLICY "select_listed_or_staff" ON "public"."stylists" FOR SELECT TO "authenticated" USING ((listed OR (boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('calendar.read'::public.permission) AS my_boutique_ids))) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "update_manager" ON "public"."stylists" FOR UPDATE TO "authenticated" USING ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('calendar.manage'::public.permission) AS my_boutique_ids)))) WITH CHECK ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('calendar.manage'::public.permission) AS my_boutique_ids))));

CREATE POLICY "delete_manager" ON "public"."tax_rules" FOR DELETE TO "authenticated" USING ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('boutique.update'::public.permission) AS my_boutique_ids))));

CREATE POLICY "insert_manager" ON "public"."tax_rules" FOR INSERT TO "authenticated" WITH CHECK ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('boutique.update'::public.permission) AS my_boutique_ids))));

CREATE POLICY "update_manager" ON "public"."tax_rules" FOR UPDATE TO "authenticated" USING ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('boutique.update'::public.permission) AS my_boutique_ids)))) WITH CHECK ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('boutique.update'::public.permission) AS my_boutique_ids))));

CREATE POLICY "select_own_or_staff" ON "public"."waitlist_entries" FOR SELECT TO "authenticated" USING (((customer_id = ( SELECT auth.uid() AS uid)) OR (boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('fittings.read'::public.permission) AS my_boutique_ids))) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "delete_manager" ON "public"."working_hours" FOR DELETE TO "authenticated" USING ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('calendar.manage'::public.permission) AS my_boutique_ids))));

CREATE POLICY "insert_manager" ON "public"."working_hours" FOR INSERT TO "authenticated" WITH CHECK ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('calendar.manage'::public.permission) AS my_boutique_ids))));

CREATE POLICY "update_manager" ON "public"."working_hours" FOR UPDATE TO "authenticated" USING ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('calendar.manage'::public.permission) AS my_boutique_ids)))) WITH CHECK ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('calendar.manage'::public.permission) AS my_boutique_ids))));

COMMENT ON FUNCTION "private"."acts_as_admin"() IS 'private.is_admin(), for what money or a boutique depends on: PT403 second_factor_required from an admin who has not confirmed the session.';

COMMENT ON FUNCTION "private"."my_boutique_ids"(public.permission) IS 'Boutiques for which the caller has the permission now. In policies: boutique_id = any (array(select private.my_boutique_ids(''catalog.write''))), which runs once per statement.';

REVOKE ALL ON FUNCTION "private"."acts_as_admin"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."acts_as_admin"() TO "authenticated", "postgres", "service_role";
