-- Stock of what is counted: an append-only ledger of movements, and the level of each variant at each branch that follows
-- from it. What is unique (a garment with a serial number) has a calendar instead, see 40.

alter table public.products add column made_to_order boolean not null default false;
comment on column public.products.made_to_order is 'Can be ordered to be made, with the lead time of lead_days, for the sale price of the variant.';
alter table public.product_variants add column serialised boolean not null default false;
comment on column public.product_variants.serialised is 'True: what is sold is one of the garments of the variant, whose calendar ends with it. False: it is counted in stock_levels.';
grant insert (made_to_order), update (made_to_order) on public.products to authenticated;
grant insert (serialised), update (serialised) on public.product_variants to authenticated;

-- stock_levels --------------------------------------------------------------------------------------------------------

create table public.stock_levels (
  id uuid primary key default private.uuid_v7(),
  boutique_id uuid not null,
  variant_id uuid not null,
  location_id uuid not null,
  on_hand integer not null default 0,
  reserved integer not null default 0,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (variant_id, location_id),
  constraint level_is_of_a_variant_of_the_boutique
    foreign key (variant_id, boutique_id) references public.product_variants (id, boutique_id) on delete restrict,
  constraint level_is_at_a_location_of_the_boutique
    foreign key (location_id, boutique_id) references public.locations (id, boutique_id) on delete restrict,
  constraint on_hand_is_not_negative check (on_hand >= 0),
  constraint no_more_is_reserved_than_on_hand check (reserved between 0 and on_hand)
);
comment on table public.stock_levels is 'How many pieces of a variant a branch has. Follows from stock_movements, which nothing else may write.';
comment on column public.stock_levels.on_hand is 'Pieces in the branch, reserved ones included.';
comment on column public.stock_levels.reserved is 'Pieces that an order waits for or has paid, and that have not left yet. on_hand - reserved can be sold.';
create index stock_levels_variant_id_idx on public.stock_levels (variant_id, boutique_id);
create index stock_levels_location_id_idx on public.stock_levels (location_id, boutique_id);
create index stock_levels_boutique_id_idx on public.stock_levels (boutique_id, id);

alter table public.stock_levels enable row level security;
revoke all on public.stock_levels from anon, authenticated, service_role;
grant select on public.stock_levels to authenticated, service_role;
-- insert, update and delete are granted to nobody: a movement changes the level.

create policy select_staff on public.stock_levels for select to authenticated
  using (boutique_id = any (array(select m.boutique_id from private.my_memberships m where m.role >= private.minimum_role('stock.read'))) or (select private.is_admin()));

create trigger touch_updated_at before update on public.stock_levels
  for each row execute function private.touch_updated_at();

-- stock_movements -----------------------------------------------------------------------------------------------------

create type public.stock_movement_kind as enum (
  'received', 'counted', 'damaged', 'transferred', 'reserved', 'released', 'fulfilled', 'restocked', 'repaired');
comment on type public.stock_movement_kind is
  'received: came from a supplier; counted: corrected after counting; damaged: thrown away; transferred: to or from another branch; reserved, released, fulfilled: for an order; restocked: came back from a customer; repaired: an operator has mended drift.';

create table public.stock_movements (
  id uuid primary key default private.uuid_v7(),
  boutique_id uuid not null,
  variant_id uuid not null,
  location_id uuid not null,
  kind public.stock_movement_kind not null,
  on_hand_change integer not null default 0,
  reserved_change integer not null default 0,
  source_id uuid,
  note text not null default '',
  actor_id uuid default auth.uid() references auth.users (id) on delete set null,
  created_at timestamptz not null default now(),
  constraint movement_is_of_a_variant_of_the_boutique
    foreign key (variant_id, boutique_id) references public.product_variants (id, boutique_id) on delete restrict,
  constraint movement_is_at_a_location_of_the_boutique
    foreign key (location_id, boutique_id) references public.locations (id, boutique_id) on delete restrict,
  constraint movement_changes_something check (on_hand_change <> 0 or reserved_change <> 0),
  constraint movement_fits_its_kind check (case kind
    when 'received' then on_hand_change > 0 and reserved_change = 0
    when 'damaged' then on_hand_change < 0 and reserved_change = 0
    when 'restocked' then on_hand_change > 0 and reserved_change = 0
    when 'reserved' then on_hand_change = 0 and reserved_change > 0
    when 'released' then on_hand_change = 0 and reserved_change < 0
    when 'fulfilled' then on_hand_change < 0 and reserved_change = on_hand_change
    when 'repaired' then true
    else reserved_change = 0 end),
  constraint an_order_is_named check (kind not in ('reserved', 'released', 'fulfilled', 'restocked') or source_id is not null),
  constraint note_is_bounded check (length(note) <= 500)
);
comment on table public.stock_movements is 'Ledger of stock: every change of a level, with its reason. Append-only.';
comment on column public.stock_movements.on_hand_change is 'Pieces that came (positive) or left (negative).';
comment on column public.stock_movements.reserved_change is 'Pieces that were reserved (positive) or are no longer (negative).';
comment on column public.stock_movements.source_id is 'The order item that it is for; both halves of a transfer have one id.';
create index stock_movements_variant_id_idx on public.stock_movements (variant_id, location_id, created_at desc);
create index stock_movements_variant_boutique_idx on public.stock_movements (variant_id, boutique_id);
create index stock_movements_location_id_idx on public.stock_movements (location_id, boutique_id);
create index stock_movements_boutique_id_idx on public.stock_movements (boutique_id, id desc);
create index stock_movements_source_id_idx on public.stock_movements (source_id) where source_id is not null;
create index stock_movements_actor_id_idx on public.stock_movements (actor_id);

alter table public.stock_movements enable row level security;
revoke all on public.stock_movements from anon, authenticated, service_role;
grant select on public.stock_movements to authenticated, service_role;
-- insert is not granted: functions that know the rules write the ledger. update and delete are granted to nobody.

create policy select_staff on public.stock_movements for select to authenticated
  using (boutique_id = any (array(select m.boutique_id from private.my_memberships m where m.role >= private.minimum_role('stock.read'))) or (select private.is_admin()));

create function private.apply_stock_movement() returns trigger
language plpgsql
security definer -- levels are not writable by anybody
set search_path = ''
as $$
begin
  update public.stock_levels s
  set on_hand = s.on_hand + new.on_hand_change, reserved = s.reserved + new.reserved_change
  where s.variant_id = new.variant_id and s.location_id = new.location_id;
  if not found then
    insert into public.stock_levels (boutique_id, variant_id, location_id, on_hand, reserved)
    values (new.boutique_id, new.variant_id, new.location_id, new.on_hand_change, new.reserved_change)
    on conflict (variant_id, location_id) do update
    set on_hand = stock_levels.on_hand + excluded.on_hand, reserved = stock_levels.reserved + excluded.reserved;
  end if;
  return null;
end
$$;
comment on function private.apply_stock_movement() is 'Trigger: the level follows the ledger. check_violation (23514) when there would be less than none, or less than is reserved.';

create trigger apply_stock_movement after insert on public.stock_movements
  for each row execute function private.apply_stock_movement();

create function private.refuse_change() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  raise exception '% is append-only.', tg_table_name using errcode = '42501', hint = 'append_only';
end
$$;
comment on function private.refuse_change() is 'Trigger: rows of a ledger are neither changed nor deleted, by nobody. SQLSTATE 42501. Erasing who did it is no change.';

create trigger refuse_change before update or delete on public.stock_movements
  for each row when (pg_trigger_depth() = 0) execute function private.refuse_change();

-- Helpers -------------------------------------------------------------------------------------------------------------

create function private.lock_stock(variant_ids uuid[]) returns void
language plpgsql volatile
set search_path = ''
as $$
begin
  perform from public.stock_levels s where s.variant_id = any (variant_ids) order by s.id for no key update;
end
$$;
comment on function private.lock_stock(uuid[]) is 'Locks every level of these variants, in the order of their ids: whoever needs several never waits in a circle.';

create function private.available_stock(variant_id uuid) returns integer
language plpgsql stable
set search_path = ''
as $$
begin
  -- What is reserved for an order whose hold is over can be had: checkout takes it.
  return coalesce((
      select sum(s.on_hand - s.reserved) from public.stock_levels s where s.variant_id = available_stock.variant_id), 0)
    + coalesce((
      select sum(r.quantity) from private.expired_reservations(array[available_stock.variant_id]) r), 0);
end
$$;
comment on function private.available_stock(uuid) is 'Pieces of a variant that can be sold now, at all branches together.';

-- What staff do -------------------------------------------------------------------------------------------------------

create function private.stock_place(variant_id uuid, location_id uuid) returns uuid
language plpgsql volatile
set search_path = ''
as $$
declare
  v_boutique uuid;
begin
  select v.boutique_id into v_boutique
  from public.product_variants v
  join public.locations l on l.boutique_id = v.boutique_id
  where v.id = stock_place.variant_id and l.id = stock_place.location_id
    and v.boutique_id in (select private.my_boutique_ids('stock.write'));
  if not found then
    perform private.raise_error(404, 'stock_place_not_found', 'There is no such variant and branch of one boutique that you work for.',
      jsonb_build_object('variant_id', variant_id, 'location_id', location_id));
  end if;
  perform private.lock_stock(array[variant_id]);
  return v_boutique;
end
$$;
comment on function private.stock_place(uuid, uuid) is 'The boutique of a variant and a branch whose stock the caller may change; locks the levels. PT404 stock_place_not_found.';

create function private.change_stock(variant_id uuid, location_id uuid, kind public.stock_movement_kind, quantity integer, note text)
returns public.stock_levels
language plpgsql volatile
security definer -- the ledger is not writable; the function knows the rules
set search_path = ''
as $$
declare
  v_boutique uuid := private.stock_place(variant_id, location_id);
  v_level public.stock_levels;
begin
  select * into v_level from public.stock_levels s where s.variant_id = change_stock.variant_id and s.location_id = change_stock.location_id;
  if quantity is null or kind is null or kind not in ('received', 'counted', 'damaged')
    or quantity not between (case kind when 'counted' then 0 else 1 end) and 1000000 then
    perform private.raise_error(400, 'invalid_quantity',
      'kind is received, damaged (each with how many, from 1) or counted (with how many there are, from 0).');
  end if;
  if kind = 'counted' then
    quantity := quantity - coalesce(v_level.on_hand, 0);
    if quantity = 0 then
      return v_level;
    end if;
  elsif kind = 'damaged' then
    quantity := -quantity;
  end if;
  if coalesce(v_level.on_hand, 0) + quantity < coalesce(v_level.reserved, 0) then
    perform private.raise_error(409, 'out_of_stock', 'So many are promised to orders. Cancel or change these first.',
      jsonb_build_object('variant_id', variant_id, 'location_id', location_id, 'on_hand', coalesce(v_level.on_hand, 0),
        'reserved', coalesce(v_level.reserved, 0)));
  end if;
  insert into public.stock_movements (boutique_id, variant_id, location_id, kind, on_hand_change, note)
  values (v_boutique, change_stock.variant_id, change_stock.location_id, change_stock.kind, quantity, coalesce(change_stock.note, ''));
  select * into strict v_level from public.stock_levels s where s.variant_id = change_stock.variant_id and s.location_id = change_stock.location_id;
  return v_level;
end
$$;

create function private.transfer_stock(variant_id uuid, from_location_id uuid, to_location_id uuid, quantity integer, note text)
returns setof public.stock_levels
language plpgsql volatile
security definer -- the ledger is not writable; the function knows the rules
set search_path = ''
as $$
declare
  v_boutique uuid := private.stock_place(variant_id, from_location_id);
  v_free integer;
  v_transfer uuid := private.uuid_v7();
begin
  perform private.stock_place(variant_id, to_location_id);
  if quantity is null or quantity not between 1 and 1000000 or from_location_id = to_location_id then
    perform private.raise_error(400, 'invalid_quantity', 'Transfer at least one piece, to another branch.');
  end if;
  select s.on_hand - s.reserved into v_free
  from public.stock_levels s where s.variant_id = transfer_stock.variant_id and s.location_id = from_location_id;
  if coalesce(v_free, 0) < quantity then
    perform private.raise_error(409, 'out_of_stock', format('Only %s can be sent; the others are promised to orders or not there.', coalesce(v_free, 0)),
      jsonb_build_object('variant_id', variant_id, 'location_id', from_location_id, 'left', coalesce(v_free, 0)));
  end if;
  insert into public.stock_movements (boutique_id, variant_id, location_id, kind, on_hand_change, source_id, note)
  values (v_boutique, variant_id, from_location_id, 'transferred', -quantity, v_transfer, coalesce(note, '')),
    (v_boutique, variant_id, to_location_id, 'transferred', quantity, v_transfer, coalesce(note, ''));
  return query
  select s.* from public.stock_levels s
  where s.variant_id = transfer_stock.variant_id and s.location_id in (from_location_id, to_location_id);
end
$$;

create function public.change_stock(variant_id uuid, location_id uuid, kind public.stock_movement_kind, quantity integer, note text default '')
returns public.stock_levels
language sql volatile security invoker set search_path = ''
as $$ select private.change_stock(variant_id, location_id, kind, quantity, note) $$;
comment on function public.change_stock(uuid, uuid, public.stock_movement_kind, integer, text) is
  'Managers note what came (received), what was thrown away (damaged) or how many there are (counted). PT404 stock_place_not_found; PT400 invalid_quantity; PT409 out_of_stock (so many are promised to orders).';
grant execute on function private.change_stock(uuid, uuid, public.stock_movement_kind, integer, text) to authenticated;
grant execute on function public.change_stock(uuid, uuid, public.stock_movement_kind, integer, text) to authenticated;

create function public.transfer_stock(variant_id uuid, from_location_id uuid, to_location_id uuid, quantity integer, note text default '')
returns setof public.stock_levels
language sql volatile rows 2 security invoker set search_path = ''
as $$ select * from private.transfer_stock(variant_id, from_location_id, to_location_id, quantity, note) $$;
comment on function public.transfer_stock(uuid, uuid, uuid, integer, text) is
  'Managers send pieces of a variant to another branch. Answers both levels. PT404 stock_place_not_found; PT400 invalid_quantity; PT409 out_of_stock.';
grant execute on function private.transfer_stock(uuid, uuid, uuid, integer, text) to authenticated;
grant execute on function public.transfer_stock(uuid, uuid, uuid, integer, text) to authenticated;
