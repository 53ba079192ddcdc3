set local check_function_bodies = off;

DROP TRIGGER "index_later" ON "public"."categories";

CREATE TABLE "private"."catalog_import_keys" ("import_id" uuid NOT NULL, "kind" text NOT NULL, "key" text NOT NULL, "line" bigint NOT NULL, CONSTRAINT "catalog_import_keys_pkey" PRIMARY KEY (import_id, kind, key), CONSTRAINT "kind_is_known" CHECK ((kind = ANY (ARRAY['product'::text, 'sku'::text]))));

ALTER TABLE "private"."catalog_import_keys" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."catalog_import_refusals" ("import_id" uuid NOT NULL, "boutique_id" uuid NOT NULL, "line" bigint NOT NULL, "sku" text, "code" text NOT NULL, "message" text NOT NULL, "created_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "code_is_a_word" CHECK ((code ~ '^[a-z_]{1,60}$'::text)), CONSTRAINT "line_is_positive" CHECK ((line > 0)), CONSTRAINT "message_is_given" CHECK (((message ~ '\S'::text) AND (length(message) <= 1000))), "id" uuid NOT NULL DEFAULT private.uuid_v7(), CONSTRAINT "catalog_import_refusals_pkey" PRIMARY KEY (id));

ALTER TABLE "public"."catalog_import_refusals" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."catalog_imports" ("boutique_id" uuid NOT NULL, "started_by" uuid, "storage_path" text NOT NULL, "file_id" uuid NOT NULL, "is_dry_run" boolean NOT NULL DEFAULT false, "bytes_total" bigint NOT NULL, "rows_total" bigint, "rows_read" bigint NOT NULL DEFAULT 0, "rows_refused" bigint NOT NULL DEFAULT 0, "refusals_kept" integer NOT NULL DEFAULT 0, "products_written" bigint NOT NULL DEFAULT 0, "variants_written" bigint NOT NULL DEFAULT 0, "failure" text, "started_at" timestamp with time zone, "ended_at" timestamp with time zone, "created_at" timestamp with time zone NOT NULL DEFAULT now(), "updated_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "counts_are_not_negative" CHECK ((LEAST(bytes_total, rows_total, rows_read, rows_refused, (refusals_kept)::bigint, products_written, variants_written) >= 0)), CONSTRAINT "no_more_rows_than_there_are" CHECK (((rows_read <= rows_total) OR (rows_read = 0))), CONSTRAINT "refused_rows_were_read" CHECK ((rows_refused <= rows_read)), CONSTRAINT "storage_path_is_inside_the_boutiques_folder" CHECK ((starts_with(storage_path, ((boutique_id)::text || '/'::text)) AND (storage_path !~ '(^|/)\.\.?(/|$)'::text) AND (length(storage_path) <= 400))), "id" uuid NOT NULL DEFAULT private.uuid_v7(), CONSTRAINT "catalog_imports_id_boutique_id_key" UNIQUE (id, boutique_id), CONSTRAINT "catalog_imports_pkey" PRIMARY KEY (id));

ALTER TABLE "public"."catalog_imports" ENABLE ROW LEVEL SECURITY;

CREATE TYPE "public"."catalog_import_format" AS ENUM ('csv', 'json', 'ndjson');

ALTER TABLE "public"."catalog_imports" ADD COLUMN "format" public.catalog_import_format NOT NULL;

CREATE TYPE "public"."catalog_import_state" AS ENUM ('waiting', 'running', 'done', 'failed', 'cancelled');

ALTER TABLE "public"."catalog_imports" ADD COLUMN "state" public.catalog_import_state NOT NULL DEFAULT 'waiting'::public.catalog_import_state;

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
  delete from public.catalog_import_refusals r
  where r.ctid = any (array(
    select o.ctid from public.catalog_import_refusals o where o.created_at < now() - interval '30 days' limit batch));
  get diagnostics v_count = row_count;
  return v_total + v_count;
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

CREATE OR REPLACE FUNCTION public.cancel_catalog_import(import_id uuid)
 RETURNS public.catalog_imports
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.cancel_catalog_import(import_id) $function$;

CREATE OR REPLACE FUNCTION public.start_catalog_import(boutique_id uuid, storage_path text, format public.catalog_import_format, idempotency_key text, is_dry_run boolean DEFAULT false)
 RETURNS public.catalog_imports
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.start_catalog_import(boutique_id, storage_path, format, idempotency_key, is_dry_run) $function$;

ALTER TABLE "public"."catalog_imports" ADD CONSTRAINT "catalog_imports_boutique_id_fkey" FOREIGN KEY (boutique_id) REFERENCES public.boutiques(id) ON DELETE CASCADE;

ALTER TABLE "public"."catalog_imports" ADD CONSTRAINT "catalog_imports_started_by_fkey" FOREIGN KEY (started_by) REFERENCES public.profiles(id) ON DELETE SET NULL;

ALTER TABLE "public"."catalog_imports" ADD CONSTRAINT "ended_import_has_an_end" CHECK (((state = ANY (ARRAY['done'::public.catalog_import_state, 'failed'::public.catalog_import_state, 'cancelled'::public.catalog_import_state])) = (ended_at IS NOT NULL)));

ALTER TABLE "public"."catalog_imports" ADD CONSTRAINT "failed_import_says_why" CHECK (((state = 'failed'::public.catalog_import_state) = (failure IS NOT NULL)));

ALTER TABLE "public"."catalog_imports" ADD CONSTRAINT "running_import_has_a_start" CHECK (((state <> 'running'::public.catalog_import_state) OR (started_at IS NOT NULL)));

CREATE INDEX catalog_import_refusals_boutique_id_idx ON public.catalog_import_refusals USING btree (boutique_id);

CREATE INDEX catalog_import_refusals_created_at_idx ON public.catalog_import_refusals USING btree (created_at);

CREATE INDEX catalog_import_refusals_import_id_idx ON public.catalog_import_refusals USING btree (import_id, boutique_id, line);

CREATE INDEX catalog_imports_boutique_id_idx ON public.catalog_imports USING btree (boutique_id, created_at DESC);

CREATE INDEX catalog_imports_started_by_idx ON public.catalog_imports USING btree (started_by);

CREATE UNIQUE INDEX one_import_of_a_boutique_at_a_time ON public.catalog_imports USING btree (boutique_id) WHERE (state = ANY (ARRAY['waiting'::public.catalog_import_state, 'running'::public.catalog_import_state]));

CREATE TRIGGER touch_updated_at BEFORE UPDATE ON public.catalog_imports FOR EACH ROW EXECUTE FUNCTION private.touch_updated_at();

CREATE TRIGGER index_later AFTER UPDATE ON public.categories FOR EACH ROW WHEN ((((old.name IS DISTINCT FROM new.name) OR (old.parent_id IS DISTINCT FROM new.parent_id)) OR (old.translations IS DISTINCT FROM new.translations))) EXECUTE FUNCTION private.index_later();

CREATE POLICY "select_manager" ON "public"."catalog_import_refusals" FOR SELECT TO "authenticated" USING (((boutique_id IN ( SELECT private.my_boutique_ids('catalog.write'::public.permission) AS my_boutique_ids)) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_staff" ON "public"."catalog_imports" FOR SELECT TO "authenticated" USING (((boutique_id IN ( SELECT private.my_boutique_ids('catalog.read'::public.permission) AS my_boutique_ids)) OR ( SELECT private.is_admin() AS is_admin)));

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

COMMENT ON FUNCTION "private"."begin_catalog_import"(uuid) IS 'Checks that an import may still write, and that its file is the one that was named. What it returns is running, or has ended. Called by the job catalog.import, for each run.';

COMMENT ON FUNCTION "private"."end_catalog_import"(uuid, public.catalog_import_state, text) IS 'Ends an import that has not ended; null when it has.';

COMMENT ON FUNCTION "private"."import_products"(uuid, bigint, jsonb, boolean) IS 'Writes a batch of an import in one transaction with what is noted of it: products all or nothing, refusals, and rows_read, from where the next run goes on. Nothing is done, and false returned, when rows_read is not where the import stands, or it does not run any more. Called by the job catalog.import.';

COMMENT ON FUNCTION "private"."import_refusals"(uuid, uuid, jsonb) IS 'What is wrong with products of an import, as far as it can be told before they are written; n is the product''s.';

COMMENT ON FUNCTION "private"."imported_attribute"(public.attribute_definitions, jsonb) IS 'The value of a cell as its definition wants it; as it is where that is not possible.';

COMMENT ON FUNCTION "private"."imported_product"(public.products, jsonb) IS 'A product as an import wants it; what its file does not speak of stays as it is.';

COMMENT ON FUNCTION "private"."imported_value"(public.attribute_kind, jsonb) IS 'One value of a cell as a kind of attribute wants it.';

COMMENT ON FUNCTION "private"."imported_variant"(public.product_variants, jsonb) IS 'A variant as an import wants it; what its file does not speak of stays as it is.';

COMMENT ON FUNCTION "private"."prune"(integer) IS 'Removes up to `batch` old rows of each: idempotency keys after 30 days, messages after 400, notifications after 180 when they are read and after 400 in any case, payment events 90 days after they were worked on, refused rows of imports after 30. How many were removed; 0 when all is done. Called by the job housekeeping.prune.';

COMMENT ON FUNCTION "private"."resolve_import"(uuid, jsonb) IS 'Products of an import with what the database knows of them: id, category and designer, and the attributes that they will have. Locks those that are there.';

COMMENT ON FUNCTION "private"."write_imported"(uuid, jsonb) IS 'Writes products that import_refusals has nothing against, and their variants; rows that do not change are not touched. How many were written.';

COMMENT ON FUNCTION "public"."cancel_catalog_import"(uuid) IS 'Stops an import before its next batch; what it has written stays. Cancelling again changes nothing. PT404 import_not_found, PT409 import_ended (detail: state).';

COMMENT ON FUNCTION "public"."start_catalog_import"(uuid, text, public.catalog_import_format, text, boolean) IS 'Imports a file of products that was uploaded to the bucket catalog-imports; a job reads it, and the row that this returns shows its progress. The same idempotency key with the same input returns the same import. PT400 invalid_import, invalid_idempotency_key; PT403 not_allowed; PT404 file_not_found; PT409 import_running (detail: import_id); PT422 idempotency_key_reused.';

COMMENT ON TABLE "private"."catalog_import_keys" IS 'What a running import has met in its file, so that the second place is refused, in a dry run too. Emptied when it ends.';

COMMENT ON TABLE "public"."catalog_import_refusals" IS 'Rows of a file that were not imported, and why; kept for 30 days.';

COMMENT ON TABLE "public"."catalog_imports" IS 'Files of products that staff have imported, or try out. Made by start_catalog_import; the job catalog.import writes on, so that progress is read here while it runs.';

COMMENT ON TYPE "public"."catalog_import_format" IS 'csv: with a line of column names; json: an array of objects; ndjson: an object in each line. All in UTF-8.';

COMMENT ON TYPE "public"."catalog_import_state" IS 'waiting: for a worker; running; done: every row is dealt with, refused ones too; failed: the file cannot be read or the import was not allowed, `failure` says why; cancelled: by staff. What was written before the end stays written.';

REVOKE ALL ON FUNCTION "private"."begin_catalog_import"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."begin_catalog_import"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."cancel_catalog_import"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."cancel_catalog_import"(uuid) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."end_catalog_import"(uuid, public.catalog_import_state, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."end_catalog_import"(uuid, public.catalog_import_state, text) TO "postgres";

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

REVOKE ALL ON FUNCTION "private"."resolve_import"(uuid, jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."resolve_import"(uuid, jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "private"."start_catalog_import"(uuid, text, public.catalog_import_format, text, boolean) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."start_catalog_import"(uuid, text, public.catalog_import_format, text, boolean) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."write_imported"(uuid, jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."write_imported"(uuid, jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "public"."cancel_catalog_import"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."cancel_catalog_import"(uuid) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."start_catalog_import"(uuid, text, public.catalog_import_format, text, boolean) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."start_catalog_import"(uuid, text, public.catalog_import_format, text, boolean) TO "authenticated", "postgres";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "private"."catalog_import_keys" TO "postgres";

GRANT SELECT ON TABLE "public"."catalog_import_refusals" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."catalog_import_refusals" TO "postgres", "service_role";

GRANT SELECT ON TABLE "public"."catalog_imports" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."catalog_imports" TO "postgres", "service_role";

GRANT USAGE ON TYPE "public"."catalog_import_format" TO "postgres";

GRANT USAGE ON TYPE "public"."catalog_import_state" TO "postgres";

ALTER TABLE "public"."catalog_import_refusals" ADD CONSTRAINT "refusal_is_of_an_import_of_the_boutique" FOREIGN KEY (import_id, boutique_id) REFERENCES public.catalog_imports(id, boutique_id) ON DELETE CASCADE;

ALTER TABLE "private"."catalog_import_keys" ADD CONSTRAINT "catalog_import_keys_import_id_fkey" FOREIGN KEY (import_id) REFERENCES public.catalog_imports(id) ON DELETE CASCADE;

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
    bucket_id in ('avatars', 'private-documents', 'data-exports')
    and (storage.foldername(name))[1] = (select auth.uid())::text);
drop policy if exists insert_own_files on storage.objects;
create policy insert_own_files on storage.objects for insert to authenticated
  with check (
    bucket_id in ('avatars', 'private-documents')
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
  ('catalog.import', '{"import_id":"uuid"}', 900, null),
  ('media.process', '{"media_id":"uuid"}', 900, null),
  ('media.delete_files', '{"boutique_id":"uuid","media_id":"uuid","storage_path":"text"}', 3600, null),
  ('media.sweep', '{}', 7200, 86400);

-- Buckets of the Storage server; no SVG, which could carry scripts. Rows, not objects: `npm run db:diff` puts this file into the migration when they change.

insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types)
values
  ('product-media', 'product-media', true, 20971520, array['image/jpeg', 'image/png', 'image/webp', 'image/avif']),
  ('avatars', 'avatars', true, 2097152, array['image/jpeg', 'image/png', 'image/webp', 'image/avif']),
  ('private-documents', 'private-documents', false, 20971520, array['application/pdf', 'image/jpeg', 'image/png', 'image/webp']),
  ('data-exports', 'data-exports', false, 52428800, array['application/zip']),
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
