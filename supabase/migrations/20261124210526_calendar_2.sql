set local check_function_bodies = off;

DROP TRIGGER "refuse_rental_of_leaver" ON "public"."rentals";

DROP FUNCTION "private"."refuse_rental_of_leaver"();

CREATE TABLE "private"."calendar_feed_tokens" ("feed_id" uuid NOT NULL, "token_hash" bytea NOT NULL, "created_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "calendar_feed_tokens_pkey" PRIMARY KEY (feed_id), CONSTRAINT "calendar_feed_tokens_token_hash_key" UNIQUE (token_hash), CONSTRAINT "hash_is_sha_256" CHECK ((length(token_hash) = 32)));

ALTER TABLE "private"."calendar_feed_tokens" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "private"."calendar_revisions" ("subject_id" uuid NOT NULL, "revision" integer NOT NULL, "created_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "calendar_revisions_pkey" PRIMARY KEY (subject_id), CONSTRAINT "revision_counts_changes" CHECK ((revision > 0)));

ALTER TABLE "private"."calendar_revisions" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."appointment_garments" ("appointment_id" uuid NOT NULL, "garment_id" uuid NOT NULL, "boutique_id" uuid NOT NULL, "customer_id" uuid, "created_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "appointment_garments_pkey" PRIMARY KEY (appointment_id, garment_id));

ALTER TABLE "public"."appointment_garments" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."appointment_notes" ("appointment_id" uuid NOT NULL, "boutique_id" uuid NOT NULL, "body" text NOT NULL, "created_at" timestamp with time zone NOT NULL DEFAULT now(), "updated_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "body_is_given" CHECK (((body ~ '\S'::text) AND (length(body) <= 5000))), "id" uuid NOT NULL DEFAULT private.uuid_v7(), CONSTRAINT "appointment_notes_pkey" PRIMARY KEY (id), "author_id" uuid DEFAULT auth.uid());

ALTER TABLE "public"."appointment_notes" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."appointments" ("boutique_id" uuid NOT NULL, "customer_id" uuid, "walk_in_name" text, "location_id" uuid NOT NULL, "service_id" uuid NOT NULL, "stylist_id" uuid NOT NULL, "room_id" uuid NOT NULL, "during" tstzrange NOT NULL, "held_until" timestamp with time zone, "customer_notes" text NOT NULL DEFAULT ''::text, "guest_names" text[] NOT NULL DEFAULT '{}'::text[], "price" bigint NOT NULL, "currency" character(3) NOT NULL, "free_cancellation_until" timestamp with time zone NOT NULL, "late_cancellation_fee" bigint NOT NULL, "no_show_fee" bigint NOT NULL, "fee_due" bigint NOT NULL DEFAULT 0, "cancelled_by" text, "reason" text, "created_at" timestamp with time zone NOT NULL DEFAULT now(), "updated_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "appointment_takes_some_time" CHECK (((NOT isempty(during)) AND (lower(during) IS NOT NULL) AND isfinite(lower(during)) AND (upper(during) IS NOT NULL) AND isfinite(upper(during)))), CONSTRAINT "cancelled_by_is_known" CHECK ((cancelled_by = ANY (ARRAY['customer'::text, 'boutique'::text]))), CONSTRAINT "currency_is_iso_4217" CHECK ((currency ~ '^[A-Z]{3}$'::text)), CONSTRAINT "guests_are_few" CHECK (((cardinality(guest_names) <= 50) AND (length((guest_names)::text) <= 4000))), CONSTRAINT "money_is_not_negative" CHECK (((price >= 0) AND (late_cancellation_fee >= 0) AND (no_show_fee >= 0) AND (fee_due >= 0))), CONSTRAINT "notes_are_bounded" CHECK (((length(customer_notes) <= 2000) AND (length(walk_in_name) <= 120) AND (length(reason) <= 500))), "id" uuid NOT NULL DEFAULT private.uuid_v7(), CONSTRAINT "appointments_id_boutique_id_key" UNIQUE (id, boutique_id), CONSTRAINT "appointments_pkey" PRIMARY KEY (id));

ALTER TABLE "public"."appointments" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."calendar_feeds" ("subject_id" uuid NOT NULL, "boutique_id" uuid, "owner_id" uuid NOT NULL, "label" text NOT NULL DEFAULT ''::text, "last_read_at" timestamp with time zone, "revoked_at" timestamp with time zone, "created_at" timestamp with time zone NOT NULL DEFAULT now(), "updated_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "label_is_short" CHECK (((length(label) <= 120) AND (label !~ '[[:cntrl:]]'::text))), "id" uuid NOT NULL DEFAULT private.uuid_v7(), CONSTRAINT "calendar_feeds_pkey" PRIMARY KEY (id));

ALTER TABLE "public"."calendar_feeds" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."closures" ("location_id" uuid NOT NULL, "boutique_id" uuid NOT NULL, "first_day" date NOT NULL, "last_day" date NOT NULL, "reason" text NOT NULL, "created_at" timestamp with time zone NOT NULL DEFAULT now(), "updated_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "closure_ends_after_it_starts" CHECK ((isfinite(first_day) AND isfinite(last_day) AND (last_day >= first_day))), CONSTRAINT "closure_is_at_most_a_year" CHECK (((last_day - first_day) <= 366)), CONSTRAINT "reason_is_given" CHECK (((reason ~ '\S'::text) AND (length(reason) <= 200))), "id" uuid NOT NULL DEFAULT private.uuid_v7(), CONSTRAINT "closures_pkey" PRIMARY KEY (id));

ALTER TABLE "public"."closures" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."fitting_services" ("boutique_id" uuid NOT NULL, "name" text NOT NULL, "description" text NOT NULL DEFAULT ''::text, "duration_minutes" integer NOT NULL, "buffer_minutes_before" integer NOT NULL DEFAULT 0, "buffer_minutes_after" integer NOT NULL DEFAULT 15, "step_minutes" integer NOT NULL DEFAULT 30, "price" bigint NOT NULL DEFAULT 0, "currency" character(3) NOT NULL, "max_garments" integer NOT NULL DEFAULT 5, "max_people" integer NOT NULL DEFAULT 4, "min_hours_ahead" integer NOT NULL DEFAULT 2, "max_days_ahead" integer NOT NULL DEFAULT 180, "free_cancellation_hours" integer NOT NULL DEFAULT 24, "late_cancellation_fee" bigint NOT NULL DEFAULT 0, "no_show_fee" bigint NOT NULL DEFAULT 0, "retired_at" timestamp with time zone, "listed" boolean NOT NULL DEFAULT false, "created_at" timestamp with time zone NOT NULL DEFAULT now(), "updated_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "booking_is_up_to_three_years_ahead" CHECK (((min_hours_ahead >= 0) AND (min_hours_ahead <= 8760) AND (max_days_ahead >= 1) AND (max_days_ahead <= 1100))), CONSTRAINT "buffers_are_up_to_four_hours" CHECK (((buffer_minutes_before >= 0) AND (buffer_minutes_before <= 240) AND (buffer_minutes_after >= 0) AND (buffer_minutes_after <= 240))), CONSTRAINT "currency_is_iso_4217" CHECK ((currency ~ '^[A-Z]{3}$'::text)), CONSTRAINT "description_is_bounded" CHECK ((length(description) <= 2000)), CONSTRAINT "duration_is_five_minutes_to_a_day" CHECK (((duration_minutes >= 5) AND (duration_minutes <= 1440))), CONSTRAINT "fitting_services_boutique_id_name_key" UNIQUE (boutique_id, name), CONSTRAINT "free_cancellation_is_up_to_60_days_before" CHECK (((free_cancellation_hours >= 0) AND (free_cancellation_hours <= 1440))), CONSTRAINT "garments_are_up_to_twenty" CHECK (((max_garments >= 0) AND (max_garments <= 20))), CONSTRAINT "money_is_not_negative" CHECK (((price >= 0) AND (late_cancellation_fee >= 0) AND (no_show_fee >= 0))), CONSTRAINT "name_is_given" CHECK (((name ~ '\S'::text) AND (length(name) <= 120))), CONSTRAINT "people_are_1_to_50" CHECK (((max_people >= 1) AND (max_people <= 50))), CONSTRAINT "step_is_five_minutes_to_four_hours" CHECK (((step_minutes >= 5) AND (step_minutes <= 240))), "id" uuid NOT NULL DEFAULT private.uuid_v7(), CONSTRAINT "fitting_services_id_boutique_id_key" UNIQUE (id, boutique_id), CONSTRAINT "fitting_services_pkey" PRIMARY KEY (id));

ALTER TABLE "public"."fitting_services" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."opening_hours" ("location_id" uuid NOT NULL, "boutique_id" uuid NOT NULL, "weekday" smallint NOT NULL, "opens" time without time zone NOT NULL, "closes" time without time zone NOT NULL, "created_at" timestamp with time zone NOT NULL DEFAULT now(), "updated_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "weekday_is_monday_to_sunday" CHECK (((weekday >= 1) AND (weekday <= 7))), "id" uuid NOT NULL DEFAULT private.uuid_v7(), CONSTRAINT "opening_hours_pkey" PRIMARY KEY (id));

ALTER TABLE "public"."opening_hours" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."readiness_policies" ("boutique_id" uuid NOT NULL, "lead_days" integer NOT NULL DEFAULT 120, "shipping_days" integer NOT NULL DEFAULT 14, "fittings" integer NOT NULL DEFAULT 2, "fitting_gap_days" integer NOT NULL DEFAULT 7, "alteration_days" integer NOT NULL DEFAULT 21, "spare_days" integer NOT NULL DEFAULT 7, "rush_lead_percent" integer, "rush_shipping_days" integer NOT NULL DEFAULT 5, "rush_fee" bigint NOT NULL DEFAULT 0, "created_at" timestamp with time zone NOT NULL DEFAULT now(), "updated_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "fittings_are_up_to_ten" CHECK (((fittings >= 0) AND (fittings <= 10))), CONSTRAINT "lead_time_is_up_to_three_years" CHECK (((lead_days >= 0) AND (lead_days <= 1100))), CONSTRAINT "readiness_policies_pkey" PRIMARY KEY (boutique_id), CONSTRAINT "rush_fee_is_not_negative" CHECK ((rush_fee >= 0)), CONSTRAINT "rush_is_faster" CHECK (((rush_shipping_days <= shipping_days) AND ((rush_lead_percent >= 0) AND (rush_lead_percent <= 100)))), CONSTRAINT "times_are_not_negative" CHECK ((LEAST(shipping_days, rush_shipping_days, fitting_gap_days, alteration_days, spare_days) >= 0)), CONSTRAINT "times_are_up_to_a_year" CHECK ((GREATEST(shipping_days, rush_shipping_days, fitting_gap_days, alteration_days, spare_days) <= 365)));

ALTER TABLE "public"."readiness_policies" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."rental_events" ("rental_id" uuid NOT NULL, "boutique_id" uuid NOT NULL, "customer_id" uuid, "garment_id" uuid NOT NULL, "condition" public.garment_condition, "repair_until" timestamp with time zone, "note" text NOT NULL DEFAULT ''::text, "photo_paths" text[] NOT NULL DEFAULT '{}'::text[], "actor_id" uuid, "created_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "note_is_bounded" CHECK ((length(note) <= 2000)), CONSTRAINT "photos_are_few" CHECK ((cardinality(photo_paths) <= 20)), "id" uuid NOT NULL DEFAULT private.uuid_v7(), CONSTRAINT "rental_events_pkey" PRIMARY KEY (id));

ALTER TABLE "public"."rental_events" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."rooms" ("boutique_id" uuid NOT NULL, "location_id" uuid NOT NULL, "name" text NOT NULL, "capacity" integer NOT NULL DEFAULT 4, "retired_at" timestamp with time zone, "created_at" timestamp with time zone NOT NULL DEFAULT now(), "updated_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "capacity_is_1_to_50" CHECK (((capacity >= 1) AND (capacity <= 50))), CONSTRAINT "name_is_given" CHECK (((name ~ '\S'::text) AND (length(name) <= 80))), CONSTRAINT "rooms_location_id_name_key" UNIQUE (location_id, name), "id" uuid NOT NULL DEFAULT private.uuid_v7(), CONSTRAINT "rooms_id_boutique_id_key" UNIQUE (id, boutique_id), CONSTRAINT "rooms_pkey" PRIMARY KEY (id));

ALTER TABLE "public"."rooms" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."service_stylists" ("service_id" uuid NOT NULL, "stylist_id" uuid NOT NULL, "boutique_id" uuid NOT NULL, "created_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "service_stylists_pkey" PRIMARY KEY (service_id, stylist_id));

ALTER TABLE "public"."service_stylists" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."stylists" ("boutique_id" uuid NOT NULL, "user_id" uuid, "display_name" text NOT NULL, "bio" text NOT NULL DEFAULT ''::text, "retired_at" timestamp with time zone, "listed" boolean NOT NULL DEFAULT false, "created_at" timestamp with time zone NOT NULL DEFAULT now(), "updated_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "bio_is_bounded" CHECK ((length(bio) <= 2000)), CONSTRAINT "display_name_is_given" CHECK (((display_name ~ '\S'::text) AND (length(display_name) <= 120))), CONSTRAINT "stylists_boutique_id_user_id_key" UNIQUE (boutique_id, user_id), "id" uuid NOT NULL DEFAULT private.uuid_v7(), CONSTRAINT "stylists_id_boutique_id_key" UNIQUE (id, boutique_id), CONSTRAINT "stylists_pkey" PRIMARY KEY (id));

ALTER TABLE "public"."stylists" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."substitution_candidates" ("proposal_id" uuid NOT NULL, "garment_id" uuid NOT NULL, "boutique_id" uuid NOT NULL, "rank" integer NOT NULL, "created_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "rank_begins_with_one" CHECK ((rank >= 1)), CONSTRAINT "substitution_candidates_pkey" PRIMARY KEY (proposal_id, garment_id));

ALTER TABLE "public"."substitution_candidates" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."substitution_proposals" ("rental_id" uuid NOT NULL, "boutique_id" uuid NOT NULL, "garment_id" uuid NOT NULL, "cause_rental_id" uuid, "missing_until" timestamp with time zone, "substitute_id" uuid, "decided_by" uuid, "decided_at" timestamp with time zone, "created_at" timestamp with time zone NOT NULL DEFAULT now(), "updated_at" timestamp with time zone NOT NULL DEFAULT now(), "id" uuid NOT NULL DEFAULT private.uuid_v7(), CONSTRAINT "substitution_proposals_id_boutique_id_key" UNIQUE (id, boutique_id), CONSTRAINT "substitution_proposals_pkey" PRIMARY KEY (id));

ALTER TABLE "public"."substitution_proposals" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."waitlist_entries" ("boutique_id" uuid NOT NULL, "customer_id" uuid NOT NULL, "location_id" uuid NOT NULL, "service_id" uuid NOT NULL, "garment_ids" uuid[] NOT NULL DEFAULT '{}'::uuid[], "from_date" date NOT NULL, "to_date" date NOT NULL, "appointment_id" uuid, "created_at" timestamp with time zone NOT NULL DEFAULT now(), "updated_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "days_end_after_they_start" CHECK ((isfinite(from_date) AND isfinite(to_date) AND (to_date >= from_date) AND ((to_date - from_date) <= 31))), CONSTRAINT "garments_are_few" CHECK ((cardinality(garment_ids) <= 20)), "id" uuid NOT NULL DEFAULT private.uuid_v7(), CONSTRAINT "waitlist_entries_pkey" PRIMARY KEY (id));

ALTER TABLE "public"."waitlist_entries" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."working_hours" ("stylist_id" uuid NOT NULL, "boutique_id" uuid NOT NULL, "location_id" uuid NOT NULL, "weekday" smallint NOT NULL, "starts" time without time zone NOT NULL, "ends" time without time zone NOT NULL, "created_at" timestamp with time zone NOT NULL DEFAULT now(), "updated_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "weekday_is_monday_to_sunday" CHECK (((weekday >= 1) AND (weekday <= 7))), "id" uuid NOT NULL DEFAULT private.uuid_v7(), CONSTRAINT "working_hours_pkey" PRIMARY KEY (id));

ALTER TABLE "public"."working_hours" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "public"."allocations" ADD COLUMN "note" text NOT NULL DEFAULT ''::text;

ALTER TABLE "public"."appointments" ADD COLUMN "starts_at" timestamp with time zone GENERATED ALWAYS AS (lower(during)) STORED NOT NULL;

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

CREATE TYPE "private"."calendar_finding" AS ("kind" text, "id" uuid, "message" text);

CREATE TYPE "private"."feed_event" AS ("uid" text, "kind" text, "status" text, "revision" integer, "created_at" timestamp with time zone, "updated_at" timestamp with time zone, "starts_at" timestamp with time zone, "ends_at" timestamp with time zone, "first_day" date, "end_day" date, "boutique" text, "location_id" uuid, "service" text, "stylist" text, "room" text, "people" integer, "gowns" jsonb);

CREATE TYPE "private"."fitting_terms" AS ("service" public.fitting_services, "location_id" uuid, "boutique_id" uuid, "timezone" text);

CREATE TYPE "public"."appointment_state" AS ENUM ('offered', 'booked', 'attended', 'no_show', 'cancelled', 'expired');

ALTER TABLE "public"."appointments" ADD COLUMN "state" public.appointment_state NOT NULL DEFAULT 'booked'::public.appointment_state;

CREATE TYPE "public"."calendar_feed_kind" AS ENUM ('stylist', 'location', 'customer');

ALTER TABLE "public"."calendar_feeds" ADD COLUMN "kind" public.calendar_feed_kind NOT NULL;

CREATE TYPE "public"."calendar_row" AS ("resource_id" uuid, "kind" public.resource_kind, "label" text, "entries" jsonb);

CREATE TYPE "public"."garment_offer" AS ("boutique_id" uuid, "boutique_slug" text, "boutique_name" text, "location_id" uuid, "location_name" text, "city" text, "country" text, "product_id" uuid, "product_slug" text, "variant_id" uuid, "color" text, "price_per_day" bigint, "deposit" bigint, "currency" text, "free" integer, "distance_km" double precision);

CREATE TYPE "public"."inspection_outcome" AS ENUM ('ok', 'repair', 'retire');

ALTER TABLE "public"."rental_events" ADD COLUMN "outcome" public.inspection_outcome;

CREATE TYPE "public"."new_calendar_feed" AS ("feed_id" uuid, "kind" public.calendar_feed_kind, "subject_id" uuid, "boutique_id" uuid, "label" text, "token" text, "path" text);

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

CREATE TYPE "public"."waitlist_state" AS ENUM ('waiting', 'offered', 'booked', 'expired', 'cancelled');

ALTER TABLE "public"."waitlist_entries" ADD COLUMN "state" public.waitlist_state NOT NULL DEFAULT 'waiting'::public.waitlist_state;

CREATE OR REPLACE FUNCTION private.accept_fitting_offer(appointment_id uuid)
 RETURNS public.appointments
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_appointment public.appointments;
begin
  select * into v_appointment from public.appointments a
  where a.id = accept_fitting_offer.appointment_id and a.customer_id = auth.uid()
  for update;
  if not found then
    perform private.raise_error(404, 'appointment_not_found', 'There is no such appointment of yours.',
      jsonb_build_object('appointment_id', appointment_id));
  elsif v_appointment.state = 'booked' then
    return v_appointment;
  elsif v_appointment.state = 'expired' or (v_appointment.state = 'offered' and v_appointment.held_until <= now()) then
    perform private.raise_error(410, 'hold_expired', 'The offer has ended. Join the waitlist again.',
      jsonb_build_object('appointment_id', appointment_id, 'held_until', v_appointment.held_until));
  elsif v_appointment.state <> 'offered' then
    perform private.raise_invalid_appointment_state(v_appointment, 'accepted');
  end if;
  update public.allocations a set state = 'confirmed', held_until = null
  where a.source_id = v_appointment.id and a.state = 'held';
  update public.appointments a set state = 'booked' where a.id = v_appointment.id returning * into v_appointment;
  update public.waitlist_entries w set state = 'booked' where w.appointment_id = v_appointment.id and w.state = 'offered';
  perform private.announce_appointment(v_appointment);
  return v_appointment;
end
$function$;

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

CREATE OR REPLACE FUNCTION private.announce_appointment(appointment public.appointments)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.appointment_for_change(appointment_id uuid, as_staff boolean)
 RETURNS public.appointments
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.audit()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  -- First argument: columns of the primary key; the others are masked.
  v_key text[] := string_to_array(tg_argv[0], ',');
  v_masked text[] := string_to_array(nullif(tg_argv[1], ''), ',');
  v_actor uuid := auth.uid();
  v_role text := coalesce(auth.role(), session_user);
  v_request text := nullif(current_setting('request.headers', true), '')::jsonb ->> 'x-request-id';
begin
  if tg_op = 'INSERT' then
    insert into public.audit_log (action, table_name, row_key, boutique_id, actor_id, actor_role, request_id, new)
    select 'insert', tg_table_name, k.key, b.id, v_actor, v_role, v_request, private.masked(r.row, v_masked)
    from (select to_jsonb(n) as row from new_rows n) r
    cross join lateral (select jsonb_object_agg(c, r.row -> c) as key from unnest(v_key) c) k
    cross join lateral (select coalesce(r.row ->> 'boutique_id', case tg_table_name when 'boutiques' then r.row ->> 'id' end)::uuid as id) b;
  elsif tg_op = 'DELETE' then
    insert into public.audit_log (action, table_name, row_key, boutique_id, actor_id, actor_role, request_id, old)
    select 'delete', tg_table_name, k.key, b.id, v_actor, v_role, v_request, private.masked(r.row, v_masked)
    from (select to_jsonb(o) as row from old_rows o) r
    cross join lateral (select jsonb_object_agg(c, r.row -> c) as key from unnest(v_key) c) k
    cross join lateral (select coalesce(r.row ->> 'boutique_id', case tg_table_name when 'boutiques' then r.row ->> 'id' end)::uuid as id) b;
  else
    insert into public.audit_log (action, table_name, row_key, boutique_id, actor_id, actor_role, request_id, old, new)
    select 'update', tg_table_name, n.key, b.id, v_actor, v_role, v_request,
      private.masked(changed.old, v_masked), private.masked(changed.new, v_masked)
    from (select to_jsonb(x) as row, (select jsonb_object_agg(c, to_jsonb(x) -> c) from unnest(v_key) c) as key from new_rows x) n
    join (select to_jsonb(x) as row, (select jsonb_object_agg(c, to_jsonb(x) -> c) from unnest(v_key) c) as key from old_rows x) o
      on o.key = n.key
    cross join lateral (
      select jsonb_object_agg(e.key, o.row -> e.key) as old, jsonb_object_agg(e.key, e.value) as new
      from jsonb_each(n.row) e
      where e.key not in ('updated_at', 'listed', 'last_read_at', 'failing_since', 'gone_since', 'told_at') and e.value is distinct from o.row -> e.key
    ) changed
    cross join lateral (select coalesce(n.row ->> 'boutique_id', case tg_table_name when 'boutiques' then n.row ->> 'id' end)::uuid as id) b
    where changed.new is not null;
  end if;
  return null;
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

CREATE OR REPLACE FUNCTION private.calendar_check(since timestamp with time zone DEFAULT '-infinity'::timestamp with time zone)
 RETURNS SETOF private.calendar_finding
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select * from private.check_overlaps(since)
  union all select * from private.check_rentals(since)
  union all select * from private.check_fittings(since)
  union all select * from private.check_sources(since)
  union all select * from private.check_resources()
  union all select * from private.check_listed()
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
$function$;

CREATE OR REPLACE FUNCTION private.check_fittings(since timestamp with time zone)
 RETURNS SETOF private.calendar_finding
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
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

CREATE OR REPLACE FUNCTION private.check_listed()
 RETURNS SETOF private.calendar_finding
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
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
    select m.id, 'picture', m.listed, p.listed
    from public.product_media m join public.products p on p.id = m.product_id
  ) x
  where x.listed <> x.should
$function$;

CREATE OR REPLACE FUNCTION private.check_overlaps(since timestamp with time zone)
 RETURNS SETOF private.calendar_finding
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.check_rentals(since timestamp with time zone)
 RETURNS SETOF private.calendar_finding
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.check_resources()
 RETURNS SETOF private.calendar_finding
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.check_sources(since timestamp with time zone)
 RETURNS SETOF private.calendar_finding
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
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

CREATE OR REPLACE FUNCTION private.count_revision()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  insert into private.calendar_revisions as r (subject_id, revision) values (new.id, 1)
  on conflict (subject_id) do update set revision = r.revision + 1;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.create_calendar_feed(kind public.calendar_feed_kind, subject_id uuid, label text)
 RETURNS public.new_calendar_feed
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_boutique uuid := private.feed_boutique_id(kind, subject_id);
  v_label text := left(regexp_replace(btrim(coalesce(label, '')), '[[:cntrl:]]+', ' ', 'g'), 120);
  -- 256 random bits, in letters that an address takes as they are.
  v_token text := translate(encode(extensions.gen_random_bytes(32), 'base64'), '+/=', '-_');
  v_feed public.calendar_feeds;
begin
  -- The lock makes two calls of one person go one after the other, so that both are counted.
  perform from public.profiles p where p.id = auth.uid() for no key update;
  if not found then
    perform private.raise_error(401, 'sign_in_required', 'Sign in to get a calendar feed.');
  elsif kind is null then
    perform private.raise_error(400, 'invalid_kind', 'A feed is of a stylist, a location or a customer.');
  elsif (kind = 'customer' and subject_id is distinct from auth.uid())
    or (kind <> 'customer' and (v_boutique is null
      or v_boutique not in (select private.my_boutique_ids('fittings.read'))
      or v_boutique not in (select private.my_boutique_ids('calendar.read')))) then
    perform private.raise_error(404, 'subject_not_found',
      'There is no such stylist or branch of a boutique you work for. A customer''s feed is for herself, with her own id.',
      jsonb_build_object('kind', kind, 'subject_id', subject_id));
  elsif (select count(*) from public.calendar_feeds f where f.owner_id = auth.uid() and f.revoked_at is null) >= 20 then
    perform private.raise_error(409, 'too_many_feeds', 'You have 20 calendar feeds. Revoke one that you no longer use.');
  end if;
  insert into public.calendar_feeds (kind, subject_id, boutique_id, owner_id, label)
  values (create_calendar_feed.kind, create_calendar_feed.subject_id, v_boutique, auth.uid(), v_label)
  returning * into v_feed;
  insert into private.calendar_feed_tokens (feed_id, token_hash) values (v_feed.id, extensions.digest(v_token, 'sha256'));
  return row(v_feed.id, v_feed.kind, v_feed.subject_id, v_feed.boutique_id, v_feed.label, v_token,
    '/functions/v1/calendar/' || v_token || '.ics')::public.new_calendar_feed;
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

CREATE OR REPLACE FUNCTION private.emit_fitting_event()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.emit_event(new.boutique_id, 'fitting.' || case new.state
      when 'booked' then case when tg_op = 'UPDATE' and old.state = 'booked' then 'rescheduled' else 'booked' end
      when 'attended' then 'completed'
      when 'no_show' then 'missed'
      else 'cancelled' end,
    'appointments', new.id, jsonb_build_object(
      'fitting_id', new.id, 'state', new.state, 'customer_id', new.customer_id, 'location_id', new.location_id,
      'starts_at', private.utc_text(lower(new.during)), 'ends_at', private.utc_text(upper(new.during)),
      'garment_ids', array(
        select g.garment_id from public.appointment_garments g where g.appointment_id = new.id order by g.garment_id)));
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.end_time_taken(rental public.rentals)
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  update public.allocations a set during = tstzrange(lower(a.during), now())
  where a.id = rental.allocation_id and now() > lower(a.during) and now() < upper(a.during)
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

CREATE OR REPLACE FUNCTION private.feed_boutique_id(kind public.calendar_feed_kind, subject_id uuid)
 RETURNS uuid
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select case kind
    when 'stylist' then (select s.boutique_id from public.stylists s where s.id = subject_id)
    when 'location' then (select l.boutique_id from public.locations l where l.id = subject_id)
  end
$function$;

CREATE OR REPLACE FUNCTION private.feed_fittings(feed public.calendar_feeds)
 RETURNS SETOF private.feed_event
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return query
  select a.id || '@fittings.nexus', 'fitting',
    case when a.state = 'offered' then 'tentative' when a.state in ('cancelled', 'expired') then 'cancelled' else 'confirmed' end,
    coalesce(r.revision, 0), a.created_at, a.updated_at, lower(a.during), upper(a.during), null::date, null::date,
    b.name, a.location_id, f.name, s.display_name,
    case when feed.kind <> 'customer' then m.name end,
    1 + cardinality(a.guest_names),
    private.gown_facts(
      array(select g.garment_id from public.appointment_garments g where g.appointment_id = a.id), feed.kind <> 'customer')
  from public.appointments a
  join public.boutiques b on b.id = a.boutique_id
  join public.fitting_services f on f.id = a.service_id
  join public.stylists s on s.id = a.stylist_id
  join public.rooms m on m.id = a.room_id
  left join private.calendar_revisions r on r.subject_id = a.id
  where case feed.kind
      when 'stylist' then a.stylist_id = feed.subject_id
      when 'location' then a.location_id = feed.subject_id
      else a.customer_id = feed.subject_id end
    and lower(a.during) between now() - interval '60 days' and now() + interval '400 days'
    -- A program that has it has to be told that it is off; after a month it has been.
    and (a.state not in ('cancelled', 'expired') or a.updated_at > now() - interval '30 days');
end
$function$;

CREATE OR REPLACE FUNCTION private.feed_is_readable(feed public.calendar_feeds)
 RETURNS boolean
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select feed.revoked_at is null and (feed.kind = 'customer' or exists (
    select from public.boutique_members m
    where m.user_id = feed.owner_id and m.boutique_id = feed.boutique_id
      and m.role >= all (array(select private.minimum_role(p) from unnest('{fittings.read,calendar.read,rentals.read}'::public.permission[]) p))))
$function$;

CREATE OR REPLACE FUNCTION private.feed_rentals(feed public.calendar_feeds)
 RETURNS SETOF private.feed_event
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  -- A customer has her days. A branch has what it does for them: the gown goes out on the first and comes back on the last.
  return query
  select e.uid, e.kind,
    case when x.state = 'held' then 'tentative' when x.state in ('cancelled', 'expired') then 'cancelled' else 'confirmed' end,
    coalesce(r.revision, 0), x.created_at, x.updated_at, null::timestamptz, null::timestamptz, e.first_day, e.end_day,
    b.name, g.location_id, null::text, null::text, null::text, null::integer,
    private.gown_facts(array[x.garment_id], feed.kind <> 'customer')
  from public.rentals x
  join public.garments g on g.id = x.garment_id
  join public.boutiques b on b.id = x.boutique_id
  left join private.calendar_revisions r on r.subject_id = x.id
  cross join lateral (values
    (x.id || '@rentals.nexus', 'rental', lower(x.period), upper(x.period)),
    (x.id || '-out@rentals.nexus', 'hand_over', lower(x.period), lower(x.period) + 1),
    (x.id || '-back@rentals.nexus', 'return', upper(x.period) - 1, upper(x.period))
  ) e (uid, kind, first_day, end_day)
  where case feed.kind
      when 'customer' then x.customer_id = feed.subject_id and e.kind = 'rental'
      when 'location' then g.location_id = feed.subject_id and x.boutique_id = feed.boutique_id and e.kind <> 'rental'
      else false end
    and lower(x.period) between current_date - 60 and current_date + 400
    and (x.state not in ('cancelled', 'expired') or x.updated_at > now() - interval '30 days');
end
$function$;

CREATE OR REPLACE FUNCTION private.feed_time_off(feed public.calendar_feeds)
 RETURNS SETOF private.feed_event
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return query
  select a.id || '@time-off.nexus', 'time_off', case when a.state = 'released' then 'cancelled' else 'confirmed' end,
    case when a.state = 'released' then 1 else 0 end, a.created_at, a.updated_at, lower(a.during), upper(a.during), null::date, null::date,
    b.name, null::uuid, null::text, s.display_name, null::text, null::integer, '[]'::jsonb
  from public.allocations a
  join public.stylists s on s.id = a.resource_id
  join public.boutiques b on b.id = a.boutique_id
  where feed.kind = 'stylist' and a.resource_id = feed.subject_id and a.kind = 'time_off'
    and lower(a.during) between now() - interval '60 days' and now() + interval '400 days'
    and (a.state <> 'released' or a.updated_at > now() - interval '30 days');
end
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
  -- Counted in moments from the opening: no start is skipped or comes twice where the clocks change. Distinct, for hours past
  -- midnight may meet those of the next day.
  select distinct s.starts_at
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

CREATE OR REPLACE FUNCTION private.gown_facts(garment_ids uuid[], with_serial boolean)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select coalesce(jsonb_agg(jsonb_build_object('name', p.name, 'size', v.size,
    'serial', case when with_serial then g.serial end) order by p.name, v.size, g.serial), '[]')
  from public.garments g
  join public.product_variants v on v.id = g.variant_id
  join public.products p on p.id = v.product_id
  where g.id = any (garment_ids)
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

CREATE OR REPLACE FUNCTION private.is_overdue(rental public.rentals)
 RETURNS boolean
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select rental.state = 'picked_up' and private.today_of(rental.boutique_id) >= upper(rental.period)
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

CREATE OR REPLACE FUNCTION private.minimum_role(permission public.permission)
 RETURNS public.member_role
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
begin
  return (case permission
    when 'boutique.transfer' then 'owner'
    when 'audit.read' then 'owner'
    when 'boutique.update' then 'manager'
    when 'members.invite' then 'manager'
    when 'members.manage' then 'manager'
    when 'catalog.write' then 'manager'
    when 'garments.write' then 'manager'
    when 'calendar.manage' then 'manager'
    when 'webhooks.read' then 'manager'
    when 'webhooks.manage' then 'manager'
    else 'stylist'
  end)::public.member_role;
end
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
    ('public.stylists', 'user_id', 'user_id = $1', true, 'detach', 'her public face at a boutique; erase_account empties it, fittings remember that there was somebody'),
    ('public.appointments', 'customer_id', 'customer_id = $1', true, 'detach', 'the boutique keeps the fact; what she has written and who came along goes'),
    ('public.appointment_garments', 'customer_id', 'customer_id = $1', true, 'detach', 'the boutique keeps which gowns were tried on'),
    ('public.appointment_notes', 'appointment_id', 'appointment_id in (select a.id from public.appointments a where a.customer_id = $1)', true, 'delete', 'what staff have noted about her'),
    ('public.appointment_notes', 'author_id', 'author_id = $1', false, 'detach', 'her work for the boutique, about somebody else, whose export has it'),
    ('public.waitlist_entries', 'customer_id', 'customer_id = $1', true, 'cascade', 'her place in line'),
    ('public.rental_events', 'customer_id', 'customer_id = $1', true, 'detach', 'the record of what was handed over, not to whom'),
    ('public.rental_events', 'actor_id', 'actor_id = $1', true, 'detach', 'belongs to the boutique''s history'),
    ('public.substitution_proposals', 'decided_by', 'decided_by = $1', true, 'detach', 'belongs to the boutique''s history'),
    ('public.data_exports', 'user_id', 'user_id = $1', true, 'cascade', 'her own request'),
    ('public.account_deletions', 'user_id', 'user_id = $1', true, 'cascade', 'her own request'),
    ('public.audit_log', 'actor_id', 'actor_id = $1', true, 'keep', 'append-only; a bare id that leads nowhere once the account is gone'),
    ('public.calendar_feeds', 'owner_id', 'owner_id = $1', true, 'cascade', 'her link; without her there is nobody with whose rights it is read'),
    ('public.notifications', 'user_id', 'user_id = $1', true, 'cascade', 'what she was told'),
    ('public.notification_preferences', 'user_id', 'user_id = $1', true, 'cascade', 'what she wants to hear'),
    ('public.notification_settings', 'user_id', 'user_id = $1', true, 'cascade', 'when and how she wants to hear it'),
    ('public.webhook_events', 'payload', 'payload #>> ''{data,customer_id}'' = $1::text', false, 'keep', 'what a boutique''s own systems were told: a bare id that leads nowhere once the account is gone; removed after 90 days'),
    ('private.messages', 'user_id', 'user_id = $1', true, 'cascade', 'what was sent to her'),
    ('private.messages', 'recipient_hash',
      'user_id is null and recipient_hash = private.recipient_hash((select u.email from auth.users u where u.id = $1))',
      true, 'delete', 'invitations to her address, sent before she had an account'),
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

CREATE OR REPLACE FUNCTION private.read_calendar_feed(token text)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_feed public.calendar_feeds;
  v_name text;
  v_timezone text;
  v_events jsonb;
begin
  select f.* into v_feed
  from private.calendar_feed_tokens t join public.calendar_feeds f on f.id = t.feed_id
  where t.token_hash = extensions.digest(read_calendar_feed.token, 'sha256');
  if not found or not private.feed_is_readable(v_feed) then
    return null;
  end if;
  -- Once an hour at most: programs ask every few minutes.
  update public.calendar_feeds f set last_read_at = now()
  where f.id = v_feed.id and (f.last_read_at is null or f.last_read_at < now() - interval '1 hour');

  if v_feed.kind = 'stylist' then
    select s.display_name || ' · ' || b.name, b.timezone into v_name, v_timezone
    from public.stylists s join public.boutiques b on b.id = s.boutique_id where s.id = v_feed.subject_id;
  elsif v_feed.kind = 'location' then
    select b.name || ' · ' || l.name, l.timezone into v_name, v_timezone
    from public.locations l join public.boutiques b on b.id = l.boutique_id where l.id = v_feed.subject_id;
  else
    v_name := 'Fittings and rentals';
  end if;
  select coalesce(jsonb_agg(to_jsonb(e) - 'location_id' || jsonb_build_object('location', l.facts) order by e.uid), '[]') into v_events
  from (
    select * from private.feed_fittings(v_feed)
    union all select * from private.feed_rentals(v_feed)
    union all select * from private.feed_time_off(v_feed)
  ) e
  left join lateral (
    select jsonb_build_object('name', p.name, 'street', p.street, 'city', p.city, 'country', p.country) as facts
    from public.locations p where p.id = e.location_id
  ) l on true;
  return jsonb_build_object('kind', v_feed.kind, 'name', v_name, 'timezone', v_timezone, 'events', v_events);
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

CREATE OR REPLACE FUNCTION private.revoke_calendar_feed(feed_id uuid)
 RETURNS public.calendar_feeds
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_feed public.calendar_feeds;
begin
  select * into v_feed from public.calendar_feeds f
  where f.id = revoke_calendar_feed.feed_id
    and (f.owner_id = auth.uid() or f.boutique_id in (select private.my_boutique_ids('calendar.manage')))
  for update;
  if not found then
    perform private.raise_error(404, 'feed_not_found', 'There is no such calendar feed of yours or of your boutique.',
      jsonb_build_object('feed_id', feed_id));
  elsif v_feed.revoked_at is null then
    delete from private.calendar_feed_tokens t where t.feed_id = v_feed.id;
    update public.calendar_feeds f set revoked_at = now() where f.id = v_feed.id returning * into v_feed;
  end if;
  return v_feed;
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

CREATE OR REPLACE FUNCTION private.today_of(boutique_id uuid)
 RETURNS date
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select (now() at time zone b.timezone)::date from public.boutiques b where b.id = today_of.boutique_id
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

CREATE OR REPLACE FUNCTION private.watch_calendar()
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_kind text;
  v_findings private.calendar_finding[];
  v_all private.calendar_finding[] := array(select f from private.calendar_check(now() - interval '7 days') f order by f.kind, f.id);
begin
  foreach v_kind in array array['overlap', 'rental_allocation', 'rental_time', 'rental_state', 'fitting_allocation', 'fitting_time',
    'fitting_state', 'no_source', 'still_taken', 'stale_hold', 'resource', 'listed']
  loop
    v_findings := array(select f from unnest(v_all) f where f.kind = v_kind);
    if cardinality(v_findings) > 0 then
      -- Into the log too: ids and no names.
      raise warning 'calendar_check: % of kind %, the first of them %: %', cardinality(v_findings), v_kind, v_findings[1].id, v_findings[1].message;
      perform private.raise_alert('calendar.' || v_kind, 'calendar',
        format('%s times something is wrong with the calendar: %s', cardinality(v_findings), v_kind),
        jsonb_build_object('count', cardinality(v_findings),
          'first', (select jsonb_agg(jsonb_build_object('id', f.id, 'message', f.message)) from unnest(v_findings[:20]) f)));
    else
      perform private.resolve_alert('calendar.' || v_kind, 'calendar');
    end if;
  end loop;
  return cardinality(v_all);
end
$function$;

CREATE OR REPLACE FUNCTION private.watch_jobs()
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_alerts jsonb;
begin
  select coalesce(jsonb_agg(jsonb_build_object(
    'kind', 'jobs.' || o.problem,
    'key', o.queue,
    'subject', case o.problem
      when 'late' then format('%s jobs of %s wait for more than %s seconds', o.jobs, o.queue, o.threshold_seconds)
      when 'stuck' then format('%s jobs of %s run for more than %s seconds', o.jobs, o.queue, o.threshold_seconds)
      when 'dead' then format('%s jobs of %s were given up', o.jobs, o.queue)
      else format('The schedule of %s has not run for %s seconds', o.queue, o.threshold_seconds) end
      || case when p.queue is null then '' else ' (the queue is paused)' end,
    'details', jsonb_build_object('queue', o.queue, 'jobs', o.jobs, 'oldest', o.oldest, 'threshold_seconds', o.threshold_seconds,
      'paused_because', p.reason))), '[]')
  into v_alerts
  from private.overdue_jobs() o
  left join private.paused_queues p on p.queue = o.queue;

  perform private.raise_alert(a.kind, a.key, a.subject, a.details)
  from jsonb_to_recordset(v_alerts) a (kind text, key text, subject text, details jsonb);
  perform private.resolve_alert(a.kind, a.key)
  from private.alerts a
  where a.resolved_at is null and a.kind in ('jobs.late', 'jobs.stuck', 'jobs.dead', 'jobs.stopped')
    and not exists (select from jsonb_to_recordset(v_alerts) n (kind text, key text) where n.kind = a.kind and n.key = a.key);
  perform private.watch_messages();
  delete from private.alerts a where a.resolved_at < now() - interval '90 days';
  return jsonb_array_length(v_alerts);
end
$function$;

CREATE OR REPLACE FUNCTION private.watch_messages()
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_count bigint;
  v_details jsonb;
begin
  -- Jobs that nobody has run are told of by private.watch_jobs.
  select coalesce(sum(t.count), 0), jsonb_object_agg(t.template, t.count) into v_count, v_details
  from (select u.template, count(*) from private.unsent_messages() u where u.source = 'message' group by u.template) t;
  if v_count > 0 then
    perform private.raise_alert('messages.unsent', 'messages', format('%s messages are due and have not left', v_count),
      jsonb_build_object('count', v_count, 'templates', v_details));
  else
    perform private.resolve_alert('messages.unsent', 'messages');
  end if;

  select coalesce(sum(t.count), 0), jsonb_object_agg(t.reason, t.count) into v_count, v_details
  from (
    select f.channel || ' ' || f.state as reason, count(*) from private.failed_messages f
    where f.updated_at > now() - interval '1 day' and (f.state <> 'failed' or f.final)
    group by 1
  ) t;
  -- An address that is gone is nobody's mistake; many of them are.
  if v_count >= 10 then
    perform private.raise_alert('messages.failed', 'messages', format('%s messages of the last day have not arrived', v_count),
      jsonb_build_object('count', v_count, 'reasons', v_details));
  else
    perform private.resolve_alert('messages.failed', 'messages');
  end if;
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

CREATE OR REPLACE FUNCTION private.webhook_event_types()
 RETURNS TABLE(type text, description text, example jsonb)
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  -- The example is what stands in `data`. Ids and plain facts: no name, address or number of a customer ever.
  with rental (example) as (
    values ('{"rental_id": "0193a1b2-0000-7000-8000-000000000001", "state": "held", "customer_id": "0193a1b2-0000-7000-8000-000000000002", "variant_id": "0193a1b2-0000-7000-8000-000000000003", "garment_id": "0193a1b2-0000-7000-8000-000000000004", "first_day": "2027-06-04", "last_day": "2027-06-06", "held_until": "2027-05-01T09:15:00.000000Z", "price": 25500, "deposit": 40000, "currency": "GBP"}'::jsonb)
  ),
  purchase (example) as (
    values ('{"order_id": "0193a1b2-0000-7000-8000-000000000005", "number": "2027-000042", "state": "pending", "customer_id": "0193a1b2-0000-7000-8000-000000000002", "total": 189000, "currency": "GBP"}'::jsonb)
  ),
  fitting (example) as (
    values ('{"fitting_id": "0193a1b2-0000-7000-8000-000000000006", "state": "booked", "customer_id": "0193a1b2-0000-7000-8000-000000000002", "location_id": "0193a1b2-0000-7000-8000-000000000007", "starts_at": "2027-05-08T10:00:00.000000Z", "ends_at": "2027-05-08T11:00:00.000000Z", "garment_ids": ["0193a1b2-0000-7000-8000-000000000004"]}'::jsonb)
  ),
  review (example) as (
    values ('{"review_id": "0193a1b2-0000-7000-8000-000000000008", "state": "published", "product_id": "0193a1b2-0000-7000-8000-000000000009", "rating": 5, "fit": "true"}'::jsonb)
  )
  select t.type, t.description, coalesce(
    case split_part(t.type, '.', 1)
      when 'rental' then r.example
      when 'order' then p.example
      when 'fitting' then f.example
      when 'review' then v.example
    end || t.difference, t.difference)
  from (values
    ('rental.held', 'A garment is held for a customer until held_until.', '{}'::jsonb),
    ('rental.reserved', 'The boutique has confirmed the rental: it is firm.', '{"state": "reserved"}'),
    ('rental.picked_up', 'The customer has the garment.', '{"state": "picked_up"}'),
    ('rental.returned', 'The garment is back.', '{"state": "returned"}'),
    ('rental.inspecting', 'The garment is being looked at and cleaned.', '{"state": "inspecting"}'),
    ('rental.closed', 'The rental is over and settled.', '{"state": "closed"}'),
    ('rental.lost', 'The garment has not come back.', '{"state": "lost"}'),
    ('rental.cancelled', 'The customer or the boutique has given the days back.', '{"state": "cancelled"}'),
    ('rental.expired', 'The hold has ended without a confirmation; the days are free.', '{"state": "expired"}'),
    ('boutique.activated', 'The marketplace shows the boutique.', '{"boutique_id": "0193a1b2-0000-7000-8000-00000000000a", "status": "active"}'),
    ('boutique.suspended', 'The marketplace has hidden the boutique; its people can only read.', '{"boutique_id": "0193a1b2-0000-7000-8000-00000000000a", "status": "suspended"}'),
    ('order.placed', 'A customer has ordered and is about to pay.', '{}'),
    ('order.paid', 'The order is paid.', '{"state": "paid"}'),
    ('order.fulfilled', 'Everything in the order has been handed over or shipped.', '{"state": "fulfilled"}'),
    ('order.completed', 'The order is over.', '{"state": "completed"}'),
    ('order.cancelled', 'The order was called off.', '{"state": "cancelled"}'),
    ('order.refunded', 'The order was paid back.', '{"state": "refunded"}'),
    ('fitting.booked', 'A fitting has a time, a stylist and a room.', '{}'),
    ('fitting.rescheduled', 'The fitting has another time.', '{"starts_at": "2027-05-09T10:00:00.000000Z", "ends_at": "2027-05-09T11:00:00.000000Z"}'),
    ('fitting.cancelled', 'The fitting was called off.', '{"state": "cancelled"}'),
    ('fitting.completed', 'The fitting has taken place.', '{"state": "attended"}'),
    ('fitting.missed', 'The customer did not come.', '{"state": "no_show"}'),
    ('review.published', 'A review of a product can be seen.', '{}'),
    ('review.hidden', 'A review was taken off the page.', '{"state": "hidden"}'),
    ('webhook.test', 'Somebody of the boutique has asked for a test. Sent to one endpoint, whatever it listens to.', '{"message": "This is a test."}')
  ) as t (type, description, difference)
  cross join rental r cross join purchase p cross join fitting f cross join review v
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

CREATE OR REPLACE FUNCTION public.accept_substitution(proposal_id uuid, garment_id uuid)
 RETURNS public.rentals
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.accept_substitution(proposal_id, garment_id) $function$;

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

CREATE OR REPLACE FUNCTION public.calendar_view(location_id uuid, from_time timestamp with time zone, to_time timestamp with time zone)
 RETURNS SETOF public.calendar_row
 LANGUAGE sql
 STABLE ROWS 200
 SET search_path TO ''
AS $function$
  select * from private.calendar_view(location_id, from_time, to_time)
$function$;

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

CREATE OR REPLACE FUNCTION public.create_calendar_feed(kind public.calendar_feed_kind, subject_id uuid, label text DEFAULT ''::text)
 RETURNS public.new_calendar_feed
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.create_calendar_feed(kind, subject_id, label) $function$;

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

CREATE OR REPLACE FUNCTION public.fitting_slots(location_id uuid, service_id uuid, from_date date, to_date date, garment_ids uuid[] DEFAULT '{}'::uuid[])
 RETURNS TABLE(starts_at timestamp with time zone, ends_at timestamp with time zone, stylist_ids uuid[])
 LANGUAGE sql
 ROWS 200
 SET search_path TO ''
AS $function$
  select * from private.fitting_slots(location_id, service_id, from_date, to_date, garment_ids)
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

CREATE OR REPLACE FUNCTION public.mark_rental_lost(rental_id uuid, note text DEFAULT ''::text)
 RETURNS public.rentals
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.mark_rental_lost(rental_id, note) $function$;

CREATE OR REPLACE FUNCTION public.read_calendar_feed(token text)
 RETURNS jsonb
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.read_calendar_feed(token) $function$;

CREATE OR REPLACE FUNCTION public.reschedule_fitting(appointment_id uuid, starts_at timestamp with time zone, stylist_id uuid DEFAULT NULL::uuid)
 RETURNS public.appointments
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.reschedule_fitting(appointment_id, starts_at, stylist_id) $function$;

CREATE OR REPLACE FUNCTION public.return_rental(rental_id uuid, condition public.garment_condition DEFAULT NULL::public.garment_condition, note text DEFAULT ''::text, photo_paths text[] DEFAULT '{}'::text[])
 RETURNS public.rentals
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.return_rental(rental_id, condition, note, photo_paths) $function$;

CREATE OR REPLACE FUNCTION public.revoke_calendar_feed(feed_id uuid)
 RETURNS public.calendar_feeds
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.revoke_calendar_feed(feed_id) $function$;

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

CREATE OR REPLACE FUNCTION public.unblock_resource(allocation_id uuid)
 RETURNS public.allocations
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.unblock_resource(allocation_id) $function$;

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

ALTER TABLE "public"."allocations" ADD CONSTRAINT "note_is_short" CHECK ((length(note) <= 500));

ALTER TABLE "public"."appointment_garments" ADD CONSTRAINT "appointment_garments_customer_id_fkey" FOREIGN KEY (customer_id) REFERENCES public.profiles(id) ON DELETE SET NULL;

ALTER TABLE "public"."appointments" ADD CONSTRAINT "an_offer_says_until_when" CHECK (((state <> 'offered'::public.appointment_state) OR (held_until IS NOT NULL)));

ALTER TABLE "public"."appointments" ADD CONSTRAINT "appointment_is_at_a_branch_of_the_boutique" FOREIGN KEY (location_id, boutique_id) REFERENCES public.locations(id, boutique_id) ON DELETE RESTRICT;

ALTER TABLE "public"."appointments" ADD CONSTRAINT "appointments_boutique_id_fkey" FOREIGN KEY (boutique_id) REFERENCES public.boutiques(id) ON DELETE RESTRICT;

ALTER TABLE "public"."appointments" ADD CONSTRAINT "appointments_customer_id_fkey" FOREIGN KEY (customer_id) REFERENCES public.profiles(id) ON DELETE SET NULL;

ALTER TABLE "public"."appointments" ADD CONSTRAINT "only_an_appointment_that_is_over_loses_its_customer" CHECK (((customer_id IS NOT NULL) OR (walk_in_name IS NOT NULL) OR (state = ANY (ARRAY['attended'::public.appointment_state, 'no_show'::public.appointment_state, 'cancelled'::public.appointment_state, 'expired'::public.appointment_state]))));

ALTER TABLE "public"."calendar_feeds" ADD CONSTRAINT "a_customers_feed_is_her_own" CHECK (((kind <> 'customer'::public.calendar_feed_kind) OR (subject_id = owner_id)));

ALTER TABLE "public"."calendar_feeds" ADD CONSTRAINT "calendar_feeds_boutique_id_fkey" FOREIGN KEY (boutique_id) REFERENCES public.boutiques(id) ON DELETE CASCADE;

ALTER TABLE "public"."calendar_feeds" ADD CONSTRAINT "calendar_feeds_owner_id_fkey" FOREIGN KEY (owner_id) REFERENCES public.profiles(id) ON DELETE CASCADE;

ALTER TABLE "public"."calendar_feeds" ADD CONSTRAINT "only_a_customers_feed_has_no_boutique" CHECK (((kind = 'customer'::public.calendar_feed_kind) = (boutique_id IS NULL)));

ALTER TABLE "public"."closures" ADD CONSTRAINT "closure_is_of_a_branch_of_the_boutique" FOREIGN KEY (location_id, boutique_id) REFERENCES public.locations(id, boutique_id) ON DELETE CASCADE;

ALTER TABLE "public"."fitting_services" ADD CONSTRAINT "fitting_services_boutique_id_fkey" FOREIGN KEY (boutique_id) REFERENCES public.boutiques(id) ON DELETE RESTRICT;

ALTER TABLE "public"."garments" ADD CONSTRAINT "garments_id_boutique_id_key" UNIQUE (id, boutique_id);

ALTER TABLE "public"."appointment_garments" ADD CONSTRAINT "gown_is_of_the_boutique" FOREIGN KEY (garment_id, boutique_id) REFERENCES public.garments(id, boutique_id) ON DELETE RESTRICT;

ALTER TABLE "public"."locations" ADD CONSTRAINT "latitude_is_on_earth" CHECK (((latitude >= ('-90'::integer)::numeric) AND (latitude <= (90)::numeric)));

ALTER TABLE "public"."locations" ADD CONSTRAINT "longitude_is_on_earth" CHECK (((longitude >= ('-180'::integer)::numeric) AND (longitude <= (180)::numeric)));

ALTER TABLE "public"."locations" ADD CONSTRAINT "position_has_both_coordinates" CHECK (((latitude IS NULL) = (longitude IS NULL)));

ALTER TABLE "public"."opening_hours" ADD CONSTRAINT "opening_hours_are_of_a_branch_of_the_boutique" FOREIGN KEY (location_id, boutique_id) REFERENCES public.locations(id, boutique_id) ON DELETE CASCADE;

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

ALTER TABLE "public"."rooms" ADD CONSTRAINT "room_is_at_a_location_of_its_boutique" FOREIGN KEY (location_id, boutique_id) REFERENCES public.locations(id, boutique_id) ON DELETE RESTRICT;

ALTER TABLE "public"."stylists" ADD CONSTRAINT "stylists_boutique_id_fkey" FOREIGN KEY (boutique_id) REFERENCES public.boutiques(id) ON DELETE RESTRICT;

ALTER TABLE "public"."stylists" ADD CONSTRAINT "stylists_user_id_fkey" FOREIGN KEY (user_id) REFERENCES public.profiles(id) ON DELETE SET NULL;

ALTER TABLE "public"."substitution_candidates" ADD CONSTRAINT "substitution_candidates_garment_id_fkey" FOREIGN KEY (garment_id) REFERENCES public.garments(id) ON DELETE CASCADE;

ALTER TABLE "public"."substitution_proposals" ADD CONSTRAINT "a_decision_has_a_time" CHECK (((state = 'open'::public.substitution_state) = (decided_at IS NULL)));

ALTER TABLE "public"."substitution_proposals" ADD CONSTRAINT "an_accepted_proposal_has_a_substitute" CHECK (((state = 'accepted'::public.substitution_state) = (substitute_id IS NOT NULL)));

ALTER TABLE "public"."substitution_proposals" ADD CONSTRAINT "proposal_is_for_a_rental_of_the_boutique" FOREIGN KEY (rental_id, boutique_id) REFERENCES public.rentals(id, boutique_id) ON DELETE RESTRICT;

ALTER TABLE "public"."substitution_proposals" ADD CONSTRAINT "substitution_proposals_cause_rental_id_fkey" FOREIGN KEY (cause_rental_id) REFERENCES public.rentals(id) ON DELETE RESTRICT;

ALTER TABLE "public"."substitution_proposals" ADD CONSTRAINT "substitution_proposals_decided_by_fkey" FOREIGN KEY (decided_by) REFERENCES auth.users(id) ON DELETE SET NULL;

ALTER TABLE "public"."substitution_proposals" ADD CONSTRAINT "substitution_proposals_garment_id_fkey" FOREIGN KEY (garment_id) REFERENCES public.resources(id) ON DELETE RESTRICT;

ALTER TABLE "public"."substitution_proposals" ADD CONSTRAINT "substitution_proposals_substitute_id_fkey" FOREIGN KEY (substitute_id) REFERENCES public.resources(id) ON DELETE RESTRICT;

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

CREATE INDEX calendar_feeds_boutique_id_idx ON public.calendar_feeds USING btree (boutique_id);

CREATE INDEX calendar_feeds_owner_id_idx ON public.calendar_feeds USING btree (owner_id, created_at DESC);

CREATE INDEX closures_boutique_id_idx ON public.closures USING btree (boutique_id);

CREATE INDEX closures_location_id_idx ON public.closures USING btree (location_id, boutique_id, last_day);

CREATE INDEX fitting_services_boutique_id_idx ON public.fitting_services USING btree (boutique_id);

CREATE UNIQUE INDEX one_open_proposal_of_a_rental ON public.substitution_proposals USING btree (rental_id) WHERE (state = 'open'::public.substitution_state);

CREATE UNIQUE INDEX one_place_in_line ON public.waitlist_entries USING btree (customer_id, location_id, service_id) WHERE (state = ANY (ARRAY['waiting'::public.waitlist_state, 'offered'::public.waitlist_state]));

CREATE UNIQUE INDEX one_rental_of_a_garment_is_out ON public.rentals USING btree (garment_id) WHERE (state = ANY (ARRAY['picked_up'::public.rental_state, 'returned'::public.rental_state, 'inspecting'::public.rental_state]));

CREATE INDEX opening_hours_boutique_id_idx ON public.opening_hours USING btree (boutique_id);

CREATE INDEX opening_hours_location_id_idx ON public.opening_hours USING btree (location_id, boutique_id);

CREATE INDEX products_style_idx ON public.products USING btree (designer_id, style_code) WHERE (style_code IS NOT NULL);

CREATE INDEX rental_events_actor_id_idx ON public.rental_events USING btree (actor_id);

CREATE INDEX rental_events_boutique_id_idx ON public.rental_events USING btree (boutique_id, created_at DESC);

CREATE INDEX rental_events_customer_id_idx ON public.rental_events USING btree (customer_id);

CREATE INDEX rental_events_garment_id_idx ON public.rental_events USING btree (garment_id, created_at DESC);

CREATE INDEX rental_events_rental_id_idx ON public.rental_events USING btree (rental_id, boutique_id, created_at);

CREATE INDEX rooms_boutique_id_idx ON public.rooms USING btree (boutique_id);

CREATE INDEX rooms_location_id_idx ON public.rooms USING btree (location_id, boutique_id);

CREATE INDEX service_stylists_service_id_idx ON public.service_stylists USING btree (service_id, boutique_id);

CREATE INDEX service_stylists_stylist_id_idx ON public.service_stylists USING btree (stylist_id, boutique_id);

CREATE INDEX stylists_boutique_id_idx ON public.stylists USING btree (boutique_id);

CREATE INDEX stylists_user_id_idx ON public.stylists USING btree (user_id);

CREATE INDEX substitution_candidates_boutique_id_idx ON public.substitution_candidates USING btree (boutique_id);

CREATE INDEX substitution_candidates_garment_id_idx ON public.substitution_candidates USING btree (garment_id);

CREATE INDEX substitution_candidates_proposal_id_idx ON public.substitution_candidates USING btree (proposal_id, boutique_id, rank);

CREATE INDEX substitution_proposals_boutique_id_idx ON public.substitution_proposals USING btree (boutique_id, state, created_at DESC);

CREATE INDEX substitution_proposals_cause_rental_id_idx ON public.substitution_proposals USING btree (cause_rental_id);

CREATE INDEX substitution_proposals_decided_by_idx ON public.substitution_proposals USING btree (decided_by);

CREATE INDEX substitution_proposals_garment_id_idx ON public.substitution_proposals USING btree (garment_id);

CREATE INDEX substitution_proposals_rental_id_idx ON public.substitution_proposals USING btree (rental_id, boutique_id);

CREATE INDEX substitution_proposals_substitute_id_idx ON public.substitution_proposals USING btree (substitute_id);

CREATE INDEX waitlist_entries_appointment_id_idx ON public.waitlist_entries USING btree (appointment_id);

CREATE INDEX waitlist_entries_boutique_id_idx ON public.waitlist_entries USING btree (boutique_id, created_at DESC);

CREATE INDEX waitlist_entries_customer_id_idx ON public.waitlist_entries USING btree (customer_id, created_at DESC);

CREATE INDEX waitlist_entries_location_id_idx ON public.waitlist_entries USING btree (location_id, boutique_id);

CREATE INDEX waitlist_entries_service_id_idx ON public.waitlist_entries USING btree (service_id, boutique_id);

CREATE INDEX working_hours_location_id_idx ON public.working_hours USING btree (location_id, boutique_id);

CREATE INDEX working_hours_stylist_id_idx ON public.working_hours USING btree (stylist_id, boutique_id);

CREATE TRIGGER refuse_retired_garment BEFORE INSERT ON public.allocations FOR EACH ROW WHEN ((new.kind <> 'sale'::public.allocation_kind)) EXECUTE FUNCTION private.refuse_retired_garment();

CREATE TRIGGER audit_delete AFTER DELETE ON public.appointment_notes REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', 'body');

CREATE TRIGGER audit_insert AFTER INSERT ON public.appointment_notes REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', 'body');

CREATE TRIGGER audit_update AFTER UPDATE ON public.appointment_notes REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', 'body');

CREATE TRIGGER touch_updated_at BEFORE UPDATE ON public.appointment_notes FOR EACH ROW EXECUTE FUNCTION private.touch_updated_at();

CREATE TRIGGER audit_delete AFTER DELETE ON public.appointments REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', 'customer_notes,guest_names,walk_in_name,reason');

CREATE TRIGGER audit_insert AFTER INSERT ON public.appointments REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', 'customer_notes,guest_names,walk_in_name,reason');

CREATE TRIGGER audit_update AFTER UPDATE ON public.appointments REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', 'customer_notes,guest_names,walk_in_name,reason');

CREATE TRIGGER close_waitlist_entry AFTER UPDATE ON public.appointments FOR EACH ROW WHEN (((old.state = 'offered'::public.appointment_state) AND (new.state = 'cancelled'::public.appointment_state))) EXECUTE FUNCTION private.close_waitlist_entry();

CREATE TRIGGER count_revision AFTER UPDATE ON public.appointments FOR EACH ROW WHEN (((old.during IS DISTINCT FROM new.during) OR (old.stylist_id IS DISTINCT FROM new.stylist_id) OR (old.room_id IS DISTINCT FROM new.room_id) OR (old.state IS DISTINCT FROM new.state))) EXECUTE FUNCTION private.count_revision();

CREATE CONSTRAINT TRIGGER emit_fitting_made AFTER INSERT ON public.appointments DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((new.state = 'booked'::public.appointment_state)) EXECUTE FUNCTION private.emit_fitting_event();

CREATE CONSTRAINT TRIGGER emit_fitting_moved AFTER UPDATE ON public.appointments DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((((old.state IS DISTINCT FROM new.state) AND ((new.state = ANY (ARRAY['booked'::public.appointment_state, 'attended'::public.appointment_state, 'no_show'::public.appointment_state])) OR ((new.state = 'cancelled'::public.appointment_state) AND (old.state = 'booked'::public.appointment_state)))) OR ((old.state = 'booked'::public.appointment_state) AND (new.state = 'booked'::public.appointment_state) AND (old.during IS DISTINCT FROM new.during)))) EXECUTE FUNCTION private.emit_fitting_event();

CREATE TRIGGER forget_customer BEFORE UPDATE ON public.appointments FOR EACH ROW WHEN (((old.customer_id IS NOT NULL) AND (new.customer_id IS NULL))) EXECUTE FUNCTION private.forget_customer();

CREATE TRIGGER refuse_leaver BEFORE INSERT ON public.appointments FOR EACH ROW EXECUTE FUNCTION private.refuse_leaver();

CREATE TRIGGER touch_updated_at BEFORE UPDATE ON public.appointments FOR EACH ROW EXECUTE FUNCTION private.touch_updated_at();

CREATE TRIGGER create_readiness_policy AFTER INSERT ON public.boutiques FOR EACH ROW EXECUTE FUNCTION private.create_readiness_policy();

CREATE TRIGGER spread_status_to_fittings AFTER UPDATE ON public.boutiques FOR EACH ROW WHEN (((old.status = 'active'::public.boutique_status) IS DISTINCT FROM (new.status = 'active'::public.boutique_status))) EXECUTE FUNCTION private.spread_status_to_fittings();

CREATE TRIGGER audit_delete AFTER DELETE ON public.calendar_feeds REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', 'label');

CREATE TRIGGER audit_insert AFTER INSERT ON public.calendar_feeds REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', 'label');

CREATE TRIGGER audit_update AFTER UPDATE ON public.calendar_feeds REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', 'label');

CREATE TRIGGER touch_updated_at BEFORE UPDATE ON public.calendar_feeds FOR EACH ROW EXECUTE FUNCTION private.touch_updated_at();

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

CREATE TRIGGER rescue_from_retired AFTER UPDATE ON public.garments FOR EACH ROW WHEN (((old.retired_at IS NULL) AND (new.retired_at IS NOT NULL))) EXECUTE FUNCTION private.rescue_from_retired();

CREATE TRIGGER audit_delete AFTER DELETE ON public.opening_hours REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', '');

CREATE TRIGGER audit_insert AFTER INSERT ON public.opening_hours REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', '');

CREATE TRIGGER audit_update AFTER UPDATE ON public.opening_hours REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', '');

CREATE TRIGGER touch_updated_at BEFORE UPDATE ON public.opening_hours FOR EACH ROW EXECUTE FUNCTION private.touch_updated_at();

CREATE TRIGGER audit_delete AFTER DELETE ON public.readiness_policies REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('boutique_id', '');

CREATE TRIGGER audit_insert AFTER INSERT ON public.readiness_policies REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('boutique_id', '');

CREATE TRIGGER audit_update AFTER UPDATE ON public.readiness_policies REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('boutique_id', '');

CREATE TRIGGER touch_updated_at BEFORE UPDATE ON public.readiness_policies FOR EACH ROW EXECUTE FUNCTION private.touch_updated_at();

CREATE TRIGGER count_revision AFTER UPDATE ON public.rentals FOR EACH ROW WHEN (((old.period IS DISTINCT FROM new.period) OR (old.state IS DISTINCT FROM new.state))) EXECUTE FUNCTION private.count_revision();

CREATE TRIGGER freeze_late_fee BEFORE INSERT ON public.rentals FOR EACH ROW EXECUTE FUNCTION private.freeze_late_fee();

CREATE TRIGGER refuse_leaver BEFORE INSERT ON public.rentals FOR EACH ROW EXECUTE FUNCTION private.refuse_leaver();

CREATE TRIGGER withdraw_substitution AFTER UPDATE ON public.rentals FOR EACH ROW WHEN (((old.state = 'reserved'::public.rental_state) AND (new.state <> 'reserved'::public.rental_state))) EXECUTE FUNCTION private.withdraw_substitution();

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

CREATE TRIGGER audit_delete AFTER DELETE ON public.substitution_proposals REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', '');

CREATE TRIGGER audit_insert AFTER INSERT ON public.substitution_proposals REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', '');

CREATE TRIGGER audit_update AFTER UPDATE ON public.substitution_proposals REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', '');

CREATE TRIGGER touch_updated_at BEFORE UPDATE ON public.substitution_proposals FOR EACH ROW EXECUTE FUNCTION private.touch_updated_at();

CREATE TRIGGER audit_delete AFTER DELETE ON public.waitlist_entries REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', '');

CREATE TRIGGER audit_insert AFTER INSERT ON public.waitlist_entries REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', '');

CREATE TRIGGER audit_update AFTER UPDATE ON public.waitlist_entries REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', '');

CREATE TRIGGER refuse_leaver BEFORE INSERT ON public.waitlist_entries FOR EACH ROW EXECUTE FUNCTION private.refuse_leaver();

CREATE TRIGGER touch_updated_at BEFORE UPDATE ON public.waitlist_entries FOR EACH ROW EXECUTE FUNCTION private.touch_updated_at();

CREATE TRIGGER audit_delete AFTER DELETE ON public.working_hours REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', '');

CREATE TRIGGER audit_insert AFTER INSERT ON public.working_hours REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', '');

CREATE TRIGGER audit_update AFTER UPDATE ON public.working_hours REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', '');

CREATE TRIGGER touch_updated_at BEFORE UPDATE ON public.working_hours FOR EACH ROW EXECUTE FUNCTION private.touch_updated_at();

CREATE POLICY "select_own_or_staff" ON "public"."appointment_garments" FOR SELECT TO "authenticated" USING (((customer_id = ( SELECT auth.uid() AS uid)) OR (boutique_id IN ( SELECT private.my_boutique_ids('fittings.read'::public.permission) AS my_boutique_ids)) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_staff" ON "public"."appointment_notes" FOR SELECT TO "authenticated" USING (((boutique_id IN ( SELECT private.my_boutique_ids('fittings.read'::public.permission) AS my_boutique_ids)) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_own_or_staff" ON "public"."appointments" FOR SELECT TO "authenticated" USING (((customer_id = ( SELECT auth.uid() AS uid)) OR (boutique_id IN ( SELECT private.my_boutique_ids('fittings.read'::public.permission) AS my_boutique_ids)) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_own_or_manager" ON "public"."calendar_feeds" FOR SELECT TO "authenticated" USING (((owner_id = ( SELECT auth.uid() AS uid)) OR (boutique_id IN ( SELECT private.my_boutique_ids('calendar.manage'::public.permission) AS my_boutique_ids))));

CREATE POLICY "delete_manager" ON "public"."closures" FOR DELETE TO "authenticated" USING ((boutique_id IN ( SELECT private.my_boutique_ids('calendar.manage'::public.permission) AS my_boutique_ids)));

CREATE POLICY "insert_manager" ON "public"."closures" FOR INSERT TO "authenticated" WITH CHECK ((boutique_id IN ( SELECT private.my_boutique_ids('calendar.manage'::public.permission) AS my_boutique_ids)));

CREATE POLICY "select_all" ON "public"."closures" FOR SELECT TO "anon", "authenticated" USING (true);

CREATE POLICY "update_manager" ON "public"."closures" FOR UPDATE TO "authenticated" USING ((boutique_id IN ( SELECT private.my_boutique_ids('calendar.manage'::public.permission) AS my_boutique_ids))) WITH CHECK ((boutique_id IN ( SELECT private.my_boutique_ids('calendar.manage'::public.permission) AS my_boutique_ids)));

CREATE POLICY "insert_manager" ON "public"."fitting_services" FOR INSERT TO "authenticated" WITH CHECK ((boutique_id IN ( SELECT private.my_boutique_ids('calendar.manage'::public.permission) AS my_boutique_ids)));

CREATE POLICY "select_listed_or_staff" ON "public"."fitting_services" FOR SELECT TO "authenticated" USING ((listed OR (boutique_id IN ( SELECT private.my_boutique_ids('calendar.read'::public.permission) AS my_boutique_ids)) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_listed" ON "public"."fitting_services" FOR SELECT TO "anon" USING (listed);

CREATE POLICY "update_manager" ON "public"."fitting_services" FOR UPDATE TO "authenticated" USING ((boutique_id IN ( SELECT private.my_boutique_ids('calendar.manage'::public.permission) AS my_boutique_ids))) WITH CHECK ((boutique_id IN ( SELECT private.my_boutique_ids('calendar.manage'::public.permission) AS my_boutique_ids)));

CREATE POLICY "delete_manager" ON "public"."opening_hours" FOR DELETE TO "authenticated" USING ((boutique_id IN ( SELECT private.my_boutique_ids('calendar.manage'::public.permission) AS my_boutique_ids)));

CREATE POLICY "insert_manager" ON "public"."opening_hours" FOR INSERT TO "authenticated" WITH CHECK ((boutique_id IN ( SELECT private.my_boutique_ids('calendar.manage'::public.permission) AS my_boutique_ids)));

CREATE POLICY "select_all" ON "public"."opening_hours" FOR SELECT TO "anon", "authenticated" USING (true);

CREATE POLICY "update_manager" ON "public"."opening_hours" FOR UPDATE TO "authenticated" USING ((boutique_id IN ( SELECT private.my_boutique_ids('calendar.manage'::public.permission) AS my_boutique_ids))) WITH CHECK ((boutique_id IN ( SELECT private.my_boutique_ids('calendar.manage'::public.permission) AS my_boutique_ids)));

CREATE POLICY "select_all" ON "public"."readiness_policies" FOR SELECT TO "anon", "authenticated" USING (true);

CREATE POLICY "update_manager" ON "public"."readiness_policies" FOR UPDATE TO "authenticated" USING ((boutique_id IN ( SELECT private.my_boutique_ids('boutique.update'::public.permission) AS my_boutique_ids))) WITH CHECK ((boutique_id IN ( SELECT private.my_boutique_ids('boutique.update'::public.permission) AS my_boutique_ids)));

CREATE POLICY "select_own_or_staff" ON "public"."rental_events" FOR SELECT TO "authenticated" USING (((customer_id = ( SELECT auth.uid() AS uid)) OR (boutique_id IN ( SELECT private.my_boutique_ids('rentals.read'::public.permission) AS my_boutique_ids)) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "insert_manager" ON "public"."rooms" FOR INSERT TO "authenticated" WITH CHECK ((boutique_id IN ( SELECT private.my_boutique_ids('calendar.manage'::public.permission) AS my_boutique_ids)));

CREATE POLICY "select_staff" ON "public"."rooms" FOR SELECT TO "authenticated" USING (((boutique_id IN ( SELECT private.my_boutique_ids('calendar.read'::public.permission) AS my_boutique_ids)) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "update_manager" ON "public"."rooms" FOR UPDATE TO "authenticated" USING ((boutique_id IN ( SELECT private.my_boutique_ids('calendar.manage'::public.permission) AS my_boutique_ids))) WITH CHECK ((boutique_id IN ( SELECT private.my_boutique_ids('calendar.manage'::public.permission) AS my_boutique_ids)));

CREATE POLICY "delete_manager" ON "public"."service_stylists" FOR DELETE TO "authenticated" USING ((boutique_id IN ( SELECT private.my_boutique_ids('calendar.manage'::public.permission) AS my_boutique_ids)));

CREATE POLICY "insert_manager" ON "public"."service_stylists" FOR INSERT TO "authenticated" WITH CHECK ((boutique_id IN ( SELECT private.my_boutique_ids('calendar.manage'::public.permission) AS my_boutique_ids)));

CREATE POLICY "select_all" ON "public"."service_stylists" FOR SELECT TO "anon", "authenticated" USING (true);

CREATE POLICY "insert_manager" ON "public"."stylists" FOR INSERT TO "authenticated" WITH CHECK ((boutique_id IN ( SELECT private.my_boutique_ids('calendar.manage'::public.permission) AS my_boutique_ids)));

CREATE POLICY "select_listed_or_staff" ON "public"."stylists" FOR SELECT TO "authenticated" USING ((listed OR (boutique_id IN ( SELECT private.my_boutique_ids('calendar.read'::public.permission) AS my_boutique_ids)) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_listed" ON "public"."stylists" FOR SELECT TO "anon" USING (listed);

CREATE POLICY "update_manager" ON "public"."stylists" FOR UPDATE TO "authenticated" USING ((boutique_id IN ( SELECT private.my_boutique_ids('calendar.manage'::public.permission) AS my_boutique_ids))) WITH CHECK ((boutique_id IN ( SELECT private.my_boutique_ids('calendar.manage'::public.permission) AS my_boutique_ids)));

CREATE POLICY "select_staff" ON "public"."substitution_candidates" FOR SELECT TO "authenticated" USING (((boutique_id IN ( SELECT private.my_boutique_ids('rentals.read'::public.permission) AS my_boutique_ids)) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_staff" ON "public"."substitution_proposals" FOR SELECT TO "authenticated" USING (((boutique_id IN ( SELECT private.my_boutique_ids('rentals.read'::public.permission) AS my_boutique_ids)) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_own_or_staff" ON "public"."waitlist_entries" FOR SELECT TO "authenticated" USING (((customer_id = ( SELECT auth.uid() AS uid)) OR (boutique_id IN ( SELECT private.my_boutique_ids('fittings.read'::public.permission) AS my_boutique_ids)) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "delete_manager" ON "public"."working_hours" FOR DELETE TO "authenticated" USING ((boutique_id IN ( SELECT private.my_boutique_ids('calendar.manage'::public.permission) AS my_boutique_ids)));

CREATE POLICY "insert_manager" ON "public"."working_hours" FOR INSERT TO "authenticated" WITH CHECK ((boutique_id IN ( SELECT private.my_boutique_ids('calendar.manage'::public.permission) AS my_boutique_ids)));

CREATE POLICY "select_staff" ON "public"."working_hours" FOR SELECT TO "authenticated" USING (((boutique_id IN ( SELECT private.my_boutique_ids('calendar.read'::public.permission) AS my_boutique_ids)) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "update_manager" ON "public"."working_hours" FOR UPDATE TO "authenticated" USING ((boutique_id IN ( SELECT private.my_boutique_ids('calendar.manage'::public.permission) AS my_boutique_ids))) WITH CHECK ((boutique_id IN ( SELECT private.my_boutique_ids('calendar.manage'::public.permission) AS my_boutique_ids)));

COMMENT ON COLUMN "private"."calendar_revisions"."subject_id" IS 'Appointment or rental. No foreign key: it is one of two tables, and none of their rows is deleted.';

COMMENT ON COLUMN "public"."allocations"."note" IS 'For staff: why a resource is blocked.';

COMMENT ON COLUMN "public"."appointment_garments"."customer_id" IS 'As the appointment''s, so that the policy needs no join.';

COMMENT ON COLUMN "public"."appointments"."customer_id" IS 'Null for a walk-in without an account, and when the customer has deleted hers.';

COMMENT ON COLUMN "public"."appointments"."during" IS 'The fitting itself; the allocations are longer by the buffers of the service.';

COMMENT ON COLUMN "public"."appointments"."fee_due" IS 'What the frozen policy asks for after a late cancellation or a no-show, in minor units of the currency.';

COMMENT ON COLUMN "public"."appointments"."free_cancellation_until" IS 'Until then the customer cancels or moves it freely.';

COMMENT ON COLUMN "public"."appointments"."held_until" IS 'End of an offer; kept after that as a record.';

COMMENT ON COLUMN "public"."appointments"."price" IS 'Frozen when it was booked, in minor units of the currency; the fees and the time below likewise.';

COMMENT ON COLUMN "public"."appointments"."starts_at" IS 'Beginning of during, to filter and order by: row-level security keeps indexes on ranges from being used.';

COMMENT ON COLUMN "public"."calendar_feeds"."label" IS 'The owner''s own word for it, such as the device that reads it.';

COMMENT ON COLUMN "public"."calendar_feeds"."last_read_at" IS 'When a calendar program asked last, to within an hour; null while none has.';

COMMENT ON COLUMN "public"."calendar_feeds"."owner_id" IS 'Who made it, and with whose rights it is read.';

COMMENT ON COLUMN "public"."calendar_feeds"."revoked_at" IS 'Since when its link leads nowhere.';

COMMENT ON COLUMN "public"."calendar_feeds"."subject_id" IS 'The stylist, the branch or the customer. No foreign key: it is one of three tables.';

COMMENT ON COLUMN "public"."closures"."last_day" IS 'Closed on this day too.';

COMMENT ON COLUMN "public"."fitting_services"."buffer_minutes_after" IS 'Room, stylist and gowns are taken this long after it has ended.';

COMMENT ON COLUMN "public"."fitting_services"."buffer_minutes_before" IS 'Room, stylist and gowns are taken this long before it begins.';

COMMENT ON COLUMN "public"."fitting_services"."currency" IS 'ISO 4217 code, the boutique''s; set by a trigger.';

COMMENT ON COLUMN "public"."fitting_services"."free_cancellation_hours" IS 'Until how long before it begins a customer cancels or moves it freely.';

COMMENT ON COLUMN "public"."fitting_services"."late_cancellation_fee" IS 'Due for a later cancellation, in minor units of the currency.';

COMMENT ON COLUMN "public"."fitting_services"."listed" IS 'True while it is offered and the boutique is active. Kept by triggers.';

COMMENT ON COLUMN "public"."fitting_services"."max_garments" IS 'Gowns that may be asked for.';

COMMENT ON COLUMN "public"."fitting_services"."max_people" IS 'People who may come, the customer included.';

COMMENT ON COLUMN "public"."fitting_services"."no_show_fee" IS 'Due by who does not come, in minor units of the currency.';

COMMENT ON COLUMN "public"."fitting_services"."price" IS 'In minor units of the currency; 0 is free.';

COMMENT ON COLUMN "public"."fitting_services"."step_minutes" IS 'Starts are this far apart, counted from when the branch opens.';

COMMENT ON COLUMN "public"."locations"."latitude" IS 'Degrees north of the equator (WGS 84), negative south of it; null: not known, and last in find_garments.';

COMMENT ON COLUMN "public"."locations"."longitude" IS 'Degrees east of Greenwich (WGS 84), negative west of it.';

COMMENT ON COLUMN "public"."opening_hours"."closes" IS 'Local time of the branch; not later than opens means on the next day.';

COMMENT ON COLUMN "public"."opening_hours"."opens" IS 'Local time of the branch.';

COMMENT ON COLUMN "public"."opening_hours"."weekday" IS '1 Monday to 7 Sunday (ISO 8601), of the day on which it opens.';

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

COMMENT ON COLUMN "public"."rooms"."capacity" IS 'People that fit in, the customer included and the stylist not.';

COMMENT ON COLUMN "public"."rooms"."retired_at" IS 'Since when it is no longer used; null while it is.';

COMMENT ON COLUMN "public"."stylists"."listed" IS 'True while she works here and the boutique is active. Kept by triggers.';

COMMENT ON COLUMN "public"."stylists"."user_id" IS 'Account of the stylist, for her own calendar; null for one without.';

COMMENT ON COLUMN "public"."substitution_proposals"."cause_rental_id" IS 'The rental that keeps it away, if one does.';

COMMENT ON COLUMN "public"."substitution_proposals"."decided_by" IS 'Who accepted or dismissed it; null when nobody did, or the account is gone.';

COMMENT ON COLUMN "public"."substitution_proposals"."garment_id" IS 'The garment that will be missing.';

COMMENT ON COLUMN "public"."substitution_proposals"."missing_until" IS 'When the garment is expected back from a repair.';

COMMENT ON COLUMN "public"."substitution_proposals"."rental_id" IS 'The rental in danger.';

COMMENT ON COLUMN "public"."waitlist_entries"."appointment_id" IS 'What she was offered last.';

COMMENT ON COLUMN "public"."waitlist_entries"."garment_ids" IS 'Gowns that have to be free too.';

COMMENT ON COLUMN "public"."working_hours"."ends" IS 'Local time of the branch; not later than starts means on the next day.';

COMMENT ON COLUMN "public"."working_hours"."starts" IS 'Local time of the branch.';

COMMENT ON COLUMN "public"."working_hours"."weekday" IS '1 Monday to 7 Sunday (ISO 8601).';

COMMENT ON FUNCTION "private"."announce_appointment"(public.appointments) IS 'Enqueues confirmation and reminders, which look at the appointment anew when their time has come.';

COMMENT ON FUNCTION "private"."appointment_for_change"(uuid, boolean) IS 'Locks an appointment that the caller may change, as its customer or as staff. PT404 appointment_not_found.';

COMMENT ON FUNCTION "private"."audit"() IS 'Trigger, per statement: writes what changed to the audit log. Arguments: columns of the primary key, comma-separated, and columns to mask. Columns that only triggers, jobs and readers write are no change.';

COMMENT ON FUNCTION "private"."block_for_repair"(uuid, uuid, timestamp with time zone, timestamp with time zone) IS 'Takes a garment for a repair, as far as it is free. The caller has locked it. Staff end it earlier with unblock_resource.';

COMMENT ON FUNCTION "private"."calendar_check"(timestamp with time zone) IS 'Everything that is wrong with the calendar; no row when nothing is. What was over before `since` is left out. For operators: select * from private.calendar_check().';

COMMENT ON FUNCTION "private"."check_fittings"(timestamp with time zone) IS 'fitting_allocation: a booked or offered appointment without exactly stylist, room and gowns; fitting_time: one that takes them for another time; fitting_state: held and confirmed disagree.';

COMMENT ON FUNCTION "private"."check_gowns"(private.fitting_terms, uuid[]) IS 'The wished gowns in the order of their ids, each once. PT400 too_many_garments, PT404 garment_not_found.';

COMMENT ON FUNCTION "private"."check_listed"() IS 'listed: the flag that policies read is not what status and boutique say.';

COMMENT ON FUNCTION "private"."check_overlaps"(timestamp with time zone) IS 'overlap: a live allocation that begins while another one of its resource lasts.';

COMMENT ON FUNCTION "private"."check_rentals"(timestamp with time zone) IS 'rental_allocation: a live rental without exactly one live allocation; rental_time: one whose days it does not cover; rental_state: held and confirmed disagree. Live rentals are looked at however old they are.';

COMMENT ON FUNCTION "private"."check_resources"() IS 'resource: a garment, room or stylist that is not in the calendar, or elsewhere.';

COMMENT ON FUNCTION "private"."check_sources"(timestamp with time zone) IS 'no_source: time taken for a rental or appointment that is not there; still_taken: one that was cancelled or expired takes time; stale_hold: a hold that ended more than an hour ago.';

COMMENT ON FUNCTION "private"."check_start"(private.fitting_terms, timestamp with time zone) IS 'PT400 invalid_start when opening hours and service do not let anything begin then.';

COMMENT ON FUNCTION "private"."claim_fitting"(private.fitting_terms, uuid, timestamp with time zone, uuid[], uuid, integer, timestamp with time zone) IS 'Takes gowns, a stylist and a room. stylist or room is null when there is none; the caller then gives all back by raising. exclusion_violation when a gown is taken.';

COMMENT ON FUNCTION "private"."claim_one_of"(uuid[], uuid, tstzrange, uuid, timestamp with time zone) IS 'Takes the first of these resources that is free for a fitting; null when none is.';

COMMENT ON FUNCTION "private"."claim_resource"(uuid, uuid, tstzrange, public.allocation_kind, uuid, timestamp with time zone) IS 'Takes a locked resource for a time. exclusion_violation (23P01) when it is taken.';

COMMENT ON FUNCTION "private"."close_waitlist_entry"() IS 'Trigger: who cancels an offer leaves the line.';

COMMENT ON FUNCTION "private"."count_revision"() IS 'Trigger: counts moves and ends of an appointment or rental.';

COMMENT ON FUNCTION "private"."create_readiness_policy"() IS 'Trigger: gives every new boutique a readiness policy with the defaults.';

COMMENT ON FUNCTION "private"."create_resource"() IS 'Trigger: gives a new room or stylist a place in the calendar. Argument: the kind.';

COMMENT ON FUNCTION "private"."distance_km"(numeric, numeric, numeric, numeric) IS 'Great-circle distance of two positions in degrees, in km; null when one is not known.';

COMMENT ON FUNCTION "private"."emit_fitting_event"() IS 'Trigger: what becomes of a fitting is an event. An offer of the waitlist is none before it is accepted.';

COMMENT ON FUNCTION "private"."end_time_taken"(public.rentals) IS 'The time that a garment is taken for a rental ends now, not when the policy had thought.';

COMMENT ON FUNCTION "private"."expire_fitting_offer"(uuid) IS 'Ends an offer whose time is over and lets the next in line have it. False when there is nothing to do. Called by the job fitting.expire_offer and by whoever needs the time.';

COMMENT ON FUNCTION "private"."feed_boutique_id"(public.calendar_feed_kind, uuid) IS 'The boutique of a stylist or branch; null for a customer, and for what there is not.';

COMMENT ON FUNCTION "private"."feed_fittings"(public.calendar_feeds) IS 'Fittings of a feed, from two months ago on.';

COMMENT ON FUNCTION "private"."feed_is_readable"(public.calendar_feeds) IS 'Whether the owner of a feed may see now what it shows: a customer herself, staff while they work for the boutique.';

COMMENT ON FUNCTION "private"."feed_rentals"(public.calendar_feeds) IS 'Rentals of a feed, as whole days of the boutique, from two months ago on.';

COMMENT ON FUNCTION "private"."feed_time_off"(public.calendar_feeds) IS 'When a stylist is off, without the reason.';

COMMENT ON FUNCTION "private"."fitting_block"(public.fitting_services, timestamp with time zone) IS 'The time that a fitting takes stylist, room and gowns for, buffers included.';

COMMENT ON FUNCTION "private"."fitting_day"(uuid, date, integer) IS 'This day or the nearest on which a branch of the boutique is open, later (step 1) or earlier (step -1). Any day for a boutique without opening hours.';

COMMENT ON FUNCTION "private"."fitting_starts"(private.fitting_terms, date, date) IS 'Starts that the opening hours and the service allow on these days, whether somebody is free or not.';

COMMENT ON FUNCTION "private"."fitting_terms"(uuid, uuid) IS 'A service at a branch, as the public sees both. PT404 location_not_found, PT404 service_not_found.';

COMMENT ON FUNCTION "private"."forget_customer"() IS 'Trigger: what a customer has written, who came along and why it was cancelled goes when her account goes.';

COMMENT ON FUNCTION "private"."free_slots"(private.fitting_terms, date, date, uuid[], integer) IS 'Free starts with the stylists and rooms that are free then; every gown is.';

COMMENT ON FUNCTION "private"."freeze_late_fee"() IS 'Trigger: a late day of a new rental costs what the policy says today, of the average price of its days.';

COMMENT ON FUNCTION "private"."gown_facts"(uuid[], boolean) IS 'Gowns as a reader of a feed knows them: name and size, for staff also the number on the label.';

COMMENT ON FUNCTION "private"."hours"(tstzmultirange) IS 'How long periods are together, in hours; they have both ends.';

COMMENT ON FUNCTION "private"."is_late"(public.appointments) IS 'True when the caller is bound by the policy and its time for free changes is over.';

COMMENT ON FUNCTION "private"."is_overdue"(public.rentals) IS 'True when the last rental day is over and the garment has not come back.';

COMMENT ON FUNCTION "private"."keep_blocked"(public.rentals) IS 'A garment that is out, or not yet inspected, stays taken: when its time ends within the hour, or within a day if it is overdue, it goes on for six hours more than that, or to the next booking. The caller has locked garment and rental.';

COMMENT ON FUNCTION "private"."minutes_of_day"(time without time zone, time without time zone) IS 'Minutes after midnight between two local times; a second one that is not later is on the next day.';

COMMENT ON FUNCTION "private"."moments_of_day"(date, time without time zone, time without time zone, text) IS 'From when to when two local times of a day are, as moments: 23 or 25 hours long where the clocks change. Empty when the clocks skip all of it.';

COMMENT ON FUNCTION "private"."offer_freed_time"(public.appointments) IS 'Lets a job look for who waits, when time has become free at a branch.';

COMMENT ON FUNCTION "private"."offer_waitlist"(uuid) IS 'Offers free time at a branch to those who wait, in the order in which they came; how many got an offer. Called by the job fitting.offer_waitlist.';

COMMENT ON FUNCTION "private"."open_periods"(uuid, date, date) IS 'When a branch is open on these days, as moments in their order. A period belongs to the day on which it begins.';

COMMENT ON FUNCTION "private"."open_substitution"(uuid, public.substitution_reason, uuid, timestamp with time zone) IS 'Opens a proposal for a reserved rental, or brings the open one up to date. Null when there is nothing to decide.';

COMMENT ON FUNCTION "private"."paths_are_in_folder"(text[], text) IS 'True when all paths of Storage begin with this folder and none leads out of it.';

COMMENT ON FUNCTION "private"."qualified_stylist_ids"(uuid) IS 'Stylists in service who may do a service.';

COMMENT ON FUNCTION "private"."raise_invalid_appointment_state"(public.appointments, text) IS 'PT409 invalid_state.';

COMMENT ON FUNCTION "private"."raise_invalid_rental_state"(public.rentals, text) IS 'PT409 invalid_state.';

COMMENT ON FUNCTION "private"."raise_slot_taken"(private.fitting_terms, timestamp with time zone, uuid[], integer) IS 'PT409 slot_taken with up to three later starts that are free.';

COMMENT ON FUNCTION "private"."record_rental_event"(public.rentals, public.rental_event_kind, public.garment_condition, text, text[], public.inspection_outcome, timestamp with time zone) IS 'Notes a step. PT400 invalid_note, PT400 invalid_photo_paths.';

COMMENT ON FUNCTION "private"."refresh_candidates"(uuid) IS 'Looks up what is free in the time of the rental in danger: the same variant, here before elsewhere, then the same size of what is alike, nearest price first. Up to ten.';

COMMENT ON FUNCTION "private"."refuse_leaver"() IS 'Trigger: who is about to be forgotten rents and books nothing, and waits for nothing. PT409 account_leaves.';

COMMENT ON FUNCTION "private"."refuse_retired_garment"() IS 'Trigger: a garment that is lost, sold or retired is promised to nobody. exclusion_violation.';

COMMENT ON FUNCTION "private"."release_source"(uuid) IS 'Gives back all that is taken for a row.';

COMMENT ON FUNCTION "private"."rental_for_step"(uuid) IS 'Locks a rental that the caller may move on, its garment first. PT404 rental_not_found.';

COMMENT ON FUNCTION "private"."rescue_from_loss"(uuid) IS 'Opens a proposal for a reserved rental whose garment is lost or retired.';

COMMENT ON FUNCTION "private"."rescue_from_retired"() IS 'Trigger: whoever was promised a garment that is lost or retired gets a proposal.';

COMMENT ON FUNCTION "private"."rescue_until"(uuid, timestamp with time zone, uuid) IS 'Opens a proposal for every reserved rental of a garment that begins before it is back from repair.';

COMMENT ON FUNCTION "private"."set_boutique_listing"() IS 'Trigger: computes listed of a stylist or service, whatever the writer sent.';

COMMENT ON FUNCTION "private"."set_service_currency"() IS 'Trigger: a service takes its currency from the boutique, whatever the writer sent.';

COMMENT ON FUNCTION "private"."spread_status_to_fittings"() IS 'Trigger: a boutique that becomes active or is suspended shows or hides its stylists and services at once.';

COMMENT ON FUNCTION "private"."taken_periods"(uuid[], tstzrange) IS 'When resources are taken; those that are free all the time have no row. A hold past its time does not count.';

COMMENT ON FUNCTION "private"."today_of"(uuid) IS 'Today in the time zone of a boutique.';

COMMENT ON FUNCTION "private"."watch_calendar"() IS 'Raises an alert per kind of finding of calendar_check, and ends those of what is mended. How many findings there are. Called by the job calendar.check.';

COMMENT ON FUNCTION "private"."watch_jobs"() IS 'Raises an alert for everything that private.overdue_jobs finds, and ends those of what is mended; messages likewise (private.watch_messages). Returns how many jobs.* alerts there are. Run by the job jobs.watch and, where it is there, by pg_cron.';

COMMENT ON FUNCTION "private"."watch_messages"() IS 'Raises an alert when messages are due and have not left, and when ten or more of a day were refused or came back; ends it when that is over. Called by private.watch_jobs.';

COMMENT ON FUNCTION "private"."watch_rental"(uuid) IS 'Keeps a garment taken that is out or not inspected, and opens a proposal for a reserved rental that begins within three days of an overdue one, or whose time has come before the inspection ended. Does nothing to any other rental. Called by the job rental.watch_returns.';

COMMENT ON FUNCTION "private"."watched_rentals"() IS 'Rentals that rental.watch_returns has to look at: overdue, about to run out of their time, or waiting for another garment.';

COMMENT ON FUNCTION "private"."webhook_event_types"() IS 'Every type of event with an example of its data. Those of orders and reviews are sent from the day on which Nexus has these.';

COMMENT ON FUNCTION "private"."withdraw_substitution"() IS 'Trigger: a rental that is cancelled, or handed over after all, needs no other garment.';

COMMENT ON FUNCTION "private"."withdraw_substitutions"(uuid) IS 'The garment is ready after all: nobody needs another one.';

COMMENT ON FUNCTION "private"."working_periods"(uuid, uuid[], date, date) IS 'When stylists work at a branch on these days, as moments.';

COMMENT ON FUNCTION "public"."accept_fitting_offer"(uuid) IS 'Makes a time that was offered to the caller hers. Repeating it changes nothing. PT404 appointment_not_found, PT410 hold_expired, PT409 invalid_state.';

COMMENT ON FUNCTION "public"."accept_substitution"(uuid, uuid) IS 'Staff move a rental in danger to a garment of its proposal, with its days and its price, and the customer is told. Repeating it changes nothing. PT404 proposal_not_found, candidate_not_found; PT409 not_available (the garment was taken meanwhile), invalid_state, period_over.';

COMMENT ON FUNCTION "public"."block_resource"(uuid, timestamp with time zone, timestamp with time zone, public.allocation_kind, text) IS 'Staff take a garment (repair, cleaning, show), a stylist (time_off) or a room (repair, cleaning) out of the calendar for a time. PT404 resource_not_found; PT400 invalid_period, invalid_kind; PT409 not_available (detail: what takes it).';

COMMENT ON FUNCTION "public"."book_fitting"(uuid, uuid, timestamp with time zone, uuid[], text, text, uuid, text[]) IS 'Books a fitting for the caller with a stylist (the least busy one unless one is named), a room and the wished gowns, all of them or nothing; confirmation and reminders are enqueued with it. The cancellation policy is frozen on it. The same idempotency key with the same input returns the same appointment. PT409 slot_taken (detail: next_free), PT400 invalid_start, too_many_garments, too_many_people, invalid_idempotency_key; PT404 location_not_found, service_not_found, garment_not_found, stylist_not_found; PT422 idempotency_key_reused.';

COMMENT ON FUNCTION "public"."book_walk_in"(uuid, uuid, timestamp with time zone, uuid[], text, uuid) IS 'Staff book somebody who stands in the shop, at any minute. PT404 location_not_found, service_not_found, garment_not_found; PT400 invalid_walk_in; PT409 slot_taken.';

COMMENT ON FUNCTION "public"."calendar_view"(uuid, timestamp with time zone, timestamp with time zone) IS 'Staff see a day, a week or up to a month of a branch: every garment, stylist and room with what takes it and for whom, free ones too. One answer has at most 1000 rows; read on with range(). PT404 location_not_found, PT400 invalid_period.';

COMMENT ON FUNCTION "public"."cancel_fitting"(uuid, text) IS 'The customer or staff cancel; the time is free again at once, or offered to the first of the waitlist. fee_due is what the frozen policy asks of a customer who is late. A customer does so until it begins. Repeating it changes nothing. PT404 appointment_not_found; PT409 invalid_state, policy_window_passed.';

COMMENT ON FUNCTION "public"."close_fitting"(uuid, boolean) IS 'Staff note whether the customer has come; who has come may review, who has not owes the frozen no-show fee. PT404 appointment_not_found; PT409 not_begun, invalid_state.';

COMMENT ON FUNCTION "public"."create_calendar_feed"(public.calendar_feed_kind, uuid, text) IS 'A secret link for calendar programs: for a customer to her own fittings and rentals (subject_id is her own id), for staff to those of a stylist or branch of their boutique. The token is answered this once. It is read with the rights that its owner has at that time. PT404 subject_not_found, PT409 too_many_feeds, PT400 invalid_kind, PT401 sign_in_required.';

COMMENT ON FUNCTION "public"."delete_account"() IS 'Deletes the caller''s account in 14 days; until then undo_account_deletion takes it back. Repeating it changes nothing. PT409 open_rentals, PT409 open_appointments, PT409 last_owner.';

COMMENT ON FUNCTION "public"."dismiss_substitution"(uuid) IS 'Staff see to a rental in danger in another way; they are not asked again for the same reason. Repeating it changes nothing. PT404 proposal_not_found, PT409 invalid_state.';

COMMENT ON FUNCTION "public"."find_garments"(uuid, text, text, numeric, numeric) IS 'Branches, of this boutique and of others, that have a gown in a size free on these days, with how many: the same product, or one of the same designer with the same style code. The nearest first when a position is given, otherwise the own boutique first; at most 100. period as in quote_rental. For anybody. PT404 product_not_found; PT400 invalid_period, invalid_size, invalid_position; PT429 too_many_requests.';

COMMENT ON FUNCTION "public"."fitting_slots"(uuid, uuid, date, date, uuid[]) IS 'Starts at which a service can be booked at a branch on these days (of its time zone, at most a month), with the stylists who are free. All wished gowns are free then. For anybody. PT404 location_not_found, service_not_found, garment_not_found; PT400 invalid_period, too_many_garments; PT429 too_many_requests.';

COMMENT ON FUNCTION "public"."hand_over_rental"(uuid, public.garment_condition, text, text[]) IS 'Staff give the garment out; earlier than its time if nothing else takes it until then. Repeating it changes nothing. PT404 rental_not_found; PT409 invalid_state, period_over, garment_not_ready (detail: the rental that still has it), not_available (detail: what takes it); PT400 invalid_note, invalid_photo_paths.';

COMMENT ON FUNCTION "public"."inspect_rental"(uuid, public.inspection_outcome, public.garment_condition, bigint, text, text[], timestamp with time zone) IS 'Staff end the inspection of a returned garment: the rental is closed and its buffer ends now. ok: the garment is free; repair: it is taken until repair_until, and rentals in that time get a proposal of substitutes; retire: it never goes out again. Repeating it with the same outcome changes nothing. PT404 rental_not_found; PT409 invalid_state; PT400 invalid_outcome, invalid_period, invalid_fee, invalid_note, invalid_photo_paths.';

COMMENT ON FUNCTION "public"."join_waitlist"(uuid, uuid, date, date, uuid[]) IS 'Puts the caller in line for a time at a branch on these days (at most a month). When one becomes free it is held for the first in line for half an hour, and she is told. Repeating it returns her place. PT404 location_not_found, service_not_found, garment_not_found; PT400 invalid_period; PT409 slots_free.';

COMMENT ON FUNCTION "public"."leave_waitlist"(uuid) IS 'Gives a place in line up. Repeating it changes nothing. PT404 entry_not_found, PT409 invalid_state.';

COMMENT ON FUNCTION "public"."mark_rental_lost"(uuid, text) IS 'Staff give up a garment that was handed over and does not come back: it is retired, its calendar ends, and every reserved rental of it gets a proposal of substitutes. Repeating it changes nothing. PT404 rental_not_found, PT409 invalid_state, PT400 invalid_note.';

COMMENT ON FUNCTION "public"."read_calendar_feed"(text) IS 'For the function calendar, with the secret key: what a feed shows to whoever has its token; null when there is no such feed, it is revoked, or its owner may no longer see it.';

COMMENT ON FUNCTION "public"."reschedule_fitting"(uuid, timestamp with time zone, uuid) IS 'The customer or staff move a fitting, with its gowns, to another free start; the old time stays until the new one is had. PT404 appointment_not_found; PT409 policy_window_passed, slot_taken, invalid_state; PT400 invalid_start.';

COMMENT ON FUNCTION "public"."return_rental"(uuid, public.garment_condition, text, text[]) IS 'Staff take the garment back; late_days and late_fee follow from the frozen policy. The garment stays taken until it is inspected. Repeating it changes nothing. PT404 rental_not_found; PT409 invalid_state; PT400 invalid_note, invalid_photo_paths.';

COMMENT ON FUNCTION "public"."revoke_calendar_feed"(uuid) IS 'Its owner, or a manager of the boutique, ends a calendar feed: its link leads nowhere from now on. Repeating it changes nothing. PT404 feed_not_found.';

COMMENT ON FUNCTION "public"."sell_garment"(uuid) IS 'Managers end the calendar of a garment that is sold: it is taken without an end, and retired. Repeating it changes nothing. PT404 garment_not_found; PT409 not_available (detail: the bookings in the way).';

COMMENT ON FUNCTION "public"."start_inspection"(uuid) IS 'Staff begin to inspect a returned garment. Repeating it changes nothing. PT404 rental_not_found, PT409 invalid_state.';

COMMENT ON FUNCTION "public"."unblock_resource"(uuid) IS 'Staff end a block of theirs; one that has begun ends now. PT404 allocation_not_found.';

COMMENT ON FUNCTION "public"."utilisation"(uuid, date, date) IS 'Staff see how many hours each garment and stylist was taken, out of how many, on these days of the boutique''s time zone (at most a year). One answer has at most 1000 rows; read on with range(). PT404 boutique_not_found, PT400 invalid_period.';

COMMENT ON FUNCTION "public"."will_it_be_ready"(uuid, date) IS 'Whether a gown that is ordered today will be ready, step by step: each step is expected so many days after the one before (order today, lead time, shipping, a gap before every fitting, alterations), fittings on the next day a branch is open; and it has to be over so many days before the next, reckoned back from wear_date less the spare days, fittings on the last open day. Then the same for a rush order with its fee, if the boutique takes any. The first step expected later than its latest date breaks. For anybody. PT404 product_not_found, PT400 invalid_date, PT429 too_many_requests.';

COMMENT ON TABLE "private"."calendar_feed_tokens" IS 'SHA-256 of the token in the link of a feed. The token itself is nowhere but in the link.';

COMMENT ON TABLE "private"."calendar_revisions" IS 'How often an appointment or rental was moved or called off since it was made; what never was has no row. SEQUENCE in iCalendar: a program that knows a lower one takes the change.';

COMMENT ON TABLE "public"."appointment_garments" IS 'Gowns that are laid out for a fitting.';

COMMENT ON TABLE "public"."appointment_notes" IS 'What staff note about a fitting; the customer does not see it.';

COMMENT ON TABLE "public"."appointments" IS 'A fitting of a customer, or of somebody who walked in. Its places in the calendar are the allocations with its id as source.';

COMMENT ON TABLE "public"."calendar_feeds" IS 'Links under which a calendar program reads fittings and rentals. It shows what its owner may see when it is read, and nothing once it is revoked.';

COMMENT ON TABLE "public"."closures" IS 'Days on which a branch is closed whatever its opening hours say: holidays, works.';

COMMENT ON TABLE "public"."fitting_services" IS 'What can be booked at a boutique: a first visit, a fitting, alterations; with its length, price and rules.';

COMMENT ON TABLE "public"."opening_hours" IS 'When a branch is open in a usual week; several rows a day make breaks.';

COMMENT ON TABLE "public"."readiness_policies" IS 'How long a gown that is made to order takes at a boutique. Made with the boutique, changed by its managers; read by everyone, for front ends show it.';

COMMENT ON TABLE "public"."rental_events" IS 'What was done with a rental, step by step, with condition and photos. Append-only: the record in a dispute.';

COMMENT ON TABLE "public"."rooms" IS 'Fitting rooms of a branch. A room''s id is also the id of its resource.';

COMMENT ON TABLE "public"."service_stylists" IS 'Which stylists may do a service.';

COMMENT ON TABLE "public"."stylists" IS 'People who fit customers, as the public sees them. A stylist''s id is also the id of its resource.';

COMMENT ON TABLE "public"."substitution_candidates" IS 'Garments that were free in the rental''s time when the proposal was last looked at, best first.';

COMMENT ON TABLE "public"."substitution_proposals" IS 'A rental whose garment will not be there in time, and what becomes of it. Made by jobs and by the steps of a rental.';

COMMENT ON TABLE "public"."waitlist_entries" IS 'Somebody waits for a time at a branch. In line by the time of joining.';

COMMENT ON TABLE "public"."working_hours" IS 'When and at which branch a stylist works in a usual week. Time off is taken in the calendar (block_resource).';

COMMENT ON TYPE "private"."calendar_finding" IS 'Something that is wrong with the calendar: its kind, the row and a sentence for people.';

COMMENT ON TYPE "private"."feed_event" IS 'One entry of a feed. kind: fitting, rental, hand_over, return, time_off; status: confirmed, tentative, cancelled. Times for some, whole days (end_day excluded) for others.';

COMMENT ON TYPE "public"."appointment_state" IS 'offered: held for somebody of the waitlist until held_until; booked: firm; attended, no_show: over; cancelled, expired: gave the time back.';

COMMENT ON TYPE "public"."calendar_feed_kind" IS 'Whose calendar it is: a stylist''s, a branch''s, a customer''s own.';

COMMENT ON TYPE "public"."calendar_row" IS 'Row of calendar_view: a resource and what takes it, in the order of time. An entry has allocation_id, kind, from, until, source_id, state (of the rental or appointment, or else of the allocation), customer and note.';

COMMENT ON TYPE "public"."garment_offer" IS 'Row of find_garments: a variant at a branch, how many of it are free, and how far away the branch is (null without a position). Money in minor units of the currency.';

COMMENT ON TYPE "public"."inspection_outcome" IS 'ok: the garment can go out again; repair: it is away for a while; retire: it never goes out again.';

COMMENT ON TYPE "public"."new_calendar_feed" IS 'A feed with its token, which is shown this once. path goes behind the address of the project.';

COMMENT ON TYPE "public"."readiness_step" IS 'Row of will_it_be_ready. variant: usual, or rush with its fee. step: order, make, ship, fitting (with its number), alterations, done. expected_date: when the step is over if the order goes out today; latest_date: when it has to be. breaks: the first step that is too late, and so the only one of its variant; none breaks when the gown will be ready.';

COMMENT ON TYPE "public"."rental_event_kind" IS 'A step in the life of a rental.';

COMMENT ON TYPE "public"."substitution_match" IS 'same_variant: the same size and color at the same branch; same_variant_elsewhere: at another branch; similar: another color, or a product of the same category or designer, in the same size.';

COMMENT ON TYPE "public"."substitution_reason" IS 'overdue: it has not come back; not_inspected: it is back, but nobody has looked at it in time; repair, lost, retired: it will not be there.';

COMMENT ON TYPE "public"."substitution_state" IS 'open: staff decide; accepted: she has another garment; dismissed: staff see to it in another way; withdrawn: the danger is over.';

COMMENT ON TYPE "public"."utilisation_row" IS 'Row of utilisation: taken_hours / available_hours, null when it was never available. A garment is available day and night from when it was entered until it is retired, but for repairs; a stylist in her working hours while the branch is open, but for time off. A stylist''s taken hours are those within her available ones, buffers included.';

COMMENT ON TYPE "public"."waitlist_state" IS 'waiting: in line; offered: a time is held for her; booked: she took it; expired: she let an offer or her days pass; cancelled: she left.';

REVOKE ALL ON FUNCTION "private"."accept_fitting_offer"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."accept_fitting_offer"(uuid) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."accept_substitution"(uuid, uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."accept_substitution"(uuid, uuid) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."announce_appointment"(public.appointments) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."announce_appointment"(public.appointments) TO "postgres";

REVOKE ALL ON FUNCTION "private"."appointment_for_change"(uuid, boolean) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."appointment_for_change"(uuid, boolean) TO "postgres";

REVOKE ALL ON FUNCTION "private"."block_for_repair"(uuid, uuid, timestamp with time zone, timestamp with time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."block_for_repair"(uuid, uuid, timestamp with time zone, timestamp with time zone) TO "postgres";

REVOKE ALL ON FUNCTION "private"."block_resource"(uuid, timestamp with time zone, timestamp with time zone, public.allocation_kind, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."block_resource"(uuid, timestamp with time zone, timestamp with time zone, public.allocation_kind, text) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."book_fitting"(uuid, uuid, timestamp with time zone, uuid[], text, text, uuid, text[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."book_fitting"(uuid, uuid, timestamp with time zone, uuid[], text, text, uuid, text[]) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."book_walk_in"(uuid, uuid, timestamp with time zone, uuid[], text, uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."book_walk_in"(uuid, uuid, timestamp with time zone, uuid[], text, uuid) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."calendar_check"(timestamp with time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."calendar_check"(timestamp with time zone) TO "postgres";

REVOKE ALL ON FUNCTION "private"."calendar_view"(uuid, timestamp with time zone, timestamp with time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."calendar_view"(uuid, timestamp with time zone, timestamp with time zone) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."cancel_fitting"(uuid, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."cancel_fitting"(uuid, text) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."check_fittings"(timestamp with time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."check_fittings"(timestamp with time zone) TO "postgres";

REVOKE ALL ON FUNCTION "private"."check_gowns"(private.fitting_terms, uuid[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."check_gowns"(private.fitting_terms, uuid[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."check_listed"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."check_listed"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."check_overlaps"(timestamp with time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."check_overlaps"(timestamp with time zone) TO "postgres";

REVOKE ALL ON FUNCTION "private"."check_rentals"(timestamp with time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."check_rentals"(timestamp with time zone) TO "postgres";

REVOKE ALL ON FUNCTION "private"."check_resources"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."check_resources"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."check_sources"(timestamp with time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."check_sources"(timestamp with time zone) TO "postgres";

REVOKE ALL ON FUNCTION "private"."check_start"(private.fitting_terms, timestamp with time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."check_start"(private.fitting_terms, timestamp with time zone) TO "postgres";

REVOKE ALL ON FUNCTION "private"."claim_fitting"(private.fitting_terms, uuid, timestamp with time zone, uuid[], uuid, integer, timestamp with time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."claim_fitting"(private.fitting_terms, uuid, timestamp with time zone, uuid[], uuid, integer, timestamp with time zone) TO "postgres";

REVOKE ALL ON FUNCTION "private"."claim_one_of"(uuid[], uuid, tstzrange, uuid, timestamp with time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."claim_one_of"(uuid[], uuid, tstzrange, uuid, timestamp with time zone) TO "postgres";

REVOKE ALL ON FUNCTION "private"."claim_resource"(uuid, uuid, tstzrange, public.allocation_kind, uuid, timestamp with time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."claim_resource"(uuid, uuid, tstzrange, public.allocation_kind, uuid, timestamp with time zone) TO "postgres";

REVOKE ALL ON FUNCTION "private"."close_fitting"(uuid, boolean) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."close_fitting"(uuid, boolean) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."close_waitlist_entry"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."close_waitlist_entry"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."count_revision"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."count_revision"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."create_calendar_feed"(public.calendar_feed_kind, uuid, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."create_calendar_feed"(public.calendar_feed_kind, uuid, text) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."create_readiness_policy"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."create_readiness_policy"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."create_resource"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."create_resource"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."dismiss_substitution"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."dismiss_substitution"(uuid) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."distance_km"(numeric, numeric, numeric, numeric) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."distance_km"(numeric, numeric, numeric, numeric) TO "postgres";

REVOKE ALL ON FUNCTION "private"."emit_fitting_event"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."emit_fitting_event"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."end_time_taken"(public.rentals) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."end_time_taken"(public.rentals) TO "postgres";

REVOKE ALL ON FUNCTION "private"."expire_fitting_offer"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."expire_fitting_offer"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."feed_boutique_id"(public.calendar_feed_kind, uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."feed_boutique_id"(public.calendar_feed_kind, uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."feed_fittings"(public.calendar_feeds) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."feed_fittings"(public.calendar_feeds) TO "postgres";

REVOKE ALL ON FUNCTION "private"."feed_is_readable"(public.calendar_feeds) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."feed_is_readable"(public.calendar_feeds) TO "postgres";

REVOKE ALL ON FUNCTION "private"."feed_rentals"(public.calendar_feeds) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."feed_rentals"(public.calendar_feeds) TO "postgres";

REVOKE ALL ON FUNCTION "private"."feed_time_off"(public.calendar_feeds) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."feed_time_off"(public.calendar_feeds) TO "postgres";

REVOKE ALL ON FUNCTION "private"."find_garments"(uuid, text, text, numeric, numeric) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."find_garments"(uuid, text, text, numeric, numeric) TO "anon", "authenticated", "postgres", "service_role";

REVOKE ALL ON FUNCTION "private"."fitting_block"(public.fitting_services, timestamp with time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."fitting_block"(public.fitting_services, timestamp with time zone) TO "postgres";

REVOKE ALL ON FUNCTION "private"."fitting_day"(uuid, date, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."fitting_day"(uuid, date, integer) TO "postgres";

REVOKE ALL ON FUNCTION "private"."fitting_slots"(uuid, uuid, date, date, uuid[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."fitting_slots"(uuid, uuid, date, date, uuid[]) TO "anon", "authenticated", "postgres", "service_role";

REVOKE ALL ON FUNCTION "private"."fitting_starts"(private.fitting_terms, date, date) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."fitting_starts"(private.fitting_terms, date, date) TO "postgres";

REVOKE ALL ON FUNCTION "private"."fitting_terms"(uuid, uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."fitting_terms"(uuid, uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."forget_customer"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."forget_customer"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."free_slots"(private.fitting_terms, date, date, uuid[], integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."free_slots"(private.fitting_terms, date, date, uuid[], integer) TO "postgres";

REVOKE ALL ON FUNCTION "private"."freeze_late_fee"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."freeze_late_fee"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."gown_facts"(uuid[], boolean) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."gown_facts"(uuid[], boolean) TO "postgres";

REVOKE ALL ON FUNCTION "private"."hand_over_rental"(uuid, public.garment_condition, text, text[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."hand_over_rental"(uuid, public.garment_condition, text, text[]) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."hours"(tstzmultirange) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."hours"(tstzmultirange) TO "postgres";

REVOKE ALL ON FUNCTION "private"."inspect_rental"(uuid, public.inspection_outcome, public.garment_condition, bigint, text, text[], timestamp with time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."inspect_rental"(uuid, public.inspection_outcome, public.garment_condition, bigint, text, text[], timestamp with time zone) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."is_late"(public.appointments) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."is_late"(public.appointments) TO "postgres";

REVOKE ALL ON FUNCTION "private"."is_overdue"(public.rentals) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."is_overdue"(public.rentals) TO "postgres";

REVOKE ALL ON FUNCTION "private"."join_waitlist"(uuid, uuid, date, date, uuid[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."join_waitlist"(uuid, uuid, date, date, uuid[]) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."keep_blocked"(public.rentals) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."keep_blocked"(public.rentals) TO "postgres";

REVOKE ALL ON FUNCTION "private"."leave_waitlist"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."leave_waitlist"(uuid) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."mark_rental_lost"(uuid, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."mark_rental_lost"(uuid, text) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."minutes_of_day"(time without time zone, time without time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."minutes_of_day"(time without time zone, time without time zone) TO "authenticated", "postgres", "service_role";

REVOKE ALL ON FUNCTION "private"."moments_of_day"(date, time without time zone, time without time zone, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."moments_of_day"(date, time without time zone, time without time zone, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."offer_freed_time"(public.appointments) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."offer_freed_time"(public.appointments) TO "postgres";

REVOKE ALL ON FUNCTION "private"."offer_waitlist"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."offer_waitlist"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."open_periods"(uuid, date, date) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."open_periods"(uuid, date, date) TO "postgres";

REVOKE ALL ON FUNCTION "private"."open_substitution"(uuid, public.substitution_reason, uuid, timestamp with time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."open_substitution"(uuid, public.substitution_reason, uuid, timestamp with time zone) TO "postgres";

REVOKE ALL ON FUNCTION "private"."paths_are_in_folder"(text[], text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."paths_are_in_folder"(text[], text) TO "postgres", "service_role";

REVOKE ALL ON FUNCTION "private"."qualified_stylist_ids"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."qualified_stylist_ids"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."raise_invalid_appointment_state"(public.appointments, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."raise_invalid_appointment_state"(public.appointments, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."raise_invalid_rental_state"(public.rentals, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."raise_invalid_rental_state"(public.rentals, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."raise_slot_taken"(private.fitting_terms, timestamp with time zone, uuid[], integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."raise_slot_taken"(private.fitting_terms, timestamp with time zone, uuid[], integer) TO "postgres";

REVOKE ALL ON FUNCTION "private"."read_calendar_feed"(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."read_calendar_feed"(text) TO "postgres", "service_role";

REVOKE ALL ON FUNCTION "private"."record_rental_event"(public.rentals, public.rental_event_kind, public.garment_condition, text, text[], public.inspection_outcome, timestamp with time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."record_rental_event"(public.rentals, public.rental_event_kind, public.garment_condition, text, text[], public.inspection_outcome, timestamp with time zone) TO "postgres";

REVOKE ALL ON FUNCTION "private"."refresh_candidates"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."refresh_candidates"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."refuse_leaver"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."refuse_leaver"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."refuse_retired_garment"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."refuse_retired_garment"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."release_source"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."release_source"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."rental_for_step"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."rental_for_step"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."reschedule_fitting"(uuid, timestamp with time zone, uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."reschedule_fitting"(uuid, timestamp with time zone, uuid) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."rescue_from_loss"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."rescue_from_loss"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."rescue_from_retired"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."rescue_from_retired"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."rescue_until"(uuid, timestamp with time zone, uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."rescue_until"(uuid, timestamp with time zone, uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."return_rental"(uuid, public.garment_condition, text, text[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."return_rental"(uuid, public.garment_condition, text, text[]) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."revoke_calendar_feed"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."revoke_calendar_feed"(uuid) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."sell_garment"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."sell_garment"(uuid) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."set_boutique_listing"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."set_boutique_listing"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."set_service_currency"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."set_service_currency"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."spread_status_to_fittings"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."spread_status_to_fittings"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."start_inspection"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."start_inspection"(uuid) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."taken_periods"(uuid[], tstzrange) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."taken_periods"(uuid[], tstzrange) TO "postgres";

REVOKE ALL ON FUNCTION "private"."today_of"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."today_of"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."unblock_resource"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."unblock_resource"(uuid) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."utilisation"(uuid, date, date) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."utilisation"(uuid, date, date) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."watch_calendar"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."watch_calendar"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."watch_messages"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."watch_messages"() TO "postgres";

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

REVOKE ALL ON FUNCTION "private"."working_periods"(uuid, uuid[], date, date) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."working_periods"(uuid, uuid[], date, date) TO "postgres";

REVOKE ALL ON FUNCTION "public"."accept_fitting_offer"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."accept_fitting_offer"(uuid) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."accept_substitution"(uuid, uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."accept_substitution"(uuid, uuid) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."block_resource"(uuid, timestamp with time zone, timestamp with time zone, public.allocation_kind, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."block_resource"(uuid, timestamp with time zone, timestamp with time zone, public.allocation_kind, text) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."book_fitting"(uuid, uuid, timestamp with time zone, uuid[], text, text, uuid, text[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."book_fitting"(uuid, uuid, timestamp with time zone, uuid[], text, text, uuid, text[]) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."book_walk_in"(uuid, uuid, timestamp with time zone, uuid[], text, uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."book_walk_in"(uuid, uuid, timestamp with time zone, uuid[], text, uuid) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."calendar_view"(uuid, timestamp with time zone, timestamp with time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."calendar_view"(uuid, timestamp with time zone, timestamp with time zone) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."cancel_fitting"(uuid, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."cancel_fitting"(uuid, text) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."close_fitting"(uuid, boolean) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."close_fitting"(uuid, boolean) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."create_calendar_feed"(public.calendar_feed_kind, uuid, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."create_calendar_feed"(public.calendar_feed_kind, uuid, text) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."dismiss_substitution"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."dismiss_substitution"(uuid) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."find_garments"(uuid, text, text, numeric, numeric) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."find_garments"(uuid, text, text, numeric, numeric) TO "anon", "authenticated", "postgres", "service_role";

REVOKE ALL ON FUNCTION "public"."fitting_slots"(uuid, uuid, date, date, uuid[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."fitting_slots"(uuid, uuid, date, date, uuid[]) TO "anon", "authenticated", "postgres", "service_role";

REVOKE ALL ON FUNCTION "public"."hand_over_rental"(uuid, public.garment_condition, text, text[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."hand_over_rental"(uuid, public.garment_condition, text, text[]) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."inspect_rental"(uuid, public.inspection_outcome, public.garment_condition, bigint, text, text[], timestamp with time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."inspect_rental"(uuid, public.inspection_outcome, public.garment_condition, bigint, text, text[], timestamp with time zone) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."join_waitlist"(uuid, uuid, date, date, uuid[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."join_waitlist"(uuid, uuid, date, date, uuid[]) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."leave_waitlist"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."leave_waitlist"(uuid) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."mark_rental_lost"(uuid, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."mark_rental_lost"(uuid, text) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."read_calendar_feed"(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."read_calendar_feed"(text) TO "postgres", "service_role";

REVOKE ALL ON FUNCTION "public"."reschedule_fitting"(uuid, timestamp with time zone, uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."reschedule_fitting"(uuid, timestamp with time zone, uuid) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."return_rental"(uuid, public.garment_condition, text, text[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."return_rental"(uuid, public.garment_condition, text, text[]) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."revoke_calendar_feed"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."revoke_calendar_feed"(uuid) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."sell_garment"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."sell_garment"(uuid) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."start_inspection"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."start_inspection"(uuid) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."unblock_resource"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."unblock_resource"(uuid) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."utilisation"(uuid, date, date) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."utilisation"(uuid, date, date) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."will_it_be_ready"(uuid, date) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."will_it_be_ready"(uuid, date) TO "anon", "authenticated", "postgres", "service_role";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "private"."calendar_feed_tokens" TO "postgres";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "private"."calendar_revisions" TO "postgres";

GRANT SELECT ON TABLE "public"."appointment_garments" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."appointment_garments" TO "postgres", "service_role";

GRANT INSERT ("appointment_id") ON TABLE "public"."appointment_notes" TO "authenticated";

GRANT INSERT ("body"), UPDATE ("body") ON TABLE "public"."appointment_notes" TO "authenticated";

GRANT INSERT ("boutique_id") ON TABLE "public"."appointment_notes" TO "authenticated";

GRANT DELETE, SELECT ON TABLE "public"."appointment_notes" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."appointment_notes" TO "postgres", "service_role";

GRANT SELECT ON TABLE "public"."appointments" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."appointments" TO "postgres", "service_role";

GRANT SELECT ON TABLE "public"."calendar_feeds" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."calendar_feeds" TO "postgres", "service_role";

GRANT SELECT ON TABLE "public"."closures" TO "anon";

GRANT INSERT ("boutique_id") ON TABLE "public"."closures" TO "authenticated";

GRANT INSERT ("first_day"), UPDATE ("first_day") ON TABLE "public"."closures" TO "authenticated";

GRANT INSERT ("last_day"), UPDATE ("last_day") ON TABLE "public"."closures" TO "authenticated";

GRANT INSERT ("location_id") ON TABLE "public"."closures" TO "authenticated";

GRANT INSERT ("reason"), UPDATE ("reason") ON TABLE "public"."closures" TO "authenticated";

GRANT DELETE, SELECT ON TABLE "public"."closures" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."closures" TO "postgres", "service_role";

GRANT SELECT ON TABLE "public"."fitting_services" TO "anon";

GRANT INSERT ("boutique_id") ON TABLE "public"."fitting_services" TO "authenticated";

GRANT INSERT ("buffer_minutes_after"), UPDATE ("buffer_minutes_after") ON TABLE "public"."fitting_services" TO "authenticated";

GRANT INSERT ("buffer_minutes_before"), UPDATE ("buffer_minutes_before") ON TABLE "public"."fitting_services" TO "authenticated";

GRANT INSERT ("description"), UPDATE ("description") ON TABLE "public"."fitting_services" TO "authenticated";

GRANT INSERT ("duration_minutes"), UPDATE ("duration_minutes") ON TABLE "public"."fitting_services" TO "authenticated";

GRANT INSERT ("free_cancellation_hours"), UPDATE ("free_cancellation_hours") ON TABLE "public"."fitting_services" TO "authenticated";

GRANT INSERT ("late_cancellation_fee"), UPDATE ("late_cancellation_fee") ON TABLE "public"."fitting_services" TO "authenticated";

GRANT INSERT ("max_days_ahead"), UPDATE ("max_days_ahead") ON TABLE "public"."fitting_services" TO "authenticated";

GRANT INSERT ("max_garments"), UPDATE ("max_garments") ON TABLE "public"."fitting_services" TO "authenticated";

GRANT INSERT ("max_people"), UPDATE ("max_people") ON TABLE "public"."fitting_services" TO "authenticated";

GRANT INSERT ("min_hours_ahead"), UPDATE ("min_hours_ahead") ON TABLE "public"."fitting_services" TO "authenticated";

GRANT INSERT ("name"), UPDATE ("name") ON TABLE "public"."fitting_services" TO "authenticated";

GRANT INSERT ("no_show_fee"), UPDATE ("no_show_fee") ON TABLE "public"."fitting_services" TO "authenticated";

GRANT INSERT ("price"), UPDATE ("price") ON TABLE "public"."fitting_services" TO "authenticated";

GRANT UPDATE ("retired_at") ON TABLE "public"."fitting_services" TO "authenticated";

GRANT INSERT ("step_minutes"), UPDATE ("step_minutes") ON TABLE "public"."fitting_services" TO "authenticated";

GRANT SELECT ON TABLE "public"."fitting_services" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."fitting_services" TO "postgres", "service_role";

REVOKE ALL ("latitude") ON TABLE "public"."locations" FROM "authenticated";

GRANT INSERT ("latitude"), UPDATE ("latitude") ON TABLE "public"."locations" TO "authenticated";

REVOKE ALL ("longitude") ON TABLE "public"."locations" FROM "authenticated";

GRANT INSERT ("longitude"), UPDATE ("longitude") ON TABLE "public"."locations" TO "authenticated";

GRANT SELECT ON TABLE "public"."opening_hours" TO "anon";

GRANT INSERT ("boutique_id") ON TABLE "public"."opening_hours" TO "authenticated";

GRANT INSERT ("closes"), UPDATE ("closes") ON TABLE "public"."opening_hours" TO "authenticated";

GRANT INSERT ("location_id") ON TABLE "public"."opening_hours" TO "authenticated";

GRANT INSERT ("opens"), UPDATE ("opens") ON TABLE "public"."opening_hours" TO "authenticated";

GRANT INSERT ("weekday"), UPDATE ("weekday") ON TABLE "public"."opening_hours" TO "authenticated";

GRANT DELETE, SELECT ON TABLE "public"."opening_hours" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."opening_hours" TO "postgres", "service_role";

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

GRANT INSERT ("boutique_id") ON TABLE "public"."rooms" TO "authenticated";

GRANT INSERT ("capacity"), UPDATE ("capacity") ON TABLE "public"."rooms" TO "authenticated";

GRANT INSERT ("location_id") ON TABLE "public"."rooms" TO "authenticated";

GRANT INSERT ("name"), UPDATE ("name") ON TABLE "public"."rooms" TO "authenticated";

GRANT UPDATE ("retired_at") ON TABLE "public"."rooms" TO "authenticated";

GRANT SELECT ON TABLE "public"."rooms" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."rooms" TO "postgres", "service_role";

GRANT SELECT ON TABLE "public"."service_stylists" TO "anon";

GRANT INSERT ("boutique_id") ON TABLE "public"."service_stylists" TO "authenticated";

GRANT INSERT ("service_id") ON TABLE "public"."service_stylists" TO "authenticated";

GRANT INSERT ("stylist_id") ON TABLE "public"."service_stylists" TO "authenticated";

GRANT DELETE, SELECT ON TABLE "public"."service_stylists" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."service_stylists" TO "postgres", "service_role";

GRANT SELECT ON TABLE "public"."stylists" TO "anon";

GRANT INSERT ("bio"), UPDATE ("bio") ON TABLE "public"."stylists" TO "authenticated";

GRANT INSERT ("boutique_id") ON TABLE "public"."stylists" TO "authenticated";

GRANT INSERT ("display_name"), UPDATE ("display_name") ON TABLE "public"."stylists" TO "authenticated";

GRANT UPDATE ("retired_at") ON TABLE "public"."stylists" TO "authenticated";

GRANT INSERT ("user_id"), UPDATE ("user_id") ON TABLE "public"."stylists" TO "authenticated";

GRANT SELECT ON TABLE "public"."stylists" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."stylists" TO "postgres", "service_role";

GRANT SELECT ON TABLE "public"."substitution_candidates" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."substitution_candidates" TO "postgres", "service_role";

GRANT SELECT ON TABLE "public"."substitution_proposals" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."substitution_proposals" TO "postgres", "service_role";

GRANT SELECT ON TABLE "public"."waitlist_entries" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."waitlist_entries" TO "postgres", "service_role";

GRANT INSERT ("boutique_id") ON TABLE "public"."working_hours" TO "authenticated";

GRANT INSERT ("ends"), UPDATE ("ends") ON TABLE "public"."working_hours" TO "authenticated";

GRANT INSERT ("location_id"), UPDATE ("location_id") ON TABLE "public"."working_hours" TO "authenticated";

GRANT INSERT ("starts"), UPDATE ("starts") ON TABLE "public"."working_hours" TO "authenticated";

GRANT INSERT ("stylist_id") ON TABLE "public"."working_hours" TO "authenticated";

GRANT INSERT ("weekday"), UPDATE ("weekday") ON TABLE "public"."working_hours" TO "authenticated";

GRANT DELETE, SELECT ON TABLE "public"."working_hours" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."working_hours" TO "postgres", "service_role";

GRANT USAGE ON TYPE "private"."calendar_finding" TO "postgres";

GRANT USAGE ON TYPE "private"."feed_event" TO "postgres";

GRANT USAGE ON TYPE "private"."fitting_terms" TO "postgres";

GRANT USAGE ON TYPE "public"."appointment_state" TO "postgres";

GRANT USAGE ON TYPE "public"."calendar_feed_kind" TO "postgres";

GRANT USAGE ON TYPE "public"."calendar_row" TO "postgres";

GRANT USAGE ON TYPE "public"."garment_offer" TO "postgres";

GRANT USAGE ON TYPE "public"."inspection_outcome" TO "postgres";

GRANT USAGE ON TYPE "public"."new_calendar_feed" TO "postgres";

GRANT USAGE ON TYPE "public"."readiness_step" TO "postgres";

GRANT USAGE ON TYPE "public"."rental_event_kind" TO "postgres";

GRANT USAGE ON TYPE "public"."substitution_match" TO "postgres";

GRANT USAGE ON TYPE "public"."substitution_reason" TO "postgres";

GRANT USAGE ON TYPE "public"."substitution_state" TO "postgres";

GRANT USAGE ON TYPE "public"."utilisation_row" TO "postgres";

GRANT USAGE ON TYPE "public"."waitlist_state" TO "postgres";

ALTER TABLE "public"."appointment_notes" ADD CONSTRAINT "appointment_notes_author_id_fkey" FOREIGN KEY (author_id) REFERENCES public.profiles(id) ON DELETE SET NULL;

CREATE INDEX appointment_notes_author_id_idx ON public.appointment_notes USING btree (author_id);

CREATE POLICY "delete_author" ON "public"."appointment_notes" FOR DELETE TO "authenticated" USING (((boutique_id IN ( SELECT private.my_boutique_ids('fittings.write'::public.permission) AS my_boutique_ids)) AND (author_id = ( SELECT auth.uid() AS uid))));

CREATE POLICY "insert_staff" ON "public"."appointment_notes" FOR INSERT TO "authenticated" WITH CHECK (((boutique_id IN ( SELECT private.my_boutique_ids('fittings.write'::public.permission) AS my_boutique_ids)) AND (author_id = ( SELECT auth.uid() AS uid))));

CREATE POLICY "update_author" ON "public"."appointment_notes" FOR UPDATE TO "authenticated" USING (((boutique_id IN ( SELECT private.my_boutique_ids('fittings.write'::public.permission) AS my_boutique_ids)) AND (author_id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((boutique_id IN ( SELECT private.my_boutique_ids('fittings.write'::public.permission) AS my_boutique_ids)) AND (author_id = ( SELECT auth.uid() AS uid))));

ALTER TABLE "public"."appointment_garments" ADD CONSTRAINT "gown_is_for_an_appointment_of_the_boutique" FOREIGN KEY (appointment_id, boutique_id) REFERENCES public.appointments(id, boutique_id) ON DELETE CASCADE;

ALTER TABLE "public"."appointment_notes" ADD CONSTRAINT "note_is_about_an_appointment_of_the_boutique" FOREIGN KEY (appointment_id, boutique_id) REFERENCES public.appointments(id, boutique_id) ON DELETE CASCADE;

ALTER TABLE "public"."waitlist_entries" ADD CONSTRAINT "waitlist_entries_appointment_id_fkey" FOREIGN KEY (appointment_id) REFERENCES public.appointments(id) ON DELETE SET NULL;

CREATE INDEX appointments_customer_id_idx ON public.appointments USING btree (customer_id, created_at DESC, id DESC);

ALTER TABLE "private"."calendar_feed_tokens" ADD CONSTRAINT "calendar_feed_tokens_feed_id_fkey" FOREIGN KEY (feed_id) REFERENCES public.calendar_feeds(id) ON DELETE CASCADE;

ALTER TABLE "public"."appointments" ADD CONSTRAINT "appointment_is_for_a_service_of_the_boutique" FOREIGN KEY (service_id, boutique_id) REFERENCES public.fitting_services(id, boutique_id) ON DELETE RESTRICT;

ALTER TABLE "public"."service_stylists" ADD CONSTRAINT "service_is_of_the_boutique" FOREIGN KEY (service_id, boutique_id) REFERENCES public.fitting_services(id, boutique_id) ON DELETE CASCADE;

ALTER TABLE "public"."waitlist_entries" ADD CONSTRAINT "entry_is_for_a_service_of_the_boutique" FOREIGN KEY (service_id, boutique_id) REFERENCES public.fitting_services(id, boutique_id) ON DELETE CASCADE;

GRANT INSERT ("id") ON TABLE "public"."fitting_services" TO "authenticated";

ALTER TABLE "public"."rooms" ADD CONSTRAINT "room_is_a_resource" FOREIGN KEY (id) REFERENCES public.resources(id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE "public"."appointments" ADD CONSTRAINT "appointment_is_in_a_room_of_the_boutique" FOREIGN KEY (room_id, boutique_id) REFERENCES public.rooms(id, boutique_id) ON DELETE RESTRICT;

GRANT INSERT ("id") ON TABLE "public"."rooms" TO "authenticated";

ALTER TABLE "public"."stylists" ADD CONSTRAINT "stylist_is_a_resource" FOREIGN KEY (id) REFERENCES public.resources(id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE "public"."appointments" ADD CONSTRAINT "appointment_is_with_a_stylist_of_the_boutique" FOREIGN KEY (stylist_id, boutique_id) REFERENCES public.stylists(id, boutique_id) ON DELETE RESTRICT;

ALTER TABLE "public"."service_stylists" ADD CONSTRAINT "stylist_is_of_the_boutique" FOREIGN KEY (stylist_id, boutique_id) REFERENCES public.stylists(id, boutique_id) ON DELETE CASCADE;

ALTER TABLE "public"."working_hours" ADD CONSTRAINT "working_hours_are_of_a_stylist_of_the_boutique" FOREIGN KEY (stylist_id, boutique_id) REFERENCES public.stylists(id, boutique_id) ON DELETE CASCADE;

GRANT INSERT ("id") ON TABLE "public"."stylists" TO "authenticated";

ALTER TABLE "public"."substitution_candidates" ADD CONSTRAINT "candidate_is_of_a_proposal_of_the_boutique" FOREIGN KEY (proposal_id, boutique_id) REFERENCES public.substitution_proposals(id, boutique_id) ON DELETE CASCADE;

CREATE INDEX waitlist_entries_in_line_idx ON public.waitlist_entries USING btree (location_id, created_at, id) WHERE (state = 'waiting'::public.waitlist_state);

ALTER TABLE "public"."opening_hours" ADD CONSTRAINT "opening_hours_of_a_day_never_overlap" EXCLUDE USING gist (location_id WITH =, weekday WITH =, private.minutes_of_day(opens, closes) WITH &&);

ALTER TABLE "public"."rental_events" ADD CONSTRAINT "photos_are_inside_the_boutiques_folder" CHECK (private.paths_are_in_folder(photo_paths, (boutique_id)::text));

ALTER TABLE "public"."working_hours" ADD CONSTRAINT "working_hours_of_a_stylist_never_overlap" EXCLUDE USING gist (stylist_id WITH =, weekday WITH =, private.minutes_of_day(starts, ends) WITH &&);

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
select pgboss.create_queue('mail.fitting_booked.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('mail.fitting_booked', '{"policy":"standard","retryLimit":12,"retryDelay":5,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":120,"deadLetter":"mail.fitting_booked.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 12, retry_delay = 5, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 120, heartbeat_seconds = 30, dead_letter = 'mail.fitting_booked.dead', notify = true where name = 'mail.fitting_booked';
select pgboss.create_queue('mail.fitting_reminder.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('mail.fitting_reminder', '{"policy":"standard","retryLimit":12,"retryDelay":5,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":120,"deadLetter":"mail.fitting_reminder.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 12, retry_delay = 5, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 120, heartbeat_seconds = 30, dead_letter = 'mail.fitting_reminder.dead', notify = true where name = 'mail.fitting_reminder';
select pgboss.create_queue('mail.fitting_cancelled.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('mail.fitting_cancelled', '{"policy":"standard","retryLimit":12,"retryDelay":5,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":120,"deadLetter":"mail.fitting_cancelled.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 12, retry_delay = 5, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 120, heartbeat_seconds = 30, dead_letter = 'mail.fitting_cancelled.dead', notify = true where name = 'mail.fitting_cancelled';
select pgboss.create_queue('mail.fitting_offer.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('mail.fitting_offer', '{"policy":"standard","retryLimit":12,"retryDelay":5,"retryBackoff":true,"retryDelayMax":300,"expireInSeconds":120,"deadLetter":"mail.fitting_offer.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 12, retry_delay = 5, retry_backoff = true, retry_delay_max = 300, expire_seconds = 120, heartbeat_seconds = 30, dead_letter = 'mail.fitting_offer.dead', notify = true where name = 'mail.fitting_offer';
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
select pgboss.create_queue('calendar.check.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('calendar.check', '{"policy":"standard","retryLimit":3,"retryDelay":60,"retryBackoff":true,"retryDelayMax":600,"expireInSeconds":600,"deadLetter":"calendar.check.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 3, retry_delay = 60, retry_backoff = true, retry_delay_max = 600, expire_seconds = 600, heartbeat_seconds = 30, dead_letter = 'calendar.check.dead', notify = true where name = 'calendar.check';
select pgboss.create_queue('jobs.watch.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('jobs.watch', '{"policy":"standard","retryLimit":3,"retryDelay":10,"retryBackoff":true,"retryDelayMax":60,"expireInSeconds":120,"deadLetter":"jobs.watch.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 3, retry_delay = 10, retry_backoff = true, retry_delay_max = 60, expire_seconds = 120, heartbeat_seconds = 30, dead_letter = 'jobs.watch.dead', notify = true where name = 'jobs.watch';
select pgboss.create_queue('notify.deliver.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('notify.deliver', '{"policy":"standard","retryLimit":12,"retryDelay":5,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":120,"deadLetter":"notify.deliver.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 12, retry_delay = 5, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 120, heartbeat_seconds = 30, dead_letter = 'notify.deliver.dead', notify = true where name = 'notify.deliver';
select pgboss.create_queue('housekeeping.prune.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('housekeeping.prune', '{"policy":"standard","retryLimit":3,"retryDelay":60,"retryBackoff":true,"retryDelayMax":600,"expireInSeconds":900,"deadLetter":"housekeeping.prune.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 3, retry_delay = 60, retry_backoff = true, retry_delay_max = 600, expire_seconds = 900, heartbeat_seconds = 30, dead_letter = 'housekeeping.prune.dead', notify = true where name = 'housekeeping.prune';
select pgboss.create_queue('webhook.deliver.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('webhook.deliver', '{"policy":"standard","retryLimit":10,"retryDelay":30,"retryBackoff":true,"retryDelayMax":600,"expireInSeconds":60,"deadLetter":"webhook.deliver.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 10, retry_delay = 30, retry_backoff = true, retry_delay_max = 600, expire_seconds = 60, heartbeat_seconds = 30, dead_letter = 'webhook.deliver.dead', notify = true where name = 'webhook.deliver';
select pgboss.create_queue('mail.webhook_failing.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('mail.webhook_failing', '{"policy":"standard","retryLimit":12,"retryDelay":5,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":120,"deadLetter":"mail.webhook_failing.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 12, retry_delay = 5, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 120, heartbeat_seconds = 30, dead_letter = 'mail.webhook_failing.dead', notify = true where name = 'mail.webhook_failing';
select pgboss.create_queue('webhook.sweep.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('webhook.sweep', '{"policy":"standard","retryLimit":3,"retryDelay":60,"retryBackoff":true,"retryDelayMax":600,"expireInSeconds":600,"deadLetter":"webhook.sweep.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 3, retry_delay = 60, retry_backoff = true, retry_delay_max = 600, expire_seconds = 600, heartbeat_seconds = 30, dead_letter = 'webhook.sweep.dead', notify = true where name = 'webhook.sweep';

delete from private.queue_rules;
insert into private.queue_rules (queue, payload, overdue_seconds, schedule_seconds) values
  ('rental.expire_hold', '{"rental_id":"uuid"}', 120, null),
  ('fitting.expire_offer', '{"appointment_id":"uuid"}', 120, null),
  ('fitting.offer_waitlist', '{"location_id":"uuid"}', 300, null),
  ('rental.watch_returns', '{}', 1800, 900),
  ('mail.rental_reserved', '{"rental_id":"uuid"}', 600, null),
  ('mail.rental_changed', '{"rental_id":"uuid"}', 600, null),
  ('mail.fitting_booked', '{"appointment_id":"uuid"}', 600, null),
  ('mail.fitting_reminder', '{"appointment_id":"uuid","hours":"integer"}', 600, null),
  ('mail.fitting_cancelled', '{"appointment_id":"uuid"}', 600, null),
  ('mail.fitting_offer', '{"appointment_id":"uuid"}', 120, null),
  ('mail.invitation', '{"invitation_id":"uuid"}', 600, null),
  ('mail.boutique_status', '{"change_id":"uuid"}', 1800, null),
  ('privacy.build_export', '{"export_id":"uuid"}', 3600, null),
  ('mail.data_export', '{"export_id":"uuid"}', 1800, null),
  ('mail.account_deletion', '{"user_id":"uuid"}', 1800, null),
  ('privacy.erase_account', '{"user_id":"uuid"}', 7200, null),
  ('privacy.sweep', '{}', 3600, 3600),
  ('rate_limits.sweep', '{}', 3600, 3600),
  ('calendar.check', '{}', 3600, 3600),
  ('jobs.watch', '{}', 600, 300),
  ('notify.deliver', '{"kind":"text","subject_id":"uuid","occasion":"text"}', 600, null),
  ('housekeeping.prune', '{}', 3600, 86400),
  ('webhook.deliver', '{"delivery_id":"uuid"}', 600, null),
  ('mail.webhook_failing', '{"endpoint_id":"uuid"}', 1800, null),
  ('webhook.sweep', '{}', 3600, 3600);

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

-- Does nothing where there is no pg_cron.
select private.schedule_wake_up();

-- Boutiques that there are already have the usual policy.
insert into public.readiness_policies (boutique_id) select b.id from public.boutiques b on conflict do nothing;
