-- Waitlist: who found no time is offered one that becomes free, the first in line first, for a limited time.

create type public.waitlist_state as enum ('waiting', 'offered', 'booked', 'expired', 'cancelled');
comment on type public.waitlist_state is
  'waiting: in line; offered: a time is held for her; booked: she took it; expired: she let an offer or her days pass; cancelled: she left.';

create table public.waitlist_entries (
  id uuid primary key default private.uuid_v7(),
  boutique_id uuid not null references public.boutiques (id) on delete restrict,
  customer_id uuid not null references public.profiles (id) on delete cascade,
  location_id uuid not null,
  service_id uuid not null,
  garment_ids uuid[] not null default '{}',
  variant_ids uuid[] not null default '{}',
  from_date date not null,
  to_date date not null,
  state public.waitlist_state not null default 'waiting',
  appointment_id uuid references public.appointments (id) on delete set null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint entry_is_for_a_branch_of_the_boutique
    foreign key (location_id, boutique_id) references public.locations (id, boutique_id) on delete cascade,
  constraint entry_is_for_a_service_of_the_boutique
    foreign key (service_id, boutique_id) references public.fitting_services (id, boutique_id) on delete cascade,
  constraint days_end_after_they_start check (isfinite(from_date) and isfinite(to_date) and to_date >= from_date and to_date - from_date <= 31),
  constraint garments_are_few check (cardinality(garment_ids) <= 20),
  constraint variants_are_few check (cardinality(variant_ids) <= 20),
  constraint an_offer_names_its_appointment check (state <> 'offered' or appointment_id is not null)
);
comment on table public.waitlist_entries is 'Somebody waits for a time at a branch. In line by the time of joining.';
comment on column public.waitlist_entries.garment_ids is 'Gowns that have to be free too.';
comment on column public.waitlist_entries.variant_ids is 'Variants of which one piece, whichever, has to be free too.';
comment on column public.waitlist_entries.appointment_id is 'What she was offered last.';
create unique index one_place_in_line on public.waitlist_entries (customer_id, location_id, service_id) where state in ('waiting', 'offered');
create index waitlist_entries_in_line_idx on public.waitlist_entries (location_id, created_at, id) where state = 'waiting';
create index waitlist_entries_location_id_idx on public.waitlist_entries (location_id, boutique_id);
create index waitlist_entries_service_id_idx on public.waitlist_entries (service_id, boutique_id);
create index waitlist_entries_boutique_id_idx on public.waitlist_entries (boutique_id, created_at desc);
create index waitlist_entries_customer_id_idx on public.waitlist_entries (customer_id, created_at desc);
create index waitlist_entries_appointment_id_idx on public.waitlist_entries (appointment_id);

alter table public.waitlist_entries enable row level security;
revoke all on public.waitlist_entries from anon, authenticated, service_role;
grant select on public.waitlist_entries to authenticated;
grant all on public.waitlist_entries to service_role;
-- insert, update and delete are not granted: the functions below know the rules.

create policy select_own_or_staff on public.waitlist_entries for select to authenticated
  using (
    customer_id = (select auth.uid())
    or boutique_id = any (array(select private.my_boutique_ids('fittings.read')))
    or (select private.is_admin())
  );

create trigger touch_updated_at before update on public.waitlist_entries
  for each row execute function private.touch_updated_at();

-- Offers ----------------------------------------------------------------------------------------------------------------

create function private.offer_freed_time(appointment public.appointments) returns void
language plpgsql volatile
set search_path = ''
as $$
begin
  if exists (select from public.waitlist_entries w where w.location_id = appointment.location_id and w.state = 'waiting') then
    perform private.enqueue('fitting.offer_waitlist', jsonb_build_object('location_id', appointment.location_id),
      jsonb_build_object('group', appointment.boutique_id));
  end if;
end
$$;
comment on function private.offer_freed_time(public.appointments) is 'Lets a job look for who waits, when time has become free at a branch.';

create function private.offer_waitlist(location_id uuid, max_offers integer default null) returns integer
language plpgsql volatile
set search_path = ''
as $$
declare
  v_entry public.waitlist_entries;
  v_terms private.fitting_terms;
  v_service public.fitting_services;
  v_wish private.fitting_wish;
  v_gowns uuid[];
  v_slot timestamptz;
  v_stylist uuid;
  v_room uuid;
  v_held_until timestamptz;
  v_appointment uuid;
  v_offers integer := 0;
begin
  update public.waitlist_entries w set state = 'expired'
  where w.location_id = offer_waitlist.location_id and w.state = 'waiting'
    and w.to_date < (select (now() at time zone l.timezone)::date from public.locations l where l.id = w.location_id);
  for v_entry in
    select * from public.waitlist_entries w
    where w.location_id = offer_waitlist.location_id and w.state = 'waiting'
      -- Who is about to be forgotten keeps her place, should she stay, and is offered nothing.
      and not exists (select from public.account_deletions d where d.user_id = w.customer_id)
    order by w.created_at, w.id
    for update of w skip locked
  loop
    begin
      v_terms := private.fitting_terms(v_entry.location_id, v_entry.service_id);
      v_wish := private.check_wish(v_terms, v_entry.garment_ids, v_entry.variant_ids);
    exception when sqlstate 'PT404' or sqlstate 'PT400' then
      -- The branch, the service or a gown is gone: nothing can be offered to her now.
      continue;
    end;
    v_service := v_terms.service;
    select f.starts_at into v_slot
    from private.free_slots(v_terms, v_entry.from_date, v_entry.to_date, v_wish, 1) f
    order by f.starts_at limit 1;
    continue when v_slot is null;
    v_appointment := private.uuid_v7();
    v_held_until := least(now() + interval '30 minutes', v_slot);
    begin
      select c.stylist, c.room, c.gowns into v_stylist, v_room, v_gowns
      from private.claim_fitting(v_terms, v_appointment, v_slot, v_wish, null, 1, v_held_until) c;
    exception when exclusion_violation then
      -- Somebody was faster.
      continue;
    end;
    insert into public.appointments (
      id, boutique_id, customer_id, location_id, service_id, stylist_id, room_id, during, state, held_until, price, currency,
      free_cancellation_until, late_cancellation_fee, no_show_fee)
    values (
      v_appointment, v_entry.boutique_id, v_entry.customer_id, v_entry.location_id, v_entry.service_id, v_stylist, v_room,
      tstzrange(v_slot, v_slot + make_interval(mins => v_service.duration_minutes)), 'offered', v_held_until, v_service.price,
      v_service.currency, v_slot - make_interval(hours => v_service.free_cancellation_hours),
      v_service.late_cancellation_fee, v_service.no_show_fee);
    insert into public.appointment_garments (appointment_id, garment_id, boutique_id, customer_id)
    select v_appointment, g.id, v_entry.boutique_id, v_entry.customer_id from unnest(v_gowns) g (id);
    update public.waitlist_entries w set state = 'offered', appointment_id = v_appointment where w.id = v_entry.id;
    perform private.enqueue('mail.fitting_offer', jsonb_build_object('appointment_id', v_appointment),
      jsonb_build_object('group', v_entry.boutique_id));
    perform private.enqueue('fitting.expire_offer', jsonb_build_object('appointment_id', v_appointment),
      jsonb_build_object('group', v_entry.boutique_id, 'start_after', v_held_until));
    v_offers := v_offers + 1;
    exit when v_offers = max_offers;
  end loop;
  return v_offers;
end
$$;
comment on function private.offer_waitlist(uuid, integer) is
  'Offers free time at a branch to those who wait, in the order in which they came; how many got an offer. Called by the job fitting.offer_waitlist, for one offer at a time: a transaction that makes several keeps a stylist while it waits for the gowns of the next.';

create function private.expire_fitting_offer(appointment_id uuid) returns boolean
language plpgsql volatile
set search_path = ''
as $$
declare
  v_appointment public.appointments;
begin
  select * into v_appointment from public.appointments a
  where a.id = expire_fitting_offer.appointment_id and a.state = 'offered' and a.held_until <= now()
  for update;
  if not found then
    return false;
  end if;
  update public.appointments a set state = 'expired' where a.id = v_appointment.id;
  update public.waitlist_entries w set state = 'expired' where w.appointment_id = v_appointment.id and w.state = 'offered';
  perform private.release_source(v_appointment.id);
  perform private.offer_freed_time(v_appointment);
  return true;
end
$$;
comment on function private.expire_fitting_offer(uuid) is 'Ends an offer whose time is over and lets the next in line have it. False when there is nothing to do. Called by the job fitting.expire_offer and by whoever needs the time.';

create function private.accept_fitting_offer(appointment_id uuid) returns public.appointments
language plpgsql volatile
security definer -- customers may not write appointments; the function knows the rules
set search_path = ''
as $$
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
$$;

create function private.join_waitlist(
  location_id uuid, service_id uuid, from_date date, to_date date, garment_ids uuid[], variant_ids uuid[])
returns public.waitlist_entries
language plpgsql volatile
security definer -- entries are not writable
set search_path = ''
as $$
declare
  v_terms private.fitting_terms;
  v_wish private.fitting_wish;
  v_entry public.waitlist_entries;
  v_slot timestamptz;
begin
  if auth.uid() is null or not exists (select from public.profiles p where p.id = auth.uid()) then
    perform private.raise_error(401, 'sign_in_required', 'Sign in to wait.');
  end if;
  v_terms := private.fitting_terms(location_id, service_id);
  if from_date is null or to_date is null or not isfinite(from_date) or not isfinite(to_date) or to_date < from_date
    or to_date - from_date > 31 or to_date < (now() at time zone v_terms.timezone)::date then
    perform private.raise_error(400, 'invalid_period', 'from_date and to_date have to be days to come, the first not after the last, at most a month apart.',
      jsonb_build_object('from_date', from_date, 'to_date', to_date));
  end if;
  v_wish := private.check_wish(v_terms, garment_ids, variant_ids);
  select * into v_entry from public.waitlist_entries w
  where w.customer_id = auth.uid() and w.location_id = join_waitlist.location_id and w.service_id = join_waitlist.service_id
    and w.state in ('waiting', 'offered');
  if found then
    return v_entry;
  end if;
  select f.starts_at into v_slot from private.free_slots(v_terms, from_date, to_date, v_wish, 1) f order by f.starts_at limit 1;
  if v_slot is not null then
    perform private.raise_error(409, 'slots_free', 'There is time free on these days. Book it.', jsonb_build_object('starts_at', v_slot));
  end if;
  begin
    insert into public.waitlist_entries (
      boutique_id, customer_id, location_id, service_id, garment_ids, variant_ids, from_date, to_date)
    values (
      v_terms.boutique_id, auth.uid(), location_id, service_id, v_wish.garment_ids, v_wish.variant_ids, from_date, to_date)
    returning * into v_entry;
  exception when unique_violation then
    -- She clicked twice.
    select * into v_entry from public.waitlist_entries w
    where w.customer_id = auth.uid() and w.location_id = join_waitlist.location_id and w.service_id = join_waitlist.service_id
      and w.state in ('waiting', 'offered');
  end;
  return v_entry;
end
$$;

create function private.leave_waitlist(entry_id uuid) returns public.waitlist_entries
language plpgsql volatile
security definer -- entries are not writable
set search_path = ''
as $$
declare
  v_entry public.waitlist_entries;
begin
  select * into v_entry from public.waitlist_entries w
  where w.id = leave_waitlist.entry_id and (w.customer_id = auth.uid() or w.boutique_id in (select private.my_boutique_ids('fittings.write')))
  for update;
  if not found then
    perform private.raise_error(404, 'entry_not_found', 'There is no such place in line of yours.', jsonb_build_object('entry_id', entry_id));
  elsif v_entry.state = 'waiting' then
    update public.waitlist_entries w set state = 'cancelled' where w.id = v_entry.id returning * into v_entry;
  elsif v_entry.state = 'offered' then
    perform private.raise_error(409, 'invalid_state', 'A time is offered to you. Accept it, or cancel the appointment.',
      jsonb_build_object('entry_id', entry_id, 'state', v_entry.state, 'appointment_id', v_entry.appointment_id));
  end if;
  return v_entry;
end
$$;

create function private.close_waitlist_entry() returns trigger
language plpgsql
security definer -- entries are not writable
set search_path = ''
as $$
begin
  update public.waitlist_entries w set state = 'cancelled' where w.appointment_id = new.id and w.state = 'offered';
  return null;
end
$$;
comment on function private.close_waitlist_entry() is 'Trigger: who cancels an offer leaves the line.';

create trigger close_waitlist_entry after update on public.appointments
  for each row when (old.state = 'offered' and new.state = 'cancelled') execute function private.close_waitlist_entry();

create function public.join_waitlist(
  location_id uuid, service_id uuid, from_date date, to_date date, garment_ids uuid[] default '{}', variant_ids uuid[] default '{}')
returns public.waitlist_entries
language sql volatile security invoker set search_path = ''
as $$ select private.join_waitlist(location_id, service_id, from_date, to_date, garment_ids, variant_ids) $$;
comment on function public.join_waitlist(uuid, uuid, date, date, uuid[], uuid[]) is
  'Puts the caller in line for a time at a branch on these days (at most a month). When one becomes free it is held for the first in line for half an hour, and she is told. Repeating it returns her place. PT404 location_not_found, service_not_found, garment_not_found; PT400 invalid_period, too_many_garments; PT409 slots_free.';
grant execute on function private.join_waitlist(uuid, uuid, date, date, uuid[], uuid[]) to authenticated;
grant execute on function public.join_waitlist(uuid, uuid, date, date, uuid[], uuid[]) to authenticated;

create function public.leave_waitlist(entry_id uuid) returns public.waitlist_entries
language sql volatile security invoker set search_path = ''
as $$ select private.leave_waitlist(entry_id) $$;
comment on function public.leave_waitlist(uuid) is 'Gives a place in line up. Repeating it changes nothing. PT404 entry_not_found, PT409 invalid_state.';
grant execute on function private.leave_waitlist(uuid) to authenticated;
grant execute on function public.leave_waitlist(uuid) to authenticated;

create function public.accept_fitting_offer(appointment_id uuid) returns public.appointments
language sql volatile security invoker set search_path = ''
as $$ select private.accept_fitting_offer(appointment_id) $$;
comment on function public.accept_fitting_offer(uuid) is
  'Makes a time that was offered to the caller hers. Repeating it changes nothing. PT404 appointment_not_found, PT410 hold_expired, PT409 invalid_state.';
grant execute on function private.accept_fitting_offer(uuid) to authenticated;
grant execute on function public.accept_fitting_offer(uuid) to authenticated;
