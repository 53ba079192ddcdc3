-- Types of events that boutiques can have sent to their own systems: the one list. Endpoints are checked against it, front
-- ends show it, docs/webhooks.md repeats it.

create function private.webhook_event_types() returns table (type text, description text, example jsonb)
language sql immutable
set search_path = ''
as $$
  -- The example is what stands in `data`. Ids and plain facts: no name, address or number of a customer ever.
  with rental (example) as (
    values ('{"rental_id": "0193a1b2-0000-7000-8000-000000000001", "state": "held", "customer_id": "0193a1b2-0000-7000-8000-000000000002", "variant_id": "0193a1b2-0000-7000-8000-000000000003", "garment_id": "0193a1b2-0000-7000-8000-000000000004", "first_day": "2027-06-04", "last_day": "2027-06-06", "held_until": "2027-05-01T09:15:00.000000Z", "price": 25500, "deposit": 40000, "currency": "GBP"}'::jsonb)
  ),
  purchase (example) as (
    values ('{"order_id": "0193a1b2-0000-7000-8000-000000000005", "number": "AB-000042", "state": "pending", "customer_id": "0193a1b2-0000-7000-8000-000000000002", "total": 189000, "currency": "GBP"}'::jsonb)
  ),
  fitting (example) as (
    values ('{"fitting_id": "0193a1b2-0000-7000-8000-000000000006", "state": "booked", "customer_id": "0193a1b2-0000-7000-8000-000000000002", "location_id": "0193a1b2-0000-7000-8000-000000000007", "starts_at": "2027-05-08T10:00:00.000000Z", "ends_at": "2027-05-08T11:00:00.000000Z", "garment_ids": ["0193a1b2-0000-7000-8000-000000000004"]}'::jsonb)
  ),
  review (example) as (
    values ('{"review_id": "0193a1b2-0000-7000-8000-000000000008", "state": "published", "product_id": "0193a1b2-0000-7000-8000-000000000009", "rating": 5, "fit": "true"}'::jsonb)
  ),
  show (example) as (
    values ('{"show_id": "0193a1b2-0000-7000-8000-00000000000a", "state": "scheduled", "slug": "spring-2027", "title": "Spring 2027", "starts_at": "2027-05-08T16:00:00.000000Z", "ends_at": "2027-05-08T18:00:00.000000Z", "location_id": "0193a1b2-0000-7000-8000-000000000007", "capacity": 80, "seats_taken": 0}'::jsonb)
  ),
  rsvp (example) as (
    values ('{"rsvp_id": "0193a1b2-0000-7000-8000-00000000000b", "state": "confirmed", "show_id": "0193a1b2-0000-7000-8000-00000000000a", "customer_id": "0193a1b2-0000-7000-8000-000000000002", "party_size": 2}'::jsonb)
  )
  select t.type, t.description, coalesce(
    case split_part(t.type, '.', 1)
      when 'rental' then r.example
      when 'order' then p.example
      when 'fitting' then f.example
      when 'review' then v.example
      when 'show' then case when t.type like 'show.rsvp%' then rs.example else s.example end
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
    ('order.placed', 'A customer has ordered and is about to pay.', '{"number": null}'),
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
    ('show.scheduled', 'A show was announced.', '{}'),
    ('show.rescheduled', 'An announced show is at another time or place.', '{"starts_at": "2027-05-09T16:00:00.000000Z", "ends_at": "2027-05-09T18:00:00.000000Z"}'),
    ('show.started', 'A show has begun.', '{"state": "live"}'),
    ('show.finished', 'A show is over.', '{"state": "recorded"}'),
    ('show.cancelled', 'A show was called off.', '{"state": "cancelled"}'),
    ('show.rsvp_confirmed', 'A customer has seats of a show.', '{}'),
    ('show.rsvp_cancelled', 'A customer does not come to a show.', '{"state": "cancelled"}'),
    ('webhook.test', 'Somebody of the boutique has asked for a test. Sent to one endpoint, whatever it listens to.', '{"message": "This is a test."}')
  ) as t (type, description, difference)
  cross join rental r cross join purchase p cross join fitting f cross join review v cross join show s cross join rsvp rs
$$;
comment on function private.webhook_event_types() is
  'Every type of event with an example of its data. Those of reviews are sent from the day on which Nexus has these.';

create function private.webhook_type_names() returns text[]
language sql immutable
set search_path = ''
as $$
  select array_agg(t.type) from private.webhook_event_types() t
$$;
comment on function private.webhook_type_names() is 'The names of all types of events.';

create function private.are_webhook_event_types(types text[], or_all boolean) returns boolean
language plpgsql immutable -- not sql: its plan, with the names worked out, is kept for the session
set search_path = ''
as $$
begin
  -- True for null: a column that must have a value says so itself.
  return types is null or (cardinality(types) > 0 and array_position(types, null) is null
    and (types <@ private.webhook_type_names() or (or_all and types <@ (private.webhook_type_names() || '*'::text))));
end
$$;
comment on function private.are_webhook_event_types(text[], boolean) is 'True for one or more known types of events; with or_all also "*", which stands for all.';
-- CHECK constraints run as the role that writes the row.
grant execute on function private.webhook_event_types() to authenticated, service_role;
grant execute on function private.webhook_type_names() to service_role;
grant execute on function private.are_webhook_event_types(text[], boolean) to service_role;

create function private.is_webhook_url(url text) returns boolean
language sql immutable
set search_path = ''
as $$
  -- Plain HTTP only to the own machine, for development; whether such an address is in fact called is for the worker to
  -- decide, at each delivery. No user or password, no fragment, nothing but printable ASCII.
  select length(url) <= 2000 and url ~ '^[!-~]+$' and url !~ '[#\\]'
    and (url ~* '^https://([a-z0-9.-]+|\[[0-9a-f:.]+\])(:[0-9]{1,5})?([/?].*)?$'
      or url ~* '^http://(localhost|127(\.[0-9]{1,3}){3}|\[::1\])(:[0-9]{1,5})?([/?].*)?$')
$$;
comment on function private.is_webhook_url(text) is 'True for an address that may stand at an endpoint: https://host[:port][/path][?query], or http:// to the own machine.';
grant execute on function private.is_webhook_url(text) to service_role;

create function public.webhook_event_types() returns table (type text, description text, example jsonb)
language sql stable security invoker set search_path = ''
as $$ select * from private.webhook_event_types() $$;
comment on function public.webhook_event_types() is 'The types of events that a webhook endpoint can listen to, with an example of what stands in data.';
grant execute on function public.webhook_event_types() to authenticated, service_role;
