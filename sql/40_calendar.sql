-- Calendar: one calendar of truth per physical thing. A garment, a stylist and a fitting room are all resources;
-- whatever takes one of them for a time is an allocation, and no two live allocations of a resource overlap.

create type public.resource_kind as enum ('garment', 'stylist', 'room');
comment on type public.resource_kind is 'What can be promised for a time.';

create type public.garment_condition as enum ('new', 'good', 'worn', 'damaged');
comment on type public.garment_condition is 'State of the piece at its last inspection.';

create type public.allocation_kind as enum ('fitting', 'rental', 'show', 'repair', 'cleaning', 'sale', 'time_off');
comment on type public.allocation_kind is 'Why a resource is taken.';

create type public.allocation_state as enum ('held', 'confirmed', 'released');
comment on type public.allocation_state is 'held: until held_until, for a customer who decides; confirmed: firm; released: no longer in the way.';

-- locations -----------------------------------------------------------------------------------------------------------

create table public.locations (
  id uuid primary key default private.uuid_v7(),
  boutique_id uuid not null references public.boutiques (id) on delete restrict,
  name text not null,
  street text not null default '',
  city text not null,
  country text not null,
  timezone text not null,
  latitude numeric(8, 6),
  longitude numeric(9, 6),
  listed boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint locations_id_boutique_id_key unique (id, boutique_id),
  constraint name_is_given check (name ~ '\S' and length(name) <= 120),
  constraint street_is_bounded check (length(street) <= 300),
  constraint city_is_given check (city ~ '\S' and length(city) <= 120),
  constraint country_is_iso_3166 check (country ~ '^[A-Z]{2}$'),
  constraint timezone_is_known check (private.is_timezone(timezone)),
  constraint position_has_both_coordinates check ((latitude is null) = (longitude is null)),
  constraint latitude_is_on_earth check (latitude between -90 and 90),
  constraint longitude_is_on_earth check (longitude between -180 and 180)
);
comment on table public.locations is 'A branch of a boutique: where garments hang and fittings take place.';
comment on column public.locations.country is 'ISO 3166-1 alpha-2 code, such as ET.';
comment on column public.locations.timezone is 'IANA zone of the opening hours and fittings of this branch.';
comment on column public.locations.latitude is 'Degrees north of the equator (WGS 84), negative south of it; null: not known, and last in find_garments.';
comment on column public.locations.longitude is 'Degrees east of Greenwich (WGS 84), negative west of it.';
comment on column public.locations.listed is 'True while the boutique is active and the public sees the branch. Kept by triggers.';
create index locations_boutique_id_idx on public.locations (boutique_id);

alter table public.locations enable row level security;
revoke all on public.locations from anon, authenticated, service_role;
grant select on public.locations to anon, authenticated;
grant insert (id, boutique_id, name, street, city, country, timezone, latitude, longitude) on public.locations to authenticated;
grant update (name, street, city, country, timezone, latitude, longitude) on public.locations to authenticated;
grant all on public.locations to service_role;
-- delete is not granted: garments and bookings remember their branch.

create policy select_listed on public.locations for select to anon using (listed);
create policy select_listed_or_staff on public.locations for select to authenticated
  using (listed or boutique_id = any (array(select private.my_boutique_ids('boutique.read'))) or (select private.is_admin()));
create policy insert_manager on public.locations for insert to authenticated
  with check (boutique_id = any (array(select private.my_boutique_ids('boutique.update'))));
create policy update_manager on public.locations for update to authenticated
  using (boutique_id = any (array(select private.my_boutique_ids('boutique.update'))))
  with check (boutique_id = any (array(select private.my_boutique_ids('boutique.update'))));

create trigger touch_updated_at before update on public.locations
  for each row execute function private.touch_updated_at();

create function private.set_boutique_listing() returns trigger
language plpgsql
security definer -- reads the status of a boutique that the writer may not see
set search_path = ''
as $$
begin
  new.listed := (to_jsonb(new) ->> 'retired_at') is null
    and exists (select from public.boutiques b where b.id = new.boutique_id and b.status = 'active');
  return new;
end
$$;
comment on function private.set_boutique_listing() is 'Trigger: computes listed of what a boutique has, whatever the writer sent: true until it is retired, while the boutique is active.';

create trigger set_boutique_listing before insert or update on public.locations
  for each row execute function private.set_boutique_listing();

create function private.spread_boutique_status() returns trigger
language plpgsql
security definer -- the marketplace suspends a boutique without any right on its branches
set search_path = ''
as $$
begin
  update public.locations l set listed = not l.listed
  where l.boutique_id = new.id and l.listed <> (new.status = 'active');
  return null;
end
$$;
comment on function private.spread_boutique_status() is 'Trigger: a boutique that becomes active or is suspended shows or hides its branches at once.';

create trigger spread_boutique_status after update on public.boutiques
  for each row when (old.status is distinct from new.status) execute function private.spread_boutique_status();

-- resources -----------------------------------------------------------------------------------------------------------

create table public.resources (
  id uuid primary key default private.uuid_v7(),
  boutique_id uuid not null references public.boutiques (id) on delete restrict,
  location_id uuid,
  kind public.resource_kind not null,
  created_at timestamptz not null default now(),
  -- Target of the foreign key that keeps an allocation within its boutique.
  constraint resources_id_boutique_id_key unique (id, boutique_id),
  constraint resource_is_at_a_location_of_its_boutique
    foreign key (location_id, boutique_id) references public.locations (id, boutique_id) on delete restrict
);
comment on table public.resources is 'Everything that can be promised for a time, under one kind of id. Its calendar are its allocations.';
create index resources_boutique_id_idx on public.resources (boutique_id, kind);
create index resources_location_id_idx on public.resources (location_id, boutique_id);

alter table public.resources enable row level security;
revoke all on public.resources from anon, authenticated, service_role;
grant select on public.resources to authenticated;
grant all on public.resources to service_role;
-- insert, update and delete are not granted: a resource is made by what it is (a garment, a stylist, a room).

create policy select_staff on public.resources for select to authenticated
  using (boutique_id = any (array(select m.boutique_id from private.my_memberships m where m.role >= private.minimum_role('calendar.read'))) or (select private.is_admin()));

-- garments ------------------------------------------------------------------------------------------------------------

create table public.garments (
  id uuid primary key default private.uuid_v7(),
  boutique_id uuid not null,
  variant_id uuid not null,
  location_id uuid not null,
  serial text not null,
  condition public.garment_condition not null default 'new',
  retired_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (boutique_id, serial),
  constraint garments_id_boutique_id_key unique (id, boutique_id),
  constraint garment_is_a_resource
    foreign key (id) references public.resources (id) on delete cascade deferrable initially deferred,
  constraint garment_belongs_to_the_variants_boutique
    foreign key (variant_id, boutique_id) references public.product_variants (id, boutique_id) on delete restrict,
  constraint garment_is_at_a_location_of_its_boutique
    foreign key (location_id, boutique_id) references public.locations (id, boutique_id) on delete restrict,
  constraint serial_is_given check (serial ~ '\S' and length(serial) <= 80)
);
comment on table public.garments is 'One physical piece with its serial number. Its id is also the id of its resource.';
comment on column public.garments.serial is 'The number on its label, unique in the boutique.';
comment on column public.garments.retired_at is 'Since when it is no longer given out; null while it is in service.';
create index garments_variant_id_idx on public.garments (variant_id, boutique_id);
create index garments_location_id_idx on public.garments (location_id, boutique_id);

create function private.create_resource() returns trigger
language plpgsql
security definer -- resources are not writable by anybody
set search_path = ''
as $$
begin
  insert into public.resources (id, boutique_id, location_id, kind)
  values (new.id, new.boutique_id, nullif(to_jsonb(new) ->> 'location_id', '')::uuid, tg_argv[0]::public.resource_kind);
  return new;
end
$$;
comment on function private.create_resource() is 'Trigger: gives a new garment, room or stylist its place in the calendar. Argument: the kind.';

create trigger create_resource after insert on public.garments
  for each row execute function private.create_resource('garment');

create function private.move_garment_resource() returns trigger
language plpgsql
security definer -- as create_resource
set search_path = ''
as $$
begin
  update public.resources r set location_id = new.location_id where r.id = new.id;
  return null;
end
$$;
comment on function private.move_garment_resource() is 'Trigger: the resource moves to another branch with its garment.';

create trigger move_garment_resource after update on public.garments
  for each row when (old.location_id is distinct from new.location_id) execute function private.move_garment_resource();
create trigger touch_updated_at before update on public.garments
  for each row execute function private.touch_updated_at();

alter table public.garments enable row level security;
revoke all on public.garments from anon, authenticated, service_role;
grant select on public.garments to authenticated;
grant insert (id, boutique_id, variant_id, location_id, serial, condition) on public.garments to authenticated;
grant update (location_id, serial, condition, retired_at) on public.garments to authenticated;
grant all on public.garments to service_role;
-- delete is not granted: a garment with a history is retired. update of variant_id is not granted: bookings name the variant.

create policy select_staff on public.garments for select to authenticated
  using (boutique_id = any (array(select m.boutique_id from private.my_memberships m where m.role >= private.minimum_role('garments.read'))) or (select private.is_admin()));
create policy insert_manager on public.garments for insert to authenticated
  with check (boutique_id = any (array(select private.my_boutique_ids('garments.write'))));
create policy update_manager on public.garments for update to authenticated
  using (boutique_id = any (array(select private.my_boutique_ids('garments.write'))))
  with check (boutique_id = any (array(select private.my_boutique_ids('garments.write'))));

-- allocations ---------------------------------------------------------------------------------------------------------

create table public.allocations (
  id uuid primary key default private.uuid_v7(),
  resource_id uuid not null,
  boutique_id uuid not null,
  during tstzrange not null,
  starts_at timestamptz not null generated always as (coalesce(lower(during), '-infinity')) stored,
  ends_at timestamptz not null generated always as (coalesce(upper(during), 'infinity')) stored,
  kind public.allocation_kind not null,
  state public.allocation_state not null,
  held_until timestamptz,
  source_id uuid,
  note text not null default '',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint allocation_belongs_to_the_resources_boutique
    foreign key (resource_id, boutique_id) references public.resources (id, boutique_id) on delete restrict,
  constraint allocation_takes_some_time check (not isempty(during) and lower(during) is not null and isfinite(lower(during))),
  constraint only_a_sale_has_no_end check (((kind = 'sale') = (upper(during) is null)) and (upper(during) is null or isfinite(upper(during)))),
  constraint note_is_short check (length(note) <= 500),
  constraint a_hold_says_until_when check ((state = 'held') = (held_until is not null)),
  -- The promise of Nexus. The index is partial: a query uses it only if it repeats `state <> 'released'`.
  constraint live_allocations_of_a_resource_never_overlap
    exclude using gist (resource_id with =, during with &&) where (state <> 'released')
);
comment on table public.allocations is 'A resource taken for a time. Two live allocations of one resource cannot overlap, whoever writes them.';
comment on column public.allocations.during is 'From the first instant it is taken to the first it is free again, buffers included.';
comment on column public.allocations.starts_at is 'First instant of `during`. To find a week of a boutique: starts_at before its end, ends_at after its start.';
comment on column public.allocations.ends_at is 'End of `during`, infinity for a sale. A week is asked for by these two columns and not by `during`: under row-level security only the comparison of times, not the overlap of ranges, may use an index.';
comment on column public.allocations.held_until is 'End of a hold; past it anyone who needs the resource releases it.';
comment on column public.allocations.note is 'For staff: why a resource is blocked.';
comment on column public.allocations.source_id is 'Row that the time is taken for: a rental, an appointment, a show, an order item.';
create index allocations_resource_id_idx on public.allocations (resource_id, boutique_id);
create index allocations_boutique_id_idx on public.allocations (boutique_id, ends_at, starts_at);
create index allocations_source_id_idx on public.allocations (source_id);
create index allocations_held_until_idx on public.allocations (held_until) where state = 'held';

alter table public.allocations enable row level security;
revoke all on public.allocations from anon, authenticated, service_role;
grant select on public.allocations to authenticated;
grant all on public.allocations to service_role;
-- insert, update and delete are not granted: functions that know the rules of each kind write the calendar.

create policy select_staff on public.allocations for select to authenticated
  using (boutique_id = any (array(select m.boutique_id from private.my_memberships m where m.role >= private.minimum_role('calendar.read'))) or (select private.is_admin()));

create trigger touch_updated_at before update on public.allocations
  for each row execute function private.touch_updated_at();

create function private.refuse_retired_garment() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  -- Written as the overlap that it is like, so that whoever looks for a free garment goes on to the next. A writer who
  -- waited for the garment's lock sees here what has become of it meanwhile.
  if exists (select from public.garments g where g.id = new.resource_id and g.retired_at is not null) then
    raise exception using errcode = 'exclusion_violation', message = 'The garment is retired: nothing takes it any more.';
  end if;
  return new;
end
$$;
comment on function private.refuse_retired_garment() is 'Trigger: a garment that is lost, sold or retired is promised to nobody. exclusion_violation.';

create trigger refuse_retired_garment before insert on public.allocations
  for each row when (new.kind <> 'sale') execute function private.refuse_retired_garment();
