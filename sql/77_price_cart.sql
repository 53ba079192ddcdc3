-- What a cart costs and whether it can be had, now. my_cart, quote_cart and checkout all ask here: one place knows prices.

create type private.wanted_line as (item_id uuid, variant_id uuid, kind public.order_line_kind, quantity integer, period daterange);

create function private.price_line(wanted private.wanted_line, country text) returns public.cart_line
language plpgsql stable
set search_path = ''
as $$
declare
  v_variant public.product_variants;
  v_product public.products;
  v_terms private.rental_terms;
  v_tax private.tax_rate;
  v_line public.cart_line;
begin
  v_line.item_id := wanted.item_id;
  v_line.variant_id := wanted.variant_id;
  v_line.kind := wanted.kind;
  v_line.quantity := wanted.quantity;
  v_line.first_day := lower(wanted.period);
  v_line.last_day := upper(wanted.period) - 1;
  v_line.unit_price := 0;
  v_line.deposit := 0;
  select * into v_variant from public.product_variants v where v.id = wanted.variant_id;
  if not found or not v_variant.listed then
    v_line.problem := 'variant_not_found';
  end if;
  select * into v_product from public.products p where p.id = v_variant.product_id;
  v_line.boutique_id := v_variant.boutique_id;
  v_line.product_id := v_product.id;
  v_line.category_id := v_product.category_id;
  v_line.product_name := v_product.name;
  v_line.product_slug := v_product.slug;
  v_line.size := v_variant.size;
  v_line.color := v_variant.color;
  v_line.sku := v_variant.sku;
  v_line.serialised := coalesce(v_variant.serialised, false);
  v_line.currency := v_variant.currency;
  if v_line.problem is null then
    if wanted.kind = 'rental' then
      begin
        v_terms := private.rental_terms(wanted.variant_id, wanted.period::text);
        v_line.unit_price := v_terms.price_per_day * (upper(wanted.period) - lower(wanted.period));
        v_line.deposit := v_terms.deposit;
        v_line.available := (select count(*) from private.free_garment_ids(wanted.variant_id, private.allocation_of_period(
          v_terms.period, v_terms.buffer_days_before, v_terms.buffer_days_after, v_terms.timezone)));
        if v_line.available = 0 then
          v_line.problem := 'not_available';
        end if;
      exception when sqlstate 'PT400' or sqlstate 'PT404' or sqlstate 'PT409' then
        get stacked diagnostics v_line.problem = pg_exception_hint;
      end;
    elsif v_variant.sale_price is null or not v_product.for_sale then
      v_line.problem := 'not_for_sale';
    elsif wanted.kind = 'made_to_order' and not v_product.made_to_order then
      v_line.problem := 'not_made_to_order';
    else
      v_line.unit_price := v_variant.sale_price;
      if wanted.kind = 'made_to_order' then
        v_line.promised_date := private.promised_date(v_product);
      elsif v_variant.serialised then
        v_line.available := (select count(*) from private.free_garment_ids(v_variant.id, tstzrange(now(), null)));
      else
        v_line.available := private.available_stock(v_variant.id);
      end if;
      if v_line.available < wanted.quantity then
        v_line.problem := 'out_of_stock';
      end if;
    end if;
  end if;
  v_line.subtotal := v_line.unit_price * wanted.quantity;
  v_line.discount := 0;
  v_tax := private.tax_rate(v_variant.boutique_id, wanted.kind::text::public.taxed_thing, v_product.category_id, country);
  v_line.tax_name := v_tax.name;
  v_line.tax_basis_points := v_tax.basis_points;
  v_line.tax := 0;
  return v_line;
end
$$;
comment on function private.price_line(private.wanted_line, text) is 'A line with its price of now, and what is wrong with it. Discounts and taxes come after.';

create function private.choose_shipping(boutique public.cart_boutique, shipping_method_ids uuid[], country text) returns public.cart_boutique
language plpgsql stable
set search_path = ''
as $$
declare
  v_method public.shipping_methods;
  v_tax private.tax_rate;
begin
  select * into v_method
  from public.shipping_methods s
  where s.boutique_id = boutique.boutique_id and s.listed
    and (s.kind = 'pickup' or country is null or cardinality(s.countries) = 0 or country = any (s.countries))
  order by s.id = any (shipping_method_ids) desc, s.position, s.id
  limit 1;
  boutique.shipping := 0;
  boutique.shipping_tax_basis_points := 0;
  boutique.shipping_tax := 0;
  if not found then
    -- A boutique that has set up none hands everything over itself.
    if exists (select from public.shipping_methods s where s.boutique_id = boutique.boutique_id and s.listed) then
      boutique.problem := 'no_shipping_method';
    end if;
    return boutique;
  end if;
  boutique.shipping_method_id := v_method.id;
  boutique.shipping_name := v_method.name;
  boutique.shipping_kind := v_method.kind;
  if v_method.free_from is null or boutique.subtotal - boutique.discount < v_method.free_from then
    v_tax := private.tax_rate(boutique.boutique_id, 'shipping', null, country);
    boutique.shipping := v_method.price;
    boutique.shipping_tax_basis_points := v_tax.basis_points;
    boutique.shipping_tax := private.tax_of(v_method.price, v_tax.basis_points, boutique.prices_include_tax);
  end if;
  return boutique;
end
$$;
comment on function private.choose_shipping(public.cart_boutique, uuid[], text) is 'The chosen way to deliver, or the first that fits, with its price and tax.';

create function private.price_cart(
  wanted private.wanted_line[], customer_id uuid, discount_codes text[], shipping_method_ids uuid[], country text)
returns public.priced_cart
language plpgsql stable
set search_path = ''
as $$
declare
  v_cart public.priced_cart;
  v_line public.cart_line;
  v_boutique public.cart_boutique;
  v_codes text[] := array(select distinct upper(btrim(c)) from unnest(discount_codes) c where c ~ '\S');
  v_taken record;
  v_wanted integer;
begin
  v_cart.lines := '{}';
  v_cart.boutiques := '{}';
  v_cart.discounts := '{}';
  for v_n in 1..cardinality(wanted) loop
    v_cart.lines := v_cart.lines || private.price_line(wanted[v_n], country);
  end loop;
  -- Lines that share stock are summed: three and three of five cannot both be had.
  for v_n in 1..cardinality(v_cart.lines) loop
    v_line := v_cart.lines[v_n];
    select sum(l.quantity) into v_wanted
    from unnest(v_cart.lines) l
    where l.variant_id = v_line.variant_id and l.kind = v_line.kind and l.first_day is not distinct from v_line.first_day
      and l.last_day is not distinct from v_line.last_day;
    if v_line.problem is null and v_wanted > v_line.available then
      v_cart.lines[v_n].problem := case v_line.kind when 'rental' then 'not_available' else 'out_of_stock' end;
    end if;
  end loop;

  for v_boutique in
    select b.id, b.name, b.currency::text, p.prices_include_tax, 0, 0, null, null, null, 0, 0, 0, 0, 0, 0, null
    from (select distinct l.boutique_id from unnest(v_cart.lines) l where l.boutique_id is not null) d
    join public.boutiques b on b.id = d.boutique_id
    join public.commerce_policies p on p.boutique_id = b.id
    order by b.name, b.id
  loop
    v_boutique.subtotal := coalesce((
      select sum(l.subtotal) from unnest(v_cart.lines) l where l.boutique_id = v_boutique.boutique_id and l.problem is null), 0);
    v_boutique.deposit := coalesce((
      select sum(l.deposit * l.quantity) from unnest(v_cart.lines) l where l.boutique_id = v_boutique.boutique_id and l.problem is null), 0);
    v_boutique := private.choose_shipping(v_boutique, shipping_method_ids, country);
    select * into v_taken from private.apply_discounts(v_boutique, customer_id, v_codes, v_cart.discounts, v_cart.lines);
    v_cart.lines := v_taken.lines;
    v_cart.discounts := v_cart.discounts || v_taken.applied;
    v_boutique.discount := coalesce((
      select sum(l.discount) from unnest(v_cart.lines) l where l.boutique_id = v_boutique.boutique_id and l.problem is null), 0);
    if v_boutique.discount > 0 then
      -- It may be too little now for free shipping.
      v_boutique := private.choose_shipping(v_boutique, shipping_method_ids, country);
    end if;
    if v_taken.ships_free then
      v_boutique.shipping := 0;
      v_boutique.shipping_tax := 0;
    end if;
    for v_n in 1..cardinality(v_cart.lines) loop
      v_line := v_cart.lines[v_n];
      continue when v_line.boutique_id is distinct from v_boutique.boutique_id or v_line.problem is not null;
      v_cart.lines[v_n].tax := private.tax_of(v_line.subtotal - v_line.discount, v_line.tax_basis_points, v_boutique.prices_include_tax);
      v_boutique.tax := v_boutique.tax + v_cart.lines[v_n].tax;
    end loop;
    v_boutique.tax := v_boutique.tax + v_boutique.shipping_tax;
    v_boutique.total := v_boutique.subtotal - v_boutique.discount + v_boutique.shipping
      + case when v_boutique.prices_include_tax then 0 else v_boutique.tax end;
    v_cart.boutiques := v_cart.boutiques || v_boutique;
  end loop;
  v_cart.discounts := v_cart.discounts || array(
    select row(null, null, c, '', null, 0, 'not_found')::public.cart_discount
    from unnest(v_codes) c where not exists (select from unnest(v_cart.discounts) d where d.code = c));
  v_cart.can_be_ordered := cardinality(v_cart.lines) > 0
    and not exists (select from unnest(v_cart.lines) l where l.problem is not null)
    and not exists (select from unnest(v_cart.boutiques) b where b.problem is not null);
  return v_cart;
end
$$;
comment on function private.price_cart(private.wanted_line[], uuid, text[], uuid[], text) is
  'Prices, discounts, shipping, taxes and availability of lines, as they are now, for each boutique.';

create function private.cart_lines(cart_id uuid) returns private.wanted_line[]
language plpgsql stable
set search_path = ''
as $$
begin
  return array(
    select row(i.id, i.variant_id, i.kind, i.quantity, i.period)::private.wanted_line
    from public.cart_items i where i.cart_id = cart_lines.cart_id
    order by i.id);
end
$$;
comment on function private.cart_lines(uuid) is 'What is in a cart.';

create function private.cart_summary(cart public.priced_cart) returns public.cart_summary
language plpgsql stable
set search_path = ''
as $$
begin
  return row(cart.cart_id, cart.wear_date, to_jsonb(cart.lines), to_jsonb(cart.boutiques), to_jsonb(cart.discounts), cart.can_be_ordered)::public.cart_summary;
end
$$;
comment on function private.cart_summary(public.priced_cart) is 'A priced cart as the API shows it: arrays of rows are read by few clients, JSON by all.';

create function private.my_cart() returns public.cart_summary
language plpgsql stable
security definer -- stock and calendar are not the customer's to read; she is told how many can be had
set search_path = ''
as $$
declare
  v_cart public.carts;
  v_priced public.priced_cart;
begin
  select * into v_cart from public.carts c where c.customer_id = auth.uid() and c.state = 'open';
  v_priced := private.price_cart(
    private.cart_lines(v_cart.id), auth.uid(), coalesce(v_cart.discount_codes, '{}'), coalesce(v_cart.shipping_method_ids, '{}'), v_cart.country);
  v_priced.cart_id := v_cart.id;
  v_priced.wear_date := v_cart.wear_date;
  return private.cart_summary(v_priced);
end
$$;

create function private.quote_cart(lines jsonb, discount_codes text[], shipping_method_ids uuid[], country text) returns public.cart_summary
language plpgsql volatile -- counts its calls
security definer -- anybody may ask what can be had, nobody may read stock and calendar
set search_path = ''
as $$
declare
  v_priced public.priced_cart;
begin
  perform private.limit_rate('quote_cart', 300, 300);
  if cardinality(discount_codes) > 10 or cardinality(shipping_method_ids) > 50 or country !~ '^[A-Z]{2}$' then
    perform private.raise_error(400, 'invalid_cart', 'A cart has at most 10 codes and 50 ways to deliver; country is an ISO 3166-1 code such as ET.');
  end if;
  v_priced := private.price_cart(
    array(
      select row(null, l.variant_id, l.kind, least(greatest(l.quantity, 1), 100),
        case when l.kind = 'rental' then private.parse_period(l.period) end)::private.wanted_line
      from private.guest_lines(lines) l),
    auth.uid(), coalesce(discount_codes, '{}'), coalesce(shipping_method_ids, '{}'), country);
  if exists (select from unnest(v_priced.discounts) d where d.problem = 'not_found') then
    perform private.limit_rate('discount_codes', 60, 20);
  end if;
  return private.cart_summary(v_priced);
end
$$;

create function public.my_cart() returns public.cart_summary
language sql stable security invoker set search_path = ''
as $$ select private.my_cart() $$;
comment on function public.my_cart() is
  'The caller''s open cart with the prices, discounts, taxes, shipping and availability of this moment. Without a cart: no lines.';
grant execute on function private.my_cart() to authenticated;
grant execute on function public.my_cart() to authenticated;

create function public.quote_cart(lines jsonb, discount_codes text[] default '{}', shipping_method_ids uuid[] default '{}', country text default null)
returns public.cart_summary
language sql volatile security invoker set search_path = ''
as $$ select private.quote_cart(lines, discount_codes, shipping_method_ids, country) $$;
comment on function public.quote_cart(jsonb, text[], uuid[], text) is
  'As my_cart, for lines that the client keeps: the cart of a guest. lines as in merge_cart. For anybody. PT400 invalid_lines, invalid_period, invalid_cart; PT429 too_many_requests.';
grant execute on function private.quote_cart(jsonb, text[], uuid[], text) to anon, authenticated;
grant execute on function public.quote_cart(jsonb, text[], uuid[], text) to anon, authenticated;
