set local check_function_bodies = off;

DROP POLICY "select_staff" ON "public"."allocations";

DROP POLICY "select_staff" ON "public"."appointment_notes";

DROP POLICY "select_owner_or_admin" ON "public"."audit_log";

DROP POLICY "select_colleague" ON "public"."boutique_members";

DROP POLICY "select_staff" ON "public"."boutique_status_changes";

DROP POLICY "select_manager" ON "public"."catalog_import_refusals";

DROP POLICY "select_staff" ON "public"."catalog_imports";

DROP POLICY "select_owner" ON "public"."commissions";

DROP POLICY "select_staff" ON "public"."discount_targets";

DROP POLICY "select_staff" ON "public"."discounts";

DROP POLICY "select_staff" ON "public"."garments";

DROP POLICY "select_staff" ON "public"."gift_cards";

DROP POLICY "select_member_manager" ON "public"."invitations";

DROP POLICY "select_staff" ON "public"."payment_exceptions";

DROP POLICY "select_owner" ON "public"."payouts";

DROP POLICY "select_staff" ON "public"."product_views";

DROP POLICY "select_staff" ON "public"."resources";

DROP POLICY "select_staff" ON "public"."rooms";

DROP POLICY "select_staff" ON "public"."show_views";

DROP POLICY "select_staff" ON "public"."stock_levels";

DROP POLICY "select_staff" ON "public"."stock_movements";

DROP POLICY "select_staff" ON "public"."substitution_candidates";

DROP POLICY "select_staff" ON "public"."substitution_proposals";

DROP POLICY "select_webhook_manager" ON "public"."webhook_attempts";

DROP POLICY "select_webhook_manager" ON "public"."webhook_deliveries";

DROP POLICY "select_webhook_manager" ON "public"."webhook_endpoints";

DROP POLICY "select_webhook_manager" ON "public"."webhook_events";

DROP POLICY "select_staff" ON "public"."working_hours";

DROP FUNCTION "private"."count_up_to"(integer, tsquery, text);

DROP FUNCTION "private"."fit_scores"(private.fit_models, uuid, uuid, text[], double precision[], double precision[]);

ALTER TYPE "private"."understood_words" ADD ATTRIBUTE "found" uuid[] CASCADE;

CREATE OR REPLACE FUNCTION private.advise_size(product_id uuid, body double precision[], customer_id uuid)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.find_products(q text, filters jsonb, sort text, after text, page_size integer)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_cursor jsonb := case when after is not null then private.read_cursor(after) end;
  v_words text[] := private.words_of(coalesce(q, ''));
  v_meant private.understood_words;
  v_filters private.search_filter[] := array(select f from private.search_filters(filters) f);
  v_where text := private.conditions_of(v_filters, false);
  v_late text := private.conditions_of(v_filters, true);
  v_order text;
  v_key text;
  v_type text;
  v_direction text := 'desc';
  v_from text;
  v_ids uuid[] := '{}';
  v_keys text[] := '{}';
  v_more boolean;
  v_candidates text;
  v_looked_at integer := case when private.conditions_of(v_filters, true) = '' then 1000 else 5000 end;
  v_tier text;
  v_before integer;
  v_last uuid;
  v_last_key text;
  v_last_tier text;
  v_past uuid;
  v_past_key text;
begin
  if page_size is null or page_size not between 1 and 100 then
    perform private.raise_error(400, 'invalid_page_size', 'page_size is 1 to 100.');
  elsif length(q) > 200 or cardinality(v_words) > 12 then
    perform private.raise_error(400, 'invalid_query', 'q has at most 200 letters and 12 words.');
  elsif sort not in ('relevance', 'new', 'rating', 'price_asc', 'price_desc') then
    perform private.raise_error(400, 'invalid_sort', 'sort is relevance, new, rating, price_asc or price_desc.');
  elsif sort like 'price%' and filters ->> 'currency' is null then
    perform private.raise_invalid_filter('Prices are compared in one currency: add currency.');
  end if;

  -- A page that goes on has its words as they were understood.
  if v_cursor is not null then
    v_meant := private.understood(array(select w from jsonb_array_elements_text(v_cursor -> 'words') w), (v_cursor ->> 'any')::boolean, (v_cursor ->> 'open')::boolean);
    v_order := v_cursor ->> 'order';
  else
    v_meant := private.understand(v_words, v_where);
  end if;
  v_where := case
    when v_meant.found is not null then format(' and d.product_id = any (%L::uuid[])', v_meant.found)
    when v_meant.query is not null then format(' and d.document @@ %L::tsquery', v_meant.query)
    else '' end || v_where;

  -- Many that fit equally well are shown by their quality, in the order of an index. Few are ranked by how well they fit: first
  -- the top ones, then the others.
  v_order := coalesce(v_order, case
    when sort <> 'relevance' then sort
    when v_meant.query is null then 'new'
    when v_meant.found is not null then 'score'
    when private.rows_of('select from private.product_documents d where d.is_top' || v_where) > 1000 then 'quality'
    else 'score' end);
  if v_cursor is not null and sort <> 'relevance' and v_order <> sort then
    perform private.raise_error(400, 'invalid_cursor', 'after: it is of a page in another order.');
  end if;
  v_type := case v_order when 'new' then 'timestamptz' when 'price_asc' then 'bigint' when 'price_desc' then 'bigint' when 'rating' then 'real' else 'float8' end;
  v_key := case
    when v_order = 'score' then format('(ts_rank(''{0.05,0.2,0.6,1}'', d.document, %L::tsquery, 1) * (1 + d.quality / 20)%s)::float8', v_meant.query,
      case when v_meant.matches_any and v_meant.best is not null then format(' + case when d.document @@ %L::tsquery then 1 else 0 end', v_meant.best) else '' end)
    when v_order = 'new' then 'd.published_at'
    when v_order like 'price%' and filters ->> 'kind' = 'rent' then 'd.rent_from'
    when v_order like 'price%' then 'd.sale_from'
    else 'd.' || v_order end;
  if v_order like 'price%' then
    v_where := v_where || format(' and %s is not null', v_key);
    v_direction := case v_order when 'price_asc' then 'asc' else 'desc' end;
  end if;
  if v_cursor is not null then
    v_from := format(' and (%s, d.product_id) %s (%L::%s, %L::uuid)', v_key, case v_direction when 'asc' then '>' else '<' end,
      v_cursor ->> 'key', v_type, v_cursor ->> 'id');
  end if;
  foreach v_tier in array case when v_order <> 'score' then array[''] when v_cursor ->> 'top' = 'false' then array[' and not d.is_top']
    else array[' and d.is_top', ' and not d.is_top'] end
  loop
    v_candidates := format(
      'select d.product_id, (%1$s)::text as key from private.product_documents d where true%3$s%4$s%5$s order by %1$s %2$s, d.product_id %2$s',
      v_key, v_direction, v_where, v_tier, coalesce(v_from, ''));
    v_from := null;
    v_before := cardinality(v_ids);
    execute format('select $1 || array_agg(x.product_id), $2 || array_agg(x.key) from (
        select d.product_id, d.key from (%s limit %s) d where true%s limit %s) x',
      v_candidates, v_looked_at, v_late, page_size + 1 - v_before)
    using v_ids, v_keys into v_ids, v_keys;
    v_ids := coalesce(v_ids, '{}');
    v_keys := coalesce(v_keys, '{}');
    v_more := cardinality(v_ids) > page_size;
    if v_more and page_size > v_before then
      v_last := v_ids[page_size];
      v_last_key := v_keys[page_size];
      v_last_tier := v_tier;
    elsif not v_more and v_late <> '' then
      -- Among so many none, or too few: the next page looks at those after them.
      execute format('%s offset %s limit 1', v_candidates, v_looked_at - 1) into v_past, v_past_key;
      if v_past is not null then
        v_more := true;
        v_last := v_past;
        v_last_key := v_past_key;
        v_last_tier := v_tier;
      end if;
    elsif not v_more and cardinality(v_ids) > v_before then
      v_last := v_ids[cardinality(v_ids)];
      v_last_key := v_keys[cardinality(v_keys)];
      v_last_tier := v_tier;
    end if;
    exit when v_more;
  end loop;
  return jsonb_build_object(
    'products', private.product_cards(v_ids[1:page_size], coalesce(filters ->> 'locale', 'en')),
    'next', case when v_more then private.write_cursor(jsonb_build_object('order', v_order, 'key', v_last_key, 'id', v_last, 'words', coalesce(v_meant.words, '{}'), 'any', coalesce(v_meant.matches_any, false),
      'open', coalesce(v_meant.last_is_open, false), 'top', v_last_tier is distinct from ' and not d.is_top')) end,
    'corrected', case when v_meant.words <> v_words then array_to_string(v_meant.words, ' ') end);
end
$function$;

CREATE OR REPLACE FUNCTION private.fit_history(model private.fit_models, customer_id uuid)
 RETURNS double precision[]
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.fit_product_shares(training_id uuid, product_id uuid, category_id uuid)
 RETURNS private.fit_shares
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.fit_scores(model private.fit_models, product_id uuid, category_id uuid, shares private.fit_shares, sizes text[], body double precision[], history double precision[])
 RETURNS TABLE(size text, small double precision, fits double precision, large double precision, distance double precision, n double precision)
 LANGUAGE plpgsql
 STABLE ROWS 10
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.found_up_to(enough integer, most integer, query tsquery, conditions text)
 RETURNS uuid[]
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  c_find constant text := 'select array(select d.product_id from private.product_documents d where d.document @@ %L::tsquery%s and %s limit %s)';
  v_top uuid[];
  v_others uuid[];
begin
  if query is null then
    return '{}';
  end if;
  execute format(c_find, query, conditions, 'd.is_top', enough) into v_top;
  -- Mostly there are enough among the top ones: all others are many, and take long.
  if cardinality(v_top) >= enough then
    return v_top;
  end if;
  execute format(c_find, query, conditions, 'not d.is_top', most - cardinality(v_top)) into v_others;
  return v_top || v_others;
end
$function$;

CREATE OR REPLACE FUNCTION private.my_boutique_ids(permission public.permission)
 RETURNS SETOF uuid
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER ROWS 3
 SET search_path TO ''
AS $function$
declare
  -- Found once: in the query it would be reckoned anew for every row of a small table, which Postgres scans.
  v_minimum public.member_role := private.minimum_role(permission);
begin
  if permission::text like '%.read' then
    -- Whatever the status of the boutique: no need to look at it.
    return query
      select m.boutique_id from private.my_memberships m where m.role >= v_minimum;
  else
    return query
      select m.boutique_id
      from private.my_memberships m
      join public.boutiques b on b.id = m.boutique_id
      where m.role >= v_minimum and b.status <> 'suspended';
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.my_permissions()
 RETURNS TABLE(boutique_id uuid, boutique_slug text, role public.member_role, permissions public.permission[])
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  return query
    select b.id, b.slug, m.role, array(
      select p from unnest(enum_range(null::public.permission)) p
      where m.role >= private.minimum_role(p) and (b.status <> 'suspended' or p::text like '%.read')
      order by p)
    from private.my_memberships m
    join public.boutiques b on b.id = m.boutique_id
    order by b.slug;
end
$function$;

CREATE OR REPLACE FUNCTION private.understand(words text[], conditions text)
 RETURNS private.understood_words
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_words text[] := words;
  -- A word that is one is not looked for as the beginning of others: that would read the lists of all of them.
  v_open boolean := not private.is_search_word(words[cardinality(words)]);
  -- Of one word it is enough to know that there is something.
  v_enough integer := case cardinality(words) when 1 then 1 else 10 end;
  v_most integer := case cardinality(words) when 1 then 1 else 100 end;
  v_found uuid[];
  v_any tsquery;
  v_meant private.understood_words;
begin
  if coalesce(cardinality(words), 0) = 0 then
    return private.understood(words, false, false);
  end if;
  v_found := private.found_up_to(v_enough, v_most, private.text_query(words, true, v_open), conditions);
  if cardinality(v_found) = 0 then
    v_words := private.corrected_words(words);
  end if;
  if v_words <> words then
    v_open := not private.is_search_word(v_words[cardinality(v_words)]);
    v_found := private.found_up_to(v_enough, v_most, private.text_query(v_words, true, v_open), conditions);
  end if;
  if cardinality(v_found) < v_enough and cardinality(words) > 1 then
    -- Too few have all words: those that have some come after them, unless that is everything.
    v_any := private.text_query(v_words, false, v_open);
    if cardinality(v_found) = 0
      or private.rows_of(format('select from private.product_documents d where d.document @@ %L::tsquery%s and d.is_top', v_any, conditions)) <= 1000 then
      return private.understood(v_words, true, v_open);
    end if;
  end if;
  v_meant := private.understood(v_words, false, v_open);
  if cardinality(v_found) not in (v_enough, v_most) then
    v_meant.found := v_found;
  end if;
  return v_meant;
end
$function$;

CREATE VIEW "private"."my_memberships" AS  SELECT boutique_id,
    role
   FROM public.boutique_members m
  WHERE (user_id = ( SELECT auth.uid() AS uid));

CREATE POLICY "select_staff" ON "public"."allocations" FOR SELECT TO "authenticated" USING (((boutique_id = ANY (ARRAY( SELECT m.boutique_id
   FROM private.my_memberships m
  WHERE (m.role >= private.minimum_role('calendar.read'::public.permission))))) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_staff" ON "public"."appointment_notes" FOR SELECT TO "authenticated" USING (((boutique_id = ANY (ARRAY( SELECT m.boutique_id
   FROM private.my_memberships m
  WHERE (m.role >= private.minimum_role('fittings.read'::public.permission))))) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_owner_or_admin" ON "public"."audit_log" FOR SELECT TO "authenticated" USING (((boutique_id = ANY (ARRAY( SELECT m.boutique_id
   FROM private.my_memberships m
  WHERE (m.role >= private.minimum_role('audit.read'::public.permission))))) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_colleague" ON "public"."boutique_members" FOR SELECT TO "authenticated" USING (((boutique_id = ANY (ARRAY( SELECT m.boutique_id
   FROM private.my_memberships m
  WHERE (m.role >= private.minimum_role('members.read'::public.permission))))) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_staff" ON "public"."boutique_status_changes" FOR SELECT TO "authenticated" USING (((boutique_id = ANY (ARRAY( SELECT m.boutique_id
   FROM private.my_memberships m
  WHERE (m.role >= private.minimum_role('boutique.read'::public.permission))))) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_manager" ON "public"."catalog_import_refusals" FOR SELECT TO "authenticated" USING (((boutique_id = ANY (ARRAY( SELECT m.boutique_id
   FROM private.my_memberships m
  WHERE (m.role >= private.minimum_role('catalog.write'::public.permission))))) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_staff" ON "public"."catalog_imports" FOR SELECT TO "authenticated" USING (((boutique_id = ANY (ARRAY( SELECT m.boutique_id
   FROM private.my_memberships m
  WHERE (m.role >= private.minimum_role('catalog.read'::public.permission))))) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_owner" ON "public"."commissions" FOR SELECT TO "authenticated" USING (((boutique_id = ANY (ARRAY( SELECT m.boutique_id
   FROM private.my_memberships m
  WHERE (m.role >= private.minimum_role('audit.read'::public.permission))))) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_staff" ON "public"."discount_targets" FOR SELECT TO "authenticated" USING (((boutique_id = ANY (ARRAY( SELECT m.boutique_id
   FROM private.my_memberships m
  WHERE (m.role >= private.minimum_role('discounts.read'::public.permission))))) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_staff" ON "public"."discounts" FOR SELECT TO "authenticated" USING (((boutique_id = ANY (ARRAY( SELECT m.boutique_id
   FROM private.my_memberships m
  WHERE (m.role >= private.minimum_role('discounts.read'::public.permission))))) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_staff" ON "public"."garments" FOR SELECT TO "authenticated" USING (((boutique_id = ANY (ARRAY( SELECT m.boutique_id
   FROM private.my_memberships m
  WHERE (m.role >= private.minimum_role('garments.read'::public.permission))))) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_staff" ON "public"."gift_cards" FOR SELECT TO "authenticated" USING (((boutique_id = ANY (ARRAY( SELECT m.boutique_id
   FROM private.my_memberships m
  WHERE (m.role >= private.minimum_role('discounts.read'::public.permission))))) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_member_manager" ON "public"."invitations" FOR SELECT TO "authenticated" USING (((boutique_id = ANY (ARRAY( SELECT m.boutique_id
   FROM private.my_memberships m
  WHERE (m.role >= private.minimum_role('members.invite'::public.permission))))) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_staff" ON "public"."payment_exceptions" FOR SELECT TO "authenticated" USING (((boutique_id = ANY (ARRAY( SELECT m.boutique_id
   FROM private.my_memberships m
  WHERE (m.role >= private.minimum_role('orders.read'::public.permission))))) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_owner" ON "public"."payouts" FOR SELECT TO "authenticated" USING (((boutique_id = ANY (ARRAY( SELECT m.boutique_id
   FROM private.my_memberships m
  WHERE (m.role >= private.minimum_role('audit.read'::public.permission))))) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_staff" ON "public"."product_views" FOR SELECT TO "authenticated" USING (((boutique_id = ANY (ARRAY( SELECT m.boutique_id
   FROM private.my_memberships m
  WHERE (m.role >= private.minimum_role('catalog.read'::public.permission))))) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_staff" ON "public"."resources" FOR SELECT TO "authenticated" USING (((boutique_id = ANY (ARRAY( SELECT m.boutique_id
   FROM private.my_memberships m
  WHERE (m.role >= private.minimum_role('calendar.read'::public.permission))))) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_staff" ON "public"."rooms" FOR SELECT TO "authenticated" USING (((boutique_id = ANY (ARRAY( SELECT m.boutique_id
   FROM private.my_memberships m
  WHERE (m.role >= private.minimum_role('calendar.read'::public.permission))))) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_staff" ON "public"."show_views" FOR SELECT TO "authenticated" USING (((boutique_id = ANY (ARRAY( SELECT m.boutique_id
   FROM private.my_memberships m
  WHERE (m.role >= private.minimum_role('catalog.read'::public.permission))))) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_staff" ON "public"."stock_levels" FOR SELECT TO "authenticated" USING (((boutique_id = ANY (ARRAY( SELECT m.boutique_id
   FROM private.my_memberships m
  WHERE (m.role >= private.minimum_role('stock.read'::public.permission))))) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_staff" ON "public"."stock_movements" FOR SELECT TO "authenticated" USING (((boutique_id = ANY (ARRAY( SELECT m.boutique_id
   FROM private.my_memberships m
  WHERE (m.role >= private.minimum_role('stock.read'::public.permission))))) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_staff" ON "public"."substitution_candidates" FOR SELECT TO "authenticated" USING (((boutique_id = ANY (ARRAY( SELECT m.boutique_id
   FROM private.my_memberships m
  WHERE (m.role >= private.minimum_role('rentals.read'::public.permission))))) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_staff" ON "public"."substitution_proposals" FOR SELECT TO "authenticated" USING (((boutique_id = ANY (ARRAY( SELECT m.boutique_id
   FROM private.my_memberships m
  WHERE (m.role >= private.minimum_role('rentals.read'::public.permission))))) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_webhook_manager" ON "public"."webhook_attempts" FOR SELECT TO "authenticated" USING (((boutique_id = ANY (ARRAY( SELECT m.boutique_id
   FROM private.my_memberships m
  WHERE (m.role >= private.minimum_role('webhooks.read'::public.permission))))) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_webhook_manager" ON "public"."webhook_deliveries" FOR SELECT TO "authenticated" USING (((boutique_id = ANY (ARRAY( SELECT m.boutique_id
   FROM private.my_memberships m
  WHERE (m.role >= private.minimum_role('webhooks.read'::public.permission))))) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_webhook_manager" ON "public"."webhook_endpoints" FOR SELECT TO "authenticated" USING (((boutique_id = ANY (ARRAY( SELECT m.boutique_id
   FROM private.my_memberships m
  WHERE (m.role >= private.minimum_role('webhooks.read'::public.permission))))) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_webhook_manager" ON "public"."webhook_events" FOR SELECT TO "authenticated" USING (((boutique_id = ANY (ARRAY( SELECT m.boutique_id
   FROM private.my_memberships m
  WHERE (m.role >= private.minimum_role('webhooks.read'::public.permission))))) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_staff" ON "public"."working_hours" FOR SELECT TO "authenticated" USING (((boutique_id = ANY (ARRAY( SELECT m.boutique_id
   FROM private.my_memberships m
  WHERE (m.role >= private.minimum_role('calendar.read'::public.permission))))) OR ( SELECT private.is_admin() AS is_admin)));

COMMENT ON FUNCTION "private"."fit_scores"(private.fit_models, uuid, uuid, private.fit_shares, text[], double precision[], double precision[]) IS 'The chances of small, true and large for sizes of a product; distance: of the size from the one that such a body wears of it; n: wearings of it. shares: those of the product. No row for a size that nobody has worn.';

COMMENT ON FUNCTION "private"."found_up_to"(integer, integer, tsquery, text) IS 'Products on show that have these words and fit these filters, in no order: so many of the top ones as are enough, or else at most so many of all. All there are, when it is neither of these numbers.';

COMMENT ON TYPE "private"."understood_words" IS 'What somebody means: products that fit query, first those that fit best; words: hers, as they are spelled right; matches_any: one of them is enough; last_is_open: she is still writing the last; found: all that fit query and her filters, when they are few, so that nobody looks for them again.';

COMMENT ON VIEW "private"."my_memberships" IS 'Boutiques that the caller works for now, and as what. In policies of tables that only staff read: boutique_id = any (array(select m.boutique_id from private.my_memberships m where m.role >= private.minimum_role(''garments.read''))), which costs half of a call of my_boutique_ids. Where customers read, too, it would cost those who need it not.';

REVOKE ALL ON FUNCTION "private"."fit_scores"(private.fit_models, uuid, uuid, private.fit_shares, text[], double precision[], double precision[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."fit_scores"(private.fit_models, uuid, uuid, private.fit_shares, text[], double precision[], double precision[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."found_up_to"(integer, integer, tsquery, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."found_up_to"(integer, integer, tsquery, text) TO "postgres";

REVOKE ALL ("customer_id") ON TABLE "public"."measurements" FROM "authenticated";

GRANT INSERT ("customer_id"), UPDATE ("customer_id") ON TABLE "public"."measurements" TO "authenticated";

GRANT SELECT ON TABLE "private"."my_memberships" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "private"."my_memberships" TO "postgres";
