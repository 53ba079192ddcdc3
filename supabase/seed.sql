-- Demo data: two boutiques, their people, gowns and garments. Applied by `npm start` and `supabase db reset`; never on
-- a deployed project. Everybody's password is demo-password.

-- People --------------------------------------------------------------------------------------------------------------

insert into auth.users (
  id, instance_id, aud, role, email, encrypted_password, email_confirmed_at, raw_app_meta_data, raw_user_meta_data,
  confirmation_token, recovery_token, email_change_token_new, email_change
)
select
  p.id, '00000000-0000-0000-0000-000000000000', 'authenticated', 'authenticated', p.email,
  extensions.crypt('demo-password', extensions.gen_salt('bf', 10)), now(),
  '{"provider": "email", "providers": ["email"]}', jsonb_build_object('display_name', p.name, 'locale', p.locale),
  '', '', '', ''
from (
  values
    ('00000000-0000-7000-8000-000000000001'::uuid, 'bride@demo.nexus.test', 'Selam Tesfaye', 'en'),
    ('00000000-0000-7000-8000-000000000002', 'other-bride@demo.nexus.test', 'Hannah Clarke', 'en'),
    ('00000000-0000-7000-8000-000000000003', 'stylist@demo.nexus.test', 'Mekdes Alemu', 'am'),
    ('00000000-0000-7000-8000-000000000004', 'manager@demo.nexus.test', 'Dawit Bekele', 'en'),
    ('00000000-0000-7000-8000-000000000005', 'owner@demo.nexus.test', 'Almaz Haile', 'am'),
    ('00000000-0000-7000-8000-000000000006', 'admin@demo.nexus.test', 'Nexus Admin', 'en'),
    ('00000000-0000-7000-8000-000000000007', 'london-owner@demo.nexus.test', 'Grace Whitfield', 'en')
) as p (id, email, name, locale);

insert into auth.identities (id, provider, provider_id, user_id, identity_data)
select u.id, 'email', u.id::text, u.id, jsonb_build_object('sub', u.id, 'email', u.email, 'email_verified', true)
from auth.users u
where u.email like '%@demo.nexus.test';

insert into public.platform_admins (user_id) values ('00000000-0000-7000-8000-000000000006');

-- Boutiques -----------------------------------------------------------------------------------------------------------

insert into public.boutiques (id, slug, name, currency, timezone, status) values
  ('00000000-0000-7000-8000-0000000000b1', 'almaz-bridal', 'Almaz Bridal', 'ETB', 'Africa/Addis_Ababa', 'active'),
  ('00000000-0000-7000-8000-0000000000b2', 'whitfield-and-daughters', 'Whitfield & Daughters', 'GBP', 'Europe/London', 'active');

insert into public.boutique_members (boutique_id, user_id, role) values
  ('00000000-0000-7000-8000-0000000000b1', '00000000-0000-7000-8000-000000000005', 'owner'),
  ('00000000-0000-7000-8000-0000000000b1', '00000000-0000-7000-8000-000000000004', 'manager'),
  ('00000000-0000-7000-8000-0000000000b1', '00000000-0000-7000-8000-000000000003', 'stylist'),
  ('00000000-0000-7000-8000-0000000000b2', '00000000-0000-7000-8000-000000000007', 'owner');

insert into public.locations (id, boutique_id, name, street, city, country, timezone) values
  ('00000000-0000-7000-8000-0000000000a1', '00000000-0000-7000-8000-0000000000b1', 'Bole', 'Cameroon Street 12', 'Addis Ababa', 'ET', 'Africa/Addis_Ababa'),
  ('00000000-0000-7000-8000-0000000000a2', '00000000-0000-7000-8000-0000000000b1', 'Piassa', 'Adwa Avenue 4', 'Addis Ababa', 'ET', 'Africa/Addis_Ababa'),
  ('00000000-0000-7000-8000-0000000000a3', '00000000-0000-7000-8000-0000000000b2', 'Marylebone', 'Chiltern Street 31', 'London', 'GB', 'Europe/London');

-- Catalog -------------------------------------------------------------------------------------------------------------

insert into public.categories (id, parent_id, slug, name, position) values
  ('00000000-0000-7000-8000-0000000000c1', null, 'gowns', 'Gowns', 1),
  ('00000000-0000-7000-8000-0000000000c2', '00000000-0000-7000-8000-0000000000c1', 'bridal-gowns', 'Bridal gowns', 1),
  ('00000000-0000-7000-8000-0000000000c3', '00000000-0000-7000-8000-0000000000c1', 'habesha-kemis', 'Habesha kemis', 2),
  ('00000000-0000-7000-8000-0000000000c4', '00000000-0000-7000-8000-0000000000c1', 'bridesmaids', 'Bridesmaids', 3),
  ('00000000-0000-7000-8000-0000000000c5', null, 'veils', 'Veils', 2),
  ('00000000-0000-7000-8000-0000000000c6', null, 'jewellery', 'Jewellery', 3);

update public.categories c set translations = jsonb_build_object('am', jsonb_build_object('name', t.name))
from (values ('gowns', 'ቀሚሶች'), ('bridal-gowns', 'የሙሽራ ቀሚሶች'), ('habesha-kemis', 'የሐበሻ ቀሚስ'), ('bridesmaids', 'የሚዜ ልብስ'), ('veils', 'ቬል'), ('jewellery', 'ጌጣጌጥ')) t (slug, name)
where c.slug = t.slug;

insert into public.attribute_definitions (category_id, key, label, kind, choices, position, translations)
select c.id, d.key, d.label, 'choice', string_to_array(d.choices, ','), d.position, d.translations
from public.categories c
cross join (values
  ('silhouette', 'Silhouette', 'a-line,ball gown,mermaid,fit and flare,sheath,column,empire', 1, '{"am": {"label": "ቅርጽ"}}'::jsonb),
  ('neckline', 'Neckline', 'sweetheart,off shoulder,v-neck,bateau,halter,square,illusion,high', 2, '{}'),
  ('fabric', 'Fabric', 'lace,tulle,satin,crepe,chiffon,organza,cotton,silk,velvet', 3, '{"am": {"label": "ጨርቅ", "choices": {"lace": "ዳንቴል", "cotton": "ጥጥ", "silk": "ሐር", "satin": "ሳቲን"}}}'),
  ('sleeve', 'Sleeve', 'sleeveless,cap,three-quarter,long,bell,cape', 4, '{"am": {"label": "እጅጌ"}}'),
  ('train', 'Train', 'sweep,chapel,cathedral,watteau', 5, '{}'),
  ('color', 'Color', 'white,ivory,champagne,blush,rose,gold', 6, '{"am": {"label": "ቀለም"}}'),
  ('back', 'Back', 'open,bow,buttons,corset', 7, '{}')
) d (key, label, choices, position, translations)
where c.slug in ('gowns', 'veils') and (c.slug = 'gowns' or d.key in ('fabric', 'color'));

insert into public.designers (id, slug, label, bio) values
  ('00000000-0000-7000-8000-0000000000d1', 'tibeb-atelier', 'Tibeb Atelier', 'Handwoven cotton with tibeb borders from Shiro Meda.'),
  ('00000000-0000-7000-8000-0000000000d2', 'maison-aurore', 'Maison Aurore', 'Silk and lace, cut in Lyon since 1952.'),
  ('00000000-0000-7000-8000-0000000000d3', 'eleanor-vale', 'Eleanor Vale', 'Quiet English gowns for old gardens.'),
  ('00000000-0000-7000-8000-0000000000d4', 'axum-gold', 'Axum Gold', 'Filigree by third-generation goldsmiths.');

with seeds (boutique, designer, category, name, description, attributes, sale_price, day_price, deposit) as (
  values
    ('b1', 'd1', 'c3', 'Genet', 'White shemma with a gold tibeb hem and a netela to match.', '{"silhouette": "a-line", "fabric": "cotton", "sleeve": "long", "color": "white"}'::jsonb, 4500000, 180000, 900000),
    ('b1', 'd1', 'c3', 'Lalibela', 'Cross-woven borders over a straight cut.', '{"silhouette": "sheath", "fabric": "cotton", "sleeve": "three-quarter", "color": "ivory"}', 3900000, 150000, 800000),
    ('b1', 'd1', 'c3', 'Timket', 'A cape of fine net over a handwoven gown.', '{"silhouette": "a-line", "fabric": "cotton", "sleeve": "cape", "color": "white"}', 5200000, 210000, 1000000),
    ('b1', 'd2', 'c2', 'Célestine', 'Duchess satin with a cathedral train.', '{"silhouette": "ball gown", "neckline": "off shoulder", "fabric": "satin", "train": "cathedral"}', 12500000, 520000, 2500000),
    ('b1', 'd2', 'c2', 'Margaux', 'Chantilly lace on bare tulle.', '{"silhouette": "mermaid", "neckline": "sweetheart", "fabric": "lace", "train": "chapel"}', 11000000, 470000, 2200000),
    ('b1', 'd2', 'c4', 'Odette', 'A light column in dusty rose.', '{"silhouette": "column", "neckline": "halter", "fabric": "chiffon", "color": "rose"}', 1900000, 70000, 300000),
    ('b1', 'd4', 'c6', 'Axum filigree set', 'Earrings, collar and headpiece in gilded silver.', '{"color": "gold"}', 2500000, 60000, 1500000),
    ('b1', 'd1', 'c5', 'Gabi veil', 'Four layers of the finest cotton.', '{"fabric": "cotton", "color": "white"}', 800000, 30000, 150000),
    ('b2', 'd3', 'c2', 'Ashdown', 'Silk crepe, a bow at the back, nothing else.', '{"silhouette": "sheath", "neckline": "bateau", "fabric": "crepe", "back": "bow"}', 210000, 9500, 45000),
    ('b2', 'd3', 'c2', 'Hartfield', 'Pleated organza for a windy lawn.', '{"silhouette": "a-line", "neckline": "v-neck", "fabric": "organza", "train": "sweep"}', 185000, 8500, 40000),
    ('b2', 'd2', 'c2', 'Solène', 'Corded lace with a detachable overskirt.', '{"silhouette": "fit and flare", "neckline": "square", "fabric": "lace", "train": "chapel"}', 265000, 12000, 60000),
    ('b2', 'd3', 'c5', 'Morning veil', 'Fingertip length, raw edge.', '{"fabric": "tulle", "color": "ivory"}', 22000, 1200, 6000)
),
numbered as (
  select s.*, row_number() over () as n, ('00000000-0000-7000-8000-0000000000' || s.boutique)::uuid as boutique_id from seeds s
),
new_products as (
  insert into public.products (id, boutique_id, designer_id, category_id, slug, name, description, attributes, for_sale, for_rent, status, published_at)
  select
    ('00000000-0000-7000-8000-00000000e' || lpad(n::text, 3, '0'))::uuid, boutique_id,
    ('00000000-0000-7000-8000-0000000000' || designer)::uuid, ('00000000-0000-7000-8000-0000000000' || category)::uuid,
    trim(both '-' from regexp_replace(lower(extensions.unaccent(name)), '[^a-z0-9]+', '-', 'g')), name, description, attributes,
    true, true, 'published', timestamptz '2026-09-01 08:00:00+00' + n * interval '1 day'
  from numbered
  returning id, boutique_id, slug
)
insert into public.product_variants (id, product_id, boutique_id, size, sku, sale_price, rental_price_per_day, deposit, currency)
select
  ('00000000-0000-7000-8000-0000f' || lpad(n.n::text, 4, '0') || lpad(z.position::text, 3, '0'))::uuid,
  p.id, p.boutique_id, z.size, upper(p.slug) || '-' || z.size, n.sale_price, n.day_price, n.deposit, 'XXX'
from new_products p
join numbered n on ('00000000-0000-7000-8000-00000000e' || lpad(n.n::text, 3, '0'))::uuid = p.id
cross join lateral (
  select size, position
  from unnest(case when n.category in ('c5', 'c6') then array['one-size'] else array['36', '38', '40', '42', '44'] end)
    with ordinality as s (size, position)
) z;

insert into public.product_translations (product_id, boutique_id, locale, name, description)
select p.id, p.boutique_id, 'am', t.name, t.description
from (values
  ('genet', 'ገነት', 'ነጭ ሸማ ከወርቃማ ጥበብ ጋር፣ ከተመሳሳይ ነጠላ ጋር።'), ('lalibela', 'ላሊበላ', 'በእጅ የተሸመነ ጥለት በቀጥተኛ ቅርጽ ላይ።'),
  ('timket', 'ጥምቀት', 'በእጅ በተሸመነ ቀሚስ ላይ ስስ ካባ።'), ('gabi-veil', 'የጋቢ ቬል', 'ከምርጥ ጥጥ የተሠራ አራት ድርብ።')) t (slug, name, description)
join public.products p on p.slug = t.slug;

insert into public.collections (id, boutique_id, slug, name, description, season, is_published, translations) values
  ('00000000-0000-7000-8000-0000000000f1', '00000000-0000-7000-8000-0000000000b1', 'tibeb', 'Tibeb', 'Handwoven gowns for the morning.', 'Spring 2027', true,
    '{"am": {"name": "ጥበብ"}}');
insert into public.collection_products (collection_id, product_id, boutique_id, position)
select '00000000-0000-7000-8000-0000000000f1', p.id, p.boutique_id, row_number() over (order by p.slug)
from public.products p where p.slug in ('genet', 'lalibela', 'timket', 'gabi-veil');

insert into public.size_charts (id, designer_id, note) values
  ('00000000-0000-7000-8000-0000000000f2', '00000000-0000-7000-8000-0000000000d2', 'Measured over light underwear, the tape level all around.');
insert into public.size_chart_rows (chart_id, size, position, bust_cm, waist_cm, hips_cm) values
  ('00000000-0000-7000-8000-0000000000f2', '36', 1, '[82,86)', '[62,66)', '[88,92)'), ('00000000-0000-7000-8000-0000000000f2', '38', 2, '[86,90)', '[66,70)', '[92,96)'),
  ('00000000-0000-7000-8000-0000000000f2', '40', 3, '[90,94)', '[70,74)', '[96,100)'), ('00000000-0000-7000-8000-0000000000f2', '42', 4, '[94,98)', '[74,78)', '[100,104)'),
  ('00000000-0000-7000-8000-0000000000f2', '44', 5, '[98,102)', '[78,82)', '[104,108)');

-- Garments: two pieces of the middle sizes, one of the others, in the branches in turn.
insert into public.garments (boutique_id, variant_id, location_id, serial, condition)
select
  v.boutique_id, v.id,
  case when v.boutique_id = '00000000-0000-7000-8000-0000000000b2' then '00000000-0000-7000-8000-0000000000a3'::uuid
    when piece = 1 then '00000000-0000-7000-8000-0000000000a1'
    else '00000000-0000-7000-8000-0000000000a2' end,
  v.sku || '-' || piece, 'good'
from public.product_variants v
cross join lateral generate_series(1, case when v.size in ('38', '40') then 2 else 1 end) piece
where v.boutique_id in ('00000000-0000-7000-8000-0000000000b1', '00000000-0000-7000-8000-0000000000b2');

-- Fittings ------------------------------------------------------------------------------------------------------------

insert into public.opening_hours (location_id, boutique_id, weekday, opens, closes)
select ('00000000-0000-7000-8000-0000000000' || h.branch)::uuid, ('00000000-0000-7000-8000-0000000000' || h.boutique)::uuid, d, h.opens, h.closes
from (
  values
    ('a1', 'b1', 1, 6, '09:00'::time, '18:00'::time),
    ('a2', 'b1', 2, 6, '10:00', '13:00'),
    ('a2', 'b1', 2, 6, '14:00', '19:00'),
    ('a3', 'b2', 2, 6, '10:00', '18:00'),
    ('a3', 'b2', 7, 7, '11:00', '16:00')
) as h (branch, boutique, first_day, last_day, opens, closes)
cross join lateral generate_series(h.first_day, h.last_day) d;

-- The next Ethiopian Christmas, and the next English one.
insert into public.closures (location_id, boutique_id, first_day, last_day, reason)
select l.id, l.boutique_id, c.first_day, c.last_day, c.reason
from public.locations l
join (
  values
    ('ET', make_date(extract(year from now())::integer + 1, 1, 7), make_date(extract(year from now())::integer + 1, 1, 7), 'Genna'),
    ('GB', make_date(extract(year from now())::integer, 12, 25), make_date(extract(year from now())::integer, 12, 26), 'Christmas')
) as c (country, first_day, last_day, reason) on c.country = l.country
where l.id::text like '00000000-0000-7000-8000-0000000000a_';

insert into public.rooms (id, boutique_id, location_id, name, capacity) values
  ('00000000-0000-7000-8000-000000000071', '00000000-0000-7000-8000-0000000000b1', '00000000-0000-7000-8000-0000000000a1', 'Mirror room', 4),
  ('00000000-0000-7000-8000-000000000072', '00000000-0000-7000-8000-0000000000b1', '00000000-0000-7000-8000-0000000000a1', 'Salon', 8),
  ('00000000-0000-7000-8000-000000000073', '00000000-0000-7000-8000-0000000000b1', '00000000-0000-7000-8000-0000000000a2', 'Upstairs', 4),
  ('00000000-0000-7000-8000-000000000074', '00000000-0000-7000-8000-0000000000b2', '00000000-0000-7000-8000-0000000000a3', 'Garden room', 6);

insert into public.stylists (id, boutique_id, user_id, display_name, bio) values
  ('00000000-0000-7000-8000-000000000051', '00000000-0000-7000-8000-0000000000b1', '00000000-0000-7000-8000-000000000003', 'Mekdes', 'Knows every tibeb pattern by name.'),
  ('00000000-0000-7000-8000-000000000052', '00000000-0000-7000-8000-0000000000b1', null, 'Hiwot', 'Has altered gowns for twenty years.'),
  ('00000000-0000-7000-8000-000000000053', '00000000-0000-7000-8000-0000000000b2', '00000000-0000-7000-8000-000000000007', 'Grace', 'Pins first, talks later.');

insert into public.working_hours (stylist_id, boutique_id, location_id, weekday, starts, ends)
select ('00000000-0000-7000-8000-0000000000' || w.stylist)::uuid, ('00000000-0000-7000-8000-0000000000' || w.boutique)::uuid,
  ('00000000-0000-7000-8000-0000000000' || w.branch)::uuid, d, w.starts, w.ends
from (
  values
    ('51', 'b1', 'a1', 1, 5, '09:00'::time, '18:00'::time),
    ('52', 'b1', 'a1', 1, 3, '09:00', '18:00'),
    ('52', 'b1', 'a2', 4, 6, '10:00', '19:00'),
    ('53', 'b2', 'a3', 2, 7, '10:00', '18:00')
) as w (stylist, boutique, branch, first_day, last_day, starts, ends)
cross join lateral generate_series(w.first_day, w.last_day) d;

insert into public.fitting_services (
  id, boutique_id, name, description, duration_minutes, price, late_cancellation_fee, no_show_fee, currency)
values
  ('00000000-0000-7000-8000-000000000061', '00000000-0000-7000-8000-0000000000b1', 'First visit', 'Tea, and up to five gowns to try on.', 90, 0, 0, 50000, 'XXX'),
  ('00000000-0000-7000-8000-000000000062', '00000000-0000-7000-8000-0000000000b1', 'Alterations', 'The gown is pinned to measure.', 45, 150000, 75000, 150000, 'XXX'),
  ('00000000-0000-7000-8000-000000000063', '00000000-0000-7000-8000-0000000000b2', 'Bridal appointment', 'An hour for one bride and her people.', 60, 3500, 3500, 3500, 'XXX');

-- Everybody does everything, but Mekdes no alterations.
insert into public.service_stylists (service_id, stylist_id, boutique_id)
select f.id, s.id, f.boutique_id
from public.fitting_services f
join public.stylists s on s.boutique_id = f.boutique_id
where f.id::text like '00000000-0000-7000-8000-00000000006_'
  and (f.id, s.id) <> ('00000000-0000-7000-8000-000000000062', '00000000-0000-7000-8000-000000000051');

-- Hannah has a fitting at both boutiques, on a Tuesday in three weeks at eleven, local time. Selam came to hers a fortnight ago.
do $$
declare
  v_wish record;
  v_terms private.fitting_terms;
  v_service public.fitting_services;
  v_id uuid;
  v_starts_at timestamptz;
  v_taken record;
begin
  for v_wish in
    select w.customer_id, l.id as location_id, l.timezone, w.service_id, w.days, w.state::public.appointment_state as state, w.notes,
      array(select g.id from public.garments g where g.location_id = l.id and g.serial = any (w.serials) order by g.id) as gowns
    from (
      values
        ('00000000-0000-7000-8000-000000000002'::uuid, '00000000-0000-7000-8000-0000000000a1'::uuid,
          '00000000-0000-7000-8000-000000000061'::uuid, 22, 'booked', array['CELESTINE-36-1'], 'I bring my own shoes.'),
        ('00000000-0000-7000-8000-000000000002', '00000000-0000-7000-8000-0000000000a3',
          '00000000-0000-7000-8000-000000000063', 22, 'booked', array['HARTFIELD-36-1'], ''),
        ('00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-0000000000a1',
          '00000000-0000-7000-8000-000000000061', -13, 'attended', array['GENET-38-1', 'ODETTE-38-1'], '')
    ) as w (customer_id, location_id, service_id, days, state, serials, notes)
    join public.locations l on l.id = w.location_id
  loop
    v_terms := private.fitting_terms(v_wish.location_id, v_wish.service_id);
    v_service := v_terms.service;
    v_starts_at := (date_trunc('week', now() at time zone v_wish.timezone) + make_interval(days => v_wish.days, hours => 11)) at time zone v_wish.timezone;
    v_id := private.uuid_v7();
    select * into v_taken from private.claim_fitting(v_terms, v_id, v_starts_at, row(v_wish.gowns, '{}'), null, 1, null);
    insert into public.appointments (
      id, boutique_id, customer_id, location_id, service_id, stylist_id, room_id, during, state, customer_notes, price, currency,
      free_cancellation_until, late_cancellation_fee, no_show_fee)
    values (
      v_id, v_terms.boutique_id, v_wish.customer_id, v_wish.location_id, v_wish.service_id, v_taken.stylist, v_taken.room,
      tstzrange(v_starts_at, v_starts_at + make_interval(mins => v_service.duration_minutes)), v_wish.state, v_wish.notes, v_service.price,
      v_service.currency, v_starts_at - make_interval(hours => v_service.free_cancellation_hours),
      v_service.late_cancellation_fee, v_service.no_show_fee);
    insert into public.appointment_garments (appointment_id, garment_id, boutique_id, customer_id)
    select v_id, g.id, v_terms.boutique_id, v_wish.customer_id from unnest(v_wish.gowns) g (id);
  end loop;
end
$$;

-- Fit -----------------------------------------------------------------------------------------------------------------

-- What customers of the last two years have said of two gowns of Maison Aurore, in the books that Almaz Bridal had before. Margaux
-- runs a size small. The worker learns from it when it starts. Of others there is the designer's size chart, or not enough data.
select setseed(0.5);
insert into private.fit_records (
  boutique_id, variant_id, source, fingerprint, customer_ref, fit, height_cm, weight_kg, bust, worn_on)
select v.boutique_id, v.id, 'earlier books', sha256(convert_to(w.slug || w.n, 'utf8')), w.n::text,
  -- One of ten says anything.
  (array['small', 'true', 'large'])[
    case when random() < 0.1 then 1 + floor(3 * random())::integer else 2 + sign(w.worn - w.usual - w.shift)::integer end]::private.fit,
  160 + floor(20 * random()), round((47 + 4 * w.usual + 3 * random())::numeric, 1),
  (array['32a', '32c', '34b', '34d', '36c'])[w.usual], current_date - (w.n * 2 + 30)
from (
  select g.slug, g.shift, p.n, p.usual, least(5, greatest(1, p.usual + floor(3 * random())::integer - 1)) as worn
  from (values ('margaux', 1), ('celestine', 0)) g (slug, shift)
  cross join (select n, 1 + floor(5 * random())::integer as usual from generate_series(1, 240) n offset 0) p
) w
join public.products p on p.slug = w.slug and p.boutique_id = '00000000-0000-7000-8000-0000000000b1'
join public.product_variants v on v.product_id = p.id and v.size = (array['36', '38', '40', '42', '44'])[w.worn];
select private.enqueue('fit.train', '{}');

-- Shows ---------------------------------------------------------------------------------------------------------------

-- Almaz shows what comes in six weeks, in Bole and as a stream; Hannah comes with two friends. Whitfield has recorded theirs.
insert into public.fashion_shows (
  id, boutique_id, slug, title, description, state, starts_at, ends_at, location_id, stream_url, recording_url, capacity)
select s.id, s.boutique_id, s.slug, s.title, s.description, s.state::public.show_state, d.starts_at, d.starts_at + interval '90 minutes',
  s.location_id, s.stream_url, s.recording_url, s.capacity
from (
  values
    ('00000000-0000-7000-8000-000000000091'::uuid, '00000000-0000-7000-8000-0000000000b1'::uuid, 'morning-gowns', 'Gowns for the morning',
      'Handwoven cotton, and coffee.', 'scheduled', 44, '00000000-0000-7000-8000-0000000000a1'::uuid,
      'https://video.example/almaz/live', null, 40),
    ('00000000-0000-7000-8000-000000000092', '00000000-0000-7000-8000-0000000000b2', 'autumn-garden', 'Autumn garden',
      'The garden in October.', 'recorded', -33, '00000000-0000-7000-8000-0000000000a3', null, 'https://video.example/whitfield/autumn', 25)
) as s (id, boutique_id, slug, title, description, state, day, location_id, stream_url, recording_url, capacity)
join public.locations l on l.id = s.location_id
cross join lateral (
  select (date_trunc('week', now() at time zone l.timezone) + make_interval(days => s.day, hours => 18)) at time zone l.timezone as starts_at) d;

-- The first piece of three gowns of each boutique; the gowns of the show to come are taken in the calendar.
insert into public.show_looks (show_id, boutique_id, product_id, garment_id, title, position, at_second)
select s.id, s.boutique_id, w.product_id, case when s.state = 'scheduled' then w.garment_id end, 'Look ' || w.place, w.place,
  case when s.state = 'recorded' then w.place * 60 end
from public.fashion_shows s
cross join lateral (
  select f.product_id, f.garment_id, row_number() over (order by f.serial) as place
  from (
    select distinct on (v.product_id) v.product_id, g.id as garment_id, g.serial
    from public.garments g join public.product_variants v on v.id = g.variant_id
    where g.boutique_id = s.boutique_id
    order by v.product_id, g.serial
  ) f
  order by f.serial limit 3
) w;

insert into public.show_rsvps (show_id, boutique_id, customer_id, party_size, state, place) values
  ('00000000-0000-7000-8000-000000000091', '00000000-0000-7000-8000-0000000000b1', '00000000-0000-7000-8000-000000000002', 3, 'confirmed', 1);

-- Orders --------------------------------------------------------------------------------------------------------------

-- Gowns are sold as the very pieces that hang in the branches, or made; veils and jewellery come out of a drawer.
update public.products set made_to_order = true where category_id = '00000000-0000-7000-8000-0000000000c2';
update public.product_variants v set serialised = true
from public.products p
where p.id = v.product_id and p.category_id in (
  '00000000-0000-7000-8000-0000000000c2', '00000000-0000-7000-8000-0000000000c3', '00000000-0000-7000-8000-0000000000c4');
insert into public.stock_movements (boutique_id, variant_id, location_id, kind, on_hand_change, note)
select v.boutique_id, v.id, l.id, 'received', 12, 'Autumn delivery'
from public.product_variants v
join public.locations l on l.boutique_id = v.boutique_id
where not v.serialised and v.boutique_id::text like '00000000-0000-7000-8000-0000000000b_';

update public.commerce_policies p set legal_name = n.legal_name, legal_address = n.legal_address, tax_number = n.tax_number,
  order_number_prefix = n.prefix, cancellation_fee_percent = 10
from (
  values
    ('00000000-0000-7000-8000-0000000000b1'::uuid, 'Almaz Bridal PLC', 'Cameroon Street 12, Addis Ababa', 'TIN 0012345678', 'AB-'),
    ('00000000-0000-7000-8000-0000000000b2', 'Whitfield & Daughters Ltd', '31 Chiltern Street, London', 'GB 123 4567 89', 'WD-')
) as n (boutique_id, legal_name, legal_address, tax_number, prefix)
where p.boutique_id = n.boutique_id;
insert into public.tax_rules (boutique_id, name, rate_basis_points) values
  ('00000000-0000-7000-8000-0000000000b1', 'VAT', 1500),
  ('00000000-0000-7000-8000-0000000000b2', 'VAT', 2000);
insert into public.shipping_methods (boutique_id, kind, name, location_id, price, free_from, currency, countries, days, position) values
  ('00000000-0000-7000-8000-0000000000b1', 'pickup', 'Fetch it in Bole', '00000000-0000-7000-8000-0000000000a1', 0, null, 'XXX', '{}', 0, 0),
  ('00000000-0000-7000-8000-0000000000b1', 'delivery', 'Courier', null, 25000, 3000000, 'XXX', '{ET}', 2, 1),
  ('00000000-0000-7000-8000-0000000000b2', 'pickup', 'Fetch it in Marylebone', '00000000-0000-7000-8000-0000000000a3', 0, null, 'XXX', '{}', 0, 0),
  ('00000000-0000-7000-8000-0000000000b2', 'delivery', 'Insured post', null, 1500, 100000, 'XXX', '{GB,IE,FR}', 3, 1);

insert into public.payment_plan_offers (boutique_id, name, down_payment_percent, instalments, interval_days, min_total, days_before_wear, keep_percent) values
  ('00000000-0000-7000-8000-0000000000b1', 'A quarter now', 25, 3, 30, 1000000, 14, 20),
  ('00000000-0000-7000-8000-0000000000b2', 'Half now', 50, 2, 30, 50000, 28, 25);

-- Hannah has bought a veil and rented a gown for the summer, and has paid for both.
do $$
declare
  v_customer uuid := '00000000-0000-7000-8000-000000000002';
  v_cart uuid;
  v_group public.order_groups;
  v_summer date := date_trunc('year', now())::date + 365 + 150;
begin
  perform set_config('request.jwt.claims', jsonb_build_object('sub', v_customer, 'role', 'authenticated')::text, true),
    set_config('request.jwt.claim.sub', v_customer::text, true);
  perform public.add_to_cart(v.id, 'sale', 1) from public.product_variants v where v.sku = 'MORNING-VEIL-one-size';
  select i.cart_id into v_cart
  from public.product_variants v
  cross join lateral public.add_to_cart(v.id, 'rental', 1, daterange(v_summer, v_summer + 3)::text) i
  where v.sku = 'ASHDOWN-38';
  v_group := public.checkout(v_cart, 'demo');
  perform private.settle_payment(p.id, 'cash', 'Receipt 1', p.amount, p.currency::text)
  from public.payments p where p.group_id = v_group.id;
  perform set_config('request.jwt.claims', '', true), set_config('request.jwt.claim.sub', '', true);
end
$$;
