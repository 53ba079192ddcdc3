set local check_function_bodies = off;

DROP FUNCTION "private"."book_fitting"(uuid, uuid, timestamp with time zone, uuid[], text, text, uuid, text[]);

DROP FUNCTION "private"."check_gowns"(private.fitting_terms, uuid[]);

DROP FUNCTION "private"."claim_fitting"(private.fitting_terms, uuid, timestamp with time zone, uuid[], uuid, integer, timestamp with time zone);

DROP FUNCTION "private"."fitting_slots"(uuid, uuid, date, date, uuid[]);

DROP FUNCTION "private"."free_slots"(private.fitting_terms, date, date, uuid[], integer);

DROP FUNCTION "private"."join_waitlist"(uuid, uuid, date, date, uuid[]);

DROP FUNCTION "private"."raise_slot_taken"(private.fitting_terms, timestamp with time zone, uuid[], integer);

DROP FUNCTION "private"."take_fitting"(private.fitting_terms, uuid, timestamp with time zone, uuid[], uuid, integer);

DROP FUNCTION "public"."book_fitting"(uuid, uuid, timestamp with time zone, uuid[], text, text, uuid, text[]);

DROP FUNCTION "public"."fitting_slots"(uuid, uuid, date, date, uuid[]);

DROP FUNCTION "public"."join_waitlist"(uuid, uuid, date, date, uuid[]);

ALTER TABLE "public"."waitlist_entries" ADD COLUMN "variant_ids" uuid[] NOT NULL DEFAULT '{}'::uuid[];

CREATE TYPE "private"."fitting_wish" AS ("garment_ids" uuid[], "variant_ids" uuid[]);

CREATE OR REPLACE FUNCTION private.book_fitting(location_id uuid, service_id uuid, starts_at timestamp with time zone, garment_ids uuid[], notes text, idempotency_key text, stylist_id uuid, guest_names text[], variant_ids uuid[])
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
$function$;

CREATE OR REPLACE FUNCTION private.check_wish(terms private.fitting_terms, garment_ids uuid[], variant_ids uuid[])
 RETURNS private.fitting_wish
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.claim_fitting(terms private.fitting_terms, appointment_id uuid, starts_at timestamp with time zone, wish private.fitting_wish, stylist_id uuid, people integer, held_until timestamp with time zone, OUT stylist uuid, OUT room uuid, OUT gowns uuid[])
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
$function$;

CREATE OR REPLACE FUNCTION private.fitting_slots(location_id uuid, service_id uuid, from_date date, to_date date, garment_ids uuid[], variant_ids uuid[])
 RETURNS TABLE(starts_at timestamp with time zone, ends_at timestamp with time zone, stylist_ids uuid[])
 LANGUAGE plpgsql
 SECURITY DEFINER ROWS 200
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.free_slots(terms private.fitting_terms, from_date date, to_date date, wish private.fitting_wish, people integer)
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
$function$;

CREATE OR REPLACE FUNCTION private.join_waitlist(location_id uuid, service_id uuid, from_date date, to_date date, garment_ids uuid[], variant_ids uuid[])
 RETURNS public.waitlist_entries
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_terms private.fitting_terms;
  v_wish private.fitting_wish;
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
  v_wish := private.check_wish(v_terms, garment_ids, variant_ids);
  select * into v_entry from public.waitlist_entries w
  where w.customer_id = auth.uid() and w.location_id = join_waitlist.location_id and w.service_id = join_waitlist.service_id
    and w.state in ('waiting', 'offered');
  if found then
    return v_entry;
  end if;
  select f.starts_at into v_slot from private.free_slots(v_terms, from_date, to_date, v_wish, 1) f order by f.starts_at limit 1;
  if v_slot is not null then
    perform private.raise_error(409, 'slots_free', 'There is time free on these days. Book it.', jsonb_build_object('starts_at', v_slot));
  end if;
  begin
    insert into public.waitlist_entries (
      boutique_id, customer_id, location_id, service_id, garment_ids, variant_ids, from_date, to_date)
    values (
      v_terms.boutique_id, auth.uid(), location_id, service_id, v_wish.garment_ids, v_wish.variant_ids, from_date, to_date)
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

CREATE OR REPLACE FUNCTION private.lock_gowns(terms private.fitting_terms, wish private.fitting_wish, block tstzrange)
 RETURNS uuid[]
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
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
  v_wish private.fitting_wish;
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
      v_wish := private.check_wish(v_terms, v_entry.garment_ids, v_entry.variant_ids);
    exception when sqlstate 'PT404' or sqlstate 'PT400' then
      -- The branch, the service or a gown is gone: nothing can be offered to her now.
      continue;
    end;
    v_service := v_terms.service;
    select f.starts_at into v_slot
    from private.free_slots(v_terms, v_entry.from_date, v_entry.to_date, v_wish, 1) f
    order by f.starts_at limit 1;
    continue when v_slot is null;
    v_appointment := private.uuid_v7();
    v_held_until := least(now() + interval '30 minutes', v_slot);
    begin
      select c.stylist, c.room, c.gowns into v_stylist, v_room, v_gowns
      from private.claim_fitting(v_terms, v_appointment, v_slot, v_wish, null, 1, v_held_until) c;
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

CREATE OR REPLACE FUNCTION private.raise_slot_taken(terms private.fitting_terms, starts_at timestamp with time zone, wish private.fitting_wish, people integer)
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
    select s.starts_at from private.free_slots(terms, v_day, v_day + 14, wish, people) s
    where s.starts_at > raise_slot_taken.starts_at
    order by s.starts_at limit 3
  ) f;
  perform private.raise_error(409, 'slot_taken',
    case when v_next = '[]' then 'This time is taken, and so are the two weeks after it.'
    else 'This time is taken. See next_free for other times.' end,
    jsonb_build_object('starts_at', starts_at, 'next_free', v_next));
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
$function$;

CREATE OR REPLACE FUNCTION private.take_fitting(terms private.fitting_terms, appointment_id uuid, starts_at timestamp with time zone, wish private.fitting_wish, stylist_id uuid, people integer, OUT stylist uuid, OUT room uuid, OUT gowns uuid[])
 RETURNS record
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  select c.stylist, c.room, c.gowns into stylist, room, gowns
  from private.claim_fitting(terms, appointment_id, starts_at, wish, stylist_id, people, null) c;
exception when exclusion_violation then
  perform private.raise_slot_taken(terms, starts_at, wish, people);
end
$function$;

CREATE OR REPLACE FUNCTION private.wished_pieces(terms private.fitting_terms, wish private.fitting_wish)
 RETURNS TABLE(variant_id uuid, garment_id uuid)
 LANGUAGE plpgsql
 STABLE ROWS 10
 SET search_path TO ''
AS $function$
begin
  return query
  select g.variant_id, g.id
  from public.garments g
  where g.variant_id = any (wish.variant_ids) and g.location_id = terms.location_id and g.retired_at is null
    and g.id <> all (wish.garment_ids);
end
$function$;

CREATE OR REPLACE FUNCTION public.book_fitting(location_id uuid, service_id uuid, starts_at timestamp with time zone, garment_ids uuid[], notes text, idempotency_key text, stylist_id uuid DEFAULT NULL::uuid, guest_names text[] DEFAULT '{}'::text[], variant_ids uuid[] DEFAULT '{}'::uuid[])
 RETURNS public.appointments
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  select private.book_fitting(
    location_id, service_id, starts_at, garment_ids, notes, idempotency_key, stylist_id, guest_names, variant_ids)
$function$;

CREATE OR REPLACE FUNCTION public.fitting_slots(location_id uuid, service_id uuid, from_date date, to_date date, garment_ids uuid[] DEFAULT '{}'::uuid[], variant_ids uuid[] DEFAULT '{}'::uuid[])
 RETURNS TABLE(starts_at timestamp with time zone, ends_at timestamp with time zone, stylist_ids uuid[])
 LANGUAGE sql
 ROWS 200
 SET search_path TO ''
AS $function$
  select * from private.fitting_slots(location_id, service_id, from_date, to_date, garment_ids, variant_ids)
$function$;

CREATE OR REPLACE FUNCTION public.join_waitlist(location_id uuid, service_id uuid, from_date date, to_date date, garment_ids uuid[] DEFAULT '{}'::uuid[], variant_ids uuid[] DEFAULT '{}'::uuid[])
 RETURNS public.waitlist_entries
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.join_waitlist(location_id, service_id, from_date, to_date, garment_ids, variant_ids) $function$;

ALTER TABLE "public"."waitlist_entries" ADD CONSTRAINT "variants_are_few" CHECK ((cardinality(variant_ids) <= 20));

COMMENT ON COLUMN "public"."waitlist_entries"."variant_ids" IS 'Variants of which one piece, whichever, has to be free too.';

COMMENT ON FUNCTION "private"."check_wish"(private.fitting_terms, uuid[], uuid[]) IS 'What is wished, each once and in the order of ids. PT400 too_many_garments, PT404 garment_not_found.';

COMMENT ON FUNCTION "private"."claim_fitting"(private.fitting_terms, uuid, timestamp with time zone, private.fitting_wish, uuid, integer, timestamp with time zone) IS 'Takes gowns, a stylist and a room. exclusion_violation when one of them cannot be had: what was taken so far goes with the savepoint of the caller.';

COMMENT ON FUNCTION "private"."free_slots"(private.fitting_terms, date, date, private.fitting_wish, integer) IS 'Free starts with the stylists and rooms that are free then; every wished garment is, and a piece of every wished variant.';

COMMENT ON FUNCTION "private"."lock_gowns"(private.fitting_terms, private.fitting_wish, tstzrange) IS 'Locks what is wished and chooses the first free piece of each variant: the gowns to be claimed, in the order of their ids. exclusion_violation when a variant has none.';

COMMENT ON FUNCTION "private"."raise_slot_taken"(private.fitting_terms, timestamp with time zone, private.fitting_wish, integer) IS 'PT409 slot_taken with up to three later starts that are free.';

COMMENT ON FUNCTION "private"."take_fitting"(private.fitting_terms, uuid, timestamp with time zone, private.fitting_wish, uuid, integer) IS 'As claim_fitting, firmly, for somebody who is told: PT409 slot_taken.';

COMMENT ON FUNCTION "private"."wished_pieces"(private.fitting_terms, private.fitting_wish) IS 'The pieces at the branch and in service of which one per variant will do. A garment that is wished itself does not count twice.';

COMMENT ON FUNCTION "public"."book_fitting"(uuid, uuid, timestamp with time zone, uuid[], text, text, uuid, text[], uuid[]) IS 'Books a fitting for the caller with a stylist (the least busy one unless one is named), a room and the wished gowns (these garments, and a free piece of each of these variants), all of them or nothing; confirmation and reminders are enqueued with it. The cancellation policy is frozen on it. The same idempotency key with the same input returns the same appointment. PT409 slot_taken (detail: next_free), PT400 invalid_start, too_many_garments, too_many_people, invalid_idempotency_key; PT404 location_not_found, service_not_found, garment_not_found, stylist_not_found; PT422 idempotency_key_reused.';

COMMENT ON FUNCTION "public"."fitting_slots"(uuid, uuid, date, date, uuid[], uuid[]) IS 'Starts at which a service can be booked at a branch on these days (of its time zone, at most a month), with the stylists who are free. All wished garments are free then, and a piece of each wished variant. For anybody. PT404 location_not_found, service_not_found, garment_not_found; PT400 invalid_period, too_many_garments; PT429 too_many_requests.';

COMMENT ON FUNCTION "public"."join_waitlist"(uuid, uuid, date, date, uuid[], uuid[]) IS 'Puts the caller in line for a time at a branch on these days (at most a month). When one becomes free it is held for the first in line for half an hour, and she is told. Repeating it returns her place. PT404 location_not_found, service_not_found, garment_not_found; PT400 invalid_period, too_many_garments; PT409 slots_free.';

COMMENT ON TYPE "private"."fitting_wish" IS 'The gowns for a fitting: these very garments, and one piece, whichever is free, of each of these variants.';

REVOKE ALL ON FUNCTION "private"."book_fitting"(uuid, uuid, timestamp with time zone, uuid[], text, text, uuid, text[], uuid[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."book_fitting"(uuid, uuid, timestamp with time zone, uuid[], text, text, uuid, text[], uuid[]) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."check_wish"(private.fitting_terms, uuid[], uuid[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."check_wish"(private.fitting_terms, uuid[], uuid[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."claim_fitting"(private.fitting_terms, uuid, timestamp with time zone, private.fitting_wish, uuid, integer, timestamp with time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."claim_fitting"(private.fitting_terms, uuid, timestamp with time zone, private.fitting_wish, uuid, integer, timestamp with time zone) TO "postgres";

REVOKE ALL ON FUNCTION "private"."fitting_slots"(uuid, uuid, date, date, uuid[], uuid[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."fitting_slots"(uuid, uuid, date, date, uuid[], uuid[]) TO "anon", "authenticated", "postgres", "service_role";

REVOKE ALL ON FUNCTION "private"."free_slots"(private.fitting_terms, date, date, private.fitting_wish, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."free_slots"(private.fitting_terms, date, date, private.fitting_wish, integer) TO "postgres";

REVOKE ALL ON FUNCTION "private"."join_waitlist"(uuid, uuid, date, date, uuid[], uuid[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."join_waitlist"(uuid, uuid, date, date, uuid[], uuid[]) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."lock_gowns"(private.fitting_terms, private.fitting_wish, tstzrange) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."lock_gowns"(private.fitting_terms, private.fitting_wish, tstzrange) TO "postgres";

REVOKE ALL ON FUNCTION "private"."raise_slot_taken"(private.fitting_terms, timestamp with time zone, private.fitting_wish, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."raise_slot_taken"(private.fitting_terms, timestamp with time zone, private.fitting_wish, integer) TO "postgres";

REVOKE ALL ON FUNCTION "private"."take_fitting"(private.fitting_terms, uuid, timestamp with time zone, private.fitting_wish, uuid, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."take_fitting"(private.fitting_terms, uuid, timestamp with time zone, private.fitting_wish, uuid, integer) TO "postgres";

REVOKE ALL ON FUNCTION "private"."wished_pieces"(private.fitting_terms, private.fitting_wish) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."wished_pieces"(private.fitting_terms, private.fitting_wish) TO "postgres";

REVOKE ALL ON FUNCTION "public"."book_fitting"(uuid, uuid, timestamp with time zone, uuid[], text, text, uuid, text[], uuid[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."book_fitting"(uuid, uuid, timestamp with time zone, uuid[], text, text, uuid, text[], uuid[]) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."fitting_slots"(uuid, uuid, date, date, uuid[], uuid[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."fitting_slots"(uuid, uuid, date, date, uuid[], uuid[]) TO "anon", "authenticated", "postgres", "service_role";

REVOKE ALL ON FUNCTION "public"."join_waitlist"(uuid, uuid, date, date, uuid[], uuid[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."join_waitlist"(uuid, uuid, date, date, uuid[], uuid[]) TO "authenticated", "postgres";

GRANT USAGE ON TYPE "private"."fitting_wish" TO "postgres";
