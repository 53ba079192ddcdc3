-- product_availability: the calendar of a product as the public may see it, in numbers.

create function private.product_availability(product_id uuid, from_date date, to_date date)
returns table (variant_id uuid, day date, free integer, total integer)
language plpgsql volatile -- counts its calls
rows 1000
security definer -- anybody may ask how many are free, nobody may read the calendar itself
set search_path = ''
as $$
declare
  v_timezone text;
  v_max_days bigint;
begin
  perform private.limit_rate('product_availability', 300, 300);
  if from_date is null or to_date is null or not isfinite(from_date) or not isfinite(to_date) or to_date < from_date then
    perform private.raise_error(400, 'invalid_period', 'from_date and to_date have to be days, the first not after the last.',
      jsonb_build_object('from_date', from_date, 'to_date', to_date));
  end if;
  select b.timezone into v_timezone
  from public.products p join public.boutiques b on b.id = p.boutique_id
  where p.id = product_availability.product_id and p.listed;
  if not found then
    perform private.raise_error(404, 'product_not_found', 'There is no such product, or it is not on show.',
      jsonb_build_object('product_id', product_id));
  end if;

  -- The API cuts an answer at a thousand rows without a word; a calendar with a hole would promise what is taken.
  select 1000 / greatest(count(*), 1) into v_max_days
  from public.product_variants v where v.product_id = product_availability.product_id and v.listed;
  if to_date - from_date >= v_max_days then
    perform private.raise_error(400, 'invalid_period', format('Ask for at most %s days of this product at a time.', v_max_days),
      jsonb_build_object('from_date', from_date, 'to_date', to_date, 'max_days', v_max_days));
  end if;

  return query
  with pieces as (
    select v.id as variant_id, g.id as garment_id
    from public.product_variants v
    left join public.garments g on g.variant_id = v.id and g.retired_at is null
    where v.product_id = product_availability.product_id and v.listed
  ),
  taken as (
    -- Days that an allocation touches, each once per garment.
    select distinct p.variant_id, p.garment_id, d.day
    from pieces p
    join public.allocations a on a.resource_id = p.garment_id
      and a.state <> 'released'
      and (a.held_until is null or a.held_until > now())
      and a.during && tstzrange(from_date::timestamp at time zone v_timezone, (to_date + 1)::timestamp at time zone v_timezone)
    cross join lateral (
      select s.day::date
      from generate_series(
        greatest(from_date, (lower(a.during) at time zone v_timezone)::date),
        least(to_date, ((upper(a.during) - interval '1 microsecond') at time zone v_timezone)::date),
        interval '1 day') s (day)
    ) d
  ),
  totals as (
    select p.variant_id, count(p.garment_id)::integer as total from pieces p group by p.variant_id
  ),
  counts as (
    select t.variant_id, t.day, count(*)::integer as taken from taken t group by t.variant_id, t.day
  )
  select t.variant_id, s.day::date, t.total - coalesce(c.taken, 0), t.total
  from totals t
  cross join generate_series(from_date::timestamp, to_date::timestamp, interval '1 day') s (day)
  left join counts c on c.variant_id = t.variant_id and c.day = s.day::date
  order by t.variant_id, s.day;
end
$$;

create function public.product_availability(product_id uuid, from_date date, to_date date)
returns table (variant_id uuid, day date, free integer, total integer)
language sql volatile
rows 1000
security invoker
set search_path = ''
as $$
  select * from private.product_availability(product_id, from_date, to_date)
$$;
comment on function public.product_availability(uuid, date, date) is
  'Per variant and day, how many garments are free out of how many in service, buffers of other rentals counted as taken. At most 1000 rows, variants times days, so 200 days of a product in five sizes; in the boutique''s time zone. PT404 product_not_found, PT400 invalid_period, PT429 too_many_requests.';
grant execute on function private.product_availability(uuid, date, date) to anon, authenticated, service_role;
grant execute on function public.product_availability(uuid, date, date) to anon, authenticated, service_role;
