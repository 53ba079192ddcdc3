-- Rentals: a garment promised to a customer for some days. Functions of their own files: 51 quote, 52 reserve,
-- 53 availability, 54 hand-over and return, 55 inspection and sale, 56 substitutions, 57 find a garment.

create type public.rental_state as enum (
  'held', 'reserved', 'picked_up', 'returned', 'inspecting', 'closed', 'lost', 'cancelled', 'expired'
);
comment on type public.rental_state is
  'held: waits for confirmation until held_until; reserved: firm; picked_up, returned, inspecting, closed, lost: the garment''s way; cancelled, expired: gave the dates back.';

create table public.rentals (
  id uuid primary key default private.uuid_v7(),
  boutique_id uuid not null references public.boutiques (id) on delete restrict,
  customer_id uuid references public.profiles (id) on delete set null,
  variant_id uuid not null,
  garment_id uuid not null references public.garments (id) on delete restrict,
  allocation_id uuid not null unique references public.allocations (id) on delete restrict,
  period daterange not null,
  state public.rental_state not null default 'held',
  held_until timestamptz,
  price bigint not null,
  deposit bigint not null,
  currency char(3) not null,
  picked_up_at timestamptz,
  returned_at timestamptz,
  closed_at timestamptz,
  late_fee_per_day bigint not null default 0,
  late_days integer not null default 0,
  late_fee bigint not null default 0,
  damage_fee bigint not null default 0,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  -- Target of the foreign keys that keep what is noted of a rental within its boutique.
  constraint rentals_id_boutique_id_key unique (id, boutique_id),
  constraint rental_is_of_a_variant_of_the_boutique
    foreign key (variant_id, boutique_id) references public.product_variants (id, boutique_id) on delete restrict,
  constraint rental_ends_after_it_starts check (not isempty(period) and isfinite(lower(period)) and isfinite(upper(period))),
  constraint only_a_rental_that_is_over_loses_its_customer
    check (customer_id is not null or state in ('closed', 'lost', 'cancelled', 'expired')),
  constraint a_held_rental_says_until_when check (state <> 'held' or held_until is not null),
  constraint price_is_not_negative check (price >= 0),
  constraint deposit_is_not_negative check (deposit >= 0),
  constraint fees_are_not_negative check (late_fee_per_day >= 0 and late_days >= 0 and late_fee >= 0 and damage_fee >= 0),
  constraint rental_is_returned_after_it_is_picked_up check (returned_at >= picked_up_at and closed_at >= returned_at),
  constraint currency_is_iso_4217 check (currency ~ '^[A-Z]{3}$')
);
comment on table public.rentals is 'A garment promised to a customer for some days. The calendar entry, with the buffers around the days, is its allocation.';
comment on column public.rentals.customer_id is 'Null when the customer has deleted her account.';
comment on column public.rentals.period is 'Rental days, first included and last excluded, in the boutique''s time zone.';
comment on column public.rentals.held_until is 'When the hold ends; kept after that as a record.';
comment on column public.rentals.price is 'For all days, frozen when it was reserved, in minor units of the currency.';
comment on column public.rentals.deposit is 'Frozen when it was reserved, in minor units of the currency.';
comment on column public.rentals.closed_at is 'When the inspection ended, and with it the time that the garment is taken for.';
comment on column public.rentals.late_fee_per_day is 'Frozen when it was reserved, from the policy''s late_fee_percent; set by a trigger.';
comment on column public.rentals.late_days is 'Days after the last rental day on which it came back, in the boutique''s time zone.';
comment on column public.rentals.late_fee is 'late_days times late_fee_per_day, in minor units of the currency.';
comment on column public.rentals.damage_fee is 'What the inspection asks for, in minor units of the currency.';
-- Nobody takes a gown along that another has not brought back, or that nobody has looked at.
create unique index one_rental_of_a_garment_is_out on public.rentals (garment_id) where state in ('picked_up', 'returned', 'inspecting');
create index rentals_customer_id_idx on public.rentals (customer_id, created_at desc, id desc);
create index rentals_boutique_id_idx on public.rentals (boutique_id, created_at desc, id desc);
create index rentals_variant_id_idx on public.rentals (variant_id, boutique_id);
create index rentals_garment_id_idx on public.rentals (garment_id);

alter table public.rentals enable row level security;
revoke all on public.rentals from anon, authenticated, service_role;
grant select on public.rentals to authenticated;
grant all on public.rentals to service_role;
-- insert, update and delete are not granted: state and calendar move together, in functions.

create policy select_own_or_staff on public.rentals for select to authenticated
  using (
    customer_id = (select auth.uid())
    or boutique_id = any (array(select private.my_boutique_ids('rentals.read')))
    or (select private.is_admin())
  );

create trigger touch_updated_at before update on public.rentals
  for each row execute function private.touch_updated_at();

create function private.freeze_late_fee() returns trigger
language plpgsql
security definer -- whoever makes the rental, the boutique's policy holds
set search_path = ''
as $$
begin
  select round(new.price::numeric / greatest(upper(new.period) - lower(new.period), 1) * p.late_fee_percent / 100)::bigint
  into new.late_fee_per_day
  from public.rental_policies p where p.boutique_id = new.boutique_id;
  new.late_fee_per_day := coalesce(new.late_fee_per_day, 0);
  return new;
end
$$;
comment on function private.freeze_late_fee() is 'Trigger: a late day of a new rental costs what the policy says today, of the average price of its days.';

create trigger freeze_late_fee before insert on public.rentals
  for each row execute function private.freeze_late_fee();

-- Helpers -------------------------------------------------------------------------------------------------------------

create function private.parse_period(period text) returns daterange
language plpgsql immutable
set search_path = ''
as $$
declare
  v_period daterange;
begin
  begin
    v_period := period::daterange;
  exception when data_exception then
    v_period := null;
  end;
  if v_period is null or isempty(v_period) or lower_inf(v_period) or upper_inf(v_period)
    -- 'infinity' is a date to Postgres, but no day.
    or not isfinite(lower(v_period)) or not isfinite(upper(v_period)) then
    perform private.raise_error(400, 'invalid_period',
      'The period has to be two days with the first not after the last, such as [2027-06-04,2027-06-06] (both days included).',
      jsonb_build_object('period', left(period, 200)));
  end if;
  return v_period;
end
$$;
comment on function private.parse_period(text) is
  'Reads a period of days in Postgres range form: [first,last] with both days, or [first,end) without the last. PT400 invalid_period when it is none.';

create function private.allocation_of_period(period daterange, buffer_before integer, buffer_after integer, timezone text)
returns tstzrange
language sql stable
set search_path = ''
as $$
  select tstzrange(
    (lower(period) - buffer_before)::timestamp at time zone timezone,
    (upper(period) + buffer_after)::timestamp at time zone timezone,
    '[)')
$$;
comment on function private.allocation_of_period(daterange, integer, integer, text) is
  'The time a garment is taken for a rental of these days: from midnight to midnight in the boutique''s zone, buffers included.';

create type private.rental_terms as (
  variant_id uuid,
  product_id uuid,
  boutique_id uuid,
  price_per_day bigint,
  deposit bigint,
  currency char(3),
  timezone text,
  hold_minutes integer,
  buffer_days_before integer,
  buffer_days_after integer,
  max_days_ahead integer,
  period daterange
);

create function private.rental_terms(variant_id uuid, period text) returns private.rental_terms
language plpgsql stable
set search_path = ''
as $$
declare
  v_terms private.rental_terms;
  v_policy public.rental_policies;
  v_period daterange := private.parse_period(period);
  v_today date;
  v_days integer;
  v_for_rent boolean;
begin
  select v.id, v.product_id, v.boutique_id, v.rental_price_per_day, v.deposit, v.currency, b.timezone,
    r.hold_minutes, r.buffer_days_before, r.buffer_days_after, r.max_days_ahead, v_period
  into v_terms
  from public.product_variants v
  join public.boutiques b on b.id = v.boutique_id
  join public.rental_policies r on r.boutique_id = v.boutique_id
  where v.id = rental_terms.variant_id and v.listed;
  if not found then
    perform private.raise_error(404, 'variant_not_found', 'There is no such variant, or it is not on show.',
      jsonb_build_object('variant_id', variant_id));
  end if;

  select p.for_rent into v_for_rent from public.products p where p.id = v_terms.product_id;
  if not v_for_rent or v_terms.price_per_day is null then
    perform private.raise_error(409, 'not_for_rent', 'This variant is not for rent.',
      jsonb_build_object('variant_id', variant_id));
  end if;

  select * into v_policy from public.rental_policies r where r.boutique_id = v_terms.boutique_id;
  v_today := (now() at time zone v_terms.timezone)::date;
  v_days := upper(v_period) - lower(v_period);
  if lower(v_period) < v_today then
    perform private.raise_error(400, 'invalid_period', 'The period begins in the past. Choose days from today on.',
      jsonb_build_object('period', period, 'today', v_today));
  elsif v_days < v_policy.min_days or v_days > v_policy.max_days then
    perform private.raise_error(400, 'invalid_period',
      format('This boutique rents for %s to %s days; the period has %s.', v_policy.min_days, v_policy.max_days, v_days),
      jsonb_build_object('period', period, 'days', v_days, 'min_days', v_policy.min_days, 'max_days', v_policy.max_days));
  elsif upper(v_period) - 1 > v_today + v_policy.max_days_ahead then
    perform private.raise_error(400, 'invalid_period',
      format('This boutique takes bookings until %s.', v_today + v_policy.max_days_ahead),
      jsonb_build_object('period', period, 'last_day', v_today + v_policy.max_days_ahead));
  end if;
  return v_terms;
end
$$;
comment on function private.rental_terms(uuid, text) is
  'What a rental of this variant on these days would be like, after every check that needs no calendar. PT404 variant_not_found, PT409 not_for_rent, PT400 invalid_period.';

create function private.free_garment_ids(variant_id uuid, during tstzrange) returns setof uuid
language plpgsql stable -- not sql: its plan is kept for the session, and planning would take longer than running
rows 10
set search_path = ''
as $$
begin
  -- A hold past its time does not count: whoever needs the garment releases it. The predicate of the partial
  -- exclusion index is repeated, or the index would not be used.
  return query
  select g.id
  from public.garments g
  where g.variant_id = free_garment_ids.variant_id
    and g.retired_at is null
    and not exists (
      select from public.allocations a
      where a.resource_id = g.id
        and a.during && free_garment_ids.during
        and a.state <> 'released'
        and (a.held_until is null or a.held_until > now()));
end
$$;
comment on function private.free_garment_ids(uuid, tstzrange) is 'Garments of a variant in service that nothing takes in this time.';

create function private.next_free_period(terms private.rental_terms) returns daterange
language sql stable
set search_path = ''
as $$
  -- A garment becomes free where an allocation ends, and stays so until the next one begins. The days fit into
  -- such a gap when the first day, its buffer kept, is not before the end and the time taken is over before the next.
  with gaps as (
    select upper(a.during) as free_from, lead(lower(a.during)) over (partition by g.id order by lower(a.during)) as free_until
    from public.garments g
    join public.allocations a on a.resource_id = g.id
      and a.state <> 'released'
      and (a.held_until is null or a.held_until > now())
      and a.during && tstzrange(
        (lower(terms.period) - terms.buffer_days_before)::timestamp at time zone terms.timezone, null)
    where g.variant_id = terms.variant_id and g.retired_at is null
  ),
  candidates as (
    select daterange(f.first_day, f.first_day + (upper(terms.period) - lower(terms.period))) as period, g.free_until
    from gaps g
    cross join lateral (
      -- The first midnight from the end on, as a day of the boutique's zone; reckoned in local time, for a day may
      -- have 23 hours.
      select ((g.free_from at time zone terms.timezone) + interval '1 day' - interval '1 microsecond')::date
        + terms.buffer_days_before as first_day
    ) f
    where g.free_from is not null
  )
  select c.period
  from candidates c
  where lower(c.period) >= lower(terms.period)
    and upper(c.period) - 1 <= (now() at time zone terms.timezone)::date + terms.max_days_ahead
    and (c.free_until is null or c.free_until >= upper(private.allocation_of_period(
      c.period, terms.buffer_days_before, terms.buffer_days_after, terms.timezone)))
  order by c.period
  limit 1
$$;
comment on function private.next_free_period(private.rental_terms) is
  'The first period of the same length, not before the wished one, in which a garment of the variant is free; null when there is none that may be booked.';

-- Life of a rental ----------------------------------------------------------------------------------------------------

create function private.end_rental(rental_id uuid, new_state public.rental_state) returns void
language sql volatile
set search_path = ''
as $$
  with ended as (
    update public.rentals r set state = new_state
    where r.id = end_rental.rental_id and r.state in ('held', 'reserved')
    returning r.allocation_id
  )
  update public.allocations a set state = 'released', held_until = null
  from ended e where a.id = e.allocation_id
$$;
comment on function private.end_rental(uuid, public.rental_state) is 'Cancels or expires a rental that has not begun and gives its days back. Does nothing to any other.';

create function private.expire_rental_hold(rental_id uuid) returns boolean
language plpgsql volatile
set search_path = ''
as $$
begin
  perform from public.rentals r
  where r.id = expire_rental_hold.rental_id and r.state = 'held' and r.held_until <= now()
  for update;
  if not found then
    return false;
  end if;
  perform private.end_rental(rental_id, 'expired');
  return true;
end
$$;
comment on function private.expire_rental_hold(uuid) is 'Ends a hold whose time is over. False when there is nothing to do: confirmed, cancelled, not yet due, or done before. Called by the job rental.expire_hold.';

create function private.release_expired_holds(resource_id uuid, during tstzrange) returns void
language plpgsql volatile
set search_path = ''
as $$
declare
  v_source uuid;
  v_kind public.allocation_kind;
begin
  -- The rental or appointment is locked before its allocation, here as in confirm and cancel, so that they never wait
  -- for each other.
  for v_source, v_kind in
    select a.source_id, a.kind
    from public.allocations a
    where a.resource_id = release_expired_holds.resource_id
      and a.during && release_expired_holds.during
      and a.state <> 'released'
      and a.held_until <= now()
      and a.kind in ('rental', 'fitting')
    order by a.source_id
  loop
    if v_kind = 'rental' then
      perform private.expire_rental_hold(v_source);
    else
      perform private.expire_fitting_offer(v_source);
    end if;
  end loop;
  update public.allocations a set state = 'released', held_until = null
  where a.resource_id = release_expired_holds.resource_id
    and a.during && release_expired_holds.during
    and a.state <> 'released'
    and a.held_until <= now()
    and not exists (select from public.rentals r where r.allocation_id = a.id and r.state = 'held' and r.held_until > now());
end
$$;
comment on function private.release_expired_holds(uuid, tstzrange) is 'Frees a resource from holds whose time is over, at the moment somebody needs it. The caller has locked the resource.';

create function private.refuse_ordered_rental(rental_id uuid) returns void
language plpgsql stable
set search_path = ''
as $$
declare
  v_order uuid;
begin
  select i.order_id into v_order from public.order_items i where i.rental_id = refuse_ordered_rental.rental_id;
  if found then
    perform private.raise_error(409, 'belongs_to_order', 'This rental is a line of an order: pay, change or cancel the order.',
      jsonb_build_object('rental_id', rental_id, 'order_id', v_order));
  end if;
end
$$;
comment on function private.refuse_ordered_rental(uuid) is 'PT409 belongs_to_order for a rental that is a line of an order.';

create function private.confirm_rental(rental_id uuid) returns public.rentals
language plpgsql volatile
security definer -- staff may not write rentals; the function knows the rules
set search_path = ''
as $$
declare
  v_rental public.rentals;
begin
  select * into v_rental from public.rentals r
  where r.id = confirm_rental.rental_id
    and r.boutique_id in (select private.my_boutique_ids('rentals.write'))
  for update;
  if not found then
    perform private.raise_error(404, 'rental_not_found', 'There is no such rental in a boutique you work for.',
      jsonb_build_object('rental_id', rental_id));
  end if;
  if v_rental.state = 'reserved' then
    return v_rental;
  end if;
  perform private.refuse_ordered_rental(v_rental.id);
  if v_rental.state = 'expired' or (v_rental.state = 'held' and v_rental.held_until <= now()) then
    perform private.raise_error(410, 'hold_expired', 'The hold has ended. Reserve the days again.',
      jsonb_build_object('rental_id', rental_id, 'held_until', v_rental.held_until));
  end if;
  if v_rental.state <> 'held' then
    perform private.raise_error(409, 'invalid_state', format('A rental that is %s cannot be confirmed.', v_rental.state),
      jsonb_build_object('rental_id', rental_id, 'state', v_rental.state));
  end if;
  update public.allocations a set state = 'confirmed', held_until = null where a.id = v_rental.allocation_id;
  update public.rentals r set state = 'reserved' where r.id = v_rental.id returning * into v_rental;
  return v_rental;
end
$$;

create function private.cancel_rental(rental_id uuid) returns public.rentals
language plpgsql volatile
security definer -- customers may not write rentals; the function knows the rules
set search_path = ''
as $$
declare
  v_rental public.rentals;
begin
  select * into v_rental from public.rentals r
  where r.id = cancel_rental.rental_id
    and (r.customer_id = auth.uid() or r.boutique_id in (select private.my_boutique_ids('rentals.write')))
  for update;
  if not found then
    perform private.raise_error(404, 'rental_not_found', 'There is no such rental of yours.',
      jsonb_build_object('rental_id', rental_id));
  end if;
  if v_rental.state in ('cancelled', 'expired') then
    return v_rental;
  end if;
  perform private.refuse_ordered_rental(v_rental.id);
  if v_rental.state not in ('held', 'reserved') then
    perform private.raise_error(409, 'invalid_state', format('A rental that is %s cannot be cancelled.', v_rental.state),
      jsonb_build_object('rental_id', rental_id, 'state', v_rental.state));
  end if;
  perform private.end_rental(v_rental.id, 'cancelled');
  select * into v_rental from public.rentals r where r.id = v_rental.id;
  return v_rental;
end
$$;

create function public.confirm_rental(rental_id uuid) returns public.rentals
language sql volatile
security invoker
set search_path = ''
as $$
  select private.confirm_rental(rental_id)
$$;
comment on function public.confirm_rental(uuid) is
  'Staff make a held rental firm (state reserved). Repeating it changes nothing. PT404 rental_not_found, PT410 hold_expired, PT409 invalid_state, belongs_to_order.';
grant execute on function private.confirm_rental(uuid) to authenticated;
grant execute on function public.confirm_rental(uuid) to authenticated;

create function public.cancel_rental(rental_id uuid) returns public.rentals
language sql volatile
security invoker
set search_path = ''
as $$
  select private.cancel_rental(rental_id)
$$;
comment on function public.cancel_rental(uuid) is
  'The customer or staff give the days of a held or reserved rental back. Repeating it changes nothing. PT404 rental_not_found, PT409 invalid_state, belongs_to_order.';
grant execute on function private.cancel_rental(uuid) to authenticated;
grant execute on function public.cancel_rental(uuid) to authenticated;
