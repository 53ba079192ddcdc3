-- What is posted: triggers on the rows of the business, in their transaction. A debit is positive.

create function private.ledger_line(kind private.ledger_account_kind, boutique_id uuid, amount bigint) returns private.ledger_line
language plpgsql immutable
set search_path = ''
as $$
begin
  return row(kind, boutique_id, null::text, amount)::private.ledger_line;
end
$$;
comment on function private.ledger_line(private.ledger_account_kind, uuid, bigint) is 'An entry at an account that is no provider''s.';

create function private.till_of(payment public.payments) returns uuid
language plpgsql stable
set search_path = ''
as $$
begin
  return coalesce(payment.boutique_id, (
    select case when count(*) = 1 then min(o.boutique_id::text)::uuid end from public.orders o where o.group_id = payment.group_id));
end
$$;
comment on function private.till_of(public.payments) is 'Whose till cash goes into: the boutique''s, or for several boutiques at once the marketplace''s (null).';

create function private.provider_line(attempt public.payment_attempts, amount bigint) returns private.ledger_line
language plpgsql stable
set search_path = ''
as $$
begin
  return row('provider'::private.ledger_account_kind, (select a.boutique_id from private.provider_accounts a where a.id = attempt.account_id), attempt.provider::text, amount)::private.ledger_line;
end
$$;
comment on function private.provider_line(public.payment_attempts, bigint) is 'An entry at the account that an attempt went through: the marketplace''s, or the boutique''s own.';

create function private.post_received() returns trigger
language plpgsql
security definer -- as private.post
set search_path = ''
as $$
begin
  perform private.post('received', new.id, null, new.received_currency, array[
    private.provider_line(new, new.received_amount), private.ledger_line('unapplied', null, -new.received_amount)]);
  return null;
end
$$;
comment on function private.post_received() is 'Trigger: money has come through a provider.';

create trigger post_received after update of state on public.payment_attempts
  for each row when (new.state in ('succeeded', 'mismatched') and old.state not in ('succeeded', 'mismatched') and new.received_currency ~ '^[A-Z]{3}$')
  execute function private.post_received();

create function private.post_settled() returns trigger
language plpgsql
security definer -- as private.post
set search_path = ''
as $$
declare
  v_by_provider boolean := new.method in (select p::text from unnest(enum_range(null::public.payment_provider)) p);
begin
  perform private.post('settled', new.id, new.order_id, new.currency, array[
    case when v_by_provider then private.ledger_line('unapplied', null, new.amount) else private.ledger_line('till', private.till_of(new), new.amount) end,
    case new.purpose
      when 'deposit' then private.ledger_line('deposits_held', new.boutique_id, -new.amount)
      when 'rental_fee' then private.ledger_line('boutique', new.boutique_id, -new.amount)
      when 'fitting_fee' then private.ledger_line('boutique', new.boutique_id, -new.amount)
      else private.ledger_line('order_clearing', null, -new.amount)
    end]);
  return null;
end
$$;
comment on function private.post_settled() is 'Trigger: a payment has its money, from what has come through a provider or from a till.';

create trigger post_settled after update of state on public.payments
  for each row when (old.state <> 'succeeded' and new.state = 'succeeded') execute function private.post_settled();

create function private.post_order() returns trigger
language plpgsql
security definer -- as private.post
set search_path = ''
as $$
declare
  v_paid bigint := new.paid_total - old.paid_total;
  v_refunded bigint := new.refunded_total - old.refunded_total;
  v_commission bigint := private.commission_of(new.id, new.paid_total - new.refunded_total) - private.commission_of(new.id, old.paid_total - old.refunded_total);
begin
  perform private.post('order', new.id, new.id, new.currency, array[
    private.ledger_line('order_clearing', null, v_paid), private.ledger_line('boutique', new.boutique_id, v_refunded + v_commission - v_paid),
    private.ledger_line('refunds_payable', null, -v_refunded), private.ledger_line('commission', null, -v_commission)]);
  return null;
end
$$;
comment on function private.post_order() is
  'Trigger: what was paid for an order is its boutique''s, less the commission; what goes back is taken from it, and the commission of it, too.';

create trigger post_order after update of paid_total, refunded_total on public.orders
  for each row when (old.paid_total <> new.paid_total or old.refunded_total <> new.refunded_total) execute function private.post_order();

create function private.post_gift_card() returns trigger
language plpgsql
security definer -- as private.post
set search_path = ''
as $$
declare
  v_card public.gift_cards;
begin
  select * into v_card from public.gift_cards c where c.id = new.gift_card_id;
  perform private.post('gift_card', new.id, new.order_id, v_card.currency, array[
    private.ledger_line('customer_credit', v_card.boutique_id, -new.change),
    case new.kind when 'issued' then private.ledger_line('till', v_card.boutique_id, new.change) else private.ledger_line('order_clearing', null, new.change) end]);
  return null;
end
$$;
comment on function private.post_gift_card() is 'Trigger: a card was paid in, spent or given back.';

create trigger post_gift_card after insert on public.gift_card_entries
  for each row execute function private.post_gift_card();

create function private.post_gift_card_refund() returns trigger
language plpgsql
security definer -- as private.post
set search_path = ''
as $$
begin
  perform private.post('gift_card_refund', new.id, new.order_id, new.currency, array[
    private.ledger_line('refunds_payable', null, new.to_gift_cards), private.ledger_line('order_clearing', null, -new.to_gift_cards)]);
  return null;
end
$$;
comment on function private.post_gift_card_refund() is 'Trigger: the part of a refund that is with the gift cards again.';

create trigger post_gift_card_refund after insert on public.refunds
  for each row when (new.to_gift_cards > 0) execute function private.post_gift_card_refund();

create function private.post_transferred() returns trigger
language plpgsql
security definer -- as private.post
set search_path = ''
as $$
declare
  v_attempt public.payment_attempts;
  v_order uuid;
begin
  select * into v_attempt from public.payment_attempts t where t.id = new.attempt_id;
  select f.order_id into v_order from public.refunds f where f.id = new.refund_id;
  perform private.post('transferred', new.id, v_order, new.currency, array[
    case
      when new.refund_id is not null then private.ledger_line('refunds_payable', null, new.amount)
      when new.reason = 'deposit_released' then private.ledger_line('deposits_held', new.boutique_id, new.amount)
      -- Of a fee that was waived when it came.
      when new.reason = 'not_needed_any_more' then private.ledger_line('boutique', new.boutique_id, new.amount)
      else private.ledger_line('unapplied', null, new.amount)
    end,
    private.provider_line(v_attempt, -new.amount)]);
  return null;
end
$$;
comment on function private.post_transferred() is 'Trigger: a provider pays back.';

create trigger post_transferred after update of state on public.refund_transfers
  for each row when (old.state <> 'paid' and new.state = 'paid') execute function private.post_transferred();

create function private.post_refunded_by_hand() returns trigger
language plpgsql
security definer -- as private.post
set search_path = ''
as $$
declare
  v_by_hand bigint := new.amount - new.to_gift_cards - coalesce((
    select sum(x.amount) from public.refund_transfers x where x.refund_id = new.id and x.state = 'paid'), 0);
begin
  perform private.post('refunded_by_hand', new.id, new.order_id, new.currency, array[
    private.ledger_line('refunds_payable', null, v_by_hand), private.ledger_line('till', new.boutique_id, -v_by_hand)]);
  return null;
end
$$;
comment on function private.post_refunded_by_hand() is 'Trigger: what no provider and no gift card has paid back of a refund, staff have.';

create trigger post_refunded_by_hand after update of state on public.refunds
  for each row when (old.state = 'due' and new.state = 'paid') execute function private.post_refunded_by_hand();

create function private.post_deposit() returns trigger
language plpgsql
security definer -- as private.post
set search_path = ''
as $$
declare
  -- What a provider gives back is posted with its transfer; what a card held and was not taken has never come.
  v_by_hand bigint := case when new.attempt_id is null then new.returned else 0 end;
begin
  perform private.post('deposit', new.id, null, new.currency, array[
    private.ledger_line('deposits_held', new.boutique_id, new.kept + v_by_hand), private.ledger_line('boutique', new.boutique_id, -new.kept),
    private.ledger_line('till', new.boutique_id, -v_by_hand)]);
  return null;
end
$$;
comment on function private.post_deposit() is 'Trigger: what is kept of a deposit is the boutique''s; what staff give back leaves the till.';

create trigger post_deposit after update of state on public.deposits
  for each row when (old.state <> 'settled' and new.state = 'settled') execute function private.post_deposit();
