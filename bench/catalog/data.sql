-- A catalog of any size, the same in every run: bench.load_catalog adds boutiques with products, bench.index_catalog their documents.

create schema if not exists bench;

create function bench.pick(list text[], seed text) returns text
language sql immutable
as $$ select list[1 + abs(hashtext(seed)::bigint) % cardinality(list)] $$;

create function bench.uuid(seed text) returns uuid
language sql immutable
as $$ select md5(seed)::uuid $$;

create function bench.load_commons() returns void
language sql
as $$
  insert into public.designers (id, slug, label)
  select bench.uuid('designer ' || n), 'designer-' || n,
    bench.pick(array['Maison', 'Atelier', 'House of', 'Studio', 'Casa'], 'house ' || n) || ' '
      || bench.pick(array['Aurore', 'Vale', 'Tibeb', 'Berger', 'Kassa', 'Lindqvist', 'Moretti', 'Okafor', 'Haddad', 'Novak'], 'label ' || n) || ' ' || n
  from generate_series(1, 200) n;
  insert into public.categories (id, slug, name, parent_id)
  select bench.uuid('category ' || n), 'category-' || n, (array['Gowns', 'Accessories', 'Bridal gowns', 'Bridesmaids', 'Evening gowns', 'Habesha kemis',
    'Mothers', 'Veils', 'Shoes', 'Jewellery', 'Belts', 'Jackets'])[n], case when n > 2 then bench.uuid('category ' || case when n < 8 then 1 else 2 end) end
  from generate_series(1, 12) n;
$$;

create function bench.load_catalog(first integer, last integer, per_boutique integer) returns void
language plpgsql
as $$
declare
  v_names text[] := array(select bench.syllable(n) || bench.syllable(n / 20) || bench.syllable(n / 400) from generate_series(0, 3999) n);
begin
  insert into public.boutiques (id, slug, name, currency, timezone, status)
  select bench.uuid('boutique ' || b), 'boutique-' || b, 'Boutique ' || b, 'ETB', 'Africa/Addis_Ababa', 'active' from generate_series(first, last) b;
  insert into public.rental_policies (boutique_id) select bench.uuid('boutique ' || b) from generate_series(first, last) b;
  insert into public.locations (id, boutique_id, name, city, country, timezone, listed)
  select bench.uuid('location ' || b), bench.uuid('boutique ' || b), 'Main', bench.pick(array['Addis Ababa', 'Adama', 'Hawassa', 'Bahir Dar', 'Mekelle', 'Dire Dawa'],
    'city ' || b), 'ET', 'Africa/Addis_Ababa', true
  from generate_series(first, last) b;

  insert into public.products (id, boutique_id, designer_id, category_id, slug, name, description, attributes, tags, for_sale, for_rent, status, listed, published_at)
  select bench.uuid(s.key), bench.uuid('boutique ' || b), bench.uuid('designer ' || 1 + abs(hashtext('d' || s.key)::bigint) % 200),
    bench.uuid('category ' || 3 + abs(hashtext('c' || s.key)::bigint) % 10), 'gown-' || p,
    initcap(bench.pick(v_names, s.key)) || ' ' || bench.pick(array['Gown', 'Dress', 'Robe', 'Silhouette', 'Dream', 'Garden', 'Light'], 'noun' || s.key),
    format('A %s of %s with a %s neckline and a %s train. %s', a.silhouette, a.fabric, a.neckline, a.train,
      bench.pick(array['Made to be danced in.', 'For a church of stone.', 'Sewn by hand over many weeks.', 'Light enough for the beach.', 'With buttons down to the hem.',
        'Comes with a matching veil.', 'Altered in our own workshop.'], 'more' || s.key)),
    jsonb_build_object('silhouette', a.silhouette, 'neckline', a.neckline, 'fabric', a.fabric, 'train', a.train),
    array[bench.pick(array['boho', 'minimal', 'royal', 'vintage', 'garden', 'beach', 'winter', 'city'], 'tag' || s.key)],
    true, p % 4 = 0, 'published', true, timestamptz '2024-01-01' + interval '1 second' * (abs(hashtext('t' || s.key)::bigint) % 80000000)
  from generate_series(first, last) b, generate_series(1, per_boutique) p
  cross join lateral (select format('product %s %s', b, p) as key) s
  cross join lateral (select
    bench.pick(array['a-line', 'ball gown', 'mermaid', 'sheath', 'column', 'fit and flare', 'empire'], 'si' || s.key) as silhouette,
    bench.pick(array['sweetheart', 'off shoulder', 'v-neck', 'bateau', 'halter', 'square', 'illusion', 'high'], 'ne' || s.key) as neckline,
    bench.pick(array['lace', 'tulle', 'satin', 'crepe', 'chiffon', 'organza', 'cotton', 'silk', 'velvet'], 'fa' || s.key) as fabric,
    bench.pick(array['cathedral', 'chapel', 'sweep', 'watteau', 'court'], 'tr' || s.key) as train) a;

  insert into public.product_variants (id, product_id, boutique_id, size, color, sku, sale_price, rental_price_per_day, currency, listed)
  select bench.uuid(format('variant %s %s %s', b, p, v)), bench.uuid(format('product %s %s', b, p)), bench.uuid('boutique ' || b), (34 + 2 * v + 2 * (p % 3))::text,
    bench.pick(array['white', 'ivory', 'champagne', 'blush', 'gold', 'navy'], format('color %s %s', b, p)), format('%s-%s', p, v),
    100000 + abs(hashtext(format('price %s %s', b, p))::bigint) % 5000000, case when p % 4 = 0 then 5000 + abs(hashtext(format('rent %s %s', b, p))::bigint) % 50000 end, 'ETB', true
  from generate_series(first, last) b, generate_series(1, per_boutique) p, generate_series(1, 2) v;

  insert into public.product_media (product_id, boutique_id, storage_path, alt, state, listed)
  select bench.uuid(format('product %s %s', b, p)), bench.uuid('boutique ' || b), format('%s/%s.jpg', bench.uuid('boutique ' || b), p), 'The gown', 'ready', true
  from generate_series(first, last) b, generate_series(1, per_boutique) p;

  -- Every fourth product has a garment for rent, and every fourth of these is out in the first week of June.
  insert into public.resources (id, boutique_id, location_id, kind)
  select bench.uuid(format('garment %s %s', b, p)), bench.uuid('boutique ' || b), bench.uuid('location ' || b), 'garment'
  from generate_series(first, last) b, generate_series(4, per_boutique, 4) p;
  insert into public.garments (id, boutique_id, variant_id, location_id, serial)
  select bench.uuid(format('garment %s %s', b, p)), bench.uuid('boutique ' || b), bench.uuid(format('variant %s %s 1', b, p)), bench.uuid('location ' || b), 's-' || p
  from generate_series(first, last) b, generate_series(4, per_boutique, 4) p;
  insert into public.allocations (id, resource_id, boutique_id, during, kind, state)
  select bench.uuid(format('allocation %s %s', b, p)), bench.uuid(format('garment %s %s', b, p)), bench.uuid('boutique ' || b),
    tstzrange('2027-06-01', '2027-06-08'), 'cleaning', 'confirmed'
  from generate_series(first, last) b, generate_series(16, per_boutique, 16) p;
end
$$;

create function bench.syllable(n integer) returns text
language sql immutable
as $$ select (array['ba', 'ce', 'di', 'fo', 'gu', 'ha', 'je', 'ki', 'lo', 'mu', 'na', 'pe', 'ri', 'so', 'tu', 'va', 'we', 'xi', 'yo', 'zu'])[1 + n % 20] $$;

create function bench.index_catalog(first integer, last integer) returns void
language sql
as $$
  select private.index_products(array(select p.id from public.products p where p.boutique_id = bench.uuid('boutique ' || b)))
  from generate_series(first, last) b
$$;
