-- Orders: what was promised for what money. A checkout makes an order group with one order per boutique. States move along
-- public.order_transitions only, and every move is logged. Functions of their own files: 77 price, 78 checkout and life,
-- 79 check.

create type public.order_state as enum (
  'pending', 'paid', 'part_fulfilled', 'fulfilled', 'completed', 'cancelled', 'part_refunded', 'refunded');
comment on type public.order_state is
  'pending: waits for its payment until hold_expires_at; paid: or the first part of it, see payment_plans; part_fulfilled, fulfilled: some or all of it has left the boutique; completed: over, nothing can come back; cancelled: called off before it left; part_refunded, refunded: paid back after it left.';

-- order_transitions ---------------------------------------------------------------------------------------------------

create table public.order_transitions (
  from_state public.order_state not null,
  to_state public.order_state not null,
  description text not null,
  primary key (from_state, to_state),
  constraint a_move_goes_somewhere check (from_state <> to_state)
);
comment on table public.order_transitions is 'Moves that an order may make. A trigger refuses every other, whoever tries.';

alter table public.order_transitions enable row level security;
revoke all on public.order_transitions from anon, authenticated, service_role;
grant select on public.order_transitions to anon, authenticated, service_role;

create policy select_all on public.order_transitions for select to anon, authenticated using (true);

-- order_groups --------------------------------------------------------------------------------------------------------

create table public.order_groups (
  id uuid primary key default private.uuid_v7(),
  customer_id uuid references public.profiles (id) on delete set null,
  cart_id uuid unique references public.carts (id) on delete set null,
  currency char(3) not null,
  total bigint not null,
  gift_card_total bigint not null default 0,
  planned_total bigint not null default 0,
  amount_due bigint not null generated always as (total - gift_card_total - planned_total) stored,
  hold_expires_at timestamptz not null,
  paid_at timestamptz,
  wear_date date,
  shipping_address jsonb,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint money_is_not_negative check (least(total, gift_card_total, planned_total) >= 0 and gift_card_total + planned_total <= total),
  constraint currency_is_iso_4217 check (currency ~ '^[A-Z]{3}$'),
  constraint wear_date_is_a_day check (isfinite(wear_date)),
  constraint shipping_address_is_an_object check (jsonb_typeof(shipping_address) = 'object')
);
comment on table public.order_groups is 'One checkout: what a customer pays at once, with an order for each boutique.';
comment on column public.order_groups.customer_id is 'Null when the customer has deleted her account.';
comment on column public.order_groups.total is 'Of all its orders, in minor units of the currency.';
comment on column public.order_groups.gift_card_total is 'Paid with gift cards, in minor units.';
comment on column public.order_groups.planned_total is 'Of orders that are paid by a plan: what their instalments were to bring, in minor units.';
comment on column public.order_groups.amount_due is 'What is to be paid until hold_expires_at, in minor units.';
comment on column public.order_groups.hold_expires_at is 'Until when stock and garments wait for the payment.';
comment on column public.order_groups.shipping_address is 'Copy of the address, without its id; emptied when the customer deletes her account.';
create index order_groups_customer_id_idx on public.order_groups (customer_id, created_at desc, id desc);

-- orders --------------------------------------------------------------------------------------------------------------

create table public.orders (
  id uuid primary key default private.uuid_v7(),
  group_id uuid not null references public.order_groups (id) on delete restrict,
  boutique_id uuid not null references public.boutiques (id) on delete restrict,
  customer_id uuid references public.profiles (id) on delete set null,
  number bigint,
  number_text text,
  state public.order_state not null default 'pending',
  state_reason text not null default '',
  currency char(3) not null,
  prices_include_tax boolean not null,
  subtotal bigint not null,
  discount_total bigint not null default 0,
  shipping_total bigint not null default 0,
  tax_total bigint not null default 0,
  total bigint not null,
  deposit_total bigint not null default 0,
  paid_total bigint not null default 0,
  refunded_total bigint not null default 0,
  fee_total bigint not null default 0,
  shipping_method_id uuid,
  hold_expires_at timestamptz not null,
  expired_at timestamptz,
  paid_at timestamptz,
  fulfilled_at timestamptz,
  wear_date date,
  return_days integer not null,
  free_cancellation_hours integer not null,
  cancellation_fee_percent integer not null,
  customer_note text not null default '',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  -- Targets of the foreign keys that keep lines, shipments and returns within the order's boutique.
  constraint orders_id_boutique_id_key unique (id, boutique_id),
  constraint one_order_of_a_boutique_in_a_group unique (group_id, boutique_id),
  constraint number_is_the_boutiques unique (boutique_id, number),
  constraint order_ships_by_a_method_of_the_boutique
    foreign key (shipping_method_id, boutique_id) references public.shipping_methods (id, boutique_id) on delete restrict,
  constraint a_number_is_given_with_the_payment check ((number is null) = (paid_at is null) and (number is null) = (number_text is null)),
  constraint only_an_order_that_is_over_loses_its_customer
    check (customer_id is not null or state not in ('pending', 'paid', 'part_fulfilled')),
  constraint a_paid_order_says_since_when check (paid_at is not null or state in ('pending', 'cancelled')),
  constraint total_is_the_sum check (
    total = subtotal - discount_total + shipping_total + case when prices_include_tax then 0 else tax_total end),
  constraint money_is_not_negative check (
    least(subtotal, discount_total, shipping_total, tax_total, total, deposit_total, paid_total, refunded_total, fee_total) >= 0),
  constraint no_more_is_refunded_than_was_paid check (refunded_total + fee_total <= paid_total),
  constraint currency_is_iso_4217 check (currency ~ '^[A-Z]{3}$'),
  constraint texts_are_bounded check (length(state_reason) <= 500 and length(customer_note) <= 2000)
);
comment on table public.orders is 'What one boutique was asked for in a checkout. Staff of a boutique see theirs and nothing of the others.';
comment on column public.orders.customer_id is 'Null when the customer has deleted her account.';
comment on column public.orders.number is 'Counted per boutique among its paid orders, without a gap; null until it is paid.';
comment on column public.orders.number_text is 'The number as it is printed: prefix and at least six digits.';
comment on column public.orders.state_reason is 'Why it is in its state.';
comment on column public.orders.subtotal is 'Sum of the lines before discounts, in minor units of the currency.';
comment on column public.orders.tax_total is 'Sum of the taxes of lines and shipping; part of the total, or added to it when prices are without tax.';
comment on column public.orders.deposit_total is 'Security deposits of its rentals; taken at pickup, not part of the total.';
comment on column public.orders.paid_total is 'What has arrived for it, in minor units, with gift cards: its part of the payment of the group, its instalments, and what changes cost. The total follows the lines; this follows the money.';
comment on column public.orders.refunded_total is 'Given back or about to be, in minor units; see refunds.';
comment on column public.orders.fee_total is 'Kept when it was cancelled, by the frozen policy, in minor units.';
comment on column public.orders.expired_at is 'When it was cancelled because nobody had paid in time; a payment that comes later may revive it. Null for what was called off.';
comment on column public.orders.return_days is 'Frozen from commerce_policies, as the two after it.';
create index orders_customer_id_idx on public.orders (customer_id, created_at desc, id desc);
create index orders_boutique_id_idx on public.orders (boutique_id, created_at desc, id desc);
create index orders_state_idx on public.orders (boutique_id, state, created_at desc);
create index orders_shipping_method_id_idx on public.orders (shipping_method_id, boutique_id);
create index orders_hold_expires_at_idx on public.orders (hold_expires_at) where state = 'pending';
create index orders_fulfilled_at_idx on public.orders (fulfilled_at) where state in ('fulfilled', 'part_refunded');

-- order_items ---------------------------------------------------------------------------------------------------------

create table public.order_items (
  id uuid primary key default private.uuid_v7(),
  order_id uuid not null,
  boutique_id uuid not null,
  customer_id uuid references public.profiles (id) on delete set null,
  variant_id uuid not null,
  kind public.order_line_kind not null,
  serialised boolean not null default false,
  product_name text not null,
  size text not null,
  color text not null,
  sku text not null,
  quantity integer not null,
  unit_price bigint not null,
  discount bigint not null default 0,
  tax_name text not null default '',
  tax_basis_points integer not null default 0,
  tax bigint not null default 0,
  period daterange,
  rental_id uuid unique references public.rentals (id) on delete restrict,
  deposit bigint not null default 0,
  promised_date date,
  fulfilled_quantity integer not null default 0,
  cancelled_quantity integer not null default 0,
  returned_quantity integer not null default 0,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint order_items_id_boutique_id_key unique (id, boutique_id),
  -- Target of the foreign key that keeps an exchange within the order.
  constraint order_items_id_order_id_key unique (id, order_id),
  constraint item_is_of_an_order_of_the_boutique
    foreign key (order_id, boutique_id) references public.orders (id, boutique_id) on delete restrict,
  constraint item_is_a_variant_of_the_boutique
    foreign key (variant_id, boutique_id) references public.product_variants (id, boutique_id) on delete restrict,
  constraint quantity_is_1_to_100 check (quantity between 1 and 100),
  constraint money_is_not_negative check (least(unit_price, discount, tax, deposit) >= 0 and discount <= unit_price * quantity),
  constraint tax_rate_is_up_to_100_percent check (tax_basis_points between 0 and 10000),
  constraint only_a_rental_has_a_period check ((kind = 'rental') = (period is not null) and (kind = 'rental') = (rental_id is not null)),
  constraint a_rental_is_of_one_garment check (kind <> 'rental' or quantity = 1),
  constraint a_promised_date_is_of_what_is_made check (kind = 'made_to_order' or promised_date is null),
  constraint what_left_and_what_was_cancelled_was_ordered check (
    fulfilled_quantity >= 0 and cancelled_quantity >= 0 and fulfilled_quantity + cancelled_quantity <= quantity),
  constraint what_came_back_had_left check (returned_quantity between 0 and fulfilled_quantity)
);
comment on table public.order_items is 'Line of an order, with name, prices and tax as they were when it was ordered.';
comment on column public.order_items.unit_price is 'Of one piece, or of a rental for all its days, in minor units of the order''s currency, before discounts.';
comment on column public.order_items.discount is 'Off the whole line, in minor units.';
comment on column public.order_items.tax is 'Of the whole line after its discount, in minor units, rounded half up.';
comment on column public.order_items.serialised is 'One of the garments of the variant is sold; see allocations of kind sale whose source is this line.';
comment on column public.order_items.deposit is 'Of a rental, in minor units.';
comment on column public.order_items.promised_date is 'When what is made to order is done, as was said at checkout.';
create index order_items_order_id_idx on public.order_items (order_id, boutique_id);
create index order_items_variant_id_idx on public.order_items (variant_id, boutique_id);
create index order_items_customer_id_idx on public.order_items (customer_id, created_at desc);

-- order_adjustments ---------------------------------------------------------------------------------------------------

create type public.order_adjustment_kind as enum ('discount', 'shipping', 'tax', 'fee');
comment on type public.order_adjustment_kind is 'discount: taken off the lines; shipping: the way to the customer; tax: one row per rate; fee: kept at a cancellation.';

create table public.order_adjustments (
  id uuid primary key default private.uuid_v7(),
  order_id uuid not null,
  boutique_id uuid not null,
  customer_id uuid references public.profiles (id) on delete set null,
  kind public.order_adjustment_kind not null,
  label text not null,
  amount bigint not null,
  tax_basis_points integer not null default 0,
  tax bigint not null default 0,
  source_id uuid,
  created_at timestamptz not null default now(),
  constraint adjustment_is_of_an_order_of_the_boutique
    foreign key (order_id, boutique_id) references public.orders (id, boutique_id) on delete restrict,
  constraint label_is_bounded check (length(label) <= 200),
  constraint amount_is_not_negative check (amount >= 0 and tax >= 0),
  constraint only_shipping_is_taxed check (tax = 0 or kind = 'shipping')
);
comment on table public.order_adjustments is 'What an order has beside its lines, for showing and for the invoice: discounts, shipping, taxes, fees.';
comment on column public.order_adjustments.amount is 'In minor units of the order''s currency, never negative: a discount is taken off.';
comment on column public.order_adjustments.tax_basis_points is 'Rate of a tax or of shipping.';
comment on column public.order_adjustments.source_id is 'The discount or shipping method.';
create index order_adjustments_order_id_idx on public.order_adjustments (order_id, boutique_id);
create index order_adjustments_customer_id_idx on public.order_adjustments (customer_id);

-- order_events --------------------------------------------------------------------------------------------------------

create table public.order_events (
  id uuid primary key default private.uuid_v7(),
  order_id uuid not null,
  boutique_id uuid not null,
  customer_id uuid references auth.users (id) on delete set null,
  from_state public.order_state,
  to_state public.order_state not null,
  reason text not null default '',
  detail jsonb not null default '{}',
  actor_id uuid default auth.uid() references auth.users (id) on delete set null,
  created_at timestamptz not null default now(),
  constraint event_is_of_an_order_of_the_boutique
    foreign key (order_id, boutique_id) references public.orders (id, boutique_id) on delete restrict,
  constraint detail_is_an_object check (jsonb_typeof(detail) = 'object')
);
comment on table public.order_events is 'Log of an order: every move of its state, and what was done with it, with who did it and why. Append-only; states are logged by a trigger.';
comment on column public.order_events.from_state is 'Null for the beginning; equal to to_state for what moved no state.';
comment on column public.order_events.actor_id is 'Null for a job, and when the account is gone.';
create index order_events_order_id_idx on public.order_events (order_id, boutique_id, created_at);
create index order_events_customer_id_idx on public.order_events (customer_id);
create index order_events_actor_id_idx on public.order_events (actor_id);

create trigger refuse_change before update or delete on public.order_events
  for each row when (pg_trigger_depth() = 0) execute function private.refuse_change();

-- Rights --------------------------------------------------------------------------------------------------------------

alter table public.order_groups enable row level security;
revoke all on public.order_groups from anon, authenticated, service_role;
grant select on public.order_groups to authenticated;
grant all on public.order_groups to service_role;
-- insert, update and delete are not granted: checkout makes it, functions that know the rules move it. So for all below.

create policy select_own on public.order_groups for select to authenticated
  using (customer_id = (select auth.uid()) or (select private.is_admin()));

alter table public.orders enable row level security;
revoke all on public.orders from anon, authenticated, service_role;
grant select on public.orders to authenticated;
grant all on public.orders to service_role;

create policy select_own_or_staff on public.orders for select to authenticated
  using (
    customer_id = (select auth.uid())
    or boutique_id = any (array(select private.my_boutique_ids('orders.read')))
    or (select private.is_admin())
  );

alter table public.order_items enable row level security;
revoke all on public.order_items from anon, authenticated, service_role;
grant select on public.order_items to authenticated;
grant all on public.order_items to service_role;

create policy select_own_or_staff on public.order_items for select to authenticated
  using (
    customer_id = (select auth.uid())
    or boutique_id = any (array(select private.my_boutique_ids('orders.read')))
    or (select private.is_admin())
  );

alter table public.order_adjustments enable row level security;
revoke all on public.order_adjustments from anon, authenticated, service_role;
grant select on public.order_adjustments to authenticated;
grant all on public.order_adjustments to service_role;

create policy select_own_or_staff on public.order_adjustments for select to authenticated
  using (
    customer_id = (select auth.uid())
    or boutique_id = any (array(select private.my_boutique_ids('orders.read')))
    or (select private.is_admin())
  );

alter table public.order_events enable row level security;
revoke all on public.order_events from anon, authenticated, service_role;
grant select on public.order_events to authenticated;
grant select, insert on public.order_events to service_role;

create policy select_own_or_staff on public.order_events for select to authenticated
  using (
    customer_id = (select auth.uid())
    or boutique_id = any (array(select private.my_boutique_ids('orders.read')))
    or (select private.is_admin())
  );

-- Numbers -------------------------------------------------------------------------------------------------------------

create type private.document_kind as enum ('order', 'invoice', 'debit_note', 'credit_note');

create table private.document_counters (
  boutique_id uuid not null references public.boutiques (id) on delete cascade,
  kind private.document_kind not null,
  last bigint not null,
  primary key (boutique_id, kind)
);
comment on table private.document_counters is 'The last number of each kind of document of a boutique. Its lock is held until the transaction ends: a number that is rolled back is given again, so there are no gaps.';
alter table private.document_counters enable row level security;
-- No policy and no grant: only functions of the owner reach it.

create function private.next_number(boutique_id uuid, kind private.document_kind) returns bigint
language plpgsql volatile
set search_path = ''
as $$
declare
  v_number bigint;
begin
  insert into private.document_counters as c (boutique_id, kind, last) values (next_number.boutique_id, next_number.kind, 1)
  on conflict on constraint document_counters_pkey do update set last = c.last + 1
  returning c.last into v_number;
  return v_number;
end
$$;
comment on function private.next_number(uuid, private.document_kind) is 'The next number of a boutique, without gaps. Take it last: others wait for it until the transaction ends.';

create function private.number_text(boutique_id uuid, number bigint) returns text
language plpgsql stable
set search_path = ''
as $$
begin
  return (
    select p.order_number_prefix || case when number < 1000000 then lpad(number::text, 6, '0') else number::text end
    from public.commerce_policies p where p.boutique_id = number_text.boutique_id);
end
$$;
comment on function private.number_text(uuid, bigint) is 'A number as it is printed: the boutique''s prefix and at least six digits.';

-- States --------------------------------------------------------------------------------------------------------------

create function private.guard_order_state() returns trigger
language plpgsql
security definer -- the log is not writable
set search_path = ''
as $$
begin
  if tg_op = 'INSERT' then
    if new.state <> 'pending' then
      perform private.raise_error(409, 'invalid_state', 'An order begins as pending.');
    end if;
    insert into public.order_events (order_id, boutique_id, customer_id, to_state, reason)
    values (new.id, new.boutique_id, new.customer_id, new.state, new.state_reason);
  else
    if not exists (select from public.order_transitions t where t.from_state = old.state and t.to_state = new.state) then
      perform private.raise_error(409, 'invalid_state', format('An order that is %s does not become %s.', old.state, new.state),
        jsonb_build_object('order_id', new.id, 'state', old.state));
    end if;
    insert into public.order_events (order_id, boutique_id, customer_id, from_state, to_state, reason)
    values (new.id, new.boutique_id, new.customer_id, old.state, new.state, new.state_reason);
  end if;
  return null;
end
$$;
comment on function private.guard_order_state() is 'Trigger: an order moves along order_transitions only, and every move is logged with actor and reason. PT409 invalid_state.';

create trigger guard_new_order after insert on public.orders
  for each row execute function private.guard_order_state();
create trigger guard_order_state after update of state on public.orders
  for each row when (old.state is distinct from new.state) execute function private.guard_order_state();

create function private.note_order_event(order_row public.orders, reason text, detail jsonb default '{}') returns void
language plpgsql volatile
set search_path = ''
as $$
begin
  insert into public.order_events (order_id, boutique_id, customer_id, from_state, to_state, reason, detail)
  values (order_row.id, order_row.boutique_id, order_row.customer_id, order_row.state, order_row.state, reason, detail);
end
$$;
comment on function private.note_order_event(public.orders, text, jsonb) is 'Logs something that was done with an order and moved no state.';

create function private.forget_buyer() returns trigger
language plpgsql
set search_path = ''
as $$
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
$$;
comment on function private.forget_buyer() is 'Trigger: when the account of a customer goes, so does where she lives, what she has written and what was written of her. Invoices are kept as they are.';

create function private.reason_of_nobody(reason text, otherwise text) returns text
language plpgsql immutable
set search_path = ''
as $$
begin
  return case when reason ~ '^[a-z_]*$' then reason else otherwise end;
end
$$;
comment on function private.reason_of_nobody(text, text) is 'A reason that Nexus has given, such as hold_expired, as it is; for one that a person has written, the other text.';

create trigger forget_customer before update on public.order_groups
  for each row when (old.customer_id is not null and new.customer_id is null) execute function private.forget_buyer();
create trigger forget_customer before update on public.orders
  for each row when (old.customer_id is not null and new.customer_id is null) execute function private.forget_buyer();
create trigger forget_customer before update on public.order_events
  for each row when (old.customer_id is not null and new.customer_id is null) execute function private.forget_buyer();

-- Messages ------------------------------------------------------------------------------------------------------------

create function private.notify_of_order() returns trigger
language plpgsql
security definer -- whoever moves the order, its customer is told
set search_path = ''
as $$
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
$$;
comment on function private.notify_of_order() is 'Trigger: tells the customer that her order is paid, or cancelled.';

create trigger notify_of_order after update of state on public.orders
  for each row when (old.state is distinct from new.state and (new.state = 'cancelled' or (new.state = 'paid' and old.paid_at is null)))
  execute function private.notify_of_order();

-- Events for webhooks -------------------------------------------------------------------------------------------------

create function private.emit_order_event() returns trigger
language plpgsql
security definer -- whoever moves the order, the event is written
set search_path = ''
as $$
begin
  perform private.emit_event(new.boutique_id, 'order.' || case new.state when 'pending' then 'placed' else new.state::text end, 'orders', new.id,
    jsonb_build_object('order_id', new.id, 'number', new.number_text, 'state', new.state, 'customer_id', new.customer_id,
      'total', new.total, 'currency', new.currency));
  return null;
end
$$;
comment on function private.emit_order_event() is 'Trigger: an order that is placed, paid, fulfilled, completed, cancelled or refunded is an event, order.<state>.';

create trigger emit_order_made after insert on public.orders
  for each row execute function private.emit_order_event();
create trigger emit_order_moved after update of state on public.orders
  for each row when (old.state is distinct from new.state
    and new.state in ('paid', 'fulfilled', 'completed', 'cancelled', 'refunded')
    -- What had left came back before the rest did: it was paid before.
    and (new.state <> 'paid' or old.paid_at is null))
  execute function private.emit_order_event();

create trigger touch_updated_at before update on public.order_groups
  for each row execute function private.touch_updated_at();
create trigger touch_updated_at before update on public.orders
  for each row execute function private.touch_updated_at();
create trigger touch_updated_at before update on public.order_items
  for each row execute function private.touch_updated_at();
