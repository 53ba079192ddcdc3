set local check_function_bodies = off;

ALTER TABLE "public"."fitting_services" DROP CONSTRAINT "booking_is_up_to_three_years_ahead";

ALTER TABLE "public"."fitting_services" DROP CONSTRAINT "buffers_are_up_to_four_hours";

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

ALTER TABLE "public"."fitting_services" ADD CONSTRAINT "booking_is_up_to_three_years_ahead" CHECK ((((min_hours_ahead >= 0) AND (min_hours_ahead <= 8760)) AND ((max_days_ahead >= 1) AND (max_days_ahead <= 1100))));

ALTER TABLE "public"."fitting_services" ADD CONSTRAINT "buffers_are_up_to_four_hours" CHECK ((((buffer_minutes_before >= 0) AND (buffer_minutes_before <= 240)) AND ((buffer_minutes_after >= 0) AND (buffer_minutes_after <= 240))));
