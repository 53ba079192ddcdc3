-- Discounts: of a boutique or of the marketplace, by code or for everybody.
--
-- How they stack, for the order of one boutique: either the one discount that saves most, alone, or all that are stackable,
-- together, whichever saves more. Stackable ones are reckoned one after the other, percentages first, then amounts, each on
-- what those before it have left. Nothing is discounted below nothing. Free shipping saves the price of shipping.

create type public.discount_kind as enum ('percent', 'amount', 'free_shipping');
comment on type public.discount_kind is 'percent: a share of the lines; amount: a sum off the lines; free_shipping: the way costs nothing.';

-- discounts -----------------------------------------------------------------------------------------------------------

create table public.discounts (
  id uuid primary key default private.uuid_v7(),
  boutique_id uuid references public.boutiques (id) on delete cascade,
  code text,
  name text not null,
  kind public.discount_kind not null,
  percent_basis_points integer,
  amount bigint,
  currency char(3),
  minimum_subtotal bigint not null default 0,
  first_order_only boolean not null default false,
  stackable boolean not null default false,
  limited_to_targets boolean not null default false,
  starts_at timestamptz not null default now(),
  ends_at timestamptz,
  usage_limit integer,
  usage_limit_per_customer integer,
  used_count integer not null default 0,
  retired_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint code_is_capitals_and_digits check (code ~ '^[A-Z0-9-]{3,40}$'),
  constraint name_is_given check (name ~ '\S' and length(name) <= 120),
  constraint percent_has_a_share check ((kind = 'percent') = (percent_basis_points is not null)),
  constraint share_is_up_to_100_percent check (percent_basis_points between 1 and 10000),
  constraint amount_has_a_currency check ((kind = 'amount') = (amount is not null) and (kind = 'amount') = (currency is not null)),
  constraint amount_is_positive check (amount > 0),
  constraint currency_is_iso_4217 check (currency ~ '^[A-Z]{3}$'),
  constraint minimum_is_not_negative check (minimum_subtotal >= 0),
  constraint discount_ends_after_it_starts check (ends_at > starts_at),
  constraint limits_are_positive check (usage_limit > 0 and usage_limit_per_customer > 0),
  constraint it_is_not_used_more_than_its_limit check (used_count >= 0 and (usage_limit is null or used_count <= usage_limit))
);
comment on table public.discounts is 'What is taken off an order. The rule for several of them is at the head of sql/74_discounts.sql and in docs/api.md.';
comment on column public.discounts.boutique_id is 'Null: of the marketplace, for the orders of every boutique.';
comment on column public.discounts.code is 'In capitals; null: for everybody, without a code.';
comment on column public.discounts.percent_basis_points is 'Hundredths of a percent: 1000 is 10 %.';
comment on column public.discounts.amount is 'In minor units of its currency; taken off each order of a boutique once.';
comment on column public.discounts.minimum_subtotal is 'What the lines that it is for have to make, in minor units.';
comment on column public.discounts.first_order_only is 'For who has no order of this boutique, or none at all for one of the marketplace, that is paid or waits for its payment.';
comment on column public.discounts.limited_to_targets is 'True: for its targets alone, and for nothing when the last of them is gone; set by a trigger with the first target. False: for everything.';
comment on column public.discounts.used_count is 'Orders that have it and were not called off; counted by a trigger where there is a limit.';
create index discounts_boutique_id_idx on public.discounts (boutique_id);
create unique index one_discount_per_code on public.discounts (boutique_id, code) nulls not distinct where code is not null;

-- discount_targets ----------------------------------------------------------------------------------------------------

create table public.discount_targets (
  id uuid primary key default private.uuid_v7(),
  discount_id uuid not null references public.discounts (id) on delete cascade,
  boutique_id uuid references public.boutiques (id) on delete cascade,
  product_id uuid references public.products (id) on delete cascade,
  category_id uuid references public.categories (id) on delete cascade,
  created_at timestamptz not null default now(),
  unique nulls not distinct (discount_id, product_id, category_id),
  constraint target_is_a_product_or_a_category check (num_nonnulls(product_id, category_id) = 1)
);
comment on table public.discount_targets is 'What a discount is for: products, and those of categories (not of the categories below them).';
comment on column public.discount_targets.boutique_id is 'As the discount''s; set by a trigger.';
create index discount_targets_boutique_id_idx on public.discount_targets (boutique_id);
create index discount_targets_product_id_idx on public.discount_targets (product_id);
create index discount_targets_category_id_idx on public.discount_targets (category_id);

create function private.follow_discount() returns trigger
language plpgsql
security definer -- reads a discount that the writer may not see; the policies decide
set search_path = ''
as $$
begin
  select d.boutique_id into new.boutique_id from public.discounts d where d.id = new.discount_id;
  if not found then
    -- The policy for the marketplace's discounts must not take it.
    perform private.raise_error(404, 'discount_not_found', 'There is no such discount.', jsonb_build_object('discount_id', new.discount_id));
  end if;
  return new;
end
$$;
comment on function private.follow_discount() is 'Trigger: a target belongs to whom its discount belongs to. PT404 discount_not_found.';

create trigger follow_discount before insert on public.discount_targets
  for each row execute function private.follow_discount();

create function private.limit_to_targets() returns trigger
language plpgsql
security definer -- whoever may write the target, the discount follows
set search_path = ''
as $$
begin
  update public.discounts d set limited_to_targets = true where d.id = new.discount_id and not d.limited_to_targets;
  return null;
end
$$;
comment on function private.limit_to_targets() is 'Trigger: a discount with a target is never for everything any more.';

create trigger limit_to_targets after insert on public.discount_targets
  for each row execute function private.limit_to_targets();

-- Rights --------------------------------------------------------------------------------------------------------------

alter table public.discounts enable row level security;
revoke all on public.discounts from anon, authenticated, service_role;
grant select on public.discounts to authenticated;
grant insert (id, boutique_id, code, name, kind, percent_basis_points, amount, currency, minimum_subtotal, first_order_only, stackable, limited_to_targets,
  starts_at, ends_at, usage_limit, usage_limit_per_customer) on public.discounts to authenticated;
grant update (name, minimum_subtotal, stackable, ends_at, usage_limit, usage_limit_per_customer, retired_at) on public.discounts to authenticated;
grant all on public.discounts to service_role;
-- delete is not granted: orders remember their discount. update of what it takes off is not granted: make another.

create policy select_staff on public.discounts for select to authenticated
  using (boutique_id = any (array(select m.boutique_id from private.my_memberships m where m.role >= private.minimum_role('discounts.read'))) or (select private.is_admin()));
create policy insert_manager on public.discounts for insert to authenticated
  with check (boutique_id = any (array(select private.my_boutique_ids('discounts.write'))) or (boutique_id is null and (select private.acts_as_admin())));
create policy update_manager on public.discounts for update to authenticated
  using (boutique_id = any (array(select private.my_boutique_ids('discounts.write'))) or (boutique_id is null and (select private.acts_as_admin())))
  with check (boutique_id = any (array(select private.my_boutique_ids('discounts.write'))) or (boutique_id is null and (select private.acts_as_admin())));

create trigger touch_updated_at before update on public.discounts
  for each row execute function private.touch_updated_at();

alter table public.discount_targets enable row level security;
revoke all on public.discount_targets from anon, authenticated, service_role;
grant select, delete on public.discount_targets to authenticated;
grant insert (discount_id, product_id, category_id) on public.discount_targets to authenticated;
grant all on public.discount_targets to service_role;

create policy select_staff on public.discount_targets for select to authenticated
  using (boutique_id = any (array(select m.boutique_id from private.my_memberships m where m.role >= private.minimum_role('discounts.read'))) or (select private.is_admin()));
create policy insert_manager on public.discount_targets for insert to authenticated
  with check (boutique_id = any (array(select private.my_boutique_ids('discounts.write'))) or (boutique_id is null and (select private.acts_as_admin())));
create policy delete_manager on public.discount_targets for delete to authenticated
  using (boutique_id = any (array(select private.my_boutique_ids('discounts.write'))) or (boutique_id is null and (select private.acts_as_admin())));
