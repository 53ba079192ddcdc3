set local check_function_bodies = off;

DROP INDEX "private"."rate_limits_refilled_at_idx";

DROP FUNCTION "private"."worn_size"(public.reviews);

ALTER TABLE "private"."rate_limits" ADD COLUMN "full_at" timestamp with time zone NOT NULL DEFAULT now();

CREATE OR REPLACE FUNCTION private.draw_token(bucket text, capacity integer, per_minute double precision, tokens integer DEFAULT 1)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_bucket text := left(bucket, 300);
  v_row private.rate_limits;
  v_level double precision;
begin
  if capacity < 1 or per_minute <= 0 or tokens not between 1 and capacity then
    perform private.raise_error(400, 'invalid_rate', 'capacity, per_minute and tokens are positive, and no more tokens are drawn than the bucket holds.');
  end if;
  loop
    insert into private.rate_limits (bucket, tokens, refilled_at) values (v_bucket, capacity, clock_timestamp())
    on conflict do nothing;
    -- The lock makes callers draw one after the other; each then computes what the clock has filled in since.
    select * into v_row from private.rate_limits r where r.bucket = v_bucket for update;
    exit when found;
    -- Swept away between the two statements: the bucket is full, and begins anew.
  end loop;
  v_level := least(capacity, v_row.tokens + extract(epoch from clock_timestamp() - v_row.refilled_at) * per_minute / 60);
  if v_level < draw_token.tokens then
    return greatest(1, ceil((draw_token.tokens - v_level) * 60 / per_minute))::integer;
  end if;
  v_level := v_level - draw_token.tokens;
  update private.rate_limits r
  set tokens = v_level, refilled_at = clock_timestamp(), full_at = clock_timestamp() + (capacity - v_level) * interval '1 minute' / per_minute
  where r.bucket = v_bucket;
  return 0;
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
    ('public.show_rsvps', 'customer_id', 'customer_id = $1', true, 'detach', 'seats of shows to come are given back by erase_account; of the others the boutique keeps how many came'),
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
    ('public.measurements', 'customer_id', 'customer_id = $1', true, 'cascade', 'her body'),
    ('private.idempotency_keys', 'user_id', 'user_id = $1', false, 'delete', 'technical: her retries')
$function$;

CREATE OR REPLACE FUNCTION private.sweep_rate_limits()
 RETURNS bigint
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  with swept as (
    delete from private.rate_limits r where r.full_at < now() returning 1
  )
  select count(*) from swept
$function$;

CREATE OR REPLACE FUNCTION private.worn_size(review public.reviews)
 RETURNS text
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  -- A fitting of several sizes of one gown does not say which of them she speaks of.
  return (
    select min(v.size)
    from (
      select i.variant_id from public.order_items i where review.kind = 'bought' and i.id = review.subject_id
      union all
      select t.variant_id from public.rentals t where review.kind = 'rented' and t.id = review.subject_id
      union all
      select g.variant_id from public.appointment_garments a join public.garments g on g.id = a.garment_id
      where review.kind = 'fitted' and a.appointment_id = review.subject_id) w
    join public.product_variants v on v.id = w.variant_id and v.product_id = review.product_id
    having count(distinct v.size) = 1);
end
$function$;

CREATE INDEX rate_limits_full_at_idx ON private.rate_limits USING btree (full_at);

COMMENT ON COLUMN "private"."rate_limits"."full_at" IS 'When it is full again: from then on a bucket that begins anew is the same.';

COMMENT ON FUNCTION "private"."sweep_rate_limits"() IS 'Removes buckets that are full again. Called by the job rate_limits.sweep.';

COMMENT ON FUNCTION "private"."worn_size"(public.reviews) IS 'The size that a review speaks of, from what it is about; null when that is not known.';

REVOKE ALL ON FUNCTION "private"."worn_size"(public.reviews) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."worn_size"(public.reviews) TO "postgres";

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
select pgboss.create_queue('fit.train.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('fit.train', '{"policy":"standard","retryLimit":2,"retryDelay":300,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":3600,"deadLetter":"fit.train.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 2, retry_delay = 300, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 3600, heartbeat_seconds = 30, dead_letter = 'fit.train.dead', notify = true where name = 'fit.train';

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
  ('tryon.sweep', '{}', 3600, 3600),
  ('fit.train', '{}', 14400, 86400);

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
