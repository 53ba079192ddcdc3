-- Steps of a rental after it was reserved: hand-over, return, the beginning of the inspection, loss. State and calendar move
-- in one transaction, and each step leaves an event. The end of the inspection is in 55.

create type public.rental_event_kind as enum ('handed_over', 'returned', 'inspection_started', 'inspected', 'lost', 'substituted');
comment on type public.rental_event_kind is 'A step in the life of a rental.';

create type public.inspection_outcome as enum ('ok', 'repair', 'retire');
comment on type public.inspection_outcome is 'ok: the garment can go out again; repair: it is away for a while; retire: it never goes out again.';

create function private.paths_are_in_folder(paths text[], folder text) returns boolean
language sql immutable
set search_path = ''
as $$
  select coalesce(bool_and(
    p.path is not null and starts_with(p.path, folder || '/') and p.path !~ '(^|/)\.\.?(/|$)' and length(p.path) <= 400), true)
  from unnest(paths) p (path)
$$;
comment on function private.paths_are_in_folder(text[], text) is 'True when all paths of Storage begin with this folder and none leads out of it.';
-- CHECK constraints run as the role that writes the row.
grant execute on function private.paths_are_in_folder(text[], text) to service_role;

-- rental_events -------------------------------------------------------------------------------------------------------

-- Accounts and garments are referred to in the tables behind profiles and garments: the API would take a table that refers
-- to rentals and to one of these for a way from a rental to many of them, beside its own, and no front end could ask for
-- rentals with their garment without saying which way.
create table public.rental_events (
  id uuid primary key default private.uuid_v7(),
  rental_id uuid not null,
  boutique_id uuid not null,
  customer_id uuid references auth.users (id) on delete set null,
  garment_id uuid not null references public.resources (id) on delete restrict,
  kind public.rental_event_kind not null,
  condition public.garment_condition,
  outcome public.inspection_outcome,
  repair_until timestamptz,
  note text not null default '',
  photo_paths text[] not null default '{}',
  actor_id uuid references auth.users (id) on delete set null,
  created_at timestamptz not null default now(),
  constraint event_is_of_a_rental_of_the_boutique
    foreign key (rental_id, boutique_id) references public.rentals (id, boutique_id) on delete restrict,
  constraint an_inspection_has_an_outcome check ((kind = 'inspected') = (outcome is not null)),
  constraint a_repair_says_until_when check ((outcome = 'repair') is true = (repair_until is not null)),
  constraint note_is_bounded check (length(note) <= 2000),
  constraint photos_are_few check (cardinality(photo_paths) <= 20),
  constraint photos_are_inside_the_boutiques_folder check (private.paths_are_in_folder(photo_paths, boutique_id::text))
);
comment on table public.rental_events is 'What was done with a rental, step by step, with condition and photos. Append-only: the record in a dispute.';
comment on column public.rental_events.customer_id is 'As the rental''s, so that the policy needs no join.';
comment on column public.rental_events.garment_id is 'The garment that it was about; after a substitution, the new one.';
comment on column public.rental_events.condition is 'As the person who did the step saw it.';
comment on column public.rental_events.repair_until is 'When the repair is expected to end.';
comment on column public.rental_events.photo_paths is 'Paths in the bucket condition-photos, each beginning with the boutique''s id.';
comment on column public.rental_events.actor_id is 'Who did it; null when the account is gone.';
create index rental_events_rental_id_idx on public.rental_events (rental_id, boutique_id, created_at);
create index rental_events_boutique_id_idx on public.rental_events (boutique_id, created_at desc);
create index rental_events_customer_id_idx on public.rental_events (customer_id);
create index rental_events_garment_id_idx on public.rental_events (garment_id, created_at desc);
create index rental_events_actor_id_idx on public.rental_events (actor_id);

alter table public.rental_events enable row level security;
revoke all on public.rental_events from anon, authenticated, service_role;
grant select on public.rental_events to authenticated;
grant select, insert on public.rental_events to service_role;
-- insert is not granted to people: the functions of each step write it. update and delete are granted to nobody.

create policy select_own_or_staff on public.rental_events for select to authenticated
  using (
    customer_id = (select auth.uid())
    or boutique_id = any (array(select private.my_boutique_ids('rentals.read')))
    or (select private.is_admin())
  );

-- Helpers -------------------------------------------------------------------------------------------------------------

create function private.rental_for_step(rental_id uuid) returns public.rentals
language plpgsql volatile
set search_path = ''
as $$
declare
  v_garment uuid;
  v_rental public.rentals;
begin
  loop
    select r.garment_id into v_garment from public.rentals r
    where r.id = rental_for_step.rental_id and r.boutique_id in (select private.my_boutique_ids('rentals.write'));
    if not found then
      perform private.raise_error(404, 'rental_not_found', 'There is no such rental in a boutique you work for.',
        jsonb_build_object('rental_id', rental_id));
    end if;
    perform from public.resources r where r.id = v_garment for no key update;
    -- While we waited another garment may have taken its place: then that one is locked, too.
    exit when exists (select from public.rentals r where r.id = rental_for_step.rental_id and r.garment_id = v_garment);
  end loop;
  -- An order is locked after garments and before rentals.
  perform private.lock_order_of_rental(rental_id);
  select * into v_rental from public.rentals r where r.id = rental_for_step.rental_id for update;
  return v_rental;
end
$$;
comment on function private.rental_for_step(uuid) is 'Locks a rental that the caller may move on, its garment and its order first. PT404 rental_not_found.';

create function private.raise_invalid_rental_state(rental public.rentals, verb text) returns void
language plpgsql immutable
set search_path = ''
as $$
begin
  perform private.raise_error(409, 'invalid_state', format('A rental that is %s cannot be %s.', rental.state, verb),
    jsonb_build_object('rental_id', rental.id, 'state', rental.state));
end
$$;
comment on function private.raise_invalid_rental_state(public.rentals, text) is 'PT409 invalid_state.';

create function private.record_rental_event(
  rental public.rentals, kind public.rental_event_kind, condition public.garment_condition, note text, photo_paths text[],
  outcome public.inspection_outcome default null, repair_until timestamptz default null) returns void
language plpgsql volatile
set search_path = ''
as $$
begin
  if length(note) > 2000 then
    perform private.raise_error(400, 'invalid_note', 'A note has at most 2000 characters.');
  elsif cardinality(photo_paths) > 20 or not private.paths_are_in_folder(photo_paths, rental.boutique_id::text) then
    perform private.raise_error(400, 'invalid_photo_paths',
      'Send at most 20 paths of the bucket condition-photos, each in the folder of the boutique.',
      jsonb_build_object('folder', rental.boutique_id));
  end if;
  insert into public.rental_events (
    rental_id, boutique_id, customer_id, garment_id, kind, condition, outcome, repair_until, note, photo_paths, actor_id)
  values (
    rental.id, rental.boutique_id, rental.customer_id, rental.garment_id, record_rental_event.kind, record_rental_event.condition,
    record_rental_event.outcome, record_rental_event.repair_until, coalesce(note, ''),
    -- In one dimension, whatever was sent.
    array(select p from unnest(photo_paths) p), auth.uid());
end
$$;
comment on function private.record_rental_event(public.rentals, public.rental_event_kind, public.garment_condition, text, text[], public.inspection_outcome, timestamptz) is
  'Notes a step. PT400 invalid_note, PT400 invalid_photo_paths.';

create function private.today_of(boutique_id uuid) returns date
language sql stable
set search_path = ''
as $$
  select (now() at time zone b.timezone)::date from public.boutiques b where b.id = today_of.boutique_id
$$;
comment on function private.today_of(uuid) is 'Today in the time zone of a boutique.';

create function private.is_overdue(rental public.rentals) returns boolean
language sql stable
set search_path = ''
as $$
  select rental.state = 'picked_up' and private.today_of(rental.boutique_id) >= upper(rental.period)
$$;
comment on function private.is_overdue(public.rentals) is 'True when the last rental day is over and the garment has not come back.';

create function private.keep_blocked(rental public.rentals) returns void
language plpgsql volatile
set search_path = ''
as $$
declare
  v_during tstzrange;
  v_ahead interval := case when private.is_overdue(rental) then interval '1 day' else interval '1 hour' end;
  v_until timestamptz := now() + v_ahead + interval '6 hours';
begin
  if rental.state not in ('picked_up', 'returned', 'inspecting') then
    return;
  end if;
  select a.during into v_during from public.allocations a where a.id = rental.allocation_id;
  if upper(v_during) >= now() + v_ahead then
    return;
  end if;
  perform private.release_expired_holds(rental.garment_id, tstzrange(upper(v_during), v_until));
  select least(v_until, min(lower(a.during))) into v_until
  from public.allocations a
  where a.resource_id = rental.garment_id and a.during && tstzrange(upper(v_during), v_until) and a.state <> 'released';
  if v_until > upper(v_during) then
    update public.allocations a set during = tstzrange(lower(a.during), v_until) where a.id = rental.allocation_id;
  end if;
end
$$;
comment on function private.keep_blocked(public.rentals) is
  'A garment that is out, or not yet inspected, stays taken: when its time ends within the hour, or within a day if it is overdue, it goes on for six hours more than that, or to the next booking. The caller has locked garment and rental.';

-- Hand-over -----------------------------------------------------------------------------------------------------------

create function private.hand_over_rental(rental_id uuid, condition public.garment_condition, note text, photo_paths text[])
returns public.rentals
language plpgsql volatile
security definer -- staff may write neither rentals nor the calendar; the function knows the rules
set search_path = ''
as $$
declare
  v_rental public.rentals := private.rental_for_step(rental_id);
  v_during tstzrange;
  v_other record;
begin
  if v_rental.state = 'picked_up' then
    return v_rental;
  elsif v_rental.state <> 'reserved' then
    perform private.raise_invalid_rental_state(v_rental, 'handed over');
  elsif private.today_of(v_rental.boutique_id) >= upper(v_rental.period) then
    perform private.raise_error(409, 'period_over', 'Its days are over. Cancel it, and reserve others.',
      jsonb_build_object('rental_id', rental_id, 'last_day', upper(v_rental.period) - 1));
  end if;
  perform private.refuse_without_deposit(v_rental);
  for v_other in
    select r.id, r.state::text as state from public.rentals r
    where r.garment_id = v_rental.garment_id and r.state in ('picked_up', 'returned', 'inspecting')
    union all
    select null, 'retired' from public.garments g where g.id = v_rental.garment_id and g.retired_at is not null
    limit 1
  loop
    perform private.raise_error(409, 'garment_not_ready', format('The garment is %s. Finish that first, or give her another one.', v_other.state),
      jsonb_build_object('rental_id', v_other.id, 'state', v_other.state, 'garment_id', v_rental.garment_id));
  end loop;

  select a.during into v_during from public.allocations a where a.id = v_rental.allocation_id;
  if lower(v_during) > now() then
    perform private.release_expired_holds(v_rental.garment_id, tstzrange(now(), lower(v_during)));
    begin
      update public.allocations a set during = tstzrange(now(), upper(a.during)) where a.id = v_rental.allocation_id;
    exception when exclusion_violation then
      select a.kind, a.source_id, lower(a.during) as starts, upper(a.during) as ends into v_other from public.allocations a
      where a.resource_id = v_rental.garment_id and a.during && tstzrange(now(), lower(v_during)) and a.state <> 'released'
      order by a.during limit 1;
      perform private.raise_error(409, 'not_available', 'The garment is taken until her time begins. Move what takes it first.',
        jsonb_build_object('rental_id', rental_id, 'kind', v_other.kind, 'source_id', v_other.source_id,
          'from', v_other.starts, 'until', v_other.ends));
    end;
  end if;
  update public.rentals r set state = 'picked_up', picked_up_at = now() where r.id = v_rental.id returning * into v_rental;
  perform private.record_rental_event(v_rental, 'handed_over', condition, note, photo_paths);
  return v_rental;
end
$$;

-- Return --------------------------------------------------------------------------------------------------------------

create function private.return_rental(rental_id uuid, condition public.garment_condition, note text, photo_paths text[])
returns public.rentals
language plpgsql volatile
security definer -- staff may write neither rentals nor the calendar; the function knows the rules
set search_path = ''
as $$
declare
  v_rental public.rentals := private.rental_for_step(rental_id);
  v_late integer;
begin
  if v_rental.state = 'returned' then
    return v_rental;
  elsif v_rental.state <> 'picked_up' then
    perform private.raise_invalid_rental_state(v_rental, 'returned');
  end if;
  v_late := greatest(0, private.today_of(v_rental.boutique_id) - (upper(v_rental.period) - 1));
  update public.rentals r set state = 'returned', returned_at = now(), late_days = v_late, late_fee = v_late * r.late_fee_per_day
  where r.id = v_rental.id
  returning * into v_rental;
  perform private.keep_blocked(v_rental);
  perform private.record_rental_event(v_rental, 'returned', condition, note, photo_paths);
  return v_rental;
end
$$;

create function private.start_inspection(rental_id uuid) returns public.rentals
language plpgsql volatile
security definer -- staff may write neither rentals nor the calendar; the function knows the rules
set search_path = ''
as $$
declare
  v_rental public.rentals := private.rental_for_step(rental_id);
begin
  if v_rental.state = 'inspecting' then
    return v_rental;
  elsif v_rental.state <> 'returned' then
    perform private.raise_invalid_rental_state(v_rental, 'inspected');
  end if;
  update public.rentals r set state = 'inspecting' where r.id = v_rental.id returning * into v_rental;
  perform private.keep_blocked(v_rental);
  perform private.record_rental_event(v_rental, 'inspection_started', null, '', '{}');
  return v_rental;
end
$$;

-- Loss ----------------------------------------------------------------------------------------------------------------

create function private.end_time_taken(rental public.rentals) returns void
language sql volatile
set search_path = ''
as $$
  update public.allocations a set during = tstzrange(lower(a.during), now())
  where a.id = rental.allocation_id and now() > lower(a.during) and now() < upper(a.during)
$$;
comment on function private.end_time_taken(public.rentals) is 'The time that a garment is taken for a rental ends now, not when the policy had thought.';

create function private.mark_rental_lost(rental_id uuid, note text) returns public.rentals
language plpgsql volatile
security definer -- staff may write neither rentals nor the calendar; the function knows the rules
set search_path = ''
as $$
declare
  v_rental public.rentals := private.rental_for_step(rental_id);
begin
  if v_rental.state = 'lost' then
    return v_rental;
  elsif v_rental.state <> 'picked_up' then
    perform private.raise_invalid_rental_state(v_rental, 'lost');
  end if;
  update public.rentals r set state = 'lost' where r.id = v_rental.id returning * into v_rental;
  perform private.end_time_taken(v_rental);
  perform private.record_rental_event(v_rental, 'lost', null, note, '{}');
  -- Nothing takes it any more (refuse_retired_garment); whoever was promised it gets a proposal (rescue_from_retired).
  update public.garments g set retired_at = now() where g.id = v_rental.garment_id and g.retired_at is null;
  return v_rental;
end
$$;

-- What clients call ---------------------------------------------------------------------------------------------------

create function public.hand_over_rental(
  rental_id uuid, condition public.garment_condition default null, note text default '', photo_paths text[] default '{}')
returns public.rentals
language sql volatile security invoker set search_path = ''
as $$ select private.hand_over_rental(rental_id, condition, note, photo_paths) $$;
comment on function public.hand_over_rental(uuid, public.garment_condition, text, text[]) is
  'Staff give the garment out; earlier than its time if nothing else takes it until then. Repeating it changes nothing. PT404 rental_not_found; PT409 invalid_state, period_over, deposit_due (detail: the payment), garment_not_ready (detail: the rental that still has it), not_available (detail: what takes it); PT400 invalid_note, invalid_photo_paths.';
grant execute on function private.hand_over_rental(uuid, public.garment_condition, text, text[]) to authenticated;
grant execute on function public.hand_over_rental(uuid, public.garment_condition, text, text[]) to authenticated;

create function public.return_rental(
  rental_id uuid, condition public.garment_condition default null, note text default '', photo_paths text[] default '{}')
returns public.rentals
language sql volatile security invoker set search_path = ''
as $$ select private.return_rental(rental_id, condition, note, photo_paths) $$;
comment on function public.return_rental(uuid, public.garment_condition, text, text[]) is
  'Staff take the garment back; late_days and late_fee follow from the frozen policy. The garment stays taken until it is inspected. Repeating it changes nothing. PT404 rental_not_found; PT409 invalid_state; PT400 invalid_note, invalid_photo_paths.';
grant execute on function private.return_rental(uuid, public.garment_condition, text, text[]) to authenticated;
grant execute on function public.return_rental(uuid, public.garment_condition, text, text[]) to authenticated;

create function public.start_inspection(rental_id uuid) returns public.rentals
language sql volatile security invoker set search_path = ''
as $$ select private.start_inspection(rental_id) $$;
comment on function public.start_inspection(uuid) is
  'Staff begin to inspect a returned garment. Repeating it changes nothing. PT404 rental_not_found, PT409 invalid_state.';
grant execute on function private.start_inspection(uuid) to authenticated;
grant execute on function public.start_inspection(uuid) to authenticated;

create function public.mark_rental_lost(rental_id uuid, note text default '') returns public.rentals
language sql volatile security invoker set search_path = ''
as $$ select private.mark_rental_lost(rental_id, note) $$;
comment on function public.mark_rental_lost(uuid, text) is
  'Staff give up a garment that was handed over and does not come back: it is retired, its calendar ends, and every reserved rental of it gets a proposal of substitutes. Repeating it changes nothing. PT404 rental_not_found, PT409 invalid_state, PT400 invalid_note.';
grant execute on function private.mark_rental_lost(uuid, text) to authenticated;
grant execute on function public.mark_rental_lost(uuid, text) to authenticated;
