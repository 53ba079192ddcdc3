-- will_it_be_ready: whether a gown that is made to order can be worn on a day, and what breaks if it cannot.

-- readiness_policies --------------------------------------------------------------------------------------------------

create table public.readiness_policies (
  boutique_id uuid primary key references public.boutiques (id) on delete cascade,
  lead_days integer not null default 120,
  shipping_days integer not null default 14,
  fittings integer not null default 2,
  fitting_gap_days integer not null default 7,
  alteration_days integer not null default 21,
  spare_days integer not null default 7,
  rush_lead_percent integer,
  rush_shipping_days integer not null default 5,
  rush_fee bigint not null default 0,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint lead_time_is_up_to_three_years check (lead_days between 0 and 1100),
  constraint times_are_not_negative check (least(shipping_days, rush_shipping_days, fitting_gap_days, alteration_days, spare_days) >= 0),
  constraint times_are_up_to_a_year check (greatest(shipping_days, rush_shipping_days, fitting_gap_days, alteration_days, spare_days) <= 365),
  constraint fittings_are_up_to_ten check (fittings between 0 and 10),
  constraint rush_is_faster check (rush_shipping_days <= shipping_days and rush_lead_percent between 0 and 100),
  constraint rush_fee_is_not_negative check (rush_fee >= 0)
);
comment on table public.readiness_policies is 'How long a gown that is made to order takes at a boutique. Made with the boutique, changed by its managers; read by everyone, for front ends show it.';
comment on column public.readiness_policies.lead_days is 'From the order to the finished gown, for products that say nothing else.';
comment on column public.readiness_policies.shipping_days is 'From the maker to the branch.';
comment on column public.readiness_policies.fittings is 'How many fittings a gown takes.';
comment on column public.readiness_policies.fitting_gap_days is 'From the arrival to the first fitting, and from one to the next.';
comment on column public.readiness_policies.alteration_days is 'From the last fitting until it is done.';
comment on column public.readiness_policies.spare_days is 'It should be done so long before it is worn.';
comment on column public.readiness_policies.rush_lead_percent is 'Lead time of a rush order, in percent of the usual one; null: none is taken.';
comment on column public.readiness_policies.rush_fee is 'In minor units of the boutique''s currency.';

alter table public.readiness_policies enable row level security;
revoke all on public.readiness_policies from anon, authenticated, service_role;
grant select on public.readiness_policies to anon, authenticated;
grant update (lead_days, shipping_days, fittings, fitting_gap_days, alteration_days, spare_days, rush_lead_percent, rush_shipping_days, rush_fee)
  on public.readiness_policies to authenticated;
grant all on public.readiness_policies to service_role;
-- insert and delete are not granted: the row comes and goes with the boutique.

create policy select_all on public.readiness_policies for select to anon, authenticated using (true);
create policy update_manager on public.readiness_policies for update to authenticated
  using (boutique_id = any (array(select private.my_boutique_ids('boutique.update'))))
  with check (boutique_id = any (array(select private.my_boutique_ids('boutique.update'))));

create trigger touch_updated_at before update on public.readiness_policies
  for each row execute function private.touch_updated_at();

create function private.create_readiness_policy() returns trigger
language plpgsql
security definer -- whoever makes the boutique, the row is made
set search_path = ''
as $$
begin
  insert into public.readiness_policies (boutique_id) values (new.id);
  return new;
end
$$;
comment on function private.create_readiness_policy() is 'Trigger: gives every new boutique a readiness policy with the defaults.';

create trigger create_readiness_policy after insert on public.boutiques
  for each row execute function private.create_readiness_policy();

-- Boutiques that were there before.
insert into public.readiness_policies (boutique_id) select b.id from public.boutiques b on conflict do nothing;

-- The reckoning -------------------------------------------------------------------------------------------------------

create type public.readiness_step as (
  variant text,
  position integer,
  step text,
  number integer,
  expected_date date,
  latest_date date,
  breaks boolean,
  fee bigint,
  currency text
);
comment on type public.readiness_step is
  'Row of will_it_be_ready. variant: usual, or rush with its fee. step: order, make, ship, fitting (with its number), alterations, done. expected_date: when the step is over if the order goes out today; latest_date: when it has to be. breaks: the first step that is too late, and so the only one of its variant; none breaks when the gown will be ready.';

create function private.fitting_day(boutique_id uuid, day date, step integer) returns date
language plpgsql stable
set search_path = ''
as $$
declare
  v_day date := day;
begin
  if not exists (select from public.opening_hours h where h.boutique_id = fitting_day.boutique_id) then
    return day;
  end if;
  -- A branch that closes for longer than a season is not reckoned with.
  for v_tries in 1..100 loop
    exit when exists (
      select from public.opening_hours h
      where h.boutique_id = fitting_day.boutique_id and h.weekday = extract(isodow from v_day)
        and not exists (
          select from public.closures c where c.location_id = h.location_id and v_day between c.first_day and c.last_day));
    v_day := v_day + step;
  end loop;
  return v_day;
end
$$;
comment on function private.fitting_day(uuid, date, integer) is 'This day or the nearest on which a branch of the boutique is open, later (step 1) or earlier (step -1). Any day for a boutique without opening hours.';

create function private.readiness_steps(product public.products, wear_date date) returns setof public.readiness_step
language plpgsql stable
rows 20
set search_path = ''
as $$
declare
  v_product public.products := product;
  v_boutique public.boutiques;
  v_policy public.readiness_policies;
  v_variant text;
  v_steps public.readiness_step[];
  v_names text[];
  v_days integer[];
  v_day date;
  v_broken boolean;
begin
  select * into v_boutique from public.boutiques b where b.id = v_product.boutique_id;
  select * into v_policy from public.readiness_policies r where r.boutique_id = v_product.boutique_id;
  foreach v_variant in array array['usual', 'rush'] loop
    continue when v_variant = 'rush' and v_policy.rush_lead_percent is null;
    v_names := array['order', 'make', 'ship'] || array_fill('fitting'::text, array[v_policy.fittings]) || array['alterations', 'done'];
    -- How long each step takes after the one before.
    v_days := array[
        0,
        case v_variant when 'rush' then ceil(coalesce(v_product.lead_days, v_policy.lead_days) * v_policy.rush_lead_percent / 100.0)::integer
          else coalesce(v_product.lead_days, v_policy.lead_days) end,
        case v_variant when 'rush' then v_policy.rush_shipping_days else v_policy.shipping_days end]
      || array_fill(v_policy.fitting_gap_days, array[v_policy.fittings])
      || array[v_policy.alteration_days, 0];

    -- Forwards from today: when each step is over.
    v_steps := '{}';
    v_day := private.today_of(v_product.boutique_id);
    for v_n in 1..cardinality(v_names) loop
      v_day := v_day + v_days[v_n];
      if v_names[v_n] = 'fitting' then
        v_day := private.fitting_day(v_product.boutique_id, v_day, 1);
      end if;
      v_steps := v_steps || row(v_variant, v_n, v_names[v_n], case when v_names[v_n] = 'fitting' then v_n - 3 end, v_day, null, false,
        case v_variant when 'rush' then v_policy.rush_fee else 0 end, v_boutique.currency)::public.readiness_step;
    end loop;

    -- Backwards from the day it is worn: when each has to be.
    v_day := wear_date - v_policy.spare_days;
    for v_n in reverse cardinality(v_names)..1 loop
      if v_names[v_n] = 'fitting' then
        v_day := private.fitting_day(v_product.boutique_id, v_day, -1);
      end if;
      v_steps[v_n].latest_date := v_day;
      v_day := v_day - v_days[v_n];
    end loop;

    v_broken := false;
    for v_n in 1..cardinality(v_names) loop
      v_steps[v_n].breaks := not v_broken and v_steps[v_n].expected_date > v_steps[v_n].latest_date;
      v_broken := v_broken or v_steps[v_n].breaks;
      return next v_steps[v_n];
    end loop;
  end loop;
end
$$;
comment on function private.readiness_steps(public.products, date) is 'The steps of will_it_be_ready.';

create function private.promised_date(product public.products) returns date
language plpgsql stable
set search_path = ''
as $$
begin
  return (
    select s.expected_date from private.readiness_steps(product, private.today_of(product.boutique_id)) s
    where s.variant = 'usual' and s.step = 'done');
end
$$;
comment on function private.promised_date(public.products) is 'When a gown that is ordered today is done, alterations included.';

create function private.will_it_be_ready(product_id uuid, wear_date date) returns setof public.readiness_step
language plpgsql volatile -- counts its calls
rows 20
security definer -- called by the anonymous, reads opening hours through a helper that is not theirs
set search_path = ''
as $$
declare
  v_product public.products;
  v_today date;
begin
  perform private.limit_rate('will_it_be_ready', 300, 300);
  select * into v_product from public.products p where p.id = will_it_be_ready.product_id and p.listed;
  if not found then
    perform private.raise_error(404, 'product_not_found', 'There is no such product, or it is not on show.',
      jsonb_build_object('product_id', product_id));
  end if;
  v_today := private.today_of(v_product.boutique_id);
  if wear_date is null or not isfinite(wear_date) or wear_date < v_today or wear_date > v_today + 3660 then
    perform private.raise_error(400, 'invalid_date', 'wear_date has to be a day from today on, within ten years.',
      jsonb_build_object('wear_date', wear_date, 'today', v_today));
  end if;
  return query select * from private.readiness_steps(v_product, wear_date);
end
$$;

create function public.will_it_be_ready(product_id uuid, wear_date date) returns setof public.readiness_step
language sql volatile
rows 20
security invoker
set search_path = ''
as $$
  select * from private.will_it_be_ready(product_id, wear_date)
$$;
comment on function public.will_it_be_ready(uuid, date) is
  'Whether a gown that is ordered today will be ready, step by step: each step is expected so many days after the one before (order today, lead time, shipping, a gap before every fitting, alterations), fittings on the next day a branch is open; and it has to be over so many days before the next, reckoned back from wear_date less the spare days, fittings on the last open day. Then the same for a rush order with its fee, if the boutique takes any. The first step expected later than its latest date breaks. For anybody. PT404 product_not_found, PT400 invalid_date, PT429 too_many_requests.';
grant execute on function private.will_it_be_ready(uuid, date) to anon, authenticated, service_role;
grant execute on function public.will_it_be_ready(uuid, date) to anon, authenticated, service_role;
