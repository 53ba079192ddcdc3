-- Data of the benchmark: a function per kind of thing, each one statement per table. Runs as the superuser with triggers
-- off (session_replication_role), so whatever a trigger keeps is written here: listed, currency, resources of garments.

create schema bench;

-- Ids that can be told from a name, so that the benchmark needs no lookup.
create function bench.id(name text) returns uuid language sql immutable as $$ select md5(name)::uuid $$;

-- As private.uuid_v7, for rows that were made earlier than now.
create function bench.id_at(moment timestamptz) returns uuid language sql volatile as $$
  select encode(set_bit(set_bit(
    overlay(uuid_send(gen_random_uuid()) placing substring(int8send((extract(epoch from moment) * 1000)::bigint) from 3) from 1 for 6),
    52, 1), 53, 1), 'hex')::uuid
$$;

-- A share between 0 and 1 that is the same in every run.
create function bench.share(boutique integer, n integer) returns float8 language sql immutable as $$
  select (hashint8extended(boutique, n) & 65535) / 65536.0
$$;

create function bench.load_marketplace() returns void language plpgsql as $$
begin
  insert into auth.users (id, email) values (bench.id('admin'), 'admin@example.com');
  insert into public.profiles (id, display_name) values (bench.id('admin'), 'admin');
  insert into public.platform_admins (user_id) values (bench.id('admin'));
  insert into public.categories (id, slug, name, position)
  select bench.id('category ' || n), 'category-' || n, 'Category ' || n, n from generate_series(1, 12) n;
  insert into public.designers (id, slug, label)
  select bench.id('designer ' || n), 'designer-' || n, 'Designer ' || n from generate_series(1, 40) n;
end
$$;

-- One active boutique with its people: two stylists, a manager, an owner, and customers who rent nowhere else.
create function bench.load_boutique(b integer, products integer, pieces integer, allocations integer, customers integer) returns void
language plpgsql as $$
declare
  v_boutique uuid := bench.id('boutique ' || b);
  v_location uuid := bench.id('location ' || b);
  v_variants integer := products * 2;
  v_garments integer := v_variants * pieces;
begin
  insert into public.boutiques (id, slug, name, currency, timezone, status)
  values (v_boutique, 'boutique-' || b, 'Boutique ' || b, 'ETB', 'Africa/Addis_Ababa', 'active');
  insert into public.rental_policies (boutique_id) values (v_boutique);
  insert into public.locations (id, boutique_id, name, city, country, timezone, latitude, longitude, listed)
  select bench.id(name || ' ' || b), v_boutique, name, 'Addis Ababa', 'ET', 'Africa/Addis_Ababa', 8.5 + bench.share(b, 1), 38.3 + bench.share(b, 2), true
  from unnest(array['location', 'second location']) name;
  with people as (
    select name from unnest(array['stylist', 'other stylist', 'manager', 'owner']) name
    union all select 'customer ' || n from generate_series(1, customers) n
  ), accounts as (
    insert into auth.users (id, email)
    select bench.id(p.name || ' ' || b), replace(p.name, ' ', '-') || '-' || b || '@example.com' from people p
  )
  insert into public.profiles (id, display_name) select bench.id(p.name || ' ' || b), p.name from people p;
  insert into public.boutique_members (boutique_id, user_id, role)
  select v_boutique, bench.id(role || ' ' || b), replace(role, 'other ', '')::public.member_role
  from unnest(array['stylist', 'other stylist', 'manager', 'owner']) role;

  -- Every tenth product is a draft. Publication is spread over two years, alike in all boutiques. Twenty boutiques in a row
  -- have the same styles.
  insert into public.products (id, boutique_id, designer_id, category_id, slug, name, description, attributes, style_code, status, listed,
    published_at, created_at)
  select bench.id(format('product %s %s', b, p)), v_boutique, bench.id('designer ' || 1 + p % 40),
    bench.id('category ' || 1 + p % 12), 'gown-' || p, 'Gown ' || p, repeat('A gown of silk and lace. ', 12),
    '{"silhouette": "a-line", "fabric": "silk"}', format('style-%s-%s', (b - 1) / 20, p), (case when p % 10 = 0 then 'draft' else 'published' end)::public.product_status,
    p % 10 <> 0, case when p % 10 <> 0 then at.moment end, at.moment
  from generate_series(1, products) p
  cross join lateral (select now() - interval '2 years' * bench.share(b, p) as moment) at;

  insert into public.product_variants (id, product_id, boutique_id, size, sku, rental_price_per_day, deposit, currency, listed)
  select bench.id(format('variant %s %s', b, v)), bench.id(format('product %s %s', b, p)), v_boutique,
    (36 + 2 * (v % 2))::text, 'sku-' || v, 10000, 50000, 'ETB', p % 10 <> 0
  from generate_series(1, v_variants) v
  cross join lateral (select (v + 1) / 2 as p) product;

  insert into public.product_media (product_id, boutique_id, storage_path, alt, position, state, listed)
  select bench.id(format('product %s %s', b, p)), v_boutique, format('%s/%s-%s.jpg', v_boutique, p, place), 'The gown', place,
    'ready', p % 10 <> 0
  from generate_series(1, products) p, generate_series(0, 1) place;

  insert into public.resources (id, boutique_id, location_id, kind)
  select bench.id(format('garment %s %s', b, g)), v_boutique, v_location, 'garment' from generate_series(1, v_garments) g;
  insert into public.garments (id, boutique_id, variant_id, location_id, serial)
  select bench.id(format('garment %s %s', b, g)), v_boutique, bench.id(format('variant %s %s', b, 1 + (g - 1) / pieces)), v_location,
    'serial-' || lpad(g::text, 6, '0')
  from generate_series(1, v_garments) g;

  -- Allocations take turns over the garments, from two years ago to one year ahead; the steps of a garment are longer
  -- than a rental. Every second one is a rental, some are released.
  insert into public.allocations (id, resource_id, boutique_id, during, kind, state, source_id, created_at)
  select bench.id(format('allocation %s %s', b, a)), bench.id(format('garment %s %s', b, 1 + a % v_garments)), v_boutique,
    tstzrange(start, start + case when a % 2 = 0 then interval '6 days' else interval '2 hours' end),
    (case when a % 2 = 0 then 'rental' when a % 4 = 1 then 'fitting' else 'cleaning' end)::public.allocation_kind,
    (case when a % 20 = 0 then 'released' else 'confirmed' end)::public.allocation_state,
    case when a % 2 = 0 then bench.id(format('rental %s %s', b, a)) end, start - interval '40 days'
  from generate_series(1, allocations) a
  cross join lateral (
    select date_trunc('hour', now()) - interval '730 days'
      + interval '1095 days' * ((a / v_garments)::float8 / ceil(allocations::float8 / v_garments)
        + (a % v_garments)::float8 / v_garments / ceil(allocations::float8 / v_garments)) as start
  ) s;

  insert into public.rentals (id, boutique_id, customer_id, variant_id, garment_id, allocation_id, period, state, price,
    deposit, currency, created_at)
  select bench.id_at(a.created_at), v_boutique, bench.id(format('customer %s %s', 1 + abs(hashtext(a.id::text) % customers), b)), g.variant_id, g.id,
    a.id, daterange((lower(a.during) + interval '1 day')::date, (upper(a.during) - interval '2 days')::date),
    (case when a.state = 'released' then 'cancelled' when upper(a.during) < now() then 'closed' else 'reserved' end)::public.rental_state,
    30000, 50000, 'ETB', a.created_at
  from public.allocations a
  join public.garments g on g.id = a.resource_id
  where a.boutique_id = v_boutique and a.kind = 'rental';

  -- Two entries of the log for every product: enough to page through.
  insert into public.audit_log (id, action, table_name, row_key, boutique_id, actor_id, actor_role, new, created_at)
  select bench.id_at(at.moment), 'update', 'products', jsonb_build_object('id', bench.id(format('product %s %s', b, 1 + n % products))),
    v_boutique, bench.id('manager ' || b), 'authenticated', '{"name": "Another name"}', at.moment
  from generate_series(1, products * 2) n
  cross join lateral (select now() - interval '2 years' * bench.share(b, n) as moment) at;
end
$$;

-- A branch ready for fittings: ten stylists, six rooms, open from 9 to 18 every day, and twenty fittings a day, four at a
-- time, from a month ago to a month ahead.
create function bench.load_salon(b integer, customers integer) returns void
language plpgsql as $$
declare
  v_boutique uuid := bench.id('boutique ' || b);
  v_location uuid := bench.id('location ' || b);
begin
  insert into public.opening_hours (location_id, boutique_id, weekday, opens, closes)
  select v_location, v_boutique, d, '09:00', '18:00' from generate_series(1, 7) d;
  insert into public.fitting_services (id, boutique_id, name, duration_minutes, buffer_minutes_after, step_minutes, currency, listed)
  values (bench.id('service ' || b), v_boutique, 'Fitting', 60, 15, 30, 'ETB', true);
  insert into public.resources (id, boutique_id, location_id, kind)
  select bench.id(format('stylist %s %s', b, n)), v_boutique, null, 'stylist'::public.resource_kind from generate_series(1, 10) n
  union all select bench.id(format('room %s %s', b, n)), v_boutique, v_location, 'room' from generate_series(1, 6) n;
  insert into public.stylists (id, boutique_id, display_name, listed)
  select bench.id(format('stylist %s %s', b, n)), v_boutique, 'Stylist ' || n, true from generate_series(1, 10) n;
  insert into public.rooms (id, boutique_id, location_id, name)
  select bench.id(format('room %s %s', b, n)), v_boutique, v_location, 'Room ' || n from generate_series(1, 6) n;
  insert into public.working_hours (stylist_id, boutique_id, location_id, weekday, starts, ends)
  select bench.id(format('stylist %s %s', b, n)), v_boutique, v_location, d, '09:00', '18:00'
  from generate_series(1, 10) n, generate_series(1, 7) d;
  insert into public.service_stylists (service_id, stylist_id, boutique_id)
  select bench.id('service ' || b), bench.id(format('stylist %s %s', b, n)), v_boutique from generate_series(1, 10) n;

  with fittings as (
    select bench.id(format('fitting %s %s %s', b, d, n)) as id, bench.id(format('stylist %s %s', b, 1 + n % 10)) as stylist,
      bench.id(format('room %s %s', b, 1 + n % 4)) as room, bench.id(format('customer %s %s', 1 + (d + 60 + n) % customers, b)) as customer,
      (current_date + d + time '09:00' + n / 4 * interval '105 minutes') at time zone 'Africa/Addis_Ababa' as starts
    from generate_series(-30, 30) d, generate_series(0, 19) n
  ), taken as (
    insert into public.allocations (resource_id, boutique_id, during, kind, state, source_id)
    select r.id, v_boutique, tstzrange(f.starts, f.starts + interval '75 minutes'), 'fitting', 'confirmed', f.id
    from fittings f cross join lateral (values (f.stylist), (f.room)) r (id)
  )
  insert into public.appointments (id, boutique_id, customer_id, location_id, service_id, stylist_id, room_id, during, price, currency,
    free_cancellation_until, late_cancellation_fee, no_show_fee)
  select f.id, v_boutique, f.customer, v_location, bench.id('service ' || b), f.stylist, f.room,
    tstzrange(f.starts, f.starts + interval '60 minutes'), 0, 'ETB', f.starts - interval '1 day', 0, 0
  from fittings f;
end
$$;
