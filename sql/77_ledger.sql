-- Ledger: every cent that moves, twice: where it comes from and where it goes. Rows of the business write it by triggers
-- (78_ledger_postings), in the same transaction; nothing else does, and nothing changes it.

create type private.ledger_account_kind as enum (
  'provider', 'till', 'bank', 'unapplied', 'order_clearing', 'boutique', 'commission', 'customer_credit', 'refunds_payable', 'deposits_held');
comment on type private.ledger_account_kind is
  'What we have: provider (at a provider of payments), till (cash and transfers that staff took), bank (where payouts are made from). What we owe: unapplied (has arrived, for nothing yet), order_clearing (between a payment and its orders), boutique (a boutique''s money), customer_credit (on gift cards), refunds_payable (about to go back), deposits_held (security for rentals). What is ours: commission.';

create table private.ledger_accounts (
  id uuid primary key default private.uuid_v7(),
  kind private.ledger_account_kind not null,
  boutique_id uuid references public.boutiques (id) on delete restrict,
  method text,
  currency char(3) not null,
  created_at timestamptz not null default now(),
  constraint one_account_of_each unique nulls not distinct (kind, boutique_id, method, currency),
  constraint only_a_provider_has_a_method check ((kind = 'provider') = (method is not null)),
  constraint a_boutiques_money_is_a_boutiques check (kind not in ('boutique', 'deposits_held') or boutique_id is not null),
  constraint currency_is_iso_4217 check (currency ~ '^[A-Z]{3}$')
);
comment on table private.ledger_accounts is 'Accounts come into being with their first entry.';
comment on column private.ledger_accounts.boutique_id is 'Whose it is; of provider and till: where the money is. Null: the marketplace''s.';
create index ledger_accounts_boutique_id_idx on private.ledger_accounts (boutique_id, kind);
alter table private.ledger_accounts enable row level security;
-- No policy and no grant: only functions of the owner reach the ledger.

create type private.ledger_transaction_kind as enum (
  'received', 'settled', 'order', 'gift_card', 'gift_card_refund', 'transferred', 'refunded_by_hand', 'deposit', 'payout');
comment on type private.ledger_transaction_kind is
  'received: money came through a provider (source: the attempt); settled: a payment has its money (payment); order: what was paid for it or goes back changed (order); gift_card (its entry); gift_card_refund: goes back to a card (refund); transferred: a provider pays back (transfer); refunded_by_hand (refund); deposit: kept or given back (deposit); payout (payout).';

create table private.ledger_transactions (
  id uuid primary key default private.uuid_v7(),
  kind private.ledger_transaction_kind not null,
  source_id uuid not null,
  order_id uuid references public.orders (id) on delete restrict,
  created_at timestamptz not null default now()
);
comment on table private.ledger_transactions is 'What happened. Its entries add up to nothing.';
comment on column private.ledger_transactions.source_id is 'The row that it follows from; see the kinds.';
create unique index a_source_is_posted_once on private.ledger_transactions (kind, source_id) where kind not in ('order', 'deposit');
create index ledger_transactions_source_id_idx on private.ledger_transactions (source_id);
create index ledger_transactions_order_id_idx on private.ledger_transactions (order_id);
alter table private.ledger_transactions enable row level security;
-- No policy and no grant.

create table private.ledger_entries (
  id uuid primary key default private.uuid_v7(),
  transaction_id uuid not null references private.ledger_transactions (id) on delete restrict,
  account_id uuid not null references private.ledger_accounts (id) on delete restrict,
  amount bigint not null,
  created_at timestamptz not null default now(),
  constraint amount_is_not_nothing check (amount <> 0)
);
comment on table private.ledger_entries is 'Debits and credits. A statement writes all entries of a transaction, or a trigger refuses it.';
comment on column private.ledger_entries.amount is 'In minor units of the account''s currency: positive is a debit, negative a credit.';
create index ledger_entries_transaction_id_idx on private.ledger_entries (transaction_id);
create index ledger_entries_account_id_idx on private.ledger_entries (account_id, created_at) include (amount);
alter table private.ledger_entries enable row level security;
-- No policy and no grant.

create function private.balance_entries() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  -- What balances alone leaves a transaction balanced that was so before.
  if exists (
    select from written w join private.ledger_accounts a on a.id = w.account_id
    group by w.transaction_id, a.currency having sum(w.amount) <> 0) then
    raise exception 'The entries of a transaction add up to nothing, in each currency.'
      using errcode = 'check_violation', constraint = 'entries_of_a_transaction_balance', table = 'ledger_entries', schema = 'private';
  end if;
  return null;
end
$$;
comment on function private.balance_entries() is 'Trigger: debits are credits. check_violation (23514), entries_of_a_transaction_balance.';

create trigger balance_entries after insert on private.ledger_entries
  referencing new table as written for each statement execute function private.balance_entries();
create trigger refuse_change before update or delete on private.ledger_entries
  for each row execute function private.refuse_change();
create trigger refuse_change before update or delete on private.ledger_transactions
  for each row execute function private.refuse_change();
create trigger refuse_change before update or delete on private.ledger_accounts
  for each row execute function private.refuse_change();
create trigger refuse_truncate before truncate on private.ledger_entries
  for each statement execute function private.refuse_change();

create type private.ledger_line as (kind private.ledger_account_kind, boutique_id uuid, method text, amount bigint);

create function private.ledger_account(kind private.ledger_account_kind, boutique_id uuid, method text, currency text) returns uuid
language plpgsql volatile
set search_path = ''
as $$
declare
  v_id uuid;
begin
  loop
    select a.id into v_id from private.ledger_accounts a
    where a.kind = ledger_account.kind and a.boutique_id is not distinct from ledger_account.boutique_id
      and a.method is not distinct from ledger_account.method and a.currency = ledger_account.currency::char(3);
    if found then
      return v_id;
    end if;
    insert into private.ledger_accounts (kind, boutique_id, method, currency) values (kind, boutique_id, method, currency)
    on conflict do nothing;
  end loop;
end
$$;
comment on function private.ledger_account(private.ledger_account_kind, uuid, text, text) is 'The account, which comes into being when it is not there.';

create function private.post(kind private.ledger_transaction_kind, source_id uuid, order_id uuid, currency text, lines private.ledger_line[]) returns uuid
language plpgsql volatile
security definer -- whoever moves money, nobody may write the ledger
set search_path = ''
as $$
declare
  v_id uuid;
begin
  if not exists (select from unnest(lines) l where l.amount <> 0) then
    return null;
  end if;
  insert into private.ledger_transactions (kind, source_id, order_id) values (kind, source_id, order_id) returning id into v_id;
  insert into private.ledger_entries (transaction_id, account_id, amount)
  select v_id, private.ledger_account(l.kind, l.boutique_id, l.method, currency), l.amount from unnest(lines) l where l.amount <> 0;
  return v_id;
end
$$;
comment on function private.post(private.ledger_transaction_kind, uuid, uuid, text, private.ledger_line[]) is
  'Writes a transaction; lines of nothing are left out. The one way into the ledger. check_violation when it does not balance.';

create function private.ledger_balance(kind private.ledger_account_kind, boutique_id uuid, currency text) returns bigint
language plpgsql stable
set search_path = ''
as $$
begin
  return coalesce((
    select sum(e.amount)
    from private.ledger_accounts a join private.ledger_entries e on e.account_id = a.id
    where a.kind = ledger_balance.kind and a.boutique_id is not distinct from ledger_balance.boutique_id and a.currency = ledger_balance.currency::char(3)), 0);
end
$$;
comment on function private.ledger_balance(private.ledger_account_kind, uuid, text) is 'Debits less credits of an account, of all its methods, in minor units.';

-- Commission ----------------------------------------------------------------------------------------------------------

create table public.commissions (
  boutique_id uuid primary key references public.boutiques (id) on delete cascade,
  basis_points integer not null,
  reason text not null default '',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint commission_is_up_to_half check (basis_points between 0 and 5000),
  constraint reason_is_bounded check (length(reason) <= 500)
);
comment on table public.commissions is 'What the marketplace keeps of a boutique''s orders; without a row nothing. The owner of the boutique and admins see it; the audit log has its history.';
comment on column public.commissions.basis_points is 'Hundredths of a percent, for orders from now on: 750 is 7.5 %.';
alter table public.commissions enable row level security;
revoke all on public.commissions from anon, authenticated, service_role;
grant select on public.commissions to authenticated;
grant all on public.commissions to service_role;
-- insert, update and delete are not granted: set_commission is for admins.

create policy select_owner on public.commissions for select to authenticated
  using (boutique_id = any (array(select m.boutique_id from private.my_memberships m where m.role >= private.minimum_role('audit.read'))) or (select private.is_admin()));

create trigger touch_updated_at before update on public.commissions
  for each row execute function private.touch_updated_at();

create table private.order_commissions (
  order_id uuid primary key references public.orders (id) on delete cascade,
  basis_points integer not null,
  constraint commission_is_up_to_half check (basis_points between 1 and 5000)
);
comment on table private.order_commissions is 'The commission as it was when the order was made; without a row nothing. Customers, who see their orders, do not see it.';
alter table private.order_commissions enable row level security;
-- No policy and no grant.

create function private.freeze_commission() returns trigger
language plpgsql
security definer -- whoever orders, the commission is noted
set search_path = ''
as $$
begin
  insert into private.order_commissions (order_id, basis_points)
  select new.id, c.basis_points from public.commissions c where c.boutique_id = new.boutique_id and c.basis_points > 0;
  return null;
end
$$;
comment on function private.freeze_commission() is 'Trigger: an order keeps the commission of its day.';

create trigger freeze_commission after insert on public.orders
  for each row execute function private.freeze_commission();

create function private.commission_of(order_id uuid, amount bigint) returns bigint
language plpgsql stable
set search_path = ''
as $$
begin
  return round(coalesce((select c.basis_points from private.order_commissions c where c.order_id = commission_of.order_id), 0)::numeric * amount / 10000);
end
$$;
comment on function private.commission_of(uuid, bigint) is 'The marketplace''s part of what a boutique keeps of an order, rounded half up.';

create function private.set_commission(boutique_id uuid, basis_points integer, reason text) returns public.commissions
language plpgsql volatile
security definer -- commissions are not writable
set search_path = ''
as $$
declare
  v_commission public.commissions;
begin
  perform private.require_admin();
  if basis_points is null or basis_points not between 0 and 5000 or length(reason) > 500 then
    perform private.raise_error(400, 'invalid_commission', 'basis_points are from 0 to 5000 (50 %), and the reason has at most 500 characters.');
  elsif not exists (select from public.boutiques b where b.id = set_commission.boutique_id) then
    perform private.raise_error(404, 'boutique_not_found', 'There is no such boutique.', jsonb_build_object('boutique_id', boutique_id));
  end if;
  insert into public.commissions as c (boutique_id, basis_points, reason)
  values (set_commission.boutique_id, set_commission.basis_points, coalesce(set_commission.reason, ''))
  on conflict on constraint commissions_pkey do update set basis_points = excluded.basis_points, reason = excluded.reason
  returning * into v_commission;
  return v_commission;
end
$$;

create function public.set_commission(boutique_id uuid, basis_points integer, reason text default '') returns public.commissions
language sql volatile security invoker set search_path = ''
as $$ select private.set_commission(boutique_id, basis_points, reason) $$;
comment on function public.set_commission(uuid, integer, text) is
  'Admins: what the marketplace keeps of a boutique''s orders from now on, in hundredths of a percent. PT403 not_allowed; PT404 boutique_not_found; PT400 invalid_commission.';
grant execute on function private.set_commission(uuid, integer, text) to authenticated;
grant execute on function public.set_commission(uuid, integer, text) to authenticated;
