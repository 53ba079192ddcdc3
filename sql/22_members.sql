-- Membership: how people come to work for a boutique, change their role and leave. Rules that hold whoever writes are
-- triggers on boutique_members; the functions add who may ask for what.

-- Rules -----------------------------------------------------------------------------------------------------------------

create function private.keep_an_owner() returns trigger
language plpgsql
security definer -- counts members that the caller may not see
set search_path = ''
as $$
begin
  if old.role = 'owner' and (tg_op = 'DELETE' or new.role <> 'owner') then
    -- The lock makes two owners who leave at the same moment go one after the other.
    perform from public.boutiques b where b.id = old.boutique_id for no key update;
    -- A boutique that is being deleted takes its members along.
    if found and not exists (
      select from public.boutique_members m
      where m.boutique_id = old.boutique_id and m.role = 'owner' and m.user_id <> old.user_id
    ) then
      perform private.raise_error(409, 'last_owner',
        'A boutique needs an owner. Transfer the ownership first.', jsonb_build_object('boutique_id', old.boutique_id));
    end if;
  end if;
  return case when tg_op = 'DELETE' then old else new end;
end
$$;
comment on function private.keep_an_owner() is 'Trigger: the last owner of a boutique neither leaves nor steps down. PT409 last_owner.';

create trigger keep_an_owner before update or delete on public.boutique_members
  for each row execute function private.keep_an_owner();

create function private.forbid_own_promotion() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if new.user_id = auth.uid() and new.role > old.role then
    perform private.raise_error(403, 'own_promotion', 'Nobody raises their own role.');
  end if;
  return new;
end
$$;
comment on function private.forbid_own_promotion() is 'Trigger: nobody raises their own role, through whichever function. PT403 own_promotion.';

create trigger forbid_own_promotion before update of role on public.boutique_members
  for each row execute function private.forbid_own_promotion();

-- invitations -----------------------------------------------------------------------------------------------------------

create table public.invitations (
  id uuid primary key default private.uuid_v7(),
  boutique_id uuid not null references public.boutiques (id) on delete cascade,
  email text not null,
  role public.member_role not null,
  invited_by uuid references public.profiles (id) on delete set null,
  expires_at timestamptz not null,
  accepted_at timestamptz,
  accepted_by uuid references public.profiles (id) on delete set null,
  revoked_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint email_is_in_lower_case check (email = lower(email)),
  constraint email_is_an_address check (email ~ '^[^@[:space:]]+@[^@[:space:]]+\.[^@[:space:]]+$' and length(email) <= 254),
  constraint ownership_is_transferred_not_invited check (role <> 'owner'),
  constraint accepted_or_revoked_not_both check (accepted_at is null or revoked_at is null)
);
comment on table public.invitations is 'Somebody asked by e-mail to work for a boutique. The token of the link is stored hashed, in private.';
comment on column public.invitations.email is 'In lower case. Only an account with this confirmed address can accept.';
create unique index one_open_invitation_per_address on public.invitations (boutique_id, email)
  where accepted_at is null and revoked_at is null;
create index invitations_invited_by_idx on public.invitations (invited_by);
create index invitations_accepted_by_idx on public.invitations (accepted_by);
create index invitations_boutique_id_idx on public.invitations (boutique_id, created_at desc);

create table private.invitation_tokens (
  invitation_id uuid primary key references public.invitations (id) on delete cascade,
  token_hash bytea not null unique,
  created_at timestamptz not null default now()
);
comment on table private.invitation_tokens is 'SHA-256 of the token in the newest mail of an invitation. The token itself is nowhere but in the mail.';
alter table private.invitation_tokens enable row level security;
-- No policy and no grant: only the mail job writes it and accept_invitation reads it.

alter table public.invitations enable row level security;
revoke all on public.invitations from anon, authenticated, service_role;
grant select on public.invitations to authenticated;
grant all on public.invitations to service_role;
-- insert, update and delete are not granted: the functions below know the rules.

create policy select_member_manager on public.invitations for select to authenticated
  using (boutique_id = any (array(select m.boutique_id from private.my_memberships m where m.role >= private.minimum_role('members.invite'))) or (select private.is_admin()));

create trigger touch_updated_at before update on public.invitations
  for each row execute function private.touch_updated_at();

-- Functions -------------------------------------------------------------------------------------------------------------

create function private.my_role(boutique_id uuid, permission public.permission) returns public.member_role
language plpgsql stable
security definer -- membership is read for the check, whatever the caller sees
set search_path = ''
as $$
declare
  v_role public.member_role;
begin
  -- "is not true": an unknown boutique is as little the caller's as a foreign one.
  if (my_role.boutique_id in (select private.my_boutique_ids(permission))) is not true then
    perform private.raise_error(403, 'not_allowed', format('This needs the permission %s for the boutique.', permission),
      jsonb_build_object('boutique_id', boutique_id, 'permission', permission));
  end if;
  select m.role into strict v_role from public.boutique_members m
  where m.boutique_id = my_role.boutique_id and m.user_id = auth.uid();
  return v_role;
end
$$;
comment on function private.my_role(uuid, public.permission) is 'The caller''s role in a boutique, if it has the permission. PT403 not_allowed otherwise.';

create function private.may_hand_out(mine public.member_role, role public.member_role) returns boolean
language sql immutable
set search_path = ''
as $$
  select role < mine or mine = 'owner'
$$;
comment on function private.may_hand_out(public.member_role, public.member_role) is 'One gives and takes roles below one''s own; owners all of them.';

create function private.invite_member(boutique_id uuid, email text, role public.member_role) returns public.invitations
language plpgsql volatile
security definer -- invitations are not writable
set search_path = ''
as $$
declare
  v_mine public.member_role := private.my_role(boutique_id, 'members.invite');
  v_invitation public.invitations;
begin
  if role = 'owner' then
    perform private.raise_error(400, 'owner_by_transfer', 'Nobody is invited as an owner. Invite a manager, then transfer the ownership.');
  elsif not private.may_hand_out(v_mine, role) then
    perform private.raise_error(403, 'not_allowed', format('A %s cannot invite a %s.', v_mine, role));
  elsif exists (
    select from public.boutique_members m join auth.users u on u.id = m.user_id
    where m.boutique_id = invite_member.boutique_id and lower(u.email) = lower(btrim(invite_member.email))
  ) then
    perform private.raise_error(409, 'already_member', 'This person works for the boutique already.');
  end if;
  -- Asking again replaces the open invitation, and with it the link; of two who ask at once the second waits.
  perform from public.boutiques b where b.id = invite_member.boutique_id for no key update;
  update public.invitations i set revoked_at = now()
  where i.boutique_id = invite_member.boutique_id and i.email = lower(btrim(invite_member.email))
    and i.accepted_at is null and i.revoked_at is null;
  insert into public.invitations (boutique_id, email, role, invited_by, expires_at)
  values (invite_member.boutique_id, lower(btrim(invite_member.email)), invite_member.role, auth.uid(), now() + interval '7 days')
  returning * into v_invitation;
  perform private.enqueue('mail.invitation', jsonb_build_object('invitation_id', v_invitation.id));
  return v_invitation;
end
$$;

create function private.revoke_invitation(invitation_id uuid) returns public.invitations
language plpgsql volatile
security definer -- invitations are not writable
set search_path = ''
as $$
declare
  v_invitation public.invitations;
begin
  select * into v_invitation from public.invitations i
  where i.id = revoke_invitation.invitation_id and i.boutique_id in (select private.my_boutique_ids('members.invite'))
  for update;
  if not found then
    perform private.raise_error(404, 'invitation_not_found', 'There is no such invitation of your boutique.');
  elsif v_invitation.accepted_at is not null then
    perform private.raise_error(409, 'already_accepted', 'The invitation has been accepted. Remove the member instead.');
  elsif v_invitation.revoked_at is null then
    update public.invitations i set revoked_at = now() where i.id = v_invitation.id returning * into v_invitation;
  end if;
  return v_invitation;
end
$$;

create function private.refuse(status integer, code text, message text) returns jsonb
language sql volatile
set search_path = ''
as $$
  -- An answer instead of an error: what the call has written (a token of a rate limit, say) stays written.
  select jsonb_build_object('code', 'PT' || status, 'message', message, 'details', null, 'hint', code)
  from set_config('response.status', status::text, true)
$$;
comment on function private.refuse(integer, text, text) is
  'Answers with an HTTP status and an error body, as raise_error does, but lets the transaction commit. Only for functions that return jsonb.';

create function private.accept_invitation(token text) returns jsonb
language plpgsql volatile
security definer -- whoever holds the token becomes a member
set search_path = ''
as $$
declare
  v_caller uuid := auth.uid();
  v_invitation public.invitations;
begin
  -- Guessing is slow: ten tries, then one a minute, counted also when they fail.
  perform private.limit_rate('accept_invitation', 10, 1);
  select i.* into v_invitation
  from private.invitation_tokens t
  join public.invitations i on i.id = t.invitation_id
  where t.token_hash = extensions.digest(token, 'sha256')
  for update of i;
  if not found or v_invitation.revoked_at is not null then
    return private.refuse(404, 'invitation_not_found', 'This invitation does not exist or was withdrawn. Ask for a new one.');
  elsif v_invitation.accepted_at is not null then
    return private.refuse(409, 'already_accepted', 'This invitation has been used.');
  elsif v_invitation.expires_at <= now() then
    return private.refuse(410, 'invitation_expired', 'This invitation has expired. Ask for a new one.');
  elsif not exists (
    select from auth.users u
    where u.id = v_caller and lower(u.email) = v_invitation.email and u.email_confirmed_at is not null
  ) then
    return private.refuse(403, 'other_address', 'The invitation is for another e-mail address. Sign in with that one.');
  end if;
  insert into public.boutique_members (boutique_id, user_id, role)
  values (v_invitation.boutique_id, v_caller, v_invitation.role)
  on conflict do nothing;
  update public.invitations i set accepted_at = now(), accepted_by = v_caller where i.id = v_invitation.id;
  delete from private.invitation_tokens t where t.invitation_id = v_invitation.id;
  return jsonb_build_object('boutique_id', v_invitation.boutique_id, 'role', v_invitation.role);
end
$$;

create function private.change_member_role(boutique_id uuid, user_id uuid, role public.member_role) returns public.boutique_members
language plpgsql volatile
security definer -- members are not writable
set search_path = ''
as $$
declare
  v_mine public.member_role := private.my_role(boutique_id, 'members.manage');
  v_member public.boutique_members;
begin
  perform from public.boutiques b where b.id = change_member_role.boutique_id for no key update;
  select * into v_member from public.boutique_members m
  where m.boutique_id = change_member_role.boutique_id and m.user_id = change_member_role.user_id
  for update;
  if not found then
    perform private.raise_error(404, 'member_not_found', 'This person does not work for the boutique.');
  elsif not private.may_hand_out(v_mine, v_member.role) or not private.may_hand_out(v_mine, role) then
    perform private.raise_error(403, 'not_allowed', format('A %s cannot make a %s a %s.', v_mine, v_member.role, role));
  end if;
  update public.boutique_members m set role = change_member_role.role
  where m.boutique_id = v_member.boutique_id and m.user_id = v_member.user_id
  returning * into v_member;
  return v_member;
end
$$;

create function private.remove_member(boutique_id uuid, user_id uuid) returns void
language plpgsql volatile
security definer -- members are not writable
set search_path = ''
as $$
declare
  v_mine public.member_role;
  v_member public.boutique_members;
begin
  perform from public.boutiques b where b.id = remove_member.boutique_id for no key update;
  select * into v_member from public.boutique_members m
  where m.boutique_id = remove_member.boutique_id and m.user_id = remove_member.user_id
    -- Who is not in the boutique learns nothing of its members.
    and m.boutique_id in (select private.my_boutique_ids('members.read'))
  for update;
  if not found then
    perform private.raise_error(404, 'member_not_found', 'This person does not work for a boutique of yours.');
  end if;
  -- Everybody may leave.
  if user_id <> auth.uid() then
    v_mine := private.my_role(boutique_id, 'members.manage');
    if not private.may_hand_out(v_mine, v_member.role) then
      perform private.raise_error(403, 'not_allowed', format('A %s cannot remove a %s.', v_mine, v_member.role));
    end if;
  end if;
  delete from public.boutique_members m where m.boutique_id = v_member.boutique_id and m.user_id = v_member.user_id;
end
$$;

create function private.transfer_ownership(boutique_id uuid, user_id uuid) returns void
language plpgsql volatile
security definer -- members are not writable
set search_path = ''
as $$
begin
  perform private.my_role(boutique_id, 'boutique.transfer');
  if user_id = auth.uid() then
    perform private.raise_error(400, 'already_owner', 'You own the boutique. Name the member who shall.');
  end if;
  perform from public.boutiques b where b.id = transfer_ownership.boutique_id for no key update;
  update public.boutique_members m set role = 'owner'
  where m.boutique_id = transfer_ownership.boutique_id and m.user_id = transfer_ownership.user_id;
  if not found then
    perform private.raise_error(404, 'member_not_found', 'The new owner has to work for the boutique already. Invite them first.');
  end if;
  update public.boutique_members m set role = 'manager'
  where m.boutique_id = transfer_ownership.boutique_id and m.user_id = auth.uid();
end
$$;

create function public.invite_member(boutique_id uuid, email text, role public.member_role) returns public.invitations
language sql volatile security invoker set search_path = ''
as $$ select private.invite_member(boutique_id, email, role) $$;
comment on function public.invite_member(uuid, text, public.member_role) is
  'Invites somebody by mail to work for the boutique; an open invitation to the same address is replaced. Managers invite stylists, owners also managers. PT403 not_allowed, PT400 owner_by_transfer, PT409 already_member.';
grant execute on function private.invite_member(uuid, text, public.member_role) to authenticated;
grant execute on function public.invite_member(uuid, text, public.member_role) to authenticated;

create function public.revoke_invitation(invitation_id uuid) returns public.invitations
language sql volatile security invoker set search_path = ''
as $$ select private.revoke_invitation(invitation_id) $$;
comment on function public.revoke_invitation(uuid) is
  'Withdraws an open invitation; its link stops working. Repeating it changes nothing. PT404 invitation_not_found, PT409 already_accepted.';
grant execute on function private.revoke_invitation(uuid) to authenticated;
grant execute on function public.revoke_invitation(uuid) to authenticated;

create function public.accept_invitation(token text) returns jsonb
language sql volatile security invoker set search_path = ''
as $$ select private.accept_invitation(token) $$;
comment on function public.accept_invitation(text) is
  'Makes the caller a member with the token of the mail; answers {boutique_id, role}. PT404 invitation_not_found, PT409 already_accepted, PT410 invitation_expired, PT403 other_address, PT429 too_many_requests.';
grant execute on function private.accept_invitation(text) to authenticated;
grant execute on function public.accept_invitation(text) to authenticated;

create function public.change_member_role(boutique_id uuid, user_id uuid, role public.member_role) returns public.boutique_members
language sql volatile security invoker set search_path = ''
as $$ select private.change_member_role(boutique_id, user_id, role) $$;
comment on function public.change_member_role(uuid, uuid, public.member_role) is
  'Gives a member another role. Managers handle roles below their own, owners all. PT403 not_allowed, PT403 own_promotion, PT404 member_not_found, PT409 last_owner.';
grant execute on function private.change_member_role(uuid, uuid, public.member_role) to authenticated;
grant execute on function public.change_member_role(uuid, uuid, public.member_role) to authenticated;

create function public.remove_member(boutique_id uuid, user_id uuid) returns void
language sql volatile security invoker set search_path = ''
as $$ select private.remove_member(boutique_id, user_id) $$;
comment on function public.remove_member(uuid, uuid) is
  'Ends a membership, one''s own or a lower one; rights end with the next request. PT403 not_allowed, PT404 member_not_found, PT409 last_owner.';
grant execute on function private.remove_member(uuid, uuid) to authenticated;
grant execute on function public.remove_member(uuid, uuid) to authenticated;

create function public.transfer_ownership(boutique_id uuid, user_id uuid) returns void
language sql volatile security invoker set search_path = ''
as $$ select private.transfer_ownership(boutique_id, user_id) $$;
comment on function public.transfer_ownership(uuid, uuid) is
  'Makes a member the owner in the caller''s place; the caller becomes a manager. PT403 not_allowed, PT400 already_owner, PT404 member_not_found.';
grant execute on function private.transfer_ownership(uuid, uuid) to authenticated;
grant execute on function public.transfer_ownership(uuid, uuid) to authenticated;

create function private.my_permissions()
returns table (boutique_id uuid, boutique_slug text, role public.member_role, permissions public.permission[])
language plpgsql stable -- not sql: its plan is kept for the session
security definer -- reads boutiques that are hidden from others, for their own staff
set search_path = ''
as $$
begin
  return query
    select b.id, b.slug, m.role, array(
      select p from unnest(enum_range(null::public.permission)) p
      where m.role >= private.minimum_role(p) and (b.status <> 'suspended' or p::text like '%.read')
      order by p)
    from private.my_memberships m
    join public.boutiques b on b.id = m.boutique_id
    order by b.slug;
end
$$;

create function public.my_permissions()
returns table (boutique_id uuid, boutique_slug text, role public.member_role, permissions public.permission[])
language sql stable security invoker set search_path = ''
as $$ select * from private.my_permissions() $$;
comment on function public.my_permissions() is
  'What the caller may do now, a row per boutique they work for, from the same source as the policies. A customer gets no row.';
grant execute on function private.my_permissions() to authenticated;
grant execute on function public.my_permissions() to authenticated;
