set local check_function_bodies = off;

DROP FUNCTION "private"."count_up_to_ten"(tsquery, text);

CREATE OR REPLACE FUNCTION private.count_up_to(most integer, query tsquery, conditions text)
 RETURNS integer
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  v_count integer := 0;
  v_tier text;
begin
  if query is null then
    return 0;
  end if;
  -- Mostly they are found among the top ones.
  foreach v_tier in array array[' and d.is_top', ' and not d.is_top'] loop
    exit when v_count >= most;
    execute format('select %s + count(*) from (select from private.product_documents d where d.document @@ %L::tsquery%s%s limit %s) x',
      v_count, query, conditions, v_tier, most - v_count) into v_count;
  end loop;
  return v_count;
end
$function$;

CREATE OR REPLACE FUNCTION private.find_products(q text, filters jsonb, sort text, after text, page_size integer)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
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
  v_where := case when v_meant.query is not null then format(' and d.document @@ %L::tsquery', v_meant.query) else '' end || v_where;

  -- Many that fit equally well are shown by their quality, in the order of an index. Few are ranked by how well they fit: first
  -- the top ones, then the others.
  v_order := coalesce(v_order, case
    when sort <> 'relevance' then sort
    when v_meant.query is null then 'new'
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
$function$;

CREATE OR REPLACE FUNCTION private.read_cursor(after text)
 RETURNS jsonb
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.understand(words text[], conditions text)
 RETURNS private.understood_words
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_words text[] := words;
  -- A word that is one is not looked for as the beginning of others: that would read the lists of all of them.
  v_open boolean := not private.is_search_word(words[cardinality(words)]);
  v_enough integer := case cardinality(words) when 1 then 1 else 10 end;
  v_found integer;
  v_any tsquery;
begin
  if coalesce(cardinality(words), 0) = 0 then
    return private.understood(words, false, false);
  end if;
  v_found := private.count_up_to(v_enough, private.text_query(words, true, v_open), conditions);
  if v_found = 0 then
    v_words := private.corrected_words(words);
  end if;
  if v_words <> words then
    v_open := not private.is_search_word(v_words[cardinality(v_words)]);
    v_found := private.count_up_to(v_enough, private.text_query(v_words, true, v_open), conditions);
  end if;
  if v_found >= v_enough or cardinality(words) = 1 then
    return private.understood(v_words, false, v_open);
  end if;
  -- Too few have all words: those that have some come after them, unless that is everything.
  v_any := private.text_query(v_words, false, v_open);
  return private.understood(v_words, v_found = 0
    or private.rows_of(format('select from private.product_documents d where d.document @@ %L::tsquery%s and d.is_top', v_any, conditions)) <= 1000, v_open);
end
$function$;

COMMENT ON FUNCTION "private"."count_up_to"(integer, tsquery, text) IS 'How many products on show have these words and fit these filters; so many are enough.';

COMMENT ON FUNCTION "private"."read_cursor"(text) IS 'Where a page goes on: its order, key and id of the last product, the words as they were understood, whether any of them is enough, whether the last is open, whether that product is among the top ones. PT400 invalid_cursor.';

REVOKE ALL ON FUNCTION "private"."count_up_to"(integer, tsquery, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."count_up_to"(integer, tsquery, text) TO "postgres";
