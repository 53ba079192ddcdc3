-- Gift cards: balances that can be spent and never become negative. Who has the code has the money.

create table public.gift_cards (
  id uuid primary key default private.uuid_v7(),
  boutique_id uuid references public.boutiques (id) on delete restrict,
  last_four text not null,
  initial_amount bigint not null,
  balance bigint not null default 0,
  currency char(3) not null,
  note text not null default '',
  expires_at timestamptz,
  blocked_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint last_four_are_four check (last_four ~ '^[0-9A-Z]{4}$'),
  constraint initial_amount_is_positive check (initial_amount between 1 and 1000000000000),
  constraint balance_is_not_negative check (balance >= 0),
  constraint currency_is_iso_4217 check (currency ~ '^[A-Z]{3}$'),
  constraint note_is_bounded check (length(note) <= 500)
);
comment on table public.gift_cards is 'Money that was paid in before. The balance follows from gift_card_entries, which nothing else may write.';
comment on column public.gift_cards.boutique_id is 'Pays for orders of this boutique; null: of the marketplace, for all.';
comment on column public.gift_cards.last_four is 'End of the code, by which people tell cards apart.';
comment on column public.gift_cards.initial_amount is 'In minor units of the currency, as balance.';
comment on column public.gift_cards.blocked_at is 'Since when nobody may spend it; null: it can be spent.';
create index gift_cards_boutique_id_idx on public.gift_cards (boutique_id, created_at desc);

create table private.gift_card_codes (
  gift_card_id uuid primary key references public.gift_cards (id) on delete cascade,
  code_hash bytea not null unique,
  constraint hash_is_sha_256 check (length(code_hash) = 32)
);
comment on table private.gift_card_codes is 'SHA-256 of the code without its hyphens. The code has 80 random bits: nobody guesses it from its hash.';
alter table private.gift_card_codes enable row level security;
-- No policy and no grant: only functions of the owner reach it.

alter table public.gift_cards enable row level security;
revoke all on public.gift_cards from anon, authenticated, service_role;
grant select on public.gift_cards to authenticated;
grant update (note, expires_at, blocked_at) on public.gift_cards to authenticated;
grant select on public.gift_cards to service_role;
-- insert is not granted: issue_gift_card makes a card with its code. The balance is nobody's to write.

create policy select_staff on public.gift_cards for select to authenticated
  using (boutique_id = any (array(select m.boutique_id from private.my_memberships m where m.role >= private.minimum_role('discounts.read'))) or (select private.is_admin()));
create policy update_manager on public.gift_cards for update to authenticated
  using (boutique_id = any (array(select private.my_boutique_ids('discounts.write'))) or (boutique_id is null and (select private.acts_as_admin())))
  with check (boutique_id = any (array(select private.my_boutique_ids('discounts.write'))) or (boutique_id is null and (select private.acts_as_admin())));

create trigger touch_updated_at before update on public.gift_cards
  for each row execute function private.touch_updated_at();

create function private.gift_card_hash(code text) returns bytea
language plpgsql immutable
set search_path = ''
as $$
begin
  return extensions.digest(regexp_replace(upper(code), '[^0-9A-Z]', '', 'g'), 'sha256');
end
$$;
comment on function private.gift_card_hash(text) is 'By which a card is found: case, spaces and hyphens of the code do not matter.';
