-- Catalog: what a boutique shows. Designers and categories belong to the marketplace, the rest to a boutique.

create type public.catalog_locale as enum ('en', 'am');
comment on type public.catalog_locale is 'Languages in which the catalog is written: English and Amharic. A text that is missing in one is shown in the language that it was written in.';

create function private.are_translations(translations jsonb, fields text[]) returns boolean
language plpgsql immutable
set search_path = ''
as $$
begin
  return jsonb_typeof(translations) = 'object' and length(translations::text) <= 50000 and not exists (
    select from jsonb_each(translations) l (locale, texts)
    where l.locale <> all (array['am'])
      or jsonb_typeof(l.texts) <> 'object'
      or exists (
        select from jsonb_each(case when jsonb_typeof(l.texts) = 'object' then l.texts else '{}' end) t (field, value)
        where t.field <> all (fields) or jsonb_typeof(t.value) <> 'string' or t.value #>> '{}' !~ '\S'));
end
$$;
comment on function private.are_translations(jsonb, text[]) is 'True for texts of these fields by locale, of a row that is written in English: {"am": {"name": "…"}}.';
-- CHECK constraints run as the role that writes the row.
grant execute on function private.are_translations(jsonb, text[]) to authenticated, service_role;

create function private.are_tags(tags text[]) returns boolean
language plpgsql immutable
set search_path = ''
as $$
begin
  return cardinality(tags) <= 20 and not exists (select from unnest(tags) t where t is null or t <> lower(t) or t !~ '^[^\s,:]{1,40}$');
end
$$;
comment on function private.are_tags(text[]) is 'True for up to 20 words of up to 40 letters, in lower case.';
grant execute on function private.are_tags(text[]) to authenticated, service_role;

create type public.product_status as enum ('draft', 'published', 'archived');
comment on type public.product_status is 'draft: seen by staff; published: seen by everyone while the boutique is active; archived: kept for its history.';

-- designers -----------------------------------------------------------------------------------------------------------

create table public.designers (
  id uuid primary key default private.uuid_v7(),
  slug text not null unique,
  label text not null,
  bio text not null default '',
  translations jsonb not null default '{}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint slug_is_url_safe check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and length(slug) <= 80),
  constraint label_is_given check (label ~ '\S' and length(label) <= 120),
  constraint bio_is_bounded check (length(bio) <= 10000),
  constraint translations_are_texts_by_locale check (private.are_translations(translations, '{bio}'))
);
comment on table public.designers is 'Labels that gowns are signed with, shared by all boutiques of the marketplace.';
comment on column public.designers.bio is 'In English.';
comment on column public.designers.translations is 'In other languages: {"am": {"bio": "…"}}.';

alter table public.designers enable row level security;
revoke all on public.designers from anon, authenticated, service_role;
grant select on public.designers to anon, authenticated;
grant insert (slug, label, bio, translations), update (slug, label, bio, translations), delete on public.designers to authenticated;
grant all on public.designers to service_role;

create policy select_all on public.designers for select to anon, authenticated using (true);
create policy insert_admin on public.designers for insert to authenticated with check ((select private.is_admin()));
create policy update_admin on public.designers for update to authenticated
  using ((select private.is_admin())) with check ((select private.is_admin()));
create policy delete_admin on public.designers for delete to authenticated using ((select private.is_admin()));

create trigger touch_updated_at before update on public.designers
  for each row execute function private.touch_updated_at();

-- categories ----------------------------------------------------------------------------------------------------------

create table public.categories (
  id uuid primary key default private.uuid_v7(),
  parent_id uuid references public.categories (id) on delete restrict,
  slug text not null unique,
  name text not null,
  position integer not null default 0,
  translations jsonb not null default '{}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint category_is_not_its_own_parent check (parent_id <> id),
  constraint slug_is_url_safe check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and length(slug) <= 80),
  constraint name_is_given check (name ~ '\S' and length(name) <= 120),
  constraint translations_are_texts_by_locale check (private.are_translations(translations, '{name}'))
);
comment on table public.categories is 'Tree of product kinds, shared by all boutiques of the marketplace.';
comment on column public.categories.name is 'In English.';
comment on column public.categories.translations is 'In other languages: {"am": {"name": "…"}}.';
comment on column public.categories.position is 'Order among the children of one parent, smallest first.';
create index categories_parent_id_idx on public.categories (parent_id, position);

alter table public.categories enable row level security;
revoke all on public.categories from anon, authenticated, service_role;
grant select on public.categories to anon, authenticated;
grant insert (parent_id, slug, name, position, translations), update (parent_id, slug, name, position, translations), delete
  on public.categories to authenticated;
grant all on public.categories to service_role;

create policy select_all on public.categories for select to anon, authenticated using (true);
create policy insert_admin on public.categories for insert to authenticated with check ((select private.is_admin()));
create policy update_admin on public.categories for update to authenticated
  using ((select private.is_admin())) with check ((select private.is_admin()));
create policy delete_admin on public.categories for delete to authenticated using ((select private.is_admin()));

create trigger touch_updated_at before update on public.categories
  for each row execute function private.touch_updated_at();

create function private.check_category_parent() returns trigger
language plpgsql
security definer -- takes a lock that nobody else may see
set search_path = ''
as $$
begin
  -- Two moves at once could make a ring of which neither sees more than a half.
  perform pg_advisory_xact_lock(hashtext('category tree'));
  if new.id = any (private.category_path(new.parent_id)) then
    perform private.raise_error(409, 'category_ring', 'A category is not below itself. Choose another parent.',
      jsonb_build_object('category_id', new.id, 'parent_id', new.parent_id));
  end if;
  return new;
end
$$;
comment on function private.check_category_parent() is 'Trigger: categories are a tree. PT409 category_ring.';

create trigger check_category_parent before update of parent_id on public.categories
  for each row when (new.parent_id is not null) execute function private.check_category_parent();

-- products ------------------------------------------------------------------------------------------------------------

create table public.products (
  id uuid primary key default private.uuid_v7(),
  boutique_id uuid not null references public.boutiques (id) on delete restrict,
  designer_id uuid references public.designers (id) on delete restrict,
  category_id uuid references public.categories (id) on delete restrict,
  slug text not null,
  name text not null,
  description text not null default '',
  locale public.catalog_locale not null default 'en',
  attributes jsonb not null default '{}',
  tags text[] not null default '{}',
  for_sale boolean not null default false,
  for_rent boolean not null default true,
  style_code text,
  lead_days integer,
  status public.product_status not null default 'draft',
  publish_at timestamptz,
  listed boolean not null default false,
  published_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (boutique_id, slug),
  -- Target of the foreign keys that keep a variant, a garment and a rental with the boutique of their product.
  constraint products_id_boutique_id_key unique (id, boutique_id),
  constraint slug_is_url_safe check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and length(slug) <= 120),
  constraint name_is_given check (name ~ '\S' and length(name) <= 200),
  constraint description_is_bounded check (length(description) <= 20000),
  constraint attributes_are_an_object check (jsonb_typeof(attributes) = 'object'),
  constraint tags_are_few_short_words check (private.are_tags(tags)),
  constraint only_a_draft_waits_to_be_published check (publish_at is null or (status = 'draft' and isfinite(publish_at))),
  constraint style_code_is_given check (style_code ~ '\S' and length(style_code) <= 80),
  constraint lead_time_is_up_to_three_years check (lead_days between 0 and 1100),
  constraint published_product_has_a_date check (status <> 'published' or published_at is not null)
);
comment on table public.products is 'A gown, veil or piece of jewellery as a boutique shows it; its sizes and colors are product_variants.';
comment on column public.products.locale is 'Language of name and description; others are in product_translations.';
comment on column public.products.attributes is 'What the piece is like, as an object of plain values: silhouette, neckline, sleeve, fabric, train, color, back. What its category defines in attribute_definitions is checked.';
comment on column public.products.tags is 'Words to find it by, in lower case with hyphens: boho, beach-wedding.';
comment on column public.products.publish_at is 'When a job publishes the draft; null: nobody has planned it.';
comment on column public.products.style_code is 'The designer''s own number of the style. Two boutiques that show the same style have the same designer and code.';
comment on column public.products.lead_days is 'Days from the order to the finished gown; null: as the boutique''s readiness policy says.';
comment on column public.products.listed is 'True while the public sees the product: it is published and its boutique is active. Kept by triggers.';
comment on column public.products.published_at is 'When it was published first; set by a trigger.';
create index products_publish_at_idx on public.products (publish_at) where publish_at is not null;
create index products_designer_id_idx on public.products (designer_id);
create index products_style_idx on public.products (designer_id, style_code) where style_code is not null;
create index products_category_id_idx on public.products (category_id);
create index products_boutique_id_idx on public.products (boutique_id, id);
create index products_listed_idx on public.products (published_at desc, id desc) where listed;
create index products_listed_in_boutique_idx on public.products (boutique_id, published_at desc, id desc) where listed;
create index products_listed_in_category_idx on public.products (category_id, published_at desc, id desc) where listed;

-- product_variants ----------------------------------------------------------------------------------------------------

create table public.product_variants (
  id uuid primary key default private.uuid_v7(),
  product_id uuid not null,
  boutique_id uuid not null,
  size text not null,
  color text not null default '',
  sku text not null,
  sale_price bigint,
  rental_price_per_day bigint,
  deposit bigint not null default 0,
  currency char(3) not null,
  listed boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (product_id, size, color),
  unique (boutique_id, sku),
  constraint product_variants_id_boutique_id_key unique (id, boutique_id),
  constraint variant_belongs_to_the_products_boutique
    foreign key (product_id, boutique_id) references public.products (id, boutique_id) on delete cascade,
  constraint size_is_given check (size ~ '\S' and length(size) <= 40),
  constraint color_is_short check (length(color) <= 60),
  constraint sku_is_given check (sku ~ '\S' and length(sku) <= 80),
  constraint sale_price_is_not_negative check (sale_price >= 0),
  constraint rental_price_is_not_negative check (rental_price_per_day >= 0),
  constraint deposit_is_not_negative check (deposit >= 0),
  constraint currency_is_iso_4217 check (currency ~ '^[A-Z]{3}$')
);
comment on table public.product_variants is 'One size and color of a product, with its SKU and prices.';
comment on column public.product_variants.sale_price is 'In minor units of the currency (santim, cents); null: not for sale.';
comment on column public.product_variants.rental_price_per_day is 'In minor units of the currency; null: not for rent.';
comment on column public.product_variants.deposit is 'Security deposit of a rental, in minor units of the currency.';
comment on column public.product_variants.currency is 'ISO 4217 code, the boutique''s; set by a trigger.';
comment on column public.product_variants.listed is 'As products.listed. Kept by triggers.';
create index product_variants_product_id_idx on public.product_variants (product_id, boutique_id);

-- product_media -------------------------------------------------------------------------------------------------------

create type public.media_state as enum ('pending', 'ready', 'refused');
comment on type public.media_state is 'pending: a job looks at the file; ready: the public sees the picture while its product is listed; refused: the file was none that can be shown, and is deleted.';

create type public.media_refusal as enum ('file_missing', 'not_an_image', 'too_large', 'too_many_pixels', 'broken', 'too_small', 'not_transparent');
comment on type public.media_refusal is 'file_missing: nothing was uploaded to the path; not_an_image: no JPEG, PNG, WebP or AVIF by its content; too_large: more than 20 MiB; too_many_pixels: more than 40 megapixels; broken: cannot be read to its end; too_small: a photo to try gowns on, or a cut-out, with a side of less than 320 pixels; not_transparent: a cut-out without a transparent background.';

create type public.media_purpose as enum ('gallery', 'cutout');
comment on type public.media_purpose is 'gallery: shown to the public; cutout: the gown alone, from the front, before a transparent background. It is put onto the photos of those who try it on, and shown nowhere else.';

create function private.are_anchor_points(points jsonb) returns boolean
language plpgsql immutable strict
set search_path = ''
as $$
declare
  v_point jsonb;
  v_x numeric[] := '{}';
  v_y numeric[] := '{}';
begin
  if jsonb_typeof(points) <> 'object' or length(points::text) > 400 then
    return false;
  elsif (select count(*) from jsonb_object_keys(points)) <> 4 then
    return false;
  end if;
  foreach v_point in array array[points -> 'left_shoulder', points -> 'right_shoulder', points -> 'left_waist', points -> 'right_waist'] loop
    -- Not in one expression: what is no array has no length.
    if jsonb_typeof(v_point) is distinct from 'array' or jsonb_array_length(v_point) <> 2 then
      return false;
    elsif jsonb_typeof(v_point -> 0) <> 'number' or jsonb_typeof(v_point -> 1) <> 'number' then
      return false;
    end if;
    v_x := v_x || (v_point ->> 0)::numeric;
    v_y := v_y || (v_point ->> 1)::numeric;
  end loop;
  return 0 <= all (v_x) and 1 >= all (v_x) and 0 <= all (v_y) and 1 >= all (v_y)
    and v_x[2] - v_x[1] >= 0.02 and v_x[4] - v_x[3] >= 0.02 and v_y[3] + v_y[4] - v_y[1] - v_y[2] >= 0.04;
end
$$;
comment on function private.are_anchor_points(jsonb) is
  'True for shoulders and waist in an upright picture: {"left_shoulder": [x, y], "right_shoulder", "left_waist", "right_waist"}, in fractions of its width and height from the top left corner. Left is left in the picture; the waist is below the shoulders, and nothing falls together.';
-- CHECK constraints run as the role that writes the row.
grant execute on function private.are_anchor_points(jsonb) to authenticated, service_role;

create table public.product_media (
  id uuid primary key default private.uuid_v7(),
  product_id uuid not null,
  boutique_id uuid not null,
  storage_path text not null,
  alt text not null,
  position integer not null default 0,
  purpose public.media_purpose not null default 'gallery',
  anchor_points jsonb,
  listed boolean not null default false,
  state public.media_state not null default 'pending',
  refusal public.media_refusal,
  width integer,
  height integer,
  blurhash text,
  renditions jsonb not null default '[]',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint media_belongs_to_the_products_boutique
    foreign key (product_id, boutique_id) references public.products (id, boutique_id) on delete cascade,
  constraint storage_path_is_inside_the_boutiques_folder
    check (starts_with(storage_path, boutique_id::text || '/') and storage_path !~ '(^|/)\.\.?(/|$)' and length(storage_path) <= 400),
  constraint alt_is_given check (alt ~ '\S' and length(alt) <= 300),
  constraint position_is_not_negative check (position >= 0),
  -- The folder of what jobs make: a file there goes with another row.
  constraint storage_path_is_no_rendition check (split_part(storage_path, '/', 2) <> 'renditions'),
  constraint only_a_ready_picture_of_the_gallery_is_listed check (not listed or (state = 'ready' and purpose = 'gallery')),
  constraint a_cutout_has_anchor_points check ((purpose = 'cutout') = (anchor_points is not null)),
  constraint anchor_points_are_shoulders_and_waist check (private.are_anchor_points(anchor_points)),
  constraint refused_picture_says_why check ((state = 'refused') = (refusal is not null)),
  constraint dimensions_come_together check ((width is null) = (height is null)),
  constraint dimensions_are_positive check (width > 0 and height > 0),
  constraint blurhash_is_short check (length(blurhash) between 6 and 200),
  constraint renditions_are_a_list check (jsonb_typeof(renditions) = 'array'),
  constraint only_a_ready_picture_has_renditions check (state = 'ready' or renditions = '[]')
);
comment on table public.product_media is 'Pictures of a product; the files are in the bucket product-media. A job looks at each before the public sees it.';
comment on column public.product_media.storage_path is 'Path in the bucket, beginning with the boutique''s id.';
comment on column public.product_media.alt is 'What the picture shows, for those who cannot see it.';
comment on column public.product_media.position is 'Order among the pictures of the product, smallest first.';
comment on column public.product_media.purpose is 'What the picture is for. A product has one cut-out: without it nobody can try it on.';
comment on column public.product_media.anchor_points is 'Where shoulders and waist are in a cut-out, as private.are_anchor_points says.';
comment on column public.product_media.listed is 'True while the public sees the picture: it is ready, in the gallery, and its product is listed. Kept by triggers.';
comment on column public.product_media.state is 'Whether the file was looked at; written by the job media.process.';
comment on column public.product_media.refusal is 'Why the picture was refused. The file is deleted then: upload another one and add a new row.';
comment on column public.product_media.width is 'Of the upright picture, in pixels; null until it is known.';
comment on column public.product_media.height is 'Of the upright picture, in pixels; null until it is known.';
comment on column public.product_media.blurhash is 'A blurred preview in some 30 characters (blurha.sh), to show while the picture loads.';
comment on column public.product_media.renditions is 'Smaller copies as WebP, the narrowest first: [{"width", "height", "storage_path", "bytes"}].';
create index product_media_storage_path_idx on public.product_media (storage_path);
create index product_media_product_id_idx on public.product_media (product_id, boutique_id, position);
create index product_media_boutique_id_idx on public.product_media (boutique_id);
create unique index one_cutout_of_a_product on public.product_media (product_id) where purpose = 'cutout' and state <> 'refused';

-- Triggers ------------------------------------------------------------------------------------------------------------

create function private.set_product_listing() returns trigger
language plpgsql
security definer -- reads the status of a boutique that the writer may not see
set search_path = ''
as $$
begin
  if new.status = 'published' then
    new.published_at := coalesce(new.published_at, now());
    -- Published by hand or by the job: the plan is over. Planning what is on show already is a mistake.
    if tg_op = 'UPDATE' and old.status <> 'published' then
      new.publish_at := null;
    end if;
  end if;
  if new.status = 'archived' then
    new.publish_at := null;
  end if;
  if new.status = 'published' and (tg_op = 'INSERT' or not old.listed) then
    -- Not while its boutique is being suspended: it would not be among what is hidden then.
    perform from public.boutiques b where b.id = new.boutique_id for share;
  end if;
  new.listed := new.status = 'published'
    and exists (select from public.boutiques b where b.id = new.boutique_id and b.status = 'active');
  return new;
end
$$;
comment on function private.set_product_listing() is 'Trigger: computes products.listed and published_at, whatever the writer sent.';

create trigger set_product_listing before insert or update on public.products
  for each row execute function private.set_product_listing();
create trigger touch_updated_at before update on public.products
  for each row execute function private.touch_updated_at();

create function private.spread_product_listing() returns trigger
language plpgsql
security definer -- the children follow, whatever the writer may do with them
set search_path = ''
as $$
begin
  update public.product_variants v set listed = new.listed where v.product_id = new.id and v.listed <> new.listed;
  update public.product_media m set listed = new.listed
  where m.product_id = new.id and m.listed <> (new.listed and m.state = 'ready' and m.purpose = 'gallery');
  update public.product_translations t set listed = new.listed where t.product_id = new.id and t.listed <> new.listed;
  return null;
end
$$;
comment on function private.spread_product_listing() is 'Trigger: copies products.listed to variants, media and translations, so that their policies need no join.';

create trigger spread_product_listing after update on public.products
  for each row when (old.listed is distinct from new.listed) execute function private.spread_product_listing();

create function private.spread_boutique_listing() returns trigger
language plpgsql
security definer -- the marketplace suspends a boutique without any right on its products
set search_path = ''
as $$
begin
  -- The trigger on products computes the new value.
  update public.products p set listed = not p.listed
  where p.boutique_id = new.id and p.status = 'published' and p.listed <> (new.status = 'active');
  return null;
end
$$;
comment on function private.spread_boutique_listing() is 'Trigger: a boutique that becomes active or is suspended shows or hides its products at once.';

create trigger spread_boutique_listing after update on public.boutiques
  for each row when (old.status is distinct from new.status) execute function private.spread_boutique_listing();

create function private.follow_product() returns trigger
language plpgsql
security definer -- reads product and boutique for a writer who may not see them; the foreign keys and policies decide
set search_path = ''
as $$
begin
  -- Locked as its documents will be: not while the product is being published or hidden.
  select p.listed into new.listed from public.products p where p.id = new.product_id for no key update;
  new.listed := coalesce(new.listed, false);
  if tg_table_name = 'product_variants' then
    select b.currency into new.currency from public.boutiques b where b.id = new.boutique_id;
  elsif tg_table_name = 'product_media' then
    new.listed := new.listed and new.state = 'ready' and new.purpose = 'gallery';
  end if;
  return new;
end
$$;
comment on function private.follow_product() is 'Trigger: a variant, a translation, and a picture of the gallery that is ready take `listed` from their product, and a variant its currency from the boutique, whatever the writer sent.';

create trigger follow_product before insert or update on public.product_variants
  for each row execute function private.follow_product();
create trigger touch_updated_at before update on public.product_variants
  for each row execute function private.touch_updated_at();
create trigger follow_product before insert or update on public.product_media
  for each row execute function private.follow_product();
create trigger touch_updated_at before update on public.product_media
  for each row execute function private.touch_updated_at();

-- Rights --------------------------------------------------------------------------------------------------------------

alter table public.products enable row level security;
revoke all on public.products from anon, authenticated, service_role;
grant select on public.products to anon, authenticated;
grant insert (id, boutique_id, designer_id, category_id, slug, name, description, locale, attributes, tags, for_sale, for_rent, style_code, lead_days, status,
  publish_at)
  on public.products to authenticated;
grant update (designer_id, category_id, slug, name, description, locale, attributes, tags, for_sale, for_rent, style_code, lead_days, status, publish_at)
  on public.products to authenticated;
grant delete on public.products to authenticated;
grant all on public.products to service_role;
-- update of boutique_id is not granted: a product never moves to another boutique. listed and published_at are computed.

create policy select_listed on public.products for select to anon using (listed);
create policy select_listed_or_staff on public.products for select to authenticated
  using (listed or boutique_id = any (array(select private.my_boutique_ids('catalog.read'))) or (select private.is_admin()));
create policy insert_manager on public.products for insert to authenticated
  with check (boutique_id = any (array(select private.my_boutique_ids('catalog.write'))));
create policy update_manager on public.products for update to authenticated
  using (boutique_id = any (array(select private.my_boutique_ids('catalog.write'))))
  with check (boutique_id = any (array(select private.my_boutique_ids('catalog.write'))));
create policy delete_manager on public.products for delete to authenticated
  using (boutique_id = any (array(select private.my_boutique_ids('catalog.write'))));

alter table public.product_variants enable row level security;
revoke all on public.product_variants from anon, authenticated, service_role;
grant select on public.product_variants to anon, authenticated;
grant insert (id, product_id, boutique_id, size, color, sku, sale_price, rental_price_per_day, deposit)
  on public.product_variants to authenticated;
grant update (size, color, sku, sale_price, rental_price_per_day, deposit) on public.product_variants to authenticated;
grant delete on public.product_variants to authenticated;
grant all on public.product_variants to service_role;
-- currency and listed are not granted: triggers set them.

create policy select_listed on public.product_variants for select to anon using (listed);
create policy select_listed_or_staff on public.product_variants for select to authenticated
  using (listed or boutique_id = any (array(select private.my_boutique_ids('catalog.read'))) or (select private.is_admin()));
create policy insert_manager on public.product_variants for insert to authenticated
  with check (boutique_id = any (array(select private.my_boutique_ids('catalog.write'))));
create policy update_manager on public.product_variants for update to authenticated
  using (boutique_id = any (array(select private.my_boutique_ids('catalog.write'))))
  with check (boutique_id = any (array(select private.my_boutique_ids('catalog.write'))));
create policy delete_manager on public.product_variants for delete to authenticated
  using (boutique_id = any (array(select private.my_boutique_ids('catalog.write'))));

alter table public.product_media enable row level security;
revoke all on public.product_media from anon, authenticated, service_role;
grant select on public.product_media to anon, authenticated;
grant insert (id, product_id, boutique_id, storage_path, alt, position, purpose, anchor_points) on public.product_media to authenticated;
grant update (alt, position, anchor_points) on public.product_media to authenticated;
grant delete on public.product_media to authenticated;
grant all on public.product_media to service_role;
-- update of storage_path and purpose is not granted: a new file is a new picture, and is looked at for what it is to be. state and what is known of the file are the job's.

create policy select_listed on public.product_media for select to anon using (listed);
create policy select_listed_or_staff on public.product_media for select to authenticated
  using (listed or boutique_id = any (array(select private.my_boutique_ids('catalog.read'))) or (select private.is_admin()));
create policy insert_manager on public.product_media for insert to authenticated
  with check (boutique_id = any (array(select private.my_boutique_ids('catalog.write'))));
create policy update_manager on public.product_media for update to authenticated
  using (boutique_id = any (array(select private.my_boutique_ids('catalog.write'))))
  with check (boutique_id = any (array(select private.my_boutique_ids('catalog.write'))));
create policy delete_manager on public.product_media for delete to authenticated
  using (boutique_id = any (array(select private.my_boutique_ids('catalog.write'))));
