-- fitting_slots: when a service can be booked at a branch, with a stylist, a room and all wished gowns free.

create type private.fitting_terms as (
  service public.fitting_services,
  location_id uuid,
  boutique_id uuid,
  timezone text
);

create function private.fitting_terms(location_id uuid, service_id uuid) returns private.fitting_terms
language plpgsql stable
set search_path = ''
as $$
declare
  v_terms private.fitting_terms;
begin
  select l.id, l.boutique_id, l.timezone into v_terms.location_id, v_terms.boutique_id, v_terms.timezone
  from public.locations l where l.id = fitting_terms.location_id and l.listed;
  if not found then
    perform private.raise_error(404, 'location_not_found', 'There is no such branch, or it is not on show.',
      jsonb_build_object('location_id', location_id));
  end if;
  select s into v_terms.service
  from public.fitting_services s
  where s.id = fitting_terms.service_id and s.boutique_id = v_terms.boutique_id and s.listed;
  if not found then
    perform private.raise_error(404, 'service_not_found', 'There is no such service of this boutique, or it is not offered.',
      jsonb_build_object('service_id', service_id));
  end if;
  return v_terms;
end
$$;
comment on function private.fitting_terms(uuid, uuid) is 'A service at a branch, as the public sees both. PT404 location_not_found, PT404 service_not_found.';

create type private.fitting_wish as (
  garment_ids uuid[],
  variant_ids uuid[]
);
comment on type private.fitting_wish is 'The gowns for a fitting: these very garments, and one piece, whichever is free, of each of these variants.';

create function private.wished_pieces(terms private.fitting_terms, wish private.fitting_wish)
returns table (variant_id uuid, garment_id uuid)
language plpgsql stable -- not sql: its plan is kept for the session
rows 10
set search_path = ''
as $$
begin
  return query
  select g.variant_id, g.id
  from public.garments g
  where g.variant_id = any (wish.variant_ids) and g.location_id = terms.location_id and g.retired_at is null
    and g.id <> all (wish.garment_ids);
end
$$;
comment on function private.wished_pieces(private.fitting_terms, private.fitting_wish) is
  'The pieces at the branch and in service of which one per variant will do. A garment that is wished itself does not count twice.';

create function private.check_wish(terms private.fitting_terms, garment_ids uuid[], variant_ids uuid[]) returns private.fitting_wish
language plpgsql stable
set search_path = ''
as $$
declare
  v_service public.fitting_services := terms.service;
  v_wish private.fitting_wish;
  v_missing uuid[];
begin
  v_wish.garment_ids := array(select distinct g.id from unnest(garment_ids) g (id) where g.id is not null order by g.id);
  v_wish.variant_ids := array(select distinct v.id from unnest(variant_ids) v (id) where v.id is not null order by v.id);
  if cardinality(v_wish.garment_ids) + cardinality(v_wish.variant_ids) > v_service.max_garments then
    perform private.raise_error(400, 'too_many_garments', format('This service takes up to %s gowns.', v_service.max_garments),
      jsonb_build_object('max_garments', v_service.max_garments));
  end if;
  v_missing := array(
    select w.id from unnest(v_wish.garment_ids) w (id)
    where not exists (
      select from public.garments g
      where g.id = w.id and g.boutique_id = terms.boutique_id and g.location_id = terms.location_id and g.retired_at is null)
    order by w.id);
  if cardinality(v_missing) > 0 then
    perform private.raise_error(404, 'garment_not_found', 'A gown is not at this branch, or not in service.',
      jsonb_build_object('garment_ids', to_jsonb(v_missing)));
  end if;
  -- Only what is on show: who wishes a variant knows it from the catalog.
  v_missing := array(
    select w.id from unnest(v_wish.variant_ids) w (id)
    where not exists (select from public.product_variants v where v.id = w.id and v.listed)
      or w.id not in (select p.variant_id from private.wished_pieces(terms, v_wish) p)
    order by w.id);
  if cardinality(v_missing) > 0 then
    perform private.raise_error(404, 'garment_not_found', 'No gown of a variant is at this branch and in service, or the variant is not on show.',
      jsonb_build_object('variant_ids', to_jsonb(v_missing)));
  end if;
  return v_wish;
end
$$;
comment on function private.check_wish(private.fitting_terms, uuid[], uuid[]) is
  'What is wished, each once and in the order of ids. PT400 too_many_garments, PT404 garment_not_found.';

create function private.fitting_block(service public.fitting_services, starts_at timestamptz) returns tstzrange
language plpgsql immutable -- not sql: that would be planned anew by every statement
set search_path = ''
as $$
begin
  return tstzrange(
    starts_at - make_interval(mins => service.buffer_minutes_before),
    starts_at + make_interval(mins => service.duration_minutes + service.buffer_minutes_after));
end
$$;
comment on function private.fitting_block(public.fitting_services, timestamptz) is 'The time that a fitting takes stylist, room and gowns for, buffers included.';

create function private.working_periods(location_id uuid, stylist_ids uuid[], from_date date, to_date date)
returns table (stylist_id uuid, periods tstzmultirange)
language plpgsql stable -- not sql: its plan is kept for the session
rows 10
set search_path = ''
as $$
begin
  return query
  select w.stylist_id, range_agg(m.period)
  from public.locations l
  join public.working_hours w on w.location_id = l.id and w.stylist_id = any (working_periods.stylist_ids)
  -- From the day before: a shift may go on past midnight.
  join generate_series(from_date::timestamp - interval '1 day', to_date::timestamp, interval '1 day') d (day)
    on extract(isodow from d.day) = w.weekday
  cross join lateral (select private.moments_of_day(d.day::date, w.starts, w.ends, l.timezone) as period) m
  where l.id = working_periods.location_id and not isempty(m.period)
  group by w.stylist_id;
end
$$;
comment on function private.working_periods(uuid, uuid[], date, date) is 'When stylists work at a branch on these days, as moments.';

create function private.taken_periods(resource_ids uuid[], during tstzrange) returns table (resource_id uuid, periods tstzmultirange)
language plpgsql stable -- not sql: its plan is kept for the session
rows 10
set search_path = ''
as $$
begin
  -- The predicate of the partial exclusion index is repeated, or the index would not be used.
  return query
  select a.resource_id, range_agg(a.during)
  from public.allocations a
  where a.resource_id = any (taken_periods.resource_ids)
    and a.during && taken_periods.during
    and a.state <> 'released'
    and (a.held_until is null or a.held_until > now())
  group by a.resource_id;
end
$$;
comment on function private.taken_periods(uuid[], tstzrange) is 'When resources are taken; those that are free all the time have no row. A hold past its time does not count.';

create function private.fitting_starts(terms private.fitting_terms, from_date date, to_date date) returns setof timestamptz
language plpgsql stable -- not sql: its plan is kept for the session
rows 500
set search_path = ''
as $$
begin
  -- Counted in moments from the opening: no start is skipped or comes twice where the clocks change. Distinct, for hours past
  -- midnight may meet those of the next day.
  return query
  select distinct s.starts_at
  from private.open_periods(terms.location_id, from_date - 1, to_date) o (period)
  cross join lateral generate_series(
    lower(o.period),
    upper(o.period) - make_interval(mins => (terms.service).duration_minutes),
    make_interval(mins => (terms.service).step_minutes)) s (starts_at)
  where (s.starts_at at time zone terms.timezone)::date between from_date and to_date
    and s.starts_at >= now() + make_interval(hours => (terms.service).min_hours_ahead)
    and s.starts_at <= now() + make_interval(days => (terms.service).max_days_ahead);
end
$$;
comment on function private.fitting_starts(private.fitting_terms, date, date) is 'Starts that the opening hours and the service allow on these days, whether somebody is free or not.';

create function private.qualified_stylist_ids(service_id uuid) returns uuid[]
language plpgsql stable -- not sql: its plan is kept for the session
set search_path = ''
as $$
begin
  return array(
    select s.id from public.service_stylists q join public.stylists s on s.id = q.stylist_id
    where q.service_id = qualified_stylist_ids.service_id and s.retired_at is null
    order by s.id);
end
$$;
comment on function private.qualified_stylist_ids(uuid) is 'Stylists in service who may do a service.';

create function private.free_slots(terms private.fitting_terms, from_date date, to_date date, wish private.fitting_wish, people integer)
returns table (starts_at timestamptz, stylist_ids uuid[], room_ids uuid[])
language plpgsql stable
rows 200
set search_path = ''
set plan_cache_mode = force_generic_plan -- the plan is the same for all, and making it takes as long as a day's slots
as $$
declare
  v_service public.fitting_services := terms.service;
  v_starts timestamptz[] := array(select f from private.fitting_starts(terms, from_date, to_date) f order by f);
  v_stylists uuid[] := private.qualified_stylist_ids(v_service.id);
  v_rooms uuid[] := array(
    select r.id from public.rooms r
    where r.location_id = terms.location_id and r.retired_at is null and r.capacity >= people
    order by r.id);
  v_window tstzrange;
begin
  if cardinality(v_starts) = 0 then
    return;
  end if;
  v_window := tstzrange(
    lower(private.fitting_block(v_service, v_starts[1])),
    upper(private.fitting_block(v_service, v_starts[cardinality(v_starts)])));
  -- The calendar is read once per resource; the rest is arithmetic on multiranges.
  return query
  with pieces as materialized (
    select * from private.wished_pieces(terms, wish)
  ),
  taken as materialized (
    select * from private.taken_periods(
      v_stylists || v_rooms || wish.garment_ids || array(select p.garment_id from pieces p), v_window)
  ),
  gowns_taken as materialized (
    select range_agg(p.period) as periods
    from taken t cross join lateral unnest(t.periods) p (period)
    where t.resource_id = any (wish.garment_ids)
  ),
  choice as materialized (
    select p.variant_id, coalesce(t.periods, '{}') as periods
    from pieces p left join taken t on t.resource_id = p.garment_id
  ),
  working as materialized (
    select w.stylist_id, w.periods - coalesce(t.periods, '{}') as free, w.periods
    from private.working_periods(terms.location_id, v_stylists, from_date, to_date) w
    left join taken t on t.resource_id = w.stylist_id
  ),
  rooms as materialized (
    select r.id, coalesce(t.periods, '{}') as periods
    from unnest(v_rooms) r (id) left join taken t on t.resource_id = r.id
  )
  select s.at, st.ids, ro.ids
  from unnest(v_starts) s (at)
  cross join lateral (
    select private.fitting_block(v_service, s.at) as block,
      tstzrange(s.at, s.at + make_interval(mins => v_service.duration_minutes)) as fitting
  ) b
  cross join lateral (
    -- She works during the fitting; before and after it she only has to be free.
    select array_agg(w.stylist_id order by w.stylist_id) as ids
    from working w left join taken t on t.resource_id = w.stylist_id
    where w.periods @> b.fitting and not coalesce(t.periods && b.block, false)
  ) st
  cross join lateral (
    select array_agg(r.id order by r.id) as ids from rooms r where not r.periods && b.block
  ) ro
  where st.ids is not null and ro.ids is not null
    and not coalesce((select g.periods && b.block from gowns_taken g), false)
    -- One piece that is free all the time: two that are free for half of it each are of no use.
    and not exists (
      select from unnest(wish.variant_ids) v (id)
      where not exists (select from choice c where c.variant_id = v.id and not c.periods && b.block))
  order by s.at;
end
$$;
comment on function private.free_slots(private.fitting_terms, date, date, private.fitting_wish, integer) is 'Free starts with the stylists and rooms that are free then; every wished garment is, and a piece of every wished variant.';

create function private.fitting_slots(
  location_id uuid, service_id uuid, from_date date, to_date date, garment_ids uuid[], variant_ids uuid[])
returns table (starts_at timestamptz, ends_at timestamptz, stylist_ids uuid[])
language plpgsql volatile -- counts its calls
rows 200
security definer -- anybody may ask what is free, nobody may read the calendar itself
set search_path = ''
as $$
declare
  v_terms private.fitting_terms;
  v_wish private.fitting_wish;
  v_service public.fitting_services;
begin
  perform private.limit_rate('fitting_slots', 300, 300);
  if from_date is null or to_date is null or not isfinite(from_date) or not isfinite(to_date) or to_date < from_date
    or to_date - from_date > 31 then
    perform private.raise_error(400, 'invalid_period', 'from_date and to_date have to be days, the first not after the last, at most a month apart.',
      jsonb_build_object('from_date', from_date, 'to_date', to_date));
  end if;
  v_terms := private.fitting_terms(location_id, service_id);
  v_service := v_terms.service;
  v_wish := private.check_wish(v_terms, garment_ids, variant_ids);
  return query
  select f.starts_at, f.starts_at + make_interval(mins => v_service.duration_minutes), f.stylist_ids
  from private.free_slots(v_terms, from_date, to_date, v_wish, 1) f
  order by f.starts_at
  limit 1000;
end
$$;

create function public.fitting_slots(
  location_id uuid, service_id uuid, from_date date, to_date date, garment_ids uuid[] default '{}', variant_ids uuid[] default '{}')
returns table (starts_at timestamptz, ends_at timestamptz, stylist_ids uuid[])
language sql volatile
rows 200
security invoker
set search_path = ''
as $$
  select * from private.fitting_slots(location_id, service_id, from_date, to_date, garment_ids, variant_ids)
$$;
comment on function public.fitting_slots(uuid, uuid, date, date, uuid[], uuid[]) is
  'Starts at which a service can be booked at a branch on these days (of its time zone, at most a month), with the stylists who are free. All wished garments are free then, and a piece of each wished variant. For anybody. PT404 location_not_found, service_not_found, garment_not_found; PT400 invalid_period, too_many_garments; PT429 too_many_requests.';
grant execute on function private.fitting_slots(uuid, uuid, date, date, uuid[], uuid[]) to anon, authenticated, service_role;
grant execute on function public.fitting_slots(uuid, uuid, date, date, uuid[], uuid[]) to anon, authenticated, service_role;
