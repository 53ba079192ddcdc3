set local check_function_bodies = off;

ALTER TABLE "public"."product_media" ADD COLUMN "width" integer;

ALTER TABLE "public"."product_media" ADD COLUMN "height" integer;

ALTER TABLE "public"."product_media" ADD COLUMN "blurhash" text;

ALTER TABLE "public"."product_media" ADD COLUMN "renditions" jsonb NOT NULL DEFAULT '[]'::jsonb;

CREATE TYPE "public"."media_refusal" AS ENUM ('file_missing', 'not_an_image', 'too_large', 'too_many_pixels', 'broken');

ALTER TABLE "public"."product_media" ADD COLUMN "refusal" public.media_refusal;

CREATE TYPE "public"."media_state" AS ENUM ('pending', 'ready', 'refused');

-- Pictures that are there stay on show; a job makes their renditions (at the end of the queues below).
ALTER TABLE "public"."product_media" ADD COLUMN "state" public.media_state NOT NULL DEFAULT 'ready'::public.media_state;
ALTER TABLE "public"."product_media" ALTER COLUMN "state" SET DEFAULT 'pending'::public.media_state;

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
      where e.key not in ('updated_at', 'listed', 'last_read_at', 'failing_since', 'gone_since', 'told_at', 'blurhash', 'renditions') and e.value is distinct from o.row -> e.key
    ) changed
    cross join lateral (select coalesce(n.row ->> 'boutique_id', case tg_table_name when 'boutiques' then n.row ->> 'id' end)::uuid as id) b
    where changed.new is not null;
  end if;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.check_listed()
 RETURNS SETOF private.finding
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select 'listed', x.id, format('The %s is %s to the public and should %sbe.', x.what,
    case when x.listed then 'shown' else 'not shown' end, case when x.listed then 'not ' else '' end)
  from (
    select l.id, 'branch' as what, l.listed, b.status = 'active' as should
    from public.locations l join public.boutiques b on b.id = l.boutique_id
    union all
    select s.id, 'stylist', s.listed, b.status = 'active' and s.retired_at is null
    from public.stylists s join public.boutiques b on b.id = s.boutique_id
    union all
    select f.id, 'service', f.listed, b.status = 'active' and f.retired_at is null
    from public.fitting_services f join public.boutiques b on b.id = f.boutique_id
    union all
    select p.id, 'product', p.listed, b.status = 'active' and p.status = 'published'
    from public.products p join public.boutiques b on b.id = p.boutique_id
    union all
    select v.id, 'variant', v.listed, p.listed
    from public.product_variants v join public.products p on p.id = v.product_id
    union all
    select m.id, 'picture', m.listed, p.listed and m.state = 'ready'
    from public.product_media m join public.products p on p.id = m.product_id
  ) x
  where x.listed <> x.should
$function$;

CREATE OR REPLACE FUNCTION private.claim_unused_media_files(paths text[])
 RETURNS TABLE(path text, claimed boolean)
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  for path in select distinct p.path from unnest(paths) p (path) order by 1 loop
    -- Not awaited: who adds rows takes these locks in the order of the rows.
    claimed := pg_try_advisory_xact_lock(31, private.media_lock(path));
    -- A statement of its own, so that it sees what was committed before the lock was there.
    if not private.is_media_file_used(path) then
      return next;
    end if;
  end loop;
end
$function$;

CREATE OR REPLACE FUNCTION private.delete_media_files()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.enqueue('media.delete_files',
    jsonb_build_object('boutique_id', old.boutique_id, 'media_id', old.id, 'storage_path', old.storage_path),
    jsonb_build_object('group', old.boutique_id));
  return null;
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
  else
    new.listed := new.listed and new.state = 'ready';
  end if;
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION private.is_media_file_used(path text)
 RETURNS boolean
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select exists (select from public.product_media m where m.storage_path = path and m.state <> 'refused')
    or exists (
      select from public.product_media m
      where m.id = case when path ~ '^[^/]+/renditions/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/' then split_part(path, '/', 3)::uuid end
        and m.boutique_id::text = split_part(path, '/', 1)
        and m.state <> 'refused')
$function$;

CREATE OR REPLACE FUNCTION private.lock_media_file()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform pg_advisory_xact_lock_shared(31, private.media_lock(new.storage_path));
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION private.media_lock(path text)
 RETURNS integer
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  -- As many as a transaction may well hold: one that adds very many pictures has not a lock for each.
  select hashtext(path) & 1023
$function$;

CREATE OR REPLACE FUNCTION private.process_media()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.enqueue('media.process', jsonb_build_object('media_id', new.id), jsonb_build_object('group', new.boutique_id));
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
    select m.id from public.product_media m where m.product_id = reorder_media.product_id order by m.id for update
  ) locked;
  if coalesce(v_present, '{}') is distinct from (select coalesce(array_agg(i.id order by i.id), '{}') from unnest(media_ids) i (id))
    or media_ids is null then
    perform private.raise_error(400, 'invalid_media', 'Name every picture of the product once, in the order in which they are to be shown.',
      jsonb_build_object('product_id', product_id));
  end if;
  update public.product_media m set position = i.place - 1
  from unnest(media_ids) with ordinality i (id, place)
  where m.id = i.id and m.position <> i.place - 1;
  return query select * from public.product_media m where m.product_id = reorder_media.product_id order by m.position;
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
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.unused_media_files(before timestamp with time zone, after text, most integer)
 RETURNS SETOF text
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select o.name
  from storage.objects o
  where o.bucket_id = 'product-media' and o.name > unused_media_files.after
    -- A file that was replaced is as old as its newest content.
    and greatest(o.created_at, o.updated_at) < unused_media_files.before
    and not private.is_media_file_used(o.name)
  order by o.name
  limit most
$function$;

CREATE OR REPLACE FUNCTION public.reorder_media(product_id uuid, media_ids uuid[])
 RETURNS SETOF public.product_media
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select * from private.reorder_media(product_id, media_ids) $function$;

ALTER TABLE "public"."product_media" ADD CONSTRAINT "blurhash_is_short" CHECK (((length(blurhash) >= 6) AND (length(blurhash) <= 200)));

ALTER TABLE "public"."product_media" ADD CONSTRAINT "dimensions_are_positive" CHECK (((width > 0) AND (height > 0)));

ALTER TABLE "public"."product_media" ADD CONSTRAINT "dimensions_come_together" CHECK (((width IS NULL) = (height IS NULL)));

ALTER TABLE "public"."product_media" ADD CONSTRAINT "only_a_ready_picture_has_renditions" CHECK (((state = 'ready'::public.media_state) OR (renditions = '[]'::jsonb)));

ALTER TABLE "public"."product_media" ADD CONSTRAINT "only_a_ready_picture_is_listed" CHECK (((state = 'ready'::public.media_state) OR (NOT listed)));

ALTER TABLE "public"."product_media" ADD CONSTRAINT "refused_picture_says_why" CHECK (((state = 'refused'::public.media_state) = (refusal IS NOT NULL)));

ALTER TABLE "public"."product_media" ADD CONSTRAINT "renditions_are_a_list" CHECK ((jsonb_typeof(renditions) = 'array'::text));

ALTER TABLE "public"."product_media" ADD CONSTRAINT "storage_path_is_no_rendition" CHECK ((split_part(storage_path, '/'::text, 2) <> 'renditions'::text));

CREATE INDEX product_media_storage_path_idx ON public.product_media USING btree (storage_path);

CREATE TRIGGER delete_media_files AFTER DELETE ON public.product_media FOR EACH ROW EXECUTE FUNCTION private.delete_media_files();

CREATE TRIGGER lock_media_file BEFORE INSERT ON public.product_media FOR EACH ROW EXECUTE FUNCTION private.lock_media_file();

CREATE TRIGGER process_media AFTER INSERT ON public.product_media FOR EACH ROW WHEN ((new.state = 'pending'::public.media_state)) EXECUTE FUNCTION private.process_media();

COMMENT ON COLUMN "public"."product_media"."blurhash" IS 'A blurred preview in some 30 characters (blurha.sh), to show while the picture loads.';

COMMENT ON COLUMN "public"."product_media"."height" IS 'Of the upright picture, in pixels; null until it is known.';

COMMENT ON COLUMN "public"."product_media"."listed" IS 'True while the public sees the picture: it is ready and its product is listed. Kept by triggers.';

COMMENT ON COLUMN "public"."product_media"."refusal" IS 'Why the picture was refused. The file is deleted then: upload another one and add a new row.';

COMMENT ON COLUMN "public"."product_media"."renditions" IS 'Smaller copies as WebP, the narrowest first: [{"width", "height", "storage_path", "bytes"}].';

COMMENT ON COLUMN "public"."product_media"."state" IS 'Whether the file was looked at; written by the job media.process.';

COMMENT ON COLUMN "public"."product_media"."width" IS 'Of the upright picture, in pixels; null until it is known.';

COMMENT ON FUNCTION "private"."claim_unused_media_files"(text[]) IS 'Those of the paths that no row speaks of. `claimed`: no row will before this transaction ends, so the file may be removed; false while somebody adds a row.';

COMMENT ON FUNCTION "private"."delete_media_files"() IS 'Trigger: a picture''s files are deleted after its row, also when the product goes.';

COMMENT ON FUNCTION "private"."follow_product"() IS 'Trigger: a variant, and a picture that is ready, takes `listed` from its product, and a variant its currency from the boutique, whatever the writer sent.';

COMMENT ON FUNCTION "private"."is_media_file_used"(text) IS 'True for a path in the bucket product-media that a picture, or a rendition of one, has. What was refused has none.';

COMMENT ON FUNCTION "private"."lock_media_file"() IS 'Trigger: a file is not removed between the look for its row and the commit of that row.';

COMMENT ON FUNCTION "private"."media_lock"(text) IS 'Second key of the advisory lock of a path in the bucket product-media; the first is 31. Who adds a row has it shared, who removes a file alone.';

COMMENT ON FUNCTION "private"."process_media"() IS 'Trigger: has a job look at a new picture.';

COMMENT ON FUNCTION "private"."unused_media_files"(timestamp with time zone, text, integer) IS 'Files in the bucket product-media that no row speaks of and that were uploaded before a time, in the order of their names, after a name.';

COMMENT ON FUNCTION "public"."reorder_media"(uuid, uuid[]) IS 'Managers put the pictures of a product into an order: position 0 for the first id, and so on. All of its pictures have to be named, each once, also those that are pending or refused. Returns them in their order. PT404 product_not_found; PT400 invalid_media.';

COMMENT ON TABLE "public"."product_media" IS 'Pictures of a product; the files are in the bucket product-media. A job looks at each before the public sees it.';

COMMENT ON TYPE "public"."media_refusal" IS 'file_missing: nothing was uploaded to the path; not_an_image: no JPEG, PNG, WebP or AVIF by its content; too_large: more than 20 MiB; too_many_pixels: more than 40 megapixels; broken: cannot be read to its end.';

COMMENT ON TYPE "public"."media_state" IS 'pending: a job looks at the file; ready: the public sees the picture while its product is listed; refused: the file was none that can be shown, and is deleted.';

REVOKE ALL ON FUNCTION "private"."claim_unused_media_files"(text[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."claim_unused_media_files"(text[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."delete_media_files"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."delete_media_files"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."is_media_file_used"(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."is_media_file_used"(text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."lock_media_file"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."lock_media_file"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."media_lock"(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."media_lock"(text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."process_media"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."process_media"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."reorder_media"(uuid, uuid[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."reorder_media"(uuid, uuid[]) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."unused_media_files"(timestamp with time zone, text, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."unused_media_files"(timestamp with time zone, text, integer) TO "postgres";

REVOKE ALL ON FUNCTION "public"."reorder_media"(uuid, uuid[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."reorder_media"(uuid, uuid[]) TO "authenticated", "postgres";

GRANT USAGE ON TYPE "public"."media_refusal" TO "postgres";

GRANT USAGE ON TYPE "public"."media_state" TO "postgres";

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
select pgboss.create_queue('payment.reconcile.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('payment.reconcile', '{"policy":"standard","retryLimit":3,"retryDelay":10,"retryBackoff":true,"retryDelayMax":60,"expireInSeconds":120,"deadLetter":"payment.reconcile.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 3, retry_delay = 10, retry_backoff = true, retry_delay_max = 60, expire_seconds = 120, heartbeat_seconds = 30, dead_letter = 'payment.reconcile.dead', notify = true where name = 'payment.reconcile';
select pgboss.create_queue('ledger.check.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('ledger.check', '{"policy":"standard","retryLimit":3,"retryDelay":60,"retryBackoff":true,"retryDelayMax":600,"expireInSeconds":600,"deadLetter":"ledger.check.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 3, retry_delay = 60, retry_backoff = true, retry_delay_max = 600, expire_seconds = 600, heartbeat_seconds = 30, dead_letter = 'ledger.check.dead', notify = true where name = 'ledger.check';
select pgboss.create_queue('payout.propose.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('payout.propose', '{"policy":"standard","retryLimit":5,"retryDelay":60,"retryBackoff":true,"retryDelayMax":600,"expireInSeconds":600,"deadLetter":"payout.propose.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 5, retry_delay = 60, retry_backoff = true, retry_delay_max = 600, expire_seconds = 600, heartbeat_seconds = 30, dead_letter = 'payout.propose.dead', notify = true where name = 'payout.propose';
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
  ('payment.reconcile', '{}', 600, 60),
  ('ledger.check', '{}', 3600, 3600),
  ('payout.propose', '{}', 3600, 86400),
  ('media.process', '{"media_id":"uuid"}', 900, null),
  ('media.delete_files', '{"boutique_id":"uuid","media_id":"uuid","storage_path":"text"}', 3600, null),
  ('media.sweep', '{}', 7200, 86400);

select private.enqueue('media.process', jsonb_build_object('media_id', m.id), jsonb_build_object('group', m.boutique_id))
from public.product_media m;

-- Buckets of the Storage server; no SVG, which could carry scripts. Rows, not objects: `npm run db:diff` puts this file into the migration when they change.

insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types)
values
  ('product-media', 'product-media', true, 20971520, array['image/jpeg', 'image/png', 'image/webp', 'image/avif']),
  ('avatars', 'avatars', true, 2097152, array['image/jpeg', 'image/png', 'image/webp', 'image/avif']),
  ('private-documents', 'private-documents', false, 20971520, array['application/pdf', 'image/jpeg', 'image/png', 'image/webp']),
  ('data-exports', 'data-exports', false, 52428800, array['application/zip']),
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
