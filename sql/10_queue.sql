-- Queue: jobs are enqueued from SQL, in the transaction of the business row. The schema `pgboss` itself is the
-- library's (pg-boss); its tables come with a migration that is generated from the library.

create table private.queue_rules (
  queue text primary key,
  payload jsonb not null,
  overdue_seconds integer not null,
  schedule_seconds integer,
  created_at timestamptz not null default now(),
  constraint payload_is_an_object check (jsonb_typeof(payload) = 'object'),
  constraint overdue_after_some_time check (overdue_seconds > 0),
  constraint scheduled_after_some_time check (schedule_seconds > 0)
);
comment on table private.queue_rules is 'What the registry of queues says and pg-boss has no column for. Written by 95_queues.sql.';
comment on column private.queue_rules.payload is 'Members that a payload has, all of them and no other, each uuid, integer or text: {"rental_id": "uuid"}.';
comment on column private.queue_rules.overdue_seconds is 'A job that waits longer than this after its start is overdue.';
comment on column private.queue_rules.schedule_seconds is 'Longest time between two runs by the clock; null for a queue that is not filled by the clock.';
alter table private.queue_rules enable row level security;
-- No policy and no grant: only functions of the owner and the worker read it.

create function private.payload_problem(queue text, payload jsonb) returns text
language plpgsql stable
set search_path = ''
as $$
declare
  v_fields jsonb;
  v_name text;
  v_type text;
begin
  select r.payload into v_fields from private.queue_rules r where r.queue = payload_problem.queue;
  if not found then
    return format('There is no queue "%s". Add it to functions/_shared/jobs and run npm run db:diff, then redrive this.', queue);
  elsif jsonb_typeof(payload) is distinct from 'object' then
    return format('The payload of %s has to be an object.', queue);
  end if;
  for v_name, v_type in select * from jsonb_each_text(v_fields) loop
    if coalesce(payload ->> v_name !~* case v_type
      when 'uuid' then '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
      when 'integer' then '^-?[0-9]+$'
      else '\S' end, true) then
      return format('The payload of %s needs %s, of type %s.', queue, v_name, v_type);
    end if;
  end loop;
  for v_name in select k.name from jsonb_object_keys(payload) k (name) where not v_fields ? k.name limit 1 loop
    return format('The payload of %s has no member %s.', queue, v_name);
  end loop;
  return null;
end
$$;
comment on function private.payload_problem(text, jsonb) is 'Why a queue does not take a payload; null when it does.';

create function private.enqueue_dead_letter(queue text, payload jsonb, reason text) returns uuid
language sql volatile
set search_path = ''
as $$
  insert into pgboss.job (
    name, data, expire_seconds, deletion_seconds, keep_until, retry_limit, policy, source_name, source_created_on,
    source_retry_count, source_output)
  select q.name, payload, q.expire_seconds, q.deletion_seconds, now() + q.retention_seconds * interval '1 second', 0, q.policy,
    enqueue_dead_letter.queue, now(), 0, jsonb_build_object('name', 'PermanentFailure', 'message', reason)
  from pgboss.queue q
  where q.name in (enqueue_dead_letter.queue || '.dead', 'unknown.dead')
  order by q.name = 'unknown.dead'
  limit 1
  returning id
$$;
comment on function private.enqueue_dead_letter(text, jsonb, text) is
  'Puts a payload that a queue does not take among its dead letters, or among those of unknown queues, as pg-boss writes them: it can be looked at and redriven.';

create function private.enqueue(queue text, payload jsonb, options jsonb default '{}') returns uuid
language plpgsql volatile
set search_path = ''
as $$
declare
  v_job uuid;
  v_start timestamptz := coalesce((options ->> 'start_after')::timestamptz, now());
  v_problem text := private.payload_problem(queue, payload);
  v_request text := nullif(current_setting('request.headers', true), '')::json ->> 'x-request-id';
begin
  if v_problem is not null then
    return private.enqueue_dead_letter(queue, payload, v_problem);
  end if;
  -- For the logs: which request a job came from.
  if v_request ~ '^[A-Za-z0-9._-]{1,100}$' then
    payload := payload || jsonb_build_object('request_id', v_request);
  end if;
  -- The columns and their defaults follow pg-boss's own insert, which tests compare this with.
  insert into pgboss.job (
    name, data, priority, start_after, singleton_key, group_id, expire_seconds, deletion_seconds, keep_until,
    retry_limit, retry_delay, retry_backoff, retry_delay_max, policy, dead_letter, heartbeat_seconds
  )
  select
    q.name, payload, coalesce((options ->> 'priority')::integer, 0), v_start, options ->> 'singleton_key', options ->> 'group',
    q.expire_seconds, q.deletion_seconds, v_start + q.retention_seconds * interval '1 second',
    q.retry_limit, q.retry_delay, q.retry_backoff, q.retry_delay_max, q.policy, q.dead_letter, q.heartbeat_seconds
  from pgboss.queue q
  where q.name = enqueue.queue
  on conflict do nothing
  returning id into v_job;
  -- Wakes a sleeping worker when the transaction commits; pg-boss listens on the channel of its schema's name.
  if v_start <= now() then
    perform pg_notify('pgboss_' || left(encode(sha224('pgboss'::bytea), 'hex'), 24), queue);
  end if;
  return v_job;
end
$$;
comment on function private.enqueue(text, jsonb, jsonb) is
  'Adds a job to a queue in the current transaction and wakes the workers at commit. Options: start_after (timestamptz), priority (integer, higher first), singleton_key (one waiting job per key, on queues with such a policy), group (a boutique''s id: all boutiques get their turn). Null when the queue''s policy dropped a duplicate. What the queue does not take becomes a dead letter with the reason, for the business row must not fail for it.';
