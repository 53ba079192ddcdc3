-- quote_rental: what a rental would cost and whether a garment is free.

create type public.rental_quote as (
  variant_id uuid,
  first_day date,
  last_day date,
  days integer,
  price_per_day bigint,
  price bigint,
  deposit bigint,
  currency text,
  blocked_from timestamptz,
  blocked_until timestamptz,
  available boolean,
  next_free_first_day date,
  next_free_last_day date
);
comment on type public.rental_quote is
  'Answer of quote_rental. Money in minor units of the currency. blocked_from and blocked_until are the time the garment is taken for, buffers included; next_free_* the next period of the same length when it is not available.';

create function private.quote_rental(variant_id uuid, period text) returns public.rental_quote
language plpgsql volatile -- counts its calls
security definer -- anybody may ask whether something is free, nobody may read the calendar itself
set search_path = ''
as $$
declare
  v_terms private.rental_terms;
  v_during tstzrange;
  v_available boolean;
  v_next daterange;
  v_quote public.rental_quote;
begin
  -- A bride who clicks through a season asks some dozens of times; whoever copies the calendar asks thousands of times.
  perform private.limit_rate('quote_rental', 300, 300);
  v_terms := private.rental_terms(variant_id, period);
  v_during := private.allocation_of_period(
    v_terms.period, v_terms.buffer_days_before, v_terms.buffer_days_after, v_terms.timezone);
  v_available := exists (select from private.free_garment_ids(variant_id, v_during));
  if not v_available then
    v_next := private.next_free_period(v_terms);
  end if;
  v_quote.variant_id := v_terms.variant_id;
  v_quote.first_day := lower(v_terms.period);
  v_quote.last_day := upper(v_terms.period) - 1;
  v_quote.days := upper(v_terms.period) - lower(v_terms.period);
  v_quote.price_per_day := v_terms.price_per_day;
  v_quote.price := v_terms.price_per_day * v_quote.days;
  v_quote.deposit := v_terms.deposit;
  v_quote.currency := v_terms.currency;
  v_quote.blocked_from := lower(v_during);
  v_quote.blocked_until := upper(v_during);
  v_quote.available := v_available;
  v_quote.next_free_first_day := lower(v_next);
  v_quote.next_free_last_day := upper(v_next) - 1;
  return v_quote;
end
$$;

create function public.quote_rental(variant_id uuid, period text) returns public.rental_quote
language sql volatile
security invoker
set search_path = ''
as $$
  select private.quote_rental(variant_id, period)
$$;
comment on function public.quote_rental(uuid, text) is
  'Price, deposit, buffers and availability of a rental, for anybody. period: days in range form, [2027-06-04,2027-06-06] counts both. PT404 variant_not_found, PT409 not_for_rent, PT400 invalid_period, PT429 too_many_requests.';
grant execute on function private.quote_rental(uuid, text) to anon, authenticated, service_role;
grant execute on function public.quote_rental(uuid, text) to anon, authenticated, service_role;
