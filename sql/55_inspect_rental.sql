-- How a garment's time ends: the inspection after a rental, and the sale.

create function private.inspect_rental(
  rental_id uuid, outcome public.inspection_outcome, condition public.garment_condition, damage_fee bigint, note text,
  photo_paths text[], repair_until timestamptz) returns public.rentals
language plpgsql volatile
security definer -- staff may write neither rentals nor the calendar; the function knows the rules
set search_path = ''
as $$
declare
  v_rental public.rentals := private.rental_for_step(rental_id);
  v_until timestamptz := case when outcome = 'repair' then repair_until end;
begin
  if v_rental.state = 'closed' and outcome = (
    select e.outcome from public.rental_events e where e.rental_id = v_rental.id and e.kind = 'inspected') then
    return v_rental;
  elsif v_rental.state not in ('returned', 'inspecting') then
    perform private.raise_invalid_rental_state(v_rental, 'inspected');
  elsif outcome is null or condition is null or (outcome = 'ok' and condition = 'damaged') then
    perform private.raise_error(400, 'invalid_outcome', 'An inspection has an outcome and a condition; what is damaged goes to repair or is retired.',
      jsonb_build_object('outcome', outcome, 'condition', condition));
  elsif outcome = 'repair' and (v_until is null or not isfinite(v_until) or v_until <= now() or v_until > now() + interval '3 years') then
    perform private.raise_error(400, 'invalid_period', 'A repair needs repair_until, a time to come within three years.',
      jsonb_build_object('repair_until', repair_until));
  elsif damage_fee < 0 then
    perform private.raise_error(400, 'invalid_fee', 'damage_fee is not negative.', jsonb_build_object('damage_fee', damage_fee));
  end if;

  update public.rentals r set state = 'closed', closed_at = now(), returned_at = coalesce(r.returned_at, now()),
    damage_fee = coalesce(inspect_rental.damage_fee, 0)
  where r.id = v_rental.id
  returning * into v_rental;
  perform private.end_time_taken(v_rental);
  perform private.record_rental_event(v_rental, 'inspected', condition, note, photo_paths, outcome, v_until);
  update public.garments g set condition = inspect_rental.condition,
    retired_at = case when outcome = 'retire' then coalesce(g.retired_at, now()) else g.retired_at end
  where g.id = v_rental.garment_id;

  if outcome = 'ok' then
    perform private.withdraw_substitutions(v_rental.garment_id);
  elsif outcome = 'repair' then
    perform private.block_for_repair(v_rental.garment_id, v_rental.boutique_id, now(), v_until);
    perform private.rescue_until(v_rental.garment_id, v_until, v_rental.id);
  end if;
  return v_rental;
end
$$;

create function private.block_for_repair(garment_id uuid, boutique_id uuid, from_time timestamptz, until_time timestamptz) returns void
language plpgsql volatile
set search_path = ''
as $$
declare
  v_until timestamptz;
begin
  perform private.release_expired_holds(garment_id, tstzrange(from_time, until_time));
  -- As far as the next booking. What follows it is taken when the booking has moved to another garment.
  select least(until_time, min(lower(a.during))) into v_until
  from public.allocations a
  where a.resource_id = block_for_repair.garment_id and a.during && tstzrange(from_time, until_time) and a.state <> 'released';
  if v_until > from_time then
    insert into public.allocations (resource_id, boutique_id, during, kind, state)
    values (block_for_repair.garment_id, block_for_repair.boutique_id, tstzrange(from_time, v_until), 'repair', 'confirmed');
  end if;
exception when exclusion_violation then
  -- The garment was retired meanwhile: its calendar has ended anyway.
  null;
end
$$;
comment on function private.block_for_repair(uuid, uuid, timestamptz, timestamptz) is 'Takes a garment for a repair, as far as it is free. The caller has locked it. Staff end it earlier with unblock_resource.';

create function public.inspect_rental(
  rental_id uuid, outcome public.inspection_outcome, condition public.garment_condition, damage_fee bigint default 0, note text default '',
  photo_paths text[] default '{}', repair_until timestamptz default null) returns public.rentals
language sql volatile security invoker set search_path = ''
as $$ select private.inspect_rental(rental_id, outcome, condition, damage_fee, note, photo_paths, repair_until) $$;
comment on function public.inspect_rental(uuid, public.inspection_outcome, public.garment_condition, bigint, text, text[], timestamptz) is
  'Staff end the inspection of a returned garment: the rental is closed and its buffer ends now. ok: the garment is free; repair: it is taken until repair_until, and rentals in that time get a proposal of substitutes; retire: it never goes out again. Repeating it with the same outcome changes nothing. PT404 rental_not_found; PT409 invalid_state; PT400 invalid_outcome, invalid_period, invalid_fee, invalid_note, invalid_photo_paths.';
grant execute on function private.inspect_rental(uuid, public.inspection_outcome, public.garment_condition, bigint, text, text[], timestamptz) to authenticated;
grant execute on function public.inspect_rental(uuid, public.inspection_outcome, public.garment_condition, bigint, text, text[], timestamptz) to authenticated;

-- Sale ----------------------------------------------------------------------------------------------------------------

create function private.sell_garment(garment_id uuid) returns public.allocations
language plpgsql volatile
security definer -- nobody may write the calendar; the function knows the rules
set search_path = ''
as $$
declare
  v_garment public.resources;
  v_allocation public.allocations;
  v_bookings jsonb;
begin
  select * into v_garment from public.resources r
  where r.id = sell_garment.garment_id and r.kind = 'garment' and r.boutique_id in (select private.my_boutique_ids('garments.write'))
  for no key update;
  if not found then
    perform private.raise_error(404, 'garment_not_found', 'There is no such garment of a boutique you work for.',
      jsonb_build_object('garment_id', garment_id));
  end if;
  select * into v_allocation from public.allocations a
  where a.resource_id = v_garment.id and a.kind = 'sale' and a.state <> 'released' and a.during && tstzrange(now(), null);
  if found then
    return v_allocation;
  end if;
  perform private.release_expired_holds(v_garment.id, tstzrange(now(), null));
  -- A gown that is out is in the way although its time has run out.
  select jsonb_agg(to_jsonb(b) order by b.from) into v_bookings
  from (
    select a.kind, a.source_id, lower(a.during) as from, upper(a.during) as until
    from public.allocations a
    where a.resource_id = v_garment.id and a.during && tstzrange(now(), null) and a.state <> 'released'
    union
    select a.kind, a.source_id, lower(a.during), upper(a.during)
    from public.rentals r join public.allocations a on a.id = r.allocation_id
    where r.garment_id = v_garment.id and r.state in ('picked_up', 'returned', 'inspecting')
    order by 3
    limit 50
  ) b;
  if v_bookings is not null then
    perform private.raise_error(409, 'not_available', 'It is promised to somebody. Move these bookings first.',
      jsonb_build_object('garment_id', garment_id, 'bookings', v_bookings));
  end if;
  insert into public.allocations (resource_id, boutique_id, during, kind, state)
  values (v_garment.id, v_garment.boutique_id, tstzrange(now(), null), 'sale', 'confirmed')
  returning * into v_allocation;
  update public.garments g set retired_at = now() where g.id = v_garment.id and g.retired_at is null;
  return v_allocation;
end
$$;

create function public.sell_garment(garment_id uuid) returns public.allocations
language sql volatile security invoker set search_path = ''
as $$ select private.sell_garment(garment_id) $$;
comment on function public.sell_garment(uuid) is
  'Managers end the calendar of a garment that is sold: it is taken without an end, and retired. Repeating it changes nothing. PT404 garment_not_found; PT409 not_available (detail: the bookings in the way).';
grant execute on function private.sell_garment(uuid) to authenticated;
grant execute on function public.sell_garment(uuid) to authenticated;
