import * as z from "zod/mini";
import { type CallOptions, call, callChecked } from "./call.ts";
import type { NexusClient } from "./client.ts";
import { keyOf, type OnceOptions } from "./idempotency.ts";

export interface RentalWish {
  readonly variantId: string;
  /** As `period(first, last)` writes it. */
  readonly period: string;
}

const quote = z.object({
  variant_id: z.string(),
  first_day: z.string(),
  last_day: z.string(),
  days: z.number(),
  price_per_day: z.number(),
  price: z.number(),
  deposit: z.number(),
  currency: z.string(),
  blocked_from: z.string(),
  blocked_until: z.string(),
  available: z.boolean(),
  next_free_first_day: z.nullable(z.string()),
  next_free_last_day: z.nullable(z.string()),
});
export type RentalQuote = z.output<typeof quote>;

/** What a rental would cost and whether a garment is free. Promises nothing. For anybody. */
export function quoteRental(nexus: NexusClient, wish: RentalWish, options?: CallOptions): Promise<RentalQuote> {
  const args = { variant_id: wish.variantId, period: wish.period };
  return callChecked(quote, () => nexus.rpc("quote_rental", args), options);
}

/**
 * Holds a garment until `held_until`, for staff to confirm. For signed-in customers; who pays at once puts it into the cart.
 *
 * @throws NexusError `not_available` with `details.next_free`, and those of docs/api.md
 */
export function reserveRental(nexus: NexusClient, wish: RentalWish, options: OnceOptions = {}) {
  const args = { variant_id: wish.variantId, period: wish.period, idempotency_key: keyOf(options) };
  return call(() => nexus.rpc("reserve_rental", args), options);
}

/** Gives the days of a held or reserved rental back. Repeating it changes nothing. */
export function cancelRental(nexus: NexusClient, rentalId: string, options?: CallOptions) {
  return call(() => nexus.rpc("cancel_rental", { rental_id: rentalId }), options);
}
