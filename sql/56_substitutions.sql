-- Substitutions: a gown that is late, lost or broken is somebody else's gown next week. She gets another one, which staff
-- choose from what is free then.

create type public.substitution_reason as enum ('overdue', 'not_inspected', 'repair', 'lost', 'retired');
comment on type public.substitution_reason is
  'overdue: it has not come back; not_inspected: it is back, but nobody has looked at it in time; repair, lost, retired: it will not be there.';

create type public.substitution_state as enum ('open', 'accepted', 'dismissed', 'withdrawn');
comment on type public.substitution_state is
  'open: staff decide; accepted: she has another garment; dismissed: staff see to it in another way; withdrawn: the danger is over.';

create type public.substitution_match as enum ('same_variant', 'same_variant_elsewhere', 'similar');
comment on type public.substitution_match is
  'same_variant: the same size and color at the same branch; same_variant_elsewhere: at another branch; similar: another color, or a product of the same category or designer, in the same size.';

-- substitution_proposals ----------------------------------------------------------------------------------------------

-- As in rental_events, accounts and garments are referred to in the tables behind profiles and garments.
create table public.substitution_proposals (
  id uuid primary key default private.uuid_v7(),
  rental_id uuid not null,
  boutique_id uuid not null,
  garment_id uuid not null references public.resources (id) on delete restrict,
  reason public.substitution_reason not null,
  cause_rental_id uuid references public.rentals (id) on delete restrict,
  missing_until timestamptz,
  state public.substitution_state not null default 'open',
  substitute_id uuid references public.resources (id) on delete restrict,
  decided_by uuid references auth.users (id) on delete set null,
  decided_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint substitution_proposals_id_boutique_id_key unique (id, boutique_id),
  constraint proposal_is_for_a_rental_of_the_boutique
    foreign key (rental_id, boutique_id) references public.rentals (id, boutique_id) on delete restrict,
  constraint an_accepted_proposal_has_a_substitute check ((state = 'accepted') = (substitute_id is not null)),
  constraint a_decision_has_a_time check ((state = 'open') = (decided_at is null))
);
comment on table public.substitution_proposals is 'A rental whose garment will not be there in time, and what becomes of it. Made by jobs and by the steps of a rental.';
comment on column public.substitution_proposals.rental_id is 'The rental in danger.';
comment on column public.substitution_proposals.garment_id is 'The garment that will be missing.';
comment on column public.substitution_proposals.cause_rental_id is 'The rental that keeps it away, if one does.';
comment on column public.substitution_proposals.missing_until is 'When the garment is expected back from a repair.';
comment on column public.substitution_proposals.decided_by is 'Who accepted or dismissed it; null when nobody did, or the account is gone.';
create unique index one_open_proposal_of_a_rental on public.substitution_proposals (rental_id) where state = 'open';
create index substitution_proposals_rental_id_idx on public.substitution_proposals (rental_id, boutique_id);
create index substitution_proposals_boutique_id_idx on public.substitution_proposals (boutique_id, state, created_at desc);
create index substitution_proposals_garment_id_idx on public.substitution_proposals (garment_id);
create index substitution_proposals_cause_rental_id_idx on public.substitution_proposals (cause_rental_id);
create index substitution_proposals_substitute_id_idx on public.substitution_proposals (substitute_id);
create index substitution_proposals_decided_by_idx on public.substitution_proposals (decided_by);

alter table public.substitution_proposals enable row level security;
revoke all on public.substitution_proposals from anon, authenticated, service_role;
grant select on public.substitution_proposals to authenticated;
grant all on public.substitution_proposals to service_role;
-- insert, update and delete are not granted: functions open and decide it. The customer does not see it: she is told.

create policy select_staff on public.substitution_proposals for select to authenticated
  using (boutique_id = any (array(select m.boutique_id from private.my_memberships m where m.role >= private.minimum_role('rentals.read'))) or (select private.is_admin()));

create trigger touch_updated_at before update on public.substitution_proposals
  for each row execute function private.touch_updated_at();

-- substitution_candidates ---------------------------------------------------------------------------------------------

create table public.substitution_candidates (
  proposal_id uuid not null,
  garment_id uuid not null references public.garments (id) on delete cascade,
  boutique_id uuid not null,
  rank integer not null,
  match public.substitution_match not null,
  created_at timestamptz not null default now(),
  primary key (proposal_id, garment_id),
  constraint candidate_is_of_a_proposal_of_the_boutique
    foreign key (proposal_id, boutique_id) references public.substitution_proposals (id, boutique_id) on delete cascade,
  constraint rank_begins_with_one check (rank >= 1)
);
comment on table public.substitution_candidates is 'Garments that were free in the rental''s time when the proposal was last looked at, best first.';
create index substitution_candidates_proposal_id_idx on public.substitution_candidates (proposal_id, boutique_id, rank);
create index substitution_candidates_garment_id_idx on public.substitution_candidates (garment_id);
create index substitution_candidates_boutique_id_idx on public.substitution_candidates (boutique_id);

alter table public.substitution_candidates enable row level security;
revoke all on public.substitution_candidates from anon, authenticated, service_role;
grant select on public.substitution_candidates to authenticated;
grant all on public.substitution_candidates to service_role;
-- insert, update and delete are not granted: they are computed.

create policy select_staff on public.substitution_candidates for select to authenticated
  using (boutique_id = any (array(select m.boutique_id from private.my_memberships m where m.role >= private.minimum_role('rentals.read'))) or (select private.is_admin()));

-- Opening -------------------------------------------------------------------------------------------------------------

create function private.refresh_candidates(proposal_id uuid) returns void
language plpgsql volatile
set search_path = ''
as $$
begin
  delete from public.substitution_candidates c where c.proposal_id = refresh_candidates.proposal_id;
  insert into public.substitution_candidates (proposal_id, garment_id, boutique_id, rank, match)
  with wanted as (
    select s.boutique_id, s.garment_id, r.variant_id, v.product_id, v.size, v.rental_price_per_day as price, p.category_id, p.designer_id,
      g.location_id, tstzrange(greatest(lower(a.during), now()), greatest(upper(a.during), now())) as during
    from public.substitution_proposals s
    join public.rentals r on r.id = s.rental_id
    join public.allocations a on a.id = r.allocation_id
    join public.garments g on g.id = s.garment_id
    join public.product_variants v on v.id = r.variant_id
    join public.products p on p.id = v.product_id
    where s.id = refresh_candidates.proposal_id and s.state = 'open'
  ),
  free as (
    select g.id, g.boutique_id,
      (case when v.id <> w.variant_id then 'similar' when g.location_id = w.location_id then 'same_variant'
        else 'same_variant_elsewhere' end)::public.substitution_match as match,
      p.id = w.product_id as same_product,
      (p.category_id = w.category_id) is true as same_category,
      (p.designer_id = w.designer_id) is true as same_designer,
      g.location_id = w.location_id as same_branch,
      abs(v.rental_price_per_day - w.price) as difference
    from wanted w
    join public.products p on p.boutique_id = w.boutique_id
    join public.product_variants v on v.product_id = p.id and v.size = w.size
    join public.garments g on g.variant_id = v.id
    where g.id <> w.garment_id
      and g.retired_at is null
      and g.condition <> 'damaged'
      and (v.id = w.variant_id or (p.for_rent and p.listed and v.rental_price_per_day is not null
        and (p.id = w.product_id or p.category_id = w.category_id or p.designer_id = w.designer_id)))
      and not isempty(w.during)
      and not exists (
        select from public.allocations a
        where a.resource_id = g.id and a.during && w.during and a.state <> 'released'
          and (a.held_until is null or a.held_until > now()))
      -- What is itself overdue rescues nobody.
      and not exists (
        select from public.rentals o
        where o.garment_id = g.id and o.state = 'picked_up' and upper(o.period) <= private.today_of(g.boutique_id))
  )
  select refresh_candidates.proposal_id, f.id, f.boutique_id,
    row_number() over (order by f.match, f.same_product desc, f.same_category::integer + f.same_designer::integer desc,
      f.difference, f.same_branch desc, f.id),
    f.match
  from free f
  order by 4
  limit 10;
end
$$;
comment on function private.refresh_candidates(uuid) is
  'Looks up what is free in the time of the rental in danger: the same variant, here before elsewhere, then the same size of what is alike, nearest price first. Up to ten.';

create function private.open_substitution(rental_id uuid, reason public.substitution_reason, cause_rental_id uuid, missing_until timestamptz)
returns uuid
language plpgsql volatile
set search_path = ''
as $$
declare
  v_rental public.rentals;
  v_proposal uuid;
begin
  -- Locked, so that a cancellation of this moment either is seen here or sees the proposal (withdraw_substitution).
  select * into v_rental from public.rentals r where r.id = open_substitution.rental_id and r.state = 'reserved' for update;
  if not found then
    return null;
  end if;
  update public.substitution_proposals s set reason = open_substitution.reason, cause_rental_id = open_substitution.cause_rental_id,
    missing_until = open_substitution.missing_until
  where s.rental_id = v_rental.id and s.state = 'open'
  returning s.id into v_proposal;
  if not found then
    -- Staff have said that they see to it: they are not asked again for the same reason.
    if exists (
      select from public.substitution_proposals s
      where s.rental_id = v_rental.id and s.garment_id = v_rental.garment_id and s.state = 'dismissed'
        and s.reason = open_substitution.reason) then
      return null;
    end if;
    insert into public.substitution_proposals (rental_id, boutique_id, garment_id, reason, cause_rental_id, missing_until)
    values (v_rental.id, v_rental.boutique_id, v_rental.garment_id, open_substitution.reason, open_substitution.cause_rental_id,
      open_substitution.missing_until)
    returning id into v_proposal;
  end if;
  perform private.refresh_candidates(v_proposal);
  return v_proposal;
end
$$;
comment on function private.open_substitution(uuid, public.substitution_reason, uuid, timestamptz) is
  'Opens a proposal for a reserved rental, or brings the open one up to date. Null when there is nothing to decide.';

create function private.rescue_until(garment_id uuid, until_time timestamptz, cause_rental_id uuid) returns void
language plpgsql volatile
set search_path = ''
as $$
declare
  v_rental uuid;
begin
  for v_rental in
    select r.id
    from public.rentals r join public.allocations a on a.id = r.allocation_id
    where r.garment_id = rescue_until.garment_id and r.state = 'reserved' and lower(a.during) < until_time
    order by r.id
  loop
    perform private.open_substitution(v_rental, 'repair', cause_rental_id, until_time);
  end loop;
end
$$;
comment on function private.rescue_until(uuid, timestamptz, uuid) is 'Opens a proposal for every reserved rental of a garment that begins before it is back from repair.';

create function private.rescue_from_loss(rental_id uuid) returns void
language plpgsql volatile
set search_path = ''
as $$
declare
  v_lost uuid;
begin
  select l.id into v_lost
  from public.rentals r join public.rentals l on l.garment_id = r.garment_id and l.state = 'lost'
  where r.id = rescue_from_loss.rental_id
  order by l.updated_at desc limit 1;
  perform private.open_substitution(rental_id,
    (case when v_lost is null then 'retired' else 'lost' end)::public.substitution_reason, v_lost, null);
end
$$;
comment on function private.rescue_from_loss(uuid) is 'Opens a proposal for a reserved rental whose garment is lost or retired.';

create function private.rescue_from_retired() returns trigger
language plpgsql
security definer -- whoever retires a garment, and proposals are not writable
set search_path = ''
as $$
declare
  v_rental uuid;
begin
  for v_rental in select r.id from public.rentals r where r.garment_id = new.id and r.state = 'reserved' order by r.id loop
    perform private.rescue_from_loss(v_rental);
  end loop;
  return null;
end
$$;
comment on function private.rescue_from_retired() is 'Trigger: whoever was promised a garment that is lost or retired gets a proposal.';

create trigger rescue_from_retired after update on public.garments
  for each row when (old.retired_at is null and new.retired_at is not null) execute function private.rescue_from_retired();

create function private.withdraw_substitutions(garment_id uuid) returns void
language sql volatile
set search_path = ''
as $$
  update public.substitution_proposals s set state = 'withdrawn', decided_at = now()
  where s.garment_id = withdraw_substitutions.garment_id and s.state = 'open'
$$;
comment on function private.withdraw_substitutions(uuid) is 'The garment is ready after all: nobody needs another one.';

create function private.withdraw_substitution() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  update public.substitution_proposals s set state = 'withdrawn', decided_at = now() where s.rental_id = new.id and s.state = 'open';
  return null;
end
$$;
comment on function private.withdraw_substitution() is 'Trigger: a rental that is cancelled, or handed over after all, needs no other garment.';

create trigger withdraw_substitution after update on public.rentals
  for each row when (old.state = 'reserved' and new.state <> 'reserved') execute function private.withdraw_substitution();

-- Watching ------------------------------------------------------------------------------------------------------------

create function private.watched_rentals() returns setof uuid
language sql stable
rows 100
set search_path = ''
as $$
  select r.id
  from public.rentals r
  join public.allocations a on a.id = r.allocation_id
  join public.boutiques b on b.id = r.boutique_id
  where r.state in ('picked_up', 'returned', 'inspecting')
    and (upper(a.during) < now() + interval '1 hour'
      or upper(r.period) <= (now() at time zone b.timezone)::date)
  union
  -- Promised, and never to be had: a hold that was confirmed after its garment was lost.
  select r.id
  from public.rentals r
  join public.garments g on g.id = r.garment_id
  where r.state = 'reserved' and g.retired_at is not null
  union
  select s.rental_id from public.substitution_proposals s where s.state = 'open'
$$;
comment on function private.watched_rentals() is 'Rentals that rental.watch_returns has to look at: overdue, about to run out of their time, or waiting for another garment.';

create function private.watch_rental(rental_id uuid) returns void
language plpgsql volatile
set search_path = ''
as $$
declare
  v_rental public.rentals;
  v_overdue boolean;
  v_next uuid;
  v_proposal uuid;
begin
  select * into v_rental from public.rentals r where r.id = watch_rental.rental_id;
  perform from public.resources r where r.id = v_rental.garment_id for no key update;
  select * into v_rental from public.rentals r where r.id = watch_rental.rental_id and r.garment_id = v_rental.garment_id for update;
  if v_rental.state = 'reserved' then
    select s.id into v_proposal from public.substitution_proposals s where s.rental_id = v_rental.id and s.state = 'open' for update;
    if found then
      perform private.refresh_candidates(v_proposal);
    elsif exists (select from public.garments g where g.id = v_rental.garment_id and g.retired_at is not null) then
      perform private.rescue_from_loss(v_rental.id);
    end if;
  elsif v_rental.state in ('picked_up', 'returned', 'inspecting') then
    perform private.keep_blocked(v_rental);
    v_overdue := private.is_overdue(v_rental);
    for v_next in
      select r.id
      from public.rentals r join public.allocations a on a.id = r.allocation_id
      where r.garment_id = v_rental.garment_id and r.state = 'reserved'
        -- Who has not brought it back has to be reckoned with for days; who has, until somebody has looked at it.
        and lower(a.during) <= now() + case when v_overdue then interval '3 days' else interval '0' end
      order by r.id
    loop
      perform private.open_substitution(v_next,
        (case when v_rental.state = 'picked_up' then 'overdue' else 'not_inspected' end)::public.substitution_reason, v_rental.id, null);
    end loop;
  end if;
end
$$;
comment on function private.watch_rental(uuid) is
  'Keeps a garment taken that is out or not inspected, and opens a proposal for a reserved rental that begins within three days of an overdue one, or whose time has come before the inspection ended. Does nothing to any other rental. Called by the job rental.watch_returns.';

-- Deciding ------------------------------------------------------------------------------------------------------------

create function private.accept_substitution(proposal_id uuid, garment_id uuid) returns public.rentals
language plpgsql volatile
security definer -- staff may write neither rentals nor the calendar; the function knows the rules
set search_path = ''
as $$
declare
  v_proposal public.substitution_proposals;
  v_rental public.rentals;
  v_old public.allocations;
  v_during tstzrange;
  v_allocation uuid := private.uuid_v7();
  v_out public.rentals;
begin
  select * into v_proposal from public.substitution_proposals s
  where s.id = accept_substitution.proposal_id and s.boutique_id in (select private.my_boutique_ids('rentals.write'));
  if not found then
    perform private.raise_error(404, 'proposal_not_found', 'There is no such proposal of a boutique you work for.',
      jsonb_build_object('proposal_id', proposal_id));
  end if;
  -- Both garments, then both rentals, each in the order of their ids; then what hangs on them.
  perform from public.resources r
  where r.id in (v_proposal.garment_id, accept_substitution.garment_id) and r.boutique_id = v_proposal.boutique_id
  order by r.id for no key update;
  perform from public.rentals r
  where r.id = v_proposal.rental_id
    or (r.garment_id = v_proposal.garment_id and r.state in ('picked_up', 'returned', 'inspecting'))
  order by r.id for update;
  select * into v_rental from public.rentals r where r.id = v_proposal.rental_id;
  select * into v_proposal from public.substitution_proposals s where s.id = v_proposal.id for update;
  if v_proposal.state = 'accepted' and v_proposal.substitute_id = accept_substitution.garment_id then
    return v_rental;
  elsif v_proposal.state <> 'open' or v_rental.state <> 'reserved' or v_rental.garment_id <> v_proposal.garment_id then
    perform private.raise_error(409, 'invalid_state', format('The proposal is %s.', v_proposal.state),
      jsonb_build_object('proposal_id', proposal_id, 'state', v_proposal.state));
  elsif not exists (
    select from public.substitution_candidates c
    where c.proposal_id = v_proposal.id and c.garment_id = accept_substitution.garment_id) then
    perform private.raise_error(404, 'candidate_not_found', 'This garment is not one of the proposal.',
      jsonb_build_object('proposal_id', proposal_id, 'garment_id', garment_id));
  end if;

  select * into v_old from public.allocations a where a.id = v_rental.allocation_id;
  v_during := tstzrange(greatest(lower(v_old.during), now()), greatest(upper(v_old.during), now()));
  if isempty(v_during) then
    perform private.raise_error(409, 'period_over', 'Its days are over. Cancel it.', jsonb_build_object('rental_id', v_rental.id));
  end if;
  perform private.release_expired_holds(accept_substitution.garment_id, v_during);
  begin
    insert into public.allocations (id, resource_id, boutique_id, during, kind, state, source_id)
    values (v_allocation, accept_substitution.garment_id, v_rental.boutique_id, v_during, 'rental', 'confirmed', v_rental.id);
  exception when exclusion_violation then
    perform private.raise_error(409, 'not_available', 'This garment was taken meanwhile. Choose another of the proposal.',
      jsonb_build_object('proposal_id', proposal_id, 'garment_id', garment_id));
  end;
  update public.rentals r set garment_id = g.id, variant_id = g.variant_id, allocation_id = v_allocation
  from public.garments g
  where r.id = v_rental.id and g.id = accept_substitution.garment_id
  returning r.* into v_rental;
  update public.allocations a set state = 'released', held_until = null where a.id = v_old.id;
  update public.substitution_proposals s set state = 'accepted', substitute_id = accept_substitution.garment_id,
    decided_by = auth.uid(), decided_at = now()
  where s.id = v_proposal.id;

  -- The old time is given back to whatever keeps the old garment away.
  select * into v_out from public.rentals r
  where r.garment_id = v_proposal.garment_id and r.state in ('picked_up', 'returned', 'inspecting');
  if found then
    perform private.keep_blocked(v_out);
  end if;
  if v_proposal.missing_until > greatest(lower(v_old.during), now()) then
    perform private.block_for_repair(v_proposal.garment_id, v_proposal.boutique_id, greatest(lower(v_old.during), now()), v_proposal.missing_until);
  end if;
  perform private.record_rental_event(v_rental, 'substituted', null, '', '{}');
  perform private.enqueue('mail.rental_changed', jsonb_build_object('rental_id', v_rental.id),
    jsonb_build_object('group', v_rental.boutique_id));
  return v_rental;
end
$$;

create function private.dismiss_substitution(proposal_id uuid) returns public.substitution_proposals
language plpgsql volatile
security definer -- proposals are not writable; the function knows the rules
set search_path = ''
as $$
declare
  v_proposal public.substitution_proposals;
begin
  select * into v_proposal from public.substitution_proposals s
  where s.id = dismiss_substitution.proposal_id and s.boutique_id in (select private.my_boutique_ids('rentals.write'))
  for update;
  if not found then
    perform private.raise_error(404, 'proposal_not_found', 'There is no such proposal of a boutique you work for.',
      jsonb_build_object('proposal_id', proposal_id));
  elsif v_proposal.state = 'dismissed' then
    return v_proposal;
  elsif v_proposal.state <> 'open' then
    perform private.raise_error(409, 'invalid_state', format('The proposal is %s.', v_proposal.state),
      jsonb_build_object('proposal_id', proposal_id, 'state', v_proposal.state));
  end if;
  update public.substitution_proposals s set state = 'dismissed', decided_by = auth.uid(), decided_at = now()
  where s.id = v_proposal.id
  returning * into v_proposal;
  return v_proposal;
end
$$;

-- What clients call ---------------------------------------------------------------------------------------------------

create function public.accept_substitution(proposal_id uuid, garment_id uuid) returns public.rentals
language sql volatile security invoker set search_path = ''
as $$ select private.accept_substitution(proposal_id, garment_id) $$;
comment on function public.accept_substitution(uuid, uuid) is
  'Staff move a rental in danger to a garment of its proposal, with its days and its price, and the customer is told. Repeating it changes nothing. PT404 proposal_not_found, candidate_not_found; PT409 not_available (the garment was taken meanwhile), invalid_state, period_over.';
grant execute on function private.accept_substitution(uuid, uuid) to authenticated;
grant execute on function public.accept_substitution(uuid, uuid) to authenticated;

create function public.dismiss_substitution(proposal_id uuid) returns public.substitution_proposals
language sql volatile security invoker set search_path = ''
as $$ select private.dismiss_substitution(proposal_id) $$;
comment on function public.dismiss_substitution(uuid) is
  'Staff see to a rental in danger in another way; they are not asked again for the same reason. Repeating it changes nothing. PT404 proposal_not_found, PT409 invalid_state.';
grant execute on function private.dismiss_substitution(uuid) to authenticated;
grant execute on function public.dismiss_substitution(uuid) to authenticated;
