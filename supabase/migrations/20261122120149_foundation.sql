set local check_function_bodies = off;

ALTER DEFAULT PRIVILEGES FOR ROLE "postgres" IN SCHEMA "public" REVOKE ALL ON SEQUENCES FROM "anon";

ALTER DEFAULT PRIVILEGES FOR ROLE "postgres" IN SCHEMA "public" REVOKE ALL ON SEQUENCES FROM "authenticated";

ALTER DEFAULT PRIVILEGES FOR ROLE "postgres" IN SCHEMA "public" REVOKE ALL ON SEQUENCES FROM "service_role";

ALTER DEFAULT PRIVILEGES FOR ROLE "postgres" IN SCHEMA "public" REVOKE ALL ON FUNCTIONS FROM "anon";

ALTER DEFAULT PRIVILEGES FOR ROLE "postgres" IN SCHEMA "public" REVOKE ALL ON FUNCTIONS FROM "authenticated";

ALTER DEFAULT PRIVILEGES FOR ROLE "postgres" IN SCHEMA "public" REVOKE ALL ON FUNCTIONS FROM "service_role";

ALTER DEFAULT PRIVILEGES FOR ROLE "postgres" IN SCHEMA "public" REVOKE ALL ON TABLES FROM "anon";

ALTER DEFAULT PRIVILEGES FOR ROLE "postgres" IN SCHEMA "public" REVOKE ALL ON TABLES FROM "authenticated";

ALTER DEFAULT PRIVILEGES FOR ROLE "postgres" IN SCHEMA "public" REVOKE ALL ON TABLES FROM "service_role";

CREATE SCHEMA "private";

CREATE EXTENSION "btree_gist" SCHEMA "extensions";

CREATE EXTENSION "citext" SCHEMA "extensions";

CREATE EXTENSION "pg_trgm" SCHEMA "extensions";

CREATE EXTENSION "unaccent" SCHEMA "extensions";

CREATE TABLE "private"."fit_records" ("boutique_id" uuid NOT NULL, "variant_id" uuid NOT NULL, "source" text NOT NULL, "fingerprint" bytea NOT NULL, "customer_ref" text NOT NULL, "rating" smallint, "occasion" text, "body_type" text, "height_cm" numeric(4,1), "weight_kg" numeric(4,1), "bust" text, "age" smallint, "recommend" boolean, "worn_on" date NOT NULL, "created_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "age_is_a_persons" CHECK (((age >= 0) AND (age <= 120))), CONSTRAINT "customer_ref_is_given" CHECK (((length(customer_ref) >= 1) AND (length(customer_ref) <= 60))), CONSTRAINT "fit_record_is_loaded_once" UNIQUE (source, fingerprint), CONSTRAINT "height_is_a_persons" CHECK (((height_cm >= (50)::numeric) AND (height_cm <= (250)::numeric))), CONSTRAINT "rating_is_1_to_5" CHECK (((rating >= 1) AND (rating <= 5))), CONSTRAINT "source_is_given" CHECK (((length(source) >= 1) AND (length(source) <= 60))), CONSTRAINT "weight_is_a_persons" CHECK (((weight_kg >= (20)::numeric) AND (weight_kg <= (400)::numeric))));

ALTER TABLE "private"."fit_records" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "private"."idempotency_keys" ("user_id" uuid NOT NULL, "operation" text NOT NULL, "key" text NOT NULL, "request" jsonb NOT NULL, "response_id" uuid, "created_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "idempotency_keys_pkey" PRIMARY KEY (user_id, operation, key), CONSTRAINT "key_is_short" CHECK (((length(key) >= 1) AND (length(key) <= 200))));

ALTER TABLE "private"."idempotency_keys" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "private"."messages" ("send_key" text NOT NULL, "channel" text NOT NULL, "template" text NOT NULL, "user_id" uuid, "attempts" integer NOT NULL DEFAULT 1, "last_error" text, "sent_at" timestamp with time zone, "created_at" timestamp with time zone NOT NULL DEFAULT now(), "updated_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "channel_is_known" CHECK ((channel = 'email'::text)), CONSTRAINT "messages_pkey" PRIMARY KEY (send_key));

ALTER TABLE "private"."messages" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."allocations" ("resource_id" uuid NOT NULL, "boutique_id" uuid NOT NULL, "during" tstzrange NOT NULL, "held_until" timestamp with time zone, "source_id" uuid, "created_at" timestamp with time zone NOT NULL DEFAULT now(), "updated_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "allocation_takes_some_time" CHECK (((NOT isempty(during)) AND (lower(during) IS NOT NULL) AND isfinite(lower(during)))));

ALTER TABLE "public"."allocations" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."boutique_members" ("boutique_id" uuid NOT NULL, "user_id" uuid NOT NULL, "created_at" timestamp with time zone NOT NULL DEFAULT now(), "updated_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "boutique_members_pkey" PRIMARY KEY (boutique_id, user_id));

ALTER TABLE "public"."boutique_members" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."boutiques" ("slug" text NOT NULL, "name" text NOT NULL, "currency" character(3) NOT NULL, "timezone" text NOT NULL, "created_at" timestamp with time zone NOT NULL DEFAULT now(), "updated_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "boutiques_slug_key" UNIQUE (slug), CONSTRAINT "currency_is_iso_4217" CHECK ((currency ~ '^[A-Z]{3}$'::text)), CONSTRAINT "name_is_given" CHECK (((length(btrim(name)) >= 1) AND (length(btrim(name)) <= 120))), CONSTRAINT "slug_is_url_safe" CHECK (((slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'::text) AND (length(slug) <= 80))));

ALTER TABLE "public"."boutiques" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."categories" ("parent_id" uuid, "slug" text NOT NULL, "name" text NOT NULL, "position" integer NOT NULL DEFAULT 0, "created_at" timestamp with time zone NOT NULL DEFAULT now(), "updated_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "categories_slug_key" UNIQUE (slug), CONSTRAINT "name_is_given" CHECK (((length(btrim(name)) >= 1) AND (length(btrim(name)) <= 120))), CONSTRAINT "slug_is_url_safe" CHECK (((slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'::text) AND (length(slug) <= 80))));

ALTER TABLE "public"."categories" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."designers" ("slug" text NOT NULL, "label" text NOT NULL, "bio" text NOT NULL DEFAULT ''::text, "created_at" timestamp with time zone NOT NULL DEFAULT now(), "updated_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "bio_is_bounded" CHECK ((length(bio) <= 10000)), CONSTRAINT "designers_slug_key" UNIQUE (slug), CONSTRAINT "label_is_given" CHECK (((length(btrim(label)) >= 1) AND (length(btrim(label)) <= 120))), CONSTRAINT "slug_is_url_safe" CHECK (((slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'::text) AND (length(slug) <= 80))));

ALTER TABLE "public"."designers" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."garments" ("boutique_id" uuid NOT NULL, "variant_id" uuid NOT NULL, "location_id" uuid NOT NULL, "serial" text NOT NULL, "retired_at" timestamp with time zone, "created_at" timestamp with time zone NOT NULL DEFAULT now(), "updated_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "garments_boutique_id_serial_key" UNIQUE (boutique_id, serial), CONSTRAINT "serial_is_given" CHECK (((length(btrim(serial)) >= 1) AND (length(btrim(serial)) <= 80))));

ALTER TABLE "public"."garments" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."locations" ("boutique_id" uuid NOT NULL, "name" text NOT NULL, "street" text NOT NULL DEFAULT ''::text, "city" text NOT NULL, "country" character(2) NOT NULL, "timezone" text NOT NULL, "created_at" timestamp with time zone NOT NULL DEFAULT now(), "updated_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "city_is_given" CHECK (((length(btrim(city)) >= 1) AND (length(btrim(city)) <= 120))), CONSTRAINT "country_is_iso_3166" CHECK ((country ~ '^[A-Z]{2}$'::text)), CONSTRAINT "name_is_given" CHECK (((length(btrim(name)) >= 1) AND (length(btrim(name)) <= 120))), CONSTRAINT "street_is_bounded" CHECK ((length(street) <= 300)));

ALTER TABLE "public"."locations" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."platform_admins" ("user_id" uuid NOT NULL, "created_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "platform_admins_pkey" PRIMARY KEY (user_id));

ALTER TABLE "public"."platform_admins" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."product_media" ("product_id" uuid NOT NULL, "boutique_id" uuid NOT NULL, "storage_path" text NOT NULL, "alt" text NOT NULL, "position" integer NOT NULL DEFAULT 0, "listed" boolean NOT NULL DEFAULT false, "created_at" timestamp with time zone NOT NULL DEFAULT now(), "updated_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "alt_is_given" CHECK (((length(btrim(alt)) >= 1) AND (length(btrim(alt)) <= 300))), CONSTRAINT "position_is_not_negative" CHECK (("position" >= 0)), CONSTRAINT "storage_path_is_inside_the_boutiques_folder" CHECK ((starts_with(storage_path, ((boutique_id)::text || '/'::text)) AND (storage_path !~ '(^|/)\.\.?(/|$)'::text) AND (length(storage_path) <= 400))));

ALTER TABLE "public"."product_media" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."product_variants" ("product_id" uuid NOT NULL, "boutique_id" uuid NOT NULL, "size" text NOT NULL, "color" text NOT NULL DEFAULT ''::text, "sku" text NOT NULL, "sale_price" bigint, "rental_price_per_day" bigint, "deposit" bigint NOT NULL DEFAULT 0, "currency" character(3) NOT NULL, "listed" boolean NOT NULL DEFAULT false, "created_at" timestamp with time zone NOT NULL DEFAULT now(), "updated_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "color_is_short" CHECK ((length(color) <= 60)), CONSTRAINT "currency_is_iso_4217" CHECK ((currency ~ '^[A-Z]{3}$'::text)), CONSTRAINT "deposit_is_not_negative" CHECK ((deposit >= 0)), CONSTRAINT "product_variants_boutique_id_sku_key" UNIQUE (boutique_id, sku), CONSTRAINT "product_variants_product_id_size_color_key" UNIQUE (product_id, size, color), CONSTRAINT "rental_price_is_not_negative" CHECK ((rental_price_per_day >= 0)), CONSTRAINT "sale_price_is_not_negative" CHECK ((sale_price >= 0)), CONSTRAINT "size_is_given" CHECK (((length(btrim(size)) >= 1) AND (length(btrim(size)) <= 40))), CONSTRAINT "sku_is_given" CHECK (((length(btrim(sku)) >= 1) AND (length(btrim(sku)) <= 80))));

ALTER TABLE "public"."product_variants" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."products" ("boutique_id" uuid NOT NULL, "designer_id" uuid, "category_id" uuid, "slug" text NOT NULL, "name" text NOT NULL, "description" text NOT NULL DEFAULT ''::text, "attributes" jsonb NOT NULL DEFAULT '{}'::jsonb, "for_sale" boolean NOT NULL DEFAULT false, "for_rent" boolean NOT NULL DEFAULT true, "listed" boolean NOT NULL DEFAULT false, "published_at" timestamp with time zone, "created_at" timestamp with time zone NOT NULL DEFAULT now(), "updated_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "attributes_are_an_object" CHECK ((jsonb_typeof(attributes) = 'object'::text)), CONSTRAINT "description_is_bounded" CHECK ((length(description) <= 20000)), CONSTRAINT "name_is_given" CHECK (((length(btrim(name)) >= 1) AND (length(btrim(name)) <= 200))), CONSTRAINT "products_boutique_id_slug_key" UNIQUE (boutique_id, slug), CONSTRAINT "slug_is_url_safe" CHECK (((slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'::text) AND (length(slug) <= 120))));

ALTER TABLE "public"."products" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."profiles" ("id" uuid NOT NULL, "display_name" text NOT NULL DEFAULT ''::text, "phone" text, "locale" text NOT NULL DEFAULT 'en'::text, "created_at" timestamp with time zone NOT NULL DEFAULT now(), "updated_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "display_name_is_short" CHECK ((length(display_name) <= 120)), CONSTRAINT "locale_is_a_language_tag" CHECK ((locale ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$'::text)), CONSTRAINT "phone_is_e164" CHECK ((phone ~ '^\+[1-9][0-9]{6,14}$'::text)), CONSTRAINT "profiles_pkey" PRIMARY KEY (id));

ALTER TABLE "public"."profiles" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."rental_policies" ("boutique_id" uuid NOT NULL, "hold_minutes" integer NOT NULL DEFAULT 15, "buffer_days_before" integer NOT NULL DEFAULT 1, "buffer_days_after" integer NOT NULL DEFAULT 2, "min_days" integer NOT NULL DEFAULT 1, "max_days" integer NOT NULL DEFAULT 14, "max_days_ahead" integer NOT NULL DEFAULT 730, "created_at" timestamp with time zone NOT NULL DEFAULT now(), "updated_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "booking_is_up_to_five_years_ahead" CHECK (((max_days_ahead >= 1) AND (max_days_ahead <= 1830))), CONSTRAINT "buffer_after_is_up_to_a_month" CHECK (((buffer_days_after >= 0) AND (buffer_days_after <= 31))), CONSTRAINT "buffer_before_is_up_to_a_month" CHECK (((buffer_days_before >= 0) AND (buffer_days_before <= 31))), CONSTRAINT "hold_is_a_minute_to_three_days" CHECK (((hold_minutes >= 1) AND (hold_minutes <= 4320))), CONSTRAINT "length_is_a_day_to_a_year" CHECK (((min_days >= 1) AND ((max_days >= min_days) AND (max_days <= 366)))), CONSTRAINT "rental_policies_pkey" PRIMARY KEY (boutique_id));

ALTER TABLE "public"."rental_policies" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."rentals" ("boutique_id" uuid NOT NULL, "customer_id" uuid NOT NULL, "variant_id" uuid NOT NULL, "garment_id" uuid NOT NULL, "allocation_id" uuid NOT NULL, "period" daterange NOT NULL, "held_until" timestamp with time zone, "price" bigint NOT NULL, "deposit" bigint NOT NULL, "currency" character(3) NOT NULL, "created_at" timestamp with time zone NOT NULL DEFAULT now(), "updated_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "currency_is_iso_4217" CHECK ((currency ~ '^[A-Z]{3}$'::text)), CONSTRAINT "deposit_is_not_negative" CHECK ((deposit >= 0)), CONSTRAINT "price_is_not_negative" CHECK ((price >= 0)), CONSTRAINT "rental_ends_after_it_starts" CHECK (((NOT isempty(period)) AND isfinite(lower(period)) AND isfinite(upper(period)))), CONSTRAINT "rentals_allocation_id_key" UNIQUE (allocation_id));

ALTER TABLE "public"."rentals" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."resources" ("boutique_id" uuid NOT NULL, "location_id" uuid, "created_at" timestamp with time zone NOT NULL DEFAULT now());

ALTER TABLE "public"."resources" ENABLE ROW LEVEL SECURITY;

CREATE TYPE "private"."fit" AS ENUM ('small', 'true', 'large');

ALTER TABLE "private"."fit_records" ADD COLUMN "fit" private.fit NOT NULL;

CREATE TYPE "private"."message_state" AS ENUM ('sending', 'sent', 'failed');

ALTER TABLE "private"."messages" ADD COLUMN "state" private.message_state NOT NULL DEFAULT 'sending'::private.message_state;

CREATE TYPE "private"."rental_terms" AS ("variant_id" uuid, "product_id" uuid, "boutique_id" uuid, "price_per_day" bigint, "deposit" bigint, "currency" character(3), "timezone" text, "hold_minutes" integer, "buffer_days_before" integer, "buffer_days_after" integer, "max_days_ahead" integer, "period" daterange);

CREATE TYPE "public"."allocation_kind" AS ENUM ('fitting', 'rental', 'show', 'repair', 'cleaning', 'sale');

ALTER TABLE "public"."allocations" ADD COLUMN "kind" public.allocation_kind NOT NULL;

CREATE TYPE "public"."allocation_state" AS ENUM ('held', 'confirmed', 'released');

ALTER TABLE "public"."allocations" ADD COLUMN "state" public.allocation_state NOT NULL;

CREATE TYPE "public"."boutique_status" AS ENUM ('applied', 'active', 'suspended');

ALTER TABLE "public"."boutiques" ADD COLUMN "status" public.boutique_status NOT NULL DEFAULT 'applied'::public.boutique_status;

CREATE TYPE "public"."garment_condition" AS ENUM ('new', 'good', 'worn', 'damaged');

ALTER TABLE "public"."garments" ADD COLUMN "condition" public.garment_condition NOT NULL DEFAULT 'new'::public.garment_condition;

CREATE TYPE "public"."member_role" AS ENUM ('stylist', 'manager', 'owner');

ALTER TABLE "public"."boutique_members" ADD COLUMN "role" public.member_role NOT NULL;

CREATE TYPE "public"."product_status" AS ENUM ('draft', 'published', 'archived');

ALTER TABLE "public"."products" ADD COLUMN "status" public.product_status NOT NULL DEFAULT 'draft'::public.product_status;

CREATE TYPE "public"."rental_quote" AS ("variant_id" uuid, "first_day" date, "last_day" date, "days" integer, "price_per_day" bigint, "price" bigint, "deposit" bigint, "currency" text, "blocked_from" timestamp with time zone, "blocked_until" timestamp with time zone, "available" boolean, "next_free_first_day" date, "next_free_last_day" date);

CREATE TYPE "public"."rental_state" AS ENUM ('held', 'reserved', 'picked_up', 'returned', 'inspecting', 'closed', 'lost', 'cancelled', 'expired');

ALTER TABLE "public"."rentals" ADD COLUMN "state" public.rental_state NOT NULL DEFAULT 'held'::public.rental_state;

CREATE TYPE "public"."resource_kind" AS ENUM ('garment', 'stylist', 'room');

ALTER TABLE "public"."resources" ADD COLUMN "kind" public.resource_kind NOT NULL;

CREATE OR REPLACE FUNCTION private.allocation_of_period(period daterange, buffer_before integer, buffer_after integer, timezone text)
 RETURNS tstzrange
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select tstzrange(
    (lower(period) - buffer_before)::timestamp at time zone timezone,
    (upper(period) + buffer_after)::timestamp at time zone timezone,
    '[)')
$function$;

CREATE OR REPLACE FUNCTION private.cancel_rental(rental_id uuid)
 RETURNS public.rentals
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_rental public.rentals;
begin
  select * into v_rental from public.rentals r
  where r.id = cancel_rental.rental_id
    and (r.customer_id = auth.uid() or r.boutique_id in (select private.my_active_boutique_ids('stylist')))
  for update;
  if not found then
    perform private.raise_error(404, 'rental_not_found', 'There is no such rental of yours.',
      jsonb_build_object('rental_id', rental_id));
  end if;
  if v_rental.state in ('cancelled', 'expired') then
    return v_rental;
  end if;
  if v_rental.state not in ('held', 'reserved') then
    perform private.raise_error(409, 'invalid_state', format('A rental that is %s cannot be cancelled.', v_rental.state),
      jsonb_build_object('rental_id', rental_id, 'state', v_rental.state));
  end if;
  perform private.end_rental(v_rental.id, 'cancelled');
  select * into v_rental from public.rentals r where r.id = v_rental.id;
  return v_rental;
end
$function$;

CREATE OR REPLACE FUNCTION private.claim_idempotency_key(operation text, key text, request jsonb)
 RETURNS uuid
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_caller uuid := auth.uid();
  v_earlier private.idempotency_keys;
begin
  if key is null or length(key) not between 1 and 200 then
    perform private.raise_error(400, 'invalid_idempotency_key',
      'Send an idempotency key of 1 to 200 characters, new for every intent (a UUID, say).');
  end if;
  -- A concurrent call with the same key waits here until the first one has committed or failed.
  insert into private.idempotency_keys (user_id, operation, key, request)
  values (v_caller, claim_idempotency_key.operation, claim_idempotency_key.key, claim_idempotency_key.request)
  on conflict do nothing;
  if found then
    return null;
  end if;
  select * into strict v_earlier
  from private.idempotency_keys k
  where k.user_id = v_caller and k.operation = claim_idempotency_key.operation and k.key = claim_idempotency_key.key;
  if v_earlier.request is distinct from claim_idempotency_key.request then
    perform private.raise_error(422, 'idempotency_key_reused',
      'This idempotency key was used with other input. Use a new key for a new intent.');
  end if;
  return v_earlier.response_id;
end
$function$;

CREATE OR REPLACE FUNCTION private.confirm_rental(rental_id uuid)
 RETURNS public.rentals
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_rental public.rentals;
begin
  select * into v_rental from public.rentals r
  where r.id = confirm_rental.rental_id
    and r.boutique_id in (select private.my_active_boutique_ids('stylist'))
  for update;
  if not found then
    perform private.raise_error(404, 'rental_not_found', 'There is no such rental in a boutique you work for.',
      jsonb_build_object('rental_id', rental_id));
  end if;
  if v_rental.state = 'reserved' then
    return v_rental;
  end if;
  if v_rental.state = 'expired' or (v_rental.state = 'held' and v_rental.held_until <= now()) then
    perform private.raise_error(410, 'hold_expired', 'The hold has ended. Reserve the days again.',
      jsonb_build_object('rental_id', rental_id, 'held_until', v_rental.held_until));
  end if;
  if v_rental.state <> 'held' then
    perform private.raise_error(409, 'invalid_state', format('A rental that is %s cannot be confirmed.', v_rental.state),
      jsonb_build_object('rental_id', rental_id, 'state', v_rental.state));
  end if;
  update public.allocations a set state = 'confirmed', held_until = null where a.id = v_rental.allocation_id;
  update public.rentals r set state = 'reserved' where r.id = v_rental.id returning * into v_rental;
  return v_rental;
end
$function$;

CREATE OR REPLACE FUNCTION private.create_garment_resource()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  insert into public.resources (id, boutique_id, location_id, kind)
  values (new.id, new.boutique_id, new.location_id, 'garment');
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION private.create_profile()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  -- Metadata is the user's own input: too long a name is cut, never a reason to fail the sign-up.
  insert into public.profiles (id, display_name, locale)
  values (
    new.id,
    left(coalesce(new.raw_user_meta_data ->> 'display_name', ''), 120),
    case
      when new.raw_user_meta_data ->> 'locale' ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$' then new.raw_user_meta_data ->> 'locale'
      else 'en'
    end
  )
  on conflict (id) do nothing;
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION private.create_rental_policy()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  insert into public.rental_policies (boutique_id) values (new.id);
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION private.end_rental(rental_id uuid, new_state public.rental_state)
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  with ended as (
    update public.rentals r set state = new_state
    where r.id = end_rental.rental_id and r.state in ('held', 'reserved')
    returning r.allocation_id
  )
  update public.allocations a set state = 'released', held_until = null
  from ended e where a.id = e.allocation_id
$function$;

CREATE OR REPLACE FUNCTION private.enqueue(queue text, payload jsonb, options jsonb DEFAULT '{}'::jsonb)
 RETURNS uuid
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_job uuid;
  v_start timestamptz := coalesce((options ->> 'start_after')::timestamptz, now());
begin
  -- The columns and their defaults follow pg-boss's own insert, which tests compare this with.
  insert into pgboss.job (
    name, data, priority, start_after, singleton_key, expire_seconds, deletion_seconds, keep_until,
    retry_limit, retry_delay, retry_backoff, retry_delay_max, policy, dead_letter, heartbeat_seconds
  )
  select
    q.name, payload, coalesce((options ->> 'priority')::integer, 0), v_start, options ->> 'singleton_key',
    q.expire_seconds, q.deletion_seconds, v_start + q.retention_seconds * interval '1 second',
    q.retry_limit, q.retry_delay, q.retry_backoff, q.retry_delay_max, q.policy, q.dead_letter, q.heartbeat_seconds
  from pgboss.queue q
  where q.name = enqueue.queue
  on conflict do nothing
  returning id into v_job;
  if v_job is null and not exists (select from pgboss.queue q where q.name = enqueue.queue) then
    raise exception 'There is no queue "%".', queue
      using hint = 'Add it to functions/_shared/jobs and run npm run db:diff.';
  end if;
  -- Wakes a sleeping worker when the transaction commits; pg-boss listens on the channel of its schema's name.
  if v_start <= now() then
    perform pg_notify('pgboss_' || left(encode(sha224('pgboss'::bytea), 'hex'), 24), queue);
  end if;
  return v_job;
end
$function$;

CREATE OR REPLACE FUNCTION private.expire_rental_hold(rental_id uuid)
 RETURNS boolean
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  perform from public.rentals r
  where r.id = expire_rental_hold.rental_id and r.state = 'held' and r.held_until <= now()
  for update;
  if not found then
    return false;
  end if;
  perform private.end_rental(rental_id, 'expired');
  return true;
end
$function$;

CREATE OR REPLACE FUNCTION private.follow_product()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  select p.listed into new.listed from public.products p where p.id = new.product_id;
  new.listed := coalesce(new.listed, false);
  if tg_table_name = 'product_variants' then
    select b.currency into new.currency from public.boutiques b where b.id = new.boutique_id;
  end if;
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION private.free_garment_ids(variant_id uuid, during tstzrange)
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  -- A hold past its time does not count: whoever needs the garment releases it. The predicate of the partial
  -- exclusion index is repeated, or the index would not be used.
  select g.id
  from public.garments g
  where g.variant_id = free_garment_ids.variant_id
    and g.retired_at is null
    and not exists (
      select from public.allocations a
      where a.resource_id = g.id
        and a.during && free_garment_ids.during
        and a.state <> 'released'
        and (a.held_until is null or a.held_until > now()))
$function$;

CREATE OR REPLACE FUNCTION private.is_admin()
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select exists (select from public.platform_admins a where a.user_id = auth.uid())
$function$;

CREATE OR REPLACE FUNCTION private.is_timezone(name text)
 RETURNS boolean
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
begin
  -- Declared immutable to serve in a CHECK: zones are added by updates of the server, hardly ever removed.
  perform timestamptz 'epoch' at time zone name;
  return name ~ '^[A-Za-z]+(/[A-Za-z0-9_+-]+)*$';
exception when invalid_parameter_value then
  return false;
end
$function$;

CREATE OR REPLACE FUNCTION private.move_garment_resource()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  update public.resources r set location_id = new.location_id where r.id = new.id;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.my_active_boutique_ids(minimum public.member_role)
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER ROWS 3
 SET search_path TO ''
AS $function$
  select m.boutique_id
  from public.boutique_members m
  join public.boutiques b on b.id = m.boutique_id and b.status <> 'suspended'
  where m.user_id = auth.uid() and m.role >= minimum
$function$;

CREATE OR REPLACE FUNCTION private.my_boutique_ids(minimum public.member_role)
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER ROWS 3
 SET search_path TO ''
AS $function$
  select m.boutique_id from public.boutique_members m where m.user_id = auth.uid() and m.role >= minimum
$function$;

CREATE OR REPLACE FUNCTION private.next_free_period(terms private.rental_terms)
 RETURNS daterange
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  -- A garment becomes free where an allocation ends, and stays so until the next one begins. The days fit into
  -- such a gap when the first day, its buffer kept, is not before the end and the time taken is over before the next.
  with gaps as (
    select upper(a.during) as free_from, lead(lower(a.during)) over (partition by g.id order by lower(a.during)) as free_until
    from public.garments g
    join public.allocations a on a.resource_id = g.id
      and a.state <> 'released'
      and (a.held_until is null or a.held_until > now())
      and a.during && tstzrange(
        (lower(terms.period) - terms.buffer_days_before)::timestamp at time zone terms.timezone, null)
    where g.variant_id = terms.variant_id and g.retired_at is null
  ),
  candidates as (
    select daterange(f.first_day, f.first_day + (upper(terms.period) - lower(terms.period))) as period, g.free_until
    from gaps g
    cross join lateral (
      -- The first midnight from the end on, as a day of the boutique's zone.
      select (((g.free_from + interval '1 day' - interval '1 microsecond') at time zone terms.timezone)::date
        + terms.buffer_days_before) as first_day
    ) f
    where g.free_from is not null
  )
  select c.period
  from candidates c
  where lower(c.period) >= lower(terms.period)
    and upper(c.period) - 1 <= (now() at time zone terms.timezone)::date + terms.max_days_ahead
    and (c.free_until is null or c.free_until >= upper(private.allocation_of_period(
      c.period, terms.buffer_days_before, terms.buffer_days_after, terms.timezone)))
  order by c.period
  limit 1
$function$;

CREATE OR REPLACE FUNCTION private.parse_period(period text)
 RETURNS daterange
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
declare
  v_period daterange;
begin
  begin
    v_period := period::daterange;
  exception when data_exception then
    v_period := null;
  end;
  if v_period is null or isempty(v_period) or lower_inf(v_period) or upper_inf(v_period)
    -- 'infinity' is a date to Postgres, but no day.
    or not isfinite(lower(v_period)) or not isfinite(upper(v_period)) then
    perform private.raise_error(400, 'invalid_period',
      'The period has to be two days with the first not after the last, such as [2027-06-04,2027-06-06] (both days included).',
      jsonb_build_object('period', period));
  end if;
  return v_period;
end
$function$;

CREATE OR REPLACE FUNCTION private.product_availability(product_id uuid, from_date date, to_date date)
 RETURNS TABLE(variant_id uuid, day date, free integer, total integer)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_timezone text;
begin
  if from_date is null or to_date is null or not isfinite(from_date) or not isfinite(to_date) or to_date < from_date then
    perform private.raise_error(400, 'invalid_period', 'from_date and to_date have to be days, the first not after the last.',
      jsonb_build_object('from_date', from_date, 'to_date', to_date));
  elsif to_date - from_date > 366 then
    perform private.raise_error(400, 'invalid_period', 'Ask for at most 366 days at a time.',
      jsonb_build_object('from_date', from_date, 'to_date', to_date));
  end if;
  select b.timezone into v_timezone
  from public.products p join public.boutiques b on b.id = p.boutique_id
  where p.id = product_availability.product_id and p.listed;
  if not found then
    perform private.raise_error(404, 'product_not_found', 'There is no such product, or it is not on show.',
      jsonb_build_object('product_id', product_id));
  end if;

  return query
  with pieces as (
    select v.id as variant_id, g.id as garment_id
    from public.product_variants v
    left join public.garments g on g.variant_id = v.id and g.retired_at is null
    where v.product_id = product_availability.product_id and v.listed
  ),
  taken as (
    -- Days that an allocation touches, each once per garment.
    select distinct p.variant_id, p.garment_id, d.day
    from pieces p
    join public.allocations a on a.resource_id = p.garment_id
      and a.state <> 'released'
      and (a.held_until is null or a.held_until > now())
      and a.during && tstzrange(from_date::timestamp at time zone v_timezone, (to_date + 1)::timestamp at time zone v_timezone)
    cross join lateral (
      select s.day::date
      from generate_series(
        greatest(from_date, (lower(a.during) at time zone v_timezone)::date),
        least(to_date, ((upper(a.during) - interval '1 microsecond') at time zone v_timezone)::date),
        interval '1 day') s (day)
    ) d
  ),
  totals as (
    select p.variant_id, count(p.garment_id)::integer as total from pieces p group by p.variant_id
  ),
  counts as (
    select t.variant_id, t.day, count(*)::integer as taken from taken t group by t.variant_id, t.day
  )
  select t.variant_id, s.day::date, t.total - coalesce(c.taken, 0), t.total
  from totals t
  cross join generate_series(from_date::timestamp, to_date::timestamp, interval '1 day') s (day)
  left join counts c on c.variant_id = t.variant_id and c.day = s.day::date
  order by t.variant_id, s.day;
end
$function$;

CREATE OR REPLACE FUNCTION private.quote_rental(variant_id uuid, period text)
 RETURNS public.rental_quote
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_terms private.rental_terms := private.rental_terms(variant_id, period);
  v_during tstzrange := private.allocation_of_period(
    v_terms.period, v_terms.buffer_days_before, v_terms.buffer_days_after, v_terms.timezone);
  v_available boolean := exists (select from private.free_garment_ids(variant_id, v_during));
  v_next daterange;
  v_quote public.rental_quote;
begin
  if not v_available then
    v_next := private.next_free_period(v_terms);
  end if;
  v_quote.variant_id := v_terms.variant_id;
  v_quote.first_day := lower(v_terms.period);
  v_quote.last_day := upper(v_terms.period) - 1;
  v_quote.days := upper(v_terms.period) - lower(v_terms.period);
  v_quote.price_per_day := v_terms.price_per_day;
  v_quote.price := v_terms.price_per_day * v_quote.days;
  v_quote.deposit := v_terms.deposit;
  v_quote.currency := v_terms.currency;
  v_quote.blocked_from := lower(v_during);
  v_quote.blocked_until := upper(v_during);
  v_quote.available := v_available;
  v_quote.next_free_first_day := lower(v_next);
  v_quote.next_free_last_day := upper(v_next) - 1;
  return v_quote;
end
$function$;

CREATE OR REPLACE FUNCTION private.raise_error(status integer, code text, message text, detail jsonb DEFAULT NULL::jsonb)
 RETURNS void
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
begin
  raise exception using
    errcode = 'PT' || status,
    message = message,
    hint = code,
    detail = coalesce(detail::text, '');
end
$function$;

CREATE OR REPLACE FUNCTION private.release_expired_holds(resource_id uuid, during tstzrange)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_rental uuid;
begin
  -- The rental is locked before its allocation, here as in confirm and cancel, so that they never wait for each other.
  for v_rental in
    select a.source_id
    from public.allocations a
    where a.resource_id = release_expired_holds.resource_id
      and a.during && release_expired_holds.during
      and a.state <> 'released'
      and a.held_until <= now()
      and a.kind = 'rental'
    order by a.source_id
  loop
    perform private.expire_rental_hold(v_rental);
  end loop;
end
$function$;

CREATE OR REPLACE FUNCTION private.rental_terms(variant_id uuid, period text)
 RETURNS private.rental_terms
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  v_terms private.rental_terms;
  v_policy public.rental_policies;
  v_period daterange := private.parse_period(period);
  v_today date;
  v_days integer;
  v_for_rent boolean;
begin
  select v.id, v.product_id, v.boutique_id, v.rental_price_per_day, v.deposit, v.currency, b.timezone,
    r.hold_minutes, r.buffer_days_before, r.buffer_days_after, r.max_days_ahead, v_period
  into v_terms
  from public.product_variants v
  join public.boutiques b on b.id = v.boutique_id
  join public.rental_policies r on r.boutique_id = v.boutique_id
  where v.id = rental_terms.variant_id and v.listed;
  if not found then
    perform private.raise_error(404, 'variant_not_found', 'There is no such variant, or it is not on show.',
      jsonb_build_object('variant_id', variant_id));
  end if;

  select p.for_rent into v_for_rent from public.products p where p.id = v_terms.product_id;
  if not v_for_rent or v_terms.price_per_day is null then
    perform private.raise_error(409, 'not_for_rent', 'This variant is not for rent.',
      jsonb_build_object('variant_id', variant_id));
  end if;

  select * into v_policy from public.rental_policies r where r.boutique_id = v_terms.boutique_id;
  v_today := (now() at time zone v_terms.timezone)::date;
  v_days := upper(v_period) - lower(v_period);
  if lower(v_period) < v_today then
    perform private.raise_error(400, 'invalid_period', 'The period begins in the past. Choose days from today on.',
      jsonb_build_object('period', period, 'today', v_today));
  elsif v_days < v_policy.min_days or v_days > v_policy.max_days then
    perform private.raise_error(400, 'invalid_period',
      format('This boutique rents for %s to %s days; the period has %s.', v_policy.min_days, v_policy.max_days, v_days),
      jsonb_build_object('period', period, 'days', v_days, 'min_days', v_policy.min_days, 'max_days', v_policy.max_days));
  elsif upper(v_period) - 1 > v_today + v_policy.max_days_ahead then
    perform private.raise_error(400, 'invalid_period',
      format('This boutique takes bookings until %s.', v_today + v_policy.max_days_ahead),
      jsonb_build_object('period', period, 'last_day', v_today + v_policy.max_days_ahead));
  end if;
  return v_terms;
end
$function$;

CREATE OR REPLACE FUNCTION private.reserve_rental(variant_id uuid, period text, idempotency_key text)
 RETURNS public.rentals
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_customer uuid := auth.uid();
  v_earlier uuid;
  v_terms private.rental_terms;
  v_during tstzrange;
  v_garment uuid;
  v_rental public.rentals;
  v_next daterange;
begin
  if v_customer is null or not exists (select from public.profiles p where p.id = v_customer) then
    perform private.raise_error(401, 'sign_in_required', 'Sign in to reserve.');
  end if;

  v_earlier := private.claim_idempotency_key('reserve_rental', idempotency_key,
    jsonb_build_object('variant_id', variant_id, 'period', private.parse_period(period)));
  if v_earlier is not null then
    select * into strict v_rental from public.rentals r where r.id = v_earlier;
    if v_rental.state = 'expired' or (v_rental.state = 'held' and v_rental.held_until <= now()) then
      perform private.raise_error(410, 'hold_expired',
        'The hold made with this idempotency key has ended. Reserve again with a new key.',
        jsonb_build_object('rental_id', v_rental.id, 'held_until', v_rental.held_until));
    end if;
    return v_rental;
  end if;

  v_terms := private.rental_terms(variant_id, period);
  v_during := private.allocation_of_period(
    v_terms.period, v_terms.buffer_days_before, v_terms.buffer_days_after, v_terms.timezone);
  v_rental.id := private.uuid_v7();
  v_rental.allocation_id := private.uuid_v7();
  v_rental.held_until := now() + v_terms.hold_minutes * interval '1 minute';

  -- Every writer of the calendar locks the resource first, so two of them queue up instead of meeting inside the
  -- exclusion index, where each would wait for the other. A garment that somebody is just taking is passed over
  -- while there are others; when none is left, we wait for one and look again.
  loop
    -- A failed attempt gives its lock back with the savepoint of this block.
    begin
      select r.id into v_garment
      from public.resources r
      where r.id in (select private.free_garment_ids(reserve_rental.variant_id, v_during))
      order by r.id
      limit 1
      for no key update of r skip locked;

      if not found then
        select r.id into v_garment
        from public.resources r
        where r.id in (select private.free_garment_ids(reserve_rental.variant_id, v_during))
        order by r.id
        limit 1
        for no key update of r;
      end if;

      exit when not found;
      perform private.release_expired_holds(v_garment, v_during);
      insert into public.allocations (id, resource_id, boutique_id, during, kind, state, held_until, source_id)
      values (v_rental.allocation_id, v_garment, v_terms.boutique_id, v_during, 'rental', 'held', v_rental.held_until, v_rental.id);
      v_rental.garment_id := v_garment;
      exit;
    exception when exclusion_violation then
      -- Taken while we waited for the lock. The next look does not find it any more.
      continue;
    end;
  end loop;

  if v_rental.garment_id is null then
    v_next := private.next_free_period(v_terms);
    perform private.raise_error(409, 'not_available',
      case
        when v_next is null then 'No garment of this variant is free on these days, nor later as far as can be booked.'
        else format('No garment of this variant is free on these days. The next free period is %s to %s.',
          lower(v_next), upper(v_next) - 1)
      end,
      jsonb_build_object('variant_id', variant_id, 'next_free', case when v_next is not null then
        jsonb_build_object('first_day', lower(v_next), 'last_day', upper(v_next) - 1) end));
  end if;

  insert into public.rentals (
    id, boutique_id, customer_id, variant_id, garment_id, allocation_id, period, state, held_until, price, deposit, currency)
  values (
    v_rental.id, v_terms.boutique_id, v_customer, v_terms.variant_id, v_garment, v_rental.allocation_id, v_terms.period,
    'held', v_rental.held_until, v_terms.price_per_day * (upper(v_terms.period) - lower(v_terms.period)),
    v_terms.deposit, v_terms.currency)
  returning * into v_rental;

  perform private.enqueue('mail.rental_reserved', jsonb_build_object('rental_id', v_rental.id));
  perform private.enqueue('rental.expire_hold', jsonb_build_object('rental_id', v_rental.id),
    jsonb_build_object('start_after', v_rental.held_until));
  perform private.settle_idempotency_key('reserve_rental', idempotency_key, v_rental.id);
  return v_rental;
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
  end if;
  new.listed := new.status = 'published'
    and exists (select from public.boutiques b where b.id = new.boutique_id and b.status = 'active');
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION private.settle_idempotency_key(operation text, key text, response_id uuid)
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  update private.idempotency_keys k
  set response_id = settle_idempotency_key.response_id
  where k.user_id = auth.uid() and k.operation = settle_idempotency_key.operation and k.key = settle_idempotency_key.key
$function$;

CREATE OR REPLACE FUNCTION private.spread_boutique_listing()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  -- The trigger on products computes the new value.
  update public.products p set listed = not p.listed
  where p.boutique_id = new.id and p.status = 'published' and p.listed <> (new.status = 'active');
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
  update public.product_media m set listed = new.listed where m.product_id = new.id and m.listed <> new.listed;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.touch_updated_at()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  new.updated_at := now();
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION private.uuid_v7()
 RETURNS uuid
 LANGUAGE sql
 PARALLEL SAFE
 SET search_path TO ''
AS $function$
  -- RFC 9562, section 5.7: 48 bits of milliseconds, then the version and random bits.
  select encode(
    set_bit(set_bit(
      overlay(
        uuid_send(gen_random_uuid())
        placing substring(int8send((extract(epoch from clock_timestamp()) * 1000)::bigint) from 3)
        from 1 for 6),
      52, 1), 53, 1),
    'hex')::uuid
$function$;

CREATE OR REPLACE FUNCTION public.cancel_rental(rental_id uuid)
 RETURNS public.rentals
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  select private.cancel_rental(rental_id)
$function$;

CREATE OR REPLACE FUNCTION public.confirm_rental(rental_id uuid)
 RETURNS public.rentals
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  select private.confirm_rental(rental_id)
$function$;

CREATE OR REPLACE FUNCTION public.product_availability(product_id uuid, from_date date, to_date date)
 RETURNS TABLE(variant_id uuid, day date, free integer, total integer)
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select * from private.product_availability(product_id, from_date, to_date)
$function$;

CREATE OR REPLACE FUNCTION public.quote_rental(variant_id uuid, period text)
 RETURNS public.rental_quote
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select private.quote_rental(variant_id, period)
$function$;

CREATE OR REPLACE FUNCTION public.reserve_rental(variant_id uuid, period text, idempotency_key text)
 RETURNS public.rentals
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  select private.reserve_rental(variant_id, period, idempotency_key)
$function$;

ALTER TABLE "private"."messages" ADD CONSTRAINT "sent_message_has_a_time" CHECK (((state = 'sent'::private.message_state) = (sent_at IS NOT NULL)));

ALTER TABLE "public"."allocations" ADD CONSTRAINT "a_hold_says_until_when" CHECK (((state = 'held'::public.allocation_state) = (held_until IS NOT NULL)));

ALTER TABLE "public"."allocations" ADD CONSTRAINT "live_allocations_of_a_resource_never_overlap" EXCLUDE USING gist (resource_id WITH =, during WITH &&) WHERE ((state <> 'released'::public.allocation_state));

ALTER TABLE "public"."allocations" ADD CONSTRAINT "only_a_sale_has_no_end" CHECK ((((kind = 'sale'::public.allocation_kind) AND (upper(during) IS NULL)) OR ((upper(during) IS NOT NULL) AND isfinite(upper(during)))));

ALTER TABLE "public"."products" ADD CONSTRAINT "published_product_has_a_date" CHECK (((status <> 'published'::public.product_status) OR (published_at IS NOT NULL)));

ALTER TABLE "public"."profiles" ADD CONSTRAINT "profiles_id_fkey" FOREIGN KEY (id) REFERENCES auth.users(id) ON DELETE CASCADE;

ALTER TABLE "private"."messages" ADD CONSTRAINT "messages_user_id_fkey" FOREIGN KEY (user_id) REFERENCES public.profiles(id) ON DELETE CASCADE;

ALTER TABLE "public"."boutique_members" ADD CONSTRAINT "boutique_members_user_id_fkey" FOREIGN KEY (user_id) REFERENCES public.profiles(id) ON DELETE CASCADE;

ALTER TABLE "public"."platform_admins" ADD CONSTRAINT "platform_admins_user_id_fkey" FOREIGN KEY (user_id) REFERENCES public.profiles(id) ON DELETE CASCADE;

ALTER TABLE "public"."rentals" ADD CONSTRAINT "a_held_rental_says_until_when" CHECK (((state <> 'held'::public.rental_state) OR (held_until IS NOT NULL)));

ALTER TABLE "public"."rentals" ADD CONSTRAINT "rentals_customer_id_fkey" FOREIGN KEY (customer_id) REFERENCES public.profiles(id) ON DELETE RESTRICT;

CREATE INDEX fit_records_boutique_id_idx ON private.fit_records USING btree (boutique_id);

CREATE INDEX fit_records_variant_id_idx ON private.fit_records USING btree (variant_id, boutique_id);

CREATE INDEX idempotency_keys_created_at_idx ON private.idempotency_keys USING btree (created_at);

CREATE INDEX messages_user_id_idx ON private.messages USING btree (user_id);

CREATE INDEX allocations_boutique_id_idx ON public.allocations USING btree (boutique_id);

CREATE INDEX allocations_held_until_idx ON public.allocations USING btree (held_until) WHERE (state = 'held'::public.allocation_state);

CREATE INDEX allocations_resource_id_idx ON public.allocations USING btree (resource_id, boutique_id);

CREATE INDEX allocations_source_id_idx ON public.allocations USING btree (source_id);

CREATE INDEX boutique_members_user_id_idx ON public.boutique_members USING btree (user_id, role) INCLUDE (boutique_id);

CREATE INDEX categories_parent_id_idx ON public.categories USING btree (parent_id, "position");

CREATE INDEX garments_location_id_idx ON public.garments USING btree (location_id, boutique_id);

CREATE INDEX garments_variant_id_idx ON public.garments USING btree (variant_id, boutique_id);

CREATE INDEX locations_boutique_id_idx ON public.locations USING btree (boutique_id);

CREATE INDEX product_media_boutique_id_idx ON public.product_media USING btree (boutique_id);

CREATE INDEX product_media_product_id_idx ON public.product_media USING btree (product_id, boutique_id, "position");

CREATE INDEX product_variants_product_id_idx ON public.product_variants USING btree (product_id, boutique_id);

CREATE INDEX products_category_id_idx ON public.products USING btree (category_id);

CREATE INDEX products_designer_id_idx ON public.products USING btree (designer_id);

CREATE INDEX rentals_garment_id_idx ON public.rentals USING btree (garment_id);

CREATE INDEX rentals_variant_id_idx ON public.rentals USING btree (variant_id, boutique_id);

CREATE INDEX resources_boutique_id_idx ON public.resources USING btree (boutique_id, kind);

CREATE INDEX resources_location_id_idx ON public.resources USING btree (location_id, boutique_id);

CREATE TRIGGER create_profile AFTER INSERT ON auth.users FOR EACH ROW EXECUTE FUNCTION private.create_profile();

CREATE TRIGGER touch_updated_at BEFORE UPDATE ON private.messages FOR EACH ROW EXECUTE FUNCTION private.touch_updated_at();

CREATE TRIGGER touch_updated_at BEFORE UPDATE ON public.allocations FOR EACH ROW EXECUTE FUNCTION private.touch_updated_at();

CREATE TRIGGER touch_updated_at BEFORE UPDATE ON public.boutique_members FOR EACH ROW EXECUTE FUNCTION private.touch_updated_at();

CREATE TRIGGER create_rental_policy AFTER INSERT ON public.boutiques FOR EACH ROW EXECUTE FUNCTION private.create_rental_policy();

CREATE TRIGGER spread_boutique_listing AFTER UPDATE ON public.boutiques FOR EACH ROW WHEN ((old.status IS DISTINCT FROM new.status)) EXECUTE FUNCTION private.spread_boutique_listing();

CREATE TRIGGER touch_updated_at BEFORE UPDATE ON public.boutiques FOR EACH ROW EXECUTE FUNCTION private.touch_updated_at();

CREATE TRIGGER touch_updated_at BEFORE UPDATE ON public.categories FOR EACH ROW EXECUTE FUNCTION private.touch_updated_at();

CREATE TRIGGER touch_updated_at BEFORE UPDATE ON public.designers FOR EACH ROW EXECUTE FUNCTION private.touch_updated_at();

CREATE TRIGGER create_garment_resource AFTER INSERT ON public.garments FOR EACH ROW EXECUTE FUNCTION private.create_garment_resource();

CREATE TRIGGER move_garment_resource AFTER UPDATE ON public.garments FOR EACH ROW WHEN ((old.location_id IS DISTINCT FROM new.location_id)) EXECUTE FUNCTION private.move_garment_resource();

CREATE TRIGGER touch_updated_at BEFORE UPDATE ON public.garments FOR EACH ROW EXECUTE FUNCTION private.touch_updated_at();

CREATE TRIGGER touch_updated_at BEFORE UPDATE ON public.locations FOR EACH ROW EXECUTE FUNCTION private.touch_updated_at();

CREATE TRIGGER follow_product BEFORE INSERT OR UPDATE ON public.product_media FOR EACH ROW EXECUTE FUNCTION private.follow_product();

CREATE TRIGGER touch_updated_at BEFORE UPDATE ON public.product_media FOR EACH ROW EXECUTE FUNCTION private.touch_updated_at();

CREATE TRIGGER follow_product BEFORE INSERT OR UPDATE ON public.product_variants FOR EACH ROW EXECUTE FUNCTION private.follow_product();

CREATE TRIGGER touch_updated_at BEFORE UPDATE ON public.product_variants FOR EACH ROW EXECUTE FUNCTION private.touch_updated_at();

CREATE TRIGGER set_product_listing BEFORE INSERT OR UPDATE ON public.products FOR EACH ROW EXECUTE FUNCTION private.set_product_listing();

CREATE TRIGGER spread_product_listing AFTER UPDATE ON public.products FOR EACH ROW WHEN ((old.listed IS DISTINCT FROM new.listed)) EXECUTE FUNCTION private.spread_product_listing();

CREATE TRIGGER touch_updated_at BEFORE UPDATE ON public.products FOR EACH ROW EXECUTE FUNCTION private.touch_updated_at();

CREATE TRIGGER touch_updated_at BEFORE UPDATE ON public.profiles FOR EACH ROW EXECUTE FUNCTION private.touch_updated_at();

CREATE TRIGGER touch_updated_at BEFORE UPDATE ON public.rental_policies FOR EACH ROW EXECUTE FUNCTION private.touch_updated_at();

CREATE TRIGGER touch_updated_at BEFORE UPDATE ON public.rentals FOR EACH ROW EXECUTE FUNCTION private.touch_updated_at();

CREATE POLICY "select_staff" ON "public"."allocations" FOR SELECT TO "authenticated" USING (((boutique_id IN ( SELECT private.my_boutique_ids('stylist'::public.member_role) AS my_boutique_ids)) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_colleague" ON "public"."boutique_members" FOR SELECT TO "authenticated" USING (((user_id = ( SELECT auth.uid() AS uid)) OR (boutique_id IN ( SELECT private.my_boutique_ids('stylist'::public.member_role) AS my_boutique_ids)) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_active" ON "public"."boutiques" FOR SELECT TO "anon" USING ((status = 'active'::public.boutique_status));

CREATE POLICY "delete_admin" ON "public"."categories" FOR DELETE TO "authenticated" USING (( SELECT private.is_admin() AS is_admin));

CREATE POLICY "insert_admin" ON "public"."categories" FOR INSERT TO "authenticated" WITH CHECK (( SELECT private.is_admin() AS is_admin));

CREATE POLICY "select_all" ON "public"."categories" FOR SELECT TO "anon", "authenticated" USING (true);

CREATE POLICY "update_admin" ON "public"."categories" FOR UPDATE TO "authenticated" USING (( SELECT private.is_admin() AS is_admin)) WITH CHECK (( SELECT private.is_admin() AS is_admin));

CREATE POLICY "delete_admin" ON "public"."designers" FOR DELETE TO "authenticated" USING (( SELECT private.is_admin() AS is_admin));

CREATE POLICY "insert_admin" ON "public"."designers" FOR INSERT TO "authenticated" WITH CHECK (( SELECT private.is_admin() AS is_admin));

CREATE POLICY "select_all" ON "public"."designers" FOR SELECT TO "anon", "authenticated" USING (true);

CREATE POLICY "update_admin" ON "public"."designers" FOR UPDATE TO "authenticated" USING (( SELECT private.is_admin() AS is_admin)) WITH CHECK (( SELECT private.is_admin() AS is_admin));

CREATE POLICY "insert_manager" ON "public"."garments" FOR INSERT TO "authenticated" WITH CHECK ((boutique_id IN ( SELECT private.my_active_boutique_ids('manager'::public.member_role) AS my_active_boutique_ids)));

CREATE POLICY "select_staff" ON "public"."garments" FOR SELECT TO "authenticated" USING (((boutique_id IN ( SELECT private.my_boutique_ids('stylist'::public.member_role) AS my_boutique_ids)) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "update_manager" ON "public"."garments" FOR UPDATE TO "authenticated" USING ((boutique_id IN ( SELECT private.my_active_boutique_ids('manager'::public.member_role) AS my_active_boutique_ids))) WITH CHECK ((boutique_id IN ( SELECT private.my_active_boutique_ids('manager'::public.member_role) AS my_active_boutique_ids)));

CREATE POLICY "insert_manager" ON "public"."locations" FOR INSERT TO "authenticated" WITH CHECK ((boutique_id IN ( SELECT private.my_active_boutique_ids('manager'::public.member_role) AS my_active_boutique_ids)));

CREATE POLICY "select_all" ON "public"."locations" FOR SELECT TO "anon", "authenticated" USING (true);

CREATE POLICY "update_manager" ON "public"."locations" FOR UPDATE TO "authenticated" USING ((boutique_id IN ( SELECT private.my_active_boutique_ids('manager'::public.member_role) AS my_active_boutique_ids))) WITH CHECK ((boutique_id IN ( SELECT private.my_active_boutique_ids('manager'::public.member_role) AS my_active_boutique_ids)));

CREATE POLICY "select_own" ON "public"."platform_admins" FOR SELECT TO "authenticated" USING ((user_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY "delete_manager" ON "public"."product_media" FOR DELETE TO "authenticated" USING ((boutique_id IN ( SELECT private.my_active_boutique_ids('manager'::public.member_role) AS my_active_boutique_ids)));

CREATE POLICY "insert_manager" ON "public"."product_media" FOR INSERT TO "authenticated" WITH CHECK ((boutique_id IN ( SELECT private.my_active_boutique_ids('manager'::public.member_role) AS my_active_boutique_ids)));

CREATE POLICY "select_listed_or_staff" ON "public"."product_media" FOR SELECT TO "authenticated" USING ((listed OR (boutique_id IN ( SELECT private.my_boutique_ids('stylist'::public.member_role) AS my_boutique_ids)) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_listed" ON "public"."product_media" FOR SELECT TO "anon" USING (listed);

CREATE POLICY "update_manager" ON "public"."product_media" FOR UPDATE TO "authenticated" USING ((boutique_id IN ( SELECT private.my_active_boutique_ids('manager'::public.member_role) AS my_active_boutique_ids))) WITH CHECK ((boutique_id IN ( SELECT private.my_active_boutique_ids('manager'::public.member_role) AS my_active_boutique_ids)));

CREATE POLICY "delete_manager" ON "public"."product_variants" FOR DELETE TO "authenticated" USING ((boutique_id IN ( SELECT private.my_active_boutique_ids('manager'::public.member_role) AS my_active_boutique_ids)));

CREATE POLICY "insert_manager" ON "public"."product_variants" FOR INSERT TO "authenticated" WITH CHECK ((boutique_id IN ( SELECT private.my_active_boutique_ids('manager'::public.member_role) AS my_active_boutique_ids)));

CREATE POLICY "select_listed_or_staff" ON "public"."product_variants" FOR SELECT TO "authenticated" USING ((listed OR (boutique_id IN ( SELECT private.my_boutique_ids('stylist'::public.member_role) AS my_boutique_ids)) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_listed" ON "public"."product_variants" FOR SELECT TO "anon" USING (listed);

CREATE POLICY "update_manager" ON "public"."product_variants" FOR UPDATE TO "authenticated" USING ((boutique_id IN ( SELECT private.my_active_boutique_ids('manager'::public.member_role) AS my_active_boutique_ids))) WITH CHECK ((boutique_id IN ( SELECT private.my_active_boutique_ids('manager'::public.member_role) AS my_active_boutique_ids)));

CREATE POLICY "delete_manager" ON "public"."products" FOR DELETE TO "authenticated" USING ((boutique_id IN ( SELECT private.my_active_boutique_ids('manager'::public.member_role) AS my_active_boutique_ids)));

CREATE POLICY "insert_manager" ON "public"."products" FOR INSERT TO "authenticated" WITH CHECK ((boutique_id IN ( SELECT private.my_active_boutique_ids('manager'::public.member_role) AS my_active_boutique_ids)));

CREATE POLICY "select_listed_or_staff" ON "public"."products" FOR SELECT TO "authenticated" USING ((listed OR (boutique_id IN ( SELECT private.my_boutique_ids('stylist'::public.member_role) AS my_boutique_ids)) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_listed" ON "public"."products" FOR SELECT TO "anon" USING (listed);

CREATE POLICY "update_manager" ON "public"."products" FOR UPDATE TO "authenticated" USING ((boutique_id IN ( SELECT private.my_active_boutique_ids('manager'::public.member_role) AS my_active_boutique_ids))) WITH CHECK ((boutique_id IN ( SELECT private.my_active_boutique_ids('manager'::public.member_role) AS my_active_boutique_ids)));

CREATE POLICY "select_own" ON "public"."profiles" FOR SELECT TO "authenticated" USING ((id = ( SELECT auth.uid() AS uid)));

CREATE POLICY "update_own" ON "public"."profiles" FOR UPDATE TO "authenticated" USING ((id = ( SELECT auth.uid() AS uid))) WITH CHECK ((id = ( SELECT auth.uid() AS uid)));

CREATE POLICY "select_all" ON "public"."rental_policies" FOR SELECT TO "anon", "authenticated" USING (true);

CREATE POLICY "update_manager" ON "public"."rental_policies" FOR UPDATE TO "authenticated" USING ((boutique_id IN ( SELECT private.my_active_boutique_ids('manager'::public.member_role) AS my_active_boutique_ids))) WITH CHECK ((boutique_id IN ( SELECT private.my_active_boutique_ids('manager'::public.member_role) AS my_active_boutique_ids)));

CREATE POLICY "select_own_or_staff" ON "public"."rentals" FOR SELECT TO "authenticated" USING (((customer_id = ( SELECT auth.uid() AS uid)) OR (boutique_id IN ( SELECT private.my_boutique_ids('stylist'::public.member_role) AS my_boutique_ids)) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_staff" ON "public"."resources" FOR SELECT TO "authenticated" USING (((boutique_id IN ( SELECT private.my_boutique_ids('stylist'::public.member_role) AS my_boutique_ids)) OR ( SELECT private.is_admin() AS is_admin)));

COMMENT ON COLUMN "private"."fit_records"."bust" IS 'Band and cup as the source writes them, such as 34b.';

COMMENT ON COLUMN "private"."fit_records"."customer_ref" IS 'The source''s own id of the person, not an account here.';

COMMENT ON COLUMN "private"."fit_records"."fingerprint" IS 'SHA-256 of the row as it came, so that a second load and exact duplicates add nothing.';

COMMENT ON COLUMN "private"."fit_records"."rating" IS 'One to five stars.';

COMMENT ON COLUMN "private"."fit_records"."source" IS 'The data set or system that the row came from.';

COMMENT ON COLUMN "private"."idempotency_keys"."request" IS 'The input of the call; the same key with another input is refused.';

COMMENT ON COLUMN "private"."idempotency_keys"."response_id" IS 'Id of the row that the call made; a repetition returns that row.';

COMMENT ON COLUMN "private"."messages"."send_key" IS 'Template and business row, such as rental_reserved:<rental id>. It is also the local part of the Message-ID.';

COMMENT ON COLUMN "public"."allocations"."during" IS 'From the first instant it is taken to the first it is free again, buffers included.';

COMMENT ON COLUMN "public"."allocations"."held_until" IS 'End of a hold; past it anyone who needs the resource releases it.';

COMMENT ON COLUMN "public"."allocations"."source_id" IS 'Row that the time is taken for: a rental, an appointment, a show, an order item.';

COMMENT ON COLUMN "public"."boutiques"."currency" IS 'ISO 4217 code of every price of this boutique.';

COMMENT ON COLUMN "public"."boutiques"."slug" IS 'The part of the address that names the boutique: lower-case letters, digits and single hyphens.';

COMMENT ON COLUMN "public"."boutiques"."timezone" IS 'IANA zone in which a rental day begins at midnight, such as Africa/Addis_Ababa.';

COMMENT ON COLUMN "public"."categories"."position" IS 'Order among the children of one parent, smallest first.';

COMMENT ON COLUMN "public"."garments"."retired_at" IS 'Since when it is no longer given out; null while it is in service.';

COMMENT ON COLUMN "public"."garments"."serial" IS 'The number on its label, unique in the boutique.';

COMMENT ON COLUMN "public"."locations"."country" IS 'ISO 3166-1 alpha-2 code, such as ET.';

COMMENT ON COLUMN "public"."locations"."timezone" IS 'IANA zone of the opening hours and fittings of this branch.';

COMMENT ON COLUMN "public"."product_media"."alt" IS 'What the picture shows, for those who cannot see it.';

COMMENT ON COLUMN "public"."product_media"."listed" IS 'As products.listed. Kept by triggers.';

COMMENT ON COLUMN "public"."product_media"."position" IS 'Order among the pictures of the product, smallest first.';

COMMENT ON COLUMN "public"."product_media"."storage_path" IS 'Path in the bucket, beginning with the boutique''s id.';

COMMENT ON COLUMN "public"."product_variants"."currency" IS 'ISO 4217 code, the boutique''s; set by a trigger.';

COMMENT ON COLUMN "public"."product_variants"."deposit" IS 'Security deposit of a rental, in minor units of the currency.';

COMMENT ON COLUMN "public"."product_variants"."listed" IS 'As products.listed. Kept by triggers.';

COMMENT ON COLUMN "public"."product_variants"."rental_price_per_day" IS 'In minor units of the currency; null: not for rent.';

COMMENT ON COLUMN "public"."product_variants"."sale_price" IS 'In minor units of the currency (santim, cents); null: not for sale.';

COMMENT ON COLUMN "public"."products"."attributes" IS 'What the piece is like, as an object of plain values: silhouette, neckline, sleeve, fabric, train, color, back.';

COMMENT ON COLUMN "public"."products"."listed" IS 'True while the public sees the product: it is published and its boutique is active. Kept by triggers.';

COMMENT ON COLUMN "public"."products"."published_at" IS 'When it was published first; set by a trigger.';

COMMENT ON COLUMN "public"."profiles"."locale" IS 'Language of messages, as a BCP 47 tag: en, am, en-GB.';

COMMENT ON COLUMN "public"."profiles"."phone" IS 'In E.164 form, such as +251911234567.';

COMMENT ON COLUMN "public"."rental_policies"."buffer_days_after" IS 'Days the garment is kept free after the last rental day (return, cleaning).';

COMMENT ON COLUMN "public"."rental_policies"."buffer_days_before" IS 'Days the garment is kept free before the first rental day (preparation, shipping).';

COMMENT ON COLUMN "public"."rental_policies"."hold_minutes" IS 'How long a reservation waits for its confirmation, in minutes.';

COMMENT ON COLUMN "public"."rental_policies"."max_days" IS 'Longest rental, in days, both ends counted.';

COMMENT ON COLUMN "public"."rental_policies"."max_days_ahead" IS 'The last rental day may be at most this many days after today.';

COMMENT ON COLUMN "public"."rentals"."deposit" IS 'Frozen when it was reserved, in minor units of the currency.';

COMMENT ON COLUMN "public"."rentals"."held_until" IS 'When the hold ends; kept after that as a record.';

COMMENT ON COLUMN "public"."rentals"."period" IS 'Rental days, first included and last excluded, in the boutique''s time zone.';

COMMENT ON COLUMN "public"."rentals"."price" IS 'For all days, frozen when it was reserved, in minor units of the currency.';

COMMENT ON EXTENSION "btree_gist" IS 'support for indexing common datatypes in GiST';

COMMENT ON EXTENSION "citext" IS 'data type for case-insensitive character strings';

COMMENT ON EXTENSION "pg_trgm" IS 'text similarity measurement and index searching based on trigrams';

COMMENT ON EXTENSION "unaccent" IS 'text search dictionary that removes accents';

COMMENT ON FUNCTION "private"."allocation_of_period"(daterange, integer, integer, text) IS 'The time a garment is taken for a rental of these days: from midnight to midnight in the boutique''s zone, buffers included.';

COMMENT ON FUNCTION "private"."claim_idempotency_key"(text, text, jsonb) IS 'Null for the first call with this key; the id that the first call made for a repetition; PT422 idempotency_key_reused for another input (as in the IETF draft on the Idempotency-Key header).';

COMMENT ON FUNCTION "private"."create_garment_resource"() IS 'Trigger: gives a new garment its place in the calendar.';

COMMENT ON FUNCTION "private"."create_profile"() IS 'Trigger on auth.users: gives every new account its profile. Reads display_name and locale from the sign-up metadata.';

COMMENT ON FUNCTION "private"."create_rental_policy"() IS 'Trigger: gives every new boutique a rental policy with the defaults.';

COMMENT ON FUNCTION "private"."end_rental"(uuid, public.rental_state) IS 'Cancels or expires a rental that has not begun and gives its days back. Does nothing to any other.';

COMMENT ON FUNCTION "private"."enqueue"(text, jsonb, jsonb) IS 'Adds a job to a queue in the current transaction and wakes the workers at commit. Options: start_after (timestamptz), priority (integer, higher first), singleton_key (one waiting job per key, on queues with such a policy). Null when the queue''s policy dropped a duplicate.';

COMMENT ON FUNCTION "private"."expire_rental_hold"(uuid) IS 'Ends a hold whose time is over. False when there is nothing to do: confirmed, cancelled, not yet due, or done before. Called by the job rental.expire_hold.';

COMMENT ON FUNCTION "private"."follow_product"() IS 'Trigger: a variant or picture takes `listed` from its product, and a variant its currency from the boutique, whatever the writer sent.';

COMMENT ON FUNCTION "private"."free_garment_ids"(uuid, tstzrange) IS 'Garments of a variant in service that nothing takes in this time.';

COMMENT ON FUNCTION "private"."is_admin"() IS 'True when the caller runs the marketplace. In policies: (select private.is_admin()).';

COMMENT ON FUNCTION "private"."is_timezone"(text) IS 'True for an IANA time zone that this server knows, such as Africa/Addis_Ababa.';

COMMENT ON FUNCTION "private"."move_garment_resource"() IS 'Trigger: the resource moves to another branch with its garment.';

COMMENT ON FUNCTION "private"."my_active_boutique_ids"(public.member_role) IS 'As my_boutique_ids, without suspended boutiques: for policies that let staff write.';

COMMENT ON FUNCTION "private"."my_boutique_ids"(public.member_role) IS 'Boutiques where the caller has at least this role. In policies: boutique_id in (select private.my_boutique_ids(''manager'')), which runs once per statement.';

COMMENT ON FUNCTION "private"."next_free_period"(private.rental_terms) IS 'The first period of the same length, not before the wished one, in which a garment of the variant is free; null when there is none that may be booked.';

COMMENT ON FUNCTION "private"."parse_period"(text) IS 'Reads a period of days in Postgres range form: [first,last] with both days, or [first,end) without the last. PT400 invalid_period when it is none.';

COMMENT ON FUNCTION "private"."raise_error"(integer, text, text, jsonb) IS 'Ends the statement with SQLSTATE PTxyz, which the Data API answers as HTTP status xyz. `code` is the stable machine code (hint), `message` says what to do, `detail` names the rows concerned as JSON.';

COMMENT ON FUNCTION "private"."release_expired_holds"(uuid, tstzrange) IS 'Frees a resource from holds whose time is over, at the moment somebody needs it. The caller has locked the resource.';

COMMENT ON FUNCTION "private"."rental_terms"(uuid, text) IS 'What a rental of this variant on these days would be like, after every check that needs no calendar. PT404 variant_not_found, PT409 not_for_rent, PT400 invalid_period.';

COMMENT ON FUNCTION "private"."set_product_listing"() IS 'Trigger: computes products.listed and published_at, whatever the writer sent.';

COMMENT ON FUNCTION "private"."settle_idempotency_key"(text, text, uuid) IS 'Notes what the call with this key made.';

COMMENT ON FUNCTION "private"."spread_boutique_listing"() IS 'Trigger: a boutique that becomes active or is suspended shows or hides its products at once.';

COMMENT ON FUNCTION "private"."spread_product_listing"() IS 'Trigger: copies products.listed to variants and media, so that their policies need no join.';

COMMENT ON FUNCTION "private"."touch_updated_at"() IS 'Trigger: keeps updated_at.';

COMMENT ON FUNCTION "private"."uuid_v7"() IS 'A time-ordered UUID (version 7, RFC 9562): new rows land at the end of their index.';

COMMENT ON FUNCTION "public"."cancel_rental"(uuid) IS 'The customer or staff give the days of a held or reserved rental back. Repeating it changes nothing. PT404 rental_not_found, PT409 invalid_state.';

COMMENT ON FUNCTION "public"."confirm_rental"(uuid) IS 'Staff make a held rental firm (state reserved). Repeating it changes nothing. PT404 rental_not_found, PT410 hold_expired, PT409 invalid_state.';

COMMENT ON FUNCTION "public"."product_availability"(uuid, date, date) IS 'Per variant and day, how many garments are free out of how many in service, buffers of other rentals counted as taken. At most 366 days, in the boutique''s time zone. PT404 product_not_found, PT400 invalid_period.';

COMMENT ON FUNCTION "public"."quote_rental"(uuid, text) IS 'Price, deposit, buffers and availability of a rental, for anybody. period: days in range form, [2027-06-04,2027-06-06] counts both. PT404 variant_not_found, PT409 not_for_rent, PT400 invalid_period.';

COMMENT ON FUNCTION "public"."reserve_rental"(uuid, text, text) IS 'Holds a garment of the variant for the caller until held_until and mails a confirmation; one transaction. The same idempotency key with the same input returns the same rental. PT409 not_available (detail: next_free), PT400 invalid_period, PT404 variant_not_found, PT409 not_for_rent, PT410 hold_expired (the key''s hold has ended), PT422 idempotency_key_reused, PT400 invalid_idempotency_key.';

COMMENT ON SCHEMA "private" IS 'Helpers and internals of Nexus. Never exposed by the Data API; roles may call only what is granted to them.';

COMMENT ON TABLE "private"."fit_records" IS 'One wearing of a variant with how it fitted, imported. Holds body measurements: no API role reads it; reviews and size advice are made from it.';

COMMENT ON TABLE "private"."idempotency_keys" IS 'One row per call that carried an idempotency key, written in the transaction of the call: a call that failed leaves none and may be repeated.';

COMMENT ON TABLE "private"."messages" IS 'One row per message, by a key that says what it is about. A job that runs twice finds the row and does not send again.';

COMMENT ON TABLE "public"."allocations" IS 'A resource taken for a time. Two live allocations of one resource cannot overlap, whoever writes them.';

COMMENT ON TABLE "public"."boutique_members" IS 'Who works for a boutique, and as what. One person may work for several.';

COMMENT ON TABLE "public"."boutiques" IS 'A shop: the tenant that products, garments, rentals and members belong to.';

COMMENT ON TABLE "public"."categories" IS 'Tree of product kinds, shared by all boutiques of the marketplace.';

COMMENT ON TABLE "public"."designers" IS 'Labels that gowns are signed with, shared by all boutiques of the marketplace.';

COMMENT ON TABLE "public"."garments" IS 'One physical piece with its serial number. Its id is also the id of its resource.';

COMMENT ON TABLE "public"."locations" IS 'A branch of a boutique: where garments hang and fittings take place.';

COMMENT ON TABLE "public"."platform_admins" IS 'Accounts that run the marketplace. Rows are written by an operator with the secret key or SQL, never through the API.';

COMMENT ON TABLE "public"."product_media" IS 'Pictures of a product; the files are in the bucket product-media.';

COMMENT ON TABLE "public"."product_variants" IS 'One size and color of a product, with its SKU and prices.';

COMMENT ON TABLE "public"."products" IS 'A gown, veil or piece of jewellery as a boutique shows it; its sizes and colors are product_variants.';

COMMENT ON TABLE "public"."profiles" IS 'One row per account, made by a trigger when somebody signs up. Seen and changed by its owner only.';

COMMENT ON TABLE "public"."rental_policies" IS 'How a boutique rents out its garments. Made with the boutique, changed by its managers; read by everyone, for front ends show it.';

COMMENT ON TABLE "public"."rentals" IS 'A garment promised to a customer for some days. The calendar entry, with the buffers around the days, is its allocation.';

COMMENT ON TABLE "public"."resources" IS 'Everything that can be promised for a time, under one kind of id. Its calendar are its allocations.';

COMMENT ON TYPE "private"."fit" IS 'How a size fell: smaller than expected, true to size, larger.';

COMMENT ON TYPE "public"."allocation_kind" IS 'Why a resource is taken.';

COMMENT ON TYPE "public"."allocation_state" IS 'held: until held_until, for a customer who decides; confirmed: firm; released: no longer in the way.';

COMMENT ON TYPE "public"."boutique_status" IS 'applied: waits for approval; active: visible to everyone; suspended: hidden, its staff may only read.';

COMMENT ON TYPE "public"."garment_condition" IS 'State of the piece at its last inspection.';

COMMENT ON TYPE "public"."member_role" IS 'What a member may do for a boutique, from least to most: stylist < manager < owner.';

COMMENT ON TYPE "public"."product_status" IS 'draft: seen by staff; published: seen by everyone while the boutique is active; archived: kept for its history.';

COMMENT ON TYPE "public"."rental_quote" IS 'Answer of quote_rental. Money in minor units of the currency. blocked_from and blocked_until are the time the garment is taken for, buffers included; next_free_* the next period of the same length when it is not available.';

COMMENT ON TYPE "public"."rental_state" IS 'held: waits for confirmation until held_until; reserved: firm; picked_up, returned, inspecting, closed, lost: the garment''s way; cancelled, expired: gave the dates back.';

COMMENT ON TYPE "public"."resource_kind" IS 'What can be promised for a time.';

REVOKE ALL ON FUNCTION "private"."allocation_of_period"(daterange, integer, integer, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."allocation_of_period"(daterange, integer, integer, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."cancel_rental"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."cancel_rental"(uuid) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."claim_idempotency_key"(text, text, jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."claim_idempotency_key"(text, text, jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "private"."confirm_rental"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."confirm_rental"(uuid) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."create_garment_resource"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."create_garment_resource"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."create_profile"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."create_profile"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."create_rental_policy"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."create_rental_policy"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."end_rental"(uuid, public.rental_state) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."end_rental"(uuid, public.rental_state) TO "postgres";

REVOKE ALL ON FUNCTION "private"."enqueue"(text, jsonb, jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."enqueue"(text, jsonb, jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "private"."expire_rental_hold"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."expire_rental_hold"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."follow_product"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."follow_product"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."free_garment_ids"(uuid, tstzrange) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."free_garment_ids"(uuid, tstzrange) TO "postgres";

REVOKE ALL ON FUNCTION "private"."is_admin"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."is_admin"() TO "authenticated", "postgres", "service_role";

REVOKE ALL ON FUNCTION "private"."is_timezone"(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."is_timezone"(text) TO "authenticated", "postgres", "service_role";

REVOKE ALL ON FUNCTION "private"."move_garment_resource"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."move_garment_resource"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."my_active_boutique_ids"(public.member_role) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."my_active_boutique_ids"(public.member_role) TO "authenticated", "postgres", "service_role";

REVOKE ALL ON FUNCTION "private"."my_boutique_ids"(public.member_role) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."my_boutique_ids"(public.member_role) TO "authenticated", "postgres", "service_role";

REVOKE ALL ON FUNCTION "private"."next_free_period"(private.rental_terms) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."next_free_period"(private.rental_terms) TO "postgres";

REVOKE ALL ON FUNCTION "private"."parse_period"(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."parse_period"(text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."product_availability"(uuid, date, date) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."product_availability"(uuid, date, date) TO "anon", "authenticated", "postgres", "service_role";

REVOKE ALL ON FUNCTION "private"."quote_rental"(uuid, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."quote_rental"(uuid, text) TO "anon", "authenticated", "postgres", "service_role";

REVOKE ALL ON FUNCTION "private"."raise_error"(integer, text, text, jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."raise_error"(integer, text, text, jsonb) TO "anon", "authenticated", "postgres", "service_role";

REVOKE ALL ON FUNCTION "private"."release_expired_holds"(uuid, tstzrange) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."release_expired_holds"(uuid, tstzrange) TO "postgres";

REVOKE ALL ON FUNCTION "private"."rental_terms"(uuid, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."rental_terms"(uuid, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."reserve_rental"(uuid, text, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."reserve_rental"(uuid, text, text) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."set_product_listing"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."set_product_listing"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."settle_idempotency_key"(text, text, uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."settle_idempotency_key"(text, text, uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."spread_boutique_listing"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."spread_boutique_listing"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."spread_product_listing"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."spread_product_listing"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."touch_updated_at"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."touch_updated_at"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."uuid_v7"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."uuid_v7"() TO "anon", "authenticated", "postgres", "service_role";

REVOKE ALL ON FUNCTION "public"."cancel_rental"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."cancel_rental"(uuid) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."confirm_rental"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."confirm_rental"(uuid) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."product_availability"(uuid, date, date) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."product_availability"(uuid, date, date) TO "anon", "authenticated", "postgres", "service_role";

REVOKE ALL ON FUNCTION "public"."quote_rental"(uuid, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."quote_rental"(uuid, text) TO "anon", "authenticated", "postgres", "service_role";

REVOKE ALL ON FUNCTION "public"."reserve_rental"(uuid, text, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."reserve_rental"(uuid, text, text) TO "authenticated", "postgres";

GRANT USAGE ON SCHEMA "private" TO "anon", "authenticated";

GRANT CREATE, USAGE ON SCHEMA "private" TO "postgres";

GRANT USAGE ON SCHEMA "private" TO "service_role";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "private"."fit_records" TO "postgres";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "private"."idempotency_keys" TO "postgres";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "private"."messages" TO "postgres";

GRANT SELECT ON TABLE "public"."allocations" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."allocations" TO "postgres", "service_role";

GRANT SELECT ON TABLE "public"."boutique_members" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."boutique_members" TO "postgres", "service_role";

GRANT SELECT ON TABLE "public"."boutiques" TO "anon";

GRANT UPDATE ("name") ON TABLE "public"."boutiques" TO "authenticated";

GRANT UPDATE ("timezone") ON TABLE "public"."boutiques" TO "authenticated";

GRANT SELECT ON TABLE "public"."boutiques" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."boutiques" TO "postgres", "service_role";

GRANT SELECT ON TABLE "public"."categories" TO "anon";

GRANT INSERT ("name"), UPDATE ("name") ON TABLE "public"."categories" TO "authenticated";

GRANT INSERT ("parent_id"), UPDATE ("parent_id") ON TABLE "public"."categories" TO "authenticated";

GRANT INSERT ("position"), UPDATE ("position") ON TABLE "public"."categories" TO "authenticated";

GRANT INSERT ("slug"), UPDATE ("slug") ON TABLE "public"."categories" TO "authenticated";

GRANT DELETE, SELECT ON TABLE "public"."categories" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."categories" TO "postgres", "service_role";

GRANT SELECT ON TABLE "public"."designers" TO "anon";

GRANT INSERT ("bio"), UPDATE ("bio") ON TABLE "public"."designers" TO "authenticated";

GRANT INSERT ("label"), UPDATE ("label") ON TABLE "public"."designers" TO "authenticated";

GRANT INSERT ("slug"), UPDATE ("slug") ON TABLE "public"."designers" TO "authenticated";

GRANT DELETE, SELECT ON TABLE "public"."designers" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."designers" TO "postgres", "service_role";

GRANT INSERT ("boutique_id") ON TABLE "public"."garments" TO "authenticated";

GRANT INSERT ("condition"), UPDATE ("condition") ON TABLE "public"."garments" TO "authenticated";

GRANT INSERT ("location_id"), UPDATE ("location_id") ON TABLE "public"."garments" TO "authenticated";

GRANT UPDATE ("retired_at") ON TABLE "public"."garments" TO "authenticated";

GRANT INSERT ("serial"), UPDATE ("serial") ON TABLE "public"."garments" TO "authenticated";

GRANT INSERT ("variant_id") ON TABLE "public"."garments" TO "authenticated";

GRANT SELECT ON TABLE "public"."garments" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."garments" TO "postgres", "service_role";

GRANT SELECT ON TABLE "public"."locations" TO "anon";

GRANT INSERT ("boutique_id") ON TABLE "public"."locations" TO "authenticated";

GRANT INSERT ("city"), UPDATE ("city") ON TABLE "public"."locations" TO "authenticated";

GRANT INSERT ("country"), UPDATE ("country") ON TABLE "public"."locations" TO "authenticated";

GRANT INSERT ("name"), UPDATE ("name") ON TABLE "public"."locations" TO "authenticated";

GRANT INSERT ("street"), UPDATE ("street") ON TABLE "public"."locations" TO "authenticated";

GRANT INSERT ("timezone"), UPDATE ("timezone") ON TABLE "public"."locations" TO "authenticated";

GRANT SELECT ON TABLE "public"."locations" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."locations" TO "postgres", "service_role";

GRANT SELECT ON TABLE "public"."platform_admins" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."platform_admins" TO "postgres", "service_role";

GRANT SELECT ON TABLE "public"."product_media" TO "anon";

GRANT INSERT ("alt"), UPDATE ("alt") ON TABLE "public"."product_media" TO "authenticated";

GRANT INSERT ("boutique_id") ON TABLE "public"."product_media" TO "authenticated";

GRANT INSERT ("position"), UPDATE ("position") ON TABLE "public"."product_media" TO "authenticated";

GRANT INSERT ("product_id") ON TABLE "public"."product_media" TO "authenticated";

GRANT INSERT ("storage_path") ON TABLE "public"."product_media" TO "authenticated";

GRANT DELETE, SELECT ON TABLE "public"."product_media" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."product_media" TO "postgres", "service_role";

GRANT SELECT ON TABLE "public"."product_variants" TO "anon";

GRANT INSERT ("boutique_id") ON TABLE "public"."product_variants" TO "authenticated";

GRANT INSERT ("color"), UPDATE ("color") ON TABLE "public"."product_variants" TO "authenticated";

GRANT INSERT ("deposit"), UPDATE ("deposit") ON TABLE "public"."product_variants" TO "authenticated";

GRANT INSERT ("product_id") ON TABLE "public"."product_variants" TO "authenticated";

GRANT INSERT ("rental_price_per_day"), UPDATE ("rental_price_per_day") ON TABLE "public"."product_variants" TO "authenticated";

GRANT INSERT ("sale_price"), UPDATE ("sale_price") ON TABLE "public"."product_variants" TO "authenticated";

GRANT INSERT ("size"), UPDATE ("size") ON TABLE "public"."product_variants" TO "authenticated";

GRANT INSERT ("sku"), UPDATE ("sku") ON TABLE "public"."product_variants" TO "authenticated";

GRANT DELETE, SELECT ON TABLE "public"."product_variants" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."product_variants" TO "postgres", "service_role";

GRANT SELECT ON TABLE "public"."products" TO "anon";

GRANT INSERT ("attributes"), UPDATE ("attributes") ON TABLE "public"."products" TO "authenticated";

GRANT INSERT ("boutique_id") ON TABLE "public"."products" TO "authenticated";

GRANT INSERT ("category_id"), UPDATE ("category_id") ON TABLE "public"."products" TO "authenticated";

GRANT INSERT ("description"), UPDATE ("description") ON TABLE "public"."products" TO "authenticated";

GRANT INSERT ("designer_id"), UPDATE ("designer_id") ON TABLE "public"."products" TO "authenticated";

GRANT INSERT ("for_rent"), UPDATE ("for_rent") ON TABLE "public"."products" TO "authenticated";

GRANT INSERT ("for_sale"), UPDATE ("for_sale") ON TABLE "public"."products" TO "authenticated";

GRANT INSERT ("name"), UPDATE ("name") ON TABLE "public"."products" TO "authenticated";

GRANT INSERT ("slug"), UPDATE ("slug") ON TABLE "public"."products" TO "authenticated";

GRANT INSERT ("status"), UPDATE ("status") ON TABLE "public"."products" TO "authenticated";

GRANT DELETE, SELECT ON TABLE "public"."products" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."products" TO "postgres", "service_role";

GRANT UPDATE ("display_name") ON TABLE "public"."profiles" TO "authenticated";

GRANT UPDATE ("locale") ON TABLE "public"."profiles" TO "authenticated";

GRANT UPDATE ("phone") ON TABLE "public"."profiles" TO "authenticated";

GRANT SELECT ON TABLE "public"."profiles" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."profiles" TO "postgres", "service_role";

GRANT SELECT ON TABLE "public"."rental_policies" TO "anon";

GRANT UPDATE ("buffer_days_after") ON TABLE "public"."rental_policies" TO "authenticated";

GRANT UPDATE ("buffer_days_before") ON TABLE "public"."rental_policies" TO "authenticated";

GRANT UPDATE ("hold_minutes") ON TABLE "public"."rental_policies" TO "authenticated";

GRANT UPDATE ("max_days_ahead") ON TABLE "public"."rental_policies" TO "authenticated";

GRANT UPDATE ("max_days") ON TABLE "public"."rental_policies" TO "authenticated";

GRANT UPDATE ("min_days") ON TABLE "public"."rental_policies" TO "authenticated";

GRANT SELECT ON TABLE "public"."rental_policies" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."rental_policies" TO "postgres", "service_role";

GRANT SELECT ON TABLE "public"."rentals" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."rentals" TO "postgres", "service_role";

GRANT SELECT ON TABLE "public"."resources" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."resources" TO "postgres", "service_role";

GRANT USAGE ON TYPE "private"."fit" TO "postgres";

GRANT USAGE ON TYPE "private"."message_state" TO "postgres";

GRANT USAGE ON TYPE "private"."rental_terms" TO "postgres";

GRANT USAGE ON TYPE "public"."allocation_kind" TO "postgres";

GRANT USAGE ON TYPE "public"."allocation_state" TO "postgres";

GRANT USAGE ON TYPE "public"."boutique_status" TO "postgres";

GRANT USAGE ON TYPE "public"."garment_condition" TO "postgres";

GRANT USAGE ON TYPE "public"."member_role" TO "postgres";

GRANT USAGE ON TYPE "public"."product_status" TO "postgres";

GRANT USAGE ON TYPE "public"."rental_quote" TO "postgres";

GRANT USAGE ON TYPE "public"."rental_state" TO "postgres";

GRANT USAGE ON TYPE "public"."resource_kind" TO "postgres";

ALTER DEFAULT PRIVILEGES FOR ROLE "postgres" REVOKE ALL ON FUNCTIONS FROM PUBLIC;

ALTER TABLE "private"."fit_records" ADD COLUMN "id" uuid NOT NULL DEFAULT private.uuid_v7();

ALTER TABLE "private"."fit_records" ADD CONSTRAINT "fit_records_pkey" PRIMARY KEY (id);

ALTER TABLE "public"."allocations" ADD COLUMN "id" uuid NOT NULL DEFAULT private.uuid_v7();

ALTER TABLE "public"."allocations" ADD CONSTRAINT "allocations_pkey" PRIMARY KEY (id);

ALTER TABLE "public"."rentals" ADD CONSTRAINT "rentals_allocation_id_fkey" FOREIGN KEY (allocation_id) REFERENCES public.allocations(id) ON DELETE RESTRICT;

ALTER TABLE "public"."boutiques" ADD COLUMN "id" uuid NOT NULL DEFAULT private.uuid_v7();

ALTER TABLE "public"."boutiques" ADD CONSTRAINT "boutiques_pkey" PRIMARY KEY (id);

ALTER TABLE "private"."fit_records" ADD CONSTRAINT "fit_records_boutique_id_fkey" FOREIGN KEY (boutique_id) REFERENCES public.boutiques(id) ON DELETE CASCADE;

ALTER TABLE "public"."boutique_members" ADD CONSTRAINT "boutique_members_boutique_id_fkey" FOREIGN KEY (boutique_id) REFERENCES public.boutiques(id) ON DELETE CASCADE;

ALTER TABLE "public"."locations" ADD CONSTRAINT "locations_boutique_id_fkey" FOREIGN KEY (boutique_id) REFERENCES public.boutiques(id) ON DELETE RESTRICT;

ALTER TABLE "public"."products" ADD CONSTRAINT "products_boutique_id_fkey" FOREIGN KEY (boutique_id) REFERENCES public.boutiques(id) ON DELETE RESTRICT;

ALTER TABLE "public"."rental_policies" ADD CONSTRAINT "rental_policies_boutique_id_fkey" FOREIGN KEY (boutique_id) REFERENCES public.boutiques(id) ON DELETE CASCADE;

ALTER TABLE "public"."rentals" ADD CONSTRAINT "rentals_boutique_id_fkey" FOREIGN KEY (boutique_id) REFERENCES public.boutiques(id) ON DELETE RESTRICT;

ALTER TABLE "public"."resources" ADD CONSTRAINT "resources_boutique_id_fkey" FOREIGN KEY (boutique_id) REFERENCES public.boutiques(id) ON DELETE RESTRICT;

CREATE POLICY "select_active_or_member" ON "public"."boutiques" FOR SELECT TO "authenticated" USING (((status = 'active'::public.boutique_status) OR (id IN ( SELECT private.my_boutique_ids('stylist'::public.member_role) AS my_boutique_ids)) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "update_manager" ON "public"."boutiques" FOR UPDATE TO "authenticated" USING ((id IN ( SELECT private.my_active_boutique_ids('manager'::public.member_role) AS my_active_boutique_ids))) WITH CHECK ((id IN ( SELECT private.my_active_boutique_ids('manager'::public.member_role) AS my_active_boutique_ids)));

ALTER TABLE "public"."categories" ADD COLUMN "id" uuid NOT NULL DEFAULT private.uuid_v7();

ALTER TABLE "public"."categories" ADD CONSTRAINT "categories_pkey" PRIMARY KEY (id);

ALTER TABLE "public"."categories" ADD CONSTRAINT "categories_parent_id_fkey" FOREIGN KEY (parent_id) REFERENCES public.categories(id) ON DELETE RESTRICT;

ALTER TABLE "public"."categories" ADD CONSTRAINT "category_is_not_its_own_parent" CHECK ((parent_id <> id));

ALTER TABLE "public"."products" ADD CONSTRAINT "products_category_id_fkey" FOREIGN KEY (category_id) REFERENCES public.categories(id) ON DELETE RESTRICT;

ALTER TABLE "public"."designers" ADD COLUMN "id" uuid NOT NULL DEFAULT private.uuid_v7();

ALTER TABLE "public"."designers" ADD CONSTRAINT "designers_pkey" PRIMARY KEY (id);

ALTER TABLE "public"."products" ADD CONSTRAINT "products_designer_id_fkey" FOREIGN KEY (designer_id) REFERENCES public.designers(id) ON DELETE RESTRICT;

ALTER TABLE "public"."garments" ADD COLUMN "id" uuid NOT NULL DEFAULT private.uuid_v7();

ALTER TABLE "public"."garments" ADD CONSTRAINT "garments_pkey" PRIMARY KEY (id);

ALTER TABLE "public"."rentals" ADD CONSTRAINT "rentals_garment_id_fkey" FOREIGN KEY (garment_id) REFERENCES public.garments(id) ON DELETE RESTRICT;

GRANT INSERT ("id") ON TABLE "public"."garments" TO "authenticated";

ALTER TABLE "public"."locations" ADD COLUMN "id" uuid NOT NULL DEFAULT private.uuid_v7();

ALTER TABLE "public"."locations" ADD CONSTRAINT "locations_id_boutique_id_key" UNIQUE (id, boutique_id);

ALTER TABLE "public"."garments" ADD CONSTRAINT "garment_is_at_a_location_of_its_boutique" FOREIGN KEY (location_id, boutique_id) REFERENCES public.locations(id, boutique_id) ON DELETE RESTRICT;

ALTER TABLE "public"."locations" ADD CONSTRAINT "locations_pkey" PRIMARY KEY (id);

ALTER TABLE "public"."resources" ADD CONSTRAINT "resource_is_at_a_location_of_its_boutique" FOREIGN KEY (location_id, boutique_id) REFERENCES public.locations(id, boutique_id) ON DELETE RESTRICT;

GRANT INSERT ("id") ON TABLE "public"."locations" TO "authenticated";

ALTER TABLE "public"."product_media" ADD COLUMN "id" uuid NOT NULL DEFAULT private.uuid_v7();

ALTER TABLE "public"."product_media" ADD CONSTRAINT "product_media_pkey" PRIMARY KEY (id);

GRANT INSERT ("id") ON TABLE "public"."product_media" TO "authenticated";

ALTER TABLE "public"."product_variants" ADD COLUMN "id" uuid NOT NULL DEFAULT private.uuid_v7();

ALTER TABLE "public"."product_variants" ADD CONSTRAINT "product_variants_id_boutique_id_key" UNIQUE (id, boutique_id);

ALTER TABLE "private"."fit_records" ADD CONSTRAINT "fit_record_is_of_a_variant_of_the_boutique" FOREIGN KEY (variant_id, boutique_id) REFERENCES public.product_variants(id, boutique_id) ON DELETE CASCADE;

ALTER TABLE "public"."garments" ADD CONSTRAINT "garment_belongs_to_the_variants_boutique" FOREIGN KEY (variant_id, boutique_id) REFERENCES public.product_variants(id, boutique_id) ON DELETE RESTRICT;

ALTER TABLE "public"."product_variants" ADD CONSTRAINT "product_variants_pkey" PRIMARY KEY (id);

ALTER TABLE "public"."rentals" ADD CONSTRAINT "rental_is_of_a_variant_of_the_boutique" FOREIGN KEY (variant_id, boutique_id) REFERENCES public.product_variants(id, boutique_id) ON DELETE RESTRICT;

GRANT INSERT ("id") ON TABLE "public"."product_variants" TO "authenticated";

ALTER TABLE "public"."products" ADD COLUMN "id" uuid NOT NULL DEFAULT private.uuid_v7();

ALTER TABLE "public"."products" ADD CONSTRAINT "products_id_boutique_id_key" UNIQUE (id, boutique_id);

ALTER TABLE "public"."product_media" ADD CONSTRAINT "media_belongs_to_the_products_boutique" FOREIGN KEY (product_id, boutique_id) REFERENCES public.products(id, boutique_id) ON DELETE CASCADE;

ALTER TABLE "public"."product_variants" ADD CONSTRAINT "variant_belongs_to_the_products_boutique" FOREIGN KEY (product_id, boutique_id) REFERENCES public.products(id, boutique_id) ON DELETE CASCADE;

ALTER TABLE "public"."products" ADD CONSTRAINT "products_pkey" PRIMARY KEY (id);

CREATE INDEX products_boutique_id_idx ON public.products USING btree (boutique_id, id);

CREATE INDEX products_listed_idx ON public.products USING btree (published_at DESC, id DESC) WHERE listed;

CREATE INDEX products_listed_in_category_idx ON public.products USING btree (category_id, published_at DESC, id DESC) WHERE listed;

GRANT INSERT ("id") ON TABLE "public"."products" TO "authenticated";

ALTER TABLE "public"."rentals" ADD COLUMN "id" uuid NOT NULL DEFAULT private.uuid_v7();

ALTER TABLE "public"."rentals" ADD CONSTRAINT "rentals_pkey" PRIMARY KEY (id);

CREATE INDEX rentals_boutique_id_idx ON public.rentals USING btree (boutique_id, created_at DESC, id DESC);

CREATE INDEX rentals_customer_id_idx ON public.rentals USING btree (customer_id, created_at DESC, id DESC);

ALTER TABLE "public"."resources" ADD COLUMN "id" uuid NOT NULL DEFAULT private.uuid_v7();

ALTER TABLE "public"."resources" ADD CONSTRAINT "resources_id_boutique_id_key" UNIQUE (id, boutique_id);

ALTER TABLE "public"."allocations" ADD CONSTRAINT "allocation_belongs_to_the_resources_boutique" FOREIGN KEY (resource_id, boutique_id) REFERENCES public.resources(id, boutique_id) ON DELETE RESTRICT;

ALTER TABLE "public"."resources" ADD CONSTRAINT "resources_pkey" PRIMARY KEY (id);

ALTER TABLE "public"."garments" ADD CONSTRAINT "garment_is_a_resource" FOREIGN KEY (id) REFERENCES public.resources(id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE "public"."boutiques" ADD CONSTRAINT "timezone_is_known" CHECK (private.is_timezone(timezone));

ALTER TABLE "public"."locations" ADD CONSTRAINT "timezone_is_known" CHECK (private.is_timezone(timezone));

-- Queues. Generated from functions/_shared/jobs by npm run db:diff: change them there.

select pgboss.create_queue('rental.expire_hold.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('rental.expire_hold', '{"policy":"standard","retryLimit":10,"retryDelay":5,"retryBackoff":true,"retryDelayMax":300,"expireInSeconds":60,"deadLetter":"rental.expire_hold.dead","notify":true}');
update pgboss.queue set retry_limit = 10, retry_delay = 5, retry_backoff = true, retry_delay_max = 300, expire_seconds = 60, dead_letter = 'rental.expire_hold.dead', notify = true where name = 'rental.expire_hold';
select pgboss.create_queue('mail.rental_reserved.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('mail.rental_reserved', '{"policy":"standard","retryLimit":12,"retryDelay":5,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":120,"deadLetter":"mail.rental_reserved.dead","notify":true}');
update pgboss.queue set retry_limit = 12, retry_delay = 5, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 120, dead_letter = 'mail.rental_reserved.dead', notify = true where name = 'mail.rental_reserved';

-- Buckets of the Storage server. Rows, not objects: `npm run db:diff` puts this file into the migration when they change.

insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types)
values ('product-media', 'product-media', true, 10485760, array['image/jpeg', 'image/png', 'image/webp', 'image/avif', 'image/svg+xml'])
on conflict (id) do update set
  public = excluded.public,
  file_size_limit = excluded.file_size_limit,
  allowed_mime_types = excluded.allowed_mime_types;
