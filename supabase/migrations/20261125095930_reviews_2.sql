set local check_function_bodies = off;

CREATE TABLE "private"."review_measurements" ("review_id" uuid NOT NULL, "customer_id" uuid NOT NULL, "height_cm" numeric(4,1), "weight_kg" numeric(4,1), "bust_cm" numeric(4,1), "waist_cm" numeric(4,1), "hips_cm" numeric(4,1), "usual_size" text, "created_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "measurements_are_of_a_person" CHECK (((numrange((100)::numeric, (250)::numeric, '[]'::text) @> height_cm) AND (numrange((25)::numeric, (300)::numeric, '[]'::text) @> weight_kg) AND (numrange((40)::numeric, (250)::numeric, '[]'::text) @> bust_cm) AND (numrange((40)::numeric, (250)::numeric, '[]'::text) @> waist_cm) AND (numrange((40)::numeric, (250)::numeric, '[]'::text) @> hips_cm))), CONSTRAINT "review_measurements_pkey" PRIMARY KEY (review_id), CONSTRAINT "something_is_given" CHECK ((num_nonnulls(height_cm, weight_kg, bust_cm, waist_cm, hips_cm, usual_size) > 0)), CONSTRAINT "usual_size_is_short" CHECK (((usual_size ~ '\S'::text) AND (length(usual_size) <= 20))));

ALTER TABLE "private"."review_measurements" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."product_ratings" ("product_id" uuid NOT NULL, "boutique_id" uuid NOT NULL, "rating_sum" bigint NOT NULL DEFAULT 0, "rating_count" bigint NOT NULL DEFAULT 0, "stars" bigint[] NOT NULL DEFAULT '{0,0,0,0,0}'::bigint[], "fit_small" bigint NOT NULL DEFAULT 0, "fit_true" bigint NOT NULL DEFAULT 0, "fit_large" bigint NOT NULL DEFAULT 0, CONSTRAINT "nothing_is_counted_below_nothing" CHECK (((0 <= ALL (stars)) AND (LEAST(fit_small, fit_true, fit_large) >= 0) AND (((fit_small + fit_true) + fit_large) <= rating_count))), CONSTRAINT "product_ratings_pkey" PRIMARY KEY (product_id), CONSTRAINT "sums_are_those_of_the_stars" CHECK (((rating_count = ((((stars[1] + stars[2]) + stars[3]) + stars[4]) + stars[5])) AND (rating_sum = ((((stars[1] + (2 * stars[2])) + (3 * stars[3])) + (4 * stars[4])) + (5 * stars[5]))))), CONSTRAINT "there_are_five_stars" CHECK (((array_ndims(stars) = 1) AND (array_lower(stars, 1) = 1) AND (cardinality(stars) = 5))));

ALTER TABLE "public"."product_ratings" ENABLE ROW LEVEL SECURITY;

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

CREATE TYPE "private"."rating_sums" AS ("rating_sum" bigint, "rating_count" bigint, "stars" bigint[], "fit_small" bigint, "fit_true" bigint, "fit_large" bigint);

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
  select distinct w
  from unnest(private.words_of((
    select string_agg(x.words, ' ') from (
      select p.name || ' ' || array_to_string(p.tags, ' ') as words from public.products p where p.id = any (product_ids) and p.listed
      union
      select t.name from public.product_translations t where t.product_id = any (product_ids)
      union
      select distinct v.color from public.product_variants v where v.product_id = any (product_ids)
      union
      select g.label from public.designers g where g.id in (select p.designer_id from public.products p where p.id = any (product_ids))
      union
      select concat_ws(' ', c.name, c.translations -> 'am' ->> 'name',
        (select string_agg(concat_ws(' ', array_to_string(d.choices, ' '), d.translations::text), ' ') from private.attributes_of_category(c.id) d))
      from public.categories c where c.id in (select p.category_id from public.products p where p.id = any (product_ids))
      union
      select distinct v.value #>> '{}' from public.products p, jsonb_each(p.attributes) a,
        jsonb_array_elements(case when jsonb_typeof(a.value) = 'array' then a.value else jsonb_build_array(a.value) end) v (value)
      where p.id = any (product_ids) and jsonb_typeof(v.value) = 'string'
    ) x))) w
  where length(w) between 2 and 40 and not exists (select from private.search_words s where s.word = w)
  order by w
  on conflict do nothing;
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

CREATE OR REPLACE FUNCTION public.my_review_measurements()
 RETURNS TABLE(review_id uuid, height_cm double precision, weight_kg double precision, bust_cm double precision, waist_cm double precision, hips_cm double precision, usual_size text)
 LANGUAGE sql
 STABLE ROWS 10
 SET search_path TO ''
AS $function$ select * from private.my_review_measurements() $function$;

CREATE OR REPLACE FUNCTION public.product_reviews(product_id uuid, sort text DEFAULT 'helpful'::text, after text DEFAULT NULL::text, page_size integer DEFAULT 20)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$ select private.product_reviews(product_id, sort, after, page_size) $function$;

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

CREATE OR REPLACE FUNCTION public.show_review(review_id uuid)
 RETURNS public.reviews
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.show_review(review_id) $function$;

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

ALTER TABLE "private"."review_measurements" ADD CONSTRAINT "review_measurements_customer_id_fkey" FOREIGN KEY (customer_id) REFERENCES public.profiles(id) ON DELETE CASCADE;

ALTER TABLE "public"."product_ratings" ADD CONSTRAINT "ratings_are_of_a_product_of_the_boutique" FOREIGN KEY (product_id, boutique_id) REFERENCES public.products(id, boutique_id) ON DELETE CASCADE;

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

CREATE INDEX review_measurements_customer_id_idx ON private.review_measurements USING btree (customer_id);

CREATE INDEX product_ratings_product_id_idx ON public.product_ratings USING btree (product_id, boutique_id);

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

CREATE TRIGGER invite_to_review AFTER UPDATE OF state ON public.appointments FOR EACH ROW WHEN (((old.state <> 'attended'::public.appointment_state) AND (new.state = 'attended'::public.appointment_state) AND (new.customer_id IS NOT NULL))) EXECUTE FUNCTION private.invite_to_review();

CREATE TRIGGER index_rating AFTER INSERT OR UPDATE ON public.product_ratings FOR EACH ROW EXECUTE FUNCTION private.index_rating();

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

CREATE POLICY "select_all" ON "public"."product_ratings" FOR SELECT TO "anon", "authenticated" USING (true);

CREATE POLICY "select_own_or_staff" ON "public"."review_photos" FOR SELECT TO "authenticated" USING (((customer_id = ( SELECT auth.uid() AS uid)) OR (boutique_id IN ( SELECT private.my_boutique_ids('catalog.read'::public.permission) AS my_boutique_ids)) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "update_own" ON "public"."review_photos" FOR UPDATE TO "authenticated" USING ((customer_id = ( SELECT auth.uid() AS uid))) WITH CHECK ((customer_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY "select_own_or_admin" ON "public"."review_reports" FOR SELECT TO "authenticated" USING (((reporter_id = ( SELECT auth.uid() AS uid)) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_own_or_staff" ON "public"."review_revisions" FOR SELECT TO "authenticated" USING (((customer_id = ( SELECT auth.uid() AS uid)) OR (boutique_id IN ( SELECT private.my_boutique_ids('catalog.read'::public.permission) AS my_boutique_ids)) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_own" ON "public"."review_votes" FOR SELECT TO "authenticated" USING ((customer_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY "select_own_or_staff" ON "public"."reviews" FOR SELECT TO "authenticated" USING (((customer_id = ( SELECT auth.uid() AS uid)) OR (boutique_id IN ( SELECT private.my_boutique_ids('catalog.read'::public.permission) AS my_boutique_ids)) OR ( SELECT private.is_admin() AS is_admin)));

COMMENT ON COLUMN "private"."product_documents"."rating" IS 'By which it is ordered: private.ranked_rating of its product_ratings.';

COMMENT ON COLUMN "public"."product_ratings"."fit_small" IS 'How many found that it runs small; true: as expected; large likewise. Not everybody says.';

COMMENT ON COLUMN "public"."product_ratings"."stars" IS 'How many reviews gave one star, two, … five.';

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

COMMENT ON FUNCTION "private"."add_rating"(public.reviews, integer) IS 'Counts a review into the sums of its product (1) or out of them (-1).';

COMMENT ON FUNCTION "private"."check_experience"() IS 'Trigger: a review is of something that its author has had, at a boutique that she does not work for. PT404 experience_not_found; PT409 own_boutique.';

COMMENT ON FUNCTION "private"."claim_unused_review_photos"(text[]) IS 'Those of the paths in the bucket review-photos that no row speaks of. `claimed`: no row will before this transaction ends, so the file may be removed; false while somebody adds a row.';

COMMENT ON FUNCTION "private"."count_review"() IS 'Trigger: product_ratings are the sums of the published reviews, in the same transaction.';

COMMENT ON FUNCTION "private"."count_vote"() IS 'Trigger: reviews.helpful_count is the number of votes, in the same transaction.';

COMMENT ON FUNCTION "private"."counted_ratings"(uuid) IS 'The sums of a product, counted anew.';

COMMENT ON FUNCTION "private"."emit_review_event"() IS 'Trigger: that a review can be seen, or not any more, is an event: review.published, review.hidden.';

COMMENT ON FUNCTION "private"."experiences_of"(uuid) IS 'What a customer may say something about: delivered and kept, rented and brought back, tried on at a fitting that she came to.';

COMMENT ON FUNCTION "private"."forget_author"() IS 'Trigger: when the account of an author goes, so does her name and what she has written; the stars are counted on.';

COMMENT ON FUNCTION "private"."forget_reporter"() IS 'Trigger: when the account of a reporter goes, so does what she has written.';

COMMENT ON FUNCTION "private"."index_rating"() IS 'Trigger: the document that is searched follows the ratings in the same transaction.';

COMMENT ON FUNCTION "private"."invite_to_review"() IS 'Trigger: three days after a delivery, a return or a fitting its customer is asked what she thinks, if she wants to be asked.';

COMMENT ON FUNCTION "private"."keep_measurements"(public.reviews, jsonb) IS 'Replaces the measurements of a review; null leaves them. PT400 invalid_measurements.';

COMMENT ON FUNCTION "private"."keep_photos"(public.reviews, text[]) IS 'A review has these photos, in this order; null leaves them. PT400 invalid_photos.';

COMMENT ON FUNCTION "private"."keep_revision"() IS 'Trigger: whoever changes a review, what it said is kept.';

COMMENT ON FUNCTION "private"."lock_review_photo"() IS 'Trigger: a file is not removed between the look for its row and the commit of that row. As lock_media_file, with 32 as first key.';

COMMENT ON FUNCTION "private"."notify_of_review"() IS 'Trigger: tells the managers of a new review, and its author when it is hidden or has an answer.';

COMMENT ON FUNCTION "private"."own_review"(uuid) IS 'A review of the caller, locked. PT404 review_not_found.';

COMMENT ON FUNCTION "private"."process_review_photo"() IS 'Trigger: has a job look at a new photo.';

COMMENT ON FUNCTION "private"."published_review"(uuid) IS 'A review that everybody sees, locked: it is not deleted meanwhile. PT404 review_not_found.';

COMMENT ON FUNCTION "private"."ranked_rating"(bigint, bigint) IS 'By what products are ordered: the mean of their stars, drawn towards 4 while there are few (5 of them count as much as the prior). 0 without reviews: those come last.';

COMMENT ON FUNCTION "private"."refuse_unlisted"(uuid) IS 'PT404 product_not_found for a product that the public does not see.';

COMMENT ON FUNCTION "private"."remove_review_photo"() IS 'Trigger: a file goes after its row, also when that has another file now.';

COMMENT ON FUNCTION "private"."repair_review"(text, uuid) IS 'Counts anew what review_check has found.';

COMMENT ON FUNCTION "private"."review_check"() IS 'Part of order_check. rating: sums of a product that its published reviews do not make; rank: a document with another rating; helpful_count: a review whose votes are others.';

COMMENT ON FUNCTION "private"."review_cursor"(text, text) IS 'Where a page goes on: o its order, k and i key and id of the last review. PT400 invalid_cursor.';

COMMENT ON FUNCTION "private"."review_texts"(integer, text, text) IS 'PT400 invalid_review for what no review may say.';

COMMENT ON FUNCTION "private"."review_to_judge"(uuid) IS 'A review, locked, for an admin without a stake in it. PT403 not_allowed; PT404 review_not_found; PT409 own_boutique.';

COMMENT ON FUNCTION "private"."unused_review_photos"(timestamp with time zone, text, integer) IS 'Files in the bucket review-photos that no row speaks of and that were uploaded before a time, in the order of their names, after a name.';

COMMENT ON FUNCTION "private"."works_for"(uuid) IS 'True for members of a boutique, whatever their role: they neither praise nor hide what is said of it.';

COMMENT ON FUNCTION "public"."delete_review"(uuid) IS 'The caller takes a review of hers back, at any time, with its photos, votes and answer. One that was published may be written anew; one that was hidden not. PT404 review_not_found.';

COMMENT ON FUNCTION "public"."edit_review"(uuid, integer, public.review_fit, text, text, jsonb, text[]) IS 'The caller says a review of hers anew, within 14 days; what it was before is kept in review_revisions. measurements and photo_paths stay when they are left out; {} and [] remove them. PT404 review_not_found; PT409 too_late_to_edit; PT400 invalid_review, invalid_measurements, invalid_photos.';

COMMENT ON FUNCTION "public"."hide_review"(uuid, text) IS 'An admin hides a review and says why; its author is told. It is not counted any more, its photos are deleted, and open reports of it are upheld. Repeating it changes nothing. PT403 not_allowed; PT404 review_not_found; PT409 own_boutique; PT400 reason_required.';

COMMENT ON FUNCTION "public"."my_review_measurements"() IS 'What the caller has said of her body with her reviews. Nobody else reads it.';

COMMENT ON FUNCTION "public"."product_reviews"(uuid, text, text, integer) IS 'Published reviews of a product on show: {"reviews": [{id, kind, author_name, rating, fit, title, body, helpful_count, created_at, edited_at, reply, replied_at, is_own, is_helpful, photos: [{path, alt, width, height, blurhash}]}], "next"}. path is in the public bucket review-photos; is_helpful: the caller has said so. sort: helpful, newest, highest, lowest. after: next of the page before. For anybody. PT404 product_not_found; PT400 invalid_sort, invalid_cursor, invalid_page_size.';

COMMENT ON FUNCTION "public"."reply_to_review"(uuid, text) IS 'Managers answer a review of their boutique, for everybody to read; another reply replaces it, an empty one takes it back. The author is told of the first. PT404 review_not_found; PT400 invalid_reply.';

COMMENT ON FUNCTION "public"."report_review"(uuid, public.review_report_reason, text) IS 'The caller tells the admins that a review is wrong, once. Staff of the boutique may, too; it stays until an admin has decided. PT404 review_not_found; PT409 own_review, already_reported; PT400 invalid_report; PT429 too_many_requests.';

COMMENT ON FUNCTION "public"."resolve_review_report"(uuid, boolean) IS 'An admin has looked at a report: it was right, or not. The review is hidden by hide_review, which upholds what is open. The first decision stands. PT403 not_allowed; PT404 report_not_found; PT409 own_boutique; PT400 invalid_report.';

COMMENT ON FUNCTION "public"."review_queue"(uuid, uuid, integer) IS 'What waits for somebody, the oldest first: for staff, reviews of their boutiques without an answer or with open reports; for admins, reviews of all with open reports. {"reviews": [{id, product_id, boutique_id, kind, author_name, rating, fit, title, body, reply, helpful_count, created_at, edited_at, is_unanswered, open_reports: {"spam": 2}}], "next"}. after: next of the page before. PT404 boutique_not_found; PT400 invalid_page_size.';

COMMENT ON FUNCTION "public"."review_summary"(uuid) IS 'What the published reviews of a product on show come to: {"rating": 4.5 (null without any), "count", "stars": [of one star, …, of five], "fit": {"small", "true", "large"}}. For anybody. PT404 product_not_found.';

COMMENT ON FUNCTION "public"."reviewable_experiences"() IS 'What the caller may review and has not: purchases that were delivered, rentals that came back, gowns at fittings that she came to; the newest first. subject_id is the order line, the rental or the appointment.';

COMMENT ON FUNCTION "public"."show_review"(uuid) IS 'An admin shows a review again that was hidden; it is counted again. Its photos are gone. PT403 not_allowed; PT404 review_not_found; PT409 own_boutique.';

COMMENT ON FUNCTION "public"."vote_review"(uuid, boolean) IS 'The caller says that a review helped her, once; false takes it back. How many it helped. PT404 review_not_found; PT409 own_review, own_boutique; PT429 too_many_requests.';

COMMENT ON FUNCTION "public"."write_review"(public.review_kind, uuid, uuid, integer, public.review_fit, text, text, jsonb, text[]) IS 'The caller reviews a gown that she has bought, rented or tried on; see reviewable_experiences. measurements: {"height_cm", "weight_kg", "bust_cm", "waist_cm", "hips_cm", "usual_size"}, for advice on sizes; nobody but she reads them. photo_paths: up to six files that she has uploaded to review-photos. Shown at once. PT404 experience_not_found; PT409 already_reviewed, own_boutique; PT400 invalid_review, invalid_measurements, invalid_photos.';

COMMENT ON TABLE "private"."review_measurements" IS 'What an author has said of her body, for advice on sizes. Shown to nobody but her: my_review_measurements.';

COMMENT ON TABLE "public"."product_ratings" IS 'What the published reviews of a product come to, in the transaction of each. No row: nobody has reviewed it. Names nobody, and is read by everybody.';

COMMENT ON TABLE "public"."review_photos" IS 'Photos of a review, up to six, in the bucket review-photos. The public sees them when a job has made them ready, while the review is published.';

COMMENT ON TABLE "public"."review_reports" IS 'Somebody finds a review wrong. Read by who has reported and by admins, who decide; staff of the boutique see how many there are (review_queue), not whose.';

COMMENT ON TABLE "public"."review_revisions" IS 'What a review said before it was changed. Read by its author, the staff of the boutique and admins.';

COMMENT ON TABLE "public"."review_votes" IS 'Whom a review helped: one vote each. Seen by who has voted; the others see reviews.helpful_count.';

COMMENT ON TABLE "public"."reviews" IS 'What a customer says of a gown, once per experience. Read here by its author, the staff of the boutique and admins; the public has product_reviews.';

COMMENT ON TYPE "private"."experience" IS 'What somebody may review: subject_id is the order line, the rental or the appointment.';

COMMENT ON TYPE "public"."review_fit" IS 'How a gown fits, against its size: runs small, true to size, runs large.';

COMMENT ON TYPE "public"."review_kind" IS 'bought: a line of an order that was delivered; rented: a rental that came back; fitted: a gown at a fitting that she came to.';

COMMENT ON TYPE "public"."review_report_reason" IS 'What somebody finds wrong with a review. private_data: it tells of a person what is nobody''s business.';

COMMENT ON TYPE "public"."review_report_state" IS 'open: an admin has still to look; upheld: the report was right; dismissed: it was not.';

COMMENT ON TYPE "public"."review_state" IS 'published: shown, and counted in product_ratings; hidden: by an admin, who has said why; withdrawn: deleted by its author while it was hidden. Nothing is left of that but that there was one, so that it is not written again.';

REVOKE ALL ON FUNCTION "private"."add_rating"(public.reviews, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."add_rating"(public.reviews, integer) TO "postgres";

REVOKE ALL ON FUNCTION "private"."check_experience"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."check_experience"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."claim_unused_review_photos"(text[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."claim_unused_review_photos"(text[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."count_review"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."count_review"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."count_vote"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."count_vote"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."counted_ratings"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."counted_ratings"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."delete_review"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."delete_review"(uuid) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."edit_review"(uuid, integer, public.review_fit, text, text, jsonb, text[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."edit_review"(uuid, integer, public.review_fit, text, text, jsonb, text[]) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."emit_review_event"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."emit_review_event"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."experiences_of"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."experiences_of"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."forget_author"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."forget_author"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."forget_reporter"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."forget_reporter"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."hide_review"(uuid, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."hide_review"(uuid, text) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."index_rating"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."index_rating"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."invite_to_review"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."invite_to_review"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."keep_measurements"(public.reviews, jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."keep_measurements"(public.reviews, jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "private"."keep_photos"(public.reviews, text[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."keep_photos"(public.reviews, text[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."keep_revision"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."keep_revision"() TO "postgres";

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

REVOKE ALL ON FUNCTION "private"."product_reviews"(uuid, text, text, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."product_reviews"(uuid, text, text, integer) TO "anon", "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."published_review"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."published_review"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."ranked_rating"(bigint, bigint) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."ranked_rating"(bigint, bigint) TO "postgres";

REVOKE ALL ON FUNCTION "private"."refuse_unlisted"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."refuse_unlisted"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."remove_review_photo"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."remove_review_photo"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."repair_review"(text, uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."repair_review"(text, uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."reply_to_review"(uuid, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."reply_to_review"(uuid, text) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."report_review"(uuid, public.review_report_reason, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."report_review"(uuid, public.review_report_reason, text) TO "authenticated", "postgres";

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

REVOKE ALL ON FUNCTION "private"."show_review"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."show_review"(uuid) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."unused_review_photos"(timestamp with time zone, text, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."unused_review_photos"(timestamp with time zone, text, integer) TO "postgres";

REVOKE ALL ON FUNCTION "private"."vote_review"(uuid, boolean) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."vote_review"(uuid, boolean) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."works_for"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."works_for"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."write_review"(public.review_kind, uuid, uuid, integer, public.review_fit, text, text, jsonb, text[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."write_review"(public.review_kind, uuid, uuid, integer, public.review_fit, text, text, jsonb, text[]) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."delete_review"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."delete_review"(uuid) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."edit_review"(uuid, integer, public.review_fit, text, text, jsonb, text[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."edit_review"(uuid, integer, public.review_fit, text, text, jsonb, text[]) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."hide_review"(uuid, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."hide_review"(uuid, text) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."my_review_measurements"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."my_review_measurements"() TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."product_reviews"(uuid, text, text, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."product_reviews"(uuid, text, text, integer) TO "anon", "authenticated", "postgres";

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

REVOKE ALL ON FUNCTION "public"."show_review"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."show_review"(uuid) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."vote_review"(uuid, boolean) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."vote_review"(uuid, boolean) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."write_review"(public.review_kind, uuid, uuid, integer, public.review_fit, text, text, jsonb, text[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."write_review"(public.review_kind, uuid, uuid, integer, public.review_fit, text, text, jsonb, text[]) TO "authenticated", "postgres";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "private"."review_measurements" TO "postgres";

GRANT SELECT ON TABLE "public"."product_ratings" TO "anon", "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."product_ratings" TO "postgres", "service_role";

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

GRANT USAGE ON TYPE "private"."experience" TO "postgres";

GRANT USAGE ON TYPE "private"."rating_sums" TO "postgres";

GRANT USAGE ON TYPE "public"."review_fit" TO "postgres";

GRANT USAGE ON TYPE "public"."review_kind" TO "postgres";

GRANT USAGE ON TYPE "public"."review_report_reason" TO "postgres";

GRANT USAGE ON TYPE "public"."review_report_state" TO "postgres";

GRANT USAGE ON TYPE "public"."review_state" TO "postgres";

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
  ('invoices', 'invoices', false, 5242880, array['application/pdf'])
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
