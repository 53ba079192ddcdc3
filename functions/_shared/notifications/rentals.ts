import { z } from "zod";
import type { LoadContext } from "./kind.ts";
import type { Format } from "./language.ts";
import type { Recipient } from "./recipients.ts";

/** What every message about a rental says of it. */
export const rentalData = z.object({
  display_name: z.string(),
  boutique: z.string(),
  timezone: z.string(),
  product: z.string(),
  size: z.string(),
  /** Both days included, YYYY-MM-DD. */
  first_day: z.iso.date(),
  last_day: z.iso.date(),
  state: z.string(),
  held_until: z.date().nullable(),
  /** Minor units; a bigint column comes as text. */
  price: z.coerce.number(),
  deposit: z.coerce.number(),
  currency: z.string(),
  /** Days until the first one, in the boutique's zone; negative once it is past. */
  days_ahead: z.number(),
});
export type RentalData = z.infer<typeof rentalData>;

/** Reads a rental as it is now; undefined when it is in none of these states any more. */
export async function loadRental(
  { sql }: LoadContext,
  rentalId: string,
  recipient: Recipient,
  states: readonly string[],
): Promise<Record<string, unknown> | undefined> {
  const [rental] = await sql<Record<string, unknown>[]>`
    select b.name as boutique, b.timezone, g.name as product, v.size,
      lower(r.period)::text as first_day, (upper(r.period) - 1)::text as last_day,
      r.state::text as state, r.held_until, r.price, r.deposit, r.currency,
      lower(r.period) - (now() at time zone b.timezone)::date as days_ahead
    from public.rentals r
    join public.boutiques b on b.id = r.boutique_id
    join public.product_variants v on v.id = r.variant_id
    join public.products g on g.id = v.product_id
    where r.id = ${rentalId} and r.state::text = any (${states})`;
  return rental === undefined ? undefined : { ...rental, display_name: recipient.displayName };
}

export const rentalExample: RentalData = {
  display_name: "Selam",
  boutique: "Almaz Bridal",
  timezone: "Africa/Addis_Ababa",
  product: "Genet",
  size: "38",
  first_day: "2027-06-04",
  last_day: "2027-06-06",
  state: "held",
  held_until: new Date("2026-11-22T12:15:00Z"),
  price: 540_000,
  deposit: 900_000,
  currency: "ETB",
  days_ahead: 1,
};

/** The same facts in every mail about a rental. */
export function rentalFacts(data: RentalData, format: Format, names: RentalFactNames): [string, string][] {
  return [
    [names.gown, names.gownOfSize(data.product, data.size)],
    [names.days, names.fromTo(format.day(data.first_day), format.day(data.last_day))],
    [names.price, format.money(data.price, data.currency)],
    [names.deposit, format.money(data.deposit, data.currency)],
  ];
}

export interface RentalFactNames {
  readonly gown: string;
  readonly days: string;
  readonly price: string;
  readonly deposit: string;
  gownOfSize(product: string, size: string): string;
  fromTo(first: string, last: string): string;
}

export const rentalFactNamesEn: RentalFactNames = {
  gown: "Gown",
  days: "Days",
  price: "Price",
  deposit: "Deposit",
  gownOfSize: (product, size) => `${product}, size ${size}`,
  fromTo: (first, last) => (first === last ? first : `${first} to ${last}`),
};

export const rentalFactNamesAm: RentalFactNames = {
  gown: "ቀሚስ",
  days: "ቀናት",
  price: "ዋጋ",
  deposit: "ማስያዣ",
  gownOfSize: (product, size) => `${product}፣ መጠን ${size}`,
  fromTo: (first, last) => (first === last ? first : `ከ${first} እስከ ${last}`),
};
