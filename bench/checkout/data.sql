-- Data of the benchmark: boutiques that sell from stock, and customers. Runs as the superuser with triggers off, so what a
-- trigger keeps is written here.

create function bench.load_shops(boutiques integer, variants integer, stock integer) returns void language plpgsql as $$
begin
  insert into public.boutiques (id, slug, name, currency, timezone, status)
  select bench.id('boutique ' || b), 'boutique-' || b, 'Boutique ' || b, 'ETB', 'Africa/Addis_Ababa', 'active' from generate_series(1, boutiques) b;
  insert into public.commerce_policies (boutique_id) select bench.id('boutique ' || b) from generate_series(1, boutiques) b;
  insert into public.rental_policies (boutique_id) select bench.id('boutique ' || b) from generate_series(1, boutiques) b;
  insert into public.locations (id, boutique_id, name, city, country, timezone, listed)
  select bench.id('location ' || b), bench.id('boutique ' || b), 'Main', 'Addis Ababa', 'ET', 'Africa/Addis_Ababa', true from generate_series(1, boutiques) b;
  insert into public.tax_rules (boutique_id, name, rate_basis_points) select bench.id('boutique ' || b), 'VAT', 1500 from generate_series(1, boutiques) b;
  insert into public.shipping_methods (id, boutique_id, kind, name, location_id, price, currency, listed)
  select bench.id('way ' || b), bench.id('boutique ' || b), 'pickup', 'In the shop', bench.id('location ' || b), 0, 'ETB', true from generate_series(1, boutiques) b;
  insert into public.products (id, boutique_id, slug, name, for_sale, for_rent, status, listed, published_at)
  select bench.id(format('product %s %s', b, v)), bench.id('boutique ' || b), 'item-' || v, 'Item ' || v, true, false, 'published', true, now()
  from generate_series(1, boutiques) b, generate_series(1, variants) v;
  insert into public.product_variants (id, product_id, boutique_id, size, sku, sale_price, currency, listed)
  select bench.id(format('variant %s %s', b, v)), bench.id(format('product %s %s', b, v)), bench.id('boutique ' || b), '38', 'sku-' || v, 1000, 'ETB', true
  from generate_series(1, boutiques) b, generate_series(1, variants) v;
  insert into public.stock_movements (boutique_id, variant_id, location_id, kind, on_hand_change)
  select bench.id('boutique ' || b), bench.id(format('variant %s %s', b, v)), bench.id('location ' || b), 'received', stock
  from generate_series(1, boutiques) b, generate_series(1, variants) v;
  insert into public.stock_levels (boutique_id, variant_id, location_id, on_hand)
  select m.boutique_id, m.variant_id, m.location_id, m.on_hand_change from public.stock_movements m;
  -- The same rows without a rule: tables of the same form and indexes, without triggers and foreign keys.
  create table bench.order_groups (like public.order_groups including all);
  create table bench.orders (like public.orders including all);
  create table bench.order_items (like public.order_items including all);
  create table bench.payments (like public.payments including all);
  create table bench.stock_levels (like public.stock_levels including all);
  insert into bench.stock_levels select * from public.stock_levels;
  grant usage on schema bench to postgres;
  grant all on all tables in schema bench to postgres;
end
$$;

create function bench.load_customers(customers integer) returns void language plpgsql as $$
begin
  insert into auth.users (id, email) select bench.id('customer ' || n), n || '@example.com' from generate_series(1, customers) n;
  insert into public.profiles (id, display_name) select bench.id('customer ' || n), 'customer' from generate_series(1, customers) n;
end
$$;

-- Everybody has an open cart with one line: of any boutique, or all of the same product.
create function bench.fill_carts(customers integer, boutiques integer, variants integer, same boolean) returns void language plpgsql as $$
begin
  delete from public.cart_items i using public.carts c where c.id = i.cart_id and c.state = 'open';
  insert into public.carts (customer_id) select bench.id('customer ' || n) from generate_series(1, customers) n
  on conflict (customer_id) where state = 'open' do nothing;
  insert into public.cart_items (cart_id, customer_id, boutique_id, variant_id, kind)
  select c.id, c.customer_id, v.boutique_id, v.id, 'sale'
  from (select c.id, c.customer_id, row_number() over () as n from public.carts c where c.state = 'open') c
  join public.product_variants v on v.id = case
    when same then bench.id('variant 1 1')
    else bench.id(format('variant %s %s', 1 + c.n % boutiques, 1 + (c.n / boutiques) % variants)) end;
end
$$;
