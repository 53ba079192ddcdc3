-- Size charts of designers: what body a size is cut for.

create table public.size_charts (
  id uuid primary key default private.uuid_v7(),
  designer_id uuid not null references public.designers (id) on delete cascade,
  category_id uuid references public.categories (id) on delete cascade,
  note text not null default '',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique nulls not distinct (designer_id, category_id),
  constraint note_is_bounded check (length(note) <= 2000)
);
comment on table public.size_charts is 'A designer''s size chart, for a category or for all of hers. Read by everyone, written by admins.';
comment on column public.size_charts.category_id is 'For products of this category only; null: for all others.';
comment on column public.size_charts.note is 'How it is measured, in English.';
create index size_charts_category_id_idx on public.size_charts (category_id);

alter table public.size_charts enable row level security;
revoke all on public.size_charts from anon, authenticated, service_role;
grant select on public.size_charts to anon, authenticated;
grant insert (id, designer_id, category_id, note), update (category_id, note), delete on public.size_charts to authenticated;
grant all on public.size_charts to service_role;

create policy select_all on public.size_charts for select to anon, authenticated using (true);
create policy insert_admin on public.size_charts for insert to authenticated with check ((select private.is_admin()));
create policy update_admin on public.size_charts for update to authenticated
  using ((select private.is_admin())) with check ((select private.is_admin()));
create policy delete_admin on public.size_charts for delete to authenticated using ((select private.is_admin()));

create trigger touch_updated_at before update on public.size_charts
  for each row execute function private.touch_updated_at();

create table public.size_chart_rows (
  chart_id uuid not null references public.size_charts (id) on delete cascade,
  size text not null,
  position integer not null default 0,
  bust_cm numrange,
  waist_cm numrange,
  hips_cm numrange,
  height_cm numrange,
  primary key (chart_id, size),
  constraint size_is_given check (size ~ '\S' and length(size) <= 40),
  constraint it_says_something check (num_nonnulls(bust_cm, waist_cm, hips_cm, height_cm) > 0),
  constraint measures_are_of_people check (
    coalesce(bust_cm <@ numrange(30, 250), true) and coalesce(waist_cm <@ numrange(30, 250), true)
    and coalesce(hips_cm <@ numrange(30, 250), true) and coalesce(height_cm <@ numrange(80, 250), true)
    and not (coalesce(isempty(bust_cm), false) or coalesce(isempty(waist_cm), false) or coalesce(isempty(hips_cm), false) or coalesce(isempty(height_cm), false)))
);
comment on table public.size_chart_rows is 'A size of a chart, as variants have it, and the body that it is cut for.';
comment on column public.size_chart_rows.bust_cm is 'In centimetres, as a range such as [88,92); so the others.';
comment on column public.size_chart_rows.position is 'Order in the chart, the smallest size first.';

alter table public.size_chart_rows enable row level security;
revoke all on public.size_chart_rows from anon, authenticated, service_role;
grant select on public.size_chart_rows to anon, authenticated;
grant insert, update (position, bust_cm, waist_cm, hips_cm, height_cm), delete on public.size_chart_rows to authenticated;
grant all on public.size_chart_rows to service_role;
-- update of size is not granted: it is the key, by which the audit log knows the row.

create policy select_all on public.size_chart_rows for select to anon, authenticated using (true);
create policy insert_admin on public.size_chart_rows for insert to authenticated with check ((select private.is_admin()));
create policy update_admin on public.size_chart_rows for update to authenticated
  using ((select private.is_admin())) with check ((select private.is_admin()));
create policy delete_admin on public.size_chart_rows for delete to authenticated using ((select private.is_admin()));

create function private.size_chart(product_id uuid) returns setof public.size_chart_rows
language plpgsql stable -- as the caller, whose policies show her the product or not
rows 10
set search_path = ''
as $$
begin
  perform from public.products p where p.id = size_chart.product_id;
  if not found then
    perform private.raise_error(404, 'product_not_found', 'There is no such product, or it is not on show.', jsonb_build_object('product_id', product_id));
  end if;
  return query
    select r.*
    from public.products p
    cross join lateral (
      select c.id from public.size_charts c
      left join unnest(private.category_path(p.category_id)) with ordinality l (id, steps) on l.id = c.category_id
      where c.designer_id = p.designer_id and (c.category_id is null or l.id is not null)
      order by l.steps nulls last limit 1) c
    join public.size_chart_rows r on r.chart_id = c.id
    where p.id = size_chart.product_id
    order by r.position, r.size;
end
$$;

create function public.size_chart(product_id uuid) returns setof public.size_chart_rows
language sql stable rows 10 security invoker set search_path = ''
as $$ select * from private.size_chart(product_id) $$;
comment on function public.size_chart(uuid) is 'The size chart that holds for a product: of its designer, and of the nearest of its categories that has one. For anybody who may see the product; no rows without a chart. PT404 product_not_found.';
grant execute on function private.category_path(uuid) to anon, authenticated;
grant execute on function private.size_chart(uuid) to anon, authenticated;
grant execute on function public.size_chart(uuid) to anon, authenticated;
