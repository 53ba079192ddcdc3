-- Pausing: an operator stops a queue while its jobs wait. Every worker reads this table every few seconds.

create table private.paused_queues (
  queue text primary key references pgboss.queue (name) on delete cascade,
  reason text not null default '',
  paused_at timestamptz not null default now(),
  paused_by text not null default session_user,
  constraint reason_is_short check (length(reason) <= 500)
);
comment on table private.paused_queues is 'Queues that no worker takes jobs from, until the row is deleted. Jobs that run are finished; nothing is lost.';
comment on column private.paused_queues.paused_by is 'Who it was, for the others: a role of the database or what the command line was told.';
alter table private.paused_queues enable row level security;
-- No policy and no grant: operators work as the owner.
