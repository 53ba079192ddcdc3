-- Reviews: what customers say of gowns that they have bought, rented or tried on. One per experience, which the database looks
-- for. What is called is in 79_review_steps.sql; the sums are in 37_product_ratings.sql.

create type public.review_kind as enum ('bought', 'rented', 'fitted');
comment on type public.review_kind is 'bought: a line of an order that was delivered; rented: a rental that came back; fitted: a gown at a fitting that she came to.';

create type public.review_fit as enum ('small', 'true', 'large');
comment on type public.review_fit is 'How a gown fits, against its size: runs small, true to size, runs large.';

create type public.review_state as enum ('published', 'hidden', 'withdrawn');
comment on type public.review_state is
  'published: shown, and counted in product_ratings; hidden: by an admin, who has said why; withdrawn: deleted by its author while it was hidden. Nothing is left of that but that there was one, so that it is not written again.';

create type public.review_report_reason as enum ('spam', 'offensive', 'untrue', 'private_data', 'other');
comment on type public.review_report_reason is 'What somebody finds wrong with a review. private_data: it tells of a person what is nobody''s business.';

create type public.review_report_state as enum ('open', 'upheld', 'dismissed');
comment on type public.review_report_state is 'open: an admin has still to look; upheld: the report was right; dismissed: it was not.';

-- Experiences ---------------------------------------------------------------------------------------------------------

create type private.experience as (kind public.review_kind, subject_id uuid, product_id uuid, boutique_id uuid, happened_at timestamptz);
comment on type private.experience is 'What somebody may review: subject_id is the order line, the rental or the appointment.';

create function private.experiences_of(customer_id uuid) returns setof private.experience
language sql stable
rows 5
set search_path = ''
as $$
  -- What went back altogether was no purchase. A rental in an order is a rental.
  select 'bought'::public.review_kind, i.id, v.product_id, i.boutique_id, min(private.delivered_at(s))
  from public.order_items i
  join public.product_variants v on v.id = i.variant_id
  join public.shipment_items x on x.order_item_id = i.id
  join public.shipments s on s.id = x.shipment_id
  where i.customer_id = experiences_of.customer_id and i.kind <> 'rental' and i.returned_quantity < i.fulfilled_quantity
    and private.delivered_at(s) <= now()
  group by i.id, v.product_id
  union all
  select 'rented', r.id, v.product_id, r.boutique_id, r.returned_at
  from public.rentals r
  join public.product_variants v on v.id = r.variant_id
  where r.customer_id = experiences_of.customer_id and r.state in ('returned', 'inspecting', 'closed') and r.returned_at is not null
  union all
  select distinct 'fitted'::public.review_kind, a.id, v.product_id, a.boutique_id, upper(a.during)
  from public.appointments a
  join public.appointment_garments t on t.appointment_id = a.id
  join public.garments g on g.id = t.garment_id
  join public.product_variants v on v.id = g.variant_id
  where a.customer_id = experiences_of.customer_id and a.state = 'attended'
$$;
comment on function private.experiences_of(uuid) is 'What a customer may say something about: delivered and kept, rented and brought back, tried on at a fitting that she came to.';

-- reviews -------------------------------------------------------------------------------------------------------------

create table public.reviews (
  id uuid primary key default private.uuid_v7(),
  product_id uuid not null,
  boutique_id uuid not null,
  customer_id uuid references public.profiles (id) on delete set null,
  kind public.review_kind not null,
  subject_id uuid not null,
  author_name text not null,
  rating integer not null,
  fit public.review_fit,
  title text not null default '',
  body text not null default '',
  state public.review_state not null default 'published',
  hidden_reason text,
  hidden_at timestamptz,
  hidden_by uuid references public.profiles (id) on delete set null,
  reply text,
  replied_at timestamptz,
  replied_by uuid references public.profiles (id) on delete set null,
  helpful_count integer not null default 0,
  edited_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint reviews_id_boutique_id_key unique (id, boutique_id),
  -- A product that somebody has reviewed is archived, not deleted: nobody gets rid of criticism that way.
  constraint review_is_of_a_product_of_the_boutique
    foreign key (product_id, boutique_id) references public.products (id, boutique_id) on delete restrict,
  constraint one_review_of_an_experience unique (subject_id, product_id),
  constraint rating_is_one_to_five_stars check (rating between 1 and 5),
  constraint author_name_is_given check (author_name ~ '\S' and length(author_name) <= 60),
  constraint texts_are_bounded check (length(title) <= 120 and length(body) <= 5000),
  constraint reply_is_given check (reply ~ '\S' and length(reply) <= 3000),
  constraint a_reply_says_when check ((reply is null) = (replied_at is null) and (reply is not null or replied_by is null)),
  constraint what_is_hidden_says_why check (
    case state when 'published' then hidden_reason is null and hidden_at is null and hidden_by is null
      else hidden_reason is not null and hidden_at is not null end),
  constraint reason_is_given check (hidden_reason ~ '\S' and length(hidden_reason) <= 1000),
  constraint what_is_withdrawn_is_empty check (state <> 'withdrawn' or (title = '' and body = '' and reply is null)),
  constraint helpful_count_is_not_negative check (helpful_count >= 0)
);
comment on table public.reviews is 'What a customer says of a gown, once per experience. Read here by its author, the staff of the boutique and admins; the public has product_reviews.';
comment on column public.reviews.customer_id is 'Null when she has deleted her account: the stars stay, name, texts, reply and photos go.';
-- No foreign keys: a trigger looks for the experience, which nobody can delete. They would relate rentals, orders and appointments
-- to profiles and products in a second way, and the API would not know any more which one a request means.
comment on column public.reviews.subject_id is 'What it is about, as kind says: the order line, the rental or the appointment. A fitting of several gowns gives one review of each.';
comment on column public.reviews.author_name is 'What the public sees: the first word of her name when she wrote, or A customer.';
comment on column public.reviews.hidden_reason is 'Why an admin has hidden it; its author reads it.';
comment on column public.reviews.reply is 'Answer of the boutique, shown below it.';
comment on column public.reviews.helpful_count is 'Of how many it helped: rows of review_votes, counted by a trigger.';
comment on column public.reviews.edited_at is 'When its author changed it last; what it was before is in review_revisions.';
create index reviews_product_id_idx on public.reviews (product_id, boutique_id);
create index reviews_newest_idx on public.reviews (product_id, id) where state = 'published';
create index reviews_helpful_idx on public.reviews (product_id, helpful_count, id) where state = 'published';
create index reviews_rating_idx on public.reviews (product_id, rating, id) where state = 'published';
create index reviews_boutique_id_idx on public.reviews (boutique_id, id);
create index reviews_unanswered_idx on public.reviews (boutique_id, id) where state = 'published' and reply is null;
create index reviews_customer_id_idx on public.reviews (customer_id, id);
create index reviews_hidden_by_idx on public.reviews (hidden_by);
create index reviews_replied_by_idx on public.reviews (replied_by);

alter table public.reviews enable row level security;
revoke all on public.reviews from anon, authenticated, service_role;
grant select on public.reviews to authenticated;
grant all on public.reviews to service_role;
-- insert, update and delete are not granted: what she may review, for how long, and who may hide it is known to functions. The
-- public reads product_reviews, which leaves out whose account it is and what it was about.

create policy select_own_or_staff on public.reviews for select to authenticated
  using (
    customer_id = (select auth.uid())
    or boutique_id = any (array(select private.my_boutique_ids('catalog.read')))
    or (select private.is_admin())
  );

create trigger touch_updated_at before update of rating, fit, title, body, author_name, state, hidden_reason, reply on public.reviews
  for each row execute function private.touch_updated_at();

create function private.check_experience() returns trigger
language plpgsql
security definer -- whoever writes the review, there has to be something that it is about
set search_path = ''
as $$
begin
  if not exists (
    select from private.experiences_of(new.customer_id) e
    where e.kind = new.kind and e.product_id = new.product_id
      and e.subject_id = new.subject_id and e.boutique_id = new.boutique_id) then
    perform private.raise_error(404, 'experience_not_found',
      'There is no such purchase of yours that was delivered, rental that came back or fitting that you came to, with this gown. See reviewable_experiences.',
      jsonb_build_object('kind', new.kind, 'subject_id', new.subject_id, 'product_id', new.product_id));
  elsif exists (select from public.boutique_members m where m.boutique_id = new.boutique_id and m.user_id = new.customer_id) then
    perform private.raise_error(409, 'own_boutique', 'Nobody reviews what the boutique shows that she works for.');
  end if;
  return new;
end
$$;
comment on function private.check_experience() is 'Trigger: a review is of something that its author has had, at a boutique that she does not work for. PT404 experience_not_found; PT409 own_boutique.';

create trigger check_experience before insert on public.reviews
  for each row execute function private.check_experience();
create trigger check_changed_experience before update of product_id, boutique_id, kind, subject_id on public.reviews
  for each row when (
    old.product_id <> new.product_id or old.boutique_id <> new.boutique_id or old.kind <> new.kind or old.subject_id <> new.subject_id)
  execute function private.check_experience();

create function private.forget_author() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  new.author_name := 'A customer';
  new.title := '';
  new.body := '';
  -- It answers what is gone, and may call her by her name.
  new.reply := null;
  new.replied_at := null;
  new.replied_by := null;
  if new.hidden_reason is not null then
    new.hidden_reason := 'The account is gone.';
  end if;
  return new;
end
$$;
comment on function private.forget_author() is 'Trigger: when the account of an author goes, so does her name and what she has written; the stars are counted on.';

create trigger forget_customer before update on public.reviews
  for each row when (old.customer_id is not null and new.customer_id is null) execute function private.forget_author();

-- review_revisions ----------------------------------------------------------------------------------------------------

create table public.review_revisions (
  id uuid primary key default private.uuid_v7(),
  review_id uuid not null,
  boutique_id uuid not null,
  customer_id uuid not null references public.profiles (id) on delete cascade,
  rating integer not null,
  fit public.review_fit,
  title text not null,
  body text not null,
  edited_at timestamptz not null default now(),
  constraint revision_is_of_a_review_of_the_boutique
    foreign key (review_id, boutique_id) references public.reviews (id, boutique_id) on delete cascade
);
comment on table public.review_revisions is 'What a review said before it was changed. Read by its author, the staff of the boutique and admins.';
comment on column public.review_revisions.edited_at is 'When it was replaced.';
create index review_revisions_review_id_idx on public.review_revisions (review_id, boutique_id, id);
create index review_revisions_boutique_id_idx on public.review_revisions (boutique_id);
create index review_revisions_customer_id_idx on public.review_revisions (customer_id);

alter table public.review_revisions enable row level security;
revoke all on public.review_revisions from anon, authenticated, service_role;
grant select on public.review_revisions to authenticated;
grant all on public.review_revisions to service_role;
-- insert, update and delete are not granted: a trigger writes them, and nobody changes what was.

create policy select_own_or_staff on public.review_revisions for select to authenticated
  using (
    customer_id = (select auth.uid())
    or boutique_id = any (array(select private.my_boutique_ids('catalog.read')))
    or (select private.is_admin())
  );

create function private.keep_revision() returns trigger
language plpgsql
security definer -- nobody may write the history
set search_path = ''
as $$
begin
  insert into public.review_revisions (review_id, boutique_id, customer_id, rating, fit, title, body)
  values (old.id, old.boutique_id, old.customer_id, old.rating, old.fit, old.title, old.body);
  new.edited_at := now();
  return new;
end
$$;
comment on function private.keep_revision() is 'Trigger: whoever changes a review, what it said is kept.';

create trigger keep_revision before update on public.reviews
  for each row when (
    (old.rating <> new.rating or old.fit is distinct from new.fit or old.title <> new.title or old.body <> new.body)
    and new.customer_id is not null and new.state <> 'withdrawn')
  execute function private.keep_revision();

-- review_measurements -------------------------------------------------------------------------------------------------

create table private.review_measurements (
  review_id uuid primary key references public.reviews (id) on delete cascade,
  customer_id uuid not null references public.profiles (id) on delete cascade,
  height_cm numeric(4, 1),
  weight_kg numeric(4, 1),
  bust_cm numeric(4, 1),
  waist_cm numeric(4, 1),
  hips_cm numeric(4, 1),
  usual_size text,
  created_at timestamptz not null default now(),
  constraint measurements_are_of_a_person check (
    numrange(100, 250, '[]') @> height_cm and numrange(25, 300, '[]') @> weight_kg and numrange(40, 250, '[]') @> bust_cm
    and numrange(40, 250, '[]') @> waist_cm and numrange(40, 250, '[]') @> hips_cm),
  constraint usual_size_is_short check (usual_size ~ '\S' and length(usual_size) <= 20),
  constraint something_is_given check (num_nonnulls(height_cm, weight_kg, bust_cm, waist_cm, hips_cm, usual_size) > 0)
);
comment on table private.review_measurements is 'What an author has said of her body, for advice on sizes. Shown to nobody but her: my_review_measurements.';
create index review_measurements_customer_id_idx on private.review_measurements (customer_id);
alter table private.review_measurements enable row level security;
-- No policy and no grant: only functions of the owner reach it.

-- review_photos -------------------------------------------------------------------------------------------------------

create table public.review_photos (
  id uuid primary key default private.uuid_v7(),
  review_id uuid not null,
  boutique_id uuid not null,
  customer_id uuid not null references public.profiles (id) on delete cascade,
  storage_path text not null unique,
  alt text not null default '',
  position integer not null,
  state public.media_state not null default 'pending',
  refusal public.media_refusal,
  width integer,
  height integer,
  blurhash text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint photo_is_of_a_review_of_the_boutique
    foreign key (review_id, boutique_id) references public.reviews (id, boutique_id) on delete cascade,
  constraint a_review_has_six_photos_at_most check (position between 0 and 5),
  constraint one_photo_in_a_place unique (review_id, position) deferrable initially deferred,
  constraint storage_path_is_inside_her_folder
    check (starts_with(storage_path, customer_id::text || '/') and storage_path !~ '(^|/)\.\.?(/|$)' and length(storage_path) <= 400),
  constraint alt_is_short check (length(alt) <= 300),
  constraint refused_photo_says_why check ((state = 'refused') = (refusal is not null)),
  constraint a_ready_photo_says_how_large_it_is check ((state = 'ready') = (width is not null) and (width is null) = (height is null) and width > 0 and height > 0),
  constraint blurhash_is_short check (length(blurhash) between 6 and 200)
);
comment on table public.review_photos is 'Photos of a review, up to six, in the bucket review-photos. The public sees them when a job has made them ready, while the review is published.';
comment on column public.review_photos.storage_path is 'In the bucket review-photos: what she has uploaded, and once it is ready a copy without the place and time that cameras write into their files.';
comment on column public.review_photos.alt is 'What it shows, for those who do not see it; she may say it.';
create index review_photos_review_id_idx on public.review_photos (review_id, boutique_id);
create index review_photos_customer_id_idx on public.review_photos (customer_id);
create index review_photos_boutique_id_idx on public.review_photos (boutique_id);

alter table public.review_photos enable row level security;
revoke all on public.review_photos from anon, authenticated, service_role;
grant select, update (alt) on public.review_photos to authenticated;
grant all on public.review_photos to service_role;
-- insert and delete are not granted: write_review and edit_review say which photos a review has, for as long as it may be edited.

create policy select_own_or_staff on public.review_photos for select to authenticated
  using (
    customer_id = (select auth.uid())
    or boutique_id = any (array(select private.my_boutique_ids('catalog.read')))
    or (select private.is_admin())
  );
create policy update_own on public.review_photos for update to authenticated
  using (customer_id = (select auth.uid())) with check (customer_id = (select auth.uid()));

create trigger touch_updated_at before update on public.review_photos
  for each row execute function private.touch_updated_at();

create function private.lock_review_photo() returns trigger
language plpgsql
security definer -- calls a helper that people may not call
set search_path = ''
as $$
begin
  perform pg_advisory_xact_lock_shared(32, private.media_lock(new.storage_path));
  return new;
end
$$;
comment on function private.lock_review_photo() is 'Trigger: a file is not removed between the look for its row and the commit of that row. As lock_media_file, with 32 as first key.';

create trigger lock_review_photo before insert or update of storage_path on public.review_photos
  for each row execute function private.lock_review_photo();

create function private.process_review_photo() returns trigger
language plpgsql
security definer -- people add photos, not jobs
set search_path = ''
as $$
begin
  perform private.enqueue('review.process_photo', jsonb_build_object('photo_id', new.id), jsonb_build_object('group', new.boutique_id));
  return null;
end
$$;
comment on function private.process_review_photo() is 'Trigger: has a job look at a new photo.';

create trigger process_photo after insert on public.review_photos
  for each row when (new.state = 'pending') execute function private.process_review_photo();

create function private.remove_review_photo() returns trigger
language plpgsql
security definer -- people delete reviews, not files
set search_path = ''
as $$
begin
  perform private.enqueue('review.remove_photo', jsonb_build_object('storage_path', old.storage_path),
    jsonb_build_object('group', old.boutique_id));
  return null;
end
$$;
comment on function private.remove_review_photo() is 'Trigger: a file goes after its row, also when that has another file now.';

create trigger remove_file after delete on public.review_photos
  for each row execute function private.remove_review_photo();
create trigger remove_replaced_file after update on public.review_photos
  for each row when (old.storage_path <> new.storage_path) execute function private.remove_review_photo();

create function private.claim_unused_review_photos(paths text[]) returns table (path text, claimed boolean)
language plpgsql volatile
set search_path = ''
as $$
begin
  for path in select distinct p.path from unnest(paths) p (path) order by 1 loop
    claimed := pg_try_advisory_xact_lock(32, private.media_lock(path));
    -- A statement of its own, so that it sees what was committed before the lock was there.
    if not exists (select from public.review_photos f where f.storage_path = path and f.state <> 'refused') then
      return next;
    end if;
  end loop;
end
$$;
comment on function private.claim_unused_review_photos(text[]) is
  'Those of the paths in the bucket review-photos that no row speaks of. `claimed`: no row will before this transaction ends, so the file may be removed; false while somebody adds a row.';

create function private.unused_review_photos(before timestamptz, after text, most integer) returns setof text
language sql stable
set search_path = ''
as $$
  select o.name
  from storage.objects o
  where o.bucket_id = 'review-photos' and o.name > unused_review_photos.after
    and greatest(o.created_at, o.updated_at) < unused_review_photos.before
    and not exists (select from public.review_photos f where f.storage_path = o.name and f.state <> 'refused')
  order by o.name
  limit most
$$;
comment on function private.unused_review_photos(timestamptz, text, integer) is
  'Files in the bucket review-photos that no row speaks of and that were uploaded before a time, in the order of their names, after a name.';

-- review_votes --------------------------------------------------------------------------------------------------------

create table public.review_votes (
  review_id uuid not null references public.reviews (id) on delete cascade,
  customer_id uuid not null references public.profiles (id) on delete cascade,
  created_at timestamptz not null default now(),
  primary key (review_id, customer_id)
);
comment on table public.review_votes is 'Whom a review helped: one vote each. Seen by who has voted; the others see reviews.helpful_count.';
create index review_votes_customer_id_idx on public.review_votes (customer_id);

alter table public.review_votes enable row level security;
revoke all on public.review_votes from anon, authenticated, service_role;
grant select on public.review_votes to authenticated;
grant all on public.review_votes to service_role;
-- insert and delete are not granted: vote_review knows who may.

create policy select_own on public.review_votes for select to authenticated using (customer_id = (select auth.uid()));

create function private.count_vote() returns trigger
language plpgsql
security definer -- whoever votes, the count follows
set search_path = ''
as $$
begin
  -- In one statement: of two votes at once the second waits for the first, and counts on.
  update public.reviews r set helpful_count = r.helpful_count + case tg_op when 'INSERT' then 1 else -1 end
  where r.id = case tg_op when 'INSERT' then new.review_id else old.review_id end;
  return null;
end
$$;
comment on function private.count_vote() is 'Trigger: reviews.helpful_count is the number of votes, in the same transaction.';

create trigger count_vote after insert or delete on public.review_votes
  for each row execute function private.count_vote();

-- review_reports ------------------------------------------------------------------------------------------------------

create table public.review_reports (
  id uuid primary key default private.uuid_v7(),
  review_id uuid not null,
  boutique_id uuid not null,
  reporter_id uuid references public.profiles (id) on delete set null,
  reason public.review_report_reason not null,
  note text not null default '',
  state public.review_report_state not null default 'open',
  resolved_by uuid references public.profiles (id) on delete set null,
  resolved_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint report_is_of_a_review_of_the_boutique
    foreign key (review_id, boutique_id) references public.reviews (id, boutique_id) on delete cascade,
  constraint one_report_of_a_review_by_a_person unique (review_id, reporter_id),
  constraint note_is_bounded check (length(note) <= 1000),
  constraint what_is_resolved_says_when check ((state = 'open') = (resolved_at is null))
);
comment on table public.review_reports is 'Somebody finds a review wrong. Read by who has reported and by admins, who decide; staff of the boutique see how many there are (review_queue), not whose.';
create index review_reports_review_id_idx on public.review_reports (review_id, boutique_id);
create index review_reports_open_idx on public.review_reports (review_id) where state = 'open';
create index review_reports_reporter_id_idx on public.review_reports (reporter_id);
create index review_reports_resolved_by_idx on public.review_reports (resolved_by);

alter table public.review_reports enable row level security;
revoke all on public.review_reports from anon, authenticated, service_role;
grant select on public.review_reports to authenticated;
grant all on public.review_reports to service_role;
-- insert and update are not granted: report_review and resolve_review_report know the rules.

create policy select_own_or_admin on public.review_reports for select to authenticated
  using (reporter_id = (select auth.uid()) or (select private.is_admin()));

create trigger touch_updated_at before update on public.review_reports
  for each row execute function private.touch_updated_at();

create function private.forget_reporter() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  new.note := '';
  return new;
end
$$;
comment on function private.forget_reporter() is 'Trigger: when the account of a reporter goes, so does what she has written.';

create trigger forget_reporter before update on public.review_reports
  for each row when (old.reporter_id is not null and new.reporter_id is null) execute function private.forget_reporter();

-- Sums ----------------------------------------------------------------------------------------------------------------

create function private.add_rating(review public.reviews, change integer) returns void
language plpgsql volatile
set search_path = ''
as $$
begin
  insert into public.product_ratings (product_id, boutique_id) values (review.product_id, review.boutique_id) on conflict do nothing;
  -- In one statement: of two reviews at once the second waits for the first, and counts on.
  update public.product_ratings r set
    rating_sum = r.rating_sum + change * review.rating,
    rating_count = r.rating_count + change,
    stars[review.rating] = r.stars[review.rating] + change,
    fit_small = r.fit_small + case review.fit when 'small' then change else 0 end,
    fit_true = r.fit_true + case review.fit when 'true' then change else 0 end,
    fit_large = r.fit_large + case review.fit when 'large' then change else 0 end
  where r.product_id = review.product_id;
end
$$;
comment on function private.add_rating(public.reviews, integer) is 'Counts a review into the sums of its product (1) or out of them (-1).';

create function private.count_review() returns trigger
language plpgsql
security definer -- whoever moves a review, the sums follow
set search_path = ''
as $$
begin
  if tg_op <> 'INSERT' and old.state = 'published' then
    perform private.add_rating(old, -1);
  end if;
  if tg_op <> 'DELETE' and new.state = 'published' then
    perform private.add_rating(new, 1);
  end if;
  return null;
end
$$;
comment on function private.count_review() is 'Trigger: product_ratings are the sums of the published reviews, in the same transaction.';

create trigger count_inserted after insert on public.reviews
  for each row execute function private.count_review();
create trigger count_updated after update on public.reviews
  for each row when (old.state <> new.state or old.rating <> new.rating or old.fit is distinct from new.fit) execute function private.count_review();
create trigger count_deleted after delete on public.reviews
  for each row execute function private.count_review();

create type private.rating_sums as (
  rating_sum bigint, rating_count bigint, stars bigint[], fit_small bigint, fit_true bigint, fit_large bigint);

create function private.counted_ratings(product_id uuid) returns private.rating_sums
language sql stable
set search_path = ''
as $$
  select coalesce(sum(r.rating), 0), count(*), array[
      count(*) filter (where r.rating = 1), count(*) filter (where r.rating = 2), count(*) filter (where r.rating = 3),
      count(*) filter (where r.rating = 4), count(*) filter (where r.rating = 5)],
    count(*) filter (where r.fit = 'small'), count(*) filter (where r.fit = 'true'), count(*) filter (where r.fit = 'large')
  from public.reviews r
  where r.product_id = counted_ratings.product_id and r.state = 'published'
$$;
comment on function private.counted_ratings(uuid) is 'The sums of a product, counted anew.';

create function private.review_check() returns setof private.finding
language sql stable
set search_path = ''
as $$
  select 'rating', p.id, 'The ratings of the product are not those of its reviews.'
  from (select r.product_id as id from public.reviews r union select r.product_id from public.product_ratings r) p
  left join public.product_ratings s on s.product_id = p.id
  cross join lateral private.counted_ratings(p.id) c
  where (coalesce(s.rating_sum, 0), coalesce(s.rating_count, 0), coalesce(s.stars, '{0,0,0,0,0}'), coalesce(s.fit_small, 0), coalesce(s.fit_true, 0), coalesce(s.fit_large, 0))
    is distinct from (c.rating_sum, c.rating_count, c.stars, c.fit_small, c.fit_true, c.fit_large)
  union all
  select 'rank', d.product_id, 'The product is found by other ratings than it has.'
  from private.product_documents d
  left join public.product_ratings r on r.product_id = d.product_id
  where d.rating <> private.ranked_rating(r.rating_sum, r.rating_count)
  union all
  select 'helpful_count', r.id, 'The review has another number of votes than it says.'
  from public.reviews r
  where r.helpful_count <> (select count(*) from public.review_votes v where v.review_id = r.id)
$$;
comment on function private.review_check() is 'Part of order_check. rating: sums of a product that its published reviews do not make; rank: a document with another rating; helpful_count: a review whose votes are others.';

create function private.repair_review(kind text, id uuid) returns text
language plpgsql volatile
set search_path = ''
as $$
declare
  v_sums private.rating_sums;
begin
  if kind = 'helpful_count' then
    -- Locked first, so that no vote comes in between.
    perform from public.reviews r where r.id = repair_review.id for update;
    update public.reviews r set helpful_count = (select count(*) from public.review_votes v where v.review_id = r.id) where r.id = repair_review.id;
    return 'Mended: the review says how many votes it has.';
  end if;
  insert into public.product_ratings (product_id, boutique_id)
  select p.id, p.boutique_id from public.products p where p.id = repair_review.id
  on conflict do nothing;
  -- Who reviews meanwhile has to wait for this row, and counts on from what it says.
  perform from public.product_ratings r where r.product_id = repair_review.id for update;
  v_sums := private.counted_ratings(repair_review.id);
  update public.product_ratings r set rating_sum = v_sums.rating_sum, rating_count = v_sums.rating_count, stars = v_sums.stars,
    fit_small = v_sums.fit_small, fit_true = v_sums.fit_true, fit_large = v_sums.fit_large
  where r.product_id = repair_review.id;
  perform private.index_products(array[repair_review.id]);
  return 'Mended: the ratings are those of the reviews.';
end
$$;
comment on function private.repair_review(text, uuid) is 'Counts anew what review_check has found.';

-- Telling -------------------------------------------------------------------------------------------------------------

create function private.notify_of_review() returns trigger
language plpgsql
security definer -- whoever moves the review, those concerned are told
set search_path = ''
as $$
declare
  v_group jsonb := jsonb_build_object('group', new.boutique_id);
begin
  if tg_op = 'INSERT' then
    perform private.notify('review_new', new.id, v_group);
    return null;
  end if;
  if new.state = 'hidden' and old.state <> 'hidden' then
    -- It may be hidden again, for another reason.
    perform private.notify('review_hidden', new.id, v_group || jsonb_build_object('occasion', (extract(epoch from new.hidden_at) * 1000000)::bigint::text));
  end if;
  if new.reply is not null and old.reply is null then
    perform private.notify('review_replied', new.id, v_group);
  end if;
  return null;
end
$$;
comment on function private.notify_of_review() is 'Trigger: tells the managers of a new review, and its author when it is hidden or has an answer.';

create trigger notify_of_new after insert on public.reviews
  for each row execute function private.notify_of_review();
create trigger notify_of_change after update of state, reply on public.reviews
  for each row execute function private.notify_of_review();

create function private.emit_review_event() returns trigger
language plpgsql
security definer -- as emit_rental_event
set search_path = ''
as $$
declare
  v_review public.reviews := case tg_op when 'DELETE' then old else new end;
  v_state public.review_state := case tg_op when 'DELETE' then 'withdrawn' else new.state end;
begin
  perform private.emit_event(v_review.boutique_id, case v_state when 'published' then 'review.published' else 'review.hidden' end, 'reviews', v_review.id,
    jsonb_build_object('review_id', v_review.id, 'state', v_state, 'product_id', v_review.product_id, 'rating', v_review.rating, 'fit', v_review.fit));
  return null;
end
$$;
comment on function private.emit_review_event() is 'Trigger: that a review can be seen, or not any more, is an event: review.published, review.hidden.';

create trigger emit_new after insert on public.reviews
  for each row when (new.state = 'published') execute function private.emit_review_event();
create trigger emit_change after update of state on public.reviews
  for each row when (old.state <> new.state and new.state <> 'withdrawn') execute function private.emit_review_event();
create trigger emit_deletion after delete on public.reviews
  for each row when (old.state = 'published') execute function private.emit_review_event();

create function private.invite_to_review() returns trigger
language plpgsql
security definer -- whoever moves the row, its customer is asked
set search_path = ''
as $$
begin
  perform private.notify('review_invitation', new.id,
    jsonb_build_object('group', new.boutique_id, 'start_after', now() + interval '3 days'));
  return null;
end
$$;
comment on function private.invite_to_review() is 'Trigger: three days after a delivery, a return or a fitting its customer is asked what she thinks, if she wants to be asked.';

create trigger invite_to_review_when_sent_and_delivered after update of state on public.shipments
  for each row when (old.state <> 'delivered' and new.state = 'delivered' and new.customer_id is not null) execute function private.invite_to_review();
create trigger invite_to_review_when_fetched after insert on public.shipments
  for each row when (new.state = 'delivered' and new.customer_id is not null) execute function private.invite_to_review();
create trigger invite_to_review after update of state on public.rentals
  for each row when (old.state <> 'returned' and new.state = 'returned' and new.customer_id is not null) execute function private.invite_to_review();
create trigger invite_to_review after update of state on public.appointments
  for each row when (old.state <> 'attended' and new.state = 'attended' and new.customer_id is not null) execute function private.invite_to_review();
