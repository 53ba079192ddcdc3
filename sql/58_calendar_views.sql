-- What staff see of the calendar: every resource of a branch for some days, and how well each is used.

create type public.calendar_row as (
  resource_id uuid,
  kind public.resource_kind,
  label text,
  entries jsonb
);
comment on type public.calendar_row is
  'Row of calendar_view: a resource and what takes it, in the order of time. An entry has allocation_id, kind, from, until, source_id, state (of the rental, appointment or show, or else of the allocation), customer and note (of a show: its title).';

create function private.calendar_view(location_id uuid, from_time timestamptz, to_time timestamptz)
returns setof public.calendar_row
language plpgsql stable
rows 200
security definer -- staff see for whom a garment or a stylist is taken, and read no profiles otherwise
set search_path = ''
as $$
declare
  v_boutique uuid;
begin
  select l.boutique_id into v_boutique from public.locations l
  where l.id = calendar_view.location_id
    and (l.boutique_id in (select private.my_boutique_ids('calendar.read')) or (select private.is_admin()));
  if not found then
    perform private.raise_error(404, 'location_not_found', 'There is no such branch of a boutique you work for.',
      jsonb_build_object('location_id', location_id));
  elsif from_time is null or to_time is null or not isfinite(from_time) or not isfinite(to_time) or to_time <= from_time
    or to_time - from_time > interval '32 days' then
    perform private.raise_error(400, 'invalid_period', 'from_time has to be before to_time, by a month at most.',
      jsonb_build_object('from_time', from_time, 'to_time', to_time));
  end if;

  return query
  with shown as materialized (
    select g.id, 'garment'::public.resource_kind as kind, format('%s, size %s (%s)', p.name, v.size, g.serial) as label, g.retired_at
    from public.garments g
    -- The boutique is named everywhere: its few hundred rows are read at once, not one by one among those of all.
    join public.product_variants v on v.id = g.variant_id and v.boutique_id = v_boutique
    join public.products p on p.id = v.product_id and p.boutique_id = v_boutique
    where g.location_id = calendar_view.location_id
    union all
    -- Stylists work at several branches: those who do at this one.
    select s.id, 'stylist', s.display_name, s.retired_at
    from public.stylists s
    where s.boutique_id = v_boutique and (
      exists (select from public.working_hours w where w.stylist_id = s.id and w.location_id = calendar_view.location_id)
      or exists (
        select from public.appointments a
        where a.stylist_id = s.id and a.boutique_id = s.boutique_id and a.location_id = calendar_view.location_id
          and a.during && tstzrange(from_time, to_time)))
    union all
    select r.id, 'room', r.name, r.retired_at from public.rooms r where r.location_id = calendar_view.location_id
  ),
  taken as (
    select a.resource_id, jsonb_agg(jsonb_build_object(
      'allocation_id', a.id, 'kind', a.kind, 'from', lower(a.during), 'until', upper(a.during), 'source_id', a.source_id,
      'state', coalesce(r.state::text, ap.state::text, sh.state::text, a.state::text),
      'customer', coalesce(ap.walk_in_name, nullif(c.display_name, '')),
      'note', coalesce(sh.title, a.note)) order by a.during) as entries
    from public.allocations a
    left join public.rentals r on a.kind = 'rental' and r.id = a.source_id
    left join public.appointments ap on a.kind = 'fitting' and ap.id = a.source_id
    left join public.fashion_shows sh on a.kind = 'show' and sh.id = a.source_id
    left join public.profiles c on c.id = coalesce(r.customer_id, ap.customer_id)
    -- By boutique and time, then by resource: a look into the exclusion index for each of a thousand garments takes ten times
    -- as long, and longer the more other boutiques have.
    where a.boutique_id = v_boutique and a.ends_at > from_time and a.starts_at < to_time
      and a.resource_id in (select s.id from shown s)
      and a.state <> 'released'
      and (a.held_until is null or a.held_until > now())
    group by a.resource_id
  )
  select s.id, s.kind, s.label, coalesce(t.entries, '[]')
  from shown s left join taken t on t.resource_id = s.id
  -- What was retired is shown as long as it was there, or is still promised to somebody.
  where s.retired_at is null or s.retired_at > from_time or t.entries is not null
  order by s.kind, s.label, s.id;
end
$$;

create function public.calendar_view(location_id uuid, from_time timestamptz, to_time timestamptz) returns setof public.calendar_row
language sql stable
rows 200
security invoker
set search_path = ''
as $$
  select * from private.calendar_view(location_id, from_time, to_time)
$$;
comment on function public.calendar_view(uuid, timestamptz, timestamptz) is
  'Staff see a day, a week or up to a month of a branch: every garment, stylist and room with what takes it and for whom, free ones too. One answer has at most 1000 rows; read on with range(). PT404 location_not_found, PT400 invalid_period.';
grant execute on function private.calendar_view(uuid, timestamptz, timestamptz) to authenticated;
grant execute on function public.calendar_view(uuid, timestamptz, timestamptz) to authenticated;

-- Utilisation ---------------------------------------------------------------------------------------------------------

create type public.utilisation_row as (
  resource_id uuid,
  kind public.resource_kind,
  label text,
  location_id uuid,
  taken_hours double precision,
  available_hours double precision,
  utilisation double precision
);
comment on type public.utilisation_row is
  'Row of utilisation: taken_hours / available_hours, null when it was never available. A garment is available day and night from when it was entered until it is retired, but for repairs; a stylist in her working hours while the branch is open, but for time off. A stylist''s taken hours are those within her available ones, buffers included.';

create function private.hours(periods tstzmultirange) returns numeric
language sql immutable
set search_path = ''
as $$
  select coalesce(round(sum(extract(epoch from upper(p.period) - lower(p.period))) / 3600, 2), 0)
  from unnest(periods) p (period)
$$;
comment on function private.hours(tstzmultirange) is 'How long periods are together, in hours; they have both ends.';

create function private.utilisation(boutique_id uuid, from_date date, to_date date) returns setof public.utilisation_row
language plpgsql stable
rows 200
security definer -- working hours become moments in helpers that staff may not call
set search_path = ''
as $$
declare
  v_timezone text;
  v_window tstzrange;
begin
  select b.timezone into v_timezone from public.boutiques b
  where b.id = utilisation.boutique_id
    and (b.id in (select private.my_boutique_ids('calendar.read')) or (select private.is_admin()));
  if not found then
    perform private.raise_error(404, 'boutique_not_found', 'There is no such boutique that you work for.',
      jsonb_build_object('boutique_id', boutique_id));
  elsif from_date is null or to_date is null or not isfinite(from_date) or not isfinite(to_date) or to_date < from_date
    or to_date - from_date > 366 then
    perform private.raise_error(400, 'invalid_period', 'from_date and to_date have to be days, the first not after the last, at most a year apart.',
      jsonb_build_object('from_date', from_date, 'to_date', to_date));
  end if;
  v_window := tstzrange(from_date::timestamp at time zone v_timezone, (to_date + 1)::timestamp at time zone v_timezone);

  return query
  with working as materialized (
    select w.stylist_id, range_agg(w.period * v_window) as periods
    from (
      select p.stylist_id, unnest(p.periods * o.periods) as period
      from public.locations l
      cross join lateral (
        select range_agg(o.period) as periods from private.open_periods(l.id, from_date - 1, to_date + 1) o (period)) o
      cross join lateral private.working_periods(
        l.id, array(select s.id from public.stylists s where s.boutique_id = l.boutique_id), from_date - 1, to_date + 1) p
      where l.boutique_id = utilisation.boutique_id
    ) w
    where w.period && v_window
    group by w.stylist_id
  ),
  used as (
    select g.id, 'garment'::public.resource_kind as kind, format('%s, size %s (%s)', p.name, v.size, g.serial) as label, g.location_id,
      tstzmultirange(tstzrange(g.created_at, greatest(g.created_at, coalesce(g.retired_at, 'infinity'))) * v_window) as there
    from public.garments g
    join public.product_variants v on v.id = g.variant_id
    join public.products p on p.id = v.product_id
    where g.boutique_id = utilisation.boutique_id
    union all
    select s.id, 'stylist', s.display_name, null, coalesce(w.periods, '{}')
    from public.stylists s left join working w on w.stylist_id = s.id
    where s.boutique_id = utilisation.boutique_id and (s.retired_at is null or w.periods is not null)
  ),
  taken as (
    select a.resource_id,
      range_agg(a.during * v_window) filter (where a.kind in ('rental', 'fitting', 'show', 'cleaning')) as in_use,
      range_agg(a.during * v_window) filter (where a.kind in ('repair', 'time_off')) as away
    from public.allocations a
    where a.resource_id = any (array(select u.id from used u)) and a.during && v_window and a.state = 'confirmed'
    group by a.resource_id
  ),
  hours as (
    select u.*, private.hours(u.there - coalesce(t.away, '{}')) as available,
      private.hours(coalesce(t.in_use, '{}') * u.there) as busy
    from used u left join taken t on t.resource_id = u.id
  )
  select h.id, h.kind, h.label, h.location_id, h.busy::double precision, h.available::double precision,
    round(h.busy / nullif(h.available, 0), 4)::double precision
  from hours h
  order by h.kind, h.label, h.id;
end
$$;

create function public.utilisation(boutique_id uuid, from_date date, to_date date) returns setof public.utilisation_row
language sql stable
rows 200
security invoker
set search_path = ''
as $$
  select * from private.utilisation(boutique_id, from_date, to_date)
$$;
comment on function public.utilisation(uuid, date, date) is
  'Staff see how many hours each garment and stylist was taken, out of how many, on these days of the boutique''s time zone (at most a year). One answer has at most 1000 rows; read on with range(). PT404 boutique_not_found, PT400 invalid_period.';
grant execute on function private.utilisation(uuid, date, date) to authenticated;
grant execute on function public.utilisation(uuid, date, date) to authenticated;
