-- Payouts: what the marketplace owes a boutique is proposed by a job, approved and paid by admins; and statements of a month.

create type public.payout_state as enum ('proposed', 'approved', 'paid', 'cancelled');
comment on type public.payout_state is 'proposed: by a job; approved: by an admin; paid: the money has left; cancelled: will not be paid, the next one has it.';

create table public.payouts (
  id uuid primary key default private.uuid_v7(),
  boutique_id uuid not null references public.boutiques (id) on delete restrict,
  state public.payout_state not null default 'proposed',
  amount bigint not null,
  currency char(3) not null,
  reference text,
  note text not null default '',
  decided_by uuid references auth.users (id) on delete set null,
  approved_at timestamptz,
  paid_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint amount_is_positive check (amount > 0),
  constraint currency_is_iso_4217 check (currency ~ '^[A-Z]{3}$'),
  constraint a_paid_payout_says_when_and_how check ((state = 'paid') = (paid_at is not null) and (state <> 'paid' or (reference ~ '\S' and approved_at is not null))),
  constraint an_approved_payout_says_when check (state <> 'approved' or approved_at is not null),
  constraint texts_are_bounded check (length(reference) <= 200 and length(note) <= 500)
);
comment on table public.payouts is 'Money that goes from the marketplace to a boutique. Its owner and admins see it.';
comment on column public.payouts.amount is 'In minor units of the currency.';
comment on column public.payouts.reference is 'Of the bank transfer.';
comment on column public.payouts.note is 'Why it was cancelled.';
create unique index one_open_payout_of_a_boutique on public.payouts (boutique_id, currency) where state in ('proposed', 'approved');
create index payouts_boutique_id_idx on public.payouts (boutique_id, created_at desc, id desc);
create index payouts_state_idx on public.payouts (state, created_at desc);
create index payouts_decided_by_idx on public.payouts (decided_by);

alter table public.payouts enable row level security;
revoke all on public.payouts from anon, authenticated, service_role;
grant select on public.payouts to authenticated;
grant all on public.payouts to service_role;
-- insert, update and delete are not granted: functions that know the ledger make and move them.

create policy select_owner on public.payouts for select to authenticated
  using (boutique_id = any (array(select m.boutique_id from private.my_memberships m where m.role >= private.minimum_role('audit.read'))) or (select private.is_admin()));

create trigger touch_updated_at before update on public.payouts
  for each row execute function private.touch_updated_at();

create function private.post_payout() returns trigger
language plpgsql
security definer -- as private.post
set search_path = ''
as $$
begin
  perform private.post('payout', new.id, null, new.currency, array[
    private.ledger_line('boutique', new.boutique_id, new.amount), private.ledger_line('bank', null, -new.amount)]);
  return null;
end
$$;
comment on function private.post_payout() is 'Trigger: a payout has left the bank.';

create trigger post_payout after update of state on public.payouts
  for each row when (old.state <> 'paid' and new.state = 'paid') execute function private.post_payout();

create function private.payable(boutique_id uuid, currency text) returns bigint
language plpgsql stable
set search_path = ''
as $$
declare
  -- What is owed, less what the boutique has in its hands: its till, and its own account at a provider.
  v_owed bigint := -private.ledger_balance('boutique', payable.boutique_id, payable.currency)
    - private.ledger_balance('till', payable.boutique_id, payable.currency) - private.ledger_balance('provider', payable.boutique_id, payable.currency);
  v_open bigint;
begin
  -- What can still go back is kept until the order is over, as far as the marketplace has its money.
  select coalesce(sum(o.paid_total - o.refunded_total - private.commission_of(o.id, o.paid_total - o.refunded_total)), 0) into v_open
  from public.orders o
  where o.boutique_id = payable.boutique_id and o.currency = payable.currency::char(3)
    and o.state in ('pending', 'paid', 'part_fulfilled', 'fulfilled', 'part_refunded') and o.paid_total > 0
    and exists (
      select from public.payments p join public.payment_attempts t on t.payment_id = p.id and t.provider_payment_id = p.reference
      where p.group_id = o.group_id and p.state = 'succeeded' and t.account_id is null);
  return v_owed - v_open;
end
$$;
comment on function private.payable(uuid, text) is
  'What can be paid out to a boutique now, in minor units: what it is owed of orders that are over, less what it has taken itself. Negative when it owes the marketplace, such as the commission of cash; that is carried over.';

create function private.propose_payouts() returns integer
language plpgsql volatile
set search_path = ''
as $$
declare
  v_row record;
  v_amount bigint;
  v_done integer := 0;
begin
  for v_row in
    select distinct a.boutique_id, a.currency from private.ledger_accounts a where a.kind = 'boutique' order by a.boutique_id, a.currency
  loop
    perform from public.boutiques b where b.id = v_row.boutique_id for no key update;
    v_amount := private.payable(v_row.boutique_id, v_row.currency::text);
    if v_amount > 0 and not exists (
      select from public.payouts p
      where p.boutique_id = v_row.boutique_id and p.currency = v_row.currency and p.state = 'paid' and p.created_at > now() - interval '6 days 12 hours') then
      -- Who has an open one waits for it.
      insert into public.payouts (boutique_id, amount, currency) values (v_row.boutique_id, v_amount, v_row.currency)
      on conflict (boutique_id, currency) where state in ('proposed', 'approved') do nothing;
      v_done := v_done + case when found then 1 else 0 end;
    end if;
  end loop;
  return v_done;
end
$$;
comment on function private.propose_payouts() is 'Proposes a payout to every boutique that is owed something, has none open and was paid none within a week. How many; called by the job payout.propose.';

create function private.payout_for_change(payout_id uuid) returns public.payouts
language plpgsql volatile
set search_path = ''
as $$
declare
  v_payout public.payouts;
begin
  perform private.require_admin();
  select * into v_payout from public.payouts p where p.id = payout_for_change.payout_id;
  if not found then
    perform private.raise_error(404, 'payout_not_found', 'There is no such payout.', jsonb_build_object('payout_id', payout_id));
  end if;
  perform from public.boutiques b where b.id = v_payout.boutique_id for no key update;
  select * into v_payout from public.payouts p where p.id = payout_for_change.payout_id for update;
  return v_payout;
end
$$;
comment on function private.payout_for_change(uuid) is 'A payout that the caller, an admin, may move; locked behind its boutique. PT403 not_allowed, second_factor_required; PT404 payout_not_found.';

create function private.refuse_payout(payout public.payouts, verb text) returns void
language plpgsql stable
set search_path = ''
as $$
begin
  perform private.raise_error(409, 'invalid_state', format('A payout that is %s cannot be %s.', payout.state, verb),
    jsonb_build_object('payout_id', payout.id, 'state', payout.state));
end
$$;
comment on function private.refuse_payout(public.payouts, text) is 'PT409 invalid_state.';

create function private.refuse_overdrawn(payout public.payouts) returns void
language plpgsql stable
set search_path = ''
as $$
declare
  v_payable bigint := private.payable(payout.boutique_id, payout.currency::text);
begin
  if payout.amount > v_payable then
    perform private.raise_error(409, 'balance_changed', 'Less than that is owed by now. Cancel it: the next one has the right amount.',
      jsonb_build_object('payout_id', payout.id, 'amount', payout.amount, 'payable', v_payable));
  end if;
end
$$;
comment on function private.refuse_overdrawn(public.payouts) is 'PT409 balance_changed for more than is owed.';

create function private.approve_payout(payout_id uuid) returns public.payouts
language plpgsql volatile
security definer -- payouts are not writable
set search_path = ''
as $$
declare
  v_payout public.payouts := private.payout_for_change(payout_id);
begin
  if v_payout.state = 'approved' then
    return v_payout;
  elsif v_payout.state <> 'proposed' then
    perform private.refuse_payout(v_payout, 'approved');
  end if;
  perform private.refuse_overdrawn(v_payout);
  update public.payouts p set state = 'approved', approved_at = now(), decided_by = auth.uid() where p.id = v_payout.id returning * into v_payout;
  return v_payout;
end
$$;

create function private.record_payout(payout_id uuid, reference text) returns public.payouts
language plpgsql volatile
security definer -- payouts are not writable
set search_path = ''
as $$
declare
  v_payout public.payouts := private.payout_for_change(payout_id);
begin
  if reference is null or reference !~ '\S' or length(reference) > 200 then
    perform private.raise_error(400, 'invalid_reference', 'Say by which bank transfer it was paid: a reference of at most 200 characters.');
  elsif v_payout.state = 'paid' then
    return v_payout;
  elsif v_payout.state <> 'approved' then
    perform private.refuse_payout(v_payout, 'paid');
  end if;
  perform private.refuse_overdrawn(v_payout);
  update public.payouts p set state = 'paid', paid_at = now(), reference = btrim(record_payout.reference), decided_by = auth.uid()
  where p.id = v_payout.id returning * into v_payout;
  return v_payout;
end
$$;

create function private.cancel_payout(payout_id uuid, note text) returns public.payouts
language plpgsql volatile
security definer -- payouts are not writable
set search_path = ''
as $$
declare
  v_payout public.payouts := private.payout_for_change(payout_id);
begin
  if coalesce(note, '') !~ '\S' or length(note) > 500 then
    perform private.raise_error(400, 'invalid_note', 'Say why, in at most 500 characters.');
  elsif v_payout.state = 'cancelled' then
    return v_payout;
  elsif v_payout.state = 'paid' then
    perform private.refuse_payout(v_payout, 'cancelled');
  end if;
  update public.payouts p set state = 'cancelled', note = btrim(cancel_payout.note), decided_by = auth.uid()
  where p.id = v_payout.id returning * into v_payout;
  return v_payout;
end
$$;

create function public.approve_payout(payout_id uuid) returns public.payouts
language sql volatile security invoker set search_path = ''
as $$ select private.approve_payout(payout_id) $$;
comment on function public.approve_payout(uuid) is
  'Admins approve a payout that a job has proposed. Repeating it changes nothing. PT403 not_allowed, second_factor_required; PT404 payout_not_found; PT409 invalid_state, balance_changed (detail: payable).';
grant execute on function private.approve_payout(uuid) to authenticated;
grant execute on function public.approve_payout(uuid) to authenticated;

create function public.record_payout(payout_id uuid, reference text) returns public.payouts
language sql volatile security invoker set search_path = ''
as $$ select private.record_payout(payout_id, reference) $$;
comment on function public.record_payout(uuid, text) is
  'Admins note that an approved payout was transferred, and by which transfer. Repeating it changes nothing. PT403 not_allowed, second_factor_required; PT404 payout_not_found; PT400 invalid_reference; PT409 invalid_state, balance_changed (detail: payable).';
grant execute on function private.record_payout(uuid, text) to authenticated;
grant execute on function public.record_payout(uuid, text) to authenticated;

create function public.cancel_payout(payout_id uuid, note text) returns public.payouts
language sql volatile security invoker set search_path = ''
as $$ select private.cancel_payout(payout_id, note) $$;
comment on function public.cancel_payout(uuid, text) is
  'Admins call off a payout that is not paid, and say why. Repeating it changes nothing. PT403 not_allowed, second_factor_required; PT404 payout_not_found; PT400 invalid_note; PT409 invalid_state.';
grant execute on function private.cancel_payout(uuid, text) to authenticated;
grant execute on function public.cancel_payout(uuid, text) to authenticated;

-- Statements ----------------------------------------------------------------------------------------------------------

create type public.statement_line as (
  booked_at timestamptz, kind text, order_number text, payout_reference text, amount bigint, balance bigint, currency text);
comment on type public.statement_line is 'A line of a statement: amount is what the boutique gets (positive) or gives, balance what it is owed after it; minor units.';

create function private.boutique_statement(boutique_id uuid, month date) returns setof public.statement_line
language plpgsql stable
rows 100
security definer -- the ledger is not readable
set search_path = ''
as $$
declare
  v_zone text;
  v_from timestamptz;
  v_until timestamptz;
begin
  if not (select private.is_admin()) then
    perform private.my_role(boutique_id, 'audit.read');
  elsif month is null or not isfinite(month) then
    perform private.raise_error(400, 'invalid_date', 'month is any day of the month.');
  end if;
  select b.timezone into v_zone from public.boutiques b where b.id = boutique_statement.boutique_id;
  if not found then
    perform private.raise_error(404, 'boutique_not_found', 'There is no such boutique.', jsonb_build_object('boutique_id', boutique_id));
  end if;
  v_from := date_trunc('month', month::timestamp) at time zone v_zone;
  v_until := (date_trunc('month', month::timestamp) + interval '1 month') at time zone v_zone;
  return query
    with accounts as (
      select a.id, a.currency::text as currency from private.ledger_accounts a where a.boutique_id = boutique_statement.boutique_id and a.kind = 'boutique'
    ),
    opening as (
      select a.id, a.currency, coalesce((select -sum(e.amount) from private.ledger_entries e where e.account_id = a.id and e.created_at < v_from), 0)::bigint as balance
      from accounts a
    )
    select v_from, 'opening_balance', null::text, null::text, 0::bigint, o.balance, o.currency from opening o
    union all
    (select e.created_at, t.kind::text, r.number_text, p.reference, -e.amount,
      (o.balance - sum(e.amount) over (partition by e.account_id order by e.created_at, e.id))::bigint, o.currency
    from opening o
    join private.ledger_entries e on e.account_id = o.id and e.created_at >= v_from and e.created_at < v_until
    join private.ledger_transactions t on t.id = e.transaction_id
    left join public.orders r on r.id = t.order_id
    left join public.payouts p on p.id = t.source_id and t.kind = 'payout'
    order by e.created_at, e.id)
    union all
    select least(v_until, now()), 'closing_balance', null, null, 0::bigint,
      (o.balance - coalesce((select sum(e.amount) from private.ledger_entries e
        where e.account_id = o.id and e.created_at >= v_from and e.created_at < v_until), 0))::bigint, o.currency
    from opening o;
end
$$;

create function public.boutique_statement(boutique_id uuid, month date) returns setof public.statement_line
language sql stable rows 100 security invoker set search_path = ''
as $$ select * from private.boutique_statement(boutique_id, month) $$;
comment on function public.boutique_statement(uuid, date) is
  'Owners and admins: what a boutique earned, gave back and was paid out in a month of its time zone, with opening and closing balance; month is any day of it. As CSV: .csv(). PT403 not_allowed; PT404 boutique_not_found; PT400 invalid_date.';
grant execute on function private.boutique_statement(uuid, date) to authenticated;
grant execute on function public.boutique_statement(uuid, date) to authenticated;
