set local check_function_bodies = off;

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
