import { type CallOptions, call, type WithHidden } from "./call.ts";
import type { NexusClient } from "./client.ts";
import { signedInUser } from "./people.ts";

// What is asked for is named by customer and by key, so that an index answers; see docs/api.md.

/**
 * The fittings of the signed-in customer, the latest first, with branch, service, stylist and the ids of the gowns. `location`, `service`
 * and `stylist` are null when they are not on show any more.
 */
export async function myFittings(nexus: NexusClient, options?: CallOptions) {
  const { id } = await signedInUser(nexus);
  const rows = await call(
    () =>
      nexus
        .from("appointments")
        .select(
          `id, state, starts_at, price, currency, fee_due, late_cancellation_fee, free_cancellation_until, held_until, customer_notes,
          location:locations(id, name, city, timezone), service:fitting_services(id, name, duration_minutes),
          stylist:stylists(display_name), garments:appointment_garments(garment_id)`,
        )
        .eq("customer_id", id)
        .order("starts_at", { ascending: false })
        .limit(100),
    options,
  );
  return rows as WithHidden<typeof rows, "location" | "service" | "stylist">;
}

/** The rentals of the signed-in customer, the latest first, with gown and size: `variant` is null when it is not on show any more. */
export async function myRentals(nexus: NexusClient, options?: CallOptions) {
  const { id } = await signedInUser(nexus);
  const rows = await call(
    () =>
      nexus
        .from("rentals")
        .select(
          "id, state, period, price, deposit, currency, held_until, variant:product_variants(size, product:products(name, slug))",
        )
        .eq("customer_id", id)
        .order("id", { ascending: false })
        .limit(100),
    options,
  );
  return rows as WithHidden<typeof rows, "variant">;
}

/** The orders of the signed-in customer, the latest first, with their lines. `boutique` is null while it is suspended. */
export async function myOrders(nexus: NexusClient, options?: CallOptions) {
  const { id } = await signedInUser(nexus);
  const rows = await call(
    () =>
      nexus
        .from("orders")
        .select(
          `id, group_id, number_text, state, state_reason, total, paid_total, refunded_total, deposit_total, currency, hold_expires_at,
          created_at, boutique:boutiques!orders_boutique_id_fkey(name), items:order_items(id, product_name, size, kind, quantity, period, rental_id)`,
        )
        .eq("customer_id", id)
        .order("id", { ascending: false })
        .limit(100),
    options,
  );
  return rows as WithHidden<typeof rows, "boutique">;
}

/** Invoices, debit notes and credit notes of an order, the first one first; `storage_path` is null until the PDF is there. */
export function orderInvoices(nexus: NexusClient, orderId: string, options?: CallOptions) {
  return call(
    () =>
      nexus
        .from("invoices")
        .select("id, kind, number_text, total, currency, issued_at, storage_path")
        .eq("order_id", orderId)
        .order("issued_at"),
    options,
  );
}
