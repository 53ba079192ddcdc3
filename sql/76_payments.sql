-- Payments: what is to be paid and has been, the attempts to pay it at a provider, what providers tell us, and money that goes
-- back to where it came from. Functions of their own files: 78_settle_payment, 78_refund_transfers, 79_payment_events.

create type public.payment_provider as enum ('chapa', 'stripe', 'test');
comment on type public.payment_provider is 'Who takes the money. test: the stand-in of the embedded stack, with which no money moves.';

-- provider_accounts ---------------------------------------------------------------------------------------------------

create table private.provider_accounts (
  id uuid primary key default private.uuid_v7(),
  boutique_id uuid not null references public.boutiques (id) on delete cascade,
  provider public.payment_provider not null,
  sealed_keys text not null,
  key_hint text not null,
  disabled_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint one_account_of_a_boutique_at_a_provider unique (boutique_id, provider),
  constraint keys_are_sealed check (sealed_keys ~ '^v[0-9]+\.' and length(sealed_keys) <= 8000),
  constraint key_hint_is_the_end_of_the_key check (length(key_hint) <= 8)
);
comment on table private.provider_accounts is 'A boutique''s own account at a provider. Without one its money goes to the marketplace''s account, whose keys are in the environment.';
comment on column private.provider_accounts.sealed_keys is 'Secret key and webhook secret, encrypted outside of the database with PAYMENTS_MASTER_KEY (AES-256-GCM, a data key of its own, bound to boutique and provider). Nobody can read them here.';
comment on column private.provider_accounts.key_hint is 'Last characters of the secret key, by which people tell keys apart.';
comment on column private.provider_accounts.disabled_at is 'Since when no payment begins with it; what has begun is still settled and paid back.';
alter table private.provider_accounts enable row level security;
-- No policy and no grant: only functions of the owner reach it.

create trigger touch_updated_at before update on private.provider_accounts
  for each row execute function private.touch_updated_at();

-- payments ------------------------------------------------------------------------------------------------------------

create type public.payment_state as enum ('pending', 'succeeded', 'failed', 'cancelled');
comment on type public.payment_state is 'pending: is to be paid; succeeded: has arrived; failed, cancelled: will not.';

create type public.payment_purpose as enum ('checkout', 'change', 'instalment', 'deposit', 'rental_fee', 'fitting_fee');
comment on type public.payment_purpose is
  'checkout: an order group; change: what a change of an order cost more; instalment: a part of an order by its plan; deposit: security for a rental; rental_fee: for coming late, damage or loss; fitting_fee: for a fitting that was called off late, or that nobody came to.';

create table public.payments (
  id uuid primary key default private.uuid_v7(),
  purpose public.payment_purpose not null default 'checkout',
  group_id uuid references public.order_groups (id) on delete restrict,
  order_id uuid references public.orders (id) on delete restrict,
  rental_id uuid,
  appointment_id uuid,
  boutique_id uuid references public.boutiques (id) on delete restrict,
  -- Not of profiles: between rentals and these it would be a way that an embedded select could mean.
  customer_id uuid references auth.users (id) on delete set null,
  state public.payment_state not null default 'pending',
  amount bigint not null,
  currency char(3) not null,
  due_at timestamptz,
  method text,
  reference text,
  settled_at timestamptz,
  waived_reason text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint payment_is_for_a_rental_of_the_boutique
    foreign key (rental_id, boutique_id) references public.rentals (id, boutique_id) on delete restrict,
  constraint payment_is_for_an_appointment_of_the_boutique
    foreign key (appointment_id, boutique_id) references public.appointments (id, boutique_id) on delete restrict,
  constraint payment_is_for_an_order_of_the_boutique
    foreign key (order_id, boutique_id) references public.orders (id, boutique_id) on delete restrict,
  -- Target of the foreign key that keeps a deposit with its rental.
  constraint payments_id_rental_id_boutique_id_key unique (id, rental_id, boutique_id),
  constraint purpose_says_what_it_is_for check (case
    when purpose = 'checkout' then num_nonnulls(order_id, rental_id, appointment_id, boutique_id) = 0 and group_id is not null
    when purpose in ('change', 'instalment') then num_nonnulls(group_id, order_id, boutique_id) = 3 and num_nonnulls(rental_id, appointment_id) = 0
    when purpose in ('deposit', 'rental_fee') then num_nonnulls(rental_id, boutique_id) = 2 and num_nonnulls(group_id, order_id, appointment_id) = 0
    else num_nonnulls(appointment_id, boutique_id) = 2 and num_nonnulls(group_id, order_id, rental_id) = 0
  end),
  constraint amount_is_positive check (amount > 0),
  constraint currency_is_iso_4217 check (currency ~ '^[A-Z]{3}$'),
  constraint a_settled_payment_says_when_and_how check ((state = 'succeeded') = (settled_at is not null) and (state <> 'succeeded' or method is not null)),
  constraint texts_are_bounded check (length(method) <= 60 and length(reference) <= 200 and length(waived_reason) <= 500),
  constraint only_a_cancelled_payment_is_waived check (waived_reason is null or state <> 'pending'),
  constraint a_reference_settles_one_payment unique (method, reference)
);
comment on table public.payments is 'Money that is to come or has come. One row for each thing that is paid at once; see purpose.';
comment on column public.payments.group_id is 'What it pays for: all orders of the group when order_id is null.';
comment on column public.payments.order_id is 'The order whose change or instalment it pays for.';
comment on column public.payments.boutique_id is 'Whose money it is; null: of the boutiques of the group.';
comment on column public.payments.amount is 'In minor units of the currency. Of a deposit that a card held: what was taken of it.';
comment on column public.payments.due_at is 'Until when an instalment or a fee is to be paid; null: the group says so.';
comment on column public.payments.method is 'How it was paid: a provider, cash, bank transfer.';
comment on column public.payments.waived_reason is 'Why a manager has let the customer off a fee; null: nobody has.';
comment on column public.payments.reference is 'The provider''s id, or the number on the receipt; settles one payment only.';
create unique index one_payment_of_a_checkout on public.payments (group_id) where purpose = 'checkout' and state in ('pending', 'succeeded');
create unique index one_open_payment_for_changes on public.payments (order_id) where purpose = 'change' and state = 'pending';
create unique index one_deposit_of_a_rental on public.payments (rental_id) where purpose = 'deposit' and state in ('pending', 'succeeded');
create unique index one_open_fee_of_a_rental on public.payments (rental_id) where purpose = 'rental_fee' and state = 'pending';
create unique index one_fee_of_an_appointment on public.payments (appointment_id) where purpose = 'fitting_fee' and state in ('pending', 'succeeded');
create index payments_group_id_idx on public.payments (group_id);
create index payments_order_id_idx on public.payments (order_id, boutique_id);
create index payments_rental_id_idx on public.payments (rental_id, boutique_id);
create index payments_appointment_id_idx on public.payments (appointment_id, boutique_id);
create index payments_boutique_id_idx on public.payments (boutique_id, created_at desc, id desc);
create index payments_customer_id_idx on public.payments (customer_id, created_at desc);
create index payments_due_at_idx on public.payments (due_at) where state = 'pending' and due_at is not null;

alter table public.payments enable row level security;
revoke all on public.payments from anon, authenticated, service_role;
grant select on public.payments to authenticated;
grant all on public.payments to service_role;
-- insert, update and delete are not granted: functions that know the rules move money. So for all below.

create policy select_own_or_staff on public.payments for select to authenticated
  using (
    customer_id = (select auth.uid())
    or boutique_id = any (array(select private.my_boutique_ids('orders.read')))
    or (select private.is_admin())
  );

create trigger touch_updated_at before update on public.payments
  for each row execute function private.touch_updated_at();

-- payment_attempts ----------------------------------------------------------------------------------------------------

create type public.payment_attempt_state as enum ('open', 'authorised', 'succeeded', 'mismatched', 'failed', 'expired');
comment on type public.payment_attempt_state is
  'open: at the provider, nothing is decided; authorised: the money is held on the card and not taken; succeeded: it has arrived; mismatched: another amount or currency has arrived, a person looks at it; failed, expired: it will not arrive.';

create table public.payment_attempts (
  id uuid primary key default private.uuid_v7(),
  payment_id uuid not null references public.payments (id) on delete restrict,
  boutique_id uuid references public.boutiques (id) on delete restrict,
  customer_id uuid references public.profiles (id) on delete set null,
  provider public.payment_provider not null,
  account_id uuid references private.provider_accounts (id) on delete restrict,
  state public.payment_attempt_state not null default 'open',
  amount bigint not null,
  currency char(3) not null,
  is_hold boolean not null default false,
  is_charge boolean not null default false,
  saves_method boolean not null default false,
  return_url text not null default '',
  checkout_url text,
  provider_reference text,
  provider_payment_id text,
  received_amount bigint,
  received_currency text,
  failure text not null default '',
  expires_at timestamptz not null,
  settled_at timestamptz,
  look_ups integer not null default 0,
  next_look_up_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint amount_is_positive check (amount > 0),
  constraint currency_is_iso_4217 check (currency ~ '^[A-Z]{3}$'),
  constraint received_says_how_much check ((received_amount is null) = (received_currency is null) and received_amount >= 0),
  constraint what_arrived_says_when_and_as_what check (
    state not in ('succeeded', 'mismatched') or (settled_at is not null and provider_payment_id is not null and received_amount is not null)),
  constraint what_succeeded_is_what_was_asked check (state <> 'succeeded' or (received_amount = amount and received_currency = currency)),
  constraint nobody_is_there_to_hold_or_to_agree check (not is_charge or not (is_hold or saves_method)),
  constraint texts_are_bounded check (
    length(return_url) <= 2000 and length(checkout_url) <= 4000 and length(provider_reference) <= 300
    and length(provider_payment_id) <= 300 and length(failure) <= 500 and length(received_currency) <= 10)
);
comment on table public.payment_attempts is 'A payment on its way through a provider. Its id is our reference there. One payment may have several: the customer came back, or chose another way.';
comment on column public.payment_attempts.account_id is 'The boutique''s own account that it goes through; null: the marketplace''s.';
comment on column public.payment_attempts.amount is 'Asked for, in minor units of the currency; of a deposit that a card held: the part that was taken.';
comment on column public.payment_attempts.is_hold is 'The money is held on the card and taken later, or let go; for deposits.';
comment on column public.payment_attempts.is_charge is 'An instalment that is taken from a saved method, without the customer and without a page.';
comment on column public.payment_attempts.saves_method is 'The customer has agreed that the instalments of her plan are taken the same way.';
comment on column public.payment_attempts.checkout_url is 'Page of the provider where the customer pays; null until it has answered.';
comment on column public.payment_attempts.provider_reference is 'The provider''s id of the checkout.';
comment on column public.payment_attempts.provider_payment_id is 'The provider''s id of the payment itself, which refunds need.';
comment on column public.payment_attempts.received_amount is 'What has arrived, or is held, as the provider says; in minor units.';
comment on column public.payment_attempts.next_look_up_at is 'When the provider is asked next; null: it will not be.';
create unique index one_attempt_of_a_provider_payment on public.payment_attempts (provider, provider_payment_id, account_id) nulls not distinct
  where provider_payment_id is not null;
create unique index one_open_charge_of_a_payment on public.payment_attempts (payment_id) where is_charge and state = 'open';
create index payment_attempts_payment_id_idx on public.payment_attempts (payment_id);
create index payment_attempts_customer_id_idx on public.payment_attempts (customer_id, created_at desc);
create index payment_attempts_boutique_id_idx on public.payment_attempts (boutique_id, created_at desc);
create index payment_attempts_account_id_idx on public.payment_attempts (account_id);
create index payment_attempts_next_look_up_at_idx on public.payment_attempts (next_look_up_at) where next_look_up_at is not null;

alter table public.payment_attempts enable row level security;
revoke all on public.payment_attempts from anon, authenticated, service_role;
grant select on public.payment_attempts to authenticated;
grant all on public.payment_attempts to service_role;

create policy select_own_or_staff on public.payment_attempts for select to authenticated
  using (
    customer_id = (select auth.uid())
    or boutique_id = any (array(select private.my_boutique_ids('orders.read')))
    or (select private.is_admin())
  );

create trigger touch_updated_at before update on public.payment_attempts
  for each row execute function private.touch_updated_at();

-- payment_events ------------------------------------------------------------------------------------------------------

create table private.payment_events (
  id uuid primary key default private.uuid_v7(),
  provider public.payment_provider not null,
  account_id uuid references private.provider_accounts (id) on delete cascade,
  event_id text not null,
  type text not null,
  facts jsonb not null,
  body text not null,
  received_at timestamptz not null default now(),
  processed_at timestamptz,
  outcome text,
  constraint an_event_comes_once unique nulls not distinct (provider, account_id, event_id),
  constraint texts_are_bounded check (event_id <> '' and type <> '' and length(event_id) <= 300 and length(type) <= 120 and length(outcome) <= 500),
  constraint body_is_bounded check (octet_length(body) <= 262144),
  constraint facts_are_an_object check (jsonb_typeof(facts) = 'object'),
  constraint a_processed_event_has_an_outcome check ((processed_at is null) = (outcome is null))
);
comment on table private.payment_events is 'What providers have told us, as they signed it. A second delivery of an event adds nothing. Removed 90 days after it was processed.';
comment on column private.payment_events.event_id is 'The provider''s id of the event, or one derived from what it says where there is none.';
comment on column private.payment_events.facts is 'What the event says, in our words: kind, reference, payment, refund.';
comment on column private.payment_events.body is 'The signed bytes, as they came.';
create index payment_events_account_id_idx on private.payment_events (account_id);
create index payment_events_waiting_idx on private.payment_events (received_at) where processed_at is null;
create index payment_events_processed_at_idx on private.payment_events (processed_at);
alter table private.payment_events enable row level security;
-- No policy and no grant: only functions of the owner and the worker reach it.

-- refunds -------------------------------------------------------------------------------------------------------------

create type public.refund_state as enum ('due', 'paid');
comment on type public.refund_state is 'due: has to be paid back; paid: was.';

create type public.refund_kind as enum ('cancellation', 'change', 'return', 'courtesy');
comment on type public.refund_kind is
  'cancellation: the order was called off, or could not be had any more; change: it was changed to cost less before it left; return: something came back; courtesy: a manager decided so.';

create table public.refunds (
  id uuid primary key default private.uuid_v7(),
  order_id uuid not null,
  boutique_id uuid not null,
  customer_id uuid references public.profiles (id) on delete set null,
  kind public.refund_kind not null default 'cancellation',
  state public.refund_state not null default 'due',
  amount bigint not null,
  to_gift_cards bigint not null default 0,
  currency char(3) not null,
  reason text not null,
  reference text,
  paid_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint refunds_id_boutique_id_key unique (id, boutique_id),
  constraint refund_is_of_an_order_of_the_boutique
    foreign key (order_id, boutique_id) references public.orders (id, boutique_id) on delete restrict,
  constraint amount_is_positive check (amount > 0 and to_gift_cards between 0 and amount),
  constraint currency_is_iso_4217 check (currency ~ '^[A-Z]{3}$'),
  constraint a_paid_refund_says_when check ((state = 'paid') = (paid_at is not null)),
  constraint texts_are_bounded check (reason ~ '\S' and length(reason) <= 500 and length(reference) <= 200)
);
comment on table public.refunds is 'Money that goes back for an order. refund_transfers take it to where it came from; what came in cash is paid back by hand.';
comment on column public.refunds.to_gift_cards is 'The part that went back to the gift cards it came from, at once; the rest goes the way of the payment.';
create index refunds_order_id_idx on public.refunds (order_id, boutique_id);
create index refunds_boutique_id_idx on public.refunds (boutique_id, created_at desc);
create index refunds_customer_id_idx on public.refunds (customer_id);
create index refunds_due_idx on public.refunds (created_at) where state = 'due';

alter table public.refunds enable row level security;
revoke all on public.refunds from anon, authenticated, service_role;
grant select on public.refunds to authenticated;
grant all on public.refunds to service_role;

create policy select_own_or_staff on public.refunds for select to authenticated
  using (
    customer_id = (select auth.uid())
    or boutique_id = any (array(select private.my_boutique_ids('orders.read')))
    or (select private.is_admin())
  );

create trigger touch_updated_at before update on public.refunds
  for each row execute function private.touch_updated_at();
create trigger forget_customer before update on public.refunds
  for each row when (old.customer_id is not null and new.customer_id is null) execute function private.forget_buyer();

create function private.notify_of_refund() returns trigger
language plpgsql
security definer -- as notify_of_order
set search_path = ''
as $$
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
$$;
comment on function private.notify_of_refund() is 'Trigger: tells the customer that her money is on its way back, and that a payment came too late.';

create trigger notify_of_new_refund after insert on public.refunds
  for each row execute function private.notify_of_refund();
create trigger notify_of_paid_refund after update of state on public.refunds
  for each row when (old.state = 'due' and new.state = 'paid') execute function private.notify_of_refund();

-- refund_transfers ----------------------------------------------------------------------------------------------------

create type public.refund_transfer_state as enum ('due', 'pending', 'paid', 'refused');
comment on type public.refund_transfer_state is
  'due: a job asks the provider for it; pending: the provider works on it; paid: it is on its way to the customer; refused: the provider does not do it, a person pays it back.';

create table public.refund_transfers (
  id uuid primary key default private.uuid_v7(),
  attempt_id uuid not null references public.payment_attempts (id) on delete restrict,
  refund_id uuid references public.refunds (id) on delete restrict,
  boutique_id uuid references public.boutiques (id) on delete restrict,
  customer_id uuid references public.profiles (id) on delete set null,
  state public.refund_transfer_state not null default 'due',
  reason text not null,
  amount bigint not null,
  currency char(3) not null,
  provider_refund_id text,
  failure text not null default '',
  paid_at timestamptz,
  look_ups integer not null default 0,
  next_look_up_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint amount_is_positive check (amount > 0),
  constraint currency_is_iso_4217 check (currency ~ '^[A-Z]{3}$'),
  constraint a_paid_transfer_says_when check ((state = 'paid') = (paid_at is not null)),
  constraint texts_are_bounded check (reason ~ '\S' and length(reason) <= 500 and length(provider_refund_id) <= 300 and length(failure) <= 500)
);
comment on table public.refund_transfers is 'Money that a provider pays back from one attempt. Its id is our reference there, so that asking twice pays once.';
comment on column public.refund_transfers.refund_id is 'The refund of an order that it is a part of; null: money that was paid twice, came as another amount, or is a deposit or a fee.';
comment on column public.refund_transfers.reason is 'A word of ours: that of the refund, paid_twice, surplus, amount_differs, deposit_released or not_needed_any_more.';
create index refund_transfers_attempt_id_idx on public.refund_transfers (attempt_id);
create index refund_transfers_refund_id_idx on public.refund_transfers (refund_id);
create index refund_transfers_boutique_id_idx on public.refund_transfers (boutique_id);
create index refund_transfers_customer_id_idx on public.refund_transfers (customer_id);
create index refund_transfers_next_look_up_at_idx on public.refund_transfers (next_look_up_at) where next_look_up_at is not null;

alter table public.refund_transfers enable row level security;
revoke all on public.refund_transfers from anon, authenticated, service_role;
grant select on public.refund_transfers to authenticated;
grant all on public.refund_transfers to service_role;

create policy select_own_or_staff on public.refund_transfers for select to authenticated
  using (
    customer_id = (select auth.uid())
    or boutique_id = any (array(select private.my_boutique_ids('orders.read')))
    or (select private.is_admin())
  );

create trigger touch_updated_at before update on public.refund_transfers
  for each row execute function private.touch_updated_at();

-- payment_exceptions --------------------------------------------------------------------------------------------------

create type public.payment_exception_kind as enum (
  'amount_differs', 'unknown_payment', 'refund_refused', 'provider_disagrees', 'disputed');
comment on type public.payment_exception_kind is
  'amount_differs: another amount or currency has arrived than was asked for, or less than is to be paid by now; unknown_payment: money for something that Nexus does not know; refund_refused: a provider does not pay back; provider_disagrees: it says something else now than before; disputed: the customer has asked her bank for the money.';

create table public.payment_exceptions (
  id uuid primary key default private.uuid_v7(),
  kind public.payment_exception_kind not null,
  boutique_id uuid references public.boutiques (id) on delete restrict,
  attempt_id uuid references public.payment_attempts (id) on delete restrict,
  transfer_id uuid references public.refund_transfers (id) on delete restrict,
  provider public.payment_provider not null,
  detail jsonb not null default '{}',
  resolution text,
  note text not null default '',
  resolved_by uuid references auth.users (id) on delete set null,
  resolved_at timestamptz,
  created_at timestamptz not null default now(),
  constraint a_resolution_says_when_and_what check ((resolved_at is null) = (resolution is null)),
  constraint resolution_is_known check (resolution in ('refunded', 'retried', 'handled')),
  constraint note_is_bounded check (length(note) <= 2000),
  constraint detail_is_an_object check (jsonb_typeof(detail) = 'object')
);
comment on table public.payment_exceptions is 'Tasks for people: money of which a machine cannot say what to do. An alert is open as long as the task is.';
comment on column public.payment_exceptions.boutique_id is 'Whose staff may see and resolve it; null: admins alone.';
comment on column public.payment_exceptions.detail is 'Amounts and ids.';
comment on column public.payment_exceptions.resolution is 'refunded: it goes back; retried: asked for again; handled: done outside of Nexus, the note says how.';
create unique index one_open_exception_of_an_attempt on public.payment_exceptions (attempt_id, kind) where resolved_at is null and transfer_id is null;
create unique index one_open_exception_of_a_transfer on public.payment_exceptions (transfer_id, kind) where resolved_at is null;
create index payment_exceptions_attempt_id_idx on public.payment_exceptions (attempt_id);
create index payment_exceptions_transfer_id_idx on public.payment_exceptions (transfer_id);
create index payment_exceptions_boutique_id_idx on public.payment_exceptions (boutique_id, created_at desc);
create index payment_exceptions_resolved_by_idx on public.payment_exceptions (resolved_by);

alter table public.payment_exceptions enable row level security;
revoke all on public.payment_exceptions from anon, authenticated, service_role;
grant select on public.payment_exceptions to authenticated;
grant all on public.payment_exceptions to service_role;

create policy select_staff on public.payment_exceptions for select to authenticated
  using (boutique_id = any (array(select m.boutique_id from private.my_memberships m where m.role >= private.minimum_role('orders.read'))) or (select private.is_admin()));
