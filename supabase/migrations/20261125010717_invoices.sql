set local check_function_bodies = off;

DROP TRIGGER "audit_delete" ON "public"."orders";

DROP TRIGGER "audit_insert" ON "public"."orders";

DROP TRIGGER "audit_update" ON "public"."orders";

DROP TRIGGER "emit_order_moved" ON "public"."orders";

DROP TRIGGER "notify_of_order" ON "public"."orders";

DROP TRIGGER "audit_delete" ON "public"."refunds";

DROP TRIGGER "audit_insert" ON "public"."refunds";

DROP TRIGGER "audit_update" ON "public"."refunds";

CREATE TABLE "public"."invoices" ("order_id" uuid NOT NULL, "boutique_id" uuid NOT NULL, "customer_id" uuid, "number" bigint NOT NULL, "number_text" text NOT NULL, "refund_id" uuid, "currency" character(3) NOT NULL, "total" bigint NOT NULL, "content" jsonb NOT NULL, "storage_path" text, "issued_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "content_is_an_object" CHECK ((jsonb_typeof(content) = 'object'::text)), CONSTRAINT "currency_is_iso_4217" CHECK ((currency ~ '^[A-Z]{3}$'::text)), CONSTRAINT "invoices_storage_path_key" UNIQUE (storage_path), CONSTRAINT "money_is_not_negative" CHECK ((total >= 0)), CONSTRAINT "number_is_positive" CHECK ((number > 0)), "id" uuid NOT NULL DEFAULT private.uuid_v7(), CONSTRAINT "invoices_pkey" PRIMARY KEY (id));

ALTER TABLE "public"."invoices" ENABLE ROW LEVEL SECURITY;

CREATE TYPE "public"."invoice_kind" AS ENUM ('invoice', 'credit_note');

ALTER TABLE "public"."invoices" ADD COLUMN "kind" public.invoice_kind NOT NULL;

CREATE OR REPLACE FUNCTION private.credit_note_content(order_row public.orders, invoice public.invoices, refund public.refunds)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  v_before bigint;
begin
  select coalesce(sum(n.total), 0) into v_before from public.invoices n where n.order_id = order_row.id and n.kind = 'credit_note';
  return private.invoice_head(order_row) || jsonb_build_object(
    'kind', 'credit_note', 'invoice_number', invoice.number_text, 'reason', refund.reason,
    -- The buyer is who was charged, whatever her name is by now.
    'buyer', invoice.content -> 'buyer', 'prices_include_tax', true, 'lines', '[]'::jsonb,
    'subtotal', refund.amount, 'discount', 0, 'shipping', null, 'paid_with', '[]'::jsonb,
    -- Its share of every tax. Shares are differences of sums, so that those of all credit notes add up to the tax.
    'taxes', coalesce((
      select jsonb_agg(t.tax || jsonb_build_object('amount',
        round((t.tax ->> 'amount')::numeric * (v_before + refund.amount) / invoice.total)
        - round((t.tax ->> 'amount')::numeric * v_before / invoice.total)))
      from jsonb_array_elements(invoice.content -> 'taxes') t (tax)), '[]'),
    'total', refund.amount);
end
$function$;

CREATE OR REPLACE FUNCTION private.delete_account()
 RETURNS public.account_deletions
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_deletion public.account_deletions;
  v_blocker record;
begin
  -- A rental, an appointment or an order that is just being made holds the profile, so that one of the two sees the other
  -- (refuse_leaver).
  perform from public.profiles p where p.id = auth.uid() for update;
  if not found then
    perform private.raise_error(401, 'sign_in_required', 'Sign in to delete your account.');
  end if;
  select * into v_deletion from public.account_deletions d where d.user_id = auth.uid();
  if found then
    return v_deletion;
  end if;
  for v_blocker in select * from private.erasure_blockers(auth.uid()) limit 1 loop
    perform private.raise_error(409, v_blocker.code, v_blocker.message, v_blocker.detail);
  end loop;
  insert into public.account_deletions (user_id, due_at) values (auth.uid(), now() + interval '14 days')
  returning * into v_deletion;
  perform private.enqueue('mail.account_deletion', jsonb_build_object('user_id', v_deletion.user_id));
  perform private.enqueue('privacy.erase_account', jsonb_build_object('user_id', v_deletion.user_id),
    jsonb_build_object('start_after', v_deletion.due_at));
  return v_deletion;
end
$function$;

CREATE OR REPLACE FUNCTION private.forget_buyer()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  case tg_table_name
    when 'order_groups' then
      new.shipping_address := null;
    when 'orders' then
      new.customer_note := '';
      new.state_reason := private.reason_of_nobody(new.state_reason, '');
    when 'refunds' then
      new.reason := private.reason_of_nobody(new.reason, 'removed');
    else
      new.reason := private.reason_of_nobody(new.reason, '');
  end case;
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION private.invoice_content(order_row public.orders)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return private.invoice_head(order_row) || jsonb_build_object(
    'kind', 'invoice', 'invoice_number', null, 'reason', null,
    'prices_include_tax', order_row.prices_include_tax,
    'lines', coalesce((
      select jsonb_agg(jsonb_build_object(
        'name', i.product_name, 'size', i.size, 'color', i.color, 'sku', i.sku,
        'first_day', lower(i.period), 'last_day', upper(i.period) - 1,
        'quantity', i.quantity - i.cancelled_quantity, 'unit_price', i.unit_price, 'discount', i.discount,
        'tax_basis_points', i.tax_basis_points, 'amount', i.unit_price * (i.quantity - i.cancelled_quantity) - i.discount) order by i.id)
      from public.order_items i where i.order_id = order_row.id and i.quantity > i.cancelled_quantity), '[]'),
    'subtotal', order_row.subtotal, 'discount', order_row.discount_total,
    'shipping', (
      select jsonb_build_object('name', a.label, 'amount', a.amount)
      from public.order_adjustments a where a.order_id = order_row.id and a.kind = 'shipping' order by a.id limit 1),
    'taxes', coalesce((
      select jsonb_agg(jsonb_build_object('name', a.label, 'basis_points', a.tax_basis_points, 'amount', a.amount) order by a.tax_basis_points desc)
      from public.order_adjustments a where a.order_id = order_row.id and a.kind = 'tax'), '[]'),
    'total', order_row.total,
    'paid_with', array(
      select p.method from public.payments p
      where p.group_id = order_row.group_id and p.state = 'succeeded' and (p.order_id is null or p.order_id = order_row.id)
      union
      select 'gift_card' where private.paid_by_gift_cards(order_row.id) > 0
      order by 1));
end
$function$;

CREATE OR REPLACE FUNCTION private.invoice_head(order_row public.orders)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return (
    select jsonb_build_object(
      'issued_on', (now() at time zone b.timezone)::date,
      'locale', coalesce(p.locale, 'en'),
      'order_number', order_row.number_text,
      'seller', jsonb_build_object('name', coalesce(nullif(btrim(c.legal_name), ''), b.name), 'address', c.legal_address, 'tax_number', c.tax_number),
      'buyer', jsonb_build_object(
        'name', coalesce(nullif(g.shipping_address ->> 'recipient', ''), p.display_name, ''),
        'address', array_remove(array[
          g.shipping_address ->> 'line_1', nullif(g.shipping_address ->> 'line_2', ''),
          nullif(concat_ws(' ', nullif(g.shipping_address ->> 'postal_code', ''), g.shipping_address ->> 'city',
            nullif(g.shipping_address ->> 'region', '')), '')], null),
        'country', g.shipping_address ->> 'country'),
      'currency', order_row.currency)
    from public.boutiques b
    join public.commerce_policies c on c.boutique_id = b.id
    join public.order_groups g on g.id = order_row.group_id
    left join public.profiles p on p.id = order_row.customer_id
    where b.id = order_row.boutique_id);
end
$function$;

CREATE OR REPLACE FUNCTION private.issue_credit_note()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_order public.orders;
  v_invoice public.invoices;
begin
  select * into v_invoice from public.invoices i where i.order_id = new.order_id and i.kind = 'invoice';
  if found then
    select * into v_order from public.orders o where o.id = new.order_id;
    perform private.issue_document(v_order, 'credit_note', new.id, new.amount, private.credit_note_content(v_order, v_invoice, new));
  end if;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.issue_document(order_row public.orders, kind public.invoice_kind, refund_id uuid, total bigint, content jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_number bigint := private.next_number(order_row.boutique_id, kind::text::private.document_kind);
  v_text text := private.number_text(order_row.boutique_id, v_number);
  v_id uuid;
begin
  insert into public.invoices (order_id, boutique_id, customer_id, kind, number, number_text, refund_id, currency, total, content)
  values (order_row.id, order_row.boutique_id, order_row.customer_id, issue_document.kind, v_number, v_text, issue_document.refund_id,
    order_row.currency, issue_document.total, issue_document.content || jsonb_build_object('number', v_text))
  returning id into v_id;
  perform private.enqueue('document.render', jsonb_build_object('invoice_id', v_id), jsonb_build_object('group', order_row.boutique_id));
end
$function$;

CREATE OR REPLACE FUNCTION private.issue_invoice()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.issue_document(new, 'invoice', null, new.total, private.invoice_content(new));
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.keep_invoice()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  if tg_op = 'UPDATE' and (new.customer_id is null or new.customer_id = old.customer_id)
    and to_jsonb(new) - '{storage_path,customer_id}'::text[] = to_jsonb(old) - '{storage_path,customer_id}'::text[] then
    return new;
  end if;
  raise exception 'invoices is append-only.' using errcode = '42501', hint = 'append_only';
end
$function$;

CREATE OR REPLACE FUNCTION private.my_invoice_paths()
 RETURNS SETOF text
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER ROWS 10
 SET search_path TO ''
AS $function$
begin
  return query select i.storage_path from public.invoices i where i.customer_id = auth.uid() and i.storage_path is not null;
end
$function$;

CREATE OR REPLACE FUNCTION private.notify_of_order()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_group jsonb := jsonb_build_object('group', new.boutique_id);
begin
  if new.state = 'paid' then
    perform private.notify('order_paid', new.id, v_group);
  else
    -- It may be cancelled a second time: paid after its hold had ended, and called off then.
    perform private.notify('order_cancelled', new.id,
      v_group || case when new.paid_at is null then '{}'::jsonb else '{"occasion": "after_payment"}' end);
  end if;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.notify_of_refund()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_group jsonb := jsonb_build_object('group', new.boutique_id);
begin
  if new.state = 'paid' then
    perform private.notify('refund_paid', new.id, v_group);
  end if;
  -- She has paid for what was cancelled before. Other refunds are told with what they come from, and by their credit note.
  if tg_op = 'INSERT' and new.reason in ('sold_out_before_payment', 'cancelled_before_payment') and exists (
    select from public.orders o
    where o.id = new.order_id and o.state = 'cancelled' and o.paid_at is null and o.state_reason <> 'sold_out_before_payment') then
    perform private.notify('order_cancelled', new.order_id, v_group || '{"occasion": "paid_too_late"}');
  end if;
  return null;
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

CREATE OR REPLACE FUNCTION private.reason_of_nobody(reason text, otherwise text)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
begin
  return case when reason ~ '^[a-z_]*$' then reason else otherwise end;
end
$function$;

CREATE OR REPLACE FUNCTION private.remind_of_carts()
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_cart uuid;
  v_count integer := 0;
begin
  for v_cart in
    update public.carts c set reminded_at = now()
    where c.id = any (array(
      select x.id from public.carts x
      where x.state = 'open' and x.reminded_at is null
        and x.updated_at between now() - interval '3 days' and now() - interval '4 hours'
        and exists (select from public.cart_items i where i.cart_id = x.id)
        and private.wants(x.customer_id, 'marketing', 'email')
      order by x.updated_at
      limit 1000
      for update skip locked))
    returning c.id
  loop
    perform private.notify('cart_abandoned', v_cart);
    v_count := v_count + 1;
  end loop;
  return v_count;
end
$function$;

ALTER TABLE "public"."invoices" ADD CONSTRAINT "a_credit_note_has_a_refund" CHECK (((kind = 'credit_note'::public.invoice_kind) = (refund_id IS NOT NULL)));

ALTER TABLE "public"."invoices" ADD CONSTRAINT "credit_note_is_of_a_refund_of_the_boutique" FOREIGN KEY (refund_id, boutique_id) REFERENCES public.refunds(id, boutique_id) ON DELETE RESTRICT;

ALTER TABLE "public"."invoices" ADD CONSTRAINT "invoice_is_of_an_order_of_the_boutique" FOREIGN KEY (order_id, boutique_id) REFERENCES public.orders(id, boutique_id) ON DELETE RESTRICT;

ALTER TABLE "public"."invoices" ADD CONSTRAINT "invoices_customer_id_fkey" FOREIGN KEY (customer_id) REFERENCES public.profiles(id) ON DELETE SET NULL;

ALTER TABLE "public"."invoices" ADD CONSTRAINT "number_is_the_boutiques_of_its_kind" UNIQUE (boutique_id, kind, number);

ALTER TABLE "public"."orders" ADD CONSTRAINT "only_an_order_that_is_over_loses_its_customer" CHECK (((customer_id IS NOT NULL) OR (state <> ALL (ARRAY['pending'::public.order_state, 'paid'::public.order_state, 'part_fulfilled'::public.order_state]))));

CREATE INDEX invoices_customer_id_idx ON public.invoices USING btree (customer_id, issued_at DESC);

CREATE INDEX invoices_order_id_idx ON public.invoices USING btree (order_id, boutique_id);

CREATE INDEX invoices_refund_id_idx ON public.invoices USING btree (refund_id, boutique_id);

CREATE UNIQUE INDEX one_credit_note_of_a_refund ON public.invoices USING btree (refund_id);

CREATE UNIQUE INDEX one_invoice_of_an_order ON public.invoices USING btree (order_id) WHERE (kind = 'invoice'::public.invoice_kind);

CREATE TRIGGER keep_invoice BEFORE DELETE OR UPDATE ON public.invoices FOR EACH ROW EXECUTE FUNCTION private.keep_invoice();

CREATE TRIGGER forget_customer BEFORE UPDATE ON public.order_events FOR EACH ROW WHEN (((old.customer_id IS NOT NULL) AND (new.customer_id IS NULL))) EXECUTE FUNCTION private.forget_buyer();

CREATE TRIGGER refuse_leaver BEFORE INSERT ON public.order_groups FOR EACH ROW EXECUTE FUNCTION private.refuse_leaver();

CREATE TRIGGER audit_delete AFTER DELETE ON public.orders REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', 'customer_note,state_reason');

CREATE TRIGGER audit_insert AFTER INSERT ON public.orders REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', 'customer_note,state_reason');

CREATE TRIGGER audit_update AFTER UPDATE ON public.orders REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', 'customer_note,state_reason');

CREATE TRIGGER emit_order_moved AFTER UPDATE OF state ON public.orders FOR EACH ROW WHEN (((old.state IS DISTINCT FROM new.state) AND (new.state = ANY (ARRAY['paid'::public.order_state, 'fulfilled'::public.order_state, 'completed'::public.order_state, 'cancelled'::public.order_state, 'refunded'::public.order_state])) AND ((new.state <> 'paid'::public.order_state) OR (old.paid_at IS NULL)))) EXECUTE FUNCTION private.emit_order_event();

CREATE TRIGGER issue_invoice AFTER UPDATE OF paid_at ON public.orders FOR EACH ROW WHEN (((old.paid_at IS NULL) AND (new.paid_at IS NOT NULL))) EXECUTE FUNCTION private.issue_invoice();

CREATE TRIGGER notify_of_order AFTER UPDATE OF state ON public.orders FOR EACH ROW WHEN (((old.state IS DISTINCT FROM new.state) AND ((new.state = 'cancelled'::public.order_state) OR ((new.state = 'paid'::public.order_state) AND (old.paid_at IS NULL))))) EXECUTE FUNCTION private.notify_of_order();

CREATE TRIGGER audit_delete AFTER DELETE ON public.refunds REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', 'reason');

CREATE TRIGGER audit_insert AFTER INSERT ON public.refunds REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', 'reason');

CREATE TRIGGER audit_update AFTER UPDATE ON public.refunds REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', 'reason');

CREATE TRIGGER forget_customer BEFORE UPDATE ON public.refunds FOR EACH ROW WHEN (((old.customer_id IS NOT NULL) AND (new.customer_id IS NULL))) EXECUTE FUNCTION private.forget_buyer();

CREATE TRIGGER issue_credit_note AFTER INSERT ON public.refunds FOR EACH ROW EXECUTE FUNCTION private.issue_credit_note();

CREATE TRIGGER notify_of_new_refund AFTER INSERT ON public.refunds FOR EACH ROW EXECUTE FUNCTION private.notify_of_refund();

CREATE TRIGGER notify_of_paid_refund AFTER UPDATE OF state ON public.refunds FOR EACH ROW WHEN (((old.state = 'due'::public.refund_state) AND (new.state = 'paid'::public.refund_state))) EXECUTE FUNCTION private.notify_of_refund();

CREATE POLICY "select_own_or_staff" ON "public"."invoices" FOR SELECT TO "authenticated" USING (((customer_id = ( SELECT auth.uid() AS uid)) OR (boutique_id IN ( SELECT private.my_boutique_ids('orders.read'::public.permission) AS my_boutique_ids)) OR ( SELECT private.is_admin() AS is_admin)));

COMMENT ON COLUMN "public"."carts"."reminded_at" IS 'When she was reminded of it: once for good, whatever she does with it afterwards.';

COMMENT ON COLUMN "public"."invoices"."content" IS 'All that is printed, as it was when it was issued: seller, buyer, lines, taxes.';

COMMENT ON COLUMN "public"."invoices"."customer_id" IS 'Null when the customer has deleted her account.';

COMMENT ON COLUMN "public"."invoices"."number" IS 'Counted per boutique and kind, without a gap.';

COMMENT ON COLUMN "public"."invoices"."number_text" IS 'The number as it is printed: prefix and at least six digits.';

COMMENT ON COLUMN "public"."invoices"."refund_id" IS 'What a credit note is about.';

COMMENT ON COLUMN "public"."invoices"."storage_path" IS 'The PDF in the bucket invoices; null until a job has made it.';

COMMENT ON COLUMN "public"."invoices"."total" IS 'Charged, or given back by a credit note; in minor units of the currency.';

COMMENT ON FUNCTION "private"."credit_note_content"(public.orders, public.invoices, public.refunds) IS 'As invoice_content, of a refund.';

COMMENT ON FUNCTION "private"."forget_buyer"() IS 'Trigger: when the account of a customer goes, so does where she lives, what she has written and what was written of her. Invoices are kept as they are.';

COMMENT ON FUNCTION "private"."invoice_content"(public.orders) IS 'All that the invoice of an order says but its number; functions/_shared/documents has its schema.';

COMMENT ON FUNCTION "private"."invoice_head"(public.orders) IS 'What invoice and credit note of an order have in common: seller, buyer, day.';

COMMENT ON FUNCTION "private"."issue_credit_note"() IS 'Trigger: money that goes back for an order that has an invoice has a credit note.';

COMMENT ON FUNCTION "private"."issue_document"(public.orders, public.invoice_kind, uuid, bigint, jsonb) IS 'Writes an invoice or a credit note with the next number of its kind, and has its PDF made.';

COMMENT ON FUNCTION "private"."issue_invoice"() IS 'Trigger: an order that becomes paid has an invoice.';

COMMENT ON FUNCTION "private"."keep_invoice"() IS 'Trigger: nothing of an invoice is changed, by nobody, but where its PDF is and that its customer is gone. SQLSTATE 42501.';

COMMENT ON FUNCTION "private"."my_invoice_paths"() IS 'Files of the caller''s own invoices and credit notes.';

COMMENT ON FUNCTION "private"."notify_of_refund"() IS 'Trigger: tells the customer that her money is on its way back, and that a payment came too late.';

COMMENT ON FUNCTION "private"."reason_of_nobody"(text, text) IS 'A reason that Nexus has given, such as hold_expired, as it is; for one that a person has written, the other text.';

COMMENT ON FUNCTION "private"."refuse_leaver"() IS 'Trigger: who is about to be forgotten rents, books and orders nothing, and waits for nothing. PT409 account_leaves.';

COMMENT ON FUNCTION "private"."remind_of_carts"() IS 'Tells customers who want offers by mail of carts that they have left for four hours to three days, each once for good. How many; called by the job cart.remind.';

COMMENT ON TABLE "public"."invoices" IS 'Invoices and credit notes of orders. Never changed and never deleted: accounts are kept, also of customers who are gone.';

COMMENT ON TYPE "public"."invoice_kind" IS 'invoice: of an order that is paid; credit_note: of money that goes back for one.';

REVOKE ALL ON FUNCTION "private"."credit_note_content"(public.orders, public.invoices, public.refunds) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."credit_note_content"(public.orders, public.invoices, public.refunds) TO "postgres";

REVOKE ALL ON FUNCTION "private"."invoice_content"(public.orders) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."invoice_content"(public.orders) TO "postgres";

REVOKE ALL ON FUNCTION "private"."invoice_head"(public.orders) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."invoice_head"(public.orders) TO "postgres";

REVOKE ALL ON FUNCTION "private"."issue_credit_note"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."issue_credit_note"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."issue_document"(public.orders, public.invoice_kind, uuid, bigint, jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."issue_document"(public.orders, public.invoice_kind, uuid, bigint, jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "private"."issue_invoice"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."issue_invoice"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."keep_invoice"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."keep_invoice"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."my_invoice_paths"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."my_invoice_paths"() TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."notify_of_refund"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."notify_of_refund"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."reason_of_nobody"(text, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."reason_of_nobody"(text, text) TO "postgres";

GRANT SELECT ON TABLE "public"."invoices" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."invoices" TO "postgres";

GRANT SELECT ON TABLE "public"."invoices" TO "service_role";

GRANT USAGE ON TYPE "public"."invoice_kind" TO "postgres";

CREATE INDEX invoices_boutique_id_idx ON public.invoices USING btree (boutique_id, issued_at DESC, id DESC);

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
  ('document.render', '{"invoice_id":"uuid"}', 1800, null);

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
  ('part_refunded', 'part_fulfilled', 'Something goes out again as an exchange.'),
  ('part_refunded', 'fulfilled', 'The rest has left.'),
  ('part_refunded', 'refunded', 'The rest was paid back, too.'),
  ('part_refunded', 'completed', 'The time for returns is over.')
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
