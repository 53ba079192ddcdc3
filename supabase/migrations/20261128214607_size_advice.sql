set local check_function_bodies = off;

CREATE TABLE "private"."fit_models" ("training_id" uuid NOT NULL, "means" double precision[] NOT NULL, "deviations" double precision[] NOT NULL, "weights" double precision[] NOT NULL, "spread" double precision NOT NULL, "small" double precision NOT NULL, "large" double precision NOT NULL, CONSTRAINT "deviations_are_positive" CHECK ((((0)::double precision < ALL (deviations)) AND (spread > (0)::double precision))), CONSTRAINT "fit_models_pkey" PRIMARY KEY (training_id), CONSTRAINT "there_are_six_measures" CHECK (((cardinality(means) = 6) AND (cardinality(deviations) = 6) AND (cardinality(weights) = 19))));

ALTER TABLE "private"."fit_models" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "private"."fit_rates" ("training_id" uuid NOT NULL, "kind" text NOT NULL, "key" text NOT NULL, "n" double precision NOT NULL, "small" double precision NOT NULL, "large" double precision NOT NULL, "known" double precision NOT NULL, "gap" double precision NOT NULL, "place" double precision NOT NULL, CONSTRAINT "fit_rates_pkey" PRIMARY KEY (training_id, kind, key), CONSTRAINT "kind_is_known" CHECK ((kind = ANY (ARRAY['all'::text, 'size'::text, 'category'::text, 'category_size'::text, 'product'::text, 'product_size'::text]))), CONSTRAINT "shares_are_of_the_whole" CHECK (((small >= (0)::double precision) AND (large >= (0)::double precision) AND (n >= (0)::double precision))));

ALTER TABLE "private"."fit_rates" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "private"."fit_terms" ("training_id" uuid NOT NULL, "position" integer NOT NULL, "feature" text NOT NULL, "cuts" double precision[] NOT NULL, "small" double precision[] NOT NULL, "large" double precision[] NOT NULL, CONSTRAINT "every_interval_has_an_entry" CHECK (((cardinality(small) = (cardinality(cuts) + 2)) AND (cardinality(large) = (cardinality(cuts) + 2)))), CONSTRAINT "fit_terms_pkey" PRIMARY KEY (training_id, "position"));

ALTER TABLE "private"."fit_terms" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."fit_trainings" ("progress" real NOT NULL DEFAULT 0, "rows_read" bigint NOT NULL DEFAULT 0, "held_out_rows" bigint, "auc" double precision, "log_loss" double precision, "base_log_loss" double precision, "skill" double precision, "calibration_error" double precision, "reason" text, "finished_at" timestamp with time zone, "created_at" timestamp with time zone NOT NULL DEFAULT now(), "updated_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "progress_is_a_share" CHECK (((progress >= (0)::double precision) AND (progress <= (1)::double precision))), CONSTRAINT "reason_is_bounded" CHECK (((length(reason) >= 1) AND (length(reason) <= 500))), CONSTRAINT "rows_are_counted" CHECK (((rows_read >= 0) AND (held_out_rows >= 0))), "id" uuid NOT NULL DEFAULT private.uuid_v7(), CONSTRAINT "fit_trainings_pkey" PRIMARY KEY (id));

ALTER TABLE "public"."fit_trainings" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."measurements" ("customer_id" uuid NOT NULL, "height_cm" numeric(4,1), "weight_kg" numeric(4,1), "bust_cm" numeric(4,1), "waist_cm" numeric(4,1), "hips_cm" numeric(4,1), "age" integer, "created_at" timestamp with time zone NOT NULL DEFAULT now(), "updated_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "age_is_of_a_person" CHECK (((age >= 10) AND (age <= 120))), CONSTRAINT "measurements_are_of_a_person" CHECK (((numrange((100)::numeric, (250)::numeric, '[]'::text) @> height_cm) AND (numrange((25)::numeric, (300)::numeric, '[]'::text) @> weight_kg) AND (numrange((40)::numeric, (250)::numeric, '[]'::text) @> bust_cm) AND (numrange((40)::numeric, (250)::numeric, '[]'::text) @> waist_cm) AND (numrange((40)::numeric, (250)::numeric, '[]'::text) @> hips_cm))), CONSTRAINT "measurements_pkey" PRIMARY KEY (customer_id));

ALTER TABLE "public"."measurements" ENABLE ROW LEVEL SECURITY;

CREATE TYPE "private"."fit_shares" AS ("all_small" double precision, "all_large" double precision, "small" double precision, "large" double precision, "gap" double precision, "n" double precision, "place" double precision);

CREATE TYPE "private"."wearing" AS ("id" uuid, "person" text, "product_id" uuid, "category_id" uuid, "size" text, "fit" text, "day" integer, "body" double precision[]);

CREATE TYPE "public"."fit_training_state" AS ENUM ('running', 'used', 'replaced', 'refused', 'failed');

ALTER TABLE "public"."fit_trainings" ADD COLUMN "state" public.fit_training_state NOT NULL DEFAULT 'running'::public.fit_training_state;

CREATE OR REPLACE FUNCTION private.advise_size(product_id uuid, body double precision[], customer_id uuid)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  -- With fewer wearings nobody knows how a product falls.
  c_enough constant integer := 10;
  v_product public.products;
  v_model private.fit_models;
  v_history double precision[];
  v_body double precision[] := coalesce(body, array_fill(null::double precision, array[6]));
  v_sizes text[];
  v_known boolean := false;
  v_scores jsonb := '{}';
  v_best text;
  v_confidence text;
  v_basis text := 'none';
begin
  select * into v_product from public.products p where p.id = advise_size.product_id;
  select array_agg(distinct v.size) into v_sizes from public.product_variants v where v.product_id = v_product.id and v.listed;
  select m.* into v_model from private.fit_models m join public.fit_trainings t on t.id = m.training_id where t.state = 'used';
  if v_model.training_id is not null and v_sizes is not null then
    v_history := private.fit_history(v_model, customer_id);
    v_known := num_nonnulls(v_body[2], v_body[3], v_body[4], v_body[5]) > 0 or v_history is not null;
    if v_known and (private.fit_product_shares(v_model.training_id, v_product.id, v_product.category_id)).n >= c_enough then
      -- Beyond three deviations nobody of such a body has worn the size: nothing is said of it. The advice is for the size that
      -- most likely fits and is as rarely too small as too large, near to what such bodies wear.
      select coalesce(jsonb_object_agg(s.size, jsonb_build_object('small', round(s.small::numeric, 4), 'true', round(s.fits::numeric, 4), 'large', round(s.large::numeric, 4))), '{}'),
        (array_agg(s.size order by s.worth desc, s.size))[1],
        (array_agg(case when s.n >= 20 then 'good' else 'fair' end order by s.worth desc, s.size))[1]
      into v_scores, v_best, v_confidence
      from (
        select f.*, (1 + f.fits - abs(f.small - f.large)) * exp(-power(f.distance / v_model.spread, 2) / 8) as worth
        from private.fit_scores(v_model, v_product.id, v_product.category_id, v_sizes, v_body, v_history) f
        where abs(f.distance) <= 3 * v_model.spread) s;
      v_basis := case when v_best is not null then 'model' else v_basis end;
    end if;
  end if;
  if v_best is null then
    select c.size, case when c.distance = 0 then 'fair' else 'low' end into v_best, v_confidence
    from private.fit_by_chart(v_product.id, v_body) c
    where c.size = any (v_sizes)
    order by c.distance, c.size limit 1;
    v_basis := case when v_best is not null then 'size_chart' else v_basis end;
  end if;
  return jsonb_build_object(
    'basis', v_basis,
    'confidence', coalesce(v_confidence, 'not_enough_data'),
    'recommended', v_best,
    'sizes', coalesce((
      select jsonb_agg(jsonb_build_object('size', s.size, 'small', v_scores -> s.size -> 'small', 'true', v_scores -> s.size -> 'true',
        'large', v_scores -> s.size -> 'large', 'recommended', s.size is not distinct from v_best, 'variants', s.variants)
        order by length(s.size), s.size)
      from private.sizes_on_show(v_product) s), '[]'));
end
$function$;

CREATE OR REPLACE FUNCTION private.bust_cm(bust text)
 RETURNS double precision
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
declare
  v_parts text[] := regexp_match(lower(btrim(bust)), '^(\d{2})([a-z+/]*)$');
begin
  return (v_parts[1]::integer + case v_parts[2]
    when 'aa' then 0.5 when 'a' then 1 when 'b' then 2 when 'c' then 3 when 'd' then 4 when 'd+' then 4.5 when 'dd' then 5 when 'e' then 5
    when 'ddd' then 6 when 'ddd/e' then 6 when 'f' then 7 when 'g' then 8 when 'h' then 9 when 'i' then 10 when 'j' then 11 end) * 2.54::double precision;
end
$function$;

CREATE OR REPLACE FUNCTION private.finish_fit_training(training_id uuid, score jsonb)
 RETURNS public.fit_trainings
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.fit_body_index(model private.fit_models, body double precision[])
 RETURNS double precision
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
declare
  v_sum double precision := model.weights[1];
  v_z double precision;
begin
  if num_nonnulls(body[2], body[3], body[4], body[5]) = 0 then
    return null;
  end if;
  for m in 1..6 loop
    if body[m] is null then
      v_sum := v_sum + model.weights[7 + m];
    else
      v_z := least(4, greatest(-4, (body[m] - model.means[m]) / model.deviations[m]));
      v_sum := v_sum + v_z * model.weights[1 + m] + v_z * v_z * model.weights[13 + m];
    end if;
  end loop;
  return v_sum;
end
$function$;

CREATE OR REPLACE FUNCTION private.fit_by_chart(product_id uuid, body double precision[])
 RETURNS TABLE(size text, distance double precision)
 LANGUAGE sql
 STABLE ROWS 10
 SET search_path TO ''
AS $function$
  select r.size, sum(d.distance)
  from private.size_chart(product_id) r
  cross join lateral (
    select greatest(lower(m.range)::double precision - m.value, m.value - upper(m.range)::double precision, 0) as distance, m.is_girth
    from (values (r.bust_cm, body[3], true), (r.waist_cm, body[4], true), (r.hips_cm, body[5], true), (r.height_cm, body[1], false)) m (range, value, is_girth)
    where m.range is not null and m.value is not null) d
  group by r.size
  having bool_or(d.is_girth) and max(d.distance) <= 6
$function$;

CREATE OR REPLACE FUNCTION private.fit_history(model private.fit_models, customer_id uuid)
 RETURNS double precision[]
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  v_review record;
  v_shares private.fit_shares;
  v_gap double precision;
  v double precision[] := array[0, 0, 0, 0, 0];
begin
  -- Her latest; few have more.
  for v_review in
    select r.product_id, p.category_id, case r.fit when 'small' then 1 when 'large' then -1 else 0 end as direction,
      (select t.place / t.n from private.fit_rates t where t.training_id = model.training_id and t.kind = 'size' and t.key = private.worn_size(r)) as place,
      array[m.height_cm, m.weight_kg, m.bust_cm, m.waist_cm, m.hips_cm, null]::double precision[] as body
    from public.reviews r
    join public.products p on p.id = r.product_id
    left join private.review_measurements m on m.review_id = r.id
    where r.customer_id = fit_history.customer_id and r.state = 'published' and r.fit is not null
    order by r.id desc
    limit 20
  loop
    continue when v_review.place is null;
    v_shares := private.fit_product_shares(model.training_id, v_review.product_id, v_review.category_id);
    v_gap := v_review.place - private.fit_body_index(model, v_review.body);
    v[1] := v[1] + 1;
    v[2] := v[2] + v_review.direction - (v_shares.small - v_shares.large);
    v[5] := v[5] + v_review.place + 0.4 * v_review.direction;
    if v_gap is not null then
      v[3] := v[3] + 1;
      v[4] := v[4] + v_gap - v_shares.gap + 0.4 * v_review.direction;
    end if;
  end loop;
  return case when v[1] > 0 then v end;
end
$function$;

CREATE OR REPLACE FUNCTION private.fit_product_shares(training_id uuid, product_id uuid, category_id uuid)
 RETURNS private.fit_shares
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  a private.fit_rates;
  c private.fit_rates;
  p private.fit_rates;
  v private.fit_shares;
begin
  select * into a from private.fit_rates r where r.training_id = fit_product_shares.training_id and r.kind = 'all' and r.key = '';
  select * into c from private.fit_rates r
  where r.training_id = fit_product_shares.training_id and r.kind = 'category' and r.key = coalesce(category_id::text, 'none');
  select * into p from private.fit_rates r where r.training_id = fit_product_shares.training_id and r.kind = 'product' and r.key = product_id::text;
  v.n := coalesce(p.n, 0);
  v.place := coalesce(p.place, 0);
  v.all_small := (coalesce(a.small, 0) + 1) / (coalesce(a.n, 0) + 7);
  v.all_large := (coalesce(a.large, 0) + 1) / (coalesce(a.n, 0) + 7);
  v.small := (coalesce(p.small, 0) + 20 * (coalesce(c.small, 0) + 50 * v.all_small) / (coalesce(c.n, 0) + 50)) / (v.n + 20);
  v.large := (coalesce(p.large, 0) + 20 * (coalesce(c.large, 0) + 50 * v.all_large) / (coalesce(c.n, 0) + 50)) / (v.n + 20);
  v.gap := (coalesce(p.gap, 0) + 20 * coalesce(c.gap, 0) / (coalesce(c.known, 0) + 50)) / (coalesce(p.known, 0) + 20);
  return v;
end
$function$;

CREATE OR REPLACE FUNCTION private.fit_scores(model private.fit_models, product_id uuid, category_id uuid, sizes text[], body double precision[], history double precision[])
 RETURNS TABLE(size text, small double precision, fits double precision, large double precision, distance double precision, n double precision)
 LANGUAGE plpgsql
 STABLE ROWS 10
 SET search_path TO ''
AS $function$
#variable_conflict use_column
declare
  v_category text := coalesce(category_id::text, 'none');
  v_shares private.fit_shares := private.fit_product_shares(model.training_id, product_id, category_id);
  v_index double precision := private.fit_body_index(model, body);
  v_habit double precision := coalesce(history[4] / (history[3] + 1), 0);
begin
  return query
  with known as (
    select a.size, a.position, l.place / l.n as place,
      l.n as ln, l.small as ls, l.large as ll,
      coalesce(h.n, 0) as hn, coalesce(h.small, 0) as hs, coalesce(h.large, 0) as hl,
      coalesce(s.n, 0) as sn, coalesce(s.small, 0) as ss, coalesce(s.large, 0) as sl,
      (coalesce(s.gap, 0) + 5 * v_shares.gap) / (coalesce(s.known, 0) + 5) as size_gap
    from unnest(sizes) with ordinality a (size, position)
    left join private.fit_rates l on l.training_id = model.training_id and l.kind = 'size' and l.key = a.size
    left join private.fit_rates h on h.training_id = model.training_id and h.kind = 'category_size' and h.key = v_category || ' ' || a.size
    left join private.fit_rates s on s.training_id = model.training_id and s.kind = 'product_size' and s.key = product_id::text || ' ' || a.size
  ),
  described as (
    select k.size, k.position, k.place, k.sn,
      coalesce(k.place - v_index - v_shares.gap - v_habit, k.place - history[5] / history[1]) as distance,
      array[
        (k.hs + 30 * (coalesce(k.ls, 0) + 30 * v_shares.all_small) / (coalesce(k.ln, 0) + 30)) / (k.hn + 30),
        (k.hl + 30 * (coalesce(k.ll, 0) + 30 * v_shares.all_large) / (coalesce(k.ln, 0) + 30)) / (k.hn + 30),
        v_shares.small, v_shares.large, ln(1 + v_shares.n),
        (k.ss + 10 * v_shares.small) / (k.sn + 10), (k.sl + 10 * v_shares.large) / (k.sn + 10), ln(1 + k.sn),
        k.place - (v_shares.place + 5 * k.place) / (v_shares.n + 5), k.place,
        k.place - v_index, k.place - v_index - v_shares.gap, k.place - v_index - k.size_gap, k.place - v_index - v_shares.gap - v_habit,
        k.place - history[5] / history[1], coalesce(history[2] / (history[1] + 2), 0), coalesce(ln(1 + history[1]), 0), v_index
      ] || body as features
    from known k
  )
  select d.size, e.small / (e.small + e.fits + e.large), e.fits / (e.small + e.fits + e.large), e.large / (e.small + e.fits + e.large), d.distance, d.sn
  from described d
  cross join lateral (
    select model.small + coalesce(sum(t.small[x.entry]), 0) as small, model.large + coalesce(sum(t.large[x.entry]), 0) as large
    from private.fit_terms t
    cross join lateral (select coalesce(2 + width_bucket(d.features[t.position], t.cuts), 1) as entry) x
    where t.training_id = model.training_id) s
  cross join lateral (select exp(s.small - greatest(0, s.small, s.large)) as small, exp(-greatest(0, s.small, s.large)) as fits, exp(s.large - greatest(0, s.small, s.large)) as large) e
  where d.place is not null
  order by d.position;
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
    ('public.measurements', 'customer_id', 'customer_id = $1', true, 'cascade', 'her body'),
    ('private.idempotency_keys', 'user_id', 'user_id = $1', false, 'delete', 'technical: her retries')
$function$;

CREATE OR REPLACE FUNCTION private.prune(batch integer DEFAULT 5000)
 RETURNS bigint
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_count bigint;
  v_total bigint := 0;
begin
  -- Retries of a call come within days; a key that is older starts a new intent.
  delete from private.idempotency_keys k
  where k.ctid = any (array(
    select o.ctid from private.idempotency_keys o where o.created_at < now() - interval '30 days' limit batch));
  get diagnostics v_count = row_count;
  v_total := v_total + v_count;
  delete from private.messages m
  where m.ctid = any (array(
    select o.ctid from private.messages o where o.created_at < now() - interval '400 days' limit batch));
  get diagnostics v_count = row_count;
  v_total := v_total + v_count;
  delete from public.notifications n
  where n.ctid = any (array(
    select o.ctid from public.notifications o
    where o.created_at < now() - interval '180 days'
      and (o.read_at is not null or o.created_at < now() - interval '400 days')
    limit batch));
  get diagnostics v_count = row_count;
  v_total := v_total + v_count;
  -- Providers repeat an event for days, not for months; what it has done is in attempts and transfers.
  delete from private.payment_events e
  where e.ctid = any (array(
    select o.ctid from private.payment_events o where o.processed_at < now() - interval '90 days' limit batch));
  get diagnostics v_count = row_count;
  v_total := v_total + v_count;
  delete from private.search_words w
  where w.id = any (array(
    select o.id from private.search_words o
    where exists (select from private.search_words e where e.word = o.word and e.id < o.id) limit batch));
  get diagnostics v_count = row_count;
  v_total := v_total + v_count;
  delete from public.catalog_import_refusals r
  where r.ctid = any (array(
    select o.ctid from public.catalog_import_refusals o where o.created_at < now() - interval '30 days' limit batch));
  get diagnostics v_count = row_count;
  v_total := v_total + v_count;
  -- A body changes: what nobody has looked after for so long advises wrongly.
  delete from public.measurements m
  where m.customer_id = any (array(
    select o.customer_id from public.measurements o where o.updated_at < now() - interval '2 years' limit batch));
  get diagnostics v_count = row_count;
  return v_total + v_count;
end
$function$;

CREATE OR REPLACE FUNCTION private.read_body(measurements jsonb)
 RETURNS double precision[]
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
declare
  v_given jsonb := jsonb_strip_nulls(measurements);
  v_body record;
begin
  if jsonb_typeof(v_given) is distinct from 'object'
    or v_given - array['height_cm', 'weight_kg', 'bust_cm', 'bust', 'waist_cm', 'hips_cm', 'age'] <> '{}'
    or v_given ?& array['bust', 'bust_cm']
    or exists (select from jsonb_each(v_given) g where jsonb_typeof(g.value) <> case g.key when 'bust' then 'string' else 'number' end) then
    raise check_violation;
  end if;
  select * into v_body from jsonb_to_record(v_given) g (height_cm double precision, weight_kg double precision,
    bust_cm double precision, bust text, waist_cm double precision, hips_cm double precision, age double precision);
  v_body.bust_cm := coalesce(v_body.bust_cm, private.bust_cm(v_body.bust));
  if v_body.height_cm not between 100 and 250 or v_body.weight_kg not between 25 and 300 or v_body.age not between 10 and 120
    or v_body.bust_cm not between 40 and 250 or v_body.waist_cm not between 40 and 250 or v_body.hips_cm not between 40 and 250
    or (v_body.bust is not null and v_body.bust_cm is null) then
    raise check_violation;
  end if;
  return array[v_body.height_cm, v_body.weight_kg, v_body.bust_cm, v_body.waist_cm, v_body.hips_cm, v_body.age];
exception when data_exception or check_violation then
  perform private.raise_error(400, 'invalid_measurements',
    'measurements is an object of height_cm (100 to 250), weight_kg (25 to 300), bust_cm, waist_cm, hips_cm (40 to 250 each) and age (10 to 120), as numbers; bust, such as "34b" in US sizes, may stand for bust_cm.');
end
$function$;

CREATE OR REPLACE FUNCTION private.recommend_size(product_id uuid, measurements jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_body double precision[];
begin
  perform private.limit_rate('recommend_size', 300, 300);
  perform private.refuse_unlisted(product_id);
  if measurements is not null and measurements <> 'null' then
    v_body := private.read_body(measurements);
  else
    select array[m.height_cm, m.weight_kg, m.bust_cm, m.waist_cm, m.hips_cm, m.age]::double precision[] into v_body
    from public.measurements m where m.customer_id = auth.uid();
  end if;
  return private.advise_size(product_id, v_body, auth.uid());
end
$function$;

CREATE OR REPLACE FUNCTION private.recorded_wearings(after uuid, most integer)
 RETURNS SETOF private.wearing
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select f.id, f.source || ' ' || f.customer_ref, v.product_id, p.category_id, v.size, f.fit::text, f.worn_on - date '1970-01-01',
    array[f.height_cm, f.weight_kg, private.bust_cm(f.bust), null, null, f.age]::double precision[]
  from private.fit_records f
  join public.product_variants v on v.id = f.variant_id
  join public.products p on p.id = v.product_id
  where f.id > after
  order by f.id
  limit most
$function$;

CREATE OR REPLACE FUNCTION private.reviewed_wearings(after uuid, most integer)
 RETURNS SETOF private.wearing
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.sizes_on_show(product public.products)
 RETURNS TABLE(size text, variants jsonb)
 LANGUAGE sql
 STABLE ROWS 10
 SET search_path TO ''
AS $function$
  with counted as (
    select v.id, v.size, v.color, v.sale_price, v.rental_price_per_day, v.serialised,
      exists (select from public.garments g where g.variant_id = v.id and g.retired_at is null) as has_garment,
      coalesce((select sum(s.on_hand - s.reserved) from public.stock_levels s where s.variant_id = v.id), 0) as stock
    from public.product_variants v
    where v.product_id = product.id and v.listed
  ),
  had as (
    select c.id, c.size, c.color,
      product.for_sale and c.sale_price is not null and case when c.serialised then c.has_garment else c.stock > 0 end as in_stock,
      product.for_rent and c.rental_price_per_day is not null and c.has_garment as for_rent
    from counted c
  )
  select h.size, jsonb_agg(jsonb_build_object('variant_id', h.id, 'color', h.color, 'in_stock', h.in_stock, 'for_rent', h.for_rent) order by h.color, h.id)
  from had h
  group by h.size
$function$;

CREATE OR REPLACE FUNCTION private.start_fit_training()
 RETURNS uuid
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.worn_size(review public.reviews)
 RETURNS text
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  -- A fitting of several sizes of one gown does not say which of them she speaks of.
  select min(v.size)
  from (
    select i.variant_id from public.order_items i where review.kind = 'bought' and i.id = review.subject_id
    union all
    select t.variant_id from public.rentals t where review.kind = 'rented' and t.id = review.subject_id
    union all
    select g.variant_id from public.appointment_garments a join public.garments g on g.id = a.garment_id
    where review.kind = 'fitted' and a.appointment_id = review.subject_id) w
  join public.product_variants v on v.id = w.variant_id and v.product_id = review.product_id
  having count(distinct v.size) = 1
$function$;

CREATE OR REPLACE FUNCTION public.recommend_size(product_id uuid, measurements jsonb DEFAULT NULL::jsonb)
 RETURNS jsonb
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.recommend_size(product_id, measurements) $function$;

ALTER TABLE "private"."fit_rates" ADD CONSTRAINT "fit_rates_training_id_fkey" FOREIGN KEY (training_id) REFERENCES private.fit_models(training_id) ON DELETE CASCADE;

ALTER TABLE "private"."fit_terms" ADD CONSTRAINT "fit_terms_training_id_fkey" FOREIGN KEY (training_id) REFERENCES private.fit_models(training_id) ON DELETE CASCADE;

ALTER TABLE "public"."fit_trainings" ADD CONSTRAINT "what_gives_advice_has_a_score" CHECK (((state <> ALL (ARRAY['used'::public.fit_training_state, 'replaced'::public.fit_training_state])) OR (skill IS NOT NULL)));

ALTER TABLE "public"."fit_trainings" ADD CONSTRAINT "what_gives_no_advice_says_why" CHECK (((state <> ALL (ARRAY['refused'::public.fit_training_state, 'failed'::public.fit_training_state])) OR (reason IS NOT NULL)));

ALTER TABLE "public"."fit_trainings" ADD CONSTRAINT "what_is_over_says_when" CHECK (((state = 'running'::public.fit_training_state) = (finished_at IS NULL)));

ALTER TABLE "public"."measurements" ADD CONSTRAINT "measurements_customer_id_fkey" FOREIGN KEY (customer_id) REFERENCES public.profiles(id) ON DELETE CASCADE;

CREATE INDEX measurements_updated_at_idx ON public.measurements USING btree (updated_at);

CREATE UNIQUE INDEX one_model_gives_advice ON public.fit_trainings USING btree (state) WHERE (state = 'used'::public.fit_training_state);

CREATE UNIQUE INDEX one_training_at_a_time ON public.fit_trainings USING btree (state) WHERE (state = 'running'::public.fit_training_state);

CREATE TRIGGER touch_updated_at BEFORE UPDATE ON public.fit_trainings FOR EACH ROW EXECUTE FUNCTION private.touch_updated_at();

CREATE TRIGGER touch_updated_at BEFORE UPDATE ON public.measurements FOR EACH ROW EXECUTE FUNCTION private.touch_updated_at();

CREATE POLICY "select_admin" ON "public"."fit_trainings" FOR SELECT TO "authenticated" USING (( SELECT private.is_admin() AS is_admin));

CREATE POLICY "delete_own" ON "public"."measurements" FOR DELETE TO "authenticated" USING ((customer_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY "insert_own" ON "public"."measurements" FOR INSERT TO "authenticated" WITH CHECK ((customer_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY "select_own" ON "public"."measurements" FOR SELECT TO "authenticated" USING ((customer_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY "update_own" ON "public"."measurements" FOR UPDATE TO "authenticated" USING ((customer_id = ( SELECT auth.uid() AS uid))) WITH CHECK ((customer_id = ( SELECT auth.uid() AS uid)));

COMMENT ON COLUMN "private"."fit_models"."means" IS 'Of height, weight, bust, waist, hips and age among those whom it learned from.';

COMMENT ON COLUMN "private"."fit_models"."spread" IS 'Deviation of the place of sizes worn from that of the body.';

COMMENT ON COLUMN "private"."fit_models"."weights" IS 'Of 1, then per measure: in deviations from the mean, whether it is unknown, the square.';

COMMENT ON COLUMN "private"."fit_rates"."gap" IS 'Sum of place of the size - place of the body, over known.';

COMMENT ON COLUMN "private"."fit_rates"."n" IS 'Wearings; small and large: those that fell so; known: those whose body is known.';

COMMENT ON COLUMN "private"."fit_rates"."place" IS 'Sum of the places of the sizes worn.';

COMMENT ON COLUMN "public"."fit_trainings"."auc" IS 'Mean area under the curve of small, true and large, each against the others, on the newest rows.';

COMMENT ON COLUMN "public"."fit_trainings"."calibration_error" IS 'Mean distance of what it says from what comes, on the newest rows.';

COMMENT ON COLUMN "public"."fit_trainings"."finished_at" IS 'When it was over; from created_at that is how long it took.';

COMMENT ON COLUMN "public"."fit_trainings"."skill" IS '1 - log_loss / base_log_loss on the newest rows, which it has not seen: 0 when it knows no more than the shares of small, true and large.';

COMMENT ON COLUMN "public"."measurements"."bust_cm" IS 'Around the fullest part, in centimetres; waist_cm and hips_cm likewise.';

COMMENT ON FUNCTION "private"."advise_size"(uuid, double precision[], uuid) IS 'As recommend_size, for a product that is on show.';

COMMENT ON FUNCTION "private"."bust_cm"(text) IS 'Girth in centimetres of a band and cup in US sizes, such as 34b: the cup is inches more than the band. Null when it is none.';

COMMENT ON FUNCTION "private"."finish_fit_training"(uuid, jsonb) IS 'Puts a trained model into use, in one transaction, or refuses it: its skill on the newest rows has to be above 0 and not more than 0.02 below that of the model in use. No score: there was too little. Null: another training took over.';

COMMENT ON FUNCTION "private"."fit_body_index"(private.fit_models, double precision[]) IS 'Where a body is on the scale of sizes; null without weight or any girth.';

COMMENT ON FUNCTION "private"."fit_by_chart"(uuid, double precision[]) IS 'Sizes of the chart that a body is near to: centimetres outside of the ranges, 0 for inside of all. None that is more than 6 outside of one.';

COMMENT ON FUNCTION "private"."fit_history"(private.fit_models, uuid) IS 'What somebody has said before, in sums: count, lean, known, gap, place as History in functions/_shared/fit/features.ts. Null without reviews.';

COMMENT ON FUNCTION "private"."fit_product_shares"(uuid, uuid, uuid) IS 'As sharesOf in functions/_shared/fit/features.ts.';

COMMENT ON FUNCTION "private"."fit_scores"(private.fit_models, uuid, uuid, text[], double precision[], double precision[]) IS 'The chances of small, true and large for sizes of a product; distance: of the size from the one that such a body wears of it; n: wearings of it. No row for a size that nobody has worn.';

COMMENT ON FUNCTION "private"."prune"(integer) IS 'Removes up to `batch` old rows of each: idempotency keys after 30 days, messages after 400, notifications after 180 when they are read and after 400 in any case, payment events 90 days after they were worked on, words of the search that are there twice, refused rows of imports after 30, measurements two years after their last change. How many were removed; 0 when all is done. Called by the job housekeeping.prune.';

COMMENT ON FUNCTION "private"."read_body"(jsonb) IS 'Height, weight, bust, waist, hips, age; null where unknown. PT400 invalid_measurements.';

COMMENT ON FUNCTION "private"."recorded_wearings"(uuid, integer) IS 'What boutiques have brought along from earlier systems, in the order of ids.';

COMMENT ON FUNCTION "private"."reviewed_wearings"(uuid, integer) IS 'Published reviews that say how it fits, in the order of their ids. What is hidden or withdrawn teaches nothing.';

COMMENT ON FUNCTION "private"."sizes_on_show"(public.products) IS 'Sizes of a product with their variants: in_stock can be bought now; for_rent has a garment, which may be away on some days.';

COMMENT ON FUNCTION "private"."start_fit_training"() IS 'Begins a training; one that still ran has failed. Removes what is left of models that give no advice.';

COMMENT ON FUNCTION "private"."worn_size"(public.reviews) IS 'The size that a review speaks of, from what it is about; null when that is not known.';

COMMENT ON FUNCTION "public"."recommend_size"(uuid, jsonb) IS 'How the sizes of a product on show would fall: {"basis": "model", "size_chart" or "none", "confidence": "good", "fair", "low" or "not_enough_data", "recommended" (null without), "sizes": [{size, small, true, large (chances, null where nobody knows), recommended, variants: [{variant_id, color, in_stock, for_rent}]}]}. measurements: {height_cm, weight_kg, bust_cm or bust ("34b"), waist_cm, hips_cm, age}, each optional; null: those of the caller in measurements. Her own reviews count, too. For anybody. PT404 product_not_found; PT400 invalid_measurements; PT429 too_many_requests.';

COMMENT ON TABLE "private"."fit_models" IS 'How a body becomes a place on the scale of sizes, and where the terms begin.';

COMMENT ON TABLE "private"."fit_rates" IS 'Sums over wearings of a size, a category, a product: the older count less. No person''s row can be read from them.';

COMMENT ON TABLE "private"."fit_terms" IS 'What a value adds to the chance of small and of large: entry 1 when it is unknown, otherwise 2 + width_bucket(value, cuts).';

COMMENT ON TABLE "public"."fit_trainings" IS 'Every training of the size advice: how far it is, what it has read, what it is worth. Rates only, nobody''s data. Read by admins.';

COMMENT ON TABLE "public"."measurements" IS 'The body of a customer, for advice on sizes. Hers alone: no boutique and no admin reads it. Removed two years after its last change by housekeeping.prune.';

COMMENT ON TYPE "private"."fit_shares" IS 'How a product falls, as far as that is known; gap: mean gap of those who wear it; n and place: its sums.';

COMMENT ON TYPE "private"."wearing" IS 'How a size fell on somebody; body: height, weight, bust, waist, hips, age, null where unknown; day: since 1970.';

COMMENT ON TYPE "public"."fit_training_state" IS 'running: a job reads and fits; used: its model gives advice; replaced: it did; refused: it was worse, or there was too little to learn from; failed: the job died, or another took over.';

REVOKE ALL ON FUNCTION "private"."advise_size"(uuid, double precision[], uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."advise_size"(uuid, double precision[], uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."bust_cm"(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."bust_cm"(text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."finish_fit_training"(uuid, jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."finish_fit_training"(uuid, jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "private"."fit_body_index"(private.fit_models, double precision[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."fit_body_index"(private.fit_models, double precision[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."fit_by_chart"(uuid, double precision[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."fit_by_chart"(uuid, double precision[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."fit_history"(private.fit_models, uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."fit_history"(private.fit_models, uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."fit_product_shares"(uuid, uuid, uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."fit_product_shares"(uuid, uuid, uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."fit_scores"(private.fit_models, uuid, uuid, text[], double precision[], double precision[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."fit_scores"(private.fit_models, uuid, uuid, text[], double precision[], double precision[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."read_body"(jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."read_body"(jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "private"."recommend_size"(uuid, jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."recommend_size"(uuid, jsonb) TO "anon", "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."recorded_wearings"(uuid, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."recorded_wearings"(uuid, integer) TO "postgres";

REVOKE ALL ON FUNCTION "private"."reviewed_wearings"(uuid, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."reviewed_wearings"(uuid, integer) TO "postgres";

REVOKE ALL ON FUNCTION "private"."sizes_on_show"(public.products) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."sizes_on_show"(public.products) TO "postgres";

REVOKE ALL ON FUNCTION "private"."start_fit_training"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."start_fit_training"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."worn_size"(public.reviews) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."worn_size"(public.reviews) TO "postgres";

REVOKE ALL ON FUNCTION "public"."recommend_size"(uuid, jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."recommend_size"(uuid, jsonb) TO "anon", "authenticated", "postgres";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "private"."fit_models" TO "postgres";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "private"."fit_rates" TO "postgres";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "private"."fit_terms" TO "postgres";

GRANT SELECT ON TABLE "public"."fit_trainings" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."fit_trainings" TO "postgres", "service_role";

GRANT INSERT ("age"), UPDATE ("age") ON TABLE "public"."measurements" TO "authenticated";

GRANT INSERT ("bust_cm"), UPDATE ("bust_cm") ON TABLE "public"."measurements" TO "authenticated";

GRANT INSERT ("customer_id") ON TABLE "public"."measurements" TO "authenticated";

GRANT INSERT ("height_cm"), UPDATE ("height_cm") ON TABLE "public"."measurements" TO "authenticated";

GRANT INSERT ("hips_cm"), UPDATE ("hips_cm") ON TABLE "public"."measurements" TO "authenticated";

GRANT INSERT ("waist_cm"), UPDATE ("waist_cm") ON TABLE "public"."measurements" TO "authenticated";

GRANT INSERT ("weight_kg"), UPDATE ("weight_kg") ON TABLE "public"."measurements" TO "authenticated";

GRANT DELETE, SELECT ON TABLE "public"."measurements" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."measurements" TO "postgres", "service_role";

GRANT USAGE ON TYPE "private"."fit_shares" TO "postgres";

GRANT USAGE ON TYPE "private"."wearing" TO "postgres";

GRANT USAGE ON TYPE "public"."fit_training_state" TO "postgres";

ALTER TABLE "private"."fit_models" ADD CONSTRAINT "fit_models_training_id_fkey" FOREIGN KEY (training_id) REFERENCES public.fit_trainings(id) ON DELETE CASCADE;

-- Storage: policies of its files; 96_buckets.sql has the buckets. A schema diff leaves the platform's schemas out, so this
-- file goes into a migration as a whole when it has changed, and may run again.

-- The bucket is public: anybody with the address of a file reads it. Listing is for the boutique's own staff, for the
-- names of files tell of drafts. Renditions are made and removed by jobs, with the secret key.
drop policy if exists select_product_media on storage.objects;
create policy select_product_media on storage.objects for select to authenticated
  using (
    bucket_id = 'product-media'
    and (storage.foldername(name))[1] in (select id::text from private.my_boutique_ids('catalog.read') as id));
drop policy if exists insert_product_media on storage.objects;
create policy insert_product_media on storage.objects for insert to authenticated
  with check (
    bucket_id = 'product-media'
    and (storage.foldername(name))[2] is distinct from 'renditions'
    and (storage.foldername(name))[1] in (select id::text from private.my_boutique_ids('catalog.write') as id));
drop policy if exists update_product_media on storage.objects;
create policy update_product_media on storage.objects for update to authenticated
  using (
    bucket_id = 'product-media'
    and (storage.foldername(name))[2] is distinct from 'renditions'
    and (storage.foldername(name))[1] in (select id::text from private.my_boutique_ids('catalog.write') as id))
  with check (
    bucket_id = 'product-media'
    and (storage.foldername(name))[2] is distinct from 'renditions'
    and (storage.foldername(name))[1] in (select id::text from private.my_boutique_ids('catalog.write') as id));
drop policy if exists delete_product_media on storage.objects;
create policy delete_product_media on storage.objects for delete to authenticated
  using (
    bucket_id = 'product-media'
    and (storage.foldername(name))[2] is distinct from 'renditions'
    and (storage.foldername(name))[1] in (select id::text from private.my_boutique_ids('catalog.write') as id));

-- What a garment looked like when it was handed over and came back. Private to the staff of the boutique, whose id is the
-- first folder.
drop policy if exists select_condition_photos on storage.objects;
create policy select_condition_photos on storage.objects for select to authenticated
  using (
    bucket_id = 'condition-photos'
    and (storage.foldername(name))[1] in (select id::text from private.my_boutique_ids('rentals.read') as id));
drop policy if exists insert_condition_photos on storage.objects;
create policy insert_condition_photos on storage.objects for insert to authenticated
  with check (
    bucket_id = 'condition-photos'
    and (storage.foldername(name))[1] in (select id::text from private.my_boutique_ids('rentals.write') as id));
-- update and delete are nobody's: photos are the record in a dispute, as rental_events are.

-- Folders of people: the first folder of a path is the account's id. Files of avatars are public to whoever has the
-- address; the other buckets are private, and nobody but the owner of the folder gets a link.
drop policy if exists select_own_files on storage.objects;
create policy select_own_files on storage.objects for select to authenticated
  using (
    bucket_id in ('avatars', 'private-documents', 'data-exports', 'review-photos')
    and (storage.foldername(name))[1] = (select auth.uid())::text);
drop policy if exists insert_own_files on storage.objects;
create policy insert_own_files on storage.objects for insert to authenticated
  with check (
    bucket_id in ('avatars', 'private-documents', 'review-photos')
    and (storage.foldername(name))[1] = (select auth.uid())::text);
drop policy if exists update_own_files on storage.objects;
create policy update_own_files on storage.objects for update to authenticated
  using (
    bucket_id in ('avatars', 'private-documents')
    and (storage.foldername(name))[1] = (select auth.uid())::text)
  with check (
    bucket_id in ('avatars', 'private-documents')
    and (storage.foldername(name))[1] = (select auth.uid())::text);
drop policy if exists delete_own_files on storage.objects;
create policy delete_own_files on storage.objects for delete to authenticated
  using (
    bucket_id in ('avatars', 'private-documents')
    and (storage.foldername(name))[1] = (select auth.uid())::text);
-- Photos of reviews are not changed or deleted here: a job makes another file of each, and removes those that no review has.
-- Nobody writes into data-exports but the job that builds them, with the secret key.

-- Invoices and credit notes, in the folder of the boutique. Read by its staff and by the customer of each; the job that makes
-- them writes, with the secret key. A file is hers by the row of public.invoices that names it.
drop policy if exists select_invoices on storage.objects;
create policy select_invoices on storage.objects for select to authenticated
  using (
    bucket_id = 'invoices'
    and ((storage.foldername(name))[1] in (select id::text from private.my_boutique_ids('orders.read') as id)
      or name in (select private.my_invoice_paths())));

-- Files of products to import, in the folder of the boutique. What it sells and for how much before it is on show: for those who
-- keep its catalog. Another file is another name, so that nothing changes under an import that runs.
drop policy if exists select_catalog_imports on storage.objects;
create policy select_catalog_imports on storage.objects for select to authenticated
  using (
    bucket_id = 'catalog-imports'
    and (storage.foldername(name))[1] in (select id::text from private.my_boutique_ids('catalog.write') as id));
drop policy if exists insert_catalog_imports on storage.objects;
create policy insert_catalog_imports on storage.objects for insert to authenticated
  with check (
    bucket_id = 'catalog-imports'
    and (storage.foldername(name))[1] in (select id::text from private.my_boutique_ids('catalog.write') as id));
drop policy if exists delete_catalog_imports on storage.objects;
create policy delete_catalog_imports on storage.objects for delete to authenticated
  using (
    bucket_id = 'catalog-imports'
    and (storage.foldername(name))[1] in (select id::text from private.my_boutique_ids('catalog.write') as id));
-- update is nobody's.

-- Queues. Generated from functions/_shared/jobs by npm run db:diff: change them there.

select pgboss.create_queue('unknown.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('rental.expire_hold.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('rental.expire_hold', '{"policy":"standard","retryLimit":10,"retryDelay":5,"retryBackoff":true,"retryDelayMax":300,"expireInSeconds":60,"deadLetter":"rental.expire_hold.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 10, retry_delay = 5, retry_backoff = true, retry_delay_max = 300, expire_seconds = 60, heartbeat_seconds = 30, dead_letter = 'rental.expire_hold.dead', notify = true where name = 'rental.expire_hold';
select pgboss.create_queue('fitting.expire_offer.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('fitting.expire_offer', '{"policy":"standard","retryLimit":10,"retryDelay":5,"retryBackoff":true,"retryDelayMax":300,"expireInSeconds":60,"deadLetter":"fitting.expire_offer.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 10, retry_delay = 5, retry_backoff = true, retry_delay_max = 300, expire_seconds = 60, heartbeat_seconds = 30, dead_letter = 'fitting.expire_offer.dead', notify = true where name = 'fitting.expire_offer';
select pgboss.create_queue('order.expire_hold.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('order.expire_hold', '{"policy":"standard","retryLimit":20,"retryDelay":5,"retryBackoff":true,"retryDelayMax":300,"expireInSeconds":60,"deadLetter":"order.expire_hold.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 20, retry_delay = 5, retry_backoff = true, retry_delay_max = 300, expire_seconds = 60, heartbeat_seconds = 30, dead_letter = 'order.expire_hold.dead', notify = true where name = 'order.expire_hold';
select pgboss.create_queue('fitting.offer_waitlist.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('fitting.offer_waitlist', '{"policy":"standard","retryLimit":10,"retryDelay":5,"retryBackoff":true,"retryDelayMax":300,"expireInSeconds":60,"deadLetter":"fitting.offer_waitlist.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 10, retry_delay = 5, retry_backoff = true, retry_delay_max = 300, expire_seconds = 60, heartbeat_seconds = 30, dead_letter = 'fitting.offer_waitlist.dead', notify = true where name = 'fitting.offer_waitlist';
select pgboss.create_queue('rental.watch_returns.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('rental.watch_returns', '{"policy":"standard","retryLimit":3,"retryDelay":30,"retryBackoff":true,"retryDelayMax":300,"expireInSeconds":600,"deadLetter":"rental.watch_returns.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 3, retry_delay = 30, retry_backoff = true, retry_delay_max = 300, expire_seconds = 600, heartbeat_seconds = 30, dead_letter = 'rental.watch_returns.dead', notify = true where name = 'rental.watch_returns';
select pgboss.create_queue('mail.rental_reserved.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('mail.rental_reserved', '{"policy":"standard","retryLimit":12,"retryDelay":5,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":120,"deadLetter":"mail.rental_reserved.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 12, retry_delay = 5, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 120, heartbeat_seconds = 30, dead_letter = 'mail.rental_reserved.dead', notify = true where name = 'mail.rental_reserved';
select pgboss.create_queue('mail.rental_changed.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('mail.rental_changed', '{"policy":"standard","retryLimit":12,"retryDelay":5,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":120,"deadLetter":"mail.rental_changed.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 12, retry_delay = 5, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 120, heartbeat_seconds = 30, dead_letter = 'mail.rental_changed.dead', notify = true where name = 'mail.rental_changed';
select pgboss.create_queue('mail.fitting_booked.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('mail.fitting_booked', '{"policy":"standard","retryLimit":12,"retryDelay":5,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":120,"deadLetter":"mail.fitting_booked.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 12, retry_delay = 5, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 120, heartbeat_seconds = 30, dead_letter = 'mail.fitting_booked.dead', notify = true where name = 'mail.fitting_booked';
select pgboss.create_queue('mail.fitting_reminder.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('mail.fitting_reminder', '{"policy":"standard","retryLimit":12,"retryDelay":5,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":120,"deadLetter":"mail.fitting_reminder.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 12, retry_delay = 5, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 120, heartbeat_seconds = 30, dead_letter = 'mail.fitting_reminder.dead', notify = true where name = 'mail.fitting_reminder';
select pgboss.create_queue('mail.fitting_cancelled.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('mail.fitting_cancelled', '{"policy":"standard","retryLimit":12,"retryDelay":5,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":120,"deadLetter":"mail.fitting_cancelled.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 12, retry_delay = 5, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 120, heartbeat_seconds = 30, dead_letter = 'mail.fitting_cancelled.dead', notify = true where name = 'mail.fitting_cancelled';
select pgboss.create_queue('mail.fitting_offer.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('mail.fitting_offer', '{"policy":"standard","retryLimit":12,"retryDelay":5,"retryBackoff":true,"retryDelayMax":300,"expireInSeconds":120,"deadLetter":"mail.fitting_offer.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 12, retry_delay = 5, retry_backoff = true, retry_delay_max = 300, expire_seconds = 120, heartbeat_seconds = 30, dead_letter = 'mail.fitting_offer.dead', notify = true where name = 'mail.fitting_offer';
select pgboss.create_queue('mail.invitation.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('mail.invitation', '{"policy":"standard","retryLimit":12,"retryDelay":5,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":120,"deadLetter":"mail.invitation.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 12, retry_delay = 5, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 120, heartbeat_seconds = 30, dead_letter = 'mail.invitation.dead', notify = true where name = 'mail.invitation';
select pgboss.create_queue('mail.boutique_status.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('mail.boutique_status', '{"policy":"standard","retryLimit":12,"retryDelay":5,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":120,"deadLetter":"mail.boutique_status.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 12, retry_delay = 5, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 120, heartbeat_seconds = 30, dead_letter = 'mail.boutique_status.dead', notify = true where name = 'mail.boutique_status';
select pgboss.create_queue('privacy.build_export.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('privacy.build_export', '{"policy":"standard","retryLimit":8,"retryDelay":30,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":900,"deadLetter":"privacy.build_export.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 8, retry_delay = 30, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 900, heartbeat_seconds = 30, dead_letter = 'privacy.build_export.dead', notify = true where name = 'privacy.build_export';
select pgboss.create_queue('mail.data_export.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('mail.data_export', '{"policy":"standard","retryLimit":12,"retryDelay":5,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":120,"deadLetter":"mail.data_export.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 12, retry_delay = 5, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 120, heartbeat_seconds = 30, dead_letter = 'mail.data_export.dead', notify = true where name = 'mail.data_export';
select pgboss.create_queue('mail.account_deletion.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('mail.account_deletion', '{"policy":"standard","retryLimit":12,"retryDelay":5,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":120,"deadLetter":"mail.account_deletion.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 12, retry_delay = 5, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 120, heartbeat_seconds = 30, dead_letter = 'mail.account_deletion.dead', notify = true where name = 'mail.account_deletion';
select pgboss.create_queue('privacy.erase_account.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('privacy.erase_account', '{"policy":"standard","retryLimit":20,"retryDelay":60,"retryBackoff":true,"retryDelayMax":21600,"expireInSeconds":600,"deadLetter":"privacy.erase_account.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 20, retry_delay = 60, retry_backoff = true, retry_delay_max = 21600, expire_seconds = 600, heartbeat_seconds = 30, dead_letter = 'privacy.erase_account.dead', notify = true where name = 'privacy.erase_account';
select pgboss.create_queue('privacy.sweep.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('privacy.sweep', '{"policy":"standard","retryLimit":3,"retryDelay":60,"retryBackoff":true,"retryDelayMax":600,"expireInSeconds":600,"deadLetter":"privacy.sweep.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 3, retry_delay = 60, retry_backoff = true, retry_delay_max = 600, expire_seconds = 600, heartbeat_seconds = 30, dead_letter = 'privacy.sweep.dead', notify = true where name = 'privacy.sweep';
select pgboss.create_queue('rate_limits.sweep.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('rate_limits.sweep', '{"policy":"standard","retryLimit":3,"retryDelay":60,"retryBackoff":true,"retryDelayMax":600,"expireInSeconds":300,"deadLetter":"rate_limits.sweep.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 3, retry_delay = 60, retry_backoff = true, retry_delay_max = 600, expire_seconds = 300, heartbeat_seconds = 30, dead_letter = 'rate_limits.sweep.dead', notify = true where name = 'rate_limits.sweep';
select pgboss.create_queue('calendar.check.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('calendar.check', '{"policy":"standard","retryLimit":3,"retryDelay":60,"retryBackoff":true,"retryDelayMax":600,"expireInSeconds":600,"deadLetter":"calendar.check.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 3, retry_delay = 60, retry_backoff = true, retry_delay_max = 600, expire_seconds = 600, heartbeat_seconds = 30, dead_letter = 'calendar.check.dead', notify = true where name = 'calendar.check';
select pgboss.create_queue('order.check.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('order.check', '{"policy":"standard","retryLimit":3,"retryDelay":60,"retryBackoff":true,"retryDelayMax":600,"expireInSeconds":600,"deadLetter":"order.check.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 3, retry_delay = 60, retry_backoff = true, retry_delay_max = 600, expire_seconds = 600, heartbeat_seconds = 30, dead_letter = 'order.check.dead', notify = true where name = 'order.check';
select pgboss.create_queue('order.complete.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('order.complete', '{"policy":"standard","retryLimit":5,"retryDelay":60,"retryBackoff":true,"retryDelayMax":600,"expireInSeconds":600,"deadLetter":"order.complete.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 5, retry_delay = 60, retry_backoff = true, retry_delay_max = 600, expire_seconds = 600, heartbeat_seconds = 30, dead_letter = 'order.complete.dead', notify = true where name = 'order.complete';
select pgboss.create_queue('cart.remind.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('cart.remind', '{"policy":"standard","retryLimit":5,"retryDelay":60,"retryBackoff":true,"retryDelayMax":600,"expireInSeconds":120,"deadLetter":"cart.remind.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 5, retry_delay = 60, retry_backoff = true, retry_delay_max = 600, expire_seconds = 120, heartbeat_seconds = 30, dead_letter = 'cart.remind.dead', notify = true where name = 'cart.remind';
select pgboss.create_queue('jobs.watch.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('jobs.watch', '{"policy":"standard","retryLimit":3,"retryDelay":10,"retryBackoff":true,"retryDelayMax":60,"expireInSeconds":120,"deadLetter":"jobs.watch.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 3, retry_delay = 10, retry_backoff = true, retry_delay_max = 60, expire_seconds = 120, heartbeat_seconds = 30, dead_letter = 'jobs.watch.dead', notify = true where name = 'jobs.watch';
select pgboss.create_queue('notify.deliver.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('notify.deliver', '{"policy":"standard","retryLimit":12,"retryDelay":5,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":120,"deadLetter":"notify.deliver.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 12, retry_delay = 5, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 120, heartbeat_seconds = 30, dead_letter = 'notify.deliver.dead', notify = true where name = 'notify.deliver';
select pgboss.create_queue('housekeeping.prune.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('housekeeping.prune', '{"policy":"standard","retryLimit":3,"retryDelay":60,"retryBackoff":true,"retryDelayMax":600,"expireInSeconds":900,"deadLetter":"housekeeping.prune.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 3, retry_delay = 60, retry_backoff = true, retry_delay_max = 600, expire_seconds = 900, heartbeat_seconds = 30, dead_letter = 'housekeeping.prune.dead', notify = true where name = 'housekeeping.prune';
select pgboss.create_queue('webhook.deliver.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('webhook.deliver', '{"policy":"standard","retryLimit":10,"retryDelay":30,"retryBackoff":true,"retryDelayMax":600,"expireInSeconds":60,"deadLetter":"webhook.deliver.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 10, retry_delay = 30, retry_backoff = true, retry_delay_max = 600, expire_seconds = 60, heartbeat_seconds = 30, dead_letter = 'webhook.deliver.dead', notify = true where name = 'webhook.deliver';
select pgboss.create_queue('mail.webhook_failing.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('mail.webhook_failing', '{"policy":"standard","retryLimit":12,"retryDelay":5,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":120,"deadLetter":"mail.webhook_failing.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 12, retry_delay = 5, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 120, heartbeat_seconds = 30, dead_letter = 'mail.webhook_failing.dead', notify = true where name = 'mail.webhook_failing';
select pgboss.create_queue('webhook.sweep.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('webhook.sweep', '{"policy":"standard","retryLimit":3,"retryDelay":60,"retryBackoff":true,"retryDelayMax":600,"expireInSeconds":600,"deadLetter":"webhook.sweep.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 3, retry_delay = 60, retry_backoff = true, retry_delay_max = 600, expire_seconds = 600, heartbeat_seconds = 30, dead_letter = 'webhook.sweep.dead', notify = true where name = 'webhook.sweep';
select pgboss.create_queue('document.render.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('document.render', '{"policy":"standard","retryLimit":12,"retryDelay":10,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":120,"deadLetter":"document.render.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 12, retry_delay = 10, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 120, heartbeat_seconds = 30, dead_letter = 'document.render.dead', notify = true where name = 'document.render';
select pgboss.create_queue('payment.event.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('payment.event', '{"policy":"standard","retryLimit":40,"retryDelay":2,"retryBackoff":true,"retryDelayMax":900,"expireInSeconds":60,"deadLetter":"payment.event.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 40, retry_delay = 2, retry_backoff = true, retry_delay_max = 900, expire_seconds = 60, heartbeat_seconds = 30, dead_letter = 'payment.event.dead', notify = true where name = 'payment.event';
select pgboss.create_queue('payment.look_up.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('payment.look_up', '{"policy":"standard","retryLimit":1,"retryDelay":5,"retryBackoff":true,"retryDelayMax":10,"expireInSeconds":60,"deadLetter":"payment.look_up.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 1, retry_delay = 5, retry_backoff = true, retry_delay_max = 10, expire_seconds = 60, heartbeat_seconds = 30, dead_letter = 'payment.look_up.dead', notify = true where name = 'payment.look_up';
select pgboss.create_queue('payment.close.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('payment.close', '{"policy":"standard","retryLimit":5,"retryDelay":5,"retryBackoff":true,"retryDelayMax":300,"expireInSeconds":60,"deadLetter":"payment.close.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 5, retry_delay = 5, retry_backoff = true, retry_delay_max = 300, expire_seconds = 60, heartbeat_seconds = 30, dead_letter = 'payment.close.dead', notify = true where name = 'payment.close';
select pgboss.create_queue('refund.transfer.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('refund.transfer', '{"policy":"standard","retryLimit":20,"retryDelay":5,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":60,"deadLetter":"refund.transfer.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 20, retry_delay = 5, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 60, heartbeat_seconds = 30, dead_letter = 'refund.transfer.dead', notify = true where name = 'refund.transfer';
select pgboss.create_queue('deposit.settle.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('deposit.settle', '{"policy":"standard","retryLimit":20,"retryDelay":5,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":60,"deadLetter":"deposit.settle.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 20, retry_delay = 5, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 60, heartbeat_seconds = 30, dead_letter = 'deposit.settle.dead', notify = true where name = 'deposit.settle';
select pgboss.create_queue('payment.charge.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('payment.charge', '{"policy":"standard","retryLimit":20,"retryDelay":5,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":60,"deadLetter":"payment.charge.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 20, retry_delay = 5, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 60, heartbeat_seconds = 30, dead_letter = 'payment.charge.dead', notify = true where name = 'payment.charge';
select pgboss.create_queue('plan.watch.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('plan.watch', '{"policy":"standard","retryLimit":5,"retryDelay":60,"retryBackoff":true,"retryDelayMax":600,"expireInSeconds":600,"deadLetter":"plan.watch.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 5, retry_delay = 60, retry_backoff = true, retry_delay_max = 600, expire_seconds = 600, heartbeat_seconds = 30, dead_letter = 'plan.watch.dead', notify = true where name = 'plan.watch';
select pgboss.create_queue('payment.reconcile.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('payment.reconcile', '{"policy":"standard","retryLimit":3,"retryDelay":10,"retryBackoff":true,"retryDelayMax":60,"expireInSeconds":120,"deadLetter":"payment.reconcile.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 3, retry_delay = 10, retry_backoff = true, retry_delay_max = 60, expire_seconds = 120, heartbeat_seconds = 30, dead_letter = 'payment.reconcile.dead', notify = true where name = 'payment.reconcile';
select pgboss.create_queue('ledger.check.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('ledger.check', '{"policy":"standard","retryLimit":3,"retryDelay":60,"retryBackoff":true,"retryDelayMax":600,"expireInSeconds":600,"deadLetter":"ledger.check.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 3, retry_delay = 60, retry_backoff = true, retry_delay_max = 600, expire_seconds = 600, heartbeat_seconds = 30, dead_letter = 'ledger.check.dead', notify = true where name = 'ledger.check';
select pgboss.create_queue('payout.propose.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('payout.propose', '{"policy":"standard","retryLimit":5,"retryDelay":60,"retryBackoff":true,"retryDelayMax":600,"expireInSeconds":600,"deadLetter":"payout.propose.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 5, retry_delay = 60, retry_backoff = true, retry_delay_max = 600, expire_seconds = 600, heartbeat_seconds = 30, dead_letter = 'payout.propose.dead', notify = true where name = 'payout.propose';
select pgboss.create_queue('catalog.publish.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('catalog.publish', '{"policy":"standard","retryLimit":3,"retryDelay":10,"retryBackoff":true,"retryDelayMax":60,"expireInSeconds":300,"deadLetter":"catalog.publish.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 3, retry_delay = 10, retry_backoff = true, retry_delay_max = 60, expire_seconds = 300, heartbeat_seconds = 30, dead_letter = 'catalog.publish.dead', notify = true where name = 'catalog.publish';
select pgboss.create_queue('catalog.index.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('catalog.index', '{"policy":"standard","retryLimit":5,"retryDelay":10,"retryBackoff":true,"retryDelayMax":300,"expireInSeconds":1800,"deadLetter":"catalog.index.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 5, retry_delay = 10, retry_backoff = true, retry_delay_max = 300, expire_seconds = 1800, heartbeat_seconds = 30, dead_letter = 'catalog.index.dead', notify = true where name = 'catalog.index';
select pgboss.create_queue('catalog.rank.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('catalog.rank', '{"policy":"standard","retryLimit":3,"retryDelay":60,"retryBackoff":true,"retryDelayMax":600,"expireInSeconds":1800,"deadLetter":"catalog.rank.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 3, retry_delay = 60, retry_backoff = true, retry_delay_max = 600, expire_seconds = 1800, heartbeat_seconds = 30, dead_letter = 'catalog.rank.dead', notify = true where name = 'catalog.rank';
select pgboss.create_queue('catalog.import.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('catalog.import', '{"policy":"standard","retryLimit":8,"retryDelay":5,"retryBackoff":true,"retryDelayMax":600,"expireInSeconds":900,"deadLetter":"catalog.import.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 8, retry_delay = 5, retry_backoff = true, retry_delay_max = 600, expire_seconds = 900, heartbeat_seconds = 30, dead_letter = 'catalog.import.dead', notify = true where name = 'catalog.import';
select pgboss.create_queue('media.process.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('media.process', '{"policy":"standard","retryLimit":8,"retryDelay":5,"retryBackoff":true,"retryDelayMax":1800,"expireInSeconds":300,"deadLetter":"media.process.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 8, retry_delay = 5, retry_backoff = true, retry_delay_max = 1800, expire_seconds = 300, heartbeat_seconds = 30, dead_letter = 'media.process.dead', notify = true where name = 'media.process';
select pgboss.create_queue('media.delete_files.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('media.delete_files', '{"policy":"standard","retryLimit":12,"retryDelay":10,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":120,"deadLetter":"media.delete_files.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 12, retry_delay = 10, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 120, heartbeat_seconds = 30, dead_letter = 'media.delete_files.dead', notify = true where name = 'media.delete_files';
select pgboss.create_queue('media.sweep.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('media.sweep', '{"policy":"standard","retryLimit":3,"retryDelay":60,"retryBackoff":true,"retryDelayMax":600,"expireInSeconds":1800,"deadLetter":"media.sweep.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 3, retry_delay = 60, retry_backoff = true, retry_delay_max = 600, expire_seconds = 1800, heartbeat_seconds = 30, dead_letter = 'media.sweep.dead', notify = true where name = 'media.sweep';
select pgboss.create_queue('review.process_photo.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('review.process_photo', '{"policy":"standard","retryLimit":8,"retryDelay":5,"retryBackoff":true,"retryDelayMax":1800,"expireInSeconds":300,"deadLetter":"review.process_photo.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 8, retry_delay = 5, retry_backoff = true, retry_delay_max = 1800, expire_seconds = 300, heartbeat_seconds = 30, dead_letter = 'review.process_photo.dead', notify = true where name = 'review.process_photo';
select pgboss.create_queue('review.remove_photo.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('review.remove_photo', '{"policy":"standard","retryLimit":12,"retryDelay":10,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":120,"deadLetter":"review.remove_photo.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 12, retry_delay = 10, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 120, heartbeat_seconds = 30, dead_letter = 'review.remove_photo.dead', notify = true where name = 'review.remove_photo';
select pgboss.create_queue('fit.train.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('fit.train', '{"policy":"standard","retryLimit":2,"retryDelay":300,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":3600,"deadLetter":"fit.train.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 2, retry_delay = 300, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 3600, heartbeat_seconds = 30, dead_letter = 'fit.train.dead', notify = true where name = 'fit.train';

delete from private.queue_rules;
insert into private.queue_rules (queue, payload, overdue_seconds, schedule_seconds) values
  ('rental.expire_hold', '{"rental_id":"uuid"}', 120, null),
  ('fitting.expire_offer', '{"appointment_id":"uuid"}', 120, null),
  ('order.expire_hold', '{"order_group_id":"uuid"}', 120, null),
  ('fitting.offer_waitlist', '{"location_id":"uuid"}', 300, null),
  ('rental.watch_returns', '{}', 1800, 900),
  ('mail.rental_reserved', '{"rental_id":"uuid"}', 600, null),
  ('mail.rental_changed', '{"rental_id":"uuid"}', 600, null),
  ('mail.fitting_booked', '{"appointment_id":"uuid"}', 600, null),
  ('mail.fitting_reminder', '{"appointment_id":"uuid","hours":"integer"}', 600, null),
  ('mail.fitting_cancelled', '{"appointment_id":"uuid"}', 600, null),
  ('mail.fitting_offer', '{"appointment_id":"uuid"}', 120, null),
  ('mail.invitation', '{"invitation_id":"uuid"}', 600, null),
  ('mail.boutique_status', '{"change_id":"uuid"}', 1800, null),
  ('privacy.build_export', '{"export_id":"uuid"}', 3600, null),
  ('mail.data_export', '{"export_id":"uuid"}', 1800, null),
  ('mail.account_deletion', '{"user_id":"uuid"}', 1800, null),
  ('privacy.erase_account', '{"user_id":"uuid"}', 7200, null),
  ('privacy.sweep', '{}', 3600, 3600),
  ('rate_limits.sweep', '{}', 3600, 3600),
  ('calendar.check', '{}', 3600, 3600),
  ('order.check', '{}', 3600, 3600),
  ('order.complete', '{}', 3600, 3600),
  ('cart.remind', '{}', 3600, 900),
  ('jobs.watch', '{}', 600, 300),
  ('notify.deliver', '{"kind":"text","subject_id":"uuid","occasion":"text"}', 600, null),
  ('housekeeping.prune', '{}', 3600, 86400),
  ('webhook.deliver', '{"delivery_id":"uuid"}', 600, null),
  ('mail.webhook_failing', '{"endpoint_id":"uuid"}', 1800, null),
  ('webhook.sweep', '{}', 3600, 3600),
  ('document.render', '{"invoice_id":"uuid"}', 1800, null),
  ('payment.event', '{"event_id":"uuid"}', 300, null),
  ('payment.look_up', '{"attempt_id":"uuid"}', 900, null),
  ('payment.close', '{"attempt_id":"uuid"}', 900, null),
  ('refund.transfer', '{"transfer_id":"uuid"}', 900, null),
  ('deposit.settle', '{"attempt_id":"uuid"}', 900, null),
  ('payment.charge', '{"attempt_id":"uuid"}', 900, null),
  ('plan.watch', '{}', 3600, 900),
  ('payment.reconcile', '{}', 600, 60),
  ('ledger.check', '{}', 3600, 3600),
  ('payout.propose', '{}', 3600, 86400),
  ('catalog.publish', '{}', 600, 60),
  ('catalog.index', '{"of":"text","id":"uuid"}', 1800, null),
  ('catalog.rank', '{}', 7200, 3600),
  ('catalog.import', '{"import_id":"uuid"}', 900, null),
  ('media.process', '{"media_id":"uuid"}', 900, null),
  ('media.delete_files', '{"boutique_id":"uuid","media_id":"uuid","storage_path":"text"}', 3600, null),
  ('media.sweep', '{}', 7200, 86400),
  ('review.process_photo', '{"photo_id":"uuid"}', 900, null),
  ('review.remove_photo', '{"storage_path":"text"}', 3600, null),
  ('fit.train', '{}', 14400, 86400);

-- Buckets of the Storage server; no SVG, which could carry scripts. Rows, not objects: `npm run db:diff` puts this file into the migration when they change.

insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types)
values
  ('product-media', 'product-media', true, 20971520, array['image/jpeg', 'image/png', 'image/webp', 'image/avif']),
  ('avatars', 'avatars', true, 2097152, array['image/jpeg', 'image/png', 'image/webp', 'image/avif']),
  ('private-documents', 'private-documents', false, 20971520, array['application/pdf', 'image/jpeg', 'image/png', 'image/webp']),
  ('data-exports', 'data-exports', false, 52428800, array['application/zip']),
  ('review-photos', 'review-photos', true, 10485760, array['image/jpeg', 'image/png', 'image/webp', 'image/avif']),
  ('condition-photos', 'condition-photos', false, 10485760, array['image/jpeg', 'image/png', 'image/webp', 'image/avif']),
  ('invoices', 'invoices', false, 5242880, array['application/pdf']),
  ('catalog-imports', 'catalog-imports', false, 209715200, array['text/csv', 'application/json', 'application/x-ndjson'])
on conflict (id) do update set
  public = excluded.public,
  file_size_limit = excluded.file_size_limit,
  allowed_mime_types = excluded.allowed_mime_types;

-- Does nothing where there is no pg_cron.
select private.schedule_wake_up();

-- Rows that the schema comes with. This file may run again: what is there is brought up to date.

-- Moves of an order.
insert into public.order_transitions (from_state, to_state, description) values
  ('pending', 'paid', 'The payment has arrived, or nothing was to pay.'),
  ('pending', 'cancelled', 'Called off, or the hold has ended without a payment.'),
  ('cancelled', 'paid', 'The payment came after the hold had ended, and everything could still be had.'),
  ('paid', 'part_fulfilled', 'Something has been handed over or shipped.'),
  ('paid', 'fulfilled', 'Everything has been handed over or shipped.'),
  ('paid', 'cancelled', 'Called off before anything left.'),
  ('part_fulfilled', 'paid', 'What had left came back before the rest did.'),
  ('part_fulfilled', 'fulfilled', 'The rest has left, or was called off.'),
  ('part_fulfilled', 'part_refunded', 'Something was paid back.'),
  ('part_fulfilled', 'refunded', 'All of it was paid back.'),
  ('fulfilled', 'completed', 'The time for returns is over.'),
  ('fulfilled', 'part_fulfilled', 'Something was added to the order, or goes out again as an exchange.'),
  ('fulfilled', 'part_refunded', 'Something came back and was paid back.'),
  ('fulfilled', 'refunded', 'Everything came back and was paid back.'),
  ('completed', 'part_refunded', 'Paid back as a courtesy.'),
  ('completed', 'refunded', 'Paid back as a courtesy, all of it.'),
  ('completed', 'part_fulfilled', 'Something goes out again as an exchange.'),
  ('part_refunded', 'part_fulfilled', 'Something goes out again as an exchange.'),
  ('part_refunded', 'fulfilled', 'The rest has left.'),
  ('part_refunded', 'refunded', 'The rest was paid back, too.'),
  ('part_refunded', 'completed', 'The time for returns is over.'),
  ('refunded', 'part_fulfilled', 'Something goes out again as an exchange.')
on conflict (from_state, to_state) do update set description = excluded.description;

-- What an address needs in a country.
insert into public.address_formats (country, needs_region, postal_code_pattern, postal_code_example) values
  ('ET', false, null, null), ('KE', false, null, null), ('UG', false, null, null), ('GH', false, null, null),
  ('DJ', false, null, null), ('SO', false, null, null), ('ER', false, null, null), ('RW', false, null, null),
  ('SD', false, '\d{5}', '11042'), ('EG', false, '\d{5}', '12411'), ('ZA', false, '\d{4}', '8001'),
  ('NG', true, '\d{6}', '900241'), ('MA', false, '\d{5}', '53000'),
  ('AE', true, null, null), ('QA', false, null, null), ('SA', false, '\d{5}(-\d{4})?', '12345'),
  ('IL', false, '\d{7}', '9614303'), ('TR', false, '\d{5}', '34433'), ('LB', false, null, null),
  ('US', true, '\d{5}(-\d{4})?', '90210'), ('CA', true, '[ABCEGHJ-NPRSTVXY]\d[A-Z] ?\d[A-Z]\d', 'K1A 0B1'),
  ('MX', true, '\d{5}', '06060'), ('BR', true, '\d{5}-?\d{3}', '70150-900'),
  ('GB', false, 'GIR ?0AA|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}', 'SW1A 2AA'), ('IE', false, '[A-Z\d]{3} ?[A-Z\d]{4}', 'D02 AF30'),
  ('FR', false, '\d{5}', '75008'), ('DE', false, '\d{5}', '10557'), ('IT', true, '\d{5}', '00187'),
  ('ES', true, '\d{5}', '28071'), ('PT', false, '\d{4}-\d{3}', '1249-068'), ('NL', false, '\d{4} ?[A-Z]{2}', '2513 AA'),
  ('BE', false, '\d{4}', '1000'), ('LU', false, '\d{4}', '1728'), ('CH', false, '\d{4}', '3003'), ('AT', false, '\d{4}', '1010'),
  ('SE', false, '\d{3} ?\d{2}', '103 33'), ('NO', false, '\d{4}', '0030'), ('DK', false, '\d{4}', '1218'), ('FI', false, '\d{5}', '00170'),
  ('PL', false, '\d{2}-\d{3}', '00-583'), ('CZ', false, '\d{3} ?\d{2}', '118 01'), ('GR', false, '\d{3} ?\d{2}', '106 71'),
  ('IN', true, '[1-9]\d{5}', '110011'), ('CN', true, '\d{6}', '100017'), ('JP', true, '\d{3}-?\d{4}', '100-8968'),
  ('AU', true, '\d{4}', '2600'), ('NZ', false, '\d{4}', '6011')
on conflict (country) do update set needs_region = excluded.needs_region, postal_code_pattern = excluded.postal_code_pattern,
  postal_code_example = excluded.postal_code_example;
