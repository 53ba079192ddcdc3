-- What happens to a fitting after it was booked: moved, cancelled, attended or not; walk-ins; time that staff block.

create function private.appointment_for_change(appointment_id uuid, as_staff boolean) returns public.appointments
language plpgsql volatile
set search_path = ''
as $$
declare
  v_appointment public.appointments;
begin
  select * into v_appointment from public.appointments a
  where a.id = appointment_for_change.appointment_id
    and (a.boutique_id in (select private.my_boutique_ids('fittings.write')) or (not as_staff and a.customer_id = auth.uid()))
  for update;
  if not found then
    perform private.raise_error(404, 'appointment_not_found', 'There is no such appointment of yours.',
      jsonb_build_object('appointment_id', appointment_id));
  end if;
  return v_appointment;
end
$$;
comment on function private.appointment_for_change(uuid, boolean) is 'Locks an appointment that the caller may change, as its customer or as staff. PT404 appointment_not_found.';

create function private.raise_invalid_appointment_state(appointment public.appointments, verb text) returns void
language plpgsql immutable
set search_path = ''
as $$
begin
  perform private.raise_error(409, 'invalid_state', format('An appointment that is %s cannot be %s.', appointment.state, verb),
    jsonb_build_object('appointment_id', appointment.id, 'state', appointment.state));
end
$$;
comment on function private.raise_invalid_appointment_state(public.appointments, text) is 'PT409 invalid_state.';

create function private.release_source(source_id uuid) returns void
language sql volatile
set search_path = ''
as $$
  update public.allocations a set state = 'released', held_until = null
  where a.source_id = release_source.source_id and a.state <> 'released'
$$;
comment on function private.release_source(uuid) is 'Gives back all that is taken for a row.';

create function private.is_late(appointment public.appointments) returns boolean
language sql stable
set search_path = ''
as $$
  -- A customer who is not staff of the boutique is bound by the frozen policy.
  select now() > appointment.free_cancellation_until
    and appointment.boutique_id not in (select private.my_boutique_ids('fittings.write'))
$$;
comment on function private.is_late(public.appointments) is 'True when the caller is bound by the policy and its time for free changes is over.';

create function private.cancel_fitting(appointment_id uuid, reason text) returns public.appointments
language plpgsql volatile
security definer -- customers may not write appointments; the function knows the rules
set search_path = ''
as $$
declare
  v_appointment public.appointments := private.appointment_for_change(appointment_id, false);
  v_by_staff boolean := v_appointment.boutique_id in (select private.my_boutique_ids('fittings.write'));
begin
  if v_appointment.state in ('cancelled', 'expired') then
    return v_appointment;
  elsif v_appointment.state not in ('booked', 'offered') then
    perform private.raise_invalid_appointment_state(v_appointment, 'cancelled');
  elsif v_appointment.state = 'booked' and not v_by_staff and lower(v_appointment.during) <= now() then
    -- Or who does not come would cancel afterwards, and not owe what a no-show owes.
    perform private.raise_error(409, 'policy_window_passed', 'The appointment has begun. Call the boutique.',
      jsonb_build_object('appointment_id', appointment_id, 'starts_at', lower(v_appointment.during)));
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
$$;

create function private.reschedule_fitting(appointment_id uuid, starts_at timestamptz, stylist_id uuid) returns public.appointments
language plpgsql volatile
security definer -- customers may not write appointments; the function knows the rules
set search_path = ''
as $$
declare
  v_appointment public.appointments := private.appointment_for_change(appointment_id, false);
  v_before public.appointments := v_appointment;
  v_terms private.fitting_terms;
  v_service public.fitting_services;
  v_wish private.fitting_wish;
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
  -- The very gowns that were chosen when it was booked.
  v_wish := row(
    array(select g.garment_id from public.appointment_garments g where g.appointment_id = v_appointment.id order by g.garment_id), '{}');
  -- The old time is given back first, so that a move by half an hour does not meet itself. When the new one cannot be had,
  -- all of this is undone.
  perform private.release_source(v_appointment.id);
  select t.stylist, t.room into v_stylist, v_room
  from private.take_fitting(v_terms, v_appointment.id, starts_at, v_wish, stylist_id, v_people) t;
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
$$;

create function private.close_fitting(appointment_id uuid, attended boolean) returns public.appointments
language plpgsql volatile
security definer -- staff may not write appointments; the function knows the rules
set search_path = ''
as $$
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
$$;

create function private.book_walk_in(
  location_id uuid, service_id uuid, starts_at timestamptz, garment_ids uuid[], name text, stylist_id uuid) returns public.appointments
language plpgsql volatile
security definer -- staff may not write the calendar; the function knows the rules
set search_path = ''
as $$
declare
  v_terms private.fitting_terms;
  v_service public.fitting_services;
  v_wish private.fitting_wish;
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
  v_wish := private.check_wish(v_terms, garment_ids, '{}');
  if starts_at is null or not isfinite(starts_at) or name is null or name !~ '\S' then
    perform private.raise_error(400, 'invalid_walk_in', 'A walk-in needs a time and a name.');
  end if;
  v_appointment.id := private.uuid_v7();
  -- Between two usual starts too: she stands in the shop.
  select t.stylist, t.room into v_stylist, v_room
  from private.take_fitting(v_terms, v_appointment.id, starts_at, v_wish, stylist_id, 1) t;
  insert into public.appointments (
    id, boutique_id, walk_in_name, location_id, service_id, stylist_id, room_id, during, price, currency,
    free_cancellation_until, late_cancellation_fee, no_show_fee)
  values (
    v_appointment.id, v_terms.boutique_id, btrim(name), location_id, service_id, v_stylist, v_room,
    tstzrange(starts_at, starts_at + make_interval(mins => v_service.duration_minutes)), v_service.price, v_service.currency,
    starts_at, 0, 0)
  returning * into v_appointment;
  insert into public.appointment_garments (appointment_id, garment_id, boutique_id)
  select v_appointment.id, g.id, v_terms.boutique_id from unnest(v_wish.garment_ids) g (id);
  return v_appointment;
end
$$;

-- Time that staff block ------------------------------------------------------------------------------------------------

create function private.block_resource(resource_id uuid, from_time timestamptz, until_time timestamptz, kind public.allocation_kind, note text)
returns public.allocations
language plpgsql volatile
security definer -- nobody may write the calendar; the function knows the rules
set search_path = ''
as $$
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
$$;

create function private.unblock_resource(allocation_id uuid) returns public.allocations
language plpgsql volatile
security definer -- nobody may write the calendar; the function knows the rules
set search_path = ''
as $$
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
$$;

-- What clients call ----------------------------------------------------------------------------------------------------

create function public.cancel_fitting(appointment_id uuid, reason text default '') returns public.appointments
language sql volatile security invoker set search_path = ''
as $$ select private.cancel_fitting(appointment_id, reason) $$;
comment on function public.cancel_fitting(uuid, text) is
  'The customer or staff cancel; the time is free again at once, or offered to the first of the waitlist. fee_due is what the frozen policy asks of a customer who is late. A customer does so until it begins. Repeating it changes nothing. PT404 appointment_not_found; PT409 invalid_state, policy_window_passed.';
grant execute on function private.cancel_fitting(uuid, text) to authenticated;
grant execute on function public.cancel_fitting(uuid, text) to authenticated;

create function public.reschedule_fitting(appointment_id uuid, starts_at timestamptz, stylist_id uuid default null) returns public.appointments
language sql volatile security invoker set search_path = ''
as $$ select private.reschedule_fitting(appointment_id, starts_at, stylist_id) $$;
comment on function public.reschedule_fitting(uuid, timestamptz, uuid) is
  'The customer or staff move a fitting, with its gowns, to another free start; the old time stays until the new one is had. PT404 appointment_not_found; PT409 policy_window_passed, slot_taken, invalid_state; PT400 invalid_start.';
grant execute on function private.reschedule_fitting(uuid, timestamptz, uuid) to authenticated;
grant execute on function public.reschedule_fitting(uuid, timestamptz, uuid) to authenticated;

create function public.close_fitting(appointment_id uuid, attended boolean) returns public.appointments
language sql volatile security invoker set search_path = ''
as $$ select private.close_fitting(appointment_id, attended) $$;
comment on function public.close_fitting(uuid, boolean) is
  'Staff note whether the customer has come; who has come may review, who has not owes the frozen no-show fee. PT404 appointment_not_found; PT409 not_begun, invalid_state.';
grant execute on function private.close_fitting(uuid, boolean) to authenticated;
grant execute on function public.close_fitting(uuid, boolean) to authenticated;

create function public.book_walk_in(location_id uuid, service_id uuid, starts_at timestamptz, garment_ids uuid[], name text, stylist_id uuid default null)
returns public.appointments
language sql volatile security invoker set search_path = ''
as $$ select private.book_walk_in(location_id, service_id, starts_at, garment_ids, name, stylist_id) $$;
comment on function public.book_walk_in(uuid, uuid, timestamptz, uuid[], text, uuid) is
  'Staff book somebody who stands in the shop, at any minute. PT404 location_not_found, service_not_found, garment_not_found; PT400 invalid_walk_in; PT409 slot_taken.';
grant execute on function private.book_walk_in(uuid, uuid, timestamptz, uuid[], text, uuid) to authenticated;
grant execute on function public.book_walk_in(uuid, uuid, timestamptz, uuid[], text, uuid) to authenticated;

create function public.block_resource(resource_id uuid, from_time timestamptz, until_time timestamptz, kind public.allocation_kind, note text default '')
returns public.allocations
language sql volatile security invoker set search_path = ''
as $$ select private.block_resource(resource_id, from_time, until_time, kind, note) $$;
comment on function public.block_resource(uuid, timestamptz, timestamptz, public.allocation_kind, text) is
  'Staff take a garment (repair, cleaning, show), a stylist (time_off) or a room (repair, cleaning) out of the calendar for a time. PT404 resource_not_found; PT400 invalid_period, invalid_kind; PT409 not_available (detail: what takes it).';
grant execute on function private.block_resource(uuid, timestamptz, timestamptz, public.allocation_kind, text) to authenticated;
grant execute on function public.block_resource(uuid, timestamptz, timestamptz, public.allocation_kind, text) to authenticated;

create function public.unblock_resource(allocation_id uuid) returns public.allocations
language sql volatile security invoker set search_path = ''
as $$ select private.unblock_resource(allocation_id) $$;
comment on function public.unblock_resource(uuid) is 'Staff end a block of theirs; one that has begun ends now. PT404 allocation_not_found.';
grant execute on function private.unblock_resource(uuid) to authenticated;
grant execute on function public.unblock_resource(uuid) to authenticated;
