-- Virtual try-on: what customers and jobs call. The tables are in 78_tryons.sql.

create function private.tryon_daily_limit() returns integer
language sql immutable
set search_path = ''
as $$ select 10 $$;
comment on function private.tryon_daily_limit() is 'Looks that a customer may have made in 24 hours.';

create function private.lock_tryon_customer() returns void
language plpgsql volatile
set search_path = ''
as $$
begin
  -- What one customer asks for at once is counted one after the other.
  perform from public.profiles p where p.id = auth.uid() for no key update;
  if not found then
    perform private.raise_error(401, 'sign_in_required', 'Sign in to try gowns on.');
  end if;
end
$$;

-- Photos --------------------------------------------------------------------------------------------------------------

create function private.add_tryon_photo(storage_path text, consent_version integer, anchor_points jsonb) returns public.tryon_photos
language plpgsql volatile
security definer -- the consent is noted here, so rows are not insertable
set search_path = ''
as $$
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
$$;

create function public.add_tryon_photo(storage_path text, consent_version integer, anchor_points jsonb default null) returns public.tryon_photos
language sql volatile security invoker set search_path = ''
as $$ select private.add_tryon_photo(storage_path, consent_version, anchor_points) $$;
comment on function public.add_tryon_photo(text, integer, jsonb) is
  'Keeps a photo of the caller for 30 days, for trying gowns on, with her consent: the version of the newest text of tryon_consent_texts, which she was shown. storage_path: a file that she has uploaded to the bucket tryon. anchor_points may be given now or written later. Adding it again returns the same row. PT400 consent_required, invalid_photo, invalid_points; PT409 too_many_photos; PT429 too_many_requests.';
grant execute on function private.add_tryon_photo(text, integer, jsonb) to authenticated;
grant execute on function public.add_tryon_photo(text, integer, jsonb) to authenticated;

create function private.delete_tryon_photo(photo_id uuid) returns void
language plpgsql volatile
security definer -- rows are not deletable
set search_path = ''
as $$
begin
  delete from public.tryon_photos f where f.id = photo_id and f.customer_id = auth.uid();
  if not found then
    perform private.raise_error(404, 'photo_not_found', 'There is no such photo of yours.', jsonb_build_object('photo_id', photo_id));
  end if;
end
$$;

create function public.delete_tryon_photo(photo_id uuid) returns void
language sql volatile security invoker set search_path = ''
as $$ select private.delete_tryon_photo(photo_id) $$;
comment on function public.delete_tryon_photo(uuid) is
  'Deletes a photo of the caller and the looks that were made of it, at once: the consent to it is withdrawn. PT404 photo_not_found.';
grant execute on function private.delete_tryon_photo(uuid) to authenticated;
grant execute on function public.delete_tryon_photo(uuid) to authenticated;

create function private.withdraw_tryon_consent() returns integer
language plpgsql volatile
security definer -- rows are not deletable
set search_path = ''
as $$
declare
  v_deleted integer;
begin
  -- Not while a photo is being added, which would stay.
  perform private.lock_tryon_customer();
  delete from public.tryon_photos f where f.customer_id = auth.uid();
  get diagnostics v_deleted = row_count;
  return v_deleted;
end
$$;

create function public.withdraw_tryon_consent() returns integer
language sql volatile security invoker set search_path = ''
as $$ select private.withdraw_tryon_consent() $$;
comment on function public.withdraw_tryon_consent() is
  'Deletes all photos of the caller that gowns are tried on, and all looks, at once. Answers with how many photos there were.';
grant execute on function private.withdraw_tryon_consent() to authenticated;
grant execute on function public.withdraw_tryon_consent() to authenticated;

-- Looks ---------------------------------------------------------------------------------------------------------------

create function private.count_tryon(tryon_id uuid) returns void
language plpgsql volatile
set search_path = ''
as $$
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
$$;
comment on function private.count_tryon(uuid) is 'Notes one more look of the caller, who is locked, or answers 429 too_many_requests with the time until the oldest one is a day old.';

create function private.request_tryon(photo_id uuid, product_id uuid, idempotency_key text, variant_id uuid) returns public.tryons
language plpgsql volatile
security definer -- looks are counted, so rows are not insertable
set search_path = ''
as $$
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
$$;

create function public.request_tryon(photo_id uuid, product_id uuid, idempotency_key text, variant_id uuid default null) returns public.tryons
language sql volatile security invoker set search_path = ''
as $$ select private.request_tryon(photo_id, product_id, idempotency_key, variant_id) $$;
comment on function public.request_tryon(uuid, uuid, text, uuid) is
  'Has a look made of a gown on a photo of the caller, who is told when it is ready or has failed. The same idempotency key with the same input returns the same look. Ten in 24 hours; what failed through no fault of hers is not counted. PT404 photo_not_found, product_not_found, variant_not_found; PT409 photo_not_ready, points_missing, no_cutout; PT410 tryon_deleted; PT422 idempotency_key_reused; PT400 invalid_idempotency_key; PT429 too_many_requests.';

create function private.delete_tryon(tryon_id uuid) returns void
language plpgsql volatile
security definer -- rows are not deletable
set search_path = ''
as $$
begin
  delete from public.tryons t where t.id = tryon_id and t.customer_id = auth.uid();
  if not found then
    perform private.raise_error(404, 'tryon_not_found', 'There is no such look of yours.', jsonb_build_object('tryon_id', tryon_id));
  end if;
end
$$;

create function public.delete_tryon(tryon_id uuid) returns void
language sql volatile security invoker set search_path = ''
as $$ select private.delete_tryon(tryon_id) $$;
comment on function public.delete_tryon(uuid) is 'Deletes a look of the caller with its file, at once. PT404 tryon_not_found.';
grant execute on function private.delete_tryon(uuid) to authenticated;
grant execute on function public.delete_tryon(uuid) to authenticated;

create function private.products_to_try_on(product_ids uuid[]) returns setof uuid
language plpgsql stable -- not sql: its plan is kept for the session
rows 20
security definer -- anybody may know that there is a cut-out, whose row is the boutique's
set search_path = ''
as $$
begin
  return query
  select p.id from public.products p
  where p.id = any (product_ids) and p.listed
    and exists (select from public.product_media m where m.product_id = p.id and m.purpose = 'cutout' and m.state = 'ready');
end
$$;

create function public.products_to_try_on(product_ids uuid[]) returns setof uuid
language sql stable rows 20 security invoker set search_path = ''
as $$ select private.products_to_try_on(product_ids) $$;
comment on function public.products_to_try_on(uuid[]) is 'Those of the products on show that can be tried on: their boutique has a cut-out of them. For anybody.';
grant execute on function private.products_to_try_on(uuid[]) to anon, authenticated;
grant execute on function public.products_to_try_on(uuid[]) to anon, authenticated;
-- After what they call.
grant execute on function private.request_tryon(uuid, uuid, text, uuid) to authenticated;
grant execute on function public.request_tryon(uuid, uuid, text, uuid) to authenticated;

-- What comes after a look ---------------------------------------------------------------------------------------------

create function private.next_fittings(product_id uuid, variant_id uuid) returns jsonb
language plpgsql stable
set search_path = ''
as $$
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
$$;
comment on function private.next_fittings(uuid, uuid) is 'Per branch that has a product, the next three times within two weeks at which stylist, room and, when a variant is named, a piece of it are free.';

create function private.tryon_next_steps(tryon_id uuid, period text, variant_id uuid) returns jsonb
language plpgsql volatile -- counts its calls
security definer -- anybody may ask what is free, nobody may read the calendar itself
set search_path = ''
as $$
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
$$;

create function public.tryon_next_steps(tryon_id uuid, period text default null, variant_id uuid default null) returns jsonb
language sql volatile security invoker set search_path = ''
as $$ select private.tryon_next_steps(tryon_id, period, variant_id) $$;
comment on function public.tryon_next_steps(uuid, text, uuid) is
  'Where the gown of a look of the caller can be had: {"product_id", "boutique_id", "sizes": [{variant_id, size, color, sale_price, rental_price_per_day, currency, free}], "fittings": [{location_id, location, service_id, service, slots: [{starts_at, ends_at}]}]}. free: garments that can be rented in the period (as in quote_rental), or today. slots: the next three within two weeks, with a piece of the variant, if one is named here or with the look; for book_fitting. PT404 tryon_not_found, product_not_found, variant_not_found; PT400 invalid_period; PT429 too_many_requests.';
grant execute on function private.tryon_next_steps(uuid, text, uuid) to authenticated;
grant execute on function public.tryon_next_steps(uuid, text, uuid) to authenticated;

-- Jobs ----------------------------------------------------------------------------------------------------------------

create function private.fail_tryon(tryon_id uuid, failure public.tryon_failure) returns boolean
language plpgsql volatile
set search_path = ''
as $$
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
$$;
comment on function private.fail_tryon(uuid, public.tryon_failure) is 'A look could not be made; its customer is told, and it is not counted unless it was her photo. False when it is done or gone.';

create function private.sweep_tryons() returns void
language plpgsql volatile
set search_path = ''
as $$
begin
  -- Their looks go along, and triggers have the files removed.
  delete from public.tryon_photos f where f.expires_at <= now();
  delete from public.tryons t where t.expires_at <= now();
  delete from private.tryon_uses u where u.created_at <= now() - interval '24 hours';
  -- Their job has died; operators see it among the dead letters.
  perform private.fail_tryon(t.id, 'timed_out') from public.tryons t where t.state = 'pending' and t.created_at <= now() - interval '2 hours';
end
$$;
comment on function private.sweep_tryons() is 'Deletes photos and looks whose time is over, and ends looks that nobody works on any more. Called by the job tryon.sweep.';
