set local check_function_bodies = off;

ALTER TABLE "public"."fitting_services" DROP CONSTRAINT "booking_is_up_to_three_years_ahead";

ALTER TABLE "public"."fitting_services" DROP CONSTRAINT "buffers_are_up_to_four_hours";

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

ALTER TABLE "public"."fitting_services" ADD CONSTRAINT "booking_is_up_to_three_years_ahead" CHECK ((((min_hours_ahead >= 0) AND (min_hours_ahead <= 8760)) AND ((max_days_ahead >= 1) AND (max_days_ahead <= 1100))));

ALTER TABLE "public"."fitting_services" ADD CONSTRAINT "buffers_are_up_to_four_hours" CHECK ((((buffer_minutes_before >= 0) AND (buffer_minutes_before <= 240)) AND ((buffer_minutes_after >= 0) AND (buffer_minutes_after <= 240))));

COMMENT ON FUNCTION "public"."cancel_fitting"(uuid, text) IS 'The customer or staff cancel; the time is free again at once, or offered to the first of the waitlist. fee_due is what the frozen policy asks of a customer who is late. A customer does so until it begins. Repeating it changes nothing. PT404 appointment_not_found; PT409 invalid_state, policy_window_passed.';
