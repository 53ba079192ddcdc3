ALTER TABLE "public"."fitting_services" DROP CONSTRAINT "booking_is_up_to_three_years_ahead";

ALTER TABLE "public"."fitting_services" DROP CONSTRAINT "buffers_are_up_to_four_hours";

ALTER TABLE "public"."fitting_services" ADD CONSTRAINT "booking_is_at_most_a_year_before" CHECK (((min_hours_ahead >= 0) AND (min_hours_ahead <= 8760)));

ALTER TABLE "public"."fitting_services" ADD CONSTRAINT "booking_is_up_to_three_years_ahead" CHECK (((max_days_ahead >= 1) AND (max_days_ahead <= 1100)));

ALTER TABLE "public"."fitting_services" ADD CONSTRAINT "buffer_after_is_up_to_four_hours" CHECK (((buffer_minutes_after >= 0) AND (buffer_minutes_after <= 240)));

ALTER TABLE "public"."fitting_services" ADD CONSTRAINT "buffer_before_is_up_to_four_hours" CHECK (((buffer_minutes_before >= 0) AND (buffer_minutes_before <= 240)));
