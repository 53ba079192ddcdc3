-- reserve_rental: a timed hold on one garment of a variant.

create function private.hold_rental(terms private.rental_terms, customer_id uuid, held_until timestamptz) returns public.rentals
language plpgsql volatile
set search_path = ''
as $$
declare
  v_during tstzrange := private.allocation_of_period(
    terms.period, terms.buffer_days_before, terms.buffer_days_after, terms.timezone);
  v_garment uuid;
  v_tried uuid[] := '{}';
  v_rental public.rentals;
begin
  v_rental.id := private.uuid_v7();
  v_rental.allocation_id := private.uuid_v7();

  -- Every writer of the calendar locks the resource first, so two of them queue up instead of meeting inside the
  -- exclusion index, where each would wait for the other. A garment that somebody is just taking is passed over
  -- while there are others; when none is left, we wait for one and look again. The array keeps the plan on the index:
  -- joined as a set, the planner walks all resources of all boutiques.
  loop
    -- A failed attempt gives its lock back with the savepoint of this block.
    begin
      select r.id into v_garment
      from public.resources r
      where r.id = any (array(select private.free_garment_ids(terms.variant_id, v_during)))
        and r.id <> all (v_tried)
      order by r.id
      limit 1
      for no key update of r skip locked;

      if not found then
        select r.id into v_garment
        from public.resources r
        where r.id = any (array(select private.free_garment_ids(terms.variant_id, v_during)))
          and r.id <> all (v_tried)
        order by r.id
        limit 1
        for no key update of r;
      end if;

      exit when not found;
      perform private.release_expired_holds(v_garment, v_during);
      insert into public.allocations (id, resource_id, boutique_id, during, kind, state, held_until, source_id)
      values (v_rental.allocation_id, v_garment, terms.boutique_id, v_during, 'rental', 'held', hold_rental.held_until, v_rental.id);
      v_rental.garment_id := v_garment;
      exit;
    exception when exclusion_violation then
      -- Taken while we waited for the lock. We look on among the others, each of which is tried once.
      v_tried := v_tried || v_garment;
      continue;
    end;
  end loop;
  if v_rental.garment_id is null then
    return null;
  end if;

  insert into public.rentals (
    id, boutique_id, customer_id, variant_id, garment_id, allocation_id, period, state, held_until, price, deposit, currency)
  values (
    v_rental.id, terms.boutique_id, hold_rental.customer_id, terms.variant_id, v_garment, v_rental.allocation_id, terms.period,
    'held', hold_rental.held_until, terms.price_per_day * (upper(terms.period) - lower(terms.period)), terms.deposit, terms.currency)
  returning * into v_rental;
  return v_rental;
end
$$;
comment on function private.hold_rental(private.rental_terms, uuid, timestamptz) is 'Takes a free garment of the variant for the period; null when there is none.';

create function private.raise_not_available(terms private.rental_terms) returns void
language plpgsql stable
set search_path = ''
as $$
declare
  v_next daterange := private.next_free_period(terms);
begin
  perform private.raise_error(409, 'not_available',
    case
      when v_next is null then 'No garment of this variant is free on these days, nor later as far as can be booked.'
      else format('No garment of this variant is free on these days. The next free period is %s to %s.',
        lower(v_next), upper(v_next) - 1)
    end,
    jsonb_build_object('variant_id', terms.variant_id, 'next_free', case when v_next is not null then
      jsonb_build_object('first_day', lower(v_next), 'last_day', upper(v_next) - 1) end));
end
$$;
comment on function private.raise_not_available(private.rental_terms) is 'PT409 not_available with the next free period.';

create function private.reserve_rental(variant_id uuid, period text, idempotency_key text) returns public.rentals
language plpgsql volatile
security definer -- customers may write neither rentals nor the calendar; the function knows the rules
set search_path = ''
as $$
declare
  v_customer uuid := auth.uid();
  v_earlier uuid;
  v_terms private.rental_terms;
  v_rental public.rentals;
begin
  if v_customer is null or not exists (select from public.profiles p where p.id = v_customer) then
    perform private.raise_error(401, 'sign_in_required', 'Sign in to reserve.');
  end if;

  v_earlier := private.claim_idempotency_key('reserve_rental', idempotency_key,
    jsonb_build_object('variant_id', variant_id, 'period', private.parse_period(period)));
  if v_earlier is not null then
    select * into strict v_rental from public.rentals r where r.id = v_earlier;
    if v_rental.state = 'expired' or (v_rental.state = 'held' and v_rental.held_until <= now()) then
      perform private.raise_error(410, 'hold_expired',
        'The hold made with this idempotency key has ended. Reserve again with a new key.',
        jsonb_build_object('rental_id', v_rental.id, 'held_until', v_rental.held_until));
    end if;
    return v_rental;
  end if;

  v_terms := private.rental_terms(variant_id, period);
  v_rental := private.hold_rental(v_terms, v_customer, now() + v_terms.hold_minutes * interval '1 minute');
  if v_rental.id is null then
    perform private.raise_not_available(v_terms);
  end if;
  perform private.enqueue('mail.rental_reserved', jsonb_build_object('rental_id', v_rental.id),
    jsonb_build_object('group', v_rental.boutique_id));
  perform private.enqueue('rental.expire_hold', jsonb_build_object('rental_id', v_rental.id),
    jsonb_build_object('group', v_rental.boutique_id, 'start_after', v_rental.held_until));
  perform private.settle_idempotency_key('reserve_rental', idempotency_key, v_rental.id);
  return v_rental;
end
$$;

create function public.reserve_rental(variant_id uuid, period text, idempotency_key text) returns public.rentals
language sql volatile
security invoker
set search_path = ''
as $$
  select private.reserve_rental(variant_id, period, idempotency_key)
$$;
comment on function public.reserve_rental(uuid, text, text) is
  'Holds a garment of the variant for the caller until held_until and mails a confirmation; one transaction. The same idempotency key with the same input returns the same rental. PT409 not_available (detail: next_free), PT400 invalid_period, PT404 variant_not_found, PT409 not_for_rent, PT410 hold_expired (the key''s hold has ended), PT422 idempotency_key_reused, PT400 invalid_idempotency_key.';
grant execute on function private.reserve_rental(uuid, text, text) to authenticated;
grant execute on function public.reserve_rental(uuid, text, text) to authenticated;
