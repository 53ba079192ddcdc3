import type { SupabaseClient } from "@supabase/supabase-js";
import { z } from "zod";
import type { Database } from "../_shared/database.types.ts";

const moment = z.iso.datetime({ offset: true }).transform((text) => new Date(text));
const day = z.iso.date();

const event = z.object({
  /** Stable: the same for the same fitting, rental or show, whatever happens to it. */
  uid: z.string(),
  kind: z.enum(["fitting", "rental", "hand_over", "return", "time_off", "show"]),
  status: z.enum(["confirmed", "tentative", "cancelled"]),
  /** Counts moves and ends. */
  revision: z.number().int(),
  created_at: moment,
  updated_at: moment,
  starts_at: moment.nullable(),
  ends_at: moment.nullable(),
  /** Events of whole days have these; the end day is not one of them. */
  first_day: day.nullable(),
  end_day: day.nullable(),
  boutique: z.string(),
  location: z.object({ name: z.string(), street: z.string(), city: z.string(), country: z.string() }).nullable(),
  /** Of a fitting; of a show, its title. */
  service: z.string().nullable(),
  stylist: z.string().nullable(),
  room: z.string().nullable(),
  people: z.number().int().nullable(),
  gowns: z.array(z.object({ name: z.string(), size: z.string(), serial: z.string().nullable() })),
  /** Where a show is streamed. */
  url: z.url().nullable(),
});
export type FeedEvent = z.infer<typeof event>;

const feed = z.object({
  kind: z.enum(["stylist", "location", "customer", "show"]),
  name: z.string(),
  /** IANA zone of the branch or boutique; a customer's fittings may be in several. */
  timezone: z.string().nullable(),
  events: z.array(event),
});
/** What a calendar feed shows, as private.read_calendar_feed answers it. */
export type Feed = z.infer<typeof feed>;

/** Reads the calendar of one public show; null when there is none. */
export type ReadShow = (boutique: string, slug: string) => Promise<Feed | null>;

/** Reads what the holder of a token may see; null when the token leads nowhere (any more). */
export type ReadFeed = (token: string) => Promise<Feed | null>;

/** @param server client with the secret key */
export function feedReader(server: SupabaseClient<Database>): ReadFeed {
  return async (token) => {
    const { data, error } = await server.rpc("read_calendar_feed", { token });
    if (error !== null) throw new Error(`The Data API answered ${error.code}: ${error.message}`);
    return feed.nullable().parse(data);
  };
}

/** @param server client with the secret key */
export function showReader(server: SupabaseClient<Database>): ReadShow {
  return async (boutique, slug) => {
    const { data, error } = await server.rpc("read_show_calendar", { boutique, slug });
    if (error !== null) throw new Error(`The Data API answered ${error.code}: ${error.message}`);
    return feed.nullable().parse(data);
  };
}
