-- Pictures of products: the jobs that look at them and remove them, and their order. The table is in 30_catalog.sql.

-- Jobs ----------------------------------------------------------------------------------------------------------------

create function private.process_media() returns trigger
language plpgsql
security definer -- people add pictures, not jobs
set search_path = ''
as $$
begin
  perform private.enqueue('media.process', jsonb_build_object('media_id', new.id), jsonb_build_object('group', new.boutique_id));
  return null;
end
$$;
comment on function private.process_media() is 'Trigger: has a job look at a new picture.';

create trigger process_media after insert on public.product_media
  for each row when (new.state = 'pending') execute function private.process_media();

create function private.delete_media_files() returns trigger
language plpgsql
security definer -- people delete pictures, not files of jobs
set search_path = ''
as $$
begin
  perform private.enqueue('media.delete_files',
    jsonb_build_object('boutique_id', old.boutique_id, 'media_id', old.id, 'storage_path', old.storage_path),
    jsonb_build_object('group', old.boutique_id));
  return null;
end
$$;
comment on function private.delete_media_files() is 'Trigger: a picture''s files are deleted after its row, also when the product goes.';

create trigger delete_media_files after delete on public.product_media
  for each row execute function private.delete_media_files();

-- Files that no row speaks of -----------------------------------------------------------------------------------------

create function private.media_lock(path text) returns integer
language sql immutable
set search_path = ''
as $$
  -- As many as a transaction may well hold: one that adds very many pictures has not a lock for each.
  select hashtext(path) & 1023
$$;
comment on function private.media_lock(text) is 'Second key of the advisory lock of a path in the bucket product-media; the first is 31. Who adds a row has it shared, who removes a file alone.';

create function private.lock_media_file() returns trigger
language plpgsql
security definer -- calls a helper that people may not call
set search_path = ''
as $$
begin
  perform pg_advisory_xact_lock_shared(31, private.media_lock(new.storage_path));
  return new;
end
$$;
comment on function private.lock_media_file() is 'Trigger: a file is not removed between the look for its row and the commit of that row.';

create trigger lock_media_file before insert on public.product_media
  for each row execute function private.lock_media_file();

create function private.is_media_file_used(path text) returns boolean
language plpgsql stable -- not sql: shows come later
set search_path = ''
as $$
begin
  return exists (select from public.product_media m where m.storage_path = path and m.state <> 'refused')
    or exists (
      select from public.product_media m
      where m.id = case when path ~ '^[^/]+/renditions/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/' then split_part(path, '/', 3)::uuid end
        and m.boutique_id::text = split_part(path, '/', 1)
        and m.state <> 'refused')
    or exists (select from public.fashion_shows s where s.cover_path = path);
end
$$;
comment on function private.is_media_file_used(text) is 'True for a path in the bucket product-media that a picture, or a rendition of one, or the cover of a show has. What was refused has none.';

create function private.unused_media_files(before timestamptz, after text, most integer) returns setof text
language sql stable
set search_path = ''
as $$
  select o.name
  from storage.objects o
  where o.bucket_id = 'product-media' and o.name > unused_media_files.after
    -- A file that was replaced is as old as its newest content.
    and greatest(o.created_at, o.updated_at) < unused_media_files.before
    and not private.is_media_file_used(o.name)
  order by o.name
  limit most
$$;
comment on function private.unused_media_files(timestamptz, text, integer) is
  'Files in the bucket product-media that no row speaks of and that were uploaded before a time, in the order of their names, after a name.';

create function private.claim_unused_media_files(paths text[]) returns table (path text, claimed boolean)
language plpgsql volatile
set search_path = ''
as $$
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
$$;
comment on function private.claim_unused_media_files(text[]) is
  'Those of the paths that no row speaks of. `claimed`: no row will before this transaction ends, so the file may be removed; false while somebody adds a row.';

-- Order ---------------------------------------------------------------------------------------------------------------

create function private.reorder_media(product_id uuid, media_ids uuid[]) returns setof public.product_media
language plpgsql volatile
set search_path = ''
as $$
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
$$;

create function public.reorder_media(product_id uuid, media_ids uuid[]) returns setof public.product_media
language sql volatile security invoker set search_path = ''
as $$ select * from private.reorder_media(product_id, media_ids) $$;
comment on function public.reorder_media(uuid, uuid[]) is
  'Managers put the pictures of a product into an order: position 0 for the first id, and so on. All pictures of its gallery have to be named, each once, also those that are pending or refused. Returns them in their order. PT404 product_not_found; PT400 invalid_media.';
grant execute on function private.reorder_media(uuid, uuid[]) to authenticated;
grant execute on function public.reorder_media(uuid, uuid[]) to authenticated;
