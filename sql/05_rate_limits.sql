-- Rate limits: one token bucket for RPCs, functions and the gateway, kept in the database so that every process on
-- every machine draws from the same one.

create unlogged table private.rate_limits (
  bucket text primary key,
  tokens double precision not null,
  refilled_at timestamptz not null,
  full_at timestamptz not null default now(),
  constraint bucket_is_short check (length(bucket) between 1 and 300)
) with (fillfactor = 50);
comment on table private.rate_limits is 'One row per bucket in use. Unlogged: after a crash every bucket is full again.';
comment on column private.rate_limits.bucket is 'What is limited and for whom, such as quote_rental:203.0.113.7.';
comment on column private.rate_limits.tokens is 'Tokens at refilled_at; it fills by the clock and is computed when it is drawn from.';
comment on column private.rate_limits.full_at is 'When it is full again: from then on a bucket that begins anew is the same.';
create index rate_limits_full_at_idx on private.rate_limits (full_at);
alter table private.rate_limits enable row level security;
-- No policy and no grant: only functions of the owner reach it.

create function private.draw_token(bucket text, capacity integer, per_minute double precision, tokens integer default 1) returns integer
language plpgsql volatile
security definer -- callers draw from their bucket, they do not see the table
set search_path = ''
as $$
declare
  v_bucket text := left(bucket, 300);
  v_row private.rate_limits;
  v_level double precision;
begin
  if capacity < 1 or per_minute <= 0 or tokens not between 1 and capacity then
    perform private.raise_error(400, 'invalid_rate', 'capacity, per_minute and tokens are positive, and no more tokens are drawn than the bucket holds.');
  end if;
  loop
    insert into private.rate_limits (bucket, tokens, refilled_at) values (v_bucket, capacity, clock_timestamp())
    on conflict do nothing;
    -- The lock makes callers draw one after the other; each then computes what the clock has filled in since.
    select * into v_row from private.rate_limits r where r.bucket = v_bucket for update;
    exit when found;
    -- Swept away between the two statements: the bucket is full, and begins anew.
  end loop;
  v_level := least(capacity, v_row.tokens + extract(epoch from clock_timestamp() - v_row.refilled_at) * per_minute / 60);
  if v_level < draw_token.tokens then
    return greatest(1, ceil((draw_token.tokens - v_level) * 60 / per_minute))::integer;
  end if;
  v_level := v_level - draw_token.tokens;
  update private.rate_limits r
  set tokens = v_level, refilled_at = clock_timestamp(), full_at = clock_timestamp() + (capacity - v_level) * interval '1 minute' / per_minute
  where r.bucket = v_bucket;
  return 0;
end
$$;
comment on function private.draw_token(text, integer, double precision, integer) is
  'Takes tokens from a bucket that holds `capacity` and gets `per_minute` more a minute. 0 when there were enough, otherwise the seconds until there are. PT400 invalid_rate.';
grant execute on function private.draw_token(text, integer, double precision, integer) to service_role;

create function public.draw_token(bucket text, capacity integer, per_minute double precision, tokens integer default 1) returns integer
language sql volatile security invoker set search_path = ''
as $$ select private.draw_token(bucket, capacity, per_minute, tokens) $$;
comment on function public.draw_token(text, integer, double precision, integer) is
  'For servers with the secret key, such as edge functions: draws from the same buckets as the database. 0 when there were enough tokens, otherwise the seconds until there are. PT400 invalid_rate.';
grant execute on function public.draw_token(text, integer, double precision, integer) to service_role;

create function private.caller_address() returns text
language sql stable
set search_path = ''
as $$
  -- cf-connecting-ip is set by the hosted platform's edge, which lets nobody else set it. Elsewhere the gateway puts the
  -- address of the caller first in x-forwarded-for; docs/deploying.md says what a proxy has to do.
  select coalesce(
    nullif(btrim(h.headers ->> 'cf-connecting-ip'), ''),
    nullif(btrim(split_part(h.headers ->> 'x-forwarded-for', ',', 1)), ''),
    'unknown')
  from (select nullif(current_setting('request.headers', true), '')::json as headers) h
$$;
comment on function private.caller_address() is 'IP address of the HTTP caller, or unknown outside of a request.';

create function private.raise_too_many_requests(seconds integer, message text) returns void
language plpgsql stable
set search_path = ''
as $$
begin
  -- The form in which the Data API lets a function set headers.
  raise sqlstate 'PGRST' using
    message = jsonb_build_object('code', 'PT429', 'hint', 'too_many_requests', 'details', null, 'message', message)::text,
    detail = jsonb_build_object('status', 429, 'headers', jsonb_build_object('Retry-After', seconds::text))::text;
end
$$;
comment on function private.raise_too_many_requests(integer, text) is 'Ends the statement with 429 too_many_requests and Retry-After in seconds.';

create function private.limit_rate(operation text, capacity integer, per_minute double precision) returns void
language plpgsql volatile
security definer -- as draw_token
set search_path = ''
as $$
declare
  v_wait integer;
begin
  -- Servers with the secret key call for many people, whom they limit themselves.
  if auth.role() = 'service_role' then
    return;
  end if;
  if current_setting('transaction_read_only') = 'on' then
    perform private.raise_error(405, 'post_required', 'Call this function with POST: it counts its calls.');
  end if;
  v_wait := private.draw_token(operation || ':' || coalesce(auth.uid()::text, private.caller_address()), capacity, per_minute);
  if v_wait > 0 then
    perform private.raise_too_many_requests(v_wait, format('Too many requests. Try again in %s seconds.', v_wait));
  end if;
end
$$;
comment on function private.limit_rate(text, integer, double precision) is
  'Lets the caller, known by account or else by address, go on or answers 429 too_many_requests with Retry-After. Not for functions that are called with GET: PT405 post_required.';

create function private.sweep_rate_limits() returns bigint
language sql volatile
set search_path = ''
as $$
  with swept as (
    delete from private.rate_limits r where r.full_at < now() returning 1
  )
  select count(*) from swept
$$;
comment on function private.sweep_rate_limits() is 'Removes buckets that are full again. Called by the job rate_limits.sweep.';
