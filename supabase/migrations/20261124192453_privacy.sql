set local check_function_bodies = off;

DROP TRIGGER "audit_delete" ON "public"."profiles";

DROP TRIGGER "audit_insert" ON "public"."profiles";

DROP TRIGGER "audit_update" ON "public"."profiles";

ALTER TABLE "public"."rentals" DROP CONSTRAINT "rentals_customer_id_fkey";

DROP FUNCTION "private"."draw_token"(text, integer, double precision);

CREATE TABLE "public"."account_deletions" ("user_id" uuid NOT NULL, "due_at" timestamp with time zone NOT NULL, "created_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "account_deletions_pkey" PRIMARY KEY (user_id));

ALTER TABLE "public"."account_deletions" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."data_exports" ("user_id" uuid NOT NULL, "storage_paths" text[] NOT NULL DEFAULT '{}'::text[], "size_bytes" bigint, "expires_at" timestamp with time zone, "created_at" timestamp with time zone NOT NULL DEFAULT now(), "updated_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "size_is_not_negative" CHECK ((size_bytes >= 0)), "id" uuid NOT NULL DEFAULT private.uuid_v7(), CONSTRAINT "data_exports_pkey" PRIMARY KEY (id));

ALTER TABLE "public"."data_exports" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "public"."profiles" ADD COLUMN "avatar_path" text;

ALTER TABLE "public"."rentals" ALTER COLUMN "customer_id" DROP NOT NULL;

CREATE TYPE "private"."erasure" AS ENUM ('cascade', 'delete', 'detach', 'keep');

CREATE TYPE "public"."data_export_state" AS ENUM ('requested', 'ready', 'expired');

ALTER TABLE "public"."data_exports" ADD COLUMN "state" public.data_export_state NOT NULL DEFAULT 'requested'::public.data_export_state;

CREATE OR REPLACE FUNCTION private.caller_address()
 RETURNS text
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  -- cf-connecting-ip is set by the hosted platform's edge, which lets nobody else set it. Elsewhere the gateway puts the
  -- address of the caller first in x-forwarded-for; docs/deploying.md says what a proxy has to do.
  select coalesce(
    nullif(btrim(h.headers ->> 'cf-connecting-ip'), ''),
    nullif(btrim(split_part(h.headers ->> 'x-forwarded-for', ',', 1)), ''),
    'unknown')
  from (select nullif(current_setting('request.headers', true), '')::json as headers) h
$function$;

CREATE OR REPLACE FUNCTION private.delete_account()
 RETURNS public.account_deletions
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_deletion public.account_deletions;
  v_blocker record;
begin
  -- A rental that is just being made holds the profile, so that one of the two sees the other (refuse_rental_of_leaver).
  perform from public.profiles p where p.id = auth.uid() for update;
  if not found then
    perform private.raise_error(401, 'sign_in_required', 'Sign in to delete your account.');
  end if;
  select * into v_deletion from public.account_deletions d where d.user_id = auth.uid();
  if found then
    return v_deletion;
  end if;
  for v_blocker in select * from private.erasure_blockers(auth.uid()) limit 1 loop
    perform private.raise_error(409, v_blocker.code, v_blocker.message, v_blocker.detail);
  end loop;
  insert into public.account_deletions (user_id, due_at) values (auth.uid(), now() + interval '14 days')
  returning * into v_deletion;
  perform private.enqueue('mail.account_deletion', jsonb_build_object('user_id', v_deletion.user_id));
  perform private.enqueue('privacy.erase_account', jsonb_build_object('user_id', v_deletion.user_id),
    jsonb_build_object('start_after', v_deletion.due_at));
  return v_deletion;
end
$function$;

CREATE OR REPLACE FUNCTION private.draw_token(bucket text, capacity integer, per_minute double precision, tokens integer DEFAULT 1)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
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
  update private.rate_limits r set tokens = v_level - draw_token.tokens, refilled_at = clock_timestamp() where r.bucket = v_bucket;
  return 0;
end
$function$;

CREATE OR REPLACE FUNCTION private.due_account_deletions()
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select d.user_id from public.account_deletions d where d.due_at <= now() - interval '1 hour'
$function$;

CREATE OR REPLACE FUNCTION private.erase_account(user_id uuid)
 RETURNS text
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_rental uuid;
  v_item record;
begin
  perform from public.profiles p where p.id = erase_account.user_id for update;
  if not found then
    return 'gone';
  end if;
  perform from public.account_deletions d where d.user_id = erase_account.user_id and d.due_at <= now() for update;
  if not found then
    return 'not_due';
  end if;
  for v_rental in select r.id from public.rentals r where r.customer_id = erase_account.user_id and r.state = 'held' order by r.id loop
    perform private.expire_rental_hold(v_rental);
  end loop;
  if exists (select from private.erasure_blockers(erase_account.user_id)) then
    update public.account_deletions d set due_at = now() + interval '1 day' where d.user_id = erase_account.user_id;
    perform private.enqueue('privacy.erase_account', jsonb_build_object('user_id', erase_account.user_id),
      jsonb_build_object('start_after', now() + interval '1 day'));
    return 'blocked';
  end if;
  for v_item in select * from private.personal_data() d where d.erasure = 'delete' loop
    execute format('delete from %s where %s', v_item.table_name, v_item.subject) using erase_account.user_id;
  end loop;
  -- What the Auth server keeps without a foreign key: its log and sign-ins that were begun.
  delete from auth.audit_log_entries a where a.payload ->> 'actor_id' = erase_account.user_id::text;
  delete from auth.flow_state f where f.user_id = erase_account.user_id;
  -- Sessions, tokens, identities, the profile and all that hangs on it go along; rentals lose their customer.
  delete from auth.users u where u.id = erase_account.user_id;
  return 'erased';
end
$function$;

CREATE OR REPLACE FUNCTION private.erasure_blockers(user_id uuid)
 RETURNS TABLE(code text, message text, detail jsonb)
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select 'open_rentals', 'A rental is not over yet. Bring it to its end or cancel it, then delete the account.',
    jsonb_build_object('rental_ids', jsonb_agg(r.id order by r.id))
  from public.rentals r
  where r.customer_id = erasure_blockers.user_id
    and r.state not in ('closed', 'lost', 'cancelled', 'expired')
    and not (r.state = 'held' and r.held_until <= now())
  having count(*) > 0
  union all
  select 'last_owner', 'You are the only owner of a boutique. Transfer the ownership, then delete the account.',
    jsonb_build_object('boutique_ids', jsonb_agg(m.boutique_id order by m.boutique_id))
  from public.boutique_members m
  where m.user_id = erasure_blockers.user_id and m.role = 'owner'
    and not exists (
      select from public.boutique_members o
      where o.boutique_id = m.boutique_id and o.role = 'owner' and o.user_id <> m.user_id)
  having count(*) > 0
$function$;

CREATE OR REPLACE FUNCTION private.exported_data(user_id uuid)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  v_item record;
  v_rows jsonb;
  v_tables jsonb := '{}';
begin
  for v_item in
    select d.table_name, string_agg('(' || d.subject || ')', ' or ') as condition
    from private.personal_data() d
    where d.exported
    group by d.table_name
    order by d.table_name
  loop
    execute format('select coalesce(jsonb_agg(to_jsonb(t)), ''[]'') from %s t where %s', v_item.table_name, v_item.condition)
      into v_rows using exported_data.user_id;
    v_tables := v_tables || jsonb_build_object(split_part(v_item.table_name, '.', 2), v_rows);
  end loop;
  return jsonb_build_object(
    'account', (
      select jsonb_build_object('id', u.id, 'email', u.email, 'phone', u.phone, 'created_at', u.created_at,
        'email_confirmed_at', u.email_confirmed_at, 'last_sign_in_at', u.last_sign_in_at, 'metadata', u.raw_user_meta_data,
        'sign_in_with', (select coalesce(jsonb_agg(i.provider order by i.provider), '[]') from auth.identities i where i.user_id = u.id))
      from auth.users u where u.id = exported_data.user_id),
    'tables', v_tables);
end
$function$;

CREATE OR REPLACE FUNCTION private.limit_rate(operation text, capacity integer, per_minute double precision)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
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
    -- The form in which the Data API lets a function set headers.
    raise sqlstate 'PGRST' using
      message = jsonb_build_object('code', 'PT429', 'hint', 'too_many_requests', 'details', null,
        'message', format('Too many requests. Try again in %s seconds.', v_wait))::text,
      detail = jsonb_build_object('status', 429, 'headers', jsonb_build_object('Retry-After', v_wait::text))::text;
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.personal_buckets()
 RETURNS text[]
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select array['avatars', 'private-documents', 'data-exports']
$function$;

CREATE OR REPLACE FUNCTION private.personal_data()
 RETURNS TABLE(table_name text, subject_column text, subject text, exported boolean, erasure private.erasure, reason text)
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  values
    ('public.profiles', 'id', 'id = $1', true, 'cascade'::private.erasure, 'who she is'),
    ('public.platform_admins', 'user_id', 'user_id = $1', true, 'cascade', 'a right of hers'),
    ('public.boutique_members', 'user_id', 'user_id = $1', true, 'cascade', 'her work for a boutique; its last owner hands it over first'),
    ('public.invitations', 'email', 'email = (select lower(u.email) from auth.users u where u.id = $1)', true, 'delete', 'holds her address'),
    ('public.invitations', 'invited_by', 'invited_by = $1', true, 'detach', 'the invitation of somebody else'),
    ('public.invitations', 'accepted_by', 'accepted_by = $1', false, 'detach', 'exported by her address'),
    ('public.boutique_status_changes', 'actor_id', 'actor_id = $1', true, 'detach', 'belongs to the boutique''s history'),
    ('public.rentals', 'customer_id', 'customer_id = $1', true, 'detach', 'the books need what was rented and paid, not by whom'),
    ('public.data_exports', 'user_id', 'user_id = $1', true, 'cascade', 'her own request'),
    ('public.account_deletions', 'user_id', 'user_id = $1', true, 'cascade', 'her own request'),
    ('public.audit_log', 'actor_id', 'actor_id = $1', true, 'keep', 'append-only; a bare id that leads nowhere once the account is gone'),
    ('private.messages', 'user_id', 'user_id = $1', true, 'cascade', 'what was sent to her'),
    ('private.idempotency_keys', 'user_id', 'user_id = $1', false, 'delete', 'technical: her retries')
$function$;

CREATE OR REPLACE FUNCTION private.personal_files(user_id uuid)
 RETURNS TABLE(bucket_id text, name text, size bigint)
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select o.bucket_id, o.name, coalesce((o.metadata ->> 'size')::bigint, 0)
  from storage.objects o
  where o.bucket_id = any (private.personal_buckets())
    and starts_with(o.name, personal_files.user_id::text || '/')
  order by o.bucket_id, o.name
$function$;

CREATE OR REPLACE FUNCTION private.product_availability(product_id uuid, from_date date, to_date date)
 RETURNS TABLE(variant_id uuid, day date, free integer, total integer)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_timezone text;
  v_max_days bigint;
begin
  perform private.limit_rate('product_availability', 300, 300);
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
$function$;

CREATE OR REPLACE FUNCTION private.quote_rental(variant_id uuid, period text)
 RETURNS public.rental_quote
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_terms private.rental_terms;
  v_during tstzrange;
  v_available boolean;
  v_next daterange;
  v_quote public.rental_quote;
begin
  -- A bride who clicks through a season asks some dozens of times; whoever copies the calendar asks thousands of times.
  perform private.limit_rate('quote_rental', 300, 300);
  v_terms := private.rental_terms(variant_id, period);
  v_during := private.allocation_of_period(
    v_terms.period, v_terms.buffer_days_before, v_terms.buffer_days_after, v_terms.timezone);
  v_available := exists (select from private.free_garment_ids(variant_id, v_during));
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
$function$;

CREATE OR REPLACE FUNCTION private.refuse_rental_of_leaver()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  -- Waits for a deletion that is just being asked for, and then sees it.
  perform from public.profiles p where p.id = new.customer_id for key share;
  if exists (select from public.account_deletions d where d.user_id = new.customer_id) then
    perform private.raise_error(409, 'account_leaves', 'This account is about to be deleted. Take that back first.');
  end if;
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION private.request_data_export()
 RETURNS public.data_exports
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_export public.data_exports;
begin
  -- The lock makes two requests of one person go one after the other.
  perform from public.profiles p where p.id = auth.uid() for no key update;
  if not found then
    perform private.raise_error(401, 'sign_in_required', 'Sign in to ask for your data.');
  end if;
  select * into v_export from public.data_exports e where e.user_id = auth.uid() and e.state = 'requested';
  if found then
    return v_export;
  end if;
  -- Each is a lot of work: three a day.
  perform private.limit_rate('request_data_export', 3, 3.0 / (24 * 60));
  insert into public.data_exports (user_id) values (auth.uid()) returning * into v_export;
  perform private.enqueue('privacy.build_export', jsonb_build_object('export_id', v_export.id));
  return v_export;
end
$function$;

CREATE OR REPLACE FUNCTION private.undo_account_deletion()
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  delete from public.account_deletions d where d.user_id = auth.uid();
  return found;
end
$function$;

CREATE OR REPLACE FUNCTION public.delete_account()
 RETURNS public.account_deletions
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.delete_account() $function$;

CREATE OR REPLACE FUNCTION public.draw_token(bucket text, capacity integer, per_minute double precision, tokens integer DEFAULT 1)
 RETURNS integer
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.draw_token(bucket, capacity, per_minute, tokens) $function$;

CREATE OR REPLACE FUNCTION public.product_availability(product_id uuid, from_date date, to_date date)
 RETURNS TABLE(variant_id uuid, day date, free integer, total integer)
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  select * from private.product_availability(product_id, from_date, to_date)
$function$;

CREATE OR REPLACE FUNCTION public.quote_rental(variant_id uuid, period text)
 RETURNS public.rental_quote
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  select private.quote_rental(variant_id, period)
$function$;

CREATE OR REPLACE FUNCTION public.request_data_export()
 RETURNS public.data_exports
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.request_data_export() $function$;

CREATE OR REPLACE FUNCTION public.undo_account_deletion()
 RETURNS boolean
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.undo_account_deletion() $function$;

ALTER TABLE "public"."account_deletions" ADD CONSTRAINT "account_deletions_user_id_fkey" FOREIGN KEY (user_id) REFERENCES public.profiles(id) ON DELETE CASCADE;

ALTER TABLE "public"."data_exports" ADD CONSTRAINT "data_exports_user_id_fkey" FOREIGN KEY (user_id) REFERENCES public.profiles(id) ON DELETE CASCADE;

ALTER TABLE "public"."data_exports" ADD CONSTRAINT "ready_export_has_files_and_an_end" CHECK (((state <> 'ready'::public.data_export_state) OR ((cardinality(storage_paths) > 0) AND (size_bytes IS NOT NULL) AND (expires_at IS NOT NULL))));

ALTER TABLE "public"."profiles" ADD CONSTRAINT "avatar_is_in_ones_own_folder" CHECK ((starts_with(avatar_path, ((id)::text || '/'::text)) AND (avatar_path !~ '(^|/)\.\.?(/|$)'::text) AND (length(avatar_path) <= 400)));

ALTER TABLE "public"."rentals" ADD CONSTRAINT "only_a_rental_that_is_over_loses_its_customer" CHECK (((customer_id IS NOT NULL) OR (state = ANY (ARRAY['closed'::public.rental_state, 'lost'::public.rental_state, 'cancelled'::public.rental_state, 'expired'::public.rental_state]))));

ALTER TABLE "public"."rentals" ADD CONSTRAINT "rentals_customer_id_fkey" FOREIGN KEY (customer_id) REFERENCES public.profiles(id) ON DELETE SET NULL;

CREATE INDEX account_deletions_due_at_idx ON public.account_deletions USING btree (due_at);

CREATE INDEX data_exports_expires_at_idx ON public.data_exports USING btree (expires_at) WHERE (state = 'ready'::public.data_export_state);

CREATE INDEX data_exports_user_id_idx ON public.data_exports USING btree (user_id, created_at DESC);

CREATE UNIQUE INDEX one_export_of_a_person_at_a_time ON public.data_exports USING btree (user_id) WHERE (state = 'requested'::public.data_export_state);

CREATE TRIGGER audit_delete AFTER DELETE ON public.account_deletions REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('user_id', '');

CREATE TRIGGER audit_insert AFTER INSERT ON public.account_deletions REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('user_id', '');

CREATE TRIGGER audit_update AFTER UPDATE ON public.account_deletions REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('user_id', '');

CREATE TRIGGER audit_delete AFTER DELETE ON public.data_exports REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', '');

CREATE TRIGGER audit_insert AFTER INSERT ON public.data_exports REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', '');

CREATE TRIGGER audit_update AFTER UPDATE ON public.data_exports REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', '');

CREATE TRIGGER touch_updated_at BEFORE UPDATE ON public.data_exports FOR EACH ROW EXECUTE FUNCTION private.touch_updated_at();

CREATE TRIGGER audit_delete AFTER DELETE ON public.profiles REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', 'display_name,phone,avatar_path');

CREATE TRIGGER audit_insert AFTER INSERT ON public.profiles REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', 'display_name,phone,avatar_path');

CREATE TRIGGER audit_update AFTER UPDATE ON public.profiles REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', 'display_name,phone,avatar_path');

CREATE TRIGGER refuse_rental_of_leaver BEFORE INSERT ON public.rentals FOR EACH ROW EXECUTE FUNCTION private.refuse_rental_of_leaver();

CREATE POLICY "select_own" ON "public"."account_deletions" FOR SELECT TO "authenticated" USING ((user_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY "select_own" ON "public"."data_exports" FOR SELECT TO "authenticated" USING ((user_id = ( SELECT auth.uid() AS uid)));

COMMENT ON COLUMN "public"."data_exports"."size_bytes" IS 'Of all archives together, in bytes.';

COMMENT ON COLUMN "public"."data_exports"."storage_paths" IS 'ZIP archives in the bucket data-exports; the first has data.json. More than one when there are many files.';

COMMENT ON COLUMN "public"."profiles"."avatar_path" IS 'Path of the picture in the bucket avatars, beginning with the account''s id.';

COMMENT ON COLUMN "public"."rentals"."customer_id" IS 'Null when the customer has deleted her account.';

COMMENT ON FUNCTION "private"."draw_token"(text, integer, double precision, integer) IS 'Takes tokens from a bucket that holds `capacity` and gets `per_minute` more a minute. 0 when there were enough, otherwise the seconds until there are. PT400 invalid_rate.';

COMMENT ON FUNCTION "private"."due_account_deletions"() IS 'Accounts whose erasure is due and has not come. The job privacy.sweep asks for them again.';

COMMENT ON FUNCTION "private"."erase_account"(uuid) IS 'Forgets somebody whose time is over. erased: done; gone: was done before; not_due: taken back or not yet; blocked: something is open, tried again in a day. Files are the caller''s to remove. Called by the job privacy.erase_account.';

COMMENT ON FUNCTION "private"."erasure_blockers"(uuid) IS 'Why an account cannot go now, a row per reason; none when it can.';

COMMENT ON FUNCTION "private"."exported_data"(uuid) IS 'All that Nexus knows of a person, as {account, tables: {name: [rows]}}: the tables of private.personal_data() and her account. Called by the job privacy.build_export.';

COMMENT ON FUNCTION "private"."limit_rate"(text, integer, double precision) IS 'Lets the caller, known by account or else by address, go on or answers 429 too_many_requests with Retry-After. Not for functions that are called with GET: PT405 post_required.';

COMMENT ON FUNCTION "private"."personal_buckets"() IS 'Buckets of Storage whose first folder is the id of the person that the files are about.';

COMMENT ON FUNCTION "private"."personal_data"() IS 'Every column that leads to a person: how her rows are found ($1 is her id), whether her export has them, what erasure does to them and why. A test compares it with the whole schema.';

COMMENT ON FUNCTION "private"."personal_files"(uuid) IS 'Files of a person in Storage, for her export and for their removal; size in bytes.';

COMMENT ON FUNCTION "private"."refuse_rental_of_leaver"() IS 'Trigger: who is about to be forgotten rents nothing. PT409 account_leaves.';

COMMENT ON FUNCTION "public"."delete_account"() IS 'Deletes the caller''s account in 14 days; until then undo_account_deletion takes it back. Repeating it changes nothing. PT409 open_rentals, PT409 last_owner.';

COMMENT ON FUNCTION "public"."draw_token"(text, integer, double precision, integer) IS 'For servers with the secret key, such as edge functions: draws from the same buckets as the database. 0 when there were enough tokens, otherwise the seconds until there are. PT400 invalid_rate.';

COMMENT ON FUNCTION "public"."product_availability"(uuid, date, date) IS 'Per variant and day, how many garments are free out of how many in service, buffers of other rentals counted as taken. At most 1000 rows, variants times days, so 200 days of a product in five sizes; in the boutique''s time zone. PT404 product_not_found, PT400 invalid_period, PT429 too_many_requests.';

COMMENT ON FUNCTION "public"."quote_rental"(uuid, text) IS 'Price, deposit, buffers and availability of a rental, for anybody. period: days in range form, [2027-06-04,2027-06-06] counts both. PT404 variant_not_found, PT409 not_for_rent, PT400 invalid_period, PT429 too_many_requests.';

COMMENT ON FUNCTION "public"."request_data_export"() IS 'Asks for all data of the caller; a link comes by mail, and the archives can be downloaded for a week. While one is being built it is returned. PT429 too_many_requests after three a day.';

COMMENT ON FUNCTION "public"."undo_account_deletion"() IS 'Takes delete_account back. True when there was something to take back.';

COMMENT ON TABLE "public"."account_deletions" IS 'Somebody wants to be forgotten. The row can be taken back until due_at; then it goes with the account.';

COMMENT ON TABLE "public"."data_exports" IS 'Somebody has asked for her data. The archives are in the private bucket data-exports, in her folder, for a week.';

COMMENT ON TYPE "private"."erasure" IS 'What becomes of a row when its subject''s account goes. cascade: a foreign key deletes it; delete: erase_account deletes it; detach: the row stays and names nobody any more; keep: it stays as it is, for the reason given.';

COMMENT ON TYPE "public"."data_export_state" IS 'requested: a job builds it; ready: can be downloaded until expires_at; expired: its files are gone.';

REVOKE ALL ON FUNCTION "private"."delete_account"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."delete_account"() TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."draw_token"(text, integer, double precision, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."draw_token"(text, integer, double precision, integer) TO "postgres", "service_role";

REVOKE ALL ON FUNCTION "private"."due_account_deletions"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."due_account_deletions"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."erase_account"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."erase_account"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."erasure_blockers"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."erasure_blockers"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."exported_data"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."exported_data"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."personal_buckets"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."personal_buckets"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."personal_data"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."personal_data"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."personal_files"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."personal_files"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."refuse_rental_of_leaver"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."refuse_rental_of_leaver"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."request_data_export"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."request_data_export"() TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."undo_account_deletion"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."undo_account_deletion"() TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."delete_account"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."delete_account"() TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."draw_token"(text, integer, double precision, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."draw_token"(text, integer, double precision, integer) TO "postgres", "service_role";

REVOKE ALL ON FUNCTION "public"."request_data_export"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."request_data_export"() TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."undo_account_deletion"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."undo_account_deletion"() TO "authenticated", "postgres";

GRANT SELECT ON TABLE "public"."account_deletions" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."account_deletions" TO "postgres", "service_role";

GRANT SELECT ON TABLE "public"."data_exports" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."data_exports" TO "postgres", "service_role";

REVOKE ALL ("avatar_path") ON TABLE "public"."profiles" FROM "authenticated";

GRANT UPDATE ("avatar_path") ON TABLE "public"."profiles" TO "authenticated";

GRANT USAGE ON TYPE "private"."erasure" TO "postgres";

GRANT USAGE ON TYPE "public"."data_export_state" TO "postgres";

-- Storage: policies of its files; 96_buckets.sql has the buckets. A schema diff leaves the platform's schemas out, so this
-- file goes into a migration as a whole when it has changed, and may run again.

-- The bucket is public: anybody with the address of a file reads it. Listing is for the boutique's own staff, for the
-- names of files tell of drafts.
drop policy if exists select_product_media on storage.objects;
create policy select_product_media on storage.objects for select to authenticated
  using (
    bucket_id = 'product-media'
    and (storage.foldername(name))[1] in (select id::text from private.my_boutique_ids('catalog.read') as id));
drop policy if exists insert_product_media on storage.objects;
create policy insert_product_media on storage.objects for insert to authenticated
  with check (
    bucket_id = 'product-media'
    and (storage.foldername(name))[1] in (select id::text from private.my_boutique_ids('catalog.write') as id));
drop policy if exists update_product_media on storage.objects;
create policy update_product_media on storage.objects for update to authenticated
  using (
    bucket_id = 'product-media'
    and (storage.foldername(name))[1] in (select id::text from private.my_boutique_ids('catalog.write') as id))
  with check (
    bucket_id = 'product-media'
    and (storage.foldername(name))[1] in (select id::text from private.my_boutique_ids('catalog.write') as id));
drop policy if exists delete_product_media on storage.objects;
create policy delete_product_media on storage.objects for delete to authenticated
  using (
    bucket_id = 'product-media'
    and (storage.foldername(name))[1] in (select id::text from private.my_boutique_ids('catalog.write') as id));

-- Folders of people: the first folder of a path is the account's id. Files of avatars are public to whoever has the
-- address; the other buckets are private, and nobody but the owner of the folder gets a link.
drop policy if exists select_own_files on storage.objects;
create policy select_own_files on storage.objects for select to authenticated
  using (
    bucket_id in ('avatars', 'private-documents', 'data-exports')
    and (storage.foldername(name))[1] = (select auth.uid())::text);
drop policy if exists insert_own_files on storage.objects;
create policy insert_own_files on storage.objects for insert to authenticated
  with check (
    bucket_id in ('avatars', 'private-documents')
    and (storage.foldername(name))[1] = (select auth.uid())::text);
drop policy if exists update_own_files on storage.objects;
create policy update_own_files on storage.objects for update to authenticated
  using (
    bucket_id in ('avatars', 'private-documents')
    and (storage.foldername(name))[1] = (select auth.uid())::text)
  with check (
    bucket_id in ('avatars', 'private-documents')
    and (storage.foldername(name))[1] = (select auth.uid())::text);
drop policy if exists delete_own_files on storage.objects;
create policy delete_own_files on storage.objects for delete to authenticated
  using (
    bucket_id in ('avatars', 'private-documents')
    and (storage.foldername(name))[1] = (select auth.uid())::text);
-- Nobody writes into data-exports but the job that builds them, with the secret key.

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
select pgboss.create_queue('privacy.build_export.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('privacy.build_export', '{"policy":"standard","retryLimit":8,"retryDelay":30,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":900,"deadLetter":"privacy.build_export.dead","notify":true}');
update pgboss.queue set retry_limit = 8, retry_delay = 30, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 900, dead_letter = 'privacy.build_export.dead', notify = true where name = 'privacy.build_export';
select pgboss.create_queue('mail.data_export.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('mail.data_export', '{"policy":"standard","retryLimit":12,"retryDelay":5,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":120,"deadLetter":"mail.data_export.dead","notify":true}');
update pgboss.queue set retry_limit = 12, retry_delay = 5, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 120, dead_letter = 'mail.data_export.dead', notify = true where name = 'mail.data_export';
select pgboss.create_queue('mail.account_deletion.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('mail.account_deletion', '{"policy":"standard","retryLimit":12,"retryDelay":5,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":120,"deadLetter":"mail.account_deletion.dead","notify":true}');
update pgboss.queue set retry_limit = 12, retry_delay = 5, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 120, dead_letter = 'mail.account_deletion.dead', notify = true where name = 'mail.account_deletion';
select pgboss.create_queue('privacy.erase_account.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('privacy.erase_account', '{"policy":"standard","retryLimit":20,"retryDelay":60,"retryBackoff":true,"retryDelayMax":21600,"expireInSeconds":600,"deadLetter":"privacy.erase_account.dead","notify":true}');
update pgboss.queue set retry_limit = 20, retry_delay = 60, retry_backoff = true, retry_delay_max = 21600, expire_seconds = 600, dead_letter = 'privacy.erase_account.dead', notify = true where name = 'privacy.erase_account';
select pgboss.create_queue('privacy.sweep.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('privacy.sweep', '{"policy":"standard","retryLimit":3,"retryDelay":60,"retryBackoff":true,"retryDelayMax":600,"expireInSeconds":600,"deadLetter":"privacy.sweep.dead","notify":true}');
update pgboss.queue set retry_limit = 3, retry_delay = 60, retry_backoff = true, retry_delay_max = 600, expire_seconds = 600, dead_letter = 'privacy.sweep.dead', notify = true where name = 'privacy.sweep';
select pgboss.create_queue('rate_limits.sweep.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('rate_limits.sweep', '{"policy":"standard","retryLimit":3,"retryDelay":60,"retryBackoff":true,"retryDelayMax":600,"expireInSeconds":300,"deadLetter":"rate_limits.sweep.dead","notify":true}');
update pgboss.queue set retry_limit = 3, retry_delay = 60, retry_backoff = true, retry_delay_max = 600, expire_seconds = 300, dead_letter = 'rate_limits.sweep.dead', notify = true where name = 'rate_limits.sweep';

-- Buckets of the Storage server; no SVG, which could carry scripts. Rows, not objects: `npm run db:diff` puts this file into the migration when they change.

insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types)
values
  ('product-media', 'product-media', true, 10485760, array['image/jpeg', 'image/png', 'image/webp', 'image/avif']),
  ('avatars', 'avatars', true, 2097152, array['image/jpeg', 'image/png', 'image/webp', 'image/avif']),
  ('private-documents', 'private-documents', false, 20971520, array['application/pdf', 'image/jpeg', 'image/png', 'image/webp']),
  ('data-exports', 'data-exports', false, 52428800, array['application/zip'])
on conflict (id) do update set
  public = excluded.public,
  file_size_limit = excluded.file_size_limit,
  allowed_mime_types = excluded.allowed_mime_types;
