import { z } from "zod";
import type { AccountRow } from "../payments/accounts.ts";
import { settlementOf } from "../payments/settlement.ts";
import { defineQueue } from "./queue.ts";
import { settleAttempt } from "./settle-attempt.ts";

interface AttemptRow extends AccountRow {
  readonly provider_reference: string | null;
  readonly is_charge: boolean;
}

/**
 * Closes the page of an attempt that is not to be paid any more: its order was called off, was paid another way, or costs
 * something else by now. Who pays all the same, because this comes too late, has the money back.
 */
export const closePayment = defineQueue({
  name: "payment.close",
  payload: z.object({ attempt_id: z.uuid() }),
  retryLimit: 5,
  retryDelaySeconds: 5,
  retryDelayMaxSeconds: 300,
  expireInSeconds: 60,
  pollingSeconds: 10,
  concurrency: 4,
  overdueSeconds: 900,
  async run({ attempt_id }, { sql, payments }) {
    const [attempt] = await sql<AttemptRow[]>`
      select t.provider, t.provider_reference, a.boutique_id, a.sealed_keys, t.is_charge
      from public.payment_attempts t left join private.provider_accounts a on a.id = t.account_id
      where t.id = ${attempt_id} and t.state = 'open'`;
    if (attempt === undefined) return;
    const provider = await payments.open(attempt);
    const found = await provider.close({ reference: attempt_id, providerReference: attempt.provider_reference });
    const settlement = settlementOf(found);
    // A charge of which the provider knows nothing was not made yet, and will not be: payment.charge leaves what is failed.
    const state = settlement.state === "unknown" && attempt.is_charge ? "failed" : settlement.state;
    await settleAttempt(sql, attempt_id, { ...settlement, state });
  },
});
