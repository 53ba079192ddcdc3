-- Privacy: a person takes her data along, or is forgotten. What is personal stands in one list, which export, erasure and
-- a test of the whole schema read.

-- What is personal ------------------------------------------------------------------------------------------------------

create type private.erasure as enum ('cascade', 'delete', 'detach', 'keep');
comment on type private.erasure is
  'What becomes of a row when its subject''s account goes. cascade: a foreign key deletes it; delete: erase_account deletes it; detach: the row stays and names nobody any more; keep: it stays as it is, for the reason given.';

create function private.personal_data()
returns table (table_name text, subject_column text, subject text, exported boolean, erasure private.erasure, reason text)
language sql immutable
set search_path = ''
as $$
  values
    ('public.profiles', 'id', 'id = $1', true, 'cascade'::private.erasure, 'who she is'),
    ('public.platform_admins', 'user_id', 'user_id = $1', true, 'cascade', 'a right of hers'),
    ('public.boutique_members', 'user_id', 'user_id = $1', true, 'cascade', 'her work for a boutique; its last owner hands it over first'),
    ('public.invitations', 'email', 'email = (select lower(u.email) from auth.users u where u.id = $1)', true, 'delete', 'holds her address'),
    ('public.invitations', 'invited_by', 'invited_by = $1', true, 'detach', 'the invitation of somebody else'),
    ('public.invitations', 'accepted_by', 'accepted_by = $1', false, 'detach', 'exported by her address'),
    ('public.boutique_status_changes', 'actor_id', 'actor_id = $1', true, 'detach', 'belongs to the boutique''s history'),
    ('public.rentals', 'customer_id', 'customer_id = $1', true, 'detach', 'the books need what was rented and paid, not by whom'),
    ('public.stylists', 'user_id', 'user_id = $1', true, 'detach', 'her public face at a boutique; erase_account empties it, fittings remember that there was somebody'),
    ('public.appointments', 'customer_id', 'customer_id = $1', true, 'detach', 'the boutique keeps the fact; what she has written and who came along goes'),
    ('public.appointment_garments', 'customer_id', 'customer_id = $1', true, 'detach', 'the boutique keeps which gowns were tried on'),
    ('public.appointment_notes', 'appointment_id', 'appointment_id in (select a.id from public.appointments a where a.customer_id = $1)', true, 'delete', 'what staff have noted about her'),
    ('public.appointment_notes', 'author_id', 'author_id = $1', false, 'detach', 'her work for the boutique, about somebody else, whose export has it'),
    ('public.waitlist_entries', 'customer_id', 'customer_id = $1', true, 'cascade', 'her place in line'),
    ('public.rental_events', 'customer_id', 'customer_id = $1', true, 'detach', 'the record of what was handed over, not to whom'),
    ('public.rental_events', 'actor_id', 'actor_id = $1', true, 'detach', 'belongs to the boutique''s history'),
    ('public.substitution_proposals', 'decided_by', 'decided_by = $1', true, 'detach', 'belongs to the boutique''s history'),
    ('public.data_exports', 'user_id', 'user_id = $1', true, 'cascade', 'her own request'),
    ('public.account_deletions', 'user_id', 'user_id = $1', true, 'cascade', 'her own request'),
    ('public.audit_log', 'actor_id', 'actor_id = $1', true, 'keep', 'append-only; a bare id that leads nowhere once the account is gone'),
    ('public.calendar_feeds', 'owner_id', 'owner_id = $1', true, 'cascade', 'her link; without her there is nobody with whose rights it is read'),
    ('public.notifications', 'user_id', 'user_id = $1', true, 'cascade', 'what she was told'),
    ('public.notification_preferences', 'user_id', 'user_id = $1', true, 'cascade', 'what she wants to hear'),
    ('public.notification_settings', 'user_id', 'user_id = $1', true, 'cascade', 'when and how she wants to hear it'),
    ('public.webhook_events', 'payload', 'payload #>> ''{data,customer_id}'' = $1::text', false, 'keep', 'what a boutique''s own systems were told: a bare id that leads nowhere once the account is gone; removed after 90 days'),
    ('private.messages', 'user_id', 'user_id = $1', true, 'cascade', 'what was sent to her'),
    ('private.messages', 'recipient_hash',
      'user_id is null and recipient_hash = private.recipient_hash((select u.email from auth.users u where u.id = $1))',
      true, 'delete', 'invitations to her address, sent before she had an account'),
    ('public.favorites', 'customer_id', 'customer_id = $1', true, 'cascade', 'what she likes'),
    ('public.lookbooks', 'customer_id', 'customer_id = $1', true, 'cascade', 'her own selection; who has its token finds nothing any more'),
    ('public.lookbook_items', 'customer_id', 'customer_id = $1', true, 'cascade', 'goes with the look-book'),
    ('public.reviews', 'customer_id', 'customer_id = $1', true, 'detach', 'the stars of a gown are a sum of what many found; a trigger takes her name, her texts and what answers them'),
    ('public.reviews', 'hidden_by', 'hidden_by = $1', false, 'detach', 'her work for the marketplace, about what somebody else has written'),
    ('public.reviews', 'replied_by', 'replied_by = $1', false, 'detach', 'her work for the boutique, about what somebody else has written'),
    ('public.review_revisions', 'customer_id', 'customer_id = $1', true, 'cascade', 'what she had written before'),
    ('private.review_measurements', 'customer_id', 'customer_id = $1', true, 'cascade', 'her body'),
    ('public.review_photos', 'customer_id', 'customer_id = $1', true, 'cascade', 'her photos; the files are in a personal bucket'),
    ('public.review_votes', 'customer_id', 'customer_id = $1', true, 'cascade', 'what helped her'),
    ('public.review_reports', 'reporter_id', 'reporter_id = $1', true, 'detach', 'what admins have decided stays; a trigger empties her note'),
    ('public.review_reports', 'resolved_by', 'resolved_by = $1', false, 'detach', 'her work for the marketplace'),
    ('public.show_rsvps', 'customer_id', 'customer_id = $1', true, 'detach', 'seats of shows to come are given back by erase_account; of the others the boutique keeps how many came; a trigger empties what staff have written to her'),
    ('public.tryon_photos', 'customer_id', 'customer_id = $1', true, 'cascade', 'photos of her, with her consent; the files are in a personal bucket'),
    ('public.tryons', 'customer_id', 'customer_id = $1', true, 'cascade', 'gowns on her photos; the files are in a personal bucket'),
    ('private.tryon_uses', 'customer_id', 'customer_id = $1', true, 'cascade', 'how many looks she has had made within a day'),
    ('public.addresses', 'customer_id', 'customer_id = $1', true, 'cascade', 'where she has things sent'),
    ('public.carts', 'customer_id', 'customer_id = $1', true, 'cascade', 'what she meant to order'),
    ('public.cart_items', 'customer_id', 'customer_id = $1', true, 'cascade', 'goes with the cart'),
    ('public.order_groups', 'customer_id', 'customer_id = $1', true, 'detach', 'the books need what was paid, not by whom; a trigger empties the address'),
    ('public.orders', 'customer_id', 'customer_id = $1', true, 'detach', 'the same; a trigger empties her note and reasons that somebody has written'),
    ('public.order_items', 'customer_id', 'customer_id = $1', true, 'detach', 'the same'),
    ('public.order_adjustments', 'customer_id', 'customer_id = $1', true, 'detach', 'the same'),
    ('public.order_events', 'customer_id', 'customer_id = $1', true, 'detach', 'the log of what was done with her orders; a trigger takes what somebody has written'),
    ('public.order_events', 'actor_id', 'actor_id = $1', true, 'detach', 'belongs to the boutique''s history'),
    ('public.payments', 'customer_id', 'customer_id = $1', true, 'detach', 'the books need what was paid, not by whom'),
    ('public.payment_attempts', 'customer_id', 'customer_id = $1', true, 'detach', 'the same'),
    ('public.refund_transfers', 'customer_id', 'customer_id = $1', true, 'detach', 'the same'),
    ('public.payouts', 'decided_by', 'decided_by = $1', true, 'detach', 'her work for the marketplace'),
    ('public.payment_exceptions', 'resolved_by', 'resolved_by = $1', true, 'detach', 'her work for a boutique or the marketplace'),
    ('public.deposits', 'customer_id', 'customer_id = $1', true, 'detach', 'the same'),
    ('public.payment_plans', 'customer_id', 'customer_id = $1', true, 'detach', 'the same'),
    ('public.refunds', 'customer_id', 'customer_id = $1', true, 'detach', 'the same; a trigger takes a reason that somebody has written'),
    ('public.invoices', 'customer_id', 'customer_id = $1', true, 'detach', 'tax law wants them kept as they were issued'),
    ('public.invoices', 'content', 'customer_id = $1', false, 'keep', 'the same, with name and address of the buyer: without them it is no invoice. Read by the staff of its boutique and admins alone; exported by customer_id'),
    ('public.discount_redemptions', 'customer_id', 'customer_id = $1', true, 'detach', 'the same'),
    ('public.shipments', 'customer_id', 'customer_id = $1', true, 'detach', 'the books need what was sent, not to whom'),
    ('public.shipment_items', 'customer_id', 'customer_id = $1', true, 'detach', 'the same'),
    ('public.returns', 'customer_id', 'customer_id = $1', true, 'detach', 'the books need what came back; a trigger empties her note'),
    ('public.return_items', 'customer_id', 'customer_id = $1', true, 'detach', 'the same'),
    ('public.gift_card_entries', 'customer_id', 'customer_id = $1', true, 'detach', 'the books need what was spent, not by whom'),
    ('public.gift_card_entries', 'actor_id', 'actor_id = $1', true, 'detach', 'belongs to the boutique''s history'),
    ('public.stock_movements', 'actor_id', 'actor_id = $1', true, 'detach', 'belongs to the boutique''s history'),
    ('public.catalog_imports', 'started_by', 'started_by = $1', true, 'detach', 'belongs to the boutique''s history'),
    ('public.measurements', 'customer_id', 'customer_id = $1', true, 'cascade', 'her body'),
    ('private.idempotency_keys', 'user_id', 'user_id = $1', false, 'delete', 'technical: her retries')
$$;
comment on function private.personal_data() is
  'Every column that leads to a person: how her rows are found ($1 is her id), whether her export has them, what erasure does to them and why. A test compares it with the whole schema.';

create function private.personal_buckets() returns text[]
language sql immutable
set search_path = ''
as $$
  select array['avatars', 'private-documents', 'data-exports', 'review-photos', 'tryon']
$$;
comment on function private.personal_buckets() is 'Buckets of Storage whose first folder is the id of the person that the files are about.';

create function private.personal_files(user_id uuid) returns table (bucket_id text, name text, size bigint)
language sql stable
set search_path = ''
as $$
  select o.bucket_id, o.name, coalesce((o.metadata ->> 'size')::bigint, 0)
  from storage.objects o
  where o.bucket_id = any (private.personal_buckets())
    and starts_with(o.name, personal_files.user_id::text || '/')
  order by o.bucket_id, o.name
$$;
comment on function private.personal_files(uuid) is 'Files of a person in Storage, for her export and for their removal; size in bytes.';

-- Export ----------------------------------------------------------------------------------------------------------------

create type public.data_export_state as enum ('requested', 'ready', 'expired');
comment on type public.data_export_state is 'requested: a job builds it; ready: can be downloaded until expires_at; expired: its files are gone.';

create table public.data_exports (
  id uuid primary key default private.uuid_v7(),
  user_id uuid not null references public.profiles (id) on delete cascade,
  state public.data_export_state not null default 'requested',
  storage_paths text[] not null default '{}',
  size_bytes bigint,
  expires_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint ready_export_has_files_and_an_end
    check (state <> 'ready' or (cardinality(storage_paths) > 0 and size_bytes is not null and expires_at is not null)),
  constraint size_is_not_negative check (size_bytes >= 0)
);
comment on table public.data_exports is 'Somebody has asked for her data. The archives are in the private bucket data-exports, in her folder, for a week.';
comment on column public.data_exports.storage_paths is 'ZIP archives in the bucket data-exports; the first has data.json. More than one when there are many files.';
comment on column public.data_exports.size_bytes is 'Of all archives together, in bytes.';
create unique index one_export_of_a_person_at_a_time on public.data_exports (user_id) where state = 'requested';
create index data_exports_user_id_idx on public.data_exports (user_id, created_at desc);
create index data_exports_expires_at_idx on public.data_exports (expires_at) where state = 'ready';

alter table public.data_exports enable row level security;
revoke all on public.data_exports from anon, authenticated, service_role;
grant select on public.data_exports to authenticated;
grant all on public.data_exports to service_role;
-- insert, update and delete are not granted: request_data_export makes it, jobs fill and empty it.

create policy select_own on public.data_exports for select to authenticated using (user_id = (select auth.uid()));

create trigger touch_updated_at before update on public.data_exports
  for each row execute function private.touch_updated_at();

create function private.request_data_export() returns public.data_exports
language plpgsql volatile
security definer -- exports are not writable
set search_path = ''
as $$
declare
  v_export public.data_exports;
begin
  -- The lock makes two requests of one person go one after the other.
  perform from public.profiles p where p.id = auth.uid() for no key update;
  if not found then
    perform private.raise_error(401, 'sign_in_required', 'Sign in to ask for your data.');
  end if;
  select * into v_export from public.data_exports e where e.user_id = auth.uid() and e.state = 'requested';
  if found then
    return v_export;
  end if;
  -- Each is a lot of work: three a day.
  perform private.limit_rate('request_data_export', 3, 3.0 / (24 * 60));
  insert into public.data_exports (user_id) values (auth.uid()) returning * into v_export;
  perform private.enqueue('privacy.build_export', jsonb_build_object('export_id', v_export.id));
  return v_export;
end
$$;

create function private.exported_data(user_id uuid) returns jsonb
language plpgsql stable
set search_path = ''
as $$
declare
  v_item record;
  v_rows jsonb;
  v_tables jsonb := '{}';
begin
  for v_item in
    select d.table_name, string_agg('(' || d.subject || ')', ' or ') as condition
    from private.personal_data() d
    where d.exported
    group by d.table_name
    order by d.table_name
  loop
    execute format('select coalesce(jsonb_agg(to_jsonb(t)), ''[]'') from %s t where %s', v_item.table_name, v_item.condition)
      into v_rows using exported_data.user_id;
    v_tables := v_tables || jsonb_build_object(split_part(v_item.table_name, '.', 2), v_rows);
  end loop;
  return jsonb_build_object(
    'account', (
      select jsonb_build_object('id', u.id, 'email', u.email, 'phone', u.phone, 'created_at', u.created_at,
        'email_confirmed_at', u.email_confirmed_at, 'last_sign_in_at', u.last_sign_in_at, 'metadata', u.raw_user_meta_data,
        'sign_in_with', (select coalesce(jsonb_agg(i.provider order by i.provider), '[]') from auth.identities i where i.user_id = u.id))
      from auth.users u where u.id = exported_data.user_id),
    'tables', v_tables);
end
$$;
comment on function private.exported_data(uuid) is 'All that Nexus knows of a person, as {account, tables: {name: [rows]}}: the tables of private.personal_data() and her account. Called by the job privacy.build_export.';

-- Erasure ---------------------------------------------------------------------------------------------------------------

create table public.account_deletions (
  user_id uuid primary key references public.profiles (id) on delete cascade,
  due_at timestamptz not null,
  created_at timestamptz not null default now()
);
comment on table public.account_deletions is 'Somebody wants to be forgotten. The row can be taken back until due_at; then it goes with the account.';
create index account_deletions_due_at_idx on public.account_deletions (due_at);

alter table public.account_deletions enable row level security;
revoke all on public.account_deletions from anon, authenticated, service_role;
grant select on public.account_deletions to authenticated;
grant all on public.account_deletions to service_role;
-- insert, update and delete are not granted: delete_account and undo_account_deletion know the rules.

create policy select_own on public.account_deletions for select to authenticated using (user_id = (select auth.uid()));

create function private.erasure_blockers(user_id uuid) returns table (code text, message text, detail jsonb)
language sql stable
set search_path = ''
as $$
  select 'open_rentals', 'A rental is not over yet. Bring it to its end or cancel it, then delete the account.',
    jsonb_build_object('rental_ids', jsonb_agg(r.id order by r.id))
  from public.rentals r
  where r.customer_id = erasure_blockers.user_id
    and r.state not in ('closed', 'lost', 'cancelled', 'expired')
    and not (r.state = 'held' and r.held_until <= now())
  having count(*) > 0
  union all
  select 'open_orders', 'An order is not over yet, something of it is on its way back, or money is still to come back. Cancel it or wait until it is over, then delete the account.',
    jsonb_build_object('order_ids', jsonb_agg(o.id order by o.id))
  from public.orders o
  where o.customer_id = erasure_blockers.user_id
    and (o.state in ('paid', 'part_fulfilled') or (o.state = 'pending' and o.hold_expires_at > now())
      or exists (select from public.refunds r where r.order_id = o.id and r.state = 'due')
      or exists (select from public.returns t where t.order_id = o.id and t.state in ('requested', 'approved', 'received')))
  having count(*) > 0
  union all
  select 'open_deposits', 'A deposit is still to come back. Wait until it has, then delete the account.',
    jsonb_build_object('deposit_ids', jsonb_agg(d.id order by d.id))
  from public.deposits d
  where d.customer_id = erasure_blockers.user_id and d.state = 'held'
    and exists (select from public.rentals r where r.id = d.rental_id and r.state in ('closed', 'lost', 'cancelled', 'expired'))
  having count(*) > 0
  union all
  select 'open_appointments', 'An appointment is still to come. Cancel it, or wait until it is over, then delete the account.',
    jsonb_build_object('appointment_ids', jsonb_agg(a.id order by a.id))
  from public.appointments a
  where a.customer_id = erasure_blockers.user_id
    and upper(a.during) > now()
    and (a.state = 'booked' or (a.state = 'offered' and a.held_until > now()))
  having count(*) > 0
  union all
  select 'last_owner', 'You are the only owner of a boutique. Transfer the ownership, then delete the account.',
    jsonb_build_object('boutique_ids', jsonb_agg(m.boutique_id order by m.boutique_id))
  from public.boutique_members m
  where m.user_id = erasure_blockers.user_id and m.role = 'owner'
    and not exists (
      select from public.boutique_members o
      where o.boutique_id = m.boutique_id and o.role = 'owner' and o.user_id <> m.user_id)
  having count(*) > 0
$$;
comment on function private.erasure_blockers(uuid) is 'Why an account cannot go now, a row per reason; none when it can.';

create function private.delete_account() returns public.account_deletions
language plpgsql volatile
security definer -- requests are not writable
set search_path = ''
as $$
declare
  v_deletion public.account_deletions;
  v_blocker record;
begin
  -- A rental, an appointment or an order that is just being made holds the profile, so that one of the two sees the other
  -- (refuse_leaver).
  perform from public.profiles p where p.id = auth.uid() for update;
  if not found then
    perform private.raise_error(401, 'sign_in_required', 'Sign in to delete your account.');
  end if;
  select * into v_deletion from public.account_deletions d where d.user_id = auth.uid();
  if found then
    return v_deletion;
  end if;
  for v_blocker in select * from private.erasure_blockers(auth.uid()) limit 1 loop
    perform private.raise_error(409, v_blocker.code, v_blocker.message, v_blocker.detail);
  end loop;
  insert into public.account_deletions (user_id, due_at) values (auth.uid(), now() + interval '14 days')
  returning * into v_deletion;
  perform private.enqueue('mail.account_deletion', jsonb_build_object('user_id', v_deletion.user_id));
  perform private.enqueue('privacy.erase_account', jsonb_build_object('user_id', v_deletion.user_id),
    jsonb_build_object('start_after', v_deletion.due_at));
  return v_deletion;
end
$$;

create function private.undo_account_deletion() returns boolean
language plpgsql volatile
security definer -- requests are not writable
set search_path = ''
as $$
begin
  delete from public.account_deletions d where d.user_id = auth.uid();
  return found;
end
$$;

create function private.refuse_leaver() returns trigger
language plpgsql
security definer -- reads requests that the writer may not see
set search_path = ''
as $$
begin
  -- Waits for a deletion that is just being asked for, and then sees it. A walk-in has no account.
  perform from public.profiles p where p.id = new.customer_id for key share;
  if exists (select from public.account_deletions d where d.user_id = new.customer_id) then
    perform private.raise_error(409, 'account_leaves', 'This account is about to be deleted. Take that back first.');
  end if;
  return new;
end
$$;
comment on function private.refuse_leaver() is 'Trigger: who is about to be forgotten rents, books and orders nothing, and waits for nothing. PT409 account_leaves.';

create trigger refuse_leaver before insert on public.rentals
  for each row execute function private.refuse_leaver();
create trigger refuse_leaver before insert on public.appointments
  for each row execute function private.refuse_leaver();
create trigger refuse_leaver before insert on public.waitlist_entries
  for each row execute function private.refuse_leaver();
-- Whoever joins or comes back gets a place.
create trigger refuse_leaver before insert or update of place on public.show_rsvps
  for each row execute function private.refuse_leaver();
create trigger refuse_leaver before insert on public.order_groups
  for each row execute function private.refuse_leaver();

create function private.erase_account(user_id uuid) returns text
language plpgsql volatile
set search_path = ''
as $$
declare
  v_group uuid;
  v_rental uuid;
  v_appointment uuid;
  v_item record;
begin
  perform from public.profiles p where p.id = erase_account.user_id for update;
  if not found then
    return 'gone';
  end if;
  perform from public.account_deletions d where d.user_id = erase_account.user_id and d.due_at <= now() for update;
  if not found then
    return 'not_due';
  end if;
  for v_group in
    select distinct o.group_id from public.orders o where o.customer_id = erase_account.user_id and o.state = 'pending' order by o.group_id loop
    perform private.expire_order_hold(v_group);
  end loop;
  for v_rental in select r.id from public.rentals r where r.customer_id = erase_account.user_id and r.state = 'held' order by r.id loop
    perform private.expire_rental_hold(v_rental);
  end loop;
  for v_appointment in
    select a.id from public.appointments a where a.customer_id = erase_account.user_id and a.state = 'offered' order by a.id loop
    perform private.expire_fitting_offer(v_appointment);
  end loop;
  if exists (select from private.erasure_blockers(erase_account.user_id)) then
    update public.account_deletions d set due_at = now() + interval '1 day' where d.user_id = erase_account.user_id;
    perform private.enqueue('privacy.erase_account', jsonb_build_object('user_id', erase_account.user_id),
      jsonb_build_object('start_after', now() + interval '1 day'));
    return 'blocked';
  end if;
  perform private.leave_shows(erase_account.user_id);
  -- Nobody has noted whether she came; she has no account to charge any more.
  update public.appointments a set state = 'attended' where a.customer_id = erase_account.user_id and a.state = 'booked';
  -- Her membership goes too, so that she fits nobody any more. Fittings that she was to do keep their stylist.
  update public.stylists s set display_name = 'Former stylist', bio = '', retired_at = coalesce(s.retired_at, now())
  where s.user_id = erase_account.user_id;
  for v_item in select * from private.personal_data() d where d.erasure = 'delete' loop
    execute format('delete from %s where %s', v_item.table_name, v_item.subject) using erase_account.user_id;
  end loop;
  -- What the Auth server keeps without a foreign key: its log and sign-ins that were begun.
  delete from auth.audit_log_entries a where a.payload ->> 'actor_id' = erase_account.user_id::text;
  delete from auth.flow_state f where f.user_id = erase_account.user_id;
  -- Sessions, tokens, identities, the profile and all that hangs on it go along; rentals and appointments lose
  -- their customer.
  delete from auth.users u where u.id = erase_account.user_id;
  return 'erased';
end
$$;
comment on function private.erase_account(uuid) is
  'Forgets somebody whose time is over. erased: done; gone: was done before; not_due: taken back or not yet; blocked: something is open, tried again in a day. Files are the caller''s to remove. Called by the job privacy.erase_account.';

create function private.due_account_deletions() returns setof uuid
language sql stable
set search_path = ''
as $$
  select d.user_id from public.account_deletions d where d.due_at <= now() - interval '1 hour'
$$;
comment on function private.due_account_deletions() is 'Accounts whose erasure is due and has not come. The job privacy.sweep asks for them again.';

-- What clients call -----------------------------------------------------------------------------------------------------

create function public.request_data_export() returns public.data_exports
language sql volatile security invoker set search_path = ''
as $$ select private.request_data_export() $$;
comment on function public.request_data_export() is
  'Asks for all data of the caller; a link comes by mail, and the archives can be downloaded for a week. While one is being built it is returned. PT429 too_many_requests after three a day.';
grant execute on function private.request_data_export() to authenticated;
grant execute on function public.request_data_export() to authenticated;

create function public.delete_account() returns public.account_deletions
language sql volatile security invoker set search_path = ''
as $$ select private.delete_account() $$;
comment on function public.delete_account() is
  'Deletes the caller''s account in 14 days; until then undo_account_deletion takes it back. Repeating it changes nothing. PT409 open_rentals, PT409 open_orders, PT409 open_deposits, PT409 open_appointments, PT409 last_owner.';
grant execute on function private.delete_account() to authenticated;
grant execute on function public.delete_account() to authenticated;

create function public.undo_account_deletion() returns boolean
language sql volatile security invoker set search_path = ''
as $$ select private.undo_account_deletion() $$;
comment on function public.undo_account_deletion() is 'Takes delete_account back. True when there was something to take back.';
grant execute on function private.undo_account_deletion() to authenticated;
grant execute on function public.undo_account_deletion() to authenticated;
