-- calendar_check: looks for what must not be. Constraints and functions keep the calendar right; this finds what got past them,
-- such as a restore without triggers, a broken index or a statement by hand.

-- Each check is a function of its own. `since`: what was over before that time is not looked at.

create type private.finding as (kind text, id uuid, message text);
comment on type private.finding is 'Something that is wrong: its kind, the row and a sentence for people.';

create function private.check_overlaps(since timestamptz) returns setof private.finding
language sql stable
set search_path = ''
as $$
  -- By order and not by the operator of the exclusion constraint, whose index may be what is broken.
  select 'overlap', o.id, format('The %s of resource %s from %s on begins before an earlier one has ended.', o.kind, o.resource_id, lower(o.during))
  from (
    select a.id, a.kind, a.resource_id, a.during,
      max(coalesce(upper(a.during), 'infinity') + case when upper_inc(a.during) then interval '1 microsecond' else interval '0' end)
        over (partition by a.resource_id order by lower(a.during), a.id rows between unbounded preceding and 1 preceding) as taken_until
    from public.allocations a
    where a.state <> 'released' and (upper(a.during) is null or upper(a.during) > since)
  ) o
  where o.taken_until > lower(o.during)
$$;
comment on function private.check_overlaps(timestamptz) is 'overlap: a live allocation that begins while another one of its resource lasts.';

create function private.check_rentals(since timestamptz) returns setof private.finding
language sql stable
set search_path = ''
as $$
  with live as (
    select r.id, r.state, r.garment_id, r.allocation_id, r.held_until, r.period, b.timezone,
      -- What was taken since the policy was changed last has its buffers; older rentals had those of their time.
      p.buffer_days_before, p.buffer_days_after, p.updated_at + interval '1 minute' as policy_since
    from public.rentals r
    join public.boutiques b on b.id = r.boutique_id
    join public.rental_policies p on p.boutique_id = r.boutique_id
    where r.state in ('held', 'reserved', 'picked_up', 'returned', 'inspecting')
  ),
  taken as (
    select l.id, count(a.id) as allocations,
      count(a.id) filter (where a.id = l.allocation_id and a.resource_id = l.garment_id and a.kind = 'rental') as right_ones
    from live l left join public.allocations a on a.source_id = l.id and a.state <> 'released'
    group by l.id
  )
  select 'rental_allocation', t.id, format('The rental is %s and has %s live allocations; it needs one, of its garment.', l.state, t.allocations)
  from taken t join live l on l.id = t.id
  where (t.allocations, t.right_ones) <> (1, 1)
  union all
  select 'rental_time', l.id, format('The rental of %s does not have its garment for all of these days and their buffers, but for %s.', l.period, a.during)
  from live l join public.allocations a on a.id = l.allocation_id and a.state <> 'released'
  -- Once the gown is back its time may end early.
  where l.state in ('held', 'reserved', 'picked_up')
    and not a.during @> private.allocation_of_period(l.period,
      case when a.created_at > l.policy_since then l.buffer_days_before else 0 end,
      case when a.created_at > l.policy_since then l.buffer_days_after else 0 end, l.timezone)
  union all
  select 'rental_state', l.id, format('The rental is %s, its allocation %s.', l.state, a.state)
  from live l join public.allocations a on a.id = l.allocation_id and a.state <> 'released'
  where (l.state = 'held') <> (a.state = 'held') or (l.state = 'held' and l.held_until <> a.held_until)
$$;
comment on function private.check_rentals(timestamptz) is
  'rental_allocation: a live rental without exactly one live allocation; rental_time: one whose days it does not cover; rental_state: held and confirmed disagree. Live rentals are looked at however old they are.';

create function private.check_fittings(since timestamptz) returns setof private.finding
language sql stable
set search_path = ''
as $$
  with live as (
    select a.id, a.state, a.held_until, a.during, a.boutique_id, f as service, f.updated_at + interval '1 minute' as service_since,
      array(
        select needed.id from (
          select a.stylist_id as id union all select a.room_id
          union all select g.garment_id from public.appointment_garments g where g.appointment_id = a.id
        ) needed order by needed.id) as needed
    from public.appointments a join public.fitting_services f on f.id = a.service_id
    where a.state in ('booked', 'offered') and upper(a.during) > since
  ),
  taken as (
    select l.id,
      coalesce(array_agg(x.resource_id order by x.resource_id) filter (where x.id is not null), '{}') as resources,
      -- The buffers of the service are in it, unless the service was changed later.
      coalesce(bool_or(not x.during @> l.during
        or (x.created_at > l.service_since and x.during <> private.fitting_block(l.service, lower(l.during)))), false)
        or count(distinct x.during) > 1 as wrong_time,
      coalesce(bool_or((l.state = 'offered') <> (x.state = 'held') or x.held_until <> l.held_until), false) as wrong_state,
      coalesce(bool_or(x.kind <> 'fitting'), false) as wrong_kind
    from live l left join public.allocations x on x.source_id = l.id and x.state <> 'released'
    group by l.id
  )
  select 'fitting_allocation', t.id, format('The appointment is %s and takes %s resources; it needs its stylist, its room and its gowns, %s in all.',
    l.state, cardinality(t.resources), cardinality(l.needed))
  from taken t join live l on l.id = t.id
  where t.resources <> l.needed or t.wrong_kind
  union all
  select 'fitting_time', t.id, format('What the appointment of %s takes is not taken for its time and buffers.', l.during)
  from taken t join live l on l.id = t.id
  where t.wrong_time
  union all
  select 'fitting_state', t.id, format('The appointment is %s; what it takes is not, or not until the same time.', l.state)
  from taken t join live l on l.id = t.id
  where t.wrong_state
$$;
comment on function private.check_fittings(timestamptz) is
  'fitting_allocation: a booked or offered appointment without exactly stylist, room and gowns; fitting_time: one that takes them for another time; fitting_state: held and confirmed disagree.';

create function private.check_shows(since timestamptz) returns setof private.finding
language plpgsql stable -- not sql: shows come later
set search_path = ''
as $$
begin
  return query
  with live as (
    select s.id, s.state, private.show_block(s) as block,
      array(select l.garment_id from public.show_looks l where l.show_id = s.id and l.garment_id is not null order by l.garment_id) as needed
    from public.fashion_shows s
    where s.state in ('scheduled', 'live') and upper(private.show_block(s)) > since
  ),
  taken as (
    select l.id, coalesce(array_agg(a.resource_id order by a.resource_id) filter (where a.id is not null), '{}') as resources,
      coalesce(bool_or(a.during <> l.block), false) as wrong_time
    from live l left join public.allocations a on a.source_id = l.id and a.kind = 'show' and a.state = 'confirmed'
    group by l.id
  )
  select 'show_allocation', t.id, format('The show is %s and takes %s garments; its looks need %s.', l.state, cardinality(t.resources), cardinality(l.needed))
  from taken t join live l on l.id = t.id
  where t.resources <> l.needed
  union all
  select 'show_time', t.id, 'What the show takes is not taken for its time and buffers.' from taken t where t.wrong_time
  union all
  select 'still_taken', s.id, format('The show is %s and still takes %s garments.', s.state, count(*))
  from public.fashion_shows s join public.allocations a on a.source_id = s.id and a.state <> 'released' and upper(a.during) > now()
  where s.state not in ('scheduled', 'live')
  group by s.id
  union all
  select 'no_source', a.id, format('The show takes resource %s for a row that is not there.', a.resource_id)
  from public.allocations a
  where a.kind = 'show' and a.state <> 'released' and upper(a.during) > since and a.source_id is not null
    and not exists (select from public.fashion_shows s where s.id = a.source_id)
  union all
  select 'show_seats', s.id, format('The show says that %s seats are taken, and %s are.', s.seats_taken, c.taken)
  from public.fashion_shows s
  cross join lateral (
    select coalesce(sum(r.party_size), 0) as taken from public.show_rsvps r where r.show_id = s.id and r.state in ('confirmed', 'attended')) c
  where s.seats_taken <> c.taken
  union all
  select 'listed', x.id, format('The %s is %s to the public and should %sbe.', x.what,
    case when x.listed then 'shown' else 'not shown' end, case when x.listed then 'not ' else '' end)
  from (
    select s.id, 'show' as what, s.listed, b.status = 'active' and s.state in ('scheduled', 'live', 'recorded') as should
    from public.fashion_shows s join public.boutiques b on b.id = s.boutique_id
    union all
    select l.id, 'look', l.listed, s.listed and p.listed
    from public.show_looks l join public.fashion_shows s on s.id = l.show_id join public.products p on p.id = l.product_id
  ) x
  where x.listed <> x.should;
end
$$;
comment on function private.check_shows(timestamptz) is
  'show_allocation: an announced show without exactly the garments of its looks; show_time: one that has them for another time; show_seats: seats that are not those of its RSVPs; still_taken, no_source, listed: as for the others.';

create function private.check_sources(since timestamptz) returns setof private.finding
language sql stable
set search_path = ''
as $$
  select 'no_source', a.id, format('The %s takes resource %s for a row that is not there.', a.kind, a.resource_id)
  from public.allocations a
  where a.state <> 'released' and (upper(a.during) is null or upper(a.during) > since)
    and ((a.kind = 'rental' and not exists (select from public.rentals r where r.id = a.source_id))
      or (a.kind = 'fitting' and not exists (select from public.appointments p where p.id = a.source_id)))
  union all
  select 'still_taken', r.id, format('The rental is %s and still takes garment %s.', r.state, a.resource_id)
  from public.rentals r join public.allocations a on a.source_id = r.id and a.state <> 'released' and upper(a.during) > since
  where r.state in ('cancelled', 'expired')
  union all
  select 'still_taken', p.id, format('The appointment is %s and still takes %s resources.', p.state, count(*))
  from public.appointments p join public.allocations a on a.source_id = p.id and a.state <> 'released' and upper(a.during) > since
  where p.state in ('cancelled', 'expired')
  group by p.id
  union all
  -- Nobody waits for it, but the job that ends holds has not come.
  select 'stale_hold', a.id, format('The hold of resource %s ended at %s and was not given back.', a.resource_id, a.held_until)
  from public.allocations a
  where a.state = 'held' and a.held_until < now() - interval '1 hour'
$$;
comment on function private.check_sources(timestamptz) is
  'no_source: time taken for a rental or appointment that is not there; still_taken: one that was cancelled or expired takes time; stale_hold: a hold that ended more than an hour ago.';

create function private.check_resources() returns setof private.finding
language sql stable
set search_path = ''
as $$
  -- Stylists have no branch of their own: they work at one or the other.
  select 'resource', x.id, case
    when r.id is null then format('The %s is not in the calendar.', x.kind)
    else format('The %s is of boutique %s and branch %s, in the calendar it is a %s of boutique %s and branch %s.',
      x.kind, x.boutique_id, x.location_id, r.kind, r.boutique_id, r.location_id) end
  from (
    select g.id, g.boutique_id, g.location_id, 'garment'::public.resource_kind as kind from public.garments g
    union all select m.id, m.boutique_id, m.location_id, 'room' from public.rooms m
    union all select s.id, s.boutique_id, null, 'stylist' from public.stylists s
  ) x
  left join public.resources r on r.id = x.id
  where r.id is null or (r.kind, r.boutique_id) <> (x.kind, x.boutique_id) or r.location_id is distinct from x.location_id
$$;
comment on function private.check_resources() is 'resource: a garment, room or stylist that is not in the calendar, or elsewhere.';

create function private.check_listed() returns setof private.finding
language sql stable
set search_path = ''
as $$
  select 'listed', x.id, format('The %s is %s to the public and should %sbe.', x.what,
    case when x.listed then 'shown' else 'not shown' end, case when x.listed then 'not ' else '' end)
  from (
    select l.id, 'branch' as what, l.listed, b.status = 'active' as should
    from public.locations l join public.boutiques b on b.id = l.boutique_id
    union all
    select s.id, 'stylist', s.listed, b.status = 'active' and s.retired_at is null
    from public.stylists s join public.boutiques b on b.id = s.boutique_id
    union all
    select f.id, 'service', f.listed, b.status = 'active' and f.retired_at is null
    from public.fitting_services f join public.boutiques b on b.id = f.boutique_id
    union all
    select p.id, 'product', p.listed, b.status = 'active' and p.status = 'published'
    from public.products p join public.boutiques b on b.id = p.boutique_id
    union all
    select v.id, 'variant', v.listed, p.listed
    from public.product_variants v join public.products p on p.id = v.product_id
    union all
    select m.id, 'picture', m.listed, p.listed and m.state = 'ready'
    from public.product_media m join public.products p on p.id = m.product_id
  ) x
  where x.listed <> x.should
$$;
comment on function private.check_listed() is 'listed: the flag that policies read is not what status and boutique say.';

create function private.calendar_check(since timestamptz default '-infinity') returns setof private.finding
language sql stable
set search_path = ''
as $$
  select * from private.check_overlaps(since)
  union all select * from private.check_rentals(since)
  union all select * from private.check_fittings(since)
  union all select * from private.check_shows(since)
  union all select * from private.check_sources(since)
  union all select * from private.check_resources()
  union all select * from private.check_listed()
$$;
comment on function private.calendar_check(timestamptz) is
  'Everything that is wrong with the calendar; no row when nothing is. What was over before `since` is left out. For operators: select * from private.calendar_check().';

create function private.tell_findings(area text, findings private.finding[], kinds text[]) returns integer
language plpgsql volatile
set search_path = ''
as $$
declare
  v_kind text;
  v_findings private.finding[];
begin
  foreach v_kind in array kinds loop
    v_findings := array(select f from unnest(findings) f where f.kind = v_kind);
    if cardinality(v_findings) > 0 then
      -- Into the log too: ids and no names.
      raise warning '%_check: % of kind %, the first of them %: %', area, cardinality(v_findings), v_kind, v_findings[1].id, v_findings[1].message;
      perform private.raise_alert(area || '.' || v_kind, area,
        format('%s times something is wrong with the %s: %s', cardinality(v_findings), area, v_kind),
        jsonb_build_object('count', cardinality(v_findings),
          'first', (select jsonb_agg(jsonb_build_object('id', f.id, 'message', f.message)) from unnest(v_findings[:20]) f)));
    else
      perform private.resolve_alert(area || '.' || v_kind, area);
    end if;
  end loop;
  return cardinality(findings);
end
$$;
comment on function private.tell_findings(text, private.finding[], text[]) is
  'Raises an alert per kind of finding, and ends those of kinds that are not found any more. How many findings there are.';

create function private.watch_calendar() returns integer
language plpgsql volatile
set search_path = ''
as $$
begin
  return private.tell_findings('calendar', array(select f from private.calendar_check(now() - interval '7 days') f order by f.kind, f.id),
    array['overlap', 'rental_allocation', 'rental_time', 'rental_state', 'fitting_allocation', 'fitting_time', 'fitting_state', 'show_allocation', 'show_time', 'show_seats', 'no_source',
      'still_taken', 'stale_hold', 'resource', 'listed']);
end
$$;
comment on function private.watch_calendar() is
  'Raises an alert per kind of finding of calendar_check, and ends those of what is mended. How many findings there are. Called by the job calendar.check.';
