-- Audit: who changed what, for every table that matters. Written by triggers, changed by nobody.

create type public.audit_action as enum ('insert', 'update', 'delete');
comment on type public.audit_action is 'What was done to a row.';

create table public.audit_log (
  id uuid primary key default private.uuid_v7(),
  action public.audit_action not null,
  table_name text not null,
  row_key jsonb not null,
  boutique_id uuid,
  actor_id uuid,
  actor_role text not null,
  request_id text,
  old jsonb,
  new jsonb,
  created_at timestamptz not null default now()
);
comment on table public.audit_log is 'Every insert, update and delete on the tables that matter. Append-only: triggers stop even the owner of the schema.';
comment on column public.audit_log.row_key is 'Primary key of the row, as an object.';
comment on column public.audit_log.boutique_id is 'Tenant of the row; null for rows of the marketplace. No foreign key: the log outlives the boutique.';
comment on column public.audit_log.actor_id is 'Account that did it; null for jobs and operators.';
comment on column public.audit_log.actor_role is 'Role of the database that it ran as: authenticated, service_role, postgres.';
comment on column public.audit_log.request_id is 'The request''s x-request-id, where the API hands headers on.';
comment on column public.audit_log.old is 'Row before it: all of a deleted one, the changed columns of an updated one. Secret and personal columns are masked as ***.';
comment on column public.audit_log.new is 'Row after it: all of an inserted one, the changed columns of an updated one, masked likewise.';
create index audit_log_boutique_id_idx on public.audit_log (boutique_id, id desc);
create index audit_log_row_idx on public.audit_log (table_name, row_key);
create index audit_log_actor_id_idx on public.audit_log (actor_id);

alter table public.audit_log enable row level security;
revoke all on public.audit_log from anon, authenticated, service_role;
grant select on public.audit_log to authenticated, service_role;
-- insert, update and delete are granted to nobody: triggers write it.

create policy select_owner_or_admin on public.audit_log for select to authenticated
  using (boutique_id = any (array(select m.boutique_id from private.my_memberships m where m.role >= private.minimum_role('audit.read'))) or (select private.is_admin()));

create function private.keep_audit_log() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  raise exception 'The audit log is append-only.' using errcode = '42501';
end
$$;
comment on function private.keep_audit_log() is 'Trigger: the audit log is append-only.';

create trigger keep_audit_log before update or delete or truncate on public.audit_log
  for each statement execute function private.keep_audit_log();

create function private.masked(row_data jsonb, columns text[]) returns jsonb
language plpgsql immutable -- not sql: that would be planned anew by every statement
set search_path = ''
as $$
begin
  if columns is null or row_data is null then
    return coalesce(row_data, '{}');
  end if;
  return (
    select coalesce(jsonb_object_agg(e.key, case
      when e.key = any (columns) and e.value <> 'null'::jsonb then '"***"'::jsonb else e.value end), '{}')
    from jsonb_each(row_data) e);
end
$$;

comment on function private.masked(jsonb, text[]) is 'The row with *** in place of these columns'' values.';

create function private.audit() returns trigger
language plpgsql
security definer -- nobody may write the log
set search_path = ''
as $$
declare
  -- First argument: columns of the primary key; the others are masked.
  v_key text[] := string_to_array(tg_argv[0], ',');
  v_masked text[] := string_to_array(nullif(tg_argv[1], ''), ',');
  v_actor uuid := auth.uid();
  v_role text := coalesce(auth.role(), session_user);
  v_request text := nullif(current_setting('request.headers', true), '')::jsonb ->> 'x-request-id';
begin
  if tg_op = 'INSERT' then
    insert into public.audit_log (action, table_name, row_key, boutique_id, actor_id, actor_role, request_id, new)
    select 'insert', tg_table_name, k.key, b.id, v_actor, v_role, v_request, private.masked(r.row, v_masked)
    from (select to_jsonb(n) as row from new_rows n) r
    cross join lateral (select jsonb_object_agg(c, r.row -> c) as key from unnest(v_key) c) k
    cross join lateral (select coalesce(r.row ->> 'boutique_id', case tg_table_name when 'boutiques' then r.row ->> 'id' end)::uuid as id) b;
  elsif tg_op = 'DELETE' then
    insert into public.audit_log (action, table_name, row_key, boutique_id, actor_id, actor_role, request_id, old)
    select 'delete', tg_table_name, k.key, b.id, v_actor, v_role, v_request, private.masked(r.row, v_masked)
    from (select to_jsonb(o) as row from old_rows o) r
    cross join lateral (select jsonb_object_agg(c, r.row -> c) as key from unnest(v_key) c) k
    cross join lateral (select coalesce(r.row ->> 'boutique_id', case tg_table_name when 'boutiques' then r.row ->> 'id' end)::uuid as id) b;
  else
    insert into public.audit_log (action, table_name, row_key, boutique_id, actor_id, actor_role, request_id, old, new)
    select 'update', tg_table_name, n.key, b.id, v_actor, v_role, v_request,
      private.masked(changed.old, v_masked), private.masked(changed.new, v_masked)
    from (select to_jsonb(x) as row, (select jsonb_object_agg(c, to_jsonb(x) -> c) from unnest(v_key) c) as key from new_rows x) n
    join (select to_jsonb(x) as row, (select jsonb_object_agg(c, to_jsonb(x) -> c) from unnest(v_key) c) as key from old_rows x) o
      on o.key = n.key
    cross join lateral (
      select jsonb_object_agg(e.key, o.row -> e.key) as old, jsonb_object_agg(e.key, e.value) as new
      from jsonb_each(n.row) e
      where e.key not in ('updated_at', 'listed', 'last_read_at', 'failing_since', 'gone_since', 'told_at', 'blurhash', 'renditions', 'helpful_count', 'seats_taken') and e.value is distinct from o.row -> e.key
    ) changed
    cross join lateral (select coalesce(n.row ->> 'boutique_id', case tg_table_name when 'boutiques' then n.row ->> 'id' end)::uuid as id) b
    where changed.new is not null;
  end if;
  return null;
end
$$;
comment on function private.audit() is
  'Trigger, per statement: writes what changed to the audit log. Arguments: columns of the primary key, comma-separated, and columns to mask. Columns that only triggers, jobs and readers write are no change.';

-- One line per table; a test finds tables that are not here.
do $$
declare
  item record;
begin
  for item in
    select * from (values
      ('profiles', 'id', 'display_name,phone,avatar_path'),
      ('platform_admins', 'user_id', ''),
      ('boutiques', 'id', ''),
      ('boutique_members', 'boutique_id,user_id', ''),
      ('rental_policies', 'boutique_id', ''),
      ('invitations', 'id', 'email'),
      ('designers', 'id', ''),
      ('categories', 'id', ''),
      ('products', 'id', ''),
      ('product_variants', 'id', ''),
      ('product_media', 'id', ''),
      ('attribute_definitions', 'id', ''),
      ('product_translations', 'product_id,locale', ''),
      ('collections', 'id', ''),
      ('collection_products', 'collection_id,product_id', ''),
      ('size_charts', 'id', ''),
      ('size_chart_rows', 'chart_id,size', ''),
      ('lookbooks', 'id', 'title,share_token'),
      ('lookbook_items', 'lookbook_id,product_id', 'note'),
      ('locations', 'id', ''),
      ('garments', 'id', ''),
      ('rentals', 'id', ''),
      ('opening_hours', 'id', ''),
      ('closures', 'id', ''),
      ('rooms', 'id', ''),
      ('stylists', 'id', 'display_name,bio'),
      ('working_hours', 'id', ''),
      ('fitting_services', 'id', ''),
      ('service_stylists', 'service_id,stylist_id', ''),
      ('appointments', 'id', 'customer_notes,guest_names,walk_in_name,reason'),
      ('appointment_notes', 'id', 'body'),
      ('waitlist_entries', 'id', ''),
      ('substitution_proposals', 'id', ''),
      ('readiness_policies', 'boutique_id', ''),
      ('data_exports', 'id', ''),
      ('account_deletions', 'user_id', ''),
      ('calendar_feeds', 'id', 'label'),
      ('notification_preferences', 'user_id,topic,channel', ''),
      ('notification_settings', 'user_id', ''),
      ('webhook_endpoints', 'id', ''),
      ('commerce_policies', 'boutique_id', ''),
      ('tax_rules', 'id', ''),
      ('shipping_methods', 'id', ''),
      ('address_formats', 'country', ''),
      ('addresses', 'id', 'recipient,phone,line_1,line_2,city,region,postal_code'),
      ('order_transitions', 'from_state,to_state', ''),
      ('order_groups', 'id', 'shipping_address'),
      ('orders', 'id', 'customer_note,state_reason'),
      ('order_items', 'id', ''),
      ('payments', 'id', 'waived_reason'),
      ('deposits', 'id', ''),
      ('payment_plan_offers', 'id', ''),
      ('payment_plans', 'id', ''),
      ('payment_attempts', 'id', 'checkout_url,return_url'),
      ('refund_transfers', 'id', 'reason'),
      ('payment_exceptions', 'id', 'note'),
      ('refunds', 'id', 'reason'),
      ('commissions', 'boutique_id', ''),
      ('payouts', 'id', ''),
      ('discounts', 'id', ''),
      ('discount_targets', 'id', ''),
      ('shipments', 'id', 'tracking_number,tracking_url'),
      ('returns', 'id', 'note,answer'),
      ('gift_cards', 'id', 'note'),
      ('reviews', 'id', 'author_name,title,body,reply,hidden_reason'),
      ('review_photos', 'id', 'storage_path,alt'),
      ('review_reports', 'id', 'note'),
      ('fashion_shows', 'id', ''),
      ('show_looks', 'id', ''),
      ('show_rsvps', 'id', 'cancel_reason'),
      ('tryon_consent_texts', 'version', ''),
      -- That somebody has agreed, and that her photo and looks were deleted; not which, and of what.
      ('tryon_photos', 'id', 'storage_path,anchor_points'),
      ('tryons', 'id', 'product_id,variant_id,result_path,provider_run')
    ) as audited (name, key, masked)
  loop
    execute format('create trigger audit_insert after insert on public.%I referencing new table as new_rows
      for each statement execute function private.audit(%L, %L)', item.name, item.key, item.masked);
    execute format('create trigger audit_update after update on public.%I referencing old table as old_rows new table as new_rows
      for each statement execute function private.audit(%L, %L)', item.name, item.key, item.masked);
    execute format('create trigger audit_delete after delete on public.%I referencing old table as old_rows
      for each statement execute function private.audit(%L, %L)', item.name, item.key, item.masked);
  end loop;
end
$$;
