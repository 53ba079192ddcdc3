-- Webhooks: what happens in a boutique is told to its own systems, as Standard Webhooks has it. Here are the tables; 66 has
-- what writes events, 67 what managers call, 68 what the worker calls.

-- webhook_endpoints -----------------------------------------------------------------------------------------------------

create table public.webhook_endpoints (
  id uuid primary key default private.uuid_v7(),
  boutique_id uuid not null references public.boutiques (id) on delete cascade,
  url text not null,
  description text not null default '',
  event_types text[] not null,
  enabled boolean not null default true,
  disabled_reason text,
  disabled_at timestamptz,
  secret_version integer not null default 1,
  old_secret_until timestamptz,
  secret_shown_at timestamptz,
  failing_since timestamptz,
  gone_since timestamptz,
  told_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (boutique_id, id),
  constraint url_is_https_without_credentials check (private.is_webhook_url(url)),
  constraint description_is_short check (length(description) <= 500),
  constraint event_types_are_known check (private.are_webhook_event_types(event_types, true)),
  constraint disabled_endpoint_says_since_when_and_why
    check (enabled = (disabled_at is null) and enabled = (disabled_reason is null)),
  constraint reason_has_3_to_500_characters check (length(btrim(disabled_reason)) between 3 and 500),
  constraint secret_version_is_positive check (secret_version > 0),
  constraint first_secret_has_no_predecessor check (secret_version > 1 or old_secret_until is null)
);
comment on table public.webhook_endpoints is 'Where a boutique has its events sent. Only people disable an endpoint: one that fails is marked, and its managers are told.';
comment on column public.webhook_endpoints.url is 'https://…, called with POST. Private addresses are refused at each delivery unless the operator allows them.';
comment on column public.webhook_endpoints.event_types is 'Types it listens to, of webhook_event_types(); "*" for all, those of later versions included.';
comment on column public.webhook_endpoints.secret_version is 'Which secret signs. The secret itself is nowhere in the database: it is derived from the operator''s master key, the id and this number.';
comment on column public.webhook_endpoints.old_secret_until is 'Until when the secret of the version before signs too, so that receivers have time to change.';
comment on column public.webhook_endpoints.secret_shown_at is 'When somebody last had the secret shown; the audit log says who.';
comment on column public.webhook_endpoints.failing_since is 'First failure since the last success; null while all is well.';
comment on column public.webhook_endpoints.gone_since is 'When it first answered 410 Gone since the last success.';
comment on column public.webhook_endpoints.told_at is 'When its managers were last told that it fails; at most once a day.';

alter table public.webhook_endpoints enable row level security;
revoke all on public.webhook_endpoints from anon, authenticated, service_role;
grant select on public.webhook_endpoints to authenticated;
grant all on public.webhook_endpoints to service_role;
-- insert, update and delete are not granted: the functions of 67 know the rules.

create policy select_webhook_manager on public.webhook_endpoints for select to authenticated
  using (boutique_id = any (array(select m.boutique_id from private.my_memberships m where m.role >= private.minimum_role('webhooks.read'))) or (select private.is_admin()));

create trigger touch_updated_at before update on public.webhook_endpoints
  for each row execute function private.touch_updated_at();

-- webhook_events --------------------------------------------------------------------------------------------------------

create table public.webhook_events (
  id uuid primary key default private.uuid_v7(),
  boutique_id uuid not null references public.boutiques (id) on delete cascade,
  type text not null,
  subject_table text not null,
  subject_id uuid not null,
  sequence bigint not null,
  payload jsonb not null,
  occurred_at timestamptz not null,
  unique (boutique_id, id),
  constraint type_is_known check (private.are_webhook_event_types(array[type], false)),
  constraint payload_is_an_object check (jsonb_typeof(payload) = 'object'),
  constraint sequence_numbers_of_a_subject_are_unique unique (boutique_id, subject_table, subject_id, sequence)
);
comment on table public.webhook_events is 'What happened, in the words in which it is sent; written in the transaction in which it happened, if somebody listens. Kept for 90 days.';
comment on column public.webhook_events.subject_table is 'Table of the row that it is about. No foreign key: the event outlives the row.';
comment on column public.webhook_events.sequence is 'Counts the events of the subject from 1: a receiver drops what is older than what it has.';
comment on column public.webhook_events.payload is 'The body of every delivery, never changed.';
create index webhook_events_occurred_at_idx on public.webhook_events (occurred_at);

alter table public.webhook_events enable row level security;
revoke all on public.webhook_events from anon, authenticated, service_role;
grant select on public.webhook_events to authenticated, service_role;
-- insert, update and delete are granted to nobody: private.emit_event writes it, and what was sent does not change.

create policy select_webhook_manager on public.webhook_events for select to authenticated
  using (boutique_id = any (array(select m.boutique_id from private.my_memberships m where m.role >= private.minimum_role('webhooks.read'))) or (select private.is_admin()));

create table private.webhook_sequences (
  boutique_id uuid not null references public.boutiques (id) on delete cascade,
  subject_table text not null,
  subject_id uuid not null,
  last bigint not null,
  primary key (boutique_id, subject_table, subject_id)
);
comment on table private.webhook_sequences is 'The last sequence number per subject. Its lock makes the events of one subject go one after the other; kept when events are pruned, so that numbers never begin anew.';
alter table private.webhook_sequences enable row level security;
-- No policy and no grant: only private.write_event reaches it.

-- webhook_deliveries ----------------------------------------------------------------------------------------------------

create type public.webhook_delivery_state as enum ('pending', 'delivering', 'delivered', 'failed', 'dead');
comment on type public.webhook_delivery_state is
  'pending: about to be sent; delivering: being sent; delivered: the receiver answered 2xx; failed: is tried again at next_attempt_at; dead: given up for the reason given, can be replayed.';

create table public.webhook_deliveries (
  id uuid primary key default private.uuid_v7(),
  boutique_id uuid not null,
  event_id uuid not null,
  endpoint_id uuid not null,
  state public.webhook_delivery_state not null,
  attempts integer not null default 0,
  tries integer not null default 0,
  next_attempt_at timestamptz,
  last_status integer,
  reason text,
  delivered_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (boutique_id, id),
  constraint an_event_goes_to_an_endpoint_once unique (boutique_id, event_id, endpoint_id),
  constraint delivery_is_of_an_event_of_the_boutique
    foreign key (boutique_id, event_id) references public.webhook_events (boutique_id, id) on delete cascade,
  constraint delivery_is_to_an_endpoint_of_the_boutique
    foreign key (boutique_id, endpoint_id) references public.webhook_endpoints (boutique_id, id) on delete cascade,
  constraint delivery_that_goes_on_says_when check ((state in ('delivered', 'dead')) = (next_attempt_at is null)),
  constraint dead_delivery_says_why check (state <> 'dead' or reason is not null),
  constraint delivered_delivery_says_when check (state <> 'delivered' or delivered_at is not null),
  constraint tries_are_some_of_the_attempts check (tries between 0 and attempts)
);
comment on table public.webhook_deliveries is 'One event on its way to one endpoint. Each attempt is in webhook_attempts.';
comment on column public.webhook_deliveries.attempts is 'How often it was sent, replays included.';
comment on column public.webhook_deliveries.tries is 'Attempts since it was made or replayed; the wait grows by them.';
comment on column public.webhook_deliveries.next_attempt_at is 'When it is sent next; while it is being sent, when whoever does so is taken for dead.';
comment on column public.webhook_deliveries.last_status is 'HTTP status of the last answer; null when there was none.';
comment on column public.webhook_deliveries.reason is 'Why the last attempt failed, or why it was given up.';
create index webhook_deliveries_endpoint_id_idx on public.webhook_deliveries (boutique_id, endpoint_id, created_at desc);
create index webhook_deliveries_next_attempt_at_idx on public.webhook_deliveries (next_attempt_at) where next_attempt_at is not null;

alter table public.webhook_deliveries enable row level security;
revoke all on public.webhook_deliveries from anon, authenticated, service_role;
grant select on public.webhook_deliveries to authenticated, service_role;
-- insert, update and delete are granted to nobody: events make deliveries, the worker moves them, replays start them anew.

create policy select_webhook_manager on public.webhook_deliveries for select to authenticated
  using (boutique_id = any (array(select m.boutique_id from private.my_memberships m where m.role >= private.minimum_role('webhooks.read'))) or (select private.is_admin()));

create trigger touch_updated_at before update on public.webhook_deliveries
  for each row execute function private.touch_updated_at();

-- webhook_attempts ------------------------------------------------------------------------------------------------------

create table public.webhook_attempts (
  delivery_id uuid not null,
  n integer not null,
  boutique_id uuid not null,
  url text not null,
  started_at timestamptz not null,
  duration_ms integer not null,
  request_headers jsonb not null,
  response_status integer,
  response_body text,
  error text,
  primary key (delivery_id, n),
  constraint attempt_is_at_a_delivery_of_the_boutique
    foreign key (boutique_id, delivery_id) references public.webhook_deliveries (boutique_id, id) on delete cascade,
  constraint attempt_ends_in_an_answer_or_an_error check (response_status is not null or error is not null),
  constraint response_body_is_the_beginning_alone check (length(response_body) <= 4096),
  constraint duration_is_not_negative check (duration_ms >= 0)
);
comment on table public.webhook_attempts is 'Every attempt at a delivery: what was sent where, what came back. Kept for 30 days.';
comment on column public.webhook_attempts.n is 'Number of the attempt. A missing one was broken off by the end of the worker.';
comment on column public.webhook_attempts.request_headers is 'As sent, but for the value of webhook-signature. The body is the payload of the event.';
comment on column public.webhook_attempts.response_body is 'The first 4 kB.';
comment on column public.webhook_attempts.error is 'Why there was no answer: refused, no such name, out of time, an address that is not called.';
create index webhook_attempts_delivery_id_idx on public.webhook_attempts (boutique_id, delivery_id);
create index webhook_attempts_started_at_idx on public.webhook_attempts (started_at);

alter table public.webhook_attempts enable row level security;
revoke all on public.webhook_attempts from anon, authenticated, service_role;
grant select on public.webhook_attempts to authenticated, service_role;
-- insert, update and delete are granted to nobody: the worker writes it, and a log does not change.

create policy select_webhook_manager on public.webhook_attempts for select to authenticated
  using (boutique_id = any (array(select m.boutique_id from private.my_memberships m where m.role >= private.minimum_role('webhooks.read'))) or (select private.is_admin()));
