import { z } from "zod";
import type { LoadContext } from "./kind.ts";
import type { Format } from "./language.ts";
import type { Recipient } from "./recipients.ts";

/** What every message about a fitting says of it. */
export const fittingData = z.object({
  display_name: z.string(),
  boutique: z.string(),
  service: z.string(),
  stylist: z.string(),
  branch: z.string(),
  /** Street and city. */
  address: z.string(),
  /** Zone of the branch. */
  timezone: z.string(),
  starts_at: z.date(),
  gowns: z.array(z.string()),
  /** Minor units; a bigint column comes as text. */
  price: z.coerce.number(),
  currency: z.string(),
  /** Null once that time is over. */
  free_until: z.date().nullable(),
  held_until: z.date().nullable(),
  cancelled_by: z.enum(["customer", "boutique"]).nullable(),
  reason: z.string().nullable(),
  fee_due: z.coerce.number(),
  /** It was at another time, or with another stylist, before. */
  moved: z.boolean(),
  /** Its place in the calendar; another one after each move. */
  place: z.string(),
});
export type FittingData = z.infer<typeof fittingData>;

/** Reads a fitting as it is now; undefined when it is not in this state any more. */
export async function loadFitting(
  { sql }: LoadContext,
  appointmentId: string,
  recipient: Recipient,
  state: string,
): Promise<Record<string, unknown> | undefined> {
  const [fitting] = await sql<Record<string, unknown>[]>`
    select b.name as boutique, f.name as service, s.display_name as stylist, l.name as branch,
      concat_ws(', ', nullif(l.street, ''), l.city) as address, l.timezone, a.starts_at, a.price, a.currency,
      case when a.free_cancellation_until > now() then a.free_cancellation_until end as free_until,
      a.held_until, a.cancelled_by, a.reason, a.fee_due,
      array(
        select g.name || ' (' || v.size || ')'
        from public.appointment_garments x
        join public.garments n on n.id = x.garment_id
        join public.product_variants v on v.id = n.variant_id
        join public.products g on g.id = v.product_id
        where x.appointment_id = a.id order by g.name, v.size) as gowns,
      exists (select from public.allocations o where o.source_id = a.id and o.state = 'released') as moved,
      coalesce(
        (select o.id::text from public.allocations o
         where o.source_id = a.id and o.resource_id = a.stylist_id and o.state <> 'released'),
        extract(epoch from a.starts_at)::bigint::text) as place
    from public.appointments a
    join public.boutiques b on b.id = a.boutique_id
    join public.fitting_services f on f.id = a.service_id
    join public.stylists s on s.id = a.stylist_id
    join public.locations l on l.id = a.location_id
    where a.id = ${appointmentId} and a.state::text = ${state}`;
  return fitting === undefined ? undefined : { ...fitting, display_name: recipient.displayName };
}

export const fittingExample: FittingData = {
  display_name: "Selam",
  boutique: "Almaz Bridal",
  service: "First fitting",
  stylist: "Hanna",
  branch: "Bole",
  address: "Africa Avenue 12, Addis Ababa",
  timezone: "Africa/Addis_Ababa",
  starts_at: new Date("2027-05-08T07:00:00Z"),
  gowns: ["Genet (38)", "Meskel (40)"],
  price: 50_000,
  currency: "ETB",
  free_until: new Date("2027-05-07T07:00:00Z"),
  held_until: null,
  cancelled_by: null,
  reason: null,
  fee_due: 0,
  moved: false,
  place: "0193a1b2-0000-7000-8000-000000000006",
};

/** Day and time of a fitting, as its branch has them. */
export const fittingTime = (data: FittingData, format: Format): string => format.time(data.starts_at, data.timezone);

/** The same facts in every mail about a fitting; what does not apply is left out. */
export function fittingFacts(data: FittingData, format: Format, names: FittingFactNames): [string, string][] {
  const facts: [string, string | undefined][] = [
    [names.service, data.service],
    [names.time, fittingTime(data, format)],
    [names.branch, `${data.branch}${names.comma}${data.address}`],
    [names.stylist, data.stylist],
    [names.gowns, data.gowns.length === 0 ? undefined : data.gowns.join(names.comma)],
    [names.price, data.price === 0 ? undefined : format.money(data.price, data.currency)],
    [names.freeUntil, data.free_until === null ? undefined : format.time(data.free_until, data.timezone)],
  ];
  return facts.filter((fact): fact is [string, string] => fact[1] !== undefined);
}

export interface FittingFactNames {
  readonly service: string;
  readonly time: string;
  readonly branch: string;
  readonly stylist: string;
  readonly gowns: string;
  readonly price: string;
  readonly freeUntil: string;
  /** Between the members of a list. */
  readonly comma: string;
}

export const fittingFactNamesEn: FittingFactNames = {
  service: "Service",
  time: "Time",
  branch: "Branch",
  stylist: "Stylist",
  gowns: "Gowns",
  price: "Price",
  freeUntil: "Free to cancel until",
  comma: ", ",
};

export const fittingFactNamesAm: FittingFactNames = {
  service: "አገልግሎት",
  time: "ጊዜ",
  branch: "ቅርንጫፍ",
  stylist: "ስታይሊስት",
  gowns: "ቀሚሶች",
  price: "ዋጋ",
  freeUntil: "ያለ ክፍያ መሰረዝ የሚቻለው እስከ",
  comma: "፣ ",
};
