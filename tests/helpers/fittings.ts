import { randomUUID } from "node:crypto";
import type { Sql } from "postgres";
import type { Database } from "../../functions/_shared/database.types.ts";
import type { BoutiqueFixture } from "./fixtures.ts";
import type { Person } from "./world.ts";

export type Appointment = Database["public"]["Tables"]["appointments"]["Row"];

export interface SalonOptions {
  readonly stylists?: number;
  readonly rooms?: number;
  readonly opens?: string;
  readonly closes?: string;
  readonly durationMinutes?: number;
  readonly stepMinutes?: number;
  readonly bufferMinutes?: number;
  readonly lateCancellationFee?: number;
  readonly noShowFee?: number;
}

export interface Salon {
  readonly serviceId: string;
  readonly stylistIds: string[];
  readonly roomIds: string[];
}

/** Makes a branch ready for fittings: open every day, with stylists who work all the time, rooms and one service. */
export async function makeSalon(sql: Sql, boutique: BoutiqueFixture, options: SalonOptions = {}): Promise<Salon> {
  const {
    stylists = 1,
    rooms = 1,
    opens = "09:00",
    closes = "18:00",
    durationMinutes = 60,
    stepMinutes = 60,
  } = options;
  const { id, locationId } = boutique;
  await sql`
    insert into public.opening_hours (location_id, boutique_id, weekday, opens, closes)
    select ${locationId}, ${id}, d, ${opens}, ${closes} from generate_series(1, 7) d`;
  const [service] = await sql<{ id: string }[]>`
    insert into public.fitting_services (
      boutique_id, name, duration_minutes, step_minutes, buffer_minutes_after, min_hours_ahead, late_cancellation_fee, no_show_fee, currency)
    values (${id}, ${`Fitting ${randomUUID().slice(0, 8)}`}, ${durationMinutes}, ${stepMinutes}, ${options.bufferMinutes ?? 0}, 0,
      ${options.lateCancellationFee ?? 0}, ${options.noShowFee ?? 0}, 'XXX')
    returning id`;
  const serviceId = service?.id ?? "";
  const stylistIds: string[] = [];
  for (let n = 1; n <= stylists; n += 1) {
    const [stylist] = await sql<{ id: string }[]>`
      insert into public.stylists (boutique_id, display_name) values (${id}, ${`Stylist ${n}`}) returning id`;
    stylistIds.push(stylist?.id ?? "");
  }
  await sql`
    insert into public.working_hours (stylist_id, boutique_id, location_id, weekday, starts, ends)
    select s, ${id}, ${locationId}, d, ${opens}, ${closes} from unnest(${stylistIds}::uuid[]) s, generate_series(1, 7) d`;
  await sql`
    insert into public.service_stylists (service_id, stylist_id, boutique_id)
    select ${serviceId}, s, ${id} from unnest(${stylistIds}::uuid[]) s`;
  const made = await sql<{ id: string }[]>`
    insert into public.rooms (boutique_id, location_id, name)
    select ${id}, ${locationId}, 'Room ' || n || ' ' || ${randomUUID()} from generate_series(1, ${rooms}) n returning id`;
  return { serviceId, stylistIds, roomIds: made.map((room) => room.id) };
}

export interface Wish {
  readonly startsAt: string;
  readonly garmentIds?: readonly string[];
  readonly variantIds?: readonly string[];
  readonly stylistId?: string;
  readonly guests?: readonly string[];
  readonly key?: string;
}

/** Asks for a fitting, as a front end would; the answer may be a refusal. */
export function book(person: Person, boutique: BoutiqueFixture, salon: Salon, wish: Wish) {
  return person.client.rpc("book_fitting", {
    location_id: boutique.locationId,
    service_id: salon.serviceId,
    starts_at: wish.startsAt,
    garment_ids: [...(wish.garmentIds ?? [])],
    notes: "",
    idempotency_key: wish.key ?? randomUUID(),
    ...(wish.stylistId === undefined ? {} : { stylist_id: wish.stylistId }),
    ...(wish.variantIds === undefined ? {} : { variant_ids: [...wish.variantIds] }),
    ...(wish.guests === undefined ? {} : { guest_names: [...wish.guests] }),
  });
}

/** Books a time that is free. */
export async function bookFitting(
  person: Person,
  boutique: BoutiqueFixture,
  salon: Salon,
  wish: Wish,
): Promise<Appointment> {
  const { data, error } = await book(person, boutique, salon, wish);
  if (error !== null) throw error;
  return data;
}

/** What is taken for an appointment, as kind and state of the resources. */
export async function taken(sql: Sql, appointment: { readonly id: string }): Promise<string[]> {
  const rows = await sql<{ line: string }[]>`
    select r.kind || ' ' || a.state as line from public.allocations a join public.resources r on r.id = a.resource_id
    where a.source_id = ${appointment.id} and a.state <> 'released' order by 1`;
  return rows.map(({ line }) => line);
}
