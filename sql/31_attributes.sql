-- What products of a category are described by, so that silhouettes can be filtered and are not written in five ways.

create type public.attribute_kind as enum ('choice', 'text', 'number', 'boolean');
comment on type public.attribute_kind is 'choice: one of the definition''s choices; text: up to 120 letters; number; boolean.';

create function private.are_attribute_translations(translations jsonb, choices text[]) returns boolean
language plpgsql immutable
set search_path = ''
as $$
begin
  return jsonb_typeof(translations) = 'object' and length(translations::text) <= 50000 and not exists (
    select from jsonb_each(translations) l (locale, texts)
    where l.locale <> 'am' or jsonb_typeof(l.texts) <> 'object'
      or exists (select from jsonb_object_keys(case when jsonb_typeof(l.texts) = 'object' then l.texts else '{}' end) k where k not in ('label', 'choices'))
      or jsonb_typeof(coalesce(l.texts -> 'label', '""')) <> 'string'
      or jsonb_typeof(coalesce(l.texts -> 'choices', '{}')) <> 'object'
      or exists (
        select from jsonb_each(case when jsonb_typeof(l.texts -> 'choices') = 'object' then l.texts -> 'choices' else '{}' end) c
        where c.key <> all (choices) or jsonb_typeof(c.value) <> 'string'));
end
$$;
comment on function private.are_attribute_translations(jsonb, text[]) is 'True for label and choices by locale; of choices those that there are.';
grant execute on function private.are_attribute_translations(jsonb, text[]) to authenticated, service_role;

create table public.attribute_definitions (
  id uuid primary key default private.uuid_v7(),
  category_id uuid not null references public.categories (id) on delete cascade,
  key text not null,
  label text not null,
  kind public.attribute_kind not null,
  choices text[] not null default '{}',
  takes_many boolean not null default false,
  unit text,
  is_filter boolean not null default true,
  position integer not null default 0,
  translations jsonb not null default '{}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint one_definition_of_a_key_in_a_category unique (category_id, key),
  constraint key_is_a_short_word check (key ~ '^[a-z][a-z0-9_]{0,39}$'),
  constraint label_is_given check (label ~ '\S' and length(label) <= 80),
  constraint choices_are_for_choices check (
    (kind = 'choice') = (cardinality(choices) > 0) and cardinality(choices) <= 200 and array_position(choices, null) is null
    and length(array_to_string(choices, '')) <= 8000),
  constraint unit_is_short check (unit ~ '\S' and length(unit) <= 40),
  constraint only_what_is_bounded_is_a_filter check (not is_filter or kind in ('choice', 'boolean', 'number')),
  constraint translations_are_labels check (private.are_attribute_translations(translations, choices))
);
comment on table public.attribute_definitions is
  'Attributes that products of a category, and of those below it, may have. The definition nearest to the product''s category holds. A category without any, and without a parent that has some, takes attributes of every kind.';
comment on column public.attribute_definitions.key is 'Key in products.attributes, such as silhouette.';
comment on column public.attribute_definitions.label is 'In English.';
comment on column public.attribute_definitions.choices is 'Values that are allowed, in English, in the order in which they are shown.';
comment on column public.attribute_definitions.takes_many is 'The value is an array: a gown of lace and tulle.';
comment on column public.attribute_definitions.unit is 'Of a number, such as cm.';
comment on column public.attribute_definitions.is_filter is 'Whether front ends offer it as a filter, and product_facets counts it.';
comment on column public.attribute_definitions.translations is 'In other languages: {"am": {"label": "…", "choices": {"lace": "…"}}}.';

alter table public.attribute_definitions enable row level security;
revoke all on public.attribute_definitions from anon, authenticated, service_role;
grant select on public.attribute_definitions to anon, authenticated;
grant insert (id, category_id, key, label, kind, choices, takes_many, unit, is_filter, position, translations),
  update (label, choices, takes_many, unit, is_filter, position, translations), delete on public.attribute_definitions to authenticated;
grant all on public.attribute_definitions to service_role;
-- update of category_id, key and kind is not granted: what products have would mean something else.

create policy select_all on public.attribute_definitions for select to anon, authenticated using (true);
create policy insert_admin on public.attribute_definitions for insert to authenticated with check ((select private.is_admin()));
create policy update_admin on public.attribute_definitions for update to authenticated
  using ((select private.is_admin())) with check ((select private.is_admin()));
create policy delete_admin on public.attribute_definitions for delete to authenticated using ((select private.is_admin()));

create trigger touch_updated_at before update on public.attribute_definitions
  for each row execute function private.touch_updated_at();

create function private.category_path(category_id uuid) returns uuid[]
language plpgsql stable
set search_path = ''
as $$
begin
  return array(
    with recursive path as (
      select c.id, c.parent_id, 0 as steps from public.categories c where c.id = category_path.category_id
      union all
      -- A ring of parents would be a mistake of an admin, and must not hang.
      select c.id, c.parent_id, p.steps + 1 from path p join public.categories c on c.id = p.parent_id where p.steps < 20
    )
    select p.id from path p order by p.steps);
end
$$;
comment on function private.category_path(uuid) is 'A category and all above it, the nearest first.';

create function private.attributes_of_category(category_id uuid) returns setof public.attribute_definitions
language plpgsql stable
rows 8
set search_path = ''
as $$
begin
  return query
    select distinct on (d.key) d.*
    from unnest(private.category_path(category_id)) with ordinality p (id, steps)
    join public.attribute_definitions d on d.category_id = p.id
    order by d.key, p.steps;
end
$$;
comment on function private.attributes_of_category(uuid) is 'The definitions that hold for products of a category.';

create function private.category_attributes(category_id uuid) returns setof public.attribute_definitions
language plpgsql stable
rows 8
security definer -- categories and definitions are everybody's to read, helpers nobody's to call
set search_path = ''
as $$
begin
  if not exists (select from public.categories c where c.id = category_attributes.category_id) then
    perform private.raise_error(404, 'category_not_found', 'There is no such category.', jsonb_build_object('category_id', category_id));
  end if;
  return query select d.* from private.attributes_of_category(category_id) d order by d.position, d.key;
end
$$;

create function public.category_attributes(category_id uuid) returns setof public.attribute_definitions
language sql stable rows 8 security invoker set search_path = ''
as $$ select * from private.category_attributes(category_id) $$;
comment on function public.category_attributes(uuid) is 'By what products of a category are described, with what categories above it define: for forms and filters. For anybody. PT404 category_not_found.';
grant execute on function private.category_attributes(uuid) to anon, authenticated;
grant execute on function public.category_attributes(uuid) to anon, authenticated;

create function private.is_attribute_value(definition public.attribute_definitions, value jsonb) returns boolean
language plpgsql immutable
set search_path = ''
as $$
begin
  return case definition.kind
    when 'choice' then jsonb_typeof(value) = 'string' and value #>> '{}' = any (definition.choices)
    when 'text' then jsonb_typeof(value) = 'string' and length(value #>> '{}') <= 120
    else jsonb_typeof(value) = definition.kind::text
  end;
end
$$;
comment on function private.is_attribute_value(public.attribute_definitions, jsonb) is 'True for one value of the kind that a definition asks for.';

create function private.attribute_problems(category_id uuid, attributes jsonb) returns jsonb
language plpgsql stable
set search_path = ''
as $$
declare
  v_definitions public.attribute_definitions[] := array(select d from private.attributes_of_category(category_id) d);
begin
  if cardinality(v_definitions) = 0 then
    return '[]';
  end if;
  return (
    select coalesce(jsonb_agg(jsonb_build_object('key', a.key, 'problem', case
        when d.key is null then 'unknown'
        when d.takes_many then 'not_an_array_of_values'
        else 'not_a_value' end, 'choices', to_jsonb(nullif(d.choices, '{}'))) order by a.key), '[]')
    from jsonb_each(attributes) a
    left join unnest(v_definitions) d on d.key = a.key
    where d.key is null or not case
      when d.takes_many then jsonb_typeof(a.value) = 'array' and jsonb_array_length(a.value) between 1 and 20
        and not exists (select from jsonb_array_elements(a.value) v where not private.is_attribute_value(d, v))
      else private.is_attribute_value(d, a.value)
    end);
end
$$;
comment on function private.attribute_problems(uuid, jsonb) is
  'What is wrong with the attributes of a product of a category: [{"key", "problem": unknown, not_a_value or not_an_array_of_values, "choices"}].';

create function private.check_attributes() returns trigger
language plpgsql
security definer -- helpers are not the writer's to call
set search_path = ''
as $$
declare
  v_problems jsonb := private.attribute_problems(new.category_id, new.attributes);
begin
  if v_problems <> '[]' then
    perform private.raise_error(400, 'invalid_attributes', format('%s of the attributes are not as the category defines them: %s.', jsonb_array_length(v_problems),
      (select string_agg(p ->> 'key', ', ') from jsonb_array_elements(v_problems) p)), jsonb_build_object('problems', v_problems));
  end if;
  return new;
end
$$;
comment on function private.check_attributes() is 'Trigger: attributes are those that the category defines. PT400 invalid_attributes (detail: problems).';

-- What is there stays, until somebody writes it.
create trigger check_attributes before insert or update of attributes, category_id on public.products
  for each row when (new.category_id is not null) execute function private.check_attributes();
