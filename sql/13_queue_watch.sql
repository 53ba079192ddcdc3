-- What the queues look like, and what is due and has not been done.

create function private.queue_figures() returns table (
  queue text, ready bigint, deferred bigint, active bigint, retry bigint, dead bigint, oldest_ready_at timestamptz, paused boolean)
language sql stable
set search_path = ''
as $$
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
$$;
comment on function private.queue_figures() is
  'One row per queue: jobs that could run now, that start later, that run, that wait for another attempt, that were given up and nobody has looked at; since when the oldest could run; whether it is paused. The queue "unknown" has only dead letters.';

create function private.overdue_jobs() returns table (problem text, queue text, jobs bigint, oldest timestamptz, threshold_seconds integer)
language sql stable
set search_path = ''
as $$
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
$$;
comment on function private.overdue_jobs() is
  'What is due and has not been done: "late" jobs wait for longer than their queue allows, "stuck" ones run for too long, "dead" letters nobody has redriven or cancelled, and the schedule of a "stopped" queue has not run when it should have.';

create function private.watch_jobs() returns integer
language plpgsql volatile
set search_path = ''
as $$
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
  perform private.watch_messages();
  delete from private.alerts a where a.resolved_at < now() - interval '90 days';
  return jsonb_array_length(v_alerts);
end
$$;
comment on function private.watch_jobs() is
  'Raises an alert for everything that private.overdue_jobs finds, and ends those of what is mended; messages likewise (private.watch_messages). Returns how many jobs.* alerts there are. Run by the job jobs.watch and, where it is there, by pg_cron.';
