-- Bulk import: a file of rows becomes products and variants. A job reads the file and calls import_products for each batch; what
-- it has dealt with stands in the same row as its progress, so that it goes on exactly there after a crash.

create type public.catalog_import_format as enum ('csv', 'json', 'ndjson');
comment on type public.catalog_import_format is 'csv: with a line of column names; json: an array of objects; ndjson: an object in each line. All in UTF-8.';

create type public.catalog_import_state as enum ('waiting', 'running', 'done', 'failed', 'cancelled');
comment on type public.catalog_import_state is 'waiting: for a worker; running; done: every row is dealt with, refused ones too; failed: the file cannot be read or the import was not allowed, `failure` says why; cancelled: by staff. What was written before the end stays written.';

-- catalog_imports -----------------------------------------------------------------------------------------------------

create table public.catalog_imports (
  id uuid primary key default private.uuid_v7(),
  boutique_id uuid not null references public.boutiques (id) on delete cascade,
  started_by uuid references public.profiles (id) on delete set null,
  storage_path text not null,
  file_id uuid not null,
  format public.catalog_import_format not null,
  is_dry_run boolean not null default false,
  state public.catalog_import_state not null default 'waiting',
  bytes_total bigint not null,
  rows_total bigint,
  rows_read bigint not null default 0,
  rows_refused bigint not null default 0,
  refusals_kept integer not null default 0,
  products_written bigint not null default 0,
  variants_written bigint not null default 0,
  failure text,
  started_at timestamptz,
  ended_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint catalog_imports_id_boutique_id_key unique (id, boutique_id),
  constraint storage_path_is_inside_the_boutiques_folder
    check (starts_with(storage_path, boutique_id::text || '/') and storage_path !~ '(^|/)\.\.?(/|$)' and length(storage_path) <= 400),
  constraint counts_are_not_negative check (
    least(bytes_total, rows_total, rows_read, rows_refused, refusals_kept, products_written, variants_written) >= 0),
  constraint refused_rows_were_read check (rows_refused <= rows_read),
  constraint no_more_rows_than_there_are check (rows_read <= rows_total or rows_read = 0),
  constraint failed_import_says_why check ((state = 'failed') = (failure is not null)),
  constraint ended_import_has_an_end check ((state in ('done', 'failed', 'cancelled')) = (ended_at is not null)),
  constraint running_import_has_a_start check (state <> 'running' or started_at is not null)
);
comment on table public.catalog_imports is 'Files of products that staff have imported, or try out. Made by start_catalog_import; the job catalog.import writes on, so that progress is read here while it runs.';
comment on column public.catalog_imports.started_by is 'With whose right it writes; null when the account is gone.';
comment on column public.catalog_imports.storage_path is 'Path in the bucket catalog-imports, beginning with the boutique''s id.';
comment on column public.catalog_imports.file_id is 'Id of the file in Storage: another file at the same path is not read.';
comment on column public.catalog_imports.is_dry_run is 'Everything but the writing: the same counts and refusals.';
comment on column public.catalog_imports.bytes_total is 'Size of the file.';
comment on column public.catalog_imports.rows_total is 'Rows of the file; null until it was looked through. A file that cannot be read to its end writes nothing.';
comment on column public.catalog_imports.rows_read is 'Rows that are dealt with: the progress, and where the next run goes on.';
comment on column public.catalog_imports.rows_refused is 'Rows of products that were not written.';
comment on column public.catalog_imports.refusals_kept is 'Rows of catalog_import_refusals; after 10,000 refusals are counted only.';
comment on column public.catalog_imports.products_written is 'Products that are new or have changed.';
comment on column public.catalog_imports.variants_written is 'Variants that are new or have changed.';
comment on column public.catalog_imports.failure is 'Why it failed, and what to do.';
create unique index one_import_of_a_boutique_at_a_time on public.catalog_imports (boutique_id) where state in ('waiting', 'running');
create index catalog_imports_boutique_id_idx on public.catalog_imports (boutique_id, created_at desc);
create index catalog_imports_started_by_idx on public.catalog_imports (started_by);

alter table public.catalog_imports enable row level security;
revoke all on public.catalog_imports from anon, authenticated, service_role;
grant select on public.catalog_imports to authenticated;
grant all on public.catalog_imports to service_role;
-- insert, update and delete are not granted: start_catalog_import makes it, cancel_catalog_import and the job change it.

create policy select_staff on public.catalog_imports for select to authenticated
  using (boutique_id = any (array(select m.boutique_id from private.my_memberships m where m.role >= private.minimum_role('catalog.read'))) or (select private.is_admin()));

create trigger touch_updated_at before update on public.catalog_imports
  for each row execute function private.touch_updated_at();

-- catalog_import_refusals ---------------------------------------------------------------------------------------------

create table public.catalog_import_refusals (
  id uuid primary key default private.uuid_v7(),
  import_id uuid not null,
  boutique_id uuid not null,
  line bigint not null,
  sku text,
  code text not null,
  message text not null,
  created_at timestamptz not null default now(),
  constraint refusal_is_of_an_import_of_the_boutique
    foreign key (import_id, boutique_id) references public.catalog_imports (id, boutique_id) on delete cascade,
  constraint line_is_positive check (line > 0),
  constraint code_is_a_word check (code ~ '^[a-z_]{1,60}$'),
  constraint message_is_given check (message ~ '\S' and length(message) <= 1000)
);
comment on table public.catalog_import_refusals is 'Rows of a file that were not imported, and why; kept for 30 days.';
comment on column public.catalog_import_refusals.line is 'Line of the file, the line of column names counted, on which the row begins; of a JSON array the place of the object, from 1.';
comment on column public.catalog_import_refusals.code is 'Stable, for machines; docs/api.md has the list.';
create index catalog_import_refusals_import_id_idx on public.catalog_import_refusals (import_id, boutique_id, line);
create index catalog_import_refusals_boutique_id_idx on public.catalog_import_refusals (boutique_id);
create index catalog_import_refusals_created_at_idx on public.catalog_import_refusals (created_at);

alter table public.catalog_import_refusals enable row level security;
revoke all on public.catalog_import_refusals from anon, authenticated, service_role;
grant select on public.catalog_import_refusals to authenticated;
grant all on public.catalog_import_refusals to service_role;
-- insert, update and delete are not granted: the job writes them.

create policy select_manager on public.catalog_import_refusals for select to authenticated
  using (boutique_id = any (array(select m.boutique_id from private.my_memberships m where m.role >= private.minimum_role('catalog.write'))) or (select private.is_admin()));

-- catalog_import_keys -------------------------------------------------------------------------------------------------

create table private.catalog_import_keys (
  import_id uuid not null references public.catalog_imports (id) on delete cascade,
  kind text not null,
  key text not null,
  line bigint not null,
  primary key (import_id, kind, key),
  constraint kind_is_known check (kind in ('product', 'sku'))
);
comment on table private.catalog_import_keys is 'What a running import has met in its file, so that the second place is refused, in a dry run too. Emptied when it ends.';
alter table private.catalog_import_keys enable row level security;
-- No policy and no grant: only functions of the owner reach it.

-- What staff call -----------------------------------------------------------------------------------------------------

create function private.start_catalog_import(
  boutique_id uuid, storage_path text, format public.catalog_import_format, idempotency_key text, is_dry_run boolean
) returns public.catalog_imports
language plpgsql volatile
security definer -- imports are not writable, jobs are not the caller's to make
set search_path = ''
as $$
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
$$;

create function public.start_catalog_import(
  boutique_id uuid, storage_path text, format public.catalog_import_format, idempotency_key text, is_dry_run boolean default false
) returns public.catalog_imports
language sql volatile security invoker set search_path = ''
as $$ select private.start_catalog_import(boutique_id, storage_path, format, idempotency_key, is_dry_run) $$;
comment on function public.start_catalog_import(uuid, text, public.catalog_import_format, text, boolean) is
  'Imports a file of products that was uploaded to the bucket catalog-imports; a job reads it, and the row that this returns shows its progress. The same idempotency key with the same input returns the same import. PT400 invalid_import, invalid_idempotency_key; PT403 not_allowed; PT404 file_not_found; PT409 import_running (detail: import_id); PT422 idempotency_key_reused.';

create function private.end_catalog_import(import_id uuid, state public.catalog_import_state, failure text default null) returns public.catalog_imports
language plpgsql volatile
set search_path = ''
as $$
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
$$;
comment on function private.end_catalog_import(uuid, public.catalog_import_state, text) is 'Ends an import that has not ended; null when it has.';

create function private.cancel_catalog_import(import_id uuid) returns public.catalog_imports
language plpgsql volatile
security definer -- imports are not writable
set search_path = ''
as $$
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
$$;

create function public.cancel_catalog_import(import_id uuid) returns public.catalog_imports
language sql volatile security invoker set search_path = ''
as $$ select private.cancel_catalog_import(import_id) $$;
comment on function public.cancel_catalog_import(uuid) is
  'Stops an import before its next batch; what it has written stays. Cancelling again changes nothing. PT404 import_not_found, PT409 import_ended (detail: state).';

grant execute on function private.start_catalog_import(uuid, text, public.catalog_import_format, text, boolean) to authenticated;
grant execute on function public.start_catalog_import(uuid, text, public.catalog_import_format, text, boolean) to authenticated;
grant execute on function private.cancel_catalog_import(uuid) to authenticated;
grant execute on function public.cancel_catalog_import(uuid) to authenticated;

-- What the job calls --------------------------------------------------------------------------------------------------

create function private.begin_catalog_import(import_id uuid) returns public.catalog_imports
language plpgsql volatile
set search_path = ''
as $$
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
$$;
comment on function private.begin_catalog_import(uuid) is
  'Checks that an import may still write, and that its file is the one that was named. What it returns is running, or has ended. Called by the job catalog.import, for each run.';

create function private.imported_attribute(definition public.attribute_definitions, value jsonb) returns jsonb
language plpgsql immutable
set search_path = ''
as $$
begin
  -- A cell of a table has no type: the definition knows what is meant.
  if definition.takes_many then
    return (
      select jsonb_agg(private.imported_value(definition.kind, e.value) order by e.n)
      from jsonb_array_elements(case when jsonb_typeof(value) = 'array' then value else jsonb_build_array(value) end) with ordinality e (value, n));
  end if;
  return private.imported_value(definition.kind, value);
end
$$;
comment on function private.imported_attribute(public.attribute_definitions, jsonb) is 'The value of a cell as its definition wants it; as it is where that is not possible.';

create function private.imported_value(kind public.attribute_kind, value jsonb) returns jsonb
language plpgsql immutable
set search_path = ''
as $$
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
$$;
comment on function private.imported_value(public.attribute_kind, jsonb) is 'One value of a cell as a kind of attribute wants it.';

create function private.resolve_import(boutique_id uuid, products jsonb) returns jsonb
language plpgsql volatile -- locks
set search_path = ''
as $$
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
$$;
comment on function private.resolve_import(uuid, jsonb) is
  'Products of an import with what the database knows of them: id, category and designer, and the attributes that they will have. Locks those that are there.';

create function private.import_refusals(import_id uuid, boutique_id uuid, products jsonb)
returns table (n bigint, line bigint, sku text, code text, message text)
language plpgsql stable
set search_path = ''
as $$
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
$$;
comment on function private.import_refusals(uuid, uuid, jsonb) is 'What is wrong with products of an import, as far as it can be told before they are written; n is the product''s.';

create function private.write_imported(boutique_id uuid, products jsonb, out products_written bigint, out variants_written bigint)
language plpgsql volatile
set search_path = ''
as $$
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
$$;
comment on function private.write_imported(uuid, jsonb) is 'Writes products that import_refusals has nothing against, and their variants; rows that do not change are not touched. How many were written.';

create function private.imported_variant(old public.product_variants, variant jsonb) returns public.product_variants
language plpgsql immutable
set search_path = ''
as $$
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
$$;
comment on function private.imported_variant(public.product_variants, jsonb) is 'A variant as an import wants it; what its file does not speak of stays as it is.';

create function private.imported_product(old public.products, product jsonb) returns public.products
language plpgsql immutable
set search_path = ''
as $$
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
$$;
comment on function private.imported_product(public.products, jsonb) is 'A product as an import wants it; what its file does not speak of stays as it is.';

create function private.import_products(import_id uuid, rows_read bigint, products jsonb, is_last boolean) returns boolean
language plpgsql volatile
-- Rows are looked up by their keys one by one (lateral, limit 1), which does not depend on what is known of tables that are new.
set search_path = ''
as $$
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
$$;
comment on function private.import_products(uuid, bigint, jsonb, boolean) is
  'Writes a batch of an import in one transaction with what is noted of it: products all or nothing, refusals, and rows_read, from where the next run goes on. Nothing is done, and false returned, when rows_read is not where the import stands, or it does not run any more. Called by the job catalog.import.';
