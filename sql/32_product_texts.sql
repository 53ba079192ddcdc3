-- Texts of products in other languages, and addresses that they had before.

-- product_translations ------------------------------------------------------------------------------------------------

create table public.product_translations (
  product_id uuid not null,
  boutique_id uuid not null,
  locale public.catalog_locale not null,
  name text not null,
  description text not null default '',
  listed boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (product_id, locale),
  constraint translation_belongs_to_the_products_boutique
    foreign key (product_id, boutique_id) references public.products (id, boutique_id) on delete cascade,
  constraint name_is_given check (name ~ '\S' and length(name) <= 200),
  constraint description_is_bounded check (length(description) <= 20000)
);
comment on table public.product_translations is 'Name and description of a product in another language than products.locale. Where one is missing, front ends show the product''s own.';
comment on column public.product_translations.listed is 'As products.listed. Kept by triggers.';
create index product_translations_product_id_idx on public.product_translations (product_id, boutique_id);
create index product_translations_boutique_id_idx on public.product_translations (boutique_id);

alter table public.product_translations enable row level security;
revoke all on public.product_translations from anon, authenticated, service_role;
grant select on public.product_translations to anon, authenticated;
grant insert (product_id, boutique_id, locale, name, description) on public.product_translations to authenticated;
grant update (name, description), delete on public.product_translations to authenticated;
grant all on public.product_translations to service_role;

create policy select_listed on public.product_translations for select to anon using (listed);
create policy select_listed_or_staff on public.product_translations for select to authenticated
  using (listed or boutique_id = any (array(select private.my_boutique_ids('catalog.read'))) or (select private.is_admin()));
create policy insert_manager on public.product_translations for insert to authenticated
  with check (boutique_id = any (array(select private.my_boutique_ids('catalog.write'))));
create policy update_manager on public.product_translations for update to authenticated
  using (boutique_id = any (array(select private.my_boutique_ids('catalog.write'))))
  with check (boutique_id = any (array(select private.my_boutique_ids('catalog.write'))));
create policy delete_manager on public.product_translations for delete to authenticated
  using (boutique_id = any (array(select private.my_boutique_ids('catalog.write'))));

create trigger follow_product before insert or update on public.product_translations
  for each row execute function private.follow_product();
create trigger touch_updated_at before update on public.product_translations
  for each row execute function private.touch_updated_at();

-- product_slugs -------------------------------------------------------------------------------------------------------

create table public.product_slugs (
  boutique_id uuid not null,
  slug text not null,
  product_id uuid not null,
  created_at timestamptz not null default now(),
  primary key (boutique_id, slug),
  constraint slug_was_of_a_product_of_the_boutique
    foreign key (product_id, boutique_id) references public.products (id, boutique_id) on delete cascade
);
comment on table public.product_slugs is 'Slugs that products had before they were renamed: links to them lead on. Written by a trigger alone; a product that takes the slug of another ends its redirect.';
create index product_slugs_product_id_idx on public.product_slugs (product_id, boutique_id);

alter table public.product_slugs enable row level security;
revoke all on public.product_slugs from anon, authenticated, service_role;
grant select on public.product_slugs to anon, authenticated;
grant all on public.product_slugs to service_role;

-- Without a policy of its own for drafts: an address that somebody had is no secret, and what is behind it is not in here.
create policy select_all on public.product_slugs for select to anon, authenticated using (true);

create function private.keep_slug() returns trigger
language plpgsql
security definer -- redirects are not the writer's to write
set search_path = ''
as $$
begin
  delete from public.product_slugs s where s.boutique_id = new.boutique_id and s.slug = new.slug;
  -- Only what the public has seen has links that lead to it.
  if tg_op = 'UPDATE' and old.published_at is not null then
    insert into public.product_slugs (boutique_id, slug, product_id) values (old.boutique_id, old.slug, old.id)
    on conflict (boutique_id, slug) do update set product_id = excluded.product_id, created_at = now();
  end if;
  return null;
end
$$;
comment on function private.keep_slug() is 'Trigger: the slug that a product had before leads to it from now on.';

create trigger keep_slug_of_new_product after insert on public.products
  for each row execute function private.keep_slug();
create trigger keep_slug after update of slug on public.products
  for each row when (old.slug <> new.slug) execute function private.keep_slug();

-- Publishing on time ---------------------------------------------------------------------------------------------------

create function private.publish_planned(batch integer default 500) returns integer
language plpgsql volatile
set search_path = ''
as $$
declare
  v_count integer;
begin
  update public.products p set status = 'published'
  where p.id = any (array(
    select x.id from public.products x where x.publish_at <= now() order by x.publish_at limit batch for update skip locked));
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
comment on function private.publish_planned(integer) is 'Publishes drafts whose time has come. How many; called by the job catalog.publish.';
