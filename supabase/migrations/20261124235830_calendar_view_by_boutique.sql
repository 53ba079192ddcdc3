set local check_function_bodies = off;

CREATE OR REPLACE FUNCTION private.calendar_view(location_id uuid, from_time timestamp with time zone, to_time timestamp with time zone)
 RETURNS SETOF public.calendar_row
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER ROWS 200
 SET search_path TO ''
AS $function$
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
      'state', coalesce(r.state::text, ap.state::text, a.state::text),
      'customer', coalesce(ap.walk_in_name, nullif(c.display_name, '')),
      'note', a.note) order by a.during) as entries
    from public.allocations a
    left join public.rentals r on a.kind = 'rental' and r.id = a.source_id
    left join public.appointments ap on a.kind = 'fitting' and ap.id = a.source_id
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
$function$;
