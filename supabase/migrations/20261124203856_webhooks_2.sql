set local check_function_bodies = off;

CREATE TABLE "private"."webhook_sequences" ("boutique_id" uuid NOT NULL, "subject_table" text NOT NULL, "subject_id" uuid NOT NULL, "last" bigint NOT NULL, CONSTRAINT "webhook_sequences_pkey" PRIMARY KEY (boutique_id, subject_table, subject_id));

ALTER TABLE "private"."webhook_sequences" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."webhook_attempts" ("delivery_id" uuid NOT NULL, "n" integer NOT NULL, "boutique_id" uuid NOT NULL, "url" text NOT NULL, "started_at" timestamp with time zone NOT NULL, "duration_ms" integer NOT NULL, "request_headers" jsonb NOT NULL, "response_status" integer, "response_body" text, "error" text, CONSTRAINT "attempt_ends_in_an_answer_or_an_error" CHECK (((response_status IS NOT NULL) OR (error IS NOT NULL))), CONSTRAINT "duration_is_not_negative" CHECK ((duration_ms >= 0)), CONSTRAINT "response_body_is_the_beginning_alone" CHECK ((length(response_body) <= 4096)), CONSTRAINT "webhook_attempts_pkey" PRIMARY KEY (delivery_id, n));

ALTER TABLE "public"."webhook_attempts" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."webhook_deliveries" ("boutique_id" uuid NOT NULL, "event_id" uuid NOT NULL, "endpoint_id" uuid NOT NULL, "attempts" integer NOT NULL DEFAULT 0, "tries" integer NOT NULL DEFAULT 0, "next_attempt_at" timestamp with time zone, "last_status" integer, "reason" text, "delivered_at" timestamp with time zone, "created_at" timestamp with time zone NOT NULL DEFAULT now(), "updated_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "an_event_goes_to_an_endpoint_once" UNIQUE (boutique_id, event_id, endpoint_id), CONSTRAINT "tries_are_some_of_the_attempts" CHECK (((tries >= 0) AND (tries <= attempts))), "id" uuid NOT NULL DEFAULT private.uuid_v7(), CONSTRAINT "webhook_deliveries_boutique_id_id_key" UNIQUE (boutique_id, id), CONSTRAINT "webhook_deliveries_pkey" PRIMARY KEY (id));

ALTER TABLE "public"."webhook_deliveries" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."webhook_endpoints" ("boutique_id" uuid NOT NULL, "url" text NOT NULL, "description" text NOT NULL DEFAULT ''::text, "event_types" text[] NOT NULL, "enabled" boolean NOT NULL DEFAULT true, "disabled_reason" text, "disabled_at" timestamp with time zone, "secret_version" integer NOT NULL DEFAULT 1, "old_secret_until" timestamp with time zone, "secret_shown_at" timestamp with time zone, "failing_since" timestamp with time zone, "gone_since" timestamp with time zone, "told_at" timestamp with time zone, "created_at" timestamp with time zone NOT NULL DEFAULT now(), "updated_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "description_is_short" CHECK ((length(description) <= 500)), CONSTRAINT "disabled_endpoint_says_since_when_and_why" CHECK (((enabled = (disabled_at IS NULL)) AND (enabled = (disabled_reason IS NULL)))), CONSTRAINT "first_secret_has_no_predecessor" CHECK (((secret_version > 1) OR (old_secret_until IS NULL))), CONSTRAINT "reason_has_3_to_500_characters" CHECK (((length(btrim(disabled_reason)) >= 3) AND (length(btrim(disabled_reason)) <= 500))), CONSTRAINT "secret_version_is_positive" CHECK ((secret_version > 0)), "id" uuid NOT NULL DEFAULT private.uuid_v7(), CONSTRAINT "webhook_endpoints_boutique_id_id_key" UNIQUE (boutique_id, id), CONSTRAINT "webhook_endpoints_pkey" PRIMARY KEY (id));

ALTER TABLE "public"."webhook_endpoints" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."webhook_events" ("boutique_id" uuid NOT NULL, "type" text NOT NULL, "subject_table" text NOT NULL, "subject_id" uuid NOT NULL, "sequence" bigint NOT NULL, "payload" jsonb NOT NULL, "occurred_at" timestamp with time zone NOT NULL, CONSTRAINT "payload_is_an_object" CHECK ((jsonb_typeof(payload) = 'object'::text)), CONSTRAINT "sequence_numbers_of_a_subject_are_unique" UNIQUE (boutique_id, subject_table, subject_id, sequence), "id" uuid NOT NULL DEFAULT private.uuid_v7(), CONSTRAINT "webhook_events_boutique_id_id_key" UNIQUE (boutique_id, id), CONSTRAINT "webhook_events_pkey" PRIMARY KEY (id));

ALTER TABLE "public"."webhook_events" ENABLE ROW LEVEL SECURITY;

CREATE TYPE "public"."webhook_delivery_state" AS ENUM ('pending', 'delivering', 'delivered', 'failed', 'dead');

ALTER TABLE "public"."webhook_deliveries" ADD COLUMN "state" public.webhook_delivery_state NOT NULL;

CREATE OR REPLACE FUNCTION private.are_webhook_event_types(types text[], or_all boolean)
 RETURNS boolean
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
begin
  -- True for null: a column that must have a value says so itself.
  return types is null or (cardinality(types) > 0 and array_position(types, null) is null
    and (types <@ private.webhook_type_names() or (or_all and types <@ (private.webhook_type_names() || '*'::text))));
end
$function$;

CREATE OR REPLACE FUNCTION private.audit()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
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
      where e.key not in ('updated_at', 'listed', 'failing_since', 'gone_since', 'told_at') and e.value is distinct from o.row -> e.key
    ) changed
    cross join lateral (select coalesce(n.row ->> 'boutique_id', case tg_table_name when 'boutiques' then n.row ->> 'id' end)::uuid as id) b
    where changed.new is not null;
  end if;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.claim_webhook_delivery(delivery_id uuid)
 RETURNS TABLE(n integer, tries integer, endpoint_id uuid, url text, secret_version integer, old_secret boolean, event_id uuid, event_type text, body text)
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
#variable_conflict use_column
begin
  update public.webhook_deliveries d
  set state = 'dead', next_attempt_at = null, reason = 'The endpoint is disabled.'
  from public.webhook_endpoints e
  where d.id = claim_webhook_delivery.delivery_id and e.id = d.endpoint_id and not e.enabled and d.next_attempt_at is not null;
  -- Of several jobs for one delivery the first takes it, and the others find it taken: it is given out again only when
  -- its taker is out of time, which is later than any answer is waited for and sooner than a job of a dead worker returns.
  return query
  with taken as (
    update public.webhook_deliveries d
    set state = 'delivering', attempts = d.attempts + 1, tries = d.tries + 1, next_attempt_at = now() + interval '25 seconds'
    where d.id = claim_webhook_delivery.delivery_id and d.next_attempt_at <= now()
    returning d.*
  )
  select t.attempts, t.tries, e.id, e.url, e.secret_version, coalesce(e.old_secret_until > now(), false), v.id, v.type, v.payload::text
  from taken t
  join public.webhook_endpoints e on e.id = t.endpoint_id
  join public.webhook_events v on v.id = t.event_id;
end
$function$;

CREATE OR REPLACE FUNCTION private.create_webhook_endpoint(boutique_id uuid, url text, event_types text[], description text)
 RETURNS public.webhook_endpoints
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_endpoint public.webhook_endpoints;
begin
  perform private.my_role(boutique_id, 'webhooks.manage');
  -- The lock makes two calls go one after the other, so that the count holds.
  perform from public.boutiques b where b.id = create_webhook_endpoint.boutique_id for no key update;
  if (select count(*) from public.webhook_endpoints e where e.boutique_id = create_webhook_endpoint.boutique_id) >= 20 then
    perform private.raise_error(409, 'too_many_endpoints', 'A boutique has at most 20 endpoints. Delete one first.');
  end if;
  insert into public.webhook_endpoints (boutique_id, url, event_types, description)
  values (create_webhook_endpoint.boutique_id, create_webhook_endpoint.url, create_webhook_endpoint.event_types,
    create_webhook_endpoint.description)
  returning * into v_endpoint;
  return v_endpoint;
end
$function$;

CREATE OR REPLACE FUNCTION private.delete_webhook_endpoint(endpoint_id uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_endpoint public.webhook_endpoints := private.my_webhook_endpoint(endpoint_id);
begin
  delete from public.webhook_endpoints e where e.id = v_endpoint.id;
end
$function$;

CREATE OR REPLACE FUNCTION private.deliver_event(event_id uuid, endpoint public.webhook_endpoints)
 RETURNS uuid
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_delivery uuid := private.uuid_v7();
begin
  -- What a disabled endpoint misses is written down, and can be replayed when it is enabled again.
  insert into public.webhook_deliveries (id, boutique_id, event_id, endpoint_id, state, next_attempt_at, reason)
  values (v_delivery, endpoint.boutique_id, deliver_event.event_id, endpoint.id,
    case when endpoint.enabled then 'pending' else 'dead' end::public.webhook_delivery_state,
    case when endpoint.enabled then now() end,
    case when not endpoint.enabled then 'The endpoint is disabled.' end);
  if endpoint.enabled then
    perform private.enqueue_delivery(v_delivery, endpoint.boutique_id);
  end if;
  return v_delivery;
end
$function$;

CREATE OR REPLACE FUNCTION private.emit_boutique_event()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.emit_event(new.id, case new.status when 'active' then 'boutique.activated' else 'boutique.suspended' end,
    'boutiques', new.id, jsonb_build_object('boutique_id', new.id, 'status', new.status));
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.emit_event(boutique_id uuid, type text, subject_table text, subject_id uuid, data jsonb)
 RETURNS uuid
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_endpoint public.webhook_endpoints;
  v_event uuid;
begin
  for v_endpoint in
    select * from public.webhook_endpoints e
    where e.boutique_id = emit_event.boutique_id and e.event_types && array['*', emit_event.type]
    order by e.id
  loop
    v_event := coalesce(v_event, private.write_event(boutique_id, type, subject_table, subject_id, data));
    perform private.deliver_event(v_event, v_endpoint);
  end loop;
  return v_event;
end
$function$;

CREATE OR REPLACE FUNCTION private.emit_rental_event()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.emit_event(new.boutique_id, 'rental.' || new.state, 'rentals', new.id, jsonb_build_object(
    'rental_id', new.id, 'state', new.state, 'customer_id', new.customer_id, 'variant_id', new.variant_id,
    'garment_id', new.garment_id, 'first_day', lower(new.period), 'last_day', upper(new.period) - 1,
    'held_until', private.utc_text(new.held_until), 'price', new.price, 'deposit', new.deposit, 'currency', new.currency));
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.enqueue_delivery(delivery_id uuid, boutique_id uuid, start_after timestamp with time zone DEFAULT NULL::timestamp with time zone)
 RETURNS uuid
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  return private.enqueue('webhook.deliver', jsonb_build_object('delivery_id', delivery_id),
    jsonb_strip_nulls(jsonb_build_object('group', boutique_id, 'start_after', start_after)));
end
$function$;

CREATE OR REPLACE FUNCTION private.is_webhook_url(url text)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  -- Plain HTTP only to the own machine, for development; whether such an address is in fact called is for the worker to
  -- decide, at each delivery. No user or password, no fragment, nothing but printable ASCII.
  select length(url) <= 2000 and url ~ '^[!-~]+$' and url !~ '[#\\]'
    and (url ~* '^https://([a-z0-9.-]+|\[[0-9a-f:.]+\])(:[0-9]{1,5})?([/?].*)?$'
      or url ~* '^http://(localhost|127(\.[0-9]{1,3}){3}|\[::1\])(:[0-9]{1,5})?([/?].*)?$')
$function$;

CREATE OR REPLACE FUNCTION private.minimum_role(permission public.permission)
 RETURNS public.member_role
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
begin
  return (case permission
    when 'boutique.transfer' then 'owner'
    when 'audit.read' then 'owner'
    when 'boutique.update' then 'manager'
    when 'members.invite' then 'manager'
    when 'members.manage' then 'manager'
    when 'catalog.write' then 'manager'
    when 'garments.write' then 'manager'
    when 'webhooks.read' then 'manager'
    when 'webhooks.manage' then 'manager'
    else 'stylist'
  end)::public.member_role;
end
$function$;

CREATE OR REPLACE FUNCTION private.my_webhook_endpoint(endpoint_id uuid)
 RETURNS public.webhook_endpoints
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_endpoint public.webhook_endpoints;
begin
  select * into v_endpoint from public.webhook_endpoints e
  where e.id = my_webhook_endpoint.endpoint_id and e.boutique_id in (select private.my_boutique_ids('webhooks.manage'))
  for no key update;
  if not found then
    perform private.raise_error(404, 'endpoint_not_found', 'There is no such endpoint of a boutique that you manage.',
      jsonb_build_object('endpoint_id', endpoint_id));
  end if;
  return v_endpoint;
end
$function$;

CREATE OR REPLACE FUNCTION private.note_webhook_failure(endpoint_id uuid, dead boolean, gone boolean)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  update public.webhook_endpoints e
  set failing_since = coalesce(e.failing_since, now()), gone_since = case when gone then coalesce(e.gone_since, now()) else e.gone_since end
  where e.id = note_webhook_failure.endpoint_id and (e.failing_since is null or (gone and e.gone_since is null));
  -- A short outage is nobody's business; one of an hour is, and so is a delivery that was given up. Once a day.
  update public.webhook_endpoints e set told_at = now()
  where e.id = note_webhook_failure.endpoint_id
    and (dead or gone or e.failing_since < now() - interval '1 hour')
    and (e.told_at is null or e.told_at < now() - interval '1 day');
  if found then
    perform private.enqueue('mail.webhook_failing', jsonb_build_object('endpoint_id', endpoint_id));
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.note_webhook_success(endpoint_id uuid)
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  update public.webhook_endpoints e set failing_since = null, gone_since = null, told_at = null
  where e.id = note_webhook_success.endpoint_id and (e.failing_since is not null or e.gone_since is not null)
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
    ('public.notifications', 'user_id', 'user_id = $1', true, 'cascade', 'what she was told'),
    ('public.notification_preferences', 'user_id', 'user_id = $1', true, 'cascade', 'what she wants to hear'),
    ('public.notification_settings', 'user_id', 'user_id = $1', true, 'cascade', 'when and how she wants to hear it'),
    ('public.webhook_events', 'payload', 'payload #>> ''{data,customer_id}'' = $1::text', false, 'keep', 'what a boutique''s own systems were told: a bare id that leads nowhere once the account is gone; removed after 90 days'),
    ('private.messages', 'user_id', 'user_id = $1', true, 'cascade', 'what was sent to her'),
    ('private.messages', 'recipient_hash',
      'user_id is null and recipient_hash = private.recipient_hash((select u.email from auth.users u where u.id = $1))',
      true, 'delete', 'invitations to her address, sent before she had an account'),
    ('private.idempotency_keys', 'user_id', 'user_id = $1', false, 'delete', 'technical: her retries')
$function$;

CREATE OR REPLACE FUNCTION private.prune_webhooks()
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  delete from public.webhook_attempts a where a.started_at < now() - interval '30 days';
  delete from public.webhook_events v where v.occurred_at < now() - interval '90 days';
$function$;

CREATE OR REPLACE FUNCTION private.replay_webhook_deliveries(endpoint_id uuid, from_time timestamp with time zone, until_time timestamp with time zone, states public.webhook_delivery_state[])
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_endpoint public.webhook_endpoints := private.my_webhook_endpoint(endpoint_id);
  v_delivery public.webhook_deliveries;
  v_replayed integer := 0;
  v_next timestamptz;
begin
  perform private.require_enabled(v_endpoint);
  if (from_time < until_time) is not true then
    perform private.raise_error(400, 'invalid_period', 'Say from when until when: from_time has to be before until_time.');
  elsif (states <@ array['delivered', 'failed', 'dead']::public.webhook_delivery_state[]
      and cardinality(states) > 0 and array_position(states, null) is null) is not true then
    perform private.raise_error(400, 'invalid_states', 'Only what is delivered, failed or dead can be replayed; the rest is on its way.');
  end if;
  for v_delivery in
    select * from public.webhook_deliveries d
    where d.boutique_id = v_endpoint.boutique_id and d.endpoint_id = v_endpoint.id
      and d.created_at >= from_time and d.created_at < until_time and d.state = any (states)
    order by d.created_at, d.id
    limit 501
    for update
  loop
    if v_replayed = 500 then
      v_next := v_delivery.created_at;
    else
      perform private.restart_delivery(v_delivery);
      v_replayed := v_replayed + 1;
    end if;
  end loop;
  return jsonb_build_object('replayed', v_replayed, 'next_from', v_next);
end
$function$;

CREATE OR REPLACE FUNCTION private.replay_webhook_delivery(delivery_id uuid)
 RETURNS public.webhook_deliveries
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_delivery public.webhook_deliveries;
  v_endpoint public.webhook_endpoints;
begin
  select * into v_delivery from public.webhook_deliveries d
  where d.id = replay_webhook_delivery.delivery_id
    and d.boutique_id in (select private.my_boutique_ids('webhooks.manage'))
  for update;
  if not found then
    perform private.raise_error(404, 'delivery_not_found', 'There is no such delivery of a boutique that you manage.',
      jsonb_build_object('delivery_id', delivery_id));
  end if;
  select * into strict v_endpoint from public.webhook_endpoints e where e.id = v_delivery.endpoint_id;
  perform private.require_enabled(v_endpoint);
  -- What is on its way goes on.
  if v_delivery.state not in ('pending', 'delivering') then
    perform private.restart_delivery(v_delivery);
    select * into strict v_delivery from public.webhook_deliveries d where d.id = v_delivery.id;
  end if;
  return v_delivery;
end
$function$;

CREATE OR REPLACE FUNCTION private.require_enabled(endpoint public.webhook_endpoints)
 RETURNS void
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  if not endpoint.enabled then
    perform private.raise_error(409, 'endpoint_disabled', 'The endpoint is disabled. Enable it first.',
      jsonb_build_object('endpoint_id', endpoint.id, 'disabled_at', endpoint.disabled_at));
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.restart_delivery(delivery public.webhook_deliveries)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  update public.webhook_deliveries d set state = 'pending', tries = 0, next_attempt_at = now(), reason = null
  where d.id = delivery.id;
  perform private.enqueue_delivery(delivery.id, delivery.boutique_id);
end
$function$;

CREATE OR REPLACE FUNCTION private.resume_webhook_deliveries()
 RETURNS bigint
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  with lost as (
    update public.webhook_deliveries d set next_attempt_at = now()
    where d.next_attempt_at < now() - interval '1 hour'
    returning d.id, d.boutique_id
  )
  select count(private.enqueue_delivery(l.id, l.boutique_id)) from lost l
$function$;

CREATE OR REPLACE FUNCTION private.rotate_webhook_secret(endpoint_id uuid, overlap_hours integer)
 RETURNS public.webhook_endpoints
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_endpoint public.webhook_endpoints := private.my_webhook_endpoint(endpoint_id);
begin
  if (overlap_hours between 0 and 168) is not true then
    perform private.raise_error(400, 'invalid_overlap', 'The old secret goes on for 0 to 168 hours.');
  elsif overlap_hours > 0 and v_endpoint.old_secret_until > now() then
    -- A third secret would cut off receivers that have the first.
    perform private.raise_error(409, 'rotation_in_progress',
      'The secret before still signs. Wait until it ends, or rotate with 0 hours if a secret has leaked.',
      jsonb_build_object('old_secret_until', v_endpoint.old_secret_until));
  end if;
  update public.webhook_endpoints e set
    secret_version = e.secret_version + 1,
    old_secret_until = now() + overlap_hours * interval '1 hour'
  where e.id = v_endpoint.id
  returning * into v_endpoint;
  return v_endpoint;
end
$function$;

CREATE OR REPLACE FUNCTION private.send_test_webhook(endpoint_id uuid)
 RETURNS public.webhook_deliveries
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_endpoint public.webhook_endpoints := private.my_webhook_endpoint(endpoint_id);
  v_event uuid;
  v_id uuid;
  v_delivery public.webhook_deliveries;
begin
  perform private.require_enabled(v_endpoint);
  -- Whoever has a boutique could have strangers called: ten, then one a minute.
  perform private.limit_rate('send_test_webhook', 10, 1);
  v_event := private.write_event(v_endpoint.boutique_id, 'webhook.test', 'webhook_endpoints', v_endpoint.id,
    jsonb_build_object('message', 'This is a test.'));
  v_id := private.deliver_event(v_event, v_endpoint);
  select * into strict v_delivery from public.webhook_deliveries d where d.id = v_id;
  return v_delivery;
end
$function$;

CREATE OR REPLACE FUNCTION private.settle_webhook_attempt(delivery_id uuid, n integer, attempt jsonb, state public.webhook_delivery_state, wait_seconds integer, reason text)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_delivery public.webhook_deliveries;
  v_next timestamptz := case when state = 'failed' then now() + wait_seconds * interval '1 second' end;
  v_test boolean;
begin
  -- The endpoint before its delivery, as in replays and when it is deleted, so that they never wait for each other.
  perform from public.webhook_endpoints e
  where e.id = (select d.endpoint_id from public.webhook_deliveries d where d.id = settle_webhook_attempt.delivery_id)
  for key share;
  select * into v_delivery from public.webhook_deliveries d where d.id = settle_webhook_attempt.delivery_id for update;
  if not found then
    return;
  end if;
  insert into public.webhook_attempts (
    delivery_id, n, boutique_id, url, started_at, duration_ms, request_headers, response_status, response_body, error)
  values (v_delivery.id, settle_webhook_attempt.n, v_delivery.boutique_id, attempt ->> 'url', (attempt ->> 'started_at')::timestamptz,
    (attempt ->> 'duration_ms')::integer, attempt -> 'request_headers', (attempt ->> 'response_status')::integer,
    attempt ->> 'response_body', attempt ->> 'error');
  -- An attempt that took too long and was overtaken by another is only logged.
  if v_delivery.state <> 'delivering' or v_delivery.attempts <> n then
    return;
  end if;
  update public.webhook_deliveries d set
    state = settle_webhook_attempt.state,
    next_attempt_at = v_next,
    last_status = (attempt ->> 'response_status')::integer,
    reason = settle_webhook_attempt.reason,
    delivered_at = case when settle_webhook_attempt.state = 'delivered' then now() else d.delivered_at end
  where d.id = v_delivery.id;
  if v_next is not null then
    perform private.enqueue_delivery(v_delivery.id, v_delivery.boutique_id, v_next);
  end if;
  if state = 'delivered' then
    perform private.note_webhook_success(v_delivery.endpoint_id);
    return;
  end if;
  -- Whoever sends a test looks at what comes of it.
  select v.type = 'webhook.test' into v_test from public.webhook_events v where v.id = v_delivery.event_id;
  if not v_test then
    perform private.note_webhook_failure(v_delivery.endpoint_id, state = 'dead',
      coalesce((attempt ->> 'response_status')::integer = 410, false));
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.show_webhook_secret(endpoint_id uuid)
 RETURNS public.webhook_endpoints
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_endpoint public.webhook_endpoints := private.my_webhook_endpoint(endpoint_id);
begin
  update public.webhook_endpoints e set secret_shown_at = clock_timestamp() where e.id = v_endpoint.id
  returning * into v_endpoint;
  return v_endpoint;
end
$function$;

CREATE OR REPLACE FUNCTION private.update_webhook_endpoint(endpoint_id uuid, url text, event_types text[], description text, enabled boolean, reason text)
 RETURNS public.webhook_endpoints
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_endpoint public.webhook_endpoints := private.my_webhook_endpoint(endpoint_id);
  v_enabled boolean := coalesce(enabled, v_endpoint.enabled);
  v_moved boolean := coalesce(url <> v_endpoint.url, false);
begin
  update public.webhook_endpoints e set
    url = coalesce(update_webhook_endpoint.url, e.url),
    event_types = coalesce(update_webhook_endpoint.event_types, e.event_types),
    description = coalesce(update_webhook_endpoint.description, e.description),
    enabled = v_enabled,
    disabled_at = case when not v_enabled then coalesce(e.disabled_at, now()) end,
    disabled_reason = case when not v_enabled then coalesce(reason, e.disabled_reason, 'No reason was given.') end,
    -- What was known of another address says nothing of this one.
    failing_since = case when not v_moved then e.failing_since end,
    gone_since = case when not v_moved then e.gone_since end,
    told_at = case when not v_moved then e.told_at end
  where e.id = v_endpoint.id
  returning * into v_endpoint;
  return v_endpoint;
end
$function$;

CREATE OR REPLACE FUNCTION private.utc_text(moment timestamp with time zone)
 RETURNS text
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select to_char(moment at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
$function$;

CREATE OR REPLACE FUNCTION private.webhook_event_types()
 RETURNS TABLE(type text, description text, example jsonb)
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  -- The example is what stands in `data`. Ids and plain facts: no name, address or number of a customer ever.
  with rental (example) as (
    values ('{"rental_id": "0193a1b2-0000-7000-8000-000000000001", "state": "held", "customer_id": "0193a1b2-0000-7000-8000-000000000002", "variant_id": "0193a1b2-0000-7000-8000-000000000003", "garment_id": "0193a1b2-0000-7000-8000-000000000004", "first_day": "2027-06-04", "last_day": "2027-06-06", "held_until": "2027-05-01T09:15:00.000000Z", "price": 25500, "deposit": 40000, "currency": "GBP"}'::jsonb)
  ),
  purchase (example) as (
    values ('{"order_id": "0193a1b2-0000-7000-8000-000000000005", "number": "2027-000042", "state": "pending", "customer_id": "0193a1b2-0000-7000-8000-000000000002", "total": 189000, "currency": "GBP"}'::jsonb)
  ),
  fitting (example) as (
    values ('{"fitting_id": "0193a1b2-0000-7000-8000-000000000006", "state": "booked", "customer_id": "0193a1b2-0000-7000-8000-000000000002", "location_id": "0193a1b2-0000-7000-8000-000000000007", "starts_at": "2027-05-08T10:00:00.000000Z", "ends_at": "2027-05-08T11:00:00.000000Z", "garment_ids": ["0193a1b2-0000-7000-8000-000000000004"]}'::jsonb)
  ),
  review (example) as (
    values ('{"review_id": "0193a1b2-0000-7000-8000-000000000008", "state": "published", "product_id": "0193a1b2-0000-7000-8000-000000000009", "rating": 5, "fit": "true"}'::jsonb)
  )
  select t.type, t.description, coalesce(
    case split_part(t.type, '.', 1)
      when 'rental' then r.example
      when 'order' then p.example
      when 'fitting' then f.example
      when 'review' then v.example
    end || t.difference, t.difference)
  from (values
    ('rental.held', 'A garment is held for a customer until held_until.', '{}'::jsonb),
    ('rental.reserved', 'The boutique has confirmed the rental: it is firm.', '{"state": "reserved"}'),
    ('rental.picked_up', 'The customer has the garment.', '{"state": "picked_up"}'),
    ('rental.returned', 'The garment is back.', '{"state": "returned"}'),
    ('rental.inspecting', 'The garment is being looked at and cleaned.', '{"state": "inspecting"}'),
    ('rental.closed', 'The rental is over and settled.', '{"state": "closed"}'),
    ('rental.lost', 'The garment has not come back.', '{"state": "lost"}'),
    ('rental.cancelled', 'The customer or the boutique has given the days back.', '{"state": "cancelled"}'),
    ('rental.expired', 'The hold has ended without a confirmation; the days are free.', '{"state": "expired"}'),
    ('boutique.activated', 'The marketplace shows the boutique.', '{"boutique_id": "0193a1b2-0000-7000-8000-00000000000a", "status": "active"}'),
    ('boutique.suspended', 'The marketplace has hidden the boutique; its people can only read.', '{"boutique_id": "0193a1b2-0000-7000-8000-00000000000a", "status": "suspended"}'),
    ('order.placed', 'A customer has ordered and is about to pay.', '{}'),
    ('order.paid', 'The order is paid.', '{"state": "paid"}'),
    ('order.fulfilled', 'Everything in the order has been handed over or shipped.', '{"state": "fulfilled"}'),
    ('order.completed', 'The order is over.', '{"state": "completed"}'),
    ('order.cancelled', 'The order was called off.', '{"state": "cancelled"}'),
    ('order.refunded', 'The order was paid back.', '{"state": "refunded"}'),
    ('fitting.booked', 'A fitting has a time, a stylist and a room.', '{}'),
    ('fitting.rescheduled', 'The fitting has another time.', '{"starts_at": "2027-05-09T10:00:00.000000Z", "ends_at": "2027-05-09T11:00:00.000000Z"}'),
    ('fitting.cancelled', 'The fitting was called off.', '{"state": "cancelled"}'),
    ('fitting.completed', 'The fitting has taken place.', '{"state": "completed"}'),
    ('fitting.missed', 'The customer did not come.', '{"state": "missed"}'),
    ('review.published', 'A review of a product can be seen.', '{}'),
    ('review.hidden', 'A review was taken off the page.', '{"state": "hidden"}'),
    ('webhook.test', 'Somebody of the boutique has asked for a test. Sent to one endpoint, whatever it listens to.', '{"message": "This is a test."}')
  ) as t (type, description, difference)
  cross join rental r cross join purchase p cross join fitting f cross join review v
$function$;

CREATE OR REPLACE FUNCTION private.webhook_type_names()
 RETURNS text[]
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select array_agg(t.type) from private.webhook_event_types() t
$function$;

CREATE OR REPLACE FUNCTION private.write_event(boutique_id uuid, type text, subject_table text, subject_id uuid, data jsonb)
 RETURNS uuid
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_id uuid := private.uuid_v7();
  v_sequence bigint;
  v_now timestamptz;
begin
  -- The lock on the counter is held until the transaction ends: numbers are in the order of commits, and a transaction
  -- that is rolled back takes its number back.
  insert into private.webhook_sequences as s (boutique_id, subject_table, subject_id, last)
  values (write_event.boutique_id, write_event.subject_table, write_event.subject_id, 1)
  on conflict on constraint webhook_sequences_pkey do update set last = s.last + 1
  returning s.last into v_sequence;
  v_now := clock_timestamp();
  insert into public.webhook_events (id, boutique_id, type, subject_table, subject_id, sequence, payload, occurred_at)
  values (v_id, write_event.boutique_id, write_event.type, write_event.subject_table, write_event.subject_id, v_sequence,
    jsonb_build_object('id', v_id, 'type', type, 'timestamp', private.utc_text(v_now), 'boutique_id', boutique_id,
      'subject', jsonb_build_object('table', subject_table, 'id', subject_id), 'sequence', v_sequence, 'data', data),
    v_now);
  return v_id;
end
$function$;

CREATE OR REPLACE FUNCTION public.create_webhook_endpoint(boutique_id uuid, url text, event_types text[], description text)
 RETURNS public.webhook_endpoints
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.create_webhook_endpoint(boutique_id, url, event_types, description) $function$;

CREATE OR REPLACE FUNCTION public.delete_webhook_endpoint(endpoint_id uuid)
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.delete_webhook_endpoint(endpoint_id) $function$;

CREATE OR REPLACE FUNCTION public.replay_webhook_deliveries(endpoint_id uuid, from_time timestamp with time zone, until_time timestamp with time zone, states public.webhook_delivery_state[])
 RETURNS jsonb
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.replay_webhook_deliveries(endpoint_id, from_time, until_time, states) $function$;

CREATE OR REPLACE FUNCTION public.replay_webhook_delivery(delivery_id uuid)
 RETURNS public.webhook_deliveries
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.replay_webhook_delivery(delivery_id) $function$;

CREATE OR REPLACE FUNCTION public.rotate_webhook_secret(endpoint_id uuid, overlap_hours integer)
 RETURNS public.webhook_endpoints
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.rotate_webhook_secret(endpoint_id, overlap_hours) $function$;

CREATE OR REPLACE FUNCTION public.send_test_webhook(endpoint_id uuid)
 RETURNS public.webhook_deliveries
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.send_test_webhook(endpoint_id) $function$;

CREATE OR REPLACE FUNCTION public.show_webhook_secret(endpoint_id uuid)
 RETURNS public.webhook_endpoints
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.show_webhook_secret(endpoint_id) $function$;

CREATE OR REPLACE FUNCTION public.update_webhook_endpoint(endpoint_id uuid, url text DEFAULT NULL::text, event_types text[] DEFAULT NULL::text[], description text DEFAULT NULL::text, enabled boolean DEFAULT NULL::boolean, reason text DEFAULT NULL::text)
 RETURNS public.webhook_endpoints
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.update_webhook_endpoint(endpoint_id, url, event_types, description, enabled, reason) $function$;

CREATE OR REPLACE FUNCTION public.webhook_event_types()
 RETURNS TABLE(type text, description text, example jsonb)
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$ select * from private.webhook_event_types() $function$;

ALTER TABLE "private"."webhook_sequences" ADD CONSTRAINT "webhook_sequences_boutique_id_fkey" FOREIGN KEY (boutique_id) REFERENCES public.boutiques(id) ON DELETE CASCADE;

ALTER TABLE "public"."webhook_deliveries" ADD CONSTRAINT "dead_delivery_says_why" CHECK (((state <> 'dead'::public.webhook_delivery_state) OR (reason IS NOT NULL)));

ALTER TABLE "public"."webhook_deliveries" ADD CONSTRAINT "delivered_delivery_says_when" CHECK (((state <> 'delivered'::public.webhook_delivery_state) OR (delivered_at IS NOT NULL)));

ALTER TABLE "public"."webhook_deliveries" ADD CONSTRAINT "delivery_that_goes_on_says_when" CHECK (((state = ANY (ARRAY['delivered'::public.webhook_delivery_state, 'dead'::public.webhook_delivery_state])) = (next_attempt_at IS NULL)));

ALTER TABLE "public"."webhook_endpoints" ADD CONSTRAINT "webhook_endpoints_boutique_id_fkey" FOREIGN KEY (boutique_id) REFERENCES public.boutiques(id) ON DELETE CASCADE;

ALTER TABLE "public"."webhook_events" ADD CONSTRAINT "webhook_events_boutique_id_fkey" FOREIGN KEY (boutique_id) REFERENCES public.boutiques(id) ON DELETE CASCADE;

CREATE INDEX webhook_attempts_delivery_id_idx ON public.webhook_attempts USING btree (boutique_id, delivery_id);

CREATE INDEX webhook_attempts_started_at_idx ON public.webhook_attempts USING btree (started_at);

CREATE INDEX webhook_deliveries_endpoint_id_idx ON public.webhook_deliveries USING btree (boutique_id, endpoint_id, created_at DESC);

CREATE INDEX webhook_deliveries_next_attempt_at_idx ON public.webhook_deliveries USING btree (next_attempt_at) WHERE (next_attempt_at IS NOT NULL);

CREATE INDEX webhook_events_occurred_at_idx ON public.webhook_events USING btree (occurred_at);

CREATE TRIGGER emit_boutique_event AFTER UPDATE OF status ON public.boutiques FOR EACH ROW WHEN (((old.status IS DISTINCT FROM new.status) AND (new.status <> 'applied'::public.boutique_status))) EXECUTE FUNCTION private.emit_boutique_event();

CREATE TRIGGER emit_rental_made AFTER INSERT ON public.rentals FOR EACH ROW EXECUTE FUNCTION private.emit_rental_event();

CREATE TRIGGER emit_rental_moved AFTER UPDATE OF state ON public.rentals FOR EACH ROW WHEN ((old.state IS DISTINCT FROM new.state)) EXECUTE FUNCTION private.emit_rental_event();

CREATE TRIGGER touch_updated_at BEFORE UPDATE ON public.webhook_deliveries FOR EACH ROW EXECUTE FUNCTION private.touch_updated_at();

CREATE TRIGGER audit_delete AFTER DELETE ON public.webhook_endpoints REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', '');

CREATE TRIGGER audit_insert AFTER INSERT ON public.webhook_endpoints REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', '');

CREATE TRIGGER audit_update AFTER UPDATE ON public.webhook_endpoints REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', '');

CREATE TRIGGER touch_updated_at BEFORE UPDATE ON public.webhook_endpoints FOR EACH ROW EXECUTE FUNCTION private.touch_updated_at();

CREATE POLICY "select_webhook_manager" ON "public"."webhook_attempts" FOR SELECT TO "authenticated" USING (((boutique_id IN ( SELECT private.my_boutique_ids('webhooks.read'::public.permission) AS my_boutique_ids)) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_webhook_manager" ON "public"."webhook_deliveries" FOR SELECT TO "authenticated" USING (((boutique_id IN ( SELECT private.my_boutique_ids('webhooks.read'::public.permission) AS my_boutique_ids)) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_webhook_manager" ON "public"."webhook_endpoints" FOR SELECT TO "authenticated" USING (((boutique_id IN ( SELECT private.my_boutique_ids('webhooks.read'::public.permission) AS my_boutique_ids)) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_webhook_manager" ON "public"."webhook_events" FOR SELECT TO "authenticated" USING (((boutique_id IN ( SELECT private.my_boutique_ids('webhooks.read'::public.permission) AS my_boutique_ids)) OR ( SELECT private.is_admin() AS is_admin)));

COMMENT ON COLUMN "public"."webhook_attempts"."error" IS 'Why there was no answer: refused, no such name, out of time, an address that is not called.';

COMMENT ON COLUMN "public"."webhook_attempts"."n" IS 'Number of the attempt. A missing one was broken off by the end of the worker.';

COMMENT ON COLUMN "public"."webhook_attempts"."request_headers" IS 'As sent, but for the value of webhook-signature. The body is the payload of the event.';

COMMENT ON COLUMN "public"."webhook_attempts"."response_body" IS 'The first 4 kB.';

COMMENT ON COLUMN "public"."webhook_deliveries"."attempts" IS 'How often it was sent, replays included.';

COMMENT ON COLUMN "public"."webhook_deliveries"."last_status" IS 'HTTP status of the last answer; null when there was none.';

COMMENT ON COLUMN "public"."webhook_deliveries"."next_attempt_at" IS 'When it is sent next; while it is being sent, when whoever does so is taken for dead.';

COMMENT ON COLUMN "public"."webhook_deliveries"."reason" IS 'Why the last attempt failed, or why it was given up.';

COMMENT ON COLUMN "public"."webhook_deliveries"."tries" IS 'Attempts since it was made or replayed; the wait grows by them.';

COMMENT ON COLUMN "public"."webhook_endpoints"."event_types" IS 'Types it listens to, of webhook_event_types(); "*" for all, those of later versions included.';

COMMENT ON COLUMN "public"."webhook_endpoints"."failing_since" IS 'First failure since the last success; null while all is well.';

COMMENT ON COLUMN "public"."webhook_endpoints"."gone_since" IS 'When it first answered 410 Gone since the last success.';

COMMENT ON COLUMN "public"."webhook_endpoints"."old_secret_until" IS 'Until when the secret of the version before signs too, so that receivers have time to change.';

COMMENT ON COLUMN "public"."webhook_endpoints"."secret_shown_at" IS 'When somebody last had the secret shown; the audit log says who.';

COMMENT ON COLUMN "public"."webhook_endpoints"."secret_version" IS 'Which secret signs. The secret itself is nowhere in the database: it is derived from the operator''s master key, the id and this number.';

COMMENT ON COLUMN "public"."webhook_endpoints"."told_at" IS 'When its managers were last told that it fails; at most once a day.';

COMMENT ON COLUMN "public"."webhook_endpoints"."url" IS 'https://…, called with POST. Private addresses are refused at each delivery unless the operator allows them.';

COMMENT ON COLUMN "public"."webhook_events"."payload" IS 'The body of every delivery, never changed.';

COMMENT ON COLUMN "public"."webhook_events"."sequence" IS 'Counts the events of the subject from 1: a receiver drops what is older than what it has.';

COMMENT ON COLUMN "public"."webhook_events"."subject_table" IS 'Table of the row that it is about. No foreign key: the event outlives the row.';

COMMENT ON FUNCTION "private"."are_webhook_event_types"(text[], boolean) IS 'True for one or more known types of events; with or_all also "*", which stands for all.';

COMMENT ON FUNCTION "private"."audit"() IS 'Trigger, per statement: writes what changed to the audit log. Arguments: columns of the primary key, comma-separated, and columns to mask. Columns that only triggers and jobs write are no change.';

COMMENT ON FUNCTION "private"."claim_webhook_delivery"(uuid) IS 'Takes a delivery that is due: what to send where, and the number of this attempt. No row when there is nothing to do: done, taken by another, not due, deleted, or the endpoint is disabled, which it notes.';

COMMENT ON FUNCTION "private"."deliver_event"(uuid, public.webhook_endpoints) IS 'Sets an event on its way to an endpoint and returns the id of the delivery.';

COMMENT ON FUNCTION "private"."emit_boutique_event"() IS 'Trigger: approval and suspension are events, boutique.activated and boutique.suspended.';

COMMENT ON FUNCTION "private"."emit_event"(uuid, text, text, uuid, jsonb) IS 'Tells the boutique''s endpoints that something happened: an event, a delivery and a job for each that listens to the type, all in the current transaction. Null, and nothing written, when nobody listens.';

COMMENT ON FUNCTION "private"."emit_rental_event"() IS 'Trigger: every state that a rental comes into is an event, rental.<state>.';

COMMENT ON FUNCTION "private"."enqueue_delivery"(uuid, uuid, timestamp with time zone) IS 'A job for the next attempt at a delivery, in the boutique''s turn.';

COMMENT ON FUNCTION "private"."is_webhook_url"(text) IS 'True for an address that may stand at an endpoint: https://host[:port][/path][?query], or http:// to the own machine.';

COMMENT ON FUNCTION "private"."my_webhook_endpoint"(uuid) IS 'An endpoint that the caller manages, locked. PT404 endpoint_not_found.';

COMMENT ON FUNCTION "private"."note_webhook_failure"(uuid, boolean, boolean) IS 'Marks an endpoint that fails and has its managers told, now and then. It stays enabled.';

COMMENT ON FUNCTION "private"."note_webhook_success"(uuid) IS 'The endpoint has taken a delivery: it does not fail any more.';

COMMENT ON FUNCTION "private"."prune_webhooks"() IS 'Removes attempts after 30 days, events with their deliveries after 90. Called by the job webhook.sweep.';

COMMENT ON FUNCTION "private"."require_enabled"(public.webhook_endpoints) IS 'PT409 endpoint_disabled for one that is.';

COMMENT ON FUNCTION "private"."restart_delivery"(public.webhook_deliveries) IS 'Sends a delivery now, with all its tries before it. A job that was to send it later then finds nothing to do.';

COMMENT ON FUNCTION "private"."resume_webhook_deliveries"() IS 'Enqueues deliveries anew that are an hour late: their job is a dead letter, or was removed. A second job does no harm. Called by the job webhook.sweep.';

COMMENT ON FUNCTION "private"."settle_webhook_attempt"(uuid, integer, jsonb, public.webhook_delivery_state, integer, text) IS 'Writes how attempt n went, and in the same transaction what comes next: delivered; failed, with a job after wait_seconds; or dead for the reason given.';

COMMENT ON FUNCTION "private"."utc_text"(timestamp with time zone) IS 'A time as ISO 8601 in UTC, whatever the time zone of the session.';

COMMENT ON FUNCTION "private"."webhook_event_types"() IS 'Every type of event with an example of its data. Those of orders, fittings and reviews are sent from the day on which Nexus has these.';

COMMENT ON FUNCTION "private"."webhook_type_names"() IS 'The names of all types of events.';

COMMENT ON FUNCTION "private"."write_event"(uuid, text, text, uuid, jsonb) IS 'Writes an event with the next number of its subject and returns its id.';

COMMENT ON FUNCTION "public"."create_webhook_endpoint"(uuid, text, text[], text) IS 'Has events of the boutique sent to an address; ["*"] for all types. The function webhooks shows the secret that they are signed with. PT403 not_allowed, PT409 too_many_endpoints; 23514 for an address or type that is none.';

COMMENT ON FUNCTION "public"."delete_webhook_endpoint"(uuid) IS 'Removes an endpoint with its deliveries. To stop it for a while, disable it. PT404 endpoint_not_found.';

COMMENT ON FUNCTION "public"."replay_webhook_deliveries"(uuid, timestamp with time zone, timestamp with time zone, public.webhook_delivery_state[]) IS 'Sends deliveries made from from_time until before until_time again, oldest first, 500 at a time: {replayed, next_from}. Call again with next_from until it is null. PT404 endpoint_not_found, PT409 endpoint_disabled, PT400 invalid_period, PT400 invalid_states.';

COMMENT ON FUNCTION "public"."replay_webhook_delivery"(uuid) IS 'Sends a delivery again now, with the same webhook-id and body; one that is on its way goes on. PT404 delivery_not_found, PT409 endpoint_disabled.';

COMMENT ON FUNCTION "public"."rotate_webhook_secret"(uuid, integer) IS 'Gives an endpoint a new secret; the old one signs too for so many hours, 0 to 168. PT404 endpoint_not_found, PT400 invalid_overlap, PT409 rotation_in_progress.';

COMMENT ON FUNCTION "public"."send_test_webhook"(uuid) IS 'Sends an event webhook.test to an endpoint, whatever it listens to; tried once. PT404 endpoint_not_found, PT409 endpoint_disabled, PT429 too_many_requests.';

COMMENT ON FUNCTION "public"."show_webhook_secret"(uuid) IS 'For the function webhooks, which calls it as the manager before it shows her the secret: checks her right and notes in the audit log that it is shown. The row has no secret. PT404 endpoint_not_found.';

COMMENT ON FUNCTION "public"."update_webhook_endpoint"(uuid, text, text[], text, boolean, text) IS 'Changes what is given of an endpoint and leaves the rest. enabled false stops it, for the reason given; what it misses is kept as dead deliveries. PT404 endpoint_not_found; 23514 for an address or type that is none.';

COMMENT ON FUNCTION "public"."webhook_event_types"() IS 'The types of events that a webhook endpoint can listen to, with an example of what stands in data.';

COMMENT ON TABLE "private"."webhook_sequences" IS 'The last sequence number per subject. Its lock makes the events of one subject go one after the other; kept when events are pruned, so that numbers never begin anew.';

COMMENT ON TABLE "public"."webhook_attempts" IS 'Every attempt at a delivery: what was sent where, what came back. Kept for 30 days.';

COMMENT ON TABLE "public"."webhook_deliveries" IS 'One event on its way to one endpoint. Each attempt is in webhook_attempts.';

COMMENT ON TABLE "public"."webhook_endpoints" IS 'Where a boutique has its events sent. Only people disable an endpoint: one that fails is marked, and its managers are told.';

COMMENT ON TABLE "public"."webhook_events" IS 'What happened, in the words in which it is sent; written in the transaction in which it happened, if somebody listens. Kept for 90 days.';

COMMENT ON TYPE "public"."webhook_delivery_state" IS 'pending: about to be sent; delivering: being sent; delivered: the receiver answered 2xx; failed: is tried again at next_attempt_at; dead: given up for the reason given, can be replayed.';

REVOKE ALL ON FUNCTION "private"."are_webhook_event_types"(text[], boolean) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."are_webhook_event_types"(text[], boolean) TO "postgres", "service_role";

REVOKE ALL ON FUNCTION "private"."claim_webhook_delivery"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."claim_webhook_delivery"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."create_webhook_endpoint"(uuid, text, text[], text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."create_webhook_endpoint"(uuid, text, text[], text) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."delete_webhook_endpoint"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."delete_webhook_endpoint"(uuid) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."deliver_event"(uuid, public.webhook_endpoints) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."deliver_event"(uuid, public.webhook_endpoints) TO "postgres";

REVOKE ALL ON FUNCTION "private"."emit_boutique_event"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."emit_boutique_event"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."emit_event"(uuid, text, text, uuid, jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."emit_event"(uuid, text, text, uuid, jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "private"."emit_rental_event"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."emit_rental_event"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."enqueue_delivery"(uuid, uuid, timestamp with time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."enqueue_delivery"(uuid, uuid, timestamp with time zone) TO "postgres";

REVOKE ALL ON FUNCTION "private"."is_webhook_url"(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."is_webhook_url"(text) TO "postgres", "service_role";

REVOKE ALL ON FUNCTION "private"."my_webhook_endpoint"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."my_webhook_endpoint"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."note_webhook_failure"(uuid, boolean, boolean) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."note_webhook_failure"(uuid, boolean, boolean) TO "postgres";

REVOKE ALL ON FUNCTION "private"."note_webhook_success"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."note_webhook_success"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."prune_webhooks"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."prune_webhooks"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."replay_webhook_deliveries"(uuid, timestamp with time zone, timestamp with time zone, public.webhook_delivery_state[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."replay_webhook_deliveries"(uuid, timestamp with time zone, timestamp with time zone, public.webhook_delivery_state[]) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."replay_webhook_delivery"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."replay_webhook_delivery"(uuid) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."require_enabled"(public.webhook_endpoints) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."require_enabled"(public.webhook_endpoints) TO "postgres";

REVOKE ALL ON FUNCTION "private"."restart_delivery"(public.webhook_deliveries) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."restart_delivery"(public.webhook_deliveries) TO "postgres";

REVOKE ALL ON FUNCTION "private"."resume_webhook_deliveries"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."resume_webhook_deliveries"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."rotate_webhook_secret"(uuid, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."rotate_webhook_secret"(uuid, integer) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."send_test_webhook"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."send_test_webhook"(uuid) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."settle_webhook_attempt"(uuid, integer, jsonb, public.webhook_delivery_state, integer, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."settle_webhook_attempt"(uuid, integer, jsonb, public.webhook_delivery_state, integer, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."show_webhook_secret"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."show_webhook_secret"(uuid) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."update_webhook_endpoint"(uuid, text, text[], text, boolean, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."update_webhook_endpoint"(uuid, text, text[], text, boolean, text) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."utc_text"(timestamp with time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."utc_text"(timestamp with time zone) TO "postgres";

REVOKE ALL ON FUNCTION "private"."webhook_event_types"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."webhook_event_types"() TO "authenticated", "postgres", "service_role";

REVOKE ALL ON FUNCTION "private"."webhook_type_names"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."webhook_type_names"() TO "postgres", "service_role";

REVOKE ALL ON FUNCTION "private"."write_event"(uuid, text, text, uuid, jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."write_event"(uuid, text, text, uuid, jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "public"."create_webhook_endpoint"(uuid, text, text[], text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."create_webhook_endpoint"(uuid, text, text[], text) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."delete_webhook_endpoint"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."delete_webhook_endpoint"(uuid) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."replay_webhook_deliveries"(uuid, timestamp with time zone, timestamp with time zone, public.webhook_delivery_state[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."replay_webhook_deliveries"(uuid, timestamp with time zone, timestamp with time zone, public.webhook_delivery_state[]) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."replay_webhook_delivery"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."replay_webhook_delivery"(uuid) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."rotate_webhook_secret"(uuid, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."rotate_webhook_secret"(uuid, integer) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."send_test_webhook"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."send_test_webhook"(uuid) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."show_webhook_secret"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."show_webhook_secret"(uuid) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."update_webhook_endpoint"(uuid, text, text[], text, boolean, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."update_webhook_endpoint"(uuid, text, text[], text, boolean, text) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."webhook_event_types"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."webhook_event_types"() TO "authenticated", "postgres", "service_role";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "private"."webhook_sequences" TO "postgres";

GRANT SELECT ON TABLE "public"."webhook_attempts" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."webhook_attempts" TO "postgres";

GRANT SELECT ON TABLE "public"."webhook_attempts" TO "service_role";

GRANT SELECT ON TABLE "public"."webhook_deliveries" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."webhook_deliveries" TO "postgres";

GRANT SELECT ON TABLE "public"."webhook_deliveries" TO "service_role";

GRANT SELECT ON TABLE "public"."webhook_endpoints" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."webhook_endpoints" TO "postgres", "service_role";

GRANT SELECT ON TABLE "public"."webhook_events" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."webhook_events" TO "postgres";

GRANT SELECT ON TABLE "public"."webhook_events" TO "service_role";

GRANT USAGE ON TYPE "public"."webhook_delivery_state" TO "postgres";

ALTER TABLE "public"."webhook_attempts" ADD CONSTRAINT "attempt_is_at_a_delivery_of_the_boutique" FOREIGN KEY (boutique_id, delivery_id) REFERENCES public.webhook_deliveries(boutique_id, id) ON DELETE CASCADE;

ALTER TABLE "public"."webhook_deliveries" ADD CONSTRAINT "delivery_is_to_an_endpoint_of_the_boutique" FOREIGN KEY (boutique_id, endpoint_id) REFERENCES public.webhook_endpoints(boutique_id, id) ON DELETE CASCADE;

ALTER TABLE "public"."webhook_deliveries" ADD CONSTRAINT "delivery_is_of_an_event_of_the_boutique" FOREIGN KEY (boutique_id, event_id) REFERENCES public.webhook_events(boutique_id, id) ON DELETE CASCADE;

ALTER TABLE "public"."webhook_endpoints" ADD CONSTRAINT "event_types_are_known" CHECK (private.are_webhook_event_types(event_types, true));

ALTER TABLE "public"."webhook_endpoints" ADD CONSTRAINT "url_is_https_without_credentials" CHECK (private.is_webhook_url(url));

ALTER TABLE "public"."webhook_events" ADD CONSTRAINT "type_is_known" CHECK (private.are_webhook_event_types(ARRAY[type], false));

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

select pgboss.create_queue('unknown.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('rental.expire_hold.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('rental.expire_hold', '{"policy":"standard","retryLimit":10,"retryDelay":5,"retryBackoff":true,"retryDelayMax":300,"expireInSeconds":60,"deadLetter":"rental.expire_hold.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 10, retry_delay = 5, retry_backoff = true, retry_delay_max = 300, expire_seconds = 60, heartbeat_seconds = 30, dead_letter = 'rental.expire_hold.dead', notify = true where name = 'rental.expire_hold';
select pgboss.create_queue('mail.rental_reserved.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('mail.rental_reserved', '{"policy":"standard","retryLimit":12,"retryDelay":5,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":120,"deadLetter":"mail.rental_reserved.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 12, retry_delay = 5, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 120, heartbeat_seconds = 30, dead_letter = 'mail.rental_reserved.dead', notify = true where name = 'mail.rental_reserved';
select pgboss.create_queue('mail.invitation.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('mail.invitation', '{"policy":"standard","retryLimit":12,"retryDelay":5,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":120,"deadLetter":"mail.invitation.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 12, retry_delay = 5, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 120, heartbeat_seconds = 30, dead_letter = 'mail.invitation.dead', notify = true where name = 'mail.invitation';
select pgboss.create_queue('mail.boutique_status.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('mail.boutique_status', '{"policy":"standard","retryLimit":12,"retryDelay":5,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":120,"deadLetter":"mail.boutique_status.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 12, retry_delay = 5, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 120, heartbeat_seconds = 30, dead_letter = 'mail.boutique_status.dead', notify = true where name = 'mail.boutique_status';
select pgboss.create_queue('privacy.build_export.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('privacy.build_export', '{"policy":"standard","retryLimit":8,"retryDelay":30,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":900,"deadLetter":"privacy.build_export.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 8, retry_delay = 30, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 900, heartbeat_seconds = 30, dead_letter = 'privacy.build_export.dead', notify = true where name = 'privacy.build_export';
select pgboss.create_queue('mail.data_export.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('mail.data_export', '{"policy":"standard","retryLimit":12,"retryDelay":5,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":120,"deadLetter":"mail.data_export.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 12, retry_delay = 5, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 120, heartbeat_seconds = 30, dead_letter = 'mail.data_export.dead', notify = true where name = 'mail.data_export';
select pgboss.create_queue('mail.account_deletion.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('mail.account_deletion', '{"policy":"standard","retryLimit":12,"retryDelay":5,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":120,"deadLetter":"mail.account_deletion.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 12, retry_delay = 5, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 120, heartbeat_seconds = 30, dead_letter = 'mail.account_deletion.dead', notify = true where name = 'mail.account_deletion';
select pgboss.create_queue('privacy.erase_account.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('privacy.erase_account', '{"policy":"standard","retryLimit":20,"retryDelay":60,"retryBackoff":true,"retryDelayMax":21600,"expireInSeconds":600,"deadLetter":"privacy.erase_account.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 20, retry_delay = 60, retry_backoff = true, retry_delay_max = 21600, expire_seconds = 600, heartbeat_seconds = 30, dead_letter = 'privacy.erase_account.dead', notify = true where name = 'privacy.erase_account';
select pgboss.create_queue('privacy.sweep.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('privacy.sweep', '{"policy":"standard","retryLimit":3,"retryDelay":60,"retryBackoff":true,"retryDelayMax":600,"expireInSeconds":600,"deadLetter":"privacy.sweep.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 3, retry_delay = 60, retry_backoff = true, retry_delay_max = 600, expire_seconds = 600, heartbeat_seconds = 30, dead_letter = 'privacy.sweep.dead', notify = true where name = 'privacy.sweep';
select pgboss.create_queue('rate_limits.sweep.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('rate_limits.sweep', '{"policy":"standard","retryLimit":3,"retryDelay":60,"retryBackoff":true,"retryDelayMax":600,"expireInSeconds":300,"deadLetter":"rate_limits.sweep.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 3, retry_delay = 60, retry_backoff = true, retry_delay_max = 600, expire_seconds = 300, heartbeat_seconds = 30, dead_letter = 'rate_limits.sweep.dead', notify = true where name = 'rate_limits.sweep';
select pgboss.create_queue('notify.deliver.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('notify.deliver', '{"policy":"standard","retryLimit":12,"retryDelay":5,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":120,"deadLetter":"notify.deliver.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 12, retry_delay = 5, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 120, heartbeat_seconds = 30, dead_letter = 'notify.deliver.dead', notify = true where name = 'notify.deliver';
select pgboss.create_queue('housekeeping.prune.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('housekeeping.prune', '{"policy":"standard","retryLimit":3,"retryDelay":60,"retryBackoff":true,"retryDelayMax":600,"expireInSeconds":900,"deadLetter":"housekeeping.prune.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 3, retry_delay = 60, retry_backoff = true, retry_delay_max = 600, expire_seconds = 900, heartbeat_seconds = 30, dead_letter = 'housekeeping.prune.dead', notify = true where name = 'housekeeping.prune';
select pgboss.create_queue('webhook.deliver.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('webhook.deliver', '{"policy":"standard","retryLimit":10,"retryDelay":30,"retryBackoff":true,"retryDelayMax":600,"expireInSeconds":60,"deadLetter":"webhook.deliver.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 10, retry_delay = 30, retry_backoff = true, retry_delay_max = 600, expire_seconds = 60, heartbeat_seconds = 30, dead_letter = 'webhook.deliver.dead', notify = true where name = 'webhook.deliver';
select pgboss.create_queue('mail.webhook_failing.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('mail.webhook_failing', '{"policy":"standard","retryLimit":12,"retryDelay":5,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":120,"deadLetter":"mail.webhook_failing.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 12, retry_delay = 5, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 120, heartbeat_seconds = 30, dead_letter = 'mail.webhook_failing.dead', notify = true where name = 'mail.webhook_failing';
select pgboss.create_queue('webhook.sweep.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('webhook.sweep', '{"policy":"standard","retryLimit":3,"retryDelay":60,"retryBackoff":true,"retryDelayMax":600,"expireInSeconds":600,"deadLetter":"webhook.sweep.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 3, retry_delay = 60, retry_backoff = true, retry_delay_max = 600, expire_seconds = 600, heartbeat_seconds = 30, dead_letter = 'webhook.sweep.dead', notify = true where name = 'webhook.sweep';

delete from private.queue_rules;
insert into private.queue_rules (queue, payload, overdue_seconds) values
  ('rental.expire_hold', '{"rental_id":"uuid"}', 120),
  ('mail.rental_reserved', '{"rental_id":"uuid"}', 600),
  ('mail.invitation', '{"invitation_id":"uuid"}', 600),
  ('mail.boutique_status', '{"change_id":"uuid"}', 1800),
  ('privacy.build_export', '{"export_id":"uuid"}', 3600),
  ('mail.data_export', '{"export_id":"uuid"}', 1800),
  ('mail.account_deletion', '{"user_id":"uuid"}', 1800),
  ('privacy.erase_account', '{"user_id":"uuid"}', 7200),
  ('privacy.sweep', '{}', 3600),
  ('rate_limits.sweep', '{}', 3600),
  ('notify.deliver', '{"kind":"text","subject_id":"uuid","occasion":"text"}', 600),
  ('housekeeping.prune', '{}', 3600),
  ('webhook.deliver', '{"delivery_id":"uuid"}', 600),
  ('mail.webhook_failing', '{"endpoint_id":"uuid"}', 1800),
  ('webhook.sweep', '{}', 3600);

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
