import { StackError } from "../../stack/errors.ts";
import type { Client } from "./customer.ts";
import type { Order } from "./order.ts";

/** How an order ended: with a hold, with the garment taken, or with days that are no period. */
export type Outcome = "accepted" | "conflict" | "invalid";

const refusals: Readonly<Record<string, Outcome>> = { not_available: "conflict", invalid_period: "invalid" };

/**
 * Reserves the days of one order.
 *
 * @throws {StackError} for any answer that a replay must not get
 */
export async function reserve(client: Client, variantId: string, order: Order): Promise<Outcome> {
  const { error, status } = await client.rpc("reserve_rental", {
    variant_id: variantId,
    period: `[${order.first},${order.last}]`,
    // A row is one intent; the customer is new, so the row's number is enough.
    idempotency_key: `row-${order.row}`,
  });
  if (error === null) return "accepted";
  const outcome = refusals[error.hint ?? ""];
  if (outcome !== undefined) return outcome;
  throw new StackError(
    `Row ${order.row} (${order.outfit}, ${order.first} to ${order.last}) was answered with ${status} ${error.code}: ${error.message}`,
    "See the logs in the data directory.",
  );
}
