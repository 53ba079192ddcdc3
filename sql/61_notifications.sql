-- Notifications: what the marketplace tells people, by which way they want to hear it, and when they do not.
-- The words are in functions/_shared/notifications; the database says that something is to be told.

create type public.notification_topic as enum ('account', 'bookings', 'reminders', 'boutique', 'news', 'marketing');
comment on type public.notification_topic is
  'What a notification is about. account: one''s own account and data; bookings: what one has rented or booked; reminders: of what one has booked; boutique: work for a boutique; news: of boutiques and gowns one follows; marketing: offers, off until somebody wants them.';

-- notifications -----------------------------------------------------------------------------------------------------------

create table public.notifications (
  id uuid primary key default private.uuid_v7(),
  user_id uuid not null references public.profiles (id) on delete cascade,
  topic public.notification_topic not null,
  kind text not null,
  data jsonb not null default '{}',
  title text not null,
  body text not null,
  read_at timestamptz,
  created_at timestamptz not null default now(),
  constraint data_is_an_object check (jsonb_typeof(data) = 'object'),
  constraint title_is_given check (title ~ '\S' and length(title) <= 300),
  constraint body_is_short check (length(body) <= 2000)
);
comment on table public.notifications is 'What the front end shows to somebody, newest first. Made by jobs; removed 180 days after it was made once it is read, and after 400 days in any case.';
comment on column public.notifications.kind is 'What has happened, such as rental_confirmed: for icons and links.';
comment on column public.notifications.data is 'Ids of the rows that it is about, such as {"rental_id": "..."}.';
comment on column public.notifications.title is 'In the language that its reader had when it was made; plain text, not HTML.';
create index notifications_user_id_idx on public.notifications (user_id, id desc);
create index notifications_unread_idx on public.notifications (user_id, id desc) where read_at is null;
create index notifications_created_at_idx on public.notifications (created_at);

alter table public.notifications enable row level security;
revoke all on public.notifications from anon, authenticated, service_role;
grant select on public.notifications to authenticated;
grant update (read_at) on public.notifications to authenticated;
grant all on public.notifications to service_role;
-- insert is not granted: jobs write them. delete is not granted: read is enough, and they go with time.

create policy select_own on public.notifications for select to authenticated using (user_id = (select auth.uid()));
create policy update_own on public.notifications for update to authenticated
  using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));

-- notification_preferences ------------------------------------------------------------------------------------------------

create table public.notification_preferences (
  user_id uuid not null references public.profiles (id) on delete cascade,
  topic public.notification_topic not null,
  channel public.message_channel not null,
  enabled boolean not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (user_id, topic, channel),
  constraint mail_about_ones_own_account_and_bookings_stays_on
    check (enabled or channel <> 'email' or topic not in ('account', 'bookings'))
);
comment on table public.notification_preferences is 'What somebody wants to hear by which way. Without a row: everything but marketing, and SMS only with consent (notification_settings).';

alter table public.notification_preferences enable row level security;
revoke all on public.notification_preferences from anon, authenticated, service_role;
grant select, delete on public.notification_preferences to authenticated;
grant insert (user_id, topic, channel, enabled) on public.notification_preferences to authenticated;
-- The key may be updated because an upsert through the API writes it again; the policy keeps the row its owner's.
grant update (user_id, topic, channel, enabled) on public.notification_preferences to authenticated;
grant all on public.notification_preferences to service_role;

create policy select_own on public.notification_preferences for select to authenticated using (user_id = (select auth.uid()));
create policy insert_own on public.notification_preferences for insert to authenticated
  with check (user_id = (select auth.uid()));
create policy update_own on public.notification_preferences for update to authenticated
  using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
create policy delete_own on public.notification_preferences for delete to authenticated using (user_id = (select auth.uid()));

create trigger touch_updated_at before update on public.notification_preferences
  for each row execute function private.touch_updated_at();

-- notification_settings ---------------------------------------------------------------------------------------------------

create table public.notification_settings (
  user_id uuid primary key references public.profiles (id) on delete cascade,
  quiet_from time,
  quiet_until time,
  timezone text not null default 'UTC',
  sms_consent boolean not null default false,
  sms_consented_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint quiet_hours_have_both_ends check ((quiet_from is null) = (quiet_until is null)),
  constraint quiet_hours_leave_some_of_the_day check (quiet_from <> quiet_until),
  constraint timezone_is_known check (private.is_timezone(timezone)),
  constraint consent_has_a_time check (sms_consent = (sms_consented_at is not null))
);
comment on table public.notification_settings is 'When somebody does not want to be disturbed, and whether she may be sent SMS. Without a row: no quiet hours, no SMS.';
comment on column public.notification_settings.quiet_from is 'Local time at which the quiet begins, such as 22:00. What need not be told at once waits for quiet_until, which may be on the next day.';
comment on column public.notification_settings.timezone is 'IANA zone of the quiet hours, such as Africa/Addis_Ababa.';
comment on column public.notification_settings.sms_consent is 'SMS may go to profiles.phone. It ends when that number changes.';

alter table public.notification_settings enable row level security;
revoke all on public.notification_settings from anon, authenticated, service_role;
grant select on public.notification_settings to authenticated;
grant insert (user_id, quiet_from, quiet_until, timezone, sms_consent) on public.notification_settings to authenticated;
-- The key, as for preferences.
grant update (user_id, quiet_from, quiet_until, timezone, sms_consent) on public.notification_settings to authenticated;
grant all on public.notification_settings to service_role;
-- delete is not granted: null and false say the same.

create policy select_own on public.notification_settings for select to authenticated using (user_id = (select auth.uid()));
create policy insert_own on public.notification_settings for insert to authenticated
  with check (user_id = (select auth.uid()));
create policy update_own on public.notification_settings for update to authenticated
  using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));

create trigger touch_updated_at before update on public.notification_settings
  for each row execute function private.touch_updated_at();

create function private.note_sms_consent() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  new.sms_consented_at := case
    when not new.sms_consent then null
    when tg_op = 'UPDATE' and old.sms_consent then old.sms_consented_at
    else now()
  end;
  return new;
end
$$;
comment on function private.note_sms_consent() is 'Trigger: notes when somebody agreed to SMS.';

create trigger note_sms_consent before insert or update on public.notification_settings
  for each row execute function private.note_sms_consent();

create function private.end_sms_consent() returns trigger
language plpgsql
security definer -- whoever changes the number, the consent was for the old one
set search_path = ''
as $$
begin
  update public.notification_settings s set sms_consent = false where s.user_id = new.id and s.sms_consent;
  return null;
end
$$;
comment on function private.end_sms_consent() is 'Trigger: consent to SMS is for one number.';

create trigger end_sms_consent after update of phone on public.profiles
  for each row when (old.phone is distinct from new.phone) execute function private.end_sms_consent();

-- What the job asks at the moment of sending ------------------------------------------------------------------------------

create function private.wants(user_id uuid, topic public.notification_topic, channel public.message_channel) returns boolean
language sql stable
set search_path = ''
as $$
  select coalesce(
    (select p.enabled from public.notification_preferences p
      where p.user_id = wants.user_id and p.topic = wants.topic and p.channel = wants.channel),
    wants.topic <> 'marketing')
$$;
comment on function private.wants(uuid, public.notification_topic, public.message_channel) is 'Whether somebody wants to hear of a topic by a channel.';

create function private.quiet_until(user_id uuid, at timestamptz) returns timestamptz
language sql stable
set search_path = ''
as $$
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
$$;
comment on function private.quiet_until(uuid, timestamptz) is 'End of the quiet hours in which a moment lies; null when it lies in none.';

-- Telling -----------------------------------------------------------------------------------------------------------------

create function private.notify(kind text, subject_id uuid, options jsonb default '{}') returns uuid
language plpgsql volatile
set search_path = ''
as $$
declare
  v_occasion text := coalesce(options ->> 'occasion', 'once');
begin
  -- The job is all there is until it runs: it commits or fails with the business row, it is retried and it dies visibly.
  -- A row of its own for each message would say the same a second time, and could be stale when the message leaves.
  return private.enqueue('notify.deliver',
    jsonb_build_object('kind', kind, 'subject_id', subject_id, 'occasion', v_occasion),
    options - 'occasion');
end
$$;
comment on function private.notify(text, uuid, jsonb) is
  'Tells those concerned, by every channel that they want, in the transaction of the business row. kind is one of functions/_shared/notifications; subject_id is the row that it is about. Who is told and what is read when the message leaves. Options: those of private.enqueue (group: the boutique''s id; start_after), and occasion, a word that lets the same kind be told again about the same row.';

create function private.notify_of_rental() returns trigger
language plpgsql
security definer -- whoever moves the rental, its customer is told
set search_path = ''
as $$
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
$$;
comment on function private.notify_of_rental() is 'Trigger: tells the customer that her rental is firm, reminds her of it the day before, and tells her when it is cancelled.';

create trigger notify_of_rental after update of state on public.rentals
  for each row when (old.state is distinct from new.state) execute function private.notify_of_rental();

-- Housekeeping ------------------------------------------------------------------------------------------------------------

create function private.prune(batch integer default 5000) returns bigint
language plpgsql volatile
set search_path = ''
as $$
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
  v_total := v_total + v_count;
  -- Providers repeat an event for days, not for months; what it has done is in attempts and transfers.
  delete from private.payment_events e
  where e.ctid = any (array(
    select o.ctid from private.payment_events o where o.processed_at < now() - interval '90 days' limit batch));
  get diagnostics v_count = row_count;
  v_total := v_total + v_count;
  delete from private.search_words w
  where w.id = any (array(
    select o.id from private.search_words o
    where exists (select from private.search_words e where e.word = o.word and e.id < o.id) limit batch));
  get diagnostics v_count = row_count;
  v_total := v_total + v_count;
  delete from public.catalog_import_refusals r
  where r.ctid = any (array(
    select o.ctid from public.catalog_import_refusals o where o.created_at < now() - interval '30 days' limit batch));
  get diagnostics v_count = row_count;
  v_total := v_total + v_count;
  -- A body changes: what nobody has looked after for so long advises wrongly.
  delete from public.measurements m
  where m.customer_id = any (array(
    select o.customer_id from public.measurements o where o.updated_at < now() - interval '2 years' limit batch));
  get diagnostics v_count = row_count;
  return v_total + v_count;
end
$$;
comment on function private.prune(integer) is
  'Removes up to `batch` old rows of each: idempotency keys after 30 days, messages after 400, notifications after 180 when they are read and after 400 in any case, payment events 90 days after they were worked on, words of the search that are there twice, refused rows of imports after 30, measurements two years after their last change. How many were removed; 0 when all is done. Called by the job housekeeping.prune.';
