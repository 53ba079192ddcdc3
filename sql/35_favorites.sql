-- What a customer likes: favorites, and look-books that she shares.

create table public.favorites (
  customer_id uuid not null references public.profiles (id) on delete cascade,
  product_id uuid not null references public.products (id) on delete cascade,
  created_at timestamptz not null default now(),
  primary key (customer_id, product_id)
);
comment on table public.favorites is 'Products that a customer likes. Hers alone; a boutique sees none of it.';
create index favorites_newest_idx on public.favorites (customer_id, created_at desc, product_id);
create index favorites_product_id_idx on public.favorites (product_id);

alter table public.favorites enable row level security;
revoke all on public.favorites from anon, authenticated, service_role;
grant select, insert (customer_id, product_id), delete on public.favorites to authenticated;
grant all on public.favorites to service_role;

create policy select_own on public.favorites for select to authenticated using (customer_id = (select auth.uid()));
create policy insert_own on public.favorites for insert to authenticated
  with check (customer_id = (select auth.uid()) and exists (select from public.products p where p.id = product_id));
create policy delete_own on public.favorites for delete to authenticated using (customer_id = (select auth.uid()));

-- lookbooks -----------------------------------------------------------------------------------------------------------

create table public.lookbooks (
  id uuid primary key default private.uuid_v7(),
  customer_id uuid not null references public.profiles (id) on delete cascade,
  title text not null,
  share_token uuid unique,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint lookbooks_id_customer_id_key unique (id, customer_id),
  constraint title_is_given check (title ~ '\S' and length(title) <= 120)
);
comment on table public.lookbooks is 'A customer''s own selection, for herself, her family or her stylist. Hers alone, until she shares it.';
comment on column public.lookbooks.share_token is 'Whoever has it may read the look-book: shared_lookbook(share_token). Null: it is not shared. See share_lookbook.';
create index lookbooks_customer_id_idx on public.lookbooks (customer_id, created_at desc);

alter table public.lookbooks enable row level security;
revoke all on public.lookbooks from anon, authenticated, service_role;
grant select, insert (id, customer_id, title), update (title), delete on public.lookbooks to authenticated;
grant all on public.lookbooks to service_role;
-- share_token is not granted: nobody chooses one that can be guessed.

create policy select_own on public.lookbooks for select to authenticated using (customer_id = (select auth.uid()));
create policy insert_own on public.lookbooks for insert to authenticated with check (customer_id = (select auth.uid()));
create policy update_own on public.lookbooks for update to authenticated
  using (customer_id = (select auth.uid())) with check (customer_id = (select auth.uid()));
create policy delete_own on public.lookbooks for delete to authenticated using (customer_id = (select auth.uid()));

create trigger touch_updated_at before update on public.lookbooks
  for each row execute function private.touch_updated_at();

create table public.lookbook_items (
  lookbook_id uuid not null,
  customer_id uuid not null,
  product_id uuid not null references public.products (id) on delete cascade,
  note text not null default '',
  position integer not null default 0,
  created_at timestamptz not null default now(),
  primary key (lookbook_id, product_id),
  constraint item_is_in_a_lookbook_of_hers
    foreign key (lookbook_id, customer_id) references public.lookbooks (id, customer_id) on delete cascade,
  constraint note_is_bounded check (length(note) <= 500),
  constraint position_is_not_negative check (position >= 0)
);
comment on table public.lookbook_items is 'A product in a look-book, with what she thinks of it.';
create index lookbook_items_lookbook_id_idx on public.lookbook_items (lookbook_id, customer_id, position);
create index lookbook_items_customer_id_idx on public.lookbook_items (customer_id);
create index lookbook_items_product_id_idx on public.lookbook_items (product_id);

alter table public.lookbook_items enable row level security;
revoke all on public.lookbook_items from anon, authenticated, service_role;
grant select, insert (lookbook_id, customer_id, product_id, note, position), update (note, position), delete on public.lookbook_items to authenticated;
grant all on public.lookbook_items to service_role;

create policy select_own on public.lookbook_items for select to authenticated using (customer_id = (select auth.uid()));
create policy insert_own on public.lookbook_items for insert to authenticated
  with check (customer_id = (select auth.uid()) and exists (select from public.products p where p.id = product_id));
create policy update_own on public.lookbook_items for update to authenticated
  using (customer_id = (select auth.uid())) with check (customer_id = (select auth.uid()));
create policy delete_own on public.lookbook_items for delete to authenticated using (customer_id = (select auth.uid()));

create function private.share_lookbook(lookbook_id uuid, shared boolean) returns public.lookbooks
language plpgsql volatile
security definer -- the token is drawn, not chosen
set search_path = ''
as $$
declare
  v_book public.lookbooks;
begin
  update public.lookbooks b set share_token = case when shared is not false then coalesce(b.share_token, gen_random_uuid()) end
  where b.id = share_lookbook.lookbook_id and b.customer_id = auth.uid()
  returning * into v_book;
  if not found then
    perform private.raise_error(404, 'lookbook_not_found', 'There is no such look-book of yours.', jsonb_build_object('lookbook_id', lookbook_id));
  end if;
  return v_book;
end
$$;

create function public.share_lookbook(lookbook_id uuid, shared boolean default true) returns public.lookbooks
language sql volatile security invoker set search_path = ''
as $$ select private.share_lookbook(lookbook_id, shared) $$;
comment on function public.share_lookbook(uuid, boolean) is
  'The caller shares a look-book of hers: share_token is what she sends. shared false takes it back; sharing again draws another token. PT404 lookbook_not_found.';
grant execute on function private.share_lookbook(uuid, boolean) to authenticated;
grant execute on function public.share_lookbook(uuid, boolean) to authenticated;

create function private.shared_lookbook(share_token uuid) returns jsonb
language plpgsql stable
security definer -- look-books are their owners' alone; who has the token may read this one
set search_path = ''
as $$
declare
  v_answer jsonb;
begin
  select jsonb_build_object('title', b.title, 'products', coalesce((
      select jsonb_agg(jsonb_build_object('product_id', p.id, 'slug', p.slug, 'name', p.name, 'boutique', o.slug, 'boutique_name', o.name, 'note', i.note)
        order by i.position, i.created_at)
      from public.lookbook_items i
      join public.products p on p.id = i.product_id and p.listed
      join public.boutiques o on o.id = p.boutique_id
      where i.lookbook_id = b.id), '[]'))
  into v_answer
  from public.lookbooks b where b.share_token = shared_lookbook.share_token;
  if not found then
    perform private.raise_error(404, 'lookbook_not_found', 'There is no such look-book, or it is not shared any more.');
  end if;
  return v_answer;
end
$$;

create function public.shared_lookbook(share_token uuid) returns jsonb
language sql stable security invoker set search_path = ''
as $$ select private.shared_lookbook(share_token) $$;
comment on function public.shared_lookbook(uuid) is
  'A look-book for whoever has its token: {"title", "products": [{"product_id", "slug", "name", "boutique", "boutique_name", "note"}]}, with those products that are on show, and nothing about whose it is. For anybody. PT404 lookbook_not_found.';
grant execute on function private.shared_lookbook(uuid) to anon, authenticated;
grant execute on function public.shared_lookbook(uuid) to anon, authenticated;
