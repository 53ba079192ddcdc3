-- Identity: who people are and what they may do for which boutique.

create type public.boutique_status as enum ('applied', 'active', 'suspended');
comment on type public.boutique_status is 'applied: waits for approval; active: visible to everyone; suspended: hidden, its staff may only read.';

-- Ordered: a later role may do all that an earlier one may.
create type public.member_role as enum ('stylist', 'manager', 'owner');
comment on type public.member_role is 'What a member may do for a boutique, from least to most: stylist < manager < owner.';

-- profiles ------------------------------------------------------------------------------------------------------------

create table public.profiles (
  id uuid primary key references auth.users (id) on delete cascade,
  display_name text not null default '',
  phone text,
  locale text not null default 'en',
  avatar_path text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint display_name_is_short check (length(display_name) <= 120),
  constraint phone_is_e164 check (phone ~ '^\+[1-9][0-9]{6,14}$'),
  constraint locale_is_a_language_tag check (locale ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$'),
  constraint avatar_is_in_ones_own_folder
    check (starts_with(avatar_path, id::text || '/') and avatar_path !~ '(^|/)\.\.?(/|$)' and length(avatar_path) <= 400)
);
comment on table public.profiles is 'One row per account, made by a trigger when somebody signs up. Seen and changed by its owner only.';
comment on column public.profiles.phone is 'In E.164 form, such as +251911234567.';
comment on column public.profiles.locale is 'Language of messages, as a BCP 47 tag: en, am, en-GB.';
comment on column public.profiles.avatar_path is 'Path of the picture in the bucket avatars, beginning with the account''s id.';

alter table public.profiles enable row level security;
revoke all on public.profiles from anon, authenticated, service_role;
grant select on public.profiles to authenticated;
grant update (display_name, phone, locale, avatar_path) on public.profiles to authenticated;
grant all on public.profiles to service_role;
-- insert and delete are not granted: the trigger on auth.users makes the row and its deletion takes it away.

create policy select_own on public.profiles for select to authenticated using (id = (select auth.uid()));
create policy update_own on public.profiles for update to authenticated
  using (id = (select auth.uid())) with check (id = (select auth.uid()));

create trigger touch_updated_at before update on public.profiles
  for each row execute function private.touch_updated_at();

create function private.create_profile() returns trigger
language plpgsql
security definer -- the Auth server signs people up and has no rights on public tables
set search_path = ''
as $$
begin
  -- Metadata is the user's own input: too long a name is cut, never a reason to fail the sign-up.
  insert into public.profiles (id, display_name, locale)
  values (
    new.id,
    left(coalesce(new.raw_user_meta_data ->> 'display_name', ''), 120),
    case
      when new.raw_user_meta_data ->> 'locale' ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$' then new.raw_user_meta_data ->> 'locale'
      else 'en'
    end
  )
  on conflict (id) do nothing;
  return new;
end
$$;
comment on function private.create_profile() is 'Trigger on auth.users: gives every new account its profile. Reads display_name and locale from the sign-up metadata.';

create trigger create_profile after insert on auth.users
  for each row execute function private.create_profile();

-- platform_admins -----------------------------------------------------------------------------------------------------

create table public.platform_admins (
  user_id uuid primary key references public.profiles (id) on delete cascade,
  created_at timestamptz not null default now()
);
comment on table public.platform_admins is 'Accounts that run the marketplace. Rows are written by an operator with the secret key or SQL, never through the API.';

alter table public.platform_admins enable row level security;
revoke all on public.platform_admins from anon, authenticated, service_role;
grant select on public.platform_admins to authenticated;
grant all on public.platform_admins to service_role;
-- insert, update and delete are not granted: nobody makes an admin through the API.

create policy select_own on public.platform_admins for select to authenticated using (user_id = (select auth.uid()));

create function private.is_admin() returns boolean
language plpgsql stable -- not sql: policies call it in most statements, and its plan is kept for the session
security definer -- policies of other tables ask it for callers who cannot read platform_admins
set search_path = ''
as $$
begin
  return exists (select from public.platform_admins a where a.user_id = auth.uid());
end
$$;
comment on function private.is_admin() is 'True when the caller runs the marketplace. In policies: (select private.is_admin()).';
grant execute on function private.is_admin() to authenticated, service_role;

-- boutiques -----------------------------------------------------------------------------------------------------------

create table public.boutiques (
  id uuid primary key default private.uuid_v7(),
  slug text not null unique,
  name text not null,
  currency char(3) not null,
  timezone text not null,
  status public.boutique_status not null default 'applied',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint slug_is_url_safe check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and length(slug) <= 80),
  constraint name_is_given check (name ~ '\S' and length(name) <= 120),
  constraint currency_is_iso_4217 check (currency ~ '^[A-Z]{3}$'),
  constraint timezone_is_known check (private.is_timezone(timezone))
);
comment on table public.boutiques is 'A shop: the tenant that products, garments, rentals and members belong to.';
comment on column public.boutiques.slug is 'The part of the address that names the boutique: lower-case letters, digits and single hyphens.';
comment on column public.boutiques.currency is 'ISO 4217 code of every price of this boutique.';
comment on column public.boutiques.timezone is 'IANA zone in which a rental day begins at midnight, such as Africa/Addis_Ababa.';

create table public.boutique_members (
  boutique_id uuid not null references public.boutiques (id) on delete cascade,
  user_id uuid not null references public.profiles (id) on delete cascade,
  role public.member_role not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (boutique_id, user_id)
);
comment on table public.boutique_members is 'Who works for a boutique, and as what. One person may work for several.';
create index boutique_members_user_id_idx on public.boutique_members (user_id, role) include (boutique_id);

-- Permissions: the one place that says what a role may do for a boutique. Policies, functions and my_permissions()
-- all read it.

create type public.permission as enum (
  'boutique.read', 'boutique.update', 'boutique.transfer',
  'members.read', 'members.invite', 'members.manage',
  'catalog.read', 'catalog.write',
  'garments.read', 'garments.write',
  'calendar.read', 'calendar.manage', 'rentals.read', 'rentals.write',
  'fittings.read', 'fittings.write',
  'audit.read',
  'webhooks.read', 'webhooks.manage',
  'orders.read', 'orders.write', 'refunds.write',
  'stock.read', 'stock.write',
  'discounts.read', 'discounts.write',
  'reviews.reply'
);
comment on type public.permission is 'What somebody may do for a boutique: subject and verb. Those that end in .read stay while the boutique is suspended.';

create function private.minimum_role(permission public.permission) returns public.member_role
language plpgsql immutable parallel safe -- not sql: with a search_path of its own that would be planned anew by every caller
set search_path = ''
as $$
begin
  return case
    when permission in ('boutique.transfer', 'audit.read') then 'owner'::public.member_role
    when permission in (
      'boutique.update', 'members.invite', 'members.manage', 'catalog.write', 'garments.write', 'calendar.manage',
      'webhooks.read', 'webhooks.manage', 'refunds.write', 'stock.write', 'discounts.write', 'reviews.reply'
    ) then 'manager'::public.member_role
    else 'stylist'::public.member_role
  end;
end
$$;
comment on function private.minimum_role(public.permission) is 'The least role that has a permission. Change it here, and policies, functions and my_permissions() follow.';
grant execute on function private.minimum_role(public.permission) to authenticated, service_role;

create view private.my_memberships as
  select m.boutique_id, m.role from public.boutique_members m where m.user_id = (select auth.uid());
comment on view private.my_memberships is
  'Boutiques that the caller works for now, and as what. In policies of tables that only staff read: boutique_id = any (array(select m.boutique_id from private.my_memberships m where m.role >= private.minimum_role(''garments.read''))), which costs half of a call of my_boutique_ids. Where customers read, too, it would cost those who need it not.';
grant select on private.my_memberships to authenticated;

create function private.my_boutique_ids(permission public.permission) returns setof uuid
language plpgsql stable -- not sql: its plans are kept for the session
rows 3
security definer -- reads what boutiques are, past their policies
set search_path = ''
as $$
begin
  if permission::text like '%.read' then
    -- Whatever the status of the boutique: no need to look at it.
    return query
      select m.boutique_id
      -- `offset 0`: her rows first. Who works nowhere, as most callers, needs no role to compare with.
      from (select * from private.my_memberships offset 0) m
      where m.role >= (select private.minimum_role(permission));
  else
    return query
      select m.boutique_id
      from private.my_memberships m
      join public.boutiques b on b.id = m.boutique_id
      where m.role >= (select private.minimum_role(permission)) and b.status <> 'suspended';
  end if;
end
$$;
comment on function private.my_boutique_ids(public.permission) is
  'Boutiques for which the caller has the permission now. In policies: boutique_id = any (array(select private.my_boutique_ids(''catalog.write''))), which runs once per statement.';
grant execute on function private.my_boutique_ids(public.permission) to authenticated, service_role;

alter table public.boutiques enable row level security;
revoke all on public.boutiques from anon, authenticated, service_role;
grant select on public.boutiques to anon, authenticated;
grant update (name, timezone) on public.boutiques to authenticated;
grant all on public.boutiques to service_role;
-- insert is not granted: a boutique begins with an application. update of slug, currency and status is not granted:
-- addresses and prices depend on them, and the status is the marketplace's to change.

create policy select_active on public.boutiques for select to anon using (status = 'active');
create policy select_active_or_member on public.boutiques for select to authenticated
  using (status = 'active' or id = any (array(select private.my_boutique_ids('boutique.read'))) or (select private.is_admin()));
create policy update_manager on public.boutiques for update to authenticated
  using (id = any (array(select private.my_boutique_ids('boutique.update'))))
  with check (id = any (array(select private.my_boutique_ids('boutique.update'))));

create trigger touch_updated_at before update on public.boutiques
  for each row execute function private.touch_updated_at();

alter table public.boutique_members enable row level security;
revoke all on public.boutique_members from anon, authenticated, service_role;
grant select on public.boutique_members to authenticated;
grant all on public.boutique_members to service_role;
-- insert, update and delete are not granted: membership changes by invitation and by functions that know the rules.

create policy select_colleague on public.boutique_members for select to authenticated
  using (
    boutique_id = any (array(select m.boutique_id from private.my_memberships m where m.role >= private.minimum_role('members.read')))
    or (select private.is_admin())
  );

create trigger touch_updated_at before update on public.boutique_members
  for each row execute function private.touch_updated_at();

-- rental_policies -----------------------------------------------------------------------------------------------------

create table public.rental_policies (
  boutique_id uuid primary key references public.boutiques (id) on delete cascade,
  hold_minutes integer not null default 15,
  buffer_days_before integer not null default 1,
  buffer_days_after integer not null default 2,
  min_days integer not null default 1,
  max_days integer not null default 14,
  max_days_ahead integer not null default 730,
  late_fee_percent integer not null default 150,
  deposit_before_pickup boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint hold_is_a_minute_to_three_days check (hold_minutes between 1 and 4320),
  constraint buffer_before_is_up_to_a_month check (buffer_days_before between 0 and 31),
  constraint buffer_after_is_up_to_a_month check (buffer_days_after between 0 and 31),
  constraint length_is_a_day_to_two_years check (min_days >= 1 and max_days between min_days and 731),
  constraint booking_is_up_to_ten_years_ahead check (max_days_ahead between 1 and 3660),
  constraint late_fee_is_up_to_ten_times_the_price check (late_fee_percent between 0 and 1000)
);
comment on table public.rental_policies is 'How a boutique rents out its garments. Made with the boutique, changed by its managers; read by everyone, for front ends show it.';
comment on column public.rental_policies.hold_minutes is 'How long a reservation waits for its confirmation, in minutes.';
comment on column public.rental_policies.buffer_days_before is 'Days the garment is kept free before the first rental day (preparation, shipping).';
comment on column public.rental_policies.buffer_days_after is 'Days the garment is kept free after the last rental day (return, cleaning).';
comment on column public.rental_policies.max_days is 'Longest rental, in days, both ends counted.';
comment on column public.rental_policies.late_fee_percent is 'What a day after the last rental day costs, in percent of the price of a day. Frozen in every rental.';
comment on column public.rental_policies.deposit_before_pickup is 'Whether a garment goes out only when its deposit is paid, or held on a card.';
comment on column public.rental_policies.max_days_ahead is 'The last rental day may be at most this many days after today.';

alter table public.rental_policies enable row level security;
revoke all on public.rental_policies from anon, authenticated, service_role;
grant select on public.rental_policies to anon, authenticated;
grant update (hold_minutes, buffer_days_before, buffer_days_after, min_days, max_days, max_days_ahead, late_fee_percent, deposit_before_pickup)
  on public.rental_policies to authenticated;
grant all on public.rental_policies to service_role;
-- insert and delete are not granted: the row comes and goes with the boutique.

create policy select_all on public.rental_policies for select to anon, authenticated using (true);
create policy update_manager on public.rental_policies for update to authenticated
  using (boutique_id = any (array(select private.my_boutique_ids('boutique.update'))))
  with check (boutique_id = any (array(select private.my_boutique_ids('boutique.update'))));

create trigger touch_updated_at before update on public.rental_policies
  for each row execute function private.touch_updated_at();

create function private.create_rental_policy() returns trigger
language plpgsql
security definer -- whoever makes the boutique, the row is made
set search_path = ''
as $$
begin
  insert into public.rental_policies (boutique_id) values (new.id);
  return new;
end
$$;
comment on function private.create_rental_policy() is 'Trigger: gives every new boutique a rental policy with the defaults.';

create trigger create_rental_policy after insert on public.boutiques
  for each row execute function private.create_rental_policy();
