import { randomUUID } from "node:crypto";
import type { Sql } from "postgres";
import type { Database } from "../../functions/_shared/database.types.ts";
import { type BoutiqueFixture, day } from "./fixtures.ts";
import type { Person } from "./world.ts";

export type Rental = Database["public"]["Tables"]["rentals"]["Row"];

/** Asks for a garment, as a front end would; the answer may be a refusal. */
export function reserve(person: Person, variantId: string, days: string, key: string = randomUUID()) {
  return person.client.rpc("reserve_rental", { variant_id: variantId, period: days, idempotency_key: key });
}

/** Holds a garment that is free. */
export async function hold(person: Person, variantId: string, days: string, key?: string): Promise<Rental> {
  const { data, error } = await reserve(person, variantId, days, key);
  if (error !== null) throw error;
  return data;
}

/** Lets the time of a hold be over, as if the minutes had passed and no job had run. */
export async function endHold(sql: Sql, rental: Rental): Promise<void> {
  await sql`update public.rentals set held_until = now() - interval '1 second' where id = ${rental.id}`;
  await sql`update public.allocations set held_until = now() - interval '1 second' where id = ${rental.allocation_id}`;
}

/** What has become of a rental and of its place in the calendar. */
export async function fate(sql: Sql, rental: Rental): Promise<{ rental: string; allocation: string } | undefined> {
  const [row] = await sql<{ rental: string; allocation: string }[]>`
    select r.state as rental, a.state as allocation
    from public.rentals r join public.allocations a on a.id = r.allocation_id where r.id = ${rental.id}`;
  return row;
}

/** Takes a garment out of the calendar for whole days of its boutique, both included, counted from today. */
export async function sendToRepair(
  sql: Sql,
  boutique: BoutiqueFixture,
  garmentId: string,
  firstFromToday: number,
  lastFromToday: number,
): Promise<void> {
  await sql`
    insert into public.allocations (resource_id, boutique_id, during, kind, state)
    select ${garmentId}, b.id, private.allocation_of_period(
      daterange(${day(firstFromToday)}, ${day(lastFromToday)}, '[]'), 0, 0, b.timezone), 'repair', 'confirmed'
    from public.boutiques b where b.id = ${boutique.id}`;
}
