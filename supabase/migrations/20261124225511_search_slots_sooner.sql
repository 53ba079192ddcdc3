set local check_function_bodies = off;

DROP FUNCTION "private"."fitting_block"(public.fitting_services, timestamp with time zone);

DROP FUNCTION "private"."fitting_starts"(private.fitting_terms, date, date);

DROP FUNCTION "private"."moments_of_day"(date, time without time zone, time without time zone, text);

DROP FUNCTION "private"."qualified_stylist_ids"(uuid);

CREATE OR REPLACE FUNCTION private.fitting_block(service public.fitting_services, starts_at timestamp with time zone)
 RETURNS tstzrange
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
begin
  return tstzrange(
    starts_at - make_interval(mins => service.buffer_minutes_before),
    starts_at + make_interval(mins => service.duration_minutes + service.buffer_minutes_after));
end
$function$;

CREATE OR REPLACE FUNCTION private.fitting_starts(terms private.fitting_terms, from_date date, to_date date)
 RETURNS SETOF timestamp with time zone
 LANGUAGE plpgsql
 STABLE ROWS 500
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.free_slots(terms private.fitting_terms, from_date date, to_date date, gowns uuid[], people integer)
 RETURNS TABLE(starts_at timestamp with time zone, stylist_ids uuid[], room_ids uuid[])
 LANGUAGE plpgsql
 STABLE ROWS 200
 SET search_path TO ''
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
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
  with taken as materialized (
    select * from private.taken_periods(v_stylists || v_rooms || gowns, v_window)
  ),
  gowns_taken as materialized (
    select range_agg(p.period) as periods
    from taken t cross join lateral unnest(t.periods) p (period)
    where t.resource_id = any (gowns)
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
  order by s.at;
end
$function$;

CREATE OR REPLACE FUNCTION private.moments_of_day(day date, opens time without time zone, closes time without time zone, timezone text)
 RETURNS tstzrange
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  v_starts timestamptz := (day + opens) at time zone timezone;
  v_ends timestamptz := (day + closes + case when closes <= opens then interval '1 day' else interval '0' end) at time zone timezone;
begin
  return case when v_starts < v_ends then tstzrange(v_starts, v_ends) else 'empty' end;
end
$function$;

CREATE OR REPLACE FUNCTION private.qualified_stylist_ids(service_id uuid)
 RETURNS uuid[]
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return array(
    select s.id from public.service_stylists q join public.stylists s on s.id = q.stylist_id
    where q.service_id = qualified_stylist_ids.service_id and s.retired_at is null
    order by s.id);
end
$function$;

CREATE OR REPLACE FUNCTION private.raise_slot_taken(terms private.fitting_terms, starts_at timestamp with time zone, gowns uuid[], people integer)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_day date := (starts_at at time zone terms.timezone)::date;
  v_window integer[];
  v_next timestamptz[] := '{}';
begin
  -- Few have to look further than the same day, and a crowd that is refused is to wait for little.
  foreach v_window slice 1 in array array[[0, 0], [1, 3], [4, 14]] loop
    v_next := v_next || array(
      select s.starts_at from private.free_slots(terms, v_day + v_window[1], v_day + v_window[2], gowns, people) s
      where s.starts_at > raise_slot_taken.starts_at
      order by s.starts_at limit 3 - cardinality(v_next));
    exit when cardinality(v_next) = 3;
  end loop;
  perform private.raise_error(409, 'slot_taken',
    case when v_next = '{}' then 'This time is taken, and so are the two weeks after it.'
    else 'This time is taken. See next_free for other times.' end,
    jsonb_build_object('starts_at', starts_at, 'next_free', to_jsonb(v_next)));
end
$function$;

COMMENT ON FUNCTION "private"."fitting_block"(public.fitting_services, timestamp with time zone) IS 'The time that a fitting takes stylist, room and gowns for, buffers included.';

COMMENT ON FUNCTION "private"."fitting_starts"(private.fitting_terms, date, date) IS 'Starts that the opening hours and the service allow on these days, whether somebody is free or not.';

COMMENT ON FUNCTION "private"."moments_of_day"(date, time without time zone, time without time zone, text) IS 'From when to when two local times of a day are, as moments: 23 or 25 hours long where the clocks change. Empty when the clocks skip all of it.';

COMMENT ON FUNCTION "private"."qualified_stylist_ids"(uuid) IS 'Stylists in service who may do a service.';

REVOKE ALL ON FUNCTION "private"."fitting_block"(public.fitting_services, timestamp with time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."fitting_block"(public.fitting_services, timestamp with time zone) TO "postgres";

REVOKE ALL ON FUNCTION "private"."fitting_starts"(private.fitting_terms, date, date) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."fitting_starts"(private.fitting_terms, date, date) TO "postgres";

REVOKE ALL ON FUNCTION "private"."moments_of_day"(date, time without time zone, time without time zone, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."moments_of_day"(date, time without time zone, time without time zone, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."qualified_stylist_ids"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."qualified_stylist_ids"(uuid) TO "postgres";
