set local check_function_bodies = off;

CREATE OR REPLACE FUNCTION private.reserve_rental(variant_id uuid, period text, idempotency_key text)
 RETURNS public.rentals
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_customer uuid := auth.uid();
  v_earlier uuid;
  v_terms private.rental_terms;
  v_during tstzrange;
  v_garment uuid;
  v_tried uuid[] := '{}';
  v_rental public.rentals;
  v_next daterange;
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
  v_during := private.allocation_of_period(
    v_terms.period, v_terms.buffer_days_before, v_terms.buffer_days_after, v_terms.timezone);
  v_rental.id := private.uuid_v7();
  v_rental.allocation_id := private.uuid_v7();
  v_rental.held_until := now() + v_terms.hold_minutes * interval '1 minute';

  -- Every writer of the calendar locks the resource first, so two of them queue up instead of meeting inside the
  -- exclusion index, where each would wait for the other. A garment that somebody is just taking is passed over
  -- while there are others; when none is left, we wait for one and look again. The array keeps the plan on the index:
  -- joined as a set, the planner walks all resources of all boutiques.
  loop
    -- A failed attempt gives its lock back with the savepoint of this block.
    begin
      select r.id into v_garment
      from public.resources r
      where r.id = any (array(select private.free_garment_ids(reserve_rental.variant_id, v_during)))
        and r.id <> all (v_tried)
      order by r.id
      limit 1
      for no key update of r skip locked;

      if not found then
        select r.id into v_garment
        from public.resources r
        where r.id = any (array(select private.free_garment_ids(reserve_rental.variant_id, v_during)))
          and r.id <> all (v_tried)
        order by r.id
        limit 1
        for no key update of r;
      end if;

      exit when not found;
      perform private.release_expired_holds(v_garment, v_during);
      insert into public.allocations (id, resource_id, boutique_id, during, kind, state, held_until, source_id)
      values (v_rental.allocation_id, v_garment, v_terms.boutique_id, v_during, 'rental', 'held', v_rental.held_until, v_rental.id);
      v_rental.garment_id := v_garment;
      exit;
    exception when exclusion_violation then
      -- Taken while we waited for the lock. We look on among the others, each of which is tried once.
      v_tried := v_tried || v_garment;
      continue;
    end;
  end loop;

  if v_rental.garment_id is null then
    v_next := private.next_free_period(v_terms);
    perform private.raise_error(409, 'not_available',
      case
        when v_next is null then 'No garment of this variant is free on these days, nor later as far as can be booked.'
        else format('No garment of this variant is free on these days. The next free period is %s to %s.',
          lower(v_next), upper(v_next) - 1)
      end,
      jsonb_build_object('variant_id', variant_id, 'next_free', case when v_next is not null then
        jsonb_build_object('first_day', lower(v_next), 'last_day', upper(v_next) - 1) end));
  end if;

  insert into public.rentals (
    id, boutique_id, customer_id, variant_id, garment_id, allocation_id, period, state, held_until, price, deposit, currency)
  values (
    v_rental.id, v_terms.boutique_id, v_customer, v_terms.variant_id, v_garment, v_rental.allocation_id, v_terms.period,
    'held', v_rental.held_until, v_terms.price_per_day * (upper(v_terms.period) - lower(v_terms.period)),
    v_terms.deposit, v_terms.currency)
  returning * into v_rental;

  perform private.enqueue('mail.rental_reserved', jsonb_build_object('rental_id', v_rental.id),
    jsonb_build_object('group', v_rental.boutique_id));
  perform private.enqueue('rental.expire_hold', jsonb_build_object('rental_id', v_rental.id),
    jsonb_build_object('group', v_rental.boutique_id, 'start_after', v_rental.held_until));
  perform private.settle_idempotency_key('reserve_rental', idempotency_key, v_rental.id);
  return v_rental;
end
$function$;
