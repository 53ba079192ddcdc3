import { randomUUID } from "node:crypto";
import type { Sql } from "postgres";

/** A small shop whose products a person knows by heart: what has to be found is written down by hand. */

export interface SearchCatalog {
  readonly boutiqueId: string;
  readonly slug: string;
}

const categories = [
  ["gowns", null, "Gowns", "ቀሚሶች"],
  ["bridal-gowns", "gowns", "Bridal gowns", "የሙሽራ ቀሚሶች"],
  ["habesha-kemis", "gowns", "Habesha kemis", "የሐበሻ ቀሚስ"],
  ["bridesmaids", "gowns", "Bridesmaids", "የሚዜ ልብስ"],
  ["veils", null, "Veils", "ቬል"],
  ["jewellery", null, "Jewellery", "ጌጣጌጥ"],
  ["shoes", null, "Shoes", "ጫማ"],
] as const;

const designers = [
  ["tibeb-atelier", "Tibeb Atelier"],
  ["maison-aurore", "Maison Aurore"],
  ["eleanor-vale", "Eleanor Vale"],
  ["axum-gold", "Axum Gold"],
  ["sophie-berger", "Sophie Bérger"],
  ["yordanos-kassa", "Yordanos Kassa"],
] as const;

const attributes = {
  silhouette: ["a-line", "ball gown", "mermaid", "sheath", "column", "fit and flare", "empire"],
  neckline: ["sweetheart", "off shoulder", "v-neck", "bateau", "halter", "square", "illusion", "high"],
  fabric: ["lace", "tulle", "satin", "crepe", "chiffon", "organza", "cotton", "silk", "velvet"],
  sleeve: ["long", "cap", "sleeveless", "three-quarter", "cape", "bell"],
  train: ["cathedral", "chapel", "sweep", "watteau"],
  back: ["open", "bow", "buttons", "corset"],
} as const;

const inAmharic: Readonly<Record<string, string>> = {
  lace: "ዳንቴል",
  cotton: "ጥጥ",
  silk: "ሐር",
  mermaid: "ዓሣ",
  satin: "ሳቲን",
  long: "ረጅም",
};

/** slug, category, designer, name, description, attributes, color, tags, name in Amharic. */
type Row = readonly [string, string, string, string, string, Readonly<Record<string, string>>, string, string, string?];

const rows: readonly Row[] = [
  [
    "genet",
    "habesha-kemis",
    "tibeb-atelier",
    "Genet",
    "White shemma with a gold tibeb hem and a netela to match.",
    { silhouette: "a-line", fabric: "cotton", sleeve: "long" },
    "white",
    "traditional",
    "ገነት",
  ],
  [
    "lalibela",
    "habesha-kemis",
    "tibeb-atelier",
    "Lalibela",
    "Cross-woven borders over a straight cut.",
    { silhouette: "sheath", fabric: "cotton", sleeve: "three-quarter" },
    "ivory",
    "traditional",
    "ላሊበላ",
  ],
  [
    "timket",
    "habesha-kemis",
    "tibeb-atelier",
    "Timket",
    "A cape of fine net over a handwoven gown.",
    { silhouette: "a-line", fabric: "cotton", sleeve: "cape" },
    "white",
    "traditional,festive",
    "ጥምቀት",
  ],
  [
    "meskel",
    "habesha-kemis",
    "yordanos-kassa",
    "Meskel",
    "Yellow daisies embroidered on cotton.",
    { silhouette: "a-line", fabric: "cotton" },
    "yellow",
    "traditional,festive",
    "መስቀል",
  ],
  [
    "sheba",
    "habesha-kemis",
    "yordanos-kassa",
    "Queen of Sheba",
    "Gold thread from shoulder to hem, for a queen.",
    { silhouette: "empire", fabric: "silk", sleeve: "long" },
    "gold",
    "traditional,royal",
    "ንግሥተ ሳባ",
  ],
  [
    "celestine",
    "bridal-gowns",
    "maison-aurore",
    "Célestine",
    "Duchess satin with a cathedral train.",
    { silhouette: "ball gown", neckline: "off shoulder", fabric: "satin", train: "cathedral" },
    "ivory",
    "royal",
  ],
  [
    "margaux",
    "bridal-gowns",
    "maison-aurore",
    "Margaux",
    "Chantilly lace on bare tulle.",
    { silhouette: "mermaid", neckline: "sweetheart", fabric: "lace", train: "chapel" },
    "ivory",
    "",
  ],
  [
    "odette",
    "bridesmaids",
    "maison-aurore",
    "Odette",
    "A light column in dusty rose.",
    { silhouette: "column", neckline: "halter", fabric: "chiffon" },
    "dusty rose",
    "",
  ],
  [
    "solene",
    "bridal-gowns",
    "maison-aurore",
    "Solène",
    "Corded lace with a detachable overskirt.",
    { silhouette: "fit and flare", neckline: "square", fabric: "lace", train: "chapel" },
    "white",
    "two-in-one",
  ],
  [
    "ashdown",
    "bridal-gowns",
    "eleanor-vale",
    "Ashdown",
    "Silk crepe, a bow at the back, nothing else.",
    { silhouette: "sheath", neckline: "bateau", fabric: "crepe", back: "bow" },
    "ivory",
    "minimal",
  ],
  [
    "hartfield",
    "bridal-gowns",
    "eleanor-vale",
    "Hartfield",
    "Pleated organza for a windy lawn.",
    { silhouette: "a-line", neckline: "v-neck", fabric: "organza", train: "sweep" },
    "white",
    "garden",
  ],
  [
    "pemberley",
    "bridal-gowns",
    "eleanor-vale",
    "Pemberley",
    "Empire waist and bell sleeves, as in the novels.",
    { silhouette: "empire", sleeve: "bell", fabric: "chiffon" },
    "champagne",
    "vintage,garden",
  ],
  [
    "brighton",
    "bridal-gowns",
    "eleanor-vale",
    "Brighton",
    "Tea length with pockets, for a registry office.",
    { silhouette: "a-line", fabric: "satin", neckline: "bateau" },
    "white",
    "short,city,vintage",
  ],
  [
    "isolde",
    "bridal-gowns",
    "sophie-berger",
    "Isolde",
    "Long lace sleeves and an illusion back with buttons.",
    { silhouette: "mermaid", sleeve: "long", fabric: "lace", back: "buttons", neckline: "illusion" },
    "ivory",
    "",
  ],
  [
    "aurelia",
    "bridal-gowns",
    "sophie-berger",
    "Aurelia",
    "Beaded tulle with a corset bodice.",
    { silhouette: "ball gown", neckline: "sweetheart", fabric: "tulle", back: "corset" },
    "champagne",
    "glamour,sparkle",
  ],
  [
    "noemie",
    "bridal-gowns",
    "sophie-berger",
    "Noémie",
    "Bare shoulders, bare feet, made for the beach.",
    { silhouette: "sheath", fabric: "chiffon", sleeve: "sleeveless", back: "open" },
    "white",
    "boho,beach-wedding",
  ],
  [
    "wildflower",
    "bridal-gowns",
    "sophie-berger",
    "Wildflower",
    "Embroidered meadow flowers on soft tulle.",
    { silhouette: "a-line", fabric: "tulle", neckline: "v-neck" },
    "blush",
    "boho,garden",
  ],
  [
    "winter-tale",
    "bridal-gowns",
    "sophie-berger",
    "Winter Tale",
    "Heavy velvet with a high neck, for snow.",
    { silhouette: "a-line", fabric: "velvet", neckline: "high", sleeve: "long" },
    "white",
    "winter",
  ],
  [
    "duchess",
    "bridal-gowns",
    "eleanor-vale",
    "Duchess of Kent",
    "Square neck and a watteau train from the shoulders.",
    { silhouette: "ball gown", neckline: "square", fabric: "satin", train: "watteau" },
    "ivory",
    "royal",
  ],
  [
    "cordelia",
    "bridal-gowns",
    "eleanor-vale",
    "Cordelia",
    "Off the shoulder in plain crepe.",
    { silhouette: "mermaid", neckline: "off shoulder", fabric: "crepe" },
    "ivory",
    "minimal",
  ],
  [
    "gabi-veil",
    "veils",
    "tibeb-atelier",
    "Gabi veil",
    "Four layers of the finest cotton.",
    { fabric: "cotton" },
    "white",
    "traditional",
    "የጋቢ ቬል",
  ],
  [
    "morning-veil",
    "veils",
    "eleanor-vale",
    "Morning veil",
    "Fingertip length, raw edge.",
    { fabric: "tulle" },
    "ivory",
    "",
  ],
  [
    "cathedral-veil",
    "veils",
    "maison-aurore",
    "Notre-Dame veil",
    "Three metres of lace-edged tulle, cathedral length.",
    { fabric: "tulle" },
    "ivory",
    "royal",
  ],
  [
    "birdcage",
    "veils",
    "eleanor-vale",
    "Birdcage",
    "A short net over the eyes.",
    { fabric: "tulle" },
    "black",
    "vintage,short",
  ],
  [
    "axum-set",
    "jewellery",
    "axum-gold",
    "Axum filigree set",
    "Earrings, collar and headpiece in gilded silver.",
    {},
    "gold",
    "traditional",
  ],
  ["lion-ring", "jewellery", "axum-gold", "Lion of Judah ring", "Hand-engraved, 18 carat.", {}, "gold", ""],
  [
    "pearl-drops",
    "jewellery",
    "eleanor-vale",
    "Pearl drops",
    "Freshwater pearls on silver hooks, for pierced ears.",
    {},
    "silver",
    "",
  ],
  [
    "tiara",
    "jewellery",
    "sophie-berger",
    "Snowflake tiara",
    "Crystals on a silver band.",
    {},
    "silver",
    "sparkle,winter",
  ],
  [
    "cross",
    "jewellery",
    "axum-gold",
    "Gondar cross pendant",
    "A processional cross, small enough to wear.",
    {},
    "silver",
    "traditional",
    "የጎንደር መስቀል",
  ],
  [
    "ivory-pumps",
    "shoes",
    "maison-aurore",
    "Satin pumps",
    "Ivory satin, a heel of seven centimetres.",
    { fabric: "satin" },
    "ivory",
    "",
  ],
  [
    "flat-sandals",
    "shoes",
    "sophie-berger",
    "Barefoot sandals",
    "Crochet, for sand and grass.",
    { fabric: "cotton" },
    "white",
    "boho,beach-wedding",
  ],
  [
    "emerald",
    "bridesmaids",
    "sophie-berger",
    "Emerald",
    "Emerald green satin with a cowl back.",
    { silhouette: "column", fabric: "satin", back: "open" },
    "emerald green",
    "",
  ],
  [
    "burgundy",
    "bridesmaids",
    "eleanor-vale",
    "Harvest",
    "Burgundy velvet with cap sleeves.",
    { silhouette: "fit and flare", fabric: "velvet", sleeve: "cap" },
    "burgundy",
    "winter",
  ],
  [
    "sky",
    "bridesmaids",
    "maison-aurore",
    "Ciel",
    "Pale blue organza, knee length.",
    { silhouette: "a-line", fabric: "organza" },
    "pale blue",
    "short",
  ],
];

/** Gowns of no name, to be found by nobody who looks for something. */
const fillers = 400;

export async function makeSearchCatalog(sql: Sql): Promise<SearchCatalog> {
  const slug = `search-${randomUUID().slice(0, 8)}`;
  const [boutique] = await sql<{ id: string }[]>`
    insert into public.boutiques (slug, name, currency, timezone, status)
    values (${slug}, 'Almaz Bridal', 'ETB', 'Africa/Addis_Ababa', 'active') returning id`;
  const boutiqueId = boutique?.id ?? "";
  await sql`
    insert into public.locations (boutique_id, name, city, country, timezone)
    values (${boutiqueId}, 'Bole', 'Addis Ababa', 'ET', 'Africa/Addis_Ababa')`;
  for (const [name, parent, label, amharic] of categories) {
    await sql`
      insert into public.categories (slug, name, parent_id, translations)
      values (${name}, ${label}, (select id from public.categories where slug = ${parent}), ${sql.json({ am: { name: amharic } })})`;
  }
  for (const [name, label] of designers)
    await sql`insert into public.designers (slug, label) values (${name}, ${label})`;
  for (const [key, choices] of Object.entries(attributes)) {
    const translated = Object.fromEntries(
      choices.flatMap((choice) => (inAmharic[choice] ? [[choice, inAmharic[choice]]] : [])),
    );
    for (const category of ["gowns", "veils", "shoes"]) {
      await sql`
        insert into public.attribute_definitions (category_id, key, label, kind, choices, translations)
        select id, ${key}, ${key}, 'choice', ${sql.array([...choices])}, ${sql.json({ am: { choices: translated } } as never)}
        from public.categories where slug = ${category}`;
    }
  }
  const products = [
    ...rows.map(([name, category, designer, label, description, attrs, color, tags, amharic]) => ({
      ...{
        slug: name,
        category,
        designer,
        name: label,
        description,
        attributes: attrs,
        color,
        tags,
        amharic: amharic ?? null,
      },
    })),
    ...Array.from({ length: fillers }, (_, n) => ({
      ...{
        slug: `filler-${n}`,
        category: n % 2 === 0 ? "bridal-gowns" : "bridesmaids",
        designer: null,
        name: `Model ${1000 + n}`,
      },
      description: "A gown of our own workshop, in all sizes, with alterations.",
      attributes: {
        silhouette: ["sheath", "column"][n % 2],
        fabric: ["satin", "crepe"][n % 2],
        neckline: ["halter", "v-neck"][n % 2],
      },
      ...{ color: ["white", "ivory", "navy"][n % 3], tags: "", amharic: null },
    })),
  ];
  await sql`
    insert into public.products (boutique_id, slug, name, description, attributes, tags, category_id, designer_id, status, for_sale, published_at)
    select ${boutiqueId}, x.slug, x.name, x.description, x.attributes, case x.tags when '' then '{}' else string_to_array(x.tags, ',') end, c.id, g.id,
      'published', true, timestamptz '2026-01-01' + x.n * interval '1 hour'
    from (select *, row_number() over () as n from jsonb_to_recordset(${sql.json(products as never)})
      as r (slug text, name text, description text, attributes jsonb, tags text, category text, designer text)) x
    join public.categories c on c.slug = x.category
    left join public.designers g on g.slug = x.designer`;
  await sql`
    insert into public.product_variants (product_id, boutique_id, size, color, sku, sale_price, rental_price_per_day, currency)
    select p.id, p.boutique_id, s.size, x.color, x.slug || '-' || s.size, 100000 + 1000 * length(x.name), 5000, 'XXX'
    from jsonb_to_recordset(${sql.json(products as never)}) as x (slug text, name text, color text, category text)
    join public.products p on p.slug = x.slug and p.boutique_id = ${boutiqueId}
    cross join lateral unnest(case when x.category in ('veils', 'jewellery') then array['one-size'] else array['36', '38', '40'] end) s (size)`;
  await sql`
    insert into public.product_translations (product_id, boutique_id, locale, name)
    select p.id, p.boutique_id, 'am', x.amharic
    from jsonb_to_recordset(${sql.json(products as never)}) as x (slug text, amharic text)
    join public.products p on p.slug = x.slug and p.boutique_id = ${boutiqueId}
    where x.amharic is not null`;
  return { boutiqueId, slug };
}

/** What somebody types, and the products that have to be among the first ten. */
export const searches: readonly (readonly [string, ...string[]])[] = [
  ["genet", "genet"],
  ["Célestine", "celestine"],
  ["celestine", "celestine"],
  ["CELESTINE satin", "celestine"],
  ["solene", "solene"],
  ["noemie", "noemie"],
  ["mermaid", "margaux", "isolde", "cordelia"],
  ["mermaid lace", "margaux", "isolde"],
  ["lace mermaid gown", "margaux", "isolde"],
  ["mermaids", "margaux", "isolde", "cordelia"],
  ["ball gown", "celestine", "aurelia", "duchess"],
  ["ball gowns", "celestine", "aurelia", "duchess"],
  ["ballgown cathedral train", "celestine"],
  ["cathedral", "celestine", "cathedral-veil"],
  ["veil", "gabi-veil", "morning-veil", "cathedral-veil", "birdcage"],
  ["veils", "gabi-veil", "morning-veil", "cathedral-veil", "birdcage"],
  ["cotton veil", "gabi-veil"],
  ["lace", "margaux", "solene", "isolde"],
  ["laces", "margaux", "solene", "isolde"],
  ["tulle sweetheart", "aurelia"],
  ["off shoulder", "celestine", "cordelia"],
  ["off the shoulder", "celestine", "cordelia"],
  ["long sleeves lace", "isolde"],
  ["boho", "noemie", "wildflower", "flat-sandals"],
  ["boho beach", "noemie", "flat-sandals"],
  ["beach wedding", "noemie", "flat-sandals"],
  ["winter", "winter-tale", "burgundy", "tiara"],
  ["velvet", "winter-tale", "burgundy"],
  ["traditional cotton", "genet", "lalibela", "timket", "meskel"],
  ["habesha kemis", "genet", "lalibela", "timket", "meskel", "sheba"],
  ["habesha", "genet", "lalibela", "timket", "meskel", "sheba"],
  ["eleanor vale", "ashdown", "hartfield", "pemberley", "brighton", "duchess", "cordelia"],
  ["eleanor vale mermaid", "cordelia"],
  ["vale square neck", "duchess"],
  ["maison aurore lace", "margaux", "solene"],
  ["sophie berger", "isolde", "aurelia", "noemie", "wildflower", "winter-tale"],
  ["berger corset", "aurelia"],
  ["tibeb", "genet", "lalibela", "timket", "gabi-veil"],
  ["axum gold", "axum-set", "lion-ring", "cross"],
  ["gold ring", "lion-ring"],
  ["pearl", "pearl-drops"],
  ["pearls earrings", "pearl-drops"],
  ["silver cross", "cross"],
  ["emerald", "emerald"],
  ["green bridesmaid", "emerald"],
  ["dusty rose", "odette"],
  ["blue bridesmaids", "sky"],
  ["champagne", "pemberley", "aurelia"],
  ["empire waist", "pemberley", "sheba"],
  ["open back", "noemie", "emerald"],
  ["queen", "sheba"],
  ["mermiad", "margaux", "isolde", "cordelia"],
  ["silhoutte velvt", "winter-tale", "burgundy"],
  ["celestin", "celestine"],
  ["elanor vale", "ashdown", "hartfield"],
  ["maison aurora", "celestine", "margaux"],
  ["catedral", "celestine"],
  ["sweethart", "margaux", "aurelia"],
  ["chifon", "odette", "pemberley", "noemie"],
  ["margaus", "margaux"],
  ["ear", "pearl-drops", "axum-set"],
  ["wildf", "wildflower"],
  ["ገነት", "genet"],
  ["ላሊበላ", "lalibela"],
  ["ጥምቀት", "timket"],
  ["የሐበሻ ቀሚስ", "genet", "lalibela", "timket", "meskel", "sheba"],
  ["የሀበሻ ቀሚስ", "genet", "lalibela", "timket", "meskel", "sheba"],
  ["ንግስተ ሳባ", "sheba"],
  ["ዳንቴል", "margaux", "solene", "isolde"],
  ["መስቀል", "meskel", "cross"],
  ["ጥጥ", "genet", "lalibela", "timket", "meskel"],
  ["ቬል", "gabi-veil", "morning-veil", "cathedral-veil", "birdcage"],
];
