import type { Sql } from "postgres";
import type { Settlement } from "../payments/settlement.ts";

/** Notes what a provider says of an attempt; as often as it says it. */
export async function settleAttempt(sql: Sql, attemptId: string, settlement: Settlement): Promise<void> {
  const { state, payment_id, amount, currency, failure, saved_method } = settlement;
  await sql`
    select private.settle_attempt(${attemptId}, ${state}, ${payment_id}, ${amount}, ${currency}, ${failure}, ${saved_method})`;
}
