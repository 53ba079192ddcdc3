-- Opening hours and closures of a branch: local times of its zone, turned into moments only when a day is asked for, so
-- that they stay right across changes of the clocks.

create function private.minutes_of_day(opens time, closes time) returns int4range
language sql immutable
set search_path = ''
as $$
  -- Until the next day when it closes before it opens, such as 18:00 to 02:00.
  select int4range(
    (extract(epoch from opens) / 60)::integer,
    (extract(epoch from closes) / 60)::integer + case when closes <= opens then 1440 else 0 end)
$$;
comment on function private.minutes_of_day(time, time) is 'Minutes after midnight between two local times; a second one that is not later is on the next day.';
grant execute on function private.minutes_of_day(time, time) to authenticated, service_role;

create function private.moments_of_day(day date, opens time, closes time, timezone text) returns tstzrange
language plpgsql stable -- not sql: that would be planned anew by every statement
set search_path = ''
as $$
declare
  v_starts timestamptz := (day + opens) at time zone timezone;
  v_ends timestamptz := (day + closes + case when closes <= opens then interval '1 day' else interval '0' end) at time zone timezone;
begin
  return case when v_starts < v_ends then tstzrange(v_starts, v_ends) else 'empty' end;
end
$$;
comment on function private.moments_of_day(date, time, time, text) is
  'From when to when two local times of a day are, as moments: 23 or 25 hours long where the clocks change. Empty when the clocks skip all of it.';

-- opening_hours -------------------------------------------------------------------------------------------------------

create table public.opening_hours (
  id uuid primary key default private.uuid_v7(),
  location_id uuid not null,
  boutique_id uuid not null,
  weekday smallint not null,
  opens time not null,
  closes time not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint opening_hours_are_of_a_branch_of_the_boutique
    foreign key (location_id, boutique_id) references public.locations (id, boutique_id) on delete cascade,
  constraint weekday_is_monday_to_sunday check (weekday between 1 and 7),
  constraint opening_hours_of_a_day_never_overlap
    exclude using gist (location_id with =, weekday with =, private.minutes_of_day(opens, closes) with &&)
);
comment on table public.opening_hours is 'When a branch is open in a usual week; several rows a day make breaks.';
comment on column public.opening_hours.weekday is '1 Monday to 7 Sunday (ISO 8601), of the day on which it opens.';
comment on column public.opening_hours.opens is 'Local time of the branch.';
comment on column public.opening_hours.closes is 'Local time of the branch; not later than opens means on the next day.';
create index opening_hours_location_id_idx on public.opening_hours (location_id, boutique_id);
create index opening_hours_boutique_id_idx on public.opening_hours (boutique_id);

alter table public.opening_hours enable row level security;
revoke all on public.opening_hours from anon, authenticated, service_role;
grant select on public.opening_hours to anon, authenticated;
grant insert (location_id, boutique_id, weekday, opens, closes), update (weekday, opens, closes), delete
  on public.opening_hours to authenticated;
grant all on public.opening_hours to service_role;

create policy select_all on public.opening_hours for select to anon, authenticated using (true);
create policy insert_manager on public.opening_hours for insert to authenticated
  with check (boutique_id = any (array(select private.my_boutique_ids('calendar.manage'))));
create policy update_manager on public.opening_hours for update to authenticated
  using (boutique_id = any (array(select private.my_boutique_ids('calendar.manage'))))
  with check (boutique_id = any (array(select private.my_boutique_ids('calendar.manage'))));
create policy delete_manager on public.opening_hours for delete to authenticated
  using (boutique_id = any (array(select private.my_boutique_ids('calendar.manage'))));

create trigger touch_updated_at before update on public.opening_hours
  for each row execute function private.touch_updated_at();

-- closures ------------------------------------------------------------------------------------------------------------

create table public.closures (
  id uuid primary key default private.uuid_v7(),
  location_id uuid not null,
  boutique_id uuid not null,
  first_day date not null,
  last_day date not null,
  reason text not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint closure_is_of_a_branch_of_the_boutique
    foreign key (location_id, boutique_id) references public.locations (id, boutique_id) on delete cascade,
  constraint closure_ends_after_it_starts check (isfinite(first_day) and isfinite(last_day) and last_day >= first_day),
  constraint closure_is_at_most_a_year check (last_day - first_day <= 366),
  constraint reason_is_given check (reason ~ '\S' and length(reason) <= 200)
);
comment on table public.closures is 'Days on which a branch is closed whatever its opening hours say: holidays, works.';
comment on column public.closures.last_day is 'Closed on this day too.';
create index closures_location_id_idx on public.closures (location_id, boutique_id, last_day);
create index closures_boutique_id_idx on public.closures (boutique_id);

alter table public.closures enable row level security;
revoke all on public.closures from anon, authenticated, service_role;
grant select on public.closures to anon, authenticated;
grant insert (location_id, boutique_id, first_day, last_day, reason), update (first_day, last_day, reason), delete
  on public.closures to authenticated;
grant all on public.closures to service_role;

create policy select_all on public.closures for select to anon, authenticated using (true);
create policy insert_manager on public.closures for insert to authenticated
  with check (boutique_id = any (array(select private.my_boutique_ids('calendar.manage'))));
create policy update_manager on public.closures for update to authenticated
  using (boutique_id = any (array(select private.my_boutique_ids('calendar.manage'))))
  with check (boutique_id = any (array(select private.my_boutique_ids('calendar.manage'))));
create policy delete_manager on public.closures for delete to authenticated
  using (boutique_id = any (array(select private.my_boutique_ids('calendar.manage'))));

create trigger touch_updated_at before update on public.closures
  for each row execute function private.touch_updated_at();

create function private.open_periods(location_id uuid, from_date date, to_date date) returns setof tstzrange
language plpgsql stable -- not sql: its plan is kept for the session
rows 20
set search_path = ''
as $$
begin
  return query
  select m.period
  from public.locations l
  cross join generate_series(from_date::timestamp, to_date::timestamp, interval '1 day') d (day)
  join public.opening_hours h on h.location_id = l.id and h.weekday = extract(isodow from d.day)
  cross join lateral (select private.moments_of_day(d.day::date, h.opens, h.closes, l.timezone) as period) m
  where l.id = open_periods.location_id
    and not isempty(m.period)
    and not exists (
      select from public.closures c
      where c.location_id = l.id and d.day::date between c.first_day and c.last_day)
  order by m.period;
end
$$;
comment on function private.open_periods(uuid, date, date) is 'When a branch is open on these days, as moments in their order. A period belongs to the day on which it begins.';
