-- What the reviews of a product come to. The reviews are in 78_reviews.sql, whose triggers keep these sums; the search reads them.

create table public.product_ratings (
  product_id uuid primary key,
  boutique_id uuid not null,
  rating_sum bigint not null default 0,
  rating_count bigint not null default 0,
  stars bigint[] not null default '{0,0,0,0,0}',
  fit_small bigint not null default 0,
  fit_true bigint not null default 0,
  fit_large bigint not null default 0,
  constraint ratings_are_of_a_product_of_the_boutique
    foreign key (product_id, boutique_id) references public.products (id, boutique_id) on delete cascade,
  constraint there_are_five_stars check (array_ndims(stars) = 1 and array_lower(stars, 1) = 1 and cardinality(stars) = 5),
  constraint nothing_is_counted_below_nothing
    check (0 <= all (stars) and least(fit_small, fit_true, fit_large) >= 0 and fit_small + fit_true + fit_large <= rating_count),
  constraint sums_are_those_of_the_stars check (
    rating_count = stars[1] + stars[2] + stars[3] + stars[4] + stars[5]
    and rating_sum = stars[1] + 2 * stars[2] + 3 * stars[3] + 4 * stars[4] + 5 * stars[5])
);
comment on table public.product_ratings is 'What the published reviews of a product come to, in the transaction of each. No row: nobody has reviewed it. Names nobody, and is read by everybody.';
comment on column public.product_ratings.stars is 'How many reviews gave one star, two, … five.';
comment on column public.product_ratings.fit_small is 'How many found that it runs small; true: as expected; large likewise. Not everybody says.';
create index product_ratings_product_id_idx on public.product_ratings (product_id, boutique_id);

alter table public.product_ratings enable row level security;
revoke all on public.product_ratings from anon, authenticated, service_role;
grant select on public.product_ratings to anon, authenticated;
grant all on public.product_ratings to service_role;
-- insert, update and delete are not granted: triggers of reviews count.

create policy select_all on public.product_ratings for select to anon, authenticated using (true);

create function private.ranked_rating(rating_sum bigint, rating_count bigint) returns real
language plpgsql immutable
set search_path = ''
as $$
begin
  -- A Bayesian mean (Wikipedia, "Bayesian average"): (C * m + sum) / (C + n), as if C = 5 reviews of m = 4 stars had been there
  -- before. One review of five stars does not come before a hundred that are good.
  return case when coalesce(rating_count, 0) = 0 then 0 else (5 * 4 + rating_sum)::real / (5 + rating_count) end;
end
$$;
comment on function private.ranked_rating(bigint, bigint) is
  'By what products are ordered: the mean of their stars, drawn towards 4 while there are few (5 of them count as much as the prior). 0 without reviews: those come last.';

create function private.index_rating() returns trigger
language plpgsql
security definer -- whoever reviews, documents follow
set search_path = ''
as $$
begin
  -- As index_products: who writes the document at the same time waits here, and then sees these sums.
  perform from public.products p where p.id = new.product_id for no key update;
  update private.product_documents d set rating = private.ranked_rating(new.rating_sum, new.rating_count)
  where d.product_id = new.product_id and d.rating <> private.ranked_rating(new.rating_sum, new.rating_count);
  return null;
end
$$;
comment on function private.index_rating() is 'Trigger: the document that is searched follows the ratings in the same transaction.';

create trigger index_rating after insert or update on public.product_ratings
  for each row execute function private.index_rating();
