-- Addresses of customers, checked by what is written on letters in their country.

-- address_formats -----------------------------------------------------------------------------------------------------

create table public.address_formats (
  country text primary key,
  needs_region boolean not null default false,
  postal_code_pattern text,
  postal_code_example text,
  created_at timestamptz not null default now(),
  constraint country_is_iso_3166 check (country ~ '^[A-Z]{2}$'),
  constraint pattern_has_an_example check ((postal_code_pattern is null) = (postal_code_example is null)),
  constraint example_fits_the_pattern check (postal_code_example ~ ('^(' || postal_code_pattern || ')$'))
);
comment on table public.address_formats is
  'What an address needs in a country, for the check and for forms. A country without a row needs street and city. After the addressing guides of the Universal Postal Union (POST*CODE).';
comment on column public.address_formats.needs_region is 'State, province or emirate has to be given.';
comment on column public.address_formats.postal_code_pattern is 'Regular expression that a whole postal code fits, in capitals; null: there is none, or nobody needs it.';

alter table public.address_formats enable row level security;
revoke all on public.address_formats from anon, authenticated, service_role;
grant select on public.address_formats to anon, authenticated;
grant all on public.address_formats to service_role;

create policy select_all on public.address_formats for select to anon, authenticated using (true);

-- addresses -----------------------------------------------------------------------------------------------------------

create table public.addresses (
  id uuid primary key default private.uuid_v7(),
  customer_id uuid not null default auth.uid() references public.profiles (id) on delete cascade,
  recipient text not null,
  phone text not null default '',
  line_1 text not null,
  line_2 text not null default '',
  city text not null,
  region text not null default '',
  postal_code text not null default '',
  country text not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint recipient_is_given check (recipient ~ '\S' and length(recipient) <= 200),
  constraint phone_is_a_number check (phone ~ '^(\+?[0-9 ()/-]{5,25})?$'),
  constraint lines_are_given check (line_1 ~ '\S' and length(line_1) <= 200 and length(line_2) <= 200),
  constraint city_is_given check (city ~ '\S' and length(city) <= 120),
  constraint region_is_bounded check (length(region) <= 120),
  constraint postal_code_has_capitals_and_a_digit check (length(postal_code) <= 20 and postal_code ~ '^([A-Z0-9 -]*[0-9][A-Z0-9 -]*)?$'),
  constraint country_is_iso_3166 check (country ~ '^[A-Z]{2}$')
);
comment on table public.addresses is 'Where a customer has things sent. Orders keep a copy: changing or deleting an address changes no order.';
comment on column public.addresses.recipient is 'Name on the parcel.';
comment on column public.addresses.region is 'State, province or emirate.';
comment on column public.addresses.postal_code is 'In capitals; checked with address_formats.';
comment on column public.addresses.country is 'ISO 3166-1 alpha-2 code.';
create index addresses_customer_id_idx on public.addresses (customer_id, created_at desc);

create function private.check_address() returns trigger
language plpgsql
security definer -- whoever writes, formats are readable
set search_path = ''
as $$
declare
  v_format public.address_formats;
begin
  new.postal_code := upper(btrim(new.postal_code));
  select * into v_format from public.address_formats f where f.country = new.country;
  if v_format.postal_code_pattern is not null and new.postal_code !~ ('^(' || v_format.postal_code_pattern || ')$') then
    perform private.raise_error(400, 'invalid_postal_code',
      format('A postal code of this country looks like %s.', v_format.postal_code_example),
      jsonb_build_object('country', new.country, 'postal_code', left(new.postal_code, 20), 'example', v_format.postal_code_example));
  elsif v_format.needs_region and new.region !~ '\S' then
    perform private.raise_error(400, 'region_required', 'Addresses of this country need a region: the state, province or emirate.',
      jsonb_build_object('country', new.country));
  end if;
  return new;
end
$$;
comment on function private.check_address() is 'Trigger: PT400 invalid_postal_code or region_required, by address_formats.';

create trigger check_address before insert or update on public.addresses
  for each row execute function private.check_address();
create trigger touch_updated_at before update on public.addresses
  for each row execute function private.touch_updated_at();

alter table public.addresses enable row level security;
revoke all on public.addresses from anon, authenticated, service_role;
grant select, delete on public.addresses to authenticated;
grant insert (id, recipient, phone, line_1, line_2, city, region, postal_code, country) on public.addresses to authenticated;
grant update (recipient, phone, line_1, line_2, city, region, postal_code, country) on public.addresses to authenticated;
grant all on public.addresses to service_role;
-- customer_id is not granted: it is the writer.

create policy select_own on public.addresses for select to authenticated using (customer_id = (select auth.uid()));
create policy insert_own on public.addresses for insert to authenticated with check (customer_id = (select auth.uid()));
create policy update_own on public.addresses for update to authenticated
  using (customer_id = (select auth.uid())) with check (customer_id = (select auth.uid()));
create policy delete_own on public.addresses for delete to authenticated using (customer_id = (select auth.uid()));
