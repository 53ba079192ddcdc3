import { z } from "zod";
import type { AccountRow } from "../payments/accounts.ts";
import { settlementOf } from "../payments/settlement.ts";
import { defineQueue } from "./queue.ts";
import { settleAttempt } from "./settle-attempt.ts";

interface ChargeRow extends AccountRow {
  readonly amount: number;
  readonly currency: string;
  readonly description: string;
  readonly method: string;
}

/**
 * Takes an instalment from the method that the customer has saved for it. The attempt is its reference at the provider: when
 * this process dies before the answer is noted, the same call gives the same answer, and money is taken once. A card that is
 * declined is an answer; plan.watch tries again.
 */
export const chargePayment = defineQueue({
  name: "payment.charge",
  payload: z.object({ attempt_id: z.uuid() }),
  retryLimit: 20,
  retryDelaySeconds: 5,
  retryDelayMaxSeconds: 3600,
  expireInSeconds: 60,
  pollingSeconds: 5,
  concurrency: 4,
  tenantConcurrency: 2,
  overdueSeconds: 900,
  async run({ attempt_id }, { sql, payments }) {
    const [row] = await sql<ChargeRow[]>`
      select c.amount::float8 as amount, c.currency, c.description, c.method, c.provider, c.account_boutique_id as boutique_id, c.sealed_keys
      from private.charge_for_job(${attempt_id}) c`;
    if (row === undefined) return;
    const { amount, currency, description, method: savedMethod } = row;
    const provider = await payments.open(row);
    if (provider.charge === undefined) throw new Error(`${row.provider} charges no saved method.`);
    const answer = await provider.charge({ reference: attempt_id, amount, currency, description, savedMethod });
    await settleAttempt(sql, attempt_id, settlementOf(answer));
  },
});
