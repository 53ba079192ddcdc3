-- Messages: what was sent to whom by which way, so that nothing is sent twice and nothing fails unseen.

create type public.message_channel as enum ('email', 'sms', 'in_app');
comment on type public.message_channel is 'Ways to reach somebody. in_app: a row of notifications, which front ends show.';

create type private.message_state as enum ('queued', 'sending', 'sent', 'failed', 'suppressed', 'bounced', 'complained');
comment on type private.message_state is
  'queued: put off until due_at; sending: an attempt has begun; sent: handed to the provider; failed: the last attempt has failed; suppressed: the reader does not want it, or her address gives mail back; bounced: came back after it was sent; complained: its reader called it spam.';

create table private.messages (
  send_key text primary key,
  channel public.message_channel not null,
  template text not null,
  user_id uuid references public.profiles (id) on delete cascade,
  recipient_hash bytea,
  locale text,
  state private.message_state not null default 'sending',
  due_at timestamptz not null default now(),
  attempts integer not null default 1,
  last_error text,
  final boolean not null default false,
  provider text,
  provider_message_id text,
  sent_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint what_has_left_has_a_time check ((state in ('sent', 'bounced', 'complained')) = (sent_at is not null)),
  constraint only_a_failure_is_final check (not final or state = 'failed')
);
comment on table private.messages is 'One row per message and channel, by a key that says what it is about. A job that runs twice finds the row and does not send again. Removed after 400 days by housekeeping.prune.';
comment on column private.messages.send_key is 'Template and business row, such as rental_reserved:<rental id>, with the channel at its end unless it is e-mail. It is also the local part of the Message-ID.';
comment on column private.messages.template is 'Kind of the notification, as in functions/_shared/notifications.';
comment on column private.messages.recipient_hash is 'SHA-256 of the e-mail address in lower case, which tells whether later mail goes to an address that has given mail back. The address itself is read when the message leaves and kept nowhere here.';
comment on column private.messages.locale is 'Language that it was written in.';
comment on column private.messages.due_at is 'When it has to leave: at once, or at the end of its reader''s quiet hours.';
comment on column private.messages.last_error is 'Why it has failed, come back or been suppressed.';
comment on column private.messages.final is 'Trying again does not help, as with an address that is none. Only a new job tries it again, which somebody enqueues who has mended the cause.';
comment on column private.messages.provider is 'Who took it: smtp, resend, twilio, log (written to the log only), or in_app.';
comment on column private.messages.provider_message_id is 'The provider''s name for it, by which news of it come back.';
create index messages_user_id_idx on private.messages (user_id);
create index messages_created_at_idx on private.messages (created_at);
create unique index one_message_per_id_of_a_provider on private.messages (provider, provider_message_id);
create index messages_unsent_idx on private.messages (due_at) where state in ('queued', 'sending', 'failed');
create index messages_undelivered_idx on private.messages (updated_at) where state in ('failed', 'bounced', 'complained');
create index messages_given_back_idx on private.messages (recipient_hash) where state in ('bounced', 'complained');
alter table private.messages enable row level security;
-- No policy and no grant to API roles: only the worker reads and writes it.

create trigger touch_updated_at before update on private.messages
  for each row execute function private.touch_updated_at();

create function private.recipient_hash(address text) returns bytea
language sql immutable
set search_path = ''
as $$
  select sha256(convert_to(lower(btrim(address)), 'UTF8'))
$$;
comment on function private.recipient_hash(text) is 'What stands for an address in private.messages. No secret: who guesses an address can compute it.';

create function private.gives_mail_back(recipient_hash bytea) returns boolean
language sql stable
set search_path = ''
as $$
  select exists (
    select from private.messages m
    where m.recipient_hash = gives_mail_back.recipient_hash and m.state in ('bounced', 'complained'))
$$;
comment on function private.gives_mail_back(bytea) is 'True for an address from which mail has come back or been called spam. It gets what it has to get, and nothing else.';

-- What has gone wrong -----------------------------------------------------------------------------------------------------

create view private.failed_messages with (security_invoker = true) as
  select m.send_key, m.template, m.channel, m.state, m.final, m.user_id, m.attempts, m.last_error, m.provider, m.due_at, m.updated_at
  from private.messages m
  where m.state in ('failed', 'bounced', 'complained');
comment on view private.failed_messages is 'Messages that have not arrived, for operators and alerts. By updated_at: the newest failures.';

create function private.unsent_messages(older_than interval default interval '15 minutes')
returns table (source text, reference text, template text, due_at timestamptz, attempts integer, last_error text)
language sql stable
set search_path = ''
as $$
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
$$;
comment on function private.unsent_messages(interval) is
  'What is due and has not left: messages whose attempts failed or broke off or whose quiet hours are over, and jobs that nobody has run. An empty answer is a good one. Failures that are final are in private.failed_messages.';

create function private.watch_messages() returns void
language plpgsql volatile
set search_path = ''
as $$
declare
  v_count bigint;
  v_details jsonb;
begin
  -- Jobs that nobody has run are told of by private.watch_jobs.
  select coalesce(sum(t.count), 0), jsonb_object_agg(t.template, t.count) into v_count, v_details
  from (select u.template, count(*) from private.unsent_messages() u where u.source = 'message' group by u.template) t;
  if v_count > 0 then
    perform private.raise_alert('messages.unsent', 'messages', format('%s messages are due and have not left', v_count),
      jsonb_build_object('count', v_count, 'templates', v_details));
  else
    perform private.resolve_alert('messages.unsent', 'messages');
  end if;

  select coalesce(sum(t.count), 0), jsonb_object_agg(t.reason, t.count) into v_count, v_details
  from (
    select f.channel || ' ' || f.state as reason, count(*) from private.failed_messages f
    where f.updated_at > now() - interval '1 day' and (f.state <> 'failed' or f.final)
    group by 1
  ) t;
  -- An address that is gone is nobody's mistake; many of them are.
  if v_count >= 10 then
    perform private.raise_alert('messages.failed', 'messages', format('%s messages of the last day have not arrived', v_count),
      jsonb_build_object('count', v_count, 'reasons', v_details));
  else
    perform private.resolve_alert('messages.failed', 'messages');
  end if;
end
$$;
comment on function private.watch_messages() is
  'Raises an alert when messages are due and have not left, and when ten or more of a day were refused or came back; ends it when that is over. Called by private.watch_jobs.';

-- News from providers -----------------------------------------------------------------------------------------------------

create function private.note_message_event(provider text, provider_message_id text, event text, reason text) returns boolean
language plpgsql volatile
security definer -- functions with the secret key report what has become of a message, they do not see the table
set search_path = ''
as $$
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
$$;

create function public.note_message_event(provider text, provider_message_id text, event text, reason text) returns boolean
language sql volatile security invoker set search_path = ''
as $$ select private.note_message_event(provider, provider_message_id, event, reason) $$;
comment on function public.note_message_event(text, text, text, text) is
  'For servers with the secret key: a message came back (bounced) or was called spam (complained). False when no such message has left. PT400 invalid_event.';
grant execute on function private.note_message_event(text, text, text, text) to service_role;
grant execute on function public.note_message_event(text, text, text, text) to service_role;
