-- What the managers of a boutique call: endpoints, their secrets, tests and replays.

create function private.my_webhook_endpoint(endpoint_id uuid) returns public.webhook_endpoints
language plpgsql volatile
security definer -- endpoints are not writable, and so not lockable
set search_path = ''
as $$
declare
  v_endpoint public.webhook_endpoints;
begin
  select * into v_endpoint from public.webhook_endpoints e
  where e.id = my_webhook_endpoint.endpoint_id and e.boutique_id in (select private.my_boutique_ids('webhooks.manage'))
  for no key update;
  if not found then
    perform private.raise_error(404, 'endpoint_not_found', 'There is no such endpoint of a boutique that you manage.',
      jsonb_build_object('endpoint_id', endpoint_id));
  end if;
  return v_endpoint;
end
$$;
comment on function private.my_webhook_endpoint(uuid) is 'An endpoint that the caller manages, locked. PT404 endpoint_not_found.';

create function private.require_enabled(endpoint public.webhook_endpoints) returns void
language plpgsql stable
set search_path = ''
as $$
begin
  if not endpoint.enabled then
    perform private.raise_error(409, 'endpoint_disabled', 'The endpoint is disabled. Enable it first.',
      jsonb_build_object('endpoint_id', endpoint.id, 'disabled_at', endpoint.disabled_at));
  end if;
end
$$;
comment on function private.require_enabled(public.webhook_endpoints) is 'PT409 endpoint_disabled for one that is.';

create function private.check_webhook_endpoint(url text, event_types text[]) returns void
language plpgsql immutable
set search_path = ''
as $$
begin
  -- As the constraints of the table have it, in words; both let null pass.
  if not private.is_webhook_url(url) then
    perform private.raise_error(400, 'invalid_url',
      'Give a complete https address without user name and password, such as https://shop.example/hooks.',
      jsonb_build_object('url', left(url, 200)));
  elsif not private.are_webhook_event_types(event_types, true) then
    perform private.raise_error(400, 'invalid_event_types', 'Name types of webhook_event_types(), or ["*"] for all of them.',
      jsonb_build_object('event_types', to_jsonb(event_types)));
  end if;
end
$$;
comment on function private.check_webhook_endpoint(text, text[]) is 'PT400 invalid_url, PT400 invalid_event_types.';

create function private.create_webhook_endpoint(boutique_id uuid, url text, event_types text[], description text)
returns public.webhook_endpoints
language plpgsql volatile
security definer -- endpoints are not writable
set search_path = ''
as $$
declare
  v_endpoint public.webhook_endpoints;
begin
  perform private.my_role(boutique_id, 'webhooks.manage');
  perform private.check_webhook_endpoint(url, event_types);
  -- The lock makes two calls go one after the other, so that the count holds.
  perform from public.boutiques b where b.id = create_webhook_endpoint.boutique_id for no key update;
  if (select count(*) from public.webhook_endpoints e where e.boutique_id = create_webhook_endpoint.boutique_id) >= 20 then
    perform private.raise_error(409, 'too_many_endpoints', 'A boutique has at most 20 endpoints. Delete one first.');
  end if;
  insert into public.webhook_endpoints (boutique_id, url, event_types, description)
  values (create_webhook_endpoint.boutique_id, create_webhook_endpoint.url, create_webhook_endpoint.event_types,
    create_webhook_endpoint.description)
  returning * into v_endpoint;
  return v_endpoint;
end
$$;

create function private.update_webhook_endpoint(
  endpoint_id uuid, url text, event_types text[], description text, enabled boolean, reason text)
returns public.webhook_endpoints
language plpgsql volatile
security definer -- endpoints are not writable
set search_path = ''
as $$
declare
  v_endpoint public.webhook_endpoints := private.my_webhook_endpoint(endpoint_id);
  v_enabled boolean := coalesce(enabled, v_endpoint.enabled);
  v_moved boolean := coalesce(url <> v_endpoint.url, false);
begin
  perform private.check_webhook_endpoint(url, event_types);
  update public.webhook_endpoints e set
    url = coalesce(update_webhook_endpoint.url, e.url),
    event_types = coalesce(update_webhook_endpoint.event_types, e.event_types),
    description = coalesce(update_webhook_endpoint.description, e.description),
    enabled = v_enabled,
    disabled_at = case when not v_enabled then coalesce(e.disabled_at, now()) end,
    disabled_reason = case when not v_enabled then coalesce(reason, e.disabled_reason, 'No reason was given.') end,
    -- What was known of another address says nothing of this one.
    failing_since = case when not v_moved then e.failing_since end,
    gone_since = case when not v_moved then e.gone_since end,
    told_at = case when not v_moved then e.told_at end
  where e.id = v_endpoint.id
  returning * into v_endpoint;
  return v_endpoint;
end
$$;

create function private.delete_webhook_endpoint(endpoint_id uuid) returns void
language plpgsql volatile
security definer -- endpoints are not writable
set search_path = ''
as $$
declare
  v_endpoint public.webhook_endpoints := private.my_webhook_endpoint(endpoint_id);
begin
  delete from public.webhook_endpoints e where e.id = v_endpoint.id;
end
$$;

create function private.rotate_webhook_secret(endpoint_id uuid, overlap_hours integer) returns public.webhook_endpoints
language plpgsql volatile
security definer -- endpoints are not writable
set search_path = ''
as $$
declare
  v_endpoint public.webhook_endpoints := private.my_webhook_endpoint(endpoint_id);
begin
  if (overlap_hours between 0 and 168) is not true then
    perform private.raise_error(400, 'invalid_overlap', 'The old secret goes on for 0 to 168 hours.');
  elsif overlap_hours > 0 and v_endpoint.old_secret_until > now() then
    -- A third secret would cut off receivers that have the first.
    perform private.raise_error(409, 'rotation_in_progress',
      'The secret before still signs. Wait until it ends, or rotate with 0 hours if a secret has leaked.',
      jsonb_build_object('old_secret_until', v_endpoint.old_secret_until));
  end if;
  update public.webhook_endpoints e set
    secret_version = e.secret_version + 1,
    old_secret_until = now() + overlap_hours * interval '1 hour'
  where e.id = v_endpoint.id
  returning * into v_endpoint;
  return v_endpoint;
end
$$;

create function private.show_webhook_secret(endpoint_id uuid) returns public.webhook_endpoints
language plpgsql volatile
security definer -- endpoints are not writable
set search_path = ''
as $$
declare
  v_endpoint public.webhook_endpoints := private.my_webhook_endpoint(endpoint_id);
begin
  update public.webhook_endpoints e set secret_shown_at = clock_timestamp() where e.id = v_endpoint.id
  returning * into v_endpoint;
  return v_endpoint;
end
$$;

create function private.send_test_webhook(endpoint_id uuid) returns public.webhook_deliveries
language plpgsql volatile
security definer -- events and deliveries are not writable
set search_path = ''
as $$
declare
  v_endpoint public.webhook_endpoints := private.my_webhook_endpoint(endpoint_id);
  v_event uuid;
  v_id uuid;
  v_delivery public.webhook_deliveries;
begin
  perform private.require_enabled(v_endpoint);
  -- Whoever has a boutique could have strangers called: ten, then one a minute.
  perform private.limit_rate('send_test_webhook', 10, 1);
  v_event := private.write_event(v_endpoint.boutique_id, 'webhook.test', 'webhook_endpoints', v_endpoint.id,
    jsonb_build_object('message', 'This is a test.'));
  v_id := private.deliver_event(v_event, v_endpoint);
  select * into strict v_delivery from public.webhook_deliveries d where d.id = v_id;
  return v_delivery;
end
$$;

create function private.restart_delivery(delivery public.webhook_deliveries) returns void
language plpgsql volatile
set search_path = ''
as $$
begin
  update public.webhook_deliveries d set state = 'pending', tries = 0, next_attempt_at = now(), reason = null
  where d.id = delivery.id;
  perform private.enqueue_delivery(delivery.id, delivery.boutique_id);
end
$$;
comment on function private.restart_delivery(public.webhook_deliveries) is 'Sends a delivery now, with all its tries before it. A job that was to send it later then finds nothing to do.';

create function private.replay_webhook_delivery(delivery_id uuid) returns public.webhook_deliveries
language plpgsql volatile
security definer -- deliveries are not writable
set search_path = ''
as $$
declare
  v_delivery public.webhook_deliveries;
  v_endpoint public.webhook_endpoints;
begin
  select * into v_delivery from public.webhook_deliveries d
  where d.id = replay_webhook_delivery.delivery_id
    and d.boutique_id in (select private.my_boutique_ids('webhooks.manage'))
  for update;
  if not found then
    perform private.raise_error(404, 'delivery_not_found', 'There is no such delivery of a boutique that you manage.',
      jsonb_build_object('delivery_id', delivery_id));
  end if;
  select * into strict v_endpoint from public.webhook_endpoints e where e.id = v_delivery.endpoint_id;
  perform private.require_enabled(v_endpoint);
  -- What is on its way goes on.
  if v_delivery.state not in ('pending', 'delivering') then
    perform private.restart_delivery(v_delivery);
    select * into strict v_delivery from public.webhook_deliveries d where d.id = v_delivery.id;
  end if;
  return v_delivery;
end
$$;

create function private.replay_webhook_deliveries(
  endpoint_id uuid, from_time timestamptz, until_time timestamptz, states public.webhook_delivery_state[]) returns jsonb
language plpgsql volatile
security definer -- deliveries are not writable
set search_path = ''
as $$
declare
  v_endpoint public.webhook_endpoints := private.my_webhook_endpoint(endpoint_id);
  v_delivery public.webhook_deliveries;
  v_replayed integer := 0;
  v_next timestamptz;
begin
  perform private.require_enabled(v_endpoint);
  if (from_time < until_time) is not true then
    perform private.raise_error(400, 'invalid_period', 'Say from when until when: from_time has to be before until_time.');
  elsif (states <@ array['delivered', 'failed', 'dead']::public.webhook_delivery_state[]
      and cardinality(states) > 0 and array_position(states, null) is null) is not true then
    perform private.raise_error(400, 'invalid_states', 'Only what is delivered, failed or dead can be replayed; the rest is on its way.');
  end if;
  for v_delivery in
    select * from public.webhook_deliveries d
    where d.boutique_id = v_endpoint.boutique_id and d.endpoint_id = v_endpoint.id
      and d.created_at >= from_time and d.created_at < until_time and d.state = any (states)
    order by d.created_at, d.id
    limit 501
    for update
  loop
    if v_replayed = 500 then
      v_next := v_delivery.created_at;
    else
      perform private.restart_delivery(v_delivery);
      v_replayed := v_replayed + 1;
    end if;
  end loop;
  return jsonb_build_object('replayed', v_replayed, 'next_from', v_next);
end
$$;

-- What clients call -----------------------------------------------------------------------------------------------------

create function public.create_webhook_endpoint(boutique_id uuid, url text, event_types text[], description text)
returns public.webhook_endpoints
language sql volatile security invoker set search_path = ''
as $$ select private.create_webhook_endpoint(boutique_id, url, event_types, description) $$;
comment on function public.create_webhook_endpoint(uuid, text, text[], text) is
  'Has events of the boutique sent to an address; ["*"] for all types. The function webhooks shows the secret that they are signed with. PT403 not_allowed, PT409 too_many_endpoints, PT400 invalid_url, PT400 invalid_event_types.';
grant execute on function private.create_webhook_endpoint(uuid, text, text[], text) to authenticated;
grant execute on function public.create_webhook_endpoint(uuid, text, text[], text) to authenticated;

create function public.update_webhook_endpoint(
  endpoint_id uuid, url text default null, event_types text[] default null, description text default null,
  enabled boolean default null, reason text default null)
returns public.webhook_endpoints
language sql volatile security invoker set search_path = ''
as $$ select private.update_webhook_endpoint(endpoint_id, url, event_types, description, enabled, reason) $$;
comment on function public.update_webhook_endpoint(uuid, text, text[], text, boolean, text) is
  'Changes what is given of an endpoint and leaves the rest. enabled false stops it, for the reason given; what it misses is kept as dead deliveries. PT404 endpoint_not_found, PT400 invalid_url, PT400 invalid_event_types.';
grant execute on function private.update_webhook_endpoint(uuid, text, text[], text, boolean, text) to authenticated;
grant execute on function public.update_webhook_endpoint(uuid, text, text[], text, boolean, text) to authenticated;

create function public.delete_webhook_endpoint(endpoint_id uuid) returns void
language sql volatile security invoker set search_path = ''
as $$ select private.delete_webhook_endpoint(endpoint_id) $$;
comment on function public.delete_webhook_endpoint(uuid) is
  'Removes an endpoint with its deliveries. To stop it for a while, disable it. PT404 endpoint_not_found.';
grant execute on function private.delete_webhook_endpoint(uuid) to authenticated;
grant execute on function public.delete_webhook_endpoint(uuid) to authenticated;

create function public.rotate_webhook_secret(endpoint_id uuid, overlap_hours integer) returns public.webhook_endpoints
language sql volatile security invoker set search_path = ''
as $$ select private.rotate_webhook_secret(endpoint_id, overlap_hours) $$;
comment on function public.rotate_webhook_secret(uuid, integer) is
  'Gives an endpoint a new secret; the old one signs too for so many hours, 0 to 168. PT404 endpoint_not_found, PT400 invalid_overlap, PT409 rotation_in_progress.';
grant execute on function private.rotate_webhook_secret(uuid, integer) to authenticated;
grant execute on function public.rotate_webhook_secret(uuid, integer) to authenticated;

create function public.show_webhook_secret(endpoint_id uuid) returns public.webhook_endpoints
language sql volatile security invoker set search_path = ''
as $$ select private.show_webhook_secret(endpoint_id) $$;
comment on function public.show_webhook_secret(uuid) is
  'For the function webhooks, which calls it as the manager before it shows her the secret: checks her right and notes in the audit log that it is shown. The row has no secret. PT404 endpoint_not_found.';
grant execute on function private.show_webhook_secret(uuid) to authenticated;
grant execute on function public.show_webhook_secret(uuid) to authenticated;

create function public.send_test_webhook(endpoint_id uuid) returns public.webhook_deliveries
language sql volatile security invoker set search_path = ''
as $$ select private.send_test_webhook(endpoint_id) $$;
comment on function public.send_test_webhook(uuid) is
  'Sends an event webhook.test to an endpoint, whatever it listens to; tried once. PT404 endpoint_not_found, PT409 endpoint_disabled, PT429 too_many_requests.';
grant execute on function private.send_test_webhook(uuid) to authenticated;
grant execute on function public.send_test_webhook(uuid) to authenticated;

create function public.replay_webhook_delivery(delivery_id uuid) returns public.webhook_deliveries
language sql volatile security invoker set search_path = ''
as $$ select private.replay_webhook_delivery(delivery_id) $$;
comment on function public.replay_webhook_delivery(uuid) is
  'Sends a delivery again now, with the same webhook-id and body; one that is on its way goes on. PT404 delivery_not_found, PT409 endpoint_disabled.';
grant execute on function private.replay_webhook_delivery(uuid) to authenticated;
grant execute on function public.replay_webhook_delivery(uuid) to authenticated;

create function public.replay_webhook_deliveries(
  endpoint_id uuid, from_time timestamptz, until_time timestamptz, states public.webhook_delivery_state[]) returns jsonb
language sql volatile security invoker set search_path = ''
as $$ select private.replay_webhook_deliveries(endpoint_id, from_time, until_time, states) $$;
comment on function public.replay_webhook_deliveries(uuid, timestamptz, timestamptz, public.webhook_delivery_state[]) is
  'Sends deliveries made from from_time until before until_time again, oldest first, 500 at a time: {replayed, next_from}. Call again with next_from until it is null. PT404 endpoint_not_found, PT409 endpoint_disabled, PT400 invalid_period, PT400 invalid_states.';
grant execute on function private.replay_webhook_deliveries(uuid, timestamptz, timestamptz, public.webhook_delivery_state[]) to authenticated;
grant execute on function public.replay_webhook_deliveries(uuid, timestamptz, timestamptz, public.webhook_delivery_state[]) to authenticated;
