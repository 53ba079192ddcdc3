-- Size advice: how each size of a product would fall on somebody, from the model in use or the designer's size chart. The
-- formulas are those of functions/_shared/fit/; a test holds the two together.

create function private.read_body(measurements jsonb) returns double precision[]
language plpgsql immutable
set search_path = ''
as $$
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
$$;
comment on function private.read_body(jsonb) is 'Height, weight, bust, waist, hips, age; null where unknown. PT400 invalid_measurements.';

create function private.fit_body_index(model private.fit_models, body double precision[]) returns double precision
language plpgsql immutable
set search_path = ''
as $$
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
$$;
comment on function private.fit_body_index(private.fit_models, double precision[]) is 'Where a body is on the scale of sizes; null without weight or any girth.';

create type private.fit_shares as (
  all_small double precision, all_large double precision, small double precision, large double precision, gap double precision,
  n double precision, place double precision);
comment on type private.fit_shares is 'How a product falls, as far as that is known; gap: mean gap of those who wear it; n and place: its sums.';

create function private.fit_product_shares(training_id uuid, product_id uuid, category_id uuid) returns private.fit_shares
language plpgsql stable
set search_path = ''
as $$
declare
  v private.fit_shares;
begin
  select s.all_small, s.all_large,
    (coalesce(p.small, 0) + 20 * (coalesce(c.small, 0) + 50 * s.all_small) / (coalesce(c.n, 0) + 50)) / (coalesce(p.n, 0) + 20),
    (coalesce(p.large, 0) + 20 * (coalesce(c.large, 0) + 50 * s.all_large) / (coalesce(c.n, 0) + 50)) / (coalesce(p.n, 0) + 20),
    (coalesce(p.gap, 0) + 20 * coalesce(c.gap, 0) / (coalesce(c.known, 0) + 50)) / (coalesce(p.known, 0) + 20),
    coalesce(p.n, 0), coalesce(p.place, 0)
  into v
  from (values (fit_product_shares.training_id)) t (id)
  left join private.fit_rates a on a.training_id = t.id and a.kind = 'all' and a.key = ''
  left join private.fit_rates c on c.training_id = t.id and c.kind = 'category' and c.key = coalesce(category_id::text, 'none')
  left join private.fit_rates p on p.training_id = t.id and p.kind = 'product' and p.key = product_id::text
  cross join lateral (
    select (coalesce(a.small, 0) + 1) / (coalesce(a.n, 0) + 7) as all_small, (coalesce(a.large, 0) + 1) / (coalesce(a.n, 0) + 7) as all_large) s;
  return v;
end
$$;
comment on function private.fit_product_shares(uuid, uuid, uuid) is 'As sharesOf in functions/_shared/fit/features.ts.';

create function private.fit_history(model private.fit_models, customer_id uuid) returns double precision[]
language plpgsql stable
set search_path = ''
as $$
begin
  return (
    -- Her latest; few have more.
    with said as materialized (
      select r.product_id, p.category_id, case r.fit when 'small' then 1 when 'large' then -1 else 0 end as direction, private.worn_size(r) as size,
        array[m.height_cm, m.weight_kg, m.bust_cm, m.waist_cm, m.hips_cm, null]::double precision[] as body
      from public.reviews r
      join public.products p on p.id = r.product_id
      left join private.review_measurements m on m.review_id = r.id
      where r.customer_id = fit_history.customer_id and r.state = 'published' and r.fit is not null
      order by r.id desc
      limit 20
    )
    select array[count(*), sum(s.direction - (f.small - f.large)), count(g.gap), coalesce(sum(g.gap - f.gap + 0.4 * s.direction), 0),
      sum(w.place + 0.4 * s.direction)]
    from said s
    join private.fit_rates t on t.training_id = model.training_id and t.kind = 'size' and t.key = s.size
    cross join lateral (select t.place / t.n as place) w
    cross join lateral (select w.place - private.fit_body_index(model, s.body) as gap) g
    cross join lateral private.fit_product_shares(model.training_id, s.product_id, s.category_id) f
    having count(*) > 0);
end
$$;
comment on function private.fit_history(private.fit_models, uuid) is
  'What somebody has said before, in sums: count, lean, known, gap, place as History in functions/_shared/fit/features.ts. Null without reviews.';

create function private.fit_scores(model private.fit_models, product_id uuid, category_id uuid, shares private.fit_shares, sizes text[], body double precision[], history double precision[])
returns table (size text, small double precision, fits double precision, large double precision, distance double precision, n double precision)
language plpgsql stable
rows 10
set search_path = ''
as $$
#variable_conflict use_column
declare
  v_category text := coalesce(category_id::text, 'none');
  v_index double precision := private.fit_body_index(model, body);
  v_habit double precision := coalesce(history[4] / (history[3] + 1), 0);
begin
  return query
  with known as (
    select a.size, a.position, l.place / l.n as place,
      l.n as ln, l.small as ls, l.large as ll,
      coalesce(h.n, 0) as hn, coalesce(h.small, 0) as hs, coalesce(h.large, 0) as hl,
      coalesce(s.n, 0) as sn, coalesce(s.small, 0) as ss, coalesce(s.large, 0) as sl,
      (coalesce(s.gap, 0) + 5 * shares.gap) / (coalesce(s.known, 0) + 5) as size_gap
    from unnest(sizes) with ordinality a (size, position)
    left join private.fit_rates l on l.training_id = model.training_id and l.kind = 'size' and l.key = a.size
    left join private.fit_rates h on h.training_id = model.training_id and h.kind = 'category_size' and h.key = v_category || ' ' || a.size
    left join private.fit_rates s on s.training_id = model.training_id and s.kind = 'product_size' and s.key = product_id::text || ' ' || a.size
  ),
  described as (
    select k.size, k.position, k.place, k.sn,
      coalesce(k.place - v_index - shares.gap - v_habit, k.place - history[5] / history[1]) as distance,
      array[
        (k.hs + 30 * (coalesce(k.ls, 0) + 30 * shares.all_small) / (coalesce(k.ln, 0) + 30)) / (k.hn + 30),
        (k.hl + 30 * (coalesce(k.ll, 0) + 30 * shares.all_large) / (coalesce(k.ln, 0) + 30)) / (k.hn + 30),
        shares.small, shares.large, ln(1 + shares.n),
        (k.ss + 10 * shares.small) / (k.sn + 10), (k.sl + 10 * shares.large) / (k.sn + 10), ln(1 + k.sn),
        k.place - (shares.place + 5 * k.place) / (shares.n + 5), k.place,
        k.place - v_index, k.place - v_index - shares.gap, k.place - v_index - k.size_gap, k.place - v_index - shares.gap - v_habit,
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
$$;
comment on function private.fit_scores(private.fit_models, uuid, uuid, private.fit_shares, text[], double precision[], double precision[]) is
  'The chances of small, true and large for sizes of a product; distance: of the size from the one that such a body wears of it; n: wearings of it. shares: those of the product. No row for a size that nobody has worn.';

create function private.fit_by_chart(product_id uuid, body double precision[]) returns table (size text, distance double precision)
language sql stable
rows 10
set search_path = ''
as $$
  select r.size, sum(d.distance)
  from private.size_chart(product_id) r
  cross join lateral (
    select greatest(lower(m.range)::double precision - m.value, m.value - upper(m.range)::double precision, 0) as distance, m.is_girth
    from (values (r.bust_cm, body[3], true), (r.waist_cm, body[4], true), (r.hips_cm, body[5], true), (r.height_cm, body[1], false)) m (range, value, is_girth)
    where m.range is not null and m.value is not null) d
  group by r.size
  having bool_or(d.is_girth) and max(d.distance) <= 6
$$;
comment on function private.fit_by_chart(uuid, double precision[]) is 'Sizes of the chart that a body is near to: centimetres outside of the ranges, 0 for inside of all. None that is more than 6 outside of one.';

create function private.sizes_on_show(product public.products) returns table (size text, variants jsonb)
language plpgsql stable -- not sql: with a search_path of its own that would be planned anew for every call
rows 10
set search_path = ''
as $$
#variable_conflict use_column
begin
  return query
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
  group by h.size;
end
$$;
comment on function private.sizes_on_show(public.products) is 'Sizes of a product with their variants: in_stock can be bought now; for_rent has a garment, which may be away on some days.';

create function private.advise_size(product_id uuid, body double precision[], customer_id uuid) returns jsonb
language plpgsql stable
set search_path = ''
set plan_cache_mode = force_generic_plan -- of sizes_on_show, too: what is asked changes nothing about them, and making them takes as long as running them
as $$
declare
  -- With fewer wearings nobody knows how a product falls.
  c_enough constant integer := 10;
  v_product public.products;
  v_model private.fit_models;
  v_history double precision[];
  v_shares private.fit_shares;
  v_body double precision[] := coalesce(body, array_fill(null::double precision, array[6]));
  v_weighed double precision[];
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
    -- Of a measure that nobody had told when it was trained the model knows nothing; the chart may.
    v_weighed := array(
      select case when v_model.weights[1 + m] <> 0 or v_model.weights[13 + m] <> 0 then v_body[m] end from generate_series(1, 6) m order by m);
    v_history := private.fit_history(v_model, customer_id);
    v_known := num_nonnulls(v_weighed[2], v_weighed[3], v_weighed[4], v_weighed[5]) > 0 or v_history is not null;
    v_shares := private.fit_product_shares(v_model.training_id, v_product.id, v_product.category_id);
    if v_known and v_shares.n >= c_enough then
      -- Beyond three deviations nobody of such a body has worn the size: nothing is said of it. The advice is for the size that
      -- most likely fits and is as rarely too small as too large, near to what such bodies wear.
      select coalesce(jsonb_object_agg(s.size, jsonb_build_object('small', round(s.small::numeric, 4), 'true', round(s.fits::numeric, 4), 'large', round(s.large::numeric, 4))), '{}'),
        (array_agg(s.size order by s.worth desc, s.size))[1],
        (array_agg(case when s.n >= 20 then 'good' else 'fair' end order by s.worth desc, s.size))[1]
      into v_scores, v_best, v_confidence
      from (
        select f.*, (1 + f.fits - abs(f.small - f.large)) * exp(-power(f.distance / v_model.spread, 2) / 8) as worth
        from private.fit_scores(v_model, v_product.id, v_product.category_id, v_shares, v_sizes, v_weighed, v_history) f
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
$$;
comment on function private.advise_size(uuid, double precision[], uuid) is 'As recommend_size, for a product that is on show.';

create function private.recommend_size(product_id uuid, measurements jsonb) returns jsonb
language plpgsql volatile -- counts its calls
security definer -- reads the model, and her own measurements and reviews
set search_path = ''
as $$
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
$$;

create function public.recommend_size(product_id uuid, measurements jsonb default null) returns jsonb
language sql volatile security invoker set search_path = ''
as $$ select private.recommend_size(product_id, measurements) $$;
comment on function public.recommend_size(uuid, jsonb) is
  'How the sizes of a product on show would fall: {"basis": "model", "size_chart" or "none", "confidence": "good", "fair", "low" or "not_enough_data", "recommended" (null without), "sizes": [{size, small, true, large (chances, null where nobody knows), recommended, variants: [{variant_id, color, in_stock, for_rent}]}]}. measurements: {height_cm, weight_kg, bust_cm or bust ("34b"), waist_cm, hips_cm, age}, each optional; null: those of the caller in measurements. Her own reviews count, too. For anybody. PT404 product_not_found; PT400 invalid_measurements; PT429 too_many_requests.';
grant execute on function private.recommend_size(uuid, jsonb) to anon, authenticated;
grant execute on function public.recommend_size(uuid, jsonb) to anon, authenticated;
