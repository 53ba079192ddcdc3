-- What a calendar feed has in it, as facts; the function `calendar` words them. Nobody's name is among them but that of a
-- stylist, which the public sees: a feed lies on the servers of whoever's calendar program reads it, and profiles are
-- readable by their owner only. Staff find the customer by the number of the appointment.

-- Revisions -----------------------------------------------------------------------------------------------------------

create table private.calendar_revisions (
  subject_id uuid primary key,
  revision integer not null,
  created_at timestamptz not null default now(),
  constraint revision_counts_changes check (revision > 0)
);
comment on table private.calendar_revisions is 'How often an appointment, a rental, a show or an RSVP was moved or called off since it was made; what never was has no row. SEQUENCE in iCalendar: a program that knows a lower one takes the change.';
comment on column private.calendar_revisions.subject_id is 'Appointment, rental, show or RSVP. No foreign key: it is one of four tables, and none of their rows that was announced is deleted.';
alter table private.calendar_revisions enable row level security;
-- No policy and no grant: a trigger counts, the feed reads.

create function private.count_revision() returns trigger
language plpgsql
security definer -- nobody may write the count
set search_path = ''
as $$
begin
  insert into private.calendar_revisions as r (subject_id, revision) values (new.id, 1)
  on conflict (subject_id) do update set revision = r.revision + 1;
  return null;
end
$$;
comment on function private.count_revision() is 'Trigger: counts moves and ends of an appointment, a rental, a show or an RSVP.';

create trigger count_revision after update on public.appointments
  for each row when (
    old.during is distinct from new.during or old.stylist_id is distinct from new.stylist_id
    or old.room_id is distinct from new.room_id or old.state is distinct from new.state)
  execute function private.count_revision();
create trigger count_revision after update on public.rentals
  for each row when (old.period is distinct from new.period or old.state is distinct from new.state)
  execute function private.count_revision();

-- Facts ---------------------------------------------------------------------------------------------------------------

create type private.feed_event as (
  uid text,
  kind text,
  status text,
  revision integer,
  created_at timestamptz,
  updated_at timestamptz,
  starts_at timestamptz,
  ends_at timestamptz,
  first_day date,
  end_day date,
  boutique text,
  location_id uuid,
  service text,
  stylist text,
  room text,
  people integer,
  gowns jsonb,
  url text
);
comment on type private.feed_event is
  'One entry of a feed. kind: fitting, rental, hand_over, return, time_off, show; status: confirmed, tentative, cancelled. Times for some, whole days (end_day excluded) for others.';

create function private.gown_facts(garment_ids uuid[], with_serial boolean) returns jsonb
language sql stable
set search_path = ''
as $$
  select coalesce(jsonb_agg(jsonb_build_object('name', p.name, 'size', v.size,
    'serial', case when with_serial then g.serial end) order by p.name, v.size, g.serial), '[]')
  from public.garments g
  join public.product_variants v on v.id = g.variant_id
  join public.products p on p.id = v.product_id
  where g.id = any (garment_ids)
$$;
comment on function private.gown_facts(uuid[], boolean) is 'Gowns as a reader of a feed knows them: name and size, for staff also the number on the label.';

create function private.feed_fittings(feed public.calendar_feeds) returns setof private.feed_event
language plpgsql stable -- not sql: its plan is kept for the session
set search_path = ''
as $$
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
$$;
comment on function private.feed_fittings(public.calendar_feeds) is 'Fittings of a feed, from two months ago on.';

create function private.feed_rentals(feed public.calendar_feeds) returns setof private.feed_event
language plpgsql stable -- not sql: its plan is kept for the session
set search_path = ''
as $$
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
$$;
comment on function private.feed_rentals(public.calendar_feeds) is 'Rentals of a feed, as whole days of the boutique, from two months ago on.';

create function private.feed_time_off(feed public.calendar_feeds) returns setof private.feed_event
language plpgsql stable -- not sql: its plan is kept for the session
set search_path = ''
as $$
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
$$;
comment on function private.feed_time_off(public.calendar_feeds) is 'When a stylist is off, without the reason.';

create function private.feed_shows(feed public.calendar_feeds) returns setof private.feed_event
language plpgsql stable -- not sql: its plan is kept for the session
set search_path = ''
as $$
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
$$;
comment on function private.feed_shows(public.calendar_feeds) is 'Shows of a feed, from two months ago on.';

create function private.feed_is_readable(feed public.calendar_feeds) returns boolean
language sql stable
set search_path = ''
as $$
  select feed.revoked_at is null and (feed.kind = 'customer' or exists (
    select from public.boutique_members m
    where m.user_id = feed.owner_id and m.boutique_id = feed.boutique_id
      and m.role >= all (array(select private.minimum_role(p) from unnest('{fittings.read,calendar.read,rentals.read}'::public.permission[]) p))))
$$;
comment on function private.feed_is_readable(public.calendar_feeds) is
  'Whether the owner of a feed may see now what it shows: a customer herself, staff while they work for the boutique.';

create function private.location_facts(location_id uuid) returns jsonb
language sql stable
set search_path = ''
as $$
  select jsonb_build_object('name', p.name, 'street', p.street, 'city', p.city, 'country', p.country)
  from public.locations p where p.id = location_facts.location_id
$$;
comment on function private.location_facts(uuid) is 'Where a branch is, as a calendar says it; null without one.';

create function private.read_calendar_feed(token text) returns jsonb
language plpgsql volatile -- notes that it was read
security definer -- a calendar program has no account; the token stands for the feed's owner
set search_path = ''
as $$
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
$$;

create function public.read_calendar_feed(token text) returns jsonb
language sql volatile security invoker set search_path = ''
as $$ select private.read_calendar_feed(token) $$;
comment on function public.read_calendar_feed(text) is
  'For the function calendar, with the secret key: what a feed shows to whoever has its token; null when there is no such feed, it is revoked, or its owner may no longer see it.';
grant execute on function private.read_calendar_feed(text) to service_role;
grant execute on function public.read_calendar_feed(text) to service_role;

-- One show for everybody ------------------------------------------------------------------------------------------------

create function private.read_show_calendar(boutique text, slug text) returns jsonb
language plpgsql stable
security definer -- counts revisions, which nobody reads
set search_path = ''
as $$
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
$$;

create function public.read_show_calendar(boutique text, slug text) returns jsonb
language sql stable security invoker set search_path = ''
as $$ select private.read_show_calendar(boutique, slug) $$;
comment on function public.read_show_calendar(text, text) is
  'For the function calendar, with the secret key: one public show as read_calendar_feed has its events; null when there is none.';
grant execute on function private.read_show_calendar(text, text) to service_role;
grant execute on function public.read_show_calendar(text, text) to service_role;
