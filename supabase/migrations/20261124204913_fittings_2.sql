set local check_function_bodies = off;

CREATE TYPE "public"."appointment_state" AS ENUM ('offered', 'booked', 'attended', 'no_show', 'cancelled', 'expired');

ALTER TABLE "public"."appointments" ADD COLUMN "state" public.appointment_state NOT NULL DEFAULT 'booked'::public.appointment_state;

ALTER TYPE "public"."permission" ADD VALUE 'calendar.manage' BEFORE 'rentals.read';
