set local check_function_bodies = off;

CREATE OR REPLACE FUNCTION private.check_webhook_endpoint(url text, event_types text[])
 RETURNS void
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.create_webhook_endpoint(boutique_id uuid, url text, event_types text[], description text)
 RETURNS public.webhook_endpoints
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.update_webhook_endpoint(endpoint_id uuid, url text, event_types text[], description text, enabled boolean, reason text)
 RETURNS public.webhook_endpoints
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
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
$function$;

COMMENT ON FUNCTION "private"."check_webhook_endpoint"(text, text[]) IS 'PT400 invalid_url, PT400 invalid_event_types.';

COMMENT ON FUNCTION "public"."create_webhook_endpoint"(uuid, text, text[], text) IS 'Has events of the boutique sent to an address; ["*"] for all types. The function webhooks shows the secret that they are signed with. PT403 not_allowed, PT409 too_many_endpoints, PT400 invalid_url, PT400 invalid_event_types.';

COMMENT ON FUNCTION "public"."update_webhook_endpoint"(uuid, text, text[], text, boolean, text) IS 'Changes what is given of an endpoint and leaves the rest. enabled false stops it, for the reason given; what it misses is kept as dead deliveries. PT404 endpoint_not_found, PT400 invalid_url, PT400 invalid_event_types.';

REVOKE ALL ON FUNCTION "private"."check_webhook_endpoint"(text, text[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."check_webhook_endpoint"(text, text[]) TO "postgres";
