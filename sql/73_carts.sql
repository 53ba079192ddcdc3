-- Carts: what a customer means to buy and rent, across boutiques. A cart promises nothing: prices and availability are
-- looked at anew whenever it is read (77), and taken at checkout (78).

create type public.cart_state as enum ('open', 'ordered');
comment on type public.cart_state is 'open: is being filled; ordered: became an order group.';

create table public.carts (
  id uuid primary key default private.uuid_v7(),
  customer_id uuid not null references public.profiles (id) on delete cascade,
  state public.cart_state not null default 'open',
  wear_date date,
  country text,
  discount_codes text[] not null default '{}',
  shipping_method_ids uuid[] not null default '{}',
  reminded_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  -- Target of the foreign key that keeps an item with the customer of its cart.
  constraint carts_id_customer_id_key unique (id, customer_id),
  constraint wear_date_is_a_day check (isfinite(wear_date)),
  constraint country_is_iso_3166 check (country ~ '^[A-Z]{2}$'),
  constraint codes_are_few_and_short check (cardinality(discount_codes) <= 10 and length(array_to_string(discount_codes, '')) <= 400),
  constraint shipping_methods_are_few check (cardinality(shipping_method_ids) <= 50)
);
comment on table public.carts is 'What a customer means to order. One is open per customer; it is made by the first add_to_cart.';
comment on column public.carts.wear_date is 'The day of the wedding: what is made to order has to be ready then.';
comment on column public.carts.country is 'Where it will go, for taxes and shipping until there is an address; ISO 3166-1 alpha-2.';
comment on column public.carts.discount_codes is 'Codes that the customer has entered.';
comment on column public.carts.shipping_method_ids is 'Her choice, at most one of each boutique; without one the first that fits is taken.';
comment on column public.carts.reminded_at is 'When she was reminded of it: once for good, whatever she does with it afterwards.';
create unique index one_open_cart_per_customer on public.carts (customer_id) where state = 'open';
create index carts_customer_id_idx on public.carts (customer_id, created_at desc);
create index carts_abandoned_idx on public.carts (updated_at) where state = 'open' and reminded_at is null;

create table public.cart_items (
  id uuid primary key default private.uuid_v7(),
  cart_id uuid not null,
  customer_id uuid not null,
  boutique_id uuid not null,
  variant_id uuid not null,
  kind public.order_line_kind not null,
  quantity integer not null default 1,
  period daterange,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique nulls not distinct (cart_id, variant_id, kind, period),
  constraint item_is_in_a_cart_of_the_customer foreign key (cart_id, customer_id) references public.carts (id, customer_id) on delete cascade,
  constraint item_is_a_variant_of_the_boutique
    foreign key (variant_id, boutique_id) references public.product_variants (id, boutique_id) on delete cascade,
  constraint quantity_is_1_to_100 check (quantity between 1 and 100),
  constraint only_a_rental_has_a_period check ((kind = 'rental') = (period is not null)),
  constraint period_is_some_days check (not isempty(period) and isfinite(lower(period)) and isfinite(upper(period)))
);
comment on table public.cart_items is 'Line of a cart.';
comment on column public.cart_items.period is 'Rental days, first included and last excluded.';
create index cart_items_customer_id_idx on public.cart_items (customer_id);
create index cart_items_cart_id_idx on public.cart_items (cart_id, customer_id);
create index cart_items_variant_id_idx on public.cart_items (variant_id, boutique_id);

alter table public.carts enable row level security;
revoke all on public.carts from anon, authenticated, service_role;
grant select on public.carts to authenticated;
grant update (wear_date, country, discount_codes, shipping_method_ids) on public.carts to authenticated;
grant all on public.carts to service_role;
-- insert is not granted: add_to_cart makes it. delete is not granted: its items are.

create policy select_own on public.carts for select to authenticated using (customer_id = (select auth.uid()));
create policy update_own on public.carts for update to authenticated
  using (customer_id = (select auth.uid()) and state = 'open') with check (customer_id = (select auth.uid()));

alter table public.cart_items enable row level security;
revoke all on public.cart_items from anon, authenticated, service_role;
grant select, delete on public.cart_items to authenticated;
grant update (quantity) on public.cart_items to authenticated;
grant all on public.cart_items to service_role;
-- insert is not granted: add_to_cart checks what is added.

create policy select_own on public.cart_items for select to authenticated using (customer_id = (select auth.uid()));
create policy update_own on public.cart_items for update to authenticated
  using (customer_id = (select auth.uid())) with check (customer_id = (select auth.uid()));
create policy delete_own on public.cart_items for delete to authenticated using (customer_id = (select auth.uid()));

create trigger touch_updated_at before update on public.carts
  for each row execute function private.touch_updated_at();
create trigger touch_updated_at before update on public.cart_items
  for each row execute function private.touch_updated_at();

create function private.limit_codes() returns trigger
language plpgsql
security definer -- the limiter is not the customer's to call
set search_path = ''
as $$
begin
  if auth.uid() is not null then
    perform private.limit_rate('discount_codes', 60, 20);
  end if;
  return new;
end
$$;
comment on function private.limit_codes() is 'Trigger: nobody tries codes until one fits. PT429 too_many_requests.';

create trigger limit_codes before update of discount_codes on public.carts
  for each row when (not new.discount_codes <@ old.discount_codes) execute function private.limit_codes();

create function private.touch_cart() returns trigger
language plpgsql
security definer -- updated_at of the cart is not the customer's to write
set search_path = ''
as $$
begin
  -- A checkout that is under way is waited for.
  update public.carts c set updated_at = now() where c.id = coalesce(new.cart_id, old.cart_id) and c.state = 'open';
  if not found then
    perform private.raise_error(409, 'cart_is_ordered', 'This cart was ordered. Its order is changed instead.');
  end if;
  return null;
end
$$;
comment on function private.touch_cart() is 'Trigger: a cart that is changed is not abandoned; one that was ordered does not change (PT409 cart_is_ordered).';

create trigger touch_cart after insert or update of quantity or delete on public.cart_items
  -- Not while the account of the customer goes with all that is hers.
  for each row when (pg_trigger_depth() = 0) execute function private.touch_cart();

-- Adding --------------------------------------------------------------------------------------------------------------

create function private.check_cart_line(variant_id uuid, kind public.order_line_kind, quantity integer, period text, out boutique_id uuid, out days daterange)
language plpgsql stable
set search_path = ''
as $$
declare
  v_variant public.product_variants;
  v_product public.products;
begin
  select * into v_variant from public.product_variants v where v.id = check_cart_line.variant_id and v.listed;
  if not found then
    perform private.raise_error(404, 'variant_not_found', 'There is no such variant, or it is not on show.',
      jsonb_build_object('variant_id', variant_id));
  end if;
  select * into v_product from public.products p where p.id = v_variant.product_id;
  if kind is null or quantity is null or quantity not between 1 and 100 or (kind = 'rental') <> (period is not null) then
    perform private.raise_error(400, 'invalid_line',
      'A line has a kind (sale, rental, made_to_order), a quantity of 1 to 100, and a period if it is a rental, and only then.');
  elsif kind = 'rental' then
    -- Raises for days that the boutique does not rent out.
    days := (private.rental_terms(variant_id, period)).period;
  elsif v_variant.sale_price is null or not v_product.for_sale then
    perform private.raise_error(409, 'not_for_sale', 'This variant is not for sale.', jsonb_build_object('variant_id', variant_id));
  elsif kind = 'made_to_order' and not v_product.made_to_order then
    perform private.raise_error(409, 'not_made_to_order', 'This product is not made to order.', jsonb_build_object('variant_id', variant_id));
  end if;
  boutique_id := v_variant.boutique_id;
end
$$;
comment on function private.check_cart_line(uuid, public.order_line_kind, integer, text) is
  'PT404 variant_not_found; PT400 invalid_line, invalid_period; PT409 not_for_sale, not_for_rent, not_made_to_order.';

create function private.put_in_cart(cart_id uuid, variant_id uuid, kind public.order_line_kind, quantity integer, period text, adding boolean)
returns public.cart_items
language plpgsql volatile
set search_path = ''
as $$
declare
  v_boutique uuid;
  v_days daterange;
  v_item public.cart_items;
begin
  select l.boutique_id, l.days into v_boutique, v_days from private.check_cart_line(variant_id, kind, quantity, period) l;
  insert into public.cart_items as i (cart_id, customer_id, boutique_id, variant_id, kind, quantity, period)
  values (put_in_cart.cart_id, auth.uid(), v_boutique, put_in_cart.variant_id, put_in_cart.kind, put_in_cart.quantity, v_days)
  on conflict on constraint cart_items_cart_id_variant_id_kind_period_key do update
  set quantity = least(100, case when adding then i.quantity + excluded.quantity else greatest(i.quantity, excluded.quantity) end)
  returning * into v_item;
  return v_item;
end
$$;
comment on function private.put_in_cart(uuid, uuid, public.order_line_kind, integer, text, boolean) is
  'Puts a line into a cart; one that is there gets more (adding), or at least so many.';

create function private.open_cart() returns uuid
language plpgsql volatile
set search_path = ''
as $$
declare
  v_customer uuid := auth.uid();
  v_cart uuid;
begin
  if v_customer is null or not exists (select from public.profiles p where p.id = v_customer) then
    perform private.raise_error(401, 'sign_in_required', 'Sign in to have a cart. Until then keep it in the client and show it with quote_cart.');
  end if;
  -- Locked: two lines that arrive at once follow each other. A cart that is just being ordered is none any more when we get it.
  loop
    insert into public.carts (customer_id) values (v_customer)
    on conflict (customer_id) where state = 'open' do nothing;
    select c.id into v_cart from public.carts c where c.customer_id = v_customer and c.state = 'open' for no key update;
    exit when found;
  end loop;
  if (select count(*) from public.cart_items i where i.cart_id = v_cart) >= 100 then
    perform private.raise_error(409, 'cart_is_full', 'A cart has at most 100 lines.');
  end if;
  return v_cart;
end
$$;
comment on function private.open_cart() is 'The open cart of the caller, made if there is none, and locked. PT401 sign_in_required; PT409 cart_is_full.';

create function private.add_to_cart(variant_id uuid, kind public.order_line_kind, quantity integer, period text) returns public.cart_items
language plpgsql volatile
security definer -- items are not insertable; the function knows the rules
set search_path = ''
as $$
begin
  return private.put_in_cart(private.open_cart(), variant_id, kind, quantity, period, true);
end
$$;

create type public.merged_line as (variant_id uuid, item_id uuid, problem text, message text);
comment on type public.merged_line is 'Row of merge_cart: a line of the guest''s cart with the item that it is now, or why it was left out.';

create type private.guest_line as (variant_id uuid, kind public.order_line_kind, quantity integer, period text);

create function private.guest_lines(lines jsonb) returns setof private.guest_line
language plpgsql immutable
set search_path = ''
as $$
begin
  if jsonb_typeof(lines) is distinct from 'array' or jsonb_array_length(lines) > 100 then
    perform private.raise_error(400, 'invalid_lines', 'lines is an array of at most 100 objects with variant_id, kind, quantity and, for a rental, period.');
  end if;
  return query
  select l.variant_id, coalesce(l.kind, 'sale'), coalesce(l.quantity, 1), l.period
  from jsonb_to_recordset(lines) l (variant_id uuid, kind public.order_line_kind, quantity integer, period text);
exception when data_exception or datatype_mismatch then
  perform private.raise_error(400, 'invalid_lines', 'lines is an array of at most 100 objects with variant_id, kind, quantity and, for a rental, period.');
end
$$;
comment on function private.guest_lines(jsonb) is 'Lines that a client has kept: [{"variant_id": …, "kind": "rental", "quantity": 1, "period": "[2027-06-04,2027-06-06]"}]. PT400 invalid_lines.';

create function private.merge_cart(lines jsonb) returns setof public.merged_line
language plpgsql volatile
rows 10
security definer -- items are not insertable; the function knows the rules
set search_path = ''
as $$
declare
  v_cart uuid;
  v_line private.guest_line;
  v_answer public.merged_line;
begin
  for v_line in select * from private.guest_lines(lines) loop
    v_answer := row(v_line.variant_id, null, null, null);
    begin
      v_cart := private.open_cart();
      v_answer.item_id := (private.put_in_cart(v_cart, v_line.variant_id, v_line.kind, v_line.quantity, v_line.period, false)).id;
    exception when sqlstate 'PT404' or sqlstate 'PT400' or sqlstate 'PT409' then
      get stacked diagnostics v_answer.problem = pg_exception_hint, v_answer.message = message_text;
    end;
    return next v_answer;
  end loop;
end
$$;

create function public.add_to_cart(variant_id uuid, kind public.order_line_kind default 'sale', quantity integer default 1, period text default null)
returns public.cart_items
language sql volatile security invoker set search_path = ''
as $$ select private.add_to_cart(variant_id, kind, quantity, period) $$;
comment on function public.add_to_cart(uuid, public.order_line_kind, integer, text) is
  'Puts a line into the caller''s cart, or more of one that is there. period as in quote_rental, for a rental. Nothing is reserved. PT401 sign_in_required; PT404 variant_not_found; PT400 invalid_line, invalid_period; PT409 not_for_sale, not_for_rent, not_made_to_order, cart_is_full.';
grant execute on function private.add_to_cart(uuid, public.order_line_kind, integer, text) to authenticated;
grant execute on function public.add_to_cart(uuid, public.order_line_kind, integer, text) to authenticated;

create function public.merge_cart(lines jsonb) returns setof public.merged_line
language sql volatile rows 10 security invoker set search_path = ''
as $$ select * from private.merge_cart(lines) $$;
comment on function public.merge_cart(jsonb) is
  'Takes the lines of a cart that a guest''s client has kept into the caller''s own, after she has signed in; those that cannot be had any more are named. Repeating it changes nothing. lines: [{"variant_id", "kind", "quantity", "period"}]. PT400 invalid_lines; PT401 sign_in_required.';
grant execute on function private.merge_cart(jsonb) to authenticated;
grant execute on function public.merge_cart(jsonb) to authenticated;

-- Carts that are left -------------------------------------------------------------------------------------------------

create function private.remind_of_carts() returns integer
language plpgsql volatile
set search_path = ''
as $$
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
$$;
comment on function private.remind_of_carts() is
  'Tells customers who want offers by mail of carts that they have left for four hours to three days, each once for good. How many; called by the job cart.remind.';
