set local check_function_bodies = off;

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
    if v_known and (private.fit_product_shares(v_model.training_id, v_product.id, v_product.category_id)).n >= c_enough then
      -- Beyond three deviations nobody of such a body has worn the size: nothing is said of it. The advice is for the size that
      -- most likely fits and is as rarely too small as too large, near to what such bodies wear.
      select coalesce(jsonb_object_agg(s.size, jsonb_build_object('small', round(s.small::numeric, 4), 'true', round(s.fits::numeric, 4), 'large', round(s.large::numeric, 4))), '{}'),
        (array_agg(s.size order by s.worth desc, s.size))[1],
        (array_agg(case when s.n >= 20 then 'good' else 'fair' end order by s.worth desc, s.size))[1]
      into v_scores, v_best, v_confidence
      from (
        select f.*, (1 + f.fits - abs(f.small - f.large)) * exp(-power(f.distance / v_model.spread, 2) / 8) as worth
        from private.fit_scores(v_model, v_product.id, v_product.category_id, v_sizes, v_weighed, v_history) f
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

REVOKE ALL ("customer_id") ON TABLE "public"."measurements" FROM "authenticated";

GRANT INSERT ("customer_id"), UPDATE ("customer_id") ON TABLE "public"."measurements" TO "authenticated";
