-- book_fitting: gowns, a stylist and a room for one time, in one transaction or not at all.

create function private.claim_resource(
  resource_id uuid, boutique_id uuid, block tstzrange, kind public.allocation_kind, source_id uuid, held_until timestamptz) returns void
language plpgsql volatile
set search_path = ''
as $$
begin
  -- The caller has locked the resource.
  perform private.release_expired_holds(claim_resource.resource_id, block);
  insert into public.allocations (resource_id, boutique_id, during, kind, state, held_until, source_id)
  values (claim_resource.resource_id, claim_resource.boutique_id, block, kind,
    case when held_until is null then 'confirmed' else 'held' end::public.allocation_state, held_until, source_id);
end
$$;
comment on function private.claim_resource(uuid, uuid, tstzrange, public.allocation_kind, uuid, timestamptz) is
  'Takes a locked resource for a time. exclusion_violation (23P01) when it is taken.';

create function private.claim_one_of(
  candidates uuid[], boutique_id uuid, block tstzrange, source_id uuid, held_until timestamptz) returns uuid
language plpgsql volatile
set search_path = ''
as $$
declare
  v_resource uuid;
  v_tried uuid[] := '{}';
begin
  -- As in reserve_rental: whoever is just being booked by another is passed over while there are others; when nobody is
  -- left, we wait for one and look again.
  loop
    begin
      select r.id into v_resource
      from unnest(candidates) with ordinality c (id, n) join public.resources r on r.id = c.id
      where c.id <> all (v_tried)
      order by c.n limit 1
      for no key update of r skip locked;
      if not found then
        select r.id into v_resource
        from unnest(candidates) with ordinality c (id, n) join public.resources r on r.id = c.id
        where c.id <> all (v_tried)
        order by c.n limit 1
        for no key update of r;
      end if;
      if not found then
        return null;
      end if;
      perform private.claim_resource(v_resource, claim_one_of.boutique_id, block, 'fitting', source_id, held_until);
      return v_resource;
    exception when exclusion_violation then
      -- Its lock went with the savepoint of this block. Each is tried once.
      v_tried := v_tried || v_resource;
    end;
  end loop;
end
$$;
comment on function private.claim_one_of(uuid[], uuid, tstzrange, uuid, timestamptz) is
  'Takes the first of these resources that is free for a fitting; null when none is.';

create function private.lock_gowns(terms private.fitting_terms, wish private.fitting_wish, block tstzrange) returns uuid[]
language plpgsql volatile
set search_path = ''
as $$
declare
  v_choice uuid[] := array(select p.garment_id from private.wished_pieces(terms, wish) p);
  v_chosen uuid[];
begin
  -- Everything that may be taken, in one statement and in the order of ids: two who wish the same variants queue up, whatever
  -- each of them gets.
  perform from public.resources r where r.id = any (wish.garment_ids || v_choice) order by r.id for no key update;
  -- Looked at again, for somebody may have taken, moved or retired a piece while we waited.
  v_chosen := array(
    select distinct on (p.variant_id) p.garment_id
    from private.wished_pieces(terms, wish) p
    where p.garment_id = any (v_choice)
      and p.garment_id not in (select t.resource_id from private.taken_periods(v_choice, block) t)
    order by p.variant_id, p.garment_id);
  if cardinality(v_chosen) < cardinality(wish.variant_ids) then
    raise exclusion_violation;
  end if;
  return array(select g.id from unnest(wish.garment_ids || v_chosen) g (id) order by g.id);
end
$$;
comment on function private.lock_gowns(private.fitting_terms, private.fitting_wish, tstzrange) is
  'Locks what is wished and chooses the first free piece of each variant: the gowns to be claimed, in the order of their ids. exclusion_violation when a variant has none.';

create function private.claim_fitting(
  terms private.fitting_terms, appointment_id uuid, starts_at timestamptz, wish private.fitting_wish, stylist_id uuid, people integer,
  held_until timestamptz, out stylist uuid, out room uuid, out gowns uuid[])
language plpgsql volatile
set search_path = ''
as $$
declare
  v_service public.fitting_services := terms.service;
  v_block tstzrange := private.fitting_block(v_service, starts_at);
  v_day date := (starts_at at time zone terms.timezone)::date;
  v_stylists uuid[];
  v_rooms uuid[];
  v_gown uuid;
begin
  -- Everybody takes gowns first, in the order of their ids, then a stylist, then a room: nobody waits in a circle.
  gowns := private.lock_gowns(terms, wish, v_block);
  foreach v_gown in array gowns loop
    perform private.claim_resource(v_gown, terms.boutique_id, v_block, 'fitting', appointment_id, held_until);
  end loop;

  -- The one with the least to do that day, unless one was asked for.
  v_stylists := array(
    select w.stylist_id
    from private.working_periods(terms.location_id, private.qualified_stylist_ids(v_service.id), v_day, v_day) w
    left join private.taken_periods(private.qualified_stylist_ids(v_service.id), v_block) t on t.resource_id = w.stylist_id
    left join lateral (
      select sum(upper(a.during) - lower(a.during)) as busy
      from public.allocations a
      where a.resource_id = w.stylist_id and a.state <> 'released' and a.kind = 'fitting'
        and a.during && tstzrange(v_day::timestamp at time zone terms.timezone, (v_day + 1)::timestamp at time zone terms.timezone)
    ) l on true
    where w.periods @> tstzrange(starts_at, starts_at + make_interval(mins => v_service.duration_minutes))
      and t.resource_id is null
      and (claim_fitting.stylist_id is null or w.stylist_id = claim_fitting.stylist_id)
    order by coalesce(l.busy, interval '0'), w.stylist_id);
  stylist := private.claim_one_of(v_stylists, terms.boutique_id, v_block, appointment_id, held_until);
  if stylist is null then
    raise exclusion_violation;
  end if;

  -- The smallest room that is large enough, so that large ones stay free for large parties.
  v_rooms := array(
    select r.id
    from public.rooms r
    left join private.taken_periods(
      array(select r2.id from public.rooms r2 where r2.location_id = terms.location_id and r2.retired_at is null), v_block) t
      on t.resource_id = r.id
    where r.location_id = terms.location_id and r.retired_at is null and r.capacity >= people and t.resource_id is null
    order by r.capacity, r.id);
  room := private.claim_one_of(v_rooms, terms.boutique_id, v_block, appointment_id, held_until);
  if room is null then
    raise exclusion_violation;
  end if;
end
$$;
comment on function private.claim_fitting(private.fitting_terms, uuid, timestamptz, private.fitting_wish, uuid, integer, timestamptz) is
  'Takes gowns, a stylist and a room. exclusion_violation when one of them cannot be had: what was taken so far goes with the savepoint of the caller.';

create function private.raise_slot_taken(
  terms private.fitting_terms, starts_at timestamptz, wish private.fitting_wish, people integer) returns void
language plpgsql volatile
set search_path = ''
as $$
declare
  v_day date := (starts_at at time zone terms.timezone)::date;
  v_window integer[];
  v_next timestamptz[] := '{}';
begin
  -- Few have to look further than the same day, and a crowd that is refused is to wait for little.
  foreach v_window slice 1 in array array[[0, 0], [1, 3], [4, 14]] loop
    v_next := v_next || array(
      select s.starts_at from private.free_slots(terms, v_day + v_window[1], v_day + v_window[2], wish, people) s
      where s.starts_at > raise_slot_taken.starts_at
      order by s.starts_at limit 3 - cardinality(v_next));
    exit when cardinality(v_next) = 3;
  end loop;
  perform private.raise_error(409, 'slot_taken',
    case when v_next = '{}' then 'This time is taken, and so are the two weeks after it.'
    else 'This time is taken. See next_free for other times.' end,
    jsonb_build_object('starts_at', starts_at, 'next_free', to_jsonb(v_next)));
end
$$;
comment on function private.raise_slot_taken(private.fitting_terms, timestamptz, private.fitting_wish, integer) is 'PT409 slot_taken with up to three later starts that are free.';

create function private.take_fitting(
  terms private.fitting_terms, appointment_id uuid, starts_at timestamptz, wish private.fitting_wish, stylist_id uuid, people integer,
  out stylist uuid, out room uuid, out gowns uuid[])
language plpgsql volatile
set search_path = ''
as $$
begin
  select c.stylist, c.room, c.gowns into stylist, room, gowns
  from private.claim_fitting(terms, appointment_id, starts_at, wish, stylist_id, people, null) c;
exception when exclusion_violation then
  perform private.raise_slot_taken(terms, starts_at, wish, people);
end
$$;
comment on function private.take_fitting(private.fitting_terms, uuid, timestamptz, private.fitting_wish, uuid, integer) is 'As claim_fitting, firmly, for somebody who is told: PT409 slot_taken.';

create function private.check_start(terms private.fitting_terms, starts_at timestamptz) returns void
language plpgsql stable
set search_path = ''
as $$
declare
  v_day date := (starts_at at time zone terms.timezone)::date;
begin
  if starts_at is null or not isfinite(starts_at) or not exists (
    select from private.fitting_starts(terms, v_day, v_day) f (at) where f.at = starts_at) then
    perform private.raise_error(400, 'invalid_start',
      'Nothing begins at this time: the branch is closed, it is too soon, too late or between two starts. Take one of fitting_slots.',
      jsonb_build_object('starts_at', starts_at));
  end if;
end
$$;
comment on function private.check_start(private.fitting_terms, timestamptz) is 'PT400 invalid_start when opening hours and service do not let anything begin then.';

create function private.announce_appointment(appointment public.appointments) returns void
language plpgsql volatile
set search_path = ''
as $$
declare
  v_hours integer;
begin
  perform private.enqueue('mail.fitting_booked', jsonb_build_object('appointment_id', appointment.id),
    jsonb_build_object('group', appointment.boutique_id));
  foreach v_hours in array array[24, 2] loop
    if lower(appointment.during) - make_interval(hours => v_hours) > now() then
      perform private.enqueue('mail.fitting_reminder', jsonb_build_object('appointment_id', appointment.id, 'hours', v_hours),
        jsonb_build_object('group', appointment.boutique_id, 'start_after', lower(appointment.during) - make_interval(hours => v_hours)));
    end if;
  end loop;
end
$$;
comment on function private.announce_appointment(public.appointments) is 'Enqueues confirmation and reminders, which look at the appointment anew when their time has come.';

create function private.book_fitting(
  location_id uuid, service_id uuid, starts_at timestamptz, garment_ids uuid[], notes text, idempotency_key text,
  stylist_id uuid, guest_names text[], variant_ids uuid[]) returns public.appointments
language plpgsql volatile
security definer -- customers may write neither appointments nor the calendar; the function knows the rules
set search_path = ''
as $$
declare
  v_customer uuid := auth.uid();
  v_earlier uuid;
  v_terms private.fitting_terms;
  v_service public.fitting_services;
  v_wish private.fitting_wish;
  v_gowns uuid[];
  v_guests text[] := coalesce(guest_names, '{}');
  v_people integer := 1 + cardinality(v_guests);
  v_appointment public.appointments;
  v_stylist uuid;
  v_room uuid;
begin
  if v_customer is null or not exists (select from public.profiles p where p.id = v_customer) then
    perform private.raise_error(401, 'sign_in_required', 'Sign in to book.');
  end if;
  -- Without variants the input is what it was before there were any: keys in use stay good.
  v_earlier := private.claim_idempotency_key('book_fitting', idempotency_key, jsonb_build_object(
    'location_id', location_id, 'service_id', service_id, 'starts_at', starts_at, 'stylist_id', stylist_id,
    'garment_ids', to_jsonb(array(select distinct g from unnest(garment_ids) g order by g)), 'guests', v_guests)
    || coalesce((
      select jsonb_build_object('variant_ids', jsonb_agg(distinct v.id order by v.id))
      from unnest(variant_ids) v (id) where v.id is not null having count(*) > 0), '{}'));
  if v_earlier is not null then
    select * into strict v_appointment from public.appointments a where a.id = v_earlier;
    return v_appointment;
  end if;

  v_terms := private.fitting_terms(location_id, service_id);
  v_service := v_terms.service;
  v_wish := private.check_wish(v_terms, garment_ids, variant_ids);
  if v_people > v_service.max_people then
    perform private.raise_error(400, 'too_many_people', format('This service is for up to %s people.', v_service.max_people),
      jsonb_build_object('max_people', v_service.max_people));
  end if;
  if stylist_id is not null and stylist_id <> all (private.qualified_stylist_ids(service_id)) then
    perform private.raise_error(404, 'stylist_not_found', 'There is no such stylist for this service.',
      jsonb_build_object('stylist_id', stylist_id));
  end if;
  perform private.check_start(v_terms, starts_at);

  v_appointment.id := private.uuid_v7();
  select t.stylist, t.room, t.gowns into v_stylist, v_room, v_gowns
  from private.take_fitting(v_terms, v_appointment.id, starts_at, v_wish, stylist_id, v_people) t;

  insert into public.appointments (
    id, boutique_id, customer_id, location_id, service_id, stylist_id, room_id, during, customer_notes, guest_names,
    price, currency, free_cancellation_until, late_cancellation_fee, no_show_fee)
  values (
    v_appointment.id, v_terms.boutique_id, v_customer, location_id, service_id, v_stylist, v_room,
    tstzrange(starts_at, starts_at + make_interval(mins => v_service.duration_minutes)), coalesce(notes, ''), v_guests,
    v_service.price, v_service.currency, starts_at - make_interval(hours => v_service.free_cancellation_hours),
    v_service.late_cancellation_fee, v_service.no_show_fee)
  returning * into v_appointment;
  insert into public.appointment_garments (appointment_id, garment_id, boutique_id, customer_id)
  select v_appointment.id, g.id, v_terms.boutique_id, v_customer from unnest(v_gowns) g (id);

  perform private.announce_appointment(v_appointment);
  perform private.settle_idempotency_key('book_fitting', idempotency_key, v_appointment.id);
  return v_appointment;
end
$$;

create function public.book_fitting(
  location_id uuid, service_id uuid, starts_at timestamptz, garment_ids uuid[], notes text, idempotency_key text,
  stylist_id uuid default null, guest_names text[] default '{}', variant_ids uuid[] default '{}') returns public.appointments
language sql volatile
security invoker
set search_path = ''
as $$
  select private.book_fitting(
    location_id, service_id, starts_at, garment_ids, notes, idempotency_key, stylist_id, guest_names, variant_ids)
$$;
comment on function public.book_fitting(uuid, uuid, timestamptz, uuid[], text, text, uuid, text[], uuid[]) is
  'Books a fitting for the caller with a stylist (the least busy one unless one is named), a room and the wished gowns (these garments, and a free piece of each of these variants), all of them or nothing; confirmation and reminders are enqueued with it. The cancellation policy is frozen on it. The same idempotency key with the same input returns the same appointment. PT409 slot_taken (detail: next_free), PT400 invalid_start, too_many_garments, too_many_people, invalid_idempotency_key; PT404 location_not_found, service_not_found, garment_not_found, stylist_not_found; PT422 idempotency_key_reused.';
grant execute on function private.book_fitting(uuid, uuid, timestamptz, uuid[], text, text, uuid, text[], uuid[]) to authenticated;
grant execute on function public.book_fitting(uuid, uuid, timestamptz, uuid[], text, text, uuid, text[], uuid[]) to authenticated;
