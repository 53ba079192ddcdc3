-- What a fitting needs: a room, a stylist who works then, a service. Rooms and stylists are resources as garments are.

-- rooms ---------------------------------------------------------------------------------------------------------------

create table public.rooms (
  id uuid primary key default private.uuid_v7(),
  boutique_id uuid not null,
  location_id uuid not null,
  name text not null,
  capacity integer not null default 4,
  retired_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (location_id, name),
  constraint rooms_id_boutique_id_key unique (id, boutique_id),
  constraint room_is_a_resource
    foreign key (id) references public.resources (id) on delete cascade deferrable initially deferred,
  constraint room_is_at_a_location_of_its_boutique
    foreign key (location_id, boutique_id) references public.locations (id, boutique_id) on delete restrict,
  constraint name_is_given check (name ~ '\S' and length(name) <= 80),
  constraint capacity_is_1_to_50 check (capacity between 1 and 50)
);
comment on table public.rooms is 'Fitting rooms of a branch. A room''s id is also the id of its resource.';
comment on column public.rooms.capacity is 'People that fit in, the customer included and the stylist not.';
comment on column public.rooms.retired_at is 'Since when it is no longer used; null while it is.';
create index rooms_location_id_idx on public.rooms (location_id, boutique_id);
create index rooms_boutique_id_idx on public.rooms (boutique_id);

alter table public.rooms enable row level security;
revoke all on public.rooms from anon, authenticated, service_role;
grant select on public.rooms to authenticated;
grant insert (id, boutique_id, location_id, name, capacity), update (name, capacity, retired_at) on public.rooms to authenticated;
grant all on public.rooms to service_role;
-- delete is not granted: fittings remember their room. update of location_id is not granted: rooms do not move.

create policy select_staff on public.rooms for select to authenticated
  using (boutique_id = any (array(select m.boutique_id from private.my_memberships m where m.role >= private.minimum_role('calendar.read'))) or (select private.is_admin()));
create policy insert_manager on public.rooms for insert to authenticated
  with check (boutique_id = any (array(select private.my_boutique_ids('calendar.manage'))));
create policy update_manager on public.rooms for update to authenticated
  using (boutique_id = any (array(select private.my_boutique_ids('calendar.manage'))))
  with check (boutique_id = any (array(select private.my_boutique_ids('calendar.manage'))));

create trigger create_resource after insert on public.rooms
  for each row execute function private.create_resource('room');
create trigger touch_updated_at before update on public.rooms
  for each row execute function private.touch_updated_at();

-- stylists ------------------------------------------------------------------------------------------------------------

create table public.stylists (
  id uuid primary key default private.uuid_v7(),
  boutique_id uuid not null references public.boutiques (id) on delete restrict,
  user_id uuid references public.profiles (id) on delete set null,
  display_name text not null,
  bio text not null default '',
  retired_at timestamptz,
  listed boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (boutique_id, user_id),
  constraint stylists_id_boutique_id_key unique (id, boutique_id),
  constraint stylist_is_a_resource
    foreign key (id) references public.resources (id) on delete cascade deferrable initially deferred,
  constraint display_name_is_given check (display_name ~ '\S' and length(display_name) <= 120),
  constraint bio_is_bounded check (length(bio) <= 2000)
);
comment on table public.stylists is 'People who fit customers, as the public sees them. A stylist''s id is also the id of its resource.';
comment on column public.stylists.user_id is 'Account of the stylist, for her own calendar; null for one without.';
comment on column public.stylists.listed is 'True while she works here and the boutique is active. Kept by triggers.';
create index stylists_user_id_idx on public.stylists (user_id);
create index stylists_boutique_id_idx on public.stylists (boutique_id);

alter table public.stylists enable row level security;
revoke all on public.stylists from anon, authenticated, service_role;
grant select on public.stylists to anon, authenticated;
grant insert (id, boutique_id, user_id, display_name, bio), update (user_id, display_name, bio, retired_at) on public.stylists to authenticated;
grant all on public.stylists to service_role;
-- delete is not granted: fittings remember their stylist. listed is computed.

create policy select_listed on public.stylists for select to anon using (listed);
create policy select_listed_or_staff on public.stylists for select to authenticated
  using (listed or boutique_id = any (array(select private.my_boutique_ids('calendar.read'))) or (select private.is_admin()));
create policy insert_manager on public.stylists for insert to authenticated
  with check (boutique_id = any (array(select private.my_boutique_ids('calendar.manage'))));
create policy update_manager on public.stylists for update to authenticated
  using (boutique_id = any (array(select private.my_boutique_ids('calendar.manage'))))
  with check (boutique_id = any (array(select private.my_boutique_ids('calendar.manage'))));

create trigger set_boutique_listing before insert or update on public.stylists
  for each row execute function private.set_boutique_listing();
create trigger create_resource after insert on public.stylists
  for each row execute function private.create_resource('stylist');
create trigger touch_updated_at before update on public.stylists
  for each row execute function private.touch_updated_at();

-- working_hours -------------------------------------------------------------------------------------------------------

create table public.working_hours (
  id uuid primary key default private.uuid_v7(),
  stylist_id uuid not null,
  boutique_id uuid not null,
  location_id uuid not null,
  weekday smallint not null,
  starts time not null,
  ends time not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint working_hours_are_of_a_stylist_of_the_boutique
    foreign key (stylist_id, boutique_id) references public.stylists (id, boutique_id) on delete cascade,
  constraint working_hours_are_at_a_branch_of_the_boutique
    foreign key (location_id, boutique_id) references public.locations (id, boutique_id) on delete cascade,
  constraint weekday_is_monday_to_sunday check (weekday between 1 and 7),
  -- At one branch at a time.
  constraint working_hours_of_a_stylist_never_overlap
    exclude using gist (stylist_id with =, weekday with =, private.minutes_of_day(starts, ends) with &&)
);
comment on table public.working_hours is 'When and at which branch a stylist works in a usual week. Time off is taken in the calendar (block_resource).';
comment on column public.working_hours.weekday is '1 Monday to 7 Sunday (ISO 8601).';
comment on column public.working_hours.starts is 'Local time of the branch.';
comment on column public.working_hours.ends is 'Local time of the branch; not later than starts means on the next day.';
create index working_hours_stylist_id_idx on public.working_hours (stylist_id, boutique_id);
create index working_hours_location_id_idx on public.working_hours (location_id, boutique_id);

alter table public.working_hours enable row level security;
revoke all on public.working_hours from anon, authenticated, service_role;
grant select on public.working_hours to authenticated;
grant insert (stylist_id, boutique_id, location_id, weekday, starts, ends), update (location_id, weekday, starts, ends), delete
  on public.working_hours to authenticated;
grant all on public.working_hours to service_role;
-- select is not granted to anon: free slots say enough.

create policy select_staff on public.working_hours for select to authenticated
  using (boutique_id = any (array(select m.boutique_id from private.my_memberships m where m.role >= private.minimum_role('calendar.read'))) or (select private.is_admin()));
create policy insert_manager on public.working_hours for insert to authenticated
  with check (boutique_id = any (array(select private.my_boutique_ids('calendar.manage'))));
create policy update_manager on public.working_hours for update to authenticated
  using (boutique_id = any (array(select private.my_boutique_ids('calendar.manage'))))
  with check (boutique_id = any (array(select private.my_boutique_ids('calendar.manage'))));
create policy delete_manager on public.working_hours for delete to authenticated
  using (boutique_id = any (array(select private.my_boutique_ids('calendar.manage'))));

create trigger touch_updated_at before update on public.working_hours
  for each row execute function private.touch_updated_at();

-- fitting_services ----------------------------------------------------------------------------------------------------

create table public.fitting_services (
  id uuid primary key default private.uuid_v7(),
  boutique_id uuid not null references public.boutiques (id) on delete restrict,
  name text not null,
  description text not null default '',
  duration_minutes integer not null,
  buffer_minutes_before integer not null default 0,
  buffer_minutes_after integer not null default 15,
  step_minutes integer not null default 30,
  price bigint not null default 0,
  currency char(3) not null,
  max_garments integer not null default 5,
  max_people integer not null default 4,
  min_hours_ahead integer not null default 2,
  max_days_ahead integer not null default 180,
  free_cancellation_hours integer not null default 24,
  late_cancellation_fee bigint not null default 0,
  no_show_fee bigint not null default 0,
  retired_at timestamptz,
  listed boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (boutique_id, name),
  constraint fitting_services_id_boutique_id_key unique (id, boutique_id),
  constraint name_is_given check (name ~ '\S' and length(name) <= 120),
  constraint description_is_bounded check (length(description) <= 2000),
  constraint duration_is_five_minutes_to_a_day check (duration_minutes between 5 and 1440),
  constraint buffers_are_up_to_four_hours check (
    buffer_minutes_before >= 0 and buffer_minutes_before <= 240 and buffer_minutes_after >= 0 and buffer_minutes_after <= 240),
  constraint step_is_five_minutes_to_four_hours check (step_minutes between 5 and 240),
  constraint garments_are_up_to_twenty check (max_garments between 0 and 20),
  constraint people_are_1_to_50 check (max_people between 1 and 50),
  constraint booking_is_up_to_three_years_ahead check (
    min_hours_ahead >= 0 and min_hours_ahead <= 8760 and max_days_ahead >= 1 and max_days_ahead <= 1100),
  constraint free_cancellation_is_up_to_60_days_before check (free_cancellation_hours between 0 and 1440),
  constraint money_is_not_negative check (price >= 0 and late_cancellation_fee >= 0 and no_show_fee >= 0),
  constraint currency_is_iso_4217 check (currency ~ '^[A-Z]{3}$')
);
comment on table public.fitting_services is 'What can be booked at a boutique: a first visit, a fitting, alterations; with its length, price and rules.';
comment on column public.fitting_services.buffer_minutes_before is 'Room, stylist and gowns are taken this long before it begins.';
comment on column public.fitting_services.buffer_minutes_after is 'Room, stylist and gowns are taken this long after it has ended.';
comment on column public.fitting_services.step_minutes is 'Starts are this far apart, counted from when the branch opens.';
comment on column public.fitting_services.price is 'In minor units of the currency; 0 is free.';
comment on column public.fitting_services.currency is 'ISO 4217 code, the boutique''s; set by a trigger.';
comment on column public.fitting_services.max_garments is 'Gowns that may be asked for.';
comment on column public.fitting_services.max_people is 'People who may come, the customer included.';
comment on column public.fitting_services.free_cancellation_hours is 'Until how long before it begins a customer cancels or moves it freely.';
comment on column public.fitting_services.late_cancellation_fee is 'Due for a later cancellation, in minor units of the currency.';
comment on column public.fitting_services.no_show_fee is 'Due by who does not come, in minor units of the currency.';
comment on column public.fitting_services.listed is 'True while it is offered and the boutique is active. Kept by triggers.';
create index fitting_services_boutique_id_idx on public.fitting_services (boutique_id);

alter table public.fitting_services enable row level security;
revoke all on public.fitting_services from anon, authenticated, service_role;
grant select on public.fitting_services to anon, authenticated;
grant insert (id, boutique_id, name, description, duration_minutes, buffer_minutes_before, buffer_minutes_after, step_minutes, price,
  max_garments, max_people, min_hours_ahead, max_days_ahead, free_cancellation_hours, late_cancellation_fee, no_show_fee)
  on public.fitting_services to authenticated;
grant update (name, description, duration_minutes, buffer_minutes_before, buffer_minutes_after, step_minutes, price,
  max_garments, max_people, min_hours_ahead, max_days_ahead, free_cancellation_hours, late_cancellation_fee, no_show_fee, retired_at)
  on public.fitting_services to authenticated;
grant all on public.fitting_services to service_role;
-- delete is not granted: fittings remember their service. currency and listed are set by triggers.

create policy select_listed on public.fitting_services for select to anon using (listed);
create policy select_listed_or_staff on public.fitting_services for select to authenticated
  using (listed or boutique_id = any (array(select private.my_boutique_ids('calendar.read'))) or (select private.is_admin()));
create policy insert_manager on public.fitting_services for insert to authenticated
  with check (boutique_id = any (array(select private.my_boutique_ids('calendar.manage'))));
create policy update_manager on public.fitting_services for update to authenticated
  using (boutique_id = any (array(select private.my_boutique_ids('calendar.manage'))))
  with check (boutique_id = any (array(select private.my_boutique_ids('calendar.manage'))));

create function private.set_boutique_currency() returns trigger
language plpgsql
security definer -- reads a boutique that the writer may not see
set search_path = ''
as $$
begin
  select b.currency into new.currency from public.boutiques b where b.id = new.boutique_id;
  return new;
end
$$;
comment on function private.set_boutique_currency() is 'Trigger: prices are in the boutique''s currency, whatever the writer sent.';

create trigger set_boutique_currency before insert or update on public.fitting_services
  for each row execute function private.set_boutique_currency();
create trigger set_boutique_listing before insert or update on public.fitting_services
  for each row execute function private.set_boutique_listing();
create trigger touch_updated_at before update on public.fitting_services
  for each row execute function private.touch_updated_at();

create function private.spread_status_to_fittings() returns trigger
language plpgsql
security definer -- the marketplace suspends a boutique without any right on its people and services
set search_path = ''
as $$
begin
  -- The triggers of both tables compute the new value.
  update public.stylists s set listed = not s.listed where s.boutique_id = new.id and s.retired_at is null;
  update public.fitting_services f set listed = not f.listed where f.boutique_id = new.id and f.retired_at is null;
  return null;
end
$$;
comment on function private.spread_status_to_fittings() is 'Trigger: a boutique that becomes active or is suspended shows or hides its stylists and services at once.';

create trigger spread_status_to_fittings after update on public.boutiques
  for each row when ((old.status = 'active') is distinct from (new.status = 'active'))
  execute function private.spread_status_to_fittings();

-- service_stylists ----------------------------------------------------------------------------------------------------

create table public.service_stylists (
  service_id uuid not null,
  stylist_id uuid not null,
  boutique_id uuid not null,
  created_at timestamptz not null default now(),
  primary key (service_id, stylist_id),
  constraint service_is_of_the_boutique
    foreign key (service_id, boutique_id) references public.fitting_services (id, boutique_id) on delete cascade,
  constraint stylist_is_of_the_boutique
    foreign key (stylist_id, boutique_id) references public.stylists (id, boutique_id) on delete cascade
);
comment on table public.service_stylists is 'Which stylists may do a service.';
create index service_stylists_service_id_idx on public.service_stylists (service_id, boutique_id);
create index service_stylists_stylist_id_idx on public.service_stylists (stylist_id, boutique_id);

alter table public.service_stylists enable row level security;
revoke all on public.service_stylists from anon, authenticated, service_role;
grant select on public.service_stylists to anon, authenticated;
grant insert (service_id, stylist_id, boutique_id), delete on public.service_stylists to authenticated;
grant all on public.service_stylists to service_role;

create policy select_all on public.service_stylists for select to anon, authenticated using (true);
create policy insert_manager on public.service_stylists for insert to authenticated
  with check (boutique_id = any (array(select private.my_boutique_ids('calendar.manage'))));
create policy delete_manager on public.service_stylists for delete to authenticated
  using (boutique_id = any (array(select private.my_boutique_ids('calendar.manage'))));
