set local check_function_bodies = off;

CREATE TABLE "private"."alerts" ("kind" text NOT NULL, "key" text NOT NULL, "subject" text NOT NULL, "details" jsonb NOT NULL DEFAULT '{}'::jsonb, "opened_at" timestamp with time zone NOT NULL DEFAULT now(), "resolved_at" timestamp with time zone, "notified_at" timestamp with time zone, CONSTRAINT "alert_ends_after_it_opened" CHECK ((resolved_at >= opened_at)), CONSTRAINT "kind_has_a_domain" CHECK ((kind ~ '^[a-z_]+\.[a-z_]+$'::text)), CONSTRAINT "subject_is_one_line" CHECK ((subject !~ '[[:cntrl:]]'::text)), CONSTRAINT "subject_is_short" CHECK (((length(subject) >= 1) AND (length(subject) <= 200))), "id" uuid NOT NULL DEFAULT private.uuid_v7(), CONSTRAINT "alerts_pkey" PRIMARY KEY (id));

ALTER TABLE "private"."alerts" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "private"."paused_queues" ("queue" text NOT NULL, "reason" text NOT NULL DEFAULT ''::text, "paused_at" timestamp with time zone NOT NULL DEFAULT now(), "paused_by" text NOT NULL DEFAULT SESSION_USER, CONSTRAINT "paused_queues_pkey" PRIMARY KEY (queue), CONSTRAINT "reason_is_short" CHECK ((length(reason) <= 500)));

ALTER TABLE "private"."paused_queues" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "private"."queue_rules" ADD COLUMN "schedule_seconds" integer;

CREATE OR REPLACE FUNCTION private.overdue_jobs()
 RETURNS TABLE(problem text, queue text, jobs bigint, oldest timestamp with time zone, threshold_seconds integer)
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select 'late', j.name, count(*), min(j.start_after), r.overdue_seconds
  from pgboss.job j
  join private.queue_rules r on r.queue = j.name
  where j.state < 'active' and not j.blocked and j.start_after < now() - r.overdue_seconds * interval '1 second'
  group by j.name, r.overdue_seconds
  union all
  -- Nobody ends a run that is past its time while no worker is there to supervise it.
  select 'stuck', j.name, count(*), min(j.started_on), j.expire_seconds + r.overdue_seconds
  from pgboss.job j
  join private.queue_rules r on r.queue = j.name
  where j.state = 'active' and j.started_on < now() - (j.expire_seconds + r.overdue_seconds) * interval '1 second'
  group by j.name, j.expire_seconds, r.overdue_seconds
  union all
  -- Whoever has looked at a dead letter redrives or cancels it.
  select 'dead', left(j.name, -5), count(*), min(j.created_on), 0
  from pgboss.job j
  where j.name like '%.dead' and j.state < 'active' and not j.blocked
  group by j.name
  union all
  select 'stopped', r.queue, 1, s.last_run, r.schedule_seconds + r.overdue_seconds
  from private.queue_rules r
  cross join lateral (
    select greatest(
      (select max(j.created_on) from pgboss.job j where j.name = r.queue),
      -- One that is new has not missed anything.
      (select q.created_on from pgboss.queue q where q.name = r.queue),
      (select max(c.created_on) from pgboss.schedule c where c.name = r.queue)) as last_run
  ) s
  where s.last_run < now() - (r.schedule_seconds + r.overdue_seconds) * interval '1 second'
$function$;

CREATE OR REPLACE FUNCTION private.queue_figures()
 RETURNS TABLE(queue text, ready bigint, deferred bigint, active bigint, retry bigint, dead bigint, oldest_ready_at timestamp with time zone, paused boolean)
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  with waiting as (
    -- The predicate of pg-boss's own index.
    select j.name,
      count(*) filter (where j.start_after <= now()) as ready,
      count(*) filter (where j.start_after > now() and j.state = 'created') as deferred,
      count(*) filter (where j.start_after > now() and j.state = 'retry') as retry,
      min(j.start_after) filter (where j.start_after <= now()) as oldest_ready_at
    from pgboss.job j
    where j.state < 'active' and not j.blocked
    group by j.name
  ), running as (
    select j.name, count(*) as active from pgboss.job j where j.state = 'active' group by j.name
  ), queues as (
    select q.name from pgboss.queue q where q.name not like '%.dead' and q.name not like '\_\_pgboss%'
    union all
    select 'unknown'
  )
  select q.name, coalesce(w.ready, 0), coalesce(w.deferred, 0), coalesce(r.active, 0), coalesce(w.retry, 0),
    coalesce(d.ready + d.deferred + d.retry, 0), w.oldest_ready_at, p.queue is not null
  from queues q
  left join waiting w on w.name = q.name
  left join running r on r.name = q.name
  left join waiting d on d.name = q.name || '.dead'
  left join private.paused_queues p on p.queue = q.name
  order by q.name
$function$;

CREATE OR REPLACE FUNCTION private.raise_alert(kind text, key text, subject text, details jsonb DEFAULT '{}'::jsonb)
 RETURNS uuid
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  insert into private.alerts (kind, key, subject, details)
  values (
    raise_alert.kind, raise_alert.key,
    -- An alert does not fail for its text.
    left(regexp_replace(raise_alert.subject, '[[:cntrl:]]+', ' ', 'g'), 200), raise_alert.details)
  on conflict (kind, key) where resolved_at is null
  do update set subject = excluded.subject, details = excluded.details
  returning id
$function$;

CREATE OR REPLACE FUNCTION private.resolve_alert(kind text, key text)
 RETURNS boolean
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  with resolved as (
    update private.alerts a set resolved_at = now()
    where a.kind = resolve_alert.kind and a.key = resolve_alert.key and a.resolved_at is null
    returning a.id
  )
  select exists (select from resolved)
$function$;

CREATE OR REPLACE FUNCTION private.schedule_wake_up()
 RETURNS boolean
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_extension text;
begin
  for v_extension in
    select a.name from pg_available_extensions a where a.name in ('pg_cron', 'pg_net') and a.installed_version is null
  loop
    begin
      -- pg_cron has a schema of its own.
      execute format('create extension %I %s', v_extension, case v_extension when 'pg_net' then 'with schema extensions' end);
    exception when others then
      -- Available and still not to be had, such as pg_cron on a server that does not preload it. A worker does without.
      raise warning 'The extension % cannot be used: %', v_extension, sqlerrm;
    end;
  end loop;
  if to_regprocedure('cron.schedule(text, text, text)') is null then
    return false;
  end if;
  -- Jobs of the same name are replaced.
  perform cron.schedule('nexus-wake-up', '30 seconds', 'select private.wake_up()');
  -- Also while nothing takes jobs: the alert is there for whoever looks.
  perform cron.schedule('nexus-watch-jobs', '*/5 * * * *', 'select private.watch_jobs()');
  return true;
end
$function$;

CREATE OR REPLACE FUNCTION private.wake_up()
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_url text;
  v_secret text;
begin
  if to_regclass('vault.decrypted_secrets') is null or to_regnamespace('net') is null then
    return;
  end if;
  select s.decrypted_secret into v_url from vault.decrypted_secrets s where s.name = 'nexus_jobs_url';
  select s.decrypted_secret into v_secret from vault.decrypted_secrets s where s.name = 'nexus_jobs_secret';
  if v_url is not null and v_secret is not null then
    perform net.http_post(
      url := v_url,
      body := '{}'::jsonb,
      headers := jsonb_build_object('content-type', 'application/json', 'x-jobs-secret', v_secret),
      timeout_milliseconds := 60000);
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.watch_jobs()
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_alerts jsonb;
begin
  select coalesce(jsonb_agg(jsonb_build_object(
    'kind', 'jobs.' || o.problem,
    'key', o.queue,
    'subject', case o.problem
      when 'late' then format('%s jobs of %s wait for more than %s seconds', o.jobs, o.queue, o.threshold_seconds)
      when 'stuck' then format('%s jobs of %s run for more than %s seconds', o.jobs, o.queue, o.threshold_seconds)
      when 'dead' then format('%s jobs of %s were given up', o.jobs, o.queue)
      else format('The schedule of %s has not run for %s seconds', o.queue, o.threshold_seconds) end
      || case when p.queue is null then '' else ' (the queue is paused)' end,
    'details', jsonb_build_object('queue', o.queue, 'jobs', o.jobs, 'oldest', o.oldest, 'threshold_seconds', o.threshold_seconds,
      'paused_because', p.reason))), '[]')
  into v_alerts
  from private.overdue_jobs() o
  left join private.paused_queues p on p.queue = o.queue;

  perform private.raise_alert(a.kind, a.key, a.subject, a.details)
  from jsonb_to_recordset(v_alerts) a (kind text, key text, subject text, details jsonb);
  perform private.resolve_alert(a.kind, a.key)
  from private.alerts a
  where a.resolved_at is null and a.kind in ('jobs.late', 'jobs.stuck', 'jobs.dead', 'jobs.stopped')
    and not exists (select from jsonb_to_recordset(v_alerts) n (kind text, key text) where n.kind = a.kind and n.key = a.key);
  delete from private.alerts a where a.resolved_at < now() - interval '90 days';
  return jsonb_array_length(v_alerts);
end
$function$;

ALTER TABLE "private"."paused_queues" ADD CONSTRAINT "paused_queues_queue_fkey" FOREIGN KEY (queue) REFERENCES pgboss.queue(name) ON DELETE CASCADE;

ALTER TABLE "private"."queue_rules" ADD CONSTRAINT "scheduled_after_some_time" CHECK ((schedule_seconds > 0));

CREATE UNIQUE INDEX one_open_alert_per_kind_and_key ON private.alerts USING btree (kind, key) WHERE (resolved_at IS NULL);

COMMENT ON COLUMN "private"."alerts"."details" IS 'Figures and ids for whoever looks into it. No personal data: it goes out by mail.';

COMMENT ON COLUMN "private"."alerts"."key" IS 'What it is about, such as a queue. One alert per kind and key is open at a time.';

COMMENT ON COLUMN "private"."alerts"."kind" IS 'Domain and what is wrong, such as jobs.late.';

COMMENT ON COLUMN "private"."alerts"."notified_at" IS 'When the operator was told last: that it opened or, if later than resolved_at, that it ended.';

COMMENT ON COLUMN "private"."paused_queues"."paused_by" IS 'Who it was, for the others: a role of the database or what the command line was told.';

COMMENT ON COLUMN "private"."queue_rules"."schedule_seconds" IS 'Longest time between two runs by the clock; null for a queue that is not filled by the clock.';

COMMENT ON FUNCTION "private"."overdue_jobs"() IS 'What is due and has not been done: "late" jobs wait for longer than their queue allows, "stuck" ones run for too long, "dead" letters nobody has redriven or cancelled, and the schedule of a "stopped" queue has not run when it should have.';

COMMENT ON FUNCTION "private"."queue_figures"() IS 'One row per queue: jobs that could run now, that start later, that run, that wait for another attempt, that were given up and nobody has looked at; since when the oldest could run; whether it is paused. The queue "unknown" has only dead letters.';

COMMENT ON FUNCTION "private"."raise_alert"(text, text, text, jsonb) IS 'Opens an alert, or brings the open one of this kind and key up to date. The operator is mailed once per opening.';

COMMENT ON FUNCTION "private"."resolve_alert"(text, text) IS 'Ends the open alert of this kind and key; false when there is none.';

COMMENT ON FUNCTION "private"."schedule_wake_up"() IS 'Has pg_cron call private.wake_up every 30 seconds and private.watch_jobs every 5 minutes. False, and nothing done, where there is no pg_cron. May run again, such as after pg_cron was turned on.';

COMMENT ON FUNCTION "private"."wake_up"() IS 'Calls the function that does the jobs. Its address (https://PROJECT.supabase.co/functions/v1/jobs/drain) and secret (JOBS_SECRET) are in Supabase Vault as nexus_jobs_url and nexus_jobs_secret; without them, or without pg_net, it does nothing.';

COMMENT ON FUNCTION "private"."watch_jobs"() IS 'Raises an alert for everything that private.overdue_jobs finds, and ends those of what is mended. Returns how many there are. Run by the job jobs.watch and, where it is there, by pg_cron.';

COMMENT ON TABLE "private"."alerts" IS 'One row per alert, from when it was raised until what it is about is mended. Ended ones are kept for 90 days.';

COMMENT ON TABLE "private"."paused_queues" IS 'Queues that no worker takes jobs from, until the row is deleted. Jobs that run are finished; nothing is lost.';

REVOKE ALL ON FUNCTION "private"."overdue_jobs"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."overdue_jobs"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."queue_figures"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."queue_figures"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."raise_alert"(text, text, text, jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."raise_alert"(text, text, text, jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "private"."resolve_alert"(text, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."resolve_alert"(text, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."schedule_wake_up"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."schedule_wake_up"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."wake_up"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."wake_up"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."watch_jobs"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."watch_jobs"() TO "postgres";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "private"."alerts" TO "postgres";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "private"."paused_queues" TO "postgres";

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
select pgboss.create_queue('jobs.watch.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('jobs.watch', '{"policy":"standard","retryLimit":3,"retryDelay":10,"retryBackoff":true,"retryDelayMax":60,"expireInSeconds":120,"deadLetter":"jobs.watch.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 3, retry_delay = 10, retry_backoff = true, retry_delay_max = 60, expire_seconds = 120, heartbeat_seconds = 30, dead_letter = 'jobs.watch.dead', notify = true where name = 'jobs.watch';
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
insert into private.queue_rules (queue, payload, overdue_seconds, schedule_seconds) values
  ('rental.expire_hold', '{"rental_id":"uuid"}', 120, null),
  ('mail.rental_reserved', '{"rental_id":"uuid"}', 600, null),
  ('mail.invitation', '{"invitation_id":"uuid"}', 600, null),
  ('mail.boutique_status', '{"change_id":"uuid"}', 1800, null),
  ('privacy.build_export', '{"export_id":"uuid"}', 3600, null),
  ('mail.data_export', '{"export_id":"uuid"}', 1800, null),
  ('mail.account_deletion', '{"user_id":"uuid"}', 1800, null),
  ('privacy.erase_account', '{"user_id":"uuid"}', 7200, null),
  ('privacy.sweep', '{}', 3600, 3600),
  ('rate_limits.sweep', '{}', 3600, 3600),
  ('jobs.watch', '{}', 600, 300),
  ('notify.deliver', '{"kind":"text","subject_id":"uuid","occasion":"text"}', 600, null),
  ('housekeeping.prune', '{}', 3600, 86400),
  ('webhook.deliver', '{"delivery_id":"uuid"}', 600, null),
  ('mail.webhook_failing', '{"endpoint_id":"uuid"}', 1800, null),
  ('webhook.sweep', '{}', 3600, 3600);

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

-- Does nothing where there is no pg_cron.
select private.schedule_wake_up();
