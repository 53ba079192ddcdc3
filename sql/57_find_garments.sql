-- find_garments: which boutiques have a gown in a size, free on some days, and how far away they are.

create type public.garment_offer as (
  boutique_id uuid,
  boutique_slug text,
  boutique_name text,
  location_id uuid,
  location_name text,
  city text,
  country text,
  product_id uuid,
  product_slug text,
  variant_id uuid,
  color text,
  price_per_day bigint,
  deposit bigint,
  currency text,
  free integer,
  distance_km double precision
);
comment on type public.garment_offer is
  'Row of find_garments: a variant at a branch, how many of it are free, and how far away the branch is (null without a position). Money in minor units of the currency.';

create function private.distance_km(latitude_1 numeric, longitude_1 numeric, latitude_2 numeric, longitude_2 numeric) returns double precision
language sql immutable strict -- least() would make half the earth of an unknown position
set search_path = ''
as $$
  -- Haversine formula (R. W. Sinnott, "Virtues of the Haversine", Sky & Telescope 68, 1984) on a sphere of the mean radius
  -- of the earth of the IUGG, 6371.0088 km: at most half a percent off.
  select round((2 * 6371.0088 * asin(least(1, sqrt(
    sin(radians(latitude_2::double precision - latitude_1::double precision) / 2) ^ 2
    + cos(radians(latitude_1::double precision)) * cos(radians(latitude_2::double precision))
      * sin(radians(longitude_2::double precision - longitude_1::double precision) / 2) ^ 2))))::numeric, 1)::double precision
$$;
comment on function private.distance_km(numeric, numeric, numeric, numeric) is 'Great-circle distance of two positions in degrees, in km; null when one is not known.';

create function private.find_garments(product_id uuid, size text, period text, latitude numeric, longitude numeric)
returns setof public.garment_offer
language plpgsql volatile -- counts its calls
rows 20
security definer -- anybody may ask how many are free, nobody may read the calendar itself
set search_path = ''
as $$
declare
  v_period daterange;
  v_product public.products;
begin
  perform private.limit_rate('find_garments', 120, 120);
  select * into v_product from public.products p where p.id = find_garments.product_id and p.listed;
  if not found then
    perform private.raise_error(404, 'product_not_found', 'There is no such product, or it is not on show.',
      jsonb_build_object('product_id', find_garments.product_id));
  end if;
  v_period := private.parse_period(period);
  if find_garments.size is null or find_garments.size !~ '\S' then
    perform private.raise_error(400, 'invalid_size', 'Ask for a size.');
  elsif (latitude is null) <> (longitude is null) or latitude not between -90 and 90 or longitude not between -180 and 180 then
    perform private.raise_error(400, 'invalid_position', 'A position has a latitude of -90 to 90 and a longitude of -180 to 180 degrees, or is left out.',
      jsonb_build_object('latitude', latitude, 'longitude', longitude));
  end if;

  return query
  with offers as materialized (
    -- Each boutique has its own time zone, buffers and bounds.
    select v.id as variant_id, p.id as product_id, p.slug as product_slug, v.color, v.rental_price_per_day, v.deposit, v.currency,
      b.id as boutique_id, b.slug as boutique_slug, b.name as boutique_name,
      private.allocation_of_period(v_period, r.buffer_days_before, r.buffer_days_after, b.timezone) as during
    from public.products p
    join public.product_variants v on v.product_id = p.id and v.size = find_garments.size and v.rental_price_per_day is not null
    join public.boutiques b on b.id = p.boutique_id
    join public.rental_policies r on r.boutique_id = b.id
    cross join lateral (select (now() at time zone b.timezone)::date as today) t
    where (p.id = v_product.id or (p.designer_id = v_product.designer_id and p.style_code = v_product.style_code))
      and p.listed and p.for_rent
      and upper(v_period) - lower(v_period) between r.min_days and r.max_days
      and lower(v_period) >= t.today
      and upper(v_period) - 1 <= t.today + r.max_days_ahead
  ),
  counts as (
    select o.variant_id, g.location_id, count(*)::integer as free
    from offers o
    cross join lateral private.free_garment_ids(o.variant_id, o.during) f (id)
    join public.garments g on g.id = f.id
    group by o.variant_id, g.location_id
  )
  select o.boutique_id, o.boutique_slug, o.boutique_name, l.id, l.name, l.city, l.country, o.product_id, o.product_slug,
    o.variant_id, o.color, o.rental_price_per_day, o.deposit, o.currency::text, c.free,
    private.distance_km(find_garments.latitude, find_garments.longitude, l.latitude, l.longitude) as km
  from counts c
  join offers o on o.variant_id = c.variant_id
  join public.locations l on l.id = c.location_id and l.listed
  order by km nulls last, o.boutique_id <> v_product.boutique_id, o.product_id <> v_product.id, o.boutique_name, l.name, o.color, o.variant_id
  limit 100;
end
$$;

create function public.find_garments(product_id uuid, size text, period text, latitude numeric default null, longitude numeric default null)
returns setof public.garment_offer
language sql volatile
rows 20
security invoker
set search_path = ''
as $$
  select * from private.find_garments(product_id, size, period, latitude, longitude)
$$;
comment on function public.find_garments(uuid, text, text, numeric, numeric) is
  'Branches, of this boutique and of others, that have a gown in a size free on these days, with how many: the same product, or one of the same designer with the same style code. The nearest first when a position is given, otherwise the own boutique first; at most 100. period as in quote_rental. For anybody. PT404 product_not_found; PT400 invalid_period, invalid_size, invalid_position; PT429 too_many_requests.';
grant execute on function private.find_garments(uuid, text, text, numeric, numeric) to anon, authenticated, service_role;
grant execute on function public.find_garments(uuid, text, text, numeric, numeric) to anon, authenticated, service_role;
