set local check_function_bodies = off;

ALTER TABLE "public"."fitting_services" DROP CONSTRAINT "booking_is_up_to_three_years_ahead";

ALTER TABLE "public"."fitting_services" DROP CONSTRAINT "buffers_are_up_to_four_hours";

CREATE TABLE "private"."calendar_feed_tokens" ("feed_id" uuid NOT NULL, "token_hash" bytea NOT NULL, "created_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "calendar_feed_tokens_pkey" PRIMARY KEY (feed_id), CONSTRAINT "calendar_feed_tokens_token_hash_key" UNIQUE (token_hash), CONSTRAINT "hash_is_sha_256" CHECK ((length(token_hash) = 32)));

ALTER TABLE "private"."calendar_feed_tokens" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "private"."calendar_revisions" ("subject_id" uuid NOT NULL, "revision" integer NOT NULL, "created_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "calendar_revisions_pkey" PRIMARY KEY (subject_id), CONSTRAINT "revision_counts_changes" CHECK ((revision > 0)));

ALTER TABLE "private"."calendar_revisions" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."calendar_feeds" ("subject_id" uuid NOT NULL, "boutique_id" uuid, "owner_id" uuid NOT NULL, "label" text NOT NULL DEFAULT ''::text, "last_read_at" timestamp with time zone, "revoked_at" timestamp with time zone, "created_at" timestamp with time zone NOT NULL DEFAULT now(), "updated_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "label_is_short" CHECK (((length(label) <= 120) AND (label !~ '[[:cntrl:]]'::text))), "id" uuid NOT NULL DEFAULT private.uuid_v7(), CONSTRAINT "calendar_feeds_pkey" PRIMARY KEY (id));

ALTER TABLE "public"."calendar_feeds" ENABLE ROW LEVEL SECURITY;

CREATE TYPE "private"."calendar_finding" AS ("kind" text, "id" uuid, "message" text);

CREATE TYPE "private"."feed_event" AS ("uid" text, "kind" text, "status" text, "revision" integer, "created_at" timestamp with time zone, "updated_at" timestamp with time zone, "starts_at" timestamp with time zone, "ends_at" timestamp with time zone, "first_day" date, "end_day" date, "boutique" text, "location_id" uuid, "service" text, "stylist" text, "room" text, "people" integer, "gowns" jsonb);

CREATE TYPE "public"."calendar_feed_kind" AS ENUM ('stylist', 'location', 'customer');

ALTER TABLE "public"."calendar_feeds" ADD COLUMN "kind" public.calendar_feed_kind NOT NULL;

CREATE TYPE "public"."new_calendar_feed" AS ("feed_id" uuid, "kind" public.calendar_feed_kind, "subject_id" uuid, "boutique_id" uuid, "label" text, "token" text, "path" text);

CREATE OR REPLACE FUNCTION private.audit()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  -- First argument: columns of the primary key; the others are masked.
  v_key text[] := string_to_array(tg_argv[0], ',');
  v_masked text[] := string_to_array(nullif(tg_argv[1], ''), ',');
  v_actor uuid := auth.uid();
  v_role text := coalesce(auth.role(), session_user);
  v_request text := nullif(current_setting('request.headers', true), '')::jsonb ->> 'x-request-id';
begin
  if tg_op = 'INSERT' then
    insert into public.audit_log (action, table_name, row_key, boutique_id, actor_id, actor_role, request_id, new)
    select 'insert', tg_table_name, k.key, b.id, v_actor, v_role, v_request, private.masked(r.row, v_masked)
    from (select to_jsonb(n) as row from new_rows n) r
    cross join lateral (select jsonb_object_agg(c, r.row -> c) as key from unnest(v_key) c) k
    cross join lateral (select coalesce(r.row ->> 'boutique_id', case tg_table_name when 'boutiques' then r.row ->> 'id' end)::uuid as id) b;
  elsif tg_op = 'DELETE' then
    insert into public.audit_log (action, table_name, row_key, boutique_id, actor_id, actor_role, request_id, old)
    select 'delete', tg_table_name, k.key, b.id, v_actor, v_role, v_request, private.masked(r.row, v_masked)
    from (select to_jsonb(o) as row from old_rows o) r
    cross join lateral (select jsonb_object_agg(c, r.row -> c) as key from unnest(v_key) c) k
    cross join lateral (select coalesce(r.row ->> 'boutique_id', case tg_table_name when 'boutiques' then r.row ->> 'id' end)::uuid as id) b;
  else
    insert into public.audit_log (action, table_name, row_key, boutique_id, actor_id, actor_role, request_id, old, new)
    select 'update', tg_table_name, n.key, b.id, v_actor, v_role, v_request,
      private.masked(changed.old, v_masked), private.masked(changed.new, v_masked)
    from (select to_jsonb(x) as row, (select jsonb_object_agg(c, to_jsonb(x) -> c) from unnest(v_key) c) as key from new_rows x) n
    join (select to_jsonb(x) as row, (select jsonb_object_agg(c, to_jsonb(x) -> c) from unnest(v_key) c) as key from old_rows x) o
      on o.key = n.key
    cross join lateral (
      select jsonb_object_agg(e.key, o.row -> e.key) as old, jsonb_object_agg(e.key, e.value) as new
      from jsonb_each(n.row) e
      where e.key not in ('updated_at', 'listed', 'last_read_at') and e.value is distinct from o.row -> e.key
    ) changed
    cross join lateral (select coalesce(n.row ->> 'boutique_id', case tg_table_name when 'boutiques' then n.row ->> 'id' end)::uuid as id) b
    where changed.new is not null;
  end if;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.calendar_check(since timestamp with time zone DEFAULT '-infinity'::timestamp with time zone)
 RETURNS SETOF private.calendar_finding
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select * from private.check_overlaps(since)
  union all select * from private.check_rentals(since)
  union all select * from private.check_fittings(since)
  union all select * from private.check_sources(since)
  union all select * from private.check_resources()
  union all select * from private.check_listed()
$function$;

CREATE OR REPLACE FUNCTION private.check_fittings(since timestamp with time zone)
 RETURNS SETOF private.calendar_finding
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  with live as (
    select a.id, a.state, a.held_until, a.during, a.boutique_id, f as service, f.updated_at + interval '1 minute' as service_since,
      array(
        select needed.id from (
          select a.stylist_id as id union all select a.room_id
          union all select g.garment_id from public.appointment_garments g where g.appointment_id = a.id
        ) needed order by needed.id) as needed
    from public.appointments a join public.fitting_services f on f.id = a.service_id
    where a.state in ('booked', 'offered') and upper(a.during) > since
  ),
  taken as (
    select l.id,
      coalesce(array_agg(x.resource_id order by x.resource_id) filter (where x.id is not null), '{}') as resources,
      -- The buffers of the service are in it, unless the service was changed later.
      coalesce(bool_or(not x.during @> l.during
        or (x.created_at > l.service_since and x.during <> private.fitting_block(l.service, lower(l.during)))), false)
        or count(distinct x.during) > 1 as wrong_time,
      coalesce(bool_or((l.state = 'offered') <> (x.state = 'held') or x.held_until <> l.held_until), false) as wrong_state,
      coalesce(bool_or(x.kind <> 'fitting'), false) as wrong_kind
    from live l left join public.allocations x on x.source_id = l.id and x.state <> 'released'
    group by l.id
  )
  select 'fitting_allocation', t.id, format('The appointment is %s and takes %s resources; it needs its stylist, its room and its gowns, %s in all.',
    l.state, cardinality(t.resources), cardinality(l.needed))
  from taken t join live l on l.id = t.id
  where t.resources <> l.needed or t.wrong_kind
  union all
  select 'fitting_time', t.id, format('What the appointment of %s takes is not taken for its time and buffers.', l.during)
  from taken t join live l on l.id = t.id
  where t.wrong_time
  union all
  select 'fitting_state', t.id, format('The appointment is %s; what it takes is not, or not until the same time.', l.state)
  from taken t join live l on l.id = t.id
  where t.wrong_state
$function$;

CREATE OR REPLACE FUNCTION private.check_listed()
 RETURNS SETOF private.calendar_finding
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select 'listed', x.id, format('The %s is %s to the public and should %sbe.', x.what,
    case when x.listed then 'shown' else 'not shown' end, case when x.listed then 'not ' else '' end)
  from (
    select l.id, 'branch' as what, l.listed, b.status = 'active' as should
    from public.locations l join public.boutiques b on b.id = l.boutique_id
    union all
    select s.id, 'stylist', s.listed, b.status = 'active' and s.retired_at is null
    from public.stylists s join public.boutiques b on b.id = s.boutique_id
    union all
    select f.id, 'service', f.listed, b.status = 'active' and f.retired_at is null
    from public.fitting_services f join public.boutiques b on b.id = f.boutique_id
    union all
    select p.id, 'product', p.listed, b.status = 'active' and p.status = 'published'
    from public.products p join public.boutiques b on b.id = p.boutique_id
    union all
    select v.id, 'variant', v.listed, p.listed
    from public.product_variants v join public.products p on p.id = v.product_id
    union all
    select m.id, 'picture', m.listed, p.listed
    from public.product_media m join public.products p on p.id = m.product_id
  ) x
  where x.listed <> x.should
$function$;

CREATE OR REPLACE FUNCTION private.check_overlaps(since timestamp with time zone)
 RETURNS SETOF private.calendar_finding
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  -- By order and not by the operator of the exclusion constraint, whose index may be what is broken.
  select 'overlap', o.id, format('The %s of resource %s from %s on begins before an earlier one has ended.', o.kind, o.resource_id, lower(o.during))
  from (
    select a.id, a.kind, a.resource_id, a.during,
      max(coalesce(upper(a.during), 'infinity') + case when upper_inc(a.during) then interval '1 microsecond' else interval '0' end)
        over (partition by a.resource_id order by lower(a.during), a.id rows between unbounded preceding and 1 preceding) as taken_until
    from public.allocations a
    where a.state <> 'released' and (upper(a.during) is null or upper(a.during) > since)
  ) o
  where o.taken_until > lower(o.during)
$function$;

CREATE OR REPLACE FUNCTION private.check_rentals(since timestamp with time zone)
 RETURNS SETOF private.calendar_finding
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  with live as (
    select r.id, r.state, r.garment_id, r.allocation_id, r.held_until, r.period, b.timezone,
      -- What was taken since the policy was changed last has its buffers; older rentals had those of their time.
      p.buffer_days_before, p.buffer_days_after, p.updated_at + interval '1 minute' as policy_since
    from public.rentals r
    join public.boutiques b on b.id = r.boutique_id
    join public.rental_policies p on p.boutique_id = r.boutique_id
    where r.state in ('held', 'reserved', 'picked_up', 'returned', 'inspecting')
  ),
  taken as (
    select l.id, count(a.id) as allocations,
      count(a.id) filter (where a.id = l.allocation_id and a.resource_id = l.garment_id and a.kind = 'rental') as right_ones
    from live l left join public.allocations a on a.source_id = l.id and a.state <> 'released'
    group by l.id
  )
  select 'rental_allocation', t.id, format('The rental is %s and has %s live allocations; it needs one, of its garment.', l.state, t.allocations)
  from taken t join live l on l.id = t.id
  where (t.allocations, t.right_ones) <> (1, 1)
  union all
  select 'rental_time', l.id, format('The rental of %s does not have its garment for all of these days and their buffers, but for %s.', l.period, a.during)
  from live l join public.allocations a on a.id = l.allocation_id and a.state <> 'released'
  -- Once the gown is back its time may end early.
  where l.state in ('held', 'reserved', 'picked_up')
    and not a.during @> private.allocation_of_period(l.period,
      case when a.created_at > l.policy_since then l.buffer_days_before else 0 end,
      case when a.created_at > l.policy_since then l.buffer_days_after else 0 end, l.timezone)
  union all
  select 'rental_state', l.id, format('The rental is %s, its allocation %s.', l.state, a.state)
  from live l join public.allocations a on a.id = l.allocation_id and a.state <> 'released'
  where (l.state = 'held') <> (a.state = 'held') or (l.state = 'held' and l.held_until <> a.held_until)
$function$;

CREATE OR REPLACE FUNCTION private.check_resources()
 RETURNS SETOF private.calendar_finding
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  -- Stylists have no branch of their own: they work at one or the other.
  select 'resource', x.id, case
    when r.id is null then format('The %s is not in the calendar.', x.kind)
    else format('The %s is of boutique %s and branch %s, in the calendar it is a %s of boutique %s and branch %s.',
      x.kind, x.boutique_id, x.location_id, r.kind, r.boutique_id, r.location_id) end
  from (
    select g.id, g.boutique_id, g.location_id, 'garment'::public.resource_kind as kind from public.garments g
    union all select m.id, m.boutique_id, m.location_id, 'room' from public.rooms m
    union all select s.id, s.boutique_id, null, 'stylist' from public.stylists s
  ) x
  left join public.resources r on r.id = x.id
  where r.id is null or (r.kind, r.boutique_id) <> (x.kind, x.boutique_id) or r.location_id is distinct from x.location_id
$function$;

CREATE OR REPLACE FUNCTION private.check_sources(since timestamp with time zone)
 RETURNS SETOF private.calendar_finding
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select 'no_source', a.id, format('The %s takes resource %s for a row that is not there.', a.kind, a.resource_id)
  from public.allocations a
  where a.state <> 'released' and (upper(a.during) is null or upper(a.during) > since)
    and ((a.kind = 'rental' and not exists (select from public.rentals r where r.id = a.source_id))
      or (a.kind = 'fitting' and not exists (select from public.appointments p where p.id = a.source_id)))
  union all
  select 'still_taken', r.id, format('The rental is %s and still takes garment %s.', r.state, a.resource_id)
  from public.rentals r join public.allocations a on a.source_id = r.id and a.state <> 'released' and upper(a.during) > since
  where r.state in ('cancelled', 'expired')
  union all
  select 'still_taken', p.id, format('The appointment is %s and still takes %s resources.', p.state, count(*))
  from public.appointments p join public.allocations a on a.source_id = p.id and a.state <> 'released' and upper(a.during) > since
  where p.state in ('cancelled', 'expired')
  group by p.id
  union all
  -- Nobody waits for it, but the job that ends holds has not come.
  select 'stale_hold', a.id, format('The hold of resource %s ended at %s and was not given back.', a.resource_id, a.held_until)
  from public.allocations a
  where a.state = 'held' and a.held_until < now() - interval '1 hour'
$function$;

CREATE OR REPLACE FUNCTION private.count_revision()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  insert into private.calendar_revisions as r (subject_id, revision) values (new.id, 1)
  on conflict (subject_id) do update set revision = r.revision + 1;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.create_calendar_feed(kind public.calendar_feed_kind, subject_id uuid, label text)
 RETURNS public.new_calendar_feed
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_boutique uuid := private.feed_boutique_id(kind, subject_id);
  v_label text := left(regexp_replace(btrim(coalesce(label, '')), '[[:cntrl:]]+', ' ', 'g'), 120);
  -- 256 random bits, in letters that an address takes as they are.
  v_token text := translate(encode(extensions.gen_random_bytes(32), 'base64'), '+/=', '-_');
  v_feed public.calendar_feeds;
begin
  -- The lock makes two calls of one person go one after the other, so that both are counted.
  perform from public.profiles p where p.id = auth.uid() for no key update;
  if not found then
    perform private.raise_error(401, 'sign_in_required', 'Sign in to get a calendar feed.');
  elsif kind is null then
    perform private.raise_error(400, 'invalid_kind', 'A feed is of a stylist, a location or a customer.');
  elsif (kind = 'customer' and subject_id is distinct from auth.uid())
    or (kind <> 'customer' and (v_boutique is null
      or v_boutique not in (select private.my_boutique_ids('fittings.read'))
      or v_boutique not in (select private.my_boutique_ids('calendar.read')))) then
    perform private.raise_error(404, 'subject_not_found',
      'There is no such stylist or branch of a boutique you work for. A customer''s feed is for herself, with her own id.',
      jsonb_build_object('kind', kind, 'subject_id', subject_id));
  elsif (select count(*) from public.calendar_feeds f where f.owner_id = auth.uid() and f.revoked_at is null) >= 20 then
    perform private.raise_error(409, 'too_many_feeds', 'You have 20 calendar feeds. Revoke one that you no longer use.');
  end if;
  insert into public.calendar_feeds (kind, subject_id, boutique_id, owner_id, label)
  values (create_calendar_feed.kind, create_calendar_feed.subject_id, v_boutique, auth.uid(), v_label)
  returning * into v_feed;
  insert into private.calendar_feed_tokens (feed_id, token_hash) values (v_feed.id, extensions.digest(v_token, 'sha256'));
  return row(v_feed.id, v_feed.kind, v_feed.subject_id, v_feed.boutique_id, v_feed.label, v_token,
    '/functions/v1/calendar/' || v_token || '.ics')::public.new_calendar_feed;
end
$function$;

CREATE OR REPLACE FUNCTION private.feed_boutique_id(kind public.calendar_feed_kind, subject_id uuid)
 RETURNS uuid
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select case kind
    when 'stylist' then (select s.boutique_id from public.stylists s where s.id = subject_id)
    when 'location' then (select l.boutique_id from public.locations l where l.id = subject_id)
  end
$function$;

CREATE OR REPLACE FUNCTION private.feed_fittings(feed public.calendar_feeds)
 RETURNS SETOF private.feed_event
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return query
  select a.id || '@fittings.nexus', 'fitting',
    case when a.state = 'offered' then 'tentative' when a.state in ('cancelled', 'expired') then 'cancelled' else 'confirmed' end,
    coalesce(r.revision, 0), a.created_at, a.updated_at, lower(a.during), upper(a.during), null::date, null::date,
    b.name, a.location_id, f.name, s.display_name,
    case when feed.kind <> 'customer' then m.name end,
    1 + cardinality(a.guest_names),
    private.gown_facts(
      array(select g.garment_id from public.appointment_garments g where g.appointment_id = a.id), feed.kind <> 'customer')
  from public.appointments a
  join public.boutiques b on b.id = a.boutique_id
  join public.fitting_services f on f.id = a.service_id
  join public.stylists s on s.id = a.stylist_id
  join public.rooms m on m.id = a.room_id
  left join private.calendar_revisions r on r.subject_id = a.id
  where case feed.kind
      when 'stylist' then a.stylist_id = feed.subject_id
      when 'location' then a.location_id = feed.subject_id
      else a.customer_id = feed.subject_id end
    and lower(a.during) between now() - interval '60 days' and now() + interval '400 days'
    -- A program that has it has to be told that it is off; after a month it has been.
    and (a.state not in ('cancelled', 'expired') or a.updated_at > now() - interval '30 days');
end
$function$;

CREATE OR REPLACE FUNCTION private.feed_is_readable(feed public.calendar_feeds)
 RETURNS boolean
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select feed.revoked_at is null and (feed.kind = 'customer' or exists (
    select from public.boutique_members m
    where m.user_id = feed.owner_id and m.boutique_id = feed.boutique_id
      and m.role >= all (array(select private.minimum_role(p) from unnest('{fittings.read,calendar.read,rentals.read}'::public.permission[]) p))))
$function$;

CREATE OR REPLACE FUNCTION private.feed_rentals(feed public.calendar_feeds)
 RETURNS SETOF private.feed_event
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  -- A customer has her days. A branch has what it does for them: the gown goes out on the first and comes back on the last.
  return query
  select e.uid, e.kind,
    case when x.state = 'held' then 'tentative' when x.state in ('cancelled', 'expired') then 'cancelled' else 'confirmed' end,
    coalesce(r.revision, 0), x.created_at, x.updated_at, null::timestamptz, null::timestamptz, e.first_day, e.end_day,
    b.name, g.location_id, null::text, null::text, null::text, null::integer,
    private.gown_facts(array[x.garment_id], feed.kind <> 'customer')
  from public.rentals x
  join public.garments g on g.id = x.garment_id
  join public.boutiques b on b.id = x.boutique_id
  left join private.calendar_revisions r on r.subject_id = x.id
  cross join lateral (values
    (x.id || '@rentals.nexus', 'rental', lower(x.period), upper(x.period)),
    (x.id || '-out@rentals.nexus', 'hand_over', lower(x.period), lower(x.period) + 1),
    (x.id || '-back@rentals.nexus', 'return', upper(x.period) - 1, upper(x.period))
  ) e (uid, kind, first_day, end_day)
  where case feed.kind
      when 'customer' then x.customer_id = feed.subject_id and e.kind = 'rental'
      when 'location' then g.location_id = feed.subject_id and x.boutique_id = feed.boutique_id and e.kind <> 'rental'
      else false end
    and lower(x.period) between current_date - 60 and current_date + 400
    and (x.state not in ('cancelled', 'expired') or x.updated_at > now() - interval '30 days');
end
$function$;

CREATE OR REPLACE FUNCTION private.feed_time_off(feed public.calendar_feeds)
 RETURNS SETOF private.feed_event
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return query
  select a.id || '@time-off.nexus', 'time_off', case when a.state = 'released' then 'cancelled' else 'confirmed' end,
    case when a.state = 'released' then 1 else 0 end, a.created_at, a.updated_at, lower(a.during), upper(a.during), null::date, null::date,
    b.name, null::uuid, null::text, s.display_name, null::text, null::integer, '[]'::jsonb
  from public.allocations a
  join public.stylists s on s.id = a.resource_id
  join public.boutiques b on b.id = a.boutique_id
  where feed.kind = 'stylist' and a.resource_id = feed.subject_id and a.kind = 'time_off'
    and lower(a.during) between now() - interval '60 days' and now() + interval '400 days'
    and (a.state <> 'released' or a.updated_at > now() - interval '30 days');
end
$function$;

CREATE OR REPLACE FUNCTION private.gown_facts(garment_ids uuid[], with_serial boolean)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select coalesce(jsonb_agg(jsonb_build_object('name', p.name, 'size', v.size,
    'serial', case when with_serial then g.serial end) order by p.name, v.size, g.serial), '[]')
  from public.garments g
  join public.product_variants v on v.id = g.variant_id
  join public.products p on p.id = v.product_id
  where g.id = any (garment_ids)
$function$;

CREATE OR REPLACE FUNCTION private.personal_data()
 RETURNS TABLE(table_name text, subject_column text, subject text, exported boolean, erasure private.erasure, reason text)
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  values
    ('public.profiles', 'id', 'id = $1', true, 'cascade'::private.erasure, 'who she is'),
    ('public.platform_admins', 'user_id', 'user_id = $1', true, 'cascade', 'a right of hers'),
    ('public.boutique_members', 'user_id', 'user_id = $1', true, 'cascade', 'her work for a boutique; its last owner hands it over first'),
    ('public.invitations', 'email', 'email = (select lower(u.email) from auth.users u where u.id = $1)', true, 'delete', 'holds her address'),
    ('public.invitations', 'invited_by', 'invited_by = $1', true, 'detach', 'the invitation of somebody else'),
    ('public.invitations', 'accepted_by', 'accepted_by = $1', false, 'detach', 'exported by her address'),
    ('public.boutique_status_changes', 'actor_id', 'actor_id = $1', true, 'detach', 'belongs to the boutique''s history'),
    ('public.rentals', 'customer_id', 'customer_id = $1', true, 'detach', 'the books need what was rented and paid, not by whom'),
    ('public.data_exports', 'user_id', 'user_id = $1', true, 'cascade', 'her own request'),
    ('public.account_deletions', 'user_id', 'user_id = $1', true, 'cascade', 'her own request'),
    ('public.audit_log', 'actor_id', 'actor_id = $1', true, 'keep', 'append-only; a bare id that leads nowhere once the account is gone'),
    ('public.calendar_feeds', 'owner_id', 'owner_id = $1', true, 'cascade', 'her link; without her there is nobody with whose rights it is read'),
    ('private.messages', 'user_id', 'user_id = $1', true, 'cascade', 'what was sent to her'),
    ('private.idempotency_keys', 'user_id', 'user_id = $1', false, 'delete', 'technical: her retries')
$function$;

CREATE OR REPLACE FUNCTION private.read_calendar_feed(token text)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_feed public.calendar_feeds;
  v_name text;
  v_timezone text;
  v_events jsonb;
begin
  select f.* into v_feed
  from private.calendar_feed_tokens t join public.calendar_feeds f on f.id = t.feed_id
  where t.token_hash = extensions.digest(read_calendar_feed.token, 'sha256');
  if not found or not private.feed_is_readable(v_feed) then
    return null;
  end if;
  -- Once an hour at most: programs ask every few minutes.
  update public.calendar_feeds f set last_read_at = now()
  where f.id = v_feed.id and (f.last_read_at is null or f.last_read_at < now() - interval '1 hour');

  if v_feed.kind = 'stylist' then
    select s.display_name || ' · ' || b.name, b.timezone into v_name, v_timezone
    from public.stylists s join public.boutiques b on b.id = s.boutique_id where s.id = v_feed.subject_id;
  elsif v_feed.kind = 'location' then
    select b.name || ' · ' || l.name, l.timezone into v_name, v_timezone
    from public.locations l join public.boutiques b on b.id = l.boutique_id where l.id = v_feed.subject_id;
  else
    v_name := 'Fittings and rentals';
  end if;
  select coalesce(jsonb_agg(to_jsonb(e) - 'location_id' || jsonb_build_object('location', l.facts) order by e.uid), '[]') into v_events
  from (
    select * from private.feed_fittings(v_feed)
    union all select * from private.feed_rentals(v_feed)
    union all select * from private.feed_time_off(v_feed)
  ) e
  left join lateral (
    select jsonb_build_object('name', p.name, 'street', p.street, 'city', p.city, 'country', p.country) as facts
    from public.locations p where p.id = e.location_id
  ) l on true;
  return jsonb_build_object('kind', v_feed.kind, 'name', v_name, 'timezone', v_timezone, 'events', v_events);
end
$function$;

CREATE OR REPLACE FUNCTION private.revoke_calendar_feed(feed_id uuid)
 RETURNS public.calendar_feeds
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_feed public.calendar_feeds;
begin
  select * into v_feed from public.calendar_feeds f
  where f.id = revoke_calendar_feed.feed_id
    and (f.owner_id = auth.uid() or f.boutique_id in (select private.my_boutique_ids('calendar.manage')))
  for update;
  if not found then
    perform private.raise_error(404, 'feed_not_found', 'There is no such calendar feed of yours or of your boutique.',
      jsonb_build_object('feed_id', feed_id));
  elsif v_feed.revoked_at is null then
    delete from private.calendar_feed_tokens t where t.feed_id = v_feed.id;
    update public.calendar_feeds f set revoked_at = now() where f.id = v_feed.id returning * into v_feed;
  end if;
  return v_feed;
end
$function$;

CREATE OR REPLACE FUNCTION private.watch_calendar()
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  -- The one place where the calendar meets the alerts of the operations.
  v_alerts boolean := to_regprocedure('private.raise_alert(text,text,text,jsonb)') is not null;
  v_kind text;
  v_findings private.calendar_finding[];
  v_all private.calendar_finding[] := array(select f from private.calendar_check(now() - interval '7 days') f order by f.kind, f.id);
begin
  foreach v_kind in array array['overlap', 'rental_allocation', 'rental_time', 'rental_state', 'fitting_allocation', 'fitting_time',
    'fitting_state', 'no_source', 'still_taken', 'stale_hold', 'resource', 'listed']
  loop
    v_findings := array(select f from unnest(v_all) f where f.kind = v_kind);
    if cardinality(v_findings) > 0 then
      -- Into the log too: ids and no names.
      raise warning 'calendar_check: % of kind %, the first of them %: %', cardinality(v_findings), v_kind, v_findings[1].id, v_findings[1].message;
      if v_alerts then
        execute 'select private.raise_alert($1, $2, $3, $4)' using 'calendar.' || v_kind, 'calendar',
          format('%s times something is wrong with the calendar: %s', cardinality(v_findings), v_kind),
          jsonb_build_object('count', cardinality(v_findings),
            'first', (select jsonb_agg(jsonb_build_object('id', f.id, 'message', f.message)) from unnest(v_findings[:20]) f));
      end if;
    elsif v_alerts then
      execute 'select private.resolve_alert($1, $2)' using 'calendar.' || v_kind, 'calendar';
    end if;
  end loop;
  return cardinality(v_all);
end
$function$;

CREATE OR REPLACE FUNCTION public.create_calendar_feed(kind public.calendar_feed_kind, subject_id uuid, label text DEFAULT ''::text)
 RETURNS public.new_calendar_feed
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.create_calendar_feed(kind, subject_id, label) $function$;

CREATE OR REPLACE FUNCTION public.read_calendar_feed(token text)
 RETURNS jsonb
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.read_calendar_feed(token) $function$;

CREATE OR REPLACE FUNCTION public.revoke_calendar_feed(feed_id uuid)
 RETURNS public.calendar_feeds
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.revoke_calendar_feed(feed_id) $function$;

ALTER TABLE "public"."calendar_feeds" ADD CONSTRAINT "a_customers_feed_is_her_own" CHECK (((kind <> 'customer'::public.calendar_feed_kind) OR (subject_id = owner_id)));

ALTER TABLE "public"."calendar_feeds" ADD CONSTRAINT "calendar_feeds_boutique_id_fkey" FOREIGN KEY (boutique_id) REFERENCES public.boutiques(id) ON DELETE CASCADE;

ALTER TABLE "public"."calendar_feeds" ADD CONSTRAINT "calendar_feeds_owner_id_fkey" FOREIGN KEY (owner_id) REFERENCES public.profiles(id) ON DELETE CASCADE;

ALTER TABLE "public"."calendar_feeds" ADD CONSTRAINT "only_a_customers_feed_has_no_boutique" CHECK (((kind = 'customer'::public.calendar_feed_kind) = (boutique_id IS NULL)));

ALTER TABLE "public"."fitting_services" ADD CONSTRAINT "booking_is_up_to_three_years_ahead" CHECK ((((min_hours_ahead >= 0) AND (min_hours_ahead <= 8760)) AND ((max_days_ahead >= 1) AND (max_days_ahead <= 1100))));

ALTER TABLE "public"."fitting_services" ADD CONSTRAINT "buffers_are_up_to_four_hours" CHECK ((((buffer_minutes_before >= 0) AND (buffer_minutes_before <= 240)) AND ((buffer_minutes_after >= 0) AND (buffer_minutes_after <= 240))));

CREATE INDEX calendar_feeds_boutique_id_idx ON public.calendar_feeds USING btree (boutique_id);

CREATE INDEX calendar_feeds_owner_id_idx ON public.calendar_feeds USING btree (owner_id, created_at DESC);

CREATE TRIGGER count_revision AFTER UPDATE ON public.appointments FOR EACH ROW WHEN (((old.during IS DISTINCT FROM new.during) OR (old.stylist_id IS DISTINCT FROM new.stylist_id) OR (old.room_id IS DISTINCT FROM new.room_id) OR (old.state IS DISTINCT FROM new.state))) EXECUTE FUNCTION private.count_revision();

CREATE TRIGGER audit_delete AFTER DELETE ON public.calendar_feeds REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', 'label');

CREATE TRIGGER audit_insert AFTER INSERT ON public.calendar_feeds REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', 'label');

CREATE TRIGGER audit_update AFTER UPDATE ON public.calendar_feeds REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', 'label');

CREATE TRIGGER touch_updated_at BEFORE UPDATE ON public.calendar_feeds FOR EACH ROW EXECUTE FUNCTION private.touch_updated_at();

CREATE TRIGGER count_revision AFTER UPDATE ON public.rentals FOR EACH ROW WHEN (((old.period IS DISTINCT FROM new.period) OR (old.state IS DISTINCT FROM new.state))) EXECUTE FUNCTION private.count_revision();

CREATE POLICY "select_own_or_manager" ON "public"."calendar_feeds" FOR SELECT TO "authenticated" USING (((owner_id = ( SELECT auth.uid() AS uid)) OR (boutique_id IN ( SELECT private.my_boutique_ids('calendar.manage'::public.permission) AS my_boutique_ids))));

COMMENT ON COLUMN "private"."calendar_revisions"."subject_id" IS 'Appointment or rental. No foreign key: it is one of two tables, and none of their rows is deleted.';

COMMENT ON COLUMN "public"."calendar_feeds"."label" IS 'The owner''s own word for it, such as the device that reads it.';

COMMENT ON COLUMN "public"."calendar_feeds"."last_read_at" IS 'When a calendar program asked last, to within an hour; null while none has.';

COMMENT ON COLUMN "public"."calendar_feeds"."owner_id" IS 'Who made it, and with whose rights it is read.';

COMMENT ON COLUMN "public"."calendar_feeds"."revoked_at" IS 'Since when its link leads nowhere.';

COMMENT ON COLUMN "public"."calendar_feeds"."subject_id" IS 'The stylist, the branch or the customer. No foreign key: it is one of three tables.';

COMMENT ON FUNCTION "private"."audit"() IS 'Trigger, per statement: writes what changed to the audit log. Arguments: columns of the primary key, comma-separated, and columns to mask. Columns that only triggers or readers write are no change.';

COMMENT ON FUNCTION "private"."calendar_check"(timestamp with time zone) IS 'Everything that is wrong with the calendar; no row when nothing is. What was over before `since` is left out. For operators: select * from private.calendar_check().';

COMMENT ON FUNCTION "private"."check_fittings"(timestamp with time zone) IS 'fitting_allocation: a booked or offered appointment without exactly stylist, room and gowns; fitting_time: one that takes them for another time; fitting_state: held and confirmed disagree.';

COMMENT ON FUNCTION "private"."check_listed"() IS 'listed: the flag that policies read is not what status and boutique say.';

COMMENT ON FUNCTION "private"."check_overlaps"(timestamp with time zone) IS 'overlap: a live allocation that begins while another one of its resource lasts.';

COMMENT ON FUNCTION "private"."check_rentals"(timestamp with time zone) IS 'rental_allocation: a live rental without exactly one live allocation; rental_time: one whose days it does not cover; rental_state: held and confirmed disagree. Live rentals are looked at however old they are.';

COMMENT ON FUNCTION "private"."check_resources"() IS 'resource: a garment, room or stylist that is not in the calendar, or elsewhere.';

COMMENT ON FUNCTION "private"."check_sources"(timestamp with time zone) IS 'no_source: time taken for a rental or appointment that is not there; still_taken: one that was cancelled or expired takes time; stale_hold: a hold that ended more than an hour ago.';

COMMENT ON FUNCTION "private"."count_revision"() IS 'Trigger: counts moves and ends of an appointment or rental.';

COMMENT ON FUNCTION "private"."feed_boutique_id"(public.calendar_feed_kind, uuid) IS 'The boutique of a stylist or branch; null for a customer, and for what there is not.';

COMMENT ON FUNCTION "private"."feed_fittings"(public.calendar_feeds) IS 'Fittings of a feed, from two months ago on.';

COMMENT ON FUNCTION "private"."feed_is_readable"(public.calendar_feeds) IS 'Whether the owner of a feed may see now what it shows: a customer herself, staff while they work for the boutique.';

COMMENT ON FUNCTION "private"."feed_rentals"(public.calendar_feeds) IS 'Rentals of a feed, as whole days of the boutique, from two months ago on.';

COMMENT ON FUNCTION "private"."feed_time_off"(public.calendar_feeds) IS 'When a stylist is off, without the reason.';

COMMENT ON FUNCTION "private"."gown_facts"(uuid[], boolean) IS 'Gowns as a reader of a feed knows them: name and size, for staff also the number on the label.';

COMMENT ON FUNCTION "private"."watch_calendar"() IS 'Raises an alert per kind of finding of calendar_check, and ends those of what is mended. How many findings there are. Called by the job calendar.check.';

COMMENT ON FUNCTION "public"."create_calendar_feed"(public.calendar_feed_kind, uuid, text) IS 'A secret link for calendar programs: for a customer to her own fittings and rentals (subject_id is her own id), for staff to those of a stylist or branch of their boutique. The token is answered this once. It is read with the rights that its owner has at that time. PT404 subject_not_found, PT409 too_many_feeds, PT400 invalid_kind, PT401 sign_in_required.';

COMMENT ON FUNCTION "public"."read_calendar_feed"(text) IS 'For the function calendar, with the secret key: what a feed shows to whoever has its token; null when there is no such feed, it is revoked, or its owner may no longer see it.';

COMMENT ON FUNCTION "public"."revoke_calendar_feed"(uuid) IS 'Its owner, or a manager of the boutique, ends a calendar feed: its link leads nowhere from now on. Repeating it changes nothing. PT404 feed_not_found.';

COMMENT ON TABLE "private"."calendar_feed_tokens" IS 'SHA-256 of the token in the link of a feed. The token itself is nowhere but in the link.';

COMMENT ON TABLE "private"."calendar_revisions" IS 'How often an appointment or rental was moved or called off since it was made; what never was has no row. SEQUENCE in iCalendar: a program that knows a lower one takes the change.';

COMMENT ON TABLE "public"."calendar_feeds" IS 'Links under which a calendar program reads fittings and rentals. It shows what its owner may see when it is read, and nothing once it is revoked.';

COMMENT ON TYPE "private"."calendar_finding" IS 'Something that is wrong with the calendar: its kind, the row and a sentence for people.';

COMMENT ON TYPE "private"."feed_event" IS 'One entry of a feed. kind: fitting, rental, hand_over, return, time_off; status: confirmed, tentative, cancelled. Times for some, whole days (end_day excluded) for others.';

COMMENT ON TYPE "public"."calendar_feed_kind" IS 'Whose calendar it is: a stylist''s, a branch''s, a customer''s own.';

COMMENT ON TYPE "public"."new_calendar_feed" IS 'A feed with its token, which is shown this once. path goes behind the address of the project.';

REVOKE ALL ON FUNCTION "private"."calendar_check"(timestamp with time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."calendar_check"(timestamp with time zone) TO "postgres";

REVOKE ALL ON FUNCTION "private"."check_fittings"(timestamp with time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."check_fittings"(timestamp with time zone) TO "postgres";

REVOKE ALL ON FUNCTION "private"."check_listed"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."check_listed"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."check_overlaps"(timestamp with time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."check_overlaps"(timestamp with time zone) TO "postgres";

REVOKE ALL ON FUNCTION "private"."check_rentals"(timestamp with time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."check_rentals"(timestamp with time zone) TO "postgres";

REVOKE ALL ON FUNCTION "private"."check_resources"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."check_resources"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."check_sources"(timestamp with time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."check_sources"(timestamp with time zone) TO "postgres";

REVOKE ALL ON FUNCTION "private"."count_revision"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."count_revision"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."create_calendar_feed"(public.calendar_feed_kind, uuid, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."create_calendar_feed"(public.calendar_feed_kind, uuid, text) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."feed_boutique_id"(public.calendar_feed_kind, uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."feed_boutique_id"(public.calendar_feed_kind, uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."feed_fittings"(public.calendar_feeds) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."feed_fittings"(public.calendar_feeds) TO "postgres";

REVOKE ALL ON FUNCTION "private"."feed_is_readable"(public.calendar_feeds) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."feed_is_readable"(public.calendar_feeds) TO "postgres";

REVOKE ALL ON FUNCTION "private"."feed_rentals"(public.calendar_feeds) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."feed_rentals"(public.calendar_feeds) TO "postgres";

REVOKE ALL ON FUNCTION "private"."feed_time_off"(public.calendar_feeds) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."feed_time_off"(public.calendar_feeds) TO "postgres";

REVOKE ALL ON FUNCTION "private"."gown_facts"(uuid[], boolean) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."gown_facts"(uuid[], boolean) TO "postgres";

REVOKE ALL ON FUNCTION "private"."read_calendar_feed"(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."read_calendar_feed"(text) TO "postgres", "service_role";

REVOKE ALL ON FUNCTION "private"."revoke_calendar_feed"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."revoke_calendar_feed"(uuid) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."watch_calendar"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."watch_calendar"() TO "postgres";

REVOKE ALL ON FUNCTION "public"."create_calendar_feed"(public.calendar_feed_kind, uuid, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."create_calendar_feed"(public.calendar_feed_kind, uuid, text) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."read_calendar_feed"(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."read_calendar_feed"(text) TO "postgres", "service_role";

REVOKE ALL ON FUNCTION "public"."revoke_calendar_feed"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."revoke_calendar_feed"(uuid) TO "authenticated", "postgres";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "private"."calendar_feed_tokens" TO "postgres";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "private"."calendar_revisions" TO "postgres";

GRANT SELECT ON TABLE "public"."calendar_feeds" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."calendar_feeds" TO "postgres", "service_role";

GRANT USAGE ON TYPE "private"."calendar_finding" TO "postgres";

GRANT USAGE ON TYPE "private"."feed_event" TO "postgres";

GRANT USAGE ON TYPE "public"."calendar_feed_kind" TO "postgres";

GRANT USAGE ON TYPE "public"."new_calendar_feed" TO "postgres";

ALTER TABLE "private"."calendar_feed_tokens" ADD CONSTRAINT "calendar_feed_tokens_feed_id_fkey" FOREIGN KEY (feed_id) REFERENCES public.calendar_feeds(id) ON DELETE CASCADE;

-- Storage: policies of its files; 96_buckets.sql has the buckets. A schema diff leaves the platform's schemas out, so this
-- file goes into a migration as a whole when it has changed, and may run again.

-- The bucket is public: anybody with the address of a file reads it. Listing is for the boutique's own staff, for the
-- names of files tell of drafts.
drop policy if exists select_product_media on storage.objects;
create policy select_product_media on storage.objects for select to authenticated
  using (
    bucket_id = 'product-media'
    and (storage.foldername(name))[1] in (select id::text from private.my_boutique_ids('catalog.read') as id));
drop policy if exists insert_product_media on storage.objects;
create policy insert_product_media on storage.objects for insert to authenticated
  with check (
    bucket_id = 'product-media'
    and (storage.foldername(name))[1] in (select id::text from private.my_boutique_ids('catalog.write') as id));
drop policy if exists update_product_media on storage.objects;
create policy update_product_media on storage.objects for update to authenticated
  using (
    bucket_id = 'product-media'
    and (storage.foldername(name))[1] in (select id::text from private.my_boutique_ids('catalog.write') as id))
  with check (
    bucket_id = 'product-media'
    and (storage.foldername(name))[1] in (select id::text from private.my_boutique_ids('catalog.write') as id));
drop policy if exists delete_product_media on storage.objects;
create policy delete_product_media on storage.objects for delete to authenticated
  using (
    bucket_id = 'product-media'
    and (storage.foldername(name))[1] in (select id::text from private.my_boutique_ids('catalog.write') as id));

-- Folders of people: the first folder of a path is the account's id. Files of avatars are public to whoever has the
-- address; the other buckets are private, and nobody but the owner of the folder gets a link.
drop policy if exists select_own_files on storage.objects;
create policy select_own_files on storage.objects for select to authenticated
  using (
    bucket_id in ('avatars', 'private-documents', 'data-exports')
    and (storage.foldername(name))[1] = (select auth.uid())::text);
drop policy if exists insert_own_files on storage.objects;
create policy insert_own_files on storage.objects for insert to authenticated
  with check (
    bucket_id in ('avatars', 'private-documents')
    and (storage.foldername(name))[1] = (select auth.uid())::text);
drop policy if exists update_own_files on storage.objects;
create policy update_own_files on storage.objects for update to authenticated
  using (
    bucket_id in ('avatars', 'private-documents')
    and (storage.foldername(name))[1] = (select auth.uid())::text)
  with check (
    bucket_id in ('avatars', 'private-documents')
    and (storage.foldername(name))[1] = (select auth.uid())::text);
drop policy if exists delete_own_files on storage.objects;
create policy delete_own_files on storage.objects for delete to authenticated
  using (
    bucket_id in ('avatars', 'private-documents')
    and (storage.foldername(name))[1] = (select auth.uid())::text);
-- Nobody writes into data-exports but the job that builds them, with the secret key.

-- Queues. Generated from functions/_shared/jobs by npm run db:diff: change them there.

select pgboss.create_queue('unknown.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('rental.expire_hold.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('rental.expire_hold', '{"policy":"standard","retryLimit":10,"retryDelay":5,"retryBackoff":true,"retryDelayMax":300,"expireInSeconds":60,"deadLetter":"rental.expire_hold.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 10, retry_delay = 5, retry_backoff = true, retry_delay_max = 300, expire_seconds = 60, heartbeat_seconds = 30, dead_letter = 'rental.expire_hold.dead', notify = true where name = 'rental.expire_hold';
select pgboss.create_queue('fitting.expire_offer.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('fitting.expire_offer', '{"policy":"standard","retryLimit":10,"retryDelay":5,"retryBackoff":true,"retryDelayMax":300,"expireInSeconds":60,"deadLetter":"fitting.expire_offer.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 10, retry_delay = 5, retry_backoff = true, retry_delay_max = 300, expire_seconds = 60, heartbeat_seconds = 30, dead_letter = 'fitting.expire_offer.dead', notify = true where name = 'fitting.expire_offer';
select pgboss.create_queue('fitting.offer_waitlist.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('fitting.offer_waitlist', '{"policy":"standard","retryLimit":10,"retryDelay":5,"retryBackoff":true,"retryDelayMax":300,"expireInSeconds":60,"deadLetter":"fitting.offer_waitlist.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 10, retry_delay = 5, retry_backoff = true, retry_delay_max = 300, expire_seconds = 60, heartbeat_seconds = 30, dead_letter = 'fitting.offer_waitlist.dead', notify = true where name = 'fitting.offer_waitlist';
select pgboss.create_queue('mail.rental_reserved.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('mail.rental_reserved', '{"policy":"standard","retryLimit":12,"retryDelay":5,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":120,"deadLetter":"mail.rental_reserved.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 12, retry_delay = 5, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 120, heartbeat_seconds = 30, dead_letter = 'mail.rental_reserved.dead', notify = true where name = 'mail.rental_reserved';
select pgboss.create_queue('mail.invitation.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('mail.invitation', '{"policy":"standard","retryLimit":12,"retryDelay":5,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":120,"deadLetter":"mail.invitation.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 12, retry_delay = 5, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 120, heartbeat_seconds = 30, dead_letter = 'mail.invitation.dead', notify = true where name = 'mail.invitation';
select pgboss.create_queue('mail.boutique_status.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('mail.boutique_status', '{"policy":"standard","retryLimit":12,"retryDelay":5,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":120,"deadLetter":"mail.boutique_status.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 12, retry_delay = 5, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 120, heartbeat_seconds = 30, dead_letter = 'mail.boutique_status.dead', notify = true where name = 'mail.boutique_status';
select pgboss.create_queue('privacy.build_export.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('privacy.build_export', '{"policy":"standard","retryLimit":8,"retryDelay":30,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":900,"deadLetter":"privacy.build_export.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 8, retry_delay = 30, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 900, heartbeat_seconds = 30, dead_letter = 'privacy.build_export.dead', notify = true where name = 'privacy.build_export';
select pgboss.create_queue('mail.data_export.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('mail.data_export', '{"policy":"standard","retryLimit":12,"retryDelay":5,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":120,"deadLetter":"mail.data_export.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 12, retry_delay = 5, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 120, heartbeat_seconds = 30, dead_letter = 'mail.data_export.dead', notify = true where name = 'mail.data_export';
select pgboss.create_queue('mail.account_deletion.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('mail.account_deletion', '{"policy":"standard","retryLimit":12,"retryDelay":5,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":120,"deadLetter":"mail.account_deletion.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 12, retry_delay = 5, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 120, heartbeat_seconds = 30, dead_letter = 'mail.account_deletion.dead', notify = true where name = 'mail.account_deletion';
select pgboss.create_queue('privacy.erase_account.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('privacy.erase_account', '{"policy":"standard","retryLimit":20,"retryDelay":60,"retryBackoff":true,"retryDelayMax":21600,"expireInSeconds":600,"deadLetter":"privacy.erase_account.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 20, retry_delay = 60, retry_backoff = true, retry_delay_max = 21600, expire_seconds = 600, heartbeat_seconds = 30, dead_letter = 'privacy.erase_account.dead', notify = true where name = 'privacy.erase_account';
select pgboss.create_queue('privacy.sweep.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('privacy.sweep', '{"policy":"standard","retryLimit":3,"retryDelay":60,"retryBackoff":true,"retryDelayMax":600,"expireInSeconds":600,"deadLetter":"privacy.sweep.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 3, retry_delay = 60, retry_backoff = true, retry_delay_max = 600, expire_seconds = 600, heartbeat_seconds = 30, dead_letter = 'privacy.sweep.dead', notify = true where name = 'privacy.sweep';
select pgboss.create_queue('rate_limits.sweep.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('rate_limits.sweep', '{"policy":"standard","retryLimit":3,"retryDelay":60,"retryBackoff":true,"retryDelayMax":600,"expireInSeconds":300,"deadLetter":"rate_limits.sweep.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 3, retry_delay = 60, retry_backoff = true, retry_delay_max = 600, expire_seconds = 300, heartbeat_seconds = 30, dead_letter = 'rate_limits.sweep.dead', notify = true where name = 'rate_limits.sweep';
select pgboss.create_queue('calendar.check.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('calendar.check', '{"policy":"standard","retryLimit":3,"retryDelay":60,"retryBackoff":true,"retryDelayMax":600,"expireInSeconds":600,"deadLetter":"calendar.check.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 3, retry_delay = 60, retry_backoff = true, retry_delay_max = 600, expire_seconds = 600, heartbeat_seconds = 30, dead_letter = 'calendar.check.dead', notify = true where name = 'calendar.check';

delete from private.queue_rules;
insert into private.queue_rules (queue, payload, overdue_seconds) values
  ('rental.expire_hold', '{"rental_id":"uuid"}', 120),
  ('fitting.expire_offer', '{"appointment_id":"uuid"}', 120),
  ('fitting.offer_waitlist', '{"location_id":"uuid"}', 300),
  ('mail.rental_reserved', '{"rental_id":"uuid"}', 600),
  ('mail.invitation', '{"invitation_id":"uuid"}', 600),
  ('mail.boutique_status', '{"change_id":"uuid"}', 1800),
  ('privacy.build_export', '{"export_id":"uuid"}', 3600),
  ('mail.data_export', '{"export_id":"uuid"}', 1800),
  ('mail.account_deletion', '{"user_id":"uuid"}', 1800),
  ('privacy.erase_account', '{"user_id":"uuid"}', 7200),
  ('privacy.sweep', '{}', 3600),
  ('rate_limits.sweep', '{}', 3600),
  ('calendar.check', '{}', 3600);

-- Buckets of the Storage server; no SVG, which could carry scripts. Rows, not objects: `npm run db:diff` puts this file into the migration when they change.

insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types)
values
  ('product-media', 'product-media', true, 10485760, array['image/jpeg', 'image/png', 'image/webp', 'image/avif']),
  ('avatars', 'avatars', true, 2097152, array['image/jpeg', 'image/png', 'image/webp', 'image/avif']),
  ('private-documents', 'private-documents', false, 20971520, array['application/pdf', 'image/jpeg', 'image/png', 'image/webp']),
  ('data-exports', 'data-exports', false, 52428800, array['application/zip'])
on conflict (id) do update set
  public = excluded.public,
  file_size_limit = excluded.file_size_limit,
  allowed_mime_types = excluded.allowed_mime_types;
