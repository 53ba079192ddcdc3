-- Alerts: what an operator has to know and do something about. Any domain may raise one; the job jobs.watch tells of it.

create table private.alerts (
  id uuid primary key default private.uuid_v7(),
  kind text not null,
  key text not null,
  subject text not null,
  details jsonb not null default '{}',
  opened_at timestamptz not null default now(),
  resolved_at timestamptz,
  notified_at timestamptz,
  constraint kind_has_a_domain check (kind ~ '^[a-z_]+\.[a-z_]+$'),
  constraint subject_is_short check (length(subject) between 1 and 200),
  constraint subject_is_one_line check (subject !~ '[[:cntrl:]]'),
  constraint alert_ends_after_it_opened check (resolved_at >= opened_at)
);
comment on table private.alerts is 'One row per alert, from when it was raised until what it is about is mended. Ended ones are kept for 90 days.';
comment on column private.alerts.kind is 'Domain and what is wrong, such as jobs.late.';
comment on column private.alerts.key is 'What it is about, such as a queue. One alert per kind and key is open at a time.';
comment on column private.alerts.details is 'Figures and ids for whoever looks into it. No personal data: it goes out by mail.';
comment on column private.alerts.notified_at is 'When the operator was told last: that it opened or, if later than resolved_at, that it ended.';
create unique index one_open_alert_per_kind_and_key on private.alerts (kind, key) where resolved_at is null;
alter table private.alerts enable row level security;
-- No policy and no grant: functions of the owner and the worker alone.

create function private.raise_alert(kind text, key text, subject text, details jsonb default '{}') returns uuid
language sql volatile
set search_path = ''
as $$
  insert into private.alerts (kind, key, subject, details)
  values (
    raise_alert.kind, raise_alert.key,
    -- An alert does not fail for its text.
    left(regexp_replace(raise_alert.subject, '[[:cntrl:]]+', ' ', 'g'), 200), raise_alert.details)
  on conflict (kind, key) where resolved_at is null
  do update set subject = excluded.subject, details = excluded.details
  returning id
$$;
comment on function private.raise_alert(text, text, text, jsonb) is
  'Opens an alert, or brings the open one of this kind and key up to date. The operator is mailed once per opening.';

create function private.resolve_alert(kind text, key text) returns boolean
language sql volatile
set search_path = ''
as $$
  with resolved as (
    update private.alerts a set resolved_at = now()
    where a.kind = resolve_alert.kind and a.key = resolve_alert.key and a.resolved_at is null
    returning a.id
  )
  select exists (select from resolved)
$$;
comment on function private.resolve_alert(text, text) is 'Ends the open alert of this kind and key; false when there is none.';
