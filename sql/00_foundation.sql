-- Foundation: schemas, extensions, and the helpers that every domain uses.

create schema if not exists private;
comment on schema private is 'Helpers and internals of Nexus. Never exposed by the Data API; roles may call only what is granted to them.';

create extension if not exists btree_gist with schema extensions;
create extension if not exists pg_trgm with schema extensions;
create extension if not exists unaccent with schema extensions;
create extension if not exists citext with schema extensions;
create extension if not exists fuzzystrmatch with schema extensions;

-- Nothing is open until it is granted: the platform's default privileges hand every new object to the API roles.
alter default privileges for role postgres in schema public revoke all on tables from anon, authenticated, service_role;
alter default privileges for role postgres in schema public revoke all on sequences from anon, authenticated, service_role;
alter default privileges for role postgres in schema public revoke all on functions from anon, authenticated, service_role;
alter default privileges for role postgres revoke execute on functions from public;

revoke all on schema private from public;
grant usage on schema private to anon, authenticated, service_role;

create function private.uuid_v7() returns uuid
language plpgsql volatile parallel safe -- not sql: that would be planned anew by every statement
set search_path = ''
as $$
declare
  v_microseconds bigint := extract(epoch from clock_timestamp()) * 1000000;
begin
  -- RFC 9562, section 5.7: 48 bits of milliseconds, the version, then random bits; the first 12 of these are the fraction of the
  -- millisecond (section 6.2, method 3), so that the rows of one transaction keep their order.
  return encode(
    overlay(
      uuid_send(gen_random_uuid())
      placing substring(int8send(v_microseconds / 1000) from 3) || int2send((28672 + v_microseconds % 1000 * 4096 / 1000)::smallint)
      from 1 for 8),
    'hex')::uuid;
end
$$;
comment on function private.uuid_v7() is 'A time-ordered UUID (version 7, RFC 9562), to the microsecond: new rows land at the end of their index, and a log is read by its ids.';
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
