-- Appointments: a fitting takes a stylist, a room and gowns for the same time, all of them or none. Functions of their own
-- files: 44 slots, 46 booking, 47 what happens afterwards, 48 waitlist.

create type public.appointment_state as enum ('offered', 'booked', 'attended', 'no_show', 'cancelled', 'expired');
comment on type public.appointment_state is
  'offered: held for somebody of the waitlist until held_until; booked: firm; attended, no_show: over; cancelled, expired: gave the time back.';

create table public.appointments (
  id uuid primary key default private.uuid_v7(),
  boutique_id uuid not null references public.boutiques (id) on delete restrict,
  customer_id uuid references public.profiles (id) on delete set null,
  walk_in_name text,
  location_id uuid not null,
  service_id uuid not null,
  stylist_id uuid not null,
  room_id uuid not null,
  during tstzrange not null,
  starts_at timestamptz not null generated always as (lower(during)) stored,
  state public.appointment_state not null default 'booked',
  held_until timestamptz,
  customer_notes text not null default '',
  guest_names text[] not null default '{}',
  price bigint not null,
  currency char(3) not null,
  free_cancellation_until timestamptz not null,
  late_cancellation_fee bigint not null,
  no_show_fee bigint not null,
  fee_due bigint not null default 0,
  cancelled_by text,
  reason text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint appointments_id_boutique_id_key unique (id, boutique_id),
  constraint appointment_is_at_a_branch_of_the_boutique
    foreign key (location_id, boutique_id) references public.locations (id, boutique_id) on delete restrict,
  constraint appointment_is_for_a_service_of_the_boutique
    foreign key (service_id, boutique_id) references public.fitting_services (id, boutique_id) on delete restrict,
  constraint appointment_is_with_a_stylist_of_the_boutique
    foreign key (stylist_id, boutique_id) references public.stylists (id, boutique_id) on delete restrict,
  constraint appointment_is_in_a_room_of_the_boutique
    foreign key (room_id, boutique_id) references public.rooms (id, boutique_id) on delete restrict,
  constraint appointment_takes_some_time check (
    not isempty(during) and lower(during) is not null and isfinite(lower(during)) and upper(during) is not null and isfinite(upper(during))),
  constraint only_an_appointment_that_is_over_loses_its_customer
    check (customer_id is not null or walk_in_name is not null or state in ('attended', 'no_show', 'cancelled', 'expired')),
  constraint an_offer_says_until_when check (state <> 'offered' or held_until is not null),
  constraint notes_are_bounded check (length(customer_notes) <= 2000 and length(walk_in_name) <= 120 and length(reason) <= 500),
  constraint guests_are_few check (cardinality(guest_names) <= 50 and length(guest_names::text) <= 4000),
  constraint money_is_not_negative check (price >= 0 and late_cancellation_fee >= 0 and no_show_fee >= 0 and fee_due >= 0),
  constraint currency_is_iso_4217 check (currency ~ '^[A-Z]{3}$'),
  constraint cancelled_by_is_known check (cancelled_by in ('customer', 'boutique'))
);
comment on table public.appointments is 'A fitting of a customer, or of somebody who walked in. Its places in the calendar are the allocations with its id as source.';
comment on column public.appointments.customer_id is 'Null for a walk-in without an account, and when the customer has deleted hers.';
comment on column public.appointments.during is 'The fitting itself; the allocations are longer by the buffers of the service.';
comment on column public.appointments.starts_at is 'Beginning of during, to filter and order by: row-level security keeps indexes on ranges from being used.';
comment on column public.appointments.held_until is 'End of an offer; kept after that as a record.';
comment on column public.appointments.price is 'Frozen when it was booked, in minor units of the currency; the fees and the time below likewise.';
comment on column public.appointments.free_cancellation_until is 'Until then the customer cancels or moves it freely.';
comment on column public.appointments.fee_due is 'What the frozen policy asks for after a late cancellation or a no-show, in minor units of the currency.';
create index appointments_customer_id_idx on public.appointments (customer_id, created_at desc, id desc);
create index appointments_boutique_id_idx on public.appointments (boutique_id, starts_at);
create index appointments_location_id_idx on public.appointments (location_id, boutique_id);
create index appointments_service_id_idx on public.appointments (service_id, boutique_id);
create index appointments_stylist_id_idx on public.appointments (stylist_id, boutique_id, starts_at);
create index appointments_room_id_idx on public.appointments (room_id, boutique_id);

alter table public.appointments enable row level security;
revoke all on public.appointments from anon, authenticated, service_role;
grant select on public.appointments to authenticated;
grant all on public.appointments to service_role;
-- insert, update and delete are not granted: state and calendar move together, in functions.

create policy select_own_or_staff on public.appointments for select to authenticated
  using (
    customer_id = (select auth.uid())
    or boutique_id = any (array(select private.my_boutique_ids('fittings.read')))
    or (select private.is_admin())
  );

create trigger touch_updated_at before update on public.appointments
  for each row execute function private.touch_updated_at();

create function private.forget_customer() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  new.customer_notes := '';
  new.guest_names := '{}';
  new.reason := null;
  return new;
end
$$;
comment on function private.forget_customer() is 'Trigger: what a customer has written, who came along and why it was cancelled goes when her account goes.';

create trigger forget_customer before update on public.appointments
  for each row when (old.customer_id is not null and new.customer_id is null) execute function private.forget_customer();

-- appointment_garments ------------------------------------------------------------------------------------------------

create table public.appointment_garments (
  appointment_id uuid not null,
  garment_id uuid not null,
  boutique_id uuid not null,
  customer_id uuid references public.profiles (id) on delete set null,
  created_at timestamptz not null default now(),
  primary key (appointment_id, garment_id),
  constraint gown_is_of_the_boutique
    foreign key (garment_id, boutique_id) references public.garments (id, boutique_id) on delete restrict,
  constraint gown_is_for_an_appointment_of_the_boutique
    foreign key (appointment_id, boutique_id) references public.appointments (id, boutique_id) on delete cascade
);
comment on table public.appointment_garments is 'Gowns that are laid out for a fitting.';
comment on column public.appointment_garments.customer_id is 'As the appointment''s, so that the policy needs no join.';
create index appointment_garments_appointment_id_idx on public.appointment_garments (appointment_id, boutique_id);
create index appointment_garments_garment_id_idx on public.appointment_garments (garment_id, boutique_id);
create index appointment_garments_customer_id_idx on public.appointment_garments (customer_id);
create index appointment_garments_boutique_id_idx on public.appointment_garments (boutique_id);

alter table public.appointment_garments enable row level security;
revoke all on public.appointment_garments from anon, authenticated, service_role;
grant select on public.appointment_garments to authenticated;
grant all on public.appointment_garments to service_role;
-- insert, update and delete are not granted: gowns are claimed with the appointment.

create policy select_own_or_staff on public.appointment_garments for select to authenticated
  using (
    customer_id = (select auth.uid())
    or boutique_id = any (array(select private.my_boutique_ids('fittings.read')))
    or (select private.is_admin())
  );

-- appointment_notes ---------------------------------------------------------------------------------------------------

create table public.appointment_notes (
  id uuid primary key default private.uuid_v7(),
  appointment_id uuid not null,
  boutique_id uuid not null,
  author_id uuid default auth.uid() references public.profiles (id) on delete set null,
  body text not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint note_is_about_an_appointment_of_the_boutique
    foreign key (appointment_id, boutique_id) references public.appointments (id, boutique_id) on delete cascade,
  constraint body_is_given check (body ~ '\S' and length(body) <= 5000)
);
comment on table public.appointment_notes is 'What staff note about a fitting; the customer does not see it.';
create index appointment_notes_appointment_id_idx on public.appointment_notes (appointment_id, boutique_id, created_at);
create index appointment_notes_author_id_idx on public.appointment_notes (author_id);
create index appointment_notes_boutique_id_idx on public.appointment_notes (boutique_id);

alter table public.appointment_notes enable row level security;
revoke all on public.appointment_notes from anon, authenticated, service_role;
grant select on public.appointment_notes to authenticated;
grant insert (appointment_id, boutique_id, body), update (body), delete on public.appointment_notes to authenticated;
grant all on public.appointment_notes to service_role;
-- author_id is not granted: it is who writes.

create policy select_staff on public.appointment_notes for select to authenticated
  using (boutique_id = any (array(select m.boutique_id from private.my_memberships m where m.role >= private.minimum_role('fittings.read'))) or (select private.is_admin()));
create policy insert_staff on public.appointment_notes for insert to authenticated
  with check (boutique_id = any (array(select private.my_boutique_ids('fittings.write'))) and author_id = (select auth.uid()));
create policy update_author on public.appointment_notes for update to authenticated
  using (boutique_id = any (array(select private.my_boutique_ids('fittings.write'))) and author_id = (select auth.uid()))
  with check (boutique_id = any (array(select private.my_boutique_ids('fittings.write'))) and author_id = (select auth.uid()));
create policy delete_author on public.appointment_notes for delete to authenticated
  using (boutique_id = any (array(select private.my_boutique_ids('fittings.write'))) and author_id = (select auth.uid()));

create trigger touch_updated_at before update on public.appointment_notes
  for each row execute function private.touch_updated_at();
