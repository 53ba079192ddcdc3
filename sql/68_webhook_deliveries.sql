-- What the worker calls: it takes a delivery, sends it, and says how that went.

create function private.claim_webhook_delivery(delivery_id uuid)
returns table (
  n integer, tries integer, endpoint_id uuid, url text, secret_version integer, old_secret boolean, event_id uuid,
  event_type text, body text)
language plpgsql volatile
set search_path = ''
as $$
#variable_conflict use_column
begin
  update public.webhook_deliveries d
  set state = 'dead', next_attempt_at = null, reason = 'The endpoint is disabled.'
  from public.webhook_endpoints e
  where d.id = claim_webhook_delivery.delivery_id and e.id = d.endpoint_id and not e.enabled and d.next_attempt_at is not null;
  -- Of several jobs for one delivery the first takes it, and the others find it taken: it is given out again only when
  -- its taker is out of time, which is later than any answer is waited for and sooner than a job of a dead worker returns.
  return query
  with taken as (
    update public.webhook_deliveries d
    set state = 'delivering', attempts = d.attempts + 1, tries = d.tries + 1, next_attempt_at = now() + interval '25 seconds'
    where d.id = claim_webhook_delivery.delivery_id and d.next_attempt_at <= now()
    returning d.*
  )
  select t.attempts, t.tries, e.id, e.url, e.secret_version, coalesce(e.old_secret_until > now(), false), v.id, v.type, v.payload::text
  from taken t
  join public.webhook_endpoints e on e.id = t.endpoint_id
  join public.webhook_events v on v.id = t.event_id;
end
$$;
comment on function private.claim_webhook_delivery(uuid) is
  'Takes a delivery that is due: what to send where, and the number of this attempt. No row when there is nothing to do: done, taken by another, not due, deleted, or the endpoint is disabled, which it notes.';

create function private.note_webhook_success(endpoint_id uuid) returns void
language sql volatile
set search_path = ''
as $$
  update public.webhook_endpoints e set failing_since = null, gone_since = null, told_at = null
  where e.id = note_webhook_success.endpoint_id and (e.failing_since is not null or e.gone_since is not null)
$$;
comment on function private.note_webhook_success(uuid) is 'The endpoint has taken a delivery: it does not fail any more.';

create function private.note_webhook_failure(endpoint_id uuid, dead boolean, gone boolean) returns void
language plpgsql volatile
set search_path = ''
as $$
begin
  update public.webhook_endpoints e
  set failing_since = coalesce(e.failing_since, now()), gone_since = case when gone then coalesce(e.gone_since, now()) else e.gone_since end
  where e.id = note_webhook_failure.endpoint_id and (e.failing_since is null or (gone and e.gone_since is null));
  -- A short outage is nobody's business; one of an hour is, and so is a delivery that was given up. Once a day.
  update public.webhook_endpoints e set told_at = now()
  where e.id = note_webhook_failure.endpoint_id
    and (dead or gone or e.failing_since < now() - interval '1 hour')
    and (e.told_at is null or e.told_at < now() - interval '1 day');
  if found then
    perform private.enqueue('mail.webhook_failing', jsonb_build_object('endpoint_id', endpoint_id));
  end if;
end
$$;
comment on function private.note_webhook_failure(uuid, boolean, boolean) is 'Marks an endpoint that fails and has its managers told, now and then. It stays enabled.';

create function private.settle_webhook_attempt(
  delivery_id uuid, n integer, attempt jsonb, state public.webhook_delivery_state, wait_seconds integer, reason text)
returns void
language plpgsql volatile
set search_path = ''
as $$
declare
  v_delivery public.webhook_deliveries;
  v_next timestamptz := case when state = 'failed' then now() + wait_seconds * interval '1 second' end;
  v_test boolean;
begin
  -- The endpoint before its delivery, as in replays and when it is deleted, so that they never wait for each other.
  perform from public.webhook_endpoints e
  where e.id = (select d.endpoint_id from public.webhook_deliveries d where d.id = settle_webhook_attempt.delivery_id)
  for key share;
  select * into v_delivery from public.webhook_deliveries d where d.id = settle_webhook_attempt.delivery_id for update;
  if not found then
    return;
  end if;
  insert into public.webhook_attempts (
    delivery_id, n, boutique_id, url, started_at, duration_ms, request_headers, response_status, response_body, error)
  values (v_delivery.id, settle_webhook_attempt.n, v_delivery.boutique_id, attempt ->> 'url', (attempt ->> 'started_at')::timestamptz,
    (attempt ->> 'duration_ms')::integer, attempt -> 'request_headers', (attempt ->> 'response_status')::integer,
    attempt ->> 'response_body', attempt ->> 'error');
  -- An attempt that took too long and was overtaken by another is only logged.
  if v_delivery.state <> 'delivering' or v_delivery.attempts <> n then
    return;
  end if;
  update public.webhook_deliveries d set
    state = settle_webhook_attempt.state,
    next_attempt_at = v_next,
    last_status = (attempt ->> 'response_status')::integer,
    reason = settle_webhook_attempt.reason,
    delivered_at = case when settle_webhook_attempt.state = 'delivered' then now() else d.delivered_at end
  where d.id = v_delivery.id;
  if v_next is not null then
    perform private.enqueue_delivery(v_delivery.id, v_delivery.boutique_id, v_next);
  end if;
  if state = 'delivered' then
    perform private.note_webhook_success(v_delivery.endpoint_id);
    return;
  end if;
  -- Whoever sends a test looks at what comes of it.
  select v.type = 'webhook.test' into v_test from public.webhook_events v where v.id = v_delivery.event_id;
  if not v_test then
    perform private.note_webhook_failure(v_delivery.endpoint_id, state = 'dead',
      coalesce((attempt ->> 'response_status')::integer = 410, false));
  end if;
end
$$;
comment on function private.settle_webhook_attempt(uuid, integer, jsonb, public.webhook_delivery_state, integer, text) is
  'Writes how attempt n went, and in the same transaction what comes next: delivered; failed, with a job after wait_seconds; or dead for the reason given.';

create function private.resume_webhook_deliveries() returns bigint
language sql volatile
set search_path = ''
as $$
  with lost as (
    update public.webhook_deliveries d set next_attempt_at = now()
    where d.next_attempt_at < now() - interval '1 hour'
    returning d.id, d.boutique_id
  )
  select count(private.enqueue_delivery(l.id, l.boutique_id)) from lost l
$$;
comment on function private.resume_webhook_deliveries() is 'Enqueues deliveries anew that are an hour late: their job is a dead letter, or was removed. A second job does no harm. Called by the job webhook.sweep.';

create function private.prune_webhooks() returns void
language sql volatile
set search_path = ''
as $$
  delete from public.webhook_attempts a where a.started_at < now() - interval '30 days';
  delete from public.webhook_events v where v.occurred_at < now() - interval '90 days';
$$;
comment on function private.prune_webhooks() is 'Removes attempts after 30 days, events with their deliveries after 90. Called by the job webhook.sweep.';
