import { z } from "zod";
import type { AccountRow } from "../payments/accounts.ts";
import type { PaymentProvider, ProviderPayment } from "../payments/provider.ts";
import { ProviderError } from "../payments/provider-error.ts";
import { settlementOf } from "../payments/settlement.ts";
import { defineQueue } from "./queue.ts";
import { settleAttempt } from "./settle-attempt.ts";

interface HoldRow extends AccountRow {
  /** What is taken of it; nothing: all of it is let go. */
  readonly amount: number;
  readonly currency: string;
  readonly provider_reference: string | null;
  readonly provider_payment_id: string;
}

/**
 * Takes what is kept of a deposit that a card holds, and lets go of the rest. When this process dies between the two
 * steps, the provider gives the same answer to the same call, or says by its webhook what was taken: noted once.
 */
export const settleDeposit = defineQueue({
  name: "deposit.settle",
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
    const [row] = await sql<HoldRow[]>`
      select h.amount::float8 as amount, h.currency, h.provider, h.provider_reference, h.provider_payment_id,
        h.account_boutique_id as boutique_id, h.sealed_keys
      from private.hold_for_job(${attempt_id}) h`;
    if (row === undefined) return;
    const answer = await end(await payments.open(row), attempt_id, row);
    await settleAttempt(sql, attempt_id, settlementOf(answer));
  },
});

async function end(provider: PaymentProvider, reference: string, row: HoldRow): Promise<ProviderPayment> {
  const { amount, currency } = row;
  const payment = { reference, providerReference: row.provider_reference, paymentId: row.provider_payment_id };
  try {
    return await (amount > 0 ? provider.capture({ ...payment, amount, currency }) : provider.release(payment));
  } catch (error) {
    if (!(error instanceof ProviderError) || error.code !== "provider_refused") throw error;
    // A definite no: the hold has ended some other way, and the provider says which.
    const found = await provider.lookUp(payment);
    if (found.state === "authorised" || found.state === "open" || found.state === "unknown") throw error;
    return found;
  }
}
