import type { Sql } from "postgres";
import { z } from "zod";
import type { LoadContext } from "./kind.ts";
import type { Format } from "./language.ts";
import { accounts, type Recipient } from "./recipients.ts";

/** What every message about a show says of it. */
export const showData = z.object({
  display_name: z.string(),
  boutique: z.string(),
  title: z.string(),
  /** Branch, street and city; null for one that is only streamed. */
  branch: z.string().nullable(),
  address: z.string().nullable(),
  stream_url: z.string().nullable(),
  /** Zone of the branch, or of the boutique. */
  timezone: z.string(),
  starts_at: z.date(),
  people: z.number(),
  /** Why it, or her RSVP to it, was called off. */
  reason: z.string().nullable(),
});
export type ShowData = z.infer<typeof showData>;

/** Which RSVPs a message is for, as they are when it leaves. */
export interface StillTrue {
  readonly shows: readonly string[];
  readonly rsvps: readonly string[];
}

/**
 * Reads the show of an RSVP as it is now; undefined when what is to be told is not true any more.
 *
 * @param occasion her place in the line, `place-3`; or something that ends with the beginning of the show, in seconds:
 *   `24h-1809932400`
 */
export async function loadShow(
  { sql }: LoadContext,
  rsvpId: string,
  { displayName }: Recipient,
  occasion: string,
  { shows, rsvps }: StillTrue,
): Promise<Record<string, unknown> | undefined> {
  const [show] = await sql<Record<string, unknown>[]>`
    select b.name as boutique, s.title, l.name as branch, concat_ws(', ', nullif(l.street, ''), l.city) as address, s.stream_url,
      coalesce(l.timezone, b.timezone) as timezone, s.starts_at, r.party_size as people, coalesce(r.cancel_reason, s.cancel_reason) as reason
    from public.show_rsvps r
    join public.fashion_shows s on s.id = r.show_id
    join public.boutiques b on b.id = s.boutique_id
    left join public.locations l on l.id = s.location_id
    where r.id = ${rsvpId} and r.state::text = any (${rsvps}) and s.state::text = any (${shows})
      and (s.state = 'cancelled' or s.starts_at > now())
      and (${occasion} in ('once', 'place-' || r.place) or ${occasion} like '%-' || floor(extract(epoch from s.starts_at))::bigint)`;
  return show === undefined ? undefined : { ...show, display_name: displayName };
}

/** The customer of an RSVP; nobody when she has deleted her account. */
export async function customerOfRsvp(sql: Sql, rsvpId: string): Promise<Recipient[]> {
  const [rsvp] = await sql<{ customer_id: string | null }[]>`
    select customer_id from public.show_rsvps where id = ${rsvpId}`;
  return accounts(sql, [rsvp?.customer_id]);
}

export const showExample: ShowData = {
  display_name: "Selam",
  boutique: "Almaz Bridal",
  title: "Spring 2027",
  branch: "Bole",
  address: "Africa Avenue 12, Addis Ababa",
  stream_url: "https://video.example/live/spring-2027",
  timezone: "Africa/Addis_Ababa",
  starts_at: new Date("2027-05-08T16:00:00Z"),
  people: 2,
  reason: null,
};

/** Day and time of a show, where it takes place. */
export const showTime = (data: ShowData, format: Format): string => format.time(data.starts_at, data.timezone);

export interface ShowFactNames {
  readonly time: string;
  readonly branch: string;
  readonly stream: string;
  readonly people: string;
  readonly reason: string;
  /** Between branch and address. */
  readonly comma: string;
}

export const showFactNamesEn: ShowFactNames = {
  time: "Time",
  branch: "Branch",
  stream: "Online",
  people: "People",
  reason: "Reason",
  comma: ", ",
};

export const showFactNamesAm: ShowFactNames = {
  time: "ጊዜ",
  branch: "ቅርንጫፍ",
  stream: "በኢንተርኔት",
  people: "የሰው ብዛት",
  reason: "ምክንያት",
  comma: "፣ ",
};

/** The same facts in every mail about a show; what does not apply is left out. */
export function showFacts(data: ShowData, format: Format, names: ShowFactNames): [string, string][] {
  const facts: [string, string | null][] = [
    [names.time, showTime(data, format)],
    [names.branch, data.branch === null ? null : `${data.branch}${names.comma}${data.address ?? ""}`],
    [names.stream, data.stream_url],
    [names.people, String(data.people)],
    [names.reason, data.reason],
  ];
  return facts.filter((fact): fact is [string, string] => fact[1] !== null);
}
