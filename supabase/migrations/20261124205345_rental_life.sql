set local check_function_bodies = off;

ALTER TABLE "public"."fitting_services" DROP CONSTRAINT "booking_is_up_to_three_years_ahead";

ALTER TABLE "public"."fitting_services" DROP CONSTRAINT "buffers_are_up_to_four_hours";

CREATE TABLE "public"."readiness_policies" ("boutique_id" uuid NOT NULL, "lead_days" integer NOT NULL DEFAULT 120, "shipping_days" integer NOT NULL DEFAULT 14, "fittings" integer NOT NULL DEFAULT 2, "fitting_gap_days" integer NOT NULL DEFAULT 7, "alteration_days" integer NOT NULL DEFAULT 21, "spare_days" integer NOT NULL DEFAULT 7, "rush_lead_percent" integer, "rush_shipping_days" integer NOT NULL DEFAULT 5, "rush_fee" bigint NOT NULL DEFAULT 0, "created_at" timestamp with time zone NOT NULL DEFAULT now(), "updated_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "fittings_are_up_to_ten" CHECK (((fittings >= 0) AND (fittings <= 10))), CONSTRAINT "lead_time_is_up_to_three_years" CHECK (((lead_days >= 0) AND (lead_days <= 1100))), CONSTRAINT "readiness_policies_pkey" PRIMARY KEY (boutique_id), CONSTRAINT "rush_fee_is_not_negative" CHECK ((rush_fee >= 0)), CONSTRAINT "rush_is_faster" CHECK (((rush_shipping_days <= shipping_days) AND ((rush_lead_percent >= 0) AND (rush_lead_percent <= 100)))), CONSTRAINT "times_are_not_negative" CHECK ((LEAST(shipping_days, rush_shipping_days, fitting_gap_days, alteration_days, spare_days) >= 0)), CONSTRAINT "times_are_up_to_a_year" CHECK ((GREATEST(shipping_days, rush_shipping_days, fitting_gap_days, alteration_days, spare_days) <= 365)));

ALTER TABLE "public"."readiness_policies" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."rental_events" ("rental_id" uuid NOT NULL, "boutique_id" uuid NOT NULL, "customer_id" uuid, "garment_id" uuid NOT NULL, "condition" public.garment_condition, "repair_until" timestamp with time zone, "note" text NOT NULL DEFAULT ''::text, "photo_paths" text[] NOT NULL DEFAULT '{}'::text[], "actor_id" uuid, "created_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "note_is_bounded" CHECK ((length(note) <= 2000)), CONSTRAINT "photos_are_few" CHECK ((cardinality(photo_paths) <= 20)), "id" uuid NOT NULL DEFAULT private.uuid_v7(), CONSTRAINT "rental_events_pkey" PRIMARY KEY (id));

ALTER TABLE "public"."rental_events" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."substitution_candidates" ("proposal_id" uuid NOT NULL, "garment_id" uuid NOT NULL, "boutique_id" uuid NOT NULL, "rank" integer NOT NULL, "created_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "rank_begins_with_one" CHECK ((rank >= 1)), CONSTRAINT "substitution_candidates_pkey" PRIMARY KEY (proposal_id, garment_id));

ALTER TABLE "public"."substitution_candidates" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."substitution_proposals" ("rental_id" uuid NOT NULL, "boutique_id" uuid NOT NULL, "garment_id" uuid NOT NULL, "cause_rental_id" uuid, "missing_until" timestamp with time zone, "substitute_id" uuid, "decided_by" uuid, "decided_at" timestamp with time zone, "created_at" timestamp with time zone NOT NULL DEFAULT now(), "updated_at" timestamp with time zone NOT NULL DEFAULT now(), "id" uuid NOT NULL DEFAULT private.uuid_v7(), CONSTRAINT "substitution_proposals_id_boutique_id_key" UNIQUE (id, boutique_id), CONSTRAINT "substitution_proposals_pkey" PRIMARY KEY (id));

ALTER TABLE "public"."substitution_proposals" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "public"."locations" ADD COLUMN "latitude" numeric(8,6);

ALTER TABLE "public"."locations" ADD COLUMN "longitude" numeric(9,6);

ALTER TABLE "public"."products" ADD COLUMN "style_code" text;

ALTER TABLE "public"."products" ADD COLUMN "lead_days" integer;

ALTER TABLE "public"."rental_policies" ADD COLUMN "late_fee_percent" integer NOT NULL DEFAULT 150;

ALTER TABLE "public"."rentals" ADD COLUMN "picked_up_at" timestamp with time zone;

ALTER TABLE "public"."rentals" ADD COLUMN "returned_at" timestamp with time zone;

ALTER TABLE "public"."rentals" ADD COLUMN "closed_at" timestamp with time zone;

ALTER TABLE "public"."rentals" ADD COLUMN "late_fee_per_day" bigint NOT NULL DEFAULT 0;

ALTER TABLE "public"."rentals" ADD COLUMN "late_days" integer NOT NULL DEFAULT 0;

ALTER TABLE "public"."rentals" ADD COLUMN "late_fee" bigint NOT NULL DEFAULT 0;

ALTER TABLE "public"."rentals" ADD COLUMN "damage_fee" bigint NOT NULL DEFAULT 0;

CREATE TYPE "public"."calendar_row" AS ("resource_id" uuid, "kind" public.resource_kind, "label" text, "entries" jsonb);

CREATE TYPE "public"."garment_offer" AS ("boutique_id" uuid, "boutique_slug" text, "boutique_name" text, "location_id" uuid, "location_name" text, "city" text, "country" text, "product_id" uuid, "product_slug" text, "variant_id" uuid, "color" text, "price_per_day" bigint, "deposit" bigint, "currency" text, "free" integer, "distance_km" double precision);

CREATE TYPE "public"."inspection_outcome" AS ENUM ('ok', 'repair', 'retire');

ALTER TABLE "public"."rental_events" ADD COLUMN "outcome" public.inspection_outcome;

CREATE TYPE "public"."readiness_step" AS ("variant" text, "position" integer, "step" text, "number" integer, "expected_date" date, "latest_date" date, "breaks" boolean, "fee" bigint, "currency" text);

CREATE TYPE "public"."rental_event_kind" AS ENUM ('handed_over', 'returned', 'inspection_started', 'inspected', 'lost', 'substituted');

ALTER TABLE "public"."rental_events" ADD COLUMN "kind" public.rental_event_kind NOT NULL;

CREATE TYPE "public"."substitution_match" AS ENUM ('same_variant', 'same_variant_elsewhere', 'similar');

ALTER TABLE "public"."substitution_candidates" ADD COLUMN "match" public.substitution_match NOT NULL;

CREATE TYPE "public"."substitution_reason" AS ENUM ('overdue', 'not_inspected', 'repair', 'lost', 'retired');

ALTER TABLE "public"."substitution_proposals" ADD COLUMN "reason" public.substitution_reason NOT NULL;

CREATE TYPE "public"."substitution_state" AS ENUM ('open', 'accepted', 'dismissed', 'withdrawn');

ALTER TABLE "public"."substitution_proposals" ADD COLUMN "state" public.substitution_state NOT NULL DEFAULT 'open'::public.substitution_state;

CREATE TYPE "public"."utilisation_row" AS ("resource_id" uuid, "kind" public.resource_kind, "label" text, "location_id" uuid, "taken_hours" double precision, "available_hours" double precision, "utilisation" double precision);

CREATE OR REPLACE FUNCTION private.accept_substitution(proposal_id uuid, garment_id uuid)
 RETURNS public.rentals
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_proposal public.substitution_proposals;
  v_rental public.rentals;
  v_old public.allocations;
  v_during tstzrange;
  v_allocation uuid := private.uuid_v7();
  v_out public.rentals;
begin
  select * into v_proposal from public.substitution_proposals s
  where s.id = accept_substitution.proposal_id and s.boutique_id in (select private.my_boutique_ids('rentals.write'));
  if not found then
    perform private.raise_error(404, 'proposal_not_found', 'There is no such proposal of a boutique you work for.',
      jsonb_build_object('proposal_id', proposal_id));
  end if;
  -- Both garments, then both rentals, each in the order of their ids; then what hangs on them.
  perform from public.resources r
  where r.id in (v_proposal.garment_id, accept_substitution.garment_id) and r.boutique_id = v_proposal.boutique_id
  order by r.id for no key update;
  perform from public.rentals r
  where r.id = v_proposal.rental_id
    or (r.garment_id = v_proposal.garment_id and r.state in ('picked_up', 'returned', 'inspecting'))
  order by r.id for update;
  select * into v_rental from public.rentals r where r.id = v_proposal.rental_id;
  select * into v_proposal from public.substitution_proposals s where s.id = v_proposal.id for update;
  if v_proposal.state = 'accepted' and v_proposal.substitute_id = accept_substitution.garment_id then
    return v_rental;
  elsif v_proposal.state <> 'open' or v_rental.state <> 'reserved' or v_rental.garment_id <> v_proposal.garment_id then
    perform private.raise_error(409, 'invalid_state', format('The proposal is %s.', v_proposal.state),
      jsonb_build_object('proposal_id', proposal_id, 'state', v_proposal.state));
  elsif not exists (
    select from public.substitution_candidates c
    where c.proposal_id = v_proposal.id and c.garment_id = accept_substitution.garment_id) then
    perform private.raise_error(404, 'candidate_not_found', 'This garment is not one of the proposal.',
      jsonb_build_object('proposal_id', proposal_id, 'garment_id', garment_id));
  end if;

  select * into v_old from public.allocations a where a.id = v_rental.allocation_id;
  v_during := tstzrange(greatest(lower(v_old.during), now()), greatest(upper(v_old.during), now()));
  if isempty(v_during) then
    perform private.raise_error(409, 'period_over', 'Its days are over. Cancel it.', jsonb_build_object('rental_id', v_rental.id));
  end if;
  perform private.release_expired_holds(accept_substitution.garment_id, v_during);
  begin
    insert into public.allocations (id, resource_id, boutique_id, during, kind, state, source_id)
    values (v_allocation, accept_substitution.garment_id, v_rental.boutique_id, v_during, 'rental', 'confirmed', v_rental.id);
  exception when exclusion_violation then
    perform private.raise_error(409, 'not_available', 'This garment was taken meanwhile. Choose another of the proposal.',
      jsonb_build_object('proposal_id', proposal_id, 'garment_id', garment_id));
  end;
  update public.rentals r set garment_id = g.id, variant_id = g.variant_id, allocation_id = v_allocation
  from public.garments g
  where r.id = v_rental.id and g.id = accept_substitution.garment_id
  returning r.* into v_rental;
  update public.allocations a set state = 'released', held_until = null where a.id = v_old.id;
  update public.substitution_proposals s set state = 'accepted', substitute_id = accept_substitution.garment_id,
    decided_by = auth.uid(), decided_at = now()
  where s.id = v_proposal.id;

  -- The old time is given back to whatever keeps the old garment away.
  select * into v_out from public.rentals r
  where r.garment_id = v_proposal.garment_id and r.state in ('picked_up', 'returned', 'inspecting');
  if found then
    perform private.keep_blocked(v_out);
  end if;
  if v_proposal.missing_until > greatest(lower(v_old.during), now()) then
    perform private.block_for_repair(v_proposal.garment_id, v_proposal.boutique_id, greatest(lower(v_old.during), now()), v_proposal.missing_until);
  end if;
  perform private.record_rental_event(v_rental, 'substituted', null, '', '{}');
  perform private.enqueue('mail.rental_changed', jsonb_build_object('rental_id', v_rental.id),
    jsonb_build_object('group', v_rental.boutique_id));
  return v_rental;
end
$function$;

CREATE OR REPLACE FUNCTION private.block_for_repair(garment_id uuid, boutique_id uuid, from_time timestamp with time zone, until_time timestamp with time zone)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.calendar_view(location_id uuid, from_time timestamp with time zone, to_time timestamp with time zone)
 RETURNS SETOF public.calendar_row
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER ROWS 200
 SET search_path TO ''
AS $function$
begin
  if not exists (
    select from public.locations l
    where l.id = calendar_view.location_id
      and (l.boutique_id in (select private.my_boutique_ids('calendar.read')) or (select private.is_admin()))) then
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
    join public.product_variants v on v.id = g.variant_id
    join public.products p on p.id = v.product_id
    where g.location_id = calendar_view.location_id
    union all
    -- Stylists work at several branches: those who do at this one.
    select s.id, 'stylist', s.display_name, s.retired_at
    from public.stylists s
    where exists (select from public.working_hours w where w.stylist_id = s.id and w.location_id = calendar_view.location_id)
      or exists (
        select from public.appointments a
        where a.stylist_id = s.id and a.boutique_id = s.boutique_id and a.location_id = calendar_view.location_id
          and a.during && tstzrange(from_time, to_time))
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
    where a.resource_id = any (array(select s.id from shown s))
      and a.during && tstzrange(from_time, to_time)
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

CREATE OR REPLACE FUNCTION private.create_readiness_policy()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  insert into public.readiness_policies (boutique_id) values (new.id);
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION private.dismiss_substitution(proposal_id uuid)
 RETURNS public.substitution_proposals
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_proposal public.substitution_proposals;
begin
  select * into v_proposal from public.substitution_proposals s
  where s.id = dismiss_substitution.proposal_id and s.boutique_id in (select private.my_boutique_ids('rentals.write'))
  for update;
  if not found then
    perform private.raise_error(404, 'proposal_not_found', 'There is no such proposal of a boutique you work for.',
      jsonb_build_object('proposal_id', proposal_id));
  elsif v_proposal.state = 'dismissed' then
    return v_proposal;
  elsif v_proposal.state <> 'open' then
    perform private.raise_error(409, 'invalid_state', format('The proposal is %s.', v_proposal.state),
      jsonb_build_object('proposal_id', proposal_id, 'state', v_proposal.state));
  end if;
  update public.substitution_proposals s set state = 'dismissed', decided_by = auth.uid(), decided_at = now()
  where s.id = v_proposal.id
  returning * into v_proposal;
  return v_proposal;
end
$function$;

CREATE OR REPLACE FUNCTION private.distance_km(latitude_1 numeric, longitude_1 numeric, latitude_2 numeric, longitude_2 numeric)
 RETURNS double precision
 LANGUAGE sql
 IMMUTABLE STRICT
 SET search_path TO ''
AS $function$
  -- Haversine formula (R. W. Sinnott, "Virtues of the Haversine", Sky & Telescope 68, 1984) on a sphere of the mean radius
  -- of the earth of the IUGG, 6371.0088 km: at most half a percent off.
  select round((2 * 6371.0088 * asin(least(1, sqrt(
    sin(radians(latitude_2::double precision - latitude_1::double precision) / 2) ^ 2
    + cos(radians(latitude_1::double precision)) * cos(radians(latitude_2::double precision))
      * sin(radians(longitude_2::double precision - longitude_1::double precision) / 2) ^ 2))))::numeric, 1)::double precision
$function$;

CREATE OR REPLACE FUNCTION private.end_time_taken(rental public.rentals)
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  update public.allocations a set during = tstzrange(lower(a.during), now())
  where a.id = rental.allocation_id and now() > lower(a.during) and now() < upper(a.during)
$function$;

CREATE OR REPLACE FUNCTION private.find_garments(product_id uuid, size text, period text, latitude numeric, longitude numeric)
 RETURNS SETOF public.garment_offer
 LANGUAGE plpgsql
 SECURITY DEFINER ROWS 20
 SET search_path TO ''
AS $function$
declare
  v_period daterange;
  v_product public.products;
begin
  perform private.limit_rate('find_garments', 120, 120);
  select * into v_product from public.products p where p.id = find_garments.product_id and p.listed;
  if not found then
    perform private.raise_error(404, 'product_not_found', 'There is no such product, or it is not on show.',
      jsonb_build_object('product_id', find_garments.product_id));
  end if;
  v_period := private.parse_period(period);
  if find_garments.size is null or find_garments.size !~ '\S' then
    perform private.raise_error(400, 'invalid_size', 'Ask for a size.');
  elsif (latitude is null) <> (longitude is null) or latitude not between -90 and 90 or longitude not between -180 and 180 then
    perform private.raise_error(400, 'invalid_position', 'A position has a latitude of -90 to 90 and a longitude of -180 to 180 degrees, or is left out.',
      jsonb_build_object('latitude', latitude, 'longitude', longitude));
  end if;

  return query
  with offers as materialized (
    -- Each boutique has its own time zone, buffers and bounds.
    select v.id as variant_id, p.id as product_id, p.slug as product_slug, v.color, v.rental_price_per_day, v.deposit, v.currency,
      b.id as boutique_id, b.slug as boutique_slug, b.name as boutique_name,
      private.allocation_of_period(v_period, r.buffer_days_before, r.buffer_days_after, b.timezone) as during
    from public.products p
    join public.product_variants v on v.product_id = p.id and v.size = find_garments.size and v.rental_price_per_day is not null
    join public.boutiques b on b.id = p.boutique_id
    join public.rental_policies r on r.boutique_id = b.id
    cross join lateral (select (now() at time zone b.timezone)::date as today) t
    where (p.id = v_product.id or (p.designer_id = v_product.designer_id and p.style_code = v_product.style_code))
      and p.listed and p.for_rent
      and upper(v_period) - lower(v_period) between r.min_days and r.max_days
      and lower(v_period) >= t.today
      and upper(v_period) - 1 <= t.today + r.max_days_ahead
  ),
  counts as (
    select o.variant_id, g.location_id, count(*)::integer as free
    from offers o
    cross join lateral private.free_garment_ids(o.variant_id, o.during) f (id)
    join public.garments g on g.id = f.id
    group by o.variant_id, g.location_id
  )
  select o.boutique_id, o.boutique_slug, o.boutique_name, l.id, l.name, l.city, l.country::text, o.product_id, o.product_slug,
    o.variant_id, o.color, o.rental_price_per_day, o.deposit, o.currency::text, c.free,
    private.distance_km(find_garments.latitude, find_garments.longitude, l.latitude, l.longitude) as km
  from counts c
  join offers o on o.variant_id = c.variant_id
  join public.locations l on l.id = c.location_id and l.listed
  order by km nulls last, o.boutique_id <> v_product.boutique_id, o.product_id <> v_product.id, o.boutique_name, l.name, o.color, o.variant_id
  limit 100;
end
$function$;

CREATE OR REPLACE FUNCTION private.fitting_day(boutique_id uuid, day date, step integer)
 RETURNS date
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  v_day date := day;
begin
  if not exists (select from public.opening_hours h where h.boutique_id = fitting_day.boutique_id) then
    return day;
  end if;
  -- A branch that closes for longer than a season is not reckoned with.
  for v_tries in 1..100 loop
    exit when exists (
      select from public.opening_hours h
      where h.boutique_id = fitting_day.boutique_id and h.weekday = extract(isodow from v_day)
        and not exists (
          select from public.closures c where c.location_id = h.location_id and v_day between c.first_day and c.last_day));
    v_day := v_day + step;
  end loop;
  return v_day;
end
$function$;

CREATE OR REPLACE FUNCTION private.freeze_late_fee()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  select round(new.price::numeric / greatest(upper(new.period) - lower(new.period), 1) * p.late_fee_percent / 100)::bigint
  into new.late_fee_per_day
  from public.rental_policies p where p.boutique_id = new.boutique_id;
  new.late_fee_per_day := coalesce(new.late_fee_per_day, 0);
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION private.hand_over_rental(rental_id uuid, condition public.garment_condition, note text, photo_paths text[])
 RETURNS public.rentals
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_rental public.rentals := private.rental_for_step(rental_id);
  v_during tstzrange;
  v_other record;
begin
  if v_rental.state = 'picked_up' then
    return v_rental;
  elsif v_rental.state <> 'reserved' then
    perform private.raise_invalid_rental_state(v_rental, 'handed over');
  elsif private.today_of(v_rental.boutique_id) >= upper(v_rental.period) then
    perform private.raise_error(409, 'period_over', 'Its days are over. Cancel it, and reserve others.',
      jsonb_build_object('rental_id', rental_id, 'last_day', upper(v_rental.period) - 1));
  end if;
  for v_other in
    select r.id, r.state::text as state from public.rentals r
    where r.garment_id = v_rental.garment_id and r.state in ('picked_up', 'returned', 'inspecting')
    union all
    select null, 'retired' from public.garments g where g.id = v_rental.garment_id and g.retired_at is not null
    limit 1
  loop
    perform private.raise_error(409, 'garment_not_ready', format('The garment is %s. Finish that first, or give her another one.', v_other.state),
      jsonb_build_object('rental_id', v_other.id, 'state', v_other.state, 'garment_id', v_rental.garment_id));
  end loop;

  select a.during into v_during from public.allocations a where a.id = v_rental.allocation_id;
  if lower(v_during) > now() then
    perform private.release_expired_holds(v_rental.garment_id, tstzrange(now(), lower(v_during)));
    begin
      update public.allocations a set during = tstzrange(now(), upper(a.during)) where a.id = v_rental.allocation_id;
    exception when exclusion_violation then
      select a.kind, a.source_id, lower(a.during) as starts, upper(a.during) as ends into v_other from public.allocations a
      where a.resource_id = v_rental.garment_id and a.during && tstzrange(now(), lower(v_during)) and a.state <> 'released'
      order by a.during limit 1;
      perform private.raise_error(409, 'not_available', 'The garment is taken until her time begins. Move what takes it first.',
        jsonb_build_object('rental_id', rental_id, 'kind', v_other.kind, 'source_id', v_other.source_id,
          'from', v_other.starts, 'until', v_other.ends));
    end;
  end if;
  update public.rentals r set state = 'picked_up', picked_up_at = now() where r.id = v_rental.id returning * into v_rental;
  perform private.record_rental_event(v_rental, 'handed_over', condition, note, photo_paths);
  return v_rental;
end
$function$;

CREATE OR REPLACE FUNCTION private.hours(periods tstzmultirange)
 RETURNS numeric
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select coalesce(round(sum(extract(epoch from upper(p.period) - lower(p.period))) / 3600, 2), 0)
  from unnest(periods) p (period)
$function$;

CREATE OR REPLACE FUNCTION private.inspect_rental(rental_id uuid, outcome public.inspection_outcome, condition public.garment_condition, damage_fee bigint, note text, photo_paths text[], repair_until timestamp with time zone)
 RETURNS public.rentals
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.is_overdue(rental public.rentals)
 RETURNS boolean
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select rental.state = 'picked_up' and private.today_of(rental.boutique_id) >= upper(rental.period)
$function$;

CREATE OR REPLACE FUNCTION private.keep_blocked(rental public.rentals)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_during tstzrange;
  v_ahead interval := case when private.is_overdue(rental) then interval '1 day' else interval '1 hour' end;
  v_until timestamptz := now() + v_ahead + interval '6 hours';
begin
  if rental.state not in ('picked_up', 'returned', 'inspecting') then
    return;
  end if;
  select a.during into v_during from public.allocations a where a.id = rental.allocation_id;
  if upper(v_during) >= now() + v_ahead then
    return;
  end if;
  perform private.release_expired_holds(rental.garment_id, tstzrange(upper(v_during), v_until));
  select least(v_until, min(lower(a.during))) into v_until
  from public.allocations a
  where a.resource_id = rental.garment_id and a.during && tstzrange(upper(v_during), v_until) and a.state <> 'released';
  if v_until > upper(v_during) then
    update public.allocations a set during = tstzrange(lower(a.during), v_until) where a.id = rental.allocation_id;
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.mark_rental_lost(rental_id uuid, note text)
 RETURNS public.rentals
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_rental public.rentals := private.rental_for_step(rental_id);
begin
  if v_rental.state = 'lost' then
    return v_rental;
  elsif v_rental.state <> 'picked_up' then
    perform private.raise_invalid_rental_state(v_rental, 'lost');
  end if;
  update public.rentals r set state = 'lost' where r.id = v_rental.id returning * into v_rental;
  perform private.end_time_taken(v_rental);
  perform private.record_rental_event(v_rental, 'lost', null, note, '{}');
  -- Nothing takes it any more (refuse_retired_garment); whoever was promised it gets a proposal (rescue_from_retired).
  update public.garments g set retired_at = now() where g.id = v_rental.garment_id and g.retired_at is null;
  return v_rental;
end
$function$;

CREATE OR REPLACE FUNCTION private.open_substitution(rental_id uuid, reason public.substitution_reason, cause_rental_id uuid, missing_until timestamp with time zone)
 RETURNS uuid
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_rental public.rentals;
  v_proposal uuid;
begin
  -- Locked, so that a cancellation of this moment either is seen here or sees the proposal (withdraw_substitution).
  select * into v_rental from public.rentals r where r.id = open_substitution.rental_id and r.state = 'reserved' for update;
  if not found then
    return null;
  end if;
  update public.substitution_proposals s set reason = open_substitution.reason, cause_rental_id = open_substitution.cause_rental_id,
    missing_until = open_substitution.missing_until
  where s.rental_id = v_rental.id and s.state = 'open'
  returning s.id into v_proposal;
  if not found then
    -- Staff have said that they see to it: they are not asked again for the same reason.
    if exists (
      select from public.substitution_proposals s
      where s.rental_id = v_rental.id and s.garment_id = v_rental.garment_id and s.state = 'dismissed'
        and s.reason = open_substitution.reason) then
      return null;
    end if;
    insert into public.substitution_proposals (rental_id, boutique_id, garment_id, reason, cause_rental_id, missing_until)
    values (v_rental.id, v_rental.boutique_id, v_rental.garment_id, open_substitution.reason, open_substitution.cause_rental_id,
      open_substitution.missing_until)
    returning id into v_proposal;
  end if;
  perform private.refresh_candidates(v_proposal);
  return v_proposal;
end
$function$;

CREATE OR REPLACE FUNCTION private.paths_are_in_folder(paths text[], folder text)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select coalesce(bool_and(
    p.path is not null and starts_with(p.path, folder || '/') and p.path !~ '(^|/)\.\.?(/|$)' and length(p.path) <= 400), true)
  from unnest(paths) p (path)
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
    ('public.rental_events', 'customer_id', 'customer_id = $1', true, 'detach', 'the record of what was handed over, not to whom'),
    ('public.rental_events', 'actor_id', 'actor_id = $1', true, 'detach', 'belongs to the boutique''s history'),
    ('public.substitution_proposals', 'decided_by', 'decided_by = $1', true, 'detach', 'belongs to the boutique''s history'),
    ('public.data_exports', 'user_id', 'user_id = $1', true, 'cascade', 'her own request'),
    ('public.account_deletions', 'user_id', 'user_id = $1', true, 'cascade', 'her own request'),
    ('public.audit_log', 'actor_id', 'actor_id = $1', true, 'keep', 'append-only; a bare id that leads nowhere once the account is gone'),
    ('private.messages', 'user_id', 'user_id = $1', true, 'cascade', 'what was sent to her'),
    ('private.idempotency_keys', 'user_id', 'user_id = $1', false, 'delete', 'technical: her retries')
$function$;

CREATE OR REPLACE FUNCTION private.raise_invalid_rental_state(rental public.rentals, verb text)
 RETURNS void
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
begin
  perform private.raise_error(409, 'invalid_state', format('A rental that is %s cannot be %s.', rental.state, verb),
    jsonb_build_object('rental_id', rental.id, 'state', rental.state));
end
$function$;

CREATE OR REPLACE FUNCTION private.record_rental_event(rental public.rentals, kind public.rental_event_kind, condition public.garment_condition, note text, photo_paths text[], outcome public.inspection_outcome DEFAULT NULL::public.inspection_outcome, repair_until timestamp with time zone DEFAULT NULL::timestamp with time zone)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  if length(note) > 2000 then
    perform private.raise_error(400, 'invalid_note', 'A note has at most 2000 characters.');
  elsif cardinality(photo_paths) > 20 or not private.paths_are_in_folder(photo_paths, rental.boutique_id::text) then
    perform private.raise_error(400, 'invalid_photo_paths',
      'Send at most 20 paths of the bucket condition-photos, each in the folder of the boutique.',
      jsonb_build_object('folder', rental.boutique_id));
  end if;
  insert into public.rental_events (
    rental_id, boutique_id, customer_id, garment_id, kind, condition, outcome, repair_until, note, photo_paths, actor_id)
  values (
    rental.id, rental.boutique_id, rental.customer_id, rental.garment_id, record_rental_event.kind, record_rental_event.condition,
    record_rental_event.outcome, record_rental_event.repair_until, coalesce(note, ''),
    -- In one dimension, whatever was sent.
    array(select p from unnest(photo_paths) p), auth.uid());
end
$function$;

CREATE OR REPLACE FUNCTION private.refresh_candidates(proposal_id uuid)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  delete from public.substitution_candidates c where c.proposal_id = refresh_candidates.proposal_id;
  insert into public.substitution_candidates (proposal_id, garment_id, boutique_id, rank, match)
  with wanted as (
    select s.boutique_id, s.garment_id, r.variant_id, v.product_id, v.size, v.rental_price_per_day as price, p.category_id, p.designer_id,
      g.location_id, tstzrange(greatest(lower(a.during), now()), greatest(upper(a.during), now())) as during
    from public.substitution_proposals s
    join public.rentals r on r.id = s.rental_id
    join public.allocations a on a.id = r.allocation_id
    join public.garments g on g.id = s.garment_id
    join public.product_variants v on v.id = r.variant_id
    join public.products p on p.id = v.product_id
    where s.id = refresh_candidates.proposal_id and s.state = 'open'
  ),
  free as (
    select g.id, g.boutique_id,
      (case when v.id <> w.variant_id then 'similar' when g.location_id = w.location_id then 'same_variant'
        else 'same_variant_elsewhere' end)::public.substitution_match as match,
      p.id = w.product_id as same_product,
      (p.category_id = w.category_id) is true as same_category,
      (p.designer_id = w.designer_id) is true as same_designer,
      g.location_id = w.location_id as same_branch,
      abs(v.rental_price_per_day - w.price) as difference
    from wanted w
    join public.products p on p.boutique_id = w.boutique_id
    join public.product_variants v on v.product_id = p.id and v.size = w.size
    join public.garments g on g.variant_id = v.id
    where g.id <> w.garment_id
      and g.retired_at is null
      and g.condition <> 'damaged'
      and (v.id = w.variant_id or (p.for_rent and p.listed and v.rental_price_per_day is not null
        and (p.id = w.product_id or p.category_id = w.category_id or p.designer_id = w.designer_id)))
      and not isempty(w.during)
      and not exists (
        select from public.allocations a
        where a.resource_id = g.id and a.during && w.during and a.state <> 'released'
          and (a.held_until is null or a.held_until > now()))
      -- What is itself overdue rescues nobody.
      and not exists (
        select from public.rentals o
        where o.garment_id = g.id and o.state = 'picked_up' and upper(o.period) <= private.today_of(g.boutique_id))
  )
  select refresh_candidates.proposal_id, f.id, f.boutique_id,
    row_number() over (order by f.match, f.same_product desc, f.same_category::integer + f.same_designer::integer desc,
      f.difference, f.same_branch desc, f.id),
    f.match
  from free f
  order by 4
  limit 10;
end
$function$;

CREATE OR REPLACE FUNCTION private.refuse_retired_garment()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  -- Written as the overlap that it is like, so that whoever looks for a free garment goes on to the next. A writer who
  -- waited for the garment's lock sees here what has become of it meanwhile.
  if exists (select from public.garments g where g.id = new.resource_id and g.retired_at is not null) then
    raise exception using errcode = 'exclusion_violation', message = 'The garment is retired: nothing takes it any more.';
  end if;
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION private.rental_for_step(rental_id uuid)
 RETURNS public.rentals
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_garment uuid;
  v_rental public.rentals;
begin
  loop
    select r.garment_id into v_garment from public.rentals r
    where r.id = rental_for_step.rental_id and r.boutique_id in (select private.my_boutique_ids('rentals.write'));
    if not found then
      perform private.raise_error(404, 'rental_not_found', 'There is no such rental in a boutique you work for.',
        jsonb_build_object('rental_id', rental_id));
    end if;
    perform from public.resources r where r.id = v_garment for no key update;
    select * into v_rental from public.rentals r where r.id = rental_for_step.rental_id for update;
    -- While we waited another garment may have taken its place: then that one is locked, too.
    exit when v_rental.garment_id = v_garment;
  end loop;
  return v_rental;
end
$function$;

CREATE OR REPLACE FUNCTION private.rescue_from_loss(rental_id uuid)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_lost uuid;
begin
  select l.id into v_lost
  from public.rentals r join public.rentals l on l.garment_id = r.garment_id and l.state = 'lost'
  where r.id = rescue_from_loss.rental_id
  order by l.updated_at desc limit 1;
  perform private.open_substitution(rental_id,
    (case when v_lost is null then 'retired' else 'lost' end)::public.substitution_reason, v_lost, null);
end
$function$;

CREATE OR REPLACE FUNCTION private.rescue_from_retired()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_rental uuid;
begin
  for v_rental in select r.id from public.rentals r where r.garment_id = new.id and r.state = 'reserved' order by r.id loop
    perform private.rescue_from_loss(v_rental);
  end loop;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.rescue_until(garment_id uuid, until_time timestamp with time zone, cause_rental_id uuid)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_rental uuid;
begin
  for v_rental in
    select r.id
    from public.rentals r join public.allocations a on a.id = r.allocation_id
    where r.garment_id = rescue_until.garment_id and r.state = 'reserved' and lower(a.during) < until_time
    order by r.id
  loop
    perform private.open_substitution(v_rental, 'repair', cause_rental_id, until_time);
  end loop;
end
$function$;

CREATE OR REPLACE FUNCTION private.return_rental(rental_id uuid, condition public.garment_condition, note text, photo_paths text[])
 RETURNS public.rentals
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_rental public.rentals := private.rental_for_step(rental_id);
  v_late integer;
begin
  if v_rental.state = 'returned' then
    return v_rental;
  elsif v_rental.state <> 'picked_up' then
    perform private.raise_invalid_rental_state(v_rental, 'returned');
  end if;
  v_late := greatest(0, private.today_of(v_rental.boutique_id) - (upper(v_rental.period) - 1));
  update public.rentals r set state = 'returned', returned_at = now(), late_days = v_late, late_fee = v_late * r.late_fee_per_day
  where r.id = v_rental.id
  returning * into v_rental;
  perform private.keep_blocked(v_rental);
  perform private.record_rental_event(v_rental, 'returned', condition, note, photo_paths);
  return v_rental;
end
$function$;

CREATE OR REPLACE FUNCTION private.sell_garment(garment_id uuid)
 RETURNS public.allocations
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.start_inspection(rental_id uuid)
 RETURNS public.rentals
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_rental public.rentals := private.rental_for_step(rental_id);
begin
  if v_rental.state = 'inspecting' then
    return v_rental;
  elsif v_rental.state <> 'returned' then
    perform private.raise_invalid_rental_state(v_rental, 'inspected');
  end if;
  update public.rentals r set state = 'inspecting' where r.id = v_rental.id returning * into v_rental;
  perform private.keep_blocked(v_rental);
  perform private.record_rental_event(v_rental, 'inspection_started', null, '', '{}');
  return v_rental;
end
$function$;

CREATE OR REPLACE FUNCTION private.today_of(boutique_id uuid)
 RETURNS date
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select (now() at time zone b.timezone)::date from public.boutiques b where b.id = today_of.boutique_id
$function$;

CREATE OR REPLACE FUNCTION private.utilisation(boutique_id uuid, from_date date, to_date date)
 RETURNS SETOF public.utilisation_row
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER ROWS 200
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.watch_rental(rental_id uuid)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_rental public.rentals;
  v_overdue boolean;
  v_next uuid;
  v_proposal uuid;
begin
  select * into v_rental from public.rentals r where r.id = watch_rental.rental_id;
  perform from public.resources r where r.id = v_rental.garment_id for no key update;
  select * into v_rental from public.rentals r where r.id = watch_rental.rental_id and r.garment_id = v_rental.garment_id for update;
  if v_rental.state = 'reserved' then
    select s.id into v_proposal from public.substitution_proposals s where s.rental_id = v_rental.id and s.state = 'open' for update;
    if found then
      perform private.refresh_candidates(v_proposal);
    elsif exists (select from public.garments g where g.id = v_rental.garment_id and g.retired_at is not null) then
      perform private.rescue_from_loss(v_rental.id);
    end if;
  elsif v_rental.state in ('picked_up', 'returned', 'inspecting') then
    perform private.keep_blocked(v_rental);
    v_overdue := private.is_overdue(v_rental);
    for v_next in
      select r.id
      from public.rentals r join public.allocations a on a.id = r.allocation_id
      where r.garment_id = v_rental.garment_id and r.state = 'reserved'
        -- Who has not brought it back has to be reckoned with for days; who has, until somebody has looked at it.
        and lower(a.during) <= now() + case when v_overdue then interval '3 days' else interval '0' end
      order by r.id
    loop
      perform private.open_substitution(v_next,
        (case when v_rental.state = 'picked_up' then 'overdue' else 'not_inspected' end)::public.substitution_reason, v_rental.id, null);
    end loop;
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.watched_rentals()
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE ROWS 100
 SET search_path TO ''
AS $function$
  select r.id
  from public.rentals r
  join public.allocations a on a.id = r.allocation_id
  join public.boutiques b on b.id = r.boutique_id
  where r.state in ('picked_up', 'returned', 'inspecting')
    and (upper(a.during) < now() + interval '1 hour'
      or upper(r.period) <= (now() at time zone b.timezone)::date)
  union
  -- Promised, and never to be had: a hold that was confirmed after its garment was lost.
  select r.id
  from public.rentals r
  join public.garments g on g.id = r.garment_id
  where r.state = 'reserved' and g.retired_at is not null
  union
  select s.rental_id from public.substitution_proposals s where s.state = 'open'
$function$;

CREATE OR REPLACE FUNCTION private.will_it_be_ready(product_id uuid, wear_date date)
 RETURNS SETOF public.readiness_step
 LANGUAGE plpgsql
 SECURITY DEFINER ROWS 20
 SET search_path TO ''
AS $function$
declare
  v_product public.products;
  v_boutique public.boutiques;
  v_policy public.readiness_policies;
  v_variant text;
  v_steps public.readiness_step[];
  v_names text[];
  v_days integer[];
  v_day date;
  v_broken boolean;
begin
  perform private.limit_rate('will_it_be_ready', 300, 300);
  select * into v_product from public.products p where p.id = will_it_be_ready.product_id and p.listed;
  if not found then
    perform private.raise_error(404, 'product_not_found', 'There is no such product, or it is not on show.',
      jsonb_build_object('product_id', product_id));
  end if;
  select * into v_boutique from public.boutiques b where b.id = v_product.boutique_id;
  select * into v_policy from public.readiness_policies r where r.boutique_id = v_product.boutique_id;
  v_day := private.today_of(v_product.boutique_id);
  if wear_date is null or not isfinite(wear_date) or wear_date < v_day or wear_date > v_day + 3660 then
    perform private.raise_error(400, 'invalid_date', 'wear_date has to be a day from today on, within ten years.',
      jsonb_build_object('wear_date', wear_date, 'today', v_day));
  end if;

  foreach v_variant in array array['usual', 'rush'] loop
    continue when v_variant = 'rush' and v_policy.rush_lead_percent is null;
    v_names := array['order', 'make', 'ship'] || array_fill('fitting'::text, array[v_policy.fittings]) || array['alterations', 'done'];
    -- How long each step takes after the one before.
    v_days := array[
        0,
        case v_variant when 'rush' then ceil(coalesce(v_product.lead_days, v_policy.lead_days) * v_policy.rush_lead_percent / 100.0)::integer
          else coalesce(v_product.lead_days, v_policy.lead_days) end,
        case v_variant when 'rush' then v_policy.rush_shipping_days else v_policy.shipping_days end]
      || array_fill(v_policy.fitting_gap_days, array[v_policy.fittings])
      || array[v_policy.alteration_days, 0];

    -- Forwards from today: when each step is over.
    v_steps := '{}';
    v_day := private.today_of(v_product.boutique_id);
    for v_n in 1..cardinality(v_names) loop
      v_day := v_day + v_days[v_n];
      if v_names[v_n] = 'fitting' then
        v_day := private.fitting_day(v_product.boutique_id, v_day, 1);
      end if;
      v_steps := v_steps || row(v_variant, v_n, v_names[v_n], case when v_names[v_n] = 'fitting' then v_n - 3 end, v_day, null, false,
        case v_variant when 'rush' then v_policy.rush_fee else 0 end, v_boutique.currency)::public.readiness_step;
    end loop;

    -- Backwards from the day it is worn: when each has to be.
    v_day := wear_date - v_policy.spare_days;
    for v_n in reverse cardinality(v_names)..1 loop
      if v_names[v_n] = 'fitting' then
        v_day := private.fitting_day(v_product.boutique_id, v_day, -1);
      end if;
      v_steps[v_n].latest_date := v_day;
      v_day := v_day - v_days[v_n];
    end loop;

    v_broken := false;
    for v_n in 1..cardinality(v_names) loop
      v_steps[v_n].breaks := not v_broken and v_steps[v_n].expected_date > v_steps[v_n].latest_date;
      v_broken := v_broken or v_steps[v_n].breaks;
      return next v_steps[v_n];
    end loop;
  end loop;
end
$function$;

CREATE OR REPLACE FUNCTION private.withdraw_substitution()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  update public.substitution_proposals s set state = 'withdrawn', decided_at = now() where s.rental_id = new.id and s.state = 'open';
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.withdraw_substitutions(garment_id uuid)
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  update public.substitution_proposals s set state = 'withdrawn', decided_at = now()
  where s.garment_id = withdraw_substitutions.garment_id and s.state = 'open'
$function$;

CREATE OR REPLACE FUNCTION public.accept_substitution(proposal_id uuid, garment_id uuid)
 RETURNS public.rentals
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.accept_substitution(proposal_id, garment_id) $function$;

CREATE OR REPLACE FUNCTION public.calendar_view(location_id uuid, from_time timestamp with time zone, to_time timestamp with time zone)
 RETURNS SETOF public.calendar_row
 LANGUAGE sql
 STABLE ROWS 200
 SET search_path TO ''
AS $function$
  select * from private.calendar_view(location_id, from_time, to_time)
$function$;

CREATE OR REPLACE FUNCTION public.dismiss_substitution(proposal_id uuid)
 RETURNS public.substitution_proposals
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.dismiss_substitution(proposal_id) $function$;

CREATE OR REPLACE FUNCTION public.find_garments(product_id uuid, size text, period text, latitude numeric DEFAULT NULL::numeric, longitude numeric DEFAULT NULL::numeric)
 RETURNS SETOF public.garment_offer
 LANGUAGE sql
 ROWS 20
 SET search_path TO ''
AS $function$
  select * from private.find_garments(product_id, size, period, latitude, longitude)
$function$;

CREATE OR REPLACE FUNCTION public.hand_over_rental(rental_id uuid, condition public.garment_condition DEFAULT NULL::public.garment_condition, note text DEFAULT ''::text, photo_paths text[] DEFAULT '{}'::text[])
 RETURNS public.rentals
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.hand_over_rental(rental_id, condition, note, photo_paths) $function$;

CREATE OR REPLACE FUNCTION public.inspect_rental(rental_id uuid, outcome public.inspection_outcome, condition public.garment_condition, damage_fee bigint DEFAULT 0, note text DEFAULT ''::text, photo_paths text[] DEFAULT '{}'::text[], repair_until timestamp with time zone DEFAULT NULL::timestamp with time zone)
 RETURNS public.rentals
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.inspect_rental(rental_id, outcome, condition, damage_fee, note, photo_paths, repair_until) $function$;

CREATE OR REPLACE FUNCTION public.mark_rental_lost(rental_id uuid, note text DEFAULT ''::text)
 RETURNS public.rentals
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.mark_rental_lost(rental_id, note) $function$;

CREATE OR REPLACE FUNCTION public.return_rental(rental_id uuid, condition public.garment_condition DEFAULT NULL::public.garment_condition, note text DEFAULT ''::text, photo_paths text[] DEFAULT '{}'::text[])
 RETURNS public.rentals
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.return_rental(rental_id, condition, note, photo_paths) $function$;

CREATE OR REPLACE FUNCTION public.sell_garment(garment_id uuid)
 RETURNS public.allocations
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.sell_garment(garment_id) $function$;

CREATE OR REPLACE FUNCTION public.start_inspection(rental_id uuid)
 RETURNS public.rentals
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.start_inspection(rental_id) $function$;

CREATE OR REPLACE FUNCTION public.utilisation(boutique_id uuid, from_date date, to_date date)
 RETURNS SETOF public.utilisation_row
 LANGUAGE sql
 STABLE ROWS 200
 SET search_path TO ''
AS $function$
  select * from private.utilisation(boutique_id, from_date, to_date)
$function$;

CREATE OR REPLACE FUNCTION public.will_it_be_ready(product_id uuid, wear_date date)
 RETURNS SETOF public.readiness_step
 LANGUAGE sql
 ROWS 20
 SET search_path TO ''
AS $function$
  select * from private.will_it_be_ready(product_id, wear_date)
$function$;

ALTER TABLE "public"."fitting_services" ADD CONSTRAINT "booking_is_up_to_three_years_ahead" CHECK ((((min_hours_ahead >= 0) AND (min_hours_ahead <= 8760)) AND ((max_days_ahead >= 1) AND (max_days_ahead <= 1100))));

ALTER TABLE "public"."fitting_services" ADD CONSTRAINT "buffers_are_up_to_four_hours" CHECK ((((buffer_minutes_before >= 0) AND (buffer_minutes_before <= 240)) AND ((buffer_minutes_after >= 0) AND (buffer_minutes_after <= 240))));

ALTER TABLE "public"."locations" ADD CONSTRAINT "latitude_is_on_earth" CHECK (((latitude >= ('-90'::integer)::numeric) AND (latitude <= (90)::numeric)));

ALTER TABLE "public"."locations" ADD CONSTRAINT "longitude_is_on_earth" CHECK (((longitude >= ('-180'::integer)::numeric) AND (longitude <= (180)::numeric)));

ALTER TABLE "public"."locations" ADD CONSTRAINT "position_has_both_coordinates" CHECK (((latitude IS NULL) = (longitude IS NULL)));

ALTER TABLE "public"."products" ADD CONSTRAINT "lead_time_is_up_to_three_years" CHECK (((lead_days >= 0) AND (lead_days <= 1100)));

ALTER TABLE "public"."products" ADD CONSTRAINT "style_code_is_given" CHECK (((style_code ~ '\S'::text) AND (length(style_code) <= 80)));

ALTER TABLE "public"."readiness_policies" ADD CONSTRAINT "readiness_policies_boutique_id_fkey" FOREIGN KEY (boutique_id) REFERENCES public.boutiques(id) ON DELETE CASCADE;

ALTER TABLE "public"."rental_events" ADD CONSTRAINT "a_repair_says_until_when" CHECK ((((outcome = 'repair'::public.inspection_outcome) IS TRUE) = (repair_until IS NOT NULL)));

ALTER TABLE "public"."rental_events" ADD CONSTRAINT "an_inspection_has_an_outcome" CHECK (((kind = 'inspected'::public.rental_event_kind) = (outcome IS NOT NULL)));

ALTER TABLE "public"."rental_events" ADD CONSTRAINT "rental_events_actor_id_fkey" FOREIGN KEY (actor_id) REFERENCES auth.users(id) ON DELETE SET NULL;

ALTER TABLE "public"."rental_events" ADD CONSTRAINT "rental_events_customer_id_fkey" FOREIGN KEY (customer_id) REFERENCES auth.users(id) ON DELETE SET NULL;

ALTER TABLE "public"."rental_events" ADD CONSTRAINT "rental_events_garment_id_fkey" FOREIGN KEY (garment_id) REFERENCES public.resources(id) ON DELETE RESTRICT;

ALTER TABLE "public"."rental_policies" ADD CONSTRAINT "late_fee_is_up_to_ten_times_the_price" CHECK (((late_fee_percent >= 0) AND (late_fee_percent <= 1000)));

ALTER TABLE "public"."rentals" ADD CONSTRAINT "fees_are_not_negative" CHECK (((late_fee_per_day >= 0) AND (late_days >= 0) AND (late_fee >= 0) AND (damage_fee >= 0)));

ALTER TABLE "public"."rentals" ADD CONSTRAINT "rental_is_returned_after_it_is_picked_up" CHECK (((returned_at >= picked_up_at) AND (closed_at >= returned_at)));

ALTER TABLE "public"."rentals" ADD CONSTRAINT "rentals_id_boutique_id_key" UNIQUE (id, boutique_id);

ALTER TABLE "public"."rental_events" ADD CONSTRAINT "event_is_of_a_rental_of_the_boutique" FOREIGN KEY (rental_id, boutique_id) REFERENCES public.rentals(id, boutique_id) ON DELETE RESTRICT;

ALTER TABLE "public"."substitution_candidates" ADD CONSTRAINT "substitution_candidates_garment_id_fkey" FOREIGN KEY (garment_id) REFERENCES public.garments(id) ON DELETE CASCADE;

ALTER TABLE "public"."substitution_proposals" ADD CONSTRAINT "a_decision_has_a_time" CHECK (((state = 'open'::public.substitution_state) = (decided_at IS NULL)));

ALTER TABLE "public"."substitution_proposals" ADD CONSTRAINT "an_accepted_proposal_has_a_substitute" CHECK (((state = 'accepted'::public.substitution_state) = (substitute_id IS NOT NULL)));

ALTER TABLE "public"."substitution_proposals" ADD CONSTRAINT "proposal_is_for_a_rental_of_the_boutique" FOREIGN KEY (rental_id, boutique_id) REFERENCES public.rentals(id, boutique_id) ON DELETE RESTRICT;

ALTER TABLE "public"."substitution_proposals" ADD CONSTRAINT "substitution_proposals_cause_rental_id_fkey" FOREIGN KEY (cause_rental_id) REFERENCES public.rentals(id) ON DELETE RESTRICT;

ALTER TABLE "public"."substitution_proposals" ADD CONSTRAINT "substitution_proposals_decided_by_fkey" FOREIGN KEY (decided_by) REFERENCES auth.users(id) ON DELETE SET NULL;

ALTER TABLE "public"."substitution_proposals" ADD CONSTRAINT "substitution_proposals_garment_id_fkey" FOREIGN KEY (garment_id) REFERENCES public.resources(id) ON DELETE RESTRICT;

ALTER TABLE "public"."substitution_proposals" ADD CONSTRAINT "substitution_proposals_substitute_id_fkey" FOREIGN KEY (substitute_id) REFERENCES public.resources(id) ON DELETE RESTRICT;

CREATE UNIQUE INDEX one_open_proposal_of_a_rental ON public.substitution_proposals USING btree (rental_id) WHERE (state = 'open'::public.substitution_state);

CREATE UNIQUE INDEX one_rental_of_a_garment_is_out ON public.rentals USING btree (garment_id) WHERE (state = ANY (ARRAY['picked_up'::public.rental_state, 'returned'::public.rental_state, 'inspecting'::public.rental_state]));

CREATE INDEX products_style_idx ON public.products USING btree (designer_id, style_code) WHERE (style_code IS NOT NULL);

CREATE INDEX rental_events_actor_id_idx ON public.rental_events USING btree (actor_id);

CREATE INDEX rental_events_boutique_id_idx ON public.rental_events USING btree (boutique_id, created_at DESC);

CREATE INDEX rental_events_customer_id_idx ON public.rental_events USING btree (customer_id);

CREATE INDEX rental_events_garment_id_idx ON public.rental_events USING btree (garment_id, created_at DESC);

CREATE INDEX rental_events_rental_id_idx ON public.rental_events USING btree (rental_id, boutique_id, created_at);

CREATE INDEX substitution_candidates_boutique_id_idx ON public.substitution_candidates USING btree (boutique_id);

CREATE INDEX substitution_candidates_garment_id_idx ON public.substitution_candidates USING btree (garment_id);

CREATE INDEX substitution_candidates_proposal_id_idx ON public.substitution_candidates USING btree (proposal_id, boutique_id, rank);

CREATE INDEX substitution_proposals_boutique_id_idx ON public.substitution_proposals USING btree (boutique_id, state, created_at DESC);

CREATE INDEX substitution_proposals_cause_rental_id_idx ON public.substitution_proposals USING btree (cause_rental_id);

CREATE INDEX substitution_proposals_decided_by_idx ON public.substitution_proposals USING btree (decided_by);

CREATE INDEX substitution_proposals_garment_id_idx ON public.substitution_proposals USING btree (garment_id);

CREATE INDEX substitution_proposals_rental_id_idx ON public.substitution_proposals USING btree (rental_id, boutique_id);

CREATE INDEX substitution_proposals_substitute_id_idx ON public.substitution_proposals USING btree (substitute_id);

CREATE TRIGGER refuse_retired_garment BEFORE INSERT ON public.allocations FOR EACH ROW WHEN ((new.kind <> 'sale'::public.allocation_kind)) EXECUTE FUNCTION private.refuse_retired_garment();

CREATE TRIGGER create_readiness_policy AFTER INSERT ON public.boutiques FOR EACH ROW EXECUTE FUNCTION private.create_readiness_policy();

CREATE TRIGGER rescue_from_retired AFTER UPDATE ON public.garments FOR EACH ROW WHEN (((old.retired_at IS NULL) AND (new.retired_at IS NOT NULL))) EXECUTE FUNCTION private.rescue_from_retired();

CREATE TRIGGER audit_delete AFTER DELETE ON public.readiness_policies REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('boutique_id', '');

CREATE TRIGGER audit_insert AFTER INSERT ON public.readiness_policies REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('boutique_id', '');

CREATE TRIGGER audit_update AFTER UPDATE ON public.readiness_policies REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('boutique_id', '');

CREATE TRIGGER touch_updated_at BEFORE UPDATE ON public.readiness_policies FOR EACH ROW EXECUTE FUNCTION private.touch_updated_at();

CREATE TRIGGER freeze_late_fee BEFORE INSERT ON public.rentals FOR EACH ROW EXECUTE FUNCTION private.freeze_late_fee();

CREATE TRIGGER withdraw_substitution AFTER UPDATE ON public.rentals FOR EACH ROW WHEN (((old.state = 'reserved'::public.rental_state) AND (new.state <> 'reserved'::public.rental_state))) EXECUTE FUNCTION private.withdraw_substitution();

CREATE TRIGGER audit_delete AFTER DELETE ON public.substitution_proposals REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', '');

CREATE TRIGGER audit_insert AFTER INSERT ON public.substitution_proposals REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', '');

CREATE TRIGGER audit_update AFTER UPDATE ON public.substitution_proposals REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', '');

CREATE TRIGGER touch_updated_at BEFORE UPDATE ON public.substitution_proposals FOR EACH ROW EXECUTE FUNCTION private.touch_updated_at();

CREATE POLICY "select_all" ON "public"."readiness_policies" FOR SELECT TO "anon", "authenticated" USING (true);

CREATE POLICY "update_manager" ON "public"."readiness_policies" FOR UPDATE TO "authenticated" USING ((boutique_id IN ( SELECT private.my_boutique_ids('boutique.update'::public.permission) AS my_boutique_ids))) WITH CHECK ((boutique_id IN ( SELECT private.my_boutique_ids('boutique.update'::public.permission) AS my_boutique_ids)));

CREATE POLICY "select_own_or_staff" ON "public"."rental_events" FOR SELECT TO "authenticated" USING (((customer_id = ( SELECT auth.uid() AS uid)) OR (boutique_id IN ( SELECT private.my_boutique_ids('rentals.read'::public.permission) AS my_boutique_ids)) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_staff" ON "public"."substitution_candidates" FOR SELECT TO "authenticated" USING (((boutique_id IN ( SELECT private.my_boutique_ids('rentals.read'::public.permission) AS my_boutique_ids)) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_staff" ON "public"."substitution_proposals" FOR SELECT TO "authenticated" USING (((boutique_id IN ( SELECT private.my_boutique_ids('rentals.read'::public.permission) AS my_boutique_ids)) OR ( SELECT private.is_admin() AS is_admin)));

COMMENT ON COLUMN "public"."locations"."latitude" IS 'Degrees north of the equator (WGS 84), negative south of it; null: not known, and last in find_garments.';

COMMENT ON COLUMN "public"."locations"."longitude" IS 'Degrees east of Greenwich (WGS 84), negative west of it.';

COMMENT ON COLUMN "public"."products"."lead_days" IS 'Days from the order to the finished gown; null: as the boutique''s readiness policy says.';

COMMENT ON COLUMN "public"."products"."style_code" IS 'The designer''s own number of the style. Two boutiques that show the same style have the same designer and code.';

COMMENT ON COLUMN "public"."readiness_policies"."alteration_days" IS 'From the last fitting until it is done.';

COMMENT ON COLUMN "public"."readiness_policies"."fitting_gap_days" IS 'From the arrival to the first fitting, and from one to the next.';

COMMENT ON COLUMN "public"."readiness_policies"."fittings" IS 'How many fittings a gown takes.';

COMMENT ON COLUMN "public"."readiness_policies"."lead_days" IS 'From the order to the finished gown, for products that say nothing else.';

COMMENT ON COLUMN "public"."readiness_policies"."rush_fee" IS 'In minor units of the boutique''s currency.';

COMMENT ON COLUMN "public"."readiness_policies"."rush_lead_percent" IS 'Lead time of a rush order, in percent of the usual one; null: none is taken.';

COMMENT ON COLUMN "public"."readiness_policies"."shipping_days" IS 'From the maker to the branch.';

COMMENT ON COLUMN "public"."readiness_policies"."spare_days" IS 'It should be done so long before it is worn.';

COMMENT ON COLUMN "public"."rental_events"."actor_id" IS 'Who did it; null when the account is gone.';

COMMENT ON COLUMN "public"."rental_events"."condition" IS 'As the person who did the step saw it.';

COMMENT ON COLUMN "public"."rental_events"."customer_id" IS 'As the rental''s, so that the policy needs no join.';

COMMENT ON COLUMN "public"."rental_events"."garment_id" IS 'The garment that it was about; after a substitution, the new one.';

COMMENT ON COLUMN "public"."rental_events"."photo_paths" IS 'Paths in the bucket condition-photos, each beginning with the boutique''s id.';

COMMENT ON COLUMN "public"."rental_events"."repair_until" IS 'When the repair is expected to end.';

COMMENT ON COLUMN "public"."rental_policies"."late_fee_percent" IS 'What a day after the last rental day costs, in percent of the price of a day. Frozen in every rental.';

COMMENT ON COLUMN "public"."rentals"."closed_at" IS 'When the inspection ended, and with it the time that the garment is taken for.';

COMMENT ON COLUMN "public"."rentals"."damage_fee" IS 'What the inspection asks for, in minor units of the currency.';

COMMENT ON COLUMN "public"."rentals"."late_days" IS 'Days after the last rental day on which it came back, in the boutique''s time zone.';

COMMENT ON COLUMN "public"."rentals"."late_fee" IS 'late_days times late_fee_per_day, in minor units of the currency.';

COMMENT ON COLUMN "public"."rentals"."late_fee_per_day" IS 'Frozen when it was reserved, from the policy''s late_fee_percent; set by a trigger.';

COMMENT ON COLUMN "public"."substitution_proposals"."cause_rental_id" IS 'The rental that keeps it away, if one does.';

COMMENT ON COLUMN "public"."substitution_proposals"."decided_by" IS 'Who accepted or dismissed it; null when nobody did, or the account is gone.';

COMMENT ON COLUMN "public"."substitution_proposals"."garment_id" IS 'The garment that will be missing.';

COMMENT ON COLUMN "public"."substitution_proposals"."missing_until" IS 'When the garment is expected back from a repair.';

COMMENT ON COLUMN "public"."substitution_proposals"."rental_id" IS 'The rental in danger.';

COMMENT ON FUNCTION "private"."block_for_repair"(uuid, uuid, timestamp with time zone, timestamp with time zone) IS 'Takes a garment for a repair, as far as it is free. The caller has locked it. Staff end it earlier with unblock_resource.';

COMMENT ON FUNCTION "private"."create_readiness_policy"() IS 'Trigger: gives every new boutique a readiness policy with the defaults.';

COMMENT ON FUNCTION "private"."distance_km"(numeric, numeric, numeric, numeric) IS 'Great-circle distance of two positions in degrees, in km; null when one is not known.';

COMMENT ON FUNCTION "private"."end_time_taken"(public.rentals) IS 'The time that a garment is taken for a rental ends now, not when the policy had thought.';

COMMENT ON FUNCTION "private"."fitting_day"(uuid, date, integer) IS 'This day or the nearest on which a branch of the boutique is open, later (step 1) or earlier (step -1). Any day for a boutique without opening hours.';

COMMENT ON FUNCTION "private"."freeze_late_fee"() IS 'Trigger: a late day of a new rental costs what the policy says today, of the average price of its days.';

COMMENT ON FUNCTION "private"."hours"(tstzmultirange) IS 'How long periods are together, in hours; they have both ends.';

COMMENT ON FUNCTION "private"."is_overdue"(public.rentals) IS 'True when the last rental day is over and the garment has not come back.';

COMMENT ON FUNCTION "private"."keep_blocked"(public.rentals) IS 'A garment that is out, or not yet inspected, stays taken: when its time ends within the hour, or within a day if it is overdue, it goes on for six hours more than that, or to the next booking. The caller has locked garment and rental.';

COMMENT ON FUNCTION "private"."open_substitution"(uuid, public.substitution_reason, uuid, timestamp with time zone) IS 'Opens a proposal for a reserved rental, or brings the open one up to date. Null when there is nothing to decide.';

COMMENT ON FUNCTION "private"."paths_are_in_folder"(text[], text) IS 'True when all paths of Storage begin with this folder and none leads out of it.';

COMMENT ON FUNCTION "private"."raise_invalid_rental_state"(public.rentals, text) IS 'PT409 invalid_state.';

COMMENT ON FUNCTION "private"."record_rental_event"(public.rentals, public.rental_event_kind, public.garment_condition, text, text[], public.inspection_outcome, timestamp with time zone) IS 'Notes a step. PT400 invalid_note, PT400 invalid_photo_paths.';

COMMENT ON FUNCTION "private"."refresh_candidates"(uuid) IS 'Looks up what is free in the time of the rental in danger: the same variant, here before elsewhere, then the same size of what is alike, nearest price first. Up to ten.';

COMMENT ON FUNCTION "private"."refuse_retired_garment"() IS 'Trigger: a garment that is lost, sold or retired is promised to nobody. exclusion_violation.';

COMMENT ON FUNCTION "private"."rental_for_step"(uuid) IS 'Locks a rental that the caller may move on, its garment first. PT404 rental_not_found.';

COMMENT ON FUNCTION "private"."rescue_from_loss"(uuid) IS 'Opens a proposal for a reserved rental whose garment is lost or retired.';

COMMENT ON FUNCTION "private"."rescue_from_retired"() IS 'Trigger: whoever was promised a garment that is lost or retired gets a proposal.';

COMMENT ON FUNCTION "private"."rescue_until"(uuid, timestamp with time zone, uuid) IS 'Opens a proposal for every reserved rental of a garment that begins before it is back from repair.';

COMMENT ON FUNCTION "private"."today_of"(uuid) IS 'Today in the time zone of a boutique.';

COMMENT ON FUNCTION "private"."watch_rental"(uuid) IS 'Keeps a garment taken that is out or not inspected, and opens a proposal for a reserved rental that begins within three days of an overdue one, or whose time has come before the inspection ended. Does nothing to any other rental. Called by the job rental.watch_returns.';

COMMENT ON FUNCTION "private"."watched_rentals"() IS 'Rentals that rental.watch_returns has to look at: overdue, about to run out of their time, or waiting for another garment.';

COMMENT ON FUNCTION "private"."withdraw_substitution"() IS 'Trigger: a rental that is cancelled, or handed over after all, needs no other garment.';

COMMENT ON FUNCTION "private"."withdraw_substitutions"(uuid) IS 'The garment is ready after all: nobody needs another one.';

COMMENT ON FUNCTION "public"."accept_substitution"(uuid, uuid) IS 'Staff move a rental in danger to a garment of its proposal, with its days and its price, and the customer is told. Repeating it changes nothing. PT404 proposal_not_found, candidate_not_found; PT409 not_available (the garment was taken meanwhile), invalid_state, period_over.';

COMMENT ON FUNCTION "public"."calendar_view"(uuid, timestamp with time zone, timestamp with time zone) IS 'Staff see a day, a week or up to a month of a branch: every garment, stylist and room with what takes it and for whom, free ones too. One answer has at most 1000 rows; read on with range(). PT404 location_not_found, PT400 invalid_period.';

COMMENT ON FUNCTION "public"."dismiss_substitution"(uuid) IS 'Staff see to a rental in danger in another way; they are not asked again for the same reason. Repeating it changes nothing. PT404 proposal_not_found, PT409 invalid_state.';

COMMENT ON FUNCTION "public"."find_garments"(uuid, text, text, numeric, numeric) IS 'Branches, of this boutique and of others, that have a gown in a size free on these days, with how many: the same product, or one of the same designer with the same style code. The nearest first when a position is given, otherwise the own boutique first; at most 100. period as in quote_rental. For anybody. PT404 product_not_found; PT400 invalid_period, invalid_size, invalid_position; PT429 too_many_requests.';

COMMENT ON FUNCTION "public"."hand_over_rental"(uuid, public.garment_condition, text, text[]) IS 'Staff give the garment out; earlier than its time if nothing else takes it until then. Repeating it changes nothing. PT404 rental_not_found; PT409 invalid_state, period_over, garment_not_ready (detail: the rental that still has it), not_available (detail: what takes it); PT400 invalid_note, invalid_photo_paths.';

COMMENT ON FUNCTION "public"."inspect_rental"(uuid, public.inspection_outcome, public.garment_condition, bigint, text, text[], timestamp with time zone) IS 'Staff end the inspection of a returned garment: the rental is closed and its buffer ends now. ok: the garment is free; repair: it is taken until repair_until, and rentals in that time get a proposal of substitutes; retire: it never goes out again. Repeating it with the same outcome changes nothing. PT404 rental_not_found; PT409 invalid_state; PT400 invalid_outcome, invalid_period, invalid_fee, invalid_note, invalid_photo_paths.';

COMMENT ON FUNCTION "public"."mark_rental_lost"(uuid, text) IS 'Staff give up a garment that was handed over and does not come back: it is retired, its calendar ends, and every reserved rental of it gets a proposal of substitutes. Repeating it changes nothing. PT404 rental_not_found, PT409 invalid_state, PT400 invalid_note.';

COMMENT ON FUNCTION "public"."return_rental"(uuid, public.garment_condition, text, text[]) IS 'Staff take the garment back; late_days and late_fee follow from the frozen policy. The garment stays taken until it is inspected. Repeating it changes nothing. PT404 rental_not_found; PT409 invalid_state; PT400 invalid_note, invalid_photo_paths.';

COMMENT ON FUNCTION "public"."sell_garment"(uuid) IS 'Managers end the calendar of a garment that is sold: it is taken without an end, and retired. Repeating it changes nothing. PT404 garment_not_found; PT409 not_available (detail: the bookings in the way).';

COMMENT ON FUNCTION "public"."start_inspection"(uuid) IS 'Staff begin to inspect a returned garment. Repeating it changes nothing. PT404 rental_not_found, PT409 invalid_state.';

COMMENT ON FUNCTION "public"."utilisation"(uuid, date, date) IS 'Staff see how many hours each garment and stylist was taken, out of how many, on these days of the boutique''s time zone (at most a year). One answer has at most 1000 rows; read on with range(). PT404 boutique_not_found, PT400 invalid_period.';

COMMENT ON FUNCTION "public"."will_it_be_ready"(uuid, date) IS 'Whether a gown that is ordered today will be ready, step by step: each step is expected so many days after the one before (order today, lead time, shipping, a gap before every fitting, alterations), fittings on the next day a branch is open; and it has to be over so many days before the next, reckoned back from wear_date less the spare days, fittings on the last open day. Then the same for a rush order with its fee, if the boutique takes any. The first step expected later than its latest date breaks. For anybody. PT404 product_not_found, PT400 invalid_date, PT429 too_many_requests.';

COMMENT ON TABLE "public"."readiness_policies" IS 'How long a gown that is made to order takes at a boutique. Made with the boutique, changed by its managers; read by everyone, for front ends show it.';

COMMENT ON TABLE "public"."rental_events" IS 'What was done with a rental, step by step, with condition and photos. Append-only: the record in a dispute.';

COMMENT ON TABLE "public"."substitution_candidates" IS 'Garments that were free in the rental''s time when the proposal was last looked at, best first.';

COMMENT ON TABLE "public"."substitution_proposals" IS 'A rental whose garment will not be there in time, and what becomes of it. Made by jobs and by the steps of a rental.';

COMMENT ON TYPE "public"."calendar_row" IS 'Row of calendar_view: a resource and what takes it, in the order of time. An entry has allocation_id, kind, from, until, source_id, state (of the rental or appointment, or else of the allocation), customer and note.';

COMMENT ON TYPE "public"."garment_offer" IS 'Row of find_garments: a variant at a branch, how many of it are free, and how far away the branch is (null without a position). Money in minor units of the currency.';

COMMENT ON TYPE "public"."inspection_outcome" IS 'ok: the garment can go out again; repair: it is away for a while; retire: it never goes out again.';

COMMENT ON TYPE "public"."readiness_step" IS 'Row of will_it_be_ready. variant: usual, or rush with its fee. step: order, make, ship, fitting (with its number), alterations, done. expected_date: when the step is over if the order goes out today; latest_date: when it has to be. breaks: the first step that is too late, and so the only one of its variant; none breaks when the gown will be ready.';

COMMENT ON TYPE "public"."rental_event_kind" IS 'A step in the life of a rental.';

COMMENT ON TYPE "public"."substitution_match" IS 'same_variant: the same size and color at the same branch; same_variant_elsewhere: at another branch; similar: another color, or a product of the same category or designer, in the same size.';

COMMENT ON TYPE "public"."substitution_reason" IS 'overdue: it has not come back; not_inspected: it is back, but nobody has looked at it in time; repair, lost, retired: it will not be there.';

COMMENT ON TYPE "public"."substitution_state" IS 'open: staff decide; accepted: she has another garment; dismissed: staff see to it in another way; withdrawn: the danger is over.';

COMMENT ON TYPE "public"."utilisation_row" IS 'Row of utilisation: taken_hours / available_hours, null when it was never available. A garment is available day and night from when it was entered until it is retired, but for repairs; a stylist in her working hours while the branch is open, but for time off. A stylist''s taken hours are those within her available ones, buffers included.';

REVOKE ALL ON FUNCTION "private"."accept_substitution"(uuid, uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."accept_substitution"(uuid, uuid) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."block_for_repair"(uuid, uuid, timestamp with time zone, timestamp with time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."block_for_repair"(uuid, uuid, timestamp with time zone, timestamp with time zone) TO "postgres";

REVOKE ALL ON FUNCTION "private"."calendar_view"(uuid, timestamp with time zone, timestamp with time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."calendar_view"(uuid, timestamp with time zone, timestamp with time zone) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."create_readiness_policy"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."create_readiness_policy"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."dismiss_substitution"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."dismiss_substitution"(uuid) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."distance_km"(numeric, numeric, numeric, numeric) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."distance_km"(numeric, numeric, numeric, numeric) TO "postgres";

REVOKE ALL ON FUNCTION "private"."end_time_taken"(public.rentals) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."end_time_taken"(public.rentals) TO "postgres";

REVOKE ALL ON FUNCTION "private"."find_garments"(uuid, text, text, numeric, numeric) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."find_garments"(uuid, text, text, numeric, numeric) TO "anon", "authenticated", "postgres", "service_role";

REVOKE ALL ON FUNCTION "private"."fitting_day"(uuid, date, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."fitting_day"(uuid, date, integer) TO "postgres";

REVOKE ALL ON FUNCTION "private"."freeze_late_fee"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."freeze_late_fee"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."hand_over_rental"(uuid, public.garment_condition, text, text[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."hand_over_rental"(uuid, public.garment_condition, text, text[]) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."hours"(tstzmultirange) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."hours"(tstzmultirange) TO "postgres";

REVOKE ALL ON FUNCTION "private"."inspect_rental"(uuid, public.inspection_outcome, public.garment_condition, bigint, text, text[], timestamp with time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."inspect_rental"(uuid, public.inspection_outcome, public.garment_condition, bigint, text, text[], timestamp with time zone) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."is_overdue"(public.rentals) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."is_overdue"(public.rentals) TO "postgres";

REVOKE ALL ON FUNCTION "private"."keep_blocked"(public.rentals) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."keep_blocked"(public.rentals) TO "postgres";

REVOKE ALL ON FUNCTION "private"."mark_rental_lost"(uuid, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."mark_rental_lost"(uuid, text) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."open_substitution"(uuid, public.substitution_reason, uuid, timestamp with time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."open_substitution"(uuid, public.substitution_reason, uuid, timestamp with time zone) TO "postgres";

REVOKE ALL ON FUNCTION "private"."paths_are_in_folder"(text[], text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."paths_are_in_folder"(text[], text) TO "postgres", "service_role";

REVOKE ALL ON FUNCTION "private"."raise_invalid_rental_state"(public.rentals, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."raise_invalid_rental_state"(public.rentals, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."record_rental_event"(public.rentals, public.rental_event_kind, public.garment_condition, text, text[], public.inspection_outcome, timestamp with time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."record_rental_event"(public.rentals, public.rental_event_kind, public.garment_condition, text, text[], public.inspection_outcome, timestamp with time zone) TO "postgres";

REVOKE ALL ON FUNCTION "private"."refresh_candidates"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."refresh_candidates"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."refuse_retired_garment"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."refuse_retired_garment"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."rental_for_step"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."rental_for_step"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."rescue_from_loss"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."rescue_from_loss"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."rescue_from_retired"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."rescue_from_retired"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."rescue_until"(uuid, timestamp with time zone, uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."rescue_until"(uuid, timestamp with time zone, uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."return_rental"(uuid, public.garment_condition, text, text[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."return_rental"(uuid, public.garment_condition, text, text[]) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."sell_garment"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."sell_garment"(uuid) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."start_inspection"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."start_inspection"(uuid) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."today_of"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."today_of"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."utilisation"(uuid, date, date) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."utilisation"(uuid, date, date) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."watch_rental"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."watch_rental"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."watched_rentals"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."watched_rentals"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."will_it_be_ready"(uuid, date) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."will_it_be_ready"(uuid, date) TO "anon", "authenticated", "postgres", "service_role";

REVOKE ALL ON FUNCTION "private"."withdraw_substitution"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."withdraw_substitution"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."withdraw_substitutions"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."withdraw_substitutions"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "public"."accept_substitution"(uuid, uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."accept_substitution"(uuid, uuid) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."calendar_view"(uuid, timestamp with time zone, timestamp with time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."calendar_view"(uuid, timestamp with time zone, timestamp with time zone) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."dismiss_substitution"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."dismiss_substitution"(uuid) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."find_garments"(uuid, text, text, numeric, numeric) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."find_garments"(uuid, text, text, numeric, numeric) TO "anon", "authenticated", "postgres", "service_role";

REVOKE ALL ON FUNCTION "public"."hand_over_rental"(uuid, public.garment_condition, text, text[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."hand_over_rental"(uuid, public.garment_condition, text, text[]) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."inspect_rental"(uuid, public.inspection_outcome, public.garment_condition, bigint, text, text[], timestamp with time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."inspect_rental"(uuid, public.inspection_outcome, public.garment_condition, bigint, text, text[], timestamp with time zone) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."mark_rental_lost"(uuid, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."mark_rental_lost"(uuid, text) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."return_rental"(uuid, public.garment_condition, text, text[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."return_rental"(uuid, public.garment_condition, text, text[]) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."sell_garment"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."sell_garment"(uuid) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."start_inspection"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."start_inspection"(uuid) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."utilisation"(uuid, date, date) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."utilisation"(uuid, date, date) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."will_it_be_ready"(uuid, date) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."will_it_be_ready"(uuid, date) TO "anon", "authenticated", "postgres", "service_role";

REVOKE ALL ("latitude") ON TABLE "public"."locations" FROM "authenticated";

GRANT INSERT ("latitude"), UPDATE ("latitude") ON TABLE "public"."locations" TO "authenticated";

REVOKE ALL ("longitude") ON TABLE "public"."locations" FROM "authenticated";

GRANT INSERT ("longitude"), UPDATE ("longitude") ON TABLE "public"."locations" TO "authenticated";

REVOKE ALL ("lead_days") ON TABLE "public"."products" FROM "authenticated";

GRANT INSERT ("lead_days"), UPDATE ("lead_days") ON TABLE "public"."products" TO "authenticated";

REVOKE ALL ("style_code") ON TABLE "public"."products" FROM "authenticated";

GRANT INSERT ("style_code"), UPDATE ("style_code") ON TABLE "public"."products" TO "authenticated";

GRANT SELECT ON TABLE "public"."readiness_policies" TO "anon";

GRANT UPDATE ("alteration_days") ON TABLE "public"."readiness_policies" TO "authenticated";

GRANT UPDATE ("fitting_gap_days") ON TABLE "public"."readiness_policies" TO "authenticated";

GRANT UPDATE ("fittings") ON TABLE "public"."readiness_policies" TO "authenticated";

GRANT UPDATE ("lead_days") ON TABLE "public"."readiness_policies" TO "authenticated";

GRANT UPDATE ("rush_fee") ON TABLE "public"."readiness_policies" TO "authenticated";

GRANT UPDATE ("rush_lead_percent") ON TABLE "public"."readiness_policies" TO "authenticated";

GRANT UPDATE ("rush_shipping_days") ON TABLE "public"."readiness_policies" TO "authenticated";

GRANT UPDATE ("shipping_days") ON TABLE "public"."readiness_policies" TO "authenticated";

GRANT UPDATE ("spare_days") ON TABLE "public"."readiness_policies" TO "authenticated";

GRANT SELECT ON TABLE "public"."readiness_policies" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."readiness_policies" TO "postgres", "service_role";

GRANT SELECT ON TABLE "public"."rental_events" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."rental_events" TO "postgres";

GRANT INSERT, SELECT ON TABLE "public"."rental_events" TO "service_role";

REVOKE ALL ("late_fee_percent") ON TABLE "public"."rental_policies" FROM "authenticated";

GRANT UPDATE ("late_fee_percent") ON TABLE "public"."rental_policies" TO "authenticated";

GRANT SELECT ON TABLE "public"."substitution_candidates" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."substitution_candidates" TO "postgres", "service_role";

GRANT SELECT ON TABLE "public"."substitution_proposals" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."substitution_proposals" TO "postgres", "service_role";

GRANT USAGE ON TYPE "public"."calendar_row" TO "postgres";

GRANT USAGE ON TYPE "public"."garment_offer" TO "postgres";

GRANT USAGE ON TYPE "public"."inspection_outcome" TO "postgres";

GRANT USAGE ON TYPE "public"."readiness_step" TO "postgres";

GRANT USAGE ON TYPE "public"."rental_event_kind" TO "postgres";

GRANT USAGE ON TYPE "public"."substitution_match" TO "postgres";

GRANT USAGE ON TYPE "public"."substitution_reason" TO "postgres";

GRANT USAGE ON TYPE "public"."substitution_state" TO "postgres";

GRANT USAGE ON TYPE "public"."utilisation_row" TO "postgres";

ALTER TABLE "public"."substitution_candidates" ADD CONSTRAINT "candidate_is_of_a_proposal_of_the_boutique" FOREIGN KEY (proposal_id, boutique_id) REFERENCES public.substitution_proposals(id, boutique_id) ON DELETE CASCADE;

ALTER TABLE "public"."rental_events" ADD CONSTRAINT "photos_are_inside_the_boutiques_folder" CHECK (private.paths_are_in_folder(photo_paths, (boutique_id)::text));

-- Storage: policies of its files; 96_buckets.sql has the buckets. A schema diff leaves the platform's schemas out, so this
-- file goes into a migration as a whole when it has changed, and may run again.

-- The bucket is public: anybody with the address of a file reads it. Listing is for the boutique's own staff, for the
-- names of files tell of drafts.
drop policy if exists select_product_media on storage.objects;
create policy select_product_media on storage.objects for select to authenticated
  using (
    bucket_id = 'product-media'
    and (storage.foldername(name))[1] in (select id::text from private.my_boutique_ids('catalog.read') as id));
drop policy if exists insert_product_media on storage.objects;
create policy insert_product_media on storage.objects for insert to authenticated
  with check (
    bucket_id = 'product-media'
    and (storage.foldername(name))[1] in (select id::text from private.my_boutique_ids('catalog.write') as id));
drop policy if exists update_product_media on storage.objects;
create policy update_product_media on storage.objects for update to authenticated
  using (
    bucket_id = 'product-media'
    and (storage.foldername(name))[1] in (select id::text from private.my_boutique_ids('catalog.write') as id))
  with check (
    bucket_id = 'product-media'
    and (storage.foldername(name))[1] in (select id::text from private.my_boutique_ids('catalog.write') as id));
drop policy if exists delete_product_media on storage.objects;
create policy delete_product_media on storage.objects for delete to authenticated
  using (
    bucket_id = 'product-media'
    and (storage.foldername(name))[1] in (select id::text from private.my_boutique_ids('catalog.write') as id));

-- What a garment looked like when it was handed over and came back. Private to the staff of the boutique, whose id is the
-- first folder.
drop policy if exists select_condition_photos on storage.objects;
create policy select_condition_photos on storage.objects for select to authenticated
  using (
    bucket_id = 'condition-photos'
    and (storage.foldername(name))[1] in (select id::text from private.my_boutique_ids('rentals.read') as id));
drop policy if exists insert_condition_photos on storage.objects;
create policy insert_condition_photos on storage.objects for insert to authenticated
  with check (
    bucket_id = 'condition-photos'
    and (storage.foldername(name))[1] in (select id::text from private.my_boutique_ids('rentals.write') as id));
-- update and delete are nobody's: photos are the record in a dispute, as rental_events are.

-- Folders of people: the first folder of a path is the account's id. Files of avatars are public to whoever has the
-- address; the other buckets are private, and nobody but the owner of the folder gets a link.
drop policy if exists select_own_files on storage.objects;
create policy select_own_files on storage.objects for select to authenticated
  using (
    bucket_id in ('avatars', 'private-documents', 'data-exports')
    and (storage.foldername(name))[1] = (select auth.uid())::text);
drop policy if exists insert_own_files on storage.objects;
create policy insert_own_files on storage.objects for insert to authenticated
  with check (
    bucket_id in ('avatars', 'private-documents')
    and (storage.foldername(name))[1] = (select auth.uid())::text);
drop policy if exists update_own_files on storage.objects;
create policy update_own_files on storage.objects for update to authenticated
  using (
    bucket_id in ('avatars', 'private-documents')
    and (storage.foldername(name))[1] = (select auth.uid())::text)
  with check (
    bucket_id in ('avatars', 'private-documents')
    and (storage.foldername(name))[1] = (select auth.uid())::text);
drop policy if exists delete_own_files on storage.objects;
create policy delete_own_files on storage.objects for delete to authenticated
  using (
    bucket_id in ('avatars', 'private-documents')
    and (storage.foldername(name))[1] = (select auth.uid())::text);
-- Nobody writes into data-exports but the job that builds them, with the secret key.

-- Queues. Generated from functions/_shared/jobs by npm run db:diff: change them there.

select pgboss.create_queue('unknown.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('rental.expire_hold.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('rental.expire_hold', '{"policy":"standard","retryLimit":10,"retryDelay":5,"retryBackoff":true,"retryDelayMax":300,"expireInSeconds":60,"deadLetter":"rental.expire_hold.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 10, retry_delay = 5, retry_backoff = true, retry_delay_max = 300, expire_seconds = 60, heartbeat_seconds = 30, dead_letter = 'rental.expire_hold.dead', notify = true where name = 'rental.expire_hold';
select pgboss.create_queue('fitting.expire_offer.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('fitting.expire_offer', '{"policy":"standard","retryLimit":10,"retryDelay":5,"retryBackoff":true,"retryDelayMax":300,"expireInSeconds":60,"deadLetter":"fitting.expire_offer.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 10, retry_delay = 5, retry_backoff = true, retry_delay_max = 300, expire_seconds = 60, heartbeat_seconds = 30, dead_letter = 'fitting.expire_offer.dead', notify = true where name = 'fitting.expire_offer';
select pgboss.create_queue('fitting.offer_waitlist.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('fitting.offer_waitlist', '{"policy":"standard","retryLimit":10,"retryDelay":5,"retryBackoff":true,"retryDelayMax":300,"expireInSeconds":60,"deadLetter":"fitting.offer_waitlist.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 10, retry_delay = 5, retry_backoff = true, retry_delay_max = 300, expire_seconds = 60, heartbeat_seconds = 30, dead_letter = 'fitting.offer_waitlist.dead', notify = true where name = 'fitting.offer_waitlist';
select pgboss.create_queue('rental.watch_returns.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('rental.watch_returns', '{"policy":"standard","retryLimit":3,"retryDelay":30,"retryBackoff":true,"retryDelayMax":300,"expireInSeconds":600,"deadLetter":"rental.watch_returns.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 3, retry_delay = 30, retry_backoff = true, retry_delay_max = 300, expire_seconds = 600, heartbeat_seconds = 30, dead_letter = 'rental.watch_returns.dead', notify = true where name = 'rental.watch_returns';
select pgboss.create_queue('mail.rental_reserved.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('mail.rental_reserved', '{"policy":"standard","retryLimit":12,"retryDelay":5,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":120,"deadLetter":"mail.rental_reserved.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 12, retry_delay = 5, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 120, heartbeat_seconds = 30, dead_letter = 'mail.rental_reserved.dead', notify = true where name = 'mail.rental_reserved';
select pgboss.create_queue('mail.rental_changed.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('mail.rental_changed', '{"policy":"standard","retryLimit":12,"retryDelay":5,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":120,"deadLetter":"mail.rental_changed.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 12, retry_delay = 5, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 120, heartbeat_seconds = 30, dead_letter = 'mail.rental_changed.dead', notify = true where name = 'mail.rental_changed';
select pgboss.create_queue('mail.invitation.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('mail.invitation', '{"policy":"standard","retryLimit":12,"retryDelay":5,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":120,"deadLetter":"mail.invitation.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 12, retry_delay = 5, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 120, heartbeat_seconds = 30, dead_letter = 'mail.invitation.dead', notify = true where name = 'mail.invitation';
select pgboss.create_queue('mail.boutique_status.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('mail.boutique_status', '{"policy":"standard","retryLimit":12,"retryDelay":5,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":120,"deadLetter":"mail.boutique_status.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 12, retry_delay = 5, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 120, heartbeat_seconds = 30, dead_letter = 'mail.boutique_status.dead', notify = true where name = 'mail.boutique_status';
select pgboss.create_queue('privacy.build_export.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('privacy.build_export', '{"policy":"standard","retryLimit":8,"retryDelay":30,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":900,"deadLetter":"privacy.build_export.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 8, retry_delay = 30, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 900, heartbeat_seconds = 30, dead_letter = 'privacy.build_export.dead', notify = true where name = 'privacy.build_export';
select pgboss.create_queue('mail.data_export.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('mail.data_export', '{"policy":"standard","retryLimit":12,"retryDelay":5,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":120,"deadLetter":"mail.data_export.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 12, retry_delay = 5, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 120, heartbeat_seconds = 30, dead_letter = 'mail.data_export.dead', notify = true where name = 'mail.data_export';
select pgboss.create_queue('mail.account_deletion.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('mail.account_deletion', '{"policy":"standard","retryLimit":12,"retryDelay":5,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":120,"deadLetter":"mail.account_deletion.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 12, retry_delay = 5, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 120, heartbeat_seconds = 30, dead_letter = 'mail.account_deletion.dead', notify = true where name = 'mail.account_deletion';
select pgboss.create_queue('privacy.erase_account.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('privacy.erase_account', '{"policy":"standard","retryLimit":20,"retryDelay":60,"retryBackoff":true,"retryDelayMax":21600,"expireInSeconds":600,"deadLetter":"privacy.erase_account.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 20, retry_delay = 60, retry_backoff = true, retry_delay_max = 21600, expire_seconds = 600, heartbeat_seconds = 30, dead_letter = 'privacy.erase_account.dead', notify = true where name = 'privacy.erase_account';
select pgboss.create_queue('privacy.sweep.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('privacy.sweep', '{"policy":"standard","retryLimit":3,"retryDelay":60,"retryBackoff":true,"retryDelayMax":600,"expireInSeconds":600,"deadLetter":"privacy.sweep.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 3, retry_delay = 60, retry_backoff = true, retry_delay_max = 600, expire_seconds = 600, heartbeat_seconds = 30, dead_letter = 'privacy.sweep.dead', notify = true where name = 'privacy.sweep';
select pgboss.create_queue('rate_limits.sweep.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('rate_limits.sweep', '{"policy":"standard","retryLimit":3,"retryDelay":60,"retryBackoff":true,"retryDelayMax":600,"expireInSeconds":300,"deadLetter":"rate_limits.sweep.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 3, retry_delay = 60, retry_backoff = true, retry_delay_max = 600, expire_seconds = 300, heartbeat_seconds = 30, dead_letter = 'rate_limits.sweep.dead', notify = true where name = 'rate_limits.sweep';

delete from private.queue_rules;
insert into private.queue_rules (queue, payload, overdue_seconds) values
  ('rental.expire_hold', '{"rental_id":"uuid"}', 120),
  ('fitting.expire_offer', '{"appointment_id":"uuid"}', 120),
  ('fitting.offer_waitlist', '{"location_id":"uuid"}', 300),
  ('rental.watch_returns', '{}', 1800),
  ('mail.rental_reserved', '{"rental_id":"uuid"}', 600),
  ('mail.rental_changed', '{"rental_id":"uuid"}', 600),
  ('mail.invitation', '{"invitation_id":"uuid"}', 600),
  ('mail.boutique_status', '{"change_id":"uuid"}', 1800),
  ('privacy.build_export', '{"export_id":"uuid"}', 3600),
  ('mail.data_export', '{"export_id":"uuid"}', 1800),
  ('mail.account_deletion', '{"user_id":"uuid"}', 1800),
  ('privacy.erase_account', '{"user_id":"uuid"}', 7200),
  ('privacy.sweep', '{}', 3600),
  ('rate_limits.sweep', '{}', 3600);

-- Buckets of the Storage server; no SVG, which could carry scripts. Rows, not objects: `npm run db:diff` puts this file into the migration when they change.

insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types)
values
  ('product-media', 'product-media', true, 10485760, array['image/jpeg', 'image/png', 'image/webp', 'image/avif']),
  ('avatars', 'avatars', true, 2097152, array['image/jpeg', 'image/png', 'image/webp', 'image/avif']),
  ('private-documents', 'private-documents', false, 20971520, array['application/pdf', 'image/jpeg', 'image/png', 'image/webp']),
  ('data-exports', 'data-exports', false, 52428800, array['application/zip']),
  ('condition-photos', 'condition-photos', false, 10485760, array['image/jpeg', 'image/png', 'image/webp', 'image/avif'])
on conflict (id) do update set
  public = excluded.public,
  file_size_limit = excluded.file_size_limit,
  allowed_mime_types = excluded.allowed_mime_types;

-- Rows: boutiques that were there before.
insert into public.readiness_policies (boutique_id) select b.id from public.boutiques b on conflict do nothing;
