-- What people do with reviews: write, edit, delete, vote, report, answer, hide. The tables are in 78_reviews.sql.

-- What was sent -------------------------------------------------------------------------------------------------------

create function private.review_texts(rating integer, title text, body text) returns void
language plpgsql immutable
set search_path = ''
as $$
begin
  if rating is null or rating not between 1 and 5 then
    perform private.raise_error(400, 'invalid_review', 'rating is 1 to 5.');
  elsif length(title) > 120 or length(body) > 5000 then
    perform private.raise_error(400, 'invalid_review', 'title has at most 120 letters, body at most 5000.');
  end if;
end
$$;
comment on function private.review_texts(integer, text, text) is 'PT400 invalid_review for what no review may say.';

create function private.keep_measurements(review public.reviews, measurements jsonb) returns void
language plpgsql volatile
set search_path = ''
as $$
declare
  v_given jsonb := jsonb_strip_nulls(measurements);
begin
  if measurements is null then
    return;
  elsif jsonb_typeof(measurements) <> 'object'
    or v_given - array['height_cm', 'weight_kg', 'bust_cm', 'waist_cm', 'hips_cm', 'usual_size'] <> '{}' then
    raise check_violation;
  end if;
  delete from private.review_measurements m where m.review_id = review.id;
  if v_given <> '{}' then
    insert into private.review_measurements (review_id, customer_id, height_cm, weight_kg, bust_cm, waist_cm, hips_cm, usual_size)
    select review.id, review.customer_id, g.height_cm, g.weight_kg, g.bust_cm, g.waist_cm, g.hips_cm, btrim(g.usual_size)
    from jsonb_to_record(v_given) g (height_cm numeric, weight_kg numeric, bust_cm numeric, waist_cm numeric, hips_cm numeric, usual_size text);
  end if;
exception when data_exception or check_violation then
  perform private.raise_error(400, 'invalid_measurements',
    'measurements is an object of height_cm, weight_kg, bust_cm, waist_cm, hips_cm (numbers that a person may have) and usual_size (up to 20 letters); {} removes them.');
end
$$;
comment on function private.keep_measurements(public.reviews, jsonb) is 'Replaces the measurements of a review; null leaves them. PT400 invalid_measurements.';

create function private.keep_photos(review public.reviews, photo_paths text[]) returns void
language plpgsql volatile
set search_path = ''
as $$
begin
  if photo_paths is null then
    return;
  end if;
  if cardinality(photo_paths) > 6 or array_ndims(photo_paths) > 1
    or (select count(distinct p) <> count(*) from unnest(photo_paths) p) then
    perform private.raise_error(400, 'invalid_photos', 'photo_paths names up to six files, each once.');
  end if;
  delete from public.review_photos f where f.review_id = review.id and f.storage_path <> all (photo_paths);
  update public.review_photos f set position = p.place - 1
  from unnest(photo_paths) with ordinality p (path, place)
  where f.review_id = review.id and f.storage_path = p.path and f.position <> p.place - 1;
  insert into public.review_photos (review_id, boutique_id, customer_id, storage_path, position)
  select review.id, review.boutique_id, review.customer_id, p.path, p.place - 1
  from unnest(photo_paths) with ordinality p (path, place)
  where not exists (select from public.review_photos f where f.review_id = review.id and f.storage_path = p.path)
  -- In the order of names: their locks are taken one after the other.
  order by p.path;
  -- Behind the locks of the new rows: the files stay from here on.
  if exists (
    select from unnest(photo_paths) p
    where not exists (select from storage.objects o where o.bucket_id = 'review-photos' and o.name = p)
      and not exists (select from public.review_photos f where f.review_id = review.id and f.storage_path = p and f.state <> 'pending')) then
    raise check_violation;
  end if;
exception when check_violation or not_null_violation or unique_violation then
  perform private.raise_error(400, 'invalid_photos',
    'photo_paths names files that you have uploaded to the bucket review-photos, in the folder that is named by your id, and that no other review has.');
end
$$;
comment on function private.keep_photos(public.reviews, text[]) is 'A review has these photos, in this order; null leaves them. PT400 invalid_photos.';

create function private.own_review(review_id uuid) returns public.reviews
language plpgsql volatile
set search_path = ''
as $$
declare
  v_review public.reviews;
begin
  select * into v_review from public.reviews r
  where r.id = own_review.review_id and r.customer_id = auth.uid() and r.state <> 'withdrawn'
  -- As a deletion needs it: a lock that has to become stronger would wait for votes that wait for it.
  for update;
  if not found then
    perform private.raise_error(404, 'review_not_found', 'There is no such review of yours.', jsonb_build_object('review_id', review_id));
  end if;
  return v_review;
end
$$;
comment on function private.own_review(uuid) is 'A review of the caller, locked. PT404 review_not_found.';

create function private.published_review(review_id uuid) returns public.reviews
language plpgsql volatile
set search_path = ''
as $$
declare
  v_review public.reviews;
begin
  select r.* into v_review
  from public.reviews r
  join public.products p on p.id = r.product_id and p.listed
  where r.id = published_review.review_id and r.state = 'published'
  for no key update of r;
  if not found then
    perform private.raise_error(404, 'review_not_found', 'There is no such review, or it is not shown.', jsonb_build_object('review_id', review_id));
  end if;
  return v_review;
end
$$;
comment on function private.published_review(uuid) is 'A review that everybody sees, locked: it is not deleted meanwhile. PT404 review_not_found.';

create function private.works_for(boutique_id uuid) returns boolean
language plpgsql stable
set search_path = ''
as $$
begin
  return exists (select from public.boutique_members m where m.boutique_id = works_for.boutique_id and m.user_id = auth.uid());
end
$$;
comment on function private.works_for(uuid) is 'True for members of a boutique, whatever their role: they neither praise nor hide what is said of it.';

-- The author ----------------------------------------------------------------------------------------------------------

create function private.reviewable_experiences()
returns table (kind public.review_kind, subject_id uuid, product_id uuid, product_name text, happened_at timestamptz)
language sql stable
security definer -- reads names of products that are not on show any more
rows 10
set search_path = ''
as $$
  select e.kind, e.subject_id, e.product_id, p.name, e.happened_at
  from private.experiences_of(auth.uid()) e
  join public.products p on p.id = e.product_id
  where not exists (
      select from public.reviews r
      where r.customer_id = auth.uid() and r.product_id = e.product_id
        and r.subject_id = e.subject_id)
    and not private.works_for(e.boutique_id)
  order by e.happened_at desc, e.subject_id, e.product_id
$$;

create function public.reviewable_experiences()
returns table (kind public.review_kind, subject_id uuid, product_id uuid, product_name text, happened_at timestamptz)
language sql stable security invoker rows 10 set search_path = ''
as $$ select * from private.reviewable_experiences() $$;
comment on function public.reviewable_experiences() is
  'What the caller may review and has not: purchases that were delivered, rentals that came back, gowns at fittings that she came to; the newest first. subject_id is the order line, the rental or the appointment.';
grant execute on function private.reviewable_experiences() to authenticated;
grant execute on function public.reviewable_experiences() to authenticated;

create function private.write_review(
  kind public.review_kind, subject_id uuid, product_id uuid, rating integer, fit public.review_fit, title text, body text, measurements jsonb,
  photo_paths text[])
returns public.reviews
language plpgsql volatile
security definer -- reviews are not writable
set search_path = ''
as $$
declare
  v_review public.reviews;
begin
  perform private.review_texts(rating, title, body);
  insert into public.reviews (product_id, boutique_id, customer_id, kind, subject_id, author_name, rating, fit, title, body)
  select write_review.product_id, (select p.boutique_id from public.products p where p.id = write_review.product_id), auth.uid(), write_review.kind,
    write_review.subject_id,
    coalesce((select left((regexp_match(p.display_name, '\S+'))[1], 60) from public.profiles p where p.id = auth.uid()), 'A customer'),
    write_review.rating, write_review.fit, coalesce(btrim(write_review.title), ''), coalesce(btrim(write_review.body), '')
  -- Two calls at once: the second waits here for the first.
  on conflict do nothing
  returning * into v_review;
  if not found then
    perform private.raise_error(409, 'already_reviewed', 'You have reviewed this already. Edit that review.',
      jsonb_build_object('kind', kind, 'subject_id', subject_id, 'product_id', product_id));
  end if;
  perform private.keep_measurements(v_review, measurements);
  perform private.keep_photos(v_review, photo_paths);
  return v_review;
end
$$;

create function public.write_review(
  kind public.review_kind, subject_id uuid, product_id uuid, rating integer, fit public.review_fit default null, title text default '',
  body text default '', measurements jsonb default null, photo_paths text[] default '{}')
returns public.reviews
language sql volatile security invoker set search_path = ''
as $$ select private.write_review(kind, subject_id, product_id, rating, fit, title, body, measurements, photo_paths) $$;
comment on function public.write_review(public.review_kind, uuid, uuid, integer, public.review_fit, text, text, jsonb, text[]) is
  'The caller reviews a gown that she has bought, rented or tried on; see reviewable_experiences. measurements: {"height_cm", "weight_kg", "bust_cm", "waist_cm", "hips_cm", "usual_size"}, for advice on sizes; nobody but she reads them. photo_paths: up to six files that she has uploaded to review-photos. Shown at once. PT404 experience_not_found; PT409 already_reviewed, own_boutique; PT400 invalid_review, invalid_measurements, invalid_photos.';
grant execute on function private.write_review(public.review_kind, uuid, uuid, integer, public.review_fit, text, text, jsonb, text[]) to authenticated;
grant execute on function public.write_review(public.review_kind, uuid, uuid, integer, public.review_fit, text, text, jsonb, text[]) to authenticated;

create function private.edit_review(
  review_id uuid, rating integer, fit public.review_fit, title text, body text, measurements jsonb, photo_paths text[])
returns public.reviews
language plpgsql volatile
security definer -- as write_review
set search_path = ''
as $$
declare
  v_review public.reviews := private.own_review(review_id);
begin
  if v_review.created_at < now() - interval '14 days' then
    perform private.raise_error(409, 'too_late_to_edit', 'A review can be edited for 14 days. You may still delete it.',
      jsonb_build_object('review_id', review_id, 'until', v_review.created_at + interval '14 days'));
  end if;
  perform private.review_texts(rating, title, body);
  update public.reviews r set rating = edit_review.rating, fit = edit_review.fit, title = coalesce(btrim(edit_review.title), ''),
    body = coalesce(btrim(edit_review.body), '')
  where r.id = v_review.id
  returning * into v_review;
  perform private.keep_measurements(v_review, measurements);
  perform private.keep_photos(v_review, photo_paths);
  return v_review;
end
$$;

create function public.edit_review(
  review_id uuid, rating integer, fit public.review_fit default null, title text default '', body text default '', measurements jsonb default null,
  photo_paths text[] default null)
returns public.reviews
language sql volatile security invoker set search_path = ''
as $$ select private.edit_review(review_id, rating, fit, title, body, measurements, photo_paths) $$;
comment on function public.edit_review(uuid, integer, public.review_fit, text, text, jsonb, text[]) is
  'The caller says a review of hers anew, within 14 days; what it was before is kept in review_revisions. measurements and photo_paths stay when they are left out; {} and [] remove them. PT404 review_not_found; PT409 too_late_to_edit; PT400 invalid_review, invalid_measurements, invalid_photos.';
grant execute on function private.edit_review(uuid, integer, public.review_fit, text, text, jsonb, text[]) to authenticated;
grant execute on function public.edit_review(uuid, integer, public.review_fit, text, text, jsonb, text[]) to authenticated;

create function private.delete_review(review_id uuid) returns void
language plpgsql volatile
security definer -- as write_review
set search_path = ''
as $$
declare
  v_review public.reviews := private.own_review(review_id);
begin
  if v_review.state = 'published' then
    delete from public.reviews r where r.id = v_review.id;
    return;
  end if;
  -- The empty row stays: what was hidden does not come back as a new review of the same experience.
  update public.reviews r set state = 'withdrawn', title = '', body = '', fit = null, reply = null, replied_at = null, replied_by = null
  where r.id = v_review.id;
  delete from public.review_revisions h where h.review_id = v_review.id;
  delete from public.review_photos f where f.review_id = v_review.id;
  delete from private.review_measurements m where m.review_id = v_review.id;
end
$$;

create function public.delete_review(review_id uuid) returns void
language sql volatile security invoker set search_path = ''
as $$ select private.delete_review(review_id) $$;
comment on function public.delete_review(uuid) is
  'The caller takes a review of hers back, at any time, with its photos, votes and answer. One that was published may be written anew; one that was hidden not. PT404 review_not_found.';
grant execute on function private.delete_review(uuid) to authenticated;
grant execute on function public.delete_review(uuid) to authenticated;

create function private.my_review_measurements()
returns table (review_id uuid, height_cm double precision, weight_kg double precision, bust_cm double precision, waist_cm double precision, hips_cm double precision, usual_size text)
language sql stable
security definer -- nobody may read the table; these are the caller's own
rows 10
set search_path = ''
as $$
  select m.review_id, m.height_cm, m.weight_kg, m.bust_cm, m.waist_cm, m.hips_cm, m.usual_size
  from private.review_measurements m where m.customer_id = auth.uid() order by m.review_id
$$;

create function public.my_review_measurements()
returns table (review_id uuid, height_cm double precision, weight_kg double precision, bust_cm double precision, waist_cm double precision, hips_cm double precision, usual_size text)
language sql stable security invoker rows 10 set search_path = ''
as $$ select * from private.my_review_measurements() $$;
comment on function public.my_review_measurements() is 'What the caller has said of her body with her reviews. Nobody else reads it.';
grant execute on function private.my_review_measurements() to authenticated;
grant execute on function public.my_review_measurements() to authenticated;

-- Readers -------------------------------------------------------------------------------------------------------------

create function private.vote_review(review_id uuid, helpful boolean) returns integer
language plpgsql volatile
security definer -- votes are not writable; the count is not the voter's to change
set search_path = ''
as $$
declare
  v_review public.reviews := private.published_review(review_id);
begin
  perform private.limit_rate('vote_review', 120, 60);
  if v_review.customer_id = auth.uid() then
    perform private.raise_error(409, 'own_review', 'Nobody votes for her own review.', jsonb_build_object('review_id', review_id));
  elsif private.works_for(v_review.boutique_id) then
    perform private.raise_error(409, 'own_boutique', 'Nobody votes on reviews of a boutique that she works for.', jsonb_build_object('review_id', review_id));
  end if;
  if coalesce(helpful, false) then
    insert into public.review_votes (review_id, customer_id) values (v_review.id, auth.uid()) on conflict do nothing;
  else
    delete from public.review_votes v where v.review_id = v_review.id and v.customer_id = auth.uid();
  end if;
  return (select r.helpful_count from public.reviews r where r.id = v_review.id);
end
$$;

create function public.vote_review(review_id uuid, helpful boolean default true) returns integer
language sql volatile security invoker set search_path = ''
as $$ select private.vote_review(review_id, helpful) $$;
comment on function public.vote_review(uuid, boolean) is
  'The caller says that a review helped her, once; false takes it back. How many it helped. PT404 review_not_found; PT409 own_review, own_boutique; PT429 too_many_requests.';
grant execute on function private.vote_review(uuid, boolean) to authenticated;
grant execute on function public.vote_review(uuid, boolean) to authenticated;

create function private.report_review(review_id uuid, reason public.review_report_reason, note text) returns public.review_reports
language plpgsql volatile
security definer -- reports are not writable
set search_path = ''
as $$
declare
  v_review public.reviews := private.published_review(review_id);
  v_report public.review_reports;
begin
  perform private.limit_rate('report_review', 20, 1);
  if v_review.customer_id = auth.uid() then
    perform private.raise_error(409, 'own_review', 'Edit or delete your own review.', jsonb_build_object('review_id', review_id));
  elsif reason is null or length(note) > 1000 then
    perform private.raise_error(400, 'invalid_report', 'Give a reason; note has at most 1000 letters.');
  end if;
  insert into public.review_reports (review_id, boutique_id, reporter_id, reason, note)
  values (v_review.id, v_review.boutique_id, auth.uid(), report_review.reason, coalesce(btrim(report_review.note), ''))
  on conflict do nothing
  returning * into v_report;
  if not found then
    perform private.raise_error(409, 'already_reported', 'You have reported this review. An admin looks at it.', jsonb_build_object('review_id', review_id));
  end if;
  return v_report;
end
$$;

create function public.report_review(review_id uuid, reason public.review_report_reason, note text default '') returns public.review_reports
language sql volatile security invoker set search_path = ''
as $$ select private.report_review(review_id, reason, note) $$;
comment on function public.report_review(uuid, public.review_report_reason, text) is
  'The caller tells the admins that a review is wrong, once. Staff of the boutique may, too; it stays until an admin has decided. PT404 review_not_found; PT409 own_review, already_reported; PT400 invalid_report; PT429 too_many_requests.';
grant execute on function private.report_review(uuid, public.review_report_reason, text) to authenticated;
grant execute on function public.report_review(uuid, public.review_report_reason, text) to authenticated;

-- The boutique --------------------------------------------------------------------------------------------------------

create function private.reply_to_review(review_id uuid, reply text) returns public.reviews
language plpgsql volatile
security definer -- reviews are not writable; the function touches the answer alone
set search_path = ''
as $$
declare
  v_review public.reviews;
  v_reply text := nullif(btrim(reply, E' \t\r\n'), '');
begin
  select * into v_review from public.reviews r
  where r.id = reply_to_review.review_id and r.state <> 'withdrawn' and r.customer_id is not null
    and r.boutique_id in (select private.my_boutique_ids('reviews.reply'))
  for no key update;
  if not found then
    perform private.raise_error(404, 'review_not_found', 'There is no such review of a boutique whose reviews you answer.', jsonb_build_object('review_id', review_id));
  elsif length(v_reply) > 3000 or v_reply !~ '\S' then
    perform private.raise_error(400, 'invalid_reply', 'reply has at most 3000 letters; an empty one takes it back.');
  end if;
  update public.reviews r set reply = v_reply, replied_at = case when v_reply is not null then now() end,
    replied_by = case when v_reply is not null then auth.uid() end
  where r.id = v_review.id and r.reply is distinct from v_reply;
  select * into v_review from public.reviews r where r.id = v_review.id;
  return v_review;
end
$$;

create function public.reply_to_review(review_id uuid, reply text) returns public.reviews
language sql volatile security invoker set search_path = ''
as $$ select private.reply_to_review(review_id, reply) $$;
comment on function public.reply_to_review(uuid, text) is
  'Managers answer a review of their boutique, for everybody to read; another reply replaces it, an empty one takes it back. The author is told of the first. PT404 review_not_found; PT400 invalid_reply.';
grant execute on function private.reply_to_review(uuid, text) to authenticated;
grant execute on function public.reply_to_review(uuid, text) to authenticated;

create function private.review_queue(boutique_id uuid, after uuid, page_size integer) returns jsonb
language plpgsql stable
security definer -- staff may not read reports, which name who has reported; they see how many there are
set search_path = ''
as $$
declare
  v_is_admin boolean := private.is_admin();
  v_mine uuid[] := array(select private.my_boutique_ids('catalog.read'));
  v_rows jsonb;
begin
  if page_size is null or page_size not between 1 and 100 then
    perform private.raise_error(400, 'invalid_page_size', 'page_size is 1 to 100.');
  elsif boutique_id is not null and not v_is_admin and boutique_id <> all (v_mine) then
    perform private.raise_error(404, 'boutique_not_found', 'There is no such boutique that you work for.', jsonb_build_object('boutique_id', boutique_id));
  end if;
  select jsonb_agg(to_jsonb(x) - 'row_number' order by x.id) into v_rows
  from (
    select r.id, r.product_id, r.boutique_id, r.kind, r.author_name, r.rating, r.fit, r.title, r.body, r.reply, r.helpful_count, r.created_at, r.edited_at,
      r.reply is null as is_unanswered, (
        select coalesce(jsonb_object_agg(c.reason, c.n), '{}')
        from (select t.reason, count(*) as n from public.review_reports t where t.review_id = r.id and t.state = 'open' group by t.reason) c) as open_reports
    from public.reviews r
    where r.state = 'published' and r.customer_id is not null
      and (review_queue.boutique_id is null or r.boutique_id = review_queue.boutique_id)
      and r.id > coalesce(review_queue.after, '00000000-0000-0000-0000-000000000000')
      and ((r.boutique_id = any (v_mine) and r.reply is null)
        or ((v_is_admin or r.boutique_id = any (v_mine))
          and exists (select from public.review_reports t where t.review_id = r.id and t.state = 'open')))
    order by r.id
    limit page_size + 1) x;
  return jsonb_build_object(
    'reviews', coalesce(jsonb_path_query_array(v_rows, '$[0 to $last]', jsonb_build_object('last', page_size - 1)), '[]'),
    'next', case when jsonb_array_length(v_rows) > page_size then v_rows #>> array[(page_size - 1)::text, 'id'] end);
end
$$;

create function public.review_queue(boutique_id uuid default null, after uuid default null, page_size integer default 20) returns jsonb
language sql stable security invoker set search_path = ''
as $$ select private.review_queue(boutique_id, after, page_size) $$;
comment on function public.review_queue(uuid, uuid, integer) is
  'What waits for somebody, the oldest first: for staff, reviews of their boutiques without an answer or with open reports; for admins, reviews of all with open reports. {"reviews": [{id, product_id, boutique_id, kind, author_name, rating, fit, title, body, reply, helpful_count, created_at, edited_at, is_unanswered, open_reports: {"spam": 2}}], "next"}. after: next of the page before. PT404 boutique_not_found; PT400 invalid_page_size.';
grant execute on function private.review_queue(uuid, uuid, integer) to authenticated;
grant execute on function public.review_queue(uuid, uuid, integer) to authenticated;

-- Admins --------------------------------------------------------------------------------------------------------------

create function private.review_to_judge(review_id uuid) returns public.reviews
language plpgsql volatile
set search_path = ''
as $$
declare
  v_review public.reviews;
begin
  if not private.is_admin() then
    perform private.raise_error(403, 'not_allowed', 'Only those who run the marketplace do this. Report the review.');
  end if;
  select * into v_review from public.reviews r where r.id = review_to_judge.review_id and r.state <> 'withdrawn' for no key update;
  if not found then
    perform private.raise_error(404, 'review_not_found', 'There is no such review.', jsonb_build_object('review_id', review_id));
  elsif private.works_for(v_review.boutique_id) then
    perform private.raise_error(409, 'own_boutique', 'Nobody judges what is said of a boutique that she works for: another admin does.', jsonb_build_object('review_id', review_id));
  end if;
  return v_review;
end
$$;
comment on function private.review_to_judge(uuid) is 'A review, locked, for an admin without a stake in it. PT403 not_allowed; PT404 review_not_found; PT409 own_boutique.';

create function private.hide_review(review_id uuid, reason text) returns public.reviews
language plpgsql volatile
security definer -- reviews are not writable; the function knows who may
set search_path = ''
as $$
declare
  v_review public.reviews := private.review_to_judge(review_id);
begin
  if reason is null or reason !~ '\S' or length(reason) > 1000 then
    perform private.raise_error(400, 'reason_required', 'Say why, in up to 1000 letters: its author reads it.');
  elsif v_review.state = 'hidden' then
    return v_review;
  end if;
  update public.reviews r set state = 'hidden', hidden_reason = btrim(reason), hidden_at = now(), hidden_by = auth.uid()
  where r.id = v_review.id
  returning * into v_review;
  -- Their bucket is public: what is not to be seen is not there.
  delete from public.review_photos f where f.review_id = v_review.id;
  update public.review_reports t set state = 'upheld', resolved_at = now(), resolved_by = auth.uid()
  where t.review_id = v_review.id and t.state = 'open';
  return v_review;
end
$$;

create function public.hide_review(review_id uuid, reason text) returns public.reviews
language sql volatile security invoker set search_path = ''
as $$ select private.hide_review(review_id, reason) $$;
comment on function public.hide_review(uuid, text) is
  'An admin hides a review and says why; its author is told. It is not counted any more, its photos are deleted, and open reports of it are upheld. Repeating it changes nothing. PT403 not_allowed; PT404 review_not_found; PT409 own_boutique; PT400 reason_required.';
grant execute on function private.hide_review(uuid, text) to authenticated;
grant execute on function public.hide_review(uuid, text) to authenticated;

create function private.show_review(review_id uuid) returns public.reviews
language plpgsql volatile
security definer -- as hide_review
set search_path = ''
as $$
declare
  v_review public.reviews := private.review_to_judge(review_id);
begin
  update public.reviews r set state = 'published', hidden_reason = null, hidden_at = null, hidden_by = null
  where r.id = v_review.id and r.state = 'hidden'
  returning * into v_review;
  if not found then
    select * into v_review from public.reviews r where r.id = review_id;
  end if;
  return v_review;
end
$$;

create function public.show_review(review_id uuid) returns public.reviews
language sql volatile security invoker set search_path = ''
as $$ select private.show_review(review_id) $$;
comment on function public.show_review(uuid) is
  'An admin shows a review again that was hidden; it is counted again. Its photos are gone. PT403 not_allowed; PT404 review_not_found; PT409 own_boutique.';
grant execute on function private.show_review(uuid) to authenticated;
grant execute on function public.show_review(uuid) to authenticated;

create function private.resolve_review_report(report_id uuid, upheld boolean) returns public.review_reports
language plpgsql volatile
security definer -- reports are not writable
set search_path = ''
as $$
declare
  v_report public.review_reports;
begin
  if not private.is_admin() then
    perform private.raise_error(403, 'not_allowed', 'Only those who run the marketplace do this.');
  elsif upheld is null then
    perform private.raise_error(400, 'invalid_report', 'upheld is true or false.');
  end if;
  select * into v_report from public.review_reports t where t.id = resolve_review_report.report_id for update;
  if not found then
    perform private.raise_error(404, 'report_not_found', 'There is no such report.', jsonb_build_object('report_id', report_id));
  elsif private.works_for(v_report.boutique_id) then
    perform private.raise_error(409, 'own_boutique', 'Nobody judges what is said of a boutique that she works for: another admin does.', jsonb_build_object('report_id', report_id));
  end if;
  update public.review_reports t set state = case when upheld then 'upheld' else 'dismissed' end::public.review_report_state,
    resolved_at = now(), resolved_by = auth.uid()
  where t.id = v_report.id and t.state = 'open'
  returning * into v_report;
  if not found then
    select * into v_report from public.review_reports t where t.id = resolve_review_report.report_id;
  end if;
  return v_report;
end
$$;

create function public.resolve_review_report(report_id uuid, upheld boolean) returns public.review_reports
language sql volatile security invoker set search_path = ''
as $$ select private.resolve_review_report(report_id, upheld) $$;
comment on function public.resolve_review_report(uuid, boolean) is
  'An admin has looked at a report: it was right, or not. The review is hidden by hide_review, which upholds what is open. The first decision stands. PT403 not_allowed; PT404 report_not_found; PT409 own_boutique; PT400 invalid_report.';
grant execute on function private.resolve_review_report(uuid, boolean) to authenticated;
grant execute on function public.resolve_review_report(uuid, boolean) to authenticated;

-- The public ----------------------------------------------------------------------------------------------------------

create function private.refuse_unlisted(product_id uuid) returns void
language plpgsql stable
set search_path = ''
as $$
begin
  if not exists (select from public.products p where p.id = product_id and p.listed) then
    perform private.raise_error(404, 'product_not_found', 'There is no such product, or it is not on show.', jsonb_build_object('product_id', product_id));
  end if;
end
$$;
comment on function private.refuse_unlisted(uuid) is 'PT404 product_not_found for a product that the public does not see.';

create function private.review_cursor(after text, sort text) returns jsonb
language plpgsql immutable
set search_path = ''
as $$
declare
  v_cursor jsonb;
begin
  v_cursor := convert_from(decode(translate(after, '-_', '+/') || repeat('=', (4 - length(after) % 4) % 4), 'base64'), 'UTF8')::jsonb;
  if jsonb_typeof(v_cursor) <> 'object' or not v_cursor ?& array['o', 'k', 'i'] or v_cursor ->> 'o' is distinct from sort then
    raise invalid_parameter_value;
  end if;
  perform (v_cursor ->> 'i')::uuid, (v_cursor ->> 'k')::integer;
  return v_cursor;
exception when data_exception or invalid_parameter_value then
  perform private.raise_error(400, 'invalid_cursor', 'after: take it from next of the page before, with the same sort.');
end
$$;
comment on function private.review_cursor(text, text) is 'Where a page goes on: o its order, k and i key and id of the last review. PT400 invalid_cursor.';

create function private.product_reviews(product_id uuid, sort text, after text, page_size integer) returns jsonb
language plpgsql stable
security definer -- the table says whose they are; this does not
set search_path = ''
as $$
declare
  v_cursor jsonb;
  v_key text;
  v_direction text := case sort when 'lowest' then 'asc' else 'desc' end;
  v_ids uuid[];
  v_keys integer[];
begin
  perform private.refuse_unlisted(product_id);
  if page_size is null or page_size not between 1 and 100 then
    perform private.raise_error(400, 'invalid_page_size', 'page_size is 1 to 100.');
  elsif sort is null or sort not in ('helpful', 'newest', 'highest', 'lowest') then
    perform private.raise_error(400, 'invalid_sort', 'sort is helpful, newest, highest or lowest.');
  end if;
  v_cursor := case when after is not null then private.review_cursor(after, sort) end;
  v_key := case sort when 'helpful' then 'r.helpful_count' when 'newest' then '0' else 'r.rating' end;
  -- Each order is one of an index; the ids are in the order of time.
  execute format(
    'select array_agg(x.id), array_agg(x.key) from (
       select r.id, %1$s as key from public.reviews r
       where r.product_id = $1 and r.state = ''published''%2$s
       order by %3$sr.id %4$s limit $2) x',
    v_key,
    case when v_cursor is not null then
      format(case sort when 'newest' then ' and r.id < %2$L::uuid' else ' and (%1$s, r.id) %4$s (%3$L::integer, %2$L::uuid)' end,
        v_key, v_cursor ->> 'i', v_cursor ->> 'k', case sort when 'lowest' then '>' else '<' end)
      else '' end,
    case sort when 'newest' then '' else v_key || ' ' || v_direction || ', ' end,
    v_direction)
  into v_ids, v_keys using product_id, page_size + 1;
  return jsonb_build_object(
    'reviews', coalesce((
      select jsonb_agg(jsonb_build_object(
        'id', r.id, 'kind', r.kind, 'author_name', r.author_name, 'rating', r.rating, 'fit', r.fit, 'title', r.title, 'body', r.body,
        'helpful_count', r.helpful_count, 'created_at', r.created_at, 'edited_at', r.edited_at, 'reply', r.reply, 'replied_at', r.replied_at,
        'is_own', coalesce(r.customer_id = auth.uid(), false),
        'is_helpful', exists (select from public.review_votes v where v.review_id = r.id and v.customer_id = auth.uid()),
        'photos', coalesce((
          select jsonb_agg(jsonb_build_object('path', f.storage_path, 'alt', f.alt, 'width', f.width, 'height', f.height, 'blurhash', f.blurhash) order by f.position)
          from public.review_photos f where f.review_id = r.id and f.state = 'ready'), '[]')) order by i.place)
      from unnest(v_ids[1:page_size]) with ordinality i (id, place)
      join public.reviews r on r.id = i.id), '[]'),
    'next', case when cardinality(v_ids) > page_size then
      private.write_cursor(jsonb_build_object('o', sort, 'k', v_keys[page_size], 'i', v_ids[page_size])) end);
end
$$;

create function public.product_reviews(product_id uuid, sort text default 'helpful', after text default null, page_size integer default 20) returns jsonb
language sql stable security invoker set search_path = ''
as $$ select private.product_reviews(product_id, sort, after, page_size) $$;
comment on function public.product_reviews(uuid, text, text, integer) is
  'Published reviews of a product on show: {"reviews": [{id, kind, author_name, rating, fit, title, body, helpful_count, created_at, edited_at, reply, replied_at, is_own, is_helpful, photos: [{path, alt, width, height, blurhash}]}], "next"}. path is in the public bucket review-photos; is_helpful: the caller has said so. sort: helpful, newest, highest, lowest. after: next of the page before. For anybody. PT404 product_not_found; PT400 invalid_sort, invalid_cursor, invalid_page_size.';
grant execute on function private.product_reviews(uuid, text, text, integer) to anon, authenticated;
grant execute on function public.product_reviews(uuid, text, text, integer) to anon, authenticated;

create function private.review_summary(product_id uuid) returns jsonb
language plpgsql stable
security definer -- calls a helper that people may not call
set search_path = ''
as $$
declare
  v_sums public.product_ratings;
begin
  perform private.refuse_unlisted(product_id);
  select * into v_sums from public.product_ratings r where r.product_id = review_summary.product_id;
  return jsonb_build_object(
    'rating', round(v_sums.rating_sum::numeric / nullif(v_sums.rating_count, 0), 2),
    'count', coalesce(v_sums.rating_count, 0),
    'stars', coalesce(to_jsonb(v_sums.stars), '[0, 0, 0, 0, 0]'),
    'fit', jsonb_build_object('small', coalesce(v_sums.fit_small, 0), 'true', coalesce(v_sums.fit_true, 0), 'large', coalesce(v_sums.fit_large, 0)));
end
$$;

create function public.review_summary(product_id uuid) returns jsonb
language sql stable security invoker set search_path = ''
as $$ select private.review_summary(product_id) $$;
comment on function public.review_summary(uuid) is
  'What the published reviews of a product on show come to: {"rating": 4.5 (null without any), "count", "stars": [of one star, …, of five], "fit": {"small", "true", "large"}}. For anybody. PT404 product_not_found.';
grant execute on function private.review_summary(uuid) to anon, authenticated;
grant execute on function public.review_summary(uuid) to anon, authenticated;
