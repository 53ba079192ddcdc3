-- Models of how sizes fall: trained from reviews and fit records by the job fit.train. What they are is in docs/size-advice.md.

-- fit_trainings -------------------------------------------------------------------------------------------------------

create type public.fit_training_state as enum ('running', 'used', 'replaced', 'refused', 'failed');
comment on type public.fit_training_state is
  'running: a job reads and fits; used: its model gives advice; replaced: it did; refused: it was worse, or there was too little to learn from; failed: the job died, or another took over.';

create table public.fit_trainings (
  id uuid primary key default private.uuid_v7(),
  state public.fit_training_state not null default 'running',
  progress real not null default 0,
  rows_read bigint not null default 0,
  held_out_rows bigint,
  auc double precision,
  log_loss double precision,
  base_log_loss double precision,
  skill double precision,
  calibration_error double precision,
  reason text,
  finished_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint progress_is_a_share check (progress between 0 and 1),
  constraint rows_are_counted check (rows_read >= 0 and held_out_rows >= 0),
  constraint what_is_over_says_when check ((state = 'running') = (finished_at is null)),
  constraint what_gives_advice_has_a_score check (state not in ('used', 'replaced') or skill is not null),
  constraint what_gives_no_advice_says_why check (state not in ('refused', 'failed') or reason is not null),
  constraint reason_is_bounded check (length(reason) between 1 and 500)
);
comment on table public.fit_trainings is 'Every training of the size advice: how far it is, what it has read, what it is worth. Rates only, nobody''s data. Read by admins.';
comment on column public.fit_trainings.skill is '1 - log_loss / base_log_loss on the newest rows, which it has not seen: 0 when it knows no more than the shares of small, true and large.';
comment on column public.fit_trainings.auc is 'Mean area under the curve of small, true and large, each against the others, on the newest rows.';
comment on column public.fit_trainings.calibration_error is 'Mean distance of what it says from what comes, on the newest rows.';
comment on column public.fit_trainings.finished_at is 'When it was over; from created_at that is how long it took.';
create unique index one_training_at_a_time on public.fit_trainings (state) where state = 'running';
create unique index one_model_gives_advice on public.fit_trainings (state) where state = 'used';

alter table public.fit_trainings enable row level security;
revoke all on public.fit_trainings from anon, authenticated, service_role;
grant select on public.fit_trainings to authenticated;
grant all on public.fit_trainings to service_role;
-- insert, update and delete are not granted: the job writes it.

create policy select_admin on public.fit_trainings for select to authenticated using ((select private.is_admin()));

create trigger touch_updated_at before update on public.fit_trainings
  for each row execute function private.touch_updated_at();

-- What a model consists of --------------------------------------------------------------------------------------------

create table private.fit_models (
  training_id uuid primary key references public.fit_trainings (id) on delete cascade,
  means double precision[] not null,
  deviations double precision[] not null,
  weights double precision[] not null,
  spread double precision not null,
  small double precision not null,
  large double precision not null,
  constraint there_are_six_measures check (cardinality(means) = 6 and cardinality(deviations) = 6 and cardinality(weights) = 19),
  constraint deviations_are_positive check (0 < all (deviations) and spread > 0)
);
comment on table private.fit_models is 'How a body becomes a place on the scale of sizes, and where the terms begin.';
comment on column private.fit_models.means is 'Of height, weight, bust, waist, hips and age among those whom it learned from.';
comment on column private.fit_models.weights is 'Of 1, then per measure: in deviations from the mean, whether it is unknown, the square.';
comment on column private.fit_models.spread is 'Deviation of the place of sizes worn from that of the body.';
alter table private.fit_models enable row level security;
-- No policy and no grant: only functions of the owner reach it.

create table private.fit_terms (
  training_id uuid not null references private.fit_models (training_id) on delete cascade,
  position integer not null,
  feature text not null,
  cuts double precision[] not null,
  small double precision[] not null,
  large double precision[] not null,
  primary key (training_id, position),
  constraint every_interval_has_an_entry check (cardinality(small) = cardinality(cuts) + 2 and cardinality(large) = cardinality(cuts) + 2)
);
comment on table private.fit_terms is 'What a value adds to the chance of small and of large: entry 1 when it is unknown, otherwise 2 + width_bucket(value, cuts).';
alter table private.fit_terms enable row level security;
-- No policy and no grant: only functions of the owner reach it.

create table private.fit_rates (
  training_id uuid not null references private.fit_models (training_id) on delete cascade,
  kind text not null,
  key text not null,
  n double precision not null,
  small double precision not null,
  large double precision not null,
  known double precision not null,
  gap double precision not null,
  place double precision not null,
  primary key (training_id, kind, key),
  constraint kind_is_known check (kind in ('all', 'size', 'category', 'category_size', 'product', 'product_size')),
  constraint shares_are_of_the_whole check (small >= 0 and large >= 0 and n >= 0)
);
comment on table private.fit_rates is 'Sums over wearings of a size, a category, a product: the older count less. No person''s row can be read from them.';
comment on column private.fit_rates.n is 'Wearings; small and large: those that fell so; known: those whose body is known.';
comment on column private.fit_rates.gap is 'Sum of place of the size - place of the body, over known.';
comment on column private.fit_rates.place is 'Sum of the places of the sizes worn.';
alter table private.fit_rates enable row level security;
-- No policy and no grant: only functions of the owner reach it.

-- What the job reads --------------------------------------------------------------------------------------------------

create function private.bust_cm(bust text) returns double precision
language plpgsql immutable
set search_path = ''
as $$
declare
  v_parts text[] := regexp_match(lower(btrim(bust)), '^(\d{2})([a-z+/]*)$');
begin
  return (v_parts[1]::integer + case v_parts[2]
    when 'aa' then 0.5 when 'a' then 1 when 'b' then 2 when 'c' then 3 when 'd' then 4 when 'd+' then 4.5 when 'dd' then 5 when 'e' then 5
    when 'ddd' then 6 when 'ddd/e' then 6 when 'f' then 7 when 'g' then 8 when 'h' then 9 when 'i' then 10 when 'j' then 11 end) * 2.54::double precision;
end
$$;
comment on function private.bust_cm(text) is 'Girth in centimetres of a band and cup in US sizes, such as 34b: the cup is inches more than the band. Null when it is none.';

create type private.wearing as (
  id uuid, person text, product_id uuid, category_id uuid, size text, fit text, day integer, body double precision[]);
comment on type private.wearing is 'How a size fell on somebody; body: height, weight, bust, waist, hips, age, null where unknown; day: since 1970.';

create function private.worn_size(review public.reviews) returns text
language plpgsql stable -- not sql: with a search_path of its own that would be planned anew for each of many reviews
set search_path = ''
as $$
begin
  -- A fitting of several sizes of one gown does not say which of them she speaks of.
  return (
    select min(v.size)
    from (
      select i.variant_id from public.order_items i where review.kind = 'bought' and i.id = review.subject_id
      union all
      select t.variant_id from public.rentals t where review.kind = 'rented' and t.id = review.subject_id
      union all
      select g.variant_id from public.appointment_garments a join public.garments g on g.id = a.garment_id
      where review.kind = 'fitted' and a.appointment_id = review.subject_id) w
    join public.product_variants v on v.id = w.variant_id and v.product_id = review.product_id
    having count(distinct v.size) = 1);
end
$$;
comment on function private.worn_size(public.reviews) is 'The size that a review speaks of, from what it is about; null when that is not known.';

create function private.reviewed_wearings(after uuid, most integer) returns setof private.wearing
language sql stable
set search_path = ''
as $$
  -- Without an account each review is of somebody else.
  select r.id, coalesce(r.customer_id, r.id)::text, r.product_id, p.category_id, private.worn_size(r), r.fit::text,
    (r.created_at at time zone 'UTC')::date - date '1970-01-01',
    array[m.height_cm, m.weight_kg, m.bust_cm, m.waist_cm, m.hips_cm, null]::double precision[]
  from public.reviews r
  join public.products p on p.id = r.product_id
  left join private.review_measurements m on m.review_id = r.id
  where r.id > after and r.state = 'published' and r.fit is not null
  order by r.id
  limit most
$$;
comment on function private.reviewed_wearings(uuid, integer) is 'Published reviews that say how it fits, in the order of their ids. What is hidden or withdrawn teaches nothing.';

create function private.recorded_wearings(after uuid, most integer) returns setof private.wearing
language sql stable
set search_path = ''
as $$
  select f.id, f.source || ' ' || f.customer_ref, v.product_id, p.category_id, v.size, f.fit::text, f.worn_on - date '1970-01-01',
    array[f.height_cm, f.weight_kg, private.bust_cm(f.bust), null, null, f.age]::double precision[]
  from private.fit_records f
  join public.product_variants v on v.id = f.variant_id
  join public.products p on p.id = v.product_id
  where f.id > after
  order by f.id
  limit most
$$;
comment on function private.recorded_wearings(uuid, integer) is 'What boutiques have brought along from earlier systems, in the order of ids.';

-- Life of a training --------------------------------------------------------------------------------------------------

create function private.start_fit_training() returns uuid
language plpgsql volatile
set search_path = ''
as $$
declare
  v_id uuid;
begin
  -- One after the other: the second takes over from the first.
  perform pg_advisory_xact_lock(41, 0);
  -- The job before died, or is slow and will notice: the newest has the right of way.
  update public.fit_trainings t set state = 'failed', reason = 'Another training took over.', finished_at = now() where t.state = 'running';
  delete from private.fit_models m using public.fit_trainings t where t.id = m.training_id and t.state not in ('used', 'running');
  insert into public.fit_trainings default values returning id into v_id;
  return v_id;
end
$$;
comment on function private.start_fit_training() is 'Begins a training; one that still ran has failed. Removes what is left of models that give no advice.';

create function private.finish_fit_training(training_id uuid, score jsonb) returns public.fit_trainings
language plpgsql volatile
set search_path = ''
as $$
declare
  v_used public.fit_trainings;
  v_training public.fit_trainings;
  v_reason text;
begin
  perform pg_advisory_xact_lock(41, 0);
  select * into v_training from public.fit_trainings t where t.id = finish_fit_training.training_id and t.state = 'running' for update;
  if not found then
    return null;
  end if;
  select * into v_used from public.fit_trainings t where t.state = 'used' for update;
  v_reason := case
    when score is null then 'There are too few wearings to learn from.'
    when (score ->> 'skill')::double precision <= 0 then 'It knows no more than the shares of small, true and large.'
    when (score ->> 'skill')::double precision < v_used.skill - 0.02 then format('Its skill is more than 0.02 below that of the model in use, %s.', round(v_used.skill::numeric, 4))
    when not exists (select from private.fit_models m where m.training_id = v_training.id) then 'Its model was not stored.' end;
  if v_reason is null then
    update public.fit_trainings t set state = 'replaced' where t.id = v_used.id;
  end if;
  update public.fit_trainings t set
    state = case when v_reason is null then 'used' else 'refused' end::public.fit_training_state,
    reason = v_reason, progress = 1, finished_at = now(),
    held_out_rows = (score ->> 'rows')::bigint, auc = (score ->> 'auc')::double precision,
    log_loss = (score ->> 'logLoss')::double precision, base_log_loss = (score ->> 'baseLogLoss')::double precision,
    skill = (score ->> 'skill')::double precision, calibration_error = (score ->> 'calibrationError')::double precision
  where t.id = v_training.id
  returning * into v_training;
  if v_training.state = 'used' then
    delete from private.fit_models m where m.training_id <> v_training.id;
    perform private.resolve_alert('fit.model_refused', 'fit');
  else
    delete from private.fit_models m where m.training_id = v_training.id;
    if v_used.id is not null then
      perform private.raise_alert('fit.model_refused', 'fit', 'A new model of size advice was worse: the one in use stays.',
        jsonb_build_object('training_id', v_training.id, 'skill', v_training.skill, 'skill_in_use', v_used.skill));
    end if;
  end if;
  return v_training;
end
$$;
comment on function private.finish_fit_training(uuid, jsonb) is
  'Puts a trained model into use, in one transaction, or refuses it: its skill on the newest rows has to be above 0 and not more than 0.02 below that of the model in use. No score: there was too little. Null: another training took over.';
