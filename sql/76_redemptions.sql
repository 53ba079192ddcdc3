-- Uses of discounts by orders, and what a discount takes off.

create table public.discount_redemptions (
  id uuid primary key default private.uuid_v7(),
  discount_id uuid not null references public.discounts (id) on delete restrict,
  order_id uuid not null,
  boutique_id uuid not null,
  customer_id uuid references public.profiles (id) on delete set null,
  amount bigint not null,
  given_back_at timestamptz,
  created_at timestamptz not null default now(),
  unique (discount_id, order_id),
  constraint redemption_is_of_an_order_of_the_boutique
    foreign key (order_id, boutique_id) references public.orders (id, boutique_id) on delete restrict,
  constraint amount_is_not_negative check (amount >= 0)
);
comment on table public.discount_redemptions is 'An order that has a discount.';
comment on column public.discount_redemptions.amount is 'What it took off, in minor units of the order''s currency.';
comment on column public.discount_redemptions.given_back_at is 'The order was called off: the use does not count.';
create index discount_redemptions_order_id_idx on public.discount_redemptions (order_id, boutique_id);
create index discount_redemptions_customer_id_idx on public.discount_redemptions (customer_id, discount_id);
create index discount_redemptions_boutique_id_idx on public.discount_redemptions (boutique_id, created_at desc);

alter table public.discount_redemptions enable row level security;
revoke all on public.discount_redemptions from anon, authenticated, service_role;
grant select on public.discount_redemptions to authenticated;
grant all on public.discount_redemptions to service_role;
-- insert, update and delete are not granted: checkout writes it.

create policy select_own_or_staff on public.discount_redemptions for select to authenticated
  using (
    customer_id = (select auth.uid())
    or boutique_id = any (array(select private.my_boutique_ids('orders.read')))
    or (select private.is_admin())
  );

create function private.count_redemption() returns trigger
language plpgsql
security definer -- the count is not writable
set search_path = ''
as $$
begin
  -- Where there is no limit nobody waits for the row of the discount.
  update public.discounts d
  set used_count = d.used_count + (new.given_back_at is null)::integer
    - case tg_op when 'UPDATE' then (old.given_back_at is null)::integer else 0 end
  where d.id = new.discount_id and d.usage_limit is not null;
  return null;
end
$$;
comment on function private.count_redemption() is 'Trigger: counts the uses of a discount with a limit. check_violation (23514) beyond it.';

create trigger count_redemption after insert or update of given_back_at on public.discount_redemptions
  for each row execute function private.count_redemption();

create function private.count_earlier_redemptions() returns trigger
language plpgsql
security definer -- the count is not the writer's
set search_path = ''
as $$
begin
  new.used_count := (select count(*) from public.discount_redemptions r where r.discount_id = new.id and r.given_back_at is null);
  return new;
end
$$;
comment on function private.count_earlier_redemptions() is 'Trigger: a limit that is set later counts the orders that have the discount already.';

create trigger count_earlier_redemptions before update of usage_limit on public.discounts
  for each row when (old.usage_limit is null and new.usage_limit is not null) execute function private.count_earlier_redemptions();
