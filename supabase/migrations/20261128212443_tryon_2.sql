set local check_function_bodies = off;

ALTER TABLE "public"."product_media" DROP CONSTRAINT "only_a_ready_picture_is_listed";

CREATE TABLE "private"."tryon_uses" ("tryon_id" uuid NOT NULL, "customer_id" uuid NOT NULL, "created_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "tryon_uses_pkey" PRIMARY KEY (tryon_id));

ALTER TABLE "private"."tryon_uses" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."tryon_consent_texts" ("version" integer NOT NULL, "body_en" text NOT NULL, "body_am" text NOT NULL, "created_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "texts_are_given" CHECK (((body_en ~ '\S'::text) AND (body_am ~ '\S'::text) AND (length(body_en) <= 5000) AND (length(body_am) <= 5000))), CONSTRAINT "tryon_consent_texts_pkey" PRIMARY KEY (version), CONSTRAINT "version_is_positive" CHECK ((version > 0)));

ALTER TABLE "public"."tryon_consent_texts" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."tryon_photos" ("customer_id" uuid NOT NULL, "storage_path" text NOT NULL, "consent_version" integer NOT NULL, "consented_at" timestamp with time zone NOT NULL DEFAULT now(), "anchor_points" jsonb, "state" public.media_state NOT NULL DEFAULT 'pending'::public.media_state, "width" integer, "height" integer, "expires_at" timestamp with time zone NOT NULL DEFAULT (now() + '30 days'::interval), "created_at" timestamp with time zone NOT NULL DEFAULT now(), "updated_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "a_ready_photo_says_how_large_it_is" CHECK ((((state = 'ready'::public.media_state) = (width IS NOT NULL)) AND ((width IS NULL) = (height IS NULL)) AND (width > 0) AND (height > 0))), CONSTRAINT "photo_is_kept_for_30_days_at_most" CHECK ((expires_at <= (created_at + '30 days'::interval))), CONSTRAINT "storage_path_is_inside_her_folder" CHECK ((starts_with(storage_path, ((customer_id)::text || '/'::text)) AND (storage_path !~ '(^|/)\.\.?(/|$)'::text) AND (length(storage_path) <= 400))), CONSTRAINT "storage_path_is_no_look" CHECK ((split_part(storage_path, '/'::text, 2) <> 'looks'::text)), CONSTRAINT "tryon_photos_storage_path_key" UNIQUE (storage_path), "id" uuid NOT NULL DEFAULT private.uuid_v7(), CONSTRAINT "tryon_photos_id_customer_id_key" UNIQUE (id, customer_id), CONSTRAINT "tryon_photos_pkey" PRIMARY KEY (id));

ALTER TABLE "public"."tryon_photos" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."tryons" ("customer_id" uuid NOT NULL, "photo_id" uuid NOT NULL, "product_id" uuid NOT NULL, "variant_id" uuid, "result_path" text, "provider_run" text, "run_started_at" timestamp with time zone, "expires_at" timestamp with time zone NOT NULL, "created_at" timestamp with time zone NOT NULL DEFAULT now(), "updated_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "a_run_has_begun" CHECK (((provider_run IS NULL) OR (run_started_at IS NOT NULL))), CONSTRAINT "look_is_kept_for_30_days_at_most" CHECK ((expires_at <= (created_at + '30 days'::interval))), CONSTRAINT "provider_run_is_short" CHECK (((length(provider_run) >= 1) AND (length(provider_run) <= 300))), CONSTRAINT "tryons_result_path_key" UNIQUE (result_path), "id" uuid NOT NULL DEFAULT private.uuid_v7(), CONSTRAINT "result_path_is_of_the_look" CHECK ((result_path = ((((customer_id)::text || '/looks/'::text) || (id)::text) || '.jpg'::text))), CONSTRAINT "tryons_pkey" PRIMARY KEY (id));

ALTER TABLE "public"."tryons" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "public"."product_media" ADD COLUMN "anchor_points" jsonb;

CREATE TYPE "public"."media_purpose" AS ENUM ('gallery', 'cutout');

ALTER TABLE "public"."product_media" ADD COLUMN "purpose" public.media_purpose NOT NULL DEFAULT 'gallery'::public.media_purpose;

ALTER TABLE "public"."tryon_photos" ADD COLUMN "refusal" public.media_refusal;

CREATE TYPE "public"."tryon_failure" AS ENUM ('no_cutout', 'content_refused', 'photo_unsuitable', 'interrupted', 'timed_out', 'provider_unavailable');

ALTER TABLE "public"."tryons" ADD COLUMN "failure" public.tryon_failure;

CREATE TYPE "public"."tryon_state" AS ENUM ('pending', 'ready', 'failed');

ALTER TABLE "public"."tryons" ADD COLUMN "state" public.tryon_state NOT NULL DEFAULT 'pending'::public.tryon_state;

CREATE OR REPLACE FUNCTION private.add_tryon_photo(storage_path text, consent_version integer, anchor_points jsonb)
 RETURNS public.tryon_photos
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_photo public.tryon_photos;
  v_version integer := (select max(t.version) from public.tryon_consent_texts t);
begin
  perform private.limit_rate('add_tryon_photo', 20, 20.0 / 60);
  perform private.lock_tryon_customer();
  if consent_version is distinct from v_version then
    perform private.raise_error(400, 'consent_required',
      'Show the newest text of tryon_consent_texts and, when she agrees to it, send its version.', jsonb_build_object('version', v_version));
  elsif not private.are_anchor_points(anchor_points) then
    perform private.raise_error(400, 'invalid_points',
      'anchor_points names left_shoulder, right_shoulder, left_waist and right_waist as [x, y] in fractions of the picture. Left is left in the picture.');
  end if;
  -- Her answer was lost, and she adds it again.
  select * into v_photo from public.tryon_photos f
  where f.storage_path = add_tryon_photo.storage_path and f.customer_id = auth.uid();
  if found then
    return v_photo;
  end if;
  if (select count(*) from public.tryon_photos f where f.customer_id = auth.uid() and f.state <> 'refused') >= 10 then
    perform private.raise_error(409, 'too_many_photos', 'Ten photos are kept at a time. Delete one first.');
  elsif coalesce(not starts_with(storage_path, auth.uid() || '/') or split_part(storage_path, '/', 2) = 'looks', true)
    or not exists (select from storage.objects o where o.bucket_id = 'tryon' and o.name = add_tryon_photo.storage_path) then
    perform private.raise_error(400, 'invalid_photo', 'storage_path names a file that you have uploaded to the bucket tryon, in the folder that is named by your id, and not in looks.');
  end if;
  insert into public.tryon_photos (customer_id, storage_path, consent_version, anchor_points)
  values (auth.uid(), add_tryon_photo.storage_path, v_version, add_tryon_photo.anchor_points)
  returning * into v_photo;
  return v_photo;
end
$function$;

CREATE OR REPLACE FUNCTION private.are_anchor_points(points jsonb)
 RETURNS boolean
 LANGUAGE plpgsql
 IMMUTABLE STRICT
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.claim_unused_tryon_files(paths text[])
 RETURNS TABLE(path text, claimed boolean)
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  for path in select distinct p.path from unnest(paths) p (path) order by 1 loop
    claimed := pg_try_advisory_xact_lock(33, private.media_lock(path));
    -- A statement of its own, so that it sees what was committed before the lock was there.
    if not private.is_tryon_file_used(path) then
      return next;
    end if;
  end loop;
end
$function$;

CREATE OR REPLACE FUNCTION private.count_tryon(tryon_id uuid)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_most integer := private.tryon_daily_limit();
  v_made timestamptz[] := array(
    select u.created_at from private.tryon_uses u
    where u.customer_id = auth.uid() and u.created_at > now() - interval '24 hours'
    order by u.created_at desc limit v_most);
  v_wait integer;
begin
  if cardinality(v_made) >= v_most then
    v_wait := greatest(1, ceil(extract(epoch from v_made[v_most] + interval '24 hours' - now())))::integer;
    perform private.raise_too_many_requests(v_wait,
      format('%s looks are made in a day. Try again in %s seconds.', v_most, v_wait));
  end if;
  insert into private.tryon_uses (tryon_id, customer_id) values (count_tryon.tryon_id, auth.uid());
end
$function$;

CREATE OR REPLACE FUNCTION private.delete_tryon(tryon_id uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  delete from public.tryons t where t.id = tryon_id and t.customer_id = auth.uid();
  if not found then
    perform private.raise_error(404, 'tryon_not_found', 'There is no such look of yours.', jsonb_build_object('tryon_id', tryon_id));
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.delete_tryon_photo(photo_id uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  delete from public.tryon_photos f where f.id = photo_id and f.customer_id = auth.uid();
  if not found then
    perform private.raise_error(404, 'photo_not_found', 'There is no such photo of yours.', jsonb_build_object('photo_id', photo_id));
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.fail_tryon(tryon_id uuid, failure public.tryon_failure)
 RETURNS boolean
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  update public.tryons t set state = 'failed', failure = fail_tryon.failure where t.id = fail_tryon.tryon_id and t.state = 'pending';
  if not found then
    return false;
  end if;
  -- Otherwise somebody could have the same photo refused without end.
  if failure <> 'content_refused' then
    delete from private.tryon_uses u where u.tryon_id = fail_tryon.tryon_id;
  end if;
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
$function$;

CREATE OR REPLACE FUNCTION private.is_tryon_file_used(path text)
 RETURNS boolean
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select exists (select from public.tryon_photos f where f.storage_path = path and f.state <> 'refused')
    or exists (select from public.tryons t where t.result_path = path)
$function$;

CREATE OR REPLACE FUNCTION private.limit_rate(operation text, capacity integer, per_minute double precision)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_wait integer;
begin
  -- Servers with the secret key call for many people, whom they limit themselves.
  if auth.role() = 'service_role' then
    return;
  end if;
  if current_setting('transaction_read_only') = 'on' then
    perform private.raise_error(405, 'post_required', 'Call this function with POST: it counts its calls.');
  end if;
  v_wait := private.draw_token(operation || ':' || coalesce(auth.uid()::text, private.caller_address()), capacity, per_minute);
  if v_wait > 0 then
    perform private.raise_too_many_requests(v_wait, format('Too many requests. Try again in %s seconds.', v_wait));
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.lock_tryon_customer()
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  -- What one customer asks for at once is counted one after the other.
  perform from public.profiles p where p.id = auth.uid() for no key update;
  if not found then
    perform private.raise_error(401, 'sign_in_required', 'Sign in to try gowns on.');
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.lock_tryon_photo()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform pg_advisory_xact_lock_shared(33, private.media_lock(new.storage_path));
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION private.next_fittings(product_id uuid, variant_id uuid)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  v_branch record;
  v_days integer[];
  v_wish private.fitting_wish := ('{}', array_remove(array[variant_id], null));
  v_terms private.fitting_terms;
  v_slots jsonb;
  v_fittings jsonb := '[]';
begin
  -- At each branch that has the gown, the shortest service that takes gowns.
  for v_branch in
    select l.id as location_id, l.name as location, l.timezone, s.id as service_id, s.name as service, s.duration_minutes
    from public.products p
    join public.locations l on l.boutique_id = p.boutique_id and l.listed
    cross join lateral (
      select f.id, f.name, f.duration_minutes from public.fitting_services f
      where f.boutique_id = p.boutique_id and f.listed and f.max_garments > 0
      order by f.duration_minutes, f.id limit 1
    ) s
    where p.id = next_fittings.product_id and exists (
      select from public.garments g join public.product_variants v on v.id = g.variant_id
      where g.location_id = l.id and g.retired_at is null and v.product_id = p.id and v.listed
        and (next_fittings.variant_id is null or v.id = next_fittings.variant_id))
    order by l.name, l.id limit 5
  loop
    v_terms := private.fitting_terms(v_branch.location_id, v_branch.service_id);
    -- Few have to look further than the next days.
    foreach v_days slice 1 in array array[[0, 3], [0, 14]] loop
      select coalesce(jsonb_agg(jsonb_build_object('starts_at', n.starts_at,
        'ends_at', n.starts_at + make_interval(mins => v_branch.duration_minutes)) order by n.starts_at), '[]') into v_slots
      from (
        select f.starts_at
        from (select (now() at time zone v_branch.timezone)::date as today) d
        cross join lateral private.free_slots(v_terms, d.today + v_days[1], d.today + v_days[2], v_wish, 1) f
        order by f.starts_at limit 3
      ) n;
      exit when jsonb_array_length(v_slots) = 3;
    end loop;
    v_fittings := v_fittings || jsonb_build_object('location_id', v_branch.location_id, 'location', v_branch.location,
      'service_id', v_branch.service_id, 'service', v_branch.service, 'slots', v_slots);
  end loop;
  return v_fittings;
end
$function$;

CREATE OR REPLACE FUNCTION private.notify_of_tryon()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  perform private.notify(case new.state when 'ready' then 'tryon_ready' else 'tryon_failed' end, new.id);
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.personal_buckets()
 RETURNS text[]
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select array['avatars', 'private-documents', 'data-exports', 'review-photos', 'tryon']
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
    ('public.tryon_photos', 'customer_id', 'customer_id = $1', true, 'cascade', 'photos of her, with her consent; the files are in a personal bucket'),
    ('public.tryons', 'customer_id', 'customer_id = $1', true, 'cascade', 'gowns on her photos; the files are in a personal bucket'),
    ('private.tryon_uses', 'customer_id', 'customer_id = $1', true, 'cascade', 'how many looks she has had made within a day'),
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

CREATE OR REPLACE FUNCTION private.process_tryon_photo()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.enqueue('tryon.process_photo', jsonb_build_object('photo_id', new.id), jsonb_build_object('group', new.customer_id));
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.products_to_try_on(product_ids uuid[])
 RETURNS SETOF uuid
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER ROWS 20
 SET search_path TO ''
AS $function$
begin
  return query
  select p.id from public.products p
  where p.id = any (product_ids) and p.listed
    and exists (select from public.product_media m where m.product_id = p.id and m.purpose = 'cutout' and m.state = 'ready');
end
$function$;

CREATE OR REPLACE FUNCTION private.raise_too_many_requests(seconds integer, message text)
 RETURNS void
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  -- The form in which the Data API lets a function set headers.
  raise sqlstate 'PGRST' using
    message = jsonb_build_object('code', 'PT429', 'hint', 'too_many_requests', 'details', null, 'message', message)::text,
    detail = jsonb_build_object('status', 429, 'headers', jsonb_build_object('Retry-After', seconds::text))::text;
end
$function$;

CREATE OR REPLACE FUNCTION private.remove_tryon_file()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  -- A look may have a file before its row says so.
  v_path text := case tg_table_name when 'tryons' then format('%s/looks/%s.jpg', old.customer_id, old.id) else to_jsonb(old) ->> 'storage_path' end;
begin
  -- The row has gone for good when the file goes: a crash in between leaves a job, and the job finds no row.
  perform private.enqueue('tryon.remove_file', jsonb_build_object('storage_path', v_path), jsonb_build_object('group', old.customer_id));
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.reorder_media(product_id uuid, media_ids uuid[])
 RETURNS SETOF public.product_media
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_present uuid[];
begin
  if not exists (
    select from public.products p
    where p.id = reorder_media.product_id and p.boutique_id in (select private.my_boutique_ids('catalog.write'))) then
    perform private.raise_error(404, 'product_not_found', 'There is no such product of a boutique whose catalog you keep.',
      jsonb_build_object('product_id', product_id));
  end if;
  select array_agg(locked.id order by locked.id) into v_present
  from (
    select m.id from public.product_media m where m.product_id = reorder_media.product_id and m.purpose = 'gallery' order by m.id for update
  ) locked;
  if coalesce(v_present, '{}') is distinct from (select coalesce(array_agg(i.id order by i.id), '{}') from unnest(media_ids) i (id))
    or media_ids is null then
    perform private.raise_error(400, 'invalid_media', 'Name every picture of the product''s gallery once, in the order in which they are to be shown.',
      jsonb_build_object('product_id', product_id));
  end if;
  update public.product_media m set position = i.place - 1
  from unnest(media_ids) with ordinality i (id, place)
  where m.id = i.id and m.position <> i.place - 1;
  return query
  select * from public.product_media m where m.product_id = reorder_media.product_id and m.purpose = 'gallery' order by m.position;
end
$function$;

CREATE OR REPLACE FUNCTION private.request_tryon(photo_id uuid, product_id uuid, idempotency_key text, variant_id uuid)
 RETURNS public.tryons
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_earlier uuid;
  v_photo public.tryon_photos;
  v_tryon public.tryons;
begin
  v_earlier := private.claim_idempotency_key('request_tryon', idempotency_key,
    jsonb_build_object('photo_id', photo_id, 'product_id', product_id, 'variant_id', variant_id));
  if v_earlier is not null then
    select * into v_tryon from public.tryons t where t.id = v_earlier and t.customer_id = auth.uid();
    if not found then
      perform private.raise_error(410, 'tryon_deleted', 'The look of this idempotency key was deleted. Ask again with a new key.');
    end if;
    return v_tryon;
  end if;
  perform private.lock_tryon_customer();
  select * into v_photo from public.tryon_photos f where f.id = request_tryon.photo_id and f.customer_id = auth.uid() for key share;
  if not found then
    perform private.raise_error(404, 'photo_not_found', 'There is no such photo of yours. Add one with add_tryon_photo.',
      jsonb_build_object('photo_id', photo_id));
  elsif v_photo.state <> 'ready' then
    perform private.raise_error(409, 'photo_not_ready',
      case v_photo.state when 'pending' then 'The photo is being looked at. Wait until its state is ready.'
      else 'The photo was refused. Add another one.' end,
      jsonb_build_object('state', v_photo.state, 'refusal', v_photo.refusal));
  elsif v_photo.anchor_points is null then
    perform private.raise_error(409, 'points_missing', 'Mark shoulders and waist first: update anchor_points of the photo.',
      jsonb_build_object('photo_id', photo_id));
  elsif not exists (select from public.products p where p.id = request_tryon.product_id and p.listed) then
    perform private.raise_error(404, 'product_not_found', 'There is no such product, or it is not on show.',
      jsonb_build_object('product_id', product_id));
  elsif variant_id is not null and not exists (
    select from public.product_variants v where v.id = request_tryon.variant_id and v.product_id = request_tryon.product_id and v.listed) then
    perform private.raise_error(404, 'variant_not_found', 'There is no such variant of this product, or it is not on show.',
      jsonb_build_object('variant_id', variant_id));
  elsif not exists (select from private.products_to_try_on(array[request_tryon.product_id])) then
    perform private.raise_error(409, 'no_cutout',
      'This gown cannot be tried on: its boutique has no cut-out of it. Choose one of those that products_to_try_on names.',
      jsonb_build_object('product_id', product_id));
  end if;
  v_tryon.id := private.uuid_v7();
  perform private.count_tryon(v_tryon.id);
  insert into public.tryons (id, customer_id, photo_id, product_id, variant_id, expires_at)
  values (v_tryon.id, auth.uid(), v_photo.id, request_tryon.product_id, request_tryon.variant_id, v_photo.expires_at)
  returning * into v_tryon;
  perform private.settle_idempotency_key('request_tryon', idempotency_key, v_tryon.id);
  perform private.enqueue('tryon.render', jsonb_build_object('tryon_id', v_tryon.id), jsonb_build_object('group', auth.uid()));
  return v_tryon;
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
  where m.product_id = new.id and m.listed <> (new.listed and m.state = 'ready' and m.purpose = 'gallery');
  update public.product_translations t set listed = new.listed where t.product_id = new.id and t.listed <> new.listed;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.sweep_tryons()
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  -- Their looks go along, and triggers have the files removed.
  delete from public.tryon_photos f where f.expires_at <= now();
  delete from public.tryons t where t.expires_at <= now();
  delete from private.tryon_uses u where u.created_at <= now() - interval '24 hours';
  -- Their job has died; operators see it among the dead letters.
  perform private.fail_tryon(t.id, 'timed_out') from public.tryons t where t.state = 'pending' and t.created_at <= now() - interval '2 hours';
end
$function$;

CREATE OR REPLACE FUNCTION private.tryon_daily_limit()
 RETURNS integer
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$ select 10 $function$;

CREATE OR REPLACE FUNCTION private.tryon_next_steps(tryon_id uuid, period text, variant_id uuid)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_tryon public.tryons;
  v_product public.products;
  v_variant uuid;
  v_period daterange;
  v_sizes jsonb;
begin
  perform private.limit_rate('tryon_next_steps', 60, 60);
  select * into v_tryon from public.tryons t where t.id = tryon_next_steps.tryon_id and t.customer_id = auth.uid();
  if not found then
    perform private.raise_error(404, 'tryon_not_found', 'There is no such look of yours.', jsonb_build_object('tryon_id', tryon_id));
  end if;
  select * into v_product from public.products p where p.id = v_tryon.product_id and p.listed;
  if not found then
    perform private.raise_error(404, 'product_not_found', 'The gown is not on show any more.', jsonb_build_object('product_id', v_tryon.product_id));
  end if;
  v_variant := coalesce(tryon_next_steps.variant_id, v_tryon.variant_id);
  if v_variant is not null and not exists (
    select from public.product_variants v where v.id = v_variant and v.product_id = v_product.id and v.listed) then
    perform private.raise_error(404, 'variant_not_found', 'There is no such variant of this product, or it is not on show.',
      jsonb_build_object('variant_id', v_variant));
  end if;
  v_period := case when period is null then daterange(current_date, current_date + 1) else private.parse_period(period) end;
  select coalesce(jsonb_agg(jsonb_build_object('variant_id', v.id, 'size', v.size, 'color', v.color, 'sale_price', v.sale_price,
      'rental_price_per_day', v.rental_price_per_day, 'currency', v.currency, 'free',
      (select count(*) from private.free_garment_ids(v.id,
        private.allocation_of_period(v_period, r.buffer_days_before, r.buffer_days_after, b.timezone)))) order by v.size, v.color, v.id), '[]')
  into v_sizes
  from public.product_variants v
  join public.boutiques b on b.id = v.boutique_id
  join public.rental_policies r on r.boutique_id = b.id
  where v.product_id = v_product.id and v.listed;
  return jsonb_build_object('product_id', v_product.id, 'boutique_id', v_product.boutique_id, 'sizes', v_sizes,
    'fittings', private.next_fittings(v_product.id, v_variant));
end
$function$;

CREATE OR REPLACE FUNCTION private.unused_tryon_files(before timestamp with time zone, after text, most integer)
 RETURNS SETOF text
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select o.name
  from storage.objects o
  where o.bucket_id = 'tryon' and o.name > unused_tryon_files.after
    and greatest(o.created_at, o.updated_at) < unused_tryon_files.before
    and not private.is_tryon_file_used(o.name)
  order by o.name
  limit most
$function$;

CREATE OR REPLACE FUNCTION private.withdraw_tryon_consent()
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_deleted integer;
begin
  -- Not while a photo is being added, which would stay.
  perform private.lock_tryon_customer();
  delete from public.tryon_photos f where f.customer_id = auth.uid();
  get diagnostics v_deleted = row_count;
  return v_deleted;
end
$function$;

CREATE OR REPLACE FUNCTION public.add_tryon_photo(storage_path text, consent_version integer, anchor_points jsonb DEFAULT NULL::jsonb)
 RETURNS public.tryon_photos
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.add_tryon_photo(storage_path, consent_version, anchor_points) $function$;

CREATE OR REPLACE FUNCTION public.delete_tryon(tryon_id uuid)
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.delete_tryon(tryon_id) $function$;

CREATE OR REPLACE FUNCTION public.delete_tryon_photo(photo_id uuid)
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.delete_tryon_photo(photo_id) $function$;

CREATE OR REPLACE FUNCTION public.products_to_try_on(product_ids uuid[])
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE ROWS 20
 SET search_path TO ''
AS $function$ select private.products_to_try_on(product_ids) $function$;

CREATE OR REPLACE FUNCTION public.request_tryon(photo_id uuid, product_id uuid, idempotency_key text, variant_id uuid DEFAULT NULL::uuid)
 RETURNS public.tryons
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.request_tryon(photo_id, product_id, idempotency_key, variant_id) $function$;

CREATE OR REPLACE FUNCTION public.tryon_next_steps(tryon_id uuid, period text DEFAULT NULL::text, variant_id uuid DEFAULT NULL::uuid)
 RETURNS jsonb
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.tryon_next_steps(tryon_id, period, variant_id) $function$;

CREATE OR REPLACE FUNCTION public.withdraw_tryon_consent()
 RETURNS integer
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.withdraw_tryon_consent() $function$;

ALTER TABLE "private"."tryon_uses" ADD CONSTRAINT "tryon_uses_customer_id_fkey" FOREIGN KEY (customer_id) REFERENCES public.profiles(id) ON DELETE CASCADE;

ALTER TABLE "public"."product_media" ADD CONSTRAINT "a_cutout_has_anchor_points" CHECK (((purpose = 'cutout'::public.media_purpose) = (anchor_points IS NOT NULL)));

ALTER TABLE "public"."product_media" ADD CONSTRAINT "only_a_ready_picture_of_the_gallery_is_listed" CHECK (((NOT listed) OR ((state = 'ready'::public.media_state) AND (purpose = 'gallery'::public.media_purpose))));

ALTER TABLE "public"."tryon_photos" ADD CONSTRAINT "refused_photo_says_why" CHECK (((state = 'refused'::public.media_state) = (refusal IS NOT NULL)));

ALTER TABLE "public"."tryon_photos" ADD CONSTRAINT "tryon_photos_consent_version_fkey" FOREIGN KEY (consent_version) REFERENCES public.tryon_consent_texts(version);

ALTER TABLE "public"."tryon_photos" ADD CONSTRAINT "tryon_photos_customer_id_fkey" FOREIGN KEY (customer_id) REFERENCES public.profiles(id) ON DELETE CASCADE;

ALTER TABLE "public"."tryons" ADD CONSTRAINT "a_failed_look_says_why" CHECK (((state = 'failed'::public.tryon_state) = (failure IS NOT NULL)));

ALTER TABLE "public"."tryons" ADD CONSTRAINT "a_ready_look_has_a_file" CHECK (((state = 'ready'::public.tryon_state) = (result_path IS NOT NULL)));

ALTER TABLE "public"."tryons" ADD CONSTRAINT "tryons_customer_id_fkey" FOREIGN KEY (customer_id) REFERENCES public.profiles(id) ON DELETE CASCADE;

ALTER TABLE "public"."tryons" ADD CONSTRAINT "tryons_product_id_fkey" FOREIGN KEY (product_id) REFERENCES public.products(id) ON DELETE CASCADE;

ALTER TABLE "public"."tryons" ADD CONSTRAINT "tryons_variant_id_fkey" FOREIGN KEY (variant_id) REFERENCES public.product_variants(id) ON DELETE SET NULL;

CREATE INDEX tryon_uses_created_at_idx ON private.tryon_uses USING btree (created_at);

CREATE INDEX tryon_uses_customer_id_idx ON private.tryon_uses USING btree (customer_id, created_at);

CREATE UNIQUE INDEX one_cutout_of_a_product ON public.product_media USING btree (product_id) WHERE ((purpose = 'cutout'::public.media_purpose) AND (state <> 'refused'::public.media_state));

CREATE INDEX tryon_photos_consent_version_idx ON public.tryon_photos USING btree (consent_version);

CREATE INDEX tryon_photos_expires_at_idx ON public.tryon_photos USING btree (expires_at);

CREATE INDEX tryons_pending_idx ON public.tryons USING btree (created_at) WHERE (state = 'pending'::public.tryon_state);

CREATE INDEX tryons_photo_id_idx ON public.tryons USING btree (photo_id, customer_id);

CREATE INDEX tryons_product_id_idx ON public.tryons USING btree (product_id);

CREATE INDEX tryons_variant_id_idx ON public.tryons USING btree (variant_id);

CREATE TRIGGER audit_delete AFTER DELETE ON public.tryon_consent_texts REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('version', '');

CREATE TRIGGER audit_insert AFTER INSERT ON public.tryon_consent_texts REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('version', '');

CREATE TRIGGER audit_update AFTER UPDATE ON public.tryon_consent_texts REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('version', '');

CREATE TRIGGER audit_delete AFTER DELETE ON public.tryon_photos REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', 'storage_path,anchor_points');

CREATE TRIGGER audit_insert AFTER INSERT ON public.tryon_photos REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', 'storage_path,anchor_points');

CREATE TRIGGER audit_update AFTER UPDATE ON public.tryon_photos REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', 'storage_path,anchor_points');

CREATE TRIGGER lock_tryon_photo BEFORE INSERT ON public.tryon_photos FOR EACH ROW EXECUTE FUNCTION private.lock_tryon_photo();

CREATE TRIGGER process_photo AFTER INSERT ON public.tryon_photos FOR EACH ROW WHEN ((new.state = 'pending'::public.media_state)) EXECUTE FUNCTION private.process_tryon_photo();

CREATE TRIGGER remove_file AFTER DELETE ON public.tryon_photos FOR EACH ROW EXECUTE FUNCTION private.remove_tryon_file();

CREATE TRIGGER touch_updated_at BEFORE UPDATE ON public.tryon_photos FOR EACH ROW EXECUTE FUNCTION private.touch_updated_at();

CREATE TRIGGER audit_delete AFTER DELETE ON public.tryons REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', 'product_id,variant_id,result_path,provider_run');

CREATE TRIGGER audit_insert AFTER INSERT ON public.tryons REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', 'product_id,variant_id,result_path,provider_run');

CREATE TRIGGER audit_update AFTER UPDATE ON public.tryons REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', 'product_id,variant_id,result_path,provider_run');

CREATE TRIGGER notify_of_tryon AFTER UPDATE OF state ON public.tryons FOR EACH ROW WHEN (((old.state = 'pending'::public.tryon_state) AND (new.state <> 'pending'::public.tryon_state))) EXECUTE FUNCTION private.notify_of_tryon();

CREATE TRIGGER remove_file AFTER DELETE ON public.tryons FOR EACH ROW EXECUTE FUNCTION private.remove_tryon_file();

CREATE TRIGGER touch_updated_at BEFORE UPDATE ON public.tryons FOR EACH ROW EXECUTE FUNCTION private.touch_updated_at();

CREATE POLICY "insert_admin" ON "public"."tryon_consent_texts" FOR INSERT TO "authenticated" WITH CHECK (( SELECT private.is_admin() AS is_admin));

CREATE POLICY "select_all" ON "public"."tryon_consent_texts" FOR SELECT TO "anon", "authenticated" USING (true);

CREATE POLICY "select_own" ON "public"."tryon_photos" FOR SELECT TO "authenticated" USING ((customer_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY "update_own" ON "public"."tryon_photos" FOR UPDATE TO "authenticated" USING ((customer_id = ( SELECT auth.uid() AS uid))) WITH CHECK ((customer_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY "select_own" ON "public"."tryons" FOR SELECT TO "authenticated" USING ((customer_id = ( SELECT auth.uid() AS uid)));

COMMENT ON COLUMN "public"."product_media"."anchor_points" IS 'Where shoulders and waist are in a cut-out, as private.are_anchor_points says.';

COMMENT ON COLUMN "public"."product_media"."listed" IS 'True while the public sees the picture: it is ready, in the gallery, and its product is listed. Kept by triggers.';

COMMENT ON COLUMN "public"."product_media"."purpose" IS 'What the picture is for. A product has one cut-out: without it nobody can try it on.';

COMMENT ON COLUMN "public"."tryon_photos"."anchor_points" IS 'Where her shoulders and her waist are, as private.are_anchor_points says; null until she has marked or confirmed them.';

COMMENT ON COLUMN "public"."tryon_photos"."consent_version" IS 'The text that she has agreed to.';

COMMENT ON COLUMN "public"."tryon_photos"."expires_at" IS 'When it is deleted with its files.';

COMMENT ON COLUMN "public"."tryon_photos"."height" IS 'Of the upright copy, in pixels; null until it is made.';

COMMENT ON COLUMN "public"."tryon_photos"."storage_path" IS 'In the bucket tryon: what she has uploaded, which a job replaces by an upright copy without metadata.';

COMMENT ON COLUMN "public"."tryon_photos"."width" IS 'Of the upright copy, in pixels; null until it is made.';

COMMENT ON COLUMN "public"."tryons"."expires_at" IS 'When it is deleted with its file: with its photo.';

COMMENT ON COLUMN "public"."tryons"."provider_run" IS 'What a provider calls its work on the look: asked for after a crash, for it is paid once.';

COMMENT ON COLUMN "public"."tryons"."result_path" IS 'In the bucket tryon; a JPEG without metadata.';

COMMENT ON COLUMN "public"."tryons"."run_started_at" IS 'When a provider was asked that wants to be paid. Set before, so that no crash asks it twice.';

COMMENT ON COLUMN "public"."tryons"."variant_id" IS 'The size and color that she thinks of, if she has said it; the picture is of the product.';

COMMENT ON FUNCTION "private"."are_anchor_points"(jsonb) IS 'True for shoulders and waist in an upright picture: {"left_shoulder": [x, y], "right_shoulder", "left_waist", "right_waist"}, in fractions of its width and height from the top left corner. Left is left in the picture; the waist is below the shoulders, and nothing falls together.';

COMMENT ON FUNCTION "private"."claim_unused_tryon_files"(text[]) IS 'Those of the paths in the bucket tryon that no row speaks of. `claimed`: no row will before this transaction ends, so the file may be removed; false while somebody adds a row.';

COMMENT ON FUNCTION "private"."count_tryon"(uuid) IS 'Notes one more look of the caller, who is locked, or answers 429 too_many_requests with the time until the oldest one is a day old.';

COMMENT ON FUNCTION "private"."fail_tryon"(uuid, public.tryon_failure) IS 'A look could not be made; its customer is told, and it is not counted unless it was her photo. False when it is done or gone.';

COMMENT ON FUNCTION "private"."follow_product"() IS 'Trigger: a variant, a translation, and a picture of the gallery that is ready take `listed` from their product, and a variant its currency from the boutique, whatever the writer sent.';

COMMENT ON FUNCTION "private"."is_tryon_file_used"(text) IS 'True for a path in the bucket tryon that a photo or a look has. What was refused has none.';

COMMENT ON FUNCTION "private"."lock_tryon_photo"() IS 'Trigger: a file is not removed between the look for its row and the commit of that row. As lock_media_file, with 33 as first key.';

COMMENT ON FUNCTION "private"."next_fittings"(uuid, uuid) IS 'Per branch that has a product, the next three times within two weeks at which stylist, room and, when a variant is named, a piece of it are free.';

COMMENT ON FUNCTION "private"."notify_of_tryon"() IS 'Trigger: tells a customer that her look is there, or that it could not be made.';

COMMENT ON FUNCTION "private"."process_tryon_photo"() IS 'Trigger: has a job look at a new photo.';

COMMENT ON FUNCTION "private"."raise_too_many_requests"(integer, text) IS 'Ends the statement with 429 too_many_requests and Retry-After in seconds.';

COMMENT ON FUNCTION "private"."remove_tryon_file"() IS 'Trigger: a file goes after its row, whatever the row went with.';

COMMENT ON FUNCTION "private"."sweep_tryons"() IS 'Deletes photos and looks whose time is over, and ends looks that nobody works on any more. Called by the job tryon.sweep.';

COMMENT ON FUNCTION "private"."tryon_daily_limit"() IS 'Looks that a customer may have made in 24 hours.';

COMMENT ON FUNCTION "private"."unused_tryon_files"(timestamp with time zone, text, integer) IS 'Files in the bucket tryon that no row speaks of and that were uploaded before a time, in the order of their names, after a name.';

COMMENT ON FUNCTION "public"."add_tryon_photo"(text, integer, jsonb) IS 'Keeps a photo of the caller for 30 days, for trying gowns on, with her consent: the version of the newest text of tryon_consent_texts, which she was shown. storage_path: a file that she has uploaded to the bucket tryon. anchor_points may be given now or written later. Adding it again returns the same row. PT400 consent_required, invalid_photo, invalid_points; PT409 too_many_photos; PT429 too_many_requests.';

COMMENT ON FUNCTION "public"."delete_tryon"(uuid) IS 'Deletes a look of the caller with its file, at once. PT404 tryon_not_found.';

COMMENT ON FUNCTION "public"."delete_tryon_photo"(uuid) IS 'Deletes a photo of the caller and the looks that were made of it, at once: the consent to it is withdrawn. PT404 photo_not_found.';

COMMENT ON FUNCTION "public"."products_to_try_on"(uuid[]) IS 'Those of the products on show that can be tried on: their boutique has a cut-out of them. For anybody.';

COMMENT ON FUNCTION "public"."reorder_media"(uuid, uuid[]) IS 'Managers put the pictures of a product into an order: position 0 for the first id, and so on. All pictures of its gallery have to be named, each once, also those that are pending or refused. Returns them in their order. PT404 product_not_found; PT400 invalid_media.';

COMMENT ON FUNCTION "public"."request_tryon"(uuid, uuid, text, uuid) IS 'Has a look made of a gown on a photo of the caller, who is told when it is ready or has failed. The same idempotency key with the same input returns the same look. Ten in 24 hours; what failed through no fault of hers is not counted. PT404 photo_not_found, product_not_found, variant_not_found; PT409 photo_not_ready, points_missing, no_cutout; PT410 tryon_deleted; PT422 idempotency_key_reused; PT400 invalid_idempotency_key; PT429 too_many_requests.';

COMMENT ON FUNCTION "public"."tryon_next_steps"(uuid, text, uuid) IS 'Where the gown of a look of the caller can be had: {"product_id", "boutique_id", "sizes": [{variant_id, size, color, sale_price, rental_price_per_day, currency, free}], "fittings": [{location_id, location, service_id, service, slots: [{starts_at, ends_at}]}]}. free: garments that can be rented in the period (as in quote_rental), or today. slots: the next three within two weeks, with a piece of the variant, if one is named here or with the look; for book_fitting. PT404 tryon_not_found, product_not_found, variant_not_found; PT400 invalid_period; PT429 too_many_requests.';

COMMENT ON FUNCTION "public"."withdraw_tryon_consent"() IS 'Deletes all photos of the caller that gowns are tried on, and all looks, at once. Answers with how many photos there were.';

COMMENT ON TABLE "private"."tryon_uses" IS 'Looks that count towards what somebody may have made in a day. No foreign key to tryons: who deletes a look has had it all the same. What failed through no fault of hers is taken off.';

COMMENT ON TABLE "public"."tryon_consent_texts" IS 'What customers agree to before a photo is kept. The highest version is asked for; earlier ones stay as they were, for those who have agreed to them.';

COMMENT ON TABLE "public"."tryon_photos" IS 'Photos of customers, in the private bucket tryon, with the consent to each. Read by who is on them alone. Deleting one, which withdraws the consent, deletes the looks that were made of it.';

COMMENT ON TABLE "public"."tryons" IS 'Looks: gowns on photos of customers, in the private bucket tryon. Read by who is on them alone. They go with their photo.';

COMMENT ON TYPE "public"."media_purpose" IS 'gallery: shown to the public; cutout: the gown alone, from the front, before a transparent background. It is put onto the photos of those who try it on, and shown nowhere else.';

COMMENT ON TYPE "public"."media_refusal" IS 'file_missing: nothing was uploaded to the path; not_an_image: no JPEG, PNG, WebP or AVIF by its content; too_large: more than 20 MiB; too_many_pixels: more than 40 megapixels; broken: cannot be read to its end; too_small: a photo to try gowns on, or a cut-out, with a side of less than 320 pixels; not_transparent: a cut-out without a transparent background.';

COMMENT ON TYPE "public"."tryon_failure" IS 'no_cutout: the boutique has removed the picture that is put onto photos; content_refused: the provider does not show what is on the photo; photo_unsuitable: it could not make a look of it; interrupted: the connection broke off, and nothing is paid twice; timed_out: it took too long; provider_unavailable: it could not be reached, or has failed. All but content_refused are not counted.';

COMMENT ON TYPE "public"."tryon_state" IS 'pending: a job makes the look; ready: result_path can be shown; failed: failure says why.';

REVOKE ALL ON FUNCTION "private"."add_tryon_photo"(text, integer, jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."add_tryon_photo"(text, integer, jsonb) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."are_anchor_points"(jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."are_anchor_points"(jsonb) TO "authenticated", "postgres", "service_role";

REVOKE ALL ON FUNCTION "private"."claim_unused_tryon_files"(text[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."claim_unused_tryon_files"(text[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."count_tryon"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."count_tryon"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."delete_tryon"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."delete_tryon"(uuid) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."delete_tryon_photo"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."delete_tryon_photo"(uuid) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."fail_tryon"(uuid, public.tryon_failure) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."fail_tryon"(uuid, public.tryon_failure) TO "postgres";

REVOKE ALL ON FUNCTION "private"."is_tryon_file_used"(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."is_tryon_file_used"(text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."lock_tryon_customer"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."lock_tryon_customer"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."lock_tryon_photo"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."lock_tryon_photo"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."next_fittings"(uuid, uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."next_fittings"(uuid, uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."notify_of_tryon"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."notify_of_tryon"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."process_tryon_photo"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."process_tryon_photo"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."products_to_try_on"(uuid[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."products_to_try_on"(uuid[]) TO "anon", "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."raise_too_many_requests"(integer, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."raise_too_many_requests"(integer, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."remove_tryon_file"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."remove_tryon_file"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."request_tryon"(uuid, uuid, text, uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."request_tryon"(uuid, uuid, text, uuid) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."sweep_tryons"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."sweep_tryons"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."tryon_daily_limit"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."tryon_daily_limit"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."tryon_next_steps"(uuid, text, uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."tryon_next_steps"(uuid, text, uuid) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."unused_tryon_files"(timestamp with time zone, text, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."unused_tryon_files"(timestamp with time zone, text, integer) TO "postgres";

REVOKE ALL ON FUNCTION "private"."withdraw_tryon_consent"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."withdraw_tryon_consent"() TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."add_tryon_photo"(text, integer, jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."add_tryon_photo"(text, integer, jsonb) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."delete_tryon"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."delete_tryon"(uuid) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."delete_tryon_photo"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."delete_tryon_photo"(uuid) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."products_to_try_on"(uuid[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."products_to_try_on"(uuid[]) TO "anon", "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."request_tryon"(uuid, uuid, text, uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."request_tryon"(uuid, uuid, text, uuid) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."tryon_next_steps"(uuid, text, uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."tryon_next_steps"(uuid, text, uuid) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."withdraw_tryon_consent"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."withdraw_tryon_consent"() TO "authenticated", "postgres";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "private"."tryon_uses" TO "postgres";

REVOKE ALL ("anchor_points") ON TABLE "public"."product_media" FROM "authenticated";

GRANT INSERT ("anchor_points"), UPDATE ("anchor_points") ON TABLE "public"."product_media" TO "authenticated";

REVOKE ALL ("purpose") ON TABLE "public"."product_media" FROM "authenticated";

GRANT INSERT ("purpose") ON TABLE "public"."product_media" TO "authenticated";

GRANT SELECT ON TABLE "public"."tryon_consent_texts" TO "anon";

GRANT INSERT ("body_am") ON TABLE "public"."tryon_consent_texts" TO "authenticated";

GRANT INSERT ("body_en") ON TABLE "public"."tryon_consent_texts" TO "authenticated";

GRANT INSERT ("version") ON TABLE "public"."tryon_consent_texts" TO "authenticated";

GRANT SELECT ON TABLE "public"."tryon_consent_texts" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."tryon_consent_texts" TO "postgres";

GRANT INSERT, SELECT ON TABLE "public"."tryon_consent_texts" TO "service_role";

GRANT UPDATE ("anchor_points") ON TABLE "public"."tryon_photos" TO "authenticated";

GRANT SELECT ON TABLE "public"."tryon_photos" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."tryon_photos" TO "postgres", "service_role";

GRANT SELECT ON TABLE "public"."tryons" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."tryons" TO "postgres", "service_role";

GRANT USAGE ON TYPE "public"."media_purpose" TO "postgres";

GRANT USAGE ON TYPE "public"."tryon_failure" TO "postgres";

GRANT USAGE ON TYPE "public"."tryon_state" TO "postgres";

ALTER TABLE "public"."tryons" ADD CONSTRAINT "photo_is_of_the_customer" FOREIGN KEY (photo_id, customer_id) REFERENCES public.tryon_photos(id, customer_id) ON DELETE CASCADE;

CREATE INDEX tryon_photos_customer_id_idx ON public.tryon_photos USING btree (customer_id, id);

CREATE INDEX tryons_customer_id_idx ON public.tryons USING btree (customer_id, id);

ALTER TABLE "public"."product_media" ADD CONSTRAINT "anchor_points_are_shoulders_and_waist" CHECK (private.are_anchor_points(anchor_points));

ALTER TABLE "public"."tryon_photos" ADD CONSTRAINT "anchor_points_are_shoulders_and_waist" CHECK (private.are_anchor_points(anchor_points));

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
    bucket_id in ('avatars', 'private-documents', 'data-exports', 'review-photos', 'tryon')
    and (storage.foldername(name))[1] = (select auth.uid())::text);
drop policy if exists insert_own_files on storage.objects;
create policy insert_own_files on storage.objects for insert to authenticated
  with check (
    bucket_id in ('avatars', 'private-documents', 'review-photos', 'tryon')
    and (bucket_id <> 'tryon' or (storage.foldername(name))[2] is distinct from 'looks')
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
-- The same with photos that gowns are tried on; their folder looks is the jobs' own. They go with their rows.
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
select pgboss.create_queue('tryon.process_photo.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('tryon.process_photo', '{"policy":"standard","retryLimit":8,"retryDelay":5,"retryBackoff":true,"retryDelayMax":1800,"expireInSeconds":300,"deadLetter":"tryon.process_photo.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 8, retry_delay = 5, retry_backoff = true, retry_delay_max = 1800, expire_seconds = 300, heartbeat_seconds = 30, dead_letter = 'tryon.process_photo.dead', notify = true where name = 'tryon.process_photo';
select pgboss.create_queue('tryon.render.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('tryon.render', '{"policy":"standard","retryLimit":7,"retryDelay":5,"retryBackoff":true,"retryDelayMax":300,"expireInSeconds":180,"deadLetter":"tryon.render.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 7, retry_delay = 5, retry_backoff = true, retry_delay_max = 300, expire_seconds = 180, heartbeat_seconds = 30, dead_letter = 'tryon.render.dead', notify = true where name = 'tryon.render';
select pgboss.create_queue('tryon.remove_file.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('tryon.remove_file', '{"policy":"standard","retryLimit":12,"retryDelay":10,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":120,"deadLetter":"tryon.remove_file.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 12, retry_delay = 10, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 120, heartbeat_seconds = 30, dead_letter = 'tryon.remove_file.dead', notify = true where name = 'tryon.remove_file';
select pgboss.create_queue('tryon.sweep.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('tryon.sweep', '{"policy":"standard","retryLimit":3,"retryDelay":60,"retryBackoff":true,"retryDelayMax":600,"expireInSeconds":600,"deadLetter":"tryon.sweep.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 3, retry_delay = 60, retry_backoff = true, retry_delay_max = 600, expire_seconds = 600, heartbeat_seconds = 30, dead_letter = 'tryon.sweep.dead', notify = true where name = 'tryon.sweep';

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
  ('review.remove_photo', '{"storage_path":"text"}', 3600, null),
  ('tryon.process_photo', '{"photo_id":"uuid"}', 900, null),
  ('tryon.render', '{"tryon_id":"uuid"}', 900, null),
  ('tryon.remove_file', '{"storage_path":"text"}', 3600, null),
  ('tryon.sweep', '{}', 3600, 3600);

-- Buckets of the Storage server; no SVG, which could carry scripts. Rows, not objects: `npm run db:diff` puts this file into the migration when they change.

insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types)
values
  ('product-media', 'product-media', true, 20971520, array['image/jpeg', 'image/png', 'image/webp', 'image/avif']),
  ('avatars', 'avatars', true, 2097152, array['image/jpeg', 'image/png', 'image/webp', 'image/avif']),
  ('private-documents', 'private-documents', false, 20971520, array['application/pdf', 'image/jpeg', 'image/png', 'image/webp']),
  ('data-exports', 'data-exports', false, 52428800, array['application/zip']),
  ('review-photos', 'review-photos', true, 10485760, array['image/jpeg', 'image/png', 'image/webp', 'image/avif']),
  ('tryon', 'tryon', false, 20971520, array['image/jpeg', 'image/png', 'image/webp', 'image/avif']),
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

-- What customers agree to before a photo of theirs is kept. A text of another version is added, never changed.
insert into public.tryon_consent_texts (version, body_en, body_am) values
  (1,
    'To show you how gowns look on you, we keep the photo that you upload and the pictures that are made of it. Nobody sees them but you: no boutique, and nobody of ours. A service that makes such pictures for us may get the photo for this purpose alone. Photo and pictures are deleted after 30 days, and at once when you delete them or withdraw your consent, which you may at any time. Upload only a photo of yourself.',
    'ቀሚሶች በእርስዎ ላይ እንዴት እንደሚታዩ ለማሳየት የሚጭኑትን ፎቶ እና ከእሱ የሚሠሩትን ምስሎች እናስቀምጣለን። ከእርስዎ በቀር ማንም አያያቸውም፤ ቡቲኮችም ሆኑ የእኛ ሠራተኞች። እንዲህ ያሉ ምስሎችን የሚሠራልን አገልግሎት ፎቶውን ለዚህ ዓላማ ብቻ ሊያገኝ ይችላል። ፎቶውና ምስሎቹ ከ30 ቀናት በኋላ ይሰረዛሉ፤ ሲሰርዟቸው ወይም ፈቃድዎን ሲያነሱም ወዲያውኑ ይሰረዛሉ፤ ይህንንም በማንኛውም ጊዜ ማድረግ ይችላሉ። የራስዎን ፎቶ ብቻ ይጫኑ።')
on conflict (version) do nothing;
