set local check_function_bodies = off;

DROP FUNCTION "private"."sizes_on_show"(public.products);

CREATE OR REPLACE FUNCTION private.sizes_on_show(product public.products)
 RETURNS TABLE(size text, variants jsonb)
 LANGUAGE plpgsql
 STABLE ROWS 10
 SET search_path TO ''
AS $function$
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
$function$;

COMMENT ON FUNCTION "private"."sizes_on_show"(public.products) IS 'Sizes of a product with their variants: in_stock can be bought now; for_rent has a garment, which may be away on some days.';

REVOKE ALL ON FUNCTION "private"."sizes_on_show"(public.products) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."sizes_on_show"(public.products) TO "postgres";
