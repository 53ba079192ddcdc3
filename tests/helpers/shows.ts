import { randomUUID } from "node:crypto";
import type { Sql } from "postgres";
import type { Database } from "../../functions/_shared/database.types.ts";
import type { BoutiqueFixture, VariantFixture } from "./fixtures.ts";

export type Show = Database["public"]["Tables"]["fashion_shows"]["Row"];

export interface ShowOptions {
  /** Hours from now. */
  readonly startsIn?: number;
  readonly hours?: number;
  readonly state?: Show["state"];
  readonly capacity?: number | null;
  readonly title?: string;
  readonly slug?: string;
  /** Minutes before and after. */
  readonly buffers?: number;
}

/** A time so many hours from now. */
export const inHours = (hours: number): string => new Date(Date.now() + hours * 3_600_000).toISOString();

/** A show at the branch of a boutique and as a stream, in 30 days unless told. */
export async function makeShow(sql: Sql, boutique: BoutiqueFixture, options: ShowOptions = {}): Promise<string> {
  const {
    startsIn = 720,
    hours = 2,
    state = "scheduled",
    capacity = 20,
    title = "Spring 2027",
    buffers = 60,
    slug = `show-${randomUUID().slice(0, 8)}`,
  } = options;
  const [show] = await sql<{ id: string }[]>`
    insert into public.fashion_shows ${sql({
      ...{
        boutique_id: boutique.id,
        location_id: boutique.locationId,
        slug,
        title,
      },
      ...{ state, capacity, starts_at: inHours(startsIn), ends_at: inHours(startsIn + hours) },
      ...{ stream_url: "https://video.example/live", buffer_minutes_before: buffers, buffer_minutes_after: buffers },
      ...{ cancel_reason: state === "cancelled" ? "No power" : null },
    })} returning id`;
  return show?.id ?? "";
}

export interface LookOptions {
  readonly garmentId?: string | null;
  readonly atSecond?: number | null;
  readonly position?: number;
}

/** A look of a show that shows a gown. */
export async function makeLook(
  sql: Sql,
  boutique: BoutiqueFixture,
  showId: string,
  gown: VariantFixture,
  { garmentId = null, atSecond = null, position = 0 }: LookOptions = {},
): Promise<string> {
  const [look] = await sql<{ id: string }[]>`
    insert into public.show_looks ${sql({
      ...{ show_id: showId, boutique_id: boutique.id, product_id: gown.productId },
      ...{ garment_id: garmentId, at_second: atSecond, position, title: `Look ${position}` },
    })} returning id`;
  return look?.id ?? "";
}

/** People without a session, made at once: signing hundreds up would hash as many passwords. */
export async function makePeople(sql: Sql, count: number): Promise<string[]> {
  const people = await sql<{ id: string }[]>`
    insert into auth.users (id, email)
    select gen_random_uuid(), 'guest-' || n || '-' || ${randomUUID().slice(0, 8)} || '@nexus.test' from generate_series(1, ${count}) n
    returning id`;
  return people.map(({ id }) => id);
}
