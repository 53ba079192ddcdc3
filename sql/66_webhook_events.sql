-- Events: written in the transaction in which something happens, with a delivery and a job for everybody who listens.

create function private.utc_text(moment timestamptz) returns text
language sql stable
set search_path = ''
as $$
  select to_char(moment at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
$$;
comment on function private.utc_text(timestamptz) is 'A time as ISO 8601 in UTC, whatever the time zone of the session.';

create function private.write_event(boutique_id uuid, type text, subject_table text, subject_id uuid, data jsonb) returns uuid
language plpgsql volatile
set search_path = ''
as $$
declare
  v_id uuid := private.uuid_v7();
  v_sequence bigint;
  v_now timestamptz;
begin
  -- The lock on the counter is held until the transaction ends: numbers are in the order of commits, and a transaction
  -- that is rolled back takes its number back.
  insert into private.webhook_sequences as s (boutique_id, subject_table, subject_id, last)
  values (write_event.boutique_id, write_event.subject_table, write_event.subject_id, 1)
  on conflict on constraint webhook_sequences_pkey do update set last = s.last + 1
  returning s.last into v_sequence;
  v_now := clock_timestamp();
  insert into public.webhook_events (id, boutique_id, type, subject_table, subject_id, sequence, payload, occurred_at)
  values (v_id, write_event.boutique_id, write_event.type, write_event.subject_table, write_event.subject_id, v_sequence,
    jsonb_build_object('id', v_id, 'type', type, 'timestamp', private.utc_text(v_now), 'boutique_id', boutique_id,
      'subject', jsonb_build_object('table', subject_table, 'id', subject_id), 'sequence', v_sequence, 'data', data),
    v_now);
  return v_id;
end
$$;
comment on function private.write_event(uuid, text, text, uuid, jsonb) is 'Writes an event with the next number of its subject and returns its id.';

create function private.enqueue_delivery(delivery_id uuid, boutique_id uuid, start_after timestamptz default null) returns uuid
language plpgsql volatile -- not sql: its plan is kept for the session
set search_path = ''
as $$
begin
  return private.enqueue('webhook.deliver', jsonb_build_object('delivery_id', delivery_id),
    jsonb_strip_nulls(jsonb_build_object('group', boutique_id, 'start_after', start_after)));
end
$$;
comment on function private.enqueue_delivery(uuid, uuid, timestamptz) is 'A job for the next attempt at a delivery, in the boutique''s turn.';

create function private.deliver_event(event_id uuid, endpoint public.webhook_endpoints) returns uuid
language plpgsql volatile
set search_path = ''
as $$
declare
  v_delivery uuid := private.uuid_v7();
begin
  -- What a disabled endpoint misses is written down, and can be replayed when it is enabled again.
  insert into public.webhook_deliveries (id, boutique_id, event_id, endpoint_id, state, next_attempt_at, reason)
  values (v_delivery, endpoint.boutique_id, deliver_event.event_id, endpoint.id,
    case when endpoint.enabled then 'pending' else 'dead' end::public.webhook_delivery_state,
    case when endpoint.enabled then now() end,
    case when not endpoint.enabled then 'The endpoint is disabled.' end);
  if endpoint.enabled then
    perform private.enqueue_delivery(v_delivery, endpoint.boutique_id);
  end if;
  return v_delivery;
end
$$;
comment on function private.deliver_event(uuid, public.webhook_endpoints) is 'Sets an event on its way to an endpoint and returns the id of the delivery.';

create function private.emit_event(boutique_id uuid, type text, subject_table text, subject_id uuid, data jsonb) returns uuid
language plpgsql volatile
set search_path = ''
as $$
declare
  v_endpoint public.webhook_endpoints;
  v_event uuid;
begin
  for v_endpoint in
    select * from public.webhook_endpoints e
    where e.boutique_id = emit_event.boutique_id and e.event_types && array['*', emit_event.type]
    order by e.id
  loop
    v_event := coalesce(v_event, private.write_event(boutique_id, type, subject_table, subject_id, data));
    perform private.deliver_event(v_event, v_endpoint);
  end loop;
  return v_event;
end
$$;
comment on function private.emit_event(uuid, text, text, uuid, jsonb) is
  'Tells the boutique''s endpoints that something happened: an event, a delivery and a job for each that listens to the type, all in the current transaction. Null, and nothing written, when nobody listens.';

-- Where events come from ------------------------------------------------------------------------------------------------

create function private.emit_rental_event() returns trigger
language plpgsql
security definer -- whoever moves the rental, the event is written
set search_path = ''
as $$
begin
  perform private.emit_event(new.boutique_id, 'rental.' || new.state, 'rentals', new.id, jsonb_build_object(
    'rental_id', new.id, 'state', new.state, 'customer_id', new.customer_id, 'variant_id', new.variant_id,
    'garment_id', new.garment_id, 'first_day', lower(new.period), 'last_day', upper(new.period) - 1,
    'held_until', private.utc_text(new.held_until), 'price', new.price, 'deposit', new.deposit, 'currency', new.currency));
  return null;
end
$$;
comment on function private.emit_rental_event() is 'Trigger: every state that a rental comes into is an event, rental.<state>.';

create trigger emit_rental_made after insert on public.rentals
  for each row execute function private.emit_rental_event();
create trigger emit_rental_moved after update of state on public.rentals
  for each row when (old.state is distinct from new.state) execute function private.emit_rental_event();

create function private.emit_fitting_event() returns trigger
language plpgsql
security definer -- as emit_rental_event
set search_path = ''
as $$
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
$$;
comment on function private.emit_fitting_event() is
  'Trigger: what becomes of a fitting is an event. An offer of the waitlist is none before it is accepted.';

-- At the end of the transaction: the gowns are written after the appointment.
create constraint trigger emit_fitting_made after insert on public.appointments
  deferrable initially deferred
  for each row when (new.state = 'booked') execute function private.emit_fitting_event();
create constraint trigger emit_fitting_moved after update on public.appointments
  deferrable initially deferred
  for each row when (
    (old.state is distinct from new.state and (new.state in ('booked', 'attended', 'no_show') or (new.state = 'cancelled' and old.state = 'booked')))
    or (old.state = 'booked' and new.state = 'booked' and (old.during is distinct from new.during)))
  execute function private.emit_fitting_event();

create function private.emit_boutique_event() returns trigger
language plpgsql
security definer -- as emit_rental_event
set search_path = ''
as $$
begin
  perform private.emit_event(new.id, case new.status when 'active' then 'boutique.activated' else 'boutique.suspended' end,
    'boutiques', new.id, jsonb_build_object('boutique_id', new.id, 'status', new.status));
  return null;
end
$$;
comment on function private.emit_boutique_event() is 'Trigger: approval and suspension are events, boutique.activated and boutique.suspended.';

create trigger emit_boutique_event after update of status on public.boutiques
  for each row when (old.status is distinct from new.status and new.status <> 'applied')
  execute function private.emit_boutique_event();
