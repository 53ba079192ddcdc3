set local check_function_bodies = off;

DROP TRIGGER "create_garment_resource" ON "public"."garments";

DROP TRIGGER "set_location_listing" ON "public"."locations";

DROP FUNCTION "private"."create_garment_resource"();

DROP FUNCTION "private"."set_location_listing"();

CREATE OR REPLACE FUNCTION private.book_fitting(location_id uuid, service_id uuid, starts_at timestamp with time zone, garment_ids uuid[], notes text, idempotency_key text, stylist_id uuid, guest_names text[])
 RETURNS public.appointments
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_customer uuid := auth.uid();
  v_earlier uuid;
  v_terms private.fitting_terms;
  v_service public.fitting_services;
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
  v_earlier := private.claim_idempotency_key('book_fitting', idempotency_key, jsonb_build_object(
    'location_id', location_id, 'service_id', service_id, 'starts_at', starts_at, 'stylist_id', stylist_id,
    'garment_ids', to_jsonb(array(select distinct g from unnest(garment_ids) g order by g)), 'guests', v_guests));
  if v_earlier is not null then
    select * into strict v_appointment from public.appointments a where a.id = v_earlier;
    return v_appointment;
  end if;

  v_terms := private.fitting_terms(location_id, service_id);
  v_service := v_terms.service;
  v_gowns := private.check_gowns(v_terms, garment_ids);
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
  select t.stylist, t.room into v_stylist, v_room
  from private.take_fitting(v_terms, v_appointment.id, starts_at, v_gowns, stylist_id, v_people) t;

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
$function$;

CREATE OR REPLACE FUNCTION private.book_walk_in(location_id uuid, service_id uuid, starts_at timestamp with time zone, garment_ids uuid[], name text, stylist_id uuid)
 RETURNS public.appointments
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_terms private.fitting_terms;
  v_service public.fitting_services;
  v_gowns uuid[];
  v_appointment public.appointments;
  v_stylist uuid;
  v_room uuid;
begin
  if not exists (
    select from public.locations l
    where l.id = book_walk_in.location_id and l.boutique_id in (select private.my_boutique_ids('fittings.write'))) then
    perform private.raise_error(404, 'location_not_found', 'There is no such branch of a boutique you work for.',
      jsonb_build_object('location_id', location_id));
  end if;
  v_terms := private.fitting_terms(location_id, service_id);
  v_service := v_terms.service;
  v_gowns := private.check_gowns(v_terms, garment_ids);
  if starts_at is null or not isfinite(starts_at) or name is null or name !~ '\S' then
    perform private.raise_error(400, 'invalid_walk_in', 'A walk-in needs a time and a name.');
  end if;
  v_appointment.id := private.uuid_v7();
  -- Between two usual starts too: she stands in the shop.
  select t.stylist, t.room into v_stylist, v_room
  from private.take_fitting(v_terms, v_appointment.id, starts_at, v_gowns, stylist_id, 1) t;
  insert into public.appointments (
    id, boutique_id, walk_in_name, location_id, service_id, stylist_id, room_id, during, price, currency,
    free_cancellation_until, late_cancellation_fee, no_show_fee)
  values (
    v_appointment.id, v_terms.boutique_id, btrim(name), location_id, service_id, v_stylist, v_room,
    tstzrange(starts_at, starts_at + make_interval(mins => v_service.duration_minutes)), v_service.price, v_service.currency,
    starts_at, 0, 0)
  returning * into v_appointment;
  insert into public.appointment_garments (appointment_id, garment_id, boutique_id)
  select v_appointment.id, g.id, v_terms.boutique_id from unnest(v_gowns) g (id);
  return v_appointment;
end
$function$;

CREATE OR REPLACE FUNCTION private.claim_fitting(terms private.fitting_terms, appointment_id uuid, starts_at timestamp with time zone, gowns uuid[], stylist_id uuid, people integer, held_until timestamp with time zone, OUT stylist uuid, OUT room uuid)
 RETURNS record
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_service public.fitting_services := terms.service;
  v_block tstzrange := private.fitting_block(v_service, starts_at);
  v_day date := (starts_at at time zone terms.timezone)::date;
  v_stylists uuid[];
  v_rooms uuid[];
  v_gown uuid;
begin
  -- Everybody takes gowns first, in the order of their ids, then a stylist, then a room: nobody waits in a circle.
  perform from public.resources r where r.id = any (gowns) order by r.id for no key update;
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
$function$;

CREATE OR REPLACE FUNCTION private.offer_waitlist(location_id uuid)
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_entry public.waitlist_entries;
  v_terms private.fitting_terms;
  v_service public.fitting_services;
  v_gowns uuid[];
  v_slot timestamptz;
  v_stylist uuid;
  v_room uuid;
  v_held_until timestamptz;
  v_appointment uuid;
  v_offers integer := 0;
begin
  update public.waitlist_entries w set state = 'expired'
  where w.location_id = offer_waitlist.location_id and w.state = 'waiting'
    and w.to_date < (select (now() at time zone l.timezone)::date from public.locations l where l.id = w.location_id);
  for v_entry in
    select * from public.waitlist_entries w
    where w.location_id = offer_waitlist.location_id and w.state = 'waiting'
      -- Who is about to be forgotten keeps her place, should she stay, and is offered nothing.
      and not exists (select from public.account_deletions d where d.user_id = w.customer_id)
    order by w.created_at, w.id
    for update of w skip locked
  loop
    begin
      v_terms := private.fitting_terms(v_entry.location_id, v_entry.service_id);
      v_gowns := private.check_gowns(v_terms, v_entry.garment_ids);
    exception when sqlstate 'PT404' or sqlstate 'PT400' then
      -- The branch, the service or a gown is gone: nothing can be offered to her now.
      continue;
    end;
    v_service := v_terms.service;
    select f.starts_at into v_slot
    from private.free_slots(v_terms, v_entry.from_date, v_entry.to_date, v_gowns, 1) f
    order by f.starts_at limit 1;
    continue when v_slot is null;
    v_appointment := private.uuid_v7();
    v_held_until := least(now() + interval '30 minutes', v_slot);
    begin
      select c.stylist, c.room into v_stylist, v_room
      from private.claim_fitting(v_terms, v_appointment, v_slot, v_gowns, null, 1, v_held_until) c;
    exception when exclusion_violation then
      -- Somebody was faster.
      continue;
    end;
    insert into public.appointments (
      id, boutique_id, customer_id, location_id, service_id, stylist_id, room_id, during, state, held_until, price, currency,
      free_cancellation_until, late_cancellation_fee, no_show_fee)
    values (
      v_appointment, v_entry.boutique_id, v_entry.customer_id, v_entry.location_id, v_entry.service_id, v_stylist, v_room,
      tstzrange(v_slot, v_slot + make_interval(mins => v_service.duration_minutes)), 'offered', v_held_until, v_service.price,
      v_service.currency, v_slot - make_interval(hours => v_service.free_cancellation_hours),
      v_service.late_cancellation_fee, v_service.no_show_fee);
    insert into public.appointment_garments (appointment_id, garment_id, boutique_id, customer_id)
    select v_appointment, g.id, v_entry.boutique_id, v_entry.customer_id from unnest(v_gowns) g (id);
    update public.waitlist_entries w set state = 'offered', appointment_id = v_appointment where w.id = v_entry.id;
    perform private.enqueue('mail.fitting_offer', jsonb_build_object('appointment_id', v_appointment),
      jsonb_build_object('group', v_entry.boutique_id));
    perform private.enqueue('fitting.expire_offer', jsonb_build_object('appointment_id', v_appointment),
      jsonb_build_object('group', v_entry.boutique_id, 'start_after', v_held_until));
    v_offers := v_offers + 1;
  end loop;
  return v_offers;
end
$function$;

CREATE OR REPLACE FUNCTION private.reschedule_fitting(appointment_id uuid, starts_at timestamp with time zone, stylist_id uuid)
 RETURNS public.appointments
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_appointment public.appointments := private.appointment_for_change(appointment_id, false);
  v_before public.appointments := v_appointment;
  v_terms private.fitting_terms;
  v_service public.fitting_services;
  v_gowns uuid[];
  v_people integer := 1 + cardinality(v_appointment.guest_names);
  v_stylist uuid;
  v_room uuid;
begin
  if v_appointment.state <> 'booked' then
    perform private.raise_invalid_appointment_state(v_appointment, 'moved');
  elsif private.is_late(v_appointment) then
    perform private.raise_error(409, 'policy_window_passed', 'It is too late to move this appointment. Cancel it, or call the boutique.',
      jsonb_build_object('appointment_id', appointment_id, 'free_cancellation_until', v_appointment.free_cancellation_until));
  elsif lower(v_appointment.during) = starts_at and (stylist_id is null or stylist_id = v_appointment.stylist_id) then
    return v_appointment;
  end if;
  v_terms := private.fitting_terms(v_appointment.location_id, v_appointment.service_id);
  v_service := v_terms.service;
  perform private.check_start(v_terms, starts_at);
  v_gowns := array(select g.garment_id from public.appointment_garments g where g.appointment_id = v_appointment.id order by g.garment_id);
  -- The old time is given back first, so that a move by half an hour does not meet itself. When the new one cannot be had,
  -- all of this is undone.
  perform private.release_source(v_appointment.id);
  select t.stylist, t.room into v_stylist, v_room
  from private.take_fitting(v_terms, v_appointment.id, starts_at, v_gowns, stylist_id, v_people) t;
  update public.appointments a set
    during = tstzrange(reschedule_fitting.starts_at, reschedule_fitting.starts_at + make_interval(mins => v_service.duration_minutes)),
    stylist_id = v_stylist, room_id = v_room,
    free_cancellation_until = reschedule_fitting.starts_at - (lower(a.during) - a.free_cancellation_until)
  where a.id = v_appointment.id
  returning * into v_appointment;
  perform private.announce_appointment(v_appointment);
  perform private.offer_freed_time(v_before);
  return v_appointment;
end
$function$;

CREATE OR REPLACE FUNCTION private.set_boutique_listing()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  new.listed := (to_jsonb(new) ->> 'retired_at') is null
    and exists (select from public.boutiques b where b.id = new.boutique_id and b.status = 'active');
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION private.take_fitting(terms private.fitting_terms, appointment_id uuid, starts_at timestamp with time zone, gowns uuid[], stylist_id uuid, people integer, OUT stylist uuid, OUT room uuid)
 RETURNS record
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  select c.stylist, c.room into stylist, room
  from private.claim_fitting(terms, appointment_id, starts_at, gowns, stylist_id, people, null) c;
exception when exclusion_violation then
  perform private.raise_slot_taken(terms, starts_at, gowns, people);
end
$function$;

CREATE TRIGGER create_resource AFTER INSERT ON public.garments FOR EACH ROW EXECUTE FUNCTION private.create_resource('garment');

CREATE TRIGGER set_boutique_listing BEFORE INSERT OR UPDATE ON public.locations FOR EACH ROW EXECUTE FUNCTION private.set_boutique_listing();

COMMENT ON FUNCTION "private"."claim_fitting"(private.fitting_terms, uuid, timestamp with time zone, uuid[], uuid, integer, timestamp with time zone) IS 'Takes gowns, a stylist and a room. exclusion_violation when one of them cannot be had: what was taken so far goes with the savepoint of the caller.';

COMMENT ON FUNCTION "private"."create_resource"() IS 'Trigger: gives a new garment, room or stylist its place in the calendar. Argument: the kind.';

COMMENT ON FUNCTION "private"."set_boutique_listing"() IS 'Trigger: computes listed of what a boutique has, whatever the writer sent: true until it is retired, while the boutique is active.';

COMMENT ON FUNCTION "private"."take_fitting"(private.fitting_terms, uuid, timestamp with time zone, uuid[], uuid, integer) IS 'As claim_fitting, firmly, for somebody who is told: PT409 slot_taken.';

REVOKE ALL ON FUNCTION "private"."take_fitting"(private.fitting_terms, uuid, timestamp with time zone, uuid[], uuid, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."take_fitting"(private.fitting_terms, uuid, timestamp with time zone, uuid[], uuid, integer) TO "postgres";
