-- Measurements: what a customer has said of her body, once, so that size advice need not ask again.

create table public.measurements (
  customer_id uuid primary key references public.profiles (id) on delete cascade,
  height_cm numeric(4, 1),
  weight_kg numeric(4, 1),
  bust_cm numeric(4, 1),
  waist_cm numeric(4, 1),
  hips_cm numeric(4, 1),
  age integer,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint measurements_are_of_a_person check (
    numrange(100, 250, '[]') @> height_cm and numrange(25, 300, '[]') @> weight_kg and numrange(40, 250, '[]') @> bust_cm
    and numrange(40, 250, '[]') @> waist_cm and numrange(40, 250, '[]') @> hips_cm),
  constraint age_is_of_a_person check (age between 10 and 120)
);
comment on table public.measurements is 'The body of a customer, for advice on sizes. Hers alone: no boutique and no admin reads it. Removed two years after its last change by housekeeping.prune.';
comment on column public.measurements.bust_cm is 'Around the fullest part, in centimetres; waist_cm and hips_cm likewise.';
create index measurements_updated_at_idx on public.measurements (updated_at);

alter table public.measurements enable row level security;
revoke all on public.measurements from anon, authenticated, service_role;
-- The key may be updated because an upsert through the API writes it again; the policy keeps the row its owner's.
grant select, insert (customer_id, height_cm, weight_kg, bust_cm, waist_cm, hips_cm, age),
  update (customer_id, height_cm, weight_kg, bust_cm, waist_cm, hips_cm, age), delete on public.measurements to authenticated;
grant all on public.measurements to service_role;

create policy select_own on public.measurements for select to authenticated using (customer_id = (select auth.uid()));
create policy insert_own on public.measurements for insert to authenticated with check (customer_id = (select auth.uid()));
create policy update_own on public.measurements for update to authenticated
  using (customer_id = (select auth.uid())) with check (customer_id = (select auth.uid()));
create policy delete_own on public.measurements for delete to authenticated using (customer_id = (select auth.uid()));

create trigger touch_updated_at before update on public.measurements
  for each row execute function private.touch_updated_at();
