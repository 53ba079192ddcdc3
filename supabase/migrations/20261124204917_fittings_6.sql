set local check_function_bodies = off;

CREATE OR REPLACE FUNCTION private.block_resource(resource_id uuid, from_time timestamp with time zone, until_time timestamp with time zone, kind public.allocation_kind, note text)
 RETURNS public.allocations
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_resource public.resources;
  v_allocation public.allocations;
  v_conflict public.allocations;
begin
  select * into v_resource from public.resources r
  where r.id = block_resource.resource_id and r.boutique_id in (select private.my_boutique_ids('rentals.write'))
  for no key update;
  if not found then
    perform private.raise_error(404, 'resource_not_found', 'There is no such garment, stylist or room of a boutique you work for.',
      jsonb_build_object('resource_id', resource_id));
  elsif from_time is null or until_time is null or not isfinite(from_time) or not isfinite(until_time) or until_time <= from_time then
    perform private.raise_error(400, 'invalid_period', 'from_time has to be before until_time.',
      jsonb_build_object('from_time', from_time, 'until_time', until_time));
  elsif kind is null or not (case v_resource.kind
    when 'garment' then kind in ('repair', 'cleaning', 'show')
    when 'stylist' then kind = 'time_off'
    else kind in ('repair', 'cleaning') end) then
    perform private.raise_error(400, 'invalid_kind', format('A %s is not blocked as %s.', v_resource.kind, kind));
  end if;
  perform private.release_expired_holds(v_resource.id, tstzrange(from_time, until_time));
  begin
    insert into public.allocations (resource_id, boutique_id, during, kind, state, note)
    values (v_resource.id, v_resource.boutique_id, tstzrange(from_time, until_time), block_resource.kind, 'confirmed', coalesce(block_resource.note, ''))
    returning * into v_allocation;
  exception when exclusion_violation then
    select * into v_conflict from public.allocations a
    where a.resource_id = v_resource.id and a.during && tstzrange(from_time, until_time) and a.state <> 'released'
    order by a.during limit 1;
    perform private.raise_error(409, 'not_available', 'It is taken in this time. Move what takes it first.',
      jsonb_build_object('resource_id', resource_id, 'kind', v_conflict.kind, 'source_id', v_conflict.source_id,
        'from', lower(v_conflict.during), 'until', upper(v_conflict.during)));
  end;
  return v_allocation;
end
$function$;

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
  begin
    select c.stylist, c.room into v_stylist, v_room
    from private.claim_fitting(v_terms, v_appointment.id, starts_at, v_gowns, stylist_id, v_people, null) c;
  exception when exclusion_violation then
    v_room := null;
  end;
  if v_stylist is null or v_room is null then
    perform private.raise_slot_taken(v_terms, starts_at, v_gowns, v_people);
  end if;

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
  begin
    -- Outside of the usual hours too: she stands in the shop.
    select c.stylist, c.room into v_stylist, v_room
    from private.claim_fitting(v_terms, v_appointment.id, starts_at, v_gowns, stylist_id, 1, null) c;
  exception when exclusion_violation then
    v_room := null;
  end;
  if v_stylist is null or v_room is null then
    perform private.raise_slot_taken(v_terms, starts_at, v_gowns, 1);
  end if;
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

CREATE OR REPLACE FUNCTION private.cancel_fitting(appointment_id uuid, reason text)
 RETURNS public.appointments
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_appointment public.appointments := private.appointment_for_change(appointment_id, false);
  v_by_staff boolean := v_appointment.boutique_id in (select private.my_boutique_ids('fittings.write'));
begin
  if v_appointment.state in ('cancelled', 'expired') then
    return v_appointment;
  elsif v_appointment.state not in ('booked', 'offered') then
    perform private.raise_invalid_appointment_state(v_appointment, 'cancelled');
  end if;
  update public.appointments a set
    state = 'cancelled',
    cancelled_by = case when v_by_staff then 'boutique' else 'customer' end,
    reason = nullif(btrim(cancel_fitting.reason), ''),
    fee_due = case when private.is_late(v_appointment) and a.state = 'booked' then a.late_cancellation_fee else 0 end
  where a.id = v_appointment.id
  returning * into v_appointment;
  perform private.release_source(v_appointment.id);
  perform private.enqueue('mail.fitting_cancelled', jsonb_build_object('appointment_id', v_appointment.id),
    jsonb_build_object('group', v_appointment.boutique_id));
  perform private.offer_freed_time(v_appointment);
  return v_appointment;
end
$function$;

CREATE OR REPLACE FUNCTION private.check_gowns(terms private.fitting_terms, garment_ids uuid[])
 RETURNS uuid[]
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  v_service public.fitting_services := terms.service;
  v_wished uuid[] := array(select distinct g.id from unnest(garment_ids) g (id) where g.id is not null order by g.id);
  v_missing uuid[];
begin
  if cardinality(v_wished) > v_service.max_garments then
    perform private.raise_error(400, 'too_many_garments', format('This service takes up to %s gowns.', v_service.max_garments),
      jsonb_build_object('max_garments', v_service.max_garments));
  end if;
  v_missing := array(
    select w.id from unnest(v_wished) w (id)
    where not exists (
      select from public.garments g
      where g.id = w.id and g.boutique_id = terms.boutique_id and g.location_id = terms.location_id and g.retired_at is null)
    order by w.id);
  if cardinality(v_missing) > 0 then
    perform private.raise_error(404, 'garment_not_found', 'A gown is not at this branch, or not in service.',
      jsonb_build_object('garment_ids', to_jsonb(v_missing)));
  end if;
  return v_wished;
end
$function$;

CREATE OR REPLACE FUNCTION private.check_start(terms private.fitting_terms, starts_at timestamp with time zone)
 RETURNS void
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
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
    return;
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
end
$function$;

CREATE OR REPLACE FUNCTION private.claim_one_of(candidates uuid[], boutique_id uuid, block tstzrange, source_id uuid, held_until timestamp with time zone)
 RETURNS uuid
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.claim_resource(resource_id uuid, boutique_id uuid, block tstzrange, kind public.allocation_kind, source_id uuid, held_until timestamp with time zone)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  -- The caller has locked the resource.
  perform private.release_expired_holds(claim_resource.resource_id, block);
  insert into public.allocations (resource_id, boutique_id, during, kind, state, held_until, source_id)
  values (claim_resource.resource_id, claim_resource.boutique_id, block, kind,
    case when held_until is null then 'confirmed' else 'held' end::public.allocation_state, held_until, source_id);
end
$function$;

CREATE OR REPLACE FUNCTION private.close_fitting(appointment_id uuid, attended boolean)
 RETURNS public.appointments
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_appointment public.appointments := private.appointment_for_change(appointment_id, true);
  v_state public.appointment_state := case when attended then 'attended' else 'no_show' end;
begin
  if v_appointment.state = v_state then
    return v_appointment;
  elsif v_appointment.state not in ('booked', 'attended', 'no_show') then
    perform private.raise_invalid_appointment_state(v_appointment, v_state::text);
  elsif lower(v_appointment.during) > now() then
    perform private.raise_error(409, 'not_begun', 'The appointment has not begun yet.',
      jsonb_build_object('appointment_id', appointment_id, 'starts_at', lower(v_appointment.during)));
  end if;
  update public.appointments a set state = v_state, fee_due = case when attended then 0 else a.no_show_fee end
  where a.id = v_appointment.id
  returning * into v_appointment;
  return v_appointment;
end
$function$;

CREATE OR REPLACE FUNCTION private.close_waitlist_entry()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  update public.waitlist_entries w set state = 'cancelled' where w.appointment_id = new.id and w.state = 'offered';
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.create_resource()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  insert into public.resources (id, boutique_id, location_id, kind)
  values (new.id, new.boutique_id, nullif(to_jsonb(new) ->> 'location_id', '')::uuid, tg_argv[0]::public.resource_kind);
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION private.delete_account()
 RETURNS public.account_deletions
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_deletion public.account_deletions;
  v_blocker record;
begin
  -- A rental or an appointment that is just being made holds the profile, so that one of the two sees the other
  -- (refuse_leaver).
  perform from public.profiles p where p.id = auth.uid() for update;
  if not found then
    perform private.raise_error(401, 'sign_in_required', 'Sign in to delete your account.');
  end if;
  select * into v_deletion from public.account_deletions d where d.user_id = auth.uid();
  if found then
    return v_deletion;
  end if;
  for v_blocker in select * from private.erasure_blockers(auth.uid()) limit 1 loop
    perform private.raise_error(409, v_blocker.code, v_blocker.message, v_blocker.detail);
  end loop;
  insert into public.account_deletions (user_id, due_at) values (auth.uid(), now() + interval '14 days')
  returning * into v_deletion;
  perform private.enqueue('mail.account_deletion', jsonb_build_object('user_id', v_deletion.user_id));
  perform private.enqueue('privacy.erase_account', jsonb_build_object('user_id', v_deletion.user_id),
    jsonb_build_object('start_after', v_deletion.due_at));
  return v_deletion;
end
$function$;

CREATE OR REPLACE FUNCTION private.erase_account(user_id uuid)
 RETURNS text
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_rental uuid;
  v_appointment uuid;
  v_item record;
begin
  perform from public.profiles p where p.id = erase_account.user_id for update;
  if not found then
    return 'gone';
  end if;
  perform from public.account_deletions d where d.user_id = erase_account.user_id and d.due_at <= now() for update;
  if not found then
    return 'not_due';
  end if;
  for v_rental in select r.id from public.rentals r where r.customer_id = erase_account.user_id and r.state = 'held' order by r.id loop
    perform private.expire_rental_hold(v_rental);
  end loop;
  for v_appointment in
    select a.id from public.appointments a where a.customer_id = erase_account.user_id and a.state = 'offered' order by a.id loop
    perform private.expire_fitting_offer(v_appointment);
  end loop;
  if exists (select from private.erasure_blockers(erase_account.user_id)) then
    update public.account_deletions d set due_at = now() + interval '1 day' where d.user_id = erase_account.user_id;
    perform private.enqueue('privacy.erase_account', jsonb_build_object('user_id', erase_account.user_id),
      jsonb_build_object('start_after', now() + interval '1 day'));
    return 'blocked';
  end if;
  -- Nobody has noted whether she came; she has no account to charge any more.
  update public.appointments a set state = 'attended' where a.customer_id = erase_account.user_id and a.state = 'booked';
  -- Her membership goes too, so that she fits nobody any more. Fittings that she was to do keep their stylist.
  update public.stylists s set display_name = 'Former stylist', bio = '', retired_at = coalesce(s.retired_at, now())
  where s.user_id = erase_account.user_id;
  for v_item in select * from private.personal_data() d where d.erasure = 'delete' loop
    execute format('delete from %s where %s', v_item.table_name, v_item.subject) using erase_account.user_id;
  end loop;
  -- What the Auth server keeps without a foreign key: its log and sign-ins that were begun.
  delete from auth.audit_log_entries a where a.payload ->> 'actor_id' = erase_account.user_id::text;
  delete from auth.flow_state f where f.user_id = erase_account.user_id;
  -- Sessions, tokens, identities, the profile and all that hangs on it go along; rentals and appointments lose
  -- their customer.
  delete from auth.users u where u.id = erase_account.user_id;
  return 'erased';
end
$function$;

CREATE OR REPLACE FUNCTION private.erasure_blockers(user_id uuid)
 RETURNS TABLE(code text, message text, detail jsonb)
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select 'open_rentals', 'A rental is not over yet. Bring it to its end or cancel it, then delete the account.',
    jsonb_build_object('rental_ids', jsonb_agg(r.id order by r.id))
  from public.rentals r
  where r.customer_id = erasure_blockers.user_id
    and r.state not in ('closed', 'lost', 'cancelled', 'expired')
    and not (r.state = 'held' and r.held_until <= now())
  having count(*) > 0
  union all
  select 'open_appointments', 'An appointment is still to come. Cancel it, or wait until it is over, then delete the account.',
    jsonb_build_object('appointment_ids', jsonb_agg(a.id order by a.id))
  from public.appointments a
  where a.customer_id = erasure_blockers.user_id
    and upper(a.during) > now()
    and (a.state = 'booked' or (a.state = 'offered' and a.held_until > now()))
  having count(*) > 0
  union all
  select 'last_owner', 'You are the only owner of a boutique. Transfer the ownership, then delete the account.',
    jsonb_build_object('boutique_ids', jsonb_agg(m.boutique_id order by m.boutique_id))
  from public.boutique_members m
  where m.user_id = erasure_blockers.user_id and m.role = 'owner'
    and not exists (
      select from public.boutique_members o
      where o.boutique_id = m.boutique_id and o.role = 'owner' and o.user_id <> m.user_id)
  having count(*) > 0
$function$;

CREATE OR REPLACE FUNCTION private.expire_fitting_offer(appointment_id uuid)
 RETURNS boolean
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_appointment public.appointments;
begin
  select * into v_appointment from public.appointments a
  where a.id = expire_fitting_offer.appointment_id and a.state = 'offered' and a.held_until <= now()
  for update;
  if not found then
    return false;
  end if;
  update public.appointments a set state = 'expired' where a.id = v_appointment.id;
  update public.waitlist_entries w set state = 'expired' where w.appointment_id = v_appointment.id and w.state = 'offered';
  perform private.release_source(v_appointment.id);
  perform private.offer_freed_time(v_appointment);
  return true;
end
$function$;

CREATE OR REPLACE FUNCTION private.fitting_block(service public.fitting_services, starts_at timestamp with time zone)
 RETURNS tstzrange
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select tstzrange(
    starts_at - make_interval(mins => service.buffer_minutes_before),
    starts_at + make_interval(mins => service.duration_minutes + service.buffer_minutes_after))
$function$;

CREATE OR REPLACE FUNCTION private.fitting_slots(location_id uuid, service_id uuid, from_date date, to_date date, garment_ids uuid[])
 RETURNS TABLE(starts_at timestamp with time zone, ends_at timestamp with time zone, stylist_ids uuid[])
 LANGUAGE plpgsql
 SECURITY DEFINER ROWS 200
 SET search_path TO ''
AS $function$
declare
  v_terms private.fitting_terms;
  v_gowns uuid[];
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
  v_gowns := private.check_gowns(v_terms, garment_ids);
  return query
  select f.starts_at, f.starts_at + make_interval(mins => v_service.duration_minutes), f.stylist_ids
  from private.free_slots(v_terms, from_date, to_date, v_gowns, 1) f
  order by f.starts_at
  limit 1000;
end
$function$;

CREATE OR REPLACE FUNCTION private.fitting_starts(terms private.fitting_terms, from_date date, to_date date)
 RETURNS SETOF timestamp with time zone
 LANGUAGE sql
 STABLE ROWS 500
 SET search_path TO ''
AS $function$
  -- Counted in moments from the opening: no start is skipped or comes twice where the clocks change.
  select s.starts_at
  from private.open_periods(terms.location_id, from_date - 1, to_date) o (period)
  cross join lateral generate_series(
    lower(o.period),
    upper(o.period) - make_interval(mins => (terms.service).duration_minutes),
    make_interval(mins => (terms.service).step_minutes)) s (starts_at)
  where (s.starts_at at time zone terms.timezone)::date between from_date and to_date
    and s.starts_at >= now() + make_interval(hours => (terms.service).min_hours_ahead)
    and s.starts_at <= now() + make_interval(days => (terms.service).max_days_ahead)
$function$;

CREATE OR REPLACE FUNCTION private.fitting_terms(location_id uuid, service_id uuid)
 RETURNS private.fitting_terms
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.forget_customer()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  new.customer_notes := '';
  new.guest_names := '{}';
  new.reason := null;
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION private.free_slots(terms private.fitting_terms, from_date date, to_date date, gowns uuid[], people integer)
 RETURNS TABLE(starts_at timestamp with time zone, stylist_ids uuid[], room_ids uuid[])
 LANGUAGE plpgsql
 STABLE ROWS 200
 SET search_path TO ''
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

CREATE OR REPLACE FUNCTION private.is_late(appointment public.appointments)
 RETURNS boolean
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  -- A customer who is not staff of the boutique is bound by the frozen policy.
  select now() > appointment.free_cancellation_until
    and appointment.boutique_id not in (select private.my_boutique_ids('fittings.write'))
$function$;

CREATE OR REPLACE FUNCTION private.join_waitlist(location_id uuid, service_id uuid, from_date date, to_date date, garment_ids uuid[])
 RETURNS public.waitlist_entries
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_terms private.fitting_terms;
  v_gowns uuid[];
  v_entry public.waitlist_entries;
  v_slot timestamptz;
begin
  if auth.uid() is null or not exists (select from public.profiles p where p.id = auth.uid()) then
    perform private.raise_error(401, 'sign_in_required', 'Sign in to wait.');
  end if;
  v_terms := private.fitting_terms(location_id, service_id);
  if from_date is null or to_date is null or not isfinite(from_date) or not isfinite(to_date) or to_date < from_date
    or to_date - from_date > 31 or to_date < (now() at time zone v_terms.timezone)::date then
    perform private.raise_error(400, 'invalid_period', 'from_date and to_date have to be days to come, the first not after the last, at most a month apart.',
      jsonb_build_object('from_date', from_date, 'to_date', to_date));
  end if;
  v_gowns := private.check_gowns(v_terms, garment_ids);
  select * into v_entry from public.waitlist_entries w
  where w.customer_id = auth.uid() and w.location_id = join_waitlist.location_id and w.service_id = join_waitlist.service_id
    and w.state in ('waiting', 'offered');
  if found then
    return v_entry;
  end if;
  select f.starts_at into v_slot from private.free_slots(v_terms, from_date, to_date, v_gowns, 1) f order by f.starts_at limit 1;
  if v_slot is not null then
    perform private.raise_error(409, 'slots_free', 'There is time free on these days. Book it.', jsonb_build_object('starts_at', v_slot));
  end if;
  begin
    insert into public.waitlist_entries (boutique_id, customer_id, location_id, service_id, garment_ids, from_date, to_date)
    values (v_terms.boutique_id, auth.uid(), location_id, service_id, v_gowns, from_date, to_date)
    returning * into v_entry;
  exception when unique_violation then
    -- She clicked twice.
    select * into v_entry from public.waitlist_entries w
    where w.customer_id = auth.uid() and w.location_id = join_waitlist.location_id and w.service_id = join_waitlist.service_id
      and w.state in ('waiting', 'offered');
  end;
  return v_entry;
end
$function$;

CREATE OR REPLACE FUNCTION private.leave_waitlist(entry_id uuid)
 RETURNS public.waitlist_entries
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_entry public.waitlist_entries;
begin
  select * into v_entry from public.waitlist_entries w
  where w.id = leave_waitlist.entry_id and (w.customer_id = auth.uid() or w.boutique_id in (select private.my_boutique_ids('fittings.write')))
  for update;
  if not found then
    perform private.raise_error(404, 'entry_not_found', 'There is no such place in line of yours.', jsonb_build_object('entry_id', entry_id));
  elsif v_entry.state = 'waiting' then
    update public.waitlist_entries w set state = 'cancelled' where w.id = v_entry.id returning * into v_entry;
  elsif v_entry.state = 'offered' then
    perform private.raise_error(409, 'invalid_state', 'A time is offered to you. Accept it, or cancel the appointment.',
      jsonb_build_object('entry_id', entry_id, 'state', v_entry.state, 'appointment_id', v_entry.appointment_id));
  end if;
  return v_entry;
end
$function$;

CREATE OR REPLACE FUNCTION private.minimum_role(permission public.permission)
 RETURNS public.member_role
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
  select (case permission
    when 'boutique.transfer' then 'owner'
    when 'audit.read' then 'owner'
    when 'boutique.update' then 'manager'
    when 'members.invite' then 'manager'
    when 'members.manage' then 'manager'
    when 'catalog.write' then 'manager'
    when 'garments.write' then 'manager'
    when 'calendar.manage' then 'manager'
    else 'stylist'
  end)::public.member_role
$function$;

CREATE OR REPLACE FUNCTION private.minutes_of_day(opens time without time zone, closes time without time zone)
 RETURNS int4range
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  -- Until the next day when it closes before it opens, such as 18:00 to 02:00.
  select int4range(
    (extract(epoch from opens) / 60)::integer,
    (extract(epoch from closes) / 60)::integer + case when closes <= opens then 1440 else 0 end)
$function$;

CREATE OR REPLACE FUNCTION private.moments_of_day(day date, opens time without time zone, closes time without time zone, timezone text)
 RETURNS tstzrange
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select case when m.starts < m.ends then tstzrange(m.starts, m.ends) else 'empty' end
  from (
    select (day + opens) at time zone timezone as starts,
      (day + closes + case when closes <= opens then interval '1 day' else interval '0' end) at time zone timezone as ends
  ) m
$function$;

CREATE OR REPLACE FUNCTION private.offer_freed_time(appointment public.appointments)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  if exists (select from public.waitlist_entries w where w.location_id = appointment.location_id and w.state = 'waiting') then
    perform private.enqueue('fitting.offer_waitlist', jsonb_build_object('location_id', appointment.location_id),
      jsonb_build_object('group', appointment.boutique_id));
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
      if v_stylist is null or v_room is null then
        -- Somebody was faster: what was taken so far goes with the savepoint of this block.
        raise exclusion_violation;
      end if;
    exception when exclusion_violation then
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

CREATE OR REPLACE FUNCTION private.open_periods(location_id uuid, from_date date, to_date date)
 RETURNS SETOF tstzrange
 LANGUAGE plpgsql
 STABLE ROWS 20
 SET search_path TO ''
AS $function$
begin
  return query
  select m.period
  from public.locations l
  cross join generate_series(from_date::timestamp, to_date::timestamp, interval '1 day') d (day)
  join public.opening_hours h on h.location_id = l.id and h.weekday = extract(isodow from d.day)
  cross join lateral (select private.moments_of_day(d.day::date, h.opens, h.closes, l.timezone) as period) m
  where l.id = open_periods.location_id
    and not isempty(m.period)
    and not exists (
      select from public.closures c
      where c.location_id = l.id and d.day::date between c.first_day and c.last_day)
  order by m.period;
end
$function$;

CREATE OR REPLACE FUNCTION private.personal_data()
 RETURNS TABLE(table_name text, subject_column text, subject text, exported boolean, erasure private.erasure, reason text)
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  values
    ('public.profiles', 'id', 'id = $1', true, 'cascade'::private.erasure, 'who she is'),
    ('public.platform_admins', 'user_id', 'user_id = $1', true, 'cascade', 'a right of hers'),
    ('public.boutique_members', 'user_id', 'user_id = $1', true, 'cascade', 'her work for a boutique; its last owner hands it over first'),
    ('public.invitations', 'email', 'email = (select lower(u.email) from auth.users u where u.id = $1)', true, 'delete', 'holds her address'),
    ('public.invitations', 'invited_by', 'invited_by = $1', true, 'detach', 'the invitation of somebody else'),
    ('public.invitations', 'accepted_by', 'accepted_by = $1', false, 'detach', 'exported by her address'),
    ('public.boutique_status_changes', 'actor_id', 'actor_id = $1', true, 'detach', 'belongs to the boutique''s history'),
    ('public.rentals', 'customer_id', 'customer_id = $1', true, 'detach', 'the books need what was rented and paid, not by whom'),
    ('public.stylists', 'user_id', 'user_id = $1', true, 'detach', 'her public face at a boutique; erase_account empties it, fittings remember that there was somebody'),
    ('public.appointments', 'customer_id', 'customer_id = $1', true, 'detach', 'the boutique keeps the fact; what she has written and who came along goes'),
    ('public.appointment_garments', 'customer_id', 'customer_id = $1', true, 'detach', 'the boutique keeps which gowns were tried on'),
    ('public.appointment_notes', 'appointment_id', 'appointment_id in (select a.id from public.appointments a where a.customer_id = $1)', true, 'delete', 'what staff have noted about her'),
    ('public.appointment_notes', 'author_id', 'author_id = $1', false, 'detach', 'her work for the boutique, about somebody else, whose export has it'),
    ('public.waitlist_entries', 'customer_id', 'customer_id = $1', true, 'cascade', 'her place in line'),
    ('public.data_exports', 'user_id', 'user_id = $1', true, 'cascade', 'her own request'),
    ('public.account_deletions', 'user_id', 'user_id = $1', true, 'cascade', 'her own request'),
    ('public.audit_log', 'actor_id', 'actor_id = $1', true, 'keep', 'append-only; a bare id that leads nowhere once the account is gone'),
    ('private.messages', 'user_id', 'user_id = $1', true, 'cascade', 'what was sent to her'),
    ('private.idempotency_keys', 'user_id', 'user_id = $1', false, 'delete', 'technical: her retries')
$function$;

CREATE OR REPLACE FUNCTION private.qualified_stylist_ids(service_id uuid)
 RETURNS uuid[]
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select array(
    select s.id from public.service_stylists q join public.stylists s on s.id = q.stylist_id
    where q.service_id = qualified_stylist_ids.service_id and s.retired_at is null
    order by s.id)
$function$;

CREATE OR REPLACE FUNCTION private.raise_invalid_appointment_state(appointment public.appointments, verb text)
 RETURNS void
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
begin
  perform private.raise_error(409, 'invalid_state', format('An appointment that is %s cannot be %s.', appointment.state, verb),
    jsonb_build_object('appointment_id', appointment.id, 'state', appointment.state));
end
$function$;

CREATE OR REPLACE FUNCTION private.raise_slot_taken(terms private.fitting_terms, starts_at timestamp with time zone, gowns uuid[], people integer)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_day date := (starts_at at time zone terms.timezone)::date;
  v_next jsonb;
begin
  select coalesce(jsonb_agg(to_jsonb(f.starts_at) order by f.starts_at), '[]') into v_next
  from (
    select s.starts_at from private.free_slots(terms, v_day, v_day + 14, gowns, people) s
    where s.starts_at > raise_slot_taken.starts_at
    order by s.starts_at limit 3
  ) f;
  perform private.raise_error(409, 'slot_taken',
    case when v_next = '[]' then 'This time is taken, and so are the two weeks after it.'
    else 'This time is taken. See next_free for other times.' end,
    jsonb_build_object('starts_at', starts_at, 'next_free', v_next));
end
$function$;

CREATE OR REPLACE FUNCTION private.refuse_leaver()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  -- Waits for a deletion that is just being asked for, and then sees it. A walk-in has no account.
  perform from public.profiles p where p.id = new.customer_id for key share;
  if exists (select from public.account_deletions d where d.user_id = new.customer_id) then
    perform private.raise_error(409, 'account_leaves', 'This account is about to be deleted. Take that back first.');
  end if;
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION private.release_expired_holds(resource_id uuid, during tstzrange)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_source uuid;
  v_kind public.allocation_kind;
begin
  -- The rental or appointment is locked before its allocation, here as in confirm and cancel, so that they never wait
  -- for each other.
  for v_source, v_kind in
    select a.source_id, a.kind
    from public.allocations a
    where a.resource_id = release_expired_holds.resource_id
      and a.during && release_expired_holds.during
      and a.state <> 'released'
      and a.held_until <= now()
      and a.kind in ('rental', 'fitting')
    order by a.source_id
  loop
    if v_kind = 'rental' then
      perform private.expire_rental_hold(v_source);
    else
      perform private.expire_fitting_offer(v_source);
    end if;
  end loop;
  update public.allocations a set state = 'released', held_until = null
  where a.resource_id = release_expired_holds.resource_id
    and a.during && release_expired_holds.during
    and a.state <> 'released'
    and a.held_until <= now()
    and not exists (select from public.rentals r where r.allocation_id = a.id and r.state = 'held' and r.held_until > now());
end
$function$;

CREATE OR REPLACE FUNCTION private.release_source(source_id uuid)
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  update public.allocations a set state = 'released', held_until = null
  where a.source_id = release_source.source_id and a.state <> 'released'
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
  begin
    select c.stylist, c.room into v_stylist, v_room
    from private.claim_fitting(v_terms, v_appointment.id, starts_at, v_gowns, stylist_id, v_people, null) c;
  exception when exclusion_violation then
    v_room := null;
  end;
  if v_stylist is null or v_room is null then
    perform private.raise_slot_taken(v_terms, starts_at, v_gowns, v_people);
  end if;
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
  new.listed := new.retired_at is null
    and exists (select from public.boutiques b where b.id = new.boutique_id and b.status = 'active');
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION private.set_service_currency()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  select b.currency into new.currency from public.boutiques b where b.id = new.boutique_id;
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION private.spread_status_to_fittings()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  -- The triggers of both tables compute the new value.
  update public.stylists s set listed = not s.listed where s.boutique_id = new.id and s.retired_at is null;
  update public.fitting_services f set listed = not f.listed where f.boutique_id = new.id and f.retired_at is null;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.taken_periods(resource_ids uuid[], during tstzrange)
 RETURNS TABLE(resource_id uuid, periods tstzmultirange)
 LANGUAGE plpgsql
 STABLE ROWS 10
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.unblock_resource(allocation_id uuid)
 RETURNS public.allocations
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_allocation public.allocations;
begin
  select * into v_allocation from public.allocations a
  where a.id = unblock_resource.allocation_id
    and a.kind in ('repair', 'cleaning', 'show', 'time_off') and a.source_id is null
    and a.boutique_id in (select private.my_boutique_ids('rentals.write'))
  for update;
  if not found then
    perform private.raise_error(404, 'allocation_not_found', 'There is no such block that staff have made. Rentals and fittings are cancelled.',
      jsonb_build_object('allocation_id', allocation_id));
  end if;
  -- What is over stays as it was; what has begun ends now.
  if lower(v_allocation.during) < now() and upper(v_allocation.during) > now() then
    update public.allocations a set during = tstzrange(lower(a.during), now()) where a.id = v_allocation.id returning * into v_allocation;
  elsif lower(v_allocation.during) >= now() then
    update public.allocations a set state = 'released', held_until = null where a.id = v_allocation.id returning * into v_allocation;
  end if;
  return v_allocation;
end
$function$;

CREATE OR REPLACE FUNCTION private.working_periods(location_id uuid, stylist_ids uuid[], from_date date, to_date date)
 RETURNS TABLE(stylist_id uuid, periods tstzmultirange)
 LANGUAGE plpgsql
 STABLE ROWS 10
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION public.accept_fitting_offer(appointment_id uuid)
 RETURNS public.appointments
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.accept_fitting_offer(appointment_id) $function$;

CREATE OR REPLACE FUNCTION public.block_resource(resource_id uuid, from_time timestamp with time zone, until_time timestamp with time zone, kind public.allocation_kind, note text DEFAULT ''::text)
 RETURNS public.allocations
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.block_resource(resource_id, from_time, until_time, kind, note) $function$;

CREATE OR REPLACE FUNCTION public.book_fitting(location_id uuid, service_id uuid, starts_at timestamp with time zone, garment_ids uuid[], notes text, idempotency_key text, stylist_id uuid DEFAULT NULL::uuid, guest_names text[] DEFAULT '{}'::text[])
 RETURNS public.appointments
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  select private.book_fitting(location_id, service_id, starts_at, garment_ids, notes, idempotency_key, stylist_id, guest_names)
$function$;

CREATE OR REPLACE FUNCTION public.book_walk_in(location_id uuid, service_id uuid, starts_at timestamp with time zone, garment_ids uuid[], name text, stylist_id uuid DEFAULT NULL::uuid)
 RETURNS public.appointments
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.book_walk_in(location_id, service_id, starts_at, garment_ids, name, stylist_id) $function$;

CREATE OR REPLACE FUNCTION public.cancel_fitting(appointment_id uuid, reason text DEFAULT ''::text)
 RETURNS public.appointments
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.cancel_fitting(appointment_id, reason) $function$;

CREATE OR REPLACE FUNCTION public.close_fitting(appointment_id uuid, attended boolean)
 RETURNS public.appointments
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.close_fitting(appointment_id, attended) $function$;

CREATE OR REPLACE FUNCTION public.fitting_slots(location_id uuid, service_id uuid, from_date date, to_date date, garment_ids uuid[] DEFAULT '{}'::uuid[])
 RETURNS TABLE(starts_at timestamp with time zone, ends_at timestamp with time zone, stylist_ids uuid[])
 LANGUAGE sql
 ROWS 200
 SET search_path TO ''
AS $function$
  select * from private.fitting_slots(location_id, service_id, from_date, to_date, garment_ids)
$function$;

CREATE OR REPLACE FUNCTION public.join_waitlist(location_id uuid, service_id uuid, from_date date, to_date date, garment_ids uuid[] DEFAULT '{}'::uuid[])
 RETURNS public.waitlist_entries
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.join_waitlist(location_id, service_id, from_date, to_date, garment_ids) $function$;

CREATE OR REPLACE FUNCTION public.leave_waitlist(entry_id uuid)
 RETURNS public.waitlist_entries
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.leave_waitlist(entry_id) $function$;

CREATE OR REPLACE FUNCTION public.reschedule_fitting(appointment_id uuid, starts_at timestamp with time zone, stylist_id uuid DEFAULT NULL::uuid)
 RETURNS public.appointments
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.reschedule_fitting(appointment_id, starts_at, stylist_id) $function$;

CREATE OR REPLACE FUNCTION public.unblock_resource(allocation_id uuid)
 RETURNS public.allocations
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.unblock_resource(allocation_id) $function$;

ALTER TABLE "public"."allocations" ADD CONSTRAINT "note_is_short" CHECK ((length(note) <= 500));

ALTER TABLE "public"."appointment_garments" ADD CONSTRAINT "appointment_garments_customer_id_fkey" FOREIGN KEY (customer_id) REFERENCES public.profiles(id) ON DELETE SET NULL;

ALTER TABLE "public"."appointments" ADD CONSTRAINT "an_offer_says_until_when" CHECK (((state <> 'offered'::public.appointment_state) OR (held_until IS NOT NULL)));

ALTER TABLE "public"."appointments" ADD CONSTRAINT "appointment_is_at_a_branch_of_the_boutique" FOREIGN KEY (location_id, boutique_id) REFERENCES public.locations(id, boutique_id) ON DELETE RESTRICT;

ALTER TABLE "public"."appointments" ADD CONSTRAINT "appointments_boutique_id_fkey" FOREIGN KEY (boutique_id) REFERENCES public.boutiques(id) ON DELETE RESTRICT;

ALTER TABLE "public"."appointments" ADD CONSTRAINT "appointments_customer_id_fkey" FOREIGN KEY (customer_id) REFERENCES public.profiles(id) ON DELETE SET NULL;

ALTER TABLE "public"."appointments" ADD CONSTRAINT "only_an_appointment_that_is_over_loses_its_customer" CHECK (((customer_id IS NOT NULL) OR (walk_in_name IS NOT NULL) OR (state = ANY (ARRAY['attended'::public.appointment_state, 'no_show'::public.appointment_state, 'cancelled'::public.appointment_state, 'expired'::public.appointment_state]))));

ALTER TABLE "public"."closures" ADD CONSTRAINT "closure_is_of_a_branch_of_the_boutique" FOREIGN KEY (location_id, boutique_id) REFERENCES public.locations(id, boutique_id) ON DELETE CASCADE;

ALTER TABLE "public"."fitting_services" ADD CONSTRAINT "fitting_services_boutique_id_fkey" FOREIGN KEY (boutique_id) REFERENCES public.boutiques(id) ON DELETE RESTRICT;

ALTER TABLE "public"."garments" ADD CONSTRAINT "garments_id_boutique_id_key" UNIQUE (id, boutique_id);

ALTER TABLE "public"."appointment_garments" ADD CONSTRAINT "gown_is_of_the_boutique" FOREIGN KEY (garment_id, boutique_id) REFERENCES public.garments(id, boutique_id) ON DELETE RESTRICT;

ALTER TABLE "public"."opening_hours" ADD CONSTRAINT "opening_hours_are_of_a_branch_of_the_boutique" FOREIGN KEY (location_id, boutique_id) REFERENCES public.locations(id, boutique_id) ON DELETE CASCADE;

ALTER TABLE "public"."rooms" ADD CONSTRAINT "room_is_at_a_location_of_its_boutique" FOREIGN KEY (location_id, boutique_id) REFERENCES public.locations(id, boutique_id) ON DELETE RESTRICT;

ALTER TABLE "public"."stylists" ADD CONSTRAINT "stylists_boutique_id_fkey" FOREIGN KEY (boutique_id) REFERENCES public.boutiques(id) ON DELETE RESTRICT;

ALTER TABLE "public"."stylists" ADD CONSTRAINT "stylists_user_id_fkey" FOREIGN KEY (user_id) REFERENCES public.profiles(id) ON DELETE SET NULL;

ALTER TABLE "public"."waitlist_entries" ADD CONSTRAINT "an_offer_names_its_appointment" CHECK (((state <> 'offered'::public.waitlist_state) OR (appointment_id IS NOT NULL)));

ALTER TABLE "public"."waitlist_entries" ADD CONSTRAINT "entry_is_for_a_branch_of_the_boutique" FOREIGN KEY (location_id, boutique_id) REFERENCES public.locations(id, boutique_id) ON DELETE CASCADE;

ALTER TABLE "public"."waitlist_entries" ADD CONSTRAINT "waitlist_entries_boutique_id_fkey" FOREIGN KEY (boutique_id) REFERENCES public.boutiques(id) ON DELETE RESTRICT;

ALTER TABLE "public"."waitlist_entries" ADD CONSTRAINT "waitlist_entries_customer_id_fkey" FOREIGN KEY (customer_id) REFERENCES public.profiles(id) ON DELETE CASCADE;

ALTER TABLE "public"."working_hours" ADD CONSTRAINT "working_hours_are_at_a_branch_of_the_boutique" FOREIGN KEY (location_id, boutique_id) REFERENCES public.locations(id, boutique_id) ON DELETE CASCADE;

CREATE INDEX appointment_garments_appointment_id_idx ON public.appointment_garments USING btree (appointment_id, boutique_id);

CREATE INDEX appointment_garments_boutique_id_idx ON public.appointment_garments USING btree (boutique_id);

CREATE INDEX appointment_garments_customer_id_idx ON public.appointment_garments USING btree (customer_id);

CREATE INDEX appointment_garments_garment_id_idx ON public.appointment_garments USING btree (garment_id, boutique_id);

CREATE INDEX appointment_notes_appointment_id_idx ON public.appointment_notes USING btree (appointment_id, boutique_id, created_at);

CREATE INDEX appointment_notes_boutique_id_idx ON public.appointment_notes USING btree (boutique_id);

CREATE INDEX appointments_boutique_id_idx ON public.appointments USING btree (boutique_id, starts_at);

CREATE INDEX appointments_location_id_idx ON public.appointments USING btree (location_id, boutique_id);

CREATE INDEX appointments_room_id_idx ON public.appointments USING btree (room_id, boutique_id);

CREATE INDEX appointments_service_id_idx ON public.appointments USING btree (service_id, boutique_id);

CREATE INDEX appointments_stylist_id_idx ON public.appointments USING btree (stylist_id, boutique_id, starts_at);

CREATE INDEX closures_boutique_id_idx ON public.closures USING btree (boutique_id);

CREATE INDEX closures_location_id_idx ON public.closures USING btree (location_id, boutique_id, last_day);

CREATE INDEX fitting_services_boutique_id_idx ON public.fitting_services USING btree (boutique_id);

CREATE UNIQUE INDEX one_place_in_line ON public.waitlist_entries USING btree (customer_id, location_id, service_id) WHERE (state = ANY (ARRAY['waiting'::public.waitlist_state, 'offered'::public.waitlist_state]));

CREATE INDEX opening_hours_boutique_id_idx ON public.opening_hours USING btree (boutique_id);

CREATE INDEX opening_hours_location_id_idx ON public.opening_hours USING btree (location_id, boutique_id);

CREATE INDEX rooms_boutique_id_idx ON public.rooms USING btree (boutique_id);

CREATE INDEX rooms_location_id_idx ON public.rooms USING btree (location_id, boutique_id);

CREATE INDEX service_stylists_service_id_idx ON public.service_stylists USING btree (service_id, boutique_id);

CREATE INDEX service_stylists_stylist_id_idx ON public.service_stylists USING btree (stylist_id, boutique_id);

CREATE INDEX stylists_boutique_id_idx ON public.stylists USING btree (boutique_id);

CREATE INDEX stylists_user_id_idx ON public.stylists USING btree (user_id);

CREATE INDEX waitlist_entries_appointment_id_idx ON public.waitlist_entries USING btree (appointment_id);

CREATE INDEX waitlist_entries_boutique_id_idx ON public.waitlist_entries USING btree (boutique_id, created_at DESC);

CREATE INDEX waitlist_entries_customer_id_idx ON public.waitlist_entries USING btree (customer_id, created_at DESC);

CREATE INDEX waitlist_entries_location_id_idx ON public.waitlist_entries USING btree (location_id, boutique_id);

CREATE INDEX waitlist_entries_service_id_idx ON public.waitlist_entries USING btree (service_id, boutique_id);

CREATE INDEX working_hours_location_id_idx ON public.working_hours USING btree (location_id, boutique_id);

CREATE INDEX working_hours_stylist_id_idx ON public.working_hours USING btree (stylist_id, boutique_id);

CREATE TRIGGER audit_delete AFTER DELETE ON public.appointment_notes REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', 'body');

CREATE TRIGGER audit_insert AFTER INSERT ON public.appointment_notes REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', 'body');

CREATE TRIGGER audit_update AFTER UPDATE ON public.appointment_notes REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', 'body');

CREATE TRIGGER touch_updated_at BEFORE UPDATE ON public.appointment_notes FOR EACH ROW EXECUTE FUNCTION private.touch_updated_at();

CREATE TRIGGER audit_delete AFTER DELETE ON public.appointments REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', 'customer_notes,guest_names,walk_in_name,reason');

CREATE TRIGGER audit_insert AFTER INSERT ON public.appointments REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', 'customer_notes,guest_names,walk_in_name,reason');

CREATE TRIGGER audit_update AFTER UPDATE ON public.appointments REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', 'customer_notes,guest_names,walk_in_name,reason');

CREATE TRIGGER close_waitlist_entry AFTER UPDATE ON public.appointments FOR EACH ROW WHEN (((old.state = 'offered'::public.appointment_state) AND (new.state = 'cancelled'::public.appointment_state))) EXECUTE FUNCTION private.close_waitlist_entry();

CREATE TRIGGER forget_customer BEFORE UPDATE ON public.appointments FOR EACH ROW WHEN (((old.customer_id IS NOT NULL) AND (new.customer_id IS NULL))) EXECUTE FUNCTION private.forget_customer();

CREATE TRIGGER refuse_leaver BEFORE INSERT ON public.appointments FOR EACH ROW EXECUTE FUNCTION private.refuse_leaver();

CREATE TRIGGER touch_updated_at BEFORE UPDATE ON public.appointments FOR EACH ROW EXECUTE FUNCTION private.touch_updated_at();

CREATE TRIGGER spread_status_to_fittings AFTER UPDATE ON public.boutiques FOR EACH ROW WHEN (((old.status = 'active'::public.boutique_status) IS DISTINCT FROM (new.status = 'active'::public.boutique_status))) EXECUTE FUNCTION private.spread_status_to_fittings();

CREATE TRIGGER audit_delete AFTER DELETE ON public.closures REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', '');

CREATE TRIGGER audit_insert AFTER INSERT ON public.closures REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', '');

CREATE TRIGGER audit_update AFTER UPDATE ON public.closures REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', '');

CREATE TRIGGER touch_updated_at BEFORE UPDATE ON public.closures FOR EACH ROW EXECUTE FUNCTION private.touch_updated_at();

CREATE TRIGGER audit_delete AFTER DELETE ON public.fitting_services REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', '');

CREATE TRIGGER audit_insert AFTER INSERT ON public.fitting_services REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', '');

CREATE TRIGGER audit_update AFTER UPDATE ON public.fitting_services REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', '');

CREATE TRIGGER set_boutique_listing BEFORE INSERT OR UPDATE ON public.fitting_services FOR EACH ROW EXECUTE FUNCTION private.set_boutique_listing();

CREATE TRIGGER set_service_currency BEFORE INSERT OR UPDATE ON public.fitting_services FOR EACH ROW EXECUTE FUNCTION private.set_service_currency();

CREATE TRIGGER touch_updated_at BEFORE UPDATE ON public.fitting_services FOR EACH ROW EXECUTE FUNCTION private.touch_updated_at();

CREATE TRIGGER audit_delete AFTER DELETE ON public.opening_hours REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', '');

CREATE TRIGGER audit_insert AFTER INSERT ON public.opening_hours REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', '');

CREATE TRIGGER audit_update AFTER UPDATE ON public.opening_hours REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', '');

CREATE TRIGGER touch_updated_at BEFORE UPDATE ON public.opening_hours FOR EACH ROW EXECUTE FUNCTION private.touch_updated_at();

CREATE TRIGGER refuse_leaver BEFORE INSERT ON public.rentals FOR EACH ROW EXECUTE FUNCTION private.refuse_leaver();

CREATE TRIGGER audit_delete AFTER DELETE ON public.rooms REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', '');

CREATE TRIGGER audit_insert AFTER INSERT ON public.rooms REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', '');

CREATE TRIGGER audit_update AFTER UPDATE ON public.rooms REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', '');

CREATE TRIGGER create_resource AFTER INSERT ON public.rooms FOR EACH ROW EXECUTE FUNCTION private.create_resource('room');

CREATE TRIGGER touch_updated_at BEFORE UPDATE ON public.rooms FOR EACH ROW EXECUTE FUNCTION private.touch_updated_at();

CREATE TRIGGER audit_delete AFTER DELETE ON public.service_stylists REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('service_id,stylist_id', '');

CREATE TRIGGER audit_insert AFTER INSERT ON public.service_stylists REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('service_id,stylist_id', '');

CREATE TRIGGER audit_update AFTER UPDATE ON public.service_stylists REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('service_id,stylist_id', '');

CREATE TRIGGER audit_delete AFTER DELETE ON public.stylists REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', 'display_name,bio');

CREATE TRIGGER audit_insert AFTER INSERT ON public.stylists REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', 'display_name,bio');

CREATE TRIGGER audit_update AFTER UPDATE ON public.stylists REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', 'display_name,bio');

CREATE TRIGGER create_resource AFTER INSERT ON public.stylists FOR EACH ROW EXECUTE FUNCTION private.create_resource('stylist');

CREATE TRIGGER set_boutique_listing BEFORE INSERT OR UPDATE ON public.stylists FOR EACH ROW EXECUTE FUNCTION private.set_boutique_listing();

CREATE TRIGGER touch_updated_at BEFORE UPDATE ON public.stylists FOR EACH ROW EXECUTE FUNCTION private.touch_updated_at();

CREATE TRIGGER audit_delete AFTER DELETE ON public.waitlist_entries REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', '');

CREATE TRIGGER audit_insert AFTER INSERT ON public.waitlist_entries REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', '');

CREATE TRIGGER audit_update AFTER UPDATE ON public.waitlist_entries REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', '');

CREATE TRIGGER refuse_leaver BEFORE INSERT ON public.waitlist_entries FOR EACH ROW EXECUTE FUNCTION private.refuse_leaver();

CREATE TRIGGER touch_updated_at BEFORE UPDATE ON public.waitlist_entries FOR EACH ROW EXECUTE FUNCTION private.touch_updated_at();

CREATE TRIGGER audit_delete AFTER DELETE ON public.working_hours REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', '');

CREATE TRIGGER audit_insert AFTER INSERT ON public.working_hours REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', '');

CREATE TRIGGER audit_update AFTER UPDATE ON public.working_hours REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', '');

CREATE TRIGGER touch_updated_at BEFORE UPDATE ON public.working_hours FOR EACH ROW EXECUTE FUNCTION private.touch_updated_at();
