set local check_function_bodies = off;

CREATE TABLE "public"."notification_preferences" ("user_id" uuid NOT NULL, "channel" public.message_channel NOT NULL, "enabled" boolean NOT NULL, "created_at" timestamp with time zone NOT NULL DEFAULT now(), "updated_at" timestamp with time zone NOT NULL DEFAULT now());

ALTER TABLE "public"."notification_preferences" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."notification_settings" ("user_id" uuid NOT NULL, "quiet_from" time without time zone, "quiet_until" time without time zone, "timezone" text NOT NULL DEFAULT 'UTC'::text, "sms_consent" boolean NOT NULL DEFAULT false, "sms_consented_at" timestamp with time zone, "created_at" timestamp with time zone NOT NULL DEFAULT now(), "updated_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "consent_has_a_time" CHECK ((sms_consent = (sms_consented_at IS NOT NULL))), CONSTRAINT "notification_settings_pkey" PRIMARY KEY (user_id), CONSTRAINT "quiet_hours_have_both_ends" CHECK (((quiet_from IS NULL) = (quiet_until IS NULL))), CONSTRAINT "quiet_hours_leave_some_of_the_day" CHECK ((quiet_from <> quiet_until)), CONSTRAINT "timezone_is_known" CHECK (private.is_timezone(timezone)));

ALTER TABLE "public"."notification_settings" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."notifications" ("user_id" uuid NOT NULL, "kind" text NOT NULL, "data" jsonb NOT NULL DEFAULT '{}'::jsonb, "title" text NOT NULL, "body" text NOT NULL, "read_at" timestamp with time zone, "created_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "body_is_short" CHECK ((length(body) <= 2000)), CONSTRAINT "data_is_an_object" CHECK ((jsonb_typeof(data) = 'object'::text)), CONSTRAINT "title_is_given" CHECK (((title ~ '\S'::text) AND (length(title) <= 300))), "id" uuid NOT NULL DEFAULT private.uuid_v7(), CONSTRAINT "notifications_pkey" PRIMARY KEY (id));

ALTER TABLE "public"."notifications" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "private"."messages" ADD COLUMN "recipient_hash" bytea;

ALTER TABLE "private"."messages" ADD COLUMN "locale" text;

ALTER TABLE "private"."messages" ADD COLUMN "due_at" timestamp with time zone NOT NULL DEFAULT now();

ALTER TABLE "private"."messages" ADD COLUMN "final" boolean NOT NULL DEFAULT false;

ALTER TABLE "private"."messages" ADD COLUMN "provider" text;

ALTER TABLE "private"."messages" ADD COLUMN "provider_message_id" text;

CREATE TYPE "public"."notification_topic" AS ENUM ('account', 'bookings', 'reminders', 'boutique', 'news', 'marketing');

ALTER TABLE "public"."notification_preferences" ADD COLUMN "topic" public.notification_topic NOT NULL;

ALTER TABLE "public"."notifications" ADD COLUMN "topic" public.notification_topic NOT NULL;

CREATE OR REPLACE FUNCTION private.end_sms_consent()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  update public.notification_settings s set sms_consent = false where s.user_id = new.id and s.sms_consent;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.gives_mail_back(recipient_hash bytea)
 RETURNS boolean
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select exists (
    select from private.messages m
    where m.recipient_hash = gives_mail_back.recipient_hash and m.state in ('bounced', 'complained'))
$function$;

CREATE OR REPLACE FUNCTION private.note_message_event(provider text, provider_message_id text, event text, reason text)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_state private.message_state;
begin
  if event is null or event not in ('bounced', 'complained') then
    perform private.raise_error(400, 'invalid_event', 'event is bounced or complained.');
  end if;
  v_state := event::private.message_state;
  update private.messages m set
    -- A complaint says more than a bounce, whichever comes first.
    state = case when m.state = 'complained' then m.state else v_state end,
    last_error = left(note_message_event.reason, 500)
  where m.provider = note_message_event.provider
    and m.provider_message_id = note_message_event.provider_message_id
    and m.state in ('sent', 'bounced', 'complained');
  return found;
end
$function$;

CREATE OR REPLACE FUNCTION private.note_sms_consent()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  new.sms_consented_at := case
    when not new.sms_consent then null
    when tg_op = 'UPDATE' and old.sms_consent then old.sms_consented_at
    else now()
  end;
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION private.notify(kind text, subject_id uuid, options jsonb DEFAULT '{}'::jsonb)
 RETURNS uuid
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_occasion text := coalesce(options ->> 'occasion', 'once');
begin
  -- The job is all there is until it runs: it commits or fails with the business row, it is retried and it dies visibly.
  -- A row of its own for each message would say the same a second time, and could be stale when the message leaves.
  return private.enqueue('notify.deliver',
    jsonb_build_object('kind', kind, 'subject_id', subject_id, 'occasion', v_occasion),
    options - 'occasion');
end
$function$;

CREATE OR REPLACE FUNCTION private.notify_of_rental()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_group jsonb := jsonb_build_object('group', new.boutique_id);
  v_reminder timestamptz;
begin
  if new.state = 'reserved' then
    perform private.notify('rental_confirmed', new.id, v_group);
    -- On the morning before the first day, in the boutique's time.
    select ((lower(new.period) - 1) + time '10:00') at time zone b.timezone into v_reminder
    from public.boutiques b where b.id = new.boutique_id;
    if v_reminder > now() then
      perform private.notify('rental_reminder', new.id, v_group || jsonb_build_object('start_after', v_reminder));
    end if;
  elsif new.state = 'cancelled' then
    perform private.notify('rental_cancelled', new.id, v_group);
  end if;
  return null;
end
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
    ('private.messages', 'user_id', 'user_id = $1', true, 'cascade', 'what was sent to her'),
    ('private.messages', 'recipient_hash',
      'user_id is null and recipient_hash = private.recipient_hash((select u.email from auth.users u where u.id = $1))',
      true, 'delete', 'invitations to her address, sent before she had an account'),
    ('private.idempotency_keys', 'user_id', 'user_id = $1', false, 'delete', 'technical: her retries')
$function$;

CREATE OR REPLACE FUNCTION private.prune(batch integer DEFAULT 5000)
 RETURNS bigint
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_count bigint;
  v_total bigint := 0;
begin
  -- Retries of a call come within days; a key that is older starts a new intent.
  delete from private.idempotency_keys k
  where k.ctid = any (array(
    select o.ctid from private.idempotency_keys o where o.created_at < now() - interval '30 days' limit batch));
  get diagnostics v_count = row_count;
  v_total := v_total + v_count;
  delete from private.messages m
  where m.ctid = any (array(
    select o.ctid from private.messages o where o.created_at < now() - interval '400 days' limit batch));
  get diagnostics v_count = row_count;
  v_total := v_total + v_count;
  delete from public.notifications n
  where n.ctid = any (array(
    select o.ctid from public.notifications o
    where o.created_at < now() - interval '180 days'
      and (o.read_at is not null or o.created_at < now() - interval '400 days')
    limit batch));
  get diagnostics v_count = row_count;
  return v_total + v_count;
end
$function$;

CREATE OR REPLACE FUNCTION private.quiet_until(user_id uuid, at timestamp with time zone)
 RETURNS timestamp with time zone
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select q.ends
  from public.notification_settings s
  cross join lateral (select (quiet_until.at at time zone s.timezone) as now) l
  cross join lateral (
    select (case
      when s.quiet_from < s.quiet_until and l.now::time >= s.quiet_from and l.now::time < s.quiet_until
        then l.now::date + s.quiet_until
      -- Over midnight: the end is tomorrow in the evening, and today in the early hours.
      when s.quiet_from > s.quiet_until and l.now::time >= s.quiet_from then l.now::date + 1 + s.quiet_until
      when s.quiet_from > s.quiet_until and l.now::time < s.quiet_until then l.now::date + s.quiet_until
    end) at time zone s.timezone as ends
  ) q
  -- When clocks are put back, an end may come twice; the second time it is over.
  where s.user_id = quiet_until.user_id and q.ends > quiet_until.at
$function$;

CREATE OR REPLACE FUNCTION private.recipient_hash(address text)
 RETURNS bytea
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select sha256(convert_to(lower(btrim(address)), 'UTF8'))
$function$;

CREATE OR REPLACE FUNCTION private.unsent_messages(older_than interval DEFAULT '00:15:00'::interval)
 RETURNS TABLE(source text, reference text, template text, due_at timestamp with time zone, attempts integer, last_error text)
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select 'message', m.send_key, m.template, m.due_at, m.attempts, m.last_error
  from private.messages m
  where m.state in ('queued', 'sending', 'failed') and not m.final and m.due_at < now() - older_than
  union all
  -- Of a job that no worker has begun there is no message yet, nor of one that fails before it comes to its messages.
  select 'job', j.id::text, coalesce(j.data ->> 'kind', j.name), d.due_at, j.retry_count, j.output ->> 'message'
  from pgboss.job j
  -- One that waits for another attempt has a later start: what counts is the attempt before.
  cross join lateral (select case when j.state = 'retry' then j.started_on else j.start_after end as due_at) d
  where (j.name = 'notify.deliver' or j.name like 'mail.%') and j.name not like '%.dead'
    and j.state in ('created', 'retry', 'active') and d.due_at < now() - older_than
$function$;

CREATE OR REPLACE FUNCTION private.wants(user_id uuid, topic public.notification_topic, channel public.message_channel)
 RETURNS boolean
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select coalesce(
    (select p.enabled from public.notification_preferences p
      where p.user_id = wants.user_id and p.topic = wants.topic and p.channel = wants.channel),
    wants.topic <> 'marketing')
$function$;

CREATE OR REPLACE FUNCTION public.note_message_event(provider text, provider_message_id text, event text, reason text)
 RETURNS boolean
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.note_message_event(provider, provider_message_id, event, reason) $function$;

ALTER TABLE "private"."messages" ADD CONSTRAINT "only_a_failure_is_final" CHECK (((NOT final) OR (state = 'failed'::private.message_state)));

ALTER TABLE "private"."messages" ADD CONSTRAINT "what_has_left_has_a_time" CHECK (((state = ANY (ARRAY['sent'::private.message_state, 'bounced'::private.message_state, 'complained'::private.message_state])) = (sent_at IS NOT NULL)));

ALTER TABLE "public"."notification_preferences" ADD CONSTRAINT "mail_about_ones_own_account_and_bookings_stays_on" CHECK ((enabled OR (channel <> 'email'::public.message_channel) OR (topic <> ALL (ARRAY['account'::public.notification_topic, 'bookings'::public.notification_topic]))));

ALTER TABLE "public"."notification_preferences" ADD CONSTRAINT "notification_preferences_pkey" PRIMARY KEY (user_id, topic, channel);

ALTER TABLE "public"."notification_preferences" ADD CONSTRAINT "notification_preferences_user_id_fkey" FOREIGN KEY (user_id) REFERENCES public.profiles(id) ON DELETE CASCADE;

ALTER TABLE "public"."notification_settings" ADD CONSTRAINT "notification_settings_user_id_fkey" FOREIGN KEY (user_id) REFERENCES public.profiles(id) ON DELETE CASCADE;

ALTER TABLE "public"."notifications" ADD CONSTRAINT "notifications_user_id_fkey" FOREIGN KEY (user_id) REFERENCES public.profiles(id) ON DELETE CASCADE;

CREATE VIEW "private"."failed_messages" WITH (security_invoker=true) AS  SELECT send_key,
    template,
    channel,
    state,
    final,
    user_id,
    attempts,
    last_error,
    provider,
    due_at,
    updated_at
   FROM private.messages m
  WHERE (state = ANY (ARRAY['failed'::private.message_state, 'bounced'::private.message_state, 'complained'::private.message_state]));

CREATE INDEX messages_created_at_idx ON private.messages USING btree (created_at);

CREATE INDEX messages_given_back_idx ON private.messages USING btree (recipient_hash) WHERE (state = ANY (ARRAY['bounced'::private.message_state, 'complained'::private.message_state]));

CREATE INDEX messages_undelivered_idx ON private.messages USING btree (updated_at) WHERE (state = ANY (ARRAY['failed'::private.message_state, 'bounced'::private.message_state, 'complained'::private.message_state]));

CREATE INDEX messages_unsent_idx ON private.messages USING btree (due_at) WHERE (state = ANY (ARRAY['queued'::private.message_state, 'sending'::private.message_state, 'failed'::private.message_state]));

CREATE UNIQUE INDEX one_message_per_id_of_a_provider ON private.messages USING btree (provider, provider_message_id);

CREATE INDEX notifications_created_at_idx ON public.notifications USING btree (created_at);

CREATE TRIGGER audit_delete AFTER DELETE ON public.notification_preferences REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('user_id,topic,channel', '');

CREATE TRIGGER audit_insert AFTER INSERT ON public.notification_preferences REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('user_id,topic,channel', '');

CREATE TRIGGER audit_update AFTER UPDATE ON public.notification_preferences REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('user_id,topic,channel', '');

CREATE TRIGGER touch_updated_at BEFORE UPDATE ON public.notification_preferences FOR EACH ROW EXECUTE FUNCTION private.touch_updated_at();

CREATE TRIGGER audit_delete AFTER DELETE ON public.notification_settings REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('user_id', '');

CREATE TRIGGER audit_insert AFTER INSERT ON public.notification_settings REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('user_id', '');

CREATE TRIGGER audit_update AFTER UPDATE ON public.notification_settings REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('user_id', '');

CREATE TRIGGER note_sms_consent BEFORE INSERT OR UPDATE ON public.notification_settings FOR EACH ROW EXECUTE FUNCTION private.note_sms_consent();

CREATE TRIGGER touch_updated_at BEFORE UPDATE ON public.notification_settings FOR EACH ROW EXECUTE FUNCTION private.touch_updated_at();

CREATE TRIGGER end_sms_consent AFTER UPDATE OF phone ON public.profiles FOR EACH ROW WHEN ((old.phone IS DISTINCT FROM new.phone)) EXECUTE FUNCTION private.end_sms_consent();

CREATE TRIGGER notify_of_rental AFTER UPDATE OF state ON public.rentals FOR EACH ROW WHEN ((old.state IS DISTINCT FROM new.state)) EXECUTE FUNCTION private.notify_of_rental();

CREATE POLICY "delete_own" ON "public"."notification_preferences" FOR DELETE TO "authenticated" USING ((user_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY "insert_own" ON "public"."notification_preferences" FOR INSERT TO "authenticated" WITH CHECK ((user_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY "select_own" ON "public"."notification_preferences" FOR SELECT TO "authenticated" USING ((user_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY "update_own" ON "public"."notification_preferences" FOR UPDATE TO "authenticated" USING ((user_id = ( SELECT auth.uid() AS uid))) WITH CHECK ((user_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY "insert_own" ON "public"."notification_settings" FOR INSERT TO "authenticated" WITH CHECK ((user_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY "select_own" ON "public"."notification_settings" FOR SELECT TO "authenticated" USING ((user_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY "update_own" ON "public"."notification_settings" FOR UPDATE TO "authenticated" USING ((user_id = ( SELECT auth.uid() AS uid))) WITH CHECK ((user_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY "select_own" ON "public"."notifications" FOR SELECT TO "authenticated" USING ((user_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY "update_own" ON "public"."notifications" FOR UPDATE TO "authenticated" USING ((user_id = ( SELECT auth.uid() AS uid))) WITH CHECK ((user_id = ( SELECT auth.uid() AS uid)));

COMMENT ON COLUMN "private"."messages"."due_at" IS 'When it has to leave: at once, or at the end of its reader''s quiet hours.';

COMMENT ON COLUMN "private"."messages"."final" IS 'Trying again does not help, as with an address that is none. Only a new job tries it again, which somebody enqueues who has mended the cause.';

COMMENT ON COLUMN "private"."messages"."last_error" IS 'Why it has failed, come back or been suppressed.';

COMMENT ON COLUMN "private"."messages"."locale" IS 'Language that it was written in.';

COMMENT ON COLUMN "private"."messages"."provider" IS 'Who took it: smtp, resend, twilio, log (written to the log only), or in_app.';

COMMENT ON COLUMN "private"."messages"."provider_message_id" IS 'The provider''s name for it, by which news of it come back.';

COMMENT ON COLUMN "private"."messages"."recipient_hash" IS 'SHA-256 of the e-mail address in lower case, which tells whether later mail goes to an address that has given mail back. The address itself is read when the message leaves and kept nowhere here.';

COMMENT ON COLUMN "private"."messages"."send_key" IS 'Template and business row, such as rental_reserved:<rental id>, with the channel at its end unless it is e-mail. It is also the local part of the Message-ID.';

COMMENT ON COLUMN "private"."messages"."template" IS 'Kind of the notification, as in functions/_shared/notifications.';

COMMENT ON COLUMN "public"."notification_settings"."quiet_from" IS 'Local time at which the quiet begins, such as 22:00. What need not be told at once waits for quiet_until, which may be on the next day.';

COMMENT ON COLUMN "public"."notification_settings"."sms_consent" IS 'SMS may go to profiles.phone. It ends when that number changes.';

COMMENT ON COLUMN "public"."notification_settings"."timezone" IS 'IANA zone of the quiet hours, such as Africa/Addis_Ababa.';

COMMENT ON COLUMN "public"."notifications"."data" IS 'Ids of the rows that it is about, such as {"rental_id": "..."}.';

COMMENT ON COLUMN "public"."notifications"."kind" IS 'What has happened, such as rental_confirmed: for icons and links.';

COMMENT ON COLUMN "public"."notifications"."title" IS 'In the language that its reader had when it was made; plain text, not HTML.';

COMMENT ON FUNCTION "private"."end_sms_consent"() IS 'Trigger: consent to SMS is for one number.';

COMMENT ON FUNCTION "private"."gives_mail_back"(bytea) IS 'True for an address from which mail has come back or been called spam. It gets what it has to get, and nothing else.';

COMMENT ON FUNCTION "private"."note_sms_consent"() IS 'Trigger: notes when somebody agreed to SMS.';

COMMENT ON FUNCTION "private"."notify"(text, uuid, jsonb) IS 'Tells those concerned, by every channel that they want, in the transaction of the business row. kind is one of functions/_shared/notifications; subject_id is the row that it is about. Who is told and what is read when the message leaves. Options: those of private.enqueue (group: the boutique''s id; start_after), and occasion, a word that lets the same kind be told again about the same row.';

COMMENT ON FUNCTION "private"."notify_of_rental"() IS 'Trigger: tells the customer that her rental is firm, reminds her of it the day before, and tells her when it is cancelled.';

COMMENT ON FUNCTION "private"."prune"(integer) IS 'Removes up to `batch` old rows of each: idempotency keys after 30 days, messages after 400, notifications after 180 when they are read and after 400 in any case. How many were removed; 0 when all is done. Called by the job housekeeping.prune.';

COMMENT ON FUNCTION "private"."quiet_until"(uuid, timestamp with time zone) IS 'End of the quiet hours in which a moment lies; null when it lies in none.';

COMMENT ON FUNCTION "private"."recipient_hash"(text) IS 'What stands for an address in private.messages. No secret: who guesses an address can compute it.';

COMMENT ON FUNCTION "private"."unsent_messages"(interval) IS 'What is due and has not left: messages whose attempts failed or broke off or whose quiet hours are over, and jobs that nobody has run. An empty answer is a good one. Failures that are final are in private.failed_messages.';

COMMENT ON FUNCTION "private"."wants"(uuid, public.notification_topic, public.message_channel) IS 'Whether somebody wants to hear of a topic by a channel.';

COMMENT ON FUNCTION "public"."note_message_event"(text, text, text, text) IS 'For servers with the secret key: a message came back (bounced) or was called spam (complained). False when no such message has left. PT400 invalid_event.';

COMMENT ON TABLE "private"."messages" IS 'One row per message and channel, by a key that says what it is about. A job that runs twice finds the row and does not send again. Removed after 400 days by housekeeping.prune.';

COMMENT ON TABLE "public"."notification_preferences" IS 'What somebody wants to hear by which way. Without a row: everything but marketing, and SMS only with consent (notification_settings).';

COMMENT ON TABLE "public"."notification_settings" IS 'When somebody does not want to be disturbed, and whether she may be sent SMS. Without a row: no quiet hours, no SMS.';

COMMENT ON TABLE "public"."notifications" IS 'What the front end shows to somebody, newest first. Made by jobs; removed 180 days after it was made once it is read, and after 400 days in any case.';

COMMENT ON TYPE "private"."message_state" IS 'queued: put off until due_at; sending: an attempt has begun; sent: handed to the provider; failed: the last attempt has failed; suppressed: the reader does not want it, or her address gives mail back; bounced: came back after it was sent; complained: its reader called it spam.';

COMMENT ON TYPE "public"."message_channel" IS 'Ways to reach somebody. in_app: a row of notifications, which front ends show.';

COMMENT ON TYPE "public"."notification_topic" IS 'What a notification is about. account: one''s own account and data; bookings: what one has rented or booked; reminders: of what one has booked; boutique: work for a boutique; news: of boutiques and gowns one follows; marketing: offers, off until somebody wants them.';

COMMENT ON VIEW "private"."failed_messages" IS 'Messages that have not arrived, for operators and alerts. By updated_at: the newest failures.';

REVOKE ALL ON FUNCTION "private"."end_sms_consent"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."end_sms_consent"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."gives_mail_back"(bytea) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."gives_mail_back"(bytea) TO "postgres";

REVOKE ALL ON FUNCTION "private"."note_message_event"(text, text, text, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."note_message_event"(text, text, text, text) TO "postgres", "service_role";

REVOKE ALL ON FUNCTION "private"."note_sms_consent"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."note_sms_consent"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."notify"(text, uuid, jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."notify"(text, uuid, jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "private"."notify_of_rental"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."notify_of_rental"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."prune"(integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."prune"(integer) TO "postgres";

REVOKE ALL ON FUNCTION "private"."quiet_until"(uuid, timestamp with time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."quiet_until"(uuid, timestamp with time zone) TO "postgres";

REVOKE ALL ON FUNCTION "private"."recipient_hash"(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."recipient_hash"(text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."unsent_messages"(interval) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."unsent_messages"(interval) TO "postgres";

REVOKE ALL ON FUNCTION "private"."wants"(uuid, public.notification_topic, public.message_channel) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."wants"(uuid, public.notification_topic, public.message_channel) TO "postgres";

REVOKE ALL ON FUNCTION "public"."note_message_event"(text, text, text, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."note_message_event"(text, text, text, text) TO "postgres", "service_role";

GRANT INSERT ("channel"), UPDATE ("channel") ON TABLE "public"."notification_preferences" TO "authenticated";

GRANT INSERT ("enabled"), UPDATE ("enabled") ON TABLE "public"."notification_preferences" TO "authenticated";

GRANT INSERT ("topic"), UPDATE ("topic") ON TABLE "public"."notification_preferences" TO "authenticated";

GRANT INSERT ("user_id"), UPDATE ("user_id") ON TABLE "public"."notification_preferences" TO "authenticated";

GRANT DELETE, SELECT ON TABLE "public"."notification_preferences" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."notification_preferences" TO "postgres", "service_role";

GRANT INSERT ("quiet_from"), UPDATE ("quiet_from") ON TABLE "public"."notification_settings" TO "authenticated";

GRANT INSERT ("quiet_until"), UPDATE ("quiet_until") ON TABLE "public"."notification_settings" TO "authenticated";

GRANT INSERT ("sms_consent"), UPDATE ("sms_consent") ON TABLE "public"."notification_settings" TO "authenticated";

GRANT INSERT ("timezone"), UPDATE ("timezone") ON TABLE "public"."notification_settings" TO "authenticated";

GRANT INSERT ("user_id"), UPDATE ("user_id") ON TABLE "public"."notification_settings" TO "authenticated";

GRANT SELECT ON TABLE "public"."notification_settings" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."notification_settings" TO "postgres", "service_role";

GRANT UPDATE ("read_at") ON TABLE "public"."notifications" TO "authenticated";

GRANT SELECT ON TABLE "public"."notifications" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."notifications" TO "postgres", "service_role";

GRANT USAGE ON TYPE "public"."notification_topic" TO "postgres";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "private"."failed_messages" TO "postgres";

CREATE INDEX notifications_unread_idx ON public.notifications USING btree (user_id, id DESC) WHERE (read_at IS NULL);

CREATE INDEX notifications_user_id_idx ON public.notifications USING btree (user_id, id DESC);

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
  ('housekeeping.prune', '{}', 3600);

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
