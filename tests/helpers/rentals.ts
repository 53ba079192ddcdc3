import { randomUUID } from "node:crypto";
import type { Sql } from "postgres";
import type { Database } from "../../functions/_shared/database.types.ts";
import type { BoutiqueFixture } from "./fixtures.ts";
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
      daterange(t.today + ${firstFromToday}::int, t.today + ${lastFromToday}::int, '[]'), 0, 0, b.timezone), 'repair', 'confirmed'
    from public.boutiques b cross join lateral (select (now() at time zone b.timezone)::date as today) t
    where b.id = ${boutique.id}`;
}

type Rpc = Database["public"]["Functions"];
type StepDetails = Omit<Rpc["hand_over_rental"]["Args"], "rental_id">;
type Verdict = Omit<Rpc["inspect_rental"]["Args"], "rental_id">;
type Id = { readonly id: string };

/** What staff do with a rental, as a front end would; the answers may be refusals. */
export function steps(who: () => Person) {
  const rpc = () => who().client;
  return {
    handOver: ({ id }: Id, details: StepDetails = {}) => rpc().rpc("hand_over_rental", { rental_id: id, ...details }),
    giveBack: ({ id }: Id, details: StepDetails = {}) => rpc().rpc("return_rental", { rental_id: id, ...details }),
    startInspection: ({ id }: Id) => rpc().rpc("start_inspection", { rental_id: id }),
    inspect: ({ id }: Id, verdict: Verdict) => rpc().rpc("inspect_rental", { rental_id: id, ...verdict }),
    lose: ({ id }: Id, note = "") => rpc().rpc("mark_rental_lost", { rental_id: id, note }),
  };
}

/** The time that a rental takes its garment for: whether it is over by now. */
export async function spanOf(sql: Sql, { id }: Id): Promise<{ state: string; over: boolean; until: Date } | undefined> {
  const [row] = await sql<{ state: string; over: boolean; until: Date }[]>`
    select a.state, upper(a.during) <= now() as over, upper(a.during) as until
    from public.rentals r join public.allocations a on a.id = r.allocation_id where r.id = ${id}`;
  return row;
}
