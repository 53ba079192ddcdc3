-- What is searched: one document for each product on show, with its words, its filters and its prices side by side. Tables of
-- the catalog are the truth; documents follow them, products and their variants in the same transaction.
--
-- They are not under RLS, for what RLS shows could not be found by an index: operators of text search may not run before a
-- policy has let a row through. Instead there is no document of what the public may not see, and nobody but the owner of
-- search_products reads them.

-- Words ---------------------------------------------------------------------------------------------------------------

create function private.fold_text(value text) returns text
language plpgsql immutable strict -- unaccent with its dictionary named depends on nothing else
set search_path = ''
as $$
begin
  -- Amharic writes some sounds with several letters, and people use the one for the other.
  return lower(extensions.unaccent('extensions.unaccent', translate(value,
    'ሐሑሒሓሔሕሖኀኁኂኃኄኅኆኸኹኺኻኼኽኾሃሠሡሢሣሤሥሦዐዑዒዓዔዕዖኣፀፁፂፃፄፅፆ',
    'ሀሁሂሀሄህሆሀሁሂሀሄህሆሀሁሂሀሄህሆሀሰሱሲሳሴስሶአኡኢአኤእኦአጸጹጺጻጼጽጾ')));
end
$$;
comment on function private.fold_text(text) is 'A text as it is searched: lower case, without accents, and with one letter for each sound of Amharic.';

create function private.words_of(value text) returns text[]
language plpgsql immutable strict
set search_path = ''
as $$
begin
  return array(
    select w from regexp_split_to_table(private.fold_text(value), '[\s[:punct:]፡።፣፤፥፦፧፨«»“”‘’–—]+') with ordinality x (w, n)
    where w <> '' and length(w) <= 40 order by n);
end
$$;
comment on function private.words_of(text) is 'The words of a text, folded, in their order.';

create table private.search_words (
  id bigint generated always as identity primary key,
  word text not null
);
comment on table private.search_words is 'Words that names, designers, categories and attributes of products on show have or had: against them typos are corrected. Not unique: who writes products does not wait for others that bring the same word; housekeeping.prune removes what is there twice.';
create index search_words_similar_idx on private.search_words using gin (word extensions.gin_trgm_ops);
create index search_words_prefix_idx on private.search_words (word text_pattern_ops);
alter table private.search_words enable row level security;
-- No policy and no grant: only functions of the owner reach it.

-- product_documents ---------------------------------------------------------------------------------------------------

create table private.product_documents (
  product_id uuid primary key references public.products (id) on delete cascade,
  boutique_id uuid not null,
  published_at timestamptz not null,
  currency char(3) not null,
  sale_from bigint,
  sale_to bigint,
  rent_from bigint,
  rent_to bigint,
  rating real not null default 0,
  quality double precision not null,
  is_top boolean not null default true,
  name_folded text not null,
  tokens text[] not null,
  document tsvector not null
);
comment on table private.product_documents is 'Products on show as they are searched.';
comment on column private.product_documents.sale_from is 'Lowest sale price of its variants, in minor units of the currency; null: none is for sale.';
comment on column private.product_documents.sale_to is 'Highest sale price of its variants.';
comment on column private.product_documents.rent_from is 'Lowest price of a day of rent, in minor units.';
comment on column private.product_documents.rent_to is 'Highest price of a day of rent.';
comment on column private.product_documents.rating is 'By which it is ordered: private.ranked_rating of its product_ratings.';
comment on column private.product_documents.quality is 'Order among products that fit equally well: with pictures and a description first, then the newest.';
comment on column private.product_documents.is_top is 'One of the 50,000 of the highest quality, or new since the job catalog.rank has looked: words are looked for among these first, so that a search does not take longer the more products there are.';
comment on column private.product_documents.tokens is 'What it is filtered by: kind:value, such as size:38, category:ID, sale:yes, a:silhouette=a-line.';
comment on column private.product_documents.document is 'Its words, in English stems: A name and designer, B category, attributes, colors and tags, C boutique and city, D description.';
-- Without a list of pending entries: every search would read it.
create index product_documents_search_idx on private.product_documents using gin (document, tokens) with (fastupdate = off);
create index product_documents_top_idx on private.product_documents using gin (document, tokens) with (fastupdate = off) where is_top;
create index product_documents_new_idx on private.product_documents (published_at, product_id);
create index product_documents_quality_idx on private.product_documents (quality, product_id);
create index product_documents_rating_idx on private.product_documents (rating, product_id);
create index product_documents_sale_idx on private.product_documents (currency, sale_from, product_id) where sale_from is not null;
create index product_documents_rent_idx on private.product_documents (currency, rent_from, product_id) where rent_from is not null;
create index product_documents_name_idx on private.product_documents (name_folded text_pattern_ops, quality);
create index product_documents_boutique_id_idx on private.product_documents (boutique_id, quality);
alter table private.product_documents alter column tokens set statistics 1000, alter column document set statistics 1000;
alter table private.product_documents enable row level security;
-- No policy and no grant: only functions of the owner reach it.

create function private.attribute_tokens(attributes jsonb) returns text[]
language plpgsql immutable
set search_path = ''
as $$
begin
  return array(
    select 'a:' || left(a.key, 60) || '=' || left(v.value #>> '{}', 60)
    from jsonb_each(attributes) a
    cross join lateral jsonb_array_elements(case when jsonb_typeof(a.value) = 'array' then a.value else jsonb_build_array(a.value) end) v (value)
    where jsonb_typeof(v.value) in ('string', 'number', 'boolean') and v.value #>> '{}' <> ''
    order by 1 limit 60);
end
$$;
comment on function private.attribute_tokens(jsonb) is 'Filters that the attributes of a product make: a:key=value, one for each value.';

create function private.attribute_words(definitions public.attribute_definitions[], attributes jsonb) returns text
language plpgsql immutable
set search_path = ''
as $$
begin
  return left((
    select string_agg(concat_ws(' ', v.value #>> '{}', coalesce(d.label, replace(a.key, '_', ' ')), d.translations -> 'am' ->> 'label', d.translations -> 'am' -> 'choices' ->> (v.value #>> '{}')), ' ')
    from jsonb_each(attributes) a
    cross join lateral jsonb_array_elements(case when jsonb_typeof(a.value) = 'array' then a.value else jsonb_build_array(a.value) end) v (value)
    left join unnest(definitions) d on d.key = a.key
    where jsonb_typeof(v.value) in ('string', 'number')), 4000);
end
$$;
comment on function private.attribute_words(public.attribute_definitions[], jsonb) is 'What the attributes of a product say, in all languages in which its category defines them.';

create function private.index_products(product_ids uuid[]) returns void
language plpgsql volatile
security definer -- whoever writes the catalog, documents follow
set search_path = ''
as $$
begin
  -- Who changes another variant of the same product waits here, and then sees what was written before.
  perform from public.products p where p.id = any (product_ids) order by p.id for no key update;
  delete from private.product_documents d
  where d.product_id = any (product_ids) and not exists (select from public.products p where p.id = d.product_id and p.listed);

  -- What many of them have in common is looked up once.
  with kinds as materialized (
    select c.category_id, c.path, (
        select string_agg(concat_ws(' ', x.name, x.translations -> 'am' ->> 'name'), ' ') from public.categories x where x.id = any (c.path)) as names,
      array(select d from private.attributes_of_category(c.category_id) d) as definitions
    from (
      select x.category_id, private.category_path(x.category_id) as path
      from (select distinct p.category_id from public.products p where p.id = any (product_ids) and p.category_id is not null) x) c
  )
  insert into private.product_documents as d
    (product_id, boutique_id, published_at, currency, sale_from, sale_to, rent_from, rent_to, rating, quality, name_folded, tokens, document)
  select p.id, p.boutique_id, p.published_at, b.currency, v.sale_from, v.sale_to, v.rent_from, v.rent_to, private.ranked_rating(r.rating_sum, r.rating_count),
    case when m.has_media then 2 else 0 end + case when length(p.description) >= 80 then 1 else 0 end + extract(epoch from p.published_at) / 1e10,
    private.fold_text(p.name),
    array_remove(
      array['boutique:' || p.boutique_id, 'designer:' || p.designer_id, case when v.sale_from is not null then 'sale:yes' end,
        case when v.rent_from is not null then 'rent:yes' end, 'currency:' || b.currency]
      || array(select 'category:' || c from unnest(k.path) c)
      || coalesce(v.sizes, '{}') || coalesce(v.colors, '{}')
      || array(select 'tag:' || t from unnest(p.tags) t)
      || private.attribute_tokens(p.attributes)
      || coalesce(l.cities, '{}'), null),
    setweight(to_tsvector('english', private.fold_text(concat_ws(' ', p.name, t.names, g.label))), 'A')
      || setweight(to_tsvector('english', private.fold_text(concat_ws(' ', k.names, private.attribute_words(k.definitions, p.attributes), v.color_words,
        array_to_string(p.tags, ' ')))), 'B')
      || setweight(to_tsvector('english', private.fold_text(concat_ws(' ', b.name, l.city_words))), 'C')
      || setweight(to_tsvector('english', private.fold_text(concat_ws(' ', left(p.description, 4000), t.descriptions))), 'D')
  from public.products p
  join public.boutiques b on b.id = p.boutique_id
  left join public.designers g on g.id = p.designer_id
  left join kinds k on k.category_id = p.category_id
  left join public.product_ratings r on r.product_id = p.id
  cross join lateral (
    select min(x.sale_price) filter (where p.for_sale) as sale_from, max(x.sale_price) filter (where p.for_sale) as sale_to,
      min(x.rental_price_per_day) filter (where p.for_rent) as rent_from, max(x.rental_price_per_day) filter (where p.for_rent) as rent_to,
      array_agg(distinct 'size:' || x.size) as sizes, array_agg(distinct 'color:' || private.fold_text(x.color)) filter (where x.color <> '') as colors,
      string_agg(distinct x.color, ' ') as color_words
    from public.product_variants x where x.product_id = p.id) v
  cross join lateral (select exists (select from public.product_media x where x.product_id = p.id and x.listed) as has_media) m
  cross join lateral (
    select string_agg(x.name, ' ') as names, string_agg(left(x.description, 4000), ' ') as descriptions
    from public.product_translations x where x.product_id = p.id) t
  cross join lateral (
    select array_agg(distinct 'city:' || private.fold_text(x.city)) as cities, string_agg(distinct x.city, ' ') as city_words
    from public.locations x where x.boutique_id = p.boutique_id) l
  where p.id = any (product_ids) and p.listed
  on conflict (product_id) do update set published_at = excluded.published_at, currency = excluded.currency, sale_from = excluded.sale_from,
    sale_to = excluded.sale_to, rent_from = excluded.rent_from, rent_to = excluded.rent_to, rating = excluded.rating, quality = excluded.quality, name_folded = excluded.name_folded, tokens = excluded.tokens, document = excluded.document
  where (d.published_at, d.currency, d.sale_from, d.sale_to, d.rent_from, d.rent_to, d.rating, d.quality, d.name_folded, d.tokens, d.document)
    is distinct from (excluded.published_at, excluded.currency, excluded.sale_from, excluded.sale_to, excluded.rent_from, excluded.rent_to, excluded.rating, excluded.quality, excluded.name_folded,
      excluded.tokens, excluded.document);

  -- All texts as one: what they have in common is read once.
  insert into private.search_words (word)
  with shown as materialized (
    select p.id, p.name, p.tags, p.attributes, p.designer_id, p.category_id from public.products p where p.id = any (product_ids) and p.listed
  )
  select distinct w
  from unnest(private.words_of((
    select string_agg(x.words, ' ') from (
      select s.name || ' ' || array_to_string(s.tags, ' ') as words from shown s
      union
      select t.name from public.product_translations t where t.product_id in (select s.id from shown s)
      union
      select distinct v.color from public.product_variants v where v.product_id in (select s.id from shown s)
      union
      select g.label from public.designers g where g.id in (select s.designer_id from shown s)
      union
      select concat_ws(' ', c.name, c.translations -> 'am' ->> 'name',
        (select string_agg(concat_ws(' ', array_to_string(d.choices, ' '), d.translations::text), ' ') from private.attributes_of_category(c.id) d))
      from public.categories c where c.id in (select s.category_id from shown s)
      union
      select distinct left(v.value #>> '{}', 200) from shown s, jsonb_each(s.attributes) a,
        jsonb_array_elements(case when jsonb_typeof(a.value) = 'array' then a.value else jsonb_build_array(a.value) end) v (value)
      where jsonb_typeof(v.value) = 'string'
    ) x))) w
  where length(w) between 2 and 40 and not exists (select from private.search_words k where k.word = w);
end
$$;
comment on function private.index_products(uuid[]) is
  'Brings the documents of products up to date: those that are on show have one, others none. Locks the products.';

-- Following the tables ------------------------------------------------------------------------------------------------

create function private.index_changed_products() returns trigger
language plpgsql
security definer -- as index_products
set search_path = ''
as $$
declare
  v_ids uuid[];
begin
  if tg_table_name <> 'products' and pg_trigger_depth() > 1 then
    -- They follow their product, which is indexed itself.
    return null;
  elsif tg_table_name = 'products' then
    v_ids := array(select n.id from new_rows n where tg_op = 'UPDATE' or n.listed order by n.id);
  elsif tg_op = 'DELETE' then
    v_ids := array(select distinct o.product_id from old_rows o order by o.product_id);
  else
    v_ids := array(select distinct n.product_id from new_rows n order by n.product_id);
  end if;
  if coalesce(cardinality(v_ids), 0) = 0 then
    return null;
  elsif cardinality(v_ids) <= 1000 then
    perform private.index_products(v_ids[1:500]);
    perform private.index_products(v_ids[501:]);
    return null;
  end if;
  -- As when a large boutique is suspended, or comes back: what is hidden is hidden at once, what is shown is found a little later.
  delete from private.product_documents d
  where d.product_id = any (v_ids) and not exists (select from public.products p where p.id = d.product_id and p.listed);
  perform private.enqueue('catalog.index', jsonb_build_object('of', b.kind, 'id', b.boutique_id))
  from (select distinct 'boutique' as kind, p.boutique_id from public.products p where p.id = any (v_ids) and p.listed) b;
  return null;
end
$$;
comment on function private.index_changed_products() is 'Trigger: documents follow products, variants, pictures and translations in the same transaction; of more than a thousand products at once, those on show by a job.';

do $$
declare
  v_table text;
begin
  foreach v_table in array array['products', 'product_variants', 'product_media', 'product_translations'] loop
    execute format('create trigger index_inserted after insert on public.%I referencing new table as new_rows
      for each statement execute function private.index_changed_products()', v_table);
    execute format('create trigger index_updated after update on public.%I referencing old table as old_rows new table as new_rows
      for each statement execute function private.index_changed_products()', v_table);
    continue when v_table = 'products';
    execute format('create trigger index_deleted after delete on public.%I referencing old table as old_rows
      for each statement execute function private.index_changed_products()', v_table);
  end loop;
end
$$;

create function private.index_later() returns trigger
language plpgsql
security definer -- jobs are not the writer's to make
set search_path = ''
as $$
declare
  v_of text := case tg_table_name when 'designers' then 'designer' when 'boutiques' then 'boutique' when 'locations' then 'boutique' else 'category' end;
  v_row jsonb := case tg_op when 'DELETE' then to_jsonb(old) else to_jsonb(new) end;
begin
  v_row := coalesce(v_row -> (v_of || '_id'), v_row -> 'id');
  perform private.enqueue('catalog.index', jsonb_build_object('of', v_of, 'id', v_row));
  return null;
end
$$;
comment on function private.index_later() is 'Trigger: what many products have in common was changed; a job brings their documents up to date within a minute or so.';

create trigger index_later after update on public.designers
  for each row when (old.label <> new.label) execute function private.index_later();
create trigger index_later after update on public.categories
  for each row when (old.name <> new.name or old.parent_id is distinct from new.parent_id or old.translations <> new.translations) execute function private.index_later();
create trigger index_later after update on public.boutiques
  for each row when ((old.name, old.currency) is distinct from (new.name, new.currency)) execute function private.index_later();
create trigger index_later after insert or delete on public.locations
  for each row execute function private.index_later();
create trigger index_later_when_it_moves after update on public.locations
  for each row when (old.city <> new.city) execute function private.index_later();
create trigger index_later after insert or delete on public.attribute_definitions
  for each row execute function private.index_later();
create trigger index_later_when_it_is_changed after update on public.attribute_definitions
  for each row when (old.translations <> new.translations or old.label <> new.label) execute function private.index_later();

create function private.index_some(of text, id uuid, after uuid, batch integer default 500) returns uuid
language plpgsql volatile
set search_path = ''
as $$
declare
  v_below uuid[] := array(
    with recursive below as (
      select index_some.id as id where index_some.of = 'category'
      union
      select c.id from public.categories c join below b on c.parent_id = b.id
    )
    select b.id from below b);
  v_ids uuid[] := array(
    select p.id from public.products p
    where p.listed and p.id > coalesce(after, '00000000-0000-0000-0000-000000000000')
      and case index_some.of when 'designer' then p.designer_id = index_some.id when 'boutique' then p.boutique_id = index_some.id else p.category_id = any (v_below) end
    order by p.id limit batch);
begin
  perform private.index_products(v_ids);
  return v_ids[batch];
end
$$;
comment on function private.index_some(text, uuid, uuid, integer) is
  'Brings documents up to date of a designer, a category with all below it, or a boutique: the next after an id. The id to go on after; null: done. Called by the job catalog.index.';

create function private.rank_documents(top integer default 50000, batch integer default 5000) returns integer
language plpgsql volatile
set search_path = ''
as $$
declare
  v_quality double precision;
  v_id uuid;
  v_count integer;
begin
  select d.quality, d.product_id into v_quality, v_id
  from private.product_documents d order by d.quality desc, d.product_id desc offset top limit 1;
  update private.product_documents d set is_top = not d.is_top
  where d.product_id = any (array(
    select x.product_id from private.product_documents x
    where x.is_top <> (v_id is null or (x.quality, x.product_id) > (v_quality, v_id))
    order by x.product_id limit batch for update skip locked));
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
comment on function private.rank_documents(integer, integer) is 'Says anew which products are the top ones, a batch of them. How many have changed; 0 when all is done. Called by the job catalog.rank.';

-- Check ---------------------------------------------------------------------------------------------------------------

create function private.document_check() returns setof private.finding
language sql stable
set search_path = ''
as $$
  select 'document', coalesce(p.id, d.product_id), case when d.product_id is null then 'The product is on show and cannot be found.' else 'The product is not on show and can be found.' end
  from (select x.id from public.products x where x.listed) p
  full join private.product_documents d on d.product_id = p.id
  where p.id is null or d.product_id is null
$$;
comment on function private.document_check() is 'document: a product on show without a document, or a document of one that is not. select private.index_products(array[id]) mends it.';

-- Products that were there before.
select private.index_products(array(select p.id from public.products p where p.listed));
