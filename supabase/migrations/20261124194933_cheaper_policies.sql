-- Written by hand: the functions are replaced in place. The diff would drop them, and with them every policy that calls them.
set local check_function_bodies = off;

create or replace function private.is_admin() returns boolean
language plpgsql stable
security definer
set search_path = ''
as $$
begin
  return exists (select from public.platform_admins a where a.user_id = auth.uid());
end
$$;

create or replace function private.minimum_role(permission public.permission) returns public.member_role
language plpgsql immutable parallel safe
set search_path = ''
as $$
begin
  return (case permission
    when 'boutique.transfer' then 'owner'
    when 'audit.read' then 'owner'
    when 'boutique.update' then 'manager'
    when 'members.invite' then 'manager'
    when 'members.manage' then 'manager'
    when 'catalog.write' then 'manager'
    when 'garments.write' then 'manager'
    else 'stylist'
  end)::public.member_role;
end
$$;

create or replace function private.my_boutique_ids(permission public.permission) returns setof uuid
language plpgsql stable
rows 3
security definer
set search_path = ''
as $$
declare
  -- Found once: in the query they would be reckoned anew for every row of a small table, which Postgres scans.
  v_caller uuid := auth.uid();
  v_minimum public.member_role := private.minimum_role(permission);
begin
  if permission::text like '%.read' then
    -- Whatever the status of the boutique: no need to look at it.
    return query
      select m.boutique_id from public.boutique_members m where m.user_id = v_caller and m.role >= v_minimum;
  else
    return query
      select m.boutique_id
      from public.boutique_members m
      join public.boutiques b on b.id = m.boutique_id
      where m.user_id = v_caller and m.role >= v_minimum and b.status <> 'suspended';
  end if;
end
$$;

create or replace function private.my_permissions()
returns table (boutique_id uuid, boutique_slug text, role public.member_role, permissions public.permission[])
language plpgsql stable
security definer
set search_path = ''
as $$
begin
  return query
    select b.id, b.slug, m.role, array(
      select p from unnest(enum_range(null::public.permission)) p
      where m.role >= private.minimum_role(p) and (b.status <> 'suspended' or p::text like '%.read')
      order by p)
    from public.boutique_members m
    join public.boutiques b on b.id = m.boutique_id
    where m.user_id = (select auth.uid())
    order by b.slug;
end
$$;

create index products_listed_in_boutique_idx on public.products (boutique_id, published_at desc, id desc) where listed;

-- Writes the table anew.
alter table public.allocations
  add column starts_at timestamptz not null generated always as (coalesce(lower(during), '-infinity')) stored,
  add column ends_at timestamptz not null generated always as (coalesce(upper(during), 'infinity')) stored;
comment on column public.allocations.starts_at is 'First instant of `during`. To find a week of a boutique: starts_at before its end, ends_at after its start.';
comment on column public.allocations.ends_at is 'End of `during`, infinity for a sale. A week is asked for by these two columns and not by `during`: under row-level security only the comparison of times, not the overlap of ranges, may use an index.';

drop index public.allocations_boutique_id_idx;
create index allocations_boutique_id_idx on public.allocations (boutique_id, ends_at, starts_at);

alter policy select_staff on public.resources
  using (boutique_id = any (array(select private.my_boutique_ids('calendar.read'))) or (select private.is_admin()));
alter policy select_staff on public.allocations
  using (boutique_id = any (array(select private.my_boutique_ids('calendar.read'))) or (select private.is_admin()));
