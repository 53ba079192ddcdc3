-- What a cart looks like when it is priced.

create type public.cart_line as (
  item_id uuid,
  boutique_id uuid,
  product_id uuid,
  variant_id uuid,
  category_id uuid,
  product_name text,
  product_slug text,
  size text,
  color text,
  sku text,
  kind public.order_line_kind,
  serialised boolean,
  quantity integer,
  first_day date,
  last_day date,
  unit_price bigint,
  subtotal bigint,
  discount bigint,
  tax_name text,
  tax_basis_points integer,
  tax bigint,
  deposit bigint,
  currency text,
  available integer,
  promised_date date,
  problem text
);
comment on type public.cart_line is
  'Line of a cart as it would be ordered now. Money in minor units of the currency; subtotal is before the discount, tax after it. available: pieces that can be had (null: made to order). problem: variant_not_found, not_for_sale, not_for_rent, not_made_to_order, invalid_period, out_of_stock, not_available, or null. promised_date: when what is made to order is done.';

create type public.cart_boutique as (
  boutique_id uuid,
  boutique_name text,
  currency text,
  prices_include_tax boolean,
  subtotal bigint,
  discount bigint,
  shipping_method_id uuid,
  shipping_name text,
  shipping_kind public.shipping_kind,
  shipping bigint,
  shipping_tax_basis_points integer,
  shipping_tax bigint,
  tax bigint,
  total bigint,
  deposit bigint,
  problem text
);
comment on type public.cart_boutique is
  'What a cart would be as an order of one boutique. total = subtotal - discount + shipping, + tax when prices do not include it. Lines with a problem are not counted. problem: no_shipping_method when none goes there, or null.';

create type public.cart_discount as (
  discount_id uuid,
  boutique_id uuid,
  code text,
  name text,
  kind public.discount_kind,
  amount bigint,
  problem text
);
comment on type public.cart_discount is
  'What a discount does for the order of a boutique. amount: what it saves, in minor units. problem: not_found, not_started, ended, used_up, used_up_by_you, minimum_not_reached, not_first_order, nothing_eligible, another_saves_more, or null.';

create type public.priced_cart as (
  cart_id uuid,
  wear_date date,
  lines public.cart_line[],
  boutiques public.cart_boutique[],
  discounts public.cart_discount[],
  can_be_ordered boolean
);
comment on type public.priced_cart is 'Lines, a total for each boutique, and what discounts do. can_be_ordered: there is a line, and nothing has a problem.';

create type public.cart_summary as (
  cart_id uuid,
  wear_date date,
  lines jsonb,
  boutiques jsonb,
  discounts jsonb,
  can_be_ordered boolean
);
comment on type public.cart_summary is
  'Answer of my_cart and quote_cart: lines is an array of cart_line, boutiques one of cart_boutique, discounts one of cart_discount: those that are taken off, and codes that are not with the reason. can_be_ordered: there is a line, and nothing has a problem.';
