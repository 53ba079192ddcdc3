-- Collections: what a boutique shows together.

create table public.collections (
  id uuid primary key default private.uuid_v7(),
  boutique_id uuid not null references public.boutiques (id) on delete restrict,
  slug text not null,
  name text not null,
  description text not null default '',
  season text,
  translations jsonb not null default '{}',
  is_published boolean not null default false,
  position integer not null default 0,
  listed boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (boutique_id, slug),
  constraint collections_id_boutique_id_key unique (id, boutique_id),
  constraint slug_is_url_safe check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and length(slug) <= 120),
  constraint name_is_given check (name ~ '\S' and length(name) <= 120),
  constraint description_is_bounded check (length(description) <= 10000),
  constraint season_is_short check (season ~ '\S' and length(season) <= 40),
  constraint translations_are_texts_by_locale check (private.are_translations(translations, '{name,description}'))
);
comment on table public.collections is 'What a boutique shows together: a season, a theme, a trunk show.';
comment on column public.collections.season is 'Such as Spring 2027.';
comment on column public.collections.listed is 'True while the public sees it: it is published and its boutique is active. Kept by triggers.';
comment on column public.collections.position is 'Order among the collections of the boutique, smallest first.';
comment on column public.collections.translations is 'Of name and description, which are in English: {"am": {"name": "…"}}.';
create index collections_boutique_id_idx on public.collections (boutique_id, position);

create table public.collection_products (
  collection_id uuid not null,
  product_id uuid not null,
  boutique_id uuid not null,
  position integer not null default 0,
  created_at timestamptz not null default now(),
  primary key (collection_id, product_id),
  constraint collection_is_of_the_boutique
    foreign key (collection_id, boutique_id) references public.collections (id, boutique_id) on delete cascade,
  constraint product_is_of_the_boutique
    foreign key (product_id, boutique_id) references public.products (id, boutique_id) on delete cascade,
  constraint position_is_not_negative check (position >= 0)
);
comment on table public.collection_products is 'Which products are in a collection.';
comment on column public.collection_products.position is 'Order in the collection, smallest first.';
create index collection_products_collection_id_idx on public.collection_products (collection_id, boutique_id, position);
create index collection_products_product_id_idx on public.collection_products (product_id, boutique_id);
create index collection_products_boutique_id_idx on public.collection_products (boutique_id);

create function private.set_collection_listing() returns trigger
language plpgsql
security definer -- reads the status of a boutique that the writer may not see
set search_path = ''
as $$
begin
  if tg_op = 'INSERT' or not old.listed then
    -- Not while its boutique is being suspended.
    perform from public.boutiques b where b.id = new.boutique_id for share;
  end if;
  new.listed := new.is_published and exists (select from public.boutiques b where b.id = new.boutique_id and b.status = 'active');
  return new;
end
$$;
comment on function private.set_collection_listing() is 'Trigger: computes collections.listed, whatever the writer sent.';

create trigger set_collection_listing before insert or update on public.collections
  for each row execute function private.set_collection_listing();
create trigger touch_updated_at before update on public.collections
  for each row execute function private.touch_updated_at();

create function private.spread_listing_to_collections() returns trigger
language plpgsql
security definer -- as spread_boutique_listing
set search_path = ''
as $$
begin
  update public.collections c set listed = not c.listed
  where c.boutique_id = new.id and c.is_published and c.listed <> (new.status = 'active');
  return null;
end
$$;
comment on function private.spread_listing_to_collections() is 'Trigger: a boutique that becomes active or is suspended shows or hides its collections at once.';

create trigger spread_listing_to_collections after update on public.boutiques
  for each row when (old.status is distinct from new.status) execute function private.spread_listing_to_collections();

alter table public.collections enable row level security;
revoke all on public.collections from anon, authenticated, service_role;
grant select on public.collections to anon, authenticated;
grant insert (id, boutique_id, slug, name, description, season, translations, is_published, position) on public.collections to authenticated;
grant update (slug, name, description, season, translations, is_published, position), delete on public.collections to authenticated;
grant all on public.collections to service_role;

create policy select_listed on public.collections for select to anon using (listed);
create policy select_listed_or_staff on public.collections for select to authenticated
  using (listed or boutique_id = any (array(select private.my_boutique_ids('catalog.read'))) or (select private.is_admin()));
create policy insert_manager on public.collections for insert to authenticated
  with check (boutique_id = any (array(select private.my_boutique_ids('catalog.write'))));
create policy update_manager on public.collections for update to authenticated
  using (boutique_id = any (array(select private.my_boutique_ids('catalog.write'))))
  with check (boutique_id = any (array(select private.my_boutique_ids('catalog.write'))));
create policy delete_manager on public.collections for delete to authenticated
  using (boutique_id = any (array(select private.my_boutique_ids('catalog.write'))));

alter table public.collection_products enable row level security;
revoke all on public.collection_products from anon, authenticated, service_role;
grant select on public.collection_products to anon, authenticated;
grant insert (collection_id, product_id, boutique_id, position), update (position), delete on public.collection_products to authenticated;
grant all on public.collection_products to service_role;

-- What is in a collection that is hidden, and a product that is, says no more than two ids; neither can be read.
create policy select_listed on public.collection_products for select to anon
  using (exists (select from public.collections c where c.id = collection_id and c.listed));
create policy select_listed_or_staff on public.collection_products for select to authenticated
  using (
    exists (select from public.collections c where c.id = collection_id and c.listed)
    or boutique_id = any (array(select private.my_boutique_ids('catalog.read'))) or (select private.is_admin()));
create policy insert_manager on public.collection_products for insert to authenticated
  with check (boutique_id = any (array(select private.my_boutique_ids('catalog.write'))));
create policy update_manager on public.collection_products for update to authenticated
  using (boutique_id = any (array(select private.my_boutique_ids('catalog.write'))))
  with check (boutique_id = any (array(select private.my_boutique_ids('catalog.write'))));
create policy delete_manager on public.collection_products for delete to authenticated
  using (boutique_id = any (array(select private.my_boutique_ids('catalog.write'))));
