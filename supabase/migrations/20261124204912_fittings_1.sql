set local check_function_bodies = off;

DROP TRIGGER "refuse_rental_of_leaver" ON "public"."rentals";

DROP FUNCTION "private"."refuse_rental_of_leaver"();

CREATE TABLE "public"."appointment_garments" ("appointment_id" uuid NOT NULL, "garment_id" uuid NOT NULL, "boutique_id" uuid NOT NULL, "customer_id" uuid, "created_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "appointment_garments_pkey" PRIMARY KEY (appointment_id, garment_id));

ALTER TABLE "public"."appointment_garments" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."appointment_notes" ("appointment_id" uuid NOT NULL, "boutique_id" uuid NOT NULL, "body" text NOT NULL, "created_at" timestamp with time zone NOT NULL DEFAULT now(), "updated_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "body_is_given" CHECK (((body ~ '\S'::text) AND (length(body) <= 5000))), "id" uuid NOT NULL DEFAULT private.uuid_v7(), CONSTRAINT "appointment_notes_pkey" PRIMARY KEY (id), "author_id" uuid DEFAULT auth.uid());

ALTER TABLE "public"."appointment_notes" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."appointments" ("boutique_id" uuid NOT NULL, "customer_id" uuid, "walk_in_name" text, "location_id" uuid NOT NULL, "service_id" uuid NOT NULL, "stylist_id" uuid NOT NULL, "room_id" uuid NOT NULL, "during" tstzrange NOT NULL, "held_until" timestamp with time zone, "customer_notes" text NOT NULL DEFAULT ''::text, "guest_names" text[] NOT NULL DEFAULT '{}'::text[], "price" bigint NOT NULL, "currency" character(3) NOT NULL, "free_cancellation_until" timestamp with time zone NOT NULL, "late_cancellation_fee" bigint NOT NULL, "no_show_fee" bigint NOT NULL, "fee_due" bigint NOT NULL DEFAULT 0, "cancelled_by" text, "reason" text, "created_at" timestamp with time zone NOT NULL DEFAULT now(), "updated_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "appointment_takes_some_time" CHECK (((NOT isempty(during)) AND (lower(during) IS NOT NULL) AND isfinite(lower(during)) AND (upper(during) IS NOT NULL) AND isfinite(upper(during)))), CONSTRAINT "cancelled_by_is_known" CHECK ((cancelled_by = ANY (ARRAY['customer'::text, 'boutique'::text]))), CONSTRAINT "currency_is_iso_4217" CHECK ((currency ~ '^[A-Z]{3}$'::text)), CONSTRAINT "guests_are_few" CHECK (((cardinality(guest_names) <= 50) AND (length((guest_names)::text) <= 4000))), CONSTRAINT "money_is_not_negative" CHECK (((price >= 0) AND (late_cancellation_fee >= 0) AND (no_show_fee >= 0) AND (fee_due >= 0))), CONSTRAINT "notes_are_bounded" CHECK (((length(customer_notes) <= 2000) AND (length(walk_in_name) <= 120) AND (length(reason) <= 500))), "id" uuid NOT NULL DEFAULT private.uuid_v7(), CONSTRAINT "appointments_id_boutique_id_key" UNIQUE (id, boutique_id), CONSTRAINT "appointments_pkey" PRIMARY KEY (id));

ALTER TABLE "public"."appointments" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."closures" ("location_id" uuid NOT NULL, "boutique_id" uuid NOT NULL, "first_day" date NOT NULL, "last_day" date NOT NULL, "reason" text NOT NULL, "created_at" timestamp with time zone NOT NULL DEFAULT now(), "updated_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "closure_ends_after_it_starts" CHECK ((isfinite(first_day) AND isfinite(last_day) AND (last_day >= first_day))), CONSTRAINT "closure_is_at_most_a_year" CHECK (((last_day - first_day) <= 366)), CONSTRAINT "reason_is_given" CHECK (((reason ~ '\S'::text) AND (length(reason) <= 200))), "id" uuid NOT NULL DEFAULT private.uuid_v7(), CONSTRAINT "closures_pkey" PRIMARY KEY (id));

ALTER TABLE "public"."closures" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."fitting_services" ("boutique_id" uuid NOT NULL, "name" text NOT NULL, "description" text NOT NULL DEFAULT ''::text, "duration_minutes" integer NOT NULL, "buffer_minutes_before" integer NOT NULL DEFAULT 0, "buffer_minutes_after" integer NOT NULL DEFAULT 15, "step_minutes" integer NOT NULL DEFAULT 30, "price" bigint NOT NULL DEFAULT 0, "currency" character(3) NOT NULL, "max_garments" integer NOT NULL DEFAULT 5, "max_people" integer NOT NULL DEFAULT 4, "min_hours_ahead" integer NOT NULL DEFAULT 2, "max_days_ahead" integer NOT NULL DEFAULT 180, "free_cancellation_hours" integer NOT NULL DEFAULT 24, "late_cancellation_fee" bigint NOT NULL DEFAULT 0, "no_show_fee" bigint NOT NULL DEFAULT 0, "retired_at" timestamp with time zone, "listed" boolean NOT NULL DEFAULT false, "created_at" timestamp with time zone NOT NULL DEFAULT now(), "updated_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "booking_is_up_to_three_years_ahead" CHECK (((min_hours_ahead >= 0) AND (min_hours_ahead <= 8760) AND (max_days_ahead >= 1) AND (max_days_ahead <= 1100))), CONSTRAINT "buffers_are_up_to_four_hours" CHECK (((buffer_minutes_before >= 0) AND (buffer_minutes_before <= 240) AND (buffer_minutes_after >= 0) AND (buffer_minutes_after <= 240))), CONSTRAINT "currency_is_iso_4217" CHECK ((currency ~ '^[A-Z]{3}$'::text)), CONSTRAINT "description_is_bounded" CHECK ((length(description) <= 2000)), CONSTRAINT "duration_is_five_minutes_to_a_day" CHECK (((duration_minutes >= 5) AND (duration_minutes <= 1440))), CONSTRAINT "fitting_services_boutique_id_name_key" UNIQUE (boutique_id, name), CONSTRAINT "free_cancellation_is_up_to_60_days_before" CHECK (((free_cancellation_hours >= 0) AND (free_cancellation_hours <= 1440))), CONSTRAINT "garments_are_up_to_twenty" CHECK (((max_garments >= 0) AND (max_garments <= 20))), CONSTRAINT "money_is_not_negative" CHECK (((price >= 0) AND (late_cancellation_fee >= 0) AND (no_show_fee >= 0))), CONSTRAINT "name_is_given" CHECK (((name ~ '\S'::text) AND (length(name) <= 120))), CONSTRAINT "people_are_1_to_50" CHECK (((max_people >= 1) AND (max_people <= 50))), CONSTRAINT "step_is_five_minutes_to_four_hours" CHECK (((step_minutes >= 5) AND (step_minutes <= 240))), "id" uuid NOT NULL DEFAULT private.uuid_v7(), CONSTRAINT "fitting_services_id_boutique_id_key" UNIQUE (id, boutique_id), CONSTRAINT "fitting_services_pkey" PRIMARY KEY (id));

ALTER TABLE "public"."fitting_services" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."opening_hours" ("location_id" uuid NOT NULL, "boutique_id" uuid NOT NULL, "weekday" smallint NOT NULL, "opens" time without time zone NOT NULL, "closes" time without time zone NOT NULL, "created_at" timestamp with time zone NOT NULL DEFAULT now(), "updated_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "weekday_is_monday_to_sunday" CHECK (((weekday >= 1) AND (weekday <= 7))), "id" uuid NOT NULL DEFAULT private.uuid_v7(), CONSTRAINT "opening_hours_pkey" PRIMARY KEY (id));

ALTER TABLE "public"."opening_hours" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."rooms" ("boutique_id" uuid NOT NULL, "location_id" uuid NOT NULL, "name" text NOT NULL, "capacity" integer NOT NULL DEFAULT 4, "retired_at" timestamp with time zone, "created_at" timestamp with time zone NOT NULL DEFAULT now(), "updated_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "capacity_is_1_to_50" CHECK (((capacity >= 1) AND (capacity <= 50))), CONSTRAINT "name_is_given" CHECK (((name ~ '\S'::text) AND (length(name) <= 80))), CONSTRAINT "rooms_location_id_name_key" UNIQUE (location_id, name), "id" uuid NOT NULL DEFAULT private.uuid_v7(), CONSTRAINT "rooms_id_boutique_id_key" UNIQUE (id, boutique_id), CONSTRAINT "rooms_pkey" PRIMARY KEY (id));

ALTER TABLE "public"."rooms" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."service_stylists" ("service_id" uuid NOT NULL, "stylist_id" uuid NOT NULL, "boutique_id" uuid NOT NULL, "created_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "service_stylists_pkey" PRIMARY KEY (service_id, stylist_id));

ALTER TABLE "public"."service_stylists" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."stylists" ("boutique_id" uuid NOT NULL, "user_id" uuid, "display_name" text NOT NULL, "bio" text NOT NULL DEFAULT ''::text, "retired_at" timestamp with time zone, "listed" boolean NOT NULL DEFAULT false, "created_at" timestamp with time zone NOT NULL DEFAULT now(), "updated_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "bio_is_bounded" CHECK ((length(bio) <= 2000)), CONSTRAINT "display_name_is_given" CHECK (((display_name ~ '\S'::text) AND (length(display_name) <= 120))), CONSTRAINT "stylists_boutique_id_user_id_key" UNIQUE (boutique_id, user_id), "id" uuid NOT NULL DEFAULT private.uuid_v7(), CONSTRAINT "stylists_id_boutique_id_key" UNIQUE (id, boutique_id), CONSTRAINT "stylists_pkey" PRIMARY KEY (id));

ALTER TABLE "public"."stylists" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."waitlist_entries" ("boutique_id" uuid NOT NULL, "customer_id" uuid NOT NULL, "location_id" uuid NOT NULL, "service_id" uuid NOT NULL, "garment_ids" uuid[] NOT NULL DEFAULT '{}'::uuid[], "from_date" date NOT NULL, "to_date" date NOT NULL, "appointment_id" uuid, "created_at" timestamp with time zone NOT NULL DEFAULT now(), "updated_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "days_end_after_they_start" CHECK ((isfinite(from_date) AND isfinite(to_date) AND (to_date >= from_date) AND ((to_date - from_date) <= 31))), CONSTRAINT "garments_are_few" CHECK ((cardinality(garment_ids) <= 20)), "id" uuid NOT NULL DEFAULT private.uuid_v7(), CONSTRAINT "waitlist_entries_pkey" PRIMARY KEY (id));

ALTER TABLE "public"."waitlist_entries" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."working_hours" ("stylist_id" uuid NOT NULL, "boutique_id" uuid NOT NULL, "location_id" uuid NOT NULL, "weekday" smallint NOT NULL, "starts" time without time zone NOT NULL, "ends" time without time zone NOT NULL, "created_at" timestamp with time zone NOT NULL DEFAULT now(), "updated_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "weekday_is_monday_to_sunday" CHECK (((weekday >= 1) AND (weekday <= 7))), "id" uuid NOT NULL DEFAULT private.uuid_v7(), CONSTRAINT "working_hours_pkey" PRIMARY KEY (id));

ALTER TABLE "public"."working_hours" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "public"."allocations" ADD COLUMN "note" text NOT NULL DEFAULT ''::text;

ALTER TABLE "public"."appointments" ADD COLUMN "starts_at" timestamp with time zone GENERATED ALWAYS AS (lower(during)) STORED NOT NULL;

CREATE TYPE "private"."fitting_terms" AS ("service" public.fitting_services, "location_id" uuid, "boutique_id" uuid, "timezone" text);

ALTER TYPE "public"."allocation_kind" ADD VALUE 'time_off' AFTER 'sale';
