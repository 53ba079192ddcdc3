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
