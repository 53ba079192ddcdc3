-- Fit records: how pieces fitted people who wore them, as boutiques bring it along from earlier systems.

create type private.fit as enum ('small', 'true', 'large');
comment on type private.fit is 'How a size fell: smaller than expected, true to size, larger.';

create table private.fit_records (
  id uuid primary key default private.uuid_v7(),
  boutique_id uuid not null references public.boutiques (id) on delete cascade,
  variant_id uuid not null,
  source text not null,
  fingerprint bytea not null,
  customer_ref text not null,
  fit private.fit not null,
  rating smallint,
  occasion text,
  body_type text,
  height_cm numeric(4, 1),
  weight_kg numeric(4, 1),
  bust text,
  age smallint,
  recommend boolean,
  worn_on date not null,
  created_at timestamptz not null default now(),
  constraint fit_record_is_of_a_variant_of_the_boutique
    foreign key (variant_id, boutique_id) references public.product_variants (id, boutique_id) on delete cascade,
  constraint fit_record_is_loaded_once unique (source, fingerprint),
  constraint rating_is_1_to_5 check (rating between 1 and 5),
  constraint height_is_a_persons check (height_cm between 50 and 250),
  constraint weight_is_a_persons check (weight_kg between 20 and 400),
  constraint age_is_a_persons check (age between 0 and 120),
  constraint source_is_given check (length(source) between 1 and 60),
  constraint customer_ref_is_given check (length(customer_ref) between 1 and 60)
);
comment on table private.fit_records is 'One wearing of a variant with how it fitted, imported. Holds body measurements: no API role reads it; reviews and size advice are made from it.';
comment on column private.fit_records.source is 'The data set or system that the row came from.';
comment on column private.fit_records.fingerprint is 'SHA-256 of the row as it came, so that a second load and exact duplicates add nothing.';
comment on column private.fit_records.customer_ref is 'The source''s own id of the person, not an account here.';
comment on column private.fit_records.rating is 'One to five stars.';
comment on column private.fit_records.bust is 'Band and cup as the source writes them, such as 34b.';
create index fit_records_variant_id_idx on private.fit_records (variant_id, boutique_id);
create index fit_records_boutique_id_idx on private.fit_records (boutique_id);
alter table private.fit_records enable row level security;
-- No policy and no grant: only the owner's loaders and jobs reach it.
