set local check_function_bodies = off;

CREATE OR REPLACE FUNCTION private.import_products(import_id uuid, rows_read bigint, products jsonb, is_last boolean)
 RETURNS boolean
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_import public.catalog_imports;
  v_products jsonb;
  v_product jsonb;
  v_refusals jsonb;
  v_good jsonb;
  v_written record;
  v_products_written bigint := 0;
  v_variants_written bigint := 0;
  v_one_by_one boolean := false;
  v_constraint text;
  v_hint text;
  v_message text;
  v_kept bigint;
  v_rows bigint := coalesce((select sum((x.v ->> 'row_count')::bigint) from jsonb_array_elements(products) x (v)), 0);
begin
  select * into v_import from public.catalog_imports i where i.id = import_products.import_id for no key update;
  -- Cancelled, or another run of the same job is further.
  if not found or v_import.state <> 'running' or v_import.rows_read <> import_products.rows_read then
    return false;
  end if;
  -- So that the audit log says with whose right it was written.
  perform set_config('request.jwt.claim.sub', coalesce(v_import.started_by::text, ''), true);
  v_products := coalesce(private.resolve_import(v_import.boutique_id, products), '[]');
  v_refusals := (select coalesce(jsonb_agg(r), '[]') from private.import_refusals(v_import.id, v_import.boutique_id, v_products) r);
  v_good := (
    select coalesce(jsonb_agg(x.v order by x.v -> 'n'), '[]') from jsonb_array_elements(v_products) x (v)
    where x.v -> 'n' not in (select r.v -> 'n' from jsonb_array_elements(v_refusals) r (v)));
  begin
    v_written := private.write_imported(v_import.boutique_id, v_good);
    v_products_written := v_written.products_written;
    v_variants_written := v_written.variants_written;
    if v_import.is_dry_run then
      raise exception using errcode = 'NX001';
    end if;
  exception
    when sqlstate 'NX001' then
      null;
    when data_exception or integrity_constraint_violation or sqlstate 'PT400' then
      v_one_by_one := true;
  end;
  -- One of them is at fault: each by itself, so that the others are written.
  if v_one_by_one then
    v_products_written := 0;
    v_variants_written := 0;
    for v_product in select x.v from jsonb_array_elements(v_good) x (v) loop
      begin
        v_written := private.write_imported(v_import.boutique_id, jsonb_build_array(v_product));
        v_products_written := v_products_written + v_written.products_written;
        v_variants_written := v_variants_written + v_written.variants_written;
        if v_import.is_dry_run then
          raise exception using errcode = 'NX001';
        end if;
      exception
        when sqlstate 'NX001' then
          null;
        when data_exception or integrity_constraint_violation or sqlstate 'PT400' then
          get stacked diagnostics v_constraint = constraint_name, v_hint = pg_exception_hint, v_message = message_text;
          v_refusals := v_refusals || jsonb_build_object('n', v_product -> 'n', 'line', v_product -> 'line', 'sku', null,
            'code', case
              when v_constraint = 'product_variants_product_id_size_color_key' then 'size_and_color_taken'
              when sqlstate = 'PT400' then v_hint
              else 'invalid_value' end,
            'message', case
              when v_constraint = 'product_variants_product_id_size_color_key' then 'Two variants of the product would have the same size and color.'
              when sqlstate = '23514' then format('The database wants: %s.', replace(v_constraint, '_', ' '))
              else left(v_message, 500) end);
      end;
    end loop;
  end if;

  insert into public.catalog_import_refusals (import_id, boutique_id, line, sku, code, message)
  select v_import.id, v_import.boutique_id, a.line, a.sku, a.code, a.message
  from (
    select (r.v ->> 'line')::bigint as line, left(coalesce(r.v ->> 'sku', w.v ->> 'sku'), 80) as sku, r.v ->> 'code' as code, left(r.v ->> 'message', 1000) as message
    from jsonb_array_elements(v_refusals) r (v)
    join jsonb_array_elements(v_products) p (v) on p.v -> 'n' = r.v -> 'n'
    left join lateral jsonb_array_elements(p.v -> 'rows') w (v) on w.v -> 'line' = r.v -> 'line'
    union all
    -- All or nothing: the other rows of a refused product.
    select (w.v ->> 'line')::bigint, left(w.v ->> 'sku', 80), 'product_refused',
      format('Another row of the product was refused, on line %s.', (
        select min((r.v ->> 'line')::bigint) from jsonb_array_elements(v_refusals) r (v) where r.v -> 'n' = p.v -> 'n'))
    from jsonb_array_elements(v_products) p (v)
    cross join lateral jsonb_array_elements(p.v -> 'rows') w (v)
    where p.v -> 'n' in (select r.v -> 'n' from jsonb_array_elements(v_refusals) r (v))
      and not exists (select from jsonb_array_elements(v_refusals) r (v) where r.v -> 'n' = p.v -> 'n' and r.v -> 'line' = w.v -> 'line')
    order by 1, 3
    limit 10000 - v_import.refusals_kept
  ) a;
  get diagnostics v_kept = row_count;

  insert into private.catalog_import_keys (import_id, kind, key, line)
  select v_import.id, k.kind, k.key, min(k.line)
  from (
    select 'product' as kind, x.v ->> 'slug' as key, (x.v ->> 'line')::bigint as line
    from jsonb_array_elements(v_products) x (v)
    union all
    select 'sku', w.v ->> 'sku', (w.v ->> 'line')::bigint
    from jsonb_array_elements(v_products) x (v) cross join lateral jsonb_array_elements(x.v -> 'rows') w (v)
  ) k
  where k.key is not null and not is_last
  group by k.kind, k.key
  on conflict do nothing;

  update public.catalog_imports i set
    rows_read = i.rows_read + v_rows,
    rows_refused = i.rows_refused + coalesce((
      select sum((x.v ->> 'row_count')::bigint) from jsonb_array_elements(v_products) x (v)
      where x.v -> 'n' in (select r.v -> 'n' from jsonb_array_elements(v_refusals) r (v))), 0),
    refusals_kept = i.refusals_kept + v_kept,
    products_written = i.products_written + v_products_written,
    variants_written = i.variants_written + v_variants_written
  where i.id = v_import.id;
  if is_last then
    perform private.end_catalog_import(import_id, 'done');
  end if;
  return true;
end
$function$;
