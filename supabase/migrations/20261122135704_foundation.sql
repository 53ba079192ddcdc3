-- Foundation: schemas, extensions, and the helpers that every domain uses.

create schema if not exists private;
comment on schema private is 'Helpers and internals of Nexus. Never exposed by the Data API; roles may call only what is granted to them.';

create extension if not exists btree_gist with schema extensions;
create extension if not exists pg_trgm with schema extensions;
create extension if not exists unaccent with schema extensions;
create extension if not exists citext with schema extensions;

-- Nothing is open until it is granted: the platform's default privileges hand every new object to the API roles.
alter default privileges for role postgres in schema public revoke all on tables from anon, authenticated, service_role;
alter default privileges for role postgres in schema public revoke all on sequences from anon, authenticated, service_role;
alter default privileges for role postgres in schema public revoke all on functions from anon, authenticated, service_role;
alter default privileges for role postgres revoke execute on functions from public;

revoke all on schema private from public;
grant usage on schema private to anon, authenticated, service_role;

create function private.uuid_v7() returns uuid
language sql volatile parallel safe
set search_path = ''
as $$
  -- RFC 9562, section 5.7: 48 bits of milliseconds, then the version and random bits.
  select encode(
    set_bit(set_bit(
      overlay(
        uuid_send(gen_random_uuid())
        placing substring(int8send((extract(epoch from clock_timestamp()) * 1000)::bigint) from 3)
        from 1 for 6),
      52, 1), 53, 1),
    'hex')::uuid
$$;
comment on function private.uuid_v7() is 'A time-ordered UUID (version 7, RFC 9562): new rows land at the end of their index.';
grant execute on function private.uuid_v7() to anon, authenticated, service_role;

create function private.raise_error(status integer, code text, message text, detail jsonb default null) returns void
language plpgsql immutable
set search_path = ''
as $$
begin
  if detail is null then
    raise exception using errcode = 'PT' || status, message = message, hint = code;
  end if;
  raise exception using errcode = 'PT' || status, message = message, hint = code, detail = detail::text;
end
$$;
comment on function private.raise_error(integer, text, text, jsonb) is
  'Ends the statement with SQLSTATE PTxyz, which the Data API answers as HTTP status xyz. `code` is the stable machine code (hint), `message` says what to do, `detail` names the rows concerned as JSON.';
grant execute on function private.raise_error(integer, text, text, jsonb) to anon, authenticated, service_role;

create function private.touch_updated_at() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  new.updated_at := now();
  return new;
end
$$;
comment on function private.touch_updated_at() is 'Trigger: keeps updated_at.';

create function private.is_timezone(name text) returns boolean
language plpgsql immutable
set search_path = ''
as $$
begin
  -- Declared immutable to serve in a CHECK: zones are added by updates of the server, hardly ever removed.
  perform timestamptz 'epoch' at time zone name;
  return name ~ '^[A-Za-z]+(/[A-Za-z0-9_+-]+)*$';
exception when invalid_parameter_value then
  return false;
end
$$;
comment on function private.is_timezone(text) is 'True for an IANA time zone that this server knows, such as Africa/Addis_Ababa.';
-- CHECK constraints run as the role that writes the row.
grant execute on function private.is_timezone(text) to authenticated, service_role;

create table private.idempotency_keys (
  user_id uuid not null,
  operation text not null,
  key text not null,
  request jsonb not null,
  response_id uuid,
  created_at timestamptz not null default now(),
  primary key (user_id, operation, key),
  constraint key_is_short check (length(key) between 1 and 200)
);
comment on table private.idempotency_keys is 'One row per call that carried an idempotency key, written in the transaction of the call: a call that failed leaves none and may be repeated.';
comment on column private.idempotency_keys.request is 'The input of the call; the same key with another input is refused.';
comment on column private.idempotency_keys.response_id is 'Id of the row that the call made; a repetition returns that row.';
create index idempotency_keys_created_at_idx on private.idempotency_keys (created_at);
alter table private.idempotency_keys enable row level security;
-- No policy and no grant: only functions of the owner reach it.

create function private.claim_idempotency_key(operation text, key text, request jsonb) returns uuid
language plpgsql volatile
set search_path = ''
as $$
declare
  v_caller uuid := auth.uid();
  v_earlier private.idempotency_keys;
begin
  if key is null or length(key) not between 1 and 200 then
    perform private.raise_error(400, 'invalid_idempotency_key',
      'Send an idempotency key of 1 to 200 characters, new for every intent (a UUID, say).');
  end if;
  -- A concurrent call with the same key waits here until the first one has committed or failed.
  insert into private.idempotency_keys (user_id, operation, key, request)
  values (v_caller, claim_idempotency_key.operation, claim_idempotency_key.key, claim_idempotency_key.request)
  on conflict do nothing;
  if found then
    return null;
  end if;
  select * into strict v_earlier
  from private.idempotency_keys k
  where k.user_id = v_caller and k.operation = claim_idempotency_key.operation and k.key = claim_idempotency_key.key;
  if v_earlier.request is distinct from claim_idempotency_key.request then
    perform private.raise_error(422, 'idempotency_key_reused',
      'This idempotency key was used with other input. Use a new key for a new intent.');
  end if;
  return v_earlier.response_id;
end
$$;
comment on function private.claim_idempotency_key(text, text, jsonb) is
  'Null for the first call with this key; the id that the first call made for a repetition; PT422 idempotency_key_reused for another input (as in the IETF draft on the Idempotency-Key header).';

create function private.settle_idempotency_key(operation text, key text, response_id uuid) returns void
language plpgsql volatile -- not sql: its plan is kept for the session
set search_path = ''
as $$
begin
  update private.idempotency_keys k
  set response_id = settle_idempotency_key.response_id
  where k.user_id = auth.uid() and k.operation = settle_idempotency_key.operation and k.key = settle_idempotency_key.key;
end
$$;
comment on function private.settle_idempotency_key(text, text, uuid) is 'Notes what the call with this key made.';

-- Rate limits: one token bucket for RPCs, functions and the gateway, kept in the database so that every process on
-- every machine draws from the same one.

create unlogged table private.rate_limits (
  bucket text primary key,
  tokens double precision not null,
  refilled_at timestamptz not null,
  constraint bucket_is_short check (length(bucket) between 1 and 300)
) with (fillfactor = 50);
comment on table private.rate_limits is 'One row per bucket in use. Unlogged: after a crash every bucket is full again.';
comment on column private.rate_limits.bucket is 'What is limited and for whom, such as quote_rental:203.0.113.7.';
comment on column private.rate_limits.tokens is 'Tokens at refilled_at; it fills by the clock and is computed when it is drawn from.';
create index rate_limits_refilled_at_idx on private.rate_limits (refilled_at);
alter table private.rate_limits enable row level security;
-- No policy and no grant: only functions of the owner reach it.

create function private.draw_token(bucket text, capacity integer, per_minute double precision) returns integer
language plpgsql volatile
security definer -- callers draw from their bucket, they do not see the table
set search_path = ''
as $$
declare
  v_bucket text := left(bucket, 300);
  v_row private.rate_limits;
  v_level double precision;
begin
  loop
    insert into private.rate_limits (bucket, tokens, refilled_at) values (v_bucket, capacity, clock_timestamp())
    on conflict do nothing;
    -- The lock makes callers draw one after the other; each then computes what the clock has filled in since.
    select * into v_row from private.rate_limits r where r.bucket = v_bucket for update;
    exit when found;
    -- Swept away between the two statements: the bucket is full, and begins anew.
  end loop;
  v_level := least(capacity, v_row.tokens + extract(epoch from clock_timestamp() - v_row.refilled_at) * per_minute / 60);
  if v_level < 1 then
    return ceil((1 - v_level) * 60 / per_minute)::integer;
  end if;
  update private.rate_limits r set tokens = v_level - 1, refilled_at = clock_timestamp() where r.bucket = v_bucket;
  return 0;
end
$$;
comment on function private.draw_token(text, integer, double precision) is
  'Takes a token from a bucket that holds `capacity` and gets `per_minute` more a minute. 0 when there was one, otherwise the seconds until there is.';
grant execute on function private.draw_token(text, integer, double precision) to service_role;

create function private.caller_address() returns text
language sql stable
set search_path = ''
as $$
  -- The gateway of the platform puts the address of the caller first.
  select coalesce(
    nullif(btrim(split_part(nullif(current_setting('request.headers', true), '')::json ->> 'x-forwarded-for', ',', 1)), ''),
    'unknown')
$$;
comment on function private.caller_address() is 'IP address of the HTTP caller, or unknown outside of a request.';

create function private.limit_rate(operation text, capacity integer, per_minute double precision) returns void
language plpgsql volatile
security definer -- as draw_token
set search_path = ''
as $$
declare
  v_wait integer := private.draw_token(
    operation || ':' || coalesce(auth.uid()::text, private.caller_address()), capacity, per_minute);
begin
  if v_wait > 0 then
    -- The form in which the Data API lets a function set headers.
    raise sqlstate 'PGRST' using
      message = jsonb_build_object('code', 'PT429', 'hint', 'too_many_requests', 'details', null,
        'message', format('Too many requests. Try again in %s seconds.', v_wait))::text,
      detail = jsonb_build_object('status', 429, 'headers', jsonb_build_object('Retry-After', v_wait::text))::text;
  end if;
end
$$;
comment on function private.limit_rate(text, integer, double precision) is
  'Lets the caller, known by account or else by address, go on or answers 429 too_many_requests with Retry-After.';

create function private.sweep_rate_limits() returns bigint
language sql volatile
set search_path = ''
as $$
  with swept as (
    delete from private.rate_limits r where r.refilled_at < now() - interval '1 hour' returning 1
  )
  select count(*) from swept
$$;
comment on function private.sweep_rate_limits() is 'Removes buckets that nobody has drawn from for an hour; no limit is slower to fill. Called by the job rate_limits.sweep.';

-- Queue: jobs are enqueued from SQL, in the transaction of the business row. The schema `pgboss` itself is the
-- library's (pg-boss); its tables come with a migration that is generated from the library.

create function private.enqueue(queue text, payload jsonb, options jsonb default '{}') returns uuid
language plpgsql volatile
set search_path = ''
as $$
declare
  v_job uuid;
  v_start timestamptz := coalesce((options ->> 'start_after')::timestamptz, now());
begin
  -- The columns and their defaults follow pg-boss's own insert, which tests compare this with.
  insert into pgboss.job (
    name, data, priority, start_after, singleton_key, expire_seconds, deletion_seconds, keep_until,
    retry_limit, retry_delay, retry_backoff, retry_delay_max, policy, dead_letter, heartbeat_seconds
  )
  select
    q.name, payload, coalesce((options ->> 'priority')::integer, 0), v_start, options ->> 'singleton_key',
    q.expire_seconds, q.deletion_seconds, v_start + q.retention_seconds * interval '1 second',
    q.retry_limit, q.retry_delay, q.retry_backoff, q.retry_delay_max, q.policy, q.dead_letter, q.heartbeat_seconds
  from pgboss.queue q
  where q.name = enqueue.queue
  on conflict do nothing
  returning id into v_job;
  if v_job is null and not exists (select from pgboss.queue q where q.name = enqueue.queue) then
    raise exception 'There is no queue "%".', queue
      using hint = 'Add it to functions/_shared/jobs and run npm run db:diff.';
  end if;
  -- Wakes a sleeping worker when the transaction commits; pg-boss listens on the channel of its schema's name.
  if v_start <= now() then
    perform pg_notify('pgboss_' || left(encode(sha224('pgboss'::bytea), 'hex'), 24), queue);
  end if;
  return v_job;
end
$$;
comment on function private.enqueue(text, jsonb, jsonb) is
  'Adds a job to a queue in the current transaction and wakes the workers at commit. Options: start_after (timestamptz), priority (integer, higher first), singleton_key (one waiting job per key, on queues with such a policy). Null when the queue''s policy dropped a duplicate.';

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
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint display_name_is_short check (length(display_name) <= 120),
  constraint phone_is_e164 check (phone ~ '^\+[1-9][0-9]{6,14}$'),
  constraint locale_is_a_language_tag check (locale ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$')
);
comment on table public.profiles is 'One row per account, made by a trigger when somebody signs up. Seen and changed by its owner only.';
comment on column public.profiles.phone is 'In E.164 form, such as +251911234567.';
comment on column public.profiles.locale is 'Language of messages, as a BCP 47 tag: en, am, en-GB.';

alter table public.profiles enable row level security;
revoke all on public.profiles from anon, authenticated, service_role;
grant select on public.profiles to authenticated;
grant update (display_name, phone, locale) on public.profiles to authenticated;
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
language sql stable
security definer -- policies of other tables ask it for callers who cannot read platform_admins
set search_path = ''
as $$
  select exists (select from public.platform_admins a where a.user_id = auth.uid())
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
  'calendar.read', 'rentals.read', 'rentals.write',
  'audit.read'
);
comment on type public.permission is 'What somebody may do for a boutique: subject and verb. Those that end in .read stay while the boutique is suspended.';

create function private.minimum_role(permission public.permission) returns public.member_role
language sql immutable parallel safe
set search_path = ''
as $$
  select (case permission
    when 'boutique.transfer' then 'owner'
    when 'audit.read' then 'owner'
    when 'boutique.update' then 'manager'
    when 'members.invite' then 'manager'
    when 'members.manage' then 'manager'
    when 'catalog.write' then 'manager'
    when 'garments.write' then 'manager'
    else 'stylist'
  end)::public.member_role
$$;
comment on function private.minimum_role(public.permission) is 'The least role that has a permission. Change it here, and policies, functions and my_permissions() follow.';
grant execute on function private.minimum_role(public.permission) to authenticated, service_role;

create function private.my_boutique_ids(permission public.permission) returns setof uuid
language sql stable
rows 3
security definer -- policies of boutique_members itself use it
set search_path = ''
as $$
  select m.boutique_id
  from public.boutique_members m
  join public.boutiques b on b.id = m.boutique_id
  where m.user_id = auth.uid()
    and m.role >= private.minimum_role(permission)
    and (b.status <> 'suspended' or permission::text like '%.read')
$$;
comment on function private.my_boutique_ids(public.permission) is
  'Boutiques for which the caller has the permission now. In policies: boutique_id in (select private.my_boutique_ids(''catalog.write'')), which runs once per statement.';
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
  using (status = 'active' or id in (select private.my_boutique_ids('boutique.read')) or (select private.is_admin()));
create policy update_manager on public.boutiques for update to authenticated
  using (id in (select private.my_boutique_ids('boutique.update')))
  with check (id in (select private.my_boutique_ids('boutique.update')));

create trigger touch_updated_at before update on public.boutiques
  for each row execute function private.touch_updated_at();

alter table public.boutique_members enable row level security;
revoke all on public.boutique_members from anon, authenticated, service_role;
grant select on public.boutique_members to authenticated;
grant all on public.boutique_members to service_role;
-- insert, update and delete are not granted: membership changes by invitation and by functions that know the rules.

create policy select_colleague on public.boutique_members for select to authenticated
  using (
    user_id = (select auth.uid())
    or boutique_id in (select private.my_boutique_ids('members.read'))
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
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint hold_is_a_minute_to_three_days check (hold_minutes between 1 and 4320),
  constraint buffer_before_is_up_to_a_month check (buffer_days_before between 0 and 31),
  constraint buffer_after_is_up_to_a_month check (buffer_days_after between 0 and 31),
  constraint length_is_a_day_to_two_years check (min_days >= 1 and max_days between min_days and 731),
  constraint booking_is_up_to_ten_years_ahead check (max_days_ahead between 1 and 3660)
);
comment on table public.rental_policies is 'How a boutique rents out its garments. Made with the boutique, changed by its managers; read by everyone, for front ends show it.';
comment on column public.rental_policies.hold_minutes is 'How long a reservation waits for its confirmation, in minutes.';
comment on column public.rental_policies.buffer_days_before is 'Days the garment is kept free before the first rental day (preparation, shipping).';
comment on column public.rental_policies.buffer_days_after is 'Days the garment is kept free after the last rental day (return, cleaning).';
comment on column public.rental_policies.max_days is 'Longest rental, in days, both ends counted.';
comment on column public.rental_policies.max_days_ahead is 'The last rental day may be at most this many days after today.';

alter table public.rental_policies enable row level security;
revoke all on public.rental_policies from anon, authenticated, service_role;
grant select on public.rental_policies to anon, authenticated;
grant update (hold_minutes, buffer_days_before, buffer_days_after, min_days, max_days, max_days_ahead)
  on public.rental_policies to authenticated;
grant all on public.rental_policies to service_role;
-- insert and delete are not granted: the row comes and goes with the boutique.

create policy select_all on public.rental_policies for select to anon, authenticated using (true);
create policy update_manager on public.rental_policies for update to authenticated
  using (boutique_id in (select private.my_boutique_ids('boutique.update')))
  with check (boutique_id in (select private.my_boutique_ids('boutique.update')));

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
  using (boutique_id in (select private.my_boutique_ids('members.invite')) or (select private.is_admin()));

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
language sql stable
security definer -- reads boutiques that are hidden from others, for their own staff
set search_path = ''
as $$
  select b.id, b.slug, m.role, array(
    select p from unnest(enum_range(null::public.permission)) p
    where m.role >= private.minimum_role(p) and (b.status <> 'suspended' or p::text like '%.read')
    order by p)
  from public.boutique_members m
  join public.boutiques b on b.id = m.boutique_id
  where m.user_id = auth.uid()
  order by b.slug
$$;

create function public.my_permissions()
returns table (boutique_id uuid, boutique_slug text, role public.member_role, permissions public.permission[])
language sql stable security invoker set search_path = ''
as $$ select * from private.my_permissions() $$;
comment on function public.my_permissions() is
  'What the caller may do now, a row per boutique they work for, from the same source as the policies. A customer gets no row.';
grant execute on function private.my_permissions() to authenticated;
grant execute on function public.my_permissions() to authenticated;

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
  using (boutique_id in (select private.my_boutique_ids('boutique.read')) or (select private.is_admin()));

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

create function private.require_second_factor() returns void
language plpgsql stable
security definer -- reads the factors of the caller
set search_path = ''
as $$
declare
  v_has_factor boolean := false;
begin
  -- Where the Auth server offers MFA, an admin who has a factor uses it; the embedded one has no such table.
  if to_regclass('auth.mfa_factors') is not null then
    execute 'select exists (select from auth.mfa_factors where user_id = $1 and status = ''verified'')'
      into v_has_factor using auth.uid();
    if coalesce(auth.jwt() ->> 'aal', 'aal1') <> 'aal2' then
      perform private.raise_error(403, 'second_factor_required',
        case when v_has_factor then 'Confirm this session with your second factor.'
        else 'Set up a second factor first: those who run the marketplace need one.' end);
    end if;
  end if;
end
$$;
comment on function private.require_second_factor() is 'PT403 second_factor_required unless the session is at aal2, where the Auth server offers MFA.';

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
  if not private.is_admin() then
    perform private.raise_error(403, 'not_allowed', 'Only those who run the marketplace do this.');
  end if;
  perform private.require_second_factor();
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

-- Catalog: what a boutique shows. Designers and categories belong to the marketplace, the rest to a boutique.

create type public.product_status as enum ('draft', 'published', 'archived');
comment on type public.product_status is 'draft: seen by staff; published: seen by everyone while the boutique is active; archived: kept for its history.';

-- designers -----------------------------------------------------------------------------------------------------------

create table public.designers (
  id uuid primary key default private.uuid_v7(),
  slug text not null unique,
  label text not null,
  bio text not null default '',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint slug_is_url_safe check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and length(slug) <= 80),
  constraint label_is_given check (label ~ '\S' and length(label) <= 120),
  constraint bio_is_bounded check (length(bio) <= 10000)
);
comment on table public.designers is 'Labels that gowns are signed with, shared by all boutiques of the marketplace.';

alter table public.designers enable row level security;
revoke all on public.designers from anon, authenticated, service_role;
grant select on public.designers to anon, authenticated;
grant insert (slug, label, bio), update (slug, label, bio), delete on public.designers to authenticated;
grant all on public.designers to service_role;

create policy select_all on public.designers for select to anon, authenticated using (true);
create policy insert_admin on public.designers for insert to authenticated with check ((select private.is_admin()));
create policy update_admin on public.designers for update to authenticated
  using ((select private.is_admin())) with check ((select private.is_admin()));
create policy delete_admin on public.designers for delete to authenticated using ((select private.is_admin()));

create trigger touch_updated_at before update on public.designers
  for each row execute function private.touch_updated_at();

-- categories ----------------------------------------------------------------------------------------------------------

create table public.categories (
  id uuid primary key default private.uuid_v7(),
  parent_id uuid references public.categories (id) on delete restrict,
  slug text not null unique,
  name text not null,
  position integer not null default 0,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint category_is_not_its_own_parent check (parent_id <> id),
  constraint slug_is_url_safe check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and length(slug) <= 80),
  constraint name_is_given check (name ~ '\S' and length(name) <= 120)
);
comment on table public.categories is 'Tree of product kinds, shared by all boutiques of the marketplace.';
comment on column public.categories.position is 'Order among the children of one parent, smallest first.';
create index categories_parent_id_idx on public.categories (parent_id, position);

alter table public.categories enable row level security;
revoke all on public.categories from anon, authenticated, service_role;
grant select on public.categories to anon, authenticated;
grant insert (parent_id, slug, name, position), update (parent_id, slug, name, position), delete
  on public.categories to authenticated;
grant all on public.categories to service_role;

create policy select_all on public.categories for select to anon, authenticated using (true);
create policy insert_admin on public.categories for insert to authenticated with check ((select private.is_admin()));
create policy update_admin on public.categories for update to authenticated
  using ((select private.is_admin())) with check ((select private.is_admin()));
create policy delete_admin on public.categories for delete to authenticated using ((select private.is_admin()));

create trigger touch_updated_at before update on public.categories
  for each row execute function private.touch_updated_at();

-- products ------------------------------------------------------------------------------------------------------------

create table public.products (
  id uuid primary key default private.uuid_v7(),
  boutique_id uuid not null references public.boutiques (id) on delete restrict,
  designer_id uuid references public.designers (id) on delete restrict,
  category_id uuid references public.categories (id) on delete restrict,
  slug text not null,
  name text not null,
  description text not null default '',
  attributes jsonb not null default '{}',
  for_sale boolean not null default false,
  for_rent boolean not null default true,
  status public.product_status not null default 'draft',
  listed boolean not null default false,
  published_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (boutique_id, slug),
  -- Target of the foreign keys that keep a variant, a garment and a rental with the boutique of their product.
  constraint products_id_boutique_id_key unique (id, boutique_id),
  constraint slug_is_url_safe check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and length(slug) <= 120),
  constraint name_is_given check (name ~ '\S' and length(name) <= 200),
  constraint description_is_bounded check (length(description) <= 20000),
  constraint attributes_are_an_object check (jsonb_typeof(attributes) = 'object'),
  constraint published_product_has_a_date check (status <> 'published' or published_at is not null)
);
comment on table public.products is 'A gown, veil or piece of jewellery as a boutique shows it; its sizes and colors are product_variants.';
comment on column public.products.attributes is 'What the piece is like, as an object of plain values: silhouette, neckline, sleeve, fabric, train, color, back.';
comment on column public.products.listed is 'True while the public sees the product: it is published and its boutique is active. Kept by triggers.';
comment on column public.products.published_at is 'When it was published first; set by a trigger.';
create index products_designer_id_idx on public.products (designer_id);
create index products_category_id_idx on public.products (category_id);
create index products_boutique_id_idx on public.products (boutique_id, id);
create index products_listed_idx on public.products (published_at desc, id desc) where listed;
create index products_listed_in_category_idx on public.products (category_id, published_at desc, id desc) where listed;

-- product_variants ----------------------------------------------------------------------------------------------------

create table public.product_variants (
  id uuid primary key default private.uuid_v7(),
  product_id uuid not null,
  boutique_id uuid not null,
  size text not null,
  color text not null default '',
  sku text not null,
  sale_price bigint,
  rental_price_per_day bigint,
  deposit bigint not null default 0,
  currency char(3) not null,
  listed boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (product_id, size, color),
  unique (boutique_id, sku),
  constraint product_variants_id_boutique_id_key unique (id, boutique_id),
  constraint variant_belongs_to_the_products_boutique
    foreign key (product_id, boutique_id) references public.products (id, boutique_id) on delete cascade,
  constraint size_is_given check (size ~ '\S' and length(size) <= 40),
  constraint color_is_short check (length(color) <= 60),
  constraint sku_is_given check (sku ~ '\S' and length(sku) <= 80),
  constraint sale_price_is_not_negative check (sale_price >= 0),
  constraint rental_price_is_not_negative check (rental_price_per_day >= 0),
  constraint deposit_is_not_negative check (deposit >= 0),
  constraint currency_is_iso_4217 check (currency ~ '^[A-Z]{3}$')
);
comment on table public.product_variants is 'One size and color of a product, with its SKU and prices.';
comment on column public.product_variants.sale_price is 'In minor units of the currency (santim, cents); null: not for sale.';
comment on column public.product_variants.rental_price_per_day is 'In minor units of the currency; null: not for rent.';
comment on column public.product_variants.deposit is 'Security deposit of a rental, in minor units of the currency.';
comment on column public.product_variants.currency is 'ISO 4217 code, the boutique''s; set by a trigger.';
comment on column public.product_variants.listed is 'As products.listed. Kept by triggers.';
create index product_variants_product_id_idx on public.product_variants (product_id, boutique_id);

-- product_media -------------------------------------------------------------------------------------------------------

create table public.product_media (
  id uuid primary key default private.uuid_v7(),
  product_id uuid not null,
  boutique_id uuid not null,
  storage_path text not null,
  alt text not null,
  position integer not null default 0,
  listed boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint media_belongs_to_the_products_boutique
    foreign key (product_id, boutique_id) references public.products (id, boutique_id) on delete cascade,
  constraint storage_path_is_inside_the_boutiques_folder
    check (starts_with(storage_path, boutique_id::text || '/') and storage_path !~ '(^|/)\.\.?(/|$)' and length(storage_path) <= 400),
  constraint alt_is_given check (alt ~ '\S' and length(alt) <= 300),
  constraint position_is_not_negative check (position >= 0)
);
comment on table public.product_media is 'Pictures of a product; the files are in the bucket product-media.';
comment on column public.product_media.storage_path is 'Path in the bucket, beginning with the boutique''s id.';
comment on column public.product_media.alt is 'What the picture shows, for those who cannot see it.';
comment on column public.product_media.position is 'Order among the pictures of the product, smallest first.';
comment on column public.product_media.listed is 'As products.listed. Kept by triggers.';
create index product_media_product_id_idx on public.product_media (product_id, boutique_id, position);
create index product_media_boutique_id_idx on public.product_media (boutique_id);

-- Triggers ------------------------------------------------------------------------------------------------------------

create function private.set_product_listing() returns trigger
language plpgsql
security definer -- reads the status of a boutique that the writer may not see
set search_path = ''
as $$
begin
  if new.status = 'published' then
    new.published_at := coalesce(new.published_at, now());
  end if;
  new.listed := new.status = 'published'
    and exists (select from public.boutiques b where b.id = new.boutique_id and b.status = 'active');
  return new;
end
$$;
comment on function private.set_product_listing() is 'Trigger: computes products.listed and published_at, whatever the writer sent.';

create trigger set_product_listing before insert or update on public.products
  for each row execute function private.set_product_listing();
create trigger touch_updated_at before update on public.products
  for each row execute function private.touch_updated_at();

create function private.spread_product_listing() returns trigger
language plpgsql
security definer -- the children follow, whatever the writer may do with them
set search_path = ''
as $$
begin
  update public.product_variants v set listed = new.listed where v.product_id = new.id and v.listed <> new.listed;
  update public.product_media m set listed = new.listed where m.product_id = new.id and m.listed <> new.listed;
  return null;
end
$$;
comment on function private.spread_product_listing() is 'Trigger: copies products.listed to variants and media, so that their policies need no join.';

create trigger spread_product_listing after update on public.products
  for each row when (old.listed is distinct from new.listed) execute function private.spread_product_listing();

create function private.spread_boutique_listing() returns trigger
language plpgsql
security definer -- the marketplace suspends a boutique without any right on its products
set search_path = ''
as $$
begin
  -- The trigger on products computes the new value.
  update public.products p set listed = not p.listed
  where p.boutique_id = new.id and p.status = 'published' and p.listed <> (new.status = 'active');
  return null;
end
$$;
comment on function private.spread_boutique_listing() is 'Trigger: a boutique that becomes active or is suspended shows or hides its products at once.';

create trigger spread_boutique_listing after update on public.boutiques
  for each row when (old.status is distinct from new.status) execute function private.spread_boutique_listing();

create function private.follow_product() returns trigger
language plpgsql
security definer -- reads product and boutique for a writer who may not see them; the foreign keys and policies decide
set search_path = ''
as $$
begin
  select p.listed into new.listed from public.products p where p.id = new.product_id;
  new.listed := coalesce(new.listed, false);
  if tg_table_name = 'product_variants' then
    select b.currency into new.currency from public.boutiques b where b.id = new.boutique_id;
  end if;
  return new;
end
$$;
comment on function private.follow_product() is 'Trigger: a variant or picture takes `listed` from its product, and a variant its currency from the boutique, whatever the writer sent.';

create trigger follow_product before insert or update on public.product_variants
  for each row execute function private.follow_product();
create trigger touch_updated_at before update on public.product_variants
  for each row execute function private.touch_updated_at();
create trigger follow_product before insert or update on public.product_media
  for each row execute function private.follow_product();
create trigger touch_updated_at before update on public.product_media
  for each row execute function private.touch_updated_at();

-- Rights --------------------------------------------------------------------------------------------------------------

alter table public.products enable row level security;
revoke all on public.products from anon, authenticated, service_role;
grant select on public.products to anon, authenticated;
grant insert (id, boutique_id, designer_id, category_id, slug, name, description, attributes, for_sale, for_rent, status)
  on public.products to authenticated;
grant update (designer_id, category_id, slug, name, description, attributes, for_sale, for_rent, status)
  on public.products to authenticated;
grant delete on public.products to authenticated;
grant all on public.products to service_role;
-- update of boutique_id is not granted: a product never moves to another boutique. listed and published_at are computed.

create policy select_listed on public.products for select to anon using (listed);
create policy select_listed_or_staff on public.products for select to authenticated
  using (listed or boutique_id in (select private.my_boutique_ids('catalog.read')) or (select private.is_admin()));
create policy insert_manager on public.products for insert to authenticated
  with check (boutique_id in (select private.my_boutique_ids('catalog.write')));
create policy update_manager on public.products for update to authenticated
  using (boutique_id in (select private.my_boutique_ids('catalog.write')))
  with check (boutique_id in (select private.my_boutique_ids('catalog.write')));
create policy delete_manager on public.products for delete to authenticated
  using (boutique_id in (select private.my_boutique_ids('catalog.write')));

alter table public.product_variants enable row level security;
revoke all on public.product_variants from anon, authenticated, service_role;
grant select on public.product_variants to anon, authenticated;
grant insert (id, product_id, boutique_id, size, color, sku, sale_price, rental_price_per_day, deposit)
  on public.product_variants to authenticated;
grant update (size, color, sku, sale_price, rental_price_per_day, deposit) on public.product_variants to authenticated;
grant delete on public.product_variants to authenticated;
grant all on public.product_variants to service_role;
-- currency and listed are not granted: triggers set them.

create policy select_listed on public.product_variants for select to anon using (listed);
create policy select_listed_or_staff on public.product_variants for select to authenticated
  using (listed or boutique_id in (select private.my_boutique_ids('catalog.read')) or (select private.is_admin()));
create policy insert_manager on public.product_variants for insert to authenticated
  with check (boutique_id in (select private.my_boutique_ids('catalog.write')));
create policy update_manager on public.product_variants for update to authenticated
  using (boutique_id in (select private.my_boutique_ids('catalog.write')))
  with check (boutique_id in (select private.my_boutique_ids('catalog.write')));
create policy delete_manager on public.product_variants for delete to authenticated
  using (boutique_id in (select private.my_boutique_ids('catalog.write')));

alter table public.product_media enable row level security;
revoke all on public.product_media from anon, authenticated, service_role;
grant select on public.product_media to anon, authenticated;
grant insert (id, product_id, boutique_id, storage_path, alt, position) on public.product_media to authenticated;
grant update (alt, position) on public.product_media to authenticated;
grant delete on public.product_media to authenticated;
grant all on public.product_media to service_role;

create policy select_listed on public.product_media for select to anon using (listed);
create policy select_listed_or_staff on public.product_media for select to authenticated
  using (listed or boutique_id in (select private.my_boutique_ids('catalog.read')) or (select private.is_admin()));
create policy insert_manager on public.product_media for insert to authenticated
  with check (boutique_id in (select private.my_boutique_ids('catalog.write')));
create policy update_manager on public.product_media for update to authenticated
  using (boutique_id in (select private.my_boutique_ids('catalog.write')))
  with check (boutique_id in (select private.my_boutique_ids('catalog.write')));
create policy delete_manager on public.product_media for delete to authenticated
  using (boutique_id in (select private.my_boutique_ids('catalog.write')));

-- Calendar: one calendar of truth per physical thing. A garment, a stylist and a fitting room are all resources;
-- whatever takes one of them for a time is an allocation, and no two live allocations of a resource overlap.

create type public.resource_kind as enum ('garment', 'stylist', 'room');
comment on type public.resource_kind is 'What can be promised for a time.';

create type public.garment_condition as enum ('new', 'good', 'worn', 'damaged');
comment on type public.garment_condition is 'State of the piece at its last inspection.';

create type public.allocation_kind as enum ('fitting', 'rental', 'show', 'repair', 'cleaning', 'sale');
comment on type public.allocation_kind is 'Why a resource is taken.';

create type public.allocation_state as enum ('held', 'confirmed', 'released');
comment on type public.allocation_state is 'held: until held_until, for a customer who decides; confirmed: firm; released: no longer in the way.';

-- locations -----------------------------------------------------------------------------------------------------------

create table public.locations (
  id uuid primary key default private.uuid_v7(),
  boutique_id uuid not null references public.boutiques (id) on delete restrict,
  name text not null,
  street text not null default '',
  city text not null,
  country char(2) not null,
  timezone text not null,
  listed boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint locations_id_boutique_id_key unique (id, boutique_id),
  constraint name_is_given check (name ~ '\S' and length(name) <= 120),
  constraint street_is_bounded check (length(street) <= 300),
  constraint city_is_given check (city ~ '\S' and length(city) <= 120),
  constraint country_is_iso_3166 check (country ~ '^[A-Z]{2}$'),
  constraint timezone_is_known check (private.is_timezone(timezone))
);
comment on table public.locations is 'A branch of a boutique: where garments hang and fittings take place.';
comment on column public.locations.country is 'ISO 3166-1 alpha-2 code, such as ET.';
comment on column public.locations.timezone is 'IANA zone of the opening hours and fittings of this branch.';
comment on column public.locations.listed is 'True while the boutique is active and the public sees the branch. Kept by triggers.';
create index locations_boutique_id_idx on public.locations (boutique_id);

alter table public.locations enable row level security;
revoke all on public.locations from anon, authenticated, service_role;
grant select on public.locations to anon, authenticated;
grant insert (id, boutique_id, name, street, city, country, timezone) on public.locations to authenticated;
grant update (name, street, city, country, timezone) on public.locations to authenticated;
grant all on public.locations to service_role;
-- delete is not granted: garments and bookings remember their branch.

create policy select_listed on public.locations for select to anon using (listed);
create policy select_listed_or_staff on public.locations for select to authenticated
  using (listed or boutique_id in (select private.my_boutique_ids('boutique.read')) or (select private.is_admin()));
create policy insert_manager on public.locations for insert to authenticated
  with check (boutique_id in (select private.my_boutique_ids('boutique.update')));
create policy update_manager on public.locations for update to authenticated
  using (boutique_id in (select private.my_boutique_ids('boutique.update')))
  with check (boutique_id in (select private.my_boutique_ids('boutique.update')));

create trigger touch_updated_at before update on public.locations
  for each row execute function private.touch_updated_at();

create function private.set_location_listing() returns trigger
language plpgsql
security definer -- reads the status of a boutique that the writer may not see
set search_path = ''
as $$
begin
  new.listed := exists (select from public.boutiques b where b.id = new.boutique_id and b.status = 'active');
  return new;
end
$$;
comment on function private.set_location_listing() is 'Trigger: computes locations.listed, whatever the writer sent.';

create trigger set_location_listing before insert or update on public.locations
  for each row execute function private.set_location_listing();

create function private.spread_boutique_status() returns trigger
language plpgsql
security definer -- the marketplace suspends a boutique without any right on its branches
set search_path = ''
as $$
begin
  update public.locations l set listed = not l.listed
  where l.boutique_id = new.id and l.listed <> (new.status = 'active');
  return null;
end
$$;
comment on function private.spread_boutique_status() is 'Trigger: a boutique that becomes active or is suspended shows or hides its branches at once.';

create trigger spread_boutique_status after update on public.boutiques
  for each row when (old.status is distinct from new.status) execute function private.spread_boutique_status();

-- resources -----------------------------------------------------------------------------------------------------------

create table public.resources (
  id uuid primary key default private.uuid_v7(),
  boutique_id uuid not null references public.boutiques (id) on delete restrict,
  location_id uuid,
  kind public.resource_kind not null,
  created_at timestamptz not null default now(),
  -- Target of the foreign key that keeps an allocation within its boutique.
  constraint resources_id_boutique_id_key unique (id, boutique_id),
  constraint resource_is_at_a_location_of_its_boutique
    foreign key (location_id, boutique_id) references public.locations (id, boutique_id) on delete restrict
);
comment on table public.resources is 'Everything that can be promised for a time, under one kind of id. Its calendar are its allocations.';
create index resources_boutique_id_idx on public.resources (boutique_id, kind);
create index resources_location_id_idx on public.resources (location_id, boutique_id);

alter table public.resources enable row level security;
revoke all on public.resources from anon, authenticated, service_role;
grant select on public.resources to authenticated;
grant all on public.resources to service_role;
-- insert, update and delete are not granted: a resource is made by what it is (a garment, a stylist, a room).

create policy select_staff on public.resources for select to authenticated
  using (boutique_id in (select private.my_boutique_ids('calendar.read')) or (select private.is_admin()));

-- garments ------------------------------------------------------------------------------------------------------------

create table public.garments (
  id uuid primary key default private.uuid_v7(),
  boutique_id uuid not null,
  variant_id uuid not null,
  location_id uuid not null,
  serial text not null,
  condition public.garment_condition not null default 'new',
  retired_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (boutique_id, serial),
  constraint garment_is_a_resource
    foreign key (id) references public.resources (id) on delete cascade deferrable initially deferred,
  constraint garment_belongs_to_the_variants_boutique
    foreign key (variant_id, boutique_id) references public.product_variants (id, boutique_id) on delete restrict,
  constraint garment_is_at_a_location_of_its_boutique
    foreign key (location_id, boutique_id) references public.locations (id, boutique_id) on delete restrict,
  constraint serial_is_given check (serial ~ '\S' and length(serial) <= 80)
);
comment on table public.garments is 'One physical piece with its serial number. Its id is also the id of its resource.';
comment on column public.garments.serial is 'The number on its label, unique in the boutique.';
comment on column public.garments.retired_at is 'Since when it is no longer given out; null while it is in service.';
create index garments_variant_id_idx on public.garments (variant_id, boutique_id);
create index garments_location_id_idx on public.garments (location_id, boutique_id);

create function private.create_garment_resource() returns trigger
language plpgsql
security definer -- resources are not writable by anybody
set search_path = ''
as $$
begin
  insert into public.resources (id, boutique_id, location_id, kind)
  values (new.id, new.boutique_id, new.location_id, 'garment');
  return new;
end
$$;
comment on function private.create_garment_resource() is 'Trigger: gives a new garment its place in the calendar.';

create trigger create_garment_resource after insert on public.garments
  for each row execute function private.create_garment_resource();

create function private.move_garment_resource() returns trigger
language plpgsql
security definer -- as create_garment_resource
set search_path = ''
as $$
begin
  update public.resources r set location_id = new.location_id where r.id = new.id;
  return null;
end
$$;
comment on function private.move_garment_resource() is 'Trigger: the resource moves to another branch with its garment.';

create trigger move_garment_resource after update on public.garments
  for each row when (old.location_id is distinct from new.location_id) execute function private.move_garment_resource();
create trigger touch_updated_at before update on public.garments
  for each row execute function private.touch_updated_at();

alter table public.garments enable row level security;
revoke all on public.garments from anon, authenticated, service_role;
grant select on public.garments to authenticated;
grant insert (id, boutique_id, variant_id, location_id, serial, condition) on public.garments to authenticated;
grant update (location_id, serial, condition, retired_at) on public.garments to authenticated;
grant all on public.garments to service_role;
-- delete is not granted: a garment with a history is retired. update of variant_id is not granted: bookings name the variant.

create policy select_staff on public.garments for select to authenticated
  using (boutique_id in (select private.my_boutique_ids('garments.read')) or (select private.is_admin()));
create policy insert_manager on public.garments for insert to authenticated
  with check (boutique_id in (select private.my_boutique_ids('garments.write')));
create policy update_manager on public.garments for update to authenticated
  using (boutique_id in (select private.my_boutique_ids('garments.write')))
  with check (boutique_id in (select private.my_boutique_ids('garments.write')));

-- allocations ---------------------------------------------------------------------------------------------------------

create table public.allocations (
  id uuid primary key default private.uuid_v7(),
  resource_id uuid not null,
  boutique_id uuid not null,
  during tstzrange not null,
  kind public.allocation_kind not null,
  state public.allocation_state not null,
  held_until timestamptz,
  source_id uuid,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint allocation_belongs_to_the_resources_boutique
    foreign key (resource_id, boutique_id) references public.resources (id, boutique_id) on delete restrict,
  constraint allocation_takes_some_time check (not isempty(during) and lower(during) is not null and isfinite(lower(during))),
  constraint only_a_sale_has_no_end check (((kind = 'sale') = (upper(during) is null)) and (upper(during) is null or isfinite(upper(during)))),
  constraint a_hold_says_until_when check ((state = 'held') = (held_until is not null)),
  -- The promise of Nexus. The index is partial: a query uses it only if it repeats `state <> 'released'`.
  constraint live_allocations_of_a_resource_never_overlap
    exclude using gist (resource_id with =, during with &&) where (state <> 'released')
);
comment on table public.allocations is 'A resource taken for a time. Two live allocations of one resource cannot overlap, whoever writes them.';
comment on column public.allocations.during is 'From the first instant it is taken to the first it is free again, buffers included.';
comment on column public.allocations.held_until is 'End of a hold; past it anyone who needs the resource releases it.';
comment on column public.allocations.source_id is 'Row that the time is taken for: a rental, an appointment, a show, an order item.';
create index allocations_resource_id_idx on public.allocations (resource_id, boutique_id);
create index allocations_boutique_id_idx on public.allocations (boutique_id);
create index allocations_source_id_idx on public.allocations (source_id);
create index allocations_held_until_idx on public.allocations (held_until) where state = 'held';

alter table public.allocations enable row level security;
revoke all on public.allocations from anon, authenticated, service_role;
grant select on public.allocations to authenticated;
grant all on public.allocations to service_role;
-- insert, update and delete are not granted: functions that know the rules of each kind write the calendar.

create policy select_staff on public.allocations for select to authenticated
  using (boutique_id in (select private.my_boutique_ids('calendar.read')) or (select private.is_admin()));

create trigger touch_updated_at before update on public.allocations
  for each row execute function private.touch_updated_at();

-- Fit records: how pieces fitted people who wore them, as boutiques bring it along from earlier systems.

create type private.fit as enum ('small', 'true', 'large');
comment on type private.fit is 'How a size fell: smaller than expected, true to size, larger.';

create table private.fit_records (
  id uuid primary key default private.uuid_v7(),
  boutique_id uuid not null references public.boutiques (id) on delete cascade,
  variant_id uuid not null,
  source text not null,
  fingerprint bytea not null,
  customer_ref text not null,
  fit private.fit not null,
  rating smallint,
  occasion text,
  body_type text,
  height_cm numeric(4, 1),
  weight_kg numeric(4, 1),
  bust text,
  age smallint,
  recommend boolean,
  worn_on date not null,
  created_at timestamptz not null default now(),
  constraint fit_record_is_of_a_variant_of_the_boutique
    foreign key (variant_id, boutique_id) references public.product_variants (id, boutique_id) on delete cascade,
  constraint fit_record_is_loaded_once unique (source, fingerprint),
  constraint rating_is_1_to_5 check (rating between 1 and 5),
  constraint height_is_a_persons check (height_cm between 50 and 250),
  constraint weight_is_a_persons check (weight_kg between 20 and 400),
  constraint age_is_a_persons check (age between 0 and 120),
  constraint source_is_given check (length(source) between 1 and 60),
  constraint customer_ref_is_given check (length(customer_ref) between 1 and 60)
);
comment on table private.fit_records is 'One wearing of a variant with how it fitted, imported. Holds body measurements: no API role reads it; reviews and size advice are made from it.';
comment on column private.fit_records.source is 'The data set or system that the row came from.';
comment on column private.fit_records.fingerprint is 'SHA-256 of the row as it came, so that a second load and exact duplicates add nothing.';
comment on column private.fit_records.customer_ref is 'The source''s own id of the person, not an account here.';
comment on column private.fit_records.rating is 'One to five stars.';
comment on column private.fit_records.bust is 'Band and cup as the source writes them, such as 34b.';
create index fit_records_variant_id_idx on private.fit_records (variant_id, boutique_id);
create index fit_records_boutique_id_idx on private.fit_records (boutique_id);
alter table private.fit_records enable row level security;
-- No policy and no grant: only the owner's loaders and jobs reach it.

-- Rentals: a garment promised to a customer for some days. Functions of their own files: 51 quote, 52 reserve, 53 availability.

create type public.rental_state as enum (
  'held', 'reserved', 'picked_up', 'returned', 'inspecting', 'closed', 'lost', 'cancelled', 'expired'
);
comment on type public.rental_state is
  'held: waits for confirmation until held_until; reserved: firm; picked_up, returned, inspecting, closed, lost: the garment''s way; cancelled, expired: gave the dates back.';

create table public.rentals (
  id uuid primary key default private.uuid_v7(),
  boutique_id uuid not null references public.boutiques (id) on delete restrict,
  customer_id uuid not null references public.profiles (id) on delete restrict,
  variant_id uuid not null,
  garment_id uuid not null references public.garments (id) on delete restrict,
  allocation_id uuid not null unique references public.allocations (id) on delete restrict,
  period daterange not null,
  state public.rental_state not null default 'held',
  held_until timestamptz,
  price bigint not null,
  deposit bigint not null,
  currency char(3) not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint rental_is_of_a_variant_of_the_boutique
    foreign key (variant_id, boutique_id) references public.product_variants (id, boutique_id) on delete restrict,
  constraint rental_ends_after_it_starts check (not isempty(period) and isfinite(lower(period)) and isfinite(upper(period))),
  constraint a_held_rental_says_until_when check (state <> 'held' or held_until is not null),
  constraint price_is_not_negative check (price >= 0),
  constraint deposit_is_not_negative check (deposit >= 0),
  constraint currency_is_iso_4217 check (currency ~ '^[A-Z]{3}$')
);
comment on table public.rentals is 'A garment promised to a customer for some days. The calendar entry, with the buffers around the days, is its allocation.';
comment on column public.rentals.period is 'Rental days, first included and last excluded, in the boutique''s time zone.';
comment on column public.rentals.held_until is 'When the hold ends; kept after that as a record.';
comment on column public.rentals.price is 'For all days, frozen when it was reserved, in minor units of the currency.';
comment on column public.rentals.deposit is 'Frozen when it was reserved, in minor units of the currency.';
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
    or boutique_id in (select private.my_boutique_ids('rentals.read'))
    or (select private.is_admin())
  );

create trigger touch_updated_at before update on public.rentals
  for each row execute function private.touch_updated_at();

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
  v_rental uuid;
begin
  -- The rental is locked before its allocation, here as in confirm and cancel, so that they never wait for each other.
  for v_rental in
    select a.source_id
    from public.allocations a
    where a.resource_id = release_expired_holds.resource_id
      and a.during && release_expired_holds.during
      and a.state <> 'released'
      and a.held_until <= now()
      and a.kind = 'rental'
    order by a.source_id
  loop
    perform private.expire_rental_hold(v_rental);
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
  'Staff make a held rental firm (state reserved). Repeating it changes nothing. PT404 rental_not_found, PT410 hold_expired, PT409 invalid_state.';
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
  'The customer or staff give the days of a held or reserved rental back. Repeating it changes nothing. PT404 rental_not_found, PT409 invalid_state.';
grant execute on function private.cancel_rental(uuid) to authenticated;
grant execute on function public.cancel_rental(uuid) to authenticated;

-- quote_rental: what a rental would cost and whether a garment is free.

create type public.rental_quote as (
  variant_id uuid,
  first_day date,
  last_day date,
  days integer,
  price_per_day bigint,
  price bigint,
  deposit bigint,
  currency text,
  blocked_from timestamptz,
  blocked_until timestamptz,
  available boolean,
  next_free_first_day date,
  next_free_last_day date
);
comment on type public.rental_quote is
  'Answer of quote_rental. Money in minor units of the currency. blocked_from and blocked_until are the time the garment is taken for, buffers included; next_free_* the next period of the same length when it is not available.';

create function private.quote_rental(variant_id uuid, period text) returns public.rental_quote
language plpgsql stable
security definer -- anybody may ask whether something is free, nobody may read the calendar itself
set search_path = ''
as $$
declare
  v_terms private.rental_terms := private.rental_terms(variant_id, period);
  v_during tstzrange := private.allocation_of_period(
    v_terms.period, v_terms.buffer_days_before, v_terms.buffer_days_after, v_terms.timezone);
  v_available boolean := exists (select from private.free_garment_ids(variant_id, v_during));
  v_next daterange;
  v_quote public.rental_quote;
begin
  if not v_available then
    v_next := private.next_free_period(v_terms);
  end if;
  v_quote.variant_id := v_terms.variant_id;
  v_quote.first_day := lower(v_terms.period);
  v_quote.last_day := upper(v_terms.period) - 1;
  v_quote.days := upper(v_terms.period) - lower(v_terms.period);
  v_quote.price_per_day := v_terms.price_per_day;
  v_quote.price := v_terms.price_per_day * v_quote.days;
  v_quote.deposit := v_terms.deposit;
  v_quote.currency := v_terms.currency;
  v_quote.blocked_from := lower(v_during);
  v_quote.blocked_until := upper(v_during);
  v_quote.available := v_available;
  v_quote.next_free_first_day := lower(v_next);
  v_quote.next_free_last_day := upper(v_next) - 1;
  return v_quote;
end
$$;

create function public.quote_rental(variant_id uuid, period text) returns public.rental_quote
language sql stable
security invoker
set search_path = ''
as $$
  select private.quote_rental(variant_id, period)
$$;
comment on function public.quote_rental(uuid, text) is
  'Price, deposit, buffers and availability of a rental, for anybody. period: days in range form, [2027-06-04,2027-06-06] counts both. PT404 variant_not_found, PT409 not_for_rent, PT400 invalid_period.';
grant execute on function private.quote_rental(uuid, text) to anon, authenticated, service_role;
grant execute on function public.quote_rental(uuid, text) to anon, authenticated, service_role;

-- reserve_rental: a timed hold on one garment of a variant.

create function private.reserve_rental(variant_id uuid, period text, idempotency_key text) returns public.rentals
language plpgsql volatile
security definer -- customers may write neither rentals nor the calendar; the function knows the rules
set search_path = ''
as $$
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

  perform private.enqueue('mail.rental_reserved', jsonb_build_object('rental_id', v_rental.id));
  perform private.enqueue('rental.expire_hold', jsonb_build_object('rental_id', v_rental.id),
    jsonb_build_object('start_after', v_rental.held_until));
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

-- product_availability: the calendar of a product as the public may see it, in numbers.

create function private.product_availability(product_id uuid, from_date date, to_date date)
returns table (variant_id uuid, day date, free integer, total integer)
language plpgsql stable
rows 1000
security definer -- anybody may ask how many are free, nobody may read the calendar itself
set search_path = ''
as $$
declare
  v_timezone text;
  v_max_days bigint;
begin
  if from_date is null or to_date is null or not isfinite(from_date) or not isfinite(to_date) or to_date < from_date then
    perform private.raise_error(400, 'invalid_period', 'from_date and to_date have to be days, the first not after the last.',
      jsonb_build_object('from_date', from_date, 'to_date', to_date));
  end if;
  select b.timezone into v_timezone
  from public.products p join public.boutiques b on b.id = p.boutique_id
  where p.id = product_availability.product_id and p.listed;
  if not found then
    perform private.raise_error(404, 'product_not_found', 'There is no such product, or it is not on show.',
      jsonb_build_object('product_id', product_id));
  end if;

  -- The API cuts an answer at a thousand rows without a word; a calendar with a hole would promise what is taken.
  select 1000 / greatest(count(*), 1) into v_max_days
  from public.product_variants v where v.product_id = product_availability.product_id and v.listed;
  if to_date - from_date >= v_max_days then
    perform private.raise_error(400, 'invalid_period', format('Ask for at most %s days of this product at a time.', v_max_days),
      jsonb_build_object('from_date', from_date, 'to_date', to_date, 'max_days', v_max_days));
  end if;

  return query
  with pieces as (
    select v.id as variant_id, g.id as garment_id
    from public.product_variants v
    left join public.garments g on g.variant_id = v.id and g.retired_at is null
    where v.product_id = product_availability.product_id and v.listed
  ),
  taken as (
    -- Days that an allocation touches, each once per garment.
    select distinct p.variant_id, p.garment_id, d.day
    from pieces p
    join public.allocations a on a.resource_id = p.garment_id
      and a.state <> 'released'
      and (a.held_until is null or a.held_until > now())
      and a.during && tstzrange(from_date::timestamp at time zone v_timezone, (to_date + 1)::timestamp at time zone v_timezone)
    cross join lateral (
      select s.day::date
      from generate_series(
        greatest(from_date, (lower(a.during) at time zone v_timezone)::date),
        least(to_date, ((upper(a.during) - interval '1 microsecond') at time zone v_timezone)::date),
        interval '1 day') s (day)
    ) d
  ),
  totals as (
    select p.variant_id, count(p.garment_id)::integer as total from pieces p group by p.variant_id
  ),
  counts as (
    select t.variant_id, t.day, count(*)::integer as taken from taken t group by t.variant_id, t.day
  )
  select t.variant_id, s.day::date, t.total - coalesce(c.taken, 0), t.total
  from totals t
  cross join generate_series(from_date::timestamp, to_date::timestamp, interval '1 day') s (day)
  left join counts c on c.variant_id = t.variant_id and c.day = s.day::date
  order by t.variant_id, s.day;
end
$$;

create function public.product_availability(product_id uuid, from_date date, to_date date)
returns table (variant_id uuid, day date, free integer, total integer)
language sql stable
rows 1000
security invoker
set search_path = ''
as $$
  select * from private.product_availability(product_id, from_date, to_date)
$$;
comment on function public.product_availability(uuid, date, date) is
  'Per variant and day, how many garments are free out of how many in service, buffers of other rentals counted as taken. At most 1000 rows, variants times days, so 200 days of a product in five sizes; in the boutique''s time zone. PT404 product_not_found, PT400 invalid_period.';
grant execute on function private.product_availability(uuid, date, date) to anon, authenticated, service_role;
grant execute on function public.product_availability(uuid, date, date) to anon, authenticated, service_role;

-- Messages: what was sent to whom, so that nothing is sent twice.

create type private.message_state as enum ('sending', 'sent', 'failed');

create table private.messages (
  send_key text primary key,
  channel text not null,
  template text not null,
  user_id uuid references public.profiles (id) on delete cascade,
  state private.message_state not null default 'sending',
  attempts integer not null default 1,
  last_error text,
  sent_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint channel_is_known check (channel in ('email')),
  constraint sent_message_has_a_time check ((state = 'sent') = (sent_at is not null))
);
comment on table private.messages is 'One row per message, by a key that says what it is about. A job that runs twice finds the row and does not send again.';
comment on column private.messages.send_key is 'Template and business row, such as rental_reserved:<rental id>. It is also the local part of the Message-ID.';
create index messages_user_id_idx on private.messages (user_id);
alter table private.messages enable row level security;
-- No policy and no grant to API roles: only the worker reads and writes it.

create trigger touch_updated_at before update on private.messages
  for each row execute function private.touch_updated_at();

-- Storage: buckets are rows of the Storage server and come with a migration of data; their policies are here.

-- The bucket is public: anybody with the address of a file reads it. Listing is for the boutique's own staff, for the
-- names of files tell of drafts.
create policy select_product_media on storage.objects for select to authenticated
  using (
    bucket_id = 'product-media'
    and (storage.foldername(name))[1] in (select id::text from private.my_boutique_ids('catalog.read') as id));
create policy insert_product_media on storage.objects for insert to authenticated
  with check (
    bucket_id = 'product-media'
    and (storage.foldername(name))[1] in (select id::text from private.my_boutique_ids('catalog.write') as id));
create policy update_product_media on storage.objects for update to authenticated
  using (
    bucket_id = 'product-media'
    and (storage.foldername(name))[1] in (select id::text from private.my_boutique_ids('catalog.write') as id))
  with check (
    bucket_id = 'product-media'
    and (storage.foldername(name))[1] in (select id::text from private.my_boutique_ids('catalog.write') as id));
create policy delete_product_media on storage.objects for delete to authenticated
  using (
    bucket_id = 'product-media'
    and (storage.foldername(name))[1] in (select id::text from private.my_boutique_ids('catalog.write') as id));

-- Audit: who changed what, for every table that matters. Written by triggers, changed by nobody.

create type public.audit_action as enum ('insert', 'update', 'delete');
comment on type public.audit_action is 'What was done to a row.';

create table public.audit_log (
  id uuid primary key default private.uuid_v7(),
  action public.audit_action not null,
  table_name text not null,
  row_key jsonb not null,
  boutique_id uuid,
  actor_id uuid,
  actor_role text not null,
  request_id text,
  old jsonb,
  new jsonb,
  created_at timestamptz not null default now()
);
comment on table public.audit_log is 'Every insert, update and delete on the tables that matter. Append-only: triggers stop even the owner of the schema.';
comment on column public.audit_log.row_key is 'Primary key of the row, as an object.';
comment on column public.audit_log.boutique_id is 'Tenant of the row; null for rows of the marketplace. No foreign key: the log outlives the boutique.';
comment on column public.audit_log.actor_id is 'Account that did it; null for jobs and operators.';
comment on column public.audit_log.actor_role is 'Role of the database that it ran as: authenticated, service_role, postgres.';
comment on column public.audit_log.request_id is 'The request''s x-request-id, where the API hands headers on.';
comment on column public.audit_log.old is 'Row before it: all of a deleted one, the changed columns of an updated one. Secret and personal columns are masked as ***.';
comment on column public.audit_log.new is 'Row after it: all of an inserted one, the changed columns of an updated one, masked likewise.';
create index audit_log_boutique_id_idx on public.audit_log (boutique_id, id desc);
create index audit_log_row_idx on public.audit_log (table_name, row_key);
create index audit_log_actor_id_idx on public.audit_log (actor_id);

alter table public.audit_log enable row level security;
revoke all on public.audit_log from anon, authenticated, service_role;
grant select on public.audit_log to authenticated, service_role;
-- insert, update and delete are granted to nobody: triggers write it.

create policy select_owner_or_admin on public.audit_log for select to authenticated
  using (boutique_id in (select private.my_boutique_ids('audit.read')) or (select private.is_admin()));

create function private.keep_audit_log() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  raise exception 'The audit log is append-only.' using errcode = '42501';
end
$$;
comment on function private.keep_audit_log() is 'Trigger: the audit log is append-only.';

create trigger keep_audit_log before update or delete or truncate on public.audit_log
  for each statement execute function private.keep_audit_log();

create function private.masked(row_data jsonb, columns text[]) returns jsonb
language sql immutable
set search_path = ''
as $$
  select coalesce(jsonb_object_agg(e.key, case
    when e.key = any (columns) and e.value <> 'null'::jsonb then '"***"'::jsonb else e.value end), '{}')
  from jsonb_each(row_data) e
$$;

comment on function private.masked(jsonb, text[]) is 'The row with *** in place of these columns'' values.';

create function private.audit() returns trigger
language plpgsql
security definer -- nobody may write the log
set search_path = ''
as $$
declare
  -- First argument: columns of the primary key; the others are masked.
  v_key text[] := string_to_array(tg_argv[0], ',');
  v_masked text[] := string_to_array(nullif(tg_argv[1], ''), ',');
  v_actor uuid := auth.uid();
  v_role text := coalesce(auth.role(), session_user);
  v_request text := nullif(current_setting('request.headers', true), '')::jsonb ->> 'x-request-id';
begin
  if tg_op = 'INSERT' then
    insert into public.audit_log (action, table_name, row_key, boutique_id, actor_id, actor_role, request_id, new)
    select 'insert', tg_table_name, k.key, b.id, v_actor, v_role, v_request, private.masked(r.row, v_masked)
    from (select to_jsonb(n) as row from new_rows n) r
    cross join lateral (select jsonb_object_agg(c, r.row -> c) as key from unnest(v_key) c) k
    cross join lateral (select coalesce(r.row ->> 'boutique_id', case tg_table_name when 'boutiques' then r.row ->> 'id' end)::uuid as id) b;
  elsif tg_op = 'DELETE' then
    insert into public.audit_log (action, table_name, row_key, boutique_id, actor_id, actor_role, request_id, old)
    select 'delete', tg_table_name, k.key, b.id, v_actor, v_role, v_request, private.masked(r.row, v_masked)
    from (select to_jsonb(o) as row from old_rows o) r
    cross join lateral (select jsonb_object_agg(c, r.row -> c) as key from unnest(v_key) c) k
    cross join lateral (select coalesce(r.row ->> 'boutique_id', case tg_table_name when 'boutiques' then r.row ->> 'id' end)::uuid as id) b;
  else
    insert into public.audit_log (action, table_name, row_key, boutique_id, actor_id, actor_role, request_id, old, new)
    select 'update', tg_table_name, n.key, b.id, v_actor, v_role, v_request,
      private.masked(changed.old, v_masked), private.masked(changed.new, v_masked)
    from (select to_jsonb(x) as row, (select jsonb_object_agg(c, to_jsonb(x) -> c) from unnest(v_key) c) as key from new_rows x) n
    join (select to_jsonb(x) as row, (select jsonb_object_agg(c, to_jsonb(x) -> c) from unnest(v_key) c) as key from old_rows x) o
      on o.key = n.key
    cross join lateral (
      select jsonb_object_agg(e.key, o.row -> e.key) as old, jsonb_object_agg(e.key, e.value) as new
      from jsonb_each(n.row) e
      where e.key not in ('updated_at', 'listed') and e.value is distinct from o.row -> e.key
    ) changed
    cross join lateral (select coalesce(n.row ->> 'boutique_id', case tg_table_name when 'boutiques' then n.row ->> 'id' end)::uuid as id) b
    where changed.new is not null;
  end if;
  return null;
end
$$;
comment on function private.audit() is
  'Trigger, per statement: writes what changed to the audit log. Arguments: columns of the primary key, comma-separated, and columns to mask. Columns that only triggers write are no change.';

-- One line per table; a test finds tables that are not here.
do $$
declare
  item record;
begin
  for item in
    select * from (values
      ('profiles', 'id', 'display_name,phone'),
      ('platform_admins', 'user_id', ''),
      ('boutiques', 'id', ''),
      ('boutique_members', 'boutique_id,user_id', ''),
      ('rental_policies', 'boutique_id', ''),
      ('invitations', 'id', 'email'),
      ('designers', 'id', ''),
      ('categories', 'id', ''),
      ('products', 'id', ''),
      ('product_variants', 'id', ''),
      ('product_media', 'id', ''),
      ('locations', 'id', ''),
      ('garments', 'id', ''),
      ('rentals', 'id', '')
    ) as audited (name, key, masked)
  loop
    execute format('create trigger audit_insert after insert on public.%I referencing new table as new_rows
      for each statement execute function private.audit(%L, %L)', item.name, item.key, item.masked);
    execute format('create trigger audit_update after update on public.%I referencing old table as old_rows new table as new_rows
      for each statement execute function private.audit(%L, %L)', item.name, item.key, item.masked);
    execute format('create trigger audit_delete after delete on public.%I referencing old table as old_rows
      for each statement execute function private.audit(%L, %L)', item.name, item.key, item.masked);
  end loop;
end
$$;

-- Queues. Generated from functions/_shared/jobs by npm run db:diff: change them there.

select pgboss.create_queue('rental.expire_hold.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('rental.expire_hold', '{"policy":"standard","retryLimit":10,"retryDelay":5,"retryBackoff":true,"retryDelayMax":300,"expireInSeconds":60,"deadLetter":"rental.expire_hold.dead","notify":true}');
update pgboss.queue set retry_limit = 10, retry_delay = 5, retry_backoff = true, retry_delay_max = 300, expire_seconds = 60, dead_letter = 'rental.expire_hold.dead', notify = true where name = 'rental.expire_hold';
select pgboss.create_queue('mail.rental_reserved.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('mail.rental_reserved', '{"policy":"standard","retryLimit":12,"retryDelay":5,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":120,"deadLetter":"mail.rental_reserved.dead","notify":true}');
update pgboss.queue set retry_limit = 12, retry_delay = 5, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 120, dead_letter = 'mail.rental_reserved.dead', notify = true where name = 'mail.rental_reserved';
select pgboss.create_queue('mail.invitation.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('mail.invitation', '{"policy":"standard","retryLimit":12,"retryDelay":5,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":120,"deadLetter":"mail.invitation.dead","notify":true}');
update pgboss.queue set retry_limit = 12, retry_delay = 5, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 120, dead_letter = 'mail.invitation.dead', notify = true where name = 'mail.invitation';
select pgboss.create_queue('mail.boutique_status.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('mail.boutique_status', '{"policy":"standard","retryLimit":12,"retryDelay":5,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":120,"deadLetter":"mail.boutique_status.dead","notify":true}');
update pgboss.queue set retry_limit = 12, retry_delay = 5, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 120, dead_letter = 'mail.boutique_status.dead', notify = true where name = 'mail.boutique_status';
select pgboss.create_queue('rate_limits.sweep.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('rate_limits.sweep', '{"policy":"standard","retryLimit":3,"retryDelay":60,"retryBackoff":true,"retryDelayMax":600,"expireInSeconds":300,"deadLetter":"rate_limits.sweep.dead","notify":true}');
update pgboss.queue set retry_limit = 3, retry_delay = 60, retry_backoff = true, retry_delay_max = 600, expire_seconds = 300, dead_letter = 'rate_limits.sweep.dead', notify = true where name = 'rate_limits.sweep';

-- Buckets of the Storage server; no SVG, which could carry scripts. Rows, not objects: `npm run db:diff` puts this file into the migration when they change.

insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types)
values ('product-media', 'product-media', true, 10485760, array['image/jpeg', 'image/png', 'image/webp', 'image/avif'])
on conflict (id) do update set
  public = excluded.public,
  file_size_limit = excluded.file_size_limit,
  allowed_mime_types = excluded.allowed_mime_types;