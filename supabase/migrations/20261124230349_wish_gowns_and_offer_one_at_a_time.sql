set local check_function_bodies = off;

DROP FUNCTION "private"."offer_waitlist"(uuid);

CREATE OR REPLACE FUNCTION private.free_slots(terms private.fitting_terms, from_date date, to_date date, wish private.fitting_wish, people integer)
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

CREATE OR REPLACE FUNCTION private.offer_waitlist(location_id uuid, max_offers integer DEFAULT NULL::integer)
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
    exit when v_offers = max_offers;
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
$function$;

COMMENT ON FUNCTION "private"."offer_waitlist"(uuid, integer) IS 'Offers free time at a branch to those who wait, in the order in which they came; how many got an offer. Called by the job fitting.offer_waitlist, for one offer at a time: a transaction that makes several keeps a stylist while it waits for the gowns of the next.';

REVOKE ALL ON FUNCTION "private"."offer_waitlist"(uuid, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."offer_waitlist"(uuid, integer) TO "postgres";
