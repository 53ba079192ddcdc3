-- What the benchmarks of the experience ask about. Called without triggers.
create schema bench;

create function bench.load_gowns(count integer) returns void
language sql volatile
set search_path = ''
as $$
  insert into public.boutiques (id, slug, name, currency, timezone, status)
  values (md5('boutique')::uuid, 'bench', 'Bench', 'ETB', 'Africa/Addis_Ababa', 'active');
  insert into public.products (id, boutique_id, slug, name, status, listed, published_at)
  select md5('product ' || n)::uuid, md5('boutique')::uuid, 'gown-' || n, 'Gown ' || n, 'published', true, now() from generate_series(1, count) n;
  insert into public.product_variants (id, product_id, boutique_id, size, sku, rental_price_per_day, currency, listed)
  select md5(format('variant %s %s', n, s))::uuid, md5('product ' || n)::uuid, md5('boutique')::uuid, (32 + 2 * s)::text, format('%s-%s', n, s), 10000, 'ETB', true
  from generate_series(1, count) n, generate_series(1, 8) s;
  insert into public.garments (id, boutique_id, variant_id, location_id, serial)
  select md5(format('garment %s %s', n, s))::uuid, md5('boutique')::uuid, md5(format('variant %s %s', n, s))::uuid, md5('location')::uuid, format('%s-%s', n, s)
  from generate_series(1, count) n, generate_series(1, 8) s;
$$;

create function bench.load_customers(count integer) returns void
language sql volatile
set search_path = ''
as $$
  insert into public.profiles (id, display_name) select md5('customer ' || n)::uuid, 'Selam ' || n from generate_series(1, count) n;
$$;

-- What was tried on at fittings: one garment each, of the customers in turn.
create function bench.load_tried(first integer, last integer, customers integer, gowns integer) returns void
language sql volatile
set search_path = ''
as $$
  insert into public.appointment_garments (appointment_id, garment_id, boutique_id, customer_id)
  select md5('fitting ' || n)::uuid, md5(format('garment %s %s', 1 + n % gowns, 1 + (n / gowns) % 8))::uuid, md5('boutique')::uuid, md5('customer ' || 1 + n % customers)::uuid
  from generate_series(first, last) n;
$$;

create function bench.load_fittings(first integer, last integer, customers integer) returns void
language sql volatile
set search_path = ''
as $$
  insert into public.appointments (id, boutique_id, customer_id, location_id, service_id, stylist_id, room_id, during, state, price, currency, free_cancellation_until, late_cancellation_fee, no_show_fee)
  select md5('fitting ' || n)::uuid, md5('boutique')::uuid, md5('customer ' || 1 + n % customers)::uuid, md5('location')::uuid, md5('service')::uuid, md5('stylist')::uuid, md5('room')::uuid,
    tstzrange(timestamptz '2026-01-01' + n * interval '1 minute', timestamptz '2026-01-01' + (n + 1) * interval '1 minute'), 'attended', 0, 'ETB', '2026-01-01', 0, 0
  from generate_series(first, last) n;
$$;

-- Of every fitting a review, with the body of somebody who wears about that size; each tenth gown runs small.
create function bench.load_reviews(first integer, last integer, customers integer, gowns integer) returns void
language sql volatile
set search_path = ''
as $$
  insert into public.reviews (id, product_id, boutique_id, customer_id, kind, subject_id, author_name, rating, fit, created_at)
  select md5('review ' || n)::uuid, md5('product ' || 1 + n % gowns)::uuid, md5('boutique')::uuid, md5('customer ' || 1 + n % customers)::uuid, 'fitted',
    md5('fitting ' || n)::uuid, 'Selam', 4,
    (case when n % gowns % 10 = 0 and random() < 0.6 then 'small' when random() < 0.15 then 'small' when random() < 0.15 then 'large' else 'true' end)::public.review_fit,
    timestamptz '2025-01-01' + n * interval '2 minutes'
  from generate_series(first, last) n;
  insert into private.review_measurements (review_id, customer_id, height_cm, weight_kg)
  select md5('review ' || n)::uuid, md5('customer ' || 1 + n % customers)::uuid, 155 + round(25 * random()::numeric, 1), 44 + 5 * ((n / gowns) % 8) + round(8 * random()::numeric, 1)
  from generate_series(first, last) n;
$$;
