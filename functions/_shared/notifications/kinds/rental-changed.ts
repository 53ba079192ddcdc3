import { z } from "zod";
import { defineKind } from "../kind.ts";
import type { Format } from "../language.ts";
import { customerOfRental } from "../recipients.ts";
import { rentalFactNamesAm, rentalFactNamesEn } from "../rentals.ts";
import { greetingAm, greetingEn, whyRentalAm, whyRentalEn } from "../words.ts";

const changedData = z.object({
  display_name: z.string(),
  boutique: z.string(),
  product: z.string(),
  size: z.string(),
  color: z.string(),
  branch: z.string(),
  old_product: z.string(),
  old_color: z.string(),
  /** Both days included, YYYY-MM-DD. */
  first_day: z.iso.date(),
  last_day: z.iso.date(),
  /** Place in the calendar; another one after each change. */
  allocation_id: z.string(),
});
type ChangedData = z.infer<typeof changedData>;

/** Tells a customer that she gets another garment than the one she reserved. */
export const rentalChanged = defineKind<ChangedData>({
  name: "rental_changed",
  topic: "bookings",
  transactional: true,
  channels: ["email", "sms", "in_app"],
  subject: "rental_id",
  data: changedData,
  example: {
    display_name: "Selam",
    boutique: "Almaz Bridal",
    product: "Meskel",
    size: "38",
    color: "ivory",
    branch: "Bole",
    old_product: "Genet",
    old_color: "ivory",
    first_day: "2027-06-04",
    last_day: "2027-06-06",
    allocation_id: "0193a1b2-0000-7000-8000-000000000004",
  },
  recipients: customerOfRental,
  async load({ sql }, id, { displayName }) {
    const [rental] = await sql`
      select b.name as boutique, r.allocation_id, g.name as product, v.size, v.color, l.name as branch,
        og.name as old_product, ov.color as old_color,
        lower(r.period)::text as first_day, (upper(r.period) - 1)::text as last_day
      from public.rentals r
      join public.boutiques b on b.id = r.boutique_id
      join public.product_variants v on v.id = r.variant_id
      join public.products g on g.id = v.product_id
      join public.garments n on n.id = r.garment_id
      join public.locations l on l.id = n.location_id
      join public.substitution_proposals s on s.rental_id = r.id and s.state = 'accepted' and s.substitute_id = r.garment_id
      join public.garments o on o.id = s.garment_id
      join public.product_variants ov on ov.id = o.variant_id
      join public.products og on og.id = ov.product_id
      -- None when it was cancelled meanwhile, or handed over.
      where r.id = ${id} and r.state = 'reserved'
      order by s.decided_at desc limit 1`;
    return rental === undefined ? undefined : { ...rental, display_name: displayName };
  },
  // A rental may change twice.
  sendKey: (id, { userId }, loaded) => `rental_changed:${id}:${changedData.parse(loaded).allocation_id}:${userId}`,
  texts: {
    en: {
      mail: (data, format) => ({
        subject: `A change to your rental: ${data.product}`,
        preheader: "Your days and your price stay as they are.",
        heading: "A change to your rental",
        greeting: greetingEn(data.display_name),
        paragraphs: [
          `The ${before(data)} that you reserved at ${data.boutique} cannot be there in time.`,
          isSame(data)
            ? "You get another piece of the same gown in the same size."
            : `You get ${now(data)} in the same size instead.`,
        ],
        facts: [
          [rentalFactNamesEn.gown, rentalFactNamesEn.gownOfSize(now(data), data.size)],
          [rentalFactNamesEn.days, rentalFactNamesEn.fromTo(...days(data, format))],
          ["Branch", data.branch],
        ],
        closing: [
          "Your days and your price stay as they are. If it does not suit you, call the boutique or cancel the rental.",
        ],
        why: whyRentalEn(data.boutique),
      }),
      sms: (data) =>
        `${data.boutique}: ${data.old_product} cannot be there in time. ${
          isSame(data) ? "You get another piece of it." : `You get ${now(data)} instead.`
        } Days and price stay.`,
      inApp: (data) => ({
        title: "A change to your rental",
        body: `${before(data)} cannot be there in time. ${
          isSame(data) ? "You get another piece of the same gown." : `You get ${now(data)} instead.`
        }`,
      }),
    },
    am: {
      mail: (data, format) => ({
        subject: `በኪራይዎ ላይ ለውጥ አለ፦ ${data.product}`,
        preheader: "ቀናቱና ዋጋው አልተለወጡም።",
        heading: "በኪራይዎ ላይ ለውጥ አለ",
        greeting: greetingAm(data.display_name),
        paragraphs: [
          `በ${data.boutique} ያስያዙት ${before(data)} በጊዜው ሊደርስ አልቻለም።`,
          isSame(data) ? "ተመሳሳይ ቀሚስ በተመሳሳይ መጠን ያገኛሉ።" : `በምትኩ ${now(data)} በተመሳሳይ መጠን ያገኛሉ።`,
        ],
        facts: [
          [rentalFactNamesAm.gown, rentalFactNamesAm.gownOfSize(now(data), data.size)],
          [rentalFactNamesAm.days, rentalFactNamesAm.fromTo(...days(data, format))],
          ["ቅርንጫፍ", data.branch],
        ],
        closing: ["ቀናቱና ዋጋው አልተለወጡም። ካልተስማማዎት ቡቲኩን ያነጋግሩ ወይም ኪራዩን ይሰርዙ።"],
        why: whyRentalAm(data.boutique),
      }),
      sms: (data) =>
        `${data.boutique}፦ ${data.old_product} በጊዜው ሊደርስ አልቻለም። ${
          isSame(data) ? "ተመሳሳይ ቀሚስ ያገኛሉ።" : `በምትኩ ${now(data)} ያገኛሉ።`
        }`,
      inApp: (data) => ({
        title: "በኪራይዎ ላይ ለውጥ አለ",
        body: `${before(data)} በጊዜው ሊደርስ አልቻለም። ${isSame(data) ? "ተመሳሳይ ቀሚስ ያገኛሉ።" : `በምትኩ ${now(data)} ያገኛሉ።`}`,
      }),
    },
  },
});

const named = (product: string, color: string): string => (color === "" ? product : `${product} (${color})`);
const now = (data: ChangedData): string => named(data.product, data.color);
const before = (data: ChangedData): string => named(data.old_product, data.old_color);
const isSame = (data: ChangedData): boolean => now(data) === before(data);
const days = (data: ChangedData, format: Format): [string, string] => [
  format.day(data.first_day),
  format.day(data.last_day),
];
