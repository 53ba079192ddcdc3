-- How often products and shows are looked at: counted where pages are served, and written in sums. The table of shows is in
-- 78_shows.sql.

create table public.product_views (
  product_id uuid not null,
  boutique_id uuid not null,
  day date not null,
  views bigint not null,
  primary key (product_id, day),
  constraint views_are_of_a_product_of_the_boutique
    foreign key (product_id, boutique_id) references public.products (id, boutique_id) on delete cascade,
  constraint views_are_positive check (views > 0)
);
comment on table public.product_views is 'How often the page of a product was asked for, per day (UTC). Written in sums by the function catalog; a crash of it loses the last seconds. Read by staff.';
create index product_views_product_id_idx on public.product_views (product_id, boutique_id);
create index product_views_boutique_id_idx on public.product_views (boutique_id, day desc);

alter table public.product_views enable row level security;
revoke all on public.product_views from anon, authenticated, service_role;
grant select on public.product_views to authenticated;
grant all on public.product_views to service_role;

create policy select_staff on public.product_views for select to authenticated
  using (boutique_id = any (array(select m.boutique_id from private.my_memberships m where m.role >= private.minimum_role('catalog.read'))) or (select private.is_admin()));

create function private.counted_views(views jsonb) returns table (id uuid, number bigint)
language plpgsql immutable -- not sql: its plan is kept for the session
set search_path = ''
as $$
begin
  return query
  select v.key::uuid, v.value::bigint
  from jsonb_each_text(counted_views.views) v
  where v.key ~ '^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$' and v.value ~ '^[1-9][0-9]{0,8}$';
end
$$;
comment on function private.counted_views(jsonb) is 'Sums of views as the function catalog sends them, {"id": number}; what is neither is left out.';
grant execute on function private.counted_views(jsonb) to service_role;

create function private.add_views(views jsonb) returns integer
language plpgsql volatile -- not sql: shows come later
set search_path = ''
as $$
declare
  v_today date := (now() at time zone 'UTC')::date;
  v_products integer;
  v_shows integer;
begin
  -- In the order of ids: two functions that write at once do not wait in a circle.
  insert into public.product_views as w (product_id, boutique_id, day, views)
  select p.id, p.boutique_id, v_today, v.number
  from private.counted_views(views) v
  join public.products p on p.id = v.id
  order by p.id
  on conflict (product_id, day) do update set views = w.views + excluded.views;
  get diagnostics v_products = row_count;
  insert into public.show_views as w (show_id, boutique_id, day, views)
  select s.id, s.boutique_id, v_today, v.number
  from private.counted_views(views) v
  join public.fashion_shows s on s.id = v.id
  order by s.id
  on conflict (show_id, day) do update set views = w.views + excluded.views;
  get diagnostics v_shows = row_count;
  return v_products + v_shows;
end
$$;

create function public.add_views(views jsonb) returns integer
language sql volatile security invoker set search_path = ''
as $$ select private.add_views(views) $$;
comment on function public.add_views(jsonb) is 'For the function catalog, with the secret key: adds views of today, {"id of a product or a show": number}. Of how many of them; those that are gone are left out.';
grant execute on function private.add_views(jsonb) to service_role;
grant execute on function public.add_views(jsonb) to service_role;
