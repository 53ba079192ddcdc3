-- Fashion shows: when and where they are, what is worn in them, and who comes. What is called is in 79_show_steps.sql.

create type public.show_state as enum ('draft', 'scheduled', 'live', 'recorded', 'cancelled');
comment on type public.show_state is
  'draft: seen by staff alone; scheduled: announced, and its gowns are taken for it; live: it has begun; recorded: it is over, with a recording or without; cancelled: it does not take place. Staff move it: schedule_show, start_show, finish_show, cancel_show.';

create type public.show_rsvp_state as enum ('confirmed', 'waitlisted', 'cancelled', 'attended');
comment on type public.show_rsvp_state is
  'confirmed: has seats; waitlisted: gets them when they become free; cancelled: by herself, or by staff, who have said why; attended: staff have seen her at the door.';

create function private.is_https_url(url text) returns boolean
language sql immutable
set search_path = ''
as $$
  select length(url) <= 2000 and url ~ '^https://[!-~]+$'
$$;
comment on function private.is_https_url(text) is 'True for an https address of printable ASCII.';
-- CHECK constraints run as the role that writes the row.
grant execute on function private.is_https_url(text) to authenticated, service_role;

-- fashion_shows -------------------------------------------------------------------------------------------------------

create table public.fashion_shows (
  id uuid primary key default private.uuid_v7(),
  boutique_id uuid not null references public.boutiques (id) on delete restrict,
  slug text not null,
  title text not null,
  description text not null default '',
  state public.show_state not null default 'draft',
  starts_at timestamptz,
  ends_at timestamptz,
  location_id uuid,
  stream_url text,
  recording_url text,
  cover_path text,
  capacity integer,
  seats_taken integer not null default 0,
  max_party_size integer not null default 4,
  buffer_minutes_before integer not null default 60,
  buffer_minutes_after integer not null default 60,
  cancel_reason text,
  listed boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint fashion_shows_boutique_id_slug_key unique (boutique_id, slug),
  constraint fashion_shows_id_boutique_id_key unique (id, boutique_id),
  constraint show_is_at_a_location_of_the_boutique
    foreign key (location_id, boutique_id) references public.locations (id, boutique_id) on delete restrict,
  constraint slug_is_url_safe check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and length(slug) <= 120),
  constraint title_is_given check (title ~ '\S' and length(title) <= 200),
  constraint description_is_bounded check (length(description) <= 10000),
  constraint show_ends_after_it_starts check (ends_at > starts_at and isfinite(starts_at) and isfinite(ends_at)),
  constraint show_lasts_two_weeks_at_most check (ends_at - starts_at <= interval '14 days'),
  constraint what_is_announced_has_a_time_and_a_place check (
    state = 'draft' or (starts_at is not null and ends_at is not null and (location_id is not null or stream_url is not null))),
  constraint stream_url_is_https check (private.is_https_url(stream_url)),
  constraint recording_url_is_https check (private.is_https_url(recording_url)),
  constraint only_what_is_over_has_a_recording check (recording_url is null or state = 'recorded'),
  constraint cover_path_is_inside_the_boutiques_folder check (
    starts_with(cover_path, boutique_id::text || '/') and cover_path !~ '(^|/)\.\.?(/|$)' and length(cover_path) <= 400),
  constraint capacity_is_of_people check (capacity between 1 and 100000),
  -- The promise of a seat: whoever writes, no seat is given twice.
  constraint no_more_seats_than_there_are check (seats_taken >= 0 and seats_taken <= capacity),
  constraint parties_are_small check (max_party_size between 1 and 20),
  constraint buffers_are_up_to_three_days check (
    buffer_minutes_before >= 0 and buffer_minutes_before <= 4320 and buffer_minutes_after >= 0 and buffer_minutes_after <= 4320),
  constraint what_is_cancelled_says_why check ((state = 'cancelled') = (cancel_reason is not null)),
  constraint cancel_reason_is_given check (cancel_reason ~ '\S' and length(cancel_reason) <= 1000)
);
comment on table public.fashion_shows is 'Shows of a boutique: at a branch, as a stream, or both. The public sees those that are announced.';
comment on column public.fashion_shows.slug is 'Part of its address, unique in the boutique.';
comment on column public.fashion_shows.location_id is 'The branch where it takes place; null for one that is only streamed.';
comment on column public.fashion_shows.stream_url is 'Where it is watched while it is live.';
comment on column public.fashion_shows.recording_url is 'Where it is watched afterwards.';
comment on column public.fashion_shows.cover_path is 'Picture in the bucket product-media, in the folder of the boutique.';
comment on column public.fashion_shows.capacity is 'Seats; null for as many as come. Raised, it gives seats to those who wait; it cannot fall below seats_taken.';
comment on column public.fashion_shows.seats_taken is 'Seats of those who are confirmed or there. Counted by a trigger.';
comment on column public.fashion_shows.max_party_size is 'Most people that one customer brings, herself included.';
comment on column public.fashion_shows.buffer_minutes_before is 'Its gowns are taken this long before it begins; the doors open then, too.';
comment on column public.fashion_shows.buffer_minutes_after is 'Its gowns are taken this long after its end, unless finish_show comes earlier.';
comment on column public.fashion_shows.cancel_reason is 'Told to those who wanted to come.';
comment on column public.fashion_shows.listed is 'True while the public sees it: it is scheduled, live or recorded and its boutique is active. Kept by triggers.';
create index fashion_shows_boutique_id_idx on public.fashion_shows (boutique_id, starts_at);
create index fashion_shows_location_id_idx on public.fashion_shows (location_id, boutique_id);
create index fashion_shows_listed_idx on public.fashion_shows (starts_at, id) where listed;
create index fashion_shows_cover_path_idx on public.fashion_shows (cover_path) where cover_path is not null;

alter table public.fashion_shows enable row level security;
revoke all on public.fashion_shows from anon, authenticated, service_role;
grant select on public.fashion_shows to anon, authenticated;
grant insert (id, boutique_id, slug, title, description, starts_at, ends_at, location_id, stream_url, cover_path, capacity, max_party_size,
  buffer_minutes_before, buffer_minutes_after) on public.fashion_shows to authenticated;
grant update (slug, title, description, starts_at, ends_at, location_id, stream_url, recording_url, cover_path, capacity, max_party_size,
  buffer_minutes_before, buffer_minutes_after), delete on public.fashion_shows to authenticated;
grant all on public.fashion_shows to service_role;
-- state and cancel_reason are not granted: functions move a show. seats_taken and listed are counted and computed.

create policy select_listed on public.fashion_shows for select to anon using (listed);
create policy select_listed_or_staff on public.fashion_shows for select to authenticated
  using (listed or boutique_id = any (array(select private.my_boutique_ids('catalog.read'))) or (select private.is_admin()));
create policy insert_manager on public.fashion_shows for insert to authenticated
  with check (boutique_id = any (array(select private.my_boutique_ids('catalog.write'))));
create policy update_manager on public.fashion_shows for update to authenticated
  using (boutique_id = any (array(select private.my_boutique_ids('catalog.write'))))
  with check (boutique_id = any (array(select private.my_boutique_ids('catalog.write'))));
-- What was announced is cancelled, not deleted: people have seats.
create policy delete_draft on public.fashion_shows for delete to authenticated
  using (state = 'draft' and boutique_id = any (array(select private.my_boutique_ids('catalog.write'))));

create trigger touch_updated_at before update of slug, title, description, state, starts_at, ends_at, location_id, stream_url, recording_url,
    cover_path, capacity, max_party_size, buffer_minutes_before, buffer_minutes_after on public.fashion_shows
  for each row execute function private.touch_updated_at();

create function private.lock_cover_file() returns trigger
language plpgsql
security definer -- calls a helper that people may not call
set search_path = ''
as $$
begin
  perform pg_advisory_xact_lock_shared(31, private.media_lock(new.cover_path));
  return new;
end
$$;
comment on function private.lock_cover_file() is 'Trigger: as lock_media_file, for the cover of a show.';

create trigger lock_new_cover_file before insert on public.fashion_shows
  for each row when (new.cover_path is not null) execute function private.lock_cover_file();
create trigger lock_changed_cover_file before update of cover_path on public.fashion_shows
  for each row when (new.cover_path is not null) execute function private.lock_cover_file();

create function private.guard_show() returns trigger
language plpgsql
set search_path = ''
as $$
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
$$;
comment on function private.guard_show() is
  'Trigger: whoever writes, a show goes the ways of its states, what is over is not moved, and no seat is taken away. PT409 invalid_state, capacity_below_taken; PT400 invalid_time.';

create trigger guard_show before update of state, starts_at, ends_at, location_id, capacity on public.fashion_shows
  for each row execute function private.guard_show();

create function private.set_show_listing() returns trigger
language plpgsql
security definer -- reads the status of a boutique that the writer may not see
set search_path = ''
as $$
begin
  if tg_op = 'INSERT' or not old.listed then
    -- Not while its boutique is being suspended.
    perform from public.boutiques b where b.id = new.boutique_id for share;
  end if;
  new.listed := new.state in ('scheduled', 'live', 'recorded')
    and exists (select from public.boutiques b where b.id = new.boutique_id and b.status = 'active');
  return new;
end
$$;
comment on function private.set_show_listing() is 'Trigger: computes fashion_shows.listed, whatever the writer sent.';

create trigger set_show_listing before insert or update of state, listed, boutique_id on public.fashion_shows
  for each row execute function private.set_show_listing();

create function private.spread_listing_to_shows() returns trigger
language plpgsql
security definer -- as spread_boutique_listing
set search_path = ''
as $$
begin
  update public.fashion_shows s set listed = not s.listed
  where s.boutique_id = new.id and s.state in ('scheduled', 'live', 'recorded') and s.listed <> (new.status = 'active');
  return null;
end
$$;
comment on function private.spread_listing_to_shows() is 'Trigger: a boutique that becomes active or is suspended shows or hides its shows at once.';

create trigger spread_listing_to_shows after update on public.boutiques
  for each row when (old.status is distinct from new.status) execute function private.spread_listing_to_shows();

-- show_looks ----------------------------------------------------------------------------------------------------------

create table public.show_looks (
  id uuid primary key default private.uuid_v7(),
  show_id uuid not null,
  boutique_id uuid not null,
  product_id uuid not null,
  garment_id uuid,
  title text not null default '',
  position integer not null default 0,
  at_second integer,
  listed boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint show_looks_id_show_id_key unique (id, show_id),
  constraint look_is_of_a_show_of_the_boutique
    foreign key (show_id, boutique_id) references public.fashion_shows (id, boutique_id) on delete cascade,
  -- A product that was shown is archived, not deleted.
  constraint look_is_of_a_product_of_the_boutique
    foreign key (product_id, boutique_id) references public.products (id, boutique_id) on delete restrict,
  constraint look_is_of_a_garment_of_the_boutique
    foreign key (garment_id, boutique_id) references public.garments (id, boutique_id) on delete restrict,
  -- Its place in the calendar is one per show.
  constraint a_garment_is_in_a_show_once unique (show_id, garment_id),
  constraint title_is_short check (length(title) <= 200),
  constraint position_is_not_negative check (position >= 0),
  constraint at_second_is_of_a_video check (at_second between 0 and 1209600)
);
comment on table public.show_looks is 'What is worn in a show, in the order of position. The public sees looks of shows and products on show.';
comment on column public.show_looks.garment_id is 'The piece that is worn: while the show is announced the calendar has it taken. Null when it does not matter which.';
comment on column public.show_looks.at_second is 'When it comes in the video, in seconds from its beginning; null as long as nobody knows. At second N is the look with the greatest at_second up to N.';
comment on column public.show_looks.listed is 'True while the public sees its show and its product. Kept by triggers.';
create index show_looks_show_id_idx on public.show_looks (show_id, boutique_id, position);
create index show_looks_at_second_idx on public.show_looks (show_id, at_second desc) where at_second is not null;
create index show_looks_product_id_idx on public.show_looks (product_id, boutique_id);
create index show_looks_garment_id_idx on public.show_looks (garment_id, boutique_id);
create index show_looks_boutique_id_idx on public.show_looks (boutique_id);

alter table public.show_looks enable row level security;
revoke all on public.show_looks from anon, authenticated, service_role;
grant select on public.show_looks to anon, authenticated;
grant insert (id, show_id, boutique_id, product_id, garment_id, title, position, at_second) on public.show_looks to authenticated;
grant update (title, position, at_second) on public.show_looks to authenticated;
grant all on public.show_looks to service_role;
-- garment_id and delete are not granted: dress_look and remove_look lock the show first, as whoever moves the show does.

create policy select_listed on public.show_looks for select to anon using (listed);
create policy select_listed_or_staff on public.show_looks for select to authenticated
  using (listed or boutique_id = any (array(select private.my_boutique_ids('catalog.read'))) or (select private.is_admin()));
create policy insert_manager on public.show_looks for insert to authenticated
  with check (boutique_id = any (array(select private.my_boutique_ids('catalog.write'))));
create policy update_manager on public.show_looks for update to authenticated
  using (boutique_id = any (array(select private.my_boutique_ids('catalog.write'))))
  with check (boutique_id = any (array(select private.my_boutique_ids('catalog.write'))));

create trigger touch_updated_at before update of title, position, at_second, garment_id on public.show_looks
  for each row execute function private.touch_updated_at();

create function private.follow_show() returns trigger
language plpgsql
security definer -- reads show, product and garment for a writer who may not see them; the foreign keys and policies decide
set search_path = ''
as $$
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
$$;
comment on function private.follow_show() is 'Trigger: a look takes `listed` from its show and its product; its garment is a piece of the product. PT404 garment_not_found.';

create trigger follow_show before insert or update of garment_id, product_id on public.show_looks
  for each row execute function private.follow_show();

create function private.spread_product_to_looks() returns trigger
language plpgsql
security definer -- as spread_product_listing
set search_path = ''
as $$
begin
  update public.show_looks l set listed = new.listed and s.listed
  from public.fashion_shows s
  where l.product_id = new.id and s.id = l.show_id and l.listed <> (new.listed and s.listed);
  return null;
end
$$;
comment on function private.spread_product_to_looks() is 'Trigger: looks are shown and hidden with their product.';

create trigger spread_product_to_looks after update on public.products
  for each row when (old.listed is distinct from new.listed) execute function private.spread_product_to_looks();

create function private.spread_show_to_looks() returns trigger
language plpgsql
security definer -- as spread_product_listing
set search_path = ''
as $$
begin
  -- Not while one of its products is being published or hidden.
  perform from public.products p
  where p.id in (select l.product_id from public.show_looks l where l.show_id = new.id) order by p.id for share;
  update public.show_looks l set listed = new.listed and p.listed
  from public.products p
  where l.show_id = new.id and p.id = l.product_id and l.listed <> (new.listed and p.listed);
  return null;
end
$$;
comment on function private.spread_show_to_looks() is 'Trigger: looks are shown and hidden with their show.';

create trigger spread_show_to_looks after update on public.fashion_shows
  for each row when (old.listed is distinct from new.listed) execute function private.spread_show_to_looks();

-- show_rsvps ----------------------------------------------------------------------------------------------------------

create table public.show_rsvps (
  id uuid primary key default private.uuid_v7(),
  show_id uuid not null,
  boutique_id uuid not null,
  customer_id uuid references public.profiles (id) on delete set null,
  party_size integer not null,
  state public.show_rsvp_state not null,
  place integer not null,
  cancel_reason text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint rsvp_is_to_a_show_of_the_boutique
    foreign key (show_id, boutique_id) references public.fashion_shows (id, boutique_id) on delete cascade,
  constraint one_rsvp_of_a_customer_to_a_show unique (show_id, customer_id),
  constraint places_are_in_a_line unique (show_id, place),
  constraint party_has_people check (party_size between 1 and 20),
  constraint place_is_positive check (place > 0),
  constraint only_what_is_cancelled_says_why check (cancel_reason is null or state = 'cancelled'),
  constraint cancel_reason_is_given check (cancel_reason ~ '\S' and length(cancel_reason) <= 1000)
);
comment on table public.show_rsvps is 'Who comes to a show, with how many, or waits for seats: one row per customer. Read by her, by staff who receive customers, and admins.';
comment on column public.show_rsvps.customer_id is 'Null when she has deleted her account.';
comment on column public.show_rsvps.party_size is 'People, herself included.';
comment on column public.show_rsvps.place is 'Her place in the line of the show; who comes back after she has cancelled is last. Seats that become free go to the first who waits and whose party they hold.';
comment on column public.show_rsvps.cancel_reason is 'Told to her by the staff who have cancelled it; null when she did so herself.';
create index show_rsvps_show_id_idx on public.show_rsvps (show_id, boutique_id);
create index show_rsvps_waiting_idx on public.show_rsvps (show_id, place) where state = 'waitlisted';
create index show_rsvps_boutique_id_idx on public.show_rsvps (boutique_id);
create index show_rsvps_customer_id_idx on public.show_rsvps (customer_id);

alter table public.show_rsvps enable row level security;
revoke all on public.show_rsvps from anon, authenticated, service_role;
grant select on public.show_rsvps to authenticated;
grant all on public.show_rsvps to service_role;
-- insert, update and delete are not granted: functions know how many seats there are.

create policy select_own_or_staff on public.show_rsvps for select to authenticated
  using (
    customer_id = (select auth.uid())
    or boutique_id = any (array(select private.my_boutique_ids('fittings.read')))
    or (select private.is_admin())
  );

create trigger touch_updated_at before update of state, party_size on public.show_rsvps
  for each row execute function private.touch_updated_at();

create function private.forget_guest() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  new.cancel_reason := null;
  return new;
end
$$;
comment on function private.forget_guest() is 'Trigger: what staff have written to a customer goes when her account goes.';

create trigger forget_guest before update on public.show_rsvps
  for each row when (old.customer_id is not null and new.customer_id is null) execute function private.forget_guest();

create function private.seats_of(rsvp public.show_rsvps) returns integer
language sql immutable
set search_path = ''
as $$
  select case when rsvp.state in ('confirmed', 'attended') then rsvp.party_size else 0 end
$$;
comment on function private.seats_of(public.show_rsvps) is 'Seats that an RSVP takes.';

create function private.count_seats() returns trigger
language plpgsql
security definer -- nobody may write the count
set search_path = ''
as $$
declare
  v_more integer := case when tg_op = 'DELETE' then 0 else private.seats_of(new) end - case when tg_op = 'INSERT' then 0 else private.seats_of(old) end;
begin
  -- The constraint of the show refuses what does not fit.
  update public.fashion_shows s set seats_taken = s.seats_taken + v_more
  where s.id = case when tg_op = 'DELETE' then old.show_id else new.show_id end and v_more <> 0;
  return null;
end
$$;
comment on function private.count_seats() is 'Trigger: counts the seats of a show, whoever writes its RSVPs.';

create trigger count_seats after insert or delete or update of state, party_size on public.show_rsvps
  for each row execute function private.count_seats();

-- show_holds ----------------------------------------------------------------------------------------------------------

create table private.show_holds (
  rental_id uuid primary key references public.rentals (id) on delete cascade,
  show_id uuid not null references public.fashion_shows (id) on delete cascade,
  look_id uuid,
  created_at timestamptz not null default now(),
  constraint hold_is_of_a_look_of_the_show
    foreign key (look_id, show_id) references public.show_looks (id, show_id) on delete set null (look_id)
);
comment on table private.show_holds is 'Which holds were made while watching a show, and on which look. For show_figures.';
comment on column private.show_holds.look_id is 'Null when the look was taken out of the show.';
create index show_holds_show_id_idx on private.show_holds (show_id, look_id);
create index show_holds_look_id_idx on private.show_holds (look_id, show_id);
alter table private.show_holds enable row level security;
-- No policy and no grant: hold_look writes it, show_figures counts it.

-- show_views ----------------------------------------------------------------------------------------------------------

create table public.show_views (
  show_id uuid not null,
  boutique_id uuid not null,
  day date not null,
  views bigint not null,
  primary key (show_id, day),
  constraint views_are_of_a_show_of_the_boutique
    foreign key (show_id, boutique_id) references public.fashion_shows (id, boutique_id) on delete cascade,
  constraint views_are_positive check (views > 0)
);
comment on table public.show_views is 'As product_views, of the pages of shows. Read by staff.';
create index show_views_show_id_idx on public.show_views (show_id, boutique_id);
create index show_views_boutique_id_idx on public.show_views (boutique_id, day desc);

alter table public.show_views enable row level security;
revoke all on public.show_views from anon, authenticated, service_role;
grant select on public.show_views to authenticated;
grant all on public.show_views to service_role;

create policy select_staff on public.show_views for select to authenticated
  using (boutique_id = any (array(select m.boutique_id from private.my_memberships m where m.role >= private.minimum_role('catalog.read'))) or (select private.is_admin()));

-- The calendar --------------------------------------------------------------------------------------------------------

create function private.show_block(show public.fashion_shows) returns tstzrange
language sql immutable
set search_path = ''
as $$
  select tstzrange(show.starts_at - make_interval(mins => show.buffer_minutes_before), show.ends_at + make_interval(mins => show.buffer_minutes_after))
$$;
comment on function private.show_block(public.fashion_shows) is 'The time for which a show takes its gowns.';

create function private.place_garments(show public.fashion_shows) returns void
language plpgsql volatile
set search_path = ''
as $$
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
$$;
comment on function private.place_garments(public.fashion_shows) is
  'Takes the garments of a show''s looks for its time, all or none; the caller has locked the show. PT409 garments_taken (detail: garment_ids).';

create function private.release_garments(show_id uuid, garment_ids uuid[] default null) returns void
language plpgsql volatile
set search_path = ''
as $$
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
$$;
comment on function private.release_garments(uuid, uuid[]) is 'Gives the garments of a show back from now on, all or these.';

create function private.place_show() returns trigger
language plpgsql
security definer -- whoever moves the show, the calendar follows
set search_path = ''
as $$
begin
  if new.state in ('scheduled', 'live') then
    perform private.place_garments(new);
  elsif old.state in ('scheduled', 'live') then
    perform private.release_garments(new.id);
  end if;
  return null;
end
$$;
comment on function private.place_show() is 'Trigger: the garments of a show are taken while it is announced, and move with it. PT409 garments_taken.';

create trigger place_show after update on public.fashion_shows
  for each row when (
    old.state <> new.state or old.starts_at is distinct from new.starts_at or old.ends_at is distinct from new.ends_at
    or old.buffer_minutes_before <> new.buffer_minutes_before or old.buffer_minutes_after <> new.buffer_minutes_after)
  execute function private.place_show();

create function private.place_new_looks() returns trigger
language plpgsql
security definer -- as place_show
set search_path = ''
as $$
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
$$;
comment on function private.place_new_looks() is 'Trigger, per statement: looks that come into an announced show take their garments.';

create trigger place_new_looks after insert on public.show_looks referencing new table as new_looks
  for each statement execute function private.place_new_looks();

-- Revisions of calendar feeds.
create trigger count_revision after update on public.fashion_shows
  for each row when (
    old.starts_at is distinct from new.starts_at or old.ends_at is distinct from new.ends_at
    or old.location_id is distinct from new.location_id or old.state <> new.state)
  execute function private.count_revision();
create trigger count_revision after update on public.show_rsvps
  for each row when (old.state <> new.state) execute function private.count_revision();
