-- How a boutique sells: holds, returns, cancellation, taxes and ways to deliver.

create type public.order_line_kind as enum ('sale', 'rental', 'made_to_order');
comment on type public.order_line_kind is
  'sale: out of stock; rental: one garment for some days; made_to_order: made for the customer after she has ordered.';

-- commerce_policies ---------------------------------------------------------------------------------------------------

create table public.commerce_policies (
  boutique_id uuid primary key references public.boutiques (id) on delete cascade,
  prices_include_tax boolean not null default true,
  hold_minutes integer not null default 30,
  return_days integer not null default 14,
  free_cancellation_hours integer not null default 24,
  cancellation_fee_percent integer not null default 0,
  order_number_prefix text not null default '',
  legal_name text not null default '',
  legal_address text not null default '',
  tax_number text not null default '',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint hold_is_a_minute_to_three_days check (hold_minutes between 1 and 4320),
  constraint return_is_up_to_a_year check (return_days between 0 and 366),
  constraint free_cancellation_is_up_to_60_days check (free_cancellation_hours between 0 and 1440),
  constraint cancellation_fee_is_a_share check (cancellation_fee_percent between 0 and 100),
  constraint prefix_is_short_and_ends_with_a_hyphen check (order_number_prefix ~ '^([A-Z0-9-]{1,11}-)?$'),
  constraint texts_are_bounded check (length(legal_name) <= 200 and length(legal_address) <= 500 and length(tax_number) <= 60)
);
comment on table public.commerce_policies is 'How a boutique sells. Made with the boutique, changed by its managers; read by everyone, for front ends show it and invoices print it.';
comment on column public.commerce_policies.prices_include_tax is 'True: prices are what is paid, and the tax is part of them. False: the tax is added at checkout.';
comment on column public.commerce_policies.hold_minutes is 'How long an order waits for its payment, in minutes; stock and garments are kept for it.';
comment on column public.commerce_policies.return_days is 'Until how many days after delivery a sale may be sent back; 0: no returns. Frozen in every order.';
comment on column public.commerce_policies.free_cancellation_hours is 'Until how many hours after payment an order is cancelled freely. Frozen in every order.';
comment on column public.commerce_policies.cancellation_fee_percent is 'What a later cancellation costs, in percent of the order''s total. Frozen in every order.';
comment on column public.commerce_policies.order_number_prefix is 'Stands before the numbers of orders, invoices and credit notes.';
comment on column public.commerce_policies.legal_name is 'Seller as on invoices; empty: the boutique''s name.';
comment on column public.commerce_policies.tax_number is 'TIN or VAT number, as on invoices.';

alter table public.commerce_policies enable row level security;
revoke all on public.commerce_policies from anon, authenticated, service_role;
grant select on public.commerce_policies to anon, authenticated;
grant update (prices_include_tax, hold_minutes, return_days, free_cancellation_hours, cancellation_fee_percent, order_number_prefix,
  legal_name, legal_address, tax_number) on public.commerce_policies to authenticated;
grant all on public.commerce_policies to service_role;
-- insert and delete are not granted: the row comes and goes with the boutique.

create policy select_all on public.commerce_policies for select to anon, authenticated using (true);
create policy update_manager on public.commerce_policies for update to authenticated
  using (boutique_id = any (array(select private.my_boutique_ids('boutique.update'))))
  with check (boutique_id = any (array(select private.my_boutique_ids('boutique.update'))));

create trigger touch_updated_at before update on public.commerce_policies
  for each row execute function private.touch_updated_at();

create function private.create_commerce_policy() returns trigger
language plpgsql
security definer -- whoever makes the boutique, the row is made
set search_path = ''
as $$
begin
  insert into public.commerce_policies (boutique_id) values (new.id);
  return new;
end
$$;
comment on function private.create_commerce_policy() is 'Trigger: gives every new boutique a commerce policy with the defaults.';

create trigger create_commerce_policy after insert on public.boutiques
  for each row execute function private.create_commerce_policy();

-- Boutiques that were there before.
insert into public.commerce_policies (boutique_id) select b.id from public.boutiques b on conflict do nothing;

-- tax_rules -----------------------------------------------------------------------------------------------------------

create type public.taxed_thing as enum ('everything', 'sale', 'rental', 'made_to_order', 'shipping');
comment on type public.taxed_thing is 'What a tax rule is about: a kind of line, shipping, or everything.';

create table public.tax_rules (
  id uuid primary key default private.uuid_v7(),
  boutique_id uuid not null references public.boutiques (id) on delete cascade,
  name text not null,
  rate_basis_points integer not null,
  applies_to public.taxed_thing not null default 'everything',
  category_id uuid references public.categories (id) on delete cascade,
  country text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique nulls not distinct (boutique_id, applies_to, category_id, country),
  constraint name_is_given check (name ~ '\S' and length(name) <= 60),
  constraint rate_is_up_to_100_percent check (rate_basis_points between 0 and 10000),
  constraint shipping_has_no_category check (applies_to <> 'shipping' or category_id is null),
  constraint country_is_iso_3166 check (country ~ '^[A-Z]{2}$')
);
comment on table public.tax_rules is
  'Taxes of a boutique. Of the rules that fit a line the most specific holds: one for its category before one for all, then one for its kind, then one for the country that it goes to. Without a rule there is no tax.';
comment on column public.tax_rules.rate_basis_points is 'Hundredths of a percent: 1500 is 15 %.';
comment on column public.tax_rules.category_id is 'For products of this category only; null: of all.';
comment on column public.tax_rules.country is 'For orders that go to this country (ISO 3166-1 alpha-2); null: to all.';
create index tax_rules_category_id_idx on public.tax_rules (category_id);

alter table public.tax_rules enable row level security;
revoke all on public.tax_rules from anon, authenticated, service_role;
grant select on public.tax_rules to anon, authenticated;
grant insert (id, boutique_id, name, rate_basis_points, applies_to, category_id, country) on public.tax_rules to authenticated;
grant update (name, rate_basis_points, applies_to, category_id, country), delete on public.tax_rules to authenticated;
grant all on public.tax_rules to service_role;

create policy select_all on public.tax_rules for select to anon, authenticated using (true);
create policy insert_manager on public.tax_rules for insert to authenticated
  with check (boutique_id = any (array(select private.my_boutique_ids('boutique.update'))));
create policy update_manager on public.tax_rules for update to authenticated
  using (boutique_id = any (array(select private.my_boutique_ids('boutique.update'))))
  with check (boutique_id = any (array(select private.my_boutique_ids('boutique.update'))));
create policy delete_manager on public.tax_rules for delete to authenticated
  using (boutique_id = any (array(select private.my_boutique_ids('boutique.update'))));

create trigger touch_updated_at before update on public.tax_rules
  for each row execute function private.touch_updated_at();

create type private.tax_rate as (name text, basis_points integer);

create function private.tax_rate(boutique_id uuid, thing public.taxed_thing, category_id uuid, country text) returns private.tax_rate
language plpgsql stable -- not sql: its plan is kept for the session
set search_path = ''
as $$
declare
  v_rate private.tax_rate;
begin
  select t.name, t.rate_basis_points into v_rate
  from public.tax_rules t
  where t.boutique_id = tax_rate.boutique_id
    and t.applies_to in ('everything', thing)
    and (t.category_id is null or t.category_id = tax_rate.category_id)
    and (t.country is null or t.country = tax_rate.country)
  order by t.category_id is null, t.applies_to = 'everything', t.country is null
  limit 1;
  if not found then
    return row('', 0)::private.tax_rate;
  end if;
  return v_rate;
end
$$;
comment on function private.tax_rate(uuid, public.taxed_thing, uuid, text) is 'The rule that holds for a line; rate 0 when there is none.';

create function private.tax_of(amount bigint, basis_points integer, included boolean) returns bigint
language plpgsql immutable -- not sql: that would be planned anew by every statement
set search_path = ''
as $$
begin
  return case
    when included then round(amount::numeric * basis_points / (10000 + basis_points))
    else round(amount::numeric * basis_points / 10000)
  end;
end
$$;
comment on function private.tax_of(bigint, integer, boolean) is
  'Tax of one line in minor units, rounded half up; the tax of an order is the sum of those of its lines. included: the amount has it in it.';

-- shipping_methods ----------------------------------------------------------------------------------------------------

create type public.shipping_kind as enum ('delivery', 'pickup');
comment on type public.shipping_kind is 'delivery: sent to an address; pickup: fetched at a branch.';

create table public.shipping_methods (
  id uuid primary key default private.uuid_v7(),
  boutique_id uuid not null references public.boutiques (id) on delete restrict,
  kind public.shipping_kind not null,
  name text not null,
  location_id uuid,
  price bigint not null default 0,
  free_from bigint,
  currency char(3) not null,
  countries text[] not null default '{}',
  days integer not null default 3,
  position integer not null default 0,
  retired_at timestamptz,
  listed boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint shipping_methods_id_boutique_id_key unique (id, boutique_id),
  constraint pickup_is_at_a_branch_of_the_boutique
    foreign key (location_id, boutique_id) references public.locations (id, boutique_id) on delete restrict,
  constraint only_a_pickup_has_a_branch check ((kind = 'pickup') = (location_id is not null)),
  constraint name_is_given check (name ~ '\S' and length(name) <= 120),
  constraint money_is_not_negative check (price >= 0 and free_from >= 0),
  constraint currency_is_iso_4217 check (currency ~ '^[A-Z]{3}$'),
  constraint countries_are_iso_3166 check (cardinality(countries) <= 250 and array_to_string(countries, '') ~ '^([A-Z]{2})*$'),
  constraint days_are_up_to_a_quarter check (days between 0 and 92),
  constraint position_is_not_negative check (position >= 0)
);
comment on table public.shipping_methods is 'Ways in which an order of a boutique gets to the customer.';
comment on column public.shipping_methods.location_id is 'The branch where a pickup takes place.';
comment on column public.shipping_methods.price is 'In minor units of the currency.';
comment on column public.shipping_methods.free_from is 'Free when goods for so much are ordered, after discounts, in minor units; null: never.';
comment on column public.shipping_methods.currency is 'ISO 4217 code, the boutique''s; set by a trigger.';
comment on column public.shipping_methods.countries is 'ISO 3166-1 alpha-2 codes that it goes to; empty: anywhere.';
comment on column public.shipping_methods.days is 'How long it takes, in days.';
comment on column public.shipping_methods.position is 'Order in which they are offered; the first that fits is taken when none is chosen.';
comment on column public.shipping_methods.listed is 'True while it is offered and the boutique is active. Kept by triggers.';
create index shipping_methods_boutique_id_idx on public.shipping_methods (boutique_id, position);
create index shipping_methods_location_id_idx on public.shipping_methods (location_id, boutique_id);

alter table public.shipping_methods enable row level security;
revoke all on public.shipping_methods from anon, authenticated, service_role;
grant select on public.shipping_methods to anon, authenticated;
grant insert (id, boutique_id, kind, name, location_id, price, free_from, countries, days, position) on public.shipping_methods to authenticated;
grant update (name, price, free_from, countries, days, position, retired_at) on public.shipping_methods to authenticated;
grant all on public.shipping_methods to service_role;
-- delete is not granted: orders remember their way. currency and listed are set by triggers.

create policy select_listed on public.shipping_methods for select to anon using (listed);
create policy select_listed_or_staff on public.shipping_methods for select to authenticated
  using (listed or boutique_id = any (array(select private.my_boutique_ids('boutique.read'))) or (select private.is_admin()));
create policy insert_manager on public.shipping_methods for insert to authenticated
  with check (boutique_id = any (array(select private.my_boutique_ids('boutique.update'))));
create policy update_manager on public.shipping_methods for update to authenticated
  using (boutique_id = any (array(select private.my_boutique_ids('boutique.update'))))
  with check (boutique_id = any (array(select private.my_boutique_ids('boutique.update'))));

create trigger set_boutique_currency before insert or update on public.shipping_methods
  for each row execute function private.set_boutique_currency();
create trigger set_boutique_listing before insert or update on public.shipping_methods
  for each row execute function private.set_boutique_listing();
create trigger touch_updated_at before update on public.shipping_methods
  for each row execute function private.touch_updated_at();

create function private.spread_status_to_shipping() returns trigger
language plpgsql
security definer -- the marketplace suspends a boutique without any right on its ways to deliver
set search_path = ''
as $$
begin
  -- The trigger of the table computes the new value.
  update public.shipping_methods s set listed = not s.listed where s.boutique_id = new.id and s.retired_at is null;
  return null;
end
$$;
comment on function private.spread_status_to_shipping() is 'Trigger: a boutique that becomes active or is suspended shows or hides its ways to deliver at once.';

create trigger spread_status_to_shipping after update on public.boutiques
  for each row when ((old.status = 'active') is distinct from (new.status = 'active'))
  execute function private.spread_status_to_shipping();
