-- Virtual try-on: a customer's photo of herself, and what gowns look like on it. Hers alone: no staff and no admin reads a row or a
-- file. What is called is in 79_tryon_steps.sql.

-- tryon_consent_texts -------------------------------------------------------------------------------------------------

create table public.tryon_consent_texts (
  version integer primary key,
  body_en text not null,
  body_am text not null,
  created_at timestamptz not null default now(),
  constraint version_is_positive check (version > 0),
  constraint texts_are_given check (body_en ~ '\S' and body_am ~ '\S' and length(body_en) <= 5000 and length(body_am) <= 5000)
);
comment on table public.tryon_consent_texts is 'What customers agree to before a photo is kept. The highest version is asked for; earlier ones stay as they were, for those who have agreed to them.';

alter table public.tryon_consent_texts enable row level security;
revoke all on public.tryon_consent_texts from anon, authenticated, service_role;
grant select on public.tryon_consent_texts to anon, authenticated;
grant insert (version, body_en, body_am) on public.tryon_consent_texts to authenticated;
grant select, insert on public.tryon_consent_texts to service_role;
-- update and delete are granted to nobody: what somebody has agreed to does not change afterwards.

create policy select_all on public.tryon_consent_texts for select to anon, authenticated using (true);
create policy insert_admin on public.tryon_consent_texts for insert to authenticated with check ((select private.is_admin()));

-- tryon_photos --------------------------------------------------------------------------------------------------------

create table public.tryon_photos (
  id uuid primary key default private.uuid_v7(),
  customer_id uuid not null references public.profiles (id) on delete cascade,
  storage_path text not null unique,
  consent_version integer not null references public.tryon_consent_texts (version),
  consented_at timestamptz not null default now(),
  anchor_points jsonb,
  state public.media_state not null default 'pending',
  refusal public.media_refusal,
  width integer,
  height integer,
  expires_at timestamptz not null default now() + interval '30 days',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint tryon_photos_id_customer_id_key unique (id, customer_id),
  constraint storage_path_is_inside_her_folder
    check (starts_with(storage_path, customer_id::text || '/') and storage_path !~ '(^|/)\.\.?(/|$)' and length(storage_path) <= 400),
  -- The folder of what jobs make: a file there goes with another row.
  constraint storage_path_is_no_look check (split_part(storage_path, '/', 2) <> 'looks'),
  constraint anchor_points_are_shoulders_and_waist check (private.are_anchor_points(anchor_points)),
  constraint refused_photo_says_why check ((state = 'refused') = (refusal is not null)),
  constraint a_ready_photo_says_how_large_it_is check ((state = 'ready') = (width is not null) and (width is null) = (height is null) and width > 0 and height > 0),
  constraint photo_is_kept_for_30_days_at_most check (expires_at <= created_at + interval '30 days')
);
comment on table public.tryon_photos is 'Photos of customers, in the private bucket tryon, with the consent to each. Read by who is on them alone. Deleting one, which withdraws the consent, deletes the looks that were made of it.';
comment on column public.tryon_photos.storage_path is 'In the bucket tryon: what she has uploaded, which a job replaces by an upright copy without metadata.';
comment on column public.tryon_photos.consent_version is 'The text that she has agreed to.';
comment on column public.tryon_photos.anchor_points is 'Where her shoulders and her waist are, as private.are_anchor_points says; null until she has marked or confirmed them.';
comment on column public.tryon_photos.width is 'Of the upright copy, in pixels; null until it is made.';
comment on column public.tryon_photos.height is 'Of the upright copy, in pixels; null until it is made.';
comment on column public.tryon_photos.expires_at is 'When it is deleted with its files.';
create index tryon_photos_customer_id_idx on public.tryon_photos (customer_id, id);
create index tryon_photos_consent_version_idx on public.tryon_photos (consent_version);
create index tryon_photos_expires_at_idx on public.tryon_photos (expires_at);

alter table public.tryon_photos enable row level security;
revoke all on public.tryon_photos from anon, authenticated, service_role;
grant select, update (anchor_points) on public.tryon_photos to authenticated;
grant all on public.tryon_photos to service_role;
-- insert and delete are not granted: add_tryon_photo notes the consent, delete_tryon_photo says what is not hers.

create policy select_own on public.tryon_photos for select to authenticated using (customer_id = (select auth.uid()));
create policy update_own on public.tryon_photos for update to authenticated
  using (customer_id = (select auth.uid())) with check (customer_id = (select auth.uid()));

create trigger touch_updated_at before update on public.tryon_photos
  for each row execute function private.touch_updated_at();

-- tryons --------------------------------------------------------------------------------------------------------------

create type public.tryon_state as enum ('pending', 'ready', 'failed');
comment on type public.tryon_state is 'pending: a job makes the look; ready: result_path can be shown; failed: failure says why.';

create type public.tryon_failure as enum ('no_cutout', 'content_refused', 'photo_unsuitable', 'interrupted', 'timed_out', 'provider_unavailable');
comment on type public.tryon_failure is 'no_cutout: the boutique has removed the picture that is put onto photos; content_refused: the provider does not show what is on the photo; photo_unsuitable: it could not make a look of it; interrupted: the connection broke off, and nothing is paid twice; timed_out: it took too long; provider_unavailable: it could not be reached, or has failed. All but content_refused are not counted.';

create table public.tryons (
  id uuid primary key default private.uuid_v7(),
  customer_id uuid not null references public.profiles (id) on delete cascade,
  photo_id uuid not null,
  product_id uuid not null references public.products (id) on delete cascade,
  variant_id uuid references public.product_variants (id) on delete set null,
  state public.tryon_state not null default 'pending',
  failure public.tryon_failure,
  result_path text unique,
  provider_run text,
  run_started_at timestamptz,
  expires_at timestamptz not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint photo_is_of_the_customer foreign key (photo_id, customer_id) references public.tryon_photos (id, customer_id) on delete cascade,
  constraint result_path_is_of_the_look check (result_path = customer_id::text || '/looks/' || id::text || '.jpg'),
  constraint a_ready_look_has_a_file check ((state = 'ready') = (result_path is not null)),
  constraint a_failed_look_says_why check ((state = 'failed') = (failure is not null)),
  constraint a_run_has_begun check (provider_run is null or run_started_at is not null),
  constraint provider_run_is_short check (length(provider_run) between 1 and 300),
  constraint look_is_kept_for_30_days_at_most check (expires_at <= created_at + interval '30 days')
);
comment on table public.tryons is 'Looks: gowns on photos of customers, in the private bucket tryon. Read by who is on them alone. They go with their photo.';
comment on column public.tryons.variant_id is 'The size and color that she thinks of, if she has said it; the picture is of the product.';
comment on column public.tryons.result_path is 'In the bucket tryon; a JPEG without metadata.';
comment on column public.tryons.provider_run is 'What a provider calls its work on the look: asked for after a crash, for it is paid once.';
comment on column public.tryons.run_started_at is 'When a provider was asked that wants to be paid. Set before, so that no crash asks it twice.';
comment on column public.tryons.expires_at is 'When it is deleted with its file: with its photo.';
create index tryons_customer_id_idx on public.tryons (customer_id, id);
create index tryons_photo_id_idx on public.tryons (photo_id, customer_id);
create index tryons_product_id_idx on public.tryons (product_id);
create index tryons_variant_id_idx on public.tryons (variant_id);
create index tryons_pending_idx on public.tryons (created_at) where state = 'pending';

alter table public.tryons enable row level security;
revoke all on public.tryons from anon, authenticated, service_role;
grant select on public.tryons to authenticated;
grant all on public.tryons to service_role;
-- insert, update and delete are not granted: request_tryon counts, jobs make the look, delete_tryon says what is not hers.

create policy select_own on public.tryons for select to authenticated using (customer_id = (select auth.uid()));

create trigger touch_updated_at before update on public.tryons
  for each row execute function private.touch_updated_at();

create function private.notify_of_tryon() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  perform private.notify(case new.state when 'ready' then 'tryon_ready' else 'tryon_failed' end, new.id);
  return null;
end
$$;
comment on function private.notify_of_tryon() is 'Trigger: tells a customer that her look is there, or that it could not be made.';

create trigger notify_of_tryon after update of state on public.tryons
  for each row when (old.state = 'pending' and new.state <> 'pending') execute function private.notify_of_tryon();

-- tryon_uses ----------------------------------------------------------------------------------------------------------

create table private.tryon_uses (
  tryon_id uuid primary key,
  customer_id uuid not null references public.profiles (id) on delete cascade,
  created_at timestamptz not null default now()
);
comment on table private.tryon_uses is 'Looks that count towards what somebody may have made in a day. No foreign key to tryons: who deletes a look has had it all the same. What failed through no fault of hers is taken off.';
create index tryon_uses_customer_id_idx on private.tryon_uses (customer_id, created_at);
create index tryon_uses_created_at_idx on private.tryon_uses (created_at);
alter table private.tryon_uses enable row level security;
-- No policy and no grant: only functions of the owner reach it.

-- Files ---------------------------------------------------------------------------------------------------------------

create function private.lock_tryon_photo() returns trigger
language plpgsql
security definer -- calls a helper that people may not call
set search_path = ''
as $$
begin
  perform pg_advisory_xact_lock_shared(33, private.media_lock(new.storage_path));
  return new;
end
$$;
comment on function private.lock_tryon_photo() is 'Trigger: a file is not removed between the look for its row and the commit of that row. As lock_media_file, with 33 as first key.';

create trigger lock_tryon_photo before insert on public.tryon_photos
  for each row execute function private.lock_tryon_photo();

create function private.process_tryon_photo() returns trigger
language plpgsql
security definer -- people add photos, not jobs
set search_path = ''
as $$
begin
  perform private.enqueue('tryon.process_photo', jsonb_build_object('photo_id', new.id), jsonb_build_object('group', new.customer_id));
  return null;
end
$$;
comment on function private.process_tryon_photo() is 'Trigger: has a job look at a new photo.';

create trigger process_photo after insert on public.tryon_photos
  for each row when (new.state = 'pending') execute function private.process_tryon_photo();

create function private.remove_tryon_file() returns trigger
language plpgsql
security definer -- people delete photos and looks, not files
set search_path = ''
as $$
declare
  -- A look may have a file before its row says so.
  v_path text := case tg_table_name when 'tryons' then format('%s/looks/%s.jpg', old.customer_id, old.id) else to_jsonb(old) ->> 'storage_path' end;
begin
  -- The row has gone for good when the file goes: a crash in between leaves a job, and the job finds no row.
  perform private.enqueue('tryon.remove_file', jsonb_build_object('storage_path', v_path), jsonb_build_object('group', old.customer_id));
  return null;
end
$$;
comment on function private.remove_tryon_file() is 'Trigger: a file goes after its row, whatever the row went with.';

create trigger remove_file after delete on public.tryon_photos
  for each row execute function private.remove_tryon_file();
create trigger remove_file after delete on public.tryons
  for each row execute function private.remove_tryon_file();

create function private.is_tryon_file_used(path text) returns boolean
language sql stable
set search_path = ''
as $$
  select exists (select from public.tryon_photos f where f.storage_path = path and f.state <> 'refused')
    or exists (select from public.tryons t where t.result_path = path)
$$;
comment on function private.is_tryon_file_used(text) is 'True for a path in the bucket tryon that a photo or a look has. What was refused has none.';

create function private.claim_unused_tryon_files(paths text[]) returns table (path text, claimed boolean)
language plpgsql volatile
set search_path = ''
as $$
begin
  for path in select distinct p.path from unnest(paths) p (path) order by 1 loop
    claimed := pg_try_advisory_xact_lock(33, private.media_lock(path));
    -- A statement of its own, so that it sees what was committed before the lock was there.
    if not private.is_tryon_file_used(path) then
      return next;
    end if;
  end loop;
end
$$;
comment on function private.claim_unused_tryon_files(text[]) is
  'Those of the paths in the bucket tryon that no row speaks of. `claimed`: no row will before this transaction ends, so the file may be removed; false while somebody adds a row.';

create function private.unused_tryon_files(before timestamptz, after text, most integer) returns setof text
language sql stable
set search_path = ''
as $$
  select o.name
  from storage.objects o
  where o.bucket_id = 'tryon' and o.name > unused_tryon_files.after
    and greatest(o.created_at, o.updated_at) < unused_tryon_files.before
    and not private.is_tryon_file_used(o.name)
  order by o.name
  limit most
$$;
comment on function private.unused_tryon_files(timestamptz, text, integer) is
  'Files in the bucket tryon that no row speaks of and that were uploaded before a time, in the order of their names, after a name.';
