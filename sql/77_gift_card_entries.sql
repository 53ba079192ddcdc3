-- Ledger of gift cards: what was paid in, spent and given back.

create type public.gift_card_entry_kind as enum ('issued', 'redeemed', 'given_back');
comment on type public.gift_card_entry_kind is 'issued: paid in; redeemed: spent by an order; given_back: the order was called off or paid back.';

create table public.gift_card_entries (
  id uuid primary key default private.uuid_v7(),
  gift_card_id uuid not null references public.gift_cards (id) on delete restrict,
  boutique_id uuid,
  customer_id uuid references public.profiles (id) on delete set null,
  order_id uuid references public.orders (id) on delete restrict,
  kind public.gift_card_entry_kind not null,
  change bigint not null,
  actor_id uuid default auth.uid() references auth.users (id) on delete set null,
  created_at timestamptz not null default now(),
  constraint entry_fits_its_kind check (case kind when 'redeemed' then change < 0 else change > 0 end),
  constraint an_order_is_named check ((kind = 'issued') = (order_id is null))
);
comment on table public.gift_card_entries is 'Every change of the balance of a gift card, with the order it was for. Append-only.';
comment on column public.gift_card_entries.boutique_id is 'As the card''s, so that the policy needs no join.';
comment on column public.gift_card_entries.customer_id is 'Whose order it is.';
comment on column public.gift_card_entries.change is 'In minor units of the card''s currency.';
create index gift_card_entries_gift_card_id_idx on public.gift_card_entries (gift_card_id, id);
create index gift_card_entries_order_id_idx on public.gift_card_entries (order_id);
create index gift_card_entries_boutique_id_idx on public.gift_card_entries (boutique_id, id desc);
create index gift_card_entries_customer_id_idx on public.gift_card_entries (customer_id);
create index gift_card_entries_actor_id_idx on public.gift_card_entries (actor_id);

alter table public.gift_card_entries enable row level security;
revoke all on public.gift_card_entries from anon, authenticated, service_role;
grant select on public.gift_card_entries to authenticated, service_role;
-- insert is not granted: functions that know the rules write the ledger. update and delete are granted to nobody.

create policy select_own_or_staff on public.gift_card_entries for select to authenticated
  using (
    customer_id = (select auth.uid())
    or boutique_id = any (array(select private.my_boutique_ids('discounts.read')))
    or (select private.is_admin())
  );

create function private.apply_gift_card_entry() returns trigger
language plpgsql
security definer -- balances are not writable by anybody
set search_path = ''
as $$
begin
  update public.gift_cards c set balance = c.balance + new.change where c.id = new.gift_card_id;
  return null;
end
$$;
comment on function private.apply_gift_card_entry() is 'Trigger: the balance follows the ledger. check_violation (23514) when it would be less than nothing.';

create trigger apply_gift_card_entry after insert on public.gift_card_entries
  for each row execute function private.apply_gift_card_entry();
create trigger refuse_change before update or delete on public.gift_card_entries
  for each row when (pg_trigger_depth() = 0) execute function private.refuse_change();

-- Issue and balance ---------------------------------------------------------------------------------------------------

create type public.issued_gift_card as (gift_card_id uuid, code text, amount bigint, currency text, expires_at timestamptz);
comment on type public.issued_gift_card is 'Answer of issue_gift_card. The code is shown this once and kept nowhere.';

create function private.issue_gift_card(boutique_id uuid, amount bigint, currency text, expires_at timestamptz, note text) returns public.issued_gift_card
language plpgsql volatile
security definer -- neither cards nor codes are insertable; the function knows the rules
set search_path = ''
as $$
declare
  v_currency text;
  v_raw text := '';
  v_bytes bytea := extensions.gen_random_bytes(16);
  v_card public.gift_cards;
begin
  if issue_gift_card.boutique_id is null then
    if not (select private.acts_as_admin()) then
      perform private.raise_error(403, 'not_allowed', 'Cards of the marketplace are issued by its admins.');
    end if;
    v_currency := issue_gift_card.currency;
  else
    select b.currency into v_currency from public.boutiques b
    where b.id = issue_gift_card.boutique_id and b.id in (select private.my_boutique_ids('discounts.write'));
    if not found then
      perform private.raise_error(404, 'boutique_not_found', 'There is no such boutique that you manage.', jsonb_build_object('boutique_id', boutique_id));
    end if;
  end if;
  if amount is null or amount not between 1 and 1000000000000 or v_currency is null or v_currency !~ '^[A-Z]{3}$'
    or (expires_at is not null and (not isfinite(expires_at) or expires_at <= now())) or length(note) > 500 then
    perform private.raise_error(400, 'invalid_gift_card',
      'A card has an amount in minor units, a currency such as ETB if it is of the marketplace, and an end to come if it has one.');
  end if;
  -- 16 of 32 letters and digits (Crockford's, without I, L, O and U): 80 bits.
  for v_n in 0..15 loop
    v_raw := v_raw || substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ', 1 + get_byte(v_bytes, v_n) % 32, 1);
  end loop;
  insert into public.gift_cards (boutique_id, last_four, initial_amount, currency, expires_at, note)
  values (issue_gift_card.boutique_id, right(v_raw, 4), amount, v_currency, issue_gift_card.expires_at, coalesce(issue_gift_card.note, ''))
  returning * into v_card;
  insert into private.gift_card_codes (gift_card_id, code_hash) values (v_card.id, private.gift_card_hash(v_raw));
  insert into public.gift_card_entries (gift_card_id, boutique_id, kind, change) values (v_card.id, v_card.boutique_id, 'issued', amount);
  return row(v_card.id, regexp_replace(v_raw, '(.{4})(?=.)', '\1-', 'g'), amount, v_currency, v_card.expires_at)::public.issued_gift_card;
end
$$;

create type public.gift_card_state as (boutique_id uuid, balance bigint, currency text, expires_at timestamptz, problem text);
comment on type public.gift_card_state is 'Answer of gift_card_balance. problem: blocked, expired, empty, or null when it can be spent.';

create function private.gift_card_problem(card public.gift_cards) returns text
language plpgsql stable
set search_path = ''
as $$
begin
  return case
    when card.blocked_at is not null then 'blocked'
    when card.expires_at <= now() then 'expired'
    when card.balance = 0 then 'empty'
  end;
end
$$;
comment on function private.gift_card_problem(public.gift_cards) is 'Why a card cannot be spent; null when it can.';

create function private.gift_card_balance(code text) returns public.gift_card_state
language plpgsql stable
security definer -- who has the code may know what it is worth, and nobody else; it has 80 random bits
set search_path = ''
as $$
declare
  v_card public.gift_cards;
begin
  if code is null or code !~ '\S' then
    perform private.raise_error(400, 'invalid_gift_card', 'Send the code of the card.');
  end if;
  select c.* into v_card from public.gift_cards c join private.gift_card_codes k on k.gift_card_id = c.id
  where k.code_hash = private.gift_card_hash(gift_card_balance.code);
  if not found then
    perform private.raise_error(404, 'gift_card_not_found', 'There is no such gift card. Look at the code again.');
  end if;
  return row(v_card.boutique_id, v_card.balance, v_card.currency, v_card.expires_at, private.gift_card_problem(v_card))::public.gift_card_state;
end
$$;

-- Spending and giving back --------------------------------------------------------------------------------------------

create function private.lock_gift_cards(codes text[]) returns uuid[]
language plpgsql volatile
set search_path = ''
as $$
declare
  v_code text;
  v_ids uuid[] := '{}';
  v_card public.gift_cards;
begin
  if cardinality(codes) > 10 then
    perform private.raise_error(400, 'invalid_gift_card', 'An order is paid with at most 10 gift cards.');
  end if;
  foreach v_code in array coalesce(codes, '{}') loop
    select k.gift_card_id into v_card.id from private.gift_card_codes k where k.code_hash = private.gift_card_hash(v_code);
    if not found then
      perform private.raise_error(404, 'gift_card_not_found', 'There is no such gift card. Look at the code again.',
        jsonb_build_object('last_four', right(regexp_replace(upper(v_code), '[^0-9A-Z]', '', 'g'), 4)));
    end if;
    v_ids := v_ids || v_card.id;
  end loop;
  for v_card in select * from public.gift_cards c where c.id = any (v_ids) order by c.id for no key update loop
    if private.gift_card_problem(v_card) is not null then
      perform private.raise_error(409, 'gift_card_not_usable', 'A gift card cannot be spent.',
        jsonb_build_object('last_four', v_card.last_four, 'problem', private.gift_card_problem(v_card)));
    end if;
  end loop;
  return v_ids;
end
$$;
comment on function private.lock_gift_cards(text[]) is 'The cards of these codes, locked in the order of their ids. PT404 gift_card_not_found, PT409 gift_card_not_usable, PT400 invalid_gift_card.';

create function private.spend_gift_cards(order_row public.orders, card_ids uuid[]) returns bigint
language plpgsql volatile
set search_path = ''
as $$
declare
  v_card public.gift_cards;
  v_left bigint := order_row.total;
begin
  -- The caller has locked the cards. Those of the boutique first: they pay for nothing else.
  for v_card in
    select * from public.gift_cards c
    where c.id = any (card_ids) and c.balance > 0 and c.currency = order_row.currency
      and (c.boutique_id is null or c.boutique_id = order_row.boutique_id)
    order by c.boutique_id is null, c.expires_at nulls last, c.id
  loop
    exit when v_left = 0;
    insert into public.gift_card_entries (gift_card_id, boutique_id, customer_id, order_id, kind, change)
    values (v_card.id, v_card.boutique_id, order_row.customer_id, order_row.id, 'redeemed', -least(v_left, v_card.balance));
    v_left := v_left - least(v_left, v_card.balance);
  end loop;
  return order_row.total - v_left;
end
$$;
comment on function private.spend_gift_cards(public.orders, uuid[]) is 'Pays an order with gift cards, as far as they go; how much they paid.';

create function private.paid_by_gift_cards(order_id uuid) returns bigint
language plpgsql stable
set search_path = ''
as $$
begin
  return (select -coalesce(sum(e.change), 0) from public.gift_card_entries e where e.order_id = paid_by_gift_cards.order_id);
end
$$;
comment on function private.paid_by_gift_cards(uuid) is 'What gift cards have paid for an order and was not given back to them.';

create function private.give_back_gift_cards(order_row public.orders, amount bigint) returns bigint
language plpgsql volatile
set search_path = ''
as $$
declare
  v_spent record;
  v_left bigint := amount;
begin
  for v_spent in
    select e.gift_card_id, e.boutique_id, -sum(e.change) as spent
    from public.gift_card_entries e
    where e.order_id = order_row.id
    group by e.gift_card_id, e.boutique_id
    having sum(e.change) < 0
    order by e.gift_card_id
  loop
    exit when v_left = 0;
    insert into public.gift_card_entries (gift_card_id, boutique_id, customer_id, order_id, kind, change)
    values (v_spent.gift_card_id, v_spent.boutique_id, order_row.customer_id, order_row.id, 'given_back', least(v_left, v_spent.spent));
    -- Nobody loses money because it came back too late.
    update public.gift_cards c set expires_at = now() + interval '90 days' where c.id = v_spent.gift_card_id and c.expires_at < now() + interval '90 days';
    v_left := v_left - least(v_left, v_spent.spent);
  end loop;
  return amount - v_left;
end
$$;
comment on function private.give_back_gift_cards(public.orders, bigint) is 'Puts money back on the cards that an order was paid with, as far as they paid, for 90 days at least; how much. The caller has locked the cards.';

create function public.issue_gift_card(boutique_id uuid, amount bigint, currency text default null, expires_at timestamptz default null, note text default '')
returns public.issued_gift_card
language sql volatile security invoker set search_path = ''
as $$ select private.issue_gift_card(boutique_id, amount, currency, expires_at, note) $$;
comment on function public.issue_gift_card(uuid, bigint, text, timestamptz, text) is
  'Managers issue a card of their boutique, in its currency; admins one of the marketplace (boutique_id null). The code is in the answer and nowhere else. PT404 boutique_not_found; PT403 not_allowed; PT400 invalid_gift_card.';
grant execute on function private.issue_gift_card(uuid, bigint, text, timestamptz, text) to authenticated;
grant execute on function public.issue_gift_card(uuid, bigint, text, timestamptz, text) to authenticated;

create function public.gift_card_balance(code text) returns public.gift_card_state
language sql stable security invoker set search_path = ''
as $$ select private.gift_card_balance(code) $$;
comment on function public.gift_card_balance(text) is 'What a gift card is worth, for who has its code. PT404 gift_card_not_found; PT400 invalid_gift_card.';
grant execute on function private.gift_card_balance(text) to authenticated;
grant execute on function public.gift_card_balance(text) to authenticated;
