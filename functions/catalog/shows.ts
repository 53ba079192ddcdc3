import type { SupabaseClient } from "@supabase/supabase-js";
import { z } from "zod";
import type { Database } from "../_shared/database.types.ts";
import { Problem } from "../_shared/problem.ts";
import { mediaUrl, pictures } from "./pictures.ts";

/** Reads shows that the public sees, as `anon`. */
export type Shows = ReturnType<typeof createShows>;

export const showsQuery = z.object({
  /** upcoming: scheduled and live, the next first; recorded: over, the last first. */
  when: z.enum(["upcoming", "recorded"]).default("upcoming"),
  boutique: z.string().max(120).optional(),
  after: z
    .string()
    .regex(/^[0-9T:.+-]{20,40}~[0-9a-f-]{36}$/, "`next` of the page before")
    .optional(),
});

const PAGE = 24;

const cardColumns = `
  id, slug, title, state, starts_at, ends_at, stream_url, recording_url, cover_path, capacity, seats_taken,
  boutique:boutiques!inner(slug, name, timezone),
  location:locations(name, street, city, country, timezone)` as const;

const pageColumns = `
  ${cardColumns}, description, max_party_size, updated_at,
  looks:show_looks(id, title, position, at_second, product:products(slug, name,
    media:product_media(storage_path, alt, position, width, height, blurhash, renditions)))` as const;

/** @param anon client with the publishable key */
export function createShows(url: string, anon: SupabaseClient<Database>) {
  const withCover = <Row extends { readonly cover_path: string | null }>({ cover_path, ...row }: Row) => ({
    ...row,
    cover: cover_path === null ? null : mediaUrl(url, cover_path),
  });

  async function list({ when, boutique, after }: z.infer<typeof showsQuery>) {
    const states = when === "upcoming" ? (["scheduled", "live"] as const) : (["recorded"] as const);
    const ascending = when === "upcoming";
    let query = anon.from("fashion_shows").select(cardColumns).eq("listed", true).in("state", states);
    if (boutique !== undefined) query = query.eq("boutique.slug", boutique);
    if (after !== undefined) {
      const [time, id] = after.split("~");
      query = query.or(`starts_at.${ascending ? "gt" : "lt"}."${time}",and(starts_at.eq."${time}",id.gt.${id})`);
    }
    const { data, error } = await query
      .order("starts_at", { ascending })
      .order("id", { ascending: true })
      .limit(PAGE + 1);
    if (error !== null) throw failure(error);
    const last = data[PAGE - 1];
    return {
      shows: data.slice(0, PAGE).map(withCover),
      next: data.length > PAGE && last !== undefined ? `${last.starts_at}~${last.id}` : null,
    };
  }

  /** One show with its looks in order; undefined when it is not announced. */
  async function show(boutique: string, slug: string) {
    const { data: row, error } = await anon
      .from("fashion_shows")
      .select(pageColumns)
      .eq("listed", true)
      .eq("slug", slug)
      .eq("boutique.slug", boutique)
      .order("position", { referencedTable: "show_looks" })
      .order("id", { referencedTable: "show_looks" })
      .maybeSingle();
    if (error !== null) throw failure(error);
    if (row === null) return undefined;
    const { looks, ...own } = row;
    return {
      ...withCover(own),
      looks: looks.map(({ product, ...look }) => ({
        ...look,
        product: { ...product, media: pictures(url, product.media) },
      })),
    };
  }

  return { list, show };
}
export type ShowPage = NonNullable<Awaited<ReturnType<Shows["show"]>>>;

function failure({ code, message }: { code: string; message: string }): Error {
  // What looks like a page's `next` and has no such day, or a slug with a null byte.
  if (code.startsWith("22")) return new Problem(400, "invalid_input", message);
  return new Error(`The Data API answered ${code}: ${message}`);
}

/** A show as search engines read it: schema.org Event, as JSON-LD. */
export function eventData(show: ShowPage, address: string): Record<string, unknown> {
  const { location, stream_url, recording_url, boutique, capacity } = show;
  const watched = recording_url ?? stream_url;
  const places = [
    ...(location === null
      ? []
      : [
          {
            "@type": "Place",
            name: location.name,
            address: {
              "@type": "PostalAddress",
              ...(location.street === "" ? {} : { streetAddress: location.street }),
              addressLocality: location.city,
              addressCountry: location.country,
            },
          },
        ]),
    ...(watched === null ? [] : [{ "@type": "VirtualLocation", url: watched }]),
  ];
  const isMixed = location !== null && stream_url !== null;
  const mode = isMixed ? "Mixed" : location === null ? "Online" : "Offline";
  return {
    "@context": "https://schema.org",
    "@type": "Event",
    "@id": address,
    url: address,
    name: show.title,
    ...(show.description === "" ? {} : { description: show.description }),
    ...(show.cover === null ? {} : { image: [show.cover] }),
    startDate: show.starts_at,
    endDate: show.ends_at,
    eventStatus: "https://schema.org/EventScheduled",
    eventAttendanceMode: `https://schema.org/${mode}EventAttendanceMode`,
    location: places,
    organizer: { "@type": "Organization", name: boutique.name },
    ...(capacity === null
      ? {}
      : { maximumAttendeeCapacity: capacity, remainingAttendeeCapacity: capacity - show.seats_taken }),
  };
}
