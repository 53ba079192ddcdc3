-- Life of a boutique: application, approval, suspension; every step with its reason.

create table public.boutique_status_changes (
  id uuid primary key default private.uuid_v7(),
  boutique_id uuid not null references public.boutiques (id) on delete cascade,
  from_status public.boutique_status,
  to_status public.boutique_status not null,
  reason text not null,
  actor_id uuid references public.profiles (id) on delete set null,
  created_at timestamptz not null default now(),
  constraint reason_has_3_to_2000_characters check (length(btrim(reason)) between 3 and 2000)
);
comment on table public.boutique_status_changes is 'Why a boutique is what it is: one row per application, approval, suspension and reactivation. Written with the change, never changed.';
comment on column public.boutique_status_changes.from_status is 'Null for the application.';
create index boutique_status_changes_boutique_id_idx on public.boutique_status_changes (boutique_id, created_at desc);
create index boutique_status_changes_actor_id_idx on public.boutique_status_changes (actor_id);

alter table public.boutique_status_changes enable row level security;
revoke all on public.boutique_status_changes from anon, authenticated, service_role;
grant select on public.boutique_status_changes to authenticated, service_role;
-- insert, update and delete are not granted: the functions below write it.

create policy select_staff on public.boutique_status_changes for select to authenticated
  using (boutique_id = any (array(select m.boutique_id from private.my_memberships m where m.role >= private.minimum_role('boutique.read'))) or (select private.is_admin()));

create function private.apply_for_boutique(slug text, name text, currency text, timezone text, message text) returns public.boutiques
language plpgsql volatile
security definer -- boutiques and members are not writable
set search_path = ''
as $$
declare
  v_boutique public.boutiques;
begin
  -- The lock makes applications of one person go one after the other, so that the count holds.
  perform from public.profiles p where p.id = auth.uid() for no key update;
  if (select count(*) from public.boutique_members m join public.boutiques b on b.id = m.boutique_id
      where m.user_id = auth.uid() and b.status = 'applied') >= 3 then
    perform private.raise_error(429, 'too_many_applications', 'Three applications of yours wait for an answer already.');
  end if;
  begin
    insert into public.boutiques (slug, name, currency, timezone) values (slug, name, currency, timezone) returning * into v_boutique;
  exception when unique_violation then
    perform private.raise_error(409, 'slug_taken', 'This address is taken. Choose another slug.', jsonb_build_object('slug', slug));
  end;
  insert into public.boutique_members (boutique_id, user_id, role) values (v_boutique.id, auth.uid(), 'owner');
  insert into public.boutique_status_changes (boutique_id, to_status, reason, actor_id)
  values (v_boutique.id, 'applied', message, auth.uid());
  return v_boutique;
end
$$;

create function private.acts_as_admin() returns boolean
language plpgsql stable
security definer -- reads the factors of the caller
set search_path = ''
as $$
declare
  v_has_factor boolean;
begin
  if not private.is_admin() then
    return false;
  elsif auth.jwt() ->> 'aal' = 'aal2' or to_regclass('auth.mfa_factors') is null then
    -- Without that table the Auth server has no second factors: the embedded one.
    return true;
  end if;
  execute 'select exists (select from auth.mfa_factors where user_id = $1 and status = ''verified'')'
    into v_has_factor using auth.uid();
  if v_has_factor then
    perform private.raise_error(403, 'second_factor_required', 'Confirm this session with your second factor.');
  else
    perform private.raise_error(403, 'second_factor_required', 'Set up a second factor first: those who run the marketplace need one.');
  end if;
end
$$;
comment on function private.acts_as_admin() is
  'private.is_admin(), for what money or a boutique depends on: PT403 second_factor_required from an admin who has not confirmed the session.';
grant execute on function private.acts_as_admin() to authenticated, service_role;

create function private.require_admin() returns void
language plpgsql stable
set search_path = ''
as $$
begin
  if not private.acts_as_admin() then
    perform private.raise_error(403, 'not_allowed', 'This is for admins of the marketplace.');
  end if;
end
$$;
comment on function private.require_admin() is 'PT403 not_allowed, second_factor_required unless the caller runs the marketplace.';

create function private.set_boutique_status(boutique_id uuid, status public.boutique_status, reason text) returns public.boutiques
language plpgsql volatile
security definer -- the status is not writable, for admins neither
set search_path = ''
as $$
declare
  v_boutique public.boutiques;
  v_before public.boutique_status;
  v_change uuid;
begin
  perform private.require_admin();
  select * into v_boutique from public.boutiques b where b.id = set_boutique_status.boutique_id for no key update;
  if not found then
    perform private.raise_error(404, 'boutique_not_found', 'There is no such boutique.');
  elsif status = 'applied' then
    perform private.raise_error(400, 'invalid_status', 'A boutique is approved (active) or suspended.');
  elsif v_boutique.status = status then
    return v_boutique;
  end if;
  v_before := v_boutique.status;
  update public.boutiques b set status = set_boutique_status.status where b.id = v_boutique.id returning * into v_boutique;
  insert into public.boutique_status_changes (boutique_id, from_status, to_status, reason, actor_id)
  values (v_boutique.id, v_before, status, reason, auth.uid())
  returning id into v_change;
  perform private.enqueue('mail.boutique_status', jsonb_build_object('change_id', v_change));
  return v_boutique;
end
$$;

create function public.apply_for_boutique(slug text, name text, currency text, timezone text, message text) returns public.boutiques
language sql volatile security invoker set search_path = ''
as $$ select private.apply_for_boutique(slug, name, currency, timezone, message) $$;
comment on function public.apply_for_boutique(text, text, text, text, text) is
  'Asks to open a boutique; the caller becomes its owner, and it stays hidden until an admin approves. PT409 slug_taken, PT429 too_many_applications; 23514 for a slug, currency or time zone that is none.';
grant execute on function private.apply_for_boutique(text, text, text, text, text) to authenticated;
grant execute on function public.apply_for_boutique(text, text, text, text, text) to authenticated;

create function public.set_boutique_status(boutique_id uuid, status public.boutique_status, reason text) returns public.boutiques
language sql volatile security invoker set search_path = ''
as $$ select private.set_boutique_status(boutique_id, status, reason) $$;
comment on function public.set_boutique_status(uuid, public.boutique_status, text) is
  'An admin approves (active), suspends or reactivates a boutique and says why; its products appear or vanish at once. PT403 not_allowed, PT403 second_factor_required, PT404 boutique_not_found, PT400 invalid_status.';
grant execute on function private.set_boutique_status(uuid, public.boutique_status, text) to authenticated;
grant execute on function public.set_boutique_status(uuid, public.boutique_status, text) to authenticated;
