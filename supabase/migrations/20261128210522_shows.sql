set local check_function_bodies = off;

DROP FUNCTION "private"."is_media_file_used"(text);

CREATE TABLE "private"."show_holds" ("rental_id" uuid NOT NULL, "show_id" uuid NOT NULL, "look_id" uuid, "created_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "show_holds_pkey" PRIMARY KEY (rental_id));

ALTER TABLE "private"."show_holds" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."fashion_shows" ("boutique_id" uuid NOT NULL, "slug" text NOT NULL, "title" text NOT NULL, "description" text NOT NULL DEFAULT ''::text, "starts_at" timestamp with time zone, "ends_at" timestamp with time zone, "location_id" uuid, "stream_url" text, "recording_url" text, "cover_path" text, "capacity" integer, "seats_taken" integer NOT NULL DEFAULT 0, "max_party_size" integer NOT NULL DEFAULT 4, "buffer_minutes_before" integer NOT NULL DEFAULT 60, "buffer_minutes_after" integer NOT NULL DEFAULT 60, "cancel_reason" text, "listed" boolean NOT NULL DEFAULT false, "created_at" timestamp with time zone NOT NULL DEFAULT now(), "updated_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "buffers_are_up_to_three_days" CHECK (((buffer_minutes_before >= 0) AND (buffer_minutes_before <= 4320) AND (buffer_minutes_after >= 0) AND (buffer_minutes_after <= 4320))), CONSTRAINT "cancel_reason_is_given" CHECK (((cancel_reason ~ '\S'::text) AND (length(cancel_reason) <= 1000))), CONSTRAINT "capacity_is_of_people" CHECK (((capacity >= 1) AND (capacity <= 100000))), CONSTRAINT "cover_path_is_inside_the_boutiques_folder" CHECK ((starts_with(cover_path, ((boutique_id)::text || '/'::text)) AND (cover_path !~ '(^|/)\.\.?(/|$)'::text) AND (length(cover_path) <= 400))), CONSTRAINT "description_is_bounded" CHECK ((length(description) <= 10000)), CONSTRAINT "fashion_shows_boutique_id_slug_key" UNIQUE (boutique_id, slug), CONSTRAINT "no_more_seats_than_there_are" CHECK (((seats_taken >= 0) AND (seats_taken <= capacity))), CONSTRAINT "parties_are_small" CHECK (((max_party_size >= 1) AND (max_party_size <= 20))), CONSTRAINT "show_ends_after_it_starts" CHECK (((ends_at > starts_at) AND isfinite(starts_at) AND isfinite(ends_at))), CONSTRAINT "show_lasts_two_weeks_at_most" CHECK (((ends_at - starts_at) <= '14 days'::interval)), CONSTRAINT "slug_is_url_safe" CHECK (((slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'::text) AND (length(slug) <= 120))), CONSTRAINT "title_is_given" CHECK (((title ~ '\S'::text) AND (length(title) <= 200))), "id" uuid NOT NULL DEFAULT private.uuid_v7(), CONSTRAINT "fashion_shows_id_boutique_id_key" UNIQUE (id, boutique_id), CONSTRAINT "fashion_shows_pkey" PRIMARY KEY (id));

ALTER TABLE "public"."fashion_shows" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."show_looks" ("show_id" uuid NOT NULL, "boutique_id" uuid NOT NULL, "product_id" uuid NOT NULL, "garment_id" uuid, "title" text NOT NULL DEFAULT ''::text, "position" integer NOT NULL DEFAULT 0, "at_second" integer, "listed" boolean NOT NULL DEFAULT false, "created_at" timestamp with time zone NOT NULL DEFAULT now(), "updated_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "a_garment_is_in_a_show_once" UNIQUE (show_id, garment_id), CONSTRAINT "at_second_is_of_a_video" CHECK (((at_second >= 0) AND (at_second <= 1209600))), CONSTRAINT "position_is_not_negative" CHECK (("position" >= 0)), CONSTRAINT "title_is_short" CHECK ((length(title) <= 200)), "id" uuid NOT NULL DEFAULT private.uuid_v7(), CONSTRAINT "show_looks_id_show_id_key" UNIQUE (id, show_id), CONSTRAINT "show_looks_pkey" PRIMARY KEY (id));

ALTER TABLE "public"."show_looks" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."show_rsvps" ("show_id" uuid NOT NULL, "boutique_id" uuid NOT NULL, "customer_id" uuid, "party_size" integer NOT NULL, "place" integer NOT NULL, "created_at" timestamp with time zone NOT NULL DEFAULT now(), "updated_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "one_rsvp_of_a_customer_to_a_show" UNIQUE (show_id, customer_id), CONSTRAINT "party_has_people" CHECK (((party_size >= 1) AND (party_size <= 20))), CONSTRAINT "place_is_positive" CHECK ((place > 0)), CONSTRAINT "places_are_in_a_line" UNIQUE (show_id, place), "id" uuid NOT NULL DEFAULT private.uuid_v7(), CONSTRAINT "show_rsvps_pkey" PRIMARY KEY (id));

ALTER TABLE "public"."show_rsvps" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."show_views" ("show_id" uuid NOT NULL, "boutique_id" uuid NOT NULL, "day" date NOT NULL, "views" bigint NOT NULL, CONSTRAINT "show_views_pkey" PRIMARY KEY (show_id, day), CONSTRAINT "views_are_positive" CHECK ((views > 0)));

ALTER TABLE "public"."show_views" ENABLE ROW LEVEL SECURITY;

CREATE TYPE "public"."show_rsvp_state" AS ENUM ('confirmed', 'waitlisted', 'cancelled', 'attended');

ALTER TABLE "public"."show_rsvps" ADD COLUMN "state" public.show_rsvp_state NOT NULL;

CREATE TYPE "public"."show_state" AS ENUM ('draft', 'scheduled', 'live', 'recorded', 'cancelled');

ALTER TABLE "public"."fashion_shows" ADD COLUMN "state" public.show_state NOT NULL DEFAULT 'draft'::public.show_state;

ALTER TYPE "private"."feed_event" ADD ATTRIBUTE "url" text CASCADE;

CREATE OR REPLACE FUNCTION private.add_product_views(views jsonb)
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_count integer;
begin
  insert into public.product_views as w (product_id, boutique_id, day, views)
  select p.id, p.boutique_id, (now() at time zone 'UTC')::date, v.number
  from private.counted_views(views) v
  join public.products p on p.id = v.id
  -- In the order of ids: two functions that write at once do not wait in a circle.
  order by p.id
  on conflict (product_id, day) do update set views = w.views + excluded.views;
  get diagnostics v_count = row_count;
  return v_count;
end
$function$;

CREATE OR REPLACE FUNCTION private.add_show_views(views jsonb)
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_count integer;
begin
  insert into public.show_views as w (show_id, boutique_id, day, views)
  select s.id, s.boutique_id, (now() at time zone 'UTC')::date, v.number
  from private.counted_views(views) v
  join public.fashion_shows s on s.id = v.id
  order by s.id
  on conflict (show_id, day) do update set views = w.views + excluded.views;
  get diagnostics v_count = row_count;
  return v_count;
end
$function$;

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
      where e.key not in ('updated_at', 'listed', 'last_read_at', 'failing_since', 'gone_since', 'told_at', 'blurhash', 'renditions', 'helpful_count', 'seats_taken') and e.value is distinct from o.row -> e.key
    ) changed
    cross join lateral (select coalesce(n.row ->> 'boutique_id', case tg_table_name when 'boutiques' then n.row ->> 'id' end)::uuid as id) b
    where changed.new is not null;
  end if;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.calendar_check(since timestamp with time zone DEFAULT '-infinity'::timestamp with time zone)
 RETURNS SETOF private.finding
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select * from private.check_overlaps(since)
  union all select * from private.check_rentals(since)
  union all select * from private.check_fittings(since)
  union all select * from private.check_shows(since)
  union all select * from private.check_sources(since)
  union all select * from private.check_resources()
  union all select * from private.check_listed()
$function$;

CREATE OR REPLACE FUNCTION private.calendar_view(location_id uuid, from_time timestamp with time zone, to_time timestamp with time zone)
 RETURNS SETOF public.calendar_row
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER ROWS 200
 SET search_path TO ''
AS $function$
declare
  v_boutique uuid;
begin
  select l.boutique_id into v_boutique from public.locations l
  where l.id = calendar_view.location_id
    and (l.boutique_id in (select private.my_boutique_ids('calendar.read')) or (select private.is_admin()));
  if not found then
    perform private.raise_error(404, 'location_not_found', 'There is no such branch of a boutique you work for.',
      jsonb_build_object('location_id', location_id));
  elsif from_time is null or to_time is null or not isfinite(from_time) or not isfinite(to_time) or to_time <= from_time
    or to_time - from_time > interval '32 days' then
    perform private.raise_error(400, 'invalid_period', 'from_time has to be before to_time, by a month at most.',
      jsonb_build_object('from_time', from_time, 'to_time', to_time));
  end if;

  return query
  with shown as materialized (
    select g.id, 'garment'::public.resource_kind as kind, format('%s, size %s (%s)', p.name, v.size, g.serial) as label, g.retired_at
    from public.garments g
    -- The boutique is named everywhere: its few hundred rows are read at once, not one by one among those of all.
    join public.product_variants v on v.id = g.variant_id and v.boutique_id = v_boutique
    join public.products p on p.id = v.product_id and p.boutique_id = v_boutique
    where g.location_id = calendar_view.location_id
    union all
    -- Stylists work at several branches: those who do at this one.
    select s.id, 'stylist', s.display_name, s.retired_at
    from public.stylists s
    where s.boutique_id = v_boutique and (
      exists (select from public.working_hours w where w.stylist_id = s.id and w.location_id = calendar_view.location_id)
      or exists (
        select from public.appointments a
        where a.stylist_id = s.id and a.boutique_id = s.boutique_id and a.location_id = calendar_view.location_id
          and a.during && tstzrange(from_time, to_time)))
    union all
    select r.id, 'room', r.name, r.retired_at from public.rooms r where r.location_id = calendar_view.location_id
  ),
  taken as (
    select a.resource_id, jsonb_agg(jsonb_build_object(
      'allocation_id', a.id, 'kind', a.kind, 'from', lower(a.during), 'until', upper(a.during), 'source_id', a.source_id,
      'state', coalesce(r.state::text, ap.state::text, sh.state::text, a.state::text),
      'customer', coalesce(ap.walk_in_name, nullif(c.display_name, '')),
      'note', coalesce(sh.title, a.note)) order by a.during) as entries
    from public.allocations a
    left join public.rentals r on a.kind = 'rental' and r.id = a.source_id
    left join public.appointments ap on a.kind = 'fitting' and ap.id = a.source_id
    left join public.fashion_shows sh on a.kind = 'show' and sh.id = a.source_id
    left join public.profiles c on c.id = coalesce(r.customer_id, ap.customer_id)
    -- By boutique and time, then by resource: a look into the exclusion index for each of a thousand garments takes ten times
    -- as long, and longer the more other boutiques have.
    where a.boutique_id = v_boutique and a.ends_at > from_time and a.starts_at < to_time
      and a.resource_id in (select s.id from shown s)
      and a.state <> 'released'
      and (a.held_until is null or a.held_until > now())
    group by a.resource_id
  )
  select s.id, s.kind, s.label, coalesce(t.entries, '[]')
  from shown s left join taken t on t.resource_id = s.id
  -- What was retired is shown as long as it was there, or is still promised to somebody.
  where s.retired_at is null or s.retired_at > from_time or t.entries is not null
  order by s.kind, s.label, s.id;
end
$function$;

CREATE OR REPLACE FUNCTION private.cancel_rsvp(show_id uuid)
 RETURNS public.show_rsvps
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_show public.fashion_shows;
  v_rsvp public.show_rsvps;
begin
  select * into v_show from public.fashion_shows s
  where s.id = cancel_rsvp.show_id and exists (select from public.show_rsvps r where r.show_id = s.id and r.customer_id = auth.uid())
  for no key update;
  if not found then
    perform private.raise_error(404, 'rsvp_not_found', 'You have not said that you come to this show.', jsonb_build_object('show_id', show_id));
  end if;
  select * into strict v_rsvp from public.show_rsvps r where r.show_id = v_show.id and r.customer_id = auth.uid();
  if v_rsvp.state = 'cancelled' then
    return v_rsvp;
  end if;
  perform private.refuse_closed(v_show);
  if v_rsvp.state = 'attended' then
    perform private.raise_error(409, 'rsvp_closed', 'You are at the show already.', jsonb_build_object('rsvp_id', v_rsvp.id, 'state', v_rsvp.state));
  end if;
  update public.show_rsvps r set state = 'cancelled' where r.id = v_rsvp.id returning * into v_rsvp;
  perform private.promote_rsvps(v_show.id);
  return v_rsvp;
end
$function$;

CREATE OR REPLACE FUNCTION private.cancel_show(show_id uuid, reason text)
 RETURNS public.fashion_shows
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_show public.fashion_shows := private.show_for_step(show_id);
begin
  if reason is null or reason !~ '\S' or length(reason) > 1000 then
    perform private.raise_error(400, 'reason_required', 'Say why, in up to 1000 letters: those who wanted to come read it.');
  elsif v_show.state = 'cancelled' then
    return v_show;
  elsif v_show.state not in ('scheduled', 'live') then
    perform private.refuse_show_state(v_show, 'cancelled');
  end if;
  update public.fashion_shows s set state = 'cancelled', cancel_reason = btrim(reason) where s.id = v_show.id returning * into v_show;
  return v_show;
end
$function$;

CREATE OR REPLACE FUNCTION private.check_in_rsvp(rsvp_id uuid)
 RETURNS public.show_rsvps
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_show public.fashion_shows;
  v_rsvp public.show_rsvps;
begin
  select * into v_show from public.fashion_shows s
  where s.id = (select r.show_id from public.show_rsvps r where r.id = check_in_rsvp.rsvp_id)
    and s.boutique_id in (select private.my_boutique_ids('fittings.write'))
  for no key update;
  if not found then
    perform private.raise_error(404, 'rsvp_not_found', 'There is no such RSVP to a show of a boutique you work for.', jsonb_build_object('rsvp_id', rsvp_id));
  end if;
  select * into strict v_rsvp from public.show_rsvps r where r.id = check_in_rsvp.rsvp_id;
  if v_rsvp.state = 'attended' then
    return v_rsvp;
  elsif v_show.state not in ('scheduled', 'live') then
    perform private.refuse_show_state(v_show, 'entered');
  elsif v_rsvp.state <> 'confirmed' then
    perform private.raise_error(409, 'invalid_state', format('An RSVP that is %s has no seats.', v_rsvp.state),
      jsonb_build_object('rsvp_id', rsvp_id, 'state', v_rsvp.state));
  end if;
  perform private.refuse_before_doors(v_show);
  update public.show_rsvps r set state = 'attended' where r.id = v_rsvp.id returning * into v_rsvp;
  return v_rsvp;
end
$function$;

CREATE OR REPLACE FUNCTION private.check_shows(since timestamp with time zone)
 RETURNS SETOF private.finding
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return query
  with live as (
    select s.id, s.state, private.show_block(s) as block,
      array(select l.garment_id from public.show_looks l where l.show_id = s.id and l.garment_id is not null order by l.garment_id) as needed
    from public.fashion_shows s
    where s.state in ('scheduled', 'live') and upper(private.show_block(s)) > since
  ),
  taken as (
    select l.id, coalesce(array_agg(a.resource_id order by a.resource_id) filter (where a.id is not null), '{}') as resources,
      coalesce(bool_or(a.during <> l.block), false) as wrong_time
    from live l left join public.allocations a on a.source_id = l.id and a.kind = 'show' and a.state = 'confirmed'
    group by l.id
  )
  select 'show_allocation', t.id, format('The show is %s and takes %s garments; its looks need %s.', l.state, cardinality(t.resources), cardinality(l.needed))
  from taken t join live l on l.id = t.id
  where t.resources <> l.needed
  union all
  select 'show_time', t.id, 'What the show takes is not taken for its time and buffers.' from taken t where t.wrong_time
  union all
  select 'still_taken', s.id, format('The show is %s and still takes %s garments.', s.state, count(*))
  from public.fashion_shows s join public.allocations a on a.source_id = s.id and a.state <> 'released' and upper(a.during) > now()
  where s.state not in ('scheduled', 'live')
  group by s.id
  union all
  select 'no_source', a.id, format('The show takes resource %s for a row that is not there.', a.resource_id)
  from public.allocations a
  where a.kind = 'show' and a.state <> 'released' and upper(a.during) > since and a.source_id is not null
    and not exists (select from public.fashion_shows s where s.id = a.source_id)
  union all
  select 'show_seats', s.id, format('The show says that %s seats are taken, and %s are.', s.seats_taken, c.taken)
  from public.fashion_shows s
  cross join lateral (
    select coalesce(sum(r.party_size), 0) as taken from public.show_rsvps r where r.show_id = s.id and r.state in ('confirmed', 'attended')) c
  where s.seats_taken <> c.taken
  union all
  select 'listed', x.id, format('The %s is %s to the public and should %sbe.', x.what,
    case when x.listed then 'shown' else 'not shown' end, case when x.listed then 'not ' else '' end)
  from (
    select s.id, 'show' as what, s.listed, b.status = 'active' and s.state in ('scheduled', 'live', 'recorded') as should
    from public.fashion_shows s join public.boutiques b on b.id = s.boutique_id
    union all
    select l.id, 'look', l.listed, s.listed and p.listed
    from public.show_looks l join public.fashion_shows s on s.id = l.show_id join public.products p on p.id = l.product_id
  ) x
  where x.listed <> x.should;
end
$function$;

CREATE OR REPLACE FUNCTION private.count_seats()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_more integer := case when tg_op = 'DELETE' then 0 else private.seats_of(new) end - case when tg_op = 'INSERT' then 0 else private.seats_of(old) end;
begin
  -- The constraint of the show refuses what does not fit.
  update public.fashion_shows s set seats_taken = s.seats_taken + v_more
  where s.id = case when tg_op = 'DELETE' then old.show_id else new.show_id end and v_more <> 0;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.counted_views(views jsonb)
 RETURNS TABLE(id uuid, number bigint)
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
begin
  return query
  select v.key::uuid, v.value::bigint
  from jsonb_each_text(counted_views.views) v
  where v.key ~ '^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$' and v.value ~ '^[1-9][0-9]{0,8}$';
end
$function$;

CREATE OR REPLACE FUNCTION private.dress_look(look_id uuid, garment_id uuid)
 RETURNS public.show_looks
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_look public.show_looks := private.look_for_step(look_id);
  v_show public.fashion_shows;
begin
  select * into strict v_show from public.fashion_shows s where s.id = v_look.show_id;
  if v_look.garment_id is not distinct from dress_look.garment_id then
    return v_look;
  elsif v_show.state in ('recorded', 'cancelled') then
    perform private.refuse_show_state(v_show, 'dressed in other gowns');
  elsif exists (select from public.show_looks l where l.show_id = v_show.id and l.garment_id = dress_look.garment_id) then
    perform private.raise_error(409, 'garment_in_show', 'Another look of the show has this garment.', jsonb_build_object('garment_id', garment_id));
  end if;
  update public.show_looks l set garment_id = dress_look.garment_id where l.id = v_look.id;
  if v_show.state <> 'draft' then
    -- All at once, in the order of ids: the old one, and those that place_garments locks.
    perform from public.resources r
    where r.id = v_look.garment_id or r.id in (select l.garment_id from public.show_looks l where l.show_id = v_show.id)
    order by r.id for no key update;
    perform private.release_garments(v_show.id, array[v_look.garment_id]);
    perform private.place_garments(v_show);
  end if;
  select * into strict v_look from public.show_looks l where l.id = v_look.id;
  return v_look;
end
$function$;

CREATE OR REPLACE FUNCTION private.erase_account(user_id uuid)
 RETURNS text
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_group uuid;
  v_rental uuid;
  v_appointment uuid;
  v_item record;
begin
  perform from public.profiles p where p.id = erase_account.user_id for update;
  if not found then
    return 'gone';
  end if;
  perform from public.account_deletions d where d.user_id = erase_account.user_id and d.due_at <= now() for update;
  if not found then
    return 'not_due';
  end if;
  for v_group in
    select distinct o.group_id from public.orders o where o.customer_id = erase_account.user_id and o.state = 'pending' order by o.group_id loop
    perform private.expire_order_hold(v_group);
  end loop;
  for v_rental in select r.id from public.rentals r where r.customer_id = erase_account.user_id and r.state = 'held' order by r.id loop
    perform private.expire_rental_hold(v_rental);
  end loop;
  for v_appointment in
    select a.id from public.appointments a where a.customer_id = erase_account.user_id and a.state = 'offered' order by a.id loop
    perform private.expire_fitting_offer(v_appointment);
  end loop;
  if exists (select from private.erasure_blockers(erase_account.user_id)) then
    update public.account_deletions d set due_at = now() + interval '1 day' where d.user_id = erase_account.user_id;
    perform private.enqueue('privacy.erase_account', jsonb_build_object('user_id', erase_account.user_id),
      jsonb_build_object('start_after', now() + interval '1 day'));
    return 'blocked';
  end if;
  perform private.leave_shows(erase_account.user_id);
  -- Nobody has noted whether she came; she has no account to charge any more.
  update public.appointments a set state = 'attended' where a.customer_id = erase_account.user_id and a.state = 'booked';
  -- Her membership goes too, so that she fits nobody any more. Fittings that she was to do keep their stylist.
  update public.stylists s set display_name = 'Former stylist', bio = '', retired_at = coalesce(s.retired_at, now())
  where s.user_id = erase_account.user_id;
  for v_item in select * from private.personal_data() d where d.erasure = 'delete' loop
    execute format('delete from %s where %s', v_item.table_name, v_item.subject) using erase_account.user_id;
  end loop;
  -- What the Auth server keeps without a foreign key: its log and sign-ins that were begun.
  delete from auth.audit_log_entries a where a.payload ->> 'actor_id' = erase_account.user_id::text;
  delete from auth.flow_state f where f.user_id = erase_account.user_id;
  -- Sessions, tokens, identities, the profile and all that hangs on it go along; rentals and appointments lose
  -- their customer.
  delete from auth.users u where u.id = erase_account.user_id;
  return 'erased';
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
      array(select g.garment_id from public.appointment_garments g where g.appointment_id = a.id), feed.kind <> 'customer'), null::text
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
    private.gown_facts(array[x.garment_id], feed.kind <> 'customer'), null::text
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

CREATE OR REPLACE FUNCTION private.feed_shows(feed public.calendar_feeds)
 RETURNS SETOF private.feed_event
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  -- A customer has those that she has seats of. Staff have those of the boutique; a branch has none that are at others.
  return query
  select s.id || '@shows.nexus', 'show', case when s.state = 'cancelled' or v.state = 'cancelled' then 'cancelled' else 'confirmed' end,
    coalesce(c.revision, 0) + coalesce(d.revision, 0), coalesce(v.created_at, s.created_at), greatest(s.updated_at, v.updated_at),
    s.starts_at, s.ends_at, null::date, null::date, b.name, s.location_id, s.title, null::text, null::text,
    case when feed.kind = 'customer' then v.party_size else s.seats_taken end, '[]'::jsonb, s.stream_url
  from public.fashion_shows s
  join public.boutiques b on b.id = s.boutique_id
  left join public.show_rsvps v on feed.kind = 'customer' and v.show_id = s.id and v.customer_id = feed.subject_id and v.state <> 'waitlisted'
  left join private.calendar_revisions c on c.subject_id = s.id
  left join private.calendar_revisions d on d.subject_id = v.id
  where case feed.kind
      when 'customer' then s.id in (select x.show_id from public.show_rsvps x where x.customer_id = feed.subject_id) and v.id is not null
      when 'location' then s.boutique_id = feed.boutique_id and (s.location_id is null or s.location_id = feed.subject_id)
      else s.boutique_id = feed.boutique_id end
    and s.state <> 'draft'
    and s.starts_at between now() - interval '60 days' and now() + interval '400 days'
    and ((s.state <> 'cancelled' and v.state is distinct from 'cancelled') or greatest(s.updated_at, v.updated_at) > now() - interval '30 days');
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
    b.name, null::uuid, null::text, s.display_name, null::text, null::integer, '[]'::jsonb, null::text
  from public.allocations a
  join public.stylists s on s.id = a.resource_id
  join public.boutiques b on b.id = a.boutique_id
  where feed.kind = 'stylist' and a.resource_id = feed.subject_id and a.kind = 'time_off'
    and lower(a.during) between now() - interval '60 days' and now() + interval '400 days'
    and (a.state <> 'released' or a.updated_at > now() - interval '30 days');
end
$function$;

CREATE OR REPLACE FUNCTION private.finish_show(show_id uuid, recording_url text)
 RETURNS public.fashion_shows
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_show public.fashion_shows := private.show_for_step(show_id);
begin
  if private.is_https_url(recording_url) is false then
    perform private.raise_error(400, 'invalid_url', 'recording_url is an https address, or null.');
  elsif v_show.state = 'recorded' then
    return v_show;
  elsif v_show.state <> 'live' then
    perform private.refuse_show_state(v_show, 'finished');
  end if;
  update public.fashion_shows s set state = 'recorded', recording_url = finish_show.recording_url where s.id = v_show.id returning * into v_show;
  return v_show;
end
$function$;

CREATE OR REPLACE FUNCTION private.follow_show()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  if tg_op = 'INSERT' then
    -- Not while the show is being moved, nor while one of both is being published or hidden.
    select s.listed into new.listed from public.fashion_shows s where s.id = new.show_id for no key update;
    select coalesce(new.listed, false) and p.listed into new.listed from public.products p where p.id = new.product_id for share;
    new.listed := coalesce(new.listed, false);
  end if;
  if new.garment_id is not null and not exists (
    select from public.garments g
    join public.product_variants v on v.id = g.variant_id
    where g.id = new.garment_id and g.boutique_id = new.boutique_id and v.product_id = new.product_id) then
    perform private.raise_error(404, 'garment_not_found', 'There is no such garment of this product.',
      jsonb_build_object('garment_id', new.garment_id, 'product_id', new.product_id));
  end if;
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION private.give_more_seats()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.promote_rsvps(new.id);
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.guard_show()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  if new.state <> old.state and (old.state, new.state) not in (
    ('draft', 'scheduled'), ('scheduled', 'live'), ('live', 'recorded'), ('scheduled', 'cancelled'), ('live', 'cancelled')) then
    perform private.raise_error(409, 'invalid_state', format('A show that is %s does not become %s.', old.state, new.state),
      jsonb_build_object('show_id', old.id, 'state', old.state));
  elsif (new.starts_at, new.ends_at, new.location_id) is distinct from (old.starts_at, old.ends_at, old.location_id)
    and (old.state in ('recorded', 'cancelled') or (old.state = 'live' and
      (new.starts_at, new.location_id) is distinct from (old.starts_at, old.location_id))) then
    perform private.raise_error(409, 'invalid_state', format('A show that is %s is not moved any more; a live one may end later.', old.state),
      jsonb_build_object('show_id', old.id, 'state', old.state));
  elsif new.state = 'scheduled' and new.starts_at <= now() and (old.state, old.starts_at) is distinct from (new.state, new.starts_at) then
    perform private.raise_error(400, 'invalid_time', 'A show that is announced starts in the future.', jsonb_build_object('show_id', old.id));
  elsif new.capacity < old.seats_taken and new.capacity is distinct from old.capacity then
    perform private.raise_error(409, 'capacity_below_taken',
      format('%s seats are taken: there cannot be fewer.', old.seats_taken), jsonb_build_object('show_id', old.id, 'seats_taken', old.seats_taken));
  end if;
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION private.hold_look(look_id uuid, variant_id uuid, period text, idempotency_key text)
 RETURNS public.rentals
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_look public.show_looks;
  v_rental public.rentals;
begin
  -- Kept from being removed: looks are locked before resources.
  select * into v_look from public.show_looks l where l.id = hold_look.look_id and l.listed for key share;
  if not found then
    perform private.raise_error(404, 'look_not_found', 'There is no such look, or it is not on show.', jsonb_build_object('look_id', look_id));
  elsif not exists (select from public.product_variants v where v.id = hold_look.variant_id and v.product_id = v_look.product_id) then
    perform private.raise_error(404, 'variant_not_found', 'The gown of this look has no such variant.',
      jsonb_build_object('look_id', look_id, 'variant_id', variant_id));
  end if;
  v_rental := private.reserve_rental(variant_id, period, idempotency_key);
  insert into private.show_holds (rental_id, show_id, look_id) values (v_rental.id, v_look.show_id, v_look.id)
  on conflict do nothing;
  return v_rental;
end
$function$;

CREATE OR REPLACE FUNCTION private.is_https_url(url text)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select length(url) <= 2000 and url ~ '^https://[!-~]+$'
$function$;

CREATE OR REPLACE FUNCTION private.is_media_file_used(path text)
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return exists (select from public.product_media m where m.storage_path = path and m.state <> 'refused')
    or exists (
      select from public.product_media m
      where m.id = case when path ~ '^[^/]+/renditions/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/' then split_part(path, '/', 3)::uuid end
        and m.boutique_id::text = split_part(path, '/', 1)
        and m.state <> 'refused')
    or exists (select from public.fashion_shows s where s.cover_path = path);
end
$function$;

CREATE OR REPLACE FUNCTION private.leave_shows(customer_id uuid)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_show uuid;
begin
  for v_show in
    select s.id from public.show_rsvps r join public.fashion_shows s on s.id = r.show_id
    where r.customer_id = leave_shows.customer_id and r.state in ('confirmed', 'waitlisted') and s.state = 'scheduled'
    order by s.id
  loop
    perform from public.fashion_shows s where s.id = v_show for no key update;
    update public.show_rsvps r set state = 'cancelled'
    where r.show_id = v_show and r.customer_id = leave_shows.customer_id and r.state in ('confirmed', 'waitlisted');
    perform private.promote_rsvps(v_show);
  end loop;
end
$function$;

CREATE OR REPLACE FUNCTION private.location_facts(location_id uuid)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select jsonb_build_object('name', p.name, 'street', p.street, 'city', p.city, 'country', p.country)
  from public.locations p where p.id = location_facts.location_id
$function$;

CREATE OR REPLACE FUNCTION private.lock_cover_file()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform pg_advisory_xact_lock_shared(31, private.media_lock(new.cover_path));
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION private.look_for_step(look_id uuid)
 RETURNS public.show_looks
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_look public.show_looks;
  v_show public.fashion_shows;
begin
  select * into v_show from public.fashion_shows s
  where s.id = (select l.show_id from public.show_looks l where l.id = look_for_step.look_id)
    and s.boutique_id in (select private.my_boutique_ids('catalog.write'))
  for no key update;
  if found then
    select * into v_look from public.show_looks l where l.id = look_for_step.look_id for update;
  end if;
  if v_look.id is null then
    perform private.raise_error(404, 'look_not_found', 'There is no such look in a show of a boutique you work for.', jsonb_build_object('look_id', look_id));
  end if;
  return v_look;
end
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
    ('public.stylists', 'user_id', 'user_id = $1', true, 'detach', 'her public face at a boutique; erase_account empties it, fittings remember that there was somebody'),
    ('public.appointments', 'customer_id', 'customer_id = $1', true, 'detach', 'the boutique keeps the fact; what she has written and who came along goes'),
    ('public.appointment_garments', 'customer_id', 'customer_id = $1', true, 'detach', 'the boutique keeps which gowns were tried on'),
    ('public.appointment_notes', 'appointment_id', 'appointment_id in (select a.id from public.appointments a where a.customer_id = $1)', true, 'delete', 'what staff have noted about her'),
    ('public.appointment_notes', 'author_id', 'author_id = $1', false, 'detach', 'her work for the boutique, about somebody else, whose export has it'),
    ('public.waitlist_entries', 'customer_id', 'customer_id = $1', true, 'cascade', 'her place in line'),
    ('public.rental_events', 'customer_id', 'customer_id = $1', true, 'detach', 'the record of what was handed over, not to whom'),
    ('public.rental_events', 'actor_id', 'actor_id = $1', true, 'detach', 'belongs to the boutique''s history'),
    ('public.substitution_proposals', 'decided_by', 'decided_by = $1', true, 'detach', 'belongs to the boutique''s history'),
    ('public.data_exports', 'user_id', 'user_id = $1', true, 'cascade', 'her own request'),
    ('public.account_deletions', 'user_id', 'user_id = $1', true, 'cascade', 'her own request'),
    ('public.audit_log', 'actor_id', 'actor_id = $1', true, 'keep', 'append-only; a bare id that leads nowhere once the account is gone'),
    ('public.calendar_feeds', 'owner_id', 'owner_id = $1', true, 'cascade', 'her link; without her there is nobody with whose rights it is read'),
    ('public.notifications', 'user_id', 'user_id = $1', true, 'cascade', 'what she was told'),
    ('public.notification_preferences', 'user_id', 'user_id = $1', true, 'cascade', 'what she wants to hear'),
    ('public.notification_settings', 'user_id', 'user_id = $1', true, 'cascade', 'when and how she wants to hear it'),
    ('public.webhook_events', 'payload', 'payload #>> ''{data,customer_id}'' = $1::text', false, 'keep', 'what a boutique''s own systems were told: a bare id that leads nowhere once the account is gone; removed after 90 days'),
    ('private.messages', 'user_id', 'user_id = $1', true, 'cascade', 'what was sent to her'),
    ('private.messages', 'recipient_hash',
      'user_id is null and recipient_hash = private.recipient_hash((select u.email from auth.users u where u.id = $1))',
      true, 'delete', 'invitations to her address, sent before she had an account'),
    ('public.favorites', 'customer_id', 'customer_id = $1', true, 'cascade', 'what she likes'),
    ('public.lookbooks', 'customer_id', 'customer_id = $1', true, 'cascade', 'her own selection; who has its token finds nothing any more'),
    ('public.lookbook_items', 'customer_id', 'customer_id = $1', true, 'cascade', 'goes with the look-book'),
    ('public.reviews', 'customer_id', 'customer_id = $1', true, 'detach', 'the stars of a gown are a sum of what many found; a trigger takes her name, her texts and what answers them'),
    ('public.reviews', 'hidden_by', 'hidden_by = $1', false, 'detach', 'her work for the marketplace, about what somebody else has written'),
    ('public.reviews', 'replied_by', 'replied_by = $1', false, 'detach', 'her work for the boutique, about what somebody else has written'),
    ('public.review_revisions', 'customer_id', 'customer_id = $1', true, 'cascade', 'what she had written before'),
    ('private.review_measurements', 'customer_id', 'customer_id = $1', true, 'cascade', 'her body'),
    ('public.review_photos', 'customer_id', 'customer_id = $1', true, 'cascade', 'her photos; the files are in a personal bucket'),
    ('public.review_votes', 'customer_id', 'customer_id = $1', true, 'cascade', 'what helped her'),
    ('public.review_reports', 'reporter_id', 'reporter_id = $1', true, 'detach', 'what admins have decided stays; a trigger empties her note'),
    ('public.review_reports', 'resolved_by', 'resolved_by = $1', false, 'detach', 'her work for the marketplace'),
    ('public.show_rsvps', 'customer_id', 'customer_id = $1', true, 'detach', 'seats of shows to come are given back by erase_account; of the others the boutique keeps how many came'),
    ('public.addresses', 'customer_id', 'customer_id = $1', true, 'cascade', 'where she has things sent'),
    ('public.carts', 'customer_id', 'customer_id = $1', true, 'cascade', 'what she meant to order'),
    ('public.cart_items', 'customer_id', 'customer_id = $1', true, 'cascade', 'goes with the cart'),
    ('public.order_groups', 'customer_id', 'customer_id = $1', true, 'detach', 'the books need what was paid, not by whom; a trigger empties the address'),
    ('public.orders', 'customer_id', 'customer_id = $1', true, 'detach', 'the same; a trigger empties her note and reasons that somebody has written'),
    ('public.order_items', 'customer_id', 'customer_id = $1', true, 'detach', 'the same'),
    ('public.order_adjustments', 'customer_id', 'customer_id = $1', true, 'detach', 'the same'),
    ('public.order_events', 'customer_id', 'customer_id = $1', true, 'detach', 'the log of what was done with her orders; a trigger takes what somebody has written'),
    ('public.order_events', 'actor_id', 'actor_id = $1', true, 'detach', 'belongs to the boutique''s history'),
    ('public.payments', 'customer_id', 'customer_id = $1', true, 'detach', 'the books need what was paid, not by whom'),
    ('public.payment_attempts', 'customer_id', 'customer_id = $1', true, 'detach', 'the same'),
    ('public.refund_transfers', 'customer_id', 'customer_id = $1', true, 'detach', 'the same'),
    ('public.payouts', 'decided_by', 'decided_by = $1', true, 'detach', 'her work for the marketplace'),
    ('public.payment_exceptions', 'resolved_by', 'resolved_by = $1', true, 'detach', 'her work for a boutique or the marketplace'),
    ('public.deposits', 'customer_id', 'customer_id = $1', true, 'detach', 'the same'),
    ('public.payment_plans', 'customer_id', 'customer_id = $1', true, 'detach', 'the same'),
    ('public.refunds', 'customer_id', 'customer_id = $1', true, 'detach', 'the same; a trigger takes a reason that somebody has written'),
    ('public.invoices', 'customer_id', 'customer_id = $1', true, 'detach', 'tax law wants them kept as they were issued'),
    ('public.invoices', 'content', 'customer_id = $1', false, 'keep', 'the same, with name and address of the buyer: without them it is no invoice. Read by the staff of its boutique and admins alone; exported by customer_id'),
    ('public.discount_redemptions', 'customer_id', 'customer_id = $1', true, 'detach', 'the same'),
    ('public.shipments', 'customer_id', 'customer_id = $1', true, 'detach', 'the books need what was sent, not to whom'),
    ('public.shipment_items', 'customer_id', 'customer_id = $1', true, 'detach', 'the same'),
    ('public.returns', 'customer_id', 'customer_id = $1', true, 'detach', 'the books need what came back; a trigger empties her note'),
    ('public.return_items', 'customer_id', 'customer_id = $1', true, 'detach', 'the same'),
    ('public.gift_card_entries', 'customer_id', 'customer_id = $1', true, 'detach', 'the books need what was spent, not by whom'),
    ('public.gift_card_entries', 'actor_id', 'actor_id = $1', true, 'detach', 'belongs to the boutique''s history'),
    ('public.stock_movements', 'actor_id', 'actor_id = $1', true, 'detach', 'belongs to the boutique''s history'),
    ('public.catalog_imports', 'started_by', 'started_by = $1', true, 'detach', 'belongs to the boutique''s history'),
    ('private.idempotency_keys', 'user_id', 'user_id = $1', false, 'delete', 'technical: her retries')
$function$;

CREATE OR REPLACE FUNCTION private.place_garments(show public.fashion_shows)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_during tstzrange := private.show_block(show);
  v_garments uuid[] := array(select l.garment_id from public.show_looks l where l.show_id = show.id and l.garment_id is not null order by l.garment_id);
  v_garment uuid;
  v_taken uuid[];
begin
  -- As every writer of the calendar: the resources first, in the order of their ids.
  perform from public.resources r where r.id = any (v_garments) order by r.id for no key update;
  foreach v_garment in array v_garments loop
    perform private.release_expired_holds(v_garment, v_during);
  end loop;
  v_taken := array(
    select g.id from unnest(v_garments) g (id)
    where exists (
        select from public.allocations a
        where a.resource_id = g.id and a.during && v_during and a.state <> 'released' and a.source_id is distinct from show.id)
      or (exists (select from public.garments x where x.id = g.id and x.retired_at is not null)
        and not exists (select from public.allocations a where a.source_id = show.id and a.resource_id = g.id and a.state <> 'released'))
    order by g.id);
  if cardinality(v_taken) > 0 then
    perform private.raise_error(409, 'garments_taken',
      'Some gowns are taken at that time. Dress these looks in others (dress_look), or choose another time.',
      jsonb_build_object('show_id', show.id, 'garment_ids', v_taken));
  end if;
  update public.allocations a set during = v_during
  where a.source_id = show.id and a.kind = 'show' and a.state <> 'released' and a.during <> v_during;
  insert into public.allocations (resource_id, boutique_id, during, kind, state, source_id)
  select g.id, show.boutique_id, v_during, 'show', 'confirmed', show.id
  from unnest(v_garments) g (id)
  where not exists (select from public.allocations a where a.source_id = show.id and a.resource_id = g.id and a.state <> 'released');
end
$function$;

CREATE OR REPLACE FUNCTION private.place_new_looks()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_show public.fashion_shows;
begin
  for v_show in
    select * from public.fashion_shows s
    where s.state in ('scheduled', 'live') and s.id in (select n.show_id from new_looks n where n.garment_id is not null)
    order by s.id
  loop
    perform private.place_garments(v_show);
  end loop;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.place_show()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  if new.state in ('scheduled', 'live') then
    perform private.place_garments(new);
  elsif old.state in ('scheduled', 'live') then
    perform private.release_garments(new.id);
  end if;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.promote_rsvps(show_id uuid)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_show public.fashion_shows;
begin
  loop
    select * into v_show from public.fashion_shows s where s.id = promote_rsvps.show_id and s.state = 'scheduled' and s.starts_at > now()
    for no key update;
    exit when not found or v_show.seats_taken >= v_show.capacity;
    update public.show_rsvps r set state = 'confirmed'
    where r.id = (
      select w.id from public.show_rsvps w
      where w.show_id = v_show.id and w.state = 'waitlisted' and (w.party_size <= v_show.capacity - v_show.seats_taken) is not false
      order by w.place limit 1);
    exit when not found;
  end loop;
end
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
    v_name := 'Fittings, rentals and shows';
  end if;
  select coalesce(jsonb_agg(to_jsonb(e) - 'location_id' || jsonb_build_object('location', l.facts) order by e.uid), '[]') into v_events
  from (
    select * from private.feed_fittings(v_feed)
    union all select * from private.feed_rentals(v_feed)
    union all select * from private.feed_time_off(v_feed)
    union all select * from private.feed_shows(v_feed)
  ) e
  left join lateral (select private.location_facts(e.location_id) as facts) l on true;
  return jsonb_build_object('kind', v_feed.kind, 'name', v_name, 'timezone', v_timezone, 'events', v_events);
end
$function$;

CREATE OR REPLACE FUNCTION private.read_show_calendar(boutique text, slug text)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  return (
    select jsonb_build_object('kind', 'show', 'name', s.title || ' · ' || b.name, 'timezone', coalesce(l.timezone, b.timezone),
      'events', jsonb_build_array(to_jsonb(e) - 'location_id' || jsonb_build_object('location', private.location_facts(s.location_id))))
    from public.fashion_shows s
    join public.boutiques b on b.id = s.boutique_id
    left join public.locations l on l.id = s.location_id
    left join private.calendar_revisions c on c.subject_id = s.id
    cross join lateral (
      select (row(s.id || '@shows.nexus', 'show', case when s.state = 'cancelled' then 'cancelled' else 'confirmed' end, coalesce(c.revision, 0),
        s.created_at, s.updated_at, s.starts_at, s.ends_at, null, null, b.name, s.location_id, s.title, null, null, null, '[]', s.stream_url)
        ::private.feed_event).*
    ) e
    -- One that was called off is told for a while: programs that have it strike it out.
    where b.slug = read_show_calendar.boutique and s.slug = read_show_calendar.slug
      and (s.listed or (s.state = 'cancelled' and b.status = 'active' and s.updated_at > now() - interval '30 days')));
end
$function$;

CREATE OR REPLACE FUNCTION private.refuse_before_doors(show public.fashion_shows)
 RETURNS void
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  if lower(private.show_block(show)) > now() then
    perform private.raise_error(409, 'too_early', 'The doors are not open yet: buffer_minutes_before its beginning they are. Move the show if it is to begin sooner.',
      jsonb_build_object('show_id', show.id, 'opens_at', lower(private.show_block(show))));
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.refuse_closed(show public.fashion_shows)
 RETURNS void
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  if show.state <> 'scheduled' or show.starts_at <= now() then
    perform private.raise_error(409, 'rsvp_closed', 'The show has begun, is over or was called off: seats are given until it begins.',
      jsonb_build_object('show_id', show.id, 'state', show.state));
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.refuse_show_state(show public.fashion_shows, verb text)
 RETURNS void
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
begin
  perform private.raise_error(409, 'invalid_state', format('A show that is %s cannot be %s.', show.state, verb),
    jsonb_build_object('show_id', show.id, 'state', show.state));
end
$function$;

CREATE OR REPLACE FUNCTION private.release_garments(show_id uuid, garment_ids uuid[] DEFAULT NULL::uuid[])
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  perform from public.resources r
  where r.id in (select a.resource_id from public.allocations a where a.source_id = release_garments.show_id and a.state <> 'released')
    and (garment_ids is null or r.id = any (garment_ids))
  order by r.id for no key update;
  -- What has begun was so: it ends now.
  update public.allocations a
  set state = case when lower(a.during) < now() then a.state else 'released' end,
    during = case when lower(a.during) < now() then tstzrange(lower(a.during), now()) else a.during end
  where a.source_id = release_garments.show_id and a.kind = 'show' and a.state <> 'released' and upper(a.during) > now()
    and (garment_ids is null or a.resource_id = any (garment_ids));
end
$function$;

CREATE OR REPLACE FUNCTION private.remind_of_show(show public.fashion_shows, rsvp_ids uuid[])
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  -- The occasion has the time: what was put off, or waits for a time that was moved, is not told.
  perform private.notify('show_reminder', i.id, jsonb_build_object('group', show.boutique_id, 'start_after', r.at,
    'occasion', format('%sh-%s', r.hours, floor(extract(epoch from show.starts_at)))))
  from unnest(rsvp_ids) i (id)
  cross join lateral (select h.hours, show.starts_at - make_interval(hours => h.hours) as at from (values (24), (1)) h (hours)) r
  where r.at > now();
end
$function$;

CREATE OR REPLACE FUNCTION private.remove_look(look_id uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_look public.show_looks := private.look_for_step(look_id);
begin
  delete from public.show_looks l where l.id = v_look.id;
  perform private.release_garments(v_look.show_id, array[v_look.garment_id]);
end
$function$;

CREATE OR REPLACE FUNCTION private.rsvp_show(show_id uuid, party_size integer)
 RETURNS public.show_rsvps
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_show public.fashion_shows;
  v_rsvp public.show_rsvps;
  v_fits boolean;
begin
  perform from public.profiles p where p.id = auth.uid() for key share;
  if not found then
    perform private.raise_error(401, 'sign_in_required', 'Sign in to come to a show.');
  end if;
  -- All who want seats of a show wait here for each other.
  select * into v_show from public.fashion_shows s where s.id = rsvp_show.show_id and s.listed for no key update;
  if not found then
    perform private.raise_error(404, 'show_not_found', 'There is no such show.', jsonb_build_object('show_id', show_id));
  end if;
  select * into v_rsvp from public.show_rsvps r where r.show_id = v_show.id and r.customer_id = auth.uid();
  if v_rsvp.state <> 'cancelled' and v_rsvp.party_size = rsvp_show.party_size then
    return v_rsvp;
  end if;
  perform private.refuse_closed(v_show);
  if party_size is null or party_size not between 1 and v_show.max_party_size then
    perform private.raise_error(400, 'invalid_party_size', format('party_size is 1 to %s.', v_show.max_party_size),
      jsonb_build_object('max_party_size', v_show.max_party_size));
  elsif party_size > v_show.capacity then
    perform private.raise_error(409, 'party_too_large', 'The show has not that many seats in all.', jsonb_build_object('capacity', v_show.capacity));
  elsif v_rsvp.state = 'attended' then
    perform private.raise_error(409, 'rsvp_closed', 'You are at the show already.', jsonb_build_object('rsvp_id', v_rsvp.id, 'state', v_rsvp.state));
  end if;
  v_fits := (party_size - private.seats_of(v_rsvp) <= v_show.capacity - v_show.seats_taken) is not false;

  if v_rsvp.state = 'confirmed' and not v_fits then
    perform private.raise_error(409, 'show_full', 'There are not that many more seats. You keep those that you have.',
      jsonb_build_object('rsvp_id', v_rsvp.id, 'party_size', v_rsvp.party_size, 'seats_free', v_show.capacity - v_show.seats_taken));
  elsif v_rsvp.state in ('confirmed', 'waitlisted') then
    update public.show_rsvps r set party_size = rsvp_show.party_size where r.id = v_rsvp.id;
  else
    insert into public.show_rsvps as r (show_id, boutique_id, customer_id, party_size, state, place)
    values (v_show.id, v_show.boutique_id, auth.uid(), rsvp_show.party_size, case when v_fits then 'confirmed' else 'waitlisted' end::public.show_rsvp_state,
      1 + coalesce((select max(x.place) from public.show_rsvps x where x.show_id = v_show.id), 0))
    on conflict on constraint one_rsvp_of_a_customer_to_a_show do update
      set party_size = excluded.party_size, state = excluded.state, place = excluded.place;
  end if;
  -- A smaller party leaves seats, or fits now into those that are left.
  perform private.promote_rsvps(v_show.id);
  select * into strict v_rsvp from public.show_rsvps r where r.show_id = v_show.id and r.customer_id = auth.uid();
  return v_rsvp;
end
$function$;

CREATE OR REPLACE FUNCTION private.schedule_show(show_id uuid)
 RETURNS public.fashion_shows
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_show public.fashion_shows;
begin
  -- Before the show: who suspends the boutique takes them in this order.
  perform from public.boutiques b where b.id = (select s.boutique_id from public.fashion_shows s where s.id = schedule_show.show_id) for share;
  v_show := private.show_for_step(show_id);
  if v_show.state = 'scheduled' then
    return v_show;
  elsif v_show.state <> 'draft' then
    perform private.refuse_show_state(v_show, 'scheduled');
  elsif v_show.starts_at is null or v_show.ends_at is null or (v_show.location_id is null and v_show.stream_url is null) then
    perform private.raise_error(409, 'show_incomplete', 'Say when it starts and ends, and where: location_id, stream_url or both.',
      jsonb_build_object('show_id', show_id));
  end if;
  update public.fashion_shows s set state = 'scheduled' where s.id = v_show.id returning * into v_show;
  return v_show;
end
$function$;

CREATE OR REPLACE FUNCTION private.seats_of(rsvp public.show_rsvps)
 RETURNS integer
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select case when rsvp.state in ('confirmed', 'attended') then rsvp.party_size else 0 end
$function$;

CREATE OR REPLACE FUNCTION private.set_show_listing()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  if tg_op = 'INSERT' or not old.listed then
    -- Not while its boutique is being suspended.
    perform from public.boutiques b where b.id = new.boutique_id for share;
  end if;
  new.listed := new.state in ('scheduled', 'live', 'recorded')
    and exists (select from public.boutiques b where b.id = new.boutique_id and b.status = 'active');
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION private.show_block(show public.fashion_shows)
 RETURNS tstzrange
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select tstzrange(show.starts_at - make_interval(mins => show.buffer_minutes_before), show.ends_at + make_interval(mins => show.buffer_minutes_after))
$function$;

CREATE OR REPLACE FUNCTION private.show_facts(show public.fashion_shows)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select jsonb_build_object('show_id', show.id, 'state', show.state, 'slug', show.slug, 'title', show.title,
    'starts_at', private.utc_text(show.starts_at), 'ends_at', private.utc_text(show.ends_at), 'location_id', show.location_id,
    'capacity', show.capacity, 'seats_taken', show.seats_taken)
$function$;

CREATE OR REPLACE FUNCTION private.show_figures(show_id uuid)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  if not exists (
    select from public.fashion_shows s
    where s.id = show_figures.show_id and (s.boutique_id in (select private.my_boutique_ids('catalog.read')) or (select private.is_admin()))) then
    perform private.raise_error(404, 'show_not_found', 'There is no such show of a boutique you work for.', jsonb_build_object('show_id', show_id));
  end if;
  return (
    with holds as (
      select c.look_id, sum(c.number) as number, jsonb_object_agg(c.state, c.number) as by_state
      from (
        select h.look_id, r.state, count(*) as number
        from private.show_holds h join public.rentals r on r.id = h.rental_id
        where h.show_id = show_figures.show_id
        group by h.look_id, r.state) c
      group by c.look_id
    )
    select jsonb_build_object(
      'views', (select coalesce(sum(v.views), 0) from public.show_views v where v.show_id = show_figures.show_id),
      'rsvps', (
        select jsonb_object_agg(s.state, jsonb_build_object('parties', coalesce(c.parties, 0), 'people', coalesce(c.people, 0)))
        from unnest(enum_range(null::public.show_rsvp_state)) s (state)
        left join (
          select r.state, count(*) as parties, sum(r.party_size) as people
          from public.show_rsvps r where r.show_id = show_figures.show_id group by r.state) c on c.state = s.state),
      'holds', (select coalesce(sum(h.number), 0) from holds h),
      'looks', coalesce((
        select jsonb_agg(jsonb_build_object('look_id', l.id, 'position', l.position, 'title', l.title, 'product_id', l.product_id,
          'holds', coalesce(h.number, 0), 'rentals', coalesce(h.by_state, '{}')) order by l.position, l.id)
        from public.show_looks l left join holds h on h.look_id = l.id
        where l.show_id = show_figures.show_id), '[]')));
end
$function$;

CREATE OR REPLACE FUNCTION private.show_for_step(show_id uuid, permission public.permission DEFAULT 'catalog.write'::public.permission)
 RETURNS public.fashion_shows
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_show public.fashion_shows;
begin
  select * into v_show from public.fashion_shows s
  where s.id = show_for_step.show_id and s.boutique_id in (select private.my_boutique_ids(permission))
  for no key update;
  if not found then
    perform private.raise_error(404, 'show_not_found', 'There is no such show of a boutique you work for.', jsonb_build_object('show_id', show_id));
  end if;
  return v_show;
end
$function$;

CREATE OR REPLACE FUNCTION private.show_guests(show_id uuid)
 RETURNS TABLE(rsvp_id uuid, name text, party_size integer, state public.show_rsvp_state, place integer, created_at timestamp with time zone)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER ROWS 100
 SET search_path TO ''
AS $function$
begin
  if not exists (
    select from public.fashion_shows s
    where s.id = show_guests.show_id and (s.boutique_id in (select private.my_boutique_ids('fittings.read')) or (select private.is_admin()))) then
    perform private.raise_error(404, 'show_not_found', 'There is no such show of a boutique you work for.', jsonb_build_object('show_id', show_id));
  end if;
  return query
  select r.id, nullif(p.display_name, ''), r.party_size, r.state, r.place, r.created_at
  from public.show_rsvps r left join public.profiles p on p.id = r.customer_id
  where r.show_id = show_guests.show_id
  order by r.place;
end
$function$;

CREATE OR REPLACE FUNCTION private.spread_listing_to_shows()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  update public.fashion_shows s set listed = not s.listed
  where s.boutique_id = new.id and s.state in ('scheduled', 'live', 'recorded') and s.listed <> (new.status = 'active');
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.spread_product_to_looks()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  update public.show_looks l set listed = new.listed and s.listed
  from public.fashion_shows s
  where l.product_id = new.id and s.id = l.show_id and l.listed <> (new.listed and s.listed);
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.spread_show_to_looks()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  -- Not while one of its products is being published or hidden.
  perform from public.products p
  where p.id in (select l.product_id from public.show_looks l where l.show_id = new.id) order by p.id for share;
  update public.show_looks l set listed = new.listed and p.listed
  from public.products p
  where l.show_id = new.id and p.id = l.product_id and l.listed <> (new.listed and p.listed);
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.start_show(show_id uuid)
 RETURNS public.fashion_shows
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_show public.fashion_shows := private.show_for_step(show_id);
begin
  if v_show.state = 'live' then
    return v_show;
  elsif v_show.state <> 'scheduled' then
    perform private.refuse_show_state(v_show, 'started');
  end if;
  perform private.refuse_before_doors(v_show);
  update public.fashion_shows s set state = 'live' where s.id = v_show.id returning * into v_show;
  return v_show;
end
$function$;

CREATE OR REPLACE FUNCTION private.tell_of_rsvp()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_show public.fashion_shows;
begin
  if new.state = 'confirmed' then
    select * into v_show from public.fashion_shows s where s.id = new.show_id;
    perform private.notify(
      case when tg_op = 'UPDATE' and old.state = 'waitlisted' then 'show_promoted' else 'show_confirmed' end, new.id,
      -- Who comes back after she has cancelled has another place.
      jsonb_build_object('group', new.boutique_id, 'occasion', 'place-' || new.place));
    perform private.remind_of_show(v_show, array[new.id]);
  end if;
  if new.state in ('confirmed', 'cancelled') then
    perform private.emit_event(new.boutique_id, 'show.rsvp_' || new.state, 'show_rsvps', new.id, jsonb_build_object(
      'rsvp_id', new.id, 'state', new.state, 'show_id', new.show_id, 'customer_id', new.customer_id, 'party_size', new.party_size));
  end if;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.tell_of_show()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_group jsonb := jsonb_build_object('group', new.boutique_id);
  v_has_moved boolean := (old.starts_at, old.location_id) is distinct from (new.starts_at, new.location_id);
begin
  if new.state <> old.state then
    perform private.emit_event(new.boutique_id, 'show.' || case new.state when 'live' then 'started' when 'recorded' then 'finished' else new.state::text end,
      'fashion_shows', new.id, private.show_facts(new));
  elsif v_has_moved and new.state = 'scheduled' then
    perform private.emit_event(new.boutique_id, 'show.rescheduled', 'fashion_shows', new.id, private.show_facts(new));
    perform private.notify('show_moved', r.id, v_group || jsonb_build_object(
      'occasion', format('%s-%s', (extract(epoch from now()) * 1000000)::bigint, floor(extract(epoch from new.starts_at)))))
    from public.show_rsvps r where r.show_id = new.id and r.state in ('confirmed', 'waitlisted');
    perform private.remind_of_show(new, array(select r.id from public.show_rsvps r where r.show_id = new.id and r.state = 'confirmed'))
    where old.starts_at <> new.starts_at;
  end if;
  if new.state = 'cancelled' and old.state <> 'cancelled' then
    perform private.notify('show_cancelled', r.id, v_group)
    from public.show_rsvps r where r.show_id = new.id and r.state in ('confirmed', 'waitlisted');
  end if;
  -- Nobody starts and ends shows but people: they are told once when one seems to be forgotten.
  if new.state in ('scheduled', 'live') and (old.state = 'draft' or old.ends_at <> new.ends_at) then
    perform private.notify('show_overdue', new.id, v_group || jsonb_build_object('start_after', new.ends_at + interval '12 hours',
      'occasion', floor(extract(epoch from new.ends_at))::text));
  end if;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.watch_calendar()
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  return private.tell_findings('calendar', array(select f from private.calendar_check(now() - interval '7 days') f order by f.kind, f.id),
    array['overlap', 'rental_allocation', 'rental_time', 'rental_state', 'fitting_allocation', 'fitting_time', 'fitting_state', 'show_allocation', 'show_time', 'show_seats', 'no_source',
      'still_taken', 'stale_hold', 'resource', 'listed']);
end
$function$;

CREATE OR REPLACE FUNCTION private.webhook_event_types()
 RETURNS TABLE(type text, description text, example jsonb)
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  -- The example is what stands in `data`. Ids and plain facts: no name, address or number of a customer ever.
  with rental (example) as (
    values ('{"rental_id": "0193a1b2-0000-7000-8000-000000000001", "state": "held", "customer_id": "0193a1b2-0000-7000-8000-000000000002", "variant_id": "0193a1b2-0000-7000-8000-000000000003", "garment_id": "0193a1b2-0000-7000-8000-000000000004", "first_day": "2027-06-04", "last_day": "2027-06-06", "held_until": "2027-05-01T09:15:00.000000Z", "price": 25500, "deposit": 40000, "currency": "GBP"}'::jsonb)
  ),
  purchase (example) as (
    values ('{"order_id": "0193a1b2-0000-7000-8000-000000000005", "number": "AB-000042", "state": "pending", "customer_id": "0193a1b2-0000-7000-8000-000000000002", "total": 189000, "currency": "GBP"}'::jsonb)
  ),
  fitting (example) as (
    values ('{"fitting_id": "0193a1b2-0000-7000-8000-000000000006", "state": "booked", "customer_id": "0193a1b2-0000-7000-8000-000000000002", "location_id": "0193a1b2-0000-7000-8000-000000000007", "starts_at": "2027-05-08T10:00:00.000000Z", "ends_at": "2027-05-08T11:00:00.000000Z", "garment_ids": ["0193a1b2-0000-7000-8000-000000000004"]}'::jsonb)
  ),
  review (example) as (
    values ('{"review_id": "0193a1b2-0000-7000-8000-000000000008", "state": "published", "product_id": "0193a1b2-0000-7000-8000-000000000009", "rating": 5, "fit": "true"}'::jsonb)
  ),
  show (example) as (
    values ('{"show_id": "0193a1b2-0000-7000-8000-00000000000a", "state": "scheduled", "slug": "spring-2027", "title": "Spring 2027", "starts_at": "2027-05-08T16:00:00.000000Z", "ends_at": "2027-05-08T18:00:00.000000Z", "location_id": "0193a1b2-0000-7000-8000-000000000007", "capacity": 80, "seats_taken": 0}'::jsonb)
  ),
  rsvp (example) as (
    values ('{"rsvp_id": "0193a1b2-0000-7000-8000-00000000000b", "state": "confirmed", "show_id": "0193a1b2-0000-7000-8000-00000000000a", "customer_id": "0193a1b2-0000-7000-8000-000000000002", "party_size": 2}'::jsonb)
  )
  select t.type, t.description, coalesce(
    case split_part(t.type, '.', 1)
      when 'rental' then r.example
      when 'order' then p.example
      when 'fitting' then f.example
      when 'review' then v.example
      when 'show' then case when t.type like 'show.rsvp%' then rs.example else s.example end
    end || t.difference, t.difference)
  from (values
    ('rental.held', 'A garment is held for a customer until held_until.', '{}'::jsonb),
    ('rental.reserved', 'The boutique has confirmed the rental: it is firm.', '{"state": "reserved"}'),
    ('rental.picked_up', 'The customer has the garment.', '{"state": "picked_up"}'),
    ('rental.returned', 'The garment is back.', '{"state": "returned"}'),
    ('rental.inspecting', 'The garment is being looked at and cleaned.', '{"state": "inspecting"}'),
    ('rental.closed', 'The rental is over and settled.', '{"state": "closed"}'),
    ('rental.lost', 'The garment has not come back.', '{"state": "lost"}'),
    ('rental.cancelled', 'The customer or the boutique has given the days back.', '{"state": "cancelled"}'),
    ('rental.expired', 'The hold has ended without a confirmation; the days are free.', '{"state": "expired"}'),
    ('boutique.activated', 'The marketplace shows the boutique.', '{"boutique_id": "0193a1b2-0000-7000-8000-00000000000a", "status": "active"}'),
    ('boutique.suspended', 'The marketplace has hidden the boutique; its people can only read.', '{"boutique_id": "0193a1b2-0000-7000-8000-00000000000a", "status": "suspended"}'),
    ('order.placed', 'A customer has ordered and is about to pay.', '{"number": null}'),
    ('order.paid', 'The order is paid.', '{"state": "paid"}'),
    ('order.fulfilled', 'Everything in the order has been handed over or shipped.', '{"state": "fulfilled"}'),
    ('order.completed', 'The order is over.', '{"state": "completed"}'),
    ('order.cancelled', 'The order was called off.', '{"state": "cancelled"}'),
    ('order.refunded', 'The order was paid back.', '{"state": "refunded"}'),
    ('fitting.booked', 'A fitting has a time, a stylist and a room.', '{}'),
    ('fitting.rescheduled', 'The fitting has another time.', '{"starts_at": "2027-05-09T10:00:00.000000Z", "ends_at": "2027-05-09T11:00:00.000000Z"}'),
    ('fitting.cancelled', 'The fitting was called off.', '{"state": "cancelled"}'),
    ('fitting.completed', 'The fitting has taken place.', '{"state": "attended"}'),
    ('fitting.missed', 'The customer did not come.', '{"state": "no_show"}'),
    ('review.published', 'A review of a product can be seen.', '{}'),
    ('review.hidden', 'A review was taken off the page.', '{"state": "hidden"}'),
    ('show.scheduled', 'A show was announced.', '{}'),
    ('show.rescheduled', 'An announced show is at another time or place.', '{"starts_at": "2027-05-09T16:00:00.000000Z", "ends_at": "2027-05-09T18:00:00.000000Z"}'),
    ('show.started', 'A show has begun.', '{"state": "live"}'),
    ('show.finished', 'A show is over.', '{"state": "recorded"}'),
    ('show.cancelled', 'A show was called off.', '{"state": "cancelled"}'),
    ('show.rsvp_confirmed', 'A customer has seats of a show.', '{}'),
    ('show.rsvp_cancelled', 'A customer does not come to a show.', '{"state": "cancelled"}'),
    ('webhook.test', 'Somebody of the boutique has asked for a test. Sent to one endpoint, whatever it listens to.', '{"message": "This is a test."}')
  ) as t (type, description, difference)
  cross join rental r cross join purchase p cross join fitting f cross join review v cross join show s cross join rsvp rs
$function$;

CREATE OR REPLACE FUNCTION public.add_show_views(views jsonb)
 RETURNS integer
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.add_show_views(views) $function$;

CREATE OR REPLACE FUNCTION public.cancel_rsvp(show_id uuid)
 RETURNS public.show_rsvps
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.cancel_rsvp(show_id) $function$;

CREATE OR REPLACE FUNCTION public.cancel_show(show_id uuid, reason text)
 RETURNS public.fashion_shows
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.cancel_show(show_id, reason) $function$;

CREATE OR REPLACE FUNCTION public.check_in_rsvp(rsvp_id uuid)
 RETURNS public.show_rsvps
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.check_in_rsvp(rsvp_id) $function$;

CREATE OR REPLACE FUNCTION public.dress_look(look_id uuid, garment_id uuid)
 RETURNS public.show_looks
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.dress_look(look_id, garment_id) $function$;

CREATE OR REPLACE FUNCTION public.finish_show(show_id uuid, recording_url text DEFAULT NULL::text)
 RETURNS public.fashion_shows
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.finish_show(show_id, recording_url) $function$;

CREATE OR REPLACE FUNCTION public.hold_look(look_id uuid, variant_id uuid, period text, idempotency_key text)
 RETURNS public.rentals
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.hold_look(look_id, variant_id, period, idempotency_key) $function$;

CREATE OR REPLACE FUNCTION public.read_show_calendar(boutique text, slug text)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$ select private.read_show_calendar(boutique, slug) $function$;

CREATE OR REPLACE FUNCTION public.remove_look(look_id uuid)
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.remove_look(look_id) $function$;

CREATE OR REPLACE FUNCTION public.rsvp_show(show_id uuid, party_size integer DEFAULT 1)
 RETURNS public.show_rsvps
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.rsvp_show(show_id, party_size) $function$;

CREATE OR REPLACE FUNCTION public.schedule_show(show_id uuid)
 RETURNS public.fashion_shows
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.schedule_show(show_id) $function$;

CREATE OR REPLACE FUNCTION public.show_figures(show_id uuid)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$ select private.show_figures(show_id) $function$;

CREATE OR REPLACE FUNCTION public.show_guests(show_id uuid)
 RETURNS TABLE(rsvp_id uuid, name text, party_size integer, state public.show_rsvp_state, place integer, created_at timestamp with time zone)
 LANGUAGE sql
 STABLE ROWS 100
 SET search_path TO ''
AS $function$ select * from private.show_guests(show_id) $function$;

CREATE OR REPLACE FUNCTION public.start_show(show_id uuid)
 RETURNS public.fashion_shows
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.start_show(show_id) $function$;

ALTER TABLE "private"."show_holds" ADD CONSTRAINT "show_holds_rental_id_fkey" FOREIGN KEY (rental_id) REFERENCES public.rentals(id) ON DELETE CASCADE;

ALTER TABLE "public"."fashion_shows" ADD CONSTRAINT "fashion_shows_boutique_id_fkey" FOREIGN KEY (boutique_id) REFERENCES public.boutiques(id) ON DELETE RESTRICT;

ALTER TABLE "public"."fashion_shows" ADD CONSTRAINT "only_what_is_over_has_a_recording" CHECK (((recording_url IS NULL) OR (state = 'recorded'::public.show_state)));

ALTER TABLE "public"."fashion_shows" ADD CONSTRAINT "show_is_at_a_location_of_the_boutique" FOREIGN KEY (location_id, boutique_id) REFERENCES public.locations(id, boutique_id) ON DELETE RESTRICT;

ALTER TABLE "public"."fashion_shows" ADD CONSTRAINT "what_is_announced_has_a_time_and_a_place" CHECK (((state = 'draft'::public.show_state) OR ((starts_at IS NOT NULL) AND (ends_at IS NOT NULL) AND ((location_id IS NOT NULL) OR (stream_url IS NOT NULL)))));

ALTER TABLE "public"."fashion_shows" ADD CONSTRAINT "what_is_cancelled_says_why" CHECK (((state = 'cancelled'::public.show_state) = (cancel_reason IS NOT NULL)));

ALTER TABLE "public"."show_looks" ADD CONSTRAINT "look_is_of_a_garment_of_the_boutique" FOREIGN KEY (garment_id, boutique_id) REFERENCES public.garments(id, boutique_id) ON DELETE RESTRICT;

ALTER TABLE "public"."show_looks" ADD CONSTRAINT "look_is_of_a_product_of_the_boutique" FOREIGN KEY (product_id, boutique_id) REFERENCES public.products(id, boutique_id) ON DELETE RESTRICT;

ALTER TABLE "public"."show_rsvps" ADD CONSTRAINT "show_rsvps_customer_id_fkey" FOREIGN KEY (customer_id) REFERENCES public.profiles(id) ON DELETE SET NULL;

CREATE INDEX show_holds_look_id_idx ON private.show_holds USING btree (look_id, show_id);

CREATE INDEX show_holds_show_id_idx ON private.show_holds USING btree (show_id, look_id);

CREATE INDEX fashion_shows_boutique_id_idx ON public.fashion_shows USING btree (boutique_id, starts_at);

CREATE INDEX fashion_shows_cover_path_idx ON public.fashion_shows USING btree (cover_path) WHERE (cover_path IS NOT NULL);

CREATE INDEX fashion_shows_location_id_idx ON public.fashion_shows USING btree (location_id, boutique_id);

CREATE INDEX show_looks_at_second_idx ON public.show_looks USING btree (show_id, at_second DESC) WHERE (at_second IS NOT NULL);

CREATE INDEX show_looks_boutique_id_idx ON public.show_looks USING btree (boutique_id);

CREATE INDEX show_looks_garment_id_idx ON public.show_looks USING btree (garment_id, boutique_id);

CREATE INDEX show_looks_product_id_idx ON public.show_looks USING btree (product_id, boutique_id);

CREATE INDEX show_looks_show_id_idx ON public.show_looks USING btree (show_id, boutique_id, "position");

CREATE INDEX show_rsvps_boutique_id_idx ON public.show_rsvps USING btree (boutique_id);

CREATE INDEX show_rsvps_customer_id_idx ON public.show_rsvps USING btree (customer_id);

CREATE INDEX show_rsvps_show_id_idx ON public.show_rsvps USING btree (show_id, boutique_id);

CREATE INDEX show_rsvps_waiting_idx ON public.show_rsvps USING btree (show_id, place) WHERE (state = 'waitlisted'::public.show_rsvp_state);

CREATE INDEX show_views_boutique_id_idx ON public.show_views USING btree (boutique_id, day DESC);

CREATE INDEX show_views_show_id_idx ON public.show_views USING btree (show_id, boutique_id);

CREATE TRIGGER spread_listing_to_shows AFTER UPDATE ON public.boutiques FOR EACH ROW WHEN ((old.status IS DISTINCT FROM new.status)) EXECUTE FUNCTION private.spread_listing_to_shows();

CREATE TRIGGER audit_delete AFTER DELETE ON public.fashion_shows REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', '');

CREATE TRIGGER audit_insert AFTER INSERT ON public.fashion_shows REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', '');

CREATE TRIGGER audit_update AFTER UPDATE ON public.fashion_shows REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', '');

CREATE TRIGGER count_revision AFTER UPDATE ON public.fashion_shows FOR EACH ROW WHEN (((old.starts_at IS DISTINCT FROM new.starts_at) OR (old.ends_at IS DISTINCT FROM new.ends_at) OR (old.location_id IS DISTINCT FROM new.location_id) OR (old.state <> new.state))) EXECUTE FUNCTION private.count_revision();

CREATE TRIGGER give_more_seats AFTER UPDATE OF capacity, starts_at ON public.fashion_shows FOR EACH ROW WHEN (((new.state = 'scheduled'::public.show_state) AND ((old.capacity IS DISTINCT FROM new.capacity) OR (old.starts_at IS DISTINCT FROM new.starts_at)))) EXECUTE FUNCTION private.give_more_seats();

CREATE TRIGGER guard_show BEFORE UPDATE OF state, starts_at, ends_at, location_id, capacity ON public.fashion_shows FOR EACH ROW EXECUTE FUNCTION private.guard_show();

CREATE TRIGGER lock_changed_cover_file BEFORE UPDATE OF cover_path ON public.fashion_shows FOR EACH ROW WHEN ((new.cover_path IS NOT NULL)) EXECUTE FUNCTION private.lock_cover_file();

CREATE TRIGGER lock_new_cover_file BEFORE INSERT ON public.fashion_shows FOR EACH ROW WHEN ((new.cover_path IS NOT NULL)) EXECUTE FUNCTION private.lock_cover_file();

CREATE TRIGGER place_show AFTER UPDATE ON public.fashion_shows FOR EACH ROW WHEN (((old.state <> new.state) OR (old.starts_at IS DISTINCT FROM new.starts_at) OR (old.ends_at IS DISTINCT FROM new.ends_at) OR (old.buffer_minutes_before <> new.buffer_minutes_before) OR (old.buffer_minutes_after <> new.buffer_minutes_after))) EXECUTE FUNCTION private.place_show();

CREATE TRIGGER set_show_listing BEFORE INSERT OR UPDATE OF state, listed, boutique_id ON public.fashion_shows FOR EACH ROW EXECUTE FUNCTION private.set_show_listing();

CREATE TRIGGER spread_show_to_looks AFTER UPDATE ON public.fashion_shows FOR EACH ROW WHEN ((old.listed IS DISTINCT FROM new.listed)) EXECUTE FUNCTION private.spread_show_to_looks();

CREATE TRIGGER tell_of_show AFTER UPDATE OF state, starts_at, ends_at, location_id ON public.fashion_shows FOR EACH ROW EXECUTE FUNCTION private.tell_of_show();

CREATE TRIGGER touch_updated_at BEFORE UPDATE OF slug, title, description, state, starts_at, ends_at, location_id, stream_url, recording_url, cover_path, capacity, max_party_size, buffer_minutes_before, buffer_minutes_after ON public.fashion_shows FOR EACH ROW EXECUTE FUNCTION private.touch_updated_at();

CREATE TRIGGER spread_product_to_looks AFTER UPDATE ON public.products FOR EACH ROW WHEN ((old.listed IS DISTINCT FROM new.listed)) EXECUTE FUNCTION private.spread_product_to_looks();

CREATE TRIGGER audit_delete AFTER DELETE ON public.show_looks REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', '');

CREATE TRIGGER audit_insert AFTER INSERT ON public.show_looks REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', '');

CREATE TRIGGER audit_update AFTER UPDATE ON public.show_looks REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', '');

CREATE TRIGGER follow_show BEFORE INSERT OR UPDATE OF garment_id, product_id ON public.show_looks FOR EACH ROW EXECUTE FUNCTION private.follow_show();

CREATE TRIGGER place_new_looks AFTER INSERT ON public.show_looks REFERENCING NEW TABLE AS new_looks FOR EACH STATEMENT EXECUTE FUNCTION private.place_new_looks();

CREATE TRIGGER touch_updated_at BEFORE UPDATE OF title, "position", at_second, garment_id ON public.show_looks FOR EACH ROW EXECUTE FUNCTION private.touch_updated_at();

CREATE TRIGGER audit_delete AFTER DELETE ON public.show_rsvps REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', '');

CREATE TRIGGER audit_insert AFTER INSERT ON public.show_rsvps REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', '');

CREATE TRIGGER audit_update AFTER UPDATE ON public.show_rsvps REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', '');

CREATE TRIGGER count_revision AFTER UPDATE ON public.show_rsvps FOR EACH ROW WHEN ((old.state <> new.state)) EXECUTE FUNCTION private.count_revision();

CREATE TRIGGER count_seats AFTER INSERT OR DELETE OR UPDATE OF state, party_size ON public.show_rsvps FOR EACH ROW EXECUTE FUNCTION private.count_seats();

CREATE TRIGGER refuse_leaver BEFORE INSERT OR UPDATE OF place ON public.show_rsvps FOR EACH ROW EXECUTE FUNCTION private.refuse_leaver();

CREATE TRIGGER tell_of_change AFTER UPDATE OF state ON public.show_rsvps FOR EACH ROW WHEN ((old.state <> new.state)) EXECUTE FUNCTION private.tell_of_rsvp();

CREATE TRIGGER tell_of_new AFTER INSERT ON public.show_rsvps FOR EACH ROW EXECUTE FUNCTION private.tell_of_rsvp();

CREATE TRIGGER touch_updated_at BEFORE UPDATE OF state, party_size ON public.show_rsvps FOR EACH ROW EXECUTE FUNCTION private.touch_updated_at();

CREATE POLICY "delete_draft" ON "public"."fashion_shows" FOR DELETE TO "authenticated" USING (((state = 'draft'::public.show_state) AND (boutique_id IN ( SELECT private.my_boutique_ids('catalog.write'::public.permission) AS my_boutique_ids))));

CREATE POLICY "insert_manager" ON "public"."fashion_shows" FOR INSERT TO "authenticated" WITH CHECK ((boutique_id IN ( SELECT private.my_boutique_ids('catalog.write'::public.permission) AS my_boutique_ids)));

CREATE POLICY "select_listed_or_staff" ON "public"."fashion_shows" FOR SELECT TO "authenticated" USING ((listed OR (boutique_id IN ( SELECT private.my_boutique_ids('catalog.read'::public.permission) AS my_boutique_ids)) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_listed" ON "public"."fashion_shows" FOR SELECT TO "anon" USING (listed);

CREATE POLICY "update_manager" ON "public"."fashion_shows" FOR UPDATE TO "authenticated" USING ((boutique_id IN ( SELECT private.my_boutique_ids('catalog.write'::public.permission) AS my_boutique_ids))) WITH CHECK ((boutique_id IN ( SELECT private.my_boutique_ids('catalog.write'::public.permission) AS my_boutique_ids)));

CREATE POLICY "insert_manager" ON "public"."show_looks" FOR INSERT TO "authenticated" WITH CHECK ((boutique_id IN ( SELECT private.my_boutique_ids('catalog.write'::public.permission) AS my_boutique_ids)));

CREATE POLICY "select_listed_or_staff" ON "public"."show_looks" FOR SELECT TO "authenticated" USING ((listed OR (boutique_id IN ( SELECT private.my_boutique_ids('catalog.read'::public.permission) AS my_boutique_ids)) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_listed" ON "public"."show_looks" FOR SELECT TO "anon" USING (listed);

CREATE POLICY "update_manager" ON "public"."show_looks" FOR UPDATE TO "authenticated" USING ((boutique_id IN ( SELECT private.my_boutique_ids('catalog.write'::public.permission) AS my_boutique_ids))) WITH CHECK ((boutique_id IN ( SELECT private.my_boutique_ids('catalog.write'::public.permission) AS my_boutique_ids)));

CREATE POLICY "select_own_or_staff" ON "public"."show_rsvps" FOR SELECT TO "authenticated" USING (((customer_id = ( SELECT auth.uid() AS uid)) OR (boutique_id IN ( SELECT private.my_boutique_ids('fittings.read'::public.permission) AS my_boutique_ids)) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_staff" ON "public"."show_views" FOR SELECT TO "authenticated" USING (((boutique_id IN ( SELECT private.my_boutique_ids('catalog.read'::public.permission) AS my_boutique_ids)) OR ( SELECT private.is_admin() AS is_admin)));

COMMENT ON COLUMN "private"."calendar_revisions"."subject_id" IS 'Appointment, rental, show or RSVP. No foreign key: it is one of four tables, and none of their rows that was announced is deleted.';

COMMENT ON COLUMN "private"."show_holds"."look_id" IS 'Null when the look was taken out of the show.';

COMMENT ON COLUMN "public"."fashion_shows"."buffer_minutes_after" IS 'Its gowns are taken this long after its end, unless finish_show comes earlier.';

COMMENT ON COLUMN "public"."fashion_shows"."buffer_minutes_before" IS 'Its gowns are taken this long before it begins; the doors open then, too.';

COMMENT ON COLUMN "public"."fashion_shows"."cancel_reason" IS 'Told to those who wanted to come.';

COMMENT ON COLUMN "public"."fashion_shows"."capacity" IS 'Seats; null for as many as come. Raised, it gives seats to those who wait; it cannot fall below seats_taken.';

COMMENT ON COLUMN "public"."fashion_shows"."cover_path" IS 'Picture in the bucket product-media, in the folder of the boutique.';

COMMENT ON COLUMN "public"."fashion_shows"."listed" IS 'True while the public sees it: it is scheduled, live or recorded and its boutique is active. Kept by triggers.';

COMMENT ON COLUMN "public"."fashion_shows"."location_id" IS 'The branch where it takes place; null for one that is only streamed.';

COMMENT ON COLUMN "public"."fashion_shows"."max_party_size" IS 'Most people that one customer brings, herself included.';

COMMENT ON COLUMN "public"."fashion_shows"."recording_url" IS 'Where it is watched afterwards.';

COMMENT ON COLUMN "public"."fashion_shows"."seats_taken" IS 'Seats of those who are confirmed or there. Counted by a trigger.';

COMMENT ON COLUMN "public"."fashion_shows"."slug" IS 'Part of its address, unique in the boutique.';

COMMENT ON COLUMN "public"."fashion_shows"."stream_url" IS 'Where it is watched while it is live.';

COMMENT ON COLUMN "public"."show_looks"."at_second" IS 'When it comes in the video, in seconds from its beginning; null as long as nobody knows. At second N is the look with the greatest at_second up to N.';

COMMENT ON COLUMN "public"."show_looks"."garment_id" IS 'The piece that is worn: while the show is announced the calendar has it taken. Null when it does not matter which.';

COMMENT ON COLUMN "public"."show_looks"."listed" IS 'True while the public sees its show and its product. Kept by triggers.';

COMMENT ON COLUMN "public"."show_rsvps"."customer_id" IS 'Null when she has deleted her account.';

COMMENT ON COLUMN "public"."show_rsvps"."party_size" IS 'People, herself included.';

COMMENT ON COLUMN "public"."show_rsvps"."place" IS 'Her place in the line of the show; who comes back after she has cancelled is last. Seats that become free go to the first who waits and whose party they hold.';

COMMENT ON FUNCTION "private"."check_shows"(timestamp with time zone) IS 'show_allocation: an announced show without exactly the garments of its looks; show_time: one that has them for another time; show_seats: seats that are not those of its RSVPs; still_taken, no_source, listed: as for the others.';

COMMENT ON FUNCTION "private"."count_revision"() IS 'Trigger: counts moves and ends of an appointment, a rental, a show or an RSVP.';

COMMENT ON FUNCTION "private"."count_seats"() IS 'Trigger: counts the seats of a show, whoever writes its RSVPs.';

COMMENT ON FUNCTION "private"."counted_views"(jsonb) IS 'Sums of views as the function catalog sends them, {"id": number}; what is neither is left out.';

COMMENT ON FUNCTION "private"."feed_shows"(public.calendar_feeds) IS 'Shows of a feed, from two months ago on.';

COMMENT ON FUNCTION "private"."follow_show"() IS 'Trigger: a look takes `listed` from its show and its product; its garment is a piece of the product. PT404 garment_not_found.';

COMMENT ON FUNCTION "private"."give_more_seats"() IS 'Trigger: more seats are given to those who wait.';

COMMENT ON FUNCTION "private"."guard_show"() IS 'Trigger: whoever writes, a show goes the ways of its states, what is over is not moved, and no seat is taken away. PT409 invalid_state, capacity_below_taken; PT400 invalid_time.';

COMMENT ON FUNCTION "private"."is_https_url"(text) IS 'True for an https address of printable ASCII.';

COMMENT ON FUNCTION "private"."is_media_file_used"(text) IS 'True for a path in the bucket product-media that a picture, or a rendition of one, or the cover of a show has. What was refused has none.';

COMMENT ON FUNCTION "private"."leave_shows"(uuid) IS 'Gives the seats of somebody who is being forgotten to those who wait.';

COMMENT ON FUNCTION "private"."location_facts"(uuid) IS 'Where a branch is, as a calendar says it; null without one.';

COMMENT ON FUNCTION "private"."lock_cover_file"() IS 'Trigger: as lock_media_file, for the cover of a show.';

COMMENT ON FUNCTION "private"."look_for_step"(uuid) IS 'A look that the caller may change, locked, and its show first. PT404 look_not_found.';

COMMENT ON FUNCTION "private"."place_garments"(public.fashion_shows) IS 'Takes the garments of a show''s looks for its time, all or none; the caller has locked the show. PT409 garments_taken (detail: garment_ids).';

COMMENT ON FUNCTION "private"."place_new_looks"() IS 'Trigger, per statement: looks that come into an announced show take their garments.';

COMMENT ON FUNCTION "private"."place_show"() IS 'Trigger: the garments of a show are taken while it is announced, and move with it. PT409 garments_taken.';

COMMENT ON FUNCTION "private"."promote_rsvps"(uuid) IS 'Gives free seats to those who wait: each time to the first whose party they hold. Nobody who waits fits afterwards. Nothing once the show has begun.';

COMMENT ON FUNCTION "private"."refuse_before_doors"(public.fashion_shows) IS 'PT409 too_early before the gowns of a show are taken for it.';

COMMENT ON FUNCTION "private"."refuse_closed"(public.fashion_shows) IS 'PT409 rsvp_closed.';

COMMENT ON FUNCTION "private"."refuse_show_state"(public.fashion_shows, text) IS 'PT409 invalid_state.';

COMMENT ON FUNCTION "private"."release_garments"(uuid, uuid[]) IS 'Gives the garments of a show back from now on, all or these.';

COMMENT ON FUNCTION "private"."remind_of_show"(public.fashion_shows, uuid[]) IS 'Enqueues the reminders of RSVPs, a day and an hour before; those whose time is over are left out.';

COMMENT ON FUNCTION "private"."seats_of"(public.show_rsvps) IS 'Seats that an RSVP takes.';

COMMENT ON FUNCTION "private"."set_show_listing"() IS 'Trigger: computes fashion_shows.listed, whatever the writer sent.';

COMMENT ON FUNCTION "private"."show_block"(public.fashion_shows) IS 'The time for which a show takes its gowns.';

COMMENT ON FUNCTION "private"."show_facts"(public.fashion_shows) IS 'What webhooks are told of a show.';

COMMENT ON FUNCTION "private"."show_for_step"(uuid, public.permission) IS 'A show that the caller may move, locked. PT404 show_not_found.';

COMMENT ON FUNCTION "private"."spread_listing_to_shows"() IS 'Trigger: a boutique that becomes active or is suspended shows or hides its shows at once.';

COMMENT ON FUNCTION "private"."spread_product_to_looks"() IS 'Trigger: looks are shown and hidden with their product.';

COMMENT ON FUNCTION "private"."spread_show_to_looks"() IS 'Trigger: looks are shown and hidden with their show.';

COMMENT ON FUNCTION "private"."tell_of_rsvp"() IS 'Trigger: a customer who has seats is told and reminded; webhooks hear of seats that are taken and given back.';

COMMENT ON FUNCTION "private"."tell_of_show"() IS 'Trigger: those who come are told when a show is moved or called off, webhooks of every step, and staff of a show that was never ended.';

COMMENT ON FUNCTION "public"."add_show_views"(jsonb) IS 'For the function catalog, with the secret key: as add_product_views, {"show id": number}.';

COMMENT ON FUNCTION "public"."cancel_rsvp"(uuid) IS 'The caller does not come to a show: her seats go to the first who waits and whose party they hold. Repeating it changes nothing. PT404 rsvp_not_found; PT409 rsvp_closed.';

COMMENT ON FUNCTION "public"."cancel_show"(uuid, text) IS 'A manager calls a scheduled or live show off: all who wanted to come are told the reason, and its gowns are free. A draft is deleted instead. Repeating it changes nothing. PT404 show_not_found; PT409 invalid_state; PT400 reason_required.';

COMMENT ON FUNCTION "public"."check_in_rsvp"(uuid) IS 'Staff see somebody at the door of a show. Repeating it changes nothing. PT404 rsvp_not_found; PT409 invalid_state, too_early (detail: opens_at).';

COMMENT ON FUNCTION "public"."dress_look"(uuid, uuid) IS 'A manager says which piece of its product is worn in a look; null: none in particular. In an announced show the calendar follows. PT404 look_not_found, garment_not_found; PT409 garments_taken (detail: garment_ids), garment_in_show, invalid_state.';

COMMENT ON FUNCTION "public"."finish_show"(uuid, text) IS 'A manager says that a live show is over; its gowns are free from now on. recording_url may be written later, too. Repeating it changes nothing. PT404 show_not_found; PT409 invalid_state; PT400 invalid_url.';

COMMENT ON FUNCTION "public"."hold_look"(uuid, uuid, text, text) IS 'reserve_rental for a variant of the gown of a look, noted as coming from the show. PT404 look_not_found, variant_not_found, and every refusal of reserve_rental.';

COMMENT ON FUNCTION "public"."read_show_calendar"(text, text) IS 'For the function calendar, with the secret key: one public show as read_calendar_feed has its events; null when there is none.';

COMMENT ON FUNCTION "public"."remove_look"(uuid) IS 'A manager takes a look out of a show; its garment is free again. PT404 look_not_found.';

COMMENT ON FUNCTION "public"."rsvp_show"(uuid, integer) IS 'The caller comes to a show with so many people, herself included: state is confirmed, or waitlisted when there are not so many seats. A second call changes the number and keeps her place; the same number changes nothing, so it may be repeated. PT404 show_not_found; PT409 rsvp_closed, show_full (she keeps what she has; detail: seats_free), party_too_large, account_leaves; PT400 invalid_party_size; PT401 sign_in_required.';

COMMENT ON FUNCTION "public"."schedule_show"(uuid) IS 'A manager announces a draft: the public sees it, customers may come, and the garments of its looks are taken for it, all or none. Repeating it changes nothing. PT404 show_not_found; PT409 show_incomplete, garments_taken (detail: garment_ids), invalid_state; PT400 invalid_time.';

COMMENT ON FUNCTION "public"."show_figures"(uuid) IS 'What staff want to know of a show: {"views", "rsvps": {"confirmed": {"parties", "people"}, "waitlisted", "cancelled", "attended"}, "holds" (made from its looks), "looks": [{look_id, position, title, product_id, holds, "rentals": {"reserved": 2, "expired": 1, …}}]}; rentals is what has become of the holds. PT404 show_not_found.';

COMMENT ON FUNCTION "public"."show_guests"(uuid) IS 'Staff see who comes to a show and who waits, by name, in the order of their places. name is null when she has given none or has deleted her account. One answer has at most 1000 rows; read on with range(). PT404 show_not_found.';

COMMENT ON FUNCTION "public"."start_show"(uuid) IS 'A manager says that a scheduled show has begun; not before its doors are open. Nobody joins it any more. Repeating it changes nothing. PT404 show_not_found; PT409 invalid_state, too_early (detail: opens_at).';

COMMENT ON TABLE "private"."calendar_revisions" IS 'How often an appointment, a rental, a show or an RSVP was moved or called off since it was made; what never was has no row. SEQUENCE in iCalendar: a program that knows a lower one takes the change.';

COMMENT ON TABLE "private"."show_holds" IS 'Which holds were made while watching a show, and on which look. For show_figures.';

COMMENT ON TABLE "public"."fashion_shows" IS 'Shows of a boutique: at a branch, as a stream, or both. The public sees those that are announced.';

COMMENT ON TABLE "public"."show_looks" IS 'What is worn in a show, in the order of position. The public sees looks of shows and products on show.';

COMMENT ON TABLE "public"."show_rsvps" IS 'Who comes to a show, with how many, or waits for seats: one row per customer. Read by her, by staff who receive customers, and admins.';

COMMENT ON TABLE "public"."show_views" IS 'As product_views, of the pages of shows. Read by staff.';

COMMENT ON TYPE "private"."feed_event" IS 'One entry of a feed. kind: fitting, rental, hand_over, return, time_off, show; status: confirmed, tentative, cancelled. Times for some, whole days (end_day excluded) for others.';

COMMENT ON TYPE "public"."calendar_row" IS 'Row of calendar_view: a resource and what takes it, in the order of time. An entry has allocation_id, kind, from, until, source_id, state (of the rental, appointment or show, or else of the allocation), customer and note (of a show: its title).';

COMMENT ON TYPE "public"."show_rsvp_state" IS 'confirmed: has seats; waitlisted: gets them when they become free; cancelled: by herself; attended: staff have seen her at the door.';

COMMENT ON TYPE "public"."show_state" IS 'draft: seen by staff alone; scheduled: announced, and its gowns are taken for it; live: it has begun; recorded: it is over, with a recording or without; cancelled: it does not take place. Staff move it: schedule_show, start_show, finish_show, cancel_show.';

REVOKE ALL ON FUNCTION "private"."add_show_views"(jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."add_show_views"(jsonb) TO "postgres", "service_role";

REVOKE ALL ON FUNCTION "private"."cancel_rsvp"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."cancel_rsvp"(uuid) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."cancel_show"(uuid, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."cancel_show"(uuid, text) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."check_in_rsvp"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."check_in_rsvp"(uuid) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."check_shows"(timestamp with time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."check_shows"(timestamp with time zone) TO "postgres";

REVOKE ALL ON FUNCTION "private"."count_seats"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."count_seats"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."counted_views"(jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."counted_views"(jsonb) TO "postgres", "service_role";

REVOKE ALL ON FUNCTION "private"."dress_look"(uuid, uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."dress_look"(uuid, uuid) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."feed_shows"(public.calendar_feeds) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."feed_shows"(public.calendar_feeds) TO "postgres";

REVOKE ALL ON FUNCTION "private"."finish_show"(uuid, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."finish_show"(uuid, text) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."follow_show"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."follow_show"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."give_more_seats"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."give_more_seats"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."guard_show"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."guard_show"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."hold_look"(uuid, uuid, text, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."hold_look"(uuid, uuid, text, text) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."is_https_url"(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."is_https_url"(text) TO "authenticated", "postgres", "service_role";

REVOKE ALL ON FUNCTION "private"."is_media_file_used"(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."is_media_file_used"(text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."leave_shows"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."leave_shows"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."location_facts"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."location_facts"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."lock_cover_file"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."lock_cover_file"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."look_for_step"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."look_for_step"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."place_garments"(public.fashion_shows) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."place_garments"(public.fashion_shows) TO "postgres";

REVOKE ALL ON FUNCTION "private"."place_new_looks"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."place_new_looks"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."place_show"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."place_show"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."promote_rsvps"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."promote_rsvps"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."read_show_calendar"(text, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."read_show_calendar"(text, text) TO "postgres", "service_role";

REVOKE ALL ON FUNCTION "private"."refuse_before_doors"(public.fashion_shows) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."refuse_before_doors"(public.fashion_shows) TO "postgres";

REVOKE ALL ON FUNCTION "private"."refuse_closed"(public.fashion_shows) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."refuse_closed"(public.fashion_shows) TO "postgres";

REVOKE ALL ON FUNCTION "private"."refuse_show_state"(public.fashion_shows, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."refuse_show_state"(public.fashion_shows, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."release_garments"(uuid, uuid[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."release_garments"(uuid, uuid[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."remind_of_show"(public.fashion_shows, uuid[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."remind_of_show"(public.fashion_shows, uuid[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."remove_look"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."remove_look"(uuid) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."rsvp_show"(uuid, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."rsvp_show"(uuid, integer) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."schedule_show"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."schedule_show"(uuid) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."seats_of"(public.show_rsvps) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."seats_of"(public.show_rsvps) TO "postgres";

REVOKE ALL ON FUNCTION "private"."set_show_listing"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."set_show_listing"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."show_block"(public.fashion_shows) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."show_block"(public.fashion_shows) TO "postgres";

REVOKE ALL ON FUNCTION "private"."show_facts"(public.fashion_shows) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."show_facts"(public.fashion_shows) TO "postgres";

REVOKE ALL ON FUNCTION "private"."show_figures"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."show_figures"(uuid) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."show_for_step"(uuid, public.permission) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."show_for_step"(uuid, public.permission) TO "postgres";

REVOKE ALL ON FUNCTION "private"."show_guests"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."show_guests"(uuid) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."spread_listing_to_shows"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."spread_listing_to_shows"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."spread_product_to_looks"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."spread_product_to_looks"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."spread_show_to_looks"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."spread_show_to_looks"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."start_show"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."start_show"(uuid) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."tell_of_rsvp"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."tell_of_rsvp"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."tell_of_show"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."tell_of_show"() TO "postgres";

REVOKE ALL ON FUNCTION "public"."add_show_views"(jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."add_show_views"(jsonb) TO "postgres", "service_role";

REVOKE ALL ON FUNCTION "public"."cancel_rsvp"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."cancel_rsvp"(uuid) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."cancel_show"(uuid, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."cancel_show"(uuid, text) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."check_in_rsvp"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."check_in_rsvp"(uuid) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."dress_look"(uuid, uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."dress_look"(uuid, uuid) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."finish_show"(uuid, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."finish_show"(uuid, text) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."hold_look"(uuid, uuid, text, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."hold_look"(uuid, uuid, text, text) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."read_show_calendar"(text, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."read_show_calendar"(text, text) TO "postgres", "service_role";

REVOKE ALL ON FUNCTION "public"."remove_look"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."remove_look"(uuid) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."rsvp_show"(uuid, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."rsvp_show"(uuid, integer) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."schedule_show"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."schedule_show"(uuid) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."show_figures"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."show_figures"(uuid) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."show_guests"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."show_guests"(uuid) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."start_show"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."start_show"(uuid) TO "authenticated", "postgres";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "private"."show_holds" TO "postgres";

GRANT SELECT ON TABLE "public"."fashion_shows" TO "anon";

GRANT INSERT ("boutique_id") ON TABLE "public"."fashion_shows" TO "authenticated";

GRANT INSERT ("buffer_minutes_after"), UPDATE ("buffer_minutes_after") ON TABLE "public"."fashion_shows" TO "authenticated";

GRANT INSERT ("buffer_minutes_before"), UPDATE ("buffer_minutes_before") ON TABLE "public"."fashion_shows" TO "authenticated";

GRANT INSERT ("capacity"), UPDATE ("capacity") ON TABLE "public"."fashion_shows" TO "authenticated";

GRANT INSERT ("cover_path"), UPDATE ("cover_path") ON TABLE "public"."fashion_shows" TO "authenticated";

GRANT INSERT ("description"), UPDATE ("description") ON TABLE "public"."fashion_shows" TO "authenticated";

GRANT INSERT ("ends_at"), UPDATE ("ends_at") ON TABLE "public"."fashion_shows" TO "authenticated";

GRANT INSERT ("location_id"), UPDATE ("location_id") ON TABLE "public"."fashion_shows" TO "authenticated";

GRANT INSERT ("max_party_size"), UPDATE ("max_party_size") ON TABLE "public"."fashion_shows" TO "authenticated";

GRANT UPDATE ("recording_url") ON TABLE "public"."fashion_shows" TO "authenticated";

GRANT INSERT ("slug"), UPDATE ("slug") ON TABLE "public"."fashion_shows" TO "authenticated";

GRANT INSERT ("starts_at"), UPDATE ("starts_at") ON TABLE "public"."fashion_shows" TO "authenticated";

GRANT INSERT ("stream_url"), UPDATE ("stream_url") ON TABLE "public"."fashion_shows" TO "authenticated";

GRANT INSERT ("title"), UPDATE ("title") ON TABLE "public"."fashion_shows" TO "authenticated";

GRANT DELETE, SELECT ON TABLE "public"."fashion_shows" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."fashion_shows" TO "postgres", "service_role";

GRANT SELECT ON TABLE "public"."show_looks" TO "anon";

GRANT INSERT ("at_second"), UPDATE ("at_second") ON TABLE "public"."show_looks" TO "authenticated";

GRANT INSERT ("boutique_id") ON TABLE "public"."show_looks" TO "authenticated";

GRANT INSERT ("garment_id") ON TABLE "public"."show_looks" TO "authenticated";

GRANT INSERT ("position"), UPDATE ("position") ON TABLE "public"."show_looks" TO "authenticated";

GRANT INSERT ("product_id") ON TABLE "public"."show_looks" TO "authenticated";

GRANT INSERT ("show_id") ON TABLE "public"."show_looks" TO "authenticated";

GRANT INSERT ("title"), UPDATE ("title") ON TABLE "public"."show_looks" TO "authenticated";

GRANT SELECT ON TABLE "public"."show_looks" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."show_looks" TO "postgres", "service_role";

GRANT SELECT ON TABLE "public"."show_rsvps" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."show_rsvps" TO "postgres", "service_role";

GRANT SELECT ON TABLE "public"."show_views" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."show_views" TO "postgres", "service_role";

GRANT USAGE ON TYPE "public"."show_rsvp_state" TO "postgres";

GRANT USAGE ON TYPE "public"."show_state" TO "postgres";

ALTER TABLE "private"."show_holds" ADD CONSTRAINT "show_holds_show_id_fkey" FOREIGN KEY (show_id) REFERENCES public.fashion_shows(id) ON DELETE CASCADE;

ALTER TABLE "public"."show_looks" ADD CONSTRAINT "look_is_of_a_show_of_the_boutique" FOREIGN KEY (show_id, boutique_id) REFERENCES public.fashion_shows(id, boutique_id) ON DELETE CASCADE;

ALTER TABLE "public"."show_rsvps" ADD CONSTRAINT "rsvp_is_to_a_show_of_the_boutique" FOREIGN KEY (show_id, boutique_id) REFERENCES public.fashion_shows(id, boutique_id) ON DELETE CASCADE;

ALTER TABLE "public"."show_views" ADD CONSTRAINT "views_are_of_a_show_of_the_boutique" FOREIGN KEY (show_id, boutique_id) REFERENCES public.fashion_shows(id, boutique_id) ON DELETE CASCADE;

CREATE INDEX fashion_shows_listed_idx ON public.fashion_shows USING btree (starts_at, id) WHERE listed;

GRANT INSERT ("id") ON TABLE "public"."fashion_shows" TO "authenticated";

ALTER TABLE "private"."show_holds" ADD CONSTRAINT "hold_is_of_a_look_of_the_show" FOREIGN KEY (look_id, show_id) REFERENCES public.show_looks(id, show_id) ON DELETE SET NULL (look_id);

GRANT INSERT ("id") ON TABLE "public"."show_looks" TO "authenticated";

ALTER TABLE "public"."fashion_shows" ADD CONSTRAINT "recording_url_is_https" CHECK (private.is_https_url(recording_url));

ALTER TABLE "public"."fashion_shows" ADD CONSTRAINT "stream_url_is_https" CHECK (private.is_https_url(stream_url));
