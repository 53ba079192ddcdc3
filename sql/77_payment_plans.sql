-- Payment plans: a part now, the rest in instalments. A boutique offers them, a customer chooses one for an order before it is
-- paid, and its terms are frozen in a row of their own. Functions are in 78_payment_plans.

create type public.payment_plan_default as enum ('cancel', 'keep_open');
comment on type public.payment_plan_default is
  'What becomes of an order whose instalment does not come. cancel: it is cancelled, a share of its price is kept, the rest goes back; keep_open: it waits, nothing leaves, and the boutique decides.';

-- payment_plan_offers -------------------------------------------------------------------------------------------------

create table public.payment_plan_offers (
  id uuid primary key default private.uuid_v7(),
  boutique_id uuid not null references public.boutiques (id) on delete cascade,
  name text not null,
  down_payment_percent integer not null,
  instalments integer not null,
  interval_days integer not null default 30,
  min_total bigint not null default 0,
  days_before_wear integer not null default 14,
  grace_days integer not null default 7,
  on_default public.payment_plan_default not null default 'cancel',
  keep_percent integer not null default 0,
  is_active boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint one_offer_of_a_name unique (boutique_id, name),
  constraint name_is_given check (name ~ '\S' and length(name) <= 60),
  constraint down_payment_is_a_part check (down_payment_percent between 1 and 99),
  constraint instalments_are_1_to_24 check (instalments between 1 and 24),
  constraint interval_is_a_week_to_a_quarter check (interval_days between 7 and 92),
  constraint min_total_is_not_negative check (min_total >= 0),
  constraint all_is_paid_before_the_wedding check (days_before_wear between 0 and 180),
  constraint grace_is_up_to_two_months check (grace_days between 1 and 60),
  constraint kept_is_a_share check (keep_percent between 0 and 100)
);
comment on table public.payment_plan_offers is 'Plans by which a boutique lets its customers pay. Read by everyone, for front ends show them before the checkout; written by its managers. A plan that was chosen keeps the terms that it had.';
comment on column public.payment_plan_offers.down_payment_percent is 'What is paid at once, in percent of what gift cards leave to pay, rounded up.';
comment on column public.payment_plan_offers.instalments is 'How many follow, at most: fewer when the wedding is near.';
comment on column public.payment_plan_offers.interval_days is 'Days from one to the next, and from the order to the first.';
comment on column public.payment_plan_offers.min_total is 'For orders of which gift cards leave so much to pay, in minor units of the boutique''s currency.';
comment on column public.payment_plan_offers.days_before_wear is 'The last instalment is due so many days before the wear date, or the first day of a rental.';
comment on column public.payment_plan_offers.grace_days is 'How long after its day an instalment is waited for.';
comment on column public.payment_plan_offers.keep_percent is 'What is kept when it does not come, in percent of the order''s total, and never more than was paid.';
create index payment_plan_offers_boutique_id_idx on public.payment_plan_offers (boutique_id) where is_active;

alter table public.payment_plan_offers enable row level security;
revoke all on public.payment_plan_offers from anon, authenticated, service_role;
grant select on public.payment_plan_offers to anon, authenticated;
grant insert (id, boutique_id, name, down_payment_percent, instalments, interval_days, min_total, days_before_wear, grace_days, on_default,
  keep_percent, is_active) on public.payment_plan_offers to authenticated;
grant update (name, down_payment_percent, instalments, interval_days, min_total, days_before_wear, grace_days, on_default, keep_percent,
  is_active), delete on public.payment_plan_offers to authenticated;
grant all on public.payment_plan_offers to service_role;

create policy select_all on public.payment_plan_offers for select to anon, authenticated using (true);
create policy insert_manager on public.payment_plan_offers for insert to authenticated
  with check (boutique_id = any (array(select private.my_boutique_ids('boutique.update'))));
create policy update_manager on public.payment_plan_offers for update to authenticated
  using (boutique_id = any (array(select private.my_boutique_ids('boutique.update'))))
  with check (boutique_id = any (array(select private.my_boutique_ids('boutique.update'))));
create policy delete_manager on public.payment_plan_offers for delete to authenticated
  using (boutique_id = any (array(select private.my_boutique_ids('boutique.update'))));

create trigger touch_updated_at before update on public.payment_plan_offers
  for each row execute function private.touch_updated_at();

-- payment_plans -------------------------------------------------------------------------------------------------------

create type public.payment_plan_state as enum ('chosen', 'active', 'overdue', 'paid', 'ended');
comment on type public.payment_plan_state is
  'chosen: waits for its first part; active: that is paid, and instalments are to come; overdue: one has not come, and the boutique decides; paid: all have come; ended: its order was called off.';

create table public.payment_plans (
  id uuid primary key default private.uuid_v7(),
  order_id uuid not null,
  boutique_id uuid not null,
  -- Not of profiles: see payments.
  customer_id uuid references auth.users (id) on delete set null,
  offer_id uuid references public.payment_plan_offers (id) on delete set null,
  state public.payment_plan_state not null default 'chosen',
  name text not null,
  currency char(3) not null,
  down_payment bigint not null,
  instalment_total bigint not null,
  instalments integer not null,
  interval_days integer not null,
  starts_on date not null,
  grace_days integer not null,
  on_default public.payment_plan_default not null,
  keep_percent integer not null,
  terms text not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint one_plan_of_an_order unique (order_id),
  constraint plan_is_of_an_order_of_the_boutique
    foreign key (order_id, boutique_id) references public.orders (id, boutique_id) on delete restrict,
  constraint parts_are_positive check (down_payment > 0 and instalments between 1 and 24 and instalment_total >= instalments),
  constraint currency_is_iso_4217 check (currency ~ '^[A-Z]{3}$'),
  constraint terms_are_stated check (terms ~ '\S' and length(terms) <= 1000 and length(name) <= 60)
);
comment on table public.payment_plans is 'How an order is paid in parts: the terms as they were chosen. The down payment is in the payment of the checkout; each instalment is a row of payments once that is paid.';
comment on column public.payment_plans.down_payment is 'What is paid at once, in minor units of the currency, beside gift cards.';
comment on column public.payment_plans.instalment_total is 'What follows, in minor units. Changes of the order do not change it: they have payments of their own, or make its payments smaller.';
comment on column public.payment_plans.starts_on is 'From when interval_days count, in the boutique''s time zone.';
comment on column public.payment_plans.terms is 'What becomes of the order when an instalment does not come, in English, as the customer has read it.';
create index payment_plans_order_id_idx on public.payment_plans (order_id, boutique_id);
create index payment_plans_offer_id_idx on public.payment_plans (offer_id);
create index payment_plans_boutique_id_idx on public.payment_plans (boutique_id, created_at desc);
create index payment_plans_customer_id_idx on public.payment_plans (customer_id);
create index payment_plans_open_idx on public.payment_plans (id) where state = 'active';

alter table public.payment_plans enable row level security;
revoke all on public.payment_plans from anon, authenticated, service_role;
grant select on public.payment_plans to authenticated;
grant all on public.payment_plans to service_role;
-- insert, update and delete are not granted: choose_payment_plan and money that comes write it.

create policy select_own_or_staff on public.payment_plans for select to authenticated
  using (
    customer_id = (select auth.uid())
    or boutique_id = any (array(select private.my_boutique_ids('orders.read')))
    or (select private.is_admin())
  );

create trigger touch_updated_at before update on public.payment_plans
  for each row execute function private.touch_updated_at();

-- saved_payment_methods -----------------------------------------------------------------------------------------------

create table private.saved_payment_methods (
  plan_id uuid primary key references public.payment_plans (id) on delete cascade,
  attempt_id uuid not null references public.payment_attempts (id) on delete restrict,
  method text not null,
  created_at timestamptz not null default now(),
  constraint method_is_bounded check (method ~ '\S' and length(method) <= 500)
);
comment on table private.saved_payment_methods is 'With what the instalments of a plan are taken, as the customer has agreed; forgotten when she says so, when the plan is over, and with her account.';
comment on column private.saved_payment_methods.attempt_id is 'The payment with which it was saved; instalments go through the same account.';
comment on column private.saved_payment_methods.method is 'The provider''s id of it, of no use without the secret key of the account.';
create index saved_payment_methods_attempt_id_idx on private.saved_payment_methods (attempt_id);
alter table private.saved_payment_methods enable row level security;
-- No policy and no grant: only functions of the owner and the worker reach it.
