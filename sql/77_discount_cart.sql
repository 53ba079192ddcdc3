-- What discounts take off the lines of a cart.

create function private.lock_discounts(discount_ids uuid[]) returns void
language plpgsql volatile
set search_path = ''
as $$
begin
  perform from public.discounts d
  where d.id = any (discount_ids) and (d.usage_limit is not null or d.usage_limit_per_customer is not null)
  order by d.id for no key update;
end
$$;
comment on function private.lock_discounts(uuid[]) is 'Locks those of these discounts that have a limit, in the order of their ids.';

create function private.candidate_discounts(boutique_id uuid, codes text[]) returns setof public.discounts
language plpgsql stable
rows 5
set search_path = ''
as $$
begin
  return query
  select * from public.discounts d
  where (d.boutique_id = candidate_discounts.boutique_id or d.boutique_id is null)
    and d.retired_at is null
    and (d.code is null or d.code = any (codes))
  order by d.id;
end
$$;
comment on function private.candidate_discounts(uuid, text[]) is 'Discounts that the order of a boutique may have: those without a code, and those of these codes (in capitals).';

create function private.targeted_categories(discount_id uuid) returns uuid[]
language plpgsql stable
set search_path = ''
as $$
begin
  return array(
    with recursive below as (
      select t.category_id as id from public.discount_targets t where t.discount_id = targeted_categories.discount_id and t.category_id is not null
      union
      select c.id from public.categories c join below b on c.parent_id = b.id
    )
    select b.id from below b);
end
$$;
comment on function private.targeted_categories(uuid) is 'The categories that a discount is for, with all below them.';

create function private.discount_of_lines(discount public.discounts, boutique_id uuid, lines public.cart_line[], remaining bigint[]) returns bigint[]
language plpgsql stable
set search_path = ''
as $$
declare
  v_products uuid[] := array(select t.product_id from public.discount_targets t where t.discount_id = discount.id and t.product_id is not null);
  v_categories uuid[] := private.targeted_categories(discount.id);
  v_for_all boolean := not discount.limited_to_targets;
  v_base bigint[] := '{}';
  v_sum numeric := 0;
  v_before numeric := 0;
  v_total numeric;
  v_shares bigint[] := '{}';
begin
  for v_n in 1..cardinality(lines) loop
    v_base[v_n] := case
      when lines[v_n].boutique_id = discount_of_lines.boutique_id and lines[v_n].problem is null
        and (v_for_all or lines[v_n].product_id = any (v_products) or coalesce(lines[v_n].category_id = any (v_categories), false))
      then remaining[v_n] else 0 end;
    v_sum := v_sum + v_base[v_n];
  end loop;
  v_total := case discount.kind
    when 'percent' then round(v_sum * discount.percent_basis_points / 10000)
    when 'amount' then least(discount.amount, v_sum)
    else 0 end;
  -- In proportion, each line the difference of two rounded sums: together they are the whole.
  for v_n in 1..cardinality(lines) loop
    v_shares[v_n] := case when v_sum = 0 then 0
      else floor(v_total * (v_before + v_base[v_n]) / v_sum) - floor(v_total * v_before / v_sum) end;
    v_before := v_before + v_base[v_n];
  end loop;
  return v_shares;
end
$$;
comment on function private.discount_of_lines(public.discounts, uuid, public.cart_line[], bigint[]) is
  'What a discount takes off each line, of what is left of it; zeros for lines that it is not for.';

create function private.discount_problem(
  discount public.discounts, boutique_id uuid, customer_id uuid, lines public.cart_line[], uses_in_cart integer) returns text
language plpgsql stable
set search_path = ''
as $$
declare
  v_categories uuid[] := private.targeted_categories(discount.id);
  v_eligible bigint := 0;
  v_currency text;
begin
  select coalesce(sum(l.subtotal), 0), max(l.currency) into v_eligible, v_currency
  from unnest(lines) l
  where l.boutique_id = discount_problem.boutique_id and l.problem is null
    and (not discount.limited_to_targets
      or l.category_id = any (v_categories)
      or exists (select from public.discount_targets t where t.discount_id = discount.id and t.product_id = l.product_id));
  return case
    when discount.starts_at > now() then 'not_started'
    when discount.ends_at <= now() then 'ended'
    when discount.used_count + uses_in_cart >= discount.usage_limit then 'used_up'
    when (
      select count(*) from public.discount_redemptions r
      where r.discount_id = discount.id and r.customer_id = discount_problem.customer_id and r.given_back_at is null
    ) + uses_in_cart >= discount.usage_limit_per_customer then 'used_up_by_you'
    when discount.first_order_only and exists (
      select from public.orders o
      where o.customer_id = discount_problem.customer_id
        and (o.paid_at is not null or (o.state = 'pending' and o.hold_expires_at > now()))
        and (discount.boutique_id is null or o.boutique_id = discount.boutique_id)) then 'not_first_order'
    when v_eligible = 0 or discount.currency <> v_currency then 'nothing_eligible'
    when v_eligible < discount.minimum_subtotal then 'minimum_not_reached'
  end;
end
$$;
comment on function private.discount_problem(public.discounts, uuid, uuid, public.cart_line[], integer) is
  'Why a discount does nothing for the order of a boutique; null when it does. uses_in_cart: orders of other boutiques of the same cart that have it.';

create function private.apply_discounts(
  boutique public.cart_boutique, customer_id uuid, codes text[], earlier public.cart_discount[], inout lines public.cart_line[], out applied public.cart_discount[],
  out ships_free boolean)
language plpgsql stable
set search_path = ''
as $$
declare
  v_discount public.discounts;
  v_problem text;
  v_usable public.discounts[] := '{}';
  v_subtotals bigint[] := array(select l.subtotal from unnest(lines) with ordinality l order by l.ordinality);
  v_left bigint[];
  v_shares bigint[];
  v_saved bigint;
  v_best bigint := 0;
  v_chosen public.discounts[] := '{}';
begin
  applied := '{}';
  ships_free := false;
  for v_discount in select * from private.candidate_discounts(boutique.boutique_id, codes) loop
    v_problem := private.discount_problem(v_discount, boutique.boutique_id, customer_id, lines,
      (select count(*) from unnest(earlier) e where e.discount_id = v_discount.id and e.problem is null)::integer);
    if v_problem is null then
      v_usable := v_usable || v_discount;
    elsif v_discount.code is not null then
      applied := applied || row(v_discount.id, boutique.boutique_id, v_discount.code, v_discount.name, v_discount.kind, 0, v_problem)::public.cart_discount;
    end if;
  end loop;

  -- All that stack, percentages first.
  v_usable := array(select u from unnest(v_usable) u order by u.kind, u.id);
  v_left := v_subtotals;
  foreach v_discount in array v_usable loop
    continue when not v_discount.stackable;
    v_chosen := v_chosen || v_discount;
    v_shares := private.discount_of_lines(v_discount, boutique.boutique_id, lines, v_left);
    v_best := v_best + (select sum(s) from unnest(v_shares) s)
      + case when v_discount.kind = 'free_shipping' then boutique.shipping else 0 end;
    v_left := array(select l - s from unnest(v_left, v_shares) with ordinality x (l, s, n) order by x.n);
  end loop;
  -- Or one of them alone.
  foreach v_discount in array v_usable loop
    v_saved := (select sum(s) from unnest(private.discount_of_lines(v_discount, boutique.boutique_id, lines, v_subtotals)) s)
      + case when v_discount.kind = 'free_shipping' then boutique.shipping else 0 end;
    if v_saved > v_best then
      v_best := v_saved;
      v_chosen := array[v_discount];
    end if;
  end loop;

  v_left := v_subtotals;
  foreach v_discount in array v_usable loop
    if exists (select from unnest(v_chosen) c where c.id = v_discount.id) then
      v_shares := private.discount_of_lines(v_discount, boutique.boutique_id, lines, v_left);
      for v_n in 1..cardinality(lines) loop
        lines[v_n].discount := lines[v_n].discount + v_shares[v_n];
        v_left[v_n] := v_left[v_n] - v_shares[v_n];
      end loop;
      ships_free := ships_free or v_discount.kind = 'free_shipping';
      v_saved := (select sum(s) from unnest(v_shares) s) + case when v_discount.kind = 'free_shipping' then boutique.shipping else 0 end;
      applied := applied || row(v_discount.id, boutique.boutique_id, v_discount.code, v_discount.name, v_discount.kind, v_saved, null)::public.cart_discount;
    elsif v_discount.code is not null then
      applied := applied || row(v_discount.id, boutique.boutique_id, v_discount.code, v_discount.name, v_discount.kind, 0, 'another_saves_more')::public.cart_discount;
    end if;
  end loop;
end
$$;
comment on function private.apply_discounts(public.cart_boutique, uuid, text[], public.cart_discount[], public.cart_line[]) is
  'Takes the discounts of a boutique''s order off its lines, by the rule at the head of 74_discounts. The boutique''s shipping is the price without them; earlier: what the boutiques before it have.';
