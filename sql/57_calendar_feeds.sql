-- Calendar feeds: secret addresses under which a calendar program reads somebody's fittings and rentals. What a feed has in
-- it is in 58_calendar_feed_events.sql; the function `calendar` makes iCalendar of it.

create type public.calendar_feed_kind as enum ('stylist', 'location', 'customer');
comment on type public.calendar_feed_kind is 'Whose calendar it is: a stylist''s, a branch''s, a customer''s own.';

create table public.calendar_feeds (
  id uuid primary key default private.uuid_v7(),
  kind public.calendar_feed_kind not null,
  subject_id uuid not null,
  boutique_id uuid references public.boutiques (id) on delete cascade,
  owner_id uuid not null references public.profiles (id) on delete cascade,
  label text not null default '',
  last_read_at timestamptz,
  revoked_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint only_a_customers_feed_has_no_boutique check ((kind = 'customer') = (boutique_id is null)),
  constraint a_customers_feed_is_her_own check (kind <> 'customer' or subject_id = owner_id),
  constraint label_is_short check (length(label) <= 120 and label !~ '[[:cntrl:]]')
);
comment on table public.calendar_feeds is 'Links under which a calendar program reads fittings and rentals. It shows what its owner may see when it is read, and nothing once it is revoked.';
comment on column public.calendar_feeds.subject_id is 'The stylist, the branch or the customer. No foreign key: it is one of three tables.';
comment on column public.calendar_feeds.owner_id is 'Who made it, and with whose rights it is read.';
comment on column public.calendar_feeds.label is 'The owner''s own word for it, such as the device that reads it.';
comment on column public.calendar_feeds.last_read_at is 'When a calendar program asked last, to within an hour; null while none has.';
comment on column public.calendar_feeds.revoked_at is 'Since when its link leads nowhere.';
create index calendar_feeds_owner_id_idx on public.calendar_feeds (owner_id, created_at desc);
create index calendar_feeds_boutique_id_idx on public.calendar_feeds (boutique_id);

alter table public.calendar_feeds enable row level security;
revoke all on public.calendar_feeds from anon, authenticated, service_role;
grant select on public.calendar_feeds to authenticated;
grant all on public.calendar_feeds to service_role;
-- insert, update and delete are not granted: create_calendar_feed makes the token with it, revoke_calendar_feed takes it away.

-- A manager sees which links into the calendar of the boutique are out, whoever made them, and revokes them.
create policy select_own_or_manager on public.calendar_feeds for select to authenticated
  using (owner_id = (select auth.uid()) or boutique_id = any (array(select private.my_boutique_ids('calendar.manage'))));

create trigger touch_updated_at before update on public.calendar_feeds
  for each row execute function private.touch_updated_at();

create table private.calendar_feed_tokens (
  feed_id uuid primary key references public.calendar_feeds (id) on delete cascade,
  token_hash bytea not null unique,
  created_at timestamptz not null default now(),
  constraint hash_is_sha_256 check (length(token_hash) = 32)
);
comment on table private.calendar_feed_tokens is 'SHA-256 of the token in the link of a feed. The token itself is nowhere but in the link.';
alter table private.calendar_feed_tokens enable row level security;
-- No policy and no grant: only functions of the owner reach it.

create type public.new_calendar_feed as (
  feed_id uuid,
  kind public.calendar_feed_kind,
  subject_id uuid,
  boutique_id uuid,
  label text,
  token text,
  path text
);
comment on type public.new_calendar_feed is 'A feed with its token, which is shown this once. path goes behind the address of the project.';

create function private.feed_boutique_id(kind public.calendar_feed_kind, subject_id uuid) returns uuid
language sql stable
set search_path = ''
as $$
  select case kind
    when 'stylist' then (select s.boutique_id from public.stylists s where s.id = subject_id)
    when 'location' then (select l.boutique_id from public.locations l where l.id = subject_id)
  end
$$;
comment on function private.feed_boutique_id(public.calendar_feed_kind, uuid) is 'The boutique of a stylist or branch; null for a customer, and for what there is not.';

create function private.create_calendar_feed(kind public.calendar_feed_kind, subject_id uuid, label text) returns public.new_calendar_feed
language plpgsql volatile
security definer -- feeds are not writable, and their tokens are in private
set search_path = ''
as $$
declare
  v_boutique uuid := private.feed_boutique_id(kind, subject_id);
  v_label text := left(regexp_replace(btrim(coalesce(label, '')), '[[:cntrl:]]+', ' ', 'g'), 120);
  -- 256 random bits, in letters that an address takes as they are.
  v_token text := translate(encode(extensions.gen_random_bytes(32), 'base64'), '+/=', '-_');
  v_feed public.calendar_feeds;
begin
  -- The lock makes two calls of one person go one after the other, so that both are counted.
  perform from public.profiles p where p.id = auth.uid() for no key update;
  if not found then
    perform private.raise_error(401, 'sign_in_required', 'Sign in to get a calendar feed.');
  elsif kind is null then
    perform private.raise_error(400, 'invalid_kind', 'A feed is of a stylist, a location or a customer.');
  elsif (kind = 'customer' and subject_id is distinct from auth.uid())
    or (kind <> 'customer' and (v_boutique is null
      or v_boutique not in (select private.my_boutique_ids('fittings.read'))
      or v_boutique not in (select private.my_boutique_ids('calendar.read')))) then
    perform private.raise_error(404, 'subject_not_found',
      'There is no such stylist or branch of a boutique you work for. A customer''s feed is for herself, with her own id.',
      jsonb_build_object('kind', kind, 'subject_id', subject_id));
  elsif (select count(*) from public.calendar_feeds f where f.owner_id = auth.uid() and f.revoked_at is null) >= 20 then
    perform private.raise_error(409, 'too_many_feeds', 'You have 20 calendar feeds. Revoke one that you no longer use.');
  end if;
  insert into public.calendar_feeds (kind, subject_id, boutique_id, owner_id, label)
  values (create_calendar_feed.kind, create_calendar_feed.subject_id, v_boutique, auth.uid(), v_label)
  returning * into v_feed;
  insert into private.calendar_feed_tokens (feed_id, token_hash) values (v_feed.id, extensions.digest(v_token, 'sha256'));
  return row(v_feed.id, v_feed.kind, v_feed.subject_id, v_feed.boutique_id, v_feed.label, v_token,
    '/functions/v1/calendar/' || v_token || '.ics')::public.new_calendar_feed;
end
$$;

create function private.revoke_calendar_feed(feed_id uuid) returns public.calendar_feeds
language plpgsql volatile
security definer -- feeds are not writable
set search_path = ''
as $$
declare
  v_feed public.calendar_feeds;
begin
  select * into v_feed from public.calendar_feeds f
  where f.id = revoke_calendar_feed.feed_id
    and (f.owner_id = auth.uid() or f.boutique_id in (select private.my_boutique_ids('calendar.manage')))
  for update;
  if not found then
    perform private.raise_error(404, 'feed_not_found', 'There is no such calendar feed of yours or of your boutique.',
      jsonb_build_object('feed_id', feed_id));
  elsif v_feed.revoked_at is null then
    delete from private.calendar_feed_tokens t where t.feed_id = v_feed.id;
    update public.calendar_feeds f set revoked_at = now() where f.id = v_feed.id returning * into v_feed;
  end if;
  return v_feed;
end
$$;

create function public.create_calendar_feed(kind public.calendar_feed_kind, subject_id uuid, label text default '')
returns public.new_calendar_feed
language sql volatile security invoker set search_path = ''
as $$ select private.create_calendar_feed(kind, subject_id, label) $$;
comment on function public.create_calendar_feed(public.calendar_feed_kind, uuid, text) is
  'A secret link for calendar programs: for a customer to her own fittings and rentals (subject_id is her own id), for staff to those of a stylist or branch of their boutique. The token is answered this once. It is read with the rights that its owner has at that time. PT404 subject_not_found, PT409 too_many_feeds, PT400 invalid_kind, PT401 sign_in_required.';
grant execute on function private.create_calendar_feed(public.calendar_feed_kind, uuid, text) to authenticated;
grant execute on function public.create_calendar_feed(public.calendar_feed_kind, uuid, text) to authenticated;

create function public.revoke_calendar_feed(feed_id uuid) returns public.calendar_feeds
language sql volatile security invoker set search_path = ''
as $$ select private.revoke_calendar_feed(feed_id) $$;
comment on function public.revoke_calendar_feed(uuid) is
  'Its owner, or a manager of the boutique, ends a calendar feed: its link leads nowhere from now on. Repeating it changes nothing. PT404 feed_not_found.';
grant execute on function private.revoke_calendar_feed(uuid) to authenticated;
grant execute on function public.revoke_calendar_feed(uuid) to authenticated;
