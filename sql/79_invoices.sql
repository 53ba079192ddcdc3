-- Invoices, debit notes and credit notes: what was charged and given back, as it was printed. They are issued in the
-- transaction of the payment, of a plan's last, or of the refund; a job makes the PDF.

create type public.invoice_kind as enum ('invoice', 'debit_note', 'credit_note');
comment on type public.invoice_kind is
  'invoice: of an order that is paid; debit_note: of what a change of it cost more; credit_note: of money that goes back for it.';

create table public.invoices (
  id uuid primary key default private.uuid_v7(),
  order_id uuid not null,
  boutique_id uuid not null,
  customer_id uuid references public.profiles (id) on delete set null,
  kind public.invoice_kind not null,
  number bigint not null,
  number_text text not null,
  payment_id uuid references public.payments (id) on delete restrict,
  refund_id uuid,
  currency char(3) not null,
  total bigint not null,
  content jsonb not null,
  storage_path text unique,
  issued_at timestamptz not null default now(),
  constraint number_is_the_boutiques_of_its_kind unique (boutique_id, kind, number),
  constraint invoice_is_of_an_order_of_the_boutique
    foreign key (order_id, boutique_id) references public.orders (id, boutique_id) on delete restrict,
  constraint credit_note_is_of_a_refund_of_the_boutique
    foreign key (refund_id, boutique_id) references public.refunds (id, boutique_id) on delete restrict,
  constraint a_credit_note_has_a_refund check ((kind = 'credit_note') = (refund_id is not null)),
  constraint a_debit_note_has_a_payment check ((kind = 'debit_note') = (payment_id is not null)),
  constraint number_is_positive check (number > 0),
  constraint money_is_not_negative check (total >= 0),
  constraint currency_is_iso_4217 check (currency ~ '^[A-Z]{3}$'),
  constraint content_is_an_object check (jsonb_typeof(content) = 'object')
);
comment on table public.invoices is 'Invoices, debit notes and credit notes of orders. Never changed and never deleted: accounts are kept, also of customers who are gone.';
comment on column public.invoices.customer_id is 'Null when the customer has deleted her account.';
comment on column public.invoices.number is 'Counted per boutique and kind, without a gap.';
comment on column public.invoices.number_text is 'The number as it is printed: prefix and at least six digits.';
comment on column public.invoices.payment_id is 'What a debit note is about.';
comment on column public.invoices.refund_id is 'What a credit note is about.';
comment on column public.invoices.total is 'Charged, or given back by a credit note; in minor units of the currency.';
comment on column public.invoices.content is 'All that is printed, as it was when it was issued: seller, buyer, lines, taxes.';
comment on column public.invoices.storage_path is 'The PDF in the bucket invoices; null until a job has made it.';
create unique index one_invoice_of_an_order on public.invoices (order_id) where kind = 'invoice';
create unique index one_debit_note_of_a_payment on public.invoices (payment_id);
create unique index one_credit_note_of_a_refund on public.invoices (refund_id);
create index invoices_order_id_idx on public.invoices (order_id, boutique_id);
create index invoices_refund_id_idx on public.invoices (refund_id, boutique_id);
create index invoices_boutique_id_idx on public.invoices (boutique_id, issued_at desc, id desc);
create index invoices_customer_id_idx on public.invoices (customer_id, issued_at desc);

alter table public.invoices enable row level security;
revoke all on public.invoices from anon, authenticated, service_role;
grant select on public.invoices to authenticated, service_role;
-- insert, update and delete are granted to nobody: triggers issue them, and the job notes where the PDF is.

create policy select_own_or_staff on public.invoices for select to authenticated
  using (
    customer_id = (select auth.uid())
    or boutique_id = any (array(select private.my_boutique_ids('orders.read')))
    or (select private.is_admin())
  );

create function private.my_invoice_paths() returns setof text
language plpgsql stable
rows 10
security definer -- asked by the policy of Storage; the policy of the table would be asked for every row again
set search_path = ''
as $$
begin
  return query select i.storage_path from public.invoices i where i.customer_id = auth.uid() and i.storage_path is not null;
end
$$;
comment on function private.my_invoice_paths() is 'Files of the caller''s own invoices, debit notes and credit notes.';
grant execute on function private.my_invoice_paths() to authenticated;

create function private.keep_invoice() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if tg_op = 'UPDATE' and (new.customer_id is null or new.customer_id = old.customer_id)
    and to_jsonb(new) - '{storage_path,customer_id}'::text[] = to_jsonb(old) - '{storage_path,customer_id}'::text[] then
    return new;
  end if;
  raise exception 'invoices is append-only.' using errcode = '42501', hint = 'append_only';
end
$$;
comment on function private.keep_invoice() is
  'Trigger: nothing of an invoice is changed, by nobody, but where its PDF is and that its customer is gone. SQLSTATE 42501.';

create trigger keep_invoice before update or delete on public.invoices
  for each row execute function private.keep_invoice();

-- What is printed -----------------------------------------------------------------------------------------------------

create function private.invoice_head(order_row public.orders) returns jsonb
language plpgsql stable
set search_path = ''
as $$
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
$$;
comment on function private.invoice_head(public.orders) is 'What invoice and credit note of an order have in common: seller, buyer, day.';

create function private.invoice_content(order_row public.orders) returns jsonb
language plpgsql stable
set search_path = ''
as $$
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
$$;
comment on function private.invoice_content(public.orders) is 'All that the invoice of an order says but its number; functions/_shared/documents has its schema.';

create function private.note_content(
  order_row public.orders, invoice public.invoices, kind public.invoice_kind, amount bigint, reason text, paid_with text[], taxes jsonb)
returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return private.invoice_head(order_row) || jsonb_build_object(
    'kind', kind, 'invoice_number', invoice.number_text, 'reason', reason,
    -- The buyer is who was charged, whatever her name is by now.
    'buyer', invoice.content -> 'buyer', 'prices_include_tax', true, 'lines', '[]'::jsonb,
    'subtotal', amount, 'discount', 0, 'shipping', null, 'paid_with', to_jsonb(paid_with), 'taxes', taxes, 'total', amount);
end
$$;
comment on function private.note_content(public.orders, public.invoices, public.invoice_kind, bigint, text, text[], jsonb) is
  'As invoice_content, of an amount that was charged or given back later. taxes: what is in it, as in invoice_content.';

create function private.debit_note_taxes(order_row public.orders, amount bigint) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return coalesce((
    select jsonb_agg(jsonb_build_object('name', a.label, 'basis_points', a.tax_basis_points,
      'amount', round(a.amount::numeric * debit_note_taxes.amount / order_row.total)) order by a.tax_basis_points desc)
    from public.order_adjustments a where a.order_id = order_row.id and a.kind = 'tax' and order_row.total > 0), '[]');
end
$$;
comment on function private.debit_note_taxes(public.orders, bigint) is
  'The taxes in what a change costs more: their share of the order as it is now, rounded half up.';

create function private.credit_note_taxes(order_id uuid, amount bigint) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return (
    with printed as (
      select i.kind, i.total, t.tax ->> 'name' as name, (t.tax ->> 'basis_points')::integer as basis_points, (t.tax ->> 'amount')::numeric as tax
      from public.invoices i
      left join lateral jsonb_array_elements(i.content -> 'taxes') t (tax) on true
      where i.order_id = credit_note_taxes.order_id
    ),
    totals as (
      select coalesce(sum(i.total) filter (where i.kind <> 'credit_note'), 0) as charged,
        coalesce(sum(i.total) filter (where i.kind = 'credit_note'), 0) + amount as credited
      from public.invoices i where i.order_id = credit_note_taxes.order_id
    ),
    shares as (
      select p.name, p.basis_points,
        round(coalesce(sum(p.tax) filter (where p.kind <> 'credit_note'), 0) * t.credited / t.charged)
          - coalesce(sum(p.tax) filter (where p.kind = 'credit_note'), 0) as share
      from printed p cross join totals t
      where p.name is not null
      group by p.name, p.basis_points, t.credited, t.charged
    )
    select coalesce(jsonb_agg(jsonb_build_object('name', s.name, 'basis_points', s.basis_points, 'amount', s.share) order by s.basis_points desc), '[]')
    from shares s);
end
$$;
comment on function private.credit_note_taxes(uuid, bigint) is
  'The taxes in what is given back: their share of all that was charged, less what earlier credit notes have, so that the credit notes of an order that is paid back add up to its taxes.';

-- Issuing -------------------------------------------------------------------------------------------------------------

create function private.issue_document(
  order_row public.orders, kind public.invoice_kind, total bigint, content jsonb, payment_id uuid default null, refund_id uuid default null)
returns void
language plpgsql volatile
set search_path = ''
as $$
declare
  v_number bigint := private.next_number(order_row.boutique_id, kind::text::private.document_kind);
  v_text text := private.number_text(order_row.boutique_id, v_number);
  v_id uuid;
begin
  insert into public.invoices (order_id, boutique_id, customer_id, kind, number, number_text, payment_id, refund_id, currency, total, content)
  values (order_row.id, order_row.boutique_id, order_row.customer_id, issue_document.kind, v_number, v_text,
    issue_document.payment_id, issue_document.refund_id, order_row.currency, issue_document.total, issue_document.content || jsonb_build_object('number', v_text))
  returning id into v_id;
  perform private.enqueue('document.render', jsonb_build_object('invoice_id', v_id), jsonb_build_object('group', order_row.boutique_id));
end
$$;
comment on function private.issue_document(public.orders, public.invoice_kind, bigint, jsonb, uuid, uuid) is 'Writes an invoice, a debit note or a credit note with the next number of its kind, and has its PDF made.';

create function private.issue_invoice() returns trigger
language plpgsql
security definer -- whoever settles the payment, nobody may write invoices
set search_path = ''
as $$
begin
  if not exists (select from public.payment_plans p where p.order_id = new.id) then
    perform private.issue_document(new, 'invoice', new.total, private.invoice_content(new));
  end if;
  return null;
end
$$;
comment on function private.issue_invoice() is 'Trigger: an order that becomes paid has an invoice; one that is paid by a plan has it with its last part.';

create trigger issue_invoice after update of paid_at on public.orders
  for each row when (old.paid_at is null and new.paid_at is not null) execute function private.issue_invoice();

create function private.issue_debit_note(payment public.payments) returns void
language plpgsql volatile
set search_path = ''
as $$
declare
  v_order public.orders;
  v_invoice public.invoices;
begin
  select * into v_order from public.orders o where o.id = payment.order_id;
  select * into v_invoice from public.invoices i where i.order_id = v_order.id and i.kind = 'invoice';
  if found then
    perform private.issue_document(v_order, 'debit_note', payment.amount, private.note_content(v_order, v_invoice, 'debit_note',
      payment.amount, null, array[payment.method], private.debit_note_taxes(v_order, payment.amount)), payment_id => payment.id);
  end if;
end
$$;
comment on function private.issue_debit_note(public.payments) is 'For what a change of an order cost more, or for an instalment that comes when it is not needed any more and goes back. Nothing when the order has no invoice.';

create function private.issue_credit_note(refund public.refunds) returns void
language plpgsql volatile
set search_path = ''
as $$
declare
  v_order public.orders;
  v_invoice public.invoices;
begin
  select * into v_order from public.orders o where o.id = refund.order_id;
  select * into v_invoice from public.invoices i where i.order_id = v_order.id and i.kind = 'invoice';
  if found then
    perform private.issue_document(v_order, 'credit_note', refund.amount, private.note_content(v_order, v_invoice, 'credit_note',
      refund.amount, refund.reason, '{}', private.credit_note_taxes(v_order.id, refund.amount)), refund_id => refund.id);
  end if;
end
$$;
comment on function private.issue_credit_note(public.refunds) is 'For money that goes back. Nothing when the order has no invoice.';

create function private.issue_invoice_of_plan() returns trigger
language plpgsql
security definer -- as issue_invoice
set search_path = ''
as $$
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
$$;
comment on function private.issue_invoice_of_plan() is 'Trigger: an order whose plan is paid, and of which no change is to be paid any more, has an invoice, and credit notes for what was given back as a courtesy before.';

create trigger issue_invoice_of_plan after update of state on public.payment_plans
  for each row when (old.state <> 'paid' and new.state = 'paid') execute function private.issue_invoice_of_plan();
-- After issue_debit_note: what was paid before the invoice is in it.
create trigger issue_invoice_of_plan after update of state on public.payments
  for each row when (old.state = 'pending' and new.state <> 'pending' and new.purpose = 'change') execute function private.issue_invoice_of_plan();

create function private.issue_note() returns trigger
language plpgsql
security definer -- as issue_invoice
set search_path = ''
as $$
begin
  if tg_table_name = 'payments' then
    perform private.issue_debit_note(new);
  else
    perform private.issue_credit_note(new);
  end if;
  return null;
end
$$;
comment on function private.issue_note() is
  'Trigger: what a change of an order cost more has a debit note when it is paid; money that goes back has a credit note.';

create trigger issue_debit_note after update of state on public.payments
  for each row when (old.state <> 'succeeded' and new.state = 'succeeded' and (new.purpose = 'change' or (new.purpose = 'instalment' and old.state = 'cancelled')))
  execute function private.issue_note();
create trigger issue_credit_note after insert on public.refunds
  for each row execute function private.issue_note();
