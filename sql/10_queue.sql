-- Queue: jobs are enqueued from SQL, in the transaction of the business row. The schema `pgboss` itself is the
-- library's (pg-boss); its tables come with a migration that is generated from the library.

create function private.enqueue(queue text, payload jsonb, options jsonb default '{}') returns uuid
language plpgsql volatile
set search_path = ''
as $$
declare
  v_job uuid;
  v_start timestamptz := coalesce((options ->> 'start_after')::timestamptz, now());
begin
  -- The columns and their defaults follow pg-boss's own insert, which tests compare this with.
  insert into pgboss.job (
    name, data, priority, start_after, singleton_key, expire_seconds, deletion_seconds, keep_until,
    retry_limit, retry_delay, retry_backoff, retry_delay_max, policy, dead_letter, heartbeat_seconds
  )
  select
    q.name, payload, coalesce((options ->> 'priority')::integer, 0), v_start, options ->> 'singleton_key',
    q.expire_seconds, q.deletion_seconds, v_start + q.retention_seconds * interval '1 second',
    q.retry_limit, q.retry_delay, q.retry_backoff, q.retry_delay_max, q.policy, q.dead_letter, q.heartbeat_seconds
  from pgboss.queue q
  where q.name = enqueue.queue
  on conflict do nothing
  returning id into v_job;
  if v_job is null and not exists (select from pgboss.queue q where q.name = enqueue.queue) then
    raise exception 'There is no queue "%".', queue
      using hint = 'Add it to functions/_shared/jobs and run npm run db:diff.';
  end if;
  -- Wakes a sleeping worker when the transaction commits; pg-boss listens on the channel of its schema's name.
  if v_start <= now() then
    perform pg_notify('pgboss_' || left(encode(sha224('pgboss'::bytea), 'hex'), 24), queue);
  end if;
  return v_job;
end
$$;
comment on function private.enqueue(text, jsonb, jsonb) is
  'Adds a job to a queue in the current transaction and wakes the workers at commit. Options: start_after (timestamptz), priority (integer, higher first), singleton_key (one waiting job per key, on queues with such a policy). Null when the queue''s policy dropped a duplicate.';
