set local check_function_bodies = off;

CREATE EXTENSION "fuzzystrmatch" SCHEMA "extensions";

CREATE TABLE "private"."catalog_import_keys" ("import_id" uuid NOT NULL, "kind" text NOT NULL, "key" text NOT NULL, "line" bigint NOT NULL, CONSTRAINT "catalog_import_keys_pkey" PRIMARY KEY (import_id, kind, key), CONSTRAINT "kind_is_known" CHECK ((kind = ANY (ARRAY['product'::text, 'sku'::text]))));

ALTER TABLE "private"."catalog_import_keys" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "private"."product_documents" ("product_id" uuid NOT NULL, "boutique_id" uuid NOT NULL, "published_at" timestamp with time zone NOT NULL, "currency" character(3) NOT NULL, "sale_from" bigint, "sale_to" bigint, "rent_from" bigint, "rent_to" bigint, "rating" real NOT NULL DEFAULT 0, "quality" double precision NOT NULL, "is_top" boolean NOT NULL DEFAULT true, "name_folded" text NOT NULL, "tokens" text[] NOT NULL, "document" tsvector NOT NULL, CONSTRAINT "product_documents_pkey" PRIMARY KEY (product_id));

ALTER TABLE "private"."product_documents" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "private"."review_measurements" ("review_id" uuid NOT NULL, "customer_id" uuid NOT NULL, "height_cm" numeric(4,1), "weight_kg" numeric(4,1), "bust_cm" numeric(4,1), "waist_cm" numeric(4,1), "hips_cm" numeric(4,1), "usual_size" text, "created_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "measurements_are_of_a_person" CHECK (((numrange((100)::numeric, (250)::numeric, '[]'::text) @> height_cm) AND (numrange((25)::numeric, (300)::numeric, '[]'::text) @> weight_kg) AND (numrange((40)::numeric, (250)::numeric, '[]'::text) @> bust_cm) AND (numrange((40)::numeric, (250)::numeric, '[]'::text) @> waist_cm) AND (numrange((40)::numeric, (250)::numeric, '[]'::text) @> hips_cm))), CONSTRAINT "review_measurements_pkey" PRIMARY KEY (review_id), CONSTRAINT "something_is_given" CHECK ((num_nonnulls(height_cm, weight_kg, bust_cm, waist_cm, hips_cm, usual_size) > 0)), CONSTRAINT "usual_size_is_short" CHECK (((usual_size ~ '\S'::text) AND (length(usual_size) <= 20))));

ALTER TABLE "private"."review_measurements" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "private"."search_words" ("id" bigint GENERATED ALWAYS AS IDENTITY NOT NULL, "word" text NOT NULL, CONSTRAINT "search_words_pkey" PRIMARY KEY (id));

ALTER TABLE "private"."search_words" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."attribute_definitions" ("category_id" uuid NOT NULL, "key" text NOT NULL, "label" text NOT NULL, "choices" text[] NOT NULL DEFAULT '{}'::text[], "takes_many" boolean NOT NULL DEFAULT false, "unit" text, "is_filter" boolean NOT NULL DEFAULT true, "position" integer NOT NULL DEFAULT 0, "translations" jsonb NOT NULL DEFAULT '{}'::jsonb, "created_at" timestamp with time zone NOT NULL DEFAULT now(), "updated_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "key_is_a_short_word" CHECK ((key ~ '^[a-z][a-z0-9_]{0,39}$'::text)), CONSTRAINT "label_is_given" CHECK (((label ~ '\S'::text) AND (length(label) <= 80))), CONSTRAINT "one_definition_of_a_key_in_a_category" UNIQUE (category_id, key), CONSTRAINT "unit_is_short" CHECK (((unit ~ '\S'::text) AND (length(unit) <= 40))), "id" uuid NOT NULL DEFAULT private.uuid_v7(), CONSTRAINT "attribute_definitions_pkey" PRIMARY KEY (id));

ALTER TABLE "public"."attribute_definitions" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."catalog_import_refusals" ("import_id" uuid NOT NULL, "boutique_id" uuid NOT NULL, "line" bigint NOT NULL, "sku" text, "code" text NOT NULL, "message" text NOT NULL, "created_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "code_is_a_word" CHECK ((code ~ '^[a-z_]{1,60}$'::text)), CONSTRAINT "line_is_positive" CHECK ((line > 0)), CONSTRAINT "message_is_given" CHECK (((message ~ '\S'::text) AND (length(message) <= 1000))), "id" uuid NOT NULL DEFAULT private.uuid_v7(), CONSTRAINT "catalog_import_refusals_pkey" PRIMARY KEY (id));

ALTER TABLE "public"."catalog_import_refusals" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."catalog_imports" ("boutique_id" uuid NOT NULL, "started_by" uuid, "storage_path" text NOT NULL, "file_id" uuid NOT NULL, "is_dry_run" boolean NOT NULL DEFAULT false, "bytes_total" bigint NOT NULL, "rows_total" bigint, "rows_read" bigint NOT NULL DEFAULT 0, "rows_refused" bigint NOT NULL DEFAULT 0, "refusals_kept" integer NOT NULL DEFAULT 0, "products_written" bigint NOT NULL DEFAULT 0, "variants_written" bigint NOT NULL DEFAULT 0, "failure" text, "started_at" timestamp with time zone, "ended_at" timestamp with time zone, "created_at" timestamp with time zone NOT NULL DEFAULT now(), "updated_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "counts_are_not_negative" CHECK ((LEAST(bytes_total, rows_total, rows_read, rows_refused, (refusals_kept)::bigint, products_written, variants_written) >= 0)), CONSTRAINT "no_more_rows_than_there_are" CHECK (((rows_read <= rows_total) OR (rows_read = 0))), CONSTRAINT "refused_rows_were_read" CHECK ((rows_refused <= rows_read)), CONSTRAINT "storage_path_is_inside_the_boutiques_folder" CHECK ((starts_with(storage_path, ((boutique_id)::text || '/'::text)) AND (storage_path !~ '(^|/)\.\.?(/|$)'::text) AND (length(storage_path) <= 400))), "id" uuid NOT NULL DEFAULT private.uuid_v7(), CONSTRAINT "catalog_imports_id_boutique_id_key" UNIQUE (id, boutique_id), CONSTRAINT "catalog_imports_pkey" PRIMARY KEY (id));

ALTER TABLE "public"."catalog_imports" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."collection_products" ("collection_id" uuid NOT NULL, "product_id" uuid NOT NULL, "boutique_id" uuid NOT NULL, "position" integer NOT NULL DEFAULT 0, "created_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "collection_products_pkey" PRIMARY KEY (collection_id, product_id), CONSTRAINT "position_is_not_negative" CHECK (("position" >= 0)));

ALTER TABLE "public"."collection_products" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."collections" ("boutique_id" uuid NOT NULL, "slug" text NOT NULL, "name" text NOT NULL, "description" text NOT NULL DEFAULT ''::text, "season" text, "translations" jsonb NOT NULL DEFAULT '{}'::jsonb, "is_published" boolean NOT NULL DEFAULT false, "position" integer NOT NULL DEFAULT 0, "listed" boolean NOT NULL DEFAULT false, "created_at" timestamp with time zone NOT NULL DEFAULT now(), "updated_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "collections_boutique_id_slug_key" UNIQUE (boutique_id, slug), CONSTRAINT "description_is_bounded" CHECK ((length(description) <= 10000)), CONSTRAINT "name_is_given" CHECK (((name ~ '\S'::text) AND (length(name) <= 120))), CONSTRAINT "season_is_short" CHECK (((season ~ '\S'::text) AND (length(season) <= 40))), CONSTRAINT "slug_is_url_safe" CHECK (((slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'::text) AND (length(slug) <= 120))), "id" uuid NOT NULL DEFAULT private.uuid_v7(), CONSTRAINT "collections_id_boutique_id_key" UNIQUE (id, boutique_id), CONSTRAINT "collections_pkey" PRIMARY KEY (id));

ALTER TABLE "public"."collections" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."favorites" ("customer_id" uuid NOT NULL, "product_id" uuid NOT NULL, "created_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "favorites_pkey" PRIMARY KEY (customer_id, product_id));

ALTER TABLE "public"."favorites" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."lookbook_items" ("lookbook_id" uuid NOT NULL, "customer_id" uuid NOT NULL, "product_id" uuid NOT NULL, "note" text NOT NULL DEFAULT ''::text, "position" integer NOT NULL DEFAULT 0, "created_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "lookbook_items_pkey" PRIMARY KEY (lookbook_id, product_id), CONSTRAINT "note_is_bounded" CHECK ((length(note) <= 500)), CONSTRAINT "position_is_not_negative" CHECK (("position" >= 0)));

ALTER TABLE "public"."lookbook_items" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."lookbooks" ("customer_id" uuid NOT NULL, "title" text NOT NULL, "share_token" uuid, "created_at" timestamp with time zone NOT NULL DEFAULT now(), "updated_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "lookbooks_share_token_key" UNIQUE (share_token), CONSTRAINT "title_is_given" CHECK (((title ~ '\S'::text) AND (length(title) <= 120))), "id" uuid NOT NULL DEFAULT private.uuid_v7(), CONSTRAINT "lookbooks_id_customer_id_key" UNIQUE (id, customer_id), CONSTRAINT "lookbooks_pkey" PRIMARY KEY (id));

ALTER TABLE "public"."lookbooks" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."product_ratings" ("product_id" uuid NOT NULL, "boutique_id" uuid NOT NULL, "rating_sum" bigint NOT NULL DEFAULT 0, "rating_count" bigint NOT NULL DEFAULT 0, "stars" bigint[] NOT NULL DEFAULT '{0,0,0,0,0}'::bigint[], "fit_small" bigint NOT NULL DEFAULT 0, "fit_true" bigint NOT NULL DEFAULT 0, "fit_large" bigint NOT NULL DEFAULT 0, CONSTRAINT "nothing_is_counted_below_nothing" CHECK (((0 <= ALL (stars)) AND (LEAST(fit_small, fit_true, fit_large) >= 0) AND (((fit_small + fit_true) + fit_large) <= rating_count))), CONSTRAINT "product_ratings_pkey" PRIMARY KEY (product_id), CONSTRAINT "sums_are_those_of_the_stars" CHECK (((rating_count = ((((stars[1] + stars[2]) + stars[3]) + stars[4]) + stars[5])) AND (rating_sum = ((((stars[1] + (2 * stars[2])) + (3 * stars[3])) + (4 * stars[4])) + (5 * stars[5]))))), CONSTRAINT "there_are_five_stars" CHECK (((array_ndims(stars) = 1) AND (array_lower(stars, 1) = 1) AND (cardinality(stars) = 5))));

ALTER TABLE "public"."product_ratings" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."product_slugs" ("boutique_id" uuid NOT NULL, "slug" text NOT NULL, "product_id" uuid NOT NULL, "created_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "product_slugs_pkey" PRIMARY KEY (boutique_id, slug));

ALTER TABLE "public"."product_slugs" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."product_translations" ("product_id" uuid NOT NULL, "boutique_id" uuid NOT NULL, "name" text NOT NULL, "description" text NOT NULL DEFAULT ''::text, "listed" boolean NOT NULL DEFAULT false, "created_at" timestamp with time zone NOT NULL DEFAULT now(), "updated_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "description_is_bounded" CHECK ((length(description) <= 20000)), CONSTRAINT "name_is_given" CHECK (((name ~ '\S'::text) AND (length(name) <= 200))));

ALTER TABLE "public"."product_translations" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."product_views" ("product_id" uuid NOT NULL, "boutique_id" uuid NOT NULL, "day" date NOT NULL, "views" bigint NOT NULL, CONSTRAINT "product_views_pkey" PRIMARY KEY (product_id, day), CONSTRAINT "views_are_positive" CHECK ((views > 0)));

ALTER TABLE "public"."product_views" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."review_photos" ("review_id" uuid NOT NULL, "boutique_id" uuid NOT NULL, "customer_id" uuid NOT NULL, "storage_path" text NOT NULL, "alt" text NOT NULL DEFAULT ''::text, "position" integer NOT NULL, "state" public.media_state NOT NULL DEFAULT 'pending'::public.media_state, "refusal" public.media_refusal, "width" integer, "height" integer, "blurhash" text, "created_at" timestamp with time zone NOT NULL DEFAULT now(), "updated_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "a_ready_photo_says_how_large_it_is" CHECK ((((state = 'ready'::public.media_state) = (width IS NOT NULL)) AND ((width IS NULL) = (height IS NULL)) AND (width > 0) AND (height > 0))), CONSTRAINT "a_review_has_six_photos_at_most" CHECK ((("position" >= 0) AND ("position" <= 5))), CONSTRAINT "alt_is_short" CHECK ((length(alt) <= 300)), CONSTRAINT "blurhash_is_short" CHECK (((length(blurhash) >= 6) AND (length(blurhash) <= 200))), CONSTRAINT "one_photo_in_a_place" UNIQUE (review_id, "position") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "refused_photo_says_why" CHECK (((state = 'refused'::public.media_state) = (refusal IS NOT NULL))), CONSTRAINT "review_photos_storage_path_key" UNIQUE (storage_path), CONSTRAINT "storage_path_is_inside_her_folder" CHECK ((starts_with(storage_path, ((customer_id)::text || '/'::text)) AND (storage_path !~ '(^|/)\.\.?(/|$)'::text) AND (length(storage_path) <= 400))), "id" uuid NOT NULL DEFAULT private.uuid_v7(), CONSTRAINT "review_photos_pkey" PRIMARY KEY (id));

ALTER TABLE "public"."review_photos" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."review_reports" ("review_id" uuid NOT NULL, "boutique_id" uuid NOT NULL, "reporter_id" uuid, "note" text NOT NULL DEFAULT ''::text, "resolved_by" uuid, "resolved_at" timestamp with time zone, "created_at" timestamp with time zone NOT NULL DEFAULT now(), "updated_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "note_is_bounded" CHECK ((length(note) <= 1000)), CONSTRAINT "one_report_of_a_review_by_a_person" UNIQUE (review_id, reporter_id), "id" uuid NOT NULL DEFAULT private.uuid_v7(), CONSTRAINT "review_reports_pkey" PRIMARY KEY (id));

ALTER TABLE "public"."review_reports" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."review_revisions" ("review_id" uuid NOT NULL, "boutique_id" uuid NOT NULL, "customer_id" uuid NOT NULL, "rating" integer NOT NULL, "title" text NOT NULL, "body" text NOT NULL, "edited_at" timestamp with time zone NOT NULL DEFAULT now(), "id" uuid NOT NULL DEFAULT private.uuid_v7(), CONSTRAINT "review_revisions_pkey" PRIMARY KEY (id));

ALTER TABLE "public"."review_revisions" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."review_votes" ("review_id" uuid NOT NULL, "customer_id" uuid NOT NULL, "created_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "review_votes_pkey" PRIMARY KEY (review_id, customer_id));

ALTER TABLE "public"."review_votes" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."reviews" ("product_id" uuid NOT NULL, "boutique_id" uuid NOT NULL, "customer_id" uuid, "subject_id" uuid NOT NULL, "author_name" text NOT NULL, "rating" integer NOT NULL, "title" text NOT NULL DEFAULT ''::text, "body" text NOT NULL DEFAULT ''::text, "hidden_reason" text, "hidden_at" timestamp with time zone, "hidden_by" uuid, "reply" text, "replied_at" timestamp with time zone, "replied_by" uuid, "helpful_count" integer NOT NULL DEFAULT 0, "edited_at" timestamp with time zone, "created_at" timestamp with time zone NOT NULL DEFAULT now(), "updated_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "a_reply_says_when" CHECK ((((reply IS NULL) = (replied_at IS NULL)) AND ((reply IS NOT NULL) OR (replied_by IS NULL)))), CONSTRAINT "author_name_is_given" CHECK (((author_name ~ '\S'::text) AND (length(author_name) <= 60))), CONSTRAINT "helpful_count_is_not_negative" CHECK ((helpful_count >= 0)), CONSTRAINT "one_review_of_an_experience" UNIQUE (subject_id, product_id), CONSTRAINT "rating_is_one_to_five_stars" CHECK (((rating >= 1) AND (rating <= 5))), CONSTRAINT "reason_is_given" CHECK (((hidden_reason ~ '\S'::text) AND (length(hidden_reason) <= 1000))), CONSTRAINT "reply_is_given" CHECK (((reply ~ '\S'::text) AND (length(reply) <= 3000))), CONSTRAINT "texts_are_bounded" CHECK (((length(title) <= 120) AND (length(body) <= 5000))), "id" uuid NOT NULL DEFAULT private.uuid_v7(), CONSTRAINT "reviews_id_boutique_id_key" UNIQUE (id, boutique_id), CONSTRAINT "reviews_pkey" PRIMARY KEY (id));

ALTER TABLE "public"."reviews" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."size_chart_rows" ("chart_id" uuid NOT NULL, "size" text NOT NULL, "position" integer NOT NULL DEFAULT 0, "bust_cm" numrange, "waist_cm" numrange, "hips_cm" numrange, "height_cm" numrange, CONSTRAINT "it_says_something" CHECK ((num_nonnulls(bust_cm, waist_cm, hips_cm, height_cm) > 0)), CONSTRAINT "measures_are_of_people" CHECK ((COALESCE((bust_cm <@ numrange((30)::numeric, (250)::numeric)), true) AND COALESCE((waist_cm <@ numrange((30)::numeric, (250)::numeric)), true) AND COALESCE((hips_cm <@ numrange((30)::numeric, (250)::numeric)), true) AND COALESCE((height_cm <@ numrange((80)::numeric, (250)::numeric)), true) AND (NOT (COALESCE(isempty(bust_cm), false) OR COALESCE(isempty(waist_cm), false) OR COALESCE(isempty(hips_cm), false) OR COALESCE(isempty(height_cm), false))))), CONSTRAINT "size_chart_rows_pkey" PRIMARY KEY (chart_id, size), CONSTRAINT "size_is_given" CHECK (((size ~ '\S'::text) AND (length(size) <= 40))));

ALTER TABLE "public"."size_chart_rows" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."size_charts" ("designer_id" uuid NOT NULL, "category_id" uuid, "note" text NOT NULL DEFAULT ''::text, "created_at" timestamp with time zone NOT NULL DEFAULT now(), "updated_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "note_is_bounded" CHECK ((length(note) <= 2000)), CONSTRAINT "size_charts_designer_id_category_id_key" UNIQUE NULLS NOT DISTINCT (designer_id, category_id), "id" uuid NOT NULL DEFAULT private.uuid_v7(), CONSTRAINT "size_charts_pkey" PRIMARY KEY (id));

ALTER TABLE "public"."size_charts" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "public"."categories" ADD COLUMN "translations" jsonb NOT NULL DEFAULT '{}'::jsonb;

ALTER TABLE "public"."designers" ADD COLUMN "translations" jsonb NOT NULL DEFAULT '{}'::jsonb;

ALTER TABLE "public"."products" ADD COLUMN "tags" text[] NOT NULL DEFAULT '{}'::text[];

ALTER TABLE "public"."products" ADD COLUMN "publish_at" timestamp with time zone;

CREATE TYPE "private"."rating_sums" AS ("rating_sum" bigint, "rating_count" bigint, "stars" bigint[], "fit_small" bigint, "fit_true" bigint, "fit_large" bigint);

CREATE TYPE "private"."search_filter" AS ("facet" text, "condition" text, "is_late" boolean);

CREATE TYPE "private"."understood_words" AS ("query" tsquery, "best" tsquery, "words" text[], "matches_any" boolean, "last_is_open" boolean);

CREATE TYPE "public"."attribute_kind" AS ENUM ('choice', 'text', 'number', 'boolean');

ALTER TABLE "public"."attribute_definitions" ADD COLUMN "kind" public.attribute_kind NOT NULL;

CREATE TYPE "public"."catalog_import_format" AS ENUM ('csv', 'json', 'ndjson');

ALTER TABLE "public"."catalog_imports" ADD COLUMN "format" public.catalog_import_format NOT NULL;

CREATE TYPE "public"."catalog_import_state" AS ENUM ('waiting', 'running', 'done', 'failed', 'cancelled');

ALTER TABLE "public"."catalog_imports" ADD COLUMN "state" public.catalog_import_state NOT NULL DEFAULT 'waiting'::public.catalog_import_state;

CREATE TYPE "public"."catalog_locale" AS ENUM ('en', 'am');

ALTER TABLE "public"."product_translations" ADD COLUMN "locale" public.catalog_locale NOT NULL;

ALTER TABLE "public"."products" ADD COLUMN "locale" public.catalog_locale NOT NULL DEFAULT 'en'::public.catalog_locale;

CREATE TYPE "public"."review_fit" AS ENUM ('small', 'true', 'large');

ALTER TABLE "public"."review_revisions" ADD COLUMN "fit" public.review_fit;

ALTER TABLE "public"."reviews" ADD COLUMN "fit" public.review_fit;

CREATE TYPE "public"."review_kind" AS ENUM ('bought', 'rented', 'fitted');

ALTER TABLE "public"."reviews" ADD COLUMN "kind" public.review_kind NOT NULL;

CREATE TYPE "private"."experience" AS ("kind" public.review_kind, "subject_id" uuid, "product_id" uuid, "boutique_id" uuid, "happened_at" timestamp with time zone);

CREATE TYPE "public"."review_report_reason" AS ENUM ('spam', 'offensive', 'untrue', 'private_data', 'other');

ALTER TABLE "public"."review_reports" ADD COLUMN "reason" public.review_report_reason NOT NULL;

CREATE TYPE "public"."review_report_state" AS ENUM ('open', 'upheld', 'dismissed');

ALTER TABLE "public"."review_reports" ADD COLUMN "state" public.review_report_state NOT NULL DEFAULT 'open'::public.review_report_state;

CREATE TYPE "public"."review_state" AS ENUM ('published', 'hidden', 'withdrawn');

ALTER TABLE "public"."reviews" ADD COLUMN "state" public.review_state NOT NULL DEFAULT 'published'::public.review_state;

CREATE TYPE "public"."search_suggestion" AS ("kind" text, "label" text, "slug" text, "boutique" text);

CREATE OR REPLACE FUNCTION private.add_product_views(views jsonb)
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_count integer;
begin
  insert into public.product_views as w (product_id, boutique_id, day, views)
  select p.id, p.boutique_id, (now() at time zone 'UTC')::date, v.value::bigint
  from jsonb_each_text(views) v
  join public.products p on p.id = case when v.key ~ '^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$' then v.key::uuid end
  where v.value ~ '^[1-9][0-9]{0,8}$'
  -- In the order of ids: two functions that write at once do not wait in a circle.
  order by p.id
  on conflict (product_id, day) do update set views = w.views + excluded.views;
  get diagnostics v_count = row_count;
  return v_count;
end
$function$;

CREATE OR REPLACE FUNCTION private.add_rating(review public.reviews, change integer)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  insert into public.product_ratings (product_id, boutique_id) values (review.product_id, review.boutique_id) on conflict do nothing;
  -- In one statement: of two reviews at once the second waits for the first, and counts on.
  update public.product_ratings r set
    rating_sum = r.rating_sum + change * review.rating,
    rating_count = r.rating_count + change,
    stars[review.rating] = r.stars[review.rating] + change,
    fit_small = r.fit_small + case review.fit when 'small' then change else 0 end,
    fit_true = r.fit_true + case review.fit when 'true' then change else 0 end,
    fit_large = r.fit_large + case review.fit when 'large' then change else 0 end
  where r.product_id = review.product_id;
end
$function$;

CREATE OR REPLACE FUNCTION private.are_attribute_translations(translations jsonb, choices text[])
 RETURNS boolean
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
begin
  return jsonb_typeof(translations) = 'object' and length(translations::text) <= 50000 and not exists (
    select from jsonb_each(translations) l (locale, texts)
    where l.locale <> 'am' or jsonb_typeof(l.texts) <> 'object'
      or exists (select from jsonb_object_keys(case when jsonb_typeof(l.texts) = 'object' then l.texts else '{}' end) k where k not in ('label', 'choices'))
      or jsonb_typeof(coalesce(l.texts -> 'label', '""')) <> 'string'
      or jsonb_typeof(coalesce(l.texts -> 'choices', '{}')) <> 'object'
      or exists (
        select from jsonb_each(case when jsonb_typeof(l.texts -> 'choices') = 'object' then l.texts -> 'choices' else '{}' end) c
        where c.key <> all (choices) or jsonb_typeof(c.value) <> 'string'));
end
$function$;

CREATE OR REPLACE FUNCTION private.are_tags(tags text[])
 RETURNS boolean
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
begin
  return cardinality(tags) <= 20 and not exists (select from unnest(tags) t where t is null or t <> lower(t) or t !~ '^[^\s,:]{1,40}$');
end
$function$;

CREATE OR REPLACE FUNCTION private.are_translations(translations jsonb, fields text[])
 RETURNS boolean
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
begin
  return jsonb_typeof(translations) = 'object' and length(translations::text) <= 50000 and not exists (
    select from jsonb_each(translations) l (locale, texts)
    where l.locale <> all (array['am'])
      or jsonb_typeof(l.texts) <> 'object'
      or exists (
        select from jsonb_each(case when jsonb_typeof(l.texts) = 'object' then l.texts else '{}' end) t (field, value)
        where t.field <> all (fields) or jsonb_typeof(t.value) <> 'string' or t.value #>> '{}' !~ '\S'));
end
$function$;

CREATE OR REPLACE FUNCTION private.attribute_problems(category_id uuid, attributes jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  v_definitions public.attribute_definitions[] := array(select d from private.attributes_of_category(category_id) d);
begin
  if cardinality(v_definitions) = 0 then
    return '[]';
  end if;
  return (
    select coalesce(jsonb_agg(jsonb_build_object('key', a.key, 'problem', case
        when d.key is null then 'unknown'
        when d.takes_many then 'not_an_array_of_values'
        else 'not_a_value' end, 'choices', to_jsonb(nullif(d.choices, '{}'))) order by a.key), '[]')
    from jsonb_each(attributes) a
    left join unnest(v_definitions) d on d.key = a.key
    where d.key is null or not case
      when d.takes_many then jsonb_typeof(a.value) = 'array' and jsonb_array_length(a.value) between 1 and 20
        and not exists (select from jsonb_array_elements(a.value) v where not private.is_attribute_value(d, v))
      else private.is_attribute_value(d, a.value)
    end);
end
$function$;

CREATE OR REPLACE FUNCTION private.attribute_tokens(attributes jsonb)
 RETURNS text[]
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
begin
  return array(
    select 'a:' || left(a.key, 60) || '=' || left(v.value #>> '{}', 60)
    from jsonb_each(attributes) a
    cross join lateral jsonb_array_elements(case when jsonb_typeof(a.value) = 'array' then a.value else jsonb_build_array(a.value) end) v (value)
    where jsonb_typeof(v.value) in ('string', 'number', 'boolean') and v.value #>> '{}' <> ''
    order by 1 limit 60);
end
$function$;

CREATE OR REPLACE FUNCTION private.attribute_words(definitions public.attribute_definitions[], attributes jsonb)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
begin
  return left((
    select string_agg(concat_ws(' ', v.value #>> '{}', coalesce(d.label, replace(a.key, '_', ' ')), d.translations -> 'am' ->> 'label', d.translations -> 'am' -> 'choices' ->> (v.value #>> '{}')), ' ')
    from jsonb_each(attributes) a
    cross join lateral jsonb_array_elements(case when jsonb_typeof(a.value) = 'array' then a.value else jsonb_build_array(a.value) end) v (value)
    left join unnest(definitions) d on d.key = a.key
    where jsonb_typeof(v.value) in ('string', 'number')), 4000);
end
$function$;

CREATE OR REPLACE FUNCTION private.attributes_of_category(category_id uuid)
 RETURNS SETOF public.attribute_definitions
 LANGUAGE plpgsql
 STABLE ROWS 8
 SET search_path TO ''
AS $function$
begin
  return query
    select distinct on (d.key) d.*
    from unnest(private.category_path(category_id)) with ordinality p (id, steps)
    join public.attribute_definitions d on d.category_id = p.id
    order by d.key, p.steps;
end
$function$;

CREATE OR REPLACE FUNCTION private.audit()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  -- First argument: columns of the primary key; the others are masked.
  v_key text[] := string_to_array(tg_argv[0], ',');
  v_masked text[] := string_to_array(nullif(tg_argv[1], ''), ',');
  v_actor uuid := auth.uid();
  v_role text := coalesce(auth.role(), session_user);
  v_request text := nullif(current_setting('request.headers', true), '')::jsonb ->> 'x-request-id';
begin
  if tg_op = 'INSERT' then
    insert into public.audit_log (action, table_name, row_key, boutique_id, actor_id, actor_role, request_id, new)
    select 'insert', tg_table_name, k.key, b.id, v_actor, v_role, v_request, private.masked(r.row, v_masked)
    from (select to_jsonb(n) as row from new_rows n) r
    cross join lateral (select jsonb_object_agg(c, r.row -> c) as key from unnest(v_key) c) k
    cross join lateral (select coalesce(r.row ->> 'boutique_id', case tg_table_name when 'boutiques' then r.row ->> 'id' end)::uuid as id) b;
  elsif tg_op = 'DELETE' then
    insert into public.audit_log (action, table_name, row_key, boutique_id, actor_id, actor_role, request_id, old)
    select 'delete', tg_table_name, k.key, b.id, v_actor, v_role, v_request, private.masked(r.row, v_masked)
    from (select to_jsonb(o) as row from old_rows o) r
    cross join lateral (select jsonb_object_agg(c, r.row -> c) as key from unnest(v_key) c) k
    cross join lateral (select coalesce(r.row ->> 'boutique_id', case tg_table_name when 'boutiques' then r.row ->> 'id' end)::uuid as id) b;
  else
    insert into public.audit_log (action, table_name, row_key, boutique_id, actor_id, actor_role, request_id, old, new)
    select 'update', tg_table_name, n.key, b.id, v_actor, v_role, v_request,
      private.masked(changed.old, v_masked), private.masked(changed.new, v_masked)
    from (select to_jsonb(x) as row, (select jsonb_object_agg(c, to_jsonb(x) -> c) from unnest(v_key) c) as key from new_rows x) n
    join (select to_jsonb(x) as row, (select jsonb_object_agg(c, to_jsonb(x) -> c) from unnest(v_key) c) as key from old_rows x) o
      on o.key = n.key
    cross join lateral (
      select jsonb_object_agg(e.key, o.row -> e.key) as old, jsonb_object_agg(e.key, e.value) as new
      from jsonb_each(n.row) e
      where e.key not in ('updated_at', 'listed', 'last_read_at', 'failing_since', 'gone_since', 'told_at', 'blurhash', 'renditions', 'helpful_count') and e.value is distinct from o.row -> e.key
    ) changed
    cross join lateral (select coalesce(n.row ->> 'boutique_id', case tg_table_name when 'boutiques' then n.row ->> 'id' end)::uuid as id) b
    where changed.new is not null;
  end if;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.begin_catalog_import(import_id uuid)
 RETURNS public.catalog_imports
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_import public.catalog_imports;
  v_failure text;
begin
  select * into v_import from public.catalog_imports i where i.id = begin_catalog_import.import_id for no key update;
  if not found or v_import.state not in ('waiting', 'running') then
    return v_import;
  end if;
  -- Both may have changed since it was started, or since the last run.
  if not exists (
    select from public.boutique_members m
    where m.boutique_id = v_import.boutique_id and m.user_id = v_import.started_by and m.role >= private.minimum_role('catalog.write')
  ) then
    v_failure := 'Who started the import does not keep the catalog of the boutique any more. Somebody who does has to start it.';
  elsif exists (select from public.boutiques b where b.id = v_import.boutique_id and b.status = 'suspended') then
    v_failure := 'The boutique is suspended.';
  elsif not exists (
    select from storage.objects o
    where o.bucket_id = 'catalog-imports' and o.name = v_import.storage_path and o.id = v_import.file_id
  ) then
    v_failure := 'The file is not there any more, or is another one. Upload it and start a new import.';
  end if;
  if v_failure is not null then
    return private.end_catalog_import(import_id, 'failed', v_failure);
  elsif v_import.state = 'waiting' then
    update public.catalog_imports i set state = 'running', started_at = now() where i.id = v_import.id returning * into v_import;
  end if;
  return v_import;
end
$function$;

CREATE OR REPLACE FUNCTION private.cancel_catalog_import(import_id uuid)
 RETURNS public.catalog_imports
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_import public.catalog_imports;
begin
  -- The job holds this lock while it writes a batch: either the batch is whole, or it is not written.
  select * into v_import from public.catalog_imports i
  where i.id = cancel_catalog_import.import_id and i.boutique_id in (select private.my_boutique_ids('catalog.write'))
  for no key update;
  if not found then
    perform private.raise_error(404, 'import_not_found', 'There is no such import of a boutique whose catalog you keep.',
      jsonb_build_object('import_id', import_id));
  elsif v_import.state in ('waiting', 'running') then
    v_import := private.end_catalog_import(import_id, 'cancelled');
  elsif v_import.state <> 'cancelled' then
    perform private.raise_error(409, 'import_ended', format('The import has ended: it is %s.', v_import.state),
      jsonb_build_object('import_id', import_id, 'state', v_import.state));
  end if;
  return v_import;
end
$function$;

CREATE OR REPLACE FUNCTION private.category_attributes(category_id uuid)
 RETURNS SETOF public.attribute_definitions
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER ROWS 8
 SET search_path TO ''
AS $function$
begin
  if not exists (select from public.categories c where c.id = category_attributes.category_id) then
    perform private.raise_error(404, 'category_not_found', 'There is no such category.', jsonb_build_object('category_id', category_id));
  end if;
  return query select d.* from private.attributes_of_category(category_id) d order by d.position, d.key;
end
$function$;

CREATE OR REPLACE FUNCTION private.category_path(category_id uuid)
 RETURNS uuid[]
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return array(
    with recursive path as (
      select c.id, c.parent_id, 0 as steps from public.categories c where c.id = category_path.category_id
      union all
      -- A ring of parents would be a mistake of an admin, and must not hang.
      select c.id, c.parent_id, p.steps + 1 from path p join public.categories c on c.id = p.parent_id where p.steps < 20
    )
    select p.id from path p order by p.steps);
end
$function$;

CREATE OR REPLACE FUNCTION private.check_attributes()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_problems jsonb := private.attribute_problems(new.category_id, new.attributes);
begin
  if v_problems <> '[]' then
    perform private.raise_error(400, 'invalid_attributes', format('%s of the attributes are not as the category defines them: %s.', jsonb_array_length(v_problems),
      (select string_agg(p ->> 'key', ', ') from jsonb_array_elements(v_problems) p)), jsonb_build_object('problems', v_problems));
  end if;
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION private.check_category_parent()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  -- Two moves at once could make a ring of which neither sees more than a half.
  perform pg_advisory_xact_lock(hashtext('category tree'));
  if new.id = any (private.category_path(new.parent_id)) then
    perform private.raise_error(409, 'category_ring', 'A category is not below itself. Choose another parent.',
      jsonb_build_object('category_id', new.id, 'parent_id', new.parent_id));
  end if;
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION private.check_experience()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  if not exists (
    select from private.experiences_of(new.customer_id) e
    where e.kind = new.kind and e.product_id = new.product_id
      and e.subject_id = new.subject_id and e.boutique_id = new.boutique_id) then
    perform private.raise_error(404, 'experience_not_found',
      'There is no such purchase of yours that was delivered, rental that came back or fitting that you came to, with this gown. See reviewable_experiences.',
      jsonb_build_object('kind', new.kind, 'subject_id', new.subject_id, 'product_id', new.product_id));
  elsif exists (select from public.boutique_members m where m.boutique_id = new.boutique_id and m.user_id = new.customer_id) then
    perform private.raise_error(409, 'own_boutique', 'Nobody reviews what the boutique shows that she works for.');
  end if;
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION private.claim_unused_review_photos(paths text[])
 RETURNS TABLE(path text, claimed boolean)
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  for path in select distinct p.path from unnest(paths) p (path) order by 1 loop
    claimed := pg_try_advisory_xact_lock(32, private.media_lock(path));
    -- A statement of its own, so that it sees what was committed before the lock was there.
    if not exists (select from public.review_photos f where f.storage_path = path and f.state <> 'refused') then
      return next;
    end if;
  end loop;
end
$function$;

CREATE OR REPLACE FUNCTION private.conditions_of(filters private.search_filter[], late boolean)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select coalesce(string_agg(' and ' || f.condition, '' order by f.facet, f.condition), '') from unnest(filters) f where coalesce(f.is_late, false) = late
$function$;

CREATE OR REPLACE FUNCTION private.corrected_words(words text[])
 RETURNS text[]
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
 SET "pg_trgm.similarity_threshold" TO '0.2'
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.count_review()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  if tg_op <> 'INSERT' and old.state = 'published' then
    perform private.add_rating(old, -1);
  end if;
  if tg_op <> 'DELETE' and new.state = 'published' then
    perform private.add_rating(new, 1);
  end if;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.count_up_to_ten(query tsquery, conditions text)
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
  -- Mostly ten are found among the top ones.
  foreach v_tier in array array[' and d.is_top', ' and not d.is_top'] loop
    exit when v_count >= 10;
    execute format('select %s + count(*) from (select from private.product_documents d where d.document @@ %L::tsquery%s%s limit %s) x',
      v_count, query, conditions, v_tier, 10 - v_count) into v_count;
  end loop;
  return v_count;
end
$function$;

CREATE OR REPLACE FUNCTION private.count_vote()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  -- In one statement: of two votes at once the second waits for the first, and counts on.
  update public.reviews r set helpful_count = r.helpful_count + case tg_op when 'INSERT' then 1 else -1 end
  where r.id = case tg_op when 'INSERT' then new.review_id else old.review_id end;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.counted_ratings(product_id uuid)
 RETURNS private.rating_sums
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select coalesce(sum(r.rating), 0), count(*), array[
      count(*) filter (where r.rating = 1), count(*) filter (where r.rating = 2), count(*) filter (where r.rating = 3),
      count(*) filter (where r.rating = 4), count(*) filter (where r.rating = 5)],
    count(*) filter (where r.fit = 'small'), count(*) filter (where r.fit = 'true'), count(*) filter (where r.fit = 'large')
  from public.reviews r
  where r.product_id = counted_ratings.product_id and r.state = 'published'
$function$;

CREATE OR REPLACE FUNCTION private.delete_review(review_id uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_review public.reviews := private.own_review(review_id);
begin
  if v_review.state = 'published' then
    delete from public.reviews r where r.id = v_review.id;
    return;
  end if;
  -- The empty row stays: what was hidden does not come back as a new review of the same experience.
  update public.reviews r set state = 'withdrawn', title = '', body = '', fit = null, reply = null, replied_at = null, replied_by = null
  where r.id = v_review.id;
  delete from public.review_revisions h where h.review_id = v_review.id;
  delete from public.review_photos f where f.review_id = v_review.id;
  delete from private.review_measurements m where m.review_id = v_review.id;
end
$function$;

CREATE OR REPLACE FUNCTION private.document_check()
 RETURNS SETOF private.finding
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select 'document', coalesce(p.id, d.product_id), case when d.product_id is null then 'The product is on show and cannot be found.' else 'The product is not on show and can be found.' end
  from (select x.id from public.products x where x.listed) p
  full join private.product_documents d on d.product_id = p.id
  where p.id is null or d.product_id is null
$function$;

CREATE OR REPLACE FUNCTION private.edit_review(review_id uuid, rating integer, fit public.review_fit, title text, body text, measurements jsonb, photo_paths text[])
 RETURNS public.reviews
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_review public.reviews := private.own_review(review_id);
begin
  if v_review.created_at < now() - interval '14 days' then
    perform private.raise_error(409, 'too_late_to_edit', 'A review can be edited for 14 days. You may still delete it.',
      jsonb_build_object('review_id', review_id, 'until', v_review.created_at + interval '14 days'));
  end if;
  perform private.review_texts(rating, title, body);
  update public.reviews r set rating = edit_review.rating, fit = edit_review.fit, title = coalesce(btrim(edit_review.title), ''),
    body = coalesce(btrim(edit_review.body), '')
  where r.id = v_review.id
  returning * into v_review;
  perform private.keep_measurements(v_review, measurements);
  perform private.keep_photos(v_review, photo_paths);
  return v_review;
end
$function$;

CREATE OR REPLACE FUNCTION private.emit_review_event()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_review public.reviews := case tg_op when 'DELETE' then old else new end;
  v_state public.review_state := case tg_op when 'DELETE' then 'withdrawn' else new.state end;
begin
  perform private.emit_event(v_review.boutique_id, case v_state when 'published' then 'review.published' else 'review.hidden' end, 'reviews', v_review.id,
    jsonb_build_object('review_id', v_review.id, 'state', v_state, 'product_id', v_review.product_id, 'rating', v_review.rating, 'fit', v_review.fit));
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.end_catalog_import(import_id uuid, state public.catalog_import_state, failure text DEFAULT NULL::text)
 RETURNS public.catalog_imports
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_import public.catalog_imports;
begin
  update public.catalog_imports i set state = end_catalog_import.state, failure = left(end_catalog_import.failure, 1000), ended_at = now()
  where i.id = end_catalog_import.import_id and i.state in ('waiting', 'running')
  returning * into v_import;
  if found then
    delete from private.catalog_import_keys k where k.import_id = end_catalog_import.import_id;
  end if;
  return v_import;
end
$function$;

CREATE OR REPLACE FUNCTION private.experiences_of(customer_id uuid)
 RETURNS SETOF private.experience
 LANGUAGE sql
 STABLE ROWS 5
 SET search_path TO ''
AS $function$
  -- What went back altogether was no purchase. A rental in an order is a rental.
  select 'bought'::public.review_kind, i.id, v.product_id, i.boutique_id, min(private.delivered_at(s))
  from public.order_items i
  join public.product_variants v on v.id = i.variant_id
  join public.shipment_items x on x.order_item_id = i.id
  join public.shipments s on s.id = x.shipment_id
  where i.customer_id = experiences_of.customer_id and i.kind <> 'rental' and i.returned_quantity < i.fulfilled_quantity
    and private.delivered_at(s) <= now()
  group by i.id, v.product_id
  union all
  select 'rented', r.id, v.product_id, r.boutique_id, r.returned_at
  from public.rentals r
  join public.product_variants v on v.id = r.variant_id
  where r.customer_id = experiences_of.customer_id and r.state in ('returned', 'inspecting', 'closed') and r.returned_at is not null
  union all
  select distinct 'fitted'::public.review_kind, a.id, v.product_id, a.boutique_id, upper(a.during)
  from public.appointments a
  join public.appointment_garments t on t.appointment_id = a.id
  join public.garments g on g.id = t.garment_id
  join public.product_variants v on v.id = g.variant_id
  where a.customer_id = experiences_of.customer_id and a.state = 'attended'
$function$;

CREATE OR REPLACE FUNCTION private.filter_number(filters jsonb, key text)
 RETURNS bigint
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
begin
  if coalesce(filters -> key, 'null') = 'null' then
    return null;
  elsif jsonb_typeof(filters -> key) <> 'number' or (filters ->> key)::numeric not between 0 and 1e15 or (filters ->> key)::numeric % 1 <> 0 then
    perform private.raise_invalid_filter(format('%s is a whole number of minor units, from 0.', key));
  end if;
  return (filters ->> key)::bigint;
end
$function$;

CREATE OR REPLACE FUNCTION private.filter_values(filters jsonb, key text)
 RETURNS text[]
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
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
    v_meant := private.understood(array(select w from jsonb_array_elements_text(v_cursor -> 'w') w), (v_cursor ->> 'a')::boolean, (v_cursor ->> 'x')::boolean);
    v_order := v_cursor ->> 'o';
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
      v_cursor ->> 'k', v_type, v_cursor ->> 'i');
  end if;
  foreach v_tier in array case when v_order <> 'score' then array[''] when v_cursor ->> 't' = 'false' then array[' and not d.is_top']
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
    'next', case when v_more then private.write_cursor(jsonb_build_object('o', v_order, 'k', v_last_key, 'i', v_last, 'w', coalesce(v_meant.words, '{}'), 'a', coalesce(v_meant.matches_any, false),
      'x', coalesce(v_meant.last_is_open, false), 't', v_last_tier is distinct from ' and not d.is_top')) end,
    'corrected', case when v_meant.words <> v_words then array_to_string(v_meant.words, ' ') end);
end
$function$;

CREATE OR REPLACE FUNCTION private.fold_text(value text)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE STRICT
 SET search_path TO ''
AS $function$
begin
  -- Amharic writes some sounds with several letters, and people use the one for the other.
  return lower(extensions.unaccent('extensions.unaccent', translate(value,
    'ሐሑሒሓሔሕሖኀኁኂኃኄኅኆኸኹኺኻኼኽኾሃሠሡሢሣሤሥሦዐዑዒዓዔዕዖኣፀፁፂፃፄፅፆ',
    'ሀሁሂሀሄህሆሀሁሂሀሄህሆሀሁሂሀሄህሆሀሰሱሲሳሴስሶአኡኢአኤእኦአጸጹጺጻጼጽጾ')));
end
$function$;

CREATE OR REPLACE FUNCTION private.follow_product()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  -- Locked as its documents will be: not while the product is being published or hidden.
  select p.listed into new.listed from public.products p where p.id = new.product_id for no key update;
  new.listed := coalesce(new.listed, false);
  if tg_table_name = 'product_variants' then
    select b.currency into new.currency from public.boutiques b where b.id = new.boutique_id;
  elsif tg_table_name = 'product_media' then
    new.listed := new.listed and new.state = 'ready';
  end if;
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION private.forget_author()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  new.author_name := 'A customer';
  new.title := '';
  new.body := '';
  -- It answers what is gone, and may call her by her name.
  new.reply := null;
  new.replied_at := null;
  new.replied_by := null;
  if new.hidden_reason is not null then
    new.hidden_reason := 'The account is gone.';
  end if;
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION private.forget_reporter()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  new.note := '';
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION private.hide_review(review_id uuid, reason text)
 RETURNS public.reviews
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_review public.reviews := private.review_to_judge(review_id);
begin
  if reason is null or reason !~ '\S' or length(reason) > 1000 then
    perform private.raise_error(400, 'reason_required', 'Say why, in up to 1000 letters: its author reads it.');
  elsif v_review.state = 'hidden' then
    return v_review;
  end if;
  update public.reviews r set state = 'hidden', hidden_reason = btrim(reason), hidden_at = now(), hidden_by = auth.uid()
  where r.id = v_review.id
  returning * into v_review;
  -- Their bucket is public: what is not to be seen is not there.
  delete from public.review_photos f where f.review_id = v_review.id;
  update public.review_reports t set state = 'upheld', resolved_at = now(), resolved_by = auth.uid()
  where t.review_id = v_review.id and t.state = 'open';
  return v_review;
end
$function$;

CREATE OR REPLACE FUNCTION private.import_products(import_id uuid, rows_read bigint, products jsonb, is_last boolean)
 RETURNS boolean
 LANGUAGE plpgsql
 SET plan_cache_mode TO 'force_custom_plan'
 SET search_path TO ''
AS $function$
declare
  v_import public.catalog_imports;
  v_products jsonb;
  v_product jsonb;
  v_refusals jsonb;
  v_good jsonb;
  v_written record;
  v_products_written bigint := 0;
  v_variants_written bigint := 0;
  v_one_by_one boolean := false;
  v_constraint text;
  v_hint text;
  v_message text;
  v_kept bigint;
  v_rows bigint := coalesce((select sum((x.v ->> 'row_count')::bigint) from jsonb_array_elements(products) x (v)), 0);
begin
  select * into v_import from public.catalog_imports i where i.id = import_products.import_id for no key update;
  -- Cancelled, or another run of the same job is further.
  if not found or v_import.state <> 'running' or v_import.rows_read <> import_products.rows_read then
    return false;
  end if;
  -- So that the audit log says with whose right it was written.
  perform set_config('request.jwt.claim.sub', coalesce(v_import.started_by::text, ''), true);
  v_products := coalesce(private.resolve_import(v_import.boutique_id, products), '[]');
  v_refusals := (select coalesce(jsonb_agg(r), '[]') from private.import_refusals(v_import.id, v_import.boutique_id, v_products) r);
  v_good := (
    select coalesce(jsonb_agg(x.v order by x.v -> 'n'), '[]') from jsonb_array_elements(v_products) x (v)
    where x.v -> 'n' not in (select r.v -> 'n' from jsonb_array_elements(v_refusals) r (v)));
  begin
    v_written := private.write_imported(v_import.boutique_id, v_good);
    v_products_written := v_written.products_written;
    v_variants_written := v_written.variants_written;
    if v_import.is_dry_run then
      raise exception using errcode = 'NX001';
    end if;
  exception
    when sqlstate 'NX001' then
      null;
    when data_exception or integrity_constraint_violation or sqlstate 'PT400' then
      v_one_by_one := true;
  end;
  -- One of them is at fault: each by itself, so that the others are written.
  if v_one_by_one then
    v_products_written := 0;
    v_variants_written := 0;
    for v_product in select x.v from jsonb_array_elements(v_good) x (v) loop
      begin
        v_written := private.write_imported(v_import.boutique_id, jsonb_build_array(v_product));
        v_products_written := v_products_written + v_written.products_written;
        v_variants_written := v_variants_written + v_written.variants_written;
        if v_import.is_dry_run then
          raise exception using errcode = 'NX001';
        end if;
      exception
        when sqlstate 'NX001' then
          null;
        when data_exception or integrity_constraint_violation or sqlstate 'PT400' then
          get stacked diagnostics v_constraint = constraint_name, v_hint = pg_exception_hint, v_message = message_text;
          v_refusals := v_refusals || jsonb_build_object('n', v_product -> 'n', 'line', v_product -> 'line', 'sku', null,
            'code', case
              when v_constraint = 'product_variants_product_id_size_color_key' then 'size_and_color_taken'
              when sqlstate = 'PT400' then v_hint
              else 'invalid_value' end,
            'message', case
              when v_constraint = 'product_variants_product_id_size_color_key' then 'Two variants of the product would have the same size and color.'
              when sqlstate = '23514' then format('The database wants: %s.', replace(v_constraint, '_', ' '))
              else left(v_message, 500) end);
      end;
    end loop;
  end if;

  insert into public.catalog_import_refusals (import_id, boutique_id, line, sku, code, message)
  select v_import.id, v_import.boutique_id, a.line, a.sku, a.code, a.message
  from (
    select (r.v ->> 'line')::bigint as line, left(coalesce(r.v ->> 'sku', w.v ->> 'sku'), 80) as sku, r.v ->> 'code' as code, left(r.v ->> 'message', 1000) as message
    from jsonb_array_elements(v_refusals) r (v)
    join jsonb_array_elements(v_products) p (v) on p.v -> 'n' = r.v -> 'n'
    left join lateral jsonb_array_elements(p.v -> 'rows') w (v) on w.v -> 'line' = r.v -> 'line'
    union all
    -- All or nothing: the other rows of a refused product.
    select (w.v ->> 'line')::bigint, left(w.v ->> 'sku', 80), 'product_refused',
      format('Another row of the product was refused, on line %s.', (
        select min((r.v ->> 'line')::bigint) from jsonb_array_elements(v_refusals) r (v) where r.v -> 'n' = p.v -> 'n'))
    from jsonb_array_elements(v_products) p (v)
    cross join lateral jsonb_array_elements(p.v -> 'rows') w (v)
    where p.v -> 'n' in (select r.v -> 'n' from jsonb_array_elements(v_refusals) r (v))
      and not exists (select from jsonb_array_elements(v_refusals) r (v) where r.v -> 'n' = p.v -> 'n' and r.v -> 'line' = w.v -> 'line')
    order by 1, 3
    limit 10000 - v_import.refusals_kept
  ) a;
  get diagnostics v_kept = row_count;

  insert into private.catalog_import_keys (import_id, kind, key, line)
  select v_import.id, k.kind, k.key, min(k.line)
  from (
    select 'product' as kind, x.v ->> 'slug' as key, (x.v ->> 'line')::bigint as line
    from jsonb_array_elements(v_products) x (v)
    union all
    select 'sku', w.v ->> 'sku', (w.v ->> 'line')::bigint
    from jsonb_array_elements(v_products) x (v) cross join lateral jsonb_array_elements(x.v -> 'rows') w (v)
  ) k
  where k.key is not null and not is_last
  group by k.kind, k.key
  on conflict do nothing;

  update public.catalog_imports i set
    rows_read = i.rows_read + v_rows,
    rows_refused = i.rows_refused + coalesce((
      select sum((x.v ->> 'row_count')::bigint) from jsonb_array_elements(v_products) x (v)
      where x.v -> 'n' in (select r.v -> 'n' from jsonb_array_elements(v_refusals) r (v))), 0),
    refusals_kept = i.refusals_kept + v_kept,
    products_written = i.products_written + v_products_written,
    variants_written = i.variants_written + v_variants_written
  where i.id = v_import.id;
  if is_last then
    perform private.end_catalog_import(import_id, 'done');
  end if;
  return true;
end
$function$;

CREATE OR REPLACE FUNCTION private.import_refusals(import_id uuid, boutique_id uuid, products jsonb)
 RETURNS TABLE(n bigint, line bigint, sku text, code text, message text)
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return query
    with given as materialized (
      select x.*, coalesce(k.line, lag(x.line) over (partition by x.slug order by x.n)) as earlier
      from (
        select r.v, (r.v ->> 'n')::bigint as n, (r.v ->> 'line')::bigint as line, r.v ->> 'slug' as slug from jsonb_array_elements(products) r (v)) x
      left join lateral (
        select o.line from private.catalog_import_keys o
        where o.import_id = import_refusals.import_id and o.kind = 'product' and o.key = x.slug limit 1) k on true
    ), p as materialized (
      -- Of what was in the file before nothing else is said: it would not be the same in a dry run.
      select g.*, g.v -> 'fields' as f, g.v ->> 'id' is null as is_new from given g where g.earlier is null or g.slug is null
    ), duplicates as materialized (
      select * from (
        select x.*, coalesce(k.line, lag(x.line) over (partition by x.sku order by x.n, x.line)) as earlier
        from (
          select g.n, (r.v ->> 'line')::bigint as line, r.v ->> 'sku' as sku
          from given g cross join lateral jsonb_array_elements(g.v -> 'rows') r (v) where r.v ->> 'sku' is not null) x
        left join lateral (
          select o.line from private.catalog_import_keys o
          where o.import_id = import_refusals.import_id and o.kind = 'sku' and o.key = x.sku limit 1) k on true) x
      where x.earlier is not null
    ), v as materialized (
      select p.n, p.slug, r.v, (r.v ->> 'line')::bigint as line, r.v ->> 'sku' as sku, o.product_id
      from p
      cross join lateral jsonb_array_elements(p.v -> 'variants') r (v)
      left join lateral (
        select x.product_id from public.product_variants x
        where x.boutique_id = import_refusals.boutique_id and x.sku = r.v ->> 'sku' limit 1) o on true
      where not exists (select from duplicates d where d.n = p.n and d.line = (r.v ->> 'line')::bigint)
    )
    select g.n, (r.v ->> 'line')::bigint, r.v ->> 'sku', r.v ->> 'code', r.v ->> 'message'
    from given g cross join lateral jsonb_array_elements(g.v -> 'refusals') r (v)
    union all
    select g.n, g.line, null, 'product_repeated',
      format('%s was in the file before, on line %s. Put all rows of a product one below the other.', g.slug, g.earlier)
    from given g where g.earlier is not null and g.slug is not null
    union all
    select d.n, d.line, d.sku, 'duplicate_sku', format('The SKU is on line %s already.', d.earlier) from duplicates d
    union all
    select p.n, p.line, null, 'product_archived', format('%s is archived. Take it out of the archive, or choose another slug.', p.slug)
    from p where (p.v ->> 'is_archived')::boolean
    union all
    select p.n, p.line, null, 'unknown_category', format('There is no category %s. Take a slug of public.categories.', p.f ->> 'category')
    from p where (p.v ->> 'lacks_category')::boolean
    union all
    select p.n, p.line, null, 'unknown_designer', format('There is no designer %s. Take a slug of public.designers.', p.f ->> 'designer')
    from p where (p.v ->> 'lacks_designer')::boolean
    union all
    select p.n, p.line, null, 'missing_value', 'product_name: a new product needs a name.'
    from p where p.is_new and p.slug is not null and not p.f ? 'product_name' and p.v -> 'refusals' = '[]'
    union all
    select p.n, p.line, null, 'invalid_attributes', left(format('%s: %s.', a.v ->> 'key', case a.v ->> 'problem'
        when 'unknown' then 'the category has no such attribute'
        when 'not_an_array_of_values' then 'not values of this attribute, separated by |'
        else 'not a value of this attribute' end
        || coalesce('; take of: ' || (select string_agg(c, ', ') 
          from jsonb_array_elements_text(case when jsonb_typeof(a.v -> 'choices') = 'array' then a.v -> 'choices' else '[]' end) c), '')), 900)
    from p cross join lateral jsonb_array_elements(p.v -> 'problems') a (v)
    union all
    select v.n, v.line, v.sku, 'sku_of_another_product', format('The SKU belongs to %s.', o.slug)
    from v
    cross join lateral (select x.slug from public.products x where x.id = v.product_id limit 1) o
    where o.slug <> v.slug
    union all
    select v.n, v.line, v.sku, 'missing_value', 'size: a new variant needs a size.'
    from v where v.product_id is null and not v.v ? 'size';
end
$function$;

CREATE OR REPLACE FUNCTION private.imported_attribute(definition public.attribute_definitions, value jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
begin
  -- A cell of a table has no type: the definition knows what is meant.
  if definition.takes_many then
    return (
      select jsonb_agg(private.imported_value(definition.kind, e.value) order by e.n)
      from jsonb_array_elements(case when jsonb_typeof(value) = 'array' then value else jsonb_build_array(value) end) with ordinality e (value, n));
  end if;
  return private.imported_value(definition.kind, value);
end
$function$;

CREATE OR REPLACE FUNCTION private.imported_product(old public.products, product jsonb)
 RETURNS public.products
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
declare
  v_fields jsonb := product -> 'fields';
  v_new public.products := old;
begin
  v_new.name := coalesce(v_fields ->> 'product_name', old.name);
  v_new.description := coalesce(v_fields ->> 'description', old.description);
  v_new.locale := coalesce((v_fields ->> 'locale')::public.catalog_locale, old.locale);
  v_new.status := coalesce((v_fields ->> 'status')::public.product_status, old.status);
  v_new.for_sale := coalesce((v_fields ->> 'for_sale')::boolean, old.for_sale);
  v_new.for_rent := coalesce((v_fields ->> 'for_rent')::boolean, old.for_rent);
  v_new.made_to_order := coalesce((v_fields ->> 'made_to_order')::boolean, old.made_to_order);
  v_new.category_id := (product ->> 'category_id')::uuid;
  v_new.designer_id := (product ->> 'designer_id')::uuid;
  v_new.attributes := product -> 'attributes';
  if v_fields ? 'tags' then
    v_new.tags := array(select t.tag from jsonb_array_elements_text(v_fields -> 'tags') with ordinality t (tag, n) order by t.n);
  end if;
  if v_fields ? 'style_code' then
    v_new.style_code := v_fields ->> 'style_code';
  end if;
  if v_fields ? 'lead_days' then
    v_new.lead_days := (v_fields ->> 'lead_days')::integer;
  end if;
  return v_new;
end
$function$;

CREATE OR REPLACE FUNCTION private.imported_value(kind public.attribute_kind, value jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
declare
  v_type text := jsonb_typeof(value);
  v_text text := value #>> '{}';
begin
  return case
    when kind in ('choice', 'text') and v_type in ('number', 'boolean') then to_jsonb(v_text)
    when kind = 'number' and v_type = 'string' and v_text ~ '^\s*-?\d{1,15}(\.\d{1,15})?\s*$' then to_jsonb(btrim(v_text)::numeric)
    when kind = 'boolean' and v_type = 'string' and lower(v_text) in ('true', 'yes') then 'true'
    when kind = 'boolean' and v_type = 'string' and lower(v_text) in ('false', 'no') then 'false'
    else value
  end;
end
$function$;

CREATE OR REPLACE FUNCTION private.imported_variant(old public.product_variants, variant jsonb)
 RETURNS public.product_variants
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
begin
  if variant ? 'sale_price' then
    old.sale_price := (variant ->> 'sale_price')::bigint;
  end if;
  if variant ? 'rental_price_per_day' then
    old.rental_price_per_day := (variant ->> 'rental_price_per_day')::bigint;
  end if;
  old.size := coalesce(variant ->> 'size', old.size);
  old.color := coalesce(variant ->> 'color', old.color);
  old.deposit := coalesce((variant ->> 'deposit')::bigint, old.deposit);
  return old;
end
$function$;

CREATE OR REPLACE FUNCTION private.index_changed_products()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.index_later()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_of text := case tg_table_name when 'designers' then 'designer' when 'boutiques' then 'boutique' when 'locations' then 'boutique' else 'category' end;
  v_row jsonb := case tg_op when 'DELETE' then to_jsonb(old) else to_jsonb(new) end;
begin
  v_row := coalesce(v_row -> (v_of || '_id'), v_row -> 'id');
  perform private.enqueue('catalog.index', jsonb_build_object('of', v_of, 'id', v_row));
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.index_products(product_ids uuid[])
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.index_rating()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  -- As index_products: who writes the document at the same time waits here, and then sees these sums.
  perform from public.products p where p.id = new.product_id for no key update;
  update private.product_documents d set rating = private.ranked_rating(new.rating_sum, new.rating_count)
  where d.product_id = new.product_id and d.rating <> private.ranked_rating(new.rating_sum, new.rating_count);
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.index_some(of text, id uuid, after uuid, batch integer DEFAULT 500)
 RETURNS uuid
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.invite_to_review()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.notify('review_invitation', new.id,
    jsonb_build_object('group', new.boutique_id, 'start_after', now() + interval '3 days'));
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.is_attribute_value(definition public.attribute_definitions, value jsonb)
 RETURNS boolean
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
begin
  return case definition.kind
    when 'choice' then jsonb_typeof(value) = 'string' and value #>> '{}' = any (definition.choices)
    when 'text' then jsonb_typeof(value) = 'string' and length(value #>> '{}') <= 120
    else jsonb_typeof(value) = definition.kind::text
  end;
end
$function$;

CREATE OR REPLACE FUNCTION private.is_product_free(product_id uuid, period daterange, sizes text[], colors text[])
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE COST 5000
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.is_search_word(word text)
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return exists (select from private.search_words s where s.word = is_search_word.word);
end
$function$;

CREATE OR REPLACE FUNCTION private.keep_measurements(review public.reviews, measurements jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_given jsonb := jsonb_strip_nulls(measurements);
begin
  if measurements is null then
    return;
  elsif jsonb_typeof(measurements) <> 'object'
    or v_given - array['height_cm', 'weight_kg', 'bust_cm', 'waist_cm', 'hips_cm', 'usual_size'] <> '{}' then
    raise check_violation;
  end if;
  delete from private.review_measurements m where m.review_id = review.id;
  if v_given <> '{}' then
    insert into private.review_measurements (review_id, customer_id, height_cm, weight_kg, bust_cm, waist_cm, hips_cm, usual_size)
    select review.id, review.customer_id, g.height_cm, g.weight_kg, g.bust_cm, g.waist_cm, g.hips_cm, btrim(g.usual_size)
    from jsonb_to_record(v_given) g (height_cm numeric, weight_kg numeric, bust_cm numeric, waist_cm numeric, hips_cm numeric, usual_size text);
  end if;
exception when data_exception or check_violation then
  perform private.raise_error(400, 'invalid_measurements',
    'measurements is an object of height_cm, weight_kg, bust_cm, waist_cm, hips_cm (numbers that a person may have) and usual_size (up to 20 letters); {} removes them.');
end
$function$;

CREATE OR REPLACE FUNCTION private.keep_photos(review public.reviews, photo_paths text[])
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  if photo_paths is null then
    return;
  end if;
  if cardinality(photo_paths) > 6 or array_ndims(photo_paths) > 1
    or (select count(distinct p) <> count(*) from unnest(photo_paths) p) then
    perform private.raise_error(400, 'invalid_photos', 'photo_paths names up to six files, each once.');
  end if;
  delete from public.review_photos f where f.review_id = review.id and f.storage_path <> all (photo_paths);
  update public.review_photos f set position = p.place - 1
  from unnest(photo_paths) with ordinality p (path, place)
  where f.review_id = review.id and f.storage_path = p.path and f.position <> p.place - 1;
  insert into public.review_photos (review_id, boutique_id, customer_id, storage_path, position)
  select review.id, review.boutique_id, review.customer_id, p.path, p.place - 1
  from unnest(photo_paths) with ordinality p (path, place)
  where not exists (select from public.review_photos f where f.review_id = review.id and f.storage_path = p.path)
  -- In the order of names: their locks are taken one after the other.
  order by p.path;
  -- Behind the locks of the new rows: the files stay from here on.
  if exists (
    select from unnest(photo_paths) p
    where not exists (select from storage.objects o where o.bucket_id = 'review-photos' and o.name = p)
      and not exists (select from public.review_photos f where f.review_id = review.id and f.storage_path = p and f.state <> 'pending')) then
    raise check_violation;
  end if;
exception when check_violation or not_null_violation or unique_violation then
  perform private.raise_error(400, 'invalid_photos',
    'photo_paths names files that you have uploaded to the bucket review-photos, in the folder that is named by your id, and that no other review has.');
end
$function$;

CREATE OR REPLACE FUNCTION private.keep_revision()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  insert into public.review_revisions (review_id, boutique_id, customer_id, rating, fit, title, body)
  values (old.id, old.boutique_id, old.customer_id, old.rating, old.fit, old.title, old.body);
  new.edited_at := now();
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION private.keep_slug()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  delete from public.product_slugs s where s.boutique_id = new.boutique_id and s.slug = new.slug;
  -- Only what the public has seen has links that lead to it.
  if tg_op = 'UPDATE' and old.published_at is not null then
    insert into public.product_slugs (boutique_id, slug, product_id) values (old.boutique_id, old.slug, old.id)
    on conflict (boutique_id, slug) do update set product_id = excluded.product_id, created_at = now();
  end if;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.list_products(q text, filters jsonb, sort text, after text, page_size integer)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  return private.find_products(q, filters, sort, after, page_size);
end
$function$;

CREATE OR REPLACE FUNCTION private.lock_review_photo()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform pg_advisory_xact_lock_shared(32, private.media_lock(new.storage_path));
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION private.minimum_role(permission public.permission)
 RETURNS public.member_role
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
begin
  return (case permission
    when 'boutique.transfer' then 'owner'
    when 'audit.read' then 'owner'
    when 'boutique.update' then 'manager'
    when 'members.invite' then 'manager'
    when 'members.manage' then 'manager'
    when 'catalog.write' then 'manager'
    when 'garments.write' then 'manager'
    when 'calendar.manage' then 'manager'
    when 'webhooks.read' then 'manager'
    when 'webhooks.manage' then 'manager'
    when 'refunds.write' then 'manager'
    when 'stock.write' then 'manager'
    when 'discounts.write' then 'manager'
    when 'reviews.reply' then 'manager'
    else 'stylist'
  end)::public.member_role;
end
$function$;

CREATE OR REPLACE FUNCTION private.my_review_measurements()
 RETURNS TABLE(review_id uuid, height_cm double precision, weight_kg double precision, bust_cm double precision, waist_cm double precision, hips_cm double precision, usual_size text)
 LANGUAGE sql
 STABLE SECURITY DEFINER ROWS 10
 SET search_path TO ''
AS $function$
  select m.review_id, m.height_cm, m.weight_kg, m.bust_cm, m.waist_cm, m.hips_cm, m.usual_size
  from private.review_measurements m where m.customer_id = auth.uid() order by m.review_id
$function$;

CREATE OR REPLACE FUNCTION private.notify_of_review()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_group jsonb := jsonb_build_object('group', new.boutique_id);
begin
  if tg_op = 'INSERT' then
    perform private.notify('review_new', new.id, v_group);
    return null;
  end if;
  if new.state = 'hidden' and old.state <> 'hidden' then
    -- It may be hidden again, for another reason.
    perform private.notify('review_hidden', new.id, v_group || jsonb_build_object('occasion', (extract(epoch from new.hidden_at) * 1000000)::bigint::text));
  end if;
  if new.reply is not null and old.reply is null then
    perform private.notify('review_replied', new.id, v_group);
  end if;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.order_check()
 RETURNS SETOF private.finding
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select * from private.check_stock()
  union all select * from private.check_reservations()
  union all select * from private.check_sold_garments()
  union all select * from private.check_ordered_rentals()
  union all select * from private.check_order_totals()
  union all select * from private.check_payments()
  union all select * from private.check_order_states()
  union all select * from private.check_gift_cards()
  union all select * from private.check_documents()
  union all select * from private.deposit_check()
  union all select * from private.fee_check()
  union all select * from private.plan_check()
  union all select * from private.document_check()
  union all select * from private.review_check()
$function$;

CREATE OR REPLACE FUNCTION private.own_review(review_id uuid)
 RETURNS public.reviews
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_review public.reviews;
begin
  select * into v_review from public.reviews r
  where r.id = own_review.review_id and r.customer_id = auth.uid() and r.state <> 'withdrawn'
  -- As a deletion needs it: a lock that has to become stronger would wait for votes that wait for it.
  for update;
  if not found then
    perform private.raise_error(404, 'review_not_found', 'There is no such review of yours.', jsonb_build_object('review_id', review_id));
  end if;
  return v_review;
end
$function$;

CREATE OR REPLACE FUNCTION private.personal_buckets()
 RETURNS text[]
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select array['avatars', 'private-documents', 'data-exports', 'review-photos']
$function$;

CREATE OR REPLACE FUNCTION private.personal_data()
 RETURNS TABLE(table_name text, subject_column text, subject text, exported boolean, erasure private.erasure, reason text)
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  values
    ('public.profiles', 'id', 'id = $1', true, 'cascade'::private.erasure, 'who she is'),
    ('public.platform_admins', 'user_id', 'user_id = $1', true, 'cascade', 'a right of hers'),
    ('public.boutique_members', 'user_id', 'user_id = $1', true, 'cascade', 'her work for a boutique; its last owner hands it over first'),
    ('public.invitations', 'email', 'email = (select lower(u.email) from auth.users u where u.id = $1)', true, 'delete', 'holds her address'),
    ('public.invitations', 'invited_by', 'invited_by = $1', true, 'detach', 'the invitation of somebody else'),
    ('public.invitations', 'accepted_by', 'accepted_by = $1', false, 'detach', 'exported by her address'),
    ('public.boutique_status_changes', 'actor_id', 'actor_id = $1', true, 'detach', 'belongs to the boutique''s history'),
    ('public.rentals', 'customer_id', 'customer_id = $1', true, 'detach', 'the books need what was rented and paid, not by whom'),
    ('public.stylists', 'user_id', 'user_id = $1', true, 'detach', 'her public face at a boutique; erase_account empties it, fittings remember that there was somebody'),
    ('public.appointments', 'customer_id', 'customer_id = $1', true, 'detach', 'the boutique keeps the fact; what she has written and who came along goes'),
    ('public.appointment_garments', 'customer_id', 'customer_id = $1', true, 'detach', 'the boutique keeps which gowns were tried on'),
    ('public.appointment_notes', 'appointment_id', 'appointment_id in (select a.id from public.appointments a where a.customer_id = $1)', true, 'delete', 'what staff have noted about her'),
    ('public.appointment_notes', 'author_id', 'author_id = $1', false, 'detach', 'her work for the boutique, about somebody else, whose export has it'),
    ('public.waitlist_entries', 'customer_id', 'customer_id = $1', true, 'cascade', 'her place in line'),
    ('public.rental_events', 'customer_id', 'customer_id = $1', true, 'detach', 'the record of what was handed over, not to whom'),
    ('public.rental_events', 'actor_id', 'actor_id = $1', true, 'detach', 'belongs to the boutique''s history'),
    ('public.substitution_proposals', 'decided_by', 'decided_by = $1', true, 'detach', 'belongs to the boutique''s history'),
    ('public.data_exports', 'user_id', 'user_id = $1', true, 'cascade', 'her own request'),
    ('public.account_deletions', 'user_id', 'user_id = $1', true, 'cascade', 'her own request'),
    ('public.audit_log', 'actor_id', 'actor_id = $1', true, 'keep', 'append-only; a bare id that leads nowhere once the account is gone'),
    ('public.calendar_feeds', 'owner_id', 'owner_id = $1', true, 'cascade', 'her link; without her there is nobody with whose rights it is read'),
    ('public.notifications', 'user_id', 'user_id = $1', true, 'cascade', 'what she was told'),
    ('public.notification_preferences', 'user_id', 'user_id = $1', true, 'cascade', 'what she wants to hear'),
    ('public.notification_settings', 'user_id', 'user_id = $1', true, 'cascade', 'when and how she wants to hear it'),
    ('public.webhook_events', 'payload', 'payload #>> ''{data,customer_id}'' = $1::text', false, 'keep', 'what a boutique''s own systems were told: a bare id that leads nowhere once the account is gone; removed after 90 days'),
    ('private.messages', 'user_id', 'user_id = $1', true, 'cascade', 'what was sent to her'),
    ('private.messages', 'recipient_hash',
      'user_id is null and recipient_hash = private.recipient_hash((select u.email from auth.users u where u.id = $1))',
      true, 'delete', 'invitations to her address, sent before she had an account'),
    ('public.favorites', 'customer_id', 'customer_id = $1', true, 'cascade', 'what she likes'),
    ('public.lookbooks', 'customer_id', 'customer_id = $1', true, 'cascade', 'her own selection; who has its token finds nothing any more'),
    ('public.lookbook_items', 'customer_id', 'customer_id = $1', true, 'cascade', 'goes with the look-book'),
    ('public.reviews', 'customer_id', 'customer_id = $1', true, 'detach', 'the stars of a gown are a sum of what many found; a trigger takes her name, her texts and what answers them'),
    ('public.reviews', 'hidden_by', 'hidden_by = $1', false, 'detach', 'her work for the marketplace, about what somebody else has written'),
    ('public.reviews', 'replied_by', 'replied_by = $1', false, 'detach', 'her work for the boutique, about what somebody else has written'),
    ('public.review_revisions', 'customer_id', 'customer_id = $1', true, 'cascade', 'what she had written before'),
    ('private.review_measurements', 'customer_id', 'customer_id = $1', true, 'cascade', 'her body'),
    ('public.review_photos', 'customer_id', 'customer_id = $1', true, 'cascade', 'her photos; the files are in a personal bucket'),
    ('public.review_votes', 'customer_id', 'customer_id = $1', true, 'cascade', 'what helped her'),
    ('public.review_reports', 'reporter_id', 'reporter_id = $1', true, 'detach', 'what admins have decided stays; a trigger empties her note'),
    ('public.review_reports', 'resolved_by', 'resolved_by = $1', false, 'detach', 'her work for the marketplace'),
    ('public.addresses', 'customer_id', 'customer_id = $1', true, 'cascade', 'where she has things sent'),
    ('public.carts', 'customer_id', 'customer_id = $1', true, 'cascade', 'what she meant to order'),
    ('public.cart_items', 'customer_id', 'customer_id = $1', true, 'cascade', 'goes with the cart'),
    ('public.order_groups', 'customer_id', 'customer_id = $1', true, 'detach', 'the books need what was paid, not by whom; a trigger empties the address'),
    ('public.orders', 'customer_id', 'customer_id = $1', true, 'detach', 'the same; a trigger empties her note and reasons that somebody has written'),
    ('public.order_items', 'customer_id', 'customer_id = $1', true, 'detach', 'the same'),
    ('public.order_adjustments', 'customer_id', 'customer_id = $1', true, 'detach', 'the same'),
    ('public.order_events', 'customer_id', 'customer_id = $1', true, 'detach', 'the log of what was done with her orders; a trigger takes what somebody has written'),
    ('public.order_events', 'actor_id', 'actor_id = $1', true, 'detach', 'belongs to the boutique''s history'),
    ('public.payments', 'customer_id', 'customer_id = $1', true, 'detach', 'the books need what was paid, not by whom'),
    ('public.payment_attempts', 'customer_id', 'customer_id = $1', true, 'detach', 'the same'),
    ('public.refund_transfers', 'customer_id', 'customer_id = $1', true, 'detach', 'the same'),
    ('public.payouts', 'decided_by', 'decided_by = $1', true, 'detach', 'her work for the marketplace'),
    ('public.payment_exceptions', 'resolved_by', 'resolved_by = $1', true, 'detach', 'her work for a boutique or the marketplace'),
    ('public.deposits', 'customer_id', 'customer_id = $1', true, 'detach', 'the same'),
    ('public.payment_plans', 'customer_id', 'customer_id = $1', true, 'detach', 'the same'),
    ('public.refunds', 'customer_id', 'customer_id = $1', true, 'detach', 'the same; a trigger takes a reason that somebody has written'),
    ('public.invoices', 'customer_id', 'customer_id = $1', true, 'detach', 'tax law wants them kept as they were issued'),
    ('public.invoices', 'content', 'customer_id = $1', false, 'keep', 'the same, with name and address of the buyer: without them it is no invoice. Read by the staff of its boutique and admins alone; exported by customer_id'),
    ('public.discount_redemptions', 'customer_id', 'customer_id = $1', true, 'detach', 'the same'),
    ('public.shipments', 'customer_id', 'customer_id = $1', true, 'detach', 'the books need what was sent, not to whom'),
    ('public.shipment_items', 'customer_id', 'customer_id = $1', true, 'detach', 'the same'),
    ('public.returns', 'customer_id', 'customer_id = $1', true, 'detach', 'the books need what came back; a trigger empties her note'),
    ('public.return_items', 'customer_id', 'customer_id = $1', true, 'detach', 'the same'),
    ('public.gift_card_entries', 'customer_id', 'customer_id = $1', true, 'detach', 'the books need what was spent, not by whom'),
    ('public.gift_card_entries', 'actor_id', 'actor_id = $1', true, 'detach', 'belongs to the boutique''s history'),
    ('public.stock_movements', 'actor_id', 'actor_id = $1', true, 'detach', 'belongs to the boutique''s history'),
    ('public.catalog_imports', 'started_by', 'started_by = $1', true, 'detach', 'belongs to the boutique''s history'),
    ('private.idempotency_keys', 'user_id', 'user_id = $1', false, 'delete', 'technical: her retries')
$function$;

CREATE OR REPLACE FUNCTION private.process_review_photo()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.enqueue('review.process_photo', jsonb_build_object('photo_id', new.id), jsonb_build_object('group', new.boutique_id));
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.product_cards(product_ids uuid[], locale text)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.product_facets(q text, filters jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.product_reviews(product_id uuid, sort text, after text, page_size integer)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_cursor jsonb;
  v_key text;
  v_direction text := case sort when 'lowest' then 'asc' else 'desc' end;
  v_ids uuid[];
  v_keys integer[];
begin
  perform private.refuse_unlisted(product_id);
  if page_size is null or page_size not between 1 and 100 then
    perform private.raise_error(400, 'invalid_page_size', 'page_size is 1 to 100.');
  elsif sort is null or sort not in ('helpful', 'newest', 'highest', 'lowest') then
    perform private.raise_error(400, 'invalid_sort', 'sort is helpful, newest, highest or lowest.');
  end if;
  v_cursor := case when after is not null then private.review_cursor(after, sort) end;
  v_key := case sort when 'helpful' then 'r.helpful_count' when 'newest' then '0' else 'r.rating' end;
  -- Each order is one of an index; the ids are in the order of time.
  execute format(
    'select array_agg(x.id), array_agg(x.key) from (
       select r.id, %1$s as key from public.reviews r
       where r.product_id = $1 and r.state = ''published''%2$s
       order by %3$sr.id %4$s limit $2) x',
    v_key,
    case when v_cursor is not null then
      format(case sort when 'newest' then ' and r.id < %2$L::uuid' else ' and (%1$s, r.id) %4$s (%3$L::integer, %2$L::uuid)' end,
        v_key, v_cursor ->> 'i', v_cursor ->> 'k', case sort when 'lowest' then '>' else '<' end)
      else '' end,
    case sort when 'newest' then '' else v_key || ' ' || v_direction || ', ' end,
    v_direction)
  into v_ids, v_keys using product_id, page_size + 1;
  return jsonb_build_object(
    'reviews', coalesce((
      select jsonb_agg(jsonb_build_object(
        'id', r.id, 'kind', r.kind, 'author_name', r.author_name, 'rating', r.rating, 'fit', r.fit, 'title', r.title, 'body', r.body,
        'helpful_count', r.helpful_count, 'created_at', r.created_at, 'edited_at', r.edited_at, 'reply', r.reply, 'replied_at', r.replied_at,
        'is_own', coalesce(r.customer_id = auth.uid(), false),
        'is_helpful', exists (select from public.review_votes v where v.review_id = r.id and v.customer_id = auth.uid()),
        'photos', coalesce((
          select jsonb_agg(jsonb_build_object('path', f.storage_path, 'alt', f.alt, 'width', f.width, 'height', f.height, 'blurhash', f.blurhash) order by f.position)
          from public.review_photos f where f.review_id = r.id and f.state = 'ready'), '[]')) order by i.place)
      from unnest(v_ids[1:page_size]) with ordinality i (id, place)
      join public.reviews r on r.id = i.id), '[]'),
    'next', case when cardinality(v_ids) > page_size then
      private.write_cursor(jsonb_build_object('o', sort, 'k', v_keys[page_size], 'i', v_ids[page_size])) end);
end
$function$;

CREATE OR REPLACE FUNCTION private.prune(batch integer DEFAULT 5000)
 RETURNS bigint
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_count bigint;
  v_total bigint := 0;
begin
  -- Retries of a call come within days; a key that is older starts a new intent.
  delete from private.idempotency_keys k
  where k.ctid = any (array(
    select o.ctid from private.idempotency_keys o where o.created_at < now() - interval '30 days' limit batch));
  get diagnostics v_count = row_count;
  v_total := v_total + v_count;
  delete from private.messages m
  where m.ctid = any (array(
    select o.ctid from private.messages o where o.created_at < now() - interval '400 days' limit batch));
  get diagnostics v_count = row_count;
  v_total := v_total + v_count;
  delete from public.notifications n
  where n.ctid = any (array(
    select o.ctid from public.notifications o
    where o.created_at < now() - interval '180 days'
      and (o.read_at is not null or o.created_at < now() - interval '400 days')
    limit batch));
  get diagnostics v_count = row_count;
  v_total := v_total + v_count;
  -- Providers repeat an event for days, not for months; what it has done is in attempts and transfers.
  delete from private.payment_events e
  where e.ctid = any (array(
    select o.ctid from private.payment_events o where o.processed_at < now() - interval '90 days' limit batch));
  get diagnostics v_count = row_count;
  v_total := v_total + v_count;
  delete from private.search_words w
  where w.id = any (array(
    select o.id from private.search_words o
    where exists (select from private.search_words e where e.word = o.word and e.id < o.id) limit batch));
  get diagnostics v_count = row_count;
  v_total := v_total + v_count;
  delete from public.catalog_import_refusals r
  where r.ctid = any (array(
    select o.ctid from public.catalog_import_refusals o where o.created_at < now() - interval '30 days' limit batch));
  get diagnostics v_count = row_count;
  return v_total + v_count;
end
$function$;

CREATE OR REPLACE FUNCTION private.publish_planned(batch integer DEFAULT 500)
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_count integer;
begin
  update public.products p set status = 'published'
  where p.id = any (array(
    select x.id from public.products x where x.publish_at <= now() order by x.publish_at limit batch for update skip locked));
  get diagnostics v_count = row_count;
  return v_count;
end
$function$;

CREATE OR REPLACE FUNCTION private.published_review(review_id uuid)
 RETURNS public.reviews
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_review public.reviews;
begin
  select r.* into v_review
  from public.reviews r
  join public.products p on p.id = r.product_id and p.listed
  where r.id = published_review.review_id and r.state = 'published'
  for no key update of r;
  if not found then
    perform private.raise_error(404, 'review_not_found', 'There is no such review, or it is not shown.', jsonb_build_object('review_id', review_id));
  end if;
  return v_review;
end
$function$;

CREATE OR REPLACE FUNCTION private.raise_invalid_filter(problem text)
 RETURNS void
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
begin
  perform private.raise_error(400, 'invalid_filters', problem);
end
$function$;

CREATE OR REPLACE FUNCTION private.rank_documents(top integer DEFAULT 50000, batch integer DEFAULT 5000)
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.ranked_rating(rating_sum bigint, rating_count bigint)
 RETURNS real
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
begin
  -- A Bayesian mean (Wikipedia, "Bayesian average"): (C * m + sum) / (C + n), as if C = 5 reviews of m = 4 stars had been there
  -- before. One review of five stars does not come before a hundred that are good.
  return case when coalesce(rating_count, 0) = 0 then 0 else (5 * 4 + rating_sum)::real / (5 + rating_count) end;
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
  if jsonb_typeof(v_cursor) <> 'object' or not v_cursor ?& array['o', 'k', 'i', 'w', 'a', 'x'] or jsonb_typeof(v_cursor -> 'w') <> 'array'
    or jsonb_array_length(v_cursor -> 'w') > 12
    or exists (select from jsonb_array_elements(v_cursor -> 'w') w where jsonb_typeof(w) <> 'string' or length(w #>> '{}') > 40) then
    raise invalid_parameter_value;
  end if;
  perform (v_cursor ->> 'i')::uuid, (v_cursor ->> 'a')::boolean, (v_cursor ->> 'x')::boolean;
  case v_cursor ->> 'o'
    when 'new' then perform (v_cursor ->> 'k')::timestamptz;
    when 'price_asc', 'price_desc' then perform (v_cursor ->> 'k')::bigint;
    when 'rating' then perform (v_cursor ->> 'k')::real;
    when 'score', 'quality' then perform (v_cursor ->> 'k')::double precision;
  end case;
  return v_cursor;
exception when data_exception or syntax_error or invalid_parameter_value or case_not_found then
  perform private.raise_error(400, 'invalid_cursor', 'after: take it from next of the page before, with the same words, filters and order.');
end
$function$;

CREATE OR REPLACE FUNCTION private.refuse_unlisted(product_id uuid)
 RETURNS void
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  if not exists (select from public.products p where p.id = product_id and p.listed) then
    perform private.raise_error(404, 'product_not_found', 'There is no such product, or it is not on show.', jsonb_build_object('product_id', product_id));
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.related_products(product_id uuid, max_products integer, locale text)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.remove_review_photo()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.enqueue('review.remove_photo', jsonb_build_object('storage_path', old.storage_path),
    jsonb_build_object('group', old.boutique_id));
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.repair_order_drift(kind text, id uuid)
 RETURNS text
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_order public.orders;
begin
  case kind
    when 'stock_level' then
      return private.repair_stock_level(id);
    when 'reservation' then
      return private.repair_reservation(id);
    when 'sold_without_order' then
      update public.allocations a set state = 'released', held_until = null where a.id = repair_order_drift.id;
      return 'Mended: the garment is free. Take retired_at off it if it is still there.';
    when 'sold_garments' then
      select o.* into v_order from public.orders o join public.order_items i on i.order_id = o.id where i.id = repair_order_drift.id;
      if v_order.state <> 'cancelled' then
        return 'By hand: a garment is missing, or too many are sold. Look at the allocations of the line, and cancel the order or give her another piece.';
      end if;
      update public.allocations a set state = 'released', held_until = null
      where a.source_id = repair_order_drift.id and a.kind = 'sale' and a.state <> 'released';
      return 'Mended: the garments of the cancelled line are free.';
    when 'rental_line' then
      select o.* into v_order from public.orders o join public.order_items i on i.order_id = o.id where i.id = repair_order_drift.id;
      if v_order.state <> 'cancelled' then
        return 'By hand: cancel the order, or reserve the days again.';
      end if;
      perform private.end_rental(i.rental_id, 'cancelled') from public.order_items i where i.id = repair_order_drift.id;
      return 'Mended: the days of the cancelled order are free.';
    when 'order_total' then
      return 'By hand: what was agreed with the customer is not for a machine to change. See order_events, and refund what she paid too much.';
    when 'refund_total' then
      update public.orders o set refunded_total = coalesce((select sum(f.amount) from public.refunds f where f.order_id = o.id), 0)
      where o.id = repair_order_drift.id;
      return 'Mended: the order says what its refunds do.';
    when 'stale_order' then
      perform private.expire_order_hold(o.group_id) from public.orders o where o.id = repair_order_drift.id;
      return 'Mended: the order is cancelled, and what it kept is free. See why no worker does order.expire_hold.';
    when 'gift_card' then
      update public.gift_cards c set balance = coalesce((select sum(e.change) from public.gift_card_entries e where e.gift_card_id = c.id), 0)
      where c.id = repair_order_drift.id;
      return 'Mended: the balance is what its entries make.';
    when 'invoice', 'debit_note', 'credit_note' then
      return private.repair_document(kind, id);
    when 'order_state' then
      insert into public.order_events (order_id, boutique_id, customer_id, from_state, to_state, reason)
      select o.id, o.boutique_id, u.id,
        (select e.to_state from public.order_events e where e.order_id = o.id order by e.id desc limit 1), o.state, 'repaired'
      from public.orders o left join auth.users u on u.id = o.customer_id
      where o.id = repair_order_drift.id;
      return 'Mended: the log ends with the state of the order.';
    when 'document' then
      perform private.index_products(array[repair_order_drift.id]);
      return 'Mended: what is on show can be found, and nothing else.';
    when 'rating', 'rank', 'helpful_count' then
      return private.repair_review(kind, id);
    when 'deposit_missing', 'deposit_open', 'deposit_payment', 'deposit_sum', 'fitting_fee', 'plan_state', 'plan_sum' then
      return 'By hand: money of a customer is not for a machine to guess. Compare the payment, its attempts and their transfers with the audit log.';
    else
      return format('By hand: nothing mends %s.', kind);
  end case;
end
$function$;

CREATE OR REPLACE FUNCTION private.repair_review(kind text, id uuid)
 RETURNS text
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_sums private.rating_sums;
begin
  if kind = 'helpful_count' then
    -- Locked first, so that no vote comes in between.
    perform from public.reviews r where r.id = repair_review.id for update;
    update public.reviews r set helpful_count = (select count(*) from public.review_votes v where v.review_id = r.id) where r.id = repair_review.id;
    return 'Mended: the review says how many votes it has.';
  end if;
  insert into public.product_ratings (product_id, boutique_id)
  select p.id, p.boutique_id from public.products p where p.id = repair_review.id
  on conflict do nothing;
  -- Who reviews meanwhile has to wait for this row, and counts on from what it says.
  perform from public.product_ratings r where r.product_id = repair_review.id for update;
  v_sums := private.counted_ratings(repair_review.id);
  update public.product_ratings r set rating_sum = v_sums.rating_sum, rating_count = v_sums.rating_count, stars = v_sums.stars,
    fit_small = v_sums.fit_small, fit_true = v_sums.fit_true, fit_large = v_sums.fit_large
  where r.product_id = repair_review.id;
  perform private.index_products(array[repair_review.id]);
  return 'Mended: the ratings are those of the reviews.';
end
$function$;

CREATE OR REPLACE FUNCTION private.reply_to_review(review_id uuid, reply text)
 RETURNS public.reviews
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_review public.reviews;
  v_reply text := nullif(btrim(reply, E' \t\r\n'), '');
begin
  select * into v_review from public.reviews r
  where r.id = reply_to_review.review_id and r.state <> 'withdrawn' and r.customer_id is not null
    and r.boutique_id in (select private.my_boutique_ids('reviews.reply'))
  for no key update;
  if not found then
    perform private.raise_error(404, 'review_not_found', 'There is no such review of a boutique whose reviews you answer.', jsonb_build_object('review_id', review_id));
  elsif length(v_reply) > 3000 or v_reply !~ '\S' then
    perform private.raise_error(400, 'invalid_reply', 'reply has at most 3000 letters; an empty one takes it back.');
  end if;
  update public.reviews r set reply = v_reply, replied_at = case when v_reply is not null then now() end,
    replied_by = case when v_reply is not null then auth.uid() end
  where r.id = v_review.id and r.reply is distinct from v_reply;
  select * into v_review from public.reviews r where r.id = v_review.id;
  return v_review;
end
$function$;

CREATE OR REPLACE FUNCTION private.report_review(review_id uuid, reason public.review_report_reason, note text)
 RETURNS public.review_reports
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_review public.reviews := private.published_review(review_id);
  v_report public.review_reports;
begin
  perform private.limit_rate('report_review', 20, 1);
  if v_review.customer_id = auth.uid() then
    perform private.raise_error(409, 'own_review', 'Edit or delete your own review.', jsonb_build_object('review_id', review_id));
  elsif reason is null or length(note) > 1000 then
    perform private.raise_error(400, 'invalid_report', 'Give a reason; note has at most 1000 letters.');
  end if;
  insert into public.review_reports (review_id, boutique_id, reporter_id, reason, note)
  values (v_review.id, v_review.boutique_id, auth.uid(), report_review.reason, coalesce(btrim(report_review.note), ''))
  on conflict do nothing
  returning * into v_report;
  if not found then
    perform private.raise_error(409, 'already_reported', 'You have reported this review. An admin looks at it.', jsonb_build_object('review_id', review_id));
  end if;
  return v_report;
end
$function$;

CREATE OR REPLACE FUNCTION private.resolve_import(boutique_id uuid, products jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_ids uuid[] := array(
    select p.id from jsonb_array_elements(products) x (v)
    cross join lateral (select o.id from public.products o where o.boutique_id = resolve_import.boutique_id and o.slug = x.v ->> 'slug' limit 1) p);
begin
  -- In the order of ids, as whoever indexes them does; readers and rentals are not in the way of this lock.
  perform from public.products p where p.id = any (v_ids) order by p.id for no key update;

  return (
    with given as materialized (
      select x.n, x.v, x.v -> 'fields' as f, x.v ->> 'slug' as slug from jsonb_array_elements(products) with ordinality x (v, n)
    ), known as materialized (
      select g.n, g.v, g.f, p.id, p.status, p.attributes as attributes_now,
        case when g.f ? 'category' then c.id else p.category_id end as category_id,
        case when g.f ? 'designer' then d.id else p.designer_id end as designer_id,
        g.f ->> 'category' is not null and c.id is null as lacks_category,
        g.f ->> 'designer' is not null and d.id is null as lacks_designer
      from given g
      left join lateral (
        select o.* from public.products o where o.boutique_id = resolve_import.boutique_id and o.slug = g.slug limit 1) p on true
      left join public.categories c on c.slug = g.f ->> 'category'
      left join public.designers d on d.slug = g.f ->> 'designer'
    ), kinds as materialized (
      select x.category_id, array(select d from private.attributes_of_category(x.category_id) d) as definitions
      from (select distinct k.category_id from known k where k.category_id is not null) x
    )
    select jsonb_agg(k.v || jsonb_build_object('n', k.n, 'id', k.id, 'is_archived', k.status = 'archived',
        'category_id', k.category_id, 'designer_id', k.designer_id, 'lacks_category', k.lacks_category, 'lacks_designer', k.lacks_designer,
        'attributes', a.attributes,
        'problems', case when k.category_id is null or not k.f ?| array['attributes', 'category'] then '[]'
          else private.attribute_problems(k.category_id, a.attributes) end) order by k.n)
    from known k
    left join kinds on kinds.category_id = k.category_id
    cross join lateral (
      select case
        when not k.f ? 'attributes' then coalesce(k.attributes_now, '{}')
        when not (k.v ->> 'merges')::boolean then k.f -> 'attributes'
        -- Columns of a table: they set and remove what they name, and nothing else.
        else coalesce(k.attributes_now, '{}')
          - array(select e.key from jsonb_each(k.f -> 'attributes') e where e.value = 'null' and k.attributes_now -> e.key <> 'null')
          || coalesce((
            select jsonb_object_agg(e.key, case when d.key is null then e.value else private.imported_attribute(d, e.value) end)
            from jsonb_each(k.f -> 'attributes') e
            left join unnest(kinds.definitions) d on d.key = e.key
            where e.value <> 'null'), '{}')
      end as attributes) a);
end
$function$;

CREATE OR REPLACE FUNCTION private.resolve_review_report(report_id uuid, upheld boolean)
 RETURNS public.review_reports
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_report public.review_reports;
begin
  if not private.is_admin() then
    perform private.raise_error(403, 'not_allowed', 'Only those who run the marketplace do this.');
  elsif upheld is null then
    perform private.raise_error(400, 'invalid_report', 'upheld is true or false.');
  end if;
  select * into v_report from public.review_reports t where t.id = resolve_review_report.report_id for update;
  if not found then
    perform private.raise_error(404, 'report_not_found', 'There is no such report.', jsonb_build_object('report_id', report_id));
  elsif private.works_for(v_report.boutique_id) then
    perform private.raise_error(409, 'own_boutique', 'Nobody judges what is said of a boutique that she works for: another admin does.', jsonb_build_object('report_id', report_id));
  end if;
  update public.review_reports t set state = case when upheld then 'upheld' else 'dismissed' end::public.review_report_state,
    resolved_at = now(), resolved_by = auth.uid()
  where t.id = v_report.id and t.state = 'open'
  returning * into v_report;
  if not found then
    select * into v_report from public.review_reports t where t.id = resolve_review_report.report_id;
  end if;
  return v_report;
end
$function$;

CREATE OR REPLACE FUNCTION private.review_check()
 RETURNS SETOF private.finding
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select 'rating', p.id, 'The ratings of the product are not those of its reviews.'
  from (select r.product_id as id from public.reviews r union select r.product_id from public.product_ratings r) p
  left join public.product_ratings s on s.product_id = p.id
  cross join lateral private.counted_ratings(p.id) c
  where (coalesce(s.rating_sum, 0), coalesce(s.rating_count, 0), coalesce(s.stars, '{0,0,0,0,0}'), coalesce(s.fit_small, 0), coalesce(s.fit_true, 0), coalesce(s.fit_large, 0))
    is distinct from (c.rating_sum, c.rating_count, c.stars, c.fit_small, c.fit_true, c.fit_large)
  union all
  select 'rank', d.product_id, 'The product is found by other ratings than it has.'
  from private.product_documents d
  left join public.product_ratings r on r.product_id = d.product_id
  where d.rating <> private.ranked_rating(r.rating_sum, r.rating_count)
  union all
  select 'helpful_count', r.id, 'The review has another number of votes than it says.'
  from public.reviews r
  where r.helpful_count <> (select count(*) from public.review_votes v where v.review_id = r.id)
$function$;

CREATE OR REPLACE FUNCTION private.review_cursor(after text, sort text)
 RETURNS jsonb
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
declare
  v_cursor jsonb;
begin
  v_cursor := convert_from(decode(translate(after, '-_', '+/') || repeat('=', (4 - length(after) % 4) % 4), 'base64'), 'UTF8')::jsonb;
  if jsonb_typeof(v_cursor) <> 'object' or not v_cursor ?& array['o', 'k', 'i'] or v_cursor ->> 'o' is distinct from sort then
    raise invalid_parameter_value;
  end if;
  perform (v_cursor ->> 'i')::uuid, (v_cursor ->> 'k')::integer;
  return v_cursor;
exception when data_exception or invalid_parameter_value then
  perform private.raise_error(400, 'invalid_cursor', 'after: take it from next of the page before, with the same sort.');
end
$function$;

CREATE OR REPLACE FUNCTION private.review_queue(boutique_id uuid, after uuid, page_size integer)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_is_admin boolean := private.is_admin();
  v_mine uuid[] := array(select private.my_boutique_ids('catalog.read'));
  v_rows jsonb;
begin
  if page_size is null or page_size not between 1 and 100 then
    perform private.raise_error(400, 'invalid_page_size', 'page_size is 1 to 100.');
  elsif boutique_id is not null and not v_is_admin and boutique_id <> all (v_mine) then
    perform private.raise_error(404, 'boutique_not_found', 'There is no such boutique that you work for.', jsonb_build_object('boutique_id', boutique_id));
  end if;
  select jsonb_agg(to_jsonb(x) - 'row_number' order by x.id) into v_rows
  from (
    select r.id, r.product_id, r.boutique_id, r.kind, r.author_name, r.rating, r.fit, r.title, r.body, r.reply, r.helpful_count, r.created_at, r.edited_at,
      r.reply is null as is_unanswered, (
        select coalesce(jsonb_object_agg(c.reason, c.n), '{}')
        from (select t.reason, count(*) as n from public.review_reports t where t.review_id = r.id and t.state = 'open' group by t.reason) c) as open_reports
    from public.reviews r
    where r.state = 'published' and r.customer_id is not null
      and (review_queue.boutique_id is null or r.boutique_id = review_queue.boutique_id)
      and r.id > coalesce(review_queue.after, '00000000-0000-0000-0000-000000000000')
      and ((r.boutique_id = any (v_mine) and r.reply is null)
        or ((v_is_admin or r.boutique_id = any (v_mine))
          and exists (select from public.review_reports t where t.review_id = r.id and t.state = 'open')))
    order by r.id
    limit page_size + 1) x;
  return jsonb_build_object(
    'reviews', coalesce(jsonb_path_query_array(v_rows, '$[0 to $last]', jsonb_build_object('last', page_size - 1)), '[]'),
    'next', case when jsonb_array_length(v_rows) > page_size then v_rows #>> array[(page_size - 1)::text, 'id'] end);
end
$function$;

CREATE OR REPLACE FUNCTION private.review_summary(product_id uuid)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_sums public.product_ratings;
begin
  perform private.refuse_unlisted(product_id);
  select * into v_sums from public.product_ratings r where r.product_id = review_summary.product_id;
  return jsonb_build_object(
    'rating', round(v_sums.rating_sum::numeric / nullif(v_sums.rating_count, 0), 2),
    'count', coalesce(v_sums.rating_count, 0),
    'stars', coalesce(to_jsonb(v_sums.stars), '[0, 0, 0, 0, 0]'),
    'fit', jsonb_build_object('small', coalesce(v_sums.fit_small, 0), 'true', coalesce(v_sums.fit_true, 0), 'large', coalesce(v_sums.fit_large, 0)));
end
$function$;

CREATE OR REPLACE FUNCTION private.review_texts(rating integer, title text, body text)
 RETURNS void
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
begin
  if rating is null or rating not between 1 and 5 then
    perform private.raise_error(400, 'invalid_review', 'rating is 1 to 5.');
  elsif length(title) > 120 or length(body) > 5000 then
    perform private.raise_error(400, 'invalid_review', 'title has at most 120 letters, body at most 5000.');
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.review_to_judge(review_id uuid)
 RETURNS public.reviews
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_review public.reviews;
begin
  if not private.is_admin() then
    perform private.raise_error(403, 'not_allowed', 'Only those who run the marketplace do this. Report the review.');
  end if;
  select * into v_review from public.reviews r where r.id = review_to_judge.review_id and r.state <> 'withdrawn' for no key update;
  if not found then
    perform private.raise_error(404, 'review_not_found', 'There is no such review.', jsonb_build_object('review_id', review_id));
  elsif private.works_for(v_review.boutique_id) then
    perform private.raise_error(409, 'own_boutique', 'Nobody judges what is said of a boutique that she works for: another admin does.', jsonb_build_object('review_id', review_id));
  end if;
  return v_review;
end
$function$;

CREATE OR REPLACE FUNCTION private.reviewable_experiences()
 RETURNS TABLE(kind public.review_kind, subject_id uuid, product_id uuid, product_name text, happened_at timestamp with time zone)
 LANGUAGE sql
 STABLE SECURITY DEFINER ROWS 10
 SET search_path TO ''
AS $function$
  select e.kind, e.subject_id, e.product_id, p.name, e.happened_at
  from private.experiences_of(auth.uid()) e
  join public.products p on p.id = e.product_id
  where not exists (
      select from public.reviews r
      where r.customer_id = auth.uid() and r.product_id = e.product_id
        and r.subject_id = e.subject_id)
    and not private.works_for(e.boutique_id)
  order by e.happened_at desc, e.subject_id, e.product_id
$function$;

CREATE OR REPLACE FUNCTION private.rows_of(query text)
 RETURNS bigint
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_plan json;
begin
  execute 'explain (format json) ' || query into v_plan;
  return (v_plan #>> '{0,Plan,Plan Rows}')::numeric;
end
$function$;

CREATE OR REPLACE FUNCTION private.search_filters(filters jsonb)
 RETURNS SETOF private.search_filter
 LANGUAGE plpgsql
 STABLE ROWS 5
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.search_products(q text, filters jsonb, sort text, after text, page_size integer)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.limit_rate('search_products', 600, 600);
  return private.find_products(q, coalesce(filters, '{}'), coalesce(sort, 'relevance'), after, page_size);
end
$function$;

CREATE OR REPLACE FUNCTION private.set_collection_listing()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  if tg_op = 'INSERT' or not old.listed then
    -- Not while its boutique is being suspended.
    perform from public.boutiques b where b.id = new.boutique_id for share;
  end if;
  new.listed := new.is_published and exists (select from public.boutiques b where b.id = new.boutique_id and b.status = 'active');
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION private.set_product_listing()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.share_lookbook(lookbook_id uuid, shared boolean)
 RETURNS public.lookbooks
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_book public.lookbooks;
begin
  update public.lookbooks b set share_token = case when shared is not false then coalesce(b.share_token, gen_random_uuid()) end
  where b.id = share_lookbook.lookbook_id and b.customer_id = auth.uid()
  returning * into v_book;
  if not found then
    perform private.raise_error(404, 'lookbook_not_found', 'There is no such look-book of yours.', jsonb_build_object('lookbook_id', lookbook_id));
  end if;
  return v_book;
end
$function$;

CREATE OR REPLACE FUNCTION private.shared_lookbook(share_token uuid)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_answer jsonb;
begin
  select jsonb_build_object('title', b.title, 'products', coalesce((
      select jsonb_agg(jsonb_build_object('product_id', p.id, 'slug', p.slug, 'name', p.name, 'boutique', o.slug, 'boutique_name', o.name, 'note', i.note)
        order by i.position, i.created_at)
      from public.lookbook_items i
      join public.products p on p.id = i.product_id and p.listed
      join public.boutiques o on o.id = p.boutique_id
      where i.lookbook_id = b.id), '[]'))
  into v_answer
  from public.lookbooks b where b.share_token = shared_lookbook.share_token;
  if not found then
    perform private.raise_error(404, 'lookbook_not_found', 'There is no such look-book, or it is not shared any more.');
  end if;
  return v_answer;
end
$function$;

CREATE OR REPLACE FUNCTION private.show_review(review_id uuid)
 RETURNS public.reviews
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_review public.reviews := private.review_to_judge(review_id);
begin
  update public.reviews r set state = 'published', hidden_reason = null, hidden_at = null, hidden_by = null
  where r.id = v_review.id and r.state = 'hidden'
  returning * into v_review;
  if not found then
    select * into v_review from public.reviews r where r.id = review_id;
  end if;
  return v_review;
end
$function$;

CREATE OR REPLACE FUNCTION private.sitemap(boutique text)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  if boutique is null then
    return (
      select coalesce(jsonb_agg(jsonb_build_object('slug', x.slug, 'changed_at', x.changed_at) order by x.slug), '[]') from (
        select b.slug, b.updated_at as changed_at from public.boutiques b
        where b.status = 'active' and exists (select from private.product_documents d where d.boutique_id = b.id)
        order by b.slug limit 50000) x);
  end if;
  return (
    select coalesce(jsonb_agg(jsonb_build_object('slug', x.slug, 'changed_at', x.updated_at) order by x.published_at desc), '[]') from (
      select p.slug, p.updated_at, p.published_at from public.products p
      where p.listed and p.boutique_id = (select b.id from public.boutiques b where b.slug = sitemap.boutique)
      order by p.published_at desc, p.id desc limit 50000) x);
end
$function$;

CREATE OR REPLACE FUNCTION private.size_chart(product_id uuid)
 RETURNS SETOF public.size_chart_rows
 LANGUAGE plpgsql
 STABLE ROWS 10
 SET search_path TO ''
AS $function$
begin
  perform from public.products p where p.id = size_chart.product_id;
  if not found then
    perform private.raise_error(404, 'product_not_found', 'There is no such product, or it is not on show.', jsonb_build_object('product_id', product_id));
  end if;
  return query
    select r.*
    from public.products p
    cross join lateral (
      select c.id from public.size_charts c
      left join unnest(private.category_path(p.category_id)) with ordinality l (id, steps) on l.id = c.category_id
      where c.designer_id = p.designer_id and (c.category_id is null or l.id is not null)
      order by l.steps nulls last limit 1) c
    join public.size_chart_rows r on r.chart_id = c.id
    where p.id = size_chart.product_id
    order by r.position, r.size;
end
$function$;

CREATE OR REPLACE FUNCTION private.slug_tokens(kind text, slugs text[])
 RETURNS text[]
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  -- Of nothing that is there: it finds nothing.
  return coalesce(nullif(case kind
    when 'boutique' then array(select 'boutique:' || b.id from public.boutiques b where b.slug = any (slugs))
    when 'designer' then array(select 'designer:' || d.id from public.designers d where d.slug = any (slugs))
    when 'category' then array(select 'category:' || c.id from public.categories c where c.slug = any (slugs))
  end, '{}'), array['none:']);
end
$function$;

CREATE OR REPLACE FUNCTION private.spread_listing_to_collections()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  update public.collections c set listed = not c.listed
  where c.boutique_id = new.id and c.is_published and c.listed <> (new.status = 'active');
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.spread_product_listing()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  update public.product_variants v set listed = new.listed where v.product_id = new.id and v.listed <> new.listed;
  update public.product_media m set listed = new.listed
  where m.product_id = new.id and m.listed <> (new.listed and m.state = 'ready');
  update public.product_translations t set listed = new.listed where t.product_id = new.id and t.listed <> new.listed;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.start_catalog_import(boutique_id uuid, storage_path text, format public.catalog_import_format, idempotency_key text, is_dry_run boolean)
 RETURNS public.catalog_imports
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_earlier uuid;
  v_file record;
  v_import public.catalog_imports;
begin
  perform private.my_role(boutique_id, 'catalog.write');
  v_earlier := private.claim_idempotency_key('start_catalog_import', idempotency_key, jsonb_build_object(
    'boutique_id', boutique_id, 'storage_path', storage_path, 'format', format, 'is_dry_run', is_dry_run));
  if v_earlier is not null then
    select * into strict v_import from public.catalog_imports i where i.id = v_earlier;
    return v_import;
  end if;
  if format is null or is_dry_run is null then
    perform private.raise_error(400, 'invalid_import', 'Name the format of the file (csv, json or ndjson), and whether it is a dry run.');
  end if;
  select o.id, coalesce((o.metadata ->> 'size')::bigint, 0) as size into v_file from storage.objects o
  where o.bucket_id = 'catalog-imports' and o.name = start_catalog_import.storage_path
    and starts_with(o.name, start_catalog_import.boutique_id::text || '/') and o.name !~ '(^|/)\.\.?(/|$)' and length(o.name) <= 400;
  if not found then
    perform private.raise_error(404, 'file_not_found',
      'Upload the file to the bucket catalog-imports, in the folder that is named by the boutique''s id.',
      jsonb_build_object('storage_path', left(storage_path, 400)));
  end if;
  begin
    insert into public.catalog_imports (boutique_id, started_by, storage_path, file_id, format, is_dry_run, bytes_total)
    values (boutique_id, auth.uid(), storage_path, v_file.id, format, is_dry_run, v_file.size)
    returning * into v_import;
  exception when unique_violation then
    select * into v_import from public.catalog_imports i
    where i.boutique_id = start_catalog_import.boutique_id and i.state in ('waiting', 'running');
    perform private.raise_error(409, 'import_running', 'Another import of the boutique runs. Wait for its end, or cancel it.',
      jsonb_build_object('import_id', v_import.id));
  end;
  perform private.settle_idempotency_key('start_catalog_import', idempotency_key, v_import.id);
  perform private.enqueue('catalog.import', jsonb_build_object('import_id', v_import.id), jsonb_build_object('group', boutique_id));
  return v_import;
end
$function$;

CREATE OR REPLACE FUNCTION private.suggest_products(q text, max_suggestions integer)
 RETURNS SETOF public.search_suggestion
 LANGUAGE plpgsql
 SECURITY DEFINER ROWS 8
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.text_query(words text[], match_all boolean, last_is_open boolean)
 RETURNS tsquery
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
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
  v_found integer;
  v_any tsquery;
begin
  if coalesce(cardinality(words), 0) = 0 then
    return private.understood(words, false, false);
  end if;
  v_found := private.count_up_to_ten(private.text_query(words, true, v_open), conditions);
  if v_found = 0 then
    v_words := private.corrected_words(words);
    v_open := not private.is_search_word(v_words[cardinality(v_words)]);
    v_found := private.count_up_to_ten(private.text_query(v_words, true, v_open), conditions);
  end if;
  if v_found >= 10 or cardinality(words) = 1 then
    return private.understood(v_words, false, v_open);
  end if;
  -- Too few have all words: those that have some come after them, unless that is everything.
  v_any := private.text_query(v_words, false, v_open);
  return private.understood(v_words, v_found = 0
    or private.rows_of(format('select from private.product_documents d where d.document @@ %L::tsquery%s and d.is_top', v_any, conditions)) <= 1000, v_open);
end
$function$;

CREATE OR REPLACE FUNCTION private.understood(words text[], matches_any boolean, last_is_open boolean)
 RETURNS private.understood_words
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.unused_review_photos(before timestamp with time zone, after text, most integer)
 RETURNS SETOF text
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select o.name
  from storage.objects o
  where o.bucket_id = 'review-photos' and o.name > unused_review_photos.after
    and greatest(o.created_at, o.updated_at) < unused_review_photos.before
    and not exists (select from public.review_photos f where f.storage_path = o.name and f.state <> 'refused')
  order by o.name
  limit most
$function$;

CREATE OR REPLACE FUNCTION private.vote_review(review_id uuid, helpful boolean)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_review public.reviews := private.published_review(review_id);
begin
  perform private.limit_rate('vote_review', 120, 60);
  if v_review.customer_id = auth.uid() then
    perform private.raise_error(409, 'own_review', 'Nobody votes for her own review.', jsonb_build_object('review_id', review_id));
  elsif private.works_for(v_review.boutique_id) then
    perform private.raise_error(409, 'own_boutique', 'Nobody votes on reviews of a boutique that she works for.', jsonb_build_object('review_id', review_id));
  end if;
  if coalesce(helpful, false) then
    insert into public.review_votes (review_id, customer_id) values (v_review.id, auth.uid()) on conflict do nothing;
  else
    delete from public.review_votes v where v.review_id = v_review.id and v.customer_id = auth.uid();
  end if;
  return (select r.helpful_count from public.reviews r where r.id = v_review.id);
end
$function$;

CREATE OR REPLACE FUNCTION private.watch_orders()
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_all private.finding[] := array(select f from private.order_check() f order by f.kind, f.id);
begin
  return private.tell_findings('orders', v_all, array['stock_level', 'reservation', 'sold_garments', 'sold_without_order', 'rental_line',
    'order_total', 'refund_total', 'payment', 'order_state', 'order_log', 'order_number', 'gift_card', 'stale_order',
    'invoice', 'debit_note', 'credit_note',
    'deposit_missing', 'deposit_open', 'deposit_payment', 'deposit_sum', 'fitting_fee', 'plan_state', 'plan_sum', 'document',
    'rating', 'rank', 'helpful_count']);
end
$function$;

CREATE OR REPLACE FUNCTION private.word_query(word text, is_prefix boolean)
 RETURNS tsquery
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
begin
  return to_tsquery('english', '''' || replace(replace(word, '\', ''), '''', '''''') || '''' || case when is_prefix and length(word) > 1 then ':*' else '' end);
end
$function$;

CREATE OR REPLACE FUNCTION private.words_of(value text)
 RETURNS text[]
 LANGUAGE plpgsql
 IMMUTABLE STRICT
 SET search_path TO ''
AS $function$
begin
  return array(
    select w from regexp_split_to_table(private.fold_text(value), '[\s[:punct:]፡።፣፤፥፦፧፨«»“”‘’–—]+') with ordinality x (w, n)
    where w <> '' and length(w) <= 40 order by n);
end
$function$;

CREATE OR REPLACE FUNCTION private.works_for(boutique_id uuid)
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return exists (select from public.boutique_members m where m.boutique_id = works_for.boutique_id and m.user_id = auth.uid());
end
$function$;

CREATE OR REPLACE FUNCTION private.write_cursor(value jsonb)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select translate(encode(convert_to(value::text, 'UTF8'), 'base64'), E'+/=\n', '-_')
$function$;

CREATE OR REPLACE FUNCTION private.write_imported(boutique_id uuid, products jsonb, OUT products_written bigint, OUT variants_written bigint)
 RETURNS record
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_updated bigint;
  v_new bigint;
begin
  update public.products p set
    name = r.name, description = r.description, locale = r.locale, category_id = r.category_id, designer_id = r.designer_id, attributes = r.attributes,
    tags = r.tags, style_code = r.style_code, lead_days = r.lead_days, status = r.status, for_sale = r.for_sale, for_rent = r.for_rent,
    made_to_order = r.made_to_order
  from jsonb_array_elements(products) x (v)
  cross join lateral (select y from public.products y where y.id = (x.v ->> 'id')::uuid limit 1) o
  cross join lateral private.imported_product(o.y, x.v) r
  where p.id = r.id and (o.y) is distinct from r;
  get diagnostics v_updated = row_count;

  insert into public.products
    (boutique_id, slug, name, description, locale, category_id, designer_id, attributes, tags, style_code, lead_days, status, for_sale, for_rent,
    made_to_order)
  select write_imported.boutique_id, x.v ->> 'slug', r.name, coalesce(r.description, ''), coalesce(r.locale, 'en'), r.category_id, r.designer_id, r.attributes,
    coalesce(r.tags, '{}'), r.style_code, r.lead_days, coalesce(r.status, 'draft'), coalesce(r.for_sale, false), coalesce(r.for_rent, true),
    coalesce(r.made_to_order, false)
  from jsonb_array_elements(products) with ordinality x (v, n)
  cross join lateral private.imported_product(null::public.products, x.v) r
  where x.v ->> 'id' is null
  order by x.n
  on conflict on constraint products_boutique_id_slug_key do nothing;
  get diagnostics v_new = row_count;
  if v_new < (select count(*) from jsonb_array_elements(products) x (v) where x.v ->> 'id' is null) then
    raise exception 'Somebody else has made the same product.' using errcode = '40001';
  end if;
  products_written := v_updated + v_new;

  -- Sizes and colors are in keys: an update that only names them keeps rentals of the variant waiting, so it is one of its own.
  update public.product_variants v set size = n.size, color = n.color, sale_price = n.sale_price,
    rental_price_per_day = n.rental_price_per_day, deposit = n.deposit
  from jsonb_array_elements(products) x (v)
  cross join lateral jsonb_array_elements(x.v -> 'variants') r (v)
  cross join lateral (
    select y from public.product_variants y where y.boutique_id = write_imported.boutique_id and y.sku = r.v ->> 'sku' limit 1) o
  cross join lateral private.imported_variant(o.y, r.v) n
  where v.id = n.id and ((o.y).size, (o.y).color) is distinct from (n.size, n.color);
  get diagnostics variants_written = row_count;

  update public.product_variants v set sale_price = n.sale_price, rental_price_per_day = n.rental_price_per_day, deposit = n.deposit
  from jsonb_array_elements(products) x (v)
  cross join lateral jsonb_array_elements(x.v -> 'variants') r (v)
  cross join lateral (
    select y from public.product_variants y where y.boutique_id = write_imported.boutique_id and y.sku = r.v ->> 'sku' limit 1) o
  cross join lateral private.imported_variant(o.y, r.v) n
  where v.id = n.id and (o.y) is distinct from n;
  get diagnostics v_updated = row_count;

  insert into public.product_variants (product_id, boutique_id, sku, size, color, sale_price, rental_price_per_day, deposit)
  select p.id, p.boutique_id, r.v ->> 'sku', r.v ->> 'size', coalesce(r.v ->> 'color', ''), (r.v ->> 'sale_price')::bigint,
    (r.v ->> 'rental_price_per_day')::bigint, coalesce((r.v ->> 'deposit')::bigint, 0)
  from jsonb_array_elements(products) with ordinality x (v, n)
  cross join lateral (select y.id, y.boutique_id from public.products y where y.boutique_id = write_imported.boutique_id and y.slug = x.v ->> 'slug' limit 1) p
  cross join lateral jsonb_array_elements(x.v -> 'variants') with ordinality r (v, n)
  left join lateral (select true as is_there from public.product_variants y where y.boutique_id = p.boutique_id and y.sku = r.v ->> 'sku' limit 1) o on true
  where o.is_there is null
  order by x.n, r.n;
  get diagnostics v_new = row_count;
  variants_written := variants_written + v_updated + v_new;
end
$function$;

CREATE OR REPLACE FUNCTION private.write_review(kind public.review_kind, subject_id uuid, product_id uuid, rating integer, fit public.review_fit, title text, body text, measurements jsonb, photo_paths text[])
 RETURNS public.reviews
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_review public.reviews;
begin
  perform private.review_texts(rating, title, body);
  insert into public.reviews (product_id, boutique_id, customer_id, kind, subject_id, author_name, rating, fit, title, body)
  select write_review.product_id, (select p.boutique_id from public.products p where p.id = write_review.product_id), auth.uid(), write_review.kind,
    write_review.subject_id,
    coalesce((select left((regexp_match(p.display_name, '\S+'))[1], 60) from public.profiles p where p.id = auth.uid()), 'A customer'),
    write_review.rating, write_review.fit, coalesce(btrim(write_review.title), ''), coalesce(btrim(write_review.body), '')
  -- Two calls at once: the second waits here for the first.
  on conflict do nothing
  returning * into v_review;
  if not found then
    perform private.raise_error(409, 'already_reviewed', 'You have reviewed this already. Edit that review.',
      jsonb_build_object('kind', kind, 'subject_id', subject_id, 'product_id', product_id));
  end if;
  perform private.keep_measurements(v_review, measurements);
  perform private.keep_photos(v_review, photo_paths);
  return v_review;
end
$function$;

CREATE OR REPLACE FUNCTION public.add_product_views(views jsonb)
 RETURNS integer
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.add_product_views(views) $function$;

CREATE OR REPLACE FUNCTION public.cancel_catalog_import(import_id uuid)
 RETURNS public.catalog_imports
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.cancel_catalog_import(import_id) $function$;

CREATE OR REPLACE FUNCTION public.category_attributes(category_id uuid)
 RETURNS SETOF public.attribute_definitions
 LANGUAGE sql
 STABLE ROWS 8
 SET search_path TO ''
AS $function$ select * from private.category_attributes(category_id) $function$;

CREATE OR REPLACE FUNCTION public.delete_review(review_id uuid)
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.delete_review(review_id) $function$;

CREATE OR REPLACE FUNCTION public.edit_review(review_id uuid, rating integer, fit public.review_fit DEFAULT NULL::public.review_fit, title text DEFAULT ''::text, body text DEFAULT ''::text, measurements jsonb DEFAULT NULL::jsonb, photo_paths text[] DEFAULT NULL::text[])
 RETURNS public.reviews
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.edit_review(review_id, rating, fit, title, body, measurements, photo_paths) $function$;

CREATE OR REPLACE FUNCTION public.hide_review(review_id uuid, reason text)
 RETURNS public.reviews
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.hide_review(review_id, reason) $function$;

CREATE OR REPLACE FUNCTION public.list_products(q text DEFAULT ''::text, filters jsonb DEFAULT '{}'::jsonb, sort text DEFAULT 'new'::text, after text DEFAULT NULL::text, page_size integer DEFAULT 24)
 RETURNS jsonb
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.list_products(q, filters, sort, after, page_size) $function$;

CREATE OR REPLACE FUNCTION public.my_review_measurements()
 RETURNS TABLE(review_id uuid, height_cm double precision, weight_kg double precision, bust_cm double precision, waist_cm double precision, hips_cm double precision, usual_size text)
 LANGUAGE sql
 STABLE ROWS 10
 SET search_path TO ''
AS $function$ select * from private.my_review_measurements() $function$;

CREATE OR REPLACE FUNCTION public.product_facets(q text DEFAULT ''::text, filters jsonb DEFAULT '{}'::jsonb)
 RETURNS jsonb
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.product_facets(q, filters) $function$;

CREATE OR REPLACE FUNCTION public.product_reviews(product_id uuid, sort text DEFAULT 'helpful'::text, after text DEFAULT NULL::text, page_size integer DEFAULT 20)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$ select private.product_reviews(product_id, sort, after, page_size) $function$;

CREATE OR REPLACE FUNCTION public.related_products(product_id uuid, max_products integer DEFAULT 8, locale text DEFAULT 'en'::text)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$ select private.related_products(product_id, max_products, locale) $function$;

CREATE OR REPLACE FUNCTION public.reply_to_review(review_id uuid, reply text)
 RETURNS public.reviews
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.reply_to_review(review_id, reply) $function$;

CREATE OR REPLACE FUNCTION public.report_review(review_id uuid, reason public.review_report_reason, note text DEFAULT ''::text)
 RETURNS public.review_reports
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.report_review(review_id, reason, note) $function$;

CREATE OR REPLACE FUNCTION public.resolve_review_report(report_id uuid, upheld boolean)
 RETURNS public.review_reports
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.resolve_review_report(report_id, upheld) $function$;

CREATE OR REPLACE FUNCTION public.review_queue(boutique_id uuid DEFAULT NULL::uuid, after uuid DEFAULT NULL::uuid, page_size integer DEFAULT 20)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$ select private.review_queue(boutique_id, after, page_size) $function$;

CREATE OR REPLACE FUNCTION public.review_summary(product_id uuid)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$ select private.review_summary(product_id) $function$;

CREATE OR REPLACE FUNCTION public.reviewable_experiences()
 RETURNS TABLE(kind public.review_kind, subject_id uuid, product_id uuid, product_name text, happened_at timestamp with time zone)
 LANGUAGE sql
 STABLE ROWS 10
 SET search_path TO ''
AS $function$ select * from private.reviewable_experiences() $function$;

CREATE OR REPLACE FUNCTION public.search_products(q text DEFAULT ''::text, filters jsonb DEFAULT '{}'::jsonb, sort text DEFAULT 'relevance'::text, after text DEFAULT NULL::text, page_size integer DEFAULT 24)
 RETURNS jsonb
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.search_products(q, filters, sort, after, page_size) $function$;

CREATE OR REPLACE FUNCTION public.share_lookbook(lookbook_id uuid, shared boolean DEFAULT true)
 RETURNS public.lookbooks
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.share_lookbook(lookbook_id, shared) $function$;

CREATE OR REPLACE FUNCTION public.shared_lookbook(share_token uuid)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$ select private.shared_lookbook(share_token) $function$;

CREATE OR REPLACE FUNCTION public.show_review(review_id uuid)
 RETURNS public.reviews
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.show_review(review_id) $function$;

CREATE OR REPLACE FUNCTION public.sitemap(boutique text DEFAULT NULL::text)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$ select private.sitemap(boutique) $function$;

CREATE OR REPLACE FUNCTION public.size_chart(product_id uuid)
 RETURNS SETOF public.size_chart_rows
 LANGUAGE sql
 STABLE ROWS 10
 SET search_path TO ''
AS $function$ select * from private.size_chart(product_id) $function$;

CREATE OR REPLACE FUNCTION public.start_catalog_import(boutique_id uuid, storage_path text, format public.catalog_import_format, idempotency_key text, is_dry_run boolean DEFAULT false)
 RETURNS public.catalog_imports
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.start_catalog_import(boutique_id, storage_path, format, idempotency_key, is_dry_run) $function$;

CREATE OR REPLACE FUNCTION public.suggest_products(q text, max_suggestions integer DEFAULT 8)
 RETURNS SETOF public.search_suggestion
 LANGUAGE sql
 ROWS 8
 SET search_path TO ''
AS $function$ select * from private.suggest_products(q, max_suggestions) $function$;

CREATE OR REPLACE FUNCTION public.vote_review(review_id uuid, helpful boolean DEFAULT true)
 RETURNS integer
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.vote_review(review_id, helpful) $function$;

CREATE OR REPLACE FUNCTION public.write_review(kind public.review_kind, subject_id uuid, product_id uuid, rating integer, fit public.review_fit DEFAULT NULL::public.review_fit, title text DEFAULT ''::text, body text DEFAULT ''::text, measurements jsonb DEFAULT NULL::jsonb, photo_paths text[] DEFAULT '{}'::text[])
 RETURNS public.reviews
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.write_review(kind, subject_id, product_id, rating, fit, title, body, measurements, photo_paths) $function$;

ALTER TABLE "private"."product_documents" ADD CONSTRAINT "product_documents_product_id_fkey" FOREIGN KEY (product_id) REFERENCES public.products(id) ON DELETE CASCADE;

ALTER TABLE "private"."review_measurements" ADD CONSTRAINT "review_measurements_customer_id_fkey" FOREIGN KEY (customer_id) REFERENCES public.profiles(id) ON DELETE CASCADE;

ALTER TABLE "public"."attribute_definitions" ADD CONSTRAINT "attribute_definitions_category_id_fkey" FOREIGN KEY (category_id) REFERENCES public.categories(id) ON DELETE CASCADE;

ALTER TABLE "public"."attribute_definitions" ADD CONSTRAINT "choices_are_for_choices" CHECK ((((kind = 'choice'::public.attribute_kind) = (cardinality(choices) > 0)) AND (cardinality(choices) <= 200) AND (array_position(choices, NULL::text) IS NULL) AND (length(array_to_string(choices, ''::text)) <= 8000)));

ALTER TABLE "public"."attribute_definitions" ADD CONSTRAINT "only_what_is_bounded_is_a_filter" CHECK (((NOT is_filter) OR (kind = ANY (ARRAY['choice'::public.attribute_kind, 'boolean'::public.attribute_kind, 'number'::public.attribute_kind]))));

ALTER TABLE "public"."catalog_imports" ADD CONSTRAINT "catalog_imports_boutique_id_fkey" FOREIGN KEY (boutique_id) REFERENCES public.boutiques(id) ON DELETE CASCADE;

ALTER TABLE "public"."catalog_imports" ADD CONSTRAINT "catalog_imports_started_by_fkey" FOREIGN KEY (started_by) REFERENCES public.profiles(id) ON DELETE SET NULL;

ALTER TABLE "public"."catalog_imports" ADD CONSTRAINT "ended_import_has_an_end" CHECK (((state = ANY (ARRAY['done'::public.catalog_import_state, 'failed'::public.catalog_import_state, 'cancelled'::public.catalog_import_state])) = (ended_at IS NOT NULL)));

ALTER TABLE "public"."catalog_imports" ADD CONSTRAINT "failed_import_says_why" CHECK (((state = 'failed'::public.catalog_import_state) = (failure IS NOT NULL)));

ALTER TABLE "public"."catalog_imports" ADD CONSTRAINT "running_import_has_a_start" CHECK (((state <> 'running'::public.catalog_import_state) OR (started_at IS NOT NULL)));

ALTER TABLE "public"."collection_products" ADD CONSTRAINT "product_is_of_the_boutique" FOREIGN KEY (product_id, boutique_id) REFERENCES public.products(id, boutique_id) ON DELETE CASCADE;

ALTER TABLE "public"."collections" ADD CONSTRAINT "collections_boutique_id_fkey" FOREIGN KEY (boutique_id) REFERENCES public.boutiques(id) ON DELETE RESTRICT;

ALTER TABLE "public"."favorites" ADD CONSTRAINT "favorites_customer_id_fkey" FOREIGN KEY (customer_id) REFERENCES public.profiles(id) ON DELETE CASCADE;

ALTER TABLE "public"."favorites" ADD CONSTRAINT "favorites_product_id_fkey" FOREIGN KEY (product_id) REFERENCES public.products(id) ON DELETE CASCADE;

ALTER TABLE "public"."lookbook_items" ADD CONSTRAINT "lookbook_items_product_id_fkey" FOREIGN KEY (product_id) REFERENCES public.products(id) ON DELETE CASCADE;

ALTER TABLE "public"."lookbooks" ADD CONSTRAINT "lookbooks_customer_id_fkey" FOREIGN KEY (customer_id) REFERENCES public.profiles(id) ON DELETE CASCADE;

ALTER TABLE "public"."product_ratings" ADD CONSTRAINT "ratings_are_of_a_product_of_the_boutique" FOREIGN KEY (product_id, boutique_id) REFERENCES public.products(id, boutique_id) ON DELETE CASCADE;

ALTER TABLE "public"."product_slugs" ADD CONSTRAINT "slug_was_of_a_product_of_the_boutique" FOREIGN KEY (product_id, boutique_id) REFERENCES public.products(id, boutique_id) ON DELETE CASCADE;

ALTER TABLE "public"."product_translations" ADD CONSTRAINT "product_translations_pkey" PRIMARY KEY (product_id, locale);

ALTER TABLE "public"."product_translations" ADD CONSTRAINT "translation_belongs_to_the_products_boutique" FOREIGN KEY (product_id, boutique_id) REFERENCES public.products(id, boutique_id) ON DELETE CASCADE;

ALTER TABLE "public"."product_views" ADD CONSTRAINT "views_are_of_a_product_of_the_boutique" FOREIGN KEY (product_id, boutique_id) REFERENCES public.products(id, boutique_id) ON DELETE CASCADE;

ALTER TABLE "public"."products" ADD CONSTRAINT "only_a_draft_waits_to_be_published" CHECK (((publish_at IS NULL) OR ((status = 'draft'::public.product_status) AND isfinite(publish_at))));

ALTER TABLE "public"."review_photos" ADD CONSTRAINT "review_photos_customer_id_fkey" FOREIGN KEY (customer_id) REFERENCES public.profiles(id) ON DELETE CASCADE;

ALTER TABLE "public"."review_reports" ADD CONSTRAINT "review_reports_reporter_id_fkey" FOREIGN KEY (reporter_id) REFERENCES public.profiles(id) ON DELETE SET NULL;

ALTER TABLE "public"."review_reports" ADD CONSTRAINT "review_reports_resolved_by_fkey" FOREIGN KEY (resolved_by) REFERENCES public.profiles(id) ON DELETE SET NULL;

ALTER TABLE "public"."review_reports" ADD CONSTRAINT "what_is_resolved_says_when" CHECK (((state = 'open'::public.review_report_state) = (resolved_at IS NULL)));

ALTER TABLE "public"."review_revisions" ADD CONSTRAINT "review_revisions_customer_id_fkey" FOREIGN KEY (customer_id) REFERENCES public.profiles(id) ON DELETE CASCADE;

ALTER TABLE "public"."review_votes" ADD CONSTRAINT "review_votes_customer_id_fkey" FOREIGN KEY (customer_id) REFERENCES public.profiles(id) ON DELETE CASCADE;

ALTER TABLE "public"."reviews" ADD CONSTRAINT "review_is_of_a_product_of_the_boutique" FOREIGN KEY (product_id, boutique_id) REFERENCES public.products(id, boutique_id) ON DELETE RESTRICT;

ALTER TABLE "public"."reviews" ADD CONSTRAINT "reviews_customer_id_fkey" FOREIGN KEY (customer_id) REFERENCES public.profiles(id) ON DELETE SET NULL;

ALTER TABLE "public"."reviews" ADD CONSTRAINT "reviews_hidden_by_fkey" FOREIGN KEY (hidden_by) REFERENCES public.profiles(id) ON DELETE SET NULL;

ALTER TABLE "public"."reviews" ADD CONSTRAINT "reviews_replied_by_fkey" FOREIGN KEY (replied_by) REFERENCES public.profiles(id) ON DELETE SET NULL;

ALTER TABLE "public"."reviews" ADD CONSTRAINT "what_is_hidden_says_why" CHECK (
CASE state
    WHEN 'published'::public.review_state THEN ((hidden_reason IS NULL) AND (hidden_at IS NULL) AND (hidden_by IS NULL))
    ELSE ((hidden_reason IS NOT NULL) AND (hidden_at IS NOT NULL))
END);

ALTER TABLE "public"."reviews" ADD CONSTRAINT "what_is_withdrawn_is_empty" CHECK (((state <> 'withdrawn'::public.review_state) OR ((title = ''::text) AND (body = ''::text) AND (reply IS NULL))));

ALTER TABLE "public"."size_charts" ADD CONSTRAINT "size_charts_category_id_fkey" FOREIGN KEY (category_id) REFERENCES public.categories(id) ON DELETE CASCADE;

ALTER TABLE "public"."size_charts" ADD CONSTRAINT "size_charts_designer_id_fkey" FOREIGN KEY (designer_id) REFERENCES public.designers(id) ON DELETE CASCADE;

CREATE INDEX product_documents_boutique_id_idx ON private.product_documents USING btree (boutique_id, quality);

CREATE INDEX product_documents_name_idx ON private.product_documents USING btree (name_folded text_pattern_ops, quality);

CREATE INDEX product_documents_new_idx ON private.product_documents USING btree (published_at, product_id);

CREATE INDEX product_documents_quality_idx ON private.product_documents USING btree (quality, product_id);

CREATE INDEX product_documents_rating_idx ON private.product_documents USING btree (rating, product_id);

CREATE INDEX product_documents_rent_idx ON private.product_documents USING btree (currency, rent_from, product_id) WHERE (rent_from IS NOT NULL);

CREATE INDEX product_documents_sale_idx ON private.product_documents USING btree (currency, sale_from, product_id) WHERE (sale_from IS NOT NULL);

CREATE INDEX product_documents_search_idx ON private.product_documents USING gin (document, tokens) WITH (fastupdate=off);

CREATE INDEX product_documents_top_idx ON private.product_documents USING gin (document, tokens) WITH (fastupdate=off) WHERE is_top;

CREATE INDEX review_measurements_customer_id_idx ON private.review_measurements USING btree (customer_id);

CREATE INDEX search_words_prefix_idx ON private.search_words USING btree (word text_pattern_ops);

CREATE INDEX search_words_similar_idx ON private.search_words USING gin (word extensions.gin_trgm_ops);

CREATE INDEX catalog_import_refusals_boutique_id_idx ON public.catalog_import_refusals USING btree (boutique_id);

CREATE INDEX catalog_import_refusals_created_at_idx ON public.catalog_import_refusals USING btree (created_at);

CREATE INDEX catalog_import_refusals_import_id_idx ON public.catalog_import_refusals USING btree (import_id, boutique_id, line);

CREATE INDEX catalog_imports_boutique_id_idx ON public.catalog_imports USING btree (boutique_id, created_at DESC);

CREATE INDEX catalog_imports_started_by_idx ON public.catalog_imports USING btree (started_by);

CREATE INDEX collection_products_boutique_id_idx ON public.collection_products USING btree (boutique_id);

CREATE INDEX collection_products_collection_id_idx ON public.collection_products USING btree (collection_id, boutique_id, "position");

CREATE INDEX collection_products_product_id_idx ON public.collection_products USING btree (product_id, boutique_id);

CREATE INDEX collections_boutique_id_idx ON public.collections USING btree (boutique_id, "position");

CREATE INDEX favorites_newest_idx ON public.favorites USING btree (customer_id, created_at DESC, product_id);

CREATE INDEX favorites_product_id_idx ON public.favorites USING btree (product_id);

CREATE INDEX lookbook_items_customer_id_idx ON public.lookbook_items USING btree (customer_id);

CREATE INDEX lookbook_items_lookbook_id_idx ON public.lookbook_items USING btree (lookbook_id, customer_id, "position");

CREATE INDEX lookbook_items_product_id_idx ON public.lookbook_items USING btree (product_id);

CREATE INDEX lookbooks_customer_id_idx ON public.lookbooks USING btree (customer_id, created_at DESC);

CREATE UNIQUE INDEX one_import_of_a_boutique_at_a_time ON public.catalog_imports USING btree (boutique_id) WHERE (state = ANY (ARRAY['waiting'::public.catalog_import_state, 'running'::public.catalog_import_state]));

CREATE INDEX product_ratings_product_id_idx ON public.product_ratings USING btree (product_id, boutique_id);

CREATE INDEX product_slugs_product_id_idx ON public.product_slugs USING btree (product_id, boutique_id);

CREATE INDEX product_translations_boutique_id_idx ON public.product_translations USING btree (boutique_id);

CREATE INDEX product_translations_product_id_idx ON public.product_translations USING btree (product_id, boutique_id);

CREATE INDEX product_views_boutique_id_idx ON public.product_views USING btree (boutique_id, day DESC);

CREATE INDEX product_views_product_id_idx ON public.product_views USING btree (product_id, boutique_id);

CREATE INDEX products_publish_at_idx ON public.products USING btree (publish_at) WHERE (publish_at IS NOT NULL);

CREATE INDEX review_photos_boutique_id_idx ON public.review_photos USING btree (boutique_id);

CREATE INDEX review_photos_customer_id_idx ON public.review_photos USING btree (customer_id);

CREATE INDEX review_photos_review_id_idx ON public.review_photos USING btree (review_id, boutique_id);

CREATE INDEX review_reports_open_idx ON public.review_reports USING btree (review_id) WHERE (state = 'open'::public.review_report_state);

CREATE INDEX review_reports_reporter_id_idx ON public.review_reports USING btree (reporter_id);

CREATE INDEX review_reports_resolved_by_idx ON public.review_reports USING btree (resolved_by);

CREATE INDEX review_reports_review_id_idx ON public.review_reports USING btree (review_id, boutique_id);

CREATE INDEX review_revisions_boutique_id_idx ON public.review_revisions USING btree (boutique_id);

CREATE INDEX review_revisions_customer_id_idx ON public.review_revisions USING btree (customer_id);

CREATE INDEX review_votes_customer_id_idx ON public.review_votes USING btree (customer_id);

CREATE INDEX reviews_hidden_by_idx ON public.reviews USING btree (hidden_by);

CREATE INDEX reviews_product_id_idx ON public.reviews USING btree (product_id, boutique_id);

CREATE INDEX reviews_replied_by_idx ON public.reviews USING btree (replied_by);

CREATE INDEX size_charts_category_id_idx ON public.size_charts USING btree (category_id);

CREATE TRIGGER invite_to_review AFTER UPDATE OF state ON public.appointments FOR EACH ROW WHEN (((old.state <> 'attended'::public.appointment_state) AND (new.state = 'attended'::public.appointment_state) AND (new.customer_id IS NOT NULL))) EXECUTE FUNCTION private.invite_to_review();

CREATE TRIGGER audit_delete AFTER DELETE ON public.attribute_definitions REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', '');

CREATE TRIGGER audit_insert AFTER INSERT ON public.attribute_definitions REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', '');

CREATE TRIGGER audit_update AFTER UPDATE ON public.attribute_definitions REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', '');

CREATE TRIGGER index_later_when_it_is_changed AFTER UPDATE ON public.attribute_definitions FOR EACH ROW WHEN (((old.translations <> new.translations) OR (old.label <> new.label))) EXECUTE FUNCTION private.index_later();

CREATE TRIGGER index_later AFTER INSERT OR DELETE ON public.attribute_definitions FOR EACH ROW EXECUTE FUNCTION private.index_later();

CREATE TRIGGER touch_updated_at BEFORE UPDATE ON public.attribute_definitions FOR EACH ROW EXECUTE FUNCTION private.touch_updated_at();

CREATE TRIGGER index_later AFTER UPDATE ON public.boutiques FOR EACH ROW WHEN (((old.name IS DISTINCT FROM new.name) OR (old.currency IS DISTINCT FROM new.currency))) EXECUTE FUNCTION private.index_later();

CREATE TRIGGER spread_listing_to_collections AFTER UPDATE ON public.boutiques FOR EACH ROW WHEN ((old.status IS DISTINCT FROM new.status)) EXECUTE FUNCTION private.spread_listing_to_collections();

CREATE TRIGGER touch_updated_at BEFORE UPDATE ON public.catalog_imports FOR EACH ROW EXECUTE FUNCTION private.touch_updated_at();

CREATE TRIGGER check_category_parent BEFORE UPDATE OF parent_id ON public.categories FOR EACH ROW WHEN ((new.parent_id IS NOT NULL)) EXECUTE FUNCTION private.check_category_parent();

CREATE TRIGGER index_later AFTER UPDATE ON public.categories FOR EACH ROW WHEN (((old.name <> new.name) OR (old.parent_id IS DISTINCT FROM new.parent_id) OR (old.translations <> new.translations))) EXECUTE FUNCTION private.index_later();

CREATE TRIGGER audit_delete AFTER DELETE ON public.collection_products REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('collection_id,product_id', '');

CREATE TRIGGER audit_insert AFTER INSERT ON public.collection_products REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('collection_id,product_id', '');

CREATE TRIGGER audit_update AFTER UPDATE ON public.collection_products REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('collection_id,product_id', '');

CREATE TRIGGER audit_delete AFTER DELETE ON public.collections REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', '');

CREATE TRIGGER audit_insert AFTER INSERT ON public.collections REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', '');

CREATE TRIGGER audit_update AFTER UPDATE ON public.collections REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', '');

CREATE TRIGGER set_collection_listing BEFORE INSERT OR UPDATE ON public.collections FOR EACH ROW EXECUTE FUNCTION private.set_collection_listing();

CREATE TRIGGER touch_updated_at BEFORE UPDATE ON public.collections FOR EACH ROW EXECUTE FUNCTION private.touch_updated_at();

CREATE TRIGGER index_later AFTER UPDATE ON public.designers FOR EACH ROW WHEN ((old.label <> new.label)) EXECUTE FUNCTION private.index_later();

CREATE TRIGGER index_later_when_it_moves AFTER UPDATE ON public.locations FOR EACH ROW WHEN ((old.city <> new.city)) EXECUTE FUNCTION private.index_later();

CREATE TRIGGER index_later AFTER INSERT OR DELETE ON public.locations FOR EACH ROW EXECUTE FUNCTION private.index_later();

CREATE TRIGGER audit_delete AFTER DELETE ON public.lookbook_items REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('lookbook_id,product_id', 'note');

CREATE TRIGGER audit_insert AFTER INSERT ON public.lookbook_items REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('lookbook_id,product_id', 'note');

CREATE TRIGGER audit_update AFTER UPDATE ON public.lookbook_items REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('lookbook_id,product_id', 'note');

CREATE TRIGGER audit_delete AFTER DELETE ON public.lookbooks REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', 'title,share_token');

CREATE TRIGGER audit_insert AFTER INSERT ON public.lookbooks REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', 'title,share_token');

CREATE TRIGGER audit_update AFTER UPDATE ON public.lookbooks REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', 'title,share_token');

CREATE TRIGGER touch_updated_at BEFORE UPDATE ON public.lookbooks FOR EACH ROW EXECUTE FUNCTION private.touch_updated_at();

CREATE TRIGGER index_deleted AFTER DELETE ON public.product_media REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION private.index_changed_products();

CREATE TRIGGER index_inserted AFTER INSERT ON public.product_media REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.index_changed_products();

CREATE TRIGGER index_updated AFTER UPDATE ON public.product_media REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.index_changed_products();

CREATE TRIGGER index_rating AFTER INSERT OR UPDATE ON public.product_ratings FOR EACH ROW EXECUTE FUNCTION private.index_rating();

CREATE TRIGGER audit_delete AFTER DELETE ON public.product_translations REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('product_id,locale', '');

CREATE TRIGGER audit_insert AFTER INSERT ON public.product_translations REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('product_id,locale', '');

CREATE TRIGGER audit_update AFTER UPDATE ON public.product_translations REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('product_id,locale', '');

CREATE TRIGGER follow_product BEFORE INSERT OR UPDATE ON public.product_translations FOR EACH ROW EXECUTE FUNCTION private.follow_product();

CREATE TRIGGER index_deleted AFTER DELETE ON public.product_translations REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION private.index_changed_products();

CREATE TRIGGER index_inserted AFTER INSERT ON public.product_translations REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.index_changed_products();

CREATE TRIGGER index_updated AFTER UPDATE ON public.product_translations REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.index_changed_products();

CREATE TRIGGER touch_updated_at BEFORE UPDATE ON public.product_translations FOR EACH ROW EXECUTE FUNCTION private.touch_updated_at();

CREATE TRIGGER index_deleted AFTER DELETE ON public.product_variants REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION private.index_changed_products();

CREATE TRIGGER index_inserted AFTER INSERT ON public.product_variants REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.index_changed_products();

CREATE TRIGGER index_updated AFTER UPDATE ON public.product_variants REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.index_changed_products();

CREATE TRIGGER check_attributes BEFORE INSERT OR UPDATE OF attributes, category_id ON public.products FOR EACH ROW WHEN ((new.category_id IS NOT NULL)) EXECUTE FUNCTION private.check_attributes();

CREATE TRIGGER index_inserted AFTER INSERT ON public.products REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.index_changed_products();

CREATE TRIGGER index_updated AFTER UPDATE ON public.products REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.index_changed_products();

CREATE TRIGGER keep_slug_of_new_product AFTER INSERT ON public.products FOR EACH ROW EXECUTE FUNCTION private.keep_slug();

CREATE TRIGGER keep_slug AFTER UPDATE OF slug ON public.products FOR EACH ROW WHEN ((old.slug <> new.slug)) EXECUTE FUNCTION private.keep_slug();

CREATE TRIGGER invite_to_review AFTER UPDATE OF state ON public.rentals FOR EACH ROW WHEN (((old.state <> 'returned'::public.rental_state) AND (new.state = 'returned'::public.rental_state) AND (new.customer_id IS NOT NULL))) EXECUTE FUNCTION private.invite_to_review();

CREATE TRIGGER audit_delete AFTER DELETE ON public.review_photos REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', 'storage_path,alt');

CREATE TRIGGER audit_insert AFTER INSERT ON public.review_photos REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', 'storage_path,alt');

CREATE TRIGGER audit_update AFTER UPDATE ON public.review_photos REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', 'storage_path,alt');

CREATE TRIGGER lock_review_photo BEFORE INSERT OR UPDATE OF storage_path ON public.review_photos FOR EACH ROW EXECUTE FUNCTION private.lock_review_photo();

CREATE TRIGGER process_photo AFTER INSERT ON public.review_photos FOR EACH ROW WHEN ((new.state = 'pending'::public.media_state)) EXECUTE FUNCTION private.process_review_photo();

CREATE TRIGGER remove_file AFTER DELETE ON public.review_photos FOR EACH ROW EXECUTE FUNCTION private.remove_review_photo();

CREATE TRIGGER remove_replaced_file AFTER UPDATE ON public.review_photos FOR EACH ROW WHEN ((old.storage_path <> new.storage_path)) EXECUTE FUNCTION private.remove_review_photo();

CREATE TRIGGER touch_updated_at BEFORE UPDATE ON public.review_photos FOR EACH ROW EXECUTE FUNCTION private.touch_updated_at();

CREATE TRIGGER audit_delete AFTER DELETE ON public.review_reports REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', 'note');

CREATE TRIGGER audit_insert AFTER INSERT ON public.review_reports REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', 'note');

CREATE TRIGGER audit_update AFTER UPDATE ON public.review_reports REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', 'note');

CREATE TRIGGER forget_reporter BEFORE UPDATE ON public.review_reports FOR EACH ROW WHEN (((old.reporter_id IS NOT NULL) AND (new.reporter_id IS NULL))) EXECUTE FUNCTION private.forget_reporter();

CREATE TRIGGER touch_updated_at BEFORE UPDATE ON public.review_reports FOR EACH ROW EXECUTE FUNCTION private.touch_updated_at();

CREATE TRIGGER count_vote AFTER INSERT OR DELETE ON public.review_votes FOR EACH ROW EXECUTE FUNCTION private.count_vote();

CREATE TRIGGER audit_delete AFTER DELETE ON public.reviews REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', 'author_name,title,body,reply,hidden_reason');

CREATE TRIGGER audit_insert AFTER INSERT ON public.reviews REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', 'author_name,title,body,reply,hidden_reason');

CREATE TRIGGER audit_update AFTER UPDATE ON public.reviews REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', 'author_name,title,body,reply,hidden_reason');

CREATE TRIGGER check_changed_experience BEFORE UPDATE OF product_id, boutique_id, kind, subject_id ON public.reviews FOR EACH ROW WHEN (((old.product_id <> new.product_id) OR (old.boutique_id <> new.boutique_id) OR (old.kind <> new.kind) OR (old.subject_id <> new.subject_id))) EXECUTE FUNCTION private.check_experience();

CREATE TRIGGER check_experience BEFORE INSERT ON public.reviews FOR EACH ROW EXECUTE FUNCTION private.check_experience();

CREATE TRIGGER count_deleted AFTER DELETE ON public.reviews FOR EACH ROW EXECUTE FUNCTION private.count_review();

CREATE TRIGGER count_inserted AFTER INSERT ON public.reviews FOR EACH ROW EXECUTE FUNCTION private.count_review();

CREATE TRIGGER count_updated AFTER UPDATE ON public.reviews FOR EACH ROW WHEN (((old.state <> new.state) OR (old.rating <> new.rating) OR (old.fit IS DISTINCT FROM new.fit))) EXECUTE FUNCTION private.count_review();

CREATE TRIGGER emit_change AFTER UPDATE OF state ON public.reviews FOR EACH ROW WHEN (((old.state <> new.state) AND (new.state <> 'withdrawn'::public.review_state))) EXECUTE FUNCTION private.emit_review_event();

CREATE TRIGGER emit_deletion AFTER DELETE ON public.reviews FOR EACH ROW WHEN ((old.state = 'published'::public.review_state)) EXECUTE FUNCTION private.emit_review_event();

CREATE TRIGGER emit_new AFTER INSERT ON public.reviews FOR EACH ROW WHEN ((new.state = 'published'::public.review_state)) EXECUTE FUNCTION private.emit_review_event();

CREATE TRIGGER forget_customer BEFORE UPDATE ON public.reviews FOR EACH ROW WHEN (((old.customer_id IS NOT NULL) AND (new.customer_id IS NULL))) EXECUTE FUNCTION private.forget_author();

CREATE TRIGGER keep_revision BEFORE UPDATE ON public.reviews FOR EACH ROW WHEN ((((old.rating <> new.rating) OR (old.fit IS DISTINCT FROM new.fit) OR (old.title <> new.title) OR (old.body <> new.body)) AND (new.customer_id IS NOT NULL) AND (new.state <> 'withdrawn'::public.review_state))) EXECUTE FUNCTION private.keep_revision();

CREATE TRIGGER notify_of_change AFTER UPDATE OF state, reply ON public.reviews FOR EACH ROW EXECUTE FUNCTION private.notify_of_review();

CREATE TRIGGER notify_of_new AFTER INSERT ON public.reviews FOR EACH ROW EXECUTE FUNCTION private.notify_of_review();

CREATE TRIGGER touch_updated_at BEFORE UPDATE OF rating, fit, title, body, author_name, state, hidden_reason, reply ON public.reviews FOR EACH ROW EXECUTE FUNCTION private.touch_updated_at();

CREATE TRIGGER invite_to_review_when_fetched AFTER INSERT ON public.shipments FOR EACH ROW WHEN (((new.state = 'delivered'::public.shipment_state) AND (new.customer_id IS NOT NULL))) EXECUTE FUNCTION private.invite_to_review();

CREATE TRIGGER invite_to_review_when_sent_and_delivered AFTER UPDATE OF state ON public.shipments FOR EACH ROW WHEN (((old.state <> 'delivered'::public.shipment_state) AND (new.state = 'delivered'::public.shipment_state) AND (new.customer_id IS NOT NULL))) EXECUTE FUNCTION private.invite_to_review();

CREATE TRIGGER audit_delete AFTER DELETE ON public.size_chart_rows REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('chart_id,size', '');

CREATE TRIGGER audit_insert AFTER INSERT ON public.size_chart_rows REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('chart_id,size', '');

CREATE TRIGGER audit_update AFTER UPDATE ON public.size_chart_rows REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('chart_id,size', '');

CREATE TRIGGER audit_delete AFTER DELETE ON public.size_charts REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', '');

CREATE TRIGGER audit_insert AFTER INSERT ON public.size_charts REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', '');

CREATE TRIGGER audit_update AFTER UPDATE ON public.size_charts REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', '');

CREATE TRIGGER touch_updated_at BEFORE UPDATE ON public.size_charts FOR EACH ROW EXECUTE FUNCTION private.touch_updated_at();

CREATE POLICY "delete_admin" ON "public"."attribute_definitions" FOR DELETE TO "authenticated" USING (( SELECT private.is_admin() AS is_admin));

CREATE POLICY "insert_admin" ON "public"."attribute_definitions" FOR INSERT TO "authenticated" WITH CHECK (( SELECT private.is_admin() AS is_admin));

CREATE POLICY "select_all" ON "public"."attribute_definitions" FOR SELECT TO "anon", "authenticated" USING (true);

CREATE POLICY "update_admin" ON "public"."attribute_definitions" FOR UPDATE TO "authenticated" USING (( SELECT private.is_admin() AS is_admin)) WITH CHECK (( SELECT private.is_admin() AS is_admin));

CREATE POLICY "select_manager" ON "public"."catalog_import_refusals" FOR SELECT TO "authenticated" USING (((boutique_id IN ( SELECT private.my_boutique_ids('catalog.write'::public.permission) AS my_boutique_ids)) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_staff" ON "public"."catalog_imports" FOR SELECT TO "authenticated" USING (((boutique_id IN ( SELECT private.my_boutique_ids('catalog.read'::public.permission) AS my_boutique_ids)) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "delete_manager" ON "public"."collection_products" FOR DELETE TO "authenticated" USING ((boutique_id IN ( SELECT private.my_boutique_ids('catalog.write'::public.permission) AS my_boutique_ids)));

CREATE POLICY "insert_manager" ON "public"."collection_products" FOR INSERT TO "authenticated" WITH CHECK ((boutique_id IN ( SELECT private.my_boutique_ids('catalog.write'::public.permission) AS my_boutique_ids)));

CREATE POLICY "update_manager" ON "public"."collection_products" FOR UPDATE TO "authenticated" USING ((boutique_id IN ( SELECT private.my_boutique_ids('catalog.write'::public.permission) AS my_boutique_ids))) WITH CHECK ((boutique_id IN ( SELECT private.my_boutique_ids('catalog.write'::public.permission) AS my_boutique_ids)));

CREATE POLICY "delete_manager" ON "public"."collections" FOR DELETE TO "authenticated" USING ((boutique_id IN ( SELECT private.my_boutique_ids('catalog.write'::public.permission) AS my_boutique_ids)));

CREATE POLICY "insert_manager" ON "public"."collections" FOR INSERT TO "authenticated" WITH CHECK ((boutique_id IN ( SELECT private.my_boutique_ids('catalog.write'::public.permission) AS my_boutique_ids)));

CREATE POLICY "select_listed_or_staff" ON "public"."collections" FOR SELECT TO "authenticated" USING ((listed OR (boutique_id IN ( SELECT private.my_boutique_ids('catalog.read'::public.permission) AS my_boutique_ids)) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_listed" ON "public"."collections" FOR SELECT TO "anon" USING (listed);

CREATE POLICY "update_manager" ON "public"."collections" FOR UPDATE TO "authenticated" USING ((boutique_id IN ( SELECT private.my_boutique_ids('catalog.write'::public.permission) AS my_boutique_ids))) WITH CHECK ((boutique_id IN ( SELECT private.my_boutique_ids('catalog.write'::public.permission) AS my_boutique_ids)));

CREATE POLICY "delete_own" ON "public"."favorites" FOR DELETE TO "authenticated" USING ((customer_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY "insert_own" ON "public"."favorites" FOR INSERT TO "authenticated" WITH CHECK (((customer_id = ( SELECT auth.uid() AS uid)) AND (EXISTS ( SELECT
   FROM public.products p
  WHERE (p.id = favorites.product_id)))));

CREATE POLICY "select_own" ON "public"."favorites" FOR SELECT TO "authenticated" USING ((customer_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY "delete_own" ON "public"."lookbook_items" FOR DELETE TO "authenticated" USING ((customer_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY "insert_own" ON "public"."lookbook_items" FOR INSERT TO "authenticated" WITH CHECK (((customer_id = ( SELECT auth.uid() AS uid)) AND (EXISTS ( SELECT
   FROM public.products p
  WHERE (p.id = lookbook_items.product_id)))));

CREATE POLICY "select_own" ON "public"."lookbook_items" FOR SELECT TO "authenticated" USING ((customer_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY "update_own" ON "public"."lookbook_items" FOR UPDATE TO "authenticated" USING ((customer_id = ( SELECT auth.uid() AS uid))) WITH CHECK ((customer_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY "delete_own" ON "public"."lookbooks" FOR DELETE TO "authenticated" USING ((customer_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY "insert_own" ON "public"."lookbooks" FOR INSERT TO "authenticated" WITH CHECK ((customer_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY "select_own" ON "public"."lookbooks" FOR SELECT TO "authenticated" USING ((customer_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY "update_own" ON "public"."lookbooks" FOR UPDATE TO "authenticated" USING ((customer_id = ( SELECT auth.uid() AS uid))) WITH CHECK ((customer_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY "select_all" ON "public"."product_ratings" FOR SELECT TO "anon", "authenticated" USING (true);

CREATE POLICY "select_all" ON "public"."product_slugs" FOR SELECT TO "anon", "authenticated" USING (true);

CREATE POLICY "delete_manager" ON "public"."product_translations" FOR DELETE TO "authenticated" USING ((boutique_id IN ( SELECT private.my_boutique_ids('catalog.write'::public.permission) AS my_boutique_ids)));

CREATE POLICY "insert_manager" ON "public"."product_translations" FOR INSERT TO "authenticated" WITH CHECK ((boutique_id IN ( SELECT private.my_boutique_ids('catalog.write'::public.permission) AS my_boutique_ids)));

CREATE POLICY "select_listed_or_staff" ON "public"."product_translations" FOR SELECT TO "authenticated" USING ((listed OR (boutique_id IN ( SELECT private.my_boutique_ids('catalog.read'::public.permission) AS my_boutique_ids)) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_listed" ON "public"."product_translations" FOR SELECT TO "anon" USING (listed);

CREATE POLICY "update_manager" ON "public"."product_translations" FOR UPDATE TO "authenticated" USING ((boutique_id IN ( SELECT private.my_boutique_ids('catalog.write'::public.permission) AS my_boutique_ids))) WITH CHECK ((boutique_id IN ( SELECT private.my_boutique_ids('catalog.write'::public.permission) AS my_boutique_ids)));

CREATE POLICY "select_staff" ON "public"."product_views" FOR SELECT TO "authenticated" USING (((boutique_id IN ( SELECT private.my_boutique_ids('catalog.read'::public.permission) AS my_boutique_ids)) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_own_or_staff" ON "public"."review_photos" FOR SELECT TO "authenticated" USING (((customer_id = ( SELECT auth.uid() AS uid)) OR (boutique_id IN ( SELECT private.my_boutique_ids('catalog.read'::public.permission) AS my_boutique_ids)) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "update_own" ON "public"."review_photos" FOR UPDATE TO "authenticated" USING ((customer_id = ( SELECT auth.uid() AS uid))) WITH CHECK ((customer_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY "select_own_or_admin" ON "public"."review_reports" FOR SELECT TO "authenticated" USING (((reporter_id = ( SELECT auth.uid() AS uid)) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_own_or_staff" ON "public"."review_revisions" FOR SELECT TO "authenticated" USING (((customer_id = ( SELECT auth.uid() AS uid)) OR (boutique_id IN ( SELECT private.my_boutique_ids('catalog.read'::public.permission) AS my_boutique_ids)) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_own" ON "public"."review_votes" FOR SELECT TO "authenticated" USING ((customer_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY "select_own_or_staff" ON "public"."reviews" FOR SELECT TO "authenticated" USING (((customer_id = ( SELECT auth.uid() AS uid)) OR (boutique_id IN ( SELECT private.my_boutique_ids('catalog.read'::public.permission) AS my_boutique_ids)) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "delete_admin" ON "public"."size_chart_rows" FOR DELETE TO "authenticated" USING (( SELECT private.is_admin() AS is_admin));

CREATE POLICY "insert_admin" ON "public"."size_chart_rows" FOR INSERT TO "authenticated" WITH CHECK (( SELECT private.is_admin() AS is_admin));

CREATE POLICY "select_all" ON "public"."size_chart_rows" FOR SELECT TO "anon", "authenticated" USING (true);

CREATE POLICY "update_admin" ON "public"."size_chart_rows" FOR UPDATE TO "authenticated" USING (( SELECT private.is_admin() AS is_admin)) WITH CHECK (( SELECT private.is_admin() AS is_admin));

CREATE POLICY "delete_admin" ON "public"."size_charts" FOR DELETE TO "authenticated" USING (( SELECT private.is_admin() AS is_admin));

CREATE POLICY "insert_admin" ON "public"."size_charts" FOR INSERT TO "authenticated" WITH CHECK (( SELECT private.is_admin() AS is_admin));

CREATE POLICY "select_all" ON "public"."size_charts" FOR SELECT TO "anon", "authenticated" USING (true);

CREATE POLICY "update_admin" ON "public"."size_charts" FOR UPDATE TO "authenticated" USING (( SELECT private.is_admin() AS is_admin)) WITH CHECK (( SELECT private.is_admin() AS is_admin));

COMMENT ON COLUMN "private"."product_documents"."document" IS 'Its words, in English stems: A name and designer, B category, attributes, colors and tags, C boutique and city, D description.';

COMMENT ON COLUMN "private"."product_documents"."is_top" IS 'One of the 50,000 of the highest quality, or new since the job catalog.rank has looked: words are looked for among these first, so that a search does not take longer the more products there are.';

COMMENT ON COLUMN "private"."product_documents"."quality" IS 'Order among products that fit equally well: with pictures and a description first, then the newest.';

COMMENT ON COLUMN "private"."product_documents"."rating" IS 'By which it is ordered: private.ranked_rating of its product_ratings.';

COMMENT ON COLUMN "private"."product_documents"."rent_from" IS 'Lowest price of a day of rent, in minor units.';

COMMENT ON COLUMN "private"."product_documents"."rent_to" IS 'Highest price of a day of rent.';

COMMENT ON COLUMN "private"."product_documents"."sale_from" IS 'Lowest sale price of its variants, in minor units of the currency; null: none is for sale.';

COMMENT ON COLUMN "private"."product_documents"."sale_to" IS 'Highest sale price of its variants.';

COMMENT ON COLUMN "private"."product_documents"."tokens" IS 'What it is filtered by: kind:value, such as size:38, category:ID, sale:yes, a:silhouette=a-line.';

COMMENT ON COLUMN "public"."attribute_definitions"."choices" IS 'Values that are allowed, in English, in the order in which they are shown.';

COMMENT ON COLUMN "public"."attribute_definitions"."is_filter" IS 'Whether front ends offer it as a filter, and product_facets counts it.';

COMMENT ON COLUMN "public"."attribute_definitions"."key" IS 'Key in products.attributes, such as silhouette.';

COMMENT ON COLUMN "public"."attribute_definitions"."label" IS 'In English.';

COMMENT ON COLUMN "public"."attribute_definitions"."takes_many" IS 'The value is an array: a gown of lace and tulle.';

COMMENT ON COLUMN "public"."attribute_definitions"."translations" IS 'In other languages: {"am": {"label": "…", "choices": {"lace": "…"}}}.';

COMMENT ON COLUMN "public"."attribute_definitions"."unit" IS 'Of a number, such as cm.';

COMMENT ON COLUMN "public"."catalog_import_refusals"."code" IS 'Stable, for machines; docs/api.md has the list.';

COMMENT ON COLUMN "public"."catalog_import_refusals"."line" IS 'Line of the file, the line of column names counted, on which the row begins; of a JSON array the place of the object, from 1.';

COMMENT ON COLUMN "public"."catalog_imports"."bytes_total" IS 'Size of the file.';

COMMENT ON COLUMN "public"."catalog_imports"."failure" IS 'Why it failed, and what to do.';

COMMENT ON COLUMN "public"."catalog_imports"."file_id" IS 'Id of the file in Storage: another file at the same path is not read.';

COMMENT ON COLUMN "public"."catalog_imports"."is_dry_run" IS 'Everything but the writing: the same counts and refusals.';

COMMENT ON COLUMN "public"."catalog_imports"."products_written" IS 'Products that are new or have changed.';

COMMENT ON COLUMN "public"."catalog_imports"."refusals_kept" IS 'Rows of catalog_import_refusals; after 10,000 refusals are counted only.';

COMMENT ON COLUMN "public"."catalog_imports"."rows_read" IS 'Rows that are dealt with: the progress, and where the next run goes on.';

COMMENT ON COLUMN "public"."catalog_imports"."rows_refused" IS 'Rows of products that were not written.';

COMMENT ON COLUMN "public"."catalog_imports"."rows_total" IS 'Rows of the file; null until it was looked through. A file that cannot be read to its end writes nothing.';

COMMENT ON COLUMN "public"."catalog_imports"."started_by" IS 'With whose right it writes; null when the account is gone.';

COMMENT ON COLUMN "public"."catalog_imports"."storage_path" IS 'Path in the bucket catalog-imports, beginning with the boutique''s id.';

COMMENT ON COLUMN "public"."catalog_imports"."variants_written" IS 'Variants that are new or have changed.';

COMMENT ON COLUMN "public"."categories"."name" IS 'In English.';

COMMENT ON COLUMN "public"."categories"."translations" IS 'In other languages: {"am": {"name": "…"}}.';

COMMENT ON COLUMN "public"."collection_products"."position" IS 'Order in the collection, smallest first.';

COMMENT ON COLUMN "public"."collections"."listed" IS 'True while the public sees it: it is published and its boutique is active. Kept by triggers.';

COMMENT ON COLUMN "public"."collections"."position" IS 'Order among the collections of the boutique, smallest first.';

COMMENT ON COLUMN "public"."collections"."season" IS 'Such as Spring 2027.';

COMMENT ON COLUMN "public"."collections"."translations" IS 'Of name and description, which are in English: {"am": {"name": "…"}}.';

COMMENT ON COLUMN "public"."designers"."bio" IS 'In English.';

COMMENT ON COLUMN "public"."designers"."translations" IS 'In other languages: {"am": {"bio": "…"}}.';

COMMENT ON COLUMN "public"."lookbooks"."share_token" IS 'Whoever has it may read the look-book: shared_lookbook(share_token). Null: it is not shared. See share_lookbook.';

COMMENT ON COLUMN "public"."product_ratings"."fit_small" IS 'How many found that it runs small; true: as expected; large likewise. Not everybody says.';

COMMENT ON COLUMN "public"."product_ratings"."stars" IS 'How many reviews gave one star, two, … five.';

COMMENT ON COLUMN "public"."product_translations"."listed" IS 'As products.listed. Kept by triggers.';

COMMENT ON COLUMN "public"."products"."attributes" IS 'What the piece is like, as an object of plain values: silhouette, neckline, sleeve, fabric, train, color, back. What its category defines in attribute_definitions is checked.';

COMMENT ON COLUMN "public"."products"."locale" IS 'Language of name and description; others are in product_translations.';

COMMENT ON COLUMN "public"."products"."publish_at" IS 'When a job publishes the draft; null: nobody has planned it.';

COMMENT ON COLUMN "public"."products"."tags" IS 'Words to find it by, in lower case with hyphens: boho, beach-wedding.';

COMMENT ON COLUMN "public"."review_photos"."alt" IS 'What it shows, for those who do not see it; she may say it.';

COMMENT ON COLUMN "public"."review_photos"."storage_path" IS 'In the bucket review-photos: what she has uploaded, and once it is ready a copy without the place and time that cameras write into their files.';

COMMENT ON COLUMN "public"."review_revisions"."edited_at" IS 'When it was replaced.';

COMMENT ON COLUMN "public"."reviews"."author_name" IS 'What the public sees: the first word of her name when she wrote, or A customer.';

COMMENT ON COLUMN "public"."reviews"."customer_id" IS 'Null when she has deleted her account: the stars stay, name, texts, reply and photos go.';

COMMENT ON COLUMN "public"."reviews"."edited_at" IS 'When its author changed it last; what it was before is in review_revisions.';

COMMENT ON COLUMN "public"."reviews"."helpful_count" IS 'Of how many it helped: rows of review_votes, counted by a trigger.';

COMMENT ON COLUMN "public"."reviews"."hidden_reason" IS 'Why an admin has hidden it; its author reads it.';

COMMENT ON COLUMN "public"."reviews"."reply" IS 'Answer of the boutique, shown below it.';

COMMENT ON COLUMN "public"."reviews"."subject_id" IS 'What it is about, as kind says: the order line, the rental or the appointment. A fitting of several gowns gives one review of each.';

COMMENT ON COLUMN "public"."size_chart_rows"."bust_cm" IS 'In centimetres, as a range such as [88,92); so the others.';

COMMENT ON COLUMN "public"."size_chart_rows"."position" IS 'Order in the chart, the smallest size first.';

COMMENT ON COLUMN "public"."size_charts"."category_id" IS 'For products of this category only; null: for all others.';

COMMENT ON COLUMN "public"."size_charts"."note" IS 'How it is measured, in English.';

COMMENT ON EXTENSION "fuzzystrmatch" IS 'determine similarities and distance between strings';

COMMENT ON FUNCTION "private"."add_rating"(public.reviews, integer) IS 'Counts a review into the sums of its product (1) or out of them (-1).';

COMMENT ON FUNCTION "private"."are_attribute_translations"(jsonb, text[]) IS 'True for label and choices by locale; of choices those that there are.';

COMMENT ON FUNCTION "private"."are_tags"(text[]) IS 'True for up to 20 words of up to 40 letters, in lower case.';

COMMENT ON FUNCTION "private"."are_translations"(jsonb, text[]) IS 'True for texts of these fields by locale, of a row that is written in English: {"am": {"name": "…"}}.';

COMMENT ON FUNCTION "private"."attribute_problems"(uuid, jsonb) IS 'What is wrong with the attributes of a product of a category: [{"key", "problem": unknown, not_a_value or not_an_array_of_values, "choices"}].';

COMMENT ON FUNCTION "private"."attribute_tokens"(jsonb) IS 'Filters that the attributes of a product make: a:key=value, one for each value.';

COMMENT ON FUNCTION "private"."attribute_words"(public.attribute_definitions[], jsonb) IS 'What the attributes of a product say, in all languages in which its category defines them.';

COMMENT ON FUNCTION "private"."attributes_of_category"(uuid) IS 'The definitions that hold for products of a category.';

COMMENT ON FUNCTION "private"."begin_catalog_import"(uuid) IS 'Checks that an import may still write, and that its file is the one that was named. What it returns is running, or has ended. Called by the job catalog.import, for each run.';

COMMENT ON FUNCTION "private"."category_path"(uuid) IS 'A category and all above it, the nearest first.';

COMMENT ON FUNCTION "private"."check_attributes"() IS 'Trigger: attributes are those that the category defines. PT400 invalid_attributes (detail: problems).';

COMMENT ON FUNCTION "private"."check_category_parent"() IS 'Trigger: categories are a tree. PT409 category_ring.';

COMMENT ON FUNCTION "private"."check_experience"() IS 'Trigger: a review is of something that its author has had, at a boutique that she does not work for. PT404 experience_not_found; PT409 own_boutique.';

COMMENT ON FUNCTION "private"."claim_unused_review_photos"(text[]) IS 'Those of the paths in the bucket review-photos that no row speaks of. `claimed`: no row will before this transaction ends, so the file may be removed; false while somebody adds a row.';

COMMENT ON FUNCTION "private"."conditions_of"(private.search_filter[], boolean) IS 'Filters as the end of a where clause: those that are late, or the others.';

COMMENT ON FUNCTION "private"."corrected_words"(text[]) IS 'Words that no product on show has, each replaced by the nearest that one has: one letter off in short words, three in long ones.';

COMMENT ON FUNCTION "private"."count_review"() IS 'Trigger: product_ratings are the sums of the published reviews, in the same transaction.';

COMMENT ON FUNCTION "private"."count_up_to_ten"(tsquery, text) IS 'How many products on show have these words and fit these filters; ten are enough.';

COMMENT ON FUNCTION "private"."count_vote"() IS 'Trigger: reviews.helpful_count is the number of votes, in the same transaction.';

COMMENT ON FUNCTION "private"."counted_ratings"(uuid) IS 'The sums of a product, counted anew.';

COMMENT ON FUNCTION "private"."document_check"() IS 'document: a product on show without a document, or a document of one that is not. select private.index_products(array[id]) mends it.';

COMMENT ON FUNCTION "private"."emit_review_event"() IS 'Trigger: that a review can be seen, or not any more, is an event: review.published, review.hidden.';

COMMENT ON FUNCTION "private"."end_catalog_import"(uuid, public.catalog_import_state, text) IS 'Ends an import that has not ended; null when it has.';

COMMENT ON FUNCTION "private"."experiences_of"(uuid) IS 'What a customer may say something about: delivered and kept, rented and brought back, tried on at a fitting that she came to.';

COMMENT ON FUNCTION "private"."filter_number"(jsonb, text) IS 'A price of a filter, in minor units; null: none. PT400 invalid_filters.';

COMMENT ON FUNCTION "private"."filter_values"(jsonb, text) IS 'The values of a filter, of which a product needs one; null: it is not filtered by this. PT400 invalid_filters.';

COMMENT ON FUNCTION "private"."find_products"(text, jsonb, text, text, integer) IS 'As search_products, without its limit: for it, and for the function catalog.';

COMMENT ON FUNCTION "private"."fold_text"(text) IS 'A text as it is searched: lower case, without accents, and with one letter for each sound of Amharic.';

COMMENT ON FUNCTION "private"."follow_product"() IS 'Trigger: a variant, a translation, and a picture that is ready take `listed` from their product, and a variant its currency from the boutique, whatever the writer sent.';

COMMENT ON FUNCTION "private"."forget_author"() IS 'Trigger: when the account of an author goes, so does her name and what she has written; the stars are counted on.';

COMMENT ON FUNCTION "private"."forget_reporter"() IS 'Trigger: when the account of a reporter goes, so does what she has written.';

COMMENT ON FUNCTION "private"."import_products"(uuid, bigint, jsonb, boolean) IS 'Writes a batch of an import in one transaction with what is noted of it: products all or nothing, refusals, and rows_read, from where the next run goes on. Nothing is done, and false returned, when rows_read is not where the import stands, or it does not run any more. Called by the job catalog.import.';

COMMENT ON FUNCTION "private"."import_refusals"(uuid, uuid, jsonb) IS 'What is wrong with products of an import, as far as it can be told before they are written; n is the product''s.';

COMMENT ON FUNCTION "private"."imported_attribute"(public.attribute_definitions, jsonb) IS 'The value of a cell as its definition wants it; as it is where that is not possible.';

COMMENT ON FUNCTION "private"."imported_product"(public.products, jsonb) IS 'A product as an import wants it; what its file does not speak of stays as it is.';

COMMENT ON FUNCTION "private"."imported_value"(public.attribute_kind, jsonb) IS 'One value of a cell as a kind of attribute wants it.';

COMMENT ON FUNCTION "private"."imported_variant"(public.product_variants, jsonb) IS 'A variant as an import wants it; what its file does not speak of stays as it is.';

COMMENT ON FUNCTION "private"."index_changed_products"() IS 'Trigger: documents follow products, variants, pictures and translations in the same transaction; of more than a thousand products at once, those on show by a job.';

COMMENT ON FUNCTION "private"."index_later"() IS 'Trigger: what many products have in common was changed; a job brings their documents up to date within a minute or so.';

COMMENT ON FUNCTION "private"."index_products"(uuid[]) IS 'Brings the documents of products up to date: those that are on show have one, others none. Locks the products.';

COMMENT ON FUNCTION "private"."index_rating"() IS 'Trigger: the document that is searched follows the ratings in the same transaction.';

COMMENT ON FUNCTION "private"."index_some"(text, uuid, uuid, integer) IS 'Brings documents up to date of a designer, a category with all below it, or a boutique: the next after an id. The id to go on after; null: done. Called by the job catalog.index.';

COMMENT ON FUNCTION "private"."invite_to_review"() IS 'Trigger: three days after a delivery, a return or a fitting its customer is asked what she thinks, if she wants to be asked.';

COMMENT ON FUNCTION "private"."is_attribute_value"(public.attribute_definitions, jsonb) IS 'True for one value of the kind that a definition asks for.';

COMMENT ON FUNCTION "private"."is_product_free"(uuid, daterange, text[], text[]) IS 'True when a garment of it, in one of these sizes and colors, is free for a rental on these days.';

COMMENT ON FUNCTION "private"."is_search_word"(text) IS 'True for a word that the names, designers, categories or attributes of products have.';

COMMENT ON FUNCTION "private"."keep_measurements"(public.reviews, jsonb) IS 'Replaces the measurements of a review; null leaves them. PT400 invalid_measurements.';

COMMENT ON FUNCTION "private"."keep_photos"(public.reviews, text[]) IS 'A review has these photos, in this order; null leaves them. PT400 invalid_photos.';

COMMENT ON FUNCTION "private"."keep_revision"() IS 'Trigger: whoever changes a review, what it said is kept.';

COMMENT ON FUNCTION "private"."keep_slug"() IS 'Trigger: the slug that a product had before leads to it from now on.';

COMMENT ON FUNCTION "private"."lock_review_photo"() IS 'Trigger: a file is not removed between the look for its row and the commit of that row. As lock_media_file, with 32 as first key.';

COMMENT ON FUNCTION "private"."notify_of_review"() IS 'Trigger: tells the managers of a new review, and its author when it is hidden or has an answer.';

COMMENT ON FUNCTION "private"."order_check"() IS 'Everything that is wrong with orders, stock, their calendar, deposits, fees, plans and what is searched; no row when nothing is. For operators: select * from private.order_check().';

COMMENT ON FUNCTION "private"."own_review"(uuid) IS 'A review of the caller, locked. PT404 review_not_found.';

COMMENT ON FUNCTION "private"."process_review_photo"() IS 'Trigger: has a job look at a new photo.';

COMMENT ON FUNCTION "private"."product_cards"(uuid[], text) IS 'Products on show as a list shows them, in this order, with names in a language where there are some.';

COMMENT ON FUNCTION "private"."prune"(integer) IS 'Removes up to `batch` old rows of each: idempotency keys after 30 days, messages after 400, notifications after 180 when they are read and after 400 in any case, payment events 90 days after they were worked on, words of the search that are there twice, refused rows of imports after 30. How many were removed; 0 when all is done. Called by the job housekeeping.prune.';

COMMENT ON FUNCTION "private"."publish_planned"(integer) IS 'Publishes drafts whose time has come. How many; called by the job catalog.publish.';

COMMENT ON FUNCTION "private"."published_review"(uuid) IS 'A review that everybody sees, locked: it is not deleted meanwhile. PT404 review_not_found.';

COMMENT ON FUNCTION "private"."raise_invalid_filter"(text) IS 'PT400 invalid_filters.';

COMMENT ON FUNCTION "private"."rank_documents"(integer, integer) IS 'Says anew which products are the top ones, a batch of them. How many have changed; 0 when all is done. Called by the job catalog.rank.';

COMMENT ON FUNCTION "private"."ranked_rating"(bigint, bigint) IS 'By what products are ordered: the mean of their stars, drawn towards 4 while there are few (5 of them count as much as the prior). 0 without reviews: those come last.';

COMMENT ON FUNCTION "private"."read_cursor"(text) IS 'Where a page goes on: o its order, k and i key and id of the last product, w the words as they were understood, a whether one of them is enough, x whether the last is open, t whether it is among the top ones. PT400 invalid_cursor.';

COMMENT ON FUNCTION "private"."refuse_unlisted"(uuid) IS 'PT404 product_not_found for a product that the public does not see.';

COMMENT ON FUNCTION "private"."remove_review_photo"() IS 'Trigger: a file goes after its row, also when that has another file now.';

COMMENT ON FUNCTION "private"."repair_review"(text, uuid) IS 'Counts anew what review_check has found.';

COMMENT ON FUNCTION "private"."resolve_import"(uuid, jsonb) IS 'Products of an import with what the database knows of them: id, category and designer, and the attributes that they will have. Locks those that are there.';

COMMENT ON FUNCTION "private"."review_check"() IS 'Part of order_check. rating: sums of a product that its published reviews do not make; rank: a document with another rating; helpful_count: a review whose votes are others.';

COMMENT ON FUNCTION "private"."review_cursor"(text, text) IS 'Where a page goes on: o its order, k and i key and id of the last review. PT400 invalid_cursor.';

COMMENT ON FUNCTION "private"."review_texts"(integer, text, text) IS 'PT400 invalid_review for what no review may say.';

COMMENT ON FUNCTION "private"."review_to_judge"(uuid) IS 'A review, locked, for an admin without a stake in it. PT403 not_allowed; PT404 review_not_found; PT409 own_boutique.';

COMMENT ON FUNCTION "private"."rows_of"(text) IS 'How many rows the planner expects of a query; without running it.';

COMMENT ON FUNCTION "private"."search_filters"(jsonb) IS 'Filters as conditions on product_documents d, each with the facet that it belongs to. is_late: it takes long to find out, and is asked in the order of the page until that is full. PT400 invalid_filters.';

COMMENT ON FUNCTION "private"."set_collection_listing"() IS 'Trigger: computes collections.listed, whatever the writer sent.';

COMMENT ON FUNCTION "private"."sitemap"(text) IS 'For search engines: boutiques that have something on show, or up to 50,000 products of one, with the time of their last change.';

COMMENT ON FUNCTION "private"."slug_tokens"(text, text[]) IS 'Filters of boutiques, designers or categories, by their slugs.';

COMMENT ON FUNCTION "private"."spread_listing_to_collections"() IS 'Trigger: a boutique that becomes active or is suspended shows or hides its collections at once.';

COMMENT ON FUNCTION "private"."spread_product_listing"() IS 'Trigger: copies products.listed to variants, media and translations, so that their policies need no join.';

COMMENT ON FUNCTION "private"."text_query"(text[], boolean, boolean) IS 'Products with all of these words, or with one of them. last_is_open: the last may have more letters. Null when no word says anything.';

COMMENT ON FUNCTION "private"."understand"(text[], text) IS 'What somebody means with her words, among products that fit these filters.';

COMMENT ON FUNCTION "private"."understood"(text[], boolean, boolean) IS 'Words, as they are searched.';

COMMENT ON FUNCTION "private"."unused_review_photos"(timestamp with time zone, text, integer) IS 'Files in the bucket review-photos that no row speaks of and that were uploaded before a time, in the order of their names, after a name.';

COMMENT ON FUNCTION "private"."word_query"(text, boolean) IS 'Products with a word, or with one that begins with it. Of no nodes for words such as the.';

COMMENT ON FUNCTION "private"."words_of"(text) IS 'The words of a text, folded, in their order.';

COMMENT ON FUNCTION "private"."works_for"(uuid) IS 'True for members of a boutique, whatever their role: they neither praise nor hide what is said of it.';

COMMENT ON FUNCTION "private"."write_cursor"(jsonb) IS 'As read_cursor reads it.';

COMMENT ON FUNCTION "private"."write_imported"(uuid, jsonb) IS 'Writes products that import_refusals has nothing against, and their variants; rows that do not change are not touched. How many were written.';

COMMENT ON FUNCTION "public"."add_product_views"(jsonb) IS 'For the function catalog, with the secret key: adds views of today, {"product id": number}. Of how many products; those that are gone are left out.';

COMMENT ON FUNCTION "public"."cancel_catalog_import"(uuid) IS 'Stops an import before its next batch; what it has written stays. Cancelling again changes nothing. PT404 import_not_found, PT409 import_ended (detail: state).';

COMMENT ON FUNCTION "public"."category_attributes"(uuid) IS 'By what products of a category are described, with what categories above it define: for forms and filters. For anybody. PT404 category_not_found.';

COMMENT ON FUNCTION "public"."delete_review"(uuid) IS 'The caller takes a review of hers back, at any time, with its photos, votes and answer. One that was published may be written anew; one that was hidden not. PT404 review_not_found.';

COMMENT ON FUNCTION "public"."edit_review"(uuid, integer, public.review_fit, text, text, jsonb, text[]) IS 'The caller says a review of hers anew, within 14 days; what it was before is kept in review_revisions. measurements and photo_paths stay when they are left out; {} and [] remove them. PT404 review_not_found; PT409 too_late_to_edit; PT400 invalid_review, invalid_measurements, invalid_photos.';

COMMENT ON FUNCTION "public"."hide_review"(uuid, text) IS 'An admin hides a review and says why; its author is told. It is not counted any more, its photos are deleted, and open reports of it are upheld. Repeating it changes nothing. PT403 not_allowed; PT404 review_not_found; PT409 own_boutique; PT400 reason_required.';

COMMENT ON FUNCTION "public"."list_products"(text, jsonb, text, text, integer) IS 'For the function catalog, with the secret key: as search_products, for pages that are cached and counted there.';

COMMENT ON FUNCTION "public"."my_review_measurements"() IS 'What the caller has said of her body with her reviews. Nobody else reads it.';

COMMENT ON FUNCTION "public"."product_facets"(text, jsonb) IS 'How many products on show have what, among those that search_products finds with the same q and filters: {"facets": {"size": [{"value", "count"}], "designer": [{"value", "label", "count"}], "attributes.silhouette": […]}, "counted", "complete"}. In a facet that is filtered by, its other values are counted as if it were not. Counts are exact when complete; else they are of 2,000 of them. For anybody. PT400 invalid_filters, invalid_query; PT429 too_many_requests.';

COMMENT ON FUNCTION "public"."product_reviews"(uuid, text, text, integer) IS 'Published reviews of a product on show: {"reviews": [{id, kind, author_name, rating, fit, title, body, helpful_count, created_at, edited_at, reply, replied_at, is_own, is_helpful, photos: [{path, alt, width, height, blurhash}]}], "next"}. path is in the public bucket review-photos; is_helpful: the caller has said so. sort: helpful, newest, highest, lowest. after: next of the page before. For anybody. PT404 product_not_found; PT400 invalid_sort, invalid_cursor, invalid_page_size.';

COMMENT ON FUNCTION "public"."related_products"(uuid, integer, text) IS 'Products on show that are like one: of its category, designer, attributes, colors and price, an array as products of search_products. For anybody. PT404 product_not_found.';

COMMENT ON FUNCTION "public"."reply_to_review"(uuid, text) IS 'Managers answer a review of their boutique, for everybody to read; another reply replaces it, an empty one takes it back. The author is told of the first. PT404 review_not_found; PT400 invalid_reply.';

COMMENT ON FUNCTION "public"."report_review"(uuid, public.review_report_reason, text) IS 'The caller tells the admins that a review is wrong, once. Staff of the boutique may, too; it stays until an admin has decided. PT404 review_not_found; PT409 own_review, already_reported; PT400 invalid_report; PT429 too_many_requests.';

COMMENT ON FUNCTION "public"."resolve_review_report"(uuid, boolean) IS 'An admin has looked at a report: it was right, or not. The review is hidden by hide_review, which upholds what is open. The first decision stands. PT403 not_allowed; PT404 report_not_found; PT409 own_boutique; PT400 invalid_report.';

COMMENT ON FUNCTION "public"."review_queue"(uuid, uuid, integer) IS 'What waits for somebody, the oldest first: for staff, reviews of their boutiques without an answer or with open reports; for admins, reviews of all with open reports. {"reviews": [{id, product_id, boutique_id, kind, author_name, rating, fit, title, body, reply, helpful_count, created_at, edited_at, is_unanswered, open_reports: {"spam": 2}}], "next"}. after: next of the page before. PT404 boutique_not_found; PT400 invalid_page_size.';

COMMENT ON FUNCTION "public"."review_summary"(uuid) IS 'What the published reviews of a product on show come to: {"rating": 4.5 (null without any), "count", "stars": [of one star, …, of five], "fit": {"small", "true", "large"}}. For anybody. PT404 product_not_found.';

COMMENT ON FUNCTION "public"."reviewable_experiences"() IS 'What the caller may review and has not: purchases that were delivered, rentals that came back, gowns at fittings that she came to; the newest first. subject_id is the order line, the rental or the appointment.';

COMMENT ON FUNCTION "public"."search_products"(text, jsonb, text, text, integer) IS 'Products on show: {"products": [{id, slug, name, boutique, designer, category, sale_from, rent_from, currency, rating, picture, …}], "next", "corrected"}. q: words in English or Amharic, the last may be unfinished, typos are corrected (corrected says how it was read). filters: boutique, designer, category (slugs; a category with all below it), collection (id), size, color, tag, city, attributes {"silhouette": ["a-line"]}: one value or an array of which one fits; kind sale or rent; currency, price_min, price_max (minor units); free_from and free_until (days on which a garment is free for rent); locale en or am. sort: relevance, new, rating, price_asc, price_desc. after: next of the page before. For anybody. PT400 invalid_filters, invalid_query, invalid_sort, invalid_cursor, invalid_page_size; PT429 too_many_requests.';

COMMENT ON FUNCTION "public"."share_lookbook"(uuid, boolean) IS 'The caller shares a look-book of hers: share_token is what she sends. shared false takes it back; sharing again draws another token. PT404 lookbook_not_found.';

COMMENT ON FUNCTION "public"."shared_lookbook"(uuid) IS 'A look-book for whoever has its token: {"title", "products": [{"product_id", "slug", "name", "boutique", "boutique_name", "note"}]}, with those products that are on show, and nothing about whose it is. For anybody. PT404 lookbook_not_found.';

COMMENT ON FUNCTION "public"."show_review"(uuid) IS 'An admin shows a review again that was hidden; it is counted again. Its photos are gone. PT403 not_allowed; PT404 review_not_found; PT409 own_boutique.';

COMMENT ON FUNCTION "public"."sitemap"(text) IS 'For the function catalog, with the secret key: [{"slug", "changed_at"}] of boutiques that have something on show, or of the products of one.';

COMMENT ON FUNCTION "public"."size_chart"(uuid) IS 'The size chart that holds for a product: of its designer, and of the nearest of its categories that has one. For anybody who may see the product; no rows without a chart. PT404 product_not_found.';

COMMENT ON FUNCTION "public"."start_catalog_import"(uuid, text, public.catalog_import_format, text, boolean) IS 'Imports a file of products that was uploaded to the bucket catalog-imports; a job reads it, and the row that this returns shows its progress. The same idempotency key with the same input returns the same import. PT400 invalid_import, invalid_idempotency_key; PT403 not_allowed; PT404 file_not_found; PT409 import_running (detail: import_id); PT422 idempotency_key_reused.';

COMMENT ON FUNCTION "public"."suggest_products"(text, integer) IS 'What somebody who types may mean, for every letter: designers, categories, products and words that begin so. For anybody. PT429 too_many_requests.';

COMMENT ON FUNCTION "public"."vote_review"(uuid, boolean) IS 'The caller says that a review helped her, once; false takes it back. How many it helped. PT404 review_not_found; PT409 own_review, own_boutique; PT429 too_many_requests.';

COMMENT ON FUNCTION "public"."write_review"(public.review_kind, uuid, uuid, integer, public.review_fit, text, text, jsonb, text[]) IS 'The caller reviews a gown that she has bought, rented or tried on; see reviewable_experiences. measurements: {"height_cm", "weight_kg", "bust_cm", "waist_cm", "hips_cm", "usual_size"}, for advice on sizes; nobody but she reads them. photo_paths: up to six files that she has uploaded to review-photos. Shown at once. PT404 experience_not_found; PT409 already_reviewed, own_boutique; PT400 invalid_review, invalid_measurements, invalid_photos.';

COMMENT ON TABLE "private"."catalog_import_keys" IS 'What a running import has met in its file, so that the second place is refused, in a dry run too. Emptied when it ends.';

COMMENT ON TABLE "private"."product_documents" IS 'Products on show as they are searched.';

COMMENT ON TABLE "private"."review_measurements" IS 'What an author has said of her body, for advice on sizes. Shown to nobody but her: my_review_measurements.';

COMMENT ON TABLE "private"."search_words" IS 'Words that names, designers, categories and attributes of products on show have or had: against them typos are corrected. Not unique: who writes products does not wait for others that bring the same word; housekeeping.prune removes what is there twice.';

COMMENT ON TABLE "public"."attribute_definitions" IS 'Attributes that products of a category, and of those below it, may have. The definition nearest to the product''s category holds. A category without any, and without a parent that has some, takes attributes of every kind.';

COMMENT ON TABLE "public"."catalog_import_refusals" IS 'Rows of a file that were not imported, and why; kept for 30 days.';

COMMENT ON TABLE "public"."catalog_imports" IS 'Files of products that staff have imported, or try out. Made by start_catalog_import; the job catalog.import writes on, so that progress is read here while it runs.';

COMMENT ON TABLE "public"."collection_products" IS 'Which products are in a collection.';

COMMENT ON TABLE "public"."collections" IS 'What a boutique shows together: a season, a theme, a trunk show.';

COMMENT ON TABLE "public"."favorites" IS 'Products that a customer likes. Hers alone; a boutique sees none of it.';

COMMENT ON TABLE "public"."lookbook_items" IS 'A product in a look-book, with what she thinks of it.';

COMMENT ON TABLE "public"."lookbooks" IS 'A customer''s own selection, for herself, her family or her stylist. Hers alone, until she shares it.';

COMMENT ON TABLE "public"."product_ratings" IS 'What the published reviews of a product come to, in the transaction of each. No row: nobody has reviewed it. Names nobody, and is read by everybody.';

COMMENT ON TABLE "public"."product_slugs" IS 'Slugs that products had before they were renamed: links to them lead on. Written by a trigger alone; a product that takes the slug of another ends its redirect.';

COMMENT ON TABLE "public"."product_translations" IS 'Name and description of a product in another language than products.locale. Where one is missing, front ends show the product''s own.';

COMMENT ON TABLE "public"."product_views" IS 'How often the page of a product was asked for, per day (UTC). Written in sums by the function catalog; a crash of it loses the last seconds. Read by staff.';

COMMENT ON TABLE "public"."review_photos" IS 'Photos of a review, up to six, in the bucket review-photos. The public sees them when a job has made them ready, while the review is published.';

COMMENT ON TABLE "public"."review_reports" IS 'Somebody finds a review wrong. Read by who has reported and by admins, who decide; staff of the boutique see how many there are (review_queue), not whose.';

COMMENT ON TABLE "public"."review_revisions" IS 'What a review said before it was changed. Read by its author, the staff of the boutique and admins.';

COMMENT ON TABLE "public"."review_votes" IS 'Whom a review helped: one vote each. Seen by who has voted; the others see reviews.helpful_count.';

COMMENT ON TABLE "public"."reviews" IS 'What a customer says of a gown, once per experience. Read here by its author, the staff of the boutique and admins; the public has product_reviews.';

COMMENT ON TABLE "public"."size_chart_rows" IS 'A size of a chart, as variants have it, and the body that it is cut for.';

COMMENT ON TABLE "public"."size_charts" IS 'A designer''s size chart, for a category or for all of hers. Read by everyone, written by admins.';

COMMENT ON TYPE "private"."experience" IS 'What somebody may review: subject_id is the order line, the rental or the appointment.';

COMMENT ON TYPE "private"."understood_words" IS 'What somebody means: products that fit query, first those that fit best; words: hers, as they are spelled right; matches_any: one of them is enough; last_is_open: she is still writing the last.';

COMMENT ON TYPE "public"."attribute_kind" IS 'choice: one of the definition''s choices; text: up to 120 letters; number; boolean.';

COMMENT ON TYPE "public"."catalog_import_format" IS 'csv: with a line of column names; json: an array of objects; ndjson: an object in each line. All in UTF-8.';

COMMENT ON TYPE "public"."catalog_import_state" IS 'waiting: for a worker; running; done: every row is dealt with, refused ones too; failed: the file cannot be read or the import was not allowed, `failure` says why; cancelled: by staff. What was written before the end stays written.';

COMMENT ON TYPE "public"."catalog_locale" IS 'Languages in which the catalog is written: English and Amharic. A text that is missing in one is shown in the language that it was written in.';

COMMENT ON TYPE "public"."review_fit" IS 'How a gown fits, against its size: runs small, true to size, runs large.';

COMMENT ON TYPE "public"."review_kind" IS 'bought: a line of an order that was delivered; rented: a rental that came back; fitted: a gown at a fitting that she came to.';

COMMENT ON TYPE "public"."review_report_reason" IS 'What somebody finds wrong with a review. private_data: it tells of a person what is nobody''s business.';

COMMENT ON TYPE "public"."review_report_state" IS 'open: an admin has still to look; upheld: the report was right; dismissed: it was not.';

COMMENT ON TYPE "public"."review_state" IS 'published: shown, and counted in product_ratings; hidden: by an admin, who has said why; withdrawn: deleted by its author while it was hidden. Nothing is left of that but that there was one, so that it is not written again.';

COMMENT ON TYPE "public"."search_suggestion" IS 'What somebody who types may mean. kind: product, designer, category or word; slug: of it, null for a word; boutique: slug of the boutique of a product.';

REVOKE ALL ON FUNCTION "private"."add_product_views"(jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."add_product_views"(jsonb) TO "postgres", "service_role";

REVOKE ALL ON FUNCTION "private"."add_rating"(public.reviews, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."add_rating"(public.reviews, integer) TO "postgres";

REVOKE ALL ON FUNCTION "private"."are_attribute_translations"(jsonb, text[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."are_attribute_translations"(jsonb, text[]) TO "authenticated", "postgres", "service_role";

REVOKE ALL ON FUNCTION "private"."are_tags"(text[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."are_tags"(text[]) TO "authenticated", "postgres", "service_role";

REVOKE ALL ON FUNCTION "private"."are_translations"(jsonb, text[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."are_translations"(jsonb, text[]) TO "authenticated", "postgres", "service_role";

REVOKE ALL ON FUNCTION "private"."attribute_problems"(uuid, jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."attribute_problems"(uuid, jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "private"."attribute_tokens"(jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."attribute_tokens"(jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "private"."attribute_words"(public.attribute_definitions[], jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."attribute_words"(public.attribute_definitions[], jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "private"."attributes_of_category"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."attributes_of_category"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."begin_catalog_import"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."begin_catalog_import"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."cancel_catalog_import"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."cancel_catalog_import"(uuid) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."category_attributes"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."category_attributes"(uuid) TO "anon", "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."category_path"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."category_path"(uuid) TO "anon", "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."check_attributes"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."check_attributes"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."check_category_parent"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."check_category_parent"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."check_experience"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."check_experience"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."claim_unused_review_photos"(text[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."claim_unused_review_photos"(text[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."conditions_of"(private.search_filter[], boolean) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."conditions_of"(private.search_filter[], boolean) TO "postgres";

REVOKE ALL ON FUNCTION "private"."corrected_words"(text[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."corrected_words"(text[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."count_review"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."count_review"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."count_up_to_ten"(tsquery, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."count_up_to_ten"(tsquery, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."count_vote"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."count_vote"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."counted_ratings"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."counted_ratings"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."delete_review"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."delete_review"(uuid) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."document_check"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."document_check"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."edit_review"(uuid, integer, public.review_fit, text, text, jsonb, text[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."edit_review"(uuid, integer, public.review_fit, text, text, jsonb, text[]) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."emit_review_event"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."emit_review_event"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."end_catalog_import"(uuid, public.catalog_import_state, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."end_catalog_import"(uuid, public.catalog_import_state, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."experiences_of"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."experiences_of"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."filter_number"(jsonb, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."filter_number"(jsonb, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."filter_values"(jsonb, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."filter_values"(jsonb, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."find_products"(text, jsonb, text, text, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."find_products"(text, jsonb, text, text, integer) TO "postgres";

REVOKE ALL ON FUNCTION "private"."fold_text"(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."fold_text"(text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."forget_author"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."forget_author"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."forget_reporter"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."forget_reporter"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."hide_review"(uuid, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."hide_review"(uuid, text) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."import_products"(uuid, bigint, jsonb, boolean) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."import_products"(uuid, bigint, jsonb, boolean) TO "postgres";

REVOKE ALL ON FUNCTION "private"."import_refusals"(uuid, uuid, jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."import_refusals"(uuid, uuid, jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "private"."imported_attribute"(public.attribute_definitions, jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."imported_attribute"(public.attribute_definitions, jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "private"."imported_product"(public.products, jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."imported_product"(public.products, jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "private"."imported_value"(public.attribute_kind, jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."imported_value"(public.attribute_kind, jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "private"."imported_variant"(public.product_variants, jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."imported_variant"(public.product_variants, jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "private"."index_changed_products"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."index_changed_products"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."index_later"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."index_later"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."index_products"(uuid[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."index_products"(uuid[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."index_rating"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."index_rating"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."index_some"(text, uuid, uuid, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."index_some"(text, uuid, uuid, integer) TO "postgres";

REVOKE ALL ON FUNCTION "private"."invite_to_review"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."invite_to_review"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."is_attribute_value"(public.attribute_definitions, jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."is_attribute_value"(public.attribute_definitions, jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "private"."is_product_free"(uuid, daterange, text[], text[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."is_product_free"(uuid, daterange, text[], text[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."is_search_word"(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."is_search_word"(text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."keep_measurements"(public.reviews, jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."keep_measurements"(public.reviews, jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "private"."keep_photos"(public.reviews, text[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."keep_photos"(public.reviews, text[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."keep_revision"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."keep_revision"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."keep_slug"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."keep_slug"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."list_products"(text, jsonb, text, text, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."list_products"(text, jsonb, text, text, integer) TO "postgres", "service_role";

REVOKE ALL ON FUNCTION "private"."lock_review_photo"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."lock_review_photo"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."my_review_measurements"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."my_review_measurements"() TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."notify_of_review"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."notify_of_review"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."own_review"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."own_review"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."process_review_photo"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."process_review_photo"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."product_cards"(uuid[], text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."product_cards"(uuid[], text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."product_facets"(text, jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."product_facets"(text, jsonb) TO "anon", "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."product_reviews"(uuid, text, text, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."product_reviews"(uuid, text, text, integer) TO "anon", "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."publish_planned"(integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."publish_planned"(integer) TO "postgres";

REVOKE ALL ON FUNCTION "private"."published_review"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."published_review"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."raise_invalid_filter"(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."raise_invalid_filter"(text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."rank_documents"(integer, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."rank_documents"(integer, integer) TO "postgres";

REVOKE ALL ON FUNCTION "private"."ranked_rating"(bigint, bigint) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."ranked_rating"(bigint, bigint) TO "postgres";

REVOKE ALL ON FUNCTION "private"."read_cursor"(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."read_cursor"(text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."refuse_unlisted"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."refuse_unlisted"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."related_products"(uuid, integer, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."related_products"(uuid, integer, text) TO "anon", "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."remove_review_photo"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."remove_review_photo"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."repair_review"(text, uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."repair_review"(text, uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."reply_to_review"(uuid, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."reply_to_review"(uuid, text) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."report_review"(uuid, public.review_report_reason, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."report_review"(uuid, public.review_report_reason, text) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."resolve_import"(uuid, jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."resolve_import"(uuid, jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "private"."resolve_review_report"(uuid, boolean) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."resolve_review_report"(uuid, boolean) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."review_check"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."review_check"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."review_cursor"(text, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."review_cursor"(text, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."review_queue"(uuid, uuid, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."review_queue"(uuid, uuid, integer) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."review_summary"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."review_summary"(uuid) TO "anon", "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."review_texts"(integer, text, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."review_texts"(integer, text, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."review_to_judge"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."review_to_judge"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."reviewable_experiences"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."reviewable_experiences"() TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."rows_of"(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."rows_of"(text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."search_filters"(jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."search_filters"(jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "private"."search_products"(text, jsonb, text, text, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."search_products"(text, jsonb, text, text, integer) TO "anon", "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."set_collection_listing"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."set_collection_listing"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."share_lookbook"(uuid, boolean) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."share_lookbook"(uuid, boolean) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."shared_lookbook"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."shared_lookbook"(uuid) TO "anon", "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."show_review"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."show_review"(uuid) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."sitemap"(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."sitemap"(text) TO "postgres", "service_role";

REVOKE ALL ON FUNCTION "private"."size_chart"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."size_chart"(uuid) TO "anon", "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."slug_tokens"(text, text[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."slug_tokens"(text, text[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."spread_listing_to_collections"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."spread_listing_to_collections"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."start_catalog_import"(uuid, text, public.catalog_import_format, text, boolean) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."start_catalog_import"(uuid, text, public.catalog_import_format, text, boolean) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."suggest_products"(text, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."suggest_products"(text, integer) TO "anon", "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."text_query"(text[], boolean, boolean) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."text_query"(text[], boolean, boolean) TO "postgres";

REVOKE ALL ON FUNCTION "private"."understand"(text[], text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."understand"(text[], text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."understood"(text[], boolean, boolean) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."understood"(text[], boolean, boolean) TO "postgres";

REVOKE ALL ON FUNCTION "private"."unused_review_photos"(timestamp with time zone, text, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."unused_review_photos"(timestamp with time zone, text, integer) TO "postgres";

REVOKE ALL ON FUNCTION "private"."vote_review"(uuid, boolean) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."vote_review"(uuid, boolean) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."word_query"(text, boolean) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."word_query"(text, boolean) TO "postgres";

REVOKE ALL ON FUNCTION "private"."words_of"(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."words_of"(text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."works_for"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."works_for"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."write_cursor"(jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."write_cursor"(jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "private"."write_imported"(uuid, jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."write_imported"(uuid, jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "private"."write_review"(public.review_kind, uuid, uuid, integer, public.review_fit, text, text, jsonb, text[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."write_review"(public.review_kind, uuid, uuid, integer, public.review_fit, text, text, jsonb, text[]) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."add_product_views"(jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."add_product_views"(jsonb) TO "postgres", "service_role";

REVOKE ALL ON FUNCTION "public"."cancel_catalog_import"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."cancel_catalog_import"(uuid) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."category_attributes"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."category_attributes"(uuid) TO "anon", "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."delete_review"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."delete_review"(uuid) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."edit_review"(uuid, integer, public.review_fit, text, text, jsonb, text[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."edit_review"(uuid, integer, public.review_fit, text, text, jsonb, text[]) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."hide_review"(uuid, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."hide_review"(uuid, text) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."list_products"(text, jsonb, text, text, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."list_products"(text, jsonb, text, text, integer) TO "postgres", "service_role";

REVOKE ALL ON FUNCTION "public"."my_review_measurements"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."my_review_measurements"() TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."product_facets"(text, jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."product_facets"(text, jsonb) TO "anon", "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."product_reviews"(uuid, text, text, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."product_reviews"(uuid, text, text, integer) TO "anon", "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."related_products"(uuid, integer, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."related_products"(uuid, integer, text) TO "anon", "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."reply_to_review"(uuid, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."reply_to_review"(uuid, text) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."report_review"(uuid, public.review_report_reason, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."report_review"(uuid, public.review_report_reason, text) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."resolve_review_report"(uuid, boolean) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."resolve_review_report"(uuid, boolean) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."review_queue"(uuid, uuid, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."review_queue"(uuid, uuid, integer) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."review_summary"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."review_summary"(uuid) TO "anon", "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."reviewable_experiences"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."reviewable_experiences"() TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."search_products"(text, jsonb, text, text, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."search_products"(text, jsonb, text, text, integer) TO "anon", "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."share_lookbook"(uuid, boolean) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."share_lookbook"(uuid, boolean) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."shared_lookbook"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."shared_lookbook"(uuid) TO "anon", "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."show_review"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."show_review"(uuid) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."sitemap"(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."sitemap"(text) TO "postgres", "service_role";

REVOKE ALL ON FUNCTION "public"."size_chart"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."size_chart"(uuid) TO "anon", "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."start_catalog_import"(uuid, text, public.catalog_import_format, text, boolean) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."start_catalog_import"(uuid, text, public.catalog_import_format, text, boolean) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."suggest_products"(text, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."suggest_products"(text, integer) TO "anon", "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."vote_review"(uuid, boolean) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."vote_review"(uuid, boolean) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."write_review"(public.review_kind, uuid, uuid, integer, public.review_fit, text, text, jsonb, text[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."write_review"(public.review_kind, uuid, uuid, integer, public.review_fit, text, text, jsonb, text[]) TO "authenticated", "postgres";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "private"."catalog_import_keys" TO "postgres";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "private"."product_documents" TO "postgres";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "private"."review_measurements" TO "postgres";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "private"."search_words" TO "postgres";

GRANT SELECT ON TABLE "public"."attribute_definitions" TO "anon";

GRANT INSERT ("category_id") ON TABLE "public"."attribute_definitions" TO "authenticated";

GRANT INSERT ("choices"), UPDATE ("choices") ON TABLE "public"."attribute_definitions" TO "authenticated";

GRANT INSERT ("is_filter"), UPDATE ("is_filter") ON TABLE "public"."attribute_definitions" TO "authenticated";

GRANT INSERT ("key") ON TABLE "public"."attribute_definitions" TO "authenticated";

GRANT INSERT ("kind") ON TABLE "public"."attribute_definitions" TO "authenticated";

GRANT INSERT ("label"), UPDATE ("label") ON TABLE "public"."attribute_definitions" TO "authenticated";

GRANT INSERT ("position"), UPDATE ("position") ON TABLE "public"."attribute_definitions" TO "authenticated";

GRANT INSERT ("takes_many"), UPDATE ("takes_many") ON TABLE "public"."attribute_definitions" TO "authenticated";

GRANT INSERT ("translations"), UPDATE ("translations") ON TABLE "public"."attribute_definitions" TO "authenticated";

GRANT INSERT ("unit"), UPDATE ("unit") ON TABLE "public"."attribute_definitions" TO "authenticated";

GRANT DELETE, SELECT ON TABLE "public"."attribute_definitions" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."attribute_definitions" TO "postgres", "service_role";

GRANT SELECT ON TABLE "public"."catalog_import_refusals" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."catalog_import_refusals" TO "postgres", "service_role";

GRANT SELECT ON TABLE "public"."catalog_imports" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."catalog_imports" TO "postgres", "service_role";

REVOKE ALL ("translations") ON TABLE "public"."categories" FROM "authenticated";

GRANT INSERT ("translations"), UPDATE ("translations") ON TABLE "public"."categories" TO "authenticated";

GRANT SELECT ON TABLE "public"."collection_products" TO "anon";

GRANT INSERT ("boutique_id") ON TABLE "public"."collection_products" TO "authenticated";

GRANT INSERT ("collection_id") ON TABLE "public"."collection_products" TO "authenticated";

GRANT INSERT ("position"), UPDATE ("position") ON TABLE "public"."collection_products" TO "authenticated";

GRANT INSERT ("product_id") ON TABLE "public"."collection_products" TO "authenticated";

GRANT DELETE, SELECT ON TABLE "public"."collection_products" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."collection_products" TO "postgres", "service_role";

GRANT SELECT ON TABLE "public"."collections" TO "anon";

GRANT INSERT ("boutique_id") ON TABLE "public"."collections" TO "authenticated";

GRANT INSERT ("description"), UPDATE ("description") ON TABLE "public"."collections" TO "authenticated";

GRANT INSERT ("is_published"), UPDATE ("is_published") ON TABLE "public"."collections" TO "authenticated";

GRANT INSERT ("name"), UPDATE ("name") ON TABLE "public"."collections" TO "authenticated";

GRANT INSERT ("position"), UPDATE ("position") ON TABLE "public"."collections" TO "authenticated";

GRANT INSERT ("season"), UPDATE ("season") ON TABLE "public"."collections" TO "authenticated";

GRANT INSERT ("slug"), UPDATE ("slug") ON TABLE "public"."collections" TO "authenticated";

GRANT INSERT ("translations"), UPDATE ("translations") ON TABLE "public"."collections" TO "authenticated";

GRANT DELETE, SELECT ON TABLE "public"."collections" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."collections" TO "postgres", "service_role";

REVOKE ALL ("translations") ON TABLE "public"."designers" FROM "authenticated";

GRANT INSERT ("translations"), UPDATE ("translations") ON TABLE "public"."designers" TO "authenticated";

GRANT INSERT ("customer_id") ON TABLE "public"."favorites" TO "authenticated";

GRANT INSERT ("product_id") ON TABLE "public"."favorites" TO "authenticated";

GRANT DELETE, SELECT ON TABLE "public"."favorites" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."favorites" TO "postgres", "service_role";

GRANT INSERT ("customer_id") ON TABLE "public"."lookbook_items" TO "authenticated";

GRANT INSERT ("lookbook_id") ON TABLE "public"."lookbook_items" TO "authenticated";

GRANT INSERT ("note"), UPDATE ("note") ON TABLE "public"."lookbook_items" TO "authenticated";

GRANT INSERT ("position"), UPDATE ("position") ON TABLE "public"."lookbook_items" TO "authenticated";

GRANT INSERT ("product_id") ON TABLE "public"."lookbook_items" TO "authenticated";

GRANT DELETE, SELECT ON TABLE "public"."lookbook_items" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."lookbook_items" TO "postgres", "service_role";

GRANT INSERT ("customer_id") ON TABLE "public"."lookbooks" TO "authenticated";

GRANT INSERT ("title"), UPDATE ("title") ON TABLE "public"."lookbooks" TO "authenticated";

GRANT DELETE, SELECT ON TABLE "public"."lookbooks" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."lookbooks" TO "postgres", "service_role";

GRANT SELECT ON TABLE "public"."product_ratings" TO "anon", "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."product_ratings" TO "postgres", "service_role";

GRANT SELECT ON TABLE "public"."product_slugs" TO "anon", "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."product_slugs" TO "postgres", "service_role";

GRANT SELECT ON TABLE "public"."product_translations" TO "anon";

GRANT INSERT ("boutique_id") ON TABLE "public"."product_translations" TO "authenticated";

GRANT INSERT ("description"), UPDATE ("description") ON TABLE "public"."product_translations" TO "authenticated";

GRANT INSERT ("locale") ON TABLE "public"."product_translations" TO "authenticated";

GRANT INSERT ("name"), UPDATE ("name") ON TABLE "public"."product_translations" TO "authenticated";

GRANT INSERT ("product_id") ON TABLE "public"."product_translations" TO "authenticated";

GRANT DELETE, SELECT ON TABLE "public"."product_translations" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."product_translations" TO "postgres", "service_role";

GRANT SELECT ON TABLE "public"."product_views" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."product_views" TO "postgres", "service_role";

REVOKE ALL ("locale") ON TABLE "public"."products" FROM "authenticated";

GRANT INSERT ("locale"), UPDATE ("locale") ON TABLE "public"."products" TO "authenticated";

REVOKE ALL ("publish_at") ON TABLE "public"."products" FROM "authenticated";

GRANT INSERT ("publish_at"), UPDATE ("publish_at") ON TABLE "public"."products" TO "authenticated";

REVOKE ALL ("tags") ON TABLE "public"."products" FROM "authenticated";

GRANT INSERT ("tags"), UPDATE ("tags") ON TABLE "public"."products" TO "authenticated";

GRANT UPDATE ("alt") ON TABLE "public"."review_photos" TO "authenticated";

GRANT SELECT ON TABLE "public"."review_photos" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."review_photos" TO "postgres", "service_role";

GRANT SELECT ON TABLE "public"."review_reports" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."review_reports" TO "postgres", "service_role";

GRANT SELECT ON TABLE "public"."review_revisions" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."review_revisions" TO "postgres", "service_role";

GRANT SELECT ON TABLE "public"."review_votes" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."review_votes" TO "postgres", "service_role";

GRANT SELECT ON TABLE "public"."reviews" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."reviews" TO "postgres", "service_role";

GRANT SELECT ON TABLE "public"."size_chart_rows" TO "anon";

GRANT UPDATE ("bust_cm") ON TABLE "public"."size_chart_rows" TO "authenticated";

GRANT UPDATE ("height_cm") ON TABLE "public"."size_chart_rows" TO "authenticated";

GRANT UPDATE ("hips_cm") ON TABLE "public"."size_chart_rows" TO "authenticated";

GRANT UPDATE ("position") ON TABLE "public"."size_chart_rows" TO "authenticated";

GRANT UPDATE ("waist_cm") ON TABLE "public"."size_chart_rows" TO "authenticated";

GRANT DELETE, INSERT, SELECT ON TABLE "public"."size_chart_rows" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."size_chart_rows" TO "postgres", "service_role";

GRANT SELECT ON TABLE "public"."size_charts" TO "anon";

GRANT INSERT ("category_id"), UPDATE ("category_id") ON TABLE "public"."size_charts" TO "authenticated";

GRANT INSERT ("designer_id") ON TABLE "public"."size_charts" TO "authenticated";

GRANT INSERT ("note"), UPDATE ("note") ON TABLE "public"."size_charts" TO "authenticated";

GRANT DELETE, SELECT ON TABLE "public"."size_charts" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."size_charts" TO "postgres", "service_role";

GRANT USAGE ON TYPE "private"."experience" TO "postgres";

GRANT USAGE ON TYPE "private"."rating_sums" TO "postgres";

GRANT USAGE ON TYPE "private"."search_filter" TO "postgres";

GRANT USAGE ON TYPE "private"."understood_words" TO "postgres";

GRANT USAGE ON TYPE "public"."attribute_kind" TO "postgres";

GRANT USAGE ON TYPE "public"."catalog_import_format" TO "postgres";

GRANT USAGE ON TYPE "public"."catalog_import_state" TO "postgres";

GRANT USAGE ON TYPE "public"."catalog_locale" TO "postgres";

GRANT USAGE ON TYPE "public"."review_fit" TO "postgres";

GRANT USAGE ON TYPE "public"."review_kind" TO "postgres";

GRANT USAGE ON TYPE "public"."review_report_reason" TO "postgres";

GRANT USAGE ON TYPE "public"."review_report_state" TO "postgres";

GRANT USAGE ON TYPE "public"."review_state" TO "postgres";

GRANT USAGE ON TYPE "public"."search_suggestion" TO "postgres";

GRANT INSERT ("id") ON TABLE "public"."attribute_definitions" TO "authenticated";

ALTER TABLE "public"."catalog_import_refusals" ADD CONSTRAINT "refusal_is_of_an_import_of_the_boutique" FOREIGN KEY (import_id, boutique_id) REFERENCES public.catalog_imports(id, boutique_id) ON DELETE CASCADE;

ALTER TABLE "private"."catalog_import_keys" ADD CONSTRAINT "catalog_import_keys_import_id_fkey" FOREIGN KEY (import_id) REFERENCES public.catalog_imports(id) ON DELETE CASCADE;

ALTER TABLE "public"."collection_products" ADD CONSTRAINT "collection_is_of_the_boutique" FOREIGN KEY (collection_id, boutique_id) REFERENCES public.collections(id, boutique_id) ON DELETE CASCADE;

CREATE POLICY "select_listed_or_staff" ON "public"."collection_products" FOR SELECT TO "authenticated" USING (((EXISTS ( SELECT
   FROM public.collections c
  WHERE ((c.id = collection_products.collection_id) AND c.listed))) OR (boutique_id IN ( SELECT private.my_boutique_ids('catalog.read'::public.permission) AS my_boutique_ids)) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_listed" ON "public"."collection_products" FOR SELECT TO "anon" USING ((EXISTS ( SELECT
   FROM public.collections c
  WHERE ((c.id = collection_products.collection_id) AND c.listed))));

GRANT INSERT ("id") ON TABLE "public"."collections" TO "authenticated";

ALTER TABLE "public"."lookbook_items" ADD CONSTRAINT "item_is_in_a_lookbook_of_hers" FOREIGN KEY (lookbook_id, customer_id) REFERENCES public.lookbooks(id, customer_id) ON DELETE CASCADE;

GRANT INSERT ("id") ON TABLE "public"."lookbooks" TO "authenticated";

CREATE INDEX review_revisions_review_id_idx ON public.review_revisions USING btree (review_id, boutique_id, id);

ALTER TABLE "public"."review_photos" ADD CONSTRAINT "photo_is_of_a_review_of_the_boutique" FOREIGN KEY (review_id, boutique_id) REFERENCES public.reviews(id, boutique_id) ON DELETE CASCADE;

ALTER TABLE "public"."review_reports" ADD CONSTRAINT "report_is_of_a_review_of_the_boutique" FOREIGN KEY (review_id, boutique_id) REFERENCES public.reviews(id, boutique_id) ON DELETE CASCADE;

ALTER TABLE "public"."review_revisions" ADD CONSTRAINT "revision_is_of_a_review_of_the_boutique" FOREIGN KEY (review_id, boutique_id) REFERENCES public.reviews(id, boutique_id) ON DELETE CASCADE;

ALTER TABLE "private"."review_measurements" ADD CONSTRAINT "review_measurements_review_id_fkey" FOREIGN KEY (review_id) REFERENCES public.reviews(id) ON DELETE CASCADE;

ALTER TABLE "public"."review_votes" ADD CONSTRAINT "review_votes_review_id_fkey" FOREIGN KEY (review_id) REFERENCES public.reviews(id) ON DELETE CASCADE;

CREATE INDEX reviews_boutique_id_idx ON public.reviews USING btree (boutique_id, id);

CREATE INDEX reviews_customer_id_idx ON public.reviews USING btree (customer_id, id);

CREATE INDEX reviews_helpful_idx ON public.reviews USING btree (product_id, helpful_count, id) WHERE (state = 'published'::public.review_state);

CREATE INDEX reviews_newest_idx ON public.reviews USING btree (product_id, id) WHERE (state = 'published'::public.review_state);

CREATE INDEX reviews_rating_idx ON public.reviews USING btree (product_id, rating, id) WHERE (state = 'published'::public.review_state);

CREATE INDEX reviews_unanswered_idx ON public.reviews USING btree (boutique_id, id) WHERE ((state = 'published'::public.review_state) AND (reply IS NULL));

ALTER TABLE "public"."size_chart_rows" ADD CONSTRAINT "size_chart_rows_chart_id_fkey" FOREIGN KEY (chart_id) REFERENCES public.size_charts(id) ON DELETE CASCADE;

GRANT INSERT ("id") ON TABLE "public"."size_charts" TO "authenticated";

ALTER TABLE "public"."attribute_definitions" ADD CONSTRAINT "translations_are_labels" CHECK (private.are_attribute_translations(translations, choices));

ALTER TABLE "public"."categories" ADD CONSTRAINT "translations_are_texts_by_locale" CHECK (private.are_translations(translations, '{name}'::text[]));

ALTER TABLE "public"."collections" ADD CONSTRAINT "translations_are_texts_by_locale" CHECK (private.are_translations(translations, '{name,description}'::text[]));

ALTER TABLE "public"."designers" ADD CONSTRAINT "translations_are_texts_by_locale" CHECK (private.are_translations(translations, '{bio}'::text[]));

ALTER TABLE "public"."products" ADD CONSTRAINT "tags_are_few_short_words" CHECK (private.are_tags(tags));

-- Storage: policies of its files; 96_buckets.sql has the buckets. A schema diff leaves the platform's schemas out, so this
-- file goes into a migration as a whole when it has changed, and may run again.

-- The bucket is public: anybody with the address of a file reads it. Listing is for the boutique's own staff, for the
-- names of files tell of drafts. Renditions are made and removed by jobs, with the secret key.
drop policy if exists select_product_media on storage.objects;
create policy select_product_media on storage.objects for select to authenticated
  using (
    bucket_id = 'product-media'
    and (storage.foldername(name))[1] in (select id::text from private.my_boutique_ids('catalog.read') as id));
drop policy if exists insert_product_media on storage.objects;
create policy insert_product_media on storage.objects for insert to authenticated
  with check (
    bucket_id = 'product-media'
    and (storage.foldername(name))[2] is distinct from 'renditions'
    and (storage.foldername(name))[1] in (select id::text from private.my_boutique_ids('catalog.write') as id));
drop policy if exists update_product_media on storage.objects;
create policy update_product_media on storage.objects for update to authenticated
  using (
    bucket_id = 'product-media'
    and (storage.foldername(name))[2] is distinct from 'renditions'
    and (storage.foldername(name))[1] in (select id::text from private.my_boutique_ids('catalog.write') as id))
  with check (
    bucket_id = 'product-media'
    and (storage.foldername(name))[2] is distinct from 'renditions'
    and (storage.foldername(name))[1] in (select id::text from private.my_boutique_ids('catalog.write') as id));
drop policy if exists delete_product_media on storage.objects;
create policy delete_product_media on storage.objects for delete to authenticated
  using (
    bucket_id = 'product-media'
    and (storage.foldername(name))[2] is distinct from 'renditions'
    and (storage.foldername(name))[1] in (select id::text from private.my_boutique_ids('catalog.write') as id));

-- What a garment looked like when it was handed over and came back. Private to the staff of the boutique, whose id is the
-- first folder.
drop policy if exists select_condition_photos on storage.objects;
create policy select_condition_photos on storage.objects for select to authenticated
  using (
    bucket_id = 'condition-photos'
    and (storage.foldername(name))[1] in (select id::text from private.my_boutique_ids('rentals.read') as id));
drop policy if exists insert_condition_photos on storage.objects;
create policy insert_condition_photos on storage.objects for insert to authenticated
  with check (
    bucket_id = 'condition-photos'
    and (storage.foldername(name))[1] in (select id::text from private.my_boutique_ids('rentals.write') as id));
-- update and delete are nobody's: photos are the record in a dispute, as rental_events are.

-- Folders of people: the first folder of a path is the account's id. Files of avatars are public to whoever has the
-- address; the other buckets are private, and nobody but the owner of the folder gets a link.
drop policy if exists select_own_files on storage.objects;
create policy select_own_files on storage.objects for select to authenticated
  using (
    bucket_id in ('avatars', 'private-documents', 'data-exports', 'review-photos')
    and (storage.foldername(name))[1] = (select auth.uid())::text);
drop policy if exists insert_own_files on storage.objects;
create policy insert_own_files on storage.objects for insert to authenticated
  with check (
    bucket_id in ('avatars', 'private-documents', 'review-photos')
    and (storage.foldername(name))[1] = (select auth.uid())::text);
drop policy if exists update_own_files on storage.objects;
create policy update_own_files on storage.objects for update to authenticated
  using (
    bucket_id in ('avatars', 'private-documents')
    and (storage.foldername(name))[1] = (select auth.uid())::text)
  with check (
    bucket_id in ('avatars', 'private-documents')
    and (storage.foldername(name))[1] = (select auth.uid())::text);
drop policy if exists delete_own_files on storage.objects;
create policy delete_own_files on storage.objects for delete to authenticated
  using (
    bucket_id in ('avatars', 'private-documents')
    and (storage.foldername(name))[1] = (select auth.uid())::text);
-- Photos of reviews are not changed or deleted here: a job makes another file of each, and removes those that no review has.
-- Nobody writes into data-exports but the job that builds them, with the secret key.

-- Invoices and credit notes, in the folder of the boutique. Read by its staff and by the customer of each; the job that makes
-- them writes, with the secret key. A file is hers by the row of public.invoices that names it.
drop policy if exists select_invoices on storage.objects;
create policy select_invoices on storage.objects for select to authenticated
  using (
    bucket_id = 'invoices'
    and ((storage.foldername(name))[1] in (select id::text from private.my_boutique_ids('orders.read') as id)
      or name in (select private.my_invoice_paths())));

-- Files of products to import, in the folder of the boutique. What it sells and for how much before it is on show: for those who
-- keep its catalog. Another file is another name, so that nothing changes under an import that runs.
drop policy if exists select_catalog_imports on storage.objects;
create policy select_catalog_imports on storage.objects for select to authenticated
  using (
    bucket_id = 'catalog-imports'
    and (storage.foldername(name))[1] in (select id::text from private.my_boutique_ids('catalog.write') as id));
drop policy if exists insert_catalog_imports on storage.objects;
create policy insert_catalog_imports on storage.objects for insert to authenticated
  with check (
    bucket_id = 'catalog-imports'
    and (storage.foldername(name))[1] in (select id::text from private.my_boutique_ids('catalog.write') as id));
drop policy if exists delete_catalog_imports on storage.objects;
create policy delete_catalog_imports on storage.objects for delete to authenticated
  using (
    bucket_id = 'catalog-imports'
    and (storage.foldername(name))[1] in (select id::text from private.my_boutique_ids('catalog.write') as id));
-- update is nobody's.

-- Queues. Generated from functions/_shared/jobs by npm run db:diff: change them there.

select pgboss.create_queue('unknown.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('rental.expire_hold.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('rental.expire_hold', '{"policy":"standard","retryLimit":10,"retryDelay":5,"retryBackoff":true,"retryDelayMax":300,"expireInSeconds":60,"deadLetter":"rental.expire_hold.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 10, retry_delay = 5, retry_backoff = true, retry_delay_max = 300, expire_seconds = 60, heartbeat_seconds = 30, dead_letter = 'rental.expire_hold.dead', notify = true where name = 'rental.expire_hold';
select pgboss.create_queue('fitting.expire_offer.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('fitting.expire_offer', '{"policy":"standard","retryLimit":10,"retryDelay":5,"retryBackoff":true,"retryDelayMax":300,"expireInSeconds":60,"deadLetter":"fitting.expire_offer.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 10, retry_delay = 5, retry_backoff = true, retry_delay_max = 300, expire_seconds = 60, heartbeat_seconds = 30, dead_letter = 'fitting.expire_offer.dead', notify = true where name = 'fitting.expire_offer';
select pgboss.create_queue('order.expire_hold.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('order.expire_hold', '{"policy":"standard","retryLimit":20,"retryDelay":5,"retryBackoff":true,"retryDelayMax":300,"expireInSeconds":60,"deadLetter":"order.expire_hold.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 20, retry_delay = 5, retry_backoff = true, retry_delay_max = 300, expire_seconds = 60, heartbeat_seconds = 30, dead_letter = 'order.expire_hold.dead', notify = true where name = 'order.expire_hold';
select pgboss.create_queue('fitting.offer_waitlist.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('fitting.offer_waitlist', '{"policy":"standard","retryLimit":10,"retryDelay":5,"retryBackoff":true,"retryDelayMax":300,"expireInSeconds":60,"deadLetter":"fitting.offer_waitlist.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 10, retry_delay = 5, retry_backoff = true, retry_delay_max = 300, expire_seconds = 60, heartbeat_seconds = 30, dead_letter = 'fitting.offer_waitlist.dead', notify = true where name = 'fitting.offer_waitlist';
select pgboss.create_queue('rental.watch_returns.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('rental.watch_returns', '{"policy":"standard","retryLimit":3,"retryDelay":30,"retryBackoff":true,"retryDelayMax":300,"expireInSeconds":600,"deadLetter":"rental.watch_returns.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 3, retry_delay = 30, retry_backoff = true, retry_delay_max = 300, expire_seconds = 600, heartbeat_seconds = 30, dead_letter = 'rental.watch_returns.dead', notify = true where name = 'rental.watch_returns';
select pgboss.create_queue('mail.rental_reserved.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('mail.rental_reserved', '{"policy":"standard","retryLimit":12,"retryDelay":5,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":120,"deadLetter":"mail.rental_reserved.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 12, retry_delay = 5, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 120, heartbeat_seconds = 30, dead_letter = 'mail.rental_reserved.dead', notify = true where name = 'mail.rental_reserved';
select pgboss.create_queue('mail.rental_changed.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('mail.rental_changed', '{"policy":"standard","retryLimit":12,"retryDelay":5,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":120,"deadLetter":"mail.rental_changed.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 12, retry_delay = 5, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 120, heartbeat_seconds = 30, dead_letter = 'mail.rental_changed.dead', notify = true where name = 'mail.rental_changed';
select pgboss.create_queue('mail.fitting_booked.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('mail.fitting_booked', '{"policy":"standard","retryLimit":12,"retryDelay":5,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":120,"deadLetter":"mail.fitting_booked.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 12, retry_delay = 5, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 120, heartbeat_seconds = 30, dead_letter = 'mail.fitting_booked.dead', notify = true where name = 'mail.fitting_booked';
select pgboss.create_queue('mail.fitting_reminder.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('mail.fitting_reminder', '{"policy":"standard","retryLimit":12,"retryDelay":5,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":120,"deadLetter":"mail.fitting_reminder.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 12, retry_delay = 5, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 120, heartbeat_seconds = 30, dead_letter = 'mail.fitting_reminder.dead', notify = true where name = 'mail.fitting_reminder';
select pgboss.create_queue('mail.fitting_cancelled.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('mail.fitting_cancelled', '{"policy":"standard","retryLimit":12,"retryDelay":5,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":120,"deadLetter":"mail.fitting_cancelled.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 12, retry_delay = 5, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 120, heartbeat_seconds = 30, dead_letter = 'mail.fitting_cancelled.dead', notify = true where name = 'mail.fitting_cancelled';
select pgboss.create_queue('mail.fitting_offer.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('mail.fitting_offer', '{"policy":"standard","retryLimit":12,"retryDelay":5,"retryBackoff":true,"retryDelayMax":300,"expireInSeconds":120,"deadLetter":"mail.fitting_offer.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 12, retry_delay = 5, retry_backoff = true, retry_delay_max = 300, expire_seconds = 120, heartbeat_seconds = 30, dead_letter = 'mail.fitting_offer.dead', notify = true where name = 'mail.fitting_offer';
select pgboss.create_queue('mail.invitation.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('mail.invitation', '{"policy":"standard","retryLimit":12,"retryDelay":5,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":120,"deadLetter":"mail.invitation.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 12, retry_delay = 5, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 120, heartbeat_seconds = 30, dead_letter = 'mail.invitation.dead', notify = true where name = 'mail.invitation';
select pgboss.create_queue('mail.boutique_status.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('mail.boutique_status', '{"policy":"standard","retryLimit":12,"retryDelay":5,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":120,"deadLetter":"mail.boutique_status.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 12, retry_delay = 5, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 120, heartbeat_seconds = 30, dead_letter = 'mail.boutique_status.dead', notify = true where name = 'mail.boutique_status';
select pgboss.create_queue('privacy.build_export.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('privacy.build_export', '{"policy":"standard","retryLimit":8,"retryDelay":30,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":900,"deadLetter":"privacy.build_export.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 8, retry_delay = 30, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 900, heartbeat_seconds = 30, dead_letter = 'privacy.build_export.dead', notify = true where name = 'privacy.build_export';
select pgboss.create_queue('mail.data_export.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('mail.data_export', '{"policy":"standard","retryLimit":12,"retryDelay":5,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":120,"deadLetter":"mail.data_export.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 12, retry_delay = 5, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 120, heartbeat_seconds = 30, dead_letter = 'mail.data_export.dead', notify = true where name = 'mail.data_export';
select pgboss.create_queue('mail.account_deletion.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('mail.account_deletion', '{"policy":"standard","retryLimit":12,"retryDelay":5,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":120,"deadLetter":"mail.account_deletion.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 12, retry_delay = 5, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 120, heartbeat_seconds = 30, dead_letter = 'mail.account_deletion.dead', notify = true where name = 'mail.account_deletion';
select pgboss.create_queue('privacy.erase_account.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('privacy.erase_account', '{"policy":"standard","retryLimit":20,"retryDelay":60,"retryBackoff":true,"retryDelayMax":21600,"expireInSeconds":600,"deadLetter":"privacy.erase_account.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 20, retry_delay = 60, retry_backoff = true, retry_delay_max = 21600, expire_seconds = 600, heartbeat_seconds = 30, dead_letter = 'privacy.erase_account.dead', notify = true where name = 'privacy.erase_account';
select pgboss.create_queue('privacy.sweep.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('privacy.sweep', '{"policy":"standard","retryLimit":3,"retryDelay":60,"retryBackoff":true,"retryDelayMax":600,"expireInSeconds":600,"deadLetter":"privacy.sweep.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 3, retry_delay = 60, retry_backoff = true, retry_delay_max = 600, expire_seconds = 600, heartbeat_seconds = 30, dead_letter = 'privacy.sweep.dead', notify = true where name = 'privacy.sweep';
select pgboss.create_queue('rate_limits.sweep.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('rate_limits.sweep', '{"policy":"standard","retryLimit":3,"retryDelay":60,"retryBackoff":true,"retryDelayMax":600,"expireInSeconds":300,"deadLetter":"rate_limits.sweep.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 3, retry_delay = 60, retry_backoff = true, retry_delay_max = 600, expire_seconds = 300, heartbeat_seconds = 30, dead_letter = 'rate_limits.sweep.dead', notify = true where name = 'rate_limits.sweep';
select pgboss.create_queue('calendar.check.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('calendar.check', '{"policy":"standard","retryLimit":3,"retryDelay":60,"retryBackoff":true,"retryDelayMax":600,"expireInSeconds":600,"deadLetter":"calendar.check.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 3, retry_delay = 60, retry_backoff = true, retry_delay_max = 600, expire_seconds = 600, heartbeat_seconds = 30, dead_letter = 'calendar.check.dead', notify = true where name = 'calendar.check';
select pgboss.create_queue('order.check.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('order.check', '{"policy":"standard","retryLimit":3,"retryDelay":60,"retryBackoff":true,"retryDelayMax":600,"expireInSeconds":600,"deadLetter":"order.check.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 3, retry_delay = 60, retry_backoff = true, retry_delay_max = 600, expire_seconds = 600, heartbeat_seconds = 30, dead_letter = 'order.check.dead', notify = true where name = 'order.check';
select pgboss.create_queue('order.complete.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('order.complete', '{"policy":"standard","retryLimit":5,"retryDelay":60,"retryBackoff":true,"retryDelayMax":600,"expireInSeconds":600,"deadLetter":"order.complete.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 5, retry_delay = 60, retry_backoff = true, retry_delay_max = 600, expire_seconds = 600, heartbeat_seconds = 30, dead_letter = 'order.complete.dead', notify = true where name = 'order.complete';
select pgboss.create_queue('cart.remind.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('cart.remind', '{"policy":"standard","retryLimit":5,"retryDelay":60,"retryBackoff":true,"retryDelayMax":600,"expireInSeconds":120,"deadLetter":"cart.remind.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 5, retry_delay = 60, retry_backoff = true, retry_delay_max = 600, expire_seconds = 120, heartbeat_seconds = 30, dead_letter = 'cart.remind.dead', notify = true where name = 'cart.remind';
select pgboss.create_queue('jobs.watch.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('jobs.watch', '{"policy":"standard","retryLimit":3,"retryDelay":10,"retryBackoff":true,"retryDelayMax":60,"expireInSeconds":120,"deadLetter":"jobs.watch.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 3, retry_delay = 10, retry_backoff = true, retry_delay_max = 60, expire_seconds = 120, heartbeat_seconds = 30, dead_letter = 'jobs.watch.dead', notify = true where name = 'jobs.watch';
select pgboss.create_queue('notify.deliver.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('notify.deliver', '{"policy":"standard","retryLimit":12,"retryDelay":5,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":120,"deadLetter":"notify.deliver.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 12, retry_delay = 5, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 120, heartbeat_seconds = 30, dead_letter = 'notify.deliver.dead', notify = true where name = 'notify.deliver';
select pgboss.create_queue('housekeeping.prune.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('housekeeping.prune', '{"policy":"standard","retryLimit":3,"retryDelay":60,"retryBackoff":true,"retryDelayMax":600,"expireInSeconds":900,"deadLetter":"housekeeping.prune.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 3, retry_delay = 60, retry_backoff = true, retry_delay_max = 600, expire_seconds = 900, heartbeat_seconds = 30, dead_letter = 'housekeeping.prune.dead', notify = true where name = 'housekeeping.prune';
select pgboss.create_queue('webhook.deliver.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('webhook.deliver', '{"policy":"standard","retryLimit":10,"retryDelay":30,"retryBackoff":true,"retryDelayMax":600,"expireInSeconds":60,"deadLetter":"webhook.deliver.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 10, retry_delay = 30, retry_backoff = true, retry_delay_max = 600, expire_seconds = 60, heartbeat_seconds = 30, dead_letter = 'webhook.deliver.dead', notify = true where name = 'webhook.deliver';
select pgboss.create_queue('mail.webhook_failing.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('mail.webhook_failing', '{"policy":"standard","retryLimit":12,"retryDelay":5,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":120,"deadLetter":"mail.webhook_failing.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 12, retry_delay = 5, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 120, heartbeat_seconds = 30, dead_letter = 'mail.webhook_failing.dead', notify = true where name = 'mail.webhook_failing';
select pgboss.create_queue('webhook.sweep.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('webhook.sweep', '{"policy":"standard","retryLimit":3,"retryDelay":60,"retryBackoff":true,"retryDelayMax":600,"expireInSeconds":600,"deadLetter":"webhook.sweep.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 3, retry_delay = 60, retry_backoff = true, retry_delay_max = 600, expire_seconds = 600, heartbeat_seconds = 30, dead_letter = 'webhook.sweep.dead', notify = true where name = 'webhook.sweep';
select pgboss.create_queue('document.render.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('document.render', '{"policy":"standard","retryLimit":12,"retryDelay":10,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":120,"deadLetter":"document.render.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 12, retry_delay = 10, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 120, heartbeat_seconds = 30, dead_letter = 'document.render.dead', notify = true where name = 'document.render';
select pgboss.create_queue('payment.event.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('payment.event', '{"policy":"standard","retryLimit":40,"retryDelay":2,"retryBackoff":true,"retryDelayMax":900,"expireInSeconds":60,"deadLetter":"payment.event.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 40, retry_delay = 2, retry_backoff = true, retry_delay_max = 900, expire_seconds = 60, heartbeat_seconds = 30, dead_letter = 'payment.event.dead', notify = true where name = 'payment.event';
select pgboss.create_queue('payment.look_up.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('payment.look_up', '{"policy":"standard","retryLimit":1,"retryDelay":5,"retryBackoff":true,"retryDelayMax":10,"expireInSeconds":60,"deadLetter":"payment.look_up.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 1, retry_delay = 5, retry_backoff = true, retry_delay_max = 10, expire_seconds = 60, heartbeat_seconds = 30, dead_letter = 'payment.look_up.dead', notify = true where name = 'payment.look_up';
select pgboss.create_queue('payment.close.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('payment.close', '{"policy":"standard","retryLimit":5,"retryDelay":5,"retryBackoff":true,"retryDelayMax":300,"expireInSeconds":60,"deadLetter":"payment.close.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 5, retry_delay = 5, retry_backoff = true, retry_delay_max = 300, expire_seconds = 60, heartbeat_seconds = 30, dead_letter = 'payment.close.dead', notify = true where name = 'payment.close';
select pgboss.create_queue('refund.transfer.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('refund.transfer', '{"policy":"standard","retryLimit":20,"retryDelay":5,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":60,"deadLetter":"refund.transfer.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 20, retry_delay = 5, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 60, heartbeat_seconds = 30, dead_letter = 'refund.transfer.dead', notify = true where name = 'refund.transfer';
select pgboss.create_queue('deposit.settle.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('deposit.settle', '{"policy":"standard","retryLimit":20,"retryDelay":5,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":60,"deadLetter":"deposit.settle.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 20, retry_delay = 5, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 60, heartbeat_seconds = 30, dead_letter = 'deposit.settle.dead', notify = true where name = 'deposit.settle';
select pgboss.create_queue('payment.charge.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('payment.charge', '{"policy":"standard","retryLimit":20,"retryDelay":5,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":60,"deadLetter":"payment.charge.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 20, retry_delay = 5, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 60, heartbeat_seconds = 30, dead_letter = 'payment.charge.dead', notify = true where name = 'payment.charge';
select pgboss.create_queue('plan.watch.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('plan.watch', '{"policy":"standard","retryLimit":5,"retryDelay":60,"retryBackoff":true,"retryDelayMax":600,"expireInSeconds":600,"deadLetter":"plan.watch.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 5, retry_delay = 60, retry_backoff = true, retry_delay_max = 600, expire_seconds = 600, heartbeat_seconds = 30, dead_letter = 'plan.watch.dead', notify = true where name = 'plan.watch';
select pgboss.create_queue('payment.reconcile.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('payment.reconcile', '{"policy":"standard","retryLimit":3,"retryDelay":10,"retryBackoff":true,"retryDelayMax":60,"expireInSeconds":120,"deadLetter":"payment.reconcile.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 3, retry_delay = 10, retry_backoff = true, retry_delay_max = 60, expire_seconds = 120, heartbeat_seconds = 30, dead_letter = 'payment.reconcile.dead', notify = true where name = 'payment.reconcile';
select pgboss.create_queue('ledger.check.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('ledger.check', '{"policy":"standard","retryLimit":3,"retryDelay":60,"retryBackoff":true,"retryDelayMax":600,"expireInSeconds":600,"deadLetter":"ledger.check.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 3, retry_delay = 60, retry_backoff = true, retry_delay_max = 600, expire_seconds = 600, heartbeat_seconds = 30, dead_letter = 'ledger.check.dead', notify = true where name = 'ledger.check';
select pgboss.create_queue('payout.propose.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('payout.propose', '{"policy":"standard","retryLimit":5,"retryDelay":60,"retryBackoff":true,"retryDelayMax":600,"expireInSeconds":600,"deadLetter":"payout.propose.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 5, retry_delay = 60, retry_backoff = true, retry_delay_max = 600, expire_seconds = 600, heartbeat_seconds = 30, dead_letter = 'payout.propose.dead', notify = true where name = 'payout.propose';
select pgboss.create_queue('catalog.publish.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('catalog.publish', '{"policy":"standard","retryLimit":3,"retryDelay":10,"retryBackoff":true,"retryDelayMax":60,"expireInSeconds":300,"deadLetter":"catalog.publish.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 3, retry_delay = 10, retry_backoff = true, retry_delay_max = 60, expire_seconds = 300, heartbeat_seconds = 30, dead_letter = 'catalog.publish.dead', notify = true where name = 'catalog.publish';
select pgboss.create_queue('catalog.index.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('catalog.index', '{"policy":"standard","retryLimit":5,"retryDelay":10,"retryBackoff":true,"retryDelayMax":300,"expireInSeconds":1800,"deadLetter":"catalog.index.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 5, retry_delay = 10, retry_backoff = true, retry_delay_max = 300, expire_seconds = 1800, heartbeat_seconds = 30, dead_letter = 'catalog.index.dead', notify = true where name = 'catalog.index';
select pgboss.create_queue('catalog.rank.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('catalog.rank', '{"policy":"standard","retryLimit":3,"retryDelay":60,"retryBackoff":true,"retryDelayMax":600,"expireInSeconds":1800,"deadLetter":"catalog.rank.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 3, retry_delay = 60, retry_backoff = true, retry_delay_max = 600, expire_seconds = 1800, heartbeat_seconds = 30, dead_letter = 'catalog.rank.dead', notify = true where name = 'catalog.rank';
select pgboss.create_queue('catalog.import.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('catalog.import', '{"policy":"standard","retryLimit":8,"retryDelay":5,"retryBackoff":true,"retryDelayMax":600,"expireInSeconds":900,"deadLetter":"catalog.import.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 8, retry_delay = 5, retry_backoff = true, retry_delay_max = 600, expire_seconds = 900, heartbeat_seconds = 30, dead_letter = 'catalog.import.dead', notify = true where name = 'catalog.import';
select pgboss.create_queue('media.process.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('media.process', '{"policy":"standard","retryLimit":8,"retryDelay":5,"retryBackoff":true,"retryDelayMax":1800,"expireInSeconds":300,"deadLetter":"media.process.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 8, retry_delay = 5, retry_backoff = true, retry_delay_max = 1800, expire_seconds = 300, heartbeat_seconds = 30, dead_letter = 'media.process.dead', notify = true where name = 'media.process';
select pgboss.create_queue('media.delete_files.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('media.delete_files', '{"policy":"standard","retryLimit":12,"retryDelay":10,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":120,"deadLetter":"media.delete_files.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 12, retry_delay = 10, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 120, heartbeat_seconds = 30, dead_letter = 'media.delete_files.dead', notify = true where name = 'media.delete_files';
select pgboss.create_queue('media.sweep.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('media.sweep', '{"policy":"standard","retryLimit":3,"retryDelay":60,"retryBackoff":true,"retryDelayMax":600,"expireInSeconds":1800,"deadLetter":"media.sweep.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 3, retry_delay = 60, retry_backoff = true, retry_delay_max = 600, expire_seconds = 1800, heartbeat_seconds = 30, dead_letter = 'media.sweep.dead', notify = true where name = 'media.sweep';
select pgboss.create_queue('review.process_photo.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('review.process_photo', '{"policy":"standard","retryLimit":8,"retryDelay":5,"retryBackoff":true,"retryDelayMax":1800,"expireInSeconds":300,"deadLetter":"review.process_photo.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 8, retry_delay = 5, retry_backoff = true, retry_delay_max = 1800, expire_seconds = 300, heartbeat_seconds = 30, dead_letter = 'review.process_photo.dead', notify = true where name = 'review.process_photo';
select pgboss.create_queue('review.remove_photo.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('review.remove_photo', '{"policy":"standard","retryLimit":12,"retryDelay":10,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":120,"deadLetter":"review.remove_photo.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 12, retry_delay = 10, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 120, heartbeat_seconds = 30, dead_letter = 'review.remove_photo.dead', notify = true where name = 'review.remove_photo';

delete from private.queue_rules;
insert into private.queue_rules (queue, payload, overdue_seconds, schedule_seconds) values
  ('rental.expire_hold', '{"rental_id":"uuid"}', 120, null),
  ('fitting.expire_offer', '{"appointment_id":"uuid"}', 120, null),
  ('order.expire_hold', '{"order_group_id":"uuid"}', 120, null),
  ('fitting.offer_waitlist', '{"location_id":"uuid"}', 300, null),
  ('rental.watch_returns', '{}', 1800, 900),
  ('mail.rental_reserved', '{"rental_id":"uuid"}', 600, null),
  ('mail.rental_changed', '{"rental_id":"uuid"}', 600, null),
  ('mail.fitting_booked', '{"appointment_id":"uuid"}', 600, null),
  ('mail.fitting_reminder', '{"appointment_id":"uuid","hours":"integer"}', 600, null),
  ('mail.fitting_cancelled', '{"appointment_id":"uuid"}', 600, null),
  ('mail.fitting_offer', '{"appointment_id":"uuid"}', 120, null),
  ('mail.invitation', '{"invitation_id":"uuid"}', 600, null),
  ('mail.boutique_status', '{"change_id":"uuid"}', 1800, null),
  ('privacy.build_export', '{"export_id":"uuid"}', 3600, null),
  ('mail.data_export', '{"export_id":"uuid"}', 1800, null),
  ('mail.account_deletion', '{"user_id":"uuid"}', 1800, null),
  ('privacy.erase_account', '{"user_id":"uuid"}', 7200, null),
  ('privacy.sweep', '{}', 3600, 3600),
  ('rate_limits.sweep', '{}', 3600, 3600),
  ('calendar.check', '{}', 3600, 3600),
  ('order.check', '{}', 3600, 3600),
  ('order.complete', '{}', 3600, 3600),
  ('cart.remind', '{}', 3600, 900),
  ('jobs.watch', '{}', 600, 300),
  ('notify.deliver', '{"kind":"text","subject_id":"uuid","occasion":"text"}', 600, null),
  ('housekeeping.prune', '{}', 3600, 86400),
  ('webhook.deliver', '{"delivery_id":"uuid"}', 600, null),
  ('mail.webhook_failing', '{"endpoint_id":"uuid"}', 1800, null),
  ('webhook.sweep', '{}', 3600, 3600),
  ('document.render', '{"invoice_id":"uuid"}', 1800, null),
  ('payment.event', '{"event_id":"uuid"}', 300, null),
  ('payment.look_up', '{"attempt_id":"uuid"}', 900, null),
  ('payment.close', '{"attempt_id":"uuid"}', 900, null),
  ('refund.transfer', '{"transfer_id":"uuid"}', 900, null),
  ('deposit.settle', '{"attempt_id":"uuid"}', 900, null),
  ('payment.charge', '{"attempt_id":"uuid"}', 900, null),
  ('plan.watch', '{}', 3600, 900),
  ('payment.reconcile', '{}', 600, 60),
  ('ledger.check', '{}', 3600, 3600),
  ('payout.propose', '{}', 3600, 86400),
  ('catalog.publish', '{}', 600, 60),
  ('catalog.index', '{"of":"text","id":"uuid"}', 1800, null),
  ('catalog.rank', '{}', 7200, 3600),
  ('catalog.import', '{"import_id":"uuid"}', 900, null),
  ('media.process', '{"media_id":"uuid"}', 900, null),
  ('media.delete_files', '{"boutique_id":"uuid","media_id":"uuid","storage_path":"text"}', 3600, null),
  ('media.sweep', '{}', 7200, 86400),
  ('review.process_photo', '{"photo_id":"uuid"}', 900, null),
  ('review.remove_photo', '{"storage_path":"text"}', 3600, null);

-- Buckets of the Storage server; no SVG, which could carry scripts. Rows, not objects: `npm run db:diff` puts this file into the migration when they change.

insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types)
values
  ('product-media', 'product-media', true, 20971520, array['image/jpeg', 'image/png', 'image/webp', 'image/avif']),
  ('avatars', 'avatars', true, 2097152, array['image/jpeg', 'image/png', 'image/webp', 'image/avif']),
  ('private-documents', 'private-documents', false, 20971520, array['application/pdf', 'image/jpeg', 'image/png', 'image/webp']),
  ('data-exports', 'data-exports', false, 52428800, array['application/zip']),
  ('review-photos', 'review-photos', true, 10485760, array['image/jpeg', 'image/png', 'image/webp', 'image/avif']),
  ('condition-photos', 'condition-photos', false, 10485760, array['image/jpeg', 'image/png', 'image/webp', 'image/avif']),
  ('invoices', 'invoices', false, 5242880, array['application/pdf']),
  ('catalog-imports', 'catalog-imports', false, 209715200, array['text/csv', 'application/json', 'application/x-ndjson'])
on conflict (id) do update set
  public = excluded.public,
  file_size_limit = excluded.file_size_limit,
  allowed_mime_types = excluded.allowed_mime_types;

-- Does nothing where there is no pg_cron.
select private.schedule_wake_up();

-- Rows that the schema comes with. This file may run again: what is there is brought up to date.

-- Moves of an order.
insert into public.order_transitions (from_state, to_state, description) values
  ('pending', 'paid', 'The payment has arrived, or nothing was to pay.'),
  ('pending', 'cancelled', 'Called off, or the hold has ended without a payment.'),
  ('cancelled', 'paid', 'The payment came after the hold had ended, and everything could still be had.'),
  ('paid', 'part_fulfilled', 'Something has been handed over or shipped.'),
  ('paid', 'fulfilled', 'Everything has been handed over or shipped.'),
  ('paid', 'cancelled', 'Called off before anything left.'),
  ('part_fulfilled', 'paid', 'What had left came back before the rest did.'),
  ('part_fulfilled', 'fulfilled', 'The rest has left, or was called off.'),
  ('part_fulfilled', 'part_refunded', 'Something was paid back.'),
  ('part_fulfilled', 'refunded', 'All of it was paid back.'),
  ('fulfilled', 'completed', 'The time for returns is over.'),
  ('fulfilled', 'part_fulfilled', 'Something was added to the order, or goes out again as an exchange.'),
  ('fulfilled', 'part_refunded', 'Something came back and was paid back.'),
  ('fulfilled', 'refunded', 'Everything came back and was paid back.'),
  ('completed', 'part_refunded', 'Paid back as a courtesy.'),
  ('completed', 'refunded', 'Paid back as a courtesy, all of it.'),
  ('completed', 'part_fulfilled', 'Something goes out again as an exchange.'),
  ('part_refunded', 'part_fulfilled', 'Something goes out again as an exchange.'),
  ('part_refunded', 'fulfilled', 'The rest has left.'),
  ('part_refunded', 'refunded', 'The rest was paid back, too.'),
  ('part_refunded', 'completed', 'The time for returns is over.'),
  ('refunded', 'part_fulfilled', 'Something goes out again as an exchange.')
on conflict (from_state, to_state) do update set description = excluded.description;

-- What an address needs in a country.
insert into public.address_formats (country, needs_region, postal_code_pattern, postal_code_example) values
  ('ET', false, null, null), ('KE', false, null, null), ('UG', false, null, null), ('GH', false, null, null),
  ('DJ', false, null, null), ('SO', false, null, null), ('ER', false, null, null), ('RW', false, null, null),
  ('SD', false, '\d{5}', '11042'), ('EG', false, '\d{5}', '12411'), ('ZA', false, '\d{4}', '8001'),
  ('NG', true, '\d{6}', '900241'), ('MA', false, '\d{5}', '53000'),
  ('AE', true, null, null), ('QA', false, null, null), ('SA', false, '\d{5}(-\d{4})?', '12345'),
  ('IL', false, '\d{7}', '9614303'), ('TR', false, '\d{5}', '34433'), ('LB', false, null, null),
  ('US', true, '\d{5}(-\d{4})?', '90210'), ('CA', true, '[ABCEGHJ-NPRSTVXY]\d[A-Z] ?\d[A-Z]\d', 'K1A 0B1'),
  ('MX', true, '\d{5}', '06060'), ('BR', true, '\d{5}-?\d{3}', '70150-900'),
  ('GB', false, 'GIR ?0AA|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}', 'SW1A 2AA'), ('IE', false, '[A-Z\d]{3} ?[A-Z\d]{4}', 'D02 AF30'),
  ('FR', false, '\d{5}', '75008'), ('DE', false, '\d{5}', '10557'), ('IT', true, '\d{5}', '00187'),
  ('ES', true, '\d{5}', '28071'), ('PT', false, '\d{4}-\d{3}', '1249-068'), ('NL', false, '\d{4} ?[A-Z]{2}', '2513 AA'),
  ('BE', false, '\d{4}', '1000'), ('LU', false, '\d{4}', '1728'), ('CH', false, '\d{4}', '3003'), ('AT', false, '\d{4}', '1010'),
  ('SE', false, '\d{3} ?\d{2}', '103 33'), ('NO', false, '\d{4}', '0030'), ('DK', false, '\d{4}', '1218'), ('FI', false, '\d{5}', '00170'),
  ('PL', false, '\d{2}-\d{3}', '00-583'), ('CZ', false, '\d{3} ?\d{2}', '118 01'), ('GR', false, '\d{3} ?\d{2}', '106 71'),
  ('IN', true, '[1-9]\d{5}', '110011'), ('CN', true, '\d{6}', '100017'), ('JP', true, '\d{3}-?\d{4}', '100-8968'),
  ('AU', true, '\d{4}', '2600'), ('NZ', false, '\d{4}', '6011')
on conflict (country) do update set needs_region = excluded.needs_region, postal_code_pattern = excluded.postal_code_pattern,
  postal_code_example = excluded.postal_code_example;

-- Products that are on show are found when a job has made their documents.
select private.enqueue('catalog.index', jsonb_build_object('of', 'boutique', 'id', b.id))
from public.boutiques b where b.status = 'active' and exists (select from public.products p where p.boutique_id = b.id and p.listed);
