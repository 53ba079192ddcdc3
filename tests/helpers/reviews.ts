import type { Sql } from "postgres";
import type { Salon } from "./fittings.ts";
import type { BoutiqueFixture } from "./fixtures.ts";

/** A fitting some days ago that a customer came to, with these garments laid out; returns its id. */
export async function attendedFitting(
  sql: Sql,
  boutique: BoutiqueFixture,
  salon: Salon,
  customerId: string,
  garmentIds: readonly string[],
): Promise<string> {
  const [appointment] = await sql<{ id: string }[]>`
    insert into public.appointments ${sql({
      ...{ boutique_id: boutique.id, customer_id: customerId, location_id: boutique.locationId },
      ...{ service_id: salon.serviceId, stylist_id: salon.stylistIds[0] ?? "", room_id: salon.roomIds[0] ?? "" },
      ...{ during: "[2026-01-05T07:00Z,2026-01-05T08:00Z)", state: "attended", price: 0, currency: "ETB" },
      ...{ free_cancellation_until: "2026-01-04", late_cancellation_fee: 0, no_show_fee: 0 },
    })} returning id`;
  const id = appointment?.id ?? "";
  for (const garmentId of garmentIds) {
    await sql`
      insert into public.appointment_garments (appointment_id, garment_id, boutique_id, customer_id)
      values (${id}, ${garmentId}, ${boutique.id}, ${customerId})`;
  }
  return id;
}

/** Where sums, ranks and counts of votes are not what the reviews make; there must be nothing. */
export async function miscounted(sql: Sql): Promise<string[]> {
  const rows = await sql<{ problem: string }[]>`select kind || ' ' || id as problem from private.review_check()`;
  return rows.map(({ problem }) => problem);
}
