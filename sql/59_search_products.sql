-- search_products and what belongs to it: filters, cursors, correction of typos, facets, suggestions, related products.
-- All of them find what the public sees, whoever asks.

-- Filters -------------------------------------------------------------------------------------------------------------

create function private.raise_invalid_filter(problem text) returns void
language plpgsql immutable
set search_path = ''
as $$
begin
  perform private.raise_error(400, 'invalid_filters', problem);
end
$$;
comment on function private.raise_invalid_filter(text) is 'PT400 invalid_filters.';

create function private.filter_values(filters jsonb, key text) returns text[]
language plpgsql immutable
set search_path = ''
as $$
declare
  v_value jsonb := filters -> key;
begin
  if v_value is null or v_value = 'null' then
    return null;
  elsif jsonb_typeof(v_value) <> 'array' then
    v_value := jsonb_build_array(v_value);
  end if;
  if jsonb_array_length(v_value) not between 1 and 50 or exists (
    select from jsonb_array_elements(v_value) v where jsonb_typeof(v) not in ('string', 'number', 'boolean') or length(v #>> '{}') > 120) then
    perform private.raise_invalid_filter(format('%s is one value, or an array of up to 50.', key));
  end if;
  return array(select v from jsonb_array_elements_text(v_value) v);
end
$$;
comment on function private.filter_values(jsonb, text) is 'The values of a filter, of which a product needs one; null: it is not filtered by this. PT400 invalid_filters.';

create function private.filter_number(filters jsonb, key text) returns bigint
language plpgsql immutable
set search_path = ''
as $$
begin
  if coalesce(filters -> key, 'null') = 'null' then
    return null;
  elsif jsonb_typeof(filters -> key) <> 'number' or (filters ->> key)::numeric not between 0 and 1e15 or (filters ->> key)::numeric % 1 <> 0 then
    perform private.raise_invalid_filter(format('%s is a whole number of minor units, from 0.', key));
  end if;
  return (filters ->> key)::bigint;
end
$$;
comment on function private.filter_number(jsonb, text) is 'A price of a filter, in minor units; null: none. PT400 invalid_filters.';

create function private.slug_tokens(kind text, slugs text[]) returns text[]
language plpgsql stable
set search_path = ''
as $$
begin
  -- Of nothing that is there: it finds nothing.
  return coalesce(nullif(case kind
    when 'boutique' then array(select 'boutique:' || b.id from public.boutiques b where b.slug = any (slugs))
    when 'designer' then array(select 'designer:' || d.id from public.designers d where d.slug = any (slugs))
    when 'category' then array(select 'category:' || c.id from public.categories c where c.slug = any (slugs))
  end, '{}'), array['none:']);
end
$$;
comment on function private.slug_tokens(text, text[]) is 'Filters of boutiques, designers or categories, by their slugs.';

create type private.search_filter as (facet text, condition text, is_late boolean);

create function private.search_filters(filters jsonb) returns setof private.search_filter
language plpgsql stable
rows 5
set search_path = ''
as $$
declare
  v_known text[] := array['boutique', 'designer', 'category', 'collection', 'size', 'color', 'tag', 'city', 'kind', 'currency', 'price_min', 'price_max',
    'free_from', 'free_until', 'attributes', 'locale'];
  v_unknown text;
  v_key text;
  v_values text[];
  v_kind text := coalesce(filters ->> 'kind', 'sale');
  v_price text := case filters ->> 'kind' when 'rent' then 'rent_from' else 'sale_from' end;
  v_column text := case filters ->> 'kind' when 'rent' then 'rental_price_per_day' else 'sale_price' end;
  v_min bigint := private.filter_number(filters, 'price_min');
  v_max bigint := private.filter_number(filters, 'price_max');
  v_sizes text[] := private.filter_values(filters, 'size');
  v_colors text[];
  v_period daterange;
begin
  if jsonb_typeof(filters) is distinct from 'object' then
    perform private.raise_invalid_filter('filters is an object.');
  end if;
  select k into v_unknown from jsonb_object_keys(filters) k where k <> all (v_known) order by k limit 1;
  if v_unknown is not null then
    perform private.raise_invalid_filter(format('There is no filter %s. There are: %s.', left(v_unknown, 60), array_to_string(v_known, ', ')));
  elsif v_kind not in ('sale', 'rent') then
    perform private.raise_invalid_filter('kind is sale or rent.');
  elsif coalesce(filters ->> 'locale', 'en') not in ('en', 'am') then
    perform private.raise_invalid_filter('locale is en or am.');
  elsif (v_min is not null or v_max is not null) and filters ->> 'currency' is null then
    perform private.raise_invalid_filter('A price is in a currency: add currency.');
  elsif coalesce(filters ->> 'currency', 'ETB') !~ '^[A-Z]{3}$' then
    perform private.raise_invalid_filter('currency is an ISO 4217 code, such as ETB.');
  end if;
  v_colors := array(select private.fold_text(c) from unnest(private.filter_values(filters, 'color')) c);

  foreach v_key in array array['boutique', 'designer', 'category'] loop
    v_values := private.filter_values(filters, v_key);
    if v_values is not null then
      return next row(v_key, format('d.tokens && %L::text[]', private.slug_tokens(v_key, v_values)), false)::private.search_filter;
    end if;
  end loop;
  foreach v_key in array array['size', 'tag'] loop
    v_values := private.filter_values(filters, v_key);
    if v_values is not null then
      return next row(v_key, format('d.tokens && %L::text[]', array(select v_key || ':' || v from unnest(v_values) v)), false)::private.search_filter;
    end if;
  end loop;
  foreach v_key in array array['color', 'city'] loop
    v_values := private.filter_values(filters, v_key);
    if v_values is not null then
      return next row(v_key, format('d.tokens && %L::text[]', array(select v_key || ':' || private.fold_text(v) from unnest(v_values) v)), false)::private.search_filter;
    end if;
  end loop;
  if filters ->> 'kind' is not null then
    return next row('kind', format('d.tokens @> %L::text[]', array[v_kind || ':yes']), false)::private.search_filter;
  end if;
  if filters ->> 'currency' is not null then
    return next row('currency', format('d.currency = %L', filters ->> 'currency'), false)::private.search_filter;
  end if;
  if v_min is not null then
    return next row('price', format('d.%I >= %s', case v_price when 'sale_from' then 'sale_to' else 'rent_to' end, v_min), false)::private.search_filter;
  end if;
  if v_max is not null then
    return next row('price', format('d.%I <= %s', v_price, v_max), false)::private.search_filter;
  end if;
  if jsonb_typeof(coalesce(filters -> 'attributes', '{}')) <> 'object' then
    perform private.raise_invalid_filter('attributes is an object of values, or of arrays of them.');
  end if;
  if (select count(*) from jsonb_object_keys(coalesce(filters -> 'attributes', '{}'))) > 20 then
    perform private.raise_invalid_filter('attributes has at most 20 of them.');
  end if;
  for v_key in select k from jsonb_object_keys(coalesce(filters -> 'attributes', '{}')) k order by k loop
    v_values := private.filter_values(filters -> 'attributes', v_key);
    if v_values is not null then
      return next row('attributes.' || v_key, format('d.tokens && %L::text[]',
        array(select 'a:' || left(v_key, 60) || '=' || left(v, 60) from unnest(v_values) v)), false)::private.search_filter;
    end if;
  end loop;
  v_values := private.filter_values(filters, 'collection');
  if v_values is not null then
    if exists (select from unnest(v_values) v where v !~ '^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$') then
      perform private.raise_invalid_filter('collection is the id of a collection, or an array of them.');
    end if;
    return next row('collection', format(
      'd.product_id in (select x.product_id from public.collection_products x join public.collections c on c.id = x.collection_id and c.listed where c.id = any (%L::uuid[]))',
      v_values), false)::private.search_filter;
  end if;
  if num_nonnulls(filters ->> 'free_from', filters ->> 'free_until') > 0 then
    begin
      v_period := daterange((filters ->> 'free_from')::date, (filters ->> 'free_until')::date, '[]');
    exception when data_exception then
      v_period := null;
    end;
    if v_period is null or lower_inf(v_period) or upper_inf(v_period) or not isfinite(lower(v_period)) or not isfinite(upper(v_period))
      or upper(v_period) - lower(v_period) > 60 then
      perform private.raise_invalid_filter('free_from and free_until are two days, the first not after the last, of up to 60 days.');
    end if;
    return next row('free', 'd.tokens @> ''{rent:yes}''::text[]', false)::private.search_filter;
    return next row('free', format('private.is_product_free(d.product_id, %L, %L, %L)', v_period, v_sizes, nullif(v_colors, '{}')), true)::private.search_filter;
  end if;
  -- One variant has all of what is asked of variants, and not each of them one.
  if (v_sizes is not null)::int + (cardinality(v_colors) > 0)::int + (v_min is not null)::int + (v_max is not null)::int > 1 then
    return next row('variant', 'exists (select from public.product_variants v where v.product_id = d.product_id'
      || case when v_sizes is not null then format(' and v.size = any (%L)', v_sizes) else '' end
      || case when cardinality(v_colors) > 0 then format(' and private.fold_text(v.color) = any (%L)', v_colors) else '' end
      || case when v_min is not null then format(' and v.%I >= %s', v_column, v_min) else '' end
      || case when v_max is not null then format(' and v.%I <= %s', v_column, v_max) else '' end || ')', true)::private.search_filter;
  end if;
end
$$;
comment on function private.search_filters(jsonb) is 'Filters as conditions on product_documents d, each with the facet that it belongs to. is_late: it takes long to find out, and is asked in the order of the page until that is full. PT400 invalid_filters.';

create function private.conditions_of(filters private.search_filter[], late boolean) returns text
language sql immutable
set search_path = ''
as $$
  select coalesce(string_agg(' and ' || f.condition, '' order by f.facet, f.condition), '') from unnest(filters) f where coalesce(f.is_late, false) = late
$$;
comment on function private.conditions_of(private.search_filter[], boolean) is 'Filters as the end of a where clause: those that are late, or the others.';

create function private.is_product_free(product_id uuid, period daterange, sizes text[], colors text[]) returns boolean
language plpgsql stable
cost 5000
set search_path = ''
as $$
begin
  return exists (
    select from public.product_variants v
    join public.boutiques b on b.id = v.boutique_id
    join public.rental_policies r on r.boutique_id = v.boutique_id
    where v.product_id = is_product_free.product_id and v.rental_price_per_day is not null and (sizes is null or v.size = any (sizes))
      and (colors is null or private.fold_text(v.color) = any (colors))
      and exists (select from private.free_garment_ids(v.id,
        private.allocation_of_period(period, r.buffer_days_before, r.buffer_days_after, b.timezone))));
end
$$;
comment on function private.is_product_free(uuid, daterange, text[], text[]) is 'True when a garment of it, in one of these sizes and colors, is free for a rental on these days.';

-- Words ---------------------------------------------------------------------------------------------------------------

create function private.word_query(word text, is_prefix boolean) returns tsquery
language plpgsql immutable
set search_path = ''
as $$
begin
  return to_tsquery('english', '''' || replace(replace(word, '\', ''), '''', '''''') || '''' || case when is_prefix and length(word) > 1 then ':*' else '' end);
end
$$;
comment on function private.word_query(text, boolean) is 'Products with a word, or with one that begins with it. Of no nodes for words such as the.';

create function private.text_query(words text[], match_all boolean, last_is_open boolean) returns tsquery
language plpgsql immutable
set search_path = ''
as $$
declare
  v_query tsquery;
  v_word tsquery;
begin
  for v_n in 1..coalesce(cardinality(words), 0) loop
    v_word := private.word_query(words[v_n], last_is_open and v_n = cardinality(words));
    continue when numnode(v_word) = 0;
    v_query := case when v_query is null then v_word when match_all then v_query && v_word else v_query || v_word end;
  end loop;
  return v_query;
end
$$;
comment on function private.text_query(text[], boolean, boolean) is 'Products with all of these words, or with one of them. last_is_open: the last may have more letters. Null when no word says anything.';

create function private.corrected_words(words text[]) returns text[]
language plpgsql stable
set search_path = ''
set pg_trgm.similarity_threshold = 0.2
as $$
declare
  v_words text[] := words;
  v_best text;
begin
  for v_n in 1..cardinality(words) loop
    continue when length(words[v_n]) < 3 or words[v_n] ~ '[0-9]'
      or exists (select from private.search_words s where s.word = words[v_n])
      or exists (
        select from private.search_words s
        where s.word ~>=~ words[v_n] and s.word ~<~ (words[v_n] || U&'\FFFF') and (v_n = cardinality(words) or length(s.word) - length(words[v_n]) < 3));
    select s.word into v_best
    from private.search_words s
    where s.word operator(extensions.%) words[v_n]
      and extensions.levenshtein_less_equal(s.word, words[v_n], 3) <= case when length(words[v_n]) < 5 then 1 when length(words[v_n]) < 8 then 2 else 3 end
    order by extensions.levenshtein_less_equal(s.word, words[v_n], 3), extensions.similarity(s.word, words[v_n]) desc, s.word
    limit 1;
    v_words[v_n] := coalesce(v_best, v_words[v_n]);
  end loop;
  return v_words;
end
$$;
comment on function private.corrected_words(text[]) is
  'Words that no product on show has, each replaced by the nearest that one has: one letter off in short words, three in long ones.';

create function private.rows_of(query text) returns bigint
language plpgsql volatile -- a stable function may not explain
set search_path = ''
as $$
declare
  v_plan json;
begin
  execute 'explain (format json) ' || query into v_plan;
  return (v_plan #>> '{0,Plan,Plan Rows}')::numeric;
end
$$;
comment on function private.rows_of(text) is 'How many rows the planner expects of a query; without running it.';

create function private.found_up_to(enough integer, most integer, query tsquery, conditions text) returns uuid[]
language plpgsql stable
set search_path = ''
as $$
declare
  c_find constant text := 'select array(select d.product_id from private.product_documents d where d.document @@ %L::tsquery%s and %s limit %s)';
  v_top uuid[];
  v_others uuid[];
begin
  if query is null then
    return '{}';
  end if;
  execute format(c_find, query, conditions, 'd.is_top', enough) into v_top;
  -- Mostly there are enough among the top ones: all others are many, and take long.
  if cardinality(v_top) >= enough then
    return v_top;
  end if;
  execute format(c_find, query, conditions, 'not d.is_top', most - cardinality(v_top)) into v_others;
  return v_top || v_others;
end
$$;
comment on function private.found_up_to(integer, integer, tsquery, text) is
  'Products on show that have these words and fit these filters, in no order: so many of the top ones as are enough, or else at most so many of all. All there are, when it is neither of these numbers.';

create type private.understood_words as (query tsquery, best tsquery, words text[], matches_any boolean, last_is_open boolean, found uuid[]);
comment on type private.understood_words is 'What somebody means: products that fit query, first those that fit best; words: hers, as they are spelled right; matches_any: one of them is enough; last_is_open: she is still writing the last; found: all that fit query and her filters, when they are few, so that nobody looks for them again.';

create function private.understood(words text[], matches_any boolean, last_is_open boolean) returns private.understood_words
language plpgsql immutable
set search_path = ''
as $$
declare
  v_meant private.understood_words;
begin
  if coalesce(cardinality(words), 0) = 0 then
    return v_meant;
  end if;
  v_meant.words := words;
  v_meant.matches_any := matches_any;
  v_meant.last_is_open := last_is_open;
  v_meant.best := private.text_query(words, true, last_is_open);
  -- Nothing but words like the: nothing is found.
  v_meant.query := coalesce(private.text_query(words, not matches_any, last_is_open), ''::tsquery);
  return v_meant;
end
$$;
comment on function private.understood(text[], boolean, boolean) is 'Words, as they are searched.';

create function private.is_search_word(word text) returns boolean
language plpgsql stable
set search_path = ''
as $$
begin
  return exists (select from private.search_words s where s.word = is_search_word.word);
end
$$;
comment on function private.is_search_word(text) is 'True for a word that the names, designers, categories or attributes of products have.';

create function private.understand(words text[], conditions text) returns private.understood_words
language plpgsql volatile -- asks the planner
set search_path = ''
as $$
declare
  v_words text[] := words;
  -- A word that is one is not looked for as the beginning of others: that would read the lists of all of them.
  v_open boolean := not private.is_search_word(words[cardinality(words)]);
  -- Of one word it is enough to know that there is something.
  v_enough integer := case cardinality(words) when 1 then 1 else 10 end;
  v_most integer := case cardinality(words) when 1 then 1 else 100 end;
  v_found uuid[];
  v_any tsquery;
  v_meant private.understood_words;
begin
  if coalesce(cardinality(words), 0) = 0 then
    return private.understood(words, false, false);
  end if;
  v_found := private.found_up_to(v_enough, v_most, private.text_query(words, true, v_open), conditions);
  if cardinality(v_found) = 0 then
    v_words := private.corrected_words(words);
  end if;
  if v_words <> words then
    v_open := not private.is_search_word(v_words[cardinality(v_words)]);
    v_found := private.found_up_to(v_enough, v_most, private.text_query(v_words, true, v_open), conditions);
  end if;
  if cardinality(v_found) < v_enough and cardinality(words) > 1 then
    -- Too few have all words: those that have some come after them, unless that is everything.
    v_any := private.text_query(v_words, false, v_open);
    if cardinality(v_found) = 0
      or private.rows_of(format('select from private.product_documents d where d.document @@ %L::tsquery%s and d.is_top', v_any, conditions)) <= 1000 then
      return private.understood(v_words, true, v_open);
    end if;
  end if;
  v_meant := private.understood(v_words, false, v_open);
  if cardinality(v_found) not in (v_enough, v_most) then
    v_meant.found := v_found;
  end if;
  return v_meant;
end
$$;
comment on function private.understand(text[], text) is 'What somebody means with her words, among products that fit these filters.';

-- search_products -----------------------------------------------------------------------------------------------------

create function private.read_cursor(after text) returns jsonb
language plpgsql immutable
set search_path = ''
as $$
declare
  v_cursor jsonb;
begin
  if length(after) > 4000 then
    raise invalid_parameter_value;
  end if;
  v_cursor := convert_from(decode(translate(after, '-_', '+/') || repeat('=', (4 - length(after) % 4) % 4), 'base64'), 'UTF8')::jsonb;
  if jsonb_typeof(v_cursor) <> 'object' or not v_cursor ?& array['order', 'key', 'id', 'words', 'any', 'open'] or jsonb_typeof(v_cursor -> 'words') <> 'array'
    or jsonb_array_length(v_cursor -> 'words') > 12
    or exists (select from jsonb_array_elements(v_cursor -> 'words') w where jsonb_typeof(w) <> 'string' or length(w #>> '{}') > 40) then
    raise invalid_parameter_value;
  end if;
  perform (v_cursor ->> 'id')::uuid, (v_cursor ->> 'any')::boolean, (v_cursor ->> 'open')::boolean;
  case v_cursor ->> 'order'
    when 'new' then perform (v_cursor ->> 'key')::timestamptz;
    when 'price_asc', 'price_desc' then perform (v_cursor ->> 'key')::bigint;
    when 'rating' then perform (v_cursor ->> 'key')::real;
    when 'score', 'quality' then perform (v_cursor ->> 'key')::double precision;
  end case;
  return v_cursor;
exception when data_exception or syntax_error or invalid_parameter_value or case_not_found then
  perform private.raise_error(400, 'invalid_cursor', 'after: take it from next of the page before, with the same words, filters and order.');
end
$$;
comment on function private.read_cursor(text) is
  'Where a page goes on: its order, key and id of the last product, the words as they were understood, whether any of them is enough, whether the last is open, whether that product is among the top ones. PT400 invalid_cursor.';

create function private.write_cursor(value jsonb) returns text
language sql immutable
set search_path = ''
as $$
  select translate(encode(convert_to(value::text, 'UTF8'), 'base64'), E'+/=\n', '-_')
$$;
comment on function private.write_cursor(jsonb) is 'As read_cursor reads it.';

create function private.product_cards(product_ids uuid[], locale text) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return (
    select coalesce(jsonb_agg(jsonb_build_object(
      'id', p.id, 'slug', p.slug, 'name', coalesce(t.name, p.name), 'for_sale', p.for_sale, 'for_rent', p.for_rent,
      'published_at', p.published_at, 'sale_from', d.sale_from, 'rent_from', d.rent_from, 'currency', d.currency, 'rating', d.rating,
      'attributes', p.attributes,
      'boutique', jsonb_build_object('slug', b.slug, 'name', b.name),
      'designer', case when g.id is not null then jsonb_build_object('slug', g.slug, 'label', g.label) end,
      'category', case when c.id is not null then jsonb_build_object('slug', c.slug, 'name', coalesce(c.translations -> product_cards.locale ->> 'name', c.name)) end,
      'picture', m.picture) order by w.n), '[]')
    from unnest(product_ids) with ordinality w (id, n)
    join public.products p on p.id = w.id and p.listed
    join private.product_documents d on d.product_id = p.id
    join public.boutiques b on b.id = p.boutique_id
    left join public.designers g on g.id = p.designer_id
    left join public.categories c on c.id = p.category_id
    left join public.product_translations t on t.product_id = p.id and t.locale::text = product_cards.locale
    left join lateral (
      select jsonb_build_object('storage_path', x.storage_path, 'alt', x.alt, 'width', x.width, 'height', x.height, 'blurhash', x.blurhash,
        'renditions', x.renditions) as picture
      from public.product_media x where x.product_id = p.id and x.boutique_id = p.boutique_id and x.listed order by x.position, x.id limit 1) m on true);
end
$$;
comment on function private.product_cards(uuid[], text) is 'Products on show as a list shows them, in this order, with names in a language where there are some.';

create function private.find_products(q text, filters jsonb, sort text, after text, page_size integer) returns jsonb
language plpgsql volatile -- asks the planner
security definer -- documents and calendars are not the public's to read; what is found is
set search_path = ''
as $$
declare
  v_cursor jsonb := case when after is not null then private.read_cursor(after) end;
  v_words text[] := private.words_of(coalesce(q, ''));
  v_meant private.understood_words;
  v_filters private.search_filter[] := array(select f from private.search_filters(filters) f);
  v_where text := private.conditions_of(v_filters, false);
  v_late text := private.conditions_of(v_filters, true);
  v_order text;
  v_key text;
  v_type text;
  v_direction text := 'desc';
  v_from text;
  v_ids uuid[] := '{}';
  v_keys text[] := '{}';
  v_more boolean;
  v_candidates text;
  v_looked_at integer := case when private.conditions_of(v_filters, true) = '' then 1000 else 5000 end;
  v_tier text;
  v_before integer;
  v_last uuid;
  v_last_key text;
  v_last_tier text;
  v_past uuid;
  v_past_key text;
begin
  if page_size is null or page_size not between 1 and 100 then
    perform private.raise_error(400, 'invalid_page_size', 'page_size is 1 to 100.');
  elsif length(q) > 200 or cardinality(v_words) > 12 then
    perform private.raise_error(400, 'invalid_query', 'q has at most 200 letters and 12 words.');
  elsif sort not in ('relevance', 'new', 'rating', 'price_asc', 'price_desc') then
    perform private.raise_error(400, 'invalid_sort', 'sort is relevance, new, rating, price_asc or price_desc.');
  elsif sort like 'price%' and filters ->> 'currency' is null then
    perform private.raise_invalid_filter('Prices are compared in one currency: add currency.');
  end if;

  -- A page that goes on has its words as they were understood.
  if v_cursor is not null then
    v_meant := private.understood(array(select w from jsonb_array_elements_text(v_cursor -> 'words') w), (v_cursor ->> 'any')::boolean, (v_cursor ->> 'open')::boolean);
    v_order := v_cursor ->> 'order';
  else
    v_meant := private.understand(v_words, v_where);
  end if;
  v_where := case
    when v_meant.found is not null then format(' and d.product_id = any (%L::uuid[])', v_meant.found)
    when v_meant.query is not null then format(' and d.document @@ %L::tsquery', v_meant.query)
    else '' end || v_where;

  -- Many that fit equally well are shown by their quality, in the order of an index. Few are ranked by how well they fit: first
  -- the top ones, then the others.
  v_order := coalesce(v_order, case
    when sort <> 'relevance' then sort
    when v_meant.query is null then 'new'
    when v_meant.found is not null then 'score'
    when private.rows_of('select from private.product_documents d where d.is_top' || v_where) > 1000 then 'quality'
    else 'score' end);
  if v_cursor is not null and sort <> 'relevance' and v_order <> sort then
    perform private.raise_error(400, 'invalid_cursor', 'after: it is of a page in another order.');
  end if;
  v_type := case v_order when 'new' then 'timestamptz' when 'price_asc' then 'bigint' when 'price_desc' then 'bigint' when 'rating' then 'real' else 'float8' end;
  v_key := case
    when v_order = 'score' then format('(ts_rank(''{0.05,0.2,0.6,1}'', d.document, %L::tsquery, 1) * (1 + d.quality / 20)%s)::float8', v_meant.query,
      case when v_meant.matches_any and v_meant.best is not null then format(' + case when d.document @@ %L::tsquery then 1 else 0 end', v_meant.best) else '' end)
    when v_order = 'new' then 'd.published_at'
    when v_order like 'price%' and filters ->> 'kind' = 'rent' then 'd.rent_from'
    when v_order like 'price%' then 'd.sale_from'
    else 'd.' || v_order end;
  if v_order like 'price%' then
    v_where := v_where || format(' and %s is not null', v_key);
    v_direction := case v_order when 'price_asc' then 'asc' else 'desc' end;
  end if;
  if v_cursor is not null then
    v_from := format(' and (%s, d.product_id) %s (%L::%s, %L::uuid)', v_key, case v_direction when 'asc' then '>' else '<' end,
      v_cursor ->> 'key', v_type, v_cursor ->> 'id');
  end if;
  foreach v_tier in array case when v_order <> 'score' then array[''] when v_cursor ->> 'top' = 'false' then array[' and not d.is_top']
    else array[' and d.is_top', ' and not d.is_top'] end
  loop
    v_candidates := format(
      'select d.product_id, (%1$s)::text as key from private.product_documents d where true%3$s%4$s%5$s order by %1$s %2$s, d.product_id %2$s',
      v_key, v_direction, v_where, v_tier, coalesce(v_from, ''));
    v_from := null;
    v_before := cardinality(v_ids);
    execute format('select $1 || array_agg(x.product_id), $2 || array_agg(x.key) from (
        select d.product_id, d.key from (%s limit %s) d where true%s limit %s) x',
      v_candidates, v_looked_at, v_late, page_size + 1 - v_before)
    using v_ids, v_keys into v_ids, v_keys;
    v_ids := coalesce(v_ids, '{}');
    v_keys := coalesce(v_keys, '{}');
    v_more := cardinality(v_ids) > page_size;
    if v_more and page_size > v_before then
      v_last := v_ids[page_size];
      v_last_key := v_keys[page_size];
      v_last_tier := v_tier;
    elsif not v_more and v_late <> '' then
      -- Among so many none, or too few: the next page looks at those after them.
      execute format('%s offset %s limit 1', v_candidates, v_looked_at - 1) into v_past, v_past_key;
      if v_past is not null then
        v_more := true;
        v_last := v_past;
        v_last_key := v_past_key;
        v_last_tier := v_tier;
      end if;
    elsif not v_more and cardinality(v_ids) > v_before then
      v_last := v_ids[cardinality(v_ids)];
      v_last_key := v_keys[cardinality(v_keys)];
      v_last_tier := v_tier;
    end if;
    exit when v_more;
  end loop;
  return jsonb_build_object(
    'products', private.product_cards(v_ids[1:page_size], coalesce(filters ->> 'locale', 'en')),
    'next', case when v_more then private.write_cursor(jsonb_build_object('order', v_order, 'key', v_last_key, 'id', v_last, 'words', coalesce(v_meant.words, '{}'), 'any', coalesce(v_meant.matches_any, false),
      'open', coalesce(v_meant.last_is_open, false), 'top', v_last_tier is distinct from ' and not d.is_top')) end,
    'corrected', case when v_meant.words <> v_words then array_to_string(v_meant.words, ' ') end);
end
$$;
comment on function private.find_products(text, jsonb, text, text, integer) is 'As search_products, without its limit: for it, and for the function catalog.';

create function private.search_products(q text, filters jsonb, sort text, after text, page_size integer) returns jsonb
language plpgsql volatile -- counts its calls
security definer -- as find_products
set search_path = ''
as $$
begin
  perform private.limit_rate('search_products', 600, 600);
  return private.find_products(q, coalesce(filters, '{}'), coalesce(sort, 'relevance'), after, page_size);
end
$$;

create function public.search_products(q text default '', filters jsonb default '{}', sort text default 'relevance', after text default null, page_size integer default 24)
returns jsonb
language sql volatile security invoker set search_path = ''
as $$ select private.search_products(q, filters, sort, after, page_size) $$;
comment on function public.search_products(text, jsonb, text, text, integer) is
  'Products on show: {"products": [{id, slug, name, boutique, designer, category, sale_from, rent_from, currency, rating, picture, …}], "next", "corrected"}. q: words in English or Amharic, the last may be unfinished, typos are corrected (corrected says how it was read). filters: boutique, designer, category (slugs; a category with all below it), collection (id), size, color, tag, city, attributes {"silhouette": ["a-line"]}: one value or an array of which one fits; kind sale or rent; currency, price_min, price_max (minor units); free_from and free_until (days on which a garment is free for rent); locale en or am. sort: relevance, new, rating, price_asc, price_desc. after: next of the page before. For anybody. PT400 invalid_filters, invalid_query, invalid_sort, invalid_cursor, invalid_page_size; PT429 too_many_requests.';
grant execute on function private.search_products(text, jsonb, text, text, integer) to anon, authenticated;
grant execute on function public.search_products(text, jsonb, text, text, integer) to anon, authenticated;

create function private.list_products(q text, filters jsonb, sort text, after text, page_size integer) returns jsonb
language plpgsql volatile -- as find_products
security definer -- the same
set search_path = ''
as $$
begin
  return private.find_products(q, filters, sort, after, page_size);
end
$$;

create function public.list_products(q text default '', filters jsonb default '{}', sort text default 'new', after text default null, page_size integer default 24)
returns jsonb
language sql volatile security invoker set search_path = ''
as $$ select private.list_products(q, filters, sort, after, page_size) $$;
comment on function public.list_products(text, jsonb, text, text, integer) is
  'For the function catalog, with the secret key: as search_products, for pages that are cached and counted there.';
grant execute on function private.list_products(text, jsonb, text, text, integer) to service_role;
grant execute on function public.list_products(text, jsonb, text, text, integer) to service_role;

-- product_facets ------------------------------------------------------------------------------------------------------

create function private.product_facets(q text, filters jsonb) returns jsonb
language plpgsql volatile -- counts its calls
security definer -- as search_products
set search_path = ''
as $$
declare
  v_words text[] := private.words_of(coalesce(q, ''));
  v_filters private.search_filter[] := array(select f from private.search_filters(coalesce(filters, '{}')) f);
  v_all text := private.conditions_of(v_filters, false);
  v_meant private.understood_words;
  v_text text;
  v_facet text;
  v_where text;
  v_counts jsonb;
  v_facets jsonb := '{}';
  v_answer jsonb;
  v_counted integer;
  v_seen integer;
  v_late text := private.conditions_of(v_filters, true);
  v_sql text := 'with found as (select d.tokens from (
        (select d.product_id, d.tokens from private.product_documents d where d.is_top%1$s limit 5000)
        union all
        (select d.product_id, d.tokens from private.product_documents d where not d.is_top%1$s limit 5000)
        limit 5000) d where true%2$s limit 2000),
      counts as (
        select case when left(c.t, 2) = ''a:'' then ''attributes.'' || split_part(substr(c.t, 3), ''='', 1) else split_part(c.t, '':'', 1) end as facet,
          case when left(c.t, 2) = ''a:'' then substr(c.t, 4 + length(split_part(substr(c.t, 3), ''='', 1))) else substr(c.t, 1 + strpos(c.t, '':'')) end as value, c.n
        from (select t, count(*) as n from found, unnest(found.tokens) t group by t) c)
    select coalesce((select jsonb_object_agg(g.facet, g.entries) from (
        select c.facet, jsonb_agg(jsonb_build_object(''value'', c.value, ''count'', c.n) order by c.n desc, c.value) as entries
        from (select *, row_number() over (partition by facet order by n desc, value) as place from counts) c
        where c.place <= 100%3$s group by c.facet) g), ''{}''), (select count(*) from found)';
begin
  perform private.limit_rate('product_facets', 600, 600);
  if length(q) > 200 or cardinality(v_words) > 12 then
    perform private.raise_error(400, 'invalid_query', 'q has at most 200 letters and 12 words.');
  end if;
  v_meant := private.understand(v_words, v_all);
  v_text := case when v_meant.query is not null then format(' and d.document @@ %L::tsquery', v_meant.query) else '' end;
  execute format(v_sql, v_text || v_all, v_late, '') into v_facets, v_counted;
  -- What is chosen in a facet does not take its other values away.
  for v_facet in select distinct f.facet from unnest(v_filters) f where f.facet not in ('price', 'free', 'variant', 'collection', 'currency', 'kind') loop
    v_where := v_text || (select coalesce(string_agg(' and ' || f.condition, ''), '') from unnest(v_filters) f where f.facet <> v_facet and not coalesce(f.is_late, false));
    execute format(v_sql, v_where, case when v_facet in ('size', 'color') then '' else v_late end, format(' and c.facet = %L', v_facet)) into v_counts, v_seen;
    v_facets := v_facets || v_counts;
  end loop;
  -- Ids become what front ends show.
  v_answer := v_facets - '{boutique,designer,category,currency}'::text[]
    -- What every category says is no filter.
    - array(select 'attributes.' || a.key from public.attribute_definitions a group by a.key having not bool_or(a.is_filter))
    || jsonb_build_object(
    'boutique', coalesce((select jsonb_agg(jsonb_build_object('value', b.slug, 'label', b.name, 'count', e -> 'count') order by (e ->> 'count')::int desc, b.slug)
      from jsonb_array_elements(v_facets -> 'boutique') e join public.boutiques b on b.id::text = e ->> 'value'), '[]'),
    'designer', coalesce((select jsonb_agg(jsonb_build_object('value', g.slug, 'label', g.label, 'count', e -> 'count') order by (e ->> 'count')::int desc, g.slug)
      from jsonb_array_elements(v_facets -> 'designer') e join public.designers g on g.id::text = e ->> 'value'), '[]'),
    'category', coalesce((select jsonb_agg(jsonb_build_object('value', c.slug, 'label', coalesce(c.translations -> (filters ->> 'locale') ->> 'name', c.name),
        'count', e -> 'count') order by (e ->> 'count')::int desc, c.slug)
      from jsonb_array_elements(v_facets -> 'category') e join public.categories c on c.id::text = e ->> 'value'), '[]'));
  return jsonb_build_object('facets', v_answer, 'counted', v_counted, 'complete', v_counted < 2000);
end
$$;

create function public.product_facets(q text default '', filters jsonb default '{}') returns jsonb
language sql volatile security invoker set search_path = ''
as $$ select private.product_facets(q, filters) $$;
comment on function public.product_facets(text, jsonb) is
  'How many products on show have what, among those that search_products finds with the same q and filters: {"facets": {"size": [{"value", "count"}], "designer": [{"value", "label", "count"}], "attributes.silhouette": […]}, "counted", "complete"}. In a facet that is filtered by, its other values are counted as if it were not. Counts are exact when complete; else they are of 2,000 of them. For anybody. PT400 invalid_filters, invalid_query; PT429 too_many_requests.';
grant execute on function private.product_facets(text, jsonb) to anon, authenticated;
grant execute on function public.product_facets(text, jsonb) to anon, authenticated;

-- suggest_products ----------------------------------------------------------------------------------------------------

create type public.search_suggestion as (kind text, label text, slug text, boutique text);
comment on type public.search_suggestion is
  'What somebody who types may mean. kind: product, designer, category or word; slug: of it, null for a word; boutique: slug of the boutique of a product.';

create function private.suggest_products(q text, max_suggestions integer) returns setof public.search_suggestion
language plpgsql volatile -- counts its calls
rows 8
security definer -- as search_products
set search_path = ''
as $$
declare
  v_text text := btrim(private.fold_text(left(coalesce(q, ''), 100)));
  v_words text[] := private.words_of(coalesce(left(q, 100), ''));
  v_last text := v_words[cardinality(v_words)];
  v_first text := array_to_string(v_words[1:cardinality(v_words) - 1], ' ');
begin
  perform private.limit_rate('suggest_products', 1200, 1200);
  if v_last is null then
    return;
  end if;
  return query
    select s.* from (
      (select 'designer'::text, g.label, g.slug, null::text from public.designers g
        where private.fold_text(g.label) ~ ('(^|[^[:alnum:]])' || regexp_replace(v_text, '([^[:alnum:] ])', '\\\1', 'g')) order by g.label limit 3)
      union all
      (select 'category', coalesce(case when v_text ~ '[ሀ-፼]' then c.translations -> 'am' ->> 'name' end, c.name), c.slug, null from public.categories c
        where private.fold_text(concat_ws(' ', c.name, c.translations -> 'am' ->> 'name')) ~ ('(^|[^[:alnum:]])' || regexp_replace(v_text, '([^[:alnum:] ])', '\\\1', 'g'))
        order by c.position, c.name limit 3)
      union all
      (select 'product', p.name, p.slug, b.slug
        from (
          select d.product_id, d.quality from private.product_documents d
          where d.name_folded ~>=~ v_text and d.name_folded ~<~ (v_text || U&'\FFFF') order by d.name_folded using ~<~ limit 50) x
        join public.products p on p.id = x.product_id and p.listed join public.boutiques b on b.id = p.boutique_id
        order by x.quality desc, p.id limit 4)
      union all
      (select 'word', btrim(v_first || ' ' || w.word), null, null
        from (select s.word from private.search_words s where s.word ~>=~ v_last and s.word ~<~ (v_last || U&'\FFFF') order by s.word using ~<~ limit 50) w
        where w.word <> v_last order by length(w.word), w.word limit 4)
    ) s
    limit least(greatest(coalesce(max_suggestions, 8), 1), 20);
end
$$;

create function public.suggest_products(q text, max_suggestions integer default 8) returns setof public.search_suggestion
language sql volatile rows 8 security invoker set search_path = ''
as $$ select * from private.suggest_products(q, max_suggestions) $$;
comment on function public.suggest_products(text, integer) is
  'What somebody who types may mean, for every letter: designers, categories, products and words that begin so. For anybody. PT429 too_many_requests.';
grant execute on function private.suggest_products(text, integer) to anon, authenticated;
grant execute on function public.suggest_products(text, integer) to anon, authenticated;

-- related_products ----------------------------------------------------------------------------------------------------

create function private.related_products(product_id uuid, max_products integer, locale text) returns jsonb
language plpgsql stable
security definer -- as search_products
set search_path = ''
as $$
declare
  v_document private.product_documents;
  v_category text;
  v_likeness text[];
  v_ids uuid[];
begin
  select * into v_document from private.product_documents d where d.product_id = related_products.product_id;
  if not found then
    perform private.raise_error(404, 'product_not_found', 'There is no such product, or it is not on show.', jsonb_build_object('product_id', product_id));
  end if;
  -- The nearest category is the first of its path.
  select t into v_category from unnest(v_document.tokens) with ordinality x (t, n) where t like 'category:%' order by n limit 1;
  v_likeness := array(select t from unnest(v_document.tokens) t where t like 'a:%' or t like 'designer:%' or t like 'tag:%' or t like 'color:%');
  v_ids := array(
    select c.product_id from (
      (select d.* from private.product_documents d
        where d.tokens @> array[coalesce(v_category, 'currency:' || v_document.currency)] order by d.quality desc, d.product_id desc limit 300)
      union
      (select d.* from private.product_documents d where d.boutique_id = v_document.boutique_id order by d.quality desc limit 100)
    ) c
    where c.product_id <> v_document.product_id
    order by (
        select count(*) from unnest(c.tokens) t where t = any (v_likeness)) * 2
      + case when v_category is not null and c.tokens @> array[v_category] then 3 else 0 end
      - least(2, abs(ln((greatest(coalesce(c.sale_from, c.rent_from), 1)::float8) / greatest(coalesce(v_document.sale_from, v_document.rent_from), 1))))
      desc, c.quality desc, c.product_id
    limit least(greatest(coalesce(max_products, 8), 1), 24));
  return private.product_cards(v_ids, coalesce(locale, 'en'));
end
$$;

create function public.related_products(product_id uuid, max_products integer default 8, locale text default 'en') returns jsonb
language sql stable security invoker set search_path = ''
as $$ select private.related_products(product_id, max_products, locale) $$;
comment on function public.related_products(uuid, integer, text) is
  'Products on show that are like one: of its category, designer, attributes, colors and price, an array as products of search_products. For anybody. PT404 product_not_found.';
grant execute on function private.related_products(uuid, integer, text) to anon, authenticated;
grant execute on function public.related_products(uuid, integer, text) to anon, authenticated;

-- sitemap -------------------------------------------------------------------------------------------------------------

create function private.sitemap(boutique text) returns jsonb
language plpgsql stable -- not sql: shows come later
security definer -- as search_products
set search_path = ''
as $$
declare
  v_boutique uuid := (select b.id from public.boutiques b where b.slug = boutique);
begin
  if boutique is null then
    return (
      select coalesce(jsonb_agg(jsonb_build_object('slug', x.slug) order by x.slug), '[]') from (
        select b.slug from public.boutiques b
        where b.status = 'active' and (
          exists (select from private.product_documents d where d.boutique_id = b.id)
          or exists (select from public.fashion_shows s where s.boutique_id = b.id and s.listed))
        order by b.slug limit 50000) x);
  end if;
  return (
    select coalesce(jsonb_agg(jsonb_build_object('kind', x.kind, 'slug', x.slug, 'changed_at', x.updated_at) order by x.kind desc, x.since desc), '[]') from (
      select 'show' as kind, s.slug, s.updated_at, s.starts_at as since from public.fashion_shows s where s.boutique_id = v_boutique and s.listed
      union all
      select 'product', p.slug, p.updated_at, p.published_at from public.products p where p.boutique_id = v_boutique and p.listed
      order by kind desc, since desc limit 50000) x);
end
$$;
comment on function private.sitemap(text) is 'For search engines: boutiques that have something on show; or up to 50,000 shows and products of one, with the time of their last change.';

create function public.sitemap(boutique text default null) returns jsonb
language sql stable security invoker set search_path = ''
as $$ select private.sitemap(boutique) $$;
comment on function public.sitemap(text) is
  'For the function catalog, with the secret key: [{"slug"}] of boutiques that have something on show; or of one, [{"kind": "show" or "product", "slug", "changed_at"}] of what it has.';
revoke all on function public.sitemap(text) from public;
grant execute on function private.sitemap(text) to service_role;
grant execute on function public.sitemap(text) to service_role;
